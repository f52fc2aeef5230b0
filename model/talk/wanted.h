/* What wants a person, in the order in which it is gone through: who speaks to them, what the
 * centre did not take, what the shop told them (approvals, low stock), where they have to be next.
 * Nothing is kept of it: it is gone when the message is read, the matter settled, the notice read.
 */
#ifndef MODEL_WANTED_H
#define MODEL_WANTED_H

#include "model/talk/talk.h"

enum wanted_kind {
    WANTED_MENTION, /* an unread message that names them, in a channel that is not silent */
    WANTED_DIRECT,  /* an unread message in a direct channel */
    WANTED_REFUSED, /* waits under Needs attention */
    WANTED_NOTICE,
    WANTED_APPOINTMENT, /* of theirs, that begins within WANTED_SOON_MINUTES or is under way */
};
enum { WANTED_SOON_MINUTES = 120 };

struct wanted {
    enum wanted_kind kind;
    const char *title;   /* "#paint: Anna", "Oversold: Latex white" */
    const char *detail;  /* or "" */
    const char *table;   /* where it leads: "messages", "attention", "notifications", or what the
                            notice is about; "appointments" */
    struct uuid id;      /* of that row */
    struct uuid channel; /* of messages; else zero */
    struct uuid notice;  /* of a notice, to be read; else zero */
    int64_t at;
};

/* Up to `limit`, in the arena: of each channel the first unread one. The count, or -1. */
int wanted_list(struct store *store, const struct uuid *user, size_t limit, struct arena *arena,
                struct wanted *out, struct error *err);
/* The one behind that row (NULL: the first one), and after the last the first again: 1, 0 nothing
 * wants them, -1 failed. */
int wanted_next(struct store *store, const struct uuid *user, const struct uuid *behind,
                struct arena *arena, struct wanted *out, struct error *err);

#endif
