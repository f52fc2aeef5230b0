-- up
CREATE TABLE tenants (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name             VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    slug             VARCHAR(160) NOT NULL CHECK (length(slug) BETWEEN 1 AND 160),
    domain           VARCHAR(255),
    email            VARCHAR(255),
    url              VARCHAR(200),
    description      TEXT,
    status           VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('trial', 'active', 'suspended', 'cancelled')),
    country          CHAR(2) CHECK (length(country) = 2),
    timezone         VARCHAR(64) NOT NULL DEFAULT 'UTC',
    default_locale   VARCHAR(35) NOT NULL DEFAULT 'en',
    default_currency CHAR(3) NOT NULL CHECK (length(default_currency) = 3),
    settings         JSONB NOT NULL DEFAULT '{}',
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at       TIMESTAMPTZ,
    CHECK (tenant_id = id)
);

CREATE TABLE locations (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name          VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind          VARCHAR(20) NOT NULL DEFAULT 'store' CHECK (kind IN ('store', 'warehouse', 'office', 'transit', 'everywhere')),
    timezone      VARCHAR(64) NOT NULL DEFAULT 'UTC',
    address       JSONB NOT NULL DEFAULT '{}',
    email         VARCHAR(255),
    phone         VARCHAR(40),
    day_starts_at TIME NOT NULL DEFAULT '00:00:00',
    is_active     BOOLEAN NOT NULL DEFAULT TRUE,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at    TIMESTAMPTZ
);

-- A register is bound to one incarnation of one terminal; terminals come later and refer to it,
-- so the reference is checked by the verb that binds it.
CREATE TABLE registers (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    location_id UUID NOT NULL REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    code        VARCHAR(10) NOT NULL CHECK (length(code) BETWEEN 1 AND 10),
    name        VARCHAR(100),
    terminal_id UUID,
    incarnation BIGINT,
    printer     JSONB NOT NULL DEFAULT '{}',
    drawer      JSONB NOT NULL DEFAULT '{}',
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE number_sequences (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    register_id UUID REFERENCES registers (id) DEFERRABLE INITIALLY DEFERRED,
    series      VARCHAR(50) NOT NULL CHECK (length(series) BETWEEN 1 AND 50), -- what stands before the number: "R2-", "INV-"
    kind        VARCHAR(20) NOT NULL DEFAULT 'order' CHECK (kind IN ('order', 'quote', 'invoice', 'credit_note', 'z_report', 'purchase_order', 'transfer', 'count', 'ticket')),
    next_number BIGINT NOT NULL DEFAULT 1 CHECK (next_number >= 1),
    digits      INTEGER NOT NULL DEFAULT 6 CHECK (digits BETWEEN 1 AND 12),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE currencies (
    code     CHAR(3) PRIMARY KEY NOT NULL CHECK (length(code) = 3),
    name     VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    symbol   VARCHAR(10) NOT NULL DEFAULT '',
    exponent INTEGER NOT NULL DEFAULT 2 CHECK (exponent BETWEEN 0 AND 4)
);

CREATE TABLE tax_categories (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    code        VARCHAR(40) NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    name        VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description TEXT,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE tax_rates (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    tax_category_id UUID NOT NULL REFERENCES tax_categories (id) DEFERRABLE INITIALLY DEFERRED,
    country         CHAR(2) NOT NULL CHECK (length(country) = 2),
    region          VARCHAR(40) NOT NULL DEFAULT '',
    name            VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    rate_bp         INTEGER NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
    valid_from      DATE NOT NULL,
    valid_to        DATE,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (valid_to >= valid_from)
);

CREATE TABLE app_settings (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    value       JSONB NOT NULL DEFAULT '{}',
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX tenants_by_slug ON tenants (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX locations_by_name ON locations (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX registers_by_code ON registers (tenant_id, code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX number_sequences_by_series ON number_sequences (tenant_id, kind, series);
CREATE UNIQUE INDEX tax_categories_by_code ON tax_categories (tenant_id, code);
CREATE UNIQUE INDEX tax_rates_by_start
    ON tax_rates (tenant_id, tax_category_id, country, region, valid_from);
CREATE UNIQUE INDEX app_settings_by_name ON app_settings (tenant_id, name);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('tenants', 201, 'tenant', 'fields', NULL, 'settings.edit', NULL, NULL),
    ('locations', 202, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL),
    ('registers', 203, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL),
    ('number_sequences', 204, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('currencies', 205, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('tax_categories', 206, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL),
    ('tax_rates', 207, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL),
    ('app_settings', 208, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('tenants', 'settings', 'keys', NULL, FALSE, NULL),
    ('locations', 'address', 'keys', NULL, FALSE, NULL),
    ('registers', 'printer', 'keys', NULL, FALSE, NULL),
    ('registers', 'drawer', 'keys', NULL, FALSE, NULL),
    ('tax_rates', 'tax_category_id', NULL, NULL, FALSE, 'parts'),
    ('tax_rates', 'rate_bp', 'strict', NULL, FALSE, NULL),
    ('tax_rates', 'valid_from', NULL, 'validity', FALSE, NULL),
    ('tax_rates', 'valid_to', NULL, 'validity', FALSE, NULL),
    ('app_settings', 'value', 'keys', NULL, FALSE, NULL);

-- up postgres
CREATE INDEX tenants_by_name ON tenants (name);
CREATE INDEX tenants_by_domain ON tenants (domain);
CREATE INDEX tenants_by_status ON tenants (status);
CREATE INDEX registers_by_location ON registers (tenant_id, location_id);
CREATE INDEX number_sequences_by_register ON number_sequences (tenant_id, register_id);
CREATE INDEX tenants_by_tenant ON tenants (tenant_id);
CREATE INDEX locations_by_tenant ON locations (tenant_id);

-- The key under which texts compare, for rows that other programs write; the store's program
-- brings its own (model/base/text.h, text_fold).
CREATE FUNCTION text_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(
        replace(lower(regexp_replace(normalize(value, NFKD), U&'[\0300-\036F]+', '', 'g')),
                U&'\00DF', 'ss'),
        '\s+', ' ', 'g'));
-- The digits of a telephone number, with a leading + or 00 as "+" (model/base/text.h, text_digits).
CREATE FUNCTION text_phone(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN value ~ '^\s*(\+|00)' THEN '+' ELSE '' END ||
           regexp_replace(regexp_replace(value, '^\s*00', ''), '[^0-9]+', '', 'g');

-- down postgres
DROP FUNCTION text_phone(text);
DROP FUNCTION text_key(text);

-- down
DROP TABLE app_settings;
DROP TABLE tax_rates;
DROP TABLE tax_categories;
DROP TABLE currencies;
DROP TABLE number_sequences;
DROP TABLE registers;
DROP TABLE locations;
DROP TABLE tenants;
