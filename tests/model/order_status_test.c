/* Moves of an order: each way of SCHEMA.md, each that is not one, and what goes with a move. */
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool move(struct shop *shop, const struct uuid *id, const char *status)
{
    return order_set_status(shop->store, &shop->owner, id, status, "because", &shop->err);
}

/* The legal moves as SCHEMA.md draws them, written once more by hand. */
static const char *const ways[][2] = {
    {"draft", "parked"},       {"parked", "draft"},        {"draft", "pending"},
    {"parked", "pending"},     {"pending", "paid"},        {"paid", "processing"},
    {"processing", "shipped"}, {"shipped", "delivered"},   {"delivered", "completed"},
    {"paid", "completed"},     {"draft", "cancelled"},     {"parked", "cancelled"},
    {"pending", "cancelled"},  {"paid", "cancelled"},      {"processing", "cancelled"},
    {"paid", "refunded"},      {"processing", "refunded"}, {"shipped", "refunded"},
    {"delivered", "refunded"}, {"completed", "refunded"},  {"completed", "archived"},
    {"cancelled", "archived"}, {"refunded", "archived"},   {"draft", "sent"},
    {"sent", "accepted"},      {"sent", "declined"},       {"sent", "expired"},
};

static bool is_way(const char *from, const char *to)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(ways[i][0], from) == 0 && strcmp(ways[i][1], to) == 0)
            return true;
    return false;
}

/* Writes the status as a pull from the centre would, without any verb. */
static void force(struct shop *shop, const struct uuid *id, const char *status)
{
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    shop_expect(shop, store_run(shop->store, "UPDATE orders SET status = ?1 WHERE id = ?2",
                                &shop->err, "tu", status, id));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

static void test_every_pair_of_statuses(void **state)
{
    struct shop *shop = *state;
    const struct table *table = schema_table(store_schema(shop->store), "orders");
    const char *const *all = table_column(table, "status")->choices;
    struct uuid id = shop_order(shop, &shop->advice, 1, "draft");
    int legal = 0;
    for (size_t i = 0; all[i] != NULL; i++) {
        for (size_t k = 0; all[k] != NULL; k++) {
            if (i == k)
                continue;
            force(shop, &id, all[i]);
            bool is_done = move(shop, &id, all[k]);
            if (!is_way(all[i], all[k])) {
                if (is_done)
                    fail_msg("%s went to %s", all[i], all[k]);
                assert_int_equal(shop->err.code, ERROR_RULE);
                assert_non_null(strstr(shop->err.text, "R1-000001"));
                assert_non_null(strstr(shop->err.text, all[i]));
                assert_non_null(strstr(shop->err.text, all[k]));
                continue;
            }
            legal++;
            /* an unpaid sale: money and kind have their own word in these */
            bool is_about_money = strcmp(all[k], "paid") == 0 || strcmp(all[k], "refunded") == 0;
            bool is_of_quotes = strcmp(all[k], "sent") == 0;
            if (is_done == (is_about_money || is_of_quotes))
                fail_msg("%s to %s: %s", all[i], all[k], shop->err.text);
        }
    }
    assert_int_equal(legal, sizeof ways / sizeof ways[0]);
}

static void test_the_long_way(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 3, "draft");
    static const char *const before[] = {"parked", "draft", "parked", "pending"};
    static const char *const after[] = {"processing", "shipped", "delivered", "completed",
                                        "archived"};
    for (size_t i = 0; i < 4; i++)
        shop_move(shop, &id, before[i]);
    shop_expect(shop, shop_pay(shop, &id, "cash", 3 * 3990));
    for (size_t i = 0; i < 5; i++)
        shop_move(shop, &id, after[i]);
    assert_int_equal(shop_on_hand(shop, &shop->paint), -3000); /* taken once, and gone for good */
    assert_int_equal(shop_integer(shop,
                                  "SELECT paid_at IS NOT NULL AND shipped_at IS NOT NULL AND "
                                  "completed_at IS NOT NULL AND archived_at IS NOT NULL AND "
                                  "cancelled_at IS NULL FROM orders WHERE id = ?1",
                                  &id),
                     1);
    struct order *order = shop_load(shop, &id);
    assert_int_equal(order->event_count, 12); /* created, four moves, payment, paid, five moves */
    assert_string_equal(order->events[11].text, "completed → archived: because");
    shop_check(shop);
}

static void test_same_status_is_told(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "parked");
    shop_expect_error(shop, move(shop, &id, "parked"), ERROR_RULE, "is parked already");
    shop_expect_error(shop, move(shop, &id, "nonsense"), ERROR_RULE, "can't become nonsense");
}

static void test_paid_needs_the_money(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, move(shop, &id, "paid"), ERROR_RULE, "still lacks 39.90 EUR");
    shop_expect(shop, shop_pay(shop, &id, "card", 3990));
    shop_expect_error(shop, move(shop, &id, "cancelled"), ERROR_RULE,
                      "holds 39.90 EUR that was paid; refund it first");
    shop_expect_error(shop, move(shop, &id, "refunded"), ERROR_RULE, "still holds 39.90 EUR");
}

static void test_cancelling_puts_the_goods_back(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 2, "pending");
    assert_int_equal(shop_on_hand(shop, &shop->paint), -2000);
    shop_expect_error(
        shop, order_set_status(shop->store, &shop->owner, &id, "cancelled", NULL, &shop->err),
        ERROR_INPUT, "Say why");
    shop_expect_error(
        shop, order_set_status(shop->store, &shop->cashier, &id, "cancelled", "x", &shop->err),
        ERROR_DENIED, "orders.cancel");
    shop_move(shop, &id, "cancelled");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    shop_move(shop, &id, "archived");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    id = shop_order(shop, &shop->paint, 2, "parked");
    shop_move(shop, &id, "cancelled"); /* nothing was taken */
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 2);
    shop_check(shop);
}

static void test_services_have_no_stock(void **state)
{
    struct shop *shop = *state;
    shop_order(shop, &shop->advice, 1, "pending");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 0);
}

static void test_an_empty_order_is_not_placed(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "sale", "EUR");
    shop_expect_error(shop,
                      order_save(shop->store, &shop->owner, &basket, "pending", &id, &shop->err),
                      ERROR_RULE, "is empty");
    assert_true(uuid_is_zero(&basket.order_id));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    shop_expect_error(shop, move(shop, &id, "pending"), ERROR_RULE, "is empty");
    basket_done(&basket);
}

static void test_the_moves_offered_are_those_that_work(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    const char *const *moves = order_moves(shop->store, shop_load(shop, &id), shop->arena);
    assert_string_equal(moves[0], "cancelled");
    assert_null(moves[1]);
    shop_expect(shop, shop_pay(shop, &id, "card", 3990));
    moves = order_moves(shop->store, shop_load(shop, &id), shop->arena);
    assert_string_equal(moves[0], "processing");
    assert_string_equal(moves[1], "completed");
    assert_null(moves[2]);
}

struct told {
    int count;
    char text[1000];
};

static void hear(void *context, const char *number, const char *why)
{
    struct told *told = context;
    size_t used = strlen(told->text);
    told->count++;
    snprintf(told->text + used, sizeof told->text - used, "%s|%s\n", number, why);
}

static void test_many_at_once_tell_who_stayed(void **state)
{
    struct shop *shop = *state;
    struct uuid ids[4] = {shop_order(shop, &shop->paint, 1, "parked"),
                          shop_order(shop, &shop->paint, 1, "pending"),
                          {{0x77}},
                          shop_order(shop, &shop->roller, 2, "draft")};
    struct told told = {0};
    int moved = order_set_status_many(shop->store, &shop->owner, ids, 4, "pending", NULL, hear,
                                      &told, &shop->err);
    assert_int_equal(moved, 2);
    assert_int_equal(told.count, 2);
    assert_non_null(strstr(told.text, "R1-000002|R1-000002 is pending already"));
    assert_non_null(strstr(told.text, "An order|This order is no longer"));
    assert_int_equal(shop_on_hand(shop, &shop->roller), -2000);
    assert_int_equal(order_set_status_many(shop->store, &shop->cashier, ids, 4, "cancelled", "x",
                                           NULL, NULL, &shop->err),
                     -1);
    assert_int_equal(shop->err.code, ERROR_DENIED);

    const char *undone = shop_undo(shop, &shop->owner); /* both, and only those */
    assert_non_null(strstr(undone, "2 operations"));
    assert_string_equal(shop_status(shop, &ids[0]), "cancelled");
    assert_string_equal(shop_status(shop, &ids[1]), "pending");
    assert_string_equal(shop_status(shop, &ids[3]), "cancelled");
    assert_int_equal(shop_on_hand(shop, &shop->roller), 0);
    shop_check(shop);
}

static void test_a_group_of_parkings_is_undone_whole(void **state)
{
    struct shop *shop = *state;
    struct uuid ids[2] = {shop_order(shop, &shop->paint, 1, "draft"),
                          shop_order(shop, &shop->paint, 1, "draft")};
    assert_int_equal(order_set_status_many(shop->store, &shop->owner, ids, 2, "parked", NULL, NULL,
                                           NULL, &shop->err),
                     2);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(shop_status(shop, &ids[0]), "draft");
    assert_string_equal(shop_status(shop, &ids[1]), "draft");
}

static void test_what_can_not_go_back_says_so(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &id, "card", 3990));
    shop_move(shop, &id, "completed");
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE,
                      "can't go back from completed to paid");
    id = shop_order(shop, &shop->paint, 1, "pending");
    shop_move(shop, &id, "cancelled");
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE, "can't be undone");
}

/* A sale that was paid meanwhile is not cancelled by undoing its placing. */
static void test_undoing_a_placing(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    const struct tender tender = {.method = "card", .amount_cents = 100};
    shop_expect(shop, order_pay(shop->store, &shop->cashier, &id, &tender, NULL, &shop->err));
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE, "holds 1.00 EUR");
    struct uuid any = {{0}};
    shop_expect(shop, order_refund(shop->store, &shop->owner, &id, &any, 100, "x", &shop->err));
    shop_move(shop, &id, "cancelled");
    struct uuid parked = shop_order(shop, &shop->paint, 1, "parked");
    shop_move(shop, &parked, "pending");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(shop_status(shop, &parked), "cancelled");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_string_equal(shop_load(shop, &parked)->number, "R1-000002");
    shop_check(shop);
}

static struct uuid quote(struct shop *shop, const char *status)
{
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "quote", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 2000, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "10%", &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, status, &id, &shop->err));
    basket_done(&basket);
    return id;
}

static void test_a_quote_becomes_one_order(void **state)
{
    struct shop *shop = *state;
    struct uuid sale;
    struct uuid id = quote(shop, "draft");
    shop_expect_error(shop, move(shop, &id, "pending"), ERROR_RULE, "is a quote");
    shop_move(shop, &id, "sent");
    shop_expect_error(shop, order_from_quote(shop->store, &shop->owner, &id, &sale, &shop->err),
                      ERROR_RULE, "once it is accepted");
    shop_move(shop, &id, "accepted");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    shop_expect(shop, order_from_quote(shop->store, &shop->owner, &id, &sale, &shop->err));
    struct order *order = shop_load(shop, &sale);
    assert_string_equal(order->kind, "sale");
    assert_string_equal(order->status, "draft");
    assert_true(uuid_equal(&order->original_id, &id));
    assert_int_equal(order->total_cents, 7182);
    assert_int_equal(order->line_count, 1);
    assert_int_equal(shop_load(shop, &id)->line_count, 1);
    shop_expect_error(shop, order_from_quote(shop->store, &shop->owner, &id, &sale, &shop->err),
                      ERROR_RULE, "became R1-000002 already");
    shop_move(shop, &sale, "cancelled");
    shop_expect(shop, order_from_quote(shop->store, &shop->owner, &id, &sale, &shop->err));
    assert_non_null(shop_undo(shop, &shop->owner));
    shop_expect(shop, order_from_quote(shop->store, &shop->owner, &id, &sale, &shop->err));
    shop_expect_error(shop, order_from_quote(shop->store, &shop->owner, &sale, &sale, &shop->err),
                      ERROR_RULE, "only a quote");
    shop_check(shop);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_pair_of_statuses),
        TEST(test_the_long_way),
        TEST(test_same_status_is_told),
        TEST(test_paid_needs_the_money),
        TEST(test_cancelling_puts_the_goods_back),
        TEST(test_services_have_no_stock),
        TEST(test_an_empty_order_is_not_placed),
        TEST(test_the_moves_offered_are_those_that_work),
        TEST(test_many_at_once_tell_who_stayed),
        TEST(test_a_group_of_parkings_is_undone_whole),
        TEST(test_what_can_not_go_back_says_so),
        TEST(test_undoing_a_placing),
        TEST(test_a_quote_becomes_one_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
