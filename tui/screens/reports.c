/* Reports: what was sold and taken, by what it is asked by. */
#include "tui/screens/report.h"

#include "model/base/instant.h"
#include "tui/screens/listing.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the reader works on: all it needs is its own. */
struct adding_up {
    struct report_view *view;
    struct report_question question;
    struct report_answer answer;
    struct arena *arena;
};

static bool add_up(struct store *store, void *data, struct error *err)
{
    struct adding_up *work = data;
    return report_run(store, &work->question, work->arena, &work->answer, err);
}

static void added_up(struct app *app, void *data, bool worked, const struct error *err)
{
    struct adding_up *work = data;
    struct report_view *view = work->view;
    if (!worked && err->code == ERROR_STOPPED) {
        arena_free(work->arena); /* a newer one runs, or the window has gone */
        free(work);
        return;
    }
    view->is_reading = false;
    view->failure = *err;
    if (worked) {
        error_clear(&view->failure);
        arena_free(view->arena);
        view->arena = work->arena;
        view->question = work->question;
        view->answer = work->answer;
        view->has_answer = true;
        bool is_of_days = view->answer.group->type == COLUMN_DATE;
        if (view->cursor >= view->answer.count || (view->is_new && is_of_days))
            view->cursor = view->answer.count > 0 ? view->answer.count - 1 : 0;
        view->is_new = false;
    } else {
        arena_free(work->arena);
    }
    free(work);
    app_redraw(app);
}

/* Asks the question as it stands now; the old answer is shown until the new one is there. */
static void read_answer(struct report_view *view)
{
    struct adding_up *work = memory_new(sizeof *work);
    work->view = view;
    work->arena = arena_new();
    work->question = view->question;
    work->question.filter = arena_text(work->arena, view->filter);
    for (size_t i = 0; i < work->question.measure_count; i++)
        work->question.measures[i] = arena_text(work->arena, view->question.measures[i]);
    view->is_reading = true;
    app_read(view->app,
             (struct job){.owner = view, .work = add_up, .done = added_up, .data = work});
}

static bool take_report(struct report_view *view, const struct report *report, struct error *err)
{
    struct report_question question;
    struct arena *arena = arena_new();
    const struct env *env = store_env(app_store(view->app));
    if (!report_ask(report, NULL, env, arena, &question, err)) {
        arena_free(arena);
        return false;
    }
    app_read_stop(view->app, view);
    question.comparison = view->question.comparison;
    arena_free(view->arena);
    view->arena = arena;
    view->report = report;
    view->question = question;
    free(view->filter);
    view->filter = memory_text("");
    view->question.filter = view->filter;
    view->has_answer = false;
    view->cursor = view->top = 0;
    view->is_new = true;
    read_answer(view);
    return true;
}

static void *open_reports(struct app *app, const char *argument, struct error *err)
{
    const struct report *report = argument != NULL ? report_find(argument) : &reports[2];
    if (!actor_may(app_store(app), app_actor(app), "reports.read", err))
        return NULL;
    if (report == NULL) {
        error_set(err, ERROR_NOT_FOUND, "there is no report \"%s\"", argument);
        return NULL;
    }
    struct report_view *view = memory_new(sizeof *view);
    view->app = app;
    if (take_report(view, report, err))
        return view;
    free(view);
    return NULL;
}

static void close_reports(struct app *app, void *context)
{
    struct report_view *view = context;
    app_read_stop(app, view);
    arena_free(view->arena);
    free(view->filter);
    free(view);
}

static void refresh(struct app *app, void *context)
{
    (void)app;
    read_answer(context);
}

static void draw(struct app *app, void *context, struct pane pane)
{
    (void)app;
    report_draw(context, pane);
}

static const char *heading(const void *context)
{
    return ((const struct report_view *)context)->report->title;
}

static void status(struct app *app, void *context, char *text, size_t size)
{
    const struct report_view *view = context;
    (void)app;
    if (view->has_answer && view->answer.count > 0)
        snprintf(text, size, "%zu of %zu", view->cursor + 1, view->answer.count);
}

static bool has_row(const void *context)
{
    const struct report_view *view = context;
    return view->has_answer && view->cursor < view->answer.count;
}

static const struct report_row *current(const struct report_view *view)
{
    return has_row(view) ? &view->answer.rows[view->cursor] : NULL;
}

static unsigned open_rows(struct app *app, void *context)
{
    const struct report_view *view = context;
    report_open_rows(app, view, current(view));
    return OUTCOME_HANDLED;
}

static const char *why_no_rows(struct app *app, const void *context)
{
    const struct report_row *row = current(context);
    (void)app;
    return row != NULL && row->is_rest ? "These are many groups; narrow the report with / first"
                                       : NULL;
}

static unsigned explain(struct app *app, void *context)
{
    const struct report_view *view = context;
    report_explain(app, view, current(view));
    return OUTCOME_HANDLED;
}

static unsigned move_period(struct report_view *view, int by)
{
    struct day_span now = view->question.period;
    struct day_span before = report_period_before(now, REPORT_BEFORE);
    int64_t days = now.first - before.first;
    if (by < 0) {
        view->question.period = before;
    } else {
        /* The period that this one is just before. */
        struct day_span after = {now.first + days, now.last + days};
        struct date first = date_from_number(now.first), end = date_from_number(now.last + 1);
        int months = (end.year - first.year) * 12 + end.month - first.month;
        if (first.day == 1 && end.day == 1)
            after = (struct day_span){now.last + 1, date_number(date_add_months(end, months)) - 1};
        view->question.period = after;
    }
    read_answer(view);
    return OUTCOME_REDRAW;
}

static unsigned earlier(struct app *app, void *context)
{
    (void)app;
    return move_period(context, -1);
}

static unsigned later(struct app *app, void *context)
{
    (void)app;
    return move_period(context, 1);
}

static const char *why_not_later(struct app *app, const void *context)
{
    const struct report_view *view = context;
    const struct env *env = store_env(app_store(app));
    struct clock_time now;
    return instant_to_local(env_now(env), env->zone, &now) &&
                   view->question.period.last >= date_number(now.date)
               ? "Later days have not come yet"
               : NULL;
}

static bool check_period(void *context, const char *text, struct error *err)
{
    const struct report_view *view = context;
    struct day_span period;
    return report_period_read(text, store_env(app_store(view->app)), &period, err);
}

static void take_period(struct app *app, void *context, const char *text)
{
    struct report_view *view = context;
    if (text == NULL)
        return;
    report_period_read(text, store_env(app_store(app)), &view->question.period, NULL);
    read_answer(view);
    app_redraw(app);
}

static unsigned ask_period(struct app *app, void *context)
{
    dialog_prompt(app, &(struct dialog_prompt){
                           .title = "Which days",
                           .hint = "today, last-week, 30d, 2026-11, 2026-10-01..2026-10-15",
                           .limit = 40,
                           .check = check_period,
                           .done = take_period,
                           .context = context});
    return OUTCOME_HANDLED;
}

static bool check_filter(void *context, const char *text, struct error *err)
{
    const struct report_view *view = context;
    struct arena *arena = arena_new();
    bool is_good = filter_parse(report_rows(view->question.source), text,
                                store_env(app_store(view->app)), arena, NULL, err) != NULL;
    arena_free(arena);
    return is_good;
}

static void take_filter(struct app *app, void *context, const char *text)
{
    struct report_view *view = context;
    if (text == NULL)
        return;
    free(view->filter);
    view->filter = memory_text(text);
    view->cursor = view->top = 0;
    read_answer(view);
    app_redraw(app);
}

static size_t complete(void *context, const char *text, size_t cursor, struct arena *arena,
                       struct editor_candidate *out, size_t limit)
{
    const struct report_view *view = context;
    return listing_complete(report_rows(view->question.source), text, cursor, arena, out, limit);
}

static unsigned ask_filter(struct app *app, void *context)
{
    const struct report_view *view = context;
    dialog_prompt(app, &(struct dialog_prompt){.title = "Only what matches",
                                               .start = view->filter,
                                               .hint = "location:mitte -kind:return category:paint",
                                               .limit = 400,
                                               .complete = complete,
                                               .check = check_filter,
                                               .done = take_filter,
                                               .context = context});
    return OUTCOME_HANDLED;
}

static unsigned change_comparison(struct app *app, void *context)
{
    struct report_view *view = context;
    (void)app;
    view->question.comparison = (view->question.comparison + 1) % (REPORT_YEAR_AGO + 1);
    read_answer(view);
    return OUTCOME_REDRAW;
}

static size_t find_reports(void *context, const char *typed, struct arena *arena,
                           struct picker_item *out, size_t limit)
{
    size_t count = 0;
    (void)context, (void)arena;
    for (size_t i = 0; i < report_count && count < limit; i++) {
        if (strcasestr(reports[i].title, typed) == NULL && strstr(reports[i].name, typed) == NULL)
            continue;
        out[count++] = (struct picker_item){
            .shown = {.text = reports[i].title, .detail = reports[i].help}, .value = &reports[i]};
    }
    return count;
}

static void take_other(struct app *app, void *context, const struct picker_item *item)
{
    struct error err;
    if (item != NULL && !take_report(context, item->value, &err))
        app_toast_error(app, &err);
}

static unsigned choose(struct app *app, void *context)
{
    picker_open(app, &(struct picker){.title = "Reports",
                                      .hint = "By hour, product, customer, method …",
                                      .find = find_reports,
                                      .done = take_other,
                                      .context = context});
    return OUTCOME_HANDLED;
}

/* The rows with tabs between, as a spreadsheet takes them. */
static unsigned copy(struct app *app, void *context)
{
    const struct report_view *view = context;
    struct buffer text;
    char figure[REPORT_FIGURE_SIZE];
    if (!view->has_answer)
        return OUTCOME_HANDLED;
    buffer_init(&text);
    buffer_format(&text, "%s", view->answer.group->label);
    for (size_t i = 0; i < view->answer.measure_count; i++)
        buffer_format(&text, "\t%s", view->answer.measures[i]->label);
    for (size_t i = 0; i < view->answer.count; i++) {
        const struct report_row *row = &view->answer.rows[i];
        buffer_format(&text, "\n%s", row->label);
        for (size_t j = 0; j < view->answer.measure_count; j++) {
            report_figure(view->answer.measures[j], row->values[j], row->currency, figure);
            buffer_format(&text, "\t%s", figure);
        }
    }
    app_copy(app, text.text, text.size);
    buffer_done(&text);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    struct report_view *view = context;
    size_t count = view->has_answer ? view->answer.count : 0, page = (size_t)view->height;
    (void)app;
    if (event->kind != EVENT_KEY || count == 0)
        return OUTCOME_IGNORED;
    switch (event->key) {
    case KEY_UP_ARROW:
    case 'k':
        view->cursor -= view->cursor > 0;
        return OUTCOME_REDRAW;
    case KEY_DOWN_ARROW:
    case 'j':
        view->cursor += view->cursor + 1 < count;
        return OUTCOME_REDRAW;
    case KEY_PAGE_UP:
        view->cursor = view->cursor > page ? view->cursor - page : 0;
        return OUTCOME_REDRAW;
    case KEY_PAGE_DOWN:
        view->cursor = view->cursor + page < count ? view->cursor + page : count - 1;
        return OUTCOME_REDRAW;
    case KEY_TO_HOME:
        view->cursor = 0;
        return OUTCOME_REDRAW;
    case KEY_TO_END:
        view->cursor = count - 1;
        return OUTCOME_REDRAW;
    default:
        return OUTCOME_IGNORED;
    }
}

static const struct action actions[] = {
    {.id = "reports.rows",
     .keys = "enter",
     .label = "rows",
     .help = "List the rows that the figures of this line are made of.",
     .right = "reports.read",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_rows,
     .why_not = why_no_rows,
     .verb = "report rows"},
    {.id = "reports.choose",
     .keys = "r",
     .label = "report",
     .help = "Choose another report.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK,
     .run = choose,
     .verb = "report list"},
    {.id = "reports.period",
     .keys = "p",
     .label = "days",
     .help = "Say which days: today, last-week, 30d, 2026-11 and more.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK,
     .run = ask_period},
    {.id = "reports.filter",
     .keys = "/",
     .label = "filter",
     .help = "Count only what matches: location:mitte -kind:return category:paint.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK,
     .run = ask_filter},
    {.id = "reports.compare",
     .keys = "c",
     .label = "compare",
     .help = "Put the period before beside it, then the same days a year ago, then nothing.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK,
     .run = change_comparison},
    {.id = "reports.explain",
     .keys = "=",
     .label = "why",
     .help = "Say what the figures of this line mean and what they are made of.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK,
     .run = explain,
     .verb = "report why"},
    {.id = "reports.earlier",
     .keys = "left h",
     .label = "earlier",
     .help = "Go back by the period that is shown.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = earlier},
    {.id = "reports.later",
     .keys = "right l",
     .label = "later",
     .help = "Go forward by the period that is shown.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = later,
     .why_not = why_not_later},
    {.id = "reports.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy the table to the terminal's clipboard, as a spreadsheet takes it.",
     .right = "reports.read",
     .flags = ACTION_OFFLINE_OK,
     .run = copy,
     .verb = "report show"},
};

const struct window_ops reports_ops = {
    .name = "reports",
    .title = "Reports",
    .help =
        "What was sold and what money came, by hour, day, product, customer or register, for any "
        "days, beside others. Each figure opens its rows and says what it means.",
    .actions = {"reports", actions, sizeof actions / sizeof actions[0]},
    .open = open_reports,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .heading = heading,
    .status = status,
    .close = close_reports,
};
