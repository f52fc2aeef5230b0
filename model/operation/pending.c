#include "model/operation/pending.h"

#include "model/operation/kept.h"
#include "model/store/row.h"

#include <stdlib.h>
#include <string.h>

/* The look for what an operation needs. */
struct search {
    struct store *store;
    const struct changed_rows *changed;
    struct pending_needs *needs;
    struct statement *writers, *makers, *of_table;
    signed char *is_pending; /* by table: 1 some of its rows are, -1 none, 0 not asked yet */
    struct arena *arena;
    struct error *err;
};

static void add_need(struct pending_needs *needs, int64_t seq, const struct uuid *id)
{
    size_t at = needs->count;
    while (at > 0 && needs->items[at - 1].seq > seq)
        at--;
    if (at > 0 && needs->items[at - 1].seq == seq)
        return;
    if (needs->count == needs->capacity) {
        needs->capacity = needs->capacity > 0 ? needs->capacity * 2 : 8;
        needs->items = memory_resize(needs->items, needs->capacity, sizeof *needs->items);
    }
    memmove(needs->items + at + 1, needs->items + at, (needs->count - at) * sizeof *needs->items);
    needs->items[at] = (struct pending_need){.seq = seq, .id = *id};
    needs->count++;
}

void pending_needs_done(struct pending_needs *needs)
{
    free(needs->items);
    *needs = (struct pending_needs){0};
}

static bool search_init(struct search *search, struct store *store,
                        const struct changed_rows *changed, struct pending_needs *needs,
                        struct error *err)
{
    *search = (struct search){.store = store, .changed = changed, .needs = needs, .err = err};
    search->arena = arena_new();
    search->is_pending = arena_alloc(search->arena, store_schema(store)->table_count);
    search->writers =
        store_prepare(store,
                      "SELECT r.seq, o.id, r.verb, r.fields, o.is_hidden FROM op_rows AS r"
                      " JOIN outbox AS o ON o.seq = r.seq"
                      " WHERE r.table_name = ?1 AND r.row_id = ?2 ORDER BY r.seq DESC",
                      err);
    search->makers = store_prepare(store,
                                   "SELECT r.seq, o.id FROM op_rows AS r JOIN outbox AS o"
                                   " ON o.seq = r.seq WHERE r.table_name = ?1 AND r.row_id = ?2"
                                   " AND r.verb = 'insert' AND o.is_hidden IS FALSE",
                                   err);
    search->of_table =
        store_prepare(store, "SELECT 1 FROM op_rows WHERE table_name = ?1 LIMIT 1", err);
    return search->writers != NULL && search->makers != NULL && search->of_table != NULL;
}

static void search_done(struct search *search)
{
    statement_done(search->writers);
    statement_done(search->makers);
    statement_done(search->of_table);
    arena_free(search->arena);
}

/* Most tables have nothing pending, and one look-up for each of them says so. */
static int has_pending(struct search *search, const struct table *table)
{
    signed char *known = &search->is_pending[table->index];
    if (*known == 0) {
        statement_bind_text(search->of_table, 1, table->name);
        int state = statement_step(search->of_table, search->err);
        if (state < 0)
            return -1;
        *known = state > 0 ? 1 : -1;
        if (state > 0)
            statement_step(search->of_table, NULL); /* to its end, so that it can be bound again */
    }
    return *known > 0;
}

static bool shares_group(const struct column *a, const struct column *b)
{
    return a->group != NULL && b->group != NULL && strcmp(a->group, b->group) == 0;
}

/* Columns under one CHECK are one. */
static void widen(const struct table *table, bool *columns)
{
    for (size_t i = 0; i < table->column_count; i++)
        for (size_t k = 0; !columns[i] && k < table->column_count; k++)
            columns[i] = columns[k] && shares_group(&table->columns[i], &table->columns[k]);
}

static bool read_columns(struct search *search, const struct table *table, const char *fields,
                         bool *columns)
{
    struct value *values = arena_alloc(search->arena, table->column_count * sizeof *values);
    if (!kept_read(table, fields, search->arena, values, columns, search->err))
        return false;
    widen(table, columns);
    return true;
}

/* The columns that the row changes; a deletion ends what was written to any of them. */
static bool *columns_of(struct search *search, const struct changed_row *row)
{
    bool *columns = arena_alloc(search->arena, row->table->column_count * sizeof *columns);
    if (row->verb == VERB_DELETE) {
        memset(columns, true, row->table->column_count * sizeof *columns);
        return columns;
    }
    const char *fields =
        arena_bytes(search->arena, search->changed->kept.text + row->new_start, row->new_size);
    return read_columns(search, row->table, fields, columns) ? columns : NULL;
}

/* One who wrote the row: needed for the columns that nobody wrote after it. */
static bool take_writer(struct search *search, const struct table *table, bool *open, bool *is_last)
{
    struct uuid id;
    int64_t seq = statement_integer(search->writers, 0);
    statement_uuid(search->writers, 1, &id);
    if (statement_integer(search->writers, 4) != 0)
        return true;
    *is_last = strcmp(statement_text(search->writers, 2), "insert") == 0;
    bool *written = arena_alloc(search->arena, table->column_count * sizeof *written);
    if (!*is_last && !read_columns(search, table, statement_text(search->writers, 3), written))
        return false;
    bool is_needed = *is_last;
    for (size_t i = 0; i < table->column_count; i++) {
        is_needed = is_needed || (open[i] && written[i]);
        open[i] = open[i] && !written[i];
    }
    if (is_needed)
        add_need(search->needs, seq, &id);
    return true;
}

static bool find_writers(struct search *search, const struct changed_row *row)
{
    statement_bind_text(search->writers, 1, row->table->name);
    statement_bind_uuid(search->writers, 2, &row->id);
    bool *open = NULL;
    bool is_last = false;
    int state;
    while ((state = statement_step(search->writers, search->err)) > 0) {
        if (open == NULL && (open = columns_of(search, row)) == NULL)
            return false;
        if (!is_last && !take_writer(search, row->table, open, &is_last))
            return false;
    }
    return state == 0;
}

static bool find_maker(struct search *search, const struct changed_reference *reference)
{
    int pending = has_pending(search, reference->table);
    if (pending <= 0)
        return pending == 0;
    statement_bind_text(search->makers, 1, reference->table->name);
    statement_bind_uuid(search->makers, 2, &reference->id);
    int state;
    while ((state = statement_step(search->makers, search->err)) > 0) {
        struct uuid id;
        statement_uuid(search->makers, 1, &id);
        add_need(search->needs, statement_integer(search->makers, 0), &id);
    }
    return state == 0;
}

bool pending_find_needs(struct store *store, const struct changed_rows *changed,
                        struct pending_needs *out, struct error *err)
{
    *out = (struct pending_needs){0};
    struct search search;
    bool is_done = search_init(&search, store, changed, out, err);
    for (size_t i = 0; is_done && i < changed->count; i++)
        is_done = changed->rows[i].verb == VERB_INSERT || find_writers(&search, &changed->rows[i]);
    for (size_t i = 0; is_done && i < changed->reference_count; i++)
        is_done = find_maker(&search, &changed->references[i]);
    search_done(&search);
    return is_done;
}

/* The centre's version of a row that nothing pending touched before: what stood in it. */
static bool keep_base(struct store *store, const struct changed_rows *changed,
                      const struct changed_row *row, struct error *err)
{
    const struct table *table = row->table;
    struct arena *arena = arena_new();
    struct value *values = arena_alloc(arena, table->column_count * sizeof *values);
    const char *old = arena_bytes(arena, changed->kept.text + row->old_start, row->old_size);
    struct buffer fields;
    buffer_init(&fields);
    int version = table_column_index(table, "row_version");
    bool is_done =
        (row->verb == VERB_DELETE || row_read(store, table, &row->id, arena, values, err) > 0) &&
        kept_read(table, old, arena, values, NULL, err) &&
        kept_write_row(table, values, &fields, err) &&
        store_run(store,
                  "INSERT INTO base_rows (table_name, row_id, version, fields)"
                  " VALUES (?1, ?2, ?3, ?4)",
                  err, "tuit", table->name, &row->id, version < 0 ? 0 : values[version].integer,
                  fields.text);
    buffer_done(&fields);
    arena_free(arena);
    return is_done;
}

static bool record_base(struct store *store, const struct changed_rows *changed,
                        const struct changed_row *row, struct error *err)
{
    int64_t is_there;
    if (row->verb == VERB_INSERT)
        return store_run(store,
                         "INSERT OR IGNORE INTO base_rows (table_name, row_id) VALUES (?1, ?2)",
                         err, "tu", row->table->name, &row->id);
    int found = store_find_integer(store, &is_there,
                                   "SELECT 1 FROM base_rows WHERE table_name = ?1 AND row_id = ?2",
                                   err, "tu", row->table->name, &row->id);
    return found > 0 || (found == 0 && keep_base(store, changed, row, err));
}

static bool record_row(struct store *store, int64_t seq, const struct changed_rows *changed,
                       const struct changed_row *row, struct error *err)
{
    struct value fields = {
        .kind = VALUE_TEXT, .bytes = changed->kept.text + row->new_start, .size = row->new_size};
    return record_base(store, changed, row, err) &&
           store_run(store,
                     "INSERT INTO op_rows (table_name, row_id, seq, verb, fields)"
                     " VALUES (?1, ?2, ?3, ?4, ?5)",
                     err, "tuitv", row->table->name, &row->id, seq, changeset_verb_word(row->verb),
                     fields);
}

bool pending_record(struct store *store, int64_t seq, const struct changed_rows *changed,
                    const struct pending_needs *needs, struct error *err)
{
    bool is_done = true;
    for (size_t i = 0; is_done && i < changed->count; i++)
        is_done = record_row(store, seq, changed, &changed->rows[i], err);
    for (size_t i = 0; is_done && i < needs->count; i++)
        is_done = store_run(store, "INSERT INTO op_deps (seq, needs_seq) VALUES (?1, ?2)", err,
                            "ii", seq, needs->items[i].seq);
    return is_done;
}
