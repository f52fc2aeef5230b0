#include "model/base/zone.h"

#include "model/base/date.h"
#include "model/base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_MAX_SIZE = 64,
    FILE_MAX_SIZE = 256 * 1024,
    HEADER_SIZE = 44,
    DAY_SECONDS = 86400,
};

static const char folder[] = "/usr/share/zoneinfo/";

/* One of the two yearly changes of a POSIX TZ rule. */
struct rule {
    char form; /* 'M' month, week, weekday; 'J' day 1..365 without leap days; '0' 0..365 */
    int month, week, day; /* the weekday with 0 = Sunday */
    int32_t time;         /* seconds after midnight, may be negative or beyond a day */
};

struct zone {
    struct zone *next;
    char name[NAME_MAX_SIZE];
    size_t count; /* of transitions */
    int64_t *times;
    int32_t *offsets; /* from each transition on */
    int32_t first;    /* before all transitions */
    /* What holds after the last transition. */
    bool has_rules;
    int32_t standard, summer;
    struct rule start, end;
};

/* A place in bytes that are not trusted: it fails for good when they run out. */
struct cursor {
    const unsigned char *at, *end;
    bool failed;
};

static const unsigned char *take(struct cursor *cursor, size_t size)
{
    if (cursor->failed || size > (size_t)(cursor->end - cursor->at)) {
        cursor->failed = true;
        return NULL;
    }
    const unsigned char *bytes = cursor->at;
    cursor->at += size;
    return bytes;
}

static uint64_t big_endian(const unsigned char *bytes, int size)
{
    uint64_t number = 0;
    for (int i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}

struct header {
    char version;
    uint32_t ut_count, standard_count, leap_count, time_count, type_count, letter_count;
};

static bool read_header(struct cursor *cursor, struct header *header)
{
    const unsigned char *bytes = take(cursor, HEADER_SIZE);
    if (bytes == NULL || memcmp(bytes, "TZif", 4) != 0)
        return false;
    uint32_t *counts[] = {&header->ut_count,   &header->standard_count, &header->leap_count,
                          &header->time_count, &header->type_count,     &header->letter_count};
    for (size_t i = 0; i < 6; i++) {
        *counts[i] = (uint32_t)big_endian(bytes + 20 + 4 * i, 4);
        if (*counts[i] > FILE_MAX_SIZE)
            return false;
    }
    header->version = (char)bytes[4];
    return true;
}

/* The first block holds 32-bit times, for old readers. */
static void skip_first_block(struct cursor *cursor, const struct header *header)
{
    take(cursor, (size_t)header->time_count * 5 + (size_t)header->type_count * 6 +
                     header->letter_count + (size_t)header->leap_count * 8 +
                     header->standard_count + header->ut_count);
}

static bool read_transitions(struct cursor *cursor, const struct header *header, struct zone *zone)
{
    const unsigned char *times = take(cursor, (size_t)header->time_count * 8);
    const unsigned char *indexes = take(cursor, header->time_count);
    const unsigned char *types = take(cursor, (size_t)header->type_count * 6);
    take(cursor, (size_t)header->letter_count + header->standard_count + header->ut_count);
    if (cursor->failed || header->type_count == 0)
        return false;
    zone->first = (int32_t)big_endian(types, 4);
    zone->count = header->time_count;
    zone->times = memory_new(zone->count * sizeof *zone->times);
    zone->offsets = memory_new(zone->count * sizeof *zone->offsets);
    for (size_t i = 0; i < zone->count; i++) {
        if (indexes[i] >= header->type_count)
            return false;
        zone->times[i] = (int64_t)big_endian(times + 8 * i, 8);
        zone->offsets[i] = (int32_t)big_endian(types + 6 * (size_t)indexes[i], 4);
        if (i > 0 && zone->times[i] <= zone->times[i - 1])
            return false;
    }
    return true;
}

static bool read_number(const char **text, int *number)
{
    if (**text < '0' || **text > '9')
        return false;
    *number = 0;
    while (**text >= '0' && **text <= '9' && *number < 1000)
        *number = *number * 10 + *(*text)++ - '0';
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool read_seconds(const char **text, int32_t *seconds)
{
    int sign = **text == '-' ? -1 : 1;
    if (**text == '-' || **text == '+')
        (*text)++;
    int parts[3] = {0};
    for (int i = 0; i < 3; i++) {
        if (!read_number(text, &parts[i]))
            return false;
        if (i == 2 || **text != ':')
            break;
        (*text)++;
    }
    *seconds = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return true;
}

static bool skip_name(const char **text)
{
    const char *start = *text;
    if (*start == '<') {
        const char *end = strchr(start, '>');
        if (end != NULL)
            *text = end + 1;
    } else {
        while ((**text >= 'A' && **text <= 'Z') || (**text >= 'a' && **text <= 'z'))
            (*text)++;
    }
    return *text > start;
}

/* ,Mm.w.d[/time] or ,Jn[/time] or ,n[/time] */
static bool read_rule(const char **text, struct rule *rule)
{
    if (*(*text)++ != ',')
        return false;
    rule->form = **text == 'M' || **text == 'J' ? *(*text)++ : '0';
    if (rule->form == 'M') {
        if (!read_number(text, &rule->month) || *(*text)++ != '.' ||
            !read_number(text, &rule->week) || *(*text)++ != '.' || !read_number(text, &rule->day))
            return false;
        if (rule->month < 1 || rule->month > 12 || rule->week < 1 || rule->week > 5 ||
            rule->day > 6)
            return false;
    } else if (!read_number(text, &rule->day)) {
        return false;
    }
    rule->time = 2 * 3600;
    if (**text != '/')
        return true;
    (*text)++;
    return read_seconds(text, &rule->time);
}

/* The POSIX TZ text of the footer, as "CET-1CEST,M3.5.0,M10.5.0/3"; its offsets count west. */
static bool read_footer(const char *text, struct zone *zone)
{
    if (*text == '\0')
        return true;
    int32_t west;
    if (!skip_name(&text) || !read_seconds(&text, &west))
        return false;
    zone->has_rules = true;
    zone->standard = zone->summer = -west;
    if (*text == '\0')
        return true;
    if (!skip_name(&text))
        return false;
    zone->summer = zone->standard + 3600;
    if (*text != ',') {
        if (!read_seconds(&text, &west))
            return false;
        zone->summer = -west;
    }
    return read_rule(&text, &zone->start) && read_rule(&text, &zone->end) && *text == '\0';
}

static bool read_zone(const unsigned char *bytes, size_t size, struct zone *zone)
{
    struct cursor cursor = {.at = bytes, .end = bytes + size};
    struct header header;
    if (!read_header(&cursor, &header) || header.version < '2')
        return false;
    skip_first_block(&cursor, &header);
    /* Leap seconds are counted in the "right" zones alone; instants here have none. */
    if (!read_header(&cursor, &header) || header.leap_count > 0 ||
        !read_transitions(&cursor, &header, zone))
        return false;
    char footer[128];
    size_t left = (size_t)(cursor.end - cursor.at);
    if (left < 2 || left > sizeof footer || *cursor.at != '\n' || cursor.end[-1] != '\n')
        return false;
    memcpy(footer, cursor.at + 1, left - 2);
    footer[left - 2] = '\0';
    return read_footer(footer, zone);
}

static size_t read_file(const char *name, unsigned char *bytes, size_t size)
{
    char path[sizeof folder + NAME_MAX_SIZE];
    snprintf(path, sizeof path, "%s%s", folder, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    size_t got = fread(bytes, 1, size, file);
    bool is_whole = !ferror(file) && got < size;
    fclose(file);
    return is_whole ? got : 0;
}

static void zone_free(struct zone *zone)
{
    free(zone->times);
    free(zone->offsets);
    free(zone);
}

static struct zone *load(const char *name)
{
    struct zone *zone = memory_new(sizeof *zone);
    memcpy(zone->name, name, strlen(name) + 1);
    if (strcmp(name, "UTC") == 0)
        return zone; /* needs no data */
    unsigned char *bytes = memory_new(FILE_MAX_SIZE);
    size_t size = read_file(name, bytes, FILE_MAX_SIZE);
    bool is_read = read_zone(bytes, size, zone);
    free(bytes);
    if (is_read)
        return zone;
    zone_free(zone);
    return NULL;
}

static bool is_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "_+-/";
    size_t size = strspn(name, letters);
    return name[size] == '\0' && size > 0 && size < NAME_MAX_SIZE && name[0] != '/';
}

/* Zones are only ever added, at the head, so that readers need no lock. */
static _Atomic(struct zone *) known;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

static const struct zone *find_known(const char *name)
{
    for (const struct zone *zone = atomic_load(&known); zone != NULL; zone = zone->next)
        if (strcmp(zone->name, name) == 0)
            return zone;
    return NULL;
}

const struct zone *zone_find(const char *name)
{
    if (name == NULL || *name == '\0')
        name = "UTC";
    const struct zone *found = find_known(name);
    if (found != NULL || !is_name(name))
        return found;
    pthread_mutex_lock(&loading);
    found = find_known(name);
    struct zone *zone = found == NULL ? load(name) : NULL;
    if (zone != NULL) {
        zone->next = atomic_load(&known);
        atomic_store(&known, zone);
        found = zone;
    }
    pthread_mutex_unlock(&loading);
    return found;
}

/* Days since 1970 of the day a rule names in `year`. */
static int64_t rule_day(const struct rule *rule, int year)
{
    int64_t new_year = date_number((struct date){year, 1, 1});
    bool is_leap = date_number((struct date){year + 1, 1, 1}) - new_year == 366;
    if (rule->form == '0')
        return new_year + rule->day;
    if (rule->form == 'J')
        return new_year + rule->day - 1 + (is_leap && rule->day > 59 ? 1 : 0);
    struct date first = {year, rule->month, 1};
    int64_t start = date_number(first);
    int64_t days = date_number(date_add_months(first, 1)) - start;
    int sunday_based = (date_weekday(first) + 1) % 7;
    int64_t day = (rule->day - sunday_based + 7) % 7 + 7 * (rule->week - 1);
    return start + (day < days ? day : day - 7);
}

static int32_t offset_by_rules(const struct zone *zone, int64_t seconds)
{
    if (zone->standard == zone->summer)
        return zone->standard;
    int64_t local = seconds + zone->standard;
    int64_t day = local / DAY_SECONDS - (local % DAY_SECONDS < 0 ? 1 : 0);
    int year = date_from_number(day).year;
    int64_t start = rule_day(&zone->start, year) * DAY_SECONDS + zone->start.time - zone->standard;
    int64_t end = rule_day(&zone->end, year) * DAY_SECONDS + zone->end.time - zone->summer;
    bool is_summer =
        start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end;
    return is_summer ? zone->summer : zone->standard;
}

int32_t zone_offset(const struct zone *zone, int64_t seconds)
{
    if (zone->has_rules && (zone->count == 0 || seconds >= zone->times[zone->count - 1]))
        return offset_by_rules(zone, seconds);
    size_t low = 0;
    size_t high = zone->count;
    while (low < high) { /* finds the first transition after the instant */
        size_t middle = low + (high - low) / 2;
        if (zone->times[middle] <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? zone->offsets[low - 1] : zone->first;
}
