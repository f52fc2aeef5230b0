#include "tui/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct theme theme;

static const char *refused(const char *json)
{
    static struct error err;
    assert_false(theme_parse(json, strlen(json), "mine.json", &theme, &err));
    assert_non_null(strstr(err.text, "mine.json"));
    return err.text;
}

static void test_every_depth_is_read(void **state)
{
    static const char json[] =
        "{\"name\": \"x\", \"roles\": {\"normal\": {\"c256\": [7, -1]},"
        " \"good\": {\"rgb\": [\"#00ff00\", \"default\"], \"c256\": [114, 236], \"c16\": "
        "[\"bright_green\", \"default\"], \"attributes\": [\"bold\"], \"mono\": [\"underline\"]},"
        " \"danger\": {\"rgb\": [\"#ff0000\", \"#080808\"]}}}";
    (void)state;
    assert_true(theme_parse(json, sizeof json - 1, "x", &theme, NULL));
    const struct look *good = &theme.looks[DEPTH_256][ROLE_GOOD];
    assert_int_equal(good->foreground, 114);
    assert_int_equal(good->background, 236);
    assert_int_equal(good->attributes, LOOK_BOLD);
    assert_int_equal(theme.looks[DEPTH_16][ROLE_GOOD].foreground, 10);
    assert_int_equal(theme.looks[DEPTH_16][ROLE_GOOD].background, -1);
    assert_int_equal(theme.looks[DEPTH_RGB][ROLE_GOOD].foreground, 0x00FF00);
    assert_int_equal(theme.looks[DEPTH_MONO][ROLE_GOOD].attributes, LOOK_UNDERLINE);
    assert_int_equal(theme.looks[DEPTH_256][ROLE_DANGER].foreground, 196); /* the nearest */
    assert_int_equal(theme.looks[DEPTH_256][ROLE_DANGER].background, 232);
    assert_int_equal(theme.looks[DEPTH_256][ROLE_KEY].foreground, 7); /* as normal */
}

static void test_errors_name_the_role_and_the_file(void **state)
{
    (void)state;
#define ROLES_OF(text) "{\"name\": \"x\", \"roles\": {" text "}}"
    assert_non_null(strstr(refused("{\n\"name\": }"), "line 2"));
    refused("[]");
    refused("{\"name\": \"x\"}");
    refused("{\"name\": \"x\", \"name\": \"y\", \"roles\": {}}");
    assert_non_null(strstr(refused(ROLES_OF("\"god\": {}")), "no role \"god\""));
    static const char *const wrong[] = {
        ROLES_OF("\"good\": 3"),
        ROLES_OF("\"good\": {\"rgb\": [\"#00ff0\", \"default\"]}"),
        ROLES_OF("\"good\": {\"rgb\": [\"red\", \"default\"]}"),
        ROLES_OF("\"good\": {\"rgb\": [\"#0x00ff\", \"default\"]}"),
        ROLES_OF("\"good\": {\"rgb\": [\"# 00ff0\", \"default\"]}"),
        ROLES_OF("\"good\": {\"rgb\": [\"#00ff00\"]}"),
        ROLES_OF("\"good\": {\"rgb\": \"#00ff00\"}"),
        ROLES_OF("\"good\": {\"c256\": [256, 0]}"),
        ROLES_OF("\"good\": {\"c256\": [-2, 0]}"),
        ROLES_OF("\"good\": {\"c256\": [\"1\", 0]}"),
        ROLES_OF("\"good\": {\"c16\": [\"orange\", \"default\"]}"),
        ROLES_OF("\"good\": {\"mono\": [\"blink\"]}"),
        ROLES_OF("\"good\": {\"mono\": \"bold\"}"),
        ROLES_OF("\"good\": {\"colour\": []}"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_non_null(strstr(refused(wrong[i]), "role \"good\""));
}

static void test_the_shipped_ones_say_all_roles(void **state)
{
    static const char *const names[] = {"dark", "light", "high-contrast"};
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!theme_load(names[i], NULL, &theme, &err))
            fail_msg("%s", err.text);
        assert_string_equal(theme.name, names[i]);
        /* the terminal's own background, and a cursor row that shows without colours */
        assert_int_equal(theme.looks[DEPTH_256][ROLE_NORMAL].background, -1);
        for (int depth = 0; depth < DEPTH_COUNT; depth++) {
            const struct look *looks = theme.looks[depth];
            assert_memory_not_equal(&looks[ROLE_SELECTION], &looks[ROLE_NORMAL], sizeof *looks);
            assert_memory_not_equal(&looks[ROLE_MARK], &looks[ROLE_NORMAL], sizeof *looks);
        }
    }
    assert_true(theme_load("mono", NULL, &theme, &err));
    for (int role = 0; role < ROLE_COUNT; role++)
        assert_int_equal(theme.looks[DEPTH_256][role].foreground, -1);
    assert_false(theme_load("none", NULL, &theme, &err));
    assert_non_null(strstr(err.text, "\"none\""));
    assert_false(theme_load("/nowhere/x.json", NULL, &theme, &err));
}

static void test_own_themes_come_first(void **state)
{
    char folder[] = "/tmp/theme_test.XXXXXX", path[64];
    size_t count;
    struct error err;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/dark.json", folder);
    FILE *file = fopen(path, "w");
    fputs("{\"name\": \"mine\", \"roles\": {}}", file);
    fclose(file);
    assert_true(theme_load("dark", folder, &theme, &err));
    assert_string_equal(theme.name, "mine");
    assert_true(theme_load("light", folder, &theme, &err));
    char **names = theme_names(folder, &count);
    assert_int_equal(count, 4); /* dark is one */
    assert_string_equal(names[0], "dark");
    theme_names_free(names, count);
    file = fopen(path, "w");
    fputs("{", file);
    fclose(file);
    assert_false(theme_load("dark", folder, &theme, &err)); /* said, not passed over */
    unlink(path);
    rmdir(folder);
}

static void test_the_depth_follows_the_terminal(void **state)
{
    (void)state;
    assert_int_equal(theme_depth(256, NULL), DEPTH_256);
    assert_int_equal(theme_depth(256, ""), DEPTH_256);
    assert_int_equal(theme_depth(256, "1"), DEPTH_MONO);
    assert_int_equal(theme_depth(1 << 24, NULL), DEPTH_RGB);
    assert_int_equal(theme_depth(88, NULL), DEPTH_16);
    assert_int_equal(theme_depth(8, NULL), DEPTH_16);
    assert_int_equal(theme_depth(0, NULL), DEPTH_MONO);
    assert_int_equal(theme_depth(-1, NULL), DEPTH_MONO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_depth_is_read),
        cmocka_unit_test(test_errors_name_the_role_and_the_file),
        cmocka_unit_test(test_the_shipped_ones_say_all_roles),
        cmocka_unit_test(test_own_themes_come_first),
        cmocka_unit_test(test_the_depth_follows_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
