#include "tui/screens/stock_form.h"

#include "model/base/money.h"
#include "model/stock/stock.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { GOODS, PLACE, QUANTITY, REASON, NOTE, FIELD_COUNT };

struct stock_form {
    struct app *app;
    struct arena *arena;
    struct form_field fields[FIELD_COUNT];
    const struct table *tables[FIELD_COUNT]; /* of the references */
    struct form *form;
};

static bool check_quantity(void *context, const struct form_field *field, const char *text,
                           struct buffer *normal, struct error *err)
{
    char shown[MONEY_TEXT_SIZE];
    int64_t milli;
    (void)context;
    (void)field;
    if (!quantity_parse(text, &milli, err))
        return false;
    if (milli == 0)
        return error_set(err, ERROR_INPUT, "Say by how many: 3 more, or -3 fewer.");
    quantity_format(milli, shown);
    buffer_add(normal, shown);
    return true;
}

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct stock_form *state = context;
    return record_look_up(state->app, state->tables[field - state->fields], typed, arena, out,
                          limit);
}

static unsigned save(void *context, struct app *app)
{
    struct stock_form *state = context;
    struct error err = {0};
    struct uuid goods, place;
    int64_t milli;
    const char *note = form_value(state->form, NOTE);
    bool is_done =
        uuid_parse(form_value(state->form, GOODS), &goods) &&
        uuid_parse(form_value(state->form, PLACE), &place) &&
        quantity_parse(form_value(state->form, QUANTITY), &milli, &err) &&
        stock_adjust(app_store(app), app_actor(app), &goods, &place, milli,
                     form_value(state->form, REASON), note[0] != '\0' ? note : NULL, &err);
    if (!is_done) {
        app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "Stock corrected; u undoes it.");
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct stock_form *state = context;
    (void)app;
    arena_free(state->arena);
    free(state);
}

static void begin_with(struct stock_form *state, int field, const struct uuid *id)
{
    char *text = arena_alloc(state->arena, UUID_TEXT_SIZE);
    uuid_text(id, text);
    state->fields[field].value = text;
    state->fields[field].shown =
        record_name(app_store(state->app), state->tables[field], id, state->arena);
}

static void set_fields(struct stock_form *state)
{
    static const char *const reasons[] = {"adjust", "damage", "count", NULL};
    const struct schema *schema = store_schema(app_store(state->app));
    const struct form_field fields[FIELD_COUNT] = {
        [GOODS] = {.name = "variant_id",
                   .label = "Goods",
                   .kind = FIELD_REFERENCE,
                   .is_required = true,
                   .takes_scans = true,
                   .look_up = look_up},
        [PLACE] = {.name = "location_id",
                   .label = "Location",
                   .kind = FIELD_REFERENCE,
                   .is_required = true,
                   .look_up = look_up},
        [QUANTITY] = {.name = "quantity_milli",
                      .label = "By how many",
                      .kind = FIELD_NUMBER,
                      .is_required = true,
                      .help = "3 more, or -3 fewer.",
                      .check = check_quantity},
        [REASON] = {.name = "reason",
                    .label = "Reason",
                    .kind = FIELD_CHOICE,
                    .value = reasons[0],
                    .is_required = true,
                    .choices = reasons},
        [NOTE] = {.name = "note", .label = "Note", .kind = FIELD_TEXT, .limit = 200},
    };
    memcpy(state->fields, fields, sizeof fields);
    state->tables[GOODS] = schema_table(schema, "product_variants");
    state->tables[PLACE] = schema_table(schema, "locations");
}

void stock_form_open(struct app *app, const struct record *row)
{
    static const struct form_ops ops = {.save = save};
    struct stock_form *state = memory_new(sizeof *state);
    struct uuid goods = {{0}}, place = app_actor(app)->location_id;
    *state = (struct stock_form){.app = app, .arena = arena_new()};
    set_fields(state);
    if (row != NULL && value_as_uuid(record_value(row, "variant_id"), &goods))
        begin_with(state, GOODS, &goods);
    if (row != NULL)
        value_as_uuid(record_value(row, "location_id"), &place);
    if (!uuid_is_zero(&place))
        begin_with(state, PLACE, &place);
    const struct dialog_form ask = {.title = "Correct stock",
                                    .hint = "Enter corrects it, Esc goes back",
                                    .fields = state->fields,
                                    .count = FIELD_COUNT,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
}
