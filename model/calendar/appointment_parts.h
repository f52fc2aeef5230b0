/* What the units of appointments share. */
#ifndef MODEL_APPOINTMENT_PARTS_H
#define MODEL_APPOINTMENT_PARTS_H

#include "model/calendar/appointment.h"

/* A change in the making. */
struct booking_work {
    struct store *store;
    struct arena *arena;
    struct operation *operation;
    const struct booking_listener *listener; /* or NULL */
    struct error first;                      /* of those that hinder */
    size_t hindered, asks;                   /* how many, and how many of them only ask */
};

/* Asks for the rights and begins the operation. booking_work_done() commits when `is_done` and
 * nothing hinders, else cancels; it frees all and returns whether the work was committed. */
bool booking_work_begin(struct booking_work *work, struct store *store, const struct actor *actor,
                        const char *kind, bool is_forced, const struct booking_listener *listener,
                        struct error *err);
bool booking_work_done(struct booking_work *work, bool is_done, struct error *err);
/* Notes that one of several can't be done, and tells the listener. False where the store failed. */
bool booking_hinders(struct booking_work *work, const struct appointment *appointment,
                     const struct error *why, struct error *err);

/* ERROR_NOT_FOUND where it is gone. */
bool appointment_require(struct store *store, const struct uuid *id, struct arena *arena,
                         struct appointment *out, struct error *err);
/* "Jo Meyer, 2026-11-20 14:00", in the arena. */
const char *appointment_words(const struct appointment *appointment, struct arena *arena);
const char *appointment_time(const struct appointment *appointment, struct arena *arena);

/* What happened, for the history; what is NULL, 0 or of no id is left out. */
struct booking_event {
    const char *kind, *from_status, *to_status, *note;
    int64_t from_starts_at, to_starts_at;
};
bool booking_event(struct operation *operation, const struct uuid *appointment,
                   const struct booking_event *event, struct error *err);

/* What waits under Needs attention since it lost its place is dealt with. */
bool booking_answered(struct operation *operation, const struct uuid *appointment,
                      struct error *err);

/* "scheduled", or "tentative" where the centre has to be asked first; NULL on failure. */
const char *booking_status_now(struct store *store, struct error *err);

/* slot_check() of an appointment as it was written. */
bool booking_check_place(struct booking_work *work, const struct appointment *appointment,
                         bool is_forced, struct error *err);
/* What it takes along: the bookings, and the things that are booked. The count, or -1. */
enum { BOOKING_THINGS_MAX = 32 /* other programs may have booked more than one may here */ };
int booking_things(struct store *store, const struct uuid *appointment, struct uuid *bookings,
                   struct uuid *things, size_t limit, struct error *err);
/* The bookings of what it takes along: by its id, status and busy time alone. */
bool booking_follow(struct operation *operation, const struct appointment *appointment,
                    struct error *err);
bool booking_add_resources(struct operation *operation, const struct appointment *appointment,
                           const struct uuid *resources, size_t count, struct error *err);

/* For struct operation_kind: cancels what the operation booked, puts back what it changed. */
bool booking_counter(struct store *store, const struct actor *actor, const struct uuid *operation,
                     struct uuid *id, struct error *err);

/* Whom a booking is for: the customer's data, and what was given instead; a new customer is
 * written.
 */
struct booking_person {
    struct uuid customer_id;
    const char *first_name, *last_name, *phone, *email;
};
bool booking_person(struct booking_work *work, const struct booking *booking,
                    struct booking_person *out, struct error *err);
struct value booking_given(const char *text); /* null where there is none */

/* A booking within an operation; it tells what it wrote. */
bool booking_write(struct booking_work *work, const struct booking *booking,
                   const struct uuid *series, struct appointment *out, struct error *err);

#endif
