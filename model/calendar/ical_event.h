/* Within ical_*.c: one VEVENT, taken out of libical, and the times of one that repeats. */
#ifndef MODEL_ICAL_EVENT_H
#define MODEL_ICAL_EVENT_H

#include "model/calendar/ical_read.h"
#include "model/calendar/ical_zone.h"

#include <libical/ical.h>

struct ical_time {
    struct clock_time local; /* as it stands there */
    struct ical_zone zone;
    int64_t instant; /* of a day: its midnight in the zone */
    bool is_date;
};

struct ical_event {
    icalcomponent *component;
    const char *uid, *title;
    struct ical_time start;
    struct ical_time replaces; /* RECURRENCE-ID, where has_replaced */
    int64_t length;            /* microseconds */
    int days;                  /* of a whole day's */
    size_t line;
    bool repeats, has_replaced, is_free;
    bool is_gone; /* cancelled: as free, and where it replaces one, that one is gone */
};

/* The context of one file. */
struct ical_reading {
    struct ical_zones *zones;
    struct ical_zone zone; /* where none is named */
    int64_t from, until;
    struct arena *arena;
    size_t times;  /* told so far */
    int64_t spent; /* on rules, as clock() counts */
};

/* False with the reason as err's text. The component is the caller's to free. */
bool ical_event_parse(struct ical_reading *reading, const struct ical_block *block,
                      struct ical_event *out, struct error *err);
bool ical_time_read(struct ical_reading *reading, icalproperty *property, struct icaltimetype time,
                    struct ical_time *out, struct error *err);

/* Each start of an event that repeats which touches the reading's time, without those of EXDATE:
 * `add` is called for it, and may fail. */
bool ical_event_repeat(struct ical_reading *reading, const struct ical_event *event,
                       bool (*add)(void *context, const struct ical_time *start, struct error *err),
                       void *context, struct error *err);

#endif
