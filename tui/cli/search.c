/* `countertop search`: orders, products and customers from a few words. */
#include "model/list/search.h"

#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

static const char *joined(int count, char **words, struct arena *arena)
{
    const char *text = "";
    for (int i = 0; i < count; i++)
        text = arena_format(arena, "%s%s%s", text, i > 0 ? " " : "", words[i]);
    return text;
}

static bool search(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "table", .label = "Table", .is_whole = true},
        {.name = "title", .label = "Name"},
        {.name = "subtitle", .label = "Details"},
        {.name = "id", .label = "Id", .is_whole = true},
    };
    enum { SHOWN = 20, LIMIT_MOST = 1000 };
    struct sheet sheet;
    long long limit;
    if (!cli_whole(cli, "limit", 1, SHOWN, &limit, err))
        return false;
    if (limit > LIMIT_MOST)
        return error_set(err, ERROR_INPUT, "--limit is at most %d", (int)LIMIT_MOST);
    const char *text = joined(argc - 1, argv + 1, cli->arena);
    struct search_hit *hits = arena_alloc(cli->arena, (size_t)limit * sizeof *hits);
    int count = search_anything(cli->store, text, (size_t)limit, cli->arena, hits, err);
    if (count == 0)
        error_set(err, ERROR_NOT_FOUND, "nothing has the words \"%s\"", text);
    if (count <= 0)
        return false;
    sheet_init(&sheet, cli, columns, 4);
    for (int i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_text(&hits[i].id, id);
        sheet_row(&sheet,
                  (const char *const[]){hits[i].table, hits[i].title, hits[i].subtitle, id});
    }
    sheet_done(&sheet);
    return true;
}

static const struct cli_option options[] = {
    {"limit", "N", "how many at most, 20 if not given"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "WORDS...", "what has these words, by their beginnings and without accents", "limit",
     CLI_READS, 1, -1, search},
    {.name = NULL},
};

const struct cli_verb cli_verb_search = {
    .name = "search",
    .summary = "find orders, products and customers by words, codes and numbers",
    .options = options,
    .actions = actions,
};
