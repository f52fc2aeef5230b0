#include "model/base/words.h"

#include "model/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

static void test_phrases(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct phrase phrase;
    assert_true(phrase_parse("Latex-WEI\xC3\x9F", arena, &phrase));
    assert_string_equal(phrase.match, "\"latex weiss\"*");
    assert_string_equal(phrase.cut, "\"latex wei\"*");
    assert_string_equal(phrase.tokens, "latex weiss");
    assert_true(phrase_parse("M\xC3\xBCl", arena, &phrase));
    assert_null(phrase.cut);
    assert_true(phrase_parse("\xE5\xA1\x97\xE6\x96\x99\xE5\xA1\x97\xE6\x96\x99", arena, &phrase));
    assert_string_equal(phrase.cut, "\"\xE5\xA1\x97\xE6\x96\x99\xE5\xA1\x97\"*");
    assert_true(phrase_parse("size l", arena, &phrase));
    assert_string_equal(phrase.match, "\"size l\"");
    assert_null(phrase.cut);
    assert_true(phrase_parse("(0151) 234-567", arena, &phrase));
    assert_string_equal(phrase.number, "0151234567");
    assert_null(phrase.cut);
    assert_true(phrase_parse("4006381333931", arena, &phrase));
    assert_null(phrase.number);
    assert_string_equal(phrase.cut, "\"400\"*");
    assert_false(phrase_parse("", arena, &phrase));
    assert_false(phrase_parse("-\"*", arena, &phrase));
    arena_free(arena);
}

static void test_tokens_are_found_where_words_begin(void **state)
{
    (void)state;
    assert_true(words_have("latex white 10 l", "whi", true));
    assert_false(words_have("latex white 10 l", "whi", false));
    assert_false(words_have("latex white 10 l", "hite", true));
    assert_true(words_have("latex white 10 l", "l", false));
    assert_true(words_have("sku-000123", "sku 0001", true));
    assert_true(words_have("skunk sku--\xE2\x80\x93 000123", "sku 0001", true));
    assert_false(words_have("sku000123", "sku 0001", true));
    assert_false(words_have("sku x 000123", "sku 0001", true));
    assert_true(words_have("aab ab", "ab", false));
    assert_true(words_have("x\xE2\x80\x93"
                           "ab",
                           "ab", true));
    assert_false(words_have("\xC3\xB8"
                            "ab",
                            "ab", true));
    assert_false(words_have("", "a", true));
    assert_false(words_have("a", "a b", true));
}

static const char *random_text(unsigned *seed, int pieces, struct arena *arena)
{
    static const char *const parts[] = {"a",
                                        "b",
                                        "ab",
                                        "1",
                                        "12",
                                        " ",
                                        "-",
                                        " ",
                                        "'",
                                        "\"",
                                        "\xC3\xBC",
                                        "\xC3\x9F",
                                        "\xC3\xB8",
                                        "\xC3\x85",
                                        "\xD0\x94",
                                        "\xD0\xB4",
                                        "\xE5\xA1\x97",
                                        "\xE2\x80\x93",
                                        "\xF0\x9F\x98\x80",
                                        "A",
                                        "x\xCC\x81",
                                        "\xC2\xB2",
                                        ".",
                                        "_",
                                        "\xE0\xA4\x95"};
    const char *text = "";
    for (int i = rand_r(seed) % pieces; i >= 0; i--)
        text = arena_format(arena, "%s%s", text,
                            parts[(size_t)rand_r(seed) % (sizeof parts / sizeof parts[0])]);
    return text;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    return statement;
}

static int matches(sqlite3_stmt *match, const char *expression)
{
    sqlite3_bind_text(match, 1, expression, -1, SQLITE_TRANSIENT);
    int step = sqlite3_step(match);
    assert_true(step == SQLITE_ROW || step == SQLITE_DONE);
    sqlite3_reset(match);
    return step == SQLITE_ROW;
}

/* words_have() must say what FTS5 says, and a cut phrase must find at least the same. */
static void test_the_same_as_the_index(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE VIRTUAL TABLE t USING fts5(words, tokenize='unicode61"
                                  " remove_diacritics 2', prefix='2 3')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_stmt *replace = prepare(db, "REPLACE INTO t (rowid, words) VALUES (1, ?)");
    sqlite3_stmt *match = prepare(db, "SELECT 1 FROM t WHERE t MATCH ?");
    unsigned seed = 11;
    int found = 0;
    for (int round = 0; round < 4000; round++) {
        struct arena *arena = arena_new();
        const char *words = text_fold(random_text(&seed, 12, arena), arena);
        sqlite3_bind_text(replace, 1, words, -1, SQLITE_TRANSIENT);
        assert_int_equal(sqlite3_step(replace), SQLITE_DONE);
        sqlite3_reset(replace);
        for (int i = 0; i < 8; i++) {
            struct phrase phrase;
            const char *typed = random_text(&seed, 5, arena);
            if (!phrase_parse(typed, arena, &phrase))
                continue;
            int is_there = words_have(words, phrase.tokens, phrase.is_prefix) ||
                           (phrase.number != NULL && words_have(words, phrase.number, true));
            if (is_there != matches(match, phrase.match))
                fail_msg("'%s' in '%s': %d", typed, words, is_there);
            if (is_there && phrase.cut != NULL && !matches(match, phrase.cut))
                fail_msg("%s does not find '%s'", phrase.cut, words);
            found += is_there;
        }
        arena_free(arena);
    }
    assert_true(found > 1000);
    sqlite3_finalize(replace);
    sqlite3_finalize(match);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_tokens_are_found_where_words_begin),
        cmocka_unit_test(test_the_same_as_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
