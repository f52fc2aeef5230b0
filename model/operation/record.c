#include "model/operation/record.h"

#include "model/operation/grant.h"
#include "model/operation/record_private.h"
#include "model/store/store_sql.h"

#include <stdlib.h>
#include <string.h>

int record_step_by_id(struct statement *statement, const struct uuid *id, struct error *err)
{
    statement_bind_uuid(statement, 1, id);
    return statement_step(statement, err);
}

bool record_missing(const struct table *table, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "this row of \"%s\" no longer exists", table->label);
}

bool record_may_change(const struct table *table, struct error *err)
{
    if (!record_has_id(table))
        return error_set(err, ERROR_RULE, "rows of \"%s\" have no id to find them by",
                         table->label);
    return table->merge != MERGE_APPEND ||
           error_set(err, ERROR_RULE,
                     "\"%s\" only grows: put it right with a new row that takes this one back",
                     table->label);
}

bool record_keeps_owner(struct store *store, const char *table, struct error *err)
{
    static const char *const of_owners[] = {"users", "roles", "user_roles"};
    for (size_t i = 0; i < sizeof of_owners / sizeof of_owners[0]; i++)
        if (strcmp(of_owners[i], table) == 0)
            return actor_check_owner(store, err);
    return true;
}

bool record_may_grant(const struct operation *operation, const struct table *table,
                      const struct uuid *id, struct error *err)
{
    return grant_check(operation_store(operation), operation_actor(operation), table, id, err);
}

static struct statement *prepare_get(struct store *store, const struct table *table,
                                     struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT ");
    for (size_t i = 0; i < table->column_count; i++) {
        buffer_add(&sql, i == 0 ? "" : ", ");
        sql_add_name(&sql, table->columns[i].name);
    }
    buffer_add(&sql, " FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, record_has_id(table) ? " WHERE id = ?" : " WHERE rowid = ?");
    struct statement *statement = store_prepare(store, sql.text, err);
    buffer_done(&sql);
    return statement;
}

bool record_has_id(const struct table *table)
{
    const struct column *id = table_column(table, "id");
    return id != NULL && id->type == COLUMN_UUID;
}

/* The id that lists give such a row is its number in hex digits (model/list/query.h). */
static int step_by_number(struct statement *statement, const struct uuid *id, struct error *err)
{
    char digits[UUID_SIZE + 1] = {0};
    memcpy(digits, id->bytes, UUID_SIZE);
    statement_bind_integer(statement, 1, (int64_t)strtoull(digits, NULL, 16));
    return statement_step(statement, err);
}

int record_get(struct store *store, const struct table *table, const struct uuid *id,
               struct arena *arena, struct record *out, struct error *err)
{
    struct statement *statement = prepare_get(store, table, err);
    if (statement == NULL)
        return -1;
    int state = record_has_id(table) ? record_step_by_id(statement, id, err)
                                     : step_by_number(statement, id, err);
    if (state > 0) {
        *out = (struct record){.table = table, .id = *id};
        out->values = arena_alloc(arena, table->column_count * sizeof *out->values);
        for (size_t i = 0; i < table->column_count; i++)
            out->values[i] = value_copy(statement_value(statement, (int)i), arena);
    }
    statement_done(statement);
    return state;
}

struct value record_value(const struct record *record, const char *column)
{
    int index = table_column_index(record->table, column);
    return index < 0 ? value_null() : record->values[index];
}

const char *record_title(struct store *store, const struct table *table, const struct uuid *id,
                         struct arena *arena)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    text[8] = '\0'; /* the first words of the id, for a row without a title */
    const char *title = arena_text(arena, text);
    if (table->title < 0)
        return title;
    const struct column *column = &table->columns[table->title];
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT ");
    sql_add_name(&sql, column->name);
    buffer_add(&sql, " FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, " WHERE id = ?");
    struct statement *statement = store_prepare(store, sql.text, NULL);
    buffer_done(&sql);
    if (statement == NULL)
        return title;
    if (record_step_by_id(statement, id, NULL) > 0) {
        const char *found = column_format(column, statement_value(statement, 0), NULL,
                                          store_env(store)->zone, arena);
        title = found[0] != '\0' ? found : title;
    }
    statement_done(statement);
    return title;
}

/* Takes the changes of a new row; what is left out or null takes its default. */
static bool take_new(struct writing *writing, const struct change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(changes[i].column, "id") == 0) {
            if (!value_as_uuid(changes[i].value, &writing->id))
                return error_set_field(writing->err, ERROR_INPUT, "id", "the id is no id");
            continue;
        }
        int index = writing_column(writing, &changes[i]);
        if (index < 0)
            return false;
        const struct column *column = &writing->table->columns[index];
        bool is_default =
            changes[i].value.kind == VALUE_NULL && !column->is_nullable && !column->is_required;
        if (is_default)
            continue;
        if (!column_check(column, changes[i].value, writing->err))
            return false;
        writing_set(writing, index, changes[i].value);
    }
    return true;
}

static bool check_required(const struct writing *writing)
{
    for (size_t i = 0; i < writing->table->column_count; i++) {
        const struct column *column = &writing->table->columns[i];
        if (column->is_required && !writing->is_set[i])
            return error_set_field(writing->err, ERROR_INPUT, column->name, "%s is needed",
                                   column->label);
    }
    return true;
}

/* A tenant is its own (SCHEMA.md, "Rules for every table"). */
static void set_system(struct writing *writing)
{
    struct value time = value_integer(operation_time(writing->operation));
    bool is_tenant = strcmp(writing->table->name, "tenants") == 0;
    const struct uuid *tenant = is_tenant ? &writing->id : store_tenant(writing->store);
    writing_set_system(writing, "id", value_uuid(&writing->id));
    writing_set_system(writing, "tenant_id", value_uuid(tenant));
    writing_set_system(writing, "created_at", time);
    writing_set_system(writing, "updated_at", time);
}

bool record_insert(struct operation *operation, const char *table, const struct change *changes,
                   size_t count, struct uuid *id, struct error *err)
{
    struct writing writing;
    bool is_done = writing_init(&writing, operation, table, err);
    if (is_done) {
        writing.id = uuid_v7(store_env(writing.store));
        is_done = take_new(&writing, changes, count) && check_required(&writing);
    }
    if (is_done) {
        set_system(&writing);
        writing_set_keys(&writing);
        is_done = writing_check_references(&writing, true) && writing_insert(&writing) &&
                  record_may_grant(operation, writing.table, &writing.id, err);
    }
    if (is_done && strcmp(table, "tenants") == 0)
        store_forget_tenant(writing.store);
    if (is_done && id != NULL)
        *id = writing.id;
    writing_done(&writing);
    return is_done;
}

/* What the person saw must still stand, unless it became what the person wants. */
static bool check_seen(const struct writing *writing, int index, const struct change *change)
{
    struct value now = writing->values[index];
    if (!change->is_seen || value_equal(now, change->seen) || value_equal(now, change->value))
        return true;
    const struct column *column = &writing->table->columns[index];
    return error_set_field(writing->err, ERROR_CONFLICT, column->name,
                           "%s was changed to %s meanwhile; you saw %s and want %s", column->label,
                           writing_shown(writing, index, now),
                           writing_shown(writing, index, change->seen),
                           writing_shown(writing, index, change->value));
}

static bool check_move(const struct writing *writing, int index, struct value to)
{
    struct value from = writing->values[index];
    const struct column *column = &writing->table->columns[index];
    if (from.kind != VALUE_TEXT || to.kind != VALUE_TEXT ||
        schema_move_allowed(store_schema(writing->store), writing->table, column->name, from.bytes,
                            to.bytes))
        return true;
    return error_set_field(
        writing->err, ERROR_RULE, column->name, "%s of %s can't go from %s to %s", column->label,
        record_title(writing->store, writing->table, &writing->id, writing->arena), from.bytes,
        to.bytes);
}

/* Nothing is set in the row before all changes are found good: what one of them says of the
 * others' columns is what stands. */
static bool take_changes(struct writing *writing, const struct change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int index = writing_column(writing, &changes[i]);
        if (index < 0 || !check_seen(writing, index, &changes[i]) ||
            !column_check(&writing->table->columns[index], changes[i].value, writing->err) ||
            !check_move(writing, index, changes[i].value))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        int index = table_column_index(writing->table, changes[i].column);
        if (!value_equal(writing->values[index], changes[i].value))
            writing_set(writing, index, changes[i].value);
    }
    return true;
}

static bool is_anything_set(const struct writing *writing)
{
    for (size_t i = 0; i < writing->table->column_count; i++)
        if (writing->is_set[i])
            return true;
    return false;
}

static bool read_now(struct writing *writing, const struct uuid *id)
{
    struct record now = {0};
    int found = record_get(writing->store, writing->table, id, writing->arena, &now, writing->err);
    if (found == 0)
        return record_missing(writing->table, writing->err);
    writing->id = *id;
    writing->values = now.values;
    return found > 0;
}

/* A form that was filled in before the row was deleted. */
static bool check_not_gone(const struct writing *writing, const struct change *changes,
                           size_t count)
{
    int deleted_at = table_column_index(writing->table, "deleted_at");
    bool is_seen = false;
    for (size_t i = 0; i < count; i++)
        is_seen = is_seen || changes[i].is_seen;
    if (!is_seen || deleted_at < 0 || writing->values[deleted_at].kind == VALUE_NULL)
        return true;
    return error_set(writing->err, ERROR_CONFLICT, "%s was deleted meanwhile",
                     record_title(writing->store, writing->table, &writing->id, writing->arena));
}

bool record_update(struct operation *operation, const char *table, const struct uuid *id,
                   const struct change *changes, size_t count, struct error *err)
{
    struct writing writing;
    bool is_done = writing_init(&writing, operation, table, err) &&
                   record_may_change(writing.table, err) && read_now(&writing, id) &&
                   check_not_gone(&writing, changes, count) &&
                   take_changes(&writing, changes, count);
    if (is_done && is_anything_set(&writing)) {
        writing_set_keys(&writing);
        writing_set_system(&writing, "updated_at", value_integer(operation_time(operation)));
        is_done = writing_check_references(&writing, false) &&
                  record_may_grant(operation, writing.table, id, err) && writing_update(&writing) &&
                  record_may_grant(operation, writing.table, id, err) &&
                  record_keeps_owner(writing.store, table, err);
    }
    writing_done(&writing);
    return is_done;
}
