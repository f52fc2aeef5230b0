-- up
CREATE TABLE carts (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    session_key VARCHAR(64),
    currency    CHAR(3) NOT NULL CHECK (length(currency) = 3),
    status      VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'converted', 'abandoned')),
    expires_at  TIMESTAMPTZ,
    metadata    JSONB NOT NULL DEFAULT '{}',
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE cart_items (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    cart_id        UUID NOT NULL REFERENCES carts (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id     UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    quantity_milli BIGINT NOT NULL CHECK (quantity_milli > 0),
    options        JSONB NOT NULL DEFAULT '{}',
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Goods that come back have negative quantities, so the amounts of a return are negative. The
-- order's tax stands in its total already (is_tax_included) or is added to it.
CREATE TABLE orders (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    order_number      VARCHAR(50) NOT NULL CHECK (length(order_number) BETWEEN 1 AND 50),
    kind              VARCHAR(20) NOT NULL DEFAULT 'sale' CHECK (kind IN ('sale', 'return', 'exchange', 'quote', 'work_order')),
    status            VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'pending', 'paid', 'processing', 'shipped', 'delivered', 'completed', 'cancelled', 'refunded', 'archived')),
    fulfilment_status VARCHAR(20) NOT NULL DEFAULT 'unfulfilled' CHECK (fulfilment_status IN ('unfulfilled', 'partially_fulfilled', 'fulfilled')),
    customer_id       UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    seller_id         UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    register_id       UUID REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    location_id       UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    original_order_id UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED, -- of a return or exchange; the quote of a sale
    resumed_from_id   UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    currency          CHAR(3) NOT NULL CHECK (length(currency) = 3),
    is_tax_included   BOOLEAN NOT NULL DEFAULT TRUE,
    discount_bp       INTEGER NOT NULL DEFAULT 0 CHECK (discount_bp BETWEEN 0 AND 10000),
    subtotal_cents    BIGINT NOT NULL DEFAULT 0,
    discount_cents    BIGINT NOT NULL DEFAULT 0,
    tax_cents         BIGINT NOT NULL DEFAULT 0,
    shipping_cents    BIGINT NOT NULL DEFAULT 0,
    rounding_cents    BIGINT NOT NULL DEFAULT 0,
    total_cents       BIGINT NOT NULL DEFAULT 0,
    customer_name     VARCHAR(255),
    customer_email    VARCHAR(255),
    billing_address   JSONB NOT NULL DEFAULT '{}',
    shipping_address  JSONB NOT NULL DEFAULT '{}',
    notes             TEXT,
    business_day      DATE NOT NULL,
    placed_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    paid_at           TIMESTAMPTZ,
    shipped_at        TIMESTAMPTZ,
    completed_at      TIMESTAMPTZ,
    cancelled_at      TIMESTAMPTZ,
    archived_at       TIMESTAMPTZ,
    metadata          JSONB NOT NULL DEFAULT '{}',
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at        TIMESTAMPTZ,
    CHECK (total_cents = subtotal_cents - discount_cents + shipping_cents + rounding_cents + CASE WHEN is_tax_included THEN 0 ELSE tax_cents END)
);

CREATE TABLE return_reasons (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name         VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    is_restocked BOOLEAN NOT NULL DEFAULT TRUE,
    is_active    BOOLEAN NOT NULL DEFAULT TRUE,
    position     INTEGER NOT NULL DEFAULT 0,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Name and SKU are as they were when the line was written. `order_discount_cents` is the line's
-- share of a discount over the whole order.
CREATE TABLE order_items (
    id                   UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id            UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    order_id             UUID NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    product_id           UUID REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id           UUID REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    parent_item_id       UUID REFERENCES order_items (id) DEFERRABLE INITIALLY DEFERRED,
    original_item_id     UUID REFERENCES order_items (id) DEFERRABLE INITIALLY DEFERRED, -- the line that these goods were sold with
    return_reason_id     UUID REFERENCES return_reasons (id) DEFERRABLE INITIALLY DEFERRED,
    name                 VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    sku                  VARCHAR(50),
    quantity_milli       BIGINT NOT NULL CHECK (quantity_milli <> 0),
    unit_price_cents     BIGINT NOT NULL DEFAULT 0 CHECK (unit_price_cents >= 0),
    discount_bp          INTEGER NOT NULL DEFAULT 0 CHECK (discount_bp BETWEEN 0 AND 10000),
    discount_cents       BIGINT NOT NULL DEFAULT 0,
    order_discount_cents BIGINT NOT NULL DEFAULT 0,
    tax_bp               INTEGER NOT NULL DEFAULT 0 CHECK (tax_bp BETWEEN 0 AND 10000),
    tax_cents            BIGINT NOT NULL DEFAULT 0,
    total_cents          BIGINT NOT NULL DEFAULT 0,
    options              JSONB NOT NULL DEFAULT '{}',
    notes                TEXT,
    position             INTEGER NOT NULL DEFAULT 0,
    metadata             JSONB NOT NULL DEFAULT '{}',
    row_version          BIGINT NOT NULL DEFAULT 0,
    created_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at           TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE order_events (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    order_id    UUID NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    kind        VARCHAR(40) NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    actor_id    UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    from_status VARCHAR(40),
    to_status   VARCHAR(40),
    note        TEXT,
    details     JSONB NOT NULL DEFAULT '{}',
    occurred_at TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE fulfillment_tasks (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    order_item_id  UUID NOT NULL REFERENCES order_items (id) DEFERRABLE INITIALLY DEFERRED,
    kind           VARCHAR(50) NOT NULL CHECK (length(kind) BETWEEN 1 AND 50),
    status         VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'done', 'failed', 'cancelled')),
    assignee_id    UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    quantity_milli BIGINT CHECK (quantity_milli > 0),
    notes          TEXT,
    due_at         TIMESTAMPTZ,
    started_at     TIMESTAMPTZ,
    done_at        TIMESTAMPTZ,
    position       INTEGER NOT NULL DEFAULT 0,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE discounts (
    id                     UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id              UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    code                   VARCHAR(50),
    name                   VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    discount_type          VARCHAR(20) NOT NULL CHECK (discount_type IN ('percentage', 'fixed_amount', 'free_shipping')),
    value_bp               INTEGER CHECK (value_bp BETWEEN 0 AND 10000),
    value_cents            BIGINT CHECK (value_cents >= 0),
    currency               CHAR(3) CHECK (length(currency) = 3),
    minimum_order_cents    BIGINT CHECK (minimum_order_cents >= 0),
    maximum_discount_cents BIGINT CHECK (maximum_discount_cents >= 0),
    maximum_uses           INTEGER CHECK (maximum_uses > 0),
    starts_at              TIMESTAMPTZ,
    ends_at                TIMESTAMPTZ,
    is_active              BOOLEAN NOT NULL DEFAULT TRUE,
    row_version            BIGINT NOT NULL DEFAULT 0,
    created_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at             TIMESTAMPTZ,
    CHECK (ends_at > starts_at),
    CHECK (CASE discount_type WHEN 'percentage' THEN value_bp IS NOT NULL AND value_cents IS NULL WHEN 'fixed_amount' THEN value_cents IS NOT NULL AND value_bp IS NULL ELSE value_bp IS NULL AND value_cents IS NULL END)
);

CREATE TABLE order_discounts (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    order_id       UUID NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    order_item_id  UUID REFERENCES order_items (id) DEFERRABLE INITIALLY DEFERRED,
    discount_id    UUID REFERENCES discounts (id) DEFERRABLE INITIALLY DEFERRED,
    code           VARCHAR(50),
    name           VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    amount_cents   BIGINT NOT NULL,
    approved_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE gift_cards (
    id                    UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id             UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    code                  VARCHAR(50) NOT NULL CHECK (length(code) BETWEEN 1 AND 50),
    initial_balance_cents BIGINT NOT NULL CHECK (initial_balance_cents >= 0),
    currency              CHAR(3) NOT NULL CHECK (length(currency) = 3),
    expires_at            TIMESTAMPTZ,
    is_active             BOOLEAN NOT NULL DEFAULT TRUE,
    customer_id           UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    order_item_id         UUID REFERENCES order_items (id) DEFERRABLE INITIALLY DEFERRED,
    recipient_email       VARCHAR(255),
    recipient_name        VARCHAR(200),
    sender_name           VARCHAR(200),
    message               TEXT,
    created_by_id         UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version           BIGINT NOT NULL DEFAULT 0,
    created_at            TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at            TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at            TIMESTAMPTZ
);

-- The first is the card's `issue`; what they add up to is its balance.
CREATE TABLE gift_card_transactions (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    gift_card_id UUID NOT NULL REFERENCES gift_cards (id) DEFERRABLE INITIALLY DEFERRED,
    kind         VARCHAR(20) NOT NULL CHECK (kind IN ('issue', 'redeem', 'refund', 'adjust', 'expire')),
    amount_cents BIGINT NOT NULL CHECK (amount_cents <> 0),
    order_id     UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    note         VARCHAR(255),
    business_day DATE NOT NULL,
    occurred_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Derived, with no row where there is nothing: how much of a line came back, and what is left on
-- a gift card.
CREATE TABLE order_item_sums (
    order_item_id  UUID PRIMARY KEY NOT NULL,
    tenant_id      UUID NOT NULL,
    returned_milli BIGINT NOT NULL
);
CREATE TABLE gift_card_balances (
    gift_card_id  UUID PRIMARY KEY NOT NULL,
    tenant_id     UUID NOT NULL,
    balance_cents BIGINT NOT NULL
);

-- A number is given once and for ever, to deleted orders too.
CREATE UNIQUE INDEX orders_by_number ON orders (order_number, tenant_id);
CREATE UNIQUE INDEX return_reasons_by_name ON return_reasons (tenant_id, name);
CREATE UNIQUE INDEX discounts_by_code ON discounts (code, tenant_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX gift_cards_by_code ON gift_cards (code, tenant_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('carts', 801, 'tenant', 'fields', 'orders.edit', 'orders.edit', 'orders.edit', 90),
    ('cart_items', 802, 'tenant', 'fields', 'orders.edit', 'orders.edit', 'orders.edit', 90),
    ('orders', 803, 'tenant', 'fields', 'orders.edit', 'orders.edit', 'orders.delete', NULL),
    ('return_reasons', 804, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL),
    ('order_items', 805, 'tenant', 'fields', 'orders.edit', 'orders.edit', 'orders.edit', NULL),
    ('order_events', 806, 'tenant', 'append', 'orders.edit', NULL, NULL, NULL),
    ('fulfillment_tasks', 807, 'tenant', 'fields', 'orders.edit', 'orders.edit', 'orders.edit', NULL),
    ('discounts', 808, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('order_discounts', 809, 'tenant', 'append', 'orders.edit', NULL, NULL, NULL),
    ('gift_cards', 810, 'tenant', 'fields', 'payments.edit', 'payments.edit', 'payments.delete', NULL),
    ('gift_card_transactions', 811, 'tenant', 'append', 'payments.edit', NULL, NULL, NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('carts', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('carts', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('carts', 'metadata', 'keys', NULL, FALSE, NULL),
    ('cart_items', 'cart_id', NULL, NULL, FALSE, 'parts'),
    ('cart_items', 'variant_id', NULL, NULL, FALSE, 'parts'),
    ('cart_items', 'options', 'keys', NULL, FALSE, NULL),
    ('orders', 'status', 'moves', NULL, FALSE, NULL),
    ('orders', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('orders', 'seller_id', NULL, NULL, FALSE, 'clear'),
    ('orders', 'resumed_from_id', NULL, NULL, FALSE, 'clear'),
    ('orders', 'currency', 'strict', 'total', FALSE, NULL),
    ('orders', 'is_tax_included', 'strict', 'total', FALSE, NULL),
    ('orders', 'discount_bp', 'strict', NULL, FALSE, NULL),
    ('orders', 'subtotal_cents', 'strict', 'total', FALSE, NULL),
    ('orders', 'discount_cents', 'strict', 'total', FALSE, NULL),
    ('orders', 'tax_cents', 'strict', 'total', FALSE, NULL),
    ('orders', 'shipping_cents', 'strict', 'total', FALSE, NULL),
    ('orders', 'rounding_cents', 'strict', 'total', FALSE, NULL),
    ('orders', 'total_cents', 'strict', 'total', FALSE, NULL),
    ('orders', 'billing_address', 'keys', NULL, FALSE, NULL),
    ('orders', 'shipping_address', 'keys', NULL, FALSE, NULL),
    ('orders', 'metadata', 'keys', NULL, FALSE, NULL),
    ('order_items', 'order_id', NULL, NULL, FALSE, 'parts'),
    ('order_items', 'product_id', NULL, NULL, FALSE, 'clear'),
    ('order_items', 'variant_id', NULL, NULL, FALSE, 'clear'),
    ('order_items', 'parent_item_id', NULL, NULL, FALSE, 'parts'),
    ('order_items', 'return_reason_id', NULL, NULL, FALSE, 'clear'),
    ('order_items', 'quantity_milli', 'strict', NULL, FALSE, NULL),
    ('order_items', 'unit_price_cents', 'strict', NULL, FALSE, NULL),
    ('order_items', 'discount_bp', 'strict', NULL, FALSE, NULL),
    ('order_items', 'discount_cents', 'strict', NULL, FALSE, NULL),
    ('order_items', 'order_discount_cents', 'strict', NULL, FALSE, NULL),
    ('order_items', 'tax_bp', 'strict', NULL, FALSE, NULL),
    ('order_items', 'tax_cents', 'strict', NULL, FALSE, NULL),
    ('order_items', 'total_cents', 'strict', NULL, FALSE, NULL),
    ('order_items', 'options', 'keys', NULL, FALSE, NULL),
    ('order_items', 'metadata', 'keys', NULL, FALSE, NULL),
    ('order_events', 'order_id', NULL, NULL, FALSE, 'parts'),
    ('order_events', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('fulfillment_tasks', 'order_item_id', NULL, NULL, FALSE, 'parts'),
    ('fulfillment_tasks', 'status', 'moves', NULL, FALSE, NULL),
    ('fulfillment_tasks', 'assignee_id', NULL, NULL, FALSE, 'clear'),
    ('discounts', 'discount_type', NULL, 'value', FALSE, NULL),
    ('discounts', 'value_bp', 'strict', 'value', FALSE, NULL),
    ('discounts', 'value_cents', 'strict', 'value', FALSE, NULL),
    ('discounts', 'starts_at', NULL, 'validity', FALSE, NULL),
    ('discounts', 'ends_at', NULL, 'validity', FALSE, NULL),
    ('order_discounts', 'order_id', NULL, NULL, FALSE, 'parts'),
    ('order_discounts', 'order_item_id', NULL, NULL, FALSE, 'parts'),
    ('order_discounts', 'discount_id', NULL, NULL, FALSE, 'clear'),
    ('order_discounts', 'approved_by_id', NULL, NULL, FALSE, 'clear'),
    ('gift_cards', 'initial_balance_cents', 'strict', NULL, FALSE, NULL),
    ('gift_cards', 'currency', 'strict', NULL, FALSE, NULL),
    ('gift_cards', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('gift_cards', 'order_item_id', NULL, NULL, FALSE, 'clear'),
    ('gift_cards', 'created_by_id', NULL, NULL, FALSE, 'clear'),
    ('gift_card_transactions', 'order_id', NULL, NULL, FALSE, 'clear'),
    ('gift_card_transactions', 'actor_id', NULL, NULL, FALSE, 'clear');
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('order_item_sums', 890, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('gift_card_balances', 891, 'local', 'fields', NULL, NULL, NULL, NULL);
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('orders', 'status', 'draft', 'parked'),
    ('orders', 'status', 'draft', 'sent'),
    ('orders', 'status', 'draft', 'pending'),
    ('orders', 'status', 'draft', 'cancelled'),
    ('orders', 'status', 'parked', 'draft'),
    ('orders', 'status', 'parked', 'pending'),
    ('orders', 'status', 'parked', 'cancelled'),
    ('orders', 'status', 'sent', 'accepted'),
    ('orders', 'status', 'sent', 'declined'),
    ('orders', 'status', 'sent', 'expired'),
    ('orders', 'status', 'pending', 'paid'),
    ('orders', 'status', 'pending', 'cancelled'),
    ('orders', 'status', 'paid', 'processing'),
    ('orders', 'status', 'paid', 'completed'),
    ('orders', 'status', 'paid', 'cancelled'),
    ('orders', 'status', 'paid', 'refunded'),
    ('orders', 'status', 'processing', 'shipped'),
    ('orders', 'status', 'processing', 'cancelled'),
    ('orders', 'status', 'processing', 'refunded'),
    ('orders', 'status', 'shipped', 'delivered'),
    ('orders', 'status', 'shipped', 'refunded'),
    ('orders', 'status', 'delivered', 'completed'),
    ('orders', 'status', 'delivered', 'refunded'),
    ('orders', 'status', 'completed', 'refunded'),
    ('orders', 'status', 'completed', 'archived'),
    ('orders', 'status', 'cancelled', 'archived'),
    ('orders', 'status', 'refunded', 'archived');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('fulfillment_tasks', 'status', 'pending', 'in_progress'),
    ('fulfillment_tasks', 'status', 'pending', 'done'),
    ('fulfillment_tasks', 'status', 'pending', 'cancelled'),
    ('fulfillment_tasks', 'status', 'in_progress', 'done'),
    ('fulfillment_tasks', 'status', 'in_progress', 'failed'),
    ('fulfillment_tasks', 'status', 'in_progress', 'cancelled'),
    ('fulfillment_tasks', 'status', 'failed', 'pending'),
    ('fulfillment_tasks', 'status', 'failed', 'cancelled');

-- up postgres
CREATE INDEX carts_by_session ON carts (tenant_id, session_key);
CREATE INDEX orders_by_placed ON orders (tenant_id, placed_at, id);
CREATE INDEX orders_by_created ON orders (tenant_id, created_at);
CREATE INDEX orders_by_status ON orders (tenant_id, status, placed_at);
CREATE INDEX orders_by_status_created ON orders (tenant_id, status, created_at);
CREATE INDEX orders_open ON orders (tenant_id, created_at)
    WHERE status IN ('pending', 'processing', 'shipped');
CREATE INDEX orders_by_day ON orders (tenant_id, business_day);
CREATE INDEX orders_by_customer ON orders (tenant_id, customer_id, placed_at);
CREATE INDEX orders_by_metadata ON orders USING gin (metadata);
CREATE INDEX order_events_by_order ON order_events (tenant_id, order_id, occurred_at);
CREATE INDEX order_item_sums_by_tenant ON order_item_sums (tenant_id);
CREATE INDEX gift_card_balances_by_tenant ON gift_card_balances (tenant_id);
CREATE INDEX carts_by_user ON carts (tenant_id, user_id);
CREATE INDEX carts_by_customer ON carts (tenant_id, customer_id);
CREATE INDEX cart_items_by_cart ON cart_items (tenant_id, cart_id);
CREATE INDEX cart_items_by_variant ON cart_items (tenant_id, variant_id);
CREATE INDEX orders_by_seller ON orders (tenant_id, seller_id);
CREATE INDEX orders_by_register ON orders (tenant_id, register_id);
CREATE INDEX orders_by_location ON orders (tenant_id, location_id);
CREATE INDEX orders_by_original_order ON orders (tenant_id, original_order_id);
CREATE INDEX orders_by_resumed_from ON orders (tenant_id, resumed_from_id);
CREATE INDEX order_items_by_order ON order_items (tenant_id, order_id);
CREATE INDEX order_items_by_product ON order_items (tenant_id, product_id);
CREATE INDEX order_items_by_variant ON order_items (tenant_id, variant_id);
CREATE INDEX order_items_by_parent_item ON order_items (tenant_id, parent_item_id);
CREATE INDEX order_items_by_original_item ON order_items (tenant_id, original_item_id);
CREATE INDEX order_items_by_return_reason ON order_items (tenant_id, return_reason_id);
CREATE INDEX order_events_by_actor ON order_events (tenant_id, actor_id);
CREATE INDEX fulfillment_tasks_by_order_item ON fulfillment_tasks (tenant_id, order_item_id);
CREATE INDEX fulfillment_tasks_by_assignee ON fulfillment_tasks (tenant_id, assignee_id);
CREATE INDEX order_discounts_by_order ON order_discounts (tenant_id, order_id);
CREATE INDEX order_discounts_by_order_item ON order_discounts (tenant_id, order_item_id);
CREATE INDEX order_discounts_by_discount ON order_discounts (tenant_id, discount_id);
CREATE INDEX order_discounts_by_approved_by ON order_discounts (tenant_id, approved_by_id);
CREATE INDEX gift_cards_by_customer ON gift_cards (tenant_id, customer_id);
CREATE INDEX gift_cards_by_order_item ON gift_cards (tenant_id, order_item_id);
CREATE INDEX gift_cards_by_created_by ON gift_cards (tenant_id, created_by_id);
CREATE INDEX gift_card_transactions_by_gift_card ON gift_card_transactions (tenant_id, gift_card_id);
CREATE INDEX gift_card_transactions_by_order ON gift_card_transactions (tenant_id, order_id);
CREATE INDEX gift_card_transactions_by_actor ON gift_card_transactions (tenant_id, actor_id);
CREATE INDEX discounts_by_tenant ON discounts (tenant_id);

-- Lines that bring goods back, of orders that count: neither unfinished nor cancelled.
CREATE VIEW returned_lines WITH (security_invoker = true) AS
SELECT i.id, i.order_id, i.original_item_id AS order_item_id, i.tenant_id,
       -i.quantity_milli AS returned_milli
FROM order_items i JOIN orders o ON o.id = i.order_id
WHERE i.original_item_id IS NOT NULL AND o.deleted_at IS NULL
  AND o.status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled');
CREATE VIEW order_item_sums_recomputed WITH (security_invoker = true) AS
SELECT order_item_id, tenant_id, sum(returned_milli)::bigint AS returned_milli
FROM returned_lines GROUP BY order_item_id, tenant_id HAVING sum(returned_milli) <> 0;
CREATE VIEW gift_card_balances_recomputed WITH (security_invoker = true) AS
SELECT gift_card_id, tenant_id, sum(amount_cents)::bigint AS balance_cents
FROM gift_card_transactions GROUP BY gift_card_id, tenant_id HAVING sum(amount_cents) <> 0;

-- The sold lines are locked first, so that of two returns at once the second counts the first.
CREATE FUNCTION order_item_sums_refresh(lines uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM order_items WHERE id = ANY (lines) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM order_item_sums WHERE order_item_id = ANY (lines);
    INSERT INTO order_item_sums (order_item_id, tenant_id, returned_milli)
    SELECT order_item_id, tenant_id, returned_milli FROM order_item_sums_recomputed
    WHERE order_item_id = ANY (lines);
END $$;
CREATE FUNCTION order_item_sums_of_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM order_item_sums_refresh(array_remove(
        ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.original_item_id END,
              CASE WHEN TG_OP <> 'DELETE' THEN NEW.original_item_id END], NULL));
    RETURN NULL;
END $$;
CREATE FUNCTION order_item_sums_of_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    lines uuid[];
BEGIN
    SELECT array_agg(DISTINCT original_item_id) INTO lines FROM order_items
    WHERE order_id IN (OLD.id, NEW.id) AND original_item_id IS NOT NULL;
    IF lines IS NOT NULL THEN
        PERFORM order_item_sums_refresh(lines);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER order_item_sums_insert AFTER INSERT ON order_items
    FOR EACH ROW WHEN (NEW.original_item_id IS NOT NULL)
    EXECUTE FUNCTION order_item_sums_of_items();
CREATE TRIGGER order_item_sums_update AFTER UPDATE ON order_items
    FOR EACH ROW WHEN ((OLD.order_id, OLD.original_item_id, OLD.quantity_milli)
        IS DISTINCT FROM (NEW.order_id, NEW.original_item_id, NEW.quantity_milli))
    EXECUTE FUNCTION order_item_sums_of_items();
CREATE TRIGGER order_item_sums_delete AFTER DELETE ON order_items
    FOR EACH ROW WHEN (OLD.original_item_id IS NOT NULL)
    EXECUTE FUNCTION order_item_sums_of_items();
CREATE TRIGGER order_item_sums_insert AFTER INSERT OR DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION order_item_sums_of_orders();
CREATE TRIGGER order_item_sums_update AFTER UPDATE ON orders
    FOR EACH ROW WHEN ((OLD.status, OLD.deleted_at) IS DISTINCT FROM (NEW.status, NEW.deleted_at))
    EXECUTE FUNCTION order_item_sums_of_orders();

CREATE FUNCTION gift_card_balances_add(tenant uuid, card uuid, amount bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gift_card_balances AS b (gift_card_id, tenant_id, balance_cents)
    VALUES (card, tenant, amount)
    ON CONFLICT (gift_card_id)
        DO UPDATE SET balance_cents = b.balance_cents + excluded.balance_cents;
    DELETE FROM gift_card_balances WHERE gift_card_id = card AND balance_cents = 0;
END $$;
CREATE FUNCTION gift_card_balances_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM gift_card_balances_add(OLD.tenant_id, OLD.gift_card_id, -OLD.amount_cents);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM gift_card_balances_add(NEW.tenant_id, NEW.gift_card_id, NEW.amount_cents);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER gift_card_balances AFTER INSERT OR UPDATE OR DELETE ON gift_card_transactions
    FOR EACH ROW EXECUTE FUNCTION gift_card_balances_follow();
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_item_sums_insert;
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_item_sums_update;
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_item_sums_delete;
ALTER TABLE orders ENABLE ALWAYS TRIGGER order_item_sums_insert;
ALTER TABLE orders ENABLE ALWAYS TRIGGER order_item_sums_update;
ALTER TABLE gift_card_transactions ENABLE ALWAYS TRIGGER gift_card_balances;

CREATE VIEW gift_cards_with_balance WITH (security_invoker = true) AS
SELECT g.*, coalesce(b.balance_cents, 0) AS current_balance_cents
FROM gift_cards g LEFT JOIN gift_card_balances b ON b.gift_card_id = g.id;
CREATE VIEW discounts_with_uses WITH (security_invoker = true) AS
SELECT d.*, (SELECT count(DISTINCT u.order_id) FROM order_discounts u
             WHERE u.discount_id = d.id) AS used_count
FROM discounts d;

-- up sqlite
-- Drafts and their lines are deleted for good, so all that may refer to them has an index.
CREATE INDEX cart_items_by_cart ON cart_items (cart_id);
CREATE INDEX cart_items_by_variant ON cart_items (variant_id);
CREATE INDEX orders_by_placed ON orders (placed_at, id) WHERE deleted_at IS NULL;
-- With deleted_at in it a tab is counted from its index alone.
CREATE INDEX orders_by_status ON orders (status, placed_at, id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
CREATE INDEX orders_by_original
    ON orders (original_order_id) WHERE original_order_id IS NOT NULL;
CREATE INDEX orders_by_resumed ON orders (resumed_from_id) WHERE resumed_from_id IS NOT NULL;
CREATE INDEX order_items_by_order ON order_items (order_id);
CREATE INDEX order_items_by_variant ON order_items (variant_id);
CREATE INDEX order_items_by_original
    ON order_items (original_item_id) WHERE original_item_id IS NOT NULL;
CREATE INDEX order_items_by_parent
    ON order_items (parent_item_id) WHERE parent_item_id IS NOT NULL;
CREATE INDEX order_events_by_order ON order_events (order_id, occurred_at);
CREATE INDEX fulfillment_tasks_by_item ON fulfillment_tasks (order_item_id);
CREATE INDEX fulfillment_tasks_open ON fulfillment_tasks (due_at, id)
    WHERE status IN ('pending', 'in_progress', 'failed');
CREATE INDEX order_discounts_by_order ON order_discounts (order_id);
CREATE INDEX order_discounts_by_discount ON order_discounts (discount_id);
CREATE INDEX order_discounts_by_item
    ON order_discounts (order_item_id) WHERE order_item_id IS NOT NULL;
CREATE INDEX gift_cards_by_item ON gift_cards (order_item_id) WHERE order_item_id IS NOT NULL;
CREATE INDEX gift_card_transactions_by_card ON gift_card_transactions (gift_card_id);
CREATE INDEX gift_card_transactions_by_order
    ON gift_card_transactions (order_id) WHERE order_id IS NOT NULL;

CREATE VIEW returned_lines AS
SELECT i.id, i.order_id, i.original_item_id AS order_item_id, i.tenant_id,
       -i.quantity_milli AS returned_milli
FROM order_items i JOIN orders o ON o.id = i.order_id
WHERE i.original_item_id IS NOT NULL AND o.deleted_at IS NULL
  AND o.status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled');
CREATE VIEW order_item_sums_recomputed AS
SELECT order_item_id, tenant_id, sum(returned_milli) AS returned_milli
FROM returned_lines GROUP BY order_item_id, tenant_id HAVING sum(returned_milli) <> 0;
CREATE VIEW gift_card_balances_recomputed AS
SELECT gift_card_id, tenant_id, sum(amount_cents) AS balance_cents
FROM gift_card_transactions GROUP BY gift_card_id, tenant_id HAVING sum(amount_cents) <> 0;

-- Procedures: an id inserted into one of them sums that line or card anew.
CREATE VIEW order_item_sums_refresh AS SELECT order_item_id FROM order_item_sums;
CREATE TRIGGER order_item_sums_refresh INSTEAD OF INSERT ON order_item_sums_refresh BEGIN
    DELETE FROM order_item_sums WHERE order_item_id = NEW.order_item_id;
    INSERT INTO order_item_sums (order_item_id, tenant_id, returned_milli)
    SELECT order_item_id, tenant_id, returned_milli FROM order_item_sums_recomputed
    WHERE order_item_id = NEW.order_item_id;
END;
CREATE VIEW gift_card_balances_refresh AS SELECT gift_card_id FROM gift_card_balances;
CREATE TRIGGER gift_card_balances_refresh INSTEAD OF INSERT ON gift_card_balances_refresh BEGIN
    DELETE FROM gift_card_balances WHERE gift_card_id = NEW.gift_card_id;
    INSERT INTO gift_card_balances (gift_card_id, tenant_id, balance_cents)
    SELECT gift_card_id, tenant_id, balance_cents FROM gift_card_balances_recomputed
    WHERE gift_card_id = NEW.gift_card_id;
END;

CREATE TRIGGER order_items_sums_insert AFTER INSERT ON order_items
WHEN NEW.original_item_id IS NOT NULL BEGIN
    INSERT INTO order_item_sums_refresh (order_item_id) VALUES (NEW.original_item_id);
END;
CREATE TRIGGER order_items_sums_update AFTER UPDATE ON order_items
WHEN OLD.original_item_id IS NOT NEW.original_item_id OR OLD.order_id IS NOT NEW.order_id
  OR OLD.quantity_milli IS NOT NEW.quantity_milli BEGIN
    INSERT INTO order_item_sums_refresh (order_item_id)
    VALUES (OLD.original_item_id), (NEW.original_item_id);
END;
CREATE TRIGGER order_items_sums_delete AFTER DELETE ON order_items
WHEN OLD.original_item_id IS NOT NULL BEGIN
    INSERT INTO order_item_sums_refresh (order_item_id) VALUES (OLD.original_item_id);
END;
-- An order begins or ceases to count, and its lines with it.
CREATE TRIGGER orders_item_sums_insert AFTER INSERT ON orders BEGIN
    INSERT INTO order_item_sums_refresh (order_item_id) SELECT original_item_id
    FROM order_items WHERE order_id = NEW.id AND original_item_id IS NOT NULL;
END;
CREATE TRIGGER orders_item_sums_update AFTER UPDATE ON orders
WHEN OLD.status IS NOT NEW.status OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN
    INSERT INTO order_item_sums_refresh (order_item_id) SELECT original_item_id
    FROM order_items WHERE order_id = NEW.id AND original_item_id IS NOT NULL;
END;
CREATE TRIGGER orders_item_sums_delete AFTER DELETE ON orders BEGIN
    INSERT INTO order_item_sums_refresh (order_item_id) SELECT original_item_id
    FROM order_items WHERE order_id = OLD.id AND original_item_id IS NOT NULL;
END;
CREATE TRIGGER gift_card_balances_insert AFTER INSERT ON gift_card_transactions BEGIN
    INSERT INTO gift_card_balances_refresh (gift_card_id) VALUES (NEW.gift_card_id);
END;
CREATE TRIGGER gift_card_balances_update AFTER UPDATE ON gift_card_transactions
WHEN OLD.gift_card_id IS NOT NEW.gift_card_id OR OLD.amount_cents IS NOT NEW.amount_cents BEGIN
    INSERT INTO gift_card_balances_refresh (gift_card_id)
    VALUES (OLD.gift_card_id), (NEW.gift_card_id);
END;
CREATE TRIGGER gift_card_balances_delete AFTER DELETE ON gift_card_transactions BEGIN
    INSERT INTO gift_card_balances_refresh (gift_card_id) VALUES (OLD.gift_card_id);
END;

-- Search, in the form that customer_search has in the migration of identity: an order is found by
-- its number and by its customer's name, e-mail and telephone.
CREATE TABLE order_search_docs (
    doc    INTEGER PRIMARY KEY,
    row_id UUID NOT NULL UNIQUE,
    words  TEXT NOT NULL
);
CREATE VIRTUAL TABLE order_search USING fts5(
    words, content='order_search_docs', content_rowid='doc',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3');
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('order_search_docs', 892, 'local', 'fields', NULL, NULL, NULL, NULL);

CREATE TRIGGER order_search_docs_insert AFTER INSERT ON order_search_docs BEGIN
    INSERT INTO order_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER order_search_docs_update AFTER UPDATE ON order_search_docs
WHEN OLD.doc IS NOT NEW.doc OR OLD.words IS NOT NEW.words BEGIN
    INSERT INTO order_search (order_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
    INSERT INTO order_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER order_search_docs_delete AFTER DELETE ON order_search_docs BEGIN
    INSERT INTO order_search (order_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
END;

CREATE VIEW order_search_words AS
SELECT o.id AS row_id,
       search_key(o.order_number || ' ' || coalesce(o.customer_name, '') || ' ' ||
                  coalesce(o.customer_email, '') || ' ' ||
                  coalesce((SELECT c.phone_digits FROM customer_profiles c
                            WHERE c.id = o.customer_id), '')) AS words
FROM orders o WHERE o.deleted_at IS NULL;

CREATE VIEW order_search_refresh AS SELECT row_id FROM order_search_docs;
CREATE TRIGGER order_search_refresh INSTEAD OF INSERT ON order_search_refresh BEGIN
    DELETE FROM order_search_docs WHERE row_id = NEW.row_id
        AND NOT EXISTS (SELECT 1 FROM order_search_words WHERE row_id = NEW.row_id);
    INSERT INTO order_search_docs (row_id, words)
    SELECT row_id, words FROM order_search_words WHERE row_id = NEW.row_id
    ON CONFLICT (row_id) DO UPDATE SET words = excluded.words WHERE words IS NOT excluded.words;
END;

CREATE TRIGGER orders_search_insert AFTER INSERT ON orders BEGIN
    INSERT INTO order_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER orders_search_update AFTER UPDATE ON orders
WHEN OLD.order_number IS NOT NEW.order_number OR OLD.customer_id IS NOT NEW.customer_id
  OR OLD.customer_name IS NOT NEW.customer_name OR OLD.customer_email IS NOT NEW.customer_email
  OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN
    INSERT INTO order_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER orders_search_delete AFTER DELETE ON orders BEGIN
    INSERT INTO order_search_refresh (row_id) VALUES (OLD.id);
END;
CREATE TRIGGER customer_profiles_order_search_insert AFTER INSERT ON customer_profiles
WHEN NEW.phone_digits IS NOT NULL BEGIN
    INSERT INTO order_search_refresh (row_id) SELECT id FROM orders WHERE customer_id = NEW.id;
END;
CREATE TRIGGER customer_profiles_order_search_update AFTER UPDATE ON customer_profiles
WHEN OLD.phone_digits IS NOT NEW.phone_digits BEGIN
    INSERT INTO order_search_refresh (row_id) SELECT id FROM orders WHERE customer_id = NEW.id;
END;
CREATE TRIGGER customer_profiles_order_search_delete AFTER DELETE ON customer_profiles
WHEN OLD.phone_digits IS NOT NULL BEGIN
    INSERT INTO order_search_refresh (row_id) SELECT id FROM orders WHERE customer_id = OLD.id;
END;

CREATE VIEW gift_cards_with_balance AS
SELECT g.*, coalesce(b.balance_cents, 0) AS current_balance_cents
FROM gift_cards g LEFT JOIN gift_card_balances b ON b.gift_card_id = g.id;
CREATE VIEW discounts_with_uses AS
SELECT d.*, (SELECT count(DISTINCT u.order_id) FROM order_discounts u
             WHERE u.discount_id = d.id) AS used_count
FROM discounts d;

-- down sqlite
DROP TRIGGER customer_profiles_order_search_insert;
DROP TRIGGER customer_profiles_order_search_update;
DROP TRIGGER customer_profiles_order_search_delete;
DROP VIEW order_search_refresh;
DROP VIEW order_search_words;
DROP VIEW order_item_sums_refresh;
DROP VIEW gift_card_balances_refresh;
DROP VIEW discounts_with_uses;
DROP VIEW gift_cards_with_balance;
DROP VIEW gift_card_balances_recomputed;
DROP VIEW order_item_sums_recomputed;
DROP VIEW returned_lines;
DROP TABLE order_search;
DROP TABLE order_search_docs;

-- down postgres
DROP TRIGGER order_item_sums_insert ON order_items;
DROP TRIGGER order_item_sums_update ON order_items;
DROP TRIGGER order_item_sums_delete ON order_items;
DROP TRIGGER order_item_sums_insert ON orders;
DROP TRIGGER order_item_sums_update ON orders;
DROP TRIGGER gift_card_balances ON gift_card_transactions;
DROP FUNCTION gift_card_balances_follow();
DROP FUNCTION gift_card_balances_add(uuid, uuid, bigint);
DROP FUNCTION order_item_sums_of_orders();
DROP FUNCTION order_item_sums_of_items();
DROP FUNCTION order_item_sums_refresh(uuid[]);
DROP VIEW discounts_with_uses;
DROP VIEW gift_cards_with_balance;
DROP VIEW gift_card_balances_recomputed;
DROP VIEW order_item_sums_recomputed;
DROP VIEW returned_lines;

-- down
DROP TABLE gift_card_balances;
DROP TABLE order_item_sums;
DROP TABLE gift_card_transactions;
DROP TABLE gift_cards;
DROP TABLE order_discounts;
DROP TABLE discounts;
DROP TABLE fulfillment_tasks;
DROP TABLE order_events;
DROP TABLE order_items;
DROP TABLE return_reasons;
DROP TABLE orders;
DROP TABLE cart_items;
DROP TABLE carts;
