/* What the parts of the viewer say to each other. */
#ifndef TUI_WIDGETS_VIEWER_PRIVATE_H
#define TUI_WIDGETS_VIEWER_PRIVATE_H

#include "tui/widgets/viewer.h"

/* Where the word first stands between text and end, or NULL. */
const char *viewer_find(const char *text, const char *end, const char *word);

#endif
