#include "model/calendar/day.h"

#include "model/base/text.h"
#include "model/calendar/slots.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

bool day_is_open(const struct stop *stop)
{
    static const char *const open[] = {"in_progress", "tentative", "scheduled", "confirmed"};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        if (strcmp(stop->visit.status, open[i]) == 0)
            return true;
    return false;
}

bool day_is_coming(const struct stop *stop)
{
    return day_is_open(stop) && strcmp(stop->visit.status, "in_progress") != 0;
}

int day_people(struct store *store, struct arena *arena, struct day_person **out, struct error *err)
{
    int64_t most = 0;
    int count = 0, state;
    if (store_find_integer(store, &most, "SELECT count(*) FROM estimators", err, "") < 0)
        return -1;
    *out = arena_alloc(arena, ((size_t)most + 1) * sizeof **out);
    struct statement *rows = store_prepare(store,
                                           "SELECT id, name FROM estimators WHERE is_active"
                                           " AND deleted_at IS NULL ORDER BY name, id",
                                           err);
    if (rows == NULL)
        return -1;
    while ((state = statement_step(rows, err)) > 0 && count < most) {
        struct day_person *person = &(*out)[count++];
        statement_uuid(rows, 0, &person->id);
        person->name = arena_text(arena, statement_text(rows, 1));
    }
    statement_done(rows);
    return state < 0 ? -1 : count;
}

int day_estimator_of(struct store *store, const struct uuid *user, struct uuid *out,
                     struct error *err)
{
    struct statement *row = store_prepare(store,
                                          "SELECT id FROM estimators WHERE user_id = ?1 AND"
                                          " is_active AND deleted_at IS NULL",
                                          err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, user);
    int state = statement_step(row, err);
    if (state > 0)
        statement_uuid(row, 0, out);
    statement_done(row);
    return state;
}

/* Names as they are compared; of one name the whole wins over the beginnings of others. */
static int find_named(const struct day_person *people, int count, const char *name,
                      struct arena *arena, int *at)
{
    const char *typed = text_fold(name, arena);
    int found = 0;
    for (int i = 0; i < count; i++) {
        const char *whole = text_fold(people[i].name, arena);
        if (strcmp(whole, typed) == 0) {
            *at = i;
            return 1;
        }
        if (strncmp(whole, typed, strlen(typed)) == 0) {
            *at = i;
            found++;
        }
    }
    return found;
}

/* All names, for an error. */
static const char *list_names(const struct day_person *people, int count, struct arena *arena)
{
    const char *names = "";
    for (int i = 0; i < count; i++)
        names = arena_format(arena, "%s%s%s", names, i > 0 ? ", " : "", people[i].name);
    return names;
}

static bool choose(const struct day_person *people, int count, const char *name,
                   struct arena *arena, struct uuid *out, struct error *err)
{
    struct uuid id;
    int at = 0, found = name == NULL ? count : find_named(people, count, name, arena, &at);
    for (int i = 0; name != NULL && uuid_parse(name, &id) && i < count; i++)
        if (uuid_equal(&people[i].id, &id)) {
            at = i;
            found = 1;
        }
    if (found == 1) {
        *out = people[at].id;
        return true;
    }
    if (count == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "Nobody can be booked yet; add an estimator in the records");
    return error_set(err, found == 0 ? ERROR_NOT_FOUND : ERROR_INPUT,
                     found == 0 ? "No estimator is called %s; there are %s"
                                : "Say whose day%.0s: %s",
                     name != NULL ? name : "", list_names(people, count, arena));
}

bool day_estimator(struct store *store, const struct actor *actor, const char *name,
                   struct uuid *out, struct error *err)
{
    struct day_person *people;
    bool is_named = name != NULL && !text_is_blank(name);
    int own = is_named ? 0 : day_estimator_of(store, &actor->user_id, out, err);
    if (own != 0)
        return own > 0;
    struct arena *arena = arena_new();
    int count = day_people(store, arena, &people, err);
    bool is_found = count >= 0 && choose(people, count, is_named ? name : NULL, arena, out, err);
    arena_free(arena);
    return is_found;
}

/* Who it is and where the hours of the day are read; where no place is said, as the shop's clock
 * shows them. */
static bool load_estimator(struct store *store, const struct uuid *estimator, struct arena *arena,
                           struct day *out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT e.name, e.user_id, e.location_id, l.timezone FROM estimators AS e"
        " LEFT JOIN locations AS l ON l.id = coalesce(e.location_id, (SELECT id FROM locations"
        " WHERE deleted_at IS NULL ORDER BY created_at, id LIMIT 1)) WHERE e.id = ?1",
        err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, estimator);
    int state = statement_step(row, err);
    *out = (struct day){.estimator_id = *estimator};
    if (state > 0) {
        out->estimator = arena_text(arena, statement_text(row, 0));
        statement_uuid(row, 1, &out->user_id);
        statement_uuid(row, 2, &out->location_id);
        const char *zone = statement_text(row, 3);
        out->zone = zone_exists(zone) ? arena_text(arena, zone) : store_env(store)->zone;
    }
    statement_done(row);
    return state > 0 ||
           (state == 0 && error_set(err, ERROR_NOT_FOUND, "This estimator is no longer here"));
}

bool day_read(struct store *store, const struct uuid *estimator, const char *words,
              struct date *out, struct error *err)
{
    struct clock_time local;
    struct day day;
    int count;
    int64_t now = env_now(store_env(store));
    struct arena *arena = arena_new();
    bool is_done = load_estimator(store, estimator, arena, &day, err);
    if (is_done && words != NULL && !text_is_blank(words))
        is_done = slot_days_read(words, now, day.zone, out, &count, err);
    else if (is_done && instant_to_local(now, day.zone, &local))
        *out = local.date;
    else if (is_done)
        is_done = error_set(err, ERROR_INPUT, "There is no time zone %s", day.zone);
    arena_free(arena);
    return is_done;
}

static const char *join(const char *const *words, size_t count, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_format(arena, "%s%s%s", text, i > 0 ? " " : "", words[i]);
    return text;
}

bool day_of_words(struct store *store, const struct actor *actor, const char *const *words,
                  size_t count, struct uuid *estimator, struct date *date, struct error *err)
{
    struct date first;
    int days;
    struct arena *arena = arena_new();
    const char *all = join(words, count, arena);
    bool is_date =
        count == 0 || slot_days_read(all, env_now(store_env(store)), NULL, &first, &days, NULL);
    bool is_done =
        day_estimator(store, actor, is_date ? NULL : words[0], estimator, err) &&
        day_read(store, estimator, is_date ? all : join(words + 1, count - 1, arena), date, err);
    arena_free(arena);
    return is_done;
}

static bool span_of(const struct day *day, int64_t *from, int64_t *until, struct error *err)
{
    const struct clock_time first = {.date = day->date};
    const struct clock_time last = {.date = date_from_number(date_number(day->date) + 1)};
    return (instant_from_local(&first, day->zone, from) &&
            instant_from_local(&last, day->zone, until)) ||
           error_set(err, ERROR_INPUT, "There is no such day in the time zone %s", day->zone);
}

static const char *postcode_of(const char *address, struct arena *arena)
{
    json_t *json = json_loads(address, 0, NULL);
    const char *text = json_string_value(json_object_get(json, "postal_code"));
    const char *copy = arena_text(arena, text != NULL ? text : "");
    json_decref(json);
    return copy;
}

/* What was told last. */
static bool load_told(struct store *store, struct arena *arena, struct stop *stop,
                      struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT note, occurred_at FROM appointment_events WHERE appointment_id = ?1"
                      " AND event_type = 'told' ORDER BY occurred_at DESC, id DESC LIMIT 1",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &stop->visit.id);
    int state = statement_step(row, err);
    stop->told = arena_text(arena, state > 0 ? statement_text(row, 0) : "");
    stop->told_at = state > 0 ? statement_integer(row, 1) : 0;
    statement_done(row);
    return state >= 0;
}

static int by_route(const void *a, const void *b)
{
    const struct stop *left = a, *right = b;
    if (left->visit.starts_at != right->visit.starts_at)
        return left->visit.starts_at < right->visit.starts_at ? -1 : 1;
    int order = strcmp(left->postcode, right->postcode);
    return order != 0 ? order : memcmp(&left->visit.id, &right->visit.id, sizeof left->visit.id);
}

/* What goes on from the day before belongs to that one. */
static bool load_stops(struct store *store, int64_t from, int64_t until, struct arena *arena,
                       struct day *out, struct error *err)
{
    struct appointment *found;
    int count = appointments_between(store, from, until, &out->estimator_id, 1, arena, &found, err);
    if (count < 0)
        return false;
    out->stops = arena_alloc(arena, ((size_t)count + 1) * sizeof *out->stops);
    for (int i = 0; i < count; i++) {
        struct stop *stop = &out->stops[out->count];
        if (found[i].starts_at < from || found[i].starts_at >= until)
            continue;
        *stop = (struct stop){.visit = found[i], .postcode = postcode_of(found[i].address, arena)};
        if (!load_told(store, arena, stop, err))
            return false;
        out->count++;
    }
    qsort(out->stops, out->count, sizeof *out->stops, by_route);
    return true;
}

static size_t find_next(const struct day *day)
{
    size_t next = day->count;
    for (size_t i = day->count; i > 0; i--)
        if (day_is_open(&day->stops[i - 1]))
            next = i - 1;
    for (size_t i = 0; i < day->count; i++)
        if (strcmp(day->stops[i].visit.status, "in_progress") == 0)
            return i;
    return next;
}

bool day_load(struct store *store, const struct uuid *estimator, struct date date,
              struct arena *arena, struct day *out, struct error *err)
{
    int64_t from, until;
    if (!load_estimator(store, estimator, arena, out, err))
        return false;
    out->date = date;
    if (!span_of(out, &from, &until, err) || !load_stops(store, from, until, arena, out, err))
        return false;
    out->next = find_next(out);
    return true;
}

static const char sold_sql[] =
    "SELECT o.id, o.order_number, o.kind, o.status, o.business_day, o.currency, o.total_cents,"
    " (SELECT group_concat(name, ', ') FROM (SELECT i.name FROM order_items AS i"
    "   WHERE i.order_id = o.id ORDER BY i.position, i.id LIMIT 2)),"
    " (SELECT count(*) FROM order_items AS i WHERE i.order_id = o.id) - 2"
    " FROM orders AS o WHERE o.customer_id = ?1 AND o.deleted_at IS NULL"
    " AND o.status NOT IN ('draft', 'parked', 'cancelled')"
    " ORDER BY o.placed_at DESC, o.id DESC LIMIT ?2";

int day_sold(struct store *store, const struct uuid *customer, size_t limit, struct arena *arena,
             struct sold **out, struct error *err)
{
    int count = 0, state = 0;
    *out = arena_alloc(arena, (limit + 1) * sizeof **out);
    if (uuid_is_zero(customer))
        return 0;
    struct statement *rows = store_prepare(store, sold_sql, err);
    if (rows == NULL)
        return -1;
    statement_bind_uuid(rows, 1, customer);
    statement_bind_integer(rows, 2, (int64_t)limit);
    while ((state = statement_step(rows, err)) > 0) {
        struct sold *sold = &(*out)[count++];
        statement_uuid(rows, 0, &sold->order_id);
        sold->number = arena_text(arena, statement_text(rows, 1));
        sold->kind = arena_text(arena, statement_text(rows, 2));
        sold->status = arena_text(arena, statement_text(rows, 3));
        sold->day = arena_text(arena, statement_text(rows, 4));
        sold->currency = arena_text(arena, statement_text(rows, 5));
        sold->total_cents = statement_integer(rows, 6);
        int64_t more = statement_integer(rows, 8);
        sold->what =
            more > 0 ? arena_format(arena, "%s, %" PRId64 " more", statement_text(rows, 7), more)
                     : arena_text(arena, statement_text(rows, 7));
    }
    statement_done(rows);
    return state < 0 ? -1 : count;
}
