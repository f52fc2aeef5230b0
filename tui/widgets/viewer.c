#include "tui/widgets/viewer.h"

#include "tui/widgets/viewer_private.h"
#include "tui/widgets/wrap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW, WHEEL_STEP = 3 };

void viewer_init(struct viewer *viewer)
{
    *viewer = (struct viewer){.arena = arena_new(), .width = -1, .empty = "Nothing to show"};
    editor_init(&viewer->search, 0, 0);
    history_init(&viewer->history);
    viewer->search.history = &viewer->history;
}

void viewer_done(struct viewer *viewer)
{
    arena_free(viewer->arena);
    free(viewer->lines);
    free(viewer->rows);
    editor_done(&viewer->search);
    history_done(&viewer->history);
    *viewer = (struct viewer){0};
}

void viewer_clear(struct viewer *viewer)
{
    arena_reset(viewer->arena);
    viewer->line_count = 0;
    viewer->row_count = 0;
    viewer->width = -1;
}

static void add_line(struct viewer *viewer, struct viewer_line line)
{
    /* Doubled at each power of two, so that a long log is not copied at each line. */
    size_t count = viewer->line_count;
    if ((count & (count - 1)) == 0)
        viewer->lines =
            memory_resize(viewer->lines, count > 0 ? 2 * count : 1, sizeof *viewer->lines);
    viewer->lines[viewer->line_count++] = line;
    viewer->width = -1;
}

/* Each line of a text becomes one of the viewer, so that wrapping never looks at all of it. */
static void add_lines(struct viewer *viewer, enum viewer_kind kind, const char *label,
                      enum role role, const char *text)
{
    for (;;) {
        size_t size = strcspn(text, "\n");
        add_line(viewer,
                 (struct viewer_line){kind, role, label, arena_bytes(viewer->arena, text, size)});
        if (text[size] == '\0' || text[size + 1] == '\0')
            return;
        text += size + 1;
        label = label != NULL ? "" : NULL;
    }
}

void viewer_add(struct viewer *viewer, enum role role, const char *text)
{
    add_lines(viewer, VIEWER_TEXT, NULL, role, text);
}

void viewer_add_format(struct viewer *viewer, enum role role, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0)
        abort();
    viewer_add(viewer, role, text);
    free(text);
}

void viewer_add_heading(struct viewer *viewer, const char *text)
{
    if (viewer->line_count > 0)
        viewer_add(viewer, ROLE_NORMAL, "");
    add_lines(viewer, VIEWER_HEADING, NULL, ROLE_HEADING, text);
}

void viewer_add_pair(struct viewer *viewer, const char *label, enum role role, const char *text)
{
    add_lines(viewer, VIEWER_PAIR, arena_text(viewer->arena, label), role, text);
}

bool viewer_has_text_focus(const struct viewer *viewer)
{
    return viewer->is_searching;
}

static size_t last_top(const struct viewer *viewer)
{
    size_t height = (size_t)(viewer->pane.height > 0 ? viewer->pane.height : 0);
    return viewer->row_count > height ? viewer->row_count - height : 0;
}

static void scroll_to(struct viewer *viewer, long row)
{
    size_t last = last_top(viewer);
    viewer->top = row < 0 ? 0 : (size_t)row > last ? last : (size_t)row;
}

/* ASCII letters match in either case. */
const char *viewer_find(const char *text, const char *end, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = text; size > 0 && at + size <= end; at++)
        if (strncasecmp(at, word, size) == 0)
            return at;
    return NULL;
}

static bool row_matches(const struct viewer *viewer, size_t row, const char *word)
{
    const struct viewer_row *shown = &viewer->rows[row];
    const struct viewer_line *line = &viewer->lines[shown->line];
    const char *text = line->text + shown->start;
    if (viewer_find(text, text + shown->size, word) != NULL)
        return true;
    return shown->start == 0 && line->label != NULL &&
           viewer_find(line->label, line->label + strlen(line->label), word) != NULL;
}

/* Goes to the next row from `from` on that holds the searched word, around the end. */
static void search(struct viewer *viewer, size_t from, bool goes_back)
{
    const char *word = editor_text(&viewer->search);
    viewer->has_missed = false;
    if (word[0] == '\0' || viewer->row_count == 0)
        return;
    size_t count = viewer->row_count;
    for (size_t i = 0; i < count; i++) {
        size_t row = goes_back ? (from + count - i) % count : (from + i) % count;
        if (!row_matches(viewer, row, word))
            continue;
        viewer->match = row;
        if (row < viewer->top || row >= viewer->top + (size_t)viewer->pane.height)
            scroll_to(viewer, (long)row - viewer->pane.height / 3);
        return;
    }
    viewer->has_missed = true;
}

static unsigned handle_search(struct viewer *viewer, const struct event *event)
{
    bool is_key = event->kind == EVENT_KEY;
    if (is_key && event->key == KEY_RETURN) {
        viewer->is_searching = false;
        editor_remember(&viewer->search);
        return REDRAWN;
    }
    if (is_key && event->key == KEY_ESCAPE) {
        viewer->is_searching = false;
        viewer->has_missed = false;
        editor_set(&viewer->search, "");
        return REDRAWN;
    }
    unsigned revision = viewer->search.revision;
    unsigned outcome = editor_handle(&viewer->search, event);
    if (revision != viewer->search.revision)
        search(viewer, viewer->top, false);
    return outcome;
}

static unsigned handle_key(struct viewer *viewer, key_code key)
{
    long page = viewer->pane.height > 1 ? viewer->pane.height - 1 : 1, top = (long)viewer->top;
    size_t count = viewer->row_count > 0 ? viewer->row_count : 1;
    const struct {
        key_code key;
        long row;
    } moves[] = {
        {KEY_UP_ARROW, top - 1},
        {'k', top - 1},
        {KEY_DOWN_ARROW, top + 1},
        {'j', top + 1},
        {KEY_PAGE_UP, top - page},
        {'b', top - page},
        {KEY_PAGE_DOWN, top + page},
        {' ', top + page},
        {KEY_TO_HOME, 0},
        {'g', 0},
        {KEY_TO_END, (long)count},
        {'G', (long)count},
    };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].key == key) {
            scroll_to(viewer, moves[i].row);
            return REDRAWN;
        }
    if (key == '/') {
        viewer->is_searching = true;
        editor_set(&viewer->search, "");
        return REDRAWN;
    }
    if ((key != 'n' && key != 'N') || editor_text(&viewer->search)[0] == '\0')
        return OUTCOME_IGNORED;
    search(viewer, (viewer->match + (key == 'n' ? 1 : count - 1)) % count, key == 'N');
    return REDRAWN;
}

unsigned viewer_handle(struct viewer *viewer, const struct event *event)
{
    if (event->kind == EVENT_MOUSE &&
        (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)) {
        int by = event->mouse == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP;
        scroll_to(viewer, (long)viewer->top + by);
        return REDRAWN;
    }
    if (viewer->is_searching)
        return handle_search(viewer, event);
    return event->kind == EVENT_KEY ? handle_key(viewer, event->key) : OUTCOME_IGNORED;
}
