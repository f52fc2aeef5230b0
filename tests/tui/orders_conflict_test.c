/* Two at work on the same order: one at the screen, the other one elsewhere. */
#include "tests/tui/terminal.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void start(struct terminal *terminal, const struct till *till, const char *number)
{
    static const char *const arguments[] = {"--as", "Olga Owner", NULL};
    terminal_start(terminal, 24, 80, till->home, NULL, arguments);
    terminal_wait_for(terminal, "R1-000001");
    terminal_send(terminal, "/");
    terminal_send(terminal, number);
    terminal_wait_for(terminal, "1 of 1");
    terminal_send(terminal, "\r");
}

static void stop(struct terminal *terminal)
{
    terminal_send(terminal, "\021"); /* Ctrl-Q */
    terminal_end(terminal);
    terminal_free(terminal);
}

static void write_notes(struct till *till, const char *notes)
{
    struct shop *shop = till->shop;
    const struct change change = {.column = "notes", .value = value_text(notes)};
    shop_expect(shop,
                order_edit(shop->store, &shop->owner, &till->pending, &change, 1, &shop->err));
}

/* Opens the notes of the pending order, writes, and finds that the other one did too. */
static void meet(struct terminal *terminal, struct till *till)
{
    start(terminal, till, "R1-000004");
    terminal_send(terminal, "\r");
    terminal_wait_for(terminal, "Colour advice");
    terminal_send(terminal, "N");
    terminal_wait_for(terminal, "Notes and addresses of");
    terminal_send(terminal, "Ring twice");
    terminal_wait_for(terminal, "Ring twice");
    write_notes(till, "Left with the baker");
    terminal_send(terminal, "\033OQ"); /* F2 */
    terminal_wait_for(terminal, "Changed meanwhile");
    terminal_wait_for(terminal, "mine: Ring twice");
    terminal_wait_for(terminal, "theirs: Left with the baker");
}

static void test_notes_of_two_and_mine_are_kept(void **state)
{
    struct till *till = *state;
    struct terminal terminal;
    meet(&terminal, till);
    terminal_send(&terminal, "\r");
    terminal_wait_for(&terminal, "edited: Notes");
    stop(&terminal);
    assert_string_equal(shop_load(till->shop, &till->pending)->notes, "Ring twice");
}

static void test_notes_of_two_and_theirs_are_taken(void **state)
{
    struct till *till = *state;
    struct terminal terminal;
    meet(&terminal, till);
    terminal_send(&terminal, "t\r");
    terminal_wait_for(&terminal, "Left with the baker");
    stop(&terminal);
    assert_string_equal(shop_load(till->shop, &till->pending)->notes, "Left with the baker");
}

/* Adds a can of paint to the parked order, as another till would. */
static void add_elsewhere(struct till *till)
{
    struct shop *shop = till->shop;
    struct basket basket;
    struct uuid id;
    shop_expect(shop, basket_load(&basket, shop->store, &till->parked, &shop->err));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "parked", &id, &shop->err));
    basket_done(&basket);
}

static void test_lines_of_two(void **state)
{
    struct till *till = *state;
    struct terminal terminal;
    start(&terminal, till, "R1-000003");
    terminal_send(&terminal, "E");
    terminal_wait_for(&terminal, "Edit R1-000003");
    terminal_send(&terminal, "+");
    terminal_wait_for(&terminal, "25.50");
    add_elsewhere(till);
    terminal_send(&terminal, "\033[15~"); /* F5 */
    terminal_wait_for(&terminal, "theirs: 2 lines, 56.90 EUR");
    terminal_wait_for(&terminal, "mine: 1 lines, 25.50 EUR");
    terminal_send(&terminal, "t\r");
    terminal_wait_for(&terminal, "Latex white");
    terminal_send(&terminal, "\033[15~");
    terminal_wait_for(&terminal, "Stored R1-000003");
    stop(&terminal);
    assert_int_equal(shop_load(till->shop, &till->parked)->line_count, 2);
}

static void test_an_order_that_was_sold_elsewhere(void **state)
{
    struct till *till = *state;
    struct terminal terminal;
    start(&terminal, till, "R1-000003");
    terminal_send(&terminal, "E");
    terminal_wait_for(&terminal, "Edit R1-000003");
    shop_move(till->shop, &till->parked, "pending");
    terminal_wait_for(&terminal, "ORDERS"); /* the form goes: nothing was changed in it */
    terminal_wait_for(&terminal, "pending");
    stop(&terminal);
}

/* Further down one is told and keeps the place; on top one sees them come. */
static void test_orders_that_come_in_meanwhile(void **state)
{
    static const char *const arguments[] = {"--as", "Olga Owner", NULL};
    struct till *till = *state;
    struct terminal terminal;
    for (int i = 0; i < 23; i++)
        shop_order(till->shop, &till->shop->roller, 1, "pending");
    terminal_start(&terminal, 24, 80, till->home, NULL, arguments);
    terminal_wait_for(&terminal, "1 of 30");
    till->shop->scratch.clock.now += 60 * INT64_C(1000000);
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    terminal_wait_for(&terminal, "R1-000031");
    terminal_wait_for(&terminal, "2 of 31");
    terminal_send(&terminal, "G");
    terminal_wait_for(&terminal, "R1-000001");
    till->shop->scratch.clock.now += 60 * INT64_C(1000000);
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    terminal_wait_for(&terminal, "1 new, . shows");
    assert_true(terminal_has(&terminal, "R1-000001"));
    terminal_send(&terminal, ".");
    terminal_wait_for(&terminal, "R1-000032");
    assert_false(terminal_has(&terminal, "new, . shows"));
    stop(&terminal);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, till_set_up, till_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_notes_of_two_and_mine_are_kept),
        CASE(test_notes_of_two_and_theirs_are_taken),
        CASE(test_lines_of_two),
        CASE(test_an_order_that_was_sold_elsewhere),
        CASE(test_orders_that_come_in_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
