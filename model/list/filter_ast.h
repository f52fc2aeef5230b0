/* What a filter text means, between the parser (filter.c), its values (filter_value.c) and the SQL
 * made from it (query_sql.c). Private to these and to the list units. */
#ifndef MODEL_FILTER_AST_H
#define MODEL_FILTER_AST_H

#include "model/base/words.h"
#include "model/list/query.h"

enum comparison {
    COMPARE_IS,
    COMPARE_EXACT,
    COMPARE_ABOVE,
    COMPARE_FROM,
    COMPARE_BELOW,
    COMPARE_TO
};

/* Whole numbers from low to high, both included; low > high holds none. */
struct span {
    int64_t low, high;
};

/* An amount is compared in the minor units of the row's currency, so there is a span for each
 * number of decimals a currency can have (currencies.exponent). */
enum { DECIMALS_COUNT = 5 };
extern const int filter_decimals[DECIMALS_COUNT]; /* the usual two first */

enum match_kind {
    MATCH_EMPTY,    /* the field holds nothing */
    MATCH_CONTAINS, /* text in `from`, folded */
    MATCH_EQUAL,    /* `from` */
    MATCH_SPAN,     /* spans[0]; for an amount all of them */
    MATCH_BOUNDS,   /* between `from` and `to`; a null value is no bound */
    MATCH_REFERENCE /* the id in `reference`, by bounds like MATCH_BOUNDS */
};

struct match {
    enum match_kind kind;
    struct value from, to;
    bool is_from_open, is_to_open; /* the bound itself does not belong to it */
    struct span spans[DECIMALS_COUNT];
    struct match *next; /* any of them */
};

struct term {
    const struct query_field *field; /* NULL: words to search */
    bool is_negated;
    size_t start;          /* in the filter's text */
    struct match *matches; /* of a field, at least one */
    struct phrase phrase;  /* of words; its `match` is NULL where the source has no index */
    const char *folded;    /* of words: what a text must contain where there is no index */
};

struct filter {
    size_t term_count;
    struct term terms[FILTER_TERMS_MAX];
};

/* A value as it was typed. */
struct piece {
    const char *text; /* without its quotes */
    const char *high; /* what stands behind "..", or NULL: `text` then ends before it */
    bool is_quoted;
};

/* What parsing a value needs to know; `today` is a day number. */
struct value_context {
    int64_t today;
    const char *zone;
    struct arena *arena;
};

/* Adds what the piece stands for to *matches. The error says what would be right. */
bool match_parse(const struct query_field *field, enum comparison op, const struct piece *piece,
                 const struct value_context *context, struct match **matches, struct error *err);

/* Whether values of the field have an order, so that a..b is a range and not a text. */
bool field_has_ranges(const struct query_field *field);

/* The word of the list that `word` was probably meant to be; NULL when there is none or more than
 * one. The list ends with NULL. */
const char *word_suggest(const char *word, const char *const *list);
/* A typed word for an error sentence: on one line, and cut when it is long. */
const char *word_show(const char *word, struct arena *arena);

#endif
