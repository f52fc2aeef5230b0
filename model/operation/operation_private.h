/* The inside of operations, for those that have many of them in one transaction:
 * model/operation/undo.c and imports. */
#ifndef MODEL_OPERATION_PRIVATE_H
#define MODEL_OPERATION_PRIVATE_H

#include "model/operation/operation.h"

/* Like operation_begin(), within the transaction that is open. operation_commit() then writes the
 * operation down but leaves the transaction open, and the caller rolls it back when that fails. */
struct operation *operation_join(struct store *store, const char *kind, const struct actor *actor,
                                 struct error *err);

#endif
