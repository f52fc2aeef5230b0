/* References that lead nowhere. SQLite counts them; which ones they are is looked for among the
 * rows that this transaction wrote, since a check of whole tables would hold up others. */
#include "model/overlay/overlay_private.h"
#include "model/store/row.h"
#include "model/store/store_sql.h"

struct mending {
    struct overlay *overlay;
    bool is_last;
    bool has_changed;
    struct error *err;
};

/* A shown operation that deletes the parent yields to the child; but one that was parked before and
 * is tried again does not put another away. */
static int64_t to_blame(const struct overlay *overlay, int64_t remover, int64_t writer)
{
    bool is_retried = writer != 0 && overlay_is_retried(overlay, writer);
    if (remover == 0 || (is_retried && !overlay_is_retried(overlay, remover)))
        return writer;
    return remover;
}

/* The child can't have what it refers to. */
static bool mend(struct mending *mending, const struct table *table, const struct uuid *id,
                 size_t column, const struct table *parent_table, const struct uuid *parent_id)
{
    struct overlay *overlay = mending->overlay;
    struct shown_row parent, child;
    if (row_queue_waits(&overlay->dirty, table, id) ||
        row_queue_waits(&overlay->dirty, parent_table, parent_id))
        return true; /* one of the two has changed already in this round */
    if (!shown_row_read(overlay, parent_table, parent_id, &parent, mending->err) ||
        !shown_row_read(overlay, table, id, &child, mending->err))
        return false;
    int64_t owner = to_blame(overlay, parent.remover, child.writers[column]);
    if (owner == 0 && !mending->is_last)
        return true;
    mending->has_changed = true;
    if (owner != 0)
        return overlay_park(overlay, owner, mending->err);
    if (child.has_base || child.is_pending)
        return overlay_cannot_stand(overlay, &child, 0, true, mending->err);
    int state = row_read(overlay->store, table, id, overlay->row_arena, child.values, mending->err);
    return state == 0 ||
           (state > 0 && overlay_cannot_stand(overlay, &child, 0, true, mending->err));
}

static int exists(struct overlay *overlay, const struct table *table, const struct uuid *id,
                  struct error *err)
{
    struct buffer sql;
    int64_t one;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT 1 FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, " WHERE id = ?1");
    int found = store_find_integer(overlay->store, &one, sql.text, err, "u", id);
    buffer_done(&sql);
    return found;
}

/* Of a row that stands: what it refers to. */
static bool mend_as_child(struct mending *mending, const struct table *table, const struct uuid *id,
                          const struct value *values)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct table *parent = table->columns[i].reference;
        struct uuid parent_id;
        if (parent == NULL || !value_as_uuid(values[i], &parent_id))
            continue;
        int found = exists(mending->overlay, parent, &parent_id, mending->err);
        if (found < 0 || (found == 0 && !mend(mending, table, id, i, parent, &parent_id)))
            return false;
    }
    return true;
}

/* Rows of one column of another table that refer to one that is gone. */
static bool mend_children(struct mending *mending, const struct table *parent,
                          const struct uuid *parent_id, const struct table *table, size_t column)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT id FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, " WHERE ");
    sql_add_name(&sql, table->columns[column].name);
    buffer_add(&sql, " = ?1 LIMIT 1000"); /* the next round finds the others */
    struct statement *child = store_prepare(mending->overlay->store, sql.text, mending->err);
    buffer_done(&sql);
    if (child == NULL)
        return false;
    statement_bind_uuid(child, 1, parent_id);
    struct row_queue found;
    row_queue_init(&found);
    struct uuid id;
    int state;
    while ((state = statement_step(child, mending->err)) > 0)
        if (statement_uuid(child, 0, &id))
            row_queue_add(&found, table, &id);
    statement_done(child);
    bool is_done = state == 0;
    const struct table *of;
    while (is_done && row_queue_take(&found, &of, &id))
        is_done = mend(mending, table, &id, column, parent, parent_id);
    row_queue_done(&found);
    return is_done;
}

/* Of a row that is gone: what refers to it. */
static bool mend_as_parent(struct mending *mending, const struct table *table,
                           const struct uuid *id)
{
    const struct schema *schema = store_schema(mending->overlay->store);
    for (size_t t = 0; t < schema->table_count; t++)
        for (size_t c = 0; c < schema->tables[t].column_count; c++)
            if (schema->tables[t].columns[c].reference == table &&
                !mend_children(mending, table, id, &schema->tables[t], c))
                return false;
    return true;
}

int overlay_mend_references(struct overlay *overlay, bool is_last, struct error *err)
{
    struct mending mending = {.overlay = overlay, .is_last = is_last, .err = err};
    for (size_t i = 0; i < overlay->touched.count; i++) {
        struct queued_row row = overlay->touched.rows[i]; /* more may be added meanwhile */
        arena_reset(overlay->row_arena);
        struct value *values =
            arena_alloc(overlay->row_arena, row.table->column_count * sizeof *values);
        int found = row_read(overlay->store, row.table, &row.id, overlay->row_arena, values, err);
        bool is_done = found > 0 ? mend_as_child(&mending, row.table, &row.id, values)
                                 : found == 0 && mend_as_parent(&mending, row.table, &row.id);
        if (!is_done)
            return -1;
    }
    return mending.has_changed;
}
