/* What an enrolled store keeps of an operation until the centre has answered and the answer was
 * drawn, so that its rows can be shown over the centre's and taken away again (SYNC.md section 3):
 * base_rows, op_rows and op_deps. Written at commit, in the operation's own transaction. */
#ifndef MODEL_PENDING_H
#define MODEL_PENDING_H

#include "model/operation/changeset.h"
#include "model/operation/journal.h"

/* A pending operation that another one needs: it made a row that the other changes or refers to,
 * or was the last to write a field that the other writes. */
struct pending_need {
    int64_t seq;
    struct uuid id;
};

struct pending_needs {
    struct pending_need *items; /* by seq, each once */
    size_t count, capacity;
};

/* What the changed rows need among the operations that are shown. The caller calls
 * pending_needs_done() in any case. */
bool pending_find_needs(struct store *store, const struct changed_rows *changed,
                        struct pending_needs *out, struct error *err);
void pending_needs_done(struct pending_needs *needs);

/* Keeps the rows of the operation at `seq`, the centre's version of those that nothing pending had
 * touched, and what it needs. */
bool pending_record(struct store *store, int64_t seq, const struct changed_rows *changed,
                    const struct pending_needs *needs, struct error *err);

/* Takes back an operation that was never sent, as if it had not been: it stays as an empty one with
 * a new id at its seq. Within the transaction that is open; what failed is to be rolled back. Only
 * where nothing depends on it and no other row has to be hidden for it: 1 done, 0 it can't be taken
 * back so, and nothing was changed, -1 failed. (model/overlay/withdrawal.c: the overlay has to show
 * the rows anew.) */
int pending_withdraw(struct store *store, const struct journal_undo *done, struct error *err);

#endif
