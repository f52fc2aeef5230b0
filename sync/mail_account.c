#include "model/keeping/seal.h"
#include "sync/mail.h"

#include <jansson.h>
#include <string.h>

enum { PORT_TLS = 465, PORT_STARTTLS = 587, PORT_PLAIN = 25 };

static const char *text_of(const json_t *config, const char *name, const char *fallback,
                           struct arena *arena)
{
    const char *text = json_string_value(json_object_get(config, name));
    return arena_text(arena, text != NULL ? text : fallback);
}

static bool is_host(const char *text)
{
    return *text != '\0' && strlen(text) < 200 &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] ==
               '\0';
}

static bool read_config(const char *text, struct arena *arena, struct mail_account *out,
                        struct error *err)
{
    json_t *config = json_loads(text, 0, NULL);
    out->host = text_of(config, "host", "", arena);
    out->security = text_of(config, "security", "tls", arena);
    out->user = text_of(config, "user", "", arena);
    out->from = text_of(config, "from", out->user, arena);
    out->name = text_of(config, "name", "", arena);
    bool is_tls = strcmp(out->security, "tls") == 0;
    bool is_later = strcmp(out->security, "starttls") == 0;
    const json_t *port = json_object_get(config, "port");
    out->port = is_tls ? PORT_TLS : is_later ? PORT_STARTTLS : PORT_PLAIN;
    if (json_is_integer(port) && json_integer_value(port) > 0 && json_integer_value(port) < 65536)
        out->port = (int)json_integer_value(port);
    json_decref(config);
    if (!is_host(out->host))
        return error_set(err, ERROR_INPUT, "The mail account needs \"host\", the name of a server");
    if (!mail_is_address(out->from))
        return error_set(err, ERROR_INPUT,
                         "The mail account needs \"from\", the address that mail comes from");
    return is_tls || is_later || strcmp(out->security, "none") == 0 ||
           error_set(err, ERROR_INPUT,
                     "\"security\" of the mail account is tls, starttls or none, not \"%.20s\"",
                     out->security);
}

static bool open_password(struct store *store, const struct uuid *account, struct buffer *out,
                          struct error *err)
{
    struct key_ring ring = {0};
    struct statement *row = store_prepare(store,
                                          "SELECT key_id, sealed FROM integration_credentials"
                                          " WHERE owner_id = ?1 AND service = 'smtp'"
                                          " ORDER BY created_at DESC LIMIT 1",
                                          err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, account);
    int found = statement_step(row, err);
    struct value sealed = statement_value(row, 1);
    bool is_open = found > 0 && key_ring_read(store_path(store), &ring, err) &&
                   secret_open(&ring, statement_text(row, 0), sealed.bytes, sealed.size, out, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "The mail account has no password; enter one of the service smtp");
    key_ring_done(&ring);
    statement_done(row);
    return is_open;
}

bool mail_account_read(struct store *store, struct arena *arena, struct mail_account *out,
                       struct error *err)
{
    struct uuid id;
    *out = (struct mail_account){.user = ""};
    buffer_init(&out->password);
    struct statement *row = store_prepare(store,
                                          "SELECT id, config FROM integrations WHERE type = 'mail'"
                                          " AND status = 'active' ORDER BY created_at, id LIMIT 1",
                                          err);
    if (row == NULL)
        return false;
    int found = statement_step(row, err);
    bool is_read = found > 0 && statement_uuid(row, 0, &id) &&
                   read_config(statement_text(row, 1), arena, out, err);
    statement_done(row);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "The shop has no mail account to send from");
    return is_read && (out->user[0] == '\0' || open_password(store, &id, &out->password, err));
}

void mail_account_done(struct mail_account *account)
{
    secret_done(&account->password);
}
