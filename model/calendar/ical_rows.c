#include "model/calendar/ical_rows.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/operation/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char day_begins[] = "00:00:00", day_ends[] = "23:59:59"; /* a TIME has no 24:00 */

static struct uuid row_id(const struct uuid *tenant, const struct ical_owner *owner,
                          const struct ical_busy *busy, size_t piece)
{
    char whose[UUID_TEXT_SIZE];
    struct buffer name;
    uuid_text(&owner->id, whose);
    buffer_init(&name);
    buffer_format(&name, "ical:%s:%zu:%s:%s", whose, piece, busy->occurrence, busy->uid);
    struct uuid id = uuid_derived(tenant, name.text);
    buffer_done(&name);
    return id;
}

static struct ical_row *add(struct ical_row *rows, size_t *count, struct date first,
                            struct date last, const char *starts, const char *ends)
{
    struct ical_row *row = &rows[(*count)++];
    date_format(first, row->first_day);
    date_format(last, row->last_day);
    text_copy(row->start_time, sizeof row->start_time, starts);
    text_copy(row->end_time, sizeof row->end_time, ends);
    return row;
}

static size_t pieces_of(const struct ical_owner *owner, const struct ical_busy *busy,
                        struct ical_row *out)
{
    size_t count = 0;
    char from[24], until[24];
    struct clock_time starts = {0}, ends = {0};
    if (busy->is_all_day) {
        add(out, &count, busy->first_day, busy->last_day, "", "");
        return count;
    }
    if (!instant_to_local(busy->starts_at, owner->zone, &starts) ||
        !instant_to_local(busy->ends_at, owner->zone, &ends))
        return 0;
    snprintf(from, sizeof from, "%02d:%02d:%02d", starts.hour, starts.minute, starts.second);
    snprintf(until, sizeof until, "%02d:%02d:%02d", ends.hour, ends.minute, ends.second);
    int64_t first = date_number(starts.date), last = date_number(ends.date);
    if (first == last && strcmp(from, until) < 0) {
        add(out, &count, starts.date, ends.date, from, until);
        return count;
    }
    if (first >= last) /* no time at all, or the hour that the clock goes back */
        return 0;
    if (strcmp(from, day_begins) == 0)
        first--;
    else
        add(out, &count, starts.date, starts.date, from, day_ends);
    if (last - first > 1)
        add(out, &count, date_from_number(first + 1), date_from_number(last - 1), "", "");
    if (strcmp(until, day_begins) != 0)
        add(out, &count, ends.date, ends.date, day_begins, until);
    return count;
}

/* A whole day of a thing is one of its own zone. */
static void booking_of(const struct ical_owner *owner, const struct ical_busy *busy,
                       struct ical_row *out)
{
    out->starts_at = busy->starts_at;
    out->ends_at = busy->ends_at;
    if (busy->is_all_day) {
        struct clock_time first = {.date = busy->first_day};
        struct clock_time next = {.date = date_from_number(date_number(busy->last_day) + 1)};
        instant_from_local(&first, owner->zone, &out->starts_at);
        instant_from_local(&next, owner->zone, &out->ends_at);
    }
}

size_t ical_rows_of(const struct uuid *tenant, const struct ical_owner *owner,
                    const struct ical_busy *busy, struct ical_row out[ICAL_PIECES_MAX])
{
    size_t count = 1;
    memset(out, 0, ICAL_PIECES_MAX * sizeof *out);
    if (owner->is_resource)
        booking_of(owner, busy, out);
    else
        count = pieces_of(owner, busy, out);
    if (owner->is_resource && out->ends_at <= out->starts_at)
        return 0;
    for (size_t i = 0; i < count; i++) {
        out[i].id = row_id(tenant, owner, busy, i);
        out[i].uid = busy->uid;
        out[i].title = busy->title;
    }
    return count;
}

static void read_known(const struct statement *row, struct arena *arena, struct ical_row *out)
{
    statement_uuid(row, 0, &out->id);
    out->uid = arena_text(arena, statement_text(row, 2));
    out->title = arena_text(arena, statement_text(row, 3));
    text_copy(out->first_day, sizeof out->first_day, statement_text(row, 4));
    text_copy(out->last_day, sizeof out->last_day, statement_text(row, 5));
    text_copy(out->start_time, sizeof out->start_time, statement_text(row, 6));
    text_copy(out->end_time, sizeof out->end_time, statement_text(row, 7));
    out->starts_at = statement_integer(row, 8);
    out->ends_at = statement_integer(row, 9);
}

int ical_rows_known(struct store *store, const struct ical_owner *owner, int64_t from,
                    struct arena *arena, struct ical_row **out, struct uuid **feeds,
                    struct error *err)
{
    static const char exceptions_sql[] =
        "SELECT id, feed_id, ics_uid, reason, first_day, last_day, coalesce(start_time, ''),"
        " coalesce(end_time, ''), 0, 0 FROM availability_exceptions"
        " WHERE estimator_id = ?1 AND last_day >= ?2 AND ics_uid IS NOT NULL ORDER BY id";
    static const char bookings_sql[] =
        "SELECT id, NULL, ics_uid, notes, '', '', '', '', starts_at, ends_at"
        " FROM resource_bookings WHERE resource_id = ?1 AND ends_at > ?3"
        " AND ics_uid IS NOT NULL AND status <> 'cancelled' ORDER BY id";
    struct clock_time local = {.date = {1970, 1, 1}};
    char day[DATE_TEXT_SIZE];
    size_t count = 0, room = 0;
    int state;
    struct statement *statement =
        store_prepare(store, owner->is_resource ? bookings_sql : exceptions_sql, err);
    if (statement == NULL)
        return -1;
    instant_to_local(from, owner->zone, &local);
    date_format(local.date, day);
    statement_bind_uuid(statement, 1, &owner->id);
    if (owner->is_resource)
        statement_bind_integer(statement, 3, from);
    else
        statement_bind_text(statement, 2, day);
    while ((state = statement_step(statement, err)) > 0) {
        if (count == room) {
            room = room == 0 ? 64 : 2 * room;
            struct ical_row *rows = arena_alloc(arena, room * sizeof *rows);
            struct uuid *ids = arena_alloc(arena, room * sizeof *ids);
            if (count > 0) {
                memcpy(rows, *out, count * sizeof *rows);
                memcpy(ids, *feeds, count * sizeof *ids);
            }
            *out = rows;
            *feeds = ids;
        }
        statement_uuid(statement, 1, &(*feeds)[count]);
        read_known(statement, arena, &(*out)[count++]);
    }
    statement_done(statement);
    return state < 0 ? -1 : (int)count;
}

bool ical_row_equal(const struct ical_row *a, const struct ical_row *b)
{
    return strcmp(a->title, b->title) == 0 && strcmp(a->first_day, b->first_day) == 0 &&
           strcmp(a->last_day, b->last_day) == 0 && strcmp(a->start_time, b->start_time) == 0 &&
           strcmp(a->end_time, b->end_time) == 0 && a->starts_at == b->starts_at &&
           a->ends_at == b->ends_at;
}

static struct value time_or_null(const char *time)
{
    return time[0] != '\0' ? value_text(time) : value_null();
}

/* Insertions name whose it is, too: those columns stand last. */
static bool write(struct operation *operation, const char *table, const struct ical_row *row,
                  const struct change *changes, size_t count, size_t of_new, struct error *err)
{
    struct uuid id;
    if (row->step == ICAL_GONE)
        return record_delete(operation, table, &row->id, err);
    return row->step == ICAL_NEW
               ? record_insert(operation, table, changes, count, &id, err)
               : record_update(operation, table, &row->id, changes, count - of_new, err);
}

bool ical_row_write(struct operation *operation, const struct ical_plan *plan,
                    const struct ical_row *row, struct error *err)
{
    const struct change booking[] = {
        {.column = "starts_at", .value = value_integer(row->starts_at)},
        {.column = "ends_at", .value = value_integer(row->ends_at)},
        {.column = "notes", .value = value_text(row->title)},
        {.column = "id", .value = value_uuid(&row->id)},
        {.column = "ics_uid", .value = value_text(row->uid)},
        {.column = "resource_id", .value = value_uuid(&plan->owner.id)},
    };
    const struct change exception[] = {
        {.column = "first_day", .value = value_text(row->first_day)},
        {.column = "last_day", .value = value_text(row->last_day)},
        {.column = "start_time", .value = time_or_null(row->start_time)},
        {.column = "end_time", .value = time_or_null(row->end_time)},
        {.column = "reason", .value = value_text(row->title)},
        {.column = "id", .value = value_uuid(&row->id)},
        {.column = "ics_uid", .value = value_text(row->uid)},
        {.column = "estimator_id", .value = value_uuid(&plan->owner.id)},
        {.column = "feed_id", .value = value_uuid_or_null(&plan->feed_id)},
    };
    return plan->owner.is_resource
               ? write(operation, "resource_bookings", row, booking, 6, 3, err)
               : write(operation, "availability_exceptions", row, exception, 9, 4, err);
}
