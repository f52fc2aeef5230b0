/* What the centre must hold: every operation, in the order in which the centre took them, done
 * again in memory by SYNC.md section 5 (Merge) alone. It takes from the centre's answers only what
 * was decided (a status, who won a contested field, a number that got a suffix), judges whether
 * that could be decided so, and works out the rows by itself. */
#ifndef TESTS_SYNC_ORACLE_H
#define TESTS_SYNC_ORACLE_H

#include "tests/sync/picture.h"

struct oracle;

/* Begins with what the centre holds; takes the picture over. The schema is borrowed. */
struct oracle *oracle_new(const struct schema *schema, json_t *start);
void oracle_free(struct oracle *oracle); /* NULL is allowed */
/* As it is now, to come back to when the centre is restored. */
struct oracle *oracle_copy(const struct oracle *oracle);

struct oracle_decision {
    const char *operation;
    const char *status, *reason;
    const json_t *result;  /* sync_apply()'s */
    const json_t *payload; /* as the store made it; NULL: it is no JSON */
    int64_t at;            /* when it was done, by a clock that is right */
    bool is_at_certain;    /* false: nobody knows how wrong that clock was then */
};
/* False: it can't have been decided so; `words` says why. Nothing has changed then. */
bool oracle_decide(struct oracle *oracle, const struct oracle_decision *decision,
                   struct buffer *words);

/* Another program wrote one field at the centre (`value` as in a picture; NULL: null). */
void oracle_write(struct oracle *oracle, const char *table, const char *id, const char *column,
                  const char *value, int64_t at);

/* Compares with what the centre holds; the number of differences. */
int oracle_differ(const struct oracle *oracle, const json_t *centre, struct buffer *words);

#endif
