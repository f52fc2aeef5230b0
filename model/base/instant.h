/* Instants (microseconds since 1970 UTC), zones and days. Zones come from the IANA data
 * (model/base/zone.h), never from the process's TZ; a NULL or "" zone is UTC. */
#ifndef MODEL_INSTANT_H
#define MODEL_INSTANT_H

#include "model/base/date.h"
#include "model/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { INSTANT_TEXT_SIZE = 40 };

#define SECOND_US INT64_C(1000000)
#define DAY_US    (INT64_C(86400) * SECOND_US)

struct clock_time {
    struct date date;
    int hour, minute, second, micro;
};

/* "2026-11-20T13:05:00.000000Z": the form of the wire and of JSON. Parsing also takes a space for
 * T, missing parts of the time, and an offset +HH:MM; without Z or offset it is in `zone`. Years
 * are 0001 to 9999; digits beyond microseconds are cut off. A local time that the clock skips is
 * moved on by the gap; one that comes twice is the first. */
void instant_format(int64_t instant, char text[INSTANT_TEXT_SIZE]);
bool instant_parse(const char *text, const char *zone, int64_t *out, struct error *err);

bool zone_exists(const char *zone); /* false for NULL and "" */
/* Both: false when there is no such zone, or beyond what 64 bits hold. */
bool instant_to_local(int64_t instant, const char *zone, struct clock_time *out);
bool instant_from_local(const struct clock_time *local, const char *zone, int64_t *out);
/* "2026-11-20 14:05" in the zone; in UTC with a Z where there is no such zone. */
void instant_format_local(int64_t instant, const char *zone, char text[INSTANT_TEXT_SIZE]);
/* The same shorter, as people say it relative to `now`: "14:05" today, "20 Nov" in this year, else
 * "2025-11-20". */
void instant_format_short(int64_t instant, int64_t now, const char *zone,
                          char text[INSTANT_TEXT_SIZE]);

/* The day a sale belongs to: the local date, where the day starts at `day_starts_minutes` past
 * midnight ("a bar that closes at two"). */
struct date business_day(int64_t instant, const char *zone, int day_starts_minutes);

#endif
