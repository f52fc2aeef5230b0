/* A test of the line to the centre, beside whatever else goes over it. */
#ifndef TUI_SCREENS_SYNC_CHECK_H
#define TUI_SCREENS_SYNC_CHECK_H

#include "tui/app.h"

struct sync_check;

/* What is known of it: "" before the first one, "asking the centre …" while it runs, then how far
 * the centre is or why it can't be reached. */
const char *sync_check_words(const struct sync_check *check);

struct sync_check *sync_check_new(void);
/* Begins one, unless one runs; `done` is called on the drawing thread when its words have changed,
 * though not after sync_check_free(). */
void sync_check_start(struct sync_check *check, struct app *app, void (*done)(void *context),
                      void *context);
void sync_check_free(struct sync_check *check); /* breaks off what runs */

#endif
