-- Forms and surveys, and what people answered.

-- up
CREATE TABLE form_definitions (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name          VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    slug          VARCHAR(150) NOT NULL CHECK (length(slug) BETWEEN 1 AND 150),
    description   TEXT,
    fields        JSONB NOT NULL DEFAULT '[]',
    settings      JSONB NOT NULL DEFAULT '{}',
    is_active     BOOLEAN NOT NULL DEFAULT TRUE,
    created_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at    TIMESTAMPTZ
);

CREATE TABLE form_submissions (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    form_definition_id UUID NOT NULL REFERENCES form_definitions (id) DEFERRABLE INITIALLY DEFERRED,
    user_id            UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id        UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    lead_id            UUID REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED,
    data               JSONB NOT NULL DEFAULT '{}',
    status             VARCHAR(20) NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'read', 'handled', 'spam')),
    ip_hash            VARCHAR(64),
    user_agent         VARCHAR(500),
    referrer           VARCHAR(500),
    submitted_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- What happens with a submission.
CREATE TABLE form_integrations (
    id                 UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id          UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    form_definition_id UUID NOT NULL REFERENCES form_definitions (id) DEFERRABLE INITIALLY DEFERRED,
    kind               VARCHAR(20) NOT NULL CHECK (kind IN ('email', 'lead', 'ticket', 'appointment', 'webhook')),
    config             JSONB NOT NULL DEFAULT '{}',
    is_active          BOOLEAN NOT NULL DEFAULT TRUE,
    row_version        BIGINT NOT NULL DEFAULT 0,
    created_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at         TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE surveys (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    title         VARCHAR(200) NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description   TEXT,
    questions     JSONB NOT NULL DEFAULT '[]',
    status        VARCHAR(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'closed')),
    is_anonymous  BOOLEAN NOT NULL DEFAULT FALSE,
    starts_at     TIMESTAMPTZ,
    ends_at       TIMESTAMPTZ,
    created_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at    TIMESTAMPTZ,
    CHECK (ends_at > starts_at)
);

CREATE TABLE survey_responses (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    survey_id    UUID NOT NULL REFERENCES surveys (id) DEFERRABLE INITIALLY DEFERRED,
    user_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id  UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    order_id     UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    answers      JSONB NOT NULL DEFAULT '{}',
    score        INTEGER,
    ip_hash      VARCHAR(64),
    submitted_at TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX form_definitions_by_slug
    ON form_definitions (tenant_id, slug) WHERE deleted_at IS NULL;

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('form_definitions', 1501, 'tenant', 'fields', 'forms.edit', 'forms.edit', 'forms.delete', NULL),
    ('form_submissions', 1502, 'central', 'fields', 'forms.edit', 'forms.edit', 'forms.delete', NULL),
    ('form_integrations', 1503, 'tenant', 'fields', 'forms.edit', 'forms.edit', 'forms.delete', NULL),
    ('surveys', 1504, 'tenant', 'fields', 'forms.edit', 'forms.edit', 'forms.delete', NULL),
    ('survey_responses', 1505, 'central', 'fields', 'forms.edit', 'forms.edit', 'forms.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('form_definitions', 'settings', 'keys', NULL, FALSE, NULL),
    ('form_definitions', 'created_by_id', NULL, NULL, FALSE, 'clear'),
    ('form_submissions', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('form_submissions', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('form_submissions', 'lead_id', NULL, NULL, FALSE, 'clear'),
    ('form_submissions', 'data', 'keys', NULL, FALSE, NULL),
    ('form_integrations', 'form_definition_id', NULL, NULL, FALSE, 'parts'),
    ('form_integrations', 'config', 'keys', NULL, FALSE, NULL),
    ('surveys', 'starts_at', NULL, 'time', FALSE, NULL),
    ('surveys', 'ends_at', NULL, 'time', FALSE, NULL),
    ('surveys', 'created_by_id', NULL, NULL, FALSE, 'clear'),
    ('survey_responses', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('survey_responses', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('survey_responses', 'order_id', NULL, NULL, FALSE, 'clear'),
    ('survey_responses', 'answers', 'keys', NULL, FALSE, NULL);

-- up postgres
CREATE INDEX form_definitions_by_created_by ON form_definitions (tenant_id, created_by_id);
CREATE INDEX form_submissions_by_form
    ON form_submissions (tenant_id, form_definition_id, submitted_at);
CREATE INDEX form_submissions_by_status ON form_submissions (tenant_id, status, submitted_at);
CREATE INDEX form_submissions_by_user ON form_submissions (tenant_id, user_id);
CREATE INDEX form_submissions_by_customer ON form_submissions (tenant_id, customer_id);
CREATE INDEX form_submissions_by_lead ON form_submissions (tenant_id, lead_id);
CREATE INDEX form_integrations_by_form_definition
    ON form_integrations (tenant_id, form_definition_id);
CREATE INDEX surveys_by_status ON surveys (tenant_id, status);
CREATE INDEX surveys_by_created_by ON surveys (tenant_id, created_by_id);
CREATE INDEX survey_responses_by_survey ON survey_responses (tenant_id, survey_id, submitted_at);
CREATE INDEX survey_responses_by_user ON survey_responses (tenant_id, user_id);
CREATE INDEX survey_responses_by_customer ON survey_responses (tenant_id, customer_id);
CREATE INDEX survey_responses_by_order ON survey_responses (tenant_id, order_id);

-- down
DROP TABLE survey_responses;
DROP TABLE surveys;
DROP TABLE form_integrations;
DROP TABLE form_submissions;
DROP TABLE form_definitions;
