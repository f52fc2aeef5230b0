/* The map of personal data against the schema of a store: a column that could hold words and is not
 * classified fails here. The centre's schema is held to the same map by tests/sync/privacy_test.c.
 */
#include "model/privacy/personal.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool could_hold_words(const struct column *column)
{
    return (column->type == COLUMN_TEXT && column->choices == NULL) ||
           column->type == COLUMN_JSON || column->type == COLUMN_BYTES ||
           column->type == COLUMN_DATE;
}

static bool is_classified(struct shop *shop, const char *table, const char *column)
{
    int64_t found;
    return store_find_integer(
               shop->store, &found,
               "SELECT 1 FROM personal_data WHERE table_name = ?1 AND column_name = ?2", &shop->err,
               "tt", table, column) > 0;
}

static void every_column_that_could_hold_words_is_classified(void **state)
{
    struct shop *shop = *state;
    const struct schema *schema = store_schema(shop->store);
    int missing = 0;
    for (size_t i = 0; i < schema->table_count; i++)
        for (size_t k = 0; k < schema->tables[i].column_count; k++) {
            const struct column *column = &schema->tables[i].columns[k];
            if (strncmp(schema->tables[i].name, "personal_", 9) == 0 ||
                strcmp(schema->tables[i].name, "retention_tables") == 0 ||
                !could_hold_words(column) ||
                is_classified(shop, schema->tables[i].name, column->name))
                continue;
            print_message("%s.%s stands in no row of personal_data\n", schema->tables[i].name,
                          column->name);
            missing++;
        }
    assert_int_equal(missing, 0);
}

static void the_map_names_nothing_that_is_not_there(void **state)
{
    struct shop *shop = *state;
    struct statement *row =
        store_prepare(shop->store, "SELECT table_name, column_name FROM personal_data", &shop->err);
    int wrong = 0;
    while (statement_step(row, &shop->err) > 0) {
        const struct table *table = schema_table(store_schema(shop->store), statement_text(row, 0));
        if (table != NULL && table_column(table, statement_text(row, 1)) != NULL)
            continue;
        print_message("%s.%s\n", statement_text(row, 0), statement_text(row, 1));
        wrong++;
    }
    statement_done(row);
    assert_int_equal(wrong, 0);
}

/* Each thing that erasing changes is found by some path, or scrubbed; what is kept says why. */
static void what_is_erased_is_found_and_what_is_kept_says_why(void **state)
{
    struct shop *shop = *state;
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM personal_data AS d WHERE erase IN ('clear',"
                                  " 'replace', 'delete') AND NOT EXISTS (SELECT 1 FROM"
                                  " personal_paths AS p WHERE p.table_name = d.table_name)",
                                  NULL),
                     0);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM personal_data WHERE kind <> 'none' AND"
                                  " (erase = 'keep' OR law IS NOT NULL) AND why IS NULL",
                                  NULL),
                     0);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM personal_data AS d WHERE law IS NOT NULL"
                                  " AND NOT EXISTS (SELECT 1 FROM pragma_table_info(d.table_name)"
                                  " WHERE name = d.law AND type = 'DATE')",
                                  NULL),
                     0);
}

static void a_person_is_found_by_what_is_known_of_them(void **state)
{
    struct shop *shop = *state;
    struct subject person;
    static const char *const names[] = {"Jo Meyer", "jo  meyer", "0151 23456", "015123456"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        shop_expect(shop, subject_named(shop->store, names[i], shop->arena, &person, &shop->err));
        assert_true(uuid_equal(&person.id, &shop->customer));
        assert_string_equal(person.name, "Jo Meyer");
    }
    shop_expect_error(shop, subject_named(shop->store, "nobody", shop->arena, &person, &shop->err),
                      ERROR_NOT_FOUND, "nobody here is called nobody");
    shop_insert(shop, "customer_profiles",
                (struct change[]){{.column = "name", .value = value_text("JO MEYER")}}, 1);
    shop_expect_error(shop,
                      subject_named(shop->store, "Jo Meyer", shop->arena, &person, &shop->err),
                      ERROR_INPUT, "several people are called Jo Meyer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_column_that_could_hold_words_is_classified,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(the_map_names_nothing_that_is_not_there, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(what_is_erased_is_found_and_what_is_kept_says_why,
                                        shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(a_person_is_found_by_what_is_known_of_them, shop_setup,
                                        shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
