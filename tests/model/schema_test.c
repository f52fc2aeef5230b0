#include "model/store/schema.h"

#include "model/store/store_sql.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char sql[] =
    "CREATE TABLE wares ( -- CHECK (name IN ('comment'))\n"
    " id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
    " tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"
    " title VARCHAR(80) NOT NULL CHECK (length(title) BETWEEN 1 AND 80),"
    " name VARCHAR(200) NOT NULL CHECK (length(name)>=2 AND length(name) <= 100),"
    " name_key TEXT NOT NULL, phone TEXT, phone_digits TEXT, license_key TEXT,"
    " currency CHAR(3) NOT NULL DEFAULT 'EUR' CHECK (length(currency) = 3),"
    " price_cents BIGINT NOT NULL CHECK (price_cents >= 0),"
    " weight_milli BIGINT CHECK (weight_milli > 0), rate_bp INTEGER NOT NULL DEFAULT 0"
    "   CHECK (rate_bp BETWEEN -5 AND 10000), rank INTEGER,"
    " state VARCHAR(20) NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'it''s', 'sold')),"
    " kind VARCHAR(20) CHECK (kind IS NULL OR (kind IN ('a', 'b'))),"
    " is_shown BOOLEAN NOT NULL DEFAULT FALSE, starts_at TIMESTAMPTZ, born DATE, opens TIME,"
    " metadata JSONB NOT NULL DEFAULT '{}', image BYTEA, pin_hash TEXT, tax_id TEXT, weight_at "
    "TIMESTAMPTZ, parent_id UUID"
    " REFERENCES wares (id) DEFERRABLE INITIALLY DEFERRED,"
    " owner_id UUID REFERENCES \"odd \"\"table\" (id) DEFERRABLE INITIALLY DEFERRED,"
    " row_version BIGINT NOT NULL DEFAULT 0, created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),"
    " updated_at TIMESTAMPTZ NOT NULL DEFAULT (now()), deleted_at TIMESTAMPTZ,"
    " CHECK (rank IS NULL OR weight_milli >= 7), CHECK (rank >= 3 OR rank = 1),"
    " CHECK (CASE WHEN kind IS NULL THEN rank > 4 ELSE rank > 5 END));"
    "CREATE TABLE \"odd \"\"table\" (id UUID PRIMARY KEY NOT NULL, \"a \"\"b\" VARCHAR(5) CHECK"
    " (\"a \"\"b\" IN ('x')), 'c d' INTEGER);"
    "CREATE VIRTUAL TABLE ware_search USING fts5(words, content='ware_search_docs');"
    "CREATE TABLE ware_search_docs (doc INTEGER PRIMARY KEY, words TEXT);"
    "CREATE TABLE empty_name_events (id UUID PRIMARY KEY NOT NULL, order_number TEXT, name TEXT);"
    "INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update) VALUES"
    " ('wares', 700, 'location', 'tentative', 'catalog.edit', NULL),"
    " ('ware_search_docs', 701, 'local', 'fields', NULL, NULL),"
    " ('no_such_table', 9, 'tenant', 'fields', NULL, NULL);"
    "INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)"
    " VALUES ('wares', 'price_cents', 'strict', 'price', FALSE, NULL),"
    " ('wares', 'pin_hash', NULL, NULL, TRUE, NULL),"
    " ('wares', 'parent_id', NULL, NULL, FALSE, 'parts'),"
    " ('wares', 'owner_id', NULL, NULL, FALSE, 'clear'), ('wares', 'none', 'max', NULL, FALSE, '');"
    "INSERT INTO status_moves VALUES ('wares', 'state', 'new', 'it''s'),"
    " ('wares', 'state', 'it''s', 'sold'), ('tenants', 'name', 'x', 'y'),"
    " ('wares', 'none', 'a', 'b');";

struct fixture {
    struct scratch scratch;
    struct store *store;
    const struct table *wares;
};

static int setup(void **state)
{
    struct fixture *fixture = memory_new(sizeof *fixture);
    scratch_init(&fixture->scratch);
    char *all = memory_new(strlen(scratch_base_sql) + sizeof sql);
    strcat(strcpy(all, scratch_base_sql), sql);
    fixture->store = scratch_store(&fixture->scratch, all);
    free(all);
    fixture->wares = schema_table(store_schema(fixture->store), "wares");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    scratch_done(&fixture->scratch);
    free(fixture);
    return 0;
}

static const struct column *column_of(void **state, const char *name)
{
    const struct fixture *fixture = *state;
    assert_non_null(fixture->wares);
    const struct column *column = table_column(fixture->wares, name);
    assert_non_null(column);
    return column;
}

static void test_types_units_and_lengths(void **state)
{
    static const struct {
        const char *name;
        enum column_type type;
        enum column_unit unit;
        int length, length_min;
    } expected[] = {
        {"id", COLUMN_UUID, UNIT_NONE, 0, 0},
        {"title", COLUMN_TEXT, UNIT_NONE, 80, 1},
        {"name", COLUMN_TEXT, UNIT_NONE, 100, 2},
        {"currency", COLUMN_TEXT, UNIT_NONE, 3, 3},
        {"phone", COLUMN_TEXT, UNIT_NONE, 0, 0},
        {"price_cents", COLUMN_INTEGER, UNIT_CENTS, 0, 0},
        {"weight_milli", COLUMN_INTEGER, UNIT_MILLI, 0, 0},
        {"rate_bp", COLUMN_INTEGER, UNIT_BASIS_POINTS, 0, 0},
        {"is_shown", COLUMN_BOOLEAN, UNIT_NONE, 0, 0},
        {"starts_at", COLUMN_INSTANT, UNIT_NONE, 0, 0},
        {"born", COLUMN_DATE, UNIT_NONE, 0, 0},
        {"opens", COLUMN_TIME, UNIT_NONE, 0, 0},
        {"metadata", COLUMN_JSON, UNIT_NONE, 0, 0},
        {"image", COLUMN_BYTES, UNIT_NONE, 0, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct column *column = column_of(state, expected[i].name);
        assert_int_equal(column->type, expected[i].type);
        assert_int_equal(column->unit, expected[i].unit);
        assert_int_equal(column->length, expected[i].length);
        assert_int_equal(column->length_min, expected[i].length_min);
    }
}

static void test_limits_come_from_checks_of_one_column(void **state)
{
    assert_int_equal(column_of(state, "price_cents")->minimum, 0);
    assert_int_equal(column_of(state, "price_cents")->maximum, INT64_C(1000000000000000));
    assert_int_equal(column_of(state, "weight_milli")->minimum, 1); /* not the 7 of two columns */
    assert_int_equal(column_of(state, "rate_bp")->minimum, -5);
    assert_int_equal(column_of(state, "rate_bp")->maximum, 10000);
    assert_int_equal(column_of(state, "rank")->minimum, INT32_MIN);
    assert_int_equal(column_of(state, "rank")->maximum, INT32_MAX);
}

static void test_choices(void **state)
{
    const char *const *states = column_of(state, "state")->choices;
    assert_string_equal(states[0], "new");
    assert_string_equal(states[1], "it's");
    assert_string_equal(states[2], "sold");
    assert_null(states[3]);
    const char *const *kinds = column_of(state, "kind")->choices;
    assert_string_equal(kinds[1], "b");
    assert_null(kinds[2]);
    assert_null(column_of(state, "name")->choices); /* the one in a comment */
}

static void test_what_is_required(void **state)
{
    assert_true(column_of(state, "title")->is_required);
    assert_true(column_of(state, "price_cents")->is_required);
    assert_false(column_of(state, "currency")->is_required);
    assert_false(column_of(state, "currency")->is_nullable);
    assert_false(column_of(state, "phone")->is_required);
    assert_true(column_of(state, "phone")->is_nullable);
    assert_false(column_of(state, "tenant_id")->is_required);
    assert_true(column_of(state, "tenant_id")->is_system);
}

static void test_keys_follow_their_columns(void **state)
{
    const struct fixture *fixture = *state;
    const struct column *key = column_of(state, "name_key");
    assert_int_equal(key->key, KEY_FOLDED);
    assert_string_equal(fixture->wares->columns[key->source].name, "name");
    assert_false(key->is_required);
    assert_int_equal(column_of(state, "phone_digits")->key, KEY_DIGITS);
    assert_int_equal(column_of(state, "license_key")->key, KEY_NONE);
    assert_int_equal(column_of(state, "license_key")->source, -1);
}

static void test_references_and_what_the_file_says_of_them(void **state)
{
    const struct fixture *fixture = *state;
    const struct schema *schema = store_schema(fixture->store);
    assert_ptr_equal(column_of(state, "parent_id")->reference, fixture->wares);
    assert_ptr_equal(column_of(state, "tenant_id")->reference, schema_table(schema, "tenants"));
    assert_ptr_equal(column_of(state, "owner_id")->reference, schema_table(schema, "odd \"table"));
    assert_null(column_of(state, "name")->reference);
    assert_int_equal(column_of(state, "parent_id")->on_delete, ON_DELETE_PARTS);
    assert_int_equal(column_of(state, "owner_id")->on_delete, ON_DELETE_CLEAR);
    assert_int_equal(column_of(state, "tenant_id")->on_delete, ON_DELETE_PROTECT);
    assert_string_equal(column_of(state, "price_cents")->policy, "strict");
    assert_string_equal(column_of(state, "price_cents")->group, "price");
    assert_string_equal(column_of(state, "pin_hash")->policy, "latest");
    assert_true(column_of(state, "pin_hash")->is_secret);
    assert_false(column_of(state, "name")->is_secret);
}

static void test_tables(void **state)
{
    const struct fixture *fixture = *state;
    const struct schema *schema = store_schema(fixture->store);
    const struct table *wares = fixture->wares;
    assert_int_equal(wares->rank, 700);
    assert_int_equal(wares->scope, SCOPE_LOCATION);
    assert_int_equal(wares->merge, MERGE_TENTATIVE);
    assert_true(wares->travels);
    assert_true(wares->has_soft_delete);
    assert_string_equal(wares->right_insert, "catalog.edit");
    assert_null(wares->right_update);
    assert_string_equal(wares->columns[wares->title].name, "name");
    const struct table *docs = schema_table(schema, "ware_search_docs");
    assert_non_null(docs);
    assert_false(docs->travels);
    assert_int_equal(docs->title, -1);
    assert_null(schema_table(schema, "ware_search"));
    assert_null(schema_table(schema, "ware_search_data"));
    assert_null(schema_table(schema, "no_such_table"));
    assert_null(schema_table(schema, ""));
    for (size_t i = 0; i < schema->table_count; i++) {
        assert_int_equal(schema->tables[i].index, i);
        assert_ptr_equal(schema_table(schema, schema->tables[i].name), &schema->tables[i]);
    }
    const struct table *odd = schema_table(schema, "odd \"table");
    assert_non_null(odd);
    assert_int_equal(table_column_index(odd, "a \"b"), 1);
    assert_int_equal(table_column_index(odd, "c d"), 2);
    assert_int_equal(table_column_index(odd, "none"), -1);
}

static void test_labels(void **state)
{
    const struct fixture *fixture = *state;
    assert_string_equal(column_of(state, "owner_id")->label, "Owner");
    assert_string_equal(column_of(state, "id")->label, "Id");
    assert_string_equal(column_of(state, "created_at")->label, "Created");
    assert_string_equal(column_of(state, "price_cents")->label, "Price");
    assert_string_equal(column_of(state, "is_shown")->label, "Shown");
    assert_string_equal(column_of(state, "pin_hash")->label, "PIN hash");
    assert_string_equal(column_of(state, "weight_milli")->label, "Weight");
    assert_string_equal(column_of(state, "weight_at")->label, "Weight at");
    assert_string_equal(column_of(state, "tax_id")->label, "Tax id"); /* refers to nothing */
    assert_string_equal(schema_table(store_schema(fixture->store), "empty_name_events")->label,
                        "Empty name events");
}

static void test_moves(void **state)
{
    const struct fixture *fixture = *state;
    const struct schema *schema = store_schema(fixture->store);
    const struct table *wares = fixture->wares;
    assert_true(schema_move_allowed(schema, wares, "state", "new", "it's"));
    assert_true(schema_move_allowed(schema, wares, "state", "it's", "sold"));
    assert_true(schema_move_allowed(schema, wares, "state", "sold", "sold"));
    assert_false(schema_move_allowed(schema, wares, "state", "new", "sold"));
    assert_false(schema_move_allowed(schema, wares, "state", "sold", "new"));
    assert_true(schema_move_allowed(schema, wares, "kind", "a", "b")); /* has no moves */
    assert_false(schema_move_allowed(schema, wares, "none", "a", "b"));
}

static void test_a_file_without_migrations_has_a_schema(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_init(&scratch);
    struct store *store = scratch_store(&scratch, "CREATE TABLE things (id INTEGER PRIMARY KEY)");
    assert_int_equal(store_schema(store)->table_count, 1);
    assert_true(store_script(store, "DROP TABLE things", NULL));
    assert_true(store_load_schema(store, NULL));
    assert_int_equal(store_schema(store)->table_count, 0);
    assert_null(schema_table(store_schema(store), "things"));
    store_close(store);
    scratch_done(&scratch);
}

/* How often `needle` stands in the SQL of all tables. */
static int occurrences(struct store *store, const char *needle)
{
    struct statement *rows =
        store_prepare(store, "SELECT sql FROM sqlite_schema WHERE type = 'table'", NULL);
    int count = 0;
    while (statement_step(rows, NULL) > 0)
        for (const char *at = statement_text(rows, 0); (at = strstr(at, needle)) != NULL; at++)
            count++;
    statement_done(rows);
    return count;
}

static void test_the_real_schema_is_understood(void **state)
{
    (void)state;
    struct scratch scratch;
    struct error err;
    scratch_init(&scratch);
    struct store *store = store_open(scratch.store, STORE_CREATE, &scratch.env, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    const struct schema *schema = store_schema(store);
    int references = 0, choices = 0;
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct table *table = &schema->tables[i];
        for (size_t k = 0; k < table->column_count; k++) {
            const struct column *column = &table->columns[k];
            references += column->reference != NULL;
            choices += column->choices != NULL;
            if (strcmp(column->name, "status") == 0 && table->travels && column->choices == NULL)
                fail_msg("%s.status has no choices", table->name);
            if (column->label[0] == '\0')
                fail_msg("%s.%s has no label", table->name, column->name);
            for (size_t n = 0; n < k; n++)
                if (strcmp(table->columns[n].label, column->label) == 0)
                    fail_msg("%s.%s and %s.%s are both called %s", table->name, column->name,
                             table->name, table->columns[n].name, column->label);
        }
        if (table->travels && table_column(table, "id") == NULL)
            fail_msg("%s has no id", table->name);
    }
    assert_int_equal(references, occurrences(store, "REFERENCES "));
    assert_int_equal(choices, occurrences(store, " IN ('"));
    store_close(store);
    scratch_done(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_units_and_lengths),
        cmocka_unit_test(test_limits_come_from_checks_of_one_column),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_what_is_required),
        cmocka_unit_test(test_keys_follow_their_columns),
        cmocka_unit_test(test_references_and_what_the_file_says_of_them),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_a_file_without_migrations_has_a_schema),
        cmocka_unit_test(test_the_real_schema_is_understood),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
