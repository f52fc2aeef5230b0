/* What a person sees: the centre's row, and over it what is pending, row by row (SYNC.md section
 * 3).
 *
 * The work of one transaction: rows are queued, and overlay_settle() shows each of them anew until
 * none is left, hiding operations whose rows can't stand as they are ("parked"). An operation is
 * seen whole or not at all, so what depends on one that is hidden is hidden with it. Shown is what
 * stands in op_rows and is not hidden in the outbox. */
#ifndef MODEL_OVERLAY_H
#define MODEL_OVERLAY_H

#include "model/overlay/row_queue.h"
#include "model/store/store.h"

struct unique_key;

/* A pull's rows that are still to come. */
struct overlay_source {
    void *context;
    /* Lays the row's newest version into base_rows and queues it: 1, or 0 where none is to come. */
    int (*bring)(void *context, const struct table *table, const struct uuid *id,
                 struct error *err);
};

struct overlay {
    struct store *store;
    struct arena *arena;      /* for as long as this lives */
    struct arena *row_arena;  /* of the row in hand */
    struct unique_key **keys; /* by table, once they were asked for */
    bool *knows_keys;
    struct row_queue dirty;   /* to be shown anew */
    struct row_queue touched; /* written in this transaction: their references are looked at */
    struct overlay_source source;
    int64_t *retried; /* the operations that were parked and are tried again, by seq */
    size_t retried_count, retried_capacity;
    int64_t parked, unparked; /* operations, so far */
    int64_t waiting;          /* rows of the centre that could not be shown */
};

/* Between the two, the store lets rows through that no operation records. `source` may be NULL. */
void overlay_init(struct overlay *overlay, struct store *store,
                  const struct overlay_source *source);
void overlay_done(struct overlay *overlay);
/* A transaction was begun: nothing is queued or touched yet. */
void overlay_begin(struct overlay *overlay);

/* Hides the operation and all that depend on it. Parked ones are tried again by overlay_retry();
 * others, because the centre refused one, never. */
bool overlay_park(struct overlay *overlay, int64_t seq, struct error *err);
bool overlay_hide(struct overlay *overlay, int64_t seq, struct error *err);
/* Takes the operation out of the overlay: it is pending no more. */
bool overlay_leave(struct overlay *overlay, int64_t seq, struct error *err);
/* Shows parked operations again that may be, in their order, some of those behind `*after_seq` (0:
 * from the first, and the rows that wait, too); what still can't stand is parked again by the
 * settling that follows. `*after_seq` moves on, to INT64_MAX when none is left. */
bool overlay_retry(struct overlay *overlay, int64_t *after_seq, struct error *err);

enum overlay_state {
    OVERLAY_FAILED,
    OVERLAY_OPEN, /* something refers to a row that is not there yet: it must not be committed */
    OVERLAY_SETTLED,
};
/* Shows what is queued so far, without a look at references. */
bool overlay_show(struct overlay *overlay, struct error *err);
/* Shows all that is queued, and sees to references. `is_last`: nothing more comes from the centre,
 * so that a row whose parent is missing waits in base_rows; it never returns OVERLAY_OPEN then. */
enum overlay_state overlay_settle(struct overlay *overlay, bool is_last, struct error *err);

/* The centre's version of a row is now this one, and it is queued; NULL: it is gone there. */
bool overlay_set_base(struct overlay *overlay, const struct table *table, const struct uuid *id,
                      const struct value *values, struct error *err);

#endif
