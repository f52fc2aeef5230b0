#include "model/stock/level.h"

static const char *const states[] = {"oversold", "out", "low", "enough", NULL};
static const char *const reasons[] = {"sale",     "return", "receive", "count",
                                      "transfer", "damage", "adjust",  NULL};

static const struct query_field level_fields[] = {
    {.name = "sku",
     .label = "SKU",
     .sql = "coalesce(v.sku, p.sku)",
     .type = COLUMN_TEXT,
     .help = "The shop's own number"},
    {.name = "name",
     .label = "Name",
     .sql = "CASE WHEN v.id = p.id THEN p.name ELSE p.name || ' ' || v.name END",
     .type = COLUMN_TEXT,
     .help = "The goods"},
    {.name = "location",
     .label = "Location",
     .sql = "w.name",
     .type = COLUMN_TEXT,
     .reference = "l.location_id",
     .help = "Where they are"},
    {.name = "on_hand",
     .label = "On hand",
     .sql = "l.on_hand_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "How many are there"},
    {.name = "least",
     .label = "Least",
     .sql = "r.reorder_min_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "Below this it is low"},
    {.name = "most",
     .label = "Most",
     .sql = "r.reorder_max_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "Up to this it is ordered"},
    {.name = "state",
     .label = "State",
     .sql = "CASE WHEN l.on_hand_milli < 0 THEN 'oversold' WHEN l.on_hand_milli = 0 THEN 'out' "
            "WHEN l.on_hand_milli < r.reorder_min_milli THEN 'low' ELSE 'enough' END",
     .type = COLUMN_TEXT,
     .choices = states,
     .help = "Oversold, out, low or enough"},
};

/* The row's id is that of the place within the goods, so each of the pair is once in the list. */
#define LEVELS                                                                                     \
    "(SELECT variant_id, location_id, on_hand_milli FROM stock_levels UNION ALL "                  \
    "SELECT k.variant_id, k.location_id, 0 FROM stock_rules k WHERE NOT EXISTS (SELECT 1 FROM "    \
    "stock_levels s WHERE s.variant_id = k.variant_id AND s.location_id = k.location_id)) l "

const struct query_source stock_level_source = {
    .name = "stock",
    .from = LEVELS "JOIN product_variants v ON v.id = l.variant_id "
                   "JOIN products p ON p.id = v.product_id "
                   "JOIN locations w ON w.id = l.location_id "
                   "LEFT JOIN stock_rules r ON r.variant_id = l.variant_id "
                   "AND r.location_id = l.location_id",
    .id = "CAST(substr(l.variant_id, 9, 8) || substr(l.location_id, 9, 8) AS BLOB)",
    .where = "v.deleted_at IS NULL AND p.deleted_at IS NULL",
    .fields = level_fields,
    .field_count = sizeof level_fields / sizeof level_fields[0],
    .sort = "name",
};

static const struct query_field history_fields[] = {
    {.name = "time",
     .label = "Time",
     .sql = "m.occurred_at",
     .type = COLUMN_INSTANT,
     .help = "When it was moved"},
    {.name = "sku",
     .label = "SKU",
     .sql = "coalesce(v.sku, p.sku)",
     .type = COLUMN_TEXT,
     .help = "The shop's own number"},
    {.name = "name",
     .label = "Name",
     .sql = "CASE WHEN v.id = p.id THEN p.name ELSE p.name || ' ' || v.name END",
     .type = COLUMN_TEXT,
     .reference = "m.variant_id",
     .help = "The goods"},
    {.name = "location",
     .label = "Location",
     .sql = "w.name",
     .type = COLUMN_TEXT,
     .reference = "m.location_id",
     .help = "Where"},
    {.name = "quantity",
     .label = "Quantity",
     .sql = "m.quantity_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "How many came (+) or went (-)"},
    {.name = "reason",
     .label = "Reason",
     .sql = "m.reason",
     .type = COLUMN_TEXT,
     .choices = reasons,
     .help = "Why"},
    {.name = "cost",
     .label = "Cost",
     .sql = "m.unit_cost_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "What one cost"},
    {.name = "note", .label = "Note", .sql = "m.note", .type = COLUMN_TEXT, .help = "In words"},
    {.name = "person",
     .label = "Person",
     .sql = "u.display_name",
     .type = COLUMN_TEXT,
     .help = "Who moved it"},
};

const struct query_source stock_history_source = {
    .name = "stock_history",
    .from = "stock_movements m JOIN product_variants v ON v.id = m.variant_id "
            "JOIN products p ON p.id = v.product_id JOIN locations w ON w.id = m.location_id "
            "LEFT JOIN users u ON u.id = m.actor_id",
    .id = "m.id",
    .currency = "p.currency",
    .fields = history_fields,
    .field_count = sizeof history_fields / sizeof history_fields[0],
    .sort = "time",
    .sort_descending = true,
};

bool stock_level(struct store *store, const struct uuid *variant, const struct uuid *location,
                 int64_t *milli, struct error *err)
{
    *milli = 0;
    return store_find_integer(store, milli,
                              "SELECT on_hand_milli FROM stock_levels WHERE variant_id = ?1 "
                              "AND location_id = ?2",
                              err, "uu", variant, location) >= 0;
}

bool stock_level_at(struct store *store, const struct uuid *variant, const struct uuid *location,
                    int64_t instant, int64_t *milli, struct error *err)
{
    *milli = 0;
    return store_find_integer(
               store, milli,
               "SELECT coalesce((SELECT on_hand_milli FROM stock_levels WHERE variant_id = ?1 "
               "AND location_id = ?2), 0) - coalesce((SELECT sum(quantity_milli) "
               "FROM stock_movements WHERE variant_id = ?1 AND location_id = ?2 "
               "AND occurred_at > ?3), 0)",
               err, "uui", variant, location, instant) >= 0;
}
