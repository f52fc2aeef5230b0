/* What raises a notice: one row for each kind. */
#ifndef MODEL_NOTICE_SOURCES_H
#define MODEL_NOTICE_SOURCES_H

#include "model/base/memory.h"
#include "model/store/store.h"

struct notice_event {
    const char *kind;
    const char *table; /* of the row that it is about */
    const char *right; /* told to everybody who holds it at that location; NULL: to `user` alone */
    struct uuid user, location, row;
    int64_t time; /* when it came about */
    const char *title, *body;
};

/* What came about: by the operations behind `after_seq`, and by what waits now. Up to `limit`, in
 * the arena. Returns the count, or -1. */
int notice_events(struct store *store, int64_t after_seq, size_t limit, struct arena *arena,
                  struct notice_event *out, struct error *err);

/* The unread notices whose matter is over, as that of oversold goods that are there again: ids, up
 * to `limit`. `within` is a condition on their user u. Returns the count, or -1. */
int notices_settled(struct store *store, const char *within, size_t limit, struct arena *arena,
                    struct uuid *out, struct error *err);

#endif
