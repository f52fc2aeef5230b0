#include "tui/screens/order_form.h"

#include "model/base/money.h"
#include "model/catalog/product.h"
#include "tui/widgets/picker.h"

#include <stdlib.h>
#include <string.h>

enum { FOUND_MOST = 50, PIECE = 1000 };

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

static void add(struct order_form *form, const struct uuid *variant)
{
    struct error err;
    size_t line;
    bool is_good =
        basket_add(&form->basket, app_store(form->app), variant, form->quantity_milli, &line, &err);
    if (is_good)
        form->cursor = line;
    order_form_changed(form, is_good, &err);
}

static struct picker_item item_of(const struct sellable *goods, struct arena *arena)
{
    char price[MONEY_TEXT_SIZE];
    bool is_active = strcmp(goods->status, "active") == 0;
    money_format(goods->price_cents, goods->currency, price);
    return (struct picker_item){
        .shown = {.text = goods->name,
                  .detail = goods->sku,
                  .note = is_active ? arena_text(arena, price) : goods->status,
                  .is_disabled = !is_active},
        .why_not = arena_format(arena, "%s is %s and not for sale.", goods->name, goods->status),
        .value = &goods->variant_id};
}

/* Those that can be sold come first. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct order_form *form = context;
    struct sellable *found = arena_alloc(arena, FOUND_MOST * sizeof *found);
    size_t most = limit < FOUND_MOST ? limit : FOUND_MOST;
    int count = product_find(app_store(form->app), typed, most, arena, found, NULL);
    size_t kept = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < count; i++)
            if ((strcmp(found[i].status, "active") != 0) == (pass == 1))
                out[kept++] = item_of(&found[i], arena);
    return kept;
}

static void picked(struct app *app, void *context, const struct picker_item *item)
{
    (void)app;
    if (item != NULL)
        add(context, item->value);
}

/* What no barcode or SKU is, is a name: of one product, or of several to choose from. */
static void look_up(struct order_form *form, const char *name)
{
    struct arena *arena = arena_new();
    struct sellable found[2];
    struct error err;
    int count = product_find(app_store(form->app), name, 2, arena, found, &err);
    if (count < 0)
        app_toast_error(form->app, &err);
    else if (count == 0)
        app_toast(form->app, TOAST_WARNING, "No product has the code or the name %s.", name);
    if (count == 1)
        add(form, &found[0].variant_id);
    if (count <= 0)
        app_beep(form->app);
    arena_free(arena);
    if (count < 2)
        return;
    const struct picker picker = {.title = "Which one?",
                                  .hint = "a product's name or number",
                                  .start = name,
                                  .empty = "No product of that name",
                                  .takes_scans = true,
                                  .find = find,
                                  .done = picked,
                                  .context = form};
    picker_open(form->app, &picker);
}

/* The number in front of "3*name", and the name; 1 where there is none. */
static const char *split_quantity(const char *text, int64_t *milli)
{
    char number[MONEY_TEXT_SIZE];
    const char *star = strchr(text, '*');
    size_t size = star != NULL ? (size_t)(star - text) : 0;
    *milli = PIECE;
    if (size == 0 || size >= sizeof number)
        return text;
    memcpy(number, text, size);
    number[size] = '\0';
    return quantity_parse(number, milli, NULL) ? star + 1 : text;
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
        look_up(form, split_quantity(copy, &form->quantity_milli));
    } else {
        order_form_changed(form, false, &err);
    }
    free(copy);
}
