#include "model/base/paths.h"

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

static const char *const variables[] = {"COUNTERTOP_HOME", "HOME", "XDG_CONFIG_HOME",
                                        "XDG_DATA_HOME", "XDG_STATE_HOME"};

/* The variables in the order above; NULL: not set. */
static void set(const char *const *values)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (values[i] != NULL)
            setenv(variables[i], values[i], 1);
        else
            unsetenv(variables[i]);
}

static void the_environment_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *set[5];
        const char *config, *store, *state;
    } cases[] = {
        {{NULL, "/home/a", NULL, NULL, NULL},
         "/home/a/.config/countertop",
         "/home/a/.local/share/countertop/store.db",
         "/home/a/.local/state/countertop"},
        {{NULL, "/home/a", "/c", "/d/", "/s"},
         "/c/countertop",
         "/d/countertop/store.db",
         "/s/countertop"},
        {{NULL, NULL, "/c", "/d", "/s"},
         "/c/countertop",
         "/d/countertop/store.db",
         "/s/countertop"},
        {{"/x", NULL, NULL, NULL, NULL}, "/x", "/x/store.db", "/x"},
        {{"x", "/home/a", "/c", "/d", "/s"}, "x", "x/store.db", "x"},
        {{"", "/home/a", "", "relative", ""},
         "/home/a/.config/countertop",
         "/home/a/.local/share/countertop/store.db",
         "/home/a/.local/state/countertop"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct paths paths;
        struct error err;
        set(cases[i].set);
        if (!paths_init(&paths, &err))
            fail_msg("case %zu: %s", i, err.text);
        assert_string_equal(paths.config, cases[i].config);
        assert_string_equal(paths.store, cases[i].store);
        assert_string_equal(paths.state, cases[i].state);
        assert_memory_equal(paths.store, paths.data, strlen(paths.data));
        paths_done(&paths);
    }
}

static void without_a_home_it_says_what_to_set(void **state)
{
    (void)state;
    struct paths paths;
    struct error err;
    set((const char *const[]){NULL, NULL, "/c", NULL, "/s"});
    assert_false(paths_init(&paths, &err));
    assert_int_equal(err.code, ERROR_SYSTEM);
    assert_non_null(strstr(err.text, "XDG_DATA_HOME"));
    assert_non_null(strstr(err.text, "COUNTERTOP_HOME"));
    paths_done(&paths);
}

static void folders_are_made_for_the_owner_alone(void **state)
{
    (void)state;
    char base[] = "/tmp/paths-XXXXXX", deep[64], file[64];
    struct error err;
    struct stat info;
    assert_non_null(mkdtemp(base));
    snprintf(deep, sizeof deep, "%s/a/b/c", base);
    snprintf(file, sizeof file, "%s/a/file", base);
    mode_t mask = umask(0);
    assert_true(paths_make_folder(deep, &err));
    umask(mask);
    assert_int_equal(stat(deep, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_true(paths_make_folder(deep, &err)); /* again */
    FILE *made = fopen(file, "w");
    assert_non_null(made);
    fclose(made);
    assert_false(paths_make_folder(file, &err));
    assert_non_null(strstr(err.text, "is a file"));
    strcat(file, "/below");
    assert_false(paths_make_folder(file, &err));
    assert_int_equal(err.code, ERROR_SYSTEM);
    *strrchr(file, '/') = '\0';
    unlink(file);
    for (int i = 0; i < 3; i++) {
        rmdir(deep);
        *strrchr(deep, '/') = '\0';
    }
    assert_int_equal(rmdir(base), 0);
}

static void names_are_joined_by_one_slash(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"/a", "b", "/a/b"}, {"/a/", "b", "/a/b"}, {"/", "b", "/b"}, {"", "b", "b"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *joined = paths_join(cases[i][0], cases[i][1]);
        assert_string_equal(joined, cases[i][2]);
        free(joined);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_says_where),
        cmocka_unit_test(without_a_home_it_says_what_to_set),
        cmocka_unit_test(folders_are_made_for_the_owner_alone),
        cmocka_unit_test(names_are_joined_by_one_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
