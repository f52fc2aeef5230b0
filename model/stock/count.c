#include "model/stock/count.h"

#include "model/base/money.h"
#include "model/operation/record.h"
#include "model/stock/count_parts.h"
#include "model/stock/stock_number.h"

#include <string.h>

const struct operation_kind count_kinds[] = {
    {.name = "count.open", .label = "new count", .undo = UNDO_WITHDRAW},
    {.name = "count.cancel", .label = "cancelled count", .undo = UNDO_WITHDRAW},
    {.name = "count.lines",
     .label = "counted goods",
     .undo = UNDO_COUNTER,
     .counter = count_counter_lines,
     .counter_right = "inventory.count"},
    {.name = "count.close",
     .label = "closed count",
     .undo = UNDO_COUNTER,
     .counter = count_counter_close,
     .counter_right = "inventory.count"},
    {.name = "count.settle",
     .label = "later correction of counts",
     .undo = UNDO_COUNTER,
     .counter = count_counter_settle,
     .counter_right = "inventory.count"},
};
const size_t count_kind_count = sizeof count_kinds / sizeof count_kinds[0];

static const struct stock_series series = {"count", "C", "stock_counts"};

static bool check_scope(const struct count_scope *scope, struct error *err)
{
    if (strcmp(scope->kind, "cycle") == 0)
        return scope->counted_before > 0 || !uuid_is_zero(&scope->category_id) ||
               error_set(err, ERROR_INPUT,
                         "Say what the count is about: a category, or for how many days goods "
                         "were not counted");
    return strcmp(scope->kind, "full") == 0 ||
           error_set_field(err, ERROR_INPUT, "kind", "A count is full or cycle");
}

static bool open_in(struct operation *operation, const struct uuid *location,
                    const struct count_scope *scope, struct uuid *id, struct error *err)
{
    char number[STOCK_NUMBER_SIZE];
    if (!stock_number_next(operation, &series, number, err))
        return false;
    const struct uuid *person = &operation_actor(operation)->user_id;
    const struct change changes[] = {
        {.column = "location_id", .value = value_uuid(location)},
        {.column = "number", .value = value_text(number)},
        {.column = "kind", .value = value_text(scope->kind)},
        {.column = "is_blind", .value = value_integer(scope->is_blind)},
        {.column = "started_by_id", .value = value_uuid_or_null(person)},
        {.column = "started_at", .value = value_integer(operation_time(operation))},
        {.column = "category_id", .value = value_uuid_or_null(&scope->category_id)},
        {.column = "counted_before",
         .value = scope->counted_before > 0 ? value_integer(scope->counted_before) : value_null()},
        {.column = "notes", .value = value_text(scope->notes)},
    };
    operation_describe(operation, "count %s", number);
    return record_insert(operation, "stock_counts", changes, sizeof changes / sizeof changes[0], id,
                         err);
}

bool count_open(struct store *store, const struct actor *actor, const struct uuid *location,
                const struct count_scope *scope, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "inventory.count", err) || !check_scope(scope, err))
        return false;
    struct operation *operation = operation_begin(store, "count.open", actor, err);
    if (operation == NULL)
        return false;
    if (open_in(operation, location, scope, id, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool count_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                  struct error *err)
{
    struct arena *arena = arena_new();
    struct count count;
    struct operation *operation = NULL;
    const struct change change = {.column = "status", .value = value_text("cancelled")};
    bool is_done = actor_may(store, actor, "inventory.count", err) &&
                   count_load_open(store, id, arena, &count, err) &&
                   (operation = operation_begin(store, "count.cancel", actor, err)) != NULL;
    if (is_done) {
        operation_describe(operation, "count %s cancelled", count.number);
        is_done = record_update(operation, "stock_counts", id, &change, 1, err);
    }
    if (is_done)
        is_done = operation_commit(operation, err);
    else
        operation_cancel(operation);
    arena_free(arena);
    return is_done;
}

int count_load(struct store *store, const struct uuid *id, struct arena *arena, struct count *out,
               struct error *err)
{
    static const char sql[] =
        "SELECT c.id, c.location_id, c.number, c.kind, c.status, w.name, g.name, c.is_blind,"
        " c.started_at, c.category_id, c.counted_before FROM stock_counts c"
        " JOIN locations w ON w.id = c.location_id LEFT JOIN categories g ON g.id = c.category_id"
        " WHERE c.id = ?1";
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, id);
    int found = statement_step(statement, err);
    if (found == 1) {
        *out = (struct count){.number = arena_text(arena, statement_text(statement, 2)),
                              .kind = arena_text(arena, statement_text(statement, 3)),
                              .status = arena_text(arena, statement_text(statement, 4)),
                              .location = arena_text(arena, statement_text(statement, 5)),
                              .category = arena_text(arena, statement_text(statement, 6)),
                              .is_blind = statement_integer(statement, 7) != 0,
                              .started_at = statement_integer(statement, 8),
                              .counted_before = statement_integer(statement, 10)};
        statement_uuid(statement, 0, &out->id);
        statement_uuid(statement, 1, &out->location_id);
        statement_uuid(statement, 9, &out->category_id);
    }
    statement_done(statement);
    return found;
}

bool count_load_open(struct store *store, const struct uuid *id, struct arena *arena,
                     struct count *out, struct error *err)
{
    int found = count_load(store, id, arena, out, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This count is no longer there");
    return found == 1 &&
           (strcmp(out->status, "open") == 0 ||
            error_set(err, ERROR_RULE, "Count %s is %s; begin another", out->number, out->status));
}

int count_find_open(struct store *store, const struct uuid *location, struct uuid *id,
                    struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT id FROM stock_counts WHERE location_id = ?1 AND status = 'open' "
                      "ORDER BY started_at DESC, id DESC LIMIT 1",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, location);
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return found;
}

static const char *trim(const char *text, struct arena *arena)
{
    text += strspn(text, " \t\r\n");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
        size--;
    return arena_bytes(arena, text, size);
}

/* "12*code": how many stands before the star. A code with a star in it is tried as it is first. */
static bool split(const char *text, struct arena *arena, const char **code, int64_t *milli,
                  struct error *err)
{
    const char *star = strchr(text, '*');
    if (star == NULL ||
        !quantity_parse(arena_bytes(arena, text, (size_t)(star - text)), milli, err))
        return error_set(err, ERROR_NOT_FOUND, "There are no goods with the code %s", text);
    *code = trim(star + 1, arena);
    return (*milli >= 0 && *milli <= STOCK_QUANTITY_MAX) ||
           error_set_field(err, ERROR_INPUT, "quantity",
                           "Type how many are there, such as 12*code; 0*code for none");
}

bool count_read(struct store *store, const char *text, struct arena *arena, struct sellable *goods,
                int64_t *milli, struct error *err)
{
    const char *code = trim(text, arena);
    *milli = 1000;
    int found = product_by_code(store, code, arena, goods, err);
    if (found == 0) {
        if (!split(code, arena, &code, milli, err))
            return false;
        found = product_by_code(store, code, arena, goods, err);
    }
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "There are no goods with the code %s", code);
    if (found != 1)
        return false;
    if (!goods->is_stocked)
        return error_set(err, ERROR_RULE, "%s is not kept in stock", goods->name);
    return (money_times_quantity(goods->scan_milli, *milli, milli) &&
            *milli <= STOCK_QUANTITY_MAX) ||
           error_set_field(err, ERROR_INPUT, "quantity", "That is more than a billion pieces");
}

const char *count_sheet(struct store *store, struct arena *arena)
{
    struct error err;
    struct statement *statement =
        store_prepare(store, "SELECT value FROM sync_state WHERE name = 'terminal_id'", &err);
    const char *sheet = statement != NULL && statement_step(statement, &err) == 1
                            ? arena_text(arena, statement_text(statement, 0))
                            : "here";
    statement_done(statement);
    return sheet;
}

bool count_write_line(struct operation *operation, const struct uuid *count, const char *shelf,
                      const char *sheet, const struct count_entry *entry, struct error *err)
{
    const struct value now = value_integer(operation_time(operation));
    if (entry->counted_milli < 0 || entry->counted_milli > STOCK_QUANTITY_MAX)
        return error_set_field(err, ERROR_INPUT, "quantity", "Type how many are there: 0 or more");
    const struct change changes[] = {
        {.column = "stock_count_id", .value = value_uuid(count)},
        {.column = "variant_id", .value = value_uuid(&entry->variant_id)},
        {.column = "counted_milli", .value = value_integer(entry->counted_milli)},
        {.column = "counted_by_id",
         .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
        {.column = "counted_at", .value = now},
        {.column = "shelf", .value = value_text(shelf)},
        {.column = "sheet", .value = value_text(sheet)},
        {.column = "replaces_before", .value = entry->is_anew ? now : value_null()},
    };
    return record_insert(operation, "stock_count_lines", changes,
                         sizeof changes / sizeof changes[0], NULL, err);
}

/* Goods that come several times in one operation are one line, so that undo finds what each added.
 * False: an earlier entry has it. */
static bool gather(const struct count_entry *entries, size_t count, size_t at,
                   struct count_entry *out)
{
    *out = entries[at];
    for (size_t i = 0; i < count; i++) {
        if (i == at || entries[i].is_anew != out->is_anew ||
            !uuid_equal(&entries[i].variant_id, &out->variant_id))
            continue;
        if (i < at)
            return false;
        if (!money_add(out->counted_milli, entries[i].counted_milli, &out->counted_milli))
            out->counted_milli = INT64_MAX;
    }
    return true;
}

static bool add_part(struct store *store, const struct actor *actor, const struct count *count,
                     const char *shelf, const char *sheet, const struct uuid *group,
                     const struct count_entry *entries, size_t entry_count, struct error *err)
{
    struct operation *operation = operation_begin(store, "count.lines", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "counted %zu line%s for %s", entry_count,
                       entry_count == 1 ? "" : "s", count->number);
    operation_set_subject(operation, "stock_counts", &count->id);
    operation_set_group(operation, group);
    bool is_done = true;
    for (size_t i = 0; is_done && i < entry_count; i++) {
        struct count_entry entry;
        if (gather(entries, entry_count, i, &entry))
            is_done = stock_check_kept(store, &entry.variant_id, err) &&
                      count_write_line(operation, &count->id, entry.is_anew ? NULL : shelf,
                                       entry.is_anew ? NULL : sheet, &entry, err);
    }
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool count_add(struct store *store, const struct actor *actor, const struct uuid *id,
               const char *shelf, const struct count_entry *entries, size_t entry_count,
               struct error *err)
{
    struct arena *arena = arena_new();
    struct count count;
    const struct uuid group = uuid_v7(store_env(store));
    const char *place = shelf != NULL ? trim(shelf, arena) : "";
    bool is_done = actor_may(store, actor, "inventory.count", err) &&
                   count_load_open(store, id, arena, &count, err);
    for (size_t i = 0; is_done && i < entry_count; i += COUNT_LINES_OF_ONE) {
        const size_t part =
            entry_count - i < COUNT_LINES_OF_ONE ? entry_count - i : COUNT_LINES_OF_ONE;
        is_done = add_part(store, actor, &count, place[0] != '\0' ? place : NULL,
                           count_sheet(store, arena), &group, entries + i, part, err);
    }
    arena_free(arena);
    return is_done;
}
