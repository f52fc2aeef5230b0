#include "tui/screens/own_list.h"

#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"

#include <stdio.h>
#include <stdlib.h>

enum { BASE_SIZE = UUID_TEXT_SIZE + 80 };

static void format_base(const struct own_list *list, const struct own_tab *tab,
                        char base[BASE_SIZE])
{
    char person[UUID_TEXT_SIZE];
    uuid_text(&list->person, person);
    snprintf(base, BASE_SIZE, "person:%s %s", person, tab->filter);
}

/* What a person has is little, and found by an index. */
static int64_t count_of(const struct own_list *list, const struct own_tab *tab)
{
    char base[BASE_SIZE];
    struct store *store = app_store(list->app);
    struct arena *arena = arena_new();
    format_base(list, tab, base);
    const struct query query = {.source = list->listing.ops->source,
                                .filter = filter_parse(list->listing.ops->source, base,
                                                       store_env(store), arena, NULL, NULL)};
    int64_t count = query.filter != NULL ? query_count(store, &query, NULL) : -1;
    arena_free(arena);
    return count;
}

static void count_tabs(struct own_list *list)
{
    for (size_t i = 0; i < list->tabs.count; i++)
        if (list->own_tabs[i].is_counted)
            list->tab[i].count = count_of(list, &list->own_tabs[i]);
}

static void show_tab(struct own_list *list)
{
    char base[BASE_SIZE];
    const struct own_tab *tab = &list->own_tabs[list->tabs.active];
    format_base(list, tab, base);
    listing_set_base(&list->listing, base);
    listing_set_sort(&list->listing, tab->sort, tab->is_descending);
}

/* Somebody else may work here by now. */
static bool follow_person(struct own_list *list)
{
    const struct uuid *person = &app_actor(list->app)->user_id;
    if (uuid_equal(&list->person, person))
        return false;
    list->person = *person;
    return true;
}

void own_list_init(struct own_list *list, struct app *app, const struct listing_ops *ops,
                   const struct own_tab *tabs, size_t count)
{
    list->app = app;
    list->own_tabs = tabs;
    for (size_t i = 0; i < count; i++)
        list->tab[i] = (struct tab){.label = tabs[i].label, .count = -1, .limit = QUERY_COUNT_MAX};
    list->tabs = (struct tabs){.tabs = list->tab, .count = count};
    listing_init(&list->listing, app, ops, list);
    follow_person(list);
    count_tabs(list);
    show_tab(list);
}

void own_list_refresh(struct app *app, void *state)
{
    struct own_list *list = state;
    (void)app;
    if (follow_person(list))
        show_tab(list);
    count_tabs(list);
    listing_reload(&list->listing);
}

void own_list_draw(struct app *app, void *state, struct pane pane)
{
    struct own_list *list = state;
    (void)app;
    tabs_draw(&list->tabs, pane_part(pane, 0, 0, 1, pane.width));
    listing_draw(&list->listing, pane_part(pane, 1, 0, pane.height - 1, pane.width));
}

unsigned own_list_handle(struct app *app, void *state, const struct event *event)
{
    struct own_list *list = state;
    unsigned outcome = OUTCOME_IGNORED;
    (void)app;
    if (!listing_has_text_focus(&list->listing))
        outcome = tabs_handle(&list->tabs, event);
    if (outcome & OUTCOME_RELOAD)
        show_tab(list);
    if (outcome != OUTCOME_IGNORED)
        return outcome & ~(unsigned)OUTCOME_RELOAD;
    return listing_handle(&list->listing, event);
}

bool own_list_has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct own_list *)state)->listing);
}

bool own_list_has_row(const void *state)
{
    return listing_has_row(&((const struct own_list *)state)->listing);
}

void own_list_status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct own_list *)state)->listing, text, size);
}

void own_list_close(struct app *app, void *state)
{
    (void)app;
    listing_done(&((struct own_list *)state)->listing);
    free(state);
}

unsigned own_list_edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct own_list *)state)->listing);
    return OUTCOME_REDRAW;
}

unsigned own_list_export(struct app *app, void *state)
{
    list_export_open(app, &((struct own_list *)state)->listing);
    return OUTCOME_HANDLED;
}

unsigned own_list_copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct own_list *)state)->listing);
    return OUTCOME_HANDLED;
}
