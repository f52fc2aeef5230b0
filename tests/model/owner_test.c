/* The shop always has somebody who may do everything. */
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool remove_row(struct shop *shop, const char *table, const struct uuid *id)
{
    struct operation *operation =
        operation_begin(shop->store, "record.delete", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    if (record_delete(operation, table, id, &shop->err))
        return operation_commit(operation, &shop->err);
    operation_cancel(operation);
    return false;
}

static bool suspend(struct shop *shop, const struct uuid *user)
{
    const struct change change[] = {{.column = "status", .value = value_text("suspended")}};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    if (record_update(operation, "users", user, change, 1, &shop->err))
        return operation_commit(operation, &shop->err);
    operation_cancel(operation);
    return false;
}

static void test_the_last_owner_stays(void **state)
{
    static const char words[] = "without an owner";
    struct shop *shop = *state;
    const struct uuid *owner = &shop->owner.user_id;
    struct uuid role = uuid_derived(&shop->tenant, "role:tenant_owner");
    shop_expect_error(shop, suspend(shop, owner), ERROR_RULE, words);
    shop_expect_error(shop, remove_row(shop, "roles", &role), ERROR_RULE, words);
    struct uuid place = shop->owner.location_id;
    const struct change second[] = {
        {.column = "user_id", .value = value_uuid(&shop->cashier.user_id)},
        {.column = "role_id", .value = value_uuid(&role)},
        {.column = "location_id", .value = value_uuid(&place)},
    };
    /* Who owns one location alone is no owner of the shop. */
    struct uuid given = shop_insert(shop, "user_roles", second, 3);
    shop_expect_error(shop, suspend(shop, owner), ERROR_RULE, words);
    shop_expect(shop, remove_row(shop, "user_roles", &given));
    place = uuid_derived(&shop->tenant, "location:everywhere");
    given = shop_insert(shop, "user_roles", second, 3);
    shop_expect(shop, suspend(shop, owner));
    struct actor suspended = shop->owner;
    shop->owner = shop->cashier;
    shop_expect_error(shop, remove_row(shop, "user_roles", &given), ERROR_RULE, words);
    shop->owner = suspended;
    assert_null(shop_undo(shop, &shop->cashier));
    assert_non_null(shop_undo(shop, &shop->owner)); /* is active again */
    shop_expect(shop, remove_row(shop, "user_roles", &given));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_last_owner_stays, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
