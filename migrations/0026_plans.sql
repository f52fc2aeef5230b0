-- Rows behind sums are found by their order alone. Where the only index that knows the order begins
-- with the tenant, a plan that was made while the tables were empty reads all of the tenant's rows
-- at each payment, for as long as the connection lasts. And each sum stands in a query of its own: a
-- view that names a sum several times works it out as often.

-- up

-- up postgres
CREATE INDEX order_items_of_order ON order_items (order_id);
CREATE INDEX order_items_returning ON order_items (original_item_id)
    WHERE original_item_id IS NOT NULL;
CREATE INDEX payments_of_order ON payments (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX refunds_of_order ON refunds (order_id);
CREATE INDEX refunds_of_return ON refunds (return_order_id) WHERE return_order_id IS NOT NULL;
CREATE INDEX refunds_of_payment ON refunds (payment_id) WHERE payment_id IS NOT NULL;

CREATE OR REPLACE VIEW order_sums_recomputed WITH (security_invoker = true) AS
SELECT o.id AS order_id, o.tenant_id, i.item_count, p.paid_cents, r.refunded_cents,
       CASE WHEN o.total_cents < 0 THEN
                CASE WHEN r.refunded_cents >= -o.total_cents THEN 'refunded'
                     WHEN r.refunded_cents > 0 THEN 'partially_refunded'
                     ELSE 'unpaid' END
            WHEN r.refunded_cents > 0 AND r.refunded_cents >= p.paid_cents THEN 'refunded'
            WHEN r.refunded_cents > 0 THEN 'partially_refunded'
            WHEN p.paid_cents >= o.total_cents
                AND (p.paid_cents > 0 OR o.status NOT IN ('draft', 'parked')) THEN 'paid'
            WHEN p.paid_cents > 0 THEN 'partially_paid'
            ELSE 'unpaid' END AS payment_status
FROM orders AS o
    CROSS JOIN LATERAL (SELECT count(*) AS item_count FROM order_items AS n
                        WHERE n.order_id = o.id) AS i
    CROSS JOIN LATERAL (SELECT coalesce(sum(n.amount_cents), 0)::bigint AS paid_cents
                        FROM payments AS n
                        WHERE n.order_id = o.id
                          AND n.status IN ('captured', 'partially_refunded', 'refunded')) AS p
    CROSS JOIN LATERAL (SELECT coalesce(sum(n.amount_cents), 0)::bigint AS refunded_cents
                        FROM refunds AS n
                        WHERE n.order_id = o.id OR n.return_order_id = o.id) AS r;

-- down postgres
CREATE OR REPLACE VIEW order_sums_recomputed WITH (security_invoker = true) AS
SELECT s.order_id, s.tenant_id, s.item_count, s.paid_cents, s.refunded_cents,
       CASE WHEN s.total_cents < 0 THEN
                CASE WHEN s.refunded_cents >= -s.total_cents THEN 'refunded'
                     WHEN s.refunded_cents > 0 THEN 'partially_refunded'
                     ELSE 'unpaid' END
            WHEN s.refunded_cents > 0 AND s.refunded_cents >= s.paid_cents THEN 'refunded'
            WHEN s.refunded_cents > 0 THEN 'partially_refunded'
            WHEN s.paid_cents >= s.total_cents
                AND (s.paid_cents > 0 OR s.status NOT IN ('draft', 'parked')) THEN 'paid'
            WHEN s.paid_cents > 0 THEN 'partially_paid'
            ELSE 'unpaid' END AS payment_status
FROM (SELECT o.id AS order_id, o.tenant_id, o.total_cents, o.status,
             (SELECT count(*) FROM order_items i WHERE i.order_id = o.id) AS item_count,
             coalesce((SELECT sum(p.amount_cents) FROM payments p
                       WHERE p.order_id = o.id AND p.status IN
                           ('captured', 'partially_refunded', 'refunded')), 0)::bigint AS paid_cents,
             coalesce((SELECT sum(r.amount_cents) FROM refunds r
                       WHERE r.order_id = o.id OR r.return_order_id = o.id), 0)::bigint
                 AS refunded_cents
      FROM orders o) s;

DROP INDEX refunds_of_payment;
DROP INDEX refunds_of_return;
DROP INDEX refunds_of_order;
DROP INDEX payments_of_order;
DROP INDEX order_items_returning;
DROP INDEX order_items_of_order;

-- down
