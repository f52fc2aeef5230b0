/* Printing what comes from the store: as text that can do nothing but be read. On a terminal by
 * the rules of the screen (tui/glyph.h), with a mark for what can't be shown; into a pipe or file
 * unchanged but for control characters and what is no UTF-8, which become U+FFFD. */
#ifndef TUI_CLI_PRINT_H
#define TUI_CLI_PRINT_H

#include "tui/cli/cli.h"

#include <stddef.h>

/* One line, in the arena: tabs and line breaks become blanks. */
const char *print_safe(const struct cli *cli, const char *text, struct arena *arena);
/* Prints a line, made safe as a whole; it ends with a line break of its own. */
void print_line(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends text in exactly `width` cells, cut or padded; wider ones end with an ellipsis. */
void print_fit(struct buffer *out, const char *text, int width, bool is_right);
int print_width(const char *text); /* in cells */
/* Bytes that are an export; on a terminal made safe, line breaks and tabs kept. */
bool print_bytes(struct cli *cli, const char *bytes, size_t size, struct error *err);

#endif
