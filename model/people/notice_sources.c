#include "model/people/notice_sources.h"

#include "model/base/text.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Operations with their payload, wherever they are kept. */
#define OPERATIONS                                                                                 \
    "(SELECT seq, id, kind, actor_id, occurred_at, payload FROM outbox UNION ALL"                  \
    " SELECT seq, id, kind, actor_id, occurred_at, payload FROM journal)"

#define SOLD "'pending', 'paid', 'processing', 'shipped', 'delivered', 'completed'"

/* 90 days in microseconds: deliveries of orders that are older are not looked at again. */
#define LONG_AGO "7776000000000"

/* Somebody wrote another one's name into the column. */
#define ASSIGNED(table, column, what)                                                              \
    "SELECT t." column ", NULL, t.id, o.occurred_at,"                                              \
    " coalesce((SELECT nullif(display_name, '') FROM users WHERE id = o.actor_id), 'Somebody')"    \
    " || ' gave you " what "', NULL FROM journal_rows AS r JOIN " table " AS t ON t.id = r.row_id" \
    " JOIN " OPERATIONS " AS o ON o.seq = r.seq"                                                   \
    " WHERE r.seq > ?1 AND +r.table_name = '" table "' AND t." column " <> o.actor_id"             \
    " AND EXISTS (SELECT 1 FROM json_each(o.payload, '$.rows') AS e"                               \
    "  WHERE e.value ->> '$.table' = '" table "' AND e.value ->> '$.new." column "' IS NOT NULL"   \
    "  AND replace(e.value ->> '$.id', '-', '') = lower(hex(t.id)))"

/* Few operations came since, and very many rows of a table may have been touched before: so rows
 * are found by the operation (+), never by their table.
 *
 * Each statement gives: the user (NULL: all with the right), location, row, time, title and body.
 * ?1 is the last operation that was looked at before. */
static const struct source {
    const char *kind, *table, *right, *sql;
    const char *settled; /* of a notice n: whether what it tells is over; NULL: somebody reads it */
} sources[] = {
    /* What the centre did not take waits for whoever did it; a notice that it did not take raises
     * no other one. */
    {"attention", "attention", NULL,
     "SELECT o.actor_id, NULL, a.id, a.raised_at, 'Needs a decision: ' || a.summary, a.reason"
     " FROM attention AS a JOIN " OPERATIONS " AS o ON o.id = a.operation_id"
     " WHERE a.done_at IS NULL AND o.kind NOT LIKE 'notice.%' AND ?1 IS NOT NULL",
     NULL},
    {"stock.low", "product_variants", "inventory.edit",
     "SELECT NULL, m.location_id, m.variant_id, max(m.occurred_at), 'Running low: ' || p.name,"
     " printf('%g left in %s, and %g are to be there', coalesce(l.on_hand_milli, 0) / 1000.0,"
     "  c.name, s.reorder_min_milli / 1000.0)"
     " FROM journal_rows AS r JOIN stock_movements AS m ON m.id = r.row_id"
     " JOIN stock_rules AS s ON s.tenant_id = m.tenant_id AND s.variant_id = m.variant_id"
     "  AND s.location_id = m.location_id JOIN product_variants AS v ON v.id = m.variant_id"
     " JOIN products AS p ON p.id = v.product_id JOIN locations AS c ON c.id = m.location_id"
     " LEFT JOIN stock_levels AS l ON l.variant_id = m.variant_id"
     "  AND l.location_id = m.location_id"
     " WHERE r.seq > ?1 AND +r.table_name = 'stock_movements' AND m.quantity_milli < 0"
     " AND coalesce(l.on_hand_milli, 0) < s.reorder_min_milli GROUP BY m.variant_id,"
     " m.location_id",
     NULL},
    /* A parked sale that another register copied while the line was down, and both sold it. */
    {"sale.twice", "orders", "orders.refund",
     "SELECT NULL, b.location_id, b.id, max(a.placed_at, b.placed_at),"
     " 'Sold twice: ' || a.order_number || ' and ' || b.order_number,"
     " 'Both were the same parked sale; where the customer paid twice, take one of them back'"
     " FROM orders AS b JOIN orders AS a ON a.id = b.resumed_from_id"
     " WHERE b.resumed_from_id IS NOT NULL AND a.status IN (" SOLD ") AND b.status IN (" SOLD ")"
     " AND ?1 IS NOT NULL",
     NULL},
    /* The same goods taken back by two registers while their lines were down. */
    {"return.twice", "orders", "orders.refund",
     "SELECT NULL, o.location_id, o.id, max(b.placed_at), 'Came back twice: ' || i.name,"
     " group_concat(coalesce(b.receipt_number, b.order_number), ' and ') ||"
     " ' took it back; where money went out twice, ask for one of the two'"
     " FROM order_items_overreturned AS r JOIN order_items AS i ON i.id = r.order_item_id"
     " JOIN orders AS o ON o.id = i.order_id JOIN order_items AS k ON k.original_item_id = i.id"
     " JOIN orders AS b ON b.id = k.order_id WHERE b.status NOT IN ('draft', 'parked', 'cancelled')"
     " AND b.deleted_at IS NULL AND ?1 IS NOT NULL GROUP BY i.id",
     NULL},
    /* The same delivery booked by two terminals: more came in than was ordered, and not at once. */
    {"purchase.twice", "purchase_orders", "inventory.edit",
     "SELECT NULL, o.location_id, o.id, max(m.occurred_at), 'Received twice: ' || o.number,"
     " printf('%g of %g came in, %s; where it was booked twice, take one of the receipts back',"
     "  (l.received_milli + sum(m.quantity_milli)) / 1000.0, l.ordered_milli / 1000.0, l.name)"
     " FROM purchase_orders AS o JOIN purchase_order_lines AS l ON l.purchase_order_id = o.id"
     " JOIN stock_movements AS m ON m.reference_id = l.id"
     " WHERE o.created_at > now() - " LONG_AGO " AND ?1 IS NOT NULL GROUP BY l.id"
     " HAVING l.received_milli + sum(m.quantity_milli) > l.ordered_milli"
     " AND count(DISTINCT m.occurred_at) > 1",
     NULL},
    /* What waits now, since the sales of other tills come without an operation of this store. What
     * was never taken in is not kept here by anybody; what is told already is not looked at again.
     */
    {"stock.oversold", "product_variants", "inventory.edit",
     "SELECT NULL, l.location_id, l.variant_id, max(m.occurred_at), 'Oversold: ' || p.name,"
     " printf('%g missing in %s', -l.on_hand_milli / 1000.0, c.name) || coalesce(', sold by ' ||"
     "  (SELECT group_concat(s.order_number, ', ') FROM (SELECT o.order_number FROM"
     "   stock_movements AS k JOIN orders AS o ON o.id = k.reference_id WHERE k.variant_id ="
     "   l.variant_id AND k.location_id = l.location_id AND k.reason = 'sale'"
     "   ORDER BY k.occurred_at DESC, k.id DESC LIMIT 3) AS s), '')"
     " FROM stock_levels AS l JOIN product_variants AS v ON v.id = l.variant_id"
     " JOIN products AS p ON p.id = v.product_id JOIN locations AS c ON c.id = l.location_id"
     " JOIN stock_movements AS m ON m.variant_id = l.variant_id AND m.location_id = l.location_id"
     " WHERE l.on_hand_milli < 0 AND ?1 IS NOT NULL AND l.variant_id NOT IN (SELECT n.link_id FROM"
     "  notifications AS n WHERE n.kind = 'stock.oversold' AND n.link_id IS NOT NULL"
     "  AND n.read_at IS NULL)"
     " GROUP BY l.variant_id, l.location_id HAVING"
     " max(m.quantity_milli * (m.reason NOT IN ('sale', 'return'))) > 0 ORDER BY 4 DESC",
     "NOT EXISTS (SELECT 1 FROM stock_levels AS l WHERE l.variant_id = n.link_id"
     " AND l.on_hand_milli < 0)"},
    /* Whoever visits hears of it an hour before. */
    {"appointment.due", "appointments", NULL,
     "SELECT e.user_id, a.location_id, a.id, a.starts_at - 3600000000,"
     " printf('In %d min: ', (a.starts_at - now()) / 60000000) ||"
     " trim(a.first_name || ' ' || a.last_name), nullif(a.phone, '')"
     " FROM appointments AS a JOIN estimators AS e ON e.id = a.estimator_id"
     " WHERE a.starts_at > now() AND a.starts_at <= now() + 3600000000 AND e.user_id IS NOT NULL"
     " AND a.status IN ('scheduled', 'confirmed') AND a.deleted_at IS NULL AND ?1 IS NOT NULL",
     "NOT EXISTS (SELECT 1 FROM appointments AS a WHERE a.id = n.link_id AND a.starts_at > now()"
     " AND a.starts_at <= now() + 3600000000 AND a.status IN ('scheduled', 'confirmed'))"},
    /* The centre gave the place to another one: somebody has to call the customer. */
    {"appointment.clash", "appointments", "appointments.edit",
     "SELECT NULL, coalesce(a.location_id, (SELECT w.id FROM locations AS w WHERE w.tenant_id ="
     "  a.tenant_id AND w.kind = 'everywhere')), a.id, v.occurred_at,"
     " 'Lost its place: ' || ltrim(a.first_name || ' ' || a.last_name, '- '),"
     " coalesce(v.note || '; ', '') || 'move it to a free place, or cancel it'"
     " FROM appointments AS a JOIN appointment_events AS v ON v.id = (SELECT c.id FROM"
     "  appointment_events AS c WHERE c.appointment_id = a.id AND c.event_type IN ('booked',"
     "  'clash', 'moved') ORDER BY c.row_version > 0, c.row_version DESC, c.id DESC LIMIT 1)"
     " WHERE a.status = 'tentative' AND a.deleted_at IS NULL AND v.event_type = 'clash'"
     " AND ?1 IS NOT NULL",
     "NOT EXISTS (SELECT 1 FROM appointments AS a WHERE a.id = n.link_id"
     " AND a.status = 'tentative' AND a.deleted_at IS NULL)"},
    {"lead.assigned", "leads", NULL, ASSIGNED("leads", "owner_id", "a lead"), NULL},
    {"ticket.assigned", "support_tickets", NULL,
     ASSIGNED("support_tickets", "assignee_id", "a ticket"), NULL},
    {"task.assigned", "fulfillment_tasks", NULL,
     ASSIGNED("fulfillment_tasks", "assignee_id", "a part of an order"), NULL},
};

enum { TITLE_SIZE = 201 /* no more characters than the column has room for */ };

static void read_event(const struct statement *row, const struct source *source,
                       struct arena *arena, struct notice_event *out)
{
    char title[TITLE_SIZE];
    text_copy(title, sizeof title, statement_text(row, 4));
    *out = (struct notice_event){.kind = source->kind,
                                 .table = source->table,
                                 .right = source->right,
                                 .time = statement_integer(row, 3),
                                 .title = arena_text(arena, title)};
    statement_uuid(row, 0, &out->user);
    statement_uuid(row, 1, &out->location);
    statement_uuid(row, 2, &out->row);
    if (!statement_is_null(row, 5))
        out->body = arena_text(arena, statement_text(row, 5));
}

static int settled_of(struct store *store, const struct source *source, const char *within,
                      size_t limit, struct arena *arena, struct uuid *out, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        arena_format(arena,
                     "SELECT n.id FROM notifications AS n JOIN users AS u ON u.id = n.user_id"
                     " WHERE n.kind = ?1 AND n.read_at IS NULL AND %s AND%s",
                     source->settled, within),
        err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, source->kind);
    size_t count = 0;
    int state = 0;
    while (count < limit && (state = statement_step(statement, err)) > 0)
        statement_uuid(statement, 0, &out[count++]);
    statement_done(statement);
    return state < 0 ? -1 : (int)count;
}

int notices_settled(struct store *store, const char *within, size_t limit, struct arena *arena,
                    struct uuid *out, struct error *err)
{
    int count = 0;
    for (size_t i = 0; i < COUNT(sources) && count >= 0; i++) {
        if (sources[i].settled == NULL)
            continue;
        int more =
            settled_of(store, &sources[i], within, limit - (size_t)count, arena, out + count, err);
        count = more < 0 ? -1 : count + more;
    }
    return count;
}

int notice_events(struct store *store, int64_t after_seq, size_t limit, struct arena *arena,
                  struct notice_event *out, struct error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT(sources); i++) {
        struct statement *statement = store_prepare(store, sources[i].sql, err);
        if (statement == NULL)
            return -1;
        statement_bind_integer(statement, 1, after_seq);
        int state = 0;
        while (count < limit && (state = statement_step(statement, err)) > 0)
            read_event(statement, &sources[i], arena, &out[count++]);
        statement_done(statement);
        if (state < 0)
            return -1;
    }
    return (int)count;
}
