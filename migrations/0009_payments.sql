-- up
-- Credentials stand in integration_credentials; nothing here is secret.
CREATE TABLE payment_gateway_configs (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    variant     VARCHAR(50) NOT NULL CHECK (length(variant) BETWEEN 1 AND 50),
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    priority    INTEGER NOT NULL DEFAULT 0,
    config      JSONB NOT NULL DEFAULT '{}',
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

-- A till session, from its float to its count. The count is compared with what was expected, and
-- the Z report that freezes both carries the hash of the one before it.
CREATE TABLE cash_sessions (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    register_id      UUID NOT NULL REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    opened_by_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    closed_by_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    status           VARCHAR(20) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    currency         CHAR(3) NOT NULL CHECK (length(currency) = 3),
    opening_cents    BIGINT NOT NULL DEFAULT 0 CHECK (opening_cents >= 0),
    expected_cents   BIGINT,
    counted_cents    BIGINT CHECK (counted_cents >= 0),
    difference_cents BIGINT,
    z_number         BIGINT CHECK (z_number > 0),
    prev_hash        BYTEA CHECK (length(prev_hash) = 32),
    hash             BYTEA CHECK (length(hash) = 32),
    business_day     DATE NOT NULL,
    opened_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    closed_at        TIMESTAMPTZ,
    notes            TEXT,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (difference_cents = counted_cents - expected_cents),
    CHECK (CASE status WHEN 'closed' THEN closed_at IS NOT NULL AND z_number IS NOT NULL AND expected_cents IS NOT NULL AND counted_cents IS NOT NULL AND difference_cents IS NOT NULL ELSE closed_at IS NULL AND z_number IS NULL END)
);

CREATE TABLE cash_movements (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    cash_session_id UUID NOT NULL REFERENCES cash_sessions (id) DEFERRABLE INITIALLY DEFERRED,
    kind            VARCHAR(20) NOT NULL CHECK (kind IN ('pay_in', 'pay_out', 'drop', 'correction')),
    amount_cents    BIGINT NOT NULL CHECK (amount_cents <> 0),
    reason          VARCHAR(255) NOT NULL CHECK (length(reason) BETWEEN 1 AND 255),
    actor_id        UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    approver_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    business_day    DATE NOT NULL,
    occurred_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE cash_counts (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    cash_session_id    UUID NOT NULL REFERENCES cash_sessions (id) DEFERRABLE INITIALLY DEFERRED,
    kind               VARCHAR(20) NOT NULL DEFAULT 'closing' CHECK (kind IN ('opening', 'closing', 'spot')),
    denomination_cents BIGINT NOT NULL CHECK (denomination_cents > 0),
    pieces             INTEGER NOT NULL CHECK (pieces >= 0),
    counted_by_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    counted_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE payments (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    order_id            UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    user_id             UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    gateway_id          UUID REFERENCES payment_gateway_configs (id) DEFERRABLE INITIALLY DEFERRED,
    gift_card_id        UUID REFERENCES gift_cards (id) DEFERRABLE INITIALLY DEFERRED,
    register_id         UUID REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    cash_session_id     UUID REFERENCES cash_sessions (id) DEFERRABLE INITIALLY DEFERRED,
    received_by_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    method              VARCHAR(20) NOT NULL CHECK (method IN ('cash', 'card', 'gift_card', 'store_credit', 'transfer', 'other')),
    provider            VARCHAR(50),
    provider_payment_id VARCHAR(255),
    provider_session_id VARCHAR(255),
    reference           VARCHAR(255), -- of a slip or a transfer
    status              VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed', 'voided', 'error')),
    amount_cents        BIGINT NOT NULL CHECK (amount_cents > 0),
    tendered_cents      BIGINT,
    change_cents        BIGINT NOT NULL DEFAULT 0 CHECK (change_cents >= 0),
    fee_cents           BIGINT CHECK (fee_cents >= 0),
    net_cents           BIGINT,
    currency            CHAR(3) NOT NULL CHECK (length(currency) = 3),
    business_day        DATE NOT NULL,
    paid_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    webhook_received_at TIMESTAMPTZ,
    processed_at        TIMESTAMPTZ,
    metadata            JSONB NOT NULL DEFAULT '{}',
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (tendered_cents = amount_cents + change_cents)
);

-- Money that went back: of an order, on the payment it came from. Where goods came back under a
-- document of their own, that is the return order.
CREATE TABLE refunds (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    order_id           UUID NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    return_order_id    UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    payment_id         UUID REFERENCES payments (id) DEFERRABLE INITIALLY DEFERRED,
    gift_card_id       UUID REFERENCES gift_cards (id) DEFERRABLE INITIALLY DEFERRED,
    register_id        UUID REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    cash_session_id    UUID REFERENCES cash_sessions (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id           UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    approver_id        UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    return_reason_id   UUID REFERENCES return_reasons (id) DEFERRABLE INITIALLY DEFERRED,
    method             VARCHAR(20) NOT NULL CHECK (method IN ('cash', 'card', 'gift_card', 'store_credit', 'transfer', 'other')),
    provider_refund_id VARCHAR(255),
    amount_cents       BIGINT NOT NULL CHECK (amount_cents > 0),
    currency           CHAR(3) NOT NULL CHECK (length(currency) = 3),
    reason             VARCHAR(255),
    business_day       DATE NOT NULL,
    refunded_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE store_credit_transactions (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id  UUID NOT NULL REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    kind         VARCHAR(20) NOT NULL CHECK (kind IN ('grant', 'redeem', 'refund', 'adjust', 'expire')),
    amount_cents BIGINT NOT NULL CHECK (amount_cents <> 0),
    currency     CHAR(3) NOT NULL CHECK (length(currency) = 3),
    order_id     UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    payment_id   UUID REFERENCES payments (id) DEFERRABLE INITIALLY DEFERRED,
    refund_id    UUID REFERENCES refunds (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    note         VARCHAR(255),
    business_day DATE NOT NULL,
    occurred_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE payment_logs (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    payment_id  UUID NOT NULL REFERENCES payments (id) DEFERRABLE INITIALLY DEFERRED,
    event_type  VARCHAR(100) NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
    message     TEXT,
    data        JSONB NOT NULL DEFAULT '{}',
    occurred_at TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- The number is given when the invoice is finalised; from then on it is never changed.
CREATE TABLE invoices (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    kind                VARCHAR(20) NOT NULL DEFAULT 'invoice' CHECK (kind IN ('invoice', 'credit_note', 'cancellation')),
    number              VARCHAR(50),
    status              VARCHAR(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'final', 'cancelled')),
    order_id            UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id         UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    original_invoice_id UUID REFERENCES invoices (id) DEFERRABLE INITIALLY DEFERRED,
    customer_name       VARCHAR(255),
    customer_address    JSONB NOT NULL DEFAULT '{}',
    customer_tax_id     VARCHAR(50),
    currency            CHAR(3) NOT NULL CHECK (length(currency) = 3),
    is_tax_included     BOOLEAN NOT NULL DEFAULT TRUE,
    subtotal_cents      BIGINT NOT NULL DEFAULT 0,
    discount_cents      BIGINT NOT NULL DEFAULT 0,
    tax_cents           BIGINT NOT NULL DEFAULT 0,
    shipping_cents      BIGINT NOT NULL DEFAULT 0,
    rounding_cents      BIGINT NOT NULL DEFAULT 0,
    total_cents         BIGINT NOT NULL DEFAULT 0,
    issued_on           DATE,
    delivered_on        DATE,
    due_on              DATE,
    finalised_at        TIMESTAMPTZ,
    notes               TEXT,
    metadata            JSONB NOT NULL DEFAULT '{}',
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (total_cents = subtotal_cents - discount_cents + shipping_cents + rounding_cents + CASE WHEN is_tax_included THEN 0 ELSE tax_cents END),
    CHECK (CASE status WHEN 'draft' THEN number IS NULL ELSE number IS NOT NULL AND finalised_at IS NOT NULL END)
);

CREATE TABLE invoice_lines (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    invoice_id       UUID NOT NULL REFERENCES invoices (id) DEFERRABLE INITIALLY DEFERRED,
    order_item_id    UUID REFERENCES order_items (id) DEFERRABLE INITIALLY DEFERRED,
    name             VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    sku              VARCHAR(50),
    quantity_milli   BIGINT NOT NULL CHECK (quantity_milli <> 0),
    unit_price_cents BIGINT NOT NULL DEFAULT 0 CHECK (unit_price_cents >= 0),
    discount_cents   BIGINT NOT NULL DEFAULT 0,
    tax_bp           INTEGER NOT NULL DEFAULT 0 CHECK (tax_bp BETWEEN 0 AND 10000),
    tax_cents        BIGINT NOT NULL DEFAULT 0,
    total_cents      BIGINT NOT NULL DEFAULT 0,
    position         INTEGER NOT NULL DEFAULT 0,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE lexoffice_sync_logs (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    invoice_id   UUID NOT NULL REFERENCES invoices (id) DEFERRABLE INITIALLY DEFERRED,
    status       VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
    external_id  VARCHAR(100),
    attempt      INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    message      TEXT,
    request      JSONB NOT NULL DEFAULT '{}',
    response     JSONB NOT NULL DEFAULT '{}',
    attempted_at TIMESTAMPTZ,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Derived. Each order has its row of sums; a payment only where something of it went back.
CREATE TABLE order_sums (
    order_id       UUID PRIMARY KEY NOT NULL,
    tenant_id      UUID NOT NULL,
    item_count     BIGINT NOT NULL,
    paid_cents     BIGINT NOT NULL,
    refunded_cents BIGINT NOT NULL,
    payment_status VARCHAR(20) NOT NULL
        CHECK (payment_status IN ('unpaid', 'partially_paid', 'paid', 'partially_refunded', 'refunded'))
);
CREATE TABLE payment_sums (
    payment_id     UUID PRIMARY KEY NOT NULL,
    tenant_id      UUID NOT NULL,
    refunded_cents BIGINT NOT NULL
);

CREATE UNIQUE INDEX payment_gateway_configs_by_name
    ON payment_gateway_configs (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX cash_sessions_by_number ON cash_sessions (tenant_id, register_id, z_number);
CREATE UNIQUE INDEX cash_sessions_open
    ON cash_sessions (tenant_id, register_id) WHERE status = 'open';
CREATE UNIQUE INDEX payments_by_provider
    ON payments (tenant_id, provider, provider_payment_id);
CREATE UNIQUE INDEX invoices_by_number ON invoices (number, tenant_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('payment_gateway_configs', 901, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL),
    ('cash_sessions', 902, 'tenant', 'fields', 'till.open', 'till.close', NULL, NULL),
    ('cash_movements', 903, 'tenant', 'append', 'till.edit', NULL, NULL, NULL),
    ('cash_counts', 904, 'tenant', 'append', 'till.edit', NULL, NULL, NULL),
    ('payments', 905, 'tenant', 'fields', 'payments.edit', 'payments.edit', NULL, NULL),
    ('refunds', 906, 'tenant', 'append', 'orders.refund', NULL, NULL, NULL),
    ('store_credit_transactions', 907, 'tenant', 'append', 'payments.edit', NULL, NULL, NULL),
    ('payment_logs', 908, 'tenant', 'append', 'payments.edit', NULL, NULL, 730),
    ('invoices', 909, 'tenant', 'fields', 'payments.edit', 'payments.edit', NULL, NULL),
    ('invoice_lines', 910, 'tenant', 'fields', 'payments.edit', 'payments.edit', 'payments.edit', NULL),
    ('lexoffice_sync_logs', 911, 'central', 'fields', 'integrations.edit', 'integrations.edit', NULL, NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('payment_gateway_configs', 'config', 'keys', NULL, FALSE, NULL),
    ('cash_sessions', 'opened_by_id', NULL, NULL, FALSE, 'clear'),
    ('cash_sessions', 'closed_by_id', NULL, NULL, FALSE, 'clear'),
    ('cash_sessions', 'status', 'moves', 'close', FALSE, NULL),
    ('cash_sessions', 'currency', 'strict', NULL, FALSE, NULL),
    ('cash_sessions', 'opening_cents', 'strict', NULL, FALSE, NULL),
    ('cash_sessions', 'expected_cents', 'strict', 'close', FALSE, NULL),
    ('cash_sessions', 'counted_cents', 'strict', 'close', FALSE, NULL),
    ('cash_sessions', 'difference_cents', 'strict', 'close', FALSE, NULL),
    ('cash_sessions', 'z_number', 'strict', 'close', FALSE, NULL),
    ('cash_sessions', 'closed_at', NULL, 'close', FALSE, NULL),
    ('cash_movements', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('cash_movements', 'approver_id', NULL, NULL, FALSE, 'clear'),
    ('cash_counts', 'cash_session_id', NULL, NULL, FALSE, 'parts'),
    ('cash_counts', 'counted_by_id', NULL, NULL, FALSE, 'clear'),
    ('payments', 'received_by_id', NULL, NULL, FALSE, 'clear'),
    ('payments', 'status', 'moves', NULL, FALSE, NULL),
    ('payments', 'amount_cents', 'strict', 'amount', FALSE, NULL),
    ('payments', 'tendered_cents', 'strict', 'amount', FALSE, NULL),
    ('payments', 'change_cents', 'strict', 'amount', FALSE, NULL),
    ('payments', 'currency', 'strict', NULL, FALSE, NULL),
    ('payments', 'metadata', 'keys', NULL, FALSE, NULL),
    ('refunds', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('refunds', 'approver_id', NULL, NULL, FALSE, 'clear'),
    ('refunds', 'return_reason_id', NULL, NULL, FALSE, 'clear'),
    ('store_credit_transactions', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('payment_logs', 'payment_id', NULL, NULL, FALSE, 'parts'),
    ('invoices', 'status', 'moves', NULL, FALSE, NULL),
    ('invoices', 'customer_address', 'keys', NULL, FALSE, NULL),
    ('invoices', 'currency', 'strict', 'total', FALSE, NULL),
    ('invoices', 'is_tax_included', 'strict', 'total', FALSE, NULL),
    ('invoices', 'subtotal_cents', 'strict', 'total', FALSE, NULL),
    ('invoices', 'discount_cents', 'strict', 'total', FALSE, NULL),
    ('invoices', 'tax_cents', 'strict', 'total', FALSE, NULL),
    ('invoices', 'shipping_cents', 'strict', 'total', FALSE, NULL),
    ('invoices', 'rounding_cents', 'strict', 'total', FALSE, NULL),
    ('invoices', 'total_cents', 'strict', 'total', FALSE, NULL),
    ('invoices', 'metadata', 'keys', NULL, FALSE, NULL),
    ('invoice_lines', 'invoice_id', NULL, NULL, FALSE, 'parts'),
    ('invoice_lines', 'order_item_id', NULL, NULL, FALSE, 'clear'),
    ('invoice_lines', 'quantity_milli', 'strict', NULL, FALSE, NULL),
    ('invoice_lines', 'unit_price_cents', 'strict', NULL, FALSE, NULL),
    ('invoice_lines', 'discount_cents', 'strict', NULL, FALSE, NULL),
    ('invoice_lines', 'tax_bp', 'strict', NULL, FALSE, NULL),
    ('invoice_lines', 'tax_cents', 'strict', NULL, FALSE, NULL),
    ('invoice_lines', 'total_cents', 'strict', NULL, FALSE, NULL),
    ('lexoffice_sync_logs', 'invoice_id', NULL, NULL, FALSE, 'parts'),
    ('lexoffice_sync_logs', 'status', 'moves', NULL, FALSE, NULL);
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('order_sums', 990, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('payment_sums', 991, 'local', 'fields', NULL, NULL, NULL, NULL);
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('cash_sessions', 'status', 'open', 'closed');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('payments', 'status', 'pending', 'authorized'),
    ('payments', 'status', 'pending', 'captured'),
    ('payments', 'status', 'pending', 'failed'),
    ('payments', 'status', 'pending', 'voided'),
    ('payments', 'status', 'pending', 'error'),
    ('payments', 'status', 'authorized', 'captured'),
    ('payments', 'status', 'authorized', 'failed'),
    ('payments', 'status', 'authorized', 'voided'),
    ('payments', 'status', 'authorized', 'error'),
    ('payments', 'status', 'captured', 'partially_refunded'),
    ('payments', 'status', 'captured', 'refunded'),
    ('payments', 'status', 'captured', 'voided'),
    ('payments', 'status', 'partially_refunded', 'refunded'),
    ('payments', 'status', 'error', 'pending'),
    ('payments', 'status', 'error', 'captured'),
    ('payments', 'status', 'error', 'failed'),
    ('payments', 'status', 'failed', 'pending');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('invoices', 'status', 'draft', 'final'),
    ('invoices', 'status', 'final', 'cancelled');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('lexoffice_sync_logs', 'status', 'pending', 'sent'),
    ('lexoffice_sync_logs', 'status', 'pending', 'failed'),
    ('lexoffice_sync_logs', 'status', 'failed', 'pending'),
    ('lexoffice_sync_logs', 'status', 'failed', 'sent');

-- up postgres
CREATE INDEX payments_by_status ON payments (tenant_id, status, created_at);
CREATE INDEX payments_by_created ON payments (tenant_id, created_at);
CREATE INDEX payments_by_user ON payments (tenant_id, user_id, status);
CREATE INDEX payments_by_provider_kind ON payments (tenant_id, provider);
CREATE INDEX payments_by_provider_id ON payments (tenant_id, provider_payment_id);
CREATE INDEX refunds_by_day ON refunds (tenant_id, business_day);
CREATE INDEX payment_logs_by_payment ON payment_logs (tenant_id, payment_id, occurred_at);
CREATE INDEX payment_logs_by_time ON payment_logs (tenant_id, occurred_at DESC);
CREATE INDEX order_sums_by_status ON order_sums (tenant_id, payment_status);
CREATE INDEX payment_sums_by_tenant ON payment_sums (tenant_id);
CREATE INDEX payment_gateway_configs_by_tenant ON payment_gateway_configs (tenant_id);
CREATE INDEX cash_sessions_by_opened_by ON cash_sessions (tenant_id, opened_by_id);
CREATE INDEX cash_sessions_by_closed_by ON cash_sessions (tenant_id, closed_by_id);
CREATE INDEX cash_movements_by_cash_session ON cash_movements (tenant_id, cash_session_id);
CREATE INDEX cash_movements_by_actor ON cash_movements (tenant_id, actor_id);
CREATE INDEX cash_movements_by_approver ON cash_movements (tenant_id, approver_id);
CREATE INDEX cash_counts_by_cash_session ON cash_counts (tenant_id, cash_session_id);
CREATE INDEX cash_counts_by_counted_by ON cash_counts (tenant_id, counted_by_id);
CREATE INDEX payments_by_order ON payments (tenant_id, order_id);
CREATE INDEX payments_by_gateway ON payments (tenant_id, gateway_id);
CREATE INDEX payments_by_gift_card ON payments (tenant_id, gift_card_id);
CREATE INDEX payments_by_register ON payments (tenant_id, register_id);
CREATE INDEX payments_by_cash_session ON payments (tenant_id, cash_session_id);
CREATE INDEX payments_by_received_by ON payments (tenant_id, received_by_id);
CREATE INDEX refunds_by_order ON refunds (tenant_id, order_id);
CREATE INDEX refunds_by_return_order ON refunds (tenant_id, return_order_id);
CREATE INDEX refunds_by_payment ON refunds (tenant_id, payment_id);
CREATE INDEX refunds_by_gift_card ON refunds (tenant_id, gift_card_id);
CREATE INDEX refunds_by_register ON refunds (tenant_id, register_id);
CREATE INDEX refunds_by_cash_session ON refunds (tenant_id, cash_session_id);
CREATE INDEX refunds_by_actor ON refunds (tenant_id, actor_id);
CREATE INDEX refunds_by_approver ON refunds (tenant_id, approver_id);
CREATE INDEX refunds_by_return_reason ON refunds (tenant_id, return_reason_id);
CREATE INDEX store_credit_transactions_by_customer ON store_credit_transactions (tenant_id, customer_id);
CREATE INDEX store_credit_transactions_by_order ON store_credit_transactions (tenant_id, order_id);
CREATE INDEX store_credit_transactions_by_payment ON store_credit_transactions (tenant_id, payment_id);
CREATE INDEX store_credit_transactions_by_refund ON store_credit_transactions (tenant_id, refund_id);
CREATE INDEX store_credit_transactions_by_actor ON store_credit_transactions (tenant_id, actor_id);
CREATE INDEX invoices_by_order ON invoices (tenant_id, order_id);
CREATE INDEX invoices_by_customer ON invoices (tenant_id, customer_id);
CREATE INDEX invoices_by_original_invoice ON invoices (tenant_id, original_invoice_id);
CREATE INDEX invoice_lines_by_invoice ON invoice_lines (tenant_id, invoice_id);
CREATE INDEX invoice_lines_by_order_item ON invoice_lines (tenant_id, order_item_id);
CREATE INDEX lexoffice_sync_logs_by_invoice ON lexoffice_sync_logs (tenant_id, invoice_id);

-- What the sums must equal. A payment counts once it is captured; a refund counts for the order it
-- pays back and for the return it belongs to. An order that comes to nothing is paid as soon as it
-- is placed; a return is settled by refunds.
CREATE VIEW order_sums_recomputed WITH (security_invoker = true) AS
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
CREATE VIEW payment_sums_recomputed WITH (security_invoker = true) AS
SELECT payment_id, tenant_id, sum(amount_cents)::bigint AS refunded_cents
FROM refunds WHERE payment_id IS NOT NULL GROUP BY payment_id, tenant_id;

-- The rows of sums, or what they sum, are locked first: of two writers at once the second counts
-- what the first one wrote.
CREATE FUNCTION order_sums_refresh(changed uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM order_sums WHERE order_id = ANY (changed) ORDER BY order_id FOR UPDATE;
    UPDATE order_sums s
    SET item_count = r.item_count, paid_cents = r.paid_cents,
        refunded_cents = r.refunded_cents, payment_status = r.payment_status
    FROM order_sums_recomputed r
    WHERE s.order_id = ANY (changed) AND r.order_id = s.order_id;
END $$;
CREATE FUNCTION payment_sums_refresh(changed uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM payments WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM payment_sums WHERE payment_id = ANY (changed);
    INSERT INTO payment_sums (payment_id, tenant_id, refunded_cents)
    SELECT payment_id, tenant_id, refunded_cents FROM payment_sums_recomputed
    WHERE payment_id = ANY (changed);
END $$;
CREATE FUNCTION order_sums_of_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO order_sums SELECT * FROM order_sums_recomputed WHERE order_id = NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM order_sums WHERE order_id = OLD.id;
    ELSE
        PERFORM order_sums_refresh(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION order_sums_of_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE order_sums SET item_count = item_count - 1 WHERE order_id = OLD.order_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE order_sums SET item_count = item_count + 1 WHERE order_id = NEW.order_id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION order_sums_of_payments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM order_sums_refresh(ARRAY[OLD.order_id, NEW.order_id]);
    RETURN NULL;
END $$;
CREATE FUNCTION sums_of_refunds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM order_sums_refresh(
        ARRAY[OLD.order_id, OLD.return_order_id, NEW.order_id, NEW.return_order_id]);
    PERFORM payment_sums_refresh(ARRAY[OLD.payment_id, NEW.payment_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER order_sums_row AFTER INSERT OR DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION order_sums_of_orders();
CREATE TRIGGER order_sums_total AFTER UPDATE ON orders
    FOR EACH ROW WHEN ((OLD.total_cents, OLD.status) IS DISTINCT FROM (NEW.total_cents, NEW.status))
    EXECUTE FUNCTION order_sums_of_orders();
CREATE TRIGGER order_sums_row AFTER INSERT OR DELETE ON order_items
    FOR EACH ROW EXECUTE FUNCTION order_sums_of_items();
CREATE TRIGGER order_sums_moved AFTER UPDATE ON order_items
    FOR EACH ROW WHEN (OLD.order_id <> NEW.order_id) EXECUTE FUNCTION order_sums_of_items();
CREATE TRIGGER order_sums AFTER INSERT OR UPDATE OR DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION order_sums_of_payments();
CREATE TRIGGER sums AFTER INSERT OR UPDATE OR DELETE ON refunds
    FOR EACH ROW EXECUTE FUNCTION sums_of_refunds();
ALTER TABLE orders ENABLE ALWAYS TRIGGER order_sums_row;
ALTER TABLE orders ENABLE ALWAYS TRIGGER order_sums_total;
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_sums_row;
ALTER TABLE order_items ENABLE ALWAYS TRIGGER order_sums_moved;
ALTER TABLE payments ENABLE ALWAYS TRIGGER order_sums;
ALTER TABLE refunds ENABLE ALWAYS TRIGGER sums;

CREATE VIEW orders_with_sums WITH (security_invoker = true) AS
SELECT o.*, s.item_count, s.paid_cents, s.refunded_cents, s.payment_status
FROM orders o LEFT JOIN order_sums s ON s.order_id = o.id;
CREATE VIEW payments_with_refunds WITH (security_invoker = true) AS
SELECT p.*, p.webhook_received_at IS NOT NULL AS webhook_received,
       coalesce(s.refunded_cents, 0) AS refunded_cents
FROM payments p LEFT JOIN payment_sums s ON s.payment_id = p.id;

-- up sqlite
CREATE INDEX cash_movements_by_session ON cash_movements (cash_session_id);
CREATE INDEX cash_counts_by_session ON cash_counts (cash_session_id);
CREATE INDEX payments_by_order ON payments (order_id);
CREATE INDEX payments_by_session
    ON payments (cash_session_id) WHERE cash_session_id IS NOT NULL;
CREATE INDEX refunds_by_order ON refunds (order_id);
CREATE INDEX refunds_by_return_order
    ON refunds (return_order_id) WHERE return_order_id IS NOT NULL;
CREATE INDEX refunds_by_payment ON refunds (payment_id);
CREATE INDEX refunds_by_session ON refunds (cash_session_id) WHERE cash_session_id IS NOT NULL;
CREATE INDEX store_credit_transactions_by_customer ON store_credit_transactions (customer_id);
CREATE INDEX store_credit_transactions_by_order
    ON store_credit_transactions (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX payment_logs_by_payment ON payment_logs (payment_id, occurred_at);
CREATE INDEX invoices_by_order ON invoices (order_id);
CREATE INDEX invoices_by_customer ON invoices (customer_id);
CREATE INDEX invoices_by_original
    ON invoices (original_invoice_id) WHERE original_invoice_id IS NOT NULL;
CREATE INDEX invoice_lines_by_invoice ON invoice_lines (invoice_id);
CREATE INDEX invoice_lines_by_item
    ON invoice_lines (order_item_id) WHERE order_item_id IS NOT NULL;

-- What the sums must equal. A payment counts once it is captured; a refund counts for the order it
-- pays back and for the return it belongs to. An order that comes to nothing is paid as soon as it
-- is placed; a return is settled by refunds.
CREATE VIEW order_sums_recomputed AS
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
                           ('captured', 'partially_refunded', 'refunded')), 0) AS paid_cents,
             coalesce((SELECT sum(r.amount_cents) FROM refunds r
                       WHERE r.order_id = o.id OR r.return_order_id = o.id), 0)
                 AS refunded_cents
      FROM orders o) s;
CREATE VIEW payment_sums_recomputed AS
SELECT payment_id, tenant_id, sum(amount_cents) AS refunded_cents
FROM refunds WHERE payment_id IS NOT NULL GROUP BY payment_id, tenant_id;

-- Procedures: an id inserted into one of them sums that order or payment anew.
CREATE VIEW order_sums_refresh AS SELECT order_id FROM order_sums;
CREATE TRIGGER order_sums_refresh INSTEAD OF INSERT ON order_sums_refresh BEGIN
    DELETE FROM order_sums WHERE order_id = NEW.order_id;
    INSERT INTO order_sums
        (order_id, tenant_id, item_count, paid_cents, refunded_cents, payment_status)
    SELECT order_id, tenant_id, item_count, paid_cents, refunded_cents, payment_status
    FROM order_sums_recomputed WHERE order_id = NEW.order_id;
END;
CREATE VIEW payment_sums_refresh AS SELECT payment_id FROM payment_sums;
CREATE TRIGGER payment_sums_refresh INSTEAD OF INSERT ON payment_sums_refresh BEGIN
    DELETE FROM payment_sums WHERE payment_id = NEW.payment_id;
    INSERT INTO payment_sums (payment_id, tenant_id, refunded_cents)
    SELECT payment_id, tenant_id, refunded_cents FROM payment_sums_recomputed
    WHERE payment_id = NEW.payment_id;
END;

CREATE TRIGGER orders_sums_insert AFTER INSERT ON orders BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (NEW.id);
END;
CREATE TRIGGER orders_sums_update AFTER UPDATE ON orders
WHEN OLD.total_cents IS NOT NEW.total_cents OR OLD.status IS NOT NEW.status BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (NEW.id);
END;
CREATE TRIGGER orders_sums_delete AFTER DELETE ON orders BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (OLD.id);
END;
-- Lines are counted by differences: an order may have hundreds.
CREATE TRIGGER order_items_count_insert AFTER INSERT ON order_items BEGIN
    UPDATE order_sums SET item_count = item_count + 1 WHERE order_id = NEW.order_id;
END;
CREATE TRIGGER order_items_count_update AFTER UPDATE ON order_items
WHEN OLD.order_id IS NOT NEW.order_id BEGIN
    UPDATE order_sums SET item_count = item_count - 1 WHERE order_id = OLD.order_id;
    UPDATE order_sums SET item_count = item_count + 1 WHERE order_id = NEW.order_id;
END;
CREATE TRIGGER order_items_count_delete AFTER DELETE ON order_items BEGIN
    UPDATE order_sums SET item_count = item_count - 1 WHERE order_id = OLD.order_id;
END;
CREATE TRIGGER payments_sums_insert AFTER INSERT ON payments BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (NEW.order_id);
END;
CREATE TRIGGER payments_sums_update AFTER UPDATE ON payments
WHEN OLD.order_id IS NOT NEW.order_id OR OLD.amount_cents IS NOT NEW.amount_cents
  OR OLD.status IS NOT NEW.status BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (OLD.order_id), (NEW.order_id);
END;
CREATE TRIGGER payments_sums_delete AFTER DELETE ON payments BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (OLD.order_id);
END;
CREATE TRIGGER refunds_sums_insert AFTER INSERT ON refunds BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (NEW.order_id), (NEW.return_order_id);
    INSERT INTO payment_sums_refresh (payment_id) VALUES (NEW.payment_id);
END;
CREATE TRIGGER refunds_sums_update AFTER UPDATE ON refunds
WHEN OLD.order_id IS NOT NEW.order_id OR OLD.return_order_id IS NOT NEW.return_order_id
  OR OLD.payment_id IS NOT NEW.payment_id OR OLD.amount_cents IS NOT NEW.amount_cents BEGIN
    INSERT INTO order_sums_refresh (order_id)
    VALUES (OLD.order_id), (OLD.return_order_id), (NEW.order_id), (NEW.return_order_id);
    INSERT INTO payment_sums_refresh (payment_id) VALUES (OLD.payment_id), (NEW.payment_id);
END;
CREATE TRIGGER refunds_sums_delete AFTER DELETE ON refunds BEGIN
    INSERT INTO order_sums_refresh (order_id) VALUES (OLD.order_id), (OLD.return_order_id);
    INSERT INTO payment_sums_refresh (payment_id) VALUES (OLD.payment_id);
END;

CREATE VIEW orders_with_sums AS
SELECT o.*, s.item_count, s.paid_cents, s.refunded_cents, s.payment_status
FROM orders o LEFT JOIN order_sums s ON s.order_id = o.id;
CREATE VIEW payments_with_refunds AS
SELECT p.*, p.webhook_received_at IS NOT NULL AS webhook_received,
       coalesce(s.refunded_cents, 0) AS refunded_cents
FROM payments p LEFT JOIN payment_sums s ON s.payment_id = p.id;

-- down sqlite
DROP TRIGGER orders_sums_insert;
DROP TRIGGER orders_sums_update;
DROP TRIGGER orders_sums_delete;
DROP TRIGGER order_items_count_insert;
DROP TRIGGER order_items_count_update;
DROP TRIGGER order_items_count_delete;
DROP VIEW payments_with_refunds;
DROP VIEW orders_with_sums;
DROP VIEW payment_sums_refresh;
DROP VIEW order_sums_refresh;
DROP VIEW payment_sums_recomputed;
DROP VIEW order_sums_recomputed;

-- down postgres
DROP VIEW payments_with_refunds;
DROP VIEW orders_with_sums;
DROP VIEW payment_sums_recomputed;
DROP VIEW order_sums_recomputed;
DROP TRIGGER order_sums_row ON orders;
DROP TRIGGER order_sums_total ON orders;
DROP TRIGGER order_sums_row ON order_items;
DROP TRIGGER order_sums_moved ON order_items;
DROP TRIGGER order_sums ON payments;
DROP TRIGGER sums ON refunds;
DROP FUNCTION sums_of_refunds();
DROP FUNCTION order_sums_of_payments();
DROP FUNCTION order_sums_of_items();
DROP FUNCTION order_sums_of_orders();
DROP FUNCTION payment_sums_refresh(uuid[]);
DROP FUNCTION order_sums_refresh(uuid[]);

-- down
DROP TABLE payment_sums;
DROP TABLE order_sums;
DROP TABLE lexoffice_sync_logs;
DROP TABLE invoice_lines;
DROP TABLE invoices;
DROP TABLE payment_logs;
DROP TABLE store_credit_transactions;
DROP TABLE refunds;
DROP TABLE payments;
DROP TABLE cash_counts;
DROP TABLE cash_movements;
DROP TABLE cash_sessions;
DROP TABLE payment_gateway_configs;
