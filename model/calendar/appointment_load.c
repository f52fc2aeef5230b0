/* Appointments as they are read. */
#include "model/base/instant.h"
#include "model/calendar/appointment_parts.h"

#include <string.h>

/* What names a place in one line. */
#define PLACE                                                                                      \
    "trim(coalesce(a.address ->> '$.street', '') || CASE WHEN a.address ->> '$.street' <> ''"      \
    " AND coalesce(a.address ->> '$.postal_code', a.address ->> '$.city') IS NOT NULL"             \
    " THEN ', ' ELSE '' END || coalesce(a.address ->> '$.postal_code' || ' ', '')"                 \
    " || coalesce(a.address ->> '$.city', ''))"

/* "-" stands where a person has one name alone. */
#define WHO "ltrim(CASE a.first_name WHEN '-' THEN '' ELSE a.first_name || ' ' END || a.last_name)"

#define RESOURCES                                                                                  \
    "(SELECT group_concat(r.name, ', ') FROM (SELECT n.name FROM resource_bookings AS b JOIN"      \
    " resources AS n ON n.id = b.resource_id WHERE b.appointment_id = a.id ORDER BY n.name) AS r)"

#define UNSENT "(a.id IN (SELECT p.row_id FROM op_rows AS p WHERE p.table_name = 'appointments'))"

/* The last word on its place was that it is another one's. The centre's order is that of the
 * versions, whatever the clocks say; what is not sent comes after it. */
#define LOST                                                                                       \
    "(a.status = 'tentative' AND coalesce((SELECT v.event_type FROM appointment_events AS v"       \
    " WHERE v.appointment_id = a.id AND v.event_type IN ('booked', 'clash', 'moved')"              \
    " ORDER BY v.row_version > 0, v.row_version DESC, v.id DESC LIMIT 1), '') = 'clash')"

#define FROM                                                                                       \
    "appointments AS a LEFT JOIN estimators AS e ON e.id = a.estimator_id"                         \
    " LEFT JOIN services AS s ON s.id = a.service_id"                                              \
    " LEFT JOIN appointment_types AS t ON t.id = a.appointment_type_id"                            \
    " LEFT JOIN locations AS l ON l.id = a.location_id"                                            \
    " LEFT JOIN orders AS o ON o.id = a.outcome_order_id"

static const char *const statuses[] = {"tentative", "scheduled", "confirmed", "in_progress",
                                       "completed", "cancelled", "no_show",   NULL};

static const struct query_field fields[] = {
    {.name = "who",
     .label = "Customer",
     .sql = WHO,
     .type = COLUMN_TEXT,
     .reference = "a.customer_id",
     .help = "Who is visited"},
    {.name = "starts",
     .label = "Starts",
     .sql = "a.starts_at",
     .type = COLUMN_INSTANT,
     .is_sortable = true,
     .help = "When it begins: starts:today, starts:next-week"},
    {.name = "ends",
     .label = "Ends",
     .sql = "a.ends_at",
     .type = COLUMN_INSTANT,
     .help = "When it ends"},
    {.name = "status",
     .label = "Status",
     .sql = "a.status",
     .type = COLUMN_TEXT,
     .choices = statuses,
     .help = "Tentative, scheduled, confirmed, in progress, …"},
    {.name = "estimator",
     .label = "Estimator",
     .sql = "e.name",
     .type = COLUMN_TEXT,
     .reference = "a.estimator_id",
     .help = "Who goes there"},
    {.name = "service",
     .label = "Service",
     .sql = "s.name",
     .type = COLUMN_TEXT,
     .reference = "a.service_id",
     .help = "What is done"},
    {.name = "type",
     .label = "Type",
     .sql = "t.name",
     .type = COLUMN_TEXT,
     .reference = "a.appointment_type_id",
     .help = "A visit, in the shop, by telephone"},
    {.name = "phone",
     .label = "Phone",
     .sql = "a.phone",
     .type = COLUMN_TEXT,
     .help = "The number that was given"},
    {.name = "email",
     .label = "E-mail",
     .sql = "a.email",
     .type = COLUMN_TEXT,
     .help = "The address that was given"},
    {.name = "place",
     .label = "Place",
     .sql = PLACE,
     .type = COLUMN_TEXT,
     .help = "Street, postal code and city"},
    {.name = "resources",
     .label = "Takes along",
     .sql = RESOURCES,
     .type = COLUMN_TEXT,
     .help = "Vans, rooms and tools"},
    {.name = "lost",
     .label = "Lost its place",
     .sql = LOST,
     .type = COLUMN_BOOLEAN,
     .help = "Tentative, since its place went to another one"},
    {.name = "unsent",
     .label = "Not sent",
     .sql = UNSENT,
     .type = COLUMN_BOOLEAN,
     .help = "Changed here, and not known to the centre"},
    {.name = "reason",
     .label = "Reason",
     .sql = "a.cancel_reason",
     .type = COLUMN_TEXT,
     .help = "Why it was cancelled"},
    {.name = "notes",
     .label = "Notes",
     .sql = "a.notes",
     .type = COLUMN_TEXT,
     .help = "What was noted"},
    {.name = "order",
     .label = "Order",
     .sql = "o.order_number",
     .type = COLUMN_TEXT,
     .reference = "a.outcome_order_id",
     .help = "What came of it"},
    {.name = "series",
     .label = "Series",
     .sql = "a.series_id",
     .type = COLUMN_UUID,
     .help = "Of which it is one"},
    {.name = "made",
     .label = "Made",
     .sql = "a.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it was booked"},
    {.name = "id", .label = "Id", .sql = "a.id", .type = COLUMN_UUID},
};

const struct query_source appointment_source = {
    .name = "appointments",
    .from = FROM,
    .id = "a.id",
    .where = "a.deleted_at IS NULL",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "starts",
};

static const char select_sql[] =
    "SELECT a.id, a.customer_id, a.estimator_id, a.service_id, a.appointment_type_id,"
    " a.location_id, a.series_id, a.outcome_order_id, " WHO ", a.first_name, a.last_name, a.phone,"
    " a.email, a.address, " PLACE
    ", a.status, e.name, s.name, t.name, l.name, o.order_number, " RESOURCES
    ", coalesce(nullif((SELECT w.timezone FROM locations AS w WHERE w.id ="
    " e.location_id), ''), nullif(l.timezone, ''), (SELECT h.timezone FROM tenants AS h WHERE"
    " h.id = a.tenant_id)), a.notes, a.cancel_reason, a.ics_uid, a.starts_at, a.ends_at,"
    " a.starts_at - a.buffer_before_minutes * 60000000, a.ends_at + a.buffer_after_minutes *"
    " 60000000, a.updated_at, a.ics_sequence, a.duration_minutes, " UNSENT ", " LOST
    ", a.id IN (SELECT r.row_id FROM attention AS w JOIN journal AS j ON j.id = w.operation_id JOIN"
    " journal_rows AS r ON r.seq = j.seq WHERE w.done_at IS NULL AND w.kind IN ('refused',"
    " 'conflict') AND r.table_name = 'appointments' UNION ALL SELECT r.row_id FROM outbox AS q JOIN"
    " op_rows AS r ON r.seq = q.seq WHERE q.state = 'blocked' AND r.table_name = 'appointments')"
    " FROM " FROM " WHERE a.deleted_at IS NULL AND ";

static void read_row(const struct statement *row, struct arena *arena, struct appointment *out)
{
    struct uuid *const ids[] = {&out->id,         &out->customer_id,     &out->estimator_id,
                                &out->service_id, &out->type_id,         &out->location_id,
                                &out->series_id,  &out->outcome_order_id};
    const char **const texts[] = {
        &out->who,     &out->first_name,    &out->last_name,    &out->phone,     &out->email,
        &out->address, &out->place,         &out->status,       &out->estimator, &out->service,
        &out->type,    &out->location,      &out->order_number, &out->resources, &out->zone,
        &out->notes,   &out->cancel_reason, &out->ics_uid};
    int64_t *const numbers[] = {&out->starts_at,  &out->ends_at,    &out->busy_from,
                                &out->busy_until, &out->updated_at, &out->ics_sequence};
    int at = 0;
    *out = (struct appointment){0};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        statement_uuid(row, at++, ids[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(arena, statement_text(row, at++));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        *numbers[i] = statement_integer(row, at++);
    out->duration_minutes = (int)statement_integer(row, at++);
    out->is_unsent = statement_integer(row, at++) != 0;
    out->is_lost = statement_integer(row, at++) != 0;
    out->is_refused = statement_integer(row, at) != 0;
}

int appointment_load(struct store *store, const struct uuid *id, struct arena *arena,
                     struct appointment *out, struct error *err)
{
    struct statement *row =
        store_prepare(store, arena_format(arena, "%sa.id = ?1", select_sql), err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, id);
    int found = statement_step(row, err);
    if (found > 0)
        read_row(row, arena, out);
    statement_done(row);
    return found;
}

bool appointment_require(struct store *store, const struct uuid *id, struct arena *arena,
                         struct appointment *out, struct error *err)
{
    int found = appointment_load(store, id, arena, out, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "This appointment is no longer there; look at the calendar "
                  "for what became of it");
    return found > 0;
}

/* Appends what the statement gives; the count, or -1. */
static int read_all(struct statement *rows, struct arena *arena, struct appointment **out,
                    struct error *err)
{
    size_t count = 0, capacity = 0;
    int state;
    *out = NULL;
    while ((state = statement_step(rows, err)) > 0) {
        if (count == capacity) {
            struct appointment *grown =
                arena_alloc(arena, (capacity = capacity * 2 + 32) * sizeof *grown);
            if (count > 0)
                memcpy(grown, *out, count * sizeof *grown);
            *out = grown;
        }
        read_row(rows, arena, &(*out)[count++]);
    }
    statement_done(rows);
    return state < 0 ? -1 : (int)count;
}

int appointments_between(struct store *store, int64_t from, int64_t until,
                         const struct uuid *estimators, size_t estimator_count, struct arena *arena,
                         struct appointment **out, struct error *err)
{
    /* None is longer than this, so that the index of the starts gives the ones that reach in. */
    const int64_t reach = APPOINTMENT_MINUTES_MAX * 60 * SECOND_US;
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "%sa.starts_at >= ?1 - ?3 AND a.starts_at < ?2 AND a.ends_at > ?1",
                  select_sql);
    for (size_t i = 0; i < estimator_count; i++)
        buffer_format(&sql, "%s?%zu%s", i == 0 ? " AND a.estimator_id IN (" : ", ", i + 4,
                      i + 1 == estimator_count ? ")" : "");
    buffer_add(&sql, " ORDER BY a.starts_at, a.id");
    struct statement *rows = store_prepare(store, sql.text, err);
    buffer_done(&sql);
    if (rows == NULL)
        return -1;
    statement_bind_integer(rows, 1, from);
    statement_bind_integer(rows, 2, until);
    statement_bind_integer(rows, 3, reach);
    for (size_t i = 0; i < estimator_count; i++)
        statement_bind_uuid(rows, (int)i + 4, &estimators[i]);
    return read_all(rows, arena, out, err);
}

int appointments_of_customer(struct store *store, const struct uuid *customer, size_t limit,
                             struct arena *arena, struct appointment **out, struct error *err)
{
    struct statement *rows = store_prepare(
        store,
        arena_format(arena, "%sa.customer_id = ?1 ORDER BY a.starts_at DESC, a.id DESC LIMIT ?2",
                     select_sql),
        err);
    if (rows == NULL)
        return -1;
    statement_bind_uuid(rows, 1, customer);
    statement_bind_integer(rows, 2, (int64_t)limit);
    return read_all(rows, arena, out, err);
}

int appointment_events(struct store *store, const struct uuid *id, struct arena *arena,
                       struct appointment_event **out, struct error *err)
{
    struct statement *rows =
        store_prepare(store,
                      "SELECT v.occurred_at, v.event_type, u.display_name, v.from_status,"
                      " v.to_status, v.note, v.from_starts_at, v.to_starts_at, count(*) OVER ()"
                      " FROM appointment_events AS v LEFT JOIN users AS u ON u.id = v.actor_id"
                      " WHERE v.appointment_id = ?1 ORDER BY v.occurred_at, v.id",
                      err);
    if (rows == NULL)
        return -1;
    statement_bind_uuid(rows, 1, id);
    int count = 0, state;
    *out = NULL;
    while ((state = statement_step(rows, err)) > 0) {
        if (*out == NULL)
            *out = arena_alloc(arena, (size_t)statement_integer(rows, 8) * sizeof **out);
        (*out)[count++] = (struct appointment_event){
            .at = statement_integer(rows, 0),
            .kind = arena_text(arena, statement_text(rows, 1)),
            .actor = arena_text(arena, statement_text(rows, 2)),
            .from_status = arena_text(arena, statement_text(rows, 3)),
            .to_status = arena_text(arena, statement_text(rows, 4)),
            .note = arena_text(arena, statement_text(rows, 5)),
            .from_starts_at = statement_integer(rows, 6),
            .to_starts_at = statement_integer(rows, 7),
        };
    }
    statement_done(rows);
    return state < 0 ? -1 : count;
}
