#include "tui/attention.h"

#include "model/people/todo.h"
#include "model/talk/wanted.h"
#include "tui/screens/channels.h"
#include "tui/screens/notices.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/screens/sync.h"

#include <stdlib.h>
#include <string.h>

enum { WANTS_MOST = 64 };

struct want {
    enum wanted_kind kind;
    bool is_todo; /* the list of what is due, whatever the rest says */
    struct uuid id, channel, notice;
};

/* A way through what wants the person; one for each desk, by its person. */
struct round {
    struct uuid person;
    unsigned shown; /* the window that the last press brought; 0: none */
    bool is_new;    /* it was opened for that */
    struct want seen[WANTS_MOST];
    size_t count;
};

static const char key; /* of the rounds of an app */

struct rounds {
    struct round *rounds;
    size_t count;
};

static void release(void *value)
{
    free(((struct rounds *)value)->rounds);
    free(value);
}

static struct round *round_of(struct app *app)
{
    struct rounds *all = app_kept(app, &key);
    const struct uuid *person = &app_actor(app)->user_id;
    if (!all) {
        all = memory_new(sizeof *all);
        app_keep(app, &key, all, release);
    }
    for (size_t i = 0; i < all->count; i++)
        if (uuid_equal(&all->rounds[i].person, person))
            return &all->rounds[i];
    all->rounds = memory_resize(all->rounds, all->count + 1, sizeof *all->rounds);
    all->rounds[all->count] = (struct round){.person = *person};
    return &all->rounds[all->count++];
}

/* Decisions are gone through in their list; what is due comes last. */
static size_t find_wants(struct app *app, struct want *wants)
{
    struct error err;
    size_t count = 0;
    struct arena *arena = arena_new();
    struct wanted *wanted = arena_alloc(arena, WANTS_MOST * sizeof *wanted);
    int found =
        wanted_list(app->store, &app_actor(app)->user_id, WANTS_MOST - 1, arena, wanted, &err);
    if (found < 0)
        app_toast_error(app, &err);
    for (int i = 0; i < found; i++)
        wants[count++] = (struct want){.kind = wanted[i].kind,
                                       .id = wanted[i].id,
                                       .channel = wanted[i].channel,
                                       .notice = wanted[i].notice};
    if (todo_count_due(app->store, &app_actor(app)->user_id) > 0)
        wants[count++] = (struct want){.is_todo = true};
    arena_free(arena);
    return count;
}

static void show(struct app *app, const struct want *want)
{
    if (want->is_todo) {
        app_open(app, todos_ops.name, "");
        return;
    }
    switch (want->kind) {
    case WANTED_MENTION:
    case WANTED_DIRECT:
        channels_show(app, &want->channel, &want->id);
        break;
    case WANTED_REFUSED:
        sync_show(app, SYNC_TAB_ATTENTION);
        break;
    case WANTED_NOTICE:
        notice_show(app, &want->notice);
        break;
    case WANTED_APPOINTMENT:
        record_show(app, "appointments", &want->id);
        break;
    }
}

/* Of a channel the next unread message comes with the next round. */
static bool is_same(const struct want *a, const struct want *b)
{
    if (a->is_todo || b->is_todo)
        return a->is_todo && b->is_todo;
    if (!uuid_is_zero(&a->channel) || !uuid_is_zero(&b->channel))
        return uuid_equal(&a->channel, &b->channel);
    return a->kind == b->kind &&
           (a->kind == WANTED_REFUSED ||
            (uuid_equal(&a->id, &b->id) && uuid_equal(&a->notice, &b->notice)));
}

static bool was_seen(const struct round *round, const struct want *want)
{
    for (size_t i = 0; i < round->count; i++)
        if (is_same(&round->seen[i], want))
            return true;
    return false;
}

/* The window that the last press opened goes, unless something was typed in it that would be lost.
 */
static void close_last(struct app *app, struct round *round)
{
    const struct window *top = app_top_window(app);
    if (!top || top->number != round->shown)
        *round = (struct round){.person = round->person}; /* from here it begins anew */
    else if (round->is_new && (!top->ops->is_dirty || !top->ops->is_dirty(top->state)))
        app_close_top(app);
    round->shown = 0;
}

void attention_go(struct app *app)
{
    struct round *round = round_of(app);
    struct want wants[WANTS_MOST];
    close_last(app, round);
    size_t count = find_wants(app, wants), depth = app->desk->depth, i = 0;
    while (i < count && was_seen(round, &wants[i]))
        i++;
    if (i == count) {
        app_toast(app, TOAST_INFO, "%s",
                  round->count > 0 ? "That was all." : "Nothing wants you now.");
        *round = (struct round){.person = round->person};
        return;
    }
    if (round->count < WANTS_MOST)
        round->seen[round->count++] = wants[i];
    show(app, &wants[i]);
    round->is_new = app->desk->depth > depth;
    round->shown = app_top_window(app)->number;
}
