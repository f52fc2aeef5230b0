/* Who on the waiting list could have a place, and for whom it is too late. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/appointment_parts.h"
#include "model/calendar/waiting_parts.h"

#include <string.h>

enum { DAY_MINUTES = 24 * 60, EXPIRE_AT_ONCE = 500 };

/* Parts of the day in minutes; parts of the week as bits from Monday. */
static const struct part {
    const char *word;
    int from, until;
    unsigned days;
} parts[] = {
    {"mornings", 0, 12 * 60, 0},
    {"morning", 0, 12 * 60, 0},
    {"afternoons", 12 * 60, 17 * 60, 0},
    {"afternoon", 12 * 60, 17 * 60, 0},
    {"evenings", 17 * 60, DAY_MINUTES, 0},
    {"evening", 17 * 60, DAY_MINUTES, 0},
    {"mon", 0, 0, 1},
    {"tue", 0, 0, 2},
    {"wed", 0, 0, 4},
    {"thu", 0, 0, 8},
    {"fri", 0, 0, 16},
    {"sat", 0, 0, 32},
    {"sun", 0, 0, 64},
    {"weekdays", 0, 0, 31},
};

static bool read_minute(const char **at, int *minute)
{
    int hours, minutes;
    const char *text = *at;
    if (!text_read_digits(&text, 2, &hours) || !text_read_char(&text, ':') ||
        !text_read_digits(&text, 2, &minutes) || hours > 24 || minutes > 59)
        return false;
    *minute = hours * 60 + minutes;
    *at = text;
    return true;
}

static bool part_find(const char *word, struct part *out)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i].word, word) == 0) {
            *out = parts[i];
            return true;
        }
    *out = (struct part){.word = word};
    return read_minute(&word, &out->from) && text_read_char(&word, '-') &&
           read_minute(&word, &out->until) && *word == '\0' && out->from < out->until &&
           out->until <= DAY_MINUTES;
}

bool waiting_time_is_known(const char *word)
{
    struct part part;
    return part_find(word, &part);
}

/* One of the parts of the day that are named, and one of the days; words of other programs that are
 * not known narrow nothing. */
static bool fits_times(const char *times, const struct clock_time *local, struct arena *arena)
{
    const int minute = local->hour * 60 + local->minute;
    const unsigned today = 1U << date_weekday(local->date);
    unsigned days = 0;
    bool has_hours = false, is_in_hours = false;
    char *rest = arena_text(arena, times);
    for (char *word; (word = strtok_r(NULL, " ,", &rest)) != NULL;) {
        struct part part;
        if (!part_find(word, &part))
            continue;
        days |= part.days;
        has_hours = has_hours || part.days == 0;
        is_in_hours = is_in_hours || (part.days == 0 && minute >= part.from && minute < part.until);
    }
    return (days == 0 || (days & today) != 0) && (!has_hours || is_in_hours);
}

struct waiting_place waiting_place_of(const struct appointment *appointment)
{
    return (struct waiting_place){.estimator_id = appointment->estimator_id,
                                  .location_id = appointment->location_id,
                                  .service_id = {{0}},
                                  .type_id = {{0}},
                                  .starts_at = appointment->starts_at,
                                  .ends_at = appointment->ends_at};
}

/* Whether they could have it: the judge says so, with the time that theirs takes. 1, 0, -1. */
static int could_have(struct store *store, const struct waiting_entry *entry,
                      const struct waiting_place *place, int64_t now, struct error *err)
{
    struct slot_terms terms;
    struct error why;
    if (!slot_terms_load(store, &entry->type_id, &entry->service_id, &place->estimator_id, &terms,
                         err))
        return -1;
    const struct slot_claim claim = {.estimator_id = place->estimator_id,
                                     .type_id = entry->type_id,
                                     .service_id = terms.service_id,
                                     .starts_at = place->starts_at,
                                     .ends_at = place->starts_at +
                                                (int64_t)terms.duration_minutes * 60 * SECOND_US};
    if (claim.ends_at > place->ends_at)
        return 0;
    if (slot_check(store, &claim, now, &why))
        return 1;
    if (why.code == ERROR_RULE || why.code == ERROR_CONFLICT)
        return 0;
    if (err != NULL)
        *err = why;
    return -1;
}

/* What SQL can say of the wish; ?1 estimator, ?2 location, ?3 service, ?4 type, ?5 day, ?6 now. */
static const char wish_sql[] =
    "(w.status = 'waiting' OR w.status = 'offered' AND w.offer_expires_at <= ?6)"
    " AND (w.estimator_id IS NULL OR w.estimator_id = ?1)"
    " AND (w.location_id IS NULL OR ?2 IS NULL OR w.location_id = ?2)"
    " AND (w.service_id IS NULL OR ?3 IS NULL OR w.service_id = ?3)"
    " AND (w.appointment_type_id IS NULL OR ?4 IS NULL OR w.appointment_type_id = ?4)"
    " AND (w.first_day IS NULL OR w.first_day <= ?5) AND (w.last_day IS NULL OR w.last_day >= ?5)"
    " ORDER BY w.created_at, w.id LIMIT 200";

static struct statement *ask(struct store *store, const struct waiting_place *place,
                             const struct date *date, int64_t now, char day[DATE_TEXT_SIZE],
                             struct arena *arena, struct error *err)
{
    struct statement *rows =
        store_prepare(store, arena_format(arena, "%s%s", waiting_select, wish_sql), err);
    if (rows == NULL)
        return NULL;
    const struct uuid *const ids[] = {&place->estimator_id, &place->location_id, &place->service_id,
                                      &place->type_id};
    for (int i = 0; i < 4; i++)
        if (!uuid_is_zero(ids[i]))
            statement_bind_uuid(rows, i + 1, ids[i]);
    date_format(*date, day);
    statement_bind_text(rows, 5, day);
    statement_bind_integer(rows, 6, now);
    return rows;
}

/* The zone that the place's day is meant in: its location's, or the shop's. */
static const char *zone_of(struct store *store, const struct waiting_place *place,
                           struct arena *arena, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT coalesce((SELECT nullif(l.timezone, '') FROM locations AS l WHERE l.id = coalesce("
        "(SELECT e.location_id FROM estimators AS e WHERE e.id = ?1), ?2)), t.timezone)"
        " FROM tenants AS t LIMIT 1",
        err);
    if (row == NULL)
        return NULL;
    statement_bind_uuid(row, 1, &place->estimator_id);
    statement_bind_uuid(row, 2, &place->location_id);
    const char *zone =
        statement_step(row, err) > 0 ? arena_text(arena, statement_text(row, 0)) : NULL;
    statement_done(row);
    return zone;
}

int waiting_matches(struct store *store, const struct waiting_place *place, struct arena *arena,
                    struct waiting_entry **out, struct error *err)
{
    enum { WISHES_MAX = 200 };
    const int64_t now = env_now(store_env(store));
    struct clock_time local;
    char day[DATE_TEXT_SIZE];
    const char *zone = zone_of(store, place, arena, err);
    if (zone == NULL)
        return -1;
    if (!instant_to_local(place->starts_at, zone, &local)) {
        error_set(err, ERROR_INPUT, "This place is beyond all calendars");
        return -1;
    }
    struct statement *rows = ask(store, place, &local.date, now, day, arena, err);
    if (rows == NULL)
        return -1;
    *out = arena_alloc(arena, WISHES_MAX * sizeof **out);
    int wishes = 0, count = 0, state;
    while ((state = statement_step(rows, err)) > 0) {
        waiting_read_row(rows, arena, &(*out)[wishes]);
        wishes += fits_times((*out)[wishes].times, &local, arena) ? 1 : 0;
    }
    statement_done(rows);
    for (int i = 0; i < wishes && state >= 0; i++) {
        state = could_have(store, &(*out)[i], place, now, err);
        if (state > 0)
            (*out)[count++] = (*out)[i];
    }
    return state < 0 ? -1 : count;
}

/* Ids of what is over by now; the count, or -1. */
static int find_over(struct store *store, int64_t now, struct uuid out[EXPIRE_AT_ONCE],
                     struct error *err)
{
    struct clock_time local;
    char today[DATE_TEXT_SIZE];
    struct statement *rows =
        store_prepare(store,
                      "SELECT id FROM waitlist_entries WHERE status = 'offered' AND"
                      " offer_expires_at <= ?1 UNION ALL SELECT id FROM waitlist_entries WHERE"
                      " status = 'waiting' AND last_day < ?2 LIMIT ?3",
                      err);
    if (rows == NULL)
        return -1;
    if (!instant_to_local(now, store_env(store)->zone, &local))
        instant_to_local(now, NULL, &local);
    date_format(local.date, today);
    statement_bind_integer(rows, 1, now);
    statement_bind_text(rows, 2, today);
    statement_bind_integer(rows, 3, EXPIRE_AT_ONCE);
    int count = 0, state;
    while ((state = statement_step(rows, err)) > 0)
        statement_uuid(rows, 0, &out[count++]);
    statement_done(rows);
    return state < 0 ? -1 : count;
}

bool waiting_expire(struct store *store, const struct actor *actor, int64_t *count,
                    struct error *err)
{
    struct uuid ids[EXPIRE_AT_ONCE];
    const struct change change = {.column = "status", .value = value_text("expired")};
    int found = find_over(store, env_now(store_env(store)), ids, err);
    *count = found;
    if (found <= 0)
        return found == 0;
    struct operation *operation = operation_begin(store, "waiting.expire", actor, err);
    bool is_done = operation != NULL;
    for (int i = 0; i < found && is_done; i++)
        is_done = record_update(operation, "waitlist_entries", &ids[i], &change, 1, err);
    if (is_done) {
        operation_describe(operation, "%d entries of the waiting list expired", found);
        return operation_commit(operation, err);
    }
    operation_cancel(operation);
    return false;
}
