/* `countertop invoices`: writing and taking back invoices. */
#include "model/paper/invoice.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

static bool print_number(struct cli *cli, const struct uuid *id, struct error *err)
{
    struct invoice invoice;
    if (invoice_load(cli->store, id, cli->arena, &invoice, err) != 1)
        return false;
    print_line(cli, "%s", invoice.number);
    return true;
}

static bool issue(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid order, id;
    const struct table *table = schema_table(store_schema(cli->store), "orders");
    (void)argc;
    return which_row(cli, table, argv[1], &order, err) &&
           invoice_issue(cli->store, &cli->who, &order, &id, err) && print_number(cli, &id, err);
}

/* By its number, its order's, or, for a draft, its id. */
static bool find(struct cli *cli, const char *word, struct uuid *id, struct error *err)
{
    int found = invoice_find(cli->store, word, id, err);
    const struct table *table = schema_table(store_schema(cli->store), "invoices");
    return found == 1 || (found == 0 && which_row(cli, table, word, id, err));
}

static bool finalise(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id;
    (void)argc;
    return find(cli, argv[1], &id, err) && invoice_finalise(cli->store, &cli->who, &id, err) &&
           print_number(cli, &id, err);
}

static bool cancel(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct uuid id, cancellation;
    const char *reason = cli_value(cli, "reason");
    (void)argc;
    return find(cli, argv[1], &id, err) &&
           invoice_cancel(cli->store, &cli->who, &id, reason != NULL ? reason : "", &cancellation,
                          err) &&
           print_number(cli, &cancellation, err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"reason", "TEXT", "why it is cancelled"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "invoices, credit notes and cancellations, the newest first", LIST_TAKES,
     CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"issue", "ORDER", "write the invoice of an order, or a return's credit note", NULL, CLI_WRITES,
     1, 1, issue},
    {"finalise", "INVOICE", "give a draft its number", NULL, CLI_WRITES, 1, 1, finalise},
    {"cancel", "INVOICE", "take one back by a cancellation", "reason", CLI_WRITES, 1, 1, cancel},
    {.name = NULL},
};

const struct cli_verb cli_verb_invoices = {
    .name = "invoices",
    .summary = "list, write and cancel invoices",
    .details = "An INVOICE is its number, that of its order, or its id. `countertop print invoice` "
               "makes the PDF.",
    .options = options,
    .actions = actions,
    .table = "invoices",
    .fields = "number kind status order_id customer_name total_cents issued_on due_on",
};
