/* The catalogue: products, what belongs to them, bundles, many at once, and the tree of categories.
 */
#include "model/catalog/barcode_digit.h"
#include "model/catalog/bundle.h"
#include "model/catalog/category.h"
#include "model/catalog/product.h"
#include "model/catalog/product_bulk.h"
#include "model/catalog/product_edit.h"
#include "model/catalog/product_part.h"
#include "model/stock/stock.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct uuid add_part(struct shop *shop, enum product_part_kind kind,
                            const struct uuid *product, const struct change *changes, size_t count)
{
    struct uuid id = {{0}};
    shop_expect(shop, product_part_save(shop->store, &shop->owner, kind, product, changes, count,
                                        &id, &shop->err));
    return id;
}

static void refuse_part(struct shop *shop, enum product_part_kind kind, const struct uuid *product,
                        const struct change *changes, size_t count, enum error_code code,
                        const char *words)
{
    struct uuid id = {{0}};
    shop_expect_error(shop,
                      product_part_save(shop->store, &shop->owner, kind, product, changes, count,
                                        &id, &shop->err),
                      code, words);
    assert_true(uuid_is_zero(&id));
}

static void test_check_digits(void **state)
{
    (void)state;
    assert_int_equal(barcode_digit("4006381333931"), '1');
    assert_int_equal(barcode_digit("4006381333930"), '1');
    assert_int_equal(barcode_digit("96385074"), '4');
    assert_int_equal(barcode_digit("036000291452"), '2');
    assert_int_equal(barcode_digit("00012345600012"), '2');
    assert_int_equal(barcode_digit("0000000000000"), '0');
    assert_int_equal(barcode_digit("400638133393"), '0');
    assert_int_equal(barcode_digit(""), 0);
    assert_int_equal(barcode_digit("40063813339"), 0);
    assert_int_equal(barcode_digit("400638133393X"), 0);
    assert_string_equal(barcode_symbology("96385074"), "ean8");
    assert_string_equal(barcode_symbology("A-1"), "code128");
}

static void test_a_barcode_is_of_one_product_and_has_its_digit(void **state)
{
    struct shop *shop = *state;
    struct change code[] = {
        {.column = "barcode", .value = value_text("96385074")},
        {.column = "variant_id", .value = value_uuid(&shop->roller)},
        {.column = "symbology", .value = value_text("ean13")},
    };
    add_part(shop, PART_BARCODE, &shop->roller, code, 3);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM product_barcodes WHERE symbology = 'ean8'", NULL),
        1);
    refuse_part(shop, PART_BARCODE, &shop->roller, code, 3, ERROR_INPUT, "barcode of Roller");
    code[0].value = value_text("4006381333931");
    refuse_part(shop, PART_BARCODE, &shop->roller, code, 3, ERROR_INPUT, "barcode of Latex");
    code[0].value = value_text("96385075");
    refuse_part(shop, PART_BARCODE, &shop->roller, code, 3, ERROR_INPUT, "would be 4");
    code[2].value = value_text("own"); /* the shop's own have none */
    struct uuid own = add_part(shop, PART_BARCODE, &shop->roller, code, 3);
    shop_expect(shop, product_part_remove(shop->store, &shop->owner, PART_BARCODE, &shop->roller,
                                          &own, &shop->err));
    assert_non_null(shop_undo(shop, &shop->owner));
    struct sellable goods;
    assert_int_equal(product_by_code(shop->store, "96385075", shop->arena, &goods, &shop->err), 1);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(product_by_code(shop->store, "96385075", shop->arena, &goods, &shop->err), 0);
    struct uuid id = {{0}};
    shop_expect_error(shop,
                      product_part_save(shop->store, &shop->cashier, PART_BARCODE, &shop->roller,
                                        code, 3, &id, &shop->err),
                      ERROR_DENIED, "catalog.edit");
    shop_check(shop);
}

static void test_variants(void **state)
{
    struct shop *shop = *state;
    struct change variant[] = {
        {.column = "name", .value = value_text("Small")},
        {.column = "price_adjustment_cents", .value = value_integer(-850)},
        {.column = "sku", .value = value_text("ROLL-S")},
    };
    struct uuid small = add_part(shop, PART_VARIANT, &shop->roller, variant, 3); /* costs nothing */
    variant[2].value = value_text("ROLL-XS");
    variant[1].value = value_integer(-851);
    refuse_part(shop, PART_VARIANT, &shop->roller, variant, 3, ERROR_INPUT, "less than nothing");
    variant[1].value = value_integer(INT64_MAX);
    refuse_part(shop, PART_VARIANT, &shop->roller, variant, 3, ERROR_INPUT, "");
    variant[1].value = value_integer(0);
    variant[2].value = value_text("LATEX-10");
    refuse_part(shop, PART_VARIANT, &shop->roller, variant, 3, ERROR_INPUT, "SKU LATEX-10");
    shop_expect(shop, product_part_remove(shop->store, &shop->owner, PART_VARIANT, &shop->roller,
                                          &small, &shop->err));
    shop_expect_error(shop,
                      product_part_remove(shop->store, &shop->owner, PART_VARIANT, &shop->roller,
                                          &shop->roller, &shop->err),
                      ERROR_RULE, "last variant");
}

static void test_variants_from_attributes(void **state)
{
    struct shop *shop = *state;
    struct sellable goods;
    size_t made = 0;
    const char *text = "Size: S, M; Colour: red, blue, green";
    shop_expect(shop, product_make_variants(shop->store, &shop->owner, &shop->roller, text, &made,
                                            &shop->err));
    assert_int_equal(made, 6);
    assert_int_equal(
        product_by_code(shop->store, "ROLL-25-M-BLUE", shop->arena, &goods, &shop->err), 1);
    assert_string_equal(goods.name, "Roller 25 cm M / blue");
    shop_expect(shop, product_make_variants(shop->store, &shop->owner, &shop->roller,
                                            "Size: S, L; Colour: red", &made, &shop->err));
    assert_int_equal(made, 1); /* S / red is there */
    static const char *const wrong[] = {
        "", "Size", "Size:", "Size: S,,M", ": S", "A:1;B:1;C:1;D:1;E:1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        shop_expect_error(shop,
                          product_make_variants(shop->store, &shop->owner, &shop->roller, wrong[i],
                                                &made, &shop->err),
                          ERROR_INPUT, "Size: S, M, L");
    shop_expect_error(shop,
                      product_make_variants(shop->store, &shop->owner, &shop->roller,
                                            "A: 1,2,3,4,5,6,7,8,9,10,11; B: 1,2,3,4,5,6,7,8,9,10",
                                            &made, &shop->err),
                      ERROR_INPUT, "110 variants");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM product_variants WHERE product_id = ?1 "
                                  "AND deleted_at IS NULL",
                                  &shop->roller),
                     1);
    shop_check(shop);
}

static void test_a_product_and_its_default_variant(void **state)
{
    struct shop *shop = *state;
    struct uuid id = {{0}};
    struct change changes[] = {
        {.column = "name", .value = value_text("Brush")},
        {.column = "sku", .value = value_text("BR-1")},
        {.column = "price_cents", .value = value_integer(450)},
        {.column = "currency", .value = value_text("EUR")},
    };
    shop_expect(shop,
                product_save(shop->store, &shop->owner, changes, 4, "96385074", &id, &shop->err));
    struct sellable goods;
    assert_int_equal(product_by_code(shop->store, "96385074", shop->arena, &goods, &shop->err), 1);
    changes[1].value = value_text("BR-2");
    shop_expect(shop, product_save(shop->store, &shop->owner, changes, 2, NULL, &id, &shop->err));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM product_variants WHERE sku = 'BR-2' AND "
                                  "product_id = ?1",
                                  &id),
                     1);
    changes[1].value = value_text("LATEX-10");
    shop_expect_error(shop,
                      product_save(shop->store, &shop->owner, changes, 2, NULL, &id, &shop->err),
                      ERROR_INPUT, "SKU LATEX-10");
    struct uuid other = {{0}};
    changes[1].value = value_text("BR-3");
    shop_expect_error(
        shop, product_save(shop->store, &shop->owner, changes, 4, "96385074", &other, &shop->err),
        ERROR_INPUT, "barcode of Brush");
    assert_true(uuid_is_zero(&other));
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM products WHERE sku = 'BR-3'", NULL),
                     0);
    changes[0].value = value_text(" ");
    shop_expect_error(shop,
                      product_save(shop->store, &shop->owner, changes, 1, NULL, &id, &shop->err),
                      ERROR_INPUT, "needs a name");
    shop_expect_error(shop,
                      product_save(shop->store, &shop->cashier, changes, 1, NULL, &id, &shop->err),
                      ERROR_DENIED, "catalog.edit");
    shop_check(shop);
}

static void test_margins(void **state)
{
    int64_t bp;
    (void)state;
    assert_true(product_margin(11900, 1900, 5000, &bp));
    assert_int_equal(bp, 5000);
    assert_true(product_margin(11900, 1900, 15000, &bp));
    assert_int_equal(bp, -5000);
    assert_true(product_margin(100, 0, 0, &bp));
    assert_int_equal(bp, 10000);
    assert_true(product_margin(300, 0, 100, &bp));
    assert_int_equal(bp, 6667);
    assert_false(product_margin(0, 1900, 100, &bp));
    assert_false(product_margin(INT64_MAX, 0, 0, &bp));
    assert_false(product_margin(-5, 0, 0, &bp));
}

static void test_tags_and_translations(void **state)
{
    struct shop *shop = *state;
    struct arena *arena = shop->arena;
    assert_string_equal(product_tags_json(" sale, new ,,sale", arena), "[\"sale\",\"new\"]");
    assert_string_equal(product_tags_json("", arena), "[]");
    assert_string_equal(product_tags_words("[\"a\",3,\"b\"]", arena), "a, b");
    const char *json = product_translate("{\"en\":\"Brush\"}", "ar", "فرشاة", arena);
    assert_string_equal(product_translation(json, "ar", arena), "فرشاة");
    assert_string_equal(product_translation(json, "en", arena), "Brush");
    assert_string_equal(product_translate(json, "ar", "", arena), "{\"en\":\"Brush\"}");
    assert_string_equal(product_translate("no JSON", "en", "x", arena), "{\"en\":\"x\"}");
}

static void adjust(struct shop *shop, const struct uuid *variant, int64_t milli)
{
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, variant, &shop->owner.location_id,
                                   milli, "adjust", NULL, &shop->err));
}

static struct uuid make_bundle(struct shop *shop)
{
    struct uuid set = shop_product(shop, "Starter set", "SET-1", 5500, true);
    const struct change paint[] = {
        {.column = "variant_id", .value = value_uuid(&shop->paint)},
        {.column = "quantity_milli", .value = value_integer(1500)},
    };
    const struct change roller[] = {
        {.column = "variant_id", .value = value_uuid(&shop->roller)},
        {.column = "quantity_milli", .value = value_integer(2000)},
    };
    const struct change advice[] = {{.column = "variant_id", .value = value_uuid(&shop->advice)}};
    add_part(shop, PART_BUNDLE_ITEM, &set, paint, 2);
    add_part(shop, PART_BUNDLE_ITEM, &set, roller, 2);
    add_part(shop, PART_BUNDLE_ITEM, &set, advice, 1);
    return set;
}

static int64_t sets_of(struct shop *shop, const struct uuid *set)
{
    int64_t milli = -1;
    shop_expect(shop, bundle_stock(shop->store, set, &shop->owner.location_id, &milli, &shop->err));
    return milli;
}

static int64_t listed_stock(struct shop *shop, const char *sku)
{
    static const char *const names[] = {"stock"};
    const struct query query = {
        .source = &product_source,
        .filter = filter_parse(&product_source, arena_format(shop->arena, "sku=%s", sku),
                               store_env(shop->store), shop->arena, NULL, &shop->err)};
    struct query_page page;
    shop_expect(shop,
                query.filter != NULL && query_fetch(shop->store, &query, names, 1, NULL, false, 2,
                                                    shop->arena, &page, &shop->err));
    assert_int_equal(page.count, 1);
    return page.rows[0].values[0].integer;
}

static void test_a_bundle_has_the_stock_of_its_parts(void **state)
{
    struct shop *shop = *state;
    struct uuid set = make_bundle(shop);
    assert_int_equal(sets_of(shop, &set), 0);
    adjust(shop, &shop->paint, 10000);
    assert_int_equal(sets_of(shop, &set), 0); /* no roller */
    adjust(shop, &shop->roller, 9000);
    assert_int_equal(sets_of(shop, &set), 4000);
    assert_int_equal(listed_stock(shop, "SET-1"), 4000);
    adjust(shop, &shop->paint, -7001);
    assert_int_equal(sets_of(shop, &set), 1000);
    adjust(shop, &shop->paint, -5000);
    assert_int_equal(sets_of(shop, &set), 0);
    assert_int_equal(listed_stock(shop, "SET-1"), 0); /* not below: its parts say that */
}

static void test_selling_a_bundle_moves_its_parts(void **state)
{
    struct shop *shop = *state;
    struct uuid set = make_bundle(shop);
    adjust(shop, &shop->paint, 10000);
    adjust(shop, &shop->roller, 10000);
    struct uuid order = shop_order(shop, &set, 3, "pending");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 5500);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 4000);
    assert_int_equal(shop_on_hand(shop, &set), 0);
    assert_int_equal(shop_on_hand(shop, &shop->advice), 0);
    /* What the bundle holds by then does not matter to what goes back. */
    struct product_part_line lines[4];
    assert_int_equal(
        product_part_lines(shop->store, PART_BUNDLE_ITEM, &set, 4, shop->arena, lines, &shop->err),
        3);
    shop_expect(shop, product_part_remove(shop->store, &shop->owner, PART_BUNDLE_ITEM, &set,
                                          &lines[0].id, &shop->err));
    shop_expect(shop, order_set_status(shop->store, &shop->owner, &order, "cancelled", "wrong",
                                       &shop->err));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 10000);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 10000);
    shop_check(shop);
}

static void test_what_a_bundle_may_hold(void **state)
{
    struct shop *shop = *state;
    struct uuid set = make_bundle(shop),
                other = shop_product(shop, "Large set", "SET-2", 9900, true);
    struct uuid nothing = {{7}};
    struct change part[] = {{.column = "variant_id", .value = value_uuid(&set)}};
    refuse_part(shop, PART_BUNDLE_ITEM, &set, part, 1, ERROR_RULE, "can't hold itself");
    refuse_part(shop, PART_BUNDLE_ITEM, &other, part, 1, ERROR_RULE, "is a bundle itself");
    part[0].value = value_uuid(&other);
    refuse_part(shop, PART_BUNDLE_ITEM, &shop->paint, part, 1, ERROR_RULE, "part of a bundle");
    part[0].value = value_uuid(&nothing);
    refuse_part(shop, PART_BUNDLE_ITEM, &other, part, 1, ERROR_NOT_FOUND, "no longer");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM product_bundles", NULL), 1);
}

static void test_rounding_of_prices(void **state)
{
    static const struct {
        int64_t cents;
        const char *currency;
        int64_t bp;
        enum product_rounding rounding;
        int64_t after;
    } cases[] = {
        {1000, "EUR", 500, ROUND_EXACT, 1050}, {1, "EUR", 5000, ROUND_EXACT, 2},
        {1, "EUR", 4999, ROUND_EXACT, 1},      {0, "EUR", 5000, ROUND_NINE, 0},
        {1234, "EUR", 0, ROUND_NINE, 1239},    {1233, "EUR", 0, ROUND_NINE, 1229},
        {1239, "EUR", 0, ROUND_NINE, 1239},    {3, "EUR", 0, ROUND_NINE, 9},
        {1250, "EUR", 0, ROUND_WHOLE, 1300},   {1249, "EUR", 0, ROUND_WHOLE, 1200},
        {30, "EUR", 0, ROUND_WHOLE, 100},      {1234, "JPY", 0, ROUND_WHOLE, 1234},
        {1234, "JPY", 0, ROUND_NINE, 1239},    {1499, "KWD", 0, ROUND_WHOLE, 1000},
        {1000, "EUR", -10000, ROUND_NINE, 0},  {999, "EUR", -3333, ROUND_EXACT, 666},
    };
    struct error err;
    int64_t after;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(product_bulk_price(cases[i].cents, cases[i].currency, cases[i].bp,
                                       cases[i].rounding, &after, &err));
        if (after != cases[i].after)
            fail_msg("%zu: %lld", i, (long long)after);
    }
    assert_false(product_bulk_price(INT64_MAX, "EUR", 1, ROUND_EXACT, &after, &err));
    assert_false(product_bulk_price(INT64_MAX - 1, "EUR", 0, ROUND_NINE, &after, &err));
    assert_false(product_bulk_price(100, "EUR", -10001, ROUND_EXACT, &after, &err));
    assert_false(product_bulk_price(100, "EUR", 100001, ROUND_EXACT, &after, &err));
}

static void test_many_prices_and_back(void **state)
{
    struct shop *shop = *state;
    struct product_bulk bulk = {.what = BULK_PRICE, .percent_bp = 1000, .rounding = ROUND_NINE};
    const struct uuid ids[] = {shop->paint, shop->roller, shop->advice, {{9}}};
    struct product_bulk_line *lines;
    assert_int_equal(
        product_bulk_preview(shop->store, &bulk, ids, 4, shop->arena, &lines, &shop->err), 3);
    assert_string_equal(lines[0].before, "39.90");
    assert_string_equal(lines[0].after, "43.89");
    assert_int_equal(product_bulk_apply(shop->store, &shop->cashier, &bulk, lines, 3, &shop->err),
                     -1);
    assert_int_equal(product_bulk_apply(shop->store, &shop->owner, &bulk, lines, 3, &shop->err), 3);
    assert_int_equal(
        shop_integer(shop, "SELECT price_cents FROM products WHERE id = ?1", &shop->paint), 4389);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(
        shop_integer(shop, "SELECT price_cents FROM products WHERE id = ?1", &shop->advice), 6000);
    /* Of what was looked at something is another by now. */
    const struct change price = {.column = "price_cents", .value = value_integer(1)};
    struct uuid paint = shop->paint;
    shop_expect(shop, product_save(shop->store, &shop->owner, &price, 1, NULL, &paint, &shop->err));
    assert_int_equal(product_bulk_apply(shop->store, &shop->owner, &bulk, lines, 3, &shop->err),
                     -1);
    assert_int_equal(shop->err.code, ERROR_CONFLICT);
    assert_int_equal(
        shop_integer(shop, "SELECT price_cents FROM products WHERE id = ?1", &shop->roller), 850);
    bulk = (struct product_bulk){.what = BULK_STATUS, .status = "archived"};
    assert_int_equal(
        product_bulk_preview(shop->store, &bulk, ids, 2, shop->arena, &lines, &shop->err), 2);
    assert_int_equal(product_bulk_apply(shop->store, &shop->owner, &bulk, lines, 2, &shop->err), 2);
    assert_int_equal(
        product_bulk_preview(shop->store, &bulk, ids, 2, shop->arena, &lines, &shop->err), 2);
    assert_false(lines[0].is_changed || lines[1].is_changed);
    shop_check(shop);
}

static void test_more_products_than_an_operation_holds(void **state)
{
    enum { MANY = 620 };
    struct shop *shop = *state;
    struct uuid *ids = arena_alloc(shop->arena, MANY * sizeof *ids);
    for (int i = 0; i < MANY; i++)
        ids[i] = shop_product(shop, "Thing", NULL, 100 + i, true);
    const struct product_bulk bulk = {.what = BULK_PRICE, .percent_bp = 10000};
    struct product_bulk_line *lines;
    assert_int_equal(
        product_bulk_preview(shop->store, &bulk, ids, MANY, shop->arena, &lines, &shop->err), MANY);
    assert_int_equal(product_bulk_apply(shop->store, &shop->owner, &bulk, lines, MANY, &shop->err),
                     MANY);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM journal WHERE kind = 'product.bulk'", NULL), 2);
    assert_non_null(shop_undo(shop, &shop->owner)); /* both of them */
    assert_int_equal(
        shop_integer(shop, "SELECT max(price_cents) FROM products WHERE name = 'Thing'", NULL),
        100 + MANY - 1);
}

static struct uuid category(struct shop *shop, const char *name, const struct uuid *parent)
{
    struct uuid id;
    shop_expect(shop, category_create(shop->store, &shop->owner, name, parent, &id, &shop->err));
    return id;
}

static const char *path_of(struct shop *shop, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    struct category found;
    uuid_text(id, text);
    assert_int_equal(category_find(shop->store, text, 1, shop->arena, &found, &shop->err), 1);
    return found.path;
}

static void test_a_tree_without_cycles(void **state)
{
    struct shop *shop = *state;
    struct store *store = shop->store;
    struct uuid paint = category(shop, "Paint", NULL), inside = category(shop, "Inside", &paint);
    struct uuid walls = category(shop, "Walls", &inside), tools = category(shop, "Tools", NULL);
    assert_string_equal(path_of(shop, &walls), "Paint › Inside › Walls");
    shop_expect_error(shop, category_move(store, &shop->owner, &paint, &walls, &shop->err),
                      ERROR_RULE, "below itself");
    shop_expect_error(shop, category_move(store, &shop->owner, &paint, &paint, &shop->err),
                      ERROR_RULE, "below itself");
    shop_expect(shop, category_move(store, &shop->owner, &inside, &tools, &shop->err));
    assert_string_equal(path_of(shop, &walls), "Tools › Inside › Walls");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(path_of(shop, &walls), "Paint › Inside › Walls");
    struct uuid id;
    assert_int_equal(category_by_path(store, "paint/inside", shop->arena, &id, &shop->err), 1);
    assert_true(uuid_equal(&id, &inside));
    assert_int_equal(category_by_path(store, "walls", shop->arena, &id, &shop->err), 1);
    category(shop, "Walls", &tools);
    assert_int_equal(category_by_path(store, "walls", shop->arena, &id, &shop->err), -1);
    assert_int_equal(category_by_path(store, "cellar", shop->arena, &id, &shop->err), 0);
    shop_expect_error(shop, category_create(store, &shop->owner, "WALLS", &tools, &id, &shop->err),
                      ERROR_INPUT, "already");
    shop_expect_error(shop, category_rename(store, &shop->owner, &tools, "paint", &shop->err),
                      ERROR_INPUT, "already");
    shop_expect_error(shop, category_rename(store, &shop->owner, &tools, " ", &shop->err),
                      ERROR_INPUT, "needs a name");
    shop_expect_error(shop, category_delete(store, &shop->owner, &paint, &shop->err), ERROR_RULE,
                      "categories below it");
    shop_expect(shop, category_delete(store, &shop->owner, &walls, &shop->err));
    shop_expect_error(shop, category_delete(store, &shop->cashier, &inside, &shop->err),
                      ERROR_DENIED, "catalog.delete");
}

static void test_a_cycle_by_two_terminals_stands_at_the_root(void **state)
{
    struct shop *shop = *state;
    struct uuid a = category(shop, "A", NULL), b = category(shop, "B", &a);
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, store_run(shop->store, "UPDATE categories SET parent_id = ?1 WHERE id = ?2",
                                &shop->err, "uu", &b, &a));
    shop_expect(shop, operation_commit(operation, &shop->err));
    struct category *all;
    int count = category_tree(shop->store, shop->arena, &all, &shop->err), seen = 0;
    for (int i = 0; i < count; i++)
        seen += uuid_equal(&all[i].id, &a) || uuid_equal(&all[i].id, &b);
    assert_int_equal(seen, 2);
    shop_expect(shop, category_move(shop->store, &shop->owner, &a, NULL, &shop->err));
    assert_string_equal(path_of(shop, &b), "A › B");
}

static void test_categories_change_places(void **state)
{
    struct shop *shop = *state;
    struct category *all;
    struct uuid top = category(shop, "Top", NULL);
    struct uuid b = category(shop, "B", &top), a = category(shop, "A", &top);
    (void)b;
    shop_expect(shop, category_shift(shop->store, &shop->owner, &a, -1, &shop->err));
    shop_expect_error(shop, category_shift(shop->store, &shop->owner, &a, -1, &shop->err),
                      ERROR_RULE, "first of its level");
    shop_expect_error(shop, category_shift(shop->store, &shop->owner, &b, 1, &shop->err),
                      ERROR_RULE, "last of its level");
    int count = category_tree(shop->store, shop->arena, &all, &shop->err);
    assert_string_equal(all[count - 2].name, "A");
    assert_string_equal(all[count - 1].name, "B");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_digits),
        TEST(test_a_barcode_is_of_one_product_and_has_its_digit),
        TEST(test_variants),
        TEST(test_variants_from_attributes),
        TEST(test_a_product_and_its_default_variant),
        cmocka_unit_test(test_margins),
        TEST(test_tags_and_translations),
        TEST(test_a_bundle_has_the_stock_of_its_parts),
        TEST(test_selling_a_bundle_moves_its_parts),
        TEST(test_what_a_bundle_may_hold),
        cmocka_unit_test(test_rounding_of_prices),
        TEST(test_many_prices_and_back),
        TEST(test_more_products_than_an_operation_holds),
        TEST(test_a_tree_without_cycles),
        TEST(test_a_cycle_by_two_terminals_stands_at_the_root),
        TEST(test_categories_change_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
