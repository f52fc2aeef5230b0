#include "model/calendar/ical_read.h"

#include "model/calendar/ical_event.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    struct ical_reading reading;
    struct ical_event *events;
    size_t event_count;
    struct ical_event **replacing; /* those that stand for one of a series, sorted */
    size_t replacing_count;
    struct ical_calendar *out;
    size_t busy_room;
    const struct ical_event *at; /* whose times are told */
};

static void add_problem(struct reader *reader, const struct ical_event *event,
                        const struct error *why)
{
    struct ical_calendar *out = reader->out;
    out->problems[out->problem_count++] = (struct ical_problem){
        .line = event->line,
        .title = event->title,
        .reason = arena_text(reader->reading.arena, why->text),
    };
}

static void add_busy(struct reader *reader, const struct ical_event *event,
                     const struct ical_time *start, const char *occurrence)
{
    struct ical_calendar *out = reader->out;
    if (out->count == reader->busy_room) {
        reader->busy_room = reader->busy_room == 0 ? 64 : 2 * reader->busy_room;
        struct ical_busy *more =
            arena_alloc(reader->reading.arena, reader->busy_room * sizeof *more);
        if (out->count > 0)
            memcpy(more, out->busy, out->count * sizeof *more);
        out->busy = more;
    }
    out->busy[out->count++] = (struct ical_busy){
        .uid = event->uid,
        .occurrence = occurrence,
        .title = event->title,
        .starts_at = start->instant,
        .ends_at = start->instant + event->length,
        .first_day = start->local.date,
        .last_day = date_from_number(date_number(start->local.date) + event->days - 1),
        .is_all_day = start->is_date,
        .line = event->line,
    };
}

static int compare_replacing(const void *a, const void *b)
{
    const struct ical_event *first = *(struct ical_event *const *)a;
    const struct ical_event *second = *(struct ical_event *const *)b;
    int order = strcmp(first->uid, second->uid);
    if (order != 0)
        return order;
    return (first->replaces.instant > second->replaces.instant) -
           (first->replaces.instant < second->replaces.instant);
}

static bool is_replaced(const struct reader *reader, const char *uid, const struct ical_time *start)
{
    const struct ical_event wanted = {.uid = uid, .replaces = *start};
    const struct ical_event *key = &wanted;
    return reader->replacing_count > 0 && bsearch(&key, reader->replacing, reader->replacing_count,
                                                  sizeof(void *), compare_replacing) != NULL;
}

static const char *occurrence_text(struct reader *reader, const struct ical_time *start)
{
    char *text = arena_alloc(reader->reading.arena, INSTANT_TEXT_SIZE);
    if (start->is_date)
        date_format(start->local.date, text);
    else
        instant_format(start->instant, text);
    return text;
}

static bool add_time(void *context, const struct ical_time *start, struct error *err)
{
    struct reader *reader = context;
    (void)err;
    if (!is_replaced(reader, reader->at->uid, start))
        add_busy(reader, reader->at, start, occurrence_text(reader, start));
    return true;
}

static void tell_event(struct reader *reader, const struct ical_event *event)
{
    const struct ical_reading *reading = &reader->reading;
    struct error why = {0};
    size_t before = reader->out->count;
    if (event->is_free) {
        reader->out->free_count++;
        return;
    }
    reader->at = event;
    if (event->repeats) {
        if (!ical_event_repeat(&reader->reading, event, add_time, reader, &why)) {
            reader->out->count = before; /* half a series is worse than none */
            add_problem(reader, event, &why);
            return;
        }
    } else if (event->start.instant < reading->until &&
               event->start.instant + event->length > reading->from) {
        add_busy(reader, event, &event->start,
                 event->has_replaced ? occurrence_text(reader, &event->replaces) : "");
    }
    reader->out->past_count += reader->out->count == before;
}

static int compare_busy(const void *a, const void *b)
{
    const struct ical_busy *first = a, *second = b;
    if (first->starts_at != second->starts_at)
        return first->starts_at < second->starts_at ? -1 : 1;
    int order = strcmp(first->uid, second->uid);
    return order != 0 ? order : strcmp(first->occurrence, second->occurrence);
}

static int compare_uids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_problems(const void *a, const void *b)
{
    const struct ical_problem *first = a, *second = b;
    return (first->line > second->line) - (first->line < second->line);
}

/* An event that stands twice in a file, with nothing between: the last one counts, as where a
 * server sends a newer one behind an older. */
static void drop_doubles(struct ical_calendar *out)
{
    size_t count = 0;
    for (size_t i = 0; i < out->count; i++) {
        struct ical_busy *last = count > 0 ? &out->busy[count - 1] : NULL;
        if (last != NULL && last->starts_at == out->busy[i].starts_at &&
            strcmp(last->uid, out->busy[i].uid) == 0 &&
            strcmp(last->occurrence, out->busy[i].occurrence) == 0)
            *last = out->busy[i];
        else
            out->busy[count++] = out->busy[i];
    }
    out->count = count;
}

static void parse_events(struct reader *reader, const struct ical_parts *parts)
{
    struct ical_calendar *out = reader->out;
    for (size_t i = 0; i < parts->event_count; i++) {
        struct error why = {0};
        struct ical_event *event = &reader->events[reader->event_count];
        if (!ical_event_parse(&reader->reading, &parts->events[i], event, &why)) {
            add_problem(reader, event, &why);
            if (event->component != NULL)
                icalcomponent_free(event->component);
            continue;
        }
        reader->event_count++;
        out->uids[out->uid_count++] = event->uid;
        if (event->has_replaced)
            reader->replacing[reader->replacing_count++] = event;
        if (!event->repeats) { /* 20,000 of libical's trees would be much */
            icalcomponent_free(event->component);
            event->component = NULL;
        }
    }
}

static void read_parts(struct reader *reader, const struct ical_parts *parts)
{
    struct ical_calendar *out = reader->out;
    struct arena *arena = reader->reading.arena;
    size_t room = parts->event_count + 1;
    reader->events = arena_alloc(arena, room * sizeof *reader->events);
    reader->replacing = arena_alloc(arena, room * sizeof *reader->replacing);
    out->uids = arena_alloc(arena, room * sizeof *out->uids);
    out->problems = arena_alloc(arena, 2 * room * sizeof *out->problems);
    out->event_count = parts->event_count;
    parse_events(reader, parts);
    qsort(reader->replacing, reader->replacing_count, sizeof(void *), compare_replacing);
    for (size_t i = 0; i < reader->event_count; i++) {
        tell_event(reader, &reader->events[i]);
        if (reader->events[i].component != NULL)
            icalcomponent_free(reader->events[i].component);
    }
    if (out->count > 0)
        qsort(out->busy, out->count, sizeof *out->busy, compare_busy);
    qsort(out->uids, out->uid_count, sizeof *out->uids, compare_uids);
    qsort(out->problems, out->problem_count, sizeof *out->problems, compare_problems);
    drop_doubles(out);
}

bool ical_read(const char *text, size_t size, const char *zone, int64_t from, int64_t until,
               struct arena *arena, struct ical_calendar *out, struct error *err)
{
    struct ical_parts parts;
    *out = (struct ical_calendar){0};
    if (!ical_scan(text, size, arena, &parts, err))
        return false;
    struct reader reader = {
        .reading = {.zones = ical_zones_new(&parts),
                    .zone = {.iana = zone != NULL && zone[0] != '\0' ? zone : "Etc/UTC"},
                    .from = from,
                    .until = until,
                    .arena = arena},
        .out = out};
    read_parts(&reader, &parts);
    ical_zones_free(reader.reading.zones);
    return true;
}
