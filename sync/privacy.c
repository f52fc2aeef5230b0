#include "sync/privacy.h"

#include "model/operation/journal.h"
#include "sync/session_private.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_ROWS = 5000, SLICES_MAX = 1000, TOLD_MAX = 500 };

static json_t *ask(struct session *session, const char *sql, const struct value *values, int count,
                   struct error *err)
{
    struct pg_result *result = session_query(session, sql, values, count, err);
    if (result == NULL)
        return NULL;
    json_t *answer = json_loads(central_text(result, 0, 0), 0, NULL);
    central_clear(result);
    if (answer == NULL)
        error_set(err, ERROR_SCHEMA, "the centre's answer can't be read; update this program");
    return answer;
}

/* What the centre did takes the place of what was planned here. */
static bool read_counts(struct erasure *out, const json_t *rows)
{
    out->rows = 0;
    for (size_t i = 0; i < out->count; i++) {
        out->lines[i].changed =
            json_integer_value(json_object_get(rows, out->lines[i].table->name));
        out->rows += out->lines[i].changed;
    }
    return true;
}

static bool erase_there(struct session *session, const struct subject *person, struct erasure *out,
                        struct error *err)
{
    const struct value values[] = {
        person->is_user ? value_null() : value_uuid(&person->id),
        person->is_user ? value_uuid(&person->id) : value_null(),
    };
    json_t *answer = ask(session, "SELECT sync_erase($1::uuid, $2::uuid)::text", values, 2, err);
    const json_t *hindrances = json_object_get(answer, "hindrances");
    bool is_done = answer != NULL;
    if (json_array_size(hindrances) > 0)
        is_done = error_set(err, ERROR_RULE, "%s can't be erased yet: %s; finish that first",
                            person->name, json_string_value(json_array_get(hindrances, 0)));
    else if (is_done)
        is_done = read_counts(out, json_object_get(answer, "rows"));
    json_decref(answer);
    return is_done;
}

bool privacy_erase(struct store *store, struct session *session, const struct actor *actor,
                   const struct subject *person, struct arena *arena, struct erasure *out,
                   struct error *err)
{
    if (session == NULL)
        return erasure_run(store, actor, person, arena, out, err);
    return actor_may(store, actor, "privacy.manage", err) &&
           erasure_preview(store, person, arena, out, err) &&
           erase_there(session, person, out, err);
}

/* In slices, until a slice did nothing more. */
static bool retain_there(struct session *session, bool is_dry, struct arena *arena,
                         struct retention *out, struct error *err)
{
    const struct value values[] = {value_text(is_dry ? "t" : "f"), value_integer(SLICE_ROWS)};
    for (int i = 0; i < SLICES_MAX; i++) {
        int64_t before = out->rows;
        json_t *answer =
            ask(session, "SELECT sync_retain($1::boolean, $2::integer)::text", values, 2, err);
        bool is_done = answer != NULL && retention_add(answer, arena, out, err);
        json_decref(answer);
        if (!is_done)
            return false;
        if (is_dry || out->rows == before)
            return true;
    }
    return true;
}

bool privacy_retain(struct store *store, struct session *session, const struct actor *actor,
                    bool is_dry, struct arena *arena, struct retention *out, struct error *err)
{
    *out = (struct retention){0};
    if (session == NULL)
        return retention_run(store, actor, is_dry, arena, out, err);
    return (actor == NULL || actor_may(store, actor, "privacy.manage", err)) &&
           retain_there(session, is_dry, arena, out, err);
}

bool privacy_has_news(struct session *session, bool *out, struct error *err)
{
    static const char sql[] =
        "SELECT EXISTS (SELECT FROM customer_profiles WHERE erased_at > s.since) OR EXISTS (SELECT"
        " FROM users WHERE status = 'erased' AND updated_at > s.since) FROM (SELECT"
        " to_timestamp($1::bigint / 1000000) - interval '1 day' AS since) AS s";
    int64_t at;
    if (!session_number(session, "cursor_at", 0, &at, err))
        return false;
    const struct value value = value_integer(at);
    struct pg_result *result = session_query(session, sql, &value, 1, err);
    *out = result != NULL && central_boolean(result, 0, 0);
    central_clear(result);
    return result != NULL;
}

bool privacy_scrub(struct session *session, struct error *err)
{
    return erasure_settle(session->store, NULL, err);
}

static void add_hash(json_t *told, const char *name, struct value hash)
{
    char hex[2 * JOURNAL_HASH_SIZE + 1] = "";
    if (hash.size == JOURNAL_HASH_SIZE)
        sodium_bin2hex(hex, sizeof hex, (const unsigned char *)hash.bytes, hash.size);
    json_object_set_new(told, name, json_string(hex));
}

/* Those of one batch, by seq up to *last; how many, or -1. */
static int read_scrubbed(struct store *store, json_t *told, int64_t *last, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT seq, id, sent_hash, hash FROM outbox WHERE sent_hash IS NOT NULL UNION ALL"
        " SELECT seq, id, sent_hash, hash FROM journal WHERE sent_hash IS NOT NULL"
        " ORDER BY 1 LIMIT ?1",
        err);
    if (row == NULL)
        return -1;
    statement_bind_integer(row, 1, TOLD_MAX);
    int count = 0, state;
    while ((state = statement_step(row, err)) > 0) {
        char id[UUID_TEXT_SIZE] = "";
        struct uuid operation;
        json_t *one = json_object();
        if (statement_uuid(row, 1, &operation))
            uuid_text(&operation, id);
        json_object_set_new(one, "id", json_string(id));
        add_hash(one, "was", statement_value(row, 2));
        add_hash(one, "is", statement_value(row, 3));
        json_array_append_new(told, one);
        *last = statement_integer(row, 0);
        count++;
    }
    statement_done(row);
    return state < 0 ? -1 : count;
}

static bool forget_scrubbed(struct store *store, int64_t last, struct error *err)
{
    if (!store_begin(store, err))
        return false;
    if (store_run(store,
                  "UPDATE outbox SET sent_hash = NULL WHERE sent_hash IS NOT NULL AND seq <= ?1",
                  err, "i", last) &&
        store_run(store,
                  "UPDATE journal SET sent_hash = NULL WHERE sent_hash IS NOT NULL AND seq <= ?1",
                  err, "i", last))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool privacy_tell_scrubbed(struct session *session, struct error *err)
{
    for (;;) {
        json_t *told = json_array();
        int64_t last = 0;
        int count = read_scrubbed(session->store, told, &last, err);
        char *text = count > 0 ? json_dumps(told, JSON_COMPACT) : NULL;
        json_decref(told);
        if (count <= 0)
            return count == 0;
        const struct value value = value_text(text);
        struct pg_result *result =
            session_ask(session, "SELECT sync_scrubbed($1::jsonb)", &value, 1, err);
        central_clear(result);
        free(text);
        if (result == NULL || !forget_scrubbed(session->store, last, err))
            return false;
    }
}
