/* Pages of messages: by their place in the channel, never by counting. */
#include "model/talk/message_row.h"
#include "model/talk/talk_parts.h"

#include <string.h>

int talk_place_compare(const struct talk_place *a, const struct talk_place *b)
{
    if (a->position != b->position && (a->position == 0 || b->position == 0)) {
        bool is_start = a->position == 0 ? a->sent_at == 0 : b->sent_at == 0;
        return (a->position == 0) != is_start ? 1 : -1;
    }
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    if (a->position != 0)
        return 0;
    if (a->sent_at != b->sent_at)
        return a->sent_at < b->sent_at ? -1 : 1;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

/* Messages of one thread: of all that hang on the same thing, since two people may have begun one
 * without knowing of each other. */
#define OF_THREAD " AND (m.id IN roots OR m.parent_id IN roots)"
static const char roots[] =
    "WITH roots (id) AS (SELECT ?3 UNION SELECT o.message_id FROM message_links AS l"
    " JOIN message_links AS o ON o.is_thread AND o.kind = l.kind AND o.channel_id = ?2"
    " AND (o.order_id = l.order_id OR o.product_id = l.product_id"
    " OR o.appointment_id = l.appointment_id OR o.customer_id = l.customer_id"
    " OR o.ticket_id = l.ticket_id OR o.cash_session_id = l.cash_session_id)"
    " WHERE l.message_id = ?3 AND l.is_thread) ";

/* The parts that a page is put together from: what has a place, and what has none yet; ?4, ?5 and
 * ?6 are the anchor's. */
static const struct {
    const char *where, *order;
} placed[2] =
    {
        {" AND m.position > ?4", " ORDER BY m.position LIMIT ?7"},
        {" AND m.position < ?4", " ORDER BY m.position DESC LIMIT ?7"},
},
  unsent[2] = {
      {" AND m.position IS NULL AND (m.sent_at, m.id) > (?5, ?6)",
       " ORDER BY m.sent_at, m.id LIMIT ?7"},
      {" AND m.position IS NULL AND (m.sent_at, m.id) < (?5, ?6)",
       " ORDER BY m.sent_at DESC, m.id DESC LIMIT ?7"},
};

/* Adds one part, up to the page's limit. */
static bool add_part(struct store *store, const struct message_ask *ask,
                     const struct talk_place *from, bool is_unsent, struct arena *arena,
                     struct message *out, int *count, struct error *err)
{
    bool is_thread = !uuid_is_zero(&ask->thread);
    const char *where = is_unsent ? unsent[ask->is_backward].where : placed[ask->is_backward].where;
    const char *order = is_unsent ? unsent[ask->is_backward].order : placed[ask->is_backward].order;
    const char *sql =
        arena_format(arena, "%s%s WHERE m.channel_id = ?2%s%s%s", is_thread ? roots : "",
                     message_row_head, is_thread ? OF_THREAD : "", where, order);
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &ask->user);
    statement_bind_uuid(row, 2, &ask->channel);
    if (is_thread)
        statement_bind_uuid(row, 3, &ask->thread);
    if (is_unsent) {
        statement_bind_integer(row, 5, from->sent_at);
        statement_bind_uuid(row, 6, &from->id);
    } else {
        statement_bind_integer(row, 4, from->position);
    }
    statement_bind_integer(row, 7, (int64_t)ask->limit - *count);
    int state = 0;
    while (*count < (int)ask->limit && (state = statement_step(row, err)) > 0)
        message_row_take(row, arena, &out[(*count)++]);
    statement_done(row);
    return state >= 0;
}

static void turn(struct message *out, int count)
{
    for (int i = 0; i < count / 2; i++) {
        struct message kept = out[i];
        out[i] = out[count - 1 - i];
        out[count - 1 - i] = kept;
    }
}

static bool add_parts(struct store *store, const struct message_ask *ask, struct arena *arena,
                      struct message *out, int *count, struct error *err)
{
    struct talk_place end = {.position = INT64_MAX, .sent_at = INT64_MAX};
    memset(end.id.bytes, 0xff, sizeof end.id.bytes);
    struct talk_place from = ask->from_end ? end : ask->anchor;
    bool is_behind_placed = !ask->from_end && from.position == 0 && from.sent_at != 0;
    struct talk_place none = {.position = 0};
    if (ask->is_backward)
        return (from.position != 0 && !ask->from_end
                    ? true
                    : add_part(store, ask, &from, true, arena, out, count, err)) &&
               add_part(store, ask, is_behind_placed ? &end : &from, false, arena, out, count, err);
    return (is_behind_placed || add_part(store, ask, &from, false, arena, out, count, err)) &&
           add_part(store, ask, is_behind_placed ? &from : &none, true, arena, out, count, err);
}

int message_page(struct store *store, const struct message_ask *ask, struct arena *arena,
                 struct message **out, struct error *err)
{
    struct message_ask page = *ask;
    struct channel channel;
    int count = 0;
    if (!channel_load(store, &ask->user, &ask->channel, arena, &channel, err))
        return -1;
    page.is_backward = ask->is_backward || ask->from_end;
    *out = arena_alloc(arena, sizeof **out * (ask->limit + 1));
    bool is_done = add_parts(store, &page, arena, *out, &count, err);
    if (page.is_backward)
        turn(*out, count);
    for (int i = 0; i < count && is_done; i++)
        is_done = message_row_fill(store, &ask->user, arena, &(*out)[i], err);
    return is_done ? count : -1;
}

bool message_load(struct store *store, const struct uuid *user, const struct uuid *id,
                  struct arena *arena, struct message *out, struct error *err)
{
    const char *sql =
        arena_format(arena, "%s JOIN channels AS c ON c.id = m.channel_id WHERE m.id = ?2 AND %s",
                     message_row_head, TALK_SEES);
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, id);
    int found = statement_step(row, err);
    if (found > 0)
        message_row_take(row, arena, out);
    statement_done(row);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This message is not there, or not open to you");
    return found > 0 && message_row_fill(store, user, arena, out, err);
}

int message_pins(struct store *store, const struct uuid *user, const struct uuid *channel,
                 size_t limit, struct arena *arena, struct message **out, struct error *err)
{
    struct channel seen;
    if (!channel_load(store, user, channel, arena, &seen, err))
        return -1;
    const char *sql = arena_format(arena,
                                   "%s JOIN message_pins AS n ON n.message_id = m.id"
                                   " WHERE n.channel_id = ?2 ORDER BY n.pinned_at DESC, n.id LIMIT"
                                   " ?3",
                                   message_row_head);
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return -1;
    int count = 0, state = 0;
    *out = arena_alloc(arena, sizeof **out * (limit + 1));
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, channel);
    statement_bind_integer(row, 3, (int64_t)limit);
    while (count < (int)limit && (state = statement_step(row, err)) > 0)
        message_row_take(row, arena, &(*out)[count++]);
    statement_done(row);
    for (int i = 0; i < count && state >= 0; i++)
        state = message_row_fill(store, user, arena, &(*out)[i], err) ? 0 : -1;
    return state < 0 ? -1 : count;
}
