/* The terminal: modes, colours, what goes out and what comes in. Only tui/term*.c know curses.
 *
 * There is one, as curses has one. term_show() brings frame_current() to it, and sends only what
 * changed. Everything that leaves restores the terminal: term_close() in the ordinary way,
 * term_restore() from a signal handler. */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include "model/base/error.h"
#include "tui/decode.h"
#include "tui/theme.h"

#include <stdbool.h>
#include <stddef.h>

struct term_options {
    int in, out;       /* file descriptors; they stay the caller's */
    const char *type;  /* of the terminal; NULL: $TERM */
    int rows, columns; /* 0: ask the terminal. Otherwise it has this size, whatever it says */
    bool has_mouse;
};

/* Sizes the frame. The locale must be set before. */
bool term_open(const struct term_options *options, struct error *err);
void term_close(void); /* may be called twice, and without term_open() */

/* Best effort, with nothing but what a signal handler may call. Nothing works after it. */
void term_restore(void);

void term_set_theme(const struct theme *theme);
void term_set_mouse(bool is_on);

/* Adds the strings of the terminal's description. */
void term_describe_keys(struct decoder *decoder);

/* Takes over the terminal's size. True when it changed; the frame is blank then. */
bool term_update_size(void);
void term_resize(int rows, int columns); /* for a terminal of a fixed size */

void term_show(void);
void term_repaint(void); /* the next term_show() sends everything again */
void term_beep(void);

/* The shell's turn: restores the terminal until term_resume(). */
void term_suspend(void);
void term_resume(void);

/* Sends text to the clipboard of the person's terminal by OSC 52, and through tmux and screen.
 * False when it is larger than terminals take (TERM_COPY_LIMIT bytes). */
enum { TERM_COPY_LIMIT = 74000 };
bool term_copy(const char *text, size_t size);

/* Sends bytes to the printer at the person's end, through the terminal itself (mc5 … mc4 of its
 * description, "transparent print"). Between two frames: never from a draw function. ERROR_RULE
 * where the terminal can't, or the bytes would end the printing themselves. */
bool term_print(const char *bytes, size_t size, struct error *err);
/* The same without a screen, to the terminal that fd is. */
bool term_print_plain(int fd, const char *bytes, size_t size, struct error *err);

/* The attributes with which the terminal shows the cell now, as "fg,bg,attributes", for tests. */
void term_look_at(int y, int x, char *text, size_t size);

#endif
