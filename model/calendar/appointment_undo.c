/* How what was done to appointments is taken back, once the centre has it: a booking is cancelled,
 * a move goes back, a status to what it was. Each with an event of its own. */
#include "model/calendar/appointment_parts.h"

#include <string.h>

static const char withdrawn_words[] = "Taken back";

/* The value of a column before or after the operation; null where it did not change it. */
static struct value value_of(const struct operation_change *change, const struct value *values,
                             const char *column)
{
    for (size_t i = 0; i < change->count; i++)
        if (strcmp(change->columns[i]->name, column) == 0)
            return values[i];
    return value_null();
}

/* A tentative one that the centre gave its place is as it was left. */
static bool is_as_left(const struct operation_change *change, const struct appointment *now)
{
    struct uuid estimator;
    struct value starts = value_of(change, change->after, "starts_at");
    struct value ends = value_of(change, change->after, "ends_at");
    struct value who = value_of(change, change->after, "estimator_id");
    const char *status = value_as_text(value_of(change, change->after, "status"));
    return (starts.kind != VALUE_INTEGER || starts.integer == now->starts_at) &&
           (ends.kind != VALUE_INTEGER || ends.integer == now->ends_at) &&
           (!value_as_uuid(who, &estimator) || uuid_equal(&estimator, &now->estimator_id)) &&
           (status[0] == '\0' || strcmp(status, now->status) == 0 ||
            (strcmp(status, "tentative") == 0 && strcmp(now->status, "scheduled") == 0));
}

static bool write_back(struct booking_work *work, const struct appointment *now,
                       const struct appointment *then, const struct change *changes, size_t count,
                       struct error *err)
{
    const struct booking_event event = {.kind = "undone",
                                        .from_status = now->status,
                                        .to_status = then->status,
                                        .from_starts_at = now->starts_at,
                                        .to_starts_at =
                                            then->starts_at != now->starts_at ? then->starts_at : 0,
                                        .note = withdrawn_words};
    return record_update(work->operation, "appointments", &now->id, changes, count, err) &&
           booking_follow(work->operation, then, err) &&
           booking_event(work->operation, &now->id, &event, err);
}

static bool cancel_booking(struct booking_work *work, const struct appointment *now,
                           struct error *err)
{
    struct appointment then = *now;
    then.status = "cancelled";
    const struct change changes[] = {
        {.column = "status", .value = value_text(then.status)},
        {.column = "cancelled_at", .value = value_integer(operation_time(work->operation))},
        {.column = "cancel_reason", .value = value_text(withdrawn_words)},
        {.column = "ics_sequence", .value = value_integer(now->ics_sequence + 1)},
    };
    return write_back(work, now, &then, changes, sizeof changes / sizeof changes[0], err);
}

static void go_back(const struct operation_change *change, struct appointment *then)
{
    struct value starts = value_of(change, change->before, "starts_at");
    struct value ends = value_of(change, change->before, "ends_at");
    struct value minutes = value_of(change, change->before, "duration_minutes");
    const char *status = value_as_text(value_of(change, change->before, "status"));
    value_as_uuid(value_of(change, change->before, "estimator_id"), &then->estimator_id);
    if (starts.kind == VALUE_INTEGER) {
        then->busy_from += starts.integer - then->starts_at;
        then->starts_at = starts.integer;
    }
    if (ends.kind == VALUE_INTEGER) {
        then->busy_until += ends.integer - then->ends_at;
        then->ends_at = ends.integer;
    }
    if (minutes.kind == VALUE_INTEGER)
        then->duration_minutes = (int)minutes.integer;
    if (status[0] != '\0')
        then->status = status;
}

static bool put_back(struct booking_work *work, const struct operation_change *change,
                     const struct appointment *now, struct error *err)
{
    struct appointment then = *now;
    go_back(change, &then);
    const struct change changes[] = {
        {.column = "starts_at", .value = value_integer(then.starts_at)},
        {.column = "ends_at", .value = value_integer(then.ends_at)},
        {.column = "duration_minutes", .value = value_integer(then.duration_minutes)},
        {.column = "estimator_id", .value = value_uuid_or_null(&then.estimator_id)},
        {.column = "status", .value = value_text(then.status)},
        {.column = "ics_sequence", .value = value_integer(now->ics_sequence + 1)},
        {.column = "cancelled_at", .value = value_null()},
        {.column = "cancel_reason", .value = value_null()},
    };
    return write_back(work, now, &then, changes, sizeof changes / sizeof changes[0], err);
}

static bool take_back(struct booking_work *work, const struct operation_change *change,
                      struct error *err)
{
    struct appointment now;
    if (!appointment_require(work->store, &change->id, work->arena, &now, err))
        return false;
    if (!is_as_left(change, &now))
        return error_set(err, ERROR_CONFLICT,
                         "%s was changed since, and is %s now; change it by "
                         "hand",
                         appointment_words(&now, work->arena), now.status);
    return strcmp(change->verb, "insert") == 0 ? cancel_booking(work, &now, err)
                                               : put_back(work, change, &now, err);
}

/* Who was booked from the waiting list waits again. */
static bool wait_again(struct booking_work *work, const struct operation_change *change,
                       struct error *err)
{
    const struct change changes[] = {
        {.column = "status", .value = value_of(change, change->before, "status")},
        {.column = "appointment_id", .value = value_null()},
    };
    return record_update(work->operation, "waitlist_entries", &change->id, changes, 2, err);
}

/* All places are looked at when everything is back: what is taken meanwhile stays as it is. */
static bool check_places(struct booking_work *work, const struct operation_change *changes,
                         int count, struct error *err)
{
    struct appointment now;
    bool is_done = true;
    for (int i = 0; i < count && is_done; i++)
        if (strcmp(changes[i].table_name, "appointments") == 0 &&
            strcmp(changes[i].verb, "update") == 0)
            is_done = appointment_require(work->store, &changes[i].id, work->arena, &now, err) &&
                      booking_check_place(work, &now, true, err);
    return is_done;
}

bool booking_counter(struct store *store, const struct actor *actor, const struct uuid *operation,
                     struct uuid *id, struct error *err)
{
    struct booking_work work;
    struct operation_change *changes;
    int taken = 0;
    if (!booking_work_begin(&work, store, actor, "appointment.undo", false, NULL, err))
        return false;
    int count = operation_changes(store, operation, work.arena, &changes, err);
    bool is_done = count >= 0;
    for (int i = 0; i < count && is_done; i++)
        if (strcmp(changes[i].table_name, "appointments") == 0) {
            is_done = take_back(&work, &changes[i], err);
            taken++;
        } else if (strcmp(changes[i].table_name, "waitlist_entries") == 0) {
            is_done = wait_again(&work, &changes[i], err);
        }
    is_done = is_done && check_places(&work, changes, count, err);
    if (is_done && taken == 0)
        is_done = error_set(err, ERROR_SCHEMA,
                            "This was done by another version of the program; undo it there");
    *id = *operation_id(work.operation);
    operation_set_undoes(work.operation, operation);
    operation_describe(work.operation, "%d appointment%s put back", taken, taken == 1 ? "" : "s");
    return booking_work_done(&work, is_done, err);
}
