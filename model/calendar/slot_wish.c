#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/slot_names.h"
#include "model/calendar/slots.h"
#include "model/list/day_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 40, HOUR = 60, DAY = 24 * HOUR, NAME_WORDS = 6, AHEAD_DAYS = 62 };

/* What was typed, folded and word by word. */
struct reading {
    struct arena *arena;
    struct slot_name *names;
    size_t name_count;
    const char *words[WORDS_MAX];
    int parts[WORDS_MAX]; /* between which commas a word stands */
    size_t count;
    int64_t now, today;
    const char *zone;
    struct slot_wish *wish;
    struct error *err;
};

/* Each takes words from a place on: how many, 0 when they are none of its own, -1 with err filled.
 */
typedef int reader(struct reading *reading, size_t at);

static const char examples[] = "write for example: 90 min, next week, anyone, near 10115";

static bool split(struct reading *reading, const char *words)
{
    char *text = text_fold(words, reading->arena);
    int part = 0;
    while (*text != '\0') {
        const size_t size = strcspn(text, " ,");
        if (size > 0) {
            if (reading->count == WORDS_MAX)
                return error_set_field(reading->err, ERROR_INPUT, "wish",
                                       "That is too long to be understood: %s", examples);
            reading->parts[reading->count] = part;
            reading->words[reading->count++] = arena_bytes(reading->arena, text, size);
        }
        part += text[size] == ',';
        text += size + (text[size] != '\0');
    }
    return true;
}

/* The word, or "" past the end of its part of the line. */
static const char *word_at(const struct reading *reading, size_t at, size_t next)
{
    return next < reading->count && reading->parts[next] == reading->parts[at]
               ? reading->words[next]
               : "";
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

static int unit_minutes(const char *word)
{
    static const char *const minutes[] = {"m", "min", "mins", "minute", "minutes", NULL};
    static const char *const hours[] = {"h", "hr", "hrs", "hour", "hours", NULL};
    return is_one_of(word, minutes) ? 1 : is_one_of(word, hours) ? HOUR : 0;
}

/* "90", "1.5", and on behind them: in hundredths. */
static bool amount_read(const char **text, int *hundredths)
{
    size_t digits = strspn(*text, "0123456789");
    if (digits == 0 || digits > 4)
        return false;
    *hundredths = (int)strtol(*text, NULL, 10) * 100;
    *text += digits;
    if (!text_read_char(text, '.'))
        return true;
    digits = strspn(*text, "0123456789");
    if (digits == 0 || digits > 2)
        return false;
    *hundredths += (int)strtol(*text, NULL, 10) * (digits == 1 ? 10 : 1);
    *text += digits;
    return true;
}

/* The minutes of "30" and "30min" behind the hours. */
static bool rest_read(const char *text, int *minutes)
{
    const size_t digits = strspn(text, "0123456789");
    *minutes = 0;
    if (digits == 0)
        return *text == '\0';
    *minutes = digits > 2 ? HOUR : (int)strtol(text, NULL, 10);
    return *minutes < HOUR && (text[digits] == '\0' || unit_minutes(text + digits) == 1);
}

/* 90 min, 90min, 2h, 1.5 h, 1h30 */
static int read_length(struct reading *reading, size_t at)
{
    enum { MINUTES_MAX = 7 * DAY };
    const char *word = reading->words[at];
    int hundredths, more = 0, taken = 1;
    if (!amount_read(&word, &hundredths))
        return 0;
    if (*word == '\0') {
        word = word_at(reading, at, at + 1);
        taken = 2;
    }
    const size_t letters = strcspn(word, "0123456789");
    const int unit = unit_minutes(arena_bytes(reading->arena, word, letters));
    if (unit == 0 || !rest_read(word + letters, &more) || (unit == 1 && more > 0))
        return 0;
    const int minutes = hundredths * unit / 100 + more;
    if (minutes < 1 || minutes > MINUTES_MAX) {
        error_set_field(reading->err, ERROR_INPUT, "wish",
                        "\"%s\" is no time that an appointment can take: write 90 min or 2 h",
                        reading->words[at]);
        return -1;
    }
    reading->wish->duration_minutes = minutes;
    return taken;
}

/* "tue 14": the Tuesday that is the 14th, in this month or the next; not "tue 30 min". */
static int read_numbered(struct reading *reading, size_t at, struct day_span *out)
{
    const int weekday = weekday_read(reading->words[at]);
    const char *number = word_at(reading, at, at + 1);
    const size_t digits = strspn(number, "0123456789");
    const bool is_day =
        (digits == 1 || digits == 2) && number[digits + (number[digits] == '.')] == '\0';
    if (weekday < 0 || !is_day || unit_minutes(word_at(reading, at, at + 2)) > 0)
        return 0;
    const int wanted = (int)strtol(number, NULL, 10);
    for (int64_t day = reading->today; day < reading->today + AHEAD_DAYS; day++) {
        const struct date date = date_from_number(day);
        if (date.day != wanted || date_weekday(date) != weekday)
            continue;
        *out = (struct day_span){day, day};
        return 2;
    }
    error_set_field(reading->err, ERROR_INPUT, "wish",
                    "No %s of the next two months is the %d.: write %s alone, 14.12., or a time as "
                    "14:00",
                    weekday_name(weekday), wanted, reading->words[at]);
    return -1;
}

static int read_span(struct reading *reading, size_t at, struct day_span *out)
{
    const int taken = read_numbered(reading, at, out);
    size_t left = 0;
    while (at + left < reading->count && reading->parts[at + left] == reading->parts[at])
        left++;
    return taken != 0 ? taken : (int)day_words_read(&reading->words[at], left, reading->today, out);
}

static bool midnight(const struct reading *reading, int64_t day, int64_t *out)
{
    const struct clock_time local = {.date = date_from_number(day)};
    return instant_from_local(&local, reading->zone, out);
}

static int read_days(struct reading *reading, size_t at)
{
    struct day_span days;
    const int taken = read_span(reading, at, &days);
    if (taken <= 0)
        return taken;
    if (days.last < reading->today) {
        error_set_field(reading->err, ERROR_INPUT, "wish",
                        "\"%s\" has passed: write a day that comes, such as tomorrow or next week",
                        reading->words[at]);
        return -1;
    }
    if (!midnight(reading, days.first, &reading->wish->from) ||
        !midnight(reading, days.last + 1, &reading->wish->until))
        return 0;
    return taken;
}

static int set_minutes(struct reading *reading, int from, int until, int taken)
{
    reading->wish->from_minute = from;
    reading->wish->until_minute = until;
    return taken;
}

static int read_part_of_day(struct reading *reading, size_t at)
{
    static const struct {
        const char *word;
        int from, until;
    } parts[] = {{"morning", 0, 12 * HOUR},
                 {"noon", 11 * HOUR, 14 * HOUR},
                 {"afternoon", 12 * HOUR, 18 * HOUR},
                 {"evening", 17 * HOUR, DAY}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i].word, reading->words[at]) == 0)
            return set_minutes(reading, parts[i].from, parts[i].until, 1);
    return 0;
}

/* after 14:00, before 12, at 10:30, 10:30, 9-12 */
static int read_time(struct reading *reading, size_t at)
{
    static const char *const after[] = {"after", "from", "since", NULL};
    static const char *const before[] = {"before", "until", "till", NULL};
    const char *word = reading->words[at], *next = word_at(reading, at, at + 1);
    int from, until;
    if (is_one_of(word, after) && clock_read(next, &from))
        return set_minutes(reading, from, DAY, 2);
    if (is_one_of(word, before) && clock_read(next, &until) && until > 0)
        return set_minutes(reading, 0, until, 2);
    if (strcmp(word, "at") == 0 && clock_read(next, &from))
        return set_minutes(reading, from, from + HOUR, 2);
    if (strchr(word, ':') != NULL && clock_read(word, &from))
        return set_minutes(reading, from, from + HOUR, 1);
    const char *dash = strchr(word, '-');
    if (dash == NULL ||
        !clock_read(arena_bytes(reading->arena, word, (size_t)(dash - word)), &from) ||
        !clock_read(dash + 1, &until) || from >= until)
        return 0;
    return set_minutes(reading, from, until, 1);
}

/* near 10115, near SW1A 1AA */
static int read_near(struct reading *reading, size_t at)
{
    struct slot_wish *wish = reading->wish;
    const char *code = word_at(reading, at, at + 1), *more = word_at(reading, at, at + 2);
    if (strcmp(reading->words[at], "near") != 0)
        return 0;
    const bool has_letters = strspn(code, "0123456789") < strlen(code);
    const bool is_two = has_letters && *more >= '0' && *more <= '9';
    const int size = snprintf(wish->near, sizeof wish->near, "%s%s", code, is_two ? more : "");
    if (*code == '\0' || size >= (int)sizeof wish->near) {
        error_set_field(reading->err, ERROR_INPUT, "wish",
                        "\"near\" is followed by a postal code, as in near 10115");
        return -1;
    }
    return is_two ? 3 : 2;
}

static int read_anyone(struct reading *reading, size_t at)
{
    static const char *const words[] = {"anyone", "anybody", "any", "whoever", NULL};
    if (!is_one_of(reading->words[at], words))
        return 0;
    reading->wish->estimator_id = (struct uuid){{0}};
    return 1;
}

static int read_between(struct reading *reading, size_t at)
{
    static const char *const words[] = {"with", "for", "at",  "in",  "on",
                                        "by",   "a",   "the", "and", NULL};
    return is_one_of(reading->words[at], words) ? 1 : 0;
}

static int take_name(struct reading *reading, const struct slot_name *name, int taken)
{
    struct slot_wish *wish = reading->wish;
    struct uuid *const ids[] = {[NAME_ESTIMATOR] = &wish->estimator_id,
                                [NAME_TYPE] = &wish->type_id,
                                [NAME_SERVICE] = &wish->service_id,
                                [NAME_LOCATION] = &wish->location_id};
    if (name->kind != NAME_RESOURCE) {
        *ids[name->kind] = name->id;
        return taken;
    }
    for (size_t i = 0; i < wish->resource_count; i++)
        if (uuid_equal(&wish->resources[i], &name->id))
            return taken;
    if (wish->resource_count == SLOT_RESOURCES_MAX) {
        error_set_field(reading->err, ERROR_INPUT, "wish",
                        "%d resources at most: leave out \"%s\" or another", SLOT_RESOURCES_MAX,
                        name->name);
        return -1;
    }
    wish->resources[wish->resource_count++] = name->id;
    return taken;
}

/* The longest run of words that is a name, or the beginning of one. */
static int read_name(struct reading *reading, size_t at)
{
    static const char *const kinds[] = {"estimator", "type", "service", "location", "resource"};
    int words = 1;
    while (words < NAME_WORDS && *word_at(reading, at, at + (size_t)words) != '\0')
        words++;
    for (; words > 0; words--) {
        const struct slot_name *names[2];
        const char *text = reading->words[at];
        for (int i = 1; i < words; i++)
            text = arena_format(reading->arena, "%s %s", text, reading->words[at + (size_t)i]);
        const size_t found = slot_names_find(reading->names, reading->name_count, text, names);
        if (found == 1)
            return take_name(reading, names[0], words);
        if (found > 1) {
            error_set_field(reading->err, ERROR_INPUT, "wish",
                            "\"%s\" could be %s (%s) or %s (%s): write more of it", text,
                            names[0]->name, kinds[names[0]->kind], names[1]->name,
                            kinds[names[1]->kind]);
            return -1;
        }
    }
    return 0;
}

static reader *const readers[] = {read_length, read_days,   read_part_of_day, read_time,
                                  read_near,   read_anyone, read_between,     read_name};

static bool read_all(struct reading *reading)
{
    for (size_t at = 0; at < reading->count;) {
        int taken = 0;
        for (size_t i = 0; i < sizeof readers / sizeof readers[0] && taken == 0; i++)
            taken = readers[i](reading, at);
        if (taken < 0)
            return false;
        if (taken == 0)
            return error_set_field(reading->err, ERROR_INPUT, "wish",
                                   "\"%s\" was not understood: %s", reading->words[at], examples);
        at += (size_t)taken;
    }
    return true;
}

static bool begin(struct reading *reading, const char *words)
{
    struct clock_time local;
    if (!text_is_utf8(words, strlen(words)))
        return error_set_field(reading->err, ERROR_INPUT, "wish", "That is no text: %s", examples);
    if (!instant_to_local(reading->now, reading->zone, &local))
        return error_set(reading->err, ERROR_INPUT, "There is no time zone named \"%s\"",
                         reading->zone);
    reading->today = date_number(local.date);
    return split(reading, words);
}

bool slot_wish_read(struct store *store, const char *words, int64_t now, const char *zone,
                    struct slot_wish *wish, struct error *err)
{
    struct slot_wish read = *wish;
    struct reading reading = {
        .arena = arena_new(), .now = now, .zone = zone, .wish = &read, .err = err};
    const int names = slot_names_load(store, reading.arena, &reading.names, err);
    reading.name_count = names > 0 ? (size_t)names : 0;
    const bool is_read = names >= 0 && begin(&reading, words) && read_all(&reading);
    if (is_read)
        *wish = read;
    arena_free(reading.arena);
    return is_read;
}

bool slot_days_read(const char *words, int64_t now, const char *zone, struct date *first,
                    int *count, struct error *err)
{
    struct reading reading = {.arena = arena_new(), .now = now, .zone = zone, .err = err};
    struct day_span days;
    bool is_read = begin(&reading, words);
    if (is_read) {
        const int taken = reading.count > 0 ? read_span(&reading, 0, &days) : 0;
        is_read = taken > 0 && (size_t)taken == reading.count;
        if (is_read) {
            *first = date_from_number(days.first);
            *count = (int)(days.last - days.first + 1);
        } else if (taken >= 0) {
            error_set_field(err, ERROR_INPUT, "day",
                            "\"%s\" is no day: write tomorrow, tue, tue 14, 12.3., +2w or "
                            "2026-11-27",
                            words);
        }
    }
    arena_free(reading.arena);
    return is_read;
}
