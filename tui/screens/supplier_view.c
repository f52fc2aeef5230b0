/* What one supplier sells to the shop: its numbers, prices, packs and days. */
#include "model/stock/supplier.h"

#include "model/base/money.h"
#include "model/operation/record.h"
#include "tui/screens/listing.h"
#include "tui/screens/purchases.h"
#include "tui/screens/record_kind.h"
#include "tui/screens/record_lookup.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct supplier_view {
    struct uuid id;
    char *heading;
    char currency[8];
    struct listing listing;
};

static const struct listing_column columns[] = {
    {{"code", "Their number", 12, 1, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"name", "Goods", 16, 4, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"cost", "Cost", 9, 0, 1, ALIGN_RIGHT, true}, NULL, NULL},
    {{"pack", "Pack", 5, 0, 2, ALIGN_RIGHT, false}, NULL, NULL},
    {{"lead", "Days", 4, 0, 3, ALIGN_RIGHT, false}, NULL, NULL},
    {{"preferred", "First", 5, 0, 4, ALIGN_LEFT, false}, NULL, NULL},
    {{"stock", "Stock", 7, 0, 5, ALIGN_RIGHT, false}, NULL, NULL},
    {{"sku", "SKU", 10, 0, 6, ALIGN_LEFT, false}, NULL, NULL},
};

static unsigned edit_row(struct app *app, void *context)
{
    struct supplier_view *view = context;
    struct error err;
    struct uuid id;
    const struct record_kind *kind = record_kind_named(app, "supplier_products", &err);
    if (listing_current(&view->listing, &id) &&
        (kind == NULL || !record_form_open(app, kind, &id, &err)))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &supplier_goods_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "supplier_products",
    .empty = "Nothing is bought here yet; n adds goods",
    .open = edit_row,
};

/* The form for goods that are bought here. */
enum { GOODS, CODE, COST, PACK, FIRST, FIELD_COUNT };

struct goods_form {
    struct app *app;
    struct uuid supplier;
    char currency[8];
    struct form *form;
    struct form_field fields[FIELD_COUNT];
};

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct goods_form *form = context;
    (void)field;
    return record_look_up(form->app,
                          schema_table(store_schema(app_store(form->app)), "product_variants"),
                          typed, arena, out, limit);
}

static bool check_cost(void *context, const struct form_field *field, const char *text,
                       struct buffer *normal, struct error *err)
{
    const struct goods_form *form = context;
    char shown[MONEY_TEXT_SIZE];
    int64_t cents;
    (void)field;
    if (!money_parse(text, form->currency, &cents, err))
        return false;
    if (cents < 0)
        return error_set(err, ERROR_INPUT, "A price is 0 or more.");
    money_plain(cents, form->currency, shown);
    buffer_add(normal, shown);
    return true;
}

static bool check_pack(void *context, const struct form_field *field, const char *text,
                       struct buffer *normal, struct error *err)
{
    char shown[MONEY_TEXT_SIZE];
    int64_t milli;
    (void)context;
    (void)field;
    if (!quantity_parse(text, &milli, err))
        return false;
    if (milli <= 0)
        return error_set(err, ERROR_INPUT, "A pack holds more than 0.");
    quantity_format(milli, shown);
    buffer_add(normal, shown);
    return true;
}

static bool insert(const struct goods_form *form, const struct actor *actor, struct error *err)
{
    struct store *store = app_store(form->app);
    struct uuid goods;
    int64_t cents = 0, pack = 1000;
    const char *cost = form_value(form->form, COST), *code = form_value(form->form, CODE);
    if (!uuid_parse(form_value(form->form, GOODS), &goods) ||
        (cost[0] != '\0' && !money_parse(cost, form->currency, &cents, err)) ||
        !quantity_parse(form_value(form->form, PACK), &pack, err) ||
        !actor_may(store, actor, "inventory.edit", err))
        return false;
    const struct change changes[] = {
        {.column = "supplier_id", .value = value_uuid(&form->supplier)},
        {.column = "variant_id", .value = value_uuid(&goods)},
        {.column = "supplier_sku", .value = value_text(code[0] != '\0' ? code : NULL)},
        {.column = "cost_cents", .value = cost[0] != '\0' ? value_integer(cents) : value_null()},
        {.column = "currency", .value = value_text(form->currency)},
        {.column = "pack_milli", .value = value_integer(pack)},
        {.column = "is_preferred",
         .value = value_integer(strcmp(form_value(form->form, FIRST), "yes") == 0)},
    };
    struct operation *operation = operation_begin(store, "record.create", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "goods of a supplier");
    if (record_insert(operation, "supplier_products", changes, COUNT(changes), NULL, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static unsigned save(void *context, struct app *app)
{
    struct goods_form *form = context;
    struct error err = {0};
    if (insert(form, app_actor(app), &err))
        return OUTCOME_CLOSE;
    if (!form_show_error(form->form, &err))
        app_toast_error(app, &err);
    return OUTCOME_REDRAW;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

static void set_fields(struct goods_form *form)
{
    const struct form_field fields[FIELD_COUNT] = {
        [GOODS] = {.name = "variant_id",
                   .label = "Goods",
                   .kind = FIELD_REFERENCE,
                   .is_required = true,
                   .takes_scans = true,
                   .help = "A part of the name, or a scan.",
                   .look_up = look_up},
        [CODE] = {.name = "supplier_sku",
                  .label = "Their number",
                  .kind = FIELD_TEXT,
                  .takes_scans = true,
                  .limit = 50,
                  .help = "The supplier's own; scanning it receives a pack."},
        [COST] = {.name = "cost_cents",
                  .label = "Cost",
                  .kind = FIELD_NUMBER,
                  .help = "What one costs there.",
                  .check = check_cost},
        [PACK] = {.name = "pack_milli",
                  .label = "Pack",
                  .kind = FIELD_NUMBER,
                  .value = "1",
                  .is_required = true,
                  .help = "How many are sold at once.",
                  .check = check_pack},
        [FIRST] = {.name = "is_preferred",
                   .label = "Buy here first",
                   .kind = FIELD_BOOLEAN,
                   .value = "no",
                   .is_required = true},
    };
    memcpy(form->fields, fields, sizeof fields);
}

static unsigned add(struct app *app, void *context)
{
    static const struct form_ops ops = {.save = save};
    const struct supplier_view *view = context;
    struct goods_form *form = memory_new(sizeof *form);
    form->app = app;
    form->supplier = view->id;
    memcpy(form->currency, view->currency, sizeof form->currency);
    set_fields(form);
    const struct dialog_form ask = {.title = "Goods that are bought here",
                                    .hint = "Enter adds, Esc goes back",
                                    .fields = form->fields,
                                    .count = FIELD_COUNT,
                                    .ops = &ops,
                                    .context = form,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &form->form);
    return OUTCOME_HANDLED;
}

static unsigned drop(struct app *app, void *context)
{
    struct supplier_view *view = context;
    struct error err;
    struct uuid id;
    const struct record_kind *kind = record_kind_named(app, "supplier_products", &err);
    if (kind == NULL)
        app_toast_error(app, &err);
    else if (listing_current(&view->listing, &id))
        record_bulk(app, kind, RECORD_BULK_DELETE, &id, 1, &view->listing);
    return OUTCOME_HANDLED;
}

static unsigned order(struct app *app, void *context)
{
    purchase_new(app, &((struct supplier_view *)context)->id);
    return OUTCOME_HANDLED;
}

static unsigned card(struct app *app, void *context)
{
    record_view_show(app, "suppliers", &((struct supplier_view *)context)->id);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *context)
{
    (void)app;
    listing_edit_filter(&((struct supplier_view *)context)->listing);
    return OUTCOME_REDRAW;
}

static void refresh(struct app *app, void *context)
{
    (void)app;
    listing_reload(&((struct supplier_view *)context)->listing);
}

static void draw(struct app *app, void *context, struct pane pane)
{
    (void)app;
    listing_draw(&((struct supplier_view *)context)->listing, pane);
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct supplier_view *)context)->listing, event);
}

static bool has_text_focus(const void *context)
{
    return listing_has_text_focus(&((const struct supplier_view *)context)->listing);
}

static bool has_row(const void *context)
{
    return listing_has_row(&((const struct supplier_view *)context)->listing);
}

static const char *heading(const void *context)
{
    return ((const struct supplier_view *)context)->heading;
}

static void status(struct app *app, void *context, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct supplier_view *)context)->listing, text, size);
}

static void close_view(struct app *app, void *context)
{
    struct supplier_view *view = context;
    (void)app;
    listing_done(&view->listing);
    free(view->heading);
    free(view);
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "supplier.edit",
     .keys = "enter f4",
     .label = "edit",
     .help = "Change number, price, pack and days of the goods under the cursor.",
     .right = "inventory.edit",
     .flags = OF_ROW,
     .run = edit_row},
    {.id = "supplier.add",
     .keys = "n f3",
     .label = "add",
     .help = "Add goods that are bought here.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = add},
    {.id = "supplier.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as cost>10.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter},
    {.id = "supplier.order",
     .keys = "p f9",
     .label = "order",
     .help = "Make a draft purchase order for this supplier.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = order,
     .verb = "purchase new"},
    {.id = "supplier.card",
     .keys = "i",
     .label = "card",
     .help = "Show name, address, currency and what was done to the supplier.",
     .flags = ACTION_OFFLINE_OK,
     .run = card,
     .verb = "suppliers show"},
    {.id = "supplier.drop",
     .keys = "x delete",
     .label = "remove",
     .help = "Say that the goods under the cursor are not bought here any more.",
     .right = "inventory.edit",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = drop},
};

const struct window_ops supplier_ops = {
    .name = "supplier",
    .title = "Supplier",
    .help = "What the shop buys from this supplier. Their number can be scanned when it comes, and "
            "stands for a pack; purchase orders made from the reorder list are in whole packs. "
            "First: bought here, wherever else it is cheaper.",
    .actions = {"supplier", actions, COUNT(actions)},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .heading = heading,
    .status = status,
    .close = close_view,
};

bool supplier_view_open(struct app *app, const struct uuid *id, struct error *err)
{
    char text[UUID_TEXT_SIZE], base[UUID_TEXT_SIZE + 16];
    struct record row;
    struct arena *arena = arena_new();
    const struct table *suppliers = schema_table(store_schema(app_store(app)), "suppliers");
    int found = record_get(app_store(app), suppliers, id, arena, &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This supplier is not there any more.");
    if (found > 0) {
        struct supplier_view *view = memory_new(sizeof *view);
        view->id = *id;
        view->heading = memory_text(value_as_text(record_value(&row, "name")));
        snprintf(view->currency, sizeof view->currency, "%s",
                 value_as_text(record_value(&row, "currency")));
        listing_init(&view->listing, app, &list_ops, view);
        uuid_text(id, text);
        snprintf(base, sizeof base, "supplier:%s", text);
        listing_set_base(&view->listing, base);
        app_push(app, &supplier_ops, view);
    }
    arena_free(arena);
    return found > 0;
}
