/* The gate: who may see what at a terminal that several people share. */
#include "model/people/door.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OLGA "brush and roller"
#define KIM  "seven buckets"

/* Both have proved the password here today, and have PINs: Olga 2468, Kim 1379. */
static int set_up(void **state)
{
    assert_int_equal(till_set_up(state), 0);
    struct shop *shop = ((struct till *)*state)->shop;
    struct store *store = shop->store;
    struct door_answer olga, kim;
    char code[DOOR_CODE_SIZE];
    const struct change setting[] = {
        {.column = "name", .value = value_text("sign_in")},
        {.column = "value", .value = value_text("{\"any_clock\": true}")}};
    shop_insert(shop, "app_settings", setting, 2);
    shop_expect(shop, door_set_password(store, &shop->owner, NULL, NULL, OLGA, NULL, &shop->err));
    shop_expect(shop, door_open(store, "Olga Owner", DOOR_PASSWORD, OLGA, NULL, &olga, &shop->err));
    shop_expect(shop, door_set_pin(store, &olga.actor, "2468", &shop->err));
    shop_expect(shop,
                door_reset_code(store, &olga.actor, &shop->cashier.user_id, code, &shop->err));
    shop_expect(shop, door_use_reset_code(store, shop->cashier.name, code, KIM, &shop->err));
    shop_expect(shop,
                door_open(store, shop->cashier.name, DOOR_PASSWORD, KIM, NULL, &kim, &shop->err));
    shop_expect(shop, door_set_pin(store, &kim.actor, "1379", &shop->err));
    return 0;
}

static void play(void **state, const char *steps)
{
    const struct till *till = *state;
    scene_play(till->home, till->shop->owner.name, steps);
}

static int64_t count(void **state, const char *sql)
{
    return shop_integer(((struct till *)*state)->shop, sql, NULL);
}

static void test_nothing_is_seen_or_done_before(void **state)
{
    play(state, "reject R1-0000\nexpect Who works here?\nexpect SIGN IN\nkeys alt-1 alt-2 ctrl-k\n"
                "reject R1-0000\nexpect SIGN IN\nkeys f1 : u alt-s alt-L f10\nexpect SIGN IN\n"
                "reject R1-0000\nkeys o\nscan 2468\nreject ORDERS\nreject R1-0000\n");
}

static void test_the_gate_in_three_sizes(void **state)
{
    play(state,
         "save gate_80x24\nsize 60 15\nsave gate_60x15\nkeys k\nsave gate_pin_60x15\n"
         "size 80 24\nkeys tab\ntype abc\nsave gate_password_80x24\nkeys esc tab\n"
         "save gate_name_80x24\nkeys f3\nsave gate_forgotten_80x24\nsize 200 50\nkeys esc esc\n"
         "save gate_200x50\n");
    scene_check(((struct till *)*state)->home, "gate_80x24");
    scene_check(((struct till *)*state)->home, "gate_60x15");
    scene_check(((struct till *)*state)->home, "gate_pin_60x15");
    scene_check(((struct till *)*state)->home, "gate_password_80x24");
    scene_check(((struct till *)*state)->home, "gate_name_80x24");
    scene_check(((struct till *)*state)->home, "gate_forgotten_80x24");
    scene_check(((struct till *)*state)->home, "gate_200x50");
}

static void test_names_and_passwords_let_in(void **state)
{
    play(state, "keys tab\ntype kim\nkeys enter\nexpect Password is required\ntype " OLGA
                "\nkeys enter\nreject ORDERS\nexpect wrong\nreject " OLGA "\n"
                "keys up ctrl-u\ntype nobody\nkeys tab\ntype " OLGA
                "\nkeys enter\nreject ORDERS\nexpect wrong\n"
                "keys esc o tab\ntype " OLGA "\nkeys enter\nexpect ORDERS\nexpect Olga Owner\n");
}

static void test_a_letter_of_nobody_begins_a_name(void **state)
{
    play(state, "type zoe\nexpect Sign in\nexpect zoe\nkeys ctrl-u\ntype anders\nkeys tab esc\n"
                "expect Who works here?\nkeys space down\nexpect Who works here?\n");
}

/* What a switch costs: the lock, the letter, four digits, Enter. */
static void test_a_switch_takes_seven_keys(void **state)
{
    static const char *const keys[] = {"f10", "k", "1", "3", "7", "9", "enter"};
    char steps[500] = "keys o 2 4 6 8 enter\nexpect ORDERS\nexpect Olga Owner\nkeys";
    assert_in_range(sizeof keys / sizeof keys[0], 1, 7);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        strcat(steps, " ");
        strcat(steps, keys[i]);
    }
    strcat(steps, "\nexpect ORDERS\nexpect Kim\nreject Olga Owner\n");
    play(state, steps);
}

static void test_windows_stay_with_their_person(void **state)
{
    play(state, "keys o 2 4 6 8 enter n\ntype ROLL-25\nkeys enter\ntype half ty\n"
                "expect Roller\nexpect half ty\nkeys f10\nreject Roller\nreject half ty\n"
                "keys k 1 3 7 9 enter\nexpect ORDERS\nreject Roller\nreject half ty\n"
                "keys alt-L\nreject Olga\nkeys esc f10 o 2 4 6 8 enter\n"
                "expect Roller\nexpect half ty\nexpect New order\n");
}

static void test_what_is_typed_is_kept_when_the_program_ends(void **state)
{
    play(state, "keys o 2 4 6 8 enter n\ntype ROLL-25\nkeys enter\nexpect Roller\n"
                "keys f10 k 1 3 7 9 enter f10 esc\nexpect End the program?\nkeys y\n");
    assert_int_equal(count(state, "SELECT count(*) FROM drafts AS d JOIN users AS u"
                                  " ON u.id = d.user_id WHERE u.display_name = 'Olga Owner'"
                                  " AND d.body LIKE '%Roller%'"),
                     1);
}

static void test_each_is_recorded_under_the_own_name(void **state)
{
    play(state, "keys o 2 4 6 8 enter n\ntype ROLL-25\nkeys enter f5\nexpect parked\n"
                "keys f10 k 1 3 7 9 enter n\ntype ROLL-25\nkeys enter f5\nexpect parked\n");
    assert_int_equal(count(state, "SELECT count(DISTINCT actor_id) FROM (SELECT actor_id FROM"
                                  " journal WHERE kind = 'order.create' ORDER BY seq DESC LIMIT 2)"
                                  ""),
                     2);
}

static void test_a_pin_has_five_tries(void **state)
{
    play(state, "keys k 0 0 0 0 enter\nexpect wrong\nreject ORDERS\nkeys 0 0 0 1 enter\n"
                "keys 0 0 0 2 enter\nexpect wait\nkeys 1 3 7 9 enter\nreject ORDERS\n");
}

static void test_signing_out_closes_what_is_open(void **state)
{
    play(state, "keys o 2 4 6 8 enter\nexpect ORDERS\nkeys :\ntype sign out\nkeys enter\n"
                "expect SIGN IN\nreject R1-0000\nreject o  Olga\nkeys tab\ntype olga owner\n"
                "keys tab\ntype " OLGA "\nkeys enter\nexpect ORDERS\n");
}

static void test_a_manager_allows_a_refund(void **state)
{
    play(state, "keys k 1 3 7 9 enter\nexpect ORDERS\ntype /\ntype R1-000001\nkeys enter enter\n"
                "expect R1-000001\nkeys r\nkeys tab tab\ntype wrong colour\nkeys enter\n"
                "expect Give 39.90\nkeys y\nexpect Somebody else has to allow this\n"
                "expect wrong colour\nreject Kim  \nsave approve_80x24\nsize 60 15\n"
                "save approve_60x15\nsize 80 24\nkeys o 2 4 6 8 enter\nexpect Gave 39.90\n");
    assert_int_equal(count(state,
                           "SELECT count(*) FROM journal AS j JOIN users AS a ON a.id = j.actor_id"
                           " JOIN users AS b ON b.id = j.approver_id WHERE j.kind = 'order.refund'"
                           " AND a.display_name LIKE 'Kim%' AND b.display_name = 'Olga Owner'"
                           ""),
                     1);
    assert_int_equal(
        count(state, "SELECT count(*) FROM audit_logs AS l JOIN users AS b ON b.id = l.approver_id"
                     " WHERE l.action = 'approve' AND b.display_name = 'Olga Owner'"),
        1);
    scene_check(((struct till *)*state)->home, "approve_80x24");
    scene_check(((struct till *)*state)->home, "approve_60x15");
}

/* Kim may take money, but not give it back: `u` asks for somebody who may. */
static void test_a_manager_allows_an_undo(void **state)
{
    play(state, "keys k 1 3 7 9 enter\ntype /\ntype R1-000004\nkeys enter enter p\nkeys enter\n"
                "keys u\nexpect Undo this?\nkeys y\nexpect Somebody else has to allow "
                "this\nkeys esc\n"
                "reject Somebody else\nkeys u y\nexpect Undo this:\nkeys o 2 4 6 8 enter\n"
                "expect Undone\nkeys u\nreject Somebody else\n");
    assert_int_equal(count(state, "SELECT count(*) FROM journal AS j JOIN users AS b"
                                  " ON b.id = j.approver_id WHERE j.kind = 'order.refund'"
                                  " AND j.undoes IS NOT NULL"),
                     1);
}

static void test_without_approval_nothing_happens(void **state)
{
    play(state, "keys k 1 3 7 9 enter\ntype /\ntype R1-000004\nkeys enter enter\nkeys x\n"
                "type mistake\nkeys enter\nexpect Somebody else has to allow this\nkeys esc\n"
                "reject Somebody else\nexpect pending\n");
    assert_int_equal(count(state, "SELECT count(*) FROM orders WHERE status = 'cancelled'"
                                  ""),
                     1);
}

static void test_a_discount_above_the_limit_is_allowed(void **state)
{
    play(state, "keys k 1 3 7 9 enter n\ntype ROLL-25\nkeys enter\ntype %50\nkeys enter f2\n"
                "expect Discount above the limit: \nexpect EUR off, 1 line\nkeys o 2 4 6 8 "
                "enter\nexpect Stored\n");
    assert_int_equal(count(state, "SELECT count(*) FROM order_discounts AS d JOIN users AS u"
                                  " ON u.id = d.approved_by_id WHERE u.display_name = 'Olga Owner'"
                                  ""),
                     1);
}

static void test_the_own_password_and_pin(void **state)
{
    play(state, "keys k 1 3 7 9 enter\nkeys :\ntype password\nkeys enter\nsave own_password_80x24\n"
                "type " KIM "\nkeys tab\ntype kim\nexpect 8 characters\nkeys ctrl-u\n"
                "type nine buckets\nkeys tab\ntype nine bucket\nkeys enter\nexpect not the same\n"
                "type s\nkeys enter\nexpect Your password is set\nkeys :\ntype pin\nkeys enter\n"
                "type 8642\nkeys tab\ntype 8642\nkeys enter\nexpect Your PIN is set\n"
                "keys f10 k 8 6 4 2 enter\nexpect ORDERS\n");
    scene_check(((struct till *)*state)->home, "own_password_80x24");
}

/* At the counter each has a sale of their own, and it is there again after the lock. */
static void test_each_person_has_a_sale(void **state)
{
    play(state, "keys k 1 3 7 9 enter f12\nscan 4006381333931\nexpect Latex\ntype lock\n"
                "keys enter\nexpect Who works here?\nreject Latex\nscan ROLL-25\n"
                "keys o 2 4 6 8 enter f12\nexpect Scan an item\nreject Latex\n"
                "scan ROLL-25\nexpect Roller\nkeys f10\nreject Roller\nkeys k 1 3 7 9 enter\n"
                "expect Latex\nreject Roller\nkeys alt-1\nexpect ORDERS\nkeys f12\n"
                "expect Latex\n");
    assert_int_equal(count(state, "SELECT count(*) FROM drafts WHERE screen = 'sale'"), 2);
}

static void test_a_price_is_allowed_on_the_spot(void **state)
{
    play(state, "keys k 1 3 7 9 enter f12\nscan 4006381333931\ntype /10\nkeys enter\n"
                "expect 35.91\nreject Somebody else\ntype @15\nkeys enter\n"
                "expect Somebody else has to allow this\nexpect Below the limit: Latex\n"
                "scan 4006381333931\nexpect A scan is not taken here\nkeys esc\nexpect 35.91\n"
                "expect Nobody allowed it\ntype @15\nkeys enter o 2 4 6 8 enter\nexpect 13.50\n"
                "scan ROLL-25\nkeys enter enter\nexpect CHANGE\nreject Somebody else\n");
    assert_int_equal(count(state, "SELECT count(*) FROM audit_logs AS l JOIN users AS a ON a.id ="
                                  " l.actor_id JOIN users AS b ON b.id = l.approver_id WHERE"
                                  " l.action = 'sale.finish' AND a.display_name LIKE 'Kim%' AND"
                                  " b.display_name = 'Olga Owner'"),
                     1);
    assert_int_equal(count(state, "SELECT total_cents FROM orders ORDER BY id DESC LIMIT 1"), 2200);
}

/* Neither for more of the goods, nor for others under a share that is off the whole sale. */
static void test_a_price_is_allowed_for_so_many(void **state)
{
    play(state, "keys k 1 3 7 9 enter f12\nscan 4006381333931\ntype @15\nkeys enter\n"
                "keys o 2 4 6 8 enter\nexpect 15.00\ntype *9\nkeys enter\nexpect 135.00\n"
                "keys enter enter\nexpect Somebody else has to allow this\nkeys esc\n"
                "reject CHANGE\n");
    assert_int_equal(count(state, "SELECT count(*) FROM orders WHERE total_cents = 13500"), 0);
}

/* What was allowed for a discount is no leave to give money back. */
static void test_one_approval_is_not_another(void **state)
{
    play(state, "keys k 1 3 7 9 enter f12\nscan ROLL-25\ntype /50\nkeys enter o 2 4 6 8 enter\n"
                "expect 4.25\ntype return R1-000001\nkeys enter space enter enter\n"
                "expect GIVE BACK\nkeys enter enter\nexpect Somebody else has to allow this\n"
                "keys esc\nexpect Cash  -35.65\n");
    assert_int_equal(count(state, "SELECT count(*) FROM journal WHERE kind = 'sale.finish'"), 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, till_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_is_seen_or_done_before),
        TEST(test_the_gate_in_three_sizes),
        TEST(test_names_and_passwords_let_in),
        TEST(test_a_letter_of_nobody_begins_a_name),
        TEST(test_a_switch_takes_seven_keys),
        TEST(test_windows_stay_with_their_person),
        TEST(test_what_is_typed_is_kept_when_the_program_ends),
        TEST(test_each_is_recorded_under_the_own_name),
        TEST(test_a_pin_has_five_tries),
        TEST(test_signing_out_closes_what_is_open),
        TEST(test_a_manager_allows_a_refund),
        TEST(test_a_manager_allows_an_undo),
        TEST(test_without_approval_nothing_happens),
        TEST(test_a_discount_above_the_limit_is_allowed),
        TEST(test_the_own_password_and_pin),
        TEST(test_each_person_has_a_sale),
        TEST(test_a_price_is_allowed_on_the_spot),
        TEST(test_a_price_is_allowed_for_so_many),
        TEST(test_one_approval_is_not_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
