/* Appointments that go to another time or another estimator. */
#include "model/base/instant.h"
#include "model/calendar/appointment_parts.h"

#include <string.h>

static bool may_move(const struct appointment *appointment, struct error *err)
{
    static const char *const movable[] = {"tentative", "scheduled", "confirmed"};
    for (size_t i = 0; i < sizeof movable / sizeof movable[0]; i++)
        if (strcmp(appointment->status, movable[i]) == 0)
            return true;
    return error_set(
        err, ERROR_RULE, "%s is %s; book a new one instead of moving it", appointment->who,
        strcmp(appointment->status, "in_progress") == 0 ? "under way" : appointment->status);
}

/* Days keep the time of day, whatever the clocks do meanwhile. */
static bool new_start(const struct appointment *appointment, const struct booking_move *move,
                      int64_t *out, struct error *err)
{
    int64_t start = move->starts_at != 0 ? move->starts_at : appointment->starts_at;
    struct clock_time local;
    bool is_good = start > 0 && instant_to_local(start, appointment->zone, &local);
    if (is_good && move->days != 0) {
        local.date = date_from_number(date_number(local.date) + move->days);
        is_good = local.date.year > 1970 && local.date.year < 9999 &&
                  instant_from_local(&local, appointment->zone, &start);
    }
    *out = start + (int64_t)move->minutes * 60 * SECOND_US;
    return (is_good && *out > 0 && instant_to_local(*out, NULL, &local) &&
            local.date.year < 9999) ||
           error_set_field(err, ERROR_INPUT, "starts_at",
                           "Say when it begins, such as tomorrow 14:00");
}

/* What it becomes: a customer confirmed another time, and what was in somebody's way may be free
 * now. */
static const char *status_after(struct store *store, const struct appointment *appointment,
                                int64_t start, struct error *err)
{
    if (strcmp(appointment->status, "tentative") == 0)
        return booking_status_now(store, err);
    return start != appointment->starts_at ? "scheduled" : appointment->status;
}

/* As it will be; false where the appointment can't go there. */
static bool plan(struct booking_work *work, const struct appointment *now,
                 const struct booking_move *move, struct appointment *then, struct error *err)
{
    *then = *now;
    if (move->duration_minutes != 0)
        then->duration_minutes = move->duration_minutes;
    if (!uuid_is_zero(&move->estimator_id))
        then->estimator_id = move->estimator_id;
    if (then->duration_minutes < 1 || then->duration_minutes > APPOINTMENT_MINUTES_MAX)
        return error_set_field(err, ERROR_INPUT, "duration",
                               "An appointment lasts from 1 minute to 24 hours");
    if (!may_move(now, err) || !new_start(now, move, &then->starts_at, err))
        return false;
    then->ends_at = then->starts_at + (int64_t)then->duration_minutes * 60 * SECOND_US;
    then->busy_from += then->starts_at - now->starts_at;
    then->busy_until += then->ends_at - now->ends_at;
    then->status = status_after(work->store, now, then->starts_at, err);
    return then->status != NULL;
}

static bool write_move(struct booking_work *work, const struct appointment *now,
                       const struct appointment *then, const char *reason, struct error *err)
{
    const struct change changes[] = {
        {.column = "starts_at", .value = value_integer(then->starts_at)},
        {.column = "ends_at", .value = value_integer(then->ends_at)},
        {.column = "duration_minutes", .value = value_integer(then->duration_minutes)},
        {.column = "estimator_id", .value = value_uuid_or_null(&then->estimator_id)},
        {.column = "status", .value = value_text(then->status)},
        {.column = "ics_sequence", .value = value_integer(now->ics_sequence + 1)},
    };
    const struct booking_event event = {.kind = "moved",
                                        .from_status = now->status,
                                        .to_status = then->status,
                                        .from_starts_at = now->starts_at,
                                        .to_starts_at = then->starts_at,
                                        .note = reason};
    return record_update(work->operation, "appointments", &now->id, changes,
                         sizeof changes / sizeof changes[0], err) &&
           booking_follow(work->operation, then, err) &&
           booking_answered(work->operation, &now->id, err) &&
           booking_event(work->operation, &now->id, &event, err);
}

static bool is_same(const struct appointment *now, const struct appointment *then)
{
    return now->starts_at == then->starts_at && now->ends_at == then->ends_at &&
           uuid_equal(&now->estimator_id, &then->estimator_id);
}

/* All are written before any is looked at, so that two may change places. */
static bool move_all(struct booking_work *work, const struct uuid *ids, size_t count,
                     const struct booking_move *move, struct error *err)
{
    struct error why = {0};
    bool is_done = true;
    struct appointment now, then, moved;
    for (size_t i = 0; i < count && is_done; i++) {
        is_done = appointment_require(work->store, &ids[i], work->arena, &now, err);
        if (is_done && !plan(work, &now, move, &then, &why))
            is_done = booking_hinders(work, &now, &why, err);
        else if (is_done && !is_same(&now, &then))
            is_done = write_move(work, &now, &then, move->reason, err);
    }
    for (size_t i = 0; i < count && is_done; i++) {
        is_done = appointment_require(work->store, &ids[i], work->arena, &moved, err);
        if (is_done && !booking_check_place(work, &moved, move->is_forced, &why))
            is_done = booking_hinders(work, &moved, &why, err);
    }
    if (is_done && count == 1)
        operation_describe(work->operation, "%s moved to %s", now.who,
                           appointment_time(&moved, work->arena));
    else if (is_done)
        operation_describe(work->operation, "%zu appointments moved", count);
    return is_done;
}

bool appointment_move_many(struct store *store, const struct actor *actor, const struct uuid *ids,
                           size_t count, const struct booking_move *move, struct error *err)
{
    struct booking_work work;
    if (count == 0 || count > APPOINTMENTS_AT_ONCE_MAX)
        return error_set(err, ERROR_INPUT, "Mark up to %d appointments", APPOINTMENTS_AT_ONCE_MAX);
    if (!booking_work_begin(&work, store, actor, "appointment.move", move->is_forced,
                            move->listener, err))
        return false;
    operation_set_subject(work.operation, "appointments", &ids[0]);
    return booking_work_done(&work, move_all(&work, ids, count, move, err), err);
}

bool appointment_move(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct booking_move *move, struct error *err)
{
    return appointment_move_many(store, actor, id, 1, move, err);
}
