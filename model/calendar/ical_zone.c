#include "model/calendar/ical_zone.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 200, CHANGES_MAX = 200 /* in one VTIMEZONE */ };

struct zone_of_file {
    icalcomponent *component; /* NULL once the zone holds it */
    icaltimezone *zone;
    const char *tzid, *place; /* place: X-LIC-LOCATION, or NULL */
    bool is_tame;
};

struct ical_zones {
    struct zone_of_file *items;
    size_t count;
};

static bool has_none(const short *values)
{
    return values[0] == ICAL_RECURRENCE_ARRAY_MAX;
}

/* libical expands the rules of a zone to the end of time, so they must be such as zones have. */
static bool is_tame_rule(const struct icalrecurrencetype *rule)
{
    return rule->freq == ICAL_YEARLY_RECURRENCE && rule->interval >= 1 && has_none(rule->by_hour) &&
           has_none(rule->by_minute) && has_none(rule->by_second) && has_none(rule->by_year_day) &&
           has_none(rule->by_week_no) && has_none(rule->by_set_pos);
}

static bool is_tame(icalcomponent *zone)
{
    int changes = 0;
    for (icalcomponent *part = icalcomponent_get_first_component(zone, ICAL_ANY_COMPONENT);
         part != NULL; part = icalcomponent_get_next_component(zone, ICAL_ANY_COMPONENT)) {
        struct icaltimetype start = icalcomponent_get_dtstart(part);
        if (start.year < 1 || start.year > 2100)
            return false;
        for (icalproperty *property = icalcomponent_get_first_property(part, ICAL_ANY_PROPERTY);
             property != NULL;
             property = icalcomponent_get_next_property(part, ICAL_ANY_PROPERTY)) {
            struct icalrecurrencetype rule;
            changes++;
            if (icalproperty_isa(property) != ICAL_RRULE_PROPERTY)
                continue;
            rule = icalproperty_get_rrule(property);
            if (!is_tame_rule(&rule))
                return false;
        }
    }
    return changes > 0 && changes < CHANGES_MAX;
}

static void read_zone(const struct ical_block *block, struct zone_of_file *out)
{
    out->component = icalparser_parse_string(block->text);
    if (out->component == NULL || icalcomponent_isa(out->component) != ICAL_VTIMEZONE_COMPONENT)
        return;
    for (icalproperty *property =
             icalcomponent_get_first_property(out->component, ICAL_ANY_PROPERTY);
         property != NULL;
         property = icalcomponent_get_next_property(out->component, ICAL_ANY_PROPERTY)) {
        const char *name = icalproperty_get_property_name(property);
        if (icalproperty_isa(property) == ICAL_TZID_PROPERTY)
            out->tzid = icalproperty_get_tzid(property);
        else if (name != NULL && strcmp(name, "X-LIC-LOCATION") == 0)
            out->place = icalproperty_get_x(property);
    }
    out->is_tame = is_tame(out->component);
}

struct ical_zones *ical_zones_new(const struct ical_parts *parts)
{
    struct ical_zones *zones = memory_new(sizeof *zones);
    zones->items = memory_new((parts->zone_count + 1) * sizeof *zones->items);
    for (size_t i = 0; i < parts->zone_count; i++)
        if (parts->zones[i].problem == NULL)
            read_zone(&parts->zones[i], &zones->items[zones->count++]);
    return zones;
}

void ical_zones_free(struct ical_zones *zones)
{
    for (size_t i = 0; zones != NULL && i < zones->count; i++) {
        if (zones->items[i].zone != NULL)
            icaltimezone_free(zones->items[i].zone, 1);
        if (zones->items[i].component != NULL)
            icalcomponent_free(zones->items[i].component);
    }
    if (zones != NULL)
        free(zones->items);
    free(zones);
}

/* The name itself, or what of a path stands behind its first parts:
 * "/mozilla.org/20050126_1/Europe/Berlin". Names of the IANA have one slash or two, and the
 * system's names without one ("CET") are meant only where nothing stands before them. */
static const char *known_name(const char *name)
{
    if (name == NULL || strlen(name) >= NAME_MAX_SIZE)
        return NULL;
    if (*name != '/' && zone_exists(name))
        return name;
    for (const char *at = strchr(name, '/'); at != NULL; at = strchr(at + 1, '/'))
        if (strchr(at + 1, '/') != NULL && zone_exists(at + 1))
            return at + 1;
    return ical_zone_of_windows(name);
}

bool ical_zone_find(struct ical_zones *zones, const char *tzid, struct ical_zone *out)
{
    *out = (struct ical_zone){.iana = known_name(tzid)};
    for (size_t i = 0; out->iana == NULL && i < zones->count; i++) {
        struct zone_of_file *item = &zones->items[i];
        if (item->tzid == NULL || strcmp(item->tzid, tzid) != 0)
            continue;
        out->iana = known_name(item->place);
        if (out->iana != NULL || !item->is_tame)
            continue;
        if (item->zone == NULL) {
            item->zone = icaltimezone_new();
            if (icaltimezone_set_component(item->zone, item->component))
                item->component = NULL;
        }
        out->own = item->zone;
        return item->component == NULL;
    }
    return out->iana != NULL;
}

bool ical_zone_to_local(const struct ical_zone *zone, int64_t instant, struct clock_time *out)
{
    if (zone->own == NULL)
        return instant_to_local(instant, zone->iana, out);
    struct clock_time utc;
    if (!instant_to_local(instant, NULL, &utc))
        return false;
    struct icaltimetype time = {.year = utc.date.year,
                                .month = utc.date.month,
                                .day = utc.date.day,
                                .hour = utc.hour,
                                .minute = utc.minute,
                                .second = utc.second};
    int is_daylight;
    int offset = icaltimezone_get_utc_offset_of_utc_time(zone->own, &time, &is_daylight);
    return instant_to_local(instant + offset * SECOND_US, NULL, out);
}

bool ical_zone_from_local(const struct ical_zone *zone, const struct clock_time *local,
                          int64_t *out)
{
    if (zone->own == NULL)
        return instant_from_local(local, zone->iana, out);
    struct icaltimetype time = {.year = local->date.year,
                                .month = local->date.month,
                                .day = local->date.day,
                                .hour = local->hour,
                                .minute = local->minute,
                                .second = local->second};
    int is_daylight;
    int offset = icaltimezone_get_utc_offset(zone->own, &time, &is_daylight);
    if (!instant_from_local(local, NULL, out))
        return false;
    *out -= offset * SECOND_US;
    return true;
}
