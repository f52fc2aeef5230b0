/* What a count books, what comes to light later, and how both are taken back. */
#include "model/base/instant.h"
#include "model/operation/record.h"
#include "model/stock/count_parts.h"

#include <stdlib.h>
#include <string.h>

/* See model/stock/count.h on the id of a correction. */
static bool book(struct operation *operation, const struct count *count,
                 const struct count_line *line, struct error *err)
{
    struct store *store = operation_store(operation);
    struct stock_movement movement = {.variant_id = line->variant_id,
                                      .location_id = count->location_id,
                                      .quantity_milli = line->counted_milli - line->expected_milli,
                                      .reason = "count",
                                      .reference_table = "stock_counts",
                                      .reference_id = count->id,
                                      .note = count->number,
                                      .occurred_at = line->counted_at};
    int64_t known = 0;
    if (movement.quantity_milli == 0)
        return true;
    if (store_find_integer(store, &known,
                           "SELECT count(*) FROM stock_movements WHERE variant_id = ?1 "
                           "AND location_id = ?2 AND reference_table = 'stock_counts'",
                           err, "uu", &line->variant_id, &count->location_id) < 0)
        return false;
    movement.id = stock_answer_id(store, "count", &line->variant_id, &count->location_id, known);
    return stock_write(operation, &movement, err);
}

static bool set_closed(struct operation *operation, const struct uuid *count, struct error *err)
{
    const struct change changes[] = {
        {.column = "status", .value = value_text("closed")},
        {.column = "closed_by_id",
         .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
        {.column = "closed_at", .value = value_integer(operation_time(operation))},
    };
    return record_update(operation, "stock_counts", count, changes, 3, err);
}

struct closing {
    const struct count *count;
    const char *sheet;
    struct uuid group;
    bool is_rest_none;
};

/* What nobody found is counted as none, now. */
static bool book_line(struct operation *operation, const struct closing *closing,
                      struct count_line line, struct error *err)
{
    const struct count_entry none = {.variant_id = line.variant_id};
    if (!line.is_counted && !closing->is_rest_none)
        return true;
    if (!line.is_counted) {
        line.counted_at = operation_time(operation);
        if (!count_write_line(operation, &closing->count->id, NULL, closing->sheet, &none, err))
            return false;
    }
    return book(operation, closing->count, &line, err);
}

static bool close_part(struct store *store, const struct actor *actor,
                       const struct closing *closing, const struct count_line *lines, size_t count,
                       bool is_last, struct error *err)
{
    struct operation *operation = operation_begin(store, "count.close", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "count %s closed", closing->count->number);
    operation_set_subject(operation, "stock_counts", &closing->count->id);
    operation_set_group(operation, &closing->group);
    bool is_done = true;
    for (size_t i = 0; is_done && i < count; i++)
        is_done = book_line(operation, closing, lines[i], err);
    if (is_done && is_last)
        is_done = set_closed(operation, &closing->count->id, err);
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool may_book(struct store *store, const struct actor *actor, struct error *err)
{
    return actor_may(store, actor, "inventory.count", err) &&
           actor_may(store, actor, "inventory.edit", err);
}

/* Where it is more than one operation, the last one closes the count: if the program ends before,
 * closing it again finds the goods that are booked already without a difference. */
bool count_close(struct store *store, const struct actor *actor, const struct uuid *id,
                 bool is_rest_none, struct error *err)
{
    struct arena *arena = arena_new();
    struct count count;
    struct count_line *lines = NULL;
    bool is_done = may_book(store, actor, err) && count_load_open(store, id, arena, &count, err);
    int found = is_done ? count_lines(store, &count, arena, &lines, err) : -1;
    const struct closing closing = {.count = &count,
                                    .sheet = count_sheet(store, arena),
                                    .group = uuid_v7(store_env(store)),
                                    .is_rest_none = is_rest_none};
    is_done = found >= 0;
    size_t at = 0;
    while (is_done) {
        const size_t left = (size_t)found - at;
        const size_t part = left < COUNT_LINES_OF_ONE ? left : COUNT_LINES_OF_ONE;
        is_done = close_part(store, actor, &closing, lines + at, part, part == left, err);
        if (part == left)
            break;
        at += part;
    }
    arena_free(arena);
    return is_done;
}

/* Only the last count of goods at a place says how many there are. */
static bool is_last(struct store *store, const struct count *count, const struct count_line *line,
                    bool *out, struct error *err)
{
    int64_t one;
    int found = store_find_integer(
        store, &one,
        "SELECT 1 FROM stock_count_lines l JOIN stock_counts c ON c.id = l.stock_count_id "
        "WHERE l.variant_id = ?1 AND c.location_id = ?2 AND c.status = 'closed' "
        "AND c.id <> ?3 AND l.counted_at > ?4 LIMIT 1",
        err, "uuui", &line->variant_id, &count->location_id, &count->id, line->counted_at);
    *out = found == 0;
    return found >= 0;
}

static int settle_one(struct operation *operation, const struct uuid *id, struct error *err)
{
    struct store *store = operation_store(operation);
    struct arena *arena = arena_new();
    struct count count;
    struct count_line *lines = NULL;
    int booked = 0;
    bool is_done = count_load(store, id, arena, &count, err) == 1;
    int found = is_done ? count_found(store, &count, arena, &lines, err) : -1;
    is_done = found >= 0;
    for (int i = 0; is_done && i < found; i++) {
        bool holds = false;
        if (lines[i].counted_milli == lines[i].expected_milli)
            continue;
        is_done = is_last(store, &count, &lines[i], &holds, err) &&
                  (!holds || book(operation, &count, &lines[i], err));
        booked += holds;
    }
    arena_free(arena);
    return is_done ? booked : -1;
}

/* The counts, the oldest first, in the arena. */
static int closed_since(struct store *store, int64_t since, struct arena *arena, struct uuid **out,
                        struct error *err)
{
    enum { MOST = 1000 };
    struct statement *statement = store_prepare(
        store,
        "SELECT id FROM stock_counts WHERE status = 'closed' AND closed_at >= ?1 ORDER BY "
        "closed_at, id LIMIT ?2",
        err);
    if (statement == NULL)
        return -1;
    statement_bind_integer(statement, 1, since);
    statement_bind_integer(statement, 2, MOST);
    *out = arena_alloc(arena, MOST * sizeof **out);
    int count = 0, step;
    while ((step = statement_step(statement, err)) == 1)
        statement_uuid(statement, 0, &(*out)[count++]);
    statement_done(statement);
    return step < 0 ? -1 : count;
}

static int settle_all(struct operation *operation, const struct uuid *ids, int count,
                      struct error *err)
{
    int booked = 0;
    for (int i = 0; booked >= 0 && i < count; i++) {
        int more = settle_one(operation, &ids[i], err);
        booked = more < 0 ? -1 : booked + more;
    }
    return booked;
}

int count_settle(struct store *store, const struct actor *actor, struct error *err)
{
    const int64_t since =
        env_now(store_env(store)) - (int64_t)COUNT_SETTLE_DAYS * 24 * 3600 * 1000000;
    struct arena *arena = arena_new();
    struct uuid *ids = NULL;
    struct operation *operation = NULL;
    int booked = -1;
    bool is_program = uuid_is_zero(&actor->user_id);
    bool may = is_program || may_book(store, actor, err);
    int count = may ? closed_since(store, since, arena, &ids, err) : -1;
    if (count == 0)
        booked = 0;
    if (count > 0)
        operation = operation_begin(store, "count.settle", actor, err);
    if (operation != NULL)
        booked = settle_all(operation, ids, count, err);
    if (booked > 0) {
        operation_describe(operation, "%d later correction%s of counts", booked,
                           booked == 1 ? "" : "s");
        booked = operation_commit(operation, err) ? booked : -1;
    } else {
        operation_cancel(operation);
    }
    arena_free(arena);
    return booked;
}

/* A count that the operation closed is open again. */
static bool reopen(struct operation *undo, const struct operation_change *changes, int count,
                   struct error *err)
{
    const struct change back[] = {
        {.column = "status", .value = value_text("open")},
        {.column = "closed_by_id", .value = value_null()},
        {.column = "closed_at", .value = value_null()},
    };
    for (int i = 0; i < count; i++)
        if (strcmp(changes[i].table_name, "stock_counts") == 0)
            return record_update(undo, "stock_counts", &changes[i].id, back, 3, err);
    return true;
}

static bool take_back(struct store *store, const struct actor *actor, const char *kind,
                      const char *words, const struct uuid *operation, struct uuid *id,
                      struct error *err)
{
    struct arena *arena = arena_new();
    struct operation_change *changes = NULL;
    struct operation *undo =
        may_book(store, actor, err) ? operation_begin(store, kind, actor, err) : NULL;
    int count = undo != NULL ? operation_changes(store, operation, arena, &changes, err) : -1;
    bool is_done = count >= 0 && stock_take_back(undo, operation, err) >= 0 &&
                   reopen(undo, changes, count, err);
    if (is_done) {
        operation_describe(undo, "%s", words);
        *id = *operation_id(undo);
        is_done = operation_commit(undo, err);
    } else {
        operation_cancel(undo);
    }
    arena_free(arena);
    return is_done;
}

bool count_counter_close(struct store *store, const struct actor *actor,
                         const struct uuid *operation, struct uuid *id, struct error *err)
{
    return take_back(store, actor, "count.close", "count open again", operation, id, err);
}

bool count_counter_settle(struct store *store, const struct actor *actor,
                          const struct uuid *operation, struct uuid *id, struct error *err)
{
    return take_back(store, actor, "count.settle", "later corrections taken back", operation, id,
                     err);
}

/* The goods' lines of the sheet are put to what they were before this one, if the count is open. */
static bool take_line_back(struct operation *undo, const struct uuid *line, struct error *err)
{
    struct store *store = operation_store(undo);
    struct arena *arena = arena_new();
    const struct table *table = schema_table(store_schema(store), "stock_count_lines");
    struct record row;
    struct count count;
    struct uuid id;
    struct count_entry entry = {.is_anew = true};
    int64_t before = 0;
    bool is_done = record_get(store, table, line, arena, &row, err) == 1 &&
                   value_as_uuid(record_value(&row, "stock_count_id"), &id) &&
                   value_as_uuid(record_value(&row, "variant_id"), &entry.variant_id) &&
                   count_load_open(store, &id, arena, &count, err);
    if (is_done && record_value(&row, "replaces_before").kind != VALUE_NULL)
        is_done = error_set(err, ERROR_RULE, "Goods were counted anew; count them once more");
    struct value shelf = is_done ? record_value(&row, "shelf") : value_null();
    const char *place = shelf.kind == VALUE_TEXT ? shelf.bytes : NULL;
    const char *sheet = is_done ? value_as_text(record_value(&row, "sheet")) : "";
    is_done = is_done && count_of_sheet(store, &id, &entry.variant_id, place, sheet, &before, err);
    if (is_done) {
        const int64_t counted = record_value(&row, "counted_milli").integer;
        entry.counted_milli = before > counted ? before - counted : 0;
        is_done = count_write_line(undo, &id, place, sheet, &entry, err);
    }
    arena_free(arena);
    return is_done;
}

bool count_counter_lines(struct store *store, const struct actor *actor,
                         const struct uuid *operation, struct uuid *id, struct error *err)
{
    struct arena *arena = arena_new();
    struct operation_change *changes = NULL;
    struct operation *undo = NULL;
    int count = -1;
    if (actor_may(store, actor, "inventory.count", err))
        count = operation_changes(store, operation, arena, &changes, err);
    if (count >= 0)
        undo = operation_begin(store, "count.lines", actor, err);
    bool is_done = undo != NULL;
    if (is_done)
        operation_set_undoes(undo, operation);
    for (int i = 0; is_done && i < count; i++)
        if (strcmp(changes[i].table_name, "stock_count_lines") == 0)
            is_done = take_line_back(undo, &changes[i].id, err);
    if (is_done) {
        operation_describe(undo, "counted lines taken back");
        *id = *operation_id(undo);
        is_done = operation_commit(undo, err);
    } else {
        operation_cancel(undo);
    }
    arena_free(arena);
    return is_done;
}
