/* Reads the schema with a few statements over the whole file: one for each table or column would
 * cost a start several times as much. */
#include "model/store/schema_private.h"

#include <stdlib.h>
#include <string.h>

/* While the schema is read its tables can be written. */
struct reader {
    struct store *store;
    struct schema_data *data;
    struct table *tables;
    const char **sql; /* of each table */
    size_t *first;    /* of each table: its first column */
    size_t count;
    struct column *columns; /* of all tables */
    size_t column_count;
    struct table *last; /* that a row of a statement was about: rows of a table come together */
    struct arena *scratch;
};

static const char *copied(struct reader *reader, const struct statement *row, int column)
{
    return statement_is_null(row, column)
               ? NULL
               : arena_text(reader->data->arena, statement_text(row, column));
}

static struct table *table_named(struct reader *reader, const char *name)
{
    if (reader->last == NULL || strcmp(reader->last->name, name) != 0)
        reader->last = (struct table *)schema_table(&reader->data->schema, name);
    return reader->last;
}

static struct column *column_named(struct reader *reader, const char *table, const char *name)
{
    const struct table *found = table_named(reader, table);
    return found == NULL ? NULL : (struct column *)table_column(found, name);
}

/* Calls `take` for each row; a statement over a table that a young store does not have yet is
 * left out by the caller. */
static bool each(struct reader *reader, const char *sql,
                 void (*take)(struct reader *, const struct statement *), struct error *err)
{
    struct statement *statement = store_prepare(reader->store, sql, err);
    if (statement == NULL)
        return false;
    int state;
    while ((state = statement_step(statement, err)) > 0)
        take(reader, statement);
    statement_done(statement);
    return state == 0;
}

static int index_of(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

/* The tables that FTS5 keeps behind a virtual one are its own business. */
static bool is_shadow(const char *name, const char *const *virtual, size_t count)
{
    static const char *const endings[] = {"_config", "_content", "_data", "_docsize", "_idx"};
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(virtual[i]);
        if (strncmp(name, virtual[i], size) == 0 &&
            index_of(endings, sizeof endings / sizeof endings[0], name + size) >= 0)
            return true;
    }
    return false;
}

/* Makes room for one more; the sizes are powers of two. */
static void *grown(void *block, size_t count, size_t size)
{
    return (count & (count - 1)) != 0 ? block
                                      : memory_resize(block, count == 0 ? 1 : 2 * count, size);
}

static void add_table(struct reader *reader, const char *name, const char *sql)
{
    reader->tables = grown(reader->tables, reader->count, sizeof *reader->tables);
    reader->sql = grown(reader->sql, reader->count, sizeof *reader->sql);
    reader->first = grown(reader->first, reader->count, sizeof *reader->first);
    struct arena *arena = reader->data->arena;
    reader->sql[reader->count] = sql;
    reader->tables[reader->count] = (struct table){
        .name = arena_text(arena, name),
        .label = schema_label(name, false, arena),
        .index = reader->count,
        .scope = SCOPE_LOCAL,
        .title = -1,
    };
    reader->count++;
}

static bool read_tables(struct reader *reader, struct error *err)
{
    struct statement *statement =
        store_prepare(reader->store,
                      "SELECT name, sql, sql LIKE 'CREATE VIRTUAL%' AS is_virtual "
                      "FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' "
                      "ESCAPE '!' ORDER BY is_virtual DESC, name",
                      err);
    if (statement == NULL)
        return false;
    const char *virtual[64];
    size_t virtual_count = 0;
    int state;
    while ((state = statement_step(statement, err)) > 0) {
        const char *name = statement_text(statement, 0);
        if (statement_integer(statement, 2) == 0 && !is_shadow(name, virtual, virtual_count))
            add_table(reader, name, arena_text(reader->scratch, statement_text(statement, 1)));
        else if (virtual_count < sizeof virtual / sizeof virtual[0])
            virtual[virtual_count++] = arena_text(reader->scratch, name);
    }
    statement_done(statement);
    struct schema_data *data = reader->data;
    struct table *tables = arena_alloc(data->arena, (reader->count + 1) * sizeof *tables);
    if (reader->count > 0)
        memcpy(tables, reader->tables, reader->count * sizeof *tables);
    free(reader->tables);
    reader->tables = tables;
    data->schema = (struct schema){.tables = tables, .table_count = reader->count};
    return state == 0;
}

static const struct {
    const char *name; /* before a parenthesis, if there is one */
    enum column_type type;
} types[] = {
    {"UUID", COLUMN_UUID},   {"VARCHAR", COLUMN_TEXT},        {"CHAR", COLUMN_TEXT},
    {"TEXT", COLUMN_TEXT},   {"BIGINT", COLUMN_INTEGER},      {"INTEGER", COLUMN_INTEGER},
    {"INT", COLUMN_INTEGER}, {"TIMESTAMPTZ", COLUMN_INSTANT}, {"DATE", COLUMN_DATE},
    {"TIME", COLUMN_TIME},   {"JSONB", COLUMN_JSON},          {"BYTEA", COLUMN_BYTES},
    {"BLOB", COLUMN_BYTES},  {"BOOLEAN", COLUMN_BOOLEAN},
};

static void set_type(struct column *column, const char *declared)
{
    size_t size = strcspn(declared, " (");
    column->type = COLUMN_TEXT;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strlen(types[i].name) == size && strncmp(types[i].name, declared, size) == 0)
            column->type = types[i].type;
    if (column->type == COLUMN_TEXT && declared[size] == '(')
        column->length = (int)strtol(declared + size + 1, NULL, 10);
    /* INTEGER has 32 bits at the centre. */
    bool is_narrow = strcmp(declared, "INTEGER") == 0;
    column->minimum = is_narrow ? INT32_MIN : INT64_MIN;
    column->maximum = is_narrow ? INT32_MAX : INT64_MAX;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t size = strlen(text), length = strlen(ending);
    return size > length && strcmp(text + size - length, ending) == 0;
}

static enum column_unit unit_of(const struct column *column)
{
    if (column->type != COLUMN_INTEGER)
        return UNIT_NONE;
    return ends_with(column->name, "_cents")   ? UNIT_CENTS
           : ends_with(column->name, "_milli") ? UNIT_MILLI
           : ends_with(column->name, "_bp")    ? UNIT_BASIS_POINTS
                                               : UNIT_NONE;
}

/* Amounts are added up over many rows, by triggers too. At this bound it takes more than nine
 * thousand of them to pass 64 bits, and no shop has ten trillion of anything. */
static void bound_amount(struct column *column)
{
    static const int64_t most = INT64_C(1000000000000000);
    if (column->unit != UNIT_CENTS && column->unit != UNIT_MILLI)
        return;
    if (column->minimum < -most)
        column->minimum = -most;
    if (column->maximum > most)
        column->maximum = most;
}

/* The columns of a table come together and in order. */
static void take_column(struct reader *reader, const struct statement *row)
{
    struct table *table = table_named(reader, statement_text(row, 0));
    if (table == NULL || reader->first == NULL)
        return;
    if (table->column_count++ == 0)
        reader->first[table->index] = reader->column_count;
    static const char *const system[] = {"id",         "tenant_id",  "row_version",
                                         "created_at", "updated_at", "deleted_at"};
    struct column column = {.name = copied(reader, row, 1), .policy = "latest", .source = -1};
    set_type(&column, statement_text(row, 2));
    column.label = schema_label(column.name, column.type == COLUMN_UUID, reader->data->arena);
    column.unit = unit_of(&column);
    bound_amount(&column);
    column.is_system = index_of(system, sizeof system / sizeof system[0], column.name) >= 0;
    column.is_nullable = statement_integer(row, 3) == 0;
    column.is_required = !column.is_nullable && !column.is_system && statement_integer(row, 4) == 0;
    reader->columns = grown(reader->columns, reader->column_count, sizeof *reader->columns);
    reader->columns[reader->column_count++] = column;
}

static void take_reference(struct reader *reader, const struct statement *row)
{
    struct column *column = column_named(reader, statement_text(row, 0), statement_text(row, 1));
    if (column != NULL)
        column->reference = table_named(reader, statement_text(row, 2));
}

static bool read_columns(struct reader *reader, struct error *err)
{
    if (!each(reader,
              "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value IS NOT NULL "
              "FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
              "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'",
              take_column, err))
        return false;
    struct column *columns =
        arena_alloc(reader->data->arena, (reader->column_count + 1) * sizeof *columns);
    if (reader->column_count > 0)
        memcpy(columns, reader->columns, reader->column_count * sizeof *columns);
    for (size_t i = 0; i < reader->count; i++) {
        reader->tables[i].columns = columns + reader->first[i];
        reader->tables[i].has_soft_delete = table_column(&reader->tables[i], "deleted_at") != NULL;
        schema_read_checks(reader->sql[i], columns + reader->first[i],
                           reader->tables[i].column_count, reader->data->arena);
    }
    return each(reader,
                "SELECT m.name, f.\"from\", f.\"table\" "
                "FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f "
                "WHERE m.type = 'table' AND m.sql LIKE '%REFERENCES%'",
                take_reference, err);
}

/* What the file says in sync_tables, sync_columns and status_moves. */
static void take_sync_table(struct reader *reader, const struct statement *row)
{
    static const char *const scopes[] = {"tenant", "location", "channel",
                                         "user",   "central",  "local"};
    static const char *const merges[] = {"fields", "append", "tentative"};
    struct table *table = table_named(reader, statement_text(row, 0));
    if (table == NULL)
        return;
    table->rank = (int)statement_integer(row, 1);
    int scope = index_of(scopes, sizeof scopes / sizeof scopes[0], statement_text(row, 2));
    int merge = index_of(merges, sizeof merges / sizeof merges[0], statement_text(row, 3));
    table->scope = scope < 0 ? SCOPE_LOCAL : (enum table_scope)scope;
    table->merge = merge < 0 ? MERGE_FIELDS : (enum table_merge)merge;
    table->travels = table->scope != SCOPE_LOCAL;
    table->right_insert = copied(reader, row, 4);
    table->right_update = copied(reader, row, 5);
    table->right_delete = copied(reader, row, 6);
}

static void take_sync_column(struct reader *reader, const struct statement *row)
{
    struct column *column = column_named(reader, statement_text(row, 0), statement_text(row, 1));
    if (column == NULL)
        return;
    if (!statement_is_null(row, 2))
        column->policy = copied(reader, row, 2);
    column->group = copied(reader, row, 3);
    column->is_secret = statement_integer(row, 4) != 0;
    const char *on_delete = statement_text(row, 5);
    column->on_delete = strcmp(on_delete, "clear") == 0   ? ON_DELETE_CLEAR
                        : strcmp(on_delete, "parts") == 0 ? ON_DELETE_PARTS
                                                          : ON_DELETE_PROTECT;
}

static void take_move(struct reader *reader, const struct statement *row)
{
    struct schema_data *data = reader->data;
    struct schema_move move = {
        .column = column_named(reader, statement_text(row, 0), statement_text(row, 1)),
        .from = copied(reader, row, 2),
        .to = copied(reader, row, 3),
    };
    if (move.column == NULL)
        return;
    data->moves = grown(data->moves, data->move_count, sizeof *data->moves);
    data->moves[data->move_count++] = move;
}

static int by_column(const void *a, const void *b)
{
    const struct column *left = ((const struct schema_move *)a)->column;
    const struct column *right = ((const struct schema_move *)b)->column;
    return left < right ? -1 : left > right;
}

/* Secret bytes beside the id of a key are sealed to it. */
static void find_sealed(struct reader *reader)
{
    for (size_t i = 0; i < reader->count; i++) {
        const struct table *table = &reader->tables[i];
        bool has_key = table_column(table, "key_id") != NULL;
        for (size_t k = 0; has_key && k < table->column_count; k++) {
            struct column *column = column_named(reader, table->name, table->columns[k].name);
            column->is_sealed = column->is_secret && column->type == COLUMN_BYTES;
        }
    }
}

static bool read_sync(struct reader *reader, struct error *err)
{
    if (table_named(reader, "sync_tables") == NULL) /* a file that is not migrated yet */
        return true;
    if (!each(reader,
              "SELECT name, rank, scope, merge, right_insert, right_update, right_delete "
              "FROM sync_tables",
              take_sync_table, err) ||
        !each(reader,
              "SELECT table_name, column_name, policy, column_group, is_secret, on_delete "
              "FROM sync_columns",
              take_sync_column, err) ||
        !each(reader, "SELECT table_name, column_name, from_value, to_value FROM status_moves",
              take_move, err))
        return false;
    find_sealed(reader);
    struct schema_data *data = reader->data;
    if (data->move_count > 0)
        qsort(data->moves, data->move_count, sizeof *data->moves, by_column);
    return true;
}

/* What names a row for a person, the best first. */
static int title_of(const struct table *table)
{
    static const char *const titles[] = {
        "name",     "title",     "order_number", "number",     "display_name", "code",    "subject",
        "label",    "last_name", "username",     "email",      "sku",          "barcode", "slug",
        "z_number", "task",      "url",          "event_type", "kind",         "reason",  "method",
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        int index = table_column_index(table, titles[i]);
        if (index >= 0 && !table->columns[index].is_secret)
            return index;
    }
    return -1;
}

static bool add_unit(struct column *column, struct arena *arena)
{
    const char *unit = ends_with(column->name, "_at")      ? "at"
                       : column->unit == UNIT_BASIS_POINTS ? "rate"
                                                           : NULL;
    if (unit != NULL)
        column->label = arena_format(arena, "%s %s", column->label, unit);
    return unit != NULL;
}

/* "Tax" of tax_cents and "Tax rate" of tax_bp: where two columns would have one label. */
static void part_labels(struct table *table, struct arena *arena)
{
    struct column *columns = (struct column *)table->columns;
    for (size_t i = 0; i < table->column_count; i++)
        for (size_t k = i + 1; k < table->column_count; k++)
            if (columns[i].label[0] == columns[k].label[0] &&
                strcmp(columns[i].label, columns[k].label) == 0 && !add_unit(&columns[i], arena))
                add_unit(&columns[k], arena);
}

/* name_key follows name, phone_digits follows phone: where both columns are there. */
static void set_keys(struct table *table)
{
    static const struct {
        const char *ending;
        enum column_key key;
    } keys[] = {{"_key", KEY_FOLDED}, {"_digits", KEY_DIGITS}};
    for (size_t i = 0; i < table->column_count; i++) {
        struct column *column = (struct column *)&table->columns[i];
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            char source[64];
            size_t size = strlen(column->name) - strlen(keys[k].ending);
            if (!ends_with(column->name, keys[k].ending) || size >= sizeof source)
                continue;
            memcpy(source, column->name, size);
            source[size] = '\0';
            column->source = table_column_index(table, source);
            column->key = column->source >= 0 ? keys[k].key : KEY_NONE;
            if (column->key != KEY_NONE)
                column->is_required = false; /* its source is */
        }
    }
}

struct schema_data *schema_read(struct store *store, struct error *err)
{
    struct arena *arena = arena_new();
    struct schema_data *data = arena_alloc(arena, sizeof *data);
    data->arena = arena;
    struct reader reader = {.store = store, .data = data, .scratch = arena_new()};
    bool is_read =
        read_tables(&reader, err) && read_columns(&reader, err) && read_sync(&reader, err);
    for (size_t i = 0; is_read && i < reader.count; i++) {
        set_keys(&reader.tables[i]);
        part_labels(&reader.tables[i], arena);
        reader.tables[i].title = title_of(&reader.tables[i]);
    }
    free(reader.sql);
    free(reader.first);
    free(reader.columns);
    arena_free(reader.scratch);
    if (!is_read) {
        schema_free(data);
        return NULL;
    }
    return data;
}
