/* What one operation changed, row by row. */
#include "model/operation/operation.h"
#include "model/operation/record.h"
#include "tui/screen.h"
#include "tui/screens/operations.h"
#include "tui/screens/record_lookup.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sheet {
    struct card card;
};

/* A reference by the other row's title, as far as it is still there. */
static const char *value_shown(struct store *store, const struct operation_change *change,
                               size_t field, struct value value, struct arena *arena)
{
    const struct column *column = change->columns[field];
    struct uuid other;
    if (value.kind == VALUE_NULL)
        return "–";
    if (column->reference != NULL && value_as_uuid(value, &other))
        return record_name(store, column->reference, &other, arena);
    return column_format(column, value, NULL, store_env(store)->zone, arena);
}

static void add_change(struct sheet *sheet, struct store *store,
                       const struct operation_change *change)
{
    static const struct {
        const char *verb, *word;
    } words[] = {{"insert", "new"}, {"update", "changed"}, {"delete", "deleted"}};
    struct arena *arena = sheet->card.arena;
    const char *word = change->verb;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        word = strcmp(words[i].verb, change->verb) == 0 ? words[i].word : word;
    if (change->table == NULL) {
        card_add_heading(&sheet->card, 0,
                         arena_format(arena, "%s: %s (this program does not know it)",
                                      change->table_name, word));
        return;
    }
    card_add_heading(&sheet->card, 0, arena_format(arena, "%s: %s", change->table->label, word));
    const char *title = record_title(store, change->table, &change->id, arena);
    card_add(&sheet->card, (struct card_line){.kind = CARD_PAIR,
                                              .label = "Row",
                                              .text = title,
                                              .role = ROLE_STRONG,
                                              .is_link = true,
                                              .value = change});
    bool is_update = strcmp(change->verb, "update") == 0;
    bool is_delete = strcmp(change->verb, "delete") == 0;
    for (size_t i = 0; i < change->count; i++) {
        const char *before = value_shown(store, change, i, change->before[i], arena);
        const char *after = value_shown(store, change, i, change->after[i], arena);
        card_add(&sheet->card, (struct card_line){
                                   .kind = CARD_PAIR,
                                   .label = change->columns[i]->label,
                                   .text = is_update ? arena_format(arena, "%s → %s", before, after)
                                           : is_delete ? before
                                                       : after,
                                   .value = change,
                               });
    }
}

static unsigned open_row(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct sheet *)state)->card);
    const struct operation_change *change = line != NULL ? line->value : NULL;
    if (change != NULL)
        record_view_show(app, change->table_name, &change->id);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct sheet *)state)->card);
    if (line != NULL)
        app_copy(app, line->text, strlen(line->text));
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct sheet *sheet = state;
    if (event->kind == EVENT_MOUSE && event->mouse == MOUSE_DOUBLE &&
        card_is_at(&sheet->card, event))
        return open_row(app, state);
    return card_handle(&sheet->card, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    card_draw(&((struct sheet *)state)->card, pane, true);
}

static bool has_row(const void *state)
{
    return card_current(&((const struct sheet *)state)->card) != NULL;
}

static void close_sheet(struct app *app, void *state)
{
    struct sheet *sheet = state;
    (void)app;
    card_done(&sheet->card);
    free(sheet);
}

static const struct action actions[] = {
    {.id = "operation.open",
     .keys = "enter",
     .label = "row",
     .help = "Show the row as it is now.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_row},
    {.id = "operation.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy the value under the cursor to the terminal's clipboard.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = copy},
};

const struct window_ops operation_ops = {
    .name = "operation",
    .title = "Operation",
    .help = "The rows that one operation made, changed or deleted, with the values before and "
            "after.",
    .actions = {"operation", actions, sizeof actions / sizeof actions[0]},
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .close = close_sheet,
};

void operation_show(struct app *app, const struct uuid *id)
{
    struct error err;
    struct operation_change *changes;
    struct sheet *sheet = memory_new(sizeof *sheet);
    card_init(&sheet->card);
    int count = operation_changes(app_store(app), id, sheet->card.arena, &changes, &err);
    if (count < 0) {
        app_toast_error(app, &err);
        close_sheet(app, sheet);
        return;
    }
    sheet->card.empty = "It changed nothing that is kept";
    for (int i = 0; i < count; i++)
        add_change(sheet, app_store(app), &changes[i]);
    app_push(app, &operation_ops, sheet);
}
