#include "model/catalog/product.h"
#include "model/import/import.h"
#include "model/import/import_mapping.h"
#include "model/operation/actor.h"
#include "model/shop/tenant.h"
#include "model/store/derived.h"
#include "tests/model/scratch.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct scratch scratch;
    struct store *store;
    struct actor actor;
    struct arena *arena;
    struct import_result result;
    struct error err;
};

static void check(struct fixture *f, bool worked)
{
    if (!worked)
        fail_msg("%s", f->err.text);
}

static void make_shop(struct fixture *f)
{
    static const struct tenant_details details = {
        .name = "Gifts",
        .owner_name = "Jo",
        .currency = "GBP",
        .zone = "Europe/London",
        .country = "GB",
    };
    const struct actor nobody = {.name = "setup"};
    struct uuid tenant;
    struct operation *operation = operation_begin(f->store, "shop.create", &nobody, &f->err);
    check(f, operation != NULL && tenant_create(operation, &details, &tenant, &f->err));
    check(f, operation_commit(operation, &f->err));
    check(f, actor_find(f->store, NULL, &f->actor, &f->err));
}

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    *f = (struct fixture){.arena = arena_new()};
    scratch_init(&f->scratch);
    f->store = store_open(f->scratch.store, STORE_CREATE, &f->scratch.env, &f->err);
    check(f, f->store != NULL);
    make_shop(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    scratch_done(&f->scratch);
    arena_free(f->arena);
    return 0;
}

static const char *in_scratch(struct fixture *f, const char *name)
{
    return arena_format(f->arena, "%s/%s", f->scratch.folder, name);
}

static const char *read_whole(struct fixture *f, const char *path, size_t *size)
{
    struct stat info;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &info) != 0)
        fail_msg("%s is not there", path);
    char *bytes = arena_alloc(f->arena, (size_t)info.st_size + 1);
    assert_int_equal(read(file, bytes, (size_t)info.st_size), info.st_size);
    close(file);
    if (size != NULL)
        *size = (size_t)info.st_size;
    return bytes;
}

static const char *write_file(struct fixture *f, const char *name, const char *bytes, size_t size)
{
    const char *path = in_scratch(f, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
    return path;
}

static const char *copy_data(struct fixture *f, const char *name)
{
    size_t size;
    const char *bytes = read_whole(f, arena_format(f->arena, "tests/data/import/%s", name), &size);
    return write_file(f, name, bytes, size);
}

static bool import(struct fixture *f, const char *path)
{
    const struct import_options options = {.path = path, .mapping = "online-retail"};
    return import_orders(f->store, &f->actor, &options, &f->result, &f->err);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t found = INT64_MIN;
    if (store_find_integer(f->store, &found, sql, &f->err, "") < 0)
        fail_msg("%s: %s", sql, f->err.text);
    return found;
}

struct expected {
    const char *sql;
    int64_t is;
};

static void expect_all(struct fixture *f, const struct expected *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (number(f, cases[i].sql) != cases[i].is)
            fail_msg("%s: %" PRId64 ", not %" PRId64, cases[i].sql, number(f, cases[i].sql),
                     cases[i].is);
}
#define EXPECT(f, cases) expect_all(f, cases, sizeof(cases) / sizeof(cases)[0])

static void tell_difference(void *context, const char *table, int64_t missing, int64_t extra)
{
    (void)context;
    print_error("%s: %" PRId64 " missing, %" PRId64 " too many\n", table, missing, extra);
}

/* The sums agree with their rows, what is paid with the totals, and all operations are one group
 * within their limits. */
static void expect_sound(struct fixture *f)
{
    static const struct expected cases[] = {
        {"SELECT count(*) FROM orders o WHERE total_cents <> (SELECT coalesce(sum(total_cents), 0)"
         " FROM order_items i WHERE i.order_id = o.id) AND o.deleted_at IS NULL",
         0},
        {"SELECT count(*) FROM orders o JOIN order_sums s ON s.order_id = o.id"
         " WHERE o.deleted_at IS NULL AND o.total_cents <> s.paid_cents - s.refunded_cents",
         0},
        {"SELECT count(*) FROM orders o JOIN order_sums s ON s.order_id = o.id"
         " WHERE o.deleted_at IS NULL AND s.payment_status NOT IN ('paid', 'refunded')",
         0},
        {"SELECT count(*) FROM journal WHERE kind = 'import.orders' AND group_id IS NULL", 0},
        {"SELECT count(*) FROM (SELECT seq FROM journal_rows GROUP BY seq HAVING count(*) > 1000)",
         0},
        {"SELECT count(*) FROM pragma_foreign_key_check()", 0},
    };
    EXPECT(f, cases);
    if (derived_check(f->store, tell_difference, NULL, &f->err) != 0)
        fail_msg("derived tables differ");
}

static void a_file_of_every_case(void **state)
{
    struct fixture *f = *state;
    const char *path = copy_data(f, "orders.csv");
    check(f, import(f, path));
    static const struct expected cases[] = {
        {"SELECT count(*) FROM orders WHERE kind = 'sale'", 6},
        {"SELECT count(*) FROM orders WHERE kind = 'return'", 1},
        {"SELECT count(*) FROM orders WHERE status <> 'completed'", 0},
        {"SELECT total_cents FROM orders WHERE order_number = 'IM-536365'", 3060 + 2034 + 510},
        {"SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id"
         " WHERE order_number = 'IM-536365'",
         4},
        /* the shop's clock stands at UTC in winter; the first of several times counts */
        {"SELECT placed_at FROM orders WHERE order_number = 'IM-536365'", 1291191960000000},
        {"SELECT count(*) FROM orders WHERE order_number = 'IM-536365'"
         " AND business_day = '2010-12-01' AND customer_name = 'Customer 17850'"
         " AND shipping_address ->> 'country' = 'United Kingdom'",
         1},
        {"SELECT total_cents FROM orders WHERE order_number = 'IM-C536379'", -2750 - 678},
        {"SELECT count(*) FROM refunds r JOIN orders o ON o.id = r.order_id"
         " WHERE r.return_order_id = o.id AND o.order_number = 'IM-C536379'"
         " AND r.amount_cents = 3428",
         1},
        /* postage is no stock, and neither is a discount or a bad debt */
        {"SELECT count(*) FROM stock_movements m JOIN product_variants v ON v.id = m.variant_id"
         " WHERE v.sku IN ('POST', 'D', 'B', 'PADS')",
         0},
        {"SELECT sum(quantity_milli) FROM stock_movements m JOIN product_variants v"
         " ON v.id = m.variant_id WHERE v.sku = '71053'",
         -6000 + 2000 - 1000 - 1000 - 1000},
        {"SELECT count(*) FROM stock_movements WHERE reference_id IS NULL", 4},
        {"SELECT count(*) FROM stock_movements WHERE reason = 'damage' AND quantity_milli = -20000"
         " AND note = 'invoice 536996: damaged'",
         1},
        {"SELECT count(*) FROM stock_movements WHERE reason = 'count' AND quantity_milli = 7000",
         1},
        {"SELECT count(*) FROM stock_movements WHERE reason = 'adjust' AND quantity_milli = -10000",
         1},
        /* a line at price 0 with a customer stays a line */
        {"SELECT count(*) FROM orders WHERE order_number = 'IM-537001' AND total_cents = 0", 1},
        {"SELECT total_cents FROM orders WHERE order_number = 'IM-A563186'", -1106206},
        /* the invoice that stands in two places is one order; its "?" has a better name */
        {"SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id"
         " WHERE order_number = 'IM-537002'",
         3},
        {"SELECT count(*) FROM order_items WHERE name = '?'", 0},
        {"SELECT count(*) FROM products WHERE sku = '85123A' AND price_cents = 255"
         " AND name = 'WHITE HANGING HEART T-LIGHT HOLDER'",
         1},
        {"SELECT count(*) FROM products WHERE sku LIKE '85123A'", 1},
        {"SELECT count(*) FROM products WHERE sku = '22712' AND name = 'CARD DOLLY GIRL'", 1},
        {"SELECT count(*) FROM products WHERE sku = '21777' AND name = '21777'", 1},
        {"SELECT count(*) FROM products WHERE name = 'ALARM CLOCK \"BAKELIKE\" PINK, SMALL'", 1},
        {"SELECT count(*) FROM customer_profiles WHERE name = 'Customer 12583'"
         " AND address ->> 'country' = 'France'",
         1},
        {"SELECT count(*) FROM customer_profiles", 4},
        {"SELECT count(*) FROM orders WHERE currency <> 'GBP'", 0},
    };
    EXPECT(f, cases);
    assert_int_equal(f->result.lines, 19);
    assert_int_equal(f->result.rejected, 1);
    expect_sound(f);
}

static void the_same_file_again_changes_nothing(void **state)
{
    struct fixture *f = *state;
    const char *path = copy_data(f, "orders.csv");
    check(f, import(f, path));
    int64_t operations = number(f, "SELECT count(*) FROM journal");
    int64_t keys = number(f, "SELECT count(*) FROM import_map");
    check(f, import(f, path));
    assert_int_equal(f->result.known, 18);
    assert_int_equal(f->result.rejected, 1);
    assert_int_equal(f->result.sales + f->result.returns + f->result.joined + f->result.movements,
                     0);
    assert_int_equal(number(f, "SELECT count(*) FROM journal"), operations);
    assert_int_equal(number(f, "SELECT count(*) FROM import_map"), keys);
}

/* The rejected file with one text put for another. */
static const char *correct(struct fixture *f, const char *path, const char *wrong,
                           const char *right)
{
    const char *text = read_whole(f, path, NULL);
    const char *at = strstr(text, wrong);
    if (at == NULL)
        fail_msg("%s is not in %s", wrong, text);
    const char *better =
        arena_format(f->arena, "%.*s%s%s", (int)(at - text), text, right, at + strlen(wrong));
    return write_file(f, "corrected.csv", better, strlen(better));
}

static void a_corrected_line_joins_its_order(void **state)
{
    struct fixture *f = *state;
    const char *path = copy_data(f, "orders.csv");
    const char *rejected = in_scratch(f, "orders.rejected.csv");
    struct stat info;
    check(f, import(f, path));
    assert_int_equal(stat(rejected, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_non_null(strstr(read_whole(f, rejected, NULL), "the price 0.001 has more digits"));
    const char *corrected = correct(f, rejected, ",0.001,", ",0.50,");
    check(f, import(f, corrected));
    static const struct expected cases[] = {
        {"SELECT total_cents FROM orders WHERE order_number = 'IM-550193'", 339 + 50},
        {"SELECT sum(p.amount_cents) FROM payments p JOIN orders o ON o.id = p.order_id"
         " WHERE order_number = 'IM-550193'",
         389},
        {"SELECT max(position) FROM order_items i JOIN orders o ON o.id = i.order_id"
         " WHERE order_number = 'IM-550193'",
         1},
        {"SELECT count(*) FROM orders", 7},
    };
    EXPECT(f, cases);
    assert_int_equal(f->result.joined, 1);
    expect_sound(f);
    check(f, import(f, corrected)); /* once is enough, by either key and in either file */
    assert_int_equal(f->result.known, 1);
    check(f, import(f, path));
    assert_int_equal(f->result.rejected, 0);
    check(f, import(f, correct(f, path, ",0.001,", ",0.50,")));
    assert_int_equal(f->result.known, 19);
    EXPECT(f, cases);
}

/* A correction may make a line the same as one that stands. */
static void a_correction_that_repeats_a_line_is_a_line(void **state)
{
    struct fixture *f = *state;
    static const char text[] =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "1,X,THING,1,2011-01-01 10:00:00,2.50,,UK\n1,X,THING,1,2011-01-01 10:00:00,2.505,,UK\n";
    check(f, import(f, write_file(f, "twice.csv", text, strlen(text))));
    check(f, import(f, correct(f, in_scratch(f, "twice.rejected.csv"), "2.505", "2.50")));
    assert_int_equal(number(f, "SELECT total_cents FROM orders"), 500);
    assert_int_equal(number(f, "SELECT count(*) FROM order_items"), 2);
    expect_sound(f);
}

static void nothing_hostile_gets_in_or_lost(void **state)
{
    struct fixture *f = *state;
    check(f, import(f, copy_data(f, "hostile.csv")));
    static const struct {
        const char *invoice, *why;
    } wrong[] = {
        {"600002,", "the quantity \"\"x\"\" is no number"},
        {"600003,", "the quantity is 0"},
        {"600004,", "is no number, or too large"},
        {"600005,", "the amount is too large"},
        {"600006,", "is no time of the form"},
        {"600007,", "is no time of the form"},
        {"600008,", "more digits than GBP has"},
        {"600009,", "it has 5 fields where the headings are 8"},
        {"600010,", "it has 9 fields where the headings are 8"},
        {",,France,12,", "it has no invoice number"},
        {"600012,", "it has no code of a product"},
        {"600013,A1", "text behind a closing quote"},
        {"600016,", "longer than 255 characters"},
        {"600017,", "the price of goods is below zero"},
        {"C60018,", "goods go out on an invoice of returns"},
        {"600019,A1,GOOD LINE,1,2011-01-01 10:00:00,1.00,8.0", "lines of another customer"},
        {"600021,", "more than three digits"},
    };
    size_t size;
    const char *text = read_whole(f, in_scratch(f, "hostile.rejected.csv"), &size);
    assert_int_equal(f->result.rejected, 19);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *line = memmem(text, size, wrong[i].invoice, strlen(wrong[i].invoice));
        const char *end = line != NULL ? memchr(line, '\n', size - (size_t)(line - text)) : NULL;
        if (end == NULL ||
            memmem(line, (size_t)(end - line), wrong[i].why, strlen(wrong[i].why)) == NULL)
            fail_msg("%s is not rejected because %s", wrong[i].invoice, wrong[i].why);
    }
    static const struct expected cases[] = {
        {"SELECT count(*) FROM orders", 4},
        {"SELECT placed_at FROM orders WHERE order_number = 'IM-600001'", 1301189400000000},
        {"SELECT total_cents FROM orders WHERE order_number = 'IM-600022'", 33},
        {"SELECT total_cents FROM orders WHERE order_number = 'IM-600019'", 100},
    };
    EXPECT(f, cases);
    expect_sound(f);
}

static void a_line_without_end_is_rejected_alone(void **state)
{
    struct fixture *f = *state;
    struct buffer text;
    buffer_init(&text);
    buffer_add(&text, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,"
                      "Country\n1,X,");
    for (int i = 0; i < 2 * 1024 * 1024; i++)
        buffer_add_char(&text, 'x');
    buffer_add(&text,
               ",1,2011-01-01 10:00:00,2.50,,UK\n2,X,THING,1,2011-01-01 10:00:00,2.50,,UK\n");
    check(f, import(f, write_file(f, "long.csv", text.text, text.size)));
    buffer_done(&text);
    assert_int_equal(f->result.rejected, 1);
    assert_int_equal(number(f, "SELECT count(*) FROM orders WHERE order_number = 'IM-2'"), 1);
}

static void what_cannot_be_read_is_told(void **state)
{
    struct fixture *f = *state;
    static const char other[] = "Invoice,Code\n1,2\n";
    assert_false(import(f, in_scratch(f, "none.csv")));
    assert_int_equal(f->err.code, ERROR_NOT_FOUND);
    assert_false(import(f, write_file(f, "empty.csv", "", 0)));
    assert_non_null(strstr(f->err.text, "is empty"));
    assert_false(import(f, write_file(f, "other.csv", other, strlen(other))));
    assert_non_null(strstr(f->err.text, "no column InvoiceNo, StockCode"));
    assert_false(import(f, f->scratch.folder));
    assert_false(import(f, write_file(f, "cut.csv.xz",
                                      "\xFD"
                                      "7zXZ\0\0",
                                      7)));
    assert_int_equal(f->err.code, ERROR_INPUT);
    const struct import_options options = {.path = "x", .mapping = "shopify"};
    assert_false(import_orders(f->store, &f->actor, &options, &f->result, &f->err));
    assert_non_null(strstr(f->err.text, "online-retail"));
    assert_int_equal(number(f, "SELECT count(*) FROM import_map"), 0);
}

static void an_own_mapping_is_kept(void **state)
{
    struct fixture *f = *state;
    static const char mapping[] =
        "{\"columns\": {\"invoice\": \"Nr\", \"code\": \"Artikel\", \"quantity\": \"Menge\","
        " \"placed\": \"Am\", \"price\": \"Preis\"},"
        " \"settings\": {\"separator\": \";\", \"date_format\": \"%d.%m.%Y %H:%M\","
        " \"zone\": \"Europe/Berlin\", \"currency\": \"JPY\", \"number_prefix\": \"X\"}}";
    static const char text[] = "Nr;Artikel;Menge;Am;Preis\r\n7;A;2;01.07.2011 00:30;250\r\n"
                               "8;A;2;01.07.2011 00:30;250.5\r\n";
    check(f, import_mapping_keep(f->store, "own", mapping, &f->err));
    assert_false(import_mapping_keep(f->store, "bad", "{\"columns\": {}}", &f->err));
    assert_false(import_mapping_keep(f->store, "bad", "[", &f->err));
    const struct import_options options = {.path = write_file(f, "own.csv", text, strlen(text)),
                                           .mapping = "own"};
    check(f, import_orders(f->store, &f->actor, &options, &f->result, &f->err));
    assert_int_equal(f->result.rejected, 1);
    static const struct expected cases[] = {
        {"SELECT total_cents FROM orders WHERE order_number = 'X7' AND currency = 'JPY'", 500},
        {"SELECT count(*) FROM orders WHERE business_day = '2011-06-30'", 1}, /* in London */
    };
    EXPECT(f, cases);
    assert_string_equal(import_mapping_names(f->store, f->arena), "online-retail, own");
}

/* Stops at the given call. */
static bool stop_at(void *context)
{
    int *calls = context;
    return --*calls <= 0;
}

static void a_stopped_import_goes_on(void **state)
{
    struct fixture *f = *state;
    int calls = 10;
    const struct import_options options = {
        .path = copy_data(f, "orders.csv"),
        .mapping = "online-retail",
        .stopped = stop_at,
        .context = &calls,
    };
    check(f, import_orders(f->store, &f->actor, &options, &f->result, &f->err));
    assert_true(f->result.is_stopped);
    int64_t first = number(f, "SELECT count(*) FROM orders");
    assert_in_range(first, 1, 6);
    expect_sound(f);
    check(f, import(f, options.path));
    assert_false(f->result.is_stopped);
    assert_int_equal(f->result.sales + f->result.returns, 7 - first);
    assert_int_equal(number(f, "SELECT sum(total_cents) FROM orders"),
                     5604 - 3428 + 5400 + 9000 + 0 + 846 + 339 - 1106206);
    expect_sound(f);
}

/* 1,200 lines take three operations, and are one order after one transaction. */
static void a_large_invoice_is_one_order(void **state)
{
    struct fixture *f = *state;
    struct buffer text;
    buffer_init(&text);
    buffer_add(&text, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,"
                      "Country\n");
    for (int i = 0; i < 1200; i++)
        buffer_format(&text, "5,P%d,THING %d,1,2011-01-01 10:00:00,2.50,,UK\n", i, i);
    int64_t version = store_version(f->store);
    check(f, import(f, write_file(f, "large.csv", text.text, text.size)));
    buffer_done(&text);
    assert_int_equal(number(f, "SELECT count(*) FROM order_items"), 1200);
    assert_int_equal(number(f, "SELECT sum(total_cents) FROM orders"), 300000);
    assert_int_equal(store_version(f->store), version);
    expect_sound(f);
}

static void an_import_is_undone_and_may_come_again(void **state)
{
    struct fixture *f = *state;
    const char *path = copy_data(f, "orders.csv");
    struct buffer summary;
    buffer_init(&summary);
    check(f, import(f, path));
    check(f, operation_undo(f->store, &f->actor, &summary, &f->err));
    buffer_done(&summary);
    static const struct expected gone[] = {
        {"SELECT count(*) FROM orders WHERE deleted_at IS NULL", 0},
        {"SELECT count(*) FROM products WHERE deleted_at IS NULL", 0},
        {"SELECT count(*) FROM customer_profiles WHERE deleted_at IS NULL", 0},
        {"SELECT count(*) FROM order_items", 0},
        {"SELECT count(*) FROM payments", 0},
        {"SELECT count(*) FROM stock_levels", 0},
    };
    EXPECT(f, gone);
    expect_sound(f);
    check(f, import(f, path));
    assert_int_equal(number(f, "SELECT count(*) FROM orders WHERE deleted_at IS NULL"), 7);
    assert_int_equal(number(f, "SELECT sum(total_cents) FROM orders WHERE deleted_at IS NULL"),
                     5604 - 3428 + 5400 + 9000 + 846 + 339 - 1106206);
    expect_sound(f);
}

static void products_that_the_shop_has_are_used(void **state)
{
    struct fixture *f = *state;
    struct operation *operation = operation_begin(f->store, "record.create", &f->actor, &f->err);
    const struct change more[] = {{.column = "currency", .value = value_text("GBP")}};
    struct uuid id;
    check(f, operation != NULL);
    check(f, product_insert(operation, "Lantern", "71053", 499, more, 1, &id, &f->err));
    check(f, operation_commit(operation, &f->err));
    check(f, import(f, copy_data(f, "orders.csv")));
    static const struct expected cases[] = {
        {"SELECT count(*) FROM products WHERE sku = '71053'", 1},
        {"SELECT price_cents FROM products WHERE sku = '71053'", 499},
    };
    EXPECT(f, cases);
    assert_int_equal(number(f, "SELECT count(*) FROM order_items WHERE sku = '71053'"), 5);
}

/* What a person wrote into the file of rejected lines is not lost to the next import. */
static void a_file_of_rejected_lines_is_kept(void **state)
{
    struct fixture *f = *state;
    const char *path = copy_data(f, "orders.csv");
    const char *kept = in_scratch(f, "orders.rejected.csv~");
    check(f, import(f, path));
    const char *first = read_whole(f, in_scratch(f, "orders.rejected.csv"), NULL);
    check(f, import(f, path));
    assert_int_not_equal(access(kept, F_OK), 0); /* the same lines again */
    write_file(f, "orders.rejected.csv", "mine", 4);
    check(f, import(f, path));
    assert_string_equal(read_whole(f, kept, NULL), "mine");
    assert_string_equal(read_whole(f, in_scratch(f, "orders.rejected.csv"), NULL), first);
}

#define REAL "../shared/data/online-retail-2010-12-to-2011-06.csv.xz"

/* Its sums are known; under a sanitizer it would take minutes. */
static void seven_months_of_a_real_shop(void **state)
{
    struct fixture *f = *state;
#if defined(__SANITIZE_ADDRESS__)
    print_message("the real orders are imported in the plain build alone\n");
    skip();
#endif
    if (access(REAL, R_OK) != 0) {
        print_message("%s is not here\n", REAL);
        skip();
    }
    const char *rejected = in_scratch(f, "rejected.csv");
    const struct import_options options = {
        .path = REAL, .mapping = "online-retail", .rejected = rejected};
    check(f, import_orders(f->store, &f->actor, &options, &f->result, &f->err));
    static const struct expected cases[] = {
        {"SELECT sum(total_cents) FROM orders WHERE kind = 'sale'", 482646649},
        {"SELECT sum(total_cents) FROM orders WHERE kind = 'return'", -42851573},
        {"SELECT count(*) FROM orders WHERE kind = 'sale'", 10789 - 1129},
        {"SELECT count(*) FROM orders WHERE kind = 'return'", 2006},
        {"SELECT count(*) FROM stock_movements WHERE reference_id IS NULL", 758 + 707},
        {"SELECT count(*) FROM order_items", 245903 - 758 - 707 - 1},
        {"SELECT count(*) FROM products", 3560}, /* PADS is on the rejected line alone */
        {"SELECT count(*) FROM products WHERE name IN ('', '?', 'damages', 'found')", 0},
        {"SELECT max(n) FROM (SELECT count(*) AS n FROM order_items GROUP BY order_id)", 705},
        {"SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id"
         " WHERE i.unit_price_cents = 0 AND o.customer_id IS NOT NULL",
         13},
        {"SELECT count(*) FROM orders o WHERE order_number = 'IM-542806'", 1},
    };
    EXPECT(f, cases);
    assert_int_equal(f->result.rejected, 1);
    assert_non_null(strstr(read_whole(f, rejected, NULL), "550193,PADS,"));
    expect_sound(f);
    int64_t operations = number(f, "SELECT count(*) FROM journal");
    check(f, import_orders(f->store, &f->actor, &options, &f->result, &f->err));
    assert_int_equal(f->result.known, 245902);
    assert_int_equal(number(f, "SELECT count(*) FROM journal"), operations);
    check(f, import(f, correct(f, rejected, ",0.001,", ",0.01,")));
    assert_int_equal(number(f, "SELECT sum(total_cents) FROM orders WHERE kind = 'sale'"),
                     482646650);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_of_every_case, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_file_again_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_corrected_line_joins_its_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_correction_that_repeats_a_line_is_a_line, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(nothing_hostile_gets_in_or_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_without_end_is_rejected_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(an_own_mapping_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stopped_import_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(a_large_invoice_is_one_order, setup, teardown),
        cmocka_unit_test_setup_teardown(an_import_is_undone_and_may_come_again, setup, teardown),
        cmocka_unit_test_setup_teardown(products_that_the_shop_has_are_used, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_of_rejected_lines_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(seven_months_of_a_real_shop, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
