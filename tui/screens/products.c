/* The list of products. */
#include "tui/screens/products.h"

#include "model/catalog/product.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/parts.h"
#include "tui/screens/screens.h"
#include "tui/screens/views.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What a mark of the stock leads is not counted before it is chosen: it takes every product's
 * levels to say. */
static const struct part tabs[] = {
    {"All", "", true},
    {"For sale", "status:active", true},
    {"Low", "mark:low", false},
    {"Out", "mark:out", false},
    {"Oversold", "mark:oversold", false},
    {"Drafts", "status:draft,inactive", true},
    {"Archived", "status:archived", true},
};
enum { MARKED_MOST = 5000 };

static enum role stock_role(const char *text)
{
    return text[0] == '-' ? ROLE_DANGER : strcmp(text, "0") == 0 ? ROLE_WARNING : ROLE_NORMAL;
}

static enum role mark_role(const char *text)
{
    return strcmp(text, "oversold") == 0 ? ROLE_DANGER : ROLE_WARNING;
}

static enum role quiet_role(const char *text)
{
    (void)text;
    return ROLE_DIM;
}

enum role product_status_role(const char *status)
{
    return strcmp(status, "active") == 0 ? ROLE_NORMAL : ROLE_DIM;
}

const struct listing_column product_columns[PRODUCT_COLUMNS] = {
    {{"name", "Name", 20, 8, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"sku", "SKU", 10, 1, 3, ALIGN_LEFT, false}, quiet_role, NULL},
    {{"price", "Price", 9, 1, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"stock", "Stock", 7, 1, 0, ALIGN_RIGHT, false}, stock_role, NULL},
    {{"mark", "Mark", 8, 0, 1, ALIGN_LEFT, false}, mark_role, NULL},
    {{"status", "Status", 8, 0, 2, ALIGN_LEFT, false}, product_status_role, NULL},
    {{"category", "Category", 12, 3, 4, ALIGN_LEFT, false}, NULL, NULL},
    {{"cost", "Cost", 9, 1, 6, ALIGN_RIGHT, false}, quiet_role, NULL},
    {{"places", "At", 20, 6, 5, ALIGN_LEFT, false}, quiet_role, NULL},
    {{"tags", "Tags", 8, 2, 7, ALIGN_LEFT, false}, quiet_role, NULL},
};

struct products {
    struct app *app;
    struct listing listing;
    struct parts parts;
};

static unsigned open_row(struct app *app, void *context)
{
    struct products *products = context;
    struct uuid id;
    struct error err;
    if (listing_current(&products->listing, &id) && !product_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &product_source,
    .columns = product_columns,
    .column_count = PRODUCT_COLUMNS,
    .marked = "products",
    .empty = "No products here; n makes one",
    .open = open_row,
};

static void *products_open(struct app *app, const char *argument, struct error *err)
{
    struct products *products = memory_new(sizeof *products);
    products->app = app;
    listing_init(&products->listing, app, &list_ops, products);
    if (argument != NULL && !listing_set_filter(&products->listing, argument, err)) {
        listing_done(&products->listing);
        free(products);
        return NULL;
    }
    parts_init(&products->parts, &products->listing, tabs, COUNT(tabs), 0);
    return products;
}

/* "id:018f…" is one product, anything else a filter of the list. */
static bool products_show(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        return product_view_open(app, &id, err);
    void *products = products_open(app, argument, err);
    if (products != NULL)
        app_push(app, &products_ops, products);
    return products != NULL;
}

static void products_refresh(struct app *app, void *state)
{
    struct products *products = state;
    (void)app;
    listing_reload(&products->listing);
    parts_count(&products->parts);
}

static void products_draw(struct app *app, void *state, struct pane pane)
{
    struct products *products = state;
    (void)app;
    parts_draw(&products->parts, pane);
}

/* The product of that code, or the offer to make one. */
static unsigned take_scan(struct app *app, const char *code)
{
    struct error err;
    struct arena *arena = arena_new();
    struct sellable goods;
    int found = product_by_code(app_store(app), code, arena, &goods, &err);
    if (found == 1 && !product_view_open(app, &goods.product_id, &err))
        found = -1;
    if (found == 0) {
        app_beep(app);
        if (app_may(app, "catalog.edit"))
            product_form_open(app, NULL, code);
    }
    if (found < 0)
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned products_handle(struct app *app, void *state, const struct event *event)
{
    struct products *products = state;
    if (event->kind == EVENT_SCAN)
        return take_scan(app, event->text);
    return parts_handle(&products->parts, event);
}

static bool products_has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct products *)state)->listing);
}

static bool products_has_row(const void *state)
{
    return listing_has_row(&((const struct products *)state)->listing);
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    (void)app;
    out->table = "products";
    return listing_current(&((const struct products *)state)->listing, &out->id);
}

static void products_status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct products *)state)->listing, text, size);
}

static void products_close(struct app *app, void *state)
{
    struct products *products = state;
    (void)app;
    parts_done(&products->parts);
    listing_done(&products->listing);
    free(products);
}

static unsigned edit(struct app *app, void *state)
{
    struct products *products = state;
    struct uuid id;
    if (listing_current(&products->listing, &id))
        product_form_open(app, &id, NULL);
    return OUTCOME_HANDLED;
}

static unsigned make(struct app *app, void *state)
{
    (void)state;
    product_form_open(app, NULL, NULL);
    return OUTCOME_HANDLED;
}

/* The marked products, or the one under the cursor. */
static unsigned with_chosen(struct app *app, void *state,
                            void (*run)(struct app *app, const struct uuid *ids, size_t count))
{
    struct products *products = state;
    struct arena *arena = arena_new();
    struct error err;
    struct uuid *ids;
    int count = listing_chosen(&products->listing, MARKED_MOST + 1, arena, &ids, &err);
    if (count < 0)
        app_toast_error(app, &err);
    else if (count > MARKED_MOST)
        app_toast(app, TOAST_WARNING, "At most %d products are changed at once; mark fewer.",
                  MARKED_MOST);
    else if (count > 0)
        run(app, ids, (size_t)count);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned change(struct app *app, void *state)
{
    return with_chosen(app, state, product_bulk_open);
}

static unsigned archive(struct app *app, void *state)
{
    return with_chosen(app, state, product_archive);
}

static unsigned labels(struct app *app, void *state)
{
    return with_chosen(app, state, product_labels_open);
}

static unsigned collect(struct app *app, void *state)
{
    return with_chosen(app, state, product_collect);
}

static unsigned import(struct app *app, void *state)
{
    (void)state;
    product_import_open(app);
    return OUTCOME_HANDLED;
}

static unsigned open_categories(struct app *app, void *state)
{
    (void)state;
    app_open(app, categories_ops.name, NULL);
    return OUTCOME_HANDLED;
}

static unsigned open_collections(struct app *app, void *state)
{
    (void)state;
    app_open(app, collections_ops.name, NULL);
    return OUTCOME_HANDLED;
}

/* Actions on the list. */
static unsigned filter(struct app *app, void *state)
{
    struct products *products = state;
    (void)app;
    listing_edit_filter(&products->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    struct products *products = state;
    list_export_open(app, &products->listing);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    struct products *products = state;
    list_copy_open(app, &products->listing);
    return OUTCOME_HANDLED;
}

static unsigned view(struct app *app, void *state)
{
    struct products *products = state;
    views_choose(app, &products->listing);
    return OUTCOME_HANDLED;
}

static unsigned save_view(struct app *app, void *state)
{
    struct products *products = state;
    views_save(app, &products->listing);
    return OUTCOME_HANDLED;
}

static unsigned reload(struct app *app, void *state)
{
    (void)app;
    (void)state;
    return OUTCOME_RELOAD;
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK, QUIET = ACTION_QUIET | ACTION_OFFLINE_OK };

static unsigned open_product(struct app *app, void *state)
{
    return open_row(app, state);
}

static const struct action actions[] = {
    {.id = "products.open",
     .keys = "enter",
     .label = "open",
     .help = "Show the product under the cursor with its variants, stock and suppliers.",
     .flags = OF_ROW,
     .run = open_product,
     .verb = "products show"},
    {.id = "products.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a new product.",
     .right = "catalog.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "products new"},
    {.id = "products.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter,
     .verb = "products list"},
    {.id = "products.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change the product under the cursor: name, price, category, texts.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = edit,
     .verb = "products set"},
    {.id = "products.change",
     .keys = "c",
     .label = "change marked",
     .help = "Change prices, category, status or tax of all marked products, with a preview.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = change,
     .verb = "products price"},
    {.id = "products.archive",
     .keys = "A",
     .label = "archive",
     .help =
         "Take the product under the cursor, or all marked ones, out of sale, or bring archived "
         "ones back.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = archive,
     .verb = "products archive"},
    {.id = "products.view",
     .keys = "v",
     .label = "views",
     .help = "Show a filter that was saved under a name.",
     .flags = ACTION_OFFLINE_OK,
     .run = view},
    {.id = "products.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = export,
     .verb = "products export"},
    {.id = "products.import",
     .keys = "i",
     .label = "import",
     .help = "Take products over from a file of comma separated values.",
     .right = "catalog.edit",
     .flags = QUIET,
     .run = import,
     .verb = "products import"},
    {.id = "products.labels",
     .keys = "L",
     .label = "labels",
     .help = "Print labels of the product under the cursor, or of all marked ones.",
     .right = "inventory.edit",
     .flags = OF_ROW | ACTION_QUIET,
     .run = labels},
    {.id = "products.collect",
     .keys = "o",
     .label = "to collection",
     .help = "Add the product under the cursor, or all marked ones, to a collection.",
     .right = "catalog.edit",
     .flags = OF_ROW | ACTION_QUIET,
     .run = collect},
    {.id = "products.categories",
     .keys = "C",
     .label = "categories",
     .help = "Show the tree of categories.",
     .flags = QUIET,
     .run = open_categories},
    {.id = "products.collections",
     .keys = "K",
     .label = "collections",
     .help = "Show the collections of products.",
     .flags = QUIET,
     .run = open_collections},
    {.id = "products.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
    {.id = "products.save_view",
     .keys = "V",
     .label = "save view",
     .help = "Keep the filter and the order of the list under a name.",
     .flags = QUIET,
     .run = save_view},
    {.id = "products.reload",
     .keys = "ctrl-r",
     .label = "reload",
     .help = "Read the list again.",
     .flags = QUIET,
     .run = reload},
};

const struct window_ops products_ops = {
    .name = "products",
    .title = "Products",
    .table = "products",
    .help =
        "All products of the shop, by name, with what is on the shelf. Tab goes through those for "
        "sale, those that run low, are out or oversold, drafts and what is archived; / filters "
        "by words or by fields such as category:paint price<20 mark:low tags:sale. Space marks "
        "rows, and c changes all that are marked. A scan opens the product of that code, or "
        "begins a new one with it.",
    .actions = {"products", actions, COUNT(actions)},
    .open = products_open,
    .show = products_show,
    .refresh = products_refresh,
    .draw = products_draw,
    .handle = products_handle,
    .has_text_focus = products_has_text_focus,
    .has_row = products_has_row,
    .about = about,
    .status = products_status,
    .close = products_close,
};
