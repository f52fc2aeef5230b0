#include "model/changeset.h"

#include "model/store_sql.h"
#include "model/wire.h"

#include <stdlib.h>
#include <string.h>

static const char *const verb_words[] = {
    [VERB_INSERT] = "insert", [VERB_UPDATE] = "update", [VERB_DELETE] = "delete"};

const char *changeset_verb_word(enum changeset_verb verb)
{
    return verb_words[verb];
}

bool changeset_verb_parse(const char *word, enum changeset_verb *verb)
{
    for (size_t i = 0; word != NULL && i < sizeof verb_words / sizeof verb_words[0]; i++) {
        if (strcmp(verb_words[i], word) == 0) {
            *verb = (enum changeset_verb)i;
            return true;
        }
    }
    return false;
}

static struct value value_of(sqlite3_value *source)
{
    switch (source != NULL ? sqlite3_value_type(source) : SQLITE_NULL) {
    case SQLITE_NULL:
        return value_null();
    case SQLITE_INTEGER:
        return value_integer(sqlite3_value_int64(source));
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_value_text(source);
        return (struct value){
            .kind = VALUE_TEXT, .bytes = text, .size = (size_t)sqlite3_value_bytes(source)};
    }
    case SQLITE_BLOB: {
        const void *bytes = sqlite3_value_blob(source);
        return value_bytes(bytes, (size_t)sqlite3_value_bytes(source));
    }
    default: /* a floating point number is of no column's type: nor is this */
        return value_text("\xFF");
    }
}

typedef int (*read_column)(sqlite3_changeset_iter *, int, sqlite3_value **);

/* What is read of one change, besides the row that it becomes. */
struct change_reader {
    struct store *store;
    sqlite3_changeset_iter *iterator;
    const struct table *table;
    struct changed_row *row;
};

static sqlite3_value *column_of(struct change_reader *reader, read_column read, size_t column)
{
    sqlite3_value *value = NULL;
    return read(reader->iterator, (int)column, &value) == SQLITE_OK ? value : NULL;
}

static bool put(struct change_reader *reader, json_t *fields, const struct column *column,
                struct value value, struct error *err)
{
    json_t *json = wire_write(reader->table, column, value, err);
    return json != NULL && json_object_set_new_nocheck(fields, column->name, json) == 0;
}

/* All fields of a row that came or went. NULLs are left out: a field that is not named is NULL. */
static bool put_whole_row(struct change_reader *reader, const char *name, read_column read,
                          struct error *err)
{
    json_t *fields = json_object();
    json_object_set_new_nocheck(reader->row->json, name, fields);
    for (size_t i = 0; i < reader->table->column_count; i++) {
        const struct column *column = &reader->table->columns[i];
        struct value value = value_of(column_of(reader, read, i));
        if (wire_travels(column) && value.kind != VALUE_NULL &&
            !put(reader, fields, column, value, err))
            return false;
    }
    return true;
}

static bool is_in_group(const char *group, const struct column *column)
{
    return group != NULL && column->group != NULL && strcmp(group, column->group) == 0;
}

/* The columns under one CHECK are judged together, so those that did not change go along. */
static bool put_group(struct change_reader *reader, json_t *base, const char *group,
                      struct error *err)
{
    for (size_t i = 0; i < reader->table->column_count; i++) {
        const struct column *column = &reader->table->columns[i];
        if (!is_in_group(group, column) || json_object_get(base, column->name) != NULL)
            continue;
        char *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w\" WHERE id = ?1", column->name,
                                    reader->table->name);
        struct statement *statement = store_prepare(reader->store, sql, err);
        sqlite3_free(sql);
        if (statement == NULL)
            return false;
        statement_bind_uuid(statement, 1, &reader->row->id);
        bool is_put = statement_step(statement, err) > 0 &&
                      put(reader, base, column, statement_value(statement, 0), err);
        statement_done(statement);
        if (!is_put)
            return false;
    }
    return true;
}

static bool put_changed_fields(struct change_reader *reader, struct error *err)
{
    const struct table *table = reader->table;
    json_t *base = json_object();
    json_t *new = json_object();
    json_object_set_new_nocheck(reader->row->json, "base", base);
    json_object_set_new_nocheck(reader->row->json, "new", new);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        sqlite3_value *after = column_of(reader, sqlite3changeset_new, i);
        if (after == NULL || !wire_travels(column))
            continue;
        struct value before = value_of(column_of(reader, sqlite3changeset_old, i));
        if (!put(reader, base, column, before, err) ||
            !put(reader, new, column, value_of(after), err))
            return false;
    }
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].group != NULL &&
            json_object_get(new, table->columns[i].name) != NULL &&
            !put_group(reader, base, table->columns[i].group, err))
            return false;
    return true;
}

static bool read_id(struct change_reader *reader, struct error *err)
{
    read_column read =
        reader->row->verb == VERB_INSERT ? sqlite3changeset_new : sqlite3changeset_old;
    int id = table_column_index(reader->table, "id");
    if (id >= 0 && value_as_uuid(value_of(column_of(reader, read, (size_t)id)), &reader->row->id))
        return true;
    return error_set(err, ERROR_STORE, "a row of %s has no id that other stores could know it by",
                     reader->table->label);
}

static bool read_row(struct change_reader *reader, struct error *err)
{
    struct changed_row *row = reader->row;
    row->json = json_object();
    if (!read_id(reader, err))
        return false;
    char id[UUID_TEXT_SIZE];
    uuid_text(&row->id, id);
    json_object_set_new_nocheck(row->json, "table", json_string_nocheck(row->table->name));
    json_object_set_new_nocheck(row->json, "id", json_string_nocheck(id));
    json_object_set_new_nocheck(row->json, "verb", json_string_nocheck(verb_words[row->verb]));
    switch (row->verb) {
    case VERB_INSERT:
        return put_whole_row(reader, "new", sqlite3changeset_new, err);
    case VERB_UPDATE:
        return put_changed_fields(reader, err);
    case VERB_DELETE:
        return put_whole_row(reader, "base", sqlite3changeset_old, err);
    }
    return false;
}

static struct changed_row *add_row(struct changed_rows *rows)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity > 0 ? rows->capacity * 2 : 16;
        rows->rows = memory_resize(rows->rows, rows->capacity, sizeof *rows->rows);
    }
    struct changed_row *row = &rows->rows[rows->count];
    *row = (struct changed_row){.order = rows->count++};
    return row;
}

static bool read_change(struct store *store, sqlite3_changeset_iter *iterator,
                        struct changed_rows *out, struct error *err)
{
    const char *name;
    int columns, operation;
    int code = sqlite3changeset_op(iterator, &name, &columns, &operation, NULL);
    if (code != SQLITE_OK)
        return store_failed(store, code, err);
    const struct table *table = schema_table(store_schema(store), name);
    if (table == NULL || table->column_count != (size_t)columns)
        return error_set(err, ERROR_SCHEMA,
                         "the table %s changed its form while the program ran; start it again",
                         name);
    struct changed_row *row = add_row(out);
    row->table = table;
    row->verb = operation == SQLITE_INSERT   ? VERB_INSERT
                : operation == SQLITE_UPDATE ? VERB_UPDATE
                                             : VERB_DELETE;
    struct change_reader reader = {store, iterator, table, row};
    if (!read_row(&reader, err))
        return false;
    if (row->verb == VERB_UPDATE && json_object_size(json_object_get(row->json, "new")) == 0) {
        json_decref(row->json);
        out->count--;
    }
    return true;
}

static int compare_rows(const void *a, const void *b)
{
    const struct changed_row *one = a;
    const struct changed_row *two = b;
    bool goes = one->verb == VERB_DELETE;
    if (goes != (two->verb == VERB_DELETE))
        return goes ? 1 : -1;
    if (one->table->rank != two->table->rank)
        return (one->table->rank < two->table->rank) == !goes ? -1 : 1;
    return (one->order < two->order) == !goes ? -1 : 1;
}

bool changeset_read(struct store *store, void *changeset, int size, size_t limit,
                    struct changed_rows *out, struct error *err)
{
    *out = (struct changed_rows){0};
    sqlite3_changeset_iter *iterator = NULL;
    int code = sqlite3changeset_start(&iterator, size, changeset);
    bool is_read = code == SQLITE_OK || store_failed(store, code, err);
    while (is_read && sqlite3changeset_next(iterator) == SQLITE_ROW) {
        is_read = read_change(store, iterator, out, err);
        if (is_read && out->count > limit)
            is_read = error_set(err, ERROR_RULE,
                                "this would change more than %zu rows at once; do it in parts",
                                limit);
    }
    code = iterator != NULL ? sqlite3changeset_finalize(iterator) : SQLITE_OK;
    if (is_read && code != SQLITE_OK)
        is_read = store_failed(store, code, err);
    if (is_read && out->count > 0)
        qsort(out->rows, out->count, sizeof *out->rows, compare_rows);
    return is_read;
}

void changed_rows_done(struct changed_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        json_decref(rows->rows[i].json);
    free(rows->rows);
    *rows = (struct changed_rows){0};
}
