/* Deleting and restoring, with what hangs on a row.
 *
 * The rows that go are found first, through the references that make parts; then nothing that stays
 * may protect one of them; then all is written. A soft delete leaves the row to be shown and
 * restored, so it takes along only parts that can be restored too, and clears no reference. */
#include "model/operation/record_private.h"
#include "model/store/store_sql.h"

struct doomed {
    const struct table *table;
    struct uuid id;
};

struct deletion {
    struct operation *operation;
    struct store *store;
    const struct schema *schema;
    bool is_soft;
    struct value since; /* restoring: when the rows were deleted; null: they are live */
    struct doomed *rows;
    size_t count;
    struct arena *arena;
    struct error *err;
};

static bool is_doomed(const struct deletion *deletion, const struct table *table,
                      const struct uuid *id)
{
    for (size_t i = 0; i < deletion->count; i++)
        if (deletion->rows[i].table == table && uuid_equal(&deletion->rows[i].id, id))
            return true;
    return false;
}

static bool doom(struct deletion *deletion, const struct table *table, const struct uuid *id)
{
    if (is_doomed(deletion, table, id))
        return true;
    if (deletion->count == OPERATION_ROWS_MAX)
        return error_set(deletion->err, ERROR_RULE,
                         "more than %d rows hang on this one; delete some of them first",
                         OPERATION_ROWS_MAX);
    deletion->rows[deletion->count++] = (struct doomed){.table = table, .id = *id};
    return true;
}

/* Whether the column decides over the row that goes: those of derived tables follow by triggers,
 * rows that are only added can neither go nor be changed, and what is needed can't be cleared. */
static enum on_delete rule_of(const struct deletion *deletion, const struct table *table,
                              const struct column *column)
{
    bool is_fixed = table->merge == MERGE_APPEND && !deletion->is_soft;
    bool is_needed = column->on_delete == ON_DELETE_CLEAR && !column->is_nullable;
    return is_fixed || is_needed ? ON_DELETE_PROTECT : column->on_delete;
}

/* Rows of the table that refer to the one that goes, as far as they count. */
static struct statement *prepare_referring(const struct deletion *deletion,
                                           const struct table *table, const struct column *column,
                                           const struct uuid *id)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT id FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, " WHERE ");
    sql_add_name(&sql, column->name);
    buffer_add(&sql, " = ?1");
    if (deletion->is_soft && table->has_soft_delete)
        buffer_add(&sql, " AND deleted_at IS ?2");
    struct statement *statement = store_prepare(deletion->store, sql.text, deletion->err);
    buffer_done(&sql);
    if (statement == NULL)
        return NULL;
    statement_bind_uuid(statement, 1, id);
    if (deletion->is_soft && table->has_soft_delete)
        statement_bind_value(statement, 2, deletion->since);
    return statement;
}

/* Calls `take` for each column of the schema that refers to the table. */
static bool each_reference(struct deletion *deletion, const struct doomed *row,
                           bool (*take)(struct deletion *, const struct doomed *,
                                        const struct table *, const struct column *))
{
    for (size_t i = 0; i < deletion->schema->table_count; i++) {
        const struct table *table = &deletion->schema->tables[i];
        for (size_t k = 0; k < table->column_count; k++) {
            const struct column *column = &table->columns[k];
            if (column->reference == row->table && table_column(table, "id") != NULL &&
                !take(deletion, row, table, column))
                return false;
        }
    }
    return true;
}

static bool take_parts(struct deletion *deletion, const struct doomed *row,
                       const struct table *table, const struct column *column)
{
    if (rule_of(deletion, table, column) != ON_DELETE_PARTS ||
        (deletion->is_soft && !table->has_soft_delete))
        return true;
    struct statement *statement = prepare_referring(deletion, table, column, &row->id);
    if (statement == NULL)
        return false;
    int state;
    struct uuid id;
    while ((state = statement_step(statement, deletion->err)) > 0)
        if (statement_uuid(statement, 0, &id) && !doom(deletion, table, &id))
            break;
    statement_done(statement);
    return state == 0;
}

static bool check_protected(struct deletion *deletion, const struct doomed *row,
                            const struct table *table, const struct column *column)
{
    if (rule_of(deletion, table, column) != ON_DELETE_PROTECT || !table->travels)
        return true;
    struct statement *statement = prepare_referring(deletion, table, column, &row->id);
    if (statement == NULL)
        return false;
    enum { COUNT_MAX = 100 };
    int state = 0, count = 0;
    struct uuid id, first = {{0}};
    while (count < COUNT_MAX && (state = statement_step(statement, deletion->err)) > 0)
        if (statement_uuid(statement, 0, &id) && !is_doomed(deletion, table, &id) && count++ == 0)
            first = id;
    statement_done(statement);
    if (count == 0)
        return state == 0;
    const char *title = record_title(deletion->store, row->table, &row->id, deletion->arena);
    const char *other = record_title(deletion->store, table, &first, deletion->arena);
    if (count == 1)
        return error_set(deletion->err, ERROR_RULE, "%s can't be deleted: %s (%s) refers to it",
                         title, other, table->label);
    return error_set(deletion->err, ERROR_RULE, "%s can't be deleted: %s%d of \"%s\" refer to it",
                     title, count == COUNT_MAX ? "more than " : "",
                     count == COUNT_MAX ? COUNT_MAX - 1 : count, table->label);
}

static bool clear_reference(struct deletion *deletion, const struct doomed *row,
                            const struct table *table, const struct column *column)
{
    if (rule_of(deletion, table, column) != ON_DELETE_CLEAR)
        return true;
    bool is_timed = table_column(table, "updated_at") != NULL;
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "UPDATE ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, is_timed ? " SET updated_at = ?2, " : " SET ");
    sql_add_name(&sql, column->name);
    buffer_add(&sql, " = NULL WHERE ");
    sql_add_name(&sql, column->name);
    buffer_add(&sql, " = ?1");
    bool is_done = is_timed ? store_run(deletion->store, sql.text, deletion->err, "ui", &row->id,
                                        operation_time(deletion->operation))
                            : store_run(deletion->store, sql.text, deletion->err, "u", &row->id);
    buffer_done(&sql);
    return is_done;
}

static bool remove_row(struct deletion *deletion, const struct doomed *row)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "DELETE FROM ");
    sql_add_name(&sql, row->table->name);
    buffer_add(&sql, " WHERE id = ?");
    bool is_done = store_run(deletion->store, sql.text, deletion->err, "u", &row->id);
    buffer_done(&sql);
    return is_done;
}

/* Writes deleted_at: the operation's time, or null for a row that comes back. */
static bool mark_row(struct deletion *deletion, const struct doomed *row, struct value deleted_at)
{
    struct writing writing;
    struct record now;
    bool is_done =
        writing_init(&writing, deletion->operation, row->table->name, deletion->err) &&
        record_get(deletion->store, row->table, &row->id, writing.arena, &now, deletion->err) > 0;
    if (is_done) {
        writing.id = row->id;
        writing.values = now.values; /* for the sentence when another row has taken its place */
        writing_set_system(&writing, "deleted_at", deleted_at);
        writing_set_system(&writing, "updated_at",
                           value_integer(operation_time(deletion->operation)));
        is_done = writing_update(&writing);
    }
    writing_done(&writing);
    return is_done;
}

/* 1 the row is there, 0 it is so already, -1 failed. */
static int deletion_init(struct deletion *deletion, struct operation *operation, const char *table,
                         const struct uuid *id, bool restores, struct error *err)
{
    *deletion = (struct deletion){
        .operation = operation,
        .store = operation_store(operation),
        .schema = store_schema(operation_store(operation)),
        .arena = arena_new(),
        .err = err,
    };
    const struct table *found = schema_table(deletion->schema, table);
    if (found == NULL)
        error_set(err, ERROR_NOT_FOUND, "there is no table \"%s\"", table);
    else if (restores && !found->has_soft_delete)
        error_set(err, ERROR_RULE, "rows of \"%s\" are deleted for good", found->label);
    if (found == NULL || (restores && !found->has_soft_delete) || !record_may_change(found, err))
        return -1;
    struct record now;
    int state = record_get(deletion->store, found, id, deletion->arena, &now, err);
    if (state == 0)
        record_missing(found, err);
    if (state <= 0)
        return -1;
    struct value deleted_at = record_value(&now, "deleted_at");
    deletion->is_soft = found->has_soft_delete;
    deletion->since = restores ? deleted_at : value_null();
    deletion->rows = arena_alloc(deletion->arena, OPERATION_ROWS_MAX * sizeof *deletion->rows);
    deletion->rows[deletion->count++] = (struct doomed){.table = found, .id = *id};
    return (deleted_at.kind == VALUE_NULL) == restores ? 0 : 1;
}

static bool find_parts(struct deletion *deletion)
{
    for (size_t i = 0; i < deletion->count; i++) /* the count grows */
        if (!each_reference(deletion, &deletion->rows[i], take_parts))
            return false;
    return true;
}

static bool carry_out(struct deletion *deletion)
{
    for (size_t i = 0; i < deletion->count; i++)
        if (!each_reference(deletion, &deletion->rows[i], check_protected))
            return false;
    for (size_t i = 0; i < deletion->count; i++) {
        const struct doomed *row = &deletion->rows[i];
        bool is_done =
            deletion->is_soft
                ? mark_row(deletion, row, value_integer(operation_time(deletion->operation)))
                : each_reference(deletion, row, clear_reference) && remove_row(deletion, row);
        if (!is_done)
            return false;
    }
    return true;
}

static bool may_grant(const struct deletion *deletion)
{
    for (size_t i = 0; i < deletion->count; i++)
        if (!record_may_grant(deletion->operation, deletion->rows[i].table, &deletion->rows[i].id,
                              deletion->err))
            return false;
    return true;
}

bool record_delete(struct operation *operation, const char *table, const struct uuid *id,
                   struct error *err)
{
    struct deletion deletion;
    int state = deletion_init(&deletion, operation, table, id, false, err);
    bool is_done =
        state == 0 || (state > 0 && find_parts(&deletion) && may_grant(&deletion) &&
                       carry_out(&deletion) && record_keeps_owner(deletion.store, table, err));
    arena_free(deletion.arena);
    return is_done;
}

/* A part comes back with what it is a part of, not before it. */
static bool check_whole(struct deletion *deletion)
{
    struct writing writing;
    struct record now;
    const struct doomed *row = &deletion->rows[0];
    bool is_done =
        writing_init(&writing, deletion->operation, row->table->name, deletion->err) &&
        record_get(deletion->store, row->table, &row->id, writing.arena, &now, deletion->err) > 0;
    writing.id = row->id;
    for (size_t i = 0; is_done && i < row->table->column_count; i++) {
        const struct column *column = &row->table->columns[i];
        if (column->reference != NULL && column->on_delete == ON_DELETE_PARTS)
            is_done = writing_check_reference(&writing, column, now.values[i], true);
    }
    writing_done(&writing);
    return is_done;
}

bool record_restore(struct operation *operation, const char *table, const struct uuid *id,
                    struct error *err)
{
    struct deletion deletion;
    int state = deletion_init(&deletion, operation, table, id, true, err);
    bool is_done = state == 0 || (state > 0 && check_whole(&deletion) && find_parts(&deletion) &&
                                  may_grant(&deletion));
    for (size_t i = 0; state > 0 && is_done && i < deletion.count; i++)
        is_done = mark_row(&deletion, &deletion.rows[i], value_null());
    arena_free(deletion.arena);
    return is_done;
}
