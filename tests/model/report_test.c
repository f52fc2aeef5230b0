/* Reports: what roll-ups say is what the rows say, every figure is the sum of its rows, and a
 * period is compared with the one it should be. */
#include "model/report/report.h"

#include "model/base/instant.h"
#include "model/demo/demo.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    struct error err;
} shop;

#define NOON INT64_C(1795172400) /* 20 November 2026, 12:00 in Berlin */

static int setup(void **state)
{
    (void)state;
    static const struct demo_size size = {.products = 60, .orders = 400, .seed = 8};
    scratch_init(&shop.scratch);
    shop.scratch.clock.now = NOON * SECOND_US;
    shop.arena = arena_new();
    shop.store = store_open(shop.scratch.store, STORE_CREATE, &shop.scratch.env, &shop.err);
    if (shop.store == NULL || !demo_create(shop.store, &size, NULL, NULL, &shop.err))
        fail_msg("%s", shop.err.text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_close(shop.store);
    arena_free(shop.arena);
    scratch_done(&shop.scratch);
    return 0;
}

static int64_t number(const char *sql)
{
    int64_t found = 0;
    if (store_find_integer(shop.store, &found, sql, &shop.err, "") < 0)
        fail_msg("%s: %s", shop.err.text, sql);
    return found;
}

static struct day_span span(const char *words)
{
    struct day_span period;
    if (!report_period_read(words, &shop.scratch.env, &period, &shop.err))
        fail_msg("%s", shop.err.text);
    return period;
}

static struct report_answer answer_of(const struct report_question *question,
                                      const struct report_table *table)
{
    struct report_answer answer;
    if (!report_run_from(shop.store, question, table, shop.arena, &answer, &shop.err))
        fail_msg("%s by %s: %s", question->source->name, question->group, shop.err.text);
    return answer;
}

static struct report_question question_of(const struct report *report, const char *period)
{
    struct report_question question;
    if (!report_ask(report, period, &shop.scratch.env, shop.arena, &question, &shop.err))
        fail_msg("%s: %s", report->name, shop.err.text);
    return question;
}

static void same_rows(const struct report_row *a, size_t a_count, const struct report_row *b,
                      size_t b_count, size_t measures, const char *what)
{
    if (a_count != b_count)
        fail_msg("%s: %zu rows and %zu", what, a_count, b_count);
    for (size_t i = 0; i < a_count; i++) {
        assert_true(value_equal(a[i].group, b[i].group));
        assert_string_equal(a[i].currency, b[i].currency);
        for (size_t j = 0; j < measures; j++) {
            if (a[i].values[j] != b[i].values[j])
                fail_msg("%s, row %zu, measure %zu: %lld and %lld", what, i, j,
                         (long long)a[i].values[j], (long long)b[i].values[j]);
        }
    }
}

/* Every roll-up, by every field and with filters, beside the rows. */
static void roll_ups_say_what_the_rows_say(void **state)
{
    (void)state;
    static const char *const filters[] = {"",
                                          "kind:sale",
                                          "-kind:sale hour>11",
                                          "location:mitte",
                                          "seller:none",
                                          "weekday:mon,tue register:none"};
    int asked = 0;
    for (size_t s = 0; s < report_source_count; s++) {
        const struct report_source *source = report_sources[s];
        for (size_t t = 0; t + 1 < source->table_count; t++) {
            const struct query_source *rows = source->tables[t].rows;
            for (size_t f = 0; f < rows->field_count * 6; f++) {
                struct report_question question = {.source = source,
                                                   .group = rows->fields[f / 6].name,
                                                   .filter = filters[f % 6],
                                                   .period = span("400d")};
                if (rows->fields[f / 6].unit == UNIT_CENTS)
                    continue; /* a sum in one is not the amount of a line in the other */
                for (size_t m = 0; m < source->measure_count; m++)
                    question.measures[question.measure_count++] = source->measures[m].name;
                struct report_answer quick = answer_of(&question, NULL);
                struct report_answer slow =
                    answer_of(&question, &source->tables[source->table_count - 1]);
                assert_string_equal(quick.table, rows->name);
                assert_string_equal(slow.table, report_rows(source)->name);
                same_rows(quick.rows, quick.count, slow.rows, slow.count, quick.measure_count,
                          question.group);
                same_rows(quick.totals, quick.total_count, slow.totals, slow.total_count,
                          quick.measure_count, "totals");
                asked += quick.count > 1;
            }
        }
    }
    assert_true(asked > 20);
}

struct adding {
    size_t field;
    int64_t sum;
};

static bool add(void *context, const struct query_row *row)
{
    struct adding *adding = context;
    adding->sum += row->values[0].integer;
    return true;
}

/* What the list of the rows behind a figure comes to, in its first measure. */
static int64_t sum_behind(const struct report_question *question,
                          const struct report_answer *answer, const struct report_row *row)
{
    const struct query_source *rows = report_rows(question->source);
    const char *text = report_rows_filter(question, answer, row, shop.arena);
    const char *field = strcmp(question->measures[0], "tax") == 0      ? "tax"
                        : strcmp(question->source->name, "money") == 0 ? "amount"
                                                                       : "revenue";
    struct query query = {
        .source = rows,
        .filter = filter_parse(rows, text, &shop.scratch.env, shop.arena, NULL, &shop.err)};
    struct adding adding = {0};
    if (query.filter == NULL || !query_each(shop.store, &query, &field, 1, add, &adding, &shop.err))
        fail_msg("%s: %s", text, shop.err.text);
    return adding.sum;
}

static void every_figure_is_the_sum_of_its_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < report_count; i++) {
        struct report_question question = question_of(&reports[i], "120d");
        struct report_answer answer = answer_of(&question, NULL);
        int64_t whole = 0;
        assert_true(answer.count > 0);
        for (size_t j = 0; j < answer.count; j++) {
            const struct report_row *row = &answer.rows[j];
            whole += row->values[0];
            if (row->is_rest) {
                assert_null(report_rows_filter(&question, &answer, row, shop.arena));
                continue;
            }
            if (sum_behind(&question, &answer, row) != row->values[0])
                fail_msg("%s: %s is %lld, its rows %lld", reports[i].name, row->label,
                         (long long)row->values[0], (long long)sum_behind(&question, &answer, row));
        }
        assert_int_equal(answer.total_count, 1);
        assert_int_equal(whole, answer.totals[0].values[0]);
        assert_int_equal(sum_behind(&question, &answer, &answer.totals[0]), whole);
    }
}

/* The sums of the documents (revenue_metrics) are those of the report. */
static void revenue_is_that_of_the_documents(void **state)
{
    (void)state;
    struct report_question question = question_of(report_find("sales-by-day"), "400d");
    struct report_answer answer = answer_of(&question, NULL);
    assert_int_equal(answer.totals[0].values[0],
                     number("SELECT sum(revenue_cents) FROM revenue_metrics"));
    assert_int_equal(answer.totals[0].values[3],
                     number("SELECT sum(order_count) FROM revenue_metrics"));
    assert_int_equal(number("SELECT count(*) FROM (SELECT business_day, currency, "
                            "sum(revenue_cents) FROM sale_lines GROUP BY 1, 2 HAVING "
                            "sum(revenue_cents) <> 0 EXCEPT SELECT business_day, currency, "
                            "revenue_cents FROM revenue_metrics)"),
                     0);
}

static void amounts_of_currencies_are_never_added(void **state)
{
    (void)state;
    if (!store_begin(shop.store, &shop.err))
        fail_msg("%s", shop.err.text);
    assert_true(store_script(shop.store,
                             "INSERT INTO orders (tenant_id, order_number, status, location_id, "
                             "currency, subtotal_cents, total_cents, business_day, placed_at) "
                             "SELECT tenant_id, 'X-1', 'paid', location_id, 'JPY', 700, 700, "
                             "business_day, placed_at FROM orders WHERE status = 'completed' "
                             "ORDER BY placed_at DESC LIMIT 1",
                             &shop.err));
    struct report_question question = question_of(report_find("sales-by-month"), "400d");
    struct report_answer answer = answer_of(&question, NULL);
    assert_int_equal(answer.total_count, 2);
    assert_string_equal(answer.totals[1].currency, "JPY");
    assert_int_equal(answer.totals[1].values[0], 700);
    assert_int_equal(sum_behind(&question, &answer, &answer.totals[1]), 700);
    store_rollback(shop.store);
}

static void steps_without_sales_are_zero(void **state)
{
    (void)state;
    struct report_question question = question_of(report_find("sales-by-day"), "2001-01..2001-03");
    struct report_answer answer = answer_of(&question, NULL);
    assert_int_equal(answer.count, 0);
    question = question_of(report_find("sales-by-day"), "30d");
    answer = answer_of(&question, NULL);
    assert_int_equal(answer.count, 30);
    question = question_of(report_find("sales-by-month"), "2026");
    answer = answer_of(&question, NULL);
    assert_int_equal(answer.count, 11); /* the clock stands in November: no month to come */
    assert_string_equal(answer.rows[10].label, "Nov 2026");
}

/* The earlier figures are those that the earlier period has when it is asked for itself. */
static void comparisons_are_with_the_period_before(void **state)
{
    (void)state;
    static const struct {
        const char *report, *period;
        enum report_comparison comparison;
    } cases[] = {{"sales-by-day", "7d", REPORT_BEFORE},
                 {"sales-by-day", "10d", REPORT_BEFORE},
                 {"sales-by-month", "2026-09..2026-10", REPORT_BEFORE},
                 {"sales-by-weekday", "14d", REPORT_BEFORE},
                 {"sales-by-product", "30d", REPORT_BEFORE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report_question question =
            question_of(report_find(cases[i].report), cases[i].period);
        question.comparison = cases[i].comparison;
        struct report_answer answer = answer_of(&question, NULL);
        question.period = report_period_before(question.period, cases[i].comparison);
        question.comparison = REPORT_ALONE;
        question.limit = 0;
        struct report_answer before = answer_of(&question, NULL);
        int found = 0;
        assert_int_equal(answer.totals[0].earlier[0], before.totals[0].values[0]);
        for (size_t j = 0; j < answer.count && strcmp(cases[i].report, "sales-by-product") == 0;
             j++) {
            for (size_t k = 0; k < before.count; k++) {
                if (!answer.rows[j].is_rest &&
                    value_equal(answer.rows[j].group, before.rows[k].group)) {
                    assert_int_equal(answer.rows[j].earlier[0], before.rows[k].values[0]);
                    found++;
                }
            }
        }
        for (size_t j = 0; j < answer.count && strcmp(cases[i].report, "sales-by-day") == 0; j++)
            assert_int_equal(answer.rows[j].earlier[0], before.rows[j].values[0]);
        assert_true(found > 3 || strcmp(cases[i].report, "sales-by-product") != 0);
    }
}

/* The clock stands on the 20th: of October only as many days are beside November. */
/* Those without a customer, and all that the limit leaves out, have an earlier figure too. */
static void earlier_figures_come_to_their_total(void **state)
{
    (void)state;
    static const struct {
        const char *report;
        size_t limit;
    } cases[] = {{"sales-by-customer", 5}, {"sales-by-product", 3}, {"sales-by-weekday", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report_question question = question_of(report_find(cases[i].report), "2026-10");
        question.comparison = REPORT_BEFORE;
        question.limit = cases[i].limit;
        struct report_answer answer = answer_of(&question, NULL);
        int64_t sum = 0;
        for (size_t j = 0; j < answer.count; j++) {
            if (answer.rows[j].is_rest) {
                for (size_t k = 0; k < answer.measure_count; k++)
                    assert_true(answer.measures[k]->over == NULL ||
                                answer.measures[k]->is_distinct || answer.rows[j].values[k] != 0);
            }
            if (answer.rows[j].group.kind == VALUE_NULL)
                assert_int_not_equal(answer.rows[j].earlier[0], 0);
            sum += answer.rows[j].earlier[0];
        }
        assert_int_equal(answer.count, cases[i].limit + 1);
        assert_int_equal(answer.total_count, 1);
        assert_int_equal(sum, answer.totals[0].earlier[0]);
    }
}

static void a_month_that_goes_on_is_beside_as_much_of_another(void **state)
{
    (void)state;
    char text[DATE_TEXT_SIZE];
    struct report_question question = question_of(report_find("sales-by-day"), "this-month");
    question.comparison = REPORT_BEFORE;
    struct report_answer answer = answer_of(&question, NULL);
    date_format(date_from_number(answer.earlier.first), text);
    assert_string_equal(text, "2026-10-01");
    date_format(date_from_number(answer.earlier.last), text);
    assert_string_equal(text, "2026-10-20");
    question.comparison = REPORT_ALONE;
    question.period = answer.earlier;
    struct report_answer before = answer_of(&question, NULL);
    assert_int_equal(answer.totals[0].earlier[0], before.totals[0].values[0]);
}

static void periods_and_those_before_them(void **state)
{
    (void)state;
    static const struct {
        const char *period;
        enum report_comparison comparison;
        const char *first, *last;
    } cases[] = {{"2026-11-20", REPORT_BEFORE, "2026-11-13", "2026-11-13"},
                 {"2026-11-20", REPORT_YEAR_AGO, "2025-11-21", "2025-11-21"},
                 {"2026-11-16..2026-11-22", REPORT_BEFORE, "2026-11-09", "2026-11-15"},
                 {"2026-11-01..2026-11-10", REPORT_BEFORE, "2026-10-18", "2026-10-27"},
                 {"2026-11", REPORT_BEFORE, "2026-10-01", "2026-10-31"},
                 {"2026-03", REPORT_BEFORE, "2026-02-01", "2026-02-28"},
                 {"2024-02", REPORT_YEAR_AGO, "2023-02-01", "2023-02-28"},
                 {"2026", REPORT_BEFORE, "2025-01-01", "2025-12-31"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DATE_TEXT_SIZE];
        struct day_span before = report_period_before(span(cases[i].period), cases[i].comparison);
        date_format(date_from_number(before.first), text);
        assert_string_equal(text, cases[i].first);
        date_format(date_from_number(before.last), text);
        assert_string_equal(text, cases[i].last);
    }
    static const char *const wrong[] = {"",   "soon",         "2026-13", "2026-11-20..2026-11-19",
                                        "..", "2026-11-01..", "0d",      "0001-01-01..9999-12-31"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct day_span period;
        assert_false(report_period_read(wrong[i], &shop.scratch.env, &period, &shop.err));
        assert_int_equal(shop.err.code, ERROR_INPUT);
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    struct report_question question = question_of(report_find("sales-by-day"), NULL);
    static const struct {
        const char *group, *measure, *filter, *words;
    } cases[] = {{"colour", "revenue", "", "colour"},
                 {"day", "luck", "", "luck"},
                 {"day", "revenue", "colour:red", "colour"},
                 {"day", "revenue", "kind:gift", "gift"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report_answer answer;
        question.group = cases[i].group;
        question.measures[0] = cases[i].measure;
        question.filter = cases[i].filter;
        assert_false(report_run(shop.store, &question, shop.arena, &answer, &shop.err));
        assert_int_equal(shop.err.code, ERROR_INPUT);
        assert_non_null(strstr(shop.err.text, cases[i].words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roll_ups_say_what_the_rows_say),
        cmocka_unit_test(every_figure_is_the_sum_of_its_rows),
        cmocka_unit_test(revenue_is_that_of_the_documents),
        cmocka_unit_test(amounts_of_currencies_are_never_added),
        cmocka_unit_test(steps_without_sales_are_zero),
        cmocka_unit_test(comparisons_are_with_the_period_before),
        cmocka_unit_test(earlier_figures_come_to_their_total),
        cmocka_unit_test(a_month_that_goes_on_is_beside_as_much_of_another),
        cmocka_unit_test(periods_and_those_before_them),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
