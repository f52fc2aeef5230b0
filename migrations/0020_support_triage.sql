-- Tickets are sorted: one can wait for the customer ('pending'), each has a priority that somebody
-- chose, and one about the same thing is merged into another. Tickets that are there already are
-- of normal priority.

-- up
ALTER TABLE support_tickets ADD COLUMN priority VARCHAR(20);
ALTER TABLE support_tickets ADD COLUMN merged_into_id UUID
    REFERENCES support_tickets (id) DEFERRABLE INITIALLY DEFERRED;
UPDATE support_tickets SET priority = 'normal';
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)
VALUES
    ('support_tickets', 'merged_into_id', NULL, NULL, FALSE, 'clear');

-- up postgres
ALTER TABLE support_tickets DROP CONSTRAINT support_tickets_status_check;
ALTER TABLE support_tickets ADD CONSTRAINT support_tickets_status_check
    CHECK (status IN ('new', 'open', 'pending', 'solved', 'closed'));
ALTER TABLE support_tickets ALTER COLUMN priority SET NOT NULL;
ALTER TABLE support_tickets ADD CONSTRAINT support_tickets_priority_check
    CHECK (priority IN ('low', 'normal', 'high', 'urgent'));
CREATE INDEX support_tickets_by_merged_into ON support_tickets (tenant_id, merged_into_id);

-- up sqlite
-- rebuild support_tickets
CREATE TABLE support_tickets (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    number          VARCHAR(50) NOT NULL CHECK (length(number) BETWEEN 1 AND 50),
    subject         VARCHAR(255) NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    user_id         UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id     UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    order_id        UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_id  UUID REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
    assignee_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    requester_name  VARCHAR(200),
    requester_email VARCHAR(255),
    status          VARCHAR(20) NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'open', 'pending', 'solved', 'closed')),
    tags            JSONB NOT NULL DEFAULT '[]',
    opened_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    due_at          TIMESTAMPTZ,
    solved_at       TIMESTAMPTZ,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at      TIMESTAMPTZ,
    priority        VARCHAR(20) NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    merged_into_id  UUID REFERENCES support_tickets (id) DEFERRABLE INITIALLY DEFERRED
);

-- down sqlite
UPDATE support_tickets SET status = 'open' WHERE status = 'pending';
-- rebuild support_tickets
CREATE TABLE support_tickets (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    number          VARCHAR(50) NOT NULL CHECK (length(number) BETWEEN 1 AND 50),
    subject         VARCHAR(255) NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    user_id         UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED, -- who asked, where it is somebody with a login
    customer_id     UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    order_id        UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_id  UUID REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
    assignee_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    requester_name  VARCHAR(200),
    requester_email VARCHAR(255),
    status          VARCHAR(20) NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'open', 'solved', 'closed')),
    tags            JSONB NOT NULL DEFAULT '[]',
    opened_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    due_at          TIMESTAMPTZ,
    solved_at       TIMESTAMPTZ,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at      TIMESTAMPTZ
);

-- down postgres
UPDATE support_tickets SET status = 'open' WHERE status = 'pending';
ALTER TABLE support_tickets DROP CONSTRAINT support_tickets_status_check;
ALTER TABLE support_tickets ADD CONSTRAINT support_tickets_status_check
    CHECK (status IN ('new', 'open', 'solved', 'closed'));
ALTER TABLE support_tickets DROP COLUMN merged_into_id;
ALTER TABLE support_tickets DROP COLUMN priority;

-- down
DELETE FROM sync_columns WHERE table_name = 'support_tickets' AND column_name = 'merged_into_id';
