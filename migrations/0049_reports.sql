-- What reports are made of, in the store alone: each line that counts as a row (sale_lines), each
-- movement of money (money_lines), and the sums of sales by day and hour, which follow the rows.

-- up sqlite
CREATE INDEX orders_by_day ON orders (business_day, id) WHERE deleted_at IS NULL;
CREATE INDEX refunds_by_day ON refunds (business_day);
CREATE INDEX payments_by_day ON payments (business_day);

-- Orders that count: no quote, none that is unfinished or cancelled. Lines have their own part of
-- the order's sums; what the lines do not tell (shipping, rounding) stands in the row "order", so
-- that the rows of an order come to its total. Money given back without goods is the row "refund",
-- on the day it was given; its tax is the same share of it as of the order.
CREATE VIEW sale_orders AS
SELECT o.*, zone_hour(o.placed_at, (SELECT l.timezone FROM locations l WHERE l.id = o.location_id)) AS hour
FROM orders o
WHERE o.deleted_at IS NULL AND o.kind <> 'quote'
  AND o.status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled');
CREATE VIEW sale_refunds AS
SELECT r.id, r.order_id, r.business_day, r.refunded_at, r.currency, r.register_id, r.actor_id, r.amount_cents,
       coalesce((SELECT o.location_id FROM orders o WHERE o.id = r.order_id), x'') AS location_id,
       zone_hour(r.refunded_at, (SELECT l.timezone FROM orders o JOIN locations l ON l.id = o.location_id
                                 WHERE o.id = r.order_id)) AS hour,
       coalesce((SELECT CAST(round(CAST(r.amount_cents AS REAL) * o.tax_cents / o.total_cents) AS INTEGER)
                 FROM orders o WHERE o.id = r.order_id AND o.total_cents <> 0), 0) AS tax_cents
FROM refunds r WHERE r.return_order_id IS NULL;

CREATE VIEW sale_lines AS
SELECT i.id, 'goods' AS part, o.id AS order_id, o.order_number, o.business_day, o.hour, o.placed_at, o.currency,
       o.kind, o.customer_id, o.customer_name, o.seller_id, o.register_id, o.location_id,
       i.product_id, i.variant_id, i.name, i.tax_bp, i.quantity_milli,
       i.discount_cents + i.order_discount_cents AS discount_cents, i.tax_cents,
       i.total_cents AS revenue_cents
FROM sale_orders o JOIN order_items i ON i.order_id = o.id
UNION ALL
SELECT o.id, 'order', o.id, o.order_number, o.business_day, o.hour, o.placed_at, o.currency,
       o.kind, o.customer_id, o.customer_name, o.seller_id, o.register_id, o.location_id,
       NULL, NULL, NULL, NULL, 0,
       o.discount_cents - (SELECT coalesce(sum(i.order_discount_cents), 0) FROM order_items i WHERE i.order_id = o.id),
       o.tax_cents - (SELECT coalesce(sum(i.tax_cents), 0) FROM order_items i WHERE i.order_id = o.id),
       o.total_cents - (SELECT coalesce(sum(i.total_cents), 0) FROM order_items i WHERE i.order_id = o.id)
FROM sale_orders o
WHERE NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id)
   OR (o.discount_cents, o.tax_cents, o.total_cents) IS NOT
      (SELECT sum(i.order_discount_cents), sum(i.tax_cents), sum(i.total_cents)
       FROM order_items i WHERE i.order_id = o.id)
UNION ALL
SELECT r.id, 'refund', r.order_id, o.order_number, r.business_day, r.hour, r.refunded_at, r.currency,
       'refund', o.customer_id, o.customer_name, r.actor_id, r.register_id, r.location_id,
       NULL, NULL, NULL, NULL, 0, 0, -r.tax_cents, -r.amount_cents
FROM sale_refunds r LEFT JOIN orders o ON o.id = r.order_id;

-- Money as it came and went, by its method.
CREATE VIEW money_lines AS
SELECT p.id, 'payment' AS part, p.order_id, o.order_number, p.business_day, p.paid_at AS at, p.currency, p.method,
       p.register_id, p.received_by_id AS person_id, o.customer_name, p.reference, p.amount_cents,
       coalesce(p.fee_cents, 0) AS fee_cents
FROM payments p LEFT JOIN orders o ON o.id = p.order_id
WHERE p.status IN ('captured', 'partially_refunded', 'refunded')
UNION ALL
SELECT r.id, 'refund', r.order_id, o.order_number, r.business_day, r.refunded_at, r.currency, r.method,
       r.register_id, r.actor_id, o.customer_name, r.reason, -r.amount_cents, 0
FROM refunds r LEFT JOIN orders o ON o.id = r.order_id;

-- The sums of sale_lines by what an order has. x'': none.
CREATE TABLE sale_days (
    business_day   DATE NOT NULL,
    hour           INTEGER NOT NULL,
    currency       CHAR(3) NOT NULL,
    location_id    UUID NOT NULL,
    register_id    UUID NOT NULL,
    seller_id      UUID NOT NULL,
    kind           VARCHAR(20) NOT NULL,
    order_count    BIGINT NOT NULL,
    return_count   BIGINT NOT NULL,
    quantity_milli BIGINT NOT NULL,
    discount_cents BIGINT NOT NULL,
    tax_cents      BIGINT NOT NULL,
    revenue_cents  BIGINT NOT NULL,
    PRIMARY KEY (business_day, hour, currency, location_id, register_id, seller_id, kind)
);
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('sale_days', 1692, 'local', 'fields', NULL, NULL, NULL, NULL);
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('sale_days', 'business_day', 'none'), ('sale_days', 'currency', 'none'), ('sale_days', 'kind', 'none');

-- What an order, its refunds included, adds to them.
CREATE VIEW sale_sums AS
SELECT o.id AS order_id, 'order' AS part, o.business_day, o.hour, o.currency, o.location_id,
       coalesce(o.register_id, x'') AS register_id, coalesce(o.seller_id, x'') AS seller_id, o.kind,
       o.kind <> 'return' AS order_count, o.kind = 'return' AS return_count,
       (SELECT coalesce(sum(i.quantity_milli), 0) FROM order_items i WHERE i.order_id = o.id) AS quantity_milli,
       o.discount_cents + (SELECT coalesce(sum(i.discount_cents), 0) FROM order_items i
                           WHERE i.order_id = o.id) AS discount_cents,
       o.tax_cents, o.total_cents AS revenue_cents
FROM sale_orders o
UNION ALL
SELECT r.order_id, 'refund', r.business_day, r.hour, r.currency, r.location_id, coalesce(r.register_id, x''),
       coalesce(r.actor_id, x''), 'refund', 0, 0, 0, 0, -r.tax_cents, -r.amount_cents
FROM sale_refunds r;
CREATE VIEW sale_days_recomputed AS
SELECT business_day, hour, currency, location_id, register_id, seller_id, kind,
       sum(order_count) AS order_count, sum(return_count) AS return_count, sum(quantity_milli) AS quantity_milli,
       sum(discount_cents) AS discount_cents, sum(tax_cents) AS tax_cents, sum(revenue_cents) AS revenue_cents
FROM sale_sums
GROUP BY business_day, hour, currency, location_id, register_id, seller_id, kind
HAVING sum(order_count) <> 0 OR sum(return_count) <> 0 OR sum(quantity_milli) <> 0 OR sum(discount_cents) <> 0
    OR sum(tax_cents) <> 0 OR sum(revenue_cents) <> 0;

-- Procedures: an order that is inserted into the first is taken out with the sign -1 and put in
-- with 1; what is inserted into the second is added.
CREATE VIEW sale_days_follow AS SELECT order_id, 1 AS sign FROM sale_sums;
CREATE VIEW sale_days_add AS SELECT * FROM sale_days;
CREATE TRIGGER sale_days_add INSTEAD OF INSERT ON sale_days_add BEGIN
    INSERT INTO sale_days (business_day, hour, currency, location_id, register_id, seller_id, kind, order_count,
                           return_count, quantity_milli, discount_cents, tax_cents, revenue_cents)
    VALUES (NEW.business_day, NEW.hour, NEW.currency, NEW.location_id, NEW.register_id, NEW.seller_id, NEW.kind,
            NEW.order_count, NEW.return_count, NEW.quantity_milli, NEW.discount_cents, NEW.tax_cents,
            NEW.revenue_cents)
    ON CONFLICT (business_day, hour, currency, location_id, register_id, seller_id, kind) DO UPDATE
        SET order_count = order_count + excluded.order_count,
            return_count = return_count + excluded.return_count,
            quantity_milli = quantity_milli + excluded.quantity_milli,
            discount_cents = discount_cents + excluded.discount_cents,
            tax_cents = tax_cents + excluded.tax_cents,
            revenue_cents = revenue_cents + excluded.revenue_cents;
    DELETE FROM sale_days
    WHERE business_day = NEW.business_day AND hour = NEW.hour AND currency = NEW.currency
      AND location_id = NEW.location_id AND register_id = NEW.register_id AND seller_id = NEW.seller_id
      AND kind = NEW.kind AND order_count = 0 AND return_count = 0 AND quantity_milli = 0
      AND discount_cents = 0 AND tax_cents = 0 AND revenue_cents = 0;
END;
CREATE TRIGGER sale_days_follow INSTEAD OF INSERT ON sale_days_follow BEGIN
    INSERT INTO sale_days_add
    SELECT business_day, hour, currency, location_id, register_id, seller_id, kind, NEW.sign * order_count,
           NEW.sign * return_count, NEW.sign * quantity_milli, NEW.sign * discount_cents,
           NEW.sign * tax_cents, NEW.sign * revenue_cents
    FROM sale_sums WHERE order_id = NEW.order_id;
END;

CREATE TRIGGER orders_days_insert_before BEFORE INSERT ON orders BEGIN
    INSERT INTO sale_days_follow VALUES (NEW.id, -1);
END;
CREATE TRIGGER orders_days_insert AFTER INSERT ON orders BEGIN
    INSERT INTO sale_days_follow VALUES (NEW.id, 1);
END;
CREATE TRIGGER orders_days_update_before BEFORE UPDATE ON orders
WHEN OLD.id <> NEW.id OR OLD.business_day IS NOT NEW.business_day OR OLD.placed_at IS NOT NEW.placed_at
  OR OLD.currency IS NOT NEW.currency OR OLD.location_id IS NOT NEW.location_id
  OR OLD.register_id IS NOT NEW.register_id OR OLD.seller_id IS NOT NEW.seller_id OR OLD.kind IS NOT NEW.kind
  OR OLD.status IS NOT NEW.status OR OLD.deleted_at IS NOT NEW.deleted_at
  OR OLD.discount_cents IS NOT NEW.discount_cents OR OLD.tax_cents IS NOT NEW.tax_cents
  OR OLD.total_cents IS NOT NEW.total_cents BEGIN
    INSERT INTO sale_days_follow VALUES (OLD.id, -1);
END;
CREATE TRIGGER orders_days_update AFTER UPDATE ON orders
WHEN OLD.id <> NEW.id OR OLD.business_day IS NOT NEW.business_day OR OLD.placed_at IS NOT NEW.placed_at
  OR OLD.currency IS NOT NEW.currency OR OLD.location_id IS NOT NEW.location_id
  OR OLD.register_id IS NOT NEW.register_id OR OLD.seller_id IS NOT NEW.seller_id OR OLD.kind IS NOT NEW.kind
  OR OLD.status IS NOT NEW.status OR OLD.deleted_at IS NOT NEW.deleted_at
  OR OLD.discount_cents IS NOT NEW.discount_cents OR OLD.tax_cents IS NOT NEW.tax_cents
  OR OLD.total_cents IS NOT NEW.total_cents BEGIN
    INSERT INTO sale_days_follow VALUES (OLD.id, 1);
END;
CREATE TRIGGER orders_days_delete_before BEFORE DELETE ON orders BEGIN
    INSERT INTO sale_days_follow VALUES (OLD.id, -1);
END;
CREATE TRIGGER orders_days_delete AFTER DELETE ON orders BEGIN
    INSERT INTO sale_days_follow VALUES (OLD.id, 1);
END;
CREATE TRIGGER refunds_days_insert_before BEFORE INSERT ON refunds BEGIN
    INSERT INTO sale_days_follow VALUES (NEW.order_id, -1);
END;
CREATE TRIGGER refunds_days_insert AFTER INSERT ON refunds BEGIN
    INSERT INTO sale_days_follow VALUES (NEW.order_id, 1);
END;
CREATE TRIGGER refunds_days_update_before BEFORE UPDATE ON refunds BEGIN
    INSERT INTO sale_days_follow SELECT id, -1 FROM (SELECT OLD.order_id AS id UNION SELECT NEW.order_id);
END;
CREATE TRIGGER refunds_days_update AFTER UPDATE ON refunds BEGIN
    INSERT INTO sale_days_follow SELECT id, 1 FROM (SELECT OLD.order_id AS id UNION SELECT NEW.order_id);
END;
CREATE TRIGGER refunds_days_delete_before BEFORE DELETE ON refunds BEGIN
    INSERT INTO sale_days_follow VALUES (OLD.order_id, -1);
END;
CREATE TRIGGER refunds_days_delete AFTER DELETE ON refunds BEGIN
    INSERT INTO sale_days_follow VALUES (OLD.order_id, 1);
END;
-- Of a line only its pieces and its discount count; the rest stands in the order.
CREATE TRIGGER order_items_days_insert AFTER INSERT ON order_items BEGIN
    INSERT INTO sale_days_add
    SELECT business_day, hour, currency, location_id, register_id, seller_id, kind, 0, 0, NEW.quantity_milli,
           NEW.discount_cents, 0, 0
    FROM sale_sums WHERE order_id = NEW.order_id AND part = 'order';
END;
CREATE TRIGGER order_items_days_update AFTER UPDATE ON order_items
WHEN OLD.order_id IS NOT NEW.order_id OR OLD.quantity_milli IS NOT NEW.quantity_milli
  OR OLD.discount_cents IS NOT NEW.discount_cents BEGIN
    INSERT INTO sale_days_add
    SELECT business_day, hour, currency, location_id, register_id, seller_id, kind, 0, 0, -OLD.quantity_milli,
           -OLD.discount_cents, 0, 0
    FROM sale_sums WHERE order_id = OLD.order_id AND part = 'order';
    INSERT INTO sale_days_add
    SELECT business_day, hour, currency, location_id, register_id, seller_id, kind, 0, 0, NEW.quantity_milli,
           NEW.discount_cents, 0, 0
    FROM sale_sums WHERE order_id = NEW.order_id AND part = 'order';
END;
CREATE TRIGGER order_items_days_delete AFTER DELETE ON order_items BEGIN
    INSERT INTO sale_days_add
    SELECT business_day, hour, currency, location_id, register_id, seller_id, kind, 0, 0, -OLD.quantity_milli,
           -OLD.discount_cents, 0, 0
    FROM sale_sums WHERE order_id = OLD.order_id AND part = 'order';
END;
-- A place that comes, goes or changes its zone gives its sales other hours.
CREATE VIEW sale_days_of_location AS SELECT location_id FROM sale_days;
CREATE TRIGGER sale_days_of_location INSTEAD OF INSERT ON sale_days_of_location BEGIN
    DELETE FROM sale_days WHERE location_id = NEW.location_id;
    INSERT INTO sale_days SELECT * FROM sale_days_recomputed WHERE location_id = NEW.location_id;
END;
CREATE TRIGGER locations_days_insert AFTER INSERT ON locations BEGIN
    INSERT INTO sale_days_of_location
    SELECT NEW.id WHERE EXISTS (SELECT 1 FROM sale_days d WHERE d.location_id = NEW.id);
END;
CREATE TRIGGER locations_days_update AFTER UPDATE OF timezone ON locations WHEN OLD.timezone <> NEW.timezone BEGIN
    INSERT INTO sale_days_of_location VALUES (NEW.id);
END;
CREATE TRIGGER locations_days_delete AFTER DELETE ON locations BEGIN
    INSERT INTO sale_days_of_location VALUES (OLD.id);
END;

INSERT INTO sale_days SELECT * FROM sale_days_recomputed;

-- down sqlite
DROP TRIGGER locations_days_delete;
DROP TRIGGER locations_days_update;
DROP TRIGGER locations_days_insert;
DROP VIEW sale_days_of_location;
DROP TRIGGER order_items_days_delete;
DROP TRIGGER order_items_days_update;
DROP TRIGGER order_items_days_insert;
DROP TRIGGER refunds_days_delete;
DROP TRIGGER refunds_days_delete_before;
DROP TRIGGER refunds_days_update;
DROP TRIGGER refunds_days_update_before;
DROP TRIGGER refunds_days_insert;
DROP TRIGGER refunds_days_insert_before;
DROP TRIGGER orders_days_delete;
DROP TRIGGER orders_days_delete_before;
DROP TRIGGER orders_days_update;
DROP TRIGGER orders_days_update_before;
DROP TRIGGER orders_days_insert;
DROP TRIGGER orders_days_insert_before;
DROP VIEW sale_days_add;
DROP VIEW sale_days_follow;
DROP VIEW sale_days_recomputed;
DROP VIEW sale_sums;
DELETE FROM personal_data WHERE table_name = 'sale_days';
DELETE FROM sync_tables WHERE name = 'sale_days';
DROP TABLE sale_days;
DROP VIEW money_lines;
DROP VIEW sale_lines;
DROP VIEW sale_refunds;
DROP VIEW sale_orders;
DROP INDEX payments_by_day;
DROP INDEX refunds_by_day;
DROP INDEX orders_by_day;
