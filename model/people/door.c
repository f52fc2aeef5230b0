#include "model/people/door_private.h"

#include "model/base/text.h"
#include "model/people/location.h"

#include <string.h>

static const int64_t default_days = 14;

void door_settings(struct store *store, struct door_settings *out)
{
    *out = (struct door_settings){
        .is_required = true, .has_pin = true, .days = default_days, .lock_after_minutes = 5};
    struct statement *row =
        store_prepare(store,
                      "SELECT value ->> 'required', value ->> 'pin', value ->> 'days',"
                      " value ->> 'lock_after_minutes', value ->> 'any_clock' FROM app_settings"
                      " WHERE name = 'sign_in' AND tenant_id = ?1",
                      NULL);
    if (row == NULL)
        return;
    statement_bind_uuid(row, 1, store_tenant(store));
    if (statement_step(row, NULL) > 0) {
        out->is_required = statement_is_null(row, 0) || statement_integer(row, 0) != 0;
        out->has_pin = statement_is_null(row, 1) || statement_integer(row, 1) != 0;
        int64_t days = statement_is_null(row, 2) ? default_days : statement_integer(row, 2);
        out->days = (int)(days < 1 ? 1 : days > 90 ? 90 : days);
        int64_t minutes = statement_is_null(row, 3) ? 5 : statement_integer(row, 3);
        out->lock_after_minutes =
            (int)(minutes < 0                         ? 0
                  : minutes > DAY_US / SECOND_US / 60 ? DAY_US / SECOND_US / 60
                                                      : minutes);
        out->takes_any_clock = !statement_is_null(row, 4) && statement_integer(row, 4) != 0;
    }
    statement_done(row);
}

bool door_is_enrolled(struct store *store, bool *out, struct error *err)
{
    int64_t found;
    int state = store_find_integer(store, &found,
                                   "SELECT 1 FROM sync_state WHERE name = 'terminal_id'", err, "");
    *out = state > 0;
    return state >= 0;
}

bool door_is_own(struct store *store, struct error *err)
{
    bool is_enrolled;
    return door_is_enrolled(store, &is_enrolled, err) &&
           (!is_enrolled || error_set(err, ERROR_RULE,
                                      "the centre keeps the passwords of this shop; connect to it "
                                      "and try again"));
}

bool door_is_on(struct store *store)
{
    struct door_settings settings;
    bool is_enrolled;
    int64_t found;
    if (uuid_is_zero(store_tenant(store)))
        return false;
    door_settings(store, &settings);
    if (!settings.is_required)
        return false;
    if (!door_is_enrolled(store, &is_enrolled, NULL) || is_enrolled)
        return true;
    return store_find_integer(store, &found,
                              "SELECT 1 FROM user_credentials WHERE password_hash IS NOT NULL"
                              " LIMIT 1",
                              NULL, "") != 0;
}

/* Whether the sign-in at this terminal that a verifier comes from still lives, as far as the store
 * has heard: one that was not drawn yet does. */
static bool lives(struct store *store, const struct uuid *user, const struct door_known *known,
                  bool *out, struct error *err)
{
    int64_t until = known->valid_until, now = env_now(store_env(store));
    int state = store_find_integer(
        store, &until,
        "SELECT t.valid_until FROM terminal_users AS t JOIN sync_state AS s"
        " ON s.name = 'terminal_id' AND lower(hex(t.terminal_id)) = replace(s.value, '-', '')"
        " WHERE t.user_id = ?1 AND t.signed_in_at >= ?2",
        err, "ui", user, known->signed_in_at);
    *out = known->valid_until > now && until > now;
    return state >= 0;
}

static void take(struct statement *row, struct door_known *out)
{
    text_copy(out->password_hash, DOOR_KEPT_SIZE, statement_text(row, 0));
    text_copy(out->pin_hash, DOOR_KEPT_SIZE, statement_text(row, 1));
    text_copy(out->reset_hash, DOOR_KEPT_SIZE, statement_text(row, 2));
    out->valid_until = statement_integer(row, 3);
    out->signed_in_at = statement_integer(row, 4);
    out->checked_at = statement_integer(row, 5);
    out->reset_until = statement_integer(row, 6);
    out->pin_tries = statement_integer(row, 7);
    out->reset_tries = statement_integer(row, 8);
}

bool door_know(struct store *store, const struct uuid *user, struct door_known *out,
               struct error *err)
{
    bool is_enrolled;
    *out = (struct door_known){.counts = false};
    struct statement *row =
        store_prepare(store,
                      "SELECT password_hash, pin_hash, reset_hash, valid_until, signed_in_at,"
                      " checked_at, reset_until, pin_tries, reset_tries FROM user_credentials"
                      " WHERE user_id = ?1",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, user);
    int state = statement_step(row, err);
    if (state > 0)
        take(row, out);
    statement_done(row);
    if (state < 0 || !door_is_enrolled(store, &is_enrolled, err))
        return false;
    out->counts = out->password_hash[0] != '\0';
    return !out->counts || !is_enrolled || lives(store, user, out, &out->counts, err);
}

bool door_make_room(struct store *store, const struct uuid *user, struct error *err)
{
    const struct uuid id = uuid_v7(store_env(store));
    return store_run(store,
                     "INSERT INTO user_credentials (id, tenant_id, user_id) VALUES (?1, ?2, ?3)"
                     " ON CONFLICT (tenant_id, user_id) DO NOTHING",
                     err, "uuu", &id, store_tenant(store), user);
}

bool door_find(struct store *store, const char *name, struct actor *out, bool *is_known,
               struct error *err)
{
    struct uuid id;
    struct error why = {0};
    if (text_is_blank(name))
        error_set(&why, ERROR_NOT_FOUND, "nobody has no name");
    else if (uuid_parse(name, &id))
        actor_find_id(store, &id, out, &why);
    else
        actor_find(store, name, out, &why);
    *is_known = why.code == ERROR_NONE;
    if (*is_known || why.code == ERROR_NOT_FOUND || why.code == ERROR_INPUT ||
        why.code == ERROR_DENIED)
        return true;
    return error_set(err, why.code, "%s", why.text);
}

bool door_takes_pin(struct store *store, const struct actor *actor, const struct door_known *known,
                    bool *out, struct error *err)
{
    struct door_settings settings;
    char then[DATE_TEXT_SIZE] = "", today[DATE_TEXT_SIZE] = "";
    door_settings(store, &settings);
    *out = false;
    if (!settings.has_pin || !known->counts || known->pin_hash[0] == '\0' ||
        known->checked_at == 0 || known->pin_tries >= DOOR_PIN_TRIES)
        return true;
    if (!location_business_day(store, &actor->location_id, known->checked_at, then, err) ||
        !location_business_day(store, &actor->location_id, env_now(store_env(store)), today, err))
        return false;
    *out = strcmp(then, today) == 0;
    return true;
}

struct opening {
    struct store *store;
    enum door_way way;
    const char *secret, *code;
    struct actor actor;
    bool is_known;
    struct door_known known;
    struct door_try attempt;
    char renewed[DOOR_HASH_SIZE]; /* "": the hash stays */
};

static bool prepare(struct opening *opening, const char *name, struct error *err)
{
    struct store *store = opening->store;
    bool is_enrolled, takes_pin = false;
    if (!door_find(store, name, &opening->actor, &opening->is_known, err) ||
        (opening->is_known && !door_know(store, &opening->actor.user_id, &opening->known, err)) ||
        !door_is_enrolled(store, &is_enrolled, err))
        return false;
    if (opening->way == DOOR_PIN) {
        if (opening->is_known &&
            !door_takes_pin(store, &opening->actor, &opening->known, &takes_pin, err))
            return false;
        return takes_pin ||
               error_set(err, ERROR_DENIED, "a PIN will not do now; sign in with the password");
    }
    return !is_enrolled || opening->known.counts ||
           error_set(err, ERROR_NOT_FOUND,
                     "this terminal knows no password for that name; connect to the centre, and "
                     "sign in there once");
}

/* A PIN's try is used up before it is looked at, too. */
static bool use_pin_try(struct opening *opening, struct error *err)
{
    return opening->way != DOOR_PIN ||
           store_run(opening->store,
                     "UPDATE user_credentials SET pin_tries = pin_tries + 1 WHERE user_id = ?1",
                     err, "u", &opening->actor.user_id);
}

/* The hash is renewed while the secret is at hand. */
static bool fits(struct opening *opening, struct error *err)
{
    const struct env *env = store_env(opening->store);
    bool is_pin = opening->way == DOOR_PIN;
    const char *hash = is_pin ? opening->known.pin_hash : opening->known.password_hash;
    if (!door_hash_fits(env, hash, opening->secret))
        return door_try_wrong(&opening->attempt, err);
    return is_pin || !door_hash_is_old(hash) ||
           door_hash_make(env, opening->secret, opening->renewed, err);
}

/* 1 the code is right, or none is needed; 0 it is wrong or missing. */
static int take_code(struct opening *opening, bool *needs_code, struct error *err)
{
    bool is_enrolled, is_on = false;
    const struct uuid *user = &opening->actor.user_id;
    if (opening->way == DOOR_PIN)
        return 1;
    if (!door_is_enrolled(opening->store, &is_enrolled, err) ||
        (!is_enrolled && !door_factor_is_on(opening->store, user, &is_on, err)))
        return -1;
    *needs_code = is_on && (opening->code == NULL || text_is_blank(opening->code));
    if (*needs_code || !is_on)
        return !*needs_code;
    return door_factor_take(opening->store, user, opening->code, err);
}

static bool note_right(struct opening *opening, struct error *err)
{
    struct store *store = opening->store;
    const struct uuid *user = &opening->actor.user_id;
    if (!door_try_right(&opening->attempt, err) ||
        !door_note(store, "sign_in", user, NULL,
                   opening->way == DOOR_PIN ? "signed in by PIN" : "signed in by password", err))
        return false;
    if (opening->way == DOOR_PIN)
        return door_keep(store, user, "pin_tries = pin_tries - 1", err, "");
    return door_keep(store, user, "checked_at = ?2, pin_tries = 0", err, "i",
                     env_now(store_env(store))) &&
           (opening->renewed[0] == '\0' ||
            door_keep(store, user, "password_hash = ?2", err, "t", opening->renewed));
}

/* The secret was right; what follows from it is one transaction. */
static bool let_in(struct opening *opening, bool *needs_code, struct error *err)
{
    struct store *store = opening->store;
    if (!store_begin(store, err))
        return false;
    int is_right = take_code(opening, needs_code, err);
    bool is_done = is_right > 0  ? note_right(opening, err)
                   : *needs_code ? door_try_forget(&opening->attempt, err)
                                 : false;
    if (is_done && !store_commit(store, err))
        return false;
    if (!is_done)
        store_rollback(store);
    if (is_done && *needs_code)
        return error_set(err, ERROR_DENIED, "give the code of the second factor, too");
    return is_done || (is_right == 0 && door_try_wrong(&opening->attempt, err));
}

static bool try_it(struct opening *opening, bool *needs_code, struct error *err)
{
    return use_pin_try(opening, err) && fits(opening, err) && let_in(opening, needs_code, err);
}

bool door_open(struct store *store, const char *name, enum door_way way, const char *secret,
               const char *code, struct door_answer *out, struct error *err)
{
    struct opening opening = {.store = store, .way = way, .secret = secret, .code = code};
    *out = (struct door_answer){.needs_code = false};
    if (!prepare(&opening, name, err))
        return false;
    struct arena *arena = arena_new();
    opening.attempt = (struct door_try){.store = store,
                                        .user = opening.is_known ? &opening.actor.user_id : NULL,
                                        .login = text_fold(name, arena),
                                        .reason = way == DOOR_PIN ? "pin" : "password"};
    bool is_open = door_try_begin(&opening.attempt, err) && try_it(&opening, &out->needs_code, err);
    out->wait_us = is_open ? 0 : opening.attempt.wait_us;
    if (is_open) {
        out->actor = opening.actor;
        out->actor.proof = way == DOOR_PIN ? PROOF_PIN : PROOF_PASSWORD;
    }
    arena_free(arena);
    return is_open;
}
