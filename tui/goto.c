#include "tui/goto.h"

#include "model/search.h"
#include "model/text.h"
#include "tui/screens/screens.h"
#include "tui/widgets/picker.h"

#include <string.h>

enum { HITS = 50 };

struct target {
    const struct window_ops *screen;
    const char *argument; /* NULL: the screen itself */
};

static const struct target *new_target(struct arena *arena, const struct window_ops *screen,
                                       const char *argument)
{
    struct target *target = arena_alloc(arena, sizeof *target);
    *target = (struct target){screen, argument};
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

static const struct window_ops *screen_of(const char *table)
{
    for (size_t i = 0; i < screen_count; i++)
        if (screens[i]->table && strcmp(screens[i]->table, table) == 0)
            return screens[i];
    return NULL;
}

static size_t add_hits(const struct search_hit *hits, int hit_count, bool are_exact,
                       struct arena *arena, struct picker_item *out, size_t limit)
{
    size_t count = 0;
    for (int i = 0; i < hit_count && count < limit; i++) {
        const struct window_ops *screen = screen_of(hits[i].table);
        char id[UUID_TEXT_SIZE];
        if (!screen || hits[i].is_exact != are_exact)
            continue;
        uuid_text(&hits[i].id, id);
        const char *argument = arena_format(arena, "id:%s", id);
        out[count++] = (struct picker_item){
            .shown = {.text = hits[i].title, .detail = hits[i].subtitle, .note = screen->title},
            .value = new_target(arena, screen, argument)};
    }
    return count;
}

/* Rows whose number, code or telephone is exactly what is typed, screens, all other rows. */
static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    struct search_hit hits[HITS];
    struct error err;
    struct store *store = app_store(context);
    int hit_count = 0;
    if (store && !text_is_blank(typed))
        hit_count = search_anything(store, typed, HITS, arena, hits, &err);
    if (hit_count < 0)
        app_toast_error(context, &err);
    size_t count = add_hits(hits, hit_count, true, arena, out, limit);
    count += add_screens(typed, arena, out + count, limit - count);
    return count + add_hits(hits, hit_count, false, arena, out + count, limit - count);
}

static void go(struct app *app, void *context, const struct picker_item *item)
{
    const struct target *target = item ? item->value : NULL;
    (void)context;
    if (target)
        app_open(app, target->screen->name, target->argument);
}

void goto_open(struct app *app)
{
    struct picker picker = {.title = "Go to",
                            .hint = "a screen, an order, a product, a customer …",
                            .takes_scans = true,
                            .find = find,
                            .done = go,
                            .context = app};
    picker_open(app, &picker);
}
