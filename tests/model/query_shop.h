/* A small shop of random orders, with few values for each column, and lists of it that are read in
 * pages and by plain SQL. */
#ifndef TESTS_MODEL_QUERY_SHOP_H
#define TESTS_MODEL_QUERY_SHOP_H

#include "model/list/query.h"
#include "tests/model/scratch.h"

enum { ROWS = 45, CUSTOMERS = 4, IDS_MAX = 6000 };

struct query_shop {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    const struct query_source *orders, *currencies;
    struct uuid customers[CUSTOMERS];
    struct error err;
};

struct ids {
    struct uuid ids[IDS_MAX];
    size_t count;
};

/* cmocka's setup and teardown; *state is a struct query_shop. */
int query_shop_start(void **state);
int query_shop_end(void **state);

void query_shop_run(struct query_shop *shop, const char *sql);
const struct filter *query_shop_parse(struct query_shop *shop, const char *text);
/* The rows of a condition over o, c and d, by a statement that has nothing to do with the code
 * under test. */
struct ids query_shop_expected(struct query_shop *shop, const char *condition, const char *order);
/* All pages of a size, from one end to the other. */
struct ids query_shop_paged(struct query_shop *shop, const struct query *query, bool backwards,
                            size_t size);
void query_shop_assert_same(const struct ids *a, const struct ids *b, const char *what);

#endif
