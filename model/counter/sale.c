#include "model/counter/sale_parts.h"

#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/shop/gift_card.h"
#include "model/shop/tenant.h"

#include <stdio.h>
#include <string.h>

const struct operation_kind sale_kinds[] = {
    {.name = "sale.finish",
     .label = "sale",
     .undo = UNDO_COUNTER,
     .counter = sale_counter_finish,
     .counter_right = "orders.refund"},
    {.name = "sale.cancel", .label = "sale taken back", .undo = UNDO_NONE},
    {.name = "sale.park",
     .label = "parked sale",
     .undo = UNDO_WITHDRAW,
     .may_withdraw = order_may_withdraw_save},
    {.name = "sale.resume", .label = "resumed sale", .undo = UNDO_NONE},
    {.name = "sale.void", .label = "voided sale", .undo = UNDO_NONE},
};
const size_t sale_kind_count = sizeof sale_kinds / sizeof sale_kinds[0];

bool sale_init(struct sale *sale, struct store *store, struct error *err)
{
    char currency[4];
    int64_t step = 1;
    *sale = (struct sale){.cash_step = 1};
    if (!tenant_currency(store, currency, err) ||
        store_find_integer(store, &step,
                           "SELECT value ->> ?2 FROM app_settings WHERE name = 'cash_rounding' "
                           "AND tenant_id = ?1",
                           err, "ut", store_tenant(store), currency) < 0)
        return false;
    basket_init(&sale->basket, "sale", currency);
    if (step > 1)
        sale->cash_step = step;
    return true;
}

void sale_done(struct sale *sale)
{
    basket_done(&sale->basket);
    *sale = (struct sale){0};
}

void sale_clear(struct sale *sale)
{
    char currency[sizeof sale->basket.currency];
    int64_t step = sale->cash_step;
    memcpy(currency, sale->basket.currency, sizeof currency);
    sale_done(sale);
    basket_init(&sale->basket, "sale", currency);
    sale->cash_step = step;
}

bool sale_is_empty(const struct sale *sale)
{
    return sale->basket.count == 0 && sale->tender_count == 0 &&
           uuid_is_zero(&sale->basket.order_id) && uuid_is_zero(&sale->basket.customer_id);
}

static int find_code(struct store *store, const char *sql, const char *code, struct uuid *id,
                     struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, code);
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return found;
}

/* What is no product is looked up among what else has a code. */
static int find_other(struct store *store, const char *code, struct sale_found *found,
                      struct error *err)
{
    static const struct {
        enum sale_found_kind kind;
        const char *sql;
    } others[] = {
        {SALE_FOUND_ORDER, "SELECT id FROM orders WHERE (receipt_number = ?1 OR order_number = ?1) "
                           "AND deleted_at IS NULL"},
        {SALE_FOUND_CUSTOMER, "SELECT id FROM customer_profiles WHERE card_barcode = ?1 "
                              "AND deleted_at IS NULL"},
    };
    int state = 0;
    for (size_t i = 0; state == 0 && i < sizeof others / sizeof others[0]; i++) {
        found->kind = others[i].kind;
        state = find_code(store, others[i].sql, code, &found->id, err);
    }
    struct gift_card card;
    if (state == 0) {
        found->kind = SALE_FOUND_GIFT_CARD;
        state = gift_card_find(store, code, &card, err);
        found->id = state == 1 ? card.id : (struct uuid){{0}};
    }
    return state;
}

bool sale_scan(struct sale *sale, struct store *store, const char *text, struct sale_found *found,
               struct error *err)
{
    struct error none;
    *found = (struct sale_found){.kind = SALE_FOUND_LINE};
    if (basket_scan(&sale->basket, store, text, &found->line, &none))
        return true;
    int other = none.code == ERROR_NOT_FOUND ? find_other(store, text, found, err) : 0;
    if (other == 0 && err != NULL)
        *err = none;
    return other == 1;
}

bool sale_set_customer(struct sale *sale, struct store *store, const struct uuid *customer,
                       struct error *err)
{
    return basket_set_customer(&sale->basket, store, customer, err);
}

bool sale_check_discounts(struct sale *sale, struct store *store, const struct actor *actor,
                          struct error *err)
{
    return order_check_discounts(store, actor, &sale->basket, err);
}

bool sale_has_free_return(const struct sale *sale)
{
    for (size_t i = 0; i < sale->basket.count; i++) {
        const struct basket_line *line = &sale->basket.lines[i];
        if (line->quantity_milli < 0 && uuid_is_zero(&line->original_item_id))
            return true;
    }
    return false;
}

bool sale_set_kind(struct sale *sale, struct store *store, struct error *err)
{
    static const char *const of_sales[] = {"sale", "return", "exchange", NULL};
    struct basket *basket = &sale->basket;
    const struct basket_line *first = NULL;
    size_t returned = 0;
    for (size_t i = 0; i < basket->count; i++) {
        returned += basket->lines[i].quantity_milli < 0;
        if (first == NULL && !uuid_is_zero(&basket->lines[i].original_item_id))
            first = &basket->lines[i];
    }
    if (!order_word_is(basket->kind, of_sales))
        return true;
    const char *kind = returned == 0 ? "sale" : returned == basket->count ? "return" : "exchange";
    if (returned != 0 || strcmp(basket->kind, "sale") != 0)
        basket->original_id = (struct uuid){{0}};
    snprintf(basket->kind, sizeof basket->kind, "%s", kind);
    if (first == NULL)
        return true;
    struct statement *statement =
        store_prepare(store, "SELECT order_id FROM order_items WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &first->original_item_id);
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, &basket->original_id);
    statement_done(statement);
    return found >= 0;
}
