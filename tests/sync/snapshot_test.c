/* The first copy of a shop: whole, in parts, and after a kill or a cut. */
#include "sync/snapshot.h"

#include "model/base/memory.h"
#include "model/overlay/exchange.h"
#include "model/store/derived.h"
#include "tests/model/scratch.h"
#include "tests/sync/centre.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PRODUCTS = 2500 };

/* Rows of every type with what is awkward in each; a secret, a table with one that can't be left
 * out, and one that registers do not hold. */
static const char shop_sql[] =
    "CREATE FUNCTION k(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS"
    " $$ SELECT ('00000000-0000-7000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid $$;"
    "BEGIN; SET CONSTRAINTS ALL DEFERRED;"
    "INSERT INTO tenants (id, tenant_id, name, slug, default_currency, settings) VALUES"
    " (k(1), k(1), E'Wei\\u00df & S\\u00f6hne \\U0001F3A8', 'w', 'EUR',"
    " '{\"a\": [1, 2.50, null], \"b\": \"\\u00fc\"}');"
    "INSERT INTO locations (id, tenant_id, name, day_starts_at, is_active) VALUES"
    " (k(2), k(1), E'a\\tb', '23:59:59', FALSE);"
    "INSERT INTO users (id, tenant_id, display_name, birth_date, bio, last_login_at) VALUES"
    " (k(3), k(1), 'Anna', '1899-12-31', '', '1969-12-31 23:59:59.999999+00'),"
    " (k(4), k(1), 'Ben', '9999-12-31', NULL, '2262-01-01 00:00:00.000001+02');"
    "INSERT INTO user_credentials (id, tenant_id, user_id, password_hash) VALUES"
    " (k(5), k(1), k(3), 'secret');"
    "INSERT INTO sessions (tenant_id, user_id, token_hash, expires_at) VALUES"
    " (k(1), k(3), sha256('x'), now() + interval '1 day');"
    "INSERT INTO calendar_feeds (id, tenant_id, name, token_hash) VALUES"
    " (k(6), k(1), 'feed', 'hush');"
    "INSERT INTO gdpr_requests (id, tenant_id, kind, email) VALUES"
    " (k(7), k(1), 'export', 'a@b.de');"
    "INSERT INTO files (id, tenant_id, name, size_bytes, chunk_count, sha256) VALUES"
    " (k(8), k(1), 'f', 9223372036854775807, 1, sha256('y'));"
    "INSERT INTO file_chunks (id, tenant_id, file_id, chunk_number, bytes) VALUES"
    " (k(9), k(1), k(8), 0, '\\x00ff000a');"
    "INSERT INTO products (tenant_id, name, name_key, sku, price_cents, currency) SELECT"
    " k(1), 'Paint ' || i, 'paint ' || i, 'P-' || i, i, 'EUR' FROM generate_series(1, 2500) AS i;"
    "INSERT INTO product_variants (tenant_id, product_id, name) SELECT tenant_id, id, 'Default'"
    " FROM products;"
    "INSERT INTO orders (id, tenant_id, order_number, location_id, currency, subtotal_cents,"
    " total_cents, business_day) VALUES"
    " (k(10), k(1), 'R1-1', k(2), 'EUR', 1000, 1000, '2026-02-28');"
    "INSERT INTO payments (id, tenant_id, order_id, method, amount_cents, net_cents, currency,"
    " status, business_day) VALUES"
    " (k(11), k(1), k(10), 'cash', 1000, 1000, 'EUR', 'captured', '2026-02-28');"
    "COMMIT;";

static struct postgres *server;
static struct centre centre;

struct fixture {
    struct scratch scratch;
    struct central *central; /* the administrator's */
    struct centre_terminal terminal;
    struct store *store;
    struct error err;
};

static void expect(struct fixture *f, bool is_done)
{
    if (!is_done)
        fail_msg("%s", f->err.text);
}

static void run(struct fixture *f, const char *sql)
{
    expect(f, central_run(f->central, sql, &f->err));
}

static void open_store(struct fixture *f)
{
    f->store = store_open(f->scratch.store, STORE_CREATE, &f->scratch.env, &f->err);
    expect(f, f->store != NULL);
}

static void reopen_store(struct fixture *f)
{
    store_close(f->store);
    open_store(f);
}

/* One centre for all tests: what they change there says the same afterwards. */
static void set_up_as(struct fixture *f, const char *kind)
{
    const struct centre_shop shop = {.tenant = "00000000-0000-7000-8000-000000000001",
                                     .here = "00000000-0000-7000-8000-000000000002",
                                     .anna = "00000000-0000-7000-8000-000000000003"};
    *f = (struct fixture){.central = NULL};
    if (centre.url == NULL) {
        centre_open(&centre, server);
        centre_run(&centre, centre.admin, shop_sql);
    }
    scratch_init(&f->scratch);
    f->central = centre.admin;
    centre_join(&centre, &shop, kind, shop.here, shop.anna, &f->terminal);
    open_store(f);
    expect(f, exchange_set_state(f->store, "kind", kind, &f->err));
}

static void set_up(struct fixture *f)
{
    set_up_as(f, "register");
}

static void tear_down(struct fixture *f)
{
    store_close(f->store);
    centre_leave(&f->terminal);
    scratch_done(&f->scratch);
}

/* A copy over a connection of its own, as a terminal's program makes it. */
static bool fill(struct fixture *f, const struct snapshot_progress *progress)
{
    struct central *central = centre_connect(&centre, f->terminal.role);
    bool is_done = snapshot_fill(f->store, central, progress, &f->err);
    central_close(central);
    return is_done;
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t out = 0;
    expect(f, store_find_integer(f->store, &out, sql, &f->err, "") >= 0);
    return out;
}

static char *text(struct fixture *f, const char *sql)
{
    struct statement *row = store_prepare(f->store, sql, &f->err);
    expect(f, row != NULL && statement_step(row, &f->err) > 0);
    char *copy = memory_text(statement_text(row, 0));
    statement_done(row);
    return copy;
}

static void expect_text(struct fixture *f, const char *sql, const char *expected)
{
    char *found = text(f, sql);
    assert_string_equal(found, expected);
    free(found);
}

static char *cursor_now(struct fixture *f)
{
    struct pg_result *row =
        central_query(f->central, "SELECT pg_current_snapshot()", 0, NULL, &f->err);
    expect(f, row != NULL);
    char *copy = memory_text(central_text(row, 0, 0));
    central_clear(row);
    return copy;
}

static void expect_whole(struct fixture *f)
{
    assert_int_equal(number(f, "SELECT count(*) FROM products"), PRODUCTS);
    assert_int_equal(number(f, "SELECT count(*) FROM product_variants"), PRODUCTS);
    assert_int_equal(number(f, "SELECT count(*) FROM payments"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM sync_state WHERE name LIKE 'cop%'"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(number(f, "PRAGMA foreign_keys"), 1);
    assert_int_equal(number(f, "PRAGMA ignore_check_constraints"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM sqlite_schema WHERE name IN"
                               " ('products_by_name', 'products_by_category')"),
                     2);
    assert_int_equal(number(f, "SELECT count(*) FROM sqlite_schema WHERE name ="
                               " 'unfinished_filling'"),
                     0);
    assert_int_equal(derived_check(f->store, NULL, NULL, &f->err), 0);
}

static void a_first_copy_has_every_value_as_it_is_at_the_centre(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    char *before = cursor_now(&f);
    expect(&f, fill(&f, NULL));
    expect_whole(&f);
    expect_text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'", before);
    free(before);

    expect_text(&f, "SELECT name FROM tenants", "Wei\xC3\x9F & S\xC3\xB6hne \xF0\x9F\x8E\xA8");
    expect_text(&f,
                "SELECT json_extract(settings, '$.a[2]') IS NULL AND"
                " json_extract(settings, '$.b') = '\xC3\xBC' FROM tenants",
                "1");
    expect_text(&f, "SELECT name || day_starts_at || is_active FROM locations", "a\tb23:59:590");
    expect_text(&f,
                "SELECT group_concat(birth_date || ' ' || last_login_at || ' ' ||"
                " coalesce(quote(bio), '-'), '; ') FROM (SELECT * FROM users ORDER BY id)",
                "1899-12-31 -1 ''; 9999-12-31 9214639200000001 NULL");
    expect_text(&f, "SELECT hex(id) || typeof(id) FROM locations",
                "00000000000070008000000000000002blob");
    expect_text(&f, "SELECT size_bytes || typeof(sha256) || length(sha256) FROM files",
                "9223372036854775807blob32");
    expect_text(&f, "SELECT quote(bytes) FROM file_chunks", "X'00FF000A'");
    expect_text(&f, "SELECT default_currency || length(default_currency) FROM tenants", "EUR3");
    expect_text(&f,
                "SELECT count(*) FROM products WHERE name_key = 'paint ' || price_cents AND"
                " row_version > 0 AND category_id IS NULL AND tags = '[]'",
                "2500");
    expect_text(&f, "SELECT payment_status FROM order_sums", "paid");
    assert_int_equal(number(&f, "SELECT count(*) FROM product_search WHERE product_search MATCH"
                                " 'paint AND 1711'"),
                     1);
    tear_down(&f);
}

static void what_a_terminal_has_no_use_for_stays_at_the_centre(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    expect(&f, fill(&f, NULL));
    assert_int_equal(number(&f, "SELECT count(*) FROM gdpr_requests"), 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM user_credentials"), 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM sessions"), 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM calendar_feeds WHERE token_hash IS NULL"), 1);
    tear_down(&f);

    set_up_as(&f, "worker");
    expect(&f, fill(&f, NULL));
    assert_int_equal(number(&f, "SELECT count(*) FROM gdpr_requests"), 1);
    assert_int_equal(number(&f, "SELECT count(*) FROM user_credentials"), 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM sessions"), 0);
    tear_down(&f);
}

/* Does something at one of the steps of a copy. */
struct at_step {
    struct fixture *fixture;
    int steps, at;
    void (*act)(struct fixture *f);
    bool keep_on;
    int64_t most, total;
};

static bool count_step(void *context, const char *what, int64_t rows, int64_t total)
{
    struct at_step *at = context;
    assert_non_null(what);
    assert_true(rows >= at->most);
    at->most = rows;
    at->total = total;
    if (at->steps++ != at->at)
        return true;
    if (at->act != NULL)
        at->act(at->fixture);
    return at->keep_on;
}

static int steps_of_a_copy(struct fixture *f)
{
    struct at_step at = {.fixture = f, .at = -1};
    expect(f, fill(f, &(struct snapshot_progress){count_step, &at}));
    assert_true(at.most > PRODUCTS * 2);
    return at.steps;
}

static void a_stopped_copy_goes_on_with_the_next_table(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    int steps = steps_of_a_copy(&f);
    tear_down(&f);
    for (int i = 0; i < 5; i++) {
        set_up(&f);
        char *before = cursor_now(&f);
        struct at_step at = {.fixture = &f, .at = steps * (i * 2 + 1) / 10};
        assert_false(fill(&f, &(struct snapshot_progress){count_step, &at}));
        assert_int_equal(f.err.code, ERROR_STOPPED);
        reopen_store(&f);
        assert_int_equal(derived_check(f.store, NULL, NULL, &f.err), 0);
        run(&f, "UPDATE tenants SET description = 'later'");
        expect(&f, fill(&f, NULL));
        run(&f, "UPDATE tenants SET description = NULL");
        expect_whole(&f);
        /* What was there is not copied again; the first cursor brings it with the next pull. */
        expect_text(&f, "SELECT coalesce(description, '') FROM tenants", "");
        expect_text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'", before);
        free(before);
        tear_down(&f);
    }
}

static void end_program(struct fixture *f)
{
    (void)f;
    kill(getpid(), SIGKILL);
}

static void a_killed_copy_goes_on(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    int steps = steps_of_a_copy(&f);
    for (int i = 0; i < 8; i++) {
        tear_down(&f);
        set_up(&f);
        store_close(f.store);
        pid_t child = fork();
        if (child == 0) {
            struct at_step at = {.fixture = &f, .at = steps * i / 8, .act = end_program};
            open_store(&f);
            fill(&f, &(struct snapshot_progress){count_step, &at});
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        open_store(&f);
        assert_int_equal(derived_check(f.store, NULL, NULL, &f.err), 0);
        expect(&f, fill(&f, NULL));
        expect_whole(&f);
    }
    tear_down(&f);
}

static void end_connections(struct fixture *f)
{
    run(f, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
           " current_database() AND usename LIKE 'ct!_%!_t%' ESCAPE '!'");
}

static void a_cut_line_is_said_and_mended(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    struct at_step at = {.fixture = &f, .at = 2, .act = end_connections, .keep_on = true};
    assert_false(fill(&f, &(struct snapshot_progress){count_step, &at}));
    assert_int_equal(f.err.code, ERROR_NETWORK);
    reopen_store(&f);
    expect(&f, fill(&f, NULL));
    expect_whole(&f);
    tear_down(&f);
}

static void a_store_with_a_shop_is_left_as_it_is(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    expect(&f, fill(&f, NULL));
    run(&f, "UPDATE tenants SET description = 'later'");
    expect(&f, fill(&f, NULL));
    expect_text(&f, "SELECT coalesce(description, '') FROM tenants", "");
    expect(&f, store_run(f.store, "DELETE FROM sync_state WHERE name = 'cursor'", &f.err, ""));
    assert_false(fill(&f, NULL));
    assert_int_equal(f.err.code, ERROR_RULE);
    run(&f, "UPDATE tenants SET description = NULL");
    expect_whole(&f);
    tear_down(&f);
}

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    if (centre.url != NULL)
        centre_close(&centre);
    postgres_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_copy_has_every_value_as_it_is_at_the_centre),
        cmocka_unit_test(what_a_terminal_has_no_use_for_stays_at_the_centre),
        cmocka_unit_test(a_stopped_copy_goes_on_with_the_next_table),
        cmocka_unit_test(a_killed_copy_goes_on),
        cmocka_unit_test(a_cut_line_is_said_and_mended),
        cmocka_unit_test(a_store_with_a_shop_is_left_as_it_is),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
