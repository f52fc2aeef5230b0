-- Campaigns of affiliates, by mail and for customers, the texts made for them, and automation.

-- up
CREATE TABLE campaigns (
    id                   UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id            UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id              UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    affiliate_product_id UUID REFERENCES affiliate_products (id) DEFERRABLE INITIALLY DEFERRED,
    name                 VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    status               VARCHAR(20) NOT NULL DEFAULT 'draft'
                         CHECK (status IN ('draft', 'active', 'paused', 'completed')),
    funnel_type          VARCHAR(20) CHECK (funnel_type IN ('review', 'comparison', 'bonus', 'vsl', 'webinar')),
    affiliate_link       TEXT,
    tracking_id          VARCHAR(50),
    settings             JSONB NOT NULL DEFAULT '{}',
    row_version          BIGINT NOT NULL DEFAULT 0,
    created_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at           TIMESTAMPTZ
);

-- They stand here and not with the posts since they are parts of a campaign.
CREATE TABLE content_items (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id       UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    campaign_id   UUID REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    content_type  VARCHAR(20) NOT NULL
                  CHECK (content_type IN ('blog_post', 'email', 'social_post', 'video_script', 'ad_copy')),
    title         VARCHAR(500),
    body          TEXT NOT NULL,
    metadata      JSONB NOT NULL DEFAULT '{}',
    status        VARCHAR(20) NOT NULL DEFAULT 'draft'
                  CHECK (status IN ('draft', 'pending_review', 'scheduled', 'published', 'archived')),
    published_at  TIMESTAMPTZ,
    scheduled_for TIMESTAMPTZ,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at    TIMESTAMPTZ
);

CREATE TABLE bonuses (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    campaign_id     UUID NOT NULL REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    name            VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    description     TEXT,
    file_url        VARCHAR(500),
    file_id         UUID REFERENCES files (id) DEFERRABLE INITIALLY DEFERRED,
    delivery_method VARCHAR(20) NOT NULL DEFAULT 'email' CHECK (delivery_method IN ('email', 'download')),
    is_active       BOOLEAN NOT NULL DEFAULT TRUE,
    metadata        JSONB NOT NULL DEFAULT '{}',
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at      TIMESTAMPTZ
);

-- How often and when last a bonus was delivered is counted here (bonus_totals), not kept.
CREATE TABLE bonus_deliveries (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    bonus_id        UUID NOT NULL REFERENCES bonuses (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id     UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    order_id        UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    recipient_email VARCHAR(255),
    status          VARCHAR(20) NOT NULL DEFAULT 'queued'
                    CHECK (status IN ('queued', 'sending', 'done', 'failed', 'unknown')),
    delivered_at    TIMESTAMPTZ,
    metadata        JSONB NOT NULL DEFAULT '{}',
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE email_templates (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    subject     VARCHAR(255) NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    preheader   VARCHAR(255),
    body_html   TEXT,
    body_text   TEXT NOT NULL DEFAULT '',
    variables   JSONB NOT NULL DEFAULT '[]',
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE audiences (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    description TEXT,
    kind        VARCHAR(20) NOT NULL DEFAULT 'static' CHECK (kind IN ('static', 'rules')),
    rules       JSONB NOT NULL DEFAULT '{}',
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at  TIMESTAMPTZ
);

CREATE TABLE audience_members (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    audience_id UUID NOT NULL REFERENCES audiences (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    user_id     UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    email       VARCHAR(255) NOT NULL CHECK (length(email) BETWEEN 1 AND 255),
    name        VARCHAR(200),
    status      VARCHAR(20) NOT NULL DEFAULT 'subscribed' CHECK (status IN ('subscribed', 'unsubscribed', 'bounced')),
    joined_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    left_at     TIMESTAMPTZ,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE email_campaigns (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name          VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    campaign_id   UUID REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    template_id   UUID REFERENCES email_templates (id) DEFERRABLE INITIALLY DEFERRED,
    audience_id   UUID REFERENCES audiences (id) DEFERRABLE INITIALLY DEFERRED,
    subject       VARCHAR(255),
    from_name     VARCHAR(150),
    from_email    VARCHAR(255),
    reply_to      VARCHAR(255),
    status        VARCHAR(20) NOT NULL DEFAULT 'draft'
                  CHECK (status IN ('draft', 'scheduled', 'running', 'paused', 'cancelled', 'finished')),
    scheduled_for TIMESTAMPTZ,
    started_at    TIMESTAMPTZ,
    finished_at   TIMESTAMPTZ,
    created_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at    TIMESTAMPTZ
);

CREATE TABLE drip_sequences (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name           VARCHAR(150) NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
    description    TEXT,
    trigger_type   VARCHAR(20) NOT NULL DEFAULT 'manual'
                   CHECK (trigger_type IN ('manual', 'signup', 'purchase', 'appointment', 'audience')),
    trigger_config JSONB NOT NULL DEFAULT '{}',
    audience_id    UUID REFERENCES audiences (id) DEFERRABLE INITIALLY DEFERRED,
    status         VARCHAR(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused')),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at     TIMESTAMPTZ
);

CREATE TABLE drip_steps (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    drip_sequence_id UUID NOT NULL REFERENCES drip_sequences (id) DEFERRABLE INITIALLY DEFERRED,
    step_number      INTEGER NOT NULL CHECK (step_number > 0),
    delay_minutes    INTEGER NOT NULL DEFAULT 0 CHECK (delay_minutes >= 0),
    template_id      UUID NOT NULL REFERENCES email_templates (id) DEFERRABLE INITIALLY DEFERRED,
    subject          VARCHAR(255),
    conditions       JSONB NOT NULL DEFAULT '{}',
    is_active        BOOLEAN NOT NULL DEFAULT TRUE,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE drip_enrollments (
    id               UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id        UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    drip_sequence_id UUID NOT NULL REFERENCES drip_sequences (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id      UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    user_id          UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    email            VARCHAR(255) NOT NULL CHECK (length(email) BETWEEN 1 AND 255),
    last_step_number INTEGER NOT NULL DEFAULT 0 CHECK (last_step_number >= 0),
    status           VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'completed', 'cancelled')),
    enrolled_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    next_send_at     TIMESTAMPTZ,
    completed_at     TIMESTAMPTZ,
    row_version      BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at       TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- One mail to one person. What became of an unknown one nobody can say; it is never sent again by
-- itself.
CREATE TABLE email_sends (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    email_campaign_id   UUID REFERENCES email_campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    drip_step_id        UUID REFERENCES drip_steps (id) DEFERRABLE INITIALLY DEFERRED,
    drip_enrollment_id  UUID REFERENCES drip_enrollments (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id         UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    recipient_email     VARCHAR(255) NOT NULL CHECK (length(recipient_email) BETWEEN 1 AND 255),
    subject             VARCHAR(255),
    status              VARCHAR(20) NOT NULL DEFAULT 'queued'
                        CHECK (status IN ('queued', 'sending', 'done', 'bounced', 'failed', 'unknown')),
    provider_message_id VARCHAR(255),
    error_text          TEXT,
    sent_at             TIMESTAMPTZ,
    opened_at           TIMESTAMPTZ,
    clicked_at          TIMESTAMPTZ,
    bounced_at          TIMESTAMPTZ,
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    CHECK (email_campaign_id IS NOT NULL OR drip_step_id IS NOT NULL)
);

-- What the shop does for a customer over time, such as looking after an account.
CREATE TABLE instagram_accounts (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id  UUID NOT NULL REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    username     VARCHAR(100) NOT NULL CHECK (length(username) BETWEEN 1 AND 100),
    external_id  VARCHAR(100),
    is_active    BOOLEAN NOT NULL DEFAULT TRUE,
    connected_at TIMESTAMPTZ,
    metadata     JSONB NOT NULL DEFAULT '{}',
    row_version  BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE instagram_account_snapshots (
    id                   UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id            UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    instagram_account_id UUID NOT NULL REFERENCES instagram_accounts (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id          UUID NOT NULL REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    recorded_at          TIMESTAMPTZ NOT NULL,
    follower_count       BIGINT NOT NULL DEFAULT 0 CHECK (follower_count >= 0),
    following_count      BIGINT NOT NULL DEFAULT 0 CHECK (following_count >= 0),
    post_count           BIGINT NOT NULL DEFAULT 0 CHECK (post_count >= 0),
    engagement_bp        INTEGER,
    data                 JSONB NOT NULL DEFAULT '{}',
    row_version          BIGINT NOT NULL DEFAULT 0,
    created_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at           TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE service_campaigns (
    id                   UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id            UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id          UUID NOT NULL REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,
    order_id             UUID REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    instagram_account_id UUID REFERENCES instagram_accounts (id) DEFERRABLE INITIALLY DEFERRED,
    manager_id           UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name                 VARCHAR(200) NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    status               VARCHAR(20) NOT NULL DEFAULT 'draft'
                         CHECK (status IN ('draft', 'active', 'paused', 'completed')),
    starts_at            TIMESTAMPTZ,
    ends_at              TIMESTAMPTZ,
    goals                JSONB NOT NULL DEFAULT '{}',
    notes                TEXT,
    row_version          BIGINT NOT NULL DEFAULT 0,
    created_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at           TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at           TIMESTAMPTZ,
    CHECK (ends_at > starts_at)
);

CREATE TABLE campaign_activities (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    service_campaign_id UUID NOT NULL REFERENCES service_campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id            UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    activity_type       VARCHAR(50) NOT NULL CHECK (length(activity_type) BETWEEN 1 AND 50),
    description         TEXT,
    occurred_at         TIMESTAMPTZ NOT NULL DEFAULT (now()),
    metadata            JSONB NOT NULL DEFAULT '{}',
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE workflows (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id        UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    name           VARCHAR(255) NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    description    TEXT,
    trigger_type   VARCHAR(20) NOT NULL CHECK (trigger_type IN ('manual', 'scheduled', 'event')),
    trigger_config JSONB NOT NULL DEFAULT '{}',
    conditions     JSONB NOT NULL DEFAULT '[]',
    actions        JSONB NOT NULL DEFAULT '[]',
    status         VARCHAR(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused')),
    last_run_at    TIMESTAMPTZ,
    next_run_at    TIMESTAMPTZ,
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at     TIMESTAMPTZ
);

CREATE TABLE workflow_runs (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    workflow_id   UUID NOT NULL REFERENCES workflows (id) DEFERRABLE INITIALLY DEFERRED,
    started_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    status        VARCHAR(20) NOT NULL DEFAULT 'queued'
                  CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'unknown')),
    context       JSONB NOT NULL DEFAULT '{}',
    error_text    TEXT,
    started_at    TIMESTAMPTZ,
    finished_at   TIMESTAMPTZ,
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE workflow_run_steps (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    workflow_run_id UUID NOT NULL REFERENCES workflow_runs (id) DEFERRABLE INITIALLY DEFERRED,
    step_number     INTEGER NOT NULL CHECK (step_number > 0),
    action          VARCHAR(100) NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
    status          VARCHAR(20) NOT NULL DEFAULT 'queued'
                    CHECK (status IN ('queued', 'running', 'done', 'failed', 'skipped', 'unknown')),
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    result          JSONB NOT NULL DEFAULT '{}',
    error_text      TEXT,
    started_at      TIMESTAMPTZ,
    finished_at     TIMESTAMPTZ,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE UNIQUE INDEX campaigns_by_tracking
    ON campaigns (tenant_id, tracking_id) WHERE tracking_id IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX email_templates_by_name
    ON email_templates (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX audiences_by_name ON audiences (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX audience_members_by_email
    ON audience_members (tenant_id, audience_id, lower(email));
CREATE UNIQUE INDEX drip_sequences_by_name
    ON drip_sequences (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX email_sends_by_recipient
    ON email_sends (tenant_id, email_campaign_id, lower(recipient_email))
    WHERE email_campaign_id IS NOT NULL;
CREATE UNIQUE INDEX email_sends_by_step
    ON email_sends (tenant_id, drip_enrollment_id, drip_step_id)
    WHERE drip_enrollment_id IS NOT NULL AND drip_step_id IS NOT NULL;
CREATE UNIQUE INDEX instagram_accounts_by_username
    ON instagram_accounts (tenant_id, customer_id, username);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('campaigns', 1401, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('content_items', 1402, 'tenant', 'fields', 'content.edit', 'content.edit', 'content.delete', NULL),
    ('bonuses', 1403, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('bonus_deliveries', 1404, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('email_templates', 1405, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('audiences', 1406, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('audience_members', 1407, 'central', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('email_campaigns', 1408, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('drip_sequences', 1409, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('drip_steps', 1410, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('drip_enrollments', 1411, 'central', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('email_sends', 1412, 'central', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('instagram_accounts', 1413, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('instagram_account_snapshots', 1414, 'central', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('service_campaigns', 1415, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('campaign_activities', 1416, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('workflows', 1417, 'tenant', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('workflow_runs', 1418, 'central', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL),
    ('workflow_run_steps', 1419, 'central', 'fields', 'campaigns.edit', 'campaigns.edit', 'campaigns.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('campaigns', 'affiliate_product_id', NULL, NULL, FALSE, 'clear'),
    ('campaigns', 'status', 'moves', NULL, FALSE, NULL),
    ('campaigns', 'settings', 'keys', NULL, FALSE, NULL),
    ('content_items', 'campaign_id', NULL, NULL, FALSE, 'parts'),
    ('content_items', 'metadata', 'keys', NULL, FALSE, NULL),
    ('content_items', 'status', 'moves', NULL, FALSE, NULL),
    ('bonuses', 'campaign_id', NULL, NULL, FALSE, 'parts'),
    ('bonuses', 'file_id', NULL, NULL, FALSE, 'clear'),
    ('bonuses', 'metadata', 'keys', NULL, FALSE, NULL),
    ('bonus_deliveries', 'bonus_id', NULL, NULL, FALSE, 'parts'),
    ('bonus_deliveries', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('bonus_deliveries', 'order_id', NULL, NULL, FALSE, 'clear'),
    ('bonus_deliveries', 'metadata', 'keys', NULL, FALSE, NULL),
    ('email_templates', 'variables', 'set', NULL, FALSE, NULL),
    ('audiences', 'rules', 'keys', NULL, FALSE, NULL),
    ('audience_members', 'audience_id', NULL, NULL, FALSE, 'parts'),
    ('audience_members', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('audience_members', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('email_campaigns', 'campaign_id', NULL, NULL, FALSE, 'clear'),
    ('email_campaigns', 'status', 'moves', NULL, FALSE, NULL),
    ('email_campaigns', 'created_by_id', NULL, NULL, FALSE, 'clear'),
    ('drip_sequences', 'trigger_config', 'keys', NULL, FALSE, NULL),
    ('drip_sequences', 'audience_id', NULL, NULL, FALSE, 'clear'),
    ('drip_steps', 'drip_sequence_id', NULL, NULL, FALSE, 'parts'),
    ('drip_steps', 'conditions', 'keys', NULL, FALSE, NULL),
    ('drip_enrollments', 'drip_sequence_id', NULL, NULL, FALSE, 'parts'),
    ('drip_enrollments', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('drip_enrollments', 'user_id', NULL, NULL, FALSE, 'clear'),
    ('drip_enrollments', 'last_step_number', 'max', NULL, FALSE, NULL),
    ('email_sends', 'email_campaign_id', NULL, 'origin', FALSE, NULL),
    ('email_sends', 'drip_step_id', NULL, 'origin', FALSE, NULL),
    ('email_sends', 'drip_enrollment_id', NULL, NULL, FALSE, 'clear'),
    ('email_sends', 'customer_id', NULL, NULL, FALSE, 'clear'),
    ('instagram_accounts', 'metadata', 'keys', NULL, FALSE, NULL),
    ('instagram_account_snapshots', 'instagram_account_id', NULL, NULL, FALSE, 'parts'),
    ('instagram_account_snapshots', 'data', 'keys', NULL, FALSE, NULL),
    ('service_campaigns', 'order_id', NULL, NULL, FALSE, 'clear'),
    ('service_campaigns', 'instagram_account_id', NULL, NULL, FALSE, 'clear'),
    ('service_campaigns', 'manager_id', NULL, NULL, FALSE, 'clear'),
    ('service_campaigns', 'status', 'moves', NULL, FALSE, NULL),
    ('service_campaigns', 'starts_at', NULL, 'time', FALSE, NULL),
    ('service_campaigns', 'ends_at', NULL, 'time', FALSE, NULL),
    ('service_campaigns', 'goals', 'keys', NULL, FALSE, NULL),
    ('campaign_activities', 'service_campaign_id', NULL, NULL, FALSE, 'parts'),
    ('campaign_activities', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('campaign_activities', 'metadata', 'keys', NULL, FALSE, NULL),
    ('workflows', 'trigger_config', 'keys', NULL, FALSE, NULL),
    ('workflows', 'status', 'moves', NULL, FALSE, NULL),
    ('workflows', 'last_run_at', 'max', NULL, FALSE, NULL),
    ('workflow_runs', 'workflow_id', NULL, NULL, FALSE, 'parts'),
    ('workflow_runs', 'started_by_id', NULL, NULL, FALSE, 'clear'),
    ('workflow_runs', 'context', 'keys', NULL, FALSE, NULL),
    ('workflow_run_steps', 'workflow_run_id', NULL, NULL, FALSE, 'parts'),
    ('workflow_run_steps', 'attempts', 'max', NULL, FALSE, NULL),
    ('workflow_run_steps', 'result', 'keys', NULL, FALSE, NULL);
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('campaigns', 'status', 'draft', 'active'),
    ('campaigns', 'status', 'draft', 'completed'),
    ('campaigns', 'status', 'active', 'paused'),
    ('campaigns', 'status', 'active', 'completed'),
    ('campaigns', 'status', 'paused', 'active'),
    ('campaigns', 'status', 'paused', 'completed'),
    ('content_items', 'status', 'draft', 'pending_review'),
    ('content_items', 'status', 'draft', 'scheduled'),
    ('content_items', 'status', 'draft', 'published'),
    ('content_items', 'status', 'draft', 'archived'),
    ('content_items', 'status', 'pending_review', 'draft'),
    ('content_items', 'status', 'pending_review', 'scheduled'),
    ('content_items', 'status', 'pending_review', 'published'),
    ('content_items', 'status', 'pending_review', 'archived'),
    ('content_items', 'status', 'scheduled', 'draft'),
    ('content_items', 'status', 'scheduled', 'published'),
    ('content_items', 'status', 'scheduled', 'archived'),
    ('content_items', 'status', 'published', 'draft'),
    ('content_items', 'status', 'published', 'archived'),
    ('content_items', 'status', 'archived', 'draft'),
    ('content_items', 'status', 'archived', 'published'),
    ('email_campaigns', 'status', 'draft', 'scheduled'),
    ('email_campaigns', 'status', 'draft', 'running'),
    ('email_campaigns', 'status', 'draft', 'cancelled'),
    ('email_campaigns', 'status', 'scheduled', 'draft'),
    ('email_campaigns', 'status', 'scheduled', 'running'),
    ('email_campaigns', 'status', 'scheduled', 'cancelled'),
    ('email_campaigns', 'status', 'running', 'paused'),
    ('email_campaigns', 'status', 'running', 'cancelled'),
    ('email_campaigns', 'status', 'running', 'finished'),
    ('email_campaigns', 'status', 'paused', 'running'),
    ('email_campaigns', 'status', 'paused', 'cancelled'),
    ('service_campaigns', 'status', 'draft', 'active'),
    ('service_campaigns', 'status', 'draft', 'completed'),
    ('service_campaigns', 'status', 'active', 'paused'),
    ('service_campaigns', 'status', 'active', 'completed'),
    ('service_campaigns', 'status', 'paused', 'active'),
    ('service_campaigns', 'status', 'paused', 'completed'),
    ('workflows', 'status', 'draft', 'active'),
    ('workflows', 'status', 'active', 'draft'),
    ('workflows', 'status', 'active', 'paused'),
    ('workflows', 'status', 'paused', 'draft'),
    ('workflows', 'status', 'paused', 'active');

-- up postgres
CREATE INDEX campaigns_by_status ON campaigns (tenant_id, status);
CREATE INDEX campaigns_by_user ON campaigns (tenant_id, user_id);
CREATE INDEX campaigns_by_affiliate_product ON campaigns (tenant_id, affiliate_product_id);
CREATE INDEX content_items_by_type ON content_items (tenant_id, content_type);
CREATE INDEX content_items_by_status ON content_items (tenant_id, status);
CREATE INDEX content_items_by_scheduled
    ON content_items (tenant_id, scheduled_for) WHERE scheduled_for IS NOT NULL;
CREATE INDEX content_items_by_user ON content_items (tenant_id, user_id);
CREATE INDEX content_items_by_campaign ON content_items (tenant_id, campaign_id);
CREATE INDEX bonuses_by_active ON bonuses (tenant_id, is_active);
CREATE INDEX bonuses_by_campaign ON bonuses (tenant_id, campaign_id);
CREATE INDEX bonuses_by_file ON bonuses (tenant_id, file_id);
CREATE INDEX bonus_deliveries_by_bonus ON bonus_deliveries (tenant_id, bonus_id, status);
CREATE INDEX bonus_deliveries_by_customer ON bonus_deliveries (tenant_id, customer_id);
CREATE INDEX bonus_deliveries_by_order ON bonus_deliveries (tenant_id, order_id);
CREATE INDEX email_templates_by_tenant ON email_templates (tenant_id);
CREATE INDEX audiences_by_tenant ON audiences (tenant_id);
CREATE INDEX audience_members_by_customer ON audience_members (tenant_id, customer_id);
CREATE INDEX audience_members_by_user ON audience_members (tenant_id, user_id);
CREATE INDEX email_campaigns_by_status ON email_campaigns (tenant_id, status, scheduled_for);
CREATE INDEX email_campaigns_by_campaign ON email_campaigns (tenant_id, campaign_id);
CREATE INDEX email_campaigns_by_template ON email_campaigns (tenant_id, template_id);
CREATE INDEX email_campaigns_by_audience ON email_campaigns (tenant_id, audience_id);
CREATE INDEX email_campaigns_by_created_by ON email_campaigns (tenant_id, created_by_id);
CREATE INDEX drip_sequences_by_audience ON drip_sequences (tenant_id, audience_id);
CREATE INDEX drip_steps_by_sequence ON drip_steps (tenant_id, drip_sequence_id, step_number);
CREATE INDEX drip_steps_by_template ON drip_steps (tenant_id, template_id);
CREATE INDEX drip_enrollments_by_next
    ON drip_enrollments (tenant_id, next_send_at) WHERE status = 'active';
CREATE INDEX drip_enrollments_by_sequence ON drip_enrollments (tenant_id, drip_sequence_id, status);
CREATE INDEX drip_enrollments_by_customer ON drip_enrollments (tenant_id, customer_id);
CREATE INDEX drip_enrollments_by_user ON drip_enrollments (tenant_id, user_id);
CREATE INDEX email_sends_by_queued
    ON email_sends (tenant_id, status) WHERE status IN ('queued', 'sending');
CREATE INDEX email_sends_by_email_campaign ON email_sends (tenant_id, email_campaign_id);
CREATE INDEX email_sends_by_drip_step ON email_sends (tenant_id, drip_step_id);
CREATE INDEX email_sends_by_drip_enrollment ON email_sends (tenant_id, drip_enrollment_id);
CREATE INDEX email_sends_by_customer ON email_sends (tenant_id, customer_id);
CREATE INDEX instagram_account_snapshots_by_recorded
    ON instagram_account_snapshots (tenant_id, customer_id, recorded_at DESC);
CREATE INDEX instagram_account_snapshots_by_instagram_account
    ON instagram_account_snapshots (tenant_id, instagram_account_id);
CREATE INDEX service_campaigns_by_status ON service_campaigns (tenant_id, status);
CREATE INDEX service_campaigns_by_customer ON service_campaigns (tenant_id, customer_id);
CREATE INDEX service_campaigns_by_order ON service_campaigns (tenant_id, order_id);
CREATE INDEX service_campaigns_by_instagram_account
    ON service_campaigns (tenant_id, instagram_account_id);
CREATE INDEX service_campaigns_by_manager ON service_campaigns (tenant_id, manager_id);
CREATE INDEX campaign_activities_by_campaign
    ON campaign_activities (tenant_id, service_campaign_id, occurred_at);
CREATE INDEX campaign_activities_by_actor ON campaign_activities (tenant_id, actor_id);
CREATE INDEX workflows_by_status ON workflows (tenant_id, status);
CREATE INDEX workflows_by_next_run
    ON workflows (tenant_id, next_run_at) WHERE next_run_at IS NOT NULL;
CREATE INDEX workflows_by_user ON workflows (tenant_id, user_id);
CREATE INDEX workflow_runs_by_workflow ON workflow_runs (tenant_id, workflow_id, started_at);
CREATE INDEX workflow_runs_by_waiting
    ON workflow_runs (tenant_id, status) WHERE status IN ('queued', 'running');
CREATE INDEX workflow_runs_by_started_by ON workflow_runs (tenant_id, started_by_id);
CREATE INDEX workflow_run_steps_by_run
    ON workflow_run_steps (tenant_id, workflow_run_id, step_number);

CREATE VIEW bonus_totals WITH (security_invoker = true) AS
    SELECT tenant_id, bonus_id, count(*) AS delivered_count, max(delivered_at) AS last_delivered_at
    FROM bonus_deliveries WHERE status = 'done' GROUP BY tenant_id, bonus_id;

-- up sqlite
CREATE INDEX campaigns_by_status ON campaigns (status, id);
CREATE INDEX content_items_by_status ON content_items (status, id);
CREATE INDEX content_items_by_campaign ON content_items (campaign_id);
CREATE INDEX bonuses_by_campaign ON bonuses (campaign_id);
CREATE INDEX bonus_deliveries_by_bonus ON bonus_deliveries (bonus_id, status);
CREATE INDEX drip_steps_by_sequence ON drip_steps (drip_sequence_id, step_number);
CREATE INDEX campaign_activities_by_campaign
    ON campaign_activities (service_campaign_id, occurred_at);

CREATE VIEW bonus_totals AS
    SELECT tenant_id, bonus_id, count(*) AS delivered_count, max(delivered_at) AS last_delivered_at
    FROM bonus_deliveries WHERE status = 'done' GROUP BY tenant_id, bonus_id;

-- down
DROP VIEW bonus_totals;

DROP TABLE workflow_run_steps;
DROP TABLE workflow_runs;
DROP TABLE workflows;
DROP TABLE campaign_activities;
DROP TABLE service_campaigns;
DROP TABLE instagram_account_snapshots;
DROP TABLE instagram_accounts;
DROP TABLE email_sends;
DROP TABLE drip_enrollments;
DROP TABLE drip_steps;
DROP TABLE drip_sequences;
DROP TABLE email_campaigns;
DROP TABLE audience_members;
DROP TABLE audiences;
DROP TABLE email_templates;
DROP TABLE bonus_deliveries;
DROP TABLE bonuses;
DROP TABLE content_items;
DROP TABLE campaigns;
