/* `countertop check`: whether the store is sound, and its sums are those of its rows. */
#include "model/store/derived.h"
#include "tui/cli/print.h"
#include "tui/cli/verbs.h"

#include <inttypes.h>

struct findings {
    struct cli *cli;
    int count;
};

static void tell(void *context, const char *table, int64_t missing, int64_t extra)
{
    struct findings *findings = context;
    findings->count++;
    if (missing < 0)
        print_line(findings->cli, "%s: the index does not follow its texts", table);
    else
        print_line(findings->cli,
                   "%s: %" PRId64 " rows are missing or wrong, %" PRId64 " too many or wrong",
                   table, missing, extra);
}

static bool check(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct findings findings = {.cli = cli};
    (void)argc;
    (void)argv;
    if (!store_check(cli->store, err))
        return error_prefix(err, "the file is damaged; copy it away, then restore a backup");
    int count = derived_check(cli->store, tell, &findings, err);
    if (count < 0)
        return false;
    if (count == 0) {
        print_line(cli, "%s is sound", cli->store_path);
        return true;
    }
    if (!cli_flag(cli, "mend"))
        return error_set(err, ERROR_STORE,
                         "%d tables do not agree with the rows they follow; `countertop check "
                         "--mend` makes them anew",
                         count);
    if (!derived_rebuild(cli->store, NULL, NULL, err))
        return false;
    print_line(cli, "made anew from the rows");
    return true;
}

static const struct cli_option options[] = {
    {"mend", NULL, "make sums and indexes anew where they do not agree"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "", "read the whole file, and work out all sums again", "mend", CLI_WRITES_FOR_ANYBODY, 0,
     0, check},
    {.name = NULL},
};

const struct cli_verb cli_verb_check = {
    .name = "check",
    .summary = "check that the store is sound and its sums are right",
    .details = "Reads the whole store: seconds, or minutes for a very large one.",
    .options = options,
    .actions = actions,
};
