/* What all changes of appointments have in common. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/appointment_parts.h"
#include "model/calendar/reminder.h"
#include "model/overlay/exchange.h"

#include <string.h>

const struct operation_kind appointment_kinds[] = {
    {.name = "appointment.book",
     .label = "booking",
     .undo = UNDO_WITHDRAW,
     .counter = booking_counter,
     .counter_right = "appointments.edit"},
    {.name = "appointment.repeat",
     .label = "series of appointments",
     .undo = UNDO_WITHDRAW,
     .counter = booking_counter,
     .counter_right = "appointments.edit"},
    {.name = "appointment.move",
     .label = "moved appointment",
     .undo = UNDO_WITHDRAW,
     .counter = booking_counter,
     .counter_right = "appointments.edit"},
    {.name = "appointment.status",
     .label = "state of an appointment",
     .undo = UNDO_WITHDRAW,
     .counter = booking_counter,
     .counter_right = "appointments.edit"},
    {.name = "appointment.undo", .label = "appointments put back", .undo = UNDO_NONE},
    {.name = "appointment.announce", .label = "lost places told", .undo = UNDO_BESIDE},
    {.name = "appointment.edit", .label = "change of an appointment", .undo = UNDO_WITHDRAW},
    {.name = "appointment.quote", .label = "quote on the spot", .undo = UNDO_WITHDRAW},
};
const size_t appointment_kind_count = sizeof appointment_kinds / sizeof appointment_kinds[0];

bool booking_work_begin(struct booking_work *work, struct store *store, const struct actor *actor,
                        const char *kind, bool is_forced, const struct booking_listener *listener,
                        struct error *err)
{
    *work = (struct booking_work){.store = store, .listener = listener};
    if (!actor_may(store, actor, "appointments.edit", err) ||
        (is_forced && !actor_may(store, actor, "appointments.delete", err)))
        return false;
    work->operation = operation_begin(store, kind, actor, err);
    if (work->operation == NULL)
        return false;
    work->arena = arena_new();
    return true;
}

bool booking_work_done(struct booking_work *work, bool is_done, struct error *err)
{
    if (is_done && work->hindered > 0) {
        is_done = false;
        if (err != NULL)
            *err = work->first;
        if (err != NULL && work->asks < work->hindered)
            err->field[0] = '\0';
        if (work->hindered > 1)
            error_prefix(err, "Nothing was changed, for %zu hinder it; the first", work->hindered);
    }
    if (is_done)
        is_done = operation_commit(work->operation, err);
    else
        operation_cancel(work->operation);
    arena_free(work->arena);
    return is_done;
}

bool booking_hinders(struct booking_work *work, const struct appointment *appointment,
                     const struct error *why, struct error *err)
{
    if (why->code != ERROR_RULE && why->code != ERROR_INPUT && why->code != ERROR_CONFLICT) {
        if (err != NULL)
            *err = *why;
        return false;
    }
    if (work->hindered++ == 0)
        work->first = *why;
    if (why->code == ERROR_RULE && why->field[0] != '\0')
        work->asks++;
    if (work->listener != NULL)
        work->listener->told(work->listener->context, &appointment->id,
                             appointment_words(appointment, work->arena), why->text);
    return true;
}

const char *appointment_time(const struct appointment *appointment, struct arena *arena)
{
    char starts[INSTANT_TEXT_SIZE];
    instant_format_local(appointment->starts_at, appointment->zone, starts);
    return arena_text(arena, starts);
}

const char *appointment_words(const struct appointment *appointment, struct arena *arena)
{
    return arena_format(arena, "%s, %s", appointment->who, appointment_time(appointment, arena));
}

bool booking_event(struct operation *operation, const struct uuid *appointment,
                   const struct booking_event *event, struct error *err)
{
    const struct uuid *person = &operation_actor(operation)->user_id;
    const bool is_moved = event->to_starts_at != 0;
    const struct change changes[] = {
        {.column = "appointment_id", .value = value_uuid(appointment)},
        {.column = "event_type", .value = value_text(event->kind)},
        {.column = "actor_id", .value = value_uuid_or_null(person)},
        {.column = "from_status", .value = value_text(event->from_status)},
        {.column = "to_status", .value = value_text(event->to_status)},
        {.column = "from_starts_at",
         .value = event->from_starts_at != 0 ? value_integer(event->from_starts_at) : value_null()},
        {.column = "to_starts_at",
         .value = is_moved ? value_integer(event->to_starts_at) : value_null()},
        {.column = "note", .value = value_text(event->note)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "appointment_events", changes,
                         sizeof changes / sizeof changes[0], NULL, err) &&
           reminders_follow(operation, appointment, err);
}

bool booking_answered(struct operation *operation, const struct uuid *appointment,
                      struct error *err)
{
    return store_run(operation_store(operation),
                     "UPDATE attention SET done_at = now(), done_by = ?2 WHERE row_id = ?1"
                     " AND kind = 'booking' AND done_at IS NULL",
                     err, "uu", appointment, &operation_actor(operation)->user_id);
}

const char *booking_status_now(struct store *store, struct error *err)
{
    struct exchange_status line;
    if (!exchange_status(store, &line, err))
        return NULL;
    return line.is_enrolled && (!line.is_online || line.needs_update) ? "tentative" : "scheduled";
}

int booking_things(struct store *store, const struct uuid *appointment, struct uuid *bookings,
                   struct uuid *things, size_t limit, struct error *err)
{
    struct statement *rows = store_prepare(store,
                                           "SELECT id, resource_id FROM resource_bookings"
                                           " WHERE appointment_id = ?1 ORDER BY id LIMIT ?2",
                                           err);
    if (rows == NULL)
        return -1;
    statement_bind_uuid(rows, 1, appointment);
    statement_bind_integer(rows, 2, (int64_t)limit);
    int count = 0, state;
    while ((state = statement_step(rows, err)) > 0) {
        statement_uuid(rows, 0, &bookings[count]);
        statement_uuid(rows, 1, &things[count++]);
    }
    statement_done(rows);
    return state < 0 ? -1 : count;
}

bool booking_check_place(struct booking_work *work, const struct appointment *appointment,
                         bool is_forced, struct error *err)
{
    struct uuid bookings[SLOT_RESOURCES_MAX];
    struct slot_claim claim = {.estimator_id = appointment->estimator_id,
                               .type_id = appointment->type_id,
                               .service_id = appointment->service_id,
                               .starts_at = appointment->starts_at,
                               .ends_at = appointment->ends_at,
                               .ignored = appointment->id,
                               .is_forced = is_forced};
    int count = booking_things(work->store, &appointment->id, bookings, claim.resources,
                               SLOT_RESOURCES_MAX, err);
    claim.resource_count = count > 0 ? (size_t)count : 0;
    return count >= 0 && slot_check(work->store, &claim, operation_time(work->operation), err);
}

bool booking_follow(struct operation *operation, const struct appointment *appointment,
                    struct error *err)
{
    struct uuid ids[BOOKING_THINGS_MAX], things[BOOKING_THINGS_MAX];
    const struct change changes[] = {
        {.column = "status", .value = value_text(appointment->status)},
        {.column = "starts_at", .value = value_integer(appointment->busy_from)},
        {.column = "ends_at", .value = value_integer(appointment->busy_until)},
    };
    int count = booking_things(operation_store(operation), &appointment->id, ids, things,
                               BOOKING_THINGS_MAX, err);
    bool is_done = count >= 0;
    for (int i = 0; i < count && is_done; i++)
        is_done = record_update(operation, "resource_bookings", &ids[i], changes, 3, err);
    return is_done;
}

bool booking_add_resources(struct operation *operation, const struct appointment *appointment,
                           const struct uuid *resources, size_t count, struct error *err)
{
    bool is_done =
        count <= APPOINTMENT_RESOURCES_MAX ||
        error_set_field(err, ERROR_INPUT, "resources", "An appointment takes up to %d things along",
                        APPOINTMENT_RESOURCES_MAX);
    for (size_t i = 0; i < count && is_done; i++) {
        const struct change changes[] = {
            {.column = "resource_id", .value = value_uuid(&resources[i])},
            {.column = "appointment_id", .value = value_uuid(&appointment->id)},
            {.column = "starts_at", .value = value_integer(appointment->busy_from)},
            {.column = "ends_at", .value = value_integer(appointment->busy_until)},
            {.column = "status", .value = value_text(appointment->status)},
        };
        for (size_t k = 0; k < i && is_done; k++)
            is_done = !uuid_equal(&resources[i], &resources[k]) ||
                      error_set_field(err, ERROR_INPUT, "resources", "A thing is named twice");
        is_done = is_done && record_insert(operation, "resource_bookings", changes, 5, NULL, err);
    }
    return is_done;
}
