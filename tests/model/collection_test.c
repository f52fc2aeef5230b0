/* Collections by hand and by a rule. */
#include "model/catalog/collection.h"
#include "model/catalog/product.h"
#include "model/catalog/product_edit.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct uuid make(struct shop *shop, const char *name, const char *rule)
{
    struct uuid id = {{0}};
    shop_expect(shop, collection_save(shop->store, &shop->owner, name, rule, &id, &shop->err));
    return id;
}

static int64_t size_of(struct shop *shop, const struct uuid *id)
{
    const char *filter;
    shop_expect(shop, collection_filter(shop->store, id, shop->arena, &filter, &shop->err));
    const struct query query = {.source = &product_source,
                                .filter =
                                    filter_parse(&product_source, filter, store_env(shop->store),
                                                 shop->arena, NULL, &shop->err)};
    shop_expect(shop, query.filter != NULL);
    return query_count(shop->store, &query, &shop->err);
}

static void test_a_rule_is_always_up_to_date(void **state)
{
    struct shop *shop = *state;
    struct uuid cheap = make(shop, "Cheap", "price<10 stocked:yes");
    assert_int_equal(size_of(shop, &cheap), 1);
    const struct change price = {.column = "price_cents", .value = value_integer(999)};
    shop_expect(shop,
                product_save(shop->store, &shop->owner, &price, 1, NULL, &shop->paint, &shop->err));
    assert_int_equal(size_of(shop, &cheap), 2);
    shop_expect_error(
        shop, collection_add(shop->store, &shop->owner, &cheap, &shop->paint, 1, &shop->err) >= 0,
        ERROR_RULE, "has a rule");
    shop_expect(shop,
                collection_save(shop->store, &shop->owner, "Cheap", "price<9", &cheap, &shop->err));
    assert_int_equal(size_of(shop, &cheap), 1);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(size_of(shop, &cheap), 2);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM collection_rules", NULL), 1);
    shop_check(shop);
}

/* Rows that another program wrote: each of them narrows. */
static void test_several_rules_all_hold(void **state)
{
    struct shop *shop = *state;
    struct uuid cheap = make(shop, "Cheap", "price<100");
    assert_int_equal(size_of(shop, &cheap), 3);
    struct change rule[] = {
        {.column = "collection_id", .value = value_uuid(&cheap)},
        {.column = "conditions", .value = value_text("{\"filter\":\"stocked:yes\"}")},
        {.column = "position", .value = value_integer(1)},
    };
    shop_insert(shop, "collection_rules", rule, 3);
    assert_int_equal(size_of(shop, &cheap), 2);
    rule[1].value = value_text("{\"filter\":\"no field:3 price<\"}");
    shop_insert(shop, "collection_rules", rule, 3);
    const char *filter;
    shop_expect_error(shop,
                      collection_filter(shop->store, &cheap, shop->arena, &filter, &shop->err),
                      ERROR_RULE, "rule of Cheap");
}

static void test_by_hand(void **state)
{
    struct shop *shop = *state;
    struct uuid spring = make(shop, "Say \"spring\"", "");
    const struct uuid goods[] = {shop->paint, shop->roller, shop->paint};
    assert_int_equal(size_of(shop, &spring), 0);
    assert_int_equal(collection_add(shop->store, &shop->owner, &spring, goods, 3, &shop->err), 2);
    assert_int_equal(collection_add(shop->store, &shop->owner, &spring, goods, 1, &shop->err), 0);
    assert_int_equal(size_of(shop, &spring), 2);
    assert_int_equal(collection_remove(shop->store, &shop->owner, &spring, goods, 1, &shop->err),
                     1);
    assert_int_equal(size_of(shop, &spring), 1);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(size_of(shop, &spring), 2);
    shop_expect_error(shop,
                      collection_add(shop->store, &shop->owner, &spring, goods,
                                     COLLECTION_ADD_MAX + 1, &shop->err) >= 0,
                      ERROR_RULE, "mark fewer");
    shop_expect(shop, collection_delete(shop->store, &shop->owner, &spring, &shop->err));
    shop_expect_error(shop, collection_delete(shop->store, &shop->owner, &spring, &shop->err),
                      ERROR_NOT_FOUND, "no longer");
    shop_check(shop);
}

static void test_collections_that_are_none(void **state)
{
    struct shop *shop = *state;
    struct uuid id = {{0}};
    make(shop, "Spring", "");
    shop_expect_error(shop, collection_save(shop->store, &shop->owner, " ", "", &id, &shop->err),
                      ERROR_INPUT, "needs a name");
    shop_expect_error(shop,
                      collection_save(shop->store, &shop->owner, "SPRING", "", &id, &shop->err),
                      ERROR_INPUT, "already");
    shop_expect_error(
        shop, collection_save(shop->store, &shop->owner, "Cheap", "price<", &id, &shop->err),
        ERROR_INPUT, "price");
    shop_expect_error(shop,
                      collection_save(shop->store, &shop->cashier, "Cheap", "", &id, &shop->err),
                      ERROR_DENIED, "catalog.edit");
    shop_expect_error(shop, collection_check_rule(shop->store, "  ", &shop->err), ERROR_INPUT,
                      "which products");
    assert_true(uuid_is_zero(&id));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_rule_is_always_up_to_date),
        TEST(test_several_rules_all_hold),
        TEST(test_by_hand),
        TEST(test_collections_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
