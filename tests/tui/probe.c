#include "tests/tui/probe.h"

#include "tests/tui/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void note(struct probe *probe, const char *format, const char *what)
{
    size_t used = strlen(probe->log);
    snprintf(probe->log + used, sizeof probe->log - used, format, what);
}

unsigned probe_pay(struct app *app, void *state)
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

void probe_draw(struct app *app, void *state, struct pane pane)
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

const struct window_ops probe_ops = {
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

const struct window_ops probe_dialog_ops = {
    .name = "dialog",
    .title = "Dialog",
    .is_dialog = true,
    .actions = {.name = "dialog"},
    .draw = probe_draw,
    .handle = probe_handle,
    .refresh = probe_refresh,
    .close = probe_closed,
};

struct app *fixture_start(struct fixture *fixture)
{
    struct app_setup setup = {.env = &fixture->env,
                              .actor = {.name = "Anna"},
                              .config_path = fixture->config,
                              .themes_folder = fixture->folder,
                              .wake_fd = -1,
                              .stands_still = true};
    return app_new(&setup);
}

int fixture_set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    screen_open(24, 80);
    fixture->clock = (struct env_fixed){.now = INT64_C(1795183200000000), .seed = 1};
    fixture->env = env_fixed(&fixture->clock, "UTC");
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/app_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->config, sizeof fixture->config, "%s/config.json", fixture->folder);
    fixture->app = fixture_start(fixture);
    app_push(fixture->app, &probe_ops, &fixture->probe);
    *state = fixture;
    return 0;
}

int fixture_tear_down(void **state)
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

void fixture_press(struct app *app, const char *name)
{
    struct event event = event_key(name);
    app_event(app, &event);
    app_draw(app);
}

void probe_expect(struct probe *probe, const char *log)
{
    assert_string_equal(probe->log, log);
    probe->log[0] = '\0';
}
