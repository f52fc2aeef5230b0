/* One schema, two engines: what SQLite's catalogue says after all migrations against what
 * PostgreSQL's says, fact by fact. */
#include "model/base/memory.h"
#include "model/store/migrate_sqlite.h"
#include "sync/central_migrate.h"
#include "tests/model/plain_sqlite.h"
#include "tests/sync/postgres.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Facts, a line each, "what thing: detail". Tables that only one engine has are compared by name
 * alone, against the lists below. */
#define SQLITE_TABLES                                                                              \
    "(SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "                \
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\')"

static const char sqlite_facts[] =
    "SELECT 'column ' || m.name || '.' || c.name || ': ' || upper(c.type)"
    "  || iif(c.\"notnull\", ' NOT NULL', '')"
    "  || coalesce(' DEFAULT ' || lower(c.dflt_value), '')"
    " FROM " SQLITE_TABLES " AS m JOIN pragma_table_info(m.name) AS c"
    " UNION ALL SELECT 'key ' || m.name || ': ' || (SELECT group_concat(name) FROM"
    "  (SELECT name FROM pragma_table_info(m.name) WHERE pk > 0 ORDER BY pk))"
    " FROM " SQLITE_TABLES
    " AS m WHERE EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE pk > 0)"
    " UNION ALL SELECT 'reference ' || m.name || '.' || f.\"from\" || ': ' || f.\"table\" || '.'"
    "  || f.\"to\" || ' ' || f.on_delete"
    " FROM " SQLITE_TABLES " AS m JOIN pragma_foreign_key_list(m.name) AS f"
    " UNION ALL SELECT 'checks ' || name || ': ' ||"
    "  ((length(sql) - length(replace(sql, 'CHECK (', ''))) / 7)"
    " FROM sqlite_schema WHERE name IN " SQLITE_TABLES
    " UNION ALL SELECT 'unique ' || m.name || ': ' || (SELECT group_concat(coalesce(name, '-'))"
    "  FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))"
    "  || iif(i.partial, ' partial', '')"
    " FROM " SQLITE_TABLES " AS m JOIN pragma_index_list(m.name) AS i"
    " WHERE i.\"unique\" AND i.origin <> 'pk'"
    " UNION ALL SELECT 'sync ' || name || ': ' || rank || ' ' || scope || ' ' || merge || ' ' ||"
    "  coalesce(right_insert, '-') || ' ' || coalesce(right_update, '-') || ' ' ||"
    "  coalesce(right_delete, '-') || ' ' || coalesce(keep_days, '-') FROM sync_tables"
    " UNION ALL SELECT 'policy ' || table_name || '.' || column_name || ': ' ||"
    "  coalesce(policy, '-') || ' ' || coalesce(column_group, '-') || ' ' ||"
    "  iif(is_secret, 'secret', '-') || ' ' || coalesce(on_delete, '-') FROM sync_columns"
    " UNION ALL SELECT 'move ' || table_name || '.' || column_name || ': ' || from_value || ' ' ||"
    "  to_value FROM status_moves";

#define POSTGRES_TABLES                                                                            \
    "c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"                          \
    " AND NOT c.relispartition"

/* At the centre a reference's key is the tenant and the id, and the index that it needs is no fact
 * of its own. */
static const char postgres_facts[] =
    "WITH named AS (SELECT a.attrelid, a.attnum, a.attname::text AS name FROM pg_attribute AS a)"
    " SELECT 'column ' || c.relname || '.' || a.attname || ': ' ||"
    "  upper(replace(replace(replace(replace(format_type(a.atttypid, a.atttypmod),"
    "   'character varying', 'varchar'), 'character(', 'char('),"
    "   'timestamp with time zone', 'timestamptz'), 'time without time zone', 'time'))"
    "  || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END"
    "  || coalesce(' DEFAULT ' || lower(regexp_replace(pg_get_expr(d.adbin, d.adrelid),"
    "     '::[a-z ]+(\\(\\d+\\))?', '', 'g')), '')"
    " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid"
    "  LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    " WHERE " POSTGRES_TABLES " AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION ALL SELECT 'key ' || c.relname || ': ' || (SELECT string_agg(n.name, ',' ORDER BY k.at)"
    "  FROM unnest(p.conkey) WITH ORDINALITY AS k (num, at)"
    "  JOIN named AS n ON n.attrelid = c.oid AND n.attnum = k.num)"
    " FROM pg_class AS c JOIN pg_constraint AS p ON p.conrelid = c.oid AND p.contype = 'p'"
    " WHERE " POSTGRES_TABLES
    " UNION ALL SELECT 'reference ' || c.relname || '.' || f.name || ': ' ||"
    "  p.confrelid::regclass || '.' || t.name || CASE WHEN p.confdeltype = 'a' AND p.condeferred"
    "   THEN ' NO ACTION' ELSE ' other' END"
    " FROM pg_class AS c JOIN pg_constraint AS p ON p.conrelid = c.oid AND p.contype = 'f'"
    "  JOIN named AS f ON f.attrelid = c.oid AND f.attnum = p.conkey[cardinality(p.conkey)]"
    "  JOIN named AS t ON t.attrelid = p.confrelid"
    "   AND t.attnum = p.confkey[cardinality(p.conkey)]"
    " WHERE " POSTGRES_TABLES
    " UNION ALL SELECT 'checks ' || c.relname || ': ' || (SELECT count(*) FROM pg_constraint AS p"
    "  WHERE p.conrelid = c.oid AND p.contype = 'c')"
    " FROM pg_class AS c WHERE " POSTGRES_TABLES
    " UNION ALL SELECT 'unique ' || c.relname || ': ' || (SELECT string_agg(coalesce(n.name, '-'),"
    "   ',' ORDER BY k.at) FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (num, at)"
    "   LEFT JOIN named AS n ON n.attrelid = c.oid AND n.attnum = k.num)"
    "  || CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END"
    " FROM pg_class AS c JOIN pg_index AS i ON i.indrelid = c.oid"
    " WHERE i.indisunique AND NOT i.indisprimary"
    "  AND i.indexrelid IS DISTINCT FROM to_regclass(c.relname || '_of_tenant') "
    "AND " POSTGRES_TABLES
    " UNION ALL SELECT 'sync ' || name || ': ' || rank || ' ' || scope || ' ' || merge || ' ' ||"
    "  coalesce(right_insert, '-') || ' ' || coalesce(right_update, '-') || ' ' ||"
    "  coalesce(right_delete, '-') || ' ' || coalesce(keep_days::text, '-') FROM sync_tables"
    " UNION ALL SELECT 'policy ' || table_name || '.' || column_name || ': ' ||"
    "  coalesce(policy, '-') || ' ' || coalesce(column_group, '-') || ' ' ||"
    "  CASE WHEN is_secret THEN 'secret' ELSE '-' END || ' ' || coalesce(on_delete, '-')"
    "  FROM sync_columns"
    " UNION ALL SELECT 'move ' || table_name || '.' || column_name || ': ' || from_value || ' ' ||"
    "  to_value FROM status_moves";

/* Tables that one engine alone has, and why. */
static const struct {
    const char *table, *why;
} alone[] = {
    {"product_search_docs", "full-text search is SQLite's FTS5; the centre searches by its own"},
    {"customer_search_docs", "the same"},
    {"order_search_docs", "the same"},
    {"message_search_docs", "the same"},
    {"sale_days", "reports are read at terminals alone"},
    {"stock_shortages", "the list of what to buy is read at terminals alone"},
    {"stock_window", "the days that it counts"},
    {"order_items_overreturned", "who is to be told is found at terminals alone"},
};

/* Facts that are meant to differ, as they begin. */
static const struct {
    const char *fact, *why;
} different[] = {
    {"column change_log.xid:", "a transaction's id at the centre, a number in the store"},
    {"key analytics_events:", "partitions need the time in the key, operations the id alone"},
    {"key page_views:", "the same"},
};

struct facts {
    char **lines;
    size_t count;
};

static struct postgres *server;

static void facts_add(struct facts *facts, const char *line)
{
    facts->lines = memory_resize(facts->lines, facts->count + 1, sizeof *facts->lines);
    facts->lines[facts->count++] = memory_text(line);
}

static void facts_done(struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        free(facts->lines[i]);
    free(facts->lines);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_line(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    facts_add(context, values[0] != NULL ? values[0] : "(null)");
    return 0;
}

static void read_sqlite(struct facts *facts, const struct migration_list *list)
{
    struct error err;
    sqlite3 *db = plain_sqlite_open(":memory:");
    struct migrate_engine *engine = migrate_sqlite_new(db);
    if (migrate_up(engine, list, MIGRATE_NEWEST, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
    if (sqlite3_exec(db, sqlite_facts, add_line, facts, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    migrate_sqlite_free(engine);
    sqlite3_close(db);
    qsort(facts->lines, facts->count, sizeof *facts->lines, compare_lines);
}

static void read_postgres(struct facts *facts, const struct migration_list *list)
{
    struct error err;
    struct central *central = central_open(postgres_database(server), &err);
    if (central == NULL)
        fail_msg("%s", err.text);
    struct migrate_engine *engine = central_migrate_new(central);
    if (migrate_up(engine, list, MIGRATE_NEWEST, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
    PGresult *result = central_query(central, postgres_facts, 0, NULL, &err);
    if (result == NULL)
        fail_msg("%s", err.text);
    for (int i = 0; i < PQntuples(result); i++)
        facts_add(facts, PQgetvalue(result, i, 0));
    PQclear(result);
    central_migrate_free(engine);
    central_close(central);
    qsort(facts->lines, facts->count, sizeof *facts->lines, compare_lines);
}

/* Whether the fact is about that table: "column things.name: …", "checks things: …". */
static bool is_about(const char *fact, const char *table)
{
    const char *thing = strchr(fact, ' ');
    size_t size = strlen(table);
    return thing != NULL && strncmp(thing + 1, table, size) == 0 &&
           (thing[1 + size] == '.' || thing[1 + size] == ':');
}

static bool may_differ(const char *fact)
{
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++)
        if (is_about(fact, alone[i].table))
            return true;
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++)
        if (strncmp(fact, different[i].fact, strlen(different[i].fact)) == 0)
            return true;
    return false;
}

/* An exception that excepts nothing any more is taken out. */
static void check_exceptions(const struct facts *store)
{
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
        bool is_used = false;
        for (size_t j = 0; j < store->count; j++)
            is_used |= is_about(store->lines[j], alone[i].table);
        assert_true(is_used);
    }
}

static size_t report(const char *engine, const char *fact)
{
    if (may_differ(fact))
        return 0;
    print_message("only in %s: %s\n", engine, fact);
    return 1;
}

static void the_engines_agree_on_every_fact(void **state)
{
    (void)state;
    struct error err;
    struct migration_list list;
    struct arena *arena = arena_new();
    struct facts store = {0}, centre = {0};
    if (!migration_list_built_in(arena, &list, &err))
        fail_msg("%s", err.text);
    read_postgres(&centre, &list);
    read_sqlite(&store, &list);
    size_t i = 0, j = 0, differences = 0;
    while (i < store.count || j < centre.count) {
        int order = i == store.count    ? 1
                    : j == centre.count ? -1
                                        : strcmp(store.lines[i], centre.lines[j]);
        if (order < 0)
            differences += report("SQLite", store.lines[i]);
        if (order > 0)
            differences += report("PostgreSQL", centre.lines[j]);
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    assert_true(store.count > 1500);
    check_exceptions(&store);
    assert_int_equal(differences, 0);
    facts_done(&store);
    facts_done(&centre);
    arena_free(arena);
}

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engines_agree_on_every_fact),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
