/* A new copy over a store that has fallen behind: it then has the centre's rows, and what is
 * pending still lies over them. */
#include "sync/snapshot.h"

#include "model/operation/record.h"
#include "model/overlay/exchange.h"
#include "model/store/derived.h"
#include "sync/enroll.h"
#include "tests/model/scratch.h"
#include "tests/sync/centre.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct centre centre;

struct fixture {
    struct scratch scratch;
    struct centre_shop shop;
    struct store *store;
    struct login login;
    struct actor owner;
    struct arena *arena;
    struct error err;
};

static void expect(struct fixture *f, bool is_done)
{
    if (!is_done)
        fail_msg("%s", f->err.text);
}

/* As the administrator; %s is the tenant's id. */
static void run(struct fixture *f, const char *format)
{
    const char *tenant = f->shop.tenant;
    centre_run(&centre, centre.admin, arena_format(f->arena, format, tenant, tenant, tenant));
}

static void set_up(struct fixture *f)
{
    static int shops;
    char url[300], name[20];
    *f = (struct fixture){.arena = arena_new()};
    if (centre.url == NULL)
        centre_open(&centre, server);
    snprintf(name, sizeof name, "shop%d", shops++);
    centre_shop(&centre, name, &f->shop);
    run(f, "INSERT INTO products (tenant_id, name, sku, currency) SELECT '%s', 'old', 'P-' || i,"
           " 'EUR' FROM generate_series(1, 4) AS i");
    scratch_init(&f->scratch);
    snprintf(url, sizeof url, "postgresql:///%s?host=%s",
             centre_ask(&centre, centre.admin, "SELECT current_database()"),
             postgres_folder(server));
    const struct enroll_details details = {
        .url = url, .code = centre_code(&centre, &f->shop, "office", NULL, NULL)};
    expect(f, enroll(f->scratch.store, &details, env_system(), -1, NULL, &f->err));
    f->store = store_open(f->scratch.store, STORE_WRITE, env_system(), &f->err);
    expect(f, f->store != NULL && login_read(f->scratch.store, &f->login, &f->err) &&
                  actor_find(f->store, NULL, &f->owner, &f->err));
}

static void tear_down(struct fixture *f)
{
    login_done(&f->login);
    store_close(f->store);
    scratch_done(&f->scratch);
    arena_free(f->arena);
}

static bool copy_again(struct fixture *f, bool scopes_only,
                       const struct snapshot_progress *progress)
{
    struct central *central = login_open(&f->login, &f->err);
    expect(f, central != NULL);
    bool is_done = snapshot_again(f->store, central, scopes_only, progress, &f->err);
    central_close(central);
    return is_done;
}

static const char *text(struct fixture *f, const char *sql)
{
    struct statement *row = store_prepare(f->store, sql, &f->err);
    expect(f, row != NULL && statement_step(row, &f->err) > 0);
    const char *copy = arena_text(f->arena, statement_text(row, 0));
    statement_done(row);
    return copy;
}

/* All products: "P-1 old; …". */
static const char *products(struct fixture *f)
{
    return text(f, "SELECT coalesce(group_concat(sku || ' ' || name, '; '), '') FROM"
                   " (SELECT * FROM products ORDER BY sku)");
}

static struct uuid product(struct fixture *f, const char *sku)
{
    struct uuid id = {{0}};
    struct statement *row =
        store_prepare(f->store, "SELECT id FROM products WHERE sku = ?1", &f->err);
    expect(f, row != NULL);
    statement_bind_text(row, 1, sku);
    assert_true(statement_step(row, &f->err) > 0 && statement_uuid(row, 0, &id));
    statement_done(row);
    return id;
}

static void add_here(struct fixture *f, const char *sku)
{
    const struct change changes[] = {{.column = "name", .value = value_text("mine")},
                                     {.column = "sku", .value = value_text(sku)},
                                     {.column = "currency", .value = value_text("EUR")}};
    struct operation *operation = operation_begin(f->store, "record.create", &f->owner, &f->err);
    expect(f, operation != NULL &&
                  record_insert(operation, "products", changes, 3, NULL, &f->err) &&
                  operation_commit(operation, &f->err));
}

static void rename_here(struct fixture *f, const char *sku)
{
    const struct change change = {.column = "name", .value = value_text("mine")};
    struct uuid id = product(f, sku);
    struct operation *operation = operation_begin(f->store, "record.edit", &f->owner, &f->err);
    expect(f, operation != NULL && record_update(operation, "products", &id, &change, 1, &f->err) &&
                  operation_commit(operation, &f->err));
}

static void expect_sound(struct fixture *f)
{
    assert_string_equal(text(f, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
    assert_int_equal(derived_check(f->store, NULL, NULL, &f->err), 0);
}

static void the_store_is_as_the_centre_with_what_is_pending_over_it(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    add_here(&f, "L-1");
    rename_here(&f, "P-1");
    const char *before = text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'");
    const char *outbox = text(&f, "SELECT group_concat(hex(hash)) FROM outbox");
    run(&f, "UPDATE products SET name = 'new', price_cents = 5 WHERE sku IN ('P-1', 'P-2') AND"
            " tenant_id = '%s'");
    run(&f, "DELETE FROM products WHERE sku = 'P-3' AND tenant_id = '%s'");
    run(&f, "INSERT INTO products (tenant_id, name, sku, currency) VALUES ('%s', 'new', 'P-5',"
            " 'EUR')");
    run(&f, "INSERT INTO channels (tenant_id, name, slug) VALUES ('%s', 'talk', 'talk')");
    expect(&f, copy_again(&f, false, NULL));
    assert_string_equal(products(&f), "L-1 mine; P-1 mine; P-2 new; P-4 old; P-5 new");
    assert_string_equal(text(&f, "SELECT price_cents FROM products WHERE sku = 'P-1'"), "5");
    assert_string_equal(text(&f, "SELECT name FROM channels"), "talk");
    assert_string_equal(text(&f, "SELECT group_concat(hex(hash)) FROM outbox"), outbox);
    assert_string_not_equal(text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'"), before);
    assert_string_equal(text(&f, "SELECT count(*) FROM product_search WHERE product_search MATCH"
                                 " 'new'"),
                        "2");
    expect_sound(&f);
    tear_down(&f);
}

static void of_the_scopes_alone_the_rest_stays_as_it_was(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    const char *before = text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'");
    run(&f, "UPDATE products SET name = 'new' WHERE tenant_id = '%s'");
    run(&f, "INSERT INTO channels (tenant_id, name, slug) VALUES ('%s', 'talk', 'talk')");
    expect(&f, store_run(f.store,
                         "UPDATE sync_state SET value = '0' WHERE name ="
                         " 'scope_version'",
                         &f.err, ""));
    expect(&f, copy_again(&f, true, NULL));
    assert_string_equal(text(&f, "SELECT name FROM channels"), "talk");
    assert_string_equal(products(&f), "P-1 old; P-2 old; P-3 old; P-4 old");
    assert_string_equal(text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'"), before);
    assert_string_not_equal(text(&f, "SELECT value FROM sync_state WHERE name = 'scope_version'"),
                            "0");
    expect_sound(&f);
    tear_down(&f);
}

static bool stop_at(void *context, const char *what, int64_t rows, int64_t total)
{
    (void)what, (void)rows, (void)total;
    int *left = context;
    return (*left)-- > 0;
}

static void a_copy_that_is_stopped_changes_nothing(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    add_here(&f, "L-1");
    run(&f, "UPDATE products SET name = 'new' WHERE tenant_id = '%s'");
    const char *before = text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'");
    for (int steps = 0; steps < 100; steps += 30) {
        int left = steps;
        assert_false(copy_again(&f, false, &(struct snapshot_progress){stop_at, &left}));
        assert_int_equal(f.err.code, ERROR_STOPPED);
        assert_string_equal(products(&f), "L-1 mine; P-1 old; P-2 old; P-3 old; P-4 old");
        assert_string_equal(text(&f, "SELECT value FROM sync_state WHERE name = 'cursor'"), before);
    }
    expect(&f, copy_again(&f, false, NULL));
    assert_string_equal(products(&f), "L-1 mine; P-1 new; P-2 new; P-3 new; P-4 new");
    expect_sound(&f);
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
        cmocka_unit_test(the_store_is_as_the_centre_with_what_is_pending_over_it),
        cmocka_unit_test(of_the_scopes_alone_the_rest_stays_as_it_was),
        cmocka_unit_test(a_copy_that_is_stopped_changes_nothing),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
