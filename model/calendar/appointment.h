/* Appointments: who is visited when, by whom and for what, and every move that one makes.
 *
 *   tentative -> scheduled <-> confirmed -> in_progress -> completed
 *                    \____________\____________\-> cancelled, no_show (once it has begun)
 *
 * Each function that changes something is one operation by `actor`, whatever the number of its
 * rows, with a row of appointment_events for each appointment, which is the history that a person
 * reads and keeps the reason. Right: appointments.edit; where a question is stepped over
 * (is_forced) also appointments.delete, but for late cancellations. Undone by withdrawal while it
 * was not sent, later by an entry of its own: a booking is cancelled, everything else put back.
 *
 * A question. What a policy forbids (notice, hours, daily limit … of model/calendar/slots.h, and
 * "window" for a cancellation that comes late) fails with ERROR_RULE and the rule's name in the
 * error's field: ask the person, and do it again with is_forced. What is taken fails with
 * ERROR_CONFLICT and is never to be had; any other ERROR_RULE has no field.
 *
 * One rule for what is not certain. A booking is `tentative` for as long as the centre has not
 * taken it: a shop that runs alone, or a terminal with a line, books `scheduled` at once; a
 * terminal without one books `tentative`. The centre makes it `scheduled` when the operation
 * arrives and the place, buffers and resources included, is free (migrations/0044_booking.sql,
 * appointments_place()). Where it is taken:
 *   - the estimator's own booking is preferred to one that others made, if that one is scheduled
 *     and no more: his becomes scheduled, the other goes back to tentative;
 *   - else the one that came later stays tentative.
 * Nothing is refused for it, and nothing is lost: the row stands in all calendars as tentative,
 * with an event `clash` that says what is in its way, a task under Needs attention where it was
 * sent from, and a notice for those who may book; the way out is a move or a cancellation.
 * A move into a place that was taken meanwhile is refused: the appointment stays where it was, and
 * the move waits under Needs attention. */
#ifndef MODEL_APPOINTMENT_H
#define MODEL_APPOINTMENT_H

#include "model/calendar/slots.h"
#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"
#include "model/operation/record.h"

/* who, starts, ends, status, estimator, service, type, phone, email, place, resources, series,
 * reason, notes, order, made; sorted by starts. */
extern const struct query_source appointment_source;
extern const struct operation_kind appointment_kinds[];
extern const size_t appointment_kind_count;

enum {
    APPOINTMENT_RESOURCES_MAX = SLOT_RESOURCES_MAX,
    APPOINTMENT_MINUTES_MAX = 24 * 60,
    APPOINTMENT_REASON_MAX = 255,
    APPOINTMENTS_AT_ONCE_MAX = 150, /* in one operation, with their events and resources */
};

/* Everything lives in the arena it was read into; a text that there is none of is "". */
struct appointment {
    struct uuid id, customer_id, estimator_id, service_id, type_id, location_id, series_id,
        outcome_order_id; /* zero: none */
    const char *who;      /* the names as one */
    const char *first_name, *last_name, *phone, *email;
    const char *address; /* a JSON object, or "" */
    const char *place;   /* the address in one line: "Torstr. 1, 10115 Berlin" */
    const char *status, *estimator, *service, *type, *location, *order_number;
    const char *resources; /* their names, joined by ", " */
    const char *zone; /* of the estimator's location, else the appointment's, else the shop's */
    const char *notes, *cancel_reason, *ics_uid;
    int64_t starts_at, ends_at;
    int64_t busy_from, busy_until; /* with the time around it */
    int64_t updated_at, ics_sequence;
    int duration_minutes;
    bool is_unsent;  /* changed here, and the centre has not answered */
    bool is_refused; /* a change of it waits under Needs attention */
    bool is_lost;    /* tentative though the centre has it: its place is another one's */
};

/* 1 found, 0 no such appointment or a deleted one, -1. */
int appointment_load(struct store *store, const struct uuid *id, struct arena *arena,
                     struct appointment *out, struct error *err);
/* Those that touch the time between, of these estimators (none: of all, and of nobody), cancelled
 * ones too, by start. Returns the count, or -1. */
int appointments_between(struct store *store, int64_t from, int64_t until,
                         const struct uuid *estimators, size_t estimator_count, struct arena *arena,
                         struct appointment **out, struct error *err);
/* Those of a customer, the newest first, up to `limit`. */
int appointments_of_customer(struct store *store, const struct uuid *customer, size_t limit,
                             struct arena *arena, struct appointment **out, struct error *err);

/* What happened to one. */
struct appointment_event {
    int64_t at;
    const char *kind;  /* booked, moved, status, clash, placed, undone, quote */
    const char *actor; /* a name, or "" for the centre */
    const char *from_status, *to_status, *note;
    int64_t from_starts_at, to_starts_at; /* 0: not moved */
};
/* Oldest first; the count, or -1. */
int appointment_events(struct store *store, const struct uuid *id, struct arena *arena,
                       struct appointment_event **out, struct error *err);

/* A booking in the making. */
struct booking {
    struct uuid customer_id; /* zero: by the names below */
    bool is_new_customer;    /* enter who is named among the customers, in the same operation */
    const char *name;        /* NULL: the customer's; so are the next three */
    const char *phone, *email;
    const char *address;                           /* a JSON object */
    const char *notes;                             /* NULL: none */
    struct uuid estimator_id, service_id, type_id; /* zero: none */
    struct uuid location_id;                       /* zero: the estimator's */
    struct uuid resources[APPOINTMENT_RESOURCES_MAX];
    size_t resource_count;
    int64_t starts_at;
    int duration_minutes; /* 0: as type, service or estimator say */
    const char *ics_uid;  /* NULL: one that is made from the id */
    bool is_forced;
};
/* Fails with ERROR_INPUT and the field: name, starts_at, duration, resources …; as slot_check()
 * where the place is not free. */
bool appointment_book(struct store *store, const struct actor *actor, const struct booking *booking,
                      struct uuid *id, struct error *err);

/* Who hears of what hinders a change of several: all of them, where the change fails. */
struct booking_listener {
    void (*told)(void *context, const struct uuid *id, const char *who, const char *why);
    void *context;
};

/* Where appointments go. The history stays with them. */
struct booking_move {
    int64_t starts_at;        /* 0: as it is, but for `days` and `minutes` */
    int days, minutes;        /* by so much later; days keep the time of day in the zone */
    int duration_minutes;     /* 0: as it is */
    struct uuid estimator_id; /* zero: as it is */
    const char *reason;       /* NULL: none */
    bool is_forced;
    const struct booking_listener *listener; /* or NULL */
};
/* One that is over or cancelled is not moved. A tentative one that lost its place has the new one,
 * as soon as the centre agrees. */
bool appointment_move(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct booking_move *move, struct error *err);
/* Several by as much, or to another estimator: all, or none; no two in each other's way. */
bool appointment_move_many(struct store *store, const struct actor *actor, const struct uuid *ids,
                           size_t count, const struct booking_move *move, struct error *err);

struct booking_status {
    const char *status; /* confirmed, in_progress, completed, no_show, cancelled */
    const char *reason; /* needed by a cancellation; NULL: none */
    bool is_forced;     /* cancels within the policy's window */
    const struct booking_listener *listener; /* or NULL */
};
/* One or several: all, or none. no_show only once it has begun; in_progress only on its day. */
bool appointment_set(struct store *store, const struct actor *actor, const struct uuid *ids,
                     size_t count, const struct booking_status *status, struct error *err);
/* Whether one may become that now; the error says why not. */
bool appointment_may(struct store *store, const struct appointment *appointment, const char *status,
                     struct error *err);

/* What may change at any time, with the values that the person saw: notes, phone, email, address,
 * names, service_id, appointment_type_id, customer_id. */
bool appointment_edit(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct change *changes, size_t count, struct error *err);

/* The things that it takes along, instead of those that it has. */
bool appointment_set_resources(struct store *store, const struct actor *actor,
                               const struct uuid *id, const struct uuid *resources, size_t count,
                               struct error *err);

/* By the worker: says in the shop's channel which appointments lost their place, each once for each
 * loss. How many. */
bool appointment_tell_lost(struct store *store, const struct actor *actor, int64_t *count,
                           struct error *err);

/* A quote made on the spot: an order of the kind quote for its customer, with the service's product
 * as its first line where there is one, a draft that is edited as any other. The appointment
 * remembers it; a second call gives the same one. Right: orders.edit too. */
bool appointment_quote(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct uuid *order, struct error *err);

#endif
