#include "tui/widgets/grid_marks.h"

#include "model/base/memory.h"

#include <stdlib.h>
#include <string.h>

void marks_done(struct grid_marks *marks)
{
    for (size_t i = 0; i < marks->count; i++)
        free(marks->ids[i]);
    free(marks->ids);
    *marks = (struct grid_marks){false, NULL, 0};
}

/* Where the id is, or where it would have to be put. */
static size_t place_of(const struct grid_marks *marks, const char *id, bool *is_found)
{
    size_t low = 0, high = marks->count;
    *is_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(marks->ids[middle], id);
        if (order == 0) {
            *is_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool marks_has(const struct grid_marks *marks, const char *id)
{
    bool is_found;
    place_of(marks, id, &is_found);
    return is_found != marks->is_inverted;
}

void marks_toggle(struct grid_marks *marks, const char *id)
{
    bool is_found;
    size_t place = place_of(marks, id, &is_found);
    size_t behind = marks->count - place;
    if (is_found) {
        free(marks->ids[place]);
        memmove(marks->ids + place, marks->ids + place + 1, (behind - 1) * sizeof *marks->ids);
        marks->count--;
        return;
    }
    marks->ids = memory_resize(marks->ids, marks->count + 1, sizeof *marks->ids);
    memmove(marks->ids + place + 1, marks->ids + place, behind * sizeof *marks->ids);
    marks->ids[place] = memory_text(id);
    marks->count++;
}

void marks_set_all(struct grid_marks *marks, bool are_marked)
{
    marks_done(marks);
    marks->is_inverted = are_marked;
}

void marks_invert(struct grid_marks *marks)
{
    marks->is_inverted = !marks->is_inverted;
}

bool marks_are_none(const struct grid_marks *marks)
{
    return !marks->is_inverted && marks->count == 0;
}
