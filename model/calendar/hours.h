/* Who works when: the weekly hours of estimators, the days that are not as those say, and the zone
 * that both are read in, which is that of the estimator's location, or else the shop's.
 *
 * A time of the clock becomes an instant as RFC 5545 (3.3.5) says: one that the clock skips is
 * moved on by the gap, of one that comes twice it is the first. Hours that then touch or overlap
 * are one span. Hours of one day end at its midnight; an end of 23:59:59 is that midnight. */
#ifndef MODEL_HOURS_H
#define MODEL_HOURS_H

#include "model/base/date.h"
#include "model/store/store.h"

enum span_kind {
    SPAN_WORK,    /* what is left of the hours when all that is blocked is taken out */
    SPAN_BREAK,   /* between the hours of one day */
    SPAN_BLOCKED, /* an exception of the kind "off": a part of the day, or all of it */
};

struct span {
    int64_t from, until;
    enum span_kind kind;
    const char *reason;  /* of what is blocked; "" without one */
    int64_t counts_from; /* SPAN_WORK: where its hours began; places are counted from there */
};

struct weekly_hours;
struct exception_days;

struct roster_member {
    struct uuid id, location_id; /* the location is zero where there is none */
    const char *name;
    const char *zone;    /* an IANA name; "UTC" where what is written down is none */
    int service_minutes; /* how long they take for the roster's service; 0: as the service says */
    const struct weekly_hours *weekly;
    size_t weekly_count;
    const struct exception_days *exceptions;
    size_t exception_count;
};

struct roster {
    struct roster_member *members; /* by name */
    size_t count;
    struct roster_member **by_id;
};

/* Which estimators, of those that are active; NULL asks for any. */
struct roster_wish {
    const struct uuid *estimator;
    const struct uuid *service;  /* who are entered as doing it */
    const struct uuid *location; /* who work there, or are bound to no place */
};

/* Everything lives in the arena; the members' days can then be asked for without the store. */
bool roster_load(struct store *store, const struct roster_wish *wish, struct arena *arena,
                 struct roster *out, struct error *err);

/* NULL: not in it. */
const struct roster_member *roster_find(const struct roster *roster, const struct uuid *id);

/* The day (days since 1970, model/base/date.h) of one of them, by the beginning of the spans. Where
 * there is an exception of the kind "worked", its hours stand in for those of the week; what is off
 * is off in either. Returns how many. */
size_t roster_day(const struct roster_member *member, int64_t day, struct arena *arena,
                  struct span **out);

/* Midnight at which that day begins there. */
int64_t roster_midnight(const struct roster_member *member, int64_t day);
/* The day that it is there at an instant. */
int64_t roster_today(const struct roster_member *member, int64_t instant);

/* The same for one estimator, active or not: how many spans, -1 with err filled. Screens that show
 * many days or people load a roster and ask it. */
int day_hours(struct store *store, const struct uuid *estimator, struct date date,
              struct arena *arena, struct span **out, struct error *err);

#endif
