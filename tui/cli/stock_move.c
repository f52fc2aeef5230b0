/* `countertop stock move` and what goes with it. */
#include "model/base/money.h"
#include "model/stock/transfer.h"
#include "tui/cli/sheet.h"
#include "tui/cli/stock.h"
#include "tui/cli/which.h"

#include <string.h>

static bool find_transfer(struct cli *cli, const char *word, struct uuid *id, struct error *err)
{
    return which_row(cli, schema_table(store_schema(cli->store), "stock_transfers"), word, id, err);
}

static bool tell(struct cli *cli, const struct uuid *id, struct error *err)
{
    static const struct sheet_column columns[] = {
        {"transfer", "Transfer", false, true},
        {"from", "From", false, false},
        {"to", "To", false, false},
        {"status", "Status", false, false},
    };
    struct transfer transfer;
    if (transfer_load(cli->store, id, cli->arena, &transfer, err) != 1)
        return false;
    const char *facts[] = {transfer.number, transfer.from, transfer.to, transfer.status};
    sheet_facts(cli, columns, facts, sizeof columns / sizeof columns[0]);
    return true;
}

/* Goods that come again are one line. */
static size_t gather(const struct stock_scan *scans, size_t count, struct transfer_entry *out)
{
    size_t gathered = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < gathered && !uuid_equal(&out[at].variant_id, &scans[i].goods.variant_id))
            at++;
        if (at == gathered)
            out[gathered++] = (struct transfer_entry){.variant_id = scans[i].goods.variant_id};
        if (!money_add(out[at].quantity_milli, scans[i].milli, &out[at].quantity_milli))
            out[at].quantity_milli = INT64_MAX;
    }
    return gathered;
}

static bool read_entries(struct cli *cli, int count, char **words, struct transfer_entry **out,
                         size_t *found, struct error *err)
{
    struct stock_scan *scans;
    size_t scanned;
    if (!stock_scans(cli, count, words, &scans, &scanned, err))
        return false;
    *out = arena_alloc(cli->arena, scanned * sizeof **out);
    *found = gather(scans, scanned, *out);
    return true;
}

bool stock_send(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct transfer_entry *entries;
    size_t count;
    struct uuid from, to, id;
    if (cli_value(cli, "to") == NULL)
        return error_set(err, ERROR_INPUT, "say where they go with --to LOCATION");
    return read_entries(cli, argc - 1, argv + 1, &entries, &count, err) &&
           stock_place(cli, "from", &from, err) && stock_place(cli, "to", &to, err) &&
           transfer_new(cli->store, &cli->who, &from, &to, cli_value(cli, "note"), entries, count,
                        &id, err) &&
           (cli_flag(cli, "draft") || transfer_send(cli->store, &cli->who, &id, err)) &&
           (!cli_flag(cli, "arrived") ||
            transfer_receive(cli->store, &cli->who, &id, entries, count, err)) &&
           tell(cli, &id, err);
}

bool stock_arrive(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct transfer_entry *entries;
    size_t count;
    struct uuid id;
    return find_transfer(cli, argv[1], &id, err) &&
           read_entries(cli, argc - 2, argv + 2, &entries, &count, err) &&
           transfer_receive(cli->store, &cli->who, &id, entries, count, err) && tell(cli, &id, err);
}

bool stock_move_close(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    (void)argc;
    return find_transfer(cli, argv[1], &id, err) &&
           transfer_close(cli->store, &cli->who, &id, cli_value(cli, "reason"), err) &&
           tell(cli, &id, err);
}

bool stock_move_cancel(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    (void)argc;
    return find_transfer(cli, argv[1], &id, err) &&
           transfer_cancel(cli->store, &cli->who, &id, err) && tell(cli, &id, err);
}

static const char *quantity(struct cli *cli, int64_t milli)
{
    char text[MONEY_TEXT_SIZE];
    quantity_format(milli, text);
    return arena_text(cli->arena, text);
}

bool stock_move_show(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {
        {"sku", "SKU", false, true},        {"name", "Name", false, false},
        {"sent", "Sent", true, false},      {"received", "Arrived", true, false},
        {"reason", "Reason", false, false},
    };
    struct uuid id;
    struct transfer transfer;
    struct transfer_line *lines;
    (void)argc;
    if (!find_transfer(cli, argv[1], &id, err) ||
        transfer_load(cli->store, &id, cli->arena, &transfer, err) != 1)
        return false;
    int found = transfer_lines(cli->store, &transfer, cli->arena, &lines, err);
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < found; i++) {
        const char *cells[] = {lines[i].sku, lines[i].name, quantity(cli, lines[i].sent_milli),
                               quantity(cli, lines[i].received_milli), lines[i].reason};
        sheet_row(&sheet, cells);
    }
    sheet_done(&sheet);
    return found >= 0;
}

bool stock_moves(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    return stock_list(cli, &transfer_source, "stock_transfers", "number from to status goods open",
                      NULL, err);
}
