-- What is said about things: a thread that hangs on an order, an appointment or a till's session,
-- who took a message away, and search in all that was said. Everybody takes back their own words,
-- pins and memberships; whose they are is judged beside the rights (0050).

-- up
ALTER TABLE messages ADD COLUMN deleted_by_id UUID
    REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_links ADD COLUMN ticket_id UUID
    REFERENCES support_tickets (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_links ADD COLUMN cash_session_id UUID
    REFERENCES cash_sessions (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_links ADD COLUMN is_thread BOOLEAN NOT NULL DEFAULT FALSE;
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)
VALUES
    ('messages', 'deleted_by_id', NULL, NULL, FALSE, 'clear'),
    ('message_links', 'ticket_id', NULL, NULL, FALSE, 'parts'),
    ('message_links', 'cash_session_id', NULL, NULL, FALSE, 'parts');
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('message_search_docs', 'words', 'none');
UPDATE sync_tables SET rank = 1850 WHERE name = 'message_links';
UPDATE sync_tables SET right_delete = 'channels.edit'
WHERE name IN ('messages', 'message_pins', 'channel_members');

-- up postgres
ALTER TABLE message_links DROP CONSTRAINT message_links_kind_check;
ALTER TABLE message_links ADD CONSTRAINT message_links_kind_check
    CHECK (kind IN ('order', 'product', 'appointment', 'customer', 'ticket', 'till'));
ALTER TABLE message_links ADD CONSTRAINT message_links_ticket_check
    CHECK (CASE kind WHEN 'ticket' THEN ticket_id IS NOT NULL ELSE ticket_id IS NULL END);
ALTER TABLE message_links ADD CONSTRAINT message_links_till_check
    CHECK (CASE kind WHEN 'till' THEN cash_session_id IS NOT NULL ELSE cash_session_id IS NULL END);
CREATE INDEX messages_by_deleted_by ON messages (tenant_id, deleted_by_id);
CREATE INDEX message_links_by_ticket ON message_links (tenant_id, ticket_id);
CREATE INDEX message_links_by_cash_session ON message_links (tenant_id, cash_session_id);
SELECT sync_enable('messages');
SELECT sync_enable('message_links');

-- up sqlite
-- rebuild message_links
CREATE TABLE message_links (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id      UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    message_id      UUID NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    kind            VARCHAR(20) NOT NULL
        CHECK (kind IN ('order', 'product', 'appointment', 'customer', 'ticket', 'till')),
    order_id        UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    product_id      UUID REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_id  UUID REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id     UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    ticket_id       UUID REFERENCES support_tickets (id) DEFERRABLE INITIALLY DEFERRED,
    cash_session_id UUID REFERENCES cash_sessions (id) DEFERRABLE INITIALLY DEFERRED,
    is_thread       BOOLEAN NOT NULL DEFAULT FALSE,
    CHECK (CASE kind WHEN 'order' THEN order_id IS NOT NULL ELSE order_id IS NULL END),
    CHECK (CASE kind WHEN 'product' THEN product_id IS NOT NULL ELSE product_id IS NULL END),
    CHECK (CASE kind WHEN 'appointment' THEN appointment_id IS NOT NULL ELSE appointment_id IS NULL END),
    CHECK (CASE kind WHEN 'customer' THEN customer_id IS NOT NULL ELSE customer_id IS NULL END),
    CHECK (CASE kind WHEN 'ticket' THEN ticket_id IS NOT NULL ELSE ticket_id IS NULL END),
    CHECK (CASE kind WHEN 'till' THEN cash_session_id IS NOT NULL ELSE cash_session_id IS NULL END)
);

-- up sqlite
CREATE INDEX message_links_by_ticket ON message_links (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX message_links_by_cash_session
    ON message_links (cash_session_id) WHERE cash_session_id IS NOT NULL;
CREATE INDEX message_pins_by_channel ON message_pins (channel_id, pinned_at);
CREATE INDEX files_by_sha256 ON files (sha256);
CREATE INDEX messages_by_author ON messages (user_id, sent_at);

-- Search, in the form of customer_search (0003). Where it was said, by whom and whether with a file
-- are words of their own behind a letter that nobody types, so that the index joins them.
CREATE TABLE message_search_docs (
    doc    INTEGER PRIMARY KEY,
    row_id UUID NOT NULL UNIQUE,
    words  TEXT NOT NULL
);
CREATE VIRTUAL TABLE message_search USING fts5(
    words, content='message_search_docs', content_rowid='doc',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3');
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('message_search_docs', 1290, 'local', 'fields', NULL, NULL, NULL, NULL);

CREATE TRIGGER message_search_docs_insert AFTER INSERT ON message_search_docs BEGIN
    INSERT INTO message_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER message_search_docs_update AFTER UPDATE ON message_search_docs
WHEN OLD.doc IS NOT NEW.doc OR OLD.words IS NOT NEW.words BEGIN
    INSERT INTO message_search (message_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
    INSERT INTO message_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER message_search_docs_delete AFTER DELETE ON message_search_docs BEGIN
    INSERT INTO message_search (message_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
END;

CREATE VIEW message_search_words AS
SELECT m.id AS row_id,
       search_key(m.content || coalesce((SELECT group_concat(words, '') FROM (
           SELECT ' ' || a.name AS words FROM message_attachments AS a
           WHERE a.message_id = m.id AND a.name IS NOT NULL ORDER BY a.id)), '')) ||
       ' ƿc' || lower(hex(m.channel_id)) || coalesce(' ƿu' || lower(hex(m.user_id)), '') ||
       CASE WHEN EXISTS (SELECT 1 FROM message_attachments AS a WHERE a.message_id = m.id)
           THEN ' ƿfile' ELSE '' END AS words
FROM messages AS m WHERE m.deleted_at IS NULL;

CREATE VIEW message_search_refresh AS SELECT row_id FROM message_search_docs;
CREATE TRIGGER message_search_refresh INSTEAD OF INSERT ON message_search_refresh BEGIN
    DELETE FROM message_search_docs WHERE row_id = NEW.row_id
        AND NOT EXISTS (SELECT 1 FROM message_search_words WHERE row_id = NEW.row_id);
    INSERT INTO message_search_docs (row_id, words)
    SELECT row_id, words FROM message_search_words WHERE row_id = NEW.row_id
    ON CONFLICT (row_id) DO UPDATE SET words = excluded.words WHERE words IS NOT excluded.words;
END;

CREATE TRIGGER messages_search_insert AFTER INSERT ON messages BEGIN
    INSERT INTO message_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER messages_search_update AFTER UPDATE ON messages
WHEN OLD.content IS NOT NEW.content OR OLD.channel_id IS NOT NEW.channel_id
  OR OLD.user_id IS NOT NEW.user_id OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN
    INSERT INTO message_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER messages_search_delete AFTER DELETE ON messages BEGIN
    INSERT INTO message_search_refresh (row_id) VALUES (OLD.id);
END;
CREATE TRIGGER message_attachments_search_insert AFTER INSERT ON message_attachments BEGIN
    INSERT INTO message_search_refresh (row_id) VALUES (NEW.message_id);
END;
CREATE TRIGGER message_attachments_search_update AFTER UPDATE ON message_attachments
WHEN OLD.name IS NOT NEW.name OR OLD.message_id IS NOT NEW.message_id BEGIN
    INSERT INTO message_search_refresh (row_id) VALUES (OLD.message_id), (NEW.message_id);
END;
CREATE TRIGGER message_attachments_search_delete AFTER DELETE ON message_attachments BEGIN
    INSERT INTO message_search_refresh (row_id) VALUES (OLD.message_id);
END;

-- Those that a store holds already.
INSERT INTO message_search_docs (row_id, words)
SELECT row_id, words FROM message_search_words ORDER BY row_id;

-- down sqlite
DROP TRIGGER message_attachments_search_delete;
DROP TRIGGER message_attachments_search_update;
DROP TRIGGER message_attachments_search_insert;
DROP TRIGGER messages_search_delete;
DROP TRIGGER messages_search_update;
DROP TRIGGER messages_search_insert;
DROP VIEW message_search_refresh;
DROP VIEW message_search_words;
DROP TABLE message_search;
DROP TABLE message_search_docs;
DELETE FROM sync_tables WHERE name = 'message_search_docs';
DROP INDEX messages_by_author;
DROP INDEX files_by_sha256;
DROP INDEX message_pins_by_channel;
DROP INDEX message_links_by_cash_session;
DROP INDEX message_links_by_ticket;
DELETE FROM message_links WHERE kind IN ('ticket', 'till');
-- rebuild message_links
CREATE TABLE message_links (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id     UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    message_id     UUID NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    kind           VARCHAR(20) NOT NULL CHECK (kind IN ('order', 'product', 'appointment', 'customer')),
    order_id       UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    product_id     UUID REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_id UUID REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id    UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (CASE kind WHEN 'order' THEN order_id IS NOT NULL ELSE order_id IS NULL END),
    CHECK (CASE kind WHEN 'product' THEN product_id IS NOT NULL ELSE product_id IS NULL END),
    CHECK (CASE kind WHEN 'appointment' THEN appointment_id IS NOT NULL ELSE appointment_id IS NULL END),
    CHECK (CASE kind WHEN 'customer' THEN customer_id IS NOT NULL ELSE customer_id IS NULL END)
);

-- down sqlite
-- rebuild messages
CREATE TABLE messages (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id   UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    user_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    content      TEXT NOT NULL,
    message_type VARCHAR(20) NOT NULL DEFAULT 'text' CHECK (message_type IN ('text', 'file', 'system')),
    parent_id    UUID REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    position     BIGINT CHECK (position > 0),
    sent_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    edited_at    TIMESTAMPTZ,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at   TIMESTAMPTZ
);

-- down postgres
DELETE FROM message_links WHERE kind IN ('ticket', 'till');
ALTER TABLE message_links DROP CONSTRAINT message_links_kind_check;
ALTER TABLE message_links ADD CONSTRAINT message_links_kind_check
    CHECK (kind IN ('order', 'product', 'appointment', 'customer'));
ALTER TABLE message_links DROP COLUMN is_thread;
ALTER TABLE message_links DROP COLUMN cash_session_id;
ALTER TABLE message_links DROP COLUMN ticket_id;
ALTER TABLE messages DROP COLUMN deleted_by_id;
SELECT sync_enable('messages');
SELECT sync_enable('message_links');

-- down
UPDATE sync_tables SET right_delete = 'channels.delete'
WHERE name IN ('messages', 'message_pins', 'channel_members');
DELETE FROM personal_data WHERE table_name = 'message_search_docs';
UPDATE sync_tables SET rank = 1207 WHERE name = 'message_links';
DELETE FROM sync_columns WHERE table_name = 'messages' AND column_name = 'deleted_by_id';
DELETE FROM sync_columns WHERE table_name = 'message_links'
    AND column_name IN ('ticket_id', 'cash_session_id');
