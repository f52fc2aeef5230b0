#include "model/talk/wanted.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/talk/talk_parts.h"

#include <string.h>

struct list {
    struct wanted *rows;
    size_t count, limit;
    struct arena *arena;
};

/* id, title, detail, table, instant, notice, channel; ?1 is the person, ?2 now. */
static const struct {
    enum wanted_kind kind;
    const char *sql;
} sources[] = {
    {WANTED_REFUSED, "SELECT a.id, a.summary, a.reason, 'attention', a.raised_at, NULL, NULL"
                     " FROM attention AS a LEFT JOIN outbox AS o ON o.id = a.operation_id"
                     " WHERE a.done_at IS NULL AND (o.actor_id IS NULL OR o.actor_id = ?1)"
                     " AND ?2 IS NOT NULL ORDER BY a.raised_at, a.id LIMIT ?3"},
    {WANTED_NOTICE, "SELECT coalesce(n.link_id, n.id), n.title, coalesce(n.body, ''),"
                    " coalesce(n.link_table, 'notifications'), n.created_at, n.id, NULL"
                    " FROM notifications AS n WHERE n.user_id = ?1 AND n.read_at IS NULL"
                    " AND ?2 IS NOT NULL ORDER BY n.created_at, n.id LIMIT ?3"},
    {WANTED_APPOINTMENT,
     "SELECT p.id, p.first_name || ' ' || p.last_name, coalesce(p.notes, ''), 'appointments',"
     " p.starts_at, NULL, NULL FROM estimators AS e JOIN appointments AS p ON p.estimator_id = e.id"
     " WHERE e.user_id = ?1 AND p.status IN ('scheduled', 'confirmed', 'in_progress')"
     " AND p.deleted_at IS NULL AND p.ends_at > ?2 AND p.starts_at < ?2 + ?4"
     " ORDER BY p.starts_at, p.id LIMIT ?3"},
};

static bool add_source(struct store *store, const struct uuid *user, size_t source,
                       struct list *list, struct error *err)
{
    struct statement *row = store_prepare(store, sources[source].sql, err);
    if (row == NULL)
        return false;
    int state = 0;
    statement_bind_uuid(row, 1, user);
    statement_bind_integer(row, 2, env_now(store_env(store)));
    statement_bind_integer(row, 3, (int64_t)(list->limit - list->count));
    if (sources[source].kind == WANTED_APPOINTMENT)
        statement_bind_integer(row, 4, WANTED_SOON_MINUTES * 60 * SECOND_US);
    while (list->count < list->limit && (state = statement_step(row, err)) > 0) {
        struct wanted *one = &list->rows[list->count++];
        *one = (struct wanted){.kind = sources[source].kind,
                               .title = arena_text(list->arena, statement_text(row, 1)),
                               .detail = arena_text(list->arena, statement_text(row, 2)),
                               .table = arena_text(list->arena, statement_text(row, 3)),
                               .at = statement_integer(row, 4)};
        statement_uuid(row, 0, &one->id);
        statement_uuid(row, 5, &one->notice);
    }
    statement_done(row);
    return state >= 0;
}

/* The first message behind what the person has read, that names them where `names` is set. */
static bool add_message(struct store *store, const struct uuid *user, const struct channel *channel,
                        bool names, struct list *list, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT m.id, coalesce(u.display_name, ''), m.content, m.sent_at FROM messages AS m"
        " LEFT JOIN users AS u ON u.id = m.user_id WHERE m.channel_id = ?2 AND m.position > ?3"
        " AND m.user_id IS NOT ?1 AND m.deleted_at IS NULL AND (NOT ?4 OR EXISTS (SELECT 1 FROM"
        " message_mentions AS k WHERE k.message_id = m.id AND (k.user_id = ?1"
        " OR k.kind = 'channel'))) ORDER BY m.position LIMIT 1",
        err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, &channel->id);
    statement_bind_integer(row, 3, channel->last_read);
    statement_bind_integer(row, 4, names);
    int found = statement_step(row, err);
    if (found > 0) {
        struct wanted *one = &list->rows[list->count++];
        const char *author = statement_text(row, 1);
        *one = (struct wanted){
            .kind = names ? WANTED_MENTION : WANTED_DIRECT,
            .title = names ? arena_format(list->arena, "#%s: %s", channel->name, author)
                           : arena_text(list->arena, author),
            .detail = arena_text(list->arena, statement_text(row, 2)),
            .table = "messages",
            .channel = channel->id,
            .at = statement_integer(row, 3)};
        statement_uuid(row, 0, &one->id);
    }
    statement_done(row);
    return found >= 0;
}

static bool add_messages(struct store *store, const struct uuid *user, struct list *list,
                         struct error *err)
{
    struct channel *channels;
    int count = channels_of(store, user, false, list->arena, &channels, err);
    bool is_done = count >= 0;
    for (int pass = 0; pass < 2; pass++) {
        bool names = pass == 0;
        for (int i = 0; i < count && is_done && list->count < list->limit; i++) {
            const struct channel *channel = &channels[i];
            bool is_direct = channel->kind == CHANNEL_DIRECT;
            bool is_wanted = !channel->is_muted && is_direct != names &&
                             (names ? channel->mentions : channel->unread) > 0;
            is_done = !is_wanted || add_message(store, user, channel, names, list, err);
        }
    }
    return is_done;
}

int wanted_list(struct store *store, const struct uuid *user, size_t limit, struct arena *arena,
                struct wanted *out, struct error *err)
{
    struct list list = {.rows = out, .limit = limit, .arena = arena};
    bool is_done = add_messages(store, user, &list, err);
    for (size_t i = 0; i < TALK_COUNT(sources) && is_done && list.count < limit; i++)
        is_done = add_source(store, user, i, &list, err);
    return is_done ? (int)list.count : -1;
}

int wanted_next(struct store *store, const struct uuid *user, const struct uuid *behind,
                struct arena *arena, struct wanted *out, struct error *err)
{
    enum { LOOK_MAX = 200 };
    int at = 0;
    struct wanted *rows = arena_alloc(arena, LOOK_MAX * sizeof *rows);
    int count = wanted_list(store, user, LOOK_MAX, arena, rows, err);
    for (int i = 0; behind != NULL && i < count; i++)
        if (uuid_equal(&rows[i].id, behind))
            at = (i + 1) % count;
    if (count > 0)
        *out = rows[at];
    return count > 0 ? 1 : count;
}
