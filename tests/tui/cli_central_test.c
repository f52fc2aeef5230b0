/* `countertop central`, as an administrator types it. */
#include "model/base/memory.h"
#include "tests/sync/postgres.h"
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

static struct postgres *server;

struct fixture {
    struct command command;
    const char *url; /* of an empty database */
};

static int set_up(void **state)
{
    struct fixture *f = memory_new(sizeof *f);
    *state = f;
    command_init(&f->command);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    command_done(&f->command);
    free(f);
    return 0;
}

static int start(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

#define CENTRAL(f, ...) COMMAND(&(f)->command, "central", __VA_ARGS__)

static void expect(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, text);
}

static void must(struct fixture *f, int code)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, f->command.err);
}

static void with_shop(struct fixture *f)
{
    f->url = postgres_database(server);
    must(f, CENTRAL(f, "init", f->url, "--shop", "Meyer Farben", "--owner", "Jo Meyer", "--zone",
                    "Europe/Berlin", "--terminals", "3"));
}

/* A member of the first row of what was printed as JSON; the caller frees it. */
static char *printed(struct fixture *f, const char *member)
{
    json_t *rows = json_loads(f->command.out, 0, NULL);
    const char *text = json_string_value(json_object_get(json_array_get(rows, 0), member));
    if (text == NULL)
        fail_msg("no %s in: %s", member, f->command.out);
    char *copy = memory_text(text);
    json_decref(rows);
    return copy;
}

static void a_new_centre_tells_how_to_join_it(void **state)
{
    struct fixture *f = *state;
    with_shop(f);
    expect(f->command.out, "countertop enroll 'postgresql:///test");
    assert_int_equal(CENTRAL(f, "init", f->url, "--shop", "Meyer Farben", "--owner", "Jo"),
                     CLI_REFUSED);
    expect(f->command.err, "has the shop Meyer Farben already");
    must(f, CENTRAL(f, "init", f->url, "--shop", "Other", "--owner", "Al", "--currency", "usd"));
    assert_int_equal(CENTRAL(f, "code", f->url), CLI_USAGE);
    expect(f->command.err, "say which shop: Meyer Farben, Other");
    must(f, CENTRAL(f, "code", f->url, "--tenant", "other", "--json"));
    char *code = printed(f, "code");
    assert_int_equal(strlen(code), 39);
    free(code);
}

static void what_is_wrong_is_said_in_words(void **state)
{
    struct fixture *f = *state;
    const char *url = postgres_database(server);
    assert_int_equal(CENTRAL(f, "status", url), CLI_NOT_FOUND);
    expect(f->command.err, "there is no centre in this database");
    with_shop(f);
    assert_int_equal(CENTRAL(f, "code", f->url, "--kind", "kiosk"), CLI_USAGE);
    assert_int_equal(CENTRAL(f, "code", f->url, "--user", "Zoe"), CLI_NOT_FOUND);
    expect(f->command.err, "there are Jo Meyer");
    assert_int_equal(CENTRAL(f, "init", f->url, "--shop", "X"), CLI_USAGE);
    assert_int_equal(CENTRAL(f, "init", f->url, "--from", "/nowhere"), CLI_NOT_FOUND);
    assert_int_equal(CENTRAL(f, "init", f->url, "--from", "x", "--shop", "X"), CLI_USAGE);
    assert_int_equal(CENTRAL(f, "add-terminals", f->url, "many"), CLI_USAGE);
    assert_int_equal(CENTRAL(f, "trim", f->url, "--keep", "soon"), CLI_USAGE);
    assert_int_equal(CENTRAL(f, "revoke", f->url, "Till"), CLI_NOT_FOUND);
    assert_int_equal(CENTRAL(f, "restore", f->url, "/nowhere"), CLI_USAGE);
    assert_int_equal(CENTRAL(f, "restore", f->url, "/nowhere", "--yes"), CLI_NOT_FOUND);
    assert_int_equal(CENTRAL(f, "grant-app", f->url, "nobody"), CLI_FAILED);
}

static void a_shop_that_ran_alone_is_taken_there(void **state)
{
    struct fixture *f = *state;
    char store[200];
    snprintf(store, sizeof store, "%s/store.db", f->command.home);
    f->url = postgres_database(server);
    must(f,
         COMMAND(&f->command, "shop", "new", "Alone", "--owner", "Jo", "--zone", "Europe/Berlin"));
    must(f, CENTRAL(f, "init", f->url, "--from", store, "--name", "Office"));
    expect(f->command.out, "Office");
    must(f, CENTRAL(f, "terminals", f->url, "--json"));
    char *name = printed(f, "name"), *kind = printed(f, "kind");
    assert_string_equal(name, "Office");
    assert_string_equal(kind, "office");
    free(name);
    free(kind);
    assert_int_equal(CENTRAL(f, "init", f->url, "--from", store), CLI_REFUSED);
    must(f, COMMAND(&f->command, "sync", "--once"));
    must(f, CENTRAL(f, "revoke", f->url, "alone/Office"));
    assert_int_equal(CENTRAL(f, "revoke", f->url, "Office"), CLI_NOT_FOUND);
    assert_int_not_equal(COMMAND(&f->command, "sync", "--once"), CLI_OK);
}

static void write_file(struct fixture *f, char path[200], const char *text)
{
    snprintf(path, 200, "%s/password", f->command.home);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void a_centre_is_looked_after(void **state)
{
    struct fixture *f = *state;
    char path[200];
    with_shop(f);
    must(f, CENTRAL(f, "add-terminals", f->url, "4", "--json"));
    char *free_places = printed(f, "free");
    assert_string_equal(free_places, "7");
    free(free_places);
    must(f, CENTRAL(f, "status", f->url));
    expect(f->command.out, "Places for terminals");
    must(f, CENTRAL(f, "alarms", f->url, "--csv"));
    expect(f->command.out, "last,times,what,who,detail");
    must(f, CENTRAL(f, "trim", f->url, "--keep", "7d"));
    must(f, CENTRAL(f, "watchdog", f->url));
    must(f, CENTRAL(f, "epoch", f->url, "--json"));
    char *epoch = printed(f, "epoch");
    assert_string_equal(epoch, "2");
    free(epoch);
    write_file(f, path, "long enough\n");
    must(f, CENTRAL(f, "password", f->url, "Jo Meyer", "--password-file", path));
    write_file(f, path, "short\n");
    assert_int_equal(CENTRAL(f, "password", f->url, "Jo Meyer", "--password-file", path),
                     CLI_USAGE);
}

/* Else whoever reaches the machine would have the shop at a centre of their own, without its
 * passwords. */
static void nobody_takes_a_shop_with_a_door_away(void **state)
{
    struct fixture *f = *state;
    char store[200], secret[200];
    snprintf(store, sizeof store, "%s/store.db", f->command.home);
    f->url = postgres_database(server);
    write_file(f, secret, "paint bucket\n");
    assert_int_equal(chmod(secret, 0600), 0);
    must(f,
         COMMAND(&f->command, "shop", "new", "Alone", "--owner", "Jo", "--zone", "Europe/Berlin"));
    must(f, COMMAND(&f->command, "password", "--new-password-file", secret));
    assert_int_equal(CENTRAL(f, "init", f->url, "--from", store), CLI_REFUSED);
    expect(f->command.err, "sign-in");
    must(f, CENTRAL(f, "init", f->url, "--from", store, "--as", "Jo", "--password-file", secret));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_centre_tells_how_to_join_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said_in_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_shop_that_ran_alone_is_taken_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_takes_a_shop_with_a_door_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_centre_is_looked_after, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
