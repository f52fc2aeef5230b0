/* Where operations are kept: in `outbox` until the centre has answered, in `journal` from then on,
 * and in a shop without a centre at once. `journal_rows` finds those that touched a row. The newest
 * operation of a store is never trimmed from both, since the next seq follows from it. */
#ifndef MODEL_JOURNAL_H
#define MODEL_JOURNAL_H

#include "model/operation/changeset.h"
#include "model/operation/operation.h"

/* What is written of one operation; zero ids are stored as NULL. */
struct journal_entry {
    struct uuid id, group, approver;
    struct uuid undoes;   /* the operation that this one takes back */
    struct uuid replaces; /* the refused one that this one is sent instead of */
    bool is_enrolled;     /* it waits in the outbox */
    const char *kind;
    const struct actor *actor;
    int64_t time;
    const char *summary;
    const char *payload; /* its bytes are hashed and never change again */
    size_t payload_size;
    const struct changed_row *rows;
    size_t row_count;
};

/* Whether the store belongs to a centre: 1, 0, or -1 when it can't be read. */
int journal_is_enrolled(struct store *store, struct error *err);

/* Adds the operation in the open transaction, with the next seq, which is told, and marks the one
 * it undoes. */
bool journal_append(struct store *store, const struct journal_entry *entry, int64_t *seq,
                    struct error *err);
/* The payload's hash, by which the centre knows that it is the same one. */
enum { JOURNAL_HASH_SIZE = 32 };
void journal_hash(const char *payload, size_t size, unsigned char hash[JOURNAL_HASH_SIZE]);

/* An operation to take back. Texts are in the arena. */
struct journal_undo {
    struct uuid id, group;
    int64_t seq;
    const char *kind, *summary, *payload;
};

/* The actor's newest operation that is neither taken back nor itself an undo or beside the work
 * (UNDO_BESIDE), and stands: 1 found, 0 none, -1 failed. With a `group` only operations of it. */
int journal_last(struct store *store, const struct actor *actor, const struct uuid *group,
                 struct arena *arena, struct journal_undo *out, struct error *err);

#endif
