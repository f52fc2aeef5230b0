#include "tests/tui/harness.h"
#include "tests/tui/probe.h"
#include "tui/keymap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void write_config(struct fixture *fixture, const char *text)
{
    FILE *file = fopen(fixture->config, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_the_configuration_is_checked(void **state)
{
    struct fixture *fixture = *state;
    write_config(fixture, "{\"theme\": \"light\", \"mouse\": \"yes\", \"colour\": 1,"
                          " \"toast_seconds\": 9, \"start_screen\": \"reports\","
                          " \"keys\": {\"quit\": \"ctrl-l\"}}");
    assert_string_equal(app_start_screen(fixture->app), "orders");
    app_free(fixture->app);
    fixture->app = fixture_start(fixture);
    app_draw(fixture->app);
    assert_true(screen_has("config.json: \"mouse\" is true or false."));
    assert_true(screen_has("config.json: there is no option \"colour\"."));
    assert_true(screen_has("config.json: Keys of \"quit\": ctrl-l is taken by \"redraw\"."));
    assert_int_equal(app_config(fixture->app)->toast_seconds, 9);
    assert_false(app_config(fixture->app)->has_mouse);
    assert_string_equal(app_config(fixture->app)->theme, "light");
    assert_string_equal(app_start_screen(fixture->app), "reports");
    fixture_press(fixture->app, "alt-v");
    struct stat info;
    assert_int_equal(stat(fixture->config, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    app_free(fixture->app);
    fixture->app = fixture_start(fixture);
    assert_string_not_equal(app_config(fixture->app)->theme, "light");
    assert_int_equal(app_config(fixture->app)->toast_seconds, 9);
    write_config(fixture, "{\"theme\": \n nonsense");
    app_free(fixture->app);
    fixture->app = fixture_start(fixture);
    app_draw(fixture->app);
    assert_true(screen_has("line 2"));
}

static void test_keys_can_be_changed(void **state)
{
    struct fixture *fixture = *state;
    write_config(fixture, "{\"keys\": {\"quit\": \"f11\", \"theme\": \"\", \"nothing\": \"a\","
                          " \"mouse\": \"ctrl-\", \"redraw\": 3}}");
    app_free(fixture->app);
    fixture->app = fixture_start(fixture);
    app_push(fixture->app, &probe_ops, &fixture->probe);
    app_draw(fixture->app);
    assert_true(screen_has("f11 quit"));
    assert_true(screen_has("Keys: there is no action \"nothing\"."));
    assert_true(screen_has("Keys of \"mouse\": \"ctrl-\" is no key"));
    assert_true(screen_has("config.json: Keys of \"redraw\": a text is expected"));
    fixture_press(fixture->app, "ctrl-q");
    assert_false(app_must_end(fixture->app));
    fixture_press(fixture->app, "f11");
    assert_true(app_must_end(fixture->app));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_the_configuration_is_checked),
        CASE(test_keys_can_be_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
