/* The waiting list: entries as they are written and read. Who fits where stands in waiting_match.c.
 */
#include "model/calendar/waiting.h"

#include "model/base/text.h"
#include "model/calendar/appointment_parts.h"
#include "model/calendar/waiting_parts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const struct operation_kind waiting_kinds[] = {
    {.name = "waiting.add", .label = "entry on the waiting list", .undo = UNDO_WITHDRAW},
    {.name = "waiting.offer", .label = "offer of a place", .undo = UNDO_WITHDRAW},
    {.name = "waiting.set", .label = "change of the waiting list", .undo = UNDO_WITHDRAW},
    {.name = "waiting.expire", .label = "end of waiting", .undo = UNDO_BESIDE},
    {.name = "appointment.waiting",
     .label = "booking from the waiting list",
     .undo = UNDO_WITHDRAW,
     .counter = booking_counter,
     .counter_right = "appointments.edit"},
};
const size_t waiting_kind_count = sizeof waiting_kinds / sizeof waiting_kinds[0];

#define WHO "ltrim(CASE w.first_name WHEN '-' THEN '' ELSE w.first_name || ' ' END || w.last_name)"
#define TIMES                                                                                      \
    "(SELECT coalesce(group_concat(x.value, ' '), '') FROM json_each(w.preferred_times) AS x "     \
    "WHERE"                                                                                        \
    " x.type = 'text')"
#define FROM                                                                                       \
    "waitlist_entries AS w LEFT JOIN services AS s ON s.id = w.service_id"                         \
    " LEFT JOIN appointment_types AS t ON t.id = w.appointment_type_id"                            \
    " LEFT JOIN estimators AS e ON e.id = w.estimator_id"                                          \
    " LEFT JOIN locations AS l ON l.id = w.location_id"

static const char *const statuses[] = {"waiting", "offered",   "booked",
                                       "expired", "cancelled", NULL};

static const struct query_field fields[] = {
    {.name = "who",
     .label = "Customer",
     .sql = WHO,
     .type = COLUMN_TEXT,
     .reference = "w.customer_id",
     .help = "Who waits"},
    {.name = "status",
     .label = "Status",
     .sql = "w.status",
     .type = COLUMN_TEXT,
     .choices = statuses,
     .help = "Waiting, offered, booked, expired or cancelled"},
    {.name = "service",
     .label = "Service",
     .sql = "s.name",
     .type = COLUMN_TEXT,
     .reference = "w.service_id",
     .help = "What for"},
    {.name = "type",
     .label = "Type",
     .sql = "t.name",
     .type = COLUMN_TEXT,
     .reference = "w.appointment_type_id",
     .help = "A visit, in the shop, by telephone"},
    {.name = "estimator",
     .label = "Estimator",
     .sql = "e.name",
     .type = COLUMN_TEXT,
     .reference = "w.estimator_id",
     .help = "Who is wished for"},
    {.name = "place",
     .label = "Place",
     .sql = "l.name",
     .type = COLUMN_TEXT,
     .reference = "w.location_id",
     .help = "Where"},
    {.name = "from",
     .label = "From",
     .sql = "w.first_day",
     .type = COLUMN_DATE,
     .help = "The first day that would do"},
    {.name = "until",
     .label = "Until",
     .sql = "w.last_day",
     .type = COLUMN_DATE,
     .help = "The last day that would do"},
    {.name = "times",
     .label = "Times",
     .sql = TIMES,
     .type = COLUMN_TEXT,
     .help = "Mornings, afternoons, days of the week"},
    {.name = "phone",
     .label = "Phone",
     .sql = "w.phone",
     .type = COLUMN_TEXT,
     .help = "The number that was given"},
    {.name = "offer",
     .label = "Offered",
     .sql = "w.offered_starts_at",
     .type = COLUMN_INSTANT,
     .help = "The place that was offered"},
    {.name = "expires",
     .label = "Until when",
     .sql = "w.offer_expires_at",
     .type = COLUMN_INSTANT,
     .help = "How long the offer is good"},
    {.name = "notes",
     .label = "Notes",
     .sql = "w.notes",
     .type = COLUMN_TEXT,
     .help = "What was noted"},
    {.name = "since",
     .label = "Since",
     .sql = "w.created_at",
     .type = COLUMN_INSTANT,
     .help = "Since when they wait"},
    {.name = "id", .label = "Id", .sql = "w.id", .type = COLUMN_UUID},
};

const struct query_source waiting_source = {
    .name = "waiting",
    .from = FROM,
    .id = "w.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "since",
};

const char waiting_select[] =
    "SELECT w.id, w.customer_id, w.service_id, w.appointment_type_id, w.estimator_id,"
    " w.location_id, w.appointment_id, w.offered_estimator_id, " WHO ", w.phone, w.email, w.notes,"
    " w.first_day, w.last_day, " TIMES ", w.status, s.name, t.name, e.name, l.name,"
    " w.offered_starts_at, w.offer_expires_at, w.created_at FROM " FROM " WHERE ";

void waiting_read_row(const struct statement *row, struct arena *arena, struct waiting_entry *out)
{
    struct uuid *const ids[] = {
        &out->id,           &out->customer_id, &out->service_id,     &out->type_id,
        &out->estimator_id, &out->location_id, &out->appointment_id, &out->offered_estimator_id};
    const char **const texts[] = {&out->name,      &out->phone,    &out->email,     &out->notes,
                                  &out->first_day, &out->last_day, &out->times,     &out->status,
                                  &out->service,   &out->type,     &out->estimator, &out->location};
    int at = 0;
    *out = (struct waiting_entry){0};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        statement_uuid(row, at++, ids[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(arena, statement_text(row, at++));
    out->offered_starts_at = statement_integer(row, at++);
    out->offer_expires_at = statement_integer(row, at++);
    out->since = statement_integer(row, at);
}

int waiting_load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct waiting_entry *out, struct error *err)
{
    struct statement *row =
        store_prepare(store, arena_format(arena, "%sw.id = ?1", waiting_select), err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, id);
    int found = statement_step(row, err);
    if (found > 0)
        waiting_read_row(row, arena, out);
    statement_done(row);
    return found;
}

static bool require(struct booking_work *work, const struct uuid *id, struct waiting_entry *out,
                    struct error *err)
{
    int found = waiting_load(work->store, id, work->arena, out, err);
    return found > 0 || (found == 0 && error_set(err, ERROR_NOT_FOUND,
                                                 "This entry is no longer on the waiting list"));
}

/* A JSON array of the words, each of which is known; freed by the caller. */
static char *times_json(const char *times, struct arena *arena, struct error *err)
{
    json_t *list = json_array();
    bool is_good = true;
    char *rest = text_fold(times != NULL ? times : "", arena);
    for (char *word; is_good && (word = strtok_r(NULL, " ,", &rest)) != NULL;) {
        is_good = waiting_time_is_known(word) ||
                  error_set_field(err, ERROR_INPUT, "times",
                                  "\"%s\" is no part of a day or week; write mornings, afternoons, "
                                  "evenings, 14:00-16:00, mon or weekdays",
                                  word);
        json_array_append_new(list, json_string(word));
    }
    char *text = is_good ? json_dumps(list, JSON_COMPACT) : NULL;
    json_decref(list);
    return text;
}

static bool insert(struct booking_work *work, const struct waiting_entry *entry, struct uuid *id,
                   struct error *err)
{
    struct booking_person person;
    const struct booking named = {.customer_id = entry->customer_id,
                                  .name = entry->name,
                                  .phone = entry->phone,
                                  .email = entry->email};
    if (!booking_person(work, &named, &person, err))
        return false;
    char *times = times_json(entry->times, work->arena, err);
    if (times == NULL)
        return false;
    const struct change changes[] = {
        {.column = "appointment_type_id", .value = value_uuid_or_null(&entry->type_id)},
        {.column = "service_id", .value = value_uuid_or_null(&entry->service_id)},
        {.column = "estimator_id", .value = value_uuid_or_null(&entry->estimator_id)},
        {.column = "location_id", .value = value_uuid_or_null(&entry->location_id)},
        {.column = "customer_id", .value = value_uuid_or_null(&person.customer_id)},
        {.column = "first_name", .value = value_text(person.first_name)},
        {.column = "last_name", .value = value_text(person.last_name)},
        {.column = "email", .value = booking_given(person.email)},
        {.column = "phone", .value = booking_given(person.phone)},
        {.column = "first_day", .value = booking_given(entry->first_day)},
        {.column = "last_day", .value = booking_given(entry->last_day)},
        {.column = "preferred_times", .value = value_text(times)},
        {.column = "notes", .value = booking_given(entry->notes)},
    };
    bool is_done = record_insert(work->operation, "waitlist_entries", changes,
                                 sizeof changes / sizeof changes[0], id, err);
    operation_describe(work->operation, "%s %s on the waiting list", person.first_name,
                       person.last_name);
    free(times);
    return is_done;
}

bool waiting_add(struct store *store, const struct actor *actor, const struct waiting_entry *entry,
                 struct uuid *id, struct error *err)
{
    struct booking_work work;
    return booking_work_begin(&work, store, actor, "waiting.add", false, NULL, err) &&
           booking_work_done(&work, insert(&work, entry, id, err), err);
}

static bool check_open(const struct waiting_entry *entry, struct error *err)
{
    return strcmp(entry->status, "waiting") == 0 || strcmp(entry->status, "offered") == 0 ||
           error_set(err, ERROR_RULE, "%s does not wait any more: the entry is %s", entry->name,
                     entry->status);
}

bool waiting_offer(struct store *store, const struct actor *actor, const struct uuid *id,
                   const struct waiting_place *place, int64_t until, struct error *err)
{
    struct booking_work work;
    struct waiting_entry entry;
    if (!booking_work_begin(&work, store, actor, "waiting.offer", false, NULL, err))
        return false;
    bool is_done = require(&work, id, &entry, err) && check_open(&entry, err) &&
                   ((until > operation_time(work.operation) && until <= place->starts_at) ||
                    error_set_field(err, ERROR_INPUT, "until",
                                    "An offer is good until a time before the place itself"));
    if (is_done) {
        const struct change changes[] = {
            {.column = "status", .value = value_text("offered")},
            {.column = "offered_at", .value = value_integer(operation_time(work.operation))},
            {.column = "offer_expires_at", .value = value_integer(until)},
            {.column = "offered_starts_at", .value = value_integer(place->starts_at)},
            {.column = "offered_estimator_id", .value = value_uuid_or_null(&place->estimator_id)},
        };
        operation_describe(work.operation, "a place offered to %s", entry.name);
        is_done = record_update(work.operation, "waitlist_entries", id, changes,
                                sizeof changes / sizeof changes[0], err);
    }
    return booking_work_done(&work, is_done, err);
}

static bool book_entry(struct booking_work *work, const struct waiting_entry *entry,
                       const struct waiting_place *place, bool is_forced, struct appointment *made,
                       struct error *err)
{
    const bool is_offer = place == NULL;
    const struct booking booking = {
        .customer_id = entry->customer_id,
        .name = entry->name,
        .phone = entry->phone,
        .email = entry->email,
        .notes = entry->notes,
        .estimator_id = is_offer ? entry->offered_estimator_id : place->estimator_id,
        .service_id = entry->service_id,
        .type_id = entry->type_id,
        .location_id = entry->location_id,
        .starts_at = is_offer ? entry->offered_starts_at : place->starts_at};
    if (is_offer && entry->offered_starts_at == 0)
        return error_set(err, ERROR_RULE, "No place was offered to %s; choose one", entry->name);
    if (!booking_write(work, &booking, NULL, made, err) ||
        !booking_check_place(work, made, is_forced, err))
        return false;
    const struct change changes[] = {
        {.column = "status", .value = value_text("booked")},
        {.column = "appointment_id", .value = value_uuid(&made->id)},
    };
    return record_update(work->operation, "waitlist_entries", &entry->id, changes, 2, err);
}

bool waiting_book(struct store *store, const struct actor *actor, const struct uuid *id,
                  const struct waiting_place *place, bool is_forced, struct uuid *appointment,
                  struct error *err)
{
    struct booking_work work;
    struct waiting_entry entry;
    struct appointment made = {0};
    if (!booking_work_begin(&work, store, actor, "appointment.waiting", is_forced, NULL, err))
        return false;
    bool is_done = require(&work, id, &entry, err) && check_open(&entry, err) &&
                   book_entry(&work, &entry, place, is_forced, &made, err);
    if (is_done) {
        operation_set_subject(work.operation, "appointments", &made.id);
        operation_describe(work.operation, "%s from the waiting list",
                           appointment_words(&made, work.arena));
    }
    is_done = booking_work_done(&work, is_done, err);
    if (is_done && appointment != NULL)
        *appointment = made.id;
    return is_done;
}

bool waiting_set(struct store *store, const struct actor *actor, const struct uuid *id,
                 const char *status, struct error *err)
{
    struct booking_work work;
    struct waiting_entry entry;
    if (strcmp(status, "waiting") != 0 && strcmp(status, "cancelled") != 0)
        return error_set_field(err, ERROR_INPUT, "status",
                               "An entry of the waiting list is set to waiting or cancelled");
    if (!booking_work_begin(&work, store, actor, "waiting.set", false, NULL, err))
        return false;
    bool is_done = require(&work, id, &entry, err) &&
                   (strcmp(entry.status, "booked") != 0 ||
                    error_set(err, ERROR_RULE, "%s has an appointment; cancel that", entry.name));
    if (is_done) {
        const struct change change = {.column = "status", .value = value_text(status)};
        operation_describe(work.operation, "%s on the waiting list: %s", entry.name, status);
        is_done = record_update(work.operation, "waitlist_entries", id, &change, 1, err);
    }
    return booking_work_done(&work, is_done, err);
}
