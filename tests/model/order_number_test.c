/* Numbers of orders: one series for each register, without holes and never twice. */
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *number_of(struct shop *shop, const struct uuid *id)
{
    return shop_load(shop, id)->number;
}

static bool save_as(struct shop *shop, struct store *store, const struct actor *actor,
                    const char *status, struct uuid *id)
{
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add(&basket, store, &shop->roller, 1000, NULL, &shop->err));
    bool is_done = order_save(store, actor, &basket, status, id, &shop->err);
    basket_done(&basket);
    return is_done;
}

static void test_one_follows_the_other(void **state)
{
    struct shop *shop = *state;
    struct uuid first = shop_order(shop, &shop->paint, 1, "draft");
    struct uuid second = shop_order(shop, &shop->paint, 1, "pending");
    assert_string_equal(number_of(shop, &first), "R1-000001");
    assert_string_equal(number_of(shop, &second), "R1-000002");
}

static void test_what_fails_leaves_no_hole(void **state)
{
    struct shop *shop = *state;
    struct uuid id;
    struct basket empty;
    basket_init(&empty, "sale", "EUR");
    shop_order(shop, &shop->paint, 1, "draft");
    assert_false(order_save(shop->store, &shop->owner, &empty, "pending", NULL, &shop->err));
    struct actor nowhere = shop->owner;
    nowhere.location_id = (struct uuid){{0}};
    shop_expect_error(shop, save_as(shop, shop->store, &nowhere, "draft", &id), ERROR_NOT_FOUND,
                      "no location");
    id = shop_order(shop, &shop->paint, 1, "draft");
    assert_string_equal(number_of(shop, &id), "R1-000002");
    basket_done(&empty);
}

static void test_a_number_is_used_for_ever(void **state)
{
    struct shop *shop = *state;
    shop_order(shop, &shop->paint, 1, "draft");
    assert_non_null(shop_undo(shop, &shop->owner));
    struct uuid id = shop_order(shop, &shop->paint, 1, "draft");
    assert_string_equal(number_of(shop, &id), "R1-000002");
    /* also for a store that has forgotten where it was: after a restore from the centre */
    shop_expect(shop, store_run(shop->store, "DELETE FROM number_sequences", &shop->err, ""));
    id = shop_order(shop, &shop->paint, 1, "draft");
    assert_string_equal(number_of(shop, &id), "R1-000003");
    struct uuid found;
    assert_int_equal(order_find_number(shop->store, "R1-000001", &found, &shop->err), 0);
    assert_int_equal(order_find_number(shop->store, "R1-000003", &found, &shop->err), 1);
    assert_true(uuid_equal(&found, &id));
}

static void test_two_programs_share_the_series(void **state)
{
    struct shop *shop = *state;
    struct store *other =
        store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, other != NULL);
    for (int i = 0; i < 20; i++) {
        struct uuid id;
        shop_expect(shop,
                    save_as(shop, i % 3 == 0 ? other : shop->store, &shop->owner, "draft", &id));
    }
    store_close(other);
    assert_int_equal(shop_integer(shop, "SELECT count(DISTINCT order_number) FROM orders", NULL),
                     20);
    assert_int_equal(
        shop_integer(shop, "SELECT max(CAST(substr(order_number, 4) AS INTEGER)) FROM orders",
                     NULL),
        20);
}

static struct uuid add_register(struct shop *shop, const char *code)
{
    const struct change row[] = {
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
        {.column = "code", .value = value_text(code)},
    };
    return shop_insert(shop, "registers", row, 2);
}

static void test_each_register_counts_for_itself(void **state)
{
    struct shop *shop = *state;
    struct actor there = shop->owner;
    struct actor office = shop->owner;
    struct uuid id;
    there.register_id = add_register(shop, "R11"); /* begins like R1 */
    office.register_id = (struct uuid){{0}};
    shop_expect(shop, save_as(shop, shop->store, &there, "draft", &id));
    assert_string_equal(number_of(shop, &id), "R11-000001");
    shop_expect(shop, save_as(shop, shop->store, &shop->owner, "draft", &id));
    assert_string_equal(number_of(shop, &id), "R1-000001");
    shop_expect(shop, save_as(shop, shop->store, &there, "draft", &id));
    assert_string_equal(number_of(shop, &id), "R11-000002");
    shop_expect(shop, save_as(shop, shop->store, &office, "draft", &id));
    assert_string_equal(number_of(shop, &id), "A-000001");
    there.register_id = add_register(shop, "Käße№十十十十十"); /* ten characters of any size */
    shop_expect(shop, save_as(shop, shop->store, &there, "draft", &id));
    assert_string_equal(number_of(shop, &id), "Käße№十十十十十-000001");
    there.register_id = (struct uuid){{5}};
    shop_expect_error(shop, save_as(shop, shop->store, &there, "draft", &id), ERROR_NOT_FOUND,
                      "register of this terminal is gone");
}

static void take_number(struct shop *shop, const char *number)
{
    const struct change row[] = {
        {.column = "order_number", .value = value_text(number)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
        {.column = "currency", .value = value_text("EUR")},
        {.column = "business_day", .value = value_text("2026-11-20")},
    };
    shop_insert(shop, "orders", row, 4);
}

static void test_numbers_that_an_import_brought(void **state)
{
    struct shop *shop = *state;
    take_number(shop, "R1-abc"); /* looks like the series and is no number of it */
    take_number(shop, "R1-000005");
    struct uuid id = shop_order(shop, &shop->paint, 1, "draft");
    assert_string_equal(number_of(shop, &id), "R1-000006");
    take_number(shop, "R1-000007");
    take_number(shop, "R1-000008");
    take_number(shop, "R1-000010");
    id = shop_order(shop, &shop->paint, 1, "draft");
    assert_string_equal(number_of(shop, &id), "R1-000009");
    id = shop_order(shop, &shop->paint, 1, "draft");
    assert_string_equal(number_of(shop, &id), "R1-000011");
}

static void test_a_million_does_not_end_the_series(void **state)
{
    struct shop *shop = *state;
    take_number(shop, "R1-999998");
    static const char *const expected[] = {"R1-999999", "R1-1000000", "R1-1000001"};
    for (size_t i = 0; i < 3; i++) {
        struct uuid id = shop_order(shop, &shop->paint, 1, "draft");
        assert_string_equal(number_of(shop, &id), expected[i]);
        shop_expect(shop, store_run(shop->store, "DELETE FROM number_sequences", &shop->err, ""));
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_follows_the_other),
        TEST(test_what_fails_leaves_no_hole),
        TEST(test_a_number_is_used_for_ever),
        TEST(test_two_programs_share_the_series),
        TEST(test_each_register_counts_for_itself),
        TEST(test_numbers_that_an_import_brought),
        TEST(test_a_million_does_not_end_the_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
