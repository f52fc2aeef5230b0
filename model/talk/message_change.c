/* What is done with a message that was said: changed, taken away, marked, pinned. */
#include "model/base/text.h"
#include "model/talk/talk_parts.h"

#include <string.h>

enum { EMOJI_MAX = 40 /* characters */ };

/* One that the actor sees and that was not deleted. */
static bool load(struct store *store, const struct actor *actor, const struct uuid *id,
                 struct arena *arena, struct message *out, struct error *err)
{
    return message_load(store, &actor->user_id, id, arena, out, err) &&
           (out->deleted_at == 0 ||
            error_set(err, ERROR_CONFLICT, "This message was deleted%s%s",
                      out->deleted_by[0] != '\0' ? " by " : "", out->deleted_by));
}

static bool may_change(const struct message *message, struct error *err)
{
    if (message->kind == MESSAGE_SYSTEM)
        return error_set(err, ERROR_RULE, "What the shop itself said stays as it is");
    return message->is_mine ||
           error_set(err, ERROR_DENIED, "%s wrote this; only they can change it",
                     message->author[0] != '\0' ? message->author : "Nobody");
}

bool message_edit(struct store *store, const struct actor *actor, const struct uuid *id,
                  const char *content, struct error *err)
{
    char start[80];
    struct message message;
    struct talk_words words;
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    if (talk_content_check(content, false, err) && load(store, actor, id, arena, &message, err) &&
        may_change(&message, err))
        operation = talk_begin(store, "message.edit", actor, err);
    bool is_done = operation != NULL;
    if (is_done) {
        const struct change changes[] = {
            {.column = "content", .value = value_text(content)},
            {.column = "edited_at", .value = value_integer(operation_time(operation))},
        };
        text_copy(start, sizeof start, content);
        operation_describe(operation, "changed: %s", start);
        bool is_same = strcmp(content, message.content) == 0;
        is_done =
            talk_end(operation,
                     is_same || (record_update(operation, "messages", id, changes,
                                               TALK_COUNT(changes), err) &&
                                 talk_words_read(store, content, arena, &words, err) &&
                                 talk_words_write(operation, &message.channel_id, id, &words, err)),
                     err);
    }
    arena_free(arena);
    return is_done;
}

bool message_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                    struct error *err)
{
    struct message message;
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    if (load(store, actor, id, arena, &message, err) &&
        (talk_may(store, actor, "channels.moderate") || may_change(&message, err)))
        operation = talk_begin(store, "message.delete", actor, err);
    bool is_done = operation != NULL;
    if (is_done) {
        const struct change changes[] = {
            {.column = "content", .value = value_text("")},
            {.column = "deleted_by_id", .value = value_uuid(&actor->user_id)},
        };
        operation_describe(operation, "message of %s deleted",
                           message.author[0] != '\0' ? message.author : "the shop");
        is_done =
            talk_end(operation,
                     record_update(operation, "messages", id, changes, TALK_COUNT(changes), err) &&
                         record_delete(operation, "messages", id, err),
                     err);
    }
    arena_free(arena);
    return is_done;
}

/* Whether the person's newest word about it is that sign. */
static int has_reacted(struct store *store, const struct uuid *message, const struct uuid *user,
                       const char *emoji, struct error *err)
{
    int64_t removed = 1;
    int found = store_find_integer(store, &removed,
                                   "SELECT is_removed FROM message_reactions WHERE message_id = ?1"
                                   " AND user_id = ?2 AND emoji = ?3"
                                   " ORDER BY reacted_at DESC, id DESC LIMIT 1",
                                   err, "uut", message, user, emoji);
    return found < 0 ? -1 : removed == 0;
}

bool message_react(struct store *store, const struct actor *actor, const struct uuid *id,
                   const char *emoji, struct error *err)
{
    struct message message;
    if (!text_is_utf8(emoji, strlen(emoji)) || text_is_blank(emoji) ||
        text_characters(emoji) > EMOJI_MAX)
        return error_set_field(err, ERROR_INPUT, "emoji",
                               "A reaction is a sign or a short word, such as +1");
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    int reacted = load(store, actor, id, arena, &message, err)
                      ? has_reacted(store, id, &actor->user_id, emoji, err)
                      : -1;
    if (reacted >= 0)
        operation = talk_begin(store, "message.react", actor, err);
    bool is_done = operation != NULL;
    if (is_done) {
        const struct change changes[] = {
            {.column = "channel_id", .value = value_uuid(&message.channel_id)},
            {.column = "message_id", .value = value_uuid(id)},
            {.column = "user_id", .value = value_uuid(&actor->user_id)},
            {.column = "emoji", .value = value_text(emoji)},
            {.column = "is_removed", .value = value_integer(reacted)},
            {.column = "reacted_at", .value = value_integer(operation_time(operation))},
        };
        operation_describe(operation, "%s %s", emoji, reacted != 0 ? "taken back" : "to a message");
        is_done = talk_end(
            operation,
            record_insert(operation, "message_reactions", changes, TALK_COUNT(changes), NULL, err),
            err);
    }
    arena_free(arena);
    return is_done;
}

static int find_pin(struct store *store, const struct message *message, struct uuid *out,
                    struct error *err)
{
    struct statement *row = store_prepare(
        store, "SELECT id FROM message_pins WHERE channel_id = ?1 AND message_id = ?2", err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, &message->channel_id);
    statement_bind_uuid(row, 2, &message->id);
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, out);
    statement_done(row);
    return found;
}

static bool write_pin(struct operation *operation, const struct message *message, bool is_pinned,
                      const struct uuid *pin, struct error *err)
{
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(&message->channel_id)},
        {.column = "message_id", .value = value_uuid(&message->id)},
        {.column = "pinned_by_id", .value = value_uuid(&operation_actor(operation)->user_id)},
        {.column = "pinned_at", .value = value_integer(operation_time(operation))},
    };
    operation_describe(operation, "message %s", is_pinned ? "pinned" : "no longer pinned");
    return is_pinned
               ? record_insert(operation, "message_pins", changes, TALK_COUNT(changes), NULL, err)
               : record_delete(operation, "message_pins", pin, err);
}

bool message_pin(struct store *store, const struct actor *actor, const struct uuid *id,
                 bool is_pinned, struct error *err)
{
    struct uuid pin;
    struct message message;
    struct operation *operation = NULL;
    struct arena *arena = arena_new();
    int found =
        load(store, actor, id, arena, &message, err) ? find_pin(store, &message, &pin, err) : -1;
    bool is_done =
        found >= 0 && (message.is_mine || actor_may(store, actor, "channels.moderate", err));
    if (is_done && (found > 0) != is_pinned) {
        operation = talk_begin(store, "message.pin", actor, err);
        is_done = operation != NULL &&
                  talk_end(operation, write_pin(operation, &message, is_pinned, &pin, err), err);
    }
    arena_free(arena);
    return is_done;
}

int message_refused(struct store *store, const struct uuid *user, const struct uuid *channel,
                    struct arena *arena, struct message_refused **out, struct error *err)
{
    enum { REFUSED_MAX = 50 };
    char text[UUID_TEXT_SIZE];
    struct statement *row = store_prepare(
        store,
        "SELECT a.id, a.operation_id, json_extract(r.value, '$.new.content'), a.reason,"
        " a.raised_at FROM attention AS a JOIN outbox AS o ON o.id = a.operation_id,"
        " json_each(o.payload, '$.rows') AS r WHERE a.done_at IS NULL"
        " AND o.kind IN ('message.say', 'message.file')"
        " AND json_extract(r.value, '$.table') = 'messages'"
        " AND json_extract(r.value, '$.new.channel_id') = ?1 AND o.actor_id = ?2"
        " ORDER BY a.raised_at DESC LIMIT ?3",
        err);
    if (row == NULL)
        return -1;
    int count = 0, state = 0;
    uuid_text(channel, text);
    *out = arena_alloc(arena, REFUSED_MAX * sizeof **out);
    statement_bind_text(row, 1, text);
    statement_bind_uuid(row, 2, user);
    statement_bind_integer(row, 3, REFUSED_MAX);
    while (count < REFUSED_MAX && (state = statement_step(row, err)) > 0) {
        struct message_refused *one = &(*out)[count++];
        *one = (struct message_refused){.content = arena_text(arena, statement_text(row, 2)),
                                        .reason = arena_text(arena, statement_text(row, 3)),
                                        .time = statement_integer(row, 4)};
        statement_uuid(row, 0, &one->attention);
        statement_uuid(row, 1, &one->operation);
    }
    statement_done(row);
    return state < 0 ? -1 : count;
}
