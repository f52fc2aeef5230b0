/* The domains of the shop: a migration file for each (SCHEMA.md), so that a new table stands in
 * its domain without being written down a second time. */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

#include "model/base/memory.h"
#include "model/store/schema.h"

struct domain {
    int version;       /* of the migration that made the table: domains in the files' order */
    const char *label; /* "Orders" */
};

/* The domain of each table, by table->index; of one that no migration names version 0 and "Other".
 * In the arena. */
const struct domain *domains_read(const struct schema *schema, struct arena *arena);

#endif
