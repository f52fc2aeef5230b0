/* `countertop enroll` and `countertop sync`, as they are typed. */
#include "model/base/memory.h"
#include "tests/sync/centre.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct postgres *server;
static struct centre centre;

struct fixture {
    struct command command;
    struct centre_shop shop;
    char url[300];
    const char *code;
};

static int set_up(void **state)
{
    static int shops;
    char name[20];
    struct fixture *f = memory_new(sizeof *f);
    *state = f;
    command_init(&f->command);
    if (server == NULL)
        return 0;
    if (centre.url == NULL)
        centre_open(&centre, server);
    snprintf(name, sizeof name, "shop%d", shops++);
    centre_shop(&centre, name, &f->shop);
    centre_open_door(&centre, &f->shop);
    snprintf(f->url, sizeof f->url, "postgresql:///%s?host=%s",
             centre_ask(&centre, centre.admin, "SELECT current_database()"),
             postgres_folder(server));
    f->code = centre_code(&centre, &f->shop, "register", f->shop.here, NULL);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    command_done(&f->command);
    free(f);
    return 0;
}

static void needs_server(void)
{
    if (server == NULL) {
        print_message("PostgreSQL's server is not installed here\n");
        skip();
    }
}

static void expect(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, text);
}

static void enroll(struct fixture *f)
{
    if (COMMAND(&f->command, "enroll", f->url, f->code) != CLI_OK)
        fail_msg("%s", f->command.err);
}

static void add_supplier(struct fixture *f, const char *name)
{
    if (COMMAND(&f->command, "records", "suppliers", "new", name, "currency=EUR") != CLI_OK)
        fail_msg("%s", f->command.err);
}

static void a_store_joins_and_exchanges(void **state)
{
    struct fixture *f = *state;
    struct command *command = &f->command;
    needs_server();
    enroll(f);
    expect(command->out, "this is now \"Register 1\" (register) of shop");
    assert_int_equal(COMMAND(command, "sync", "status", "--csv"), CLI_OK);
    expect(command->out, "Register 1,register,postgresql:///");
    expect(command->out, ",offline,");
    add_supplier(f, "name=Paint");
    assert_int_equal(COMMAND(command, "sync", "status", "--json"), CLI_OK);
    expect(command->out, "\"unsent\":\"1\"");
    assert_int_equal(COMMAND(command, "sync"), CLI_OK);
    expect(command->out, "in step with the centre: 0 unsent");
    assert_string_equal(
        centre_ask(&centre, centre.admin,
                   arena_format(centre.arena, "SELECT name FROM suppliers WHERE tenant_id = '%s'",
                                f->shop.tenant)),
        "Paint");
    assert_int_equal(COMMAND(command, "sync", "log", "--tsv"), CLI_OK);
    expect(command->out, "the line is up");
    assert_int_equal(COMMAND(command, "enroll"), CLI_OK);
}

static void what_is_wrong_is_said(void **state)
{
    struct fixture *f = *state;
    struct command *command = &f->command;
    needs_server();
    assert_int_equal(COMMAND(command, "enroll", "nonsense", f->code), CLI_USAGE);
    assert_int_equal(COMMAND(command, "enroll", f->url, "ABC"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "enroll", f->url, "0000-0000-0000-0000-0000-0000-0000-0000"),
                     CLI_REFUSED);
    expect(command->err, "wrong, used or too old");
    assert_int_equal(COMMAND(command, "sync", "--once", "--watch"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "sync", "log", "--limit", "0"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "sync", "sideways"), CLI_USAGE);
}

static void a_shop_without_a_centre_says_so(void **state)
{
    struct fixture *f = *state;
    struct command *command = &f->command;
    static const char *const verbs[] = {"", "status", "log", "test"};
    assert_int_equal(COMMAND(command, "sync", "status"), CLI_NOT_FOUND);
    assert_int_equal(COMMAND(command, "shop", "new", "Alone", "--owner", "Jo"), CLI_OK);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        const char *const words[] = {"sync", verbs[i][0] != '\0' ? verbs[i] : NULL, NULL};
        int code = command_run(command, words);
        if (code != CLI_REFUSED && code != CLI_NOT_FOUND)
            fail_msg("%s: %d %s", verbs[i], code, command->err);
        expect(command->err, "countertop enroll");
    }
    if (server != NULL) {
        assert_int_equal(COMMAND(command, "enroll", f->url, f->code), CLI_REFUSED);
        expect(command->err, "central init --from");
    }
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void a_person_signs_in_by_a_file(void **state)
{
    struct fixture *f = *state;
    struct command *command = &f->command;
    char path[200];
    needs_server();
    centre_run(&centre, centre.admin,
               arena_format(centre.arena,
                            "INSERT INTO user_credentials (tenant_id, user_id, password_hash)"
                            " VALUES ('%s', '%s', crypt('brush stroke', gen_salt('bf', 4)))",
                            f->shop.tenant, f->shop.anna));
    enroll(f);
    snprintf(path, sizeof path, "%s/password", command->home);
    write_file(path, "brush stroke\n", 0644);
    assert_int_equal(COMMAND(command, "sign-in", "anna", "--password-file", path), CLI_REFUSED);
    expect(command->err, "chmod 600");
    write_file(path, "hunter2\n", 0600);
    assert_int_equal(COMMAND(command, "sign-in", "anna", "--password-file", path), CLI_REFUSED);
    assert_null(strstr(command->err, "hunter2"));
    write_file(path, "brush stroke\nmore", 0600);
    assert_int_equal(COMMAND(command, "sign-in", "anna", "--password-file", path), CLI_OK);
    expect(command->out, "anna is signed in");
    assert_string_equal(
        centre_ask(&centre, centre.admin,
                   arena_format(centre.arena,
                                "SELECT count(*) FROM terminal_users WHERE user_id = '%s'",
                                f->shop.anna)),
        "1");
}

static void the_line_can_be_tested(void **state)
{
    struct fixture *f = *state;
    needs_server();
    enroll(f);
    if (COMMAND(&f->command, "sync", "test") != CLI_OK)
        fail_msg("%s", f->command.err);
    expect(f->command.out, "there and back in");
}

/* What was not sent, for another machine: its bytes, with the hash that goes over them. */
static void what_is_unsent_can_be_taken_along(void **state)
{
    struct fixture *f = *state;
    struct command *command = &f->command;
    struct stat info;
    char path[200], line[20000];
    needs_server();
    enroll(f);
    add_supplier(f, "name=One \xE2\x82\xAC");
    add_supplier(f, "name=Two");
    snprintf(path, sizeof path, "%s/unsent.jsonl", command->home);
    assert_int_equal(COMMAND(command, "sync", "export", path), CLI_OK);
    expect(command->out, "2 unsent operations");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(COMMAND(command, "sync", "export", path), CLI_FAILED);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    for (int seq = 1; seq <= 2; seq++) {
        assert_non_null(fgets(line, sizeof line, file));
        json_t *object = json_loads(line, 0, NULL);
        assert_int_equal(json_integer_value(json_object_get(object, "seq")), seq);
        const char *payload = json_string_value(json_object_get(object, "payload"));
        json_t *operation = json_loads(payload, 0, NULL);
        assert_string_equal(json_string_value(json_object_get(operation, "kind")),
                            json_string_value(json_object_get(object, "kind")));
        assert_int_equal(strlen(json_string_value(json_object_get(object, "hash"))), 64);
        json_decref(operation);
        json_decref(object);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_int_equal(COMMAND(command, "sync", "export", "-"), CLI_OK);
    expect(command->out, "One \xE2\x82\xAC");
    /* Elsewhere the centre takes it, and the store learns of it when it comes back. */
    assert_int_equal(COMMAND(command, "central", "hand-in", centre.url, "/nowhere"), CLI_NOT_FOUND);
    assert_int_equal(COMMAND(command, "central", "hand-in", centre.url, path), CLI_OK);
    expect(command->out, "applied");
    assert_string_equal(
        centre_ask(&centre, centre.admin, "SELECT name FROM suppliers WHERE name LIKE 'One%'"),
        "One \xE2\x82\xAC");
    assert_int_equal(COMMAND(command, "sync", "--once"), CLI_OK);
    assert_int_equal(COMMAND(command, "sync", "export", "-"), CLI_OK);
    assert_string_equal(command->out, "");
}

/* Of a terminal that is revoked nothing is done, and nothing is lost: a person can read it all. */
static void what_can_not_be_done_is_listed(void **state)
{
    struct fixture *f = *state;
    struct command *command = &f->command;
    char path[200], id[40];
    needs_server();
    enroll(f);
    add_supplier(f, "name=Late");
    snprintf(path, sizeof path, "%s/unsent.jsonl", command->home);
    assert_int_equal(COMMAND(command, "sync", "export", path), CLI_OK);
    centre_run(&centre, centre.admin,
               arena_format(centre.arena,
                            "UPDATE terminals SET revoked_at = now() WHERE tenant_id = '%s'",
                            f->shop.tenant));
    assert_int_equal(COMMAND(command, "central", "hand-in", centre.url, path), CLI_OK);
    expect(command->out, "refused");
    assert_int_equal(COMMAND(command, "central", "status", centre.url), CLI_OK);
    expect(command->out, "see: central quarantine");
    assert_int_equal(COMMAND(command, "central", "quarantine", centre.url, "--csv"), CLI_OK);
    expect(command->out, "received,shop,terminal,who,what,reason,id");
    expect(command->out, "Late");
    expect(command->out, "revoked: look at it, and do again what is right");
    snprintf(id, sizeof id, "%.36s", strrchr(command->out, ',') + 1);
    assert_int_equal(COMMAND(command, "central", "quarantine", centre.url, id, "--json"), CLI_OK);
    expect(command->out, "record.create");
    assert_int_equal(COMMAND(command, "central", "quarantine", centre.url, "none"), CLI_OK);
    assert_null(strstr(command->out, "record.create"));
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
    if (centre.url != NULL)
        centre_close(&centre);
    postgres_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_store_joins_and_exchanges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_shop_without_a_centre_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_person_signs_in_by_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_line_can_be_tested, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_unsent_can_be_taken_along, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_can_not_be_done_is_listed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
