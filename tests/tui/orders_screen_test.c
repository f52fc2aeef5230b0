/* The orders on the screen, as a person at the counter works with them. */
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include "model/list/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static struct order *load(struct till *till, const struct uuid *id)
{
    return shop_load(till->shop, id);
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

static void test_the_list_in_three_sizes(void **state)
{
    struct till *till = *state;
    play(till, "save orders_80x24\nsize 60 15\nsave orders_60x15\nsize 200 50\n"
               "save orders_200x50\n");
    scene_check(till->home, "orders_80x24");
    scene_check(till->home, "orders_60x15");
    scene_check(till->home, "orders_200x50");
}

static void test_an_order_in_three_sizes(void **state)
{
    struct till *till = *state;
    play(till, "keys enter\nsave order_80x24\nsize 60 15\nsave order_60x15\nsize 200 50\n"
               "save order_200x50\nsize 80 24\nkeys =\nsave explain_80x24\n");
    scene_check(till->home, "order_80x24");
    scene_check(till->home, "order_60x15");
    scene_check(till->home, "order_200x50");
    scene_check(till->home, "explain_80x24");
}

static void test_the_form_in_three_sizes(void **state)
{
    struct till *till = *state;
    play(till, "keys n\ntype 3*LATEX-10\nkeys enter\nscan 4006381333931\ntype roll\nkeys enter\n"
               "type %10\nkeys enter f7\ntype 5.00\nkeys enter\nsave order_form_80x24\n"
               "size 60 15\nsave order_form_60x15\nsize 200 50\nsave order_form_200x50\n");
    scene_check(till->home, "order_form_80x24");
    scene_check(till->home, "order_form_60x15");
    scene_check(till->home, "order_form_200x50");
}

static void test_the_tabs_and_the_filter(void **state)
{
    struct till *till = *state;
    play(till, "keys tab\nexpect R1-000003\nreject R1-000001\nkeys tab\nexpect R1-000004\n"
               "reject R1-000003\nkeys shift-tab shift-tab /\ntype total>100\nexpect R1-000002\n"
               "reject R1-000001\nkeys enter\nexpect /total>100\nkeys esc\nexpect R1-000001\n"
               "keys /\ntype jo mey\nexpect R1-000007\nreject R1-000002\nkeys esc\n"
               "keys /\ntype colour:red\nsave filter_mistake\n");
    scene_check(till->home, "filter_mistake");
}

static void test_paying_with_change_and_in_parts(void **state)
{
    struct till *till = *state;
    play(till, "keys / \ntype R1-000002\nkeys enter p\ntype 20\nkeys d enter\n"
               "expect 49.70\nkeys c\ntype 50\nsave pay_80x24\nkeys enter\nexpect Paid.\nkeys a\n"
               "reject Pay R1\nexpect paid\n");
    scene_check(till->home, "pay_80x24");
    const struct order *order = load(till, &till->part_paid);
    assert_string_equal(order->status, "paid");
    assert_int_equal(order->payment_count, 3);
    assert_string_equal(order->payments[1].method, "card");
    assert_int_equal(order->payments[1].amount_cents, 2000);
    assert_int_equal(order->payments[2].amount_cents, 4970);
    assert_int_equal(order->payments[2].tendered_cents, 5000);
    assert_int_equal(order->payments[2].change_cents, 30);
}

static void test_a_payment_that_can_not_be_stays_open(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000004\nkeys enter p d\ntype 70\nkeys enter\nexpect Only 60.00\n"
               "keys ctrl-u g\ntype X1\nkeys enter\nexpect Pay R1-000004\nkeys esc\n");
    assert_int_equal(load(till, &till->pending)->payment_count, 0);
    play(till, "keys /\ntype R1-000001\nkeys enter p\nexpect Nothing is left to pay\n");
}

static void test_a_refund_names_what_and_how_much(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000001\nkeys enter enter r tab ctrl-u\ntype 50\nkeys tab\n"
               "type damaged\nkeys enter\nexpect At most 39.90 EUR\nkeys ctrl-u\n"
               "type 10\nkeys enter\nsave refund_80x24\nkeys enter\nexpect This can't be undone\n"
               "keys esc\nexpect Refund R1-000001\n");
    scene_check(till->home, "refund_80x24");
    assert_int_equal(load(till, &till->paid)->refunded_cents, 0); /* Enter opened it */
    play(till, "keys /\ntype R1-000001\nkeys enter enter r tab ctrl-u\ntype 10\nkeys tab\n"
               "type damaged\nkeys enter y\nexpect Gave 10.00 EUR back\nreject Refund R1\n");
    assert_int_equal(load(till, &till->paid)->refunded_cents, 1000);
}

static void test_moves_say_why_not(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000004\nkeys enter s\nsave status_80x24\ntype paid\nkeys enter\n"
               "expect R1-000004 still lacks 60.00\nkeys esc s\ntype proc\nkeys enter\n");
    scene_check(till->home, "status_80x24");
    assert_string_equal(load(till, &till->pending)->status, "pending");
    play(till, "keys /\ntype R1-000004\nkeys enter x\nexpect Cancel R1-000004\nkeys enter\n"
               "expect Say why\ntype wrong shop\nkeys enter\nexpect R1-000004 is cancelled\n");
    assert_string_equal(load(till, &till->pending)->status, "cancelled");
}

static void test_many_move_and_the_rest_is_told(void **state)
{
    struct till *till = *state;
    play(till, "keys + x\ntype closing down\nkeys enter\nexpect Cancel 7 orders?\ntype 6\n"
               "keys enter\nreject Cancel 7\nreject closing down\nkeys x\ntype closing down\n"
               "keys enter\ntype 7\nkeys enter\n"
               "save bulk_80x24\n");
    scene_check(till->home, "bulk_80x24");
    assert_int_equal(count(till, "SELECT count(*) FROM orders WHERE status = 'cancelled'"), 3);
    assert_string_equal(load(till, &till->rich)->status, "pending");
}

static void test_undo_takes_back_a_move(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000003\nkeys enter s\ntype dr\nkeys enter\nexpect u undoes it\n"
               "expect draft\nkeys u\nexpect parked\n");
    assert_string_equal(load(till, &till->parked)->status, "parked");
}

static void test_undo_of_money_asks_first(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000004\nkeys enter p enter\nexpect R1-000004 is paid\n"
               "keys u\nexpect Undo this?\nexpect Payment 60.00 cash for R1-000004\n"
               "keys u enter\nreject Undo this?\n");
    assert_int_equal(load(till, &till->pending)->refunded_cents, 0);
    play(till, "keys u y\nexpect Undone: payment 60.00 cash for R1-000004\n");
    assert_int_equal(load(till, &till->pending)->refunded_cents, 6000);
}

static void test_a_new_order_from_first_to_last(void **state)
{
    struct till *till = *state;
    play(till, "keys n\nscan 4006381333931\ntype 2*ROLL-25\nkeys enter + f3\ntype jo\nkeys enter\n"
               "expect Jo Meyer\nkeys f8\ntype 4.90\nkeys enter f9\nexpect Pay R1-000008\n"
               "keys enter\nexpect R1-000008 is paid\nexpect ORDERS\n");
    struct uuid id;
    assert_int_equal(order_find_number(till->shop->store, "R1-000008", &id, &till->shop->err), 1);
    const struct order *order = load(till, &id);
    assert_string_equal(order->status, "paid");
    assert_string_equal(order->customer_name, "Jo Meyer");
    assert_int_equal(order->line_count, 2);
    assert_int_equal(order->lines[1].quantity_milli, 3000);
    assert_int_equal(order->total_cents, 3990 + 3 * 850 + 490);
    assert_int_equal(count(till, "SELECT count(*) FROM drafts"), 0);
    shop_check(till->shop);
}

/* What `p` or `r` does next is meant for the order that was just made. */
static void test_the_cursor_goes_to_the_order_that_was_made(void **state)
{
    struct till *till = *state;
    play(till, "keys down down n\nscan 4006381333931\nkeys f5\nexpect Stored R1-000008\n"
               "expect 1 of 8\nkeys down n\nscan 4006381333931\nkeys f9 enter\n"
               "expect R1-000009 is paid\nkeys r\nexpect Refund R1-000009\n");
    play(till, "keys /\ntype kind:sale -status:parked\nkeys enter down\nexpect 2 of\nkeys n\n"
               "scan 4006381333931\nkeys f5\nexpect Stored R1-000010\nexpect 2 of\n");
}

static void test_who_leaves_the_payment_hears_what_is_kept(void **state)
{
    struct till *till = *state;
    play(till, "keys n\nscan 4006381333931\nkeys f9\nexpect Pay R1-000008\nkeys esc\n"
               "expect R1-000008 is not paid; it is kept as a draft\nexpect Latex white\n"
               "keys esc tab\nexpect R1-000008\nexpect draft\n");
    assert_int_equal(count(till, "SELECT count(*) FROM orders WHERE status = 'draft'"), 1);
}

static void test_a_line_by_hand_and_a_price(void **state)
{
    struct till *till = *state;
    play(till, "keys n\nkeys alt-i\ntype 5.00\nkeys enter\nexpect Type the price and what it is\n"
               "keys ctrl-u alt-i\ntype 5.00 Postage\nkeys enter\nexpect Postage\n"
               "scan 4006381333931\ntype @35\nkeys enter\nexpect 40.00\nscan %50\n"
               "expect No product has\nkeys f5\nexpect as parked: 40.00 EUR\n");
    assert_int_equal(count(till, "SELECT unit_price_cents FROM order_items WHERE name = 'Postage' "
                                 "AND tax_bp = 1900 AND variant_id IS NULL"),
                     500);
    scene_play(till->home, "Kim",
               "keys n\nscan 4006381333931\ntype @31.91\nkeys enter f5\n"
               "expect orders.discount\ntype @31.92\nkeys enter f5\nexpect as parked: 31.92\n");
}

static void test_what_is_typed_survives_the_end_of_the_program(void **state)
{
    struct till *till = *state;
    play(till, "keys n\nscan 4006381333931\ntype ROLL-25\nkeys enter\nquit\n");
    assert_int_equal(count(till, "SELECT count(*) FROM drafts"), 1);
    assert_int_equal(count(till, "SELECT count(*) FROM orders"), 7);
    play(till, "keys n\nexpect still here\nexpect 2 lines, 48.40 EUR\nkeys enter\n"
               "expect Latex white\nexpect Roller\nkeys f5\nexpect Stored R1-000008 as parked\n");
    assert_int_equal(count(till, "SELECT count(*) FROM drafts"), 0);
    assert_int_equal(count(till, "SELECT count(*) FROM orders WHERE status = 'parked'"), 2);
}

static void test_an_item_that_is_typed_too_soon_throws_no_draft_away(void **state)
{
    struct till *till = *state;
    play(till, "keys n\nscan 4006381333931\nquit\n");
    play(till, "keys n\ntype TAP-7\nkeys enter\nexpect Throw this order away?\nkeys enter\n");
    assert_int_equal(count(till, "SELECT count(*) FROM drafts"), 1);
    play(till, "keys n\nscan 4006381333931\nexpect answer first\ntype t\nkeys enter y\n"
               "expect New order\nexpect Scan an item\n");
    assert_int_equal(count(till, "SELECT count(*) FROM drafts"), 0);
}

static void test_leaving_asks_what_is_to_become_of_it(void **state)
{
    struct till *till = *state;
    play(till, "keys n esc\nexpect ORDERS\nkeys n\nscan 4006381333931\nkeys esc\n"
               "expect not stored yet\nkeys enter\nexpect Latex white\nkeys esc\ntype t\n"
               "keys enter\nexpect Throw this order away?\nexpect 1 line, 39.90 EUR\nkeys esc\n"
               "expect Latex white\nkeys esc\ntype t\nkeys enter y\nexpect ORDERS\n");
    assert_int_equal(count(till, "SELECT count(*) FROM drafts"), 0);
    assert_int_equal(count(till, "SELECT count(*) FROM orders"), 7);
}

static void test_a_parked_order_is_taken_up_again(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000003\nkeys enter E\nexpect Edit R1-000003\n"
               "scan 4006381333931\nkeys f2\nexpect Stored R1-000003 as pending\n"
               "keys E\nexpect lines are fixed\n");
    const struct order *order = load(till, &till->parked);
    assert_string_equal(order->status, "pending");
    assert_int_equal(order->line_count, 2);
}

static void test_a_scan_finds_an_order_or_begins_one(void **state)
{
    struct till *till = *state;
    play(till, "scan R1-000004\nexpect Colour advice\nscan R1-000003\nexpect Roller 25 cm\n"
               "keys esc esc\nscan 4006381333931\nexpect New order\nexpect Latex white\n"
               "scan 4006381333931\nexpect 2 pieces\nscan 123456\nexpect No product\nkeys esc\n"
               "type t\nkeys enter y\nscan 123456\nexpect No order and no product\n");
}

static void test_an_export_is_what_the_list_shows(void **state)
{
    struct till *till = *state;
    struct stat info;
    char path[400];
    play(till, "keys /\ntype status:pending\nkeys enter e tab tab tab ctrl-u\ntype out.csv\n"
               "keys enter\nexpect Wrote 3 rows\nkeys e tab tab tab ctrl-u\ntype out.csv\n"
               "keys enter\nexpect Replace the file?\nkeys enter\n");
    assert_string_equal(
        scene_file(till->home, "out.csv"),
        "number,status,payment,kind,customer,placed,items,total,due,location,seller\r\n"
        "R1-000007,pending,partially_paid,sale,Jo Meyer,2026-11-20 11:07:00,2,91.17,61.17,"
        "Main store,Olga Owner\r\n"
        "R1-000004,pending,unpaid,sale,,2026-11-20 11:04:00,1,60.00,60.00,Main store,"
        "Olga Owner\r\n"
        "R1-000002,pending,partially_paid,sale,,2026-11-20 11:02:00,1,119.70,69.70,"
        "Main store,Olga Owner\r\n");
    snprintf(path, sizeof path, "%s/out.csv", till->home);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    play(till, "keys e\ntype json\nkeys enter tab tab\ntype comm\nkeys enter tab\n"
               "type cat >piped; exit 3\nkeys enter\nexpect ended with code 3\n");
    assert_non_null(strstr(scene_file(till->home, "piped"), "\"number\":\"R1-000007\""));
}

static void test_views_are_kept_under_their_names(void **state)
{
    struct till *till = *state;
    struct view views[4];
    play(till, "keys tab tab /\ntype total>100\nkeys enter > V\ntype Big open ones\nkeys enter\n"
               "expect Saved the view\nquit\n");
    assert_int_equal(view_list(till->shop->store, &till->shop->owner, "orders", 4,
                               till->shop->arena, views, &till->shop->err),
                     1);
    assert_string_equal(views[0].name, "Big open ones");
    assert_string_equal(views[0].filter, "status:pending total>100");
    play(till, "expect R1-000001\nkeys v\nexpect Big open ones\nkeys enter\nreject R1-000001\n"
               "expect R1-000002\nexpect /status:pending total>100\nkeys v\ntype forget\n"
               "keys enter\n");
    play(till, "keys v down enter enter\nexpect is gone\n");
    assert_int_equal(view_list(till->shop->store, &till->shop->owner, "orders", 4,
                               till->shop->arena, views, &till->shop->err),
                     0);
}

static void test_who_may_not_is_told_which_right(void **state)
{
    struct till *till = *state;
    scene_play(till->home, "Kim",
               "keys enter r\nexpect orders.refund\nkeys x\n"
               "expect orders.cancel\n");
}

static void test_a_quote_is_not_paid_but_ordered(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000006\nkeys enter enter p\nexpect A quote is not paid\nkeys o\n"
               "expect once it is accepted\nkeys s\ntype acc\nkeys enter\nexpect is accepted\nkeys "
               "o\nexpect R1-000008\n"
               "expect Colour advice\n");
    assert_string_equal(load(till, &till->quote)->status, "accepted");
}

static void test_notes_and_customer_of_a_placed_order(void **state)
{
    struct till *till = *state;
    play(till, "keys /\ntype R1-000004\nkeys enter enter N\ntype Ring twice\nkeys f2\n"
               "expect Ring twice\nkeys C\ntype 0151\nkeys enter\nexpect Jo Meyer\nkeys C\n"
               "type Ada New\nkeys up enter\nexpect New customer\ntype 030 77\nkeys enter\n"
               "expect Ada New\n");
    const struct order *order = load(till, &till->pending);
    assert_string_equal(order->notes, "Ring twice");
    assert_string_equal(order->customer_name, "Ada New");
    assert_string_equal(order->customer_phone, "030 77");
}

static void test_a_cell_and_rows_are_copied(void **state)
{
    struct till *till = *state;
    play(till, "keys y\nsave copy_80x24\nkeys enter\nexpect Sent 9 bytes\nkeys y\ntype json\n"
               "keys enter\nexpect bytes to the terminal\n");
    scene_check(till->home, "copy_80x24");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, till_set_up, till_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_the_list_in_three_sizes),
        CASE(test_an_order_in_three_sizes),
        CASE(test_the_form_in_three_sizes),
        CASE(test_the_tabs_and_the_filter),
        CASE(test_paying_with_change_and_in_parts),
        CASE(test_a_payment_that_can_not_be_stays_open),
        CASE(test_a_refund_names_what_and_how_much),
        CASE(test_moves_say_why_not),
        CASE(test_many_move_and_the_rest_is_told),
        CASE(test_undo_takes_back_a_move),
        CASE(test_undo_of_money_asks_first),
        CASE(test_a_new_order_from_first_to_last),
        CASE(test_the_cursor_goes_to_the_order_that_was_made),
        CASE(test_who_leaves_the_payment_hears_what_is_kept),
        CASE(test_a_line_by_hand_and_a_price),
        CASE(test_what_is_typed_survives_the_end_of_the_program),
        CASE(test_an_item_that_is_typed_too_soon_throws_no_draft_away),
        CASE(test_leaving_asks_what_is_to_become_of_it),
        CASE(test_a_parked_order_is_taken_up_again),
        CASE(test_a_scan_finds_an_order_or_begins_one),
        CASE(test_an_export_is_what_the_list_shows),
        CASE(test_views_are_kept_under_their_names),
        CASE(test_who_may_not_is_told_which_right),
        CASE(test_a_quote_is_not_paid_but_ordered),
        CASE(test_notes_and_customer_of_a_placed_order),
        CASE(test_a_cell_and_rows_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
