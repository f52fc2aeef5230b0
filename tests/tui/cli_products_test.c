/* Products by the command line: many prices, archiving, files. */
#include "model/base/memory.h"
#include "model/base/private_file.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct office {
    struct shop *shop;
    struct command command;
};

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    command_init(&office->command);
    office->command.env = &office->shop->scratch.env;
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    void *shop = office->shop;
    command_done(&office->command);
    shop_check(office->shop);
    free(office);
    return shop_teardown(&shop);
}

#define RUN(office, ...)                                                                           \
    COMMAND(&(office)->command, "--store", (office)->shop->scratch.store, __VA_ARGS__)

#define SAYS(office, words, ...) says(office, RUN(office, __VA_ARGS__), words)
static void says(struct office *office, int code, const char *words)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, office->command.err);
    if (strstr(office->command.out, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, office->command.out);
}

#define REFUSE(office, code, words, ...) refuse(office, RUN(office, __VA_ARGS__), code, words)
static void refuse(struct office *office, int code, int expected, const char *words)
{
    if (strstr(office->command.err, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, office->command.err);
    assert_int_equal(code, expected);
    assert_string_equal(office->command.out, "");
}

static int64_t price_of(struct office *office, const struct uuid *product)
{
    return shop_integer(office->shop, "SELECT price_cents FROM products WHERE id = ?1", product);
}

static void test_prices_by_percent(void **state)
{
    struct office *office = *state;
    const struct uuid *paint = &office->shop->paint;
    SAYS(office, "\tLatex white 10 l\t39.90\t43.89\n", "products", "price", "LATEX-10", "--percent",
         "10", "--round", "nine", "--dry-run");
    assert_int_equal(price_of(office, paint), 3990);
    SAYS(office, "\tLatex white 10 l\t39.90\t43.89\n", "products", "price", "LATEX-10", "ROLL-25",
         "--percent", "10", "--round", "nine");
    assert_int_equal(price_of(office, paint), 4389);
    SAYS(office, "undone", "undo");
    assert_int_equal(price_of(office, paint), 3990);
    SAYS(office, "\"before\":\"39.90\",\"after\":\"30.00\"", "products", "price", "LATEX-10",
         "--percent=-25", "--round", "whole", "--json");
    REFUSE(office, CLI_USAGE, "--percent", "products", "price", "LATEX-10");
    REFUSE(office, CLI_USAGE, "--round takes", "products", "price", "LATEX-10", "--percent", "5",
           "--round", "up");
    REFUSE(office, CLI_USAGE, "-100 to 1000", "products", "price", "LATEX-10", "--percent=-101");
    REFUSE(office, CLI_NOT_FOUND, "NO-1", "products", "price", "LATEX-10", "NO-1", "--percent",
           "5");
    REFUSE(office, CLI_REFUSED, "catalog.edit", "products", "price", "LATEX-10", "--percent", "5",
           "--as", "kim");
}

static void test_archived_and_back(void **state)
{
    struct office *office = *state;
    SAYS(office, "active\tarchived", "products", "archive", "LATEX-10", "ROLL-25");
    SAYS(office, "", "products", "list", "--filter", "status:archived");
    assert_non_null(strstr(office->command.out, "ROLL-25"));
    SAYS(office, "archived\tactive", "products", "archive", "--back", "LATEX-10");
    assert_int_equal(
        shop_integer(office->shop, "SELECT count(*) FROM products WHERE status = 'archived'", NULL),
        1);
}

static void test_a_file_there_and_back(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    const char *path = arena_format(shop->arena, "%s/goods.csv", shop->scratch.folder);
    shop_expect(shop,
                private_file_write(path, "sku,name,price\nB-1,Brush,4.50\nB-2,,1\n", &shop->err));
    SAYS(office, "2 rows: 1 new products, 0 changed, 0 as they were, 1 not taken", "products",
         "import", path);
    assert_non_null(strstr(office->command.err, "goods.rejected.csv"));
    SAYS(office, "{\"rows\":2,\"new\":0,\"changed\":0,\"same\":1,\"rejected\":1,\"stopped\":false}",
         "products", "import", path, "--json");
    assert_int_equal(RUN(office, "products", "export", "--output", path), CLI_OK);
    SAYS(office, "4 rows: 0 new products, 0 changed", "products", "import", path);
    REFUSE(office, CLI_REFUSED, "catalog.edit", "products", "import", path, "--as", "kim");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_prices_by_percent),
        TEST(test_archived_and_back),
        TEST(test_a_file_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
