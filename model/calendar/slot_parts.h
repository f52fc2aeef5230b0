/* What the search for free places (slots.c) and the check of one (slot_check.c) share: all that
 * decides, read once (slot_book.c), and the judge of one place (slot_judge.c). */
#ifndef MODEL_SLOT_PARTS_H
#define MODEL_SLOT_PARTS_H

#include "model/calendar/hours.h"
#include "model/calendar/slots.h"

#define MINUTE_US (60 * SECOND_US)

enum slot_rule {
    SLOT_FREE,
    SLOT_TAKEN,
    SLOT_RESOURCE,
    SLOT_PAST,
    SLOT_NOTICE,
    SLOT_AHEAD,
    SLOT_HOURS,
    SLOT_STEP,
    SLOT_FULL,
};

/* One that stands in the calendar already. */
struct slot_busy {
    int64_t from, until; /* with the time around it */
    int64_t starts_at, ends_at;
    bool is_live;            /* takes its time; else it only counts for its day */
    const char *resource;    /* the name of the resource that it books; NULL: an estimator's */
    const char *postal_code; /* "" where it is not known, or not asked for */
};

struct slot_book {
    int64_t now;
    const char *type; /* names, for sentences; "" without one */
    const char *service;
    struct slot_terms terms; /* but for what an estimator says otherwise */
    int notice_minutes, days_ahead, step_minutes, daily_limit; /* 0: no such limit */
    struct roster roster;
    struct slot_busy **busy; /* of each member, by the time it starts */
    size_t *busy_counts;
    struct slot_busy *bookings; /* of the resources */
    size_t booking_count;
};

/* A wish, and what is not said by people. */
struct slot_search {
    const struct slot_wish *wish;
    struct uuid ignored;
    int64_t now, from, until;
};

/* The terms of type and service for anybody, and what they are called. ERROR_RULE where something
 * new is to be of what is not offered any more. */
bool slot_book_terms(struct store *store, const struct uuid *type, const struct uuid *service,
                     bool is_new, struct arena *arena, struct slot_book *book, struct error *err);
/* All that lies in a search's span, or would touch what begins in it. */
bool slot_book_load(struct store *store, const struct slot_search *search, struct arena *arena,
                    struct slot_book *book, struct error *err);
int slot_book_minutes(const struct slot_book *book, const struct roster_member *member);

/* A day of one member. */
struct slot_day {
    const struct slot_book *book;
    const struct roster_member *member;
    int64_t day, today;
    const struct span *spans;
    size_t span_count;
    const struct slot_busy **busy; /* all that could be in the way on this day */
    size_t busy_count;
    int booked; /* how many begin on it */
};

/* `minutes`: the longest that is to be judged. */
struct slot_day slot_day_of(const struct slot_book *book, const struct roster_member *member,
                            int64_t day, int minutes, struct arena *arena);

/* The one judge. `clash`: what is in the way, where something is. */
enum slot_rule slot_judge(const struct slot_day *day, int64_t starts_at, int64_t ends_at,
                          const struct slot_busy **clash);

/* slots_find() with an appointment that is as if it were not there. */
bool slot_search_run(struct store *store, const struct slot_search *search, struct arena *arena,
                     struct slot **out, size_t *count, struct error *err);

#endif
