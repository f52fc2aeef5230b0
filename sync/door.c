#include "sync/door.h"

#include "model/base/text.h"
#include "model/overlay/exchange.h"
#include "sync/session_private.h"

#include <jansson.h>
#include <sodium.h>
#include <string.h>

/* One question to the centre; its answer is a text, or JSON, in the arena. NULL on failure. */
static const char *ask(struct session *session, const char *sql, const struct value *values,
                       int count, struct error *err)
{
    struct pg_result *result = session_query(session, sql, values, count, err);
    const char *text =
        result != NULL ? arena_text(session->arena, central_text(result, 0, 0)) : NULL;
    central_clear(result);
    return text;
}

static const char *member(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

/* The answer of a function that may say no; NULL then, with what it says. */
static json_t *ask_json(struct session *session, const char *sql, const struct value *values,
                        int count, struct door_answer *answer, struct error *err)
{
    const char *text = ask(session, sql, values, count, err);
    json_t *json = text != NULL ? json_loads(text, 0, NULL) : NULL;
    const char *denied = member(json, "denied");
    if (text != NULL && json == NULL)
        error_set(err, ERROR_SCHEMA, "the centre's answer can't be read; update this program");
    if (denied == NULL)
        return json;
    error_set(err, ERROR_DENIED, "%s", denied);
    if (answer != NULL) {
        answer->needs_code = json_is_true(json_object_get(json, "needs_code"));
        answer->wait_us = json_integer_value(json_object_get(json, "wait_us"));
    }
    json_decref(json);
    return NULL;
}

/* The ticket that says nothing until it is asked in a second step. */
static json_t *ask_ticket(struct session *session, const char *name, const char *password,
                          const char *code, struct door_answer *answer, struct error *err)
{
    const struct value values[] = {value_text(name), value_text(password), value_text(code)};
    return ask_json(session, "SELECT sync_sign_in($1, $2, $3)::text", values, 3, answer, err);
}

/* Who was added at the centre just now has to be drawn first. */
static bool find_person(struct session *session, const struct uuid *user, struct actor *out,
                        struct error *err)
{
    struct error why = {0};
    if (actor_find_id(session->store, user, out, &why))
        return true;
    if (why.code != ERROR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.text);
    return session_pull(session, NULL, err) && actor_find_id(session->store, user, out, err);
}

static bool take_person(struct session *session, const json_t *json, const char *password,
                        struct actor *out, struct error *err)
{
    struct door_proof proof = {
        .signed_in_at = json_integer_value(json_object_get(json, "signed_in_at")),
        .valid_until = json_integer_value(json_object_get(json, "valid_until"))};
    const char *id = member(json, "user_id");
    if (id == NULL || !uuid_parse(id, &proof.user))
        return error_set(err, ERROR_SCHEMA,
                         "the centre's answer can't be read; update this program");
    if (!find_person(session, &proof.user, out, err) ||
        !door_remember(session->store, &proof, password, err))
        return false;
    out->proof = PROOF_PASSWORD;
    return true;
}

/* The second step; what it does is in `sql`, and the password that counts from then on. */
static bool use_ticket(struct session *session, json_t *ticket, const char *sql,
                       const char *password, struct door_answer *out, struct error *err)
{
    const struct value values[] = {value_text(member(ticket, "ticket")), value_text(password)};
    json_t *json = ticket != NULL ? ask_json(session, sql, values, 2, out, err) : NULL;
    bool is_in = json != NULL && take_person(session, json, password, &out->actor, err);
    json_decref(json);
    json_decref(ticket);
    return is_in;
}

/* Whom the store knows by that name, in whatever case and accents, by the id, which is certain. */
static const char *certain_name(struct session *session, const char *name)
{
    struct actor actor;
    if (text_is_blank(name) || !actor_find(session->store, name, &actor, NULL))
        return name;
    char *id = arena_alloc(session->arena, UUID_TEXT_SIZE);
    uuid_text(&actor.user_id, id);
    return id;
}

static bool ask_centre(struct session *session, const char *name, const char *password,
                       const char *code, struct door_answer *out, struct error *err)
{
    arena_reset(session->arena);
    json_t *ticket = ask_ticket(session, certain_name(session, name), password, code, out, err);
    return use_ticket(session, ticket, "SELECT sync_signed_in($1::uuid, $2)::text", password, out,
                      err);
}

bool door_sign_in(struct session *session, const char *name, const char *password, const char *code,
                  struct door_answer *out, struct error *err)
{
    struct error why = {0}, here = {0};
    *out = (struct door_answer){.needs_code = false};
    if (ask_centre(session, name, password, code, out, &why))
        return true;
    if (why.code != ERROR_NETWORK)
        return error_set(err, why.code, "%s", why.text);
    if (door_open(session->store, name, DOOR_PASSWORD, password, code, out, &here))
        return true;
    if (here.code == ERROR_NOT_FOUND)
        return error_set(err, ERROR_NETWORK,
                         "the centre can't be reached, and this terminal knows no password for "
                         "that name; check the network and try again");
    return error_set(err, here.code, "%s", here.text);
}

/* What a verb of the front has at hand. */
struct front {
    struct store *store;
    struct login login;
    struct session *session; /* NULL: the shop runs alone */
};

static bool open_line(struct front *front, struct error *err)
{
    if (!login_read(store_path(front->store), &front->login, err))
        return false;
    front->session = session_new(front->store, &front->login, err);
    return front->session != NULL;
}

static bool open_front(struct front *front, struct store *beside, struct error *err)
{
    int64_t found;
    *front = (struct front){
        .store = store_open(store_path(beside), STORE_WRITE, store_env(beside), err)};
    if (front->store == NULL)
        return false;
    int state = store_find_integer(front->store, &found,
                                   "SELECT 1 FROM sync_state WHERE name = 'terminal_id'", err, "");
    return state == 0 || (state > 0 && open_line(front, err));
}

/* Returns what it is told, so that a verb ends with it. */
static bool close_front(struct front *front, bool is_done)
{
    session_free(front->session);
    login_done(&front->login);
    store_close(front->store);
    return is_done;
}

/* A person stands at the door: the verifier of this terminal is asked when this is over. On a line
 * of 300 ms a connection by TLS takes some 2 s. */
enum { SIGN_IN_CONNECT_S = 4 };

bool door_ask_sign_in(struct store *beside, const char *name, const char *password,
                      const char *code, struct door_answer *out, struct error *err)
{
    struct front front;
    *out = (struct door_answer){.needs_code = false};
    bool is_in = open_front(&front, beside, err);
    front.login.connect_s = SIGN_IN_CONNECT_S;
    if (is_in && front.session != NULL)
        is_in = door_sign_in(front.session, name, password, code, out, err);
    else if (is_in)
        is_in = door_open(front.store, name, DOOR_PASSWORD, password, code, out, err);
    return close_front(&front, is_in);
}

/* The centre knows of the password that was proved at this terminal, and not of the PIN by which
 * somebody came back since. */
static bool is_proved(const struct actor *actor, struct error *err)
{
    return actor->proof != PROOF_PIN ||
           error_set(err, ERROR_DENIED, "sign in with the password first, %s", actor->name);
}

/* A function of the centre with the ids of who acts and whom it is about (NULL: none). */
static const char *ask_about(struct session *session, const char *sql, const struct actor *actor,
                             const struct uuid *user, struct error *err)
{
    struct value values[2] = {value_uuid(&actor->user_id)};
    if (user != NULL)
        values[1] = value_uuid(user);
    arena_reset(session->arena);
    return ask(session, sql, values, user != NULL ? 2 : 1, err);
}

bool door_ask_sign_out(struct store *beside, const struct actor *actor, struct error *err)
{
    struct front front;
    struct error why = {0};
    bool is_done = open_front(&front, beside, err) && door_sign_out(front.store, actor, err);
    if (is_done && front.session != NULL &&
        ask_about(front.session, "SELECT sync_sign_out($1::uuid)::text", actor, NULL, &why) == NULL)
        is_done = error_set(err, why.code, "%s is signed out here, but the centre was not told: %s",
                            actor->name, why.text);
    return close_front(&front, is_done);
}

bool door_ask_sign_out_everywhere(struct store *beside, const struct actor *actor,
                                  const struct uuid *user, struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err) &&
                   (uuid_equal(&actor->user_id, user) || is_proved(actor, err));
    if (is_done && front.session != NULL)
        is_done =
            ask_about(front.session, "SELECT sync_sign_out_everywhere($1::uuid, $2::uuid)::text",
                      actor, user, err) != NULL;
    return close_front(&front, is_done && door_sign_out_everywhere(front.store, actor, user, err));
}

static bool change_at_centre(struct session *session, const struct actor *actor, const char *old,
                             const char *code, const char *password, struct door_answer *answer,
                             struct error *err)
{
    char id[UUID_TEXT_SIZE];
    uuid_text(&actor->user_id, id);
    arena_reset(session->arena);
    json_t *ticket = ask_ticket(session, id, old != NULL ? old : "", code, answer, err);
    return use_ticket(session, ticket, "SELECT sync_change_password($1::uuid, $2)::text", password,
                      answer, err);
}

bool door_ask_set_password(struct store *beside, const struct actor *actor, const char *old,
                           const char *code, const char *password, bool *needs_code,
                           struct error *err)
{
    struct front front;
    struct door_answer answer = {.needs_code = false};
    bool is_done = open_front(&front, beside, err) &&
                   door_check_password(front.store, &actor->user_id, password, err);
    if (is_done && front.session != NULL)
        is_done = change_at_centre(front.session, actor, old, code, password, &answer, err);
    else if (is_done)
        is_done =
            door_set_password(front.store, actor, old, code, password, &answer.needs_code, err);
    *needs_code = answer.needs_code;
    return close_front(&front, is_done);
}

bool door_ask_reset_code(struct store *beside, const struct actor *actor, const struct uuid *user,
                         char code[DOOR_CODE_SIZE], struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err) && is_proved(actor, err);
    if (is_done && front.session != NULL) {
        const char *made = ask_about(front.session, "SELECT sync_reset_code($1::uuid, $2::uuid)",
                                     actor, user, err);
        is_done = made != NULL;
        text_copy(code, DOOR_CODE_SIZE, is_done ? made : "");
    } else if (is_done) {
        is_done = door_reset_code(front.store, actor, user, code, err);
    }
    return close_front(&front, is_done);
}

static bool reset_at_centre(struct session *session, const char *name, const char *code,
                            const char *password, struct error *err)
{
    arena_reset(session->arena);
    const struct value values[] = {value_text(certain_name(session, name)), value_text(code),
                                   value_text(password)};
    json_t *json =
        ask_json(session, "SELECT sync_use_reset_code($1, $2, $3)::text", values, 3, NULL, err);
    bool is_done = json != NULL;
    json_decref(json);
    return is_done;
}

bool door_ask_use_reset_code(struct store *beside, const char *name, const char *code,
                             const char *password, struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err);
    if (is_done && front.session != NULL)
        is_done = reset_at_centre(front.session, name, code, password, err);
    else if (is_done)
        is_done = door_use_reset_code(front.store, name, code, password, err);
    return close_front(&front, is_done);
}

bool door_ask_lift(struct store *beside, const struct actor *actor, const struct uuid *user,
                   struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err) && is_proved(actor, err) &&
                   door_lift(front.store, actor, user, err);
    if (is_done && front.session != NULL)
        is_done = ask_about(front.session, "SELECT sync_lift_lock($1::uuid, $2::uuid)::text", actor,
                            user, err) != NULL;
    return close_front(&front, is_done);
}

bool door_ask_set_pin(struct store *beside, const struct actor *actor, const char *pin,
                      struct error *err)
{
    struct store *store = store_open(store_path(beside), STORE_WRITE, store_env(beside), err);
    bool is_done = store != NULL && door_set_pin(store, actor, pin, err);
    store_close(store);
    return is_done;
}

/* The secret comes as hexadecimal. */
static bool take_secret(const char *hex, struct door_totp *out, struct error *err)
{
    unsigned char secret[20];
    size_t size = 0;
    bool is_good =
        sodium_hex2bin(secret, sizeof secret, hex, strlen(hex), NULL, &size, NULL) == 0 &&
        size == sizeof secret && door_totp_secret(secret, size, out);
    sodium_memzero(secret, sizeof secret);
    return is_good ||
           error_set(err, ERROR_SCHEMA, "the centre's answer can't be read; update this program");
}

bool door_ask_totp_begin(struct store *beside, const struct actor *actor, struct door_totp *out,
                         struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err) && is_proved(actor, err);
    if (is_done && front.session != NULL) {
        const char *hex =
            ask_about(front.session, "SELECT sync_totp_begin($1::uuid)", actor, NULL, err);
        is_done = hex != NULL && take_secret(hex, out, err);
        if (is_done)
            door_totp_url(front.store, actor, out);
    } else if (is_done) {
        is_done = door_totp_begin(front.store, actor, out, err);
    }
    return close_front(&front, is_done);
}

static bool take_codes(const json_t *list, struct door_codes *out, struct error *err)
{
    if (json_array_size(list) != DOOR_CODES)
        return error_set(err, ERROR_SCHEMA,
                         "the centre's answer can't be read; update this program");
    for (size_t i = 0; i < DOOR_CODES; i++) {
        const char *code = json_string_value(json_array_get(list, i));
        text_copy(out->codes[i], DOOR_CODE_SIZE, code != NULL ? code : "");
    }
    return true;
}

bool door_ask_totp_confirm(struct store *beside, const struct actor *actor, const char *code,
                           struct door_codes *out, struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err) && is_proved(actor, err);
    if (is_done && front.session != NULL) {
        const struct value values[] = {value_uuid(&actor->user_id), value_text(code)};
        json_t *json = ask_json(front.session, "SELECT sync_totp_confirm($1::uuid, $2)::text",
                                values, 2, NULL, err);
        is_done = json != NULL && take_codes(json_object_get(json, "codes"), out, err);
        json_decref(json);
    } else if (is_done) {
        is_done = door_totp_confirm(front.store, actor, code, out, err);
    }
    return close_front(&front, is_done);
}

bool door_ask_totp_off(struct store *beside, const struct actor *actor, const struct uuid *user,
                       struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err) && is_proved(actor, err);
    if (is_done && front.session != NULL)
        is_done = ask_about(front.session, "SELECT sync_totp_off($1::uuid, $2::uuid)::text", actor,
                            user, err) != NULL;
    else if (is_done)
        is_done = door_totp_off(front.store, actor, user, err);
    return close_front(&front, is_done);
}

bool door_ask_codes_new(struct store *beside, const struct actor *actor, struct door_codes *out,
                        struct error *err)
{
    struct front front;
    bool is_done = open_front(&front, beside, err) && is_proved(actor, err);
    if (is_done && front.session != NULL) {
        const struct value values[] = {value_uuid(&actor->user_id)};
        json_t *json =
            ask_json(front.session, "SELECT sync_new_codes($1::uuid)::text", values, 1, NULL, err);
        is_done = json != NULL && take_codes(json, out, err);
        json_decref(json);
    } else if (is_done) {
        is_done = door_codes_new(front.store, actor, out, err);
    }
    return close_front(&front, is_done);
}
