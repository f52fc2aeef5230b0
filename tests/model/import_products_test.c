/* Products from a file: what is new, what differs, what can't be taken, once more, and back. */
#include "model/base/private_file.h"
#include "model/catalog/category.h"
#include "model/catalog/product.h"
#include "model/import/import_products.h"
#include "model/list/export.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *path_in(struct shop *shop, const char *name)
{
    return arena_format(shop->arena, "%s/%s", shop->scratch.folder, name);
}

static struct import_products_result import_file(struct shop *shop, const char *name)
{
    struct import_products_result result;
    const struct import_products_options options = {.path = path_in(shop, name)};
    shop_expect(shop, import_products(shop->store, &shop->owner, &options, &result, &shop->err));
    return result;
}

static struct import_products_result import_text(struct shop *shop, const char *text)
{
    shop_expect(shop, private_file_write(path_in(shop, "goods.csv"), text, &shop->err));
    return import_file(shop, "goods.csv");
}

static void check(struct import_products_result result, int64_t made, int64_t changed, int64_t same,
                  int64_t rejected)
{
    assert_int_equal(result.made, made);
    assert_int_equal(result.changed, changed);
    assert_int_equal(result.same, same);
    assert_int_equal(result.rejected, rejected);
    assert_int_equal(result.rows, made + changed + same + rejected);
}

static int64_t price_of(struct shop *shop, const char *code)
{
    struct sellable goods;
    assert_int_equal(product_by_code(shop->store, code, shop->arena, &goods, &shop->err), 1);
    return goods.price_cents;
}

static const char file[] = "SKU,Name,price,barcode,tags,arabic,stock\n"
                           "BR-1,Brush,4.50,96385074,\"new, sale\",فرشاة,12\n"
                           "ROLL-25,,8.75,,,,\n"
                           "LATEX-10,Latex white 10 l,39.90,4006381333931,,,5\n"
                           "BR-1,Brush,4.60,,,,\n";

static void test_new_changed_and_the_same(void **state)
{
    struct shop *shop = *state;
    check(import_text(shop, file), 1, 2, 1, 0);
    assert_int_equal(price_of(shop, "96385074"), 460);
    assert_int_equal(price_of(shop, "ROLL-25"), 875);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0); /* stock is passed over */
    int64_t operations = shop_integer(shop, "SELECT count(*) FROM journal", NULL);
    check(import_text(shop, "sku,price\nBR-1,4.60\nROLL-25,8.75\n"), 0, 0, 2, 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM journal", NULL), operations);
    assert_int_equal(access(path_in(shop, "goods.rejected.csv"), F_OK), -1);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(price_of(shop, "ROLL-25"), 850);
    struct sellable goods;
    assert_int_equal(product_by_code(shop->store, "BR-1", shop->arena, &goods, &shop->err), 0);
    shop_check(shop);
}

static void test_what_cannot_be_taken(void **state)
{
    struct shop *shop = *state;
    check(import_text(shop, "sku,name,price,category,barcode,status\n"
                            "A-1,,3,,,\n"
                            "A-2,Brush,abc,,,\n"
                            "A-3,Brush,-1,,,\n"
                            ",Brush,3,,,\n"
                            "A-4,Brush,3,Nowhere,,\n"
                            "A-5,Brush,3,,4006381333931,\n"
                            "A-6,Brush,3,,96385075,\n"
                            "A-7,Brush,3,,,sold\n"
                            "A-8,Br\xff,3,,,\n"
                            "A-9,Brush,92233720368547758.08,,,\n"
                            "A-10,Brush\n"
                            "A-11,Good one,3,,,\n"),
          1, 0, 0, 11);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM products WHERE name = 'Brush'", NULL),
                     0);
    size_t size;
    char *rejected = private_file_read(path_in(shop, "goods.rejected.csv"), &size, &shop->err);
    assert_non_null(rejected);
    assert_non_null(strstr(rejected, "A-1,,3,,,,2,A new product needs a name\n"));
    assert_non_null(strstr(rejected, "There is no category \"\"Nowhere\"\"; make it first"));
    assert_non_null(strstr(rejected, "is a barcode of Latex white 10 l already"));
    assert_non_null(strstr(rejected, "would be 4"));
    assert_non_null(strstr(rejected, ",12,A new product needs a price\n"));
    assert_null(strstr(rejected, "Good one"));
    private_file_wipe(rejected, size);
    check(import_file(shop, "goods.rejected.csv"), 0, 0, 0, 11); /* its own columns are known */
    shop_check(shop);
}

static void refuse_file(struct shop *shop, const char *text, const char *words)
{
    struct import_products_result result;
    const struct import_products_options options = {.path = path_in(shop, "goods.csv")};
    shop_expect(shop, private_file_write(options.path, text, &shop->err));
    shop_expect_error(shop,
                      import_products(shop->store, &shop->owner, &options, &result, &shop->err),
                      ERROR_INPUT, words);
}

static void test_files_that_are_none(void **state)
{
    struct shop *shop = *state;
    struct import_products_result result;
    const struct import_products_options options = {.path = path_in(shop, "goods.csv")};
    refuse_file(shop, "", "is empty");
    refuse_file(shop, "sku,colour\n", "names \"colour\"");
    refuse_file(shop, "name,price\n", "must name sku");
    refuse_file(shop, "sku,price,SKU\n", "twice");
    check(import_text(shop, "sku,price\n"), 0, 0, 0, 0);
    shop_expect_error(shop,
                      import_products(shop->store, &shop->cashier, &options, &result, &shop->err),
                      ERROR_DENIED, "catalog.edit");
}

/* What the list exports is what the import reads, formulas and all. */
static void test_an_export_comes_back_unchanged(void **state)
{
    struct shop *shop = *state;
    struct uuid paint;
    shop_expect(shop,
                category_create(shop->store, &shop->owner, "Paint", NULL, &paint, &shop->err));
    check(import_text(shop, "sku,name,price,category,tags,description\n"
                            "F-1,=SUM(A1),3.50,Paint,\"a, b\",\"two\nlines, \"\"quoted\"\"\"\n"),
          1, 0, 0, 0);
    const struct query query = {.source = &product_source};
    const struct export_job job = {.query = &query, .format = EXPORT_CSV, .zone = "Europe/Berlin"};
    assert_int_equal(export_to_file(shop->store, &job, path_in(shop, "goods.csv"), &shop->err), 4);
    check(import_file(shop, "goods.csv"), 0, 0, 4, 0);
}

static bool stop_at_once(void *context)
{
    return ++*(int *)context > 1;
}

static void test_a_stopped_import_goes_on(void **state)
{
    struct shop *shop = *state;
    struct buffer text;
    int asked = 0;
    buffer_init(&text);
    buffer_add(&text, "sku,name,price\n");
    for (int i = 0; i < 250; i++)
        buffer_format(&text, "T-%d,Thing %d,%d\n", i, i, i);
    shop_expect(shop, private_file_write(path_in(shop, "goods.csv"), text.text, &shop->err));
    buffer_done(&text);
    struct import_products_result result;
    const struct import_products_options options = {
        .path = path_in(shop, "goods.csv"), .stopped = stop_at_once, .context = &asked};
    shop_expect(shop, import_products(shop->store, &shop->owner, &options, &result, &shop->err));
    assert_true(result.is_stopped);
    check(result, IMPORT_PRODUCTS_BATCH, 0, 0, 0);
    check(import_file(shop, "goods.csv"), 150, 0, 100, 0);
    assert_non_null(shop_undo(shop, &shop->owner)); /* the second run */
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM products WHERE deleted_at IS NULL", NULL), 103);
    shop_check(shop);
}

/* The goods of the real sales, one row for each number with the name and price that came last. */
static const char real[] =
    "xz -dc ../shared/data/online-retail-2010-12-to-2011-06.csv.xz 2>/dev/null | python3 -c \""
    "import csv, sys\n"
    "goods = {}\n"
    "for row in csv.DictReader(sys.stdin):\n"
    "    if row['Description'] and float(row['UnitPrice']) > 0:\n"
    "        goods[row['StockCode'].upper()] = (row['Description'], row['UnitPrice'])\n"
    "out = csv.writer(sys.stdout)\n"
    "out.writerow(['sku', 'name', 'price'])\n"
    "out.writerows((sku, name, price) for sku, (name, price) in sorted(goods.items()))\n"
    "\" > %s";

static void test_real_products(void **state)
{
    struct shop *shop = *state;
    const char *path = path_in(shop, "real.csv");
    if (access("../shared/data/online-retail-2010-12-to-2011-06.csv.xz", R_OK) != 0 ||
        system("command -v xz python3 > /dev/null") != 0) {
        print_message("skipped: the real sales are not in ../shared/data\n");
        skip();
    }
    assert_int_equal(system(arena_format(shop->arena, real, path)), 0);
    struct import_products_result first = import_file(shop, "real.csv");
    assert_in_range(first.made, 3000, 5000);
    assert_in_range(first.rejected, 0, first.rows / 20); /* prices of three decimals */
    struct import_products_result again = import_file(shop, "real.csv");
    check(again, 0, 0, first.made, first.rejected);
    shop_check(shop);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_new_changed_and_the_same), TEST(test_what_cannot_be_taken),
        TEST(test_files_that_are_none),      TEST(test_an_export_comes_back_unchanged),
        TEST(test_a_stopped_import_goes_on), TEST(test_real_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
