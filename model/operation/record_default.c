#include "model/operation/record.h"

#include <string.h>

/* A constant, as migrations write it: 'active', 0, TRUE, ('{}'). What calls a function is set when
 * the row is made. */
static bool is_constant(const char *expression)
{
    const char *inner = expression + strspn(expression, "( ");
    return inner[0] == '\'' || strchr(inner, '(') == NULL;
}

struct value record_default(struct store *store, const struct table *table,
                            const struct column *column, struct arena *arena)
{
    struct value value = value_null();
    struct statement *statement =
        store_prepare(store, "SELECT dflt_value FROM pragma_table_info(?1) WHERE name = ?2", NULL);
    const char *expression = NULL;
    if (statement == NULL)
        return value;
    statement_bind_text(statement, 1, table->name);
    statement_bind_text(statement, 2, column->name);
    if (statement_step(statement, NULL) > 0 && !statement_is_null(statement, 0))
        expression = arena_text(arena, statement_text(statement, 0));
    statement_done(statement);
    if (expression == NULL || !is_constant(expression))
        return value;
    statement = store_prepare(store, arena_format(arena, "SELECT %s", expression), NULL);
    if (statement == NULL)
        return value;
    if (statement_step(statement, NULL) > 0)
        value = value_copy(statement_value(statement, 0), arena);
    statement_done(statement);
    return value;
}
