/* Erasing at the centre: the map against its schema, a person with known words in every column, and
 * terminals that hold them, sent and unsent. */
#include "sync/privacy.h"

#include "model/operation/record.h"
#include "tests/model/planted.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TENANT "00000000-0000-7000-8000-000000000001"
#define ANNA   "00000000-0000-7000-8000-000000000003"

static struct uuid id_of(const char *text)
{
    struct uuid id;
    assert_true(uuid_parse(text, &id));
    return id;
}

static struct uuid new_id(struct terminal *terminal)
{
    return uuid_v7(&terminal->scratch.env);
}

/* Anna signs in, as an administrator has to. */
static void sign_in(struct terminal *terminal)
{
    hub_run(
        arena_format(terminal->arena,
                     "INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at,"
                     " valid_until) VALUES ('" TENANT "', '%s', '" ANNA "', now(), now() +"
                     " interval '1 day') ON CONFLICT (tenant_id, terminal_id, user_id) DO"
                     " UPDATE SET signed_in_at = now()",
                     terminal_state(terminal, "terminal_id")));
}

/* Text fields of all tables of the centre that hold the word, as "table.column …". */
static const char *fields_with(const char *word)
{
    char hex[2 * 40 + 1] = "", sql[1200];
    for (size_t i = 0; word[i] != '\0' && i < 40; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)word[i]);
    snprintf(sql, sizeof sql,
             "WITH c AS MATERIALIZED (SELECT r.relname AS table_name, a.attname AS column_name FROM"
             " pg_class AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT"
             " a.attisdropped WHERE r.relnamespace = 'public'::regnamespace AND r.relkind = 'r')"
             " SELECT coalesce(string_agg(c.table_name || '.' || c.column_name, ' '), '') FROM c"
             " WHERE (xpath('//n/text()', query_to_xml(format('SELECT count(*) AS n FROM"
             " %%1$I WHERE %%2$I::text ILIKE ''%%%%%s%%%%'' OR %%2$I::text LIKE ''%%%%%s%%%%''',"
             " c.table_name, c.column_name), false, true, '')))[1]::text::int > 0",
             word, hex);
    return hub_text(sql);
}

static const char without_checks[] =
    "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname FROM"
    " pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND"
    " conparentid = 0 AND coninhcount = 0 LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', "
    "c.t, c.conname);"
    " END LOOP; END $$; SELECT analytics_make_partitions('1986-01-01', 1)";

static void the_map_knows_every_column_of_the_centre(void **state)
{
    (void)state;
    struct terminal office;
    terminal_join(&office, "office", NULL);
    const char *columns =
        hub_text("SELECT coalesce(string_agg(c.relname || '.' || a.attname, ' '), '') FROM pg_class"
                 " AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT"
                 " a.attisdropped WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN"
                 " ('r', 'p') AND NOT c.relispartition AND c.relname !~ '^(personal_|retention_t)'"
                 " AND format_type(a.atttypid, NULL) IN ('text', 'character varying', 'character',"
                 " 'jsonb', 'json', 'bytea', 'date', 'inet', 'xml') AND NOT EXISTS (SELECT FROM"
                 " personal_data AS d WHERE d.table_name = c.relname AND d.column_name ="
                 " a.attname) AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid ="
                 " c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum] AND"
                 " pg_get_constraintdef(k.oid) LIKE '%= ANY%')");
    assert_string_equal(columns, "");
    terminal_leave(&office);
}

static struct subject person_of(struct terminal *terminal, const struct uuid *customer)
{
    struct subject person;
    terminal_expect(terminal, subject_find(terminal->store, customer, NULL, terminal->arena,
                                           &person, &terminal->err));
    return person;
}

static void none_of_the_words_is_left_at_the_centre(void **state)
{
    (void)state;
    struct terminal office;
    struct buffer sql;
    struct erasure done;
    terminal_join(&office, "office", NULL);
    struct planted planted = {
        .tenant = id_of(TENANT), .customer = new_id(&office), .user = new_id(&office)};
    buffer_init(&sql);
    buffer_add(&sql, "SET session_replication_role = replica; BEGIN;");
    planted_sql(office.store, PLANTED_POSTGRES, &planted, &sql);
    buffer_add(&sql, "COMMIT; RESET session_replication_role");
    hub_run(without_checks);
    hub_run(sql.text);
    buffer_done(&sql);
    assert_string_not_equal(fields_with(PLANTED_WORD), "");
    terminal_settle(&office);
    struct subject person = person_of(&office, &planted.customer);
    hub_run("UPDATE terminal_users SET signed_in_at = now() - interval '16 minutes'");
    terminal_expect_error(&office,
                          privacy_erase(office.store, office.session, &office.owner, &person,
                                        office.arena, &done, &office.err),
                          ERROR_DENIED, "sign in");
    sign_in(&office);
    terminal_expect(&office, privacy_erase(office.store, office.session, &office.owner, &person,
                                           office.arena, &done, &office.err));
    assert_true(done.rows > 40);
    terminal_settle(&office);
    assert_string_equal(fields_with(PLANTED_WORD), "");
    assert_string_equal(fields_with("zq.example"), "");
    assert_true(person_of(&office, &planted.customer).is_erased);
    terminal_leave(&office);
}

static struct uuid add_customer(struct terminal *terminal, const char *name)
{
    struct uuid id;
    const struct change change = {.column = "name", .value = value_text(name)};
    struct operation *operation =
        operation_begin(terminal->store, "customer.create", &terminal->owner, &terminal->err);
    operation_describe(operation, "new customer %s", name);
    terminal_expect(terminal,
                    record_insert(operation, "customer_profiles", &change, 1, &id, &terminal->err));
    terminal_expect(terminal, operation_commit(operation, &terminal->err));
    return id;
}

static void edit(struct terminal *terminal, const struct uuid *id, const char *notes)
{
    const struct change change = {.column = "notes", .value = value_text(notes)};
    struct operation *operation =
        operation_begin(terminal->store, "record.edit", &terminal->owner, &terminal->err);
    operation_describe(operation, "%s", notes);
    terminal_expect(terminal,
                    record_update(operation, "customer_profiles", id, &change, 1, &terminal->err));
    terminal_expect(terminal, operation_commit(operation, &terminal->err));
}

static int words_in(struct terminal *terminal)
{
    static const char *const fields[] = {
        "SELECT count(*) FROM journal WHERE payload || summary LIKE '%zqword%'",
        "SELECT count(*) FROM outbox WHERE payload || summary LIKE '%zqword%'",
        "SELECT count(*) FROM base_rows WHERE fields LIKE '%zqword%'",
        "SELECT count(*) FROM op_rows WHERE fields LIKE '%zqword%'",
        "SELECT count(*) FROM attention WHERE summary || reason || details LIKE '%zqword%'",
        "SELECT count(*) FROM customer_profiles WHERE name || coalesce(notes, '') LIKE '%zqword%'",
        "SELECT count(*) FROM customer_search_docs WHERE words LIKE '%zqword%'",
        "SELECT count(*) FROM sync_log WHERE words LIKE '%zqword%'",
    };
    int found = 0;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        found += (int)terminal_integer(terminal, fields[i]);
    return found;
}

/* A till that was away: its unsent work of the person is sent without the words, and is taken; what
 * it sent before is known again, though it reads otherwise now. */
static void terminals_scrub_themselves(void **state)
{
    (void)state;
    struct terminal office, till;
    struct erasure done;
    terminal_join(&office, "office", NULL);
    terminal_join(&till, "register", NULL);
    struct uuid customer = add_customer(&till, "zqword Lee");
    terminal_settle(&till);
    terminal_settle(&office);
    edit(&till, &customer, "zqword unsent");
    struct subject person = person_of(&office, &customer);
    sign_in(&office);
    terminal_expect(&office, privacy_erase(office.store, office.session, &office.owner, &person,
                                           office.arena, &done, &office.err));
    terminal_settle(&office);
    assert_int_equal(words_in(&office), 0);
    assert_true(words_in(&till) > 2);
    terminal_restart(&till);
    terminal_settle(&till);
    assert_int_equal(words_in(&till), 0);
    assert_int_equal(terminal_integer(&till, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(
        terminal_integer(&till, "SELECT count(*) FROM journal WHERE sent_hash IS NOT NULL"), 0);
    terminal_settle(&office);
    assert_int_equal(words_in(&office), 0);
    assert_string_equal(fields_with("zqword"), "");
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations WHERE status NOT IN"
                                 " ('applied', 'merged')"),
                     0);
    terminal_leave(&till);
    terminal_leave(&office);
}

/* A copy of a store sends all again under a new incarnation: the centre knows scrubbed operations
 * by the hash that they have now. */
static void scrubbed_operations_are_known_again(void **state)
{
    (void)state;
    struct terminal office, till, copy;
    struct erasure done;
    terminal_join(&office, "office", NULL);
    terminal_join(&till, "register", NULL);
    struct uuid customer = add_customer(&till, "zqword Lee");
    terminal_settle(&till);
    terminal_settle(&office);
    struct subject person = person_of(&office, &customer);
    sign_in(&office);
    terminal_expect(&office, privacy_erase(office.store, office.session, &office.owner, &person,
                                           office.arena, &done, &office.err));
    terminal_settle(&till);
    terminal_clone(&till, &copy);
    terminal_add_product(&till, "NEW-1");
    terminal_settle(&till);
    terminal_add_product(&copy, "NEW-2");
    terminal_settle(&copy);
    assert_int_equal(hub_integer("SELECT count(*) FROM alarms WHERE kind = 'id reused'"), 0);
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations WHERE status NOT IN"
                                 " ('applied', 'merged')"),
                     0);
    assert_string_equal(fields_with("zqword"), "");
    terminal_leave(&copy);
    terminal_leave(&till);
    terminal_leave(&office);
}

/* Words of the trail go where somebody was erased, and not without a trace. */
static void nobody_scrubs_what_they_like(void **state)
{
    (void)state;
    struct terminal till, office;
    struct erasure done;
    struct error err;
    terminal_join(&office, "office", NULL);
    terminal_join(&till, "register", NULL);
    struct uuid customer = add_customer(&till, "Lee");
    terminal_add_product(&till, "TAKEN-1");
    terminal_settle(&till);
    terminal_settle(&office);
    const char *scrub = arena_text(
        till.arena,
        hub_text(arena_format(till.arena,
                              "SELECT format('SELECT sync_scrubbed(jsonb_build_array("
                              "jsonb_build_object(''id'', %%L, ''was'', %%L, ''is'', %%L)))',"
                              " operation_id, encode(hash, 'hex'), repeat('07', 32))"
                              " FROM applied_operations WHERE terminal_id = '%s'"
                              " ORDER BY seq DESC LIMIT 1",
                              terminal_state(&till, "terminal_id"))));
    const char *left = arena_format(till.arena,
                                    "SELECT count(*) FROM audit_logs WHERE terminal_id = '%s' AND"
                                    " details = '{\"erased\": true}'",
                                    terminal_state(&till, "terminal_id"));
    struct central *line = login_open(&till.login, &err);
    assert_non_null(line);
    assert_true(central_run(line, scrub, &err));
    assert_int_equal(hub_integer(left), 0);
    assert_int_equal(hub_integer("SELECT count(*) FROM alarms WHERE kind = 'scrubbed'"), 1);
    struct subject person = person_of(&office, &customer);
    sign_in(&office);
    terminal_expect(&office, privacy_erase(office.store, office.session, &office.owner, &person,
                                           office.arena, &done, &office.err));
    assert_true(central_run(line, scrub, &err));
    assert_true(hub_integer(left) >= 1);
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs WHERE action = 'scrubbed' AND"
                                 " terminal_id IS NULL AND sequence > 0"),
                     1);
    central_close(line);
    terminal_leave(&till);
    terminal_leave(&office);
}

/* What a till that was away sends of somebody who had worked here. */
static void who_was_erased_does_not_come_back(void **state)
{
    (void)state;
    struct terminal office;
    struct erasure done;
    struct retention kept;
    terminal_join(&office, "office", NULL);
    hub_run("INSERT INTO users (id, tenant_id, display_name, email, status) VALUES (k(40), k(1),"
            " 'Zqword Lee', 'zqword@x.de', 'invited')");
    terminal_settle(&office);
    struct uuid user = id_of("00000000-0000-7000-8000-000000000040");
    struct subject person;
    terminal_expect(&office,
                    subject_find(office.store, NULL, &user, office.arena, &person, &office.err));
    sign_in(&office);
    terminal_expect(&office, privacy_erase(office.store, office.session, &office.owner, &person,
                                           office.arena, &done, &office.err));
    assert_string_equal(fields_with("zqword"), "");
    hub_run("UPDATE users SET bio = 'zqword again' WHERE id = k(40)");
    terminal_expect(&office, privacy_retain(office.store, office.session, &office.owner, false,
                                            office.arena, &kept, &office.err));
    assert_string_equal(fields_with("zqword"), "");
    terminal_leave(&office);
}

static void what_is_open_keeps_a_person(void **state)
{
    (void)state;
    struct terminal office;
    struct erasure done;
    terminal_join(&office, "office", NULL);
    struct uuid customer = add_customer(&office, "Lee");
    terminal_settle(&office);
    char id[UUID_TEXT_SIZE];
    uuid_text(&customer, id);
    hub_run(arena_format(office.arena,
                         "INSERT INTO orders (tenant_id, order_number, kind, status, location_id,"
                         " currency, business_day, customer_id) VALUES ('" TENANT "', 'W-1',"
                         " 'sale', 'processing', k(2), 'EUR', '2026-11-20', '%s')",
                         id));
    sign_in(&office);
    struct subject person = person_of(&office, &customer);
    terminal_expect_error(&office,
                          privacy_erase(office.store, office.session, &office.owner, &person,
                                        office.arena, &done, &office.err),
                          ERROR_RULE, "order W-1 is processing");
    assert_int_equal(hub_integer("SELECT count(*) FROM customer_profiles WHERE name = 'Lee'"), 1);
    terminal_leave(&office);
}

static void rules_of_retention_are_kept_at_the_centre(void **state)
{
    (void)state;
    struct terminal office;
    struct retention done;
    terminal_join(&office, "office", NULL);
    hub_run("INSERT INTO retention_policies (tenant_id, subject_table, only_status, action,"
            " keep_days) VALUES (k(1), 'page_views', '', 'delete', 365),"
            " (k(1), 'carts', '', 'delete', 30), (k(1), 'orders', 'completed', 'archive', 730);"
            "INSERT INTO carts (id, tenant_id, currency, session_key) VALUES (k(80), k(1), 'EUR',"
            " 'a');"
            "INSERT INTO page_views (tenant_id, occurred_at, session_token, path) SELECT k(1),"
            " now() - d * interval '1 day', 'x', '/' FROM (VALUES (1), (364), (366)) AS v (d);"
            "INSERT INTO orders (tenant_id, order_number, kind, status, location_id, currency,"
            " business_day, placed_at) SELECT k(1), 'W-' || d, 'sale', 'completed', k(2), 'EUR',"
            " '2024-01-01', now() - d * interval '1 day' FROM (VALUES (700), (800)) AS v (d)");
    sign_in(&office);
    terminal_expect(&office, privacy_retain(office.store, office.session, &office.owner, true,
                                            office.arena, &done, &office.err));
    assert_int_equal(done.count, 3);
    assert_int_equal(done.rows, 2);
    assert_int_equal(hub_integer("SELECT count(*) FROM page_views"), 3);
    terminal_expect(&office, privacy_retain(office.store, office.session, &office.owner, false,
                                            office.arena, &done, &office.err));
    assert_int_equal(done.rows, 2);
    assert_int_equal(hub_integer("SELECT count(*) FROM page_views"), 2);
    assert_string_equal(hub_text("SELECT status FROM orders WHERE order_number = 'W-800'"),
                        "archived");
    assert_string_equal(hub_text("SELECT status FROM orders WHERE order_number = 'W-700'"),
                        "completed");
    assert_int_equal(hub_integer("SELECT count(*) FROM carts"), 1);
    terminal_leave(&office);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_map_knows_every_column_of_the_centre),
        TEST(none_of_the_words_is_left_at_the_centre),
        TEST(terminals_scrub_themselves),
        TEST(scrubbed_operations_are_known_again),
        TEST(nobody_scrubs_what_they_like),
        TEST(who_was_erased_does_not_come_back),
        TEST(what_is_open_keeps_a_person),
        TEST(rules_of_retention_are_kept_at_the_centre),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
