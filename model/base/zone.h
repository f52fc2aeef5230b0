/* Time zones from the system's compiled IANA data (RFC 8536, package tzdata), for
 * model/base/instant.c. They are read here and not through libical: its 3.0.16 expands the same
 * files into recurrence rules and gets offsets wrong by an hour (São Paulo in February 2014, St
 * John's after 2037), and needs more than a millisecond for the first one. */
#ifndef MODEL_ZONE_H
#define MODEL_ZONE_H

#include <stdint.h>

struct zone;

/* The zone of an IANA name; NULL and "" are UTC. NULL when there is none of that name. What is
 * returned never changes and lives as long as the program; any thread may ask. */
const struct zone *zone_find(const char *name);

/* Seconds to add to UTC at that many seconds since 1970 UTC. */
int32_t zone_offset(const struct zone *zone, int64_t seconds);

#endif
