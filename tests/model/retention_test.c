/* How long rows are kept: rules as rows, what they spare, and what refers to rows that go. */
#include "model/privacy/retention.h"

#include "model/base/instant.h"
#include "model/store/store_sql.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct uuid add_rule(struct shop *shop, const char *table, const char *status,
                            const char *action, int64_t days)
{
    const struct change changes[] = {
        {.column = "subject_table", .value = value_text(table)},
        {.column = "only_status", .value = value_text(status)},
        {.column = "action", .value = value_text(action)},
        {.column = "keep_days", .value = value_integer(days)},
    };
    return shop_insert(shop, "retention_policies", changes, sizeof changes / sizeof changes[0]);
}

static struct uuid add_lead(struct shop *shop, const char *name, int64_t days_ago)
{
    struct change change = {.column = "name", .value = value_text(name)};
    struct uuid id = shop_insert(shop, "leads", &change, 1);
    shop_expect(shop, store_begin(shop->store, &shop->err));
    store_set_overlay(shop->store, true);
    shop_expect(shop,
                store_run(shop->store, "UPDATE leads SET created_at = ?2 WHERE id = ?1", &shop->err,
                          "ui", &id, env_now(&shop->scratch.env) - days_ago * DAY_US));
    store_set_overlay(shop->store, false);
    shop_expect(shop, store_commit(shop->store, &shop->err));
    return id;
}

static struct retention_line line_of(struct shop *shop, bool is_dry, const char *table)
{
    struct retention done;
    shop_expect(shop,
                retention_run(shop->store, &shop->owner, is_dry, shop->arena, &done, &shop->err));
    for (size_t i = 0; i < done.count; i++)
        if (strcmp(done.lines[i].table, table) == 0)
            return done.lines[i];
    fail_msg("no rule for %s", table);
    return (struct retention_line){0};
}

static void add_visit(struct shop *shop, int64_t days_ago, bool converts)
{
    int64_t at = env_now(&shop->scratch.env) - days_ago * DAY_US;
    const char token[] = {'t', (char)('0' + days_ago % 10), (char)('0' + days_ago / 10 % 10), '\0'};
    const struct change visit[] = {
        {.column = "session_token", .value = value_text(token)},
        {.column = "started_at", .value = value_integer(at)},
    };
    struct uuid id = shop_insert(shop, "visitor_sessions", visit, 2);
    if (!converts)
        return;
    const struct change named[] = {{.column = "name", .value = value_text("Bought")},
                                   {.column = "goal_type", .value = value_text("event")},
                                   {.column = "event_type", .value = value_text("order")}};
    struct uuid goal = shop_insert(shop, "conversion_goals", named, 3);
    const struct change conversion[] = {
        {.column = "conversion_goal_id", .value = value_uuid(&goal)},
        {.column = "visitor_session_id", .value = value_uuid(&id)},
    };
    shop_insert(shop, "conversions", conversion, 2);
}

static void rows_go_by_age_and_what_refers_to_them_stays(void **state)
{
    struct shop *shop = *state;
    add_visit(shop, 366, true);
    add_visit(shop, 364, false);
    assert_int_equal(line_of(shop, true, "visitor_sessions").rows, 1);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM visitor_sessions", NULL), 2);
    assert_int_equal(line_of(shop, false, "visitor_sessions").rows, 1);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM visitor_sessions", NULL), 1);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM conversions WHERE visitor_session_id IS NULL",
                     NULL),
        1);
    assert_int_equal(line_of(shop, false, "visitor_sessions").rows, 0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM audit_logs WHERE action = 'retention'", NULL), 1);
    shop_check(shop);
}

static void old_rows_are_anonymised_once(void **state)
{
    struct shop *shop = *state;
    struct uuid old = add_lead(shop, "Old Lead", 40), young = add_lead(shop, "Young Lead", 20);
    add_rule(shop, "leads", "", "anonymise", 30);
    assert_int_equal(line_of(shop, false, "leads").rows, 1);
    assert_int_equal(
        shop_integer(shop, "SELECT name = 'erased person 0000' FROM leads WHERE id = ?1", &old), 1);
    assert_int_equal(
        shop_integer(shop, "SELECT name = 'Young Lead' FROM leads WHERE id = ?1", &young), 1);
    assert_int_equal(line_of(shop, false, "leads").rows, 0);
}

static void rules_that_can_do_harm_do_nothing(void **state)
{
    struct shop *shop = *state;
    add_rule(shop, "payments", "", "delete", 1);
    add_rule(shop, "leads", "", "delete", 1);
    add_rule(shop, "carts", "", "archive", 1);
    add_lead(shop, "Lead", 40);
    assert_string_equal(line_of(shop, false, "payments").why_not,
                        "rows of this table do not go by age");
    assert_non_null(strstr(line_of(shop, false, "leads").why_not, "not deleted"));
    assert_non_null(strstr(line_of(shop, false, "carts").why_not, "orders alone"));
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM leads", NULL), 1);
    struct retention done;
    shop_expect_error(
        shop, retention_run(shop->store, &shop->cashier, true, shop->arena, &done, &shop->err),
        ERROR_DENIED, "privacy.manage");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(rows_go_by_age_and_what_refers_to_them_stays),
        TEST(old_rows_are_anonymised_once),
        TEST(rules_that_can_do_harm_do_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
