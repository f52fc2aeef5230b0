#include "model/calendar/ical_scan.h"

#include "model/base/text.h"

#include <string.h>
#include <strings.h>

enum { ZONES_MAX = 500 };

/* All that is asked of an event: what else stands in it may be large (pictures) or broken. */
static const char *const kept[] = {
    "UID",    "DTSTART",
    "DTEND",  "DURATION",
    "RRULE",  "RDATE",
    "EXDATE", "RECURRENCE-ID",
    "STATUS", "TRANSP",
    "CLASS",  "SUMMARY",
    "EXRULE", "X-MICROSOFT-CDO-BUSYSTATUS",
};

struct scan {
    struct arena *arena;
    struct ical_parts *out;
    struct error *err;
    struct buffer block; /* what is being collected */
    const char *problem;
    size_t line, begun_at;
    int depth, block_depth; /* block_depth 0: outside of both kinds */
    bool is_event, is_kept; /* is_kept: of the line that goes on */
};

static bool is_name(const char *line, size_t size, const char *name)
{
    size_t length = strlen(name);
    return size > length && strncasecmp(line, name, length) == 0 &&
           (line[length] == ':' || line[length] == ';');
}

/* Whether the line is "BEGIN:VEVENT" or so. */
static bool is_mark(const char *line, size_t size, const char *word, const char *component)
{
    size_t length = strlen(word), rest = strlen(component);
    while (size > 0 && line[size - 1] == ' ')
        size--;
    return size == length + 1 + rest && strncasecmp(line, word, length) == 0 &&
           line[length] == ':' && strncasecmp(line + length + 1, component, rest) == 0;
}

static void keep(struct scan *scan, const char *line, size_t size)
{
    if (scan->block.size + size > ICAL_EVENT_BYTES_MAX)
        scan->problem = "it is too large";
    else
        buffer_add_bytes(&scan->block, line, size);
}

static struct ical_block *add_block(struct arena *arena, struct ical_block **blocks, size_t *count)
{
    if ((*count & (*count - 1)) == 0) { /* full at each power of two */
        struct ical_block *more = arena_alloc(arena, (*count == 0 ? 1 : 2 * *count) * sizeof *more);
        if (*count > 0)
            memcpy(more, *blocks, *count * sizeof *more);
        *blocks = more;
    }
    return &(*blocks)[(*count)++];
}

static bool end_block(struct scan *scan, const char *problem)
{
    struct ical_parts *out = scan->out;
    size_t count = scan->is_event ? out->event_count : out->zone_count;
    if (count >= (scan->is_event ? (size_t)ICAL_EVENTS_MAX : (size_t)ZONES_MAX))
        return error_set(
            scan->err, ERROR_INPUT, "The calendar has more than %d %s; take a part of it",
            scan->is_event ? ICAL_EVENTS_MAX : ZONES_MAX, scan->is_event ? "events" : "time zones");
    struct ical_block *block = scan->is_event
                                   ? add_block(scan->arena, &out->events, &out->event_count)
                                   : add_block(scan->arena, &out->zones, &out->zone_count);
    if (problem == NULL && !text_is_utf8(scan->block.text, scan->block.size))
        problem = "it is not written in UTF-8";
    *block = (struct ical_block){.problem = problem, .line = scan->begun_at, .text = ""};
    if (problem == NULL)
        block->text = arena_bytes(scan->arena, scan->block.text, scan->block.size);
    scan->block_depth = 0;
    scan->is_kept = false;
    return true;
}

static void begin(struct scan *scan, const char *line, size_t size)
{
    scan->depth++;
    scan->is_kept = false;
    if (scan->block_depth == 0) {
        scan->is_event = is_mark(line, size, "BEGIN", "VEVENT");
        if (!scan->is_event && !is_mark(line, size, "BEGIN", "VTIMEZONE"))
            return;
        scan->block_depth = scan->depth;
        scan->begun_at = scan->line;
        scan->problem = NULL;
        buffer_clear(&scan->block);
    } else if (scan->is_event) {
        return;
    }
    keep(scan, line, size);
    keep(scan, "\r\n", 2);
}

static bool end(struct scan *scan, const char *line, size_t size)
{
    bool is_inside = scan->block_depth != 0;
    if (is_inside && (scan->depth == scan->block_depth || !scan->is_event)) {
        keep(scan, line, size);
        keep(scan, "\r\n", 2);
    }
    bool ends = is_inside && scan->depth == scan->block_depth;
    scan->depth--;
    scan->is_kept = false;
    return !ends || end_block(scan, scan->problem);
}

static bool is_wanted(const struct scan *scan, const char *line, size_t size)
{
    if (scan->block_depth == 0 || (scan->is_event && scan->depth != scan->block_depth))
        return false;
    for (size_t i = 0; scan->is_event && i < sizeof kept / sizeof kept[0]; i++)
        if (is_name(line, size, kept[i]))
            return true;
    return !scan->is_event;
}

static bool take_line(struct scan *scan, const char *line, size_t size)
{
    if (size == 0)
        return true;
    if (*line == ' ' || *line == '\t') { /* goes on: without the break and the blank */
        if (scan->is_kept) {
            scan->block.size -= 2;
            keep(scan, line + 1, size - 1);
            keep(scan, "\r\n", 2);
        }
        return true;
    }
    if (is_name(line, size, "BEGIN")) {
        begin(scan, line, size);
        return scan->depth <= ICAL_DEPTH_MAX ||
               error_set(scan->err, ERROR_INPUT, "Line %zu: parts within parts, %d deep",
                         scan->line, ICAL_DEPTH_MAX);
    }
    if (scan->depth == 0)
        return error_set(scan->err, ERROR_INPUT,
                         "Line %zu: this is no iCalendar file, which begins with BEGIN:VCALENDAR",
                         scan->line);
    if (is_name(line, size, "END"))
        return end(scan, line, size);
    scan->is_kept = is_wanted(scan, line, size);
    if (scan->is_kept) {
        keep(scan, line, size);
        keep(scan, "\r\n", 2);
    }
    return true;
}

static bool scan_lines(struct scan *scan, const char *text, size_t size)
{
    static const char mark[] = "\xef\xbb\xbf"; /* the byte order mark that Windows writes */
    const char *end_of_text = text + size;
    if (size >= 3 && memcmp(text, mark, 3) == 0)
        text += 3;
    while (text < end_of_text) {
        const char *next = memchr(text, '\n', (size_t)(end_of_text - text));
        size_t length = (size_t)((next != NULL ? next : end_of_text) - text);
        scan->line++;
        if (!take_line(scan, text, length > 0 && text[length - 1] == '\r' ? length - 1 : length))
            return false;
        text = next != NULL ? next + 1 : end_of_text;
    }
    if (scan->line == 0)
        return error_set(scan->err, ERROR_INPUT, "The calendar is empty");
    return scan->block_depth == 0 || end_block(scan, "the file ends in the middle of it");
}

bool ical_scan(const char *text, size_t size, struct arena *arena, struct ical_parts *out,
               struct error *err)
{
    struct scan scan = {.arena = arena, .out = out, .err = err};
    *out = (struct ical_parts){0};
    if (size > ICAL_BYTES_MAX)
        return error_set(err, ERROR_INPUT, "The calendar has more than %d MB; take a part of it",
                         ICAL_BYTES_MAX / 1000 / 1000);
    buffer_init(&scan.block);
    bool is_done = scan_lines(&scan, text, size);
    buffer_done(&scan.block);
    return is_done;
}
