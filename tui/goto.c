#include "tui/goto.h"

#include "model/text.h"
#include "tui/screens/screens.h"
#include "tui/widgets/picker.h"

#include <string.h>

enum { FROM_ONE_SCREEN = 20 };

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

static size_t add_places(struct app *app, const struct window_ops *screen, const char *typed,
                         struct arena *arena, struct picker_item *out, size_t limit)
{
    struct place places[FROM_ONE_SCREEN];
    size_t count =
        screen->find(app, typed, arena, places, limit < FROM_ONE_SCREEN ? limit : FROM_ONE_SCREEN);
    for (size_t i = 0; i < count; i++)
        out[i] = (struct picker_item){
            .shown = {.text = places[i].title, .detail = places[i].detail, .note = screen->title},
            .value = new_target(arena, screen, places[i].argument)};
    return count;
}

static size_t find(void *context, const char *typed, struct arena *arena, struct picker_item *out,
                   size_t limit)
{
    size_t count = add_screens(typed, arena, out, limit);
    for (size_t i = 0; i < screen_count && !text_is_blank(typed); i++)
        if (screens[i]->find)
            count += add_places(context, screens[i], typed, arena, out + count, limit - count);
    return count;
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
