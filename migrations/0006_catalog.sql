-- up
CREATE TABLE categories (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    kind        VARCHAR(20) NOT NULL DEFAULT 'product' CHECK (kind IN ('product', 'post')),
    parent_id   UUID REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    name_i18n   JSONB NOT NULL DEFAULT '{}',
    slug        VARCHAR(200) NOT NULL CHECK (length(slug) BETWEEN 1 AND 200),
    description TEXT,
    position    INTEGER NOT NULL DEFAULT 0,
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE products (
    id                     UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id              UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name                   VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key               TEXT NOT NULL DEFAULT '',
    name_i18n              JSONB NOT NULL DEFAULT '{}',
    description            TEXT,
    description_i18n       JSONB NOT NULL DEFAULT '{}',
    slug                   VARCHAR(200),
    sku                    VARCHAR(50),
    price_cents            BIGINT NOT NULL DEFAULT 0 CHECK (price_cents >= 0),
    compare_at_price_cents BIGINT CHECK (compare_at_price_cents >= 0),
    cost_price_cents       BIGINT CHECK (cost_price_cents >= 0),
    currency               CHAR(3) NOT NULL CHECK (length(currency) = 3),
    status                 VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('draft', 'active', 'inactive', 'archived')),
    category_id            UUID REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED,
    tax_category_id        UUID REFERENCES tax_categories (id) DEFERRABLE INITIALLY DEFERRED,
    unit                   VARCHAR(20) NOT NULL DEFAULT 'piece' CHECK (unit IN ('piece', 'metre', 'square_metre', 'litre', 'kilogram', 'hour')),
    is_digital             BOOLEAN NOT NULL DEFAULT FALSE,
    is_stocked             BOOLEAN NOT NULL DEFAULT TRUE,
    weight_grams           BIGINT CHECK (weight_grams >= 0),
    tags                   JSONB NOT NULL DEFAULT '[]',
    seo_title              VARCHAR(70),
    seo_description        VARCHAR(160),
    metadata               JSONB NOT NULL DEFAULT '{}',
    row_version            BIGINT NOT NULL DEFAULT 0,
    created_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at             TIMESTAMPTZ
);

-- Stock, barcodes, lines and bundles refer to a variant. A product without variants has one
-- default variant with the product's own id.
CREATE TABLE product_variants (
    id                     UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id              UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    product_id             UUID NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    sku                    VARCHAR(50),
    name                   VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    price_adjustment_cents BIGINT NOT NULL DEFAULT 0,
    attributes             JSONB NOT NULL DEFAULT '{}',
    weight_grams           BIGINT CHECK (weight_grams >= 0),
    position               INTEGER NOT NULL DEFAULT 0,
    is_active              BOOLEAN NOT NULL DEFAULT TRUE,
    row_version            BIGINT NOT NULL DEFAULT 0,
    created_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at             TIMESTAMPTZ
);

CREATE TABLE product_images (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    product_id       UUID NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id       UUID REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    url              VARCHAR(500) NOT NULL CHECK (length(url) BETWEEN 1 AND 500),
    alternative_text VARCHAR(255),
    position         INTEGER NOT NULL DEFAULT 0,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- `quantity_milli` is what one scan stands for: 6000 for a case of six.
CREATE TABLE product_barcodes (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id     UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    barcode        VARCHAR(50) NOT NULL CHECK (length(barcode) BETWEEN 1 AND 50),
    symbology      VARCHAR(20) NOT NULL DEFAULT 'ean13' CHECK (symbology IN ('ean13', 'ean8', 'upc_a', 'code128', 'itf14', 'qr', 'own')),
    quantity_milli BIGINT NOT NULL DEFAULT 1000 CHECK (quantity_milli > 0),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Barcodes that carry a price or a weight: where in the code the article and the value stand.
CREATE TABLE barcode_rules (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name           VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind           VARCHAR(20) NOT NULL CHECK (kind IN ('price', 'weight')),
    prefix         VARCHAR(20) NOT NULL CHECK (length(prefix) BETWEEN 1 AND 20),
    code_length    INTEGER NOT NULL CHECK (code_length BETWEEN 1 AND 50), -- of the whole barcode
    article_start  INTEGER NOT NULL CHECK (article_start >= 0),
    article_length INTEGER NOT NULL CHECK (article_length > 0),
    value_start    INTEGER NOT NULL CHECK (value_start >= 0),
    value_length   INTEGER NOT NULL CHECK (value_length > 0),
    value_decimals INTEGER NOT NULL DEFAULT 2 CHECK (value_decimals BETWEEN 0 AND 4),
    priority       INTEGER NOT NULL DEFAULT 0,
    is_active      BOOLEAN NOT NULL DEFAULT TRUE,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE product_option_groups (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    product_id      UUID NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    name            VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind            VARCHAR(20) NOT NULL DEFAULT 'single' CHECK (kind IN ('single', 'multiple', 'text')),
    is_required     BOOLEAN NOT NULL DEFAULT FALSE,
    minimum_choices INTEGER NOT NULL DEFAULT 0 CHECK (minimum_choices >= 0),
    maximum_choices INTEGER,
    position        INTEGER NOT NULL DEFAULT 0,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at      TIMESTAMPTZ,
    CHECK (maximum_choices >= minimum_choices)
);

CREATE TABLE product_options (
    id                     UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id              UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    group_id               UUID NOT NULL REFERENCES product_option_groups (id) DEFERRABLE INITIALLY DEFERRED,
    name                   VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    price_adjustment_cents BIGINT NOT NULL DEFAULT 0,
    is_default             BOOLEAN NOT NULL DEFAULT FALSE,
    is_active              BOOLEAN NOT NULL DEFAULT TRUE,
    position               INTEGER NOT NULL DEFAULT 0,
    row_version            BIGINT NOT NULL DEFAULT 0,
    created_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at             TIMESTAMPTZ
);

CREATE TABLE product_addons (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    product_id       UUID NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    addon_variant_id UUID REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    name             VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    price_cents      BIGINT NOT NULL DEFAULT 0 CHECK (price_cents >= 0),
    maximum_milli    BIGINT CHECK (maximum_milli > 0),
    is_active        BOOLEAN NOT NULL DEFAULT TRUE,
    position         INTEGER NOT NULL DEFAULT 0,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at       TIMESTAMPTZ
);

-- Further fields of the rows of any table (products, customers, pages), and their values.
CREATE TABLE custom_fields (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    subject_table VARCHAR(63) NOT NULL CHECK (length(subject_table) BETWEEN 1 AND 63),
    name          VARCHAR(63) NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
    label         VARCHAR(100) NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
    kind          VARCHAR(20) NOT NULL DEFAULT 'text' CHECK (kind IN ('text', 'integer', 'boolean', 'date', 'choice')),
    choices       JSONB NOT NULL DEFAULT '[]',
    is_required   BOOLEAN NOT NULL DEFAULT FALSE,
    position      INTEGER NOT NULL DEFAULT 0,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE custom_field_values (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    custom_field_id UUID NOT NULL REFERENCES custom_fields (id) DEFERRABLE INITIALLY DEFERRED,
    subject_id      UUID NOT NULL,
    value           TEXT,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE reviews (
    id                   UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id            UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    product_id           UUID NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id          UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    user_id              UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    author_name          VARCHAR(200),
    rating               INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title                VARCHAR(200),
    body                 TEXT,
    status               VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
    is_verified_purchase BOOLEAN NOT NULL DEFAULT FALSE,
    row_version          BIGINT NOT NULL DEFAULT 0,
    created_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at           TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE wishlists (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(100) NOT NULL DEFAULT 'Wishlist',
    is_public   BOOLEAN NOT NULL DEFAULT FALSE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE wishlist_items (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    wishlist_id    UUID NOT NULL REFERENCES wishlists (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id     UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    quantity_milli BIGINT NOT NULL DEFAULT 1000 CHECK (quantity_milli > 0),
    note           VARCHAR(500),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE collections (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    slug        VARCHAR(200) NOT NULL CHECK (length(slug) BETWEEN 1 AND 200),
    description TEXT,
    kind        VARCHAR(20) NOT NULL DEFAULT 'manual' CHECK (kind IN ('manual', 'rules')),
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    position    INTEGER NOT NULL DEFAULT 0,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE collection_products (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    collection_id UUID NOT NULL REFERENCES collections (id) DEFERRABLE INITIALLY DEFERRED,
    product_id    UUID NOT NULL REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    position      INTEGER NOT NULL DEFAULT 0,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE collection_rules (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    collection_id UUID NOT NULL REFERENCES collections (id) DEFERRABLE INITIALLY DEFERRED,
    conditions    JSONB NOT NULL DEFAULT '{}',
    position      INTEGER NOT NULL DEFAULT 0,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE product_bundles (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    product_id  UUID REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description TEXT,
    price_cents BIGINT NOT NULL DEFAULT 0 CHECK (price_cents >= 0),
    currency    CHAR(3) NOT NULL CHECK (length(currency) = 3),
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE bundle_items (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    bundle_id      UUID NOT NULL REFERENCES product_bundles (id) DEFERRABLE INITIALLY DEFERRED,
    variant_id     UUID NOT NULL REFERENCES product_variants (id) DEFERRABLE INITIALLY DEFERRED,
    quantity_milli BIGINT NOT NULL DEFAULT 1000 CHECK (quantity_milli > 0),
    position       INTEGER NOT NULL DEFAULT 0,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- The catalogue of an affiliate network; an entry may be a product of the shop as well.
CREATE TABLE affiliate_products (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    product_id         UUID REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    clickbank_id       VARCHAR(100) NOT NULL CHECK (length(clickbank_id) BETWEEN 1 AND 100),
    title              VARCHAR(500) NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    vendor             VARCHAR(255) NOT NULL CHECK (length(vendor) BETWEEN 1 AND 255),
    category           VARCHAR(255),
    description        TEXT,
    commission_rate_bp INTEGER CHECK (commission_rate_bp >= 0),
    commission_cents   BIGINT CHECK (commission_cents >= 0),
    initial_sale_cents BIGINT CHECK (initial_sale_cents >= 0),
    currency           CHAR(3) NOT NULL CHECK (length(currency) = 3),
    gravity_centi      BIGINT CHECK (gravity_centi >= 0),
    refund_rate_bp     INTEGER CHECK (refund_rate_bp >= 0),
    rebill             BOOLEAN NOT NULL DEFAULT FALSE,
    popularity_rank    INTEGER,
    data_snapshot      JSONB,
    source_updated_at  TIMESTAMPTZ,
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Codes that are scanned or sorted by stand before the tenant: one index serves the key, the
-- look-up and the list.
CREATE UNIQUE INDEX categories_by_slug
    ON categories (tenant_id, kind, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX products_by_slug ON products (tenant_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX products_by_sku ON products (sku, tenant_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX product_variants_by_sku
    ON product_variants (sku, tenant_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX product_barcodes_by_barcode ON product_barcodes (barcode, tenant_id);
CREATE UNIQUE INDEX custom_fields_by_name ON custom_fields (tenant_id, subject_table, name);
CREATE UNIQUE INDEX custom_field_values_by_subject
    ON custom_field_values (tenant_id, subject_id, custom_field_id);
CREATE UNIQUE INDEX wishlist_items_by_wishlist
    ON wishlist_items (tenant_id, wishlist_id, variant_id);
CREATE UNIQUE INDEX collections_by_slug ON collections (tenant_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX collection_products_by_collection
    ON collection_products (tenant_id, collection_id, product_id);
CREATE UNIQUE INDEX bundle_items_by_bundle ON bundle_items (tenant_id, bundle_id, variant_id);
CREATE UNIQUE INDEX affiliate_products_by_clickbank
    ON affiliate_products (tenant_id, clickbank_id);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('categories', 601, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('products', 602, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('product_variants', 603, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('product_images', 604, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL),
    ('product_barcodes', 605, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL),
    ('barcode_rules', 606, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL),
    ('product_option_groups', 607, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('product_options', 608, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('product_addons', 609, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('custom_fields', 610, 'tenant', 'fields', 'settings.edit', 'settings.edit', 'settings.delete', NULL),
    ('custom_field_values', 611, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL),
    ('reviews', 612, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('wishlists', 613, 'tenant', 'fields', 'customers.edit', 'customers.edit', 'customers.edit', NULL),
    ('wishlist_items', 614, 'tenant', 'fields', 'customers.edit', 'customers.edit', 'customers.edit', NULL),
    ('collections', 615, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('collection_products', 616, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL),
    ('collection_rules', 617, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL),
    ('product_bundles', 618, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.delete', NULL),
    ('bundle_items', 619, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL),
    ('affiliate_products', 620, 'tenant', 'fields', 'catalog.edit', 'catalog.edit', 'catalog.edit', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('categories', 'parent_id', NULL, NULL, FALSE, 'clear'),
    ('categories', 'name_i18n', 'keys', NULL, FALSE, NULL),
    ('products', 'name_i18n', 'keys', NULL, FALSE, NULL),
    ('products', 'description_i18n', 'keys', NULL, FALSE, NULL),
    ('products', 'price_cents', 'strict', NULL, FALSE, NULL),
    ('products', 'currency', 'strict', NULL, FALSE, NULL),
    ('products', 'category_id', NULL, NULL, FALSE, 'clear'),
    ('products', 'tax_category_id', 'strict', NULL, FALSE, NULL),
    ('products', 'tags', 'set', NULL, FALSE, NULL),
    ('products', 'metadata', 'keys', NULL, FALSE, NULL),
    ('product_variants', 'product_id', NULL, NULL, FALSE, 'parts'),
    ('product_variants', 'price_adjustment_cents', 'strict', NULL, FALSE, NULL),
    ('product_variants', 'attributes', 'keys', NULL, FALSE, NULL),
    ('product_images', 'product_id', NULL, NULL, FALSE, 'parts'),
    ('product_images', 'variant_id', NULL, NULL, FALSE, 'clear'),
    ('product_barcodes', 'variant_id', NULL, NULL, FALSE, 'parts'),
    ('product_option_groups', 'product_id', NULL, NULL, FALSE, 'parts'),
    ('product_option_groups', 'minimum_choices', NULL, 'choices', FALSE, NULL),
    ('product_option_groups', 'maximum_choices', NULL, 'choices', FALSE, NULL),
    ('product_options', 'group_id', NULL, NULL, FALSE, 'parts'),
    ('product_options', 'price_adjustment_cents', 'strict', NULL, FALSE, NULL),
    ('product_addons', 'product_id', NULL, NULL, FALSE, 'parts'),
    ('product_addons', 'addon_variant_id', NULL, NULL, FALSE, 'clear'),
    ('product_addons', 'price_cents', 'strict', NULL, FALSE, NULL),
    ('custom_fields', 'choices', 'set', NULL, FALSE, NULL),
    ('custom_field_values', 'custom_field_id', NULL, NULL, FALSE, 'parts'),
    ('reviews', 'product_id', NULL, NULL, FALSE, 'parts'),
    ('reviews', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('reviews', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('wishlists', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('wishlists', 'customer_id', NULL, NULL, FALSE, 'parts'),
    ('wishlist_items', 'wishlist_id', NULL, NULL, FALSE, 'parts'),
    ('wishlist_items', 'variant_id', NULL, NULL, FALSE, 'parts'),
    ('collection_products', 'collection_id', NULL, NULL, FALSE, 'parts'),
    ('collection_products', 'product_id', NULL, NULL, FALSE, 'parts'),
    ('collection_rules', 'collection_id', NULL, NULL, FALSE, 'parts'),
    ('collection_rules', 'conditions', 'keys', NULL, FALSE, NULL),
    ('product_bundles', 'product_id', NULL, NULL, FALSE, 'clear'),
    ('product_bundles', 'price_cents', 'strict', NULL, FALSE, NULL),
    ('product_bundles', 'currency', 'strict', NULL, FALSE, NULL),
    ('bundle_items', 'bundle_id', NULL, NULL, FALSE, 'parts'),
    ('affiliate_products', 'product_id', NULL, NULL, FALSE, 'clear');

-- up postgres
CREATE INDEX products_by_category ON products (tenant_id, category_id, status);
CREATE INDEX products_by_status ON products (tenant_id, status, created_at);
CREATE INDEX products_by_name ON products (tenant_id, name_key, id);
CREATE INDEX products_by_price ON products (tenant_id, price_cents);
CREATE INDEX products_by_tags ON products USING gin (tags);
CREATE INDEX products_by_translation ON products USING gin (name_i18n);
CREATE INDEX reviews_by_product ON reviews (tenant_id, product_id, status);
CREATE INDEX affiliate_products_by_category ON affiliate_products (tenant_id, category);
CREATE INDEX affiliate_products_by_gravity ON affiliate_products (tenant_id, gravity_centi DESC);
CREATE INDEX affiliate_products_by_commission
    ON affiliate_products (tenant_id, commission_cents DESC);
CREATE INDEX affiliate_products_by_words ON affiliate_products
    USING gin (to_tsvector('english', title || ' ' || coalesce(description, '')));
CREATE INDEX categories_by_parent ON categories (tenant_id, parent_id);
CREATE INDEX products_by_tax_category ON products (tenant_id, tax_category_id);
CREATE INDEX product_variants_by_product ON product_variants (tenant_id, product_id);
CREATE INDEX product_images_by_product ON product_images (tenant_id, product_id);
CREATE INDEX product_images_by_variant ON product_images (tenant_id, variant_id);
CREATE INDEX product_barcodes_by_variant ON product_barcodes (tenant_id, variant_id);
CREATE INDEX product_option_groups_by_product ON product_option_groups (tenant_id, product_id);
CREATE INDEX product_options_by_group ON product_options (tenant_id, group_id);
CREATE INDEX product_addons_by_product ON product_addons (tenant_id, product_id);
CREATE INDEX product_addons_by_addon_variant ON product_addons (tenant_id, addon_variant_id);
CREATE INDEX custom_field_values_by_custom_field ON custom_field_values (tenant_id, custom_field_id);
CREATE INDEX reviews_by_customer ON reviews (tenant_id, customer_id);
CREATE INDEX reviews_by_user ON reviews (tenant_id, user_id);
CREATE INDEX wishlists_by_user ON wishlists (tenant_id, user_id);
CREATE INDEX wishlists_by_customer ON wishlists (tenant_id, customer_id);
CREATE INDEX wishlist_items_by_variant ON wishlist_items (tenant_id, variant_id);
CREATE INDEX collection_products_by_product ON collection_products (tenant_id, product_id);
CREATE INDEX collection_rules_by_collection ON collection_rules (tenant_id, collection_id);
CREATE INDEX product_bundles_by_product ON product_bundles (tenant_id, product_id);
CREATE INDEX bundle_items_by_variant ON bundle_items (tenant_id, variant_id);
CREATE INDEX affiliate_products_by_product ON affiliate_products (tenant_id, product_id);
CREATE INDEX barcode_rules_by_tenant ON barcode_rules (tenant_id);
CREATE INDEX collections_by_tenant ON collections (tenant_id);

CREATE TRIGGER products_named BEFORE INSERT OR UPDATE ON products
    FOR EACH ROW EXECUTE FUNCTION named_keys();

-- up sqlite
CREATE INDEX categories_by_parent ON categories (parent_id);
CREATE INDEX products_by_created ON products (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_by_name ON products (name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX products_by_status ON products (status, created_at, id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX products_by_category ON products (category_id, created_at, id);
CREATE INDEX product_variants_by_product ON product_variants (product_id);
CREATE INDEX product_barcodes_by_variant ON product_barcodes (variant_id);
CREATE INDEX product_images_by_product ON product_images (product_id);
CREATE INDEX product_option_groups_by_product ON product_option_groups (product_id);
CREATE INDEX product_options_by_group ON product_options (group_id);
CREATE INDEX product_addons_by_product ON product_addons (product_id);
CREATE INDEX reviews_by_product ON reviews (product_id);
CREATE INDEX wishlist_items_by_variant ON wishlist_items (variant_id);
CREATE INDEX collection_products_by_product ON collection_products (product_id);
CREATE INDEX bundle_items_by_variant ON bundle_items (variant_id);

-- Search, in the form that customer_search has in the migration of identity: a product is found
-- by its name and SKU, its variants' names and SKUs, and all their barcodes.
CREATE TABLE product_search_docs (
    doc    INTEGER PRIMARY KEY,
    row_id UUID NOT NULL UNIQUE,
    words  TEXT NOT NULL
);
CREATE VIRTUAL TABLE product_search USING fts5(
    words, content='product_search_docs', content_rowid='doc',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3');
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('product_search_docs', 690, 'local', 'fields', NULL, NULL, NULL, NULL);

CREATE TRIGGER product_search_docs_insert AFTER INSERT ON product_search_docs BEGIN
    INSERT INTO product_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER product_search_docs_update AFTER UPDATE ON product_search_docs
WHEN OLD.doc IS NOT NEW.doc OR OLD.words IS NOT NEW.words BEGIN
    INSERT INTO product_search (product_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
    INSERT INTO product_search (rowid, words) VALUES (NEW.doc, NEW.words);
END;
CREATE TRIGGER product_search_docs_delete AFTER DELETE ON product_search_docs BEGIN
    INSERT INTO product_search (product_search, rowid, words) VALUES ('delete', OLD.doc, OLD.words);
END;

-- The default variant repeats the product's name; its words add nothing. The order is fixed, so
-- that equal words are equal texts.
CREATE VIEW product_search_words AS
SELECT p.id AS row_id,
       search_key(p.name || ' ' || coalesce(p.sku, '') ||
           coalesce((SELECT group_concat(words, '') FROM (
               SELECT CASE WHEN v.id = p.id THEN '' ELSE ' ' || v.name END ||
                      CASE WHEN v.sku = p.sku THEN '' ELSE coalesce(' ' || v.sku, '') END AS words
               FROM product_variants v
               WHERE v.product_id = p.id AND v.deleted_at IS NULL ORDER BY v.id)), '') ||
           coalesce((SELECT group_concat(words, '') FROM (
               SELECT ' ' || b.barcode AS words
               FROM product_variants v JOIN product_barcodes b ON b.variant_id = v.id
               WHERE v.product_id = p.id AND v.deleted_at IS NULL ORDER BY b.barcode)), '')) AS words
FROM products p WHERE p.deleted_at IS NULL;

CREATE VIEW product_search_refresh AS SELECT row_id FROM product_search_docs;
CREATE TRIGGER product_search_refresh INSTEAD OF INSERT ON product_search_refresh BEGIN
    DELETE FROM product_search_docs WHERE row_id = NEW.row_id
        AND NOT EXISTS (SELECT 1 FROM product_search_words WHERE row_id = NEW.row_id);
    INSERT INTO product_search_docs (row_id, words)
    SELECT row_id, words FROM product_search_words WHERE row_id = NEW.row_id
    ON CONFLICT (row_id) DO UPDATE SET words = excluded.words WHERE words IS NOT excluded.words;
END;

CREATE TRIGGER products_search_insert AFTER INSERT ON products BEGIN
    INSERT INTO product_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER products_search_update AFTER UPDATE ON products
WHEN OLD.name IS NOT NEW.name OR OLD.sku IS NOT NEW.sku
  OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN
    INSERT INTO product_search_refresh (row_id) VALUES (NEW.id);
END;
CREATE TRIGGER products_search_delete AFTER DELETE ON products BEGIN
    INSERT INTO product_search_refresh (row_id) VALUES (OLD.id);
END;
CREATE TRIGGER product_variants_search_insert AFTER INSERT ON product_variants BEGIN
    INSERT INTO product_search_refresh (row_id) VALUES (NEW.product_id);
END;
CREATE TRIGGER product_variants_search_update AFTER UPDATE ON product_variants
WHEN OLD.name IS NOT NEW.name OR OLD.sku IS NOT NEW.sku
  OR OLD.product_id IS NOT NEW.product_id OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN
    INSERT INTO product_search_refresh (row_id) VALUES (OLD.product_id), (NEW.product_id);
END;
CREATE TRIGGER product_variants_search_delete AFTER DELETE ON product_variants BEGIN
    INSERT INTO product_search_refresh (row_id) VALUES (OLD.product_id);
END;
CREATE TRIGGER product_barcodes_search_insert AFTER INSERT ON product_barcodes BEGIN
    INSERT INTO product_search_refresh (row_id)
    SELECT product_id FROM product_variants WHERE id = NEW.variant_id;
END;
CREATE TRIGGER product_barcodes_search_update AFTER UPDATE ON product_barcodes
WHEN OLD.barcode IS NOT NEW.barcode OR OLD.variant_id IS NOT NEW.variant_id BEGIN
    INSERT INTO product_search_refresh (row_id)
    SELECT product_id FROM product_variants WHERE id IN (OLD.variant_id, NEW.variant_id);
END;
CREATE TRIGGER product_barcodes_search_delete AFTER DELETE ON product_barcodes BEGIN
    INSERT INTO product_search_refresh (row_id)
    SELECT product_id FROM product_variants WHERE id = OLD.variant_id;
END;

-- down sqlite
DROP VIEW product_search_refresh;
DROP VIEW product_search_words;
DROP TABLE product_search;
DROP TABLE product_search_docs;

-- down
DROP TABLE affiliate_products;
DROP TABLE bundle_items;
DROP TABLE product_bundles;
DROP TABLE collection_rules;
DROP TABLE collection_products;
DROP TABLE collections;
DROP TABLE wishlist_items;
DROP TABLE wishlists;
DROP TABLE reviews;
DROP TABLE custom_field_values;
DROP TABLE custom_fields;
DROP TABLE product_addons;
DROP TABLE product_options;
DROP TABLE product_option_groups;
DROP TABLE barcode_rules;
DROP TABLE product_barcodes;
DROP TABLE product_images;
DROP TABLE product_variants;
DROP TABLE products;
DROP TABLE categories;
