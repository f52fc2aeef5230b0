#include "tui/screens/sale.h"

#include "model/base/money.h"
#include "tui/screens/goods_pick.h"

#include <stdlib.h>
#include <string.h>

static bool has_return(const struct basket *basket)
{
    for (size_t i = 0; i < basket->count; i++)
        if (basket->lines[i].quantity_milli < 0)
            return true;
    return false;
}

void counter_changed(struct counter *counter, bool is_good, const struct error *err)
{
    struct error kept;
    if (!is_good) {
        app_toast_error(counter->app, err);
        app_beep(counter->app);
        return;
    }
    if (counter->sale.basket.count > 0 && counter->cursor >= counter->sale.basket.count)
        counter->cursor = counter->sale.basket.count - 1;
    if (has_return(&counter->sale.basket) || counter->sale.basket.discount_bp != 0)
        counter->approver = (struct uuid){{0}}; /* a discount was allowed, not this */
    editor_set(&counter->line, "");
    if (!sale_keep(&counter->sale, app_store(counter->app), app_actor(counter->app), &kept))
        app_toast_error(counter->app, &kept);
}

void counter_begin(struct counter *counter)
{
    counter->cursor = 0;
    counter->mode = COUNTER_SELLING;
    counter->approver = (struct uuid){{0}};
    editor_set(&counter->line, "");
}

void counter_remove_line(struct counter *counter)
{
    struct error err;
    if (counter->cursor < counter->sale.basket.count)
        counter_changed(counter, basket_remove(&counter->sale.basket, counter->cursor, &err), &err);
}

/* A price that was allowed was allowed for so many. */
static bool set_milli(struct counter *counter, int64_t milli, struct error *err)
{
    struct basket *basket = &counter->sale.basket;
    if (milli > basket->lines[counter->cursor].quantity_milli)
        counter->approver = (struct uuid){{0}};
    return milli == 0 ? basket_remove(basket, counter->cursor, err)
                      : basket_set_quantity(basket, counter->cursor, milli, err);
}

static bool set_quantity(struct counter *counter, const char *text, struct error *err)
{
    int64_t milli;
    return quantity_parse(text, &milli, err) && set_milli(counter, milli, err);
}

static bool set_price(struct counter *counter, const char *text, struct error *err)
{
    int64_t cents;
    return money_parse(text, counter->sale.basket.currency, &cents, err) &&
           basket_set_price(&counter->sale.basket, counter->cursor, cents, err);
}

static bool set_percent(struct counter *counter, const char *text, struct error *err)
{
    struct buffer percent;
    buffer_init(&percent);
    buffer_format(&percent, "%s%s", text, text[0] != '\0' ? "%" : "");
    bool is_good = basket_set_discount(&counter->sale.basket, counter->cursor, percent.text, err);
    buffer_done(&percent);
    return is_good;
}

static bool add_pieces(struct counter *counter, int64_t milli, struct error *err)
{
    int64_t before = counter->sale.basket.lines[counter->cursor].quantity_milli;
    return set_milli(counter, before + milli, err);
}

/* "-" is one piece less, "-5.00" that much off. */
static bool take_off(struct counter *counter, const char *text, struct error *err)
{
    return text[0] == '\0' ? add_pieces(counter, -COUNTER_PIECE, err)
                           : basket_set_discount(&counter->sale.basket, counter->cursor, text, err);
}

/* "5.00 Postage": taxed by the standard rate. */
static bool add_manual(struct counter *counter, const char *text, struct error *err)
{
    int64_t cents, tax_bp;
    size_t line;
    char price[MONEY_TEXT_SIZE];
    size_t size = strcspn(text, " ");
    const char *name = text + size + strspn(text + size, " ");
    if (name[0] == '\0' || size >= sizeof price)
        return error_set(err, ERROR_INPUT, "Type the price and what it is for: +5.00 Postage");
    memcpy(price, text, size);
    price[size] = '\0';
    if (!money_parse(price, counter->sale.basket.currency, &cents, err) ||
        !product_standard_tax(app_store(counter->app), &tax_bp, err) ||
        !basket_add_manual(&counter->sale.basket, name, COUNTER_PIECE, cents, tax_bp, &line, err))
        return false;
    counter->cursor = line;
    return true;
}

static bool add_piece_or_manual(struct counter *counter, const char *text, struct error *err)
{
    if (text[0] != '\0')
        return add_manual(counter, text, err);
    return counter->cursor < counter->sale.basket.count
               ? add_pieces(counter, COUNTER_PIECE, err)
               : error_set(err, ERROR_INPUT, "There is no line yet for this; scan an item first.");
}

static const struct sign {
    char sign;
    bool needs_line, is_price;
    bool (*take)(struct counter *counter, const char *text, struct error *err);
} signs[] = {{'*', true, false, set_quantity}, {'%', true, true, set_percent},
             {'/', true, true, set_percent},   {'-', true, true, take_off},
             {'@', true, true, set_price},     {'+', false, false, add_piece_or_manual}};

/* False when the text begins with none. */
static bool take_sign(struct counter *counter, const char *text)
{
    struct error err;
    size_t i = 0;
    while (i < sizeof signs / sizeof signs[0] && signs[i].sign != text[0])
        i++;
    if (i == sizeof signs / sizeof signs[0])
        return false;
    bool has_line = counter->cursor < counter->sale.basket.count || !signs[i].needs_line;
    char *before = signs[i].is_price ? counter_before(counter) : NULL;
    bool is_good = has_line ? signs[i].take(counter, text + 1, &err)
                            : error_set(&err, ERROR_INPUT,
                                        "There is no line yet for this; scan an item first.");
    if (signs[i].is_price)
        counter_priced(counter, before, is_good, &err);
    else
        counter_changed(counter, is_good, &err);
    return true;
}

static void add(struct app *app, void *context, const struct uuid *variant, int64_t milli)
{
    struct counter *counter = context;
    struct error err;
    size_t line;
    if (variant == NULL)
        return;
    bool is_good = basket_add(&counter->sale.basket, app_store(app), variant, milli, &line, &err);
    if (is_good)
        counter->cursor = line;
    counter->mode = COUNTER_SELLING;
    counter_changed(counter, is_good, &err);
}

void counter_find(struct counter *counter, const char *name)
{
    goods_pick(counter->app, name, add, counter);
}

/* What has a code and is no goods. */
static void take_found(struct counter *counter, const struct sale_found *found, const char *code)
{
    struct error err;
    switch (found->kind) {
    case SALE_FOUND_LINE:
        counter->cursor = found->line;
        counter->mode = COUNTER_SELLING;
        counter_changed(counter, true, NULL);
        break;
    case SALE_FOUND_ORDER:
        editor_set(&counter->line, "");
        counter_return(counter, code);
        break;
    case SALE_FOUND_GIFT_CARD:
        editor_set(&counter->line, "");
        if (counter->mode == COUNTER_PAYING)
            counter_pay_by_card(counter, code);
        else
            counter_say_balance(counter, code);
        break;
    case SALE_FOUND_CUSTOMER:
        counter_changed(
            counter, sale_set_customer(&counter->sale, app_store(counter->app), &found->id, &err),
            &err);
        break;
    }
}

/* A word in one burst was typed over a slow line, or stands on somebody's barcode: a person has to
 * mean it. */
static void leave_word(struct counter *counter, const char *text)
{
    editor_set(&counter->line, text);
    app_toast(counter->app, TOAST_INFO, "Enter does it: %s", text);
}

void counter_scan(struct counter *counter, const char *text)
{
    struct error err;
    struct sale_found found;
    char *code = memory_text(text); /* it may be the line's own, which a change empties */
    if (counter->mode == COUNTER_DONE)
        counter->mode = COUNTER_SELLING;
    if (sale_scan(&counter->sale, app_store(counter->app), code, &found, &err))
        take_found(counter, &found, code);
    else if (err.code == ERROR_NOT_FOUND && counter_verb(code, &(const char *){NULL}) != NULL)
        leave_word(counter, code);
    else if (err.code == ERROR_NOT_FOUND)
        counter_find(counter, code);
    else
        counter_changed(counter, false, &err);
    free(code);
}

void counter_take(struct counter *counter, const char *text)
{
    const char *argument;
    text += strspn(text, " ");
    if (text[0] == '\0')
        editor_set(&counter->line, "");
    if (text[0] == '\0' || take_sign(counter, text))
        return;
    const struct action *verb = counter_verb(text, &argument);
    if (verb == NULL) {
        counter_scan(counter, text);
        return;
    }
    free(counter->argument);
    counter->argument = memory_text(argument);
    editor_set(&counter->line, "");
    app_run(counter->app, verb);
    counter->argument[0] = '\0';
}
