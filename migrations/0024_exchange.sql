-- What a store needs besides to exchange with the centre: the log of what came and went, what an
-- operation stands in for, and what waits for a person for reasons that the centre found.

-- up
-- What came and went, for a person; the newest few thousand.
CREATE TABLE sync_log (
    number       BIGINT PRIMARY KEY NOT NULL,
    logged_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    what         VARCHAR(10) NOT NULL
        CHECK (what IN ('sent', 'answer', 'received', 'line', 'copy', 'error')),
    operation_id UUID,
    words        TEXT NOT NULL
);

-- The refused operation that one is sent instead of; when one was taken back before it was sent:
-- it is then empty, and has another id than what it was.
ALTER TABLE outbox ADD COLUMN replaces UUID;
ALTER TABLE outbox ADD COLUMN withdrawn_at TIMESTAMPTZ;
ALTER TABLE journal ADD COLUMN replaces UUID;
CREATE INDEX outbox_waiting ON outbox (seq) WHERE state = 'waiting';
CREATE INDEX outbox_parked ON outbox (seq) WHERE is_parked IS TRUE;

-- A row of the centre that can't be shown yet: what it refers to has not come, or this version of
-- the program does not take it. Tried again with each pull.
ALTER TABLE base_rows ADD COLUMN is_waiting BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX base_rows_waiting ON base_rows (table_name, row_id) WHERE is_waiting IS TRUE;

CREATE INDEX attention_by_operation ON attention (operation_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('sync_log', 2401, 'local', 'fields', NULL, NULL, NULL, NULL);

-- up postgres
ALTER TABLE attention DROP CONSTRAINT attention_kind_check;
ALTER TABLE attention ADD CONSTRAINT attention_kind_check
    CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'number', 'reference',
                    'actor', 'mail', 'store'));

-- up sqlite
-- rebuild attention
CREATE TABLE attention (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    operation_id UUID,
    kind         VARCHAR(20) NOT NULL
        CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'number', 'reference',
                        'actor', 'mail', 'store')),
    table_name   VARCHAR(63),
    row_id       UUID,
    summary      TEXT NOT NULL,
    reason       TEXT NOT NULL DEFAULT '',
    details      JSONB NOT NULL DEFAULT '{}',
    raised_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    done_at      TIMESTAMPTZ,
    done_by      UUID
);

-- down sqlite
DROP INDEX attention_by_operation;
DROP INDEX base_rows_waiting;
ALTER TABLE base_rows DROP COLUMN is_waiting;
DROP INDEX outbox_parked;
DROP INDEX outbox_waiting;
ALTER TABLE journal DROP COLUMN replaces;
ALTER TABLE outbox DROP COLUMN withdrawn_at;
ALTER TABLE outbox DROP COLUMN replaces;
DELETE FROM attention WHERE kind IN ('number', 'reference', 'actor');
-- rebuild attention
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

-- down postgres
DELETE FROM attention WHERE kind IN ('number', 'reference', 'actor');
ALTER TABLE attention DROP CONSTRAINT attention_kind_check;
ALTER TABLE attention ADD CONSTRAINT attention_kind_check
    CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'mail', 'store'));
DROP INDEX attention_by_operation;
DROP INDEX base_rows_waiting;
ALTER TABLE base_rows DROP COLUMN is_waiting;
DROP INDEX outbox_parked;
DROP INDEX outbox_waiting;
ALTER TABLE journal DROP COLUMN replaces;
ALTER TABLE outbox DROP COLUMN withdrawn_at;
ALTER TABLE outbox DROP COLUMN replaces;

-- down
DROP TABLE sync_log;
