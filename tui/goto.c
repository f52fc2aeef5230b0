#include "tui/goto.h"

#include "model/base/text.h"
#include "model/list/search.h"
#include "model/store/schema.h"
#include "tui/screens/channels.h"
#include "tui/screens/record_lookup.h"
#include "tui/screens/screens.h"
#include "tui/widgets/picker.h"

#include <stdlib.h>
#include <string.h>

enum { HITS = 50 };

/* What could be done where Ctrl-K was pressed. */
struct start {
    struct app *app;
    struct arena *arena;
    struct app_choice *choices;
    size_t choice_count;
};

struct target {
    const struct window_ops *screen;
    const char *argument;        /* NULL: the screen itself */
    const struct action *action; /* instead of a screen */
    const struct uuid *person;   /* instead of both: to write to */
};

static const struct target *new_target(struct arena *arena, const struct window_ops *screen,
                                       const char *argument)
{
    struct target *target = arena_alloc(arena, sizeof *target);
    *target = (struct target){.screen = screen, .argument = argument};
    return target;
}

static size_t add_screens(const char *typed, struct arena *arena, struct picker_item *out,
                          size_t limit)
{
    const char *key = text_fold(typed, arena);
    size_t count = 0;
    for (size_t i = 0; i < screen_count && count < limit; i++)
        if (strstr(text_fold(screens[i]->title, arena), key))
            out[count++] = (struct picker_item){.shown = {.text = screens[i]->title},
                                                .value = new_target(arena, screens[i], NULL)};
    return count;
}

/* Where a row is shown: on the screen of its table, else among the records. */
static const struct target *target_of(const struct search_hit *hit, struct arena *arena)
{
    char id[UUID_TEXT_SIZE];
    uuid_text(&hit->id, id);
    for (size_t i = 0; i < screen_count; i++)
        if (screens[i]->table && strcmp(screens[i]->table, hit->table) == 0)
            return new_target(arena, screens[i], arena_format(arena, "id:%s", id));
    return new_target(arena, &records_ops, arena_format(arena, "%s:%s", hit->table, id));
}

static size_t add_tables(const struct schema *schema, const char *typed, struct arena *arena,
                         struct picker_item *out, size_t limit)
{
    const char *key = text_fold(typed, arena);
    size_t count = 0;
    for (size_t i = 0; i < schema->table_count && count < limit; i++) {
        const struct table *table = &schema->tables[i];
        if (strstr(text_fold(table->label, arena), key))
            out[count++] =
                (struct picker_item){.shown = {.text = table->label, .note = "table"},
                                     .value = new_target(arena, &records_ops, table->name)};
    }
    return count;
}

/* Channels by a part of their names. */
static size_t add_channels(const struct start *start, const char *typed, struct arena *arena,
                           struct picker_item *out, size_t limit)
{
    struct channel *channels;
    const char *key = text_fold(typed[0] == '#' ? typed + 1 : typed, arena);
    const struct uuid *person = &app_actor(start->app)->user_id;
    int found = channels_of(app_store(start->app), person, false, arena, &channels, NULL);
    size_t count = 0;
    for (int i = 0; i < found && count < limit; i++) {
        char id[UUID_TEXT_SIZE];
        bool is_direct = channels[i].kind == CHANNEL_DIRECT;
        if (is_direct || !strstr(text_fold(channels[i].name, arena), key))
            continue;
        uuid_text(&channels[i].id, id);
        out[count++] = (struct picker_item){
            .shown = {.text = arena_format(arena, "#%s", channels[i].name),
                      .detail = channels[i].description,
                      .note = "channel"},
            .value = new_target(arena, &channels_ops, arena_format(arena, "id:%s", id))};
    }
    return count;
}

/* Who works here, to write to. */
static size_t add_people(const struct start *start, const char *typed, struct arena *arena,
                         struct picker_item *out, size_t limit)
{
    enum { PEOPLE = 10 };
    struct form_option *found = arena_alloc(arena, PEOPLE * sizeof *found);
    const struct table *users = schema_table(store_schema(app_store(start->app)), "users");
    size_t count = record_look_up(start->app, users, typed[0] == '@' ? typed + 1 : typed, arena,
                                  found, limit < PEOPLE ? limit : PEOPLE);
    for (size_t i = 0; i < count; i++) {
        struct target *target = arena_alloc(arena, sizeof *target);
        struct uuid *person = arena_alloc(arena, sizeof *person);
        uuid_parse(found[i].id, person);
        *target = (struct target){.person = person};
        out[i] = (struct picker_item){
            .shown = {.text = found[i].title, .detail = found[i].detail, .note = "write to"},
            .value = target};
    }
    return count;
}

/* What can be done here, by its name. */
static size_t add_actions(const struct start *start, const char *typed, struct arena *arena,
                          struct picker_item *out, size_t limit)
{
    const char *key = text_fold(typed, arena);
    const struct app_choice *choices = start->choices;
    size_t count = 0;
    for (size_t i = 0; i < start->choice_count && count < limit; i++) {
        const struct action *action = choices[i].action;
        if (!strstr(text_fold(action->label, arena), key))
            continue;
        struct target *target = arena_alloc(arena, sizeof *target);
        *target = (struct target){.action = action};
        out[count++] = (struct picker_item){.shown = {.text = action->label,
                                                      .detail = action->help,
                                                      .note = choices[i].keys,
                                                      .is_disabled = choices[i].why_not != NULL},
                                            .why_not = choices[i].why_not,
                                            .value = target};
    }
    return count;
}

static size_t add_hits(const struct schema *schema, const struct search_hit *hits, int hit_count,
                       bool are_exact, struct arena *arena, struct picker_item *out, size_t limit)
{
    size_t count = 0;
    for (int i = 0; i < hit_count && count < limit; i++) {
        const struct table *table = schema_table(schema, hits[i].table);
        if (!table || hits[i].is_exact != are_exact)
            continue;
        out[count++] = (struct picker_item){
            .shown = {.text = hits[i].title, .detail = hits[i].subtitle, .note = table->label},
            .value = target_of(&hits[i], arena)};
    }
    return count;
}

/* Rows whose number, code or telephone is exactly what is typed, screens, channels, all other rows,
 * people, tables, and what can be done here. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    const struct start *start = context;
    struct search_hit hits[HITS];
    struct error err;
    struct store *store = app_store(start->app);
    bool is_blank = text_is_blank(typed);
    int hit_count = store && !is_blank ? search_anything(store, typed, HITS, arena, hits, &err) : 0;
    if (hit_count < 0)
        app_toast_error(start->app, &err);
    if (is_blank || !store)
        return add_screens(typed, arena, out, limit);
    const struct schema *schema = store_schema(store);
    size_t count = add_hits(schema, hits, hit_count, true, arena, out, limit);
    count += add_screens(typed, arena, out + count, limit - count);
    count += add_channels(start, typed, arena, out + count, limit - count);
    count += add_hits(schema, hits, hit_count, false, arena, out + count, limit - count);
    count += add_people(start, typed, arena, out + count, limit - count);
    count += add_tables(schema, typed, arena, out + count, limit - count);
    return count + add_actions(start, typed, arena, out + count, limit - count);
}

static void go(struct app *app, void *context, const struct picker_item *item)
{
    const struct target *target = item ? item->value : NULL;
    struct start *start = context;
    if (target && target->action)
        app_run(app, target->action);
    else if (target && target->person)
        channels_show_person(app, target->person);
    else if (target)
        app_open(app, target->screen->name, target->argument);
    arena_free(start->arena);
    free(start);
}

void goto_open(struct app *app)
{
    struct start *start = memory_new(sizeof *start);
    *start = (struct start){.app = app, .arena = arena_new()};
    start->choice_count = app_choices(app, start->arena, &start->choices);
    struct picker picker = {.title = "Go to",
                            .hint = "an order, a product, a customer, a channel, a screen …",
                            .takes_scans = true,
                            .find = find,
                            .done = go,
                            .context = start};
    picker_open(app, &picker);
}
