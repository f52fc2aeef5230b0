/* One product: prices and texts, what belongs to it, where it is, and what moved it. */
#include "tui/screens/products.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/catalog/category.h"
#include "model/catalog/product.h"
#include "model/catalog/product_edit.h"
#include "model/catalog/product_facts.h"
#include "tui/screens/operations.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/screens/stock_form.h"
#include "tui/widgets/card.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 60, MOVEMENTS_SHOWN = 12 };

struct product_view {
    struct app *app;
    struct uuid id;
    struct arena *arena; /* of what is shown */
    struct record row;
    struct card card;
    char *heading;
    bool is_there;
};

static const struct table *products(struct app *app)
{
    return schema_table(store_schema(app_store(app)), "products");
}

static const char *text_of(const struct product_view *view, const char *column)
{
    return value_as_text(record_value(&view->row, column));
}

static void add_pair(struct product_view *view, int side, const char *label, const char *text,
                     enum role role)
{
    if (text[0] != '\0')
        card_add(&view->card,
                 (struct card_line){
                     .kind = CARD_PAIR, .side = side, .label = label, .text = text, .role = role});
}

static const char *amount(const struct product_view *view, const char *column)
{
    char text[MONEY_TEXT_SIZE];
    struct value cents = record_value(&view->row, column);
    if (cents.kind == VALUE_NULL)
        return "";
    money_format(cents.integer, text_of(view, "currency"), text);
    return arena_format(view->arena, "%s %s", text, text_of(view, "currency"));
}

static const char *referred(struct product_view *view, const char *column, const char *table)
{
    struct uuid id;
    struct store *store = app_store(view->app);
    return value_as_uuid(record_value(&view->row, column), &id)
               ? record_title(store, schema_table(store_schema(store), table), &id, view->arena)
               : "";
}

static const char *category_path(struct product_view *view)
{
    char id[UUID_TEXT_SIZE];
    struct uuid category;
    struct category found;
    if (!value_as_uuid(record_value(&view->row, "category_id"), &category))
        return "";
    uuid_text(&category, id);
    return category_find(app_store(view->app), id, 1, view->arena, &found, NULL) == 1
               ? found.path
               : referred(view, "category_id", "categories");
}

static void add_margin(struct product_view *view)
{
    struct uuid tax_category = {{0}};
    int64_t tax = 0, margin;
    char text[MONEY_TEXT_SIZE];
    struct value cost = record_value(&view->row, "cost_price_cents");
    value_as_uuid(record_value(&view->row, "tax_category_id"), &tax_category);
    if (cost.kind == VALUE_NULL || !product_tax(app_store(view->app), &tax_category, &tax, NULL) ||
        !product_margin(record_value(&view->row, "price_cents").integer, tax, cost.integer,
                        &margin))
        return;
    percent_format(margin, text);
    add_pair(view, 0, "Margin", arena_format(view->arena, "%s of the price without tax", text),
             margin < 0 ? ROLE_DANGER : ROLE_NORMAL);
}

static void add_facts(struct product_view *view)
{
    const char *status = text_of(view, "status");
    const char *tax = referred(view, "tax_category_id", "tax_categories");
    add_pair(view, 0, "SKU", text_of(view, "sku"), ROLE_NORMAL);
    add_pair(view, 0, "Status", status, strcmp(status, "active") == 0 ? ROLE_GOOD : ROLE_WARNING);
    add_pair(view, 0, "Category", category_path(view), ROLE_NORMAL);
    add_pair(view, 0, "Price", amount(view, "price_cents"), ROLE_STRONG);
    add_pair(view, 0, "Compare at", amount(view, "compare_at_price_cents"), ROLE_DIM);
    add_pair(view, 0, "Cost", amount(view, "cost_price_cents"), ROLE_NORMAL);
    add_margin(view);
    add_pair(view, 0, "Tax", tax[0] != '\0' ? tax : "standard", ROLE_NORMAL);
    add_pair(view, 0, "Unit", text_of(view, "unit"), ROLE_NORMAL);
    add_pair(view, 0, "Tags", product_tags_words(text_of(view, "tags"), view->arena), ROLE_NORMAL);
    add_pair(view, 0, "About", text_of(view, "description"), ROLE_NORMAL);
}

/* The text goes out as it is written: whether a terminal turns it around is the person's option. */
static void add_translations(struct product_view *view)
{
    static const struct {
        const char *column, *language, *label;
    } texts[] = {
        {"name_i18n", "en", "English"},
        {"name_i18n", "ar", "Arabic"},
        {"description_i18n", "en", "About, English"},
        {"description_i18n", "ar", "About, Arabic"},
    };
    bool has_heading = false;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text =
            product_translation(text_of(view, texts[i].column), texts[i].language, view->arena);
        if (text[0] != '\0' && !has_heading)
            card_add_heading(&view->card, 0, "Translations");
        has_heading = has_heading || text[0] != '\0';
        add_pair(view, 0, texts[i].label, text, ROLE_NORMAL);
    }
}

static bool add_parts(struct product_view *view, int side, enum product_part_kind kind,
                      struct error *err)
{
    struct product_part_line *lines = arena_alloc(view->arena, LINES_MOST * sizeof *lines);
    int count = product_part_lines(app_store(view->app), kind, &view->id, LINES_MOST, view->arena,
                                   lines, err);
    if (count > 0)
        card_add_heading(&view->card, side, product_parts[kind].heading);
    for (int i = 0; i < count; i++)
        card_add(&view->card, (struct card_line){.kind = CARD_ITEM,
                                                 .side = side,
                                                 .label = lines[i].label,
                                                 .text = lines[i].text,
                                                 .value = &lines[i]});
    return count >= 0;
}

static bool add_levels(struct product_view *view, struct error *err)
{
    struct product_level *levels = arena_alloc(view->arena, LINES_MOST * sizeof *levels);
    int count =
        product_levels(app_store(view->app), &view->id, LINES_MOST, view->arena, levels, err);
    if (record_value(&view->row, "is_stocked").integer == 0) {
        card_add(&view->card,
                 (struct card_line){
                     .kind = CARD_TEXT, .side = 1, .text = "Not kept in stock.", .role = ROLE_DIM});
        return count >= 0;
    }
    for (int i = 0; i < count; i++) {
        char pieces[MONEY_TEXT_SIZE], minimum[MONEY_TEXT_SIZE];
        int64_t level = levels[i].on_hand_milli;
        const char *mark = level < 0                         ? "  oversold"
                           : level == 0                      ? "  out"
                           : level < levels[i].minimum_milli ? "  low"
                                                             : "";
        quantity_format(level, pieces);
        quantity_format(levels[i].minimum_milli, minimum);
        const char *least =
            levels[i].minimum_milli > 0 ? arena_format(view->arena, "  minimum %s", minimum) : "";
        add_pair(view, 1, levels[i].location,
                 arena_format(view->arena, "%s%s%s", pieces, mark, least),
                 level < 0         ? ROLE_DANGER
                 : mark[0] != '\0' ? ROLE_WARNING
                                   : ROLE_NORMAL);
    }
    return count >= 0;
}

static bool add_movements(struct product_view *view, struct error *err)
{
    struct product_movement moves[MOVEMENTS_SHOWN];
    struct store *store = app_store(view->app);
    int count = product_movements(store, &view->id, MOVEMENTS_SHOWN, view->arena, moves, err);
    if (count > 0)
        card_add_heading(&view->card, 1, "Movements");
    for (int i = 0; i < count; i++) {
        char time[INSTANT_TEXT_SIZE], pieces[MONEY_TEXT_SIZE];
        const char *more = moves[i].reference[0] != '\0' ? moves[i].reference : moves[i].note;
        instant_format_local(moves[i].time, store_env(store)->zone, time);
        quantity_format(moves[i].quantity_milli, pieces);
        add_pair(view, 1, arena_text(view->arena, time),
                 arena_format(view->arena, "%s%s  %s  %s%s%s%s%s",
                              moves[i].quantity_milli > 0 ? "+" : "", pieces, moves[i].reason,
                              moves[i].location, more[0] != '\0' ? "  " : "", more,
                              moves[i].variant[0] != '\0' ? "  " : "", moves[i].variant),
                 moves[i].quantity_milli < 0 ? ROLE_DIM : ROLE_NORMAL);
    }
    return count >= 0;
}

static bool build(struct app *app, struct product_view *view, struct error *err)
{
    static const enum product_part_kind left[] = {PART_VARIANT, PART_BUNDLE_ITEM, PART_OPTION_GROUP,
                                                  PART_OPTION, PART_ADDON};
    static const enum product_part_kind right[] = {PART_SUPPLIER, PART_BARCODE, PART_IMAGE};
    arena_reset(view->arena);
    card_clear(&view->card);
    int found = record_get(app_store(app), products(app), &view->id, view->arena, &view->row, err);
    view->is_there = found > 0 && record_value(&view->row, "deleted_at").kind == VALUE_NULL;
    if (found >= 0 && !view->is_there)
        return error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue.");
    if (found < 0)
        return false;
    free(view->heading);
    view->heading = memory_text(text_of(view, "name"));
    add_facts(view);
    add_translations(view);
    card_add_heading(&view->card, 1, "Stock");
    bool is_good = add_levels(view, err);
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++)
        is_good = is_good && add_parts(view, 0, left[i], err);
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
        is_good = is_good && add_parts(view, 1, right[i], err);
    return is_good && add_movements(view, err);
}

static void refresh(struct app *app, void *state)
{
    struct product_view *view = state;
    struct error err;
    if (!build(app, view, &err))
        view->card.empty = "This product is not here any more; Esc goes back";
}

static const struct product_part_line *current_part(const struct product_view *view)
{
    const struct card_line *line = card_current(&view->card);
    return line != NULL ? line->value : NULL;
}

/* What the cursor stands on: a part, else the product itself. */
static unsigned edit(struct app *app, void *state)
{
    struct product_view *view = state;
    const struct product_part_line *part = current_part(view);
    if (part != NULL)
        product_part_open(app, part->kind, &view->id, &part->id, NULL);
    else
        product_form_open(app, &view->id, NULL);
    return OUTCOME_HANDLED;
}

static unsigned add(struct app *app, void *state)
{
    product_part_choose(app, &((struct product_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned make_variants(struct app *app, void *state)
{
    product_variants_open(app, &((struct product_view *)state)->id);
    return OUTCOME_HANDLED;
}

struct removing {
    enum product_part_kind kind;
    struct uuid product, id;
};

static void remove_it(struct app *app, void *context, bool is_confirmed)
{
    struct removing *removing = context;
    struct error err;
    if (is_confirmed) {
        if (product_part_remove(app_store(app), app_actor(app), removing->kind, &removing->product,
                                &removing->id, &err))
            app_toast(app, TOAST_INFO, "The %s is gone; u brings it back.",
                      product_parts[removing->kind].name);
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(removing);
}

static unsigned remove_part(struct app *app, void *state)
{
    struct product_view *view = state;
    const struct product_part_line *part = current_part(view);
    struct arena *arena = arena_new();
    struct removing *removing = memory_new(sizeof *removing);
    *removing = (struct removing){part->kind, view->id, part->id};
    const struct dialog_question question = {
        .title =
            arena_format(arena, "Remove the %s %s?", product_parts[part->kind].name, part->label),
        .text = part->text,
        .yes = "Remove it",
        .done = remove_it,
        .context = removing,
    };
    dialog_confirm(app, &question);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const char *why_not_remove(struct app *app, const void *state)
{
    (void)app;
    return current_part(state) != NULL
               ? NULL
               : "The cursor is on no variant, barcode or other part; A archives the product.";
}

static unsigned archive(struct app *app, void *state)
{
    product_archive(app, &((struct product_view *)state)->id, 1);
    return OUTCOME_HANDLED;
}

static unsigned correct_stock(struct app *app, void *state)
{
    struct product_view *view = state;
    const struct product_part_line *part = current_part(view);
    struct arena *arena = arena_new();
    const struct table *movements = schema_table(store_schema(app_store(app)), "stock_movements");
    struct record row = {.table = movements};
    struct product_part_line first;
    row.values = arena_alloc(arena, movements->column_count * sizeof *row.values);
    if (part == NULL || part->kind != PART_VARIANT)
        part =
            product_part_lines(app_store(app), PART_VARIANT, &view->id, 1, arena, &first, NULL) == 1
                ? &first
                : NULL;
    if (part != NULL) {
        row.values[table_column_index(movements, "variant_id")] = value_uuid(&part->id);
        row.values[table_column_index(movements, "location_id")] =
            value_uuid_or_null(&app_actor(app)->location_id);
    }
    stock_form_open(app, part != NULL ? &row : NULL);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const char *why_not_stock(struct app *app, const void *state)
{
    const struct product_view *view = state;
    (void)app;
    return !view->is_there || record_value(&view->row, "is_stocked").integer != 0
               ? NULL
               : "It is not kept in stock; E changes that.";
}

static unsigned show_history(struct app *app, void *state)
{
    operations_open(app, products(app), &((struct product_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned show_record(struct app *app, void *state)
{
    record_view_show(app, "products", &((struct product_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct product_view *)state)->card);
    const char *text = line == NULL ? "" : line->value != NULL ? line->label : line->text;
    if (text[0] != '\0')
        app_copy(app, text, strlen(text));
    return OUTCOME_HANDLED;
}

/* A code that nobody has becomes one of this product. */
static unsigned take_scan(struct app *app, struct product_view *view, const char *code)
{
    struct error err = {0};
    struct arena *arena = arena_new();
    struct sellable goods;
    int found = product_by_code(app_store(app), code, arena, &goods, &err);
    if (found == 1 && uuid_equal(&goods.product_id, &view->id))
        app_toast(app, TOAST_INFO, "%s is a code of this product.", code);
    else if (found == 1 && !product_view_open(app, &goods.product_id, &err))
        found = -1;
    else if (found == 0 && app_may(app, "catalog.edit"))
        product_part_open(app, PART_BARCODE, &view->id, NULL, code);
    if (found < 0)
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct product_view *view = state;
    if (event->kind == EVENT_SCAN && view->is_there)
        return take_scan(app, view, event->text);
    return card_handle(&view->card, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    card_draw(&((struct product_view *)state)->card, pane, true);
}

static bool has_row(const void *state)
{
    return ((const struct product_view *)state)->is_there;
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    const struct product_view *view = state;
    (void)app;
    *out = (struct thing){"products", view->id};
    return view->is_there;
}

static const char *heading(const void *state)
{
    return ((const struct product_view *)state)->heading;
}

static void close_view(struct app *app, void *state)
{
    struct product_view *view = state;
    (void)app;
    card_done(&view->card);
    arena_free(view->arena);
    free(view->heading);
    free(view);
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "product.edit",
     .keys = "enter E f4",
     .label = "edit",
     .help = "Change the variant, barcode or other part under the cursor, or the product itself.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = edit,
     .verb = "products set"},
    {.id = "product.add",
     .keys = "a",
     .label = "add",
     .help = "Add a variant, barcode, option, add-on, image, part of a bundle or supplier.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = add},
    {.id = "product.remove",
     .keys = "x delete",
     .label = "remove",
     .help = "Remove the variant, barcode or other part under the cursor.",
     .right = "catalog.edit",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = remove_part,
     .why_not = why_not_remove},
    {.id = "product.variants",
     .keys = "m",
     .label = "make variants",
     .help = "Make variants from attributes, such as Size: S, M, L.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = make_variants},
    {.id = "product.stock",
     .keys = "s",
     .label = "stock",
     .help = "Correct the stock of the variant under the cursor, or of the first.",
     .right = "inventory.adjust",
     .flags = OF_ROW,
     .run = correct_stock,
     .why_not = why_not_stock},
    {.id = "product.archive",
     .keys = "A",
     .label = "archive",
     .help = "Take the product out of sale, or bring it back.",
     .right = "catalog.edit",
     .flags = OF_ROW,
     .run = archive,
     .verb = "products archive"},
    {.id = "product.history",
     .keys = "H",
     .label = "history",
     .help = "Show everything that was done to the product's row.",
     .flags = OF_ROW,
     .run = show_history,
     .verb = "products history"},
    {.id = "product.record",
     .keys = "R",
     .label = "all fields",
     .help = "Show every field of the product's row, and what refers to it.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = show_record},
    {.id = "product.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy what is under the cursor to the terminal's clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
};

const struct window_ops product_ops = {
    .name = "product",
    .title = "Product",
    .help =
        "One product: prices and margin, texts and translations, its variants, options, add-ons "
        "and the parts of a bundle, and beside them stock by location, suppliers, barcodes, "
        "images and the last movements. A scan of a code that nobody has adds it as a barcode.",
    .actions = {"product", actions, sizeof actions / sizeof actions[0]},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .about = about,
    .heading = heading,
    .close = close_view,
};

bool product_view_open(struct app *app, const struct uuid *id, struct error *err)
{
    struct product_view *view = memory_new(sizeof *view);
    *view = (struct product_view){.app = app, .id = *id, .arena = arena_new()};
    card_init(&view->card);
    if (!build(app, view, err)) {
        close_view(app, view);
        return false;
    }
    app_push(app, &product_ops, view);
    return true;
}
