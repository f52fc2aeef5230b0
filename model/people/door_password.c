/* Passwords, PINs and one-time codes: what they have to be, and setting them in a shop that runs
 * alone. */
#include "model/people/door_private.h"

#include "model/base/text.h"
#include "model/operation/grant.h"
#include "model/operation/record.h"

#include <sodium.h>
#include <string.h>

static const int64_t reset_us = 3600 * SECOND_US;
enum { RESET_TRIES = 5, CODE_LETTERS = 12 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const struct operation_kind door_kinds[] = {
    {.name = "user.activate", .label = "first sign-in", .undo = UNDO_NONE},
    {.name = "user.factor", .label = "second factor", .undo = UNDO_NONE},
};
const size_t door_kind_count = sizeof door_kinds / sizeof door_kinds[0];

void door_code_make(const struct env *env, char out[DOOR_CODE_SIZE])
{
    unsigned char bytes[CODE_LETTERS];
    char *at = out;
    env_random(env, bytes, sizeof bytes);
    for (int i = 0; i < CODE_LETTERS; i++) {
        if (i > 0 && i % 4 == 0)
            *at++ = '-';
        *at++ = alphabet[bytes[i] & 31];
    }
    *at = '\0';
    sodium_memzero(bytes, sizeof bytes);
}

void door_code_digest(const char *typed, char out[DOOR_DIGEST_SIZE])
{
    char clean[64];
    size_t used = 0;
    for (; *typed != '\0' && used + 1 < sizeof clean; typed++) {
        char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;
        c = c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
        if (c != ' ' && c != '-' && c != '\t')
            clean[used++] = c;
    }
    clean[used] = '\0';
    door_digest(clean, out);
    sodium_memzero(clean, sizeof clean);
}

/* What would be guessed first. */
static bool is_a_name(struct store *store, const struct uuid *user, const char *password, bool *out,
                      struct error *err)
{
    struct arena *arena = arena_new();
    int64_t found;
    int state = store_find_integer(
        store, &found,
        "SELECT 1 FROM users AS u, tenants AS t WHERE u.id = ?1 AND ?2 IN (search_key(u.username),"
        " search_key(u.email), search_key(u.display_name), search_key(u.first_name),"
        " search_key(u.last_name), search_key(t.name))",
        err, "ut", user, text_fold(password, arena));
    arena_free(arena);
    *out = state > 0;
    return state >= 0;
}

bool door_check_password(struct store *store, const struct uuid *user, const char *password,
                         struct error *err)
{
    bool is_name;
    size_t size = strlen(password);
    if (!text_is_utf8(password, size))
        return error_set_field(err, ERROR_INPUT, "password", "the password is no valid text");
    if (text_characters(password) < DOOR_PASSWORD_MIN)
        return error_set_field(err, ERROR_INPUT, "password",
                               "a password has at least %d characters", DOOR_PASSWORD_MIN);
    if (size > DOOR_PASSWORD_MAX)
        return error_set_field(err, ERROR_INPUT, "password", "a password has at most %d bytes",
                               DOOR_PASSWORD_MAX);
    if (!is_a_name(store, user, password, &is_name, err))
        return false;
    return !is_name || error_set_field(err, ERROR_INPUT, "password",
                                       "a name is no password: it would be guessed first");
}

bool door_check_pin(const char *pin, struct error *err)
{
    size_t size = strlen(pin);
    bool is_digits = strspn(pin, "0123456789") == size, is_run = size > 0;
    if (!is_digits || size < DOOR_PIN_MIN || size > DOOR_PIN_MAX)
        return error_set_field(err, ERROR_INPUT, "pin", "a PIN has %d to %d digits", DOOR_PIN_MIN,
                               DOOR_PIN_MAX);
    for (size_t i = 2; i < size; i++)
        is_run = is_run && pin[i] - pin[i - 1] == pin[1] - pin[0];
    int step = pin[1] - pin[0];
    return !is_run || step < -1 || step > 1 ||
           error_set_field(err, ERROR_INPUT, "pin",
                           "a PIN of one digit, or of digits in a row, would be guessed first");
}

bool door_may_manage(struct store *store, const struct actor *actor, const struct uuid *user,
                     struct error *err)
{
    return actor_may(store, actor, "users.manage", err) && grant_covers(store, actor, user, err);
}

/* Nobody in the shop has a password. */
static bool is_first(struct store *store, bool *out, struct error *err)
{
    int64_t found;
    int state = store_find_integer(
        store, &found, "SELECT 1 FROM user_credentials WHERE password_hash IS NOT NULL LIMIT 1",
        err, "");
    *out = state == 0;
    return state >= 0;
}

/* The code is used up with the try that it belongs to. */
static bool take_code(struct door_try *attempt, const char *code, bool *needs_code,
                      struct error *err)
{
    bool is_on;
    if (!door_factor_is_on(attempt->store, attempt->user, &is_on, err))
        return false;
    *needs_code = is_on && (code == NULL || text_is_blank(code));
    if (*needs_code)
        return door_try_forget(attempt, err) &&
               error_set(err, ERROR_DENIED, "give the code of the second factor, too");
    if (!store_begin(attempt->store, err))
        return false;
    int is_right = is_on ? door_factor_take(attempt->store, attempt->user, code, err) : 1;
    if (is_right > 0 && door_try_right(attempt, err))
        return store_commit(attempt->store, err);
    store_rollback(attempt->store);
    return is_right == 0 && door_try_wrong(attempt, err);
}

static bool check_old(struct store *store, const struct actor *actor, const char *old,
                      const char *code, bool *needs_code, struct error *err)
{
    struct door_known known;
    struct door_try attempt = {
        .store = store, .user = &actor->user_id, .login = actor->name, .reason = "password"};
    bool first;
    if (!is_first(store, &first, err))
        return false;
    if (first)
        return actor_may(store, actor, "users.manage", err);
    if (!door_know(store, &actor->user_id, &known, err) || !door_try_begin(&attempt, err))
        return false;
    if (!door_hash_fits(store_env(store), known.password_hash, old != NULL ? old : ""))
        return door_try_wrong(&attempt, err);
    return take_code(&attempt, code, needs_code, err);
}

/* Whoever was here by another password or code is out. */
static bool put_password(struct store *store, const struct uuid *user, const char *password,
                         bool is_here, const char *action, struct error *err)
{
    char hash[DOOR_HASH_SIZE];
    int64_t now = env_now(store_env(store));
    if (!door_hash_make(store_env(store), password, hash, err) || !store_begin(store, err))
        return false;
    bool is_done =
        door_keep(store, user,
                  "password_hash = ?2, password_changed_at = ?3, checked_at = CASE WHEN ?4 THEN ?3"
                  " END, pin_tries = 0, reset_hash = NULL, reset_until = NULL, reset_tries = 0",
                  err, "tii", hash, now, (int64_t)is_here) &&
        door_end_sessions(store, user, err) && door_note(store, action, user, NULL, NULL, err);
    if (is_done)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool door_set_password(struct store *store, const struct actor *actor, const char *old,
                       const char *code, const char *password, bool *needs_code, struct error *err)
{
    bool is_missing = false;
    bool is_allowed = door_is_own(store, err) &&
                      door_check_password(store, &actor->user_id, password, err) &&
                      check_old(store, actor, old, code, &is_missing, err);
    if (needs_code != NULL)
        *needs_code = is_missing;
    return is_allowed &&
           put_password(store, &actor->user_id, password, true, "password_changed", err);
}

bool door_reset_code(struct store *store, const struct actor *actor, const struct uuid *user,
                     char code[DOOR_CODE_SIZE], struct error *err)
{
    char digest[DOOR_DIGEST_SIZE];
    struct actor whose;
    if (!door_is_own(store, err) || !door_may_manage(store, actor, user, err) ||
        !actor_find_id(store, user, &whose, err) || !store_begin(store, err))
        return false;
    door_code_make(store_env(store), code);
    door_code_digest(code, digest);
    if (door_keep(store, user, "reset_hash = ?2, reset_until = ?3, reset_tries = 0", err, "ti",
                  digest, env_now(store_env(store)) + reset_us) &&
        door_note(store, "password_reset", &actor->user_id, user, "a code was given", err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

static bool code_fits(struct store *store, const struct door_known *known, const char *code)
{
    char digest[DOOR_DIGEST_SIZE];
    door_code_digest(code, digest);
    return strlen(known->reset_hash) == DOOR_DIGEST_SIZE - 1 &&
           known->reset_until > env_now(store_env(store)) && known->reset_tries < RESET_TRIES &&
           sodium_memcmp(digest, known->reset_hash, DOOR_DIGEST_SIZE - 1) == 0;
}

/* Who was invited is here now. */
static bool activate(struct store *store, const struct actor *actor, struct error *err)
{
    const struct change change = {.column = "status", .value = value_text("active")};
    int64_t found;
    int state = store_find_integer(store, &found,
                                   "SELECT 1 FROM users WHERE id = ?1 AND status = 'invited'", err,
                                   "u", &actor->user_id);
    if (state <= 0)
        return state == 0;
    struct operation *operation = operation_begin(store, "user.activate", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "%s came for the first time", actor->name);
    if (record_update(operation, "users", &actor->user_id, &change, 1, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool use_code(struct store *store, const struct actor *actor, const char *code,
                     const char *password, struct door_try *attempt, struct error *err)
{
    struct door_known known;
    if (!door_know(store, &actor->user_id, &known, err))
        return false;
    if (!code_fits(store, &known, code))
        return store_run(store,
                         "UPDATE user_credentials SET reset_tries = reset_tries + 1"
                         " WHERE user_id = ?1",
                         err, "u", &actor->user_id) &&
               door_try_wrong(attempt, err);
    return door_try_right(attempt, err) &&
           door_check_password(store, &actor->user_id, password, err) &&
           put_password(store, &actor->user_id, password, false, "password_reset", err) &&
           activate(store, actor, err);
}

bool door_use_reset_code(struct store *store, const char *name, const char *code,
                         const char *password, struct error *err)
{
    struct actor actor;
    bool is_known;
    if (!door_is_own(store, err) || !door_find(store, name, &actor, &is_known, err))
        return false;
    struct arena *arena = arena_new();
    struct door_try attempt = {.store = store,
                               .user = is_known ? &actor.user_id : NULL,
                               .login = text_fold(name, arena),
                               .reason = "reset"};
    bool is_done = door_try_begin(&attempt, err) &&
                   (is_known ? use_code(store, &actor, code, password, &attempt, err)
                             : door_try_wrong(&attempt, err));
    arena_free(arena);
    return is_done;
}
