/* The second factor of a shop that runs alone: RFC 6238 by liboath, and backup codes. Secrets stand
 * in the store sealed under a key in a file beside it (`store.db.door`, 0600). */
#include "model/people/door_private.h"

#include "model/base/private_file.h"
#include "model/base/text.h"
#include "model/operation/record.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_BYTES = crypto_secretbox_KEYBYTES,
    SEALED_BYTES = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + DOOR_SECRET_BYTES,
    STEP_S = 30,
    DIGITS = 6,
};

bool door_totp_code(const unsigned char *secret, size_t size, int64_t step, unsigned digits,
                    char *out)
{
    return oath_init() == OATH_OK &&
           oath_hotp_generate((const char *)secret, size, (uint64_t)step, digits, false,
                              OATH_HOTP_DYNAMIC_TRUNCATION, out) == OATH_OK;
}

bool door_totp_secret(const unsigned char *secret, size_t size, struct door_totp *out)
{
    char *text = NULL;
    size_t length = 0;
    bool is_done = oath_base32_encode((const char *)secret, size, &text, &length) == OATH_OK &&
                   length < DOOR_SECRET_SIZE;
    text_copy(out->secret, DOOR_SECRET_SIZE, is_done ? text : "");
    if (text != NULL)
        sodium_memzero(text, length);
    free(text);
    return is_done;
}

static void add_encoded(struct buffer *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *text != '\0'; text++)
        if (strchr(plain, *text) != NULL)
            buffer_add_char(out, *text);
        else
            buffer_format(out, "%%%02X", (unsigned char)*text);
}

void door_totp_url(struct store *store, const struct actor *actor, struct door_totp *totp)
{
    struct buffer shop, url;
    buffer_init(&shop);
    buffer_init(&url);
    struct statement *row = store_prepare(store, "SELECT name FROM tenants WHERE id = ?1", NULL);
    if (row != NULL) {
        statement_bind_uuid(row, 1, store_tenant(store));
        if (statement_step(row, NULL) > 0)
            add_encoded(&shop, statement_text(row, 0));
        statement_done(row);
    }
    buffer_format(&url, "otpauth://totp/%s:", shop.text);
    add_encoded(&url, actor->name);
    buffer_format(&url, "?secret=%s&issuer=%s", totp->secret, shop.text);
    text_copy(totp->url, DOOR_URL_SIZE, url.size < DOOR_URL_SIZE ? url.text : "");
    sodium_memzero(url.text, url.size);
    buffer_done(&url);
    buffer_done(&shop);
}

static bool parse_key(const char *path, const char *hex, unsigned char key[KEY_BYTES],
                      struct error *err)
{
    size_t size = 0;
    bool is_key = sodium_hex2bin(key, KEY_BYTES, hex, strlen(hex), "\n", &size, NULL) == 0 &&
                  size == KEY_BYTES;
    return is_key || error_set(err, ERROR_STORE,
                               "%s is damaged; put it back from a backup, or let an administrator "
                               "take the second factors off",
                               path);
}

static bool make_key(const char *path, const struct env *env, unsigned char key[KEY_BYTES],
                     struct error *err)
{
    char hex[2 * KEY_BYTES + 1];
    env_random(env, key, KEY_BYTES);
    sodium_bin2hex(hex, sizeof hex, key, KEY_BYTES);
    bool is_done = private_file_write(path, hex, err);
    sodium_memzero(hex, sizeof hex);
    return is_done;
}

/* `makes`: where there is none yet. */
static bool read_key(struct store *store, bool makes, unsigned char key[KEY_BYTES],
                     struct error *err)
{
    struct buffer path;
    struct error why = {0};
    size_t size = 0;
    buffer_init(&path);
    buffer_format(&path, "%s.door", store_path(store));
    char *text = private_file_read(path.text, &size, &why);
    bool is_done = text != NULL;
    if (is_done)
        is_done = parse_key(path.text, text, key, err);
    else if (makes && why.code == ERROR_NOT_FOUND)
        is_done = make_key(path.text, store_env(store), key, err);
    else
        error_set(err, why.code, "%s", why.text);
    private_file_wipe(text, size);
    buffer_done(&path);
    return is_done;
}

static bool seal(struct store *store, const unsigned char secret[DOOR_SECRET_BYTES],
                 unsigned char sealed[SEALED_BYTES], struct error *err)
{
    unsigned char key[KEY_BYTES];
    env_random(store_env(store), sealed, crypto_secretbox_NONCEBYTES);
    bool is_done = read_key(store, true, key, err) &&
                   crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, secret,
                                         DOOR_SECRET_BYTES, sealed, key) == 0;
    sodium_memzero(key, sizeof key);
    return is_done;
}

bool door_totp_unseal(struct store *store, struct value sealed,
                      unsigned char secret[DOOR_SECRET_BYTES], struct error *err)
{
    unsigned char key[KEY_BYTES];
    const unsigned char *bytes = (const unsigned char *)sealed.bytes;
    if (sealed.size != SEALED_BYTES || !read_key(store, false, key, err))
        return false;
    bool is_done =
        crypto_secretbox_open_easy(secret, bytes + crypto_secretbox_NONCEBYTES,
                                   SEALED_BYTES - crypto_secretbox_NONCEBYTES, bytes, key) == 0;
    sodium_memzero(key, sizeof key);
    return is_done || error_set(err, ERROR_STORE,
                                "the key beside the store is not the one of its second factors; "
                                "put it back from a backup");
}

bool door_factor_is_on(struct store *store, const struct uuid *user, bool *out, struct error *err)
{
    int64_t found;
    int state = store_find_integer(store, &found,
                                   "SELECT 1 FROM totp_devices WHERE user_id = ?1 AND is_confirmed"
                                   " LIMIT 1",
                                   err, "u", user);
    *out = state > 0;
    return state >= 0;
}

/* The step, one to each side of now, whose code it is: 1, 0, -1. None up to `used` counts. */
static int match(struct store *store, struct value sealed, const char *code, int64_t used,
                 int64_t *step, struct error *err)
{
    unsigned char secret[DOOR_SECRET_BYTES];
    char made[DIGITS + 1] = "";
    if (!door_totp_unseal(store, sealed, secret, err))
        return -1;
    int64_t now = env_now(store_env(store)) / SECOND_US / STEP_S;
    int found = 0;
    for (int64_t at = now - 1; at <= now + 1; at++)
        if (at > used && door_totp_code(secret, sizeof secret, at, DIGITS, made) &&
            sodium_memcmp(made, code, DIGITS) == 0) {
            *step = at;
            found = 1;
        }
    sodium_memzero(secret, sizeof secret);
    return found;
}

/* Within a transaction: uses up the code of an app. */
static int take_totp(struct store *store, const struct uuid *user, const char *code,
                     bool is_confirmed, struct error *err)
{
    int64_t step = 0;
    struct uuid device;
    struct statement *row =
        store_prepare(store,
                      "SELECT id, secret, coalesce(last_step, -1) FROM totp_devices"
                      " WHERE user_id = ?1 AND is_confirmed = ?2 ORDER BY id DESC LIMIT 1",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, user);
    statement_bind_integer(row, 2, is_confirmed);
    int found = statement_step(row, err);
    if (found > 0) {
        statement_uuid(row, 0, &device);
        found = match(store, statement_value(row, 1), code, statement_integer(row, 2), &step, err);
    }
    statement_done(row);
    if (found > 0 &&
        !store_run(store,
                   "UPDATE totp_devices SET last_step = ?2, is_confirmed = TRUE WHERE id ="
                   " ?1",
                   err, "ui", &device, step))
        return -1;
    return found;
}

static int take_backup(struct store *store, const struct uuid *user, const char *code,
                       struct error *err)
{
    char digest[DOOR_DIGEST_SIZE];
    int64_t left;
    door_code_digest(code, digest);
    int state = store_find_integer(store, &left,
                                   "UPDATE backup_codes SET used_at = ?3 WHERE user_id = ?1"
                                   " AND code_hash = ?2 AND used_at IS NULL RETURNING 1",
                                   err, "uti", user, digest, env_now(store_env(store)));
    return state;
}

static bool is_totp(const char *code)
{
    return strlen(code) == DIGITS && strspn(code, "0123456789") == DIGITS;
}

/* What an app shows as "123 456". */
static void squeeze(const char *typed, char out[DOOR_CODE_SIZE])
{
    size_t used = 0;
    for (; *typed != '\0' && used + 1 < DOOR_CODE_SIZE; typed++)
        if (*typed != ' ')
            out[used++] = *typed;
    out[used] = '\0';
}

int door_factor_take(struct store *store, const struct uuid *user, const char *code,
                     struct error *err)
{
    char clean[DOOR_CODE_SIZE];
    squeeze(code, clean);
    return is_totp(clean) ? take_totp(store, user, clean, true, err)
                          : take_backup(store, user, code, err);
}

bool door_codes_make(struct store *store, const struct uuid *user, struct door_codes *out,
                     struct error *err)
{
    const struct env *env = store_env(store);
    if (!store_run(store, "DELETE FROM backup_codes WHERE user_id = ?1", err, "u", user))
        return false;
    for (size_t i = 0; i < DOOR_CODES; i++) {
        char digest[DOOR_DIGEST_SIZE];
        const struct uuid id = uuid_v7(env);
        door_code_make(env, out->codes[i]);
        door_code_digest(out->codes[i], digest);
        if (!store_run(store,
                       "INSERT INTO backup_codes (id, tenant_id, user_id, code_hash)"
                       " VALUES (?1, ?2, ?3, ?4)",
                       err, "uuut", &id, store_tenant(store), user, digest))
            return false;
    }
    return true;
}

/* One's own, after the password. */
static bool is_proved(struct store *store, const struct actor *actor, struct error *err)
{
    return door_is_own(store, err) &&
           (actor->proof == PROOF_PASSWORD ||
            error_set(err, ERROR_DENIED, "sign in with the password first, %s", actor->name));
}

/* What lists show of it. The store's own tables are what counts. */
static bool show(struct store *store, const struct actor *actor, const struct uuid *user, bool on,
                 struct error *err)
{
    const struct change change = {.column = "mfa_enabled", .value = value_integer(on)};
    struct operation *operation = operation_begin(store, "user.factor", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "second factor %s", on ? "on" : "off");
    if (record_update(operation, "users", user, &change, 1, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool door_totp_begin(struct store *store, const struct actor *actor, struct door_totp *out,
                     struct error *err)
{
    unsigned char secret[DOOR_SECRET_BYTES], sealed[SEALED_BYTES];
    const struct env *env = store_env(store);
    const struct uuid id = uuid_v7(env);
    if (!is_proved(store, actor, err))
        return false;
    env_random(env, secret, sizeof secret);
    bool is_done = seal(store, secret, sealed, err) && door_totp_secret(secret, sizeof secret, out);
    sodium_memzero(secret, sizeof secret);
    if (!is_done || !store_begin(store, err))
        return false;
    door_totp_url(store, actor, out);
    if (store_run(store, "DELETE FROM totp_devices WHERE user_id = ?1 AND NOT is_confirmed", err,
                  "u", &actor->user_id) &&
        store_run(store,
                  "INSERT INTO totp_devices (id, tenant_id, user_id, secret, key_id) VALUES"
                  " (?1, ?2, ?3, ?4, 'door')",
                  err, "uuuv", &id, store_tenant(store), &actor->user_id,
                  value_bytes(sealed, sizeof sealed)))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

/* 1, 0 the code is wrong, -1. */
static int confirm(struct store *store, const struct actor *actor, const char *code,
                   struct door_codes *out, struct error *err)
{
    char clean[DOOR_CODE_SIZE];
    squeeze(code, clean);
    int is_right = is_totp(clean) ? take_totp(store, &actor->user_id, clean, false, err) : 0;
    if (is_right <= 0)
        return is_right;
    return store_run(store,
                     "DELETE FROM totp_devices WHERE user_id = ?1 AND id <> (SELECT max(id) FROM"
                     " totp_devices WHERE user_id = ?1)",
                     err, "u", &actor->user_id) &&
                   door_codes_make(store, &actor->user_id, out, err) &&
                   door_note(store, "mfa_on", &actor->user_id, NULL, NULL, err)
               ? 1
               : -1;
}

bool door_totp_confirm(struct store *store, const struct actor *actor, const char *code,
                       struct door_codes *out, struct error *err)
{
    if (!is_proved(store, actor, err) || !store_begin(store, err))
        return false;
    int is_right = confirm(store, actor, code, out, err);
    if (is_right > 0)
        return store_commit(store, err) && show(store, actor, &actor->user_id, true, err);
    store_rollback(store);
    return is_right == 0 && error_set_field(err, ERROR_INPUT, "code",
                                            "the code is not the one of now; compare the clocks");
}

bool door_totp_off(struct store *store, const struct actor *actor, const struct uuid *user,
                   struct error *err)
{
    bool is_own = uuid_equal(&actor->user_id, user);
    if (!door_is_own(store, err) || (is_own && !is_proved(store, actor, err)) ||
        (!is_own && !door_may_manage(store, actor, user, err)) || !store_begin(store, err))
        return false;
    if (store_run(store, "DELETE FROM totp_devices WHERE user_id = ?1", err, "u", user) &&
        store_run(store, "DELETE FROM backup_codes WHERE user_id = ?1", err, "u", user) &&
        door_note(store, is_own ? "mfa_off" : "mfa_reset", &actor->user_id, is_own ? NULL : user,
                  NULL, err))
        return store_commit(store, err) && show(store, actor, user, false, err);
    store_rollback(store);
    return false;
}

bool door_codes_new(struct store *store, const struct actor *actor, struct door_codes *out,
                    struct error *err)
{
    bool is_on;
    if (!is_proved(store, actor, err) || !door_factor_is_on(store, &actor->user_id, &is_on, err))
        return false;
    if (!is_on)
        return error_set(err, ERROR_RULE, "there is no second factor; set it up first");
    if (!store_begin(store, err))
        return false;
    if (door_codes_make(store, &actor->user_id, out, err) &&
        door_note(store, "mfa_on", &actor->user_id, NULL, "new backup codes", err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}
