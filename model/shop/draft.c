#include "model/shop/draft.h"

#include <jansson.h>

static bool check_body(const char *body, struct error *err)
{
    json_error_t where;
    json_t *json = json_loads(body, 0, &where);
    if (json == NULL)
        return error_set(err, ERROR_INPUT, "What was typed can't be kept: %s", where.text);
    json_decref(json);
    return true;
}

bool draft_save(struct store *store, const char *screen, const struct uuid *owner,
                const struct uuid *row, const char *body, struct uuid *id, struct error *err)
{
    const struct env *env = store_env(store);
    const struct uuid kept = uuid_is_zero(id) ? uuid_v7(env) : *id;
    if (!check_body(body, err) ||
        !store_run(store,
                   "INSERT INTO drafts (id, user_id, screen, row_id, body, saved_at) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET "
                   "user_id = excluded.user_id, screen = excluded.screen, "
                   "row_id = excluded.row_id, body = excluded.body, saved_at = excluded.saved_at",
                   err, "uututi", &kept, owner, screen, row, body, env_now(env)))
        return false;
    *id = kept;
    return true;
}

static void read_draft(const struct statement *row, struct arena *arena, struct draft *out)
{
    *out = (struct draft){.body = arena_text(arena, statement_text(row, 1)),
                          .saved_at = statement_integer(row, 3)};
    statement_uuid(row, 0, &out->id);
    statement_uuid(row, 2, &out->row_id);
}

/* The rows of a statement that is bound; gives it back. */
static int read_drafts(struct statement *statement, size_t limit, struct arena *arena,
                       struct draft *out, struct error *err)
{
    size_t count = 0;
    int step = 0;
    while (count < limit && (step = statement_step(statement, err)) == 1)
        read_draft(statement, arena, &out[count++]);
    statement_done(statement);
    return step < 0 ? -1 : (int)count;
}

int draft_load(struct store *store, const struct uuid *id, struct arena *arena, struct draft *out,
               struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT id, body, row_id, saved_at FROM drafts WHERE id = ?1", err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, id);
    return read_drafts(statement, 1, arena, out, err);
}

int draft_list(struct store *store, const char *screen, const struct uuid *owner, size_t limit,
               struct arena *arena, struct draft *out, struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT id, body, row_id, saved_at FROM drafts "
                      "WHERE user_id = ?1 AND screen = ?2 ORDER BY saved_at DESC, id DESC",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, owner);
    statement_bind_text(statement, 2, screen);
    return read_drafts(statement, limit, arena, out, err);
}

bool draft_delete(struct store *store, const struct uuid *id, struct error *err)
{
    return store_run(store, "DELETE FROM drafts WHERE id = ?1", err, "u", id);
}
