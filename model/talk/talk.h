/* Channels and what is said in them (SCHEMA.md, messaging; SYNC.md section 5, "Numbers").
 *
 * A message gets its place in its channel from the centre; what was not sent yet has none and
 * stands last. A shop without a centre gives the places itself. Unread is what others said behind
 * the place up to which a member has read, never a counter; so a place is read with all before it.
 *
 * A message is its author's alone: who writes is always the actor, and a system line is said within
 * the operation whose deed it tells, by whoever did that. Names and texts are what people typed and
 * are to be drawn as such.
 *
 * Private and direct channels are their members'; others find nothing of them here, though the
 * store of a terminal may hold them for somebody else who signs in at it. Texts that are read are
 * in the arena. What is written needs the right channels.edit and is an operation of its own. */
#ifndef MODEL_TALK_H
#define MODEL_TALK_H

#include "model/operation/actor.h"
#include "model/operation/operation.h"
#include "model/overlay/exchange.h"

extern const struct operation_kind talk_kinds[];
extern const size_t talk_kind_count;

enum {
    TALK_CONTENT_MAX = 20000, /* characters of a message */
    TALK_COUNT_MAX = 1000,    /* unread and mentions are counted up to here */
    TALK_LINKS_MAX = 32,      /* mentions, and links, of a message */
};

/* Where a message stands in the order that everybody sees: by position, then what was not sent
 * (position 0) by its time and id. All zero: before the first one. */
struct talk_place {
    int64_t position;
    int64_t sent_at;
    struct uuid id;
};
/* Less than, equal to or greater than 0, as in strcmp(). */
int talk_place_compare(const struct talk_place *a, const struct talk_place *b);

/* -- Channels -- */

enum channel_kind { CHANNEL_PUBLIC, CHANNEL_PRIVATE, CHANNEL_DIRECT };

struct channel {
    struct uuid id;
    const char *name; /* "paint"; of a direct one the others' names, as that person sees it */
    const char *slug; /* "paint": what #paint means */
    const char *description; /* or "" */
    enum channel_kind kind;
    bool is_archived, is_member, is_muted, is_owner; /* the last three of that person */
    int64_t unread, mentions;                        /* of a member; both at most TALK_COUNT_MAX */
    int64_t last_read;     /* the position up to which the person has read */
    int64_t last_position; /* of the newest message that has a place; 0: none */
    int64_t last_at;       /* when something was last said; 0: never */
    int64_t members;
    enum row_mark mark; /* of the channel's own row */
};

/* Those that the person may see, in the arena: first those that they are a member of, then other
 * public ones; each group by name. Archived ones are left out unless `with_archived`. Returns the
 * count, or -1. */
int channels_of(struct store *store, const struct uuid *user, bool with_archived,
                struct arena *arena, struct channel **out, struct error *err);
/* ERROR_NOT_FOUND: there is none, or the person may not see it. */
bool channel_load(struct store *store, const struct uuid *user, const struct uuid *id,
                  struct arena *arena, struct channel *out, struct error *err);
/* "#paint", "paint", its name, "@anna" for the direct one with Anna, or an id. ERROR_NOT_FOUND also
 * where no direct channel with that person was opened yet. */
bool channel_find(struct store *store, const struct uuid *user, const char *word, struct uuid *out,
                  struct error *err);

struct channel_member {
    struct uuid user_id;
    const char *name, *username; /* username "" where the person has none */
    bool is_owner, is_muted;
    int64_t last_read, joined_at;
};
int channel_members(struct store *store, const struct uuid *user, const struct uuid *channel,
                    struct arena *arena, struct channel_member **out, struct error *err);

/* The actor is its first member and its owner. `name` may begin with #. */
bool channel_new(struct store *store, const struct actor *actor, const char *name,
                 const char *description, enum channel_kind kind, struct uuid *id,
                 struct error *err);
/* The direct one with that person, which is opened where there is none yet. */
bool channel_direct(struct store *store, const struct actor *actor, const struct uuid *user,
                    struct uuid *id, struct error *err);
/* By an owner of the channel, or who may moderate (channels.moderate). A direct channel has no name
 * of its own and is not archived; #general stays. */
bool channel_rename(struct store *store, const struct actor *actor, const struct uuid *channel,
                    const char *name, struct error *err);
bool channel_describe(struct store *store, const struct actor *actor, const struct uuid *channel,
                      const char *description, struct error *err);
bool channel_archive(struct store *store, const struct actor *actor, const struct uuid *channel,
                     bool is_archived, struct error *err);
/* Public ones alone. A new member has read what was said before. Joining twice is no error. */
bool channel_join(struct store *store, const struct actor *actor, const struct uuid *channel,
                  struct error *err);
/* Not a direct one. Takes a private one from the terminals where no other member signed in. */
bool channel_leave(struct store *store, const struct actor *actor, const struct uuid *channel,
                   struct error *err);
/* By a member of a private one, by anybody of a public one; not into a direct one. */
bool channel_invite(struct store *store, const struct actor *actor, const struct uuid *channel,
                    const struct uuid *user, struct error *err);
/* By an owner of it, or who may moderate. */
bool channel_remove(struct store *store, const struct actor *actor, const struct uuid *channel,
                    const struct uuid *user, struct error *err);
/* Of oneself; both pass over undo. */
bool channel_mute(struct store *store, const struct actor *actor, const struct uuid *channel,
                  bool is_muted, struct error *err);
/* Up to and with that position; never back. Nothing is written where nothing changes, nor by who is
 * no member. */
bool channel_read(struct store *store, const struct actor *actor, const struct uuid *channel,
                  int64_t position, struct error *err);

/* -- Things -- */

/* What a message can be about: orders, products, appointments, customer_profiles, support_tickets,
 * cash_sessions. */
struct talk_thing {
    const char *table; /* a literal, or in the arena */
    struct uuid id;
    const char *title; /* as it is called now: "R2-000123"; NULL where it is not asked for */
};
/* Whether rows of that table have threads. */
bool talk_has_threads(const char *table);
/* What a word such as "#R2-000123" names (with or without #): 1, 0 nothing, -1 failed. */
int talk_thing_find(struct store *store, const char *word, struct arena *arena,
                    struct talk_thing *out, struct error *err);
/* A day's till, "R2 of 2026-11-20", or the title of the row; in the arena. */
const char *talk_thing_title(struct store *store, const struct talk_thing *thing,
                             struct arena *arena);

/* The thread that hangs on a thing, and its channel. Where nobody has said anything yet, `message`
 * is zero and `channel` the one where it would be: a draft with `about` opens it. So looking writes
 * nothing. */
bool thread_of(struct store *store, const struct actor *actor, const char *table,
               const struct uuid *id, struct uuid *channel, struct uuid *message,
               struct error *err);

/* -- Messages -- */

enum message_kind { MESSAGE_TEXT, MESSAGE_FILE, MESSAGE_SYSTEM };

struct message_file {
    struct uuid id;   /* of the attachment */
    struct uuid file; /* zero: by address alone */
    const char *name, *url, *media_type;
    int64_t size;
    bool is_here; /* all of it is in the store or in the folder of attachments */
};

struct message_reaction {
    const char *emoji;
    int64_t count;
    bool is_mine;
};

struct message {
    struct uuid id, channel_id;
    struct talk_place place;
    struct uuid user_id; /* zero: the program itself */
    const char *author;  /* "" for the program, and for who was erased */
    const char *content; /* "" of one that was deleted */
    enum message_kind kind;
    int64_t sent_at, edited_at; /* edited_at 0: never */
    int64_t deleted_at;         /* 0: it stands */
    const char *deleted_by;     /* or "" */
    enum row_mark mark;         /* whether it was sent */
    bool is_mine, mentions_me, is_pinned;
    struct uuid thread;                         /* the message that it answers; zero: none */
    const char *thread_author, *thread_content; /* of that one */
    int64_t replies;                            /* of one that is answered */
    int64_t replied_at;                         /* the newest one's time */
    struct talk_thing about;                    /* whose thread begins here; .table NULL: none */
    size_t thing_count, file_count, reaction_count;
    struct talk_thing *things; /* that it links to, with their titles */
    struct message_file *files;
    struct message_reaction *reactions;
};

/* A page of a channel, replies included, or of one thread: its first message and the replies. */
struct message_ask {
    struct uuid user; /* who looks */
    struct uuid channel;
    struct uuid thread;       /* zero: the whole channel */
    struct talk_place anchor; /* the page is behind it, or before it where is_backward is set */
    bool is_backward;
    bool from_end; /* the last page: `anchor` is not looked at */
    size_t limit;
};
/* In the order in which they stand, in the arena, also where the page was asked for backward.
 * Returns the count, or -1. Deleted ones are there with their marks. */
int message_page(struct store *store, const struct message_ask *ask, struct arena *arena,
                 struct message **out, struct error *err);
/* ERROR_NOT_FOUND: there is none, or the person may not see it. */
bool message_load(struct store *store, const struct uuid *user, const struct uuid *id,
                  struct arena *arena, struct message *out, struct error *err);
/* Pinned ones, the last pinned first. */
int message_pins(struct store *store, const struct uuid *user, const struct uuid *channel,
                 size_t limit, struct arena *arena, struct message **out, struct error *err);

struct message_draft {
    struct uuid channel;
    struct uuid thread;      /* the message that it answers; a reply to a reply joins its thread */
    const char *content;     /* with line breaks; may be blank where there is a file */
    struct talk_thing about; /* .table NULL: none. Opens, or joins, the thread of that thing */
    const struct talk_thing *things; /* that it links to, beside those that its words name */
    size_t thing_count;
    const struct uuid *files; /* rows of `files` in this channel (model/talk/talk_file.h) */
    size_t file_count;
    const char *const *urls; /* larger files, by their address: http or https */
    size_t url_count;
};
/* The actor becomes no member by it. "@name" of a member or of anybody, by username or a name
 * without blanks, and "@channel" are written as mentions; "#R2-000123" and the like as links. `id`
 * may be NULL. ERROR_INPUT: blank, too long, no text; ERROR_RULE: the channel is archived. */
bool message_say(struct store *store, const struct actor *actor, const struct message_draft *draft,
                 struct uuid *id, struct error *err);
/* One's own alone. Mentions and links that the new words add are written; nobody is told of those
 * that went. The old words stay in the history of the row. */
bool message_edit(struct store *store, const struct actor *actor, const struct uuid *id,
                  const char *content, struct error *err);
/* One's own, or who may moderate. What was said is taken out of the row; that it was is seen. */
bool message_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                    struct error *err);
/* On, or off where it is on; passes over undo. */
bool message_react(struct store *store, const struct actor *actor, const struct uuid *id,
                   const char *emoji, struct error *err);
/* What others wrote by who may moderate. */
bool message_pin(struct store *store, const struct actor *actor, const struct uuid *id,
                 bool is_pinned, struct error *err);

/* What the centre refused of what this person said in the channel, the newest first; each waits
 * under Needs attention (model/overlay/attention.h), where it is sent again or dropped. */
struct message_refused {
    struct uuid attention, operation;
    const char *content, *reason;
    int64_t time;
};
int message_refused(struct store *store, const struct uuid *user, const struct uuid *channel,
                    struct arena *arena, struct message_refused **out, struct error *err);

/* -- System lines -- */

/* What the shop itself may say, and where unless app_settings 'talk' says otherwise:
 * {"lines": {"till.difference": "mitte", "till.closed": null}, "threads": {"orders": "packing"},
 *  "file_limit": 10485760}; null says it nowhere. */
struct talk_line {
    const char *name;    /* "till.difference" */
    const char *label;   /* "A till was closed with a difference" */
    const char *channel; /* the slug; NULL: said only where the shop wants it */
    bool is_local;       /* in the channel of the actor's location, where that has one */
};
extern const struct talk_line talk_lines[];
extern const size_t talk_line_count;

/* Within the operation whose deed it tells. Says nothing, and is no error, where the shop does not
 * want that line, where the channel is not there, is archived, or was not taken by the centre yet,
 * and where the actor may not write. `channel` NULL: as the setting says. `thing` may be NULL; the
 * line joins its thread where that stands in the same channel. `line` must be one of talk_lines. */
bool talk_system(struct operation *operation, const struct uuid *channel, const char *line,
                 const struct talk_thing *thing, const char *text, struct error *err);

#endif
