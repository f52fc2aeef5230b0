/* What the units of this room share. */
#ifndef MODEL_TALK_PARTS_H
#define MODEL_TALK_PARTS_H

#include "model/operation/record.h"
#include "model/talk/talk.h"

#define TALK_COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Whether ?1 may see the channel `c`. */
#define TALK_SEES                                                                                  \
    "(c.channel_type = 'public' OR EXISTS (SELECT 1 FROM channel_members AS v"                     \
    " WHERE v.channel_id = c.id AND v.user_id = ?1))"
/* Of `m`: the text, or nothing where it was deleted. */
#define TALK_CONTENT(m) "CASE WHEN " m ".deleted_at IS NULL THEN " m ".content ELSE '' END"

/* An operation of somebody with the right; NULL with err. */
struct operation *talk_begin(struct store *store, const char *kind, const struct actor *actor,
                             struct error *err);
/* Commits, or cancels what failed. */
bool talk_end(struct operation *operation, bool is_done, struct error *err);
/* Whether the actor has a right, without saying why not. */
bool talk_may(struct store *store, const struct actor *actor, const char *right);

/* A channel that the actor may see, and may write in where `is_open` is set: it is not archived. */
bool talk_channel(struct store *store, const struct actor *actor, const struct uuid *id,
                  bool is_open, struct arena *arena, struct channel *out, struct error *err);

/* Somebody by username, name or first name: 1, 0 nobody, 2 several, -1 failed. A username goes
 * before names only where nobody else bears it. */
int talk_person_find(struct store *store, const char *name, struct uuid *out, struct error *err);
/* The oldest direct channel of just these two: 1, 0 none, -1 failed. */
int talk_direct_find(struct store *store, const struct uuid *user, const struct uuid *other,
                     struct uuid *out, struct error *err);

/* What is named in a text: each once. */
struct talk_words {
    struct uuid users[TALK_LINKS_MAX];
    size_t user_count;
    bool has_channel; /* @channel */
    struct talk_thing things[TALK_LINKS_MAX];
    size_t thing_count;
};
bool talk_words_read(struct store *store, const char *content, struct arena *arena,
                     struct talk_words *out, struct error *err);
/* Writes those that the message does not have yet. */
bool talk_words_write(struct operation *operation, const struct uuid *channel,
                      const struct uuid *message, const struct talk_words *words,
                      struct error *err);
bool talk_link_write(struct operation *operation, const struct uuid *channel,
                     const struct uuid *message, const struct talk_thing *thing, bool is_thread,
                     struct error *err);
bool talk_content_check(const char *content, bool may_be_blank, struct error *err);

/* The word of message_links for a table, the column that it stands in, and the slug of the channel
 * where its threads are; NULL: it has none. */
struct talk_thing_kind {
    const char *table, *kind, *column, *slug;
    const char *title; /* an expression over the row `t` */
    const char *at;    /* an instant that belongs to the title, over `t`; or NULL */
    const char *find;  /* what is exactly ?1, over `t`; or NULL */
};
extern const struct talk_thing_kind talk_thing_kinds[];
extern const size_t talk_thing_kind_count;
const struct talk_thing_kind *talk_thing_kind(const char *table);

/* The message of a thing's thread, of those in public channels the first: 1, 0 none, -1 failed. */
int talk_thread_find(struct store *store, const char *table, const struct uuid *id,
                     struct uuid *channel, struct uuid *message, struct error *err);
/* A word of app_settings 'talk' at a path such as '$.threads.orders': 1 and the text, in the arena
 * (NULL where it is null), 0 it says nothing, -1 failed. */
int talk_setting(struct store *store, const char *path, struct arena *arena, const char **out,
                 struct error *err);
/* Writes a message with its place where there is no centre to give it. */
bool talk_write(struct operation *operation, const struct uuid *channel, const struct uuid *thread,
                const char *content, enum message_kind kind, struct uuid *id, struct error *err);
extern const char *const talk_message_types[]; /* by enum message_kind */

#endif
