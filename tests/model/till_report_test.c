/* What a till's reports add up to, that a Z report stays as it was, and that the money in the till
 * is always what came in less what went out. */
#include "model/till/till_report.h"

#include "model/base/instant.h"
#include "model/counter/sale.h"
#include "model/till/till_verify.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct uuid open_with(struct shop *shop, int64_t cents)
{
    struct uuid session;
    const struct till_count opening = {.amount_cents = cents};
    shop_expect(shop, till_open(shop->store, &shop->owner, &opening, &session, &shop->err));
    return session;
}

static void close_with(struct shop *shop, int64_t cents)
{
    const struct till_count counted = {.amount_cents = cents};
    shop_expect(shop,
                till_close(shop->store, &shop->owner, &counted, "counted twice", NULL, &shop->err));
}

static int64_t number(const json_t *of, const char *name)
{
    const json_t *value = json_object_get(of, name);
    if (!json_is_integer(value))
        fail_msg("there is no %s", name);
    return json_integer_value(value);
}

static const json_t *with(const json_t *rows, const char *name, const char *value)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) if (strcmp(json_string_value(json_object_get(row, name)),
                                                value) == 0) return row;
    fail_msg("there is no %s %s", name, value);
    return NULL;
}

static struct till_report read_report(struct shop *shop, const struct uuid *session)
{
    struct till_report report;
    shop_expect(shop, till_report_read(shop->store, session, &report, &shop->err));
    return report;
}

static bool has_line(const struct till_report *report, struct arena *arena, const char *left,
                     const char *right)
{
    struct report_line *lines;
    size_t count = till_report_lines(report, "Europe/Berlin", arena, &lines);
    for (size_t i = 0; i < count; i++)
        if (strcmp(lines[i].left, left) == 0 && strcmp(lines[i].right, right) == 0)
            return true;
    return false;
}

static void sell(struct shop *shop, const char *code, const char *method, int64_t tendered)
{
    struct sale sale;
    struct sale_found found;
    struct sale_result result;
    struct sale_tender tender = {.tendered_cents = tendered};
    snprintf(tender.method, sizeof tender.method, "%s", method);
    shop_expect(shop, sale_init(&sale, shop->store, &shop->err));
    shop_expect(shop, sale_scan(&sale, shop->store, code, &found, &shop->err));
    shop_expect(shop, sale_tender_add(&sale, shop->store, &tender, &shop->err));
    shop_expect(shop, sale_finish(&sale, shop->store, &shop->owner, &result, &shop->err));
    sale_done(&sale);
}

static void throw_away(struct shop *shop)
{
    struct sale sale;
    struct sale_found found;
    shop_expect(shop, sale_init(&sale, shop->store, &shop->err));
    shop_expect(shop, sale_scan(&sale, shop->store, "ROLL-25", &found, &shop->err));
    shop_expect(shop,
                sale_void(&sale, shop->store, &shop->owner, "changed their mind", &shop->err));
    sale_done(&sale);
    shop_expect(shop, sale_no_sale(shop->store, &shop->owner, "change", &shop->err));
}

/* Two sales, one of which is given back, a third that is thrown away. */
static void test_a_day_at_the_till(void **state)
{
    struct shop *shop = *state;
    struct uuid session = open_with(shop, 10000);
    sell(shop, "4006381333931", "cash", 5000); /* 39.90 */
    sell(shop, "2*ROLL-25", "card", 0);        /* 17.00 */
    throw_away(shop);
    struct till_report report = read_report(shop, &session);
    const json_t *sums = json_array_get(json_object_get(report.figures, "currencies"), 0);
    assert_int_equal(number(sums, "sales"), 2);
    assert_int_equal(number(sums, "sold_cents"), 5690);
    assert_int_equal(number(sums, "total_cents"), 5690);
    assert_int_equal(number(sums, "cancelled"), 0);
    const json_t *tax = json_array_get(json_object_get(sums, "taxes"), 0);
    assert_int_equal(number(tax, "bp"), 1900);
    assert_int_equal(number(tax, "gross_cents"), 5690);
    assert_int_equal(number(tax, "net_cents") + number(tax, "tax_cents"), 5690);
    assert_int_equal(number(tax, "tax_cents"), 637 + 271);
    const json_t *tenders = json_object_get(sums, "tenders");
    assert_int_equal(number(with(tenders, "method", "cash"), "cents"), 3990);
    assert_int_equal(number(with(tenders, "method", "card"), "cents"), 1700);
    assert_int_equal(number(report.figures, "expected_cents"), 13990);
    assert_int_equal(number(report.figures, "voids"), 1);
    assert_int_equal(number(report.figures, "voided_cents"), 850);
    assert_int_equal(number(report.figures, "no_sales"), 1);
    const json_t *receipts = json_array_get(json_object_get(report.figures, "receipts"), 0);
    assert_string_equal(json_string_value(json_object_get(receipts, "first")), "R1-S000001");
    assert_string_equal(json_string_value(json_object_get(receipts, "last")), "R1-S000002");
    assert_int_equal(number(receipts, "count"), 2);
    assert_true(has_line(&report, shop->arena, "X report", ""));
    assert_true(has_line(&report, shop->arena, "Expected", "139.90"));
    till_report_done(&report);
    shop_check(shop);
}

static void test_what_is_cancelled_later_comes_off_the_later_report(void **state)
{
    struct shop *shop = *state;
    struct uuid first = open_with(shop, 0);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    close_with(shop, 0);
    struct uuid second = open_with(shop, 0);
    shop_move(shop, &order, "cancelled");
    close_with(shop, 0);
    struct till_report before = read_report(shop, &first), after = read_report(shop, &second);
    const json_t *sold = json_array_get(json_object_get(before.figures, "currencies"), 0);
    const json_t *gone = json_array_get(json_object_get(after.figures, "currencies"), 0);
    assert_int_equal(number(sold, "total_cents"), 3990);
    assert_int_equal(number(gone, "sales"), 0);
    assert_int_equal(number(gone, "cancelled"), 1);
    assert_int_equal(number(gone, "total_cents"), -3990);
    assert_int_equal(number(json_array_get(json_object_get(gone, "taxes"), 0), "gross_cents"),
                     -3990);
    till_report_done(&before);
    till_report_done(&after);
}

static void test_a_blind_count_sees_nothing_before(void **state)
{
    struct shop *shop = *state;
    const struct change setting[] = {
        {.column = "name", .value = value_text("till")},
        {.column = "value", .value = value_text("{\"blind\":true,\"limit_cents\":0}")},
    };
    shop_insert(shop, "app_settings", setting, 2);
    struct uuid session = open_with(shop, 10000);
    sell(shop, "4006381333931", "cash", 5000);
    struct till_report report = read_report(shop, &session);
    assert_true(report.is_blind);
    assert_null(json_object_get(report.figures, "expected_cents"));
    assert_null(json_object_get(report.figures, "currencies"));
    assert_true(has_line(&report, shop->arena, "Sums are shown once it is counted", ""));
    till_report_done(&report);
    shop_expect_error(shop, till_move(shop->store, &shop->owner, "drop", 20000, "safe", &shop->err),
                      ERROR_RULE, "That much is not in the till");
    const struct till_count counted = {.amount_cents = 13989};
    shop_expect_error(shop, till_close(shop->store, &shop->owner, &counted, NULL, NULL, &shop->err),
                      ERROR_INPUT, "0.01 EUR is missing");
    close_with(shop, 13989);
    report = read_report(shop, &session);
    assert_int_equal(number(report.figures, "expected_cents"), 13990);
    till_report_done(&report);
}

static void test_money_of_another_currency_is_not_in_the_count(void **state)
{
    struct shop *shop = *state;
    struct uuid session = open_with(shop, 1000);
    const struct change foreign[] = {
        {.column = "register_id", .value = value_uuid(&shop->owner.register_id)},
        {.column = "cash_session_id", .value = value_uuid(&session)},
        {.column = "method", .value = value_text("cash")},
        {.column = "status", .value = value_text("captured")},
        {.column = "amount_cents", .value = value_integer(700)},
        {.column = "currency", .value = value_text("CHF")},
        {.column = "business_day", .value = value_text("2026-11-20")},
    };
    shop_insert(shop, "payments", foreign, sizeof foreign / sizeof foreign[0]);
    struct till_report report = read_report(shop, &session);
    const json_t *all = json_object_get(report.figures, "currencies");
    assert_int_equal(json_array_size(all), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(all, 0), "currency")),
                        "EUR");
    const json_t *francs = with(all, "currency", "CHF");
    assert_int_equal(number(with(json_object_get(francs, "tenders"), "method", "cash"), "cents"),
                     700);
    assert_int_equal(number(report.figures, "expected_cents"), 1000);
    till_report_done(&report);
}

static void test_a_currency_without_cents(void **state)
{
    struct shop *shop = *state;
    struct till_count counted;
    struct uuid session = open_with(shop, 20000);
    sell(shop, "4006381333931", "cash", 5000); /* 3,990 yen */
    shop_expect(shop, till_count_parse("10000x2,1000x3,500x1,100x4,50x1,10x4", "JPY", &counted,
                                       &shop->err));
    shop_expect(shop, till_close(shop->store, &shop->owner, &counted, NULL, NULL, &shop->err));
    struct till_report report = read_report(shop, &session);
    assert_int_equal(report.session.difference_cents, 0);
    assert_true(has_line(&report, shop->arena, "3 x 1,000", "3,000"));
    assert_true(has_line(&report, shop->arena, "Counted", "23,990"));
    till_report_done(&report);
}

static void test_counts_that_are_none(void **state)
{
    static const struct {
        const char *text, *currency, *words;
    } cases[] = {{"", "EUR", "what was counted"},
                 {"3x5", "EUR", "no coin or note of 3"},
                 {"50x1.5", "EUR", "counted whole"},
                 {"50x-1", "EUR", "counted whole"},
                 {"50x1000001", "EUR", "too many"},
                 {"50x", "EUR", "50x"},
                 {"50x3,20", "EUR", "such as 0.50x12"},
                 {"-1", "EUR", "never below zero"},
                 {"0.05x1", "USD", NULL},
                 {"0.02x1", "USD", "no coin or note"},
                 {"1.234", "EUR", "1.234"},
                 {"12.345", "KWD", NULL},
                 {"0.250x2,20x1", "KWD", NULL},
                 {"5.5", "JPY", "5.5"},
                 {"100x1", "XTS", "no coin or note"},
                 {"100", "XTS", NULL},
                 {"50x1,50x1000000", "EUR", "too many"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = {0};
        struct till_count count;
        bool is_read = till_count_parse(cases[i].text, cases[i].currency, &count, &err);
        if (is_read != (cases[i].words == NULL) ||
            (!is_read && strstr(err.text, cases[i].words) == NULL))
            fail_msg("'%s' in %s: %s", cases[i].text, cases[i].currency, err.text);
    }
}

static struct till_verified verify(struct shop *shop)
{
    struct till_verified found;
    shop_expect(shop, till_verify(shop->store, shop->arena, &found, &shop->err));
    return found;
}

/* Changes the file itself, past everything that guards it. */
static void tamper(struct shop *shop, const char *sql)
{
    struct till_verified found;
    shop_expect(shop, store_begin(shop->store, &shop->err));
    shop_expect(shop, store_script(shop->store, sql, &shop->err));
    found = verify(shop);
    store_rollback(shop->store);
    if (found.count != 1)
        fail_msg("'%s' is not seen", sql);
}

static void test_each_report_follows_the_one_before(void **state)
{
    struct shop *shop = *state;
    for (int i = 0; i < 4; i++) {
        open_with(shop, 1000);
        shop_expect(shop, till_move(shop->store, &shop->owner, "pay_in", 100 + i, "x", &shop->err));
        close_with(shop, 1100 + i);
    }
    struct till_verified found = verify(shop);
    assert_int_equal(found.reports, 4);
    assert_int_equal(found.unchained, 0);
    assert_int_equal(found.count, 0);
    tamper(shop, "UPDATE cash_sessions SET counted_cents = 1, difference_cents = 1 - expected_cents"
                 " WHERE z_number = 2");
    tamper(shop, "UPDATE cash_sessions SET notes = 'stolen' WHERE z_number = 1");
    tamper(shop, "UPDATE cash_sessions SET report = replace(report, '1101', '1102')"
                 " WHERE z_number = 2");
    tamper(shop, "UPDATE cash_sessions SET report = NULL, hash = NULL, prev_hash = NULL"
                 " WHERE z_number = 3");
    tamper(shop, "UPDATE cash_sessions SET z_number = 9 WHERE z_number = 4");
    tamper(shop, "UPDATE cash_sessions SET hash = zeroblob(32) WHERE z_number = 4");
    tamper(shop, "INSERT INTO cash_movements (id, tenant_id, cash_session_id, kind, amount_cents,"
                 " reason, business_day) SELECT uuidv7(), tenant_id, id, 'pay_in', 5, 'late',"
                 " business_day FROM cash_sessions WHERE z_number = 4");
    shop_expect(shop, store_begin(shop->store, &shop->err));
    shop_expect(shop, store_script(shop->store, "DELETE FROM cash_sessions WHERE z_number = 2",
                                   &shop->err));
    found = verify(shop);
    store_rollback(shop->store);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.breaks[0].code, "R1");
    assert_int_equal(found.breaks[0].z_number, 2);
    assert_string_equal(found.breaks[0].words, "is missing");
    assert_int_equal(verify(shop).count, 0);
}

/* Rows as they come, of every method, currency and state, in a transaction that is thrown away, so
 * that refunds need no order. */
enum { EVENTS = 100000, SESSIONS = 3 };

struct history {
    struct shop *shop;
    uint64_t seed;
    struct uuid sessions[SESSIONS];
    int64_t in_till[SESSIONS];
};

static int64_t below(struct history *history, int64_t limit)
{
    history->seed = history->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((history->seed >> 33) % (uint64_t)limit);
}

static void happen(struct history *history)
{
    static const char *const methods[] = {"cash", "card", "gift_card", "cash"};
    static const char *const states[] = {"captured", "pending",  "refunded",
                                         "failed",   "captured", "partially_refunded"};
    static const char *const kinds[] = {"pay_in", "pay_out", "drop", "correction"};
    struct store *store = history->shop->store;
    size_t at = (size_t)below(history, SESSIONS);
    int64_t cents = 1 + below(history, 100000), change = below(history, 5000);
    const char *method = methods[below(history, 4)], *state = states[below(history, 6)];
    const char *currency = below(history, 10) == 0 ? "CHF" : "EUR",
               *kind = kinds[below(history, 4)];
    bool is_cash = strcmp(method, "cash") == 0 && strcmp(currency, "EUR") == 0;
    bool is_taken = strcmp(state, "pending") != 0 && strcmp(state, "failed") != 0;
    bool is_in = strcmp(kind, "pay_in") == 0 || (strcmp(kind, "correction") == 0 && change > 2500);
    struct error *err = &history->shop->err;
    bool is_done;
    switch (below(history, 4)) {
    case 0:
    case 1:
        is_done = store_run(store,
                            "INSERT INTO payments (tenant_id, cash_session_id, method, status,"
                            " amount_cents, tendered_cents, change_cents, currency, business_day)"
                            " SELECT tenant_id, id, ?2, ?3, ?4, ?4 + ?5, ?5, ?6, business_day"
                            " FROM cash_sessions WHERE id = ?1",
                            err, "uttiit", &history->sessions[at], method, state, cents, change,
                            currency);
        history->in_till[at] += is_cash && is_taken ? cents + change - change : 0;
        break;
    case 2:
        is_done = store_run(store,
                            "INSERT INTO refunds (tenant_id, cash_session_id, order_id, method,"
                            " amount_cents, currency, business_day) SELECT tenant_id, id, uuidv7(),"
                            " ?2, ?3, ?4, business_day FROM cash_sessions WHERE id = ?1",
                            err, "utit", &history->sessions[at], method, cents, currency);
        history->in_till[at] -= is_cash ? cents : 0;
        break;
    default:
        is_done = store_run(store,
                            "INSERT INTO cash_movements (tenant_id, cash_session_id, kind,"
                            " amount_cents, reason, business_day) SELECT tenant_id, id, ?2, ?3,"
                            " 'x', business_day FROM cash_sessions WHERE id = ?1",
                            err, "uti", &history->sessions[at], kind, is_in ? cents : -cents);
        history->in_till[at] += is_in ? cents : -cents;
    }
    shop_expect(history->shop, is_done);
}

static void test_the_money_in_the_till_is_what_came_less_what_went(void **state)
{
    struct shop *shop = *state;
    struct history history = {.shop = shop, .seed = 20261120};
    for (size_t i = 0; i < SESSIONS; i++) {
        history.in_till[i] = (int64_t)i * 10000;
        history.sessions[i] = open_with(shop, history.in_till[i]);
        if (i + 1 < SESSIONS)
            close_with(shop, history.in_till[i]);
    }
    shop_expect(shop, store_begin(shop->store, &shop->err));
    for (int i = 1; i <= EVENTS; i++) {
        happen(&history);
        for (size_t k = 0; i % (EVENTS / 20) == 0 && k < SESSIONS; k++) {
            int64_t cents;
            shop_expect(shop, till_cash(shop->store, &history.sessions[k], &cents, &shop->err));
            if (cents != history.in_till[k])
                fail_msg("after %d events %lld, not %lld", i, (long long)cents,
                         (long long)history.in_till[k]);
        }
    }
    store_rollback(shop->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_day_at_the_till, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_cancelled_later_comes_off_the_later_report,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_blind_count_sees_nothing_before, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_money_of_another_currency_is_not_in_the_count,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_currency_without_cents, shop_setup_yen,
                                        shop_teardown),
        cmocka_unit_test(test_counts_that_are_none),
        cmocka_unit_test_setup_teardown(test_each_report_follows_the_one_before, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_the_money_in_the_till_is_what_came_less_what_went,
                                        shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
