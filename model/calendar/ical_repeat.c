/* The times of an event that repeats. The rule is worked out in the event's own local time and each
 * start made an instant afterwards, so that 9:00 stays 9:00 over a change of the clock. */
#include "model/calendar/ical_event.h"

#include <string.h>
#include <time.h>

enum { TIMES_A_DAY = 4 };

struct repeating {
    struct ical_reading *reading;
    const struct ical_event *event;
    struct ical_time *left_out; /* EXDATE */
    size_t left_out_count;
    bool (*add)(void *context, const struct ical_time *start, struct error *err);
    void *context;
};

static int values_in(const short *values, int most)
{
    int count = 0;
    while (count < most && values[count] != ICAL_RECURRENCE_ARRAY_MAX)
        count++;
    return count > 0 ? count : 1;
}

static bool check_rule(const struct icalrecurrencetype *rule, struct error *err)
{
    if (rule->freq == ICAL_NO_RECURRENCE)
        return error_set(err, ERROR_INPUT, "the rule by which it repeats can't be read");
    if (rule->freq < ICAL_DAILY_RECURRENCE ||
        values_in(rule->by_hour, ICAL_BY_HOUR_SIZE) *
                values_in(rule->by_minute, ICAL_BY_MINUTE_SIZE) *
                values_in(rule->by_second, ICAL_BY_SECOND_SIZE) >
            TIMES_A_DAY)
        return error_set(err, ERROR_INPUT, "it repeats oftener than a calendar of people does");
    return true;
}

static bool is_left_out(const struct repeating *repeating, const struct ical_time *start)
{
    for (size_t i = 0; i < repeating->left_out_count; i++) {
        const struct ical_time *out = &repeating->left_out[i];
        if (out->is_date ? date_number(out->local.date) == date_number(start->local.date)
                         : out->instant == start->instant)
            return true;
    }
    return false;
}

/* -1 failed, 0 past the time that is read, 1 told or before it. */
static int tell(struct repeating *repeating, const struct ical_time *start, struct error *err)
{
    struct ical_reading *reading = repeating->reading;
    if (start->instant >= reading->until)
        return 0;
    if (start->instant + repeating->event->length <= reading->from || is_left_out(repeating, start))
        return 1;
    if (reading->times++ >= ICAL_TIMES_MAX) {
        error_set(err, ERROR_INPUT, "the calendar has more than %d times; the rest is left out",
                  ICAL_TIMES_MAX);
        return -1;
    }
    return repeating->add(repeating->context, start, err) ? 1 : -1;
}

static struct icaltimetype local_time(const struct clock_time *local, bool is_date)
{
    return (struct icaltimetype){.year = local->date.year,
                                 .month = local->date.month,
                                 .day = local->date.day,
                                 .hour = local->hour,
                                 .minute = local->minute,
                                 .second = local->second,
                                 .is_date = is_date};
}

static bool start_of(const struct ical_event *event, struct icaltimetype time,
                     struct ical_time *out)
{
    *out = event->start;
    out->local = (struct clock_time){.date = {time.year, time.month, time.day}};
    if (!out->is_date) {
        out->local.hour = time.hour;
        out->local.minute = time.minute;
        out->local.second = time.second;
    }
    return ical_zone_from_local(&out->zone, &out->local, &out->instant);
}

/* UNTIL stands in UTC, libical compares it with local times. */
static void mend_until(const struct ical_event *event, struct icalrecurrencetype *rule)
{
    struct clock_time utc = {.date = {rule->until.year, rule->until.month, rule->until.day},
                             .hour = rule->until.hour,
                             .minute = rule->until.minute,
                             .second = rule->until.second};
    int64_t instant;
    struct clock_time local;
    if (icaltime_is_null_time(rule->until) || rule->until.is_date || !icaltime_is_utc(rule->until))
        return;
    if (instant_from_local(&utc, NULL, &instant) &&
        ical_zone_to_local(&event->start.zone, instant, &local))
        rule->until = local_time(&local, event->start.is_date);
}

static bool walk_rule(struct repeating *repeating, icalrecur_iterator *iterator, bool is_counted,
                      struct error *err)
{
    struct ical_reading *reading = repeating->reading;
    struct clock_time from;
    clock_t begun = clock();
    int state = 1;
    if (!is_counted && reading->from > repeating->event->start.instant &&
        ical_zone_to_local(&repeating->event->start.zone,
                           reading->from - repeating->event->length - DAY_US, &from)) {
        struct icaltimetype first = local_time(&from, repeating->event->start.is_date);
        if (icaltime_compare(first, local_time(&repeating->event->start.local, first.is_date)) > 0)
            icalrecur_iterator_set_start(iterator, first);
    }
    for (;;) {
        struct ical_time start;
        struct icaltimetype next = icalrecur_iterator_next(iterator);
        int64_t spent = reading->spent + (clock() - begun);
        if (spent > (int64_t)ICAL_SECONDS * CLOCKS_PER_SEC) {
            reading->spent = spent;
            return error_set(err, ERROR_INPUT, "its rule takes too long to work out");
        }
        if (icaltime_is_null_time(next) || !start_of(repeating->event, next, &start) ||
            (state = tell(repeating, &start, err)) <= 0)
            break;
    }
    reading->spent += clock() - begun;
    return state >= 0;
}

static bool follow_rule(struct repeating *repeating, icalproperty *property, struct error *err)
{
    const struct ical_event *event = repeating->event;
    struct icalrecurrencetype rule = icalproperty_get_rrule(property);
    if (!check_rule(&rule, err))
        return false;
    if (repeating->reading->spent > (int64_t)ICAL_SECONDS * CLOCKS_PER_SEC)
        return error_set(err, ERROR_INPUT, "rules before it took too long to work out");
    mend_until(event, &rule);
    icalrecur_iterator *iterator =
        icalrecur_iterator_new(rule, local_time(&event->start.local, event->start.is_date));
    if (iterator == NULL)
        return error_set(err, ERROR_INPUT, "the rule by which it repeats never comes true");
    bool is_done = walk_rule(repeating, iterator, rule.count > 0, err);
    icalrecur_iterator_free(iterator);
    return is_done;
}

static bool read_left_out(struct repeating *repeating, struct error *err)
{
    icalcomponent *component = repeating->event->component;
    size_t count = (size_t)icalcomponent_count_properties(component, ICAL_EXDATE_PROPERTY);
    repeating->left_out =
        arena_alloc(repeating->reading->arena, (count + 1) * sizeof *repeating->left_out);
    for (icalproperty *property = icalcomponent_get_first_property(component, ICAL_EXDATE_PROPERTY);
         property != NULL;
         property = icalcomponent_get_next_property(component, ICAL_EXDATE_PROPERTY))
        if (!ical_time_read(repeating->reading, property, icalproperty_get_exdate(property),
                            &repeating->left_out[repeating->left_out_count++], err))
            return false;
    return true;
}

/* Dates beside the rule; where there is no rule, the start is the first of them. */
static bool follow_dates(struct repeating *repeating, bool has_rule, struct error *err)
{
    icalcomponent *component = repeating->event->component;
    if (!has_rule && tell(repeating, &repeating->event->start, err) < 0)
        return false;
    for (icalproperty *property = icalcomponent_get_first_property(component, ICAL_RDATE_PROPERTY);
         property != NULL;
         property = icalcomponent_get_next_property(component, ICAL_RDATE_PROPERTY)) {
        struct ical_time start;
        struct icaldatetimeperiodtype date = icalproperty_get_rdate(property);
        if (!ical_time_read(repeating->reading, property,
                            icaltime_is_null_time(date.time) ? date.period.start : date.time,
                            &start, err) ||
            tell(repeating, &start, err) < 0)
            return false;
    }
    return true;
}

bool ical_event_repeat(struct ical_reading *reading, const struct ical_event *event,
                       bool (*add)(void *context, const struct ical_time *start, struct error *err),
                       void *context, struct error *err)
{
    struct repeating repeating = {
        .reading = reading, .event = event, .add = add, .context = context};
    icalproperty *rule = icalcomponent_get_first_property(event->component, ICAL_RRULE_PROPERTY);
    bool has_rule = rule != NULL;
    if (!read_left_out(&repeating, err))
        return false;
    for (; rule != NULL;
         rule = icalcomponent_get_next_property(event->component, ICAL_RRULE_PROPERTY))
        if (!follow_rule(&repeating, rule, err))
            return false;
    return follow_dates(&repeating, has_rule, err);
}
