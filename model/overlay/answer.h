/* What the centre decided about an operation, drawn into the store: it leaves the outbox for the
 * journal, or is hidden, and what a person must know waits under attention. */
#ifndef MODEL_ANSWER_H
#define MODEL_ANSWER_H

#include "model/overlay/overlay.h"
#include "model/overlay/pull.h"

/* An operation of the outbox, with its answer. */
struct answered {
    struct centre_answer answer; /* its texts are borrowed */
    int64_t seq;
    bool is_withdrawn; /* taken back before it was sent: nobody waits for what becomes of it */
};

/* Finds the operation that an answer is for: 1, 0 when it is not waiting, -1 failed. */
int answer_find(struct store *store, const struct centre_answer *answer, struct answered *out,
                struct error *err);

/* Whether the operation stands as it is, or but for single fields. */
bool answer_is_taken(const struct answered *answered);

/* Draws an answer in the open transaction. A refused operation is hidden with all that needs it. */
bool answer_draw(struct overlay *overlay, const struct answered *answered, struct error *err);

#endif
