#include "model/catalog/product_part.h"

#include "model/base/money.h"

/* id, label, text, amount, currency, quantity: of the product ?1. */
static const char *const lists[PART_KINDS] = {
    [PART_VARIANT] =
        "SELECT v.id, v.name, coalesce(v.sku, '') || CASE WHEN v.is_active THEN '' ELSE ' inactive'"
        " END, max(p.price_cents + v.price_adjustment_cents, 0), p.currency, "
        "CASE WHEN p.is_stocked THEN (SELECT coalesce(sum(l.on_hand_milli), 0) FROM stock_levels l "
        "WHERE l.variant_id = v.id) END FROM product_variants v JOIN products p ON p.id = "
        "v.product_id WHERE v.product_id = ?1 AND v.deleted_at IS NULL ORDER BY v.position, v.id",
    [PART_BARCODE] =
        "SELECT b.id, b.barcode, CASE WHEN v.id = v.product_id THEN b.symbology ELSE v.name END, "
        "NULL, NULL, nullif(b.quantity_milli, 1000) FROM product_variants v JOIN product_barcodes b"
        " ON b.variant_id = v.id WHERE v.product_id = ?1 AND v.deleted_at IS NULL "
        "ORDER BY v.position, v.id, b.quantity_milli, b.barcode",
    [PART_OPTION_GROUP] =
        "SELECT g.id, g.name, g.kind || CASE WHEN g.is_required THEN ', needed' ELSE '' END, NULL, "
        "NULL, NULL FROM product_option_groups g WHERE g.product_id = ?1 AND g.deleted_at IS NULL "
        "ORDER BY g.position, g.id",
    [PART_OPTION] =
        "SELECT o.id, o.name, g.name || CASE WHEN o.is_default THEN ', unless asked' ELSE '' END "
        "|| CASE WHEN o.is_active THEN '' ELSE ', inactive' END, nullif(o.price_adjustment_cents, "
        "0), p.currency, NULL FROM product_option_groups g JOIN products p ON p.id = g.product_id "
        "JOIN product_options o ON o.group_id = g.id WHERE g.product_id = ?1 AND g.deleted_at IS "
        "NULL AND o.deleted_at IS NULL ORDER BY g.position, g.id, o.position, o.id",
    [PART_ADDON] =
        "SELECT a.id, a.name, CASE WHEN a.is_active THEN '' ELSE 'inactive' END, a.price_cents, "
        "p.currency, a.maximum_milli FROM product_addons a JOIN products p ON p.id = a.product_id "
        "WHERE a.product_id = ?1 AND a.deleted_at IS NULL ORDER BY a.position, a.id",
    [PART_BUNDLE_ITEM] =
        "SELECT i.id, CASE WHEN v.id = q.id THEN q.name ELSE q.name || ' ' || v.name END, "
        "coalesce(v.sku, ''), NULL, NULL, i.quantity_milli FROM product_bundles b "
        "JOIN bundle_items i ON i.tenant_id = b.tenant_id AND i.bundle_id = b.id JOIN "
        "product_variants v ON v.id = i.variant_id JOIN products q ON q.id = v.product_id "
        "WHERE b.product_id = ?1 AND b.deleted_at IS NULL ORDER BY i.position, i.id",
    [PART_IMAGE] = "SELECT m.id, m.url, coalesce(m.alternative_text, ''), NULL, NULL, NULL "
                   "FROM product_images m WHERE m.product_id = ?1 ORDER BY m.position, m.id",
    [PART_SUPPLIER] =
        "SELECT s.id, u.name, coalesce(s.supplier_sku, '') || CASE WHEN s.is_preferred THEN "
        "' preferred' ELSE '' END || coalesce(' ' || s.lead_days || ' days', ''), s.cost_cents, "
        "s.currency, nullif(s.pack_milli, 1000) FROM product_variants v JOIN supplier_products s "
        "ON s.variant_id = v.id JOIN suppliers u ON u.id = s.supplier_id WHERE v.product_id = ?1 "
        "AND v.deleted_at IS NULL AND u.deleted_at IS NULL ORDER BY s.is_preferred DESC, u.name, "
        "s.id",
};

/* "LATEX-10-S  39.90  12 in stock" of a variant, "× 6" of other parts. */
static const char *text_of(enum product_part_kind kind, const struct statement *row,
                           struct arena *arena)
{
    char amount[MONEY_TEXT_SIZE] = "", quantity[MONEY_TEXT_SIZE] = "";
    if (!statement_is_null(row, 3))
        money_format(statement_integer(row, 3), statement_text(row, 4), amount);
    if (!statement_is_null(row, 5))
        quantity_format(statement_integer(row, 5), quantity);
    const char *text = statement_text(row, 2);
    bool is_stock = kind == PART_VARIANT, has_quantity = quantity[0] != '\0';
    return arena_format(arena, "%s%s%s%s%s%s", text,
                        text[0] != '\0' && amount[0] != '\0' ? "  " : "", amount,
                        !has_quantity ? ""
                        : is_stock    ? "  "
                                      : "  × ",
                        quantity, has_quantity && is_stock ? " in stock" : "");
}

int product_part_lines(struct store *store, enum product_part_kind kind, const struct uuid *product,
                       size_t limit, struct arena *arena, struct product_part_line *out,
                       struct error *err)
{
    struct statement *statement = store_prepare(store, lists[kind], err);
    size_t count = 0;
    int step = 0;
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, product);
    while (count < limit && (step = statement_step(statement, err)) == 1) {
        struct product_part_line *line = &out[count++];
        *line = (struct product_part_line){.kind = kind};
        statement_uuid(statement, 0, &line->id);
        line->label = arena_text(arena, statement_text(statement, 1));
        line->text = text_of(kind, statement, arena);
    }
    statement_done(statement);
    return step < 0 ? -1 : (int)count;
}
