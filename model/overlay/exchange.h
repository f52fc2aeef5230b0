/* How the exchange with the centre stands, for all programs that share the store: the one that
 * exchanges writes it down here, and everybody reads it. */
#ifndef MODEL_EXCHANGE_H
#define MODEL_EXCHANGE_H

#include "model/base/memory.h"
#include "model/store/schema.h"
#include "model/store/store.h"

enum { EXCHANGE_TEXT_SIZE = 200 };

struct exchange_status {
    bool is_enrolled; /* false: a shop that runs alone; the rest is then zero */
    bool is_online;
    bool needs_update; /* the centre speaks a newer version than this program */
    bool is_copying;   /* a first or a new copy is under way; `trouble` says how far it is */
    int64_t since;     /* online or offline since; 0: never tried */
    int64_t synced_at; /* the last exchange that ended well; 0: none yet */
    int64_t unsent;    /* operations without an answer */
    int64_t parked;    /* of these, those whose rows can't be shown */
    int64_t attention; /* what waits for a person */
    char trouble[EXCHANGE_TEXT_SIZE]; /* why offline, and what to do; "" */
};
/* A few look-ups by key: may be asked at each redraw. */
bool exchange_status(struct store *store, struct exchange_status *out, struct error *err);

/* By the program that exchanges, outside of a transaction. An unchanged state is not written
 * again. */
bool exchange_set_line(struct store *store, bool is_online, const char *trouble, struct error *err);
/* An exchange ended well just now: written down at most once a minute. */
bool exchange_set_synced(struct store *store, struct error *err);
bool exchange_set_needs_update(struct store *store, bool needs_update, struct error *err);
/* How far a copy is, in words for the status line; NULL: none is under way. */
bool exchange_set_copying(struct store *store, const char *words, struct error *err);

/* What the store remembers of the exchange by name (sync_state): the cursor, its terminal … The
 * text is in the arena; NULL where there is none, with err filled only where the store failed.
 * Setting NULL forgets it; it may be done within a transaction. */
const char *exchange_state(struct store *store, const char *name, struct arena *arena,
                           struct error *err);
bool exchange_set_state(struct store *store, const char *name, const char *value,
                        struct error *err);

/* What came and went, kept for the newest EXCHANGE_LOG_KEPT entries. `what`: "sent", "answer",
 * "received", "line", "copy", "error". */
enum { EXCHANGE_LOG_KEPT = 5000 };
bool exchange_log(struct store *store, const char *what, const struct uuid *operation,
                  const char *text, struct error *err);

struct exchange_entry {
    int64_t id, time;
    const char *what, *text;
    struct uuid operation; /* zero: none */
};
/* Newest first, those before the entry `id` (0: from the newest), in the arena; the count, or -1.
 */
int exchange_log_list(struct store *store, int64_t before, int limit, struct arena *arena,
                      struct exchange_entry *out, struct error *err);

/* How a row stands, for a mark beside it. */
enum row_mark {
    MARK_NONE,
    MARK_UNSENT,    /* changed here, and not answered yet */
    MARK_TENTATIVE, /* the same, of a table where the centre may say no (merge `tentative`) */
    MARK_REFUSED,   /* a change of it waits for a person's decision */
};
bool exchange_mark(struct store *store, const struct table *table, const struct uuid *id,
                   enum row_mark *out, struct error *err);

#endif
