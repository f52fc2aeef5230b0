/* The corpus of awkward text as names, numbers and notes of a shop, through the lists, the cards
 * and the forms of orders and records: nothing but harmless text may reach the terminal. */
#include "model/talk/talk.h"
#include "tests/model/plain_sqlite.h"
#include "tests/model/shop.h"
#include "tests/tui/harmless.h"
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

enum { ROWS = 100, COLUMNS = 132 };

static const char *texts[CORPUS_MOST];
static int text_count;

/* Past the model, which would refuse some of it: as another program could have written it. */
static void overwrite(const struct shop *shop, const char *sql)
{
    sqlite3 *db = plain_sqlite_open(shop->scratch.store);
    sqlite3_stmt *statement = NULL;
    sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    for (int i = 0; i < text_count; i++) {
        sqlite3_bind_text(statement, 1, texts[i], -1, SQLITE_STATIC);
        sqlite3_bind_int(statement, 2, i);
        if (sqlite3_step(statement) != SQLITE_DONE)
            fail_msg("%s: %s", texts[i], sqlite3_errmsg(db));
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    text_count = corpus_read(texts);
    for (int i = 0; i < text_count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        const struct change name = {.column = "name", .value = value_text(number)};
        shop_insert(shop, "customer_profiles", &name, 1);
        shop_order(shop, &shop->advice, 1, "pending");
    }
    overwrite(shop, "UPDATE customer_profiles SET name = ?1, notes = ?1, company = ?1, address ="
                    " json_object('street', ?1) WHERE id = (SELECT id FROM customer_profiles"
                    " ORDER BY id LIMIT 1 OFFSET ?2)");
    overwrite(shop, "UPDATE orders SET customer_name = ?1, notes = ?1, order_number = ?1 || ?2"
                    " WHERE id = (SELECT id FROM orders ORDER BY id LIMIT 1 OFFSET ?2)");
    overwrite(shop, "UPDATE order_items SET name = ?1, sku = ?1 WHERE id ="
                    " (SELECT id FROM order_items ORDER BY id LIMIT 1 OFFSET ?2)");
    return 0;
}

static int tear_down(void **state)
{
    corpus_free();
    return shop_teardown(state);
}

static void start(struct terminal *terminal, const struct shop *shop, const char *screen)
{
    static const char *const settings[] = {NULL};
    const char *const arguments[] = {"--screen", screen, NULL};
    terminal_start(terminal, ROWS, COLUMNS, shop->scratch.folder, settings, arguments);
}

static void end(struct terminal *terminal)
{
    terminal_send(terminal, "\021");
    int status = terminal_end(terminal);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    expect_harmless(&terminal->raw);
    terminal_free(terminal);
}

static void press(struct terminal *terminal, const char *keys, const char *then)
{
    terminal_send(terminal, keys);
    terminal_wait_for(terminal, then);
}

static void test_records_show_harmless_text(void **state)
{
    struct terminal terminal;
    start(&terminal, *state, "records");
    terminal_wait_for(&terminal, "Locations");
    press(&terminal, "/", "a part of a table's name");
    press(&terminal, "customer prof", "1 of");
    press(&terminal, "\r", "leading");
    for (int i = 0; i < text_count; i++) {
        press(&terminal, "\r", "Referred to by");
        press(&terminal, "E", "ctrl-s save");
        press(&terminal, "\033", "Referred to by");
        press(&terminal, "\033", "/ filter");
        terminal_send(&terminal, "j");
    }
    end(&terminal);
}

static void test_orders_show_harmless_text(void **state)
{
    struct terminal terminal;
    start(&terminal, *state, "orders");
    terminal_wait_for(&terminal, "ORDERS");
    terminal_wait_for(&terminal, "60.00");
    for (int i = 0; i < text_count; i++) {
        press(&terminal, "\r", "p pay  s status");
        press(&terminal, "\033", "ORDERS");
        terminal_send(&terminal, "j");
    }
    end(&terminal);
}

/* A parked order and a product for each text. */
static void add_to_sell(struct shop *shop)
{
    for (int i = 0; i < text_count; i++) {
        char sku[16];
        snprintf(sku, sizeof sku, "AWK-%d", i);
        shop_product(shop, "Thing", sku, 100, false);
        shop_order(shop, &shop->advice, 1, "parked");
    }
    overwrite(shop, "UPDATE products SET name = ?1 WHERE sku = 'AWK-' || ?2");
    overwrite(shop,
              "UPDATE orders SET customer_name = ?1, notes = ?1, order_number = ?1 || '+' || ?2,"
              " shipping_address = json_object('street', ?1) WHERE id = (SELECT id FROM"
              " orders WHERE status = 'parked' ORDER BY id LIMIT 1 OFFSET ?2)");
    overwrite(shop, "UPDATE order_items SET name = ?1, sku = ?1 WHERE order_id = (SELECT id FROM"
                    " orders WHERE status = 'parked' ORDER BY id LIMIT 1 OFFSET ?2)");
}

static void test_the_order_form_shows_harmless_text(void **state)
{
    struct terminal terminal;
    add_to_sell(*state);
    start(&terminal, *state, "orders");
    terminal_wait_for(&terminal, "60.00");
    press(&terminal, "\t", "parked");
    for (int i = 0; i < text_count; i++) {
        press(&terminal, "E", "TO PAY");
        press(&terminal, "\033n", "Notes and addresses");
        terminal_send(&terminal, "\033");
        terminal_wait_gone(&terminal, "Notes and addresses");
        press(&terminal, "\033", "ORDERS");
        terminal_send(&terminal, "j");
    }
    press(&terminal, "n", "Scan an item");
    press(&terminal, "awk\r", "Which one?");
    terminal_wait_for(&terminal, "AWK-");
    for (int i = 0; i < text_count; i++)
        terminal_send(&terminal, "\033[B");
    press(&terminal, "\r", "1 line");
    press(&terminal, "\033c", "phone");
    press(&terminal, "owned", "owned");
    terminal_send(&terminal, "\r");
    terminal_wait_for(&terminal, "TO PAY");
    end(&terminal);
}

static void test_the_sale_shows_harmless_text(void **state)
{
    struct terminal terminal;
    char scan[32], row[32];
    add_to_sell(*state);
    start(&terminal, *state, "sale");
    terminal_wait_for(&terminal, "Scan an item");
    press(&terminal, "\033k", "Parked sales");
    terminal_send(&terminal, "\033");
    terminal_wait_gone(&terminal, "Parked sales");
    for (int i = 0; i < text_count; i++) {
        snprintf(scan, sizeof scan, "AWK-%d\r", i);
        snprintf(row, sizeof row, ">%d ", i + 1);
        press(&terminal, scan, row);
    }
    press(&terminal, "pc awk-0", "> pc awk-0");
    press(&terminal, "\r", "Price check");
    press(&terminal, "\r", "TO PAY");
    end(&terminal);
}

static void test_go_to_shows_harmless_text(void **state)
{
    struct terminal terminal;
    start(&terminal, *state, "messages");
    terminal_wait_for(&terminal, "MESSAGES");
    press(&terminal, "\013", "Go to");
    press(&terminal, "ti", "Customer profiles");
    terminal_wait_for(&terminal, "owned");
    terminal_send(&terminal, "\033");
    terminal_wait_gone(&terminal, "Go to");
    end(&terminal);
}

/* A message, a channel, a reaction and a reply for each text, and an author whose name it is. */
static void add_talk(struct shop *shop)
{
    struct uuid channel, message;
    struct message_draft draft = {.content = "said"};
    for (int i = 0; i < text_count; i++) {
        char name[24];
        snprintf(name, sizeof name, "channel %d", i);
        shop_expect(shop, channel_new(shop->store, &shop->owner, name, "x", CHANNEL_PUBLIC,
                                      &channel, &shop->err));
        draft.channel = channel;
        draft.thread = (struct uuid){{0}};
        shop_expect(shop, message_say(shop->store, &shop->cashier, &draft, &message, &shop->err));
        message_react(shop->store, &shop->owner, &message, texts[i], NULL); /* as far as taken */
        draft.thread = message;
        shop_expect(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err));
    }
    draft.thread = (struct uuid){{0}};
    shop_expect(shop, channel_find(shop->store, &shop->owner.user_id, "#general", &draft.channel,
                                   &shop->err));
    shop_expect(shop, message_say(shop->store, &shop->owner, &draft, &message, &shop->err));
    draft.thread = message;
    shop_expect(shop, message_say(shop->store, &shop->owner, &draft, NULL, &shop->err));
    overwrite(shop, "UPDATE messages SET content = ?1 WHERE id ="
                    " (SELECT id FROM messages ORDER BY id LIMIT 1 OFFSET 2 * ?2)");
    overwrite(shop,
              "UPDATE channels SET description = ?1, name = ?1 WHERE name = 'channel ' || ?2");
    overwrite(shop, "UPDATE users SET display_name = ?1 || ?2 WHERE username = 'kim'");
}

static void test_channels_show_harmless_text(void **state)
{
    struct terminal terminal;
    add_talk(*state);
    start(&terminal, *state, "channels");
    terminal_wait_for(&terminal, "1 reply");
    press(&terminal, "\033[Z", "i writes");
    press(&terminal, "t", "Thread");
    for (int i = 0; i < text_count; i++) {
        press(&terminal, "\033n", "#"); /* a long one has no room for its replies */
        press(&terminal, "\t", "Enter sends");
        press(&terminal, "\033[Z", "i writes");
    }
    press(&terminal, "i", "Enter sends");
    press(&terminal, "@\t", "channel");
    end(&terminal);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_records_show_harmless_text),         CASE(test_orders_show_harmless_text),
        CASE(test_the_order_form_shows_harmless_text), CASE(test_the_sale_shows_harmless_text),
        CASE(test_go_to_shows_harmless_text),          CASE(test_channels_show_harmless_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
