/* Starting the screen: everything between main() and the first key. */
#ifndef TUI_START_H
#define TUI_START_H

#include "model/base/memory.h"
#include "tui/cli/cli.h"

#include <stdbool.h>

enum { START_WORDS = 6 };

struct start_options {
    const char *theme, *actor, *store, *screen, *script, *fixed_time, *seed;
    bool is_bound;                  /* `day --as NAME`: tui/bound.h */
    const char *words[START_WORDS]; /* behind `day` */
    size_t word_count;
};

/* Those that are the screen's own, for help; ended by a NULL name. */
extern const struct cli_option screen_options[];

/* Whether the command line asks for the screen: no words, and only screen_options, --as NAME and
 * --store FILE; or `day [NAME] [DATE]` with those, on a terminal or by a script. All else is the
 * command line's (tui/cli/cli.h). */
bool start_is_screen(int argc, char **argv, struct start_options *options);

/* Runs the screen, or the script, and returns the exit code: 0, 1 when something failed, 129 when
 * the terminal went away. `said` receives what to tell the person then, in whole lines. */
int start_screen(const struct start_options *options, struct buffer *said);

#endif
