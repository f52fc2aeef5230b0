/* Purchase orders: drafts, what came of them, at which cost, and taken back. */
#include "model/stock/purchase.h"

#include "model/stock/reorder.h"
#include "model/stock/stock.h"
#include "model/stock/supplier.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PAINT, ROLLER };

static struct uuid add_supplier(struct shop *shop, const char *name, const char *currency)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "currency", .value = value_text(currency)},
        {.column = "lead_days", .value = value_integer(3)},
    };
    return shop_insert(shop, "suppliers", changes, 3);
}

static void offer(struct shop *shop, const struct uuid *supplier, const struct uuid *variant,
                  const char *sku, int64_t cents, const char *currency, int64_t pack)
{
    const struct change changes[] = {
        {.column = "supplier_id", .value = value_uuid(supplier)},
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "supplier_sku", .value = value_text(sku)},
        {.column = "cost_cents", .value = value_integer(cents)},
        {.column = "currency", .value = value_text(currency)},
        {.column = "pack_milli", .value = value_integer(pack)},
    };
    shop_insert(shop, "supplier_products", changes, 6);
}

static struct purchase *load(struct shop *shop, const struct uuid *id)
{
    struct purchase *purchase = arena_alloc(shop->arena, sizeof *purchase);
    assert_int_equal(purchase_load(shop->store, id, shop->arena, purchase, &shop->err), 1);
    return purchase;
}

static bool set_line(struct shop *shop, const struct uuid *id, const struct uuid *variant,
                     int64_t milli)
{
    return purchase_set_line(shop->store, &shop->owner, id, variant, milli, -1, &shop->err);
}

/* Twelve tins at 20.00, and five rollers of which nobody said what they cost. */
static struct uuid draft(struct shop *shop)
{
    struct uuid supplier = add_supplier(shop, "Havel", "EUR"), id;
    offer(shop, &supplier, &shop->paint, "HV-1", 2000, "EUR", 6000);
    shop_expect(shop, purchase_create(shop->store, &shop->owner, &supplier, NULL, &id, &shop->err));
    shop_expect(shop, set_line(shop, &id, &shop->paint, 12000));
    shop_expect(shop, set_line(shop, &id, &shop->roller, 5000));
    return id;
}

static struct uuid ordered(struct shop *shop)
{
    struct uuid id = draft(shop);
    shop_expect(shop, purchase_send(shop->store, &shop->owner, &id, NULL, &shop->err));
    return id;
}

static bool receive(struct shop *shop, const struct actor *actor, const struct uuid *id, int line,
                    int64_t milli, int64_t cents, struct purchase_outcome *out)
{
    const struct purchase_receipt receipt = {.line_id = load(shop, id)->lines[line].id,
                                             .quantity_milli = milli,
                                             .unit_cost_cents = cents};
    return purchase_receive(shop->store, actor, id, &receipt, 1, out, &shop->err);
}

static void take(struct shop *shop, const struct uuid *id, int line, int64_t milli, int64_t cents)
{
    struct purchase_outcome out;
    shop_expect(shop, receive(shop, &shop->owner, id, line, milli, cents, &out));
}

static int64_t cost_of(struct shop *shop, const struct uuid *product)
{
    return shop_integer(shop, "SELECT coalesce(cost_price_cents, -1) FROM products WHERE id = ?1",
                        product);
}

static void test_a_draft_and_its_lines(void **state)
{
    struct shop *shop = *state;
    struct uuid id = draft(shop), nothing = {{9}};
    const struct purchase *purchase = load(shop, &id);
    assert_string_equal(purchase->status, "draft");
    assert_string_equal(purchase->number + strlen(purchase->number) - 6, "000001");
    assert_int_equal(purchase->lines[PAINT].unit_cost_cents, 2000);
    assert_int_equal(purchase->lines[PAINT].pack_milli, 6000);
    assert_int_equal(purchase->lines[ROLLER].unit_cost_cents, 0);
    assert_int_equal(purchase->total_cents, 24000);
    shop_expect(shop, set_line(shop, &id, &shop->paint, 1500));
    assert_int_equal(load(shop, &id)->total_cents, 3000);
    assert_int_equal(load(shop, &id)->line_count, 2);
    shop_expect(shop, set_line(shop, &id, &shop->roller, 0));
    assert_int_equal(load(shop, &id)->line_count, 1);
    assert_non_null(shop_undo(shop, &shop->owner)); /* the roller is back */
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(load(shop, &id)->lines[PAINT].ordered_milli, 12000);
    shop_expect_error(shop, set_line(shop, &id, &shop->paint, -1), ERROR_INPUT, "how many");
    shop_expect_error(shop, set_line(shop, &id, &shop->advice, 1000), ERROR_RULE, "not kept");
    shop_expect_error(shop, set_line(shop, &nothing, &shop->paint, 1000), ERROR_NOT_FOUND,
                      "not there any more");
    shop_check(shop);
}

static void test_a_sent_order_is_fixed(void **state)
{
    struct shop *shop = *state;
    struct uuid id = draft(shop);
    shop_expect(shop, purchase_send(shop->store, &shop->owner, &id, NULL, &shop->err));
    const struct purchase *purchase = load(shop, &id);
    assert_string_equal(purchase->status, "ordered");
    assert_string_equal(purchase->expected_on, "2026-11-23");
    shop_expect_error(shop, set_line(shop, &id, &shop->paint, 1000), ERROR_RULE, "only a draft");
    shop_expect_error(shop, purchase_send(shop->store, &shop->owner, &id, NULL, &shop->err),
                      ERROR_RULE, "ordered already");
    shop_expect_error(shop, purchase_close(shop->store, &shop->owner, &id, "x", &shop->err),
                      ERROR_RULE, "cancel it instead");
    shop_expect_error(shop, purchase_cancel(shop->store, &shop->owner, &id, " ", &shop->err),
                      ERROR_INPUT, "Say why");
    shop_expect(shop, purchase_cancel(shop->store, &shop->owner, &id, "too dear", &shop->err));
    assert_string_equal(load(shop, &id)->status, "cancelled");
    assert_string_equal(load(shop, &id)->reason, "too dear");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "ordered");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "draft");
    assert_int_equal(load(shop, &id)->ordered_at, 0);
}

static void test_an_empty_order_is_not_sent(void **state)
{
    struct shop *shop = *state;
    struct uuid supplier = add_supplier(shop, "Havel", "EUR"), id;
    shop_expect(shop, purchase_create(shop->store, &shop->owner, &supplier, NULL, &id, &shop->err));
    shop_expect_error(shop, purchase_send(shop->store, &shop->owner, &id, NULL, &shop->err),
                      ERROR_RULE, "orders nothing yet");
    shop_expect(shop, purchase_cancel(shop->store, &shop->owner, &id, NULL, &shop->err));
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    const struct change gone = {.column = "is_active", .value = value_integer(0)};
    shop_expect(shop, record_update(operation, "suppliers", &supplier, &gone, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    shop_expect_error(shop,
                      purchase_create(shop->store, &shop->owner, &supplier, NULL, &id, &shop->err),
                      ERROR_RULE, "no longer a supplier");
}

static void test_it_comes_in_parts(void **state)
{
    struct shop *shop = *state;
    struct uuid id = ordered(shop);
    struct purchase_outcome out;
    shop_expect(shop, receive(shop, &shop->owner, &id, PAINT, 7000, -1, &out));
    assert_int_equal(out.open, 2);
    assert_int_equal(out.over, 0);
    assert_string_equal(load(shop, &id)->status, "partially_received");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 7000);
    assert_int_equal(shop_integer(shop, "SELECT unit_cost_cents FROM stock_movements", NULL), 2000);
    shop_expect_error(shop, purchase_cancel(shop->store, &shop->owner, &id, "x", &shop->err),
                      ERROR_RULE, "close it instead");
    shop_expect(shop, receive(shop, &shop->owner, &id, PAINT, 6000, -1, &out)); /* one too many */
    assert_int_equal(out.over, 1);
    assert_int_equal(out.open, 1);
    assert_int_equal(purchase_open(&load(shop, &id)->lines[PAINT]), 0);
    shop_expect(shop, receive(shop, &shop->owner, &id, ROLLER, 5000, -1, &out));
    assert_string_equal(load(shop, &id)->stored_status, "received");
    shop_expect_error(shop, receive(shop, &shop->owner, &id, ROLLER, 1000, -1, &out), ERROR_RULE,
                      "without an order");
    shop_check(shop);
}

static void test_receipts_are_taken_back(void **state)
{
    struct shop *shop = *state;
    struct uuid id = ordered(shop);
    take(shop, &id, PAINT, 12000, 2500);
    assert_int_equal(cost_of(shop, &shop->paint), 2500);
    take(shop, &id, ROLLER, 5000, -1);
    assert_string_equal(load(shop, &id)->status, "received");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "partially_received");
    assert_int_equal(load(shop, &id)->received_at, 0);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "ordered");
    assert_int_equal(cost_of(shop, &shop->paint), -1);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 4);
    shop_check(shop);
}

static void test_it_is_closed_short(void **state)
{
    struct shop *shop = *state;
    struct uuid id = ordered(shop);
    take(shop, &id, PAINT, 11999, -1);
    shop_expect_error(shop, purchase_close(shop->store, &shop->owner, &id, "", &shop->err),
                      ERROR_INPUT, "does not come");
    shop_expect(shop, purchase_close(shop->store, &shop->owner, &id, "sold out", &shop->err));
    assert_string_equal(load(shop, &id)->status, "received");
    assert_string_equal(load(shop, &id)->reason, "sold out");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(load(shop, &id)->status, "partially_received");
    assert_string_equal(load(shop, &id)->reason, "");
}

static void test_what_is_no_receipt(void **state)
{
    struct shop *shop = *state;
    struct uuid id = draft(shop);
    struct purchase_outcome out;
    shop_expect_error(shop, receive(shop, &shop->owner, &id, PAINT, 1000, -1, &out), ERROR_RULE,
                      "send it first");
    shop_expect(shop, purchase_send(shop->store, &shop->owner, &id, NULL, &shop->err));
    assert_false(receive(shop, &shop->owner, &id, PAINT, 0, -1, &out));
    assert_false(receive(shop, &shop->owner, &id, PAINT, -1, -1, &out));
    shop_expect_error(shop, false, shop->err.code, "");
    shop_expect_error(shop,
                      purchase_receive(shop->store, &shop->owner, &id, NULL, 0, &out, &shop->err),
                      ERROR_INPUT, "what came first");
    const struct purchase_receipt other = {.line_id = {{9}}, .quantity_milli = 1000};
    shop_expect_error(shop,
                      purchase_receive(shop->store, &shop->owner, &id, &other, 1, &out, &shop->err),
                      ERROR_CONFLICT, "removed meanwhile");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 0);
}

static void set_method(struct shop *shop, const char *value)
{
    const struct change setting[] = {
        {.column = "name", .value = value_text("purchase_cost")},
        {.column = "value", .value = value_text(value)},
    };
    shop_insert(shop, "app_settings", setting, 2);
}

static void test_the_average_cost(void **state)
{
    struct shop *shop = *state;
    struct uuid id = ordered(shop);
    take(shop, &id, PAINT, 1000, 1000);
    take(shop, &id, PAINT, 2000, 2000);
    assert_int_equal(cost_of(shop, &shop->paint), 1667); /* (10 + 2 * 20) / 3 */
    take(shop, &id, PAINT, 1000, 0);                     /* a present: no price */
    assert_int_equal(cost_of(shop, &shop->paint), 1667);
    assert_int_equal(purchase_average_cost(0, 900, 1000, 1500), 1500);
    assert_int_equal(purchase_average_cost(-5000, 900, 1000, 1500), 1500);
    assert_int_equal(purchase_average_cost(1000, 1, 1000, 2), 2); /* half up */
    assert_int_equal(purchase_average_cost(INT64_MAX, INT64_MAX, 1000, 7), 7);
    (void)state;
}

static void test_the_last_cost_or_none(void **state)
{
    struct shop *shop = *state;
    set_method(shop, "{\"method\":\"last\"}");
    struct uuid id = ordered(shop);
    take(shop, &id, PAINT, 1000, 1000);
    take(shop, &id, PAINT, 1000, 3000);
    assert_int_equal(cost_of(shop, &shop->paint), 3000);
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    struct uuid setting;
    struct statement *row = store_prepare(
        shop->store, "SELECT id FROM app_settings WHERE name = 'purchase_cost'", &shop->err);
    assert_int_equal(statement_step(row, &shop->err), 1);
    statement_uuid(row, 0, &setting);
    statement_done(row);
    const struct change none = {.column = "value", .value = value_text("{\"method\":\"none\"}")};
    shop_expect(shop, record_update(operation, "app_settings", &setting, &none, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    take(shop, &id, PAINT, 1000, 500);
    assert_int_equal(cost_of(shop, &shop->paint), 3000);
}

/* Whoever keeps the stock may receive, but not change the catalogue. */
static void test_rights(void **state)
{
    struct shop *shop = *state;
    struct uuid id = ordered(shop);
    struct purchase_outcome out;
    shop_expect(shop, receive(shop, &shop->cashier, &id, PAINT, 1000, -1, &out));
    assert_true(out.keeps_costs);
    assert_int_equal(cost_of(shop, &shop->paint), -1);
    const struct change viewer[] = {
        {.column = "username", .value = value_text("vi")},
        {.column = "email", .value = value_text("vi@meyer.example")},
        {.column = "display_name", .value = value_text("Vi Viewer")},
        {.column = "status", .value = value_text("active")},
    };
    struct actor nobody = {.user_id = shop_insert(shop, "users", viewer, 4),
                           .location_id = shop->owner.location_id};
    shop_expect_error(shop, receive(shop, &nobody, &id, PAINT, 1000, -1, &out), ERROR_DENIED,
                      "inventory.edit");
    shop_expect_error(shop, purchase_close(shop->store, &nobody, &id, "x", &shop->err),
                      ERROR_DENIED, "inventory.edit");
    shop_expect_error(shop,
                      purchase_set_line(shop->store, &nobody, &id, &shop->paint, 1, -1, &shop->err),
                      ERROR_DENIED, "inventory.edit");
}

static void test_another_currency(void **state)
{
    struct shop *shop = *state;
    struct uuid supplier = add_supplier(shop, "Tokyo", "JPY"), id;
    offer(shop, &supplier, &shop->paint, NULL, 2000, "EUR", 1000);
    shop_expect(shop, purchase_create(shop->store, &shop->owner, &supplier, NULL, &id, &shop->err));
    shop_expect(shop, set_line(shop, &id, &shop->paint, 1000));
    assert_int_equal(load(shop, &id)->lines[0].unit_cost_cents, 0); /* no price in yen */
    shop_expect(shop, purchase_send(shop->store, &shop->owner, &id, NULL, &shop->err));
    take(shop, &id, 0, 1000, 3000);
    assert_int_equal(cost_of(shop, &shop->paint), -1); /* yen are no euros */
    assert_int_equal(shop_integer(shop, "SELECT unit_cost_cents FROM stock_movements", NULL), 3000);
}

static void expect_scan(struct shop *shop, const struct purchase *purchase, const char *text,
                        size_t line, int64_t milli)
{
    size_t found = 99;
    int64_t quantity = 0;
    if (purchase_scan(shop->store, purchase, text, &found, &quantity, &shop->err) != 1)
        fail_msg("%s: %s", text, shop->err.text);
    assert_int_equal(found, line);
    assert_int_equal(quantity, milli);
}

static void test_scans(void **state)
{
    struct shop *shop = *state;
    struct uuid id = ordered(shop);
    const struct purchase *purchase = load(shop, &id);
    static const char *const wrong[] = {
        "", "*", "0*ROLL-25", "-1*ROLL-25", "x*ROLL-25", "nothing", "99999999999999999*ROLL-25"};
    size_t line;
    int64_t quantity;
    expect_scan(shop, purchase, "4006381333931", PAINT, 1000);
    expect_scan(shop, purchase, "3*ROLL-25", ROLLER, 3000);
    expect_scan(shop, purchase, "0.5*ROLL-25", ROLLER, 500);
    expect_scan(shop, purchase, "HV-1", PAINT, 6000); /* the supplier's code is a pack */
    expect_scan(shop, purchase, "2*HV-1", PAINT, 12000);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (purchase_scan(shop->store, purchase, wrong[i], &line, &quantity, &shop->err) != 0)
            fail_msg("'%s' should be refused", wrong[i]);
    shop_product(shop, "Brush", "BR-1", 500, true);
    assert_int_equal(purchase_scan(shop->store, purchase, "BR-1", &line, &quantity, &shop->err), 0);
    assert_non_null(strstr(shop->err.text, "Brush was not ordered"));
}

static struct uuid add_rule(struct shop *shop, const struct uuid *variant)
{
    const struct change rule[] = {
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
        {.column = "reorder_min_milli", .value = value_integer(5000)},
        {.column = "reorder_max_milli", .value = value_integer(20000)},
    };
    return shop_insert(shop, "stock_rules", rule, 4);
}

static void hear(void *context, const char *goods, const char *why)
{
    buffer_format(context, "%s: %s\n", goods, why);
}

static void test_drafts_from_the_reorder_list(void **state)
{
    struct shop *shop = *state;
    struct uuid havel = add_supplier(shop, "Havel", "EUR"), kontor = add_supplier(shop, "K", "EUR");
    struct uuid brush = shop_product(shop, "Brush", "BR-1", 500, true);
    offer(shop, &havel, &shop->paint, "HV-1", 2000, "EUR", 6000);
    offer(shop, &kontor, &shop->paint, "K-1", 1999, "EUR", 7000); /* cheaper */
    offer(shop, &havel, &shop->roller, "HV-2", 300, "EUR", 1000);
    const struct uuid rules[] = {add_rule(shop, &shop->paint), add_rule(shop, &shop->roller),
                                 add_rule(shop, &brush)};
    struct reorder_made made;
    struct buffer told;
    buffer_init(&told);
    shop_expect(
        shop, reorder_make(shop->store, &shop->cashier, rules, 3, hear, &told, &made, &shop->err));
    assert_int_equal(made.orders, 2);
    assert_int_equal(made.lines, 2);
    assert_string_equal(told.text, "Brush: nobody delivers it; add a supplier to it\n");
    assert_int_equal(shop_integer(shop,
                                  "SELECT ordered_milli FROM purchase_order_lines WHERE"
                                  " variant_id = ?1 AND unit_cost_cents = 1999",
                                  &shop->paint),
                     21000);
    buffer_clear(&told);
    shop_expect_error(
        shop, reorder_make(shop->store, &shop->cashier, rules, 2, hear, &told, &made, &shop->err),
        ERROR_RULE, "nothing to order"); /* drafts count */
    assert_non_null(strstr(told.text, "Roller 25 cm: enough of it comes already"));
    shop_check(shop);
    assert_non_null(shop_undo(shop, &shop->cashier)); /* both as one */
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM purchase_orders", NULL), 0);
    shop_expect(shop,
                reorder_make(shop->store, &shop->cashier, rules, 3, NULL, NULL, &made, &shop->err));
    shop_check(shop);
    buffer_done(&told);
}

static void test_what_the_supplier_gets(void **state)
{
    struct shop *shop = *state;
    struct uuid id = ordered(shop);
    const struct change name = {.column = "name", .value = value_text("=Evil, \"tin\"")};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "purchase_order_lines",
                                    &load(shop, &id)->lines[PAINT].id, &name, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    const struct purchase *purchase = load(shop, &id);
    struct buffer out;
    buffer_init(&out);
    purchase_text(purchase, "Meyer Farben", &out);
    assert_non_null(strstr(out.text, "To:   Havel"));
    assert_non_null(strstr(out.text, "        12  HV-1          =Evil"));
    assert_non_null(strstr(out.text, "Total: 240.00 EUR"));
    buffer_clear(&out);
    purchase_csv(purchase, &out);
    assert_non_null(strstr(out.text, ",HV-1,LATEX-10,\"'=Evil, \"\"tin\"\"\",12,0,12,20.00,240.00,"
                                     "EUR\r\n"));
    buffer_done(&out);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_draft_and_its_lines),
        TEST(test_a_sent_order_is_fixed),
        TEST(test_an_empty_order_is_not_sent),
        TEST(test_it_comes_in_parts),
        TEST(test_receipts_are_taken_back),
        TEST(test_it_is_closed_short),
        TEST(test_what_is_no_receipt),
        TEST(test_the_average_cost),
        TEST(test_the_last_cost_or_none),
        TEST(test_rights),
        TEST(test_another_currency),
        TEST(test_scans),
        TEST(test_drafts_from_the_reorder_list),
        TEST(test_what_the_supplier_gets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
