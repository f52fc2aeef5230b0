#include "model/privacy/subject.h"

#include "model/base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct value id_set_value(const struct id_set *set)
{
    return value_bytes(set->ids != NULL ? (const char *)set->ids : "", set->count * UUID_SIZE);
}

struct uuid id_set_at(const struct id_set *set, size_t index)
{
    struct uuid id;
    memcpy(id.bytes, set->ids + index * UUID_SIZE, UUID_SIZE);
    return id;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, UUID_SIZE);
}

bool id_set_has(const struct id_set *sorted, const struct uuid *id)
{
    return sorted->count > 0 &&
           bsearch(id->bytes, sorted->ids, sorted->count, UUID_SIZE, compare_ids) != NULL;
}

void id_set_sort(struct id_set *set)
{
    size_t kept = 0;
    if (set->count == 0)
        return;
    qsort(set->ids, set->count, UUID_SIZE, compare_ids);
    for (size_t i = 1; i < set->count; i++)
        if (compare_ids(set->ids + i * UUID_SIZE, set->ids + kept * UUID_SIZE) != 0)
            memmove(set->ids + ++kept * UUID_SIZE, set->ids + i * UUID_SIZE, UUID_SIZE);
    set->count = kept + 1;
}

bool id_set_read(struct statement *statement, struct arena *arena, struct id_set *out,
                 struct error *err)
{
    struct buffer ids;
    struct uuid id;
    int state;
    buffer_init(&ids);
    while ((state = statement_step(statement, err)) > 0)
        if (statement_uuid(statement, 0, &id))
            buffer_add_bytes(&ids, id.bytes, UUID_SIZE);
    out->count = ids.size / UUID_SIZE;
    out->ids = arena_alloc(arena, ids.size + 1);
    if (ids.size > 0)
        memcpy(out->ids, ids.text, ids.size);
    buffer_done(&ids);
    return state == 0;
}

/* `?1` are customers, `?2` users. */
static bool read_set(struct store *store, const char *sql, const struct subject *person,
                     struct arena *arena, struct id_set *out, struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_value(statement, 1, id_set_value(&person->customers));
    statement_bind_value(statement, 2, id_set_value(&person->users));
    bool is_done = id_set_read(statement, arena, out, err);
    statement_done(statement);
    return is_done;
}

/* Until nobody else turns up: profiles joined to profiles, with a user, who has a profile. */
static bool find_all(struct store *store, struct arena *arena, struct subject *person,
                     struct error *err)
{
#define CUSTOMERS ID_SET_IN("1")
#define USERS     ID_SET_IN("2")
    static const char customers_sql[] =
        "SELECT id FROM customer_profiles WHERE id" CUSTOMERS " OR merged_into_id" CUSTOMERS
        " OR user_id" USERS
        " OR id IN (SELECT merged_into_id FROM customer_profiles WHERE id" CUSTOMERS
        ") ORDER BY id";
    static const char users_sql[] =
        "SELECT id FROM users WHERE id" USERS " OR id IN (SELECT user_id FROM customer_profiles"
        " WHERE id" CUSTOMERS ") ORDER BY id";
#undef CUSTOMERS
#undef USERS
    size_t known;
    do {
        known = person->customers.count + person->users.count;
        if (!read_set(store, customers_sql, person, arena, &person->customers, err) ||
            !read_set(store, users_sql, person, arena, &person->users, err))
            return false;
    } while (person->customers.count + person->users.count > known);
    return true;
}

static void add_mention(json_t *mentions, const char *text)
{
    struct buffer pattern;
    buffer_init(&pattern);
    buffer_add_char(&pattern, '%');
    for (; *text != '\0'; text++) {
        if (strchr("\\%_", *text) != NULL)
            buffer_add_char(&pattern, '\\');
        buffer_add_char(&pattern, *text);
    }
    buffer_add_char(&pattern, '%');
    json_array_append_new(mentions, json_string(pattern.text));
    buffer_done(&pattern);
}

static void add_ids(json_t *mentions, const struct id_set *set)
{
    char text[UUID_TEXT_SIZE];
    for (size_t i = 0; i < set->count; i++) {
        struct uuid id = id_set_at(set, i);
        uuid_text(&id, text);
        add_mention(mentions, text);
    }
}

static const char *dump(json_t *json, struct arena *arena)
{
    char *text = json_dumps(json, JSON_COMPACT);
    const char *kept = arena_text(arena, text != NULL ? text : "[]");
    free(text);
    json_decref(json);
    return kept;
}

static bool find_addresses(struct store *store, struct arena *arena, struct subject *person,
                           struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT lower(email) FROM customer_profiles WHERE email <> '' AND id" ID_SET_IN(
            "1") " UNION SELECT lower(email) FROM users WHERE email <> '' AND id" ID_SET_IN("2"),
        err);
    if (row == NULL)
        return false;
    statement_bind_value(row, 1, id_set_value(&person->customers));
    statement_bind_value(row, 2, id_set_value(&person->users));
    json_t *emails = json_array(), *mentions = json_array();
    add_ids(mentions, &person->customers);
    add_ids(mentions, &person->users);
    int state;
    while ((state = statement_step(row, err)) > 0) {
        json_array_append_new(emails, json_string(statement_text(row, 0)));
        add_mention(mentions, statement_text(row, 0));
    }
    statement_done(row);
    person->emails = dump(emails, arena);
    person->mentions = dump(mentions, arena);
    return state == 0;
}

static bool find_name(struct store *store, struct arena *arena, struct subject *person,
                      struct error *err)
{
    struct statement *row = store_prepare(
        store,
        person->is_user ? "SELECT display_name, status = 'erased' FROM users WHERE id = ?1"
                        : "SELECT name, erased_at IS NOT NULL FROM customer_profiles WHERE id = ?1",
        err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &person->id);
    int state = statement_step(row, err);
    if (state > 0) {
        person->name = arena_text(arena, statement_text(row, 0));
        person->is_erased = statement_integer(row, 1) != 0;
    }
    statement_done(row);
    return state > 0;
}

/* NULL or zeros: nobody. */
static struct id_set only(const struct uuid *id, struct arena *arena)
{
    struct id_set set = {0};
    if (id != NULL && !uuid_is_zero(id)) {
        set = (struct id_set){arena_alloc(arena, UUID_SIZE), 1};
        memcpy(set.ids, id->bytes, UUID_SIZE);
    }
    return set;
}

bool subject_find(struct store *store, const struct uuid *customer, const struct uuid *user,
                  struct arena *arena, struct subject *out, struct error *err)
{
    *out = (struct subject){.customers = only(customer, arena), .users = only(user, arena)};
    if (!find_all(store, arena, out, err))
        return false;
    out->is_user = out->customers.count == 0;
    if (out->is_user && out->users.count == 0)
        return error_set(err, ERROR_NOT_FOUND, "there is no such person in this shop");
    out->id = id_set_at(out->is_user ? &out->users : &out->customers, 0);
    char id[UUID_TEXT_SIZE];
    uuid_text(&out->id, id);
    memcpy(out->mark, id + UUID_TEXT_SIZE - SUBJECT_MARK_SIZE, SUBJECT_MARK_SIZE);
    return find_addresses(store, arena, out, err) && find_name(store, arena, out, err);
}

void subject_neutral_name(const struct subject *person, char text[SUBJECT_NEUTRAL_SIZE])
{
    snprintf(text, SUBJECT_NEUTRAL_SIZE, "erased person %s", person->mark + SUBJECT_MARK_SIZE - 5);
}

/* The ways to name somebody, the surest first. */
#define ASKED "WITH asked (typed, folded, digits) AS (SELECT ?1, ?2, ?3) "
static const char *const lookups[] = {
    ASKED "SELECT id, NULL FROM customer_profiles, asked WHERE email_key = folded AND deleted_at IS"
          " NULL UNION ALL SELECT NULL, id FROM users, asked WHERE email_key = folded AND"
          " deleted_at IS NULL",
    ASKED "SELECT id, NULL FROM customer_profiles, asked WHERE card_barcode = typed",
    ASKED "SELECT NULL, id FROM users, asked WHERE username = typed",
    ASKED "SELECT id, NULL FROM customer_profiles, asked WHERE name_key = folded AND deleted_at IS"
          " NULL UNION ALL SELECT NULL, id FROM users, asked WHERE search_key(display_name) ="
          " folded AND deleted_at IS NULL",
    ASKED "SELECT id, NULL FROM customer_profiles, asked WHERE phone_digits = digits AND"
          " length(digits) > 4",
};
#undef ASKED

/* How many different people it fits, two at most; -1 failed. */
static int look_up(struct store *store, const char *sql, const char *name, struct arena *arena,
                   struct subject *out, struct error *err)
{
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, name);
    statement_bind_text(row, 2, text_fold(name, arena));
    statement_bind_text(row, 3, text_digits(name, arena));
    struct uuid customers[3] = {0}, users[3] = {0};
    int found = 0, people = 0, state = 0;
    while (found < 3 && (state = statement_step(row, err)) > 0) {
        statement_uuid(row, 0, &customers[found]);
        statement_uuid(row, 1, &users[found]);
        found++;
    }
    statement_done(row);
    for (int i = 0; i < found && state >= 0; i++) {
        struct subject one;
        if (!subject_find(store, &customers[i], &users[i], arena, &one, err))
            return -1;
        people += people == 0 || !uuid_equal(&one.id, &out->id);
        *out = one;
    }
    return state < 0 ? -1 : people;
}

bool subject_named(struct store *store, const char *name, struct arena *arena, struct subject *out,
                   struct error *err)
{
    struct uuid id;
    if (uuid_parse(name, &id))
        return subject_find(store, &id, NULL, arena, out, NULL) ||
               subject_find(store, NULL, &id, arena, out, err);
    for (size_t i = 0; i < sizeof lookups / sizeof lookups[0]; i++) {
        int people = look_up(store, lookups[i], name, arena, out, err);
        if (people > 1)
            return error_set(err, ERROR_INPUT,
                             "several people are called %s; give the e-mail address or the id",
                             name);
        if (people != 0)
            return people > 0;
    }
    return error_set(
        err, ERROR_NOT_FOUND,
        "nobody here is called %s; give a name, e-mail address, telephone number or id", name);
}
