/* The lists of discounts with a code, and of gift cards. */
#include "model/base/money.h"
#include "model/shop/gift_card.h"
#include "model/shop/tenant.h"
#include "model/shop/voucher.h"
#include "tui/screens/gift_card_view.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/order_form.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct vouchers {
    struct listing listing;
};

static enum role state_role(const char *text)
{
    static const char *const bad[] = {"overdrawn", "used up", NULL};
    static const char *const good[] = {"running", "good", NULL};
    for (size_t i = 0; bad[i] != NULL; i++)
        if (strcmp(text, bad[i]) == 0)
            return ROLE_DANGER;
    for (size_t i = 0; good[i] != NULL; i++)
        if (strcmp(text, good[i]) == 0)
            return ROLE_GOOD;
    return ROLE_DIM;
}

static const char *kind_words(const char *text)
{
    return strcmp(text, "fixed_amount") == 0    ? "amount"
           : strcmp(text, "free_shipping") == 0 ? "free delivery"
                                                : "percent";
}

enum { DISCOUNT_STATE = 2, CARD_STATE = 3 }; /* where the state stands in its columns */

static const struct listing_column discount_columns[] = {
    {{"code", "Code", 12, 3, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"name", "Name", 16, 5, 4, ALIGN_LEFT, false}, NULL, NULL},
    {{"state", "State", 8, 0, 0, ALIGN_LEFT, false}, state_role, NULL},
    {{"kind", "Kind", 13, 0, 3, ALIGN_LEFT, false}, NULL, kind_words},
    {{"percent", "Percent", 7, 0, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"amount", "Amount", 8, 1, 1, ALIGN_RIGHT, false}, NULL, NULL},
    {{"used", "Used", 5, 0, 2, ALIGN_RIGHT, false}, NULL, NULL},
    {{"uses", "Of", 5, 0, 5, ALIGN_RIGHT, false}, NULL, NULL},
    {{"minimum", "From", 8, 1, 6, ALIGN_RIGHT, false}, NULL, NULL},
    {{"most", "At most", 8, 1, 7, ALIGN_RIGHT, false}, NULL, NULL},
    {{"starts", "Starts", 16, 0, 9, ALIGN_LEFT, false}, NULL, NULL},
    {{"ends", "Ends", 16, 0, 8, ALIGN_LEFT, false}, NULL, NULL},
};

static const struct listing_column card_columns[] = {
    {{"code", "Code", 19, 2, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"balance", "Holds", 9, 1, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"worth", "Sold for", 9, 1, 1, ALIGN_RIGHT, false}, NULL, NULL},
    {{"state", "State", 9, 0, 0, ALIGN_LEFT, false}, state_role, NULL},
    {{"currency", "Cur", 3, 0, 6, ALIGN_LEFT, false}, NULL, NULL},
    {{"customer", "Customer", 14, 4, 2, ALIGN_LEFT, false}, NULL, NULL},
    {{"for", "For", 12, 3, 5, ALIGN_LEFT, false}, NULL, NULL},
    {{"expires", "Expires", 16, 0, 3, ALIGN_LEFT, false}, NULL, NULL},
    {{"sold", "Since", 16, 0, 4, ALIGN_LEFT, false}, NULL, NULL},
};

static const char *table_of(const struct vouchers *vouchers)
{
    return vouchers->listing.ops->marked;
}

static unsigned open_row(struct app *app, void *context)
{
    const struct vouchers *vouchers = context;
    struct uuid id;
    if (!listing_current(&vouchers->listing, &id))
        return OUTCOME_HANDLED;
    if (strcmp(table_of(vouchers), "gift_cards") == 0)
        gift_card_show(app, &id);
    else
        record_view_show(app, table_of(vouchers), &id);
    return OUTCOME_HANDLED;
}

static const struct listing_ops discount_list = {
    .source = &discount_source,
    .columns = discount_columns,
    .column_count = COUNT(discount_columns),
    .marked = "discounts",
    .empty = "No discounts yet; n makes one",
    .open = open_row,
};

static const struct listing_ops card_list = {
    .source = &gift_card_source,
    .columns = card_columns,
    .column_count = COUNT(card_columns),
    .marked = "gift_cards",
    .empty = "No gift cards yet; n sells one",
    .open = open_row,
};

static void *open_list(struct app *app, const struct listing_ops *ops, const char *argument,
                       struct error *err)
{
    struct vouchers *vouchers = memory_new(sizeof *vouchers);
    listing_init(&vouchers->listing, app, ops, vouchers);
    if (argument != NULL && !listing_set_filter(&vouchers->listing, argument, err)) {
        listing_done(&vouchers->listing);
        free(vouchers);
        return NULL;
    }
    listing_set_base(&vouchers->listing, "");
    return vouchers;
}

static void *open_discounts(struct app *app, const char *argument, struct error *err)
{
    return open_list(app, &discount_list, argument, err);
}

static void *open_cards(struct app *app, const char *argument, struct error *err)
{
    return open_list(app, &card_list, argument, err);
}

/* "id:018f…" is one row, anything else a filter of the list. */
static bool show(struct app *app, const struct window_ops *ops, const char *argument,
                 struct error *err)
{
    struct uuid id;
    bool is_one = strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id);
    if (is_one && ops == &gift_cards_ops) {
        gift_card_show(app, &id);
        return true;
    }
    if (is_one)
        return record_view_open(app, schema_table(store_schema(app_store(app)), ops->table), &id,
                                err);
    void *vouchers = ops->open(app, argument, err);
    if (vouchers != NULL)
        app_push(app, ops, vouchers);
    return vouchers != NULL;
}

static bool show_discounts(struct app *app, const char *argument, struct error *err)
{
    return show(app, &discounts_ops, argument, err);
}

static bool show_cards(struct app *app, const char *argument, struct error *err)
{
    return show(app, &gift_cards_ops, argument, err);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct vouchers *)state)->listing);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct vouchers *)state)->listing, pane);
}

static void go_to_code(struct app *app, const char *code)
{
    struct gift_card card;
    struct error err;
    int found = gift_card_find(app_store(app), code, &card, &err);
    if (found == 1) {
        gift_card_show(app, &card.id);
        return;
    }
    if (found == 0)
        gift_card_unknown(app_store(app), code, &err);
    app_beep(app);
    app_toast_error(app, &err);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct vouchers *vouchers = state;
    if (event->kind == EVENT_SCAN && vouchers->listing.ops == &card_list) {
        go_to_code(app, event->text);
        return OUTCOME_HANDLED;
    }
    return listing_handle(&vouchers->listing, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct vouchers *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct vouchers *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct vouchers *)state)->listing, text, size);
}

static void close_list(struct app *app, void *state)
{
    (void)app;
    listing_done(&((struct vouchers *)state)->listing);
    free(state);
}

static unsigned open_one(struct app *app, void *state)
{
    return open_row(app, state);
}

static unsigned open_form(struct app *app, const struct vouchers *vouchers, const struct uuid *id)
{
    struct error err;
    const struct record_kind *kind = record_kind_named(app, table_of(vouchers), &err);
    if (kind == NULL || !record_form_open(app, kind, id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned make(struct app *app, void *state)
{
    return open_form(app, state, NULL);
}

static unsigned edit(struct app *app, void *state)
{
    const struct vouchers *vouchers = state;
    struct uuid id;
    return listing_current(&vouchers->listing, &id) ? open_form(app, vouchers, &id)
                                                    : OUTCOME_HANDLED;
}

static bool is_on(const struct vouchers *vouchers)
{
    bool is_discount = vouchers->listing.ops == &discount_list;
    const struct grid_row *row = grid_current(&vouchers->listing.grid);
    const char *text =
        row != NULL ? row->cells[is_discount ? DISCOUNT_STATE : CARD_STATE].text : NULL;
    return text == NULL || strcmp(text, is_discount ? "off" : "closed") != 0;
}

static unsigned switch_active(struct app *app, void *state)
{
    const struct vouchers *vouchers = state;
    bool was_on = is_on(vouchers);
    bool is_discount = vouchers->listing.ops == &discount_list;
    struct uuid id;
    struct error err = {0};
    if (!listing_current(&vouchers->listing, &id))
        return OUTCOME_HANDLED;
    if (!(is_discount ? discount_set_active : gift_card_set_active)(app_store(app), app_actor(app),
                                                                    &id, !was_on, &err))
        app_toast_error(app, &err);
    else
        app_toast(app, TOAST_INFO, "%s; u undoes it.",
                  is_discount ? (was_on ? "It takes nothing off now" : "It counts again")
                              : (was_on ? "It pays nothing now" : "It pays again"));
    return OUTCOME_RELOAD;
}

/* An order with the card on it, to go on with. */
static void begin_sale(struct app *app, void *context, const char *text)
{
    struct basket basket;
    struct error err;
    char currency[4];
    int64_t cents;
    (void)context;
    if (text == NULL)
        return;
    if (!tenant_currency(app_store(app), currency, &err)) {
        app_toast_error(app, &err);
        return;
    }
    basket_init(&basket, "sale", currency);
    if (money_parse(text, currency, &cents, &err) &&
        basket_add_gift_card(&basket, app_store(app), "", cents, NULL, &err)) {
        order_form_changed(order_form_show(app, &basket), true, NULL);
    } else {
        basket_done(&basket);
        app_toast_error(app, &err);
    }
}

static unsigned sell(struct app *app, void *state)
{
    (void)state;
    const struct dialog_prompt prompt = {.title = "Sell a gift card",
                                         .hint = "what it is worth, such as 50.00",
                                         .limit = MONEY_TEXT_SIZE,
                                         .done = begin_sale};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct vouchers *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct vouchers *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct vouchers *)state)->listing);
    return OUTCOME_HANDLED;
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK, QUIET = ACTION_QUIET | ACTION_OFFLINE_OK };

static const struct action discount_actions[] = {
    {.id = "discounts.open",
     .keys = "enter",
     .label = "open",
     .help = "Show the discount under the cursor with all that is known of it.",
     .flags = OF_ROW,
     .run = open_one,
     .verb = "discounts show"},
    {.id = "discounts.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a discount: its code, what it takes off, and when it counts.",
     .right = "catalog.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "discounts new"},
    {.id = "discounts.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change the discount under the cursor.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = edit,
     .verb = "discounts set"},
    {.id = "discounts.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as state:running.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter,
     .verb = "discounts list"},
    {.id = "discounts.active",
     .keys = "a",
     .label = "on or off",
     .help = "Switch the discount under the cursor off, so that it takes nothing off, or on again.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = switch_active},
    {.id = "discounts.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = QUIET,
     .run = export,
     .verb = "discounts export"},
    {.id = "discounts.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
};

static const struct action card_actions[] = {
    {.id = "gift_cards.open",
     .keys = "enter",
     .label = "open",
     .help = "Show what the gift card under the cursor holds, and what was put on and taken off.",
     .flags = OF_ROW,
     .run = open_one},
    {.id = "gift_cards.sell",
     .keys = "n f3",
     .label = "sell",
     .help = "Begin an order with a new gift card on it; the card is made when it is paid.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = sell,
     .verb = "gift-card sell"},
    {.id = "gift_cards.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as state:good balance>10.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter,
     .verb = "gift-card list"},
    {.id = "gift_cards.active",
     .keys = "a",
     .label = "close",
     .help = "Close the gift card under the cursor, so that it pays nothing, or open it again.",
     .right = "payments.edit",
     .flags = OF_ROW,
     .run = switch_active},
    {.id = "gift_cards.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = QUIET,
     .run = export,
     .verb = "gift-card export"},
    {.id = "gift_cards.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
};

const struct window_ops discounts_ops = {
    .name = "discounts",
    .title = "Discounts",
    .table = "discounts",
    .help = "Discounts that customers bring a code for: a part of the price, an amount, or free "
            "delivery. A coupon counts after the discounts that were given by hand, on what they "
            "left; on an order it is set with Alt-q.",
    .actions = {"discounts", discount_actions, COUNT(discount_actions)},
    .open = open_discounts,
    .show = show_discounts,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_list,
};

const struct window_ops gift_cards_ops = {
    .name = "gift_cards",
    .title = "Gift cards",
    .table = "gift_cards",
    .help = "Gift cards with what they hold. A scan opens the card of that code. While the line is "
            "down a card gives a limited amount a day, since another till may take the same money; "
            "one that was overdrawn so is marked.",
    .actions = {"gift_cards", card_actions, COUNT(card_actions)},
    .open = open_cards,
    .show = show_cards,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_list,
};
