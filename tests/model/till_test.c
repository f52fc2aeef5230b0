/* The till: from its float to its count, and what may not be done to it. */
#include "model/till/till.h"

#include "model/base/instant.h"
#include "model/shop/draft.h"
#include "model/till/till_report.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct till_count amount(int64_t cents)
{
    return (struct till_count){.amount_cents = cents};
}

static struct uuid open_with(struct shop *shop, int64_t cents)
{
    struct uuid session;
    struct till_count opening = amount(cents);
    shop_expect(shop, till_open(shop->store, &shop->owner, &opening, &session, &shop->err));
    return session;
}

static bool move(struct shop *shop, const char *kind, int64_t cents, const char *reason)
{
    return till_move(shop->store, &shop->owner, kind, cents, reason, &shop->err);
}

static bool close_with(struct shop *shop, int64_t cents, const char *reason)
{
    struct till_count counted = amount(cents);
    return till_close(shop->store, &shop->owner, &counted, reason, NULL, &shop->err);
}

static int64_t cash(struct shop *shop, const struct uuid *session)
{
    int64_t cents = 0;
    shop_expect(shop, till_cash(shop->store, session, &cents, &shop->err));
    return cents;
}

static struct till_session load(struct shop *shop, const struct uuid *id)
{
    struct till_session session;
    assert_int_equal(till_session(shop->store, id, &session, &shop->err), 1);
    return session;
}

static void set_till(struct shop *shop, const char *value)
{
    const struct change setting[] = {
        {.column = "name", .value = value_text("till")},
        {.column = "value", .value = value_text(value)},
    };
    shop_insert(shop, "app_settings", setting, 2);
}

static void test_opened_by_pieces_and_only_once(void **state)
{
    struct shop *shop = *state;
    struct till_count opening;
    struct uuid session, found;
    assert_int_equal(till_open_session(shop->store, &shop->owner.register_id, &found, &shop->err),
                     0);
    shop_expect(shop, till_count_parse("50x2, 20x5,0.01x3", "EUR", &opening, &shop->err));
    shop_expect(shop, till_open(shop->store, &shop->owner, &opening, &session, &shop->err));
    assert_int_equal(till_open_session(shop->store, &shop->owner.register_id, &found, &shop->err),
                     1);
    assert_true(uuid_equal(&session, &found));
    struct till_session open = load(shop, &session);
    assert_true(open.is_open && !open.is_overdue);
    assert_int_equal(open.opening_cents, 20003);
    assert_string_equal(open.code, "R1");
    assert_string_equal(open.day, "2026-11-20");
    assert_string_equal(open.keeper, "Olga Owner");
    assert_int_equal(shop_integer(shop,
                                  "SELECT sum(denomination_cents * pieces) FROM cash_counts"
                                  " WHERE cash_session_id = ?1 AND kind = 'opening'",
                                  &session),
                     20003);
    shop_expect_error(shop, till_open(shop->store, &shop->owner, &opening, NULL, &shop->err),
                      ERROR_RULE, "open since 2026-11-20 12:00, with Olga Owner");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM cash_sessions", NULL), 1);
    shop_check(shop);
}

static void test_an_empty_float_is_one(void **state)
{
    struct shop *shop = *state;
    struct uuid session = open_with(shop, 0);
    assert_int_equal(cash(shop, &session), 0);
    shop_expect_error(shop, move(shop, "pay_out", 1, "stamps"), ERROR_RULE,
                      "Only 0.00 EUR is in the till of R1");
    shop_expect(shop, close_with(shop, 0, NULL));
    struct till_count negative = amount(-1);
    shop_expect_error(shop, till_open(shop->store, &shop->owner, &negative, NULL, &shop->err),
                      ERROR_INPUT, "count it again");
}

static void test_cash_in_and_out(void **state)
{
    struct shop *shop = *state;
    shop_expect_error(shop, move(shop, "pay_in", 500, "change"), ERROR_RULE, "R1 is closed");
    struct uuid session = open_with(shop, 10000);
    shop_expect(shop, move(shop, "pay_in", 500, "change"));
    shop_expect(shop, move(shop, "pay_out", 1250, "flowers"));
    shop_expect(shop, move(shop, "drop", 9250, "to the safe")); /* to the last cent */
    assert_int_equal(cash(shop, &session), 0);
    shop_expect_error(shop, move(shop, "drop", 1, "x"), ERROR_RULE, "Only 0.00");
    shop_expect_error(shop, move(shop, "pay_in", 0, "x"), ERROR_INPUT, "above zero");
    shop_expect_error(shop, move(shop, "pay_in", -5, "x"), ERROR_INPUT, "above zero");
    shop_expect_error(shop, move(shop, "pay_in", 5, "  "), ERROR_INPUT, "what the money is for");
    shop_expect_error(shop, move(shop, "theft", 5, "x"), ERROR_INPUT, "pay_in");
    shop_expect_error(shop, move(shop, "pay_in", INT64_MAX, "x"), ERROR_INPUT, "must be at most");
    shop_expect(shop, move(shop, "pay_in", INT64_C(1000000000000000), "the most there can be"));
    assert_int_equal(cash(shop, &session), INT64_C(1000000000000000));
    shop_expect_error(shop, close_with(shop, INT64_MIN, "x"), ERROR_INPUT, "count it again");
    shop_expect_error(shop, close_with(shop, INT64_MAX, "x"), ERROR_INPUT, "must be at most");
}

static void test_a_movement_is_taken_back_while_the_till_is_open(void **state)
{
    struct shop *shop = *state;
    struct uuid session = open_with(shop, 10000);
    shop_expect(shop, move(shop, "pay_out", 1250, "flowers"));
    shop_undo(shop, &shop->owner);
    assert_int_equal(cash(shop, &session), 10000);
    assert_int_equal(shop_integer(shop,
                                  "SELECT amount_cents FROM cash_movements WHERE"
                                  " kind = 'correction' AND reason = 'taken back: flowers'",
                                  NULL),
                     1250);
    shop_expect(shop, move(shop, "pay_out", 1000, "stamps"));
    shop_expect(shop, close_with(shop, 9000, NULL));
    /* neither the closing nor, beyond it, the movement */
    assert_null(shop_undo(shop, &shop->owner));
    assert_int_equal(cash(shop, &session), 9000);
}

static void test_cash_and_cards_belong_to_the_session(void **state)
{
    struct shop *shop = *state;
    struct uuid session = open_with(shop, 10000);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending"); /* 39.90 */
    struct tender tender = {.method = "cash", .amount_cents = 2000, .tendered_cents = 5000};
    int64_t change;
    shop_expect(shop, order_pay(shop->store, &shop->owner, &order, &tender, &change, &shop->err));
    assert_int_equal(change, 3000);
    assert_int_equal(cash(shop, &session), 12000);
    shop_expect(shop, shop_pay(shop, &order, "card", 1990));
    assert_int_equal(cash(shop, &session), 12000);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM payments WHERE cash_session_id = ?1", &session),
        2);
    const struct uuid any = {{0}};
    shop_expect(shop,
                order_refund(shop->store, &shop->owner, &order, &any, 3990, "broken", &shop->err));
    assert_int_equal(cash(shop, &session), 10000);
    assert_int_equal(shop_integer(shop,
                                  "SELECT sum(amount_cents) FROM refunds"
                                  " WHERE cash_session_id = ?1",
                                  &session),
                     3990);
    shop_check(shop);
}

static void test_cash_waits_for_an_open_till_where_one_is_required(void **state)
{
    struct shop *shop = *state;
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    set_till(shop, "{\"required\":true}");
    assert_false(shop_pay(shop, &order, "cash", 1000));
    assert_non_null(strstr(shop->err.text, "The till of R1 is closed; open it"));
    shop_expect(shop, shop_pay(shop, &order, "card", 1000));
    open_with(shop, 0);
    shop_expect(shop, shop_pay(shop, &order, "cash", 1000));
}

static void test_a_till_of_another_terminal(void **state)
{
    struct shop *shop = *state;
    struct till_count none = amount(0);
    struct uuid session = open_with(shop, 100), found;
    /* this store is the one terminal, the register the other's */
    shop_expect(shop, store_script(shop->store,
                                   "INSERT INTO sync_state (name, value) VALUES ('terminal_id',"
                                   " '018f0000-0000-7000-8000-000000000001')",
                                   &shop->err));
    struct uuid other;
    assert_true(uuid_parse("018f0000-0000-7000-8000-000000000002", &other));
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    const struct change change = {.column = "terminal_id", .value = value_uuid(&other)};
    shop_expect(shop, record_update(operation, "registers", &shop->owner.register_id, &change, 1,
                                    &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    assert_int_equal(till_open_session(shop->store, &shop->owner.register_id, &found, &shop->err),
                     0);
    shop_expect_error(shop, till_open(shop->store, &shop->owner, &none, NULL, &shop->err),
                      ERROR_RULE, "The till of R1 stands at another terminal");
    shop_expect_error(shop, move(shop, "pay_in", 5, "x"), ERROR_RULE, "stands at");
    shop_expect_error(shop, close_with(shop, 100, NULL), ERROR_RULE, "stands at");
    assert_true(load(shop, &session).is_open);
}

static void test_rights(void **state)
{
    struct shop *shop = *state;
    struct actor nobody = {.user_id = {{7}},
                           .location_id = shop->owner.location_id,
                           .register_id = shop->owner.register_id};
    struct till_count opening = amount(0);
    shop_expect_error(shop, till_open(shop->store, &nobody, &opening, NULL, &shop->err),
                      ERROR_DENIED, "till.open");
    open_with(shop, 100);
    shop_expect_error(shop, till_move(shop->store, &nobody, "pay_in", 1, "x", &shop->err),
                      ERROR_DENIED, "till.edit");
    shop_expect_error(shop, till_close(shop->store, &nobody, &opening, NULL, NULL, &shop->err),
                      ERROR_DENIED, "till.close");
    shop_expect_error(shop, till_take_over(shop->store, &nobody, NULL, &shop->err), ERROR_DENIED,
                      "till.close");
}

static void test_a_difference_above_the_limit_needs_a_reason(void **state)
{
    struct shop *shop = *state;
    struct till_closing closing;
    struct uuid session = open_with(shop, 10000);
    struct till_count counted = amount(9899);
    shop_expect(shop, till_close_check(shop->store, &shop->owner, &counted, &closing, &shop->err));
    assert_int_equal(closing.expected_cents, 10000);
    assert_int_equal(closing.difference_cents, -101);
    assert_true(closing.needs_reason);
    shop_expect_error(shop, close_with(shop, 9899, NULL), ERROR_INPUT, "1.01 EUR is missing");
    assert_string_equal(shop->err.field, "reason");
    shop_expect_error(shop, close_with(shop, 10101, " "), ERROR_INPUT, "1.01 EUR is too much");
    assert_true(load(shop, &session).is_open);
    shop_expect(shop, close_with(shop, 9900, NULL)); /* the limit itself needs none */
    session = open_with(shop, 9900);
    shop_expect(shop, close_with(shop, 5000, "counted in the dark"));
    struct till_session closed = load(shop, &session);
    assert_false(closed.is_open);
    assert_int_equal(closed.z_number, 2);
    assert_int_equal(closed.expected_cents, 9900);
    assert_int_equal(closed.counted_cents, 5000);
    assert_int_equal(closed.difference_cents, -4900);
    assert_string_equal(closed.closed_by, "Olga Owner");
    assert_int_equal(
        shop_integer(shop,
                     "SELECT count(*) FROM messages AS m JOIN message_links AS l ON l.message_id ="
                     " m.id WHERE l.cash_session_id = ?1 AND m.message_type = 'system' AND"
                     " m.content = 'till R1 closed, difference -49.00 EUR'",
                     &session),
        1);
    shop_expect_error(shop, close_with(shop, 5000, NULL), ERROR_RULE, "R1 is closed");
}

static void test_nothing_unfinished_is_closed_over(void **state)
{
    struct shop *shop = *state;
    struct uuid draft = {{0}};
    open_with(shop, 0);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, close_with(shop, 0, NULL)); /* nobody paid on it: it waits */
    open_with(shop, 0);
    shop_expect(shop, shop_pay(shop, &order, "cash", 1000));
    shop_expect_error(shop, close_with(shop, 1000, NULL), ERROR_RULE, "is paid in part");
    shop_expect(shop, shop_pay(shop, &order, "cash", 2990));
    shop_expect(shop,
                draft_save(shop->store, "sale", &shop->owner.user_id, NULL,
                           "{\"basket\":{\"lines\":[{},{}]},\"tenders\":[]}", &draft, &shop->err));
    shop_expect_error(shop, close_with(shop, 3990, NULL), ERROR_RULE,
                      "Olga Owner's sale of 2 lines is not finished");
    shop_expect(shop, draft_save(shop->store, "sale", &shop->owner.user_id, NULL,
                                 "{\"basket\":{\"lines\":[]},\"tenders\":[]}", &draft, &shop->err));
    shop_expect(shop, close_with(shop, 3990, NULL));
}

static void test_left_open_overnight(void **state)
{
    struct shop *shop = *state;
    struct uuid session = open_with(shop, 0);
    shop->scratch.clock.now += 13 * INT64_C(3600) * SECOND_US; /* one o'clock at night */
    assert_true(load(shop, &session).is_overdue);
    shop_expect(shop, move(shop, "pay_in", 700, "late"));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM cash_movements"
                                  " WHERE business_day = '2026-11-20'",
                                  NULL),
                     1);
    shop_expect(shop, close_with(shop, 700, NULL));
    struct till_session closed = load(shop, &session);
    assert_string_equal(closed.day, "2026-11-20");
    assert_false(closed.is_overdue);
}

static void test_handed_over(void **state)
{
    struct shop *shop = *state;
    struct actor colleague = shop->cashier;
    struct uuid session = open_with(shop, 5000);
    struct till_count counted;
    shop_expect_error(shop, till_take_over(shop->store, &shop->owner, NULL, &shop->err), ERROR_RULE,
                      "in your hands already");
    shop_expect(shop, till_count_parse("50x1", "EUR", &counted, &shop->err));
    shop_expect(shop, till_take_over(shop->store, &colleague, &counted, &shop->err));
    assert_string_equal(load(shop, &session).keeper, colleague.name);
    assert_string_equal(load(shop, &session).opened_by, "Olga Owner");
    assert_int_equal(shop_integer(shop, "SELECT pieces FROM cash_counts WHERE kind = 'spot'", NULL),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_opened_by_pieces_and_only_once, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_float_is_one, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_cash_in_and_out, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_movement_is_taken_back_while_the_till_is_open,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_cash_and_cards_belong_to_the_session, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_cash_waits_for_an_open_till_where_one_is_required,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_till_of_another_terminal, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_rights, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_difference_above_the_limit_needs_a_reason,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_unfinished_is_closed_over, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_left_open_overnight, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_handed_over, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
