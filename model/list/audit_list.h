/* The audit trail as a list: the newest first, with its people and terminals by name. */
#ifndef MODEL_AUDIT_LIST_H
#define MODEL_AUDIT_LIST_H

#include "model/list/query.h"

extern const struct query_source audit_source;

/* The rows about a record that tell of no operation that is kept in this store: what others did,
 * and what is no operation. Newest first, their ids in `out`; how many, or -1. */
int audit_of_record(struct store *store, const char *table, const struct uuid *id, int limit,
                    struct uuid *out, struct error *err);

#endif
