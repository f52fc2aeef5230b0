/* The parts of an iCalendar file (RFC 5545) that matter here, each as a text of its own for libical
 * and with the line where it begins: what is wrong can then be said with its line, and a file of
 * any size or depth costs no more than its length. */
#ifndef MODEL_ICAL_SCAN_H
#define MODEL_ICAL_SCAN_H

#include "model/base/error.h"
#include "model/base/memory.h"

#include <stddef.h>

enum {
    ICAL_BYTES_MAX = 10 * 1000 * 1000,
    ICAL_EVENTS_MAX = 20000,
    ICAL_EVENT_BYTES_MAX = 64 * 1000, /* of what is kept of one */
    ICAL_DEPTH_MAX = 16,
};

struct ical_block {
    const char *text;    /* unfolded, from BEGIN to END */
    const char *problem; /* NULL, or why it can't be read */
    size_t line;         /* of its BEGIN, from 1 */
};

struct ical_parts {
    struct ical_block *events, *zones; /* VEVENT without alarms; VTIMEZONE */
    size_t event_count, zone_count;
};

/* In the arena. ERROR_INPUT: it is no iCalendar file, or beyond one of the limits. */
bool ical_scan(const char *text, size_t size, struct arena *arena, struct ical_parts *out,
               struct error *err);

#endif
