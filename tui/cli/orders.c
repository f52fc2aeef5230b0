/* `countertop orders`. */
#include "tui/cli/orders.h"

#include "model/base/money.h"
#include "tui/cli/change.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/rows.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <jansson.h>
#include <string.h>

bool orders_find(struct cli *cli, const char *word, struct order *out, struct error *err)
{
    const struct table *table = schema_table(store_schema(cli->store), "orders");
    struct uuid id;
    if (!which_row(cli, table, word, &id, err)) {
        if (err->code == ERROR_NOT_FOUND)
            error_set(err, ERROR_NOT_FOUND,
                      "no order %s; `countertop search` finds orders by other words", word);
        return false;
    }
    int found = order_load(cli->store, &id, cli->arena, out, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "the order %s is deleted", word);
    return found == 1;
}

static const char *amount_of(struct cli *cli, int64_t cents, const char *currency)
{
    char text[MONEY_TEXT_SIZE];
    money_plain(cents, currency, text);
    return arena_text(cli->arena, text);
}

bool orders_tell(struct cli *cli, const struct uuid *id, const char *sentence, struct error *err)
{
    struct order order;
    if (order_load(cli->store, id, cli->arena, &order, err) != 1)
        return error_prefix(err, "it is done, but can't be read back");
    const char *due = amount_of(cli, order_due(&order), order.currency);
    if (cli->format == CLI_JSON) {
        char text[UUID_TEXT_SIZE];
        uuid_text(id, text);
        json_t *json =
            json_pack("{s:s,s:s,s:s,s:I,s:I,s:s}", "id", text, "number", order.number, "status",
                      order.status, "total_cents", (json_int_t)order.total_cents, "due_cents",
                      (json_int_t)order_due(&order), "currency", order.currency);
        json_dumpf(json, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
        json_decref(json);
    } else if (cli->is_terminal) {
        print_line(cli, "%s: %s; it is %s, %s of %s %s is due", order.number, sentence,
                   order.status, due, amount_of(cli, order.total_cents, order.currency),
                   order.currency);
    } else {
        fprintf(cli->out, "%s\t%s\t%s\n", order.number, order.status, due);
    }
    return true;
}

/* What may be set goes with the name and e-mail that stand on the order. */
static size_t add_customer(struct cli *cli, struct change *changes, size_t count, struct error *err)
{
    static const char *const copies[][2] = {{"customer_name", "name"}, {"customer_email", "email"}};
    const struct table *table = schema_table(store_schema(cli->store), "customer_profiles");
    struct uuid id;
    struct record customer;
    size_t at = 0;
    while (at < count && strcmp(changes[at].column, "customer_id") != 0)
        at++;
    bool is_chosen = at < count && value_as_uuid(changes[at].value, &id) &&
                     record_get(cli->store, table, &id, cli->arena, &customer, err) == 1;
    for (size_t i = 0; i < 2 && is_chosen; i++) {
        size_t given = 0;
        while (given < count && strcmp(changes[given].column, copies[i][0]) != 0)
            given++;
        if (given == count)
            changes[count++] = (struct change){.column = copies[i][0],
                                               .value = record_value(&customer, copies[i][1])};
    }
    return count;
}

static bool set(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct table *table = list_table(cli, err);
    struct order order;
    struct record row;
    struct change *parsed;
    if (table == NULL || !orders_find(cli, argv[1], &order, err) ||
        record_get(cli->store, table, &order.id, cli->arena, &row, err) != 1)
        return false;
    int made = change_parse(cli, table, &row, argc - 2, argv + 2, &parsed, err);
    if (made < 0)
        return false;
    size_t count = (size_t)made;
    struct change *changes = arena_alloc(cli->arena, (count + 2) * sizeof *changes);
    memcpy(changes, parsed, count * sizeof *changes);
    count = add_customer(cli, changes, count, err);
    return order_edit(cli->store, &cli->who, &order.id, changes, count, err) &&
           orders_tell(cli, &order.id, "changed", err);
}

static void tell_stayed(void *context, const char *number, const char *why)
{
    struct cli *cli = context;
    (void)number; /* the sentence names it */
    fprintf(cli->err, "countertop: orders: %s\n", print_safe(cli, why, cli->arena));
}

static bool set_statuses(struct cli *cli, const struct uuid *ids, size_t count, const char *status,
                         struct error *err)
{
    int moved = order_set_status_many(cli->store, &cli->who, ids, count, status,
                                      cli_value(cli, "reason"), tell_stayed, cli, err);
    if (moved < 0)
        return false;
    if (cli->is_terminal)
        print_line(cli, "%d of %zu orders are %s now", moved, count, status);
    if ((size_t)moved == count)
        return true;
    return error_set(err, ERROR_RULE, "%zu of %zu orders stayed as they were",
                     count - (size_t)moved, count);
}

static bool set_status(struct cli *cli, int argc, char **argv, struct error *err)
{
    const struct table *table = list_table(cli, err);
    const char *status = argv[argc - 1], *reason = cli_value(cli, "reason");
    struct order order;
    struct uuid *ids;
    size_t count;
    if (argc == 3 && strcmp(argv[1], "-") != 0)
        return orders_find(cli, argv[1], &order, err) &&
               order_set_status(cli->store, &cli->who, &order.id, status, reason, err) &&
               orders_tell(cli, &order.id, "moved", err);
    return table != NULL && which_rows(cli, table, argc - 2, argv + 1, &ids, &count, err) &&
           set_statuses(cli, ids, count, status, err);
}

/* The options that take an amount, and the method that each stands for. */
static const char *const methods[][2] = {
    {"cash", "cash"},
    {"card", "card"},
    {"transfer", "transfer"},
    {"gift-card", "gift_card"},
    {"store-credit", "store_credit"},
    {"other", "other"},
};

static bool read_tender(struct cli *cli, const struct order *order, struct tender *out,
                        struct error *err)
{
    const char *amount = NULL;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        const char *given = cli_value(cli, methods[i][0]);
        if (given != NULL && amount != NULL)
            return error_set(err, ERROR_INPUT, "give one amount at a time");
        if (given != NULL) {
            amount = given;
            out->method = methods[i][1];
        }
    }
    if (amount == NULL)
        return error_set(err, ERROR_INPUT, "say how it is paid: --cash 50, --card due …");
    int64_t due = order_due(order);
    if (strcmp(amount, "due") == 0)
        out->amount_cents = due;
    else if (!money_parse(amount, order->currency, &out->amount_cents, err))
        return false;
    bool has_change = strcmp(out->method, "cash") == 0 && due > 0 && out->amount_cents > due;
    if (has_change) {
        out->tendered_cents = out->amount_cents;
        out->amount_cents = due;
    }
    return true;
}

static bool pay(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct order order;
    struct tender tender = {.reference = cli_value(cli, "reference")};
    int64_t change = 0;
    (void)argc;
    if (!orders_find(cli, argv[1], &order, err) || !read_tender(cli, &order, &tender, err) ||
        !order_pay(cli->store, &cli->who, &order.id, &tender, &change, err))
        return false;
    const char *paid = amount_of(cli, tender.amount_cents, order.currency);
    const char *sentence = change == 0 ? arena_format(cli->arena, "took %s", paid)
                                       : arena_format(cli->arena, "took %s, gives %s back", paid,
                                                      amount_of(cli, change, order.currency));
    return orders_tell(cli, &order.id, sentence, err);
}

static bool refund(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct uuid any;
    struct order order;
    int64_t cents;
    const char *reason = cli_value(cli, "reason");
    (void)argc;
    if (reason == NULL)
        return error_set(err, ERROR_INPUT, "say why with --reason TEXT");
    if (!orders_find(cli, argv[1], &order, err) ||
        !money_parse(argv[2], order.currency, &cents, err) ||
        !order_refund(cli->store, &cli->who, &order.id, &any, cents, reason, err))
        return false;
    return orders_tell(
        cli, &order.id,
        arena_format(cli->arena, "gave %s back", amount_of(cli, cents, order.currency)), err);
}

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"customer", "CUSTOMER", "whose it is: a name, telephone number, card or id"},
    {"item", "ITEM", "CODE, or CODExQUANTITY, by barcode or SKU; repeated for each line"},
    {"discount", "DISCOUNT", "over the order: 10% or 5.00"},
    {"coupon", "CODE", "the code of a coupon that the customer brings"},
    {"shipping", "AMOUNT", "what shipping costs"},
    {"note", "TEXT", "a note on the order"},
    {"park", NULL, "park it instead of placing it"},
    {"draft", NULL, "keep it as a draft"},
    {"quote", NULL, "make a quote that is sent"},
    {"cash", "AMOUNT",
     "cash handed over, of which change is given back; \"due\" is all that is due"},
    {"card", "AMOUNT", "by card"},
    {"transfer", "AMOUNT", "by bank transfer"},
    {"gift-card", "AMOUNT", "by the gift card whose code is the --reference"},
    {"store-credit", "AMOUNT", "from the customer's store credit"},
    {"other", "AMOUNT", "in another way"},
    {"reference", "TEXT", "a slip's or transaction's number; a gift card's code"},
    {"reason", "TEXT", "why: of a cancellation or refund"},
    ROWS_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "orders, newest first", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"show", "NUMBER", "one order with lines, money and what happened to it", NULL, CLI_READS, 1, 1,
     orders_show},
    {"explain", "NUMBER", "where its total comes from", NULL, CLI_READS, 1, 1, orders_explain},
    {"new", "", "make an order of items",
     "customer item discount coupon shipping note park draft quote dry-run", CLI_WRITES, 0, 0,
     orders_new},
    {"set", "NUMBER FIELD=VALUE...", "change the customer, notes or addresses", "seen", CLI_WRITES,
     2, -1, set},
    {"status", "NUMBER... STATUS", "move orders to another status", "reason", CLI_WRITES, 2, -1,
     set_status},
    {"pay", "NUMBER", "take a payment", "cash card transfer gift-card store-credit other reference",
     CLI_WRITES, 1, 1, pay},
    {"refund", "NUMBER AMOUNT", "give money back to where it came from", "reason", CLI_WRITES, 2, 2,
     refund},
    {"history", "NUMBER", "what was done to the order", NULL, CLI_READS, 1, 1, rows_history},
    {.name = NULL},
};

const struct cli_verb cli_verb_orders = {
    .name = "orders",
    .summary = "list, show, make and move orders, take and give back money",
    .details = "\"-\" instead of a NUMBER takes numbers from standard input, one in each line:\n"
               "  countertop orders list --filter 'status:paid placed:last-week' |\n"
               "      countertop orders status - processing\n"
               "new, set, status, pay and refund print the number, the status and what is due.\n"
               "What was done last is taken back by `countertop undo`.",
    .options = options,
    .actions = actions,
    .table = "orders",
    .source = &order_source,
    .fields = "number status customer placed total due",
};
