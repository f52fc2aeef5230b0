/* Which channels a person sees, and what is new in them. */
#include "model/base/text.h"
#include "model/talk/talk_parts.h"

#include <string.h>

/* What others said behind the place that the member `p` has read; the newest count. */
#define UNREAD                                                                                     \
    " FROM (SELECT m.id FROM messages AS m WHERE m.channel_id = c.id"                              \
    " AND m.position > p.last_read_position AND m.user_id IS NOT ?1 AND m.deleted_at IS NULL"      \
    " ORDER BY m.position DESC LIMIT 1000) AS u"

static const char head[] =
    "SELECT c.id, CASE c.channel_type WHEN 'direct' THEN coalesce((SELECT group_concat(name, ', ')"
    " FROM (SELECT o.display_name AS name FROM channel_members AS n JOIN users AS o"
    " ON o.id = n.user_id WHERE n.channel_id = c.id AND n.user_id <> ?1 ORDER BY o.display_name)),"
    " c.name) ELSE c.name END AS title, c.slug, coalesce(c.description, ''), c.channel_type,"
    " c.is_archived, p.id IS NOT NULL AS is_member, coalesce(p.is_muted, 0),"
    " coalesce(p.role = 'owner', 0), CASE WHEN p.id IS NULL THEN 0 ELSE"
    " (SELECT count(*)" UNREAD ") END, CASE WHEN p.id IS NULL THEN 0 ELSE (SELECT count(*)" UNREAD
    " WHERE EXISTS (SELECT 1 FROM message_mentions AS k WHERE k.message_id = u.id"
    " AND (k.user_id = ?1 OR k.kind = 'channel'))) END, coalesce(p.last_read_position, 0),"
    " coalesce((SELECT max(m.position) FROM messages AS m WHERE m.channel_id = c.id), 0),"
    " max(coalesce((SELECT m.sent_at FROM messages AS m WHERE m.channel_id = c.id"
    " AND m.position IS NOT NULL ORDER BY m.position DESC LIMIT 1), 0), coalesce((SELECT"
    " max(m.sent_at) FROM messages AS m WHERE m.channel_id = c.id AND m.position IS NULL), 0)),"
    " (SELECT count(*) FROM channel_members AS n WHERE n.channel_id = c.id)"
    " FROM channels AS c LEFT JOIN channel_members AS p ON p.channel_id = c.id AND p.user_id = ?1"
    " WHERE c.tenant_id = ?2 AND c.deleted_at IS NULL AND " TALK_SEES;

static enum channel_kind kind_of(const char *word)
{
    return strcmp(word, "public") == 0    ? CHANNEL_PUBLIC
           : strcmp(word, "private") == 0 ? CHANNEL_PRIVATE
                                          : CHANNEL_DIRECT;
}

static void take(const struct statement *row, struct arena *arena, struct channel *out)
{
    *out = (struct channel){
        .name = arena_text(arena, statement_text(row, 1)),
        .slug = arena_text(arena, statement_text(row, 2)),
        .description = arena_text(arena, statement_text(row, 3)),
        .kind = kind_of(statement_text(row, 4)),
        .is_archived = statement_integer(row, 5) != 0,
        .is_member = statement_integer(row, 6) != 0,
        .is_muted = statement_integer(row, 7) != 0,
        .is_owner = statement_integer(row, 8) != 0,
        .unread = statement_integer(row, 9),
        .mentions = statement_integer(row, 10),
        .last_read = statement_integer(row, 11),
        .last_position = statement_integer(row, 12),
        .last_at = statement_integer(row, 13),
        .members = statement_integer(row, 14),
    };
    statement_uuid(row, 0, &out->id);
}

static bool mark(struct store *store, struct channel *channel, struct error *err)
{
    const struct table *table = schema_table(store_schema(store), "channels");
    return exchange_mark(store, table, &channel->id, &channel->mark, err);
}

int channels_of(struct store *store, const struct uuid *user, bool with_archived,
                struct arena *arena, struct channel **out, struct error *err)
{
    const char *sql = arena_format(
        arena, "%s%s ORDER BY p.id IS NULL, c.channel_type = 'direct', search_key(title), c.id",
        head, with_archived ? "" : " AND NOT c.is_archived");
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return -1;
    int count = 0, room = 0, state;
    *out = NULL;
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, store_tenant(store));
    while ((state = statement_step(row, err)) > 0) {
        if (count == room) {
            struct channel *more =
                arena_alloc(arena, sizeof *more * (size_t)(room = room == 0 ? 32 : 2 * room));
            if (count > 0)
                memcpy(more, *out, sizeof *more * (size_t)count);
            *out = more;
        }
        take(row, arena, &(*out)[count++]);
    }
    statement_done(row);
    for (int i = 0; i < count && state == 0; i++)
        state = mark(store, &(*out)[i], err) ? 0 : -1;
    return state < 0 ? -1 : count;
}

bool channel_load(struct store *store, const struct uuid *user, const struct uuid *id,
                  struct arena *arena, struct channel *out, struct error *err)
{
    struct statement *row =
        store_prepare(store, arena_format(arena, "%s AND c.id = ?3", head), err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, store_tenant(store));
    statement_bind_uuid(row, 3, id);
    int found = statement_step(row, err);
    if (found > 0)
        take(row, arena, out);
    statement_done(row);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "There is no such channel, or it is not open to you");
    return found > 0 && mark(store, out, err);
}

/* Up to two that the condition names: 0, 1, or 2 for several; -1 failed. */
static int find_one(struct store *store, const struct uuid *user, const char *word,
                    const char *condition, struct arena *arena, struct uuid *out, struct error *err)
{
    struct uuid another;
    const char *sql = arena_format(arena,
                                   "SELECT c.id FROM channels AS c WHERE c.tenant_id = ?2"
                                   " AND c.deleted_at IS NULL AND " TALK_SEES
                                   " AND %s ORDER BY c.is_archived, c.id LIMIT 2",
                                   condition);
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, store_tenant(store));
    statement_bind_text(row, 3, word);
    int state, count = 0;
    while ((state = statement_step(row, err)) > 0)
        statement_uuid(row, 0, count++ == 0 ? out : &another);
    statement_done(row);
    return state < 0 ? -1 : count;
}

bool channel_find(struct store *store, const struct uuid *user, const char *word, struct uuid *out,
                  struct error *err)
{
    static const char *const conditions[] = {
        "c.slug = ?3 AND c.channel_type <> 'direct'",
        "search_key(c.name) = search_key(?3) AND c.channel_type <> 'direct'",
    };
    struct uuid id;
    struct arena *arena = arena_new();
    int found = 0;
    bool is_person = word[0] == '@';
    if (uuid_parse(word, &id)) {
        struct channel channel;
        bool is_there = channel_load(store, user, &id, arena, &channel, err);
        *out = id;
        arena_free(arena);
        return is_there;
    }
    const char *name = word[0] == '#' || is_person ? word + 1 : word;
    if (is_person) {
        found = talk_person_find(store, name, &id, err);
        found = found == 1 ? talk_direct_find(store, user, &id, out, err) : found;
    }
    for (size_t i = 0; i < TALK_COUNT(conditions) && found == 0 && !is_person; i++)
        found = find_one(store, user, name, conditions[i], arena, out, err);
    arena_free(arena);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "There is no channel \"%.60s\"; countertop channels list says which there are",
                  word);
    else if (found > 1)
        error_set(err, ERROR_INPUT, "Several are called \"%.60s\"; say which by the id", word);
    return found == 1;
}

int talk_person_find(struct store *store, const char *name, struct uuid *out, struct error *err)
{
    struct uuid another;
    struct statement *row =
        store_prepare(store,
                      "SELECT id FROM users WHERE tenant_id = ?1 AND deleted_at IS NULL AND "
                      "(lower(username) = lower(?2)"
                      " OR search_key(replace(display_name, ' ', '')) = search_key(?2)"
                      " OR search_key(display_name) = search_key(?2)"
                      " OR search_key(first_name) = search_key(?2))"
                      " ORDER BY lower(username) IS NOT lower(?2), status <> 'active' LIMIT 2",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, store_tenant(store));
    statement_bind_text(row, 2, name);
    int count = 0, state;
    while ((state = statement_step(row, err)) > 0)
        statement_uuid(row, 0, count++ == 0 ? out : &another);
    statement_done(row);
    return state < 0 ? -1 : count;
}

int talk_direct_find(struct store *store, const struct uuid *user, const struct uuid *other,
                     struct uuid *out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT c.id FROM channel_members AS a JOIN channels AS c ON c.id = a.channel_id"
        " WHERE a.user_id = ?1 AND c.channel_type = 'direct' AND c.deleted_at IS NULL"
        " AND EXISTS (SELECT 1 FROM channel_members AS b WHERE b.channel_id = c.id"
        " AND b.user_id = ?2) AND (SELECT count(*) FROM channel_members AS b"
        " WHERE b.channel_id = c.id) = CASE ?1 WHEN ?2 THEN 1 ELSE 2 END ORDER BY c.id LIMIT 1",
        err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, other);
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, out);
    statement_done(row);
    return found;
}

int channel_members(struct store *store, const struct uuid *user, const struct uuid *channel,
                    struct arena *arena, struct channel_member **out, struct error *err)
{
    struct channel seen;
    if (!channel_load(store, user, channel, arena, &seen, err))
        return -1;
    struct statement *row = store_prepare(
        store,
        "SELECT u.id, u.display_name, coalesce(u.username, ''), n.role = 'owner', n.is_muted,"
        " n.last_read_position, n.joined_at FROM channel_members AS n JOIN users AS u"
        " ON u.id = n.user_id WHERE n.channel_id = ?1 ORDER BY search_key(u.display_name), u.id",
        err);
    if (row == NULL)
        return -1;
    int count = 0, state = 0;
    *out = arena_alloc(arena, sizeof **out * (size_t)(seen.members + 1));
    statement_bind_uuid(row, 1, channel);
    while (count < seen.members && (state = statement_step(row, err)) > 0) {
        struct channel_member *member = &(*out)[count++];
        *member = (struct channel_member){
            .name = arena_text(arena, statement_text(row, 1)),
            .username = arena_text(arena, statement_text(row, 2)),
            .is_owner = statement_integer(row, 3) != 0,
            .is_muted = statement_integer(row, 4) != 0,
            .last_read = statement_integer(row, 5),
            .joined_at = statement_integer(row, 6),
        };
        statement_uuid(row, 0, &member->user_id);
    }
    statement_done(row);
    return state < 0 ? -1 : count;
}
