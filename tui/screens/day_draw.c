#include "tui/screens/day.h"

#include "model/base/money.h"
#include "tui/screens/row_marks.h"
#include "tui/widgets/wrap.h"

#include <stdio.h>
#include <string.h>

enum {
    LIST_FROM = 76,  /* cells: with fewer the stops have no list beside the card */
    LIST_WIDTH = 34, /* of it */
    BUTTON_WIDTH = 13,
    TIME_SIZE = 8,
};

static const struct {
    const char *status, *words;
    enum role role;
} statuses[] = {
    {"tentative", "tentative", ROLE_WARNING}, {"scheduled", "scheduled", ROLE_NORMAL},
    {"confirmed", "confirmed", ROLE_GOOD},    {"in_progress", "in progress", ROLE_STRONG},
    {"completed", "done", ROLE_DIM},          {"cancelled", "CANCELLED", ROLE_DANGER},
    {"no_show", "no-show", ROLE_DANGER},
};
enum { STATUSES = sizeof statuses / sizeof statuses[0] };

const char *day_status_words(const char *status)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (strcmp(statuses[i].status, status) == 0)
            return statuses[i].words;
    return status;
}

static enum role status_role(const char *status)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (strcmp(statuses[i].status, status) == 0)
            return statuses[i].role;
    return ROLE_NORMAL;
}

void day_date_words(struct date date, char text[DAY_DATE_SIZE])
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    snprintf(text, DAY_DATE_SIZE, "%s %d %s", days[date_weekday(date)], date.day,
             months[date.month - 1]);
}

static void time_words(const struct day *day, int64_t instant, char text[TIME_SIZE])
{
    struct clock_time local = {.hour = 0};
    instant_to_local(instant, day->zone, &local);
    snprintf(text, TIME_SIZE, "%02d:%02d", local.hour % 24, local.minute % 60);
}

/* The text of the card, row by row; what stands above the pane's first row is only counted. */
struct rows {
    struct pane pane;
    int y;
};

static void add(struct rows *rows, enum role role, int indent, const char *text)
{
    int width = rows->pane.width - 1 - indent;
    struct arena *arena = arena_new();
    for (size_t start = 0; text[0] != '\0' && start != WRAP_END;) {
        size_t size, at = start;
        start = wrap_row(text, at, width > 1 ? width : 1, &size);
        if (rows->y >= 0)
            text_draw(rows->pane, rows->y, 1 + indent, width, role,
                      arena_bytes(arena, text + at, size));
        rows->y++;
    }
    arena_free(arena);
}

/* The service and what of it the name of the kind does not say already. */
static void add_kind(struct rows *rows, const struct stop *stop, struct arena *arena)
{
    const char *between = stop->visit.type[0] != '\0' && stop->visit.service[0] != '\0' ? ": " : "";
    add(rows, ROLE_NORMAL, 0,
        arena_format(arena, "%s%s%s", stop->visit.type, between, stop->visit.service));
    if (stop->visit.resources[0] != '\0')
        add(rows, ROLE_NORMAL, 0, arena_format(arena, "with %s", stop->visit.resources));
}

static void add_sold(struct rows *rows, const struct day_view *view, struct arena *arena)
{
    if (view->sold_count > 0)
        add(rows, ROLE_HEADING, 0, "Sold before");
    for (int i = 0; i < view->sold_count; i++) {
        const struct sold *sold = &view->sold[i];
        char amount[MONEY_TEXT_SIZE];
        bool is_quote = strcmp(sold->kind, "quote") == 0;
        money_format(sold->total_cents, sold->currency, amount);
        add(rows, ROLE_NORMAL, 0,
            arena_format(arena, "%s %s %s%s%s", sold->day, sold->number, amount,
                         is_quote ? " quote " : "", is_quote ? sold->status : ""));
        add(rows, ROLE_DIM, 2, sold->what);
    }
}

/* How it stands, in words, with what the centre does not have yet. */
static void add_status(struct rows *rows, const struct day_view *view, const struct stop *stop,
                       struct arena *arena)
{
    char at[TIME_SIZE];
    enum row_mark mark = row_mark_of(app_store(view->app), "appointments", &stop->visit.id);
    add(rows, status_role(stop->visit.status), 0, day_status_words(stop->visit.status));
    if (mark != MARK_NONE)
        add(rows, row_mark_role(mark), 0,
            arena_format(arena, "%s %s", row_mark_text(mark), row_mark_words(mark)));
    if (stop->told[0] == '\0' || !day_is_open(stop))
        return;
    time_words(&view->day, stop->told_at, at);
    add(rows, ROLE_GOOD, 0, arena_format(arena, "told at %s: %s", at, stop->told));
}

static void draw_card(struct day_view *view, const struct stop *stop, struct pane pane)
{
    struct arena *arena = arena_new();
    struct rows rows = {.pane = pane, .y = -view->scroll};
    add(&rows, ROLE_STRONG, 0, stop->visit.who);
    add(&rows, ROLE_NORMAL, 0, stop->visit.place);
    add(&rows, ROLE_STRONG, 0, stop->visit.phone);
    add(&rows, ROLE_WARNING, 0, stop->visit.notes);
    add_status(&rows, view, stop, arena);
    add_kind(&rows, stop, arena);
    add(&rows, ROLE_DIM, 0, stop->visit.email);
    add_sold(&rows, view, arena);
    int most = rows.y + view->scroll - pane.height;
    view->scroll_most = most > 0 ? most : 0;
    if (view->scroll > 0)
        shape_put(pane, 0, pane.width - 1, ROLE_DIM, SHAPE_UP);
    if (rows.y > pane.height)
        shape_put(pane, pane.height - 1, pane.width - 1, ROLE_DIM, SHAPE_DOWN);
    arena_free(arena);
}

/* "‹ 2 of 4 ›  11:00-12:00  now" */
static void draw_selector(const struct day_view *view, const struct stop *stop, struct pane pane)
{
    char from[TIME_SIZE], until[TIME_SIZE];
    bool has_focus = view->focus == DAY_STOPS;
    enum role role = has_focus ? ROLE_SELECTION : ROLE_HEADING;
    text_put(pane, 0, 0, pane.width, role, ALIGN_LEFT, "");
    shape_put(pane, 0, 0, role, SHAPE_LEFT);
    shape_put(pane, 0, pane.width - 1, role, SHAPE_RIGHT);
    if (has_focus)
        cursor_put(pane, 0, 2, true);
    if (stop == NULL) {
        text_draw(pane, 0, 2, pane.width - 4, role, "no stops");
        return;
    }
    time_words(&view->day, stop->visit.starts_at, from);
    time_words(&view->day, stop->visit.ends_at, until);
    text_drawf(pane, 0, 2, pane.width - 4, role, "%zu of %zu  %s-%s%s", view->at + 1,
               view->day.count, from, until,
               view->at != view->day.next                       ? ""
               : strcmp(stop->visit.status, "in_progress") == 0 ? "  now"
                                                                : "  next");
}

static void draw_buttons(struct day_view *view, struct pane pane)
{
    for (size_t i = 0; i < DAY_BUTTON_COUNT; i++) {
        const struct action *action = day_buttons[i];
        int y = (int)(i / view->columns), x = (int)(i % view->columns) * BUTTON_WIDTH;
        bool is_chosen = view->focus == DAY_BUTTONS && view->button == i;
        bool is_possible = action->why_not == NULL || action->why_not(view->app, view) == NULL;
        enum role role = is_chosen ? ROLE_SELECTION : is_possible ? ROLE_FIELD : ROLE_DISABLED;
        text_put(pane, y, x, BUTTON_WIDTH - 1, role, ALIGN_CENTRE, action->label);
        if (is_chosen)
            cursor_put(pane, y, x, true);
    }
}

static void draw_list_row(const struct day_view *view, size_t index, struct pane pane, int y)
{
    enum { STATUS = 11 };
    const struct stop *stop = &view->day.stops[index];
    char from[TIME_SIZE];
    enum role role = index == view->at ? ROLE_SELECTION_IDLE : ROLE_NORMAL;
    time_words(&view->day, stop->visit.starts_at, from);
    text_put(pane, y, 0, pane.width, role, ALIGN_LEFT, "");
    text_drawf(pane, y, 1, pane.width - STATUS - 2, role, "%s %s", from, stop->visit.who);
    text_put(pane, y, pane.width - STATUS - 1, STATUS,
             index == view->at ? role : status_role(stop->visit.status), ALIGN_LEFT,
             day_status_words(stop->visit.status));
}

/* As many of the stops as fit, the one that is shown among them. */
static void draw_list(const struct day_view *view, struct pane pane)
{
    size_t rows = pane.height > 0 ? (size_t)pane.height : 0;
    size_t top = view->at >= rows ? view->at - rows + 1 : 0;
    for (size_t i = 0; i < rows && top + i < view->day.count; i++)
        draw_list_row(view, top + i, pane, (int)i);
}

static void draw_stop(struct day_view *view, struct pane pane)
{
    const struct stop *stop = day_stop(view);
    view->columns = (size_t)((pane.width + 1) / BUTTON_WIDTH);
    view->columns = view->columns < 1                  ? 1
                    : view->columns > DAY_BUTTON_COUNT ? DAY_BUTTON_COUNT
                                                       : view->columns;
    int rows = (int)((DAY_BUTTON_COUNT + view->columns - 1) / view->columns);
    struct pane card = pane_part(pane, 1, 0, pane.height - 2 - rows, pane.width);
    view->scroll_most = 0;
    draw_selector(view, stop, pane_part(pane, 0, 0, 1, pane.width));
    if (view->failure.code != ERROR_NONE)
        text_draw(card, 0, 1, card.width - 1, ROLE_DANGER, view->failure.text);
    else if (stop == NULL)
        text_draw(card, 0, 1, card.width - 1, ROLE_DIM,
                  "Nothing is booked. Left and Right: other days");
    else
        draw_card(view, stop, card);
    if (stop == NULL)
        return;
    pane_line(pane, pane.height - rows - 1, ROLE_BORDER);
    draw_buttons(view, pane_part(pane, pane.height - rows, 0, rows, pane.width));
}

void day_draw(struct app *app, void *state, struct pane pane)
{
    struct day_view *view = state;
    int list = pane.width >= LIST_FROM ? LIST_WIDTH : 0;
    (void)app;
    if (list > 0) {
        draw_list(view, pane_part(pane, 0, 0, pane.height, list));
        for (int y = 0; y < pane.height; y++)
            shape_put(pane, y, list, ROLE_BORDER, SHAPE_LINE_V);
        list++;
    }
    draw_stop(view, pane_part(pane, 0, list, pane.height, pane.width - list));
}
