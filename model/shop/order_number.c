#include "model/shop/order.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SERIES_SIZE = 48 }; /* a register's code has up to ten characters */

/* Of the documents whose number begins with the series, the highest number. Asked once for each
 * series: afterwards number_sequences knows the next one. */
static bool highest_number(struct store *store, const char *series, int64_t *highest,
                           struct error *err)
{
    *highest = 0;
    return store_find_integer(store, highest,
                              "SELECT coalesce(max(CAST(substr(order_number, length(?1) + 1) AS "
                              "INTEGER)), 0) FROM orders WHERE order_number >= ?1 "
                              "AND order_number < ?1 || ':' AND tenant_id = ?2",
                              err, "tu", series, store_tenant(store)) >= 0;
}

/* Orders that no register made, those of the office and the command line, are a series too. */
static bool find_series(struct store *store, const struct uuid *register_id,
                        char series[SERIES_SIZE], struct error *err)
{
    snprintf(series, SERIES_SIZE, "A-");
    if (uuid_is_zero(register_id))
        return true;
    struct statement *statement =
        store_prepare(store, "SELECT code FROM registers WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, register_id);
    int found = statement_step(statement, err);
    if (found == 1)
        snprintf(series, SERIES_SIZE, "%s-", statement_text(statement, 0));
    else if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "The register of this terminal is gone; choose another");
    statement_done(statement);
    return found == 1;
}

/* The first number from `next` on that no order has: an import may have brought some. */
static bool skip_taken(struct store *store, const char *series, int64_t *next, struct error *err)
{
    return store_find_integer(store, next,
                              "WITH RECURSIVE tried (number) AS (SELECT ?2 UNION ALL "
                              "SELECT number + 1 FROM tried WHERE EXISTS (SELECT 1 FROM orders "
                              "WHERE order_number = format('%s%06d', ?1, number) "
                              "AND tenant_id = ?3)) SELECT max(number) FROM tried",
                              err, "tiu", series, *next, store_tenant(store)) >= 0;
}

bool order_next_number(struct operation *operation, const struct uuid *register_id, char number[51],
                       struct error *err)
{
    struct store *store = operation_store(operation);
    char series[SERIES_SIZE];
    if (!find_series(store, register_id, series, err))
        return false;
    int64_t next = 0;
    int found = store_find_integer(store, &next,
                                   "SELECT next_number FROM number_sequences WHERE kind = 'order' "
                                   "AND series = ?1 AND tenant_id = ?2",
                                   err, "tu", series, store_tenant(store));
    if (found < 0 || (found == 0 && !highest_number(store, series, &next, err)))
        return false;
    if (found == 0)
        next++;
    if (!skip_taken(store, series, &next, err))
        return false;
    const struct uuid id = uuid_v7(store_env(store));
    if (!store_run(store,
                   "INSERT INTO number_sequences (id, tenant_id, series, kind, next_number) "
                   "VALUES (?1, ?2, ?3, 'order', ?4) ON CONFLICT (tenant_id, kind, series) "
                   "DO UPDATE SET next_number = excluded.next_number",
                   err, "uuti", &id, store_tenant(store), series, next + 1))
        return false;
    int size = snprintf(number, 51, "%s%06" PRId64, series, next);
    return size < 51 || error_set(err, ERROR_RULE, "The numbers of the register are used up");
}
