/* Search in all messages that the store holds and the person may see, the newest first.
 *
 *   delivery from:anna in:#paint has:file before:yesterday "exact words"
 *
 * All words must be there, whatever the case and accents; where fewer than `limit` messages have
 * them whole, those count too in which they only begin so. from: takes a username or name, "me"
 * too; in: a channel; has: file or link; before:, after: and on: a day, as in other filters
 * (2026-11, today, last-week). Deleted messages are not found. */
#ifndef MODEL_TALK_SEARCH_H
#define MODEL_TALK_SEARCH_H

#include "model/talk/talk.h"

struct message_hit {
    struct message message;
    const char *channel;    /* its name, as the person sees it */
    const char *excerpt;    /* one line around the first word that was found */
    size_t mark, mark_size; /* bytes of that word in the excerpt; size 0: none */
};

/* Up to `limit`, in the arena. The count, or -1; ERROR_INPUT names the word that is not understood.
 */
int message_search(struct store *store, const struct uuid *user, const char *words, size_t limit,
                   struct arena *arena, struct message_hit **out, struct error *err);

#endif
