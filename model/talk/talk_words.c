/* What a message names: people by @, things by #. Between backquotes nothing is named. */
#include "model/base/text.h"
#include "model/talk/talk_parts.h"

#include <ctype.h>
#include <string.h>

/* Bytes of a name; those above 0x7f are letters of other scripts. */
static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || strchr("-_./", c) != NULL;
}

/* The next "@word" or "#word", in the arena, without the full stop or dash behind it; NULL: there
 * is none. A mark within a word, as in an e-mail address, begins nothing. */
static const char *next_word(const char **at, bool *is_code, struct arena *arena)
{
    char before = ' ';
    for (const char *c = *at; *c != '\0'; before = *c++) {
        if (*c == '`')
            *is_code = !*is_code;
        if (*is_code || (*c != '@' && *c != '#') || is_of_word(before))
            continue;
        size_t size = 1;
        while (c[size] != '\0' && is_of_word(c[size]))
            size++;
        *at = c + size;
        while (size > 1 && strchr("-_./", c[size - 1]) != NULL)
            size--;
        if (size > 1)
            return arena_bytes(arena, c, size);
        c = *at - 1;
    }
    *at += strlen(*at);
    return NULL;
}

static void add_user(struct talk_words *words, const struct uuid *user)
{
    for (size_t i = 0; i < words->user_count; i++)
        if (uuid_equal(&words->users[i], user))
            return;
    if (words->user_count < TALK_LINKS_MAX)
        words->users[words->user_count++] = *user;
}

static void add_thing(struct talk_words *words, const struct talk_thing *thing)
{
    for (size_t i = 0; i < words->thing_count; i++)
        if (words->things[i].table == thing->table && uuid_equal(&words->things[i].id, &thing->id))
            return;
    if (words->thing_count < TALK_LINKS_MAX)
        words->things[words->thing_count++] = *thing;
}

bool talk_words_read(struct store *store, const char *content, struct arena *arena,
                     struct talk_words *out, struct error *err)
{
    const char *word;
    bool is_code = false;
    *out = (struct talk_words){.user_count = 0};
    while ((word = next_word(&content, &is_code, arena)) != NULL) {
        struct uuid user;
        struct talk_thing thing;
        int found = 0;
        if (strcmp(word, "@channel") == 0)
            out->has_channel = true;
        else if (word[0] == '@')
            found = talk_person_find(store, word + 1, &user, err);
        else
            found = talk_thing_find(store, word, arena, &thing, err);
        if (found < 0)
            return false;
        if (found == 1 && word[0] == '@')
            add_user(out, &user);
        else if (found == 1)
            add_thing(out, &thing);
    }
    return true;
}

bool talk_content_check(const char *content, bool may_be_blank, struct error *err)
{
    size_t size = strlen(content);
    if (!text_is_utf8(content, size))
        return error_set_field(err, ERROR_INPUT, "content", "The message is not readable text");
    if (!may_be_blank && text_is_blank(content))
        return error_set_field(err, ERROR_INPUT, "content", "Write something first");
    size_t characters = text_characters(content);
    return characters <= TALK_CONTENT_MAX ||
           error_set_field(err, ERROR_INPUT, "content",
                           "A message has at most %d characters; this one has %zu: send the rest "
                           "as another one, or as a file",
                           (int)TALK_CONTENT_MAX, characters);
}

static bool put_mention(struct operation *operation, const struct uuid *channel,
                        const struct uuid *message, const struct uuid *user, struct error *err)
{
    int64_t one;
    int found = store_find_integer(operation_store(operation), &one,
                                   "SELECT 1 FROM message_mentions WHERE message_id = ?1"
                                   " AND user_id IS ?2",
                                   err, "uu", message, user);
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(channel)},
        {.column = "message_id", .value = value_uuid(message)},
        {.column = "kind", .value = value_text(user != NULL ? "user" : "channel")},
        {.column = "user_id", .value = value_uuid_or_null(user)},
    };
    return found > 0 || (found == 0 && record_insert(operation, "message_mentions", changes,
                                                     TALK_COUNT(changes), NULL, err));
}

bool talk_link_write(struct operation *operation, const struct uuid *channel,
                     const struct uuid *message, const struct talk_thing *thing, bool is_thread,
                     struct error *err)
{
    const struct talk_thing_kind *kind = talk_thing_kind(thing->table);
    if (kind == NULL)
        return error_set(err, ERROR_INPUT, "Nobody talks about rows of %s", thing->table);
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(channel)},
        {.column = "message_id", .value = value_uuid(message)},
        {.column = "kind", .value = value_text(kind->kind)},
        {.column = kind->column, .value = value_uuid(&thing->id)},
        {.column = "is_thread", .value = value_integer(is_thread)},
    };
    return record_insert(operation, "message_links", changes, TALK_COUNT(changes), NULL, err);
}

/* 1 where the message links to it already. */
static int has_link(struct store *store, const struct uuid *message, const struct talk_thing *thing,
                    struct error *err)
{
    int64_t one;
    struct arena *arena = arena_new();
    const char *sql =
        arena_format(arena, "SELECT 1 FROM message_links WHERE message_id = ?1 AND %s = ?2",
                     talk_thing_kind(thing->table)->column);
    int found = store_find_integer(store, &one, sql, err, "uu", message, &thing->id);
    arena_free(arena);
    return found;
}

bool talk_words_write(struct operation *operation, const struct uuid *channel,
                      const struct uuid *message, const struct talk_words *words, struct error *err)
{
    bool is_done = !words->has_channel || put_mention(operation, channel, message, NULL, err);
    for (size_t i = 0; i < words->user_count && is_done; i++)
        is_done = put_mention(operation, channel, message, &words->users[i], err);
    for (size_t i = 0; i < words->thing_count && is_done; i++) {
        int found = has_link(operation_store(operation), message, &words->things[i], err);
        is_done = found > 0 || (found == 0 && talk_link_write(operation, channel, message,
                                                              &words->things[i], false, err));
    }
    return is_done;
}
