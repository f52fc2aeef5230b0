-- up
CREATE TABLE users (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    username          VARCHAR(150),
    email             VARCHAR(255),
    email_key         TEXT,
    email_verified_at TIMESTAMPTZ,
    first_name        VARCHAR(150),
    last_name         VARCHAR(150),
    display_name      VARCHAR(255) NOT NULL CHECK (length(display_name) BETWEEN 1 AND 255),
    phone             VARCHAR(40),
    phone_digits      TEXT,
    avatar_url        VARCHAR(500),
    bio               TEXT,
    url               VARCHAR(200),
    company           VARCHAR(100),
    place             VARCHAR(100),
    birth_date        DATE,
    status            VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('invited', 'active', 'suspended', 'deactivated', 'erased')),
    mfa_enabled       BOOLEAN NOT NULL DEFAULT FALSE,
    timezone          VARCHAR(64) NOT NULL DEFAULT 'UTC',
    locale            VARCHAR(35) NOT NULL DEFAULT 'en',
    last_login_at     TIMESTAMPTZ,
    metadata          JSONB NOT NULL DEFAULT '{}',
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at        TIMESTAMPTZ
);

CREATE TABLE user_credentials (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id             UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    password_hash       VARCHAR(255),
    pin_hash            VARCHAR(255),
    password_changed_at TIMESTAMPTZ,
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE customer_profiles (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id         UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name            VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key        TEXT NOT NULL DEFAULT '',
    company         VARCHAR(200),
    email           VARCHAR(255),
    email_key       TEXT,
    phone           VARCHAR(40),
    phone_digits    TEXT,
    address         JSONB NOT NULL DEFAULT '{}',
    billing_address JSONB NOT NULL DEFAULT '{}',
    notes           TEXT,
    tax_id          VARCHAR(50),
    card_barcode    VARCHAR(50),
    locale          VARCHAR(35),
    merged_into_id  UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    erased_at       TIMESTAMPTZ,
    metadata        JSONB NOT NULL DEFAULT '{}',
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at      TIMESTAMPTZ
);

CREATE TABLE leads (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    first_name   VARCHAR(100),
    last_name    VARCHAR(100),
    name         VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key     TEXT NOT NULL DEFAULT '',
    company      VARCHAR(200),
    email        VARCHAR(255),
    email_key    TEXT,
    phone        VARCHAR(40),
    phone_digits TEXT,
    source       VARCHAR(100),
    status       VARCHAR(20) NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'contacted', 'qualified', 'won', 'lost')),
    notes        TEXT,
    owner_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id  UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    contacted_at TIMESTAMPTZ,
    metadata     JSONB NOT NULL DEFAULT '{}',
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at   TIMESTAMPTZ
);

CREATE TABLE roles (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(50) NOT NULL CHECK (length(name) BETWEEN 1 AND 50),
    description TEXT,
    is_built_in BOOLEAN NOT NULL DEFAULT FALSE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE permissions (
    name        VARCHAR(60) PRIMARY KEY NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    description TEXT NOT NULL
);

CREATE TABLE role_permissions (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    role_id     UUID NOT NULL REFERENCES roles (id) DEFERRABLE INITIALLY DEFERRED,
    permission  VARCHAR(60) NOT NULL CHECK (length(permission) BETWEEN 1 AND 60),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- "At every location" is the tenant's own `everywhere` location.
CREATE TABLE user_roles (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    role_id     UUID NOT NULL REFERENCES roles (id) DEFERRABLE INITIALLY DEFERRED,
    location_id UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE teams (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    owner_id    UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    settings    JSONB NOT NULL DEFAULT '{}',
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE team_members (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    team_id     UUID NOT NULL REFERENCES teams (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    role        VARCHAR(20) NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    permissions JSONB NOT NULL DEFAULT '{}',
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE sessions (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id      UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    token_hash   VARCHAR(128) NOT NULL CHECK (length(token_hash) BETWEEN 1 AND 128),
    ip_hash      VARCHAR(64),
    user_agent   VARCHAR(500),
    last_seen_at TIMESTAMPTZ,
    expires_at   TIMESTAMPTZ NOT NULL,
    revoked_at   TIMESTAMPTZ,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- `secret` is sealed to the worker's public key; `last_step` refuses a code that was used.
CREATE TABLE totp_devices (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id      UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name         VARCHAR(100) NOT NULL DEFAULT 'Primary',
    secret       BYTEA NOT NULL,
    key_id       VARCHAR(64),
    is_confirmed BOOLEAN NOT NULL DEFAULT FALSE,
    last_step    BIGINT,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE backup_codes (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    code_hash   VARCHAR(128) NOT NULL CHECK (length(code_hash) BETWEEN 1 AND 128),
    used_at     TIMESTAMPTZ,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE login_attempts (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    login         VARCHAR(255),
    ip_hash       VARCHAR(64),
    user_agent    VARCHAR(500),
    is_successful BOOLEAN NOT NULL DEFAULT FALSE,
    reason        VARCHAR(100),
    attempted_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE notifications (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    kind        VARCHAR(50) NOT NULL CHECK (length(kind) BETWEEN 1 AND 50),
    title       VARCHAR(200) NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    body        TEXT,
    link_table  VARCHAR(63),
    link_id     UUID,
    read_at     TIMESTAMPTZ,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (CASE WHEN link_table IS NULL THEN link_id IS NULL ELSE link_id IS NOT NULL END)
);

CREATE TABLE todos (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id      UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    task         VARCHAR(200) NOT NULL CHECK (length(task) BETWEEN 1 AND 200),
    is_completed BOOLEAN NOT NULL DEFAULT FALSE,
    completed_at TIMESTAMPTZ,
    due_at       TIMESTAMPTZ,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE user_settings (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    value       JSONB NOT NULL DEFAULT '{}',
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX users_by_email ON users (tenant_id, email_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_by_username ON users (tenant_id, username) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX user_credentials_by_user ON user_credentials (tenant_id, user_id);
CREATE UNIQUE INDEX customer_profiles_by_user
    ON customer_profiles (tenant_id, user_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customer_profiles_by_card
    ON customer_profiles (card_barcode, tenant_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX roles_by_name ON roles (tenant_id, name);
CREATE UNIQUE INDEX role_permissions_by_role ON role_permissions (tenant_id, role_id, permission);
CREATE UNIQUE INDEX user_roles_by_user ON user_roles (tenant_id, user_id, role_id, location_id);
CREATE UNIQUE INDEX team_members_by_team ON team_members (tenant_id, team_id, user_id);
CREATE UNIQUE INDEX sessions_by_token ON sessions (tenant_id, token_hash);
CREATE UNIQUE INDEX user_settings_by_user ON user_settings (tenant_id, user_id, name);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('users', 301, 'tenant', 'fields', 'users.edit', 'users.edit', 'users.delete', NULL),
    ('user_credentials', 302, 'central', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('customer_profiles', 303, 'tenant', 'fields', 'customers.edit', 'customers.edit', 'customers.delete', NULL),
    ('leads', 304, 'tenant', 'fields', 'customers.edit', 'customers.edit', 'customers.delete', NULL),
    ('roles', 305, 'tenant', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('permissions', 306, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('role_permissions', 307, 'tenant', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('user_roles', 308, 'tenant', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('teams', 309, 'tenant', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('team_members', 310, 'tenant', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('sessions', 311, 'central', 'fields', 'users.manage', 'users.manage', 'users.manage', 90),
    ('totp_devices', 312, 'central', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('backup_codes', 313, 'central', 'fields', 'users.manage', 'users.manage', 'users.manage', NULL),
    ('login_attempts', 314, 'central', 'append', 'users.manage', NULL, NULL, 365),
    ('notifications', 315, 'user', 'fields', 'self.edit', 'self.edit', 'self.edit', 90),
    ('todos', 316, 'user', 'fields', 'self.edit', 'self.edit', 'self.edit', NULL),
    ('user_settings', 317, 'user', 'fields', 'self.edit', 'self.edit', 'self.edit', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('users', 'metadata', 'keys', NULL, FALSE, NULL),
    ('user_credentials', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('user_credentials', 'password_hash', NULL, NULL, TRUE, NULL),
    ('user_credentials', 'pin_hash', NULL, NULL, TRUE, NULL),
    ('customer_profiles', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('customer_profiles', 'address', 'keys', NULL, FALSE, NULL),
    ('customer_profiles', 'billing_address', 'keys', NULL, FALSE, NULL),
    ('customer_profiles', 'merged_into_id', NULL, NULL, FALSE, 'clear'),
    ('customer_profiles', 'metadata', 'keys', NULL, FALSE, NULL),
    ('leads', 'owner_id', NULL, NULL, FALSE, 'clear'),
    ('leads', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('leads', 'metadata', 'keys', NULL, FALSE, NULL),
    ('role_permissions', 'role_id', NULL, NULL, FALSE, 'parts'),
    ('user_roles', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('user_roles', 'role_id', NULL, NULL, FALSE, 'parts'),
    ('user_roles', 'location_id', NULL, NULL, FALSE, 'parts'),
    ('teams', 'settings', 'keys', NULL, FALSE, NULL),
    ('team_members', 'team_id', NULL, NULL, FALSE, 'parts'),
    ('team_members', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('team_members', 'permissions', 'keys', NULL, FALSE, NULL),
    ('sessions', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('sessions', 'token_hash', NULL, NULL, TRUE, NULL),
    ('totp_devices', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('totp_devices', 'secret', NULL, NULL, TRUE, NULL),
    ('totp_devices', 'last_step', 'max', NULL, FALSE, NULL),
    ('backup_codes', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('backup_codes', 'code_hash', NULL, NULL, TRUE, NULL),
    ('login_attempts', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('notifications', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('notifications', 'link_table', NULL, 'link', FALSE, NULL),
    ('notifications', 'link_id', NULL, 'link', FALSE, NULL),
    ('todos', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('user_settings', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('user_settings', 'value', 'keys', NULL, FALSE, NULL);

-- up postgres
CREATE INDEX users_by_status ON users (tenant_id, status);
CREATE INDEX customer_profiles_by_name ON customer_profiles (tenant_id, name_key, id);
CREATE INDEX customer_profiles_by_email ON customer_profiles (tenant_id, email_key);
CREATE INDEX customer_profiles_by_phone ON customer_profiles (tenant_id, phone_digits);
CREATE INDEX leads_by_status ON leads (tenant_id, status);
CREATE INDEX user_roles_by_role ON user_roles (tenant_id, role_id);
CREATE INDEX teams_by_active ON teams (tenant_id, is_active);
CREATE INDEX login_attempts_by_login ON login_attempts (tenant_id, login, attempted_at);
CREATE INDEX notifications_by_user ON notifications (tenant_id, user_id, created_at);
CREATE INDEX customer_profiles_by_merged_into ON customer_profiles (tenant_id, merged_into_id);
CREATE INDEX leads_by_owner ON leads (tenant_id, owner_id);
CREATE INDEX leads_by_customer ON leads (tenant_id, customer_id);
CREATE INDEX user_roles_by_location ON user_roles (tenant_id, location_id);
CREATE INDEX teams_by_owner ON teams (tenant_id, owner_id);
CREATE INDEX team_members_by_user ON team_members (tenant_id, user_id);
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id);
CREATE INDEX totp_devices_by_user ON totp_devices (tenant_id, user_id);
CREATE INDEX backup_codes_by_user ON backup_codes (tenant_id, user_id);
CREATE INDEX login_attempts_by_user ON login_attempts (tenant_id, user_id);
CREATE INDEX todos_by_user ON todos (tenant_id, user_id);

-- Keys of rows that other programs write without them.
CREATE FUNCTION users_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.email_key := coalesce(NEW.email_key, text_key(NEW.email));
        NEW.phone_digits := coalesce(NEW.phone_digits, text_phone(NEW.phone));
        RETURN NEW;
    END IF;
    IF NEW.email IS DISTINCT FROM OLD.email AND NEW.email_key IS NOT DISTINCT FROM OLD.email_key THEN
        NEW.email_key := text_key(NEW.email);
    END IF;
    IF NEW.phone IS DISTINCT FROM OLD.phone
       AND NEW.phone_digits IS NOT DISTINCT FROM OLD.phone_digits THEN
        NEW.phone_digits := text_phone(NEW.phone);
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION named_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.name_key = ''
       OR TG_OP = 'UPDATE' AND NEW.name <> OLD.name AND NEW.name_key = OLD.name_key THEN
        NEW.name_key := text_key(NEW.name);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER users_keys BEFORE INSERT OR UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION users_keys();
CREATE TRIGGER customer_profiles_keys BEFORE INSERT OR UPDATE ON customer_profiles
    FOR EACH ROW EXECUTE FUNCTION users_keys();
CREATE TRIGGER customer_profiles_named BEFORE INSERT OR UPDATE ON customer_profiles
    FOR EACH ROW EXECUTE FUNCTION named_keys();
CREATE TRIGGER leads_keys BEFORE INSERT OR UPDATE ON leads
    FOR EACH ROW EXECUTE FUNCTION users_keys();
CREATE TRIGGER leads_named BEFORE INSERT OR UPDATE ON leads
    FOR EACH ROW EXECUTE FUNCTION named_keys();

-- up sqlite
-- Lists show live rows alone, so their indexes hold no others.
CREATE INDEX customer_profiles_by_name ON customer_profiles (name_key, id)
    WHERE deleted_at IS NULL;
CREATE INDEX customer_profiles_by_created ON customer_profiles (created_at, id)
    WHERE deleted_at IS NULL;
CREATE INDEX customer_profiles_by_email ON customer_profiles (email_key);
CREATE INDEX customer_profiles_by_phone ON customer_profiles (phone_digits);
CREATE INDEX user_roles_by_role ON user_roles (role_id);
CREATE INDEX role_permissions_by_permission ON role_permissions (permission);
CREATE INDEX notifications_by_user ON notifications (user_id, created_at);
CREATE INDEX todos_by_user ON todos (user_id);

-- Search: the words of a row stand in a table with an integer key of its own, newest last, and an
-- index without content over it. *_search_words says what the words are; *_search_refresh is a
-- procedure: a row inserted into it writes the words of that row, only where they differ.
CREATE TABLE customer_search_docs (
    doc    INTEGER PRIMARY KEY,
    row_id UUID NOT NULL UNIQUE,
    words  TEXT NOT NULL
);
CREATE VIRTUAL TABLE customer_search USING fts5(
    words, content='customer_search_docs', content_rowid='doc',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3');
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('customer_search_docs', 390, 'local', 'fields', NULL, NULL, NULL, NULL);

CREATE TRIGGER customer_search_docs_insert AFTER INSERT ON customer_search_docs BEGIN
    INSERT INTO customer_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER customer_search_docs_update AFTER UPDATE ON customer_search_docs
WHEN OLD.doc IS NOT NEW.doc OR OLD.words IS NOT NEW.words BEGIN
    INSERT INTO customer_search (customer_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
    INSERT INTO customer_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER customer_search_docs_delete AFTER DELETE ON customer_search_docs BEGIN
    INSERT INTO customer_search (customer_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
END;

CREATE VIEW customer_search_words AS
SELECT id AS row_id,
       search_key(name || ' ' || coalesce(company, '') || ' ' || coalesce(email, '') || ' ' ||
                  coalesce(phone_digits, '') || ' ' || coalesce(card_barcode, '')) AS words
FROM customer_profiles WHERE deleted_at IS NULL;

CREATE VIEW customer_search_refresh AS SELECT row_id FROM customer_search_docs;
CREATE TRIGGER customer_search_refresh INSTEAD OF INSERT ON customer_search_refresh BEGIN
    DELETE FROM customer_search_docs WHERE row_id = NEW.row_id
        AND NOT EXISTS (SELECT 1 FROM customer_search_words WHERE row_id = NEW.row_id);
    INSERT INTO customer_search_docs (row_id, words)
    SELECT row_id, words FROM customer_search_words WHERE row_id = NEW.row_id
    ON CONFLICT (row_id) DO UPDATE SET words = excluded.words WHERE words IS NOT excluded.words;
END;

CREATE TRIGGER customer_profiles_search_insert AFTER INSERT ON customer_profiles BEGIN
    INSERT INTO customer_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER customer_profiles_search_update AFTER UPDATE ON customer_profiles
WHEN OLD.name IS NOT NEW.name OR OLD.company IS NOT NEW.company OR OLD.email IS NOT NEW.email
  OR OLD.phone_digits IS NOT NEW.phone_digits OR OLD.card_barcode IS NOT NEW.card_barcode
  OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN
    INSERT INTO customer_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER customer_profiles_search_delete AFTER DELETE ON customer_profiles BEGIN
    INSERT INTO customer_search_refresh (row_id) VALUES (OLD.id);
END;

-- down sqlite
DROP VIEW customer_search_refresh;
DROP VIEW customer_search_words;
DROP TABLE customer_search;
DROP TABLE customer_search_docs;

-- down postgres
DROP TRIGGER users_keys ON users;
DROP TRIGGER customer_profiles_keys ON customer_profiles;
DROP TRIGGER customer_profiles_named ON customer_profiles;
DROP TRIGGER leads_keys ON leads;
DROP TRIGGER leads_named ON leads;
DROP FUNCTION named_keys();
DROP FUNCTION users_keys();

-- down
DROP TABLE user_settings;
DROP TABLE todos;
DROP TABLE notifications;
DROP TABLE login_attempts;
DROP TABLE backup_codes;
DROP TABLE totp_devices;
DROP TABLE sessions;
DROP TABLE team_members;
DROP TABLE teams;
DROP TABLE user_roles;
DROP TABLE role_permissions;
DROP TABLE permissions;
DROP TABLE roles;
DROP TABLE leads;
DROP TABLE customer_profiles;
DROP TABLE user_credentials;
DROP TABLE users;
