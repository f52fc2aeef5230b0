/* Which zone a TZID means. Programs write an IANA name (Google, Apple, calcurse), one with a path
 * before it (Thunderbird, Evolution), a name of Windows (Outlook, Exchange), or a name of their own
 * for what a VTIMEZONE says. The first that is known counts: instants are then made from the
 * system's IANA data, as everywhere in the shop. Only where none is, the rules of the file's own
 * VTIMEZONE are taken, and of these no others than a real zone has: a yearly change. */
#ifndef MODEL_ICAL_ZONE_H
#define MODEL_ICAL_ZONE_H

#include "model/base/instant.h"
#include "model/calendar/ical_scan.h"

struct ical_zone {
    const char *iana; /* NULL: `own` */
    void *own;        /* libical's icaltimezone, of the list */
};

/* The zones of one file. */
struct ical_zones;
struct ical_zones *ical_zones_new(const struct ical_parts *parts);
void ical_zones_free(struct ical_zones *zones); /* NULL is allowed */

/* False where nobody knows what the TZID means. What it tells lives as long as the list. */
bool ical_zone_find(struct ical_zones *zones, const char *tzid, struct ical_zone *out);

/* As instant_to_local() and instant_from_local(). */
bool ical_zone_to_local(const struct ical_zone *zone, int64_t instant, struct clock_time *out);
bool ical_zone_from_local(const struct ical_zone *zone, const struct clock_time *local,
                          int64_t *out);

/* The IANA name of a zone of Windows, or NULL. */
const char *ical_zone_of_windows(const char *name);

#endif
