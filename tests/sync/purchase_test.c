/* Two stores that receive against the same purchase order without a line: everything that came is
 * there once afterwards, here, there and at the centre. */
#include "model/catalog/product.h"
#include "model/operation/record.h"
#include "model/stock/purchase.h"
#include "model/stock/reorder.h"
#include "model/store/derived.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct uuid insert(struct terminal *terminal, const char *table,
                          const struct change *changes, size_t count)
{
    struct uuid id;
    struct operation *operation =
        operation_begin(terminal->store, "record.create", &terminal->owner, &terminal->err);
    terminal_expect(terminal, operation != NULL);
    terminal_expect(terminal, record_insert(operation, table, changes, count, &id, &terminal->err));
    terminal_expect(terminal, operation_commit(operation, &terminal->err));
    return id;
}

/* Twelve pieces, ordered at one terminal and known at both. */
static struct uuid order_twelve(struct terminal *here, struct terminal *there, struct uuid *product)
{
    struct uuid id;
    const struct change money = {.column = "currency", .value = value_text("EUR")};
    struct operation *operation =
        operation_begin(here->store, "product.create", &here->owner, &here->err);
    terminal_expect(here, operation != NULL);
    terminal_expect(here,
                    product_insert(operation, "Tile", "T-1", 900, &money, 1, product, &here->err));
    terminal_expect(here, operation_commit(operation, &here->err));
    const struct change name[] = {
        {.column = "name", .value = value_text("Havel")},
        {.column = "currency", .value = value_text("EUR")},
    };
    struct uuid supplier = insert(here, "suppliers", name, 2);
    const struct change rule[] = {
        {.column = "variant_id", .value = value_uuid(product)},
        {.column = "location_id", .value = value_uuid(&here->owner.location_id)},
        {.column = "reorder_min_milli", .value = value_integer(20000)},
    };
    insert(here, "stock_rules", rule, 3);
    terminal_expect(here,
                    purchase_create(here->store, &here->owner, &supplier, NULL, &id, &here->err));
    terminal_expect(
        here, purchase_set_line(here->store, &here->owner, &id, product, 12000, 700, &here->err));
    terminal_expect(here, purchase_send(here->store, &here->owner, &id, NULL, &here->err));
    terminal_settle(here);
    terminal_settle(there);
    return id;
}

static void receive(struct terminal *terminal, const struct uuid *id, int64_t milli)
{
    struct purchase purchase;
    struct purchase_outcome out;
    assert_int_equal(purchase_load(terminal->store, id, terminal->arena, &purchase, &terminal->err),
                     1);
    const struct purchase_receipt receipt = {
        .line_id = purchase.lines[0].id, .quantity_milli = milli, .unit_cost_cents = -1};
    terminal_expect(terminal, purchase_receive(terminal->store, &terminal->owner, id, &receipt, 1,
                                               &out, &terminal->err));
}

static void settle(struct terminal *here, struct terminal *there)
{
    terminal_settle(here);
    terminal_settle(there);
    terminal_settle(here);
}

/* What a terminal shows of it, and that its derived tables agree with its rows. */
static void expect(struct terminal *terminal, const struct uuid *id, const char *status,
                   int64_t received)
{
    struct purchase purchase;
    assert_int_equal(purchase_load(terminal->store, id, terminal->arena, &purchase, &terminal->err),
                     1);
    assert_string_equal(purchase.status, status);
    assert_int_equal(purchase.lines[0].received_milli, received);
    assert_int_equal(derived_check(terminal->store, NULL, NULL, &terminal->err), 0);
    assert_int_equal(terminal_integer(terminal, "SELECT count(*) FROM attention"), 0);
}

static void receipts_of_two_terminals_add_up(void **state)
{
    struct terminal here, there;
    struct uuid product;
    (void)state;
    terminal_join(&here, "office", NULL);
    terminal_join(&there, "office", NULL);
    struct uuid id = order_twelve(&here, &there, &product);
    receive(&here, &id, 5000);
    receive(&there, &id, 7000);
    expect(&here, &id, "partially_received", 5000);
    expect(&there, &id, "partially_received", 7000);
    settle(&here, &there);
    expect(&here, &id, "received", 12000); /* by what came, though neither saw all of it */
    expect(&there, &id, "received", 12000);
    assert_string_equal(hub_text("SELECT sum(on_hand_milli) FROM stock_levels"), "12000");
    terminal_leave(&there);
    terminal_leave(&here);
}

/* Both say that all came: that is told, and nothing is lost or refused. */
static void both_book_the_whole_delivery(void **state)
{
    struct terminal here, there;
    struct uuid product;
    (void)state;
    terminal_join(&here, "office", NULL);
    terminal_join(&there, "office", NULL);
    struct uuid id = order_twelve(&here, &there, &product);
    receive(&here, &id, 12000);
    receive(&there, &id, 12000);
    settle(&here, &there);
    expect(&here, &id, "received", 24000);
    expect(&there, &id, "received", 24000);
    terminal_leave(&there);
    terminal_leave(&here);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        CASE(receipts_of_two_terminals_add_up),
        CASE(both_book_the_whole_delivery),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
