#include "model/base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A text that is given out in pieces of a size. */
struct pieces {
    const char *text;
    size_t left, piece;
    bool is_broken;
};

static ssize_t read_piece(void *context, char *bytes, size_t size, struct error *err)
{
    struct pieces *pieces = context;
    if (pieces->is_broken && pieces->left == 0) {
        error_set(err, ERROR_SYSTEM, "the disk is gone");
        return -1;
    }
    if (size > pieces->piece)
        size = pieces->piece;
    if (size > pieces->left)
        size = pieces->left;
    memcpy(bytes, pieces->text, size);
    pieces->text += size;
    pieces->left -= size;
    return (ssize_t)size;
}

/* What is read, as text: "line[field|field]", "line!why" for a bad record, NUL as "0". */
static void read_all(const char *text, size_t size, size_t piece, char separator,
                     struct buffer *out)
{
    struct pieces pieces = {text, size, piece, false};
    struct csv_reader *reader = csv_reader_new((struct csv_input){read_piece, &pieces}, separator);
    struct csv_record record;
    struct error err;
    enum csv_result result;
    while ((result = csv_reader_next(reader, &record, &err)) != CSV_END) {
        buffer_format(out, "%lld", (long long)record.line);
        if (result != CSV_RECORD) {
            buffer_format(out, "!%.*s;", result == CSV_BAD ? (int)record.raw_size : 0, record.raw);
            if (result == CSV_FAILED)
                break;
            continue;
        }
        for (size_t i = 0; i < record.count; i++) {
            buffer_add_char(out, i == 0 ? '[' : '|');
            for (size_t j = 0; j < record.fields[i].size; j++) {
                char c = record.fields[i].text[j];
                buffer_add_char(out, c == '\0' ? '0' : c == '\r' ? 'R' : c == '\n' ? 'N' : c);
            }
            assert_int_equal(record.fields[i].text[record.fields[i].size], '\0');
        }
        buffer_add_char(out, ']');
    }
    csv_reader_free(reader);
}

static void assert_read(const char *text, size_t size, const char *expected)
{
    static const size_t pieces[] = {1, 2, 3, 5, 100000};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct buffer out;
        buffer_init(&out);
        read_all(text, size, pieces[i], ',', &out);
        if (strcmp(out.text, expected) != 0)
            fail_msg("in pieces of %zu: %s and not %s", pieces[i], out.text, expected);
        buffer_done(&out);
    }
}

#define assert_text(text, expected) assert_read(text, sizeof text - 1, expected)

static void test_records(void **state)
{
    (void)state;
    assert_text("", "");
    assert_text("a", "1[a]");
    assert_text("a,b\n", "1[a|b]");
    assert_text("a,b\r\nc,d\r\n", "1[a|b]2[c|d]");
    assert_text("a\rb\rc", "1[a]2[b]3[c]");
    assert_text("a\n\n\r\n\rb", "1[a]5[b]");
    assert_text(",\n,,\n", "1[|]2[||]");
    assert_text("a,b,\nc", "1[a|b|]2[c]");
    assert_text(" a , b ", "1[ a | b ]");
    assert_text("a\0b,\0\n", "1[a0b|0]");
    assert_text("\xEF\xBB\xBF"
                "a,b",
                "1[a|b]");
    assert_text("\xEF\xBB", "1[\xEF\xBB]");
    assert_text("a,\xEF\xBB\xBF", "1[a|\xEF\xBB\xBF]");
    assert_text("5\" pipe,x\"y\"", "1[5\" pipe|x\"y\"]");
}

static void test_quotes(void **state)
{
    (void)state;
    assert_text("\"a\",\"b,c\"\n", "1[a|b,c]");
    assert_text("\"\"", "1[]");
    assert_text("\"\",\"\"\n", "1[|]");
    assert_text("\"a\"\"b\"\"\"", "1[a\"b\"]");
    assert_text("\"a\nb\r\nc\rd\"\ne", "1[aNbRNcRd]5[e]");
    assert_text("\"a\r\"\nb", "1[aR]3[b]");
    assert_text("\"a\r\"\r\nb", "1[aR]3[b]");
}

static void test_bad_records_do_not_stop_the_reading(void **state)
{
    (void)state;
    assert_text("a\n\"b\"c,d\ne", "1[a]2!\"b\"c,d;3[e]");
    assert_text("\"b\" ,d\r\ne", "1!\"b\" ,d;2[e]");
    assert_text("a\n\"b\nc", "1[a]2!\"b\nc;");
    assert_text("\"", "1!\";");
    assert_text("\xFF\xFE"
                "a",
                "0!;");
    assert_text("\xFE\xFF"
                "a",
                "0!;");
}

static void test_other_separators(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    read_all("a;\"b;c\";d,e\n", 12, 100, ';', &out);
    read_all("a\tb c\n", 6, 100, '\t', &out);
    assert_string_equal(out.text, "1[a|b;c|d,e]1[a|b c]");
    buffer_done(&out);
}

/* A record of `size` bytes of the pattern, then one that must be read. */
static void check_long(const char *first, const char *pattern, size_t size, bool is_good)
{
    struct buffer text;
    buffer_init(&text);
    buffer_add(&text, first);
    while (text.size < size)
        buffer_add(&text, pattern);
    if (text.size > size)
        fail_msg("the pattern must fit");
    buffer_add(&text, "\nnext\n");
    struct pieces pieces = {text.text, text.size, 65536, false};
    struct csv_reader *reader = csv_reader_new((struct csv_input){read_piece, &pieces}, ',');
    struct csv_record record;
    struct error err;
    assert_int_equal(csv_reader_next(reader, &record, &err), is_good ? CSV_RECORD : CSV_BAD);
    assert_int_equal(record.line, 1);
    assert_true(record.raw_size <= CSV_RECORD_MAX);
    if (!is_good)
        assert_non_null(strstr(err.text, "line 1: it is longer than a megabyte"));
    assert_int_equal(csv_reader_next(reader, &record, &err), CSV_RECORD);
    assert_string_equal(record.fields[0].text, "next");
    assert_int_equal(record.line, 2);
    assert_int_equal(csv_reader_next(reader, &record, &err), CSV_END);
    csv_reader_free(reader);
    buffer_done(&text);
}

static void test_long_records_are_bounded(void **state)
{
    (void)state;
    check_long("", "x", CSV_RECORD_MAX, true);
    check_long("", "x", CSV_RECORD_MAX + 1, false);
    check_long("", ",", CSV_RECORD_MAX, true);
    check_long("", ",", CSV_RECORD_MAX + 1, false);
    check_long("\"", "x", 3 * CSV_RECORD_MAX, false); /* a quote that is not closed */
}

static void test_a_broken_input(void **state)
{
    (void)state;
    struct pieces pieces = {"a,b\nc", 5, 100, true};
    struct csv_reader *reader = csv_reader_new((struct csv_input){read_piece, &pieces}, ',');
    struct csv_record record;
    struct error err;
    assert_int_equal(csv_reader_next(reader, &record, &err), CSV_RECORD);
    assert_int_equal(csv_reader_next(reader, &record, &err), CSV_FAILED);
    assert_string_equal(err.text, "the disk is gone");
    csv_reader_free(reader);
}

static void add_random_field(struct buffer *out, unsigned *seed)
{
    static const char letters[] = {'a', ',', '"', '\n', '\r', ' ', ';', '\0', '\xC3', 'z'};
    int size = rand_r(seed) % 6;
    for (int i = 0; i < size; i++)
        buffer_add_char(out, letters[(size_t)rand_r(seed) % sizeof letters]);
}

static void test_what_is_written_is_read(void **state)
{
    (void)state;
    unsigned seed = 42;
    for (int round = 0; round < 3000; round++) {
        struct buffer fields[3], text;
        buffer_init(&text);
        for (size_t i = 0; i < 3; i++) {
            buffer_init(&fields[i]);
            add_random_field(&fields[i], &seed);
            if (i > 0)
                buffer_add_char(&text, ',');
            csv_add_field(&text, fields[i].text, fields[i].size, ',');
        }
        buffer_add(&text, round % 2 == 0 ? "\r\n" : "\n");
        struct pieces pieces = {text.text, text.size, (size_t)(round % 7 + 1), false};
        struct csv_reader *reader = csv_reader_new((struct csv_input){read_piece, &pieces}, ',');
        struct csv_record record;
        struct error err;
        assert_int_equal(csv_reader_next(reader, &record, &err), CSV_RECORD);
        assert_int_equal(record.count, 3);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(record.fields[i].size, fields[i].size);
            assert_memory_equal(record.fields[i].text, fields[i].text, fields[i].size);
            buffer_done(&fields[i]);
        }
        assert_int_equal(csv_reader_next(reader, &record, &err), CSV_END);
        csv_reader_free(reader);
        buffer_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_bad_records_do_not_stop_the_reading),
        cmocka_unit_test(test_other_separators),
        cmocka_unit_test(test_long_records_are_bounded),
        cmocka_unit_test(test_a_broken_input),
        cmocka_unit_test(test_what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
