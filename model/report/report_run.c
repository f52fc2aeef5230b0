/* From a question to its answer. */
#include "model/base/instant.h"
#include "model/list/query_sql.h"
#include "model/report/report_fields.h"

#include <stdlib.h>
#include <string.h>

struct run {
    struct store *store;
    const struct report_question *question;
    const struct report_table *table;
    struct arena *arena;
    struct report_answer *out;
    size_t sums[REPORT_MEASURES_MAX]; /* places in the source's measures of what is asked of SQL */
    size_t sum_count;
    const struct report_steps *steps; /* of the group; NULL: it is not of time */
    struct error *err;
};

/* The columns before the sums. */
enum { COLUMN_KEY, COLUMN_LABEL, COLUMN_CURRENCY, COLUMN_SUMS };

static const struct report_measure *find_measure(const struct report_source *source,
                                                 const char *name, size_t *place)
{
    for (size_t i = 0; i < source->measure_count; i++) {
        if (strcmp(source->measures[i].name, name) == 0) {
            *place = i;
            return &source->measures[i];
        }
    }
    return NULL;
}

static bool need(struct run *run, const char *name)
{
    size_t place;
    const struct report_source *source = run->question->source;
    const struct report_measure *measure = find_measure(source, name, &place);
    if (measure == NULL) {
        struct buffer all;
        buffer_init(&all);
        for (size_t i = 0; i < source->measure_count; i++)
            buffer_format(&all, " %s", source->measures[i].name);
        error_set(run->err, ERROR_INPUT, "%s have no measure '%.40s'; there are:%s", source->title,
                  name, all.text);
        buffer_done(&all);
        return false;
    }
    if (measure->over != NULL)
        return need(run, measure->over) && need(run, measure->by);
    for (size_t i = 0; i < run->sum_count; i++) {
        if (run->sums[i] == place)
            return true;
    }
    if (run->sum_count == REPORT_MEASURES_MAX)
        return error_set(run->err, ERROR_INPUT, "a report has up to %d measures",
                         REPORT_MEASURES_MAX);
    run->sums[run->sum_count++] = place;
    return true;
}

static bool find_measures(struct run *run)
{
    const struct report_question *question = run->question;
    size_t place;
    for (size_t i = 0; i < question->measure_count; i++) {
        if (!need(run, question->measures[i]))
            return false;
        run->out->measures[i] = find_measure(question->source, question->measures[i], &place);
    }
    run->out->measure_count = question->measure_count;
    return question->sort == NULL || need(run, question->sort);
}

static const struct filter *parse(const struct run *run, const struct query_source *rows,
                                  struct day_span period, struct error *err)
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    date_format(date_from_number(period.first), first);
    date_format(date_from_number(period.last), last);
    const char *text = arena_format(run->arena, "%s:%s..%s %s", run->question->source->day, first,
                                    last, run->question->filter);
    return filter_parse(rows, text, store_env(run->store), run->arena, NULL, err);
}

static bool can_answer(const struct run *run, const struct report_table *table,
                       const struct filter *filter)
{
    for (size_t i = 0; i < run->sum_count; i++) {
        if (table->sums[run->sums[i]] == NULL)
            return false;
    }
    const char *group = run->question->group;
    return (group == NULL || query_field(table->rows, group) != NULL) &&
           filter_is_within(filter, table->rows);
}

/* The field's words are right: the first table that has all of it. */
static const struct report_table *choose(const struct run *run)
{
    const struct report_source *source = run->question->source;
    const struct query_source *rows = report_rows(source);
    const char *group = run->question->group;
    if (group != NULL && query_field(rows, group) == NULL) {
        error_set(run->err, ERROR_INPUT, "%s have no field '%.40s' to group by", source->title,
                  group);
        return NULL;
    }
    const struct filter *filter = parse(run, rows, run->question->period, run->err);
    if (filter == NULL)
        return NULL;
    size_t i = 0;
    while (i + 1 < source->table_count && !can_answer(run, &source->tables[i], filter))
        i++;
    return &source->tables[i];
}

/* The SQL of a measure as it stands in the list of columns. */
static const char *sum_of(const struct run *run, const char *name)
{
    size_t place = 0, over = 0, by = 0;
    const struct report_measure *measure = find_measure(run->question->source, name, &place);
    if (measure->over == NULL)
        return run->table->sums[place];
    find_measure(run->question->source, measure->over, &over);
    find_measure(run->question->source, measure->by, &by);
    return arena_format(run->arena, "CAST(%s AS REAL) / nullif(%s, 0)", run->table->sums[over],
                        run->table->sums[by]);
}

static const char *key_of(const struct query_field *field)
{
    return field->reference != NULL ? field->reference : field->sql;
}

/* Groups whose keys are among these alone; NULL: all. */
struct among {
    const struct report_row *rows;
    size_t count;
};

static void add_statement(const struct run *run, const struct query_field *group,
                          const struct filter *filter, const struct among *among, struct sql *sql)
{
    const struct query_source *rows = run->table->rows;
    const struct report_question *question = run->question;
    bool is_ranked = group != NULL && among == NULL && question->limit > 0;
    const char *currency = rows->currency != NULL ? rows->currency : "''";
    sql_add(sql, "SELECT %s AS k, %s, %s AS c", group != NULL ? key_of(group) : "NULL",
            group != NULL && group->reference != NULL
                ? arena_format(run->arena, "max(%s)", group->sql)
                : "NULL",
            currency);
    for (size_t i = 0; i < run->sum_count; i++)
        sql_add(sql, ", %s", run->table->sums[run->sums[i]]);
    if (is_ranked)
        sql_add(sql, ", row_number() OVER (PARTITION BY %s ORDER BY %s DESC, %s) AS place",
                currency,
                sum_of(run, question->sort != NULL ? question->sort : question->measures[0]),
                key_of(group));
    query_add_rows(&(struct query){.source = rows, .filter = filter}, (struct rows_wanted){0},
                   run->arena, sql);
    for (size_t i = 0; among != NULL && i < among->count; i++) {
        sql_add(sql, i == 0 ? " AND ((%s) IN (" : ", ", key_of(group));
        sql_bind(sql, among->rows[i].group);
    }
    if (among != NULL && among->count > 0) /* IN finds no null: the group of those that have none */
        sql_add(sql, ") OR (%s) IS NULL)", key_of(group));
    sql_add(sql, " GROUP BY k, c");
    if (is_ranked) {
        struct buffer inner = sql->text;
        buffer_init(&sql->text);
        sql_add(sql, "SELECT * FROM (%s) WHERE place <= %zu ORDER BY c, place", inner.text,
                question->limit + 1);
        buffer_done(&inner);
    } else if (question->sort != NULL && group != NULL) {
        sql_add(sql, " ORDER BY c, %s DESC, k", sum_of(run, question->sort));
    } else {
        sql_add(sql, " ORDER BY c, k");
    }
}

static int64_t sum_at(const struct run *run, const int64_t *sums, const char *name)
{
    size_t place = 0, i = 0;
    find_measure(run->question->source, name, &place);
    while (run->sums[i] != place)
        i++;
    return sums[i];
}

/* Half away from zero, as money is rounded everywhere. */
static int64_t ratio(int64_t over, int64_t by)
{
    if (by == 0)
        return 0;
    int64_t half = (by < 0 ? -by : by) / 2;
    return (over < 0 ? over - half : over + half) / by;
}

/* The measures asked for, from the sums. */
static int64_t *values_of(const struct run *run, const int64_t *sums)
{
    int64_t *values = arena_alloc(run->arena, run->out->measure_count * sizeof *values);
    for (size_t i = 0; i < run->out->measure_count; i++) {
        const struct report_measure *measure = run->out->measures[i];
        values[i] = measure->over != NULL
                        ? ratio(sum_at(run, sums, measure->over), sum_at(run, sums, measure->by))
                        : sum_at(run, sums, measure->name);
    }
    return values;
}

struct group_row {
    struct report_row row;
    int64_t *sums;
};

struct group_rows {
    struct group_row *rows;
    size_t count, capacity;
};

static struct group_row *add_row(struct group_rows *list, const struct run *run)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 64;
        list->rows = memory_resize(list->rows, list->capacity, sizeof *list->rows);
    }
    struct group_row *row = &list->rows[list->count++];
    *row = (struct group_row){0};
    row->sums = arena_alloc(run->arena, (run->sum_count + 1) * sizeof *row->sums);
    return row;
}

static bool fetch(const struct run *run, const struct query_field *group, struct day_span period,
                  const struct among *among, struct group_rows *out)
{
    struct sql sql;
    const struct filter *filter = parse(run, run->table->rows, period, run->err);
    if (filter == NULL)
        return false;
    sql_init(&sql);
    add_statement(run, group, filter, among, &sql);
    struct statement *statement = sql_prepare(&sql, run->store, run->err);
    int step = -1;
    while (statement != NULL && (step = statement_step(statement, run->err)) == 1) {
        struct group_row *row = add_row(out, run);
        row->row.group = value_copy(statement_value(statement, COLUMN_KEY), run->arena);
        row->row.currency = arena_text(run->arena, statement_text(statement, COLUMN_CURRENCY));
        if (!statement_is_null(statement, COLUMN_LABEL))
            row->row.label = arena_text(run->arena, statement_text(statement, COLUMN_LABEL));
        for (size_t i = 0; i < run->sum_count; i++)
            row->sums[i] = statement_integer(statement, COLUMN_SUMS + (int)i);
    }
    statement_done(statement);
    sql_done(&sql);
    return step == 0;
}

static const char *key_text(const struct report_row *row, struct arena *arena)
{
    if (row->group.kind == VALUE_INTEGER)
        return arena_format(arena, "%lld", (long long)row->group.integer);
    return value_as_text(row->group);
}

/* By currency and key. */
static int compare_rows(const void *a, const void *b)
{
    const struct report_row *one = &((const struct group_row *)a)->row;
    const struct report_row *two = &((const struct group_row *)b)->row;
    int order = strcmp(one->currency, two->currency);
    if (order != 0)
        return order;
    if (one->group.kind != two->group.kind)
        return one->group.kind < two->group.kind ? -1 : 1;
    if (one->group.kind == VALUE_INTEGER)
        return (one->group.integer > two->group.integer) -
               (one->group.integer < two->group.integer);
    size_t size = one->group.size < two->group.size ? one->group.size : two->group.size;
    order = size > 0 ? memcmp(one->group.bytes, two->group.bytes, size) : 0;
    return order != 0 ? order
                      : (one->group.size > two->group.size) - (one->group.size < two->group.size);
}

static const struct group_row *find_row(const struct group_rows *sorted, const char *currency,
                                        struct value key)
{
    const struct group_row wanted = {.row = {.currency = currency, .group = key}};
    if (sorted->count == 0)
        return NULL;
    return bsearch(&wanted, sorted->rows, sorted->count, sizeof *sorted->rows, compare_rows);
}

static struct value key_value(const struct run *run, const char *key)
{
    return run->out->group->type == COLUMN_INTEGER ? value_integer(strtoll(key, NULL, 10))
                                                   : value_text(key);
}

static size_t step_keys(const struct run *run, struct day_span period, const char *const **out)
{
    const char **made;
    size_t count = 0;
    if (run->steps->in != NULL) {
        count = run->steps->in(period, run->arena, &made);
        *out = made;
    } else {
        *out = run->steps->keys;
        while (run->steps->keys[count] != NULL)
            count++;
    }
    return count;
}

/* Hours before the first and after the last in which anything happened are nobody's. */
static void trim_steps(const struct run *run, const struct group_rows *sorted,
                       const char *const **keys, size_t *count)
{
    if (run->steps->in != NULL || run->out->group->type != COLUMN_INTEGER)
        return;
    int64_t low = INT64_MAX, high = -1;
    for (size_t i = 0; i < sorted->count; i++) {
        int64_t key = sorted->rows[i].row.group.integer;
        low = key < low ? key : low;
        high = key > high ? key : high;
    }
    if (high >= 0 && high < (int64_t)*count) {
        *keys += low;
        *count = (size_t)(high - low + 1);
    }
}

/* The period without the days that are still to come. */
static struct day_span past_of(const struct run *run)
{
    const struct env *env = store_env(run->store);
    struct day_span period = run->question->period;
    struct clock_time now;
    if (instant_to_local(env_now(env), env->zone, &now) && date_number(now.date) < period.last)
        period.last = date_number(now.date) < period.first ? period.first : date_number(now.date);
    return period;
}

/* Puts in the steps at which nothing happened, in each currency. */
static void fill_steps(const struct run *run, struct group_rows *list)
{
    const char *const *keys;
    size_t count = step_keys(run, past_of(run), &keys);
    struct group_rows full = {0};
    if (list->count == 0)
        return;
    qsort(list->rows, list->count, sizeof *list->rows, compare_rows);
    trim_steps(run, list, &keys, &count);
    for (size_t first = 0; first < list->count;) {
        const char *currency = list->rows[first].row.currency;
        for (size_t i = 0; i < count; i++) {
            struct value key = key_value(run, keys[i]);
            const struct group_row *there = find_row(list, currency, key);
            struct group_row *row = add_row(&full, run);
            if (there != NULL)
                *row = *there;
            row->row.group = key;
            row->row.currency = currency;
        }
        while (first < list->count && strcmp(list->rows[first].row.currency, currency) == 0)
            first++;
    }
    free(list->rows);
    *list = full;
}

static const char *label_of(const struct run *run, const struct report_row *row)
{
    if (row->group.kind == VALUE_NULL ||
        (row->label == NULL && row->group.size == 0 && row->group.kind != VALUE_INTEGER))
        return "(none)";
    if (row->label != NULL)
        return row->label;
    const char *key = key_text(row, run->arena);
    if (run->steps != NULL && run->steps->label != NULL)
        return run->steps->label(key, run->arena);
    if (run->out->group->reference != NULL)
        return "(deleted)";
    return run->out->group->unit == UNIT_BASIS_POINTS
               ? arena_format(run->arena, "%g %%", (double)row->group.integer / 100)
               : key;
}

/* The sums of what the limit left out: the whole less what is shown. */
static int64_t *rest_of(const struct run *run, const struct group_rows *totals,
                        const char *currency, const int64_t *shown)
{
    const struct group_row *whole = find_row(totals, currency, value_null());
    int64_t *rest = arena_alloc(run->arena, (run->sum_count + 1) * sizeof *rest);
    for (size_t i = 0; i < run->sum_count; i++) {
        bool is_sum = !run->question->source->measures[run->sums[i]].is_distinct;
        rest[i] = is_sum ? (whole != NULL ? whole->sums[i] : 0) - shown[i] : 0;
    }
    return rest;
}

static void add_sums(const struct run *run, int64_t *sums, const int64_t *more)
{
    for (size_t i = 0; i < run->sum_count; i++)
        sums[i] += more[i];
}

/* What the limit left out becomes one row. */
static void add_rest(const struct run *run, const struct group_rows *totals,
                     struct group_rows *list)
{
    struct group_rows cut = {0};
    for (size_t first = 0, end; first < list->count; first = end) {
        const char *currency = list->rows[first].row.currency;
        for (end = first; end < list->count && strcmp(list->rows[end].row.currency, currency) == 0;)
            end++;
        size_t shown = end - first > run->question->limit ? run->question->limit : end - first;
        int64_t *sums = arena_alloc(run->arena, (run->sum_count + 1) * sizeof *sums);
        for (size_t i = first; i < first + shown; i++) {
            *add_row(&cut, run) = list->rows[i];
            add_sums(run, sums, list->rows[i].sums);
        }
        if (shown == end - first)
            continue;
        struct group_row *rest = add_row(&cut, run);
        rest->row = (struct report_row){.currency = currency, .is_rest = true, .label = "(others)"};
        rest->sums = rest_of(run, totals, currency, sums);
    }
    free(list->rows);
    *list = cut;
}

static struct value earlier_key(const struct run *run, const struct report_row *row)
{
    int64_t days;
    int months;
    if (run->steps == NULL || run->steps->earlier == NULL || row->group.kind == VALUE_NULL)
        return row->group;
    report_shift(run->question->period, run->question->comparison, &days, &months);
    return key_value(run, run->steps->earlier(key_text(row, run->arena), days, months, run->arena));
}

/* What stood there in the period that it is compared with. */
static bool add_earlier(const struct run *run, const struct query_field *group,
                        struct report_row *rows, size_t count)
{
    struct group_rows before = {0}, totals = {0};
    const struct among among = {rows, count};
    bool is_cut = group != NULL && run->question->limit > 0;
    const struct among *wanted = is_cut && run->steps == NULL ? &among : NULL;
    bool is_good = fetch(run, group, run->out->earlier, wanted, &before) &&
                   (!is_cut || fetch(run, NULL, run->out->earlier, NULL, &totals));
    size_t size = (run->sum_count + 1) * sizeof(int64_t);
    const int64_t *nothing = arena_alloc(run->arena, size);
    int64_t *shown = NULL; /* of the currency */
    if (before.count > 0)
        qsort(before.rows, before.count, sizeof *before.rows, compare_rows);
    for (size_t i = 0; is_good && i < count; i++) {
        const char *currency = rows[i].currency;
        const struct group_row *found = find_row(&before, currency, earlier_key(run, &rows[i]));
        const int64_t *sums = found != NULL ? found->sums : nothing;
        if (i == 0 || strcmp(currency, rows[i - 1].currency) != 0)
            shown = arena_alloc(run->arena, size);
        if (rows[i].is_rest)
            sums = rest_of(run, &totals, currency, shown);
        add_sums(run, shown, sums);
        rows[i].earlier = values_of(run, sums);
    }
    free(before.rows);
    free(totals.rows);
    return is_good;
}

/* Of a period that goes on only as much as has passed of it: half a month beside half a month. */
static struct day_span earlier_of(const struct run *run)
{
    const struct report_question *question = run->question;
    struct day_span past = past_of(run);
    struct day_span earlier = report_period_before(question->period, question->comparison);
    int64_t days;
    int months;
    if (past.last == question->period.last)
        return earlier;
    report_shift(question->period, question->comparison, &days, &months);
    earlier.last = months > 0 ? date_number(date_add_months(date_from_number(past.last), -months))
                              : past.last - days;
    return earlier;
}

static struct report_row *finish_rows(const struct run *run, const struct group_rows *list,
                                      bool are_groups)
{
    struct report_row *rows = arena_alloc(run->arena, (list->count + 1) * sizeof *rows);
    for (size_t i = 0; i < list->count; i++) {
        rows[i] = list->rows[i].row;
        rows[i].values = values_of(run, list->rows[i].sums);
        if (are_groups && !rows[i].is_rest)
            rows[i].label = label_of(run, &rows[i]);
    }
    return rows;
}

static bool answer(struct run *run, struct group_rows *list, struct group_rows *totals)
{
    const struct report_question *question = run->question;
    struct report_answer *out = run->out;
    if (!fetch(run, NULL, question->period, NULL, totals) ||
        (out->group != NULL && !fetch(run, out->group, question->period, NULL, list)))
        return false;
    if (run->steps != NULL && question->sort == NULL && question->limit == 0)
        fill_steps(run, list);
    if (question->limit > 0)
        add_rest(run, totals, list);
    out->totals = finish_rows(run, totals, false);
    out->total_count = totals->count;
    out->rows = finish_rows(run, list, true);
    out->count = list->count;
    if (question->comparison == REPORT_ALONE)
        return true;
    out->earlier = earlier_of(run);
    return add_earlier(run, NULL, out->totals, out->total_count) &&
           (out->group == NULL || add_earlier(run, out->group, out->rows, out->count));
}

bool report_run_from(struct store *store, const struct report_question *question,
                     const struct report_table *table, struct arena *arena,
                     struct report_answer *out, struct error *err)
{
    struct group_rows list = {0}, totals = {0};
    struct run run = {.store = store, .question = question, .arena = arena, .out = out, .err = err};
    *out = (struct report_answer){0};
    if (!find_measures(&run))
        return false;
    run.table = table != NULL ? table : choose(&run);
    if (run.table == NULL)
        return false;
    out->table = run.table->rows->name;
    if (question->group != NULL)
        out->group = query_field(run.table->rows, question->group);
    run.steps = report_steps_find(question->group);
    bool is_good = answer(&run, &list, &totals);
    free(list.rows);
    free(totals.rows);
    return is_good;
}

bool report_run(struct store *store, const struct report_question *question, struct arena *arena,
                struct report_answer *out, struct error *err)
{
    return report_run_from(store, question, NULL, arena, out, err);
}
