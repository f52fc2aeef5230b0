#include "sync/hold.h"

#include <stdlib.h>
#include <string.h>

/* The kinds of terminals whose stores hold `central` tables: events, mail, forms and what else is
 * much and for programs rather than for people. One whose kind is not known ran alone once and has
 * them all. */
static const char *const central_kinds[] = {"worker", ""};

static bool holds_central(struct store *store, bool *out, struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT value FROM sync_state WHERE name = 'kind'", err);
    if (statement == NULL)
        return false;
    int state = statement_step(statement, err);
    const char *kind = state > 0 ? statement_text(statement, 0) : "";
    *out = false;
    for (size_t i = 0; i < sizeof central_kinds / sizeof central_kinds[0]; i++)
        *out |= strcmp(kind, central_kinds[i]) == 0;
    statement_done(statement);
    return state >= 0;
}

/* What only the worker's key opens may stand anywhere; other secrets stay at the centre. */
static bool is_kept_away(const struct column *column)
{
    return column->is_secret && !column->is_sealed;
}

/* A row whose secret can't be left out is of no use without it. */
static bool is_held(const struct table *table, bool with_central)
{
    if (!table->travels || (table->scope == SCOPE_CENTRAL && !with_central))
        return false;
    for (size_t i = 0; i < table->column_count; i++)
        if (is_kept_away(&table->columns[i]) && table->columns[i].is_required)
            return false;
    return true;
}

static int by_rank(const void *a, const void *b)
{
    const struct hold_table *one = a, *other = b;
    return (one->table->rank > other->table->rank) - (one->table->rank < other->table->rank);
}

static void find_tables(struct hold *hold, const struct schema *schema, bool with_central)
{
    hold->tables = arena_alloc(hold->arena, (schema->table_count + 1) * sizeof *hold->tables);
    for (size_t i = 0; i < schema->table_count; i++)
        if (is_held(&schema->tables[i], with_central))
            hold->tables[hold->count++].table = &schema->tables[i];
    qsort(hold->tables, hold->count, sizeof *hold->tables, by_rank);
}

const struct hold_table *hold_find(const struct hold *hold, const char *table)
{
    for (size_t i = 0; i < hold->count; i++)
        if (strcmp(hold->tables[i].table->name, table) == 0)
            return &hold->tables[i];
    return NULL;
}

static void add_column(struct hold *hold, const char *table, const char *name)
{
    struct hold_table *held = (struct hold_table *)hold_find(hold, table);
    int place = held != NULL ? table_column_index(held->table, name) : -1;
    if (place < 0 || is_kept_away(&held->table->columns[place]))
        return;
    if (held->columns == NULL)
        held->columns = arena_alloc(hold->arena, held->table->column_count * sizeof(int));
    ((int *)held->columns)[held->count++] = place;
}

void hold_keep_columns(const struct hold_table *held, struct pull *pull)
{
    for (size_t i = 0; i < held->table->column_count; i++) {
        size_t k = 0;
        while (k < held->count && held->columns[k] != (int)i)
            k++;
        if (k == held->count && !held->table->columns[i].is_secret)
            pull_keep_column(pull, held->table, i);
    }
}

static void list_columns(struct hold_table *held, struct arena *arena)
{
    struct buffer list;
    buffer_init(&list);
    for (size_t i = 0; i < held->count; i++)
        buffer_format(&list, "%s\"%s\"", i == 0 ? "" : ", ",
                      held->table->columns[held->columns[i]].name);
    held->list = arena_text(arena, list.text);
    buffer_done(&list);
}

/* Tables that the centre does not know are not held: it is older than this program. */
static void drop_unknown(struct hold *hold)
{
    size_t kept = 0;
    for (size_t i = 0; i < hold->count; i++)
        if (hold->tables[i].count > 0)
            hold->tables[kept++] = hold->tables[i];
    hold->count = kept;
}

bool hold_read(struct hold *hold, struct store *store, struct central *central, struct error *err)
{
    *hold = (struct hold){0};
    bool with_central;
    if (!holds_central(store, &with_central, err))
        return false;
    struct pg_result *columns = central_query(
        central,
        "SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid ="
        " c.oid WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT"
        " c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND"
        " has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY c.relname, a.attnum",
        0, NULL, err);
    if (columns == NULL)
        return false;
    hold->arena = arena_new();
    find_tables(hold, store_schema(store), with_central);
    for (int i = 0; i < central_rows(columns); i++)
        add_column(hold, central_text(columns, i, 0), central_text(columns, i, 1));
    central_clear(columns);
    for (size_t i = 0; i < hold->count; i++)
        list_columns(&hold->tables[i], hold->arena);
    drop_unknown(hold);
    return true;
}

void hold_done(struct hold *hold)
{
    arena_free(hold->arena);
    *hold = (struct hold){0};
}
