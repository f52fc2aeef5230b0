-- Receipts have numbers of their own: given when a sale is final, without holes in each register's
-- series, and kept for ever. An order has its number from the moment it is parked.

-- up
ALTER TABLE orders ADD COLUMN receipt_number VARCHAR(50)
    CHECK (length(receipt_number) BETWEEN 1 AND 50);
CREATE UNIQUE INDEX orders_by_receipt ON orders (receipt_number, tenant_id)
    WHERE receipt_number IS NOT NULL;
-- A parked sale that is taken up at the counter again is placed and paid in one operation.
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('orders', 'status', 'draft', 'paid');
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('orders', 'receipt_number', 'none');

-- up sqlite
-- rebuild number_sequences
CREATE TABLE number_sequences (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    register_id UUID REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    series      VARCHAR(50) NOT NULL CHECK (length(series) BETWEEN 1 AND 50), -- what stands before the number: "R2-", "INV-"
    kind        VARCHAR(20) NOT NULL DEFAULT 'order' CHECK (kind IN ('order', 'receipt', 'return', 'quote', 'invoice', 'credit_note', 'z_report', 'purchase_order', 'transfer', 'count', 'ticket')),
    next_number BIGINT NOT NULL DEFAULT 1 CHECK (next_number >= 1),
    digits      INTEGER NOT NULL DEFAULT 6 CHECK (digits BETWEEN 1 AND 12),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- up postgres
ALTER TABLE number_sequences DROP CONSTRAINT number_sequences_kind_check;
ALTER TABLE number_sequences ADD CONSTRAINT number_sequences_kind_check
    CHECK (kind IN ('order', 'receipt', 'return', 'quote', 'invoice', 'credit_note', 'z_report', 'purchase_order', 'transfer', 'count', 'ticket'));
DROP VIEW orders_with_sums;
CREATE VIEW orders_with_sums WITH (security_invoker = true) AS
SELECT o.*, s.item_count, s.paid_cents, s.refunded_cents, s.payment_status
FROM orders o LEFT JOIN order_sums s ON s.order_id = o.id;

-- Which field is to blame for an error, of those that can be helped: a number or slug that is
-- taken, and, where money is to land, a missing reference that may be absent.
CREATE OR REPLACE FUNCTION sync_blamed(code text, table_name text, rule text, has_money boolean) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT c FROM unnest(sync_rule_columns($2, rule)) AS c
    WHERE code = '23505' AND c IN ('order_number', 'receipt_number', 'number', 'slug')
       OR code = '23503' AND has_money AND EXISTS (
           SELECT FROM pg_attribute AS a
           WHERE a.attrelid = to_regclass($2) AND a.attname = c AND NOT a.attnotnull)
    LIMIT 1
$$;

-- Whether these rows of money leave an order paid or paid back beyond what it was, or a card
-- overdrawn: a task for a person, since the money moved. Goods that come back without a receipt are
-- paid back on the return itself, up to its total.
CREATE OR REPLACE FUNCTION sync_money_tasks(table_name text, sent jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    tasks jsonb;
BEGIN
    IF table_name IN ('payments', 'refunds') THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'orders', 'id', o.id, 'reason',
            format(CASE table_name WHEN 'refunds'
                THEN 'More was given back on order %1$s than was paid: %2$s, of %3$s'
                ELSE 'More was paid on order %1$s than its total: %3$s, of %4$s' END, o.order_number,
                sync_amount(s.refunded_cents, o.currency), sync_amount(s.paid_cents, o.currency),
                sync_amount(o.total_cents, o.currency)))) INTO tasks
        FROM orders AS o JOIN order_sums AS s ON s.order_id = o.id
        WHERE o.id = ANY (ARRAY(SELECT (r ->> 'order_id')::uuid FROM jsonb_array_elements(sent) AS r))
          AND CASE table_name WHEN 'refunds' THEN s.refunded_cents > greatest(s.paid_cents, -o.total_cents)
                   ELSE s.paid_cents > greatest(o.total_cents, 0) END;
    ELSIF table_name = 'gift_card_transactions' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'gift_cards', 'id', g.id,
            'reason', format('Gift card %s is overdrawn by %s', g.code,
                             sync_amount(-b.balance_cents, g.currency))))
        INTO tasks
        FROM gift_cards AS g JOIN gift_card_balances AS b ON b.gift_card_id = g.id
        WHERE b.balance_cents < 0 AND g.id = ANY (ARRAY(
            SELECT (r ->> 'gift_card_id')::uuid FROM jsonb_array_elements(sent) AS r));
    ELSIF table_name = 'store_credit_transactions' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'customer_profiles',
            'id', c.id, 'reason', format('The store credit of %s is overdrawn by %s', c.name,
                                         sync_amount(-b.balance, b.currency))))
        INTO tasks
        FROM (SELECT t.customer_id, t.currency, sum(t.amount_cents)::bigint AS balance
              FROM store_credit_transactions AS t
              WHERE t.customer_id = ANY (ARRAY(
                  SELECT (r ->> 'customer_id')::uuid FROM jsonb_array_elements(sent) AS r))
              GROUP BY t.customer_id, t.currency HAVING sum(t.amount_cents) < 0) AS b
            JOIN customer_profiles AS c ON c.id = b.customer_id;
    ELSIF table_name = 'stock_movements' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'stock', 'table', 'product_variants',
            'id', l.variant_id, 'reason', format('%s of %s are missing at %s',
                trim_scale(-l.on_hand_milli / 1000.0),
                coalesce((SELECT p.name FROM product_variants AS v
                              JOIN products AS p ON p.id = v.product_id
                          WHERE v.id = l.variant_id), 'goods'),
                coalesce((SELECT w.name FROM locations AS w WHERE w.id = l.location_id), '?'))))
        INTO tasks
        FROM stock_levels AS l
            CROSS JOIN LATERAL (
                SELECT sum((r ->> 'quantity_milli')::bigint) AS moved
                FROM jsonb_array_elements(sent) AS r
                WHERE (r ->> 'variant_id')::uuid = l.variant_id
                  AND (r ->> 'location_id')::uuid = l.location_id) AS m
        WHERE l.variant_id = ANY (ARRAY(
            SELECT (r ->> 'variant_id')::uuid FROM jsonb_array_elements(sent) AS r))
        -- only the one that crosses zero: a shop that does not count is not told each time
          AND l.on_hand_milli < 0 AND l.on_hand_milli - m.moved >= 0;
    END IF;
    RETURN coalesce(tasks, '[]');
END
$$;

-- down sqlite
DROP INDEX orders_by_receipt;
ALTER TABLE orders DROP COLUMN receipt_number;
DELETE FROM number_sequences WHERE kind IN ('receipt', 'return');
-- rebuild number_sequences
CREATE TABLE number_sequences (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    register_id UUID REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    series      VARCHAR(50) NOT NULL CHECK (length(series) BETWEEN 1 AND 50), -- what stands before the number: "R2-", "INV-"
    kind        VARCHAR(20) NOT NULL DEFAULT 'order' CHECK (kind IN ('order', 'quote', 'invoice', 'credit_note', 'z_report', 'purchase_order', 'transfer', 'count', 'ticket')),
    next_number BIGINT NOT NULL DEFAULT 1 CHECK (next_number >= 1),
    digits      INTEGER NOT NULL DEFAULT 6 CHECK (digits BETWEEN 1 AND 12),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- down postgres
DELETE FROM number_sequences WHERE kind IN ('receipt', 'return');
ALTER TABLE number_sequences DROP CONSTRAINT number_sequences_kind_check;
ALTER TABLE number_sequences ADD CONSTRAINT number_sequences_kind_check
    CHECK (kind IN ('order', 'quote', 'invoice', 'credit_note', 'z_report', 'purchase_order', 'transfer', 'count', 'ticket'));
CREATE OR REPLACE FUNCTION sync_blamed(code text, table_name text, rule text, has_money boolean) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT c FROM unnest(sync_rule_columns($2, rule)) AS c
    WHERE code = '23505' AND c IN ('order_number', 'number', 'slug')
       OR code = '23503' AND has_money AND EXISTS (
           SELECT FROM pg_attribute AS a
           WHERE a.attrelid = to_regclass($2) AND a.attname = c AND NOT a.attnotnull)
    LIMIT 1
$$;

CREATE OR REPLACE FUNCTION sync_money_tasks(table_name text, sent jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    tasks jsonb;
BEGIN
    IF table_name IN ('payments', 'refunds') THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'orders', 'id', o.id, 'reason',
            format(CASE table_name WHEN 'refunds'
                THEN 'More was given back on order %1$s than was paid: %2$s, of %3$s'
                ELSE 'More was paid on order %1$s than its total: %3$s, of %4$s' END, o.order_number,
                sync_amount(s.refunded_cents, o.currency), sync_amount(s.paid_cents, o.currency),
                sync_amount(o.total_cents, o.currency)))) INTO tasks
        FROM orders AS o JOIN order_sums AS s ON s.order_id = o.id
        WHERE o.id = ANY (ARRAY(SELECT (r ->> 'order_id')::uuid FROM jsonb_array_elements(sent) AS r))
          AND CASE table_name WHEN 'refunds' THEN s.refunded_cents > s.paid_cents
                   ELSE s.paid_cents > greatest(o.total_cents, 0) END;
    ELSIF table_name = 'gift_card_transactions' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'gift_cards', 'id', g.id,
            'reason', format('Gift card %s is overdrawn by %s', g.code,
                             sync_amount(-b.balance_cents, g.currency))))
        INTO tasks
        FROM gift_cards AS g JOIN gift_card_balances AS b ON b.gift_card_id = g.id
        WHERE b.balance_cents < 0 AND g.id = ANY (ARRAY(
            SELECT (r ->> 'gift_card_id')::uuid FROM jsonb_array_elements(sent) AS r));
    ELSIF table_name = 'store_credit_transactions' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'customer_profiles',
            'id', c.id, 'reason', format('The store credit of %s is overdrawn by %s', c.name,
                                         sync_amount(-b.balance, b.currency))))
        INTO tasks
        FROM (SELECT t.customer_id, t.currency, sum(t.amount_cents)::bigint AS balance
              FROM store_credit_transactions AS t
              WHERE t.customer_id = ANY (ARRAY(
                  SELECT (r ->> 'customer_id')::uuid FROM jsonb_array_elements(sent) AS r))
              GROUP BY t.customer_id, t.currency HAVING sum(t.amount_cents) < 0) AS b
            JOIN customer_profiles AS c ON c.id = b.customer_id;
    ELSIF table_name = 'stock_movements' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'stock', 'table', 'product_variants',
            'id', l.variant_id, 'reason', format('%s of %s are missing at %s',
                trim_scale(-l.on_hand_milli / 1000.0),
                coalesce((SELECT p.name FROM product_variants AS v
                              JOIN products AS p ON p.id = v.product_id
                          WHERE v.id = l.variant_id), 'goods'),
                coalesce((SELECT w.name FROM locations AS w WHERE w.id = l.location_id), '?'))))
        INTO tasks
        FROM stock_levels AS l
            CROSS JOIN LATERAL (
                SELECT sum((r ->> 'quantity_milli')::bigint) AS moved
                FROM jsonb_array_elements(sent) AS r
                WHERE (r ->> 'variant_id')::uuid = l.variant_id
                  AND (r ->> 'location_id')::uuid = l.location_id) AS m
        WHERE l.variant_id = ANY (ARRAY(
            SELECT (r ->> 'variant_id')::uuid FROM jsonb_array_elements(sent) AS r))
        -- only the one that crosses zero: a shop that does not count is not told each time
          AND l.on_hand_milli < 0 AND l.on_hand_milli - m.moved >= 0;
    END IF;
    RETURN coalesce(tasks, '[]');
END
$$;

DROP VIEW orders_with_sums;
DROP INDEX orders_by_receipt;
ALTER TABLE orders DROP COLUMN receipt_number;
CREATE VIEW orders_with_sums WITH (security_invoker = true) AS
SELECT o.*, s.item_count, s.paid_cents, s.refunded_cents, s.payment_status
FROM orders o LEFT JOIN order_sums s ON s.order_id = o.id;

-- down
DELETE FROM personal_data WHERE table_name = 'orders' AND column_name = 'receipt_number';
DELETE FROM status_moves
WHERE table_name = 'orders' AND column_name = 'status' AND from_value = 'draft' AND to_value = 'paid';
