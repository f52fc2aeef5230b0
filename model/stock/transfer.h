/* Goods that go from one place to another. What was sent and has not arrived is on hand at the
 * shop's place of the kind `transit`, so the sum over all places stays what it is.
 *
 *   draft --send--> sent --receive (in several goes)--> sent --all here, or closed--> received
 *
 * What arrived is the sum of the movements into the place of arrival, not a number in the line, so
 * two terminals that receive parts of it offline add up. Where both receive the same goods, the
 * centre takes the first and refuses the other: the movement's id follows from the line and how
 * many receipts of it are known (stock_answer_id()).
 * What never arrives, or arrives without having been sent, is booked off or on in transit when the
 * transfer is closed, with the reason that somebody gives. */
#ifndef MODEL_TRANSFER_H
#define MODEL_TRANSFER_H

#include "model/list/query.h"
#include "model/stock/stock.h"

extern const struct query_source transfer_source; /* number, from, to, status, goods, … */
extern const struct operation_kind transfer_kinds[];
extern const size_t transfer_kind_count;

enum { TRANSFER_LINES_MAX = 300, TRANSFER_REASON_MAX = 255 };

struct transfer_entry {
    struct uuid variant_id;
    int64_t quantity_milli;
};

struct transfer {
    struct uuid id, from_id, to_id;
    const char *number, *status, *from, *to, *notes; /* in the arena */
};
struct transfer_line {
    struct uuid id, variant_id;
    const char *name, *sku;
    int64_t sent_milli, received_milli; /* received: what arrived up to now */
    const char *reason;                 /* for a difference; "" */
};

/* Rights: inventory.transfer for all; what moves goods needs inventory.edit too. A draft and its
 * lines are withdrawn; sending is undone by what takes the goods back; a receipt and a closing by
 * the movements the other way. */

/* A draft; `notes` may be NULL. ERROR_INPUT where both places are one. */
bool transfer_new(struct store *store, const struct actor *actor, const struct uuid *from,
                  const struct uuid *to, const char *notes, const struct transfer_entry *entries,
                  size_t count, struct uuid *id, struct error *err);
/* How many of the goods the draft sends: more or fewer than before, or, at 0, none. */
bool transfer_set(struct store *store, const struct actor *actor, const struct uuid *transfer,
                  const struct transfer_entry *entry, struct error *err);
bool transfer_send(struct store *store, const struct actor *actor, const struct uuid *transfer,
                   struct error *err);
/* What arrived now. Once everything is here, neither more nor less, the transfer is received. */
bool transfer_receive(struct store *store, const struct actor *actor, const struct uuid *transfer,
                      const struct transfer_entry *entries, size_t count, struct error *err);
/* Nothing more comes. A difference needs a reason. */
bool transfer_close(struct store *store, const struct actor *actor, const struct uuid *transfer,
                    const char *reason, struct error *err);
/* A draft is thrown away; of what was sent, all that did not arrive goes back. */
bool transfer_cancel(struct store *store, const struct actor *actor, const struct uuid *transfer,
                     struct error *err);

/* 1, 0 there is none, -1. */
int transfer_load(struct store *store, const struct uuid *id, struct arena *arena,
                  struct transfer *out, struct error *err);
/* In the arena, by name. Returns how many, or -1. */
int transfer_lines(struct store *store, const struct transfer *transfer, struct arena *arena,
                   struct transfer_line **out, struct error *err);
/* Where goods on their way are. ERROR_RULE, and how to mend it, where the shop has no such place.
 */
bool transfer_transit(struct store *store, struct uuid *location, struct error *err);

#endif
