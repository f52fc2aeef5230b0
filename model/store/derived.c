#include "model/store/derived.h"

#include "model/store/schema.h"
#include "model/store/store_sql.h"

#include <stdlib.h>
#include <string.h>

struct derived {
    const char *table; /* "order_sums" */
    const char *view;  /* what it must hold */
    const char *index; /* the FTS5 table over it, or NULL */
    const char *columns;
    const char *what;
    struct derived *next;
};

static const char *columns_of(const struct table *table, struct arena *arena)
{
    struct buffer list;
    buffer_init(&list);
    for (size_t i = 0; i < table->column_count; i++) {
        buffer_add(&list, i == 0 ? "" : ", ");
        sql_add_name(&list, table->columns[i].name);
    }
    const char *columns = arena_text(arena, list.text);
    buffer_done(&list);
    return columns;
}

/* `ending` gives way to `instead`; NULL when the name does not end so. */
static const char *renamed(const char *name, const char *ending, const char *instead,
                           struct arena *arena)
{
    size_t size = strlen(name), length = strlen(ending);
    if (size <= length || strcmp(name + size - length, ending) != 0)
        return NULL;
    return arena_format(arena, "%.*s%s", (int)(size - length), name, instead);
}

static struct derived *derived_of(const struct schema *schema, const char *view,
                                  struct arena *arena)
{
    const char *table = renamed(view, "_recomputed", "", arena);
    const char *index = table != NULL ? NULL : renamed(view, "_words", "", arena);
    if (index != NULL)
        table = arena_format(arena, "%s_docs", index);
    const struct table *found = table != NULL ? schema_table(schema, table) : NULL;
    if (found == NULL)
        return NULL;
    struct derived *derived = arena_alloc(arena, sizeof *derived);
    *derived = (struct derived){
        .table = table,
        .view = arena_text(arena, view),
        .index = index,
        .columns = index != NULL ? "row_id, words" : columns_of(found, arena),
        .what = found->label,
    };
    return derived;
}

/* All of them, in the arena. */
static bool find_all(struct store *store, struct arena *arena, struct derived **out,
                     struct error *err)
{
    struct statement *views = store_prepare(
        store,
        "SELECT name FROM sqlite_schema WHERE type = 'view' AND (name LIKE '%!_recomputed' ESCAPE"
        " '!' OR name LIKE '%!_search!_words' ESCAPE '!') ORDER BY name",
        err);
    if (views == NULL)
        return false;
    int state;
    while ((state = statement_step(views, err)) > 0) {
        *out = derived_of(store_schema(store), statement_text(views, 0), arena);
        if (*out != NULL)
            out = &(*out)->next;
    }
    *out = NULL;
    statement_done(views);
    return state == 0;
}

static bool rebuild(struct store *store, const struct derived *derived, struct arena *arena,
                    struct error *err)
{
    const char *sql = arena_format(arena, "DELETE FROM %s; INSERT INTO %s (%s) SELECT %s FROM %s;",
                                   derived->table, derived->table, derived->columns,
                                   derived->columns, derived->view);
    if (!store_begin(store, err))
        return false;
    bool is_done = store_script(store, sql, err);
    if (is_done && derived->index != NULL)
        is_done = store_script(store,
                               arena_format(arena, "INSERT INTO %s (%s) VALUES ('rebuild')",
                                            derived->index, derived->index),
                               err);
    if (is_done)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool derived_rebuild(struct store *store, void (*step)(void *context, const char *what),
                     void *context, struct error *err)
{
    struct arena *arena = arena_new();
    struct derived *all = NULL;
    bool is_done = find_all(store, arena, &all, err);
    /* The triggers on what is derived would write each word into the index a second time. */
    bool had_triggers = store_set_triggers(store, false);
    for (const struct derived *derived = all; is_done && derived != NULL; derived = derived->next) {
        if (step != NULL)
            step(context, derived->what);
        is_done = rebuild(store, derived, arena, err);
    }
    store_set_triggers(store, had_triggers);
    arena_free(arena);
    return is_done;
}

static bool count_rows(struct store *store, const struct derived *derived, const char *from,
                       const char *without, int64_t *count, struct arena *arena, struct error *err)
{
    const char *sql =
        arena_format(arena, "SELECT count(*) FROM (SELECT %s FROM %s EXCEPT SELECT %s FROM %s)",
                     derived->columns, from, derived->columns, without);
    return store_find_integer(store, count, sql, err, "") > 0;
}

/* 1: they agree, 0: they do not, -1: failed. */
static int check_index(struct store *store, const struct derived *derived, struct arena *arena,
                       struct error *err)
{
    if (derived->index == NULL)
        return 1;
    /* With a rank of 1 the index is compared with the texts that it stands over. */
    const char *sql = arena_format(arena, "INSERT INTO %s (%s, rank) VALUES ('integrity-check', 1)",
                                   derived->index, derived->index);
    int code = sqlite3_exec(store_sqlite(store), sql, NULL, NULL, NULL);
    if (code == SQLITE_OK || (code & 0xFF) == SQLITE_CORRUPT)
        return code == SQLITE_OK;
    store_failed(store, code, err);
    return -1;
}

int derived_check(struct store *store,
                  void (*differs)(void *context, const char *table, int64_t missing, int64_t extra),
                  void *context, struct error *err)
{
    struct arena *arena = arena_new();
    struct derived *all = NULL;
    int count = find_all(store, arena, &all, err) ? 0 : -1;
    for (const struct derived *derived = all; count >= 0 && derived != NULL;
         derived = derived->next) {
        int64_t missing = 0, extra = 0;
        int agrees = -1;
        if (count_rows(store, derived, derived->view, derived->table, &missing, arena, err) &&
            count_rows(store, derived, derived->table, derived->view, &extra, arena, err))
            agrees = missing + extra > 0 ? 0 : check_index(store, derived, arena, err);
        if (agrees == 0 && differs != NULL)
            differs(context, derived->table, missing + extra > 0 ? missing : -1,
                    missing + extra > 0 ? extra : -1);
        count = agrees < 0 ? -1 : count + (agrees == 0);
    }
    arena_free(arena);
    return count;
}
