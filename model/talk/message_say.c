/* Saying something. */
#include "model/base/text.h"
#include "model/operation/journal.h"
#include "model/talk/talk_parts.h"

#include <string.h>

const char *const talk_message_types[] = {
    [MESSAGE_TEXT] = "text", [MESSAGE_FILE] = "file", [MESSAGE_SYSTEM] = "system"};

enum { URL_MAX = 500 };

/* The next place, where there is no centre to give it; within the transaction, so nobody else takes
 * it. */
static bool next_place(struct store *store, const struct uuid *channel, struct value *out,
                       struct error *err)
{
    int64_t next;
    int enrolled = journal_is_enrolled(store, err);
    *out = value_null();
    if (enrolled != 0)
        return enrolled > 0;
    if (store_find_integer(
            store, &next,
            "SELECT coalesce(max(position), 0) + 1 FROM messages WHERE channel_id = ?1", err, "u",
            channel) <= 0)
        return false;
    *out = value_integer(next);
    return true;
}

bool talk_write(struct operation *operation, const struct uuid *channel, const struct uuid *thread,
                const char *content, enum message_kind kind, struct uuid *id, struct error *err)
{
    struct value place;
    if (!next_place(operation_store(operation), channel, &place, err))
        return false;
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(channel)},
        {.column = "user_id", .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
        {.column = "content", .value = value_text(content)},
        {.column = "message_type", .value = value_text(talk_message_types[kind])},
        {.column = "parent_id", .value = value_uuid_or_null(thread)},
        {.column = "sent_at", .value = value_integer(operation_time(operation))},
        {.column = "position", .value = place},
    };
    return record_insert(operation, "messages", changes, TALK_COUNT(changes), id, err);
}

/* The first message of the thread in which a reply to `message` stands. */
static bool find_root(struct store *store, const struct uuid *channel, const struct uuid *message,
                      struct uuid *out, struct error *err)
{
    struct statement *row = store_prepare(
        store, "SELECT coalesce(parent_id, id) FROM messages WHERE id = ?1 AND channel_id = ?2",
        err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, message);
    statement_bind_uuid(row, 2, channel);
    int found = statement_step(row, err);
    if (found > 0)
        statement_uuid(row, 0, out);
    statement_done(row);
    return found > 0 || (found == 0 && error_set(err, ERROR_NOT_FOUND,
                                                 "The message that you answer is not in this "
                                                 "channel any more"));
}

/* Which thread it joins, or whether it opens the one of what it is about. */
static bool find_thread(struct store *store, const struct message_draft *draft, struct uuid *thread,
                        bool *opens, struct error *err)
{
    struct uuid channel, root;
    *thread = (struct uuid){.bytes = {0}};
    *opens = false;
    if (!uuid_is_zero(&draft->thread))
        return find_root(store, &draft->channel, &draft->thread, thread, err);
    if (draft->about.table == NULL)
        return true;
    int found = talk_thread_find(store, draft->about.table, &draft->about.id, &channel, &root, err);
    *opens = found == 0;
    if (found > 0 && uuid_equal(&channel, &draft->channel))
        *thread = root;
    return found >= 0;
}

static bool put_attachment(struct operation *operation, const struct uuid *channel,
                           const struct uuid *message, const struct uuid *file, const char *url,
                           const char *name, struct error *err)
{
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(channel)},
        {.column = "message_id", .value = value_uuid(message)},
        {.column = "file_id", .value = value_uuid_or_null(file)},
        {.column = "url", .value = value_text(url)},
        {.column = "name", .value = value_text(name)},
    };
    return record_insert(operation, "message_attachments", changes, TALK_COUNT(changes), NULL, err);
}

/* The name of a file that is the channel's; NULL with err. */
static const char *file_name(struct store *store, const struct uuid *channel,
                             const struct uuid *file, struct arena *arena, struct error *err)
{
    struct statement *row =
        store_prepare(store, "SELECT name FROM files WHERE id = ?1 AND channel_id = ?2", err);
    if (row == NULL)
        return NULL;
    statement_bind_uuid(row, 1, file);
    statement_bind_uuid(row, 2, channel);
    int found = statement_step(row, err);
    const char *name = found > 0 ? arena_text(arena, statement_text(row, 0)) : NULL;
    statement_done(row);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "The file is not in this channel; attach it again");
    return name;
}

static bool check_url(const char *url, struct error *err)
{
    bool is_web = strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
    for (const char *c = url; *c != '\0'; c++)
        is_web &= (unsigned char)*c > ' ' && *c != 0x7f;
    size_t size = strlen(url);
    return (is_web && size <= URL_MAX && text_is_utf8(url, size)) ||
           error_set_field(err, ERROR_INPUT, "url",
                           "An address begins with https:// and has at most %d characters, no "
                           "blanks among them",
                           (int)URL_MAX);
}

static bool put_files(struct operation *operation, const struct message_draft *draft,
                      const struct uuid *message, struct arena *arena, struct error *err)
{
    for (size_t i = 0; i < draft->file_count; i++) {
        const char *name =
            file_name(operation_store(operation), &draft->channel, &draft->files[i], arena, err);
        if (name == NULL ||
            !put_attachment(operation, &draft->channel, message, &draft->files[i], NULL, name, err))
            return false;
    }
    for (size_t i = 0; i < draft->url_count; i++)
        if (!check_url(draft->urls[i], err) ||
            !put_attachment(operation, &draft->channel, message, NULL, draft->urls[i], NULL, err))
            return false;
    return true;
}

static bool put_things(struct operation *operation, const struct message_draft *draft, bool opens,
                       const struct uuid *message, struct talk_words *words, struct error *err)
{
    if (draft->about.table != NULL &&
        !talk_link_write(operation, &draft->channel, message, &draft->about, opens, err))
        return false;
    for (size_t i = 0; i < draft->thing_count && words->thing_count < TALK_LINKS_MAX; i++)
        words->things[words->thing_count++] = draft->things[i];
    return talk_words_write(operation, &draft->channel, message, words, err);
}

/* What stands for a message that is nothing but a file. */
static const char *words_of(struct store *store, const struct message_draft *draft,
                            struct arena *arena)
{
    const char *content = draft->content != NULL ? draft->content : "";
    if (!text_is_blank(content) || draft->file_count + draft->url_count == 0)
        return content;
    const char *name = draft->file_count > 0
                           ? file_name(store, &draft->channel, &draft->files[0], arena, NULL)
                           : draft->urls[0];
    return name != NULL ? name : "";
}

static bool say(struct operation *operation, const struct message_draft *draft,
                const struct channel *channel, struct arena *arena, struct uuid *id,
                struct error *err)
{
    bool opens;
    char start[80];
    struct uuid thread;
    struct talk_words words;
    struct store *store = operation_store(operation);
    const char *content = words_of(store, draft, arena);
    bool has_files = draft->file_count + draft->url_count > 0;
    text_copy(start, sizeof start, content);
    operation_describe(operation, "#%s: %s", channel->name, start);
    return find_thread(store, draft, &thread, &opens, err) &&
           talk_words_read(store, content, arena, &words, err) &&
           talk_write(operation, &draft->channel, &thread, content,
                      has_files ? MESSAGE_FILE : MESSAGE_TEXT, id, err) &&
           put_things(operation, draft, opens, id, &words, err) &&
           put_files(operation, draft, id, arena, err);
}

bool message_say(struct store *store, const struct actor *actor, const struct message_draft *draft,
                 struct uuid *id, struct error *err)
{
    struct channel channel;
    struct uuid made;
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    bool has_files = draft->file_count + draft->url_count > 0;
    if (talk_content_check(draft->content != NULL ? draft->content : "", has_files, err) &&
        talk_channel(store, actor, &draft->channel, true, arena, &channel, err))
        operation = talk_begin(store, "message.say", actor, err);
    bool is_done = operation != NULL;
    if (is_done)
        is_done = talk_end(operation, say(operation, draft, &channel, arena, &made, err), err);
    if (is_done && id != NULL)
        *id = made;
    arena_free(arena);
    return is_done;
}
