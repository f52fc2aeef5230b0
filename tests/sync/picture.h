/* What stands in the travelling tables of a store or of the centre, as plain texts: a reader that
 * shares nothing with the one that syncs. A picture is
 *
 *   {"products": {"<id>": {"name": "Roller", "price_cents": "850", "sku": null, …}, …}, …}
 *
 * with ids and bytes as hex, instants as microseconds, and documents in one canonical form. Secret
 * columns are left out, and so are the tables that only workers hold (scope central). */
#ifndef TESTS_SYNC_PICTURE_H
#define TESTS_SYNC_PICTURE_H

#include "model/base/memory.h"
#include "model/store/schema.h"

#include <jansson.h>
#include <libpq-fe.h>
#include <sqlite3.h>

/* Whose rows: all of a tenant, or those that a terminal must hold, worked out here from the rows
 * themselves and not by the centre's policies. */
struct picture_scope {
    const char *tenant;   /* ids as text */
    const char *terminal; /* NULL: all rows of the tenant */
};

/* Both end the program with a word about why where the rows can't be read. */
json_t *picture_of_store(sqlite3 *sqlite, const struct schema *schema);
json_t *picture_of_centre(PGconn *connection, const struct schema *schema,
                          const struct picture_scope *scope);
bool picture_has(const struct table *table); /* whether it is in pictures */

/* A value of the wire (an operation's payload) as it stands in a picture; a new reference. */
json_t *picture_value(const struct column *column, const json_t *wire);

/* Says the first differences, up to a few, "products 018f… price_cents: one has 850, other 900";
 * the number of them. `skip` (may be NULL) names columns that are not compared, "table.column" or
 * "*.column" or "table.*", ended by NULL. */
int picture_differ(const json_t *one, const json_t *other, const char *const *skip,
                   struct buffer *words);

#endif
