/* The day of an estimator as it is worked through: from one customer to the next, what to know at
 * each door, and what is told to the shop on the way. */
#ifndef MODEL_CALENDAR_DAY_H
#define MODEL_CALENDAR_DAY_H

#include "model/base/instant.h"
#include "model/calendar/appointment.h"

struct stop {
    struct appointment visit;
    const char *postcode; /* of its address; "" */
    const char *told;     /* what the shop was told last: "on the way", "20 min late"; "" */
    int64_t told_at;      /* 0: nothing */
};

/* Everything lives in the arena it was read into. */
struct day {
    struct uuid estimator_id, user_id, location_id;
    const char *estimator, *zone;
    struct date date;
    struct stop *stops; /* in the order of the route: by time, at the same time by postcode */
    size_t count;
    size_t next; /* where to go now: the one in progress, else the first to come; count: none */
};

/* Whose day is meant: a name, id or first name of an estimator; NULL or "": the actor's own, else
 * of a shop's only one. ERROR_NOT_FOUND and ERROR_INPUT say who there is. */
bool day_estimator(struct store *store, const struct actor *actor, const char *name,
                   struct uuid *out, struct error *err);
/* The estimator who signs in as this user: 1, 0 none, -1 failed. */
int day_estimator_of(struct store *store, const struct uuid *user, struct uuid *out,
                     struct error *err);
/* All of them, by name. Returns the count, or -1. */
struct day_person {
    struct uuid id;
    const char *name;
};
int day_people(struct store *store, struct arena *arena, struct day_person **out,
               struct error *err);

/* A day in words where the estimator works, as slot_days_read() takes them; "" and NULL: today. */
bool day_read(struct store *store, const struct uuid *estimator, const char *words,
              struct date *out, struct error *err);
/* What `countertop day` takes: [NAME] [DATE]; a single word that is a day is the date. Both may be
 * missing. */
bool day_of_words(struct store *store, const struct actor *actor, const char *const *words,
                  size_t count, struct uuid *estimator, struct date *date, struct error *err);
/* The appointments that begin on the date where the estimator works, cancelled ones too.
 * ERROR_NOT_FOUND: there is no such estimator. */
bool day_load(struct store *store, const struct uuid *estimator, struct date date,
              struct arena *arena, struct day *out, struct error *err);
/* False for what was done, cancelled, or where nobody was at home; and for what goes on now. */
bool day_is_open(const struct stop *stop);
bool day_is_coming(const struct stop *stop);

/* What the customer was sold or offered before, the newest first, up to `limit`. Returns the count,
 * or -1. */
struct sold {
    struct uuid order_id;
    const char *number, *kind, *status, *day, *currency;
    const char *what; /* the first lines: "Latex white 10 l, Roller 25 cm, 2 more" */
    int64_t total_cents;
};
int day_sold(struct store *store, const struct uuid *customer, size_t limit, struct arena *arena,
             struct sold **out, struct error *err);

/* Tells the shop that the estimator is on the way to an appointment that is still to come, or
 * (above 0) will be so many minutes late: a row of its history, and a line in the shop's channel.
 * What was told is not taken back by undo: tell again. Right: appointments.edit. */
enum { DAY_LATE_MOST = 24 * 60 };
bool day_tell(struct store *store, const struct actor *actor, const struct uuid *appointment,
              int late_minutes, struct error *err);

extern const struct operation_kind day_kinds[];
extern const size_t day_kind_count;

#endif
