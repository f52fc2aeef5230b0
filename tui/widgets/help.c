#include "tui/widgets/help.h"

#include "model/base/text.h"
#include "tui/widgets/viewer.h"

#include <stdlib.h>
#include <string.h>

/* What widgets do by themselves, in every screen. */
static const struct {
    const char *heading;
    struct {
        const char *keys, *what;
    } rows[9];
} widgets[] = {
    {"In lists",
     {{"arrows j k", "Go up and down; PgUp, PgDn by pages."},
      {"home end g G", "Go to the first and the last row."},
      {"left right h l", "Show the columns that do not fit."},
      {"space", "Mark the row and go on."},
      {"+ - *", "Mark all rows, none, those that are not."},
      {"< > R", "Sort by another column, turn the order around."}}},
    {"In forms",
     {{"tab shift-tab", "Go to the next and the previous field."},
      {"enter f2 ctrl-s", "Save (Enter makes a new line in a text of several)."},
      {"space", "Open the list of a choice, the month of a date; switch yes and no."},
      {"esc", "Leave; asks first when something was typed."}}},
    {"While typing",
     {{"ctrl-a ctrl-e", "Go to the beginning and the end."},
      {"alt-b alt-f", "Go back and forth by words."},
      {"ctrl-u ctrl-k", "Cut to the beginning, to the end."},
      {"ctrl-w alt-d", "Cut the word before, the word behind."},
      {"ctrl-y", "Put back what was cut."},
      {"up down", "Show what was typed here before."},
      {"tab", "Complete the word, where there is something to complete."}}},
    {"In texts such as this one",
     {{"arrows", "Scroll; PgUp, PgDn by pages; Home, End."},
      {"/ n N", "Search, go on, go back; here just type to filter."}}},
};

struct help {
    struct arena *arena;
    struct app_choice *choices;
    size_t count;
    char *title, *about;
    struct editor filter;
    struct viewer viewer;
};

static bool fits(const char *filter, struct arena *arena, const char *keys, const char *label,
                 const char *what)
{
    const char *all = arena_format(arena, "%s %s %s", keys, label, what);
    return strstr(text_fold(all, arena), filter) != NULL;
}

/* Headings come with their first row, so that a filter leaves no empty ones. */
static void add_row(struct help *help, const char **heading, const char *keys, const char *what)
{
    if (*heading != NULL)
        viewer_add_heading(&help->viewer, *heading);
    *heading = NULL;
    viewer_add_pair(&help->viewer, keys[0] != '\0' ? keys : ":", ROLE_NORMAL, what);
}

static void add_actions(struct help *help, const char *filter, struct arena *arena)
{
    const char *table = NULL, *heading = NULL;
    for (size_t i = 0; i < help->count; i++) {
        const struct app_choice *choice = &help->choices[i];
        if (table == NULL || strcmp(table, choice->table) != 0) {
            table = choice->table;
            heading = strcmp(table, "global") == 0 ? "Everywhere" : help->title;
        }
        const struct action *action = choice->action;
        bool is_typed = action->word != NULL && strcmp(table, "global") != 0;
        const char *keys =
            is_typed ? arena_format(arena, "%s %s", choice->keys, action->word) : choice->keys;
        if (!fits(filter, arena, keys, action->label, action->help))
            continue;
        const char *text = choice->why_not != NULL ? arena_format(arena, "%s (Not now: %s)",
                                                                  action->help, choice->why_not)
                                                   : action->help;
        add_row(help, &heading, keys, text);
    }
}

static void fill(struct help *help)
{
    struct arena *arena = arena_new();
    const char *filter = text_fold(editor_text(&help->filter), arena);
    viewer_clear(&help->viewer);
    if (filter[0] == '\0' && help->about != NULL)
        viewer_add(&help->viewer, ROLE_NORMAL, help->about);
    add_actions(help, filter, arena);
    for (size_t i = 0; i < sizeof widgets / sizeof widgets[0]; i++) {
        const char *heading = widgets[i].heading;
        for (size_t row = 0; row < 9 && widgets[i].rows[row].keys != NULL; row++)
            if (fits(filter, arena, widgets[i].rows[row].keys, heading, widgets[i].rows[row].what))
                add_row(help, &heading, widgets[i].rows[row].keys, widgets[i].rows[row].what);
    }
    arena_free(arena);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    struct help *help = state;
    bool is_key = event->kind == EVENT_KEY;
    bool is_filtered = editor_text(&help->filter)[0] != '\0';
    if (is_key && event->key == KEY_ESCAPE && !is_filtered)
        return OUTCOME_CLOSE;
    if (is_key && event->key == KEY_ESCAPE) {
        editor_set(&help->filter, "");
        fill(help);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    bool is_text = (is_key && key_is_text(event->key)) || event->kind == EVENT_PASTE;
    bool is_of_line = is_key && (event->key == KEY_TO_HOME || event->key == KEY_TO_END);
    unsigned outcome = OUTCOME_IGNORED;
    if (!is_text && !(is_of_line && is_filtered))
        outcome = viewer_handle(&help->viewer, event);
    if (outcome != OUTCOME_IGNORED)
        return outcome;
    unsigned revision = help->filter.revision;
    outcome = editor_handle(&help->filter, event);
    if (revision != help->filter.revision) {
        fill(help);
        help->viewer.top = 0;
    }
    return outcome;
}

static void draw(struct app *app, void *state, struct pane screen)
{
    (void)app;
    struct help *help = state;
    struct pane box = screen;
    pane_fill(box, ROLE_NORMAL);
    pane_box(box, ROLE_DIALOG, help->title);
    struct pane inside = pane_part(box, 1, 1, box.height - 2, box.width - 2);
    viewer_draw(&help->viewer, pane_part(inside, 2, 0, inside.height - 2, inside.width), false);
    text_draw(inside, 0, 1, inside.width, ROLE_LABEL, "Find");
    editor_draw_as(&help->filter, pane_part(inside, 0, 6, 1, inside.width - 7), true,
                   ROLE_FIELD_FOCUS, "type a word or a key; Esc goes back");
}

static bool has_text_focus(const void *state)
{
    (void)state;
    return true;
}

static void close_help(struct app *app, void *state)
{
    (void)app;
    struct help *help = state;
    arena_free(help->arena);
    free(help->title);
    free(help->about);
    editor_done(&help->filter);
    viewer_done(&help->viewer);
    free(help);
}

static const struct window_ops help_ops = {
    .name = "help",
    .title = "Help",
    .help = "What the keys do here.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .close = close_help,
};

void help_open(struct app *app)
{
    const struct window_ops *top = app_top(app);
    struct help *help = memory_new(sizeof *help);
    help->arena = arena_new();
    help->count = app_choices(app, help->arena, &help->choices);
    help->title = memory_text(top != NULL && top->title != NULL ? top->title : "Help");
    help->about = top != NULL && top->help != NULL ? memory_text(top->help) : NULL;
    editor_init(&help->filter, 0, 0);
    viewer_init(&help->viewer);
    help->viewer.empty = "Nothing fits; Backspace takes letters away";
    fill(help);
    app_push(app, &help_ops, help);
}
