/* The reorder list: what is to be bought, and for how long it lasts.
 *
 * A row is a rule (stock_rules) of which less is on the shelf than its minimum, also when what is
 * on purchase orders (drafts too, so that nothing is ordered twice) and in transfers under way is
 * counted in. It wants as much as is missing to the maximum (where there is none: to the minimum),
 * in whole packs of its supplier. It lasts for as many days as what is on the shelf at the pace of
 * the last REORDER_DAYS days: sales less what came back. The rows stand in the derived table
 * stock_shortages, by those days, so that a page is read from an index however large the shop is
 * (migration 0042). */
#ifndef MODEL_REORDER_H
#define MODEL_REORDER_H

#include "model/list/query.h"
#include "model/operation/actor.h"

enum { REORDER_DAYS = 28 };

/* name, sku, location, stock, min, max, incoming, sold, cover (days; empty: nothing is sold), order
 * (what to buy), pack, supplier, lead (days), category; sorted by cover. The id is the rule's. */
extern const struct query_source reorder_source;

/* Moves the time that counts as the last days, once on each day of the shop; to be called before
 * the list is read. Of what is not short nothing is looked at. */
bool reorder_follow_day(struct store *store, struct error *err);

/* `missing` in whole packs: 7000 in packs of 6000 are 12000. 0 for nothing; false: overflow. */
bool reorder_packs(int64_t missing_milli, int64_t pack_milli, int64_t *out);

/* The supplier's row by which goods are bought, as an expression: what is preferred comes first,
 * then what is cheapest. */
#define REORDER_OFFER(variant)                                                                     \
    "(SELECT x.id FROM supplier_products AS x JOIN suppliers AS y ON y.id = x.supplier_id"         \
    " WHERE x.variant_id = " variant " AND y.deleted_at IS NULL AND y.is_active"                   \
    " ORDER BY x.is_preferred DESC, x.cost_cents IS NULL, x.cost_cents, x.id LIMIT 1)"

struct reorder_made {
    int orders, lines;
    struct uuid first; /* of the orders */
};
/* Makes draft purchase orders of what the rules want, one for each supplier and location: the
 * preferred supplier of each, else the cheapest. All are undone as one. `told` (may be NULL) hears
 * of each that was left: it has no supplier, or enough of it comes already. Nothing to order is
 * ERROR_RULE. Right: inventory.edit. */
bool reorder_make(struct store *store, const struct actor *actor, const struct uuid *rules,
                  size_t count, void (*told)(void *context, const char *goods, const char *why),
                  void *context, struct reorder_made *out, struct error *err);

#endif
