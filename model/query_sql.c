#include "model/query_sql.h"

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

void sql_compare(struct sql *sql, const char *expression, const char *sign, struct value value)
{
    sql_add(sql, "(%s) %s ", expression, sign);
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
    if (field->reference != NULL)
        sql_add(sql, "(%s) IS NULL", field->reference);
    else if (field->type == COLUMN_TEXT)
        sql_add(sql, "((%s) IS NULL OR (%s) = '')", field->sql, field->sql);
    else if (field->type == COLUMN_JSON)
        sql_add(sql, "((%s) IS NULL OR (%s) IN ('{}', '[]'))", field->sql, field->sql);
    else
        sql_add(sql, "(%s) IS NULL", field->sql);
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

static void add_terms(const struct query *query, const struct match *only, struct sql *sql)
{
    const struct term *split = only != NULL ? query_split(query) : NULL;
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        const struct term *term = &query->filter->terms[i];
        if (term->phrase != NULL)
            continue;
        sql_add(sql, " AND (");
        if (term->field == NULL)
            add_words(query->source, term->folded, sql);
        else
            add_field_term(query->source, term, term == split ? only : NULL, sql);
        /* A field that is NULL is neither this nor that, but it is "not this". */
        sql_add(sql, term->is_negated ? ") IS NOT TRUE" : ")");
    }
}

/* All phrases of the filter that are (not) negated, joined for FTS5; NULL when there are none. */
static const char *phrases(const struct filter *filter, bool is_negated, const char *joint,
                           struct arena *arena)
{
    const char *all = NULL;
    for (size_t i = 0; filter != NULL && i < filter->term_count; i++) {
        const struct term *term = &filter->terms[i];
        if (term->phrase == NULL || term->is_negated != is_negated)
            continue;
        all =
            all == NULL ? term->phrase : arena_format(arena, "%s %s %s", all, joint, term->phrase);
    }
    return all;
}

bool query_has_search(const struct query *query)
{
    for (size_t i = 0; query->filter != NULL && i < query->filter->term_count; i++) {
        if (query->filter->terms[i].phrase != NULL && !query->filter->terms[i].is_negated)
            return true;
    }
    return false;
}

/* CROSS JOIN makes SQLite keep the order of the tables: the index leads, or the one document of a
 * known row. */
static void add_search(const struct query_source *source, const char *wanted, const char *unwanted,
                       const struct uuid *id, struct arena *arena, struct sql *sql)
{
    const char *index = source->search;
    if (id == NULL)
        sql_add(sql, " FROM %s CROSS JOIN %s_docs", index, index);
    else
        sql_add(sql, " FROM %s_docs CROSS JOIN %s", index, index);
    sql_add(sql, " CROSS JOIN %s WHERE %s MATCH ", source->from, index);
    if (unwanted != NULL)
        wanted = arena_format(arena, "(%s) NOT (%s)", wanted, unwanted);
    sql_bind(sql, value_text(wanted));
    sql_add(sql, " AND %s_docs.doc = %s.rowid AND %s = %s_docs.row_id", index, index, source->id,
            index);
    if (id != NULL) {
        sql_add(sql, " AND %s_docs.row_id = ", index);
        sql_bind(sql, value_uuid(id));
    }
}

void query_add_rows(const struct query *query, const struct match *only, const struct uuid *id,
                    struct arena *arena, struct sql *sql)
{
    const struct query_source *source = query->source;
    const char *wanted = phrases(query->filter, false, "AND", arena);
    const char *unwanted = phrases(query->filter, true, "OR", arena);
    if (wanted != NULL)
        add_search(source, wanted, unwanted, id, arena, sql);
    else
        sql_add(sql, " FROM %s WHERE 1", source->from);
    if (wanted == NULL && id != NULL) {
        sql_add(sql, " AND ");
        sql_compare(sql, source->id, "=", value_uuid(id));
    }
    if (wanted == NULL && unwanted != NULL) {
        sql_add(sql,
                " AND %s NOT IN (SELECT row_id FROM %s_docs WHERE doc IN (SELECT rowid FROM %s"
                " WHERE %s MATCH ",
                source->id, source->search, source->search, source->search);
        sql_bind(sql, value_text(unwanted));
        sql_add(sql, "))");
    }
    if (source->where != NULL)
        sql_add(sql, " AND (%s)", source->where);
    add_terms(query, only, sql);
}
