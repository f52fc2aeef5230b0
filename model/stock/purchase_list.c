/* The list of purchase orders, and one of them with its lines. */
#include "model/base/money.h"
#include "model/stock/purchase_parts.h"

#include <string.h>

const char *const purchase_statuses[] = {"draft",    "ordered",   "partially_received",
                                         "received", "cancelled", NULL};

#define RECEIPTS "FROM purchase_line_receipts AS c WHERE c.purchase_order_id = o.id"
/* What follows from the movements goes before what the row says. */
#define STATUS                                                                                     \
    "CASE WHEN o.status NOT IN ('ordered', 'partially_received') THEN o.status"                    \
    " WHEN NOT EXISTS (SELECT 1 " RECEIPTS " AND c.received_milli < c.ordered_milli) AND EXISTS"   \
    " (SELECT 1 " RECEIPTS ") THEN 'received'"                                                     \
    " WHEN EXISTS (SELECT 1 " RECEIPTS " AND c.received_milli > 0) THEN 'partially_received'"      \
    " ELSE 'ordered' END"
#define TOTAL                                                                                      \
    "(SELECT coalesce(sum((l.ordered_milli * l.unit_cost_cents + 500) / 1000), 0)"                 \
    " FROM purchase_order_lines AS l WHERE l.purchase_order_id = o.id)"

static const struct query_field fields[] = {
    {.name = "number",
     .label = "Number",
     .sql = "o.number",
     .type = COLUMN_TEXT,
     .is_sortable = true,
     .is_unique = true,
     .help = "The purchase order's number"},
    {.name = "supplier",
     .label = "Supplier",
     .sql = "(SELECT s.name FROM suppliers AS s WHERE s.id = o.supplier_id)",
     .type = COLUMN_TEXT,
     .help = "Who delivers it"},
    {.name = "location",
     .label = "Location",
     .sql = "(SELECT w.name FROM locations AS w WHERE w.id = o.location_id)",
     .type = COLUMN_TEXT,
     .help = "Where it goes"},
    {.name = "status",
     .label = "Status",
     .sql = STATUS,
     .type = COLUMN_TEXT,
     .choices = purchase_statuses,
     .help = "How far it is"},
    {.name = "created",
     .label = "Made",
     .sql = "o.created_at",
     .type = COLUMN_INSTANT,
     .is_sortable = true,
     .help = "When it was made"},
    {.name = "ordered",
     .label = "Ordered",
     .sql = "o.ordered_at",
     .type = COLUMN_INSTANT,
     .help = "When it was sent to the supplier"},
    {.name = "expected",
     .label = "Expected",
     .sql = "o.expected_on",
     .type = COLUMN_DATE,
     .help = "When it is to come; expected<today is late"},
    {.name = "lines",
     .label = "Lines",
     .sql = "(SELECT count(*) FROM purchase_order_lines AS l WHERE l.purchase_order_id = o.id)",
     .type = COLUMN_INTEGER,
     .help = "How many lines it has"},
    {.name = "open",
     .label = "Open",
     .sql = "CASE WHEN o.status IN ('received', 'cancelled') THEN 0 ELSE (SELECT"
            " coalesce(sum(max(c.ordered_milli - c.received_milli, 0)), 0) " RECEIPTS ") END",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "How many pieces have still to come"},
    {.name = "total",
     .label = "Total",
     .sql = TOTAL,
     .type = COLUMN_INTEGER,
     .unit = UNIT_CENTS,
     .help = "What it comes to"},
    {.name = "person",
     .label = "Ordered by",
     .sql = "(SELECT u.display_name FROM users AS u WHERE u.id = o.ordered_by_id)",
     .type = COLUMN_TEXT,
     .help = "Who sent it"},
    {.name = "notes",
     .label = "Notes",
     .sql = "o.notes",
     .type = COLUMN_TEXT,
     .help = "What was noted on it"},
    {.name = "reason",
     .label = "Reason",
     .sql = "o.closed_reason",
     .type = COLUMN_TEXT,
     .help = "Why it was cancelled, or closed before all came"},
    {.name = "id", .label = "Id", .sql = "o.id", .type = COLUMN_UUID},
};

const struct query_source purchase_source = {
    .name = "purchases",
    .from = "purchase_orders AS o",
    .id = "o.id",
    .currency = "o.currency",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "created",
    .sort_descending = true,
};

static void read_head(const struct statement *row, struct arena *arena, struct purchase *out)
{
    *out = (struct purchase){.number = arena_text(arena, statement_text(row, 3)),
                             .status = arena_text(arena, statement_text(row, 4)),
                             .stored_status = arena_text(arena, statement_text(row, 5)),
                             .currency = arena_text(arena, statement_text(row, 6)),
                             .supplier = arena_text(arena, statement_text(row, 7)),
                             .location = arena_text(arena, statement_text(row, 8)),
                             .notes = arena_text(arena, statement_text(row, 9)),
                             .reason = arena_text(arena, statement_text(row, 10)),
                             .expected_on = arena_text(arena, statement_text(row, 11)),
                             .person = arena_text(arena, statement_text(row, 12)),
                             .ordered_at = statement_integer(row, 13),
                             .received_at = statement_integer(row, 14)};
    statement_uuid(row, 0, &out->id);
    statement_uuid(row, 1, &out->supplier_id);
    statement_uuid(row, 2, &out->location_id);
}

static int load_head(struct store *store, const struct uuid *id, struct arena *arena,
                     struct purchase *out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT o.id, o.supplier_id, o.location_id, o.number, " STATUS ", o.status, o.currency,"
        " s.name, w.name, o.notes, o.closed_reason, o.expected_on, u.display_name, o.ordered_at,"
        " o.received_at FROM purchase_orders AS o JOIN suppliers AS s ON s.id = o.supplier_id"
        " JOIN locations AS w ON w.id = o.location_id"
        " LEFT JOIN users AS u ON u.id = o.ordered_by_id WHERE o.id = ?1",
        err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, id);
    int found = statement_step(row, err);
    if (found == 1)
        read_head(row, arena, out);
    statement_done(row);
    return found;
}

static bool read_line(const struct statement *row, struct arena *arena, struct purchase *purchase,
                      struct purchase_line *out)
{
    *out = (struct purchase_line){.name = arena_text(arena, statement_text(row, 3)),
                                  .sku = arena_text(arena, statement_text(row, 4)),
                                  .supplier_sku = arena_text(arena, statement_text(row, 5)),
                                  .ordered_milli = statement_integer(row, 6),
                                  .received_milli = statement_integer(row, 7),
                                  .unit_cost_cents = statement_integer(row, 8),
                                  .pack_milli = statement_integer(row, 9)};
    statement_uuid(row, 0, &out->id);
    statement_uuid(row, 1, &out->variant_id);
    statement_uuid(row, 2, &out->product_id);
    return money_times_quantity(out->unit_cost_cents, out->ordered_milli, &out->total_cents) &&
           money_add(purchase->total_cents, out->total_cents, &purchase->total_cents);
}

static int count_lines(struct store *store, const struct uuid *id, struct error *err)
{
    int64_t count;
    return store_find_integer(store, &count,
                              "SELECT count(*) FROM purchase_order_lines"
                              " WHERE purchase_order_id = ?1",
                              err, "u", id) > 0
               ? (int)count
               : -1;
}

static bool load_lines(struct store *store, struct arena *arena, struct purchase *purchase,
                       struct error *err)
{
    int count = count_lines(store, &purchase->id, err);
    struct statement *row = store_prepare(
        store,
        "SELECT l.id, l.variant_id, v.product_id, l.name, coalesce(v.sku, p.sku), x.supplier_sku,"
        " l.ordered_milli, (SELECT c.received_milli FROM purchase_line_receipts AS c"
        "  WHERE c.line_id = l.id), l.unit_cost_cents, coalesce(x.pack_milli, 1000)"
        " FROM purchase_order_lines AS l JOIN product_variants AS v ON v.id = l.variant_id"
        " JOIN products AS p ON p.id = v.product_id LEFT JOIN supplier_products AS x ON"
        " x.variant_id = l.variant_id AND x.supplier_id = ?2"
        " WHERE l.purchase_order_id = ?1 ORDER BY l.position, l.id",
        err);
    if (row == NULL || count < 0) {
        statement_done(row);
        return false;
    }
    statement_bind_uuid(row, 1, &purchase->id);
    statement_bind_uuid(row, 2, &purchase->supplier_id);
    purchase->lines = arena_alloc(arena, ((size_t)count + 1) * sizeof *purchase->lines);
    int state = 1;
    bool fits = true;
    while (fits && purchase->line_count < (size_t)count && (state = statement_step(row, err)) > 0)
        fits = read_line(row, arena, purchase, &purchase->lines[purchase->line_count++]);
    statement_done(row);
    return state >= 0 && (fits || error_set(err, ERROR_RULE,
                                            "%s comes to more than can be counted; lower a"
                                            " quantity or a price",
                                            purchase->number));
}

int purchase_load(struct store *store, const struct uuid *id, struct arena *arena,
                  struct purchase *out, struct error *err)
{
    int found = load_head(store, id, arena, out, err);
    return found == 1 && !load_lines(store, arena, out, err) ? -1 : found;
}

bool purchase_need(struct store *store, const struct uuid *id, struct arena *arena,
                   struct purchase *out, struct error *err)
{
    int found = purchase_load(store, id, arena, out, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This purchase order is not there any more");
    return found == 1;
}

int purchase_find_number(struct store *store, const char *number, struct uuid *id,
                         struct error *err)
{
    struct statement *row =
        store_prepare(store, "SELECT id FROM purchase_orders WHERE number = ?1", err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, number);
    int found = statement_step(row, err);
    if (found == 1)
        statement_uuid(row, 0, id);
    statement_done(row);
    return found;
}

int64_t purchase_open(const struct purchase_line *line)
{
    return line->ordered_milli > line->received_milli ? line->ordered_milli - line->received_milli
                                                      : 0;
}

bool purchase_is_open(const struct purchase *purchase)
{
    return strcmp(purchase->stored_status, "ordered") == 0 ||
           strcmp(purchase->stored_status, "partially_received") == 0;
}

int64_t purchase_received(const struct purchase *purchase)
{
    int64_t sum = 0;
    for (size_t i = 0; i < purchase->line_count; i++)
        sum += purchase->lines[i].received_milli;
    return sum;
}
