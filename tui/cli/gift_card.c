/* `countertop gift-card` and `countertop discounts`. */
#include "model/shop/gift_card.h"
#include "model/base/money.h"
#include "model/shop/voucher.h"
#include "tui/cli/change.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/rows.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"
#include "tui/cli/which.h"

#include <string.h>

static bool find_card(struct cli *cli, const char *code, struct gift_card *card, struct error *err)
{
    int found = gift_card_find(cli->store, code, card, err);
    return found == 1 || (found == 0 && gift_card_unknown(cli->store, code, err));
}

static bool tell_card(struct cli *cli, const char *code, struct error *err)
{
    static const struct sheet_column columns[] = {
        {.name = "code", .label = "Code", .is_whole = true},
        {.name = "balance", .label = "Holds", .is_right = true},
        {.name = "available", .label = "Gives now", .is_right = true},
        {.name = "currency", .label = "Currency"},
        {.name = "usable", .label = "Usable"},
    };
    struct gift_card card;
    char balance[MONEY_TEXT_SIZE], available[MONEY_TEXT_SIZE];
    if (!find_card(cli, code, &card, err))
        return false;
    money_plain(card.balance_cents, card.currency, balance);
    money_plain(card.available_cents, card.currency, available);
    bool is_usable = gift_card_check(cli->store, &card, card.currency, NULL);
    const char *const facts[] = {card.code, balance, available, card.currency,
                                 is_usable ? "yes" : "no"};
    sheet_facts(cli, columns, facts, sizeof facts / sizeof facts[0]);
    return true;
}

static bool balance(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    return tell_card(cli, argv[1], err);
}

static bool fill(struct cli *cli, struct basket *basket, const char *amount, struct error *err)
{
    const struct table *table = schema_table(store_schema(cli->store), "customer_profiles");
    const char *code = cli_value(cli, "code"), *word = cli_value(cli, "customer");
    struct uuid customer;
    int64_t cents;
    if (word != NULL && !(which_row(cli, table, word, &customer, err) &&
                          basket_set_customer(basket, cli->store, &customer, err)))
        return error_prefix(err, "--customer");
    return money_parse(amount, basket->currency, &cents, err) &&
           basket_add_gift_card(basket, cli->store, code != NULL ? code : "", cents, NULL, err);
}

/* The order is a draft until it is paid, and so it stays where the payment is refused. */
static bool sell(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct basket basket;
    struct uuid id;
    const char *method = cli_value(cli, "paid");
    struct tender tender = {.method = method != NULL ? method : "cash",
                            .reference = cli_value(cli, "reference")};
    (void)argc;
    basket_init(&basket, "sale", change_currency(cli));
    bool is_good = fill(cli, &basket, argv[1], err);
    if (is_good && !cli_flag(cli, "dry-run")) {
        tender.amount_cents = basket.total_cents;
        is_good = order_save(cli->store, &cli->who, &basket, "draft", &id, err) &&
                  (order_pay(cli->store, &cli->who, &id, &tender, NULL, err) ||
                   error_prefix(err, "the order is kept as a draft")) &&
                  tell_card(cli, basket.lines[0].gift_card, err);
    }
    basket_done(&basket);
    return is_good;
}

static const struct cli_option card_options[] = {
    LIST_OPTIONS,
    {"code", "CODE", "of a card that lies there; without it a new code is made"},
    {"customer", "CUSTOMER", "who buys it"},
    {"paid", "METHOD", "cash, card, transfer or other; cash unless said"},
    {"reference", "TEXT", "the number of the slip or the transfer"},
    {"dry-run", NULL, "check everything, and change nothing"},
    {NULL, NULL, NULL},
};

static const struct cli_action card_actions[] = {
    {"list", "", "gift cards with what they hold, the newest first", LIST_TAKES, CLI_READS, 0, 0,
     list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"balance", "CODE", "what a card holds, and what it gives now", NULL, CLI_READS, 1, 1, balance},
    {"sell", "AMOUNT", "sell a card; prints its code", "code customer paid reference dry-run",
     CLI_WRITES, 1, 1, sell},
    {.name = NULL},
};

const struct cli_verb cli_verb_gift_card = {
    .name = "gift-card",
    .summary = "sell gift cards and see what they hold",
    .details = "Selling one makes an order with the card on it, and takes the payment. While the "
               "line to the\ncentre is down a card gives a limited amount a day.",
    .options = card_options,
    .actions = card_actions,
    .table = "gift_cards",
    .source = &gift_card_source,
    .fields = "code balance worth currency state customer expires",
};

static const struct cli_option discount_options[] = {
    LIST_OPTIONS,
    ROWS_OPTIONS,
    {NULL, NULL, NULL},
};

static const struct cli_action discount_actions[] = {
    {"list", "", "discounts with a code, the newest first", LIST_TAKES, CLI_READS, 0, 0, list_run},
    {"export", "", "all fields, as CSV unless asked otherwise", EXPORT_TAKES, CLI_READS, 0, 0,
     list_export},
    {"show", "DISCOUNT", "one discount with all fields", NULL, CLI_READS, 1, 1, rows_show},
    {"new", "FIELD=VALUE...", "make a discount; prints its id", "dry-run", CLI_WRITES, 1, -1,
     rows_new},
    {"set", "DISCOUNT FIELD=VALUE...", "change fields of a discount", "seen dry-run", CLI_WRITES, 2,
     -1, rows_set},
    {"delete", "DISCOUNT...", "delete discounts, all of them or none", "dry-run", CLI_WRITES, 1, -1,
     rows_delete},
    {"restore", "ID...", "bring back what was deleted", "dry-run", CLI_WRITES, 1, -1, rows_restore},
    {"history", "DISCOUNT", "what was done to the discount", NULL, CLI_READS, 1, 1, rows_history},
    {.name = NULL},
};

const struct cli_verb cli_verb_discounts = {
    .name = "discounts",
    .summary = "list, make and change discounts with a code",
    .details = "A DISCOUNT is its name or its id. As in: new code=SPRING5 name=Spring "
               "discount_type=percentage value=5",
    .options = discount_options,
    .actions = discount_actions,
    .table = "discounts",
    .source = &discount_source,
    .fields = "code name kind percent amount used uses starts ends state",
};
