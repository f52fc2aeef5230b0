#include "sync/central_load.h"

#include "model/base/instant.h"
#include "model/base/memory.h"
#include "model/store/schema.h"
#include "sync/central_door.h"

#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, TELL_EVERY = 1000 };

/* A table with those of its columns that both sides know. */
struct part {
    const struct table *table;
    const struct column **columns;
    size_t count;
};

struct load {
    struct central *central;
    struct store *store;
    const struct snapshot_progress *progress;
    struct arena *arena;
    struct part *parts;
    size_t part_count;
    int64_t rows, total;
    struct buffer block; /* rows in COPY's text form, on their way */
};

static int by_rank(const void *a, const void *b)
{
    return ((const struct part *)a)->table->rank - ((const struct part *)b)->table->rank;
}

static bool centre_has(struct pg_result *names, const char *name)
{
    for (int i = 0; i < central_rows(names); i++)
        if (strcmp(central_text(names, i, 0), name) == 0)
            return true;
    return false;
}

static bool plan_part(struct load *load, const struct table *table, struct error *err)
{
    const char *const parameters[] = {table->name};
    struct pg_result *names =
        central_query(load->central,
                      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1)"
                      " AND attnum > 0 AND NOT attisdropped",
                      1, parameters, err);
    if (names == NULL)
        return false;
    struct part *part = &load->parts[load->part_count];
    *part = (struct part){
        .table = table,
        .columns = arena_alloc(load->arena, table->column_count * sizeof *part->columns)};
    for (size_t i = 0; i < table->column_count; i++)
        if (centre_has(names, table->columns[i].name))
            part->columns[part->count++] = &table->columns[i];
    load->part_count += part->count > 0;
    central_clear(names);
    return true;
}

static bool count_rows(struct load *load, const struct table *table, struct error *err)
{
    int64_t count = 0;
    const char *sql = arena_format(load->arena, "SELECT count(*) FROM %s", table->name);
    if (store_find_integer(load->store, &count, sql, err, "") < 0)
        return false;
    load->total += count;
    return true;
}

/* The trail of a shop that ran alone goes along, though it is no part of the exchange of rows. */
static bool is_carried(const struct table *table)
{
    return table->travels || strcmp(table->name, "audit_logs") == 0;
}

static bool plan(struct load *load, struct error *err)
{
    const struct schema *schema = store_schema(load->store);
    load->parts = arena_alloc(load->arena, schema->table_count * sizeof *load->parts);
    for (size_t i = 0; i < schema->table_count; i++)
        if (is_carried(&schema->tables[i]) && (!plan_part(load, &schema->tables[i], err) ||
                                               !count_rows(load, &schema->tables[i], err)))
            return false;
    qsort(load->parts, load->part_count, sizeof *load->parts, by_rank);
    return true;
}

/* PostgreSQL's documentation, "COPY", Text Format. */
static void add_escaped(struct buffer *out, const char *text, size_t size)
{
    static const char special[] = "\\\n\r\t", written[] = "\\nrt";
    for (size_t i = 0; i < size; i++) {
        const char *found = memchr(special, text[i], sizeof special - 1);
        if (found != NULL)
            buffer_add_char(out, '\\');
        buffer_add_char(out, found != NULL ? written[found - special] : text[i]);
    }
}

static void add_hex(struct buffer *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        buffer_format(out, "%02x", (unsigned char)bytes[i]);
}

static void add_field(struct buffer *out, const struct column *column, struct value value)
{
    char instant[INSTANT_TEXT_SIZE];
    if (value.kind == VALUE_NULL) {
        buffer_add(out, "\\N");
    } else if (column->type == COLUMN_INSTANT) {
        instant_format(value.integer, instant);
        buffer_add(out, instant);
    } else if (value.kind == VALUE_INTEGER) {
        buffer_format(out, "%lld", (long long)value.integer);
    } else if (value.kind == VALUE_BYTES) {
        buffer_add(out, column->type == COLUMN_UUID ? "" : "\\\\x");
        add_hex(out, value.bytes, value.size);
    } else {
        add_escaped(out, value.bytes, value.size);
    }
}

static bool flush(struct load *load, struct error *err)
{
    int put =
        PQputCopyData(central_connection(load->central), load->block.text, (int)load->block.size);
    buffer_clear(&load->block);
    return put == 1 || central_failed(load->central, NULL, err);
}

static bool tell(struct load *load, const struct table *table, struct error *err)
{
    const struct snapshot_progress *progress = load->progress;
    return progress == NULL || progress->step == NULL ||
           progress->step(progress->context, table->label, load->rows, load->total) ||
           error_set(err, ERROR_STOPPED, "stopped; the centre is as it was before");
}

static bool send_rows(struct load *load, const struct part *part, struct statement *rows,
                      struct error *err)
{
    int found;
    while ((found = statement_step(rows, err)) == 1) {
        for (size_t i = 0; i < part->count; i++) {
            buffer_add(&load->block, i > 0 ? "\t" : "");
            add_field(&load->block, part->columns[i], statement_value(rows, (int)i));
        }
        buffer_add(&load->block, "\n");
        if ((load->block.size >= BLOCK_SIZE && !flush(load, err)) ||
            (++load->rows % TELL_EVERY == 0 && !tell(load, part->table, err)))
            return false;
    }
    return found == 0 && flush(load, err);
}

/* Ends the COPY, for good or ill, and says what the centre makes of it. */
static bool end_copy(struct load *load, const char *trouble, struct error *err)
{
    PGconn *connection = central_connection(load->central);
    bool is_done = PQputCopyEnd(connection, trouble) == 1;
    PGresult *result;
    while ((result = PQgetResult(connection)) != NULL) {
        if (trouble == NULL && PQresultStatus(result) != PGRES_COMMAND_OK)
            is_done = central_failed(load->central, result, err);
        PQclear(result);
    }
    return is_done && trouble == NULL;
}

static bool send_part(struct load *load, const struct part *part, struct error *err)
{
    struct buffer names, select, copy;
    buffer_init(&names);
    buffer_init(&select);
    buffer_init(&copy);
    for (size_t i = 0; i < part->count; i++)
        buffer_format(&names, "%s\"%s\"", i > 0 ? ", " : "", part->columns[i]->name);
    buffer_format(&select, "SELECT %s FROM \"%s\" ORDER BY id", names.text, part->table->name);
    buffer_format(&copy, "COPY public.\"%s\" (%s) FROM STDIN", part->table->name, names.text);
    struct statement *rows = store_prepare(load->store, select.text, err);
    PGresult *begun = rows != NULL ? PQexec(central_connection(load->central), copy.text) : NULL;
    bool is_done = false;
    if (begun != NULL && PQresultStatus(begun) != PGRES_COPY_IN)
        central_failed(load->central, begun, err);
    else if (begun != NULL)
        is_done = send_rows(load, part, rows, err) ? end_copy(load, NULL, err)
                                                   : end_copy(load, "stopped", err);
    PQclear(begun);
    statement_done(rows);
    buffer_done(&copy);
    buffer_done(&select);
    buffer_done(&names);
    return is_done || error_prefix(err, "%s", part->table->label);
}

/* While rows are loaded no trigger of their tables runs but the one that gives messages their
 * place: times and versions stay as they are, nobody needs to be told, and what is derived is made
 * at the end at once, since one row after the other would take as long again for each row of a sum.
 */
#define TRIGGERS                                                                                   \
    " FROM pg_trigger AS g JOIN sync_tables AS s ON g.tgrelid = to_regclass(s.name)"               \
    " WHERE NOT g.tgisinternal AND s.scope <> 'local' AND g.tgenabled <> 'D'"                      \
    " AND g.tgname <> 'messages_place'"
static const char rest_sql[] = "SELECT string_agg(format('ALTER TABLE %s DISABLE TRIGGER %I',"
                               " g.tgrelid::regclass, g.tgname), ';')" TRIGGERS;
static const char wake_sql[] =
    "SELECT string_agg(format('ALTER TABLE %s ENABLE %s TRIGGER %I', g.tgrelid::regclass,"
    " CASE g.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, g.tgname),"
    " ';')" TRIGGERS;
/* What must stand in a derived table T is the view T_recomputed. */
static const char derive_sql[] =
    "SELECT string_agg(format('ANALYZE %I', name), ';') FROM sync_tables WHERE scope <> 'local'"
    " UNION ALL SELECT string_agg(format('INSERT INTO %1$I (%2$s) SELECT %2$s FROM %3$I WHERE"
    " tenant_id = %4$L', t.name, (SELECT string_agg(quote_ident(a.attname), ', ') FROM"
    " pg_attribute AS a WHERE a.attrelid = to_regclass(t.name) AND a.attnum > 0"
    " AND NOT a.attisdropped), t.name || '_recomputed', $1::uuid), ';')"
    " FROM sync_tables AS t WHERE to_regclass(t.name || '_recomputed') IS NOT NULL";

/* The statements that a query answers, one text a row, in the arena; NULL on failure. */
static const char *made_by(struct load *load, const char *sql, int count, struct error *err)
{
    char tenant[UUID_TEXT_SIZE];
    uuid_text(store_tenant(load->store), tenant);
    const char *const parameters[] = {tenant};
    struct pg_result *result = central_query(load->central, sql, count, parameters, err);
    const char *text = result != NULL ? "" : NULL;
    for (int i = 0; result != NULL && i < central_rows(result); i++)
        text = arena_format(load->arena, "%s;%s", text, central_text(result, i, 0));
    central_clear(result);
    return text;
}

static bool run_made(struct load *load, const char *sql, int count, struct error *err)
{
    const char *statements = made_by(load, sql, count, err);
    return statements != NULL && central_run(load->central, statements, err);
}

static bool highest_version(struct load *load, int64_t *out, struct error *err)
{
    *out = 0;
    for (size_t i = 0; i < load->part_count; i++) {
        int64_t version = 0;
        const char *sql = arena_format(load->arena, "SELECT max(row_version) FROM \"%s\"",
                                       load->parts[i].table->name);
        if (store_find_integer(load->store, &version, sql, err, "") < 0)
            return false;
        *out = version > *out ? version : *out;
    }
    return true;
}

/* Versions of later changes are above those that came along. */
static bool raise_versions(struct load *load, struct error *err)
{
    char text[24];
    int64_t highest;
    if (!highest_version(load, &highest, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)highest);
    const char *const parameters[] = {text};
    struct pg_result *result = central_query(load->central,
                                             "SELECT setval('row_versions', h.version + 1000)"
                                             " FROM (VALUES ($1::bigint)) AS h (version)"
                                             " WHERE h.version >= nextval('row_versions')",
                                             1, parameters, err);
    central_clear(result);
    return result != NULL;
}

/* Messages that had no place in their channel yet have got one: the store has to hear of it. */
static bool tell_of_places(struct load *load, struct error *err)
{
    char tenant[UUID_TEXT_SIZE];
    int64_t unplaced = 0;
    if (store_find_integer(load->store, &unplaced,
                           "SELECT count(*) FROM messages WHERE position IS NULL", err, "") < 0)
        return false;
    if (unplaced == 0)
        return true;
    uuid_text(store_tenant(load->store), tenant);
    const char *const parameters[] = {tenant};
    struct pg_result *result = central_query(
        load->central,
        "UPDATE messages SET row_version = nextval('row_versions') WHERE tenant_id = $1", 1,
        parameters, err);
    central_clear(result);
    return result != NULL;
}

static bool check_room(struct load *load, struct error *err)
{
    char id[UUID_TEXT_SIZE], name[400] = "", slug[400] = "";
    struct statement *shop = store_prepare(load->store, "SELECT name, slug FROM tenants", err);
    int found = shop != NULL ? statement_step(shop, err) : -1;
    if (found == 1) {
        snprintf(name, sizeof name, "%s", statement_text(shop, 0));
        snprintf(slug, sizeof slug, "%s", statement_text(shop, 1));
    }
    statement_done(shop);
    if (found < 1)
        return found == 0 && error_set(err, ERROR_NOT_FOUND, "the store holds no shop");
    uuid_text(store_tenant(load->store), id);
    const char *const parameters[] = {id, slug};
    struct pg_result *there = central_query(
        load->central, "SELECT 1 FROM tenants WHERE id = $1 OR slug = $2 AND deleted_at IS NULL", 2,
        parameters, err);
    bool is_free = there != NULL && central_rows(there) == 0;
    central_clear(there);
    return is_free || there == NULL ||
           error_set(err, ERROR_RULE,
                     "the centre has the shop %s already; a store joins it with `countertop "
                     "enroll` and a code from `countertop central code`",
                     name);
}

static bool send_all(struct load *load, struct error *err)
{
    const char *wake = plan(load, err) ? made_by(load, wake_sql, 0, err) : NULL;
    if (wake == NULL || !run_made(load, rest_sql, 0, err))
        return false;
    for (size_t i = 0; i < load->part_count; i++)
        if (!tell(load, load->parts[i].table, err) || !send_part(load, &load->parts[i], err))
            return false;
    /* A table whose references are still to be checked can't be altered. */
    return run_made(load, derive_sql, 1, err) && raise_versions(load, err) &&
           central_run(load->central, "SET CONSTRAINTS ALL IMMEDIATE", err) &&
           central_run(load->central, wake, err) && tell_of_places(load, err) &&
           central_run(load->central, "SET CONSTRAINTS ALL DEFERRED", err);
}

bool central_load(struct central *central, struct store *store,
                  const struct snapshot_progress *progress, int64_t *rows, struct error *err)
{
    struct load load = {
        .central = central, .store = store, .progress = progress, .arena = arena_new()};
    buffer_init(&load.block);
    bool is_done =
        check_room(&load, err) && send_all(&load, err) && central_load_door(central, store, err);
    *rows = load.rows;
    buffer_done(&load.block);
    arena_free(load.arena);
    return is_done;
}
