#include "sync/enroll.h"

#include "model/base/memory.h"
#include "model/overlay/exchange.h"
#include "sync/agent_lock.h"
#include "sync/central_enroll.h"
#include "sync/central_url.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CODE_SIZE = 32, PATIENCE_MS = 30000 };

/* Everybody may know these: they open one function, which wants a code. */
static const char door_user[] = "ct_door", door_password[] = "countertop";

struct joining {
    const struct enroll_details *details;
    const struct env *env;
    int stop_fd;
    const struct snapshot_progress *progress;
    struct store *store;
    struct login login;
    struct central *central;
    struct arena *arena;
    int64_t schema_version; /* of the store */
};

/* Letters and digits of Crockford's base 32, and those that are read as one of them. */
static bool is_of_code(char c)
{
    return strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyzIiLlOo", c) != NULL;
}

static bool check_code(const char *code, struct error *err)
{
    int size = 0;
    for (; *code != '\0'; code++) {
        if (strchr(" \t\r\n-", *code) != NULL)
            continue;
        if (!is_of_code(*code))
            return error_set_field(err, ERROR_INPUT, "code",
                                   "a code has letters and digits only, and no U; copy it from "
                                   "where it was made");
        size++;
    }
    return size == CODE_SIZE ||
           error_set_field(err, ERROR_INPUT, "code",
                           "a code has %d letters and digits, this one %d; copy all of it",
                           CODE_SIZE, size);
}

bool enroll_check(const struct enroll_details *details, struct error *err)
{
    return central_check_url(details->url, err) && check_code(details->code, err);
}

static bool tell(struct joining *joining, const char *what, struct error *err)
{
    const struct snapshot_progress *progress = joining->progress;
    return progress == NULL || progress->step == NULL ||
           progress->step(progress->context, what, 0, 0) ||
           error_set(err, ERROR_STOPPED, "joining was stopped");
}

/* The object that a function of the centre answers, or NULL. */
static json_t *ask(struct central *central, const char *sql, int count,
                   const char *const *parameters, struct error *err)
{
    struct pg_result *result = central_query(central, sql, count, parameters, err);
    if (result == NULL)
        return NULL;
    json_t *answer = json_loads(central_text(result, 0, 0), 0, NULL);
    central_clear(result);
    if (!json_is_object(answer))
        error_set(err, ERROR_NETWORK, "the centre gave an answer that can't be read; try again");
    return answer;
}

static bool keep_login(struct joining *joining, const char *role, const char *password,
                       struct error *err)
{
    const struct login login = {.url = memory_text(joining->details->url),
                                .user = memory_text(role),
                                .password = memory_text(password)};
    login_done(&joining->login);
    joining->login = login;
    return login_write(store_path(joining->store), &login, err);
}

/* Password and verifier are on the disk before the centre hears of them, so that what is cut short
 * asks again with the same two. */
static bool find_secret(struct joining *joining, struct central *door,
                        struct central_secret *secret, struct error *err)
{
    const char *verifier = exchange_state(joining->store, "verifier", joining->arena, NULL);
    if (verifier != NULL && joining->login.password != NULL) {
        snprintf(secret->verifier, sizeof secret->verifier, "%s", verifier);
        snprintf(secret->password, sizeof secret->password, "%s", joining->login.password);
        return true;
    }
    return central_secret_new(door, secret, err) &&
           keep_login(joining, "", secret->password, err) &&
           exchange_set_state(joining->store, "verifier", secret->verifier, err);
}

static bool use_code(struct joining *joining, struct central *door, struct error *err)
{
    struct central_secret secret = {.password = ""};
    struct central_enrolled enrolled;
    const struct central_facts facts = {.schema_version = (int)joining->schema_version};
    bool is_done = find_secret(joining, door, &secret, err) &&
                   central_enroll(door, joining->details->code, &secret, &facts, &enrolled, err) &&
                   keep_login(joining, enrolled.role, secret.password, err);
    if (!is_done && err->code == ERROR_DENIED)
        snprintf(err->field, sizeof err->field, "code");
    central_secret_done(&secret);
    return is_done;
}

static bool get_login(struct joining *joining, struct error *err)
{
    if (!enroll_check(joining->details, err) || !tell(joining, "asking the centre", err))
        return false;
    struct central *door = central_open_at(&(struct central_address){.url = joining->details->url,
                                                                     .user = door_user,
                                                                     .password = door_password,
                                                                     .stop_fd = joining->stop_fd,
                                                                     .patience_ms = PATIENCE_MS},
                                           err);
    bool is_done = door != NULL && use_code(joining, door, err);
    central_close(door);
    return is_done;
}

/* What the terminal is, from the centre's answer, as sync_state has it. */
static bool keep_facts(struct joining *joining, const json_t *hello, struct error *err)
{
    const json_t *terminal = json_object_get(hello, "terminal");
    const struct {
        const char *name;
        const json_t *value;
    } facts[] = {
        {"terminal_id", json_object_get(terminal, "id")},
        {"terminal_name", json_object_get(terminal, "name")},
        {"kind", json_object_get(terminal, "kind")},
        {"location_id", json_object_get(terminal, "location_id")},
        {"register_id", json_object_get(hello, "register_id")},
    };
    if (!store_begin(joining->store, err))
        return false;
    bool is_done = exchange_set_state(joining->store, "incarnation", "1", err) &&
                   exchange_set_state(joining->store, "copying", "1", err) &&
                   exchange_set_state(joining->store, "verifier", NULL, err);
    for (size_t i = 0; is_done && i < sizeof facts / sizeof facts[0]; i++)
        is_done = exchange_set_state(joining->store, facts[i].name,
                                     json_string_value(facts[i].value), err);
    if (is_done)
        return store_commit(joining->store, err);
    store_rollback(joining->store);
    return false;
}

static bool check_version(const json_t *hello, int64_t mine, struct error *err)
{
    int64_t newest = json_integer_value(json_object_get(hello, "schema_version"));
    if (mine > newest)
        return error_set(err, ERROR_SCHEMA,
                         "the centre is older than this program; bring it up to date with "
                         "`countertop migrate up --central`, then join");
    return mine >= json_integer_value(json_object_get(hello, "schema_least")) ||
           error_set(
               err, ERROR_SCHEMA,
               "the centre is newer than this program; install a newer Countertop, then join");
}

static bool say_hello(struct joining *joining, struct error *err)
{
    const char *const parameters[] = {arena_format(
        joining->arena, "{\"schema_version\": %lld, \"incarnation\": 1, \"last_seq\": 0}",
        (long long)joining->schema_version)};
    json_t *hello = ask(joining->central, "SELECT sync_hello($1)", 1, parameters, err);
    bool is_done = hello != NULL && check_version(hello, joining->schema_version, err) &&
                   keep_facts(joining, hello, err);
    json_decref(hello);
    return is_done;
}

/* A login without a user is of a terminal that does not know its role yet. */
static bool find_login(struct joining *joining, struct error *err)
{
    struct error reason = {0};
    const char *path = store_path(joining->store);
    if (login_read(path, &joining->login, &reason)) {
        if (joining->login.user[0] != '\0')
            return true;
    } else if (reason.code != ERROR_NOT_FOUND) {
        *err = reason;
        return false;
    }
    if (!uuid_is_zero(store_tenant(joining->store)))
        return error_set(err, ERROR_RULE,
                         "%s holds a shop already; join with another file (--store), or make a "
                         "tenant of this one with `countertop central init --from`",
                         path);
    return get_login(joining, err);
}

/* Each step finds what the ones before it left on the disk, so that any may be the first. */
static bool join_shop(struct joining *joining, struct error *err)
{
    if (store_find_integer(joining->store, &joining->schema_version,
                           "SELECT max(version) FROM schema_migrations", err, "") < 0 ||
        !find_login(joining, err) || !tell(joining, "signing in", err) ||
        (joining->central = login_open_until(&joining->login, joining->stop_fd, err)) == NULL)
        return false;
    const char *terminal = exchange_state(joining->store, "terminal_id", joining->arena, NULL);
    return (terminal != NULL || say_hello(joining, err)) &&
           snapshot_fill(joining->store, joining->central, joining->progress, err) &&
           exchange_set_synced(joining->store, err);
}

bool enroll(const char *store_path, const struct enroll_details *details, const struct env *env,
            int stop_fd, const struct snapshot_progress *progress, struct error *err)
{
    struct error unused = {0};
    struct joining joining = {.details = details,
                              .env = env,
                              .stop_fd = stop_fd,
                              .progress = progress,
                              .arena = arena_new()};
    bool is_done = false;
    int lock = -1;
    err = err != NULL ? err : &unused;
    if ((joining.store = store_open(store_path, STORE_CREATE, env, err)) != NULL &&
        (lock = agent_lock(store_path, err)) >= 0)
        is_done = join_shop(&joining, err);
    central_close(joining.central);
    login_done(&joining.login);
    store_close(joining.store);
    if (lock >= 0)
        close(lock);
    arena_free(joining.arena);
    return is_done;
}
