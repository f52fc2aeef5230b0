/* Showing rows anew until none is left. */
#include "model/overlay/overlay_private.h"
#include "model/store/store_sql.h"

bool overlay_cannot_stand(struct overlay *overlay, const struct shown_row *row, int64_t owner,
                          bool is_removed, struct error *err)
{
    if (owner != 0)
        return overlay_park(overlay, owner, err);
    overlay->waiting++;
    if (is_removed && !shown_row_remove(overlay, row->table, &row->id, err))
        return false;
    /* It may stand without an entry, when it is a row of the centre that was written directly. */
    return (row->has_base || overlay_write_base(overlay, row->table, &row->id, row->values, err)) &&
           store_run(overlay->store,
                     "UPDATE base_rows SET is_waiting = TRUE WHERE table_name = ?1 AND row_id = ?2",
                     err, "tu", row->table->name, &row->id);
}

/* It stands as it should: nothing waits any more, and without anything pending on it the visible
 * row is the centre's. */
static bool settle_base(struct overlay *overlay, const struct shown_row *row, struct error *err)
{
    if (row->has_base && !row->is_pending)
        return store_run(overlay->store,
                         "DELETE FROM base_rows WHERE table_name = ?1 AND row_id = ?2", err, "tu",
                         row->table->name, &row->id);
    return !row->is_waiting ||
           store_run(overlay->store,
                     "UPDATE base_rows SET is_waiting = FALSE WHERE table_name = ?1 AND row_id ="
                     " ?2",
                     err, "tu", row->table->name, &row->id);
}

static bool is_unique_failure(int code)
{
    return code == SQLITE_CONSTRAINT_UNIQUE;
}

static bool write(struct overlay *overlay, const struct shown_row *row, struct error *err)
{
    for (;;) {
        int code = shown_row_write(overlay, row, err);
        if (code == SQLITE_OK)
            return settle_base(overlay, row, err);
        if (code < 0)
            return false;
        if ((code & 0xFF) != SQLITE_CONSTRAINT)
            return store_failed(overlay->store, code, err);
        if (!is_unique_failure(code))
            return overlay_cannot_stand(overlay, row, row->last, false, err);
        int again = overlay_clash(overlay, row, err);
        if (again <= 0)
            return again == 0;
    }
}

static bool show(struct overlay *overlay, const struct table *table, const struct uuid *id,
                 struct error *err)
{
    struct shown_row row;
    arena_reset(overlay->row_arena);
    if (!shown_row_read(overlay, table, id, &row, err))
        return false;
    if (row.orphan != 0)
        return overlay_park(overlay, row.orphan, err);
    /* Without either the row is the centre's, and stands as it was written. */
    return (!row.has_base && !row.is_pending) || write(overlay, &row, err);
}

static int dangling_count(struct overlay *overlay)
{
    int dangling = 0;
    int highest;
    sqlite3_db_status(store_sqlite(overlay->store), SQLITE_DBSTATUS_DEFERRED_FKS, &dangling,
                      &highest, 0);
    return dangling;
}

bool overlay_show(struct overlay *overlay, struct error *err)
{
    const struct table *table;
    struct uuid id;
    while (row_queue_take(&overlay->dirty, &table, &id))
        if (!show(overlay, table, &id, err))
            return false;
    return true;
}

enum overlay_state overlay_settle(struct overlay *overlay, bool is_last, struct error *err)
{
    for (;;) {
        if (!overlay_show(overlay, err))
            return OVERLAY_FAILED;
        if (dangling_count(overlay) == 0)
            return OVERLAY_SETTLED;
        int mended = overlay_mend_references(overlay, is_last, err);
        if (mended < 0)
            return OVERLAY_FAILED;
        if (mended == 0 && !is_last)
            return OVERLAY_OPEN;
        if (mended == 0) {
            error_set(err, ERROR_STORE,
                      "a row refers to one that is not there, and it was not found which; check "
                      "the store with `countertop check`");
            return OVERLAY_FAILED;
        }
    }
}
