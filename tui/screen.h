/* Windows: screens that fill the terminal and dialogs above them, on one stack. The top one has
 * the focus. A dialog is a window like any other: there are no nested loops. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "model/base/error.h"
#include "model/base/uuid.h"
#include "tui/action.h"
#include "tui/paint.h"

#include <stdbool.h>

/* A row that a window is about. */
struct thing {
    const char *table;
    struct uuid id;
};

struct window_ops {
    const char *name;  /* "orders"; a screen opens by it: app_open(app, "orders", …) */
    const char *title; /* "Orders" */
    const char *help;  /* what it is for, one paragraph, on top of `?` */
    const char *table; /* whose rows it shows: Ctrl-K opens it there with "id:018f…"; NULL: none */
    struct action_table actions;
    bool is_dialog; /* drawn above what lies below, which stays visible */

    /* Makes the state. `argument` says what to show ("id:018f…", a filter) or is NULL. NULL with
     * err on failure. Dialogs are opened by functions of their own instead and have no open. */
    void *(*open)(struct app *app, const char *argument, struct error *err);
    /* Opens what an argument names where that takes a window of another kind, such as a row of a
     * table; false with err. NULL: open() takes arguments itself. */
    bool (*show)(struct app *app, const char *argument, struct error *err);
    /* The rows in the store may have changed, here or elsewhere, or the window came to the top
     * again. */
    void (*refresh)(struct app *app, void *state);
    /* Draws the whole pane. A dialog chooses its own part of it. */
    void (*draw)(struct app *app, void *state, struct pane pane);
    /* What no action took. Returns an outcome. May be NULL. */
    unsigned (*handle)(struct app *app, void *state, const struct event *event);
    /* True while a text line has the focus: letters are then text, and only actions on function,
     * Alt, Ctrl and special keys are looked up, after handle() was asked. May be NULL: never. */
    bool (*has_text_focus)(const void *state);
    /* True while a row is selected, for ACTION_NEEDS_ROW. May be NULL: always. */
    bool (*has_row)(const void *state);
    /* True while confirmations, PINs or passwords are asked: scans are dropped with a beep. */
    bool (*refuses_scans)(const void *state);
    /* What stands in the title line instead of `title`: the name of what is shown. NULL: title. */
    const char *(*heading)(const void *state);
    /* The words for the right side of the title line, such as "12 of 340"; may be NULL. */
    void (*status)(struct app *app, void *state, char *text, size_t size);
    /* What it is about: the row that it shows, or the one under the cursor, such as for the thread
     * that hangs on it. False: nothing now. NULL: never anything. */
    bool (*about)(struct app *app, const void *state, struct thing *out);
    /* True when something typed would be lost; Esc then asks first. May be NULL. */
    bool (*is_dirty)(const void *state);
    void (*close)(struct app *app, void *state);
};

/* All screens, in the order of the switcher. Made in tui/screens/screens.c. */
extern const struct window_ops *const screens[];
extern const size_t screen_count;
/* The windows that screens open, for their actions: their keys can be configured, too. */
extern const struct window_ops *const further_windows[];
extern const size_t further_window_count;

extern const struct action_table global_actions; /* what can be done everywhere: tui/actions.c */

#endif
