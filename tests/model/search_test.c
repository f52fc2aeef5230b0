#include "model/list/search.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 20 };

static const char *const rows_sql[] = {
    "INSERT INTO locations (id, tenant_id, name, timezone) SELECT id, id, 'Mitte', 'UTC' FROM"
    " tenants",
    "INSERT INTO customer_profiles (id, tenant_id, name, name_key, phone, phone_digits, email,"
    " email_key, card_barcode) SELECT column1, t.id, column2, search_key(column2), column3,"
    " search_digits(column3), column4, search_key(column4), column5 FROM tenants t, (VALUES"
    " (x'00000000000000000000000000000c01', 'M\xC3\xBCller GmbH', '0151 23456', NULL, 'K100'),"
    " (x'00000000000000000000000000000c02', 'Lee, Jo', NULL, 'Jo@Example.com', NULL),"
    " (x'00000000000000000000000000000c03', 'Lee, Old', NULL, NULL, NULL))",
    "UPDATE customer_profiles SET deleted_at = now() WHERE name = 'Lee, Old'",
    "INSERT INTO products (id, tenant_id, name, name_key, sku, currency) SELECT column1, t.id,"
    " column2, search_key(column2), column3, 'EUR' FROM tenants t, (VALUES"
    " (x'00000000000000000000000000000a01', 'Latex white 10 l', 'L-10'),"
    " (x'00000000000000000000000000000a02', 'Lee''s brush', 'B-1'),"
    " (x'00000000000000000000000000000a03', 'Paint R2-000001', NULL))",
    "INSERT INTO product_variants (id, tenant_id, product_id, name, sku) SELECT id, tenant_id, id,"
    " name, sku FROM products",
    "INSERT INTO product_variants (id, tenant_id, product_id, name, sku) SELECT"
    " x'00000000000000000000000000000b01', tenant_id, id, 'Latex white 5 l', 'L-05' FROM products"
    " WHERE sku = 'L-10'",
    "INSERT INTO product_barcodes (tenant_id, variant_id, barcode) SELECT tenant_id,"
    " x'00000000000000000000000000000b01', '4006381333931' FROM tenants",
    "INSERT INTO orders (id, tenant_id, order_number, location_id, currency, customer_name,"
    " business_day, status) SELECT column1, t.id, column2, t.id, 'EUR', column3, '2026-11-20',"
    " 'paid' FROM tenants t, (VALUES"
    " (x'00000000000000000000000000000d01', 'R2-000001', 'Lee, Jo'),"
    " (x'00000000000000000000000000000d02', 'R2-000002', 'Lee, Jo'),"
    " (x'00000000000000000000000000000d03', 'R2-000003', NULL))",
};

static int setup(void **state)
{
    if (samples_setup(state) != 0)
        return -1;
    struct samples *samples = *state;
    for (size_t i = 0; i < sizeof rows_sql / sizeof rows_sql[0]; i++)
        samples_do(samples, &samples->anna, rows_sql[i]);
    return 0;
}

/* The titles, exact ones with a "=" before them. */
static const char *titles(struct samples *samples, const char *text, size_t limit)
{
    struct search_hit hits[LIMIT];
    struct error err;
    int count = search_anything(samples->store, text, limit, samples->arena, hits, &err);
    if (count < 0)
        fail_msg("'%s': %s", text, err.text);
    const char *all = "";
    for (int i = 0; i < count; i++)
        all = arena_format(samples->arena, "%s%s%s%s", all, i > 0 ? "|" : "",
                           hits[i].is_exact ? "=" : "", hits[i].title);
    return all;
}

static void assert_titles(struct samples *samples, const char *text, const char *expected)
{
    const char *found = titles(samples, text, LIMIT);
    if (strcmp(found, expected) != 0)
        fail_msg("'%s' found %s and not %s", text, found, expected);
}

static void test_codes_come_first(void **state)
{
    assert_titles(*state, "R2-000001", "=R2-000001|Paint R2-000001");
    assert_titles(*state, "r2-000001", "=R2-000001|Paint R2-000001");
    assert_titles(*state, " 4006381333931 ", "=Latex white 10 l");
    assert_titles(*state, "l-10", "=Latex white 10 l");
    assert_titles(*state, "L-05", "=Latex white 10 l");
    assert_titles(*state, "K100", "=M\xC3\xBCller GmbH");
    assert_titles(*state, "0151 23456", "=M\xC3\xBCller GmbH");
    assert_titles(*state, "0151/23-456", "=M\xC3\xBCller GmbH");
    assert_titles(*state, "jo@example.COM", "=Lee, Jo");
}

static void test_words_take_turns(void **state)
{
    assert_titles(*state, "lee", "Lee, Jo|Lee's brush|R2-000002|R2-000001");
    assert_titles(*state, "MULL", "M\xC3\xBCller GmbH");
    assert_titles(*state, "m\xC3\xBCller gm", "M\xC3\xBCller GmbH");
    assert_titles(*state, "whi lat", "Latex white 10 l");
    assert_titles(*state, "0151 2", "M\xC3\xBCller GmbH");
    assert_titles(*state, "r2", "Paint R2-000001|R2-000003|R2-000002|R2-000001");
    assert_string_equal(titles(*state, "r2", 2), "Paint R2-000001|R2-000003");
    assert_string_equal(titles(*state, "r2", 0), "");
}

static void test_a_hit_says_what_it_is(void **state)
{
    struct samples *samples = *state;
    struct search_hit hit;
    struct error err;
    assert_int_equal(search_anything(samples->store, "R2-000002", 1, samples->arena, &hit, &err),
                     1);
    assert_string_equal(hit.table, "orders");
    assert_string_equal(hit.subtitle, "paid, Lee, Jo");
    assert_int_equal(hit.id.bytes[UUID_SIZE - 1], 0x02);
    assert_int_equal(search_anything(samples->store, "K100", 1, samples->arena, &hit, &err), 1);
    assert_string_equal(hit.table, "customer_profiles");
    assert_string_equal(hit.subtitle, "0151 23456");
}

static void test_hostile_texts_find_nothing(void **state)
{
    static const char *const texts[] = {"",
                                        "  ",
                                        "-",
                                        "\"",
                                        "\"\"\"",
                                        "*",
                                        "()",
                                        "^",
                                        ":",
                                        "old",
                                        "lee AND OR NOT",
                                        "NEAR(lee",
                                        "words:lee",
                                        "caf\xE9",
                                        "\xF0\x9F\x98\x80",
                                        "lee\x01zz"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_titles(*state, texts[i], "");
    struct samples *samples = *state;
    char *text = arena_alloc(samples->arena, 10001);
    static const char *const patterns[] = {"x", "x ", "x-", "ab ", "1 ", "\"", "\xC3\xA9"};
    for (size_t p = 0; p < sizeof patterns / sizeof patterns[0]; p++) {
        size_t length = strlen(patterns[p]);
        for (size_t i = 0; i + length <= 10000; i += length)
            memcpy(text + i, patterns[p], length);
        assert_titles(samples, text, "");
        char *shorter = arena_bytes(samples->arena, text, 4000);
        assert_titles(samples, shorter, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_come_first),
        cmocka_unit_test(test_words_take_turns),
        cmocka_unit_test(test_a_hit_says_what_it_is),
        cmocka_unit_test(test_hostile_texts_find_nothing),
    };
    return cmocka_run_group_tests(tests, setup, samples_teardown);
}
