/* Stock is movements: signed quantities with a reason. Levels are derived from them. */
#ifndef MODEL_STOCK_H
#define MODEL_STOCK_H

#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct operation_kind stock_kinds[];
extern const size_t stock_kind_count;

/* One movement in the caller's operation. `reason` is one of sale, return, receive, count,
 * transfer, damage, adjust; `reference` a table and id it belongs to, or NULL. */
bool stock_move(struct operation *operation, const struct uuid *variant,
                const struct uuid *location, int64_t quantity_milli, const char *reason,
                const char *reference_table, const struct uuid *reference, const char *note,
                struct error *err);
/* A correction by hand: by how much. ERROR_RULE for what is not kept in stock. Undone by the
 * movement the other way. Right: inventory.adjust. */
bool stock_adjust(struct store *store, const struct actor *actor, const struct uuid *variant,
                  const struct uuid *location, int64_t quantity_milli, const char *reason,
                  const char *note, struct error *err);

#endif
