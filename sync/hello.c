/* The first words on a connection: what the store and the centre know of each other, and what
 * follows from it (SYNC.md section 5, Hello). */
#include "sync/session_private.h"

#include "model/base/instant.h"
#include "model/overlay/exchange.h"
#include "model/overlay/resend.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What the store says of itself. */
struct facts {
    int64_t schema_version;
    int64_t incarnation;
    int64_t acked_seq; /* the answers up to it were drawn */
    struct uuid acked_operation;
    const char *cursor, *fingerprint; /* NULL: none */
    int64_t newest;                   /* seq of the store's newest operation */
    int64_t first;                    /* of the first that was ever meant for the centre, or 0 */
    int64_t unanswered;               /* of the first in the outbox, or 0 */
};

/* What the centre says. Borrowed from the JSON. */
struct reply {
    int64_t server_time, schema_version, schema_least;
    int64_t number, last_seq, highest; /* of incarnations; number 0: it does not know ours */
    struct uuid last_operation;        /* or zeros */
    bool cursor_counts, in_recovery;
    const char *fingerprint, *channel, *register_id, *location_id, *kind;
};

/* What the store is to the centre. */
enum standing {
    STANDS,
    COPIED,   /* a copy of it, or itself later, has sent what it does not know */
    RESTORED, /* the centre has lost what it knew */
};

static bool integer_of(struct session *session, const char *sql, int64_t *out, struct error *err)
{
    return store_find_integer(session->store, out, sql, err, "") > 0;
}

static bool read_facts(struct session *session, struct facts *facts, struct error *err)
{
    struct store *store = session->store;
    error_clear(err);
    const char *acked = exchange_state(store, "acked_operation", session->arena, err);
    facts->cursor = exchange_state(store, "cursor", session->arena, err);
    facts->fingerprint = exchange_state(store, "fingerprint", session->arena, err);
    facts->acked_operation = (struct uuid){{0}};
    if (acked != NULL)
        uuid_parse(acked, &facts->acked_operation);
    return session_number(session, "incarnation", 1, &facts->incarnation, err) &&
           session_number(session, "acked_seq", 0, &facts->acked_seq, err) &&
           integer_of(session, "SELECT max(version) FROM schema_migrations", &facts->schema_version,
                      err) &&
           integer_of(session,
                      "SELECT max(coalesce((SELECT max(seq) FROM outbox), 0),"
                      " coalesce((SELECT max(seq) FROM journal), 0))",
                      &facts->newest, err) &&
           integer_of(session, "SELECT coalesce(min(seq), 0) FROM outbox", &facts->unanswered,
                      err) &&
           integer_of(session,
                      "SELECT coalesce(min(seq), 0) FROM (SELECT min(seq) AS seq FROM outbox"
                      " UNION ALL SELECT min(seq) FROM journal WHERE state <> 'alone')",
                      &facts->first, err);
}

static json_t *facts_json(const struct facts *facts)
{
    char id[UUID_TEXT_SIZE];
    uuid_text(&facts->acked_operation, id);
    return json_pack("{s:I, s:I, s:I, s:s?, s:s?, s:s?}", "schema_version",
                     (json_int_t)facts->schema_version, "incarnation",
                     (json_int_t)facts->incarnation, "last_seq", (json_int_t)facts->acked_seq,
                     "last_operation", uuid_is_zero(&facts->acked_operation) ? NULL : id, "cursor",
                     facts->cursor, "fingerprint", facts->fingerprint);
}

/* The reply as JSON, and when it came. */
static json_t *ask(struct session *session, const struct facts *facts, int64_t *middle,
                   struct error *err)
{
    const struct env *env = store_env(session->store);
    json_t *said = facts_json(facts);
    char *text = json_dumps(said, JSON_COMPACT);
    struct value value = value_text(text);
    int64_t before = env_now(env);
    struct pg_result *result =
        session_ask(session, "SELECT sync_hello($1::jsonb)::text", &value, 1, err);
    *middle = before + (env_now(env) - before) / 2;
    json_t *reply = result != NULL ? json_loads(central_text(result, 0, 0), 0, NULL) : NULL;
    if (result != NULL && reply == NULL)
        error_set(err, ERROR_SCHEMA, "the centre's greeting can't be read; update this program");
    central_clear(result);
    free(text);
    json_decref(said);
    return reply;
}

/* NULL for null, or what is no text. */
static const char *text_of(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

static bool read_incarnation(const json_t *incarnation, struct reply *reply)
{
    json_int_t number, last_seq;
    if (json_is_null(incarnation))
        return true;
    if (json_unpack((json_t *)(uintptr_t)incarnation, "{s:I, s:I}", "number", &number, "last_seq",
                    &last_seq) != 0)
        return false;
    const char *operation = text_of(incarnation, "last_operation");
    reply->number = number;
    reply->last_seq = last_seq;
    return operation == NULL || uuid_parse(operation, &reply->last_operation);
}

static bool read_reply(json_t *json, struct reply *reply, struct error *err)
{
    json_int_t time, version, least, highest;
    int cursor_counts, in_recovery;
    json_t *incarnation, *terminal;
    *reply = (struct reply){0};
    if (json_unpack(json, "{s:I, s:I, s:I, s:I, s:o, s:b, s:b, s:o, s:s}", "server_time", &time,
                    "schema_version", &version, "schema_least", &least, "highest_incarnation",
                    &highest, "incarnation", &incarnation, "floor_is_below", &cursor_counts,
                    "in_recovery", &in_recovery, "terminal", &terminal, "channel",
                    &reply->channel) != 0 ||
        !read_incarnation(incarnation, reply) || (reply->kind = text_of(terminal, "kind")) == NULL)
        return error_set(err, ERROR_SCHEMA,
                         "the centre's greeting is not as expected; update this program");
    reply->location_id = text_of(terminal, "location_id");
    reply->fingerprint = text_of(json, "fingerprint");
    reply->register_id = text_of(json, "register_id");
    reply->server_time = time;
    reply->schema_version = version;
    reply->schema_least = least;
    reply->highest = highest;
    reply->cursor_counts = cursor_counts != 0;
    reply->in_recovery = in_recovery != 0;
    return true;
}

static bool check_reply(struct session *session, const struct facts *facts,
                        const struct reply *reply, struct error *err)
{
    if (reply->in_recovery || reply->fingerprint == NULL)
        return error_set(err, ERROR_NETWORK,
                         "the address leads to a standby of the centre; use that of the primary");
    bool is_old = facts->schema_version < reply->schema_least;
    bool is_new = facts->schema_version > reply->schema_version;
    if (!exchange_set_needs_update(session->store, is_old, err))
        return false;
    if (is_old)
        return error_set(err, ERROR_SCHEMA,
                         "update needed: the centre is at version %d of the schema and this "
                         "program at %d; unsent work is kept",
                         (int)reply->schema_version, (int)facts->schema_version);
    return !is_new || error_set(err, ERROR_SCHEMA,
                                "the centre is at version %d of the schema and this program "
                                "already at %d; have the centre updated; unsent work is kept",
                                (int)reply->schema_version, (int)facts->schema_version);
}

/* Whether the centre's newest operation of this store is the one that the store has there: 1, 0, or
 * -1. */
static int is_same_history(struct session *session, const struct facts *facts,
                           const struct reply *reply, struct error *err)
{
    struct uuid mine;
    if (reply->last_seq > facts->newest && reply->last_seq != facts->acked_seq)
        return 0;
    int found = session_operation_at(session, reply->last_seq, &mine, err);
    if (found == 0 && reply->last_seq == facts->acked_seq)
        mine = facts->acked_operation;
    else if (found == 0)
        return 1; /* so long ago that the journal has forgotten it */
    return found < 0
               ? -1
               : uuid_is_zero(&reply->last_operation) || uuid_equal(&mine, &reply->last_operation);
}

static bool judge(struct session *session, const struct facts *facts, const struct reply *reply,
                  enum standing *out, bool *is_same, struct error *err)
{
    int same = is_same_history(session, facts, reply, err);
    bool is_other_centre =
        facts->fingerprint != NULL && strcmp(facts->fingerprint, reply->fingerprint) != 0;
    *is_same = same > 0 && reply->number != 0 && reply->highest == reply->number;
#ifdef MUTATE_RESTORE_UNNOTICED
    is_other_centre = false;
#endif
#ifdef MUTATE_COPY_UNNOTICED
    *is_same = true;
#endif
    if (is_other_centre || (reply->number == 0 && reply->highest < facts->incarnation) ||
        (*is_same && reply->last_seq < facts->acked_seq))
        *out = RESTORED;
    else
        *out = *is_same ? STANDS : COPIED;
    return same >= 0;
}

/* A new incarnation, which begins behind `from`. */
static bool begin_incarnation(struct session *session, int64_t from, const struct uuid *operation,
                              struct error *err)
{
    json_int_t number = 0;
    const struct value values[] = {value_integer(from), value_uuid_or_null(operation)};
    struct pg_result *result = session_ask(
        session, "SELECT sync_new_incarnation($1::bigint, $2::uuid)::text", values, 2, err);
    if (result == NULL)
        return false;
    json_t *json = json_loads(central_text(result, 0, 0), 0, NULL);
    const char *register_id = text_of(json, "register_id");
    bool is_read = json_unpack(json, "{s:I}", "incarnation", &number) == 0;
    session->incarnation = number;
    session->last_seq = from;
    if (register_id != NULL) {
        free(session->register_id);
        session->register_id = memory_text(register_id);
    }
    json_decref(json);
    central_clear(result);
    return is_read ||
           error_set(err, ERROR_SCHEMA, "the centre's answer can't be read; update this program");
}

/* Written in one transaction: under which incarnation the store goes on, and behind which operation
 * answers are still to be drawn; NULL: behind the same as before. What the restored centre has lost
 * is sent again from the journal, and then all rows are fetched anew. */
static bool note_incarnation(struct session *session, const struct reply *reply, bool is_restored,
                             const struct uuid *operation, struct error *err)
{
    struct store *store = session->store;
    char id[UUID_TEXT_SIZE];
    if (operation != NULL)
        uuid_text(operation, id);
    if (!store_begin(store, err))
        return false;
    bool is_done =
        session_set_number(session, "incarnation", session->incarnation, err) &&
        (operation == NULL || (session_set_number(session, "acked_seq", session->last_seq, err) &&
                               exchange_set_state(store, "acked_operation",
                                                  uuid_is_zero(operation) ? NULL : id, err))) &&
        /* It is for the incarnation that they are sent again, not because the line broke. */
        store_run(store, "UPDATE outbox SET attempts = 1 WHERE attempts > 1", err, "") &&
        (!is_restored || (overlay_resend_from(store, session->last_seq, err) &&
                          exchange_set_state(store, "fingerprint", reply->fingerprint, err) &&
                          exchange_set_state(store, "cursor", NULL, err))) &&
        exchange_log(store, "line", NULL,
                     is_restored ? "the centre was restored; what it has lost is sent again"
                                 : "this store is a copy or was restored; it goes on under a new "
                                   "incarnation",
                     err);
    if (is_done)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

static bool go_on_from(struct session *session, const struct facts *facts,
                       const struct reply *reply, enum standing standing, bool is_same,
                       struct error *err)
{
    struct uuid operation = reply->last_operation;
    session->incarnation = facts->incarnation;
    session->last_seq = reply->last_seq;
    if (!is_same) {
        int64_t first = standing == RESTORED ? facts->first : facts->unanswered;
        int64_t from = first > 0 ? first - 1 : facts->newest;
        operation = (struct uuid){{0}};
        if (session_operation_at(session, from, &operation, err) < 0 ||
            !begin_incarnation(session, from, &operation, err))
            return false;
    }
    env_point(store_env(session->store), "hello.incarnation");
    session->needs_copy = standing == RESTORED || facts->cursor == NULL || !reply->cursor_counts;
    /* What the centre took and had not answered when it was put back, it answers now. */
    bool has_drawn_less = is_same && facts->acked_seq < session->last_seq;
    return standing == STANDS || note_incarnation(session, reply, standing == RESTORED,
                                                  has_drawn_less ? NULL : &operation, err);
}

/* Sent more than once and not the one that is next: it was not its fault that the line broke. */
static bool forgive(struct session *session, struct error *err)
{
    int64_t found;
    int state = store_find_integer(session->store, &found,
                                   "SELECT 1 FROM outbox WHERE seq > ?1 AND attempts > 1 LIMIT 1",
                                   err, "i", session->last_seq + 1);
    return state == 0 ||
           (state > 0 && store_run(session->store,
                                   "UPDATE outbox SET attempts = 1 WHERE seq > ?1 AND attempts > 1",
                                   err, "i", session->last_seq + 1));
}

static bool note_terminal(struct session *session, const struct reply *reply, int64_t middle,
                          struct error *err)
{
    struct store *store = session->store;
    int64_t known;
    session->clock_offset_us = reply->server_time - middle;
    if (!session_number(session, "clock_offset_us", 0, &known, err))
        return false;
    const char *mine = exchange_state(store, "register_id", session->arena, err);
    if (session->register_id == NULL && reply->register_id != NULL &&
        (mine == NULL || strcmp(mine, reply->register_id) != 0))
        session->register_id = memory_text(reply->register_id);
    int64_t drift = session->clock_offset_us - known;
    return ((drift < SECOND_US && drift > -SECOND_US) ||
            session_set_number(session, "clock_offset_us", session->clock_offset_us, err)) &&
           exchange_set_state(store, "kind", reply->kind, err) &&
           exchange_set_state(store, "location_id", reply->location_id, err) &&
           (exchange_state(store, "fingerprint", session->arena, NULL) != NULL ||
            exchange_set_state(store, "fingerprint", reply->fingerprint, err));
}

static bool listen_to(struct session *session, const char *channel, struct error *err)
{
    if (strspn(channel, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(channel))
        return error_set(err, ERROR_SCHEMA, "the centre's channel can't be listened to");
    return central_send(session->central, arena_format(session->arena, "LISTEN %s", channel), NULL,
                        0, err) &&
           central_send_end(session->central, err);
}

/* A table with other columns than its rows were fetched with, or a new one, is fetched whole. */
static bool compare_columns(struct session *session, struct error *err)
{
    const char *text = exchange_state(session->store, "columns", session->arena, err);
    json_t *known = text != NULL ? json_loads(text, 0, NULL) : NULL;
    free(session->must_fetch);
    session->must_fetch = memory_new((session->hold.count + 1) * sizeof *session->must_fetch);
    session->has_new_columns = known == NULL;
    for (size_t i = 0; known != NULL && i < session->hold.count; i++) {
        const struct hold_table *held = &session->hold.tables[i];
        const char *columns = json_string_value(json_object_get(known, held->table->name));
        session->must_fetch[i] = columns == NULL || strcmp(columns, held->list) != 0;
        session->has_new_columns |= session->must_fetch[i];
    }
    json_decref(known);
    return true;
}

bool session_hello(struct session *session, struct error *err)
{
    struct facts facts;
    struct reply reply;
    enum standing standing;
    int64_t middle;
    bool is_same;
    arena_reset(session->arena);
    if (!read_facts(session, &facts, err))
        return false;
    json_t *json = ask(session, &facts, &middle, err);
    hold_done(&session->hold);
    session->is_greeted = json != NULL && read_reply(json, &reply, err) &&
                          check_reply(session, &facts, &reply, err) &&
                          judge(session, &facts, &reply, &standing, &is_same, err) &&
                          go_on_from(session, &facts, &reply, standing, is_same, err) &&
                          forgive(session, err) && note_terminal(session, &reply, middle, err) &&
                          hold_read(&session->hold, session->store, session->central, err) &&
                          compare_columns(session, err) && listen_to(session, reply.channel, err);
    json_decref(json);
    return session->is_greeted;
}
