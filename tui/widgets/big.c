#include "tui/widgets/big.h"

#include <stddef.h>
#include <string.h>

/* Each figure as its rows, all equally wide. */
static const struct figure {
    char character;
    const char *rows[BIG_HEIGHT];
} figures[] = {
    {'0', {"###", "# #", "# #", "# #", "###"}}, {'1', {" # ", "## ", " # ", " # ", "###"}},
    {'2', {"###", "  #", "###", "#  ", "###"}}, {'3', {"###", "  #", "###", "  #", "###"}},
    {'4', {"# #", "# #", "###", "  #", "  #"}}, {'5', {"###", "#  ", "###", "  #", "###"}},
    {'6', {"###", "#  ", "###", "# #", "###"}}, {'7', {"###", "  #", "  #", "  #", "  #"}},
    {'8', {"###", "# #", "###", "# #", "###"}}, {'9', {"###", "# #", "###", "  #", "###"}},
    {'.', {" ", " ", " ", " ", "#"}},           {',', {" ", " ", " ", "#", "#"}},
    {'-', {"   ", "   ", "###", "   ", "   "}},
};

static const struct figure *find(char character)
{
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (figures[i].character == character)
            return &figures[i];
    return NULL;
}

int big_cells(const char *number)
{
    int cells = 0;
    for (; *number != '\0'; number++) {
        const struct figure *figure = find(*number);
        cells += figure != NULL ? (int)strlen(figure->rows[0]) + 1 : 0;
    }
    return cells;
}

static void draw_figure(struct pane pane, int y, int x, enum role role, const struct figure *figure)
{
    for (int row = 0; row < BIG_HEIGHT; row++)
        for (int column = 0; figure->rows[row][column] != '\0'; column++)
            if (figure->rows[row][column] == '#')
                shape_put(pane, y + row, x + column, role, SHAPE_BAR_8);
}

void big_draw(struct pane pane, int y, int x, enum role role, const char *number)
{
    for (; *number != '\0'; number++) {
        const struct figure *figure = find(*number);
        if (figure == NULL)
            continue;
        draw_figure(pane, y, x, role, figure);
        x += (int)strlen(figure->rows[0]) + 1;
    }
}
