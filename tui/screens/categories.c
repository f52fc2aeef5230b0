/* The categories of products as a tree. */
#include "model/catalog/category.h"

#include "model/base/text.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/list.h"
#include "tui/widgets/picker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LIMIT = 255, INDENT = 3 };

struct categories {
    struct arena *arena; /* of what is shown */
    struct category *rows;
    size_t count;
    struct list_item *items;
    struct list list;
    char *filter;
    struct error failure;
};

static const struct category *current(const struct categories *state)
{
    return state->list.cursor < state->count ? &state->rows[state->list.cursor] : NULL;
}

/* Those whose path has the filter in it, and what hangs below them by that. */
static void read_all(struct app *app, struct categories *state)
{
    struct uuid before = current(state) != NULL ? current(state)->id : (struct uuid){{0}};
    arena_reset(state->arena);
    error_clear(&state->failure);
    int count = category_tree(app_store(app), state->arena, &state->rows, &state->failure);
    const char *key = text_fold(state->filter, state->arena);
    state->count = 0;
    for (int i = 0; i < count; i++)
        if (strstr(text_fold(state->rows[i].path, state->arena), key) != NULL)
            state->rows[state->count++] = state->rows[i];
    state->items = arena_alloc(state->arena, (state->count + 1) * sizeof *state->items);
    size_t cursor = state->list.cursor;
    for (size_t i = 0; i < state->count; i++) {
        const struct category *row = &state->rows[i];
        state->items[i] = (struct list_item){
            .text = arena_format(state->arena, "%*s%s", row->depth * INDENT, "", row->name),
            .detail = row->is_active ? NULL : "inactive",
            .note = arena_format(state->arena, "%" PRId64, row->products)};
        cursor = uuid_equal(&row->id, &before) ? i : cursor;
    }
    list_set(&state->list, state->items, state->count);
    state->list.cursor = cursor < state->count ? cursor : 0;
}

static void *open_categories(struct app *app, const char *argument, struct error *err)
{
    struct categories *state = memory_new(sizeof *state);
    (void)err;
    state->arena = arena_new();
    state->filter = memory_text(argument != NULL ? argument : "");
    read_all(app, state);
    return state;
}

static void refresh(struct app *app, void *state)
{
    read_all(app, state);
}

/* What a question is about: the category and what it is to be, while the window may change. */
struct asking {
    struct uuid id, parent;
    bool has_parent;
};

static struct asking *asking_new(const struct category *category)
{
    struct asking *asking = memory_new(sizeof *asking);
    if (category != NULL) {
        asking->id = category->id;
        asking->parent = category->id;
        asking->has_parent = true;
    }
    return asking;
}

static void answered(struct app *app, bool is_done, const struct error *err, const char *words)
{
    if (is_done)
        app_toast(app, TOAST_INFO, "%s; u undoes it.", words);
    else
        app_toast_error(app, err);
    app_refresh(app);
}

static void make(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    struct error err;
    struct uuid id;
    if (text != NULL)
        answered(app,
                 category_create(app_store(app), app_actor(app), text,
                                 asking->has_parent ? &asking->parent : NULL, &id, &err),
                 &err, "The category is there");
    free(asking);
}

static void ask_name(struct app *app, const char *title, const char *text, const char *start,
                     void (*done)(struct app *app, void *context, const char *text),
                     struct asking *asking)
{
    const struct dialog_prompt prompt = {.title = title,
                                         .text = text,
                                         .start = start,
                                         .hint = "its name",
                                         .limit = NAME_LIMIT,
                                         .done = done,
                                         .context = asking};
    dialog_prompt(app, &prompt);
}

static unsigned new_at_root(struct app *app, void *state)
{
    (void)state;
    ask_name(app, "New category", NULL, NULL, make, asking_new(NULL));
    return OUTCOME_HANDLED;
}

static unsigned new_below(struct app *app, void *state)
{
    const struct category *category = current(state);
    struct arena *arena = arena_new();
    ask_name(app, "New category", arena_format(arena, "Below %s.", category->path), NULL, make,
             asking_new(category));
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static void rename_it(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    struct error err;
    if (text != NULL)
        answered(app, category_rename(app_store(app), app_actor(app), &asking->id, text, &err),
                 &err, "The category has its new name");
    free(asking);
}

static unsigned rename_category(struct app *app, void *state)
{
    const struct category *category = current(state);
    ask_name(app, "Rename the category", NULL, category->name, rename_it, asking_new(category));
    return OUTCOME_HANDLED;
}

struct moving {
    struct app *app;
    struct uuid id;
};

/* The root, and every category. */
static size_t find_places(void *context, const char *typed, struct arena *arena,
                          struct picker_item *out, size_t limit)
{
    const struct moving *moving = context;
    struct category *found = arena_alloc(arena, limit * sizeof *found);
    size_t kept = 0;
    int count = category_find(app_store(moving->app), typed, limit - 1, arena, found, NULL);
    if (typed[0] == '\0')
        out[kept++] = (struct picker_item){.shown = {.text = "The root, below nothing"}};
    for (int i = 0; i < count; i++)
        if (!uuid_equal(&found[i].id, &moving->id))
            out[kept++] =
                (struct picker_item){.shown = {.text = found[i].path}, .value = &found[i]};
    return kept;
}

static void move_it(struct app *app, void *context, const struct picker_item *item)
{
    struct moving *moving = context;
    struct error err;
    const struct category *parent = item != NULL ? item->value : NULL;
    if (item != NULL)
        answered(app,
                 category_move(app_store(app), app_actor(app), &moving->id,
                               parent != NULL ? &parent->id : NULL, &err),
                 &err, "The category was moved");
    free(moving);
}

static unsigned move_category(struct app *app, void *state)
{
    const struct category *category = current(state);
    struct arena *arena = arena_new();
    struct moving *moving = memory_new(sizeof *moving);
    *moving = (struct moving){app, category->id};
    const struct picker picker = {.title = arena_format(arena, "Move %s below", category->name),
                                  .hint = "which category",
                                  .empty = "No category of that name",
                                  .find = find_places,
                                  .done = move_it,
                                  .context = moving};
    picker_open(app, &picker);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned shift(struct app *app, void *state, int direction)
{
    struct error err;
    if (!category_shift(app_store(app), app_actor(app), &current(state)->id, direction, &err))
        app_toast_error(app, &err);
    read_all(app, state);
    return OUTCOME_REDRAW;
}

static unsigned shift_up(struct app *app, void *state)
{
    return shift(app, state, -1);
}

static unsigned shift_down(struct app *app, void *state)
{
    return shift(app, state, 1);
}

static void delete_it(struct app *app, void *context, bool is_confirmed)
{
    struct asking *asking = context;
    struct error err;
    if (is_confirmed)
        answered(app, category_delete(app_store(app), app_actor(app), &asking->id, &err), &err,
                 "The category is deleted");
    free(asking);
}

static unsigned delete_category(struct app *app, void *state)
{
    const struct category *category = current(state);
    struct arena *arena = arena_new();
    const struct dialog_question question = {
        .title = arena_format(arena, "Delete the category %s?", category->path),
        .yes = "Delete it",
        .no = "Keep it",
        .done = delete_it,
        .context = asking_new(category)};
    dialog_confirm(app, &question);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned show_products(struct app *app, void *state)
{
    const struct category *category = current(state);
    char filter[UUID_TEXT_SIZE + 16], id[UUID_TEXT_SIZE];
    if (category == NULL)
        return OUTCOME_HANDLED;
    uuid_text(&category->id, id);
    snprintf(filter, sizeof filter, "category:%s", id);
    app_open(app, products_ops.name, filter);
    return OUTCOME_HANDLED;
}

static void filter_given(struct app *app, void *context, const char *text)
{
    struct categories *state = context;
    if (text == NULL)
        return;
    free(state->filter);
    state->filter = memory_text(text);
    read_all(app, state);
    app_redraw(app);
}

static unsigned filter(struct app *app, void *context)
{
    struct categories *state = context;
    const struct dialog_prompt prompt = {.title = "Show which categories?",
                                         .start = state->filter,
                                         .hint = "a part of the name; empty: all",
                                         .limit = 100,
                                         .done = filter_given,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    struct categories *state = context;
    bool is_filtered = state->filter[0] != '\0';
    if (event->kind == EVENT_KEY && event->key == KEY_ESCAPE && is_filtered) {
        filter_given(app, state, "");
        return OUTCOME_REDRAW;
    }
    switch (list_handle(&state->list, event)) {
    case LIST_CHOSEN:
        return show_products(app, state);
    case LIST_MOVED:
        return OUTCOME_REDRAW;
    case LIST_IGNORED:
        break;
    }
    return OUTCOME_IGNORED;
}

static void draw(struct app *app, void *context, struct pane pane)
{
    struct categories *state = context;
    (void)app;
    if (state->count > 0)
        list_draw(&state->list, pane);
    else
        text_draw(pane, 1, 2, pane.width - 4, ROLE_DIM,
                  state->failure.code != ERROR_NONE ? state->failure.text
                  : state->filter[0] != '\0'
                      ? "No category has that in its name; / changes it, Esc shows all"
                      : "No categories yet; N makes one");
}

static void status(struct app *app, void *context, char *text, size_t size)
{
    const struct categories *state = context;
    (void)app;
    snprintf(text, size, "%s%s%zu", state->filter, state->filter[0] != '\0' ? "  " : "",
             state->count);
}

static bool has_row(const void *state)
{
    return current(state) != NULL;
}

static void close_categories(struct app *app, void *context)
{
    struct categories *state = context;
    (void)app;
    arena_free(state->arena);
    free(state->filter);
    free(state);
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "categories.products",
     .keys = "enter",
     .label = "products",
     .help = "Show the products of the category under the cursor.",
     .flags = OF_ROW,
     .run = show_products,
     .verb = "products list"},
    {.id = "categories.below",
     .keys = "n f3",
     .label = "new below",
     .help = "Make a category below the one under the cursor.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = new_below},
    {.id = "categories.new",
     .keys = "N",
     .label = "new",
     .help = "Make a category at the root.",
     .right = "catalog.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = new_at_root},
    {.id = "categories.rename",
     .keys = "E f4",
     .label = "rename",
     .help = "Give the category under the cursor another name.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = rename_category},
    {.id = "categories.move",
     .keys = "m",
     .label = "move",
     .help = "Move the category, and all below it, to another place in the tree.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = move_category},
    {.id = "categories.up",
     .keys = "<",
     .label = "up",
     .help = "Move the category up among those of its level.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = shift_up},
    {.id = "categories.down",
     .keys = ">",
     .label = "down",
     .help = "Move the category down among those of its level.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = shift_down},
    {.id = "categories.delete",
     .keys = "x delete",
     .label = "delete",
     .help = "Delete the category under the cursor, if nothing is in it.",
     .right = "catalog.delete",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = delete_category},
    {.id = "categories.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show categories by a part of their names.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter},
};

const struct window_ops categories_ops = {
    .name = "categories",
    .title = "Categories",
    .help =
        "The categories of products as a tree, with how many products stand in each. Enter shows "
        "them; a category moves with all that is below it.",
    .actions = {"categories", actions, sizeof actions / sizeof actions[0]},
    .open = open_categories,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .status = status,
    .close = close_categories,
};
