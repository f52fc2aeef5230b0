/* Reminders by mail: a row for each that is to be sent, made and moved with its appointment.
 *
 *   queued -> sending -> done
 *      ^         |------> failed    for good: a person may send it again
 *      |-- not sent ----> queued    with why, and when it is tried again
 *                |------> unknown   perhaps it arrived: never sent again by itself
 *      |----------------> cancelled with its appointment
 *
 * How long before stands in the setting `reminders`, which all terminals have: {"email": [1440,
 * 120]}, in minutes; without it nobody is reminded. The account that mail goes out from is the
 * worker's alone (sync/mail.h). One whose time had passed when the appointment was made is not made
 * at all. What counts in the end is the appointment as it stands when the mail goes out: none goes
 * for what is cancelled, past, or was moved so that it is not due. */
#ifndef MODEL_REMINDER_H
#define MODEL_REMINDER_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

/* who, due, starts, state (queued, due, sending, done, failed, unknown, missed, cancelled),
 * estimator, email, problem, id; missed: the appointment came before the mail went. */
extern const struct query_source reminder_source;
extern const struct operation_kind reminder_kinds[];
extern const size_t reminder_kind_count;

/* Within the operation that made or changed an appointment, after its row was written. */
bool reminders_follow(struct operation *operation, const struct uuid *appointment,
                      struct error *err);

struct reminder {
    struct uuid id, appointment_id;
    const char *who, *email, *what, *estimator, *phone, *shop, *zone;
    int64_t starts_at, due_at;
};
/* Those to be sent now, which the centre has as they stand here, the longest due first; in the
 * arena. The count, or -1. */
int reminders_due(struct store *store, size_t limit, struct arena *arena, struct reminder *out,
                  struct error *err);

enum reminder_state {
    REMINDER_QUEUED,
    REMINDER_SENDING,
    REMINDER_DONE,
    REMINDER_FAILED,
    REMINDER_UNKNOWN
};
/* By the worker: one operation. `problem` (may be NULL) says why not; a queued one waits a while.
 */
bool reminder_set(struct store *store, const struct actor *actor, const struct uuid *id,
                  enum reminder_state state, const char *problem, struct error *err);
/* Those that were being sent when a worker was cut off become unknown. How many, or -1. */
int reminders_give_up(struct store *store, const struct actor *actor, struct error *err);

/* A person sends one again that failed or of which nobody knows: it is queued. ERROR_RULE where it
 * waits already, or the appointment is past or cancelled. Right: appointments.edit. */
bool reminder_again(struct store *store, const struct actor *actor, const struct uuid *id,
                    struct error *err);

#endif
