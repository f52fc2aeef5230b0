-- The shop's blog and pages, with every earlier version, and what readers say.

-- up
CREATE TABLE posts (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    title           VARCHAR(200) NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    slug            VARCHAR(200) NOT NULL CHECK (length(slug) BETWEEN 1 AND 200),
    content         TEXT NOT NULL,
    excerpt         TEXT,
    featured_image  VARCHAR(500),
    status          VARCHAR(20) NOT NULL DEFAULT 'draft'
                    CHECK (status IN ('draft', 'pending_review', 'scheduled', 'published', 'archived')),
    author_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    category_id     UUID REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED,
    tags            JSONB NOT NULL DEFAULT '[]',
    seo_title       VARCHAR(70),
    seo_description VARCHAR(160),
    published_at    TIMESTAMPTZ,
    scheduled_for   TIMESTAMPTZ,
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at      TIMESTAMPTZ
);

CREATE TABLE post_revisions (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    post_id     UUID NOT NULL REFERENCES posts (id) DEFERRABLE INITIALLY DEFERRED,
    title       VARCHAR(200) NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    content     TEXT NOT NULL,
    excerpt     TEXT,
    editor_id   UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    note        VARCHAR(255),
    revised_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE pages (
    id              UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id       UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id       UUID REFERENCES pages (id) DEFERRABLE INITIALLY DEFERRED,
    title           VARCHAR(200) NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    slug            VARCHAR(200) NOT NULL CHECK (length(slug) BETWEEN 1 AND 200),
    content         TEXT NOT NULL DEFAULT '',
    template        VARCHAR(100),
    status          VARCHAR(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
    author_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    seo_title       VARCHAR(70),
    seo_description VARCHAR(160),
    published_at    TIMESTAMPTZ,
    position        INTEGER NOT NULL DEFAULT 0,
    metadata        JSONB NOT NULL DEFAULT '{}',
    row_version     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at      TIMESTAMPTZ
);

CREATE TABLE page_revisions (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    page_id     UUID NOT NULL REFERENCES pages (id) DEFERRABLE INITIALLY DEFERRED,
    title       VARCHAR(200) NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    content     TEXT NOT NULL,
    editor_id   UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    note        VARCHAR(255),
    revised_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

CREATE TABLE comments (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    post_id        UUID NOT NULL REFERENCES posts (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id      UUID REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED,
    author_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    author_name    VARCHAR(150),
    author_email   VARCHAR(255),
    content        TEXT NOT NULL,
    status         VARCHAR(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'spam')),
    approved_by_id UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    approved_at    TIMESTAMPTZ,
    ip_hash        VARCHAR(64),
    commented_at   TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    deleted_at     TIMESTAMPTZ
);

CREATE UNIQUE INDEX posts_by_slug ON posts (tenant_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX pages_by_slug ON pages (tenant_id, slug) WHERE deleted_at IS NULL;

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete, keep_days) VALUES
    ('posts', 1301, 'tenant', 'fields', 'content.edit', 'content.edit', 'content.delete', NULL),
    ('post_revisions', 1302, 'tenant', 'append', 'content.edit', NULL, NULL, NULL),
    ('pages', 1303, 'tenant', 'fields', 'content.edit', 'content.edit', 'content.delete', NULL),
    ('page_revisions', 1304, 'tenant', 'append', 'content.edit', NULL, NULL, NULL),
    ('comments', 1305, 'tenant', 'fields', 'content.edit', 'content.edit', 'content.delete', NULL);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('posts', 'status', 'moves', NULL, FALSE, NULL),
    ('posts', 'author_id', NULL, NULL, FALSE, 'clear'),
    ('posts', 'category_id', NULL, NULL, FALSE, 'clear'),
    ('posts', 'tags', 'set', NULL, FALSE, NULL),
    ('post_revisions', 'post_id', NULL, NULL, FALSE, 'parts'),
    ('post_revisions', 'editor_id', NULL, NULL, FALSE, 'clear'),
    ('pages', 'parent_id', NULL, NULL, FALSE, 'clear'),
    ('pages', 'author_id', NULL, NULL, FALSE, 'clear'),
    ('pages', 'metadata', 'keys', NULL, FALSE, NULL),
    ('page_revisions', 'page_id', NULL, NULL, FALSE, 'parts'),
    ('page_revisions', 'editor_id', NULL, NULL, FALSE, 'clear'),
    ('comments', 'post_id', NULL, NULL, FALSE, 'parts'),
    ('comments', 'parent_id', NULL, NULL, FALSE, 'clear'),
    ('comments', 'author_id', NULL, NULL, FALSE, 'clear'),
    ('comments', 'approved_by_id', NULL, NULL, FALSE, 'clear');
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('posts', 'status', 'draft', 'pending_review'),
    ('posts', 'status', 'draft', 'scheduled'),
    ('posts', 'status', 'draft', 'published'),
    ('posts', 'status', 'draft', 'archived'),
    ('posts', 'status', 'pending_review', 'draft'),
    ('posts', 'status', 'pending_review', 'scheduled'),
    ('posts', 'status', 'pending_review', 'published'),
    ('posts', 'status', 'pending_review', 'archived'),
    ('posts', 'status', 'scheduled', 'draft'),
    ('posts', 'status', 'scheduled', 'published'),
    ('posts', 'status', 'scheduled', 'archived'),
    ('posts', 'status', 'published', 'draft'),
    ('posts', 'status', 'published', 'archived'),
    ('posts', 'status', 'archived', 'draft'),
    ('posts', 'status', 'archived', 'published');

-- up postgres
CREATE INDEX posts_by_status ON posts (tenant_id, status);
CREATE INDEX posts_by_published ON posts (tenant_id, published_at);
CREATE INDEX posts_by_author ON posts (tenant_id, author_id);
CREATE INDEX posts_by_category ON posts (tenant_id, category_id);
CREATE INDEX post_revisions_by_post ON post_revisions (tenant_id, post_id, revised_at);
CREATE INDEX post_revisions_by_editor ON post_revisions (tenant_id, editor_id);
CREATE INDEX pages_by_status ON pages (tenant_id, status);
CREATE INDEX pages_by_parent ON pages (tenant_id, parent_id);
CREATE INDEX pages_by_author ON pages (tenant_id, author_id);
CREATE INDEX page_revisions_by_page ON page_revisions (tenant_id, page_id, revised_at);
CREATE INDEX page_revisions_by_editor ON page_revisions (tenant_id, editor_id);
CREATE INDEX comments_by_post ON comments (tenant_id, post_id, commented_at);
CREATE INDEX comments_by_status ON comments (tenant_id, status);
CREATE INDEX comments_by_parent ON comments (tenant_id, parent_id);
CREATE INDEX comments_by_author ON comments (tenant_id, author_id);
CREATE INDEX comments_by_approved_by ON comments (tenant_id, approved_by_id);

-- up sqlite
CREATE INDEX posts_by_status ON posts (status, id);
CREATE INDEX post_revisions_by_post ON post_revisions (post_id, revised_at);
CREATE INDEX page_revisions_by_page ON page_revisions (page_id, revised_at);
CREATE INDEX comments_by_post ON comments (post_id, commented_at);

-- down
DROP TABLE comments;
DROP TABLE page_revisions;
DROP TABLE pages;
DROP TABLE post_revisions;
DROP TABLE posts;
