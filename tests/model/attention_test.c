/* What waits for a person, and what a person answers. */
#include "model/overlay/attention.h"

#include "model/operation/actor.h"
#include "model/overlay/resend.h"
#include "tests/model/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    answers_enroll(*state);
    return 0;
}

static struct attention load(struct shop *shop, const struct uuid *id)
{
    struct attention about;
    shop_expect(shop, attention_load(shop->store, id, shop->arena, &about, &shop->err));
    return about;
}

/* An edit of a row as the form does it; its id. */
static struct uuid edit(struct shop *shop, const char *table, const struct uuid *id,
                        const struct change *changes, size_t count)
{
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    operation_describe(operation, "an edit");
    shop_expect(shop, record_update(operation, table, id, changes, count, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    return answers_last(shop);
}

static struct uuid product_of(struct shop *shop)
{
    struct uuid id;
    struct statement *statement = store_prepare(
        shop->store, "SELECT product_id FROM product_variants WHERE id = ?1", &shop->err);
    statement_bind_uuid(statement, 1, &shop->paint);
    assert_int_equal(statement_step(statement, &shop->err), 1);
    assert_true(statement_uuid(statement, 0, &id));
    statement_done(statement);
    return id;
}

/* My price and name of a product against another price of theirs. */
static struct uuid price_conflict(struct shop *shop, struct uuid *product)
{
    char result[400], id[UUID_TEXT_SIZE];
    const struct change changes[] = {{.column = "price_cents", .value = value_integer(4990)},
                                     {.column = "name", .value = value_text("Washable white")}};
    *product = product_of(shop);
    struct uuid operation = edit(shop, "products", product, changes, 2);
    uuid_text(product, id);
    snprintf(result, sizeof result,
             "{\"conflicts\":[{\"table\":\"products\",\"id\":\"%s\",\"column\":\"price_cents\","
             "\"base\":3990,\"mine\":4990,\"theirs\":4490,\"policy\":\"strict\"}]}",
             id);
    answers_give(shop, &operation, "conflict", "The price was changed meanwhile.", result);
    const struct change theirs = {.column = "price_cents", .value = value_integer(4490)};
    answers_bring(shop, "products", product, &theirs, 1);
    return answers_attention(shop, &operation);
}

static int64_t price(struct shop *shop, const struct uuid *product)
{
    return shop_integer(shop, "SELECT price_cents FROM products WHERE id = ?1", product);
}

static int64_t waiting(struct shop *shop)
{
    return shop_integer(shop, "SELECT count(*) FROM attention WHERE done_at IS NULL", NULL);
}

static const struct attention_field *field(const struct attention *about, const char *name)
{
    for (size_t i = 0; i < about->count; i++)
        for (size_t k = 0; k < about->rows[i].count; k++)
            if (strcmp(about->rows[i].fields[k].column->name, name) == 0)
                return &about->rows[i].fields[k];
    fail_msg("no field %s", name);
    return NULL;
}

static void test_a_conflict_shows_base_mine_and_theirs(void **state)
{
    struct shop *shop = *state;
    struct uuid product, id = price_conflict(shop, &product);
    struct attention about = load(shop, &id);
    assert_int_equal(about.state, ATTENTION_CONFLICT);
    assert_string_equal(about.summary, "an edit");
    assert_string_equal(about.reason, "The price was changed meanwhile.");
    assert_string_equal(about.actor_name, "Olga Owner");
    assert_int_equal(about.count, 1);
    const struct attention_field *contested = field(&about, "price_cents");
    assert_int_equal(contested->base.integer, 3990);
    assert_int_equal(contested->mine.integer, 4990);
    assert_int_equal(contested->theirs.integer, 4490);
    assert_true(contested->is_contested);
    assert_false(field(&about, "name")->is_contested);
}

static void test_mine_is_sent_over_theirs(void **state)
{
    struct shop *shop = *state;
    struct uuid product, id = price_conflict(shop, &product);
    struct attention old = load(shop, &id);
    shop_expect(shop, attention_keep(shop->store, &shop->owner, &id, NULL, &shop->err));
    assert_int_equal(price(shop, &product), 4990);
    assert_int_equal(waiting(shop), 0);
    struct uuid sent = answers_last(shop);
    assert_int_equal(shop_integer(shop,
                                  "SELECT json_extract(payload, '$.rows[0].base.price_cents')"
                                  " FROM outbox WHERE id = ?1",
                                  &sent),
                     4490);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM outbox WHERE replaces = ?1", &old.operation), 1);
    shop_expect_error(shop, attention_keep(shop->store, &shop->owner, &id, NULL, &shop->err),
                      ERROR_RULE, "settled already");
    shop_check(shop);
}

static void test_theirs_is_taken(void **state)
{
    struct shop *shop = *state;
    struct uuid product, id = price_conflict(shop, &product);
    shop_expect(shop, attention_give_up(shop->store, &shop->owner, &id, &shop->err));
    assert_int_equal(price(shop, &product), 4490);
    assert_int_equal(waiting(shop), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM outbox", NULL), 0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM attention WHERE done_by = ?1 AND done_at > 0",
                     &shop->owner.user_id),
        1);
}

static void test_an_edited_value_is_sent_instead(void **state)
{
    struct shop *shop = *state;
    struct uuid product, id = price_conflict(shop, &product);
    const struct change change = {.column = "price_cents", .value = value_integer(4700)};
    const struct attention_edit edit = {"products", product, &change, 1};
    shop_expect(shop, attention_keep(shop->store, &shop->owner, &id, &edit, &shop->err));
    assert_int_equal(price(shop, &product), 4700);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM products WHERE id = ?1 AND"
                                  " name = 'Washable white' AND name_key = 'washable white'",
                                  &product),
                     1);
}

static void test_a_decision_is_not_waved_through(void **state)
{
    struct shop *shop = *state;
    struct uuid product, id = price_conflict(shop, &product);
    shop_expect_error(shop, attention_done(shop->store, &shop->owner, &id, &shop->err), ERROR_RULE,
                      "waits for a decision");
    assert_int_equal(waiting(shop), 1);
}

static void test_who_may_not_write_may_not_keep(void **state)
{
    struct shop *shop = *state;
    struct uuid product, id = price_conflict(shop, &product);
    shop_expect_error(shop, attention_keep(shop->store, &shop->cashier, &id, NULL, &shop->err),
                      ERROR_DENIED, "");
    assert_int_equal(waiting(shop), 1);
    assert_int_equal(price(shop, &product), 4490);
}

/* A merged one has landed: a later change of its other field must stay. */
static void test_of_a_merged_one_only_what_was_lost_is_sent(void **state)
{
    struct shop *shop = *state;
    char result[400], text[UUID_TEXT_SIZE];
    const struct change changes[] = {{.column = "phone", .value = value_text("1111")},
                                     {.column = "notes", .value = value_text("mine")}};
    struct uuid operation = edit(shop, "customer_profiles", &shop->customer, changes, 2);
    uuid_text(&shop->customer, text);
    snprintf(result, sizeof result,
             "{\"conflicts\":[{\"table\":\"customer_profiles\",\"id\":\"%s\","
             "\"column\":\"notes\"}],\"tasks\":[{\"kind\":\"money\",\"reason\":\"Look.\"}]}",
             text);
    answers_give(shop, &operation, "merged", "Notes were changed later.", result);
    const struct change theirs[] = {{.column = "phone", .value = value_text("2222")},
                                    {.column = "notes", .value = value_text("theirs")}};
    answers_bring(shop, "customer_profiles", &shop->customer, theirs, 2);
    struct uuid id = answers_attention(shop, &operation);
    assert_int_equal(load(shop, &id).state, ATTENTION_MERGED);
    shop_expect(shop, attention_keep(shop->store, &shop->owner, &id, NULL, &shop->err));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM customer_profiles WHERE id = ?1 AND"
                                  " notes = 'mine' AND phone = '2222'",
                                  &shop->customer),
                     1);
}

/* A customer that was refused, and an order for that customer which waits for it. */
struct family {
    struct uuid customer, order, attention, operation, dependant;
};

static struct family refused_customer(struct shop *shop)
{
    struct family family;
    struct basket basket;
    char result[100], id[UUID_TEXT_SIZE];
    const struct change changes[] = {{.column = "name", .value = value_text("Ines Ober")},
                                     {.column = "email", .value = value_text("ines@shop.de")}};
    family.customer = shop_insert(shop, "customer_profiles", changes, 2);
    family.operation = answers_last(shop);
    basket_init(&basket, "sale", "EUR");
    basket.customer_id = family.customer;
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect(
        shop, order_save(shop->store, &shop->owner, &basket, "parked", &family.order, &shop->err));
    basket_done(&basket);
    family.dependant = answers_last(shop);
    uuid_text(&family.operation, id);
    snprintf(result, sizeof result, "{\"blocked_by\":\"%s\"}", id);
    answers_give(shop, &family.operation, "refused", "The e-mail is taken.", "{}");
    answers_give(shop, &family.dependant, "blocked", "It needs the customer.", result);
    family.attention = answers_attention(shop, &family.operation);
    return family;
}

static void test_a_refused_row_and_what_waited_are_sent_again(void **state)
{
    struct shop *shop = *state;
    struct family family = refused_customer(shop);
    struct attention_dependant *dependants;
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM orders", NULL), 0);
    assert_int_equal(
        attention_dependants(shop->store, &family.operation, shop->arena, &dependants, &shop->err),
        1);
    assert_true(uuid_equal(&dependants[0].id, &family.dependant));
    const struct change change = {.column = "email", .value = value_text("ines@ober.de")};
    const struct attention_edit edit = {"customer_profiles", family.customer, &change, 1};
    shop_expect(shop,
                attention_keep(shop->store, &shop->owner, &family.attention, &edit, &shop->err));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM customer_profiles WHERE id = ?1 AND"
                                  " email = 'ines@ober.de' AND email_key = 'ines@ober.de'",
                                  &family.customer),
                     1);
    struct order *order = shop_load(shop, &family.order);
    assert_int_equal(order->line_count, 1);
    assert_int_equal(waiting(shop), 0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM outbox WHERE replaces = ?1", &family.dependant),
        1);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM outbox WHERE id = ?1", &family.dependant), 0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM journal WHERE id = ?1", &family.dependant), 1);
    shop_check(shop);
}

static void test_what_waits_is_given_up_with_it(void **state)
{
    struct shop *shop = *state;
    struct family family = refused_customer(shop);
    shop_expect(shop, attention_give_up(shop->store, &shop->owner, &family.attention, &shop->err));
    assert_int_equal(waiting(shop), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM outbox", NULL), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM op_rows", NULL), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM op_deps", NULL), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM orders", NULL), 0);
    shop_check(shop);
}

static void test_what_waits_is_settled_with_what_it_waits_for(void **state)
{
    struct shop *shop = *state;
    struct family family = refused_customer(shop);
    struct uuid id = answers_attention(shop, &family.dependant);
    assert_int_equal(load(shop, &id).state, ATTENTION_BLOCKED);
    shop_expect_error(shop, attention_keep(shop->store, &shop->owner, &id, NULL, &shop->err),
                      ERROR_RULE, "settle that first");
    shop_expect_error(shop, attention_give_up(shop->store, &shop->owner, &id, &shop->err),
                      ERROR_RULE, "settle that first");
}

static void test_what_can_not_be_sent_again_changes_nothing(void **state)
{
    struct shop *shop = *state;
    struct family family = refused_customer(shop);
    const struct change change = {.column = "name", .value = value_null()};
    const struct attention_edit edit = {"customer_profiles", family.customer, &change, 1};
    shop_expect_error(
        shop, attention_keep(shop->store, &shop->owner, &family.attention, &edit, &shop->err),
        ERROR_INPUT, "");
    assert_int_equal(waiting(shop), 2);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM outbox", NULL), 1);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM customer_profiles WHERE id = ?1",
                                  &family.customer),
                     0);
}

/* Of one that could not be sent the queue keeps an empty one: what it did stands with the entry. */
static void test_what_was_set_aside_is_sent_again(void **state)
{
    struct shop *shop = *state;
    const struct change named = {.column = "name", .value = value_text("Odd one")};
    struct uuid row = shop_insert(shop, "customer_profiles", &named, 1);
    struct uuid operation = answers_last(shop);
    shop_expect(shop, store_begin(shop->store, &shop->err));
    shop_expect(shop,
                overlay_set_aside(shop->store, &operation, "The line breaks over it.", &shop->err));
    shop_expect(shop, store_commit(shop->store, &shop->err));
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM customer_profiles WHERE id = ?1", &row), 0);
    struct uuid emptied = answers_last(shop);
    struct uuid id = answers_attention(shop, &emptied);
    struct attention about = load(shop, &id);
    assert_int_equal(about.state, ATTENTION_REFUSED);
    assert_string_equal(field(&about, "name")->mine.bytes, "Odd one");
    const struct change mended = {.column = "name", .value = value_text("Even one")};
    const struct attention_edit edited = {"customer_profiles", row, &mended, 1};
    shop_expect(shop, attention_keep(shop->store, &shop->owner, &id, &edited, &shop->err));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM customer_profiles WHERE id = ?1 AND name ="
                                  " 'Even one'",
                                  &row),
                     1);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM outbox WHERE replaces = ?1", &emptied), 1);
    assert_int_equal(waiting(shop), 0);
    shop_check(shop);
}

static void test_an_edit_of_a_row_that_is_gone(void **state)
{
    struct shop *shop = *state;
    const struct change named = {.column = "name", .value = value_text("Gone soon")};
    struct uuid row = shop_insert(shop, "customer_profiles", &named, 1);
    struct uuid made = answers_last(shop);
    const struct change change = {.column = "notes", .value = value_text("mine")};
    struct uuid operation = edit(shop, "customer_profiles", &row, &change, 1);
    answers_give(shop, &operation, "conflict", "It was deleted.", "{}");
    answers_give(shop, &made, "refused", "No.", "{}"); /* takes the row away */
    struct uuid id = answers_attention(shop, &operation);
    struct attention about = load(shop, &id);
    assert_false(about.rows[0].is_there);
    shop_expect_error(shop, attention_keep(shop->store, &shop->owner, &id, NULL, &shop->err),
                      ERROR_CONFLICT, "is gone");
    shop_expect(shop, attention_give_up(shop->store, &shop->owner, &id, &shop->err));
}

static void test_a_task_is_looked_at(void **state)
{
    struct shop *shop = *state;
    shop_expect(shop, store_run(shop->store,
                                "INSERT INTO attention (kind, summary, reason) VALUES"
                                " ('stock', 'sale R1-000001', 'Two are missing.')",
                                &shop->err, ""));
    struct uuid id;
    struct statement *statement =
        store_prepare(shop->store, "SELECT id FROM attention", &shop->err);
    assert_int_equal(statement_step(statement, &shop->err), 1);
    statement_uuid(statement, 0, &id);
    statement_done(statement);
    assert_int_equal(load(shop, &id).state, ATTENTION_TASK);
    shop_expect_error(shop, attention_keep(shop->store, &shop->owner, &id, NULL, &shop->err),
                      ERROR_RULE, "Nothing is to be sent");
    shop_expect_error(shop, attention_give_up(shop->store, &shop->owner, &id, &shop->err),
                      ERROR_RULE, "has landed");
    shop_expect(shop, attention_done(shop->store, &shop->owner, &id, &shop->err));
    assert_int_equal(load(shop, &id).done_at != 0, 1);
    assert_int_equal(waiting(shop), 0);
}

static void test_none_of_that_id(void **state)
{
    struct shop *shop = *state;
    struct attention about;
    struct uuid id = {{0x42}};
    shop_expect_error(shop, attention_load(shop->store, &id, shop->arena, &about, &shop->err),
                      ERROR_NOT_FOUND, "does not wait");
    shop_expect_error(shop, attention_done(shop->store, &shop->owner, &id, &shop->err),
                      ERROR_NOT_FOUND, "does not wait");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_conflict_shows_base_mine_and_theirs),
        TEST(mine_is_sent_over_theirs),
        TEST(theirs_is_taken),
        TEST(an_edited_value_is_sent_instead),
        TEST(a_decision_is_not_waved_through),
        TEST(who_may_not_write_may_not_keep),
        TEST(of_a_merged_one_only_what_was_lost_is_sent),
        TEST(a_refused_row_and_what_waited_are_sent_again),
        TEST(what_waits_is_given_up_with_it),
        TEST(what_waits_is_settled_with_what_it_waits_for),
        TEST(what_can_not_be_sent_again_changes_nothing),
        TEST(what_was_set_aside_is_sent_again),
        TEST(an_edit_of_a_row_that_is_gone),
        TEST(a_task_is_looked_at),
        TEST(none_of_that_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
