/* Purchase orders, the reorder list and suppliers by the command line. */
#include "model/base/memory.h"
#include "model/stock/stock.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct office {
    struct shop *shop;
    struct command command;
};

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    command_init(&office->command);
    office->command.env = &office->shop->scratch.env;
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    void *shop = office->shop;
    command_done(&office->command);
    shop_check(office->shop);
    free(office);
    return shop_teardown(&shop);
}

#define RUN(office, ...)                                                                           \
    COMMAND(&(office)->command, "--store", (office)->shop->scratch.store, __VA_ARGS__)

#define EXPECT(office, text, ...) expect(office, RUN(office, __VA_ARGS__), text)
static void expect(struct office *office, int code, const char *text)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, office->command.err);
    assert_string_equal(office->command.out, text);
}

#define REFUSE(office, code, says, ...) refuse(office, RUN(office, __VA_ARGS__), code, says)
static void refuse(struct office *office, int code, int expected, const char *says)
{
    if (strstr(office->command.err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, office->command.err);
    assert_int_equal(code, expected);
    assert_string_equal(office->command.out, "");
}

/* "variant=018f…", in the arena. */
static const char *paint(struct office *office)
{
    char id[UUID_TEXT_SIZE];
    uuid_text(&office->shop->paint, id);
    return arena_format(office->shop->arena, "variant=%s", id);
}

static void supplier(struct office *office)
{
    assert_int_equal(RUN(office, "suppliers", "new", "name=Havel", "currency=EUR", "lead_days=3"),
                     CLI_OK);
    assert_int_equal(RUN(office, "records", "supplier_products", "new", "supplier=Havel",
                         paint(office), "supplier_sku=HV-1", "cost=20.00", "currency=EUR",
                         "pack=6"),
                     CLI_OK);
}

static void an_order_from_end_to_end(void **state)
{
    struct office *office = *state;
    supplier(office);
    REFUSE(office, CLI_NOT_FOUND, "nothing", "purchase", "new", "Havel", "nothing");
    EXPECT(office, "", "purchase", "list"); /* a wrong code leaves no draft */
    EXPECT(office, "PO-R1-000001\tdraft\t0\n", "purchase", "new", "Havel", "12*LATEX-10");
    EXPECT(office, "PO-R1-000001\tdraft\t0\n", "purchase", "set", "PO-R1-000001", "5*ROLL-25",
           "--cost", "3.10");
    REFUSE(office, CLI_REFUSED, "send it first", "purchase", "receive", "PO-R1-000001", "ROLL-25");
    EXPECT(office, "PO-R1-000001\tordered\t17\n", "purchase", "send", "PO-R1-000001");
    REFUSE(office, CLI_USAGE, "say what came", "purchase", "receive", "PO-R1-000001");
    REFUSE(office, CLI_NOT_FOUND, "No goods have the code", "purchase", "receive", "PO-R1-000001",
           "HV-1", "wrong");
    assert_int_equal(shop_on_hand(office->shop, &office->shop->paint), 0); /* all or none */
    EXPECT(office, "PO-R1-000001\tpartially_received\t11\n", "purchase", "receive", "PO-R1-000001",
           "HV-1");
    EXPECT(office, "PO-R1-000001\tHavel\tpartially_received\t2026-11-23\t11\t255.50\n", "purchase",
           "list", "--fields", "number,supplier,status,expected,open,total");
    REFUSE(office, CLI_USAGE, "does not come", "purchase", "close", "PO-R1-000001");
    REFUSE(office, CLI_USAGE, "", "purchase", "receive", "PO-R1-000001", "--all", "--cost", "x");
    REFUSE(office, CLI_REFUSED, "on their own screen", "records", "purchase_orders", "set",
           "PO-R1-000001", "status=cancelled");
    EXPECT(office, "PO-R1-000001\treceived\t0\n", "purchase", "receive", "PO-R1-000001", "--all",
           "--cost", "2.50");
    assert_int_equal(
        shop_integer(office->shop,
                     "SELECT count(*) FROM stock_movements WHERE unit_cost_cents = 250", NULL),
        2);
    assert_int_equal(shop_on_hand(office->shop, &office->shop->paint), 12000);
    EXPECT(office, "undone: received 2 lines of PO-R1-000001\n", "undo");
    assert_int_equal(shop_on_hand(office->shop, &office->shop->paint), 6000);
}

static void an_order_for_programs_and_on_paper(void **state)
{
    struct office *office = *state;
    supplier(office);
    assert_int_equal(RUN(office, "purchase", "new", "Havel", "12*LATEX-10", "--json"), CLI_OK);
    assert_non_null(
        strstr(office->command.out, "\"number\":\"PO-R1-000001\",\"status\":\"draft\""));
    assert_int_equal(RUN(office, "purchase", "show", "PO-R1-000001", "--json"), CLI_OK);
    assert_non_null(strstr(office->command.out, "\"supplier_sku\":\"HV-1\",\"ordered_milli\":12000,"
                                                "\"received_milli\":0,\"open_milli\":12000,"
                                                "\"unit_cost_cents\":2000"));
    assert_int_equal(RUN(office, "purchase", "print", "PO-R1-000001"), CLI_OK);
    assert_non_null(strstr(office->command.out, "To:   Havel"));
    EXPECT(office,
           "number,supplier_sku,sku,name,ordered,received,open,unit_cost,total,currency\r\n"
           "PO-R1-000001,HV-1,LATEX-10,Latex white 10 l,12,0,12,20.00,240.00,EUR\r\n",
           "purchase", "print", "PO-R1-000001", "--csv");
    EXPECT(office, "PO-R1-000001\tcancelled\t0\n", "purchase", "cancel", "PO-R1-000001");
    REFUSE(office, CLI_NOT_FOUND, "", "purchase", "show", "PO-9");
}

static void drafts_of_what_runs_short(void **state)
{
    struct office *office = *state;
    supplier(office);
    EXPECT(office, "", "reorder", "list");
    REFUSE(office, CLI_REFUSED, "nothing to order", "reorder", "order");
    assert_int_equal(RUN(office, "records", "stock_rules", "new", paint(office),
                         "location=Main store", "reorder_min=5", "reorder_max=20"),
                     CLI_OK);
    EXPECT(office, "Latex white 10 l\t0\t24\tHavel\n", "reorder", "list", "--fields",
           "name,stock,order,supplier");
    EXPECT(office, "{\"orders\":1,\"lines\":1}\n", "reorder", "order", "--json");
    EXPECT(office, "", "reorder", "list");
    EXPECT(office, "Havel\t3\t1\t0\n", "suppliers", "list", "--fields", "name,lead,goods,open");
    REFUSE(office, CLI_REFUSED, "refers to it", "suppliers", "delete", "Havel");
}

static void what_was_oversold(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    EXPECT(office, "", "stock", "oversold");
    struct uuid id = shop_order(shop, &shop->paint, 2, "pending");
    EXPECT(office,
           arena_format(shop->arena, "LATEX-10\tLatex white 10 l\tMain store\t2\t%s\n",
                        shop_load(shop, &id)->number),
           "stock", "oversold");
    assert_int_equal(RUN(office, "stock", "receive", "2*LATEX-10"), CLI_OK);
    EXPECT(office, "", "stock", "oversold");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_order_from_end_to_end),
        TEST(an_order_for_programs_and_on_paper),
        TEST(drafts_of_what_runs_short),
        TEST(what_was_oversold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
