#include "model/calendar/hours_edit.h"

#include "model/base/text.h"
#include "model/operation/record.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_MAX = 200, MINUTES = 24 * 60, TIME_SIZE = 24 };

const struct operation_kind hours_kinds[] = {
    {.name = "hours.edit", .label = "working hours", .undo = UNDO_WITHDRAW},
};
const size_t hours_kind_count = sizeof hours_kinds / sizeof hours_kinds[0];

static const char *const day_names[HOURS_DAYS] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};

/* Rows of one plan, those out of use too. */
struct row {
    struct uuid id;
    int day, from, until; /* minutes of the day */
    bool is_active;
};

static struct value date_value(const char *date)
{
    return date[0] != '\0' ? value_text(date) : value_null();
}

/* 23:59:59 is the midnight that a TIME can't say. */
static int minutes_of(const char *time)
{
    int hour = 0, minute = 0, second = 0;
    sscanf(time, "%2d:%2d:%2d", &hour, &minute, &second);
    return 60 * hour + minute + (second > 0);
}

static const char *time_text(int minutes, char text[TIME_SIZE])
{
    if (minutes >= MINUTES)
        text_copy(text, TIME_SIZE, "23:59:59");
    else
        snprintf(text, TIME_SIZE, "%02d:%02d:00", minutes / 60, minutes % 60);
    return text;
}

int hours_plans(struct store *store, const struct uuid *estimator, struct arena *arena,
                struct hours_plan **out, struct error *err)
{
    static const char sql[] = "SELECT DISTINCT coalesce(valid_from, ''), coalesce(valid_to, '')"
                              " FROM availabilities WHERE estimator_id = ?1 AND is_active"
                              " ORDER BY 1, 2 LIMIT ?2";
    int count = 0, state;
    struct statement *rows = store_prepare(store, sql, err);
    if (rows == NULL)
        return -1;
    *out = arena_alloc(arena, ROWS_MAX * sizeof **out);
    statement_bind_uuid(rows, 1, estimator);
    statement_bind_integer(rows, 2, ROWS_MAX);
    while ((state = statement_step(rows, err)) > 0) {
        text_copy((*out)[count].valid_from, DATE_TEXT_SIZE, statement_text(rows, 0));
        text_copy((*out)[count++].valid_to, DATE_TEXT_SIZE, statement_text(rows, 1));
    }
    statement_done(rows);
    if (state < 0)
        return -1;
    return count > 0 ? count : 1;
}

static int read_rows(struct store *store, const struct uuid *estimator,
                     const struct hours_plan *plan, struct row *out, struct error *err)
{
    static const char sql[] = "SELECT id, day_of_week, start_time, end_time, is_active"
                              " FROM availabilities WHERE estimator_id = ?1"
                              " AND coalesce(valid_from, '') = ?2 AND coalesce(valid_to, '') = ?3"
                              " ORDER BY is_active DESC, start_time, id LIMIT ?4";
    int count = 0, state;
    struct statement *rows = store_prepare(store, sql, err);
    if (rows == NULL)
        return -1;
    statement_bind_uuid(rows, 1, estimator);
    statement_bind_text(rows, 2, plan->valid_from);
    statement_bind_text(rows, 3, plan->valid_to);
    statement_bind_integer(rows, 4, ROWS_MAX);
    while ((state = statement_step(rows, err)) > 0) {
        struct row *row = &out[count++];
        statement_uuid(rows, 0, &row->id);
        row->day = (int)statement_integer(rows, 1);
        row->from = minutes_of(statement_text(rows, 2));
        row->until = minutes_of(statement_text(rows, 3));
        row->is_active = statement_integer(rows, 4) != 0;
    }
    statement_done(rows);
    return state < 0 ? -1 : count;
}

static void add_to_week(struct hours_week *week, const struct row *row)
{
    const int step = HOURS_STEP_MINUTES;
    if (!row->is_active || row->day < 0 || row->day >= HOURS_DAYS)
        return;
    week->is_uneven[row->day] =
        week->is_uneven[row->day] || row->from % step != 0 || row->until % step != 0;
    for (int at = row->from / step; at * step < row->until && at < HOURS_STEPS; at++)
        week->works[row->day][at] = true;
}

bool hours_week(struct store *store, const struct uuid *estimator, const struct hours_plan *plan,
                struct hours_week *out, struct error *err)
{
    struct row rows[ROWS_MAX];
    int count = read_rows(store, estimator, plan, rows, err);
    *out = (struct hours_week){0};
    for (int i = 0; i < count; i++)
        add_to_week(out, &rows[i]);
    return count >= 0;
}

struct painting {
    struct operation *operation;
    const struct uuid *estimator;
    const struct hours_plan *plan;
    struct row *rows;
    int row_count;
};

static bool write_span(const struct painting *painting, int day, int from, int until, int *used,
                       struct error *err)
{
    char starts[TIME_SIZE], ends[TIME_SIZE];
    const struct change changes[] = {
        {.column = "start_time", .value = value_text(time_text(from, starts))},
        {.column = "end_time", .value = value_text(time_text(until, ends))},
        {.column = "is_active", .value = value_integer(1)},
        {.column = "day_of_week", .value = value_integer(day)},
        {.column = "estimator_id", .value = value_uuid(painting->estimator)},
        {.column = "valid_from", .value = date_value(painting->plan->valid_from)},
        {.column = "valid_to", .value = date_value(painting->plan->valid_to)},
    };
    for (; *used < painting->row_count; (*used)++)
        if (painting->rows[*used].day == day)
            return record_update(painting->operation, "availabilities",
                                 &painting->rows[(*used)++].id, changes, 3, err);
    return record_insert(painting->operation, "availabilities", changes, 7, NULL, err);
}

/* The day's spans take its rows one after the other; those that are left go out of use. */
static bool write_day(const struct painting *painting, const bool works[HOURS_STEPS], int day,
                      struct error *err)
{
    const struct change off = {.column = "is_active", .value = value_integer(0)};
    int used = 0;
    for (int at = 0; at < HOURS_STEPS; at++) {
        int from = at;
        while (at < HOURS_STEPS && works[at])
            at++;
        if (at > from && !write_span(painting, day, from * HOURS_STEP_MINUTES,
                                     at * HOURS_STEP_MINUTES, &used, err))
            return false;
    }
    for (; used < painting->row_count; used++)
        if (painting->rows[used].day == day && painting->rows[used].is_active &&
            !record_update(painting->operation, "availabilities", &painting->rows[used].id, &off, 1,
                           err))
            return false;
    return true;
}

static bool paint_days(const struct painting *painting, const struct hours_block *block,
                       struct error *err)
{
    struct hours_week week = {0};
    for (int i = 0; i < painting->row_count; i++)
        add_to_week(&week, &painting->rows[i]);
    for (int day = block->first_day; day <= block->last_day; day++) {
        if (week.is_uneven[day])
            return error_set(err, ERROR_RULE,
                             "%s has hours between the quarters of an hour; change them under "
                             "Records, Availabilities",
                             day_names[day]);
        for (int at = block->first_step; at <= block->last_step; at++)
            week.works[day][at] = block->works;
        if (!write_day(painting, week.works[day], day, err))
            return false;
    }
    return true;
}

static bool is_block(const struct hours_block *block)
{
    return block->first_day >= 0 && block->first_day <= block->last_day &&
           block->last_day < HOURS_DAYS && block->first_step >= 0 &&
           block->first_step <= block->last_step && block->last_step < HOURS_STEPS;
}

static struct operation *begin(struct store *store, const struct actor *actor, struct error *err)
{
    if (!actor_may(store, actor, "appointments.edit", err))
        return NULL;
    return operation_begin(store, "hours.edit", actor, err);
}

static bool end(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool hours_paint(struct store *store, const struct actor *actor, const struct uuid *estimator,
                 const struct hours_plan *plan, const struct hours_block *block, struct error *err)
{
    struct row rows[ROWS_MAX];
    char from[TIME_SIZE], until[TIME_SIZE];
    if (!is_block(block))
        return error_set(err, ERROR_INPUT, "There is no such block in a week");
    struct operation *operation = begin(store, actor, err);
    if (operation == NULL)
        return false;
    int count = read_rows(store, estimator, plan, rows, err);
    const struct painting painting = {.operation = operation,
                                      .estimator = estimator,
                                      .plan = plan,
                                      .rows = rows,
                                      .row_count = count};
    bool is_row = block->first_day == block->last_day;
    operation_describe(operation, "hours: %s%s%s %.5s-%.5s %s", day_names[block->first_day],
                       is_row ? "" : " to ", is_row ? "" : day_names[block->last_day],
                       time_text(block->first_step * HOURS_STEP_MINUTES, from),
                       time_text((block->last_step + 1) * HOURS_STEP_MINUTES, until),
                       block->works ? "worked" : "free");
    operation_set_subject(operation, "estimators", estimator);
    return end(operation, count >= 0 && paint_days(&painting, block, err), err);
}

static bool split(struct operation *operation, const struct uuid *estimator,
                  const struct hours_plan *plan, const struct hours_plan *next,
                  const char *last_day, const struct row *row, struct error *err)
{
    char starts[TIME_SIZE], ends[TIME_SIZE];
    const struct change ends_at = {.column = "valid_to", .value = value_text(last_day)};
    const struct change changes[] = {
        {.column = "start_time", .value = value_text(time_text(row->from, starts))},
        {.column = "end_time", .value = value_text(time_text(row->until, ends))},
        {.column = "day_of_week", .value = value_integer(row->day)},
        {.column = "estimator_id", .value = value_uuid(estimator)},
        {.column = "valid_from", .value = date_value(next->valid_from)},
        {.column = "valid_to", .value = date_value(plan->valid_to)},
    };
    return record_update(operation, "availabilities", &row->id, &ends_at, 1, err) &&
           record_insert(operation, "availabilities", changes, 6, NULL, err);
}

bool hours_change_from(struct store *store, const struct actor *actor, const struct uuid *estimator,
                       const struct hours_plan *plan, struct date day, struct hours_plan *out,
                       struct error *err)
{
    struct row rows[ROWS_MAX];
    char last_day[DATE_TEXT_SIZE];
    *out = *plan;
    date_format(day, out->valid_from);
    date_format(date_from_number(date_number(day) - 1), last_day);
    if (strcmp(out->valid_from, plan->valid_from) <= 0 ||
        (plan->valid_to[0] != '\0' && strcmp(out->valid_from, plan->valid_to) > 0))
        return error_set_field(err, ERROR_INPUT, "valid_from",
                               "%s is not within the days of these hours", out->valid_from);
    struct operation *operation = begin(store, actor, err);
    if (operation == NULL)
        return false;
    int count = read_rows(store, estimator, plan, rows, err);
    bool is_done = count >= 0;
    operation_describe(operation, "other hours from %s on", out->valid_from);
    operation_set_subject(operation, "estimators", estimator);
    for (int i = 0; i < count && is_done; i++)
        is_done =
            !rows[i].is_active || split(operation, estimator, plan, out, last_day, &rows[i], err);
    return end(operation, is_done, err);
}
