/* Sales: the lines of orders that count, and their sums by day and hour (migration 0049). */
#include "model/report/report_fields.h"

const char *const report_weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
static const char *const kinds[] = {"sale", "return", "exchange", "work_order", "refund", NULL};
static const char *const parts[] = {"goods", "order", "refund", NULL};

#define PERSON(id)   "(SELECT u.display_name FROM users u WHERE u.id = " id ")"
#define REGISTER(id) "(SELECT r.code FROM registers r WHERE r.id = " id ")"
#define PLACE(id)    "(SELECT l.name FROM locations l WHERE l.id = " id ")"
#define PRODUCT(what)                                                                              \
    "(SELECT " what " FROM products p LEFT JOIN categories c ON c.id = p.category_id "             \
    "WHERE p.id = s.product_id)"

/* What an order has, so that the roll-up has it too. */
#define ORDER_FIELDS(t)                                                                            \
    {.name = "hour",                                                                               \
     .label = "Hour",                                                                              \
     .sql = t ".hour",                                                                             \
     .type = COLUMN_INTEGER,                                                                       \
     .help = "The hour in which it was sold, where it was sold"},                                  \
        {.name = "kind",                                                                           \
         .label = "Kind",                                                                          \
         .sql = t ".kind",                                                                         \
         .type = COLUMN_TEXT,                                                                      \
         .choices = kinds,                                                                         \
         .help = "A sale, a return, an exchange, money given back …"},                             \
        REPORT_REFERENCE("location", "Location", PLACE(t ".location_id"),                          \
                         "nullif(" t ".location_id, x'')", "Where it was sold"),                   \
        REPORT_REFERENCE("register", "Register", REGISTER(t ".register_id"),                       \
                         "nullif(" t ".register_id, x'')", "The register it was sold on"),         \
        REPORT_REFERENCE("seller", "Seller", PERSON(t ".seller_id"),                               \
                         "nullif(" t ".seller_id, x'')", "Who sold it"),                           \
        {.name = "currency",                                                                       \
         .label = "Currency",                                                                      \
         .sql = t ".currency",                                                                     \
         .type = COLUMN_TEXT,                                                                      \
         .help = "The currency of its amounts"},                                                   \
        REPORT_CENTS("revenue", "Revenue", t ".revenue_cents", "What was charged, tax included"),  \
        REPORT_CENTS("tax", "Tax", t ".tax_cents", "The tax in it"),                               \
        REPORT_CENTS("discount", "Discount", t ".discount_cents", "What was taken off")

static const struct query_field line_fields[] = {
    {.name = "number",
     .label = "Order",
     .sql = "s.order_number",
     .type = COLUMN_TEXT,
     .help = "The order's number"},
    REPORT_DAY_FIELDS("s.business_day"),
    ORDER_FIELDS("s"),
    {.name = "placed",
     .label = "Placed",
     .sql = "s.placed_at",
     .type = COLUMN_INSTANT,
     .help = "When it was placed"},
    {.name = "part",
     .label = "Part",
     .sql = "s.part",
     .type = COLUMN_TEXT,
     .choices = parts,
     .help = "Goods, what the order has beside its lines, or money given back"},
    {.name = "item",
     .label = "Item",
     .sql = "coalesce(s.name, CASE s.part WHEN 'refund' THEN 'Money given back' ELSE 'Beside its "
            "lines' END)",
     .type = COLUMN_TEXT,
     .help = "What stands on the line; without one, what it is"},
    REPORT_REFERENCE("product", "Product", PRODUCT("p.name"), "s.product_id", "What was sold"),
    REPORT_REFERENCE("variant", "Variant",
                     "(SELECT v.name FROM product_variants v WHERE v.id = s.variant_id)",
                     "s.variant_id", "Which of its variants"),
    REPORT_REFERENCE("category", "Category", PRODUCT("c.name"), PRODUCT("c.id"),
                     "The category that the product is in now"),
    REPORT_REFERENCE("customer", "Customer", "s.customer_name", "s.customer_id", "Who bought it"),
    {.name = "country",
     .label = "Country",
     .sql = "(SELECT coalesce(o.shipping_address ->> 'country', o.billing_address ->> 'country', "
            "(SELECT c.address ->> 'country' FROM customer_profiles c WHERE c.id = o.customer_id)) "
            "FROM orders o WHERE o.id = s.order_id)",
     .type = COLUMN_TEXT,
     .help = "Where it was shipped, billed or where the customer lives"},
    {.name = "rate",
     .label = "Tax rate",
     .sql = "s.tax_bp",
     .type = COLUMN_INTEGER,
     .unit = UNIT_BASIS_POINTS,
     .help = "The rate of tax on it"},
    {.name = "quantity",
     .label = "Quantity",
     .sql = "s.quantity_milli",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "How many"},
};

const struct query_source report_sale_lines = {
    .name = "sale-lines",
    .from = "sale_lines s",
    .id = "s.id",
    .currency = "s.currency",
    .fields = line_fields,
    .field_count = sizeof line_fields / sizeof line_fields[0],
    .sort = "placed",
    .sort_descending = true,
};

static const struct query_field day_fields[] = {
    REPORT_DAY_FIELDS("d.business_day"),
    ORDER_FIELDS("d"),
};

static const struct query_source days = {
    .name = "sale-days",
    .from = "sale_days d",
    .id = "d.business_day",
    .currency = "d.currency",
    .fields = day_fields,
    .field_count = sizeof day_fields / sizeof day_fields[0],
    .sort = "day",
};

enum { REVENUE, TAX, NET, DISCOUNT, GROSS, ORDERS, RETURNS, RETURNED, QUANTITY, AVERAGE, MEASURES };

static const struct report_measure measures[MEASURES] = {
    [REVENUE] = {.name = "revenue",
                 .label = "Revenue",
                 .help = "What was charged, tax included, less what came back and what was given "
                         "back, each on its own day",
                 .unit = UNIT_CENTS},
    [TAX] = {.name = "tax",
             .label = "Tax",
             .help = "The tax in the revenue; of money given back without goods, as much of it as "
                     "of its order",
             .unit = UNIT_CENTS},
    [NET] = {.name = "net",
             .label = "Net",
             .help = "The revenue without its tax",
             .unit = UNIT_CENTS},
    [DISCOUNT] = {.name = "discount",
                  .label = "Discount",
                  .help = "What was taken off prices, on lines and on whole orders",
                  .unit = UNIT_CENTS},
    [GROSS] = {.name = "gross",
               .label = "Before discounts",
               .help = "The revenue with the discounts: what it would have come to without them",
               .unit = UNIT_CENTS},
    [ORDERS] = {.name = "orders",
                .label = "Orders",
                .help = "Sales, exchanges and work orders; no returns",
                .is_distinct = true},
    [RETURNS] = {.name = "returns",
                 .label = "Returns",
                 .help = "Orders that brought goods back; no exchanges",
                 .is_distinct = true},
    [RETURNED] = {.name = "returned",
                  .label = "Given back",
                  .help = "The revenue that returns and money given back without goods took away",
                  .unit = UNIT_CENTS},
    [QUANTITY] = {.name = "quantity",
                  .label = "Quantity",
                  .help = "Pieces, metres, litres … sold, less those that came back",
                  .unit = UNIT_MILLI},
    [AVERAGE] = {.name = "average",
                 .label = "Per order",
                 .help = "The revenue by the number of orders",
                 .unit = UNIT_CENTS,
                 .is_distinct = true,
                 .over = "revenue",
                 .by = "orders"},
};

#define RETURNED_OF(t)                                                                             \
    "-sum(CASE WHEN " t ".kind IN ('return', 'refund') THEN " t ".revenue_cents ELSE 0 END)"

static const char *const line_sums[MEASURES] = {
    [REVENUE] = "sum(s.revenue_cents)",
    [TAX] = "sum(s.tax_cents)",
    [NET] = "sum(s.revenue_cents - s.tax_cents)",
    [DISCOUNT] = "sum(s.discount_cents)",
    [GROSS] = "sum(s.revenue_cents + s.discount_cents)",
    [ORDERS] = "count(DISTINCT CASE WHEN s.kind NOT IN ('return', 'refund') THEN s.order_id END)",
    [RETURNS] = "count(DISTINCT CASE WHEN s.kind = 'return' THEN s.order_id END)",
    [RETURNED] = RETURNED_OF("s"),
    [QUANTITY] = "sum(s.quantity_milli)",
};

static const char *const day_sums[MEASURES] = {
    [REVENUE] = "sum(d.revenue_cents)",
    [TAX] = "sum(d.tax_cents)",
    [NET] = "sum(d.revenue_cents - d.tax_cents)",
    [DISCOUNT] = "sum(d.discount_cents)",
    [GROSS] = "sum(d.revenue_cents + d.discount_cents)",
    [ORDERS] = "sum(d.order_count)",
    [RETURNS] = "sum(d.return_count)",
    [RETURNED] = RETURNED_OF("d"),
    [QUANTITY] = "sum(d.quantity_milli)",
};

const struct report_source report_sales = {
    .name = "sales",
    .title = "Sales",
    .day = "day",
    .measures = measures,
    .measure_count = MEASURES,
    .tables = {{&days, day_sums}, {&report_sale_lines, line_sums}},
    .table_count = 2,
};
