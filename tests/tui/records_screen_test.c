/* Every table on the screen: browsed, opened, made, changed, deleted and restored. */
#include "tests/model/shop.h"
#include "tests/tui/scene.h"
#include "tests/tui/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static void open_table(char *steps, size_t size, const char *label, const char *rest)
{
    snprintf(steps, size, "keys ctrl-k\ntype records\nkeys enter /\ntype %s\nkeys enter\n%s", label,
             rest);
}

static struct uuid add_customer(struct shop *shop, const char *name, const char *phone)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "phone", .value = value_text(phone)},
    };
    return shop_insert(shop, "customer_profiles", changes, phone != NULL ? 2 : 1);
}

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    add_customer(shop, "Anna Berg", "030 555 12");
    add_customer(shop, "Ömer Çelik", NULL);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    assert_true(shop_pay(shop, &order, "card", 3990));
    return 0;
}

static int tear_down(void **state)
{
    return shop_teardown(state);
}

static const char *home(const struct shop *shop)
{
    return shop->scratch.folder;
}

/* What is done in the table of that label. */
static void play(struct shop *shop, const char *label, const char *rest)
{
    char steps[4096];
    open_table(steps, sizeof steps, label, rest);
    scene_play(home(shop), "Olga Owner", steps);
}

static int64_t count(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

static void check_sizes(struct shop *shop, const char *label, const char *keys, const char *name)
{
    static const char *const sizes[] = {"80x24", "60x15", "200x50"};
    char rest[1024], golden[64];
    snprintf(rest, sizeof rest,
             "%ssave %s_80x24\nsize 60 15\nsave %s_60x15\nsize 200 50\nsave %s_200x50\n", keys,
             name, name, name);
    play(shop, label, rest);
    for (size_t i = 0; i < 3; i++) {
        snprintf(golden, sizeof golden, "%s_%s", name, sizes[i]);
        scene_check(home(shop), golden);
    }
}

static void test_the_tables_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    scene_play(home(shop), "Olga Owner",
               "keys ctrl-k\ntype records\nkeys enter\nsave records_80x24\nsize 60 15\nsave "
               "records_60x15\nsize 200 50\n"
               "save records_200x50\nsize 80 24\nkeys /\ntype custom\nsave records_found\n"
               "expect Customer profiles\nreject Locations\nkeys esc\nexpect Locations\n");
    scene_check(home(shop), "records_80x24");
    scene_check(home(shop), "records_60x15");
    scene_check(home(shop), "records_200x50");
    scene_check(home(shop), "records_found");
}

static void test_a_table_in_three_sizes(void **state)
{
    check_sizes(*state, "customer profiles", "", "table");
}

static void test_a_row_in_three_sizes(void **state)
{
    check_sizes(*state, "customer profiles", "keys enter\n", "record");
}

static void test_a_form_in_three_sizes(void **state)
{
    check_sizes(*state, "products", "keys enter E\n", "record_form");
}

static void test_every_table_opens(void **state)
{
    struct shop *shop = *state;
    const struct schema *schema = store_schema(shop->store);
    struct buffer steps;
    buffer_init(&steps);
    buffer_add(&steps, "keys ctrl-k\ntype records\nkeys enter\n");
    for (size_t i = 0; i < schema->table_count; i++)
        buffer_format(&steps, "keys /\ntype %s\nkeys enter\nexpect %s\nkeys enter esc\n%s",
                      schema->tables[i].label, schema->tables[i].label,
                      "keys ctrl-k\ntype records\nkeys enter\nexpect RECORDS\n");
    scene_play(home(shop), "Olga Owner", steps.text);
    buffer_done(&steps);
}

static void test_a_row_is_made_changed_and_taken_back(void **state)
{
    struct shop *shop = *state;
    play(shop, "customer profiles",
         "keys n\ntype Lee, Kim\nkeys ctrl-s\nexpect Saved\nexpect Lee, Kim\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM customer_profiles"
                                 " WHERE name = 'Lee, Kim' AND name_key = 'lee, kim'"),
                     1);
    play(shop, "customer profiles",
         "size 200 50\nkeys enter E ctrl-e\ntype my\nkeys ctrl-s\nexpect Lee, Kimmy\n"
         "expect (Name)\nkeys u\nexpect (undone)\nreject Name              Lee, Kimmy\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM customer_profiles WHERE name = 'Lee, Kim'"),
                     1);
}

static void test_a_form_refuses_what_the_schema_does(void **state)
{
    struct shop *shop = *state;
    play(shop, "products",
         "keys enter E tab tab tab ctrl-u\ntype dear\nkeys ctrl-s\nsave record_form_wrong\n"
         "expect is no amount\nkeys ctrl-u\ntype 41\nkeys ctrl-s\nexpect Saved\n");
    scene_check(home(shop), "record_form_wrong");
    assert_int_equal(count(shop, "SELECT count(*) FROM products WHERE price_cents = 4100"), 1);
    play(shop, "customer profiles", "keys n ctrl-s\nexpect Name is required\nkeys esc\n");
}

static void test_a_new_row_begins_with_the_shop(void **state)
{
    struct shop *shop = *state;
    play(shop, "suppliers", "keys n\nexpect EUR\ntype Paint works\nkeys ctrl-s\nexpect Saved\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM suppliers WHERE currency = 'EUR'"), 1);
}

static void test_a_reference_is_looked_up_and_followed(void **state)
{
    struct shop *shop = *state;
    play(shop, "product variants",
         "size 200 50\nkeys enter\nexpect Product variants:\nkeys down\nkeys enter\n"
         "expect Products:\n"
         "expect Referred to by\nexpect Product variants\nkeys esc\nexpect Product variants:\n");
    play(shop, "customer profiles",
         "keys n\ntype Lee\nkeys tab\ntype cash\nexpect Kim Cashier\nkeys enter ctrl-s\n"
         "expect Saved\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM customer_profiles AS c JOIN users AS u"
                                 " ON u.id = c.user_id WHERE u.username = 'kim'"),
                     1);
}

static void test_what_refers_to_a_row_is_listed(void **state)
{
    struct shop *shop = *state;
    play(shop, "locations",
         "size 200 50\nkeys /\ntype main\nkeys enter enter\nexpect Referred to by\nexpect "
         "Orders\nkeys tab\n"
         "keys home enter\nexpect of \nkeys esc\nexpect Referred to by\n");
}

static void test_rows_are_deleted_shown_and_restored(void **state)
{
    struct shop *shop = *state;
    play(shop, "customer profiles",
         "keys space space d\nexpect Delete 2 rows\nkeys enter\nreject Deleted\nkeys d\n"
         "type 2\nkeys enter\nexpect Deleted 2 rows\nsave table_deleted\n");
    scene_check(home(shop), "table_deleted");
    assert_int_equal(
        count(shop, "SELECT count(*) FROM customer_profiles WHERE deleted_at IS NOT NULL"), 2);
    play(shop, "customer profiles",
         "keys D /\ntype -deleted:none\nkeys enter\nsave table_with_deleted\nkeys + r\ntype 2\n"
         "keys enter\nexpect Restored 2 rows\nkeys u\nexpect ndone\n");
    scene_check(home(shop), "table_with_deleted");
    assert_int_equal(
        count(shop, "SELECT count(*) FROM customer_profiles WHERE deleted_at IS NOT NULL"), 2);
}

static void test_what_must_stay_is_told(void **state)
{
    struct shop *shop = *state;
    play(shop, "locations", "keys /\ntype main\nkeys enter d y\nexpect can't be deleted\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM locations WHERE deleted_at IS NOT NULL"), 0);
}

static void test_history_is_read_only(void **state)
{
    struct shop *shop = *state;
    play(shop, "order events", "keys E\nexpect Order R1-000001\n");
    play(shop, "stock movements", "keys d\nexpect history\n");
    play(shop, "order sums", "keys n\nexpect the program keeps\n");
    play(shop, "currencies", "keys enter\nexpect Currencies: row\nkeys E\nexpect the program\n");
    play(shop, "payments", "keys d\nexpect the order that it belongs to\n");
}

static void test_stock_is_corrected_by_its_verb(void **state)
{
    struct shop *shop = *state;
    int64_t before = shop_on_hand(shop, &shop->paint);
    play(shop, "stock movements",
         "keys n\nexpect Correct stock\nexpect Main store\ntype latex\nexpect LATEX-10\n"
         "keys enter tab tab\ntype 0\nkeys enter\nexpect by how many\nkeys ctrl-u\ntype -2\n"
         "keys tab\ntype dam\nkeys enter\nsave stock_form\nkeys enter\nexpect Stock corrected\n"
         "expect damage\n");
    scene_check(home(shop), "stock_form");
    assert_int_equal(shop_on_hand(shop, &shop->paint), before - 2000);
    shop_check(shop);
}

static void test_a_right_that_is_missing_is_named(void **state)
{
    struct shop *shop = *state;
    char steps[512];
    open_table(steps, sizeof steps, "products",
               "keys n\nexpect catalog.edit\nkeys d\n"
               "expect catalog.delete\n");
    scene_play(home(shop), "kim", steps);
    assert_int_equal(count(shop, "SELECT count(*) FROM products WHERE deleted_at IS NOT NULL"), 0);
}

static void test_some_tables_are_not_everybodys(void **state)
{
    struct shop *shop = *state;
    char steps[512];
    scene_play(home(shop), "kim",
               "keys ctrl-k\ntype records\nkeys enter /\ntype audit\nexpect not yours to read\n"
               "keys enter\nexpect audit.read\nexpect RECORDS\n");
    open_table(steps, sizeof steps, "order items", "keys e\nexpect orders.export\nreject Format\n");
    scene_play(home(shop), "kim", steps);
    play(shop, "order items", "keys e\nexpect Format\n");
}

static void test_the_history_says_what_was_done(void **state)
{
    struct shop *shop = *state;
    play(shop, "customer profiles", "keys enter E ctrl-e\ntype ler\nkeys ctrl-s u\n");
    scene_play(home(shop), "Olga Owner",
               "keys ctrl-k\ntype history\nkeys enter\nexpect HISTORY\nsave history_80x24\nkeys "
               "enter\nsave operation_80x24\nkeys esc /\n"
               "type state:undone\nkeys enter\nexpect 1 of 1\n");
    scene_check(home(shop), "history_80x24");
    scene_check(home(shop), "operation_80x24");
}

static void test_ctrl_k_goes_to_tables_and_rows(void **state)
{
    struct shop *shop = *state;
    scene_play(home(shop), "Olga Owner",
               "keys ctrl-k\ntype berg\nsave goto_row\nkeys enter\nexpect Anna Berg\n"
               "expect 030 555 12\nkeys ctrl-k\ntype tax rat\nexpect table\nkeys enter\n"
               "expect Tax rates\nkeys ctrl-k\ntype delet\nexpect Delete the marked rows\n");
    scene_check(home(shop), "goto_row");
}

/* Another program writes while the form is open. */
static void change_meanwhile(struct shop *shop)
{
    const struct change change = {.column = "phone", .value = value_text("0170 1")};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    shop_expect(shop, record_update(operation, "customer_profiles", &shop->customer, &change, 1,
                                    &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

static void open_form(struct terminal *terminal, struct shop *shop)
{
    static const char *const settings[] = {NULL};
    static const char *const arguments[] = {"--screen", "records", "--as", "Olga Owner", NULL};
    terminal_start(terminal, 24, 80, home(shop), settings, arguments);
    terminal_wait_for(terminal, "RECORDS");
    terminal_send(terminal, "/");
    terminal_wait_for(terminal, "a part of a table's name");
    terminal_send(terminal, "customer profiles");
    terminal_wait_for(terminal, "1 of ");
    terminal_send(terminal, "\r");
    terminal_wait_for(terminal, "Jo Meyer");
    terminal_send(terminal, "/");
    terminal_wait_for(terminal, "Tab completes");
    terminal_send(terminal, "meyer");
    terminal_wait_for(terminal, "1 of 1");
    terminal_send(terminal, "\r");
    terminal_wait_for(terminal, "enter open");
    terminal_send(terminal, "E");
    terminal_wait_for(terminal, "ctrl-s save");
    for (int i = 0; i < 4; i++)
        terminal_send(terminal, "\t");
    terminal_send(terminal, "99");
}

static void end(struct terminal *terminal)
{
    terminal_send(terminal, "\021");
    assert_true(WIFEXITED(terminal_end(terminal)));
    terminal_free(terminal);
}

static void test_a_conflict_shows_both_and_asks(void **state)
{
    struct shop *shop = *state;
    struct terminal terminal;
    open_form(&terminal, shop);
    terminal_wait_for(&terminal, "99");
    change_meanwhile(shop);
    terminal_send(&terminal, "\023");
    terminal_wait_for(&terminal, "Changed by somebody else meanwhile");
    terminal_wait_for(&terminal, "Take theirs: 0170 1");
    terminal_send(&terminal, "\033[A\033[A");
    terminal_send(&terminal, "\r");
    terminal_wait_for(&terminal, "Saved");
    end(&terminal);
    assert_int_equal(count(shop, "SELECT count(*) FROM customer_profiles"
                                 " WHERE phone = '0151 2345699'"),
                     1);
}

static void test_theirs_can_be_taken(void **state)
{
    struct shop *shop = *state;
    struct terminal terminal;
    open_form(&terminal, shop);
    terminal_wait_for(&terminal, "99");
    change_meanwhile(shop);
    terminal_send(&terminal, "\023");
    terminal_wait_for(&terminal, "Take theirs: 0170 1");
    terminal_send(&terminal, "\033[A");
    terminal_send(&terminal, "\r");
    terminal_wait_for(&terminal, "Took theirs");
    terminal_wait_for(&terminal, "0170 1");
    end(&terminal);
    assert_int_equal(count(shop, "SELECT count(*) FROM customer_profiles WHERE phone = '0170 1'"),
                     1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_the_tables_in_three_sizes),
        CASE(test_a_table_in_three_sizes),
        CASE(test_a_row_in_three_sizes),
        CASE(test_a_form_in_three_sizes),
        CASE(test_every_table_opens),
        CASE(test_a_row_is_made_changed_and_taken_back),
        CASE(test_a_form_refuses_what_the_schema_does),
        CASE(test_a_new_row_begins_with_the_shop),
        CASE(test_a_reference_is_looked_up_and_followed),
        CASE(test_what_refers_to_a_row_is_listed),
        CASE(test_rows_are_deleted_shown_and_restored),
        CASE(test_what_must_stay_is_told),
        CASE(test_history_is_read_only),
        CASE(test_stock_is_corrected_by_its_verb),
        CASE(test_a_right_that_is_missing_is_named),
        CASE(test_some_tables_are_not_everybodys),
        CASE(test_the_history_says_what_was_done),
        CASE(test_ctrl_k_goes_to_tables_and_rows),
        CASE(test_a_conflict_shows_both_and_asks),
        CASE(test_theirs_can_be_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
