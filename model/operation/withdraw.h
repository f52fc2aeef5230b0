/* Putting back what an operation changed, from its payload. */
#ifndef MODEL_WITHDRAW_H
#define MODEL_WITHDRAW_H

#include "model/operation/journal.h"

/* Puts the rows of `done` back within `undo`, the last first, after seeing that each still stands
 * as `done` left it: ERROR_CONFLICT names the row, what changed since and who did it, or
 * what refers to it since. Rows that it added to append-only tables stay; when there are no others,
 * ERROR_RULE. */
bool withdraw(struct operation *undo, const struct journal_undo *done, struct error *err);

#endif
