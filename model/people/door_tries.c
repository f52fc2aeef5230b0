/* Counting what was wrong, and waiting for it. */
#include "model/operation/audit.h"
#include "model/people/door_private.h"

#include <stdio.h>

enum { FREE_OF_PERSON = 3, FREE_OF_STORE = 10, WAIT_MAX_S = 900, WORDS_SIZE = 40 };

static const int64_t store_window_us = INT64_C(15) * 60 * SECOND_US;

/* 1 s, 2, 4 … since the last one; a clock that was set back makes it no longer. */
static int64_t wait_for(int64_t wrong, int64_t free, int64_t last, int64_t now)
{
    if (wrong < free)
        return 0;
    int64_t seconds = wrong - free < 10 ? INT64_C(1) << (wrong - free) : WAIT_MAX_S;
    int64_t wait = (seconds < WAIT_MAX_S ? seconds : WAIT_MAX_S) * SECOND_US;
    int64_t gone = now - last;
    return gone < 0 ? wait : gone < wait ? wait - gone : 0;
}

/* How many, and when the last; both of `sql`'s one row. */
static bool ask(struct statement *statement, int64_t free, int64_t now, int64_t *wait,
                struct error *err)
{
    int state = statement_step(statement, err);
    if (state > 0) {
        int64_t found =
            wait_for(statement_integer(statement, 0), free, statement_integer(statement, 1), now);
        *wait = found > *wait ? found : *wait;
    }
    statement_done(statement);
    return state >= 0;
}

bool door_note(struct store *store, const char *action, const struct uuid *actor,
               const struct uuid *target, const char *summary, struct error *err)
{
    const struct audit_entry entry = {
        .action = action, .actor = actor, .target = target, .summary = summary};
    return audit_add(store, &entry, err);
}

static bool wait_of_person(struct door_try *attempt, int64_t now, struct error *err)
{
    struct statement *statement = store_prepare(
        attempt->store,
        "SELECT count(*), max(attempted_at) FROM login_attempts WHERE NOT is_successful"
        " AND attempted_at > ?3 AND user_id IS ?1 AND (?1 IS NOT NULL OR login IS ?2)"
        " AND attempted_at > coalesce((SELECT max(attempted_at) FROM login_attempts"
        "  WHERE is_successful AND user_id = ?1 AND reason <> 'pin'), 0)",
        err);
    if (statement == NULL)
        return false;
    if (attempt->user != NULL)
        statement_bind_uuid(statement, 1, attempt->user);
    else
        statement_bind_null(statement, 1);
    statement_bind_text(statement, 2, attempt->login);
    statement_bind_integer(statement, 3, now - DAY_US);
    return ask(statement, FREE_OF_PERSON, now, &attempt->wait_us, err);
}

static bool wait_of_store(struct door_try *attempt, int64_t now, struct error *err)
{
    struct statement *statement =
        store_prepare(attempt->store,
                      "SELECT count(*), max(attempted_at) FROM login_attempts WHERE NOT"
                      " is_successful AND attempted_at > ?1 AND attempted_at > coalesce(("
                      "SELECT max(attempted_at) FROM login_attempts WHERE reason = 'lifted'), 0)",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_integer(statement, 1, now - store_window_us);
    return ask(statement, FREE_OF_STORE, now, &attempt->wait_us, err);
}

static bool find_wait(struct door_try *attempt, struct error *err)
{
    int64_t now = env_now(store_env(attempt->store));
    attempt->wait_us = 0;
    return wait_of_person(attempt, now, err) && wait_of_store(attempt, now, err);
}

/* One row for each time that somebody is made to wait anew. */
static bool note_lock_out(const struct door_try *attempt, int64_t wait_us, struct error *err)
{
    static const char words[] = "three wrong tries";
    if (wait_us <= 0 || wait_us > SECOND_US)
        return true;
    if (!store_begin(attempt->store, err))
        return false;
    if (door_note(attempt->store, "sign_in_failed", NULL, attempt->user, words, err))
        return store_commit(attempt->store, err);
    store_rollback(attempt->store);
    return false;
}

static const char *wait_words(int64_t wait_us, char words[WORDS_SIZE])
{
    int64_t seconds = (wait_us + SECOND_US - 1) / SECOND_US;
    if (seconds < 90)
        snprintf(words, WORDS_SIZE, "%d second%s", (int)seconds, seconds == 1 ? "" : "s");
    else
        snprintf(words, WORDS_SIZE, "%d minutes", (int)((seconds + 59) / 60));
    return words;
}

static bool count(struct door_try *attempt, struct error *err)
{
    attempt->id = uuid_v7(store_env(attempt->store));
    return store_run(attempt->store,
                     "INSERT INTO login_attempts (id, tenant_id, user_id, login, reason,"
                     " attempted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     err, "uuutti", &attempt->id, store_tenant(attempt->store), attempt->user,
                     attempt->login, attempt->reason, env_now(store_env(attempt->store)));
}

bool door_try_begin(struct door_try *attempt, struct error *err)
{
    char words[WORDS_SIZE];
    if (!store_begin(attempt->store, err))
        return false;
    bool is_begun = find_wait(attempt, err);
    if (is_begun && attempt->wait_us > 0)
        is_begun = error_set(err, ERROR_DENIED, "too many wrong tries; wait %s and try again",
                             wait_words(attempt->wait_us, words));
    is_begun = is_begun && count(attempt, err);
    if (is_begun)
        return store_commit(attempt->store, err);
    store_rollback(attempt->store);
    return false;
}

bool door_try_right(const struct door_try *attempt, struct error *err)
{
    return store_run(attempt->store, "UPDATE login_attempts SET is_successful = TRUE WHERE id = ?1",
                     err, "u", &attempt->id);
}

bool door_try_forget(const struct door_try *attempt, struct error *err)
{
    return store_run(attempt->store, "DELETE FROM login_attempts WHERE id = ?1", err, "u",
                     &attempt->id);
}

bool door_try_wrong(struct door_try *attempt, struct error *err)
{
    char words[WORDS_SIZE];
    attempt->wait_us = 0;
    if (!wait_of_person(attempt, env_now(store_env(attempt->store)), err) ||
        !note_lock_out(attempt, attempt->wait_us, err) || !find_wait(attempt, err))
        return false;
    if (attempt->wait_us > 0)
        return error_set(err, ERROR_DENIED,
                         "name, password or code are wrong; wait %s before the next try",
                         wait_words(attempt->wait_us, words));
    return error_set(err, ERROR_DENIED, "name, password or code are wrong");
}

bool door_lift(struct store *store, const struct actor *actor, const struct uuid *user,
               struct error *err)
{
    struct door_try lift = {.store = store, .user = user, .login = "", .reason = "lifted"};
    if (!actor_may(store, actor, "users.manage", err) || !store_begin(store, err))
        return false;
    if (count(&lift, err) && door_try_right(&lift, err) &&
        door_note(store, "lock_lifted", &actor->user_id, user, NULL, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}
