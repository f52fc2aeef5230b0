/* What was typed into a line before, oldest first. Several editors may share one. */
#ifndef TUI_WIDGETS_HISTORY_H
#define TUI_WIDGETS_HISTORY_H

#include <stddef.h>

enum { HISTORY_LIMIT = 200 };

struct history {
    char **lines;
    size_t count;
};

void history_init(struct history *history);
void history_done(struct history *history);
/* Puts a line at the end; an equal older one goes, and so does the oldest beyond the limit. Blank
 * lines are not kept. */
void history_add(struct history *history, const char *line);

#endif
