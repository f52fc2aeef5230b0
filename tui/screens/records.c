/* The list of all tables by domain, with counts; what one types finds a table. */
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/shop/domain.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/card.h"
#include "tui/widgets/count.h"
#include "tui/widgets/editor.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MOST = 10000, NOT_COUNTED = -1 };

struct records {
    struct app *app;
    const struct schema *schema;
    struct arena *arena;
    struct domain *domains;     /* of each table, by table->index */
    const struct table **order; /* all tables, by domain and name */
    int64_t *counts;            /* by table->index */
    struct card card;
    struct editor line;
    bool is_typing;
    size_t shown;
};

static void build(struct records *records);

/* The counts of all tables; owned by the job. */
struct counting {
    struct records *records; /* gone when the job was stopped */
    const struct schema *schema;
    int64_t *counts;
};

static bool count_tables(struct store *store, void *data, struct error *err)
{
    struct counting *counting = data;
    for (size_t i = 0; i < counting->schema->table_count; i++) {
        const struct table *table = &counting->schema->tables[i];
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT 1 FROM \"%s\"%s LIMIT %d)",
                 table->name, table->has_soft_delete ? " WHERE deleted_at IS NULL" : "",
                 COUNT_MOST + 1);
        if (store_find_integer(store, &counting->counts[i], sql, err, "") < 0)
            return false;
    }
    return true;
}

static void counted(struct app *app, void *data, bool worked, const struct error *err)
{
    struct counting *counting = data;
    if (worked) {
        memcpy(counting->records->counts, counting->counts,
               counting->schema->table_count * sizeof *counting->counts);
        build(counting->records);
        app_redraw(app);
    } else if (err->code != ERROR_STOPPED) {
        app_toast_error(app, err);
    }
    free(counting->counts);
    free(counting);
}

static void count(struct records *records)
{
    struct counting *counting = memory_new(sizeof *counting);
    *counting = (struct counting){records, records->schema, NULL};
    counting->counts =
        memory_resize(NULL, records->schema->table_count + 1, sizeof *counting->counts);
    app_read(
        records->app,
        (struct job){.owner = records, .work = count_tables, .done = counted, .data = counting});
}

static bool is_shown(const struct records *records, const struct table *table, const char *typed,
                     struct arena *arena)
{
    return strstr(text_fold(table->label, arena), typed) != NULL ||
           strstr(table->name, typed) != NULL ||
           strstr(text_fold(records->domains[table->index].label, arena), typed) != NULL;
}

static void add_table(struct records *records, const struct table *table, int side)
{
    char number[COUNT_TEXT_SIZE] = "", text[COUNT_TEXT_SIZE + 64];
    int64_t rows = records->counts[table->index];
    if (rows != NOT_COUNTED)
        count_format(rows, COUNT_MOST, number);
    bool is_read = record_may_read(app_store(records->app), app_actor(records->app), table, NULL);
    snprintf(text, sizeof text, "%7s  %s", number,
             is_read ? record_kind_note(table) : "not yours to read");
    card_add(&records->card,
             (struct card_line){.kind = CARD_ITEM,
                                .side = side,
                                .label = table->label,
                                .text = text,
                                .role = rows > 0 && is_read ? ROLE_NORMAL : ROLE_DIM,
                                .value = table});
    records->shown++;
}

/* Whole domains on each side, so that both are about as long. */
static void build(struct records *records)
{
    struct arena *arena = arena_new();
    const char *typed = text_fold(editor_text(&records->line), arena);
    size_t count = records->schema->table_count, matching = 0;
    int side = 0, version = -1;
    for (size_t i = 0; i < count; i++)
        matching += is_shown(records, records->order[i], typed, arena);
    card_clear(&records->card);
    records->shown = 0;
    for (size_t i = 0; i < count; i++) {
        const struct table *table = records->order[i];
        const struct domain *domain = &records->domains[table->index];
        if (!is_shown(records, table, typed, arena))
            continue;
        if (domain->version != version) {
            side = records->shown * 2 >= matching && records->shown > 0 ? 1 : 0;
            card_add_heading(&records->card, side, domain->label);
        }
        version = domain->version;
        add_table(records, table, side);
    }
    arena_free(arena);
}

static int by_domain(const void *a, const void *b, void *context)
{
    const struct domain *domains = context;
    const struct table *left = *(const struct table *const *)a;
    const struct table *right = *(const struct table *const *)b;
    int before = domains[left->index].version, after = domains[right->index].version;
    if (before != after)
        return before < after ? -1 : 1;
    return strcmp(left->label, right->label);
}

/* What the program keeps for itself stands behind the shop's own tables. */
static void read_domains(struct records *records)
{
    size_t count_of = records->schema->table_count;
    const struct domain *domains = domains_read(records->schema, records->arena);
    records->domains = arena_alloc(records->arena, (count_of + 1) * sizeof *records->domains);
    for (size_t i = 0; i < count_of; i++)
        records->domains[i] = records->schema->tables[i].travels
                                  ? domains[i]
                                  : (struct domain){INT_MAX, "Kept by the program"};
}

static void *open_records(struct app *app, const char *argument, struct error *err)
{
    (void)argument;
    (void)err;
    struct records *records = memory_new(sizeof *records);
    records->app = app;
    records->schema = store_schema(app_store(app));
    records->arena = arena_new();
    size_t count_of = records->schema->table_count;
    read_domains(records);
    records->order = arena_alloc(records->arena, (count_of + 1) * sizeof(const struct table *));
    records->counts = arena_alloc(records->arena, (count_of + 1) * sizeof *records->counts);
    for (size_t i = 0; i < count_of; i++) {
        records->order[i] = &records->schema->tables[i];
        records->counts[i] = NOT_COUNTED;
    }
    qsort_r(records->order, count_of, sizeof(const struct table *), by_domain,
            (void *)records->domains);
    card_init(&records->card);
    records->card.empty = "No table is called so; Esc shows all";
    editor_init(&records->line, 0, 64);
    build(records);
    count(records);
    return records;
}

/* "orders" is a table, "orders:018f…" a row of it. */
static bool show(struct app *app, const char *argument, struct error *err)
{
    char name[64];
    struct uuid id;
    size_t size = strcspn(argument, ":");
    snprintf(name, sizeof name, "%.*s", (int)size, argument);
    const struct record_kind *kind = record_kind_named(app, name, err);
    if (kind == NULL)
        return false;
    if (argument[size] == '\0') {
        record_table_open(app, kind, NULL, NULL);
        return true;
    }
    if (!uuid_parse(argument + size + 1, &id))
        return error_set(err, ERROR_INPUT, "\"%s\" is no id.", argument + size + 1);
    return record_view_open(app, kind->table, &id, err);
}

/* What was typed has served; the cursor stays on its table. */
static void stop_typing(struct records *records)
{
    const struct card_line *line = card_current(&records->card);
    const struct table *table = line != NULL ? line->value : NULL;
    records->is_typing = false;
    editor_set(&records->line, "");
    build(records);
    for (size_t i = 0; i < records->card.count && table != NULL; i++)
        if (records->card.lines[i].value == table)
            records->card.cursor = i;
}

static unsigned open_table(struct app *app, void *state)
{
    struct error err;
    struct records *records = state;
    const struct card_line *line = card_current(&records->card);
    const struct record_kind *kind = line != NULL ? record_kind(app, line->value, &err) : NULL;
    if (line != NULL && records->is_typing)
        stop_typing(records);
    if (kind != NULL)
        record_table_open(app, kind, NULL, NULL);
    else if (line != NULL)
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned start_typing(struct app *app, void *state)
{
    (void)app;
    ((struct records *)state)->is_typing = true;
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static bool is_for_list(key_code key)
{
    return key == KEY_DOWN_ARROW || key == KEY_UP_ARROW || key == KEY_PAGE_DOWN ||
           key == KEY_PAGE_UP;
}

/* To the table that is called so, else to one whose name begins so, else to the first. */
static void go_to_best(struct records *records)
{
    struct arena *arena = arena_new();
    const char *typed = text_fold(editor_text(&records->line), arena);
    int best = 0;
    card_home(&records->card);
    for (size_t i = 0; i < records->card.count; i++) {
        const struct table *table = records->card.lines[i].value;
        const char *label = table != NULL ? text_fold(table->label, arena) : "";
        bool begins = table != NULL && strncmp(label, typed, strlen(typed)) == 0;
        int rank = !begins ? 0 : strlen(label) == strlen(typed) ? 2 : 1;
        if (rank > best)
            records->card.cursor = i;
        best = rank > best ? rank : best;
    }
    arena_free(arena);
}

static unsigned handle_line(struct records *records, const struct event *event)
{
    bool is_key = event->kind == EVENT_KEY;
    if (is_key && event->key == KEY_ESCAPE) {
        stop_typing(records);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    if (is_key && event->key == KEY_RETURN)
        return open_table(records->app, records);
    if (event->kind == EVENT_MOUSE || (is_key && is_for_list(event->key)))
        return card_handle(&records->card, event);
    unsigned revision = records->line.revision;
    unsigned outcome = editor_handle(&records->line, event);
    if (records->line.revision != revision) {
        build(records);
        go_to_best(records);
    }
    return outcome;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct records *records = state;
    if (records->is_typing)
        return handle_line(records, event);
    if (event->kind == EVENT_MOUSE && event->mouse == MOUSE_DOUBLE &&
        card_is_at(&records->card, event))
        return open_table(app, records);
    return card_handle(&records->card, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct records *records = state;
    (void)app;
    int below = records->is_typing ? 1 : 0;
    card_draw(&records->card, pane_part(pane, 0, 0, pane.height - below, pane.width), true);
    if (!records->is_typing)
        return;
    struct pane line = pane_part(pane, pane.height - 1, 0, 1, pane.width);
    text_draw(line, 0, 0, 1, ROLE_KEY, "/");
    editor_draw_as(&records->line, pane_part(line, 0, 1, 1, line.width - 1), true, ROLE_FIELD_FOCUS,
                   "a part of a table's name, or of its domain");
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    count(state);
}

static bool has_text_focus(const void *state)
{
    return ((const struct records *)state)->is_typing;
}

static bool has_row(const void *state)
{
    return card_current(&((const struct records *)state)->card) != NULL;
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    const struct records *records = state;
    (void)app;
    if (records->shown == records->schema->table_count)
        snprintf(text, size, "%zu tables", records->shown);
    else
        snprintf(text, size, "%zu of %zu tables", records->shown, records->schema->table_count);
}

static void close_records(struct app *app, void *state)
{
    struct records *records = state;
    (void)app;
    card_done(&records->card);
    editor_done(&records->line);
    arena_free(records->arena);
    free(records);
}

static const struct action actions[] = {
    {.id = "records.open",
     .keys = "enter",
     .label = "open",
     .help = "Show the rows of the table under the cursor.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_table},
    {.id = "records.filter",
     .keys = "/",
     .label = "find",
     .help = "Show only tables whose name or domain holds what you type; Enter opens.",
     .flags = ACTION_OFFLINE_OK,
     .run = start_typing},
};

const struct window_ops records_ops = {
    .name = "records",
    .title = "Records",
    .help = "Every table of the shop, by domain. Enter shows its rows, where they can be filtered, "
            "opened, changed and exported, as far as the table allows.",
    .actions = {"records", actions, sizeof actions / sizeof actions[0]},
    .open = open_records,
    .show = show,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_records,
};
