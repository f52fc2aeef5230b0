/* The screens of products, categories and collections: what they show, and what is done there. */
#include "model/base/private_file.h"
#include "model/catalog/category.h"
#include "model/catalog/collection.h"
#include "model/catalog/product_edit.h"
#include "model/catalog/product_part.h"
#include "model/stock/stock.h"
#include "tests/model/shop.h"
#include "tests/tui/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void adjust(struct shop *shop, const struct uuid *variant, int64_t milli)
{
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, variant, &shop->owner.location_id,
                                   milli, "adjust", "counted", &shop->err));
}

static void write_texts(struct shop *shop, struct uuid *paint, const struct uuid *category)
{
    const struct change texts[] = {
        {.column = "category_id", .value = value_uuid(category)},
        {.column = "cost_price_cents", .value = value_integer(1500)},
        {.column = "compare_at_price_cents", .value = value_integer(4490)},
        {.column = "tags", .value = value_text("[\"sale\",\"white\"]")},
        {.column = "description", .value = value_text("Covers in one coat.")},
        {.column = "name_i18n", .value = value_text("{\"en\":\"Latex white\",\"ar\":\"أبيض\"}")},
    };
    shop_expect(shop, product_save(shop->store, &shop->owner, texts, 6, NULL, paint, &shop->err));
}

static void add_part(struct shop *shop, enum product_part_kind kind, const struct uuid *product,
                     const struct change *changes, size_t count)
{
    struct uuid id = {{0}};
    shop_expect(shop, product_part_save(shop->store, &shop->owner, kind, product, changes, count,
                                        &id, &shop->err));
}

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    struct uuid paint, inside;
    size_t made;
    shop_expect(shop,
                category_create(shop->store, &shop->owner, "Paint", NULL, &paint, &shop->err));
    shop_expect(shop,
                category_create(shop->store, &shop->owner, "Inside", &paint, &inside, &shop->err));
    write_texts(shop, &shop->paint, &inside);
    struct uuid set = shop_product(shop, "Starter set", "SET-1", 4500, true);
    const struct change one[] = {{.column = "variant_id", .value = value_uuid(&shop->paint)}};
    const struct change two[] = {{.column = "variant_id", .value = value_uuid(&shop->roller)},
                                 {.column = "quantity_milli", .value = value_integer(2000)}};
    add_part(shop, PART_BUNDLE_ITEM, &set, one, 1);
    add_part(shop, PART_BUNDLE_ITEM, &set, two, 2);
    shop_expect(shop, product_make_variants(shop->store, &shop->owner, &shop->paint,
                                            "Size: 5 l, 2.5 l", &made, &shop->err));
    adjust(shop, &shop->paint, 12000);
    adjust(shop, &shop->roller, 5000);
    struct uuid brush = shop_product(shop, "Brush", "BR-1", 450, true);
    shop_product(shop, "Tape", "TP-1", 299, true);
    shop_order(shop, &brush, 2, "pending"); /* there was none */
    return 0;
}

static void play(struct shop *shop, const char *steps)
{
    scene_play(shop->scratch.folder, "Olga Owner", steps);
}

static void check_sizes(struct shop *shop, const char *name)
{
    static const char *const sizes[] = {"80x24", "60x15", "200x50"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        scene_check(shop->scratch.folder, arena_format(shop->arena, "%s_%s", name, sizes[i]));
}

static int64_t count(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

static void test_the_list_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-G\nsave products_80x24\nsize 60 15\nsave products_60x15\nsize 200 50\n"
               "save products_200x50\nsize 80 24\nkeys tab tab tab\nexpect Tape\nreject Brush\n"
               "keys tab\nexpect Brush\nexpect oversold\nreject Tape\nkeys shift-tab shift-tab "
               "shift-tab shift-tab /\ntype category:inside\nkeys enter\nexpect Latex\n"
               "reject Roller\n");
    check_sizes(shop, "products");
}

static void test_a_product_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-G /\ntype latex\nkeys enter enter\nsave product_80x24\nsize 60 15\n"
               "save product_60x15\nsize 200 50\nsave product_200x50\nsize 80 24\nkeys E\n"
               "save product_form_80x24\nsize 60 15\nsave product_form_60x15\n");
    check_sizes(shop, "product");
    scene_check(shop->scratch.folder, "product_form_80x24");
    scene_check(shop->scratch.folder, "product_form_60x15");
}

static void test_a_new_product_by_a_scan(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-G\nscan 96385074\nexpect New product with the code 96385074\n"
               "type Sponge\nkeys tab\ntype LATEX-10\nkeys tab\nexpect SKU LATEX-10 already\n"
               "keys up ctrl-u\ntype SP-1\nkeys tab\ntype 1.19\nkeys tab\ntype 0.50\n"
               "expect Margin 50%\nkeys enter\nexpect Sponge is saved\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM products p JOIN product_barcodes b ON "
                                 "b.variant_id = p.id WHERE p.sku = 'SP-1' AND p.price_cents = 119 "
                                 "AND b.barcode = '96385074' AND b.symbology = 'ean8'"),
                     1);
    play(shop, "keys alt-G u\nexpect Undone\n");
    assert_int_equal(
        count(shop, "SELECT count(*) FROM product_barcodes WHERE barcode = '96385074'"), 0);
}

static void test_texts_are_changed(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-G /\ntype latex\nkeys enter E tab tab tab tab tab tab tab tab tab tab\n"
               "keys ctrl-u\ntype new, white, new\nkeys tab tab ctrl-u\ntype Arabic name\n"
               "keys enter\n"
               "expect is saved\n");
    assert_int_equal(count(shop,
                           "SELECT count(*) FROM products WHERE tags = '[\"new\",\"white\"]' "
                           "AND name_i18n = '{\"en\":\"Latex white\",\"ar\":\"Arabic name\"}'"),
                     1);
}

static void test_parts_come_and_go(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-G /\ntype roller\nkeys enter enter\nscan 4006381333932\n"
               "expect New barcode\nkeys enter\nexpect would be 1\nkeys ctrl-u\ntype 96385074\n"
               "keys enter\nexpect The barcode is saved\nexpect 96385074\nkeys m\n"
               "type Size: S, M\nkeys enter\nexpect 2 new variants\nexpect ROLL-25-S\nkeys a\n"
               "save product_add_80x24\nkeys esc x\nexpect cursor is on no variant\n");
    scene_check(shop->scratch.folder, "product_add_80x24");
    assert_int_equal(count(shop, "SELECT count(*) FROM product_variants WHERE name IN ('S', 'M')"),
                     2);
}

static void test_marked_products_change_together(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-G space down space c\nexpect Change what of\nkeys enter\ntype abc\n"
               "keys tab\nexpect percent\nkeys up ctrl-u\ntype 10\nkeys tab right enter\n"
               "save product_bulk_80x24\nkeys enter\n");
    scene_check(shop->scratch.folder, "product_bulk_80x24");
    static const char dearer[] =
        "SELECT count(*) FROM products WHERE price_cents % 10 = 9 AND sku <> 'TP-1'";
    assert_int_equal(count(shop, dearer), 0); /* Enter left them */
    play(shop, "keys alt-G space down space c enter\ntype 10\nkeys tab right enter y\n"
               "expect products are changed\n");
    assert_int_equal(count(shop, dearer), 2);
    play(shop, "keys alt-G u\nexpect Undone\n");
    assert_int_equal(count(shop, dearer), 0);
    play(shop, "keys alt-G A\nexpect status archived\nkeys y\nexpect is changed\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM products WHERE status = 'archived'"), 1);
}

static void test_a_file_is_taken_over(void **state)
{
    struct shop *shop = *state;
    const char *path = arena_format(shop->arena, "%s/goods.csv", shop->scratch.folder);
    shop_expect(
        shop, private_file_write(path, "sku,name,price\nSP-1,Sponge,1.19\nSP-2,,3\n", &shop->err));
    play(shop, arena_format(shop->arena,
                            "keys alt-G i\ntype %s\nkeys enter\nexpect 1 new products\n"
                            "expect 1 not taken\nkeys enter\nexpect Sponge\n",
                            path));
    assert_int_equal(count(shop, "SELECT count(*) FROM products WHERE sku = 'SP-1'"), 1);
}

static void test_the_tree_of_categories(void **state)
{
    struct shop *shop = *state;
    play(shop,
         "keys alt-G C\nsave categories_80x24\nsize 60 15\nsave categories_60x15\n"
         "size 200 50\nsave categories_200x50\nsize 80 24\nkeys /\ntype inside\nkeys enter m\n"
         "keys enter\nexpect was moved\nkeys esc N\ntype Tools\nkeys enter\n"
         "expect The category is there\nexpect Tools\n");
    check_sizes(shop, "categories");
    assert_int_equal(count(shop, "SELECT count(*) FROM categories WHERE name IN ('Inside', "
                                 "'Tools') AND parent_id IS NULL AND deleted_at IS NULL"),
                     2);
    play(shop, "keys alt-G C /\ntype inside\nkeys enter x y\nexpect holds 1 product;\nkeys enter\n"
               "expect Latex white\nreject Roller\n");
}

static void test_collections(void **state)
{
    struct shop *shop = *state;
    play(shop,
         "keys alt-G K\nexpect No collections yet\nkeys n\ntype Cheap\nkeys tab\n"
         "type price<\nkeys tab\nexpect price needs a value\nkeys tab end\ntype 5\nkeys enter\n"
         "expect The collection Cheap is saved\nexpect price<5\nkeys n\ntype Spring\n"
         "keys enter\nexpect by hand\nsave collections_80x24\nkeys enter\nexpect Brush\n"
         "expect Tape\nreject Roller\n");
    scene_check(shop->scratch.folder, "collections_80x24");
    play(shop, "keys alt-G /\ntype roller\nkeys enter o enter\nexpect 1 of 1 are new in Spring\n"
               "keys K down enter\nexpect Roller\nreject Tape\n");
}

/* Kim sells: what is there can be seen, and what is missing is said. */
static void test_who_may_not_is_told(void **state)
{
    struct shop *shop = *state;
    scene_play(shop->scratch.folder, "Kim",
               "keys alt-G n\nexpect lacks the right catalog.edit\nreject New product\n"
               "keys enter\nexpect Stock\nkeys a\nexpect lacks the right catalog.edit\n"
               "keys esc C N\nexpect lacks the right catalog.edit\n");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, shop_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_the_list_in_three_sizes),
        CASE(test_a_product_in_three_sizes),
        CASE(test_a_new_product_by_a_scan),
        CASE(test_texts_are_changed),
        CASE(test_parts_come_and_go),
        CASE(test_marked_products_change_together),
        CASE(test_a_file_is_taken_over),
        CASE(test_the_tree_of_categories),
        CASE(test_collections),
        CASE(test_who_may_not_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
