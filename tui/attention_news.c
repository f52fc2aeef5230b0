#include "tui/attention.h"

#include "model/base/instant.h"
#include "model/talk/talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_MOST = 3, SHOWN = 60 };

/* How a channel stood when it was looked at last. */
struct standing {
    struct uuid channel;
    int64_t unread, mentions;
};

struct news {
    struct uuid person; /* whom it is about */
    int64_t version, newest;
    bool is_looking;
    struct standing *standing;
    size_t count;
    int64_t unread, mentions; /* in channels that are not muted */
};

/* On the reader. */
struct looking {
    struct news *news;
    struct uuid person;
    bool is_first; /* what was there before is no news */
    struct standing *before, *now;
    size_t before_count, count;
    int64_t unread, mentions;
    char *told[TOLD_MOST];
    size_t told_count;
};

static const char key; /* of the news of an app */

static void release(void *value)
{
    free(((struct news *)value)->standing);
    free(value);
}

static struct news *news_of(struct app *app)
{
    struct news *news = app_kept(app, &key);
    if (!news) {
        news = memory_new(sizeof *news);
        news->version = -1;
        app_keep(app, &key, news, release);
    }
    return news;
}

static const struct standing *find(const struct looking *looking, const struct uuid *channel)
{
    for (size_t i = 0; i < looking->before_count; i++)
        if (uuid_equal(&looking->before[i].channel, channel))
            return &looking->before[i];
    return NULL;
}

/* Whether something came there that is for the person. */
static bool has_come(const struct looking *looking, const struct channel *channel)
{
    const struct standing *before = find(looking, &channel->id);
    int64_t unread = before ? before->unread : 0, mentions = before ? before->mentions : 0;
    bool is_direct = channel->kind == CHANNEL_DIRECT && !channel->is_muted;
    return channel->mentions > mentions || (is_direct && channel->unread > unread);
}

static bool tell(struct store *store, struct looking *looking, const struct channel *channel,
                 struct arena *arena, struct error *err)
{
    struct message *last;
    const struct message_ask ask = {
        .user = looking->person, .channel = channel->id, .from_end = true, .limit = 1};
    int count = message_page(store, &ask, arena, &last, err);
    if (count < 0)
        return false;
    if (count == 0 || looking->told_count == TOLD_MOST)
        return true;
    struct buffer text;
    size_t size = strcspn(last->content, "\n");
    buffer_init(&text);
    buffer_format(&text, "%s%s%s: %.*s", last->author,
                  channel->kind == CHANNEL_DIRECT ? "" : " in #",
                  channel->kind == CHANNEL_DIRECT ? "" : channel->name,
                  (int)(size < SHOWN ? size : text_fit(last->content, SHOWN)), last->content);
    looking->told[looking->told_count++] = buffer_take(&text);
    return true;
}

static bool look_work(struct store *store, void *data, struct error *err)
{
    struct looking *looking = data;
    struct channel *channels;
    struct arena *arena = arena_new();
    int count = channels_of(store, &looking->person, false, arena, &channels, err);
    bool is_good = count >= 0;
    looking->now = memory_new(((size_t)(count > 0 ? count : 0) + 1) * sizeof *looking->now);
    for (int i = 0; i < count && is_good; i++) {
        const struct channel *channel = &channels[i];
        looking->now[looking->count++] =
            (struct standing){channel->id, channel->unread, channel->mentions};
        looking->mentions += channel->mentions;
        if (!channel->is_muted)
            looking->unread += channel->unread;
        if (!looking->is_first && has_come(looking, channel))
            is_good = tell(store, looking, channel, arena, err);
    }
    arena_free(arena);
    return is_good;
}

static bool is_quiet(const struct app *app)
{
    struct clock_time local;
    return instant_to_local(env_now(app->env), app->env->zone, &local) &&
           config_is_quiet(&app->config, 60 * local.hour + local.minute);
}

/* Whoever looks at the channels sees it there. */
static void say(struct app *app, const struct looking *looking)
{
    const struct window_ops *top = app_top(app);
    bool is_there = top && strcmp(top->name, "channels") == 0;
    if (looking->told_count == 0 || is_there || is_quiet(app))
        return;
    for (size_t i = 0; i < looking->told_count && app->config.tells_messages; i++)
        app_toast(app, TOAST_INFO, "%s  (Alt-a)", looking->told[i]);
    if (app->config.rings_for_messages)
        app_beep(app);
}

static void show_fact(struct app *app, const struct news *news)
{
    char text[FACT_SIZE] = "";
    if (!uuid_equal(&news->person, &app_actor(app)->user_id))
        return;
    if (news->mentions > 0)
        snprintf(text, sizeof text, "%" PRId64 " for you", news->mentions);
    else if (news->unread > 0)
        snprintf(text, sizeof text, "%" PRId64 " unread", news->unread);
    app_set_fact(app, "talk", news->mentions > 0 ? ROLE_WARNING : ROLE_STATUS, text);
}

static void look_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct looking *looking = data;
    struct news *news = looking->news;
    news->is_looking = false;
    if (worked) {
        free(news->standing);
        news->standing = looking->now;
        looking->now = NULL;
        news->count = looking->count;
        news->person = looking->person;
        news->unread = looking->unread;
        news->mentions = looking->mentions;
        say(app, looking);
        app_look_at_line(app);
    } else if (err->code != ERROR_STOPPED) {
        app_toast_error(app, err);
    }
    for (size_t i = 0; i < looking->told_count; i++)
        free(looking->told[i]);
    free(looking->before);
    free(looking->now);
    free(looking);
}

static void begin(struct app *app, struct news *news)
{
    struct looking *looking = memory_new(sizeof *looking);
    const struct uuid *person = &app_actor(app)->user_id;
    *looking = (struct looking){
        .news = news, .person = *person, .is_first = !uuid_equal(&news->person, person)};
    looking->before = memory_new((news->count + 1) * sizeof *looking->before);
    looking->before_count = news->count;
    if (news->count > 0)
        memcpy(looking->before, news->standing, news->count * sizeof *looking->before);
    news->is_looking = true;
    app_read(app,
             (struct job){.owner = news, .work = look_work, .done = look_done, .data = looking});
}

void attention_look(struct app *app)
{
    struct news *news = news_of(app);
    const struct uuid *person = &app_actor(app)->user_id;
    show_fact(app, news);
    if (uuid_is_zero(person) || app_bound_to(app) || !app->reader || news->is_looking)
        return;
    int64_t version = store_version(app->store);
    if (version == news->version && app->newest == news->newest &&
        uuid_equal(person, &news->person))
        return;
    news->version = version;
    news->newest = app->newest;
    begin(app, news);
}
