#include "model/stock/reorder.h"

#include "model/base/instant.h"

#define MISSING                                                                                    \
    "max(coalesce(r.reorder_max_milli, r.reorder_min_milli) - s.on_hand_milli - s.incoming_milli," \
    " 0)"
#define PACK "coalesce(b.pack_milli, 1000)"

static const struct query_field fields[] = {
    {.name = "name",
     .label = "Goods",
     .sql = "CASE WHEN v.id = p.id THEN p.name ELSE p.name || ' ' || v.name END",
     .type = COLUMN_TEXT,
     .help = "What is running low"},
    {.name = "sku",
     .label = "SKU",
     .sql = "coalesce(v.sku, p.sku)",
     .type = COLUMN_TEXT,
     .help = "The shop's own number"},
    {.name = "location",
     .label = "Location",
     .sql = "c.name",
     .type = COLUMN_TEXT,
     .help = "Where it is to be"},
    {.name = "stock",
     .label = "Stock",
     .sql = "s.on_hand_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "What is on the shelf"},
    {.name = "min",
     .label = "Min",
     .sql = "r.reorder_min_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "What is to be there at least"},
    {.name = "max",
     .label = "Max",
     .sql = "r.reorder_max_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "Up to what it is bought"},
    {.name = "incoming",
     .label = "Coming",
     .sql = "s.incoming_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "On purchase orders, and in transfers under way"},
    {.name = "sold",
     .label = "Sold",
     .sql = "s.sold_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "Sold in the last 28 days, less what came back"},
    {.name = "cover",
     .label = "Lasts",
     .sql = "nullif(s.cover_days, 36500)",
     .order = "s.cover_days",
     .type = COLUMN_INTEGER,
     .is_sortable = true,
     .help = "For how many days it lasts, at that pace; cover:none is not sold at all"},
    {.name = "order",
     .label = "Order",
     .sql = "(" MISSING " / " PACK " + (" MISSING " % " PACK " > 0)) * " PACK,
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "What to buy, in whole packs"},
    {.name = "pack",
     .label = "Pack",
     .sql = "b.pack_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "How many the supplier sells at once"},
    {.name = "supplier",
     .label = "Supplier",
     .sql = "coalesce((SELECT u.name FROM suppliers AS u WHERE u.id = b.supplier_id), 'nobody')",
     .type = COLUMN_TEXT,
     .help = "Who delivers it; supplier:nobody finds what can't be ordered"},
    {.name = "lead",
     .label = "Days to come",
     .sql = "coalesce(b.lead_days, (SELECT u.lead_days FROM suppliers AS u WHERE u.id ="
            " b.supplier_id))",
     .type = COLUMN_INTEGER,
     .help = "How many days the supplier needs"},
    {.name = "category",
     .label = "Category",
     .sql = "(SELECT g.name FROM categories AS g WHERE g.id = p.category_id)",
     .type = COLUMN_TEXT,
     .help = "The category's name"},
    {.name = "variant", .label = "Variant", .sql = "s.variant_id", .type = COLUMN_UUID},
    {.name = "id", .label = "Id", .sql = "s.rule_id", .type = COLUMN_UUID},
};

/* CROSS keeps SQLite to the order of the tables: the index of what is short leads. */
const struct query_source reorder_source = {
    .name = "reorder",
    .from = "stock_shortages AS s CROSS JOIN stock_rules AS r ON r.id = s.rule_id"
            " CROSS JOIN product_variants AS v ON v.id = s.variant_id"
            " CROSS JOIN products AS p ON p.id = v.product_id"
            " CROSS JOIN locations AS c ON c.id = s.location_id"
            " LEFT JOIN supplier_products AS b ON b.id = " REORDER_OFFER("s.variant_id"),
    .id = "s.rule_id",
    .where = "NOT s.is_covered AND v.deleted_at IS NULL AND p.deleted_at IS NULL"
             " AND p.status <> 'archived' AND p.is_stocked",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "cover",
};

/* The first instant of the days that count, and today, both by the clock of the shop. */
static bool find_window(const struct env *env, char day[DATE_TEXT_SIZE], int64_t *since,
                        struct error *err)
{
    struct clock_time now;
    if (!instant_to_local(env_now(env), env->zone, &now))
        return error_set(err, ERROR_SYSTEM,
                         "The clock shows a time outside of the calendar; set it");
    date_format(now.date, day);
    const struct clock_time first = {
        .date = date_from_number(date_number(now.date) - REORDER_DAYS + 1)};
    return instant_from_local(&first, env->zone, since) ||
           error_set(err, ERROR_SYSTEM, "The clock shows a time outside of the calendar; set it");
}

/* Nothing new falls short by it: a rule is short by what is on the shelf alone. */
static bool move_window(struct store *store, const char *day, int64_t since, struct error *err)
{
    return store_run(store, "DELETE FROM stock_window", err, "") &&
           store_run(store, "INSERT INTO stock_window (day, since_at) VALUES (?1, ?2)", err, "ti",
                     day, since) &&
           store_run(store,
                     "UPDATE stock_shortages SET (sold_milli, cover_days) = (SELECT n.sold_milli,"
                     " n.cover_days FROM stock_shortages_recomputed AS n"
                     " WHERE n.rule_id = stock_shortages.rule_id)",
                     err, "");
}

bool reorder_follow_day(struct store *store, struct error *err)
{
    char day[DATE_TEXT_SIZE];
    int64_t since, one;
    if (!find_window(store_env(store), day, &since, err))
        return false;
    int is_there = store_find_integer(store, &one,
                                      "SELECT 1 FROM stock_window WHERE day = ?1 AND since_at = ?2",
                                      err, "ti", day, since);
    if (is_there != 0)
        return is_there > 0;
    if (!store_begin(store, err))
        return false;
    if (move_window(store, day, since, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool reorder_packs(int64_t missing_milli, int64_t pack_milli, int64_t *out)
{
    if (missing_milli <= 0 || pack_milli <= 0) {
        *out = 0;
        return true;
    }
    int64_t packs = missing_milli / pack_milli + (missing_milli % pack_milli > 0);
    return !__builtin_mul_overflow(packs, pack_milli, out);
}
