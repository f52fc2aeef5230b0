#include "model/privacy/erasure_private.h"

/* One segment holds no word that is in no row any more. */
static bool merge_index(struct store *store, const char *index, struct arena *arena,
                        struct error *err)
{
    const char *sql =
        arena_format(arena, "INSERT INTO \"%s\" (\"%s\") VALUES ('optimize')", index, index);
    if (!store_begin(store, err))
        return false;
    if (store_run(store, sql, err, ""))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

static size_t read_indexes(struct store *store, struct arena *arena, const char ***out)
{
    enum { INDEXES_MAX = 16 };
    size_t count = 0;
    *out = arena_alloc(arena, INDEXES_MAX * sizeof **out);
    struct statement *row = store_prepare(
        store, "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%fts5%' LIMIT 16",
        NULL);
    while (row != NULL && statement_step(row, NULL) > 0)
        (*out)[count++] = arena_text(arena, statement_text(row, 0));
    statement_done(row);
    return count;
}

bool erasure_wipe(struct store *store, struct error *err)
{
    struct arena *arena = arena_new();
    const char **indexes;
    bool is_done = true;
    size_t count = read_indexes(store, arena, &indexes);
    for (size_t i = 0; i < count && is_done; i++)
        is_done = merge_index(store, indexes[i], arena, err);
    arena_free(arena);
    return is_done && store_script(store, "PRAGMA wal_checkpoint(TRUNCATE)", err);
}
