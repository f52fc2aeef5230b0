#include "tui/widgets/grid_layout.h"

#include <string.h>

static int wanted_width(const struct grid_column *columns, const struct grid_slot *slots,
                        size_t used, int gap)
{
    int width = used > 0 ? gap * (int)(used - 1) : 0;
    for (size_t i = 0; i < used; i++)
        width += columns[slots[i].column].minimum;
    return width;
}

/* Takes the column away that matters least; false when all that are left must stay. */
static bool drop_one(const struct grid_column *columns, struct grid_slot *slots, size_t *used)
{
    size_t least = 0;
    for (size_t i = 1; i < *used; i++)
        if (columns[slots[i].column].drop >= columns[slots[least].column].drop || least == 0)
            least = i;
    if (least == 0 || columns[slots[least].column].drop == 0)
        return false;
    (*used)--;
    memmove(slots + least, slots + least + 1, (*used - least) * sizeof *slots);
    return true;
}

static size_t cut_to(const struct grid_column *columns, struct grid_slot *slots, size_t used,
                     int width, int gap)
{
    int x = 0;
    size_t kept = 0;
    for (; kept < used && x < width; kept++) {
        int wanted = columns[slots[kept].column].minimum;
        slots[kept].x = x;
        slots[kept].width = wanted < width - x ? wanted : width - x;
        x += slots[kept].width + gap;
    }
    return kept;
}

static void share_spare(const struct grid_column *columns, struct grid_slot *slots, size_t used,
                        int spare)
{
    int weights = 0;
    for (size_t i = 0; i < used; i++)
        weights += columns[slots[i].column].weight;
    int moved = 0;
    for (size_t i = 0; i < used; i++) {
        int weight = columns[slots[i].column].weight;
        int share = weight > 0 ? (int)((long)spare * weight / weights) : 0;
        slots[i].x += moved;
        slots[i].width += share;
        moved += share;
        spare -= share;
        weights -= weight;
    }
}

size_t grid_layout(const struct grid_column *columns, size_t count, int width, int gap,
                   size_t shift, struct grid_slot *slots)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || i > shift)
            slots[used++] = (struct grid_slot){.column = i};
    while (shift == 0 && wanted_width(columns, slots, used, gap) > width)
        if (!drop_one(columns, slots, &used))
            break;
    used = cut_to(columns, slots, used, width, gap);
    int spare = width - wanted_width(columns, slots, used, gap);
    if (spare > 0)
        share_spare(columns, slots, used, spare);
    return used;
}
