/* Goods on their way: sent, arrived, lost and brought back. */
#include "model/base/memory.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/stock/transfer_parts.h"

#include <string.h>

static bool is_draft_work(const char *kind)
{
    return strcmp(kind, "transfer.edit") == 0;
}

static bool load(struct transfer_work *work, struct store *store, const struct uuid *id,
                 const char *status, struct error *err)
{
    int found = transfer_load(store, id, work->arena, &work->transfer, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This transfer is no longer there");
    if (found < 0)
        return false;
    if (status != NULL && strcmp(work->transfer.status, status) != 0)
        return error_set(err, ERROR_RULE, "Transfer %s is %s; this can be done while it is %s",
                         work->transfer.number, work->transfer.status, status);
    int count = transfer_lines(store, &work->transfer, work->arena, &work->lines, err);
    work->count = count > 0 ? (size_t)count : 0;
    return count >= 0;
}

bool transfer_work_begin(struct transfer_work *work, struct store *store, const struct actor *actor,
                         const struct uuid *id, const char *kind, const char *status,
                         struct error *err)
{
    *work = (struct transfer_work){.arena = arena_new()};
    bool is_good = actor_may(store, actor, "inventory.transfer", err) &&
                   (is_draft_work(kind) || (actor_may(store, actor, "inventory.edit", err) &&
                                            transfer_transit(store, &work->transit, err))) &&
                   load(work, store, id, status, err);
    if (is_good)
        work->operation = operation_begin(store, kind, actor, err);
    if (work->operation != NULL) {
        operation_set_subject(work->operation, "stock_transfers", id);
        return true;
    }
    arena_free(work->arena);
    return false;
}

bool transfer_work_done(struct transfer_work *work, bool is_done, struct error *err)
{
    if (is_done)
        is_done = operation_commit(work->operation, err);
    else
        operation_cancel(work->operation);
    arena_free(work->arena);
    return is_done;
}

bool transfer_transit(struct store *store, struct uuid *location, struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT id FROM locations WHERE kind = 'transit' AND deleted_at IS NULL "
                      "ORDER BY id LIMIT 1",
                      err);
    if (statement == NULL)
        return false;
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, location);
    statement_done(statement);
    return found == 1 ||
           (found == 0 && error_set(err, ERROR_RULE,
                                    "The shop has no place for goods on their way; make a location "
                                    "of the kind transit in the records of locations"));
}

bool transfer_set_status(struct transfer_work *work, const char *status, struct error *err)
{
    const bool is_sent = strcmp(status, "sent") == 0 && strcmp(work->transfer.status, "draft") == 0;
    const bool is_received = strcmp(status, "received") == 0;
    const struct uuid *person = &operation_actor(work->operation)->user_id;
    const struct change changes[] = {
        {.column = "status", .value = value_text(status)},
        {.column = is_sent ? "sent_by_id" : "received_by_id", .value = value_uuid_or_null(person)},
        {.column = is_sent ? "sent_at" : "received_at",
         .value = value_integer(operation_time(work->operation))},
    };
    return record_update(work->operation, "stock_transfers", &work->transfer.id, changes,
                         is_sent || is_received ? 3 : 1, err);
}

/* How many movements the transfer has of the goods at the place. */
static bool known_at(struct store *store, const struct uuid *transfer, const struct uuid *variant,
                     const struct uuid *location, int64_t *known, struct error *err)
{
    return store_find_integer(store, known,
                              "SELECT count(*) FROM stock_movements WHERE reference_id = ?1 "
                              "AND variant_id = ?2 AND location_id = ?3",
                              err, "uuu", transfer, variant, location) >= 0;
}

static bool move(struct transfer_work *work, const struct transfer_line *line,
                 const struct uuid *location, int64_t milli, const char *reason, const char *note,
                 struct error *err)
{
    struct store *store = operation_store(work->operation);
    struct stock_movement movement = {.variant_id = line->variant_id,
                                      .location_id = *location,
                                      .quantity_milli = milli,
                                      .reason = reason,
                                      .reference_table = "stock_transfers",
                                      .reference_id = work->transfer.id,
                                      .note = note};
    int64_t known = 0;
    if (!known_at(store, &work->transfer.id, &line->variant_id, location, &known, err))
        return false;
    movement.id = stock_answer_id(store, "transfer", &line->id, location, known);
    return stock_write(work->operation, &movement, err);
}

bool transfer_carry(struct transfer_work *work, const struct transfer_line *line,
                    const struct uuid *from, const struct uuid *to, int64_t milli,
                    struct error *err)
{
    const char *number = work->transfer.number;
    return milli == 0 || (move(work, line, from, -milli, "transfer", number, err) &&
                          move(work, line, to, milli, "transfer", number, err));
}

bool transfer_send(struct store *store, const struct actor *actor, const struct uuid *id,
                   struct error *err)
{
    struct transfer_work work;
    if (!transfer_work_begin(&work, store, actor, id, "transfer.send", "draft", err))
        return false;
    operation_describe(work.operation, "transfer %s sent to %s", work.transfer.number,
                       work.transfer.to);
    bool is_done =
        work.count > 0 || error_set(err, ERROR_RULE, "Transfer %s has no goods yet; scan what goes",
                                    work.transfer.number);
    for (size_t i = 0; is_done && i < work.count; i++)
        is_done = transfer_carry(&work, &work.lines[i], &work.transfer.from_id, &work.transit,
                                 work.lines[i].sent_milli, err);
    is_done = is_done && transfer_set_status(&work, "sent", err);
    return transfer_work_done(&work, is_done, err);
}

/* The lines are what arrived and what for, once the transfer is over. */
static bool finish(struct transfer_work *work, const char *reason, struct error *err)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct transfer_line *line = &work->lines[i];
        const bool differs = line->received_milli != line->sent_milli;
        const struct change changes[] = {
            {.column = "received_milli", .value = value_integer(line->received_milli)},
            {.column = "difference_reason", .value = value_text(differs ? reason : NULL)},
        };
        if (!record_update(work->operation, "stock_transfer_lines", &line->id, changes, 2, err))
            return false;
    }
    return transfer_set_status(work, "received", err);
}

static bool is_complete(const struct transfer_work *work)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->lines[i].received_milli != work->lines[i].sent_milli)
            return false;
    return true;
}

static bool take_in(struct transfer_work *work, const struct transfer_entry *entry,
                    struct error *err)
{
    if (entry->quantity_milli <= 0 || entry->quantity_milli > STOCK_QUANTITY_MAX)
        return error_set_field(err, ERROR_INPUT, "quantity", "Type how many arrived, such as 12");
    for (size_t i = 0; i < work->count; i++) {
        struct transfer_line *line = &work->lines[i];
        if (!uuid_equal(&line->variant_id, &entry->variant_id))
            continue;
        line->received_milli += entry->quantity_milli;
        return transfer_carry(work, line, &work->transit, &work->transfer.to_id,
                              entry->quantity_milli, err);
    }
    return error_set(err, ERROR_RULE,
                     "These goods are not in transfer %s; receive them on their own",
                     work->transfer.number);
}

bool transfer_receive(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct transfer_entry *entries, size_t count, struct error *err)
{
    struct transfer_work work;
    if (count == 0)
        return error_set(err, ERROR_INPUT, "Nothing has arrived yet; scan what did");
    if (!transfer_work_begin(&work, store, actor, id, "transfer.receive", "sent", err))
        return false;
    operation_describe(work.operation, "transfer %s: %zu line%s arrived", work.transfer.number,
                       count, count == 1 ? "" : "s");
    bool is_done = true;
    for (size_t i = 0; is_done && i < count; i++)
        is_done = take_in(&work, &entries[i], err);
    if (is_done && is_complete(&work))
        is_done = finish(&work, NULL, err);
    return transfer_work_done(&work, is_done, err);
}

bool transfer_close(struct store *store, const struct actor *actor, const struct uuid *id,
                    const char *reason, struct error *err)
{
    struct transfer_work work;
    if (!transfer_work_begin(&work, store, actor, id, "transfer.close", "sent", err))
        return false;
    operation_describe(work.operation, "transfer %s closed", work.transfer.number);
    bool is_done = is_complete(&work) || (reason != NULL && !text_is_blank(reason)) ||
                   error_set_field(err, ERROR_INPUT, "reason",
                                   "Say why not all of it arrived, such as: broken on the way");
    for (size_t i = 0; is_done && i < work.count; i++) {
        const struct transfer_line *line = &work.lines[i];
        const int64_t rest = line->sent_milli - line->received_milli;
        is_done = rest == 0 || move(&work, line, &work.transit, -rest,
                                    rest > 0 ? "damage" : "adjust", reason, err);
    }
    is_done = is_done && finish(&work, reason, err);
    return transfer_work_done(&work, is_done, err);
}

static bool bring_back(struct transfer_work *work, struct error *err)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct transfer_line *line = &work->lines[i];
        if (!transfer_carry(work, line, &work->transit, &work->transfer.from_id,
                            line->sent_milli - line->received_milli, err))
            return false;
    }
    return transfer_set_status(work, "cancelled", err);
}

bool transfer_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                     struct error *err)
{
    struct transfer_work work;
    if (!transfer_work_begin(&work, store, actor, id, "transfer.cancel", NULL, err))
        return false;
    operation_describe(work.operation, "transfer %s cancelled", work.transfer.number);
    bool is_done = false;
    if (strcmp(work.transfer.status, "draft") == 0)
        is_done = transfer_set_status(&work, "cancelled", err);
    else if (strcmp(work.transfer.status, "sent") == 0)
        is_done = bring_back(&work, err);
    else
        error_set(err, ERROR_RULE, "Transfer %s is %s already", work.transfer.number,
                  work.transfer.status);
    return transfer_work_done(&work, is_done, err);
}

/* Sending is taken back by bringing back what has not arrived. */
bool transfer_counter_send(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err)
{
    struct uuid transfer;
    struct transfer_work work;
    if (!operation_row(store, operation, "stock_transfers", &transfer, err) ||
        !transfer_work_begin(&work, store, actor, &transfer, "transfer.send", "sent", err))
        return false;
    operation_set_undoes(work.operation, operation);
    operation_describe(work.operation, "transfer %s brought back", work.transfer.number);
    *id = *operation_id(work.operation);
    return transfer_work_done(&work, bring_back(&work, err), err);
}

static bool find_moved(struct store *store, const struct uuid *operation, struct uuid *transfer,
                       struct error *err)
{
    struct uuid movement;
    if (!operation_row(store, operation, "stock_movements", &movement, err))
        return false;
    struct arena *arena = arena_new();
    struct record row;
    const struct table *table = schema_table(store_schema(store), "stock_movements");
    bool is_found = record_get(store, table, &movement, arena, &row, err) == 1 &&
                    value_as_uuid(record_value(&row, "reference_id"), transfer);
    arena_free(arena);
    return is_found || error_set(err, ERROR_NOT_FOUND, "What it moved is no longer in the store");
}

/* Taken back, a receipt that completed the transfer, or what closed it, leaves it on its way. */
bool transfer_counter_arrival(struct store *store, const struct actor *actor,
                              const struct uuid *operation, struct uuid *id, struct error *err)
{
    struct uuid transfer;
    struct transfer_work work;
    if (!find_moved(store, operation, &transfer, err) ||
        !transfer_work_begin(&work, store, actor, &transfer, "transfer.receive", NULL, err))
        return false;
    operation_describe(work.operation, "arrival of transfer %s taken back", work.transfer.number);
    *id = *operation_id(work.operation);
    bool is_done = strcmp(work.transfer.status, "cancelled") != 0 ||
                   error_set(err, ERROR_RULE, "Transfer %s is cancelled; send the goods anew",
                             work.transfer.number);
    is_done =
        is_done && stock_take_back(work.operation, operation, err) >= 0 &&
        (strcmp(work.transfer.status, "received") != 0 || transfer_set_status(&work, "sent", err));
    return transfer_work_done(&work, is_done, err);
}
