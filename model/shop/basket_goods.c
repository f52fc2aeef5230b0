#include "model/shop/basket.h"

#include "model/base/money.h"
#include "model/base/text.h"
#include "model/catalog/barcode.h"
#include "model/catalog/product.h"
#include "model/operation/record.h"

#include <stdio.h>
#include <string.h>

/* `code` is what was scanned, or "". */
static bool add_sellable(struct basket *basket, const struct sellable *goods, const char *code,
                         int64_t quantity_milli, size_t *line, struct error *err)
{
    if (quantity_milli > 0 && strcmp(goods->status, "active") != 0)
        return error_set(err, ERROR_RULE, "%s is %s and not for sale; make it active first",
                         goods->name, goods->status);
    if (strcmp(goods->currency, basket->currency) != 0)
        return error_set(err, ERROR_RULE, "%s is priced in %s and this order is in %s", goods->name,
                         goods->currency, basket->currency);
    struct basket_line added = {.variant_id = goods->variant_id,
                                .product_id = goods->product_id,
                                .quantity_milli = quantity_milli,
                                .unit_price_cents = goods->price_cents,
                                .tax_bp = goods->tax_bp};
    text_copy(added.name, sizeof added.name, goods->name);
    text_copy(added.sku, sizeof added.sku, goods->sku);
    text_copy(added.price_code, sizeof added.price_code, goods->is_priced ? code : "");
    return basket_add_line(basket, &added, line, err);
}

bool basket_add(struct basket *basket, struct store *store, const struct uuid *variant,
                int64_t quantity_milli, size_t *line, struct error *err)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    int found = product_by_variant(store, variant, arena, &goods, err);
    bool done = found == 1 && add_sellable(basket, &goods, "", quantity_milli, line, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue");
    arena_free(arena);
    return done;
}

/* Three scans of a case of six are eighteen pieces. */
static bool times_scan(const struct sellable *goods, int64_t *quantity_milli, struct error *err)
{
    if (money_times_quantity(goods->scan_milli, *quantity_milli, quantity_milli))
        return true;
    return error_set_field(err, ERROR_INPUT, "quantity", "%s: the quantity is too large",
                           goods->name);
}

bool basket_scan(struct basket *basket, struct store *store, const char *code, size_t *line,
                 struct error *err)
{
    int64_t quantity_milli = 1000;
    const char *star = strchr(code, '*');
    if (star != NULL && star != code) {
        int size = (int)(star - code);
        char number[MONEY_TEXT_SIZE];
        snprintf(number, sizeof number, "%.*s", size, code);
        if ((size_t)size >= sizeof number || !quantity_parse(number, &quantity_milli, err))
            return error_set_field(err, ERROR_INPUT, "quantity",
                                   "'%.*s' is no quantity; type 3*code", size, code);
        code = star + 1;
    }
    struct arena *arena = arena_new();
    struct sellable goods;
    int found = product_by_code(store, code, arena, &goods, err);
    bool done = found == 1 && times_scan(&goods, &quantity_milli, err) &&
                add_sellable(basket, &goods, code, quantity_milli, line, err);
    if (found == 0)
        barcode_unknown(code, err);
    arena_free(arena);
    return done;
}

bool basket_set_customer(struct basket *basket, struct store *store, const struct uuid *customer,
                         struct error *err)
{
    struct arena *arena = arena_new();
    struct record record;
    const struct table *table = schema_table(store_schema(store), "customer_profiles");
    bool is_any = !uuid_is_zero(customer);
    int found = is_any ? record_get(store, table, customer, arena, &record, err) : 1;
    bool done = false;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This customer is no longer in the store");
    if (found == 1)
        done = basket_set_exempt(
            basket, is_any && record_value(&record, "is_tax_exempt").integer != 0, err);
    if (done) {
        basket->customer_id = *customer;
        text_copy(basket->customer_name, sizeof basket->customer_name,
                  is_any ? value_as_text(record_value(&record, "name")) : "");
        text_copy(basket->customer_email, sizeof basket->customer_email,
                  is_any ? value_as_text(record_value(&record, "email")) : "");
    }
    arena_free(arena);
    return done;
}
