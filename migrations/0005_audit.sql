-- up
-- One chain per terminal and incarnation: `hash` is over prev_hash, the other columns and the
-- digest of the details, so that details may be erased without breaking the chain.
CREATE TABLE audit_logs (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    target_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    approver_id    UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    terminal_id    UUID REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    incarnation    BIGINT,
    sequence       BIGINT NOT NULL DEFAULT 0,
    action         VARCHAR(50) NOT NULL CHECK (length(action) BETWEEN 1 AND 50),
    subject_table  VARCHAR(63),
    subject_id     UUID,
    summary        VARCHAR(500),
    details        JSONB NOT NULL DEFAULT '{}',
    details_digest BYTEA CHECK (length(details_digest) = 32),
    prev_hash      BYTEA CHECK (length(prev_hash) = 32),
    hash           BYTEA CHECK (length(hash) = 32),
    occurred_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE approvals (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    action          VARCHAR(60) NOT NULL CHECK (length(action) BETWEEN 1 AND 60),
    status          VARCHAR(20) NOT NULL DEFAULT 'requested' CHECK (status IN ('requested', 'approved', 'refused', 'expired')),
    requested_by_id UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    decided_by_id   UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    register_id     UUID REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    subject_table   VARCHAR(63),
    subject_id      UUID,
    reason          VARCHAR(255),
    details         JSONB NOT NULL DEFAULT '{}',
    requested_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    decided_at      TIMESTAMPTZ,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (CASE WHEN subject_table IS NULL THEN subject_id IS NULL ELSE subject_id IS NOT NULL END)
);

CREATE TABLE gdpr_requests (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id   UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    kind          VARCHAR(20) NOT NULL CHECK (kind IN ('export', 'erase', 'rectify')),
    status        VARCHAR(20) NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'verified', 'running', 'done', 'refused')),
    email         VARCHAR(255),
    reason        TEXT,
    result        JSONB NOT NULL DEFAULT '{}',
    handled_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    received_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    due_at        TIMESTAMPTZ,
    verified_at   TIMESTAMPTZ,
    finished_at   TIMESTAMPTZ,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE consents (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    email       VARCHAR(255),
    purpose     VARCHAR(60) NOT NULL CHECK (length(purpose) BETWEEN 1 AND 60),
    is_granted  BOOLEAN NOT NULL,
    source      VARCHAR(100),
    wording     TEXT,
    ip_hash     VARCHAR(64),
    decided_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (customer_id IS NOT NULL OR user_id IS NOT NULL OR email IS NOT NULL)
);

-- What is done with rows of a table when they are older than `keep_days`: all of them, or those
-- in one status.
CREATE TABLE retention_policies (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    subject_table VARCHAR(63) NOT NULL CHECK (length(subject_table) BETWEEN 1 AND 63),
    only_status   VARCHAR(40) NOT NULL DEFAULT '',
    action        VARCHAR(20) NOT NULL CHECK (action IN ('delete', 'archive', 'anonymise')),
    keep_days     INTEGER NOT NULL CHECK (keep_days > 0),
    is_active     BOOLEAN NOT NULL DEFAULT TRUE,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX retention_policies_by_subject
    ON retention_policies (tenant_id, subject_table, only_status, action);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('audit_logs', 501, 'tenant', 'append', 'self.edit', NULL, NULL, NULL),
    ('approvals', 502, 'tenant', 'fields', 'self.edit', 'orders.approve', NULL, NULL),
    ('gdpr_requests', 503, 'central', 'fields', 'privacy.manage', 'privacy.manage', NULL, NULL),
    ('consents', 504, 'tenant', 'append', 'customers.edit', NULL, NULL, NULL),
    ('retention_policies', 505, 'tenant', 'fields', 'privacy.manage', 'privacy.manage', 'privacy.manage', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('audit_logs', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('audit_logs', 'target_id', NULL, NULL, FALSE, 'clear'),
    ('audit_logs', 'approver_id', NULL, NULL, FALSE, 'clear'),
    ('audit_logs', 'terminal_id', NULL, NULL, FALSE, 'clear'),
    ('approvals', 'status', 'moves', NULL, FALSE, NULL),
    ('approvals', 'subject_table', NULL, 'subject', FALSE, NULL),
    ('approvals', 'subject_id', NULL, 'subject', FALSE, NULL),
    ('approvals', 'details', 'keys', NULL, FALSE, NULL),
    ('gdpr_requests', 'status', 'moves', NULL, FALSE, NULL),
    ('gdpr_requests', 'result', 'keys', NULL, FALSE, NULL),
    ('gdpr_requests', 'handled_by_id', NULL, NULL, FALSE, 'clear');
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('approvals', 'status', 'requested', 'approved'),
    ('approvals', 'status', 'requested', 'refused'),
    ('approvals', 'status', 'requested', 'expired');

INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('gdpr_requests', 'status', 'received', 'verified'),
    ('gdpr_requests', 'status', 'received', 'refused'),
    ('gdpr_requests', 'status', 'verified', 'running'),
    ('gdpr_requests', 'status', 'verified', 'refused'),
    ('gdpr_requests', 'status', 'running', 'done'),
    ('gdpr_requests', 'status', 'running', 'refused');

-- up postgres
CREATE INDEX audit_logs_by_time ON audit_logs (tenant_id, occurred_at DESC);
CREATE INDEX audit_logs_by_subject ON audit_logs (tenant_id, subject_id);
CREATE INDEX audit_logs_by_chain ON audit_logs (tenant_id, terminal_id, incarnation, sequence);
CREATE INDEX gdpr_requests_by_status ON gdpr_requests (tenant_id, status);
CREATE INDEX audit_logs_by_actor ON audit_logs (tenant_id, actor_id);
CREATE INDEX audit_logs_by_target ON audit_logs (tenant_id, target_id);
CREATE INDEX audit_logs_by_approver ON audit_logs (tenant_id, approver_id);
CREATE INDEX approvals_by_requested_by ON approvals (tenant_id, requested_by_id);
CREATE INDEX approvals_by_decided_by ON approvals (tenant_id, decided_by_id);
CREATE INDEX approvals_by_register ON approvals (tenant_id, register_id);
CREATE INDEX gdpr_requests_by_user ON gdpr_requests (tenant_id, user_id);
CREATE INDEX gdpr_requests_by_customer ON gdpr_requests (tenant_id, customer_id);
CREATE INDEX gdpr_requests_by_handled_by ON gdpr_requests (tenant_id, handled_by_id);
CREATE INDEX consents_by_customer ON consents (tenant_id, customer_id);
CREATE INDEX consents_by_user ON consents (tenant_id, user_id);

-- up sqlite
CREATE INDEX audit_logs_by_time ON audit_logs (occurred_at, id);
CREATE INDEX audit_logs_by_actor ON audit_logs (actor_id, occurred_at);
CREATE INDEX audit_logs_by_subject ON audit_logs (subject_id);
CREATE INDEX audit_logs_by_chain ON audit_logs (terminal_id, incarnation, sequence);
CREATE INDEX consents_by_customer ON consents (customer_id);

-- down
DROP TABLE retention_policies;
DROP TABLE consents;
DROP TABLE gdpr_requests;
DROP TABLE approvals;
DROP TABLE audit_logs;
