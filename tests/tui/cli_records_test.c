/* Rows of any table, products and customers by the command line. */
#include "model/base/memory.h"
#include "model/base/private_file.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

#define EXPECT(office, text, ...) expect(office, RUN(office, __VA_ARGS__), text)
static void expect(struct office *office, int code, const char *text)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, office->command.err);
    assert_string_equal(office->command.out, text);
    assert_string_equal(office->command.err, "");
}

#define REFUSE(office, code, says, ...) refuse(office, RUN(office, __VA_ARGS__), code, says)
static void refuse(struct office *office, int code, int expected, const char *says)
{
    if (strstr(office->command.err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, office->command.err);
    assert_int_equal(code, expected);
    assert_string_equal(office->command.out, "");
}

/* Runs what prints the id of a new row, and keeps that. */
#define MAKE(office, id, ...) make(office, RUN(office, __VA_ARGS__), id)
static void make(struct office *office, int code, char id[UUID_TEXT_SIZE])
{
    struct uuid parsed;
    if (code != CLI_OK)
        fail_msg("%d: %s", code, office->command.err);
    assert_int_equal(strlen(office->command.out), UUID_TEXT_SIZE);
    snprintf(id, UUID_TEXT_SIZE, "%.36s", office->command.out);
    assert_true(uuid_parse(id, &parsed));
}

static void every_table_is_listed_and_can_be_read(void **state)
{
    struct office *office = *state;
    const struct schema *schema = store_schema(office->shop->store);
    for (size_t i = 0; i < schema->table_count; i++) {
        const char *table = schema->tables[i].name;
        assert_int_equal(RUN(office, "records"), CLI_OK);
        if (strstr(office->command.out, table) == NULL)
            fail_msg("%s is not listed", table);
        if (RUN(office, "records", table, "list", "--limit", "3") != CLI_OK ||
            RUN(office, "records", table, "fields") != CLI_OK ||
            RUN(office, "records", table, "export", "--json") != CLI_OK)
            fail_msg("%s: %s", table, office->command.err);
        json_t *rows = json_loads(office->command.out, 0, NULL);
        assert_true(json_is_array(rows));
        json_decref(rows);
    }
    REFUSE(office, CLI_NOT_FOUND, "there is no table \"zebras\"", "records", "zebras", "list");
    REFUSE(office, CLI_USAGE, "say what to do", "records", "orders");
    REFUSE(office, CLI_USAGE, "there is no \"records fly\"", "records", "orders", "fly");
}

static void a_row_lives_from_new_to_restored(void **state)
{
    struct office *office = *state;
    char id[UUID_TEXT_SIZE];
    MAKE(office, id, "records", "categories", "new", "name=Brushes", "slug=brushes");
    EXPECT(office, "Brushes\n", "records", "categories", "list", "--filter", "slug=brushes",
           "--fields", "name");
    EXPECT(office, "", "records", "categories", "set", "Brushes", "name=Brushes, big");
    EXPECT(office, "", "records", "categories", "set", id, "name=Brushes");
    assert_int_equal(RUN(office, "records", "categories", "show", id), CLI_OK);
    assert_non_null(strstr(office->command.out, "name\tBrushes\n"));
    EXPECT(office, "", "records", "categories", "delete", "Brushes");
    REFUSE(office, CLI_NOT_FOUND, "Brushes", "records", "categories", "show", "Brushes");
    EXPECT(office, "Brushes\n", "records", "categories", "list", "--deleted", "--fields", "name");
    EXPECT(office, "", "records", "categories", "restore", id);
    EXPECT(office, "", "records", "categories", "list", "--deleted", "--fields", "name");
    assert_int_equal(RUN(office, "records", "categories", "history", id), CLI_OK);
    static const char *const kinds[] = {"record.create", "record.edit", "record.delete",
                                        "record.restore"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        assert_non_null(strstr(office->command.out, kinds[i]));
}

static void what_is_tried_leaves_nothing(void **state)
{
    struct office *office = *state;
    EXPECT(office, "would have made Brushes in Categories\n", "records", "categories", "new",
           "name=Brushes", "slug=brushes", "--dry-run");
    EXPECT(office, "", "records", "categories", "list", "--filter", "slug=brushes");
    EXPECT(office, "would have changed Roller 25 cm: Name\n", "products", "set", "ROLL-25",
           "name=Rolls", "--dry-run");
    EXPECT(office, "would have deleted Jo Meyer\n", "customers", "delete", "Meyer", "--dry-run");
    EXPECT(office, "Jo Meyer\n", "customers", "list", "--fields", "name");
    REFUSE(office, CLI_USAGE, "Slug is needed", "records", "categories", "new", "name=Brushes",
           "--dry-run");
}

static void what_was_seen_goes_along(void **state)
{
    struct office *office = *state;
    EXPECT(office, "", "products", "set", "ROLL-25", "price=9.50", "--seen", "price=8.50");
    REFUSE(office, CLI_REFUSED, "Price", "products", "set", "ROLL-25", "price=9.90", "--seen",
           "price=8.50");
    EXPECT(office, "9.50\n", "products", "list", "--filter", "sku=ROLL-25", "--fields", "price");
}

static void values_are_read_as_on_the_screen(void **state)
{
    struct office *office = *state;
    char id[UUID_TEXT_SIZE];
    MAKE(office, id, "records", "categories", "new", "name=Brushes", "slug=brushes");
    EXPECT(office, "", "products", "set", "ROLL-25", "category=Brushes", "stocked=no");
    EXPECT(office, "Brushes\n", "products", "list", "--filter", "sku=ROLL-25", "--fields",
           "category");
    EXPECT(office, "", "products", "set", "ROLL-25", "category_id=");
    EXPECT(office, "\n", "products", "list", "--filter", "sku=ROLL-25", "--fields", "category");
    REFUSE(office, CLI_NOT_FOUND, "Category", "products", "set", "ROLL-25", "category=Zebras");
    REFUSE(office, CLI_USAGE, "Price", "products", "set", "ROLL-25", "price=1.234");
    REFUSE(office, CLI_USAGE, "Price", "products", "set", "ROLL-25", "price=-1");
    REFUSE(office, CLI_USAGE, "Status", "products", "set", "ROLL-25", "status=odd");
    REFUSE(office, CLI_USAGE, "yes or no", "products", "set", "ROLL-25", "stocked=perhaps");
    REFUSE(office, CLI_REFUSED, "the program sets it", "products", "set", "ROLL-25",
           "created_at=2026-01-01");
    REFUSE(office, CLI_REFUSED, "follows from another field", "customers", "set", "Meyer",
           "name_key=x");
    REFUSE(office, CLI_USAGE, "no text", "customers", "set", "Meyer", "notes=\xC3(");
}

static void products_come_with_their_variant(void **state)
{
    struct office *office = *state;
    char id[UUID_TEXT_SIZE];
    MAKE(office, id, "products", "new", "name=Tape", "sku=TAPE", "price=3.20", "currency=EUR",
         "status=draft");
    assert_int_equal(RUN(office, "orders", "new", "--item", "TAPEx3", "--dry-run"), CLI_REFUSED);
    EXPECT(office, "", "products", "set", "TAPE", "status=active");
    EXPECT(office, "3\tTape\t9.60\n\ttotal\t9.60\n", "orders", "new", "--item", "TAPEx3",
           "--dry-run");
    REFUSE(office, CLI_USAGE, "needs name=, sku= and price=", "products", "new", "name=a", "sku=b",
           "status=active");
    REFUSE(office, CLI_USAGE, "something is missing", "products", "new", "name=a");
}

static void customers_are_found_by_what_people_say(void **state)
{
    struct office *office = *state;
    char id[UUID_TEXT_SIZE], start[9];
    static const char *const ways[] = {"Jo Meyer", "meyer", "0151 23456", "23456"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        assert_int_equal(RUN(office, "customers", "show", ways[i], "--json"), CLI_OK);
        json_t *row = json_loads(office->command.out, 0, NULL);
        assert_string_equal(json_string_value(json_object_get(row, "name")), "Jo Meyer");
        json_decref(row);
    }
    MAKE(office, id, "customers", "new", "name=Meyer, Ann", "phone=0151 99");
    REFUSE(office, CLI_USAGE, "may mean two", "customers", "show", "meyer");
    REFUSE(office, CLI_NOT_FOUND, "", "customers", "show", "zebra");
    assert_int_equal(RUN(office, "customers", "show", id), CLI_OK);
    snprintf(start, sizeof start, "%.8s", id);
    assert_int_equal(RUN(office, "records", "locations", "show", start), CLI_NOT_FOUND);
    assert_int_equal(RUN(office, "records", "currencies", "show", "EUR"), CLI_OK);
    assert_non_null(strstr(office->command.out, "code\tEUR\n"));
}

static void what_nobody_does_by_hand_is_refused(void **state)
{
    struct office *office = *state;
    struct uuid order = shop_order(office->shop, &office->shop->roller, 1, "pending");
    char id[UUID_TEXT_SIZE];
    uuid_text(&order, id);
    REFUSE(office, CLI_REFUSED, "see `countertop orders --help`", "records", "orders", "set", id,
           "status=paid");
    REFUSE(office, CLI_REFUSED, "countertop orders", "records", "payments", "new", "amount=1");
    REFUSE(office, CLI_REFUSED, "by itself", "records", "order_sums", "set", id, "paid=1");
    REFUSE(office, CLI_REFUSED, "history", "records", "stock_movements", "delete", id);
    REFUSE(office, CLI_REFUSED, "users.edit", "--as", office->shop->cashier.name, "records",
           "users", "set", "x", "first_name=y");
    REFUSE(office, CLI_REFUSED, "", "--as", office->shop->cashier.name, "products", "delete",
           "ROLL-25");
}

static void some_tables_are_not_everybodys(void **state)
{
    struct office *office = *state;
    const char *kim = office->shop->cashier.name;
    static const char *const of_orders[] = {"orders", "order_items", "payments", "refunds"};
    for (size_t i = 0; i < sizeof of_orders / sizeof of_orders[0]; i++) {
        REFUSE(office, CLI_REFUSED, "orders.export", "--as", kim, "records", of_orders[i],
               "export");
        assert_int_equal(RUN(office, "--as", kim, "records", of_orders[i], "list"), CLI_OK);
        assert_int_equal(RUN(office, "records", of_orders[i], "export"), CLI_OK);
    }
    REFUSE(office, CLI_REFUSED, "orders.export", "--as", kim, "orders", "export");
    assert_int_equal(RUN(office, "--as", kim, "records", "products", "export"), CLI_OK);
    REFUSE(office, CLI_REFUSED, "audit.read", "--as", kim, "records", "audit_logs", "list");
    REFUSE(office, CLI_REFUSED, "audit.read", "--as", kim, "records", "audit_logs", "export");
    REFUSE(office, CLI_REFUSED, "audit.read", "--as", kim, "records", "audit_logs", "show", "x");
    assert_int_equal(RUN(office, "records", "audit_logs", "list"), CLI_OK);
}

static void secrets_are_not_shown(void **state)
{
    struct office *office = *state;
    const struct change changes[] = {
        {.column = "key_id", .value = value_text("hook")},
        {.column = "url", .value = value_text("https://example.org/")},
        {.column = "secret_sealed", .value = value_bytes("hush-hush", 9)},
    };
    struct uuid id = shop_insert(office->shop, "webhooks", changes, 3);
    char text[UUID_TEXT_SIZE];
    uuid_text(&id, text);
    static const char *const formats[] = {"--json", "--csv", "--tsv"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        assert_int_equal(RUN(office, "records", "webhooks", "show", text, formats[i]), CLI_OK);
        assert_null(strstr(office->command.out, "hush"));
        assert_null(strstr(office->command.out, "aHVzaC1odXNo"));
        assert_int_equal(RUN(office, "records", "webhooks", "export", formats[i]), CLI_OK);
        assert_non_null(strstr(office->command.out, "hook"));
        assert_null(strstr(office->command.out, "aHVzaC1odXNo"));
    }
    REFUSE(office, CLI_REFUSED, "follows from the secret", "records", "webhooks", "set", text,
           "key_id=mine");
}

/* From a file of one's own, never from the command, and sealed before it is written. */
static void secrets_are_sealed_as_they_are_entered(void **state)
{
    struct office *office = *state;
    char field[SCRATCH_PATH_SIZE + 64], id[UUID_TEXT_SIZE];
    const char *path = field + strlen("secret_sealed=@");
    snprintf(field, sizeof field, "secret_sealed=@%s/secret", office->shop->scratch.folder);
    struct error err = {0};
    assert_true(private_file_write(path, "hush-hush\n", &err));
    REFUSE(office, CLI_USAGE, "others can read", "records", "webhooks", "new",
           "url=https://example.org/", "secret_sealed=hush-hush");
    REFUSE(office, CLI_NOT_FOUND, "keys init", "records", "webhooks", "new",
           "url=https://example.org/", field);
    assert_int_equal(RUN(office, "keys", "init"), CLI_OK);
    assert_int_equal(chmod(path, 0644), 0);
    REFUSE(office, CLI_REFUSED, "chmod 600", "records", "webhooks", "new",
           "url=https://example.org/", field);
    assert_int_equal(chmod(path, 0600), 0);
    MAKE(office, id, "records", "webhooks", "new", "url=https://example.org/", field);
    assert_int_equal(RUN(office, "records", "webhooks", "show", id), CLI_OK);
    assert_non_null(strstr(office->command.out, "(hidden)"));
    assert_null(strstr(office->command.out, "hush"));
    assert_int_equal(shop_integer(office->shop,
                                  "SELECT count(*) FROM journal WHERE payload LIKE '%hush%'"
                                  " OR payload LIKE '%aHVzaC1odXNo%'",
                                  NULL),
                     0);
    assert_int_equal(shop_integer(office->shop, "SELECT length(secret_sealed) FROM webhooks", NULL),
                     9 + 48);
    assert_int_equal(RUN(office, "keys", "rotate"), CLI_OK);
    assert_non_null(strstr(office->command.out, "1 secrets were sealed"));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_table_is_listed_and_can_be_read),  TEST(a_row_lives_from_new_to_restored),
        TEST(what_is_tried_leaves_nothing),           TEST(what_was_seen_goes_along),
        TEST(values_are_read_as_on_the_screen),       TEST(products_come_with_their_variant),
        TEST(customers_are_found_by_what_people_say), TEST(what_nobody_does_by_hand_is_refused),
        TEST(some_tables_are_not_everybodys),         TEST(secrets_are_not_shown),
        TEST(secrets_are_sealed_as_they_are_entered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
