#include "model/base/instant.h"
#include "model/list/filter_ast.h"
#include "model/list/filter_dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const statuses[] = {"draft", "parked", "paid", "refunded", NULL};

static const struct query_field fields[] = {
    {.name = "number", .label = "Number", .sql = "o.number", .type = COLUMN_TEXT},
    {.name = "status",
     .label = "Status",
     .sql = "o.status",
     .choices = statuses,
     .type = COLUMN_TEXT},
    {.name = "customer",
     .label = "Customer",
     .sql = "c.name",
     .type = COLUMN_TEXT,
     .reference = "o.customer_id"},
    {.name = "total",
     .label = "Total",
     .sql = "o.total",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS},
    {.name = "quantity",
     .label = "Quantity",
     .sql = "o.q",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI},
    {.name = "tax",
     .label = "Tax",
     .sql = "o.tax",
     .type = COLUMN_INTEGER,
     .unit = UNIT_BASIS_POINTS},
    {.name = "lines", .label = "Lines", .sql = "o.n", .type = COLUMN_INTEGER},
    {.name = "active", .label = "Active", .sql = "o.active", .type = COLUMN_BOOLEAN},
    {.name = "placed", .label = "Placed", .sql = "o.placed", .type = COLUMN_INSTANT},
    {.name = "day", .label = "Day", .sql = "o.day", .type = COLUMN_DATE},
    {.name = "opens", .label = "Opens", .sql = "o.opens", .type = COLUMN_TIME},
    {.name = "id", .label = "Id", .sql = "o.id", .type = COLUMN_UUID},
    {.name = "metadata", .label = "Metadata", .sql = "o.m", .type = COLUMN_JSON},
    {.name = "photo", .label = "Photo", .sql = "o.p", .type = COLUMN_BYTES},
};
static const struct query_source source = {.name = "orders",
                                           .from = "orders o",
                                           .id = "o.id",
                                           .search = "order_search",
                                           .fields = fields,
                                           .field_count = sizeof fields / sizeof fields[0],
                                           .sort = "placed"};

struct bench {
    struct arena *arena;
    struct env_fixed clock;
    struct env env;
    struct filter_mistake mistake;
    struct error err;
};

static int bench_start(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bench->arena = arena_new();
    struct error err;
    int64_t now;
    if (!instant_parse("2026-11-20T23:30:00Z", NULL, &now, &err))
        return -1;
    bench->clock.now = now;
    bench->env = env_fixed(&bench->clock, "Europe/Berlin"); /* where it is the 21st, a Saturday */
    *state = bench;
    return 0;
}

static int bench_end(void **state)
{
    struct bench *bench = *state;
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static const struct filter *parse(struct bench *bench, const char *text)
{
    return filter_parse(&source, text, &bench->env, bench->arena, &bench->mistake, &bench->err);
}

static const struct term *only_term(struct bench *bench, const char *text)
{
    const struct filter *filter = parse(bench, text);
    if (filter == NULL)
        fail_msg("%s: %s", text, bench->err.text);
    assert_int_equal(filter->term_count, 1);
    return &filter->terms[0];
}

static const struct match *only_match(struct bench *bench, const char *text)
{
    const struct term *term = only_term(bench, text);
    assert_non_null(term->field);
    assert_null(term->matches->next);
    return term->matches;
}

static void assert_wrong(struct bench *bench, const char *text, const char *word, const char *part)
{
    if (parse(bench, text) != NULL)
        fail_msg("'%s' was taken", text);
    assert_int_equal(bench->err.code, ERROR_INPUT);
    if (strstr(bench->err.text, part) == NULL)
        fail_msg("'%s': '%s' does not say '%s'", text, bench->err.text, part);
    char *pointed = arena_bytes(bench->arena, text + bench->mistake.start, bench->mistake.length);
    assert_string_equal(pointed, word);
}

static void test_terms_are_parted(void **state)
{
    const struct filter *filter = parse(*state, "  status:paid  -customer:\"Lee, Jo\"\troller ");
    assert_non_null(filter);
    assert_int_equal(filter->term_count, 3);
    assert_ptr_equal(filter->terms[0].field, &fields[1]);
    assert_false(filter->terms[0].is_negated);
    assert_string_equal(filter->terms[0].matches->from.bytes, "paid");
    assert_true(filter->terms[1].is_negated);
    assert_string_equal(filter->terms[1].matches->from.bytes, "lee, jo");
    assert_null(filter->terms[1].matches->next);
    assert_null(filter->terms[2].field);
    assert_string_equal(filter->terms[2].phrase.match, "\"roller\"*");
    assert_int_equal(parse(*state, "")->term_count, 0);
    assert_int_equal(parse(*state, " \t ")->term_count, 0);
}

static void test_values(void **state)
{
    struct bench *bench = *state;
    const struct term *term = only_term(bench, "STATUS:Paid,draft,none");
    assert_int_equal(term->matches->kind, MATCH_EMPTY);
    assert_string_equal(term->matches->next->from.bytes, "draft");
    assert_string_equal(term->matches->next->next->from.bytes, "paid");

    assert_int_equal(only_match(bench, "customer:none")->kind, MATCH_EMPTY);
    assert_int_equal(only_match(bench, "customer:\"\"")->kind, MATCH_EMPTY);
    assert_string_equal(only_match(bench, "customer:\"none\"")->from.bytes, "none");
    assert_string_equal(only_match(bench, "customer:M\xC3\x9Cller")->from.bytes, "muller");
    assert_string_equal(only_match(bench, "customer:\"say \"\"hi\"\"\"")->from.bytes, "say \"hi\"");
    assert_string_equal(only_match(bench, "number:a..b")->from.bytes, "a..b");
    assert_string_equal(only_match(bench, "number=R2-01")->from.bytes, "R2-01");
    assert_int_equal(only_match(bench, "number=R2-01")->kind, MATCH_EQUAL);
    const struct match *above = only_match(bench, "number>m");
    assert_true(above->is_from_open);
    assert_int_equal(above->to.kind, VALUE_NULL);

    assert_int_equal(only_match(bench, "active:YES")->from.integer, 1);
    assert_int_equal(only_match(bench, "active:no")->from.integer, 0);
    assert_int_equal(only_match(bench, "metadata:colour")->kind, MATCH_CONTAINS);
    assert_int_equal(only_match(bench, "photo:none")->kind, MATCH_EMPTY);
}

static void assert_span(struct bench *bench, const char *text, int index, int64_t low, int64_t high)
{
    const struct match *match = only_match(bench, text);
    assert_int_equal(match->kind, MATCH_SPAN);
    if (match->spans[index].low != low || match->spans[index].high != high)
        fail_msg("%s: %lld..%lld", text, (long long)match->spans[index].low,
                 (long long)match->spans[index].high);
}

static void test_numbers(void **state)
{
    struct bench *bench = *state;
    assert_span(bench, "lines:3", 0, 3, 3);
    assert_span(bench, "lines>3", 0, 4, INT64_MAX);
    assert_span(bench, "lines>=3", 0, 3, INT64_MAX);
    assert_span(bench, "lines<-3", 0, INT64_MIN, -4);
    assert_span(bench, "lines<=3", 0, INT64_MIN, 3);
    assert_span(bench, "lines:-5..5", 0, -5, 5);
    assert_span(bench, "lines:..5", 0, INT64_MIN, 5);
    assert_span(bench, "lines:5..", 0, 5, INT64_MAX);
    assert_span(bench, "lines>9223372036854775807", 0, INT64_MAX, INT64_MAX);
    assert_span(bench, "total:99.5", 0, 9950, 9950);
    assert_span(bench, "total:99.5", 1, 100, 99); /* no yen amount is that */
    assert_span(bench, "total>99.5", 1, 100, INT64_MAX);
    assert_span(bench, "total<99.5", 1, INT64_MIN, 99);
    assert_span(bench, "total<-99.5", 1, INT64_MIN, -100);
    assert_span(bench, "total>-99.5", 1, -99, INT64_MAX);
    assert_span(bench, "total:99.5", 2, 99500, 99500);
    assert_span(bench, "total:99.5", 3, 995000, 995000);
    assert_span(bench, "total>0.005", 0, 1, INT64_MAX);
    assert_span(bench, "total=.5", 0, 50, 50);
    assert_span(bench, "quantity:0.75", 0, 750, 750);
    assert_span(bench, "tax:12.5%", 0, 1250, 1250);
    assert_span(bench, "tax:19", 0, 1900, 1900);
    assert_wrong(bench, "total>9223372036854775807", "9223372036854775807", "too large");
    assert_wrong(bench, "lines>99999999999999999999", "99999999999999999999", "write it as");
    assert_wrong(bench, "lines:12x", "12x", "no number");
    assert_wrong(bench, "total:1,2.3.4", "2.3.4", "no amount");
    assert_wrong(bench, "total:-", "-", "no amount");
    assert_wrong(bench, "total:.", ".", "no amount");
    assert_wrong(bench, "total:..", "..", "no ends");
    assert_wrong(bench, "total:9..3", "9..3", "backwards: write total:3..9");
    assert_wrong(bench, "total>3..9", "3..9", "no comparison");
}

static void assert_days(struct bench *bench, const char *word, const char *first, const char *last)
{
    const struct match *match = only_match(bench, arena_format(bench->arena, "day:%s", word));
    assert_int_equal(match->kind, MATCH_BOUNDS);
    assert_string_equal(value_as_text(match->from), first);
    assert_string_equal(value_as_text(match->to), last);
}

static void test_dates(void **state)
{
    struct bench *bench = *state;
    assert_days(bench, "2011", "2011-01-01", "2011-12-31");
    assert_days(bench, "2012-02", "2012-02-01", "2012-02-29");
    assert_days(bench, "2011-03-05", "2011-03-05", "2011-03-05");
    assert_days(bench, "today", "2026-11-21", "2026-11-21");
    assert_days(bench, "yesterday", "2026-11-20", "2026-11-20");
    assert_days(bench, "tomorrow", "2026-11-22", "2026-11-22");
    assert_days(bench, "this-week", "2026-11-16", "2026-11-22");
    assert_days(bench, "last-week", "2026-11-09", "2026-11-15");
    assert_days(bench, "next-week", "2026-11-23", "2026-11-29");
    assert_days(bench, "this-month", "2026-11-01", "2026-11-30");
    assert_days(bench, "last-month", "2026-10-01", "2026-10-31");
    assert_days(bench, "next-month", "2026-12-01", "2026-12-31");
    assert_days(bench, "last-year", "2025-01-01", "2025-12-31");
    assert_days(bench, "7d", "2026-11-15", "2026-11-21");
    assert_days(bench, "1d", "2026-11-21", "2026-11-21");
    assert_days(bench, "2011-03..2011-04", "2011-03-01", "2011-04-30");
    assert_days(bench, "2011..", "2011-01-01", "");
    assert_days(bench, "..2011", "", "2011-12-31");
    assert_wrong(bench, "day:2011-02-30", "2011-02-30", "no date");
    assert_wrong(bench, "day:0d", "0d", "no date");
    assert_wrong(bench, "day:123456d", "123456d", "no date");
    assert_wrong(bench, "day:2011-3", "2011-3", "write it as 2011, 2011-03");
    assert_wrong(bench, "day:2011-04..2011-03", "2011-04..2011-03", "backwards");
}

static int64_t at(const char *text)
{
    int64_t instant = 0;
    struct error err;
    assert_true(instant_parse(text, NULL, &instant, &err));
    return instant;
}

static void test_instants_follow_the_zone(void **state)
{
    struct bench *bench = *state;
    assert_span(bench, "placed:2011-03-05", 0, at("2011-03-04T23:00:00Z"),
                at("2011-03-05T23:00:00Z") - 1);
    assert_span(bench, "placed:2011-03-27", 0, at("2011-03-26T23:00:00Z"),
                at("2011-03-27T22:00:00Z") - 1); /* 23 hours long */
    assert_span(bench, "placed>2011-03-05", 0, at("2011-03-05T23:00:00Z"), INT64_MAX);
    assert_span(bench, "placed<2011-07", 0, INT64_MIN, at("2011-06-30T22:00:00Z") - 1);
    assert_span(bench, "placed:2011-03-05T14:30", 0, at("2011-03-05T13:30:00Z"),
                at("2011-03-05T13:31:00Z") - 1);
    assert_span(bench, "placed>=\"2011-07-05 14\"", 0, at("2011-07-05T12:00:00Z"), INT64_MAX);
    assert_span(bench, "placed:2011..2012", 0, at("2010-12-31T23:00:00Z"),
                at("2012-12-31T23:00:00Z") - 1);
    assert_wrong(bench, "placed:2011-03T14", "2011-03T14", "no date");
    assert_wrong(bench, "placed:2011-03-05T25", "2011-03-05T25", "no date");
}

static void test_times(void **state)
{
    struct bench *bench = *state;
    const struct match *match = only_match(bench, "opens:9..14:30");
    assert_string_equal(match->from.bytes, "09:00:00");
    assert_string_equal(match->to.bytes, "14:30:59");
    assert_string_equal(only_match(bench, "opens>23:59")->from.bytes, "24:00:00");
    assert_wrong(bench, "opens:24", "24", "no time");
    assert_wrong(bench, "opens:9:5", "9:5", "no time");
    assert_wrong(bench, "opens:9:05:07:1", "9:05:07:1", "no time");
}

static void test_ids(void **state)
{
    struct bench *bench = *state;
    const struct match *match = only_match(bench, "id:018F2A3B-4");
    static const uint8_t from[] = {0x01, 0x8F, 0x2A, 0x3B, 0x40},
                         to[] = {0x01, 0x8F, 0x2A, 0x3B, 0x4F, 0xFF};
    assert_memory_equal(match->from.bytes, from, sizeof from);
    assert_memory_equal(match->to.bytes, to, sizeof to);
    match = only_match(bench, "id:018f2a3b-4c5d-7000-8000-0123456789ab");
    assert_memory_equal(match->from.bytes, match->to.bytes, UUID_SIZE);
    match = only_match(bench, "customer:018f2a3b-4c5d-7000-8000-0123456789ab");
    assert_int_equal(match->kind, MATCH_REFERENCE);
    const struct term *term = only_term(bench, "customer:20110305"); /* a name or an id */
    assert_int_equal(term->matches->kind, MATCH_CONTAINS);
    assert_int_equal(term->matches->next->kind, MATCH_REFERENCE);
    assert_wrong(bench, "id:018f2a3", "018f2a3", "eight hex digits");
    assert_wrong(bench, "id:018f2a3b-4c5d-7000-8000-0123456789abc",
                 "018f2a3b-4c5d-7000-8000-0123456789abc", "no id");
    assert_wrong(bench, "id>018f2a3b", "018f2a3b", "no order");
}

static void test_words_become_phrases(void **state)
{
    struct bench *bench = *state;
    assert_string_equal(only_term(bench, "R2-000117")->phrase.match, "\"r2 000117\"*");
    assert_string_equal(only_term(bench, "\"Latex  Wei\xC3\x9F\"")->phrase.match,
                        "\"latex weiss\"*");
    assert_string_equal(only_term(bench, "AND")->phrase.match, "\"and\"*");
    assert_string_equal(only_term(bench, "rol*")->phrase.match, "\"rol\"*");
    assert_string_equal(only_term(bench, "(x^2)")->phrase.match, "\"x 2\"");
    assert_string_equal(only_term(bench, "x")->phrase.match, "\"x\"");
    assert_string_equal(only_term(bench, "\"a\"\"b\"\"c\"")->phrase.match, "\"a b c\"");
    assert_string_equal(only_term(bench, "\xE5\xA1\x97")->phrase.match, "\"\xE5\xA1\x97\"*");
    assert_string_equal(only_term(bench, "12:30")->phrase.match, "(\"12 30\"* OR \"1230\"*)");
    assert_string_equal(only_term(bench, "\"0151 23-4\"")->phrase.match,
                        "(\"0151 23 4\" OR \"0151234\"*)");
    assert_true(only_term(bench, "-roller")->is_negated);
    assert_wrong(bench, "\"---\"", "\"---\"", "no letter or digit");
    assert_wrong(bench, "paid \xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", "no letter or digit");
}

static void test_mistakes_point_at_the_word(void **state)
{
    struct bench *bench = *state;
    assert_wrong(bench, "total>1 statuss:paid", "statuss",
                 "no field 'statuss'; did you mean status?");
    assert_wrong(bench, "-stat:paid", "stat", "did you mean status?");
    assert_wrong(bench, "http://x", "http", "put it in quotes");
    assert_wrong(bench, "status:paid,piad", "piad", "'piad' is no status; did you mean paid?");
    assert_wrong(bench, "status:payed", "payed", "'payed' is no status: draft, parked");
    assert_wrong(bench, "status:zzzzzz", "zzzzzz", "draft, parked, paid, refunded");
    assert_wrong(bench, "status>paid", "paid", "no order");
    assert_wrong(bench, "status:", "status:", "needs a value");
    assert_wrong(bench, "status:paid,", "status:paid,", "needs a value");
    assert_wrong(bench, "active:perhaps", "perhaps", "yes or no");
    assert_wrong(bench, "photo:x", "x", "none");
    assert_wrong(bench, "a -", "-", "a minus");
    assert_wrong(bench, "- a", "-", "a minus");
    assert_wrong(bench, "total > 100", ">", "without spaces");
    assert_wrong(bench, "x customer:\"lee status:paid", "\"lee status:paid", "no end");
    assert_wrong(bench, "\"\"\"", "\"", "no end");
    assert_wrong(bench, "a\x1b[2J", "\x1b", "control character");
    assert_wrong(bench, "a\xC2\x9B", "\xC2\x9B", "control character");
    assert_wrong(bench, "status:\"pa\nid\"", "\"pa\nid\"", "'pa id' is no status");
    assert_wrong(bench, "caf\xE9", "caf\xE9", "UTF-8");
    assert_null(filter_parse(&source, "-", &bench->env, bench->arena, NULL, NULL));
}

static void test_hostile_sizes(void **state)
{
    struct bench *bench = *state;
    char *text = arena_alloc(bench->arena, 10001);
    memset(text, 'x', 10000);
    assert_null(parse(bench, text));
    assert_non_null(strstr(bench->err.text, "longer than"));
    text[FILTER_BYTES_MAX] = '\0';
    assert_non_null(parse(bench, text));
    memset(text, '"', FILTER_BYTES_MAX);
    assert_null(parse(bench, text));
    memset(text, '-', FILTER_BYTES_MAX);
    assert_null(parse(bench, text));
    for (size_t i = 0; i < FILTER_BYTES_MAX; i++)
        text[i] = i % 2 == 0 ? 'x' : ' ';
    assert_null(parse(bench, text));
    assert_non_null(strstr(bench->err.text, "up to 64 terms"));
    memcpy(text, "lines:", 6);
    for (size_t i = 6; i < FILTER_BYTES_MAX; i++)
        text[i] = i % 2 == 0 ? '1' : ',';
    assert_null(parse(bench, text));
    assert_non_null(strstr(bench->err.text, "up to 256 values"));
}

static void assert_offers(struct bench *bench, const char *text, size_t start, const char *expected)
{
    struct completion out[40];
    size_t count = filter_complete(&source, text, strlen(text), bench->arena, out, 40);
    struct buffer all;
    buffer_init(&all);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(out[i].start, start);
        assert_non_null(out[i].help);
        buffer_format(&all, "%s%s", i > 0 ? " " : "", out[i].text);
    }
    assert_string_equal(all.text, expected);
    buffer_done(&all);
}

static void test_completion(void **state)
{
    struct bench *bench = *state;
    assert_offers(bench, "sta", 0, "status:");
    assert_offers(bench, "x -T", 3, "total: tax:");
    assert_offers(bench, "status:pa", 7, "parked paid");
    assert_offers(bench, "status:paid,D", 12, "draft");
    assert_offers(bench, "placed:last-week..next-m", 18, "next-month");
    assert_offers(bench, "placed>=to", 8, "today tomorrow");
    assert_offers(bench, "active:", 7, "yes no none");
    assert_offers(bench, "customer:\"sta", 0, "");
    assert_offers(bench, "nothing:x", 0, "");
    struct completion out[3];
    assert_int_equal(filter_complete(&source, "", 99, bench->arena, out, 3), 3);
    assert_string_equal(out[0].text, "number:");
    assert_int_equal(filter_complete(&source, "placed>=to", 7, bench->arena, out, 3), 3);
    assert_int_equal(out[0].start, 7);
    assert_int_equal(filter_complete(&source, "status:paid", 3, bench->arena, out, 3), 1);
    assert_string_equal(out[0].text, "status:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms_are_parted),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_instants_follow_the_zone),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_words_become_phrases),
        cmocka_unit_test(test_mistakes_point_at_the_word),
        cmocka_unit_test(test_hostile_sizes),
        cmocka_unit_test(test_completion),
    };
    return cmocka_run_group_tests(tests, bench_start, bench_end);
}
