#include "model/store/row.h"

#include "model/store/store_sql.h"

static void add_columns(struct buffer *sql, const struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        buffer_add(sql, i == 0 ? "" : ", ");
        sql_add_name(sql, table->columns[i].name);
    }
}

static struct statement *prepare(struct store *store, struct buffer *sql, struct error *err)
{
    struct statement *statement = store_prepare(store, sql->text, err);
    buffer_done(sql);
    return statement;
}

int row_read(struct store *store, const struct table *table, const struct uuid *id,
             struct arena *arena, struct value *values, struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT ");
    add_columns(&sql, table);
    buffer_add(&sql, " FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, " WHERE id = ?1");
    struct statement *statement = prepare(store, &sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, id);
    int state = statement_step(statement, err);
    for (size_t i = 0; state > 0 && i < table->column_count; i++)
        values[i] = value_copy(statement_value(statement, (int)i), arena);
    statement_done(statement);
    return state;
}

/* Ends the statement and tells how it went. */
static int run(struct store *store, struct statement *statement)
{
    if (statement == NULL)
        return sqlite3_extended_errcode(store_sqlite(store));
    int code = statement_step(statement, NULL) == 0 ? SQLITE_OK
                                                    : sqlite3_extended_errcode(store_sqlite(store));
    statement_done(statement);
    return code;
}

static bool takes_default(const struct column *column, struct value value)
{
    return value.kind == VALUE_NULL && !column->is_nullable && !column->is_required;
}

int row_insert(struct store *store, const struct table *table, const struct value *values)
{
    struct buffer sql, parameters;
    buffer_init(&sql);
    buffer_init(&parameters);
    buffer_add(&sql, "INSERT INTO ");
    sql_add_name(&sql, table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        if (takes_default(&table->columns[i], values[i]))
            continue;
        buffer_add(&sql, parameters.size == 0 ? " (" : ", ");
        sql_add_name(&sql, table->columns[i].name);
        buffer_add(&parameters, parameters.size == 0 ? ") VALUES (?" : ", ?");
    }
    buffer_add(&sql, parameters.text);
    buffer_add_char(&sql, ')');
    buffer_done(&parameters);
    struct statement *statement = prepare(store, &sql, NULL);
    int parameter = 0;
    for (size_t i = 0; statement != NULL && i < table->column_count; i++)
        if (!takes_default(&table->columns[i], values[i]))
            statement_bind_value(statement, ++parameter, values[i]);
    return run(store, statement);
}

int row_update(struct store *store, const struct table *table, const struct uuid *id,
               const struct value *values, const bool *is_set)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "UPDATE ");
    sql_add_name(&sql, table->name);
    const char *before = " SET ";
    for (size_t i = 0; i < table->column_count; i++) {
        if (!is_set[i])
            continue;
        buffer_add(&sql, before);
        sql_add_name(&sql, table->columns[i].name);
        buffer_add(&sql, " = ?");
        before = ", ";
    }
    buffer_add(&sql, " WHERE id = ?");
    struct statement *statement = prepare(store, &sql, NULL);
    int parameter = 0;
    for (size_t i = 0; statement != NULL && i < table->column_count; i++)
        if (is_set[i])
            statement_bind_value(statement, ++parameter, values[i]);
    if (statement != NULL)
        statement_bind_uuid(statement, ++parameter, id);
    return run(store, statement);
}

int row_delete(struct store *store, const struct table *table, const struct uuid *id)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "DELETE FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, " WHERE id = ?1");
    struct statement *statement = prepare(store, &sql, NULL);
    if (statement != NULL)
        statement_bind_uuid(statement, 1, id);
    return run(store, statement);
}
