#include "tests/model/derived_history.h"
#include "tests/model/scratch.h"

#include "model/store/schema.h"
#include "model/store/store_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct shop {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    struct derived_history history;
};

static struct error err;

static void run(struct shop *shop, const char *sql)
{
    if (!store_script(shop->store, sql, &err))
        fail_msg("%s: %s", err.text, sql);
}

static int64_t number(struct shop *shop, const char *sql)
{
    int64_t found = -1;
    if (store_find_integer(shop->store, &found, sql, &err, "") != 1)
        fail_msg("%s: %s", err.text, sql);
    return found;
}

/* One transaction that is never committed, in which append-only rows may change too. */
static int setup(void **state)
{
    struct shop *shop = memory_new(sizeof *shop);
    scratch_init(&shop->scratch);
    shop->arena = arena_new();
    shop->store = store_open(shop->scratch.store, STORE_CREATE, &shop->scratch.env, &err);
    if (shop->store == NULL)
        fail_msg("%s", err.text);
    store_set_overlay(shop->store, true);
    derived_init(&shop->history, 1, false);
    assert_true(store_begin(shop->store, &err));
    run(shop, derived_start(&shop->history));
    *state = shop;
    return 0;
}

static int teardown(void **state)
{
    struct shop *shop = *state;
    store_rollback(shop->store);
    store_close(shop->store);
    derived_done(&shop->history);
    arena_free(shop->arena);
    scratch_done(&shop->scratch);
    free(shop);
    return 0;
}

/* FTS5 compares each index with its words and fails where they differ. */
static void check_search(struct shop *shop)
{
    run(shop, "INSERT INTO product_search (product_search, rank) VALUES ('integrity-check', 1);"
              "INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1);"
              "INSERT INTO order_search (order_search, rank) VALUES ('integrity-check', 1);"
              "INSERT INTO message_search (message_search, rank) VALUES ('integrity-check', 1)");
}

static void check_sums(struct shop *shop, unsigned seed, unsigned step, const char *sql)
{
    static const char sales[] =
        "SELECT (SELECT count(*) FROM (SELECT * FROM sale_days EXCEPT SELECT * FROM "
        "sale_days_recomputed)) + (SELECT count(*) FROM (SELECT * FROM sale_days_recomputed EXCEPT "
        "SELECT * FROM sale_days)) + (SELECT count(*) FROM (SELECT business_day, currency, kind, "
        "hour, sum(quantity_milli), sum(discount_cents), sum(tax_cents), sum(revenue_cents) "
        "FROM sale_lines GROUP BY 1, 2, 3, 4 EXCEPT SELECT business_day, currency, kind, hour, "
        "sum(quantity_milli), sum(discount_cents), sum(tax_cents), sum(revenue_cents) "
        "FROM sale_days GROUP BY 1, 2, 3, 4) q WHERE (q.\"sum(revenue_cents)\", "
        "q.\"sum(quantity_milli)\", q.\"sum(tax_cents)\", q.\"sum(discount_cents)\") "
        "<> (0, 0, 0, 0))";
    if (number(shop, sales) != 0)
        fail_msg("seed %u, step %u: the sales of days are wrong after %s", seed, step, sql);
    for (size_t i = 0; i < derived_check_count; i++)
        if (number(shop, derived_checks[i].sql) != 0)
            fail_msg("seed %u, step %u: %s is wrong after %s", seed, step, derived_checks[i].what,
                     sql);
}

static void sums_follow_random_histories(void **state)
{
    enum { SEEDS = 10, STEPS = 250 };
    struct shop *shop = *state;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        run(shop, "SAVEPOINT history");
        struct derived_history history;
        derived_init(&history, seed, false);
        for (unsigned step = 0; step < STEPS; step++) {
            const char *sql = derived_step(&history);
            run(shop, sql);
            check_sums(shop, seed, step, sql);
        }
        assert_int_equal(number(shop, "SELECT count(*) FROM order_search_docs"),
                         number(shop, "SELECT count(*) FROM orders WHERE deleted_at IS NULL"));
        assert_int_equal(number(shop,
                                "SELECT count(*) FROM order_search_docs d, order_search_words w"
                                " WHERE w.row_id = d.row_id AND w.words <> d.words"),
                         0);
        check_search(shop);
        derived_done(&history);
        run(shop, "ROLLBACK TO history; RELEASE history");
    }
}

#define ORDER(id, status, total)                                                                   \
    "INSERT INTO orders (id, tenant_id, order_number, status, location_id, currency,"              \
    " subtotal_cents, total_cents, business_day) SELECT " id ", tenant_id, 'R2-' || hex(" id       \
    "), '" status "', id, 'EUR', " total ", " total ", '2026-11-20' FROM locations LIMIT 1;"
#define PAYMENT(order, status, amount)                                                             \
    "INSERT INTO payments (tenant_id, order_id, method, status, amount_cents, currency,"           \
    " business_day) SELECT id, " order ", 'cash', '" status "', " amount                           \
    ", 'EUR', '2026-11-20' FROM tenants;"
#define REFUND(order, document, amount)                                                            \
    "INSERT INTO refunds (tenant_id, order_id, return_order_id, method, amount_cents, currency,"   \
    " business_day) SELECT id, " order ", " document ", 'cash', " amount                           \
    ", 'EUR', '2026-11-20' FROM tenants;"

static void payment_status_says_what_is_settled(void **state)
{
    static const struct {
        const char *sql, *status;
    } cases[] = {
        {ORDER("x'01'", "pending", "1000"), "unpaid"},
        {ORDER("x'01'", "pending", "1000") PAYMENT("x'01'", "authorized", "1000"), "unpaid"},
        {ORDER("x'01'", "pending", "1000") PAYMENT("x'01'", "voided", "1000"), "unpaid"},
        {ORDER("x'01'", "pending", "1000") PAYMENT("x'01'", "captured", "999"), "partially_paid"},
        {ORDER("x'01'", "pending", "1000") PAYMENT("x'01'", "captured", "999")
             PAYMENT("x'01'", "captured", "1"),
         "paid"},
        {PAYMENT("x'01'", "captured", "1000") ORDER("x'01'", "pending", "1000"), "paid"},
        {ORDER("x'01'", "paid", "1000") PAYMENT("x'01'", "captured", "1000")
             REFUND("x'01'", "NULL", "1"),
         "partially_refunded"},
        {ORDER("x'01'", "paid", "1000") PAYMENT("x'01'", "captured", "1000")
             REFUND("x'01'", "NULL", "999") REFUND("x'01'", "NULL", "1"),
         "refunded"},
        {ORDER("x'01'", "pending", "0"), "paid"},
        {ORDER("x'01'", "draft", "0"), "unpaid"},
        {ORDER("x'01'", "parked", "0") "UPDATE orders SET status = 'pending' WHERE id = x'01';",
         "paid"},
        {ORDER("x'01'", "pending", "1000") PAYMENT(
             "x'01'", "captured",
             "900") "UPDATE orders SET subtotal_cents = 900, total_cents = 900 WHERE id = x'01';",
         "paid"},
        {ORDER("x'01'", "pending", "-500"), "unpaid"},
        {ORDER("x'01'", "pending", "-500") REFUND("x'02'", "x'01'", "499"), "partially_refunded"},
        {ORDER("x'01'", "pending", "-500") REFUND("x'02'", "x'01'", "500"), "refunded"},
        {ORDER("x'01'", "pending", "-500") REFUND("x'01'", "x'01'", "499"), "partially_refunded"},
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run(shop, "SAVEPOINT one");
        run(shop, cases[i].sql);
        if (number(shop, arena_format(shop->arena,
                                      "SELECT payment_status = '%s' FROM order_sums"
                                      " WHERE order_id = x'01'",
                                      cases[i].status)) != 1)
            fail_msg("case %zu: %s", i, cases[i].sql);
        run(shop, "ROLLBACK TO one; RELEASE one");
    }
}

static void a_total_is_the_sum_of_its_parts(void **state)
{
    struct shop *shop = *state;
    run(shop, ORDER("x'01'", "draft", "1000"));
    run(shop, "UPDATE orders SET tax_cents = 160, discount_cents = 100, shipping_cents = 50,"
              " rounding_cents = -1, total_cents = 949 WHERE id = x'01'");
    assert_false(
        store_script(shop->store, "UPDATE orders SET total_cents = 948 WHERE id = x'01'", &err));
    assert_false(store_script(shop->store,
                              "UPDATE orders SET is_tax_included = FALSE WHERE id = x'01'", &err));
    run(shop, "UPDATE orders SET is_tax_included = FALSE, total_cents = 1109 WHERE id = x'01'");
}

static void views_have_the_columns_of_the_documents(void **state)
{
    struct shop *shop = *state;
    run(shop, ORDER("x'01'", "paid", "1000") PAYMENT("x'01'", "captured", "1000"));
    assert_int_equal(number(shop, "SELECT payment_status = 'paid' AND paid_cents = 1000"
                                  " AND order_number = 'R2-01' FROM orders_with_sums"),
                     1);
    run(shop, "INSERT INTO stock_movements (tenant_id, variant_id, location_id, quantity_milli,"
              " reason, business_day) SELECT v.tenant_id, v.id, l.id, 2600, 'receive',"
              " '2026-11-20' FROM product_variants v, locations l WHERE v.name = '0'");
    assert_int_equal(number(shop, "SELECT inventory_count FROM products_with_stock"
                                  " WHERE name = '0' AND is_active"),
                     5);
    assert_int_equal(number(shop, "SELECT sum(inventory_count) FROM product_variants_with_stock"),
                     5);
    run(shop, "INSERT INTO gift_card_transactions (tenant_id, gift_card_id, kind, amount_cents,"
              " business_day) SELECT tenant_id, id, 'issue', 2500, '2026-11-20' FROM gift_cards"
              " WHERE code = '1'");
    assert_int_equal(number(shop, "SELECT current_balance_cents FROM gift_cards_with_balance"
                                  " WHERE code = '1'"),
                     2500);
    assert_int_equal(number(shop, "SELECT webhook_received + refunded_cents"
                                  " FROM payments_with_refunds"),
                     0);
}

static void statuses_move_along_the_legal_paths(void **state)
{
    static const struct {
        const char *table, *from, *to;
        bool is_legal;
    } cases[] = {
        {"orders", "draft", "parked", true},
        {"orders", "parked", "draft", true},
        {"orders", "draft", "sent", true},
        {"orders", "sent", "accepted", true},
        {"orders", "pending", "paid", true},
        {"orders", "paid", "completed", true},
        {"orders", "processing", "cancelled", true},
        {"orders", "delivered", "refunded", true},
        {"orders", "refunded", "archived", true},
        {"orders", "draft", "paid", true}, /* a resumed sale: placed and paid at once */
        {"orders", "parked", "paid", false},
        {"orders", "shipped", "cancelled", false},
        {"orders", "completed", "pending", false},
        {"orders", "cancelled", "pending", false},
        {"orders", "archived", "completed", false},
        {"orders", "pending", "archived", false},
        {"payments", "authorized", "captured", true},
        {"payments", "captured", "partially_refunded", true},
        {"payments", "refunded", "captured", false},
        {"payments", "voided", "captured", false},
        {"invoices", "final", "draft", false},
        {"cash_sessions", "closed", "open", false},
    };
    struct shop *shop = *state;
    const struct schema *schema = store_schema(shop->store);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (schema_move_allowed(schema, schema_table(schema, cases[i].table), "status",
                                cases[i].from, cases[i].to) != cases[i].is_legal)
            fail_msg("%s: %s to %s", cases[i].table, cases[i].from, cases[i].to);
}

/* How many rows the words find. */
static int64_t found(struct shop *shop, const char *what, const char *words)
{
    return number(shop, arena_format(shop->arena,
                                     "SELECT count(*) FROM %s_search JOIN %s_search_docs"
                                     " ON doc = %s_search.rowid WHERE %s_search MATCH '%s'",
                                     what, what, what, what, words));
}

static void products_are_found_by_what_stands_on_them(void **state)
{
    struct shop *shop = *state;
    run(shop, "INSERT INTO product_barcodes (id, tenant_id, variant_id, barcode)"
              " SELECT x'03', id, x'01', '4006381333931' FROM tenants;"
              "INSERT INTO products (id, tenant_id, name, sku, currency)"
              " SELECT x'01', id, 'Büttenweiß  matt', 'LW-10', 'EUR' FROM tenants;"
              "INSERT INTO product_variants (id, tenant_id, product_id, name)"
              " SELECT x'01', id, x'01', 'Büttenweiß  matt' FROM tenants;"
              "INSERT INTO product_variants (id, tenant_id, product_id, name, sku)"
              " SELECT x'02', id, x'01', 'Eimer', 'LW-10E' FROM tenants");
    static const char *const words[] = {"butten*", "\"lw-10\"", "eime*", "lw 10e", "400638*"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (found(shop, "product", words[i]) != 1)
            fail_msg("%s", words[i]);

    run(shop, "UPDATE product_barcodes SET barcode = '5012345678900' WHERE id = x'03'");
    assert_int_equal(found(shop, "product", "400638*"), 0);
    assert_int_equal(found(shop, "product", "501234*"), 1);
    run(shop, "UPDATE product_barcodes SET variant_id = x'02' WHERE id = x'03';"
              "UPDATE product_variants SET deleted_at = 1 WHERE id = x'02'");
    assert_int_equal(found(shop, "product", "501234*") + found(shop, "product", "eimer"), 0);
    run(shop, "UPDATE product_variants SET deleted_at = NULL WHERE id = x'02'");
    assert_int_equal(found(shop, "product", "501234* eimer"), 1);
    run(shop, "UPDATE product_barcodes SET variant_id = (SELECT id FROM products WHERE name = '1')"
              " WHERE id = x'03'");
    assert_int_equal(found(shop, "product", "501234* eimer"), 0);
    assert_int_equal(found(shop, "product", "501234* 1"), 1);
    run(shop, "DELETE FROM product_barcodes WHERE id = x'03';"
              "DELETE FROM product_variants WHERE id = x'02'");
    assert_int_equal(found(shop, "product", "501234*") + found(shop, "product", "eimer"), 0);

    run(shop, "UPDATE products SET deleted_at = 1 WHERE id = x'01'");
    assert_int_equal(found(shop, "product", "butten*"), 0);
    run(shop, "UPDATE products SET deleted_at = NULL, name = 'Kalkweiß' WHERE id = x'01'");
    assert_int_equal(found(shop, "product", "butten*"), 0);
    assert_int_equal(found(shop, "product", "kalkweiss"), 1);
    run(shop, "DELETE FROM products WHERE id = x'01'");
    assert_int_equal(found(shop, "product", "kalk*"), 0);
    check_search(shop);
}

static void orders_are_found_by_number_and_customer(void **state)
{
    struct shop *shop = *state;
    run(shop, ORDER("x'01'", "pending", "0")
                  ORDER("x'02'", "pending",
                        "0") "INSERT INTO customer_profiles (id, tenant_id, name, email, "
                             "phone_digits, card_barcode)"
                             " SELECT x'05', id, 'Jo Meyer', 'jo@example.com', '015123456', 'C-77' "
                             "FROM tenants;"
                             "UPDATE orders SET customer_id = x'05', customer_name = 'Jo Meyer',"
                             " customer_email = 'jo@example.com' WHERE id = x'01'");
    assert_int_equal(found(shop, "customer", "mey* example 01512* \"C-77\""), 1);
    assert_int_equal(found(shop, "order", "r2"), 2);
    assert_int_equal(found(shop, "order", "\"R2-01\" meyer jo example 01512*"), 1);
    run(shop, "UPDATE customer_profiles SET phone_digits = '+4930999' WHERE id = x'05'");
    assert_int_equal(found(shop, "order", "01512*") + found(shop, "customer", "01512*"), 0);
    assert_int_equal(found(shop, "order", "4930999") + found(shop, "customer", "4930999"), 2);
    run(shop, "UPDATE orders SET customer_id = NULL, customer_name = 'Ann Lee' WHERE id = x'01'");
    assert_int_equal(found(shop, "order", "meyer") + found(shop, "order", "4930999"), 0);
    assert_int_equal(found(shop, "order", "lee"), 1);
    run(shop, "UPDATE orders SET deleted_at = 1 WHERE id = x'01';"
              "DELETE FROM customer_profiles WHERE id = x'05'");
    assert_int_equal(found(shop, "order", "lee") + found(shop, "customer", "meyer"), 0);
    check_search(shop);
}

/* A write to the index costs more than one to the row, so words that stay are left alone. */
static void words_that_stay_are_not_written_again(void **state)
{
    struct shop *shop = *state;
    run(shop, ORDER("x'01'", "pending", "0"));
    static const char *const updates[] = {
        "UPDATE products SET price_cents = 5 WHERE name = '0'",
        "UPDATE products SET name = name WHERE name = '0'",
        "UPDATE product_variants SET position = 5, name = name WHERE name = '0'",
        "UPDATE product_variants SET name = 'bucket' WHERE name = '0'", /* the default one's */
        "UPDATE orders SET notes = 'x', customer_name = customer_name WHERE id = x'01'",
    };
    for (size_t i = 0; i < sizeof updates / sizeof updates[0]; i++) {
        int64_t before = number(shop, "SELECT total_changes()");
        run(shop, updates[i]);
        assert_int_equal(number(shop, "SELECT total_changes()") - before, 1);
    }
    int64_t doc = number(shop, "SELECT doc FROM order_search_docs");
    run(shop, "UPDATE orders SET customer_name = 'Ann' WHERE id = x'01'");
    assert_int_equal(number(shop, "SELECT doc FROM order_search_docs"), doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(sums_follow_random_histories),
        TEST(payment_status_says_what_is_settled),
        TEST(a_total_is_the_sum_of_its_parts),
        TEST(views_have_the_columns_of_the_documents),
        TEST(statuses_move_along_the_legal_paths),
        TEST(products_are_found_by_what_stands_on_them),
        TEST(orders_are_found_by_number_and_customer),
        TEST(words_that_stay_are_not_written_again),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
