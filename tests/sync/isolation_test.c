/* A hostile program with a terminal's credentials, and what it finds: nothing of another shop, of
 * other people's messages, or of what is secret. Shop A is its own, shop B another's. */
#include "tests/sync/centre.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct centre centre;
static struct centre_shop ours, theirs;
static struct centre_terminal till; /* ours, where Anna is signed in */
static struct central *shop_program, *many_program;

/* Rows that the attempts are about, made by the administrator. */
enum thing {
    PRODUCT, /* ours */
    AUDIT,
    THEIR_PRODUCT,
    THEIR_CUSTOMER,
    THEIR_ORDER,
    PRIVATE, /* our channel of Ben and the owner */
    SECRET,  /* a message in it */
    NOBODY,  /* no row at all */
    THINGS
};
static const char *ids[THINGS];

#define FORMAT(...) arena_format(centre.arena, __VA_ARGS__)

static const char *admin(const char *sql)
{
    return centre_ask(&centre, centre.admin, sql);
}

static void run(const char *sql)
{
    centre_run(&centre, centre.admin, sql);
}

static void make_things(void)
{
    for (size_t i = 0; i < THINGS; i++)
        ids[i] = admin("SELECT uuidv7()");
    run(FORMAT("INSERT INTO products (id, tenant_id, name, slug, sku, currency) VALUES"
               " ('%s', '%s', 'Latex', 'latex', 'L-1', 'EUR'),"
               " ('%s', '%s', 'Their latex', 'theirs', 'L-2', 'EUR')",
               ids[PRODUCT], ours.tenant, ids[THEIR_PRODUCT], theirs.tenant));
    run(FORMAT("INSERT INTO customer_profiles (id, tenant_id, name) VALUES ('%s', '%s', 'Lee')",
               ids[THEIR_CUSTOMER], theirs.tenant));
    run(FORMAT("INSERT INTO orders (id, tenant_id, order_number, kind, status, location_id,"
               " currency, subtotal_cents, total_cents, business_day) VALUES"
               " ('%s', '%s', 'R1-1', 'sale', 'pending', '%s', 'EUR', 100, 100, '2026-11-20')",
               ids[THEIR_ORDER], theirs.tenant, theirs.here));
    run(FORMAT("INSERT INTO audit_logs (id, tenant_id, action) VALUES ('%s', '%s', 'sale')",
               ids[AUDIT], ours.tenant));
    run(FORMAT("INSERT INTO channels (id, tenant_id, name, slug, channel_type) VALUES"
               " ('%s', '%s', 'private', 'private', 'direct')",
               ids[PRIVATE], ours.tenant));
    run(FORMAT("INSERT INTO channel_members (tenant_id, channel_id, user_id) VALUES"
               " ('%s', '%s', '%s'), ('%s', '%s', '%s')",
               ours.tenant, ids[PRIVATE], ours.ben, ours.tenant, ids[PRIVATE], ours.owner));
    run(FORMAT("INSERT INTO messages (id, tenant_id, channel_id, user_id, content) VALUES"
               " ('%s', '%s', '%s', '%s', 'psst')",
               ids[SECRET], ours.tenant, ids[PRIVATE], ours.ben));
    run(FORMAT("INSERT INTO notifications (tenant_id, user_id, kind, title) VALUES"
               " ('%s', '%s', 'x', 'for Ben alone')",
               ours.tenant, ours.ben));
    run(FORMAT("INSERT INTO user_credentials (tenant_id, user_id, password_hash) VALUES"
               " ('%s', '%s', '$2a$04$secret'), ('%s', '%s', '$2a$04$secret')",
               ours.tenant, ours.owner, theirs.tenant, theirs.owner));
}

/* Anna may do what the attempts below need, so that it is not for her rights that they fail. */
static void give_rights(void)
{
    run(FORMAT("WITH r AS (INSERT INTO roles (tenant_id, name) VALUES ('%s', 'all') RETURNING id)"
               ", p AS (INSERT INTO role_permissions (tenant_id, role_id, permission)"
               "  SELECT '%s', r.id, p.name FROM r, permissions AS p)"
               " INSERT INTO user_roles (tenant_id, user_id, role_id, location_id)"
               " SELECT '%s', '%s', r.id, '%s' FROM r",
               ours.tenant, ours.tenant, ours.tenant, ours.anna, ours.here));
}

static int start(void **state)
{
    (void)state;
    server = postgres_start();
    if (server == NULL)
        return 0;
    centre_open(&centre, server);
    centre_shop(&centre, "ours", &ours);
    centre_shop(&centre, "theirs", &theirs);
    make_things();
    give_rights();
    centre_join(&centre, &ours, "office", ours.here, ours.anna, &till);
    run("CREATE ROLE web_shop LOGIN; CREATE ROLE crm LOGIN; GRANT ct_app TO crm");
    admin(FORMAT("SELECT sync_grant_app('web_shop', '%s')", ours.tenant));
    shop_program = centre_connect(&centre, "web_shop");
    many_program = centre_connect(&centre, "crm");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    if (server != NULL) {
        centre_leave(&till);
        central_close(shop_program);
        central_close(many_program);
        centre_close(&centre);
    }
    postgres_stop(server);
    return 0;
}

static int need_server(void **state)
{
    (void)state;
    if (server == NULL)
        skip();
    return 0;
}

static const char *ask(const char *sql)
{
    return centre_ask(&centre, till.line, sql);
}

/* Everything that a shop has, as one text: it changes with any row of any table. */
static const char *all_of(const struct centre_shop *shop)
{
    const char *text = "";
    char tables[16384];
    snprintf(tables, sizeof tables, "%s",
             admin("SELECT name FROM sync_tables AS t WHERE sync_has_columns(name, 'tenant_id')"
                   " AND name NOT IN ('change_log', 'alarms') ORDER BY name"));
    for (char *name = strtok(tables, "\n"); name != NULL; name = strtok(NULL, "\n"))
        text = FORMAT("%s %s", text,
                      admin(FORMAT("SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)),"
                                   " '-') FROM %s AS t WHERE tenant_id = '%s'",
                                   name, shop->tenant)));
    return text;
}

/* Counts the rows of other tenants that a role sees in any table that it may read at all. */
static const char count_foreign[] =
    "DO $$ DECLARE t text; n bigint; BEGIN FOR t IN SELECT c.oid::regclass FROM pg_class AS c"
    " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
    " AND has_column_privilege(c.oid, a.attnum, 'SELECT') LOOP"
    " EXECUTE format('SELECT count(*) FROM %%s WHERE tenant_id IS DISTINCT FROM %%L', t, '%s')"
    " INTO n; IF n > 0 THEN RAISE EXCEPTION '%% rows of others in %%', n, t; END IF;"
    " END LOOP; END $$";

static void no_table_shows_another_tenants_rows(void **state)
{
    (void)state;
    const char *look = FORMAT(count_foreign, ours.tenant);
    centre_run(&centre, till.line, look);
    centre_run(&centre, shop_program, look);
    centre_refused(&centre, centre.admin, look, "rows of others"); /* they are there */
    assert_string_equal(ask("SELECT string_agg(name, ',') FROM products"), "Latex");
    assert_string_equal(centre_ask(&centre, many_program, "SELECT count(*) FROM products"), "0");
}

/* Whatever the role sets, its tenant is that of its login. */
static void no_setting_changes_the_tenant(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "SET countertop.tenant = '%s'",
        "SET SESSION countertop.tenant TO '%s'",
        "SELECT set_config('countertop.tenant', '%s', false)",
        "SET search_path = pg_temp, public /* %s */",
        "SET ROLE ct_terminal /* %s */",
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        char sql[200];
        const char *mark = strstr(settings[i], "%s");
        snprintf(sql, sizeof sql, "%.*s%s%s", (int)(mark - settings[i]), settings[i], theirs.tenant,
                 mark + 2);
        centre_run(&centre, till.line, sql);
        assert_string_equal(ask("SELECT my_tenant()"), ours.tenant);
        assert_string_equal(
            ask(FORMAT("SELECT count(*) FROM products WHERE id = '%s'", ids[THEIR_PRODUCT])), "0");
        centre_run(&centre, till.line, "RESET ALL; RESET ROLE");
    }
    centre_refused(&centre, till.line, "SET row_security = off; SELECT * FROM products",
                   "row-level security");
    centre_run(&centre, till.line, "RESET ALL");
}

/* What a program for many tenants sets counts, for it alone, and it is one tenant at a time. */
static void a_program_for_many_tenants_says_for_which(void **state)
{
    (void)state;
    centre_run(&centre, many_program, FORMAT("SET countertop.tenant = '%s'", theirs.tenant));
    assert_string_equal(centre_ask(&centre, many_program,
                                   "SELECT string_agg(name, ',') FROM"
                                   " products"),
                        "Their latex");
    centre_run(&centre, many_program, FORMAT(count_foreign, theirs.tenant));
    centre_refused(&centre, many_program,
                   FORMAT("INSERT INTO products (tenant_id, name, currency) VALUES"
                          " ('%s', 'x', 'EUR')",
                          ours.tenant),
                   "row-level security");
    centre_run(&centre, many_program, "RESET ALL");
    centre_run(&centre, shop_program, FORMAT("SET countertop.tenant = '%s'", theirs.tenant));
    assert_string_equal(centre_ask(&centre, shop_program, "SELECT my_tenant()"), ours.tenant);
}

static void other_peoples_messages_stay_theirs(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        enum thing thing;
    } looks[] = {
        {"SELECT count(*) FROM channels WHERE id = '%s'", PRIVATE},
        {"SELECT count(*) FROM channel_members WHERE channel_id = '%s'", PRIVATE},
        {"SELECT count(*) FROM messages WHERE channel_id = '%s'", PRIVATE},
        {"SELECT count(*) FROM messages WHERE id = '%s'", SECRET},
        {"SELECT count(*) FROM notifications WHERE title <> '%s'", NOBODY},
        {"SELECT count(*) FROM todos WHERE id <> '%s'", NOBODY},
    };
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        char sql[200];
        const char *mark = strstr(looks[i].sql, "%s");
        snprintf(sql, sizeof sql, "%.*s%s'", (int)(mark - looks[i].sql), looks[i].sql,
                 ids[looks[i].thing]);
        assert_string_equal(ask(sql), "0");
        assert_string_equal(centre_ask(&centre, shop_program, sql), "0");
    }
    struct centre_terminal other;
    centre_join(&centre, &ours, "office", NULL, ours.ben, &other);
    assert_string_equal(
        centre_ask(&centre, other.line,
                   FORMAT("SELECT content FROM messages WHERE id = '%s'", ids[SECRET])),
        "psst"); /* where Ben is signed in */
    centre_leave(&other);
}

/* What is computed from rows tells as little as they do. */
static void nothing_leaks_on_the_side(void **state)
{
    (void)state;
    assert_string_equal(ask("SELECT count(*) FROM customer_profiles WHERE"
                            " CASE WHEN name = 'Lee' THEN 1 / (length(name) - 3) ELSE 1 END = 1"),
                        "0"); /* a condition is not tried on hidden rows */
    run("ANALYZE products, customer_profiles");
    assert_string_equal(ask("SELECT count(*) FROM pg_stats WHERE schemaname = 'public' AND"
                            " tablename IN ('products', 'customer_profiles')"),
                        "0");
    assert_string_equal(ask(FORMAT("SELECT count(*) FROM pg_stat_activity WHERE usename <> '%s'"
                                   " AND datname = current_database()"
                                   " AND query NOT LIKE '<insuff%%'",
                                   till.role)),
                        "0");
    const char *ours_at = centre_member(&centre, ask("SELECT sync_hello('{}')"), "channel");
    struct centre_terminal other;
    centre_join(&centre, &theirs, "office", NULL, NULL, &other);
    const char *theirs_at = centre_member(
        &centre, centre_ask(&centre, other.line, "SELECT sync_hello('{}')"), "channel");
    assert_string_not_equal(ours_at, theirs_at);
    assert_true(strlen(theirs_at) >= 32); /* nobody guesses where to listen */
    assert_null(strstr(theirs_at, theirs.tenant));
    centre_leave(&other);
}

/* Each of these fails by the words behind it; ids are written by their numbers above. */
static const struct {
    const char *sql, *says;
} forbidden[] = {
    {"SELECT password_hash FROM user_credentials", "permission denied"},
    {"SELECT * FROM user_credentials", "permission denied"},
    {"SELECT user_id FROM sessions", "permission denied"},
    {"SELECT secret FROM totp_devices", "permission denied"},
    {"SELECT code_hash FROM enrollment_codes", "permission denied"},
    {"SELECT count(*) FROM products WHERE sku = ANY (SELECT password_hash FROM user_credentials)",
     "permission denied"},
    {"SELECT * FROM change_log", "permission denied"},
    {"SELECT * FROM applied_operations", "permission denied"},
    {"SELECT * FROM terminal_incarnations", "permission denied"},
    {"SELECT * FROM field_times", "permission denied"},
    {"SELECT * FROM sync_meta", "permission denied"},
    {"SELECT * FROM alarms", "permission denied"},
    {"SELECT * FROM quotas", "permission denied"},
    {"SELECT * FROM schema_migrations", "permission denied"},
    {"SELECT * FROM analytics_events_default", "permission denied"},
    {"SELECT * FROM page_views_default", "permission denied"},
    {"SELECT rolpassword FROM pg_authid", "permission denied"},
    {"SELECT * FROM pg_statistic", "permission denied"},
    {"INSERT INTO products (tenant_id, name, currency) SELECT my_tenant(), 'x', 'EUR'",
     "permission denied"},
    {"UPDATE products SET name = 'x'", "permission denied"},
    {"DELETE FROM products", "permission denied"},
    {"TRUNCATE products CASCADE", "permission denied"},
    {"SELECT id FROM products FOR UPDATE", "permission denied"},
    {"DO $$ BEGIN LOCK TABLE products; END $$", "permission denied"},
    {"COPY products FROM STDIN", "permission denied"},
    {"COPY (SELECT 1) TO PROGRAM 'true'", "superuser"},
    {"COPY (SELECT 1) TO '/tmp/countertop-isolation'", "superuser"},
    {"SELECT pg_read_file('/etc/passwd')", "permission denied"},
    {"SELECT nextval('row_versions')", "permission denied"},
    {"SELECT setval('row_versions', 1)", "permission denied"},
    {"ALTER TABLE products DISABLE ROW LEVEL SECURITY", "must be owner"},
    {"DROP POLICY of_tenant ON products", "must be owner"},
    {"CREATE POLICY mine ON products USING (true)", "must be owner"},
    {"SET session_replication_role = replica", "permission denied"},
    {"SET ROLE ct_owner", "permission denied"},
    {"SET ROLE ct_eraser", "permission denied"},
    {"SET ROLE ct_keeper", "permission denied"},
    {"SET ROLE ct_backup", "permission denied"},
    {"SET ROLE ct_service", "permission denied"},
    {"SET ROLE ct_app", "permission denied"},
    {"SET ROLE postgres", "permission denied"},
    {"SET SESSION AUTHORIZATION postgres", "permission denied"},
    {"GRANT ct_app TO current_user", "must have admin option"},
    {"CREATE ROLE mine", "permission denied"},
    {"ALTER ROLE ct_door PASSWORD 'x'", "permission denied"},
    {"ALTER ROLE current_user CONNECTION LIMIT -1", "permission denied"},
    {"ALTER ROLE current_user BYPASSRLS", "superuser"},
    {"ALTER SYSTEM SET log_statement = 'none'", "permission denied"},
    {"CREATE TABLE mine (id integer)", "permission denied"},
    {"CREATE TEMPORARY TABLE products (id integer)", "permission denied"},
    {"CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL'",
     "permission denied"},
    {"CREATE SCHEMA mine", "permission denied"},
    {"CREATE EXTENSION file_fdw", "permission denied"},
    {"SELECT lo_create(0)", "permission denied"},
    {"SELECT lo_from_bytea(0, 'x')", "permission denied"},
    {"SELECT pg_advisory_lock(7165065848958115634)", "permission denied"},
    {"SELECT pg_try_advisory_xact_lock(1)", "permission denied"},
    {"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
     "superuser"},
    {"SELECT sync_enroll('x', 'x', '{}')", "permission denied"},
    {"SELECT sync_make_pool(1000)", "permission denied"},
    {"SELECT sync_make_role('mine', 'SUPERUSER')", "permission denied"},
    {"SELECT sync_first_code(my_tenant(), 'worker')", "permission denied"},
    {"SELECT sync_give_login('ct_1_t1', 'x')", "permission denied"},
    {"SELECT sync_revoke(my_terminal())", "permission denied"},
    {"SELECT sync_trim('0')", "permission denied"},
    {"SELECT sync_set_epoch()", "permission denied"},
    {"SELECT sync_set_password(my_tenant(), my_tenant(), 'x')", "permission denied"},
    {"SELECT sync_grant_app('web_shop', my_tenant())", "permission denied"},
    {"SELECT sync_alarm('x', 'x')", "permission denied"},
    {"SELECT sync_count(-1000000, -1000000)", "permission denied"},
    {"SELECT sync_channel(my_tenant())", "permission denied"},
    {"SELECT sync_settle()", "permission denied"},
    {"SELECT sync_dispatch('products', 602, 'delete', '{}', my_tenant(), now())",
     "permission denied"},
    {"SELECT products_apply('delete', '{}', my_tenant(), now())", "permission denied"},
    {"SELECT analytics_make_partitions('2000-01-01', 100000)", "permission denied"},
    {"SELECT * FROM sync_checksum('terminal_incarnations')", "permission denied"},
    {"SELECT * FROM sync_checksum('products; DROP TABLE products')", "does not exist"},
};

/* What a program of our shop may not do, though it writes the shop's rows by itself; '@' is an id.
 */
static const struct {
    const char *sql;
    enum thing thing;
    const char *says;
} kept_from_programs[] = {
    {"INSERT INTO products (tenant_id, name, currency) SELECT tenant_id, 'x', 'EUR' FROM products"
     " UNION ALL SELECT '@', 'x', 'EUR'",
     NOBODY, "row-level security"},
    {"UPDATE products SET tenant_id = '@'", NOBODY, "row-level security"},
    {"INSERT INTO reviews (tenant_id, product_id, rating) SELECT my_tenant(), '@', 5",
     THEIR_PRODUCT, "reviews_product_id_fkey"},
    {"INSERT INTO reviews (tenant_id, product_id, rating) SELECT my_tenant(), '@', 5", NOBODY,
     "reviews_product_id_fkey"},
    {"UPDATE audit_logs SET action = 'x' WHERE id = '@'", AUDIT, "permission denied"},
    {"SET countertop.erasing = 'on'; DELETE FROM audit_logs WHERE id = '@'", AUDIT,
     "permission denied"},
    {"TRUNCATE audit_logs /* @ */", NOBODY, "permission denied"},
    {"SET ROLE ct_eraser /* @ */", NOBODY, "permission denied"},
    {"SELECT secret FROM totp_devices WHERE id = '@'", NOBODY, "permission denied"},
    {"SELECT sync_signed_in('@')", NOBODY, "permission denied"},
    {"INSERT INTO terminals (tenant_id, name, kind) SELECT my_tenant(), '@', 'worker'", NOBODY,
     "permission denied"},
    {"UPDATE terminal_users SET valid_until = 'infinity' WHERE id = '@'", NOBODY,
     "permission denied"},
    {"DELETE FROM change_log WHERE row_id = '@'", NOBODY, "permission denied"},
    {"UPDATE stock_levels SET on_hand_milli = 0 WHERE variant_id = '@'", NOBODY,
     "permission denied"},
    {"ALTER TABLE products DISABLE TRIGGER ALL /* @ */", NOBODY, "must be owner"},
    {"SET session_replication_role = replica /* @ */", NOBODY, "permission denied"},
    {"SELECT * FROM analytics_events_default WHERE id = '@'", NOBODY, "permission denied"},
    {"SELECT sync_apply('@', 1, 1, 0, 1, '')", NOBODY, "permission denied"},
    {"SELECT sync_hello('{}') /* @ */", NOBODY, "permission denied"},
    {"CREATE TEMPORARY TABLE status_moves (a integer) /* @ */", NOBODY, "permission denied"},
};

/* Whether the statement fails, with these words. */
static bool is_kept_out(struct central *line, const char *sql, const char *says)
{
    struct error err = {0};
    bool is_out = !central_run(line, sql, &err) && strstr(err.text, says) != NULL;
    if (!is_out)
        print_error("%s: %s\n", sql, err.text);
    centre_run(&centre, line, "RESET ALL; RESET ROLE");
    return is_out;
}

/* It checks and sets its own people's passwords, as the centre does. */
static void a_program_has_its_own_passwords(void **state)
{
    (void)state;
    static const char sql[] = "SELECT count(*), count(DISTINCT tenant_id) FROM user_credentials";
    assert_string_equal(centre_ask(&centre, shop_program, sql), "1|1");
    centre_run(&centre, shop_program, "UPDATE user_credentials SET password_hash = '$2a$04$other'");
    assert_string_equal(admin("SELECT count(*) FROM user_credentials WHERE password_hash ="
                              " '$2a$04$other'"),
                        "1");
}

static void what_is_not_granted_is_refused(void **state)
{
    (void)state;
    const char *before = all_of(&theirs);
    size_t holes = 0;
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        holes += !is_kept_out(till.line, forbidden[i].sql, forbidden[i].says);
    assert_int_equal(holes, 0);
    assert_string_equal(all_of(&theirs), before);
}

static void programs_keep_to_their_tenant_and_the_rules(void **state)
{
    (void)state;
    const char *before = all_of(&theirs);
    size_t holes = 0;
    for (size_t i = 0; i < sizeof kept_from_programs / sizeof kept_from_programs[0]; i++) {
        const char *sql = kept_from_programs[i].sql, *mark = strchr(sql, '@');
        holes += !is_kept_out(
            shop_program,
            FORMAT("%.*s%s%s", (int)(mark - sql), sql, ids[kept_from_programs[i].thing], mark + 1),
            kept_from_programs[i].says);
    }
    assert_int_equal(holes, 0);
    centre_run(&centre, shop_program,
               FORMAT("UPDATE products SET name = 'x' WHERE id = '%s';"
                      "DELETE FROM customer_profiles WHERE id = '%s'",
                      ids[THEIR_PRODUCT], ids[THEIR_CUSTOMER]));
    assert_string_equal(all_of(&theirs), before);
}

/* What a program writes is stamped, logged and summed like any row, and its schemas change nothing
 * of that. */
static void a_programs_rows_are_logged_like_any(void **state)
{
    (void)state;
    run("CREATE SCHEMA web_shop AUTHORIZATION web_shop");
    centre_run(&centre, shop_program,
               FORMAT("CREATE FUNCTION web_shop.now() RETURNS timestamptz LANGUAGE sql AS"
                      "  $$ SELECT timestamptz '1999-01-01' $$;"
                      "CREATE SEQUENCE web_shop.row_versions;"
                      "CREATE TABLE web_shop.change_log (LIKE public.products);"
                      "SET search_path = web_shop, pg_catalog, public;"
                      "INSERT INTO products (tenant_id, name, sku, currency)"
                      " VALUES ('%s', 'From the web', 'W-1', 'EUR')",
                      ours.tenant));
    assert_string_equal(admin("SELECT p.row_version > 1, p.created_at > '2000-01-01', l.is_deleted,"
                              " l.tenant_id = p.tenant_id FROM products AS p"
                              " JOIN change_log AS l ON l.row_id = p.id WHERE p.sku = 'W-1'"),
                        "t|t|f|t");
    centre_run(&centre, shop_program, "RESET ALL; DELETE FROM products WHERE sku = 'W-1'");
    assert_string_equal(ask("SELECT string_agg(name, ',') FROM products"), "Latex");
}

/* Retention and erasure, whose functions belong to it. */
static void only_the_eraser_takes_what_is_only_added(void **state)
{
    (void)state;
    const char *sql = FORMAT("DELETE FROM audit_logs WHERE id = '%s'", ids[AUDIT]);
    centre_refused(&centre, centre.admin, sql, "only ever added");
    run(FORMAT("SET ROLE ct_owner; SET countertop.tenant = '%s'", ours.tenant));
    centre_refused(&centre, centre.admin, sql, "only ever added");
    run("RESET ROLE; SET ROLE ct_eraser");
    run(sql);
    run("RESET ROLE; RESET countertop.tenant");
    assert_string_equal(
        admin(FORMAT("SELECT count(*) FROM audit_logs WHERE id = '%s'", ids[AUDIT])), "0");
}

static void a_role_has_three_connections(void **state)
{
    (void)state;
    const struct central_address address = {.url = centre.url, .user = till.role, .stop_fd = -1};
    struct error err = {0};
    struct central *more[2];
    for (size_t i = 0; i < 2; i++)
        more[i] = centre_connect(&centre, till.role);
    assert_null(central_open_at(&address, &err));
    if (strstr(err.text, "too many connections") == NULL)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < 2; i++)
        central_close(more[i]);
}

static void who_is_revoked_is_out_at_once(void **state)
{
    (void)state;
    struct centre_terminal lost;
    struct error err = {0};
    centre_join(&centre, &ours, "office", NULL, ours.anna, &lost);
    admin(FORMAT("SELECT sync_revoke('%s')", lost.id));
    assert_false(central_run(lost.line, "SELECT count(*) FROM products", &err));
    const struct central_address address = {.url = centre.url, .user = lost.role, .stop_fd = -1};
    assert_null(central_open_at(&address, &err));
    centre_leave(&lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, need_server)
        TEST(no_table_shows_another_tenants_rows),
        TEST(no_setting_changes_the_tenant),
        TEST(a_program_for_many_tenants_says_for_which),
        TEST(other_peoples_messages_stay_theirs),
        TEST(nothing_leaks_on_the_side),
        TEST(what_is_not_granted_is_refused),
        TEST(a_program_has_its_own_passwords),
        TEST(programs_keep_to_their_tenant_and_the_rules),
        TEST(a_programs_rows_are_logged_like_any),
        TEST(only_the_eraser_takes_what_is_only_added),
        TEST(a_role_has_three_connections),
        TEST(who_is_revoked_is_out_at_once),
#undef TEST
    };
    return cmocka_run_group_tests(tests, start, stop);
}
