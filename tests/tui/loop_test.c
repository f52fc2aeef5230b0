/* Waiting for a file that others write to. */
#include "tui/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct folder {
    char path[64], file[96], other[96];
};

static int set_up(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    struct error err;
    snprintf(folder->path, sizeof folder->path, "/tmp/loop-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->file, sizeof folder->file, "%s/store.db-wal", folder->path);
    snprintf(folder->other, sizeof folder->other, "%s/store.db", folder->path);
    assert_true(loop_open(&err));
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    struct folder *folder = *state;
    loop_close();
    unlink(folder->file);
    unlink(folder->other);
    rmdir(folder->path);
    free(folder);
    return 0;
}

static void write_to(const char *path)
{
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("page", file);
    fclose(file);
}

static unsigned look(void)
{
    return loop_wait(-1, 0);
}

static void test_what_is_written_is_news(void **state)
{
    const struct folder *folder = *state;
    loop_watch(folder->file); /* it is not there yet */
    assert_int_equal(look() & NEWS_STORE, 0);
    write_to(folder->file);
    assert_int_equal(look() & NEWS_STORE, NEWS_STORE);
}

static void test_it_is_news_once_until_it_is_watched_again(void **state)
{
    const struct folder *folder = *state;
    loop_watch(folder->file);
    write_to(folder->file);
    assert_int_equal(look() & NEWS_STORE, NEWS_STORE);
    write_to(folder->file);
    assert_int_equal(look() & NEWS_STORE, 0);
    loop_watch(folder->file); /* what was written meanwhile is not lost */
    assert_int_equal(look() & NEWS_STORE, NEWS_STORE);
    loop_watch(folder->file);
    assert_int_equal(look() & NEWS_STORE, 0);
}

static void test_other_files_are_no_news(void **state)
{
    const struct folder *folder = *state;
    loop_watch(folder->file);
    write_to(folder->other);
    assert_int_equal(look() & NEWS_STORE, 0);
    write_to(folder->file);
    assert_int_equal(look() & NEWS_STORE, NEWS_STORE);
}

static void test_a_folder_that_is_not_there(void **state)
{
    (void)state;
    loop_watch("/tmp/no-such-folder-here/store.db-wal");
    assert_int_equal(look() & NEWS_STORE, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_news),
        TEST(it_is_news_once_until_it_is_watched_again),
        TEST(other_files_are_no_news),
        TEST(a_folder_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
