/* Appointments and the waiting list by the command line. */
#include "tests/model/calendar.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
    calendar_make(shop);
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
    free(office);
    return shop_teardown(&shop);
}

#define RUN(office, ...)                                                                           \
    COMMAND(&(office)->command, "--store", (office)->shop->scratch.store, __VA_ARGS__)

#define SAYS(office, words, ...)          says(office, RUN(office, __VA_ARGS__), CLI_OK, words)
#define REFUSES(office, code, words, ...) says(office, RUN(office, __VA_ARGS__), code, words)
static const char *says(struct office *office, int code, int expected, const char *words)
{
    const char *said = expected == CLI_OK ? office->command.out : office->command.err;
    if (code != expected || strstr(said, words) == NULL)
        fail_msg("%d, \"%s\" is not in: %s%s", code, words, office->command.out,
                 office->command.err);
    return arena_text(office->shop->arena, office->command.out);
}

/* The id that stands first in what was printed, of a row behind its name. */
static char *id_of(struct office *office, const char *printed)
{
    printed += strncmp(printed, "id\t", 3) == 0 ? 3 : 0;
    return arena_bytes(office->shop->arena, printed, strcspn(printed, "\t\n"));
}

static void a_visit_from_end_to_end(void **state)
{
    struct office *office = *state;
    SAYS(office, "2026-11-24 08:30\t2026-11-24 09:30\tPaul", "appointments", "free", "tue",
         "morning,", "Paul,", "Visit");
    char *id = id_of(office, SAYS(office, "starts\t2026-11-24 08:30", "appointments", "book",
                                  "tue,", "Paul,", "Visit", "--customer", "meyer"));
    SAYS(office, "2026-11-25 10:00", "appointments", "move", id, "2026-11-25", "10:00", "--reason",
         "asked for it");
    SAYS(office, "", "appointments", "confirm", id);
    SAYS(office, "2 booked", "appointments", "repeat", id, "weekly,", "3", "times");
    SAYS(office, "\"confirmed\"", "appointments", "list", "--json", "--filter", "status:confirmed");
    REFUSES(office, CLI_USAGE, "why it is cancelled", "appointments", "cancel", id);
    char *entry = id_of(office, SAYS(office, "-", "waiting", "add", "--name", "Ann First",
                                     "--times", "mornings", "--service", "Measuring"));
    SAYS(office, "", "appointments", "cancel", id, "--reason", "ill", "--force");
    SAYS(office, "Ann First", "waiting", "matches", id);
    SAYS(office, "", "waiting", "offer", entry, id, "--until", "tomorrow 12:00");
    SAYS(office, "-", "waiting", "book", entry);
    SAYS(office, "booked", "waiting", "list", "--json");
    REFUSES(office, CLI_REFUSED, "does not wait", "waiting", "book", entry);
}

/* Sean works in St. John's, where it is half past eight when it is one o'clock here. */
static void times_are_told_as_they_are_typed(void **state)
{
    struct office *office = *state;
    SAYS(office, "2026-11-24 13:00\t2026-11-24 14:00\tSean", "appointments", "free", "tue,",
         "Sean,", "Measuring");
    SAYS(office, "starts\t2026-11-24 13:00", "appointments", "book", "Sean,", "Measuring", "--at",
         "2026-11-24 13:00", "--name", "Ann");
    REFUSES(office, CLI_REFUSED, "is booked from 2026-11-24 13:00 to 14:00", "appointments", "book",
            "Sean,", "Measuring", "--at", "2026-11-24 13:00", "--name", "Bea");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(times_are_told_as_they_are_typed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_visit_from_end_to_end, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
