/* Copies of a whole centre: made of one moment, compared, put back; and what the programs that make
 * them are told where others can read it. */
#include "sync/central_backup.h"

#include "model/keeping/key_ring.h"
#include "sync/central_program.h"
#include "tests/sync/centre.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct postgres *server;

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

static void need_programs(void)
{
    if (system("command -v pg_dump >/dev/null 2>&1 && command -v pg_restore >/dev/null 2>&1") == 0)
        return;
    print_message("no pg_dump on this machine: install the package postgresql-client\n");
    skip();
}

struct bench {
    struct centre centre;
    struct centre_shop shop;
    struct centre_terminal till;
    struct key_ring ring;
    struct seal_key seal;
    struct error err;
    char folder[40];
    const char *file;
};

static void begin(struct bench *bench)
{
    struct worker_key key;
    need_programs();
    *bench = (struct bench){.folder = "/tmp/countertop-XXXXXX"};
    centre_open(&bench->centre, server);
    centre_shop(&bench->centre, "Meyer", &bench->shop);
    centre_join(&bench->centre, &bench->shop, "register", bench->shop.here, bench->shop.anna,
                &bench->till);
    assert_non_null(mkdtemp(bench->folder));
    bench->file = arena_format(bench->centre.arena, "%s/copy", bench->folder);
    assert_true(worker_key_make(1, &key, &bench->err));
    key_ring_add(&bench->ring, &key);
    memcpy(bench->seal.id, key.id, sizeof key.id);
    memcpy(bench->seal.bytes, key.open, sizeof key.open);
}

static void end(struct bench *bench)
{
    key_ring_done(&bench->ring);
    centre_close(&bench->centre);
    unlink(bench->file);
    assert_int_equal(rmdir(bench->folder), 0);
}

static void expect(struct bench *bench, bool is_done)
{
    if (!is_done)
        fail_msg("%s", bench->err.text);
}

static bool copy(struct bench *bench, const struct backup_progress *progress)
{
    const struct envelope_for who = {.key = &bench->seal};
    return central_backup(bench->centre.admin, bench->file, &who, progress, &bench->err);
}

static struct backup_from from(const struct bench *bench)
{
    return (struct backup_from){.path = bench->file, .ring = &bench->ring};
}

static void a_copy_is_put_back(void **state)
{
    struct bench bench;
    struct centre elsewhere;
    (void)state;
    begin(&bench);
    struct centre *centre = &bench.centre;
    expect(&bench, copy(&bench, NULL));
    assert_false(copy(&bench, NULL)); /* never over another file */
    centre_run(centre, centre->admin, "UPDATE users SET bio = 'later'");
    static const char print[] = "SELECT fingerprint FROM sync_pull_head(NULL)";
    const char *before = centre_ask(centre, bench.till.line, print);
    centre_leave(&bench.till);
    const struct backup_from copied = from(&bench);
    expect(&bench, central_restore(centre->admin, &copied, &bench.err));
    assert_string_equal(
        centre_ask(centre, centre->admin, "SELECT count(*) FROM users WHERE bio = 'later'"), "0");
    bench.till.line = centre_connect(centre, bench.till.role);
    assert_string_not_equal(centre_ask(centre, bench.till.line, print), before);
    assert_string_equal(centre_ask(centre, bench.till.line, "SELECT count(*) FROM users"), "3");
    centre_leave(&bench.till);

    elsewhere = (struct centre){.url = postgres_database(server), .arena = arena_new()};
    elsewhere.admin = central_open(elsewhere.url, &bench.err);
    expect(&bench, elsewhere.admin != NULL);
    expect(&bench, central_restore(elsewhere.admin, &copied, &bench.err));
    bench.till.line = centre_connect(&elsewhere, bench.till.role);
    assert_string_equal(centre_ask(&elsewhere, bench.till.line, "SELECT count(*) FROM users"), "3");
    centre_leave(&bench.till);
    const struct backup_from folder = {.path = bench.folder, .ring = &bench.ring};
    assert_false(central_restore(elsewhere.admin, &folder, &bench.err));
    assert_string_equal(centre_ask(&elsewhere, elsewhere.admin, "SELECT count(*) FROM users"), "3");
    centre_close(&elsewhere);
    end(&bench);
}

struct meddler {
    struct bench *bench;
    bool has_written;
};

static bool write_meanwhile(void *context, const char *what, int64_t done, int64_t total)
{
    struct meddler *meddler = context;
    (void)what, (void)done, (void)total;
    if (!meddler->has_written) {
        struct central *other = central_open(meddler->bench->centre.url, &meddler->bench->err);
        expect(meddler->bench, other != NULL);
        centre_run(&meddler->bench->centre, other,
                   "INSERT INTO sync_meta (name, value) VALUES ('meanwhile', '1')");
        central_close(other);
    }
    meddler->has_written = true;
    return true;
}

static void a_copy_is_compared_and_nothing_stays(void **state)
{
    static const char databases[] =
        "SELECT count(*) FROM pg_database WHERE datname LIKE 'countertop_verify%'";
    struct bench bench;
    struct meddler meddler = {.bench = &bench};
    int64_t tables, rows;
    (void)state;
    begin(&bench);
    const struct backup_progress progress = {.step = write_meanwhile, .context = &meddler};
    expect(&bench, copy(&bench, &progress));
    assert_true(meddler.has_written);
    const struct backup_from copied = from(&bench);
    expect(&bench, central_verify(bench.centre.admin, &copied, &tables, &rows, &bench.err));
    assert_true(tables > 100 && rows > 100);
    assert_string_equal(centre_ask(&bench.centre, bench.centre.admin, databases), "0");
    assert_string_equal(centre_ask(&bench.centre, bench.till.line, "SELECT count(*) FROM users"),
                        "3");
    /* A copy that was cut short is none, wherever it was cut. */
    assert_int_equal(truncate(bench.file, 60000), 0);
    assert_false(central_verify(bench.centre.admin, &copied, &tables, &rows, &bench.err));
    assert_string_equal(centre_ask(&bench.centre, bench.centre.admin, databases), "0");
    centre_leave(&bench.till);
    assert_false(central_restore(bench.centre.admin, &copied, &bench.err));
    bench.till.line = centre_connect(&bench.centre, bench.till.role);
    assert_string_equal(centre_ask(&bench.centre, bench.till.line, "SELECT count(*) FROM users"),
                        "3");
    centre_leave(&bench.till);
    end(&bench);
}

/* Whether the words stand in a file of the child's that the same user can read. */
static bool tells(const char *name, const char *words)
{
    char path[64], bytes[65536];
    snprintf(path, sizeof path, "/proc/self/%s", name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return memmem(bytes, size, words, strlen(words)) != NULL;
}

/* `sh` stands for pg_dump: it tells what its own process shows to others. */
static void no_password_is_shown(void **state)
{
    static const char secret[] = "s3cret:with\\\\signs";
    static const char script[] = "cat /proc/$$/cmdline /proc/$$/environ; echo; echo ====;"
                                 " cat \"$PGPASSFILE\"";
    const char *const arguments[] = {"sh", "-c", script, NULL};
    char url[600], told[65536];
    struct error err = {0};
    size_t size = 0;
    ssize_t got;
    (void)state;
    assert_false(tells("cmdline", secret));
    const char *database = postgres_database(server);
    snprintf(url, sizeof url, "%s%spassword=s3cret%%3Awith%%5C%%5Csigns", database,
             strchr(database, '?') != NULL ? "&" : "?");
    struct central *central = central_open(url, &err);
    if (central == NULL)
        fail_msg("%s", err.text);
    struct central_program *program =
        central_program_start(central, arguments, PROGRAM_GIVES, &err);
    assert_non_null(program);
    while ((got = read(central_program_line(program), told + size, sizeof told - 1 - size)) > 0)
        size += (size_t)got;
    if (!central_program_end(program, &err))
        fail_msg("%s", err.text);
    const char *file = memmem(told, size, "====", 4);
    assert_non_null(file);
    assert_null(memmem(told, (size_t)(file - told), "s3cret", 6));
    assert_non_null(
        memmem(file, size - (size_t)(file - told), "*:*:*:*:s3cret\\:with\\\\\\\\signs\n", 30));
    central_close(central);
}

static void what_fails_is_said(void **state)
{
    const char *const missing[] = {"countertop-no-such-program", NULL};
    const char *const failing[] = {"sh", "-c", "echo first >&2; echo second >&2; exit 3", NULL};
    struct error err = {0};
    (void)state;
    struct central *central = central_open(postgres_database(server), &err);
    assert_non_null(central);
    assert_false(
        central_program_end(central_program_start(central, missing, PROGRAM_GIVES, &err), &err));
    assert_int_equal(err.code, ERROR_NOT_FOUND);
    assert_false(
        central_program_end(central_program_start(central, failing, PROGRAM_TAKES, &err), &err));
    assert_string_equal(err.text, "first");
    central_close(central);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_put_back),
        cmocka_unit_test(a_copy_is_compared_and_nothing_stays),
        cmocka_unit_test(no_password_is_shown),
        cmocka_unit_test(what_fails_is_said),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
