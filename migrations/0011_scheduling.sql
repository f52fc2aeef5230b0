-- Who can be booked, when, for what, and the appointments themselves.

-- up
CREATE TABLE estimators (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    location_id UUID REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    email       VARCHAR(255),
    phone       VARCHAR(40),
    bio         TEXT,
    color       VARCHAR(20),
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE services (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name             VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    name_i18n        JSONB NOT NULL DEFAULT '{}',
    description      TEXT,
    duration_minutes INTEGER NOT NULL DEFAULT 60 CHECK (duration_minutes > 0),
    product_id       UUID REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED, -- what is charged for it
    price_cents      BIGINT CHECK (price_cents >= 0),
    currency         CHAR(3) CHECK (length(currency) = 3),
    position         INTEGER NOT NULL DEFAULT 0,
    is_active        BOOLEAN NOT NULL DEFAULT TRUE,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at       TIMESTAMPTZ,
    CHECK (price_cents IS NULL OR currency IS NOT NULL)
);

CREATE TABLE estimator_services (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    estimator_id     UUID NOT NULL REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED,
    service_id       UUID NOT NULL REFERENCES services (id) DEFERRABLE INITIALLY DEFERRED,
    duration_minutes INTEGER CHECK (duration_minutes > 0), -- NULL: as the service says
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- The rules that the search for a free time keeps to; a NULL limit is no limit.
CREATE TABLE booking_policies (
    id                     UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id              UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name                   VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    buffer_before_minutes  INTEGER NOT NULL DEFAULT 0 CHECK (buffer_before_minutes >= 0),
    buffer_after_minutes   INTEGER NOT NULL DEFAULT 0 CHECK (buffer_after_minutes >= 0),
    minimum_notice_minutes INTEGER NOT NULL DEFAULT 0 CHECK (minimum_notice_minutes >= 0),
    maximum_days_ahead     INTEGER CHECK (maximum_days_ahead > 0),
    slot_interval_minutes  INTEGER NOT NULL DEFAULT 15 CHECK (slot_interval_minutes > 0),
    daily_limit            INTEGER CHECK (daily_limit > 0), -- appointments of one estimator
    cancel_window_minutes  INTEGER NOT NULL DEFAULT 0 CHECK (cancel_window_minutes >= 0),
    row_version            BIGINT NOT NULL DEFAULT 0,
    created_at             TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at             TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE appointment_types (
    id                UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id         UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name              VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    slug              VARCHAR(100),
    description       TEXT,
    duration_minutes  INTEGER NOT NULL DEFAULT 60 CHECK (duration_minutes > 0),
    service_id        UUID REFERENCES services (id) DEFERRABLE INITIALLY DEFERRED,
    booking_policy_id UUID REFERENCES booking_policies (id) DEFERRABLE INITIALLY DEFERRED,
    place             VARCHAR(20) NOT NULL DEFAULT 'on_site' CHECK (place IN ('on_site', 'store', 'phone', 'video')),
    color             VARCHAR(20),
    is_public         BOOLEAN NOT NULL DEFAULT TRUE,
    is_active         BOOLEAN NOT NULL DEFAULT TRUE,
    metadata          JSONB NOT NULL DEFAULT '{}',
    row_version       BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at        TIMESTAMPTZ
);

-- Weekly hours, in the estimator's location's time.
CREATE TABLE availabilities (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    estimator_id UUID NOT NULL REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED,
    day_of_week  INTEGER NOT NULL CHECK (day_of_week BETWEEN 0 AND 6), -- 0 is Monday
    start_time   TIME NOT NULL,
    end_time     TIME NOT NULL,
    valid_from   DATE,
    valid_to     DATE,
    is_active    BOOLEAN NOT NULL DEFAULT TRUE,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (start_time < end_time),
    CHECK (valid_from <= valid_to)
);

-- Days that are not as the weekly hours say: off, or worked at other hours. Without times, all day.
CREATE TABLE availability_exceptions (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    estimator_id UUID NOT NULL REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED,
    first_day    DATE NOT NULL,
    last_day     DATE NOT NULL,
    start_time   TIME,
    end_time     TIME,
    is_available BOOLEAN NOT NULL DEFAULT FALSE,
    reason       VARCHAR(255),
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (first_day <= last_day),
    CHECK (CASE WHEN start_time IS NULL THEN end_time IS NULL ELSE end_time IS NOT NULL AND start_time < end_time END)
);

-- Vans, rooms and tools: each is booked by one appointment at a time.
CREATE TABLE resources (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind        VARCHAR(20) NOT NULL DEFAULT 'tool' CHECK (kind IN ('room', 'vehicle', 'tool', 'other')),
    location_id UUID REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    notes       TEXT,
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

-- The rule after which appointments repeat (an RRULE of RFC 5545); they are rows of their own.
CREATE TABLE appointment_series (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    rule                VARCHAR(500) NOT NULL CHECK (length(rule) BETWEEN 1 AND 500),
    starts_at           TIMESTAMPTZ NOT NULL,
    ends_at             TIMESTAMPTZ, -- of the series; NULL: open
    timezone            VARCHAR(64) NOT NULL CHECK (length(timezone) BETWEEN 1 AND 64), -- in which the rule is read
    duration_minutes    INTEGER NOT NULL DEFAULT 60 CHECK (duration_minutes > 0),
    customer_id         UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    estimator_id        UUID REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED,
    service_id          UUID REFERENCES services (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_type_id UUID REFERENCES appointment_types (id) DEFERRABLE INITIALLY DEFERRED,
    notes               TEXT,
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (ends_at > starts_at)
);

-- The customer's name and numbers are copies: what was said when the appointment was made.
CREATE TABLE appointments (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id         UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    user_id             UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    first_name          VARCHAR(100) NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name           VARCHAR(100) NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
    email               VARCHAR(255),
    phone               VARCHAR(40),
    address             JSONB,
    starts_at           TIMESTAMPTZ NOT NULL,
    ends_at             TIMESTAMPTZ NOT NULL,
    duration_minutes    INTEGER NOT NULL DEFAULT 60 CHECK (duration_minutes > 0),
    status              VARCHAR(20) NOT NULL DEFAULT 'scheduled'
                        CHECK (status IN ('tentative', 'scheduled', 'confirmed', 'in_progress', 'completed',
                            'cancelled', 'no_show')),
    estimator_id        UUID REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED,
    service_id          UUID REFERENCES services (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_type_id UUID REFERENCES appointment_types (id) DEFERRABLE INITIALLY DEFERRED,
    location_id         UUID REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    series_id           UUID REFERENCES appointment_series (id) DEFERRABLE INITIALLY DEFERRED,
    notes               TEXT,
    cancelled_at        TIMESTAMPTZ,
    cancel_reason       VARCHAR(255),
    outcome_order_id    UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    ics_uid             VARCHAR(255),
    ics_sequence        INTEGER NOT NULL DEFAULT 0 CHECK (ics_sequence >= 0),
    metadata            JSONB NOT NULL DEFAULT '{}',
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at          TIMESTAMPTZ,
    CHECK (ends_at > starts_at)
);

-- The status is the appointment's, written with it: without one a thing is booked for itself
-- (a van in the workshop).
CREATE TABLE resource_bookings (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    resource_id    UUID NOT NULL REFERENCES resources (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_id UUID REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
    starts_at      TIMESTAMPTZ NOT NULL,
    ends_at        TIMESTAMPTZ NOT NULL,
    status         VARCHAR(20) NOT NULL DEFAULT 'scheduled'
                   CHECK (status IN ('tentative', 'scheduled', 'confirmed', 'in_progress', 'completed', 'cancelled',
                       'no_show')),
    notes          VARCHAR(255),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (ends_at > starts_at)
);

CREATE TABLE appointment_events (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_id UUID NOT NULL REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
    event_type     VARCHAR(50) NOT NULL CHECK (length(event_type) BETWEEN 1 AND 50),
    actor_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    from_status    VARCHAR(20),
    to_status      VARCHAR(20),
    from_starts_at TIMESTAMPTZ, -- before it was moved
    to_starts_at   TIMESTAMPTZ,
    note           TEXT,
    details        JSONB NOT NULL DEFAULT '{}',
    occurred_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- What is sent before an appointment. It starts from rows the centre has; unknown is never sent
-- again by itself.
CREATE TABLE reminders (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_id UUID NOT NULL REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
    channel        VARCHAR(20) NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms', 'notification')),
    minutes_before INTEGER NOT NULL DEFAULT 1440 CHECK (minutes_before >= 0),
    due_at         TIMESTAMPTZ NOT NULL,
    status         VARCHAR(20) NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'sending', 'done', 'failed', 'unknown', 'cancelled')),
    sent_at        TIMESTAMPTZ,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Calendars for other programs: published under a secret address, or read from one.
CREATE TABLE calendar_feeds (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name         VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    direction    VARCHAR(20) NOT NULL DEFAULT 'publish' CHECK (direction IN ('publish', 'read')),
    estimator_id UUID REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED,
    user_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    url          VARCHAR(500),
    token_hash   BYTEA,
    is_active    BOOLEAN NOT NULL DEFAULT TRUE,
    fetched_at   TIMESTAMPTZ,
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (direction = 'publish' OR url IS NOT NULL)
);

CREATE TABLE waitlist_entries (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    appointment_type_id UUID REFERENCES appointment_types (id) DEFERRABLE INITIALLY DEFERRED,
    service_id          UUID REFERENCES services (id) DEFERRABLE INITIALLY DEFERRED,
    estimator_id        UUID REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED, -- who is wished for
    customer_id         UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    first_name          VARCHAR(100) NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name           VARCHAR(100) NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
    email               VARCHAR(255),
    phone               VARCHAR(40),
    first_day           DATE,
    last_day            DATE,
    preferred_times     JSONB NOT NULL DEFAULT '[]',
    status              VARCHAR(20) NOT NULL DEFAULT 'waiting'
                        CHECK (status IN ('waiting', 'offered', 'booked', 'expired', 'cancelled')),
    offered_at          TIMESTAMPTZ,
    offer_expires_at    TIMESTAMPTZ,
    appointment_id      UUID REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED, -- what it became
    notes               TEXT,
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (first_day <= last_day)
);

CREATE UNIQUE INDEX estimators_by_login
    ON estimators (tenant_id, user_id) WHERE user_id IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX services_by_name ON services (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX estimator_services_by_pair
    ON estimator_services (tenant_id, estimator_id, service_id);
CREATE UNIQUE INDEX booking_policies_by_name ON booking_policies (tenant_id, name);
CREATE UNIQUE INDEX appointment_types_by_name
    ON appointment_types (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX appointment_types_by_slug
    ON appointment_types (tenant_id, slug) WHERE slug IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX resources_by_name ON resources (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX appointments_by_ics_uid
    ON appointments (tenant_id, ics_uid) WHERE ics_uid IS NOT NULL AND deleted_at IS NULL;

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('estimators', 1101, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('services', 1102, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('estimator_services', 1103, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('booking_policies', 1104, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('appointment_types', 1105, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('availabilities', 1106, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('availability_exceptions', 1107, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('resources', 1108, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('appointment_series', 1109, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('appointments', 1110, 'tenant', 'tentative', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('resource_bookings', 1111, 'tenant', 'tentative', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('appointment_events', 1112, 'tenant', 'append', 'appointments.edit', NULL, NULL, NULL),
    ('reminders', 1113, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('calendar_feeds', 1114, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL),
    ('waitlist_entries', 1115, 'tenant', 'fields', 'appointments.edit', 'appointments.edit', 'appointments.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('estimators', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('estimators', 'location_id', NULL, NULL, FALSE, 'clear'),
    ('services', 'name_i18n', 'keys', NULL, FALSE, NULL),
    ('services', 'product_id', NULL, NULL, FALSE, 'clear'),
    ('services', 'price_cents', 'strict', 'price', FALSE, NULL),
    ('services', 'currency', 'strict', 'price', FALSE, NULL),
    ('estimator_services', 'estimator_id', NULL, NULL, FALSE, 'parts'),
    ('estimator_services', 'service_id', NULL, NULL, FALSE, 'parts'),
    ('appointment_types', 'service_id', NULL, NULL, FALSE, 'clear'),
    ('appointment_types', 'booking_policy_id', NULL, NULL, FALSE, 'clear'),
    ('appointment_types', 'metadata', 'keys', NULL, FALSE, NULL),
    ('availabilities', 'estimator_id', NULL, NULL, FALSE, 'parts'),
    ('availabilities', 'start_time', NULL, 'hours', FALSE, NULL),
    ('availabilities', 'end_time', NULL, 'hours', FALSE, NULL),
    ('availabilities', 'valid_from', NULL, 'validity', FALSE, NULL),
    ('availabilities', 'valid_to', NULL, 'validity', FALSE, NULL),
    ('availability_exceptions', 'estimator_id', NULL, NULL, FALSE, 'parts'),
    ('availability_exceptions', 'first_day', NULL, 'days', FALSE, NULL),
    ('availability_exceptions', 'last_day', NULL, 'days', FALSE, NULL),
    ('availability_exceptions', 'start_time', NULL, 'hours', FALSE, NULL),
    ('availability_exceptions', 'end_time', NULL, 'hours', FALSE, NULL),
    ('resources', 'location_id', NULL, NULL, FALSE, 'clear'),
    ('appointment_series', 'starts_at', NULL, 'time', FALSE, NULL),
    ('appointment_series', 'ends_at', NULL, 'time', FALSE, NULL),
    ('appointment_series', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('appointment_series', 'estimator_id', NULL, NULL, FALSE, 'clear'),
    ('appointment_series', 'service_id', NULL, NULL, FALSE, 'clear'),
    ('appointment_series', 'appointment_type_id', NULL, NULL, FALSE, 'clear'),
    ('appointments', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('appointments', 'address', 'keys', NULL, FALSE, NULL),
    ('appointments', 'starts_at', NULL, 'time', FALSE, NULL),
    ('appointments', 'ends_at', NULL, 'time', FALSE, NULL),
    ('appointments', 'duration_minutes', NULL, 'time', FALSE, NULL),
    ('appointments', 'status', 'moves', NULL, FALSE, NULL),
    ('appointments', 'series_id', NULL, NULL, FALSE, 'clear'),
    ('appointments', 'outcome_order_id', NULL, NULL, FALSE, 'clear'),
    ('appointments', 'ics_sequence', 'max', NULL, FALSE, NULL),
    ('appointments', 'metadata', 'keys', NULL, FALSE, NULL),
    ('resource_bookings', 'appointment_id', NULL, NULL, FALSE, 'parts'),
    ('resource_bookings', 'starts_at', NULL, 'time', FALSE, NULL),
    ('resource_bookings', 'ends_at', NULL, 'time', FALSE, NULL),
    ('resource_bookings', 'status', 'moves', NULL, FALSE, NULL),
    ('appointment_events', 'appointment_id', NULL, NULL, FALSE, 'parts'),
    ('appointment_events', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('appointment_events', 'details', 'keys', NULL, FALSE, NULL),
    ('reminders', 'appointment_id', NULL, NULL, FALSE, 'parts'),
    ('calendar_feeds', 'direction', NULL, 'source', FALSE, NULL),
    ('calendar_feeds', 'estimator_id', NULL, NULL, FALSE, 'parts'),
    ('calendar_feeds', 'user_id', NULL, NULL, FALSE, 'parts'),
    ('calendar_feeds', 'url', NULL, 'source', FALSE, NULL),
    ('calendar_feeds', 'token_hash', NULL, NULL, TRUE, NULL),
    ('calendar_feeds', 'fetched_at', 'max', NULL, FALSE, NULL),
    ('waitlist_entries', 'appointment_type_id', NULL, NULL, FALSE, 'clear'),
    ('waitlist_entries', 'service_id', NULL, NULL, FALSE, 'clear'),
    ('waitlist_entries', 'estimator_id', NULL, NULL, FALSE, 'clear'),
    ('waitlist_entries', 'first_day', NULL, 'days', FALSE, NULL),
    ('waitlist_entries', 'last_day', NULL, 'days', FALSE, NULL),
    ('waitlist_entries', 'appointment_id', NULL, NULL, FALSE, 'clear');
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('appointments', 'status', 'tentative', 'scheduled'),
    ('appointments', 'status', 'tentative', 'confirmed'),
    ('appointments', 'status', 'tentative', 'cancelled'),
    ('appointments', 'status', 'scheduled', 'confirmed'),
    ('appointments', 'status', 'scheduled', 'in_progress'),
    ('appointments', 'status', 'scheduled', 'completed'),
    ('appointments', 'status', 'scheduled', 'cancelled'),
    ('appointments', 'status', 'scheduled', 'no_show'),
    ('appointments', 'status', 'confirmed', 'scheduled'),
    ('appointments', 'status', 'confirmed', 'in_progress'),
    ('appointments', 'status', 'confirmed', 'completed'),
    ('appointments', 'status', 'confirmed', 'cancelled'),
    ('appointments', 'status', 'confirmed', 'no_show'),
    ('appointments', 'status', 'in_progress', 'completed'),
    ('appointments', 'status', 'in_progress', 'cancelled'),
    ('appointments', 'status', 'no_show', 'in_progress'),
    ('appointments', 'status', 'no_show', 'completed'),
    ('resource_bookings', 'status', 'tentative', 'scheduled'),
    ('resource_bookings', 'status', 'tentative', 'confirmed'),
    ('resource_bookings', 'status', 'tentative', 'cancelled'),
    ('resource_bookings', 'status', 'scheduled', 'confirmed'),
    ('resource_bookings', 'status', 'scheduled', 'in_progress'),
    ('resource_bookings', 'status', 'scheduled', 'completed'),
    ('resource_bookings', 'status', 'scheduled', 'cancelled'),
    ('resource_bookings', 'status', 'scheduled', 'no_show'),
    ('resource_bookings', 'status', 'confirmed', 'scheduled'),
    ('resource_bookings', 'status', 'confirmed', 'in_progress'),
    ('resource_bookings', 'status', 'confirmed', 'completed'),
    ('resource_bookings', 'status', 'confirmed', 'cancelled'),
    ('resource_bookings', 'status', 'confirmed', 'no_show'),
    ('resource_bookings', 'status', 'in_progress', 'completed'),
    ('resource_bookings', 'status', 'in_progress', 'cancelled'),
    ('resource_bookings', 'status', 'no_show', 'in_progress'),
    ('resource_bookings', 'status', 'no_show', 'completed');

-- up postgres
CREATE INDEX estimators_by_user ON estimators (tenant_id, user_id);
CREATE INDEX estimators_by_location ON estimators (tenant_id, location_id);
CREATE INDEX services_by_product ON services (tenant_id, product_id);
CREATE INDEX estimator_services_by_service ON estimator_services (tenant_id, service_id);
CREATE INDEX appointment_types_by_service ON appointment_types (tenant_id, service_id);
CREATE INDEX appointment_types_by_booking_policy
    ON appointment_types (tenant_id, booking_policy_id);
CREATE INDEX availabilities_by_estimator ON availabilities (tenant_id, estimator_id, day_of_week);
CREATE INDEX availability_exceptions_by_estimator
    ON availability_exceptions (tenant_id, estimator_id, first_day);
CREATE INDEX resources_by_location ON resources (tenant_id, location_id);
CREATE INDEX appointment_series_by_customer ON appointment_series (tenant_id, customer_id);
CREATE INDEX appointment_series_by_estimator ON appointment_series (tenant_id, estimator_id);
CREATE INDEX appointment_series_by_service ON appointment_series (tenant_id, service_id);
CREATE INDEX appointment_series_by_appointment_type
    ON appointment_series (tenant_id, appointment_type_id);
CREATE INDEX appointments_by_start ON appointments (tenant_id, starts_at);
CREATE INDEX appointments_by_estimator ON appointments (tenant_id, estimator_id, starts_at);
CREATE INDEX appointments_by_status ON appointments (tenant_id, status, starts_at);
CREATE INDEX appointments_by_customer ON appointments (tenant_id, customer_id, starts_at);
CREATE INDEX appointments_by_user ON appointments (tenant_id, user_id);
CREATE INDEX appointments_by_service ON appointments (tenant_id, service_id);
CREATE INDEX appointments_by_appointment_type ON appointments (tenant_id, appointment_type_id);
CREATE INDEX appointments_by_location ON appointments (tenant_id, location_id);
CREATE INDEX appointments_by_series ON appointments (tenant_id, series_id);
CREATE INDEX appointments_by_outcome_order ON appointments (tenant_id, outcome_order_id);
CREATE INDEX resource_bookings_by_resource ON resource_bookings (tenant_id, resource_id, starts_at);
CREATE INDEX resource_bookings_by_appointment ON resource_bookings (tenant_id, appointment_id);
CREATE INDEX appointment_events_by_appointment
    ON appointment_events (tenant_id, appointment_id, occurred_at);
CREATE INDEX appointment_events_by_actor ON appointment_events (tenant_id, actor_id);
CREATE INDEX reminders_by_appointment ON reminders (tenant_id, appointment_id);
CREATE INDEX reminders_by_due ON reminders (tenant_id, due_at) WHERE status = 'queued';
CREATE INDEX calendar_feeds_by_estimator ON calendar_feeds (tenant_id, estimator_id);
CREATE INDEX calendar_feeds_by_user ON calendar_feeds (tenant_id, user_id);
CREATE INDEX waitlist_entries_by_status ON waitlist_entries (tenant_id, status, first_day);
CREATE INDEX waitlist_entries_by_appointment_type
    ON waitlist_entries (tenant_id, appointment_type_id);
CREATE INDEX waitlist_entries_by_service ON waitlist_entries (tenant_id, service_id);
CREATE INDEX waitlist_entries_by_estimator ON waitlist_entries (tenant_id, estimator_id);
CREATE INDEX waitlist_entries_by_customer ON waitlist_entries (tenant_id, customer_id);
CREATE INDEX waitlist_entries_by_appointment ON waitlist_entries (tenant_id, appointment_id);

-- Deferred, so that one operation may move two appointments past each other.
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE appointments ADD CONSTRAINT appointments_one_at_a_time EXCLUDE USING gist (
    tenant_id WITH =, estimator_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status IN ('scheduled', 'confirmed', 'in_progress') AND deleted_at IS NULL)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE resource_bookings ADD CONSTRAINT resource_bookings_one_at_a_time EXCLUDE USING gist (
    tenant_id WITH =, resource_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status IN ('scheduled', 'confirmed', 'in_progress'))
    DEFERRABLE INITIALLY DEFERRED;

-- up sqlite
CREATE INDEX availabilities_by_estimator ON availabilities (estimator_id, day_of_week);
CREATE INDEX availability_exceptions_by_estimator
    ON availability_exceptions (estimator_id, first_day);
CREATE INDEX appointments_by_start ON appointments (starts_at, id);
CREATE INDEX appointments_by_estimator ON appointments (estimator_id, starts_at);
CREATE INDEX appointments_by_status ON appointments (status, starts_at, id);
CREATE INDEX appointments_by_customer ON appointments (customer_id, starts_at);
CREATE INDEX resource_bookings_by_resource ON resource_bookings (resource_id, starts_at);
CREATE INDEX resource_bookings_by_appointment ON resource_bookings (appointment_id);
CREATE INDEX appointment_events_by_appointment ON appointment_events (appointment_id, occurred_at);
CREATE INDEX reminders_by_appointment ON reminders (appointment_id);
CREATE INDEX reminders_by_due ON reminders (due_at) WHERE status = 'queued';
CREATE INDEX waitlist_entries_by_status ON waitlist_entries (status, first_day);

-- down postgres
ALTER TABLE resource_bookings DROP CONSTRAINT resource_bookings_one_at_a_time;
ALTER TABLE appointments DROP CONSTRAINT appointments_one_at_a_time;
DROP EXTENSION btree_gist;

-- down
DROP TABLE waitlist_entries;
DROP TABLE calendar_feeds;
DROP TABLE reminders;
DROP TABLE appointment_events;
DROP TABLE resource_bookings;
DROP TABLE appointments;
DROP TABLE appointment_series;
DROP TABLE resources;
DROP TABLE availability_exceptions;
DROP TABLE availabilities;
DROP TABLE appointment_types;
DROP TABLE booking_policies;
DROP TABLE estimator_services;
DROP TABLE services;
DROP TABLE estimators;
