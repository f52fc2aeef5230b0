-- Plans that a shop offers, what they cost, and who is subscribed to them.

-- up
-- A limit that is NULL is no limit.
CREATE TABLE plans (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name               VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description        TEXT,
    product_id         UUID REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED,
    is_default         BOOLEAN NOT NULL DEFAULT FALSE,
    available          BOOLEAN NOT NULL DEFAULT TRUE,
    requires_payment   BOOLEAN NOT NULL DEFAULT TRUE,
    requires_invoice   BOOLEAN NOT NULL DEFAULT FALSE,
    auto_renew         BOOLEAN NOT NULL DEFAULT TRUE,
    daily_time_minutes INTEGER CHECK (daily_time_minutes >= 0),
    daily_data_mb      INTEGER CHECK (daily_data_mb >= 0),
    stripe_product_id  VARCHAR(255),
    metadata           JSONB NOT NULL DEFAULT '{}',
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at         TIMESTAMPTZ
);

CREATE TABLE plan_pricings (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    plan_id           UUID NOT NULL REFERENCES plans (id) DEFERRABLE INITIALLY DEFERRED,
    amount_cents      BIGINT NOT NULL CHECK (amount_cents >= 0),
    currency          CHAR(3) NOT NULL CHECK (length(currency) = 3),
    interval          VARCHAR(10) NOT NULL CHECK (interval IN ('day', 'week', 'month', 'year')),
    trial_period_days INTEGER NOT NULL DEFAULT 0 CHECK (trial_period_days >= 0),
    is_active         BOOLEAN NOT NULL DEFAULT TRUE,
    stripe_price_id   VARCHAR(255),
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Without a user and a customer it is the shop's own subscription: its live one is the shop's plan.
CREATE TABLE subscriptions (
    id                         UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id                  UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id                    UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id                UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    plan_id                    UUID REFERENCES plans (id) DEFERRABLE INITIALLY DEFERRED,
    plan_pricing_id            UUID REFERENCES plan_pricings (id) DEFERRABLE INITIALLY DEFERRED,
    tier                       VARCHAR(50),
    status                     VARCHAR(20) NOT NULL DEFAULT 'trialing'
                               CHECK (status IN ('trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired')),
    started_at                 TIMESTAMPTZ NOT NULL DEFAULT (now()),
    trial_ends_at              TIMESTAMPTZ,
    period_starts_at           TIMESTAMPTZ,
    period_ends_at             TIMESTAMPTZ,
    is_cancelled_at_period_end BOOLEAN NOT NULL DEFAULT FALSE,
    cancelled_at               TIMESTAMPTZ,
    stripe_customer_id         VARCHAR(255),
    stripe_subscription_id     VARCHAR(255),
    metadata                   JSONB NOT NULL DEFAULT '{}',
    row_version                BIGINT NOT NULL DEFAULT 0,
    created_at                 TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at                 TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (plan_id IS NOT NULL OR tier IS NOT NULL),
    CHECK (period_ends_at > period_starts_at)
);

-- What was used on one day of what the plan limits; only ever grows within the day.
CREATE TABLE usage_counters (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    subscription_id UUID NOT NULL REFERENCES subscriptions (id) DEFERRABLE INITIALLY DEFERRED,
    metric          VARCHAR(20) NOT NULL CHECK (metric IN ('time_minutes', 'data_mb')),
    day             DATE NOT NULL,
    used            BIGINT NOT NULL DEFAULT 0 CHECK (used >= 0),
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX plans_by_name ON plans (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX plan_pricings_by_stripe_price
    ON plan_pricings (tenant_id, stripe_price_id) WHERE stripe_price_id IS NOT NULL;
CREATE UNIQUE INDEX subscriptions_by_stripe_subscription
    ON subscriptions (tenant_id, stripe_subscription_id) WHERE stripe_subscription_id IS NOT NULL;
CREATE UNIQUE INDEX usage_counters_by_day
    ON usage_counters (tenant_id, subscription_id, metric, day);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('plans', 1001, 'tenant', 'fields', 'subscriptions.edit', 'subscriptions.edit', 'subscriptions.delete', NULL),
    ('plan_pricings', 1002, 'tenant', 'fields', 'subscriptions.edit', 'subscriptions.edit', 'subscriptions.delete', NULL),
    ('subscriptions', 1003, 'tenant', 'fields', 'subscriptions.edit', 'subscriptions.edit', 'subscriptions.delete', NULL),
    ('usage_counters', 1004, 'tenant', 'fields', 'subscriptions.edit', 'subscriptions.edit', 'subscriptions.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('plans', 'product_id', NULL, NULL, FALSE, 'clear'),
    ('plans', 'metadata', 'keys', NULL, FALSE, NULL),
    ('plan_pricings', 'plan_id', NULL, NULL, FALSE, 'parts'),
    ('plan_pricings', 'amount_cents', 'strict', NULL, FALSE, NULL),
    ('plan_pricings', 'currency', 'strict', NULL, FALSE, NULL),
    ('plan_pricings', 'interval', 'strict', NULL, FALSE, NULL),
    ('subscriptions', 'plan_id', NULL, 'offer', FALSE, NULL),
    ('subscriptions', 'tier', NULL, 'offer', FALSE, NULL),
    ('subscriptions', 'period_starts_at', NULL, 'period', FALSE, NULL),
    ('subscriptions', 'period_ends_at', NULL, 'period', FALSE, NULL),
    ('subscriptions', 'metadata', 'keys', NULL, FALSE, NULL),
    ('usage_counters', 'subscription_id', NULL, NULL, FALSE, 'parts'),
    ('usage_counters', 'used', 'max', NULL, FALSE, NULL);

-- up postgres
CREATE INDEX plans_by_product ON plans (tenant_id, product_id);
CREATE INDEX plan_pricings_by_plan ON plan_pricings (tenant_id, plan_id);
CREATE INDEX subscriptions_by_status ON subscriptions (tenant_id, status);
CREATE INDEX subscriptions_by_tier ON subscriptions (tenant_id, tier);
CREATE INDEX subscriptions_by_stripe_customer ON subscriptions (tenant_id, stripe_customer_id);
CREATE INDEX subscriptions_by_user ON subscriptions (tenant_id, user_id);
CREATE INDEX subscriptions_by_customer ON subscriptions (tenant_id, customer_id);
CREATE INDEX subscriptions_by_plan ON subscriptions (tenant_id, plan_id);
CREATE INDEX subscriptions_by_plan_pricing ON subscriptions (tenant_id, plan_pricing_id);

-- up sqlite
CREATE INDEX plan_pricings_by_plan ON plan_pricings (plan_id);
CREATE INDEX subscriptions_by_user ON subscriptions (user_id);
CREATE INDEX subscriptions_by_customer ON subscriptions (customer_id);

-- down
DROP TABLE usage_counters;
DROP TABLE subscriptions;
DROP TABLE plan_pricings;
DROP TABLE plans;
