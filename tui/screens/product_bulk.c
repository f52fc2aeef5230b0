/* One change to many products: what, by how much, what comes of it, and only then the change. */
#include "tui/screens/products.h"

#include "model/base/money.h"
#include "model/catalog/product_bulk.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_MOST = 8, FIELDS_MOST = 2 };

static const char *const roundings[] = {"to the cent", "to .x9", "to whole", NULL};
static const char *const statuses[] = {"active", "draft", "inactive", "archived", NULL};

struct bulk {
    struct app *app;
    struct arena *arena;
    struct uuid *ids;
    size_t count;
    struct product_bulk change;
    struct product_bulk_line *lines;
    size_t line_count, changed;
    struct form_field fields[FIELDS_MOST];
    struct form *form;
    bool is_handed_on; /* from the form to the question */
};

static void bulk_free(struct bulk *bulk)
{
    arena_free(bulk->arena);
    free(bulk);
}

static struct bulk *bulk_new(struct app *app, const struct uuid *ids, size_t count)
{
    struct bulk *bulk = memory_new(sizeof *bulk);
    *bulk = (struct bulk){.app = app, .arena = arena_new(), .count = count};
    bulk->ids = arena_alloc(bulk->arena, count * sizeof *ids);
    memcpy(bulk->ids, ids, count * sizeof *ids);
    return bulk;
}

static void apply(struct app *app, void *context, bool is_confirmed)
{
    struct bulk *bulk = context;
    struct error err;
    if (is_confirmed) {
        int changed = product_bulk_apply(app_store(app), app_actor(app), &bulk->change, bulk->lines,
                                         bulk->line_count, &err);
        if (changed < 0)
            app_toast_error(app, &err);
        else
            app_toast(app, TOAST_INFO, "%d %s changed; u undoes it.", changed,
                      changed == 1 ? "product is" : "products are");
        app_refresh(app);
    }
    bulk_free(bulk);
}

static const char *preview_text(struct bulk *bulk)
{
    struct buffer text;
    size_t shown = 0, same = bulk->line_count - bulk->changed;
    buffer_init(&text);
    for (size_t i = 0; bulk->lines != NULL && i < bulk->line_count && shown < SHOWN_MOST; i++)
        if (bulk->lines[i].is_changed)
            buffer_format(&text, "%s%s  %s → %s", shown++ > 0 ? "\n" : "", bulk->lines[i].name,
                          bulk->lines[i].before, bulk->lines[i].after);
    if (bulk->changed > shown)
        buffer_format(&text, "\n… and %zu more", bulk->changed - shown);
    if (same > 0)
        buffer_format(&text, "\n%zu stay as they are", same);
    const char *copy = arena_text(bulk->arena, text.text);
    buffer_done(&text);
    return copy;
}

/* Takes the bulk over. */
static void ask(struct app *app, struct bulk *bulk)
{
    struct error err;
    int count = product_bulk_preview(app_store(app), &bulk->change, bulk->ids, bulk->count,
                                     bulk->arena, &bulk->lines, &err);
    bulk->line_count = count > 0 && bulk->lines != NULL ? (size_t)count : 0;
    for (size_t i = 0; i < bulk->line_count; i++)
        bulk->changed += bulk->lines[i].is_changed;
    if (count < 0 || bulk->changed == 0) {
        if (count < 0)
            app_toast_error(app, &err);
        else
            app_toast(app, TOAST_INFO, "Nothing would change.");
        bulk_free(bulk);
        return;
    }
    const char *what = arena_format(bulk->arena, "%zu %s", bulk->changed,
                                    bulk->changed == 1 ? "product" : "products");
    const struct dialog_question question = {
        .title = arena_format(bulk->arena, "Change %s: %s?", what,
                              product_bulk_words(&bulk->change, bulk->arena)),
        .text = preview_text(bulk),
        .yes = arena_format(bulk->arena, "Change %s", what),
        .no = "Leave them",
        .done = apply,
        .context = bulk};
    dialog_confirm(app, &question);
}

static bool check_percent(void *context, const struct form_field *field, const char *text,
                          struct buffer *normal, struct error *err)
{
    char shown[MONEY_TEXT_SIZE];
    int64_t bp, price;
    (void)context, (void)field;
    if (!percent_parse(text, &bp, err) ||
        !product_bulk_price(100, "EUR", bp, ROUND_EXACT, &price, err))
        return false;
    percent_format(bp, shown);
    buffer_add(normal, shown);
    return true;
}

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct bulk *bulk = context;
    return record_look_up(bulk->app, schema_table(store_schema(app_store(bulk->app)), field->name),
                          typed, arena, out, limit);
}

static void read_form(struct bulk *bulk)
{
    const char *first = form_value(bulk->form, 0);
    if (bulk->change.what == BULK_PRICE) {
        const char *rounding = form_value(bulk->form, 1);
        percent_parse(first, &bulk->change.percent_bp, NULL);
        for (int i = 0; roundings[i] != NULL; i++)
            if (strcmp(roundings[i], rounding) == 0)
                bulk->change.rounding = (enum product_rounding)i;
    } else if (bulk->change.what == BULK_STATUS) {
        bulk->change.status = arena_text(bulk->arena, first);
    } else {
        bool is_set = uuid_parse(first, &bulk->change.id);
        bulk->change.id_name =
            is_set ? arena_text(bulk->arena, editor_text(&bulk->form->items[0].editor)) : "none";
    }
}

static unsigned save(void *context, struct app *app)
{
    struct bulk *bulk = context;
    read_form(bulk);
    bulk->is_handed_on = true;
    app_close_top(app);
    ask(app, bulk);
    return OUTCOME_HANDLED;
}

static void closed(struct app *app, void *context)
{
    struct bulk *bulk = context;
    (void)app;
    bulk->form = NULL;
    if (!bulk->is_handed_on)
        bulk_free(bulk);
}

static size_t set_fields(struct bulk *bulk)
{
    const struct form_field price[] = {
        {.name = "percent",
         .label = "By percent",
         .kind = FIELD_NUMBER,
         .is_required = true,
         .help = "5 makes prices dearer, -10 cheaper.",
         .check = check_percent},
        {.name = "rounding",
         .label = "Rounded",
         .kind = FIELD_CHOICE,
         .value = roundings[0],
         .choices = roundings,
         .is_required = true,
         .help = "To .x9: the nearest price that ends in 9."},
    };
    const struct form_field other[] = {
        [BULK_STATUS] = {.name = "status",
                         .label = "Status",
                         .kind = FIELD_CHOICE,
                         .value = statuses[0],
                         .choices = statuses,
                         .is_required = true},
        [BULK_CATEGORY] = {.name = "categories",
                           .label = "Category",
                           .kind = FIELD_REFERENCE,
                           .help = "Empty: none.",
                           .look_up = look_up},
        [BULK_TAX] = {.name = "tax_categories",
                      .label = "Tax",
                      .kind = FIELD_REFERENCE,
                      .help = "Empty: the standard rate.",
                      .look_up = look_up},
    };
    if (bulk->change.what == BULK_PRICE) {
        memcpy(bulk->fields, price, sizeof price);
        return 2;
    }
    bulk->fields[0] = other[bulk->change.what];
    return 1;
}

static void chosen(struct app *app, void *context, int index)
{
    static const struct form_ops ops = {.save = save};
    struct bulk *bulk = context;
    if (index < 0) {
        bulk_free(bulk);
        return;
    }
    bulk->change.what = (enum product_bulk_what)index;
    size_t count = set_fields(bulk);
    const struct dialog_form dialog = {
        .title = arena_format(bulk->arena, "Change %zu products", bulk->count),
        .hint = "Enter shows what comes of it, Esc goes back",
        .fields = bulk->fields,
        .count = count,
        .ops = &ops,
        .context = bulk,
        .closed = closed};
    dialog_form(app, &dialog, &bulk->form);
}

void product_bulk_open(struct app *app, const struct uuid *ids, size_t count)
{
    static const struct list_item items[] = {
        [BULK_PRICE] = {.text = "Prices by percent"},
        [BULK_STATUS] = {.text = "Status"},
        [BULK_CATEGORY] = {.text = "Category"},
        [BULK_TAX] = {.text = "Tax"},
    };
    struct bulk *bulk = bulk_new(app, ids, count);
    const struct dialog_choice choice = {.title = arena_format(bulk->arena,
                                                               "Change what of %zu %s?", count,
                                                               count == 1 ? "product" : "products"),
                                         .items = items,
                                         .count = sizeof items / sizeof items[0],
                                         .done = chosen,
                                         .context = bulk};
    dialog_choose(app, &choice);
}

/* Archived ones come back where nothing else is among them. */
void product_archive(struct app *app, const struct uuid *ids, size_t count)
{
    struct error err;
    struct bulk *bulk = bulk_new(app, ids, count);
    bulk->change = (struct product_bulk){.what = BULK_STATUS, .status = "archived"};
    int found = product_bulk_preview(app_store(app), &bulk->change, ids, count, bulk->arena,
                                     &bulk->lines, &err);
    bool is_any = false;
    for (int i = 0; i < found && bulk->lines != NULL; i++)
        is_any = is_any || bulk->lines[i].is_changed;
    if (found >= 0 && !is_any)
        bulk->change.status = "active";
    ask(app, bulk);
}
