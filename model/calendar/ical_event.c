#include "model/calendar/ical_event.h"

#include "model/base/text.h"

#include <string.h>

enum { TITLE_SIZE = 200, UID_MAX = 255, DAYS_MAX = 366, YEAR_MIN = 1900, YEAR_MAX = 2200 };

/* One line without control characters, cut at a character. */
static const char *clean_title(struct arena *arena, const char *text)
{
    char title[TITLE_SIZE];
    text_copy(title, sizeof title, text != NULL ? text : "");
    for (char *at = title; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
    return text_is_blank(title) ? "Busy" : arena_text(arena, title);
}

static const char *property_text(icalcomponent *component, icalproperty_kind kind)
{
    icalproperty *property = icalcomponent_get_first_property(component, kind);
    const char *text = property != NULL ? icalproperty_get_value_as_string(property) : NULL;
    return text != NULL ? text : "";
}

static bool says_free(icalcomponent *component)
{
    if (strcasecmp(property_text(component, ICAL_TRANSP_PROPERTY), "TRANSPARENT") == 0)
        return true;
    for (icalproperty *property = icalcomponent_get_first_property(component, ICAL_X_PROPERTY);
         property != NULL; property = icalcomponent_get_next_property(component, ICAL_X_PROPERTY)) {
        const char *value = icalproperty_get_value_as_string(property);
        if (value != NULL && strcasecmp(value, "FREE") == 0)
            return true; /* of the X- properties, the busy status alone is kept */
    }
    return false;
}

/* libical takes any digits. */
static bool is_time(struct icaltimetype time)
{
    const struct date date = {time.year, time.month, time.day};
    if (icaltime_is_null_time(time) || time.year < YEAR_MIN || time.year > YEAR_MAX ||
        time.month < 1 || time.month > 12 || time.day < 1)
        return false;
    return date_from_number(date_number(date)).day == time.day && time.hour >= 0 &&
           time.hour < 24 && time.minute >= 0 && time.minute < 60 && time.second >= 0 &&
           time.second <= 60;
}

bool ical_time_read(struct ical_reading *reading, icalproperty *property, struct icaltimetype time,
                    struct ical_time *out, struct error *err)
{
    *out = (struct ical_time){.zone = reading->zone, .is_date = time.is_date != 0};
    if (!is_time(time))
        return error_set(err, ERROR_INPUT, "\"%.60s\" is no time",
                         icalproperty_get_value_as_string(property));
    icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (icaltime_is_utc(time))
        out->zone = (struct ical_zone){.iana = "Etc/UTC"};
    else if (parameter != NULL && !out->is_date &&
             !ical_zone_find(reading->zones, icalparameter_get_tzid(parameter), &out->zone))
        return error_set(err, ERROR_INPUT, "nobody knows the time zone \"%.60s\"",
                         icalparameter_get_tzid(parameter));
    out->local = (struct clock_time){.date = {time.year, time.month, time.day}};
    if (!out->is_date) {
        out->local.hour = time.hour;
        out->local.minute = time.minute;
        out->local.second = time.second > 59 ? 59 : time.second;
    }
    return ical_zone_from_local(&out->zone, &out->local, &out->instant) ||
           error_set(err, ERROR_INPUT, "\"%.60s\" is no time",
                     icalproperty_get_value_as_string(property));
}

/* How long it is, by its end, its duration, or else as the RFC says: a day, or nothing. */
static bool read_length(struct ical_reading *reading, struct ical_event *event, struct error *err)
{
    icalproperty *end = icalcomponent_get_first_property(event->component, ICAL_DTEND_PROPERTY);
    icalproperty *length =
        icalcomponent_get_first_property(event->component, ICAL_DURATION_PROPERTY);
    struct ical_time time = event->start;
    event->length = event->start.is_date ? DAY_US : 0;
    event->days = 1;
    if (end != NULL) {
        if (!ical_time_read(reading, end, icalproperty_get_dtend(end), &time, err))
            return false;
        event->length = time.instant - event->start.instant;
        event->days = (int)(date_number(time.local.date) - date_number(event->start.local.date));
    } else if (length != NULL) {
        struct icaldurationtype duration = icalproperty_get_duration(length);
        if (duration.weeks > DAYS_MAX || duration.days > DAYS_MAX ||
            duration.hours > 24 * DAYS_MAX || duration.minutes > 24 * 60 * DAYS_MAX ||
            duration.seconds > 24 * 3600 * DAYS_MAX)
            return error_set(err, ERROR_INPUT, "it takes more than %d days", DAYS_MAX);
        event->length = icaldurationtype_as_int(duration) * SECOND_US;
        event->days = (int)(event->length / DAY_US);
    }
    if (event->days < 1)
        event->days = 1; /* Outlook writes a day that ends on itself */
    if (event->length < 0)
        return error_set(err, ERROR_INPUT, "it ends before it starts");
    return event->length <= DAYS_MAX * DAY_US ||
           error_set(err, ERROR_INPUT, "it takes more than %d days", DAYS_MAX);
}

static bool read_replaced(struct ical_reading *reading, struct ical_event *event, struct error *err)
{
    icalproperty *replaced =
        icalcomponent_get_first_property(event->component, ICAL_RECURRENCEID_PROPERTY);
    if (replaced == NULL)
        return true;
    event->has_replaced = true;
    event->repeats = false;
    if (icalproperty_get_first_parameter(replaced, ICAL_RANGE_PARAMETER) != NULL)
        return error_set(err, ERROR_INPUT,
                         "it changes all that follow of an event that repeats, "
                         "which is not understood");
    return ical_time_read(reading, replaced, icalproperty_get_recurrenceid(replaced),
                          &event->replaces, err);
}

static bool read_event(struct ical_reading *reading, struct ical_event *event, struct error *err)
{
    icalcomponent *component = event->component;
    icalproperty *start = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);
    icalproperty *uid = icalcomponent_get_first_property(component, ICAL_UID_PROPERTY);
    icalproperty *title = icalcomponent_get_first_property(component, ICAL_SUMMARY_PROPERTY);
    const char *class = property_text(component, ICAL_CLASS_PROPERTY);
    bool is_private = strcasecmp(class, "PRIVATE") == 0 || strcasecmp(class, "CONFIDENTIAL") == 0;
    event->title = is_private || title == NULL
                       ? "Busy"
                       : clean_title(reading->arena, icalproperty_get_summary(title));
    event->uid = uid != NULL ? icalproperty_get_uid(uid) : NULL;
    if (event->uid == NULL || event->uid[0] == '\0')
        return error_set(err, ERROR_INPUT, "it has no UID, by which it would be known again");
    if (text_characters(event->uid) > UID_MAX)
        return error_set(err, ERROR_INPUT, "its UID has more than %d characters", UID_MAX);
    event->uid = arena_text(reading->arena, event->uid);
    event->is_gone = strcasecmp(property_text(component, ICAL_STATUS_PROPERTY), "CANCELLED") == 0;
    event->is_free = event->is_gone || says_free(component);
    event->repeats = icalcomponent_get_first_property(component, ICAL_RRULE_PROPERTY) != NULL ||
                     icalcomponent_get_first_property(component, ICAL_RDATE_PROPERTY) != NULL;
    if (icalcomponent_get_first_property(component, ICAL_EXRULE_PROPERTY) != NULL)
        return error_set(err, ERROR_INPUT,
                         "it leaves out times by a rule (EXRULE), which nobody "
                         "writes any more");
    if (start == NULL)
        return error_set(err, ERROR_INPUT, "it has no start");
    return ical_time_read(reading, start, icalproperty_get_dtstart(start), &event->start, err) &&
           read_length(reading, event, err) && read_replaced(reading, event, err);
}

bool ical_event_parse(struct ical_reading *reading, const struct ical_block *block,
                      struct ical_event *out, struct error *err)
{
    *out = (struct ical_event){.title = "", .line = block->line};
    if (block->problem != NULL)
        return error_set(err, ERROR_INPUT, "%s", block->problem);
    out->component = icalparser_parse_string(block->text);
    if (out->component == NULL || icalcomponent_isa(out->component) != ICAL_VEVENT_COMPONENT)
        return error_set(err, ERROR_INPUT, "it is no event");
    if (!read_event(reading, out, err))
        return false;
    icalproperty *wrong = icalcomponent_get_first_property(out->component, ICAL_XLICERROR_PROPERTY);
    return wrong == NULL ||
           error_set(err, ERROR_INPUT, "%.200s", icalproperty_get_xlicerror(wrong));
}
