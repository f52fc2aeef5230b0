#include "model/base/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_exponents_of_currencies(void **state)
{
    (void)state;
    assert_int_equal(money_exponent("EUR"), 2);
    assert_int_equal(money_exponent("JPY"), 0);
    assert_int_equal(money_exponent("KWD"), 3);
    assert_int_equal(money_exponent("CLF"), 4);
    assert_int_equal(money_exponent("XXX"), 2);
    assert_int_equal(money_exponent(""), 2);
    assert_int_equal(money_exponent(NULL), 2);
}

static void test_amounts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        int64_t cents;
    } cases[] = {
        {"1234.50", "EUR", 123450},
        {"1,234.50", "EUR", 123450},
        {"1.234,50", "EUR", 123450},
        {"1234,50", "EUR", 123450},
        {"1234,5", "EUR", 123450},
        {"1'234.50", "CHF", 123450},
        {"1 234,50", "EUR", 123450},
        {"1\u00A0234,50", "EUR", 123450},
        {"1\u202F234\u202F567,50", "EUR", 123456750},
        {"1,234", "EUR", 123400},
        {"1,234,567", NULL, 123456700},
        {"1.234.567", "EUR", 123456700},
        {"0", "EUR", 0},
        {"-0", "EUR", 0},
        {".5", "EUR", 50},
        {",05", "EUR", 5},
        {"5.", "EUR", 500},
        {"+5", "EUR", 500},
        {"-0.01", "EUR", -1},
        {"\u22125", "EUR", -500},
        {"  7 ", "EUR", 700},
        {"0001", "EUR", 100},
        {"1234", "JPY", 1234},
        {"1,234", "JPY", 1234},
        {"1.234", "KWD", 1234},
        {"1,234.567", "KWD", 1234567},
        {"92233720368547758.07", "EUR", INT64_MAX},
        {"-92233720368547758.08", "EUR", INT64_MIN},
        {"-9,223,372,036,854,775,808", "JPY", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t cents = -7;
        struct error err = {0};
        if (!money_parse(cases[i].text, cases[i].currency, &cents, &err))
            fail_msg("%s", err.text);
        assert_int_equal(cents, cases[i].cents);
    }
}

static void test_doubtful_amounts_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
    } cases[] = {
        {"", "EUR"},
        {" ", "EUR"},
        {"-", "EUR"},
        {".", "EUR"},
        {",", "EUR"},
        {"1.234", "EUR"},
        {"0.001", "EUR"},
        {"1.000", "EUR"},
        {"1,2345", "EUR"},
        {"1,234", "KWD"},
        {"1.5", "JPY"},
        {"12,34,567", "EUR"},
        {"1234,567.00", "EUR"},
        {"1,234.567,89", "EUR"},
        {"1,,234.00", "EUR"},
        {",234.00", "EUR"},
        {"1,23.45", "EUR"},
        {"1.2.3", "EUR"},
        {"--5", "EUR"},
        {"5-", "EUR"},
        {"+-5", "EUR"},
        {"5 EUR", "EUR"},
        {"0x10", "EUR"},
        {"1e5", "EUR"},
        {"1 2", "EUR"},
        {"5\n", "EUR"},
        {"\xFF", "EUR"},
        {"92233720368547758.08", "EUR"},
        {"-92233720368547758.09", "EUR"},
        {"99999999999999999999999999999999999999999999999999999999999999999999999", "EUR"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t cents = -7;
        struct error err = {0};
        if (money_parse(cases[i].text, cases[i].currency, &cents, &err))
            fail_msg("'%s' was read as %lld", cases[i].text, (long long)cents);
        assert_int_equal(err.code, ERROR_INPUT);
        assert_int_equal(cents, -7);
    }
}

static void test_amounts_are_written(void **state)
{
    (void)state;
    static const struct {
        int64_t cents;
        const char *currency, *text, *plain;
    } cases[] = {
        {123450, "EUR", "1,234.50", "1234.50"},
        {0, "EUR", "0.00", "0.00"},
        {-5, "EUR", "-0.05", "-0.05"},
        {100000, "EUR", "1,000.00", "1000.00"},
        {99999, "EUR", "999.99", "999.99"},
        {1234567, "JPY", "1,234,567", "1234567"},
        {0, "JPY", "0", "0"},
        {1500, "KWD", "1.500", "1.500"},
        {INT64_MAX, "EUR", "92,233,720,368,547,758.07", "92233720368547758.07"},
        {INT64_MIN, "EUR", "-92,233,720,368,547,758.08", "-92233720368547758.08"},
        {INT64_MIN, "JPY", "-9,223,372,036,854,775,808", "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[MONEY_TEXT_SIZE];
        int64_t back;
        money_plain(cases[i].cents, cases[i].currency, text);
        assert_string_equal(text, cases[i].plain);
        assert_true(money_parse(text, cases[i].currency, &back, NULL));
        assert_int_equal(back, cases[i].cents);
        money_format(cases[i].cents, cases[i].currency, text);
        assert_string_equal(text, cases[i].text);
        assert_true(money_parse(text, cases[i].currency, &back, NULL));
        assert_int_equal(back, cases[i].cents);
    }
}

static void test_quantities_and_percentages(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        int64_t milli;
        const char *text;
    } quantities[] = {
        {"2", 2000, "2"},          {"0.75", 750, "0.75"}, {"-1.5", -1500, "-1.5"},
        {"1,5", 1500, "1.5"},      {"0.001", 1, "0.001"}, {"0", 0, "0"},
        {"1000", 1000000, "1000"},
    };
    char text[MONEY_TEXT_SIZE];
    int64_t number;
    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0]; i++) {
        assert_true(quantity_parse(quantities[i].typed, &number, NULL));
        assert_int_equal(number, quantities[i].milli);
        quantity_format(number, text);
        assert_string_equal(text, quantities[i].text);
    }
    assert_false(quantity_parse("0.0001", &number, NULL));
    assert_false(quantity_parse("1,234", &number, NULL)); /* 1234 or 1.234? */
    assert_false(quantity_parse("two", &number, NULL));
    assert_true(percent_parse("12.5", &number, NULL));
    assert_int_equal(number, 1250);
    assert_true(percent_parse("19 %", &number, NULL));
    assert_int_equal(number, 1900);
    assert_true(percent_parse("-0,01%", &number, NULL));
    assert_int_equal(number, -1);
    assert_false(percent_parse("%", &number, NULL));
    assert_false(percent_parse("5%%", &number, NULL));
    assert_false(percent_parse("1.234", &number, NULL));
    percent_format(1250, text);
    assert_string_equal(text, "12.5%");
    percent_format(1900, text);
    assert_string_equal(text, "19%");
    percent_format(-1, text);
    assert_string_equal(text, "-0.01%");
    percent_format(INT64_MIN, text);
    assert_string_equal(text, "-92233720368547758.08%");
    quantity_format(INT64_MIN, text);
    assert_string_equal(text, "-9223372036854775.808");
}

static void test_products_round_half_away_from_zero(void **state)
{
    (void)state;
    int64_t out;
    assert_true(money_times_quantity(333, 1500, &out)); /* 499.5 */
    assert_int_equal(out, 500);
    assert_true(money_times_quantity(-333, 1500, &out));
    assert_int_equal(out, -500);
    assert_true(money_times_quantity(333, 1499, &out)); /* 499.167 */
    assert_int_equal(out, 499);
    assert_true(money_times_quantity(INT64_MAX, 1000, &out));
    assert_int_equal(out, INT64_MAX);
    assert_true(money_times_quantity(INT64_MIN, 1000, &out));
    assert_int_equal(out, INT64_MIN);
    assert_false(money_times_quantity(INT64_MAX, 1001, &out));
    assert_false(money_times_quantity(INT64_MIN, -1000, &out));
    assert_false(money_times_quantity(INT64_MIN, INT64_MIN, &out));
    assert_true(money_share(1005, 1000, &out)); /* 100.5 */
    assert_int_equal(out, 101);
    assert_true(money_share(-1005, 1000, &out));
    assert_int_equal(out, -101);
    assert_false(money_share(INT64_MAX, 10001, &out));
    assert_true(money_included_tax(11900, 1900, &out));
    assert_int_equal(out, 1900);
    assert_true(money_included_tax(999, 1900, &out)); /* 159.504 */
    assert_int_equal(out, 160);
    assert_true(money_included_tax(-999, 1900, &out));
    assert_int_equal(out, -160);
    assert_true(money_included_tax(3, 10000, &out)); /* 1.5 */
    assert_int_equal(out, 2);
    assert_true(money_included_tax(INT64_MAX, 0, &out));
    assert_int_equal(out, 0);
    assert_false(money_included_tax(100, -10000, &out));
    assert_true(money_add(INT64_MAX, INT64_MIN, &out));
    assert_int_equal(out, -1);
    assert_false(money_add(INT64_MAX, 1, &out));
    assert_false(money_add(INT64_MIN, -1, &out));
}

static void check_spread(int64_t total, const int64_t *weights, size_t count,
                         const int64_t *expected)
{
    int64_t parts[8];
    assert_true(money_spread(total, weights, count, parts));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(parts[i], expected[i]);
}

static void test_spread_gives_every_cent(void **state)
{
    (void)state;
    check_spread(100, (int64_t[]){1, 1, 1}, 3, (int64_t[]){34, 33, 33});
    check_spread(-100, (int64_t[]){1, 1, 1}, 3, (int64_t[]){-34, -33, -33});
    check_spread(10, (int64_t[]){3, 0, 1}, 3, (int64_t[]){8, 0, 2}); /* 7.5 and 2.5: the first */
    check_spread(1, (int64_t[]){1, 2}, 2, (int64_t[]){0, 1});
    check_spread(0, (int64_t[]){0, 0}, 2, (int64_t[]){0, 0});
    check_spread(INT64_MIN, (int64_t[]){INT64_MAX, INT64_MAX}, 2,
                 (int64_t[]){INT64_MIN / 2, INT64_MIN / 2});
    check_spread(INT64_MAX, (int64_t[]){INT64_MAX}, 1, (int64_t[]){INT64_MAX});
    int64_t parts[2];
    assert_true(money_spread(0, NULL, 0, NULL));
    assert_false(money_spread(5, NULL, 0, NULL));
    assert_false(money_spread(5, (int64_t[]){0, 0}, 2, parts));
    assert_false(money_spread(5, (int64_t[]){6, -1}, 2, parts));
}

static void test_spread_of_many_random_bills(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 2000; round++) {
        int64_t weights[20];
        int64_t parts[20];
        int64_t weight = 0;
        int64_t total = rand_r(&seed) % 100000 - 50000;
        for (int i = 0; i < 20; i++)
            weight += weights[i] = rand_r(&seed) % 5 == 0 ? 0 : rand_r(&seed) % 10000;
        assert_true(money_spread(total, weights, 20, parts));
        int64_t sum = 0;
        for (int i = 0; i < 20; i++) {
            sum += parts[i];
            int64_t off =
                parts[i] * weight - total * weights[i]; /* under one cent from its share */
            assert_true(llabs(off) < weight);
        }
        assert_int_equal(sum, total);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exponents_of_currencies),
        cmocka_unit_test(test_amounts_are_read),
        cmocka_unit_test(test_doubtful_amounts_are_refused),
        cmocka_unit_test(test_amounts_are_written),
        cmocka_unit_test(test_quantities_and_percentages),
        cmocka_unit_test(test_products_round_half_away_from_zero),
        cmocka_unit_test(test_spread_gives_every_cent),
        cmocka_unit_test(test_spread_of_many_random_bills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
