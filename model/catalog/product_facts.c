#include "model/catalog/product_facts.h"

static const char levels[] =
    "SELECT o.name, CASE WHEN EXISTS (SELECT 1 FROM product_bundles b WHERE b.product_id = ?1 AND "
    "b.is_active AND b.deleted_at IS NULL) THEN coalesce((SELECT max(min(coalesce(k.on_hand_milli, "
    "0) / i.quantity_milli), 0) * 1000 FROM product_bundles b JOIN bundle_items i ON i.tenant_id = "
    "b.tenant_id AND i.bundle_id = b.id JOIN product_variants w ON w.id = i.variant_id JOIN "
    "products q ON q.id = w.product_id AND q.is_stocked LEFT JOIN stock_levels k ON k.variant_id = "
    "i.variant_id AND k.location_id = o.id WHERE b.product_id = ?1 AND b.is_active AND "
    "b.deleted_at IS NULL), 0) ELSE (SELECT coalesce(sum(l.on_hand_milli), 0) FROM "
    "product_variants v JOIN stock_levels l ON l.variant_id = v.id WHERE v.product_id = ?1 AND "
    "l.location_id = o.id) END AS pieces, (SELECT coalesce(sum(r.reorder_min_milli), 0) FROM "
    "product_variants v JOIN stock_rules r ON r.tenant_id = v.tenant_id AND r.variant_id = v.id "
    "WHERE v.product_id = ?1 AND r.location_id = o.id) FROM locations o "
    "WHERE o.deleted_at IS NULL AND (o.kind NOT IN ('everywhere', 'transit') OR pieces <> 0) ORDER "
    "BY o.name, o.id";

int product_levels(struct store *store, const struct uuid *product, size_t limit,
                   struct arena *arena, struct product_level *out, struct error *err)
{
    struct statement *statement = store_prepare(store, levels, err);
    size_t count = 0;
    int step = 0;
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, product);
    while (count < limit && (step = statement_step(statement, err)) == 1)
        out[count++] = (struct product_level){
            .location = arena_text(arena, statement_text(statement, 0)),
            .on_hand_milli = statement_integer(statement, 1),
            .minimum_milli = statement_integer(statement, 2),
        };
    statement_done(statement);
    return step < 0 ? -1 : (int)count;
}

static const char movements[] =
    "SELECT m.occurred_at, m.quantity_milli, o.name, m.reason, coalesce(m.note, ''), CASE WHEN "
    "v.id = v.product_id THEN '' ELSE v.name END, coalesce(CASE WHEN m.reference_table = 'orders' "
    "THEN (SELECT r.order_number FROM orders r WHERE r.id = m.reference_id) END, '') "
    "FROM product_variants v JOIN stock_movements m ON m.variant_id = v.id JOIN locations o ON "
    "o.id = m.location_id WHERE v.product_id = ?1 ORDER BY m.occurred_at DESC, m.id DESC LIMIT ?2";

int product_movements(struct store *store, const struct uuid *product, size_t limit,
                      struct arena *arena, struct product_movement *out, struct error *err)
{
    struct statement *statement = store_prepare(store, movements, err);
    size_t count = 0;
    int step = 0;
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, product);
    statement_bind_integer(statement, 2, (int64_t)limit);
    while (count < limit && (step = statement_step(statement, err)) == 1)
        out[count++] = (struct product_movement){
            .time = statement_integer(statement, 0),
            .quantity_milli = statement_integer(statement, 1),
            .location = arena_text(arena, statement_text(statement, 2)),
            .reason = arena_text(arena, statement_text(statement, 3)),
            .note = arena_text(arena, statement_text(statement, 4)),
            .variant = arena_text(arena, statement_text(statement, 5)),
            .reference = arena_text(arena, statement_text(statement, 6)),
        };
    statement_done(statement);
    return step < 0 ? -1 : (int)count;
}
