/* The sale at the counter, as whoever stands there works with it. */
#include "tests/tui/scene.h"
#include "tests/tui/terminal.h"
#include "tests/tui/till.h"

#include "model/till/till.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAINT "4006381333931"

static void play(struct till *till, const char *steps)
{
    struct buffer all;
    buffer_init(&all);
    buffer_format(&all, "keys f12\n%s", steps);
    scene_play(till->home, "Olga Owner", all.text);
    buffer_done(&all);
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

static void check_sizes(struct till *till, const char *steps, const char *name)
{
    static const int sizes[][2] = {{80, 24}, {60, 15}, {200, 50}};
    char file[100];
    struct buffer all;
    buffer_init(&all);
    buffer_add(&all, steps);
    for (size_t i = 0; i < 3; i++)
        buffer_format(&all, "size %d %d\nsave %s_%dx%d\n", sizes[i][0], sizes[i][1], name,
                      sizes[i][0], sizes[i][1]);
    play(till, all.text);
    buffer_done(&all);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s_%dx%d", name, sizes[i][0], sizes[i][1]);
        scene_check(till->home, file);
    }
}

static void test_pictures(void **state)
{
    struct till *till = *state;
    check_sizes(till, "", "sale_empty");
    check_sizes(till,
                "scan " PAINT "\nscan " PAINT "\ntype ROLL-25\nkeys enter\ntype %10\nkeys enter\n"
                "type customer 0151\nkeys enter enter\ntype advice\nkeys enter\n",
                "sale");
    check_sizes(till, "keys f9\ntype 20\nkeys d enter\ntype 8841\nkeys enter\n", "sale_pay");
    check_sizes(till, "keys f9\ntype 200\nkeys enter\n", "sale_change");
}

/* Keys that a person presses by the steps; a scan is none. */
static size_t count_keys(const char *steps)
{
    size_t keys = 0;
    for (const char *line = steps; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t size = strcspn(line, "\n");
        if (strncmp(line, "type ", 5) == 0)
            keys += size - 5;
        for (size_t i = 4; strncmp(line, "keys ", 5) == 0 && i < size; i++)
            keys += line[i] == ' ';
    }
    return keys;
}

static void test_two_items_in_cash_take_few_keys(void **state)
{
    struct till *till = *state;
    static const char exact[] = "scan " PAINT "\nscan ROLL-25\nkeys enter enter\n";
    static const char change[] =
        "scan " PAINT "\nscan " PAINT "\nkeys enter\ntype 100\nkeys enter\n";
    assert_int_equal(count_keys(exact), 2);
    assert_int_equal(count_keys(change), 5);
    int64_t before = count(till, "SELECT count(*) FROM payments WHERE method = 'cash'");
    struct buffer both;
    buffer_init(&both);
    buffer_format(&both, "%s%s", change, exact);
    play(till, both.text);
    buffer_done(&both);
    assert_int_equal(count(till, "SELECT count(*) FROM payments WHERE method = 'cash'"),
                     before + 2);
    assert_int_equal(count(till, "SELECT count(*) FROM payments WHERE tendered_cents = 10000 AND"
                                 " change_cents = 2020"),
                     1);
    assert_int_equal(count(till, "SELECT count(*) FROM journal WHERE kind = 'sale.finish'"), 2);
}

static void test_signs_and_words(void **state)
{
    struct till *till = *state;
    play(till,
         "scan 3*" PAINT "\nexpect 119.70\ntype *5\nkeys enter\nexpect 199.50\ntype -\n"
         "keys enter\nexpect 159.60\ntype +\nkeys enter\nexpect 199.50\ntype /10\nkeys enter\n"
         "expect 179.55\ntype -9.50\nkeys enter\nexpect 190.00\ntype @30\nkeys enter\n"
         "expect 140.50\ntype +5.00 Postage\nkeys enter\nexpect 145.50\ntype *0\nkeys enter\n"
         "reject Postage\ntype price 10\nkeys enter\nexpect 40.50\ntype discount 10%\n"
         "keys enter\nexpect 36.45\ntype *2.5x\nkeys enter\nexpect > *2.5x\n"
         "type nonesuch\nkeys enter\nexpect > nonesuch\nkeys ctrl-u\ntype  \nkeys enter\n"
         "expect > code, name or word\n"
         "type VOID\nkeys enter\nreject Latex\ntype find roll\nkeys enter\nexpect 8.50\n"
         "type void sale\nkeys enter\nexpect Void this sale: 1 line, 7.65 EUR?\nscan " PAINT
         "\nexpect A scan is not taken here\nkeys enter\nexpect Roller\ntype void sale no money\n"
         "keys enter home\nexpect no money\nkeys enter\nreject Roller\nreject Latex\ntype "
         "lock\nkeys "
         "enter\n"
         "expect set yours with :password\n");
    assert_int_equal(count(till, "SELECT count(*) FROM journal WHERE kind = 'sale.void'"), 1);
    assert_int_equal(count(till, "SELECT count(*) FROM journal WHERE kind = 'sale.finish'"), 0);
}

static void test_a_price_check_touches_nothing(void **state)
{
    struct till *till = *state;
    play(till,
         "type pc " PAINT "\nkeys enter\nexpect 39.90 EUR\nexpect Main store: \n"
         "save sale_check_80x24\nkeys enter\ntype pc roll\nkeys enter\nexpect 8.50 EUR\n"
         "keys enter f2\nscan ROLL-25\nexpect 8.50 EUR\nkeys enter\nexpect Scan an item\n"
         "type pc nonesuch\nkeys enter\nexpect No product has the code or the name nonesuch\n");
    scene_check(till->home, "sale_check_80x24");
    assert_int_equal(count(till, "SELECT count(*) FROM drafts WHERE screen = 'sale'"), 0);
}

static void test_paying_in_any_mix(void **state)
{
    struct till *till = *state;
    play(till, "scan " PAINT "\nkeys f9\ntype 10\nkeys d enter\ntype 8841\nkeys enter\n"
               "expect Card 8841  10.00\ntype 5\nkeys t enter enter\nexpect 24.90\nkeys -\n"
               "expect 29.90\ntype 99x\nkeys enter\nexpect CHANGE\n");
    assert_int_equal(count(till, "SELECT sum(amount_cents) FROM payments WHERE reference = '8841'"),
                     1000);
    assert_int_equal(count(till, "SELECT count(*) FROM payments WHERE amount_cents = 2990 AND"
                                 " tendered_cents = 9900 AND change_cents = 6910"),
                     1);
    play(till, "scan " PAINT "\nkeys f9\ntype " PAINT "\nkeys enter\nexpect 79.80\nreject CHANGE\n"
               "type void sale\nkeys enter enter\n");
    play(till, "scan " PAINT "\nkeys f9 g\ntype NO-SUCH\nkeys enter\nexpect There is no gift card\n"
               "keys esc * * * *\nexpect Transfer >\nkeys /\nexpect > code, name\nkeys f9 s "
               "enter\nexpect choose the customer\n");
    assert_int_equal(count(till, "SELECT count(*) FROM journal WHERE kind = 'sale.finish'"), 1);
}

static void test_credit_by_hand(void **state)
{
    struct till *till = *state;
    play(till, "type credit 10 sorry\nkeys enter\nexpect choose the customer first\ntype customer "
               "0151\nkeys enter enter\ntype credit 10\nkeys enter\nexpect why\ntype credit 10 "
               "late delivery\nkeys enter\nexpect has 10.00 EUR of store credit\ntype credit "
               "-4 slip\nkeys enter\nexpect has 6.00 EUR\ntype credit -7 slip\nkeys enter\n"
               "reject has -1\n");
    assert_int_equal(count(till, "SELECT sum(amount_cents) FROM store_credit_transactions"), 600);
}

static void test_leaving_and_commands(void **state)
{
    struct till *till = *state;
    play(till, "scan " PAINT "\nkeys esc\nexpect Esc once more leaves\nexpect Latex\nkeys down "
               "esc\nexpect once more\ntype x\nkeys esc\nkeys esc\nexpect > code\nkeys "
               "esc\nexpect ORDERS\nkeys f12\nexpect Latex\nkeys :\nexpect Commands\nkeys "
               "esc\ntype 3:1\nexpect > 3:1\n");
}

/* By hand, or from a scanner whose letters come one by one. */
static void test_a_code_with_letters_while_paying_is_no_money(void **state)
{
    struct till *till = *state;
    play(till, "scan " PAINT "\nkeys f9\ntype ROLL-25\nexpect > ROLL-25\nkeys enter\n"
               "expect 48.40\nreject CHANGE\nkeys f9\ntype XYZ-999\nkeys enter\n"
               "expect XYZ-999\nreject CHANGE\n");
    assert_int_equal(count(till, "SELECT count(*) FROM journal WHERE kind = 'sale.finish'"), 0);
}

/* An EAN-8 that is typed, or a number that a shop printed itself, is no money yet. */
static void test_a_short_code_while_paying_is_asked_about(void **state)
{
    struct till *till = *state;
    play(till, "scan " PAINT "\nkeys f9\ntype 12345678\nkeys enter\nexpect What is this number?\n"
               "keys esc\nexpect 12345678\nkeys enter enter\nexpect 12345678\nreject CHANGE\n"
               "keys esc esc f9\ntype 1234567\nkeys enter\nexpect CHANGE\n"
               "scan " PAINT "\nkeys f9\ntype 12345678\nkeys enter down enter\nexpect CHANGE\n");
    assert_int_equal(count(till, "SELECT count(*) FROM payments WHERE tendered_cents = 1234567800"),
                     1);
    assert_int_equal(count(till, "SELECT count(*) FROM journal WHERE kind = 'sale.finish'"), 2);
}

static void test_the_next_scan_begins_the_next_sale(void **state)
{
    struct till *till = *state;
    play(till, "scan " PAINT "\nkeys enter enter\nexpect CHANGE\nexpect R1-S0\nscan ROLL-25\n"
               "reject CHANGE\nexpect Roller\nreject Latex\nkeys enter enter\nexpect CHANGE\n"
               "type x\nreject CHANGE\nexpect > x\n");
    assert_int_equal(count(till, "SELECT count(*) FROM journal WHERE kind = 'sale.finish'"), 2);
}

static void test_parking_and_taking_up(void **state)
{
    struct till *till = *state;
    play(till, "scan " PAINT "\ntype park blue car\nkeys enter\nexpect Parked\nreject Latex\n"
               "keys up\nexpect parked 2\nkeys f6\nexpect blue car\nsave sale_parked_80x24\n"
               "type blue\nkeys enter\nexpect Latex white\nexpect parked 1\nkeys f6\n"
               "expect Finish this sale first\nkeys f5\ntype !\nkeys enter f6\nexpect blue car!\n");
    scene_check(till->home, "sale_parked_80x24");
}

static void test_goods_come_back_by_their_receipt(void **state)
{
    struct till *till = *state;
    check_sizes(till, "scan R1-000001\n", "sale_return");
    play(till, "type return R1-000001\nkeys enter\ntype 2\nexpect At most 1 of it\nkeys space "
               "enter\nexpect Why does it come back?\nkeys enter\nexpect -39.90\n"
               "scan ROLL-25\nexpect GIVE BACK\nsave sale_exchange_80x24\nkeys enter\n"
               "expect GIVE BACK\nkeys enter\n");
    scene_check(till->home, "sale_exchange_80x24");
    assert_int_equal(count(till, "SELECT sum(amount_cents) FROM refunds"), 3140);
    play(till, "scan R1-000001\nexpect came back already\ntype return R9-1\nkeys enter\n"
               "expect R9-1\n");
}

/* What was scanned is there again after the program was killed. */
static void test_the_sale_outlives_the_program(void **state)
{
    struct till *till = *state;
    struct terminal terminal;
    static const char *const settings[] = {NULL};
    static const char *const arguments[] = {"--screen", "sale", "--as", "Olga Owner", NULL};
    terminal_start(&terminal, 24, 80, till->home, settings, arguments);
    terminal_wait_for(&terminal, "Scan an item");
    terminal_send(&terminal, PAINT "\r");
    terminal_wait_for(&terminal, "39.90");
    terminal_send(&terminal, "ROLL-25\r");
    terminal_wait_for(&terminal, "48.40");
    terminal_send(&terminal, "%10\r");
    terminal_wait_for(&terminal, "47.55");
    kill(terminal.pid, SIGKILL);
    terminal_end(&terminal);
    terminal_free(&terminal);
    play(till, "expect Latex\nexpect Roller\nexpect 47.55\n");
}

static void add_coupon(struct till *till)
{
    const struct change changes[] = {
        {.column = "code", .value = value_text("SPRING10")},
        {.column = "name", .value = value_text("Spring")},
        {.column = "discount_type", .value = value_text("percentage")},
        {.column = "value_bp", .value = value_integer(1000)},
        {.column = "minimum_order_cents", .value = value_integer(5000)}};
    shop_insert(till->shop, "discounts", changes, sizeof changes / sizeof changes[0]);
}

static void test_coupons_and_gift_cards(void **state)
{
    struct till *till = *state;
    add_coupon(till);
    play(till, "scan " PAINT "\ntype coupon NONE\nkeys enter\nexpect NONE\ntype coupon spring10\n"
               "keys enter\nexpect 50.00\nscan " PAINT "\nexpect Coupon\nexpect 71.82\n"
               "type gift card 25 CARD-1\nkeys enter\nexpect 96.82\nkeys enter enter\n"
               "expect CHANGE\nscan CARD-1\nexpect It holds 25.00 EUR\nkeys esc\nscan " PAINT
               "\nkeys enter\nscan CARD-1\nexpect 14.90\nkeys enter\nexpect CHANGE\n"
               "type balance CARD-1\nkeys enter\nexpect 0.00 EUR\nkeys esc\ntype balance\n"
               "keys enter enter\nexpect customer\n");
    assert_int_equal(count(till, "SELECT sum(amount_cents) FROM payments WHERE method ="
                                 " 'gift_card' AND reference = 'CARD-1'"),
                     2500);
}

static void test_cash_by_hand_and_no_sale(void **state)
{
    struct till *till = *state;
    play(till, "type cash in 50 coins\nkeys enter\nexpect closed\n");
    struct till_count opening = {0};
    opening.amount_cents = 10000;
    shop_expect(till->shop,
                till_open(till->shop->store, &till->shop->owner, &opening, NULL, &till->shop->err));
    play(till, "type cash in 50 coins\nkeys enter\nexpect 50.00 EUR put into the till\n"
               "type cash out x\nkeys enter\nexpect is no amount\n");
    assert_int_equal(count(till, "SELECT count(*) FROM cash_movements WHERE kind = 'pay_in' AND"
                                 " amount_cents = 5000"),
                     1);
    play(till, "type no sale change for a note\nkeys enter\nexpect without a sale\n");
    assert_int_equal(count(till, "SELECT count(*) FROM audit_logs WHERE action = 'sale.no_sale'"),
                     1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, till_set_up, till_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_pictures),
        CASE(test_two_items_in_cash_take_few_keys),
        CASE(test_signs_and_words),
        CASE(test_a_price_check_touches_nothing),
        CASE(test_paying_in_any_mix),
        CASE(test_credit_by_hand),
        CASE(test_leaving_and_commands),
        CASE(test_a_code_with_letters_while_paying_is_no_money),
        CASE(test_a_short_code_while_paying_is_asked_about),
        CASE(test_the_next_scan_begins_the_next_sale),
        CASE(test_parking_and_taking_up),
        CASE(test_goods_come_back_by_their_receipt),
        CASE(test_the_sale_outlives_the_program),
        CASE(test_coupons_and_gift_cards),
        CASE(test_cash_by_hand_and_no_sale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
