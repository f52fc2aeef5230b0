/* What can be done in channels, and what is needed for each. */
#include "model/talk/talk_parts.h"

#include <string.h>

/* What another took away they alone can't put back: the words are gone from the row. */
static bool may_restore(struct store *store, const struct uuid *operation, struct error *err)
{
    struct uuid message;
    int64_t is_own = 0;
    return operation_row(store, operation, "messages", &message, err) &&
           (store_find_integer(store, &is_own,
                               "SELECT user_id IS deleted_by_id FROM messages WHERE id = ?1", err,
                               "u", &message) >= 0) &&
           (is_own != 0 || error_set(err, ERROR_RULE,
                                     "What somebody else wrote and you deleted does not come back; "
                                     "ask them to write it again"));
}

const struct operation_kind talk_kinds[] = {
    {.name = "channel.create", .label = "new channel", .undo = UNDO_WITHDRAW},
    {.name = "channel.edit", .label = "change of a channel", .undo = UNDO_WITHDRAW},
    {.name = "channel.member", .label = "member of a channel", .undo = UNDO_WITHDRAW},
    {.name = "channel.mute", .label = "channel made silent", .undo = UNDO_BESIDE},
    {.name = "channel.read", .label = "messages read", .undo = UNDO_BESIDE},
    {.name = "message.say", .label = "message", .undo = UNDO_WITHDRAW},
    {.name = "message.edit", .label = "change of a message", .undo = UNDO_WITHDRAW},
    {.name = "message.delete",
     .label = "deletion of a message",
     .undo = UNDO_WITHDRAW,
     .may_withdraw = may_restore},
    {.name = "message.react", .label = "reaction", .undo = UNDO_BESIDE},
    {.name = "message.pin", .label = "pin", .undo = UNDO_WITHDRAW},
    {.name = "message.file", .label = "file in a channel", .undo = UNDO_WITHDRAW},
};
const size_t talk_kind_count = TALK_COUNT(talk_kinds);

struct operation *talk_begin(struct store *store, const char *kind, const struct actor *actor,
                             struct error *err)
{
    return actor_may(store, actor, "channels.edit", err) ? operation_begin(store, kind, actor, err)
                                                         : NULL;
}

bool talk_end(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool talk_may(struct store *store, const struct actor *actor, const char *right)
{
    struct error why = {0};
    return actor_may(store, actor, right, &why);
}

bool talk_channel(struct store *store, const struct actor *actor, const struct uuid *id,
                  bool is_open, struct arena *arena, struct channel *out, struct error *err)
{
    return channel_load(store, &actor->user_id, id, arena, out, err) &&
           (!is_open || !out->is_archived ||
            error_set(err, ERROR_RULE, "#%s is archived; take it out of the archive to write in it",
                      out->name));
}
