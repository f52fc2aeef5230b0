#include "model/list/query.h"

#include <string.h>

/* The tables that have an index of their words (migrations 0003, 0006 and 0008). */
static const struct {
    const char *table, *search;
} searches[] = {
    {"products", "product_search"},
    {"customer_profiles", "customer_search"},
    {"orders", "order_search"},
};

struct source_builder {
    struct store *store;
    const struct table *table;
    struct arena *arena;
    struct query_field *fields;
    size_t count;
    struct buffer from;
    bool has_deleted; /* rows that are deleted softly are listed too */
};

static const char *const suffixes[] = {"_cents", "_milli", "_bp", "_at", "_id"};

/* "total_cents" → "total", "is_active" → "active": as people say it. */
static const char *short_name(const struct column *column, struct arena *arena)
{
    const char *name = column->name;
    if (column->type == COLUMN_BOOLEAN && strncmp(name, "is_", 3) == 0)
        return name + 3;
    size_t size = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t tail = strlen(suffixes[i]);
        bool is_plain_id = strcmp(suffixes[i], "_id") == 0 && column->type != COLUMN_UUID;
        if (!is_plain_id && size > tail && strcmp(name + size - tail, suffixes[i]) == 0)
            return arena_bytes(arena, name, size - tail);
    }
    return name;
}

/* The short name, unless another column or field has it already. */
static const char *field_name(const struct source_builder *builder, const struct column *column)
{
    const char *name = short_name(column, builder->arena);
    for (size_t i = 0; i < builder->count; i++) {
        if (strcmp(builder->fields[i].name, name) == 0)
            return column->name;
    }
    const struct column *other = table_column(builder->table, name);
    return other == NULL || other == column ? name : column->name;
}

static bool is_listed(const struct source_builder *builder, const struct column *column)
{
    static const char *const hidden[] = {"tenant_id", "row_version"};
    if (strcmp(column->name, "deleted_at") == 0)
        return builder->has_deleted;
    if (column->is_secret || column->type == COLUMN_BYTES || column->key == KEY_FOLDED)
        return false;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (strcmp(hidden[i], column->name) == 0)
            return false;
    }
    return true;
}

/* Joins the table a column refers to and shows its title. */
static void show_title(struct source_builder *builder, const struct column *column,
                       struct query_field *field)
{
    const struct table *other = column->reference;
    const struct column *title = other->title >= 0 ? &other->columns[other->title] : NULL;
    if (title == NULL || title->is_secret || table_column(other, "id") == NULL)
        return;
    size_t number = builder->count;
    buffer_format(&builder->from, " LEFT JOIN %s r%zu ON r%zu.id = %s", other->name, number, number,
                  field->sql);
    field->reference = field->sql;
    field->sql = arena_format(builder->arena, "r%zu.%s", number, title->name);
    field->type = title->type;
    field->unit = title->unit;
    field->choices = title->choices;
}

/* The folded twin by which a text is sorted: name_key of name. */
static const struct column *key_of(const struct table *table, const struct column *column)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *key = &table->columns[i];
        if (key->key == KEY_FOLDED && &table->columns[key->source] == column)
            return key;
    }
    return NULL;
}

static void add_column(struct source_builder *builder, const struct column *column)
{
    struct query_field field = {
        .name = field_name(builder, column),
        .label = column->label,
        .sql = arena_format(builder->arena, "t.%s", column->name),
        .type = column->type,
        .unit = column->unit,
        .choices = column->choices,
        .column = column,
    };
    if (column->reference != NULL)
        show_title(builder, column, &field);
    const struct column *key = key_of(builder->table, column);
    if (key != NULL)
        field.order = arena_format(builder->arena, "t.%s", key->name);
    builder->fields[builder->count++] = field;
}

/* A table whose key is no UUID (currencies, permissions) gets ids that are made from its rowid:
 * sixteen hex digits, which as bytes are as long as an id and in the same order. */
static void add_row_number(struct source_builder *builder)
{
    builder->fields[builder->count++] = (struct query_field){.name = "rowid",
                                                             .label = "Row",
                                                             .sql = "t.rowid",
                                                             .type = COLUMN_INTEGER,
                                                             .is_sortable = true};
}

static void mark(struct source_builder *builder, const char *column, bool is_unique)
{
    for (size_t i = 0; i < builder->count; i++) {
        struct query_field *field = &builder->fields[i];
        const char *order = field->order != NULL ? field->order : field->sql;
        bool is_it = strncmp(order, "t.", 2) == 0 && strcmp(order + 2, column) == 0;
        /* Many rows may share an empty key even in a unique index, and would have to be sorted. */
        bool may_be_empty = field->column != NULL && field->column->is_nullable;
        if (is_it && (!is_unique || !may_be_empty)) {
            field->is_sortable = true;
            field->is_unique = field->is_unique || is_unique;
        }
    }
}

/* Marks the columns of indexes (column, id), and of unique ones (column, tenant_id): a store holds
 * one tenant. A partial index counts where it covers the list. */
static bool mark_sortable(struct source_builder *builder, struct error *err)
{
    struct statement *statement = store_prepare(
        builder->store,
        "SELECT first.name, second.name = 'tenant_id' FROM pragma_index_list(?1) list"
        " JOIN pragma_index_info(list.name) first ON first.seqno = 0"
        " JOIN pragma_index_info(list.name) second ON second.seqno = 1"
        " JOIN sqlite_schema s ON s.type = 'index' AND s.name = list.name"
        " WHERE (second.name = 'id' OR (second.name = 'tenant_id' AND list.\"unique\" AND"
        " NOT EXISTS (SELECT 1 FROM pragma_index_info(list.name) WHERE seqno = 2)))"
        " AND (NOT list.partial OR (?2 AND s.sql LIKE '%WHERE deleted_at IS NULL'))",
        err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, builder->table->name);
    statement_bind_integer(statement, 2, builder->table->has_soft_delete && !builder->has_deleted);
    int step;
    while ((step = statement_step(statement, err)) == 1)
        mark(builder, statement_text(statement, 0), statement_integer(statement, 1) != 0);
    statement_done(statement);
    return step == 0;
}

/* Newest first. Where there is an index by time, those by status and reference go on with the
 * time too; else the ids are in the order in which they were made. */
static const char *default_sort(const struct query_source *source)
{
    static const char *const times[] = {"placed_at", "occurred_at", "created_at"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        const struct query_field *field = query_field(source, times[i]);
        if (field != NULL && field->is_sortable)
            return field->name;
    }
    return source->sort;
}

static const char *search_of(const struct table *table)
{
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
        if (strcmp(searches[i].table, table->name) == 0)
            return searches[i].search;
    }
    return NULL;
}

static struct query_source *build(struct source_builder *builder)
{
    const struct table *table = builder->table;
    const struct column *id = table_column(table, "id");
    bool has_id = id != NULL && id->type == COLUMN_UUID;
    buffer_format(&builder->from, "%s t", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        if (is_listed(builder, &table->columns[i]))
            add_column(builder, &table->columns[i]);
    }
    if (!has_id)
        add_row_number(builder);
    for (size_t i = 0; has_id && i < builder->count; i++) {
        if (builder->fields[i].column == id)
            builder->fields[i].is_sortable = true;
    }
    struct query_source *source = arena_alloc(builder->arena, sizeof *source);
    *source = (struct query_source){
        .name = table->name,
        .from = arena_text(builder->arena, builder->from.text),
        .id = has_id ? "t.id" : "CAST(printf('%016x', t.rowid) AS BLOB)",
        .where = table->has_soft_delete && !builder->has_deleted ? "t.deleted_at IS NULL" : NULL,
        .search = has_id ? search_of(table) : NULL,
        .currency = table_column(table, "currency") != NULL ? "t.currency" : NULL,
        .fields = builder->fields,
        .field_count = builder->count,
        .sort = has_id ? "id" : "rowid",
        .sort_descending = true,
    };
    return source;
}

static const struct query_source *make(struct source_builder builder, struct error *err)
{
    const struct table *table = builder.table;
    struct arena *arena = builder.arena;
    builder.fields = arena_alloc(arena, (table->column_count + 1) * sizeof *builder.fields);
    buffer_init(&builder.from);
    struct query_source *source = build(&builder);
    buffer_done(&builder.from);
    if (!mark_sortable(&builder, err))
        return NULL;
    source->sort = default_sort(source);
    return source;
}

const struct query_source *query_source_of_table(struct store *store, const struct table *table,
                                                 struct arena *arena, struct error *err)
{
    return make((struct source_builder){.store = store, .table = table, .arena = arena}, err);
}

const struct query_source *query_source_with_deleted(struct store *store, const struct table *table,
                                                     struct arena *arena, struct error *err)
{
    return make(
        (struct source_builder){
            .store = store, .table = table, .arena = arena, .has_deleted = table->has_soft_delete},
        err);
}
