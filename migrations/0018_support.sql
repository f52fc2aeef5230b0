-- Tickets of customers and what was written in them.

-- up
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

CREATE TABLE support_ticket_messages (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    ticket_id    UUID NOT NULL REFERENCES support_tickets (id) DEFERRABLE INITIALLY DEFERRED,
    author_id    UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    author_email VARCHAR(255),
    body         TEXT NOT NULL,
    is_internal  BOOLEAN NOT NULL DEFAULT FALSE,
    file_id      UUID REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    sent_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX support_tickets_by_number
    ON support_tickets (tenant_id, number) WHERE deleted_at IS NULL;

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('support_tickets', 1801, 'tenant', 'fields', 'support.edit', 'support.edit', 'support.delete', NULL),
    ('support_ticket_messages', 1802, 'tenant', 'fields', 'support.edit', 'support.edit', 'support.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('support_tickets', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('support_tickets', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('support_tickets', 'order_id', NULL, NULL, FALSE, 'clear'),
    ('support_tickets', 'appointment_id', NULL, NULL, FALSE, 'clear'),
    ('support_tickets', 'assignee_id', NULL, NULL, FALSE, 'clear'),
    ('support_tickets', 'tags', 'set', NULL, FALSE, NULL),
    ('support_ticket_messages', 'ticket_id', NULL, NULL, FALSE, 'parts'),
    ('support_ticket_messages', 'author_id', NULL, NULL, FALSE, 'clear'),
    ('support_ticket_messages', 'file_id', NULL, NULL, FALSE, 'clear');

-- up postgres
CREATE INDEX support_tickets_by_status ON support_tickets (tenant_id, status, due_at);
CREATE INDEX support_tickets_by_assignee ON support_tickets (tenant_id, assignee_id, status);
CREATE INDEX support_tickets_by_user ON support_tickets (tenant_id, user_id);
CREATE INDEX support_tickets_by_customer ON support_tickets (tenant_id, customer_id);
CREATE INDEX support_tickets_by_order ON support_tickets (tenant_id, order_id);
CREATE INDEX support_tickets_by_appointment ON support_tickets (tenant_id, appointment_id);
CREATE INDEX support_ticket_messages_by_ticket
    ON support_ticket_messages (tenant_id, ticket_id, sent_at);
CREATE INDEX support_ticket_messages_by_author ON support_ticket_messages (tenant_id, author_id);
CREATE INDEX support_ticket_messages_by_file ON support_ticket_messages (tenant_id, file_id);

-- up sqlite
CREATE INDEX support_tickets_by_status ON support_tickets (status, opened_at, id);
CREATE INDEX support_tickets_by_customer ON support_tickets (customer_id);
CREATE INDEX support_ticket_messages_by_ticket ON support_ticket_messages (ticket_id, sent_at);

-- down
DROP TABLE support_ticket_messages;
DROP TABLE support_tickets;
