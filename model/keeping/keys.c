#include "model/keeping/keys.h"

#include "model/keeping/seal.h"
#include "model/operation/record.h"
#include "model/store/schema.h"
#include "model/store/store_sql.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

const struct operation_kind keys_kinds[] = {
    {.name = "keys.init", .label = "key for secrets", .undo = UNDO_NONE},
    {.name = "keys.rotate", .label = "new key for secrets", .undo = UNDO_NONE},
};
const size_t keys_kind_count = sizeof keys_kinds / sizeof keys_kinds[0];

enum { SEALED_AT_ONCE = 200 };

static bool may(struct store *store, const struct actor *actor, struct error *err)
{
    return actor_may(store, actor, "settings.edit", err);
}

/* The ring as it is; an empty one where there is none. */
static bool read_ring(struct store *store, struct key_ring *ring, struct error *err)
{
    struct error why = {0};
    if (key_ring_read(store_path(store), ring, &why) || why.code == ERROR_NOT_FOUND)
        return true;
    return error_set(err, why.code, "%s", why.text);
}

/* 1 found, 0 none, -1 failed. A setting that holds no key counts as one, which is to be replaced.
 */
static int find_setting(struct store *store, struct uuid *id, struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT id FROM app_settings WHERE name = 'worker_key'", err);
    if (statement == NULL)
        return -1;
    int state = statement_step(statement, err);
    if (state > 0)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return state;
}

static char *setting_of(const struct worker_key *key)
{
    char open[64];
    sodium_bin2base64(open, sizeof open, key->open, KEY_SIZE, sodium_base64_VARIANT_ORIGINAL);
    json_t *json = json_pack("{s:s, s:s}", "id", key->id, "public", open);
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

static bool publish(struct operation *operation, const struct worker_key *key, struct error *err)
{
    struct uuid id;
    char *text = setting_of(key);
    int found = find_setting(operation_store(operation), &id, err);
    const struct change value = {.column = "value", .value = value_text(text)};
    const struct change fields[] = {{.column = "name", .value = value_text("worker_key")}, value};
    bool is_done = found > 0    ? record_update(operation, "app_settings", &id, &value, 1, err)
                   : found == 0 ? record_insert(operation, "app_settings", fields, 2, NULL, err)
                                : false;
    free(text);
    return is_done;
}

/* The private half is on the disk before anybody can seal to the public one. */
static bool start_using(struct store *store, const struct actor *actor, const char *kind,
                        struct key_ring *ring, struct worker_key *key, struct error *err)
{
    if (!worker_key_make(env_now(store_env(store)), key, err))
        return false;
    key_ring_add(ring, key);
    if (!key_ring_write(store_path(store), ring, err))
        return false;
    struct operation *operation = operation_begin(store, kind, actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "key for secrets %s", key->id);
    if (publish(operation, key, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool keys_init(struct store *store, const struct actor *actor, struct worker_key *key,
               struct error *err)
{
    struct key_ring ring;
    struct uuid id;
    if (!may(store, actor, err))
        return false;
    int found = find_setting(store, &id, err);
    if (found > 0)
        return error_set(err, ERROR_RULE,
                         "this shop has a key already; `countertop keys rotate` makes a new one, "
                         "`countertop keys restore` brings a lost one back from paper");
    if (found < 0 || !read_ring(store, &ring, err))
        return false;
    bool is_done = start_using(store, actor, "keys.init", &ring, key, err);
    key_ring_done(&ring);
    return is_done;
}

struct sealing {
    struct store *store;
    const struct actor *actor;
    const struct key_ring *ring;
    struct seal_key key;
    struct uuid group;
    int64_t count, older, lost;
    const char *from; /* the key that is looked for */
    struct arena *arena;
    struct error *err;
};

/* Calls `take` for each column of the schema that holds sealed secrets. */
static bool each_sealed(struct sealing *sealing,
                        bool (*take)(struct sealing *, const struct table *, const struct column *))
{
    const struct schema *schema = store_schema(sealing->store);
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct table *table = &schema->tables[i];
        for (size_t k = 0; table->travels && k < table->column_count; k++)
            if (table->columns[k].is_sealed && !take(sealing, table, &table->columns[k]))
                return false;
    }
    return true;
}

static struct statement *prepare(struct sealing *sealing, const char *before,
                                 const struct table *table, const char *after)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, before);
    sql_add_name(&sql, table->name);
    buffer_add(&sql, after);
    struct statement *statement = store_prepare(sealing->store, sql.text, sealing->err);
    buffer_done(&sql);
    return statement;
}

static bool count_sealed(struct sealing *sealing, const struct table *table,
                         const struct column *column)
{
    (void)column;
    struct statement *statement =
        prepare(sealing, "SELECT key_id, count(*) FROM ", table, " GROUP BY key_id");
    if (statement == NULL)
        return false;
    int state;
    while ((state = statement_step(statement, sealing->err)) > 0) {
        const char *id = statement_text(statement, 0);
        int64_t count = statement_integer(statement, 1);
        bool is_here = key_ring_find(sealing->ring, id) != NULL;
        sealing->count += count;
        sealing->older += is_here && strcmp(id, sealing->key.id) != 0 ? count : 0;
        sealing->lost += is_here ? 0 : count;
    }
    statement_done(statement);
    return state == 0;
}

struct old_secret {
    struct uuid id;
    struct value sealed;
};

/* Up to SEALED_AT_ONCE rows, in the arena; -1 failed. */
static int read_old(struct sealing *sealing, const struct table *table, const struct column *column,
                    struct old_secret *out)
{
    struct buffer before;
    buffer_init(&before);
    buffer_add(&before, "SELECT id, ");
    sql_add_name(&before, column->name);
    buffer_add(&before, " FROM ");
    struct statement *statement =
        prepare(sealing, before.text, table, " WHERE key_id = ?1 ORDER BY id LIMIT 200");
    buffer_done(&before);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, sealing->from);
    int count = 0, state;
    while ((state = statement_step(statement, sealing->err)) > 0 && count < SEALED_AT_ONCE) {
        statement_uuid(statement, 0, &out[count].id);
        out[count].sealed = value_copy(statement_value(statement, 1), sealing->arena);
        count++;
    }
    statement_done(statement);
    return state < 0 ? -1 : count;
}

static bool seal_row(struct sealing *sealing, struct operation *operation,
                     const struct table *table, const struct column *column,
                     const struct old_secret *old)
{
    struct buffer text, sealed;
    buffer_init(&text);
    buffer_init(&sealed);
    bool is_done = secret_open(sealing->ring, sealing->from, old->sealed.bytes, old->sealed.size,
                               &text, sealing->err) &&
                   seal_bytes(&sealing->key, text.text, text.size, &sealed, sealing->err);
    const struct change changes[SEAL_CHANGES] = {
        {.column = column->name, .value = value_bytes(sealed.text, sealed.size)},
        {.column = "key_id", .value = value_text(sealing->key.id)}};
    is_done = is_done &&
              record_update(operation, table->name, &old->id, changes, SEAL_CHANGES, sealing->err);
    secret_done(&text);
    buffer_done(&sealed);
    return is_done || error_prefix(sealing->err, "%s", table->label);
}

static bool seal_rows(struct sealing *sealing, const struct table *table,
                      const struct column *column, const struct old_secret *old, int count)
{
    struct operation *operation =
        operation_begin(sealing->store, "keys.rotate", sealing->actor, sealing->err);
    if (operation == NULL)
        return false;
    operation_set_group(operation, &sealing->group);
    operation_describe(operation, "%d secrets of %s sealed to the key %s", count, table->label,
                       sealing->key.id);
    for (int i = 0; i < count; i++)
        if (!seal_row(sealing, operation, table, column, &old[i])) {
            operation_cancel(operation);
            return false;
        }
    sealing->count += count;
    return operation_commit(operation, sealing->err);
}

static bool seal_column(struct sealing *sealing, const struct table *table,
                        const struct column *column)
{
    struct old_secret old[SEALED_AT_ONCE];
    int count;
    while ((count = read_old(sealing, table, column, old)) > 0) {
        if (!seal_rows(sealing, table, column, old, count))
            return false;
        arena_reset(sealing->arena);
    }
    return count == 0;
}

static bool seal_all(struct store *store, const struct actor *actor, const struct key_ring *ring,
                     int64_t *sealed, struct error *err)
{
    struct sealing sealing = {.store = store, .actor = actor, .ring = ring, .err = err};
    if (!seal_key_read(store, &sealing.key, err))
        return false;
    sealing.arena = arena_new();
    sealing.group = uuid_v7(store_env(store));
    bool is_done = true;
    for (size_t i = 0; i < ring->count && is_done; i++) {
        sealing.from = ring->keys[i].id;
        if (strcmp(sealing.from, sealing.key.id) != 0)
            is_done = each_sealed(&sealing, seal_column);
    }
    *sealed = sealing.count;
    arena_free(sealing.arena);
    return is_done;
}

/* Whether a rotation was cut short: the newest key is in use, and something is not sealed to it. */
static bool is_unfinished(struct store *store, const struct key_ring *ring, bool *out,
                          struct error *err)
{
    struct keys_status status;
    *out = false;
    if (!keys_status(store, &status, err))
        return false;
    *out = status.older > 0 && ring->count > 1 && strcmp(ring->keys[0].id, status.id) == 0;
    return true;
}

bool keys_rotate(struct store *store, const struct actor *actor, struct worker_key *key,
                 bool *is_new, int64_t *sealed, struct error *err)
{
    struct key_ring ring;
    struct uuid id;
    bool goes_on;
    *sealed = 0;
    *is_new = false;
    if (!may(store, actor, err))
        return false;
    int found = find_setting(store, &id, err);
    if (found == 0)
        return error_set(err, ERROR_RULE,
                         "this shop has no key yet; `countertop keys init` makes the first");
    if (found < 0 || !read_ring(store, &ring, err))
        return false;
    bool is_done = is_unfinished(store, &ring, &goes_on, err);
    if (is_done && !goes_on)
        is_done = *is_new = start_using(store, actor, "keys.rotate", &ring, key, err);
    is_done = is_done && seal_all(store, actor, &ring, sealed, err);
    key_ring_done(&ring);
    return is_done;
}

bool keys_seal_anew(struct store *store, const struct actor *actor, int64_t *sealed,
                    struct error *err)
{
    struct key_ring ring;
    struct keys_status status;
    *sealed = 0;
    if (!keys_status(store, &status, err))
        return false;
    if (status.older == 0 || !status.is_here)
        return true;
    if (!read_ring(store, &ring, err))
        return false;
    bool is_done = seal_all(store, actor, &ring, sealed, err);
    key_ring_done(&ring);
    return is_done;
}

/* An older key, which opens older copies, comes behind the one that is in use. */
static bool add_restored(struct key_ring *ring, const char *current, const struct worker_key *key,
                         struct error *err)
{
    const struct worker_key *used = key_ring_find(ring, current);
    if (current[0] != '\0' && strcmp(current, key->id) != 0 && used == NULL)
        return error_set(err, ERROR_RULE,
                         "this is the key %s, and the shop's secrets are sealed to %s: enter the "
                         "text of that one first",
                         key->id, current);
    struct worker_key copy = used != NULL ? *used : *key;
    key_ring_add(ring, key);
    key_ring_add(ring, &copy);
    worker_key_wipe(&copy);
    return true;
}

bool keys_restore(const char *path, struct store *store, const struct worker_key *key,
                  struct error *err)
{
    struct key_ring ring;
    struct seal_key current = {.id = ""};
    struct error why = {0};
    if (store != NULL && !seal_key_read(store, &current, &why) && why.code != ERROR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.text);
    if (!key_ring_read(path, &ring, &why) && why.code != ERROR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.text);
    bool is_done = add_restored(&ring, current.id, key, err) && key_ring_write(path, &ring, err);
    key_ring_done(&ring);
    return is_done;
}

bool keys_status(struct store *store, struct keys_status *out, struct error *err)
{
    struct sealing sealing = {.store = store, .err = err};
    struct key_ring ring;
    struct error why = {0};
    *out = (struct keys_status){.id = ""};
    if (!seal_key_read(store, &sealing.key, &why) && why.code != ERROR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.text);
    if (!read_ring(store, &ring, err))
        return false;
    memcpy(out->id, sealing.key.id, KEY_ID_SIZE);
    const struct worker_key *here = key_ring_find(&ring, out->id);
    out->is_here = here != NULL;
    out->made_at = here != NULL ? here->made_at : 0;
    out->kept = ring.count;
    sealing.ring = &ring;
    bool is_counted = each_sealed(&sealing, count_sealed);
    out->sealed = sealing.count;
    out->older = sealing.older;
    out->lost = sealing.lost;
    key_ring_done(&ring);
    return is_counted;
}
