#include "model/stock/stock_number.h"

#include <inttypes.h>
#include <stdio.h>

enum { BEGINNING_SIZE = 32 };

static bool find_beginning(struct store *store, const struct uuid *till,
                           const struct stock_series *series, char out[BEGINNING_SIZE],
                           struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT code FROM registers WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, till);
    int step = statement_step(statement, err);
    snprintf(out, BEGINNING_SIZE, "%s-%s-", series->letter,
             step == 1 ? statement_text(statement, 0) : "A");
    statement_done(statement);
    return step >= 0;
}

/* The highest there is, too: another program of the office may have come by the same series. */
static bool find_highest(struct store *store, const struct stock_series *series,
                         const char *beginning, int64_t *highest, struct error *err)
{
    struct arena *arena = arena_new();
    const char *sql = arena_format(
        arena,
        "SELECT max(coalesce((SELECT next_number - 1 FROM number_sequences WHERE kind = ?3 AND "
        "series = ?1 AND tenant_id = ?2), 0), coalesce((SELECT max(CAST(substr(number, "
        "length(?1) + 1) AS INTEGER)) FROM %s WHERE number >= ?1 AND number < ?1 || ':' "
        "AND tenant_id = ?2), 0))",
        series->table);
    bool is_done = store_find_integer(store, highest, sql, err, "tut", beginning,
                                      store_tenant(store), series->kind) >= 0;
    arena_free(arena);
    return is_done;
}

bool stock_number_next(struct operation *operation, const struct stock_series *series,
                       char number[STOCK_NUMBER_SIZE], struct error *err)
{
    struct store *store = operation_store(operation);
    char beginning[BEGINNING_SIZE];
    int64_t highest = 0;
    const struct uuid id = uuid_v7(store_env(store));
    if (!find_beginning(store, &operation_actor(operation)->register_id, series, beginning, err) ||
        !find_highest(store, series, beginning, &highest, err))
        return false;
    int size = snprintf(number, STOCK_NUMBER_SIZE, "%s%06" PRId64, beginning, highest + 1);
    if (size >= STOCK_NUMBER_SIZE)
        return error_set(err, ERROR_RULE, "The numbers of the register are used up");
    return store_run(store,
                     "INSERT INTO number_sequences (id, tenant_id, series, kind, next_number) "
                     "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id, kind, series) "
                     "DO UPDATE SET next_number = excluded.next_number",
                     err, "uutti", &id, store_tenant(store), beginning, series->kind, highest + 2);
}
