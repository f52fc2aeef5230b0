/* Making a centre, taking a shop to it, and looking after it. */
#include "sync/central_admin.h"

#include "model/overlay/exchange.h"
#include "model/people/door.h"
#include "model/store/schema.h"
#include "sync/adopt.h"
#include "sync/central_load.h"
#include "sync/session.h"
#include "tests/model/shop.h"
#include "tests/sync/centre.h"

#include <sodium.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A shop that runs alone beside a centre without it. */
struct beside {
    struct shop *shop;
    struct centre centre;
    struct central_enrolled enrolled;
    int64_t rows;
    struct error err;
};

static struct postgres *server;

static int start(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

static void begin(struct beside *beside, void **state)
{
    *beside = (struct beside){.shop = *state};
    centre_open(&beside->centre, server);
    /* It is at another place than the database it is a copy of. */
    centre_run(&beside->centre, beside->centre.admin, "SELECT sync_set_epoch()");
}

static bool adopt_it(struct beside *beside, const char *kind, const char *location)
{
    error_clear(&beside->err);
    const struct adopt_details details = {
        .url = central_public_url(beside->centre.admin, beside->centre.arena),
        .kind = kind,
        .location = location};
    return adopt(beside->shop->store, beside->centre.admin, &details, NULL, &beside->enrolled,
                 &beside->rows, &beside->err);
}

static void must_adopt(struct beside *beside)
{
    if (!adopt_it(beside, "office", NULL))
        fail_msg("%s", beside->err.text);
}

static const char *ask(struct beside *beside, const char *sql)
{
    return centre_ask(&beside->centre, beside->centre.admin, sql);
}

#define FORMAT(...) arena_format(beside.centre.arena, __VA_ARGS__)

static const char *state_of(struct beside *beside, const char *name)
{
    struct error err = {0};
    const char *text = exchange_state(beside->shop->store, name, beside->centre.arena, &err);
    assert_int_equal(err.code, ERROR_NONE);
    return text;
}

static const char awkward[] = "a\\b\tc\nd\re\\N \"x\" 'y' ünï\xf0\x9f\x8e\xa8";

static void a_shop_that_ran_alone_goes_to_the_centre(void **state)
{
    struct beside beside;
    begin(&beside, state);
    struct shop *shop = beside.shop;
    const struct change lead[] = {{.column = "name", .value = value_text(awkward)},
                                  {.column = "notes", .value = value_text("")}};
    shop_insert(shop, "leads", lead, 2);
    struct uuid order = shop_order(shop, &shop->paint, 3, "pending");
    assert_true(shop_pay(shop, &order, "cash", 11970));
    must_adopt(&beside);
    const struct schema *schema = store_schema(shop->store);
    int64_t total = 0;
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct table *table = &schema->tables[i];
        bool is_trail = strcmp(table->name, "audit_logs") == 0;
        if ((!table->travels && !is_trail) || strncmp(table->name, "terminal", 8) == 0 ||
            strcmp(table->name, "enrollment_codes") == 0)
            continue;
        int64_t here = shop_integer(shop, FORMAT("SELECT count(*) FROM %s", table->name), NULL);
        total += here;
        assert_int_equal(
            here, strtoll(ask(&beside, FORMAT("SELECT count(*) FROM %s", table->name)), NULL, 10));
    }
    assert_int_equal(total, beside.rows);
    assert_string_equal(ask(&beside, "SELECT name FROM leads"), awkward);
    assert_string_equal(ask(&beside, "SELECT notes = '' FROM leads"), "t");
    assert_int_equal(
        shop_integer(shop, "SELECT created_at FROM orders", NULL),
        strtoll(ask(&beside, "SELECT (extract(epoch FROM created_at) * 1000000)::bigint"
                             " FROM orders"),
                NULL, 10));
    assert_string_equal(ask(&beside, "SELECT count(*), count(DISTINCT tgenabled), min(tgenabled)"
                                     " FROM pg_trigger WHERE tgname IN ('stamp', 'log_insert')"
                                     " AND tgenabled <> 'A'"),
                        "0|0|");
    centre_close(&beside.centre);
}

/* Its chain is at the centre as it was written, and the terminal's own goes on from it. */
static void the_trail_goes_along(void **state)
{
    struct beside beside;
    struct login login;
    begin(&beside, state);
    struct shop *shop = beside.shop;
    shop_order(shop, &shop->paint, 3, "pending");
    must_adopt(&beside);
    assert_string_equal(ask(&beside, "SELECT count(*) FROM audit_logs AS a WHERE incarnation = 0"
                                     " AND (audit_hash(a) <> hash OR"
                                     " audit_digest(salt, summary, details) <> details_digest)"),
                        "0");
    shop_expect(shop, login_read(store_path(shop->store), &login, &shop->err));
    struct session *session = session_new(shop->store, &login, &shop->err);
    shop_expect(shop, session != NULL);
    shop_order(shop, &shop->roller, 1, "draft");
    shop_expect(shop, session_exchange(session, NULL, &shop->err));
    assert_string_equal(ask(&beside, "SELECT concat_ws(' ', sequence, flaw, action, prev_hash ="
                                     " (SELECT hash FROM audit_logs WHERE incarnation = 0"
                                     " ORDER BY sequence DESC LIMIT 1)) FROM audit_logs"
                                     " WHERE incarnation = 1 AND terminal_id IS NOT NULL"),
                        "1 order.create t");
    session_free(session);
    login_done(&login);
    centre_close(&beside.centre);
}

/* What the triggers of the centre make of the rows is what the store's made of them. */
static void what_is_derived_follows(void **state)
{
    struct beside beside;
    begin(&beside, state);
    struct shop *shop = beside.shop;
    struct uuid order = shop_order(shop, &shop->roller, 3, "pending");
    assert_true(shop_pay(shop, &order, "cash", 2550));
    must_adopt(&beside);
    int64_t there = strtoll(
        ask(&beside, "SELECT sum(on_hand_milli) FROM stock_levels AS s JOIN product_variants AS v"
                     " ON v.id = s.variant_id WHERE v.sku = 'ROLL-25'"),
        NULL, 10);
    assert_int_equal(there, -3000);
    assert_int_equal(there, shop_on_hand(shop, &shop->roller));
    centre_close(&beside.centre);
}

/* Passwords that the centre can check go along, and all second factors; the store forgets them. */
static void the_door_goes_along(void **state)
{
    struct beside beside;
    struct door_totp totp;
    unsigned char secret[DOOR_SECRET_BYTES];
    char hex[2 * DOOR_SECRET_BYTES + 1];
    begin(&beside, state);
    struct shop *shop = beside.shop;
    struct error *err = &shop->err;
    static const char hash[] = "$2y$04$abcdefghijklmnopqrstuudUg3tCLx1Rl0yKwJLD4Y8/ls8IhUumq";
    shop_expect(
        shop, door_set_password(shop->store, &shop->owner, NULL, NULL, "brush stroke", NULL, err));
    shop->cashier.proof = PROOF_PASSWORD;
    shop_expect(shop, door_totp_begin(shop->store, &shop->cashier, &totp, err));
    shop_expect(
        shop, store_begin(shop->store, err) &&
                  store_run(shop->store,
                            "INSERT INTO user_credentials (tenant_id, user_id, password_hash)"
                            " VALUES (?1, ?2, ?3)",
                            err, "uut", &shop->tenant, &shop->cashier.user_id, hash) &&
                  store_run(shop->store, "UPDATE totp_devices SET is_confirmed = TRUE", err, "") &&
                  store_commit(shop->store, err));
    struct statement *row = store_prepare(shop->store, "SELECT secret FROM totp_devices", err);
    shop_expect(shop, row != NULL && statement_step(row, err) == 1 &&
                          door_totp_unseal(shop->store, statement_value(row, 0), secret, err));
    statement_done(row);
    sodium_bin2hex(hex, sizeof hex, secret, sizeof secret);
    must_adopt(&beside);
    assert_string_equal(ask(&beside, "SELECT string_agg(sync_password_fits('paint bucket',"
                                     " password_hash)::text, ',') FROM user_credentials"),
                        "true");
    assert_string_equal(ask(&beside, "SELECT encode(pgp_sym_decrypt_bytea(secret, sync_door_key()),"
                                     " 'hex') FROM totp_devices"),
                        hex);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM user_credentials", NULL), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM totp_devices", NULL), 0);
    centre_close(&beside.centre);
}

/* The store goes on as a terminal: its next operation is the next one there. */
static void the_store_goes_on_as_a_terminal(void **state)
{
    struct beside beside;
    begin(&beside, state);
    struct shop *shop = beside.shop;
    must_adopt(&beside);
    assert_string_equal(state_of(&beside, "incarnation"), "1");
    assert_non_null(state_of(&beside, "register_id"));
    assert_string_equal(ask(&beside, "SELECT terminal_id = (SELECT id FROM terminals)"
                                     " FROM registers"),
                        "t");
    struct uuid order = shop_order(shop, &shop->roller, 1, "pending");
    struct login login;
    struct session_report report;
    if (!login_read(store_path(shop->store), &login, &beside.err))
        fail_msg("%s", beside.err.text);
    struct session *session = session_new(shop->store, &login, &beside.err);
    if (session == NULL || !session_exchange(session, &report, &beside.err))
        fail_msg("%s", beside.err.text);
    assert_false(report.made_copy);
    assert_true(report.sent > 0);
    session_free(session);
    login_done(&login);
    char id[UUID_TEXT_SIZE];
    uuid_text(&order, id);
    assert_string_equal(ask(&beside, FORMAT("SELECT status FROM orders WHERE id = '%s'", id)),
                        "pending");
    assert_string_equal(ask(&beside, "SELECT DISTINCT status, reason FROM applied_operations"),
                        "applied|");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM terminals", NULL), 1);
    centre_close(&beside.centre);
}

static void a_store_is_taken_whole_or_not_at_all(void **state)
{
    struct beside beside;
    begin(&beside, state);
    struct uuid tenant = beside.shop->tenant;
    assert_false(adopt_it(&beside, "office", "00000000-0000-0000-0000-000000000000"));
    assert_non_null(strstr(beside.err.text, "no such location"));
    assert_null(state_of(&beside, "terminal_id"));
    assert_string_equal(ask(&beside, "SELECT count(*) FROM tenants"), "0");
    assert_false(adopt_it(&beside, "pirate", NULL));
    must_adopt(&beside);
    assert_memory_equal(&beside.enrolled.tenant_id, &tenant, sizeof tenant);
    assert_false(adopt_it(&beside, "office", NULL));
    assert_int_equal(beside.err.code, ERROR_RULE);
    centre_close(&beside.centre);
}

/* The line breaks after the centre's commit: the store does not know yet. */
static void what_was_cut_off_is_finished(void **state)
{
    struct beside beside;
    begin(&beside, state);
    must_adopt(&beside);
    const char *terminal = state_of(&beside, "terminal_id");
    shop_expect(beside.shop,
                store_script(beside.shop->store, "DELETE FROM sync_state", &beside.shop->err));
    must_adopt(&beside);
    assert_string_equal(state_of(&beside, "terminal_id"), terminal);
    assert_null(state_of(&beside, "cursor"));
    assert_string_equal(ask(&beside, "SELECT count(*) FROM terminals"), "1");
    shop_expect(beside.shop,
                store_script(beside.shop->store, "DELETE FROM sync_state", &beside.shop->err));
    shop_order(beside.shop, &beside.shop->roller, 1, "pending");
    assert_false(adopt_it(&beside, "office", NULL));
    assert_non_null(strstr(beside.err.text, "since then"));
    centre_close(&beside.centre);
}

static void things_are_found_by_what_people_call_them(void **state)
{
    struct beside beside;
    struct centre_shop one, two;
    const char *id;
    (void)state;
    beside = (struct beside){0};
    centre_open(&beside.centre, server);
    struct central *line = beside.centre.admin;
    struct arena *arena = beside.centre.arena;
    assert_false(central_find(line, CENTRAL_SHOP, NULL, NULL, arena, &id, &beside.err));
    assert_int_equal(beside.err.code, ERROR_NOT_FOUND);
    centre_shop(&beside.centre, "one", &one);
    assert_true(central_find(line, CENTRAL_SHOP, NULL, NULL, arena, &id, &beside.err));
    assert_string_equal(id, one.tenant);
    centre_shop(&beside.centre, "two", &two);
    assert_false(central_find(line, CENTRAL_SHOP, NULL, NULL, arena, &id, &beside.err));
    assert_non_null(strstr(beside.err.text, "one, two"));
    assert_true(central_find(line, CENTRAL_SHOP, NULL, "two", arena, &id, &beside.err));
    assert_string_equal(id, two.tenant);
    assert_true(central_find(line, CENTRAL_LOCATION, one.tenant, "There", arena, &id, &beside.err));
    assert_string_equal(id, one.there);
    assert_true(central_find(line, CENTRAL_PERSON, two.tenant, "ANNA", arena, &id, &beside.err));
    assert_string_equal(id, two.anna);
    assert_false(central_find(line, CENTRAL_PERSON, two.tenant, "zoe", arena, &id, &beside.err));
    assert_non_null(strstr(beside.err.text, "anna, ben, owner"));
    assert_true(central_find(line, CENTRAL_PERSON, two.tenant, NULL, arena, &id, &beside.err));
    assert_null(id);
    centre_close(&beside.centre);
}

/* A centre with a shop and a terminal. */
static void one_shop(struct centre *centre, struct centre_shop *shop,
                     struct centre_terminal *terminal)
{
    centre_open(centre, server);
    centre_shop(centre, "one", shop);
    centre_join(centre, shop, "office", NULL, NULL, terminal);
}

static void programs_see_their_shop_alone(void **state)
{
    struct centre centre;
    struct centre_shop shop, other;
    struct centre_terminal till;
    (void)state;
    one_shop(&centre, &shop, &till);
    centre_shop(&centre, "two", &other);
    centre_run(&centre, centre.admin, "CREATE ROLE webshop LOGIN");
    centre_run(&centre, centre.admin,
               arena_format(centre.arena, "SELECT sync_grant_app('webshop', '%s')", shop.tenant));
    struct central *line = centre_connect(&centre, "webshop");
    const char *at = centre_ask(&centre, till.line, "SELECT snapshot FROM sync_pull_head(NULL)");
    assert_string_equal(centre_ask(&centre, line, "SELECT id FROM tenants"), shop.tenant);
    centre_run(&centre, line,
               arena_format(centre.arena, "UPDATE users SET bio = 'web' WHERE id IN ('%s', '%s')",
                            shop.anna, other.anna));
    assert_string_equal(
        centre_ask(&centre, till.line,
                   arena_format(centre.arena, "SELECT row_id FROM sync_changes('%s')", at)),
        shop.anna);
    centre_refused(&centre, line, "SELECT sync_hello('{}')", "permission denied");
    centre_refused(
        &centre, centre.admin,
        arena_format(centre.arena, "SELECT sync_grant_app('postgres', '%s')", shop.tenant),
        "every tenant");
    centre_refused(
        &centre, centre.admin,
        arena_format(centre.arena, "SELECT sync_grant_app('nobody at all', '%s')", shop.tenant),
        "no role");
    centre_run(&centre, centre.admin,
               "SELECT sync_revoke(id) FROM terminals WHERE kind = 'service'");
    struct error err;
    assert_false(central_run(line, "SELECT 1 FROM users", &err));
    central_close(line);
    centre_leave(&till);
    centre_run(&centre, centre.admin, "DROP ROLE webshop");
    centre_close(&centre);
}

static void the_watchdog_ends_what_is_overdue(void **state)
{
    struct centre centre;
    struct centre_shop shop;
    struct centre_terminal idle, busy;
    struct error err;
    (void)state;
    one_shop(&centre, &shop, &idle);
    centre_join(&centre, &shop, "office", NULL, NULL, &busy);
    centre_run(&centre, busy.line, "BEGIN; SELECT 1");
    assert_string_equal(centre_ask(&centre, centre.admin, "SELECT * FROM sync_watchdog()"), "");
    assert_string_equal(
        centre_ask(&centre, centre.admin, "SELECT role_name FROM sync_watchdog('0 seconds')"),
        busy.role);
    assert_false(central_run(busy.line, "SELECT 1", &err));
    assert_true(central_run(idle.line, "SELECT 1", &err));
    centre_leave(&idle);
    centre_leave(&busy);
    centre_close(&centre);
}

static void a_password_that_was_set_signs_in(void **state)
{
    struct centre centre;
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    one_shop(&centre, &shop, &till);
    for (int i = 0; i < 2; i++)
        centre_run(&centre, centre.admin,
                   arena_format(centre.arena, "SELECT sync_set_password('%s', '%s', 'secret %d')",
                                shop.tenant, shop.anna, i));
    const char *answer = centre_sign_in(&centre, till.line, "anna", "secret 1", NULL);
    assert_string_equal(centre_member(&centre, answer, "user_id"), shop.anna);
    centre_leave(&till);
    centre_close(&centre);
}

static void the_views_tell_how_it_stands(void **state)
{
    struct centre centre;
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    one_shop(&centre, &shop, &till);
    centre_ask(&centre, till.line, "SELECT sync_hello('{\"schema_version\": 25}')");
    assert_string_equal(centre_ask(&centre, centre.admin,
                                   "SELECT shop, name, kind, state, schema_version"
                                   " FROM sync_terminals"),
                        "one|Office 1|office|connected|25");
    assert_string_equal(centre_ask(&centre, centre.admin,
                                   "SELECT count(*), min(place), max(place) FROM"
                                   " sync_health WHERE value IS NOT NULL"),
                        "14|1|14");
    centre_refused(&centre, till.line, "SELECT * FROM sync_terminals", "permission denied");
    centre_leave(&till);
    centre_close(&centre);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_shop_that_ran_alone_goes_to_the_centre, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(the_trail_goes_along, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(what_is_derived_follows, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(the_door_goes_along, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(the_store_goes_on_as_a_terminal, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(a_store_is_taken_whole_or_not_at_all, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(what_was_cut_off_is_finished, shop_setup, shop_teardown),
        cmocka_unit_test(things_are_found_by_what_people_call_them),
        cmocka_unit_test(programs_see_their_shop_alone),
        cmocka_unit_test(the_watchdog_ends_what_is_overdue),
        cmocka_unit_test(a_password_that_was_set_signs_in),
        cmocka_unit_test(the_views_tell_how_it_stands),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
