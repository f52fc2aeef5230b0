/* Who waits for a place in the calendar.
 *
 *   waiting -> offered (a place, until a time) -> booked
 *        \________\-> expired (by the worker), cancelled
 *
 * Each change is one operation. Right: appointments.edit. A booking from the list is undone as any
 * booking, and the entry waits again; all else is withdrawn. */
#ifndef MODEL_WAITING_H
#define MODEL_WAITING_H

#include "model/calendar/appointment.h"

/* who, status, service, type, estimator, place, from, until, times, phone, offer, expires, since.
 */
extern const struct query_source waiting_source;
extern const struct operation_kind waiting_kinds[];
extern const size_t waiting_kind_count;

/* What somebody waits for; ids of zeros: any. */
struct waiting_entry {
    struct uuid id, customer_id, service_id, type_id, estimator_id, location_id, appointment_id;
    const char *name, *phone, *email, *notes; /* of a customer: NULL for theirs */
    const char *first_day, *last_day;         /* YYYY-MM-DD, or NULL */
    /* Parts of the day and days of the week, separated by blanks or commas: mornings (to 12:00),
     * afternoons (12:00 to 17:00), evenings, 14:00-16:00; mon … sun, weekdays. "" or NULL: any. */
    const char *times;
    /* Read only: */
    const char *status, *service, *type, *estimator, *location;
    struct uuid offered_estimator_id;
    int64_t offered_starts_at, offer_expires_at, since;
};
bool waiting_add(struct store *store, const struct actor *actor, const struct waiting_entry *entry,
                 struct uuid *id, struct error *err);
/* 1, 0 there is none, -1; texts in the arena. */
int waiting_load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct waiting_entry *out, struct error *err);

/* A place that became free. */
struct waiting_place {
    struct uuid estimator_id, location_id, service_id, type_id; /* zero: any would do */
    int64_t starts_at, ends_at;
};
/* The place that an appointment had. */
struct waiting_place waiting_place_of(const struct appointment *appointment);
/* Those who wait for such a place and could have it now, who waits longest first; in the arena. Who
 * was offered another place that is still good is not among them. Returns the count, or -1. */
int waiting_matches(struct store *store, const struct waiting_place *place, struct arena *arena,
                    struct waiting_entry **out, struct error *err);

/* Offers the place, which is not kept for them meanwhile. ERROR_RULE: they don't wait any more. */
bool waiting_offer(struct store *store, const struct actor *actor, const struct uuid *id,
                   const struct waiting_place *place, int64_t until, struct error *err);
/* Books the place, or (NULL) the one that was offered; as appointment_book(). */
bool waiting_book(struct store *store, const struct actor *actor, const struct uuid *id,
                  const struct waiting_place *place, bool is_forced, struct uuid *appointment,
                  struct error *err);
/* Back to waiting, or cancelled. */
bool waiting_set(struct store *store, const struct actor *actor, const struct uuid *id,
                 const char *status, struct error *err);
/* By the worker: offers that nobody took in time, and entries whose last day is over, expire. How
 * many of both. */
bool waiting_expire(struct store *store, const struct actor *actor, int64_t *count,
                    struct error *err);

#endif
