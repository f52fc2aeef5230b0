#include "model/shop/receipt_number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SERIES_SIZE = 48 }; /* a register's code has up to ten characters */

/* Where the numbers of a kind stand, and what tells its series from the register's others. */
static const struct series {
    const char *kind, *letter, *highest, *skip;
} all_series[] = {
#define SERIES(kind, letter, table, column)                                                        \
    {                                                                                              \
        kind, letter,                                                                              \
            "SELECT coalesce(max(CAST(substr(" column ", length(?1) + 1) AS INTEGER)), 0)"         \
            " FROM " table " WHERE " column " >= ?1 AND " column " < ?1 || ':'"                    \
            " AND tenant_id = ?2",                                                                 \
            "WITH RECURSIVE tried (number) AS (SELECT ?2 UNION ALL SELECT number + 1 FROM tried"   \
            " WHERE EXISTS (SELECT 1 FROM " table " AS t WHERE t." column                          \
            " = format('%s%06d', ?1, tried.number) AND t.tenant_id = ?3))"                         \
            " SELECT max(number) FROM tried"                                                       \
    }
    [NUMBER_ORDER] = SERIES("order", "", "orders", "order_number"),
    [RECEIPT_SALE] = SERIES("receipt", "S", "orders", "receipt_number"),
    [RECEIPT_RETURN] = SERIES("return", "R", "orders", "receipt_number"),
    [RECEIPT_INVOICE] = SERIES("invoice", "I", "invoices", "number"),
    [RECEIPT_CREDIT_NOTE] = SERIES("credit_note", "C", "invoices", "number"),
};

/* Of the documents whose number begins with the series, the highest number. Asked once for each
 * series: afterwards number_sequences knows the next one. */
static bool highest_number(struct store *store, const struct series *of, const char *series,
                           int64_t *highest, struct error *err)
{
    *highest = 0;
    return store_find_integer(store, highest, of->highest, err, "tu", series,
                              store_tenant(store)) >= 0;
}

/* Orders that no register made, those of the office and the command line, are a series too. */
static bool find_series(struct store *store, const struct uuid *register_id, const char *letter,
                        char series[SERIES_SIZE], struct error *err)
{
    snprintf(series, SERIES_SIZE, "A-%s", letter);
    if (uuid_is_zero(register_id))
        return true;
    struct statement *statement =
        store_prepare(store, "SELECT code FROM registers WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, register_id);
    int found = statement_step(statement, err);
    if (found == 1)
        snprintf(series, SERIES_SIZE, "%s-%s", statement_text(statement, 0), letter);
    else if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "The register of this terminal is gone; choose another");
    statement_done(statement);
    return found == 1;
}

/* The first number from `next` on that no document has: an import may have brought some. */
static bool skip_taken(struct store *store, const struct series *of, const char *series,
                       int64_t *next, struct error *err)
{
    return store_find_integer(store, next, of->skip, err, "tiu", series, *next,
                              store_tenant(store)) >= 0;
}

bool receipt_next_number(struct operation *operation, const struct uuid *register_id,
                         enum receipt_kind kind, char number[RECEIPT_NUMBER_SIZE],
                         struct error *err)
{
    struct store *store = operation_store(operation);
    const struct series *of = &all_series[kind];
    char series[SERIES_SIZE];
    if (!find_series(store, register_id, of->letter, series, err))
        return false;
    int64_t next = 0;
    int found = store_find_integer(store, &next,
                                   "SELECT next_number FROM number_sequences WHERE kind = ?1 "
                                   "AND series = ?2 AND tenant_id = ?3",
                                   err, "ttu", of->kind, series, store_tenant(store));
    if (found < 0 || (found == 0 && !highest_number(store, of, series, &next, err)))
        return false;
    if (found == 0)
        next++;
    if (!skip_taken(store, of, series, &next, err))
        return false;
    const struct uuid id = uuid_v7(store_env(store));
    if (!store_run(store,
                   "INSERT INTO number_sequences (id, tenant_id, series, kind, next_number) "
                   "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id, kind, series) "
                   "DO UPDATE SET next_number = excluded.next_number",
                   err, "uutti", &id, store_tenant(store), series, of->kind, next + 1))
        return false;
    int size = snprintf(number, RECEIPT_NUMBER_SIZE, "%s%06" PRId64, series, next);
    return size < RECEIPT_NUMBER_SIZE ||
           error_set(err, ERROR_RULE, "The numbers of the register are used up");
}
