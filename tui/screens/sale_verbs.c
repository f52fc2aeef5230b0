/* What can be done at the counter besides scanning: each by a word on the line, a key, and its name
 * in the palette. */
#include "tui/screens/sale.h"

#include "model/base/money.h"
#include "tui/screens/customer_pick.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Whatever is done with the goods is done at the goods: money that was taken stays taken. */
static struct counter *at_goods(void *state)
{
    struct counter *counter = state;
    if (counter->mode != COUNTER_SELLING)
        editor_set(&counter->line, "");
    counter->mode = COUNTER_SELLING;
    return counter;
}

/* What stands behind the word, or else is asked for. */
static unsigned ask(struct counter *counter, const struct dialog_prompt *prompt)
{
    if (counter->argument[0] != '\0')
        prompt->done(counter->app, counter, counter->argument);
    else
        dialog_prompt(counter->app, prompt);
    return COUNTER_REDRAWN;
}

static const char *why_empty(struct app *app, const void *state)
{
    const struct counter *counter = state;
    (void)app;
    return counter->sale.basket.count > 0 ? NULL
                                          : "Nothing is in the sale yet; scan an item first.";
}

/* Empty of goods and of whatever else would be set aside. */
static const char *why_nothing(struct app *app, const void *state)
{
    (void)app;
    return sale_is_empty(&((const struct counter *)state)->sale) ? "There is no sale here to void."
                                                                 : NULL;
}

static const char *why_nobody(struct app *app, const void *state)
{
    (void)app;
    return uuid_is_zero(&((const struct counter *)state)->sale.basket.customer_id)
               ? "Credit is somebody's; choose the customer first"
               : NULL;
}

static unsigned pay(struct app *app, void *state)
{
    (void)app;
    counter_begin_paying(state);
    return COUNTER_REDRAWN;
}

static void customer_chosen(struct app *app, void *context, const struct customer *customer)
{
    struct counter *counter = context;
    struct error err;
    if (customer != NULL)
        counter_changed(
            counter, sale_set_customer(&counter->sale, app_store(app), &customer->id, &err), &err);
}

static unsigned customer(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    customer_pick(app, counter->argument, customer_chosen, counter);
    return COUNTER_REDRAWN;
}

static unsigned park(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    (void)app;
    counter_park(counter, counter->argument);
    return COUNTER_REDRAWN;
}

static unsigned parked(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    (void)app;
    counter_pick_parked(counter, counter->argument);
    return COUNTER_REDRAWN;
}

static void number_given(struct app *app, void *context, const char *number)
{
    (void)app;
    if (number != NULL && number[0] != '\0')
        counter_return(context, number);
}

static unsigned take_back(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Goods come back",
                                         .hint = "scan the receipt, or type its number",
                                         .flags = EDITOR_SCANS,
                                         .limit = 50,
                                         .done = number_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void discount_given(struct app *app, void *context, const char *text)
{
    struct counter *counter = context;
    struct error err;
    (void)app;
    if (text == NULL)
        return;
    char *before = counter_before(counter);
    bool is_good = basket_set_discount(&counter->sale.basket, SIZE_MAX, text, &err);
    counter_priced(counter, before, is_good, &err);
}

static unsigned discount(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Discount on the whole sale",
                                         .hint = "10% or 5.00; empty takes it away",
                                         .limit = MONEY_TEXT_SIZE,
                                         .done = discount_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void price_given(struct app *app, void *context, const char *text)
{
    struct counter *counter = context;
    struct basket *basket = &counter->sale.basket;
    struct error err;
    int64_t cents;
    (void)app;
    if (text == NULL || counter->cursor >= basket->count)
        return;
    char *before = counter_before(counter);
    bool is_good = money_parse(text, basket->currency, &cents, &err) &&
                   basket_set_price(basket, counter->cursor, cents, &err);
    counter_priced(counter, before, is_good, &err);
}

static unsigned price(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct basket_line *line = &counter->sale.basket.lines[counter->cursor];
    const struct dialog_prompt prompt = {.title = "Another price",
                                         .text = line->name,
                                         .hint = "what one of it costs",
                                         .limit = MONEY_TEXT_SIZE,
                                         .done = price_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static unsigned void_line(struct app *app, void *state)
{
    (void)app;
    counter_remove_line(at_goods(state));
    return COUNTER_REDRAWN;
}

static unsigned void_sale(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    (void)app;
    counter_void(counter, counter->argument);
    return COUNTER_REDRAWN;
}

static void goods_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL && text[0] != '\0')
        counter_check_price(context, text);
}

static unsigned check(struct app *app, void *state)
{
    struct counter *counter = state;
    const struct dialog_prompt prompt = {.title = "Price check",
                                         .hint = "scan it, or type its number or name",
                                         .flags = EDITOR_SCANS,
                                         .limit = 200,
                                         .done = goods_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void name_given(struct app *app, void *context, const char *name)
{
    (void)app;
    if (name != NULL && name[0] != '\0')
        counter_find(context, name);
}

static unsigned find(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Find goods",
                                         .hint = "a part of the name",
                                         .limit = 200,
                                         .done = name_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void reason_given(struct app *app, void *context, const char *reason)
{
    struct error err;
    if (reason == NULL)
        return;
    if (!sale_no_sale(app_store(app), app_actor(app), reason, &err)) {
        app_toast_error(app, &err);
        return;
    }
    counter_open_drawer(context);
    app_toast(app, TOAST_INFO, "The drawer is opened without a sale; it is noted.");
}

static unsigned no_sale(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Open the drawer without a sale",
                                         .hint = "why: change for a note",
                                         .limit = 200,
                                         .done = reason_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void receipt_given(struct app *app, void *context, const char *number)
{
    (void)app;
    if (number != NULL && number[0] != '\0')
        counter_reprint(context, number);
}

/* The change stays in sight meanwhile. */
static unsigned reprint(struct app *app, void *state)
{
    struct counter *counter = state;
    const struct dialog_prompt prompt = {.title = "Print a receipt again",
                                         .hint = "scan it, or type its number",
                                         .flags = EDITOR_SCANS,
                                         .limit = 50,
                                         .done = receipt_given,
                                         .context = counter};
    if (counter->argument[0] != '\0' || !uuid_is_zero(&counter->last.order_id))
        counter_reprint(counter, counter->argument);
    else
        dialog_prompt(app, &prompt);
    return COUNTER_REDRAWN;
}

static void coupon_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL)
        counter_set_coupon(context, text);
}

static unsigned coupon(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Coupon",
                                         .hint = "its code; empty takes it off",
                                         .flags = EDITOR_SCANS,
                                         .limit = 50,
                                         .done = coupon_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void card_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL && text[0] != '\0')
        counter_sell_card(context, text);
}

static unsigned gift_card(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Sell a gift card",
                                         .hint = "50.00, and the code of a card that lies here",
                                         .limit = 100,
                                         .done = card_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void balance_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL)
        counter_say_balance(context, text);
}

static unsigned balance(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "What is on a gift card",
                                         .hint = "scan it; empty: the customer's credit",
                                         .flags = EDITOR_SCANS,
                                         .limit = 50,
                                         .done = balance_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void credit_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL)
        counter_give_credit(context, text);
}

static unsigned credit(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Store credit for the customer",
                                         .hint = "10.00 and why; -10.00 takes it away",
                                         .limit = 200,
                                         .done = credit_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void cash_in_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL)
        counter_move_cash(context, true, text);
}

static unsigned cash_in(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Put cash into the till",
                                         .hint = "how much and why: 50 coins from the bank",
                                         .limit = 200,
                                         .done = cash_in_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static void cash_out_given(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL)
        counter_move_cash(context, false, text);
}

static unsigned cash_out(struct app *app, void *state)
{
    struct counter *counter = at_goods(state);
    const struct dialog_prompt prompt = {.title = "Take cash out of the till",
                                         .hint = "how much and why: 12.50 stamps",
                                         .limit = 200,
                                         .done = cash_out_given,
                                         .context = counter};
    (void)app;
    return ask(counter, &prompt);
}

static unsigned till(struct app *app, void *state)
{
    (void)state;
    app_open(app, "till", NULL);
    return OUTCOME_HANDLED;
}

enum { QUIET = ACTION_QUIET | ACTION_OFFLINE_OK };

const struct action counter_verbs[COUNTER_VERBS] = {
    [COUNTER_PAY] = {.id = "sale.pay",
                     .keys = "f9 alt-y",
                     .word = "pay",
                     .label = "pay",
                     .help = "Show what is to pay and take it: Enter exactly in cash, an amount as "
                             "what was handed over, a letter another way.",
                     .right = "payments.edit",
                     .flags = ACTION_OFFLINE_OK,
                     .run = pay,
                     .why_not = why_empty,
                     .verb = "sell"},
    {.id = "sale.customer",
     .keys = "f3 alt-c",
     .word = "customer",
     .label = "customer",
     .help = "Look the customer up by phone, name or card, or make a new one.",
     .flags = ACTION_OFFLINE_OK,
     .run = customer},
    {.id = "sale.park",
     .keys = "f5 alt-p",
     .word = "park",
     .label = "park",
     .help = "Set the sale aside with a note: park blue car.",
     .right = "orders.sell",
     .flags = ACTION_OFFLINE_OK,
     .run = park,
     .why_not = why_empty},
    {.id = "sale.parked",
     .keys = "f6 alt-k",
     .word = "parked",
     .label = "parked",
     .help = "Take up a sale that was set aside, here or at another register.",
     .right = "orders.sell",
     .flags = ACTION_OFFLINE_OK,
     .run = parked},
    {.id = "sale.return",
     .keys = "f7 alt-r",
     .word = "return",
     .label = "return",
     .help = "Take goods back by their receipt: return R1-S000117.",
     .right = "orders.sell",
     .flags = ACTION_OFFLINE_OK,
     .run = take_back},
    {.id = "sale.print",
     .keys = "f8 alt-u",
     .word = "reprint",
     .label = "print",
     .help = "Print the last receipt again, or another: reprint R1-S000117.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = reprint},
    {.id = "sale.exchange",
     .keys = "ctrl-x",
     .word = "exchange",
     .label = "exchange",
     .help = "Take goods back by their receipt, and scan those that go out for them.",
     .right = "orders.sell",
     .flags = QUIET,
     .run = take_back},
    {.id = "sale.check",
     .keys = "f2 alt-q",
     .word = "pc",
     .label = "price",
     .help = "Say what goods cost and where they are in stock; the sale stays as it is.",
     .flags = ACTION_OFFLINE_OK,
     .run = check},
    {.id = "sale.discount",
     .keys = "f4 alt-o",
     .word = "discount",
     .label = "discount",
     .help = "Take something off the whole sale: discount 10%.",
     .flags = ACTION_OFFLINE_OK,
     .run = discount,
     .why_not = why_empty},
    {.id = "sale.price",
     .keys = "alt-i",
     .word = "price",
     .label = "price of line",
     .help = "Give the line under the cursor another price: price 12.50.",
     .flags = QUIET | ACTION_NEEDS_ROW,
     .run = price},
    {.id = "sale.coupon",
     .keys = "alt-e",
     .word = "coupon",
     .label = "coupon",
     .help = "Take a coupon by its code: coupon SPRING10.",
     .flags = QUIET,
     .run = coupon},
    {.id = "sale.gift_card",
     .keys = "ctrl-g",
     .word = "gift card",
     .label = "gift card",
     .help = "Sell a gift card: gift card 50, or with the code of one that lies here.",
     .flags = QUIET,
     .run = gift_card},
    {.id = "sale.balance",
     .keys = "ctrl-r",
     .word = "balance",
     .label = "balance",
     .help = "Say what a gift card holds, or the customer's store credit.",
     .flags = QUIET,
     .run = balance},
    {.id = "sale.credit",
     .keys = "alt-b",
     .word = "credit",
     .label = "store credit",
     .help = "Give the customer credit by hand, or take it away: credit 10 late delivery.",
     .right = "orders.refund",
     .flags = QUIET,
     .run = credit,
     .why_not = why_nobody},
    {.id = "sale.cash_in",
     .keys = "ctrl-p",
     .word = "cash in",
     .label = "cash in",
     .help = "Put cash into the till, and say why: cash in 50 coins from the bank.",
     .right = "till.edit",
     .flags = QUIET,
     .run = cash_in},
    {.id = "sale.cash_out",
     .keys = "ctrl-o",
     .word = "cash out",
     .label = "cash out",
     .help = "Take cash out of the till, and say why: cash out 12.50 stamps.",
     .right = "till.edit",
     .flags = QUIET,
     .run = cash_out},
    {.id = "sale.till",
     .keys = "ctrl-t",
     .word = "x",
     .label = "till",
     .help = "Go to the till: x reads it, and there it is counted and closed.",
     .flags = QUIET,
     .run = till},
    {.id = "sale.void_line",
     .keys = "alt-z",
     .word = "void",
     .label = "void line",
     .help = "Take the line under the cursor off the sale; Del does, too, while nothing is typed.",
     .flags = QUIET | ACTION_NEEDS_ROW,
     .run = void_line},
    {.id = "sale.void",
     .keys = "ctrl-v",
     .word = "void sale",
     .label = "void sale",
     .help = "Throw the whole sale away; it is recorded: void sale wrong customer.",
     .right = "orders.sell",
     .flags = QUIET | ACTION_DANGEROUS,
     .run = void_sale,
     .why_not = why_nothing},
    {.id = "sale.find",
     .keys = "alt-j",
     .word = "find",
     .label = "find",
     .help = "Find goods by their name, also by one that is a word of this line: find pay book.",
     .flags = QUIET,
     .run = find},
    {.id = "sale.no_sale",
     .keys = "ctrl-n",
     .word = "no sale",
     .label = "no sale",
     .help = "Open the drawer without a sale, and note why.",
     .right = "till.edit",
     .flags = QUIET,
     .run = no_sale},
};

/* The longest word that the text is, or begins with before a space. */
static const struct action *find_word(const struct action *actions, size_t count, const char *text,
                                      size_t *length)
{
    const struct action *found = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t size = actions[i].word != NULL ? strlen(actions[i].word) : 0;
        if (size > *length && strncasecmp(text, actions[i].word, size) == 0 &&
            (text[size] == '\0' || text[size] == ' ')) {
            found = &actions[i];
            *length = size;
        }
    }
    return found;
}

const struct action *counter_verb(const char *text, const char **argument)
{
    size_t length = 0;
    const struct action *found = find_word(counter_verbs, COUNTER_VERBS, text, &length);
    if (found == NULL)
        found = find_word(global_actions.actions, global_actions.count, text, &length);
    *argument = text + length + strspn(text + length, " ");
    return found;
}
