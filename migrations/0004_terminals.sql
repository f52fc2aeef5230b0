-- Terminals and the state of the exchange between stores and centre (SYNC.md). The second half is
-- what a store keeps for itself.

-- up
CREATE TABLE terminals (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name           VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind           VARCHAR(20) NOT NULL
        CHECK (kind IN ('register', 'office', 'estimator', 'worker', 'service')),
    location_id    UUID REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    role_name      VARCHAR(63),
    schema_version INTEGER NOT NULL DEFAULT 0 CHECK (schema_version >= 0),
    scope_version  BIGINT NOT NULL DEFAULT 0 CHECK (scope_version >= 0),
    enrolled_at    TIMESTAMPTZ,
    revoked_at     TIMESTAMPTZ,
    last_seen_at   TIMESTAMPTZ,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at     TIMESTAMPTZ
);
CREATE UNIQUE INDEX terminals_by_name ON terminals (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX terminals_by_role ON terminals (role_name) WHERE revoked_at IS NULL;

-- A store that was copied or put back from a backup goes on under a new incarnation.
CREATE TABLE terminal_incarnations (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    terminal_id       UUID NOT NULL REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    incarnation       BIGINT NOT NULL CHECK (incarnation > 0),
    last_seq          BIGINT NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
    last_operation_id UUID,
    started_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    ended_at          TIMESTAMPTZ,
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now())
);
CREATE UNIQUE INDEX terminal_incarnations_by_number
    ON terminal_incarnations (tenant_id, terminal_id, incarnation);

CREATE TABLE terminal_users (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    terminal_id  UUID NOT NULL REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    user_id      UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    signed_in_at TIMESTAMPTZ NOT NULL,
    valid_until  TIMESTAMPTZ NOT NULL,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (valid_until > signed_in_at)
);
CREATE UNIQUE INDEX terminal_users_by_user ON terminal_users (tenant_id, terminal_id, user_id);

-- The code itself is never stored: 128 random bits, of which only the hash is kept.
CREATE TABLE enrollment_codes (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    code_hash   BYTEA NOT NULL CHECK (length(code_hash) = 32),
    kind        VARCHAR(20) NOT NULL
        CHECK (kind IN ('register', 'office', 'estimator', 'worker', 'service')),
    location_id UUID REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    expires_at  TIMESTAMPTZ NOT NULL,
    tries_left  INTEGER NOT NULL DEFAULT 5 CHECK (tries_left BETWEEN 0 AND 5),
    used_at     TIMESTAMPTZ,
    terminal_id UUID REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    created_by  UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);
CREATE UNIQUE INDEX enrollment_codes_by_hash ON enrollment_codes (code_hash);

-- One worker of a tenant works at a time; a lease that ran out may be taken by another.
CREATE TABLE worker_leases (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    task        VARCHAR(40) NOT NULL DEFAULT 'worker' CHECK (length(task) BETWEEN 1 AND 40),
    terminal_id UUID REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    taken_at    TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);
CREATE UNIQUE INDEX worker_leases_by_task ON worker_leases (tenant_id, task);

-- The centre's own: what it is, what was applied, what was lost in a merge.
CREATE TABLE sync_meta (
    name  VARCHAR(40) PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE field_times (
    row_id      UUID NOT NULL,
    column_name VARCHAR(63) NOT NULL,
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    edited_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (row_id, column_name)
);

CREATE TABLE applied_operations (
    operation_id UUID PRIMARY KEY NOT NULL,
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    terminal_id  UUID NOT NULL REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    incarnation  BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    hash         BYTEA NOT NULL CHECK (length(hash) = 32),
    kind         VARCHAR(60) NOT NULL,
    actor_id     UUID,
    status       VARCHAR(10) NOT NULL
        CHECK (status IN ('applied', 'merged', 'conflict', 'refused', 'blocked')),
    reason       TEXT,
    result       JSONB NOT NULL DEFAULT '{}',
    payload      TEXT,
    received_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);
CREATE UNIQUE INDEX applied_operations_by_seq
    ON applied_operations (tenant_id, terminal_id, incarnation, seq);

CREATE TABLE sync_conflicts (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    operation_id UUID NOT NULL,
    terminal_id  UUID NOT NULL REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    table_name   VARCHAR(63) NOT NULL,
    row_id       UUID NOT NULL,
    column_name  VARCHAR(63),
    base_value   TEXT,
    lost_value   TEXT,
    kept_value   TEXT,
    reason       TEXT,
    resolved_at  TIMESTAMPTZ,
    resolved_by  UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- The store's own. Operations wait in the outbox until the centre has answered and the answer was
-- drawn; then, and at once in a shop without a centre, they stand in the journal.
CREATE TABLE outbox (
    id           UUID PRIMARY KEY NOT NULL,
    seq          BIGINT NOT NULL UNIQUE CHECK (seq > 0),
    incarnation  BIGINT NOT NULL DEFAULT 1,
    kind         VARCHAR(60) NOT NULL,
    actor_id     UUID,
    actor_name   VARCHAR(100) NOT NULL DEFAULT '',
    approver_id  UUID,
    occurred_at  TIMESTAMPTZ NOT NULL,
    group_id     UUID,
    summary      TEXT NOT NULL DEFAULT '',
    payload      TEXT NOT NULL,
    hash         BYTEA NOT NULL CHECK (length(hash) = 32),
    undoes       UUID,
    undone_by    UUID,
    state        VARCHAR(10) NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'applied', 'merged', 'conflict', 'refused', 'blocked')),
    is_hidden    BOOLEAN NOT NULL DEFAULT FALSE,
    is_parked    BOOLEAN NOT NULL DEFAULT FALSE,
    parked_at    BIGINT,
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    attempted_at TIMESTAMPTZ,
    reason       TEXT,
    blocked_by   UUID
);
CREATE INDEX outbox_by_group ON outbox (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE journal (
    id          UUID PRIMARY KEY NOT NULL,
    seq         BIGINT NOT NULL UNIQUE CHECK (seq > 0),
    incarnation BIGINT NOT NULL DEFAULT 1,
    kind        VARCHAR(60) NOT NULL,
    actor_id    UUID,
    actor_name  VARCHAR(100) NOT NULL DEFAULT '',
    approver_id UUID,
    occurred_at TIMESTAMPTZ NOT NULL,
    group_id    UUID,
    summary     TEXT NOT NULL DEFAULT '',
    payload     TEXT NOT NULL,
    hash        BYTEA NOT NULL CHECK (length(hash) = 32),
    undoes      UUID,
    undone_by   UUID,
    state       VARCHAR(10) NOT NULL DEFAULT 'alone'
        CHECK (state IN ('alone', 'applied', 'merged', 'conflict', 'refused', 'withdrawn')),
    reason      TEXT,
    answered_at TIMESTAMPTZ
);
CREATE INDEX journal_by_actor ON journal (actor_id, seq);
CREATE INDEX journal_by_group ON journal (group_id) WHERE group_id IS NOT NULL;

-- Which operations of outbox and journal touched a row.
CREATE TABLE journal_rows (
    table_name VARCHAR(63) NOT NULL,
    row_id     UUID NOT NULL,
    seq        BIGINT NOT NULL,
    PRIMARY KEY (table_name, row_id, seq)
);
CREATE INDEX journal_rows_by_seq ON journal_rows (seq);

-- The centre's version of the rows that pending operations touch; no row there: `fields` is NULL.
CREATE TABLE base_rows (
    table_name VARCHAR(63) NOT NULL,
    row_id     UUID NOT NULL,
    version    BIGINT NOT NULL DEFAULT 0,
    fields     TEXT,
    PRIMARY KEY (table_name, row_id)
);

CREATE TABLE op_rows (
    table_name VARCHAR(63) NOT NULL,
    row_id     UUID NOT NULL,
    seq        BIGINT NOT NULL,
    verb       VARCHAR(6) NOT NULL CHECK (verb IN ('insert', 'update', 'delete')),
    fields     TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (table_name, row_id, seq)
);
CREATE INDEX op_rows_by_seq ON op_rows (seq);

CREATE TABLE op_deps (
    seq       BIGINT NOT NULL,
    needs_seq BIGINT NOT NULL,
    PRIMARY KEY (seq, needs_seq),
    CHECK (needs_seq < seq)
);
CREATE INDEX op_deps_by_need ON op_deps (needs_seq);

-- What waits for a person: a refused operation, a conflict, money that landed with a question.
CREATE TABLE attention (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    operation_id UUID,
    kind         VARCHAR(20) NOT NULL
        CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'mail', 'store')),
    table_name   VARCHAR(63),
    row_id       UUID,
    summary      TEXT NOT NULL,
    reason       TEXT NOT NULL DEFAULT '',
    details      JSONB NOT NULL DEFAULT '{}',
    raised_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    done_at      TIMESTAMPTZ,
    done_by      UUID
);
CREATE INDEX attention_open ON attention (raised_at) WHERE done_at IS NULL;

CREATE TABLE sync_state (
    name  VARCHAR(40) PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE print_jobs (
    id         UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    printer    VARCHAR(100) NOT NULL CHECK (length(printer) BETWEEN 1 AND 100),
    kind       VARCHAR(20) NOT NULL
        CHECK (kind IN ('receipt', 'invoice', 'label', 'report', 'drawer')),
    table_name VARCHAR(63),
    row_id     UUID,
    body       BYTEA NOT NULL,
    state      VARCHAR(10) NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'printing', 'done', 'failed', 'cancelled')),
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error      TEXT,
    queued_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    done_at    TIMESTAMPTZ
);
CREATE INDEX print_jobs_open ON print_jobs (queued_at) WHERE done_at IS NULL;

-- What a person has begun to type and not saved yet; survives a crash.
CREATE TABLE drafts (
    id         UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    user_id    UUID,
    screen     VARCHAR(40) NOT NULL,
    table_name VARCHAR(63),
    row_id     UUID,
    body       JSONB NOT NULL DEFAULT '{}',
    saved_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);
CREATE INDEX drafts_by_screen ON drafts (user_id, screen);

CREATE TABLE import_mappings (
    id         UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    name       VARCHAR(60) NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 60),
    target     VARCHAR(40) NOT NULL,
    columns    JSONB NOT NULL DEFAULT '{}',
    settings   JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Which row came from which record of which import: the old id, or the key of a line.
CREATE TABLE import_map (
    mapping     VARCHAR(60) NOT NULL,
    source_key  VARCHAR(200) NOT NULL,
    table_name  VARCHAR(63) NOT NULL,
    row_id      UUID NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL DEFAULT (now()),
    PRIMARY KEY (mapping, source_key, table_name)
);
CREATE INDEX import_map_by_row ON import_map (table_name, row_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('terminals', 401, 'tenant', 'fields', 'sync.edit', 'sync.edit', 'sync.delete', NULL),
    ('terminal_incarnations', 402, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('terminal_users', 403, 'tenant', 'fields', 'sync.edit', 'sync.edit', 'sync.delete', NULL),
    ('enrollment_codes', 404, 'central', 'fields', 'sync.edit', 'sync.edit', 'sync.delete', 30),
    ('worker_leases', 405, 'central', 'fields', 'sync.edit', 'sync.edit', 'sync.delete', NULL),
    ('sync_meta', 406, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('field_times', 407, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('applied_operations', 408, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('sync_conflicts', 409, 'tenant', 'fields', 'sync.edit', 'sync.edit', NULL, 365),
    ('outbox', 410, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('journal', 411, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('journal_rows', 412, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('base_rows', 413, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('op_rows', 414, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('op_deps', 415, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('attention', 416, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('sync_state', 417, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('print_jobs', 418, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('drafts', 419, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('import_mappings', 420, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('import_map', 421, 'local', 'fields', NULL, NULL, NULL, NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)
VALUES
    ('terminals', 'location_id', NULL, NULL, FALSE, 'clear'),
    ('terminal_incarnations', 'terminal_id', NULL, NULL, FALSE, 'parts'),
    ('terminal_users', 'terminal_id', NULL, NULL, FALSE, 'parts'),
    ('terminal_users', 'signed_in_at', NULL, 'sign_in', FALSE, NULL),
    ('terminal_users', 'valid_until', NULL, 'sign_in', FALSE, NULL),
    ('enrollment_codes', 'code_hash', NULL, NULL, TRUE, NULL),
    ('enrollment_codes', 'location_id', NULL, NULL, FALSE, 'clear'),
    ('enrollment_codes', 'terminal_id', NULL, NULL, FALSE, 'clear'),
    ('enrollment_codes', 'created_by', NULL, NULL, FALSE, 'clear'),
    ('worker_leases', 'terminal_id', NULL, NULL, FALSE, 'clear'),
    ('sync_conflicts', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('sync_conflicts', 'resolved_by', NULL, NULL, FALSE, 'clear');

-- up postgres
CREATE INDEX terminals_by_location ON terminals (tenant_id, location_id);
CREATE INDEX terminal_users_of_user ON terminal_users (tenant_id, user_id);
CREATE INDEX enrollment_codes_by_location ON enrollment_codes (tenant_id, location_id);
CREATE INDEX enrollment_codes_by_terminal ON enrollment_codes (tenant_id, terminal_id);
CREATE INDEX enrollment_codes_by_creator ON enrollment_codes (tenant_id, created_by);
CREATE INDEX worker_leases_by_terminal ON worker_leases (tenant_id, terminal_id);
CREATE INDEX field_times_by_tenant ON field_times (tenant_id);
CREATE INDEX sync_conflicts_by_row ON sync_conflicts (tenant_id, row_id);
CREATE INDEX sync_conflicts_by_terminal ON sync_conflicts (tenant_id, terminal_id);
CREATE INDEX sync_conflicts_by_actor ON sync_conflicts (tenant_id, actor_id);
CREATE INDEX sync_conflicts_by_resolver ON sync_conflicts (tenant_id, resolved_by);

-- down
DROP TABLE import_map;
DROP TABLE import_mappings;
DROP TABLE drafts;
DROP TABLE print_jobs;
DROP TABLE sync_state;
DROP TABLE attention;
DROP TABLE op_deps;
DROP TABLE op_rows;
DROP TABLE base_rows;
DROP TABLE journal_rows;
DROP TABLE journal;
DROP TABLE outbox;
DROP TABLE sync_conflicts;
DROP TABLE applied_operations;
DROP TABLE field_times;
DROP TABLE sync_meta;
DROP TABLE worker_leases;
DROP TABLE enrollment_codes;
DROP TABLE terminal_users;
DROP TABLE terminal_incarnations;
DROP TABLE terminals;
