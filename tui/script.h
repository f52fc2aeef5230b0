/* Script mode: the program driven by a file instead of a person, for tests and demonstrations.
 * Each line is a step, and before the next one everything that runs has ended; there are no waits
 * for time. Lines that are empty or begin with # are passed over.
 *
 *   size 80 24          columns and rows; at the start 80 24
 *   keys Down ctrl-k F1 by their names
 *   type some text      as keys
 *   paste some text     as one bracketed paste; \n is a line break
 *   scan 4006381333931  as a scanner sends it
 *   click 10 3          column and row, from 0
 *   save FILE           the screen as text, blanks at the ends of lines cut
 *   save-attrs FILE     its roles: "row column width role" for each run that is not normal
 *   expect TEXT         fails when it is not on the screen
 *   reject TEXT         fails when it is
 *   wait                nothing; each step waits
 *   quit
 */
#ifndef TUI_SCRIPT_H
#define TUI_SCRIPT_H

#include "tui/program.h"

/* Opens a terminal that nobody sees; app_new() comes after it. */
bool script_open_terminal(struct error *err);

/* Runs the file to its end or to the first step that fails; the error names its line, and for
 * `expect` holds what was missing. The screen stays as it was then. */
bool script_run(struct app *app, const char *path, struct error *err);

/* The lines of the screen as they stand. */
void script_screen_text(struct buffer *out);

#endif
