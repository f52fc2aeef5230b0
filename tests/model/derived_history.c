#include "tests/model/derived_history.h"

#include <inttypes.h>

/* In the statements below $ and a letter stand for a value:
 *   $I the row's own id   $T the tenant   $v a variant   $w a location
 *   $o an order           $O the same, or NULL           $i a line or NULL
 *   $p a payment or NULL  $g a gift card                 $d an instant or NULL
 *   $n an amount          $m an amount above zero        $q a quantity
 *   $s an order's status  $y a payment's status
 * Orders, lines and payments that are named need not be there. */
struct kind {
    const char *table, *insert;
    const char *updates[4];
};

enum { ORDERS, LINES, PAYMENTS };

static const struct kind kinds[HISTORY_KINDS] = {
    {"orders",
     "INSERT INTO orders (id, tenant_id, order_number, status, location_id, currency,"
     " subtotal_cents, total_cents, business_day, deleted_at) SELECT $I, $T, 'R-' || $N, $s, $w,"
     " 'EUR', a, a, '2026-11-20', $d FROM (SELECT $n AS a) AS amount",
     {"status = $s", "subtotal_cents = subtotal_cents + 100, total_cents = total_cents + 100",
      "deleted_at = $d", "notes = 'called back'"}},
    {"order_items",
     "INSERT INTO order_items (id, tenant_id, order_id, original_item_id, name, quantity_milli)"
     " VALUES ($I, $T, $o, $i, 'Roller', $q)",
     {"order_id = $o", "original_item_id = $i", "quantity_milli = $q", "notes = 'blue'"}},
    {"payments",
     "INSERT INTO payments (id, tenant_id, order_id, method, status, amount_cents, currency,"
     " business_day) VALUES ($I, $T, $O, 'cash', $y, $m, 'EUR', '2026-11-20')",
     {"order_id = $O", "status = $y", "amount_cents = $m", "reference = 'slip'"}},
    {"refunds",
     "INSERT INTO refunds (id, tenant_id, order_id, return_order_id, payment_id, method,"
     " amount_cents, currency, business_day)"
     " VALUES ($I, $T, $o, $O, $p, 'cash', $m, 'EUR', '2026-11-20')",
     {"order_id = $o", "return_order_id = $O", "payment_id = $p", "amount_cents = $m"}},
    {"stock_movements",
     "INSERT INTO stock_movements (id, tenant_id, variant_id, location_id, quantity_milli, reason,"
     " business_day) VALUES ($I, $T, $v, $w, $q, 'adjust', '2026-11-20')",
     {"variant_id = $v", "location_id = $w", "quantity_milli = $q", "note = 'shelf'"}},
    {"gift_card_transactions",
     "INSERT INTO gift_card_transactions (id, tenant_id, gift_card_id, kind, amount_cents,"
     " business_day) VALUES ($I, $T, $g, 'adjust', $m, '2026-11-20')",
     {"gift_card_id = $g", "amount_cents = $m", "amount_cents = -$m", "note = 'lost'"}},
};

enum { TENANT = 0xa0, LOCATION, VARIANT, CARD, CHOICES = 2 };

void derived_init(struct derived_history *history, uint64_t seed, bool is_postgres)
{
    *history = (struct derived_history){.random = seed * 2 + 1, .is_postgres = is_postgres};
    buffer_init(&history->sql);
}

void derived_done(struct derived_history *history)
{
    buffer_done(&history->sql);
}

/* xorshift64*: the same on every machine. */
static unsigned below(struct derived_history *history, unsigned limit)
{
    uint64_t x = history->random;
    x ^= x >> 12, x ^= x << 25, x ^= x >> 27;
    history->random = x;
    return (unsigned)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

static const char *one_of(struct derived_history *history, const char *const *words, unsigned count)
{
    return words[below(history, count)];
}
#define ONE_OF(history, ...)                                                                       \
    one_of(history, (const char *const[]){__VA_ARGS__},                                            \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void add_id(struct derived_history *history, unsigned group, unsigned number)
{
    const char *form = history->is_postgres ? "'000000000000700080000000%04x%04x'::uuid"
                                            : "x'000000000000700080000000%04x%04x'";
    buffer_format(&history->sql, form, group, number);
}

static void add_row(struct derived_history *history, unsigned kind, bool or_null)
{
    if (or_null && below(history, 3) == 0)
        buffer_add(&history->sql, "NULL");
    else
        add_id(history, kind, below(history, HISTORY_ROWS));
}

static void add_value(struct derived_history *history, char letter, unsigned kind, unsigned row)
{
    struct buffer *sql = &history->sql;
    switch (letter) {
    case 'I':
        return add_id(history, kind, row);
    case 'T':
        return add_id(history, TENANT, 0);
    case 'N':
        return buffer_format(sql, "'%u'", row);
    case 'o':
    case 'O':
        return add_row(history, ORDERS, letter == 'O');
    case 'i':
        return add_row(history, LINES, true);
    case 'p':
        return add_row(history, PAYMENTS, true);
    case 'g':
        return add_id(history, CARD, below(history, CHOICES));
    case 'v':
        return add_id(history, VARIANT, below(history, CHOICES));
    case 'w':
        return add_id(history, LOCATION, below(history, CHOICES));
    case 'n':
        return buffer_add(sql, ONE_OF(history, "0", "100", "200", "300", "-100", "-200"));
    case 'm':
        return buffer_add(sql, ONE_OF(history, "50", "100", "200"));
    case 'q':
        return buffer_add(sql, ONE_OF(history, "1000", "2500", "-1000", "-500"));
    case 's':
        return buffer_add(sql, ONE_OF(history, "'draft'", "'parked'", "'pending'", "'paid'",
                                      "'completed'", "'cancelled'"));
    case 'y':
        return buffer_add(sql, ONE_OF(history, "'pending'", "'authorized'", "'captured'",
                                      "'captured'", "'refunded'", "'voided'"));
    default: /* d */
        return buffer_add(sql, below(history, 3) > 0  ? "NULL"
                               : history->is_postgres ? "'2026-11-20'"
                                                      : "1790000000000000");
    }
}

static void add_sql(struct derived_history *history, const char *text, unsigned kind, unsigned row)
{
    for (; *text != '\0'; text++)
        if (*text != '$')
            buffer_add_char(&history->sql, *text);
        else
            add_value(history, *++text, kind, row);
}

const char *derived_start(struct derived_history *history)
{
    buffer_clear(&history->sql);
    add_sql(history,
            "INSERT INTO tenants (id, tenant_id, name, slug, default_currency)"
            " VALUES ($T, $T, 'Paint', 'paint', 'EUR')",
            0, 0);
    for (unsigned i = 0; i < CHOICES; i++) {
        add_sql(history, ";INSERT INTO locations (id, tenant_id, name) VALUES ($I, $T, $N)",
                LOCATION, i);
        add_sql(history,
                ";INSERT INTO products (id, tenant_id, name, currency) VALUES ($I, $T, $N, 'EUR')"
                ";INSERT INTO product_variants (id, tenant_id, product_id, name)"
                " VALUES ($I, $T, $I, $N)",
                VARIANT, i);
        add_sql(history,
                ";INSERT INTO gift_cards (id, tenant_id, code, initial_balance_cents, currency)"
                " VALUES ($I, $T, $N, 0, 'EUR')",
                CARD, i);
    }
    return history->sql.text;
}

const char *derived_step(struct derived_history *history)
{
    unsigned number = below(history, HISTORY_KINDS), row = below(history, HISTORY_ROWS);
    const struct kind *kind = &kinds[number];
    bool *is_there = &history->is_there[number][row];
    buffer_clear(&history->sql);
    if (!*is_there) {
        add_sql(history, kind->insert, number, row);
        *is_there = true;
    } else if (below(history, 3) == 0) {
        buffer_format(&history->sql, "DELETE FROM %s WHERE id = ", kind->table);
        add_id(history, number, row);
        *is_there = false;
    } else {
        buffer_format(&history->sql, "UPDATE %s SET ", kind->table);
        add_sql(history, kind->updates[below(history, 4)], number, row);
        buffer_add(&history->sql, " WHERE id = ");
        add_id(history, number, row);
    }
    return history->sql.text;
}

/* Rows that stand in one of the two and not in the other. */
#define DIFFERENCES(kept, expected)                                                                \
    "SELECT (SELECT count(*) FROM (" kept " EXCEPT " expected                                      \
    ") AS a) + (SELECT count(*) FROM (" expected " EXCEPT " kept ") AS b)"

#define ORDER_SUMS_EXPECTED                                                                        \
    "SELECT o.id, o.tenant_id, coalesce(i.n, 0), coalesce(p.c, 0), coalesce(r.c, 0), CASE"         \
    " WHEN o.total_cents >= 0 AND coalesce(r.c, 0) = 0 AND coalesce(p.c, 0) >= o.total_cents"      \
    "  AND (o.total_cents > 0 OR p.c > 0 OR (o.status <> 'draft' AND o.status <> 'parked'))"       \
    "  THEN 'paid'"                                                                                \
    " WHEN o.total_cents >= 0 AND coalesce(r.c, 0) = 0 AND p.c > 0 THEN 'partially_paid'"          \
    " WHEN o.total_cents >= 0 AND r.c > 0 AND r.c < p.c THEN 'partially_refunded'"                 \
    " WHEN o.total_cents < 0 AND r.c > 0 AND r.c < -o.total_cents THEN 'partially_refunded'"       \
    " WHEN r.c > 0 THEN 'refunded' ELSE 'unpaid' END"                                              \
    " FROM orders o"                                                                               \
    " LEFT JOIN (SELECT order_id, count(*) AS n FROM order_items GROUP BY order_id) i"             \
    "  ON i.order_id = o.id"                                                                       \
    " LEFT JOIN (SELECT order_id, sum(amount_cents) AS c FROM payments WHERE status = 'captured'"  \
    "  OR status = 'refunded' OR status = 'partially_refunded' GROUP BY order_id) p"               \
    "  ON p.order_id = o.id"                                                                       \
    " LEFT JOIN (SELECT id, sum(c) AS c FROM (SELECT order_id AS id, amount_cents AS c"            \
    "  FROM refunds UNION ALL SELECT return_order_id, amount_cents FROM refunds"                   \
    "  WHERE return_order_id <> order_id) AS both_ends GROUP BY id) r ON r.id = o.id"

const struct derived_check derived_checks[] = {
    {"order_sums", DIFFERENCES("SELECT order_id, tenant_id, item_count, paid_cents,"
                               " refunded_cents, payment_status FROM order_sums",
                               ORDER_SUMS_EXPECTED)},
    {"order_item_sums",
     DIFFERENCES("SELECT order_item_id, returned_milli FROM order_item_sums",
                 "SELECT i.original_item_id, -sum(i.quantity_milli) FROM order_items i, orders o"
                 " WHERE o.id = i.order_id AND i.original_item_id IS NOT NULL"
                 " AND o.deleted_at IS NULL AND o.status IN ('pending', 'paid', 'processing',"
                 " 'shipped', 'delivered', 'completed', 'refunded', 'archived')"
                 " GROUP BY i.original_item_id HAVING sum(i.quantity_milli) <> 0")},
    {"payment_sums",
     DIFFERENCES("SELECT payment_id, refunded_cents FROM payment_sums",
                 "SELECT payment_id, sum(amount_cents) FROM refunds WHERE payment_id IS NOT NULL"
                 " GROUP BY payment_id")},
    {"stock_levels",
     DIFFERENCES("SELECT variant_id, location_id, on_hand_milli FROM stock_levels",
                 "SELECT variant_id, location_id, sum(quantity_milli) FROM stock_movements"
                 " GROUP BY variant_id, location_id HAVING sum(quantity_milli) <> 0")},
    {"gift_card_balances",
     DIFFERENCES("SELECT gift_card_id, balance_cents FROM gift_card_balances",
                 "SELECT gift_card_id, sum(amount_cents) FROM gift_card_transactions"
                 " GROUP BY gift_card_id HAVING sum(amount_cents) <> 0")},
};
const size_t derived_check_count = sizeof derived_checks / sizeof derived_checks[0];
