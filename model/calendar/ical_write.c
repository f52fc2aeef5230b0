#include "model/calendar/ical_write.h"

#include "model/base/instant.h"
#include "model/operation/audit.h"

#include <jansson.h>
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_BACK = 30 };

/* Both give the same columns; of what is booked for itself the notes are the title. */
#define FIELDS                                                                                     \
    "a.id, a.ics_uid, coalesce(p.starts_at, a.starts_at), coalesce(p.ends_at, a.ends_at),"         \
    " a.status, a.ics_sequence, a.updated_at, a.created_at,"                                       \
    " coalesce(t.name, v.name, 'Appointment'), trim(a.first_name || ' ' || a.last_name),"          \
    " a.address, CASE WHEN t.place = 'store' THEN l.name END"
#define JOINS                                                                                      \
    " LEFT JOIN appointment_types AS t ON t.id = a.appointment_type_id"                            \
    " LEFT JOIN services AS v ON v.id = a.service_id"                                              \
    " LEFT JOIN locations AS l ON l.id = a.location_id"

static const char estimator_sql[] =
    "SELECT " FIELDS " FROM appointments AS a LEFT JOIN resource_bookings AS p ON 0" JOINS
    " WHERE a.estimator_id = ?1 AND a.ends_at > ?2 AND a.starts_at < ?3 AND a.deleted_at IS NULL"
    " ORDER BY 3, 1";
static const char resource_sql[] =
    "SELECT " FIELDS " FROM resource_bookings AS p JOIN appointments AS a"
    " ON a.id = p.appointment_id" JOINS
    " WHERE p.resource_id = ?1 AND p.ends_at > ?2 AND p.starts_at < ?3 AND a.deleted_at IS NULL"
    " UNION ALL SELECT p.id, p.ics_uid, p.starts_at, p.ends_at, p.status, 0, p.updated_at,"
    " p.created_at, coalesce(nullif(p.notes, ''), 'Booked'), '', NULL, NULL"
    " FROM resource_bookings AS p WHERE p.resource_id = ?1 AND p.ends_at > ?2 AND p.starts_at < ?3"
    " AND p.appointment_id IS NULL ORDER BY 3, 1";

static struct icaltimetype utc_time(int64_t instant)
{
    struct clock_time time = {.date = {1970, 1, 1}};
    instant_to_local(instant, NULL, &time);
    return (struct icaltimetype){.year = time.date.year,
                                 .month = time.date.month,
                                 .day = time.date.day,
                                 .hour = time.hour,
                                 .minute = time.minute,
                                 .second = time.second,
                                 .zone = icaltimezone_get_utc_timezone()};
}

/* The values of an address in the order in which a letter has them. */
static const char *address_line(const char *text, struct arena *arena)
{
    static const char *const parts[] = {"street", "line1", "line2", "postal_code", "zip", "city"};
    struct buffer line;
    json_t *address = json_loads(text, 0, NULL);
    buffer_init(&line);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *part = json_string_value(json_object_get(address, parts[i]));
        if (part != NULL && *part != '\0')
            buffer_format(&line, "%s%s", line.size > 0 ? ", " : "", part);
    }
    json_decref(address);
    const char *out = arena_text(arena, line.text);
    buffer_done(&line);
    return out;
}

static icalproperty_status status_of(const char *status)
{
    if (strcmp(status, "cancelled") == 0)
        return ICAL_STATUS_CANCELLED;
    return strcmp(status, "tentative") == 0 ? ICAL_STATUS_TENTATIVE : ICAL_STATUS_CONFIRMED;
}

static icalcomponent *make_event(const struct statement *row, const struct ical_export *export,
                                 struct arena *arena)
{
    struct uuid id = {0};
    const char *who = statement_text(row, 9), *place = statement_text(row, 11);
    icalproperty_status status = status_of(statement_text(row, 4));
    statement_uuid(row, 0, &id);
    if (export->has_address && *place == '\0')
        place = address_line(statement_text(row, 10), arena);
    icalcomponent *event = icalcomponent_vanew(
        ICAL_VEVENT_COMPONENT, icalproperty_new_uid(ical_uid(arena, &id, statement_text(row, 1))),
        icalproperty_new_dtstamp(utc_time(statement_integer(row, 6))),
        icalproperty_new_created(utc_time(statement_integer(row, 7))),
        icalproperty_new_lastmodified(utc_time(statement_integer(row, 6))),
        icalproperty_new_sequence((int)statement_integer(row, 5)),
        icalproperty_new_dtstart(utc_time(statement_integer(row, 2))),
        icalproperty_new_dtend(utc_time(statement_integer(row, 3))),
        icalproperty_new_summary(
            arena_format(arena, "%s%s%s", statement_text(row, 8), *who != '\0' ? ": " : "", who)),
        icalproperty_new_status(status), (void *)0);
    if (*place != '\0')
        icalcomponent_add_property(event, icalproperty_new_location(place));
    if (status == ICAL_STATUS_CANCELLED)
        icalcomponent_add_property(event, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    return event;
}

static icalcomponent *make_calendar(const struct ical_owner *owner)
{
    icalproperty *name = icalproperty_new_x(owner->name);
    icalproperty_set_x_name(name, "X-WR-CALNAME");
    return icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                               icalproperty_new_prodid("-//Countertop//Appointments//EN"),
                               icalproperty_new_method(ICAL_METHOD_PUBLISH), name, (void *)0);
}

static bool add_events(struct store *store, const struct ical_owner *owner,
                       struct ical_export *export, icalcomponent *calendar, struct arena *arena,
                       struct error *err)
{
    int state;
    int64_t from = export->from, until = export->until;
    if (from == 0 && until == 0) {
        from = env_now(store_env(store)) - DAYS_BACK * DAY_US;
        until = INT64_MAX;
    }
    struct statement *statement =
        store_prepare(store, owner->is_resource ? resource_sql : estimator_sql, err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &owner->id);
    statement_bind_integer(statement, 2, from);
    statement_bind_integer(statement, 3, until);
    while ((state = statement_step(statement, err)) > 0) {
        icalcomponent_add_component(calendar, make_event(statement, export, arena));
        export->count++;
    }
    statement_done(statement);
    return state == 0;
}

static bool note(struct store *store, const struct actor *actor, const struct ical_owner *owner,
                 const struct ical_export *export, struct arena *arena, struct error *err)
{
    const struct audit_entry entry = {
        .action = "calendar.export",
        .actor = &actor->user_id,
        .subject_table = owner->is_resource ? "resources" : "estimators",
        .subject = &owner->id,
        .summary = arena_format(arena, "calendar of %s, %zu events", owner->name, export->count),
    };
    return audit_write(store, &entry, err);
}

bool ical_write(struct store *store, const struct actor *actor, const struct ical_owner *owner,
                struct ical_export *export, struct buffer *out, struct error *err)
{
    struct arena *arena = arena_new();
    icalcomponent *calendar = make_calendar(owner);
    export->count = 0;
    bool is_done = actor_may(store, actor, "appointments.edit", err) &&
                   add_events(store, owner, export, calendar, arena, err) &&
                   note(store, actor, owner, export, arena, err);
    if (is_done) {
        char *text = icalcomponent_as_ical_string_r(calendar);
        buffer_add(out, text);
        icalmemory_free_buffer(text);
    }
    icalcomponent_free(calendar);
    arena_free(arena);
    return is_done;
}
