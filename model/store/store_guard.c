/* Refuses to commit a change to a travelling table that nothing recorded: it would never reach the
 * centre, could not be undone, and would stand in no history.
 *
 * And half a transaction: SQLite rolls back by itself when the disk fails in the middle of one, and
 * from then on each statement would be committed on its own. */
#include "model/store/schema_private.h"
#include "model/store/store_private.h"
#include "model/store/store_sql.h"

static void row_written(void *context, int verb, const char *database, const char *name,
                        sqlite3_int64 row)
{
    (void)verb, (void)database, (void)row;
    struct store *store = context;
    if (store->exemptions != 0 || store->unrecorded != NULL || store->schema == NULL)
        return;
    const struct table *table = schema_table(&store->schema->schema, name);
    if (table != NULL && table->travels)
        store->unrecorded = table->label;
}

/* 1 makes a rollback of the commit. */
static int before_commit(void *context)
{
    struct store *store = context;
    store->refused = store->unrecorded;
    store->unrecorded = NULL;
    return store->refused != NULL || store->is_begun;
}

static void after_rollback(void *context)
{
    struct store *store = context;
    store->unrecorded = NULL;
    store_forget_tenant(store);
}

void store_guard_install(struct store *store)
{
    if (store->mode == STORE_READ)
        return;
    sqlite3_update_hook(store->db, row_written, store);
    sqlite3_commit_hook(store->db, before_commit, store);
    sqlite3_rollback_hook(store->db, after_rollback, store);
}

static void exempt(struct store *store, unsigned exemption, bool on)
{
    if (on)
        store->exemptions |= exemption;
    else
        store->exemptions &= ~exemption;
}

void store_set_capturing(struct store *store, bool on)
{
    exempt(store, EXEMPT_CAPTURING, on);
}

void store_set_overlay(struct store *store, bool on)
{
    exempt(store, EXEMPT_OVERLAY, on);
}
