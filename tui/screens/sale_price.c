/* Prices and discounts that the person may not give alone: somebody else allows them on the spot,
 * or they are taken back. */
#include "tui/screens/sale.h"

#include "tui/screens/approve.h"
#include "tui/screens/order_words.h"

#include <stdio.h>
#include <stdlib.h>

struct pricing {
    struct counter *counter;
    char *before; /* the basket */
};

static void take_back(struct counter *counter, const char *before)
{
    struct basket basket;
    struct error err;
    bool is_good = basket_from_json(&basket, before, &err);
    if (is_good) {
        basket_done(&counter->sale.basket);
        counter->sale.basket = basket;
    }
    counter_changed(counter, is_good, &err);
}

static void answered(struct app *app, void *context, const struct actor *approver)
{
    struct pricing *pricing = context;
    if (approver != NULL) {
        pricing->counter->approver = approver->user_id;
    } else {
        take_back(pricing->counter, pricing->before);
        app_toast(app, TOAST_WARNING, "Nobody allowed it: it is as it was before.");
    }
    free(pricing->before);
    free(pricing);
}

static void ask(struct counter *counter, char *before)
{
    char what[300], amount[ORDER_AMOUNT_SIZE];
    const struct basket *basket = &counter->sale.basket;
    struct pricing *pricing = memory_new(sizeof *pricing);
    *pricing = (struct pricing){.counter = counter, .before = before};
    order_amount(basket->total_cents, basket->currency, amount);
    snprintf(what, sizeof what, "Below the limit: %.100s; the sale comes to %s",
             counter->cursor < basket->count ? basket->lines[counter->cursor].name : "the sale",
             amount);
    approve_open(counter->app, "orders.discount", what, answered, pricing);
}

char *counter_before(const struct counter *counter)
{
    return basket_to_json(&counter->sale.basket);
}

void counter_priced(struct counter *counter, char *before, bool is_good, const struct error *err)
{
    struct error why;
    counter_changed(counter, is_good, err);
    if (is_good)
        counter->approver = (struct uuid){{0}}; /* what was allowed is not what stands there now */
    if (!is_good || sale_check_discounts(&counter->sale, app_store(counter->app),
                                         app_actor(counter->app), &why)) {
        free(before);
    } else if (approve_would_help(counter->app, "orders.discount", &why)) {
        ask(counter, before);
    } else {
        take_back(counter, before);
        app_toast_error(counter->app, &why);
        app_beep(counter->app);
        free(before);
    }
}
