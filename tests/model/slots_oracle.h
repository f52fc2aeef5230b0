/* What is free, told minute by minute: slow, and without a thought of how the program does it. The
 * clock of each zone is the C library's. */
#ifndef TESTS_MODEL_SLOTS_ORACLE_H
#define TESTS_MODEL_SLOTS_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ORACLE_PEOPLE = 3,
    ORACLE_ROWS = 40,
    ORACLE_ZONES = 5,
    ORACLE_DAY = 1440,
    ORACLE_FIRST_DAY = 20454, /* 2026-01-01 */
    ORACLE_DAYS = 730,
};

extern const char *const oracle_zones[ORACLE_ZONES];

/* Times are minutes since 1970 UTC, clocks minutes after midnight, days days since 1970. */
struct oracle_hours {
    int weekday, from, until;
    int first_day, last_day;
    bool is_active;
};

struct oracle_exception {
    int first_day, last_day, from, until;
    bool is_worked;
};

struct oracle_person {
    int zone;
    bool does_it; /* the service */
    int minutes;  /* for it; 0: as the type says */
    struct oracle_hours hours[ORACLE_ROWS];
    int hour_count;
    struct oracle_exception exceptions[ORACLE_ROWS];
    int exception_count;
};

/* Of a person, or (person -1) of the resource. */
struct oracle_booking {
    int person;
    int starts, ends, before, after;
    const char *status;
};

struct oracle_week {
    struct oracle_person people[ORACLE_PEOPLE];
    int person_count;
    struct oracle_booking bookings[ORACLE_ROWS];
    int booking_count;
    int minutes, before, after, notice, ahead, step, limit; /* of type and policy */
    bool has_policy, needs_resource;
    int64_t now; /* in microseconds */
    int ignored; /* which booking is moved, or -1 */
};

void oracle_open(void);
void oracle_close(void);

/* Whether an appointment of that person may begin at a minute and last so long. */
bool oracle_is_free(const struct oracle_week *week, int person, int starts, int minutes);
/* The same where only what is taken counts. */
bool oracle_is_taken(const struct oracle_week *week, int person, int starts, int minutes);
/* The minute after midnight that the clock shows there. */
int oracle_clock(int zone, int minute);

#endif
