/* Goods between the places of the shop. */
#include "model/stock/transfer.h"
#include "tui/screens/listing.h"
#include "tui/screens/record_lookup.h"
#include "tui/screens/screens.h"
#include "tui/screens/stock.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static enum role role_of(const char *status)
{
    return strcmp(status, "sent") == 0       ? ROLE_WARNING
           : strcmp(status, "received") == 0 ? ROLE_GOOD
                                             : ROLE_DIM;
}

static const struct listing_column columns[] = {
    {.shown = {"number", "Transfer", 12, 2, 0, ALIGN_LEFT, true}},
    {.shown = {"from", "From", 12, 3, 1, ALIGN_LEFT, true}},
    {.shown = {"to", "To", 12, 3, 1, ALIGN_LEFT, true}},
    {.shown = {"status", "Status", 9, 0, 0, ALIGN_LEFT, true}, .role = role_of},
    {.shown = {"goods", "Goods", 6, 0, 3, ALIGN_RIGHT, true}},
    {.shown = {"open", "On the way", 11, 0, 2, ALIGN_RIGHT, true}},
    {.shown = {"notes", "Notes", 12, 4, 5, ALIGN_LEFT, true}},
    {.shown = {"created", "Written", 16, 0, 4, ALIGN_LEFT, true}},
};

static unsigned open_current(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    if (listing_current(state, &id) && !transfer_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &transfer_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "stock_transfers",
    .empty = "No transfers yet; n makes one",
    .open = open_current,
};

static void *open_transfers(struct app *app, const char *argument, struct error *err)
{
    return stock_list_open(app, &list_ops, argument, err);
}

enum { FROM, TO, NOTES, FIELDS };

struct new_form {
    struct app *app;
    struct form *form;
    struct arena *arena;
    struct form_field fields[FIELDS];
};

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct new_form *form = context;
    (void)field;
    return record_look_up(form->app, schema_table(store_schema(app_store(form->app)), "locations"),
                          typed, arena, out, limit);
}

static unsigned save(void *context, struct app *app)
{
    struct new_form *form = context;
    const char *notes = form_value(form->form, NOTES);
    struct error err = {0};
    struct uuid from, to, id;
    if (!uuid_parse(form_value(form->form, FROM), &from) ||
        !uuid_parse(form_value(form->form, TO), &to) ||
        !transfer_new(app_store(app), app_actor(app), &from, &to, notes[0] != '\0' ? notes : NULL,
                      NULL, 0, &id, &err) ||
        !transfer_view_open(app, &id, &err)) {
        if (!form_show_error(form->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct new_form *form = context;
    arena_free(form->arena);
    free(form);
    app_refresh(app);
}

static void begin_here(struct new_form *form)
{
    const struct table *locations = schema_table(store_schema(app_store(form->app)), "locations");
    const struct uuid *here = &app_actor(form->app)->location_id;
    char *text = arena_alloc(form->arena, UUID_TEXT_SIZE);
    uuid_text(here, text);
    form->fields[FROM].value = text;
    form->fields[FROM].shown = record_name(app_store(form->app), locations, here, form->arena);
}

static unsigned make(struct app *app, void *state)
{
    static const struct form_ops ops = {.save = save};
    struct new_form *form = memory_new(sizeof *form);
    (void)state;
    form->app = app;
    form->arena = arena_new();
    form->fields[FROM] = (struct form_field){.name = "from",
                                             .label = "From",
                                             .kind = FIELD_REFERENCE,
                                             .is_required = true,
                                             .look_up = look_up};
    form->fields[TO] = (struct form_field){.name = "to",
                                           .label = "To",
                                           .kind = FIELD_REFERENCE,
                                           .is_required = true,
                                           .look_up = look_up};
    form->fields[NOTES] =
        (struct form_field){.name = "notes", .label = "Notes", .kind = FIELD_TEXT, .limit = 200};
    begin_here(form);
    const struct dialog_form ask = {.title = "A new transfer",
                                    .hint = "Enter goes on to the goods, Esc goes back",
                                    .fields = form->fields,
                                    .count = FIELDS,
                                    .ops = &ops,
                                    .context = form,
                                    .closed = closed};
    dialog_form(app, &ask, &form->form);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "transfers.open",
     .keys = "enter",
     .label = "open",
     .help = "Scan what goes or what arrived.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_current,
     .verb = "stock move-show"},
    {.id = "transfers.new",
     .keys = "n f3",
     .label = "new",
     .help = "Send goods to another place.",
     .right = "inventory.transfer",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "stock move"},
    {.id = "transfers.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as status:sent.",
     .flags = ACTION_OFFLINE_OK,
     .run = stock_list_filter},
    {.id = "transfers.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = stock_list_export},
};

const struct window_ops transfers_ops = {
    .name = "transfers",
    .title = "Transfers",
    .help = "Goods that go from one place of the shop to another, and what of them is on its way.",
    .actions = {"transfers", actions, COUNT(actions)},
    .open = open_transfers,
    .refresh = stock_list_refresh,
    .draw = stock_list_draw,
    .handle = stock_list_handle,
    .has_text_focus = stock_list_has_text_focus,
    .has_row = stock_list_has_row,
    .status = stock_list_status,
    .close = stock_list_close,
};
