#include "model/calendar/hours.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/base/zone.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_SECONDS = 86400, WEEK = 7 };

struct weekly_hours {
    int weekday, from, until; /* seconds after midnight */
    int64_t first_day, last_day;
};

struct exception_days {
    int64_t first_day, last_day;
    int from, until;
    bool is_worked;
    const char *reason;
};

/* HH:MM:SS; the last second of a day stands for its end. */
static int read_seconds(const char *text)
{
    int parts[3] = {0};
    for (int i = 0; i < 3 && text_read_digits(&text, 2, &parts[i]); i++)
        text_read_char(&text, ':');
    int seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    return seconds >= DAY_SECONDS - 1 ? DAY_SECONDS : seconds;
}

static int64_t read_day(const struct statement *statement, int column, int64_t otherwise)
{
    struct date date;
    return date_parse(statement_text(statement, column), &date) ? date_number(date) : otherwise;
}

/* Rows that belong to members, as they come: all of one estimator one behind the other. */
struct rows {
    void *rows;
    size_t count, capacity, size;
};

static void *rows_add(struct rows *rows, struct arena *arena)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity == 0 ? 64 : rows->capacity * 2;
        void *larger = arena_alloc(arena, rows->capacity * rows->size);
        if (rows->count > 0)
            memcpy(larger, rows->rows, rows->count * rows->size);
        rows->rows = larger;
    }
    return (char *)rows->rows + rows->size * rows->count++;
}

static int compare_members(const void *a, const void *b)
{
    const struct roster_member *const *left = a, *const *right = b;
    return memcmp(&(*left)->id, &(*right)->id, sizeof(struct uuid));
}

static void sort_by_id(struct roster *roster, struct arena *arena)
{
    roster->by_id = arena_alloc(arena, (roster->count + 1) * sizeof(void *));
    for (size_t i = 0; i < roster->count; i++)
        roster->by_id[i] = &roster->members[i];
    qsort(roster->by_id, roster->count, sizeof *roster->by_id, compare_members);
}

static struct roster_member *find(const struct roster *roster, const struct uuid *id)
{
    const struct roster_member key = {.id = *id}, *at = &key;
    struct roster_member **found =
        bsearch(&at, roster->by_id, roster->count, sizeof *roster->by_id, compare_members);
    return found == NULL ? NULL : *found;
}

const struct roster_member *roster_find(const struct roster *roster, const struct uuid *id)
{
    return find(roster, id);
}

static void add_member(struct rows *rows, const struct statement *row, struct arena *arena)
{
    struct roster_member *member = rows_add(rows, arena);
    const char *zone = statement_text(row, 3);
    *member = (struct roster_member){.name = arena_text(arena, statement_text(row, 1)),
                                     .zone = zone_exists(zone) ? arena_text(arena, zone) : "UTC",
                                     .service_minutes = (int)statement_integer(row, 4)};
    statement_uuid(row, 0, &member->id);
    statement_uuid(row, 2, &member->location_id);
}

static bool load_members(struct store *store, const struct roster_wish *wish, bool is_any,
                         struct arena *arena, struct roster *out, struct error *err)
{
    struct rows rows = {.size = sizeof *out->members};
    struct statement *statement = store_prepare(
        store,
        "SELECT e.id, e.name, l.id, coalesce(l.timezone, t.timezone), s.duration_minutes "
        "FROM estimators e JOIN tenants t ON t.id = e.tenant_id "
        "LEFT JOIN locations l ON l.id = e.location_id "
        "LEFT JOIN estimator_services s ON s.estimator_id = e.id AND s.service_id = ?2 "
        "WHERE (?4 OR (e.is_active AND e.deleted_at IS NULL)) AND (?1 IS NULL OR e.id = ?1) "
        "AND (?2 IS NULL OR s.id IS NOT NULL) "
        "AND (?3 IS NULL OR e.location_id = ?3 OR e.location_id IS NULL) ORDER BY e.name, e.id",
        err);
    if (statement == NULL)
        return false;
    statement_bind_value(statement, 1, value_uuid_or_null(wish->estimator));
    statement_bind_value(statement, 2, value_uuid_or_null(wish->service));
    statement_bind_value(statement, 3, value_uuid_or_null(wish->location));
    statement_bind_integer(statement, 4, is_any);
    int step;
    while ((step = statement_step(statement, err)) == 1)
        add_member(&rows, statement, arena);
    statement_done(statement);
    *out = (struct roster){.members = rows.rows, .count = rows.count};
    sort_by_id(out, arena);
    return step == 0;
}

/* What members have many of. */
struct kind {
    const char *sql;
    size_t size;
    void (*read)(const struct statement *row, struct arena *arena, void *out);
    void (*give)(struct roster_member *member, const struct rows *rows);
};

static void read_weekly(const struct statement *row, struct arena *arena, void *out)
{
    (void)arena;
    *(struct weekly_hours *)out =
        (struct weekly_hours){(int)statement_integer(row, 1), read_seconds(statement_text(row, 2)),
                              read_seconds(statement_text(row, 3)), read_day(row, 4, INT64_MIN),
                              read_day(row, 5, INT64_MAX)};
}

static void give_weekly(struct roster_member *member, const struct rows *rows)
{
    member->weekly = rows->rows;
    member->weekly_count = rows->count;
}

static void read_exception(const struct statement *row, struct arena *arena, void *out)
{
    bool is_whole = statement_is_null(row, 3);
    *(struct exception_days *)out = (struct exception_days){
        .first_day = read_day(row, 1, INT64_MAX),
        .last_day = read_day(row, 2, INT64_MIN),
        .from = is_whole ? 0 : read_seconds(statement_text(row, 3)),
        .until = is_whole ? DAY_SECONDS : read_seconds(statement_text(row, 4)),
        .is_worked = statement_integer(row, 5) != 0,
        .reason = arena_text(arena, statement_text(row, 6)),
    };
}

static void give_exceptions(struct roster_member *member, const struct rows *rows)
{
    member->exceptions = rows->rows;
    member->exception_count = rows->count;
}

static const struct kind kinds[] = {
    {"SELECT estimator_id, day_of_week, start_time, end_time, valid_from, valid_to "
     "FROM availabilities WHERE is_active AND (?1 IS NULL OR estimator_id = ?1) "
     "ORDER BY estimator_id",
     sizeof(struct weekly_hours), read_weekly, give_weekly},
    {"SELECT estimator_id, first_day, last_day, start_time, end_time, is_available, reason "
     "FROM availability_exceptions WHERE ?1 IS NULL OR estimator_id = ?1 "
     "ORDER BY estimator_id",
     sizeof(struct exception_days), read_exception, give_exceptions},
};

static bool load_rows(struct store *store, const struct kind *kind, const struct uuid *only,
                      const struct roster *roster, struct arena *arena, struct error *err)
{
    struct rows rows = {.size = kind->size};
    struct roster_member *member = NULL;
    struct statement *statement = store_prepare(store, kind->sql, err);
    if (statement == NULL)
        return false;
    statement_bind_value(statement, 1, value_uuid_or_null(only));
    int step;
    struct uuid id;
    while ((step = statement_step(statement, err)) == 1) {
        statement_uuid(statement, 0, &id);
        if (member == NULL || !uuid_equal(&member->id, &id)) {
            member = find(roster, &id);
            rows = (struct rows){.size = kind->size};
        }
        if (member == NULL)
            continue;
        kind->read(statement, arena, rows_add(&rows, arena));
        kind->give(member, &rows);
    }
    statement_done(statement);
    return step == 0;
}

static bool load(struct store *store, const struct roster_wish *wish, bool is_any,
                 struct arena *arena, struct roster *out, struct error *err)
{
    if (!load_members(store, wish, is_any, arena, out, err))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (!load_rows(store, &kinds[i], wish->estimator, out, arena, err))
            return false;
    return true;
}

bool roster_load(struct store *store, const struct roster_wish *wish, struct arena *arena,
                 struct roster *out, struct error *err)
{
    return load(store, wish, false, arena, out, err);
}

static int64_t at_clock(const struct roster_member *member, int64_t day, int seconds)
{
    const struct clock_time local = {.date = date_from_number(day + seconds / DAY_SECONDS),
                                     .hour = seconds % DAY_SECONDS / 3600,
                                     .minute = seconds / 60 % 60,
                                     .second = seconds % 60};
    int64_t instant = 0;
    instant_from_local(&local, member->zone, &instant);
    return instant;
}

int64_t roster_midnight(const struct roster_member *member, int64_t day)
{
    return at_clock(member, day, 0);
}

int64_t roster_today(const struct roster_member *member, int64_t instant)
{
    struct clock_time local = {.date = {1970, 1, 1}};
    instant_to_local(instant, member->zone, &local);
    return date_number(local.date);
}

static int compare_spans(const void *a, const void *b)
{
    const struct span *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return (left->kind > right->kind) - (left->kind < right->kind);
}

/* A list of spans that has room for as many as it can come to. */
struct spans {
    struct span *list;
    size_t count;
};

static void add_span(struct spans *spans, struct span span)
{
    if (span.from < span.until)
        spans->list[spans->count++] = span;
}

static void add_clock(struct spans *spans, const struct roster_member *member, int64_t day,
                      int from, int until, enum span_kind kind, const char *reason)
{
    add_span(spans, (struct span){at_clock(member, day, from), at_clock(member, day, until), kind,
                                  reason, 0});
}

/* Makes one of those that touch or overlap. */
static void join(struct spans *spans)
{
    size_t kept = 0;
    qsort(spans->list, spans->count, sizeof *spans->list, compare_spans);
    for (size_t i = 0; i < spans->count; i++) {
        struct span *last = kept > 0 ? &spans->list[kept - 1] : NULL;
        const struct span *next = &spans->list[i];
        if (last == NULL || next->from > last->until)
            spans->list[kept++] = *next;
        else if (next->until > last->until)
            last->until = next->until;
    }
    spans->count = kept;
}

static void collect_hours(const struct roster_member *member, int64_t day, struct spans *hours)
{
    bool is_as_said = false;
    for (size_t i = 0; i < member->exception_count; i++) {
        const struct exception_days *exception = &member->exceptions[i];
        if (!exception->is_worked || day < exception->first_day || day > exception->last_day)
            continue;
        is_as_said = true;
        add_clock(hours, member, day, exception->from, exception->until, SPAN_WORK, "");
    }
    int weekday = date_weekday(date_from_number(day));
    for (size_t i = 0; i < member->weekly_count && !is_as_said; i++) {
        const struct weekly_hours *weekly = &member->weekly[i];
        if (weekly->weekday == weekday && day >= weekly->first_day && day <= weekly->last_day)
            add_clock(hours, member, day, weekly->from, weekly->until, SPAN_WORK, "");
    }
    join(hours);
}

static void collect_blocked(const struct roster_member *member, int64_t day, struct spans *blocked)
{
    for (size_t i = 0; i < member->exception_count; i++) {
        const struct exception_days *exception = &member->exceptions[i];
        if (!exception->is_worked && day >= exception->first_day && day <= exception->last_day)
            add_clock(blocked, member, day, exception->from, exception->until, SPAN_BLOCKED,
                      exception->reason);
    }
    qsort(blocked->list, blocked->count, sizeof *blocked->list, compare_spans);
}

/* What blocked spans, by their beginning, leave of one. */
static void add_rest(struct spans *out, const struct span *whole, const struct spans *blocked)
{
    struct span rest = *whole;
    for (size_t i = 0; i < blocked->count; i++) {
        const struct span *block = &blocked->list[i];
        rest.until = block->from < whole->until ? block->from : whole->until;
        add_span(out, rest);
        if (block->until > rest.from)
            rest.from = block->until;
    }
    rest.until = whole->until;
    add_span(out, rest);
}

size_t roster_day(const struct roster_member *member, int64_t day, struct arena *arena,
                  struct span **out)
{
    const size_t most = member->weekly_count + member->exception_count;
    struct spans hours = {arena_alloc(arena, (most + 1) * sizeof(struct span)), 0};
    struct spans blocked = {arena_alloc(arena, (most + 1) * sizeof(struct span)), 0};
    collect_hours(member, day, &hours);
    collect_blocked(member, day, &blocked);
    /* Each that is blocked parts at most one in two, and is one itself. */
    struct spans all = {
        arena_alloc(arena, 2 * (hours.count + blocked.count + 1) * sizeof(struct span)), 0};
    for (size_t i = 0; i < hours.count; i++) {
        hours.list[i].counts_from = hours.list[i].from;
        add_rest(&all, &hours.list[i], &blocked);
        const struct span rest = {i > 0 ? hours.list[i - 1].until : hours.list[i].from,
                                  hours.list[i].from, SPAN_BREAK, "", 0};
        add_rest(&all, &rest, &blocked);
    }
    for (size_t i = 0; i < blocked.count; i++)
        add_span(&all, blocked.list[i]);
    qsort(all.list, all.count, sizeof *all.list, compare_spans);
    *out = all.list;
    return all.count;
}

int day_hours(struct store *store, const struct uuid *estimator, struct date date,
              struct arena *arena, struct span **out, struct error *err)
{
    struct roster roster;
    if (!load(store, &(struct roster_wish){.estimator = estimator}, true, arena, &roster, err))
        return -1;
    if (roster.count == 0) {
        error_set(err, ERROR_NOT_FOUND, "This estimator doesn't exist any more: choose another");
        return -1;
    }
    return (int)roster_day(&roster.members[0], date_number(date), arena, out);
}
