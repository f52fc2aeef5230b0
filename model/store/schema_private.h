/* The inside of a schema, for the units that make it: schema.c, schema_read.c, schema_checks.c. */
#ifndef MODEL_SCHEMA_PRIVATE_H
#define MODEL_SCHEMA_PRIVATE_H

#include "model/store/schema.h"
#include "model/store/store.h"

struct schema_move {
    const struct column *column;
    const char *from, *to;
};

struct schema_data {
    struct schema schema; /* tables by name */
    struct arena *arena;
    struct schema_move *moves; /* by column */
    size_t move_count;
};

struct schema_data *schema_read(struct store *store, struct error *err);
void schema_free(struct schema_data *schema); /* NULL is allowed */

/* "customer_id" → "Customer" of a reference, "tax_id" → "Tax id", "order_items" → "Order items". */
const char *schema_label(const char *name, bool is_reference, struct arena *arena);

/* Reads the CHECKs of a CREATE TABLE that concern one column alone into it: choices, limits. */
void schema_read_checks(const char *sql, struct column *columns, size_t count, struct arena *arena);

#endif
