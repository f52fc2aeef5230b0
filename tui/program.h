/* The life of the app: made, fed with events, drawn, ended. What screens may ask is in tui/app.h;
 * this is for main, script mode and tests. The terminal (tui/term.h) must be open. */
#ifndef TUI_PROGRAM_H
#define TUI_PROGRAM_H

#include "tui/app.h"
#include "tui/config.h"
#include "tui/decode.h"

struct app_setup {
    struct store *store; /* borrowed; NULL only in tests of what needs none */
    const struct env *env;
    /* The reader's own: an env with state must not be shared by two threads. NULL: env. */
    const struct env *reader_env;
    struct actor actor;
    const char *config_path;   /* NULL: nothing is loaded or saved */
    const char *themes_folder; /* of the person; may be NULL */
    const char *theme;         /* instead of the configured one; may be NULL */
    int wake_fd;               /* for the reader's answers; -1: no reader */
    bool exchanges;            /* with the centre, if the store has one */
    struct uuid bound_to;      /* whose day is all that it does (tui/bound.h); zero: nobody's */
    bool stands_still;         /* real time plays no part: messages go with the next key only */
};

/* Loads configuration and theme; what is wrong in them becomes toasts. Never fails. */
struct app *app_new(const struct app_setup *setup);
void app_free(struct app *app); /* closes all windows */

const struct config *app_config(const struct app *app);

/* Hands an event to the windows. */
void app_event(struct app *app, const struct event *event);
/* Bytes that the terminal sent, as one read() gave them. */
void app_bytes(struct app *app, const char *bytes, size_t size);
/* Esc stood alone long enough: see decoder_flush(). */
void app_flush_keys(struct app *app);
/* Takes the reader's answers, lets toasts go, looks for changes by other programs. */
void app_settle(struct app *app);
/* Paints and shows the frame, if anything may have changed. */
void app_draw(struct app *app);
bool app_must_end(const struct app *app);

/* Runs on the terminal at `tty` until the person or a signal ends it. False when the terminal
 * went away. */
bool app_run_loop(struct app *app, int tty);

#endif
