/* `countertop sell`: a sale at the counter from the command line, in one go. */
#include "model/base/money.h"
#include "model/counter/sale.h"
#include "tui/cli/print.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool add_code(struct cli *cli, struct sale *sale, const char *code, struct error *err)
{
    struct sale_found found;
    if (!sale_scan(sale, cli->store, code, &found, err))
        return false;
    switch (found.kind) {
    case SALE_FOUND_LINE:
        return true;
    case SALE_FOUND_CUSTOMER:
        return sale_set_customer(sale, cli->store, &found.id, err);
    case SALE_FOUND_ORDER:
        return error_set(err, ERROR_INPUT, "'%s' is a receipt; goods come back with --return %s:1",
                         code, code);
    case SALE_FOUND_GIFT_CARD:
        return error_set(err, ERROR_INPUT,
                         "'%s' is a gift card; pay with --gift-card due --reference %s", code,
                         code);
    }
    return false;
}

static bool add_lines(struct cli *cli, struct sale *sale, struct error *err)
{
    char *line = NULL;
    size_t size = 0;
    bool is_good = true;
    while (is_good && getline(&line, &size, stdin) >= 0) {
        line[strcspn(line, "\t\r\n")] = '\0';
        is_good = line[0] == '\0' || add_code(cli, sale, line, err);
    }
    free(line);
    if (is_good && ferror(stdin))
        return error_set(err, ERROR_SYSTEM, "standard input can't be read: %s", strerror(errno));
    return is_good;
}

static bool add_codes(struct cli *cli, struct sale *sale, int count, char **words,
                      struct error *err)
{
    for (int i = 0; i < count; i++)
        if (!(strcmp(words[i], "-") == 0 ? add_lines(cli, sale, err)
                                         : add_code(cli, sale, words[i], err)))
            return false;
    return true;
}

/* "R2-S000124:1", or "R2-S000124:1x2" for two of its first line. */
static bool read_return(struct cli *cli, const char *text, const char **number, size_t *line,
                        int64_t *milli, struct error *err)
{
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    errno = 0;
    unsigned long at =
        colon != NULL && colon[1] >= '1' && colon[1] <= '9' ? strtoul(colon + 1, &end, 10) : 0;
    *milli = 0;
    if (at == 0 || errno != 0 || (*end != '\0' && *end != 'x') ||
        (*end == 'x' && !quantity_parse(end + 1, milli, NULL)))
        return error_set(err, ERROR_INPUT,
                         "--return takes a receipt and its line, such as R2-S000124:1 or "
                         "R2-S000124:1x2");
    *number = arena_bytes(cli->arena, text, (size_t)(colon - text));
    *line = at - 1;
    return true;
}

static bool add_return(struct cli *cli, struct sale *sale, const char *text,
                       const struct uuid *reason, struct error *err)
{
    const char *number = "";
    size_t line = 0;
    int64_t milli = 0;
    struct order order;
    if (!read_return(cli, text, &number, &line, &milli, err) ||
        !sale_return_find(cli->store, number, cli->arena, &order, err))
        return false;
    if (line >= order.line_count)
        return error_set(err, ERROR_INPUT, "%s has %zu lines", number, order.line_count);
    if (milli == 0)
        milli = sale_returnable(sale, &order.lines[line]);
    return sale_return_line(sale, cli->store, &order, line, milli, reason, err);
}

static bool add_returns(struct cli *cli, struct sale *sale, struct error *err)
{
    const struct table *reasons = schema_table(store_schema(cli->store), "return_reasons");
    const char *text, *reason = cli_value(cli, "reason");
    struct uuid id = {{0}};
    size_t at = 0;
    if (cli_value(cli, "return") == NULL)
        return true;
    if (reason == NULL)
        return error_set(
            err, ERROR_INPUT,
            "say why with --reason; `countertop records return_reasons list` has them");
    if (!which_row(cli, reasons, reason, &id, err))
        return error_prefix(err, "--reason");
    while ((text = cli_next(cli, "return", &at)) != NULL)
        if (!add_return(cli, sale, text, &id, err))
            return false;
    return true;
}

static bool set_customer(struct cli *cli, struct sale *sale, struct error *err)
{
    const struct table *table = schema_table(store_schema(cli->store), "customer_profiles");
    const char *word = cli_value(cli, "customer");
    struct uuid id;
    if (word == NULL)
        return true;
    if (!which_row(cli, table, word, &id, err))
        return error_prefix(err, "--customer");
    return sale_set_customer(sale, cli->store, &id, err);
}

/* The options that pay, and the method that each stands for. */
static const char *method_of(const char *option)
{
    static const char *const methods[][2] = {
        {"cash", "cash"},
        {"card", "card"},
        {"transfer", "transfer"},
        {"gift-card", "gift_card"},
        {"store-credit", "store_credit"},
        {"other", "other"},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(methods[i][0], option) == 0)
            return methods[i][1];
    return NULL;
}

/* Cash is what was handed over; of another way "due" is all that is left. */
static bool read_amount(const struct sale *sale, const char *text, struct sale_tender *out,
                        struct error *err)
{
    int64_t cents = 0;
    bool is_cash = strcmp(out->method, "cash") == 0;
    if (strcmp(text, "due") == 0)
        return true;
    if (!money_parse(text, sale->basket.currency, &cents, err))
        return false;
    if (cents == 0)
        return error_set(err, ERROR_INPUT, "Type an amount, or \"due\"");
    if (is_cash && sale_left(sale) > 0 && cents > 0)
        out->tendered_cents = cents;
    else
        out->amount_cents = sale_left(sale) < 0 && cents > 0 ? -cents : cents;
    return true;
}

/* In the order in which they stand; a reference belongs to the one before it. */
static bool take_tenders(struct cli *cli, struct sale *sale, struct error *err)
{
    for (size_t i = 0; i < cli->given_count; i++) {
        const char *method = method_of(cli->given[i].option->name);
        struct sale_tender tender = {.amount_cents = 0};
        if (method == NULL)
            continue;
        snprintf(tender.method, sizeof tender.method, "%s", method);
        if (i + 1 < cli->given_count && strcmp(cli->given[i + 1].option->name, "reference") == 0)
            snprintf(tender.reference, sizeof tender.reference, "%s", cli->given[i + 1].value);
        if (!read_amount(sale, cli->given[i].value, &tender, err) ||
            !sale_tender_add(sale, cli->store, &tender, err))
            return error_prefix(err, "--%s", cli->given[i].option->name);
    }
    return true;
}

static const char *amount_of(struct cli *cli, int64_t cents, const char *currency)
{
    char text[MONEY_TEXT_SIZE];
    money_plain(cents, currency, text);
    return arena_text(cli->arena, text);
}

static void tell(struct cli *cli, const struct sale_result *sold, const char *currency)
{
    const char *total = amount_of(cli, sold->total_cents, currency);
    const char *change = amount_of(cli, sold->change_cents, currency);
    char id[UUID_TEXT_SIZE];
    uuid_text(&sold->order_id, id);
    if (cli->format == CLI_JSON) {
        json_t *json =
            json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:s}", "id", id, "number", sold->order_number,
                      "receipt", sold->receipt_number, "total_cents", (json_int_t)sold->total_cents,
                      "change_cents", (json_int_t)sold->change_cents, "given_back_cents",
                      (json_int_t)sold->given_back_cents, "currency", currency);
        json_dumpf(json, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
        json_decref(json);
    } else if (!cli->is_terminal) {
        fprintf(cli->out, "%s\t%s\t%s\t%s\n", sold->receipt_number, sold->order_number, total,
                change);
    } else if (sold->given_back_cents > 0) {
        print_line(cli, "%s: gives %s %s back", sold->receipt_number,
                   amount_of(cli, sold->given_back_cents, currency), currency);
    } else {
        print_line(cli, "%s: %s %s, change %s", sold->receipt_number, total, currency, change);
    }
}

static bool park(struct cli *cli, struct sale *sale, struct error *err)
{
    struct uuid id;
    struct order order;
    if (!sale_park(sale, cli->store, &cli->who, cli_value(cli, "note"), &id, err) ||
        order_load(cli->store, &id, cli->arena, &order, err) != 1)
        return false;
    struct sale_result parked = {.order_id = id, .total_cents = order.total_cents};
    snprintf(parked.order_number, sizeof parked.order_number, "%s", order.number);
    if (cli->is_terminal && cli->format == CLI_TEXT)
        print_line(cli, "%s is parked", order.number);
    else
        tell(cli, &parked, order.currency);
    return true;
}

static bool resume(struct cli *cli, struct sale *sale, struct error *err)
{
    const char *number = cli_value(cli, "resume");
    struct uuid id;
    if (number == NULL)
        return true;
    int found = order_find_number(cli->store, number, &id, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "no order %s", number);
    return found == 1 && sale_resume(sale, cli->store, &cli->who, &id, err);
}

static bool sell_in(struct cli *cli, struct sale *sale, int argc, char **argv, struct error *err)
{
    const char *discount = cli_value(cli, "discount");
    struct sale_result sold;
    if (!resume(cli, sale, err) || !set_customer(cli, sale, err) ||
        !add_codes(cli, sale, argc - 1, argv + 1, err) || !add_returns(cli, sale, err))
        return false;
    if (discount != NULL && !basket_set_discount(&sale->basket, SIZE_MAX, discount, err))
        return error_prefix(err, "--discount");
    if (cli_flag(cli, "park"))
        return park(cli, sale, err);
    const char *currency = arena_text(cli->arena, sale->basket.currency);
    if (!take_tenders(cli, sale, err) || !sale_finish(sale, cli->store, &cli->who, &sold, err))
        return false;
    tell(cli, &sold, currency);
    return true;
}

/* What was resumed and not sold is parked again, as it was. */
static void put_back(struct cli *cli, struct sale *sale, struct error *err)
{
    const struct uuid order = sale->basket.order_id, draft = sale->draft_id;
    const struct error first = *err;
    struct error why;
    sale_clear(sale);
    sale->draft_id = draft;
    if (!sale_keep(sale, cli->store, &cli->who, &why) ||
        !order_set_status(cli->store, &cli->who, &order, "parked", NULL, &why))
        error_set(err, first.code, "%s; and it is not parked again: %s", first.text, why.text);
}

static bool sell(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct sale sale;
    bool is_done = sale_init(&sale, cli->store, err) && sell_in(cli, &sale, argc, argv, err);
    if (!is_done && !uuid_is_zero(&sale.basket.order_id))
        put_back(cli, &sale, err);
    sale_done(&sale);
    return is_done;
}

static bool drawer(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    if (!sale_no_sale(cli->store, &cli->who, argv[1], err))
        return false;
    if (cli->is_terminal)
        print_line(cli, "it is on record that the drawer was opened");
    return true;
}

static const struct cli_option options[] = {
    {"customer", "CUSTOMER", "whose it is: a name, telephone number, card or id"},
    {"return", "RECEIPT:LINE", "goods that come back, RECEIPT:LINExQUANTITY for some of a line"},
    {"reason", "REASON", "why they come back"},
    {"discount", "DISCOUNT", "over the sale: 10% or 5.00"},
    {"resume", "NUMBER", "go on with a parked sale"},
    {"park", NULL, "park it instead of selling it"},
    {"note", "TEXT", "a note on what is parked"},
    {"cash", "AMOUNT", "cash handed over, of which change is given back; \"due\": exactly"},
    {"card", "AMOUNT", "by card; \"due\" is all that is left"},
    {"transfer", "AMOUNT", "by bank transfer"},
    {"gift-card", "AMOUNT", "by the gift card whose code is the --reference behind it"},
    {"store-credit", "AMOUNT", "from the customer's store credit, or back to it"},
    {"other", "AMOUNT", "in another way"},
    {"reference", "TEXT", "the slip's number of the payment before it; a gift card's code"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "[CODE...]", "sell what the codes name",
     "customer return reason discount resume park note cash card transfer gift-card store-credit "
     "other reference",
     CLI_WRITES, 0, -1, sell},
    {"drawer", "REASON", "put on record that the drawer is opened without a sale", NULL, CLI_WRITES,
     1, 1, drawer},
    {.name = NULL},
};

const struct cli_verb cli_verb_sell = {
    .name = "sell",
    .summary = "sell at the counter, take goods back, exchange",
    .details = "A CODE is a barcode or SKU, 3*CODE three of it; \"-\" takes codes from standard\n"
               "input, one in each line:\n"
               "  countertop sell 4006381333931 3*4006381333948 --cash 50\n"
               "Payments count in the order in which they stand. What goes back to the customer\n"
               "goes back as it was paid, unless a way is given. Prints the receipt's number, the\n"
               "order's, the total and the change.",
    .options = options,
    .actions = actions,
};
