#include "tui/widgets/big.h"

#include <stddef.h>
#include <string.h>

/* Each figure as its three rows, all equally wide. */
static const struct figure {
    char character;
    const char *rows[BIG_HEIGHT];
} figures[] = {
    {'0', {" _ ", "| |", "|_|"}}, {'1', {"   ", "  |", "  |"}}, {'2', {" _ ", " _|", "|_ "}},
    {'3', {" _ ", " _|", " _|"}}, {'4', {"   ", "|_|", "  |"}}, {'5', {" _ ", "|_ ", " _|"}},
    {'6', {" _ ", "|_ ", "|_|"}}, {'7', {" _ ", "  |", "  |"}}, {'8', {" _ ", "|_|", "|_|"}},
    {'9', {" _ ", "|_|", " _|"}}, {'.', {" ", " ", "."}},       {',', {" ", " ", ","}},
    {'-', {"   ", " _ ", "   "}},
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

void big_draw(struct pane pane, int y, int x, enum role role, const char *number)
{
    for (; *number != '\0'; number++) {
        const struct figure *figure = find(*number);
        if (figure == NULL)
            continue;
        for (int row = 0; row < BIG_HEIGHT; row++)
            text_draw(pane, y + row, x, pane.width - x, role, figure->rows[row]);
        x += (int)strlen(figure->rows[0]) + 1;
    }
}
