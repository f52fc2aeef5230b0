#include "tui/screens/feed.h"

#include "model/base/instant.h"
#include "model/operation/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TOGETHER_US (INT64_C(5) * 60 * 1000000)

struct laying {
    struct feed *feed;
    const struct env *env;
    const char *names[3]; /* by which the reader is called */
    size_t room;
    bool has_new; /* the rule before what is new stands */
};

static struct feed_row *add_row(struct laying *laying, size_t message, enum feed_kind kind,
                                enum role role)
{
    struct feed *feed = laying->feed;
    if (feed->row_count == laying->room) {
        size_t room = laying->room > 0 ? 2 * laying->room : 256;
        struct feed_row *rows = arena_alloc(feed->lay, room * sizeof *rows);
        if (feed->row_count > 0)
            memcpy(rows, feed->rows, feed->row_count * sizeof *rows);
        feed->rows = rows;
        laying->room = room;
    }
    struct feed_row *row = &feed->rows[feed->row_count++];
    *row =
        (struct feed_row){.message = message, .kind = kind, .role = role, .text = "", .note = ""};
    return row;
}

static void add_note(struct laying *laying, size_t message, enum role role, const char *text)
{
    add_row(laying, message, FEED_NOTE, role)->text = text;
}

/* The reader's own name, and that of all, are what the eye should find. */
static enum role role_of_word(void *context, const char *word, size_t size)
{
    const struct laying *laying = context;
    if (word[0] != '@')
        return ROLE_LINK;
    for (size_t i = 0; i < sizeof laying->names / sizeof laying->names[0]; i++)
        if (size == strlen(laying->names[i]) + 1 &&
            strncasecmp(word + 1, laying->names[i], size - 1) == 0)
            return ROLE_MENTION;
    return ROLE_LINK;
}

/* User name, first name, and what calls everybody. */
static void learn_names(struct laying *laying)
{
    struct record user;
    struct store *store = app_store(laying->feed->app);
    struct arena *arena = laying->feed->lay;
    const struct actor *actor = app_actor(laying->feed->app);
    bool is_found = record_get(store, schema_table(store_schema(store), "users"), &actor->user_id,
                               arena, &user, NULL) == 1;
    laying->names[0] =
        is_found ? arena_text(arena, value_as_text(record_value(&user, "username"))) : "";
    laying->names[1] = arena_bytes(arena, actor->name, strcspn(actor->name, " "));
    laying->names[2] = "channel";
}

static void add_text(struct laying *laying, size_t message, enum feed_kind kind, enum role role,
                     const char *text)
{
    struct markup_row *rows;
    struct feed *feed = laying->feed;
    size_t count =
        markup_lay(text, feed->width - FEED_GUTTER, role_of_word, laying, feed->lay, &rows);
    for (size_t i = 0; i < count; i++)
        add_row(laying, message, kind, role)->markup = &rows[i];
}

static const char *time_of_day(const struct laying *laying, int64_t instant)
{
    struct clock_time local;
    return instant_to_local(instant, laying->env->zone, &local)
               ? arena_format(laying->feed->lay, "%02d:%02d", local.hour, local.minute)
               : "";
}

static bool is_same_day(const struct laying *laying, int64_t a, int64_t b)
{
    struct clock_time one, other;
    return instant_to_local(a, laying->env->zone, &one) &&
           instant_to_local(b, laying->env->zone, &other) && one.date.year == other.date.year &&
           one.date.month == other.date.month && one.date.day == other.date.day;
}

static void add_rules(struct laying *laying, size_t i)
{
    static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    const struct feed *feed = laying->feed;
    const struct message *message = &feed->messages[i], *before = i > 0 ? message - 1 : NULL;
    struct clock_time local;
    bool is_new =
        !laying->has_new && message->place.position > feed->read_until && !message->is_mine;
    if ((before == NULL || !is_same_day(laying, before->sent_at, message->sent_at)) &&
        instant_to_local(message->sent_at, laying->env->zone, &local))
        add_row(laying, i, FEED_RULE, ROLE_DIM)->text =
            arena_format(feed->lay, "%s %04d-%02d-%02d", days[date_weekday(local.date)],
                         local.date.year, local.date.month, local.date.day);
    if (is_new)
        add_row(laying, i, FEED_RULE, ROLE_WARNING)->text = "new";
    laying->has_new |= is_new;
}

/* What follows soon on the same person's words goes without a head of its own. */
static bool goes_on(const struct laying *laying, size_t i)
{
    const struct feed *feed = laying->feed;
    const struct message *message = &feed->messages[i], *before = message - 1;
    return i > 0 && feed->rows[feed->row_count - 1].kind != FEED_RULE &&
           before->kind != MESSAGE_SYSTEM && uuid_equal(&before->thread, &message->thread) &&
           uuid_equal(&before->user_id, &message->user_id) &&
           message->sent_at - before->sent_at < TOGETHER_US && message->edited_at == 0 &&
           !message->is_pinned;
}

static void add_head(struct laying *laying, size_t i)
{
    const struct message *message = &laying->feed->messages[i];
    if (goes_on(laying, i))
        return;
    struct feed_row *row =
        add_row(laying, i, FEED_HEAD, message->is_mine ? ROLE_STRONG : ROLE_LABEL);
    row->text = message->author;
    row->note = arena_format(laying->feed->lay, "%s%s%s", time_of_day(laying, message->sent_at),
                             message->edited_at != 0 ? "  edited" : "",
                             message->is_pinned ? "  pinned" : "");
}

/* In the channel a reply says what it answers; in its thread that is plain. */
static void add_answered(struct laying *laying, size_t i)
{
    const struct message *message = &laying->feed->messages[i];
    if (uuid_is_zero(&message->thread) || !uuid_is_zero(&laying->feed->thread))
        return;
    int size = (int)strcspn(message->thread_content, "\n");
    struct feed_row *row = add_row(laying, i, FEED_NOTE, ROLE_QUOTE);
    row->text = arena_format(laying->feed->lay, "> %s: %.*s", message->thread_author, size,
                             message->thread_content);
}

static void add_about(struct laying *laying, size_t i)
{
    const struct message *message = &laying->feed->messages[i];
    if (message->about.table != NULL)
        add_note(laying, i, ROLE_LINK,
                 arena_format(laying->feed->lay, "about %s",
                              message->about.title ? message->about.title : ""));
}

static void add_files(struct laying *laying, size_t i)
{
    const struct message *message = &laying->feed->messages[i];
    for (size_t f = 0; f < message->file_count; f++) {
        const struct message_file *file = &message->files[f];
        char size[FEED_SIZE_TEXT];
        feed_size_text(file->size, size);
        struct feed_row *row = add_row(laying, i, FEED_NOTE, ROLE_LINK);
        row->text = file->name;
        row->note = arena_format(laying->feed->lay, "%s%s", file->url[0] != '\0' ? "" : size,
                                 file->url[0] != '\0' ? file->url
                                 : file->is_here      ? ""
                                                      : "  not here yet; o fetches it");
    }
}

static void add_reactions(struct laying *laying, size_t i)
{
    const struct message *message = &laying->feed->messages[i];
    struct buffer text;
    buffer_init(&text);
    for (size_t r = 0; r < message->reaction_count; r++) {
        const struct message_reaction *reaction = &message->reactions[r];
        buffer_format(&text, "%s%s %" PRId64 "%s", r > 0 ? "   " : "", reaction->emoji,
                      reaction->count, reaction->is_mine ? " (you)" : "");
    }
    if (text.size > 0)
        add_note(laying, i, ROLE_DIM, arena_text(laying->feed->lay, text.text));
    buffer_done(&text);
}

static void add_replies(struct laying *laying, size_t i)
{
    const struct message *message = &laying->feed->messages[i];
    if (message->replies == 0 || !uuid_is_zero(&laying->feed->thread))
        return;
    add_note(laying, i, ROLE_HEADING,
             arena_format(laying->feed->lay, "%" PRId64 " %s, last %s", message->replies,
                          message->replies == 1 ? "reply" : "replies",
                          time_of_day(laying, message->replied_at)));
}

/* What has no words but its file is called as that. */
static bool is_file_name(const struct message *message)
{
    return message->kind == MESSAGE_FILE && message->file_count == 1 &&
           strcmp(message->content, message->files[0].name) == 0;
}

static void add_message(struct laying *laying, size_t i)
{
    struct feed *feed = laying->feed;
    const struct message *message = &feed->messages[i];
    add_rules(laying, i);
    size_t first = feed->row_count;
    if (message->kind == MESSAGE_SYSTEM) {
        add_text(laying, i, FEED_SYSTEM, ROLE_SYSTEM,
                 arena_format(feed->lay, "%s  %s", time_of_day(laying, message->sent_at),
                              message->content));
    } else {
        add_head(laying, i);
        add_answered(laying, i);
        add_about(laying, i);
        if (message->deleted_at != 0)
            add_note(laying, i, ROLE_DIM,
                     arena_format(feed->lay, "deleted by %s %s", message->deleted_by,
                                  time_of_day(laying, message->deleted_at)));
        else if (message->content[0] != '\0' && !is_file_name(message))
            add_text(laying, i, FEED_TEXT, ROLE_NORMAL, message->content);
        add_files(laying, i);
    }
    add_reactions(laying, i);
    add_replies(laying, i);
    if (!uuid_is_zero(&feed->refusals[i].attention))
        add_note(laying, i, ROLE_DANGER,
                 arena_format(feed->lay, "not sent: %s x mends it.", feed->refusals[i].reason));
    feed->rows[first].is_first = true;
}

void feed_lay_out(struct feed *feed, int width)
{
    struct laying laying = {.feed = feed, .env = store_env(app_store(feed->app))};
    arena_reset(feed->lay);
    learn_names(&laying);
    feed->width = width;
    feed->rows = NULL;
    feed->row_count = 0;
    for (size_t i = 0; i < feed->count; i++)
        add_message(&laying, i);
}
