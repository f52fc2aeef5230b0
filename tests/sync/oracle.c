#include "tests/sync/oracle_private.h"

#include <stdlib.h>
#include <string.h>

/* What the centre writes by itself. */
static const char *const own[] = {"*.created_at",      "*.updated_at", "*.row_version",
                                  "messages.position", "terminals.*",  "terminal_users.*",
                                  "sync_conflicts.*",  "registers.*",  NULL};

struct oracle *oracle_new(const struct schema *schema, json_t *start)
{
    struct oracle *oracle = memory_new(sizeof *oracle);
    *oracle = (struct oracle){.schema = schema,
                              .tables = start,
                              .times = json_object(),
                              .statuses = json_object(),
                              .replaced = json_object(),
                              .unknown = json_object()};
    return oracle;
}

struct oracle *oracle_copy(const struct oracle *oracle)
{
    struct oracle *copy = oracle_new(oracle->schema, json_deep_copy(oracle->tables));
    json_object_update(copy->times, oracle->times);
    json_object_update(copy->statuses, oracle->statuses);
    json_object_update(copy->replaced, oracle->replaced);
    json_object_update(copy->unknown, oracle->unknown);
    return copy;
}

void oracle_free(struct oracle *oracle)
{
    if (oracle == NULL)
        return;
    json_decref(oracle->tables);
    json_decref(oracle->times);
    json_decref(oracle->statuses);
    json_decref(oracle->replaced);
    json_decref(oracle->unknown);
    free(oracle);
}

void oracle_wrong(struct trial *trial, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buffer_format(trial->words, "operation %s is %s (%s), but ", trial->decision->operation,
                  trial->decision->status, trial->decision->reason);
    buffer_vformat(trial->words, format, arguments);
    buffer_add(trial->words, "\n");
    va_end(arguments);
    trial->is_wrong = true;
}

const char *oracle_text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "" : value;
}

static void plain_id(const char *id, char out[UUID_TEXT_SIZE])
{
    size_t used = 0;
    for (; *id != '\0' && used < UUID_TEXT_SIZE - 1; id++)
        if (*id != '-')
            out[used++] = *id;
    out[used] = '\0';
}

/* The row as the trial sees it, or NULL. */
static json_t *row_of(const struct trial *trial, const char *table, const char *id)
{
    json_t *tried = json_object_get(json_object_get(trial->rows, table), id);
    if (tried != NULL)
        return json_is_null(tried) ? NULL : tried;
    return json_object_get(json_object_get(trial->oracle->tables, table), id);
}

/* Takes the row over. */
static void put_row(struct trial *trial, const char *table, const char *id, json_t *row)
{
    json_t *rows = json_object_get(trial->rows, table);
    if (rows == NULL) {
        rows = json_object();
        json_object_set_new(trial->rows, table, rows);
    }
    json_object_set_new(rows, id, row);
}

const json_t *oracle_conflict(const struct trial *trial, const char *table, const char *id,
                              const char *column)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(trial->decision->result, "conflicts"), index, one)
    {
        char there[UUID_TEXT_SIZE];
        plain_id(oracle_text(one, "id"), there);
        if (strcmp(oracle_text(one, "table"), table) == 0 && strcmp(there, id) == 0 &&
            strcmp(oracle_text(one, "column"), column) == 0)
            return one;
    }
    return NULL;
}

static bool is_aside(const struct trial *trial, const char *id)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(trial->decision->result, "aside"), index, one)
    {
        char there[UUID_TEXT_SIZE];
        plain_id(json_is_string(one) ? json_string_value(one) : "", there);
        if (json_is_true(one) || strcmp(there, id) == 0)
            return true;
    }
    return false;
}

static void insert_row(struct trial *trial, const struct table *table, const char *id,
                       const json_t *fields)
{
    if (row_of(trial, table->name, id) != NULL) {
        oracle_wrong(trial, "%s %s is there already", table->name, id);
        return;
    }
    json_t *row = json_object();
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        const json_t *value = json_object_get(fields, column->name);
        json_object_set_new(row, column->name,
                            value == NULL ? json_null() : picture_value(column, value));
    }
    json_object_set_new(row, "id", json_string(id));
    json_object_set(row, "tenant_id",
                    json_object_get(json_object_iter_value(json_object_iter(
                                        json_object_get(trial->oracle->tables, "tenants"))),
                                    "id"));
    put_row(trial, table->name, id, row);
}

static bool is_first_of_group(const struct table *table, const struct column *column,
                              const json_t *fields)
{
    for (const struct column *one = table->columns; one < column; one++)
        if (column->group != NULL && one->group != NULL && strcmp(one->group, column->group) == 0 &&
            json_object_get(fields, one->name) != NULL)
            return false;
    return true;
}

static void update_row(struct trial *trial, const struct table *table, const char *id,
                       const json_t *base, const json_t *new)
{
    json_t *here = row_of(trial, table->name, id);
    if (here == NULL || (json_is_string(json_object_get(here, "deleted_at")) &&
                         json_object_get(new, "deleted_at") == NULL &&
                         json_object_get(base, "deleted_at") == NULL)) {
        trial->hard++;
        return;
    }
    json_t *row = json_copy(here), *fields = json_copy((json_t *)base);
    json_object_update(fields, (json_t *)new);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (json_object_get(fields, column->name) == NULL ||
            !is_first_of_group(table, column, fields))
            continue;
        struct unit unit = {.table = table, .id = id, .here = here, .is_same = true};
        for (size_t k = i; k < table->column_count; k++) {
            const struct column *one = &table->columns[k];
            bool is_with = k == i || (column->group != NULL && one->group != NULL &&
                                      strcmp(one->group, column->group) == 0);
            if (is_with && json_object_get(fields, one->name) != NULL)
                unit_add(&unit, one, json_object_get(base, one->name),
                         json_object_get(new, one->name));
        }
        if (unit.count > 0)
            unit_merge(trial, &unit, row);
        unit_done(&unit);
    }
    json_decref(fields);
    put_row(trial, table->name, id, row);
}

static void delete_row(struct trial *trial, const struct table *table, const char *id,
                       const json_t *base)
{
    const json_t *here = row_of(trial, table->name, id);
    if (here == NULL)
        return;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        bool is_own = column->is_system && strcmp(column->name, "deleted_at") != 0;
        bool is_given = /* by the centre */
            strcmp(table->name, "messages") == 0 && strcmp(column->name, "position") == 0;
        if (is_own || column->is_secret || is_given)
            continue;
        const json_t *told = json_object_get(base, column->name);
        json_t *was = told == NULL ? json_null() : picture_value(column, told);
        bool is_same = json_equal(was, json_object_get(here, column->name)) != 0;
        json_decref(was);
        if (!is_same) {
            trial->hard++;
            return;
        }
    }
    put_row(trial, table->name, id, json_null());
}

static bool is_money(const char *table)
{
    static const char *const tables[] = {"payments", "refunds", "cash_movements",
                                         "gift_card_transactions", "store_credit_transactions"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (strcmp(table, tables[i]) == 0)
            return true;
    return false;
}

static void try_row(struct trial *trial, const json_t *part)
{
    const struct table *table = schema_table(trial->oracle->schema, oracle_text(part, "table"));
    const char *verb = oracle_text(part, "verb");
    char id[UUID_TEXT_SIZE];
    plain_id(oracle_text(part, "id"), id);
    if (table == NULL || !picture_has(table))
        return;
    if (is_aside(trial, id)) {
        json_object_set_new(trial->oracle->unknown, id, json_true());
        return;
    }
    if (strcmp(verb, "insert") == 0)
        insert_row(trial, table, id, json_object_get(part, "new"));
    else if (strcmp(verb, "update") == 0)
        update_row(trial, table, id, json_object_get(part, "base"), json_object_get(part, "new"));
    else
        delete_row(trial, table, id, json_object_get(part, "base"));
}

/* Numbers and references that were written in another form than they were sent in. */
static void take_changed(struct trial *trial)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(trial->decision->result, "changed"), index, one)
    {
        char id[UUID_TEXT_SIZE];
        plain_id(oracle_text(one, "id"), id);
        const char *name = oracle_text(one, "column");
        const struct table *table = schema_table(trial->oracle->schema, oracle_text(one, "table"));
        json_t *row = table == NULL ? NULL : row_of(trial, table->name, id);
        const json_t *value = json_object_get(one, "value");
        bool is_number = strstr(name, "number") != NULL || strcmp(name, "slug") == 0;
        if (row == NULL || !(is_number || (trial->has_money && json_is_null(value))))
            oracle_wrong(trial, "%s was changed", name);
        else
            json_object_set_new(row, name, picture_value(table_column(table, name), value));
    }
}

static void note_time(struct oracle *oracle, const char *table, const char *id, const char *column,
                      int64_t at)
{
    struct buffer key;
    buffer_init(&key);
    buffer_format(&key, "%s.%s.%s", table, id, column);
    json_object_set_new(oracle->times, key.text, json_integer(at));
    buffer_done(&key);
}

static void keep_trial(struct trial *trial)
{
    const char *table, *id, *column;
    json_t *rows, *row, *value;
    json_object_foreach(trial->rows, table, rows)
    {
        json_t *all = json_object_get(trial->oracle->tables, table);
        json_object_foreach(rows, id, row)
        {
            const json_t *before = json_object_get(all, id);
            json_object_foreach(row, column, value)
            {
                if (before != NULL && !json_equal(json_object_get(before, column), value))
                    note_time(trial->oracle, table, id, column,
                              trial->decision->is_at_certain ? trial->decision->at : 0);
            }
            if (json_is_null(row))
                json_object_del(all, id);
            else
                json_object_set(all, id, row);
        }
    }
}

static void judge_taken(struct trial *trial, bool is_merged)
{
    size_t count = json_array_size(json_object_get(trial->decision->result, "changed")) +
                   json_array_size(json_object_get(trial->decision->result, "aside"));
    if (trial->hard > 0 && !trial->has_money)
        oracle_wrong(trial, "somebody else changed what it builds on");
    if (!is_merged && trial->soft + trial->hard > 0)
        oracle_wrong(trial, "a field of it was contested");
    if (is_merged && trial->soft + trial->hard + (int)count == 0)
        oracle_wrong(trial, "nothing of it was contested");
    if (!trial->is_wrong)
        keep_trial(trial);
}

static bool is_lost(const struct oracle *oracle, const char *operation)
{
    const char *status = oracle_text(oracle->statuses, operation);
    return (strcmp(status, "refused") == 0 || strcmp(status, "conflict") == 0 ||
            strcmp(status, "blocked") == 0) &&
           json_object_get(oracle->replaced, operation) == NULL;
}

/* What builds on something that was not taken can't be taken either. */
static void judge_needs(struct trial *trial)
{
    const json_t *payload = trial->decision->payload;
    const char *replaces = oracle_text(payload, "replaces");
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(payload, "needs"), index, one)
    {
        const char *need = json_string_value(one);
        if (need != NULL && !trial->has_money && is_lost(trial->oracle, need))
            oracle_wrong(trial, "%s, which it needs, was not taken", need);
    }
    if (replaces[0] != '\0' && !trial->is_wrong)
        json_object_set_new(trial->oracle->replaced, replaces, json_true());
}

static void judge_blocked(struct trial *trial)
{
    const char *by = oracle_text(trial->decision->result, "blocked_by");
    if (!is_lost(trial->oracle, by))
        oracle_wrong(trial, "%s, which blocks it, is '%s'", by,
                     oracle_text(trial->oracle->statuses, by));
}

static void judge(struct trial *trial)
{
    const char *status = trial->decision->status;
    bool is_taken = strcmp(status, "applied") == 0, is_merged = strcmp(status, "merged") == 0;
    const json_t *rows = json_object_get(trial->decision->payload, "rows");
    size_t index;
    json_t *part;
    json_array_foreach(rows, index, part)
    {
        trial->has_money |= is_money(oracle_text(part, "table"));
    }
    if (trial->has_money && !is_taken && !is_merged)
        oracle_wrong(trial, "money always lands");
    if (strcmp(status, "refused") == 0) {
        if (trial->decision->reason[0] == '\0')
            oracle_wrong(trial, "nobody says why");
        return;
    }
    if (strcmp(status, "blocked") == 0) {
        judge_blocked(trial);
        return;
    }
    json_array_foreach(rows, index, part)
    {
        try_row(trial, part);
    }
    if (is_taken || is_merged) {
        judge_needs(trial);
        take_changed(trial);
        judge_taken(trial, is_merged);
    } else if (trial->hard == 0) {
        oracle_wrong(trial, "nothing of it was contested");
    }
}

bool oracle_decide(struct oracle *oracle, const struct oracle_decision *decision,
                   struct buffer *words)
{
    struct trial trial = {
        .oracle = oracle, .decision = decision, .rows = json_object(), .words = words};
    judge(&trial);
    json_object_set_new(oracle->statuses, decision->operation, json_string(decision->status));
    json_decref(trial.rows);
    return !trial.is_wrong;
}

void oracle_write(struct oracle *oracle, const char *table, const char *id, const char *column,
                  const char *value, int64_t at)
{
    json_t *row = json_object_get(json_object_get(oracle->tables, table), id);
    if (row == NULL)
        return;
    json_object_set_new(row, column, value == NULL ? json_null() : json_string(value));
    note_time(oracle, table, id, column, at);
}

int oracle_differ(const struct oracle *oracle, const json_t *centre, struct buffer *words)
{
    const char *table, *id;
    json_t *rows, *unknown;
    void *next;
    json_object_foreach(oracle->tables, table, rows)
    {
        json_object_foreach_safe(oracle->unknown, next, id, unknown)
        {
            const json_t *there = json_object_get(json_object_get(centre, table), id);
            if (there != NULL)
                json_object_set(rows, id, (json_t *)there);
        }
    }
    return picture_differ(oracle->tables, centre, own, words);
}
