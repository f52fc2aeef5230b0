#include "model/overlay/overlay.h"

#include "model/operation/kept.h"
#include "model/overlay/overlay_private.h"
#include "model/store/store_sql.h"

#include <stdlib.h>
#include <string.h>

void overlay_init(struct overlay *overlay, struct store *store, const struct overlay_source *source)
{
    *overlay = (struct overlay){.store = store};
    if (source != NULL)
        overlay->source = *source;
    overlay->arena = arena_new();
    overlay->row_arena = arena_new();
    size_t tables = store_schema(store)->table_count;
    overlay->keys = arena_alloc(overlay->arena, tables * sizeof *overlay->keys);
    overlay->knows_keys = arena_alloc(overlay->arena, tables * sizeof *overlay->knows_keys);
    row_queue_init(&overlay->dirty);
    row_queue_init(&overlay->touched);
    store_set_overlay(store, true);
}

void overlay_done(struct overlay *overlay)
{
    store_set_overlay(overlay->store, false);
    row_queue_done(&overlay->dirty);
    row_queue_done(&overlay->touched);
    free(overlay->retried);
    arena_free(overlay->row_arena);
    arena_free(overlay->arena);
}

void overlay_begin(struct overlay *overlay)
{
    row_queue_clear(&overlay->dirty);
    row_queue_clear(&overlay->touched);
    overlay->retried_count = 0;
}

static void queue_row(struct overlay *overlay, const struct table *table, const struct uuid *id)
{
    row_queue_add(&overlay->dirty, table, id);
}

/* A table that a migration took away has nothing to show. */
static bool queue_rows(struct overlay *overlay, int64_t seq, struct error *err)
{
    struct statement *row =
        store_prepare(overlay->store, "SELECT table_name, row_id FROM op_rows WHERE seq = ?1", err);
    if (row == NULL)
        return false;
    statement_bind_integer(row, 1, seq);
    int state;
    while ((state = statement_step(row, err)) > 0) {
        const struct table *table =
            schema_table(store_schema(overlay->store), statement_text(row, 0));
        struct uuid id;
        if (table != NULL && statement_uuid(row, 1, &id))
            queue_row(overlay, table, &id);
    }
    statement_done(row);
    return state == 0;
}

/* Those that need an operation need it because of the fields or rows that go with it. */
#ifdef MUTATE_DEPENDANTS_STAY
#define AND_DEPENDANTS "SELECT ?1"
#else
#define AND_DEPENDANTS                                                                             \
    "SELECT ?1 UNION SELECT d.seq FROM op_deps AS d JOIN needing AS n ON d.needs_seq = n.seq"
#endif
#define NEEDING "WITH RECURSIVE needing (seq) AS (" AND_DEPENDANTS ") "

/* Calls `take` for each of the operations that the statement finds by `seq`; they are collected
 * first, since taking them changes what it reads. `last` (may be NULL) hears the last of them,
 * INT64_MAX when there was none. */
static bool each_seq(struct overlay *overlay, const char *sql, int64_t seq,
                     bool (*take)(struct overlay *, int64_t, struct error *), int64_t *last,
                     struct error *err)
{
    int64_t *found = NULL;
    size_t count = 0;
    struct statement *row = store_prepare(overlay->store, sql, err);
    if (row == NULL)
        return false;
    statement_bind_integer(row, 1, seq);
    int state;
    while ((state = statement_step(row, err)) > 0) {
        if ((count & (count - 1)) == 0)
            found = memory_resize(found, count == 0 ? 1 : 2 * count, sizeof *found);
        found[count++] = statement_integer(row, 0);
    }
    statement_done(row);
    bool is_done = state == 0;
    for (size_t i = 0; is_done && i < count; i++)
#ifdef MUTATE_UNPARK_LATEST_FIRST
        is_done = take(overlay, found[count - 1 - i], err);
#else
        is_done = take(overlay, found[i], err);
#endif
    if (last != NULL)
        *last = count > 0 ? found[count - 1] : INT64_MAX;
    free(found);
    return is_done;
}

bool overlay_is_retried(const struct overlay *overlay, int64_t seq)
{
    for (size_t i = 0; i < overlay->retried_count; i++)
        if (overlay->retried[i] == seq)
            return true;
    return false;
}

static bool park_one(struct overlay *overlay, int64_t seq, struct error *err)
{
    if (overlay_is_retried(overlay, seq))
        overlay->unparked--;
    else
        overlay->parked++;
    return store_run(overlay->store,
                     "UPDATE outbox SET is_hidden = TRUE, is_parked = TRUE, parked_at = ?2"
                     " WHERE seq = ?1",
                     err, "ii", seq, env_now(store_env(overlay->store))) &&
           queue_rows(overlay, seq, err);
}

bool overlay_park(struct overlay *overlay, int64_t seq, struct error *err)
{
    return each_seq(overlay,
                    NEEDING "SELECT n.seq FROM needing AS n JOIN outbox AS o ON o.seq = n.seq"
                            " WHERE o.is_hidden IS FALSE ORDER BY n.seq",
                    seq, park_one, NULL, err);
}

static bool hide_one(struct overlay *overlay, int64_t seq, struct error *err)
{
    return store_run(overlay->store,
                     "UPDATE outbox SET is_hidden = TRUE, is_parked = FALSE WHERE seq = ?1", err,
                     "i", seq) &&
           queue_rows(overlay, seq, err);
}

bool overlay_hide(struct overlay *overlay, int64_t seq, struct error *err)
{
    return each_seq(overlay,
                    NEEDING "SELECT n.seq FROM needing AS n JOIN outbox AS o ON o.seq = n.seq"
                            " WHERE o.is_hidden IS FALSE OR o.is_parked IS TRUE ORDER BY n.seq",
                    seq, hide_one, NULL, err);
}

bool overlay_leave(struct overlay *overlay, int64_t seq, struct error *err)
{
    struct store *store = overlay->store;
    return queue_rows(overlay, seq, err) &&
           store_run(store, "DELETE FROM op_rows WHERE seq = ?1", err, "i", seq) &&
           store_run(store, "DELETE FROM op_deps WHERE seq = ?1", err, "i", seq) &&
           store_run(store, "DELETE FROM op_deps WHERE needs_seq = ?1", err, "i", seq);
}

/* Whether nothing that it needs is hidden, and nothing that was done to its rows later is shown. */
static int may_be_shown(struct overlay *overlay, int64_t seq, struct error *err)
{
    int64_t in_the_way;
    int found = store_find_integer(
        overlay->store, &in_the_way,
        "SELECT 1 FROM op_deps AS d JOIN outbox AS o ON o.seq = d.needs_seq"
        " WHERE d.seq = ?1 AND o.is_hidden IS TRUE UNION ALL"
        " SELECT 1 FROM op_rows AS r JOIN op_rows AS later ON later.table_name = r.table_name AND"
        " later.row_id = r.row_id AND later.seq > r.seq JOIN outbox AS o ON o.seq = later.seq"
        " WHERE r.seq = ?1 AND o.is_hidden IS FALSE LIMIT 1",
        err, "i", seq);
    return found < 0 ? -1 : found == 0;
}

static bool retry_one(struct overlay *overlay, int64_t seq, struct error *err)
{
    int may = may_be_shown(overlay, seq, err);
    if (may <= 0)
        return may == 0;
    if ((overlay->retried_count & (overlay->retried_count - 1)) == 0)
        overlay->retried = memory_resize(
            overlay->retried, overlay->retried_count == 0 ? 1 : 2 * overlay->retried_count,
            sizeof *overlay->retried);
    overlay->retried[overlay->retried_count++] = seq;
    overlay->unparked++;
    return store_run(overlay->store,
                     "UPDATE outbox SET is_hidden = FALSE, is_parked = FALSE WHERE seq = ?1", err,
                     "i", seq) &&
           queue_rows(overlay, seq, err);
}

static bool queue_waiting(struct overlay *overlay, struct error *err)
{
    struct statement *row = store_prepare(
        overlay->store, "SELECT table_name, row_id FROM base_rows WHERE is_waiting IS TRUE", err);
    if (row == NULL)
        return false;
    int state;
    while ((state = statement_step(row, err)) > 0) {
        const struct table *table =
            schema_table(store_schema(overlay->store), statement_text(row, 0));
        struct uuid id;
        if (table != NULL && statement_uuid(row, 1, &id))
            queue_row(overlay, table, &id);
    }
    statement_done(row);
    return state == 0;
}

bool overlay_retry(struct overlay *overlay, int64_t *after_seq, struct error *err)
{
    return (*after_seq > 0 || queue_waiting(overlay, err)) &&
           each_seq(overlay,
                    "SELECT seq FROM outbox WHERE is_parked IS TRUE AND seq > ?1"
                    " ORDER BY seq LIMIT 100",
                    *after_seq, retry_one, after_seq, err);
}

static bool write_base(struct overlay *overlay, const struct table *table, const struct uuid *id,
                       int64_t version, const char *fields, struct error *err)
{
    return store_run(overlay->store,
                     "INSERT INTO base_rows (table_name, row_id, version, fields)"
                     " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (table_name, row_id) DO UPDATE SET"
                     " version = excluded.version, fields = excluded.fields",
                     err, "tuit", table->name, id, version, fields);
}

bool overlay_set_base(struct overlay *overlay, const struct table *table, const struct uuid *id,
                      const struct value *values, struct error *err)
{
    queue_row(overlay, table, id);
    return overlay_write_base(overlay, table, id, values, err);
}

bool overlay_write_base(struct overlay *overlay, const struct table *table, const struct uuid *id,
                        const struct value *values, struct error *err)
{
    if (values == NULL)
        return write_base(overlay, table, id, 0, NULL, err);
    int version = table_column_index(table, "row_version");
    struct buffer fields;
    buffer_init(&fields);
    bool is_done =
        kept_write_row(table, values, &fields, err) &&
        write_base(overlay, table, id, version < 0 ? 0 : values[version].integer, fields.text, err);
    buffer_done(&fields);
    return is_done;
}
