#include "model/stock/oversold.h"

#include <string.h>

/* A sale took part in it when, counted back from now, the level was still below zero behind it. */
#define SALES                                                                                      \
    "(SELECT group_concat(n.number, ', ') FROM (SELECT o.order_number AS number FROM (SELECT"      \
    " m.reference_id, m.reason, m.occurred_at, m.id, l.on_hand_milli - coalesce(sum("              \
    "m.quantity_milli) OVER (ORDER BY m.occurred_at DESC, m.id DESC ROWS BETWEEN UNBOUNDED"        \
    " PRECEDING AND 1 PRECEDING), 0) AS behind FROM stock_movements AS m WHERE m.variant_id ="     \
    " l.variant_id AND m.location_id = l.location_id ORDER BY m.occurred_at DESC, m.id DESC"       \
    " LIMIT 50) AS w JOIN orders AS o ON o.id = w.reference_id WHERE w.reason = 'sale' AND"        \
    " w.behind < 0 ORDER BY w.occurred_at DESC, w.id DESC LIMIT 5) AS n)"

static const struct query_field fields[] = {
    {.name = "name",
     .label = "Goods",
     .sql = "CASE WHEN v.id = p.id THEN p.name ELSE p.name || ' ' || v.name END",
     .type = COLUMN_TEXT,
     .help = "What is missing"},
    {.name = "sku",
     .label = "SKU",
     .sql = "coalesce(v.sku, p.sku)",
     .type = COLUMN_TEXT,
     .help = "The shop's own number"},
    {.name = "location",
     .label = "Location",
     .sql = "c.name",
     .type = COLUMN_TEXT,
     .help = "Where it is missing"},
    {.name = "stock",
     .label = "Stock",
     .sql = "l.on_hand_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "What the books say: below zero"},
    {.name = "missing",
     .label = "Missing",
     .sql = "-l.on_hand_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "How many were taken that were not there"},
    {.name = "since",
     .label = "Last moved",
     .sql = "(SELECT max(m.occurred_at) FROM stock_movements AS m WHERE m.variant_id ="
            " l.variant_id AND m.location_id = l.location_id)",
     .type = COLUMN_INSTANT,
     .help = "When it was moved last"},
    {.name = "sales",
     .label = "Sold by",
     .sql = SALES,
     .type = COLUMN_TEXT,
     .help = "The sales that caused it, the newest first"},
    {.name = "product", .label = "Product", .sql = "p.id", .type = COLUMN_UUID},
    {.name = "variant", .label = "Variant", .sql = "l.variant_id", .type = COLUMN_UUID},
    {.name = "place", .label = "Place", .sql = "l.location_id", .type = COLUMN_UUID},
};

/* Levels have no id: theirs is made from the row's number (model/list/query_tables.c). */
const struct query_source oversold_source = {
    .name = "oversold",
    .from = "stock_levels AS l JOIN product_variants AS v ON v.id = l.variant_id"
            " JOIN products AS p ON p.id = v.product_id JOIN locations AS c ON c.id ="
            " l.location_id",
    .id = "CAST(printf('%016x', l.rowid) AS BLOB)",
    .where = "l.on_hand_milli < 0",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "stock",
};

static void read_sale(const struct statement *row, struct arena *arena, struct oversold_sale *out)
{
    *out = (struct oversold_sale){.quantity_milli = -statement_integer(row, 0),
                                  .at = statement_integer(row, 2),
                                  .number = arena_text(arena, statement_text(row, 4)),
                                  .seller = arena_text(arena, statement_text(row, 5))};
    statement_uuid(row, 3, &out->order_id);
}

int oversold_sales(struct store *store, const struct uuid *variant, const struct uuid *location,
                   size_t limit, struct arena *arena, struct oversold_sale *out, struct error *err)
{
    int64_t level = 0;
    if (store_find_integer(store, &level,
                           "SELECT on_hand_milli FROM stock_levels WHERE variant_id = ?1"
                           " AND location_id = ?2",
                           err, "uu", variant, location) < 0)
        return -1;
    struct statement *row = store_prepare(
        store,
        "SELECT m.quantity_milli, m.reason, m.occurred_at, o.id, o.order_number,"
        " (SELECT u.display_name FROM users AS u WHERE u.id = coalesce(o.seller_id, m.actor_id))"
        " FROM stock_movements AS m LEFT JOIN orders AS o ON o.id = m.reference_id"
        " WHERE m.variant_id = ?1 AND m.location_id = ?2 ORDER BY m.occurred_at DESC, m.id DESC",
        err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, variant);
    statement_bind_uuid(row, 2, location);
    size_t count = 0;
    int state = 0;
    while (level < 0 && count < limit && (state = statement_step(row, err)) > 0) {
        if (strcmp(statement_text(row, 1), "sale") == 0)
            read_sale(row, arena, &out[count++]);
        level -= statement_integer(row, 0);
    }
    statement_done(row);
    return state < 0 ? -1 : (int)count;
}
