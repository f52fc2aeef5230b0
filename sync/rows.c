#include "sync/rows.h"

#include "sync/central_pipeline.h"
#include "sync/row.h"

#include <stdlib.h>
#include <string.h>

/* Rows in a statement, and statements under way: a few megabytes in all. */
enum { CHUNK = 500, UNDER_WAY = 4, PAGE = 2000 };

struct rows_of {
    const struct hold_table *held;
    struct uuid *ids; /* sorted, each once, when they are fetched */
    bool *has_come;
    size_t count, capacity;
    bool is_whole;
};

/* A part of a table's ids. */
struct chunk {
    struct rows_of *of;
    size_t first, count;
};

/* What the reading of a row needs. */
struct reader {
    struct central *central;
    struct pull *pull;
    struct arena *arena;
    struct value *values; /* of the widest table */
};

void rows_init(struct rows *rows)
{
    *rows = (struct rows){0};
}

void rows_done(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->tables[i].ids);
        free(rows->tables[i].has_come);
    }
    free(rows->tables);
    *rows = (struct rows){0};
}

/* The rows of a table come together. */
static struct rows_of *rows_of(struct rows *rows, const struct hold_table *held)
{
    for (size_t i = rows->count; i > 0; i--)
        if (rows->tables[i - 1].held == held)
            return &rows->tables[i - 1];
    rows->tables = memory_resize(rows->tables, rows->count + 1, sizeof *rows->tables);
    rows->tables[rows->count] = (struct rows_of){.held = held};
    return &rows->tables[rows->count++];
}

void rows_add(struct rows *rows, const struct hold_table *held, const struct uuid *id)
{
    struct rows_of *of = rows_of(rows, held);
    if (of->count == of->capacity) {
        of->capacity = of->capacity > 0 ? 2 * of->capacity : 16;
        of->ids = memory_resize(of->ids, of->capacity, sizeof *of->ids);
    }
    of->ids[of->count++] = *id;
}

void rows_add_table(struct rows *rows, const struct hold_table *held)
{
    rows_of(rows, held)->is_whole = true;
}

bool rows_are_none(const struct rows *rows)
{
    return rows->count == 0;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, UUID_SIZE);
}

static void sort_ids(struct rows_of *of)
{
    size_t kept = 0;
    if (of->count > 0)
        qsort(of->ids, of->count, sizeof *of->ids, compare_ids);
    for (size_t i = 0; i < of->count; i++)
        if (kept == 0 || !uuid_equal(&of->ids[kept - 1], &of->ids[i]))
            of->ids[kept++] = of->ids[i];
    of->count = kept;
    of->has_come = memory_resize(of->has_come, kept + 1, sizeof *of->has_come);
    memset(of->has_come, 0, kept + 1);
}

/* Gives one row to the pull; `*id` is the row's. */
static bool give_row(struct reader *reader, const struct hold_table *held,
                     const struct pg_result *result, int row, struct uuid *id, struct error *err)
{
    for (size_t i = 0; i < held->table->column_count; i++)
        reader->values[i] = value_null();
    arena_reset(reader->arena);
    for (size_t i = 0; i < held->count; i++) {
        int size, place = held->columns[i];
        const char *field = central_bytes(result, row, (int)i, &size);
        if (!field_read(&held->table->columns[place], field, size, reader->arena,
                        &reader->values[place], err))
            return error_prefix(err, "%s", held->table->label);
    }
    int id_at = table_column_index(held->table, "id");
    return (id_at >= 0 && value_as_uuid(reader->values[id_at], id)
                ? true
                : error_set(err, ERROR_SCHEMA, "%s has a row without an id at the centre",
                            held->table->label)) &&
           pull_row(reader->pull, held->table, reader->values, err);
}

static bool send_chunk(struct reader *reader, const struct chunk *chunk, struct error *err)
{
    struct buffer sql, ids;
    buffer_init(&sql);
    buffer_init(&ids);
    buffer_format(&sql, "SELECT %s FROM \"%s\" WHERE id = ANY ($1::uuid[])", chunk->of->held->list,
                  chunk->of->held->table->name);
    central_add_uuids(&ids, chunk->of->ids + chunk->first, chunk->count);
    struct value value = value_bytes(ids.text, ids.size);
    bool is_sent = central_send(reader->central, sql.text, &value, 1, err) &&
                   central_send_end(reader->central, err);
    buffer_done(&sql);
    buffer_done(&ids);
    return is_sent;
}

static bool receive_chunk(struct reader *reader, const struct chunk *chunk, struct error *err)
{
    struct rows_of *of = chunk->of;
    struct pg_result *result = central_receive(reader->central, err);
    bool is_good = result != NULL;
    for (int i = 0; is_good && i < central_rows(result); i++) {
        struct uuid id;
        is_good = give_row(reader, of->held, result, i, &id, err);
        const struct uuid *found =
            is_good ? bsearch(&id, of->ids, of->count, sizeof id, compare_ids) : NULL;
        if (found != NULL)
            of->has_come[found - of->ids] = true;
    }
    central_clear(result);
    for (size_t i = chunk->first; is_good && i < chunk->first + chunk->count; i++)
#ifdef MUTATE_GONE_IGNORED
        is_good = true;
#else
        is_good = of->has_come[i] || pull_gone(reader->pull, of->held->table, &of->ids[i], err);
#endif
    return is_good && central_receive_end(reader->central, err);
}

/* The chunk that follows, of this table or the next one that has ids; false: there is none. */
static bool next_chunk(struct rows *rows, struct chunk *chunk)
{
    struct rows_of *end = rows->tables + rows->count;
    chunk->first += chunk->count;
    while (chunk->of < end && (chunk->of->is_whole || chunk->first >= chunk->of->count)) {
        chunk->of++;
        chunk->first = 0;
    }
    if (chunk->of == end)
        return false;
    size_t left = chunk->of->count - chunk->first;
    chunk->count = left < CHUNK ? left : CHUNK;
    return true;
}

static bool fetch_ids(struct rows *rows, struct reader *reader, struct error *err)
{
    struct chunk sent = {.of = rows->tables}, received = {.of = rows->tables};
    int under_way = 0;
    bool has_more = true;
    for (;;) {
        while (has_more && under_way < UNDER_WAY && (has_more = next_chunk(rows, &sent))) {
            if (!send_chunk(reader, &sent, err))
                return false;
            under_way++;
        }
        if (under_way-- == 0)
            return true;
        next_chunk(rows, &received);
        if (!receive_chunk(reader, &received, err))
            return false;
    }
}

/* A page of a table behind `*last`: the rows that came, or -1. */
static int fetch_page(struct reader *reader, const struct hold_table *held, struct uuid *last,
                      struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "SELECT %s FROM \"%s\" WHERE id > $1::uuid ORDER BY id LIMIT %d",
                  held->list, held->table->name, PAGE);
    struct value from = value_uuid(last);
    struct pg_result *result = central_send(reader->central, sql.text, &from, 1, err) &&
                                       central_send_end(reader->central, err)
                                   ? central_receive(reader->central, err)
                                   : NULL;
    buffer_done(&sql);
    int count = result != NULL ? central_rows(result) : -1;
    for (int i = 0; i < count; i++)
        if (!give_row(reader, held, result, i, last, err))
            count = -1;
    central_clear(result);
    return count >= 0 && central_receive_end(reader->central, err) ? count : -1;
}

static bool fetch_table(struct reader *reader, const struct hold_table *held, struct error *err)
{
    struct uuid last = {{0}};
    int count;
    do {
        count = fetch_page(reader, held, &last, err);
    } while (count == PAGE);
    return count >= 0 && pull_whole_table(reader->pull, held->table, err);
}

bool rows_fetch(struct rows *rows, struct central *central, struct pull *pull, struct error *err)
{
    size_t widest = 0;
    for (size_t i = 0; i < rows->count; i++) {
        sort_ids(&rows->tables[i]);
        hold_keep_columns(rows->tables[i].held, pull);
        if (rows->tables[i].held->table->column_count > widest)
            widest = rows->tables[i].held->table->column_count;
    }
    struct reader reader = {.central = central,
                            .pull = pull,
                            .arena = arena_new(),
                            .values = memory_resize(NULL, widest + 1, sizeof *reader.values)};
    bool is_good = fetch_ids(rows, &reader, err);
    for (size_t i = 0; i < rows->count && is_good; i++)
        is_good = !rows->tables[i].is_whole || fetch_table(&reader, rows->tables[i].held, err);
    arena_free(reader.arena);
    free(reader.values);
    return is_good;
}
