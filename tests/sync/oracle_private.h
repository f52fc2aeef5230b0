/* Within the oracle: one operation as it is tried, and the merging of its fields. */
#ifndef TESTS_SYNC_ORACLE_PRIVATE_H
#define TESTS_SYNC_ORACLE_PRIVATE_H

#include "tests/sync/oracle.h"

struct oracle {
    const struct schema *schema;
    json_t *tables;
    json_t *times;    /* "<table>.<row>.<column>" → when it was last edited */
    json_t *statuses; /* operation → status */
    json_t *replaced; /* operation: sent again in another form, and taken */
    json_t *unknown;  /* rows that the centre set aside in whole tables */
};

/* One operation as it is judged: rows are worked out beside the tables, and put there at the end.
 */
struct trial {
    struct oracle *oracle;
    const struct oracle_decision *decision;
    json_t *rows; /* table → id → row, or null where it is gone */
    bool has_money;
    int hard; /* conflicts that no merge settles */
    int soft; /* those that somebody won */
    struct buffer *words;
    bool is_wrong;
};

void oracle_wrong(struct trial *trial, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *oracle_text(const json_t *object, const char *name); /* "" where there is none */
/* What the answer says of a field that was contested; NULL: nothing. */
const json_t *oracle_conflict(const struct trial *trial, const char *table, const char *id,
                              const char *column);

/* The columns of one unit: one column, or those under one CHECK. */
enum { UNIT_MAX = 32 };
struct unit {
    const struct table *table;
    const char *id;
    const json_t *here;
    const struct column *columns[UNIT_MAX];
    json_t *base[UNIT_MAX], *mine[UNIT_MAX];
    size_t count;
    bool is_changed, is_contested, is_same;
    const char *policy;
};

void unit_add(struct unit *unit, const struct column *column, const json_t *base,
              const json_t *mine);
void unit_done(struct unit *unit);
/* Writes into `row` what the unit becomes, and counts the conflicts. */
void unit_merge(struct trial *trial, const struct unit *unit, json_t *row);

#endif
