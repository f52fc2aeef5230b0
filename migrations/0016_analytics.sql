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

-- up sqlite
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
);

CREATE INDEX analytics_events_by_occurred ON analytics_events (occurred_at);
CREATE INDEX analytics_events_by_type ON analytics_events (event_type, occurred_at);
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
);

CREATE INDEX page_views_by_occurred ON page_views (occurred_at, path);
CREATE INDEX event_days_by_day ON event_days (day, event_type);
CREATE INDEX page_view_days_by_path ON page_view_days (path, day);

-- down postgres
DROP FUNCTION analytics_make_partitions(date, integer);

-- down
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
