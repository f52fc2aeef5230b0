#include "model/import/import.h"
#include "model/operation/journal.h"
#include "model/operation/record.h"
#include "model/operation/withdraw.h"

static bool take_back(struct operation *undo, const struct journal_undo *done, struct error *err);

const struct operation_kind import_kinds[] = {
    {.name = "import.orders", .label = "import", .undo = UNDO_WITHDRAW, .withdraw = take_back},
};
const size_t import_kind_count = sizeof import_kinds / sizeof import_kinds[0];

static bool move_one_back(struct operation *undo, struct statement *row, struct error *err)
{
    const struct change changes[] = {
        {.column = "variant_id", .value = statement_value(row, 0)},
        {.column = "location_id", .value = statement_value(row, 1)},
        {.column = "quantity_milli", .value = value_integer(-statement_integer(row, 2))},
        {.column = "reason", .value = value_text("adjust")},
        {.column = "note", .value = value_text("import taken back")},
        {.column = "actor_id", .value = statement_value(row, 3)},
        {.column = "business_day", .value = statement_value(row, 4)},
        {.column = "occurred_at", .value = statement_value(row, 5)},
    };
    return record_insert(undo, "stock_movements", changes, sizeof changes / sizeof changes[0], NULL,
                         err);
}

/* Movements stay, as history does; others take them back, as of the same day. The + keeps SQLite
 * from looking at every movement that there ever was, by the table's name. */
static bool move_back(struct operation *undo, int64_t seq, struct error *err)
{
    struct statement *rows =
        store_prepare(operation_store(undo),
                      "SELECT m.variant_id, m.location_id, m.quantity_milli, m.actor_id,"
                      " m.business_day, m.occurred_at FROM journal_rows r"
                      " JOIN stock_movements m ON m.id = r.row_id"
                      " WHERE r.seq = ?1 AND +r.table_name = 'stock_movements'",
                      err);
    if (rows == NULL)
        return false;
    statement_bind_integer(rows, 1, seq);
    int state;
    bool is_done = true;
    while (is_done && (state = statement_step(rows, err)) != 0)
        is_done = state > 0 && move_one_back(undo, rows, err);
    statement_done(rows);
    return is_done;
}

/* 1 when the operation has rows that are no history, for withdraw() refuses one that has none. */
static int has_more(struct store *store, int64_t seq, struct error *err)
{
    int64_t found;
    return store_find_integer(store, &found,
                              "SELECT 1 FROM journal_rows r JOIN sync_tables t"
                              " ON t.name = r.table_name WHERE r.seq = ?1 AND t.merge <> 'append'"
                              " LIMIT 1",
                              err, "i", seq);
}

/* The lines may come again. Orders are remembered: their numbers are taken, so they come back as
 * the orders they were (import_order.c). */
static bool forget(struct store *store, int64_t seq, struct error *err)
{
    return store_run(store,
                     "DELETE FROM import_map WHERE rowid IN (SELECT m.rowid FROM journal_rows r"
                     " JOIN import_map m ON m.table_name = r.table_name AND m.row_id = r.row_id"
                     " WHERE r.seq = ?1 AND r.table_name <> 'orders')",
                     err, "i", seq);
}

static bool take_back(struct operation *undo, const struct journal_undo *done, struct error *err)
{
    struct store *store = operation_store(undo);
    int more = has_more(store, done->seq, err);
    return more >= 0 && move_back(undo, done->seq, err) &&
           (more == 0 || withdraw(undo, done, err)) && forget(store, done->seq, err);
}
