#include "model/operation/repeat.h"

#include "model/operation/changeset.h"
#include "model/operation/record_private.h"
#include "model/operation/wire.h"
#include "model/store/store_sql.h"

#include <jansson.h>
#include <string.h>

/* A row of the payload on its way into the store once more. */
struct row {
    const struct repeat *what;
    struct writing writing; /* its values are those of now */
    enum changeset_verb verb;
    const json_t *new;
    bool exists;
};

static bool from_another_version(struct error *err)
{
    return error_set(
        err, ERROR_SCHEMA,
        "this was done by another version of the program and can't be sent again here");
}

/* The caller calls writing_done() in any case. */
static bool read_row(struct row *row, struct operation *again, const json_t *json,
                     struct error *err)
{
    const char *table = json_string_value(json_object_get(json, "table"));
    const char *id = json_string_value(json_object_get(json, "id"));
    const char *verb = json_string_value(json_object_get(json, "verb"));
    struct writing *writing = &row->writing;
    struct record now;
    row->new = json_object_get(json, "new");
    if (!writing_init(writing, again, table != NULL ? table : "", err) || id == NULL ||
        !uuid_parse(id, &writing->id) || !changeset_verb_parse(verb, &row->verb))
        return from_another_version(err);
    int found = record_get(writing->store, writing->table, &writing->id, writing->arena, &now, err);
    row->exists = found > 0;
    if (row->exists)
        writing->values = now.values;
    return found >= 0;
}

static bool is_wanted(const struct row *row, const struct column *column)
{
    const struct repeat *what = row->what;
    size_t i = 0;
    while (i < what->only_count && (strcmp(what->only[i].column, column->name) != 0 ||
                                    strcmp(what->only[i].table, row->writing.table->name) != 0 ||
                                    !uuid_equal(&what->only[i].id, &row->writing.id)))
        i++;
    return what->only_count == 0 || i < what->only_count;
}

/* The centre would refuse a status that goes by a way that is not legal. */
static bool check_move(const struct row *row, const struct column *column, struct value to,
                       struct error *err)
{
    const struct writing *writing = &row->writing;
    struct value now = writing->values[column - writing->table->columns];
    if (!row->exists || now.kind != VALUE_TEXT || to.kind != VALUE_TEXT ||
        schema_move_allowed(store_schema(writing->store), writing->table, column->name, now.bytes,
                            to.bytes))
        return true;
    return error_set_field(
        err, ERROR_RULE, column->name, "%s can't go from %s to %s any more",
        record_title(writing->store, writing->table, &writing->id, writing->arena), now.bytes,
        to.bytes);
}

static bool set_value(struct row *row, const struct column *column, struct value value,
                      struct error *err)
{
    struct writing *writing = &row->writing;
    size_t index = (size_t)(column - writing->table->columns);
    if (row->exists && value_equal(writing->values[index], value))
        return true;
    if (value.kind == VALUE_NULL && !column->is_nullable && !column->is_required)
        return true; /* of a new row: its default */
    if (!column_check(column, value, err) || !check_move(row, column, value, err))
        return false;
    writing_set(writing, (int)index, value);
    return true;
}

static bool is_edited(const struct row *row)
{
    const struct repeat *what = row->what;
    return what->table != NULL && strcmp(what->table, row->writing.table->name) == 0 &&
           uuid_equal(&what->id, &row->writing.id);
}

/* The value that a person gave instead; NULL: none. */
static const struct change *edit_of(const struct row *row, const struct column *column)
{
    for (size_t i = 0; is_edited(row) && i < row->what->change_count; i++)
        if (strcmp(row->what->changes[i].column, column->name) == 0)
            return &row->what->changes[i];
    return NULL;
}

static bool set_fields(struct row *row, struct error *err)
{
    struct writing *writing = &row->writing;
    for (size_t i = 0; i < writing->table->column_count; i++) {
        const struct column *column = &writing->table->columns[i];
        const struct change *edit = edit_of(row, column);
        const json_t *json = json_object_get(row->new, column->name);
        struct value value = edit != NULL ? edit->value : value_null();
        if (!wire_travels(column) || !is_wanted(row, column) || (edit == NULL && json == NULL))
            continue;
        if (edit == NULL && !json_is_null(json) &&
            !wire_read(writing->table, column, json, writing->arena, &value, err))
            return false;
        if (!set_value(row, column, value, err))
            return false;
    }
    if (is_edited(row))
        writing_set_keys(writing);
    return true;
}

static bool is_changed(const struct writing *writing)
{
    bool is_changed = false;
    for (size_t i = 0; i < writing->table->column_count; i++)
        is_changed |= writing->is_set[i];
    return is_changed;
}

static bool write_new(struct row *row, struct error *err)
{
    struct writing *writing = &row->writing;
    struct value now = value_integer(operation_time(writing->operation));
    if (!set_fields(row, err) || !writing_check_references(writing, true))
        return false;
    writing_set_system(writing, "id", value_uuid(&writing->id));
    writing_set_system(writing, "tenant_id", value_uuid(store_tenant(writing->store)));
    writing_set_system(writing, "created_at", now);
    writing_set_system(writing, "updated_at", now);
    return writing_insert(writing);
}

static bool write_over(struct row *row, struct error *err)
{
    struct writing *writing = &row->writing;
    if (writing->table->merge == MERGE_APPEND)
        return true;
    if (!row->exists)
        return error_set(err, ERROR_CONFLICT,
                         "a row of \"%s\" that this changes is gone; enter it anew or let it go",
                         writing->table->label);
    if (!set_fields(row, err))
        return false;
    if (!is_changed(writing))
        return true;
    writing_set_system(writing, "updated_at", value_integer(operation_time(writing->operation)));
    return writing_check_references(writing, false) && writing_update(writing);
}

static bool write_gone(struct row *row, struct error *err)
{
    struct buffer sql;
    if (!row->exists)
        return true;
    buffer_init(&sql);
    buffer_add(&sql, "DELETE FROM ");
    sql_add_name(&sql, row->writing.table->name);
    buffer_add(&sql, " WHERE id = ?1");
    bool is_done = store_run(row->writing.store, sql.text, err, "u", &row->writing.id);
    buffer_done(&sql);
    return is_done;
}

static bool write_row(struct row *row, struct error *err)
{
    if (row->what->only_count > 0 || row->verb == VERB_UPDATE)
        return write_over(row, err);
    if (row->verb == VERB_DELETE)
        return write_gone(row, err);
    return row->exists ? write_over(row, err) : write_new(row, err);
}

bool repeat(struct operation *again, const struct repeat *what, struct error *err)
{
    json_t *payload = json_loads(what->payload, 0, NULL);
    const json_t *rows = json_object_get(payload, "rows");
    bool is_done = json_is_array(rows) || from_another_version(err);
    for (size_t i = 0; is_done && i < json_array_size(rows); i++) {
        struct row row = {.what = what};
        is_done = read_row(&row, again, json_array_get(rows, i), err) && write_row(&row, err);
        writing_done(&row.writing);
    }
    json_decref(payload);
    return is_done;
}
