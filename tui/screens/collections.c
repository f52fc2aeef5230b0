/* Collections: products by hand or by a rule. */
#include "model/catalog/collection.h"

#include "model/catalog/product.h"
#include "tui/screens/listing.h"
#include "tui/screens/products.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"
#include "tui/widgets/picker.h"

#include <stdlib.h>
#include <string.h>

enum { FIELD_NAME, FIELD_RULE, FIELD_COUNT };

struct collections {
    struct listing listing;
};

static enum role rule_role(const char *text)
{
    (void)text;
    return ROLE_DIM;
}

static const char *kind_words(const char *kind)
{
    return strcmp(kind, "rules") == 0 ? "by rule" : "by hand";
}

static const struct listing_column columns[] = {
    {{"name", "Name", 20, 3, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"kind", "Kind", 8, 0, 1, ALIGN_LEFT, true}, NULL, kind_words},
    {{"products", "Products", 8, 0, 2, ALIGN_RIGHT, true}, NULL, NULL},
    {{"rule", "Rule", 20, 6, 0, ALIGN_LEFT, false}, rule_role, NULL},
};

/* What is in it, on the list of products. */
static unsigned open_row(struct app *app, void *context)
{
    struct collections *state = context;
    struct uuid id;
    struct error err;
    const char *filter;
    struct arena *arena = arena_new();
    if (listing_current(&state->listing, &id)) {
        if (collection_filter(app_store(app), &id, arena, &filter, &err))
            app_open(app, products_ops.name, filter);
        else
            app_toast_error(app, &err);
    }
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &collection_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .marked = "collections",
    .empty = "No collections yet; n makes one",
    .open = open_row,
};

static void *open_collections(struct app *app, const char *argument, struct error *err)
{
    struct collections *state = memory_new(sizeof *state);
    listing_init(&state->listing, app, &list_ops, state);
    if (argument != NULL && !listing_set_filter(&state->listing, argument, err)) {
        listing_done(&state->listing);
        free(state);
        return NULL;
    }
    listing_set_base(&state->listing, "");
    return state;
}

/* The form of a new one, or of one that changes. */
struct collection_form {
    struct app *app;
    struct uuid id; /* all zero: new */
    struct arena *arena;
    struct form_field fields[FIELD_COUNT];
    struct form *form;
};

static bool check_rule(void *context, const struct form_field *field, const char *text,
                       struct buffer *normal, struct error *err)
{
    const struct collection_form *state = context;
    (void)field, (void)normal;
    return collection_check_rule(app_store(state->app), text, err);
}

static unsigned save(void *context, struct app *app)
{
    struct collection_form *state = context;
    struct error err = {0};
    const char *name = form_value(state->form, FIELD_NAME);
    if (!collection_save(app_store(app), app_actor(app), name, form_value(state->form, FIELD_RULE),
                         &state->id, &err)) {
        if (!form_show_error(state->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "The collection %s is saved; u undoes it.", name);
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct collection_form *state = context;
    arena_free(state->arena);
    free(state);
    app_refresh(app);
}

static void open_form(struct app *app, const struct uuid *id, const char *name, const char *rule)
{
    static const struct form_ops ops = {.save = save};
    struct collection_form *state = memory_new(sizeof *state);
    *state = (struct collection_form){.app = app, .arena = arena_new()};
    if (id != NULL)
        state->id = *id;
    state->fields[FIELD_NAME] = (struct form_field){.name = "name",
                                                    .label = "Name",
                                                    .kind = FIELD_TEXT,
                                                    .value = arena_text(state->arena, name),
                                                    .is_required = true,
                                                    .limit = 200};
    state->fields[FIELD_RULE] =
        (struct form_field){.name = "rule",
                            .label = "Rule",
                            .kind = FIELD_TEXT,
                            .value = arena_text(state->arena, rule),
                            .limit = 1000,
                            .help = "A filter such as category:paint price<20; empty: by hand.",
                            .check = check_rule};
    const struct dialog_form ask = {.title =
                                        id != NULL ? "Change the collection" : "New collection",
                                    .hint = "Enter saves, Esc goes back",
                                    .fields = state->fields,
                                    .count = FIELD_COUNT,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
}

static unsigned make(struct app *app, void *state)
{
    (void)state;
    open_form(app, NULL, "", "");
    return OUTCOME_HANDLED;
}

static const char *cell(const struct collections *state, const char *column)
{
    const struct grid_row *row = grid_current(&state->listing.grid);
    for (size_t i = 0; row != NULL && i < sizeof columns / sizeof columns[0]; i++)
        if (strcmp(columns[i].shown.id, column) == 0)
            return row->cells[i].text != NULL ? row->cells[i].text : "";
    return "";
}

static unsigned edit(struct app *app, void *state)
{
    struct collections *collections = state;
    struct uuid id;
    if (listing_current(&collections->listing, &id))
        open_form(app, &id, cell(collections, "name"), cell(collections, "rule"));
    return OUTCOME_HANDLED;
}

static void delete_it(struct app *app, void *context, bool is_confirmed)
{
    struct uuid *id = context;
    struct error err;
    if (is_confirmed) {
        if (collection_delete(app_store(app), app_actor(app), id, &err))
            app_toast(app, TOAST_INFO, "The collection is deleted; u brings it back.");
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(id);
}

static unsigned delete_collection(struct app *app, void *state)
{
    struct collections *collections = state;
    struct uuid *id = memory_new(sizeof *id);
    struct arena *arena = arena_new();
    listing_current(&collections->listing, id);
    const struct dialog_question question = {
        .title = arena_format(arena, "Delete the collection %s?", cell(collections, "name")),
        .text = "Its products stay in the catalogue.",
        .yes = "Delete it",
        .no = "Keep it",
        .done = delete_it,
        .context = id};
    dialog_confirm(app, &question);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct collections *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned show_products(struct app *app, void *state)
{
    return open_row(app, state);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct collections *)state)->listing);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct collections *)state)->listing, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct collections *)state)->listing, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct collections *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct collections *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct collections *)state)->listing, text, size);
}

static void close_collections(struct app *app, void *state)
{
    struct collections *collections = state;
    (void)app;
    listing_done(&collections->listing);
    free(collections);
}

/* Products that go into a collection that is chosen. */
struct collecting {
    struct app *app;
    struct arena *arena;
    struct uuid *ids;
    size_t count;
};

static size_t find_collections(void *context, const char *typed, struct arena *arena,
                               struct picker_item *out, size_t limit)
{
    static const char *const names[] = {"name", "products"};
    const struct collecting *collecting = context;
    struct store *store = app_store(collecting->app);
    struct buffer text;
    struct query_page page = {0};
    buffer_init(&text);
    buffer_add(&text, "kind:manual");
    if (typed[0] != '\0' && strchr(typed, '"') == NULL)
        buffer_format(&text, " name:\"%s\"", typed);
    const struct query query = {
        .source = &collection_source,
        .filter = filter_parse(&collection_source, text.text, store_env(store), arena, NULL, NULL)};
    buffer_done(&text);
    if (query.filter == NULL ||
        !query_fetch(store, &query, names, 2, NULL, false, limit, arena, &page, NULL))
        return 0;
    for (size_t i = 0; i < page.count; i++)
        out[i] = (struct picker_item){
            .shown = {.text = value_as_text(page.rows[i].values[0]),
                      .note =
                          arena_format(arena, "%lld", (long long)page.rows[i].values[1].integer)},
            .value = &page.rows[i].id};
    return page.count;
}

static void collect(struct app *app, void *context, const struct picker_item *item)
{
    struct collecting *collecting = context;
    struct error err;
    if (item != NULL) {
        int added = collection_add(app_store(app), app_actor(app), item->value, collecting->ids,
                                   collecting->count, &err);
        if (added < 0)
            app_toast_error(app, &err);
        else
            app_toast(app, TOAST_INFO, "%d of %zu are new in %s; u undoes it.", added,
                      collecting->count, item->shown.text);
    }
    arena_free(collecting->arena);
    free(collecting);
}

void product_collect(struct app *app, const struct uuid *ids, size_t count)
{
    struct collecting *collecting = memory_new(sizeof *collecting);
    *collecting = (struct collecting){.app = app, .arena = arena_new(), .count = count};
    collecting->ids = arena_alloc(collecting->arena, count * sizeof *ids);
    memcpy(collecting->ids, ids, count * sizeof *ids);
    const struct picker picker = {
        .title = arena_format(collecting->arena, "Add %zu %s to a collection", count,
                              count == 1 ? "product" : "products"),
        .hint = "which one",
        .empty = "No collection by hand of that name; the screen of collections makes one",
        .find = find_collections,
        .done = collect,
        .context = collecting};
    picker_open(app, &picker);
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "collections.products",
     .keys = "enter",
     .label = "products",
     .help = "Show what is in the collection under the cursor.",
     .flags = OF_ROW,
     .run = show_products,
     .verb = "products list"},
    {.id = "collections.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a collection, by hand or by a rule.",
     .right = "catalog.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make},
    {.id = "collections.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change the name or the rule of the collection under the cursor.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = edit},
    {.id = "collections.delete",
     .keys = "x delete",
     .label = "delete",
     .help = "Delete the collection under the cursor; its products stay.",
     .right = "catalog.delete",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = delete_collection},
    {.id = "collections.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter},
};

const struct window_ops collections_ops = {
    .name = "collections",
    .title = "Collections",
    .help = "Products that belong together: added by hand from the list of products, or found by a "
            "rule, which is a filter of that list and so always up to date.",
    .actions = {"collections", actions, sizeof actions / sizeof actions[0]},
    .open = open_collections,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_collections,
};
