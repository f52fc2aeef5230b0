/* What the actions of `countertop stock` are given: scans, places, lists. */
#include "model/stock/count.h"
#include "tui/cli/list.h"
#include "tui/cli/stock.h"
#include "tui/cli/which.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct scans {
    struct stock_scan *items;
    size_t count, capacity;
};

static bool add(struct cli *cli, const char *text, struct scans *scans, struct error *err)
{
    const char *tab = strchr(text, '\t');
    const size_t size = tab != NULL ? (size_t)(tab - text) : strlen(text);
    struct stock_scan scan = {.more = tab != NULL ? arena_text(cli->arena, tab + 1) : ""};
    if (!count_read(cli->store, arena_bytes(cli->arena, text, size), cli->arena, &scan.goods,
                    &scan.milli, err))
        return false;
    if (scans->count == scans->capacity) {
        scans->capacity = scans->capacity == 0 ? 64 : 2 * scans->capacity;
        scans->items = memory_resize(scans->items, scans->capacity, sizeof *scans->items);
    }
    scans->items[scans->count++] = scan;
    return true;
}

static bool add_lines(struct cli *cli, struct scans *scans, struct error *err)
{
    char *line = NULL;
    size_t size = 0, number = 0;
    bool is_good = true;
    while (is_good && getline(&line, &size, stdin) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        number++;
        if (line[0] != '\0')
            is_good = add(cli, line, scans, err) || error_prefix(err, "line %zu", number);
    }
    free(line);
    if (is_good && ferror(stdin))
        return error_set(err, ERROR_SYSTEM, "standard input can't be read: %s", strerror(errno));
    return is_good;
}

bool stock_scans(struct cli *cli, int count, char **words, struct stock_scan **out, size_t *found,
                 struct error *err)
{
    struct scans scans = {0};
    bool is_good = true;
    for (int i = 0; i < count && is_good; i++)
        is_good = strcmp(words[i], "-") == 0 ? add_lines(cli, &scans, err)
                                             : add(cli, words[i], &scans, err);
    *found = scans.count;
    *out = arena_alloc(cli->arena, (scans.count + 1) * sizeof **out);
    if (scans.count > 0)
        memcpy(*out, scans.items, scans.count * sizeof **out);
    free(scans.items);
    return is_good && (scans.count > 0 || error_set(err, ERROR_INPUT, "there was nothing scanned"));
}

bool stock_place(struct cli *cli, const char *option, struct uuid *out, struct error *err)
{
    const struct table *table = schema_table(store_schema(cli->store), "locations");
    const char *word = cli_value(cli, option);
    *out = cli->who.location_id;
    return word == NULL || which_row(cli, table, word, out, err) ||
           error_prefix(err, "--%s", option);
}

/* Its own verb for the list, with what was asked for behind the filter that always holds. */
bool stock_list(struct cli *cli, const struct query_source *source, const char *table,
                const char *fields, const char *filter, struct error *err)
{
    const struct cli_verb *verb = cli->verb;
    struct cli_verb own = *verb;
    struct cli_given *before = cli->given;
    const size_t given = cli->given_count;
    own.source = source;
    own.fields = fields;
    own.base = NULL;
    if (filter != NULL) {
        static const struct cli_option option = {"filter", "FILTER", ""};
        const char *asked = cli_value(cli, "filter");
        cli->given = arena_alloc(cli->arena, (given + 1) * sizeof *cli->given);
        if (given > 0)
            memcpy(cli->given, before, given * sizeof *before);
        cli->given[given] = (struct cli_given){
            &option, arena_format(cli->arena, "%s %s", filter, asked != NULL ? asked : "")};
        cli->given_count = given + 1;
    }
    const char *named = cli->table;
    cli->verb = &own;
    cli->table = table;
    bool is_done = list_run(cli, 0, NULL, err);
    cli->verb = verb;
    cli->table = named;
    cli->given = before;
    cli->given_count = given;
    return is_done;
}
