#include "model/list/query_sql.h"

#include <stdlib.h>
#include <string.h>

enum { SPLITS_MAX = 8 }; /* SELECTs in one statement */

void sql_init(struct sql *sql)
{
    *sql = (struct sql){0};
    buffer_init(&sql->text);
}

void sql_done(struct sql *sql)
{
    buffer_done(&sql->text);
    free(sql->values);
}

void sql_add(struct sql *sql, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buffer_vformat(&sql->text, format, arguments);
    va_end(arguments);
}

void sql_bind(struct sql *sql, struct value value)
{
    if (sql->count == sql->capacity) {
        sql->capacity = sql->capacity > 0 ? 2 * sql->capacity : 8;
        sql->values = memory_resize(sql->values, sql->capacity, sizeof *sql->values);
    }
    sql->values[sql->count++] = value;
    buffer_add_char(&sql->text, '?');
}

/* A unary plus changes no value and keeps indexes away. */
static const char *plus(const struct sql *sql)
{
    return sql->avoids_indexes ? "+" : "";
}

void sql_compare(struct sql *sql, const char *expression, const char *sign, struct value value)
{
    sql_add(sql, "%s(%s) %s ", plus(sql), expression, sign);
    sql_bind(sql, value);
}

struct statement *sql_prepare(const struct sql *sql, struct store *store, struct error *err)
{
    struct statement *statement = store_prepare(store, sql->text.text, err);
    for (size_t i = 0; statement != NULL && i < sql->count; i++)
        statement_bind_value(statement, (int)i + 1, sql->values[i]);
    return statement;
}

static void add_empty(const struct query_field *field, struct sql *sql)
{
    const char *expression = field->reference != NULL ? field->reference : field->sql;
    sql_add(sql, "(%s(%s) IS NULL", plus(sql), expression);
    if (field->reference == NULL && field->type == COLUMN_TEXT)
        sql_add(sql, " OR %s(%s) = ''", plus(sql), expression);
    else if (field->reference == NULL && field->type == COLUMN_JSON)
        sql_add(sql, " OR (%s) IN ('{}', '[]')", expression);
    sql_add(sql, ")");
}

static void add_span(const char *expression, struct span span, struct sql *sql)
{
    if (span.low > span.high) {
        sql_add(sql, "0");
    } else if (span.low == span.high) {
        sql_compare(sql, expression, "=", value_integer(span.low));
    } else {
        sql_compare(sql, expression, ">=", value_integer(span.low));
        if (span.high != INT64_MAX) {
            sql_add(sql, " AND ");
            sql_compare(sql, expression, "<=", value_integer(span.high));
        }
    }
}

/* Rows of the list may have several currencies. The first two comparisons are wide enough for all
 * of them, so that an index on the amount can be used and few rows come to the exact one. */
static void add_amount(const struct query_source *source, const char *expression,
                       const struct span spans[DECIMALS_COUNT], struct sql *sql)
{
    struct span widest = {INT64_MAX, INT64_MIN};
    for (int i = 0; i < DECIMALS_COUNT; i++) {
        if (spans[i].low > spans[i].high)
            continue;
        widest.low = spans[i].low < widest.low ? spans[i].low : widest.low;
        widest.high = spans[i].high > widest.high ? spans[i].high : widest.high;
    }
    add_span(expression, widest, sql);
    sql_add(sql, " AND CASE (SELECT exponent FROM currencies WHERE code = %s)", source->currency);
    for (int i = 1; i < DECIMALS_COUNT; i++) {
        sql_add(sql, " WHEN %d THEN ", filter_decimals[i]);
        add_span(expression, spans[i], sql);
    }
    sql_add(sql, " ELSE ");
    add_span(expression, spans[0], sql);
    sql_add(sql, " END");
}

static void add_bounds(const char *expression, const struct match *match, struct sql *sql)
{
    bool has_from = match->from.kind != VALUE_NULL, has_to = match->to.kind != VALUE_NULL;
    if (has_from && has_to && value_equal(match->from, match->to)) {
        sql_compare(sql, expression, "=", match->from);
        return;
    }
    if (!has_from && !has_to)
        sql_add(sql, "(%s) IS NOT NULL", expression);
    if (has_from)
        sql_compare(sql, expression, match->is_from_open ? ">" : ">=", match->from);
    if (has_from && has_to)
        sql_add(sql, " AND ");
    if (has_to)
        sql_compare(sql, expression, match->is_to_open ? "<" : "<=", match->to);
}

static void add_match(const struct query_source *source, const struct query_field *field,
                      const struct match *match, struct sql *sql)
{
    switch (match->kind) {
    case MATCH_EMPTY:
        add_empty(field, sql);
        break;
    case MATCH_CONTAINS:
        sql_add(sql, "instr(search_key(%s), ", field->sql);
        sql_bind(sql, match->from);
        sql_add(sql, ") > 0");
        break;
    case MATCH_EQUAL:
        sql_compare(sql, field->sql, "=", match->from);
        break;
    case MATCH_SPAN:
        if (field->unit == UNIT_CENTS && source->currency != NULL)
            add_amount(source, field->sql, match->spans, sql);
        else
            add_span(field->sql, match->spans[0], sql);
        break;
    case MATCH_BOUNDS:
        add_bounds(field->sql, match, sql);
        break;
    case MATCH_REFERENCE:
        add_bounds(field->reference, match, sql);
        break;
    }
}

static bool is_searched(const struct query_field *field)
{
    return field->type == COLUMN_TEXT && field->choices == NULL;
}

/* Words where there is no index: somewhere in one of the text fields. */
static void add_words(const struct query_source *source, const char *folded, struct sql *sql)
{
    sql_add(sql, "0");
    for (size_t i = 0; i < source->field_count; i++) {
        if (!is_searched(&source->fields[i]))
            continue;
        sql_add(sql, " OR instr(search_key(%s), ", source->fields[i].sql);
        sql_bind(sql, value_text(folded));
        sql_add(sql, ") > 0");
    }
}

const struct term *query_split(const struct query *query)
{
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        const struct term *term = &query->filter->terms[i];
        int count = 0;
        bool is_split = term->field != NULL && term->field->choices != NULL && !term->is_negated;
        for (const struct match *match = term->matches; match != NULL; match = match->next) {
            is_split = is_split && match->kind == MATCH_EQUAL;
            count++;
        }
        if (is_split && count > 1 && count <= SPLITS_MAX)
            return term;
    }
    return NULL;
}

static void add_field_term(const struct query_source *source, const struct term *term,
                           const struct match *only, struct sql *sql)
{
    const struct match *match = only != NULL ? only : term->matches;
    for (; match != NULL; match = only != NULL ? NULL : match->next) {
        add_match(source, term->field, match, sql);
        if (only == NULL && match->next != NULL)
            sql_add(sql, " OR ");
    }
}

static void add_terms(const struct query *query, struct rows_wanted wanted, struct sql *sql)
{
    const struct term *split = wanted.only != NULL ? query_split(query) : NULL;
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        const struct term *term = &query->filter->terms[i];
        if (term->phrase.match != NULL)
            continue;
        sql_add(sql, " AND (");
        sql->avoids_indexes = wanted.read_by != NULL && term->field != NULL &&
                              strcmp(term->field->sql, wanted.read_by) != 0;
        if (term->field == NULL)
            add_words(query->source, term->folded, sql);
        else
            add_field_term(query->source, term, term == split ? wanted.only : NULL, sql);
        sql->avoids_indexes = false;
        /* A field that is NULL is neither this nor that, but it is "not this". */
        sql_add(sql, term->is_negated ? ") IS NOT TRUE" : ")");
    }
}

/* Whether an index could find the rows of the term. */
static bool is_narrowing(const struct term *term)
{
    if (term->field == NULL || term->is_negated)
        return false;
    for (const struct match *match = term->matches; match != NULL; match = match->next) {
        if (match->kind == MATCH_CONTAINS)
            return false;
    }
    return true;
}

const struct filter *query_narrowing(const struct query *query, struct arena *arena)
{
    struct filter *filter = arena_alloc(arena, sizeof *filter);
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        if (is_narrowing(&query->filter->terms[i]))
            filter->terms[filter->term_count++] = query->filter->terms[i];
    }
    return filter->term_count > 0 ? filter : NULL;
}

static bool is_wanted_phrase(const struct term *term)
{
    return term->phrase.match != NULL && !term->is_negated;
}

bool query_has_search(const struct query *query)
{
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        if (is_wanted_phrase(&query->filter->terms[i]))
            return true;
    }
    return false;
}

bool query_can_cut(const struct query *query)
{
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        const struct term *term = &query->filter->terms[i];
        if (is_wanted_phrase(term) && term->phrase.cut != NULL)
            return true;
    }
    return false;
}

/* What the index is asked. */
static const char *match_expression(const struct filter *filter, bool is_cut, struct arena *arena)
{
    const char *all = NULL;
    for (size_t i = 0; i < filter->term_count; i++) {
        const struct phrase *phrase = &filter->terms[i].phrase;
        if (!is_wanted_phrase(&filter->terms[i]))
            continue;
        const char *match = is_cut && phrase->cut != NULL ? phrase->cut : phrase->match;
        all = all == NULL ? match : arena_format(arena, "%s AND %s", all, match);
    }
    return all;
}

static void add_has(const char *index, const struct phrase *phrase, struct sql *sql)
{
    sql_add(sql, "(search_has(%s_docs.words, ", index);
    sql_bind(sql, value_text(phrase->tokens));
    sql_add(sql, ", %d)", phrase->is_prefix);
    if (phrase->number != NULL) {
        sql_add(sql, " OR search_has(%s_docs.words, ", index);
        sql_bind(sql, value_text(phrase->number));
        sql_add(sql, ", 1)");
    }
    sql_add(sql, ")");
}

/* CROSS JOIN makes SQLite keep the order of the tables: the index leads, or the one document of a
 * known row. */
static void add_search(const struct query *query, struct rows_wanted wanted, struct arena *arena,
                       struct sql *sql)
{
    const char *index = query->source->search, *id = query->source->id;
    sql_add(sql, wanted.id == NULL ? " FROM %s CROSS JOIN %s_docs" : " FROM %s_docs CROSS JOIN %s",
            index, index);
    sql_add(sql, " CROSS JOIN %s WHERE %s MATCH ", query->source->from, index);
    sql_bind(sql, value_text(match_expression(query->filter, wanted.is_cut, arena)));
    sql_add(sql, " AND %s_docs.doc = %s.rowid AND %s = %s_docs.row_id", index, index, id, index);
    if (wanted.id != NULL) {
        sql_add(sql, " AND %s_docs.row_id = ", index);
        sql_bind(sql, value_uuid(wanted.id));
    }
    for (size_t i = 0; i < query->filter->term_count; i++) {
        const struct term *term = &query->filter->terms[i];
        bool is_rest = wanted.is_cut && is_wanted_phrase(term) && term->phrase.cut != NULL;
        bool is_unwanted = term->phrase.match != NULL && term->is_negated;
        if (!is_rest && !is_unwanted)
            continue;
        sql_add(sql, is_unwanted ? " AND NOT " : " AND ");
        add_has(index, &term->phrase, sql);
    }
}

/* Without the index, what is not wanted is looked for in the words of each row. */
static void add_unwanted(const struct query *query, struct sql *sql)
{
    const char *index = query->source->search;
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        const struct term *term = &query->filter->terms[i];
        if (term->phrase.match == NULL)
            continue;
        sql_add(sql, " AND NOT EXISTS (SELECT 1 FROM %s_docs WHERE %s_docs.row_id = %s AND ", index,
                index, query->source->id);
        add_has(index, &term->phrase, sql);
        sql_add(sql, ")");
    }
}

void query_add_rows(const struct query *query, struct rows_wanted wanted, struct arena *arena,
                    struct sql *sql)
{
    const struct query_source *source = query->source;
    if (query_has_search(query)) {
        add_search(query, wanted, arena, sql);
    } else {
        sql_add(sql, " FROM %s WHERE 1", source->from);
        if (wanted.id != NULL) {
            sql_add(sql, " AND ");
            sql_compare(sql, source->id, "=", value_uuid(wanted.id));
        }
        add_unwanted(query, sql);
    }
    if (source->where != NULL)
        sql_add(sql, " AND (%s)", source->where);
    add_terms(query, wanted, sql);
}
