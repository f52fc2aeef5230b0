/* The form that makes a product or changes one. */
#include "tui/screens/products.h"

#include "model/base/money.h"
#include "model/catalog/category.h"
#include "model/catalog/product.h"
#include "model/catalog/product_edit.h"
#include "tui/screens/record_fields.h"
#include "tui/widgets/dialog_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char columns[] = "name sku price_cents cost_price_cents compare_at_price_cents "
                              "category_id tax_category_id unit is_stocked status";

/* Fields behind the columns: words of the tags and texts of the translations. */
static const struct {
    const char *name, *label, *column, *language; /* language NULL: tags */
    size_t limit;
    const char *help;
} texts[] = {
    {"tags", "Tags", "tags", NULL, 200, "Words of the shop's own, with commas between."},
    {"name_en", "English", "name_i18n", "en", 200, "The name in English."},
    {"name_ar", "Arabic", "name_i18n", "ar", 200, "The name in Arabic."},
    {"description", "About", "description", "", 2000, "The text about it."},
    {"about_en", "About, English", "description_i18n", "en", 2000, "The text in English."},
    {"about_ar", "About, Arabic", "description_i18n", "ar", 2000, "The text in Arabic."},
};
enum { TEXTS = sizeof texts / sizeof texts[0] };
_Static_assert((int)TEXTS <= (int)RECORD_FIELDS_MORE, "room for all");

struct product_form {
    struct record_fields fields; /* the form's context */
    struct uuid id;              /* all zero: a new one */
    struct arena *arena;
    struct record row;
    const char *barcode; /* that a new one gets; NULL: none */
    bool (*parse)(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err);
    struct form *form;
};

static bool is_new(const struct product_form *state)
{
    return uuid_is_zero(&state->id);
}

/* The columns' own check, then the catalogue's. */
static bool check(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err)
{
    const struct product_form *state = context;
    return state->parse(context, field, text, normal, err) &&
           product_check(app_store(state->fields.app), is_new(state) ? NULL : &state->id,
                         field->name, text, err);
}

static size_t look_up_category(void *context, const struct form_field *field, const char *typed,
                               struct arena *arena, struct form_option *out, size_t limit)
{
    const struct product_form *state = context;
    struct category *found = arena_alloc(arena, limit * sizeof *found);
    int count = category_find(app_store(state->fields.app), typed, limit, arena, found, NULL);
    (void)field;
    for (int i = 0; i < count; i++) {
        char *id = arena_alloc(arena, UUID_TEXT_SIZE);
        uuid_text(&found[i].id, id);
        out[i] = (struct form_option){.id = id, .title = found[i].path};
    }
    return count > 0 ? (size_t)count : 0;
}

static const char *value_named(const struct product_form *state, const char *name)
{
    return form_value(state->form, form_find(state->form, name));
}

/* The currency that amounts are read in: the row's, else the shop's. */
static const char *currency_of(struct product_form *state)
{
    struct store *store = app_store(state->fields.app);
    struct record shop;
    if (!is_new(state))
        return value_as_text(record_value(&state->row, "currency"));
    return record_get(store, schema_table(store_schema(store), "tenants"), store_tenant(store),
                      state->arena, &shop, NULL) == 1
               ? value_as_text(record_value(&shop, "default_currency"))
               : "";
}

static void draw_note(void *context, struct pane pane)
{
    struct product_form *state = context;
    struct uuid tax_category = {{0}};
    const char *currency = state->fields.currency;
    int64_t price, cost, tax, margin;
    char share[MONEY_TEXT_SIZE], text[MONEY_TEXT_SIZE + 48] = "";
    uuid_parse(value_named(state, "tax_category_id"), &tax_category);
    bool is_known = money_parse(value_named(state, "price_cents"), currency, &price, NULL) &&
                    money_parse(value_named(state, "cost_price_cents"), currency, &cost, NULL) &&
                    product_tax(app_store(state->fields.app), &tax_category, &tax, NULL) &&
                    product_margin(price, tax, cost, &margin);
    if (is_known) {
        percent_format(margin, share);
        snprintf(text, sizeof text, "Margin %s of the price without tax", share);
    }
    text_put(pane, 0, 1, pane.width - 2, is_known && margin < 0 ? ROLE_DANGER : ROLE_DIM,
             ALIGN_LEFT, text);
}

/* The column with all its texts as the form has them. Several fields may write one column. */
static struct change text_change(const struct product_form *state, size_t index,
                                 struct change *before, struct arena *arena)
{
    const char *column = texts[index].column, *typed = value_named(state, texts[index].name);
    struct value seen = is_new(state) ? value_text("") : record_value(&state->row, column);
    const char *stands = before != NULL ? value_as_text(before->value) : value_as_text(seen);
    const char *text = texts[index].language == NULL ? product_tags_json(typed, arena)
                       : texts[index].language[0] == '\0'
                           ? typed
                           : product_translate(stands, texts[index].language, typed, arena);
    bool is_plain = texts[index].language != NULL && texts[index].language[0] == '\0';
    return (struct change){.column = column,
                           .value = is_plain && text[0] == '\0' ? value_null() : value_text(text),
                           .seen = seen,
                           .is_seen = !is_new(state)};
}

static size_t add_texts(const struct product_form *state, struct change *changes, size_t count,
                        struct arena *arena)
{
    for (size_t i = 0; i < TEXTS; i++) {
        struct change *before = NULL;
        if (!form_is_changed(state->form, form_find(state->form, texts[i].name)))
            continue;
        for (size_t k = 0; k < count; k++)
            if (strcmp(changes[k].column, texts[i].column) == 0)
                before = &changes[k];
        struct change change = text_change(state, i, before, arena);
        if (before != NULL)
            before->value = change.value;
        else
            changes[count++] = change;
    }
    return count;
}

static bool store_it(struct product_form *state, struct arena *arena, struct error *err)
{
    struct store *store = app_store(state->fields.app);
    const struct actor *actor = app_actor(state->fields.app);
    struct change *given;
    int parsed = record_fields_changes(&state->fields, arena, &given, err);
    if (parsed < 0)
        return false;
    size_t count = (size_t)parsed;
    struct change *changes = arena_alloc(arena, (count + TEXTS + 1) * sizeof *changes);
    memcpy(changes, given, count * sizeof *changes);
    count = add_texts(state, changes, count, arena);
    if (is_new(state))
        changes[count++] =
            (struct change){.column = "currency", .value = value_text(state->fields.currency)};
    if (count == 0)
        return true;
    return product_save(store, actor, changes, count, is_new(state) ? state->barcode : NULL,
                        &state->id, err);
}

static unsigned save(void *context, struct app *app)
{
    struct product_form *state = context;
    struct error err = {0};
    struct arena *arena = arena_new();
    bool is_done = store_it(state, arena, &err);
    arena_free(arena);
    if (!is_done) {
        if (!form_show_error(state->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "%s is saved; u undoes it.", value_named(state, "name"));
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct product_form *state = context;
    arena_free(state->arena);
    free(state);
    app_refresh(app);
}

static const char *start_text(struct product_form *state, size_t index)
{
    if (is_new(state))
        return "";
    const char *stands = value_as_text(record_value(&state->row, texts[index].column));
    return texts[index].language == NULL ? product_tags_words(stands, state->arena)
           : texts[index].language[0] == '\0'
               ? stands
               : product_translation(stands, texts[index].language, state->arena);
}

static void set_fields(struct product_form *state, const struct table *table)
{
    static const struct {
        const char *column, *label, *help;
    } words[] = {
        {"price_cents", "Price", "What one costs with its tax, such as 12.50."},
        {"cost_price_cents", "Cost", "What one costs the shop, without tax."},
        {"compare_at_price_cents", "Compare at", "The former price, shown crossed out."},
        {"category_id", "Category", "Type a part of its name or path."},
        {"tax_category_id", "Tax", "Empty: the standard rate."},
        {"is_stocked", "Kept in stock", "No for services and fees."},
    };
    struct record_fields *fields = &state->fields;
    record_fields_named(fields, fields->app, table, is_new(state) ? NULL : &state->row, columns,
                        state->arena);
    fields->currency = currency_of(state);
    state->parse = record_fields_find(fields, "name")->check;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct form_field *field = record_fields_find(fields, words[i].column);
        field->label = words[i].label;
        field->help = words[i].help;
    }
    for (size_t i = 0; i < fields->count; i++)
        if (fields->fields[i].check != NULL)
            fields->fields[i].check = check;
    if (is_new(state)) {
        record_fields_find(fields, "price_cents")->value = "";
        record_fields_find(fields, "price_cents")->is_required = true;
    }
    record_fields_find(fields, "category_id")->look_up = look_up_category;
    record_fields_find(fields, "sku")->takes_scans = true;
    for (size_t i = 0; i < TEXTS; i++)
        record_fields_add(fields, &(struct form_field){.name = texts[i].name,
                                                       .label = texts[i].label,
                                                       .kind = FIELD_TEXT,
                                                       .value = start_text(state, i),
                                                       .limit = texts[i].limit,
                                                       .help = texts[i].help});
}

static bool read_row(struct product_form *state, const struct table *table, struct error *err)
{
    if (is_new(state))
        return true;
    int found =
        record_get(app_store(state->fields.app), table, &state->id, state->arena, &state->row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue.");
    return found == 1;
}

void product_form_open(struct app *app, const struct uuid *id, const char *barcode)
{
    static const struct form_ops ops = {.save = save};
    const struct table *table = schema_table(store_schema(app_store(app)), "products");
    struct error err;
    struct product_form *state = memory_new(sizeof *state);
    *state = (struct product_form){.fields = {.app = app}, .arena = arena_new()};
    if (id != NULL)
        state->id = *id;
    if (barcode != NULL)
        state->barcode = arena_text(state->arena, barcode);
    if (!read_row(state, table, &err)) {
        app_toast_error(app, &err);
        arena_free(state->arena);
        free(state);
        return;
    }
    set_fields(state, table);
    const char *title = id != NULL ? arena_format(state->arena, "Change %s",
                                                  value_as_text(record_value(&state->row, "name")))
                        : barcode != NULL
                            ? arena_format(state->arena, "New product with the code %s", barcode)
                            : "New product";
    const struct dialog_form ask = {.title = title,
                                    .hint = "Enter saves, Esc goes back",
                                    .fields = state->fields.fields,
                                    .count = state->fields.count,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .note_rows = 1,
                                    .draw_note = draw_note,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
    state->fields.form = state->form;
}
