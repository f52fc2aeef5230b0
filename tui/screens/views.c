#include "tui/screens/views.h"

#include "model/base/text.h"
#include "model/list/view.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/picker.h"

#include <stdlib.h>
#include <string.h>

enum { VIEWS_MOST = 100 };

static const char *list_name(const struct listing *listing)
{
    return listing->ops->source->name;
}

static size_t find_views(const struct listing *listing, const char *typed, struct arena *arena,
                         struct picker_item *out, size_t limit)
{
    struct view *views = arena_alloc(arena, VIEWS_MOST * sizeof *views);
    int count = view_list(app_store(listing->app), app_actor(listing->app), list_name(listing),
                          VIEWS_MOST, arena, views, NULL);
    const char *key = text_fold(typed, arena);
    size_t kept = 0;
    for (int i = 0; i < count && kept < limit; i++)
        if (strstr(text_fold(views[i].name, arena), key) != NULL)
            out[kept++] = (struct picker_item){
                .shown = {.text = views[i].name, .detail = views[i].filter, .note = views[i].sort},
                .value = &views[i]};
    return kept;
}

static void forget(struct app *app, void *context, const struct picker_item *item)
{
    const struct listing *listing = context;
    struct error err;
    if (item == NULL)
        return;
    const struct view *view = item->value;
    if (view_forget(app_store(app), app_actor(app), list_name(listing), view->name, &err))
        app_toast(app, TOAST_INFO, "The view \"%s\" is gone; u brings it back.", view->name);
    else
        app_toast_error(app, &err);
}

static size_t find_to_forget(void *context, const char *typed, struct arena *arena,
                             struct picker_item *out, size_t limit)
{
    return find_views(context, typed, arena, out, limit);
}

static void ask_which_to_forget(struct app *app, struct listing *listing)
{
    const struct picker picker = {.title = "Forget a view",
                                  .hint = "which one goes",
                                  .empty = "No view of that name",
                                  .find = find_to_forget,
                                  .done = forget,
                                  .context = listing};
    picker_open(app, &picker);
}

/* The views, and behind them the way to get rid of one: an item without a view. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    size_t count = find_views(context, typed, arena, out, limit - 1);
    if (count > 0)
        out[count++] = (struct picker_item){.shown = {.text = "Forget one of these …"}};
    return count;
}

static void show(struct app *app, void *context, const struct picker_item *item)
{
    struct listing *listing = context;
    struct error err;
    if (item == NULL)
        return;
    if (item->value == NULL) {
        ask_which_to_forget(app, listing);
        return;
    }
    const struct view *view = item->value;
    if (!listing_set_filter(listing, view->filter, &err)) {
        error_prefix(&err, "The view \"%s\"", view->name);
        app_toast_error(app, &err);
        return;
    }
    listing_set_base(listing, "");
    listing_set_sort(listing, view->sort, view->is_descending);
}

void views_choose(struct app *app, struct listing *listing)
{
    const struct picker picker = {.title = "Views",
                                  .hint = "a view's name",
                                  .empty = "No views yet: filter or sort the list, then V saves it",
                                  .find = find,
                                  .done = show,
                                  .context = listing};
    picker_open(app, &picker);
}

static bool check_name(void *context, const char *text, struct error *err)
{
    (void)context;
    return !text_is_blank(text) || error_set(err, ERROR_INPUT, "Type a name for the view.");
}

static void save(struct app *app, void *context, const char *text)
{
    const struct listing *listing = context;
    struct error err;
    if (text == NULL)
        return;
    char *filter = listing_whole_filter(listing);
    const struct view view = {.name = text,
                              .filter = filter,
                              .sort = listing->sort,
                              .is_descending = listing->is_descending};
    if (view_save(app_store(app), app_actor(app), list_name(listing), &view, &err))
        app_toast(app, TOAST_INFO, "Saved the view \"%s\".", text);
    else
        app_toast_error(app, &err);
    free(filter);
}

void views_save(struct app *app, struct listing *listing)
{
    char *filter = listing_whole_filter(listing);
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "Filter: %s\nOrder: %s%s", filter[0] != '\0' ? filter : "none",
                  listing->sort != NULL ? listing->sort : "the list's own",
                  listing->sort != NULL && listing->is_descending ? ", from the end" : "");
    const struct dialog_prompt prompt = {.title = "Save this view",
                                         .text = text.text,
                                         .hint = "a name, such as Unpaid",
                                         .limit = VIEW_NAME_MAX,
                                         .check = check_name,
                                         .done = save,
                                         .context = listing};
    dialog_prompt(app, &prompt);
    buffer_done(&text);
    free(filter);
}
