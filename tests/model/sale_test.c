/* The sale at the counter: from the first scan to the receipt, put aside, taken up again, thrown
 * away and taken back. */
#include "model/base/instant.h"
#include "model/counter/sale.h"
#include "model/shop/draft.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAINT "4006381333931"

static void start(struct shop *shop, struct sale *sale)
{
    shop_expect(shop, sale_init(sale, shop->store, &shop->err));
}

static struct sale_found scan(struct shop *shop, struct sale *sale, const char *code)
{
    struct sale_found found;
    shop_expect(shop, sale_scan(sale, shop->store, code, &found, &shop->err));
    return found;
}

static bool tender(struct shop *shop, struct sale *sale, const char *method, int64_t cents,
                   int64_t tendered)
{
    struct sale_tender added = {.amount_cents = cents, .tendered_cents = tendered};
    snprintf(added.method, sizeof added.method, "%s", method);
    return sale_tender_add(sale, shop->store, &added, &shop->err);
}

static struct sale_result finish(struct shop *shop, struct sale *sale)
{
    struct sale_result result;
    shop_expect(shop, sale_finish(sale, shop->store, &shop->owner, &result, &shop->err));
    return result;
}

static int64_t operations(struct shop *shop, const char *kind)
{
    int64_t count = 0;
    shop_expect(shop, store_find_integer(shop->store, &count,
                                         "SELECT (SELECT count(*) FROM outbox WHERE kind = ?1) + "
                                         "(SELECT count(*) FROM journal WHERE kind = ?1)",
                                         &shop->err, "t", kind) == 1);
    return count;
}

static void test_two_items_for_cash(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    start(shop, &sale);
    assert_int_equal(scan(shop, &sale, PAINT).kind, SALE_FOUND_LINE);
    scan(shop, &sale, "3*ROLL-25");
    assert_int_equal(sale_left(&sale), 3990 + 3 * 850);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 10000));
    assert_int_equal(sale_left(&sale), 0);
    assert_int_equal(sale_change(&sale), 10000 - 6540);
    struct sale_result result = finish(shop, &sale);
    assert_true(sale_is_empty(&sale));
    assert_int_equal(result.change_cents, 3460);
    assert_int_equal(result.total_cents, 6540);
    assert_string_equal(result.order_number, "R1-000001");
    assert_string_equal(result.receipt_number, "R1-S000001");
    struct order *order = shop_load(shop, &result.order_id);
    assert_string_equal(order->status, "paid");
    assert_string_equal(order->payment_status, "paid");
    assert_string_equal(order->kind, "sale");
    assert_int_equal(order->payment_count, 1);
    assert_int_equal(order->payments[0].change_cents, 3460);
    assert_int_equal(shop_on_hand(shop, &shop->paint), -1000);
    assert_int_equal(shop_on_hand(shop, &shop->roller), -3000);
    assert_int_equal(operations(shop, "sale.finish"), 1);
    assert_int_equal(operations(shop, "order.pay"), 0);
    shop_check(shop);
    sale_done(&sale);
}

static void test_payment_in_any_mix(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    start(shop, &sale);
    scan(shop, &sale, PAINT);
    shop_expect_error(shop, tender(shop, &sale, "card", 3991, 0), ERROR_RULE, "Only 39.90 EUR");
    shop_expect_error(shop, tender(shop, &sale, "card", 1000, 2000), ERROR_RULE, "gives change");
    shop_expect_error(shop, tender(shop, &sale, "card", -1, 0), ERROR_INPUT, "above zero");
    shop_expect_error(shop, tender(shop, &sale, "cheque", 1, 0), ERROR_INPUT, "no way to pay");
    shop_expect_error(shop, tender(shop, &sale, "cash", 2000, 1999), ERROR_INPUT, "less than");
    shop_expect_error(shop, tender(shop, &sale, "cash", INT64_MAX, 0), ERROR_RULE, "Only 39.90");
    shop_expect_error(shop, tender(shop, &sale, "store_credit", 0, 0), ERROR_RULE, "customer");
    shop_expect_error(shop, tender(shop, &sale, "gift_card", 0, 0), ERROR_INPUT, "Scan or type");
    shop_expect(shop, tender(shop, &sale, "card", 1000, 0));
    shop_expect(shop, tender(shop, &sale, "cash", 0, 500));
    assert_int_equal(sale_left(&sale), 2490);
    assert_int_equal(sale_change(&sale), 0);
    struct sale_result result;
    shop_expect_error(shop, sale_finish(&sale, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_RULE, "24.90 EUR is left to pay");
    shop_expect(shop, tender(shop, &sale, "transfer", 2489, 0));
    shop_expect(shop, tender(shop, &sale, "other", 0, 0));
    assert_int_equal(sale.tenders[3].amount_cents, 1); /* the last cent */
    shop_expect_error(shop, tender(shop, &sale, "cash", 0, 100), ERROR_RULE, "Nothing is left");
    sale_tender_remove(&sale, 0);
    assert_int_equal(sale_left(&sale), 1000);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 1000));
    result = finish(shop, &sale);
    assert_int_equal(shop_load(shop, &result.order_id)->payment_count, 4);
    assert_int_equal(shop_load(shop, &result.order_id)->paid_cents, 3990);
    shop_check(shop);
    sale_done(&sale);
}

static void test_a_sale_of_nothing(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    struct sale_result result;
    start(shop, &sale);
    shop_expect_error(shop, sale_finish(&sale, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_RULE, "is empty");
    scan(shop, &sale, PAINT);
    shop_expect(shop, basket_set_discount(&sale.basket, 0, "100%", &shop->err));
    assert_int_equal(sale_left(&sale), 0);
    result = finish(shop, &sale);
    assert_string_equal(result.receipt_number, "R1-S000001");
    assert_string_equal(shop_status(shop, &result.order_id), "paid");
    assert_int_equal(shop_on_hand(shop, &shop->paint), -1000);
    shop_check(shop);
    sale_done(&sale);
}

/* The same draft in two programs, or after a crash between the sale and the end of its draft. */
static void test_a_draft_is_sold_once(void **state)
{
    struct shop *shop = *state;
    struct sale sale, again;
    start(shop, &sale);
    start(shop, &again);
    scan(shop, &sale, PAINT);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 5000));
    shop_expect(shop, sale_keep(&sale, shop->store, &shop->owner, &shop->err));
    assert_int_equal(sale_restore(&again, shop->store, &shop->owner, &shop->err), 1);
    assert_int_equal(again.basket.count, 1);
    assert_int_equal(again.tender_count, 1);
    assert_int_equal(sale_change(&again), 1010);
    struct sale_result first = finish(shop, &sale);
    struct draft draft;
    assert_int_equal(
        draft_list(shop->store, "sale", &shop->owner.user_id, 1, shop->arena, &draft, &shop->err),
        0);
    struct sale_result second = finish(shop, &again);
    assert_memory_equal(&first.order_id, &second.order_id, sizeof first.order_id);
    assert_string_equal(second.receipt_number, "R1-S000001");
    assert_int_equal(second.change_cents, 1010);
    assert_int_equal(operations(shop, "sale.finish"), 1);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM payments", NULL), 1);
    shop_check(shop);
    sale_done(&sale);
    sale_done(&again);
}

/* A line more in one of two programs is goods that were not paid for. */
static void test_a_draft_that_went_two_ways_is_two_sales(void **state)
{
    struct shop *shop = *state;
    struct sale sale, again;
    struct sale_result result;
    start(shop, &sale);
    start(shop, &again);
    scan(shop, &sale, PAINT);
    shop_expect(shop, sale_keep(&sale, shop->store, &shop->owner, &shop->err));
    assert_int_equal(sale_restore(&again, shop->store, &shop->owner, &shop->err), 1);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    finish(shop, &sale);
    scan(shop, &again, "ROLL-25");
    shop_expect(shop, tender(shop, &again, "cash", 0, 0));
    shop_expect_error(shop, sale_finish(&again, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_RULE, "as R1-S000001 meanwhile");
    assert_int_equal(again.basket.count, 2);
    assert_int_equal(finish(shop, &again).total_cents, 3990 + 850);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM orders", NULL), 2);
    shop_check(shop);
    sale_done(&sale);
    sale_done(&again);
}

/* The same goods, but two customers' money: it is said, and then they are two sales. */
static void test_a_draft_that_was_paid_two_ways_is_two_sales(void **state)
{
    struct shop *shop = *state;
    struct sale sale, again;
    struct sale_result result;
    start(shop, &sale);
    start(shop, &again);
    scan(shop, &sale, PAINT);
    shop_expect(shop, sale_keep(&sale, shop->store, &shop->owner, &shop->err));
    assert_int_equal(sale_restore(&again, shop->store, &shop->owner, &shop->err), 1);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    finish(shop, &sale);
    shop_expect(shop, tender(shop, &again, "card", 0, 0));
    shop_expect_error(shop, sale_finish(&again, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_RULE, "paid another way");
    assert_int_equal(again.tender_count, 1);
    assert_string_equal(finish(shop, &again).receipt_number, "R1-S000002");
    assert_int_equal(operations(shop, "sale.finish"), 2);
    sale_done(&sale);
    sale_done(&again);
}

static void test_a_draft_that_came_back_after_its_sale(void **state)
{
    struct shop *shop = *state;
    struct sale sale, again;
    start(shop, &sale);
    start(shop, &again);
    scan(shop, &sale, PAINT);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    shop_expect(shop, sale_keep(&sale, shop->store, &shop->owner, &shop->err));
    assert_int_equal(sale_restore(&again, shop->store, &shop->owner, &shop->err), 1);
    finish(shop, &sale);
    shop_expect(shop, sale_keep(&again, shop->store, &shop->owner, &shop->err));
    assert_int_equal(sale_restore(&sale, shop->store, &shop->owner, &shop->err), 0);
    assert_true(sale_is_empty(&sale));
    sale_done(&sale);
    sale_done(&again);
}

static void test_a_draft_that_was_parked_by_another_program(void **state)
{
    struct shop *shop = *state;
    struct sale sale, again;
    struct sale_result result;
    start(shop, &sale);
    start(shop, &again);
    scan(shop, &sale, PAINT);
    shop_expect(shop, sale_keep(&sale, shop->store, &shop->owner, &shop->err));
    assert_int_equal(sale_restore(&again, shop->store, &shop->owner, &shop->err), 1);
    shop_expect(shop, sale_park(&sale, shop->store, &shop->owner, NULL, NULL, &shop->err));
    shop_expect(shop, tender(shop, &again, "cash", 0, 0));
    shop_expect_error(shop, sale_finish(&again, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_RULE, "parked or voided elsewhere");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM payments", NULL), 0);
    sale_done(&sale);
    sale_done(&again);
}

static void test_undo_gives_the_money_and_takes_the_goods(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    start(shop, &sale);
    scan(shop, &sale, PAINT);
    shop_expect(shop, tender(shop, &sale, "card", 1000, 0));
    shop_expect(shop, tender(shop, &sale, "cash", 0, 5000));
    struct sale_result result = finish(shop, &sale);
    assert_non_null(shop_undo(shop, &shop->owner));
    struct order *order = shop_load(shop, &result.order_id);
    assert_string_equal(order->status, "cancelled");
    assert_string_equal(order->receipt_number, "R1-S000001"); /* kept */
    assert_int_equal(order->refunded_cents, 3990);
    assert_int_equal(order->refund_count, 2);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    scan(shop, &sale, PAINT);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    assert_string_equal(finish(shop, &sale).receipt_number, "R1-S000002");
    shop_check(shop);
    sale_done(&sale);
}

static void test_parked_and_taken_up_again(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    struct uuid order;
    start(shop, &sale);
    shop_expect_error(shop, sale_park(&sale, shop->store, &shop->owner, NULL, NULL, &shop->err),
                      ERROR_RULE, "empty");
    scan(shop, &sale, "2*" PAINT);
    shop_expect(shop, sale_set_customer(&sale, shop->store, &shop->customer, &shop->err));
    shop_expect(shop, tender(shop, &sale, "card", 100, 0));
    shop_expect_error(shop, sale_park(&sale, shop->store, &shop->owner, NULL, NULL, &shop->err),
                      ERROR_RULE, "payments off");
    sale_tender_remove(&sale, 0);
    shop_expect(shop, sale_park(&sale, shop->store, &shop->owner, "red coat", &order, &shop->err));
    assert_true(sale_is_empty(&sale));
    assert_string_equal(shop_status(shop, &order), "parked");
    assert_string_equal(shop_load(shop, &order)->notes, "red coat");
    assert_string_equal(shop_load(shop, &order)->receipt_number, "");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(sale_resume_is_copy(shop->store, &shop->owner, &order, &shop->err), 0);

    scan(shop, &sale, PAINT);
    shop_expect_error(shop, sale_resume(&sale, shop->store, &shop->owner, &order, &shop->err),
                      ERROR_RULE, "Finish or park");
    shop_expect(shop, sale_void(&sale, shop->store, &shop->owner, "left", &shop->err));
    shop_expect(shop, sale_resume(&sale, shop->store, &shop->owner, &order, &shop->err));
    assert_string_equal(shop_status(shop, &order), "draft");
    assert_string_equal(sale.note, "red coat");
    assert_int_equal(sale.basket.count, 1);
    assert_memory_equal(&sale.basket.customer_id, &shop->customer, sizeof shop->customer);
    scan(shop, &sale, "ROLL-25");
    struct sale kept;
    start(shop, &kept);
    assert_int_equal(sale_restore(&kept, shop->store, &shop->owner, &shop->err), 1);
    sale_done(&kept);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    struct sale_result result = finish(shop, &sale);
    assert_memory_equal(&result.order_id, &order, sizeof order);
    assert_string_equal(result.receipt_number, "R1-S000001");
    assert_string_equal(shop_status(shop, &order), "paid");
    assert_int_equal(shop_load(shop, &order)->line_count, 2);
    assert_int_equal(shop_on_hand(shop, &shop->paint), -2000);
    shop_expect_error(shop, sale_resume(&sale, shop->store, &shop->owner, &order, &shop->err),
                      ERROR_RULE, "only a parked sale");
    shop_check(shop);
    sale_done(&sale);
}

/* What somebody else did to it meanwhile is not written over. */
static void test_a_resumed_sale_that_was_changed(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    struct sale_result result;
    struct uuid order;
    start(shop, &sale);
    scan(shop, &sale, PAINT);
    shop_expect(shop, sale_park(&sale, shop->store, &shop->owner, NULL, &order, &shop->err));
    shop_expect(shop, sale_resume(&sale, shop->store, &shop->owner, &order, &shop->err));
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    shop->scratch.clock.now += SECOND_US;
    shop_move(shop, &order, "pending");
    shop_expect_error(shop, sale_finish(&sale, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_RULE, "is pending");
    shop_move(shop, &order, "cancelled");
    shop_expect_error(shop, sale_finish(&sale, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_RULE, "is cancelled");
    sale_done(&sale);

    start(shop, &sale);
    scan(shop, &sale, PAINT);
    shop_expect(shop, sale_park(&sale, shop->store, &shop->owner, NULL, &order, &shop->err));
    shop_expect(shop, sale_resume(&sale, shop->store, &shop->owner, &order, &shop->err));
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    struct basket basket;
    shop->scratch.clock.now += SECOND_US;
    shop_expect(shop, basket_load(&basket, shop->store, &order, &shop->err));
    shop_expect(shop, basket_set_quantity(&basket, 0, 2000, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &order, &shop->err));
    basket_done(&basket);
    shop_expect_error(shop, sale_finish(&sale, shop->store, &shop->owner, &result, &shop->err),
                      ERROR_CONFLICT, "changed meanwhile");
    sale_done(&sale);
}

static void test_a_voided_sale_is_on_record(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    start(shop, &sale);
    shop_expect(shop, sale_void(&sale, shop->store, &shop->owner, NULL, &shop->err));
    assert_int_equal(operations(shop, "sale.void"), 0); /* of nothing there is no record */
    scan(shop, &sale, PAINT);
    shop_expect(shop, sale_keep(&sale, shop->store, &shop->owner, &shop->err));
    shop_expect_error(shop, sale_void(&sale, shop->store, &shop->owner, "", &shop->err),
                      ERROR_INPUT, "Say why");
    assert_int_equal(sale.basket.count, 1);
    shop_expect(shop, sale_void(&sale, shop->store, &shop->owner, "no money", &shop->err));
    assert_int_equal(operations(shop, "sale.void"), 1);
    assert_int_equal(sale_restore(&sale, shop->store, &shop->owner, &shop->err), 0);
    assert_int_equal(
        shop_integer(shop, "SELECT total_cents FROM orders WHERE status = 'cancelled'", NULL),
        3990);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM order_items", NULL), 1);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    shop_check(shop);
    sale_done(&sale);
}

static void test_the_drawer_without_a_sale(void **state)
{
    struct shop *shop = *state;
    shop_expect_error(shop, sale_no_sale(shop->store, &shop->owner, NULL, &shop->err), ERROR_INPUT,
                      "Say why");
    shop_expect(shop, sale_no_sale(shop->store, &shop->cashier, "change for Jo", &shop->err));
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM audit_logs WHERE action = 'sale.no_sale'", NULL),
        1);
}

static void test_other_codes_are_told_apart(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    start(shop, &sale);
    scan(shop, &sale, PAINT);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    struct sale_result result = finish(shop, &sale);
    struct sale_found found = scan(shop, &sale, "R1-S000001");
    assert_int_equal(found.kind, SALE_FOUND_ORDER);
    assert_memory_equal(&found.id, &result.order_id, sizeof found.id);
    assert_int_equal(scan(shop, &sale, "R1-000001").kind, SALE_FOUND_ORDER);
    const struct change card[] = {
        {.column = "code", .value = value_text("GC-1")},
        {.column = "initial_balance_cents", .value = value_integer(0)},
        {.column = "currency", .value = value_text("EUR")},
    };
    shop_insert(shop, "gift_cards", card, 3);
    assert_int_equal(scan(shop, &sale, "GC-1").kind, SALE_FOUND_GIFT_CARD);
    const struct change customer[] = {
        {.column = "name", .value = value_text("Ann")},
        {.column = "card_barcode", .value = value_text("C-77")},
    };
    shop_insert(shop, "customer_profiles", customer, 2);
    assert_int_equal(scan(shop, &sale, "C-77").kind, SALE_FOUND_CUSTOMER);
    assert_int_equal(sale.basket.count, 0);
    shop_expect_error(shop, sale_scan(&sale, shop->store, "nothing", &found, &shop->err),
                      ERROR_NOT_FOUND, "Nothing has the code");
    shop_expect_error(shop, sale_scan(&sale, shop->store, "", &found, &shop->err), ERROR_NOT_FOUND,
                      "Nothing has the code");
    sale_done(&sale);
}

static void test_rights(void **state)
{
    struct shop *shop = *state;
    struct sale sale;
    struct sale_result result;
    struct actor nobody = {.location_id = shop->owner.location_id};
    start(shop, &sale);
    scan(shop, &sale, PAINT);
    shop_expect(shop, tender(shop, &sale, "cash", 0, 0));
    shop_expect_error(shop, sale_finish(&sale, shop->store, &nobody, &result, &shop->err),
                      ERROR_DENIED, "orders.sell");
    shop_expect(shop, sale_finish(&sale, shop->store, &shop->cashier, &result, &shop->err));
    scan(shop, &sale, "-1*" PAINT); /* without a receipt: not for a cashier alone */
    shop_expect_error(shop, sale_finish(&sale, shop->store, &shop->cashier, &result, &shop->err),
                      ERROR_DENIED, "orders.refund");
    struct actor helped = shop->cashier;
    helped.approver_id = shop->owner.user_id;
    shop_expect(shop, sale_finish(&sale, shop->store, &helped, &result, &shop->err));
    struct order *order = shop_load(shop, &result.order_id);
    assert_string_equal(order->kind, "return");
    assert_string_equal(result.receipt_number, "R1-R000001");
    assert_int_equal(order->refund_count, 1);
    assert_string_equal(order->refunds[0].method, "cash");
    assert_int_equal(result.given_back_cents, 3990);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM refunds WHERE approver_id = ?1",
                                  &shop->owner.user_id),
                     1);
    shop_check(shop);
    sale_done(&sale);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_two_items_for_cash, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_payment_in_any_mix, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_sale_of_nothing, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_draft_is_sold_once, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_draft_that_went_two_ways_is_two_sales, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_draft_that_was_paid_two_ways_is_two_sales,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_draft_that_came_back_after_its_sale, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_draft_that_was_parked_by_another_program, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_undo_gives_the_money_and_takes_the_goods, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_parked_and_taken_up_again, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_resumed_sale_that_was_changed, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_voided_sale_is_on_record, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_the_drawer_without_a_sale, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_other_codes_are_told_apart, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_rights, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
