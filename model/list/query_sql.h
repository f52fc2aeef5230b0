/* The SQL of a list: text that grows together with the values bound to its question marks.
 * Private to the list units. */
#ifndef MODEL_QUERY_SQL_H
#define MODEL_QUERY_SQL_H

#include "model/list/filter_ast.h"

struct sql {
    struct buffer text;
    struct value *values; /* borrowed bytes */
    size_t count, capacity;
    bool avoids_indexes; /* comparisons are written so that SQLite takes no index for them */
};

void sql_init(struct sql *sql);
void sql_done(struct sql *sql);
void sql_add(struct sql *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a question mark and what is bound to it. */
void sql_bind(struct sql *sql, struct value value);
/* Adds `expression sign ?`. */
void sql_compare(struct sql *sql, const char *expression, const char *sign, struct value value);
/* Prepares the text and binds the values, which must outlive the statement's use. */
struct statement *sql_prepare(const struct sql *sql, struct store *store, struct error *err);

/* Whether rows are found through the source's search index. */
bool query_has_search(const struct query *query);

/* A term that stands for several values of a choice, status:draft,parked: an index (status,
 * placed, id) gives the rows of each in order, but not those of both. So there is a SELECT for
 * each value, and SQLite merges them as they come. NULL when there is no such term. */
const struct term *query_split(const struct query *query);

/* Which rows of a query. */
struct rows_wanted {
    const struct uuid *id;    /* only the one with this id; or NULL */
    const struct match *only; /* of the term that the query is split by, only this value; or NULL */
    /* Beginnings of long words are found by shorter ones in the index, and the rest is compared
     * row by row: good where many rows match, since the index gives those one by one. */
    bool is_cut;
    /* The order's key, when the rows are to be read in that order whatever else is asked of them,
     * or NULL: SQLite decides. */
    const char *read_by;
};

/* Whether is_cut makes a difference. */
bool query_can_cut(const struct query *query);

/* The terms for which SQLite may take an index; NULL when there are none. */
const struct filter *query_narrowing(const struct query *query, struct arena *arena);

/* Adds " FROM … WHERE …" with everything that is asked of a row. With search words the index leads
 * and the rows follow its order. */
void query_add_rows(const struct query *query, struct rows_wanted wanted, struct arena *arena,
                    struct sql *sql);

/* The statement that a page begins with; tests ask SQLite for its plan. */
bool query_page_sql(struct store *store, const struct query *query, const struct query_place *place,
                    bool backwards, struct arena *arena, struct sql *sql, struct error *err);

#endif
