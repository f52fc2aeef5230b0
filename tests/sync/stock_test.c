/* Two terminals that count, settle and receive the same goods while the line is down: whatever the
 * order in which they come back, a correction is booked once, and all hold the same stock. */
#include "model/stock/count.h"
#include "model/stock/level.h"
#include "model/stock/transfer.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)

static struct terminal here, there;
static struct uuid goods, place, other;

static struct uuid k(const char *last)
{
    struct uuid id;
    const char *text = hub_text(last);
    assert_true(uuid_parse(text, &id));
    return id;
}

/* Twelve pieces of the first product in Mitte. */
static void set_up(void)
{
    hub_run(
        "INSERT INTO product_variants (id, tenant_id, product_id, name, sku)"
        " VALUES (k(11), k(1), k(11), 'Paint 1', 'P-1');"
        "INSERT INTO locations (id, tenant_id, name, kind) VALUES"
        " (k(6), k(1), 'On the way', 'transit');"
        "INSERT INTO stock_movements (tenant_id, variant_id, location_id, quantity_milli, reason,"
        " business_day, occurred_at) VALUES (k(1), k(11), k(2), 12000, 'receive', '2020-01-01',"
        " '2020-01-01')");
    goods = k("SELECT k(11)");
    place = k("SELECT k(2)");
    other = k("SELECT k(7)");
    terminal_join(&here, "register", NULL);
    terminal_join(&there, "register", NULL);
    hub_run(
        "INSERT INTO locations (id, tenant_id, name, kind) VALUES (k(7), k(1), 'Nord', 'store')");
    terminal_settle(&here);
    terminal_settle(&there);
}

static void tear_down(void)
{
    terminal_leave(&here);
    terminal_leave(&there);
}

/* Both clocks, so that what one does later is later. */
static void later(void)
{
    const int64_t now = here.scratch.clock.now > there.scratch.clock.now ? here.scratch.clock.now
                                                                         : there.scratch.clock.now;
    here.scratch.clock.now = there.scratch.clock.now = now + SECOND;
}

static struct uuid begin(struct terminal *terminal)
{
    const struct count_scope scope = {.kind = "full"};
    struct uuid id;
    later();
    terminal_expect(terminal, count_open(terminal->store, &terminal->owner, &place, &scope, &id,
                                         &terminal->err));
    return id;
}

static void find(struct terminal *terminal, const struct uuid *count, const char *shelf,
                 int64_t milli)
{
    const struct count_entry entry = {.variant_id = goods, .counted_milli = milli};
    later();
    terminal_expect(terminal, count_add(terminal->store, &terminal->owner, count, shelf, &entry, 1,
                                        &terminal->err));
}

static void finish(struct terminal *terminal, const struct uuid *count)
{
    later();
    terminal_expect(terminal,
                    count_close(terminal->store, &terminal->owner, count, false, &terminal->err));
}

static int64_t settle(struct terminal *terminal)
{
    later();
    int booked = count_settle(terminal->store, &terminal->owner, &terminal->err);
    terminal_expect(terminal, booked >= 0);
    return booked;
}

static void exchange_all(void)
{
    for (int i = 0; i < 3; i++) {
        terminal_settle(&here);
        terminal_settle(&there);
    }
}

static int64_t level(struct terminal *terminal)
{
    int64_t milli;
    terminal_expect(terminal, stock_level(terminal->store, &goods, &place, &milli, &terminal->err));
    return milli;
}

/* At the centre and at both terminals, and each of them the sum of its movements. */
static void level_is(int64_t milli)
{
    assert_int_equal(hub_integer("SELECT coalesce(sum(on_hand_milli), 0) FROM stock_levels"
                                 " WHERE variant_id = k(11) AND location_id = k(2)"),
                     milli);
    assert_int_equal(hub_integer("SELECT coalesce(sum(quantity_milli), 0) FROM stock_movements"
                                 " WHERE variant_id = k(11) AND location_id = k(2)"),
                     milli);
    assert_int_equal(level(&here), milli);
    assert_int_equal(level(&there), milli);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM stock_movements"),
                     terminal_integer(&there, "SELECT count(*) FROM stock_movements"));
}

static int64_t refused(void)
{
    return hub_integer("SELECT count(*) FROM applied_operations WHERE status = 'refused'");
}

/* Each begins a count of its own, offline: two are missing, not four. */
static void two_counts_of_one_shelf_book_one_correction(void **state)
{
    (void)state;
    set_up();
    struct uuid first = begin(&here), second = begin(&there);
    find(&here, &first, NULL, 10000);
    find(&there, &second, NULL, 10000);
    finish(&here, &first);
    finish(&there, &second);
    assert_int_equal(level(&here), 10000);
    assert_int_equal(level(&there), 10000);
    exchange_all();
    assert_int_equal(refused(), 1);
    level_is(10000);
    /* The one that came second is open again, and finds nothing that differs. */
    assert_int_equal(hub_integer("SELECT count(*) FROM stock_counts WHERE status = 'open'"), 1);
    finish(&there, &second);
    exchange_all();
    level_is(10000);
    assert_int_equal(hub_integer("SELECT count(*) FROM stock_counts WHERE status = 'closed'"), 2);
    assert_int_equal(settle(&here), 0);
    tear_down();
}

/* One count that both know: the same shelf counts once, another shelf adds up. */
static void one_count_on_two_terminals(void **state)
{
    (void)state;
    set_up();
    struct uuid count = begin(&here);
    exchange_all();
    find(&here, &count, "A3", 6000);
    find(&there, &count, "A3", 6000);
    find(&there, &count, "A4", 5000);
    finish(&here, &count); /* it knows of six alone */
    assert_int_equal(level(&here), 6000);
    finish(&there, &count);
    assert_int_equal(level(&there), 11000);
    exchange_all();
    assert_int_equal(refused(), 1);
    level_is(6000);
    assert_int_equal(settle(&there), 1); /* with all lines it is eleven */
    exchange_all();
    level_is(11000);
    assert_int_equal(settle(&here), 0);
    tear_down();
}

/* Both book what came late, at the same time: once. */
static void what_came_late_is_settled_once(void **state)
{
    (void)state;
    set_up();
    struct operation *sale = operation_begin(there.store, "stock.adjust", &there.owner, &there.err);
    terminal_expect(
        &there, sale != NULL &&
                    stock_move(sale, &goods, &place, -3000, "sale", NULL, NULL, NULL, &there.err) &&
                    operation_commit(sale, &there.err));
    struct uuid count = begin(&here);
    find(&here, &count, NULL, 9000);
    finish(&here, &count);
    exchange_all();
    level_is(6000); /* three were taken for lost, and were sold */
    assert_int_equal(settle(&here), 1);
    assert_int_equal(settle(&there), 1);
    exchange_all();
    assert_int_equal(refused(), 1);
    level_is(9000);
    assert_int_equal(settle(&here), 0);
    assert_int_equal(settle(&there), 0);
    tear_down();
}

/* Two people take the same delivery in. */
static void an_arrival_is_received_once(void **state)
{
    (void)state;
    set_up();
    const struct transfer_entry entry = {goods, 5000};
    struct uuid id;
    terminal_expect(&here, transfer_new(here.store, &here.owner, &place, &other, NULL, &entry, 1,
                                        &id, &here.err) &&
                               transfer_send(here.store, &here.owner, &id, &here.err));
    exchange_all();
    later();
    terminal_expect(&here, transfer_receive(here.store, &here.owner, &id, &entry, 1, &here.err));
    terminal_expect(&there,
                    transfer_receive(there.store, &there.owner, &id, &entry, 1, &there.err));
    exchange_all();
    assert_int_equal(refused(), 1);
    level_is(7000);
    assert_int_equal(hub_integer("SELECT on_hand_milli FROM stock_levels WHERE location_id = k(7)"),
                     5000);
    assert_int_equal(hub_integer("SELECT count(*) FROM stock_levels WHERE location_id = k(6)"), 0);
    assert_string_equal(hub_text("SELECT status FROM stock_transfers"), "received");
    tear_down();
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_counts_of_one_shelf_book_one_correction),
        TEST(one_count_on_two_terminals),
        TEST(what_came_late_is_settled_once),
        TEST(an_arrival_is_received_once),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
