#include "model/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include <cmocka.h>

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "plain", "Müller", "日本", "👩‍👩‍👧", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(text_is_utf8(good[i], strlen(good[i])));
    static const char *const bad[] = {"\x80",         "a\xC3",        "\xC0\xAF",
                                      "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                      "\xFF",         "\xE2\x82",     "ok\xF0\x9F\x92"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    assert_false(text_is_utf8("a\0b", 3));
    assert_false(text_is_utf8("\0", 1));
    assert_true(text_is_utf8("ü", 2));
    assert_false(text_is_utf8("ü", 1));
}

static void test_characters_are_code_points(void **state)
{
    (void)state;
    assert_int_equal(text_characters(""), 0);
    assert_int_equal(text_characters("Müller"), 6);
    assert_int_equal(text_characters("e\u0301"), 2);
    assert_int_equal(text_characters("日本😀"), 3);
}

static void test_fold_makes_keys(void **state)
{
    struct arena *arena = *state;
    static const struct {
        const char *text, *key;
    } cases[] = {
        {"", ""},
        {"Müller  GmbH", "muller gmbh"},
        {"  Ärger\t\r\nim\u00A0 \u3000Büro ", "arger im buro"},
        {"Straße", "strasse"},
        {"STRASSE", "strasse"},
        {"GROẞ", "gross"},
        {"İstanbul", "istanbul"},
        {"e\u0301te\u0301", "ete"},
        {"Ångström Łódź", "angstrom łodz"},
        {"ﬁne ½ Ｆｕｌｌ", "fine 1⁄2 full"},
        {"Ελλάς", "ελλασ"},
        {"قَهْوَة", "قهوة"},
        {"soft\u00ADhyphen", "softhyphen"},
        {"か\u3099", "か\u3099"},
        {"が", "か\u3099"},
        {"हिन्दी", "हिन्दी"},
        {"a\xFFz", "a\uFFFDz"},
        {"cut\xE2\x82", "cut\uFFFD\uFFFD"},
        {"C-3 \"x\"", "c-3 \"x\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(text_fold(cases[i].text, arena), cases[i].key);
    char *huge = malloc(1000001);
    memset(huge, 'A', 1000000);
    huge[1000000] = '\0';
    assert_int_equal(strlen(text_fold(huge, arena)), 1000000);
    free(huge);
}

/* For every code point: the key of a key is itself, and composed and decomposed text meet. */
static void test_fold_is_stable(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (int32_t c = 1; c <= 0x10FFFF; c++) {
        if (!utf8proc_codepoint_valid(c))
            continue;
        if (c % 1000 == 0)
            arena_reset(arena);
        char text[8] = {'x'};
        utf8proc_encode_char(c, (utf8proc_uint8_t *)text + 1);
        const char *key = text_fold(text, arena);
        if (strcmp(text_fold(key, arena), key) != 0)
            fail_msg("U+%04X: '%s' becomes '%s'", (unsigned)c, key, text_fold(key, arena));
        char *apart = (char *)utf8proc_NFD((const utf8proc_uint8_t *)text);
        assert_string_equal(text_fold(apart, arena), key);
        free(apart);
    }
    arena_free(arena);
}

static void test_digits_of_telephone_numbers(void **state)
{
    struct arena *arena = *state;
    static const struct {
        const char *text, *digits;
    } cases[] = {
        {"0151 234-56", "015123456"},
        {"+49 (151) 234 56", "+4915123456"},
        {"0049 151 23456", "+4915123456"},
        {" (+49)151", "+49151"},
        {"ext. 12+34", "1234"},
        {"", ""},
        {"none", ""},
        {"+", ""},
        {"00", "00"},
        {"007", "+7"},
        {"٠٥٥ ١٢٣", "055123"},
        {"＋４９", "+49"},
        {"1\xFF\t2", "12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(text_digits(cases[i].text, arena), cases[i].digits);
}

static void test_slugs(void **state)
{
    struct arena *arena = *state;
    static const struct {
        const char *text, *slug;
    } cases[] = {
        {"Latex White 10 l", "latex-white-10-l"},
        {"  --Über uns!  ", "uber-uns"},
        {"a/b\\c..d", "a-b-c-d"},
        {"C++", "c"},
        {"!!!", ""},
        {"قهوة عربية", "قهوة-عربية"},
        {"x\xFF\xFFy", "x-y"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(text_slug(cases[i].text, arena), cases[i].slug);
}

static void test_blank_is_white_space_alone(void **state)
{
    (void)state;
    assert_true(text_is_blank(""));
    assert_true(text_is_blank(" \t\n\u00A0\u2003\u3000"));
    assert_false(text_is_blank(" . "));
    assert_false(text_is_blank("\xFF"));
}

static void test_copy_cuts_between_characters(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text, *copy;
    } cases[] = {
        {1, "abc", ""}, {4, "abc", "abc"},           {3, "abc", "ab"},    {2, "ü", ""},
        {3, "ü", "ü"},  {6, "日本", "日"},           {7, "日本", "日本"}, {4, "", ""},
        {5, "a😀", "a"}, {3, "\x80\x80\x80\x80", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char copy[8] = "xxxxxxx";
        text_copy(copy, cases[i].size, cases[i].text);
        assert_string_equal(copy, cases[i].copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_is_told_from_other_bytes),
        cmocka_unit_test(test_characters_are_code_points),
        cmocka_unit_test_setup_teardown(test_fold_makes_keys, make_arena, free_arena),
        cmocka_unit_test(test_fold_is_stable),
        cmocka_unit_test_setup_teardown(test_digits_of_telephone_numbers, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(test_slugs, make_arena, free_arena),
        cmocka_unit_test(test_copy_cuts_between_characters),
        cmocka_unit_test(test_blank_is_white_space_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
