/* The program on the terminal: the loop, the stack of windows, and what screens may ask of it.
 * One thread draws and handles events. Queries that may take over 5 ms run on the reader. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/store.h"
#include "tui/screen.h"

struct app;

struct store *app_store(struct app *app); /* the drawing thread's connection */
const struct actor *app_actor(const struct app *app);
/* Somebody works here from now on, in the shop that the store holds now. Each person has windows of
 * their own: those that this one left come back as they were, those of the one before stay unseen
 * until that one is back, and whatever still runs for them ends there. */
void app_take_up(struct app *app, const struct actor *actor);
/* Nobody works here: the windows of all are put away, and the gate's turn comes. */
void app_step_aside(struct app *app);
/* Closes the windows of a person; nothing is asked. */
void app_clear_desk(struct app *app, const struct uuid *user);
/* How many windows of the person (NULL: of all others than who works now) hold something that would
 * be lost; `name` receives whose, NULL is allowed. */
size_t app_unsaved(struct app *app, const struct uuid *user, const char **name);
/* Whose day is all that this program does (tui/bound.h); NULL: it does everything. */
const struct uuid *app_bound_to(const struct app *app);
/* For how long nobody has touched the keys, in microseconds. */
int64_t app_idle(const struct app *app);
/* True, or false with a toast that names the missing right. */
bool app_may(struct app *app, const char *right);

/* Windows. A screen that can't be opened shows why as a toast, and false is returned. A screen
 * that is on the stack already comes to the top, unless an argument says what to show. */
bool app_open(struct app *app, const char *screen, const char *argument);
/* The name of the screen that a person begins at, by the option start_screen. */
const char *app_start_screen(const struct app *app);
/* Puts a window with a state of its own on the stack: dialogs. */
void app_push(struct app *app, const struct window_ops *ops, void *state);
void app_close_top(struct app *app); /* calls its close */
void app_redraw(struct app *app);
void app_quit(struct app *app);

/* A line for a person that goes by itself (4 s; an error stays until a key) and is kept in the
 * message log. */
enum toast_level { TOAST_INFO, TOAST_WARNING, TOAST_ERROR };
void app_toast(struct app *app, enum toast_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void app_toast_error(struct app *app, const struct error *err);
void app_beep(struct app *app);

/* The key that is being handled, 0 for none: a dialog that it opens does not take the same key for
 * its answer. */
key_code app_last_key(const struct app *app);

/* A short fact that stays in the title line, such as "4 unsent"; an empty text takes it away. */
void app_set_fact(struct app *app, const char *name, enum role role, const char *text);

/* Tries the line to the centre now. False where this program does not exchange. */
bool app_retry_line(struct app *app);
/* Printers that did not answer are tried now. */
void app_retry_printing(struct app *app);
/* Something was written that is no operation: what shows is read again. */
void app_refresh(struct app *app);
/* For how long, in the few cells that a list has: "<1m", "6m", "3h", "12d". */
enum { APP_AGE_SIZE = 24 };
void app_age(int64_t microseconds, char text[APP_AGE_SIZE]);
/* From here on the last exchange is long ago, whatever else the line says. */
#define APP_STALE_US (INT64_C(120) * 1000000)

/* What belongs to the program and not to a window, such as what was read from the schema. It is
 * kept under a key, the address of anything that is the owner's alone, and released when the app
 * ends and the reader has stopped: jobs may look at it. */
void *app_kept(const struct app *app, const void *key); /* NULL: nothing yet */
void app_keep(struct app *app, const void *key, void *value, void (*release)(void *value));

/* To the clipboard of the person's own terminal (OSC 52, through tmux too). The toast says how
 * many bytes went, and that the terminal may refuse. */
void app_copy(struct app *app, const char *text, size_t size);

/* What a person can do now, for help and the palette: the actions of the top window, then the
 * global ones. All texts live in the arena or longer. */
struct app_choice {
    const struct action *action;
    const char *table;   /* the name of its table; "global" */
    const char *keys;    /* as they are set now: "p f9"; "" for none */
    const char *why_not; /* a sentence; NULL: it is possible */
};
size_t app_choices(struct app *app, struct arena *arena, struct app_choice **out);
/* Does what the action's key would do in the window that is on top now: checks the right, answers
 * why not. */
void app_run(struct app *app, const struct action *action);
const struct window_ops *app_top(const struct app *app); /* NULL: there is no window */
bool app_is_last(const struct app *app);                 /* nothing lies below the window on top */
/* What the window on top is about; false: nothing. */
bool app_about(struct app *app, struct thing *out);

/* Work for the reader thread, which has a connection of its own that can't write. `work` runs
 * there; `done` runs on the drawing thread with the same data, also when the work was stopped
 * (ERROR_STOPPED) or failed, and frees `data`. A newer job of the same owner stops the older one,
 * and so does app_read_stop(); closing a window stops the jobs of its state. `done` of a stopped
 * job may come after its owner has gone: it must not touch the owner then. */
struct job {
    const void *owner; /* the window's state */
    bool (*work)(struct store *store, void *data, struct error *err);
    void (*done)(struct app *app, void *data, bool worked, const struct error *err);
    void *data;
};
void app_read(struct app *app, struct job job);
void app_read_stop(struct app *app, const void *owner);
/* The same on a thread of its own, for work that may wait for the network, so that no list waits
 * behind it. What it waits in is broken off by its owner, who stops it before the window closes. */
void app_errand(struct app *app, struct job job);
/* True while jobs run or wait; script mode waits until it is false. */
bool app_is_busy(const struct app *app);

#endif
