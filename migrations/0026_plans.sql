-- Rows behind sums are found by their order alone. Where the only index that knows the order begins
-- with the tenant, a plan that was made while the tables were empty reads all of the tenant's rows
-- at each payment, for as long as the connection lasts. Each sum stands in a query of its own: a view
-- that names a sum several times works it out as often. And what follows lines and movements does so
-- once for a statement.

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

-- What many rows of one statement add to the same sums is added once, and in the order of their keys,
-- so that two sales of the same goods do not wait for one another.
CREATE FUNCTION order_sums_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    line record;
BEGIN
    FOR line IN SELECT c.order_id, count(*) AS lines FROM changed AS c
        GROUP BY c.order_id ORDER BY c.order_id LOOP
        UPDATE order_sums AS s
        SET item_count = s.item_count + CASE TG_OP WHEN 'INSERT' THEN line.lines ELSE -line.lines END
        WHERE s.order_id = line.order_id;
    END LOOP;
    RETURN NULL;
END
$$;
DROP TRIGGER order_sums_row ON order_items;
CREATE TRIGGER order_sums_insert AFTER INSERT ON order_items REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION order_sums_count();
CREATE TRIGGER order_sums_delete AFTER DELETE ON order_items REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION order_sums_count();
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_sums_insert;
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_sums_delete;

CREATE FUNCTION stock_levels_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO stock_levels AS l (variant_id, location_id, tenant_id, on_hand_milli)
    SELECT c.variant_id, c.location_id, c.tenant_id, sum(c.quantity_milli)::bigint
    FROM changed AS c GROUP BY c.variant_id, c.location_id, c.tenant_id
    ORDER BY c.variant_id, c.location_id
    ON CONFLICT (variant_id, location_id)
        DO UPDATE SET on_hand_milli = l.on_hand_milli + excluded.on_hand_milli;
    DELETE FROM stock_levels AS l
    WHERE l.variant_id = ANY (ARRAY(SELECT c.variant_id FROM changed AS c)) AND l.on_hand_milli = 0;
    RETURN NULL;
END
$$;
DROP TRIGGER stock_levels ON stock_movements;
CREATE TRIGGER stock_levels_insert AFTER INSERT ON stock_movements REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION stock_levels_move();
CREATE TRIGGER stock_levels AFTER UPDATE OR DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION stock_levels_follow();
ALTER TABLE stock_movements ENABLE ALWAYS TRIGGER stock_levels_insert;
ALTER TABLE stock_movements ENABLE ALWAYS TRIGGER stock_levels;

-- down postgres
DROP TRIGGER stock_levels_insert ON stock_movements;
DROP TRIGGER stock_levels ON stock_movements;
DROP FUNCTION stock_levels_move();
CREATE TRIGGER stock_levels AFTER INSERT OR UPDATE OR DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION stock_levels_follow();
ALTER TABLE stock_movements ENABLE ALWAYS TRIGGER stock_levels;
DROP TRIGGER order_sums_delete ON order_items;
DROP TRIGGER order_sums_insert ON order_items;
DROP FUNCTION order_sums_count();
CREATE TRIGGER order_sums_row AFTER INSERT OR DELETE ON order_items
    FOR EACH ROW EXECUTE FUNCTION order_sums_of_items();
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_sums_row;

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
