-- Channels, what is said in them, and the files that hang on it. Each row carries its channel,
-- since private and direct channels reach only the terminals of their members.

-- up
CREATE TABLE channels (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name          VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    slug          VARCHAR(100) NOT NULL CHECK (length(slug) BETWEEN 1 AND 100),
    description   TEXT,
    channel_type  VARCHAR(20) NOT NULL DEFAULT 'public' CHECK (channel_type IN ('public', 'private', 'direct')),
    location_id   UUID REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    created_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    is_archived   BOOLEAN NOT NULL DEFAULT FALSE,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at    TIMESTAMPTZ
);

-- Unread is what stands behind last_read_position, never a counter.
CREATE TABLE channel_members (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id         UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    user_id            UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    role               VARCHAR(20) NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'member')),
    last_read_position BIGINT NOT NULL DEFAULT 0 CHECK (last_read_position >= 0),
    is_muted           BOOLEAN NOT NULL DEFAULT FALSE,
    joined_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- A file without a channel is the whole shop's.
CREATE TABLE files (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id     UUID REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    name           VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    media_type     VARCHAR(100) NOT NULL DEFAULT 'application/octet-stream',
    size_bytes     BIGINT NOT NULL CHECK (size_bytes >= 0),
    chunk_count    INTEGER NOT NULL CHECK (chunk_count >= 0),
    sha256         BYTEA NOT NULL CHECK (length(sha256) = 32),
    uploaded_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- 256 KB each but the last; fetched when somebody opens the file.
CREATE TABLE file_chunks (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id   UUID REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    file_id      UUID NOT NULL REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    chunk_number INTEGER NOT NULL CHECK (chunk_number >= 0),
    bytes        BYTEA NOT NULL CHECK (length(bytes) BETWEEN 1 AND 262144),
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- position is the place in the channel that the centre gave; unsent messages have none and stand
-- last. Without an author it is the program's own word (system).
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

CREATE TABLE message_pins (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id   UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    message_id   UUID NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    pinned_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    pinned_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE message_mentions (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id  UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    message_id  UUID NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    kind        VARCHAR(20) NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'channel')),
    user_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (CASE kind WHEN 'user' THEN user_id IS NOT NULL ELSE user_id IS NULL END)
);

-- What a message is about.
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

CREATE TABLE message_attachments (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id  UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    message_id  UUID NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    file_id     UUID REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    url         VARCHAR(500),
    name        VARCHAR(255),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (file_id IS NOT NULL OR url IS NOT NULL)
);

-- A reaction that is taken back is a second row that says so; the newest one counts.
CREATE TABLE message_reactions (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    channel_id  UUID NOT NULL REFERENCES channels (id) DEFERRABLE INITIALLY DEFERRED,
    message_id  UUID NOT NULL REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    emoji       VARCHAR(40) NOT NULL CHECK (length(emoji) BETWEEN 1 AND 40),
    is_removed  BOOLEAN NOT NULL DEFAULT FALSE,
    reacted_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX channels_by_slug ON channels (tenant_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX channel_members_by_member ON channel_members (tenant_id, channel_id, user_id);
CREATE UNIQUE INDEX file_chunks_by_number ON file_chunks (tenant_id, file_id, chunk_number);
CREATE UNIQUE INDEX message_pins_by_pinned ON message_pins (tenant_id, channel_id, message_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('channels', 1201, 'channel', 'fields', 'channels.edit', 'channels.edit', 'channels.delete', NULL),
    ('channel_members', 1202, 'channel', 'fields', 'channels.edit', 'channels.edit', 'channels.delete', NULL),
    ('files', 1203, 'channel', 'fields', 'channels.edit', 'channels.edit', 'channels.delete', NULL),
    ('file_chunks', 1204, 'channel', 'fields', 'channels.edit', NULL, 'channels.delete', NULL),
    ('messages', 1205, 'channel', 'fields', 'channels.edit', 'channels.edit', 'channels.delete', NULL),
    ('message_pins', 1206, 'channel', 'fields', 'channels.edit', 'channels.edit', 'channels.delete', NULL),
    ('message_mentions', 1207, 'channel', 'append', 'channels.edit', NULL, NULL, NULL),
    ('message_links', 1208, 'channel', 'append', 'channels.edit', NULL, NULL, NULL),
    ('message_attachments', 1209, 'channel', 'fields', 'channels.edit', 'channels.edit', 'channels.delete', NULL),
    ('message_reactions', 1210, 'channel', 'append', 'channels.edit', NULL, NULL, NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('channels', 'location_id', NULL, NULL, FALSE, 'clear'),
    ('channels', 'created_by_id', NULL, NULL, FALSE, 'clear'),
    ('channel_members', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('channel_members', 'last_read_position', 'max', NULL, FALSE, NULL),
    ('files', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('files', 'uploaded_by_id', NULL, NULL, FALSE, 'clear'),
    ('file_chunks', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('file_chunks', 'file_id', NULL, NULL, FALSE, 'parts'),
    ('messages', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('messages', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('messages', 'parent_id', NULL, NULL, FALSE, 'clear'),
    ('messages', 'position', 'max', NULL, FALSE, NULL),
    ('messages', 'edited_at', 'max', NULL, FALSE, NULL),
    ('message_pins', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('message_pins', 'message_id', NULL, NULL, FALSE, 'parts'),
    ('message_pins', 'pinned_by_id', NULL, NULL, FALSE, 'clear'),
    ('message_mentions', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('message_mentions', 'message_id', NULL, NULL, FALSE, 'parts'),
    ('message_mentions', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('message_links', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('message_links', 'message_id', NULL, NULL, FALSE, 'parts'),
    ('message_links', 'order_id', NULL, NULL, FALSE, 'parts'),
    ('message_links', 'product_id', NULL, NULL, FALSE, 'parts'),
    ('message_links', 'appointment_id', NULL, NULL, FALSE, 'parts'),
    ('message_links', 'customer_id', NULL, NULL, FALSE, 'parts'),
    ('message_attachments', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('message_attachments', 'message_id', NULL, NULL, FALSE, 'parts'),
    ('message_attachments', 'file_id', NULL, 'source', FALSE, NULL),
    ('message_attachments', 'url', NULL, 'source', FALSE, NULL),
    ('message_reactions', 'channel_id', NULL, NULL, FALSE, 'parts'),
    ('message_reactions', 'message_id', NULL, NULL, FALSE, 'parts');

-- up postgres
CREATE INDEX channels_by_location ON channels (tenant_id, location_id);
CREATE INDEX channels_by_created_by ON channels (tenant_id, created_by_id);
CREATE INDEX channel_members_by_user ON channel_members (tenant_id, user_id);
CREATE INDEX files_by_sha256 ON files (tenant_id, sha256);
CREATE INDEX files_by_channel ON files (tenant_id, channel_id);
CREATE INDEX files_by_uploaded_by ON files (tenant_id, uploaded_by_id);
CREATE INDEX file_chunks_by_channel ON file_chunks (tenant_id, channel_id);
CREATE INDEX messages_by_position ON messages (tenant_id, channel_id, position);
CREATE INDEX messages_by_sent ON messages (tenant_id, channel_id, sent_at);
CREATE INDEX messages_by_user ON messages (tenant_id, user_id);
CREATE INDEX messages_by_parent ON messages (tenant_id, parent_id);
CREATE INDEX message_pins_by_message ON message_pins (tenant_id, message_id);
CREATE INDEX message_pins_by_pinned_by ON message_pins (tenant_id, pinned_by_id);
CREATE INDEX message_mentions_by_user ON message_mentions (tenant_id, user_id);
CREATE INDEX message_mentions_by_channel ON message_mentions (tenant_id, channel_id);
CREATE INDEX message_mentions_by_message ON message_mentions (tenant_id, message_id);
CREATE INDEX message_links_by_channel ON message_links (tenant_id, channel_id);
CREATE INDEX message_links_by_message ON message_links (tenant_id, message_id);
CREATE INDEX message_links_by_order ON message_links (tenant_id, order_id);
CREATE INDEX message_links_by_product ON message_links (tenant_id, product_id);
CREATE INDEX message_links_by_appointment ON message_links (tenant_id, appointment_id);
CREATE INDEX message_links_by_customer ON message_links (tenant_id, customer_id);
CREATE INDEX message_attachments_by_channel ON message_attachments (tenant_id, channel_id);
CREATE INDEX message_attachments_by_message ON message_attachments (tenant_id, message_id);
CREATE INDEX message_attachments_by_file ON message_attachments (tenant_id, file_id);
CREATE INDEX message_reactions_by_message ON message_reactions (tenant_id, message_id, reacted_at);
CREATE INDEX message_reactions_by_channel ON message_reactions (tenant_id, channel_id);
CREATE INDEX message_reactions_by_user ON message_reactions (tenant_id, user_id);

-- The place of a message, given one after another within its channel: the lock holds until the
-- commit, so places appear in their order and nobody reads past one that is still to come.
CREATE FUNCTION messages_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.channel_id::text, 0));
    NEW.position := 1 + coalesce((SELECT max(position) FROM messages
        WHERE tenant_id = NEW.tenant_id AND channel_id = NEW.channel_id), 0);
    RETURN NEW;
END
$$;
CREATE TRIGGER messages_place BEFORE INSERT ON messages
    FOR EACH ROW WHEN (NEW.position IS NULL) EXECUTE FUNCTION messages_place();
ALTER TABLE messages ENABLE ALWAYS TRIGGER messages_place;

-- up sqlite
CREATE INDEX channel_members_by_user ON channel_members (user_id);
CREATE INDEX messages_by_position ON messages (channel_id, position);
CREATE INDEX messages_by_unsent ON messages (channel_id, sent_at) WHERE position IS NULL;
CREATE INDEX messages_by_parent ON messages (parent_id);
CREATE INDEX message_mentions_by_user ON message_mentions (user_id);
CREATE INDEX message_mentions_by_message ON message_mentions (message_id);
CREATE INDEX message_links_by_message ON message_links (message_id);
CREATE INDEX message_links_by_order ON message_links (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX message_links_by_product ON message_links (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX message_links_by_appointment
    ON message_links (appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX message_links_by_customer ON message_links (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX message_attachments_by_message ON message_attachments (message_id);
CREATE INDEX message_reactions_by_message ON message_reactions (message_id, reacted_at);

-- down postgres
DROP TRIGGER messages_place ON messages;
DROP FUNCTION messages_place();

-- down
DROP TABLE message_reactions;
DROP TABLE message_attachments;
DROP TABLE message_links;
DROP TABLE message_mentions;
DROP TABLE message_pins;
DROP TABLE messages;
DROP TABLE file_chunks;
DROP TABLE files;
DROP TABLE channel_members;
DROP TABLE channels;
