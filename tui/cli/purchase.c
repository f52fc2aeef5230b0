/* `countertop purchase`, `reorder` and `suppliers`: what is ordered, what is to be, and where. */
#include "model/stock/purchase.h"

#include "model/base/money.h"
#include "model/catalog/product.h"
#include "model/stock/reorder.h"
#include "model/stock/supplier.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/purchase.h"
#include "tui/cli/rows.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

bool purchase_named(struct cli *cli, const char *word, struct purchase *out, struct error *err)
{
    const struct table *table = schema_table(store_schema(cli->store), "purchase_orders");
    struct uuid id;
    if (!which_row(cli, table, word, &id, err))
        return false;
    int found = purchase_load(cli->store, &id, cli->arena, out, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "there is no purchase order %s", word);
    return found == 1;
}

/* The number, how far it is, and how much has still to come. */
static bool tell(struct cli *cli, const struct uuid *id, const char *sentence, struct error *err)
{
    struct purchase purchase;
    char open[MONEY_TEXT_SIZE];
    int64_t milli = 0;
    if (purchase_load(cli->store, id, cli->arena, &purchase, err) != 1)
        return error_prefix(err, "it is done, but can't be read back");
    for (size_t i = 0; i < purchase.line_count && purchase_is_open(&purchase); i++)
        milli += purchase_open(&purchase.lines[i]);
    quantity_format(milli, open);
    if (cli->format == CLI_JSON) {
        char text[UUID_TEXT_SIZE];
        uuid_text(id, text);
        json_t *json = json_pack("{s:s,s:s,s:s,s:I}", "id", text, "number", purchase.number,
                                 "status", purchase.status, "open_milli", (json_int_t)milli);
        json_dumpf(json, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
        json_decref(json);
    } else if (cli->is_terminal) {
        print_line(cli, "%s: %s; it is %s, %s have still to come", purchase.number, sentence,
                   purchase.status, open);
    } else {
        fprintf(cli->out, "%s\t%s\t%s\n", purchase.number, purchase.status, open);
    }
    return true;
}

/* "12*CODE", or a code alone for one. */
static bool read_goods(struct cli *cli, const char *text, struct uuid *variant, int64_t *milli,
                       struct error *err)
{
    const char *star = strchr(text, '*');
    struct sellable goods;
    *milli = 1000;
    if (star != NULL &&
        !quantity_parse(arena_bytes(cli->arena, text, (size_t)(star - text)), milli, err))
        return error_prefix(err, "%s", text);
    const char *code = star != NULL ? star + 1 : text;
    int found = product_by_code(cli->store, code, cli->arena, &goods, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "no goods have the code %s", code);
    if (found == 1)
        *variant = goods.variant_id;
    return found == 1;
}

static bool set_lines(struct cli *cli, const struct uuid *id, int count, char **words,
                      struct error *err)
{
    int64_t cents = -1;
    const char *cost = cli_value(cli, "cost");
    struct purchase purchase;
    if (purchase_load(cli->store, id, cli->arena, &purchase, err) != 1 ||
        (cost != NULL && !money_parse(cost, purchase.currency, &cents, err)))
        return false;
    for (int i = 0; i < count; i++) {
        struct uuid variant;
        int64_t milli;
        if (!read_goods(cli, words[i], &variant, &milli, err) ||
            !purchase_set_line(cli->store, &cli->who, id, &variant, milli, cents, err))
            return false;
    }
    return true;
}

/* All codes are looked up first, so that a wrong one leaves nothing behind. */
static bool make(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct table *suppliers = schema_table(store_schema(cli->store), "suppliers");
    const struct table *places = schema_table(store_schema(cli->store), "locations");
    const char *place = cli_value(cli, "location");
    struct uuid supplier, location = cli->who.location_id, variant, id;
    int64_t milli;
    if (!which_row(cli, suppliers, argv[1], &supplier, err) ||
        (place != NULL && !which_row(cli, places, place, &location, err)))
        return false;
    for (int i = 2; i < argc; i++)
        if (!read_goods(cli, argv[i], &variant, &milli, err))
            return false;
    return purchase_create(cli->store, &cli->who, &supplier, &location, &id, err) &&
           set_lines(cli, &id, argc - 2, argv + 2, err) && tell(cli, &id, "made", err);
}

static bool set(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct purchase purchase;
    return purchase_named(cli, argv[1], &purchase, err) &&
           set_lines(cli, &purchase.id, argc - 2, argv + 2, err) &&
           tell(cli, &purchase.id, "changed", err);
}

static bool send(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct purchase purchase;
    (void)argc;
    return purchase_named(cli, argv[1], &purchase, err) &&
           purchase_send(cli->store, &cli->who, &purchase.id, cli_value(cli, "expected"), err) &&
           tell(cli, &purchase.id, "ordered", err);
}

static bool close_order(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct purchase purchase;
    (void)argc;
    return purchase_named(cli, argv[1], &purchase, err) &&
           purchase_close(cli->store, &cli->who, &purchase.id, cli_value(cli, "reason"), err) &&
           tell(cli, &purchase.id, "closed", err);
}

static bool cancel(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct purchase purchase;
    (void)argc;
    return purchase_named(cli, argv[1], &purchase, err) &&
           purchase_cancel(cli->store, &cli->who, &purchase.id, cli_value(cli, "reason"), err) &&
           tell(cli, &purchase.id, "cancelled", err);
}

/* What came, line by line; 0: nothing of it. */
struct delivery {
    struct purchase purchase;
    struct purchase_receipt *receipts;
};

static bool add_scan(struct cli *cli, struct delivery *delivery, const char *text,
                     struct error *err)
{
    size_t line;
    int64_t milli;
    int found = purchase_scan(cli->store, &delivery->purchase, text, &line, &milli, err);
    if (found != 1)
        return false;
    return money_add(delivery->receipts[line].quantity_milli, milli,
                     &delivery->receipts[line].quantity_milli) ||
           error_set(err, ERROR_INPUT, "%s: that is more than can be counted", text);
}

static bool add_input(struct cli *cli, struct delivery *delivery, struct error *err)
{
    char *line = NULL;
    size_t size = 0, number = 0;
    bool is_good = true;
    while (is_good && getline(&line, &size, stdin) >= 0) {
        line[strcspn(line, "\t\r\n")] = '\0';
        number++;
        if (line[0] != '\0')
            is_good = add_scan(cli, delivery, line, err) || error_prefix(err, "line %zu", number);
    }
    free(line);
    if (is_good && ferror(stdin))
        return error_set(err, ERROR_SYSTEM, "standard input can't be read: %s", strerror(errno));
    return is_good;
}

static bool read_delivery(struct cli *cli, int count, char **words, struct delivery *delivery,
                          struct error *err)
{
    const struct purchase *purchase = &delivery->purchase;
    const char *cost = cli_value(cli, "cost");
    int64_t cents = -1;
    bool is_good = cost == NULL || money_parse(cost, purchase->currency, &cents, err);
    delivery->receipts =
        arena_alloc(cli->arena, (purchase->line_count + 1) * sizeof *delivery->receipts);
    for (size_t i = 0; i < purchase->line_count; i++)
        delivery->receipts[i] = (struct purchase_receipt){
            .line_id = purchase->lines[i].id,
            .unit_cost_cents = cents,
            .quantity_milli = cli_flag(cli, "all") ? purchase_open(&purchase->lines[i]) : 0};
    if (is_good && count == 0 && !cli_flag(cli, "all"))
        return error_set(err, ERROR_INPUT,
                         "say what came: codes, - for those on standard input,"
                         " or --all");
    for (int i = 0; is_good && i < count; i++)
        is_good = strcmp(words[i], "-") == 0 ? add_input(cli, delivery, err)
                                             : add_scan(cli, delivery, words[i], err);
    return is_good;
}

static size_t drop_empty(struct delivery *delivery)
{
    size_t count = 0;
    for (size_t i = 0; i < delivery->purchase.line_count; i++)
        if (delivery->receipts[i].quantity_milli > 0)
            delivery->receipts[count++] = delivery->receipts[i];
    return count;
}

static bool receive(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct delivery delivery;
    struct purchase_outcome outcome;
    if (!purchase_named(cli, argv[1], &delivery.purchase, err) ||
        !read_delivery(cli, argc - 2, argv + 2, &delivery, err))
        return false;
    size_t count = drop_empty(&delivery);
    if (!purchase_receive(cli->store, &cli->who, &delivery.purchase.id, delivery.receipts, count,
                          &outcome, err))
        return false;
    if (outcome.over > 0)
        fprintf(cli->err, "countertop: purchase: of %d %s more came than was ordered\n",
                outcome.over, outcome.over == 1 ? "line" : "lines");
    if (outcome.keeps_costs)
        fprintf(cli->err, "countertop: purchase: cost prices stay as they are; changing them needs"
                          " the right catalog.edit\n");
    return tell(cli, &delivery.purchase.id,
                arena_format(cli->arena, "received %zu %s", count, count == 1 ? "line" : "lines"),
                err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"location", "LOCATION", "where the goods go; else where you work"},
    {"cost", "AMOUNT", "what one costs; else what the supplier asks, or as it was ordered"},
    {"expected", "DATE", "when it is to come, as 2026-11-27; else by the supplier's days"},
    {"reason", "TEXT", "why it is cancelled, or why the rest does not come"},
    {"all", NULL, "all that is open came"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "purchase orders, the newest first", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"show", "ORDER", "one order: what is ordered, what came, what is open", NULL, CLI_READS, 1, 1,
     purchase_show},
    {"print", "ORDER", "the order as a text for the supplier; --csv for a spreadsheet", NULL,
     CLI_READS, 1, 1, purchase_print},
    {"new", "SUPPLIER [GOODS...]", "make a draft", "location cost", CLI_WRITES, 1, -1, make},
    {"set", "ORDER GOODS...", "say how many of the goods a draft orders; 0*CODE takes them out",
     "cost", CLI_WRITES, 2, -1, set},
    {"send", "ORDER", "say that the order was sent to the supplier", "expected", CLI_WRITES, 1, 1,
     send},
    {"receive", "ORDER [GOODS...]", "book what came", "all cost", CLI_WRITES, 1, -1, receive},
    {"close", "ORDER", "say that no more will come", "reason", CLI_WRITES, 1, 1, close_order},
    {"cancel", "ORDER", "cancel an order of which nothing came", "reason", CLI_WRITES, 1, 1,
     cancel},
    {"history", "ORDER", "what was done to the order", NULL, CLI_READS, 1, 1, rows_history},
    {.name = NULL},
};

const struct cli_verb cli_verb_purchase = {
    .name = "purchase",
    .summary = "order from suppliers, and receive what comes",
    .details = "GOODS are codes, 12*CODE for twelve: a barcode, a SKU, or when they come the"
               " supplier's own\nnumber, which stands for a pack. \"-\" takes them from standard"
               " input, one in each line:\n  countertop purchase receive PO-R1-000012 - < scans.txt"
               "\nWhat is done prints the number, the status and how many have still to come.",
    .options = options,
    .actions = actions,
    .table = "purchase_orders",
    .source = &purchase_source,
    .fields = "number supplier status expected open total location",
};

/* The days that count move on before the list is read. */
static bool list_reorder(struct cli *cli, int argc, char **argv, struct error *err)
{
    return reorder_follow_day(cli->store, err) && list_run(cli, argc, argv, err);
}

static bool export_reorder(struct cli *cli, int argc, char **argv, struct error *err)
{
    return reorder_follow_day(cli->store, err) && list_export(cli, argc, argv, err);
}

struct chosen {
    struct uuid *ids;
    size_t count, capacity;
};

static bool add_chosen(void *context, const struct query_row *row)
{
    struct chosen *chosen = context;
    if (chosen->count == chosen->capacity) {
        chosen->capacity = chosen->capacity == 0 ? 64 : 2 * chosen->capacity;
        chosen->ids = memory_resize(chosen->ids, chosen->capacity, sizeof *chosen->ids);
    }
    chosen->ids[chosen->count++] = row->id;
    return true;
}

static void tell_left(void *context, const char *goods, const char *why)
{
    struct cli *cli = context;
    fprintf(cli->err, "countertop: reorder: %s: %s\n", print_safe(cli, goods, cli->arena), why);
}

static bool order(struct cli *cli, int argc, char **argv, struct error *err)
{
    const char *text = cli_value(cli, "filter");
    struct query query = {.source = &reorder_source};
    struct chosen chosen = {0};
    struct reorder_made made;
    (void)argc;
    (void)argv;
    query.filter =
        filter_parse(query.source, text != NULL ? text : "", cli->env, cli->arena, NULL, err);
    bool is_done =
        query.filter != NULL && reorder_follow_day(cli->store, err) &&
        query_each(cli->store, &query, NULL, 0, add_chosen, &chosen, err) &&
        reorder_make(cli->store, &cli->who, chosen.ids, chosen.count, tell_left, cli, &made, err);
    free(chosen.ids);
    if (is_done && cli->format == CLI_JSON)
        fprintf(cli->out, "{\"orders\":%d,\"lines\":%d}\n", made.orders, made.lines);
    else if (is_done)
        print_line(cli, "%d %s of %d %s", made.orders, made.orders == 1 ? "draft" : "drafts",
                   made.lines, made.lines == 1 ? "line" : "lines");
    return is_done;
}

static const struct cli_option reorder_options[] = {
    LIST_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action reorder_actions[] = {
    {"list", "", "what runs short, what lasts the shortest first", LIST_TAKES, CLI_WRITES, 0, 0,
     list_reorder},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_WRITES, 0, 0,
     export_reorder},
    {"order", "", "make draft purchase orders of it, one for each supplier", "filter", CLI_WRITES,
     0, 0, order},
    {.name = NULL},
};

const struct cli_verb cli_verb_reorder = {
    .name = "reorder",
    .summary = "what runs short, and draft purchase orders of it",
    .details = "By the rules of the goods (`countertop records stock_rules`), and what is on order"
               " or under way.\ncover is in days, at the pace of the last 28. --filter"
               " supplier:nobody finds what can't be ordered.",
    .options = reorder_options,
    .actions = reorder_actions,
    .table = "stock_rules",
    .source = &reorder_source,
    .fields = "name location stock min incoming cover order supplier",
};

static const struct cli_option supplier_options[] = {
    LIST_OPTIONS,
    ROWS_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action supplier_actions[] = {
    {"list", "", "suppliers by name", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"show", "SUPPLIER", "one supplier with all its fields", NULL, CLI_READS, 1, 1, rows_show},
    {"new", "name=NAME currency=EUR [FIELD=VALUE...]", "make a supplier; prints its id", "dry-run",
     CLI_WRITES, 2, -1, rows_new},
    {"set", "SUPPLIER FIELD=VALUE...", "change fields of a supplier", "seen dry-run", CLI_WRITES, 2,
     -1, rows_set},
    {"delete", "SUPPLIER...", "delete suppliers, all of them or none", "dry-run", CLI_WRITES, 1, -1,
     rows_delete},
    {.name = NULL},
};

const struct cli_verb cli_verb_suppliers = {
    .name = "suppliers",
    .summary = "list, show and change suppliers",
    .details = "What they sell, with their numbers, prices, packs and days: `countertop records"
               "\nsupplier_products`.",
    .options = supplier_options,
    .actions = supplier_actions,
    .table = "suppliers",
    .source = &supplier_source,
    .fields = "name email phone lead goods open",
};
