/* The price check: what goods cost and where they lie. */
#include "tui/screens/sale.h"

#include "model/base/money.h"
#include "tui/screens/goods_pick.h"
#include "tui/screens/order_words.h"
#include "tui/widgets/dialog.h"

#include <string.h>

/* "Mitte: 12" for each place that it was ever at. */
static bool say_stock(struct store *store, const struct uuid *variant, struct buffer *out,
                      struct error *err)
{
    char quantity[MONEY_TEXT_SIZE];
    struct statement *statement =
        store_prepare(store,
                      "SELECT l.name, s.on_hand_milli FROM stock_levels s JOIN locations l "
                      "ON l.id = s.location_id WHERE s.variant_id = ?1 ORDER BY l.name",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, variant);
    size_t places = 0;
    int found = statement_step(statement, err);
    for (; found == 1; places++, found = statement_step(statement, err)) {
        quantity_format(statement_integer(statement, 1), quantity);
        buffer_format(out, "\n%s: %s", statement_text(statement, 0), quantity);
    }
    statement_done(statement);
    if (found == 0 && places == 0)
        buffer_add(out, "\nNone of it was ever in stock.");
    return found == 0;
}

static void show(struct app *app, const struct sellable *goods)
{
    char price[ORDER_AMOUNT_SIZE];
    struct buffer text;
    struct error err;
    buffer_init(&text);
    order_amount(goods->price_cents, goods->currency, price);
    buffer_format(&text, "%s  %s\n%s%s%s\n", goods->name, goods->sku, price,
                  strcmp(goods->status, "active") != 0 ? "  not for sale: " : "",
                  strcmp(goods->status, "active") != 0 ? goods->status : "");
    if (!goods->is_stocked)
        buffer_add(&text, "\nIt is not kept in stock.");
    else if (!say_stock(app_store(app), &goods->variant_id, &text, &err))
        app_toast_error(app, &err);
    dialog_message(app, "Price check", text.text);
    buffer_done(&text);
}

static void picked(struct app *app, void *context, const struct uuid *variant, int64_t milli)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    struct error err;
    (void)context;
    (void)milli;
    int found =
        variant != NULL ? product_by_variant(app_store(app), variant, arena, &goods, &err) : 0;
    if (found == 1)
        show(app, &goods);
    else if (found < 0)
        app_toast_error(app, &err);
    arena_free(arena);
}

void counter_check_price(struct counter *counter, const char *text)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    struct error err;
    int found = product_by_code(app_store(counter->app), text, arena, &goods, &err);
    if (found == 1)
        show(counter->app, &goods);
    else if (found == 0)
        goods_pick(counter->app, text, picked, counter);
    else
        app_toast_error(counter->app, &err);
    arena_free(arena);
}
