#include "model/calendar/month.h"

#include <string.h>

/* As people are called: "-" stands for a name that nobody has. */
#define WHO "ltrim(CASE first_name WHEN '-' THEN '' ELSE first_name || ' ' END || last_name)"

static bool midnight(int64_t number, const char *zone, int64_t *out)
{
    const struct clock_time local = {.date = date_from_number(number)};
    return instant_from_local(&local, zone, out);
}

static void count(struct month_day *day, const char *status)
{
    if (strcmp(status, "tentative") == 0)
        day->tentative++;
    else if (strcmp(status, "completed") == 0)
        day->done++;
    else if (strcmp(status, "cancelled") == 0)
        day->cancelled++;
    else if (strcmp(status, "no_show") == 0)
        day->no_show++;
    else
        day->open++;
}

/* Rows come by their start, so each day is looked for from the one before on. */
static bool count_all(struct store *store, const struct uuid *estimator, size_t days,
                      struct month_day *out, struct error *err)
{
    const bool is_one = !uuid_is_zero(estimator);
    struct statement *statement = store_prepare(
        store,
        is_one ? "SELECT starts_at, status FROM appointments WHERE estimator_id = ?3 AND "
                 "starts_at >= ?1 AND starts_at < ?2 AND deleted_at IS NULL ORDER BY starts_at"
               : "SELECT starts_at, status FROM appointments WHERE starts_at >= ?1 AND "
                 "starts_at < ?2 AND deleted_at IS NULL ORDER BY starts_at",
        err);
    if (statement == NULL)
        return false;
    statement_bind_integer(statement, 1, out[0].from);
    statement_bind_integer(statement, 2, out[days - 1].until);
    if (is_one)
        statement_bind_uuid(statement, 3, estimator);
    int found;
    for (size_t day = 0; (found = statement_step(statement, err)) == 1;) {
        int64_t at = statement_integer(statement, 0);
        while (day + 1 < days && at >= out[day].until)
            day++;
        count(&out[day], statement_text(statement, 1));
    }
    statement_done(statement);
    return found == 0;
}

static bool read_first(struct store *store, const struct uuid *estimator, size_t limit,
                       struct arena *arena, struct month_day *day, struct error *err)
{
    const bool is_one = !uuid_is_zero(estimator);
    struct statement *statement = store_prepare(
        store,
        is_one ? "SELECT starts_at, " WHO ", status FROM appointments "
                 "WHERE estimator_id = ?4 AND starts_at >= ?1 AND starts_at < ?2 AND "
                 "status <> 'cancelled' AND deleted_at IS NULL ORDER BY starts_at LIMIT ?3"
               : "SELECT starts_at, " WHO ", status FROM appointments "
                 "WHERE starts_at >= ?1 AND starts_at < ?2 AND status <> 'cancelled' AND "
                 "deleted_at IS NULL ORDER BY starts_at LIMIT ?3",
        err);
    if (statement == NULL)
        return false;
    statement_bind_integer(statement, 1, day->from);
    statement_bind_integer(statement, 2, day->until);
    statement_bind_integer(statement, 3, (int64_t)limit);
    if (is_one)
        statement_bind_uuid(statement, 4, estimator);
    day->entries = arena_alloc(arena, limit * sizeof *day->entries);
    int found;
    while ((found = statement_step(statement, err)) == 1)
        day->entries[day->entry_count++] =
            (struct month_entry){.starts_at = statement_integer(statement, 0),
                                 .who = arena_text(arena, statement_text(statement, 1)),
                                 .status = arena_text(arena, statement_text(statement, 2))};
    statement_done(statement);
    return found == 0;
}

bool month_read(struct store *store, struct date first, size_t days, const char *zone,
                const struct uuid *estimator, size_t entries, struct arena *arena,
                struct month_day *out, struct error *err)
{
    const int64_t number = date_number(first);
    if (days == 0 || days > MONTH_DAYS)
        return error_set(err, ERROR_INPUT, "A month has 1 to %d days to show.", MONTH_DAYS);
    if (entries > MONTH_ENTRIES_MOST)
        entries = MONTH_ENTRIES_MOST;
    for (size_t i = 0; i < days; i++) {
        out[i] = (struct month_day){.date = date_from_number(number + (int64_t)i)};
        if (!midnight(number + (int64_t)i, zone, &out[i].from) ||
            !midnight(number + (int64_t)i + 1, zone, &out[i].until))
            return error_set(err, ERROR_INPUT, "This month is beyond the years 1 to 9999.");
    }
    bool is_good = count_all(store, estimator, days, out, err);
    for (size_t i = 0; is_good && entries > 0 && i < days; i++)
        if (out[i].open + out[i].tentative + out[i].done + out[i].no_show > 0)
            is_good = read_first(store, estimator, entries, arena, &out[i], err);
    return is_good;
}
