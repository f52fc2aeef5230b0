#include "model/base/instant.h"
#include "model/calendar/slot_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTES_OTHERWISE = 60, STEP_OTHERWISE = 15 };

static bool read_type(struct store *store, const struct uuid *id, bool is_new, struct arena *arena,
                      struct slot_book *book, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT y.name, y.duration_minutes, y.service_id, p.buffer_before_minutes, "
        "p.buffer_after_minutes, p.cancel_window_minutes, p.minimum_notice_minutes, "
        "p.maximum_days_ahead, coalesce(p.slot_interval_minutes, ?2), p.daily_limit, "
        "y.is_active AND y.deleted_at IS NULL "
        "FROM appointment_types y LEFT JOIN booking_policies p ON p.id = y.booking_policy_id "
        "WHERE y.id = ?1",
        err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, id);
    statement_bind_integer(statement, 2, STEP_OTHERWISE);
    const int step = statement_step(statement, err);
    bool is_offered = false;
    if (step == 1) {
        book->type = arena_text(arena, statement_text(statement, 0));
        statement_uuid(statement, 2, &book->terms.service_id);
        int *const numbers[] = {[1] = &book->terms.duration_minutes,
                                [3] = &book->terms.buffer_before_minutes,
                                [4] = &book->terms.buffer_after_minutes,
                                [5] = &book->terms.cancel_window_minutes,
                                [6] = &book->notice_minutes,
                                [7] = &book->days_ahead,
                                [8] = &book->step_minutes,
                                [9] = &book->daily_limit};
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
            if (numbers[i] != NULL)
                *numbers[i] = (int)statement_integer(statement, (int)i);
        is_offered = !is_new || statement_integer(statement, 10) != 0;
    }
    statement_done(statement);
    return step >= 0 &&
           (is_offered ||
            error_set_field(err, ERROR_RULE, "appointment_type_id",
                            "\"%s\" is not offered any more: choose another type", book->type));
}

static bool read_service(struct store *store, const struct uuid *id, bool is_new,
                         struct arena *arena, struct slot_book *book, struct error *err)
{
    struct statement *statement = store_prepare(store,
                                                "SELECT name, duration_minutes, is_active AND "
                                                "deleted_at IS NULL FROM services WHERE id = ?1",
                                                err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, id);
    const int step = statement_step(statement, err);
    bool is_offered = false;
    if (step == 1) {
        book->service = arena_text(arena, statement_text(statement, 0));
        if (!uuid_equal(&book->terms.service_id, id) || book->terms.duration_minutes == 0)
            book->terms.duration_minutes = (int)statement_integer(statement, 1);
        is_offered = !is_new || statement_integer(statement, 2) != 0;
    }
    statement_done(statement);
    return step >= 0 &&
           (is_offered || error_set_field(err, ERROR_RULE, "service_id",
                                          "\"%s\" is not offered any more: choose another service",
                                          book->service));
}

bool slot_book_terms(struct store *store, const struct uuid *type, const struct uuid *service,
                     bool is_new, struct arena *arena, struct slot_book *book, struct error *err)
{
    book->type = book->service = "";
    book->step_minutes = STEP_OTHERWISE;
    if (!uuid_is_zero(type) && !read_type(store, type, is_new, arena, book, err))
        return false;
    const struct uuid *done = uuid_is_zero(service) ? &book->terms.service_id : service;
    if (!uuid_is_zero(done)) {
        if (!read_service(store, done, is_new, arena, book, err))
            return false;
        book->terms.service_id = *done;
    }
    if (book->terms.duration_minutes == 0)
        book->terms.duration_minutes = MINUTES_OTHERWISE;
    return true;
}

int slot_book_minutes(const struct slot_book *book, const struct roster_member *member)
{
    return member->service_minutes > 0 ? member->service_minutes : book->terms.duration_minutes;
}

/* Why nobody is left. */
static bool refuse_nobody(struct store *store, const struct slot_book *book,
                          const struct uuid *estimator, struct error *err)
{
    int64_t is_active = 0;
    if (uuid_is_zero(estimator))
        return book->service[0] != '\0'
                   ? error_set_field(err, ERROR_RULE, "service_id",
                                     "Nobody here does \"%s\": enter under Services who does",
                                     book->service)
                   : error_set_field(err, ERROR_RULE, "estimator_id",
                                     "Nobody can be booked here: enter an estimator first");
    if (store_find_integer(store, &is_active,
                           "SELECT is_active AND deleted_at IS NULL FROM estimators WHERE id = ?1",
                           err, "u", estimator) < 0)
        return false;
    if (is_active == 0)
        return error_set_field(err, ERROR_RULE, "estimator_id",
                               "This estimator can't be booked any more: choose another");
    return error_set_field(err, ERROR_RULE, "service_id",
                           "This estimator does no \"%s\" or works elsewhere: choose another, or "
                           "enter it under Services",
                           book->service[0] != '\0' ? book->service : book->type);
}

/* Rows of busy time as they come, with whose they are. */
struct found {
    struct slot_busy *busy;
    size_t *members;
    size_t count, capacity;
};

static void found_add(struct found *found, size_t member, struct slot_busy busy)
{
    if (found->count == found->capacity) {
        found->capacity = found->capacity == 0 ? 256 : found->capacity * 2;
        found->busy = memory_resize(found->busy, found->capacity, sizeof *found->busy);
        found->members = memory_resize(found->members, found->capacity, sizeof *found->members);
    }
    found->members[found->count] = member;
    found->busy[found->count++] = busy;
}

/* Gives each member theirs, in the order in which they were found. */
static void part(struct slot_book *book, const struct found *found, struct arena *arena)
{
    const size_t count = book->roster.count;
    book->busy = arena_alloc(arena, (count + 1) * sizeof *book->busy);
    book->busy_counts = arena_alloc(arena, (count + 1) * sizeof *book->busy_counts);
    for (size_t i = 0; i < found->count; i++)
        book->busy_counts[found->members[i]]++;
    for (size_t i = 0; i < count; i++) {
        book->busy[i] = arena_alloc(arena, (book->busy_counts[i] + 1) * sizeof **book->busy);
        book->busy_counts[i] = 0;
    }
    for (size_t i = 0; i < found->count; i++) {
        const size_t member = found->members[i];
        book->busy[member][book->busy_counts[member]++] = found->busy[i];
    }
}

#define BUSY                                                                                       \
    "SELECT a.estimator_id, a.starts_at, a.ends_at, a.buffer_before_minutes, "                     \
    "a.buffer_after_minutes, a.status IN (" LIVE "), "                                             \
    "CASE WHEN ?4 THEN json_extract(a.address, '$.postal_code') END "                              \
    "FROM appointments a WHERE a.status <> 'cancelled' AND a.deleted_at IS NULL "                  \
    "AND a.id IS NOT ?3 "
#define LIVE "'tentative', 'scheduled', 'confirmed', 'in_progress'"

static bool load_busy(struct store *store, const struct slot_search *search, int minutes,
                      struct arena *arena, struct slot_book *book, struct error *err)
{
    struct found found = {.count = 0};
    /* What is busy for a day at most reaches no further; of the rest there are few. */
    struct statement *statement = store_prepare(
        store,
        BUSY "AND a.starts_at >= ?1 AND a.starts_at < ?2 UNION ALL " BUSY
             "AND a.ends_at - a.starts_at + (a.buffer_before_minutes + a.buffer_after_minutes) * "
             "60000000 > 86400000000 AND (a.starts_at < ?1 OR a.starts_at >= ?2)",
        err);
    if (statement == NULL)
        return false;
    statement_bind_integer(
        statement, 1, search->from - 2 * DAY_US - book->terms.buffer_before_minutes * MINUTE_US);
    statement_bind_integer(statement, 2,
                           search->until + 2 * DAY_US +
                               (minutes + book->terms.buffer_after_minutes) * MINUTE_US);
    statement_bind_uuid(statement, 3, &search->ignored);
    statement_bind_integer(statement, 4, search->wish->near[0] != '\0');
    int step;
    struct uuid id;
    while ((step = statement_step(statement, err)) == 1) {
        const struct roster_member *member =
            statement_uuid(statement, 0, &id) ? roster_find(&book->roster, &id) : NULL;
        if (member == NULL)
            continue;
        struct slot_busy busy = {.starts_at = statement_integer(statement, 1),
                                 .ends_at = statement_integer(statement, 2),
                                 .is_live = statement_integer(statement, 5) != 0,
                                 .postal_code = ""};
        busy.from = busy.starts_at - statement_integer(statement, 3) * MINUTE_US;
        busy.until = busy.ends_at + statement_integer(statement, 4) * MINUTE_US;
        if (!statement_is_null(statement, 6))
            busy.postal_code = arena_text(arena, statement_text(statement, 6));
        found_add(&found, (size_t)(member - book->roster.members), busy);
    }
    statement_done(statement);
    part(book, &found, arena);
    free(found.busy);
    free(found.members);
    return step == 0;
}

static const char *resource_name(struct store *store, const struct uuid *id, struct arena *arena,
                                 struct error *err)
{
    const char *name = NULL;
    struct statement *statement = store_prepare(
        store, "SELECT name FROM resources WHERE id = ?1 AND is_active AND deleted_at IS NULL",
        err);
    if (statement == NULL)
        return NULL;
    statement_bind_uuid(statement, 1, id);
    const int step = statement_step(statement, err);
    if (step == 1)
        name = arena_text(arena, statement_text(statement, 0));
    else if (step == 0)
        error_set_field(err, ERROR_RULE, "resource_id",
                        "That resource can't be booked any more: choose another");
    statement_done(statement);
    return name;
}

static bool load_bookings(struct store *store, const struct slot_search *search, int minutes,
                          struct arena *arena, struct slot_book *book, struct error *err)
{
    struct found found = {.count = 0};
    int step = 0;
    for (size_t i = 0; i < search->wish->resource_count && step == 0; i++) {
        const struct uuid *id = &search->wish->resources[i];
        const char *name = resource_name(store, id, arena, err);
        struct statement *statement =
            name == NULL
                ? NULL
                : store_prepare(store,
                                "SELECT starts_at, ends_at FROM resource_bookings "
                                "WHERE resource_id = ?1 AND ends_at > ?2 AND starts_at < ?3 "
                                "AND status IN (" LIVE ") AND appointment_id IS NOT ?4",
                                err);
        step = statement == NULL ? -1 : 0;
        if (statement == NULL)
            break;
        statement_bind_uuid(statement, 1, id);
        statement_bind_integer(statement, 2,
                               search->from - book->terms.buffer_before_minutes * MINUTE_US);
        statement_bind_integer(
            statement, 3, search->until + (minutes + book->terms.buffer_after_minutes) * MINUTE_US);
        statement_bind_uuid(statement, 4, &search->ignored);
        while ((step = statement_step(statement, err)) == 1) {
            const int64_t from = statement_integer(statement, 0);
            const int64_t until = statement_integer(statement, 1);
            found_add(&found, 0, (struct slot_busy){from, until, from, until, true, name, ""});
        }
        statement_done(statement);
    }
    book->bookings = arena_alloc(arena, (found.count + 1) * sizeof *found.busy);
    book->booking_count = found.count;
    if (found.count > 0)
        memcpy(book->bookings, found.busy, found.count * sizeof *found.busy);
    free(found.busy);
    free(found.members);
    return step == 0;
}

bool slot_book_load(struct store *store, const struct slot_search *search, struct arena *arena,
                    struct slot_book *book, struct error *err)
{
    const struct slot_wish *wish = search->wish;
    *book = (struct slot_book){.now = search->now};
    if (!slot_book_terms(store, &wish->type_id, &wish->service_id, uuid_is_zero(&search->ignored),
                         arena, book, err) ||
        !roster_load(store,
                     &(struct roster_wish){.estimator = &wish->estimator_id,
                                           .service = &book->terms.service_id,
                                           .location = &wish->location_id},
                     arena, &book->roster, err))
        return false;
    if (book->roster.count == 0)
        return refuse_nobody(store, book, &wish->estimator_id, err);
    int longest = wish->duration_minutes;
    for (size_t i = 0; i < book->roster.count; i++) {
        const int minutes = slot_book_minutes(book, &book->roster.members[i]);
        longest = minutes > longest ? minutes : longest;
    }
    return load_busy(store, search, longest, arena, book, err) &&
           load_bookings(store, search, longest, arena, book, err);
}

bool slot_terms_load(struct store *store, const struct uuid *type, const struct uuid *service,
                     const struct uuid *estimator, struct slot_terms *out, struct error *err)
{
    struct arena *arena = arena_new();
    struct slot_book book = {.now = 0};
    int64_t minutes = 0;
    bool is_read = slot_book_terms(store, type, service, false, arena, &book, err);
    if (is_read && !uuid_is_zero(&book.terms.service_id) && !uuid_is_zero(estimator))
        is_read = store_find_integer(store, &minutes,
                                     "SELECT duration_minutes FROM estimator_services "
                                     "WHERE estimator_id = ?1 AND service_id = ?2",
                                     err, "uu", estimator, &book.terms.service_id) >= 0;
    *out = book.terms;
    if (minutes > 0)
        out->duration_minutes = (int)minutes;
    arena_free(arena);
    return is_read;
}
