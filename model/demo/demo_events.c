/* What the web site counts: events, page views and visits, with their roll-ups by day. */
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES = 5, SOURCES = 4, PATHS = 6, PAGE_VIEWS_MAX = 200000, SESSIONS_MAX = 20000 };

static const struct {
    const char *type;
    int weight;
} types[TYPES] = {{"click", 70}, {"cart", 18}, {"conversion", 8}, {"rebill", 3}, {"refund", 1}};
static const char *const sources[SOURCES] = {"search", "direct", "newsletter", "social"};
static const char *const paths[PATHS] = {"/",        "/interior-paint", "/wood-floors",
                                         "/journal", "/cart",           "/visit"};
enum { NEWSLETTER = 2 };

/* Of one day. */
struct sums {
    int64_t events[TYPES][SOURCES], cents[TYPES][SOURCES];
};

static void put_event(struct demo *demo, struct sums *sums, int64_t at)
{
    int64_t ticket = demo_below(demo, 100);
    int type = 0;
    while ((ticket -= types[type].weight) >= 0)
        type++;
    int source = (int)demo_below(demo, SOURCES);
    bool has_money = type >= 2;
    int64_t cents = has_money ? 990 + demo_below(demo, 9000) : 0;
    char session[24];
    snprintf(session, sizeof session, "s%08lld", (long long)demo_below(demo, 100000000));
    demo_put(demo, "analytics_events", at,
             "occurred_at:i event_type:t campaign_id:u session_token:t source:t revenue_cents:n "
             "currency:t",
             at, types[type].type, source == NEWSLETTER ? &demo->campaign : NULL, session,
             sources[source], type == 4 ? -cents : cents, has_money ? "EUR" : NULL);
    sums->events[type][source]++;
    sums->cents[type][source] += type == 4 ? -cents : cents;
}

static void put_sums(struct demo *demo, const struct demo_day *day, const struct sums *sums)
{
    for (int type = 0; type < TYPES; type++)
        for (int source = 0; source < SOURCES; source++)
            if (sums->events[type][source] > 0)
                demo_put(demo, "event_days", day->closes,
                         "day:t event_type:t campaign_id:u source:t currency:t event_count:i "
                         "revenue_cents:i",
                         day->date, types[type].type, source == NEWSLETTER ? &demo->campaign : NULL,
                         sources[source], "EUR", sums->events[type][source],
                         sums->cents[type][source]);
}

/* `count` instants in order, spread over the day. */
static int64_t instant_at(const struct demo_day *day, int64_t number, int64_t count)
{
    return day->opens + (day->closes - day->opens) / count * number;
}

static void put_events(struct demo *demo)
{
    int64_t count = demo->size->events, made = 0, days = (int64_t)demo->day_count;
    for (int64_t i = 0; i < days; i++) {
        const struct demo_day *day = &demo->days[i];
        struct sums sums = {.events = {{0}}};
        int64_t until = count * (i + 1) / days, first = made;
        for (; made < until && demo_pause(demo, "events", made, count); made++)
            put_event(demo, &sums, instant_at(day, made - first, until - first));
        put_sums(demo, day, &sums);
    }
}

static void put_visit(struct demo *demo, int64_t number, int64_t at)
{
    static const char *const devices[] = {"desktop", "mobile", "mobile", "tablet"};
    char token[24];
    snprintf(token, sizeof token, "v%08lld", (long long)number);
    int pages = 1 + (int)demo_below(demo, 5);
    struct uuid id = demo_put(
        demo, "visitor_sessions", at,
        "session_token:t entry_page:t exit_page:t duration_seconds:d pages_viewed:d is_bounce:d "
        "device_type:t browser:t country:t started_at:i ended_at:i",
        token, demo_pick(demo, paths), demo_pick(demo, paths), pages * 40, pages, pages == 1,
        demo_pick(demo, devices), "Firefox", "DE", at, at + 40 * SECOND_US * pages);
    if (number % 25 == 3)
        demo_put(demo, "conversions", at,
                 "conversion_goal_id:u visitor_session_id:u value_cents:i currency:t "
                 "converted_at:i",
                 &demo->goal, &id, (int64_t)4990, "EUR", at);
}

static void put_views(struct demo *demo)
{
    int64_t count = demo->size->events / 4, made = 0, days = (int64_t)demo->day_count;
    if (count > PAGE_VIEWS_MAX)
        count = PAGE_VIEWS_MAX;
    if (count < days)
        count = days;
    for (int64_t i = 0; i < days; i++) {
        const struct demo_day *day = &demo->days[i];
        int64_t views[PATHS] = {0};
        int64_t until = count * (i + 1) / days, first = made;
        for (; made < until && demo_pause(demo, "page views", made, count); made++) {
            int64_t at = instant_at(day, made - first, until - first);
            size_t path = (size_t)demo_below(demo, PATHS);
            char token[24];
            snprintf(token, sizeof token, "v%08lld", (long long)(made / 3));
            if (made % 3 == 0 && made / 3 < SESSIONS_MAX)
                put_visit(demo, made / 3, at);
            demo_put(demo, "page_views", at,
                     "occurred_at:i session_token:t path:t load_time_ms:d utm_source:t", at, token,
                     paths[path], 80 + (int)demo_below(demo, 900),
                     path == 0 ? demo_pick(demo, sources) : NULL);
            views[path]++;
        }
        for (size_t path = 0; path < PATHS; path++)
            if (views[path] > 0)
                demo_put(demo, "page_view_days", day->closes,
                         "day:t path:t view_count:i visitor_count:i", day->date, paths[path],
                         views[path], (views[path] + 2) / 3);
    }
}

static void put_goals(struct demo *demo)
{
    int64_t at = demo->days[0].opens;
    demo->goal = demo_put(demo, "conversion_goals", at,
                          "name:t goal_type:t event_type:t value_cents:d currency:t", "Order",
                          "event", "conversion", 4990, "EUR");
    struct uuid funnel = demo_put(demo, "funnels", at, "name:t description:t", "From look to order",
                                  "Where people leave");
    static const char *const steps[][2] = {{"Looks", "/"}, {"Fills the cart", "/cart"}};
    for (int i = 0; i < (int)DEMO_COUNT(steps); i++)
        demo_put(demo, "funnel_steps", at, "funnel_id:u step_number:d name:t path:t", &funnel,
                 i + 1, steps[i][0], steps[i][1]);
    static const char *const reports[][3] = {
        {"Revenue this month", "revenue", "{\"period\":\"month\"}"},
        {"Best sellers of the quarter", "top_products", "{\"period\":\"quarter\"}"},
        {"What lies too long", "slow_stock", "{\"days\":90}"}};
    for (size_t i = 0; i < DEMO_COUNT(reports); i++)
        demo_put(demo, "saved_reports", at, "name:t report:t owner_id:u is_shared:d settings:t",
                 reports[i][0], reports[i][1], &demo->staff[OWNER], 1, reports[i][2]);
}

void demo_events(struct demo *demo)
{
    put_goals(demo);
    put_events(demo);
    put_views(demo);
}
