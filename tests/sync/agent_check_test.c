/* The weekly look at the store's file: when it is due, and what is said of a damaged one. */
#include "sync/agent_check.h"

#include "model/base/instant.h"
#include "tests/model/shop.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static bool check(struct shop *shop)
{
    bool is_damaged;
    shop_expect(shop, agent_check_store(shop->store, &is_damaged, &shop->err));
    return is_damaged;
}

static int64_t number(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

static int64_t checked_at(struct shop *shop)
{
    return number(shop, "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM sync_state"
                        " WHERE name = 'checked_at'");
}

static void test_a_week_passes(void **state)
{
    struct shop *shop = *state;
    assert_int_equal(checked_at(shop), 0);
    assert_false(check(shop));
    int64_t first = checked_at(shop);
    assert_true(first > 0);
    shop->scratch.clock.now += 7 * DAY_US - SECOND_US;
    assert_false(check(shop));
    assert_int_equal(checked_at(shop), first);
    shop->scratch.clock.now += SECOND_US;
    assert_false(check(shop));
    assert_true(checked_at(shop) >= first + 7 * DAY_US);
    assert_int_equal(number(shop, "SELECT count(*) FROM attention"), 0);
}

/* Over pages of a table that nothing else needs. */
static void damage(struct shop *shop)
{
    static const char noise[4096] = "This is no page.";
    shop_expect(shop, store_script(shop->store,
                                   "CREATE TABLE heap (body TEXT);"
                                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                   " WHERE i < 500) INSERT INTO heap SELECT hex(zeroblob(500)) FROM"
                                   " n; PRAGMA wal_checkpoint(TRUNCATE)",
                                   &shop->err));
    int64_t page = number(shop, "SELECT rootpage FROM sqlite_schema WHERE name = 'heap'");
    int file = open(shop->scratch.store, O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pwrite(file, noise, sizeof noise, (off_t)(page - 1) * 4096), sizeof noise);
    assert_int_equal(close(file), 0);
}

static void test_damage_waits_for_a_person(void **state)
{
    struct shop *shop = *state;
    assert_false(check(shop));
    damage(shop);
    struct store *fresh =
        store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, fresh != NULL);
    bool is_damaged = true;
    shop_expect(shop, agent_check_store(fresh, &is_damaged, &shop->err));
    assert_false(is_damaged); /* it is not due */
    shop->scratch.clock.now += 8 * DAY_US;
    shop_expect(shop, agent_check_store(fresh, &is_damaged, &shop->err));
    assert_true(is_damaged);
    store_close(fresh);
    assert_int_equal(number(shop, "SELECT count(*) FROM attention WHERE kind = 'store' AND reason"
                                  " LIKE '%damaged%'"),
                     1);
    assert_int_equal(number(shop, "SELECT count(*) FROM sync_log WHERE what = 'error'"), 1);
    assert_true(checked_at(shop) > shop->scratch.clock.now - DAY_US); /* not once a minute */
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_week_passes),
        TEST(damage_waits_for_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
