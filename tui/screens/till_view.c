/* The X or Z report of a session, to be read and printed. */
#include "model/base/instant.h"
#include "model/paper/paper_print.h"
#include "model/till/till_report.h"
#include "tui/screens/screens.h"
#include "tui/screens/till_windows.h"
#include "tui/widgets/viewer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 48, HEADING_SIZE = 64 };

struct till_view {
    struct uuid session;
    char heading[HEADING_SIZE];
    struct viewer viewer;
};

static enum role role_of(const struct report_line *line)
{
    return line->style == REPORT_SUM     ? ROLE_STRONG
           : line->style == REPORT_TITLE ? ROLE_TITLE
                                         : ROLE_NORMAL;
}

/* The right side at the edge of a roll, or of a terminal that is narrower. */
static void add_line(struct till_view *view, const struct report_line *line, struct arena *arena)
{
    if (line->style == REPORT_HEAD) {
        viewer_add_heading(&view->viewer, arena_format(arena, "%s %s", line->left, line->right));
        return;
    }
    int gap = WIDTH - text_cells(line->left) - text_cells(line->right);
    viewer_add(&view->viewer, role_of(line),
               arena_format(arena, "%s%*s%s", line->left, gap > 1 ? gap : 1, "", line->right));
}

static bool read_report(struct app *app, struct till_view *view, struct error *err)
{
    struct till_report report;
    struct report_line *lines;
    struct store *store = app_store(app);
    bool is_read = till_report_read(store, &view->session, &report, err);
    struct arena *arena = arena_new();
    viewer_clear(&view->viewer);
    if (is_read) {
        size_t count = till_report_lines(&report, store_env(store)->zone, arena, &lines);
        for (size_t i = 1; i < count; i++)
            add_line(view, &lines[i], arena);
        snprintf(view->heading, sizeof view->heading, "%s %s", report.session.code, lines[0].left);
    }
    till_report_done(&report);
    arena_free(arena);
    return is_read;
}

bool till_view_open(struct app *app, const struct uuid *session, struct error *err)
{
    struct till_view *view = memory_new(sizeof *view);
    view->session = *session;
    viewer_init(&view->viewer);
    if (!read_report(app, view, err)) {
        viewer_done(&view->viewer);
        free(view);
        return false;
    }
    app_push(app, &till_report_ops, view);
    return true;
}

static void refresh(struct app *app, void *state)
{
    struct error err;
    if (!read_report(app, state, &err))
        app_toast_error(app, &err);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    viewer_draw(&((struct till_view *)state)->viewer, pane, true);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return viewer_handle(&((struct till_view *)state)->viewer, event);
}

static bool has_text_focus(const void *state)
{
    return viewer_has_text_focus(&((const struct till_view *)state)->viewer);
}

static const char *heading(const void *state)
{
    return ((const struct till_view *)state)->heading;
}

static void close_view(struct app *app, void *state)
{
    (void)app;
    viewer_done(&((struct till_view *)state)->viewer);
    free(state);
}

static const enum paper_style paper_styles[] = {
    [REPORT_TITLE] = PAPER_TITLE, [REPORT_HEAD] = PAPER_STRONG, [REPORT_PLAIN] = PAPER_NORMAL,
    [REPORT_SUM] = PAPER_STRONG,  [REPORT_RULE] = PAPER_RULE,
};

static unsigned print(struct app *app, void *state)
{
    const struct till_view *view = state;
    struct till_report report;
    struct report_line *lines;
    struct error err;
    struct store *store = app_store(app);
    struct arena *arena = arena_new();
    bool is_done = till_report_read(store, &view->session, &report, &err);
    if (is_done) {
        size_t count = till_report_lines(&report, store_env(store)->zone, arena, &lines);
        struct paper_line *paper = arena_alloc(arena, count * sizeof *paper);
        for (size_t i = 1; i < count; i++)
            paper[i - 1] =
                (struct paper_line){paper_styles[lines[i].style], lines[i].left, lines[i].right};
        is_done = paper_print_report(store, app_actor(app), lines[0].left, paper, count - 1,
                                     report.session.is_open ? NULL : "cash_sessions",
                                     report.session.is_open ? NULL : &view->session, &err);
    }
    if (is_done)
        app_toast(app, TOAST_INFO, "It goes to the printer.");
    else
        app_toast_error(app, &err);
    till_report_done(&report);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "till_report.print",
     .keys = "p f8",
     .label = "print",
     .help = "Print the report; a Z report that was printed before says that it is a copy.",
     .flags = ACTION_OFFLINE_OK,
     .run = print},
};

static bool about(struct app *app, const void *state, struct thing *out)
{
    (void)app;
    *out = (struct thing){"cash_sessions", ((const struct till_view *)state)->session};
    return true;
}

const struct window_ops till_report_ops = {
    .name = "till_report",
    .title = "Report of the till",
    .help = "What happened at a till since it was opened: sales, taxes, what was paid with, and "
            "the drawer. An X report is as of now; a Z report closed the till and never changes.",
    .actions = {"till_report", actions, sizeof actions / sizeof actions[0]},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .heading = heading,
    .about = about,
    .close = close_view,
};
