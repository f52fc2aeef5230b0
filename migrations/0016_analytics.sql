-- What visitors did, what came of it, and the sums by day that reports are made of. Events and page
-- views live at the centre in a partition for each month; terminals get their sums by day.

-- up

CREATE TABLE visitor_sessions (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    session_token    VARCHAR(64) NOT NULL CHECK (length(session_token) BETWEEN 1 AND 64),
    user_id          UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ip_hash          VARCHAR(64),
    entry_page       VARCHAR(500),
    exit_page        VARCHAR(500),
    duration_seconds INTEGER CHECK (duration_seconds >= 0),
    pages_viewed     INTEGER NOT NULL DEFAULT 0 CHECK (pages_viewed >= 0),
    is_bounce        BOOLEAN NOT NULL DEFAULT TRUE,
    device_type      VARCHAR(20) CHECK (device_type IN ('desktop', 'mobile', 'tablet', 'other')),
    browser          VARCHAR(50),
    os               VARCHAR(50),
    country          CHAR(2) CHECK (length(country) = 2),
    started_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    ended_at         TIMESTAMPTZ,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (ended_at >= started_at)
);

CREATE TABLE conversion_goals (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    goal_type   VARCHAR(20) NOT NULL CHECK (goal_type IN ('page', 'event', 'order')),
    path        VARCHAR(500),
    event_type  VARCHAR(100),
    value_cents BIGINT CHECK (value_cents >= 0),
    currency    CHAR(3) CHECK (length(currency) = 3),
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (CASE goal_type WHEN 'page' THEN path IS NOT NULL WHEN 'event' THEN event_type IS NOT NULL ELSE TRUE END),
    CHECK (value_cents IS NULL OR currency IS NOT NULL)
);

CREATE TABLE conversions (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    conversion_goal_id UUID NOT NULL REFERENCES conversion_goals (id) DEFERRABLE INITIALLY DEFERRED,
    visitor_session_id UUID REFERENCES visitor_sessions (id) DEFERRABLE INITIALLY DEFERRED,
    user_id            UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    order_id           UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    value_cents        BIGINT,
    currency           CHAR(3) CHECK (length(currency) = 3),
    converted_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (value_cents IS NULL OR currency IS NOT NULL)
);

CREATE TABLE funnels (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    description TEXT,
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE funnel_steps (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    funnel_id   UUID NOT NULL REFERENCES funnels (id) DEFERRABLE INITIALLY DEFERRED,
    step_number INTEGER NOT NULL CHECK (step_number > 0),
    name        VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    path        VARCHAR(500),
    event_type  VARCHAR(100),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (path IS NOT NULL OR event_type IS NOT NULL)
);

CREATE TABLE saved_reports (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    report      VARCHAR(50) NOT NULL CHECK (length(report) BETWEEN 1 AND 50),
    owner_id    UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    is_shared   BOOLEAN NOT NULL DEFAULT FALSE,
    settings    JSONB NOT NULL DEFAULT '{}',
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- The sums of events and page views by day. The worker, which alone holds those, writes them as
-- operations; so they reach terminals like any row.
CREATE TABLE event_days (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    day           DATE NOT NULL,
    event_type    VARCHAR(100) NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
    campaign_id   UUID REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    source        VARCHAR(255) NOT NULL DEFAULT '',
    currency      CHAR(3) NOT NULL CHECK (length(currency) = 3), -- the shop's own where nothing was earned
    event_count   BIGINT NOT NULL DEFAULT 0 CHECK (event_count >= 0),
    revenue_cents BIGINT NOT NULL DEFAULT 0,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE page_view_days (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    day           DATE NOT NULL,
    path          VARCHAR(500) NOT NULL CHECK (length(path) BETWEEN 1 AND 500),
    view_count    BIGINT NOT NULL DEFAULT 0 CHECK (view_count >= 0),
    visitor_count BIGINT NOT NULL DEFAULT 0 CHECK (visitor_count >= 0),
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Derived, with no row where there is nothing: what a day earned in a currency, and the customers
-- who ordered on it.
CREATE TABLE revenue_metrics (
    tenant_id     UUID NOT NULL,
    business_day  DATE NOT NULL,
    currency      CHAR(3) NOT NULL,
    revenue_cents BIGINT NOT NULL,
    order_count   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, business_day, currency)
);
CREATE TABLE revenue_customers (
    tenant_id    UUID NOT NULL,
    business_day DATE NOT NULL,
    currency     CHAR(3) NOT NULL,
    customer_id  UUID NOT NULL,
    order_count  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, business_day, currency, customer_id)
);
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('revenue_metrics', 1690, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('revenue_customers', 1691, 'local', 'fields', NULL, NULL, NULL, NULL);

CREATE UNIQUE INDEX visitor_sessions_by_token ON visitor_sessions (tenant_id, session_token);
CREATE UNIQUE INDEX conversion_goals_by_name ON conversion_goals (tenant_id, name);
CREATE UNIQUE INDEX funnels_by_name ON funnels (tenant_id, name);
CREATE UNIQUE INDEX event_days_by_campaign_day
    ON event_days (tenant_id, day, event_type, campaign_id, source, currency)
    WHERE campaign_id IS NOT NULL;
CREATE UNIQUE INDEX event_days_by_type_day
    ON event_days (tenant_id, day, event_type, source, currency) WHERE campaign_id IS NULL;
CREATE UNIQUE INDEX page_view_days_by_day_path ON page_view_days (tenant_id, day, path);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('analytics_events', 1601, 'central', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', 365),
    ('page_views', 1602, 'central', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', 365),
    ('visitor_sessions', 1603, 'central', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', 365),
    ('conversion_goals', 1604, 'tenant', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', NULL),
    ('conversions', 1605, 'central', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', NULL),
    ('funnels', 1606, 'tenant', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', NULL),
    ('funnel_steps', 1607, 'tenant', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', NULL),
    ('saved_reports', 1608, 'tenant', 'fields', 'analytics.edit', 'analytics.edit', 'analytics.delete', NULL),
    ('event_days', 1609, 'tenant', 'fields', 'analytics.edit', 'analytics.edit', NULL, 3650),
    ('page_view_days', 1610, 'tenant', 'fields', 'analytics.edit', 'analytics.edit', NULL, 3650);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('analytics_events', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('analytics_events', 'campaign_id', NULL, NULL, FALSE, 'clear'),
    ('analytics_events', 'revenue_cents', NULL, 'revenue', FALSE, NULL),
    ('analytics_events', 'currency', NULL, 'revenue', FALSE, NULL),
    ('analytics_events', 'properties', 'keys', NULL, FALSE, NULL),
    ('page_views', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('visitor_sessions', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('visitor_sessions', 'duration_seconds', 'max', NULL, FALSE, NULL),
    ('visitor_sessions', 'pages_viewed', 'max', NULL, FALSE, NULL),
    ('visitor_sessions', 'started_at', NULL, 'time', FALSE, NULL),
    ('visitor_sessions', 'ended_at', NULL, 'time', FALSE, NULL),
    ('conversion_goals', 'goal_type', NULL, 'match', FALSE, NULL),
    ('conversion_goals', 'path', NULL, 'match', FALSE, NULL),
    ('conversion_goals', 'event_type', NULL, 'match', FALSE, NULL),
    ('conversion_goals', 'value_cents', NULL, 'value', FALSE, NULL),
    ('conversion_goals', 'currency', NULL, 'value', FALSE, NULL),
    ('conversions', 'visitor_session_id', NULL, NULL, FALSE, 'clear'),
    ('conversions', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('conversions', 'order_id', NULL, NULL, FALSE, 'clear'),
    ('conversions', 'value_cents', NULL, 'value', FALSE, NULL),
    ('conversions', 'currency', NULL, 'value', FALSE, NULL),
    ('funnel_steps', 'funnel_id', NULL, NULL, FALSE, 'parts'),
    ('funnel_steps', 'path', NULL, 'match', FALSE, NULL),
    ('funnel_steps', 'event_type', NULL, 'match', FALSE, NULL),
    ('saved_reports', 'owner_id', NULL, NULL, FALSE, 'clear'),
    ('saved_reports', 'settings', 'keys', NULL, FALSE, NULL);

-- up postgres
-- Clicks, conversions, refunds, rebills and whatever a shop or its web site counts.
CREATE TABLE analytics_events (
    id            UUID NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    occurred_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    event_type    VARCHAR(100) NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
    user_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    campaign_id   UUID REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    session_token VARCHAR(255),
    source        VARCHAR(255),
    revenue_cents BIGINT,
    currency      CHAR(3) CHECK (length(currency) = 3),
    properties    JSONB NOT NULL DEFAULT '{}',
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    PRIMARY KEY (id, occurred_at),
    CHECK (revenue_cents IS NULL OR currency IS NOT NULL)
) PARTITION BY RANGE (occurred_at);

CREATE INDEX analytics_events_by_occurred ON analytics_events (tenant_id, occurred_at);
CREATE INDEX analytics_events_by_type ON analytics_events (tenant_id, event_type, occurred_at);
CREATE INDEX analytics_events_by_user
    ON analytics_events (tenant_id, user_id, campaign_id, event_type, occurred_at);
CREATE INDEX analytics_events_by_campaign ON analytics_events (tenant_id, campaign_id, occurred_at);
CREATE TABLE page_views (
    id            UUID NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    occurred_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    session_token VARCHAR(64) NOT NULL CHECK (length(session_token) BETWEEN 1 AND 64),
    user_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    path          VARCHAR(500) NOT NULL CHECK (length(path) BETWEEN 1 AND 500),
    referrer      VARCHAR(500),
    user_agent    VARCHAR(500),
    ip_hash       VARCHAR(64),
    load_time_ms  INTEGER CHECK (load_time_ms >= 0),
    utm_source    VARCHAR(100),
    utm_medium    VARCHAR(100),
    utm_campaign  VARCHAR(100),
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE INDEX page_views_by_session ON page_views (tenant_id, session_token);
CREATE INDEX page_views_by_occurred ON page_views (tenant_id, occurred_at, path);
CREATE INDEX page_views_by_path ON page_views (tenant_id, path);
CREATE INDEX page_views_by_user ON page_views (tenant_id, user_id);
CREATE INDEX visitor_sessions_by_started ON visitor_sessions (tenant_id, started_at);
CREATE INDEX visitor_sessions_by_user ON visitor_sessions (tenant_id, user_id);
CREATE INDEX conversions_by_goal ON conversions (tenant_id, conversion_goal_id, converted_at);
CREATE INDEX conversions_by_visitor_session ON conversions (tenant_id, visitor_session_id);
CREATE INDEX conversions_by_user ON conversions (tenant_id, user_id);
CREATE INDEX conversions_by_order ON conversions (tenant_id, order_id);
CREATE INDEX funnel_steps_by_funnel ON funnel_steps (tenant_id, funnel_id, step_number);
CREATE INDEX saved_reports_by_owner ON saved_reports (tenant_id, owner_id);
CREATE INDEX event_days_by_day ON event_days (tenant_id, day);
CREATE INDEX event_days_by_campaign ON event_days (tenant_id, campaign_id);

-- Makes the partition of each month from `first` on, `months` of them, and returns how many it
-- made. Rows outside of all months go to the default partition; a month that has rows there is
-- left to it. The worker calls this daily, so that months are there ahead.
CREATE FUNCTION analytics_make_partitions(first date, months integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    starts timestamptz;
    ends timestamptz;
    part text;
    is_late boolean;
    made integer := 0;
BEGIN
    FOREACH parent IN ARRAY ARRAY['analytics_events', 'page_views'] LOOP
        FOR n IN 0 .. months - 1 LOOP
            starts := (date_trunc('month', first::timestamp) + make_interval(months => n))
                      AT TIME ZONE 'UTC';
            ends := (date_trunc('month', first::timestamp) + make_interval(months => n + 1))
                    AT TIME ZONE 'UTC';
            part := parent || to_char(starts AT TIME ZONE 'UTC', '"_"YYYY"_"MM');
            EXECUTE format('SELECT EXISTS (SELECT FROM %I
                WHERE occurred_at >= $1 AND occurred_at < $2)', parent || '_default')
                INTO is_late USING starts, ends;
            IF to_regclass(part) IS NULL AND NOT is_late THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    part, parent, starts, ends);
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;
CREATE TABLE analytics_events_default PARTITION OF analytics_events DEFAULT;
CREATE TABLE page_views_default PARTITION OF page_views DEFAULT;
SELECT analytics_make_partitions(current_date, 3);

-- What earned or gave back money, on the business day it did: orders that count (no quote, none that
-- is unfinished or cancelled; those of returns are negative), and refunds without a return order.
CREATE VIEW earnings WITH (security_invoker = true) AS
SELECT tenant_id, business_day, currency, customer_id, total_cents AS revenue_cents,
       CASE kind WHEN 'return' THEN 0 ELSE 1 END AS order_count
FROM orders
WHERE deleted_at IS NULL AND kind <> 'quote'
  AND status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled')
UNION ALL
SELECT tenant_id, business_day, currency, NULL, -amount_cents, 0
FROM refunds WHERE return_order_id IS NULL;
CREATE VIEW revenue_metrics_recomputed WITH (security_invoker = true) AS
SELECT tenant_id, business_day, currency, sum(revenue_cents)::bigint AS revenue_cents,
       sum(order_count)::bigint AS order_count
FROM earnings GROUP BY tenant_id, business_day, currency
HAVING sum(revenue_cents) <> 0 OR sum(order_count) <> 0;
CREATE VIEW revenue_customers_recomputed WITH (security_invoker = true) AS
SELECT tenant_id, business_day, currency, customer_id, sum(order_count)::bigint AS order_count
FROM earnings WHERE customer_id IS NOT NULL
GROUP BY tenant_id, business_day, currency, customer_id HAVING sum(order_count) <> 0;
CREATE VIEW revenue_metrics_with_customers WITH (security_invoker = true) AS
SELECT r.*,
       (SELECT count(*) FROM revenue_customers c WHERE c.tenant_id = r.tenant_id
            AND c.business_day = r.business_day AND c.currency = r.currency) AS customer_count,
       CASE WHEN order_count = 0 THEN 0
            WHEN revenue_cents >= 0 THEN (2 * revenue_cents + order_count) / (2 * order_count)
            ELSE -((order_count - 2 * revenue_cents) / (2 * order_count))
       END AS average_order_cents
FROM revenue_metrics r;

CREATE FUNCTION revenue_add(tenant uuid, day date, money text, customer uuid, cents bigint,
                            orders bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO revenue_metrics AS r (tenant_id, business_day, currency, revenue_cents, order_count)
    VALUES (tenant, day, money, cents, orders)
    ON CONFLICT (tenant_id, business_day, currency) DO UPDATE
        SET revenue_cents = r.revenue_cents + excluded.revenue_cents,
            order_count = r.order_count + excluded.order_count;
    DELETE FROM revenue_metrics
    WHERE tenant_id = tenant AND business_day = day AND currency = money
      AND revenue_cents = 0 AND order_count = 0;
    IF customer IS NULL OR orders = 0 THEN
        RETURN;
    END IF;
    INSERT INTO revenue_customers AS c (tenant_id, business_day, currency, customer_id, order_count)
    VALUES (tenant, day, money, customer, orders)
    ON CONFLICT (tenant_id, business_day, currency, customer_id) DO UPDATE
        SET order_count = c.order_count + excluded.order_count;
    DELETE FROM revenue_customers
    WHERE tenant_id = tenant AND business_day = day AND currency = money
      AND customer_id = customer AND order_count = 0;
END
$$;
CREATE FUNCTION order_earns(o orders) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN o.deleted_at IS NULL AND o.kind <> 'quote' AND o.status NOT IN
        ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled');
CREATE FUNCTION revenue_of_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND order_earns(OLD) THEN
        PERFORM revenue_add(OLD.tenant_id, OLD.business_day, OLD.currency, OLD.customer_id,
                            -OLD.total_cents, CASE OLD.kind WHEN 'return' THEN 0 ELSE -1 END);
    END IF;
    IF TG_OP <> 'DELETE' AND order_earns(NEW) THEN
        PERFORM revenue_add(NEW.tenant_id, NEW.business_day, NEW.currency, NEW.customer_id,
                            NEW.total_cents, CASE NEW.kind WHEN 'return' THEN 0 ELSE 1 END);
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION revenue_of_refunds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.return_order_id IS NULL THEN
        PERFORM revenue_add(OLD.tenant_id, OLD.business_day, OLD.currency, NULL,
                            OLD.amount_cents, 0);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.return_order_id IS NULL THEN
        PERFORM revenue_add(NEW.tenant_id, NEW.business_day, NEW.currency, NULL,
                            -NEW.amount_cents, 0);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER revenue AFTER INSERT OR DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION revenue_of_orders();
CREATE TRIGGER revenue_moved AFTER UPDATE ON orders
    FOR EACH ROW WHEN ((OLD.business_day, OLD.currency, OLD.customer_id, OLD.total_cents, OLD.kind,
                        order_earns(OLD)) IS DISTINCT FROM
                       (NEW.business_day, NEW.currency, NEW.customer_id, NEW.total_cents, NEW.kind,
                        order_earns(NEW)))
    EXECUTE FUNCTION revenue_of_orders();
CREATE TRIGGER revenue AFTER INSERT OR UPDATE OR DELETE ON refunds
    FOR EACH ROW EXECUTE FUNCTION revenue_of_refunds();
ALTER TABLE orders ENABLE ALWAYS TRIGGER revenue;
ALTER TABLE orders ENABLE ALWAYS TRIGGER revenue_moved;
ALTER TABLE refunds ENABLE ALWAYS TRIGGER revenue;

-- up sqlite
-- Clicks, conversions, refunds, rebills and whatever a shop or its web site counts.
CREATE TABLE analytics_events (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    occurred_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    event_type    VARCHAR(100) NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
    user_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    campaign_id   UUID REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    session_token VARCHAR(255),
    source        VARCHAR(255),
    revenue_cents BIGINT,
    currency      CHAR(3) CHECK (length(currency) = 3),
    properties    JSONB NOT NULL DEFAULT '{}',
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (revenue_cents IS NULL OR currency IS NOT NULL)
);

CREATE INDEX analytics_events_by_occurred ON analytics_events (occurred_at);
CREATE INDEX analytics_events_by_type ON analytics_events (event_type, occurred_at);
CREATE TABLE page_views (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    occurred_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    session_token VARCHAR(64) NOT NULL CHECK (length(session_token) BETWEEN 1 AND 64),
    user_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    path          VARCHAR(500) NOT NULL CHECK (length(path) BETWEEN 1 AND 500),
    referrer      VARCHAR(500),
    user_agent    VARCHAR(500),
    ip_hash       VARCHAR(64),
    load_time_ms  INTEGER CHECK (load_time_ms >= 0),
    utm_source    VARCHAR(100),
    utm_medium    VARCHAR(100),
    utm_campaign  VARCHAR(100),
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE INDEX page_views_by_occurred ON page_views (occurred_at, path);
CREATE INDEX event_days_by_day ON event_days (day, event_type);
CREATE INDEX page_view_days_by_path ON page_view_days (path, day);

-- What earned or gave back money, on the business day it did: orders that count (no quote, none that
-- is unfinished or cancelled; those of returns are negative), and refunds without a return order.
CREATE VIEW earnings AS
SELECT tenant_id, business_day, currency, customer_id, total_cents AS revenue_cents,
       CASE kind WHEN 'return' THEN 0 ELSE 1 END AS order_count
FROM orders
WHERE deleted_at IS NULL AND kind <> 'quote'
  AND status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled')
UNION ALL
SELECT tenant_id, business_day, currency, NULL, -amount_cents, 0
FROM refunds WHERE return_order_id IS NULL;
CREATE VIEW revenue_metrics_recomputed AS
SELECT tenant_id, business_day, currency, sum(revenue_cents) AS revenue_cents,
       sum(order_count) AS order_count
FROM earnings GROUP BY tenant_id, business_day, currency
HAVING sum(revenue_cents) <> 0 OR sum(order_count) <> 0;
CREATE VIEW revenue_customers_recomputed AS
SELECT tenant_id, business_day, currency, customer_id, sum(order_count) AS order_count
FROM earnings WHERE customer_id IS NOT NULL
GROUP BY tenant_id, business_day, currency, customer_id HAVING sum(order_count) <> 0;
CREATE VIEW revenue_metrics_with_customers AS
SELECT r.*,
       (SELECT count(*) FROM revenue_customers c WHERE c.tenant_id = r.tenant_id
            AND c.business_day = r.business_day AND c.currency = r.currency) AS customer_count,
       CASE WHEN order_count = 0 THEN 0
            WHEN revenue_cents >= 0 THEN (2 * revenue_cents + order_count) / (2 * order_count)
            ELSE -((order_count - 2 * revenue_cents) / (2 * order_count))
       END AS average_order_cents
FROM revenue_metrics r;

-- A procedure: what is inserted is added.
CREATE VIEW revenue_add AS
SELECT tenant_id, business_day, currency, NULL AS customer_id, revenue_cents, order_count
FROM revenue_metrics;
CREATE TRIGGER revenue_add INSTEAD OF INSERT ON revenue_add BEGIN
    INSERT INTO revenue_metrics (tenant_id, business_day, currency, revenue_cents, order_count)
    VALUES (NEW.tenant_id, NEW.business_day, NEW.currency, NEW.revenue_cents, NEW.order_count)
    ON CONFLICT (tenant_id, business_day, currency) DO UPDATE
        SET revenue_cents = revenue_cents + excluded.revenue_cents,
            order_count = order_count + excluded.order_count;
    INSERT INTO revenue_customers (tenant_id, business_day, currency, customer_id, order_count)
    SELECT NEW.tenant_id, NEW.business_day, NEW.currency, NEW.customer_id, NEW.order_count
    WHERE NEW.customer_id IS NOT NULL AND NEW.order_count <> 0
    ON CONFLICT (tenant_id, business_day, currency, customer_id) DO UPDATE
        SET order_count = order_count + excluded.order_count;
END;
CREATE TRIGGER revenue_metrics_empty_insert AFTER INSERT ON revenue_metrics
WHEN NEW.revenue_cents = 0 AND NEW.order_count = 0 BEGIN
    DELETE FROM revenue_metrics WHERE tenant_id = NEW.tenant_id
      AND business_day = NEW.business_day AND currency = NEW.currency;
END;
CREATE TRIGGER revenue_metrics_empty_update AFTER UPDATE ON revenue_metrics
WHEN NEW.revenue_cents = 0 AND NEW.order_count = 0 BEGIN
    DELETE FROM revenue_metrics WHERE tenant_id = NEW.tenant_id
      AND business_day = NEW.business_day AND currency = NEW.currency;
END;
CREATE TRIGGER revenue_customers_empty_insert AFTER INSERT ON revenue_customers
WHEN NEW.order_count = 0 BEGIN
    DELETE FROM revenue_customers WHERE tenant_id = NEW.tenant_id
      AND business_day = NEW.business_day AND currency = NEW.currency AND customer_id = NEW.customer_id;
END;
CREATE TRIGGER revenue_customers_empty_update AFTER UPDATE ON revenue_customers
WHEN NEW.order_count = 0 BEGIN
    DELETE FROM revenue_customers WHERE tenant_id = NEW.tenant_id
      AND business_day = NEW.business_day AND currency = NEW.currency AND customer_id = NEW.customer_id;
END;
CREATE TRIGGER orders_revenue_insert AFTER INSERT ON orders
WHEN NEW.deleted_at IS NULL AND NEW.kind <> 'quote'
  AND NEW.status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled') BEGIN
    INSERT INTO revenue_add
    SELECT NEW.tenant_id, NEW.business_day, NEW.currency, NEW.customer_id, NEW.total_cents,
           CASE NEW.kind WHEN 'return' THEN 0 ELSE 1 END;
END;
CREATE TRIGGER orders_revenue_update AFTER UPDATE ON orders
WHEN OLD.business_day IS NOT NEW.business_day OR OLD.currency IS NOT NEW.currency
  OR OLD.customer_id IS NOT NEW.customer_id OR OLD.total_cents IS NOT NEW.total_cents
  OR OLD.kind IS NOT NEW.kind OR OLD.status IS NOT NEW.status
  OR OLD.deleted_at IS NOT NEW.deleted_at BEGIN
    INSERT INTO revenue_add
    SELECT OLD.tenant_id, OLD.business_day, OLD.currency, OLD.customer_id, -OLD.total_cents,
           CASE OLD.kind WHEN 'return' THEN 0 ELSE -1 END
    WHERE OLD.deleted_at IS NULL AND OLD.kind <> 'quote'
      AND OLD.status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled');
    INSERT INTO revenue_add
    SELECT NEW.tenant_id, NEW.business_day, NEW.currency, NEW.customer_id, NEW.total_cents,
           CASE NEW.kind WHEN 'return' THEN 0 ELSE 1 END
    WHERE NEW.deleted_at IS NULL AND NEW.kind <> 'quote'
      AND NEW.status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled');
END;
CREATE TRIGGER orders_revenue_delete AFTER DELETE ON orders
WHEN OLD.deleted_at IS NULL AND OLD.kind <> 'quote'
  AND OLD.status NOT IN ('draft', 'parked', 'sent', 'accepted', 'declined', 'expired', 'cancelled') BEGIN
    INSERT INTO revenue_add
    SELECT OLD.tenant_id, OLD.business_day, OLD.currency, OLD.customer_id, -OLD.total_cents,
           CASE OLD.kind WHEN 'return' THEN 0 ELSE -1 END;
END;
CREATE TRIGGER refunds_revenue_insert AFTER INSERT ON refunds WHEN NEW.return_order_id IS NULL BEGIN
    INSERT INTO revenue_add
    VALUES (NEW.tenant_id, NEW.business_day, NEW.currency, NULL, -NEW.amount_cents, 0);
END;
CREATE TRIGGER refunds_revenue_update AFTER UPDATE ON refunds BEGIN
    INSERT INTO revenue_add
    SELECT OLD.tenant_id, OLD.business_day, OLD.currency, NULL, OLD.amount_cents, 0
    WHERE OLD.return_order_id IS NULL;
    INSERT INTO revenue_add
    SELECT NEW.tenant_id, NEW.business_day, NEW.currency, NULL, -NEW.amount_cents, 0
    WHERE NEW.return_order_id IS NULL;
END;
CREATE TRIGGER refunds_revenue_delete AFTER DELETE ON refunds WHEN OLD.return_order_id IS NULL BEGIN
    INSERT INTO revenue_add
    VALUES (OLD.tenant_id, OLD.business_day, OLD.currency, NULL, OLD.amount_cents, 0);
END;

-- down postgres
DROP FUNCTION analytics_make_partitions(date, integer);

DROP TRIGGER revenue ON refunds;
DROP TRIGGER revenue_moved ON orders;
DROP TRIGGER revenue ON orders;
DROP FUNCTION revenue_of_refunds();
DROP FUNCTION revenue_of_orders();
DROP FUNCTION order_earns(orders);
DROP FUNCTION revenue_add(uuid, date, text, uuid, bigint, bigint);

-- down sqlite
DROP TRIGGER refunds_revenue_delete;
DROP TRIGGER refunds_revenue_update;
DROP TRIGGER refunds_revenue_insert;
DROP TRIGGER orders_revenue_delete;
DROP TRIGGER orders_revenue_update;
DROP TRIGGER orders_revenue_insert;
DROP VIEW revenue_add;

-- down
DROP VIEW revenue_metrics_with_customers;
DROP VIEW revenue_customers_recomputed;
DROP VIEW revenue_metrics_recomputed;
DROP VIEW earnings;
DROP TABLE revenue_customers;
DROP TABLE revenue_metrics;

DROP TABLE page_view_days;
DROP TABLE event_days;
DROP TABLE saved_reports;
DROP TABLE funnel_steps;
DROP TABLE funnels;
DROP TABLE conversions;
DROP TABLE conversion_goals;
DROP TABLE visitor_sessions;
DROP TABLE page_views;
DROP TABLE analytics_events;
