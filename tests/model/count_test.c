/* Counting: what adds up, what takes the place of what, the level that it is held against, and what
 * is booked. */
#include "model/stock/count.h"
#include "model/stock/receive.h"
#include "model/store/store_sql.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)

static const struct count_scope whole = {.kind = "full"};

static void have(struct shop *shop, const struct uuid *variant, int64_t milli)
{
    const struct stock_receipt line = {.variant_id = *variant,
                                       .location_id = shop->owner.location_id,
                                       .quantity_milli = milli,
                                       .unit_cost_cents = -1};
    shop_expect(shop, stock_receive_freely(shop->store, &shop->owner, &line, 1, &shop->err));
}

static struct uuid begin(struct shop *shop, const struct count_scope *scope)
{
    struct uuid id;
    shop_expect(shop, count_open(shop->store, &shop->owner, &shop->owner.location_id, scope, &id,
                                 &shop->err));
    return id;
}

static bool find(struct shop *shop, const struct uuid *count, const char *shelf,
                 const struct uuid *variant, int64_t milli, bool is_anew)
{
    const struct count_entry entry = {*variant, milli, is_anew};
    shop->scratch.clock.now += SECOND;
    return count_add(shop->store, &shop->owner, count, shelf, &entry, 1, &shop->err);
}

/* Read alone the line says what it says among all. */
static void check_alone(struct shop *shop, const struct count *count, const struct count_line *line)
{
    struct count_line alone;
    int found =
        count_line_of(shop->store, count, &line->variant_id, shop->arena, &alone, &shop->err);
    assert_int_equal(found, line->is_counted);
    if (found == 0)
        return;
    assert_string_equal(alone.name, line->name);
    assert_int_equal(alone.counted_milli, line->counted_milli);
    assert_int_equal(alone.expected_milli, line->expected_milli);
    assert_int_equal(alone.counted_at, line->counted_at);
    assert_true(alone.is_counted);
}

/* Counted, expected and difference of the goods; the first is -1 where they were not counted. */
static struct count_line line_of(struct shop *shop, const struct uuid *id,
                                 const struct uuid *variant)
{
    struct count count;
    struct count_line *lines;
    shop_expect(shop, count_load(shop->store, id, shop->arena, &count, &shop->err) == 1);
    int found = count_lines(shop->store, &count, shop->arena, &lines, &shop->err);
    shop_expect(shop, found >= 0);
    for (int i = 0; i < found; i++)
        if (uuid_equal(&lines[i].variant_id, variant)) {
            check_alone(shop, &count, &lines[i]);
            return lines[i];
        }
    return (struct count_line){.counted_milli = -1};
}

static bool close_it(struct shop *shop, const struct uuid *count, bool is_rest_none)
{
    shop->scratch.clock.now += SECOND;
    return count_close(shop->store, &shop->owner, count, is_rest_none, &shop->err);
}

static void test_lines_add_up_and_the_difference_is_booked(void **state)
{
    struct shop *shop = *state;
    have(shop, &shop->paint, 12000);
    have(shop, &shop->roller, 3000);
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 1000, false));
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 9000, false));
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 10000);
    assert_int_equal(line_of(shop, &count, &shop->paint).expected_milli, 12000);
    assert_false(line_of(shop, &count, &shop->roller).is_counted);
    shop_expect(shop, close_it(shop, &count, false));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 10000);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 3000); /* left as it was */
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM stock_movements WHERE reason = 'count'", NULL), 1);
    shop_expect_error(shop, find(shop, &count, NULL, &shop->paint, 1000, false), ERROR_RULE,
                      "is closed");
    shop_expect_error(shop, close_it(shop, &count, false), ERROR_RULE, "is closed");
    shop_check(shop);
}

static void test_what_nobody_found_is_none(void **state)
{
    struct shop *shop = *state;
    have(shop, &shop->paint, 12000);
    have(shop, &shop->roller, 3000);
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 12000, false));
    shop_expect(shop, close_it(shop, &count, true));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 12000);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 0);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(shop_on_hand(shop, &shop->roller), 3000);
    shop_check(shop);
}

/* Sold while others still count; and sold before by a register whose sale comes in later. */
static void test_sales_during_a_count_are_no_loss(void **state)
{
    struct shop *shop = *state;
    have(shop, &shop->paint, 12000);
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 12000, false));
    shop->scratch.clock.now += SECOND;
    shop_order(shop, &shop->paint, 2, "pending");
    assert_int_equal(line_of(shop, &count, &shop->paint).expected_milli, 12000);
    shop_expect(shop, close_it(shop, &count, false));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 10000);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM stock_movements WHERE reason = 'count'", NULL), 0);
}

static void move_at(struct shop *shop, const struct uuid *variant, int64_t milli, int64_t at)
{
    struct operation *operation =
        operation_begin(shop->store, "stock.adjust", &shop->owner, &shop->err);
    const struct stock_movement movement = {.variant_id = *variant,
                                            .location_id = shop->owner.location_id,
                                            .quantity_milli = milli,
                                            .reason = "sale",
                                            .occurred_at = at};
    shop_expect(shop, operation != NULL && stock_write(operation, &movement, &shop->err) &&
                          operation_commit(operation, &shop->err));
}

static void test_what_comes_late_is_settled_once(void **state)
{
    struct shop *shop = *state;
    have(shop, &shop->paint, 12000);
    shop->scratch.clock.now += SECOND;
    const int64_t before = shop->scratch.clock.now;
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 9000, false));
    shop_expect(shop, close_it(shop, &count, false));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 9000);
    move_at(shop, &shop->paint, -3000, before); /* the three were sold, not lost */
    assert_int_equal(shop_on_hand(shop, &shop->paint), 6000);
    const struct actor nobody = {.name = "worker"}; /* a program that looks after the shop */
    assert_int_equal(count_settle(shop->store, &nobody, &shop->err), 1);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 9000);
    assert_int_equal(count_settle(shop->store, &shop->owner, &shop->err), 0);
    shop->scratch.clock.now += SECOND;
    move_at(shop, &shop->paint, -1000, shop->scratch.clock.now);
    assert_int_equal(count_settle(shop->store, &shop->owner, &shop->err), 0);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 8000);
    shop_check(shop);
}

/* The last count of goods is the one that holds. */
static void test_an_earlier_count_is_not_settled(void **state)
{
    struct shop *shop = *state;
    have(shop, &shop->paint, 12000);
    struct uuid first = begin(shop, &whole), second = begin(shop, &whole);
    const int64_t before = shop->scratch.clock.now;
    shop_expect(shop, find(shop, &first, NULL, &shop->paint, 10000, false));
    shop_expect(shop, find(shop, &second, NULL, &shop->paint, 7000, false));
    shop_expect(shop, close_it(shop, &second, false));
    shop_expect(shop, close_it(shop, &first, false)); /* books as of its own, earlier instant */
    move_at(shop, &shop->paint, -1000, before);
    assert_true(count_settle(shop->store, &shop->owner, &shop->err) >= 0);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 7000);
}

static void test_a_shelf_that_two_terminals_counted_counts_once(void **state)
{
    struct shop *shop = *state;
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, "A3", &shop->paint, 4000, false));
    shop_expect(shop, find(shop, &count, "A4", &shop->paint, 5000, false));
    shop_expect(shop, find(shop, &count, " a3 ", &shop->paint, 1000, false));
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 10000);
    shop_expect(shop, store_run(shop->store,
                                "INSERT INTO sync_state (name, value) VALUES ('terminal_id', "
                                "'00000000-0000-7000-8000-000000000077')",
                                &shop->err, ""));
    shop_expect(shop, find(shop, &count, "A3", &shop->paint, 5500, false));
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 10500);
    shop_expect(shop,
                find(shop, &count, NULL, &shop->paint, 500, false)); /* without a name: adds */
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 11000);
}

static void test_counted_anew(void **state)
{
    struct shop *shop = *state;
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 4000, false));
    shop_expect(shop, find(shop, &count, "A3", &shop->paint, 4000, false));
    shop_expect(shop, find(shop, &count, NULL, &shop->roller, 1000, false));
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 7000, true));
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 7000);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 1000, false));
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 8000);
    assert_int_equal(line_of(shop, &count, &shop->roller).counted_milli, 1000);
    shop_expect(shop, find(shop, &count, NULL, &shop->roller, 0, true));
    assert_int_equal(line_of(shop, &count, &shop->roller).counted_milli, 0);
    assert_true(line_of(shop, &count, &shop->roller).is_counted);
}

static void test_a_slip_is_undone(void **state)
{
    struct shop *shop = *state;
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 4000, false));
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 40000, false));
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: counted 1 line for C-R1-000001");
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 4000);
    const struct count_entry twice[] = {
        {shop->paint, 1000, false}, {shop->roller, 2000, false}, {shop->paint, 2000, false}};
    shop->scratch.clock.now += SECOND;
    shop_expect(shop, count_add(shop->store, &shop->owner, &count, NULL, twice, 3, &shop->err));
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 7000);
    shop->scratch.clock.now += SECOND;
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, 4000);
    assert_int_equal(line_of(shop, &count, &shop->roller).counted_milli, 0);
}

static void test_closing_is_undone_and_done_again(void **state)
{
    struct shop *shop = *state;
    have(shop, &shop->paint, 12000);
    struct uuid count = begin(shop, &whole);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 10000, false));
    shop_expect(shop, close_it(shop, &count, false));
    shop->scratch.clock.now += SECOND;
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: count C-R1-000001 closed");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 12000);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 1000, false));
    shop_expect(shop, close_it(shop, &count, false));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 11000);
    assert_int_equal(count_settle(shop->store, &shop->owner, &shop->err), 0);
    shop_check(shop);
}

static void test_a_category_and_what_is_due(void **state)
{
    struct shop *shop = *state;
    have(shop, &shop->paint, 12000);
    have(shop, &shop->roller, 3000);
    const struct change above[] = {{.column = "name", .value = value_text("Paints")},
                                   {.column = "slug", .value = value_text("paints")}};
    struct uuid paints = shop_insert(shop, "categories", above, 2);
    const struct change below[] = {{.column = "name", .value = value_text("Latex")},
                                   {.column = "slug", .value = value_text("latex")},
                                   {.column = "parent_id", .value = value_uuid(&paints)}};
    struct uuid latex = shop_insert(shop, "categories", below, 3);
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    const struct change into = {.column = "category_id", .value = value_uuid(&latex)};
    shop_expect(shop, record_update(operation, "products", &shop->paint, &into, 1, &shop->err) &&
                          operation_commit(operation, &shop->err));
    struct count_scope scope = {.kind = "cycle", .category_id = paints, .is_blind = true};
    struct uuid count = begin(shop, &scope);
    assert_int_equal(line_of(shop, &count, &shop->paint).expected_milli, 12000);
    assert_int_equal(line_of(shop, &count, &shop->roller).counted_milli, -1);
    shop_expect(shop, find(shop, &count, NULL, &shop->paint, 12000, false));
    shop_expect(shop, close_it(shop, &count, true));
    assert_int_equal(shop_on_hand(shop, &shop->roller), 3000); /* outside of the scope */

    scope = (struct count_scope){.kind = "cycle",
                                 .counted_before = shop->scratch.clock.now - 60 * SECOND};
    count = begin(shop, &scope);
    assert_int_equal(line_of(shop, &count, &shop->paint).counted_milli, -1); /* counted just now */
    assert_int_equal(line_of(shop, &count, &shop->roller).expected_milli, 3000);
    scope.counted_before = shop->scratch.clock.now + 3600 * SECOND;
    count = begin(shop, &scope);
    assert_int_equal(line_of(shop, &count, &shop->paint).expected_milli, 12000);
    scope.counted_before = 0;
    shop_expect_error(
        shop,
        count_open(shop->store, &shop->owner, &shop->owner.location_id, &scope, &count, &shop->err),
        ERROR_INPUT, "what the count is about");
}

static void read_is(struct shop *shop, const char *text, int64_t milli)
{
    struct sellable goods;
    int64_t read = -1;
    shop_expect(shop, count_read(shop->store, text, shop->arena, &goods, &read, &shop->err));
    assert_int_equal(read, milli);
}

static void test_scans(void **state)
{
    struct shop *shop = *state;
    struct sellable goods;
    int64_t milli;
    read_is(shop, "4006381333931", 1000);
    read_is(shop, " 12*4006381333931\r\n", 12000);
    read_is(shop, "0.5 * ROLL-25", 500);
    read_is(shop, "0*ROLL-25", 0);
    static const struct {
        const char *text;
        enum error_code code;
        const char *words;
    } bad[] = {
        {"", ERROR_NOT_FOUND, "no goods"},
        {"12*", ERROR_NOT_FOUND, "no goods"},
        {"x*ROLL-25", ERROR_NOT_FOUND, "no goods"},
        {"-1*ROLL-25", ERROR_INPUT, "how many are there"},
        {"1000000001*ROLL-25", ERROR_INPUT, "how many are there"},
        {"9*nothing", ERROR_NOT_FOUND, "nothing"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        shop_expect_error(
            shop, count_read(shop->store, bad[i].text, shop->arena, &goods, &milli, &shop->err),
            bad[i].code, bad[i].words);
}

static void test_rights_and_edges(void **state)
{
    struct shop *shop = *state;
    struct uuid count = begin(shop, &whole);
    struct actor nobody = shop->cashier;
    const struct count_entry one = {shop->paint, 1000, false};
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM user_roles WHERE user_id = ?1",
                                  &nobody.user_id) > 0,
                     1);
    struct count_progress progress;
    struct count loaded;
    shop_expect(shop, count_load(shop->store, &count, shop->arena, &loaded, &shop->err) == 1);
    shop_expect(shop, count_progress(shop->store, &loaded, &progress, &shop->err));
    assert_int_equal(progress.expected, 0);
    shop_expect_error(shop, find(shop, &count, NULL, &shop->paint, -1, false), ERROR_INPUT,
                      "0 or more");
    shop_expect_error(shop, find(shop, &count, NULL, &shop->advice, 1000, false), ERROR_RULE,
                      "not kept in stock");
    struct uuid none = {{7}};
    shop_expect_error(shop, count_add(shop->store, &shop->owner, &none, NULL, &one, 1, &shop->err),
                      ERROR_NOT_FOUND, "no longer there");
    struct uuid found;
    assert_int_equal(count_find_open(shop->store, &shop->owner.location_id, &found, &shop->err), 1);
    assert_true(uuid_equal(&found, &count));
    shop_expect(shop, count_cancel(shop->store, &shop->owner, &count, &shop->err));
    assert_int_equal(count_find_open(shop->store, &shop->owner.location_id, &found, &shop->err), 0);
    shop_expect_error(shop, close_it(shop, &count, false), ERROR_RULE, "cancelled");
    assert_non_null(shop_undo(shop, &shop->owner));
    shop_expect(shop, close_it(shop, &count, false));
}

/* More goods than one operation holds. */
static void test_a_long_count(void **state)
{
    enum { MANY = 650 };
    struct shop *shop = *state;
    struct count_entry *entries = memory_resize(NULL, MANY, sizeof *entries);
    struct uuid count = begin(shop, &whole);
    for (int i = 0; i < MANY; i++) {
        char sku[16];
        snprintf(sku, sizeof sku, "M-%04d", i);
        entries[i] = (struct count_entry){shop_product(shop, sku, sku, 100, true), 2000, false};
    }
    shop_expect(shop,
                count_add(shop->store, &shop->owner, &count, NULL, entries, MANY, &shop->err));
    free(entries);
    shop_expect(shop, close_it(shop, &count, false));
    assert_int_equal(shop_integer(shop, "SELECT sum(on_hand_milli) FROM stock_levels", NULL),
                     MANY * 2000);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_levels", NULL), 0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM stock_counts WHERE status = 'open'", NULL), 1);
    shop_check(shop);
}

static int count_steps(void *context)
{
    ++*(int64_t *)context;
    return 0;
}

/* Steps of SQLite's machine, by its progress handler, to read the paint alone. */
static int64_t steps_of(struct shop *shop, const struct count *count)
{
    struct count_line line;
    int64_t tens = 0;
    sqlite3_progress_handler(store_sqlite(shop->store), 10, count_steps, &tens);
    assert_int_equal(
        count_line_of(shop->store, count, &shop->paint, shop->arena, &line, &shop->err), 1);
    sqlite3_progress_handler(store_sqlite(shop->store), 0, NULL, NULL);
    return tens;
}

static void test_a_scan_costs_the_same_in_a_long_count(void **state)
{
    enum { SCANS = 200 };
    struct shop *shop = *state;
    struct count count;
    struct uuid id = begin(shop, &whole);
    shop_expect(shop, find(shop, &id, NULL, &shop->paint, 1000, false));
    shop_expect(shop, count_load(shop->store, &id, shop->arena, &count, &shop->err) == 1);
    int64_t before = steps_of(shop, &count);
    for (int i = 0; i < SCANS; i++)
        shop_expect(shop, find(shop, &id, NULL, &shop->roller, 1000, false));
    assert_in_range(steps_of(shop, &count), 1, before + before / 4);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines_add_up_and_the_difference_is_booked),
        TEST(test_what_nobody_found_is_none),
        TEST(test_sales_during_a_count_are_no_loss),
        TEST(test_what_comes_late_is_settled_once),
        TEST(test_an_earlier_count_is_not_settled),
        TEST(test_a_shelf_that_two_terminals_counted_counts_once),
        TEST(test_counted_anew),
        TEST(test_a_slip_is_undone),
        TEST(test_closing_is_undone_and_done_again),
        TEST(test_a_category_and_what_is_due),
        TEST(test_scans),
        TEST(test_rights_and_edges),
        TEST(test_a_long_count),
        TEST(test_a_scan_costs_the_same_in_a_long_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
