#include "model/privacy/personal.h"

#include "model/base/instant.h"
#include "model/store/store_sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAW_YEARS = 10, ROW_DIGITS = 12 };

int personal_columns(struct store *store, const struct table *table, struct arena *arena,
                     struct personal_column **out, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT column_name, kind, erase, coalesce(why, ''), coalesce(law, '')"
                      " FROM personal_data WHERE table_name = ?1 AND kind <> 'none'",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, table->name);
    *out = arena_alloc(arena, table->column_count * sizeof **out);
    int count = 0, state;
    while ((state = statement_step(row, err)) > 0) {
        const struct column *column = table_column(table, statement_text(row, 0));
        if (column != NULL)
            (*out)[count++] = (struct personal_column){
                .column = column,
                .kind = arena_text(arena, statement_text(row, 1)),
                .erase = arena_text(arena, statement_text(row, 2)),
                .why = arena_text(arena, statement_text(row, 3)),
                .law = arena_text(arena, statement_text(row, 4)),
            };
    }
    statement_done(row);
    return state < 0 ? -1 : count;
}

bool personal_is_erased(const struct personal_column *column)
{
    return strcmp(column->erase, "clear") == 0 || strcmp(column->erase, "replace") == 0 ||
           strcmp(column->erase, "delete") == 0;
}

/* What kinds are replaced by: a text, of the mark all, the last digits or nothing, and the row. */
enum mark_part { MARK_NOT, MARK_SHORT, MARK_WHOLE };
struct words {
    const char *kind, *before;
    enum mark_part part;
    const char *after; /* behind the row's digits; NULL: without them */
};
static const struct words kinds[] = {
    {"name", "erased person ", MARK_SHORT, NULL},
    {"given", "erased", MARK_NOT, NULL},
    {"family", "person ", MARK_SHORT, NULL},
    {"contact", "erased-", MARK_WHOLE, "@erased.invalid"},
    {"free_text", "(erased)", MARK_NOT, NULL},
    {"trail", "{\"erased\": true}", MARK_NOT, NULL},
    {"list", "[]", MARK_NOT, NULL},
};
static const struct words no_kind = {"", "erased-", MARK_NOT, ""};
static const struct words document = {"", "{}", MARK_NOT, NULL};
static const struct words nothing = {"", "", MARK_NOT, NULL};

static const struct words *words_of(const struct personal_column *column)
{
    bool is_document = column->column->type == COLUMN_JSON;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, column->kind) == 0 &&
            (!is_document || strchr("{[", kinds[i].before[0]) != NULL))
            return &kinds[i];
    if (is_document)
        return &document;
    return column->column->type == COLUMN_BYTES ? &nothing : &no_kind;
}

/* What a column holds once it is erased: a text around the last twelve digits of the row's id. */
struct neutral {
    bool is_null;
    bool has_row;
    char before[80];
    const char *after;
};

static struct neutral neutral_of(const struct personal_column *column, const char *mark)
{
    static const size_t skipped[] = {
        [MARK_NOT] = SUBJECT_MARK_SIZE - 1, [MARK_SHORT] = SUBJECT_MARK_SIZE - 5, [MARK_WHOLE] = 0};
    struct neutral neutral = {.after = ""};
    neutral.is_null = strcmp(column->erase, "replace") != 0 && column->column->is_nullable;
    const struct words *words = words_of(column);
    snprintf(neutral.before, sizeof neutral.before, "%s%s%s", words->before,
             mark + skipped[words->part], words->part == MARK_WHOLE ? "-" : "");
    neutral.has_row = words->after != NULL;
    if (neutral.has_row)
        neutral.after = words->after;
    return neutral;
}

json_t *personal_neutral_json(const struct personal_column *column, const char *mark,
                              const struct uuid *row, bool is_kept)
{
    struct neutral neutral = neutral_of(column, mark);
    char id[UUID_TEXT_SIZE], text[2 * sizeof neutral.before + UUID_TEXT_SIZE];
    if (neutral.is_null)
        return json_null();
    uuid_text(row, id);
    snprintf(text, sizeof text, "%s%s%s", neutral.before,
             neutral.has_row ? id + UUID_TEXT_SIZE - 1 - ROW_DIGITS : "", neutral.after);
    if (column->column->type == COLUMN_JSON && !is_kept)
        return json_loads(text, 0, NULL);
    return json_string(text);
}

/* Where a path ends, `?1` to `?6` being customers, users, addresses, those of erased rows, rows and
 * mentions. */
static bool add_end(struct buffer *sql, const struct table *table, const char *column,
                    const char *ends_at)
{
    bool names_customer = table != NULL && table_column(table, "customer_id") != NULL;
    if (strcmp(ends_at, "customer") == 0)
        buffer_format(sql, "%s" ID_SET_IN("1"), column);
    else if (strcmp(ends_at, "user") == 0)
        buffer_format(sql, "%s" ID_SET_IN("2"), column);
    else if (strcmp(ends_at, "email") == 0)
        buffer_format(sql, "(lower(%s) IN (SELECT value FROM json_each(?3))%s OR %s LIKE ?4)",
                      column, names_customer ? " AND customer_id IS NULL" : "", column);
    else if (strcmp(ends_at, "row") == 0)
        buffer_format(sql, "%s" ID_SET_IN("5"), column);
    else if (strcmp(ends_at, "mention") == 0)
        buffer_format(sql,
                      "EXISTS (SELECT 1 FROM json_each(?6) AS m WHERE %s LIKE m.value ESCAPE '\\')",
                      column);
    return table != NULL;
}

/* SQL that is true of a row of the table which the path leads from to the person: "column", or
 * "column>table.path" over the id, or over another column, "column>table/key.path". */
static bool add_condition(struct buffer *sql, const struct schema *schema,
                          const struct table *table, const char *path, const char *ends_at)
{
    char column[64], name[64], key[64] = "id";
    const char *hop = strchr(path, '>');
    if (hop == NULL)
        return add_end(sql, table, path, ends_at);
    const char *dot = strchr(hop, '.');
    if (dot == NULL || dot - path >= (int)sizeof column)
        return false;
    snprintf(column, sizeof column, "%.*s", (int)(hop - path), path);
    snprintf(name, sizeof name, "%.*s", (int)(dot - hop - 1), hop + 1);
    char *slash = strchr(name, '/');
    if (slash != NULL) {
        snprintf(key, sizeof key, "%s", slash + 1);
        *slash = '\0';
    }
    buffer_format(sql, "%s IN (SELECT %s FROM \"%s\" WHERE ", column, key, name);
    bool is_done = add_condition(sql, schema, schema_table(schema, name), dot + 1, ends_at);
    buffer_add_char(sql, ')');
    return is_done;
}

/* The paths of one table, early or late. */
struct search {
    struct store *store;
    const struct subject *person;
    struct arena *arena;
    struct personal_list *list;
    struct buffer found; /* all ids so far */
};

static bool run_search(struct search *search, const char *sql, struct id_set *out,
                       struct error *err)
{
    char erased[32];
    const struct subject *person = search->person;
    struct statement *row = store_prepare(search->store, sql, err);
    if (row == NULL)
        return false;
    snprintf(erased, sizeof erased, "erased-%s-%%", person->mark);
    statement_bind_value(row, 1, id_set_value(&person->customers));
    statement_bind_value(row, 2, id_set_value(&person->users));
    statement_bind_text(row, 3, person->emails);
    statement_bind_text(row, 4, erased);
    statement_bind_value(row, 5, value_bytes(search->found.text, search->found.size));
    statement_bind_text(row, 6, person->mentions);
    bool is_done = id_set_read(row, search->arena, out, err);
    statement_done(row);
    return is_done;
}

/* "SELECT … UNION SELECT …": each path finds its own index. 1, 0 no path, -1 failed. */
static int make_search(struct search *search, const struct table *table, const char *key,
                       bool is_late, struct buffer *sql, struct error *err)
{
    const struct schema *schema = store_schema(search->store);
    struct statement *row = store_prepare(search->store,
                                          "SELECT path, ends_at FROM personal_paths"
                                          " WHERE table_name = ?1 AND (ends_at = 'row') = ?2",
                                          err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, table->name);
    statement_bind_integer(row, 2, is_late);
    int count = 0, state;
    buffer_clear(sql);
    buffer_add(sql, "WITH asked AS (SELECT ?1, ?2, ?3, ?4, ?5, ?6)");
    while ((state = statement_step(row, err)) > 0) {
        buffer_format(sql, "%s SELECT \"%s\" FROM \"%s\" WHERE ", count++ > 0 ? " UNION" : "", key,
                      table->name);
        if (!add_condition(sql, schema, table, statement_text(row, 0), statement_text(row, 1))) {
            error_set(err, ERROR_STORE,
                      "%s: nothing is known of the path %s: a fault of the program", table->name,
                      statement_text(row, 0));
            state = -1;
            break;
        }
    }
    statement_done(row);
    return state < 0 ? -1 : count > 0;
}

static bool search_table(struct search *search, const struct table *table, bool is_late,
                         struct error *err)
{
    const char *key = table_column(table, "id") != NULL ? "id" : "row_id";
    struct buffer sql;
    struct id_set rows = {0};
    buffer_init(&sql);
    int state = make_search(search, table, key, is_late, &sql, err);
    if (state > 0 && !run_search(search, sql.text, &rows, err))
        state = -1;
    buffer_done(&sql);
    if (rows.count == 0)
        return state >= 0;
    search->list->items[search->list->count++] = (struct personal_rows){table, key, rows};
    if (!is_late)
        buffer_add_bytes(&search->found, (const char *)rows.ids, rows.count * UUID_SIZE);
    return true;
}

bool personal_find(struct store *store, const struct subject *person, struct arena *arena,
                   struct personal_list *out, struct error *err)
{
    const struct schema *schema = store_schema(store);
    struct search search = {.store = store, .person = person, .arena = arena, .list = out};
    bool is_done = true;
    *out = (struct personal_list){0};
    out->items = arena_alloc(arena, 2 * schema->table_count * sizeof *out->items);
    buffer_init(&search.found);
    for (int is_late = 0; is_late < 2 && is_done; is_late++)
        for (size_t i = 0; i < schema->table_count && is_done; i++)
            is_done = search_table(&search, &schema->tables[i], is_late != 0, err);
    out->all.count = search.found.size / UUID_SIZE;
    out->all.ids = (unsigned char *)arena_bytes(arena, search.found.text, search.found.size);
    id_set_sort(&out->all);
    buffer_done(&search.found);
    return is_done;
}

/* The value as SQL; `?2` is the day of the law. */
static void add_value(struct buffer *sql, const struct personal_column *column, const char *mark,
                      const char *key)
{
    struct neutral neutral = neutral_of(column, mark);
    const char *name = column->column->name;
    bool is_lawful = column->law[0] != '\0';
    bool keeps_null = !is_lawful && !neutral.is_null && column->column->is_nullable;
    if (is_lawful)
        buffer_format(sql, "CASE WHEN \"%s\" >= ?2 THEN \"%s\" ELSE ", column->law, name);
    if (keeps_null)
        buffer_format(sql, "CASE WHEN \"%s\" IS NOT NULL THEN ", name);
    if (neutral.is_null)
        buffer_add(sql, "NULL");
    else if (column->column->type == COLUMN_BYTES)
        buffer_add(sql, "x''");
    else if (!neutral.has_row)
        buffer_format(sql, "'%s'", neutral.before);
    else
        buffer_format(sql, "substr('%s' || lower(substr(hex(\"%s\"), -%d)) || '%s', 1, %d)",
                      neutral.before, key, ROW_DIGITS, neutral.after,
                      column->column->length > 0 ? column->column->length : 1000);
    if (is_lawful || keeps_null)
        buffer_add(sql, " END");
}

static bool has_deleted(const struct personal_column *columns, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(columns[i].erase, "delete") == 0)
            return true;
    return false;
}

/* False where nothing of the table is erased. */
static bool make_statement(const struct personal_rows *rows, const struct personal_column *columns,
                           int count, const char *mark, struct buffer *sql)
{
    const char *table = rows->table->name;
    if (has_deleted(columns, count)) {
        buffer_format(sql, "DELETE FROM \"%s\" WHERE \"%s\"" ID_SET_IN("1") " AND ?2 = ?2", table,
                      rows->key);
        return true;
    }
    struct buffer differs;
    int set = 0;
    buffer_init(&differs);
    buffer_format(sql, "UPDATE \"%s\" SET ", table);
    for (int i = 0; i < count; i++) {
        if (!personal_is_erased(&columns[i]))
            continue;
        buffer_format(sql, "%s\"%s\" = ", set > 0 ? ", " : "", columns[i].column->name);
        add_value(sql, &columns[i], mark, rows->key);
        buffer_format(&differs, "%s\"%s\" IS NOT ", set++ > 0 ? " OR " : "",
                      columns[i].column->name);
        add_value(&differs, &columns[i], mark, rows->key);
    }
    buffer_format(sql, " WHERE \"%s\"" ID_SET_IN("1") " AND (%s) AND ?2 = ?2", rows->key,
                  differs.text);
    buffer_done(&differs);
    return set > 0;
}

int64_t personal_erase(struct store *store, const struct personal_rows *rows, const char *mark,
                       const char *law_day, struct error *err)
{
    struct arena *arena = arena_new();
    struct personal_column *columns;
    struct buffer sql;
    buffer_init(&sql);
    int64_t changed = 0;
    int count = personal_columns(store, rows->table, arena, &columns, err);
    if (count < 0)
        changed = -1;
    else if (make_statement(rows, columns, count, mark, &sql))
        changed = store_run(store, sql.text, err, "vt", id_set_value(&rows->rows), law_day)
                      ? sqlite3_changes64(store_sqlite(store))
                      : -1;
    buffer_done(&sql);
    arena_free(arena);
    return changed;
}

int64_t personal_lawful(struct store *store, const struct personal_rows *rows, const char *law_day,
                        const char **why, struct arena *arena, struct error *err)
{
    struct personal_column *columns;
    int count = personal_columns(store, rows->table, arena, &columns, err);
    if (count < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (columns[i].law[0] == '\0')
            continue;
        int64_t kept = 0;
        *why = columns[i].why;
        int state = store_find_integer(
            store, &kept,
            arena_format(arena, "SELECT count(*) FROM \"%s\" WHERE \"%s\" >= ?2 AND \"%s\"%s",
                         rows->table->name, columns[i].law, rows->key, ID_SET_IN("1")),
            err, "vt", id_set_value(&rows->rows), law_day);
        return state < 0 ? -1 : kept;
    }
    return 0;
}

bool personal_law_day(struct store *store, char day[16], int *years, struct error *err)
{
    int64_t asked = LAW_YEARS;
    if (store_find_integer(
            store, &asked,
            "SELECT CAST(json_extract(s.value, '$.invoice_years.' || coalesce(t.country,"
            " 'default')) AS INTEGER) FROM app_settings AS s JOIN tenants AS t WHERE s.name ="
            " 'privacy' AND json_extract(s.value, '$.invoice_years.' || coalesce(t.country,"
            " 'default')) BETWEEN 0 AND 99",
            err, "") < 0)
        return false;
    struct clock_time now;
    instant_to_local(env_now(store_env(store)), NULL, &now);
    date_format(date_add_months(now.date, -12 * (int)asked), day);
    *years = (int)asked;
    return true;
}
