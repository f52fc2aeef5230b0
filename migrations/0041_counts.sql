-- Counts of a part of the goods, on several terminals and shelves at once: which goods a count is
-- Counts of a part of the goods, on several terminals and shelves at once: which goods a count is
-- An undone count books back and is open again; what was received of a transfer and is undone is on
-- its way again.

-- up
ALTER TABLE stock_counts ADD COLUMN category_id UUID
    REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE stock_counts ADD COLUMN counted_before TIMESTAMPTZ;
ALTER TABLE stock_count_lines ADD COLUMN shelf VARCHAR(50);
ALTER TABLE stock_count_lines ADD COLUMN sheet VARCHAR(40);
ALTER TABLE stock_count_lines ADD COLUMN replaces_before TIMESTAMPTZ;
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)
VALUES
    ('stock_counts', 'category_id', NULL, NULL, FALSE, 'clear');
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('stock_count_lines', 'shelf', 'none'), ('stock_count_lines', 'sheet', 'none');
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('stock_counts', 'status', 'closed', 'open'),
    ('stock_counts', 'status', 'cancelled', 'open'),
    ('stock_transfers', 'status', 'received', 'sent');

-- up postgres
CREATE INDEX stock_counts_by_category ON stock_counts (tenant_id, category_id);
SELECT sync_enable('stock_counts');
SELECT sync_enable('stock_count_lines');

-- up sqlite
CREATE INDEX stock_count_lines_by_variant ON stock_count_lines (variant_id);

-- down sqlite
DROP INDEX stock_count_lines_by_variant;
ALTER TABLE stock_count_lines DROP COLUMN replaces_before;
ALTER TABLE stock_count_lines DROP COLUMN sheet;
ALTER TABLE stock_count_lines DROP COLUMN shelf;
-- rebuild stock_counts
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

-- down postgres
ALTER TABLE stock_count_lines DROP COLUMN replaces_before;
ALTER TABLE stock_count_lines DROP COLUMN sheet;
ALTER TABLE stock_count_lines DROP COLUMN shelf;
ALTER TABLE stock_counts DROP COLUMN counted_before;
ALTER TABLE stock_counts DROP COLUMN category_id;
SELECT sync_enable('stock_counts');
SELECT sync_enable('stock_count_lines');

-- down
DELETE FROM status_moves WHERE table_name = 'stock_counts' AND to_value = 'open';
DELETE FROM status_moves WHERE table_name = 'stock_transfers' AND from_value = 'received';
DELETE FROM personal_data WHERE table_name = 'stock_count_lines' AND column_name IN ('shelf', 'sheet');
DELETE FROM sync_columns WHERE table_name = 'stock_counts' AND column_name = 'category_id';
