/* The schema as the store's own file tells it, so that a column is written down once, in its
 * migration. Read when the store is opened; everything here is borrowed from the store. */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include "model/base/error.h"
#include "model/base/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_type {
    COLUMN_UUID,
    COLUMN_TEXT, /* TEXT, VARCHAR(n), CHAR(n) */
    COLUMN_INTEGER,
    COLUMN_BOOLEAN,
    COLUMN_INSTANT,
    COLUMN_DATE,
    COLUMN_TIME,
    COLUMN_JSON,
    COLUMN_BYTES,
};

/* What the last part of a column's name says about its unit (SCHEMA.md, "Rules"). */
enum column_unit {
    UNIT_NONE,
    UNIT_CENTS,        /* *_cents: minor units of the row's currency */
    UNIT_MILLI,        /* *_milli: thousandths of a piece, metre or kilogram */
    UNIT_BASIS_POINTS, /* *_bp: hundredths of a percent */
};

/* Keys for comparison are written by the model when their column is (SCHEMA.md): nobody else. */
enum column_key {
    KEY_NONE,
    KEY_FOLDED, /* name_key: text_fold() of name */
    KEY_DIGITS, /* phone_digits: text_digits() of phone */
};

enum on_delete { ON_DELETE_PROTECT, ON_DELETE_CLEAR, ON_DELETE_PARTS };
enum table_scope {
    SCOPE_TENANT,
    SCOPE_LOCATION,
    SCOPE_CHANNEL,
    SCOPE_USER,
    SCOPE_CENTRAL,
    SCOPE_LOCAL
};
enum table_merge { MERGE_FIELDS, MERGE_APPEND, MERGE_TENTATIVE };

struct table;

struct column {
    const char *name;  /* "customer_id" */
    const char *label; /* "Customer" */
    enum column_type type;
    enum column_unit unit;
    int length;               /* of VARCHAR(n) and CHAR(n), in characters; 0: no limit */
    int length_min;           /* by its CHECK, in characters */
    int64_t minimum, maximum; /* of integers, by type, unit and CHECK */
    bool is_required;         /* NOT NULL and no default */
    bool is_nullable;
    bool is_system;      /* id, tenant_id, row_version, created_at, updated_at, deleted_at */
    bool is_secret;      /* never shown, exported or searched */
    bool is_sealed;      /* a secret that only the worker can open; the row's key_id says how */
    enum column_key key; /* how the model writes it from `source` */
    int source;          /* the column that a key follows, or -1 */
    const struct table *reference; /* NULL: refers to nothing */
    enum on_delete on_delete;
    const char *policy;         /* of merging: "latest", "strict", "moves", "keys", "max", "set" */
    const char *group;          /* columns under one CHECK, or NULL */
    const char *const *choices; /* the values of CHECK (… IN (…)), NULL-terminated, or NULL */
};

struct table {
    const char *name;             /* "order_items" */
    const char *label;            /* "Order items" */
    const struct column *columns; /* in the file's order */
    size_t column_count;
    size_t index; /* its place in the schema */
    int rank;     /* parents before children */
    enum table_scope scope;
    enum table_merge merge;
    bool travels;         /* its changes are captured and sent */
    bool has_soft_delete; /* deleted_at */
    int title;            /* the column that names a row for a person, or -1 */
    const char *right_insert, *right_update, *right_delete; /* NULL: nobody by hand */
};

struct schema {
    const struct table *tables;
    size_t table_count;
};

const struct table *schema_table(const struct schema *schema, const char *name); /* or NULL */
const struct column *table_column(const struct table *table, const char *name);  /* or NULL */
int table_column_index(const struct table *table, const char *name);             /* or -1 */

/* Whether status_moves lets `column` of the table go from one value to another; the same value is
 * always allowed, and so is every move of a column that has no moves. */
bool schema_move_allowed(const struct schema *schema, const struct table *table, const char *column,
                         const char *from, const char *to);

/* Reads what a person typed into a value of the column: "12.50" for cents of `currency` (may be
 * NULL: two decimals), "yes", "2026-11-20 14:00" in `zone`, a word of `choices`, an e-mail address.
 * An empty text is null, or an empty text where a text column takes no null. Checked by
 * column_check(), but for null. The error names the column and says what is expected. */
bool column_parse(const struct column *column, const char *text, const char *currency,
                  const char *zone, struct arena *arena, struct value *out, struct error *err);
/* The text for a person; it parses back to the same value. Secrets come out as "(hidden)". */
const char *column_format(const struct column *column, struct value value, const char *currency,
                          const char *zone, struct arena *arena);
/* Type, length, UTF-8, NUL bytes, choices, NOT NULL: what the centre would refuse later. */
bool column_check(const struct column *column, struct value value, struct error *err);

#endif
