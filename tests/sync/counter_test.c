/* One sale and two registers: with the line up a parked sale moves, with the line down it is
 * copied, and what was sold twice so is told to a person. */
#include "model/catalog/product.h"
#include "model/counter/sale.h"
#include "model/overlay/exchange.h"
#include "model/people/notification.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct terminal first, second;

static void add_paint(void)
{
    struct uuid id;
    const struct change currency = {.column = "currency", .value = value_text("EUR")};
    struct operation *operation =
        operation_begin(first.store, "product.create", &first.owner, &first.err);
    terminal_expect(&first, operation != NULL);
    terminal_expect(&first, product_insert(operation, "Latex white", "PAINT", 3990, &currency, 1,
                                           &id, &first.err));
    terminal_expect(&first, operation_commit(operation, &first.err));
}

static void join(void)
{
    terminal_join(&first, "register", NULL);
    terminal_join(&second, "register", NULL);
    add_paint();
    terminal_settle(&first);
    terminal_settle(&second);
}

static void leave(void)
{
    terminal_leave(&first);
    terminal_leave(&second);
}

static void set_line(struct terminal *terminal, bool is_online)
{
    terminal_expect(terminal, exchange_set_line(terminal->store, is_online, "", &terminal->err));
}

static void start(struct terminal *terminal, struct sale *sale)
{
    terminal_expect(terminal, sale_init(sale, terminal->store, &terminal->err));
}

static struct uuid park(struct terminal *terminal)
{
    struct sale sale;
    struct sale_found found;
    struct uuid order;
    start(terminal, &sale);
    terminal_expect(terminal, sale_scan(&sale, terminal->store, "PAINT", &found, &terminal->err));
    terminal_expect(terminal, sale_park(&sale, terminal->store, &terminal->owner, "hat", &order,
                                        &terminal->err));
    sale_done(&sale);
    return order;
}

static void resume(struct terminal *terminal, struct sale *sale, const struct uuid *order)
{
    start(terminal, sale);
    terminal_expect(terminal,
                    sale_resume(sale, terminal->store, &terminal->owner, order, &terminal->err));
}

static struct sale_result finish(struct terminal *terminal, struct sale *sale)
{
    const struct sale_tender cash = {.method = "cash"};
    struct sale_result result;
    terminal_expect(terminal, sale_tender_add(sale, terminal->store, &cash, &terminal->err));
    terminal_expect(terminal,
                    sale_finish(sale, terminal->store, &terminal->owner, &result, &terminal->err));
    sale_done(sale);
    return result;
}

static int64_t notices(struct terminal *terminal)
{
    terminal_expect(terminal,
                    notices_raise(terminal->store, &terminal->owner, 0, &terminal->err) >= 0);
    return terminal_integer(terminal,
                            "SELECT count(*) FROM notifications WHERE kind = 'sale.twice'");
}

static void test_it_moves_while_the_line_is_up(void **state)
{
    (void)state;
    join();
    struct sale sale;
    struct uuid order = park(&first);
    terminal_settle(&first);
    terminal_settle(&second);
    set_line(&second, true);
    assert_int_equal(sale_resume_is_copy(second.store, &second.owner, &order, &second.err), 0);
    resume(&second, &sale, &order);
    assert_string_equal(sale.note, "hat");
    terminal_settle(&second);
    terminal_settle(&first);
    assert_string_equal(terminal_value(&first, "SELECT status FROM orders"), "draft");
    assert_string_equal(
        terminal_value(&first, "SELECT note FROM order_events WHERE to_status = 'draft' AND "
                               "from_status = 'parked'"),
        terminal_value(&first, "SELECT 'taken over from ' || min(name) FROM registers"));
    struct sale_result result = finish(&second, &sale);
    assert_memory_equal(&result.order_id, &order, sizeof order);
    terminal_settle(&second);
    terminal_settle(&first);
    assert_string_equal(terminal_value(&first, "SELECT status FROM orders"), "paid");
    assert_string_equal(terminal_value(&first, "SELECT receipt_number FROM orders"),
                        result.receipt_number);
    assert_string_equal(hub_text("SELECT status || receipt_number FROM orders"),
                        terminal_value(&first, "SELECT status || receipt_number FROM orders"));
    assert_int_equal(notices(&first), 0);
    leave();
}

static void test_it_is_copied_while_the_line_is_down(void **state)
{
    (void)state;
    join();
    struct sale copy, own;
    struct uuid order = park(&first);
    terminal_settle(&first);
    terminal_settle(&second);
    set_line(&first, false);
    set_line(&second, false);
    assert_int_equal(sale_resume_is_copy(first.store, &first.owner, &order, &first.err), 0);
    assert_int_equal(sale_resume_is_copy(second.store, &second.owner, &order, &second.err), 1);
    resume(&second, &copy, &order);
    assert_string_equal(terminal_value(&second, "SELECT status FROM orders"), "parked");
    struct sale_result mine = finish(&second, &copy);
    assert_memory_not_equal(&mine.order_id, &order, sizeof order);
    assert_int_equal(terminal_integer(&second, "SELECT count(*) FROM order_events WHERE kind = "
                                               "'resumed' AND note LIKE 'copied from %'"),
                     1);
    assert_int_equal(notices(&second), 0); /* sold once so far */
    resume(&first, &own, &order);
    finish(&first, &own);
    terminal_settle(&first);
    terminal_settle(&second);
    terminal_settle(&first);
    assert_int_equal(hub_integer("SELECT count(*) FROM orders WHERE status = 'paid'"), 2);
    assert_int_equal(notices(&second), 1);
    assert_int_equal(notices(&second), 1); /* once */
    assert_string_equal(terminal_value(&second, "SELECT body FROM notifications WHERE kind = "
                                                "'sale.twice'"),
                        "Both were the same parked sale; where the customer paid twice, take one "
                        "of them back");
    leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_moves_while_the_line_is_up, hub_setup,
                                        hub_teardown),
        cmocka_unit_test_setup_teardown(test_it_is_copied_while_the_line_is_down, hub_setup,
                                        hub_teardown),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
