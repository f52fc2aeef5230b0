#include "sync/adopt.h"

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/overlay/exchange.h"
#include "model/people/door.h"
#include "sync/central_load.h"
#include "sync/login.h"

#include <jansson.h>
#include <stdio.h>

struct adopting {
    struct store *store;
    struct central *central;
    const struct adopt_details *details;
    const struct snapshot_progress *progress;
    struct arena *arena;
    struct central_facts facts;
    char *cursor; /* as it was before the terminal's own rows were made */
};

static const char *id_text(struct adopting *adopting, const struct uuid *id)
{
    char *text = arena_alloc(adopting->arena, UUID_TEXT_SIZE);
    uuid_text(id, text);
    return uuid_is_zero(id) ? NULL : text;
}

/* One text that the centre answers, in the arena; NULL on failure. */
static char *ask(struct adopting *adopting, const char *sql, int count,
                 const char *const *parameters, struct error *err)
{
    struct pg_result *result = central_query(adopting->central, sql, count, parameters, err);
    char *text = result != NULL ? arena_text(adopting->arena, central_text(result, 0, 0)) : NULL;
    central_clear(result);
    return text;
}

/* The newest operation and the register that the store stands at. */
static bool read_facts(struct adopting *adopting, struct error *err)
{
    struct central_facts *facts = &adopting->facts;
    int64_t version = 0;
    struct error reason = {0};
    const char *till = exchange_state(adopting->store, "register_id", adopting->arena, &reason);
    struct statement *newest = store_prepare(
        adopting->store, "SELECT seq, id FROM journal ORDER BY seq DESC LIMIT 1", err);
    int found = newest != NULL ? statement_step(newest, err) : -1;
    if (found == 1) {
        facts->last_seq = statement_integer(newest, 0);
        statement_uuid(newest, 1, &facts->last_operation);
    }
    statement_done(newest);
    if (found < 0 || store_find_integer(adopting->store, &version,
                                        "SELECT max(version) FROM schema_migrations", err, "") < 0)
        return false;
    facts->schema_version = (int)version;
    if (till != NULL && !uuid_parse(till, &facts->register_id))
        facts->register_id = (struct uuid){{0}};
    return true;
}

/* The register that a store without any setting sells at is the shop's first one. */
static bool find_register(struct adopting *adopting, struct error *err)
{
    struct actor owner;
    if (!uuid_is_zero(&adopting->facts.register_id))
        return true;
    if (!actor_find(adopting->store, NULL, &owner, err))
        return false;
    adopting->facts.register_id = owner.register_id;
    return true;
}

static bool enroll_here(struct adopting *adopting, struct central_enrolled *out, struct error *err)
{
    const struct adopt_details *details = adopting->details;
    const char *const parameters[] = {id_text(adopting, store_tenant(adopting->store)),
                                      details->kind, details->name, details->location};
    struct central_secret secret;
    char *code = ask(adopting, "SELECT sync_first_code($1, $2, $3, $4)", 4, parameters, err);
    bool is_done = code != NULL && central_secret_new(adopting->central, &secret, err) &&
                   central_enroll(adopting->central, code, &secret, &adopting->facts, out, err) &&
                   login_write(store_path(adopting->store),
                               &(struct login){.url = (char *)(uintptr_t)details->url,
                                               .user = out->role,
                                               .password = secret.password},
                               err);
    central_secret_done(&secret);
    return is_done;
}

static bool keep(struct adopting *adopting, const struct central_enrolled *enrolled,
                 struct error *err)
{
    char seq[24];
    snprintf(seq, sizeof seq, "%lld", (long long)adopting->facts.last_seq);
    const struct {
        const char *name, *value;
    } states[] = {
        {"terminal_id", id_text(adopting, &enrolled->terminal_id)},
        {"terminal_name", enrolled->name},
        {"kind", enrolled->kind},
        {"location_id", id_text(adopting, &enrolled->location_id)},
        {"register_id", id_text(adopting, &enrolled->register_id)},
        {"incarnation", "1"},
        {"fingerprint", enrolled->fingerprint},
        {"cursor", adopting->cursor},
        {"acked_seq", seq},
        {"acked_operation", id_text(adopting, &adopting->facts.last_operation)},
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (!exchange_set_state(adopting->store, states[i].name, states[i].value, err))
            return false;
    return door_hand_over(adopting->store, err);
}

static bool load_and_enroll(struct adopting *adopting, struct central_enrolled *out, int64_t *rows,
                            struct error *err)
{
    if (!central_load(adopting->central, adopting->store, adopting->progress, rows, err))
        return false;
    adopting->cursor = ask(adopting, "SELECT pg_current_snapshot()", 0, NULL, err);
    return adopting->cursor != NULL && enroll_here(adopting, out, err) && keep(adopting, out, err);
}

static bool adopt_within(struct adopting *adopting, struct central_enrolled *out, int64_t *rows,
                         struct error *err)
{
    if (!read_facts(adopting, err) || !find_register(adopting, err) ||
        !central_run(adopting->central, "BEGIN", err))
        return false;
    if (load_and_enroll(adopting, out, rows, err))
        return central_run(adopting->central, "COMMIT", err) && store_commit(adopting->store, err);
    central_run(adopting->central, "ROLLBACK", NULL);
    return false;
}

static bool check_alone(struct adopting *adopting, struct error *err)
{
    struct error reason = {0};
    const char *terminal = exchange_state(adopting->store, "terminal_id", adopting->arena, &reason);
    if (terminal != NULL)
        error_set(&reason, ERROR_RULE, "the store belongs to a centre already");
    if (reason.code != ERROR_NONE)
        *err = reason;
    return reason.code == ERROR_NONE;
}

static struct uuid member_id(const json_t *object, const char *name)
{
    struct uuid id;
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL && uuid_parse(text, &id) ? id : (struct uuid){{0}};
}

static void member_text(const json_t *object, const char *name, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

/* What the centre made of this store before the line broke; the cursor is lost, so a new copy will
 * follow. */
static bool take_hello(struct adopting *adopting, const char *text, struct central_enrolled *out,
                       struct error *err)
{
    json_t *hello = json_loads(text, 0, NULL);
    const json_t *terminal = json_object_get(hello, "terminal");
    int64_t seq =
        json_integer_value(json_object_get(json_object_get(hello, "incarnation"), "last_seq"));
    *out = (struct central_enrolled){.tenant_id = member_id(hello, "tenant_id"),
                                     .terminal_id = member_id(terminal, "id"),
                                     .location_id = member_id(terminal, "location_id"),
                                     .register_id = member_id(hello, "register_id"),
                                     .incarnation = 1};
    member_text(terminal, "name", out->name, sizeof out->name);
    member_text(terminal, "kind", out->kind, sizeof out->kind);
    member_text(hello, "fingerprint", out->fingerprint, sizeof out->fingerprint);
    json_decref(hello);
    if (!uuid_equal(&out->tenant_id, store_tenant(adopting->store)))
        return error_set(err, ERROR_RULE, "the login beside the store is of another shop");
    return seq == adopting->facts.last_seq ||
           error_set(err, ERROR_RULE,
                     "the centre took this shop before, and it was worked on here since then; join "
                     "with a new store and `countertop enroll`");
}

/* 1: finished what was cut off; 0: there is nothing to finish; -1: failed. */
static int finish(struct adopting *adopting, struct central_enrolled *out, struct error *err)
{
    static const char hello[] = "SELECT sync_hello('{\"incarnation\": 1}')";
    struct login login;
    struct error reason = {0};
    if (!login_read(store_path(adopting->store), &login, &reason))
        return 0;
    struct central *line = login_open(&login, &reason);
    login_done(&login);
    if (line == NULL)
        return reason.code == ERROR_DENIED ? 0 : (*err = reason, -1);
    struct pg_result *answer = central_query(line, hello, 0, NULL, err);
    bool is_done = answer != NULL && read_facts(adopting, err) &&
                   take_hello(adopting, central_text(answer, 0, 0), out, err) &&
                   keep(adopting, out, err) && store_commit(adopting->store, err);
    central_clear(answer);
    central_close(line);
    return is_done ? 1 : -1;
}

bool adopt(struct store *store, struct central *administrator, const struct adopt_details *details,
           const struct snapshot_progress *progress, struct central_enrolled *out, int64_t *rows,
           struct error *err)
{
    struct adopting adopting = {.store = store,
                                .central = administrator,
                                .details = details,
                                .progress = progress,
                                .arena = arena_new()};
    bool is_done = check_alone(&adopting, err) && store_begin(store, err);
    if (is_done) {
        int finished = finish(&adopting, out, err);
        is_done = finished > 0 || (finished == 0 && adopt_within(&adopting, out, rows, err));
        if (!is_done)
            store_rollback(store);
    }
    arena_free(adopting.arena);
    return is_done;
}
