#include "model/calendar/ical_import.h"

#include "model/base/instant.h"
#include "model/calendar/ical_rows.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 900 };

const struct operation_kind ical_kinds[] = {
    {.name = "calendar.import", .label = "calendar taken over", .undo = UNDO_WITHDRAW},
    {.name = "calendar.read", .label = "calendar read again", .undo = UNDO_BESIDE},
    {.name = "calendar.feed", .label = "calendar to be read", .undo = UNDO_WITHDRAW},
};
const size_t ical_kind_count = sizeof ical_kinds / sizeof ical_kinds[0];

const char *const ical_step_names[] = {
    [ICAL_SAME] = "same", [ICAL_NEW] = "new", [ICAL_CHANGED] = "changed",
    [ICAL_GONE] = "gone", [ICAL_OWN] = "own", [ICAL_TAKEN] = "taken",
};

struct planning {
    struct store *store;
    struct arena *arena;
    struct ical_plan *plan;
    struct ical_row *known;
    struct uuid *feeds; /* of the known ones */
    bool *is_met;
    size_t known_count;
    int64_t from;
    struct error *err;
};

static int compare_rows(const void *a, const void *b)
{
    const struct ical_row *first = a, *second = b;
    return memcmp(first->id.bytes, second->id.bytes, UUID_SIZE);
}

static struct ical_row *find_known(const struct planning *planning, const struct ical_row *row)
{
    if (planning->known_count == 0)
        return NULL;
    return bsearch(row, planning->known, planning->known_count, sizeof *row, compare_rows);
}

/* What stands in the way: an appointment, or for a thing any booking of another one. */
static int find_against(struct planning *planning, const struct ical_line *line,
                        const struct ical_row *row, const char **words)
{
    static const char estimator_sql[] =
        "SELECT trim(first_name || ' ' || last_name), starts_at FROM appointments"
        " WHERE estimator_id = ?1 AND starts_at < ?3 AND ends_at > ?2 AND deleted_at IS NULL"
        " AND status IN ('tentative', 'scheduled', 'confirmed', 'in_progress')"
        " ORDER BY starts_at LIMIT 1";
    static const char resource_sql[] =
        "SELECT coalesce(trim(a.first_name || ' ' || a.last_name), b.notes, 'a booking'),"
        " b.starts_at FROM resource_bookings AS b LEFT JOIN appointments AS a"
        " ON a.id = b.appointment_id WHERE b.resource_id = ?1 AND b.starts_at < ?3"
        " AND b.ends_at > ?2 AND b.id <> ?4"
        " AND b.status IN ('tentative', 'scheduled', 'confirmed', 'in_progress')"
        " ORDER BY b.starts_at LIMIT 1";
    const struct ical_owner *owner = &planning->plan->owner;
    char time[INSTANT_TEXT_SIZE];
    struct statement *statement = store_prepare(
        planning->store, owner->is_resource ? resource_sql : estimator_sql, planning->err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, &owner->id);
    statement_bind_integer(statement, 2, line->starts_at);
    statement_bind_integer(statement, 3, line->ends_at);
    if (owner->is_resource)
        statement_bind_uuid(statement, 4, &row->id);
    int found = statement_step(statement, planning->err);
    if (found > 0) {
        instant_format_local(statement_integer(statement, 1), owner->zone, time);
        *words = arena_format(planning->arena, "%s, %s", statement_text(statement, 0), time);
    }
    statement_done(statement);
    return found;
}

/* A whole day is shown, and compared with appointments, by the owner's zone. */
static struct ical_line line_of(const struct ical_plan *plan, const struct ical_busy *busy)
{
    struct ical_line line = {.title = busy->title,
                             .starts_at = busy->starts_at,
                             .ends_at = busy->ends_at,
                             .line = busy->line};
    if (busy->is_all_day) {
        struct clock_time first = {.date = busy->first_day};
        struct clock_time next = {.date = date_from_number(date_number(busy->last_day) + 1)};
        instant_from_local(&first, plan->owner.zone, &line.starts_at);
        instant_from_local(&next, plan->owner.zone, &line.ends_at);
    }
    return line;
}

static enum ical_step step_of(struct planning *planning, struct ical_row *row)
{
    const struct ical_row *known = find_known(planning, row);
    if (known == NULL)
        return ICAL_NEW;
    planning->is_met[known - planning->known] = true;
    return ical_row_equal(known, row) ? ICAL_SAME : ICAL_CHANGED;
}

static bool plan_rows(struct planning *planning, const struct ical_busy *busy,
                      struct ical_line *line)
{
    struct ical_plan *plan = planning->plan;
    struct ical_row rows[ICAL_PIECES_MAX];
    size_t count = ical_rows_of(store_tenant(planning->store), &plan->owner, busy, rows);
    int against = count > 0 ? find_against(planning, line, rows, &line->against) : 0;
    if (against < 0)
        return false;
    line->step = ICAL_SAME;
    for (size_t i = 0; i < count; i++) {
        rows[i].step = step_of(planning, &rows[i]);
        if (rows[i].step == ICAL_SAME)
            continue;
        if (line->step != ICAL_CHANGED)
            line->step = rows[i].step;
        if (against > 0 && plan->owner.is_resource)
            line->step = ICAL_TAKEN;
        else
            plan->rows[plan->row_count++] = rows[i];
    }
    plan->against_count += against > 0;
    return true;
}

static bool plan_busy(struct planning *planning, const struct ical_busy *busy)
{
    struct ical_plan *plan = planning->plan;
    struct uuid id;
    struct ical_line *line = &plan->lines[plan->line_count++];
    *line = line_of(plan, busy);
    int own = ical_uid_find(planning->store, busy->uid, &id, planning->err);
    if (own < 0 || (own == 0 && !plan_rows(planning, busy, line)))
        return false;
    if (own > 0)
        line->step = ICAL_OWN;
    plan->counts[line->step]++;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A feed answers for all that it brought; a file for the events that stand in it. A row that could
 * not be read this time stays as it is. */
static bool is_gone(const struct planning *planning, size_t at)
{
    const struct ical_plan *plan = planning->plan;
    const struct ical_row *row = &planning->known[at];
    bool is_of_feed = !uuid_is_zero(&planning->feeds[at]);
    if (planning->is_met[at])
        return false;
    if (!uuid_is_zero(&plan->feed_id))
        return uuid_equal(&planning->feeds[at], &plan->feed_id) &&
               plan->calendar.problem_count == 0;
    return !is_of_feed && plan->calendar.uid_count > 0 &&
           bsearch(&row->uid, plan->calendar.uids, plan->calendar.uid_count, sizeof(char *),
                   compare_texts) != NULL;
}

static void plan_gone(struct planning *planning)
{
    struct ical_plan *plan = planning->plan;
    for (size_t i = 0; i < planning->known_count; i++) {
        struct ical_row *row = &planning->known[i];
        if (!is_gone(planning, i))
            continue;
        struct ical_line line = {.step = ICAL_GONE,
                                 .title = row->title,
                                 .starts_at = row->starts_at,
                                 .ends_at = row->ends_at};
        if (!plan->owner.is_resource) {
            const char *time = row->start_time[0] != '\0' ? row->start_time : "00:00:00";
            const char *starts = arena_format(planning->arena, "%s %s", row->first_day, time);
            const char *ends = arena_format(planning->arena, "%s %s", row->last_day,
                                            row->end_time[0] != '\0' ? row->end_time : "23:59:59");
            instant_parse(starts, plan->owner.zone, &line.starts_at, NULL);
            instant_parse(ends, plan->owner.zone, &line.ends_at, NULL);
        }
        plan->lines[plan->line_count++] = line;
        plan->counts[ICAL_GONE]++;
        row->step = ICAL_GONE;
        plan->rows[plan->row_count++] = *row;
    }
}

static int compare_lines(const void *a, const void *b)
{
    const struct ical_line *first = a, *second = b;
    if (first->starts_at != second->starts_at)
        return first->starts_at < second->starts_at ? -1 : 1;
    return (first->line > second->line) - (first->line < second->line);
}

static bool make_plan(struct planning *planning)
{
    struct ical_plan *plan = planning->plan;
    const struct ical_calendar *calendar = &plan->calendar;
    int known = ical_rows_known(planning->store, &plan->owner, planning->from, planning->arena,
                                &planning->known, &planning->feeds, planning->err);
    if (known < 0)
        return false;
    planning->known_count = (size_t)known;
    size_t room = calendar->count + (size_t)known + 1;
    planning->is_met = arena_alloc(planning->arena, room);
    plan->lines = arena_alloc(planning->arena, room * sizeof *plan->lines);
    plan->rows = arena_alloc(planning->arena, ICAL_PIECES_MAX * room * sizeof *plan->rows);
    for (size_t i = 0; i < calendar->count; i++)
        if (!plan_busy(planning, &calendar->busy[i]))
            return false;
    plan_gone(planning);
    qsort(plan->lines, plan->line_count, sizeof *plan->lines, compare_lines);
    return true;
}

bool ical_plan(struct store *store, const struct ical_owner *owner, const struct uuid *feed,
               const char *text, size_t size, struct arena *arena, struct ical_plan *out,
               struct error *err)
{
    int64_t from = env_now(store_env(store)) - DAY_US;
    struct planning planning = {
        .store = store, .arena = arena, .plan = out, .from = from, .err = err};
    *out = (struct ical_plan){.owner = *owner};
    if (feed != NULL)
        out->feed_id = *feed;
    return ical_read(text, size, owner->zone, from, from + ICAL_DAYS_AHEAD * DAY_US, arena,
                     &out->calendar, err) &&
           make_plan(&planning);
}

/* Writes nothing away that the actor may not delete. */
static bool apply_some(struct store *store, const struct actor *actor, const struct ical_plan *plan,
                       size_t first, size_t count, const struct uuid *group, struct error *err)
{
    static const struct actor program = {.name = "worker"};
    bool may_delete = actor == NULL || actor_may(store, actor, "appointments.delete", NULL);
    bool is_feed = !uuid_is_zero(&plan->feed_id);
    struct operation *operation =
        operation_begin(store, is_feed ? "calendar.read" : "calendar.import",
                        actor != NULL ? actor : &program, err);
    bool is_done = operation != NULL;
    if (!is_done)
        return false;
    operation_describe(operation, "calendar of %s: %zu new, %zu changed, %zu gone",
                       plan->owner.name, plan->counts[ICAL_NEW], plan->counts[ICAL_CHANGED],
                       plan->counts[ICAL_GONE]);
    operation_set_subject(operation, plan->owner.is_resource ? "resources" : "estimators",
                          &plan->owner.id);
    operation_set_group(operation, group);
    for (size_t i = first; i < first + count && is_done; i++)
        if (may_delete || plan->rows[i].step != ICAL_GONE)
            is_done = ical_row_write(operation, plan, &plan->rows[i], err);
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool ical_apply(struct store *store, const struct actor *actor, const struct ical_plan *plan,
                struct error *err)
{
    struct uuid group = uuid_v7(store_env(store));
    if (actor != NULL && !actor_may(store, actor, "appointments.edit", err))
        return false;
    for (size_t at = 0; at < plan->row_count; at += ROWS_AT_ONCE) {
        size_t left = plan->row_count - at;
        if (!apply_some(store, actor, plan, at, left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE, &group,
                        err))
            return false;
    }
    return true;
}
