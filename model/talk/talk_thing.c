/* What a message can be about, the threads that hang on it, and what the shop says where. */
#include "model/base/instant.h"
#include "model/talk/talk_parts.h"

#include <string.h>

const struct talk_thing_kind talk_thing_kinds[] = {
    {.table = "orders",
     .kind = "order",
     .column = "order_id",
     .slug = "orders",
     .title = "t.order_number",
     .find = "t.order_number IN (?1, upper(?1)) AND t.deleted_at IS NULL"},
    {.table = "products",
     .kind = "product",
     .column = "product_id",
     .slug = "goods",
     .title = "t.name",
     .find = "t.sku IN (?1, upper(?1)) AND t.deleted_at IS NULL"},
    {.table = "appointments",
     .kind = "appointment",
     .column = "appointment_id",
     .slug = "appointments",
     .title = "trim(coalesce(t.first_name, '') || ' ' || coalesce(t.last_name, ''))",
     .at = "t.starts_at"},
    {.table = "customer_profiles",
     .kind = "customer",
     .column = "customer_id",
     .slug = "customers",
     .title = "t.name",
     .find = "t.card_barcode = ?1 AND t.deleted_at IS NULL"},
    {.table = "support_tickets",
     .kind = "ticket",
     .column = "ticket_id",
     .slug = "support",
     .title = "t.number",
     .find = "t.number IN (?1, upper(?1)) AND t.deleted_at IS NULL"},
    {.table = "cash_sessions",
     .kind = "till",
     .column = "cash_session_id",
     .slug = "tills",
     .title = "(SELECT r.code FROM registers AS r WHERE r.id = t.register_id) || ' of ' ||"
              " t.business_day"},
};
const size_t talk_thing_kind_count = TALK_COUNT(talk_thing_kinds);

const struct talk_thing_kind *talk_thing_kind(const char *table)
{
    for (size_t i = 0; table != NULL && i < talk_thing_kind_count; i++)
        if (strcmp(talk_thing_kinds[i].table, table) == 0)
            return &talk_thing_kinds[i];
    return NULL;
}

bool talk_has_threads(const char *table)
{
    return talk_thing_kind(table) != NULL;
}

/* Runs a statement over one table with ?1 bound: 1 and the thing, 0, -1. */
static int find_in(struct store *store, const struct talk_thing_kind *kind, const char *word,
                   struct arena *arena, struct talk_thing *out, struct error *err)
{
    const char *sql = arena_format(arena, "SELECT t.id, %s FROM %s AS t WHERE %s LIMIT 1",
                                   kind->title, kind->table, kind->find);
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, word);
    int found = statement_step(row, err);
    if (found > 0) {
        *out = (struct talk_thing){.table = kind->table,
                                   .title = arena_text(arena, statement_text(row, 1))};
        statement_uuid(row, 0, &out->id);
    }
    statement_done(row);
    return found;
}

int talk_thing_find(struct store *store, const char *word, struct arena *arena,
                    struct talk_thing *out, struct error *err)
{
    int found = 0;
    const char *name = word[0] == '#' ? word + 1 : word;
    bool has_digit = strcspn(name, "0123456789") < strlen(name);
    for (size_t i = 0; has_digit && found == 0 && i < talk_thing_kind_count; i++)
        if (talk_thing_kinds[i].find != NULL)
            found = find_in(store, &talk_thing_kinds[i], name, arena, out, err);
    return found;
}

const char *talk_thing_title(struct store *store, const struct talk_thing *thing,
                             struct arena *arena)
{
    const struct talk_thing_kind *kind = talk_thing_kind(thing->table);
    const char *title = NULL;
    if (kind == NULL)
        return "";
    const char *sql = arena_format(arena, "SELECT %s, %s FROM %s AS t WHERE t.id = ?1", kind->title,
                                   kind->at != NULL ? kind->at : "NULL", kind->table);
    struct statement *row = store_prepare(store, sql, NULL);
    if (row != NULL) {
        statement_bind_uuid(row, 1, &thing->id);
        if (statement_step(row, NULL) > 0) {
            char at[INSTANT_TEXT_SIZE] = "";
            if (!statement_is_null(row, 1))
                instant_format_local(statement_integer(row, 1), store_env(store)->zone, at);
            title = arena_format(arena, "%s%s%s", statement_text(row, 0), at[0] != '\0' ? ", " : "",
                                 at);
        }
        statement_done(row);
    }
    if (title == NULL || title[0] == '\0') {
        char id[UUID_TEXT_SIZE];
        uuid_text(&thing->id, id);
        title = arena_format(arena, "%s %.8s", kind->kind, id);
    }
    return title;
}

int talk_setting(struct store *store, const char *path, struct arena *arena, const char **out,
                 struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT json_extract(value, ?2) FROM app_settings WHERE name = 'talk'"
                      " AND tenant_id = ?1 AND json_type(value, ?2) IS NOT NULL",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, store_tenant(store));
    statement_bind_text(row, 2, path);
    int found = statement_step(row, err);
    if (found > 0)
        *out = statement_is_null(row, 0) ? NULL : arena_text(arena, statement_text(row, 0));
    statement_done(row);
    return found;
}

int talk_thread_find(struct store *store, const char *table, const struct uuid *id,
                     struct uuid *channel, struct uuid *message, struct error *err)
{
    const struct talk_thing_kind *kind = talk_thing_kind(table);
    if (kind == NULL)
        return 0;
    struct arena *arena = arena_new();
    const char *sql = arena_format(
        arena,
        "SELECT m.channel_id, m.id FROM message_links AS l JOIN messages AS m"
        " ON m.id = l.message_id JOIN channels AS c ON c.id = m.channel_id WHERE l.%s = ?1"
        " AND l.is_thread AND m.parent_id IS NULL AND c.channel_type = 'public'"
        " AND c.deleted_at IS NULL ORDER BY m.position IS NULL, m.sent_at, m.id LIMIT 1",
        kind->column);
    struct statement *row = store_prepare(store, sql, err);
    int found = -1;
    if (row != NULL) {
        statement_bind_uuid(row, 1, id);
        found = statement_step(row, err);
        if (found > 0) {
            statement_uuid(row, 0, channel);
            statement_uuid(row, 1, message);
        }
        statement_done(row);
    }
    arena_free(arena);
    return found;
}

/* The open public channel of that slug, else #general: 1, 0 neither, -1 failed. */
static int find_channel(struct store *store, const char *slug, struct uuid *out, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT id FROM channels WHERE tenant_id = ?1 AND slug IN (?2, 'general')"
                      " AND channel_type = 'public' AND NOT is_archived AND deleted_at IS NULL"
                      " ORDER BY slug IS NOT ?2 LIMIT 1",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, store_tenant(store));
    statement_bind_text(row, 2, slug);
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, out);
    statement_done(row);
    return found;
}

bool thread_of(struct store *store, const struct actor *actor, const char *table,
               const struct uuid *id, struct uuid *channel, struct uuid *message, struct error *err)
{
    (void)actor;
    const struct talk_thing_kind *kind = talk_thing_kind(table);
    if (kind == NULL)
        return error_set(err, ERROR_INPUT, "Nobody talks about rows of %s", table);
    *message = (struct uuid){.bytes = {0}};
    int found = talk_thread_find(store, table, id, channel, message, err);
    if (found != 0)
        return found > 0;
    struct arena *arena = arena_new();
    const char *slug = NULL;
    found = talk_setting(store, arena_format(arena, "$.threads.%s", table), arena, &slug, err);
    if (found >= 0)
        found = find_channel(store, slug != NULL ? slug : kind->slug, channel, err);
    arena_free(arena);
    return found > 0 || (found == 0 && error_set(err, ERROR_NOT_FOUND,
                                                 "There is no open channel for it; make #%s or "
                                                 "take #general out of the archive",
                                                 kind->slug));
}
