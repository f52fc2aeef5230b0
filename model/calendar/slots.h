/* What is free: the one judge of where an appointment can be put, for the list of free places and
 * for each that is booked or moved.
 *
 * The rules, as they are asked:
 *   taken     the estimator has another appointment (tentative, scheduled, confirmed or in
 *             progress), and the two with the time around them would overlap
 *   resource  one of the resources is booked in that time, the time around it included
 *   past      it would have begun already
 *   notice    it would begin sooner than the policy's notice from now
 *   ahead     its day is more than the policy's days after today
 *   hours     it is not within one span of the estimator's hours (the time around it may lie
 *             outside)
 *   step      it is not a whole number of steps after the beginning of those hours; what is blocked
 *             moves no step
 *   full      the estimator has the policy's number of appointments on that day, all but the
 *             cancelled ones counted
 * The policy is that of the appointment's type; without one there are steps of 15 minutes and no
 * other rule. Days and hours are those of the estimator's zone (model/calendar/hours.h).
 *
 * What is taken is told from what is against a policy by the error: ERROR_CONFLICT, which nobody
 * may pass over, and ERROR_RULE with the rule's name in its field, which `is_forced` does. */
#ifndef MODEL_SLOTS_H
#define MODEL_SLOTS_H

#include "model/base/date.h"
#include "model/store/store.h"

enum {
    SLOT_RESOURCES_MAX = 4,
    SLOT_NEAR_SIZE = 12,
    SLOT_DAYS_MAX = 400, /* that one search looks through */
    SLOT_DAYS = 28,      /* where it is not said until when */
};

/* What is looked for. Ids of zeros: any. */
struct slot_wish {
    struct uuid service_id, type_id, estimator_id, location_id;
    struct uuid customer_id; /* for whom; decides nothing */
    struct uuid resources[SLOT_RESOURCES_MAX];
    size_t resource_count;
    int duration_minutes;          /* 0: as slot_terms_load() says for each estimator */
    int64_t from, until;           /* it begins in this span; 0: from now, for SLOT_DAYS days */
    int from_minute, until_minute; /* and between these of the estimator's day; 0, 0: whenever */
    char near[SLOT_NEAR_SIZE];     /* a postal code or its beginning; "": wherever */
    size_t limit;                  /* 0: all */
};

/* A place that is free. */
struct slot {
    struct uuid estimator_id;
    const char *estimator, *zone;
    int64_t starts_at, ends_at;
    int64_t busy_from, busy_until; /* with the time around it */
    int closeness; /* how many first characters of `near` an address of theirs on that day shares */
};

/* What an appointment would be like. */
struct slot_terms {
    int duration_minutes; /* the estimator's own for the service; that of a service other than the
                           * type's; the type's; the service's; 60 */
    int buffer_before_minutes, buffer_after_minutes, cancel_window_minutes;
    struct uuid service_id; /* where none was given, the type's */
};
bool slot_terms_load(struct store *store, const struct uuid *type, const struct uuid *service,
                     const struct uuid *estimator, struct slot_terms *out, struct error *err);

/* What is free, by the time it begins and then by name; where `near` is given, what is closest
 * comes first. In the arena. ERROR_RULE where nobody can do it whenever it is. */
bool slots_find(struct store *store, const struct slot_wish *wish, int64_t now, struct arena *arena,
                struct slot **out, size_t *count, struct error *err);

/* One place that somebody chose. */
struct slot_claim {
    struct uuid estimator_id, type_id, service_id; /* type and service may be zero */
    int64_t starts_at, ends_at;
    struct uuid resources[SLOT_RESOURCES_MAX];
    size_t resource_count;
    struct uuid ignored; /* the appointment that is moved; zero: a new one */
    bool is_forced;      /* asked and meant: only what is taken stands in the way */
};

/* Whether it is free; the refusal says which rule it breaks and which free place is nearest. Sees
 * what was written in the same transaction. */
bool slot_check(struct store *store, const struct slot_claim *claim, int64_t now,
                struct error *err);

/* A wish in words, in any order, with or without commas:
 *   90 min, 2h, 1.5 h, 1h30            how long
 *   tomorrow, tue, tue 14, 12.3., next week, +2w, 14 nov   when it begins (model/list/day_words.h);
 *                                      "tue 14" is the Tuesday that is the 14th of this month or
 *                                      the next
 *   morning, noon, afternoon, evening, after 14:00, before 12, 9-12, at 10:30 (within that hour)
 *   near 10115                         close to it
 *   anyone                             whoever is free
 *   paul, colour advice, van           names, or their beginnings, of estimators, types, services,
 *                                      locations and resources
 * "fri after 14:00, colour advice, van". `zone` is where its days are meant. What the words don't
 * speak of stays as it is in `wish`; begin with {0}. ERROR_INPUT names the word that was not
 * understood, or what it could mean, and gives examples. */
bool slot_wish_read(struct store *store, const char *words, int64_t now, const char *zone,
                    struct slot_wish *wish, struct error *err);

/* Days alone in the same words, for going there: the first of them, and how many. */
bool slot_days_read(const char *words, int64_t now, const char *zone, struct date *first,
                    int *count, struct error *err);

#endif
