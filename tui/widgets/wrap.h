/* Breaking a text into rows of a width, at blanks where there are any. */
#ifndef TUI_WIDGETS_WRAP_H
#define TUI_WIDGETS_WRAP_H

#include <stddef.h>
#include <stdint.h>

#define WRAP_END SIZE_MAX

/* The row that begins at `start`: `size` receives its bytes, without the line break or blank it
 * ends in. Returns where the next row begins, or WRAP_END after the last one. A text that ends in
 * a line break has an empty last row. */
size_t wrap_row(const char *text, size_t start, int width, size_t *size);
size_t wrap_count(const char *text, int width);
/* The cells that the bytes from start to end take. */
int cells_between(const char *text, size_t start, size_t end);

#endif
