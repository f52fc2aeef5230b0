/* What belongs to a product: forms for a new part or one that changes. */
#include "tui/screens/products.h"

#include "tui/screens/record_fields.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

struct part_form {
    struct record_fields fields; /* the form's context */
    enum product_part_kind kind;
    struct uuid product, id; /* id all zero: a new one */
    struct arena *arena;
    struct record row;
    bool (*parse)(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err);
    struct form *form;
};

static bool check(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err)
{
    const struct part_form *state = context;
    return state->parse(context, field, text, normal, err) &&
           product_part_check(app_store(state->fields.app), state->kind, &state->id, field->name,
                              text, err);
}

/* Rows of this product alone: its variants and its groups of options. */
static size_t look_up_own(void *context, const struct form_field *field, const char *typed,
                          struct arena *arena, struct form_option *out, size_t limit)
{
    const struct part_form *state = context;
    struct product_part_line *lines = arena_alloc(arena, limit * sizeof *lines);
    enum product_part_kind kind =
        strcmp(field->name, "group_id") == 0 ? PART_OPTION_GROUP : PART_VARIANT;
    int count = product_part_lines(app_store(state->fields.app), kind, &state->product, limit,
                                   arena, lines, NULL);
    size_t kept = 0;
    for (int i = 0; i < count; i++) {
        if (strcasestr(lines[i].label, typed) == NULL)
            continue;
        char *id = arena_alloc(arena, UUID_TEXT_SIZE);
        uuid_text(&lines[i].id, id);
        out[kept++] =
            (struct form_option){.id = id, .title = lines[i].label, .detail = lines[i].text};
    }
    return kept;
}

/* A field that names something of the product begins with the first there is. */
static void begin_own(struct part_form *state, struct form_field *field)
{
    struct form_option first;
    field->look_up = look_up_own;
    if ((field->value != NULL && field->value[0] != '\0') ||
        look_up_own(state, field, "", state->arena, &first, 1) == 0)
        return;
    field->value = first.id;
    field->shown = first.title;
}

static bool is_own(const struct part_form *state, const char *name)
{
    bool is_of_shop = state->kind == PART_BUNDLE_ITEM;
    return strcmp(name, "group_id") == 0 ||
           (strcmp(name, "variant_id") == 0 && !is_of_shop && state->kind != PART_IMAGE);
}

static void set_fields(struct part_form *state, const struct table *table, const char *value)
{
    static const struct {
        const char *column, *label, *help;
    } words[] = {
        {"barcode", "Barcode", "Scan it, or type all its digits."},
        {"quantity_milli", "How many", "What one scan or one bundle stands for."},
        {"price_adjustment_cents", "Price +", "More than the product's price, or with - less."},
        {"url", "Path or URL", "A file's path, or an address such as https://…"},
        {"alternative_text", "Says", "What is to be seen, for who can't see it."},
        {"variant_id", "Variant", "Type a part of its name or number."},
        {"symbology", "Kind", "\"own\" for codes of the shop's own, without a check digit."},
        {"pack_milli", "Pack of", "How many come together."},
    };
    struct record_fields *fields = &state->fields;
    bool is_new = uuid_is_zero(&state->id);
    record_fields_named(fields, fields->app, table, is_new ? NULL : &state->row,
                        product_parts[state->kind].columns, state->arena);
    for (size_t i = 0; i < fields->count; i++) {
        struct form_field *field = &fields->fields[i];
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            if (strcmp(words[k].column, field->name) == 0) {
                field->label = words[k].label;
                field->help = words[k].help;
            }
        if (is_own(state, field->name))
            begin_own(state, field);
        if (field->check != NULL && state->parse == NULL)
            state->parse = field->check;
        if (field->check != NULL)
            field->check = check;
    }
    if (fields->count > 0)
        fields->fields[0].takes_scans = true;
    if (value != NULL && fields->count > 0)
        fields->fields[0].value = arena_text(state->arena, value);
}

static unsigned save(void *context, struct app *app)
{
    struct part_form *state = context;
    struct error err = {0};
    struct change *changes;
    struct arena *arena = arena_new();
    int count = record_fields_changes(&state->fields, arena, &changes, &err);
    bool is_unchanged = count == 0 && !uuid_is_zero(&state->id);
    bool is_done =
        count >= 0 && (is_unchanged || product_part_save(app_store(app), app_actor(app),
                                                         state->kind, &state->product, changes,
                                                         (size_t)count, &state->id, &err));
    arena_free(arena);
    if (!is_done) {
        if (!form_show_error(state->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "The %s is saved; u undoes it.", product_parts[state->kind].name);
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct part_form *state = context;
    arena_free(state->arena);
    free(state);
    app_refresh(app);
}

/* Amounts are the product's. */
static const char *currency_of(struct part_form *state)
{
    struct record row;
    struct store *store = app_store(state->fields.app);
    return record_get(store, schema_table(store_schema(store), "products"), &state->product,
                      state->arena, &row, NULL) == 1
               ? value_as_text(record_value(&row, "currency"))
               : "";
}

void product_part_open(struct app *app, enum product_part_kind kind, const struct uuid *product,
                       const struct uuid *part, const char *value)
{
    static const struct form_ops ops = {.save = save};
    const struct table *table =
        schema_table(store_schema(app_store(app)), product_parts[kind].table);
    struct error err = {0};
    struct part_form *state = memory_new(sizeof *state);
    *state = (struct part_form){
        .fields = {.app = app}, .kind = kind, .product = *product, .arena = arena_new()};
    if (part != NULL)
        state->id = *part;
    if (part != NULL &&
        record_get(app_store(app), table, part, state->arena, &state->row, &err) != 1) {
        app_toast(app, TOAST_WARNING, "This %s is no longer there.", product_parts[kind].name);
        arena_free(state->arena);
        free(state);
        return;
    }
    set_fields(state, table, value);
    state->fields.currency = currency_of(state);
    const struct dialog_form ask = {.title = arena_format(state->arena, "%s%s",
                                                          part != NULL ? "Change the " : "New ",
                                                          product_parts[kind].name),
                                    .hint = "Enter saves, Esc goes back",
                                    .fields = state->fields.fields,
                                    .count = state->fields.count,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
    state->fields.form = state->form;
}

struct choosing {
    struct uuid product;
};

static void chosen(struct app *app, void *context, int index)
{
    struct choosing *choosing = context;
    if (index >= 0)
        product_part_open(app, (enum product_part_kind)index, &choosing->product, NULL, NULL);
    free(choosing);
}

void product_part_choose(struct app *app, const struct uuid *product)
{
    struct list_item items[PART_KINDS];
    struct choosing *choosing = memory_new(sizeof *choosing);
    choosing->product = *product;
    for (int i = 0; i < PART_KINDS; i++)
        items[i] = (struct list_item){.text = product_parts[i].name};
    const struct dialog_choice choice = {.title = "Add what?",
                                         .items = items,
                                         .count = PART_KINDS,
                                         .done = chosen,
                                         .context = choosing};
    dialog_choose(app, &choice);
}

static void attributes_given(struct app *app, void *context, const char *text)
{
    struct choosing *choosing = context;
    struct error err;
    size_t made;
    if (text != NULL) {
        if (!product_make_variants(app_store(app), app_actor(app), &choosing->product, text, &made,
                                   &err))
            app_toast_error(app, &err);
        else if (made == 0)
            app_toast(app, TOAST_INFO, "All of these variants are there already.");
        else
            app_toast(app, TOAST_INFO, "%zu new variants; u undoes it.", made);
        app_refresh(app);
    }
    free(choosing);
}

void product_variants_open(struct app *app, const struct uuid *product)
{
    struct choosing *choosing = memory_new(sizeof *choosing);
    choosing->product = *product;
    const struct dialog_prompt prompt = {
        .title = "Variants from attributes",
        .text = "Every combination becomes a variant. What is there already stays as it is.",
        .hint = "Size: S, M, L; Colour: red, blue",
        .limit = 500,
        .done = attributes_given,
        .context = choosing};
    dialog_prompt(app, &prompt);
}
