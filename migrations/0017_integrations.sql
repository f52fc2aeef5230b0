-- Programs of others: what is connected, with which credentials, and what goes out and comes in.

-- up
CREATE TABLE integrations (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name         VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    type         VARCHAR(50) NOT NULL CHECK (length(type) BETWEEN 1 AND 50),
    status       VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'error')),
    config       JSONB NOT NULL DEFAULT '{}',
    last_sync_at TIMESTAMPTZ,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Sealed to the worker's public key: a terminal can set one and never read it back. It belongs to
-- the shop, a gateway, an integration, a user or a customer.
CREATE TABLE integration_credentials (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    owner_type  VARCHAR(20) NOT NULL CHECK (owner_type IN ('tenant', 'gateway', 'integration', 'user', 'customer')),
    owner_id    UUID NOT NULL,
    service     VARCHAR(50) NOT NULL CHECK (length(service) BETWEEN 1 AND 50),
    name        VARCHAR(100) NOT NULL DEFAULT 'default',
    sealed      BYTEA NOT NULL,
    key_id      VARCHAR(64) NOT NULL CHECK (length(key_id) BETWEEN 1 AND 64),
    expires_at  TIMESTAMPTZ,
    rotated_at  TIMESTAMPTZ,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE webhooks (
    id                   UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id            UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    url                  VARCHAR(500) NOT NULL CHECK (length(url) BETWEEN 1 AND 500),
    events               JSONB NOT NULL DEFAULT '[]',
    secret_sealed        BYTEA NOT NULL,
    key_id               VARCHAR(64) NOT NULL CHECK (length(key_id) BETWEEN 1 AND 64),
    status               VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'failing')),
    consecutive_failures INTEGER NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
    description          TEXT,
    row_version          BIGINT NOT NULL DEFAULT 0,
    created_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at           TIMESTAMPTZ
);

-- One event for one receiver; the id of the event tells a receiver that it had it before.
CREATE TABLE webhook_deliveries (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    webhook_id      UUID NOT NULL REFERENCES webhooks (id) DEFERRABLE INITIALLY DEFERRED,
    event_id        UUID NOT NULL,
    event_type      VARCHAR(100) NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
    payload         JSONB NOT NULL,
    state           VARCHAR(20) NOT NULL DEFAULT 'queued'
                    CHECK (state IN ('queued', 'sending', 'done', 'failed', 'unknown', 'given_up')),
    attempt_count   INTEGER NOT NULL DEFAULT 0 CHECK (attempt_count >= 0),
    next_attempt_at TIMESTAMPTZ,
    response_status INTEGER,
    response_body   TEXT,
    response_ms     INTEGER CHECK (response_ms >= 0),
    delivered_at    TIMESTAMPTZ,
    replay_of_id    UUID REFERENCES webhook_deliveries (id) DEFERRABLE INITIALLY DEFERRED,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- What others tell us. The unique key is what makes a repeated call harmless.
CREATE TABLE webhook_events (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    provider      VARCHAR(50) NOT NULL CHECK (length(provider) BETWEEN 1 AND 50),
    external_id   VARCHAR(255) NOT NULL CHECK (length(external_id) BETWEEN 1 AND 255),
    event_type    VARCHAR(100) NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
    payload       JSONB NOT NULL,
    received_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    processed_at  TIMESTAMPTZ,
    attempt_count INTEGER NOT NULL DEFAULT 0 CHECK (attempt_count >= 0),
    error_text    TEXT,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX integrations_by_type ON integrations (tenant_id, type);
CREATE UNIQUE INDEX integration_credentials_by_owner
    ON integration_credentials (tenant_id, owner_type, owner_id, service, name);
CREATE UNIQUE INDEX webhook_events_by_external ON webhook_events (tenant_id, provider, external_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('integrations', 1701, 'central', 'fields', 'integrations.edit', 'integrations.edit', 'integrations.delete', NULL),
    ('integration_credentials', 1702, 'central', 'fields', 'integrations.edit', 'integrations.edit', 'integrations.delete', NULL),
    ('webhooks', 1703, 'central', 'fields', 'integrations.edit', 'integrations.edit', 'integrations.delete', NULL),
    ('webhook_deliveries', 1704, 'central', 'fields', 'integrations.edit', 'integrations.edit', 'integrations.delete', 90),
    ('webhook_events', 1705, 'central', 'fields', 'integrations.edit', 'integrations.edit', 'integrations.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('integrations', 'config', 'keys', NULL, FALSE, NULL),
    ('integrations', 'last_sync_at', 'max', NULL, FALSE, NULL),
    ('integration_credentials', 'owner_type', NULL, 'owner', FALSE, NULL),
    ('integration_credentials', 'owner_id', NULL, 'owner', FALSE, NULL),
    ('integration_credentials', 'sealed', NULL, NULL, TRUE, NULL),
    ('webhooks', 'events', 'set', NULL, FALSE, NULL),
    ('webhooks', 'secret_sealed', NULL, NULL, TRUE, NULL),
    ('webhook_deliveries', 'webhook_id', NULL, NULL, FALSE, 'parts'),
    ('webhook_deliveries', 'attempt_count', 'max', NULL, FALSE, NULL),
    ('webhook_deliveries', 'replay_of_id', NULL, NULL, FALSE, 'clear'),
    ('webhook_events', 'attempt_count', 'max', NULL, FALSE, NULL);

-- up postgres
CREATE INDEX webhooks_by_status ON webhooks (tenant_id, status);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (tenant_id, webhook_id);
CREATE INDEX webhook_deliveries_by_event_type ON webhook_deliveries (tenant_id, event_type);
CREATE INDEX webhook_deliveries_by_created ON webhook_deliveries (tenant_id, created_at);
CREATE INDEX webhook_deliveries_by_due
    ON webhook_deliveries (tenant_id, next_attempt_at) WHERE state IN ('queued', 'failed');
CREATE INDEX webhook_deliveries_by_replay_of ON webhook_deliveries (tenant_id, replay_of_id);
CREATE INDEX webhook_events_by_processed ON webhook_events (tenant_id, processed_at);

-- up sqlite
CREATE INDEX webhook_deliveries_by_due
    ON webhook_deliveries (next_attempt_at) WHERE state IN ('queued', 'failed');
CREATE INDEX webhook_events_by_waiting ON webhook_events (received_at) WHERE processed_at IS NULL;

-- down
DROP TABLE webhook_events;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
DROP TABLE integration_credentials;
DROP TABLE integrations;
