/* Who belongs to a channel, and up to where each has read. */
#include "model/talk/talk_parts.h"

/* The person's row of the channel: 1, 0 none, -1 failed. */
static int find(struct store *store, const struct uuid *channel, const struct uuid *user,
                struct uuid *id, struct error *err)
{
    struct statement *row = store_prepare(
        store, "SELECT id FROM channel_members WHERE channel_id = ?1 AND user_id = ?2", err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, channel);
    statement_bind_uuid(row, 2, user);
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, id);
    statement_done(row);
    return found;
}

/* What was said before somebody came is not new to them. */
static bool put(struct operation *operation, const struct channel *channel, const struct uuid *user,
                struct error *err)
{
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(&channel->id)},
        {.column = "user_id", .value = value_uuid(user)},
        {.column = "last_read_position", .value = value_integer(channel->last_position)},
        {.column = "joined_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "channel_members", changes, TALK_COUNT(changes), NULL, err);
}

static bool add(struct store *store, const struct actor *actor, const struct channel *channel,
                const struct uuid *user, struct error *err)
{
    struct uuid row;
    int found = find(store, &channel->id, user, &row, err);
    if (found != 0)
        return found > 0;
    struct operation *operation = talk_begin(store, "channel.member", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    const char *name = record_title(store, schema_table(store_schema(store), "users"), user, arena);
    operation_describe(operation, "%s in #%s", name, channel->name);
    bool is_done = talk_end(operation, put(operation, channel, user, err), err);
    arena_free(arena);
    return is_done;
}

static bool take_out(struct store *store, const struct actor *actor, const struct channel *channel,
                     const struct uuid *user, struct error *err)
{
    struct uuid row;
    int found = find(store, &channel->id, user, &row, err);
    if (found <= 0)
        return found == 0 &&
               error_set(err, ERROR_NOT_FOUND, "Nobody of that name is in #%s", channel->name);
    struct operation *operation = talk_begin(store, "channel.member", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "out of #%s", channel->name);
    return talk_end(operation, record_delete(operation, "channel_members", &row, err), err);
}

static bool refuse_direct(const struct channel *channel, struct error *err)
{
    return channel->kind != CHANNEL_DIRECT ||
           error_set(err, ERROR_RULE,
                     "A direct channel has the people that it began with; open a private one");
}

bool channel_join(struct store *store, const struct actor *actor, const struct uuid *channel,
                  struct error *err)
{
    struct channel seen;
    struct arena *arena = arena_new();
    bool is_done = talk_channel(store, actor, channel, true, arena, &seen, err) &&
                   (seen.is_member || add(store, actor, &seen, &actor->user_id, err));
    arena_free(arena);
    return is_done;
}

bool channel_leave(struct store *store, const struct actor *actor, const struct uuid *channel,
                   struct error *err)
{
    struct channel seen;
    struct arena *arena = arena_new();
    bool is_done =
        talk_channel(store, actor, channel, false, arena, &seen, err) &&
        refuse_direct(&seen, err) &&
        (seen.is_member || error_set(err, ERROR_NOT_FOUND, "You are not in #%s", seen.name)) &&
        take_out(store, actor, &seen, &actor->user_id, err);
    arena_free(arena);
    return is_done;
}

bool channel_invite(struct store *store, const struct actor *actor, const struct uuid *channel,
                    const struct uuid *user, struct error *err)
{
    struct channel seen;
    struct arena *arena = arena_new();
    bool is_done = talk_channel(store, actor, channel, true, arena, &seen, err) &&
                   refuse_direct(&seen, err) && add(store, actor, &seen, user, err);
    arena_free(arena);
    return is_done;
}

bool channel_remove(struct store *store, const struct actor *actor, const struct uuid *channel,
                    const struct uuid *user, struct error *err)
{
    struct channel seen;
    struct arena *arena = arena_new();
    bool is_done =
        talk_channel(store, actor, channel, false, arena, &seen, err) &&
        refuse_direct(&seen, err) &&
        (seen.is_owner || talk_may(store, actor, "channels.moderate") ||
         error_set(err, ERROR_DENIED,
                   "Only owners of #%s, and who has the right channels.moderate, take others out",
                   seen.name)) &&
        take_out(store, actor, &seen, user, err);
    arena_free(arena);
    return is_done;
}

/* A change of the actor's own row. */
static bool set(struct store *store, const struct actor *actor, const char *kind,
                const struct uuid *channel, const struct change *change, const char *words,
                struct error *err)
{
    struct uuid row;
    int found = find(store, channel, &actor->user_id, &row, err);
    if (found <= 0)
        return found == 0 &&
               error_set(err, ERROR_NOT_FOUND, "You are not in this channel; join it first");
    struct operation *operation = talk_begin(store, kind, actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "%s", words);
    return talk_end(operation, record_update(operation, "channel_members", &row, change, 1, err),
                    err);
}

bool channel_mute(struct store *store, const struct actor *actor, const struct uuid *channel,
                  bool is_muted, struct error *err)
{
    const struct change change = {.column = "is_muted", .value = value_integer(is_muted)};
    return set(store, actor, "channel.mute", channel, &change,
               is_muted ? "channel made silent" : "channel heard again", err);
}

bool channel_read(struct store *store, const struct actor *actor, const struct uuid *channel,
                  int64_t position, struct error *err)
{
    int64_t reached;
    int found = store_find_integer(store, &reached,
                                   "SELECT min(?3, (SELECT max(position) FROM messages"
                                   " WHERE channel_id = ?1)) AS reached FROM channel_members"
                                   " WHERE channel_id = ?1 AND user_id = ?2"
                                   " AND reached > last_read_position",
                                   err, "uui", channel, &actor->user_id, position);
    if (found <= 0 || !talk_may(store, actor, "channels.edit"))
        return found >= 0;
    const struct change change = {.column = "last_read_position", .value = value_integer(reached)};
    return set(store, actor, "channel.read", channel, &change, "messages read", err);
}
