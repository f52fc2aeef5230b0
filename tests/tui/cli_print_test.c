/* Printing and invoices by the command line. */
#include "model/base/memory.h"
#include "model/paper/print_settings.h"
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
    char paper[SCRATCH_PATH_SIZE + 16]; /* the printer: a file */
};

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    command_init(&office->command);
    office->command.env = &office->shop->scratch.env;
    snprintf(office->paper, sizeof office->paper, "%s/paper", office->shop->scratch.folder);
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
    if (strstr(office->command.out, text) == NULL)
        fail_msg("\"%s\" is not in: %s", text, office->command.out);
    assert_string_equal(office->command.err, "");
}

#define REFUSE(office, code, says, ...) refuse(office, RUN(office, __VA_ARGS__), code, says)
static void refuse(struct office *office, int code, int expected, const char *says)
{
    if (strstr(office->command.err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, office->command.err);
    assert_int_equal(code, expected);
}

static void set_printer(struct office *office, const char *address)
{
    struct shop *shop = office->shop;
    const struct print_settings settings = {.kind = "file",
                                            .address = address,
                                            .width = "80",
                                            .code_page = "cp858",
                                            .cut = "yes",
                                            .drawer = "0",
                                            .shop_address = "",
                                            .tax_number = "",
                                            .footer = "Thank you",
                                            .logo = "",
                                            .barcode = "yes"};
    shop_expect(shop, print_settings_save(shop->store, &shop->owner, &shop->owner.register_id,
                                          &settings, &shop->err));
}

static bool holds(const char *path, const char *words)
{
    static char bytes[64 * 1024];
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return memmem(bytes, size, words, strlen(words)) != NULL;
}

static void receipts_come_out_and_again_as_copies(void **state)
{
    struct office *office = *state;
    struct uuid id = shop_order(office->shop, &office->shop->paint, 1, "pending");
    shop_expect(office->shop, shop_pay(office->shop, &id, "card", 3990));
    REFUSE(office, CLI_REFUSED, "has no printer", "print", "receipt", "R1-000001");
    EXPECT(office, "TOTAL EUR                                  39.90", "print", "receipt",
           "R1-000001", "--to", "-");
    set_printer(office, office->paper);
    EXPECT(office, "", "print", "receipt", "R1-S000001");
    assert_true(holds(office->paper, "TOTAL EUR"));
    assert_true(holds(office->paper, "Thank you"));
    assert_false(holds(office->paper, "COPY"));
    EXPECT(office, "receipt R1-S000001\tdone\n", "print", "queue", "--fields", "what,state");
    EXPECT(office, "", "print", "receipt", "R1-000001");
    assert_true(holds(office->paper, "COPY 2"));
    REFUSE(office, CLI_NOT_FOUND, "R9-000001", "print", "receipt", "R9-000001");
}

static void what_fails_waits(void **state)
{
    struct office *office = *state;
    char job[16];
    shop_order(office->shop, &office->shop->paint, 1, "pending");
    set_printer(office, "/nonexistent/paper");
    REFUSE(office, CLI_FAILED, "It waits in the queue", "print", "receipt", "R1-000001");
    EXPECT(office, "queued", "print", "queue", "--json");
    EXPECT(office, "", "print", "queue", "--fields", "id");
    snprintf(job, sizeof job, "%.8s", office->command.out);
    EXPECT(office, "", "print", "cancel", job);
    EXPECT(office, "cancelled", "print", "queue", "--fields", "state");
    REFUSE(office, CLI_FAILED, "It waits", "print", "again", job);
}

static void labels_by_code(void **state)
{
    struct office *office = *state;
    set_printer(office, office->paper);
    EXPECT(office, "", "print", "label", "4006381333931", "ROLL-25", "--copies", "2");
    assert_true(holds(office->paper, "39.90 EUR"));
    assert_true(holds(office->paper, "ROLL-25"));
    REFUSE(office, CLI_NOT_FOUND, "Nothing has the code", "print", "label", "nothing");
    REFUSE(office, CLI_USAGE, "from 1 to 1000", "print", "label", "ROLL-25", "--copies", "1001");
}

static void invoices_are_written_printed_and_taken_back(void **state)
{
    struct office *office = *state;
    char pdf[SCRATCH_PATH_SIZE + 16];
    snprintf(pdf, sizeof pdf, "%s/invoice.pdf", office->shop->scratch.folder);
    shop_order(office->shop, &office->shop->paint, 1, "pending");
    REFUSE(office, CLI_NOT_FOUND, "invoices issue", "print", "invoice", "R1-000001", "--pdf", pdf);
    EXPECT(office, "R1-I000001\n", "invoices", "issue", "R1-000001");
    REFUSE(office, CLI_REFUSED, "already", "invoices", "issue", "R1-000001");
    EXPECT(office, "", "print", "invoice", "R1-I000001", "--pdf", pdf);
    assert_true(holds(pdf, "%PDF-"));
    REFUSE(office, CLI_USAGE, "--pdf FILE", "print", "invoice", "R1-000001");
    REFUSE(office, CLI_USAGE, "Say why", "invoices", "cancel", "R1-I000001");
    EXPECT(office, "R1-C000001\n", "invoices", "cancel", "R1-I000001", "--reason", "wrong name");
    EXPECT(office, "R1-I000001\tcancelled\n", "invoices", "list", "--fields", "number,status");
    REFUSE(office, CLI_REFUSED, "no quote", "print", "quote", "R1-000001", "--pdf", pdf);
}

int main(void)
{
#define IN_OFFICE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_OFFICE(receipts_come_out_and_again_as_copies),
        IN_OFFICE(what_fails_waits),
        IN_OFFICE(labels_by_code),
        IN_OFFICE(invoices_are_written_printed_and_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
