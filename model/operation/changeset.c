#include "model/operation/changeset.h"

#include "model/operation/kept.h"
#include "model/operation/wire.h"
#include "model/store/store_sql.h"

#include <stdlib.h>
#include <string.h>

static const char *const verb_words[] = {
    [VERB_INSERT] = "insert", [VERB_UPDATE] = "update", [VERB_DELETE] = "delete"};

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

const char *changeset_verb_word(enum changeset_verb verb)
{
    return verb_words[verb];
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
    struct changed_rows *out;
    struct buffer *text;
};

static sqlite3_value *column_of(const struct change_reader *reader, read_column read, size_t column)
{
    sqlite3_value *value = NULL;
    return read(reader->iterator, (int)column, &value) == SQLITE_OK ? value : NULL;
}

/* Fields stand as "name":{…}; each adds a comma behind itself, and closing takes the last away. */
static void open_fields(struct change_reader *reader, const char *name)
{
    buffer_add(reader->text, ",\"");
    buffer_add(reader->text, name);
    buffer_add(reader->text, "\":{");
}

static bool put(struct change_reader *reader, const struct column *column, struct value value,
                struct error *err)
{
    buffer_add_char(reader->text, '"');
    buffer_add(reader->text, column->name);
    buffer_add(reader->text, "\":");
    if (!wire_write(reader->table, column, value, reader->text, err))
        return false;
    buffer_add_char(reader->text, ',');
    return true;
}

static void close_fields(struct change_reader *reader)
{
    struct buffer *text = reader->text;
    if (text->text[text->size - 1] == ',')
        text->text[text->size - 1] = '}';
    else
        buffer_add_char(text, '}');
}

static void note_reference(struct change_reader *reader, const struct column *column,
                           struct value value)
{
    struct changed_rows *out = reader->out;
    struct changed_reference reference = {.table = column->reference};
    if (reference.table == NULL || !reference.table->travels ||
        !value_as_uuid(value, &reference.id))
        return;
    if (out->reference_count == out->reference_capacity) {
        out->reference_capacity = out->reference_capacity > 0 ? out->reference_capacity * 2 : 32;
        out->references =
            memory_resize(out->references, out->reference_capacity, sizeof *out->references);
    }
    out->references[out->reference_count++] = reference;
}

/* A new field: as it is sent, and, but for documents in the same form, as it is kept. */
static bool put_new_field(struct change_reader *reader, const struct column *column,
                          struct value value, struct error *err)
{
    size_t start = reader->text->size;
    if (!put(reader, column, value, err))
        return false;
    if (!reader->out->is_kept)
        return true;
    note_reference(reader, column, value);
    if (column->type == COLUMN_JSON)
        return kept_add(reader->table, column, value, &reader->out->kept, err);
    buffer_add_bytes(&reader->out->kept, reader->text->text + start, reader->text->size - start);
    return true;
}

/* All fields of a row that came or went. NULLs are left out: a field that is not named is NULL. */
static bool put_whole_row(struct change_reader *reader, const char *name, read_column read,
                          struct error *err)
{
    bool is_new = read == sqlite3changeset_new;
    open_fields(reader, name);
    for (size_t i = 0; i < reader->table->column_count; i++) {
        const struct column *column = &reader->table->columns[i];
        if (!wire_travels(column))
            continue;
        struct value value = value_of(column_of(reader, read, i));
        if (value.kind != VALUE_NULL && !(is_new ? put_new_field : put)(reader, column, value, err))
            return false;
    }
    close_fields(reader);
    return true;
}

static bool is_changed(const struct change_reader *reader, size_t column)
{
    return wire_travels(&reader->table->columns[column]) &&
           column_of(reader, sqlite3changeset_new, column) != NULL;
}

static bool has_change(const struct change_reader *reader)
{
    for (size_t i = 0; i < reader->table->column_count; i++)
        if (is_changed(reader, i))
            return true;
    return false;
}

/* The columns under one CHECK are judged together, so those that did not change go along. */
static bool goes_along(const struct change_reader *reader, const char *group)
{
    for (size_t i = 0; group != NULL && i < reader->table->column_count; i++) {
        const char *other = reader->table->columns[i].group;
        if (other != NULL && strcmp(group, other) == 0 && is_changed(reader, i))
            return true;
    }
    return false;
}

static bool put_unchanged(struct change_reader *reader, const struct column *column,
                          struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT ");
    sql_add_name(&sql, column->name);
    buffer_add(&sql, " FROM ");
    sql_add_name(&sql, reader->table->name);
    buffer_add(&sql, " WHERE id = ?1");
    struct statement *statement = store_prepare(reader->store, sql.text, err);
    buffer_done(&sql);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &reader->row->id);
    bool is_put = statement_step(statement, err) > 0 &&
                  put(reader, column, statement_value(statement, 0), err);
    statement_done(statement);
    return is_put;
}

static bool put_base(struct change_reader *reader, struct error *err)
{
    open_fields(reader, "base");
    for (size_t i = 0; i < reader->table->column_count; i++) {
        const struct column *column = &reader->table->columns[i];
        bool is_put = true;
        if (is_changed(reader, i))
            is_put = put(reader, column, value_of(column_of(reader, sqlite3changeset_old, i)), err);
        else if (goes_along(reader, column->group))
            is_put = put_unchanged(reader, column, err);
        if (!is_put)
            return false;
    }
    close_fields(reader);
    return true;
}

static bool put_new(struct change_reader *reader, struct error *err)
{
    open_fields(reader, "new");
    for (size_t i = 0; i < reader->table->column_count; i++)
        if (is_changed(reader, i) &&
            !put_new_field(reader, &reader->table->columns[i],
                           value_of(column_of(reader, sqlite3changeset_new, i)), err))
            return false;
    close_fields(reader);
    return true;
}

/* What stood in the fields that changed, or in the row that went. */
static bool keep_old(struct change_reader *reader, struct error *err)
{
    struct changed_row *row = reader->row;
    struct buffer *kept = &reader->out->kept;
    row->old_start = kept->size;
    kept_open(kept);
    for (size_t i = 0; row->verb != VERB_INSERT && i < reader->table->column_count; i++) {
        const struct column *column = &reader->table->columns[i];
        sqlite3_value *old = column_of(reader, sqlite3changeset_old, i);
        bool is_whole = row->verb == VERB_DELETE;
        if (!is_whole && column_of(reader, sqlite3changeset_new, i) == NULL)
            continue;
        struct value value = value_of(old);
        bool is_named = (!is_whole || value.kind != VALUE_NULL) && strcmp(column->name, "id") != 0;
        if (is_named && !kept_add(reader->table, column, value, kept, err))
            return false;
    }
    kept_close(kept);
    row->old_size = kept->size - row->old_start;
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

static bool put_fields(struct change_reader *reader, struct error *err)
{
    switch (reader->row->verb) {
    case VERB_INSERT:
        return put_whole_row(reader, "new", sqlite3changeset_new, err);
    case VERB_UPDATE:
        return put_base(reader, err) && put_new(reader, err);
    case VERB_DELETE:
        return put_whole_row(reader, "base", sqlite3changeset_old, err);
    }
    return false;
}

static bool read_row(struct change_reader *reader, struct error *err)
{
    struct changed_row *row = reader->row;
    struct buffer *text = reader->text;
    if (!read_id(reader, err))
        return false;
    char id[UUID_TEXT_SIZE];
    uuid_text(&row->id, id);
    row->start = text->size;
    buffer_add(text, "{\"table\":\"");
    buffer_add(text, row->table->name);
    buffer_add(text, "\",\"id\":\"");
    buffer_add(text, id);
    buffer_add(text, "\",\"verb\":\"");
    buffer_add(text, verb_words[row->verb]);
    buffer_add_char(text, '"');
    struct buffer *kept = &reader->out->kept;
    row->new_start = kept->size;
    kept_open(kept);
    if (!put_fields(reader, err))
        return false;
    buffer_add_char(text, '}');
    row->size = text->size - row->start;
    kept_close(kept);
    row->new_size = kept->size - row->new_start;
    return !reader->out->is_kept || keep_old(reader, err);
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

static enum changeset_turn turn_of(const struct change_reader *reader)
{
    if (reader->row->verb != VERB_UPDATE)
        return reader->row->verb == VERB_DELETE ? TURN_DELETE : TURN_INSERT;
    int deleted_at = table_column_index(reader->table, "deleted_at");
    if (deleted_at < 0 || !is_changed(reader, (size_t)deleted_at))
        return TURN_UPDATE;
    struct value now = value_of(column_of(reader, sqlite3changeset_new, (size_t)deleted_at));
    return now.kind == VALUE_NULL ? TURN_SHOW : TURN_HIDE;
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
    struct change_reader reader = {store, iterator, table, row, out, &out->text};
    if (row->verb == VERB_UPDATE && !has_change(&reader)) {
        out->count--;
        return true;
    }
    row->turn = turn_of(&reader);
    return read_row(&reader, err);
}

static int compare_rows(const void *a, const void *b)
{
    const struct changed_row *one = a;
    const struct changed_row *two = b;
    if (one->turn != two->turn)
        return one->turn < two->turn ? -1 : 1;
    bool goes = one->turn <= TURN_HIDE;
    if (one->table->rank != two->table->rank)
        return (one->table->rank < two->table->rank) == !goes ? -1 : 1;
    return (one->order < two->order) == !goes ? -1 : 1;
}

bool changeset_read(struct store *store, void *changeset, int size, size_t limit, bool keep,
                    struct changed_rows *out, struct error *err)
{
    *out = (struct changed_rows){.is_kept = keep};
    buffer_init(&out->text);
    buffer_init(&out->kept);
    sqlite3_changeset_iter *iterator = NULL;
    int code = sqlite3changeset_start(&iterator, size, changeset);
    bool is_read = code == SQLITE_OK || store_failed(store, code, err);
    while (is_read && sqlite3changeset_next(iterator) == SQLITE_ROW) {
        is_read = read_change(store, iterator, out, err);
        if (is_read && out->count > limit)
            is_read =
                error_set(err, ERROR_RULE,
                          "this would change more than %zu rows at once; do it in parts", limit);
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
    free(rows->rows);
    free(rows->references);
    buffer_done(&rows->text);
    buffer_done(&rows->kept);
    *rows = (struct changed_rows){0};
}
