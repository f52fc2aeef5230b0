/* The line to the centre on a paper: how it is, since when, and what it is made of. */
#ifndef TUI_SCREENS_SYNC_LINE_H
#define TUI_SCREENS_SYNC_LINE_H

#include "tui/app.h"
#include "tui/widgets/paper.h"

/* The state of the line, the terminal, the queue and the clock, as the store tells them now. */
void sync_line_fill(struct app *app, struct paper *paper, int width, const char *test);

#endif
