/* `countertop stock`: what is where, and what makes it more or less. */
#include "tui/cli/stock.h"

#include "model/base/money.h"
#include "model/stock/level.h"
#include "model/stock/oversold.h"
#include "model/stock/receive.h"
#include "tui/cli/list.h"
#include "tui/cli/verbs.h"

#include <string.h>

static bool levels(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return stock_list(cli, &stock_level_source, "stock_levels",
                      "sku name location on_hand least state", NULL, err);
}

static bool oversold(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return stock_list(cli, &oversold_source, "stock_levels", "sku name location missing sales",
                      NULL, err);
}

static bool find_goods(struct cli *cli, const char *code, struct sellable *goods, struct error *err)
{
    int found = product_by_code(cli->store, code, cli->arena, goods, err);
    return found == 1 || (found == 0 && error_set(err, ERROR_NOT_FOUND,
                                                  "there are no goods with the code %s", code));
}

static bool history(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct sellable goods;
    char id[UUID_TEXT_SIZE];
    (void)argc;
    if (!find_goods(cli, argv[1], &goods, err))
        return false;
    uuid_text(&goods.variant_id, id);
    return stock_list(cli, &stock_history_source, "stock_movements",
                      "time location quantity reason note person",
                      arena_format(cli->arena, "name:%s", id), err);
}

/* What is damaged or lost is said as how many are gone. */
static bool read_change(struct cli *cli, const char *text, int64_t *milli, const char **reason,
                        const char **note, struct error *err)
{
    const char *given = cli_value(cli, "reason");
    *reason = given != NULL ? given : "adjust";
    *note = cli_value(cli, "note");
    const bool is_loss = strcmp(*reason, "loss") == 0;
    if (!quantity_parse(text, milli, err))
        return false;
    if (!is_loss && strcmp(*reason, "damage") != 0)
        return strcmp(*reason, "adjust") == 0 ||
               error_set(err, ERROR_INPUT, "--reason is damage, loss or adjust");
    *reason = "damage";
    if (is_loss)
        *note = *note != NULL ? arena_format(cli->arena, "lost: %s", *note) : "lost";
    if (*milli <= 0)
        return error_set(err, ERROR_INPUT, "say how many are gone, such as 3");
    *milli = -*milli;
    return true;
}

static bool adjust(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct sellable goods;
    struct uuid place;
    int64_t milli;
    const char *reason, *note;
    (void)argc;
    return find_goods(cli, argv[1], &goods, err) &&
           read_change(cli, argv[2], &milli, &reason, &note, err) &&
           stock_place(cli, "location", &place, err) &&
           stock_adjust(cli->store, &cli->who, &goods.variant_id, &place, milli, reason, note, err);
}

static bool receive(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct stock_scan *scans;
    size_t count;
    struct uuid place;
    if (!stock_scans(cli, argc - 1, argv + 1, &scans, &count, err) ||
        !stock_place(cli, "location", &place, err))
        return false;
    const char *cost = cli_value(cli, "cost");
    struct stock_receipt *lines = arena_alloc(cli->arena, count * sizeof *lines);
    for (size_t i = 0; i < count; i++) {
        const char *own = scans[i].more[0] != '\0' ? scans[i].more : cost;
        lines[i] = (struct stock_receipt){.variant_id = scans[i].goods.variant_id,
                                          .location_id = place,
                                          .quantity_milli = scans[i].milli,
                                          .unit_cost_cents = -1,
                                          .note = cli_value(cli, "note")};
        if (own == NULL)
            continue;
        if (!money_parse(own, scans[i].goods.currency, &lines[i].unit_cost_cents, err))
            return error_prefix(err, "the cost of %s", scans[i].goods.name);
        if (lines[i].unit_cost_cents < 0)
            return error_set(err, ERROR_INPUT, "the cost of %s can't be negative",
                             scans[i].goods.name);
    }
    return stock_receive_freely(cli->store, &cli->who, lines, count, err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"location", "LOCATION", "where; else where you work"},
    {"cost", "AMOUNT", "what one cost"},
    {"note", "TEXT", "in words"},
    {"reason", "REASON", "damage, loss or adjust; for a transfer, why it differs"},
    {"count", "COUNT", "the count's number; else the open one of the place, or a new one"},
    {"shelf", "NAME", "which shelf: two who count the same one count it once"},
    {"category", "CATEGORY", "a new count of these goods alone"},
    {"days", "N", "a new count of goods that were not counted for so many days"},
    {"blind", NULL, "a new count that hides what is expected"},
    {"anew", NULL, "in the place of what was counted of these goods before"},
    {"close", NULL, "book the differences at once"},
    {"rest", "none|leave", "what nobody counted is gone, or stays as it is"},
    {"from", "LOCATION", "where the goods are; else where you work"},
    {"to", "LOCATION", "where the goods go"},
    {"draft", NULL, "write it down, and send it later"},
    {"arrived", NULL, "they are there already"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"levels", "", "what is on hand where", LIST_TAKES, CLI_READS, 0, 0, levels},
    {"export", "", "what is on hand where, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS,
     0, 0, list_export},
    {"history", "CODE", "what moved the goods, newest first", LIST_TAKES, CLI_READS, 1, 1, history},
    {"oversold", "", "what was sold though it was not there, and by which sales", LIST_TAKES,
     CLI_READS, 0, 0, oversold},
    {"receive", "[N*]CODE...|-", "goods that came; on standard input with their cost behind a tab",
     "location cost note", CLI_WRITES, 1, -1, receive},
    {"adjust", "CODE QUANTITY", "correct by 3 or, behind --, by -3; of damage and loss, how many",
     "location reason note", CLI_WRITES, 2, 2, adjust},
    {"count", "[[N*]CODE...|-]", "count what is scanned, in words or on standard input",
     "location count shelf category days blind anew close rest", CLI_WRITES, 0, -1,
     stock_count_scans},
    {"counts", "", "the counts", LIST_TAKES, CLI_READS, 0, 0, stock_counts},
    {"count-show", "COUNT", "what was counted, and what differs", NULL, CLI_READS, 1, 1,
     stock_count_show},
    {"count-close", "COUNT", "book what differs", "rest", CLI_WRITES, 1, 1, stock_count_close},
    {"count-cancel", "COUNT", "throw a count away", NULL, CLI_WRITES, 1, 1, stock_count_cancel},
    {"settle", "", "book what came to light after counts were closed; prints how many", NULL,
     CLI_WRITES, 0, 0, stock_count_settle},
    {"move", "[N*]CODE...|-", "send goods to another place", "from to note draft arrived",
     CLI_WRITES, 1, -1, stock_send},
    {"moves", "", "the transfers", LIST_TAKES, CLI_READS, 0, 0, stock_moves},
    {"move-show", "TRANSFER", "what was sent, and what arrived", NULL, CLI_READS, 1, 1,
     stock_move_show},
    {"arrive", "TRANSFER [N*]CODE...|-", "what arrived of a transfer", NULL, CLI_WRITES, 2, -1,
     stock_arrive},
    {"move-close", "TRANSFER", "nothing more comes of it", "reason", CLI_WRITES, 1, 1,
     stock_move_close},
    {"move-cancel", "TRANSFER", "throw a draft away, or bring back what has not arrived", NULL,
     CLI_WRITES, 1, 1, stock_move_cancel},
    {.name = NULL},
};

const struct cli_verb cli_verb_stock = {
    .name = "stock",
    .summary = "count, receive, move and correct what is on the shelf",
    .details = "A CODE is a barcode or a SKU; 12*CODE is twelve of them. `stock count < scans.txt` "
               "takes a scan\nin each line, all of them or none.",
    .options = options,
    .actions = actions,
    .table = "stock_levels",
    .source = &stock_level_source,
};
