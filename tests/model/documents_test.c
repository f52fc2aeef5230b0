#include "tests/model/documents.h"

#include "model/store/schema.h"
#include "model/store/store.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char dropped[] = "dropped: ";

struct shop {
    struct scratch scratch;
    struct store *store;
};

static struct shop shop;

static int setup(void **state)
{
    scratch_init(&shop.scratch);
    struct error err;
    shop.store = store_open(shop.scratch.store, STORE_CREATE, &shop.scratch.env, &err);
    if (!shop.store)
        fail_msg("%s", err.text);
    *state = &shop;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_close(shop.store);
    scratch_done(&shop.scratch);
    return 0;
}

/* Whether a table or view has the column; with NULL, whether it is there. */
static bool is_there(const char *table, const char *column)
{
    int64_t count = 0;
    struct error err;
    if (store_find_integer(shop.store, &count,
                           "SELECT count(*) FROM pragma_table_info(?1)"
                           " WHERE ?2 IS NULL OR name = ?2",
                           &err, "tt", table, column) != 1)
        fail_msg("%s", err.text);
    return count > 0;
}

static bool is_served(const struct served *served)
{
    if (strncmp(served->here, dropped, strlen(dropped)) == 0)
        return strlen(served->here) > strlen(dropped);
    char table[64];
    const char *dot = strchr(served->here, '.');
    size_t size = dot ? (size_t)(dot - served->here) : strlen(served->here);
    assert_true(size < sizeof table);
    memcpy(table, served->here, size);
    table[size] = '\0';
    return is_there(table, dot ? dot + 1 : NULL) && (dot != NULL) == (served->column != NULL);
}

static bool is_named_before(const struct document *document, size_t index, bool with_column)
{
    const struct served *served = &document->served[index];
    for (size_t i = 0; i < index; i++) {
        const struct served *other = &document->served[i];
        bool same_column =
            served->column && other->column && strcmp(served->column, other->column) == 0;
        if (strcmp(served->model, other->model) == 0 && (!with_column || same_column))
            return true;
    }
    return false;
}

static void check(const struct document *document)
{
    size_t models = 0, columns = 0, missing = 0;
    for (size_t i = 0; i < document->count; i++) {
        const struct served *served = &document->served[i];
        if (!is_named_before(document, i, false))
            models++;
        if (served->column && !is_named_before(document, i, true))
            columns++;
        if (!is_served(served)) {
            print_error("%s: %s.%s: no %s\n", document->name, served->model,
                        served->column ? served->column : "", served->here);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
    assert_int_equal(models, document->models);
    assert_int_equal(columns, document->columns);
}

static void test_verso(void **state)
{
    (void)state;
    check(&document_verso);
}

static void test_brainsait(void **state)
{
    (void)state;
    check(&document_brainsait);
}

static void test_affiliate(void **state)
{
    (void)state;
    check(&document_affiliate);
}

static void test_roadmap(void **state)
{
    (void)state;
    check(&document_roadmap);
}

static void test_wiwebb(void **state)
{
    (void)state;
    check(&document_wiwebb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verso),     cmocka_unit_test(test_brainsait),
        cmocka_unit_test(test_affiliate), cmocka_unit_test(test_roadmap),
        cmocka_unit_test(test_wiwebb),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
