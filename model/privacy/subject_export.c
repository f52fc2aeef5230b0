#include "model/privacy/subject_export.h"

#include "model/base/instant.h"
#include "model/base/private_file.h"
#include "model/operation/wire.h"
#include "model/privacy/personal.h"
#include "model/store/row.h"

#include <stdio.h>
#include <string.h>

enum { STEP_ROWS = 100 };

struct writer {
    struct store *store;
    const struct subject_progress *progress;
    struct buffer *json, *text;
    struct arena *arena; /* of the row in hand */
    int64_t rows, total;
    bool has_table;
};

/* What says something to the person: no keys for comparison, no secrets, nothing of the exchange.
 */
static bool is_told(const struct personal_column *columns, int count, const struct column *column)
{
    if (column->is_secret || column->key != KEY_NONE || strcmp(column->name, "tenant_id") == 0 ||
        strcmp(column->name, "row_version") == 0 || strcmp(column->name, "email_key") == 0)
        return false;
    for (int i = 0; i < count; i++)
        if (columns[i].column == column)
            return strcmp(columns[i].kind, "secret") != 0;
    return true;
}

static bool is_empty(struct value value)
{
    return value.kind == VALUE_NULL ||
           (value.kind == VALUE_TEXT &&
            (value.size == 0 || strcmp(value.bytes, "{}") == 0 || strcmp(value.bytes, "[]") == 0));
}

static bool add_json(struct writer *writer, const struct table *table, const struct column *column,
                     struct value value, bool is_first, struct error *err)
{
    buffer_format(writer->json, "%s\"%s\":", is_first ? "" : ",", column->name);
    return wire_write(table, column, value, writer->json, err);
}

static void add_text(struct writer *writer, const struct table *table, const struct column *column,
                     const struct value *values)
{
    int currency = table_column_index(table, "currency");
    struct value value = values[column - table->columns];
    if (is_empty(value) || column->type == COLUMN_UUID || column->type == COLUMN_BYTES)
        return;
    buffer_format(writer->text, "  %s: %s\n", column->label,
                  column_format(column, value,
                                currency >= 0 ? value_as_text(values[currency]) : NULL,
                                store_env(writer->store)->zone, writer->arena));
}

static bool add_row(struct writer *writer, const struct personal_rows *rows,
                    const struct personal_column *columns, int count, const struct uuid *id,
                    bool is_first, struct error *err)
{
    const struct table *table = rows->table;
    arena_reset(writer->arena);
    struct value *values = arena_alloc(writer->arena, table->column_count * sizeof *values);
    if (row_read(writer->store, table, id, writer->arena, values, err) < 0)
        return false;
    buffer_add(writer->json, is_first ? "\n{" : ",\n{");
    bool has_column = false;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (!is_told(columns, count, column))
            continue;
        if (!add_json(writer, table, column, values[i], !has_column, err))
            return false;
        has_column = true;
        add_text(writer, table, column, values);
    }
    buffer_add_char(writer->json, '}');
    buffer_add_char(writer->text, '\n');
    writer->rows++;
    if (writer->rows % STEP_ROWS == 0 && writer->progress != NULL &&
        !writer->progress->step(writer->progress->context, writer->rows, writer->total))
        return error_set(err, ERROR_STOPPED, "the export was stopped");
    return true;
}

static bool is_shown(const struct personal_rows *rows)
{
    return table_column(rows->table, "tenant_id") != NULL && strcmp(rows->key, "id") == 0;
}

static bool add_table(struct writer *writer, const struct personal_rows *rows, struct error *err)
{
    struct arena *arena = arena_new();
    struct personal_column *columns;
    int count = personal_columns(writer->store, rows->table, arena, &columns, err);
    bool is_done = count >= 0;
    buffer_format(writer->json, "%s\"%s\":[", writer->has_table ? ",\n" : "", rows->table->name);
    writer->has_table = true;
    const char *heading = arena_format(arena, "%s (%zu)", rows->table->label, rows->rows.count);
    buffer_format(writer->text, "%s\n", heading);
    for (size_t i = 0; heading[i] != '\0'; i++)
        buffer_add_char(writer->text, '-');
    buffer_add_char(writer->text, '\n');
    for (size_t i = 0; i < rows->rows.count && is_done; i++) {
        struct uuid id = id_set_at(&rows->rows, i);
        is_done = add_row(writer, rows, columns, count, &id, i == 0, err);
    }
    buffer_add(writer->json, "]");
    arena_free(arena);
    return is_done;
}

static void begin(struct writer *writer, const struct subject *person)
{
    char id[UUID_TEXT_SIZE], at[INSTANT_TEXT_SIZE];
    uuid_text(&person->id, id);
    instant_format(env_now(store_env(writer->store)), at);
    buffer_add(writer->json, "{\"person\":");
    wire_write_text(value_text(person->name), writer->json);
    buffer_format(writer->json, ",\n\"id\":\"%s\",\n\"made_at\":\"%s\",\n\"rows\":{", id, at);
    instant_format_local(env_now(store_env(writer->store)), store_env(writer->store)->zone, at);
    buffer_format(writer->text, "What is known of %s\nmade on %s\n\n", person->name, at);
}

int64_t subject_export(struct store *store, const struct actor *actor, const struct subject *person,
                       const struct subject_progress *progress, struct buffer *json,
                       struct buffer *text, struct error *err)
{
    if (!actor_may(store, actor, "privacy.manage", err))
        return -1;
    struct writer writer = {
        .store = store, .progress = progress, .json = json, .text = text, .arena = arena_new()};
    struct arena *arena = arena_new();
    struct personal_list list;
    bool is_done = personal_find(store, person, arena, &list, err);
    for (size_t i = 0; i < list.count && is_done; i++)
        writer.total += is_shown(&list.items[i]) ? (int64_t)list.items[i].rows.count : 0;
    begin(&writer, person);
    for (size_t i = 0; i < list.count && is_done; i++)
        if (is_shown(&list.items[i]))
            is_done = add_table(&writer, &list.items[i], err);
    buffer_add(json, "}}\n");
    arena_free(arena);
    arena_free(writer.arena);
    return is_done ? writer.rows : -1;
}

int64_t subject_export_files(struct store *store, const struct actor *actor,
                             const struct subject *person, const char *path,
                             const struct subject_progress *progress, struct error *err)
{
    struct buffer json, text, name;
    buffer_init(&json);
    buffer_init(&text);
    buffer_init(&name);
    size_t size = strlen(path);
    if (size > 5 && (strcmp(path + size - 5, ".json") == 0))
        size -= 5;
    else if (size > 4 && strcmp(path + size - 4, ".txt") == 0)
        size -= 4;
    int64_t rows = subject_export(store, actor, person, progress, &json, &text, err);
    buffer_format(&name, "%.*s.json", (int)size, path);
    if (rows >= 0 && !private_file_write(name.text, json.text, err))
        rows = -1;
    buffer_clear(&name);
    buffer_format(&name, "%.*s.txt", (int)size, path);
    if (rows >= 0 && !private_file_write(name.text, text.text, err))
        rows = -1;
    buffer_done(&name);
    buffer_done(&text);
    buffer_done(&json);
    return rows;
}
