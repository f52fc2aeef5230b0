#include "tui/widgets/wrap.h"

#include "model/base/memory.h"
#include "tui/paint.h"
#include "tui/widgets/grapheme.h"

#include <stdlib.h>
#include <string.h>

size_t wrap_row(const char *text, size_t start, int width, size_t *size)
{
    const char *row = text + start;
    size_t fits = text_fit(row, width);
    if (fits == 0 && row[0] != '\0' && row[0] != '\n')
        fits = grapheme_next(row, strlen(row), 0);
    const char *line_break = memchr(row, '\n', fits);
    if (line_break == NULL && row[fits] == '\n')
        line_break = row + fits;
    if (line_break != NULL) {
        *size = (size_t)(line_break - row);
        return start + *size + 1;
    }
    *size = fits;
    if (row[fits] == '\0')
        return WRAP_END;
    if (row[fits] == ' ')
        return start + fits + 1;
    for (size_t at = fits; at > 0; at--)
        if (row[at - 1] == ' ') {
            *size = at - 1;
            return start + at;
        }
    return start + fits;
}

size_t wrap_count(const char *text, int width)
{
    size_t count = 0, size;
    for (size_t at = 0; at != WRAP_END; at = wrap_row(text, at, width, &size))
        count++;
    return count;
}

int cells_between(const char *text, size_t start, size_t end)
{
    char small[256];
    size_t size = end - start;
    char *part = size < sizeof small ? small : memory_new(size + 1);
    memcpy(part, text + start, size);
    part[size] = '\0';
    int cells = text_cells(part);
    if (part != small)
        free(part);
    return cells;
}
