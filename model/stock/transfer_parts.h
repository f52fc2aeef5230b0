/* What the units of transfers share. */
#ifndef MODEL_TRANSFER_PARTS_H
#define MODEL_TRANSFER_PARTS_H

#include "model/stock/transfer.h"

/* A transfer that somebody works on, with its lines and the place in between. */
struct transfer_work {
    struct arena *arena;
    struct transfer transfer;
    struct transfer_line *lines;
    size_t count;
    struct uuid transit;
    struct operation *operation;
};

/* Asks for the rights, loads it, and begins the operation; `status`: what it has to be, and what
 * to say where it is not. transfer_work_done() commits when `is_done`, cancels when not, and frees
 * all; it returns whether the work was committed. */
bool transfer_work_begin(struct transfer_work *work, struct store *store, const struct actor *actor,
                         const struct uuid *id, const char *kind, const char *status,
                         struct error *err);
bool transfer_work_done(struct transfer_work *work, bool is_done, struct error *err);
bool transfer_set_status(struct transfer_work *work, const char *status, struct error *err);
/* Goods of the line from one place to the other, both movements with ids that answer the line. */
bool transfer_carry(struct transfer_work *work, const struct transfer_line *line,
                    const struct uuid *from, const struct uuid *to, int64_t milli,
                    struct error *err);

bool transfer_counter_send(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err);
bool transfer_counter_arrival(struct store *store, const struct actor *actor,
                              const struct uuid *operation, struct uuid *id, struct error *err);

#endif
