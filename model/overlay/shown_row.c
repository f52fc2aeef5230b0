#include "model/overlay/shown_row.h"

#include "model/operation/kept.h"
#include "model/operation/wire.h"
#include "model/store/row.h"
#include "model/store/store_sql.h"

#include <string.h>

static void set_system(struct shown_row *row, const char *column, struct value value)
{
    int index = table_column_index(row->table, column);
    if (index >= 0)
        row->values[index] = value;
}

static bool read_base(struct overlay *overlay, struct shown_row *row, struct error *err)
{
    struct statement *base = store_prepare(overlay->store,
                                           "SELECT version, fields, is_waiting FROM base_rows"
                                           " WHERE table_name = ?1 AND row_id = ?2",
                                           err);
    if (base == NULL)
        return false;
    statement_bind_text(base, 1, row->table->name);
    statement_bind_uuid(base, 2, &row->id);
    int state = statement_step(base, err);
    bool is_read = state >= 0;
    row->has_base = state > 0;
    if (state > 0) {
        row->base_exists = row->exists = !statement_is_null(base, 1);
        row->is_waiting = statement_integer(base, 2) != 0;
        set_system(row, "row_version", value_integer(statement_integer(base, 0)));
        is_read = !row->base_exists || kept_read(row->table, statement_text(base, 1),
                                                 overlay->row_arena, row->values, NULL, err);
    }
    statement_done(base);
    return is_read;
}

/* All fields are the new row's; when the centre has it by now, the time of its making stays. */
static bool lay_insert(struct overlay *overlay, struct shown_row *row, int64_t seq, int64_t time,
                       const char *fields, struct error *err)
{
    for (size_t i = 0; i < row->table->column_count; i++)
        if (wire_travels(&row->table->columns[i])) {
            row->values[i] = value_null();
            row->writers[i] = seq;
        }
    if (!row->exists)
        set_system(row, "created_at", value_integer(time));
    row->exists = true;
    row->remover = 0;
    return kept_read(row->table, fields, overlay->row_arena, row->values, NULL, err);
}

static bool lay_update(struct overlay *overlay, struct shown_row *row, int64_t seq,
                       const char *fields, struct error *err)
{
    bool *is_set = arena_alloc(overlay->row_arena, row->table->column_count * sizeof *is_set);
    if (!row->exists) {
        row->orphan = row->orphan != 0 ? row->orphan : seq;
        return true;
    }
    if (!kept_read(row->table, fields, overlay->row_arena, row->values, is_set, err))
        return false;
    for (size_t i = 0; i < row->table->column_count; i++)
        if (is_set[i])
            row->writers[i] = seq;
    return true;
}

static bool lay(struct overlay *overlay, struct shown_row *row, const struct statement *operation,
                struct error *err)
{
    int64_t seq = statement_integer(operation, 0);
    int64_t time = statement_integer(operation, 3);
    const char *verb = statement_text(operation, 1);
    const char *fields = statement_text(operation, 2);
    row->is_pending = true;
    if (statement_integer(operation, 4) != 0)
        return true;
    row->last = seq;
    set_system(row, "updated_at", value_integer(time));
    if (strcmp(verb, "insert") == 0)
        return lay_insert(overlay, row, seq, time, fields, err);
    if (strcmp(verb, "update") == 0)
        return lay_update(overlay, row, seq, fields, err);
    row->exists = false;
    row->remover = seq;
    return true;
}

static bool lay_operations(struct overlay *overlay, struct shown_row *row, struct error *err)
{
    struct statement *operation =
        store_prepare(overlay->store,
                      "SELECT r.seq, r.verb, r.fields, o.occurred_at, o.is_hidden"
                      " FROM op_rows AS r JOIN outbox AS o ON o.seq = r.seq"
                      " WHERE r.table_name = ?1 AND r.row_id = ?2 ORDER BY r.seq",
                      err);
    if (operation == NULL)
        return false;
    statement_bind_text(operation, 1, row->table->name);
    statement_bind_uuid(operation, 2, &row->id);
    int state;
    bool is_laid = true;
    while (is_laid && (state = statement_step(operation, err)) != 0)
        is_laid = state > 0 && lay(overlay, row, operation, err);
    statement_done(operation);
    return is_laid;
}

bool shown_row_read(struct overlay *overlay, const struct table *table, const struct uuid *id,
                    struct shown_row *out, struct error *err)
{
    struct arena *arena = overlay->row_arena;
    *out = (struct shown_row){.table = table, .id = *id};
    out->values = arena_alloc(arena, table->column_count * sizeof *out->values);
    out->writers = arena_alloc(arena, table->column_count * sizeof *out->writers);
    set_system(out, "id", value_copy(value_uuid(id), arena));
    set_system(out, "tenant_id", value_copy(value_uuid(store_tenant(overlay->store)), arena));
    set_system(out, "row_version", value_integer(0));
    return read_base(overlay, out, err) && lay_operations(overlay, out, err);
}

int64_t shown_row_owner(const struct shown_row *row, const bool *columns)
{
    int64_t owner = 0;
    for (size_t i = 0; i < row->table->column_count; i++)
        if (columns[i] && row->writers[i] > owner)
            owner = row->writers[i];
    return owner;
}

/* A null for a column that can't be null, or that is kept from this store, says nothing of it. */
static bool says_nothing(const struct column *column, struct value value)
{
    return value.kind == VALUE_NULL && (!column->is_nullable || column->is_secret);
}

static int update(struct overlay *overlay, const struct shown_row *row, const struct value *visible)
{
    bool *is_set = arena_alloc(overlay->row_arena, row->table->column_count * sizeof *is_set);
    bool differs = false;
    for (size_t i = 0; i < row->table->column_count; i++) {
        is_set[i] = !says_nothing(&row->table->columns[i], row->values[i]) &&
                    !value_equal(row->values[i], visible[i]);
        differs = differs || is_set[i];
    }
    if (!differs)
        return SQLITE_OK;
    row_queue_add(&overlay->touched, row->table, &row->id);
    return row_update(overlay->store, row->table, &row->id, row->values, is_set);
}

int shown_row_write_over(struct overlay *overlay, const struct shown_row *row,
                         const struct value *visible)
{
    if (row->exists && visible != NULL)
        return update(overlay, row, visible);
    if (row->exists == (visible != NULL))
        return SQLITE_OK;
    row_queue_add(&overlay->touched, row->table, &row->id);
    return row->exists ? row_insert(overlay->store, row->table, row->values)
                       : row_delete(overlay->store, row->table, &row->id);
}

int shown_row_write(struct overlay *overlay, const struct shown_row *row, struct error *err)
{
    struct value *visible =
        arena_alloc(overlay->row_arena, row->table->column_count * sizeof *visible);
    int state = row_read(overlay->store, row->table, &row->id, overlay->row_arena, visible, err);
    return state < 0 ? -1 : shown_row_write_over(overlay, row, state > 0 ? visible : NULL);
}

bool shown_row_remove(struct overlay *overlay, const struct table *table, const struct uuid *id,
                      struct error *err)
{
    row_queue_add(&overlay->touched, table, id);
    int code = row_delete(overlay->store, table, id);
    return code == SQLITE_OK || store_failed(overlay->store, code, err);
}
