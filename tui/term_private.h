/* Between the terminal's files: modes that must be undone, and bytes beside curses. */
#ifndef TUI_TERM_PRIVATE_H
#define TUI_TERM_PRIVATE_H

#include "model/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Paste, both mouse modes. */
#define TERM_MODES_OFF "\033[?2004l\033[?1006l\033[?1000l"

/* All bytes, whatever signals and short writes come; false when the terminal is gone. */
bool term_write(int fd, const char *bytes, size_t size);

/* Whether a terminal of this type can show a screen at all; newterm() would end the program. */
bool term_check_type(const char *type, struct error *err);

bool term_can_dim_colours(void);

void term_save_modes(int fd);    /* how the terminal was, for term_restore() */
void term_prepare_restore(void); /* after newterm(): the bytes that lead back */
void term_forget_modes(void);

bool term_send_print(int fd, const char *bytes, size_t size, struct error *err);
bool term_send_clipboard(int fd, const char *text, size_t size);

#endif
