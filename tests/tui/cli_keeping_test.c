/* Keys, copies, the worker and the doctor by the command line. */
#include "model/base/memory.h"
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

struct fixture {
    struct command command;
    struct arena *arena;
};

static int set_up(void **state)
{
    struct fixture *f = memory_new(sizeof *f);
    command_init(&f->command);
    f->arena = arena_new();
    assert_int_equal(COMMAND(&f->command, "shop", "new", "Paint", "--owner", "Jo Meyer", "--zone",
                             "Europe/Berlin", "--currency", "EUR"),
                     CLI_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    command_done(&f->command);
    arena_free(f->arena);
    free(f);
    return 0;
}

#define RUN(f, ...) COMMAND(&(f)->command, __VA_ARGS__)

/* What was printed holds the words, or the sentence does where the command fails. */
#define EXPECT(f, expected, words, ...) expect(f, RUN(f, __VA_ARGS__), expected, words)
static void expect(struct fixture *f, int code, int expected, const char *words)
{
    const char *said = expected == CLI_OK ? f->command.out : f->command.err;
    if (code != expected || strstr(said, words) == NULL)
        fail_msg("%d, not %d with \"%s\": %s%s", code, expected, words, f->command.out,
                 f->command.err);
}

static const char *in_home(struct fixture *f, const char *name)
{
    return arena_format(f->arena, "%s/%s", f->command.home, name);
}

static const char *write_private(struct fixture *f, const char *name, const char *text)
{
    const char *path = in_home(f, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

static const char *member(struct fixture *f, const char *name)
{
    json_t *rows = json_loads(f->command.out, 0, NULL);
    const char *text = json_string_value(json_object_get(json_array_get(rows, 0), name));
    if (text == NULL)
        fail_msg("no %s in %s", name, f->command.out);
    text = arena_text(f->arena, text);
    json_decref(rows);
    return text;
}

static void the_key_is_told_once_and_comes_back(void **state)
{
    struct fixture *f = *state;
    EXPECT(f, CLI_NOT_FOUND, "passphrase", "backup");
    EXPECT(f, CLI_OK, "recovery", "keys", "init", "--json");
    const char *id = member(f, "id"), *paper = member(f, "recovery");
    EXPECT(f, CLI_OK, id, "keys", "status");
    assert_null(strstr(f->command.out, paper));
    EXPECT(f, CLI_REFUSED, "rotate", "keys", "init");
    EXPECT(f, CLI_OK, "copied to", "backup", in_home(f, "one.ctcopy"));
    assert_int_equal(unlink(in_home(f, "store.db.keys")), 0);
    EXPECT(f, CLI_NOT_FOUND, "keys restore", "backup", "verify", in_home(f, "one.ctcopy"));
    EXPECT(f, CLI_USAGE, "compare it with the paper", "keys", "restore", "--text-file",
           write_private(f, "wrong",
                         "0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 "
                         "0000 0000\n"));
    EXPECT(f, CLI_OK, id, "keys", "restore", "--text-file", write_private(f, "paper", paper));
    EXPECT(f, CLI_OK, "is good", "backup", "verify", in_home(f, "one.ctcopy"));
}

static void a_copy_goes_to_a_new_machine(void **state)
{
    struct fixture *f = *state;
    const char *words = write_private(f, "words", "correct horse battery\n");
    const char *copy = in_home(f, "one.ctcopy"), *there = in_home(f, "there");
    EXPECT(f, CLI_USAGE, "at least 12", "backup", copy, "--passphrase-file",
           write_private(f, "short", "short\n"));
    EXPECT(f, CLI_OK, "copied to", "backup", copy, "--passphrase-file", words);
    EXPECT(f, CLI_REFUSED, "already", "backup", copy, "--passphrase-file", words);
    EXPECT(f, CLI_USAGE, "--to", "restore", copy, "--passphrase-file", words);
    EXPECT(f, CLI_REFUSED, "another passphrase", "restore", copy, "--to", there,
           "--passphrase-file", write_private(f, "other", "wrong horse battery\n"));
    EXPECT(f, CLI_OK, there, "restore", copy, "--to", there, "--passphrase-file", words);
    EXPECT(f, CLI_REFUSED, "new folder", "restore", copy, "--to", there, "--passphrase-file",
           words);
    EXPECT(f, CLI_OK, "Paint", "shop", "--store", arena_format(f->arena, "%s/store.db", there));
    EXPECT(f, CLI_OK, "restore", "audit", "list", "--store",
           arena_format(f->arena, "%s/store.db", there));
    EXPECT(f, CLI_OK, "backup", "audit", "list");
    EXPECT(f, CLI_USAGE, "no copy that Countertop made", "restore", words, "--to", there,
           "--passphrase-file", words);
    EXPECT(f, CLI_OK, "passphrase", "backup", "list", f->command.home);
}

static void the_worker_does_what_is_due(void **state)
{
    struct fixture *f = *state;
    EXPECT(f, CLI_NOT_FOUND, "keys init", "worker", "--once");
    EXPECT(f, CLI_OK, "failed", "worker", "status", "--csv");
    assert_int_equal(RUN(f, "keys", "init"), CLI_OK);
    EXPECT(f, CLI_OK, "verified", "worker", "run", "backup");
    EXPECT(f, CLI_NOT_FOUND, "backup", "worker", "run", "sweeping");
    EXPECT(f, CLI_OK, "", "worker", "--once");
    assert_string_equal(f->command.out, ""); /* nothing is due any more */
    EXPECT(f, CLI_OK, "\"kind\":\"store\"", "backup", "list", "--json");
}

static void the_doctor_finds_what_is_wrong(void **state)
{
    struct fixture *f = *state;
    EXPECT(f, CLI_OK, "warning  keys", "doctor");
    assert_non_null(strstr(f->command.out, "keys init"));
    assert_int_equal(RUN(f, "keys", "init"), CLI_OK);
    assert_int_equal(RUN(f, "worker", "--once"), CLI_OK);
    assert_int_equal(RUN(f, "doctor"), CLI_OK);
    assert_null(strstr(f->command.out, "warning"));
    assert_int_equal(chmod(in_home(f, "store.db"), 0644), 0);
    EXPECT(f, CLI_FAILED, "put right", "doctor", "--quick");
    assert_non_null(strstr(f->command.out, "chmod 600"));
    assert_int_equal(chmod(in_home(f, "store.db"), 0600), 0);
    assert_int_equal(rename(in_home(f, "store.db.keys"), in_home(f, "away")), 0);
    EXPECT(f, CLI_FAILED, "put right", "doctor", "--quick", "--json");
    assert_non_null(strstr(f->command.out, "keys restore"));
    assert_int_equal(rename(in_home(f, "away"), in_home(f, "store.db.keys")), 0);

    /* A page in the middle of the store goes. */
    struct stat info;
    char rubbish[4096];
    memset(rubbish, 0x5A, sizeof rubbish);
    int fd = open(in_home(f, "store.db"), O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0 && fstat(fd, &info) == 0);
    for (off_t at = info.st_size / 2 / 4096 * 4096; at < info.st_size - 40960; at += 4096)
        assert_int_equal(pwrite(fd, rubbish, sizeof rubbish, at), sizeof rubbish);
    close(fd);
    EXPECT(f, CLI_FAILED, "put right", "doctor");
    assert_non_null(strstr(f->command.out, "failed   store"));
    assert_non_null(strstr(f->command.out, "countertop restore"));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_key_is_told_once_and_comes_back),
        TEST(a_copy_goes_to_a_new_machine),
        TEST(the_worker_does_what_is_due),
        TEST(the_doctor_finds_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
