#include "model/operation/kept.h"

#include "model/operation/wire.h"

#include <string.h>

bool kept_add(const struct table *table, const struct column *column, struct value value,
              struct buffer *out, struct error *err)
{
    buffer_add_char(out, '"');
    buffer_add(out, column->name);
    buffer_add(out, "\":");
    bool is_added = column->type == COLUMN_JSON && value.kind == VALUE_TEXT
                        ? wire_write_text(value, out)
                        : wire_write(table, column, value, out, err);
    buffer_add_char(out, ',');
    return is_added ||
           error_set(err, ERROR_INPUT, "%s of %s can't be kept", column->label, table->label);
}

void kept_open(struct buffer *out)
{
    buffer_add_char(out, '{');
}

void kept_close(struct buffer *out)
{
    if (out->text[out->size - 1] == ',')
        out->text[out->size - 1] = '}';
    else
        buffer_add_char(out, '}');
}

/* All but the id, the tenant and the version. */
static bool has(const struct column *column)
{
    return !column->is_system ||
           (strcmp(column->name, "id") != 0 && strcmp(column->name, "tenant_id") != 0 &&
            strcmp(column->name, "row_version") != 0);
}

bool kept_write_row(const struct table *table, const struct value *values, struct buffer *out,
                    struct error *err)
{
    kept_open(out);
    for (size_t i = 0; i < table->column_count; i++)
        if (values[i].kind != VALUE_NULL && has(&table->columns[i]) &&
            !kept_add(table, &table->columns[i], values[i], out, err))
            return false;
    kept_close(out);
    return true;
}

static bool read_field(const struct table *table, const struct column *column, const json_t *json,
                       struct arena *arena, struct value *out, struct error *err)
{
    if (column->type != COLUMN_JSON || !json_is_string(json))
        return wire_read(table, column, json, arena, out, err);
    *out = value_copy(value_text(json_string_value(json)), arena);
    return true;
}

bool kept_read(const struct table *table, const char *fields, struct arena *arena,
               struct value *values, bool *is_set, struct error *err)
{
    json_t *object = json_loads(fields, 0, NULL);
    bool is_read = json_is_object(object) ||
                   error_set(err, ERROR_STORE,
                             "what the store keeps of a row of \"%s\" can't be read; keep a copy "
                             "of the store and go back to the last backup",
                             table->label);
    const char *name;
    json_t *json;
    json_object_foreach(object, name, json)
    {
        int column = is_read ? table_column_index(table, name) : -1;
        if (column < 0)
            continue;
        is_read = read_field(table, &table->columns[column], json, arena, &values[column], err);
        if (is_set != NULL)
            is_set[column] = true;
    }
    json_decref(object);
    return is_read;
}
