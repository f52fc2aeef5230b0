/* What was taken in day by day, as columns over time, with the sums of the period. */
#include "tui/screens/screens.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/shop/revenue.h"
#include "model/shop/tenant.h"
#include "tui/app.h"
#include "tui/widgets/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_MAX = 366 };

static const struct period {
    const char *title;
    int days;
} periods[] = {{"30 days", 30}, {"90 days", 90}, {"a year", DAYS_MAX}};

struct days {
    struct app *app;
    size_t period;
    int64_t last; /* the number of the last day shown */
    char currency[4];
    struct revenue_day shown[DAYS_MAX];
    struct error failure; /* of the last reading; code ERROR_NONE: none */
};

static int count_of(const struct days *state)
{
    return periods[state->period].days;
}

static struct date first_of(const struct days *state)
{
    return date_from_number(state->last - count_of(state) + 1);
}

/* A year of days is one short look into an index, so it is read at once. */
static void read_days(struct app *app, struct days *state)
{
    error_clear(&state->failure);
    revenue_days(app_store(app), state->currency, first_of(state), (size_t)count_of(state),
                 state->shown, &state->failure);
}

static int64_t today(struct app *app)
{
    const struct env *env = store_env(app_store(app));
    struct clock_time now;
    return instant_to_local(env_now(env), env->zone, &now) ? date_number(now.date) : 0;
}

/* The newest days; a shop whose last sale is longer ago, such as an imported one, begins there. */
static bool begin(struct app *app, struct days *state, struct error *err)
{
    struct store *store = app_store(app);
    struct date newest;
    int found = tenant_currency(store, state->currency, err)
                    ? revenue_newest(store, state->currency, &newest, err)
                    : -1;
    state->last = today(app);
    if (found == 1 && date_number(newest) <= state->last - count_of(state))
        state->last = date_number(newest);
    return found >= 0;
}

static void *open_days(struct app *app, const char *argument, struct error *err)
{
    (void)argument;
    struct days *state = memory_new(sizeof *state);
    state->app = app;
    if (!begin(app, state, err)) {
        free(state);
        return NULL;
    }
    read_days(app, state);
    return state;
}

static void refresh(struct app *app, void *context)
{
    read_days(app, context);
}

/* The chart asks for a text of each value alone, so there is one function for each exponent. */
#define FORMAT(name, currency)                                                                     \
    static void name(int64_t value, char text[CHART_TEXT_SIZE])                                    \
    {                                                                                              \
        money_format(value, currency, text);                                                       \
    }
FORMAT(format_whole, "JPY")
FORMAT(format_cents, "EUR")
FORMAT(format_mills, "KWD")

static chart_format format_of(const char *currency)
{
    int exponent = money_exponent(currency);
    return exponent == 0 ? format_whole : exponent == 3 ? format_mills : format_cents;
}

static void draw_sums(const struct days *state, struct pane pane)
{
    int64_t revenue = 0;
    int64_t orders = 0;
    const struct revenue_day *best = &state->shown[0];
    for (int i = 0; i < count_of(state); i++) {
        const struct revenue_day *day = &state->shown[i];
        revenue += day->revenue_cents;
        orders += day->order_count;
        if (day->revenue_cents > best->revenue_cents)
            best = day;
    }
    char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE], most[DATE_TEXT_SIZE];
    char sum[MONEY_TEXT_SIZE], average[MONEY_TEXT_SIZE], top[MONEY_TEXT_SIZE];
    date_format(first_of(state), from);
    date_format(date_from_number(state->last), to);
    date_format(best->day, most);
    money_format(revenue, state->currency, sum);
    money_format(orders > 0 ? revenue / orders : 0, state->currency, average);
    money_format(best->revenue_cents, state->currency, top);
    int x = text_drawf(pane, 0, 1, pane.width - 1, ROLE_STRONG, "%s %s", sum, state->currency);
    text_drawf(pane, 0, x + 3, pane.width - x - 3, ROLE_NORMAL, "from %s to %s", from, to);
    if (orders > 0)
        text_drawf(pane, 1, 1, pane.width - 1, ROLE_DIM,
                   "%lld orders, %s each; best day %s with %s", (long long)orders, average, most,
                   top);
    else
        text_draw(pane, 1, 1, pane.width - 1, ROLE_DIM, "no orders in these days");
}

static void draw_days(struct app *app, void *context, struct pane pane)
{
    (void)app;
    const struct days *state = context;
    struct chart_value values[DAYS_MAX];
    char labels[DAYS_MAX][8];
    cursor_put(pane, 0, 0, false);
    if (state->failure.code != ERROR_NONE) {
        text_draw(pane, 0, 1, pane.width - 1, ROLE_DANGER, state->failure.text);
        return;
    }
    for (int i = 0; i < count_of(state); i++) {
        const struct revenue_day *day = &state->shown[i];
        snprintf(labels[i], sizeof labels[i], "%02d-%02d", day->day.month, day->day.day);
        values[i] = (struct chart_value){.label = labels[i], .value = day->revenue_cents};
    }
    draw_sums(state, pane);
    chart_columns(pane_part(pane, 3, 1, pane.height - 3, pane.width - 2), values,
                  (size_t)count_of(state), ROLE_CHART_1, format_of(state->currency));
}

static unsigned shift(struct app *app, struct days *state, int64_t by)
{
    int64_t last = state->last + by;
    if (last > today(app))
        last = today(app);
    if (date_from_number(last - DAYS_MAX).year < 1)
        return OUTCOME_HANDLED;
    state->last = last;
    read_days(app, state);
    return OUTCOME_REDRAW;
}

static unsigned earlier(struct app *app, void *context)
{
    struct days *state = context;
    return shift(app, state, -count_of(state));
}

static unsigned later(struct app *app, void *context)
{
    struct days *state = context;
    return shift(app, state, count_of(state));
}

static const char *why_not_later(struct app *app, const void *context)
{
    const struct days *state = context;
    return state->last >= today(app) ? "These are the newest days" : NULL;
}

static unsigned change_period(struct app *app, void *context)
{
    struct days *state = context;
    state->period = (state->period + 1) % (sizeof periods / sizeof periods[0]);
    read_days(app, state);
    return OUTCOME_REDRAW;
}

static unsigned open_orders(struct app *app, void *context)
{
    const struct days *state = context;
    char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE], filter[64];
    date_format(first_of(state), from);
    date_format(date_from_number(state->last), to);
    snprintf(filter, sizeof filter, "day:%s..%s", from, to);
    app_open(app, "orders", filter);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "days.orders",
     .keys = "enter",
     .label = "orders",
     .help = "List the orders of these days.",
     .flags = ACTION_OFFLINE_OK,
     .run = open_orders},
    {.id = "days.earlier",
     .keys = "left h pgup",
     .label = "earlier",
     .help = "Go back by the period that is shown.",
     .flags = ACTION_OFFLINE_OK,
     .run = earlier},
    {.id = "days.later",
     .keys = "right l pgdn",
     .label = "later",
     .help = "Go forward by the period that is shown.",
     .flags = ACTION_OFFLINE_OK,
     .run = later,
     .why_not = why_not_later},
    {.id = "days.period",
     .keys = "p",
     .label = "period",
     .help = "Change between 30 days, 90 days and a year.",
     .flags = ACTION_OFFLINE_OK,
     .run = change_period},
};

static void status(struct app *app, void *context, char *text, size_t size)
{
    (void)app;
    const struct days *state = context;
    snprintf(text, size, "%s", periods[state->period].title);
}

static void close_days(struct app *app, void *context)
{
    (void)app;
    free(context);
}

const struct window_ops days_ops = {
    .name = "days",
    .title = "Days",
    .help = "What the shop took in on each business day: orders that are neither drafts nor "
            "cancelled, less what was given back, on the day it was given back.",
    .actions = {.name = "days", .actions = actions, .count = sizeof actions / sizeof actions[0]},
    .open = open_days,
    .refresh = refresh,
    .draw = draw_days,
    .status = status,
    .close = close_days,
};
