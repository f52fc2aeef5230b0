/* `countertop history` and `countertop undo`: what was done, and taking it back. */
#include "model/base/instant.h"
#include "model/operation/operation.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/rows.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

static const struct sheet_column columns[] = {
    {.name = "time", .label = "Time", .is_whole = true},
    {.name = "actor", .label = "Who"},
    {.name = "kind", .label = "Kind"},
    {.name = "summary", .label = "What"},
    {.name = "state", .label = ""},
};
enum { COLUMNS = sizeof columns / sizeof columns[0], SHOWN = 50 };

static void print_operation(struct sheet *sheet, const struct operation_info *info)
{
    char time[INSTANT_TEXT_SIZE];
    if (sheet->cli->format == CLI_JSON)
        instant_format(info->time, time);
    else
        instant_format_local(info->time, sheet->cli->env->zone, time);
    sheet_row(sheet, (const char *const[COLUMNS]){time, info->actor_name, info->kind, info->summary,
                                                  info->is_undone ? "undone" : ""});
}

/* Of one row, or of all. */
static bool print_history(struct cli *cli, const char *table, const struct uuid *id, int limit,
                          struct error *err)
{
    struct sheet sheet;
    struct operation_info *found = arena_alloc(cli->arena, (size_t)limit * sizeof *found);
    int count = operation_list(cli->store, 0, table, id, limit, cli->arena, found, err);
    if (count < 0)
        return false;
    sheet_init(&sheet, cli, columns, COLUMNS);
    for (int i = 0; i < count; i++)
        print_operation(&sheet, &found[i]);
    sheet_done(&sheet);
    return true;
}

bool rows_history(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct table *table = list_table(cli, err);
    struct uuid id;
    (void)argc;
    return table != NULL && which_row(cli, table, argv[1], &id, err) &&
           print_history(cli, table->name, &id, SHOWN, err);
}

static bool history(struct cli *cli, int argc, char **argv, struct error *err)
{
    enum { LIMIT_MOST = 100000 };
    long long limit;
    if (!cli_whole(cli, "limit", 1, SHOWN, &limit, err))
        return false;
    if (limit > LIMIT_MOST)
        return error_set(err, ERROR_INPUT, "--limit is at most %d", (int)LIMIT_MOST);
    if (argc == 1)
        return print_history(cli, NULL, NULL, (int)limit, err);
    if (argc == 2)
        return error_set(err, ERROR_INPUT, "name a row of %s, too", argv[1]);
    cli->table = argv[1];
    const struct table *table = list_table(cli, err);
    struct uuid id;
    return table != NULL && which_row(cli, table, argv[2], &id, err) &&
           print_history(cli, table->name, &id, (int)limit, err);
}

static const struct cli_option history_options[] = {
    {"limit", "N", "how many at most, 50 if not given"},
    {NULL, NULL, NULL},
};

static const struct cli_action history_actions[] = {
    {"", "[TABLE ROW]", "what was done, newest first; to one row, or at all", "limit", CLI_READS, 0,
     2, history},
    {.name = NULL},
};

const struct cli_verb cli_verb_history = {
    .name = "history",
    .summary = "show what was done in the shop, newest first",
    .options = history_options,
    .actions = history_actions,
};

static bool undo(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct buffer summary;
    (void)argc;
    (void)argv;
    buffer_init(&summary);
    bool is_done = operation_undo(cli->store, &cli->who, &summary, err);
    if (is_done)
        print_line(cli, "%s", summary.text);
    buffer_done(&summary);
    return is_done;
}

static const struct cli_action undo_actions[] = {
    {"", "", "take back the last thing that you did", NULL, CLI_WRITES, 0, 0, undo},
    {.name = NULL},
};

const struct cli_verb cli_verb_undo = {
    .name = "undo",
    .summary = "take back the last thing that you did",
    .details = "A second time takes back the one before. --as NAME takes back what NAME did.",
    .actions = undo_actions,
};
