#include "sync/snapshot.h"

#include "model/overlay/exchange.h"
#include "model/store/store_sql.h"
#include "sync/snapshot_private.h"

#include <stdio.h>

/* Between two of them the write-ahead log is written back, so that it does not grow to the size of
 * the largest table. */
enum { FLUSH_ROWS = 100000, STEPS_OF_SQLITE = 100000, TEXT_SIZE = 64 };

static bool insert_row(struct copy *copy, const struct hold_table *held, void *context,
                       struct error *err)
{
    struct statement *insert = context;
    for (size_t i = 0; i < held->count; i++)
        statement_bind_value(insert, (int)i + 1, copy->values[i]);
    if (statement_step(insert, err) < 0)
        return error_prefix(err, "%s", held->table->label);
    return copy->rows % FLUSH_ROWS != FLUSH_ROWS - 1 || store_bulk_flush(copy->store, err);
}

static struct statement *prepare_insert(struct copy *copy, const struct hold_table *held,
                                        struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "INSERT INTO \"%s\" (%s) VALUES (", held->table->name, held->list);
    for (size_t i = 0; i < held->count; i++)
        buffer_add(&sql, i == 0 ? "?" : ", ?");
    buffer_add(&sql, ")");
    struct statement *insert = store_prepare(copy->store, sql.text, err);
    buffer_done(&sql);
    return insert;
}

/* A table and the word that it is there whole are committed together. */
static bool fill_table(struct copy *copy, const struct hold_table *held, struct error *err)
{
    char rank[16];
    snprintf(rank, sizeof rank, "%d", held->table->rank);
    struct statement *insert = prepare_insert(copy, held, err);
    bool is_done = insert != NULL && copy_table(copy, held, insert_row, insert, err);
    statement_done(insert);
    return is_done && exchange_set_state(copy->store, "copied_rank", rank, err) &&
           store_bulk_flush(copy->store, err);
}

static int state_number(struct store *store, const char *name, int64_t *out, struct error *err)
{
    return store_find_integer(store, out, "SELECT value FROM sync_state WHERE name = ?1", err, "t",
                              name);
}

/* The cursor of the first part counts for the whole copy: what changed while the later ones were
 * copied comes once more with the first pull. */
static bool set_head(struct copy *copy, struct error *err)
{
    if (!store_begin(copy->store, err))
        return false;
    bool is_set = exchange_set_state(copy->store, "copied_rank", "0", err) &&
                  exchange_set_state(copy->store, "copying", "1", err);
    for (int i = 0; i < HEAD && is_set; i++) {
        char name[TEXT_SIZE];
        snprintf(name, sizeof name, "copied_%s", copy_head_names[i]);
        is_set = exchange_set_state(copy->store, name, copy->head[i], err);
    }
    if (is_set)
        return store_commit(copy->store, err);
    store_rollback(copy->store);
    return false;
}

/* 1: copy what is behind the rank `copied`; 0: all is there; -1: failed. */
static int begin_fill(struct copy *copy, int64_t *copied, struct error *err)
{
    int64_t cursor;
    *copied = 0;
    int found = state_number(copy->store, "copied_rank", copied, err);
    if (found == 0 && (found = state_number(copy->store, "cursor", &cursor, err)) > 0)
        return 0;
    if (found == 0 && !uuid_is_zero(store_tenant(copy->store))) {
        error_set(err, ERROR_RULE, "%s holds a shop already; take another file with --store",
                  store_path(copy->store));
        return -1;
    }
    return found > 0 || (found == 0 && set_head(copy, err)) ? 1 : -1;
}

static bool delete_rows(struct copy *copy, int64_t copied, struct error *err)
{
    for (size_t i = copy->hold.count; i-- > 0;) {
        const struct table *table = copy->hold.tables[i].table;
        char sql[TEXT_SIZE * 2];
        snprintf(sql, sizeof sql, "DELETE FROM \"%s\"", table->name);
        if (table->rank > copied && !store_script(copy->store, sql, err))
            return false;
    }
    return true;
}

/* What a cut left of a table is copied anew with the rest of it. */
static bool empty_after(struct copy *copy, int64_t copied, struct error *err)
{
    if (!store_begin(copy->store, err))
        return false;
    bool had_triggers = store_set_triggers(copy->store, false);
    store_set_overlay(copy->store, true);
    bool is_done = delete_rows(copy, copied, err);
    is_done = (is_done && store_commit(copy->store, err)) || (store_rollback(copy->store), false);
    store_set_overlay(copy->store, false);
    store_set_triggers(copy->store, had_triggers);
    return is_done;
}

static bool end_fill(struct copy *copy, struct error *err)
{
    return store_run(copy->store,
                     "INSERT INTO sync_state (name, value) SELECT substr(name, 8), value FROM"
                     " sync_state WHERE name IN ('copied_cursor', 'copied_scope_version',"
                     " 'copied_fingerprint') ON CONFLICT (name) DO UPDATE SET value ="
                     " excluded.value",
                     err, "") &&
           store_run(copy->store,
                     "DELETE FROM sync_state WHERE name = 'copying' OR name LIKE 'copied!_%'"
                     " ESCAPE '!'",
                     err, "");
}

static void note_step(void *context, const char *what)
{
    struct copy *copy = context;
    copy->what = what;
    copy_keep_on(copy);
}

/* SQLite asks this while it makes indexes and the search. */
static int asked_by_sqlite(void *context)
{
    return copy_keep_on(context) ? 0 : 1;
}

static bool finish_fill(struct copy *copy, struct error *err)
{
    sqlite3 *db = store_sqlite(copy->store);
    sqlite3_progress_handler(db, STEPS_OF_SQLITE, asked_by_sqlite, copy);
    bool is_done = store_bulk_finish(copy->store, note_step, copy, err);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    return is_done || (copy->is_stopped && copy_stopped(err));
}

/* Checks and references are left out: all tables but those of a copy that goes on are of one
 * moment, in which the centre has checked them, and the first pull mends the others. */
static bool fill_after(struct copy *copy, int64_t copied, struct error *err)
{
    if (!store_script(copy->store,
                      "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON", err) ||
        !empty_after(copy, copied, err) || !store_bulk_begin(copy->store, err))
        return false;
    for (size_t i = 0; i < copy->hold.count; i++)
        if (copy->hold.tables[i].table->rank > copied &&
            !fill_table(copy, &copy->hold.tables[i], err))
            return false;
    copy_release(copy);
    return end_fill(copy, err) && finish_fill(copy, err) &&
           store_script(copy->store,
                        "PRAGMA foreign_keys = ON; PRAGMA ignore_check_constraints = OFF", err);
}

bool snapshot_fill(struct store *store, struct central *central,
                   const struct snapshot_progress *progress, struct error *err)
{
    struct copy copy = {.store = store, .central = central, .progress = progress};
    int64_t copied;
    int state = copy_begin(&copy, err) ? begin_fill(&copy, &copied, err) : -1;
    bool is_done = state == 0 || (state > 0 && fill_after(&copy, copied, err));
    copy_done(&copy);
    store_forget_tenant(store);
    return is_done;
}
