/* What is asked about purchase orders: for whom, why, and into which file. */
#include "tui/screens/purchases.h"

#include "model/base/money.h"
#include "model/base/private_file.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUPPLIER, PLACE, FIELD_COUNT, REASON_MAX = 255, NAME_MAX_SIZE = 200 };

struct new_form {
    struct app *app;
    struct arena *arena;
    struct form *form;
    struct form_field fields[FIELD_COUNT];
    const struct table *tables[FIELD_COUNT];
    struct uuid made; /* zero: not yet */
};

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct new_form *state = context;
    return record_look_up(state->app, state->tables[field - state->fields], typed, arena, out,
                          limit);
}

static unsigned save(void *context, struct app *app)
{
    struct new_form *state = context;
    struct error err = {0};
    struct uuid supplier, place;
    if (uuid_parse(form_value(state->form, SUPPLIER), &supplier) &&
        uuid_parse(form_value(state->form, PLACE), &place) &&
        purchase_create(app_store(app), app_actor(app), &supplier, &place, &state->made, &err))
        return OUTCOME_CLOSE;
    state->made = (struct uuid){{0}};
    if (!form_show_error(state->form, &err))
        app_toast_error(app, &err);
    return OUTCOME_REDRAW;
}

static void closed(struct app *app, void *context)
{
    struct new_form *state = context;
    struct error err;
    if (!uuid_is_zero(&state->made) && !purchase_view_open(app, &state->made, &err))
        app_toast_error(app, &err);
    arena_free(state->arena);
    free(state);
}

static void begin_with(struct new_form *state, int field, const struct uuid *id)
{
    char *text = arena_alloc(state->arena, UUID_TEXT_SIZE);
    uuid_text(id, text);
    state->fields[field].value = text;
    state->fields[field].shown =
        record_name(app_store(state->app), state->tables[field], id, state->arena);
}

void purchase_new(struct app *app, const struct uuid *supplier)
{
    static const struct form_ops ops = {.save = save};
    const struct schema *schema = store_schema(app_store(app));
    struct new_form *state = memory_new(sizeof *state);
    *state = (struct new_form){
        .app = app,
        .arena = arena_new(),
        .tables = {schema_table(schema, "suppliers"), schema_table(schema, "locations")},
        .fields = {[SUPPLIER] = {.name = "supplier_id",
                                 .label = "Supplier",
                                 .kind = FIELD_REFERENCE,
                                 .is_required = true,
                                 .help = "A part of the name; new ones are made under Suppliers.",
                                 .look_up = look_up},
                   [PLACE] = {.name = "location_id",
                              .label = "For",
                              .kind = FIELD_REFERENCE,
                              .is_required = true,
                              .help = "Where the goods go.",
                              .look_up = look_up}}};
    if (supplier != NULL)
        begin_with(state, SUPPLIER, supplier);
    if (!uuid_is_zero(&app_actor(app)->location_id))
        begin_with(state, PLACE, &app_actor(app)->location_id);
    const struct dialog_form ask = {.title = "A new purchase order",
                                    .hint = "Enter makes a draft, Esc goes back",
                                    .fields = state->fields,
                                    .count = FIELD_COUNT,
                                    .ops = &ops,
                                    .context = state,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
}

struct asking {
    struct app *app;
    struct uuid id;
    bool needs_reason;
    bool (*run)(struct store *store, const struct actor *actor, const struct uuid *id,
                const char *reason, struct error *err);
    const char *words;
};

static bool check_reason(void *context, const char *text, struct error *err)
{
    const struct asking *asking = context;
    return !asking->needs_reason || !text_is_blank(text) ||
           error_set(err, ERROR_INPUT, "Say why, in a few words.");
}

static void reason_answered(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    struct error err;
    if (text != NULL && asking->run(app_store(app), app_actor(app), &asking->id, text, &err))
        app_toast(app, TOAST_INFO, "%s; u takes it back.", asking->words);
    else if (text != NULL)
        app_toast_error(app, &err);
    free(asking);
    app_refresh(app);
}

static void ask_reason(struct app *app, struct asking wanted, const char *title, const char *text)
{
    struct asking *asking = memory_new(sizeof *asking);
    *asking = wanted;
    const struct dialog_prompt prompt = {.title = title,
                                         .text = text,
                                         .limit = REASON_MAX,
                                         .check = check_reason,
                                         .done = reason_answered,
                                         .context = asking};
    dialog_prompt(app, &prompt);
}

void purchase_ask_cancel(struct app *app, const struct purchase *purchase)
{
    struct buffer title;
    buffer_init(&title);
    buffer_format(&title, "Cancel %s?", purchase->number);
    ask_reason(app,
               (struct asking){.app = app,
                               .id = purchase->id,
                               .needs_reason = strcmp(purchase->stored_status, "draft") != 0,
                               .run = purchase_cancel,
                               .words = "Cancelled"},
               title.text, "Why it is cancelled. Enter cancels it, Esc leaves it as it is.");
    buffer_done(&title);
}

void purchase_ask_close(struct app *app, const struct purchase *purchase)
{
    struct buffer title;
    bool is_short = false;
    for (size_t i = 0; i < purchase->line_count; i++)
        is_short = is_short || purchase_open(&purchase->lines[i]) > 0;
    buffer_init(&title);
    buffer_format(&title, "Close %s?", purchase->number);
    ask_reason(app,
               (struct asking){.app = app,
                               .id = purchase->id,
                               .needs_reason = is_short,
                               .run = purchase_close,
                               .words = is_short ? "Closed short" : "Closed"},
               title.text,
               is_short ? "Something is open: say why it does not come."
                        : "All has come. A word on it, if there is one.");
    buffer_done(&title);
}

struct pricing {
    struct app *app;
    struct uuid id, variant;
    int64_t quantity_milli;
    char currency[8];
};

static bool check_cost(void *context, const char *text, struct error *err)
{
    const struct pricing *pricing = context;
    int64_t cents;
    return money_parse(text, pricing->currency, &cents, err) &&
           (cents >= 0 || error_set(err, ERROR_INPUT, "A price is 0 or more."));
}

static void cost_answered(struct app *app, void *context, const char *text)
{
    struct pricing *pricing = context;
    struct error err;
    int64_t cents;
    if (text != NULL && money_parse(text, pricing->currency, &cents, NULL) &&
        !purchase_set_line(app_store(app), app_actor(app), &pricing->id, &pricing->variant,
                           pricing->quantity_milli, cents, &err))
        app_toast_error(app, &err);
    free(pricing);
    app_refresh(app);
}

void purchase_ask_cost(struct app *app, const struct purchase *purchase,
                       const struct purchase_line *line)
{
    char start[MONEY_TEXT_SIZE];
    struct pricing *pricing = memory_new(sizeof *pricing);
    *pricing = (struct pricing){.app = app,
                                .id = purchase->id,
                                .variant = line->variant_id,
                                .quantity_milli = line->ordered_milli};
    snprintf(pricing->currency, sizeof pricing->currency, "%s", purchase->currency);
    money_plain(line->unit_cost_cents, purchase->currency, start);
    const struct dialog_prompt prompt = {.title = "What does one cost?",
                                         .text = line->name,
                                         .start = start,
                                         .limit = 20,
                                         .check = check_cost,
                                         .done = cost_answered,
                                         .context = pricing};
    dialog_prompt(app, &prompt);
}

struct writing {
    struct app *app;
    struct uuid id;
};

static bool check_name(void *context, const char *text, struct error *err)
{
    (void)context;
    if (text_is_blank(text))
        return error_set(err, ERROR_INPUT, "Type a name for the file.");
    return access(text, F_OK) != 0 ||
           error_set(err, ERROR_INPUT, "There is a file %s already; type another name.", text);
}

static bool write_file(struct store *store, const struct uuid *id, const char *name,
                       struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    struct record shop;
    struct buffer out;
    const struct table *tenants = schema_table(store_schema(store), "tenants");
    const char *ending = strrchr(name, '.');
    buffer_init(&out);
    bool is_done = purchase_load(store, id, arena, &purchase, err) == 1 &&
                   record_get(store, tenants, store_tenant(store), arena, &shop, err) == 1;
    if (is_done && ending != NULL && strcmp(ending, ".csv") == 0)
        purchase_csv(&purchase, &out);
    else if (is_done)
        purchase_text(&purchase, value_as_text(record_value(&shop, "name")), &out);
    is_done = is_done && private_file_write(name, out.text, err);
    buffer_done(&out);
    arena_free(arena);
    return is_done;
}

static void name_answered(struct app *app, void *context, const char *text)
{
    struct writing *writing = context;
    struct error err;
    if (text != NULL && write_file(app_store(app), &writing->id, text, &err))
        app_toast(app, TOAST_INFO, "Written to %s.", text);
    else if (text != NULL)
        app_toast_error(app, &err);
    free(writing);
}

void purchase_ask_export(struct app *app, const struct purchase *purchase)
{
    struct writing *writing = memory_new(sizeof *writing);
    struct buffer name;
    *writing = (struct writing){app, purchase->id};
    buffer_init(&name);
    buffer_format(&name, "%s.txt", purchase->number);
    const struct dialog_prompt prompt = {.title = "Into which file?",
                                         .text = "A text to print or to mail; a name that ends in"
                                                 " .csv makes a table.",
                                         .start = name.text,
                                         .limit = NAME_MAX_SIZE,
                                         .check = check_name,
                                         .done = name_answered,
                                         .context = writing};
    dialog_prompt(app, &prompt);
    buffer_done(&name);
}
