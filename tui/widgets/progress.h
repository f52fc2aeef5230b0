/* How far a long work is: a line for a screen or the command line, and a dialog that can stop it.
 */
#ifndef TUI_WIDGETS_PROGRESS_H
#define TUI_WIDGETS_PROGRESS_H

#include "tui/app.h"

#include <stdint.h>

struct progress {
    int64_t done;
    int64_t total;      /* 0: unknown */
    int64_t elapsed_us; /* since the start */
    const char *unit;   /* "orders" */
};

/* "12,300 of 27,000 orders, 1,234 a second, 12 s left" as far as it is known. */
enum { PROGRESS_TEXT_SIZE = 160 };
void progress_format(const struct progress *progress, char text[PROGRESS_TEXT_SIZE]);
/* "3 s", "2 min 5 s", "1 h 12 min" */
void duration_format(int64_t microseconds, char *text, size_t size);
/* A bar in row y; without a total a piece of it goes to and fro with what is done. */
void progress_draw_bar(struct pane pane, int y, const struct progress *progress);

/* A dialog over a work that runs elsewhere. `stop` is called once, when a person asked for it with
 * Esc or Ctrl-C; the dialog stays, and says so, until the work ends and progress_close() is called.
 * The handle is valid until then, or until `gone`: the window was closed with the program. */
struct progress_dialog;
struct progress_ask {
    const char *title;                            /* "Importing orders"; copied */
    const char *unit;                             /* borrowed */
    void (*stop)(struct app *app, void *context); /* NULL: it can't be stopped */
    void (*gone)(struct app *app, void *context); /* may be NULL */
    void *context;
};
struct progress_dialog *progress_open(struct app *app, const struct progress_ask *ask);
void progress_update(struct app *app, struct progress_dialog *dialog, int64_t done, int64_t total,
                     int64_t elapsed_us);
/* Takes the dialog away; it must be the window on top. */
void progress_close(struct app *app, struct progress_dialog *dialog);

#endif
