/* The list of products: its fields, and what can be done to a product. */
#include "model/catalog/product.h"

const struct operation_kind product_kinds[] = {
    {.name = "product.create", .label = "new product", .undo = UNDO_WITHDRAW},
    {.name = "product.edit", .label = "change of a product", .undo = UNDO_WITHDRAW},
    {.name = "product.bulk", .label = "change of many products", .undo = UNDO_WITHDRAW},
    {.name = "product.part", .label = "part of a product", .undo = UNDO_WITHDRAW},
    {.name = "product.import", .label = "import of products", .undo = UNDO_WITHDRAW},
    {.name = "category.edit", .label = "change of categories", .undo = UNDO_WITHDRAW},
    {.name = "collection.edit", .label = "change of a collection", .undo = UNDO_WITHDRAW},
};
const size_t product_kind_count = sizeof product_kinds / sizeof product_kinds[0];

static const char *const statuses[] = {"draft", "active", "inactive", "archived", NULL};
static const char *const marks[] = {"low", "out", "oversold", NULL};

#define LEVELS                                                                                     \
    "FROM product_variants v JOIN stock_levels l ON l.variant_id = v.id WHERE v.product_id = p.id"
#define BUNDLE                                                                                     \
    "FROM product_bundles b WHERE b.product_id = p.id AND b.is_active AND b.deleted_at IS NULL"
/* How often a bundle can be put together at a place: what its scarcest part is good for there. */
#define SETS                                                                                       \
    "(SELECT max(min(coalesce(k.on_hand_milli, 0) / i.quantity_milli), 0) AS sets "                \
    "FROM locations o JOIN product_bundles b ON b.product_id = p.id AND b.is_active "              \
    "AND b.deleted_at IS NULL JOIN bundle_items i ON i.tenant_id = b.tenant_id "                   \
    "AND i.bundle_id = b.id JOIN product_variants w ON w.id = i.variant_id "                       \
    "JOIN products q ON q.id = w.product_id AND q.is_stocked LEFT JOIN stock_levels k "            \
    "ON k.variant_id = i.variant_id AND k.location_id = o.id WHERE o.kind <> 'transit' "           \
    "GROUP BY o.id)"
#define STOCK                                                                                      \
    "CASE WHEN EXISTS (SELECT 1 " BUNDLE ") THEN coalesce((SELECT sum(sets) FROM " SETS            \
    "), 0) * 1000 ELSE (SELECT coalesce(sum(l.on_hand_milli), 0) " LEVELS ") END"
#define IS_LOW                                                                                     \
    "EXISTS (SELECT 1 FROM product_variants v JOIN stock_rules r ON r.tenant_id = v.tenant_id "    \
    "AND r.variant_id = v.id LEFT JOIN stock_levels l ON l.variant_id = v.id "                     \
    "AND l.location_id = r.location_id WHERE v.product_id = p.id AND v.deleted_at IS NULL "        \
    "AND coalesce(l.on_hand_milli, 0) < r.reorder_min_milli)"

static const struct query_field fields[] = {
    {.name = "name",
     .label = "Name",
     .sql = "p.name",
     .type = COLUMN_TEXT,
     .order = "p.name_key",
     .is_sortable = true,
     .help = "The product's name"},
    {.name = "sku",
     .label = "SKU",
     .sql = "p.sku",
     .type = COLUMN_TEXT,
     .help = "The shop's own number"},
    {.name = "price",
     .label = "Price",
     .sql = "p.price_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "The price of one"},
    {.name = "compare",
     .label = "Compare at",
     .sql = "p.compare_at_price_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "The former price, shown crossed out"},
    {.name = "cost",
     .label = "Cost",
     .sql = "p.cost_price_cents",
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "What one costs the shop"},
    {.name = "stock",
     .label = "Stock",
     .sql = "CASE WHEN p.is_stocked THEN " STOCK " END",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "Pieces at all locations; of a bundle, how many can be put together"},
    {.name = "mark",
     .label = "Mark",
     .sql = "CASE WHEN NOT p.is_stocked OR p.status = 'archived' THEN NULL "
            "WHEN EXISTS (SELECT 1 " LEVELS " AND l.on_hand_milli < 0) THEN 'oversold' "
            "WHEN " STOCK " <= 0 THEN 'out' WHEN " IS_LOW " THEN 'low' END",
     .type = COLUMN_TEXT,
     .choices = marks,
     .help = "low: below its minimum somewhere; out: none left; oversold: below zero somewhere"},
    {.name = "places",
     .label = "At",
     .sql = "(SELECT group_concat(o.name || ' ' || o.pieces, ', ') FROM (SELECT n.name, "
            "format('%g', sum(l.on_hand_milli) / 1000.0) AS pieces FROM product_variants v "
            "JOIN stock_levels l ON l.variant_id = v.id JOIN locations n ON n.id = l.location_id "
            "WHERE v.product_id = p.id GROUP BY n.id ORDER BY n.name) o)",
     .type = COLUMN_TEXT,
     .help = "Pieces at each location"},
    {.name = "status",
     .label = "Status",
     .sql = "p.status",
     .type = COLUMN_TEXT,
     .choices = statuses,
     .help = "Whether it is for sale"},
    {.name = "category",
     .label = "Category",
     .sql = "(SELECT g.name FROM categories g WHERE g.id = p.category_id)",
     .type = COLUMN_TEXT,
     .reference = "p.category_id",
     .help = "The category's name"},
    {.name = "tax",
     .label = "Tax",
     .sql = "(SELECT k.code FROM tax_categories k WHERE k.id = p.tax_category_id)",
     .type = COLUMN_TEXT,
     .help = "The tax category's code; none: standard"},
    {.name = "unit",
     .label = "Unit",
     .sql = "p.unit",
     .type = COLUMN_TEXT,
     .help = "What one is: a piece, a metre, a litre"},
    {.name = "stocked",
     .label = "Stocked",
     .sql = "p.is_stocked",
     .type = COLUMN_BOOLEAN,
     .help = "No: a service, of which there is no stock"},
    {.name = "tags",
     .label = "Tags",
     .sql = "(SELECT group_concat(j.value, ', ') FROM json_each(p.tags) j)",
     .type = COLUMN_TEXT,
     .help = "Words of the shop's own"},
    {.name = "collection",
     .label = "Collection",
     .sql = "(SELECT group_concat(c.name, ', ') FROM collection_products k JOIN collections c "
            "ON c.id = k.collection_id WHERE k.product_id = p.id AND c.kind = 'manual' "
            "AND c.deleted_at IS NULL)",
     .type = COLUMN_TEXT,
     .help = "The collections that it is in by hand"},
    {.name = "barcode",
     .label = "Barcode",
     .sql = "(SELECT b.barcode FROM product_variants v JOIN product_barcodes b "
            "ON b.variant_id = v.id WHERE v.product_id = p.id AND v.deleted_at IS NULL "
            "ORDER BY v.position, v.id, b.quantity_milli, b.barcode LIMIT 1)",
     .type = COLUMN_TEXT,
     .help = "The first of its barcodes"},
    {.name = "arabic",
     .label = "Arabic",
     .sql = "json_extract(p.name_i18n, '$.ar')",
     .type = COLUMN_TEXT,
     .help = "The name in Arabic"},
    {.name = "currency",
     .label = "Currency",
     .sql = "p.currency",
     .type = COLUMN_TEXT,
     .help = "The currency of its prices"},
    {.name = "created",
     .label = "Created",
     .sql = "p.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it came into the catalogue",
     .is_sortable = true},
    {.name = "description",
     .label = "Description",
     .sql = "p.description",
     .type = COLUMN_TEXT,
     .help = "The text about it"},
    {.name = "id",
     .label = "Id",
     .sql = "p.id",
     .type = COLUMN_UUID,
     .help = "The product's id, or at least its first eight digits"},
};

const struct query_source product_source = {
    .name = "products",
    .from = "products p",
    .id = "p.id",
    .where = "p.deleted_at IS NULL",
    .search = "product_search",
    .currency = "p.currency",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "name",
};
