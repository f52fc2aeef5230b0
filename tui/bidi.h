/* Right-to-left text in the order in which it is seen, for terminals that do not do it themselves.
 * Terminals differ, so it happens only where the option asks, and only to what is drawn. */
#ifndef TUI_BIDI_H
#define TUI_BIDI_H

#include <stdbool.h>

enum { BIDI_TEXT_SIZE = 1024 };

void bidi_set(bool is_on);

/* `text` itself when nothing must be reordered, else the reordered text in `room`. A longer text
 * is cut to what fits: no line of a screen shows more. */
const char *bidi_order(const char *text, char room[BIDI_TEXT_SIZE]);

#endif
