/* The app with a window that notes what happens to it, for tests of the app itself. */
#ifndef TESTS_TUI_PROBE_H
#define TESTS_TUI_PROBE_H

#include "tui/program.h"

struct probe {
    char log[512];
    bool is_text, is_dirty, takes_all, refuses_scans, is_empty;
    int *closed;
};
extern const struct window_ops probe_ops;
extern const struct window_ops probe_dialog_ops;

/* What is shared with windows that only a test has. */
unsigned probe_pay(struct app *app, void *state);
void probe_draw(struct app *app, void *state, struct pane pane);

/* The log as it must be; it is empty then. */
void probe_expect(struct probe *probe, const char *log);

/* An app without a store on a screen of 80x24, with a probe as its window and a configuration of
 * its own. For cmocka's set-up and tear-down. */
struct fixture {
    struct env_fixed clock;
    struct env env;
    struct app *app;
    struct probe probe, other;
    char folder[64], config[128];
};
int fixture_set_up(void **state);
int fixture_tear_down(void **state);
/* Another app, in place of one that was freed. */
struct app *fixture_start(struct fixture *fixture);
void fixture_press(struct app *app, const char *name); /* and draws */

#endif
