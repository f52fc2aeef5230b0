#include "tui/attention.h"

#include "model/overlay/exchange.h"
#include "model/people/todo.h"
#include "model/talk/talk.h"
#include "tui/screens/channels.h"
#include "tui/screens/notices.h"
#include "tui/screens/screens.h"
#include "tui/screens/sync.h"

#include <stdlib.h>
#include <string.h>

enum want_kind { WANT_MESSAGES, WANT_DECISION, WANT_NOTICE, WANT_TODO };

enum { WANTS_MOST = 64 };

struct want {
    enum want_kind kind;
    struct uuid id; /* of the channel or the notice; zero: a list of them */
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

static size_t add(struct want *wants, size_t count, enum want_kind kind, const struct uuid *id)
{
    if (count < WANTS_MOST)
        wants[count++] = (struct want){kind, *id};
    return count;
}

/* Mentions before direct messages. */
static size_t add_channels(struct app *app, struct want *wants, size_t count)
{
    struct error err;
    struct channel *channels;
    struct arena *arena = arena_new();
    int found = channels_of(app->store, &app_actor(app)->user_id, false, arena, &channels, &err);
    if (found < 0)
        app_toast_error(app, &err);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < found; i++) {
            bool is_mentioned = channels[i].mentions > 0;
            bool is_direct = channels[i].kind == CHANNEL_DIRECT && channels[i].unread > 0;
            if (pass == 0 ? is_mentioned : is_direct && !is_mentioned)
                count = add(wants, count, WANT_MESSAGES, &channels[i].id);
        }
    arena_free(arena);
    return count;
}

/* What waits for a decision is told by a notice, too; it comes once. */
static size_t add_notices(struct app *app, struct want *wants, size_t count)
{
    struct error err;
    struct uuid id;
    int step = -1;
    struct statement *rows =
        store_prepare(app->store,
                      "SELECT id FROM notifications WHERE user_id = ?1 AND read_at IS NULL"
                      " AND kind <> 'attention' ORDER BY id LIMIT 16",
                      &err);
    if (rows) {
        statement_bind_uuid(rows, 1, &app_actor(app)->user_id);
        while ((step = statement_step(rows, &err)) > 0)
            if (statement_uuid(rows, 0, &id))
                count = add(wants, count, WANT_NOTICE, &id);
    }
    if (step < 0)
        app_toast_error(app, &err);
    statement_done(rows);
    return count;
}

static size_t find_wants(struct app *app, struct want *wants)
{
    struct exchange_status status;
    size_t count = add_channels(app, wants, 0);
    if (exchange_status(app->store, &status, NULL) && status.attention > 0)
        count = add(wants, count, WANT_DECISION, &(struct uuid){{0}});
    count = add_notices(app, wants, count);
    if (todo_count_due(app->store, &app_actor(app)->user_id) > 0)
        count = add(wants, count, WANT_TODO, &(struct uuid){{0}});
    return count;
}

static void show(struct app *app, const struct want *want)
{
    switch (want->kind) {
    case WANT_MESSAGES:
        channels_show(app, &want->id, NULL);
        break;
    case WANT_DECISION:
        sync_show(app, SYNC_TAB_ATTENTION);
        break;
    case WANT_NOTICE:
        notice_show(app, &want->id);
        break;
    case WANT_TODO:
        app_open(app, todos_ops.name, "");
        break;
    }
}

static bool was_seen(const struct round *round, const struct want *want)
{
    for (size_t i = 0; i < round->count; i++)
        if (round->seen[i].kind == want->kind && uuid_equal(&round->seen[i].id, &want->id))
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
