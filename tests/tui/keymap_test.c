#include "tui/keymap.h"
#include "tui/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static key_code key(const char *name)
{
    key_code code;
    assert_true(key_parse(name, &code));
    return code;
}

static void test_a_key_taken_twice_names_both(void **state)
{
    static const struct action one[] = {{.id = "a.pay", .keys = "p f9"},
                                        {.id = "a.print", .keys = "P p"}};
    static const struct action two[] = {{.id = "b.quit", .keys = "ctrl-q x"}};
    static const struct action_table first = {"first", one, 2}, second = {"second", two, 1};
    static const struct action_table global = {.name = "global"};
    struct error err;
    (void)state;
    struct keymap *keymap = keymap_new();
    assert_true(keymap_add(keymap, &global, &err));
    assert_false(keymap_add(keymap, &first, &err));
    assert_non_null(strstr(err.text, "\"a.print\""));
    assert_non_null(strstr(err.text, "\"a.pay\""));
    assert_ptr_equal(keymap_find(keymap, &first, key("p")), &one[0]);
    assert_null(keymap_find(keymap, &first, key("P")));
    assert_true(keymap_add(keymap, &second, &err));
    assert_true(keymap_set(keymap, "a.pay", "x", &err)); /* free in its own table */
    assert_null(keymap_find(keymap, &first, key("f9")));
    assert_true(keymap_set(keymap, "a.print", "p  enter f9", &err));
    char keys[KEYMAP_KEYS_SIZE];
    keymap_keys(keymap, &one[1], keys);
    assert_string_equal(keys, "p enter f9");
    assert_int_equal(keymap_key(keymap, &one[1], true), key("f9"));
    assert_int_equal(keymap_key(keymap, &one[1], false), key("p"));
    assert_false(keymap_set(keymap, "a.print", "x", &err));
    keymap_keys(keymap, &one[1], keys);
    assert_string_equal(keys, "p enter f9"); /* as before */
    assert_true(keymap_set(keymap, "a.print", "", &err));
    assert_int_equal(keymap_key(keymap, &one[1], false), 0);
    assert_false(keymap_set(keymap, "c.none", "x", &err));
    keymap_free(keymap);
}

static void test_other_layouts_mean_the_same_place(void **state)
{
    (void)state;
    assert_int_equal(keymap_latin(key("й")), 'q');
    assert_int_equal(keymap_latin(key("Й")), 'Q');
    assert_int_equal(keymap_latin(key("alt-ф")), key("alt-a"));
    assert_int_equal(keymap_latin(key("ctrl-л")), key("ctrl-k"));
    assert_int_equal(keymap_latin(key("ι")), 'i');
    assert_int_equal(keymap_latin(key("é")), key("é"));
    assert_int_equal(keymap_latin(key("up")), key("up"));
}

/* Drift: what is in a table must be complete and free of collisions. */
static void check_table(struct keymap *keymap, const struct action_table *table)
{
    struct error err;
    if (!keymap_add(keymap, table, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < table->count; i++) {
        const struct action *action = &table->actions[i];
        if (!action->id || !action->keys || !action->label || !action->help || !action->run)
            fail_msg("action %zu of \"%s\" is not complete", i, table->name);
        size_t size = strlen(action->help);
        if (size < 5 || action->help[size - 1] != '.')
            fail_msg("the help of \"%s\" is no sentence", action->id);
        if (table != &global_actions && strncmp(action->id, table->name, strlen(table->name)) != 0)
            fail_msg("\"%s\" does not begin with \"%s\"", action->id, table->name);
    }
}

static void test_all_tables_are_complete_and_free_of_collisions(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_new();
    check_table(keymap, &global_actions);
    for (size_t i = 0; i < screen_count; i++) {
        check_table(keymap, &screens[i]->actions);
        if (!screens[i]->title || !screens[i]->help || !screens[i]->open || !screens[i]->draw)
            fail_msg("screen \"%s\" is not complete", screens[i]->name);
    }
    for (size_t i = 0; i < further_window_count; i++) {
        check_table(keymap, &further_windows[i]->actions);
        if (!further_windows[i]->title || !further_windows[i]->help || !further_windows[i]->draw)
            fail_msg("window \"%s\" is not complete", further_windows[i]->name);
    }
    keymap_free(keymap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_taken_twice_names_both),
        cmocka_unit_test(test_other_layouts_mean_the_same_place),
        cmocka_unit_test(test_all_tables_are_complete_and_free_of_collisions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
