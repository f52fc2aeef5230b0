/* The program on the terminal: the loop, the stack of windows, and what screens may ask of it.
 * One thread draws and handles events. Queries that may take over 5 ms run on the reader. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "model/actor.h"
#include "model/store.h"
#include "tui/screen.h"

struct app;

struct store *app_store(struct app *app); /* the drawing thread's connection */
const struct actor *app_actor(const struct app *app);
/* True, or false with a toast that names the missing right. */
bool app_may(struct app *app, const char *right);

/* Windows. A screen that can't be opened shows why as a toast, and false is returned. */
bool app_open(struct app *app, const char *screen, const char *argument);
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

/* To the clipboard of the person's own terminal (OSC 52, through tmux too). The toast says how
 * many bytes went, and that the terminal may refuse. */
void app_copy(struct app *app, const char *text, size_t size);

/* Work for the reader thread, which has a connection of its own that can't write. `work` runs
 * there; `done` runs on the drawing thread with the same data, also when the work was stopped
 * (ERROR_STOPPED) or failed, and frees `data`. A newer job of the same owner stops the older one,
 * and so does reader_stop(). */
struct job {
    const void *owner; /* the window's state */
    bool (*work)(struct store *store, void *data, struct error *err);
    void (*done)(struct app *app, void *data, bool worked, const struct error *err);
    void *data;
};
void app_read(struct app *app, struct job job);
void app_read_stop(struct app *app, const void *owner);
/* True while jobs run or wait; script mode waits until it is false. */
bool app_is_busy(const struct app *app);

#endif
