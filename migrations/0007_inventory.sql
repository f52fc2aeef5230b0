-- up
-- Signed quantities with a reason: the truth about stock. What they refer to (an order, a count,
-- a transfer) is named by table and id.
CREATE TABLE stock_movements (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id      UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    location_id     UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    quantity_milli  BIGINT NOT NULL CHECK (quantity_milli <> 0),
    reason          VARCHAR(20) NOT NULL CHECK (reason IN ('sale', 'return', 'receive', 'count', 'transfer', 'damage', 'adjust')),
    unit_cost_cents BIGINT CHECK (unit_cost_cents >= 0),
    reference_table VARCHAR(63),
    reference_id    UUID,
    note            VARCHAR(500),
    actor_id        UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    business_day    DATE NOT NULL,
    occurred_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (CASE WHEN reference_table IS NULL THEN reference_id IS NULL ELSE reference_id IS NOT NULL END)
);

CREATE TABLE stock_rules (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id        UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    location_id       UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    reorder_min_milli BIGINT NOT NULL DEFAULT 0 CHECK (reorder_min_milli >= 0),
    reorder_max_milli BIGINT,
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (reorder_max_milli >= reorder_min_milli)
);

CREATE TABLE stock_reservations (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id      UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    location_id     UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    quantity_milli  BIGINT NOT NULL CHECK (quantity_milli > 0),
    status          VARCHAR(20) NOT NULL DEFAULT 'held' CHECK (status IN ('held', 'used', 'released')),
    reference_table VARCHAR(63),
    reference_id    UUID,
    expires_at      TIMESTAMPTZ,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE stock_counts (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    location_id   UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    number        VARCHAR(50) NOT NULL CHECK (length(number) BETWEEN 1 AND 50),
    kind          VARCHAR(20) NOT NULL DEFAULT 'full' CHECK (kind IN ('full', 'cycle')),
    status        VARCHAR(20) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed', 'cancelled')),
    is_blind      BOOLEAN NOT NULL DEFAULT FALSE,
    started_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    closed_by_id  UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    started_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    closed_at     TIMESTAMPTZ,
    notes         TEXT,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE stock_count_lines (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    stock_count_id UUID NOT NULL REFERENCES stock_counts (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id     UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    counted_milli  BIGINT NOT NULL CHECK (counted_milli >= 0),
    expected_milli BIGINT,
    counted_by_id  UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    counted_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    note           VARCHAR(500),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE stock_transfers (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    number           VARCHAR(50) NOT NULL CHECK (length(number) BETWEEN 1 AND 50),
    from_location_id UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    to_location_id   UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    status           VARCHAR(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'sent', 'received', 'cancelled')),
    sent_by_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    received_by_id   UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    sent_at          TIMESTAMPTZ,
    received_at      TIMESTAMPTZ,
    notes            TEXT,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (from_location_id <> to_location_id)
);

CREATE TABLE stock_transfer_lines (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    stock_transfer_id UUID NOT NULL REFERENCES stock_transfers (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id        UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    sent_milli        BIGINT NOT NULL CHECK (sent_milli > 0),
    received_milli    BIGINT CHECK (received_milli >= 0),
    difference_reason VARCHAR(255),
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE suppliers (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    email       VARCHAR(255),
    phone       VARCHAR(40),
    address     JSONB NOT NULL DEFAULT '{}',
    tax_id      VARCHAR(50),
    currency    CHAR(3) NOT NULL CHECK (length(currency) = 3),
    lead_days   INTEGER CHECK (lead_days >= 0),
    notes       TEXT,
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE supplier_products (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    supplier_id  UUID NOT NULL REFERENCES suppliers (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id   UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    supplier_sku VARCHAR(50),
    cost_cents   BIGINT CHECK (cost_cents >= 0),
    currency     CHAR(3) NOT NULL CHECK (length(currency) = 3),
    pack_milli   BIGINT NOT NULL DEFAULT 1000 CHECK (pack_milli > 0),
    lead_days    INTEGER CHECK (lead_days >= 0),
    is_preferred BOOLEAN NOT NULL DEFAULT FALSE,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE purchase_orders (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    number        VARCHAR(50) NOT NULL CHECK (length(number) BETWEEN 1 AND 50),
    supplier_id   UUID NOT NULL REFERENCES suppliers (id) DEFERRABLE INITIALLY DEFERRED,
    location_id   UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    status        VARCHAR(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'ordered', 'partially_received', 'received', 'cancelled')),
    currency      CHAR(3) NOT NULL CHECK (length(currency) = 3),
    ordered_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ordered_at    TIMESTAMPTZ,
    expected_on   DATE,
    received_at   TIMESTAMPTZ,
    notes         TEXT,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE purchase_order_lines (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    purchase_order_id UUID NOT NULL REFERENCES purchase_orders (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id        UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    name              VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    ordered_milli     BIGINT NOT NULL CHECK (ordered_milli > 0),
    received_milli    BIGINT NOT NULL DEFAULT 0 CHECK (received_milli >= 0),
    unit_cost_cents   BIGINT NOT NULL DEFAULT 0 CHECK (unit_cost_cents >= 0),
    position          INTEGER NOT NULL DEFAULT 0,
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Derived: what the movements of a variant at a location add up to. No row means none.
CREATE TABLE stock_levels (
    variant_id    UUID NOT NULL,
    location_id   UUID NOT NULL,
    tenant_id     UUID NOT NULL,
    on_hand_milli BIGINT NOT NULL,
    PRIMARY KEY (variant_id, location_id)
);

CREATE UNIQUE INDEX stock_rules_by_variant ON stock_rules (tenant_id, variant_id, location_id);
CREATE UNIQUE INDEX stock_counts_by_number ON stock_counts (number, tenant_id);
CREATE UNIQUE INDEX stock_transfers_by_number ON stock_transfers (number, tenant_id);
CREATE UNIQUE INDEX suppliers_by_name ON suppliers (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX supplier_products_by_supplier
    ON supplier_products (tenant_id, supplier_id, variant_id);
CREATE UNIQUE INDEX purchase_orders_by_number ON purchase_orders (number, tenant_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('stock_movements', 701, 'tenant', 'append', 'inventory.edit', NULL, NULL, NULL),
    ('stock_rules', 702, 'tenant', 'fields', 'inventory.edit', 'inventory.edit', 'inventory.edit', NULL),
    ('stock_reservations', 703, 'tenant', 'tentative', 'inventory.edit', 'inventory.edit', 'inventory.edit', NULL),
    ('stock_counts', 704, 'tenant', 'fields', 'inventory.count', 'inventory.count', 'inventory.count', NULL),
    ('stock_count_lines', 705, 'tenant', 'append', 'inventory.count', NULL, NULL, NULL),
    ('stock_transfers', 706, 'tenant', 'fields', 'inventory.transfer', 'inventory.transfer', 'inventory.transfer', NULL),
    ('stock_transfer_lines', 707, 'tenant', 'fields', 'inventory.transfer', 'inventory.transfer', 'inventory.transfer', NULL),
    ('suppliers', 708, 'tenant', 'fields', 'inventory.edit', 'inventory.edit', 'inventory.delete', NULL),
    ('supplier_products', 709, 'tenant', 'fields', 'inventory.edit', 'inventory.edit', 'inventory.edit', NULL),
    ('purchase_orders', 710, 'tenant', 'fields', 'inventory.edit', 'inventory.edit', 'inventory.edit', NULL),
    ('purchase_order_lines', 711, 'tenant', 'fields', 'inventory.edit', 'inventory.edit', 'inventory.edit', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('stock_movements', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('stock_rules', 'variant_id', NULL, NULL, FALSE, 'parts'),
    ('stock_rules', 'location_id', NULL, NULL, FALSE, 'parts'),
    ('stock_rules', 'reorder_min_milli', NULL, 'reorder', FALSE, NULL),
    ('stock_rules', 'reorder_max_milli', NULL, 'reorder', FALSE, NULL),
    ('stock_reservations', 'status', 'moves', NULL, FALSE, NULL),
    ('stock_counts', 'status', 'moves', NULL, FALSE, NULL),
    ('stock_counts', 'started_by_id', NULL, NULL, FALSE, 'clear'),
    ('stock_counts', 'closed_by_id', NULL, NULL, FALSE, 'clear'),
    ('stock_count_lines', 'stock_count_id', NULL, NULL, FALSE, 'parts'),
    ('stock_count_lines', 'counted_by_id', NULL, NULL, FALSE, 'clear'),
    ('stock_transfers', 'from_location_id', NULL, 'ends', FALSE, NULL),
    ('stock_transfers', 'to_location_id', NULL, 'ends', FALSE, NULL),
    ('stock_transfers', 'status', 'moves', NULL, FALSE, NULL),
    ('stock_transfers', 'sent_by_id', NULL, NULL, FALSE, 'clear'),
    ('stock_transfers', 'received_by_id', NULL, NULL, FALSE, 'clear'),
    ('stock_transfer_lines', 'stock_transfer_id', NULL, NULL, FALSE, 'parts'),
    ('suppliers', 'address', 'keys', NULL, FALSE, NULL),
    ('supplier_products', 'supplier_id', NULL, NULL, FALSE, 'parts'),
    ('supplier_products', 'variant_id', NULL, NULL, FALSE, 'parts'),
    ('supplier_products', 'cost_cents', 'strict', NULL, FALSE, NULL),
    ('purchase_orders', 'status', 'moves', NULL, FALSE, NULL),
    ('purchase_orders', 'ordered_by_id', NULL, NULL, FALSE, 'clear'),
    ('purchase_order_lines', 'purchase_order_id', NULL, NULL, FALSE, 'parts'),
    ('purchase_order_lines', 'unit_cost_cents', 'strict', NULL, FALSE, NULL);
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('stock_levels', 790, 'local', 'fields', NULL, NULL, NULL, NULL);
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('stock_reservations', 'status', 'held', 'used'),
    ('stock_reservations', 'status', 'held', 'released');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('stock_counts', 'status', 'open', 'closed'),
    ('stock_counts', 'status', 'open', 'cancelled');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('stock_transfers', 'status', 'draft', 'sent'),
    ('stock_transfers', 'status', 'draft', 'cancelled'),
    ('stock_transfers', 'status', 'sent', 'received'),
    ('stock_transfers', 'status', 'sent', 'cancelled');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('purchase_orders', 'status', 'draft', 'ordered'),
    ('purchase_orders', 'status', 'draft', 'cancelled'),
    ('purchase_orders', 'status', 'ordered', 'partially_received'),
    ('purchase_orders', 'status', 'ordered', 'received'),
    ('purchase_orders', 'status', 'ordered', 'cancelled'),
    ('purchase_orders', 'status', 'partially_received', 'received'),
    ('purchase_orders', 'status', 'partially_received', 'cancelled');

-- up postgres
CREATE INDEX stock_movements_by_variant ON stock_movements (tenant_id, variant_id, occurred_at);
CREATE INDEX stock_movements_by_reference ON stock_movements (tenant_id, reference_id);
CREATE INDEX stock_reservations_by_reference ON stock_reservations (tenant_id, reference_id);
CREATE INDEX stock_levels_by_tenant ON stock_levels (tenant_id, location_id);
CREATE INDEX suppliers_by_tenant ON suppliers (tenant_id);
CREATE INDEX stock_movements_by_location ON stock_movements (tenant_id, location_id);
CREATE INDEX stock_movements_by_actor ON stock_movements (tenant_id, actor_id);
CREATE INDEX stock_rules_by_location ON stock_rules (tenant_id, location_id);
CREATE INDEX stock_reservations_by_variant ON stock_reservations (tenant_id, variant_id);
CREATE INDEX stock_reservations_by_location ON stock_reservations (tenant_id, location_id);
CREATE INDEX stock_counts_by_location ON stock_counts (tenant_id, location_id);
CREATE INDEX stock_counts_by_started_by ON stock_counts (tenant_id, started_by_id);
CREATE INDEX stock_counts_by_closed_by ON stock_counts (tenant_id, closed_by_id);
CREATE INDEX stock_count_lines_by_stock_count ON stock_count_lines (tenant_id, stock_count_id);
CREATE INDEX stock_count_lines_by_variant ON stock_count_lines (tenant_id, variant_id);
CREATE INDEX stock_count_lines_by_counted_by ON stock_count_lines (tenant_id, counted_by_id);
CREATE INDEX stock_transfers_by_from_location ON stock_transfers (tenant_id, from_location_id);
CREATE INDEX stock_transfers_by_to_location ON stock_transfers (tenant_id, to_location_id);
CREATE INDEX stock_transfers_by_sent_by ON stock_transfers (tenant_id, sent_by_id);
CREATE INDEX stock_transfers_by_received_by ON stock_transfers (tenant_id, received_by_id);
CREATE INDEX stock_transfer_lines_by_stock_transfer ON stock_transfer_lines (tenant_id, stock_transfer_id);
CREATE INDEX stock_transfer_lines_by_variant ON stock_transfer_lines (tenant_id, variant_id);
CREATE INDEX supplier_products_by_variant ON supplier_products (tenant_id, variant_id);
CREATE INDEX purchase_orders_by_supplier ON purchase_orders (tenant_id, supplier_id);
CREATE INDEX purchase_orders_by_location ON purchase_orders (tenant_id, location_id);
CREATE INDEX purchase_orders_by_ordered_by ON purchase_orders (tenant_id, ordered_by_id);
CREATE INDEX purchase_order_lines_by_purchase_order ON purchase_order_lines (tenant_id, purchase_order_id);
CREATE INDEX purchase_order_lines_by_variant ON purchase_order_lines (tenant_id, variant_id);

CREATE VIEW stock_levels_recomputed WITH (security_invoker = true) AS
SELECT variant_id, location_id, tenant_id, sum(quantity_milli)::bigint AS on_hand_milli
FROM stock_movements GROUP BY variant_id, location_id, tenant_id HAVING sum(quantity_milli) <> 0;

-- By differences: two writers at once meet in the level's row, and neither is lost.
CREATE FUNCTION stock_levels_add(tenant uuid, variant uuid, location uuid, quantity bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stock_levels AS l (variant_id, location_id, tenant_id, on_hand_milli)
    VALUES (variant, location, tenant, quantity)
    ON CONFLICT (variant_id, location_id)
        DO UPDATE SET on_hand_milli = l.on_hand_milli + excluded.on_hand_milli;
    DELETE FROM stock_levels
    WHERE variant_id = variant AND location_id = location AND on_hand_milli = 0;
END $$;
CREATE FUNCTION stock_levels_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM stock_levels_add(OLD.tenant_id, OLD.variant_id, OLD.location_id,
                                 -OLD.quantity_milli);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM stock_levels_add(NEW.tenant_id, NEW.variant_id, NEW.location_id,
                                 NEW.quantity_milli);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_levels AFTER INSERT OR UPDATE OR DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION stock_levels_follow();
ALTER TABLE stock_movements ENABLE ALWAYS TRIGGER stock_levels;

CREATE VIEW products_with_stock WITH (security_invoker = true) AS
SELECT p.*, p.status = 'active' AS is_active, c.name AS category,
       coalesce(s.on_hand_milli, 0) AS on_hand_milli,
       div(coalesce(s.on_hand_milli, 0), 1000)::bigint AS inventory_count
FROM products p
LEFT JOIN categories c ON c.id = p.category_id
LEFT JOIN LATERAL (
    SELECT sum(l.on_hand_milli)::bigint AS on_hand_milli
    FROM product_variants v JOIN stock_levels l ON l.variant_id = v.id
    WHERE v.product_id = p.id) s ON TRUE;

CREATE VIEW product_variants_with_stock WITH (security_invoker = true) AS
SELECT v.*, coalesce(s.on_hand_milli, 0) AS on_hand_milli,
       div(coalesce(s.on_hand_milli, 0), 1000)::bigint AS inventory_count
FROM product_variants v
LEFT JOIN LATERAL (
    SELECT sum(l.on_hand_milli)::bigint AS on_hand_milli
    FROM stock_levels l WHERE l.variant_id = v.id) s ON TRUE;

-- up sqlite
CREATE INDEX stock_movements_by_variant ON stock_movements (variant_id, occurred_at);
CREATE INDEX stock_movements_by_reference
    ON stock_movements (reference_id) WHERE reference_id IS NOT NULL;
CREATE INDEX stock_reservations_by_variant ON stock_reservations (variant_id);
CREATE INDEX stock_count_lines_by_count ON stock_count_lines (stock_count_id);
CREATE INDEX stock_transfer_lines_by_transfer ON stock_transfer_lines (stock_transfer_id);
CREATE INDEX supplier_products_by_variant ON supplier_products (variant_id);
CREATE INDEX purchase_order_lines_by_order ON purchase_order_lines (purchase_order_id);

CREATE VIEW stock_levels_recomputed AS
SELECT variant_id, location_id, tenant_id, sum(quantity_milli) AS on_hand_milli
FROM stock_movements GROUP BY variant_id, location_id, tenant_id HAVING sum(quantity_milli) <> 0;

-- A procedure: a row inserted into it adds its quantity to the level.
CREATE VIEW stock_levels_add AS
SELECT variant_id, location_id, tenant_id, quantity_milli FROM stock_movements;
CREATE TRIGGER stock_levels_add INSTEAD OF INSERT ON stock_levels_add BEGIN
    INSERT INTO stock_levels (variant_id, location_id, tenant_id, on_hand_milli)
    VALUES (NEW.variant_id, NEW.location_id, NEW.tenant_id, NEW.quantity_milli)
    ON CONFLICT (variant_id, location_id)
        DO UPDATE SET on_hand_milli = on_hand_milli + excluded.on_hand_milli;
    DELETE FROM stock_levels WHERE variant_id = NEW.variant_id
        AND location_id = NEW.location_id AND on_hand_milli = 0;
END;
CREATE TRIGGER stock_movements_levels_insert AFTER INSERT ON stock_movements BEGIN
    INSERT INTO stock_levels_add
    VALUES (NEW.variant_id, NEW.location_id, NEW.tenant_id, NEW.quantity_milli);
END;
CREATE TRIGGER stock_movements_levels_update AFTER UPDATE ON stock_movements
WHEN OLD.variant_id IS NOT NEW.variant_id OR OLD.location_id IS NOT NEW.location_id
  OR OLD.quantity_milli IS NOT NEW.quantity_milli BEGIN
    INSERT INTO stock_levels_add
    VALUES (OLD.variant_id, OLD.location_id, OLD.tenant_id, -OLD.quantity_milli),
           (NEW.variant_id, NEW.location_id, NEW.tenant_id, NEW.quantity_milli);
END;
CREATE TRIGGER stock_movements_levels_delete AFTER DELETE ON stock_movements BEGIN
    INSERT INTO stock_levels_add
    VALUES (OLD.variant_id, OLD.location_id, OLD.tenant_id, -OLD.quantity_milli);
END;

CREATE VIEW products_with_stock AS
SELECT o.*, o.on_hand_milli / 1000 AS inventory_count FROM (
    SELECT p.*, p.status = 'active' AS is_active, c.name AS category,
           coalesce((SELECT sum(l.on_hand_milli)
                     FROM product_variants v JOIN stock_levels l ON l.variant_id = v.id
                     WHERE v.product_id = p.id), 0) AS on_hand_milli
    FROM products p LEFT JOIN categories c ON c.id = p.category_id) o;

CREATE VIEW product_variants_with_stock AS
SELECT o.*, o.on_hand_milli / 1000 AS inventory_count FROM (
    SELECT v.*, coalesce((SELECT sum(l.on_hand_milli) FROM stock_levels l
                          WHERE l.variant_id = v.id), 0) AS on_hand_milli
    FROM product_variants v) o;

-- down sqlite
DROP VIEW product_variants_with_stock;
DROP VIEW products_with_stock;
DROP VIEW stock_levels_add;
DROP VIEW stock_levels_recomputed;

-- down postgres
DROP VIEW product_variants_with_stock;
DROP VIEW products_with_stock;
DROP VIEW stock_levels_recomputed;
DROP TRIGGER stock_levels ON stock_movements;
DROP FUNCTION stock_levels_follow();
DROP FUNCTION stock_levels_add(uuid, uuid, uuid, bigint);

-- down
DROP TABLE stock_levels;
DROP TABLE purchase_order_lines;
DROP TABLE purchase_orders;
DROP TABLE supplier_products;
DROP TABLE suppliers;
DROP TABLE stock_transfer_lines;
DROP TABLE stock_transfers;
DROP TABLE stock_count_lines;
DROP TABLE stock_counts;
DROP TABLE stock_reservations;
DROP TABLE stock_rules;
DROP TABLE stock_movements;
