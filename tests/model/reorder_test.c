/* What is short and for how long it lasts, the marks of goods, and what was oversold by whom. */
#include "model/stock/reorder.h"

#include "model/base/instant.h"
#include "model/catalog/stock_mark.h"
#include "model/stock/oversold.h"
#include "model/stock/stock.h"
#include "model/stock/transfer.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ENDLESS = -2 }; /* nothing is sold */

static void adjust(struct shop *shop, const struct uuid *variant, int64_t milli)
{
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, variant, &shop->owner.location_id,
                                   milli, "receive", NULL, &shop->err));
}

static struct uuid add_rule(struct shop *shop, const struct uuid *variant,
                            const struct uuid *location, int64_t least, int64_t most)
{
    const struct change rule[] = {
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "location_id", .value = value_uuid(location)},
        {.column = "reorder_min_milli", .value = value_integer(least)},
        {.column = "reorder_max_milli", .value = value_integer(most)},
    };
    return shop_insert(shop, "stock_rules", rule, 4);
}

/* The field of the list's only row; -1 when the list is empty. */
static int64_t only(struct shop *shop, const char *field)
{
    const struct query query = {.source = &reorder_source};
    struct query_page page;
    shop_expect(shop, query_fetch(shop->store, &query, &field, 1, NULL, false, 10, shop->arena,
                                  &page, &shop->err));
    assert_true(page.count <= 1);
    if (page.count > 0 && page.rows[0].values[0].kind == VALUE_NULL)
        return ENDLESS;
    return page.count == 0 ? -1 : page.rows[0].values[0].integer;
}

static enum stock_mark mark(struct shop *shop, const struct uuid *product)
{
    enum stock_mark found;
    shop_expect(shop, stock_mark(shop->store, product, &found, &shop->err));
    return found;
}

static void test_marks_at_their_edges(void **state)
{
    struct shop *shop = *state;
    struct uuid nothing = {{9}};
    enum stock_mark found;
    add_rule(shop, &shop->paint, &shop->owner.location_id, 5000, 20000);
    assert_int_equal(mark(shop, &shop->paint), STOCK_OUT);
    adjust(shop, &shop->paint, 5000);
    assert_int_equal(mark(shop, &shop->paint), STOCK_OK);
    adjust(shop, &shop->paint, -1);
    assert_int_equal(mark(shop, &shop->paint), STOCK_LOW);
    adjust(shop, &shop->paint, -4999);
    assert_int_equal(mark(shop, &shop->paint), STOCK_OUT);
    adjust(shop, &shop->paint, -1);
    assert_int_equal(mark(shop, &shop->paint), STOCK_OVERSOLD);
    assert_int_equal(mark(shop, &shop->advice), STOCK_OK); /* not kept in stock */
    assert_string_equal(stock_mark_word(STOCK_LOW), "low");
    shop_expect_error(shop, stock_mark(shop->store, &nothing, &found, &shop->err), ERROR_NOT_FOUND,
                      "no longer");
}

static void test_short_is_below_the_minimum(void **state)
{
    struct shop *shop = *state;
    shop_expect(shop, reorder_follow_day(shop->store, &shop->err));
    add_rule(shop, &shop->paint, &shop->owner.location_id, 5000, 20000);
    assert_int_equal(only(shop, "stock"), 0); /* never had any */
    adjust(shop, &shop->paint, 5000);
    assert_int_equal(only(shop, "stock"), -1);
    adjust(shop, &shop->paint, -1);
    assert_int_equal(only(shop, "stock"), 4999);
    assert_int_equal(only(shop, "order"), 16000); /* whole pieces */
    assert_int_equal(only(shop, "cover"), ENDLESS);
    adjust(shop, &shop->paint, -6000);
    assert_int_equal(only(shop, "stock"), -1001);
    assert_int_equal(only(shop, "order"), 22000);
    assert_int_equal(only(shop, "cover"), 0);
    shop_check(shop);
}

/* 28 sold in 28 days: one a day. What is older leaves the window as the days go by. */
static void test_it_lasts_by_the_last_days(void **state)
{
    struct shop *shop = *state;
    add_rule(shop, &shop->paint, &shop->owner.location_id, 50000, 60000);
    adjust(shop, &shop->paint, 38000);
    shop_expect(shop, reorder_follow_day(shop->store, &shop->err));
    struct uuid order = shop_order(shop, &shop->paint, 28, "pending");
    assert_int_equal(only(shop, "sold"), 28000);
    assert_int_equal(only(shop, "cover"), 10);
    shop_check(shop);
    shop->scratch.clock.now += (REORDER_DAYS - 1) * DAY_US; /* its first day still counts */
    shop_expect(shop, reorder_follow_day(shop->store, &shop->err));
    assert_int_equal(only(shop, "cover"), 10);
    shop->scratch.clock.now += DAY_US / 2; /* midnight */
    shop_expect(shop, reorder_follow_day(shop->store, &shop->err));
    assert_int_equal(only(shop, "sold"), 0);
    assert_int_equal(only(shop, "cover"), ENDLESS);
    shop_check(shop);
    shop->scratch.clock.now -= REORDER_DAYS * DAY_US; /* a clock that is put right again */
    shop_expect(shop, reorder_follow_day(shop->store, &shop->err));
    assert_int_equal(only(shop, "cover"), 10);
    shop_move(shop, &order, "cancelled"); /* came back: never sold */
    assert_int_equal(only(shop, "sold"), 0);
    shop_check(shop);
}

static void test_everywhere_counts_together(void **state)
{
    struct shop *shop = *state;
    struct uuid everywhere = uuid_derived(&shop->tenant, "location:everywhere");
    add_rule(shop, &shop->paint, &everywhere, 5000, 9000);
    const struct change nord[] = {
        {.column = "name", .value = value_text("Nord")},
        {.column = "timezone", .value = value_text("Europe/Berlin")},
    };
    struct uuid other = shop_insert(shop, "locations", nord, 2);
    adjust(shop, &shop->paint, 3000);
    assert_int_equal(only(shop, "stock"), 3000);
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, &shop->paint, &other, 2000, "receive",
                                   NULL, &shop->err));
    assert_int_equal(only(shop, "stock"), -1);
    shop_check(shop);
}

/* What is under way counts until it arrives, in parts too. */
static void test_transfers_under_way_count(void **state)
{
    struct shop *shop = *state;
    const struct change nord[] = {
        {.column = "name", .value = value_text("Nord")},
        {.column = "timezone", .value = value_text("Europe/Berlin")},
    };
    const struct change between[] = {
        {.column = "name", .value = value_text("On the way")},
        {.column = "kind", .value = value_text("transit")},
    };
    struct uuid other = shop_insert(shop, "locations", nord, 2), transfer;
    if (shop_integer(shop, "SELECT count(*) FROM locations WHERE kind = 'transit'", NULL) == 0)
        shop_insert(shop, "locations", between, 2);
    adjust(shop, &shop->paint, 10000);
    add_rule(shop, &shop->paint, &other, 5000, 6000);
    assert_int_equal(only(shop, "stock"), 0);
    const struct transfer_entry four = {shop->paint, 4000}, one = {shop->paint, 1000};
    shop_expect(shop, transfer_new(shop->store, &shop->owner, &shop->owner.location_id, &other,
                                   NULL, &four, 1, &transfer, &shop->err));
    assert_int_equal(only(shop, "incoming"), 0); /* a draft has not left */
    shop_expect(shop, transfer_send(shop->store, &shop->owner, &transfer, &shop->err));
    assert_int_equal(only(shop, "incoming"), 4000);
    assert_int_equal(only(shop, "order"), 2000);
    shop_expect(shop, transfer_receive(shop->store, &shop->owner, &transfer, &one, 1, &shop->err));
    assert_int_equal(only(shop, "stock"), 1000);
    assert_int_equal(only(shop, "incoming"), 3000);
    shop_expect(shop,
                transfer_close(shop->store, &shop->owner, &transfer, "one broke", &shop->err));
    assert_int_equal(only(shop, "incoming"), 0);
    shop_check(shop);
}

static void test_what_is_gone_is_not_bought(void **state)
{
    struct shop *shop = *state;
    struct uuid rule = add_rule(shop, &shop->paint, &shop->owner.location_id, 5000, 9000);
    const struct change archived = {.column = "status", .value = value_text("archived")};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "products", &shop->paint, &archived, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    assert_int_equal(only(shop, "stock"), -1);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(only(shop, "stock"), 0);
    operation = operation_begin(shop->store, "record.delete", &shop->owner, &shop->err);
    shop_expect(shop, record_delete(operation, "stock_rules", &rule, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    assert_int_equal(only(shop, "stock"), -1);
    shop_check(shop);
}

static void test_whole_packs(void **state)
{
    int64_t out;
    (void)state;
    assert_true(reorder_packs(7000, 6000, &out) && out == 12000);
    assert_true(reorder_packs(6000, 6000, &out) && out == 6000);
    assert_true(reorder_packs(1, 6000, &out) && out == 6000);
    assert_true(reorder_packs(0, 6000, &out) && out == 0);
    assert_true(reorder_packs(-5, 6000, &out) && out == 0);
    assert_true(reorder_packs(1500, 1000, &out) && out == 2000);
    assert_false(reorder_packs(INT64_MAX, INT64_MAX - 1, &out));
    assert_true(reorder_packs(INT64_MAX, 1, &out) && out == INT64_MAX);
}

static void test_the_sales_that_oversold(void **state)
{
    struct shop *shop = *state;
    struct oversold_sale sales[8];
    const struct query query = {.source = &oversold_source};
    static const char *const wanted[] = {"missing", "sales"};
    struct query_page page;
    adjust(shop, &shop->paint, 3000);
    shop_order(shop, &shop->paint, 2, "pending"); /* one is left */
    shop->scratch.clock.now += SECOND_US;
    struct uuid second = shop_order(shop, &shop->paint, 3, "pending"); /* two too many */
    shop->scratch.clock.now += SECOND_US;
    struct uuid third = shop_order(shop, &shop->paint, 1, "pending");
    int count = oversold_sales(shop->store, &shop->paint, &shop->owner.location_id, 8, shop->arena,
                               sales, &shop->err);
    assert_int_equal(count, 2);
    assert_true(uuid_equal(&sales[0].order_id, &third));
    assert_true(uuid_equal(&sales[1].order_id, &second));
    assert_int_equal(sales[1].quantity_milli, 3000);
    assert_string_equal(sales[1].seller, "Olga Owner");
    shop_expect(shop, query_fetch(shop->store, &query, wanted, 2, NULL, false, 10, shop->arena,
                                  &page, &shop->err));
    assert_int_equal(page.count, 1);
    assert_int_equal(page.rows[0].values[0].integer, 3000);
    assert_string_equal(value_as_text(page.rows[0].values[1]),
                        arena_format(shop->arena, "%s, %s", sales[0].number, sales[1].number));
    adjust(shop, &shop->paint, 3000); /* it is 0: settled */
    shop_expect(shop, query_fetch(shop->store, &query, wanted, 2, NULL, false, 10, shop->arena,
                                  &page, &shop->err));
    assert_int_equal(page.count, 0);
    assert_int_equal(oversold_sales(shop->store, &shop->paint, &shop->owner.location_id, 8,
                                    shop->arena, sales, &shop->err),
                     0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_marks_at_their_edges),       TEST(test_short_is_below_the_minimum),
        TEST(test_it_lasts_by_the_last_days),  TEST(test_everywhere_counts_together),
        TEST(test_what_is_gone_is_not_bought), TEST(test_whole_packs),
        TEST(test_transfers_under_way_count),  TEST(test_the_sales_that_oversold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
