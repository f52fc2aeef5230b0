#include "model/operation/withdraw.h"

#include "model/operation/record_private.h"
#include "model/operation/wire.h"
#include "model/store/store_sql.h"

#include <jansson.h>
#include <string.h>

/* A row of the payload, and how it stands now. */
struct done_row {
    struct writing writing; /* its values are those of now */
    int64_t seq;            /* of the operation that is taken back */
    enum changeset_verb verb;
    const json_t *base, *new;
    bool exists;
};

static const struct column *column_at(const struct done_row *row, size_t index)
{
    return &row->writing.table->columns[index];
}

static bool from_another_version(struct error *err)
{
    return error_set(err, ERROR_SCHEMA,
                     "this was done by another version of the program and can't be undone here");
}

/* The caller calls writing_done() in any case. */
static bool read_row(struct done_row *row, struct operation *undo, const json_t *json,
                     struct error *err)
{
    const char *table = json_string_value(json_object_get(json, "table"));
    const char *id = json_string_value(json_object_get(json, "id"));
    const char *verb = json_string_value(json_object_get(json, "verb"));
    row->base = json_object_get(json, "base");
    row->new = json_object_get(json, "new");
    struct writing *writing = &row->writing;
    if (!writing_init(writing, undo, table != NULL ? table : "", err) || id == NULL ||
        !uuid_parse(id, &writing->id) || !changeset_verb_parse(verb, &row->verb))
        return from_another_version(err);
    struct record now;
    int found = record_get(writing->store, writing->table, &writing->id, writing->arena, &now, err);
    row->exists = found > 0;
    if (row->exists)
        writing->values = now.values;
    return found >= 0;
}

/* Who changed the row after the operation: a name for a sentence. */
static const char *who(const struct done_row *row)
{
    const struct writing *writing = &row->writing;
    struct operation_info last;
    int count = operation_list(writing->store, 0, writing->table->name, &writing->id, 1,
                               writing->arena, &last, NULL);
    return count > 0 && last.seq > row->seq ? last.actor_name : "another program";
}

/* What names the row, also when it is gone: then the operation has its fields. */
static const char *title(const struct done_row *row)
{
    const struct writing *writing = &row->writing;
    const char *name = NULL;
    if (row->exists)
        return record_title(writing->store, writing->table, &writing->id, writing->arena);
    if (writing->table->title >= 0)
        name =
            json_string_value(json_object_get(row->verb == VERB_DELETE ? row->base : row->new,
                                              column_at(row, (size_t)writing->table->title)->name));
    return name != NULL ? name : arena_format(writing->arena, "a row of %s", writing->table->label);
}

static bool was_changed(const struct done_row *row, size_t index, struct error *err)
{
    const struct column *column = column_at(row, index);
    return error_set_field(err, ERROR_CONFLICT, column->name,
                           "%s was changed by %s since: %s is now %s, and undoing would lose that",
                           title(row), who(row), column->label,
                           writing_shown(&row->writing, (int)index, row->writing.values[index]));
}

static bool was_deleted(const struct done_row *row, struct error *err)
{
    return error_set(err, ERROR_CONFLICT, "%s was deleted by %s since", title(row), who(row));
}

/* Looks at all fields of a row that was added, and at those that were changed of another. */
static bool check_unchanged(const struct done_row *row, struct error *err)
{
    if (!row->exists)
        return was_deleted(row, err);
    for (size_t i = 0; i < row->writing.table->column_count; i++) {
        const struct column *column = column_at(row, i);
        if (!wire_travels(column) ||
            (row->verb == VERB_UPDATE && json_object_get(row->new, column->name) == NULL))
            continue;
        if (!wire_equal(column, json_object_get(row->new, column->name), row->writing.values[i]))
            return strcmp(column->name, "deleted_at") == 0 ? was_deleted(row, err)
                                                           : was_changed(row, i, err);
    }
    return true;
}

/* As record_delete() does: what stays of its history still leads to the row. */
static bool hide_row(struct done_row *row)
{
    struct writing *writing = &row->writing;
    struct value now = value_integer(operation_time(writing->operation));
    writing_set_system(writing, "deleted_at", now);
    writing_set_system(writing, "updated_at", now);
    return writing_update(writing);
}

static bool remove_row(struct done_row *row, struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "DELETE FROM ");
    sql_add_name(&sql, row->writing.table->name);
    buffer_add(&sql, " WHERE id = ?1");
    bool is_done = store_run(row->writing.store, sql.text, err, "u", &row->writing.id);
    buffer_done(&sql);
    return is_done;
}

/* The centre would refuse a status that goes back by a way that is not legal. */
static bool check_move(const struct done_row *row, const struct column *column, struct value to,
                       struct error *err)
{
    const struct writing *writing = &row->writing;
    struct value now = writing->values[column - writing->table->columns];
    if (now.kind != VALUE_TEXT || to.kind != VALUE_TEXT ||
        schema_move_allowed(store_schema(writing->store), writing->table, column->name, now.bytes,
                            to.bytes))
        return true;
    return error_set_field(err, ERROR_RULE, column->name, "%s can't go back from %s to %s",
                           title(row), now.bytes, to.bytes);
}

/* Sets the fields from `base`: all of a row that comes back, else those that were changed. */
static bool set_base(struct done_row *row, struct error *err)
{
    struct writing *writing = &row->writing;
    for (size_t i = 0; i < writing->table->column_count; i++) {
        const struct column *column = column_at(row, i);
        const json_t *json = json_object_get(row->base, column->name);
        struct value value = value_null();
        if (!wire_travels(column) ||
            (row->verb == VERB_UPDATE && json_object_get(row->new, column->name) == NULL))
            continue;
        if (json != NULL && !wire_read(writing->table, column, json, writing->arena, &value, err))
            return false;
        if (row->verb == VERB_UPDATE && !check_move(row, column, value, err))
            return false;
        if (json != NULL || column->is_nullable)
            writing_set(writing, (int)i, value);
    }
    writing_set_system(writing, "updated_at", value_integer(operation_time(writing->operation)));
    return true;
}

static bool bring_back(struct done_row *row, struct error *err)
{
    struct writing *writing = &row->writing;
    if (row->exists)
        return error_set(err, ERROR_CONFLICT, "%s was made again by %s since", title(row),
                         who(row));
    if (!set_base(row, err))
        return false;
    writing_set_system(writing, "id", value_uuid(&writing->id));
    writing_set_system(writing, "tenant_id", value_uuid(store_tenant(writing->store)));
    writing_set_system(writing, "created_at", value_integer(operation_time(writing->operation)));
    return writing_insert(writing);
}

static bool put_back(struct done_row *row, struct error *err)
{
    switch (row->verb) {
    case VERB_INSERT:
        return check_unchanged(row, err) &&
               (row->writing.table->has_soft_delete ? hide_row(row) : remove_row(row, err));
    case VERB_UPDATE:
        return check_unchanged(row, err) && set_base(row, err) && writing_update(&row->writing);
    case VERB_DELETE:
        return bring_back(row, err);
    }
    return false;
}

/* Who lost a right since does not get it back by taking back how it was lost. */
static bool put_back_if_allowed(struct done_row *row, const struct operation *undo,
                                struct error *err)
{
    const struct writing *writing = &row->writing;
    return record_may_grant(undo, writing->table, &writing->id, err) && put_back(row, err) &&
           record_may_grant(undo, writing->table, &writing->id, err) &&
           record_keeps_owner(writing->store, writing->table->name, err);
}

static bool is_append_only(const struct table *table)
{
    return table->merge == MERGE_APPEND;
}

/* Whether a row refers to the one that was taken away by `column`; which one is told in `err`. Of a
 * row that is only hidden, history and what is deleted itself may go on to speak. */
static bool is_used_by(const struct done_row *row, const struct table *other,
                       const struct column *column, struct error *err)
{
    if (row->exists && is_append_only(other))
        return false;
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT id FROM ");
    sql_add_name(&sql, other->name);
    buffer_add(&sql, " WHERE ");
    sql_add_name(&sql, column->name);
    buffer_format(&sql, " = ?1%s LIMIT 1",
                  row->exists && other->has_soft_delete ? " AND deleted_at IS NULL" : "");
    struct statement *statement = store_prepare(row->writing.store, sql.text, err);
    buffer_done(&sql);
    if (statement == NULL)
        return true;
    statement_bind_uuid(statement, 1, &row->writing.id);
    struct uuid id;
    int found = statement_step(statement, err);
    bool is_used = found > 0 && statement_uuid(statement, 0, &id);
    statement_done(statement);
    if (is_used)
        error_set(err, ERROR_CONFLICT, "%s is in use since, by \"%s\" in %s", title(row),
                  record_title(row->writing.store, other, &id, row->writing.arena), other->label);
    return is_used || found < 0; /* a failure is told as one */
}

static bool is_used(const struct done_row *row, struct error *err)
{
    const struct schema *schema = store_schema(row->writing.store);
    for (size_t i = 0; i < schema->table_count; i++)
        for (size_t k = 0; k < schema->tables[i].column_count; k++)
            if (schema->tables[i].columns[k].reference == row->writing.table &&
                is_used_by(row, &schema->tables[i], &schema->tables[i].columns[k], err))
                return true;
    return false;
}

/* Of a table whose rows are not hidden when they are deleted, only a reference that leads nowhere
 * could be in the way. */
static bool may_be_used(const struct store *store, const json_t *json, bool is_dangling)
{
    const char *name = json_string_value(json_object_get(json, "table"));
    const struct table *table = schema_table(store_schema(store), name != NULL ? name : "");
    return is_dangling || table == NULL || table->has_soft_delete;
}

/* No row that stays may need one that was taken away: SQLite counts references that lead nowhere,
 * those that lead to hidden rows are looked for. */
static bool check_references(struct operation *undo, const json_t *rows, struct error *err)
{
    int dangling = 0;
    int highest;
    struct store *store = operation_store(undo);
    sqlite3_db_status(store_sqlite(store), SQLITE_DBSTATUS_DEFERRED_FKS, &dangling, &highest, 0);
    bool is_done = true;
    for (size_t i = 0; is_done && i < json_array_size(rows); i++) {
        struct done_row row = {.seq = 0};
        const json_t *json = json_array_get(rows, i);
        if (!may_be_used(store, json, dangling != 0))
            continue;
        is_done = read_row(&row, undo, json, err);
        if (is_done && row.verb == VERB_INSERT && !is_append_only(row.writing.table) &&
            (row.exists || dangling != 0))
            is_done = !is_used(&row, err);
        writing_done(&row.writing);
    }
    if (is_done && dangling != 0)
        return error_set(err, ERROR_CONFLICT, "something that it refers to is gone since");
    return is_done;
}

static bool put_all_back(struct operation *undo, const json_t *rows, int64_t seq, struct error *err)
{
    size_t kept = 0;
    for (size_t i = json_array_size(rows); i-- > 0;) {
        struct done_row row = {.seq = seq};
        bool is_done = read_row(&row, undo, json_array_get(rows, i), err);
        if (is_done && is_append_only(row.writing.table))
            kept++;
        else
            is_done = is_done && put_back_if_allowed(&row, undo, err);
        writing_done(&row.writing);
        if (!is_done && err != NULL && err->code == ERROR_INPUT)
            err->code = ERROR_CONFLICT; /* such as a name that somebody took meanwhile */
        if (!is_done)
            return false;
    }
    if (kept > 0 && kept == json_array_size(rows))
        return error_set(err, ERROR_RULE,
                         "this only added to a history, of which nothing is ever taken away; "
                         "enter a correction instead");
    return check_references(undo, rows, err);
}

bool withdraw(struct operation *undo, const struct journal_undo *done, struct error *err)
{
    json_t *payload = json_loads(done->payload, 0, NULL);
    json_t *rows = json_object_get(payload, "rows");
    bool is_done =
        json_is_array(rows) ? put_all_back(undo, rows, done->seq, err) : from_another_version(err);
    json_decref(payload);
    return is_done;
}
