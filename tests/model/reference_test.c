#include "model/base/money.h"
#include "model/shop/tenant_data.h"
#include "model/store/store.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct scratch scratch;
static struct store *store;

static int setup(void **state)
{
    (void)state;
    scratch_init(&scratch);
    struct error err;
    store = store_open(scratch.store, STORE_CREATE, &scratch.env, &err);
    if (!store)
        fail_msg("%s", err.text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_close(store);
    scratch_done(&scratch);
    return 0;
}

static int64_t count(const char *sql, const char *text)
{
    int64_t found = -1;
    struct error err;
    if (store_find_integer(store, &found, sql, &err, "t", text) != 1)
        fail_msg("%s: %s", sql, err.text);
    return found;
}

/* Fails with the first text that the statement finds. */
static void assert_finds_none(const char *sql)
{
    struct error err;
    struct statement *statement = store_prepare(store, sql, &err);
    assert_non_null(statement);
    int step = statement_step(statement, &err);
    if (step == 1)
        fail_msg("%s", statement_text(statement, 0));
    assert_int_equal(step, 0);
    statement_done(statement);
}

static void test_rights_of_tables_are_permissions(void **state)
{
    (void)state;
    assert_finds_none("SELECT name || ' needs ' || right FROM ("
                      " SELECT name, right_insert AS right FROM sync_tables"
                      " UNION SELECT name, right_update FROM sync_tables"
                      " UNION SELECT name, right_delete FROM sync_tables)"
                      " WHERE right IS NOT NULL AND right NOT IN (SELECT name FROM permissions)");
    assert_finds_none("SELECT name FROM permissions WHERE name NOT GLOB '[a-z]*.[a-z]*'");
}

static void test_rights_of_roles_are_permissions(void **state)
{
    (void)state;
    for (size_t i = 0; i < tenant_role_count; i++) {
        char rights[2000];
        assert_true(strlen(tenant_roles[i].rights) < sizeof rights);
        strcpy(rights, tenant_roles[i].rights);
        char *rest = NULL;
        for (char *right = strtok_r(rights, " ", &rest); right; right = strtok_r(NULL, " ", &rest))
            if (count("SELECT count(*) FROM permissions WHERE name = ?1", right) != 1)
                fail_msg("role %s has the unknown right %s", tenant_roles[i].name, right);
    }
}

static void test_currencies_agree_with_money(void **state)
{
    (void)state;
    struct error err;
    struct statement *statement =
        store_prepare(store, "SELECT code, exponent FROM currencies", &err);
    assert_non_null(statement);
    size_t found = 0;
    while (statement_step(statement, &err) == 1) {
        const char *code = statement_text(statement, 0);
        if (money_exponent(code) != statement_integer(statement, 1))
            fail_msg("%s has another exponent in model/base/money.c", code);
        found++;
    }
    statement_done(statement);
    assert_int_equal(found, 165);
    assert_int_equal(
        count("SELECT exponent FROM currencies WHERE code = coalesce(?1, 'KWD')", NULL), 3);
}

/* Every table says how it travels, and what is said is said of columns and tables that exist. */
static void test_what_is_said_of_tables_is_true(void **state)
{
    (void)state;
    assert_finds_none("SELECT name FROM sync_tables WHERE name NOT IN"
                      " (SELECT name FROM sqlite_schema WHERE type = 'table')");
    assert_finds_none("SELECT table_name || '.' || column_name FROM sync_columns AS c"
                      " WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(c.table_name)"
                      "  WHERE name = c.column_name)");
    assert_finds_none("SELECT table_name || '.' || column_name FROM status_moves AS m"
                      " WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(m.table_name)"
                      "  WHERE name = m.column_name)");
    assert_finds_none("SELECT m.name FROM sqlite_schema AS m WHERE type = 'table'"
                      " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_search%'"
                      " AND name NOT IN (SELECT name FROM sync_tables)");
    /* Columns with moves merge by them; the columns that a clear sets to NULL may be NULL. */
    assert_finds_none("SELECT DISTINCT m.table_name || '.' || m.column_name FROM status_moves AS m"
                      " WHERE NOT EXISTS (SELECT 1 FROM sync_columns AS c WHERE policy = 'moves'"
                      "  AND c.table_name = m.table_name AND c.column_name = m.column_name)");
    assert_finds_none("SELECT table_name || '.' || column_name FROM sync_columns AS c"
                      " WHERE on_delete = 'clear' AND EXISTS"
                      "  (SELECT 1 FROM pragma_table_info(c.table_name)"
                      "   WHERE name = c.column_name AND \"notnull\")");
    /* Ranks: what is referred to comes first. */
    assert_finds_none("SELECT t.name || ' refers to ' || f.\"table\" FROM sync_tables AS t"
                      " JOIN pragma_foreign_key_list(t.name) AS f"
                      " JOIN sync_tables AS p ON p.name = f.\"table\""
                      " WHERE p.rank > t.rank");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rights_of_tables_are_permissions),
        cmocka_unit_test(test_rights_of_roles_are_permissions),
        cmocka_unit_test(test_currencies_agree_with_money),
        cmocka_unit_test(test_what_is_said_of_tables_is_true),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
