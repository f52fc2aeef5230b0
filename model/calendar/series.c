#include "model/calendar/series.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/appointment_parts.h"

#include <libical/ical.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words that say how often, and how many of them make one step of the rule. */
static const struct frequency {
    const char *word, *freq;
} frequencies[] = {
    {"daily", "DAILY"},    {"day", "DAILY"},     {"days", "DAILY"},      {"weekly", "WEEKLY"},
    {"week", "WEEKLY"},    {"weeks", "WEEKLY"},  {"monthly", "MONTHLY"}, {"month", "MONTHLY"},
    {"months", "MONTHLY"}, {"yearly", "YEARLY"}, {"year", "YEARLY"},     {"years", "YEARLY"},
};

struct rule_words {
    const char *freq;
    int interval, times;
    const char *until; /* the words of the last day; NULL: none */
};

static bool not_understood(const char *word, struct error *err)
{
    return error_set_field(err, ERROR_INPUT, "repeat",
                           "\"%s\" is not understood; write weekly, 6 times, or every 2 weeks "
                           "until 2027-03-01",
                           word);
}

static const char *find_frequency(const char *word)
{
    for (size_t i = 0; i < sizeof frequencies / sizeof frequencies[0]; i++)
        if (strcmp(frequencies[i].word, word) == 0)
            return frequencies[i].freq;
    return NULL;
}

/* Takes the words apart, which are changed. A number counts the steps after "every", else the
 * times. */
static bool part_words(char *words, struct rule_words *out, struct error *err)
{
    static const char between[] = " ,";
    bool is_every = false;
    *out = (struct rule_words){.interval = 1};
    for (char *rest = words, *word; (word = strtok_r(NULL, between, &rest)) != NULL;) {
        char *end;
        const long number = strtol(word, &end, 10);
        const bool is_number = end != word && *end == '\0';
        if (strcmp(word, "until") == 0) {
            out->until = rest;
            return rest[0] != '\0' || not_understood("until", err);
        }
        if (is_number && (number < 1 || number > SERIES_TIMES_MAX))
            return error_set_field(err, ERROR_INPUT, "repeat", "A number is from 1 to %d here",
                                   SERIES_TIMES_MAX);
        if (is_number && is_every && out->freq == NULL)
            out->interval = (int)number;
        else if (is_number)
            out->times = (int)number;
        else if (strcmp(word, "every") == 0)
            is_every = true;
        else if (out->freq == NULL && find_frequency(word) != NULL)
            out->freq = find_frequency(word);
        else if (strcmp(word, "times") != 0)
            return not_understood(word, err);
    }
    return true;
}

/* The end of the last day, in UTC as an RRULE has it. */
static bool add_until(const char *words, int64_t now, const char *zone, struct buffer *rule,
                      struct error *err)
{
    struct clock_time last = {.hour = 23, .minute = 59, .second = 59};
    int count;
    int64_t instant;
    if (!slot_days_read(words, now, zone, &last.date, &count, err))
        return false;
    if (!instant_from_local(&last, zone, &instant) || !instant_to_local(instant, NULL, &last))
        return not_understood(words, err);
    buffer_format(rule, ";UNTIL=%04d%02d%02dT%02d%02d%02dZ", last.date.year, last.date.month,
                  last.date.day, last.hour, last.minute, last.second);
    return true;
}

static bool write_rule(const struct rule_words *words, int64_t now, const char *zone,
                       struct buffer *rule, struct error *err)
{
    if (words->freq == NULL)
        return not_understood("", err);
    if (words->times == 0 && words->until == NULL)
        return error_set_field(err, ERROR_INPUT, "repeat",
                               "Say how often or until when: weekly, 6 times");
    if (words->times != 0 && words->until != NULL)
        return error_set_field(err, ERROR_INPUT, "repeat", "Say how often or until when, not both");
    buffer_format(rule, "FREQ=%s", words->freq);
    if (words->interval > 1)
        buffer_format(rule, ";INTERVAL=%d", words->interval);
    if (words->times > 0)
        buffer_format(rule, ";COUNT=%d", words->times);
    return words->until == NULL || add_until(words->until, now, zone, rule, err);
}

bool series_rule_read(const char *words, int64_t now, const char *zone, char rule[SERIES_RULE_SIZE],
                      struct error *err)
{
    struct arena *arena = arena_new();
    struct rule_words parts;
    struct buffer text;
    buffer_init(&text);
    bool is_rule = strncmp(words, "FREQ=", 5) == 0;
    bool is_good = is_rule;
    if (is_rule)
        buffer_add(&text, words);
    else
        is_good = part_words(text_fold(words, arena), &parts, err) &&
                  write_rule(&parts, now, zone, &text, err);
    if (is_good && text.size >= SERIES_RULE_SIZE)
        is_good = error_set_field(err, ERROR_INPUT, "repeat", "The rule is too long");
    if (is_good)
        memcpy(rule, text.text, text.size + 1);
    buffer_done(&text);
    arena_free(arena);
    return is_good;
}

/* UNTIL is in UTC, and libical compares it with the local times that it counts. */
static bool mend_until(struct icalrecurrencetype *rule, const char *zone)
{
    int64_t instant;
    struct clock_time time = {.date = {rule->until.year, rule->until.month, rule->until.day},
                              .hour = rule->until.hour,
                              .minute = rule->until.minute,
                              .second = rule->until.second};
    if (icaltime_is_null_time(rule->until) || rule->until.is_date)
        return true;
    if (!instant_from_local(&time, NULL, &instant) || !instant_to_local(instant, zone, &time))
        return false;
    rule->until = (struct icaltimetype){.year = time.date.year,
                                        .month = time.date.month,
                                        .day = time.date.day,
                                        .hour = time.hour,
                                        .minute = time.minute,
                                        .second = time.second};
    return true;
}

static int walk(icalrecur_iterator *times, const struct clock_time *first, const char *zone,
                int64_t out[SERIES_TIMES_MAX], struct error *err)
{
    int count = 0;
    for (struct icaltimetype at = icalrecur_iterator_next(times); !icaltime_is_null_time(at);
         at = icalrecur_iterator_next(times)) {
        struct clock_time local = *first;
        local.date = (struct date){at.year, at.month, at.day};
        if (count == SERIES_TIMES_MAX) {
            error_set_field(err, ERROR_INPUT, "repeat", "A series has up to %d appointments",
                            SERIES_TIMES_MAX);
            return -1;
        }
        if (!instant_from_local(&local, zone, &out[count++]))
            return -1;
    }
    return count;
}

int series_starts(const char *rule, int64_t first, const char *zone, int64_t out[SERIES_TIMES_MAX],
                  struct error *err)
{
    struct clock_time local;
    struct icalrecurrencetype parsed = icalrecurrencetype_from_string(rule);
    error_set_field(err, ERROR_INPUT, "repeat", "\"%s\" is no rule by which days repeat", rule);
    if (parsed.freq < ICAL_DAILY_RECURRENCE || parsed.freq == ICAL_NO_RECURRENCE ||
        parsed.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        parsed.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        !instant_to_local(first, zone, &local) || !mend_until(&parsed, zone))
        return -1;
    const struct icaltimetype start = {.year = local.date.year,
                                       .month = local.date.month,
                                       .day = local.date.day,
                                       .hour = local.hour,
                                       .minute = local.minute,
                                       .second = local.second};
    icalrecur_iterator *times = icalrecur_iterator_new(parsed, start);
    if (times == NULL)
        return -1;
    int count = walk(times, &local, zone, out, err);
    icalrecur_iterator_free(times);
    return count;
}

/* One more like `first`, that begins then. */
static bool book_one(struct booking_work *work, const struct appointment *first,
                     struct booking *booking, int64_t starts_at, const struct uuid *series,
                     bool is_forced, struct error *err)
{
    struct appointment made;
    struct slot_claim claim = {.estimator_id = first->estimator_id,
                               .type_id = first->type_id,
                               .service_id = first->service_id,
                               .starts_at = starts_at,
                               .ends_at = starts_at + (first->ends_at - first->starts_at),
                               .resource_count = booking->resource_count,
                               .is_forced = is_forced};
    memcpy(claim.resources, booking->resources, sizeof claim.resources);
    booking->starts_at = starts_at;
    return slot_check(work->store, &claim, operation_time(work->operation), err) &&
           booking_write(work, booking, series, &made, err);
}

static bool booking_like(struct booking_work *work, const struct appointment *first,
                         struct booking *out, struct error *err)
{
    struct uuid bookings[SLOT_RESOURCES_MAX];
    *out = (struct booking){.customer_id = first->customer_id,
                            .name = first->who,
                            .phone = first->phone,
                            .email = first->email,
                            .address = first->address,
                            .notes = first->notes,
                            .estimator_id = first->estimator_id,
                            .service_id = first->service_id,
                            .type_id = first->type_id,
                            .location_id = first->location_id,
                            .duration_minutes = first->duration_minutes};
    int count =
        booking_things(work->store, &first->id, bookings, out->resources, SLOT_RESOURCES_MAX, err);
    out->resource_count = count > 0 ? (size_t)count : 0;
    return count >= 0;
}

static bool add_series(struct booking_work *work, const struct appointment *first, const char *rule,
                       struct uuid *id, struct error *err)
{
    const struct change changes[] = {
        {.column = "rule", .value = value_text(rule)},
        {.column = "starts_at", .value = value_integer(first->starts_at)},
        {.column = "timezone", .value = value_text(first->zone)},
        {.column = "duration_minutes", .value = value_integer(first->duration_minutes)},
        {.column = "customer_id", .value = value_uuid_or_null(&first->customer_id)},
        {.column = "estimator_id", .value = value_uuid_or_null(&first->estimator_id)},
        {.column = "service_id", .value = value_uuid_or_null(&first->service_id)},
        {.column = "appointment_type_id", .value = value_uuid_or_null(&first->type_id)},
    };
    if (!record_insert(work->operation, "appointment_series", changes,
                       sizeof changes / sizeof changes[0], id, err))
        return false;
    const struct change member = {.column = "series_id", .value = value_uuid(id)};
    return record_update(work->operation, "appointments", &first->id, &member, 1, err);
}

/* All but the first, which is there. */
static bool book_all(struct booking_work *work, const struct appointment *first,
                     const int64_t *starts, int count, bool is_forced, struct series_made *out,
                     struct arena *arena, struct error *err)
{
    struct booking booking;
    struct error why = {0};
    bool is_done = booking_like(work, first, &booking, err);
    out->left_out = arena_alloc(arena, SERIES_TIMES_MAX * sizeof *out->left_out);
    for (int i = 0; i < count && is_done; i++) {
        if (starts[i] == first->starts_at)
            continue;
        if (book_one(work, first, &booking, starts[i], &out->id, is_forced, &why)) {
            out->booked++;
        } else if (why.code == ERROR_RULE || why.code == ERROR_CONFLICT) {
            out->left_out[out->left_out_count++] =
                (struct series_left_out){starts[i], arena_text(arena, why.text)};
        } else {
            is_done = false;
            if (err != NULL)
                *err = why;
        }
    }
    return is_done &&
           (out->booked > 0 ||
            error_set(err, ERROR_RULE, "No time of the series is free; the first: %s",
                      out->left_out_count > 0 ? out->left_out[0].why : "it has no other one"));
}

bool appointment_repeat(struct store *store, const struct actor *actor, const struct uuid *id,
                        const char *words, bool is_forced, struct arena *arena,
                        struct series_made *out, struct error *err)
{
    struct booking_work work;
    struct appointment first;
    char rule[SERIES_RULE_SIZE];
    int64_t starts[SERIES_TIMES_MAX];
    int count = -1;
    *out = (struct series_made){0};
    if (!booking_work_begin(&work, store, actor, "appointment.repeat", is_forced, NULL, err))
        return false;
    bool is_done = appointment_require(store, id, work.arena, &first, err) &&
                   (uuid_is_zero(&first.series_id) ||
                    error_set(err, ERROR_RULE, "%s is one of a series already", first.who)) &&
                   series_rule_read(words, first.starts_at, first.zone, rule, err);
    if (is_done)
        count = series_starts(rule, first.starts_at, first.zone, starts, err);
    is_done = count >= 0 && add_series(&work, &first, rule, &out->id, err) &&
              book_all(&work, &first, starts, count, is_forced, out, arena, err);
    if (is_done)
        operation_describe(work.operation, "%s again %zu times",
                           appointment_words(&first, work.arena), out->booked);
    return booking_work_done(&work, is_done, err);
}
