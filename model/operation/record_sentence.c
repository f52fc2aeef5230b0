/* What SQLite refuses, as a sentence for a person. */
#include "model/operation/record_private.h"
#include "model/store/store_sql.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *writing_shown(const struct writing *writing, int column, struct value value)
{
    const struct column *shown = &writing->table->columns[column];
    struct uuid id;
    if (value.kind == VALUE_NULL || (value.kind == VALUE_TEXT && value.size == 0))
        return "empty";
    if (shown->reference != NULL && value_as_uuid(value, &id))
        return record_title(writing->store, shown->reference, &id, writing->arena);
    int currency = table_column_index(writing->table, "currency");
    return column_format(shown, value,
                         currency < 0 ? NULL : value_as_text(writing->values[currency]),
                         store_env(writing->store)->zone, writing->arena);
}

static bool is_word_character(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        if ((at == text || !is_word_character(at[-1])) && !is_word_character(at[size]) &&
            at[size] != '.')
            return true;
    return false;
}

/* The columns of the table whose names stand in a text of SQLite, as words of their own (not as
 * the table's name before a point), but for the tenant's and
 * deleted_at, which every unique index has. Returns the count. */
static size_t columns_in(const struct table *table, const char *text, int out[], size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < table->column_count && count < room; i++) {
        const char *name = table->columns[i].name;
        if (strcmp(name, "tenant_id") != 0 && strcmp(name, "deleted_at") != 0 &&
            has_word(text, name))
            out[count++] = (int)i;
    }
    return count;
}

/* "UNIQUE constraint failed: products.tenant_id, products.sku", or "… index 'users_by_email'" for
 * an index over expressions, whose columns stand in its SQL. */
static const char *unique_columns(const struct writing *writing, const char *message)
{
    const char *columns = strchr(message, ':');
    const char *name = strstr(message, "index '");
    if (name == NULL)
        return columns != NULL ? columns : message;
    name += strlen("index '");
    struct value index = {.kind = VALUE_TEXT, .bytes = name, .size = strcspn(name, "'")};
    struct statement *statement = store_prepare(
        writing->store, "SELECT substr(sql, instr(sql, '(')) FROM sqlite_schema WHERE name = ?",
        NULL);
    if (statement == NULL)
        return columns;
    statement_bind_value(statement, 1, index);
    if (statement_step(statement, NULL) > 0)
        columns = arena_text(writing->arena, statement_text(statement, 0));
    statement_done(statement);
    return columns != NULL ? columns : message;
}

/* The row that has the values already. */
static bool find_owner(const struct writing *writing, const int columns[], size_t count,
                       struct record *out)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT id FROM ");
    sql_add_name(&sql, writing->table->name);
    for (size_t i = 0; i < count; i++) {
        buffer_add(&sql, i == 0 ? " WHERE " : " AND ");
        sql_add_name(&sql, writing->table->columns[columns[i]].name);
        buffer_add(&sql, " = ?");
    }
    buffer_add(&sql, writing->table->has_soft_delete ? " ORDER BY deleted_at IS NOT NULL" : "");
    buffer_add(&sql, " LIMIT 1");
    struct statement *statement = store_prepare(writing->store, sql.text, NULL);
    buffer_done(&sql);
    if (statement == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        statement_bind_value(statement, (int)i + 1, writing->values[columns[i]]);
    struct uuid id;
    bool is_found = statement_step(statement, NULL) > 0 && statement_uuid(statement, 0, &id);
    statement_done(statement);
    return is_found &&
           record_get(writing->store, writing->table, &id, writing->arena, out, NULL) > 0;
}

/* By its title or, where that is what is taken, by the first row that it refers to: a barcode by
 * its goods. NULL when neither tells more. */
static const char *owner_of(const struct writing *writing, const int columns[], size_t count)
{
    const struct table *table = writing->table;
    struct record owner = {0};
    if (!find_owner(writing, columns, count, &owner))
        return NULL;
    bool is_title_taken = table->title < 0;
    for (size_t i = 0; i < count; i++)
        is_title_taken = is_title_taken || columns[i] == table->title ||
                         table->columns[columns[i]].source == table->title;
    if (!is_title_taken)
        return record_title(writing->store, table, &owner.id, writing->arena);
    struct uuid id;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (!column->is_system && column->reference != NULL && value_as_uuid(owner.values[i], &id))
            return record_title(writing->store, column->reference, &id, writing->arena);
    }
    return NULL;
}

static bool refuse_unique(const struct writing *writing, const char *message)
{
    enum { COLUMNS_MAX = 8 };
    int columns[COLUMNS_MAX];
    size_t count =
        columns_in(writing->table, unique_columns(writing, message), columns, COLUMNS_MAX);
    if (count == 0)
        return error_set(writing->err, ERROR_INPUT, "another row of \"%s\" is the same",
                         writing->table->label);
    const char *owner = owner_of(writing, columns, count);
    struct buffer list;
    buffer_init(&list);
    const char *field = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct column *column = &writing->table->columns[columns[i]];
        int shown = column->source >= 0 ? column->source : columns[i];
        field = field != NULL ? field : writing->table->columns[shown].name;
        buffer_format(&list, "%s%s %s", i == 0 ? "" : ", ", writing->table->columns[shown].label,
                      writing_shown(writing, shown, writing->values[shown]));
    }
    error_set_field(writing->err, ERROR_INPUT, field, "%s is taken %s%s", list.text,
                    owner != NULL ? "by " : "already", owner != NULL ? owner : "");
    buffer_done(&list);
    return false;
}

/* A CHECK over one column was read with the schema and found before, so this is one over
 * several. */
static bool refuse_check(const struct writing *writing, const char *message)
{
    enum { COLUMNS_MAX = 12 };
    int columns[COLUMNS_MAX];
    size_t count = columns_in(writing->table, message, columns, COLUMNS_MAX);
    struct buffer list;
    buffer_init(&list);
    for (size_t i = 0; i < count; i++)
        buffer_format(&list, "%s%s",
                      i == 0          ? ""
                      : i + 1 < count ? ", "
                                      : " and ",
                      writing->table->columns[columns[i]].label);
    if (count == 1)
        error_set_field(writing->err, ERROR_INPUT, writing->table->columns[columns[0]].name,
                        "%s can't be %s", list.text,
                        writing_shown(writing, columns[0], writing->values[columns[0]]));
    else
        error_set_field(
            writing->err, ERROR_INPUT, count == 0 ? "" : writing->table->columns[columns[0]].name,
            "%s do not fit together", count == 0 ? "the fields of this row" : list.text);
    buffer_done(&list);
    return false;
}

bool writing_refused(const struct writing *writing)
{
    sqlite3 *db = store_sqlite(writing->store);
    const char *message = arena_text(writing->arena, sqlite3_errmsg(db));
    switch (sqlite3_extended_errcode(db)) {
    case SQLITE_CONSTRAINT_UNIQUE:
        return refuse_unique(writing, message);
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        return error_set_field(writing->err, ERROR_INPUT, "id",
                               "a row with this id exists in \"%s\"", writing->table->label);
    case SQLITE_CONSTRAINT_CHECK:
        return refuse_check(writing, message);
    default:
        return false; /* the statement has said it */
    }
}
