#include "sync/central_door.h"

#include "model/base/instant.h"
#include "model/people/door.h"

#include <sodium.h>

enum { FIELDS_MAX = 4 };

/* Where rows come from and what takes each of them; a field is a text for the centre. */
struct load {
    const char *from, *to;
    int fields;
    bool is_sealed; /* the third field is a second factor's secret */
};
static const struct load loads[] = {
    {"SELECT tenant_id, user_id, password_hash, password_changed_at FROM user_credentials"
     " WHERE password_hash LIKE '$2%'",
     "INSERT INTO user_credentials (tenant_id, user_id, password_hash, password_changed_at)"
     " VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000000))",
     4, false},
    {"SELECT tenant_id, user_id, secret, last_step FROM totp_devices WHERE is_confirmed",
     "SELECT sync_keep_totp($1, $2, decode($3, 'hex'), TRUE, $4::bigint)", 4, true},
    {"SELECT tenant_id, user_id, code_hash FROM backup_codes WHERE used_at IS NULL",
     "INSERT INTO backup_codes (tenant_id, user_id, code_hash) VALUES ($1, $2, $3)", 3, false},
};

static const char *field_text(struct value value, char text[UUID_TEXT_SIZE])
{
    struct uuid id;
    if (value.kind == VALUE_NULL)
        return NULL;
    if (value.kind == VALUE_TEXT)
        return value.bytes;
    if (value_as_uuid(value, &id))
        uuid_text(&id, text);
    else
        snprintf(text, UUID_TEXT_SIZE, "%lld", (long long)value.integer);
    return text;
}

static bool send_row(struct central *central, struct store *store, const struct load *load,
                     struct statement *row, struct error *err)
{
    const char *fields[FIELDS_MAX];
    char texts[FIELDS_MAX][UUID_TEXT_SIZE];
    unsigned char secret[DOOR_SECRET_BYTES];
    char hex[2 * DOOR_SECRET_BYTES + 1] = "";
    for (int i = 0; i < load->fields; i++)
        fields[i] = field_text(statement_value(row, i), texts[i]);
    if (load->is_sealed && !door_totp_unseal(store, statement_value(row, 2), secret, err))
        return false;
    if (load->is_sealed)
        fields[2] = sodium_bin2hex(hex, sizeof hex, secret, sizeof secret);
    struct pg_result *result = central_query(central, load->to, load->fields, fields, err);
    central_clear(result);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(hex, sizeof hex);
    return result != NULL;
}

bool central_load_door(struct central *central, struct store *store, struct error *err)
{
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        struct statement *rows = store_prepare(store, loads[i].from, err);
        int found = rows != NULL ? 1 : -1;
        while (found > 0 && (found = statement_step(rows, err)) > 0)
            if (!send_row(central, store, &loads[i], rows, err))
                found = -1;
        statement_done(rows);
        if (found < 0)
            return false;
    }
    return true;
}
