/* What is told to whom, once, and that undo passes over it. */
#include "model/base/instant.h"
#include "model/overlay/attention.h"
#include "model/people/notification.h"
#include "model/stock/receive.h"
#include "tests/model/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Of the operations behind `after`. */
static int raise(struct shop *shop, int64_t after)
{
    int count = notices_raise(shop->store, &shop->owner, after, &shop->err);
    shop_expect(shop, count >= 0);
    return count;
}

static int64_t newest(struct shop *shop)
{
    return operation_newest(shop->store);
}

static int64_t told(struct shop *shop, const struct actor *person, const char *kind)
{
    int64_t count;
    shop_expect(shop, store_find_integer(shop->store, &count,
                                         "SELECT count(*) FROM notifications WHERE user_id = ?1"
                                         " AND kind = ?2",
                                         &shop->err, "ut", &person->user_id, kind) > 0);
    return count;
}

static void move(struct shop *shop, int64_t milli)
{
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, &shop->paint,
                                   &shop->owner.location_id, milli, "adjust", NULL, &shop->err));
}

/* Six tins on the shelf, of which five are to be there. */
static void set_minimum(struct shop *shop)
{
    const struct change rule[] = {
        {.column = "variant_id", .value = value_uuid(&shop->paint)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
        {.column = "reorder_min_milli", .value = value_integer(5000)},
    };
    shop_insert(shop, "stock_rules", rule, 3);
    move(shop, 6000);
}

static void test_goods_that_run_low(void **state)
{
    struct shop *shop = *state;
    set_minimum(shop);
    int64_t before = newest(shop);
    move(shop, -1000);
    assert_int_equal(raise(shop, before), 0); /* the minimum is there */
    before = newest(shop);
    move(shop, -2500);
    assert_int_equal(raise(shop, before), 2); /* the cashier keeps stock, too */
    assert_int_equal(told(shop, &shop->owner, "stock.low"), 1);
    assert_int_equal(told(shop, &shop->cashier, "stock.low"), 1);
    assert_int_equal(
        shop_integer(shop,
                     "SELECT count(*) FROM notifications WHERE title = 'Running low: Latex white"
                     " 10 l' AND body LIKE '2.5 left in %, and 5 are to be there' AND link_id = ?1",
                     &shop->paint),
        2);
    shop_check(shop);
}

/* Told once to each who keeps the stock, with the sales that did it, and over when it is there. */
static void test_goods_that_were_oversold(void **state)
{
    struct shop *shop = *state;
    int64_t before = newest(shop);
    shop_order(shop, &shop->roller, 1, "pending"); /* never taken in: not kept here */
    move(shop, 3000);
    shop_order(shop, &shop->paint, 3, "pending");
    assert_int_equal(raise(shop, before), 0); /* none is left, and none is missing */
    struct uuid id = shop_order(shop, &shop->paint, 2, "pending");
    assert_int_equal(raise(shop, before), 2);
    assert_int_equal(raise(shop, before), 0);
    assert_int_equal(
        shop_integer(shop,
                     "SELECT count(*) FROM notifications AS n JOIN orders AS o ON o.id = ?1"
                     " WHERE n.title = 'Oversold: Latex white 10 l' AND n.body LIKE '2 missing in"
                     " %, sold by ' || o.order_number || ', %'",
                     &id),
        2);
    move(shop, 1999);
    assert_int_equal(raise(shop, before), 0);
    static const char unread[] =
        "SELECT count(*) FROM notifications WHERE kind = 'stock.oversold' AND read_at IS NULL";
    assert_int_equal(shop_integer(shop, unread, NULL), 2);
    move(shop, 1);
    assert_int_equal(raise(shop, before), 0);
    assert_int_equal(shop_integer(shop, unread, NULL), 0); /* settled, and no undo of anybody's */
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: stock +0.001, adjust");
    shop_check(shop);
}

/* A return of the line as another register stored it, which knew nothing of any other. */
static void take_back(struct shop *shop, const struct order_line *line)
{
    const struct basket_line back = {.variant_id = line->variant_id,
                                     .name = "Latex white 10 l",
                                     .original_item_id = line->id,
                                     .quantity_milli = -line->quantity_milli,
                                     .unit_price_cents = line->unit_price_cents};
    const struct change placed = {.column = "status", .value = value_text("pending")};
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "return", "EUR");
    shop_expect(shop, basket_add_line(&basket, &back, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "orders", &id, &placed, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

static void test_goods_that_came_back_twice(void **state)
{
    struct shop *shop = *state;
    int64_t before = newest(shop);
    struct uuid sold = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &sold, "cash", 3990));
    take_back(shop, &shop_load(shop, &sold)->lines[0]);
    assert_int_equal(raise(shop, before), 0);
    take_back(shop, &shop_load(shop, &sold)->lines[0]);
    assert_int_equal(raise(shop, before), 1); /* no cashier's business */
    assert_int_equal(raise(shop, before), 0);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM notifications WHERE kind = 'return.twice'"
                                  " AND title = 'Came back twice: Latex white 10 l' AND body LIKE"
                                  " 'R1-% and R1-% took it back;%' AND link_id = ?1",
                                  &sold),
                     1);
    shop_check(shop);
}

static void receive(struct shop *shop, const struct uuid *line, int64_t milli)
{
    const struct stock_receipt receipt = {.variant_id = shop->paint,
                                          .location_id = shop->owner.location_id,
                                          .quantity_milli = milli,
                                          .unit_cost_cents = -1,
                                          .reference_table = "purchase_order_lines",
                                          .reference_id = *line};
    struct operation *operation =
        operation_begin(shop->store, "stock.receive", &shop->owner, &shop->err);
    shop->scratch.clock.now += SECOND_US;
    shop_expect(shop, operation != NULL && stock_receive(operation, &receipt, &shop->err) &&
                          operation_commit(operation, &shop->err));
}

/* Two terminals booked the same delivery; in two parts, or all at once and one too many, it is
 * none. */
static void test_a_delivery_that_was_booked_twice(void **state)
{
    struct shop *shop = *state;
    const struct change name[] = {{.column = "name", .value = value_text("Havel")},
                                  {.column = "currency", .value = value_text("EUR")}};
    struct uuid supplier = shop_insert(shop, "suppliers", name, 2);
    const struct change order[] = {
        {.column = "supplier_id", .value = value_uuid(&supplier)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
        {.column = "number", .value = value_text("PO-1")},
        {.column = "status", .value = value_text("ordered")},
        {.column = "currency", .value = value_text("EUR")}};
    struct uuid id = shop_insert(shop, "purchase_orders", order, sizeof order / sizeof order[0]);
    const struct change content[] = {{.column = "purchase_order_id", .value = value_uuid(&id)},
                                     {.column = "variant_id", .value = value_uuid(&shop->paint)},
                                     {.column = "name", .value = value_text("Latex white 10 l")},
                                     {.column = "ordered_milli", .value = value_integer(12000)}};
    struct uuid line =
        shop_insert(shop, "purchase_order_lines", content, sizeof content / sizeof content[0]);
    int64_t before = newest(shop);
    receive(shop, &line, 5000);
    receive(shop, &line, 7000);
    assert_int_equal(raise(shop, before), 0);
    receive(shop, &line, 7000);
    assert_int_equal(raise(shop, before), 2);
    assert_int_equal(raise(shop, before), 0);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM notifications WHERE title = 'Received"
                                  " twice: PO-1' AND body LIKE '19 of 12 came in, Latex%' AND"
                                  " link_id = ?1",
                                  &id),
                     2);
    shop_check(shop);
}

static void test_nobody_is_told_twice(void **state)
{
    struct shop *shop = *state;
    struct uuid id;
    int count;
    set_minimum(shop);
    int64_t before = newest(shop);
    move(shop, -3000);
    assert_int_equal(raise(shop, before), 2);
    int64_t operations = newest(shop);
    assert_int_equal(raise(shop, before), 0); /* by another program */
    assert_int_equal(newest(shop), operations);
    int64_t next = newest(shop);
    move(shop, -1000);
    assert_int_equal(raise(shop, next), 0); /* it is unread still */
    shop_expect(shop, notices_read_all(shop->store, &shop->owner, &count, &shop->err));
    assert_int_equal(count, 1);
    assert_int_equal(raise(shop, next), 0); /* of what was before they read it */
    next = newest(shop);
    move(shop, -1000);
    assert_int_equal(raise(shop, next), 1);
    assert_int_equal(told(shop, &shop->owner, "stock.low"), 2);
    id = (struct uuid){{1}};
    struct notice notice;
    shop_expect_error(shop, notice_load(shop->store, &id, shop->arena, &notice, &shop->err),
                      ERROR_NOT_FOUND, "not there any more");
}

static struct uuid lead(struct shop *shop, const struct actor *owner)
{
    const struct change changes[] = {{.column = "name", .value = value_text("Ines")},
                                     {.column = "owner_id", .value = value_uuid(&owner->user_id)}};
    return shop_insert(shop, "leads", changes, 2);
}

static void test_work_that_was_given(void **state)
{
    struct shop *shop = *state;
    int64_t before = newest(shop);
    struct uuid mine = lead(shop, &shop->owner);
    struct uuid theirs = lead(shop, &shop->cashier);
    assert_int_equal(raise(shop, before), 1); /* nobody is told what they did themselves */
    assert_int_equal(told(shop, &shop->cashier, "lead.assigned"), 1);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM notifications WHERE link_table = 'leads'"
                                  " AND title = 'Olga Owner gave you a lead' AND link_id = ?1",
                                  &theirs),
                     1);
    before = newest(shop);
    const struct change name = {.column = "name", .value = value_text("Ines Ober")};
    const struct change owner = {.column = "owner_id", .value = value_uuid(&shop->cashier.user_id)};
    struct operation *edit = operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, edit != NULL);
    shop_expect(shop, record_update(edit, "leads", &theirs, &name, 1, &shop->err));
    shop_expect(shop, record_update(edit, "leads", &mine, &owner, 1, &shop->err));
    shop_expect(shop, operation_commit(edit, &shop->err));
    assert_int_equal(raise(shop, before), 1); /* the one that was given, not the one renamed */
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM notifications WHERE link_id = ?1", &mine), 1);
}

static void sign_in(struct shop *shop, const struct uuid *terminal, const struct actor *person,
                    int64_t until)
{
    const struct change changes[] = {{.column = "terminal_id", .value = value_uuid(terminal)},
                                     {.column = "user_id", .value = value_uuid(&person->user_id)},
                                     {.column = "signed_in_at", .value = value_integer(1)},
                                     {.column = "valid_until", .value = value_integer(until)}};
    shop_insert(shop, "terminal_users", changes, 4);
}

/* With a centre only those are told who are signed in at this terminal. */
static void test_nobody_out_of_reach_is_told(void **state)
{
    struct shop *shop = *state;
    answers_enroll(shop);
    lead(shop, &shop->cashier);
    struct uuid operation = answers_last(shop);
    assert_int_equal(raise(shop, 0), 0);
    answers_give(shop, &operation, "refused", "Leads are closed.", "{}");
    assert_int_equal(raise(shop, 0), 0);
}

static void test_what_was_not_taken_is_told_to_whoever_did_it(void **state)
{
    struct shop *shop = *state;
    struct uuid id;
    uuid_parse("019f0000-0000-7000-8000-000000000001", &id); /* of answers_enroll() */
    const struct change terminal[] = {{.column = "id", .value = value_uuid(&id)},
                                      {.column = "name", .value = value_text("Till")},
                                      {.column = "kind", .value = value_text("register")}};
    shop_insert(shop, "terminals", terminal, 3);
    sign_in(shop, &id, &shop->owner, shop->scratch.clock.now + DAY_US);
    sign_in(shop, &id, &shop->cashier, 2);
    answers_enroll(shop);
    lead(shop, &shop->cashier); /* whose sign-in has ended */
    struct uuid operation = answers_last(shop);
    answers_give(shop, &operation, "refused", "Leads are closed.", "{}");
    assert_int_equal(raise(shop, newest(shop)), 1);
    assert_int_equal(told(shop, &shop->owner, "attention"), 1);
    assert_int_equal(told(shop, &shop->cashier, "lead.assigned"), 0);
    struct uuid attention = answers_attention(shop, &operation);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM notifications WHERE body = 'Leads are"
                                  " closed.' AND link_id = ?1",
                                  &attention),
                     1);
    struct uuid notice = answers_last(shop);
    answers_give(shop, &notice, "refused", "Nobody may.", "{}");
    assert_int_equal(raise(shop, newest(shop)), 0); /* or it would be refused again and again */
    struct uuid refused = answers_attention(shop, &notice);
    shop_expect(shop, attention_give_up(shop->store, &shop->owner, &refused, &shop->err));
    assert_int_equal(raise(shop, newest(shop)), 1);
    assert_int_equal(told(shop, &shop->owner, "attention"), 1);
}

static void test_reading_is_ones_own_and_undo_passes_over(void **state)
{
    struct shop *shop = *state;
    struct uuid ids[2];
    set_minimum(shop);
    int64_t before = newest(shop);
    move(shop, -3000);
    assert_int_equal(raise(shop, before), 2);
    assert_int_equal(notices_count_new(shop->store, &shop->owner.user_id), 1);
    struct statement *rows = store_prepare(
        shop->store, "SELECT id FROM notifications ORDER BY user_id = ?1 DESC", &shop->err);
    shop_expect(shop, rows != NULL);
    statement_bind_uuid(rows, 1, &shop->owner.user_id);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(statement_step(rows, &shop->err), 1);
        statement_uuid(rows, 0, &ids[i]);
    }
    statement_done(rows);
    shop_expect(shop, notices_set_read(shop->store, &shop->owner, ids, 2, true, &shop->err));
    assert_int_equal(notices_count_new(shop->store, &shop->owner.user_id), 0);
    assert_int_equal(notices_count_new(shop->store, &shop->cashier.user_id), 1);
    int64_t operations = newest(shop);
    shop_expect(shop, notices_set_read(shop->store, &shop->owner, ids, 2, true, &shop->err));
    assert_int_equal(newest(shop), operations); /* nothing changes, nothing is noted */
    shop_expect(shop, notices_set_read(shop->store, &shop->owner, ids, 1, false, &shop->err));
    assert_int_equal(notices_count_new(shop->store, &shop->owner.user_id), 1);
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: stock -3, adjust");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 6000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(goods_that_run_low),
        TEST(goods_that_were_oversold),
        TEST(goods_that_came_back_twice),
        TEST(a_delivery_that_was_booked_twice),
        TEST(nobody_is_told_twice),
        TEST(work_that_was_given),
        TEST(nobody_out_of_reach_is_told),
        TEST(what_was_not_taken_is_told_to_whoever_did_it),
        TEST(reading_is_ones_own_and_undo_passes_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
