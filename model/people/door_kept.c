/* What a store keeps of those who were here: verifiers, PINs, sessions of the command line. */
#include "model/people/door_private.h"

#include "model/base/text.h"

#include <sodium.h>
#include <string.h>

static const int64_t session_us = INT64_C(12) * 3600 * SECOND_US;

/* Ends a transaction by how its work went. */
static bool end(struct store *store, bool is_done, struct error *err)
{
    if (is_done)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool door_remember(struct store *store, const struct door_proof *proof, const char *password,
                   struct error *err)
{
    char hash[DOOR_HASH_SIZE];
    const struct env *env = store_env(store);
    struct door_settings settings;
    door_settings(store, &settings);
    int64_t now = env_now(env), most = now + settings.days * DAY_US;
    if (!door_hash_make(env, password, hash, err) || !store_begin(store, err))
        return false;
    return end(store,
               door_keep(store, &proof->user,
                         "password_hash = ?2, signed_in_at = ?3, valid_until = ?4,"
                         " checked_at = ?5, pin_tries = 0",
                         err, "tiii", hash, proof->signed_in_at,
                         proof->valid_until < most ? proof->valid_until : most, now),
               err);
}

bool door_end_sessions(struct store *store, const struct uuid *user, struct error *err)
{
    return store_run(store, "DELETE FROM sessions WHERE user_id = ?1", err, "u", user);
}

/* `actor`: who ends it; `user`: whose it is. */
static bool forget(struct store *store, const struct uuid *actor, const struct uuid *user,
                   struct error *err)
{
    bool is_enrolled;
    return door_is_enrolled(store, &is_enrolled, err) &&
           (!is_enrolled ||
            door_keep(store, user, "password_hash = NULL, valid_until = NULL", err, "")) &&
           door_keep(store, user, "checked_at = NULL", err, "") &&
           door_end_sessions(store, user, err) &&
           door_note(store, "sign_out", actor, uuid_equal(actor, user) ? NULL : user, NULL, err);
}

bool door_sign_out(struct store *store, const struct actor *actor, struct error *err)
{
    return store_begin(store, err) &&
           end(store, forget(store, &actor->user_id, &actor->user_id, err), err);
}

bool door_sign_out_everywhere(struct store *store, const struct actor *actor,
                              const struct uuid *user, struct error *err)
{
    bool is_own = uuid_equal(&actor->user_id, user);
    if (!is_own && !door_may_manage(store, actor, user, err))
        return false;
    return store_begin(store, err) && end(store, forget(store, &actor->user_id, user, err), err);
}

bool door_hand_over(struct store *store, struct error *err)
{
    static const char *const deletions[] = {"DELETE FROM user_credentials",
                                            "DELETE FROM totp_devices", "DELETE FROM backup_codes",
                                            "DELETE FROM login_attempts", "DELETE FROM sessions"};
    for (size_t i = 0; i < sizeof deletions / sizeof deletions[0]; i++)
        if (!store_run(store, deletions[i], err, ""))
            return false;
    return true;
}

bool door_set_pin(struct store *store, const struct actor *actor, const char *pin,
                  struct error *err)
{
    char hash[DOOR_HASH_SIZE];
    struct door_known known;
    if (!door_know(store, &actor->user_id, &known, err))
        return false;
    if (pin != NULL && (actor->proof != PROOF_PASSWORD || !known.counts || known.checked_at == 0))
        return error_set(err, ERROR_DENIED, "sign in with the password first, %s", actor->name);
    if (pin != NULL &&
        (!door_check_pin(pin, err) || !door_hash_make(store_env(store), pin, hash, err)))
        return false;
    return store_begin(store, err) && end(store,
                                          door_keep(store, &actor->user_id, "pin_hash = ?2", err,
                                                    "t", pin != NULL ? hash : NULL) &&
                                              door_note(store, "pin_set", &actor->user_id, NULL,
                                                        pin != NULL ? NULL : "taken away", err),
                                          err);
}

static bool add_person(struct store *store, const struct uuid *user, const char *name,
                       struct arena *arena, struct door_person *out, bool *is_here,
                       struct error *err)
{
    struct actor actor;
    struct door_known known;
    if (!actor_find_id(store, user, &actor, NULL))
        return true; /* suspended, or gone */
    if (!door_know(store, user, &known, err))
        return false;
    *is_here = known.counts;
    *out = (struct door_person){.id = *user,
                                .name = arena_text(arena, name),
                                .since = known.checked_at,
                                .pin_tries = (int)(DOOR_PIN_TRIES - known.pin_tries)};
    return door_takes_pin(store, &actor, &known, &out->takes_pin, err);
}

int door_people(struct store *store, struct arena *arena, const struct door_person **out,
                struct error *err)
{
    int64_t most = 0;
    int count = 0, state = 1;
    if (store_find_integer(store, &most,
                           "SELECT count(*) FROM user_credentials WHERE checked_at IS NOT NULL",
                           err, "") < 0)
        return -1;
    struct door_person *people = arena_alloc(arena, (size_t)most * sizeof *people + 1);
    struct statement *rows =
        store_prepare(store,
                      "SELECT u.id, u.display_name FROM user_credentials AS c"
                      " JOIN users AS u ON u.id = c.user_id WHERE c.checked_at IS NOT NULL"
                      " ORDER BY c.checked_at DESC",
                      err);
    if (rows == NULL)
        return -1;
    while (count < most && (state = statement_step(rows, err)) > 0) {
        struct uuid user;
        bool is_here = false;
        statement_uuid(rows, 0, &user);
        if (!add_person(store, &user, statement_text(rows, 1), arena, &people[count], &is_here,
                        err))
            state = -1;
        if (state < 0)
            break;
        count += is_here;
    }
    statement_done(rows);
    *out = people;
    return state < 0 ? -1 : count;
}

bool door_session_begin(struct store *store, const struct actor *actor, char token[DOOR_TOKEN_SIZE],
                        struct error *err)
{
    unsigned char bytes[(DOOR_TOKEN_SIZE - 1) / 2];
    char digest[DOOR_DIGEST_SIZE];
    const struct env *env = store_env(store);
    if (actor->proof != PROOF_PASSWORD)
        return error_set(err, ERROR_DENIED, "sign in with the password first, %s", actor->name);
    env_random(env, bytes, sizeof bytes);
    sodium_bin2hex(token, DOOR_TOKEN_SIZE, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    door_digest(token, digest);
    const struct uuid id = uuid_v7(env);
    int64_t now = env_now(env);
    return store_begin(store, err) &&
           end(store,
               store_run(store, "DELETE FROM sessions WHERE expires_at <= ?1", err, "i", now) &&
                   store_run(store,
                             "INSERT INTO sessions (id, tenant_id, user_id, token_hash, user_agent,"
                             " last_seen_at, expires_at) VALUES (?1, ?2, ?3, ?4, 'command line',"
                             " ?5, ?6)",
                             err, "uuutii", &id, store_tenant(store), &actor->user_id, digest, now,
                             now + session_us),
               err);
}

bool door_session_find(struct store *store, const char *token, struct actor *out, struct error *err)
{
    char digest[DOOR_DIGEST_SIZE];
    struct uuid user;
    struct door_known known = {.counts = false};
    door_digest(token, digest);
    struct statement *row = store_prepare(
        store,
        "SELECT user_id FROM sessions WHERE token_hash = ?1 AND expires_at > ?2 AND revoked_at"
        " IS NULL",
        err);
    if (row == NULL)
        return false;
    statement_bind_text(row, 1, digest);
    statement_bind_integer(row, 2, env_now(store_env(store)));
    int state = statement_step(row, err);
    if (state > 0)
        statement_uuid(row, 0, &user);
    statement_done(row);
    if (state < 0 || (state > 0 && (!actor_find_id(store, &user, out, err) ||
                                    !door_know(store, &user, &known, err))))
        return false;
    if (!known.counts)
        return error_set(err, ERROR_DENIED, "the sign-in has ended; sign in again");
    out->proof = PROOF_PASSWORD;
    return true;
}

bool door_session_end(struct store *store, const char *token, struct error *err)
{
    char digest[DOOR_DIGEST_SIZE];
    door_digest(token, digest);
    return store_begin(store, err) &&
           end(store,
               store_run(store, "DELETE FROM sessions WHERE token_hash = ?1", err, "t", digest),
               err);
}
