/* One thing that needs attention: what was done, why it waits, and the fields as they were before,
 * as they were entered and as they stand now. */
#include "tui/screens/sync_answer.h"

#include "model/base/instant.h"
#include "model/overlay/attention.h"
#include "tui/screens/operations.h"
#include "tui/screens/record_lookup.h"
#include "tui/screens/screens.h"
#include "tui/widgets/paper.h"
#include "tui/widgets/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 3, MARGIN = 2, GAP = 2, LABEL_MOST = 20, CELL_ROWS_MAX = 8 };

struct sheet {
    struct app *app;
    struct uuid id;
    struct arena *arena;
    struct attention about;
    struct attention_dependant *dependants;
    int dependant_count;
    struct paper paper;
    char heading[48];
};

static bool load(struct sheet *sheet, struct error *err)
{
    struct store *store = app_store(sheet->app);
    arena_reset(sheet->arena);
    sheet->dependant_count = 0;
    if (!attention_load(store, &sheet->id, sheet->arena, &sheet->about, err))
        return false;
    if (!uuid_is_zero(&sheet->about.operation))
        sheet->dependant_count = attention_dependants(store, &sheet->about.operation, sheet->arena,
                                                      &sheet->dependants, err);
    snprintf(sheet->heading, sizeof sheet->heading, "Attention: %s", sheet->about.kind);
    paper_spoil(&sheet->paper);
    return sheet->dependant_count >= 0;
}

static void add_pair(struct paper *paper, const char *label, enum role role, const char *text)
{
    enum { LABEL = 14 };
    if (text[0] == '\0')
        return;
    paper_row(paper);
    paper_put(paper, 0, LABEL, ROLE_LABEL, ALIGN_LEFT, label);
    paper_wrap(paper, LABEL, role, text);
}

static void add_head(const struct sheet *sheet, struct paper *paper)
{
    char time[INSTANT_TEXT_SIZE], age[APP_AGE_SIZE];
    const struct attention *about = &sheet->about;
    const struct env *env = store_env(app_store(sheet->app));
    add_pair(paper, "What", ROLE_STRONG, about->summary);
    add_pair(paper, "Why", ROLE_DANGER, about->reason);
    instant_format_local(about->time, env->zone, time);
    if (about->time != 0)
        add_pair(paper, "Done by", ROLE_NORMAL,
                 arena_format(sheet->arena, "%s, %s", about->actor_name, time));
    app_age(env_now(env) - about->raised_at, age);
    add_pair(paper, "Waits", ROLE_NORMAL, age);
    for (int i = 0; i < sheet->dependant_count; i++)
        add_pair(paper, i == 0 ? "Waits for it" : "", ROLE_WARNING, sheet->dependants[i].summary);
}

static const char *shown(const struct sheet *sheet, const struct column *column, struct value value)
{
    struct store *store = app_store(sheet->app);
    struct uuid other;
    if (value.kind == VALUE_NULL)
        return "–";
    if (column->reference != NULL && value_as_uuid(value, &other))
        return record_name(store, column->reference, &other, sheet->arena);
    return column_format(column, value, NULL, store_env(store)->zone, sheet->arena);
}

/* The texts beside each other, each in as many rows as it needs. */
static void add_cells(struct paper *paper, int x, int width, const char *const texts[COLUMNS],
                      const enum role roles[COLUMNS])
{
    size_t at[COLUMNS] = {0};
    for (int row = 0; row < CELL_ROWS_MAX; row++) {
        bool is_last = true;
        if (row > 0)
            paper_row(paper);
        for (int i = 0; i < COLUMNS; i++) {
            size_t size;
            if (at[i] == WRAP_END)
                continue;
            size_t next = wrap_row(texts[i], at[i], width, &size);
            paper_putf(paper, x + i * (width + GAP), width, roles[i], ALIGN_LEFT, "%.*s", (int)size,
                       texts[i] + at[i]);
            at[i] = next;
            is_last &= next == WRAP_END;
        }
        if (is_last)
            return;
    }
}

struct layout {
    int label, x, width;
};

static struct layout lay_out(int width)
{
    int label = width / 5 < LABEL_MOST ? width / 5 : LABEL_MOST;
    int x = MARGIN + label + 1;
    return (struct layout){label, x, (width - x - (COLUMNS - 1) * GAP) / COLUMNS};
}

/* What is contested has a mark and a line of its own look; what is the same everywhere is dim. */
static void add_field(const struct sheet *sheet, struct paper *paper,
                      const struct attention_row *row, const struct attention_field *field)
{
    struct layout layout = lay_out(paper->width);
    bool is_gone = !row->is_there && strcmp(row->verb, "insert") != 0;
    const char *texts[COLUMNS] = {shown(sheet, field->column, field->base),
                                  shown(sheet, field->column, field->mine),
                                  is_gone ? "(gone)" : shown(sheet, field->column, field->theirs)};
    bool is_same = row->is_there && value_equal(field->mine, field->theirs);
    enum role roles[COLUMNS] = {ROLE_DIM, is_same ? ROLE_DIM : ROLE_STRONG,
                                is_same ? ROLE_DIM : ROLE_WARNING};
    paper_row(paper);
    if (field->is_contested)
        paper_put(paper, 0, 1, ROLE_DANGER, ALIGN_LEFT, "!");
    paper_put(paper, MARGIN, layout.label, ROLE_LABEL, ALIGN_LEFT, field->column->label);
    add_cells(paper, layout.x, layout.width, texts, roles);
}

/* An update also names what belongs to what it changed: that is no news. */
static bool is_news(const struct attention_row *row, const struct attention_field *field)
{
    if (field->column->is_secret || field->column->key != KEY_NONE)
        return false;
    if (strcmp(row->verb, "update") == 0)
        return field->is_contested || !value_equal(field->base, field->mine);
    return field->base.kind != VALUE_NULL || field->mine.kind != VALUE_NULL;
}

/* What names the row, also where it is in nobody's hands but mine. */
static const char *title_of(const struct sheet *sheet, const struct attention_row *row)
{
    for (size_t i = 0; !row->is_there && i < row->count; i++) {
        const struct attention_field *field = &row->fields[i];
        struct value value = field->mine.kind != VALUE_NULL ? field->mine : field->base;
        if (field->column - row->table->columns == row->table->title && value.kind != VALUE_NULL)
            return shown(sheet, field->column, value);
    }
    return record_title(app_store(sheet->app), row->table, &row->id, sheet->arena);
}

static void add_row(const struct sheet *sheet, struct paper *paper, const struct attention_row *row)
{
    static const struct {
        const char *verb, *words;
    } verbs[] = {{"insert", "new"}, {"update", "changed"}, {"delete", "deleted"}};
    struct layout layout = lay_out(paper->width);
    static const char *const heads[COLUMNS] = {"Before", "Mine", "Theirs"};
    static const enum role roles[COLUMNS] = {ROLE_HEADING, ROLE_HEADING, ROLE_HEADING};
    const char *words = row->verb;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        words = strcmp(verbs[i].verb, row->verb) == 0 ? verbs[i].words : words;
    paper_heading(paper, row->table == NULL
                             ? arena_format(sheet->arena, "%s: this program does not know it",
                                            row->table_name)
                             : arena_format(sheet->arena, "%s: %s, %s", row->table->label,
                                            title_of(sheet, row), words));
    if (row->table == NULL)
        return;
    paper_row(paper);
    add_cells(paper, layout.x, layout.width, heads, roles);
    for (size_t i = 0; i < row->count; i++)
        if (is_news(row, &row->fields[i]))
            add_field(sheet, paper, row, &row->fields[i]);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct sheet *sheet = state;
    (void)app;
    if (!paper_fits(&sheet->paper, pane.width)) {
        paper_fill(&sheet->paper, pane.width);
        add_head(sheet, &sheet->paper);
        for (size_t i = 0; i < sheet->about.count; i++)
            add_row(sheet, &sheet->paper, &sheet->about.rows[i]);
    }
    paper_draw(&sheet->paper, pane, true);
}

/* What was settled meanwhile, here or elsewhere, has nothing to ask any more. */
static void refresh(struct app *app, void *state)
{
    struct sheet *sheet = state;
    struct error err;
    bool is_loaded = load(sheet, &err);
    if (!is_loaded)
        app_toast_error(app, &err);
    if (!is_loaded || sheet->about.done_at != 0)
        app_close_top(app);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return paper_handle(&((struct sheet *)state)->paper, event);
}

static const char *heading(const void *state)
{
    return ((const struct sheet *)state)->heading;
}

static void close_sheet(struct app *app, void *state)
{
    struct sheet *sheet = state;
    (void)app;
    paper_done(&sheet->paper);
    arena_free(sheet->arena);
    free(sheet);
}

static struct uuid id_of(const void *state)
{
    return ((const struct sheet *)state)->id; /* a copy: the answer may close the sheet */
}

static const char *kind_of(const void *state)
{
    return ((const struct sheet *)state)->about.kind;
}

static unsigned keep(struct app *app, void *state)
{
    struct uuid id = id_of(state);
    sync_keep(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned edit(struct app *app, void *state)
{
    struct uuid id = id_of(state);
    sync_edit(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned give_up(struct app *app, void *state)
{
    struct uuid id = id_of(state);
    sync_give_up(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned settle(struct app *app, void *state)
{
    struct uuid id = id_of(state);
    sync_done(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned open_record(struct app *app, void *state)
{
    struct uuid id = id_of(state);
    sync_open_record(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned open_operation(struct app *app, void *state)
{
    const struct sheet *sheet = state;
    if (uuid_is_zero(&sheet->about.operation))
        app_toast(app, TOAST_INFO, "It is about no operation of this store.");
    else
        operation_show(app, &sheet->about.operation);
    return OUTCOME_HANDLED;
}

static const char *why_no_keep(struct app *app, const void *state)
{
    (void)app;
    return sync_why_no_keep(kind_of(state));
}

static const char *why_no_theirs(struct app *app, const void *state)
{
    (void)app;
    return sync_why_no_theirs(kind_of(state));
}

static const char *why_no_withdrawal(struct app *app, const void *state)
{
    (void)app;
    return sync_why_no_withdrawal(kind_of(state));
}

static const char *why_not_done(struct app *app, const void *state)
{
    (void)app;
    return sync_why_not_done(kind_of(state));
}

static const struct action actions[] = {
    {.id = "attention.record",
     .keys = "enter",
     .label = "record",
     .help = "Open the record that it is about.",
     .flags = ACTION_OFFLINE_OK,
     .run = open_record},
    {.id = "attention.keep",
     .keys = "m",
     .label = "mine",
     .help = "Send it again so that what was entered here stands, over what is there now.",
     .flags = ACTION_OFFLINE_OK,
     .run = keep,
     .why_not = why_no_keep},
    {.id = "attention.theirs",
     .keys = "t",
     .label = "theirs",
     .help = "Let stand what is there now, and give this up.",
     .flags = ACTION_DANGEROUS | ACTION_OFFLINE_OK,
     .run = give_up,
     .why_not = why_no_theirs},
    {.id = "attention.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change what was entered here, and send that instead.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit,
     .why_not = why_no_keep},
    {.id = "attention.withdraw",
     .keys = "w",
     .label = "withdraw",
     .help = "Give up what was not taken, with all that waits for it.",
     .flags = ACTION_DANGEROUS | ACTION_OFFLINE_OK,
     .run = give_up,
     .why_not = why_no_withdrawal},
    {.id = "attention.done",
     .keys = "d",
     .label = "done",
     .help = "Say that you have looked at it, and that nothing more is to be done.",
     .flags = ACTION_OFFLINE_OK,
     .run = settle,
     .why_not = why_not_done},
    {.id = "attention.operation",
     .keys = "o",
     .label = "operation",
     .help = "Show all rows that the operation changed.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = open_operation},
};

const struct window_ops attention_ops = {
    .name = "attention",
    .title = "Needs attention",
    .help = "What the centre did not take, or what somebody has to look at. Fields that somebody "
            "else changed meanwhile have a mark before them; nothing is lost before you decide.",
    .actions = {"attention", actions, sizeof actions / sizeof actions[0]},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .heading = heading,
    .close = close_sheet,
};

void sync_sheet_open(struct app *app, const struct uuid *attention)
{
    struct error err;
    struct sheet *sheet = memory_new(sizeof *sheet);
    *sheet = (struct sheet){.app = app, .id = *attention, .arena = arena_new()};
    paper_init(&sheet->paper);
    if (load(sheet, &err)) {
        app_push(app, &attention_ops, sheet);
        return;
    }
    app_toast_error(app, &err);
    close_sheet(app, sheet);
}
