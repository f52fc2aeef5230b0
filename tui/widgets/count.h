/* Counts as tabs and lists show them. */
#ifndef TUI_WIDGETS_COUNT_H
#define TUI_WIDGETS_COUNT_H

#include <stdint.h>

/* "340", or "10k+" for a count that was given up at its limit; a limit of 0 is none. */
enum { COUNT_TEXT_SIZE = 32 };
void count_format(int64_t count, int64_t limit, char text[COUNT_TEXT_SIZE]);
/* Digits in groups of three: "1,234,567". */
void number_format(int64_t number, char text[COUNT_TEXT_SIZE]);

#endif
