/* Random lives of orders: every verb, legal or not, with amounts at and beyond the edges. Whatever
 * was refused, at the end money, goods and sums must agree with each other. */
#include "model/stock/stock.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LIVES = 150, STEPS = 25 };

static uint64_t random_state;

static int64_t below(int64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)limit);
}

static struct uuid random_order(struct shop *shop)
{
    static const char *const statuses[] = {"draft", "parked", "pending"};
    const struct uuid *const goods[] = {&shop->paint, &shop->roller, &shop->advice};
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "sale", "EUR");
    basket.is_tax_included = below(2) == 0;
    basket.customer_id = shop->customer;
    for (int64_t i = below(4); i >= 0; i--) {
        int64_t milli = (1 + below(5)) * (below(3) == 0 ? 333 : 1000);
        shop_expect(shop, basket_add(&basket, shop->store, goods[below(3)],
                                     below(8) == 0 ? -milli : milli, NULL, &shop->err));
    }
    if (below(3) == 0)
        basket_set_discount(&basket, below(2) == 0 ? 0 : SIZE_MAX, "15%", &shop->err);
    shop_expect(
        shop, order_save(shop->store, &shop->owner, &basket, statuses[below(3)], &id, &shop->err));
    basket_done(&basket);
    return id;
}

static bool random_payment(struct shop *shop, const struct uuid *id)
{
    static const char *const methods[] = {"cash", "card", "store_credit", "transfer", "other"};
    int64_t due = order_due(shop_load(shop, id));
    const int64_t amounts[] = {due, due + 1, due / 2, 1, due - 1, 0};
    const struct tender tender = {.method = methods[below(5)], .amount_cents = amounts[below(6)]};
    bool is_done = order_pay(shop->store, &shop->owner, id, &tender, NULL, &shop->err);
    if (is_done)
        assert_in_range(tender.amount_cents, 1, due);
    return is_done;
}

static bool random_refund(struct shop *shop, const struct uuid *id)
{
    struct order *order = shop_load(shop, id);
    struct uuid from = {{0}};
    if (order->payment_count > 0 && below(2) == 0)
        from = order->payments[below((int64_t)order->payment_count)].id;
    int64_t left = order_refundable(order, &from);
    const int64_t amounts[] = {left, left + 1, left / 3, 1, -1};
    int64_t amount = amounts[below(5)];
    bool is_done = order_refund(shop->store, &shop->owner, id, &from, amount, "random", &shop->err);
    if (is_done != (amount > 0 && amount <= left))
        fail_msg("a refund of %d of %d: %s", (int)amount, (int)left, shop->err.text);
    return is_done;
}

static bool random_edit(struct shop *shop, const struct uuid *id)
{
    struct basket basket;
    if (!basket_load(&basket, shop->store, id, &shop->err))
        return false;
    bool is_done = basket_set_quantity(&basket, 0, (1 + below(9)) * 500, &shop->err) &&
                   order_save(shop->store, &shop->owner, &basket,
                              below(2) == 0 ? "parked" : "draft", NULL, &shop->err);
    basket_done(&basket);
    return is_done;
}

/* What is refused leaves everything as it was. */
static void step(struct shop *shop, const struct uuid *id)
{
    const struct table *table = schema_table(store_schema(shop->store), "orders");
    const char *const *statuses = table_column(table, "status")->choices;
    int64_t operations = shop_integer(shop, "SELECT count(*) FROM journal", NULL);
    bool is_done = false;
    switch (below(6)) {
    case 0:
    case 1:
        is_done = random_payment(shop, id);
        break;
    case 2:
        is_done = random_refund(shop, id);
        break;
    case 3:
        is_done = random_edit(shop, id);
        break;
    case 4:
        is_done = shop_undo(shop, &shop->owner) != NULL;
        break;
    default:
        is_done = order_set_status(shop->store, &shop->owner, id, statuses[below(15)], "random",
                                   &shop->err);
    }
    int64_t after = shop_integer(shop, "SELECT count(*) FROM journal", NULL);
    assert_true(is_done ? after >= operations : after == operations);
}

/* Against the rows alone. */
static const struct {
    const char *what, *sql;
} laws[] = {
    {"a payment gave back more than it took",
     "SELECT count(*) FROM payments p WHERE p.amount_cents < (SELECT coalesce(sum(r.amount_cents), "
     "0) FROM refunds r WHERE r.payment_id = p.id)"},
    {"an order took more than it costs",
     "SELECT count(*) FROM orders o WHERE o.total_cents >= 0 AND (SELECT coalesce(sum("
     "p.amount_cents), 0) FROM payments p WHERE p.order_id = o.id) - (SELECT coalesce(sum("
     "r.amount_cents), 0) FROM refunds r WHERE r.order_id = o.id) > o.total_cents"},
    {"a paid order was never whole",
     "SELECT count(*) FROM orders o WHERE o.status IN ('paid', 'processing', 'shipped', "
     "'delivered', 'completed') AND (SELECT coalesce(sum(p.amount_cents), 0) FROM payments p "
     "WHERE p.order_id = o.id) < o.total_cents"},
    {"a cancelled order holds money",
     "SELECT count(*) FROM orders o WHERE o.status = 'cancelled' AND (SELECT coalesce(sum("
     "p.amount_cents), 0) FROM payments p WHERE p.order_id = o.id) <> (SELECT coalesce(sum("
     "r.amount_cents), 0) FROM refunds r WHERE r.order_id = o.id)"},
    {"the status of a payment is not that of its refunds",
     "SELECT count(*) FROM payments p LEFT JOIN payment_sums s ON s.payment_id = p.id WHERE "
     "p.status <> CASE WHEN s.payment_id IS NULL THEN 'captured' WHEN s.refunded_cents = "
     "p.amount_cents THEN 'refunded' ELSE 'partially_refunded' END"},
    {"goods moved that should not have, or the other way",
     "SELECT count(*) FROM (SELECT o.id, i.variant_id, CASE WHEN o.status IN ('draft', 'parked', "
     "'cancelled') OR (o.status = 'archived' AND o.cancelled_at IS NOT NULL) THEN 0 ELSE "
     "-sum(i.quantity_milli) END AS expected FROM orders o JOIN order_items i ON i.order_id = "
     "o.id JOIN products p ON p.id = i.product_id WHERE p.is_stocked AND o.deleted_at IS NULL "
     "GROUP BY o.id, i.variant_id) e WHERE e.expected <> (SELECT coalesce(sum(m.quantity_milli), "
     "0) FROM stock_movements m WHERE m.reference_id = e.id AND m.variant_id = e.variant_id)"},
    {"the lines do not make the total",
     "SELECT count(*) FROM orders o WHERE o.deleted_at IS NULL AND o.total_cents <> (SELECT "
     "sum(i.total_cents) FROM order_items i WHERE i.order_id = o.id) + o.shipping_cents"},
    {"credit was made out of nothing",
     "SELECT (SELECT sum(amount_cents) FROM store_credit_transactions) <> (SELECT 10000 - "
     "coalesce(sum(p.amount_cents), 0) FROM payments p WHERE p.method = 'store_credit') + (SELECT "
     "coalesce(sum(r.amount_cents), 0) FROM refunds r WHERE r.method = 'store_credit')"},
    {"the timeline does not end at the status",
     "SELECT count(*) FROM orders o WHERE o.deleted_at IS NULL AND o.status NOT IN ('draft', "
     "'parked') AND o.status <> (SELECT e.to_status FROM order_events e WHERE e.order_id = o.id "
     "AND e.to_status IS NOT NULL ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1)"},
    {"numbers have holes",
     "SELECT max(CAST(substr(order_number, 4) AS INTEGER)) <> count(*) FROM orders"},
};

static void test_random_lives(void **state)
{
    struct shop *shop = *state;
    random_state = 0x0fba5ce755eed;
    const struct change grant[] = {
        {.column = "customer_id", .value = value_uuid(&shop->customer)},
        {.column = "kind", .value = value_text("grant")},
        {.column = "amount_cents", .value = value_integer(10000)},
        {.column = "currency", .value = value_text("EUR")},
        {.column = "business_day", .value = value_text("2026-11-20")},
    };
    shop_insert(shop, "store_credit_transactions", grant, 5);
    for (int life = 0; life < LIVES; life++) {
        struct uuid id = random_order(shop);
        for (int i = 0; i < STEPS; i++) {
            struct order order;
            if (order_load(shop->store, &id, shop->arena, &order, &shop->err) == 1)
                step(shop, &id); /* else its making was undone */
        }
    }
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++)
        if (shop_integer(shop, laws[i].sql, NULL) != 0)
            fail_msg("%s", laws[i].what);
    assert_true(shop_integer(shop, "SELECT count(*) FROM refunds", NULL) > LIVES / 2);
    assert_true(shop_integer(shop, "SELECT count(*) FROM orders WHERE status = 'completed'", NULL) >
                0);
    shop_check(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_lives, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
