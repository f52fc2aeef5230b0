/* One row and its fields, and what a table's fields are. */
#include "model/operation/record.h"
#include "model/operation/record_hand.h"
#include "model/operation/wire.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/rows.h"
#include "tui/cli/sheet.h"
#include "tui/cli/which.h"

#include <string.h>

/* As in operations (model/operation/wire.h), so that amounts are whole numbers of minor units. */
static bool show_json(struct cli *cli, const struct record *row, struct error *err)
{
    struct buffer text;
    bool is_good = true;
    const char *between = "{";
    buffer_init(&text);
    for (size_t i = 0; i < row->table->column_count && is_good; i++) {
        const struct column *column = &row->table->columns[i];
        if (column->is_secret)
            continue;
        buffer_format(&text, "%s\"%s\":", between, column->name);
        is_good = wire_write(row->table, column, row->values[i], &text, err);
        between = ",\n ";
    }
    buffer_add(&text, "}\n");
    is_good = is_good && print_bytes(cli, text.text, text.size, err);
    buffer_done(&text);
    return is_good;
}

static const char *shown(struct cli *cli, const struct record *row, size_t i)
{
    const struct column *column = &row->table->columns[i];
    struct uuid id;
    if (column->reference != NULL && record_has_id(column->reference) &&
        value_as_uuid(row->values[i], &id))
        return record_title(cli->store, column->reference, &id, cli->arena);
    return column_format(column, row->values[i], value_as_text(record_value(row, "currency")),
                         cli->env->zone, cli->arena);
}

static void show_fields(struct cli *cli, const struct record *row)
{
    static const struct sheet_column columns[] = {
        {.name = "field", .label = "Field", .is_whole = true},
        {.name = "value", .label = "Value", .is_whole = true}};
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, 2);
    sheet.is_bare = true;
    sheet.is_cut = false;
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct column *column = &row->table->columns[i];
        const char *name = sheet.is_aligned ? column->label : column->name;
        bool is_empty = row->values[i].kind == VALUE_NULL && sheet.is_aligned;
        if (!is_empty && column->key == KEY_NONE)
            sheet_row(&sheet, (const char *const[]){name, shown(cli, row, i)});
    }
    sheet_done(&sheet);
}

bool rows_show(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct table *table = list_table(cli, err);
    struct record row;
    struct uuid id;
    (void)argc;
    if (table == NULL || !which_row(cli, table, argv[1], &id, err))
        return false;
    int found = record_get(cli->store, table, &id, cli->arena, &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "\"%s\" has been taken away meanwhile", argv[1]);
    if (found != 1)
        return false;
    if (cli->format == CLI_JSON)
        return show_json(cli, &row, err);
    show_fields(cli, &row);
    return true;
}

static const char *takes(const struct column *column, struct arena *arena)
{
    static const char *const types[] = {
        [COLUMN_UUID] = "an id",
        [COLUMN_TEXT] = "a text",
        [COLUMN_INTEGER] = "a number",
        [COLUMN_BOOLEAN] = "yes or no",
        [COLUMN_INSTANT] = "2026-11-20 14:00",
        [COLUMN_DATE] = "2026-11-20",
        [COLUMN_TIME] = "14:30",
        [COLUMN_JSON] = "JSON",
        [COLUMN_BYTES] = "bytes",
    };
    static const char *const units[] = {[UNIT_CENTS] = "an amount",
                                        [UNIT_MILLI] = "a quantity",
                                        [UNIT_BASIS_POINTS] = "a percentage"};
    if (column->reference != NULL)
        return arena_format(arena, "a row of %s", column->reference->name);
    if (column->unit != UNIT_NONE)
        return units[column->unit];
    if (column->choices == NULL)
        return column->length > 0 ? arena_format(arena, "up to %d characters", column->length)
                                  : types[column->type];
    struct buffer words;
    buffer_init(&words);
    for (size_t i = 0; column->choices[i] != NULL; i++)
        buffer_format(&words, "%s%s", i > 0 ? ", " : "", column->choices[i]);
    const char *text = arena_text(arena, words.text);
    buffer_done(&words);
    return text;
}

bool rows_fields(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "field", .label = "Field", .is_whole = true},
        {.name = "label", .label = "Label"},
        {.name = "takes", .label = "Takes", .is_whole = true},
        {.name = "note", .label = "Note", .is_whole = true}};
    const struct table *table = list_table(cli, err);
    struct sheet sheet;
    (void)argc;
    (void)argv;
    if (table == NULL)
        return false;
    sheet_init(&sheet, cli, columns, 4);
    sheet.is_cut = false;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        const char *kept = record_column_kept(table, column);
        const char *note = kept != NULL ? kept : column->is_required ? "needed" : "";
        sheet_row(&sheet, (const char *const[]){column->name, column->label,
                                                takes(column, cli->arena), note});
    }
    sheet_done(&sheet);
    return true;
}
