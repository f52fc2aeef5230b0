#include "model/overlay/unique_key.h"

#include "model/store/store_sql.h"

#include <ctype.h>
#include <string.h>

/* The parts of CREATE UNIQUE INDEX name ON table (a, lower(b)) WHERE condition. */
struct index_parts {
    const char *terms; /* the first behind the parenthesis */
    const char *end;   /* the parenthesis that closes */
    const char *condition;
};

static const char *closing(const char *text)
{
    for (int depth = 0; *text != '\0'; text++) {
        if (*text == '(')
            depth++;
        if (*text == ')' && depth-- == 0)
            return text;
    }
    return text;
}

static struct index_parts parts_of(const char *sql)
{
    static const char where[] = "WHERE ";
    struct index_parts parts = {.terms = strchr(sql, '(')};
    parts.terms = parts.terms != NULL ? parts.terms + 1 : sql + strlen(sql);
    parts.end = closing(parts.terms);
    /* There may be line breaks about it, but there is nothing else behind the columns. */
    const char *rest = *parts.end != '\0' ? parts.end + 1 : parts.end;
    rest += strspn(rest, " \n\t");
    parts.condition =
        strncmp(rest, where, sizeof where - 1) == 0 ? rest + sizeof where - 1 : "TRUE";
    return parts;
}

/* Where the term ends: at a comma that stands in no parentheses. */
static const char *term_end(const char *term, const char *end)
{
    int depth = 0;
    while (term < end && (*term != ',' || depth > 0)) {
        depth += *term == '(' ? 1 : *term == ')' ? -1 : 0;
        term++;
    }
    return term;
}

static void add_terms(struct buffer *sql, const struct index_parts *parts)
{
    int number = 0;
    for (const char *term = parts->terms; term < parts->end;) {
        const char *end = term_end(term, parts->end);
        buffer_add(sql, ", (");
        buffer_add_bytes(sql, term, (size_t)(end - term));
        buffer_format(sql, ") AS key_%d", number++);
        term = end < parts->end ? end + 1 : end;
    }
}

static int term_count(const struct index_parts *parts)
{
    int count = 0;
    for (const char *term = parts->terms; term < parts->end; count++) {
        term = term_end(term, parts->end);
        term += term < parts->end;
    }
    return count;
}

/* Both rows are asked for the same terms under the same condition: the ones that stand, and one
 * made of the values that are bound. */
static const char *make_sql(const struct table *table, const char *index, struct arena *arena)
{
    struct index_parts parts = parts_of(index);
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "WITH wanted AS (SELECT ");
    for (size_t i = 0; i < table->column_count; i++) {
        buffer_format(&sql, "%s?%zu AS ", i == 0 ? "" : ", ", i + 1);
        sql_add_name(&sql, table->columns[i].name);
    }
    buffer_add(&sql, ") SELECT a.id FROM (SELECT 1");
    add_terms(&sql, &parts);
    buffer_format(&sql, " FROM wanted WHERE %s) AS b JOIN (SELECT id", parts.condition);
    add_terms(&sql, &parts);
    buffer_add(&sql, " FROM ");
    sql_add_name(&sql, table->name);
    buffer_format(&sql, " WHERE %s) AS a ON TRUE", parts.condition);
    for (int i = 0; i < term_count(&parts); i++)
        buffer_format(&sql, " AND a.key_%d = b.key_%d", i, i);
    buffer_format(&sql, " WHERE a.id <> ?%zu", table->column_count + 1);
    const char *text = arena_text(arena, sql.text);
    buffer_done(&sql);
    return text;
}

static bool has_word(const char *text, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += size)
        if ((at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_')) &&
            !isalnum((unsigned char)at[size]) && at[size] != '_')
            return true;
    return false;
}

bool unique_keys_read(struct store *store, const struct table *table, struct arena *arena,
                      struct unique_key **out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql LIKE"
        " 'CREATE UNIQUE %'",
        err);
    *out = NULL;
    if (row == NULL)
        return false;
    statement_bind_text(row, 1, table->name);
    int state;
    while ((state = statement_step(row, err)) > 0) {
        const char *sql = strchr(statement_text(row, 0), '(');
        if (sql == NULL)
            continue;
        bool *columns = arena_alloc(arena, table->column_count * sizeof *columns);
        for (size_t i = 0; i < table->column_count; i++)
            columns[i] = has_word(sql, table->columns[i].name);
        struct unique_key *key = arena_alloc(arena, sizeof *key);
        *key = (struct unique_key){
            .sql = make_sql(table, sql, arena), .columns = columns, .next = *out};
        *out = key;
    }
    statement_done(row);
    return state == 0;
}

int unique_key_holder(struct store *store, const struct table *table, const struct unique_key *keys,
                      const struct uuid *id, const struct value *values, struct uuid *holder,
                      const struct unique_key **key, struct error *err)
{
    for (; keys != NULL; keys = keys->next) {
        struct statement *row = store_prepare(store, keys->sql, err);
        if (row == NULL)
            return -1;
        for (size_t i = 0; i < table->column_count; i++)
            statement_bind_value(row, (int)i + 1, values[i]);
        statement_bind_uuid(row, (int)table->column_count + 1, id);
        int state = statement_step(row, err);
        if (state > 0)
            statement_uuid(row, 0, holder);
        statement_done(row);
        *key = keys;
        if (state != 0)
            return state;
    }
    return 0;
}
