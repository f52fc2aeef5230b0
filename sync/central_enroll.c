#include "sync/central_enroll.h"

#include "model/base/memory.h"

#include <jansson.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool central_secret_new(struct central *central, struct central_secret *out, struct error *err)
{
    unsigned char random[(sizeof out->password - 1) / 2];
    *out = (struct central_secret){0};
    if (sodium_init() < 0)
        return error_set(err, ERROR_SYSTEM, "this machine has no random numbers to give");
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(out->password, sizeof out->password, random, sizeof random);
    sodium_memzero(random, sizeof random);
    char *verifier =
        PQencryptPasswordConn(central_connection(central), out->password, "", "scram-sha-256");
    bool is_made = verifier != NULL && strlen(verifier) < sizeof out->verifier;
    if (is_made)
        snprintf(out->verifier, sizeof out->verifier, "%s", verifier);
    PQfreemem(verifier);
    return is_made || error_set(err, ERROR_SYSTEM, "no verifier could be made of the password");
}

void central_secret_done(struct central_secret *secret)
{
    sodium_memzero(secret, sizeof *secret);
}

static void set_id(json_t *object, const char *name, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    if (uuid_is_zero(id))
        return;
    uuid_text(id, text);
    json_object_set_new(object, name, json_string(text));
}

static char *facts_json(const struct central_facts *facts)
{
    json_t *object = json_pack("{s:i, s:I}", "schema_version", facts->schema_version, "last_seq",
                               (json_int_t)facts->last_seq);
    set_id(object, "last_operation", &facts->last_operation);
    set_id(object, "register_id", &facts->register_id);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

static void take_text(const json_t *answer, const char *name, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(answer, name));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

static struct uuid take_id(const json_t *answer, const char *name)
{
    struct uuid id;
    const char *text = json_string_value(json_object_get(answer, name));
    return text != NULL && uuid_parse(text, &id) ? id : (struct uuid){{0}};
}

static bool take(const char *text, struct central_enrolled *out, struct error *err)
{
    json_t *answer = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *denied = json_string_value(json_object_get(answer, "denied"));
    *out = (struct central_enrolled){
        .tenant_id = take_id(answer, "tenant_id"),
        .terminal_id = take_id(answer, "terminal_id"),
        .location_id = take_id(answer, "location_id"),
        .register_id = take_id(answer, "register_id"),
        .user_id = take_id(answer, "user_id"),
        .incarnation = json_integer_value(json_object_get(answer, "incarnation")),
    };
    take_text(answer, "role", out->role, sizeof out->role);
    take_text(answer, "kind", out->kind, sizeof out->kind);
    take_text(answer, "name", out->name, sizeof out->name);
    take_text(answer, "fingerprint", out->fingerprint, sizeof out->fingerprint);
    bool is_good = false;
    if (denied != NULL)
        error_set(err, ERROR_DENIED, "%s", denied);
    else if (out->role[0] == '\0' || uuid_is_zero(&out->terminal_id))
        error_set(err, ERROR_SCHEMA,
                  "the centre answers in a way that this program does not know; use a newer one");
    else
        is_good = true;
    json_decref(answer);
    return is_good;
}

bool central_enroll(struct central *central, const char *code, const struct central_secret *secret,
                    const struct central_facts *facts, struct central_enrolled *out,
                    struct error *err)
{
    char *json = facts_json(facts);
    const char *const parameters[] = {code, secret->verifier, json};
    struct pg_result *result =
        central_query(central, "SELECT sync_enroll($1, $2, $3)", 3, parameters, err);
    bool is_done = result != NULL && take(central_text(result, 0, 0), out, err);
    central_clear(result);
    free(json);
    return is_done;
}
