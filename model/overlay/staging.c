#include "model/overlay/staging.h"

#include "model/store/store_sql.h"

#include <stdlib.h>
#include <string.h>

static const char staging_sql[] =
    "CREATE TEMP TABLE IF NOT EXISTS staged_rows (is_gone INTEGER NOT NULL, place INTEGER NOT NULL,"
    " id BLOB NOT NULL, fields BLOB, PRIMARY KEY (is_gone, place, id)) WITHOUT ROWID;"
    "DELETE FROM staged_rows";

static int by_rank(const void *a, const void *b)
{
    const struct table *one = *(const struct table *const *)a;
    const struct table *two = *(const struct table *const *)b;
    return one->rank != two->rank ? (one->rank > two->rank) - (one->rank < two->rank)
                                  : (one->index > two->index) - (one->index < two->index);
}

bool staging_open(struct staging *staging, struct store *store, struct error *err)
{
    const struct schema *schema = store_schema(store);
    *staging = (struct staging){.store = store, .arena = arena_new()};
    size_t count = schema->table_count;
    staging->tables = arena_alloc(staging->arena, count * sizeof(const struct table *));
    staging->places = arena_alloc(staging->arena, count * sizeof *staging->places);
    staging->is_whole = arena_alloc(staging->arena, count * sizeof *staging->is_whole);
    for (size_t i = 0; i < count; i++)
        staging->tables[i] = &schema->tables[i];
    qsort(staging->tables, count, sizeof(const struct table *), by_rank);
    for (size_t i = 0; i < count; i++)
        staging->places[staging->tables[i]->index] = (int)i;
    return store_script(store, staging_sql, err) && store_run(store, "BEGIN", err, "");
}

bool staging_close(struct staging *staging, struct error *err)
{
    return store_run(staging->store, "COMMIT", err, "");
}

void staging_done(struct staging *staging)
{
    store_rollback(staging->store);
    store_script(staging->store, "DELETE FROM staged_rows", NULL);
    arena_free(staging->arena);
    *staging = (struct staging){0};
}

/* Each field: a byte for its kind, then the integer, or the size and the bytes; behind a text
 * stands its NUL. */
static void pack(const struct table *table, const struct value *fields, struct buffer *out)
{
    for (size_t i = 0; i < table->column_count; i++) {
        buffer_add_char(out, (char)fields[i].kind);
        if (fields[i].kind == VALUE_INTEGER)
            buffer_add_bytes(out, &fields[i].integer, sizeof fields[i].integer);
        if (fields[i].kind != VALUE_TEXT && fields[i].kind != VALUE_BYTES)
            continue;
        buffer_add_bytes(out, &fields[i].size, sizeof fields[i].size);
        buffer_add_bytes(out, fields[i].bytes, fields[i].size);
        buffer_add_char(out, '\0');
    }
}

/* `packed` lives in the arena. */
static struct value *unpack(const struct table *table, const char *packed, struct arena *arena)
{
    struct value *fields = arena_alloc(arena, table->column_count * sizeof *fields);
    for (size_t i = 0; i < table->column_count; i++) {
        fields[i].kind = (enum value_kind) * packed++;
        if (fields[i].kind == VALUE_INTEGER) {
            memcpy(&fields[i].integer, packed, sizeof fields[i].integer);
            packed += sizeof fields[i].integer;
        }
        if (fields[i].kind != VALUE_TEXT && fields[i].kind != VALUE_BYTES)
            continue;
        memcpy(&fields[i].size, packed, sizeof fields[i].size);
        packed += sizeof fields[i].size;
        fields[i].bytes = packed;
        packed += fields[i].size + 1;
    }
    return fields;
}

static bool insert(struct staging *staging, bool is_gone, const struct table *table,
                   const struct uuid *id, struct value packed, struct error *err)
{
    return store_run(staging->store,
                     "INSERT OR REPLACE INTO staged_rows (is_gone, place, id, fields)"
                     " VALUES (?1, ?2, ?3, ?4)",
                     err, "iiuv", (int64_t)is_gone, (int64_t)staging->places[table->index], id,
                     packed);
}

bool staging_add(struct staging *staging, const struct table *table, const struct value *fields,
                 struct error *err)
{
    struct uuid id;
    int column = table_column_index(table, "id");
    if (column < 0 || !value_as_uuid(fields[column], &id))
        return error_set(err, ERROR_INPUT, "the centre sent a row of \"%s\" without an id",
                         table->label);
    struct buffer packed;
    buffer_init(&packed);
    pack(table, fields, &packed);
    bool is_done = insert(staging, false, table, &id, value_bytes(packed.text, packed.size), err);
    buffer_done(&packed);
    staging->rows++;
    return is_done;
}

bool staging_add_gone(struct staging *staging, const struct table *table, const struct uuid *id,
                      struct error *err)
{
    staging->gone++;
    return insert(staging, true, table, id, value_null(), err);
}

static bool find_gone_of(struct staging *staging, const struct table *table, struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "INSERT OR IGNORE INTO staged_rows (is_gone, place, id) SELECT 1, ?1, v.id"
                     " FROM (SELECT id FROM ");
    sql_add_name(&sql, table->name);
    /* What pending operations made is not the centre's to lose. */
    buffer_add(&sql, " UNION SELECT row_id FROM base_rows WHERE table_name = ?2 EXCEPT SELECT"
                     " row_id FROM base_rows WHERE table_name = ?2 AND fields IS NULL)"
                     " AS v WHERE NOT EXISTS (SELECT 1 FROM staged_rows AS s WHERE"
                     " s.is_gone = 0 AND s.place = ?1 AND s.id = v.id)");
    bool is_done = store_run(staging->store, sql.text, err, "it",
                             (int64_t)staging->places[table->index], table->name);
    buffer_done(&sql);
    return is_done &&
           store_find_integer(staging->store, &staging->gone,
                              "SELECT count(*) FROM staged_rows WHERE is_gone = 1", err, "") > 0;
}

bool staging_find_gone(struct staging *staging, struct error *err)
{
    const struct schema *schema = store_schema(staging->store);
    bool is_done = true;
    for (size_t i = 0; is_done && i < schema->table_count; i++)
        is_done = !staging->is_whole[i] || find_gone_of(staging, &schema->tables[i], err);
    return is_done;
}

/* Reads (place, id, fields). */
static void read_row(const struct staging *staging, const struct statement *statement,
                     struct arena *arena, struct staged_row *out)
{
    *out = (struct staged_row){.table = staging->tables[statement_integer(statement, 0)]};
    statement_uuid(statement, 1, &out->id);
    struct value packed = statement_value(statement, 2);
    if (packed.kind != VALUE_NULL)
        out->fields = unpack(out->table, arena_bytes(arena, packed.bytes, packed.size), arena);
}

int staging_next(struct staging *staging, bool is_gone, const struct staged_row *after,
                 struct arena *arena, struct staged_row *out, struct error *err)
{
    static const char rows[] = "SELECT place, id, fields FROM staged_rows WHERE is_gone = 0 AND"
                               " (place, id) > (?1, ?2) ORDER BY place, id LIMIT 1";
    static const char gone[] = "SELECT place, id, fields FROM staged_rows WHERE is_gone = 1 AND"
                               " (place, id) < (?1, ?2) ORDER BY place DESC, id DESC LIMIT 1";
    struct statement *statement = store_prepare(staging->store, is_gone ? gone : rows, err);
    if (statement == NULL)
        return -1;
    if (after == NULL) {
        statement_bind_integer(statement, 1, is_gone ? INT64_MAX : -1);
        statement_bind_uuid(statement, 2, &(struct uuid){{0}});
    } else {
        statement_bind_integer(statement, 1, staging->places[after->table->index]);
        statement_bind_uuid(statement, 2, &after->id);
    }
    int state = statement_step(statement, err);
    if (state > 0)
        read_row(staging, statement, arena, out);
    statement_done(statement);
    return state;
}

int staging_take(struct staging *staging, const struct table *table, const struct uuid *id,
                 struct arena *arena, struct staged_row *out, struct error *err)
{
    struct statement *statement =
        store_prepare(staging->store,
                      "SELECT place, id, fields FROM staged_rows WHERE is_gone IN (0, 1) AND"
                      " place = ?1 AND id = ?2 ORDER BY is_gone LIMIT 1",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_integer(statement, 1, staging->places[table->index]);
    statement_bind_uuid(statement, 2, id);
    int state = statement_step(statement, err);
    if (state > 0)
        read_row(staging, statement, arena, out);
    statement_done(statement);
    return state > 0 && !staging_drop(staging, out, err) ? -1 : state;
}

bool staging_drop(struct staging *staging, const struct staged_row *row, struct error *err)
{
    return store_run(staging->store,
                     "DELETE FROM staged_rows WHERE is_gone IN (0, 1) AND place = ?1 AND id = ?2",
                     err, "iu", (int64_t)staging->places[row->table->index], &row->id);
}
