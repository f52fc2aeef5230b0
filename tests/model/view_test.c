#include "model/list/view.h"

#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { VIEWS = 8 };
static struct view views[VIEWS];

static int list(struct shop *shop, const struct actor *actor, const char *name)
{
    int count = view_list(shop->store, actor, name, VIEWS, shop->arena, views, &shop->err);
    shop_expect(shop, count >= 0);
    return count;
}

static bool save(struct shop *shop, const char *name, const char *filter, const char *sort)
{
    const struct view view = {.name = name, .filter = filter, .sort = sort, .is_descending = sort};
    return view_save(shop->store, &shop->owner, "orders", &view, &shop->err);
}

static void test_views_come_back_by_name(void **state)
{
    struct shop *shop = *state;
    shop_expect(shop, save(shop, "unpaid of Mitte", "status:pending \"a b\"", NULL));
    shop_expect(shop, save(shop, "Ärger", "", "total"));
    assert_int_equal(list(shop, &shop->owner, "orders"), 2);
    assert_string_equal(views[0].name, "Ärger");
    assert_string_equal(views[0].filter, "");
    assert_string_equal(views[0].sort, "total");
    assert_true(views[0].is_descending);
    assert_string_equal(views[1].filter, "status:pending \"a b\"");
    assert_null(views[1].sort);
    assert_false(views[1].is_descending);
}

static void test_the_same_name_is_the_same_view(void **state)
{
    struct shop *shop = *state;
    shop_expect(shop, save(shop, "mine", "total>1", NULL));
    shop_expect(shop, save(shop, "mine", "total>2", "number"));
    assert_int_equal(list(shop, &shop->owner, "orders"), 1);
    assert_string_equal(views[0].filter, "total>2");
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: view \"mine\"");
    assert_int_equal(list(shop, &shop->owner, "orders"), 1);
    assert_string_equal(views[0].filter, "total>1");
}

static void test_lists_and_persons_have_their_own(void **state)
{
    struct shop *shop = *state;
    shop_expect(shop, save(shop, "mine", "total>1", NULL));
    assert_int_equal(list(shop, &shop->cashier, "orders"), 0);
    assert_int_equal(list(shop, &shop->owner, "order"), 0);
    assert_int_equal(list(shop, &shop->owner, "orders.mine"), 0);
    assert_int_equal(list(shop, &shop->owner, "products"), 0);
    shop_expect_error(shop, view_forget(shop->store, &shop->cashier, "orders", "mine", &shop->err),
                      ERROR_NOT_FOUND, "no view \"mine\"");
}

static void test_signs_in_names_are_only_signs(void **state)
{
    struct shop *shop = *state;
    static const char *const names[] = {"50% off", "a.b", "_", "\"quoted\"", "view.orders."};
    for (size_t i = 0; i < 5; i++)
        shop_expect(shop, save(shop, names[i], names[i], NULL));
    assert_int_equal(list(shop, &shop->owner, "orders"), 5);
    for (size_t i = 0; i < 5; i++) {
        shop_expect(shop, view_forget(shop->store, &shop->owner, "orders", names[i], &shop->err));
        assert_int_equal(list(shop, &shop->owner, "orders"), 4 - (int)i);
    }
}

static void test_names_that_can_not_be(void **state)
{
    struct shop *shop = *state;
    char name[VIEW_NAME_MAX + 2];
    memset(name, 'x', sizeof name);
    name[VIEW_NAME_MAX] = '\0';
    shop_expect(shop, save(shop, name, "", NULL));
    name[VIEW_NAME_MAX] = 'x';
    name[VIEW_NAME_MAX + 1] = '\0';
    shop_expect_error(shop, save(shop, name, "", NULL), ERROR_INPUT, "up to 60 characters");
    shop_expect_error(shop, save(shop, "", "", NULL), ERROR_INPUT, "up to 60 characters");
    shop_expect_error(shop, save(shop, " \t", "", NULL), ERROR_INPUT, "up to 60 characters");
    shop_expect_error(shop, save(shop, "bad", "\xff", NULL), ERROR_INPUT, "no text");
    shop_expect_error(shop, save(shop, "\xff", "", NULL), ERROR_INPUT, "");
    assert_int_equal(list(shop, &shop->owner, "orders"), 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_views_come_back_by_name),
        CASE(test_the_same_name_is_the_same_view),
        CASE(test_lists_and_persons_have_their_own),
        CASE(test_signs_in_names_are_only_signs),
        CASE(test_names_that_can_not_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
