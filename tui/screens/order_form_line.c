#include "tui/screens/order_form.h"

#include "model/base/money.h"
#include "tui/screens/goods_pick.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 1000 };

void order_form_changed(struct order_form *form, bool is_good, const struct error *err)
{
    if (!is_good) {
        app_toast_error(form->app, err);
        app_beep(form->app);
        return;
    }
    if (form->basket.count > 0 && form->cursor >= form->basket.count)
        form->cursor = form->basket.count - 1;
    form->is_changed = true;
    form->approver = (struct uuid){{0}}; /* what was allowed is not what stands there now */
    editor_set(&form->line, "");
    order_form_keep(form);
}

void order_form_add_quantity(struct order_form *form, int64_t milli)
{
    struct error err;
    if (form->cursor >= form->basket.count)
        return;
    int64_t quantity = form->basket.lines[form->cursor].quantity_milli + milli;
    bool is_good = quantity == 0 ? basket_remove(&form->basket, form->cursor, &err)
                                 : basket_set_quantity(&form->basket, form->cursor, quantity, &err);
    order_form_changed(form, is_good, &err);
}

void order_form_remove_line(struct order_form *form)
{
    struct error err;
    if (form->cursor < form->basket.count)
        order_form_changed(form, basket_remove(&form->basket, form->cursor, &err), &err);
}

static bool set_quantity(struct order_form *form, const char *text, struct error *err)
{
    int64_t milli;
    return quantity_parse(text, &milli, err) &&
           basket_set_quantity(&form->basket, form->cursor, milli, err);
}

static bool set_price(struct order_form *form, const char *text, struct error *err)
{
    int64_t cents;
    return money_parse(text, form->basket.currency, &cents, err) &&
           basket_set_price(&form->basket, form->cursor, cents, err);
}

static bool set_discount(struct order_form *form, const char *text, struct error *err)
{
    return basket_set_discount(&form->basket, form->cursor, text, err);
}

static bool set_percent(struct order_form *form, const char *text, struct error *err)
{
    struct buffer percent;
    buffer_init(&percent);
    buffer_format(&percent, "%s%s", text, text[0] != '\0' ? "%" : "");
    bool is_good = set_discount(form, percent.text, err);
    buffer_done(&percent);
    return is_good;
}

/* "5.00 Postage": taxed by the standard rate. */
static bool add_manual(struct order_form *form, const char *text, struct error *err)
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
    if (!money_parse(price, form->basket.currency, &cents, err) ||
        !product_standard_tax(app_store(form->app), &tax_bp, err) ||
        !basket_add_manual(&form->basket, name, PIECE, cents, tax_bp, &line, err))
        return false;
    form->cursor = line;
    return true;
}

static const struct sign {
    char sign;
    bool needs_line;
    bool (*take)(struct order_form *form, const char *text, struct error *err);
} signs[] = {{'%', true, set_percent},
             {'$', true, set_discount},
             {'*', true, set_quantity},
             {'@', true, set_price},
             {'+', false, add_manual}};

/* False when the text begins with none. */
static bool take_sign(struct order_form *form, const char *text)
{
    struct error err;
    size_t i = 0;
    while (i < sizeof signs / sizeof signs[0] && signs[i].sign != text[0])
        i++;
    if (i == sizeof signs / sizeof signs[0])
        return false;
    if (signs[i].needs_line && form->cursor >= form->basket.count)
        app_toast(form->app, TOAST_WARNING, "There is no line yet that this could be for.");
    else
        order_form_changed(form, signs[i].take(form, text + 1, &err), &err);
    return true;
}

static void add(struct app *app, void *context, const struct uuid *variant, int64_t milli)
{
    struct order_form *form = context;
    struct error err;
    size_t line;
    if (variant == NULL)
        return;
    bool is_good = basket_add(&form->basket, app_store(app), variant, milli, &line, &err);
    if (is_good)
        form->cursor = line;
    order_form_changed(form, is_good, &err);
}

void order_form_take(struct order_form *form, const char *text)
{
    if (!take_sign(form, text))
        order_form_scan(form, text);
}

void order_form_scan(struct order_form *form, const char *text)
{
    struct error err;
    size_t line;
    char *copy = memory_text(text); /* it may be the line's own, which a change empties */
    if (basket_scan(&form->basket, app_store(form->app), text, &line, &err)) {
        form->cursor = line;
        order_form_changed(form, true, NULL);
    } else if (err.code == ERROR_NOT_FOUND) {
        goods_pick(form->app, copy, add, form);
    } else {
        order_form_changed(form, false, &err);
    }
    free(copy);
}
