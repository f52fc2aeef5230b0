#include "sync/feeds.h"

#include "model/calendar/feed.h"
#include "model/calendar/ical_import.h"
#include "model/keeping/worker.h"
#include "sync/http.h"

/* What was fetched, done. Its own lines stay in an arena that dies with it. */
static bool take_over(struct store *store, const struct actor *actor, const struct feed *feed,
                      const struct buffer *text, struct buffer *words, struct error *err)
{
    struct arena *arena = arena_new();
    struct ical_owner owner;
    struct ical_plan plan;
    bool is_done = ical_owner_load(store, false, &feed->estimator_id, arena, &owner, err) &&
                   ical_plan(store, &owner, &feed->id, text->text, text->size, arena, &plan, err) &&
                   ical_apply(store, uuid_is_zero(&actor->user_id) ? NULL : actor, &plan, err);
    if (is_done)
        buffer_format(words, "; %s: %zu new, %zu changed, %zu gone, %zu not readable", feed->name,
                      plan.counts[ICAL_NEW], plan.counts[ICAL_CHANGED], plan.counts[ICAL_GONE],
                      plan.calendar.problem_count);
    arena_free(arena);
    return is_done;
}

bool feed_fetch(struct store *store, const struct feed *feed, struct http_answer *out,
                struct error *why)
{
    const struct http_request request = {
        .url = feed->url,
        .etag = feed->etag,
        .modified = feed->modified,
        .most = ICAL_BYTES_MAX,
        .allows_private = worker_setting(store, "private_addresses", 0, 1, 0) == 1,
    };
    return http_get(&request, out, why);
}

bool feed_take(struct store *store, const struct actor *actor, const struct feed *feed,
               const struct http_answer *answer, struct buffer *words, struct error *why,
               struct error *err)
{
    bool is_fetched = why->code == ERROR_NONE;
    if (is_fetched && answer->is_same)
        buffer_format(words, "; %s: the same", feed->name);
    else if (is_fetched)
        take_over(store, actor, feed, &answer->body, words, why);
    bool is_done = why->code == ERROR_NONE, is_same = is_done && answer->is_same;
    if (!is_done)
        buffer_format(words, "; %s: %s", feed->name, why->text);
    return feed_note(store, actor, feed, is_same ? feed->etag : answer->etag,
                     is_same ? feed->modified : answer->modified, is_done ? NULL : why->text, err);
}

static bool read_one(struct store *store, const struct actor *actor, const struct feed *feed,
                     struct buffer *words, struct error *why, struct error *err)
{
    struct http_answer answer;
    error_clear(why);
    feed_fetch(store, feed, &answer, why);
    bool is_noted = feed_take(store, actor, feed, &answer, words, why, err);
    buffer_done(&answer.body);
    return is_noted;
}

bool feeds_read(struct store *store, const struct actor *actor, const struct uuid *only,
                struct buffer *words, struct error *err)
{
    struct feed *feeds;
    struct error why = {0};
    struct arena *arena = arena_new();
    int count = feeds_due(store, only, arena, &feeds, err);
    bool is_done = count >= 0;
    if (is_done)
        buffer_format(words, "calendars read: %d", count);
    if (count == 0 && only != NULL)
        is_done = error_set(err, ERROR_NOT_FOUND, "There is no such calendar that is read");
    for (int i = 0; i < count && is_done; i++)
        is_done = read_one(store, actor, &feeds[i], words, &why, err);
    arena_free(arena);
    return is_done &&
           (only == NULL || why.code == ERROR_NONE || error_set(err, why.code, "%s", why.text));
}
