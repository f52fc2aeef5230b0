#include "tui/screens/parts.h"

#include <stdlib.h>
#include <string.h>

/* On the reader. */
struct counting {
    struct parts *parts; /* gone when the job was stopped */
    const struct query_source *source;
    const struct part *part;
    size_t count;
    int64_t counts[PARTS_MAX];
};

static bool count_work(struct store *store, void *data, struct error *err)
{
    struct counting *counting = data;
    struct arena *arena = arena_new();
    bool is_good = true;
    for (size_t i = 0; i < counting->count && is_good; i++) {
        counting->counts[i] = -1;
        if (!counting->part[i].is_counted)
            continue;
        const struct query query = {.source = counting->source,
                                    .filter =
                                        filter_parse(counting->source, counting->part[i].filter,
                                                     store_env(store), arena, NULL, err)};
        counting->counts[i] = query.filter != NULL ? query_count(store, &query, err) : -1;
        is_good = counting->counts[i] >= 0;
    }
    arena_free(arena);
    return is_good;
}

static void count_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct counting *counting = data;
    if (worked) {
        for (size_t i = 0; i < counting->count; i++)
            counting->parts->tab[i].count = counting->counts[i];
        app_redraw(app);
    } else if (err->code != ERROR_STOPPED) {
        app_toast_error(app, err);
    }
    free(counting);
}

void parts_count(struct parts *parts)
{
    struct listing *listing = parts->listing;
    bool is_counted = false;
    for (size_t i = 0; i < parts->tabs.count; i++)
        is_counted |= parts->part[i].is_counted;
    if (!is_counted)
        return;
    struct counting *counting = memory_new(sizeof *counting);
    *counting = (struct counting){.parts = parts,
                                  .source = listing->ops->source,
                                  .part = parts->part,
                                  .count = parts->tabs.count};
    app_read(
        listing->app,
        (struct job){.owner = parts, .work = count_work, .done = count_done, .data = counting});
}

void parts_init(struct parts *parts, struct listing *listing, const struct part *part, size_t count,
                size_t active)
{
    *parts = (struct parts){.listing = listing, .part = part};
    for (size_t i = 0; i < count; i++)
        parts->tab[i] = (struct tab){.label = part[i].label, .count = -1, .limit = QUERY_COUNT_MAX};
    parts->tabs = (struct tabs){.tabs = parts->tab, .count = count, .active = active};
    listing_set_base(listing, part[active].filter);
    parts_count(parts);
}

void parts_done(struct parts *parts)
{
    app_read_stop(parts->listing->app, parts);
}

void parts_draw(struct parts *parts, struct pane pane)
{
    for (size_t i = 0; i < parts->tabs.count; i++)
        if (strcmp(parts->listing->base, parts->part[i].filter) == 0)
            parts->tabs.active = i;
    tabs_draw(&parts->tabs, pane_part(pane, 0, 0, 1, pane.width));
    listing_draw(parts->listing, pane_part(pane, 1, 0, pane.height - 1, pane.width));
}

unsigned parts_handle(struct parts *parts, const struct event *event)
{
    unsigned outcome = OUTCOME_IGNORED;
    if (!listing_has_text_focus(parts->listing))
        outcome = tabs_handle(&parts->tabs, event);
    if (outcome & OUTCOME_RELOAD)
        listing_set_base(parts->listing, parts->part[parts->tabs.active].filter);
    if (outcome != OUTCOME_IGNORED)
        return outcome & ~(unsigned)OUTCOME_RELOAD;
    return listing_handle(parts->listing, event);
}
