/* Waiting: for the terminal, for other threads, for signals and for time, in one poll(). Signals
 * only set flags. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include "model/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    NEWS_INPUT = 1 << 0,   /* the terminal has bytes */
    NEWS_GONE = 1 << 1,    /* the terminal is gone: hang-up or error */
    NEWS_SIZE = 1 << 2,    /* SIGWINCH */
    NEWS_END = 1 << 3,     /* SIGTERM, SIGHUP or SIGINT from outside */
    NEWS_SUSPEND = 1 << 4, /* SIGTSTP from outside */
    NEWS_RESUME = 1 << 5,  /* SIGCONT */
    NEWS_WAKE = 1 << 6,    /* another thread wrote to loop_wake_fd() */
    NEWS_STORE = 1 << 7,   /* the file of loop_watch() was written to */
};

/* Takes the signals over. */
bool loop_open(struct error *err);
void loop_close(void); /* gives them back */

/* An eventfd. Whoever changed the store from another thread, or has an answer, adds to it. */
int loop_wake_fd(void);

/* Looks after a file that others may write to, as SQLite does to its log: that is news once, and
 * again only after the next call. What can't be watched is not: whoever looks by himself now and
 * then sees it later. */
void loop_watch(const char *path);

/* Waits up to timeout_ms (-1: without end) for news. `tty` may be -1: only the rest is waited
 * for then. */
unsigned loop_wait(int tty, int timeout_ms);

/* Milliseconds of a clock that never jumps; it is not the env's, which stands still in tests. */
int64_t loop_clock(void);

/* Stops the program as Ctrl-Z does in a shell; returns when it goes on. */
void loop_stop_self(void);

#endif
