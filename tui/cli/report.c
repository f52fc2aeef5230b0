/* `countertop report`: what the rows of the shop come to. */
#include "model/report/report.h"

#include "model/base/money.h"
#include "model/list/export_cell.h"
#include "tui/cli/list.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/verbs.h"

#include <stdlib.h>
#include <string.h>

/* For a person the figures as they are read, for a program as exports have them. */
static const char *figure(const struct cli *cli, const struct report_measure *measure,
                          int64_t value, const char *currency)
{
    const struct query_field field = {
        .name = measure->name, .type = COLUMN_INTEGER, .unit = measure->unit};
    const struct export_cell_style style = {.zone = cli->env->zone, .is_one_line = true};
    return export_cell_text(&field, value_integer(value), currency, &style, cli->arena);
}

static const char *const comparisons[] = {"no", "before", "year"};

static bool read_options(struct cli *cli, struct report_question *question, struct error *err)
{
    long long limit;
    const char *compare = cli_value(cli, "compare");
    const char *from = cli_value(cli, "from"), *to = cli_value(cli, "to");
    if (from != NULL || to != NULL) {
        const char *words =
            arena_format(cli->arena, "%s..%s", from != NULL ? from : to, to != NULL ? to : "today");
        if (!report_period_read(words, cli->env, &question->period, err))
            return error_prefix(err, "--from, --to");
    }
    if (cli_value(cli, "filter") != NULL)
        question->filter = cli_value(cli, "filter");
    if (!cli_whole(cli, "limit", 0, (long long)question->limit, &limit, err))
        return false;
    question->limit = (size_t)limit;
    for (size_t i = 0; compare != NULL && i < sizeof comparisons / sizeof comparisons[0]; i++) {
        if (strcmp(compare, comparisons[i]) == 0) {
            question->comparison = (enum report_comparison)i;
            return true;
        }
    }
    return compare == NULL ||
           error_set(err, ERROR_INPUT, "--compare takes no, before or year, and not '%.40s'",
                     compare);
}

static const struct report *find(const char *name, struct error *err)
{
    const struct report *report = report_find(name);
    if (report == NULL)
        error_set(err, ERROR_NOT_FOUND,
                  "there is no report \"%s\"; `countertop report list` lists what there is", name);
    return report;
}

static bool ask(struct cli *cli, const char *name, struct report_question *question,
                struct error *err)
{
    const struct report *report = find(name, err);
    return report != NULL && actor_may(cli->store, &cli->who, "reports.read", err) &&
           report_ask(report, cli_value(cli, "period"), cli->env, cli->arena, question, err) &&
           read_options(cli, question, err);
}

/* The columns: the group, the currency, and each measure with what it was before. */
static struct sheet_column *columns_of(struct cli *cli, const struct report_question *question,
                                       const struct report_answer *answer, size_t *count)
{
    bool has_before = question->comparison != REPORT_ALONE;
    struct sheet_column *columns =
        arena_alloc(cli->arena, (2 + 2 * answer->measure_count) * sizeof *columns);
    columns[0] = (struct sheet_column){answer->group->name, answer->group->label, false, false};
    columns[1] = (struct sheet_column){"currency", "", false, false};
    *count = 2;
    for (size_t i = 0; i < answer->measure_count; i++) {
        const struct report_measure *measure = answer->measures[i];
        columns[(*count)++] = (struct sheet_column){measure->name, measure->label, true, true};
        if (has_before)
            columns[(*count)++] = (struct sheet_column){
                arena_format(cli->arena, "%s_before", measure->name), "before", true, true};
    }
    return columns;
}

/* A program gets the key of a day or month, a person its words. */
static const char *label_of(const struct cli *cli, const struct report_answer *answer,
                            const struct report_row *row)
{
    bool is_key = !cli->is_terminal && !row->is_rest && answer->group->reference == NULL &&
                  row->group.kind == VALUE_TEXT;
    return is_key ? value_as_text(row->group) : row->label;
}

static void print_row(struct cli *cli, struct sheet *sheet, const struct report_answer *answer,
                      const struct report_row *row, const char *label)
{
    const char **cells = arena_alloc(cli->arena, (2 + 2 * answer->measure_count) * sizeof *cells);
    size_t count = 0;
    cells[count++] = label;
    cells[count++] = row->currency;
    for (size_t i = 0; i < answer->measure_count; i++) {
        bool is_known = !row->is_rest || !answer->measures[i]->is_distinct;
        cells[count++] =
            is_known ? figure(cli, answer->measures[i], row->values[i], row->currency) : NULL;
        if (row->earlier != NULL && is_known)
            cells[count++] = figure(cli, answer->measures[i], row->earlier[i], row->currency);
        else if (answer->totals[0].earlier != NULL)
            cells[count++] = NULL;
    }
    sheet_row(sheet, cells);
}

static void print_answer(struct cli *cli, const struct report *report,
                         const struct report_question *question, const struct report_answer *answer)
{
    size_t count;
    struct sheet sheet;
    struct sheet_column *columns = columns_of(cli, question, answer, &count);
    bool is_for_people = cli->is_terminal && cli->format == CLI_TEXT;
    char period[64], earlier[64];
    report_period_words(question->period, period, sizeof period);
    report_period_words(answer->earlier, earlier, sizeof earlier);
    if (is_for_people && question->comparison == REPORT_ALONE)
        print_line(cli, "%s, %s", report->title, period);
    else if (is_for_people)
        print_line(cli, "%s, %s, beside %s", report->title, period, earlier);
    sheet_init(&sheet, cli, columns, count);
    for (size_t i = 0; i < answer->count; i++)
        print_row(cli, &sheet, answer, &answer->rows[i], label_of(cli, answer, &answer->rows[i]));
    for (size_t i = 0; is_for_people && i < answer->total_count; i++)
        print_row(cli, &sheet, answer, &answer->totals[i], "Total");
    sheet_done(&sheet);
}

static bool run(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct report_question question;
    struct report_answer answer;
    (void)argc;
    if (!ask(cli, argv[1], &question, err) ||
        !report_run(cli->store, &question, cli->arena, &answer, err))
        return false;
    print_answer(cli, report_find(argv[1]), &question, &answer);
    return true;
}

static bool list(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const struct sheet_column columns[] = {{"name", "Name", false, true},
                                                  {"period", "Period", false, false},
                                                  {"help", "What it says", false, false}};
    struct sheet sheet;
    (void)argc, (void)argv, (void)err;
    sheet_init(&sheet, cli, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < report_count; i++)
        sheet_row(&sheet, (const char *[]){reports[i].name, reports[i].period, reports[i].help});
    sheet_done(&sheet);
    return true;
}

/* What the figures are: their definitions, the rows they are made of, and the sum of those. */
static bool explain(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct report_question question;
    struct report_answer answer;
    (void)argc;
    if (!ask(cli, argv[1], &question, err))
        return false;
    const struct report_source *source = question.source;
    if (!report_run_from(cli->store, &question, &source->tables[source->table_count - 1],
                         cli->arena, &answer, err))
        return false;
    for (size_t i = 0; i < answer.measure_count; i++)
        print_line(cli, "%s: %s.", answer.measures[i]->label, answer.measures[i]->help);
    print_line(cli, "Made of: countertop report rows %s --filter '%s'", source->name,
               report_rows_filter(&question, &answer, NULL, cli->arena));
    for (size_t i = 0; i < answer.total_count; i++) {
        for (size_t j = 0; j < answer.measure_count; j++)
            print_line(cli, "%s %s: %s", answer.measures[j]->label, answer.totals[i].currency,
                       figure(cli, answer.measures[j], answer.totals[i].values[j],
                              answer.totals[i].currency));
    }
    return true;
}

/* The rows of a source, as any list. */
static bool with_rows(struct cli *cli, int argc, char **argv,
                      bool (*print)(struct cli *, int, char **, struct error *), struct error *err)
{
    const struct report_source *source = report_source_find(argv[1]);
    if (source == NULL)
        return error_set(err, ERROR_NOT_FOUND, "there are rows of sales and money, not of \"%s\"",
                         argv[1]);
    if (!actor_may(cli->store, &cli->who, "reports.read", err))
        return false;
    struct cli_verb verb = *cli->verb;
    verb.source = report_rows(source);
    verb.fields = strcmp(source->name, "sales") == 0
                      ? "number day item customer quantity revenue tax currency"
                      : "number day method part amount currency";
    cli->verb = &verb;
    bool is_good = print(cli, argc, argv, err);
    cli->verb = &cli_verb_report;
    return is_good;
}

static bool rows(struct cli *cli, int argc, char **argv, struct error *err)
{
    return with_rows(cli, argc, argv, list_run, err);
}

static bool export(struct cli *cli, int argc, char **argv, struct error *err)
{
    return with_rows(cli, argc, argv, list_export, err);
}

#define REPORT_TAKES "period from to filter compare limit"

static const struct cli_option options[] = {
    LIST_OPTIONS,
    {"period", "PERIOD",
     "today, last-week, this-month, 30d, 2026, 2026-11, 2026-11-01..2026-11-20"},
    {"from", "DAY", "from this day on"},
    {"to", "DAY", "to this day; today unless said"},
    {"compare", "WITH", "before: the period before; year: a year ago, the same weekdays"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"list", "", "the reports there are", NULL, CLI_NO_STORE, 0, 0, list},
    {"show", "REPORT", "what it says", REPORT_TAKES, CLI_READS, 1, 1, run},
    {"why", "REPORT", "how its figures are defined and what rows they come from", REPORT_TAKES,
     CLI_READS, 1, 1, explain},
    {"rows", "SOURCE", "the rows that figures are made of: of sales or of money", LIST_TAKES,
     CLI_READS, 1, 1, rows},
    {"export", "SOURCE", "all fields of those rows, as CSV unless asked otherwise", EXPORT_TAKES,
     CLI_READS, 1, 1, export},
    {.name = NULL},
};

const struct cli_verb cli_verb_report = {
    .name = "report",
    .summary = "what the shop's rows come to",
    .details = "  countertop report show sales-by-day --period 2026-11 --compare year\n"
               "  countertop report show sales-by-product --filter 'location:mitte' --json\n"
               "  countertop report why sales-by-day --period yesterday",
    .options = options,
    .actions = actions,
};
