/* Lists: the filter language, and pages of rows by keyset.
 *
 *   status:paid total>100 customer:"lee" placed:2011-03..2011-04 -country:france roller
 *
 * Terms are joined by "and"; a minus negates one. What a term means depends on its field:
 *   text      name:lee contains, without accents and case; name=Lee is exactly that; > >= < <=
 *   choice    status:paid
 *   number    total:100 total>100 total:10..20 total:..20; amounts are in the row's own currency
 *   yes/no    active:yes
 *   date      2011 2011-03 2011-03-05 today yesterday tomorrow this-week last-week next-week
 *             this-month last-month next-month this-year last-year next-year 7d (the last seven
 *             days with today); of an instant also 2011-03-05T14:30; > is after all of it
 *   time      14 14:30 14:30:15
 *   reference customer:lee by the other row's title, customer:018f2a3b by its id
 *   id        in full, or at least its first eight hex digits
 * a,b,c means any of them; field:none finds what is empty. Quotes keep spaces, commas and signs
 * and turn words such as none into plain text; "" inside quotes is one quote. Any other word is
 * searched in the source's index, by the beginnings of words and without accents; a word of one
 * letter or digit only as a whole, because the index holds no shorter beginning than two. */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include "model/store/schema.h"
#include "model/store/store.h"

struct query_field {
    const char *name;  /* in filters, headings and exports: "customer" */
    const char *label; /* "Customer" */
    const char *sql;   /* an expression over the source's FROM: "c.name" */
    enum column_type type;
    enum column_unit unit;
    const char *const *choices; /* NULL-terminated, or NULL */
    const char *help;           /* one line for completion, or NULL: the label */
    const char *order;          /* what it is sorted by: "c.name_key"; NULL: `sql` */
    /* Whether an index (order, id) of the source's main table gives the order. Lists are sorted by
     * other fields too, but only up to QUERY_SORT_MAX rows: see there. */
    bool is_sortable;
    /* Whether no two rows have the same and none is empty, so that the order needs no id and an
     * index of the field alone gives it. */
    bool is_unique;
    const char *reference;       /* "o.customer_id" where `sql` is the title of another row */
    const struct column *column; /* the column behind it, or NULL when it is computed */
};

/* What can be listed: one for each domain list, and one made from the schema for any table. */
struct query_source {
    const char *name;  /* "orders" */
    const char *from;  /* "orders o LEFT JOIN customer_profiles c ON c.id = o.customer_id" */
    const char *id;    /* "o.id" */
    const char *where; /* always true for a row of the list: "o.deleted_at IS NULL", or NULL */
    /* The FTS5 table of the rows, "order_search", beside its "order_search_docs (doc, row_id,
     * words)"; NULL: words are looked for in all text fields, row by row. */
    const char *search;
    const char *currency; /* "o.currency": the expression of the row's currency, or NULL */
    const struct query_field *fields;
    size_t field_count;
    const char *sort; /* the field a list is sorted by unless asked otherwise: "placed" */
    bool sort_descending;
};

/* A source of any table of the schema, newest first, without the rows that are deleted softly.
 * References are shown by their titles, secrets and bytes are left out. It lives in the arena and
 * borrows from the store's schema. NULL on failure. */
const struct query_source *query_source_of_table(struct store *store, const struct table *table,
                                                 struct arena *arena, struct error *err);
/* The same with those rows too, and with the field "deleted". */
const struct query_source *query_source_with_deleted(struct store *store, const struct table *table,
                                                     struct arena *arena, struct error *err);
/* By its name, or by that of the column behind it ("total_cents"); NULL: there is none. */
const struct query_field *query_field(const struct query_source *source, const char *name);

struct filter; /* a parsed filter; lives in the arena it was parsed into */

enum { FILTER_BYTES_MAX = 4096, FILTER_TERMS_MAX = 64, FILTER_VALUES_MAX = 256 };

/* Where a filter is wrong, for pointing at the word. */
struct filter_mistake {
    size_t start, length; /* in bytes */
};

/* NULL with err and mistake filled when the text is no filter of this source; both may be NULL.
 * "" is a filter that all rows pass. `env` gives today's date and the zone. */
const struct filter *filter_parse(const struct query_source *source, const char *text,
                                  const struct env *env, struct arena *arena,
                                  struct filter_mistake *mistake, struct error *err);

/* Whether a filter can be asked of another source as well: it has fields of the same names for all
 * terms, and no word is to be searched. Filters are bound to their source: parse the text anew. */
bool filter_is_within(const struct filter *filter, const struct query_source *source);

/* The filter that looks for all these words in the index of a source that has one, whatever signs
 * they hold; a text of digits is one number. NULL when there is no letter or digit to look for. */
const struct filter *filter_of_words(const char *words, struct arena *arena);

/* What could stand at the cursor: field names with their colon, then choices and date words. */
struct completion {
    size_t start;     /* where the word being completed begins; it ends at the cursor */
    const char *text; /* what replaces it */
    const char *help; /* one line */
};
size_t filter_complete(const struct query_source *source, const char *text, size_t cursor,
                       struct arena *arena, struct completion *out, size_t limit);

/* Rows are in the order of the sort field and, where that is equal, of the id, both ascending or
 * both descending; an empty field comes before all others. A filter with words to search in the
 * index is in the order of the index, newest first, unless a sort is asked for: so a page costs
 * the same however many rows match (ranking reads all of them: 28 ms instead of 0.07). */
struct query {
    const struct query_source *source;
    const struct filter *filter; /* NULL: all rows */
    const char *sort;            /* a field's name, or NULL: the order described above */
    bool descending;             /* with `sort` */
};

/* Whether the order is that of the search index, for the mark in a list's heading. */
bool query_is_by_search(const struct query *query);

/* An order without an index sorts all rows again for each page. Ten thousand take some 10 ms; a
 * million would take seconds and all memory, so beyond this a page is refused (ERROR_RULE) with
 * the advice to narrow the filter. query_each() sorts once and has no such limit. */
enum { QUERY_SORT_MAX = 10000 };

struct query_row {
    struct uuid id;
    struct value key;     /* of the order: with the id, the place in the list */
    const char *currency; /* "" where the source has none */
    struct value *values; /* one for each field asked for */
};

struct query_page {
    struct query_row *rows;
    size_t count;
    bool has_more; /* there are rows beyond the last one, in the direction asked */
};

/* Where a page starts: beyond this row. Good only for queries of the same order. */
struct query_place {
    struct value key;
    struct uuid id;
};

/* Fetches up to `limit` rows after (or, `backwards`, before) `place` (NULL: from the start or the
 * end), always in the list's order. `fields` are the names wanted. In the arena. A search that has
 * to test many rows can be stopped by store_interrupt(): ERROR_STOPPED. */
bool query_fetch(struct store *store, const struct query *query, const char *const *fields,
                 size_t field_count, const struct query_place *place, bool backwards, size_t limit,
                 struct arena *arena, struct query_page *out, struct error *err);
/* Finds the place of a row by its id: 1 it is in the list, 0 not, -1 failed. */
int query_place_of(struct store *store, const struct query *query, const struct uuid *id,
                   struct arena *arena, struct query_place *out, struct error *err);

enum { QUERY_COUNT_MAX = 10000 };
/* The number of rows, counted up to QUERY_COUNT_MAX + 1 ("10k+"). -1 on failure. */
int64_t query_count(struct store *store, const struct query *query, struct error *err);

/* Goes through all rows in the list's order, one at a time; `row` returns false to stop. The row
 * is gone when `row` returns, which may not write to the store. */
bool query_each(struct store *store, const struct query *query, const char *const *fields,
                size_t field_count, bool (*row)(void *context, const struct query_row *row),
                void *context, struct error *err);

#endif
