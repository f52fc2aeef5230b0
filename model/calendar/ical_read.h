/* What a calendar of another program keeps somebody busy with. Events that repeat are told apart
 * within a bounded time; what is free (TRANSP, Outlook's busy status) or cancelled keeps nobody
 * busy; a private event (CLASS) is "Busy" and no more.
 *
 * Bounds, so that no file costs more than a moment: model/calendar/ical_scan.h, and of events that
 * repeat ICAL_TIMES_MAX in all; none oftener than daily, and none whose rule takes libical more
 * than ICAL_SECONDS to work out, all rules together. */
#ifndef MODEL_ICAL_READ_H
#define MODEL_ICAL_READ_H

#include "model/base/date.h"
#include "model/calendar/ical_scan.h"

#include <stdint.h>

enum { ICAL_TIMES_MAX = 10000, ICAL_SECONDS = 3, ICAL_DAYS_AHEAD = 400 };

struct ical_busy {
    const char *uid;
    const char *occurrence; /* of an event that repeats: its original start; else "" */
    const char *title;
    int64_t starts_at, ends_at;
    struct date first_day, last_day; /* where is_all_day: those, in whatever zone */
    bool is_all_day;
    size_t line;
};

struct ical_problem {
    size_t line;
    const char *title, *reason; /* title: "" where it is not known */
};

struct ical_calendar {
    struct ical_busy *busy; /* by start */
    size_t count;
    struct ical_problem *problems; /* by line */
    size_t problem_count;
    size_t event_count;            /* VEVENTs in the file */
    size_t free_count, past_count; /* of these, keep nobody busy; are not within the time */
    const char **uids;             /* of all that could be read, sorted */
    size_t uid_count;
};

/* Those that touch the time between. `zone` is meant where an event names none. All in the arena.
 * ERROR_INPUT: it is no calendar, or too large. */
bool ical_read(const char *text, size_t size, const char *zone, int64_t from, int64_t until,
               struct arena *arena, struct ical_calendar *out, struct error *err);

#endif
