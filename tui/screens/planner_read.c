/* What the planner shows, read on the reader: one page for each period and view. */
#include "tui/screens/planner.h"

#include "model/base/instant.h"
#include "model/base/text.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    struct planner *planner; /* gone when the job was stopped */
    struct planner_page *page;
    struct uuid person;
    char zone[64];
};

void planner_page_free(struct planner_page *page)
{
    if (page == NULL)
        return;
    arena_free(page->arena);
    free(page);
}

static bool midnight(const struct planner_page *page, size_t day, const char *zone, int64_t *out)
{
    const struct clock_time local = {.date =
                                         date_from_number(date_number(page->first) + (int64_t)day)};
    return instant_from_local(&local, zone, out);
}

static void choose_people(struct planner_page *page, size_t from, size_t count)
{
    if (from >= page->all_count)
        return;
    page->people += from;
    page->first_person = from;
    page->person_count = count < page->all_count - from ? count : page->all_count - from;
}

/* Those who are shown: the one, all, or in a week as many of them as can be told apart, among them
 * the person of the place. */
static bool read_people(struct store *store, struct planner_page *page, const struct uuid *person,
                        struct error *err)
{
    const bool is_one = !uuid_is_zero(&page->alone);
    const struct roster_wish anyone = {.estimator = NULL};
    struct roster roster;
    if (!roster_load(store, &anyone, page->arena, &roster, err))
        return false;
    page->people = roster.members;
    page->person_count = page->all_count = roster.count;
    page->all = arena_alloc(page->arena, (roster.count + 1) * sizeof *page->all);
    size_t at = 0;
    for (size_t i = 0; i < roster.count; i++) {
        page->all[i] = roster.members[i].id;
        if (uuid_equal(&page->all[i], is_one ? &page->alone : person))
            at = i;
    }
    if (is_one)
        choose_people(page, at, 1);
    else if (page->view == VIEW_WEEK && roster.count > WEEK_PEOPLE)
        choose_people(page, at / WEEK_PEOPLE * WEEK_PEOPLE, WEEK_PEOPLE);
    return true;
}

/* An instant as a minute of the day between two midnights of the calendar's zone. */
static int minute_of(int64_t at, int64_t from, int64_t until, const char *zone)
{
    struct clock_time local;
    if (at <= from)
        return 0;
    if (at >= until || !instant_to_local(at, zone, &local))
        return TIMETABLE_DAY;
    return local.hour * 60 + local.minute;
}

struct shading {
    struct timetable_shade *shades;
    size_t count;
    int reached; /* the minute up to which the day is told */
};

static void shade(struct shading *shading, int from, int until, const char *label)
{
    if (until > from)
        shading->shades[shading->count++] =
            (struct timetable_shade){.starts = from, .ends = until, .label = label};
}

static void shade_spans(struct shading *shading, const struct span *spans, size_t count,
                        int64_t from, int64_t until, const char *zone)
{
    for (size_t i = 0; i < count; i++) {
        int starts = minute_of(spans[i].from, from, until, zone);
        int ends = minute_of(spans[i].until, from, until, zone);
        if (starts < shading->reached)
            starts = shading->reached;
        if (ends <= starts)
            continue;
        shade(shading, shading->reached, starts, NULL);
        if (spans[i].kind != SPAN_WORK)
            shade(shading, starts, ends,
                  spans[i].kind == SPAN_BREAK  ? "break"
                  : spans[i].reason[0] != '\0' ? spans[i].reason
                                               : "off");
        shading->reached = ends;
    }
}

/* What of a day is not worked, and why. Who lives in another zone may work on parts of three days
 * of their own. */
static void shade_day(struct planner_page *page, size_t person, size_t day, const char *zone)
{
    const struct roster_member *member = &page->people[person];
    const int64_t number = date_number(page->first) + (int64_t)day;
    const int reach = strcmp(member->zone, zone) == 0 ? 0 : 1;
    struct span *spans[3];
    size_t counts[3], all = 0;
    int64_t from, until;
    if (!midnight(page, day, zone, &from) || !midnight(page, day + 1, zone, &until))
        return;
    for (int i = -reach; i <= reach; i++)
        all += counts[i + 1] = roster_day(member, number + i, page->arena, &spans[i + 1]);
    struct shading shading = {.shades =
                                  arena_alloc(page->arena, (2 * all + 1) * sizeof *shading.shades)};
    for (int i = -reach; i <= reach; i++)
        shade_spans(&shading, spans[i + 1], counts[i + 1], from, until, zone);
    shade(&shading, shading.reached, TIMETABLE_DAY, shading.count == 0 ? "not working" : NULL);
    page->shades[person * page->days + day] = shading.shades;
    page->shade_counts[person * page->days + day] = shading.count;
}

/* In a week of several people nothing is shaded: somebody may work. */
static void shade_all(struct planner_page *page, const char *zone)
{
    size_t count = page->person_count * page->days;
    if (page->view == VIEW_WEEK && page->person_count != 1)
        return;
    page->shades = arena_alloc(page->arena, (count + 1) * sizeof *page->shades);
    page->shade_counts = arena_alloc(page->arena, (count + 1) * sizeof *page->shade_counts);
    for (size_t i = 0; i < count; i++)
        shade_day(page, i / page->days, i % page->days, zone);
}

static bool read_appointments(struct store *store, struct planner_page *page, const char *zone,
                              struct error *err)
{
    int64_t from, until;
    if (!midnight(page, 0, zone, &from) || !midnight(page, page->days, zone, &until))
        return error_set(err, ERROR_INPUT, "These days are beyond the years 1 to 9999.");
    bool is_part = page->person_count < page->all_count;
    int count = appointments_between(store, from, until, page->all + page->first_person,
                                     is_part ? page->person_count : 0, page->arena,
                                     &page->appointments, err);
    page->count = count > 0 ? (size_t)count : 0;
    return count >= 0;
}

static bool work(struct store *store, void *data, struct error *err)
{
    struct reading *reading = data;
    struct planner_page *page = reading->page;
    if (!read_people(store, page, &reading->person, err))
        return false;
    if (page->view == VIEW_MONTH)
        return month_read(store, page->first, page->days, reading->zone, &page->alone,
                          MONTH_ENTRIES_MOST, page->arena, page->month, err);
    shade_all(page, reading->zone);
    return read_appointments(store, page, reading->zone, err);
}

static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct reading *reading = data;
    struct planner *planner = reading->planner;
    if (worked) {
        planner_page_free(planner->page);
        planner->page = reading->page;
        error_clear(&planner->failure);
        planner_fill(planner);
        app_redraw(app);
    } else {
        planner_page_free(reading->page);
        if (err->code != ERROR_STOPPED) {
            planner->failure = *err;
            app_redraw(app);
        }
    }
    free(reading);
}

void planner_read(struct planner *planner)
{
    if (planner->view == VIEW_AGENDA)
        return;
    struct reading *reading = memory_new(sizeof *reading);
    struct planner_page *page = memory_new(sizeof *page);
    page->arena = arena_new();
    page->view = planner->view;
    page->first = planner_first(planner, &page->days);
    if (planner->is_alone && planner->view != VIEW_DAY)
        page->alone = planner->person;
    *reading = (struct reading){.planner = planner, .page = page, .person = planner->person};
    text_copy(reading->zone, sizeof reading->zone, planner->zone != NULL ? planner->zone : "");
    app_read(planner->app,
             (struct job){.owner = planner, .work = work, .done = done, .data = reading});
}
