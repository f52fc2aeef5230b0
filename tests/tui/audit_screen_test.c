/* The audit trail on the screen: found, looked at, verified; and what it adds to a record's
 * history. */
#include "model/operation/audit.h"
#include "tests/model/shop.h"
#include "tests/tui/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OPEN "keys ctrl-k\ntype audit\nkeys enter\nexpect AUDIT\n"

static void note(struct shop *shop, const struct audit_entry *entry)
{
    shop_expect(shop, audit_write(shop->store, entry, &shop->err));
}

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    assert_true(shop_pay(shop, &order, "card", 3990));
    note(shop, &(struct audit_entry){.action = "sign_in", .actor = &shop->cashier.user_id});
    note(shop, &(struct audit_entry){.action = "role_changed",
                                     .actor = &shop->owner.user_id,
                                     .target = &shop->cashier.user_id,
                                     .summary = "employee"});
    note(shop, &(struct audit_entry){.action = "reprint",
                                     .actor = &shop->cashier.user_id,
                                     .approver = &shop->owner.user_id,
                                     .subject_table = "orders",
                                     .subject = &order,
                                     .summary = "COPY 2 of the receipt"});
    return 0;
}

static const char *home(const struct shop *shop)
{
    return shop->scratch.folder;
}

static void test_the_trail_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    static const char *const names[] = {"audit_80x24", "audit_60x15", "audit_200x50"};
    scene_play(home(shop), "Olga Owner",
               OPEN "expect COPY 2\nsave audit_80x24\nsize 60 15\nsave audit_60x15\nsize 200 50\n"
                    "save audit_200x50\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        scene_check(home(shop), names[i]);
}

static void test_it_is_filtered(void **state)
{
    struct shop *shop = *state;
    scene_play(home(shop), "Olga Owner",
               OPEN
               "keys /\ntype action:order.pay\nkeys enter\nexpect 1 of 1\nexpect payment\n"
               "keys /\nkeys ctrl-u\ntype actor:kim\nkeys enter\nexpect 1 of 2\n"
               "keys /\nkeys ctrl-u\ntype target:kim\nkeys enter\nexpect role_changed\n"
               "keys /\nkeys ctrl-u\ntype table:orders time:today\nkeys enter\nexpect COPY 2\n");
}

static void test_a_row_leads_to_its_record(void **state)
{
    struct shop *shop = *state;
    scene_play(home(shop), "Olga Owner",
               OPEN "keys enter\nexpect Approved by\nexpect reprint\nexpect R1-000001\n"
                    "expect Hash before\nkeys enter\nexpect Order number\n");
}

static void test_the_whole_of_it_is_verified(void **state)
{
    struct shop *shop = *state;
    scene_play(home(shop), "Olga Owner",
               OPEN "keys v\nexpect Nothing is wrong\nexpect this shop 0\n");
}

static void test_it_is_not_everybodys(void **state)
{
    struct shop *shop = *state;
    scene_play(home(shop), "kim",
               "keys ctrl-k\ntype audit\nkeys enter\nexpect audit.read\nreject role_changed\n");
}

/* What is no operation stands among what was done; for those who may not read the trail it does
 * not. */
static void test_the_history_of_a_record_has_it_too(void **state)
{
    struct shop *shop = *state;
    scene_play(home(shop), "Olga Owner",
               "keys enter\nkeys H\nexpect History of R1-000001\nexpect COPY 2\nexpect noted\n"
               "expect payment\nkeys enter\nexpect Approved by\nkeys esc down enter\n"
               "expect OPERATION\n");
    scene_play(home(shop), "kim",
               "keys enter\nkeys H\nexpect History of R1-000001\nexpect payment\nreject COPY 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_trail_in_three_sizes, set_up, shop_teardown),
        cmocka_unit_test_setup_teardown(test_it_is_filtered, set_up, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_row_leads_to_its_record, set_up, shop_teardown),
        cmocka_unit_test_setup_teardown(test_the_whole_of_it_is_verified, set_up, shop_teardown),
        cmocka_unit_test_setup_teardown(test_it_is_not_everybodys, set_up, shop_teardown),
        cmocka_unit_test_setup_teardown(test_the_history_of_a_record_has_it_too, set_up,
                                        shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
