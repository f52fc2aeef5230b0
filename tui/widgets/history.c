#include "tui/widgets/history.h"

#include "model/base/memory.h"

#include <stdlib.h>
#include <string.h>

void history_init(struct history *history)
{
    *history = (struct history){NULL, 0};
}

void history_done(struct history *history)
{
    for (size_t i = 0; i < history->count; i++)
        free(history->lines[i]);
    free(history->lines);
    history_init(history);
}

static void remove_line(struct history *history, size_t index)
{
    free(history->lines[index]);
    history->count--;
    memmove(history->lines + index, history->lines + index + 1,
            (history->count - index) * sizeof *history->lines);
}

void history_add(struct history *history, const char *line)
{
    if (line[strspn(line, " \t\n")] == '\0')
        return;
    char *copy = memory_text(line);
    for (size_t i = 0; i < history->count; i++)
        if (strcmp(history->lines[i], copy) == 0) {
            remove_line(history, i);
            break;
        }
    if (history->count == HISTORY_LIMIT)
        remove_line(history, 0);
    history->lines = memory_resize(history->lines, history->count + 1, sizeof *history->lines);
    history->lines[history->count++] = copy;
}
