#include "model/base/text.h"
#include "model/operation/record_private.h"
#include "model/store/store_sql.h"

#include <string.h>

bool writing_init(struct writing *writing, struct operation *operation, const char *table,
                  struct error *err)
{
    *writing = (struct writing){
        .operation = operation,
        .store = operation_store(operation),
        .arena = arena_new(),
        .err = err,
    };
    writing->table = schema_table(store_schema(writing->store), table);
    if (writing->table == NULL)
        return error_set(err, ERROR_NOT_FOUND, "there is no table \"%s\"", table);
    size_t count = writing->table->column_count;
    writing->values = arena_alloc(writing->arena, count * sizeof *writing->values);
    writing->is_set = arena_alloc(writing->arena, count * sizeof *writing->is_set);
    return true;
}

void writing_done(struct writing *writing)
{
    arena_free(writing->arena);
}

int writing_column(const struct writing *writing, const struct change *change)
{
    int index = table_column_index(writing->table, change->column);
    if (index < 0) {
        error_set_field(writing->err, ERROR_INPUT, change->column, "\"%s\" has no field \"%s\"",
                        writing->table->label, change->column);
        return -1;
    }
    const struct column *column = &writing->table->columns[index];
    if (!column->is_system && column->key == KEY_NONE)
        return index;
    error_set_field(writing->err, ERROR_INPUT, column->name, "%s is not set by hand",
                    column->label);
    return -1;
}

void writing_set(struct writing *writing, int column, struct value value)
{
    writing->values[column] = value;
    writing->is_set[column] = true;
}

void writing_set_system(struct writing *writing, const char *column, struct value value)
{
    int index = table_column_index(writing->table, column);
    if (index >= 0)
        writing_set(writing, index, value);
}

void writing_set_keys(struct writing *writing)
{
    const struct table *table = writing->table;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (column->key == KEY_NONE || !writing->is_set[column->source])
            continue;
        struct value source = writing->values[column->source];
        if (source.kind == VALUE_TEXT)
            writing_set(writing, (int)i,
                        value_text(column->key == KEY_FOLDED
                                       ? text_fold(source.bytes, writing->arena)
                                       : text_digits(source.bytes, writing->arena)));
        else
            writing_set(writing, (int)i, column->is_nullable ? value_null() : value_text(""));
    }
}

/* Following the reference from `id` on must not lead back to the row: categories in a circle have
 * no top. */
static bool check_no_circle(const struct writing *writing, const struct column *column,
                            const struct uuid *id)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "WITH RECURSIVE above (id) AS (SELECT ?1 UNION SELECT t.");
    sql_add_name(&sql, column->name);
    buffer_add(&sql, " FROM above JOIN ");
    sql_add_name(&sql, writing->table->name);
    buffer_add(&sql, " AS t ON t.id = above.id) SELECT 1 FROM above WHERE id = ?2");
    int64_t one;
    int found =
        store_find_integer(writing->store, &one, sql.text, writing->err, "uu", id, &writing->id);
    buffer_done(&sql);
    if (found <= 0)
        return found == 0;
    return error_set_field(
        writing->err, ERROR_RULE, column->name, "%s: this would be a circle, since %s leads to %s",
        column->label, record_title(writing->store, writing->table, id, writing->arena),
        record_title(writing->store, writing->table, &writing->id, writing->arena));
}

bool writing_check_reference(const struct writing *writing, const struct column *column,
                             struct value value, bool must_live)
{
    const struct table *other = column->reference;
    struct uuid id;
    if (!value_as_uuid(value, &id))
        return true; /* currencies and permissions are known by their name: SQLite checks them */
    if (other == writing->table && !check_no_circle(writing, column, &id))
        return false;
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "SELECT %s FROM ", other->has_soft_delete ? "deleted_at IS NULL" : "1");
    sql_add_name(&sql, other->name);
    buffer_add(&sql, " WHERE id = ?");
    struct statement *statement = store_prepare(writing->store, sql.text, writing->err);
    buffer_done(&sql);
    if (statement == NULL)
        return false;
    int state = record_step_by_id(statement, &id, writing->err);
    bool is_live = state > 0 && statement_integer(statement, 0) != 0;
    statement_done(statement);
    if (state == 0)
        return error_set_field(writing->err, ERROR_INPUT, column->name,
                               "%s: there is no such row in \"%s\"", column->label, other->label);
    if (state > 0 && !is_live && must_live)
        return error_set_field(writing->err, ERROR_INPUT, column->name,
                               "%s: %s is deleted; restore it or choose another", column->label,
                               record_title(writing->store, other, &id, writing->arena));
    return state > 0;
}

bool writing_must_live(const struct table *table, const struct column *column, bool is_new)
{
    return table->merge != MERGE_APPEND && !(is_new && column->on_delete == ON_DELETE_CLEAR);
}

bool writing_check_references(const struct writing *writing, bool is_new)
{
    for (size_t i = 0; i < writing->table->column_count; i++) {
        const struct column *column = &writing->table->columns[i];
        if (writing->is_set[i] && column->reference != NULL && !column->is_system &&
            !writing_check_reference(writing, column, writing->values[i],
                                     writing_must_live(writing->table, column, is_new)))
            return false;
    }
    return true;
}

/* Binds the columns that are set, from parameter 1 on, and steps. */
static bool run(struct writing *writing, const char *sql, bool needs_id)
{
    struct statement *statement = store_prepare(writing->store, sql, writing->err);
    if (statement == NULL)
        return false;
    int parameter = 0;
    for (size_t i = 0; i < writing->table->column_count; i++)
        if (writing->is_set[i])
            statement_bind_value(statement, ++parameter, writing->values[i]);
    if (needs_id)
        statement_bind_uuid(statement, ++parameter, &writing->id);
    bool is_done = statement_step(statement, writing->err) == 0 || writing_refused(writing);
    statement_done(statement);
    return is_done;
}

bool writing_insert(struct writing *writing)
{
    struct buffer sql, parameters;
    buffer_init(&sql);
    buffer_init(&parameters);
    buffer_add(&sql, "INSERT INTO ");
    sql_add_name(&sql, writing->table->name);
    for (size_t i = 0; i < writing->table->column_count; i++) {
        if (!writing->is_set[i])
            continue;
        buffer_add(&sql, parameters.size == 0 ? " (" : ", ");
        sql_add_name(&sql, writing->table->columns[i].name);
        buffer_add(&parameters, parameters.size == 0 ? ") VALUES (?" : ", ?");
    }
    buffer_add(&sql, parameters.text);
    buffer_add_char(&sql, ')');
    bool is_done = run(writing, sql.text, false);
    buffer_done(&parameters);
    buffer_done(&sql);
    return is_done;
}

bool writing_update(struct writing *writing)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "UPDATE ");
    sql_add_name(&sql, writing->table->name);
    const char *before = " SET ";
    for (size_t i = 0; i < writing->table->column_count; i++) {
        if (!writing->is_set[i])
            continue;
        buffer_add(&sql, before);
        sql_add_name(&sql, writing->table->columns[i].name);
        buffer_add(&sql, " = ?");
        before = ", ";
    }
    buffer_add(&sql, " WHERE id = ?");
    bool is_done = run(writing, sql.text, true);
    buffer_done(&sql);
    return is_done;
}
