/* The screen of the exchange with the centre: its lists, the sheet of what needs attention, and
 * every answer through the keys. */
#include "model/overlay/exchange.h"
#include "tests/model/answers.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE (INT64_C(60) * 1000000)

/* A shop whose line was cut an hour and a half before the scene. */
static int set_up(void **state)
{
    assert_int_equal(till_set_up(state), 0);
    struct till *till = *state;
    struct shop *shop = till->shop;
    shop_open_door(shop);
    answers_enroll(shop);
    shop->scratch.clock.now = INT64_C(1795183320) * 1000000 - 90 * MINUTE - MINUTE / 2;
    shop_expect(shop, exchange_set_synced(shop->store, &shop->err));
    shop_expect(shop, exchange_set_line(shop->store, false,
                                        "The centre shop.example does not answer; it is tried "
                                        "again by itself.",
                                        &shop->err));
    shop_expect(shop, exchange_set_state(shop->store, "clock_offset_us", "420000", &shop->err));
    return 0;
}

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

static struct uuid edit(struct till *till, const char *table, const struct uuid *id,
                        const struct change *changes, size_t size, const char *words)
{
    struct shop *shop = till->shop;
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    operation_describe(operation, "%s", words);
    shop_expect(shop, record_update(operation, table, id, changes, size, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    return answers_last(shop);
}

/* My notes and telephone number of a customer against theirs. */
static void add_conflict(struct till *till)
{
    struct shop *shop = till->shop;
    char result[300], id[UUID_TEXT_SIZE];
    const struct change changes[] = {
        {.column = "phone", .value = value_text("0151 23456")},
        {.column = "notes", .value = value_text("Ring twice, and leave it with the baker.")},
        {.column = "locale", .value = value_text("de")}};
    struct uuid operation = edit(till, "customer_profiles", &shop->customer, changes, 3,
                                 "Customer profiles: Jo Meyer (Notes)");
    uuid_text(&shop->customer, id);
    snprintf(result, sizeof result,
             "{\"conflicts\":[{\"table\":\"customer_profiles\",\"id\":\"%s\","
             "\"column\":\"notes\"}]}",
             id);
    answers_give(shop, &operation, "conflict", "Notes were changed by Kim meanwhile.", result);
    const struct change theirs = {.column = "notes",
                                  .value = value_text("Ring at the neighbour's")};
    answers_bring(shop, "customer_profiles", &shop->customer, &theirs, 1);
}

/* A customer that was refused, and an order that waits for it. */
static void add_refusal(struct till *till)
{
    struct shop *shop = till->shop;
    struct basket basket;
    struct uuid order;
    char result[100], id[UUID_TEXT_SIZE];
    const struct change changes[] = {{.column = "name", .value = value_text("Ines Ober")},
                                     {.column = "email", .value = value_text("ines@shop.de")}};
    struct uuid customer = shop_insert(shop, "customer_profiles", changes, 2);
    struct uuid operation = answers_last(shop);
    basket_init(&basket, "sale", "EUR");
    basket.customer_id = customer;
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "parked", &order, &shop->err));
    basket_done(&basket);
    struct uuid dependant = answers_last(shop);
    uuid_text(&operation, id);
    snprintf(result, sizeof result, "{\"blocked_by\":\"%s\"}", id);
    answers_give(shop, &operation, "refused", "The e-mail ines@shop.de is another customer's.",
                 "{}");
    answers_give(shop, &dependant, "blocked", "It needs a customer that was refused.", result);
}

static void add_task(struct till *till)
{
    struct shop *shop = till->shop;
    shop_expect(shop, store_run(shop->store,
                                "INSERT INTO attention (kind, summary, reason) VALUES ('stock',"
                                " 'sale R1-000001', 'Latex white 10 l: 2 are missing at Mitte.')",
                                &shop->err, ""));
}

static void add_unsent(struct till *till)
{
    struct shop *shop = till->shop;
    assert_true(shop_pay(shop, &till->pending, "cash", 6000));
    shop->scratch.clock.now += 50 * MINUTE;
    shop_move(shop, &till->parked, "cancelled");
}

static void test_the_lists_in_three_sizes(void **state)
{
    static const char *const sizes[][2] = {
        {"80 24", "80x24"}, {"60 15", "60x15"}, {"200 50", "200x50"}};
    static const char *const tabs[] = {"unsent", "attention", "log", "line"};
    struct buffer steps;
    buffer_init(&steps);
    add_conflict(*state);
    add_refusal(*state);
    add_task(*state);
    add_unsent(*state);
    buffer_add(&steps, "keys alt-s\n");
    for (size_t i = 0; i < 3; i++) {
        buffer_format(&steps, "size %s\n", sizes[i][0]);
        for (size_t k = 0; k < 4; k++)
            buffer_format(&steps, "save sync_%s_%s\nkeys tab\n", tabs[k], sizes[i][1]);
    }
    play(*state, steps.text);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++) {
            char name[64];
            snprintf(name, sizeof name, "sync_%s_%s", tabs[k], sizes[i][1]);
            scene_check(((struct till *)*state)->home, name);
        }
    buffer_done(&steps);
}

static void test_a_sheet_in_three_sizes(void **state)
{
    static const char *const names[] = {"sync_sheet_80x24", "sync_sheet_60x15",
                                        "sync_sheet_200x50"};
    add_conflict(*state);
    play(*state, "keys alt-a enter\nsave sync_sheet_80x24\nsize 60 15\nsave sync_sheet_60x15\n"
                 "size 200 50\nsave sync_sheet_200x50\n");
    for (size_t i = 0; i < 3; i++)
        scene_check(((struct till *)*state)->home, names[i]);
}

/* What is contested is not told by colour alone. */
static void test_a_contested_field_has_a_mark(void **state)
{
    add_conflict(*state);
    play(*state, "keys alt-a enter\nexpect ! Notes\nreject ! Locale\nexpect Before\nexpect Mine\n"
                 "expect Theirs\n");
}

static void test_nothing_waits(void **state)
{
    play(*state, "keys alt-a\nexpect Nothing wants you now\nreject SYNC\nkeys alt-s\n"
                 "expect Everything is sent\nkeys tab\nexpect Nothing needs attention\n");
}

static void test_mine_is_kept(void **state)
{
    add_conflict(*state);
    play(*state, "keys alt-a\nexpect conflict\nkeys m\nexpect Yours is sent again\n"
                 "reject conflict\nexpect 1 unsent\nreject 1 needs\n");
    assert_int_equal(count(*state, "SELECT count(*) FROM customer_profiles WHERE notes LIKE"
                                   " 'Ring twice%' AND locale = 'de'"),
                     1);
}

static void test_theirs_are_taken(void **state)
{
    add_conflict(*state);
    play(*state, "keys alt-a t\nexpect Take theirs and give this up?\nkeys t\nexpect Take theirs\n"
                 "keys y\nexpect Given up\nexpect Nothing needs attention\nreject unsent\n");
    assert_int_equal(count(*state, "SELECT count(*) FROM customer_profiles WHERE notes LIKE"
                                   " 'Ring at%'"),
                     1);
}

static void test_a_question_can_be_left(void **state)
{
    add_conflict(*state);
    play(*state, "keys alt-a t enter\nexpect 1 needs attention\nkeys t esc\nexpect 1 needs\n");
}

static void test_an_edited_one_is_sent(void **state)
{
    add_refusal(*state);
    play(*state, "keys alt-a\nexpect refused\nkeys /\ntype kind=refused\nkeys enter E\n"
                 "expect Send again: Customer profiles\nkeys tab tab tab ctrl-u\n"
                 "type ines@ober.de\nkeys ctrl-s\nexpect Sent again\nexpect Nothing\n"
                 "expect 2 unsent\n");
    assert_int_equal(count(*state, "SELECT count(*) FROM customer_profiles"
                                   " WHERE email = 'ines@ober.de'"),
                     1);
    assert_int_equal(count(*state, "SELECT count(*) FROM orders AS o JOIN customer_profiles AS c"
                                   " ON c.id = o.customer_id WHERE c.name = 'Ines Ober'"),
                     1);
}

static void test_what_waits_for_it_is_named_before_it_is_given_up(void **state)
{
    add_refusal(*state);
    play(*state,
         "keys alt-a\nkeys /\ntype kind=refused\nkeys enter t\nexpect w gives it up\nkeys w\n"
         "expect Give this up?\nexpect 1 operation:\nexpect sale R1-000008\nkeys y\n"
         "expect Given up\nreject 2 need\nkeys tab tab tab\nexpect Everything is sent\n");
    assert_int_equal(count(*state, "SELECT count(*) FROM attention WHERE done_at IS NULL"), 0);
}

static void test_what_is_blocked_says_by_what(void **state)
{
    add_refusal(*state);
    play(*state,
         "keys alt-s\nexpect blocked\nkeys tab /\ntype kind=blocked\nkeys enter m\n"
         "expect settle that first\nkeys w\nreject Give this up\nexpect settle that first\n");
}

static void test_a_task_is_done(void **state)
{
    add_task(*state);
    play(*state, "keys alt-a\nkeys m\nexpect It has landed\nkeys enter\nexpect 2 are missing\n"
                 "keys d\nexpect Seen to: sale R1-000001\nexpect Nothing needs attention\n");
}

/* Elsewhere there is nothing to answer to. */
static void test_answers_are_offered_where_they_belong(void **state)
{
    add_conflict(*state);
    play(*state, "keys alt-a\nexpect m mine\nexpect t theirs\nkeys tab\nreject m mine\n"
                 "reject t theirs\nreject w withdraw\nkeys tab\nreject m mine\n"
                 "reject t theirs\nreject / filter\nkeys tab\nexpect w withdraw\n"
                 "reject m mine\nkeys m\nexpect Tab goes there\n");
}

static void test_from_the_sheet(void **state)
{
    add_conflict(*state);
    play(*state, "keys alt-a enter\nexpect Theirs\nkeys m\nexpect Yours is sent again\n"
                 "expect Not sent 1\nreject Theirs\n");
}

static void test_the_record_and_the_operation_open(void **state)
{
    add_conflict(*state);
    play(*state, "keys alt-a o\nexpect Customer profiles: Jo Meyer\nkeys esc enter enter\n"
                 "expect Customer profiles: Jo Meyer\nkeys esc o\nexpect OPERATION\n");
}

static void test_unsent_ones_open_and_filter(void **state)
{
    add_unsent(*state);
    play(*state, "keys alt-s\nexpect cash\nexpect parked →\nkeys /\ntype cash\nkeys enter\n"
                 "reject parked →\nkeys enter\nexpect OPERATION\nexpect pending → paid\n");
}

static void test_what_was_never_sent_is_taken_back(void **state)
{
    struct till *till = *state;
    struct shop *shop = till->shop;
    const struct change named = {.column = "name", .value = value_text("Ines Ober")};
    const struct change noted = {.column = "notes", .value = value_text("Call first.")};
    struct uuid row = shop_insert(shop, "customer_profiles", &named, 1);
    edit(till, "customer_profiles", &row, &noted, 1, "notes of Ines Ober");
    add_unsent(till);
    play(till, "keys alt-s\nexpect 4 unsent\nkeys /\ntype what:new\nkeys enter w\n"
               "expect Take this back before it is sent?\nexpect 1 operation:\n"
               "expect notes of Ines Ober\nkeys y\nexpect Taken back\n"
               "keys esc\nexpect withdrawn\nkeys w\nexpect taken back already\nkeys G w y\n"
               "expect an entry of its own\nkeys G k w y\nexpect an entry of its own\n");
    assert_int_equal(count(till, "SELECT count(*) FROM customer_profiles WHERE name LIKE 'Ines%'"),
                     0);
    shop_check(shop);
}

static void test_the_list_is_exported(void **state)
{
    add_unsent(*state);
    play(*state, "keys alt-s e\nexpect Export\n");
}

static void test_the_log_leads_to_the_operation(void **state)
{
    struct till *till = *state;
    add_unsent(till);
    struct uuid last = answers_last(till->shop);
    shop_expect(till->shop, exchange_log(till->shop->store, "sent", &last, "1 operation, 300 bytes",
                                         &till->shop->err));
    play(till, "keys alt-s tab tab\nexpect 300 bytes\nexpect does not answer\nkeys enter\n"
               "expect OPERATION\nkeys esc down enter\nexpect no single operation\n");
}

static void test_a_cashier_may_not_keep_what_needs_a_right(void **state)
{
    struct till *till = *state;
    struct shop *shop = till->shop;
    const struct change change = {.column = "name", .value = value_text("Latex")};
    struct uuid product;
    struct statement *statement = store_prepare(
        shop->store, "SELECT product_id FROM product_variants WHERE id = ?1", &shop->err);
    statement_bind_uuid(statement, 1, &shop->paint);
    assert_int_equal(statement_step(statement, &shop->err), 1);
    statement_uuid(statement, 0, &product);
    statement_done(statement);
    struct uuid operation = edit(till, "products", &product, &change, 1, "a name");
    answers_give(shop, &operation, "refused", "No.", "{}");
    scene_play(till->home, "Kim", "keys alt-a m\nexpect right\nexpect refused\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_lists_in_three_sizes),
        TEST(a_sheet_in_three_sizes),
        TEST(a_contested_field_has_a_mark),
        TEST(nothing_waits),
        TEST(mine_is_kept),
        TEST(theirs_are_taken),
        TEST(a_question_can_be_left),
        TEST(an_edited_one_is_sent),
        TEST(what_waits_for_it_is_named_before_it_is_given_up),
        TEST(what_is_blocked_says_by_what),
        TEST(a_task_is_done),
        TEST(answers_are_offered_where_they_belong),
        TEST(from_the_sheet),
        TEST(the_record_and_the_operation_open),
        TEST(unsent_ones_open_and_filter),
        TEST(what_was_never_sent_is_taken_back),
        TEST(the_list_is_exported),
        TEST(the_log_leads_to_the_operation),
        TEST(a_cashier_may_not_keep_what_needs_a_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
