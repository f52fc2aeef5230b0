/* Appointments that repeat: a rule (RRULE of RFC 5545) and rows of their own, each of which is
 * moved and cancelled by itself. */
#ifndef MODEL_SERIES_H
#define MODEL_SERIES_H

#include "model/calendar/appointment.h"

enum { SERIES_TIMES_MAX = 60, SERIES_RULE_SIZE = 128 };

/* The rule in words: "weekly, 6 times", "every 2 weeks until 2027-03-01", "daily, 5 times", "every
 * month, 3 times"; what begins with FREQ= is a rule already. The last day is in the same words as
 * for slot_days_read() and is one of the series. ERROR_INPUT names what was not understood, and
 * where there is no end. */
bool series_rule_read(const char *words, int64_t now, const char *zone, char rule[SERIES_RULE_SIZE],
                      struct error *err);

/* The starts by the rule from the first one on, at the same time of the clock in the zone; a month
 * that does not have the day is passed over. Returns how many, at most SERIES_TIMES_MAX; -1 with
 * ERROR_INPUT where the rule is none, or has more. */
int series_starts(const char *rule, int64_t first, const char *zone, int64_t out[SERIES_TIMES_MAX],
                  struct error *err);

struct series_left_out {
    int64_t starts_at;
    const char *why;
};
struct series_made {
    struct uuid id;
    size_t booked; /* besides the appointment that is there */
    struct series_left_out *left_out;
    size_t left_out_count;
};

/* Books the appointment again by the rule: it becomes the first of its series. Times that are
 * taken, or that a policy forbids unless forced, are left out and listed (in the arena); ERROR_RULE
 * where none is left. One operation; right and undo as for a booking. */
bool appointment_repeat(struct store *store, const struct actor *actor, const struct uuid *id,
                        const char *words, bool is_forced, struct arena *arena,
                        struct series_made *out, struct error *err);

#endif
