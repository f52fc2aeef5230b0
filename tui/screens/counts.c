/* The counts of the shop, and how one is begun. */
#include "model/stock/count.h"
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
    return strcmp(status, "open") == 0     ? ROLE_WARNING
           : strcmp(status, "closed") == 0 ? ROLE_GOOD
                                           : ROLE_DIM;
}

static const struct listing_column columns[] = {
    {.shown = {"number", "Count", 12, 2, 0, ALIGN_LEFT, true}},
    {.shown = {"location", "Location", 14, 4, 1, ALIGN_LEFT, true}},
    {.shown = {"kind", "Kind", 6, 0, 3, ALIGN_LEFT, true}},
    {.shown = {"category", "Category", 14, 2, 4, ALIGN_LEFT, true}},
    {.shown = {"status", "Status", 9, 0, 0, ALIGN_LEFT, true}, .role = role_of},
    {.shown = {"goods", "Goods", 6, 0, 2, ALIGN_RIGHT, true}},
    {.shown = {"person", "Begun by", 14, 2, 5, ALIGN_LEFT, true}},
    {.shown = {"started", "Begun", 16, 0, 2, ALIGN_LEFT, true}},
};

static unsigned open_current(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    if (listing_current(state, &id) && !count_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &count_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "stock_counts",
    .empty = "No counts yet; n begins one",
    .open = open_current,
};

static void *open_counts(struct app *app, const char *argument, struct error *err)
{
    return stock_list_open(app, &list_ops, argument, err);
}

enum { KIND, CATEGORY, DAYS, BLIND, FIELDS };

static const char *const kinds[] = {"full", "cycle", NULL};
static const char *const answers[] = {"no", "yes", NULL};

struct begin_form {
    struct app *app;
    struct form *form;
    struct form_field fields[FIELDS];
};

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct begin_form *begin = context;
    (void)field;
    return record_look_up(begin->app,
                          schema_table(store_schema(app_store(begin->app)), "categories"), typed,
                          arena, out, limit);
}

static unsigned save(void *context, struct app *app)
{
    struct begin_form *begin = context;
    struct store *store = app_store(app);
    const char *days = form_value(begin->form, DAYS);
    struct count_scope scope = {.kind = form_value(begin->form, KIND),
                                .is_blind = strcmp(form_value(begin->form, BLIND), "yes") == 0};
    struct error err = {0};
    struct uuid id;
    const long since = strtol(days, NULL, 10);
    uuid_parse(form_value(begin->form, CATEGORY), &scope.category_id);
    if (strcmp(scope.kind, "cycle") == 0 && days[0] != '\0')
        scope.counted_before = env_now(store_env(store)) - since * 24 * 3600 * INT64_C(1000000);
    if (!count_open(store, app_actor(app), &app_actor(app)->location_id, &scope, &id, &err) ||
        !count_view_open(app, &id, &err)) {
        if (!form_show_error(begin->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    return OUTCOME_CLOSE;
}

static bool check_days(void *context, const struct form_field *field, const char *text,
                       struct buffer *normal, struct error *err)
{
    char *end;
    const long days = strtol(text, &end, 10);
    (void)context;
    (void)field;
    if (*end != '\0' || days < 0 || days > 3650)
        return error_set(err, ERROR_INPUT, "Type for how many days, such as 90.");
    buffer_format(normal, "%ld", days);
    return true;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

static unsigned begin_count(struct app *app, void *state)
{
    static const struct form_ops ops = {.save = save};
    struct begin_form *begin = memory_new(sizeof *begin);
    (void)state;
    begin->app = app;
    begin->fields[KIND] = (struct form_field){.name = "kind",
                                              .label = "Kind",
                                              .kind = FIELD_CHOICE,
                                              .value = kinds[0],
                                              .is_required = true,
                                              .help = "Full, or a part in turn: cycle.",
                                              .choices = kinds};
    begin->fields[CATEGORY] = (struct form_field){.name = "category_id",
                                                  .label = "Category",
                                                  .kind = FIELD_REFERENCE,
                                                  .help = "These goods alone; empty: all.",
                                                  .look_up = look_up};
    begin->fields[DAYS] = (struct form_field){.name = "days",
                                              .label = "Not counted for",
                                              .kind = FIELD_NUMBER,
                                              .help = "Days; of a cycle. Such as 90.",
                                              .check = check_days};
    begin->fields[BLIND] = (struct form_field){.name = "is_blind",
                                               .label = "Blind",
                                               .kind = FIELD_CHOICE,
                                               .value = answers[0],
                                               .is_required = true,
                                               .help = "Hide what is expected while counting.",
                                               .choices = answers};
    const struct dialog_form ask = {.title = "A new count",
                                    .hint = "Enter begins, Esc goes back",
                                    .fields = begin->fields,
                                    .count = FIELDS,
                                    .ops = &ops,
                                    .context = begin,
                                    .closed = closed};
    dialog_form(app, &ask, &begin->form);
    return OUTCOME_HANDLED;
}

static unsigned settle(struct app *app, void *state)
{
    struct error err;
    (void)state;
    int booked = count_settle(app_store(app), app_actor(app), &err);
    if (booked < 0)
        app_toast_error(app, &err);
    else if (booked == 0)
        app_toast(app, TOAST_INFO, "All counts hold; nothing came in late.");
    else
        app_toast(app, TOAST_INFO, "%d later correction%s booked; u undoes it.", booked,
                  booked == 1 ? "" : "s");
    return OUTCOME_RELOAD;
}

static const struct action actions[] = {
    {.id = "counts.open",
     .keys = "enter",
     .label = "open",
     .help = "Count on, or look at what was counted.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_current,
     .verb = "stock count-show"},
    {.id = "counts.new",
     .keys = "n f3",
     .label = "new",
     .help = "Begin a count of all goods here, of a category, or of what was not counted for a "
             "while.",
     .right = "inventory.count",
     .flags = ACTION_OFFLINE_OK,
     .run = begin_count,
     .verb = "stock count"},
    {.id = "counts.settle",
     .keys = "S",
     .label = "settle",
     .help = "Book what came in after counts were closed and happened before them.",
     .right = "inventory.count",
     .flags = ACTION_OFFLINE_OK,
     .run = settle,
     .verb = "stock settle"},
    {.id = "counts.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as status:open.",
     .flags = ACTION_OFFLINE_OK,
     .run = stock_list_filter},
    {.id = "counts.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = stock_list_export},
};

const struct window_ops counts_ops = {
    .name = "counts",
    .title = "Counts",
    .help = "What was counted and what is being counted. Several people can count at once, offline "
            "too.",
    .actions = {"counts", actions, COUNT(actions)},
    .open = open_counts,
    .refresh = stock_list_refresh,
    .draw = stock_list_draw,
    .handle = stock_list_handle,
    .has_text_focus = stock_list_has_text_focus,
    .has_row = stock_list_has_row,
    .status = stock_list_status,
    .close = stock_list_close,
};
