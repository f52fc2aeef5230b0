/* Notices: what the shop tells a person. They are raised by what was done here and by what waits,
 * from a table of sources; each belongs to one person and names the row that it is about. Raising
 * and reading are operations, since notices travel, but such that undo passes over. */
#ifndef MODEL_NOTIFICATION_H
#define MODEL_NOTIFICATION_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct operation_kind notice_kinds[];
extern const size_t notice_kind_count;
/* title, body, about (the table's name), time, state (new, read), kind, person, id: of everybody;
 * a list of one person's has a filter "person:018f…". */
extern const struct query_source notice_source;

/* Raises what is due to be told: about the operations behind `after_seq`, of which the newest
 * NOTICE_LOOK are looked at, and about what needs attention. Nobody is told twice of the same row
 * while the first notice is unread, or for the same event. A store with a centre tells only those
 * who are signed in at it, since it may not write for others, and nobody while notices that the
 * centre did not take wait for a decision. Returns how many were raised, or -1;
 * nothing is written for none. Not within a transaction. */
enum { NOTICE_LOOK = 200, NOTICE_MOST = 50 };
int notices_raise(struct store *store, const struct actor *actor, int64_t after_seq,
                  struct error *err);

/* Marks those of the actor's own (right self.edit); what is marked so already stays as it is. */
bool notices_set_read(struct store *store, const struct actor *actor, const struct uuid *ids,
                      size_t count, bool is_read, struct error *err);
/* All that the actor has not read. Says how many. */
bool notices_read_all(struct store *store, const struct actor *actor, int *count,
                      struct error *err);

struct notice {
    const char *title, *body; /* body: "" where there is none */
    const char *link_table;   /* "" where it is about no row */
    struct uuid link_id;
    bool is_read;
};
/* In the arena. ERROR_NOT_FOUND: it has gone. */
bool notice_load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct notice *out, struct error *err);

/* How many the person has not read, up to NOTICE_COUNT_MAX. -1 when that can't be read. */
enum { NOTICE_COUNT_MAX = 100 };
int64_t notices_count_new(struct store *store, const struct uuid *person);

#endif
