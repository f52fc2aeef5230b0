#include "tests/tui/harness.h"
#include "tests/tui/shop.h"
#include "tui/decode.h"
#include "tui/keymap.h"
#include "tui/program.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A window that notes what happens to it. */
struct probe {
    char log[512];
    bool is_text, is_dirty, takes_all, refuses_scans, is_empty;
    int *closed;
};

static void note(struct probe *probe, const char *format, const char *what)
{
    size_t used = strlen(probe->log);
    snprintf(probe->log + used, sizeof probe->log - used, format, what);
}

static unsigned probe_pay(struct app *app, void *state)
{
    (void)app;
    note(state, "%s;", "pay");
    return OUTCOME_HANDLED;
}

static unsigned probe_close(struct app *app, void *state)
{
    (void)app;
    (void)state;
    return OUTCOME_CLOSE;
}

static const char *probe_why(struct app *app, const void *state)
{
    (void)app;
    (void)state;
    return "The till is closed.";
}

static const struct action probe_actions[] = {
    {.id = "probe.pay", .keys = "p f9", .label = "pay", .help = "Pay.", .run = probe_pay},
    {.id = "probe.refund",
     .keys = "r",
     .label = "refund",
     .help = "Refund.",
     .run = probe_pay,
     .why_not = probe_why},
    {.id = "probe.row",
     .keys = "x",
     .label = "row",
     .help = "Row.",
     .flags = ACTION_NEEDS_ROW,
     .run = probe_pay},
    {.id = "probe.close", .keys = "c", .label = "close", .help = "Close.", .run = probe_close},
    {.id = "probe.quiet",
     .keys = "w",
     .label = "quiet",
     .help = "Quiet.",
     .flags = ACTION_QUIET,
     .run = probe_pay},
};

static unsigned probe_handle(struct app *app, void *state, const struct event *event)
{
    struct probe *probe = state;
    char name[KEY_NAME_SIZE] = "";
    (void)app;
    if (event->kind == EVENT_KEY)
        key_format(event->key, name);
    if (event->kind == EVENT_TICK || event->kind == EVENT_RESIZE)
        return OUTCOME_IGNORED;
    if (event->kind == EVENT_KEY)
        note(probe, "%s;", name);
    else if (event->text)
        note(probe, event->kind == EVENT_PASTE ? "paste(%s);" : "scan(%s);", event->text);
    else
        note(probe, "%s;", event->mouse == MOUSE_DOUBLE ? "double" : "click");
    if (probe->is_text && event->kind == EVENT_KEY && key_is_text(event->key))
        return OUTCOME_HANDLED;
    return probe->takes_all ? OUTCOME_HANDLED : OUTCOME_IGNORED;
}

static void probe_draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    (void)state;
    text_draw(pane, 0, 0, pane.width, ROLE_NORMAL, "the probe's rows");
    cursor_put(pane, 0, 3, true);
}

static bool probe_text(const void *state)
{
    return ((const struct probe *)state)->is_text;
}

static bool probe_dirty(const void *state)
{
    return ((const struct probe *)state)->is_dirty;
}

static bool probe_refuses(const void *state)
{
    return ((const struct probe *)state)->refuses_scans;
}

static bool probe_row(const void *state)
{
    return !((const struct probe *)state)->is_empty;
}

static void probe_status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    (void)state;
    snprintf(text, size, "12 of 340");
}

static void probe_refresh(struct app *app, void *state)
{
    (void)app;
    note(state, "%s;", "refresh");
}

static void probe_closed(struct app *app, void *state)
{
    struct probe *probe = state;
    (void)app;
    if (probe->closed)
        ++*probe->closed;
}

static const struct window_ops probe_ops = {
    .name = "probe",
    .title = "Probe",
    .actions = {"probe", probe_actions, sizeof probe_actions / sizeof probe_actions[0]},
    .draw = probe_draw,
    .handle = probe_handle,
    .has_text_focus = probe_text,
    .is_dirty = probe_dirty,
    .refuses_scans = probe_refuses,
    .has_row = probe_row,
    .status = probe_status,
    .refresh = probe_refresh,
    .close = probe_closed,
};

static const struct window_ops dialog_ops = {
    .name = "dialog",
    .title = "Dialog",
    .is_dialog = true,
    .actions = {.name = "dialog"},
    .draw = probe_draw,
    .handle = probe_handle,
    .refresh = probe_refresh,
    .close = probe_closed,
};

struct fixture {
    struct env_fixed clock;
    struct env env;
    struct app *app;
    struct probe probe, other;
    char folder[64], config[128];
};

static struct app *start(struct fixture *fixture)
{
    struct app_setup setup = {.env = &fixture->env,
                              .actor = {.name = "Anna"},
                              .config_path = fixture->config,
                              .themes_folder = fixture->folder,
                              .wake_fd = -1,
                              .stands_still = true};
    return app_new(&setup);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    screen_open(24, 80);
    fixture->clock = (struct env_fixed){.now = INT64_C(1795183200000000), .seed = 1};
    fixture->env = env_fixed(&fixture->clock, "UTC");
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/app_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->config, sizeof fixture->config, "%s/config.json", fixture->folder);
    fixture->app = start(fixture);
    app_push(fixture->app, &probe_ops, &fixture->probe);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    app_free(fixture->app);
    screen_close();
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", fixture->folder);
    assert_int_equal(system(command), 0);
    free(fixture);
    return 0;
}

static void press(struct app *app, const char *name)
{
    struct event event = event_key(name);
    app_event(app, &event);
    app_draw(app);
}

static void expect_log(struct probe *probe, const char *log)
{
    assert_string_equal(probe->log, log);
    probe->log[0] = '\0';
}

static void test_actions_come_before_the_window(void **state)
{
    struct fixture *fixture = *state;
    press(fixture->app, "p");
    expect_log(&fixture->probe, "pay;");
    press(fixture->app, "f9");
    expect_log(&fixture->probe, "pay;");
    press(fixture->app, "z");
    expect_log(&fixture->probe, "z;");
    press(fixture->app, "з"); /* where p is on a Cyrillic keyboard */
    expect_log(&fixture->probe, "pay;");
    press(fixture->app, "ctrl-q");
    assert_true(app_must_end(fixture->app));
}

static void test_letters_are_text_in_a_text_line(void **state)
{
    struct fixture *fixture = *state;
    fixture->probe.is_text = true;
    press(fixture->app, "p");
    press(fixture->app, "з");
    press(fixture->app, "1");
    expect_log(&fixture->probe, "p;з;1;");
    press(fixture->app, "f9");
    expect_log(&fixture->probe, "f9;pay;");
    press(fixture->app, "ctrl-q");
    expect_log(&fixture->probe, "ctrl-q;");
    assert_true(app_must_end(fixture->app));
}

static void test_what_is_not_possible_says_why(void **state)
{
    struct fixture *fixture = *state;
    press(fixture->app, "r");
    expect_log(&fixture->probe, "");
    assert_true(screen_has("The till is closed."));
    assert_int_equal(screen_role_of("refund"), ROLE_DISABLED);
    assert_int_equal(screen_role_of("pay"), ROLE_FOOTER);
    fixture->probe.is_empty = true;
    press(fixture->app, "x");
    expect_log(&fixture->probe, "");
    assert_true(screen_has("Nothing is selected."));
    assert_false(screen_has("quiet"));
}

static void test_the_frame_around_a_window(void **state)
{
    struct fixture *fixture = *state;
    app_set_fact(fixture->app, "unsent", ROLE_UNSENT, "4 unsent");
    app_draw(fixture->app);
    assert_string_equal(screen_line(0), " PROBE  Anna                                       "
                                        "12 of 340   4 unsent   14:00");
    assert_string_equal(screen_line(1), "the probe's rows");
    assert_string_equal(
        screen_line(23),
        " p pay  r refund  x row  c close  ? help  : commands  ctrl-k go to  ctrl-q quit");
    assert_int_equal(screen_role_of("4 unsent"), ROLE_UNSENT);
    app_set_fact(fixture->app, "unsent", ROLE_UNSENT, "");
    screen_resize(15, 60);
    struct event event = {.kind = EVENT_RESIZE};
    app_event(fixture->app, &event);
    app_draw(fixture->app);
    assert_false(screen_has("unsent"));
    assert_true(screen_has("12 of 340"));
    screen_resize(15, 40);
    app_event(fixture->app, &event);
    app_draw(fixture->app);
    assert_string_equal(screen_line(14), " p pay  r refund  x row  c close  ? help");
    int y, x;
    screen_cursor(&y, &x);
    assert_int_equal(y, 1);
    assert_int_equal(x, 3);
}

static void test_too_small_a_terminal_says_so_and_recovers(void **state)
{
    struct fixture *fixture = *state;
    struct event event = {.kind = EVENT_RESIZE};
    static const int sizes[][2] = {{9, 80}, {24, 39}, {1, 1}, {2, 200}, {10, 40}, {24, 80}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        screen_resize(sizes[i][0], sizes[i][1]);
        app_event(fixture->app, &event);
        app_draw(fixture->app);
        if (i < 2)
            assert_true(screen_has("needs 60x15 (now "));
    }
    assert_true(screen_has("the probe's rows"));
}

static void test_escape_goes_back_but_never_out(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    app_push(fixture->app, &probe_ops, &fixture->other);
    press(fixture->app, "esc");
    assert_int_equal(closed, 1);
    expect_log(&fixture->probe, "refresh;");
    press(fixture->app, "esc");
    press(fixture->app, "esc");
    assert_false(app_must_end(fixture->app));
    assert_true(screen_has("the probe's rows"));
}

static void test_escape_asks_before_something_is_lost(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    fixture->other.is_dirty = true;
    app_push(fixture->app, &probe_ops, &fixture->other);
    press(fixture->app, "esc");
    assert_int_equal(closed, 0);
    assert_true(screen_has("Leave without saving?"));
    press(fixture->app, "esc");
    assert_false(screen_has("Leave without saving?"));
    assert_int_equal(closed, 0);
    press(fixture->app, "esc");
    press(fixture->app, "y");
    assert_int_equal(closed, 1);
}

static void test_a_dialog_keeps_the_screens_keys_away(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    app_push(fixture->app, &dialog_ops, &fixture->other);
    app_draw(fixture->app);
    assert_true(screen_has("PROBE"));
    press(fixture->app, "p");
    press(fixture->app, "ctrl-q");
    expect_log(&fixture->probe, "");
    expect_log(&fixture->other, "p;ctrl-q;");
    assert_false(app_must_end(fixture->app));
    press(fixture->app, "esc");
    assert_int_equal(closed, 1);
}

static void test_an_outcome_closes_the_window_it_came_from(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    app_push(fixture->app, &probe_ops, &fixture->other);
    press(fixture->app, "c");
    assert_int_equal(closed, 1);
    assert_ptr_equal(app_top(fixture->app), &probe_ops);
}

static void test_scans_go_to_the_window_or_nowhere(void **state)
{
    struct fixture *fixture = *state;
    struct event scan = event_scan("4006");
    app_event(fixture->app, &scan);
    app_draw(fixture->app);
    expect_log(&fixture->probe, "scan(4006);");
    assert_true(screen_has("Nothing here takes the scan 4006."));
    fixture->probe.takes_all = true;
    app_event(fixture->app, &scan);
    app_draw(fixture->app);
    expect_log(&fixture->probe, "scan(4006);");
    assert_false(screen_has("Nothing here"));
    fixture->probe.takes_all = false;
    fixture->probe.is_text = true; /* a burst on a slow line is typed */
    app_event(fixture->app, &scan);
    expect_log(&fixture->probe, "scan(4006);4;0;0;6;enter;");
    fixture->probe.refuses_scans = true;
    app_event(fixture->app, &scan);
    expect_log(&fixture->probe, "");
}

static void test_bytes_become_events(void **state)
{
    struct fixture *fixture = *state;
    static const char bytes[] = "z\033[200~p\rq\033[201~";
    app_bytes(fixture->app, bytes, sizeof bytes - 1);
    expect_log(&fixture->probe, "z;paste(p\nq);");
    app_bytes(fixture->app, "\033", 1);
    expect_log(&fixture->probe, "");
    app_flush_keys(fixture->app);
    expect_log(&fixture->probe, "esc;");
}

static void test_the_footer_can_be_clicked(void **state)
{
    struct fixture *fixture = *state;
    app_draw(fixture->app);
    struct event click = event_click(23, 3);
    app_event(fixture->app, &click);
    expect_log(&fixture->probe, "pay;");
    click = event_click(23, 79);
    app_event(fixture->app, &click);
    expect_log(&fixture->probe, "click;");
    click = event_click(5, 5);
    app_event(fixture->app, &click);
    app_event(fixture->app, &click);
    expect_log(&fixture->probe, "click;double;");
}

static void test_messages_are_kept(void **state)
{
    struct fixture *fixture = *state;
    app_toast(fixture->app, TOAST_INFO, "first \033[31m");
    app_toast(fixture->app, TOAST_WARNING, "second");
    app_toast(fixture->app, TOAST_ERROR, "third");
    app_toast(fixture->app, TOAST_INFO, "fourth");
    app_draw(fixture->app);
    assert_false(screen_has("first"));
    assert_int_equal(screen_role_of("second"), ROLE_TOAST_WARNING);
    assert_int_equal(screen_role_of("third"), ROLE_TOAST_ERROR);
    press(fixture->app, "z");
    assert_false(screen_has("third"));
    press(fixture->app, "alt-l");
    assert_true(screen_has("MESSAGES"));
    assert_true(screen_has("first \xEF\xBF\xBD[31m"));
    assert_int_equal(screen_role_of("third"), ROLE_DANGER);
    for (int i = 0; i < 600; i++)
        app_toast(fixture->app, TOAST_INFO, "message %d", i);
    press(fixture->app, "end");
    assert_true(screen_has("message 100"));
    press(fixture->app, "esc");
    assert_true(screen_has("PROBE"));
}

static void test_a_long_message_is_wrapped_and_cut(void **state)
{
    struct fixture *fixture = *state;
    char text[400] = "";
    for (int i = 0; i < 60; i++)
        sprintf(text + strlen(text), "w%d ", i);
    screen_resize(15, 60);
    app_toast(fixture->app, TOAST_ERROR, "%s", text);
    app_draw(fixture->app);
    assert_true(screen_has("  w0 w1 w2"));
    assert_int_equal(screen_role(10, 3), ROLE_TOAST_ERROR);
    assert_int_equal(screen_role(13, 3), ROLE_TOAST_ERROR);
    assert_int_equal(screen_role(9, 3), ROLE_NORMAL);
    assert_true(strstr(screen_line(13), "…") != NULL);
}

static void test_choices_name_keys_and_reasons(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new();
    struct app_choice *choices;
    size_t count = app_choices(fixture->app, arena, &choices);
    assert_true(count > 5);
    assert_string_equal(choices[0].action->id, "probe.pay");
    assert_string_equal(choices[0].keys, "p f9");
    assert_string_equal(choices[0].table, "probe");
    assert_null(choices[0].why_not);
    assert_string_equal(choices[1].why_not, "The till is closed.");
    assert_string_equal(choices[count - 1].table, "global");
    app_run(fixture->app, choices[0].action);
    expect_log(&fixture->probe, "pay;");
    app_run(fixture->app, choices[count - 1].action); /* quit */
    assert_true(app_must_end(fixture->app));
    arena_free(arena);
}

static const struct action right_actions[] = {
    {.id = "rights.sell",
     .keys = "s",
     .label = "sell",
     .help = "Sell.",
     .right = "orders.sell",
     .run = probe_pay},
};

static const struct window_ops right_ops = {
    .name = "rights",
    .title = "Rights",
    .actions = {"rights", right_actions, 1},
    .draw = probe_draw,
};

static void test_a_missing_right_is_named(void **state)
{
    struct fixture *fixture = *state;
    struct probe probe = {0};
    char path[128];
    shop_create(fixture->folder);
    snprintf(path, sizeof path, "%s/store.db", fixture->folder);
    struct store *store = store_open(path, STORE_WRITE, &fixture->env, NULL);
    assert_non_null(store);
    app_free(fixture->app);
    for (int is_owner = 0; is_owner < 2; is_owner++) {
        struct app_setup setup = {.store = store,
                                  .env = &fixture->env,
                                  .actor = {.user_id = {{is_owner ? 1 : 2}}, .name = "Ben"},
                                  .wake_fd = -1,
                                  .stands_still = true};
        fixture->app = app_new(&setup);
        app_push(fixture->app, &right_ops, &probe);
        app_draw(fixture->app);
        assert_true(screen_has("RIGHTS  Paint  Ben"));
        assert_int_equal(screen_role_of("sell"), is_owner ? ROLE_FOOTER : ROLE_DISABLED);
        press(fixture->app, "s");
        assert_string_equal(probe.log, is_owner ? "pay;" : "");
        assert_int_equal(screen_has("orders.sell"), !is_owner);
        app_free(fixture->app);
    }
    store_close(store);
    fixture->app = NULL;
}

static void test_help_palette_and_go_to(void **state)
{
    struct fixture *fixture = *state;
    press(fixture->app, "?");
    assert_true(screen_has("Take back the last thing you did."));
    assert_true(screen_has("p f9"));
    press(fixture->app, "esc");
    press(fixture->app, ":");
    press(fixture->app, "p");
    press(fixture->app, "a");
    press(fixture->app, "y");
    press(fixture->app, "enter");
    assert_true(strstr(fixture->probe.log, "pay;") != NULL);
    press(fixture->app, "ctrl-k");
    for (const char *at = "mess"; *at; at++)
        press(fixture->app, (char[]){*at, '\0'});
    press(fixture->app, "enter");
    assert_true(screen_has("MESSAGES"));
}

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
                          " \"toast_seconds\": 9, \"keys\": {\"quit\": \"ctrl-l\"}}");
    app_free(fixture->app);
    fixture->app = start(fixture);
    app_draw(fixture->app);
    assert_true(screen_has("config.json: \"mouse\" is true or false."));
    assert_true(screen_has("config.json: there is no option \"colour\"."));
    assert_true(screen_has("config.json: Keys of \"quit\": ctrl-l is taken by \"redraw\"."));
    assert_int_equal(app_config(fixture->app)->toast_seconds, 9);
    assert_false(app_config(fixture->app)->has_mouse);
    assert_string_equal(app_config(fixture->app)->theme, "light");
    press(fixture->app, "alt-t");
    struct stat info;
    assert_int_equal(stat(fixture->config, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    app_free(fixture->app);
    fixture->app = start(fixture);
    assert_string_not_equal(app_config(fixture->app)->theme, "light");
    assert_int_equal(app_config(fixture->app)->toast_seconds, 9);
    write_config(fixture, "{\"theme\": \n nonsense");
    app_free(fixture->app);
    fixture->app = start(fixture);
    app_draw(fixture->app);
    assert_true(screen_has("line 2"));
}

static void test_keys_can_be_changed(void **state)
{
    struct fixture *fixture = *state;
    write_config(fixture, "{\"keys\": {\"quit\": \"f12\", \"theme\": \"\", \"nothing\": \"a\","
                          " \"mouse\": \"ctrl-\", \"redraw\": 3}}");
    app_free(fixture->app);
    fixture->app = start(fixture);
    app_push(fixture->app, &probe_ops, &fixture->probe);
    app_draw(fixture->app);
    assert_true(screen_has("f12 quit"));
    assert_true(screen_has("Keys: there is no action \"nothing\"."));
    assert_true(screen_has("Keys of \"mouse\": \"ctrl-\" is no key"));
    assert_true(screen_has("config.json: Keys of \"redraw\": a text is expected"));
    press(fixture->app, "ctrl-q");
    assert_false(app_must_end(fixture->app));
    press(fixture->app, "f12");
    assert_true(app_must_end(fixture->app));
}

static void test_a_key_in_a_list_costs_little(void **state)
{
    struct fixture *fixture = *state;
    app_draw(fixture->app);
    screen_show();
    fixture->probe.takes_all = true;
    struct event event = event_key("z");
    app_event(fixture->app, &event);
    app_draw(fixture->app);
    assert_int_equal(screen_show(), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_actions_come_before_the_window),
        CASE(test_letters_are_text_in_a_text_line),
        CASE(test_what_is_not_possible_says_why),
        CASE(test_the_frame_around_a_window),
        CASE(test_too_small_a_terminal_says_so_and_recovers),
        CASE(test_escape_goes_back_but_never_out),
        CASE(test_escape_asks_before_something_is_lost),
        CASE(test_a_dialog_keeps_the_screens_keys_away),
        CASE(test_an_outcome_closes_the_window_it_came_from),
        CASE(test_scans_go_to_the_window_or_nowhere),
        CASE(test_bytes_become_events),
        CASE(test_the_footer_can_be_clicked),
        CASE(test_messages_are_kept),
        CASE(test_a_long_message_is_wrapped_and_cut),
        CASE(test_choices_name_keys_and_reasons),
        CASE(test_a_missing_right_is_named),
        CASE(test_help_palette_and_go_to),
        CASE(test_the_configuration_is_checked),
        CASE(test_keys_can_be_changed),
        CASE(test_a_key_in_a_list_costs_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
