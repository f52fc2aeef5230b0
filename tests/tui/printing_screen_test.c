/* The print queue on the screen: what failed and why, printed again, cancelled, and the printer
 * set.
 */
#include "model/paper/paper_print.h"
#include "model/paper/print_queue.h"
#include "model/paper/print_settings.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void play(struct till *till, const char *who, const char *steps)
{
    scene_play(till->home, who, steps);
}

static void set_printer(struct till *till)
{
    struct shop *shop = till->shop;
    const struct print_settings settings = {.kind = "tcp",
                                            .address = "10.0.0.7",
                                            .width = "80",
                                            .code_page = "cp858",
                                            .cut = "yes",
                                            .drawer = "0",
                                            .shop_address = "",
                                            .tax_number = "",
                                            .footer = "",
                                            .logo = "",
                                            .barcode = "yes"};
    shop_expect(shop, print_settings_save(shop->store, &shop->owner, &shop->owner.register_id,
                                          &settings, &shop->err));
}

/* One that came out, one that failed, one that waits. */
static void add_some(struct till *till)
{
    struct shop *shop = till->shop;
    struct print_job job;
    set_printer(till);
    shop_expect(shop, paper_print_receipt(shop->store, &shop->owner, &till->paid, &shop->err));
    shop_expect(
        shop, print_queue_take(shop->store, NULL, NULL, NULL, shop->arena, &job, &shop->err) == 1);
    shop_expect(shop, print_queue_done(shop->store, &job.id, &shop->err));
    shop_expect(shop, paper_print_receipt(shop->store, &shop->owner, &till->rich, &shop->err));
    shop_expect(
        shop, print_queue_take(shop->store, NULL, NULL, NULL, shop->arena, &job, &shop->err) == 1);
    shop_expect(shop, print_queue_failed(shop->store, &job.id, false,
                                         "tcp:10.0.0.7:9100 takes nothing more; is it out of "
                                         "paper, or open?",
                                         &shop->err));
    shop_expect(shop,
                paper_print_labels(shop->store, &shop->owner, &shop->paint, 1, 3, &shop->err));
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

static void test_the_queue_in_three_sizes(void **state)
{
    struct till *till = *state;
    static const char *const names[] = {"printing_80x24", "printing_60x15", "printing_200x50"};
    add_some(till);
    play(till, "Olga Owner",
         "keys alt-Q\nsave printing_80x24\nsize 60 15\nsave printing_60x15\n"
         "size 200 50\nsave printing_200x50\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        scene_check(till->home, names[i]);
}

static void test_what_failed_is_printed_again_or_cancelled(void **state)
{
    struct till *till = *state;
    add_some(till);
    play(till, "Kim",
         "expect 1 not printed\nkeys alt-Q\nexpect receipt R1-0\nexpect failed\nkeys end p\n"
         "expect Sent to the printer: 1\nexpect 2 to print\nreject failed\nkeys d\nexpect "
         "Cancelled\n"
         "expect 1 to print\n");
    assert_int_equal(count(till, "SELECT count(*) FROM print_jobs WHERE state = 'cancelled'"), 1);
    assert_int_equal(count(till, "SELECT count(*) FROM print_jobs WHERE state = 'failed'"), 0);
}

static void test_what_came_out_is_printed_as_a_copy(void **state)
{
    struct till *till = *state;
    add_some(till);
    play(till, "Kim",
         "keys alt-Q tab\nexpect done\nkeys / \ntype state:done\nkeys enter p\n"
         "expect Sent to the printer: 1\n");
    assert_int_equal(count(till, "SELECT count(*) FROM print_jobs WHERE state = 'queued' AND "
                                 "instr(body, CAST('COPY 2' AS BLOB)) > 0"),
                     1);
}

static void test_the_printer_is_set(void **state)
{
    struct till *till = *state;
    play(
        till, "Olga Owner",
        "keys alt-Q t\nexpect has no printer\nkeys s\nexpect Printer of this register\n"
        "save printer_form_80x24\ntype d\nkeys tab\ntype lp0\nkeys ctrl-s\nexpect begin it with /\n"
        "keys ctrl-a ctrl-k\ntype /dev/usb/lp0\nkeys ctrl-s\nexpect Set; t prints\nkeys t\n"
        "expect A test page\nexpect 1 to print\n");
    scene_check(till->home, "printer_form_80x24");
    assert_int_equal(count(till, "SELECT count(*) FROM registers WHERE printer ->> 'address' = "
                                 "'/dev/usb/lp0' AND printer ->> 'kind' = 'device'"),
                     1);
    play(till, "Kim", "keys alt-Q s\nexpect lacks the right settings.edit\n");
    play(till, "Olga Owner", "keys u\nexpect Undone\n");
    assert_int_equal(count(till, "SELECT count(*) FROM registers WHERE printer ->> 'kind' IS NULL"),
                     1);
}

static void test_receipt_and_invoice_from_the_order(void **state)
{
    struct till *till = *state;
    setenv("HOME", till->home, 1);
    set_printer(till);
    play(till, "Kim",
         "keys / \ntype R1-000007\nkeys enter enter\nexpect TO PAY\nkeys R\n"
         "expect on its way\nexpect 1 to print\nkeys I\nexpect Write the invoice?\nkeys n\n");
    assert_int_equal(count(till, "SELECT count(*) FROM invoices"), 0);
    play(till, "Kim",
         "keys / \ntype R1-000007\nkeys enter enter I y\nexpect The invoice as PDF\n"
         "expect R1-I000001.pdf\nkeys enter\nexpect Written to\nkeys I\n"
         "reject Write the invoice?\nkeys enter\nexpect File exists\n");
    assert_int_equal(count(till, "SELECT count(*) FROM invoices"), 1);
    char path[300];
    snprintf(path, sizeof path, "%s/R1-I000001.pdf", till->home);
    assert_int_equal(access(path, R_OK), 0);
}

int main(void)
{
#define AT_TILL(test) cmocka_unit_test_setup_teardown(test, till_set_up, till_tear_down)
    const struct CMUnitTest tests[] = {
        AT_TILL(test_the_queue_in_three_sizes),
        AT_TILL(test_what_failed_is_printed_again_or_cancelled),
        AT_TILL(test_what_came_out_is_printed_as_a_copy),
        AT_TILL(test_the_printer_is_set),
        AT_TILL(test_receipt_and_invoice_from_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
