/* `countertop records`: any table of the shop. */
#include "model/operation/record.h"
#include "model/operation/record_hand.h"
#include "tui/cli/list.h"
#include "tui/cli/rows.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

static const char *note_of(struct cli *cli, const struct table *table)
{
    const char *domain = record_domain(table);
    if (!table->travels)
        return "kept by the program";
    if (domain != NULL)
        return arena_format(cli->arena, "changed by `countertop %s`", domain);
    return table->merge == MERGE_APPEND ? "history" : "";
}

static bool list_tables(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "table", .label = "Table", .is_whole = true},
        {.name = "label", .label = "Label"},
        {.name = "note", .label = "Note"}};
    const struct schema *schema = store_schema(cli->store);
    struct sheet sheet;
    (void)argc;
    (void)argv;
    (void)err;
    sheet_init(&sheet, cli, columns, 3);
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct table *table = &schema->tables[i];
        sheet_row(&sheet, (const char *const[]){table->name, table->label, note_of(cli, table)});
    }
    sheet_done(&sheet);
    return true;
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"deleted", NULL, "those that were deleted and can be restored"},
    ROWS_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "", "which tables there are", NULL, CLI_READS, 0, 0, list_tables},
    {"list", "", "rows, newest first", LIST_TAKES " deleted", CLI_READS, 0, 0, list_run},
    {"export", "", "all fields of the rows, as CSV unless asked otherwise", EXPORT_TAKES " deleted",
     CLI_READS, 0, 0, list_export},
    {"fields", "", "which fields the table has, and what they take", NULL, CLI_READS, 0, 0,
     rows_fields},
    {"show", "ROW", "one row with all its fields", NULL, CLI_READS, 1, 1, rows_show},
    {"new", "FIELD=VALUE...", "make a row; prints its id", "dry-run", CLI_WRITES, 1, -1, rows_new},
    {"set", "ROW FIELD=VALUE...", "change fields of a row", "seen dry-run", CLI_WRITES, 2, -1,
     rows_set},
    {"delete", "ROW...", "delete rows, all of them or none", "dry-run", CLI_WRITES, 1, -1,
     rows_delete},
    {"restore", "ROW...", "bring back what was deleted", "dry-run", CLI_WRITES, 1, -1,
     rows_restore},
    {"history", "ROW", "what was done to the row", NULL, CLI_READS, 1, 1, rows_history},
    {.name = NULL},
};

const struct cli_verb cli_verb_records = {
    .name = "records",
    .summary = "read and write any table of the shop",
    .details =
        "A ROW is an id, its first eight digits or more, or the name of the row; \"-\" takes\n"
        "rows from standard input. A reference is given in the same way: category=Paint.",
    .options = options,
    .actions = actions,
    .takes_table = true,
};
