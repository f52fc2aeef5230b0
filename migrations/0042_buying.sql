-- Buying: what came of a purchase order is the sum of the movements that name its line, so that two
-- terminals that receive at once add up; received_milli of a line stays what a row brought along
-- from elsewhere. An order that was closed with something open says why. And goods of which less is
-- left than is to be there stand in a derived table, by how long they last.

-- up
ALTER TABLE purchase_orders ADD COLUMN closed_reason VARCHAR(255);
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('purchase_orders', 'status', 'ordered', 'draft'),
    ('purchase_orders', 'status', 'received', 'ordered'),
    ('purchase_orders', 'status', 'received', 'partially_received'),
    ('purchase_orders', 'status', 'cancelled', 'draft'),
    ('purchase_orders', 'status', 'cancelled', 'ordered');
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('purchase_orders', 'closed_reason', 'none');

-- up postgres
SELECT sync_enable('purchase_orders');

-- up sqlite
CREATE INDEX stock_rules_by_goods ON stock_rules (variant_id);
CREATE INDEX purchase_order_lines_by_variant ON purchase_order_lines (variant_id);
CREATE INDEX stock_transfer_lines_by_variant ON stock_transfer_lines (variant_id);
CREATE INDEX purchase_orders_by_time ON purchase_orders (created_at, id);
CREATE INDEX supplier_products_by_sku
    ON supplier_products (supplier_sku) WHERE supplier_sku IS NOT NULL;
CREATE INDEX stock_levels_overdrawn
    ON stock_levels (variant_id, location_id) WHERE on_hand_milli < 0;
-- What is sold, without a look at the rows themselves.
CREATE INDEX stock_movements_sold
    ON stock_movements (variant_id, occurred_at, location_id, quantity_milli)
    WHERE reason IN ('sale', 'return');

-- From when on sales count for how fast goods go. One row, moved on each day.
CREATE TABLE stock_window (
    day      DATE PRIMARY KEY NOT NULL,
    since_at TIMESTAMPTZ NOT NULL
);
-- Rules of which less is on the shelf than is to be there. Of a rule for everywhere all locations
-- count together, with what is between them; what arrived of a transfer is told by its movements.
-- is_covered: with what is ordered or under way there is enough.
CREATE TABLE stock_shortages (
    rule_id        UUID PRIMARY KEY NOT NULL,
    tenant_id      UUID NOT NULL,
    variant_id     UUID NOT NULL,
    location_id    UUID NOT NULL,
    on_hand_milli  BIGINT NOT NULL,
    incoming_milli BIGINT NOT NULL,
    sold_milli     BIGINT NOT NULL,
    cover_days     BIGINT NOT NULL,
    is_covered     BOOLEAN NOT NULL
);
CREATE INDEX stock_shortages_by_variant ON stock_shortages (variant_id);
CREATE INDEX stock_shortages_by_cover ON stock_shortages (cover_days, rule_id) WHERE NOT is_covered;
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('stock_window', 791, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('stock_shortages', 792, 'local', 'fields', NULL, NULL, NULL, NULL);
INSERT INTO personal_data (table_name, column_name, kind) VALUES ('stock_window', 'day', 'none');

CREATE VIEW purchase_line_receipts AS
SELECT l.id AS line_id, l.purchase_order_id, l.variant_id, l.ordered_milli,
       l.received_milli + coalesce((SELECT sum(m.quantity_milli) FROM stock_movements m
                                    WHERE m.reference_id = l.id), 0) AS received_milli
FROM purchase_order_lines l;

CREATE VIEW stock_shortages_recomputed AS
SELECT n.rule_id, n.tenant_id, n.variant_id, n.location_id, n.on_hand_milli, n.incoming_milli,
       n.sold_milli,
       CASE WHEN n.on_hand_milli <= 0 THEN 0 WHEN n.sold_milli <= 0 THEN 36500
            ELSE min(n.on_hand_milli / max(n.sold_milli / 28, 1), 36500) END AS cover_days,
       n.on_hand_milli + n.incoming_milli >= n.reorder_min_milli AS is_covered
FROM (SELECT r.id AS rule_id, r.tenant_id, r.variant_id, r.location_id, r.reorder_min_milli,
             coalesce((SELECT sum(s.on_hand_milli) FROM stock_levels s
                       WHERE s.variant_id = r.variant_id
                         AND (s.location_id = r.location_id OR p.kind = 'everywhere')), 0)
                 AS on_hand_milli,
             coalesce((SELECT sum(max(c.ordered_milli - c.received_milli, 0))
                       FROM purchase_line_receipts c
                           JOIN purchase_orders o ON o.id = c.purchase_order_id
                       WHERE c.variant_id = r.variant_id
                         AND o.status IN ('draft', 'ordered', 'partially_received')
                         AND (o.location_id = r.location_id OR p.kind = 'everywhere')), 0)
             + coalesce((SELECT sum(max(t.sent_milli - coalesce(
                             (SELECT sum(m.quantity_milli) FROM stock_movements m
                              WHERE m.reference_id = o.id AND m.variant_id = t.variant_id
                                AND m.location_id = o.to_location_id), 0), 0))
                         FROM stock_transfer_lines t
                             JOIN stock_transfers o ON o.id = t.stock_transfer_id
                         WHERE t.variant_id = r.variant_id AND o.status = 'sent'
                           AND o.to_location_id = r.location_id), 0)
                 AS incoming_milli,
             coalesce((SELECT -sum(m.quantity_milli) FROM stock_movements m
                       WHERE m.variant_id = r.variant_id
                         AND m.occurred_at >= (SELECT max(since_at) FROM stock_window)
                         AND m.reason IN ('sale', 'return')
                         AND (m.location_id = r.location_id OR p.kind = 'everywhere')), 0)
                 AS sold_milli
      FROM stock_rules r JOIN locations p ON p.id = r.location_id) n
WHERE n.on_hand_milli < n.reorder_min_milli;

-- A procedure: a variant inserted into it is looked at anew.
CREATE VIEW stock_shortages_refresh AS SELECT variant_id FROM stock_shortages;
CREATE TRIGGER stock_shortages_refresh INSTEAD OF INSERT ON stock_shortages_refresh
WHEN EXISTS (SELECT 1 FROM stock_rules WHERE variant_id = NEW.variant_id)
  OR EXISTS (SELECT 1 FROM stock_shortages WHERE variant_id = NEW.variant_id) BEGIN
    DELETE FROM stock_shortages WHERE variant_id = NEW.variant_id;
    INSERT INTO stock_shortages (rule_id, tenant_id, variant_id, location_id, on_hand_milli,
                                 incoming_milli, sold_milli, cover_days, is_covered)
    SELECT rule_id, tenant_id, variant_id, location_id, on_hand_milli, incoming_milli, sold_milli,
           cover_days, is_covered
    FROM stock_shortages_recomputed WHERE variant_id = NEW.variant_id;
END;

-- Every movement changes a level, and the level is right by then.
CREATE TRIGGER stock_levels_shortages_insert AFTER INSERT ON stock_levels BEGIN
    INSERT INTO stock_shortages_refresh VALUES (NEW.variant_id);
END;
CREATE TRIGGER stock_levels_shortages_update AFTER UPDATE ON stock_levels BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id), (NEW.variant_id);
END;
CREATE TRIGGER stock_levels_shortages_delete AFTER DELETE ON stock_levels BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id);
END;
CREATE TRIGGER stock_movements_shortages_update AFTER UPDATE ON stock_movements
WHEN OLD.reason IS NOT NEW.reason OR OLD.occurred_at IS NOT NEW.occurred_at
  OR OLD.reference_id IS NOT NEW.reference_id BEGIN
    INSERT INTO stock_shortages_refresh VALUES (NEW.variant_id);
END;
CREATE TRIGGER stock_rules_shortages_insert AFTER INSERT ON stock_rules BEGIN
    INSERT INTO stock_shortages_refresh VALUES (NEW.variant_id);
END;
CREATE TRIGGER stock_rules_shortages_update AFTER UPDATE ON stock_rules BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id), (NEW.variant_id);
END;
CREATE TRIGGER stock_rules_shortages_delete AFTER DELETE ON stock_rules BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id);
END;
CREATE TRIGGER purchase_order_lines_shortages_insert AFTER INSERT ON purchase_order_lines BEGIN
    INSERT INTO stock_shortages_refresh VALUES (NEW.variant_id);
END;
CREATE TRIGGER purchase_order_lines_shortages_update AFTER UPDATE ON purchase_order_lines BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id), (NEW.variant_id);
END;
CREATE TRIGGER purchase_order_lines_shortages_delete AFTER DELETE ON purchase_order_lines BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id);
END;
CREATE TRIGGER purchase_orders_shortages_insert AFTER INSERT ON purchase_orders BEGIN
    INSERT INTO stock_shortages_refresh
    SELECT variant_id FROM purchase_order_lines WHERE purchase_order_id = NEW.id;
END;
CREATE TRIGGER purchase_orders_shortages_update AFTER UPDATE ON purchase_orders
WHEN OLD.status IS NOT NEW.status OR OLD.location_id IS NOT NEW.location_id BEGIN
    INSERT INTO stock_shortages_refresh
    SELECT variant_id FROM purchase_order_lines WHERE purchase_order_id = NEW.id;
END;
CREATE TRIGGER purchase_orders_shortages_delete AFTER DELETE ON purchase_orders BEGIN
    INSERT INTO stock_shortages_refresh
    SELECT variant_id FROM purchase_order_lines WHERE purchase_order_id = OLD.id;
END;
CREATE TRIGGER stock_transfer_lines_shortages_insert AFTER INSERT ON stock_transfer_lines BEGIN
    INSERT INTO stock_shortages_refresh VALUES (NEW.variant_id);
END;
CREATE TRIGGER stock_transfer_lines_shortages_update AFTER UPDATE ON stock_transfer_lines BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id), (NEW.variant_id);
END;
CREATE TRIGGER stock_transfer_lines_shortages_delete AFTER DELETE ON stock_transfer_lines BEGIN
    INSERT INTO stock_shortages_refresh VALUES (OLD.variant_id);
END;
CREATE TRIGGER stock_transfers_shortages_insert AFTER INSERT ON stock_transfers BEGIN
    INSERT INTO stock_shortages_refresh
    SELECT variant_id FROM stock_transfer_lines WHERE stock_transfer_id = NEW.id;
END;
CREATE TRIGGER stock_transfers_shortages_update AFTER UPDATE ON stock_transfers
WHEN OLD.status IS NOT NEW.status OR OLD.to_location_id IS NOT NEW.to_location_id BEGIN
    INSERT INTO stock_shortages_refresh
    SELECT variant_id FROM stock_transfer_lines WHERE stock_transfer_id = NEW.id;
END;
CREATE TRIGGER stock_transfers_shortages_delete AFTER DELETE ON stock_transfers BEGIN
    INSERT INTO stock_shortages_refresh
    SELECT variant_id FROM stock_transfer_lines WHERE stock_transfer_id = OLD.id;
END;
INSERT INTO stock_shortages (rule_id, tenant_id, variant_id, location_id, on_hand_milli,
                             incoming_milli, sold_milli, cover_days, is_covered)
SELECT rule_id, tenant_id, variant_id, location_id, on_hand_milli, incoming_milli, sold_milli,
       cover_days, is_covered FROM stock_shortages_recomputed;

-- down sqlite
DROP TRIGGER stock_transfers_shortages_delete;
DROP TRIGGER stock_transfers_shortages_update;
DROP TRIGGER stock_transfers_shortages_insert;
DROP TRIGGER stock_transfer_lines_shortages_delete;
DROP TRIGGER stock_transfer_lines_shortages_update;
DROP TRIGGER stock_transfer_lines_shortages_insert;
DROP TRIGGER purchase_orders_shortages_delete;
DROP TRIGGER purchase_orders_shortages_update;
DROP TRIGGER purchase_orders_shortages_insert;
DROP TRIGGER purchase_order_lines_shortages_delete;
DROP TRIGGER purchase_order_lines_shortages_update;
DROP TRIGGER purchase_order_lines_shortages_insert;
DROP TRIGGER stock_rules_shortages_delete;
DROP TRIGGER stock_rules_shortages_update;
DROP TRIGGER stock_rules_shortages_insert;
DROP TRIGGER stock_movements_shortages_update;
DROP TRIGGER stock_levels_shortages_delete;
DROP TRIGGER stock_levels_shortages_update;
DROP TRIGGER stock_levels_shortages_insert;
DROP VIEW stock_shortages_refresh;
DROP VIEW stock_shortages_recomputed;
DROP VIEW purchase_line_receipts;
DELETE FROM personal_data WHERE table_name = 'stock_window';
DELETE FROM sync_tables WHERE name IN ('stock_window', 'stock_shortages');
DROP TABLE stock_shortages;
DROP TABLE stock_window;
DROP INDEX stock_movements_sold;
DROP INDEX stock_levels_overdrawn;
DROP INDEX supplier_products_by_sku;
DROP INDEX purchase_orders_by_time;
DROP INDEX stock_transfer_lines_by_variant;
DROP INDEX purchase_order_lines_by_variant;
DROP INDEX stock_rules_by_goods;
DELETE FROM personal_data WHERE table_name = 'purchase_orders' AND column_name = 'closed_reason';
DELETE FROM status_moves WHERE table_name = 'purchase_orders'
    AND (from_value IN ('received', 'cancelled') OR to_value = 'draft');
ALTER TABLE purchase_orders DROP COLUMN closed_reason;

-- down postgres
DELETE FROM personal_data WHERE table_name = 'purchase_orders' AND column_name = 'closed_reason';
DELETE FROM status_moves WHERE table_name = 'purchase_orders'
    AND (from_value IN ('received', 'cancelled') OR to_value = 'draft');
ALTER TABLE purchase_orders DROP COLUMN closed_reason;
SELECT sync_enable('purchase_orders');

-- down
