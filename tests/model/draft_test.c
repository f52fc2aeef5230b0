/* What is being typed survives the program, belongs to its person, and is no operation. */
#include "model/shop/draft.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct uuid none = {{0}};

static bool keep(struct shop *shop, const struct uuid *owner, const char *body, struct uuid *id)
{
    return draft_save(shop->store, "order_form", owner, NULL, body, id, &shop->err);
}

static void test_a_draft_survives_the_program(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id = none;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    basket.notes = memory_text("half a sent");
    char *json = basket_to_json(&basket);
    shop_expect(shop, keep(shop, &shop->owner.user_id, json, &id));
    free(json);
    store_close(shop->store);
    shop->store = store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, shop->store != NULL);

    struct draft draft;
    struct basket again;
    assert_int_equal(draft_list(shop->store, "order_form", &shop->owner.user_id, 5, shop->arena,
                                &draft, &shop->err),
                     1);
    assert_true(uuid_equal(&draft.id, &id));
    shop_expect(shop, basket_from_json(&again, draft.body, &shop->err));
    assert_int_equal(again.total_cents, 3990);
    assert_string_equal(again.notes, "half a sent");
    shop_expect(shop, order_save(shop->store, &shop->owner, &again, "parked", NULL, &shop->err));
    basket_done(&again);
    basket_done(&basket);
}

static void test_a_draft_is_saved_again_and_forgotten(void **state)
{
    struct shop *shop = *state;
    struct uuid order = shop_order(shop, &shop->paint, 1, "parked");
    int64_t operations = shop_integer(shop, "SELECT count(*) FROM journal", NULL);
    struct uuid id = none;
    struct draft draft;
    shop_expect(shop, keep(shop, &none, "{\"a\":1}", &id));
    struct uuid first = id;
    shop_expect(shop, draft_save(shop->store, "order_form", &none, &order, "[]", &id, &shop->err));
    assert_true(uuid_equal(&id, &first));
    assert_int_equal(draft_load(shop->store, &id, shop->arena, &draft, &shop->err), 1);
    assert_string_equal(draft.body, "[]");
    assert_true(uuid_equal(&draft.row_id, &order));
    assert_in_range(shop->scratch.clock.now - draft.saved_at, 0, 10000000);
    assert_int_equal(
        draft_list(shop->store, "order_form", &none, 1, shop->arena, &draft, &shop->err), 1);
    shop_expect(shop, draft_delete(shop->store, &id, &shop->err));
    shop_expect(shop, draft_delete(shop->store, &id, &shop->err));
    assert_int_equal(draft_load(shop->store, &id, shop->arena, &draft, &shop->err), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM journal", NULL), operations);
}

static void test_the_last_saved_comes_first(void **state)
{
    struct shop *shop = *state;
    const struct uuid *anna = &shop->owner.user_id;
    struct uuid ids[3] = {none, none, none};
    struct uuid other = none;
    for (size_t i = 0; i < 3; i++)
        shop_expect(shop, keep(shop, anna, "{}", &ids[i]));
    shop_expect(shop, keep(shop, &shop->cashier.user_id, "{}", &other));
    other = none;
    shop_expect(shop, draft_save(shop->store, "record_form", anna, NULL, "{}", &other, &shop->err));
    shop_expect(shop, keep(shop, anna, "{\"n\":2}", &ids[0]));
    struct draft drafts[3];
    assert_int_equal(
        draft_list(shop->store, "order_form", anna, 3, shop->arena, drafts, &shop->err), 3);
    assert_true(uuid_equal(&drafts[0].id, &ids[0]));
    assert_true(uuid_equal(&drafts[1].id, &ids[2]));
    assert_true(uuid_equal(&drafts[2].id, &ids[1]));
    assert_int_equal(
        draft_list(shop->store, "order_form", anna, 2, shop->arena, drafts, &shop->err), 2);
    assert_int_equal(
        draft_list(shop->store, "order_form", &none, 3, shop->arena, drafts, &shop->err), 0);
}

static void test_what_is_no_json_is_refused(void **state)
{
    struct shop *shop = *state;
    struct uuid id = none;
    static const char *const wrong[] = {"", "{", "1", "\"text\"", "{} {}", "{\"a\":\"\xff\"}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        shop_expect_error(shop, keep(shop, &none, wrong[i], &id), ERROR_INPUT, "can't be kept");
        assert_true(uuid_is_zero(&id));
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_draft_survives_the_program),
        TEST(test_a_draft_is_saved_again_and_forgotten),
        TEST(test_the_last_saved_comes_first),
        TEST(test_what_is_no_json_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
