/* What a first copy and a copy over what is there have in common: the rows of each table, of one
 * moment, from the centre. */
#ifndef SYNC_SNAPSHOT_PRIVATE_H
#define SYNC_SNAPSHOT_PRIVATE_H

#include "sync/hold.h"
#include "sync/snapshot.h"

struct central_field;

/* What the centre says about the moment, kept in sync_state under these names. */
enum copy_head { HEAD_CURSOR, HEAD_SCOPE_VERSION, HEAD_FINGERPRINT, HEAD };
extern const char *const copy_head_names[HEAD];

struct copy {
    struct store *store;
    struct central *central;
    const struct snapshot_progress *progress;
    struct hold hold;
    struct arena *words; /* of one row */
    struct central_field *fields;
    struct value *values;
    const char *what; /* being copied or made */
    int64_t rows, total;
    bool is_stopped;
    bool is_reading; /* the centre keeps the moment */
    char *head[HEAD];
};

/* `copy` names store, central and progress; copy_done() is due whatever copy_begin() returns. */
bool copy_begin(struct copy *copy, struct error *err);
void copy_done(struct copy *copy);
void copy_release(struct copy *copy); /* all rows have come: the centre need not keep the moment */

/* Tells how far it is; false when the copy is to stop. `context` is the copy. */
bool copy_keep_on(void *context);
bool copy_stopped(struct error *err); /* says so; returns false */

/* Calls `take` for each row, whose values, in the order of the columns held, are in copy->values
 * until it returns. */
typedef bool copy_take(struct copy *copy, const struct hold_table *held, void *context,
                       struct error *err);
bool copy_table(struct copy *copy, const struct hold_table *held, copy_take *take, void *context,
                struct error *err);

#endif
