/* Coupons, gift cards and credit at the counter, and cash that goes into the drawer or out of it by
 * hand. */
#include "tui/screens/sale.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/shop/gift_card.h"
#include "model/shop/store_credit.h"
#include "model/till/till.h"
#include "tui/screens/order_words.h"
#include "tui/widgets/dialog.h"

#include <string.h>

void counter_set_coupon(struct counter *counter, const char *code)
{
    struct error err;
    struct basket *basket = &counter->sale.basket;
    bool is_good = basket_set_coupon(basket, app_store(counter->app),
                                     &app_actor(counter->app)->location_id, code, &err);
    counter_changed(counter, is_good, &err);
    if (is_good && code[0] != '\0' && !basket_coupon_counts(basket, &err))
        app_toast(counter->app, TOAST_WARNING, "%s", err.text);
}

/* "50 what comes behind": an amount, and what stands behind it. */
static bool read_amount(const char *text, const char *currency, int64_t *cents, const char **rest,
                        struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    size_t size = strcspn(text, " ");
    *rest = text + size + strspn(text + size, " ");
    if (size == 0 || size >= sizeof amount)
        return error_set(err, ERROR_INPUT, "Begin with the amount: 50.00");
    memcpy(amount, text, size);
    amount[size] = '\0';
    return money_parse(amount, currency, cents, err);
}

void counter_sell_card(struct counter *counter, const char *text)
{
    struct error err;
    struct basket *basket = &counter->sale.basket;
    int64_t cents;
    const char *code;
    size_t line;
    bool is_good = read_amount(text, basket->currency, &cents, &code, &err) &&
                   basket_add_gift_card(basket, app_store(counter->app), code, cents, &line, &err);
    if (is_good)
        counter->cursor = line;
    counter_changed(counter, is_good, &err);
}

static void say_card(struct counter *counter, const struct gift_card *card)
{
    char balance[ORDER_AMOUNT_SIZE], now[ORDER_AMOUNT_SIZE], until[INSTANT_TEXT_SIZE];
    const struct env *env = store_env(app_store(counter->app));
    struct buffer text;
    struct error err;
    buffer_init(&text);
    order_amount(card->balance_cents, card->currency, balance);
    buffer_format(&text, "%s\n\nIt holds %s.", card->code, balance);
    if (card->available_cents != card->balance_cents) {
        order_amount(card->available_cents, card->currency, now);
        buffer_format(&text, "\nWhile the line is down it pays %s today.", now);
    }
    if (card->expires_at != 0) {
        instant_format_short(card->expires_at, env_now(env), env->zone, until);
        buffer_format(&text, "\nIt is good until %s.", until);
    }
    if (!gift_card_check(app_store(counter->app), card, counter->sale.basket.currency, &err))
        buffer_format(&text, "\n%s", err.text);
    dialog_message(counter->app, "Gift card", text.text);
    buffer_done(&text);
}

static void say_credit(struct counter *counter)
{
    const struct basket *basket = &counter->sale.basket;
    char amount[ORDER_AMOUNT_SIZE];
    struct error err;
    int64_t cents;
    if (!store_credit_balance(app_store(counter->app), &basket->customer_id, basket->currency,
                              &cents, &err)) {
        app_toast_error(counter->app, &err);
        return;
    }
    order_amount(cents, basket->currency, amount);
    app_toast(counter->app, TOAST_INFO, "%s has %s of store credit.", basket->customer_name,
              amount);
}

void counter_say_balance(struct counter *counter, const char *code)
{
    struct gift_card card;
    struct error err;
    if (code[0] == '\0') {
        say_credit(counter);
        return;
    }
    int found = gift_card_find(app_store(counter->app), code, &card, &err);
    if (found == 1) {
        say_card(counter, &card);
        return;
    }
    if (found == 0)
        gift_card_unknown(app_store(counter->app), code, &err);
    app_toast_error(counter->app, &err);
    app_beep(counter->app);
}

void counter_give_credit(struct counter *counter, const char *text)
{
    const struct basket *basket = &counter->sale.basket;
    struct error err;
    int64_t cents;
    const char *why;
    if (!read_amount(text, basket->currency, &cents, &why, &err) ||
        !store_credit_give(app_store(counter->app), app_actor(counter->app), &basket->customer_id,
                           basket->currency, cents, why, &err)) {
        app_toast_error(counter->app, &err);
        app_beep(counter->app);
        return;
    }
    say_credit(counter);
}

void counter_move_cash(struct counter *counter, bool is_in, const char *text)
{
    struct error err;
    int64_t cents;
    const char *reason;
    char amount[ORDER_AMOUNT_SIZE];
    const char *currency = counter->sale.basket.currency;
    if (!read_amount(text, currency, &cents, &reason, &err) ||
        !till_move(app_store(counter->app), app_actor(counter->app), is_in ? "pay_in" : "pay_out",
                   cents, reason, &err)) {
        app_toast_error(counter->app, &err);
        app_beep(counter->app);
        return;
    }
    order_amount(cents, currency, amount);
    app_toast(counter->app, TOAST_INFO,
              is_in ? "%s put into the till." : "%s taken out of the till.", amount);
    counter_open_drawer(counter);
}
