/* What is on hand where, and the ways from there into the stockroom. */
#include "tui/screens/stock.h"
#include "model/catalog/product.h"
#include "model/stock/level.h"
#include "tui/screens/listing.h"
#include "tui/screens/products.h"
#include "tui/screens/screens.h"
#include "tui/screens/stock_form.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static enum role role_of(const char *state)
{
    return strcmp(state, "oversold") == 0 ? ROLE_DANGER
           : strcmp(state, "enough") == 0 ? ROLE_NORMAL
                                          : ROLE_WARNING;
}

enum { SKU_COLUMN = 1 };

static const struct listing_column columns[] = {
    {.shown = {"name", "Goods", 24, 4, 0, ALIGN_LEFT, true}},
    {.shown = {"sku", "SKU", 14, 0, 3, ALIGN_LEFT, true}},
    {.shown = {"location", "Location", 12, 2, 1, ALIGN_LEFT, true}},
    {.shown = {"on_hand", "On hand", 10, 0, 0, ALIGN_RIGHT, true}},
    {.shown = {"least", "Least", 8, 0, 4, ALIGN_RIGHT, true}},
    {.shown = {"state", "State", 8, 0, 2, ALIGN_LEFT, true}, .role = role_of},
};

static unsigned correct(struct app *app, void *state)
{
    (void)state;
    stock_form_open(app, NULL);
    return OUTCOME_HANDLED;
}

static unsigned receive(struct app *app, void *state)
{
    (void)state;
    receive_open(app);
    return OUTCOME_HANDLED;
}

static unsigned show_counts(struct app *app, void *state)
{
    (void)state;
    app_open(app, "counts", NULL);
    return OUTCOME_HANDLED;
}

static unsigned show_transfers(struct app *app, void *state)
{
    (void)state;
    app_open(app, "transfers", NULL);
    return OUTCOME_HANDLED;
}

/* The product of the goods under the cursor, which their number leads to. */
static unsigned show_product(struct app *app, void *state)
{
    const struct listing *listing = state;
    const struct grid_row *row = grid_current(&listing->grid);
    const char *sku = row != NULL ? row->cells[SKU_COLUMN].text : NULL;
    struct arena *arena = arena_new();
    struct sellable goods;
    struct error err;
    int found = sku != NULL && sku[0] != '\0'
                    ? product_by_code(app_store(app), sku, arena, &goods, &err)
                    : 0;
    if (found == 0)
        app_toast(app, TOAST_WARNING, "These goods have no number; find them under Products.");
    else if (found < 0 || !product_view_open(app, &goods.product_id, &err))
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &stock_level_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .empty = "Nothing is on hand yet; n receives goods",
    .open = show_product,
};

static void *open_stock(struct app *app, const char *argument, struct error *err)
{
    return stock_list_open(app, &list_ops, argument, err);
}

static const struct action actions[] = {
    {.id = "stock.open",
     .keys = "enter",
     .label = "product",
     .help = "Show the product of the goods under the cursor, with its last movements.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = show_product},
    {.id = "stock.receive",
     .keys = "n f3",
     .label = "receive",
     .help = "Put goods into stock that came without an order.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = receive,
     .verb = "stock receive"},
    {.id = "stock.correct",
     .keys = "c f4",
     .label = "correct",
     .help = "Correct the stock of goods by so many, with a reason such as damage or loss.",
     .right = "inventory.adjust",
     .flags = ACTION_OFFLINE_OK,
     .run = correct,
     .verb = "stock adjust"},
    {.id = "stock.counts",
     .keys = "C",
     .label = "counts",
     .help = "Go to the counts.",
     .flags = ACTION_OFFLINE_OK,
     .run = show_counts,
     .verb = "stock counts"},
    {.id = "stock.transfers",
     .keys = "T",
     .label = "transfers",
     .help = "Go to the transfers between places.",
     .flags = ACTION_OFFLINE_OK,
     .run = show_transfers,
     .verb = "stock moves"},
    {.id = "stock.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as state:low.",
     .flags = ACTION_OFFLINE_OK,
     .run = stock_list_filter},
    {.id = "stock.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = stock_list_export,
     .verb = "stock export"},
};

const struct window_ops stock_ops = {
    .name = "stock",
    .title = "Stock",
    .help = "What is on hand at each place: low, out and oversold goods stand out. Goods on their "
            "way between places are at the place for them.",
    .actions = {"stock", actions, COUNT(actions)},
    .open = open_stock,
    .refresh = stock_list_refresh,
    .draw = stock_list_draw,
    .handle = stock_list_handle,
    .has_text_focus = stock_list_has_text_focus,
    .has_row = stock_list_has_row,
    .status = stock_list_status,
    .close = stock_list_close,
};
