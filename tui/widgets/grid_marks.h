/* Rows that a person marked. All rows of a list can be marked without fetching them: the set is
 * then the rows that are not. */
#ifndef TUI_WIDGETS_GRID_MARKS_H
#define TUI_WIDGETS_GRID_MARKS_H

#include <stdbool.h>
#include <stddef.h>

struct grid_marks {
    bool is_inverted; /* every row but those in `ids` is marked */
    char **ids;       /* sorted by strcmp() */
    size_t count;
};

void marks_done(struct grid_marks *marks);
bool marks_has(const struct grid_marks *marks, const char *id);
void marks_toggle(struct grid_marks *marks, const char *id);
void marks_set_all(struct grid_marks *marks, bool are_marked);
void marks_invert(struct grid_marks *marks);
bool marks_are_none(const struct grid_marks *marks);

#endif
