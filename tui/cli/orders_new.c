/* `countertop orders new`: a basket from the command line. */
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/shop/basket.h"
#include "tui/cli/change.h"
#include "tui/cli/orders.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/which.h"

#include <stdint.h>
#include <string.h>

/* "CODExQUANTITY" as the scan "QUANTITY*CODE"; a code that itself ends so comes first. */
static bool add_item(struct cli *cli, struct basket *basket, const char *item, struct error *err)
{
    const char *times = strrchr(item, 'x');
    int64_t quantity;
    if (basket_scan(basket, cli->store, item, NULL, err))
        return true;
    if (err->code != ERROR_NOT_FOUND || times == NULL || times == item ||
        !quantity_parse(times + 1, &quantity, NULL))
        return error_prefix(err, "--item");
    const char *scan = arena_format(cli->arena, "%s*%.*s", times + 1, (int)(times - item), item);
    return basket_scan(basket, cli->store, scan, NULL, err) || error_prefix(err, "--item");
}

static bool add_items(struct cli *cli, struct basket *basket, struct error *err)
{
    size_t at = 0;
    const char *item;
    while ((item = cli_next(cli, "item", &at)) != NULL)
        if (!add_item(cli, basket, item, err))
            return false;
    return basket->count > 0 ||
           error_set(err, ERROR_INPUT, "say what is in it with --item CODExQUANTITY");
}

static bool set_customer(struct cli *cli, struct basket *basket, struct error *err)
{
    const struct table *table = schema_table(store_schema(cli->store), "customer_profiles");
    const char *word = cli_value(cli, "customer");
    struct uuid customer;
    if (word == NULL)
        return true;
    return (which_row(cli, table, word, &customer, err) &&
            basket_set_customer(basket, cli->store, &customer, err)) ||
           error_prefix(err, "--customer");
}

static bool set_amounts(struct cli *cli, struct basket *basket, struct error *err)
{
    const char *discount = cli_value(cli, "discount"), *shipping = cli_value(cli, "shipping");
    const char *note = cli_value(cli, "note"), *coupon = cli_value(cli, "coupon");
    if (discount != NULL && !basket_set_discount(basket, SIZE_MAX, discount, err))
        return error_prefix(err, "--discount");
    if (shipping != NULL && !money_parse(shipping, basket->currency, &basket->shipping_cents, err))
        return error_prefix(err, "--shipping");
    if (basket->shipping_cents < 0)
        return error_set(err, ERROR_INPUT, "--shipping can't be negative");
    if (coupon != NULL &&
        !(basket_set_coupon(basket, cli->store, &cli->who.location_id, coupon, err) &&
          basket_coupon_counts(basket, err)))
        return error_prefix(err, "--coupon");
    if (note != NULL)
        basket->notes = memory_text(note);
    return basket_total(basket, err);
}

/* How the order begins, by its flag. */
static bool read_status(struct cli *cli, const char **status, const char **kind, struct error *err)
{
    static const char *const ways[][3] = {
        {"park", "parked", "sale"}, {"draft", "draft", "sale"}, {"quote", "sent", "quote"}};
    int given = 0;
    *status = "pending";
    *kind = "sale";
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (cli_flag(cli, ways[i][0])) {
            *status = ways[i][1];
            *kind = ways[i][2];
            given++;
        }
    return given <= 1 || error_set(err, ERROR_INPUT, "give one of --park, --draft and --quote");
}

static void add_amount(struct sheet *sheet, const char *quantity, const char *name, int64_t cents,
                       const char *currency)
{
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, currency, amount);
    sheet_row(sheet, (const char *const[]){quantity, name, amount});
}

/* What would be stored, for --dry-run. */
static void preview(struct cli *cli, const struct basket *basket)
{
    static const struct sheet_column columns[] = {
        {.name = "quantity", .label = "Quantity"},
        {.name = "item", .label = "Item"},
        {.name = "amount", .label = "Amount", .is_right = true},
    };
    struct sheet sheet;
    sheet_init(&sheet, cli, columns, 3);
    for (size_t i = 0; i < basket->count; i++) {
        char quantity[MONEY_TEXT_SIZE];
        quantity_format(basket->lines[i].quantity_milli, quantity);
        add_amount(&sheet, quantity, basket->lines[i].name, basket->lines[i].total_cents,
                   basket->currency);
    }
    if (basket->shipping_cents != 0)
        add_amount(&sheet, "", "shipping", basket->shipping_cents, basket->currency);
    if (basket_shipping(basket) != basket->shipping_cents)
        add_amount(&sheet, "", "coupon", -basket->coupon_cents, basket->currency);
    add_amount(&sheet, "", "total", basket->total_cents, basket->currency);
    sheet_done(&sheet);
}

bool orders_new(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct basket basket;
    struct uuid id;
    const char *status, *kind;
    (void)argc;
    (void)argv;
    if (!read_status(cli, &status, &kind, err))
        return false;
    basket_init(&basket, kind, change_currency(cli));
    bool is_good = add_items(cli, &basket, err) && set_customer(cli, &basket, err) &&
                   set_amounts(cli, &basket, err);
    if (is_good && cli_flag(cli, "dry-run"))
        preview(cli, &basket);
    else if (is_good)
        is_good = order_save(cli->store, &cli->who, &basket, status, &id, err) &&
                  orders_tell(cli, &id, "made", err);
    basket_done(&basket);
    return is_good;
}
