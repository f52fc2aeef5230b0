/* New appointments: who, with whom, for how long and where. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/appointment_parts.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 100 * 4 + 1 };

/* What is copied from the customer, and what was given instead. */
struct person {
    const char *name, *phone, *email, *address;
};

static bool customer_of(struct booking_work *work, const struct uuid *id, struct person *out,
                        struct error *err)
{
    struct statement *row =
        store_prepare(work->store,
                      "SELECT name, phone, email, address FROM customer_profiles"
                      " WHERE id = ?1 AND deleted_at IS NULL",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, id);
    int found = statement_step(row, err);
    if (found > 0)
        *out = (struct person){.name = arena_text(work->arena, statement_text(row, 0)),
                               .phone = arena_text(work->arena, statement_text(row, 1)),
                               .email = arena_text(work->arena, statement_text(row, 2)),
                               .address = arena_text(work->arena, statement_text(row, 3))};
    statement_done(row);
    return found > 0 || (found == 0 && error_set_field(err, ERROR_NOT_FOUND, "customer",
                                                       "This customer is no longer there; choose "
                                                       "one, or type a name"));
}

/* The last word is the family's name; who has one name alone has no other. */
static void split_name(const char *name, struct arena *arena, const char **first, const char **last)
{
    char part[NAME_MAX_BYTES];
    name += strspn(name, " ");
    size_t size = strlen(name);
    while (size > 0 && name[size - 1] == ' ')
        size--;
    size_t at = size;
    while (at > 0 && name[at - 1] != ' ')
        at--;
    text_copy(part, sizeof part, arena_bytes(arena, name + at, size - at));
    *last = arena_text(arena, part);
    while (at > 0 && name[at - 1] == ' ')
        at--;
    text_copy(part, sizeof part, arena_bytes(arena, name, at));
    *first = at > 0 ? arena_text(arena, part) : "-";
}

struct value booking_given(const char *text)
{
    return value_text(text == NULL || text_is_blank(text) ? NULL : text);
}

static bool new_customer(struct booking_work *work, const struct person *person, struct uuid *id,
                         struct error *err)
{
    const bool has_address = person->address != NULL && person->address[0] != '\0';
    const struct change changes[] = {
        {.column = "name", .value = value_text(person->name)},
        {.column = "phone", .value = booking_given(person->phone)},
        {.column = "email", .value = booking_given(person->email)},
        {.column = "address", .value = value_text(person->address)},
    };
    return actor_may(work->store, operation_actor(work->operation), "customers.edit", err) &&
           record_insert(work->operation, "customer_profiles", changes, has_address ? 4 : 3, id,
                         err);
}

/* Who it is for, and the customer's id, if any. */
static bool find_person(struct booking_work *work, const struct booking *booking,
                        struct person *person, struct uuid *customer, struct error *err)
{
    *person = (struct person){0};
    *customer = booking->customer_id;
    if (!uuid_is_zero(customer) && !customer_of(work, customer, person, err))
        return false;
    person->name = booking->name != NULL ? booking->name : person->name;
    person->phone = booking->phone != NULL ? booking->phone : person->phone;
    person->email = booking->email != NULL ? booking->email : person->email;
    person->address = booking->address != NULL ? booking->address : person->address;
    if (person->name == NULL || text_is_blank(person->name))
        return error_set_field(err, ERROR_INPUT, "name",
                               "Choose a customer, or type the name of who is visited");
    if (person->address != NULL && strcmp(person->address, "{}") == 0)
        person->address = NULL;
    return !booking->is_new_customer || !uuid_is_zero(customer) ||
           new_customer(work, person, customer, err);
}

/* Where the booking names no place it is the estimator's, or where it is written. */
static bool find_location(struct booking_work *work, const struct booking *booking,
                          struct uuid *location, struct error *err)
{
    *location = booking->location_id;
    if (!uuid_is_zero(location))
        return true;
    *location = operation_actor(work->operation)->location_id;
    struct statement *row = store_prepare(work->store,
                                          "SELECT location_id FROM estimators WHERE id = ?1"
                                          " AND location_id IS NOT NULL",
                                          err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &booking->estimator_id);
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, location);
    statement_done(row);
    return found >= 0;
}

static bool check_times(const struct booking *booking, int minutes, struct error *err)
{
    struct clock_time local;
    if (booking->starts_at <= 0 || !instant_to_local(booking->starts_at, NULL, &local) ||
        local.date.year > 9998)
        return error_set_field(err, ERROR_INPUT, "starts_at",
                               "Say when it begins, such as tomorrow 14:00");
    return (minutes > 0 && minutes <= APPOINTMENT_MINUTES_MAX) ||
           error_set_field(err, ERROR_INPUT, "duration",
                           "An appointment lasts from 1 minute to 24 hours");
}

static const char *uid_of(const struct booking *booking, const struct uuid *id, struct arena *arena)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    return booking->ics_uid != NULL ? booking->ics_uid : arena_format(arena, "%s@countertop", text);
}

/* The row as it is to be inserted. */
struct row {
    struct uuid id, customer, location;
    struct person person;
    struct slot_terms terms;
    const char *status;
    int64_t ends_at;
};

bool booking_person(struct booking_work *work, const struct booking *booking,
                    struct booking_person *out, struct error *err)
{
    struct person person;
    if (!find_person(work, booking, &person, &out->customer_id, err))
        return false;
    split_name(person.name, work->arena, &out->first_name, &out->last_name);
    out->phone = person.phone;
    out->email = person.email;
    return true;
}

static bool insert_row(struct booking_work *work, const struct booking *booking,
                       const struct uuid *series, const struct row *row, struct error *err)
{
    const char *first, *last;
    split_name(row->person.name, work->arena, &first, &last);
    const struct change changes[] = {
        {.column = "id", .value = value_uuid(&row->id)},
        {.column = "customer_id", .value = value_uuid_or_null(&row->customer)},
        {.column = "first_name", .value = value_text(first)},
        {.column = "last_name", .value = value_text(last)},
        {.column = "email", .value = booking_given(row->person.email)},
        {.column = "phone", .value = booking_given(row->person.phone)},
        {.column = "address", .value = booking_given(row->person.address)},
        {.column = "starts_at", .value = value_integer(booking->starts_at)},
        {.column = "ends_at", .value = value_integer(row->ends_at)},
        {.column = "duration_minutes", .value = value_integer(row->terms.duration_minutes)},
        {.column = "buffer_before_minutes",
         .value = value_integer(row->terms.buffer_before_minutes)},
        {.column = "buffer_after_minutes", .value = value_integer(row->terms.buffer_after_minutes)},
        {.column = "status", .value = value_text(row->status)},
        {.column = "estimator_id", .value = value_uuid_or_null(&booking->estimator_id)},
        {.column = "service_id", .value = value_uuid_or_null(&row->terms.service_id)},
        {.column = "appointment_type_id", .value = value_uuid_or_null(&booking->type_id)},
        {.column = "location_id", .value = value_uuid_or_null(&row->location)},
        {.column = "series_id", .value = value_uuid_or_null(series)},
        {.column = "notes", .value = booking_given(booking->notes)},
        {.column = "ics_uid", .value = value_text(uid_of(booking, &row->id, work->arena))},
    };
    return record_insert(work->operation, "appointments", changes,
                         sizeof changes / sizeof changes[0], NULL, err);
}

bool booking_write(struct booking_work *work, const struct booking *booking,
                   const struct uuid *series, struct appointment *out, struct error *err)
{
    struct row row = {.id = uuid_v7(store_env(work->store)),
                      .status = booking_status_now(work->store, err)};
    if (row.status == NULL || !find_person(work, booking, &row.person, &row.customer, err) ||
        !find_location(work, booking, &row.location, err) ||
        !slot_terms_load(work->store, &booking->type_id, &booking->service_id,
                         &booking->estimator_id, &row.terms, err))
        return false;
    if (booking->duration_minutes != 0)
        row.terms.duration_minutes = booking->duration_minutes;
    if (!check_times(booking, row.terms.duration_minutes, err))
        return false;
    row.ends_at = booking->starts_at + (int64_t)row.terms.duration_minutes * 60 * SECOND_US;
    const struct booking_event event = {
        .kind = "booked", .to_status = row.status, .to_starts_at = booking->starts_at};
    return insert_row(work, booking, series, &row, err) &&
           appointment_require(work->store, &row.id, work->arena, out, err) &&
           booking_add_resources(work->operation, out, booking->resources, booking->resource_count,
                                 err) &&
           booking_event(work->operation, &row.id, &event, err);
}

bool appointment_book(struct store *store, const struct actor *actor, const struct booking *booking,
                      struct uuid *id, struct error *err)
{
    struct booking_work work;
    struct appointment made;
    if (!booking_work_begin(&work, store, actor, "appointment.book", booking->is_forced, NULL, err))
        return false;
    bool is_done = booking_write(&work, booking, NULL, &made, err) &&
                   booking_check_place(&work, &made, booking->is_forced, err);
    if (is_done) {
        operation_set_subject(work.operation, "appointments", &made.id);
        operation_describe(work.operation, "%s%s%s", appointment_words(&made, work.arena),
                           made.estimator[0] != '\0' ? " with " : "", made.estimator);
    }
    is_done = booking_work_done(&work, is_done, err);
    if (is_done && id != NULL)
        *id = made.id;
    return is_done;
}
