/* Lists: the filter language, and pages of rows by keyset.
 *
 *   status:paid total>100 customer:"lee" placed:2011-03..2011-04 -country:france roller
 *
 * Terms are joined by "and". field:value compares a text by what it contains, a choice or id by
 * equality, a number or date by equality or a range a..b (either end may be missing); a,b,c means
 * any of them; > >= < <= compare; a minus negates; field:none finds what is empty; a bare word or
 * "quoted words" is searched in the source's index, by prefix and without accents. Dates may be
 * 2011, 2011-03, 2011-03-05, today, yesterday, this-week, last-week, this-month, last-month,
 * this-year, last-year, 7d (the last seven days). Quotes keep spaces and signs. */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include "model/schema.h"
#include "model/store.h"

struct query_field {
    const char *name;  /* in filters, headings and exports: "customer" */
    const char *label; /* "Customer" */
    const char *sql;   /* an expression over the source's FROM: "c.name" */
    enum column_type type;
    enum column_unit unit;
    const char *const *choices; /* NULL-terminated, or NULL */
    const char *help;           /* one line for completion */
    bool is_sortable; /* backed by an index (sql, id); `sql` is then NOT NULL or sorts as '' */
};

/* What can be listed: one for each domain list, and one made from the schema for any table. */
struct query_source {
    const char *name;   /* "orders" */
    const char *from;   /* "orders o LEFT JOIN customer_profiles c ON c.id = o.customer_id" */
    const char *id;     /* "o.id" */
    const char *where;  /* always true for a row of the list: "o.deleted_at IS NULL", or NULL */
    const char *search; /* "o.id IN (SELECT …match ?…)" with one parameter, or NULL: no index */
    const char *currency; /* "o.currency": the expression of the row's currency, or NULL */
    const struct query_field *fields;
    size_t field_count;
    const char *sort; /* the field a list is sorted by unless asked otherwise: "placed" */
    bool sort_descending;
};

/* The source of any table of the schema; made once and kept by the store. References are shown by
 * their titles, secrets are left out. */
const struct query_source *query_source_of_table(struct store *store, const struct table *table);
const struct query_field *query_field(const struct query_source *source, const char *name);

struct filter; /* a parsed filter; lives in the arena it was parsed into */

/* Where a filter is wrong, for pointing at the word. */
struct filter_mistake {
    size_t start, length; /* in bytes */
};

/* NULL with err and mistake filled when the text is no filter of this source. "" is a filter that
 * all rows pass. `env` gives today's date and the zone. */
const struct filter *filter_parse(const struct query_source *source, const char *text,
                                  const struct env *env, struct arena *arena,
                                  struct filter_mistake *mistake, struct error *err);

/* What could stand at the cursor: field names with their colon, then choices and date words. */
struct completion {
    size_t start;     /* where the word being completed begins */
    const char *text; /* what replaces it */
    const char *help; /* one line */
};
size_t filter_complete(const struct query_source *source, const char *text, size_t cursor,
                       struct arena *arena, struct completion *out, size_t limit);

/* One page. */
struct query {
    const struct query_source *source;
    const struct filter *filter; /* NULL: all rows */
    const char *sort;            /* a sortable field's name, or NULL: the source's own */
    bool descending;             /* with `sort` */
};

struct query_row {
    struct uuid id;
    struct value key;     /* of the sort field: with the id, the place in the list */
    const char *currency; /* "" where the source has none */
    struct value *values; /* one for each field asked for */
};

struct query_page {
    struct query_row *rows;
    size_t count;
    bool has_more; /* there are rows beyond the last one, in the direction asked */
};

/* Where a page starts: beyond this row. */
struct query_place {
    struct value key;
    struct uuid id;
};

/* Fetches up to `limit` rows after (or, `backwards`, before) `place` (NULL: from the start or the
 * end), always in the list's order. `fields` are the names wanted. In the arena. */
bool query_fetch(struct store *store, const struct query *query, const char *const *fields,
                 size_t field_count, const struct query_place *place, bool backwards, size_t limit,
                 struct arena *arena, struct query_page *out, struct error *err);
/* Finds the place of a row by its id: 1 it is in the list, 0 not, -1 failed. */
int query_place_of(struct store *store, const struct query *query, const struct uuid *id,
                   struct arena *arena, struct query_place *out, struct error *err);

enum { QUERY_COUNT_MAX = 10000 };
/* The number of rows, counted up to QUERY_COUNT_MAX + 1 ("10k+"). -1 on failure. */
int64_t query_count(struct store *store, const struct query *query, struct error *err);

/* Goes through all rows in the list's order; `row` returns false to stop. */
bool query_each(struct store *store, const struct query *query, const char *const *fields,
                size_t field_count, bool (*row)(void *context, const struct query_row *row),
                void *context, struct error *err);

#endif
