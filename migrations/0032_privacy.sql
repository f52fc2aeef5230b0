-- Where something of a person stands, and what becomes of it: one map that export, erasure and
-- retention read, here and at the centre. A column that could hold words stands in
-- personal_data, or a test fails; a later migration adds the rows of its own columns.
--
-- personal_paths says whose a row is: `path` leads from a column of the table, over
-- `column>table.` or `column>table/key.`, to what `ends_at` names: a customer's id, a user's id,
-- an e-mail address, the id of any row that is the person's, or a text that mentions the
-- person's id or e-mail address.
--
-- Erasing clears a column, replaces it by neutral words, deletes its row, or keeps it and says
-- why. What has a date in `law` is kept for the years that the law asks for, from that date on.
-- `scrub` is done by the program: documents of rows. An e-mail address becomes one that names
-- the erased person, so that rows which nothing else ties to them are found again.

-- up
CREATE TABLE personal_data (
    table_name  VARCHAR(63) NOT NULL,
    column_name VARCHAR(63) NOT NULL,
    kind        VARCHAR(10) NOT NULL CHECK (kind IN ('none', 'name', 'given', 'family', 'contact', 'address', 'birth', 'identifier', 'free_text', 'list', 'document', 'device', 'secret', 'trail')),
    erase       VARCHAR(10) NOT NULL DEFAULT 'keep' CHECK (erase IN ('keep', 'clear', 'replace', 'delete', 'scrub')),
    law         VARCHAR(63),
    why         VARCHAR(200),
    PRIMARY KEY (table_name, column_name)
);

CREATE TABLE personal_paths (
    table_name VARCHAR(63) NOT NULL,
    path       VARCHAR(160) NOT NULL,
    ends_at    VARCHAR(10) NOT NULL CHECK (ends_at IN ('customer', 'user', 'email', 'row', 'mention')),
    PRIMARY KEY (table_name, path)
);

-- Of which tables rows may go by age, and the column that tells it.
CREATE TABLE retention_tables (
    table_name   VARCHAR(63) PRIMARY KEY NOT NULL,
    age_column   VARCHAR(63) NOT NULL,
    is_deletable BOOLEAN NOT NULL
);

-- The erased people whose words this store has scrubbed from what it keeps for itself.
CREATE TABLE erasures (
    row_id      UUID PRIMARY KEY NOT NULL,
    scrubbed_at TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- By which hash the centre knows an operation that was scrubbed here since it was sent.
ALTER TABLE outbox ADD COLUMN sent_hash BYTEA;
ALTER TABLE journal ADD COLUMN sent_hash BYTEA;
CREATE INDEX customer_profiles_erased ON customer_profiles (erased_at) WHERE erased_at IS NOT NULL;
CREATE INDEX outbox_scrubbed ON outbox (seq) WHERE sent_hash IS NOT NULL;
CREATE INDEX journal_scrubbed ON journal (seq) WHERE sent_hash IS NOT NULL;

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('personal_data', 3201, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('personal_paths', 3202, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('retention_tables', 3203, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('erasures', 3204, 'local', 'fields', NULL, NULL, NULL, NULL);

INSERT INTO retention_tables (table_name, age_column, is_deletable) VALUES
    ('analytics_events', 'occurred_at', TRUE), ('page_views', 'occurred_at', TRUE),
    ('visitor_sessions', 'started_at', TRUE), ('webhook_deliveries', 'created_at', TRUE),
    ('webhook_events', 'received_at', TRUE), ('workflow_runs', 'created_at', TRUE),
    ('email_sends', 'created_at', TRUE), ('notifications', 'created_at', TRUE),
    ('form_submissions', 'submitted_at', TRUE), ('survey_responses', 'submitted_at', TRUE),
    ('carts', 'created_at', TRUE), ('login_attempts', 'attempted_at', TRUE),
    ('sync_conflicts', 'created_at', TRUE), ('gdpr_requests', 'finished_at', TRUE),
    ('waitlist_entries', 'created_at', TRUE), ('leads', 'created_at', FALSE),
    ('appointments', 'ends_at', FALSE), ('support_tickets', 'solved_at', FALSE),
    ('orders', 'placed_at', FALSE);

INSERT INTO personal_data (table_name, column_name, kind, erase) VALUES
    ('users', 'username', 'identifier', 'clear'), ('users', 'email', 'contact', 'clear'),
    ('users', 'email_key', 'contact', 'clear'), ('users', 'first_name', 'given', 'clear'),
    ('users', 'last_name', 'family', 'clear'), ('users', 'display_name', 'name', 'replace'),
    ('users', 'phone', 'contact', 'clear'), ('users', 'phone_digits', 'contact', 'clear'),
    ('users', 'avatar_url', 'contact', 'clear'), ('users', 'bio', 'free_text', 'clear'),
    ('users', 'url', 'contact', 'clear'), ('users', 'company', 'contact', 'clear'),
    ('users', 'place', 'address', 'clear'), ('users', 'birth_date', 'birth', 'clear'),
    ('users', 'metadata', 'free_text', 'clear'),
    ('user_credentials', 'password_hash', 'secret', 'delete'),
    ('user_credentials', 'pin_hash', 'secret', 'delete'),
    ('user_credentials', 'reset_hash', 'secret', 'delete'),
    ('customer_profiles', 'name', 'name', 'replace'),
    ('customer_profiles', 'name_key', 'name', 'replace'),
    ('customer_profiles', 'company', 'contact', 'clear'),
    ('customer_profiles', 'email', 'contact', 'clear'),
    ('customer_profiles', 'email_key', 'contact', 'clear'),
    ('customer_profiles', 'phone', 'contact', 'clear'),
    ('customer_profiles', 'phone_digits', 'contact', 'clear'),
    ('customer_profiles', 'address', 'address', 'clear'),
    ('customer_profiles', 'billing_address', 'address', 'clear'),
    ('customer_profiles', 'notes', 'free_text', 'clear'),
    ('customer_profiles', 'tax_id', 'identifier', 'clear'),
    ('customer_profiles', 'card_barcode', 'identifier', 'clear'),
    ('customer_profiles', 'metadata', 'free_text', 'clear'),
    ('leads', 'first_name', 'given', 'clear'), ('leads', 'last_name', 'family', 'clear'),
    ('leads', 'name', 'name', 'replace'), ('leads', 'name_key', 'name', 'replace'),
    ('leads', 'company', 'contact', 'clear'), ('leads', 'email', 'contact', 'replace'),
    ('leads', 'email_key', 'contact', 'replace'), ('leads', 'phone', 'contact', 'clear'),
    ('leads', 'phone_digits', 'contact', 'clear'), ('leads', 'notes', 'free_text', 'clear'),
    ('leads', 'metadata', 'free_text', 'clear'), ('user_roles', 'role_id', 'identifier', 'delete'),
    ('sessions', 'token_hash', 'secret', 'delete'), ('sessions', 'ip_hash', 'device', 'delete'),
    ('sessions', 'user_agent', 'device', 'delete'), ('totp_devices', 'name', 'free_text', 'delete'),
    ('totp_devices', 'secret', 'secret', 'delete'),
    ('backup_codes', 'code_hash', 'secret', 'delete'),
    ('login_attempts', 'login', 'contact', 'delete'),
    ('login_attempts', 'ip_hash', 'device', 'delete'),
    ('login_attempts', 'user_agent', 'device', 'delete'),
    ('notifications', 'title', 'free_text', 'replace'),
    ('notifications', 'body', 'free_text', 'clear'), ('todos', 'task', 'free_text', 'replace'),
    ('user_settings', 'value', 'free_text', 'delete'),
    ('applied_operations', 'reason', 'free_text', 'scrub'),
    ('applied_operations', 'result', 'document', 'scrub'),
    ('applied_operations', 'payload', 'document', 'scrub'),
    ('sync_conflicts', 'base_value', 'free_text', 'clear'),
    ('sync_conflicts', 'lost_value', 'free_text', 'clear'),
    ('sync_conflicts', 'kept_value', 'free_text', 'clear'),
    ('sync_conflicts', 'reason', 'free_text', 'clear'), ('outbox', 'actor_name', 'name', 'scrub'),
    ('outbox', 'summary', 'free_text', 'scrub'), ('outbox', 'payload', 'document', 'scrub'),
    ('outbox', 'reason', 'free_text', 'scrub'), ('journal', 'actor_name', 'name', 'scrub'),
    ('journal', 'summary', 'free_text', 'scrub'), ('journal', 'payload', 'document', 'scrub'),
    ('journal', 'reason', 'free_text', 'scrub'), ('base_rows', 'fields', 'document', 'scrub'),
    ('op_rows', 'fields', 'document', 'scrub'), ('attention', 'summary', 'free_text', 'replace'),
    ('attention', 'reason', 'free_text', 'replace'), ('attention', 'details', 'document', 'clear'),
    ('print_jobs', 'body', 'document', 'delete'), ('print_jobs', 'error', 'free_text', 'delete'),
    ('drafts', 'body', 'document', 'delete'), ('import_map', 'source_key', 'identifier', 'delete'),
    ('audit_logs', 'summary', 'free_text', 'clear'), ('audit_logs', 'details', 'trail', 'replace'),
    ('audit_logs', 'salt', 'secret', 'clear'), ('approvals', 'reason', 'free_text', 'clear'),
    ('approvals', 'details', 'document', 'clear'), ('gdpr_requests', 'email', 'contact', 'replace'),
    ('gdpr_requests', 'reason', 'free_text', 'clear'), ('consents', 'email', 'contact', 'replace'),
    ('consents', 'ip_hash', 'device', 'clear'),
    ('custom_field_values', 'value', 'free_text', 'clear'),
    ('reviews', 'author_name', 'name', 'replace'), ('reviews', 'title', 'free_text', 'clear'),
    ('reviews', 'body', 'free_text', 'clear'), ('wishlists', 'name', 'free_text', 'replace'),
    ('wishlist_items', 'note', 'free_text', 'clear'),
    ('stock_movements', 'note', 'free_text', 'clear'), ('carts', 'session_key', 'device', 'clear'),
    ('carts', 'metadata', 'free_text', 'clear'), ('cart_items', 'options', 'free_text', 'clear'),
    ('orders', 'customer_name', 'name', 'replace'),
    ('orders', 'customer_email', 'contact', 'replace'),
    ('orders', 'billing_address', 'address', 'clear'),
    ('orders', 'shipping_address', 'address', 'clear'), ('orders', 'notes', 'free_text', 'clear'),
    ('orders', 'metadata', 'free_text', 'clear'), ('order_items', 'options', 'free_text', 'clear'),
    ('order_items', 'notes', 'free_text', 'clear'),
    ('order_items', 'metadata', 'free_text', 'clear'),
    ('order_events', 'note', 'free_text', 'clear'),
    ('order_events', 'details', 'document', 'clear'),
    ('fulfillment_tasks', 'notes', 'free_text', 'clear'),
    ('gift_cards', 'recipient_email', 'contact', 'replace'),
    ('gift_cards', 'recipient_name', 'name', 'replace'),
    ('gift_cards', 'sender_name', 'name', 'replace'),
    ('gift_cards', 'message', 'free_text', 'clear'),
    ('gift_card_transactions', 'note', 'free_text', 'clear'),
    ('payments', 'provider_session_id', 'identifier', 'clear'),
    ('payments', 'metadata', 'free_text', 'clear'), ('refunds', 'reason', 'free_text', 'clear'),
    ('store_credit_transactions', 'note', 'free_text', 'clear'),
    ('payment_logs', 'message', 'free_text', 'clear'),
    ('payment_logs', 'data', 'document', 'clear'), ('invoices', 'metadata', 'free_text', 'clear'),
    ('lexoffice_sync_logs', 'message', 'free_text', 'clear'),
    ('lexoffice_sync_logs', 'request', 'document', 'clear'),
    ('lexoffice_sync_logs', 'response', 'document', 'clear'),
    ('subscriptions', 'stripe_customer_id', 'identifier', 'clear'),
    ('subscriptions', 'stripe_subscription_id', 'identifier', 'clear'),
    ('subscriptions', 'metadata', 'free_text', 'clear'), ('estimators', 'name', 'name', 'replace'),
    ('estimators', 'email', 'contact', 'clear'), ('estimators', 'phone', 'contact', 'clear'),
    ('estimators', 'bio', 'free_text', 'clear'),
    ('availability_exceptions', 'reason', 'free_text', 'clear'),
    ('appointment_series', 'notes', 'free_text', 'clear'),
    ('appointments', 'first_name', 'given', 'replace'),
    ('appointments', 'last_name', 'family', 'replace'),
    ('appointments', 'email', 'contact', 'replace'), ('appointments', 'phone', 'contact', 'clear'),
    ('appointments', 'address', 'address', 'clear'),
    ('appointments', 'notes', 'free_text', 'clear'),
    ('appointments', 'cancel_reason', 'free_text', 'clear'),
    ('appointments', 'metadata', 'free_text', 'clear'),
    ('resource_bookings', 'notes', 'free_text', 'clear'),
    ('appointment_events', 'note', 'free_text', 'clear'),
    ('appointment_events', 'details', 'document', 'clear'),
    ('calendar_feeds', 'name', 'free_text', 'delete'),
    ('calendar_feeds', 'url', 'contact', 'delete'),
    ('calendar_feeds', 'token_hash', 'secret', 'delete'),
    ('waitlist_entries', 'first_name', 'given', 'replace'),
    ('waitlist_entries', 'last_name', 'family', 'replace'),
    ('waitlist_entries', 'email', 'contact', 'replace'),
    ('waitlist_entries', 'phone', 'contact', 'clear'),
    ('waitlist_entries', 'preferred_times', 'list', 'clear'),
    ('waitlist_entries', 'notes', 'free_text', 'clear'), ('files', 'name', 'free_text', 'replace'),
    ('file_chunks', 'bytes', 'document', 'delete'), ('messages', 'content', 'free_text', 'replace'),
    ('message_attachments', 'url', 'identifier', 'replace'),
    ('message_attachments', 'name', 'free_text', 'clear'),
    ('comments', 'author_name', 'name', 'replace'),
    ('comments', 'author_email', 'contact', 'replace'),
    ('comments', 'content', 'free_text', 'replace'), ('comments', 'ip_hash', 'device', 'clear'),
    ('bonus_deliveries', 'recipient_email', 'contact', 'replace'),
    ('bonus_deliveries', 'metadata', 'free_text', 'clear'),
    ('audience_members', 'email', 'contact', 'replace'),
    ('audience_members', 'name', 'name', 'replace'),
    ('drip_enrollments', 'email', 'contact', 'replace'),
    ('email_sends', 'recipient_email', 'contact', 'replace'),
    ('email_sends', 'subject', 'free_text', 'clear'),
    ('email_sends', 'provider_message_id', 'identifier', 'clear'),
    ('email_sends', 'error_text', 'free_text', 'clear'),
    ('instagram_accounts', 'username', 'identifier', 'replace'),
    ('instagram_accounts', 'external_id', 'identifier', 'clear'),
    ('instagram_accounts', 'metadata', 'free_text', 'clear'),
    ('instagram_account_snapshots', 'data', 'document', 'clear'),
    ('service_campaigns', 'name', 'free_text', 'replace'),
    ('service_campaigns', 'goals', 'free_text', 'clear'),
    ('service_campaigns', 'notes', 'free_text', 'clear'),
    ('campaign_activities', 'description', 'free_text', 'clear'),
    ('campaign_activities', 'metadata', 'free_text', 'clear'),
    ('workflow_runs', 'context', 'document', 'clear'),
    ('workflow_runs', 'error_text', 'free_text', 'clear'),
    ('workflow_run_steps', 'result', 'document', 'clear'),
    ('workflow_run_steps', 'error_text', 'free_text', 'clear'),
    ('form_submissions', 'data', 'document', 'clear'),
    ('form_submissions', 'ip_hash', 'device', 'clear'),
    ('form_submissions', 'user_agent', 'device', 'clear'),
    ('form_submissions', 'referrer', 'device', 'clear'),
    ('survey_responses', 'answers', 'document', 'clear'),
    ('survey_responses', 'ip_hash', 'device', 'clear'),
    ('analytics_events', 'session_token', 'device', 'clear'),
    ('analytics_events', 'properties', 'document', 'clear'),
    ('page_views', 'session_token', 'device', 'replace'),
    ('page_views', 'referrer', 'device', 'clear'), ('page_views', 'user_agent', 'device', 'clear'),
    ('page_views', 'ip_hash', 'device', 'clear'),
    ('visitor_sessions', 'session_token', 'device', 'replace'),
    ('visitor_sessions', 'ip_hash', 'device', 'clear'),
    ('visitor_sessions', 'entry_page', 'device', 'clear'),
    ('visitor_sessions', 'exit_page', 'device', 'clear'),
    ('visitor_sessions', 'browser', 'device', 'clear'),
    ('visitor_sessions', 'os', 'device', 'clear'),
    ('webhook_deliveries', 'payload', 'document', 'clear'),
    ('webhook_deliveries', 'response_body', 'free_text', 'clear'),
    ('webhook_events', 'payload', 'document', 'clear'),
    ('webhook_events', 'error_text', 'free_text', 'clear'),
    ('support_tickets', 'subject', 'free_text', 'replace'),
    ('support_tickets', 'requester_name', 'name', 'replace'),
    ('support_tickets', 'requester_email', 'contact', 'replace'),
    ('support_ticket_messages', 'author_email', 'contact', 'replace'),
    ('support_ticket_messages', 'body', 'free_text', 'replace'),
    ('sign_in_tickets', 'login', 'contact', 'delete');
INSERT INTO personal_data (table_name, column_name, kind, erase, law, why) VALUES
    ('suppliers', 'name', 'name', 'keep', NULL, 'a business that the shop buys from'),
    ('suppliers', 'email', 'contact', 'keep', NULL, 'a business that the shop buys from'),
    ('suppliers', 'phone', 'contact', 'keep', NULL, 'a business that the shop buys from'),
    ('suppliers', 'address', 'address', 'keep', NULL, 'a business that the shop buys from'),
    ('suppliers', 'tax_id', 'identifier', 'keep', NULL, 'a business that the shop buys from'),
    ('suppliers', 'notes', 'free_text', 'keep', NULL, 'a business that the shop buys from'),
    ('cash_sessions', 'notes', 'free_text', 'keep', NULL, 'a note of the till'),
    ('cash_movements', 'reason', 'free_text', 'keep', NULL, 'the books of the till'),
    ('payments', 'provider_payment_id', 'identifier', 'keep', NULL, 'proves the payment'),
    ('payments', 'reference', 'identifier', 'keep', NULL, 'proves the payment'),
    ('refunds', 'provider_refund_id', 'identifier', 'keep', NULL, 'proves the refund'),
    ('invoices', 'customer_name', 'name', 'replace', 'issued_on', 'an invoice is kept as it was issued'),
    ('invoices', 'customer_address', 'address', 'clear', 'issued_on', 'an invoice is kept as it was issued'),
    ('invoices', 'customer_tax_id', 'identifier', 'clear', 'issued_on', 'an invoice is kept as it was issued'),
    ('invoices', 'notes', 'free_text', 'clear', 'issued_on', 'an invoice is kept as it was issued'),
    ('resources', 'notes', 'free_text', 'keep', NULL, 'about a thing'),
    ('posts', 'title', 'free_text', 'keep', NULL, 'the shop published it'),
    ('posts', 'content', 'free_text', 'keep', NULL, 'the shop published it'),
    ('posts', 'excerpt', 'free_text', 'keep', NULL, 'the shop published it');
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('schema_migrations', 'name', 'none'), ('schema_migrations', 'checksum', 'none'),
    ('schema_migrations', 'program', 'none'), ('sync_tables', 'name', 'none'),
    ('sync_tables', 'right_insert', 'none'), ('sync_tables', 'right_update', 'none'),
    ('sync_tables', 'right_delete', 'none'), ('sync_columns', 'table_name', 'none'),
    ('sync_columns', 'column_name', 'none'), ('sync_columns', 'column_group', 'none'),
    ('status_moves', 'table_name', 'none'), ('status_moves', 'column_name', 'none'),
    ('status_moves', 'from_value', 'none'), ('status_moves', 'to_value', 'none'),
    ('change_log', 'table_name', 'none'), ('tenants', 'name', 'none'), ('tenants', 'slug', 'none'),
    ('tenants', 'domain', 'none'), ('tenants', 'email', 'none'), ('tenants', 'url', 'none'),
    ('tenants', 'description', 'none'), ('tenants', 'country', 'none'),
    ('tenants', 'timezone', 'none'), ('tenants', 'default_locale', 'none'),
    ('tenants', 'default_currency', 'none'), ('tenants', 'settings', 'none'),
    ('locations', 'name', 'none'), ('locations', 'timezone', 'none'),
    ('locations', 'address', 'none'), ('locations', 'email', 'none'),
    ('locations', 'phone', 'none'), ('registers', 'code', 'none'), ('registers', 'name', 'none'),
    ('registers', 'printer', 'none'), ('registers', 'drawer', 'none'),
    ('number_sequences', 'series', 'none'), ('currencies', 'code', 'none'),
    ('currencies', 'name', 'none'), ('currencies', 'symbol', 'none'),
    ('tax_categories', 'code', 'none'), ('tax_categories', 'name', 'none'),
    ('tax_categories', 'description', 'none'), ('tax_rates', 'country', 'none'),
    ('tax_rates', 'region', 'none'), ('tax_rates', 'name', 'none'),
    ('tax_rates', 'valid_from', 'none'), ('tax_rates', 'valid_to', 'none'),
    ('app_settings', 'name', 'none'), ('app_settings', 'value', 'none'),
    ('users', 'timezone', 'none'), ('users', 'locale', 'none'),
    ('customer_profiles', 'locale', 'none'), ('leads', 'source', 'none'), ('roles', 'name', 'none'),
    ('roles', 'description', 'none'), ('permissions', 'name', 'none'),
    ('permissions', 'description', 'none'), ('role_permissions', 'permission', 'none'),
    ('teams', 'name', 'none'), ('teams', 'settings', 'none'),
    ('team_members', 'permissions', 'none'), ('totp_devices', 'key_id', 'none'),
    ('login_attempts', 'reason', 'none'), ('notifications', 'kind', 'none'),
    ('notifications', 'link_table', 'none'), ('user_settings', 'name', 'none'),
    ('customer_search_docs', 'words', 'none'), ('terminals', 'name', 'none'),
    ('terminals', 'role_name', 'none'), ('enrollment_codes', 'code_hash', 'none'),
    ('enrollment_codes', 'name', 'none'), ('worker_leases', 'task', 'none'),
    ('sync_meta', 'name', 'none'), ('sync_meta', 'value', 'none'),
    ('field_times', 'column_name', 'none'), ('field_times', 'table_name', 'none'),
    ('applied_operations', 'hash', 'none'),
    ('applied_operations', 'kind', 'none'), ('sync_conflicts', 'table_name', 'none'),
    ('sync_conflicts', 'column_name', 'none'), ('outbox', 'kind', 'none'),
    ('outbox', 'hash', 'none'), ('journal', 'kind', 'none'), ('journal', 'hash', 'none'),
    ('journal_rows', 'table_name', 'none'), ('base_rows', 'table_name', 'none'),
    ('op_rows', 'table_name', 'none'), ('attention', 'table_name', 'none'),
    ('sync_state', 'name', 'none'), ('sync_state', 'value', 'none'),
    ('print_jobs', 'printer', 'none'), ('print_jobs', 'table_name', 'none'),
    ('drafts', 'screen', 'none'), ('drafts', 'table_name', 'none'),
    ('import_mappings', 'name', 'none'), ('import_mappings', 'target', 'none'),
    ('import_mappings', 'columns', 'none'), ('import_mappings', 'settings', 'none'),
    ('import_map', 'mapping', 'none'), ('import_map', 'table_name', 'none'),
    ('audit_logs', 'action', 'none'), ('audit_logs', 'subject_table', 'none'),
    ('audit_logs', 'details_digest', 'none'), ('audit_logs', 'prev_hash', 'none'),
    ('audit_logs', 'hash', 'none'), ('audit_logs', 'flaw', 'none'), ('approvals', 'action', 'none'),
    ('approvals', 'subject_table', 'none'), ('gdpr_requests', 'result', 'none'),
    ('consents', 'purpose', 'none'), ('consents', 'source', 'none'),
    ('consents', 'wording', 'none'), ('retention_policies', 'subject_table', 'none'),
    ('retention_policies', 'only_status', 'none'), ('categories', 'name', 'none'),
    ('categories', 'name_i18n', 'none'), ('categories', 'slug', 'none'),
    ('categories', 'description', 'none'), ('products', 'name', 'none'),
    ('products', 'name_key', 'none'), ('products', 'name_i18n', 'none'),
    ('products', 'description', 'none'), ('products', 'description_i18n', 'none'),
    ('products', 'slug', 'none'), ('products', 'sku', 'none'), ('products', 'currency', 'none'),
    ('products', 'tags', 'none'), ('products', 'seo_title', 'none'),
    ('products', 'seo_description', 'none'), ('products', 'metadata', 'none'),
    ('product_variants', 'sku', 'none'), ('product_variants', 'name', 'none'),
    ('product_variants', 'attributes', 'none'), ('product_images', 'url', 'none'),
    ('product_images', 'alternative_text', 'none'), ('product_barcodes', 'barcode', 'none'),
    ('barcode_rules', 'name', 'none'), ('barcode_rules', 'prefix', 'none'),
    ('product_option_groups', 'name', 'none'), ('product_options', 'name', 'none'),
    ('product_addons', 'name', 'none'), ('custom_fields', 'subject_table', 'none'),
    ('custom_fields', 'name', 'none'), ('custom_fields', 'label', 'none'),
    ('custom_fields', 'choices', 'none'), ('collections', 'name', 'none'),
    ('collections', 'slug', 'none'), ('collections', 'description', 'none'),
    ('collection_rules', 'conditions', 'none'), ('product_bundles', 'name', 'none'),
    ('product_bundles', 'description', 'none'), ('product_bundles', 'currency', 'none'),
    ('affiliate_products', 'clickbank_id', 'none'), ('affiliate_products', 'title', 'none'),
    ('affiliate_products', 'vendor', 'none'), ('affiliate_products', 'category', 'none'),
    ('affiliate_products', 'description', 'none'), ('affiliate_products', 'currency', 'none'),
    ('affiliate_products', 'data_snapshot', 'none'), ('product_search_docs', 'words', 'none'),
    ('stock_movements', 'reference_table', 'none'), ('stock_movements', 'business_day', 'none'),
    ('stock_reservations', 'reference_table', 'none'), ('stock_counts', 'number', 'none'),
    ('stock_counts', 'notes', 'none'), ('stock_count_lines', 'note', 'none'),
    ('stock_transfers', 'number', 'none'), ('stock_transfers', 'notes', 'none'),
    ('stock_transfer_lines', 'difference_reason', 'none'), ('suppliers', 'currency', 'none'),
    ('supplier_products', 'supplier_sku', 'none'), ('supplier_products', 'currency', 'none'),
    ('purchase_orders', 'number', 'none'), ('purchase_orders', 'currency', 'none'),
    ('purchase_orders', 'expected_on', 'none'), ('purchase_orders', 'notes', 'none'),
    ('purchase_order_lines', 'name', 'none'), ('carts', 'currency', 'none'),
    ('orders', 'order_number', 'none'), ('orders', 'currency', 'none'),
    ('orders', 'business_day', 'none'), ('return_reasons', 'name', 'none'),
    ('order_items', 'name', 'none'), ('order_items', 'sku', 'none'),
    ('order_events', 'kind', 'none'), ('order_events', 'from_status', 'none'),
    ('order_events', 'to_status', 'none'), ('fulfillment_tasks', 'kind', 'none'),
    ('discounts', 'code', 'none'), ('discounts', 'name', 'none'), ('discounts', 'currency', 'none'),
    ('order_discounts', 'code', 'none'), ('order_discounts', 'name', 'none'),
    ('gift_cards', 'code', 'none'), ('gift_cards', 'currency', 'none'),
    ('gift_card_transactions', 'business_day', 'none'), ('order_search_docs', 'words', 'none'),
    ('payment_gateway_configs', 'name', 'none'), ('payment_gateway_configs', 'variant', 'none'),
    ('payment_gateway_configs', 'config', 'none'), ('cash_sessions', 'currency', 'none'),
    ('cash_sessions', 'prev_hash', 'none'), ('cash_sessions', 'hash', 'none'),
    ('cash_sessions', 'business_day', 'none'), ('cash_movements', 'business_day', 'none'),
    ('payments', 'provider', 'none'), ('payments', 'currency', 'none'),
    ('payments', 'business_day', 'none'), ('refunds', 'currency', 'none'),
    ('refunds', 'business_day', 'none'), ('store_credit_transactions', 'currency', 'none'),
    ('store_credit_transactions', 'business_day', 'none'), ('payment_logs', 'event_type', 'none'),
    ('invoices', 'number', 'none'), ('invoices', 'currency', 'none'),
    ('invoices', 'issued_on', 'none'), ('invoices', 'delivered_on', 'none'),
    ('invoices', 'due_on', 'none'), ('invoice_lines', 'name', 'none'),
    ('invoice_lines', 'sku', 'none'), ('lexoffice_sync_logs', 'external_id', 'none'),
    ('plans', 'name', 'none'), ('plans', 'description', 'none'),
    ('plans', 'stripe_product_id', 'none'), ('plans', 'metadata', 'none'),
    ('plan_pricings', 'currency', 'none'), ('plan_pricings', 'stripe_price_id', 'none'),
    ('subscriptions', 'tier', 'none'), ('usage_counters', 'day', 'none'),
    ('estimators', 'color', 'none'), ('services', 'name', 'none'),
    ('services', 'name_i18n', 'none'), ('services', 'description', 'none'),
    ('services', 'currency', 'none'), ('booking_policies', 'name', 'none'),
    ('appointment_types', 'name', 'none'), ('appointment_types', 'slug', 'none'),
    ('appointment_types', 'description', 'none'), ('appointment_types', 'color', 'none'),
    ('appointment_types', 'metadata', 'none'), ('availabilities', 'valid_from', 'none'),
    ('availabilities', 'valid_to', 'none'), ('availability_exceptions', 'first_day', 'none'),
    ('availability_exceptions', 'last_day', 'none'), ('resources', 'name', 'none'),
    ('appointment_series', 'rule', 'none'), ('appointment_series', 'timezone', 'none'),
    ('appointments', 'ics_uid', 'none'), ('appointment_events', 'event_type', 'none'),
    ('appointment_events', 'from_status', 'none'), ('appointment_events', 'to_status', 'none'),
    ('waitlist_entries', 'first_day', 'none'), ('waitlist_entries', 'last_day', 'none'),
    ('channels', 'name', 'none'), ('channels', 'slug', 'none'), ('channels', 'description', 'none'),
    ('files', 'media_type', 'none'), ('files', 'sha256', 'none'),
    ('message_reactions', 'emoji', 'none'), ('posts', 'slug', 'none'),
    ('posts', 'featured_image', 'none'), ('posts', 'tags', 'none'), ('posts', 'seo_title', 'none'),
    ('posts', 'seo_description', 'none'), ('post_revisions', 'title', 'none'),
    ('post_revisions', 'content', 'none'), ('post_revisions', 'excerpt', 'none'),
    ('post_revisions', 'note', 'none'), ('pages', 'title', 'none'), ('pages', 'slug', 'none'),
    ('pages', 'content', 'none'), ('pages', 'template', 'none'), ('pages', 'seo_title', 'none'),
    ('pages', 'seo_description', 'none'), ('pages', 'metadata', 'none'),
    ('page_revisions', 'title', 'none'), ('page_revisions', 'content', 'none'),
    ('page_revisions', 'note', 'none'), ('campaigns', 'name', 'none'),
    ('campaigns', 'affiliate_link', 'none'), ('campaigns', 'tracking_id', 'none'),
    ('campaigns', 'settings', 'none'), ('content_items', 'title', 'none'),
    ('content_items', 'body', 'none'), ('content_items', 'metadata', 'none'),
    ('bonuses', 'name', 'none'), ('bonuses', 'description', 'none'),
    ('bonuses', 'file_url', 'none'), ('bonuses', 'metadata', 'none'),
    ('email_templates', 'name', 'none'), ('email_templates', 'subject', 'none'),
    ('email_templates', 'preheader', 'none'), ('email_templates', 'body_html', 'none'),
    ('email_templates', 'body_text', 'none'), ('email_templates', 'variables', 'none'),
    ('audiences', 'name', 'none'), ('audiences', 'description', 'none'),
    ('audiences', 'rules', 'none'), ('email_campaigns', 'name', 'none'),
    ('email_campaigns', 'subject', 'none'), ('email_campaigns', 'from_name', 'none'),
    ('email_campaigns', 'from_email', 'none'), ('email_campaigns', 'reply_to', 'none'),
    ('drip_sequences', 'name', 'none'), ('drip_sequences', 'description', 'none'),
    ('drip_sequences', 'trigger_config', 'none'), ('drip_steps', 'subject', 'none'),
    ('drip_steps', 'conditions', 'none'), ('campaign_activities', 'activity_type', 'none'),
    ('workflows', 'name', 'none'), ('workflows', 'description', 'none'),
    ('workflows', 'trigger_config', 'none'), ('workflows', 'conditions', 'none'),
    ('workflows', 'actions', 'none'), ('workflow_run_steps', 'action', 'none'),
    ('form_definitions', 'name', 'none'), ('form_definitions', 'slug', 'none'),
    ('form_definitions', 'description', 'none'), ('form_definitions', 'fields', 'none'),
    ('form_definitions', 'settings', 'none'), ('form_integrations', 'config', 'none'),
    ('surveys', 'title', 'none'), ('surveys', 'description', 'none'),
    ('surveys', 'questions', 'none'), ('analytics_events', 'event_type', 'none'),
    ('analytics_events', 'source', 'none'), ('analytics_events', 'currency', 'none'),
    ('page_views', 'path', 'none'), ('page_views', 'utm_source', 'none'),
    ('page_views', 'utm_medium', 'none'), ('page_views', 'utm_campaign', 'none'),
    ('visitor_sessions', 'country', 'none'), ('conversion_goals', 'name', 'none'),
    ('conversion_goals', 'path', 'none'), ('conversion_goals', 'event_type', 'none'),
    ('conversion_goals', 'currency', 'none'), ('conversions', 'currency', 'none'),
    ('funnels', 'name', 'none'), ('funnels', 'description', 'none'),
    ('funnel_steps', 'name', 'none'), ('funnel_steps', 'path', 'none'),
    ('funnel_steps', 'event_type', 'none'), ('saved_reports', 'name', 'none'),
    ('saved_reports', 'report', 'none'), ('saved_reports', 'settings', 'none'),
    ('event_days', 'day', 'none'), ('event_days', 'event_type', 'none'),
    ('event_days', 'source', 'none'), ('event_days', 'currency', 'none'),
    ('page_view_days', 'day', 'none'), ('page_view_days', 'path', 'none'),
    ('revenue_metrics', 'business_day', 'none'), ('revenue_metrics', 'currency', 'none'),
    ('revenue_customers', 'business_day', 'none'), ('revenue_customers', 'currency', 'none'),
    ('integrations', 'name', 'none'), ('integrations', 'type', 'none'),
    ('integrations', 'config', 'none'), ('integration_credentials', 'service', 'none'),
    ('integration_credentials', 'name', 'none'), ('integration_credentials', 'sealed', 'none'),
    ('integration_credentials', 'key_id', 'none'), ('webhooks', 'url', 'none'),
    ('webhooks', 'events', 'none'), ('webhooks', 'secret_sealed', 'none'),
    ('webhooks', 'key_id', 'none'), ('webhooks', 'description', 'none'),
    ('webhook_deliveries', 'event_type', 'none'), ('webhook_events', 'provider', 'none'),
    ('webhook_events', 'external_id', 'none'), ('webhook_events', 'event_type', 'none'),
    ('support_tickets', 'number', 'none'), ('support_tickets', 'tags', 'none'),
    ('alarms', 'role_name', 'none'), ('alarms', 'kind', 'none'), ('alarms', 'day', 'none'),
    ('alarms', 'detail', 'none'), ('quotas', 'day', 'none'),
    ('terminal_states', 'verifier', 'none'), ('terminal_states', 'cursor', 'none'),
    ('sync_marks', 'snapshot', 'none'), ('sync_log', 'words', 'none'),
    ('outbox', 'sent_hash', 'none'), ('journal', 'sent_hash', 'none');
INSERT INTO personal_paths (table_name, path, ends_at) VALUES
    ('users', 'id', 'user'), ('user_credentials', 'user_id', 'user'),
    ('customer_profiles', 'id', 'customer'), ('leads', 'customer_id', 'customer'),
    ('leads', 'email', 'email'), ('user_roles', 'user_id', 'user'),
    ('team_members', 'user_id', 'user'), ('sessions', 'user_id', 'user'),
    ('totp_devices', 'user_id', 'user'), ('backup_codes', 'user_id', 'user'),
    ('login_attempts', 'user_id', 'user'), ('login_attempts', 'login', 'email'),
    ('notifications', 'user_id', 'user'), ('notifications', 'link_id', 'row'),
    ('todos', 'user_id', 'user'), ('user_settings', 'user_id', 'user'),
    ('terminal_users', 'user_id', 'user'), ('sync_conflicts', 'row_id', 'row'),
    ('attention', 'row_id', 'row'), ('print_jobs', 'row_id', 'row'), ('drafts', 'row_id', 'row'),
    ('drafts', 'user_id', 'user'), ('drafts', 'body', 'mention'), ('import_map', 'row_id', 'row'),
    ('audit_logs', 'subject_id', 'row'), ('audit_logs', 'target_id', 'user'),
    ('approvals', 'subject_id', 'row'), ('gdpr_requests', 'customer_id', 'customer'),
    ('gdpr_requests', 'user_id', 'user'), ('gdpr_requests', 'email', 'email'),
    ('consents', 'customer_id', 'customer'), ('consents', 'user_id', 'user'),
    ('consents', 'email', 'email'), ('custom_field_values', 'subject_id', 'row'),
    ('reviews', 'customer_id', 'customer'), ('reviews', 'user_id', 'user'),
    ('wishlists', 'user_id', 'user'), ('wishlists', 'customer_id', 'customer'),
    ('wishlist_items', 'wishlist_id>wishlists.customer_id', 'customer'),
    ('wishlist_items', 'wishlist_id>wishlists.user_id', 'user'),
    ('stock_movements', 'reference_id', 'row'), ('carts', 'user_id', 'user'),
    ('carts', 'customer_id', 'customer'), ('cart_items', 'cart_id>carts.customer_id', 'customer'),
    ('cart_items', 'cart_id>carts.user_id', 'user'), ('orders', 'customer_id', 'customer'),
    ('orders', 'customer_email', 'email'),
    ('order_items', 'order_id>orders.customer_id', 'customer'),
    ('order_items', 'order_id>orders.customer_email', 'email'),
    ('order_events', 'order_id>orders.customer_id', 'customer'),
    ('order_events', 'order_id>orders.customer_email', 'email'),
    ('fulfillment_tasks', 'order_item_id>order_items.order_id>orders.customer_id', 'customer'),
    ('fulfillment_tasks', 'order_item_id>order_items.order_id>orders.customer_email', 'email'),
    ('gift_cards', 'customer_id', 'customer'), ('gift_cards', 'recipient_email', 'email'),
    ('gift_card_transactions', 'order_id>orders.customer_id', 'customer'),
    ('gift_card_transactions', 'gift_card_id>gift_cards.customer_id', 'customer'),
    ('payments', 'order_id>orders.customer_id', 'customer'),
    ('payments', 'order_id>orders.customer_email', 'email'), ('payments', 'user_id', 'user'),
    ('refunds', 'order_id>orders.customer_id', 'customer'),
    ('refunds', 'order_id>orders.customer_email', 'email'),
    ('store_credit_transactions', 'customer_id', 'customer'),
    ('payment_logs', 'payment_id>payments.order_id>orders.customer_id', 'customer'),
    ('payment_logs', 'payment_id>payments.user_id', 'user'),
    ('invoices', 'customer_id', 'customer'),
    ('invoices', 'order_id>orders.customer_id', 'customer'),
    ('invoices', 'order_id>orders.customer_email', 'email'),
    ('lexoffice_sync_logs', 'invoice_id>invoices.customer_id', 'customer'),
    ('lexoffice_sync_logs', 'invoice_id>invoices.order_id>orders.customer_id', 'customer'),
    ('subscriptions', 'user_id', 'user'), ('subscriptions', 'customer_id', 'customer'),
    ('estimators', 'user_id', 'user'),
    ('availability_exceptions', 'estimator_id>estimators.user_id', 'user'),
    ('appointment_series', 'customer_id', 'customer'), ('appointments', 'customer_id', 'customer'),
    ('appointments', 'user_id', 'user'), ('appointments', 'email', 'email'),
    ('resource_bookings', 'appointment_id>appointments.customer_id', 'customer'),
    ('resource_bookings', 'appointment_id>appointments.user_id', 'user'),
    ('resource_bookings', 'appointment_id>appointments.email', 'email'),
    ('appointment_events', 'appointment_id>appointments.customer_id', 'customer'),
    ('appointment_events', 'appointment_id>appointments.user_id', 'user'),
    ('appointment_events', 'appointment_id>appointments.email', 'email'),
    ('calendar_feeds', 'user_id', 'user'),
    ('calendar_feeds', 'estimator_id>estimators.user_id', 'user'),
    ('waitlist_entries', 'customer_id', 'customer'), ('waitlist_entries', 'email', 'email'),
    ('channel_members', 'user_id', 'user'), ('files', 'uploaded_by_id', 'user'),
    ('files', 'id>support_ticket_messages/file_id.ticket_id>support_tickets.customer_id', 'customer'),
    ('file_chunks', 'file_id>files.id>support_ticket_messages/file_id.ticket_id>support_tickets.customer_id', 'customer'),
    ('messages', 'user_id', 'user'),
    ('messages', 'id>message_links/message_id.customer_id', 'customer'),
    ('message_attachments', 'message_id>messages.user_id', 'user'),
    ('message_attachments', 'message_id>message_links/message_id.customer_id', 'customer'),
    ('posts', 'author_id', 'user'), ('comments', 'author_id', 'user'),
    ('comments', 'author_email', 'email'), ('bonus_deliveries', 'customer_id', 'customer'),
    ('bonus_deliveries', 'recipient_email', 'email'),
    ('bonus_deliveries', 'order_id>orders.customer_id', 'customer'),
    ('audience_members', 'customer_id', 'customer'), ('audience_members', 'user_id', 'user'),
    ('audience_members', 'email', 'email'), ('drip_enrollments', 'customer_id', 'customer'),
    ('drip_enrollments', 'user_id', 'user'), ('drip_enrollments', 'email', 'email'),
    ('email_sends', 'customer_id', 'customer'), ('email_sends', 'recipient_email', 'email'),
    ('instagram_accounts', 'customer_id', 'customer'),
    ('instagram_account_snapshots', 'customer_id', 'customer'),
    ('service_campaigns', 'customer_id', 'customer'),
    ('service_campaigns', 'order_id>orders.customer_id', 'customer'),
    ('campaign_activities', 'service_campaign_id>service_campaigns.customer_id', 'customer'),
    ('workflow_runs', 'context', 'mention'), ('workflow_run_steps', 'result', 'mention'),
    ('workflow_run_steps', 'workflow_run_id>workflow_runs.context', 'mention'),
    ('form_submissions', 'user_id', 'user'), ('form_submissions', 'customer_id', 'customer'),
    ('form_submissions', 'lead_id>leads.customer_id', 'customer'),
    ('form_submissions', 'lead_id>leads.email', 'email'), ('survey_responses', 'user_id', 'user'),
    ('survey_responses', 'customer_id', 'customer'),
    ('survey_responses', 'order_id>orders.customer_id', 'customer'),
    ('analytics_events', 'user_id', 'user'), ('page_views', 'user_id', 'user'),
    ('visitor_sessions', 'user_id', 'user'), ('conversions', 'user_id', 'user'),
    ('conversions', 'order_id>orders.customer_id', 'customer'),
    ('webhook_deliveries', 'payload', 'mention'), ('webhook_events', 'payload', 'mention'),
    ('support_tickets', 'user_id', 'user'), ('support_tickets', 'customer_id', 'customer'),
    ('support_tickets', 'requester_email', 'email'),
    ('support_tickets', 'order_id>orders.customer_id', 'customer'),
    ('support_ticket_messages', 'ticket_id>support_tickets.customer_id', 'customer'),
    ('support_ticket_messages', 'ticket_id>support_tickets.user_id', 'user'),
    ('support_ticket_messages', 'ticket_id>support_tickets.requester_email', 'email'),
    ('support_ticket_messages', 'author_id', 'user'),
    ('support_ticket_messages', 'author_email', 'email'), ('sign_in_tickets', 'user_id', 'user'),
    ('sign_in_tickets', 'login', 'email');

-- up sqlite
-- Why a person can't be erased now: work that is not done, or money that is not settled.
CREATE VIEW person_hindrances AS
SELECT customer_id, NULL AS user_id, 'order ' || order_number AS name, 'is ' || status AS what
FROM orders
WHERE deleted_at IS NULL AND kind <> 'quote'
  AND status IN ('parked', 'pending', 'paid', 'processing', 'shipped', 'delivered')
UNION ALL
SELECT o.customer_id, NULL, 'order ' || o.order_number, 'is not settled'
FROM orders AS o JOIN order_sums AS s ON s.order_id = o.id
WHERE o.deleted_at IS NULL AND o.kind <> 'quote' AND o.status = 'completed'
  AND CASE WHEN o.total_cents < 0 THEN s.refunded_cents < -o.total_cents
           ELSE s.paid_cents < o.total_cents END
UNION ALL
SELECT customer_id, NULL, 'store credit', 'is not spent'
FROM store_credit_transactions GROUP BY customer_id, currency HAVING sum(amount_cents) <> 0
UNION ALL
SELECT customer_id, user_id, 'a subscription', 'is ' || status
FROM subscriptions WHERE status IN ('trialing', 'active', 'past_due')
UNION ALL
SELECT customer_id, user_id, 'an appointment', 'is still to come'
FROM appointments
WHERE deleted_at IS NULL AND ends_at > now()
  AND status IN ('tentative', 'scheduled', 'confirmed', 'in_progress');

-- up postgres
CREATE VIEW person_hindrances WITH (security_invoker = true) AS
SELECT tenant_id, customer_id, NULL::uuid AS user_id, 'order ' || order_number AS name,
       'is ' || status AS what
FROM orders
WHERE deleted_at IS NULL AND kind <> 'quote'
  AND status IN ('parked', 'pending', 'paid', 'processing', 'shipped', 'delivered')
UNION ALL
SELECT o.tenant_id, o.customer_id, NULL, 'order ' || o.order_number, 'is not settled'
FROM orders AS o JOIN order_sums AS s ON s.order_id = o.id
WHERE o.deleted_at IS NULL AND o.kind <> 'quote' AND o.status = 'completed'
  AND CASE WHEN o.total_cents < 0 THEN s.refunded_cents < -o.total_cents
           ELSE s.paid_cents < o.total_cents END
UNION ALL
SELECT tenant_id, customer_id, NULL, 'store credit', 'is not spent'
FROM store_credit_transactions GROUP BY tenant_id, customer_id, currency
HAVING sum(amount_cents) <> 0
UNION ALL
SELECT tenant_id, customer_id, user_id, 'a subscription', 'is ' || status
FROM subscriptions WHERE status IN ('trialing', 'active', 'past_due')
UNION ALL
SELECT tenant_id, customer_id, user_id, 'an appointment', 'is still to come'
FROM appointments
WHERE deleted_at IS NULL AND ends_at > now()
  AND status IN ('tentative', 'scheduled', 'confirmed', 'in_progress');

-- All ids and addresses of one person: profiles that were joined, and the user behind them.
-- `mark` is what is left of the id in neutral words.
CREATE FUNCTION privacy_person(tenant uuid, INOUT customers uuid[], INOUT people uuid[],
                               OUT emails text[], OUT mentions text[], OUT mark text)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    known integer := -1;
BEGIN
    WHILE cardinality(customers) + cardinality(people) > known LOOP
        known := cardinality(customers) + cardinality(people);
        customers := ARRAY(
            SELECT c.id FROM customer_profiles AS c
            WHERE c.tenant_id = tenant
              AND (c.id = ANY (customers) OR c.merged_into_id = ANY (customers)
                   OR c.user_id = ANY (people)
                   OR c.id IN (SELECT o.merged_into_id FROM customer_profiles AS o
                               WHERE o.id = ANY (customers)))
            ORDER BY c.id);
        people := ARRAY(
            SELECT u.id FROM users AS u
            WHERE u.tenant_id = tenant
              AND (u.id = ANY (people) OR u.id IN (SELECT c.user_id FROM customer_profiles AS c
                                                  WHERE c.id = ANY (customers)))
            ORDER BY u.id);
    END LOOP;
    emails := ARRAY(SELECT lower(email) FROM customer_profiles WHERE id = ANY (customers) AND email <> ''
                    UNION SELECT lower(email) FROM users WHERE id = ANY (people) AND email <> '');
    mentions := ARRAY(SELECT '%' || id || '%' FROM unnest(customers || people) AS id
                      UNION SELECT '%' || regexp_replace(e, '([\\%_])', '\\\1', 'g') || '%'
                      FROM unnest(emails) AS e);
    mark := right(coalesce(customers[1], people[1])::text, 12);
END
$$;

-- The SQL that is true of a row which `path` leads from to the person: $1 customers, $2 users,
-- $3 e-mail addresses, $4 those of erased rows, $5 rows, $6 mentions. An address that is somebody
-- else's, too, does not make a row theirs that names its customer.
CREATE FUNCTION privacy_condition(table_name text, path text, ends_at text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    hop constant text[] := regexp_match(path, '^(\w+)>(\w+)(?:/(\w+))?\.(.+)$');
BEGIN
    IF hop IS NOT NULL THEN
        RETURN format('%I IN (SELECT %I FROM %I WHERE %s)', hop[1], coalesce(hop[3], 'id'), hop[2],
                      privacy_condition(hop[2], hop[4], ends_at));
    END IF;
    RETURN format(CASE ends_at
        WHEN 'customer' THEN '%1$I = ANY ($1)'
        WHEN 'user' THEN '%1$I = ANY ($2)'
        WHEN 'email' THEN '(lower(%1$I) = ANY ($3)' || CASE WHEN sync_has_columns($1, 'customer_id')
            THEN ' AND customer_id IS NULL' ELSE '' END || ' OR %1$I LIKE $4)'
        WHEN 'row' THEN '%1$I = ANY ($5)'
        ELSE '%1$I::text ILIKE ANY ($6)' END, path);
END
$$;

-- The rows of each table that are the person's. Those that tell of a row of theirs come last.
CREATE FUNCTION privacy_rows(tenant uuid, customers uuid[], people uuid[], emails text[],
                             mentions text[], mark text)
RETURNS TABLE (table_name text, ids uuid[])
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    part record;
    found uuid[] := '{}';
BEGIN
    FOR part IN
        SELECT p.table_name, p.ends_at = 'row' AS is_late,
               string_agg(format('SELECT id FROM %I WHERE tenant_id = $7 AND %s', p.table_name,
                                 privacy_condition(p.table_name, p.path, p.ends_at)),
                          ' UNION ') AS sql
        FROM personal_paths AS p JOIN sync_tables AS t ON t.name = p.table_name
        WHERE sync_has_columns(p.table_name, 'id', 'tenant_id')
        GROUP BY p.table_name, p.ends_at = 'row', t.rank ORDER BY 2, t.rank LOOP
        EXECUTE 'SELECT coalesce(array_agg(id), ''{}'') FROM (' || part.sql || ') AS x' INTO ids
            USING customers, people, emails, 'erased-' || mark || '-%', found, mentions, tenant;
        table_name := part.table_name;
        IF ids <> '{}' THEN
            found := CASE WHEN part.is_late THEN found ELSE found || ids END;
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

-- What a column holds once it is erased, as SQL; $2 is the mark.
CREATE FUNCTION privacy_value(data personal_data, type text, length integer, is_nullable boolean)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE
        WHEN data.erase = 'clear' AND is_nullable THEN 'NULL'
        WHEN data.kind = 'trail' THEN '''{"erased": true}'''
        WHEN data.kind = 'list' THEN '''[]'''
        WHEN type = 'jsonb' THEN '''{}'''
        WHEN type = 'bytea' OR data.erase = 'clear' THEN ''''''
        ELSE 'left(' || CASE data.kind
            WHEN 'name' THEN '''erased person '' || right($2, 4)'
            WHEN 'given' THEN '''erased'''
            WHEN 'family' THEN '''person '' || right($2, 4)'
            WHEN 'contact' THEN
                '''erased-'' || $2 || ''-'' || right(id::text, 12) || ''@erased.invalid'''
            WHEN 'free_text' THEN '''(erased)'''
            ELSE '''erased-'' || right(id::text, 12)' END || format(', %s)', length) END
$$;

-- The statement that erases rows of a table: $1 their ids, $2 the mark, $3 the day before which
-- what the law keeps is free. NULL: nothing of it is erased.
CREATE FUNCTION privacy_statement(table_name text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE WHEN bool_or(d.erase = 'delete') THEN format('DELETE FROM %I WHERE id = ANY ($1)', $1)
        WHEN count(*) > 0 THEN format('UPDATE %1$I SET (%2$s) = ROW (%3$s) WHERE id = ANY ($1)
            AND (%2$s) IS DISTINCT FROM (%3$s)', $1,
            string_agg(quote_ident(d.column_name), ', ' ORDER BY d.column_name),
            string_agg(CASE
                WHEN d.law IS NOT NULL THEN format('CASE WHEN coalesce(%I < $3, TRUE) THEN %s '
                    'ELSE %I END', d.law, v.value, d.column_name)
                WHEN d.erase = 'replace' AND NOT a.attnotnull THEN
                    format('CASE WHEN %I IS NOT NULL THEN %s END', d.column_name, v.value)
                ELSE v.value END, ', ' ORDER BY d.column_name)) END
    FROM personal_data AS d
        JOIN pg_attribute AS a ON a.attrelid = to_regclass($1) AND a.attname = d.column_name
        CROSS JOIN LATERAL (SELECT privacy_value(d, format_type(a.atttypid, NULL),
            CASE WHEN a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 1000 END, NOT a.attnotnull)
            AS value) AS v
    WHERE d.table_name = $1 AND d.erase IN ('clear', 'replace', 'delete')
$$;

-- Operations that were not applied are kept with all they say, and answers tell values.
CREATE FUNCTION privacy_scrub_operations(tenant uuid, found uuid[], mentions text[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE applied_operations AS a
    SET payload = CASE WHEN payload IS NOT NULL THEN '{"erased":true}' END,
        reason = CASE WHEN reason IS NOT NULL THEN '(erased)' END,
        result = result - 'conflicts' - 'changed' - 'tasks'
    WHERE a.tenant_id = tenant AND (a.payload IS NOT NULL OR a.result <> '{}' OR a.reason IS NOT NULL)
      AND (a.payload ILIKE ANY (mentions) OR a.result::text ILIKE ANY (mentions) OR EXISTS (
          SELECT FROM regexp_matches(concat(a.payload, a.result::text),
              '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') AS m
          WHERE m[1]::uuid = ANY (found)))
$$;

-- The day before which invoices are free: ten years ago, unless the setting "privacy" says other
-- `invoice_years` for the country.
CREATE FUNCTION privacy_law_day(tenant uuid) RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT (now() - make_interval(years => coalesce((
        SELECT (s.value -> 'invoice_years' ->> coalesce(t.country, 'default'))::integer
        FROM app_settings AS s JOIN tenants AS t ON t.id = s.tenant_id
        WHERE s.tenant_id = tenant AND s.name = 'privacy'
          AND s.value -> 'invoice_years' ->> coalesce(t.country, 'default') ~ '^[0-9]{1,2}$'),
        10)))::date
$$;

-- Erases a person in the open transaction. Answers how many rows of each table it was.
CREATE FUNCTION privacy_erase(tenant uuid, person record) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    part record;
    statement text;
    touched bigint;
    found uuid[] := '{}';
    counts jsonb := '{}';
BEGIN
    FOR part IN SELECT r.table_name, r.ids FROM privacy_rows(tenant, person.customers, person.people,
            person.emails, person.mentions, person.mark) AS r LOOP
        found := found || part.ids;
        statement := privacy_statement(part.table_name);
        CONTINUE WHEN statement IS NULL;
        EXECUTE statement USING part.ids, person.mark, privacy_law_day(tenant);
        GET DIAGNOSTICS touched = ROW_COUNT;
        counts := counts || jsonb_build_object(part.table_name,
            touched + coalesce((counts ->> part.table_name)::bigint, 0));
    END LOOP;
    PERFORM privacy_scrub_operations(tenant, found, person.mentions);
    UPDATE customer_profiles SET erased_at = now()
    WHERE id = ANY (person.customers) AND erased_at IS NULL;
    UPDATE users SET status = 'erased', mfa_enabled = FALSE
    WHERE id = ANY (person.people) AND status <> 'erased';
    UPDATE terminal_users SET valid_until = greatest(now(), signed_in_at + interval '1 second')
    WHERE user_id = ANY (person.people) AND valid_until > now();
    RETURN counts;
END
$$;

-- Who signed in at this terminal within a quarter of an hour and may look after privacy.
CREATE FUNCTION privacy_keeper(caller terminals) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    keeper uuid;
BEGIN
    SELECT t.user_id INTO keeper FROM terminal_users AS t
    WHERE t.terminal_id = caller.id AND t.valid_until > now()
      AND t.signed_in_at > now() - interval '15 minutes'
      AND sync_user_may(caller.tenant_id, t.user_id, 'privacy.manage')
    ORDER BY t.signed_in_at DESC LIMIT 1;
    IF keeper IS NULL THEN
        RAISE EXCEPTION 'somebody who may look after privacy has to sign in with the password '
            'first, at most 15 minutes before' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN keeper;
END
$$;

-- From a terminal: erases the person of a customer or user. Answers {"hindrances": [a sentence
-- …]} and does nothing, or {"rows": {table: count}}.
CREATE FUNCTION sync_erase(customer uuid, who uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    keeper constant uuid := privacy_keeper(caller);
    person record;
    reasons jsonb;
    counts jsonb;
BEGIN
    SELECT * INTO person FROM privacy_person(caller.tenant_id,
        array_remove(ARRAY[customer], NULL), array_remove(ARRAY[who], NULL));
    IF person.mark IS NULL THEN
        RAISE EXCEPTION 'there is no such person in this shop' USING ERRCODE = 'no_data_found';
    END IF;
    SELECT jsonb_agg(h.name || ' ' || h.what) INTO reasons FROM person_hindrances AS h
    WHERE h.tenant_id = caller.tenant_id
      AND (h.customer_id = ANY (person.customers) OR h.user_id = ANY (person.people));
    IF reasons IS NULL AND keeper = ANY (person.people) THEN
        reasons := '["you are signed in as this person; let somebody else do it"]';
    END IF;
    IF reasons IS NOT NULL THEN
        RETURN jsonb_build_object('hindrances', reasons);
    END IF;
    counts := privacy_erase(caller.tenant_id, person);
    UPDATE gdpr_requests SET status = 'running'
    WHERE tenant_id = caller.tenant_id AND kind = 'erase' AND status = 'verified'
      AND (customer_id = ANY (person.customers) OR user_id = ANY (person.people));
    UPDATE gdpr_requests
    SET status = 'done', finished_at = now(), handled_by_id = keeper, result = counts
    WHERE tenant_id = caller.tenant_id AND kind = 'erase' AND status = 'running'
      AND (customer_id = ANY (person.customers) OR user_id = ANY (person.people));
    PERFORM sync_audit_own('erase', keeper, person.people[1], jsonb_build_object('rows', counts));
    PERFORM pg_notify(sync_channel(caller.tenant_id), '');
    RETURN jsonb_build_object('rows', counts);
END
$$;

-- From a terminal that scrubbed operations which it had sent: under which hash each comes from
-- now on, where it comes again. [{"id", "was", "is"}], hashes in hex. Words go from the trail by
-- this, so it does nothing where nobody was erased, and stands in the centre's chain itself.
CREATE FUNCTION sync_scrubbed(operations jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    taken text[];
BEGIN
    PERFORM sync_count(1, jsonb_array_length(operations));
    IF NOT EXISTS (SELECT FROM customer_profiles AS c
                   WHERE c.tenant_id = caller.tenant_id AND c.erased_at IS NOT NULL)
       AND NOT EXISTS (SELECT FROM users AS u
                       WHERE u.tenant_id = caller.tenant_id AND u.status = 'erased') THEN
        PERFORM sync_alarm('scrubbed', 'operations were scrubbed, but nobody was erased');
        RETURN;
    END IF;
    WITH changed AS (
        UPDATE applied_operations AS a SET hash = decode(o ->> 'is', 'hex')
        FROM jsonb_array_elements(operations) AS o
        WHERE a.operation_id = (o ->> 'id')::uuid AND a.tenant_id = caller.tenant_id
          AND a.terminal_id = caller.id AND a.hash = decode(o ->> 'was', 'hex')
        RETURNING a.operation_id)
    SELECT array_agg(c.operation_id::text ORDER BY c.operation_id) INTO taken FROM changed AS c;
    IF taken IS NOT NULL THEN
        PERFORM audit_erase(caller.tenant_id, taken);
        PERFORM sync_audit_own('scrubbed', NULL, NULL, jsonb_build_object(
            'terminal', caller.name, 'operations', to_jsonb(taken)));
    END IF;
END
$$;

-- Retention: does for each rule of the tenant what it says with rows that are old enough, `most`
-- at once; or counts them. Answers [{"table", "status", "action", "days", "rows"}]. What other
-- rows need is left; where they are its parts they go along, and what merely refers to it
-- forgets it.
CREATE FUNCTION privacy_retain(tenant uuid, is_dry boolean, most integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    rule record;
    child record;
    condition text;
    ids uuid[];
    touched bigint;
    answer jsonb := '[]';
BEGIN
    FOR rule IN
        SELECT p.*, r.age_column FROM retention_policies AS p
            JOIN retention_tables AS r ON r.table_name = p.subject_table
        WHERE p.tenant_id = tenant AND p.is_active AND (p.action <> 'delete' OR r.is_deletable)
          AND (p.action <> 'archive' OR p.subject_table = 'orders')
        ORDER BY p.subject_table, p.only_status, p.action LOOP
        condition := format('tenant_id = $1 AND %I < now() - make_interval(days => $2)%s',
            rule.age_column, CASE WHEN rule.only_status <> ''
                THEN format(' AND status = %L', rule.only_status) ELSE '' END);
        FOR child IN
            SELECT c.conrelid::regclass AS name, a.attname AS column_name,
                   coalesce(s.on_delete, 'protect') AS on_delete
            FROM pg_constraint AS c
                JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                    AND a.attname <> 'tenant_id'
                LEFT JOIN sync_columns AS s
                    ON s.table_name = c.conrelid::regclass::text AND s.column_name = a.attname
            WHERE c.contype = 'f' AND c.conparentid = 0
              AND c.confrelid = to_regclass(rule.subject_table) AND rule.action = 'delete'
              AND coalesce(s.on_delete, 'protect') = 'protect' LOOP
            condition := condition || format(' AND NOT EXISTS (SELECT FROM %s AS c WHERE c.%I = %I.id)',
                child.name, child.column_name, rule.subject_table);
        END LOOP;
        IF rule.action = 'anonymise' AND NOT is_dry THEN
            EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM %I WHERE %s',
                           rule.subject_table, condition) INTO ids USING tenant, rule.keep_days;
            EXECUTE privacy_statement(rule.subject_table)
                USING ids, repeat('0', 12), privacy_law_day(tenant);
            GET DIAGNOSTICS touched = ROW_COUNT;
        ELSE
            EXECUTE format('SELECT coalesce(array_agg(id), ''{}''), count(*) FROM (
                SELECT id FROM %I WHERE %s LIMIT $3) AS x', rule.subject_table, condition)
                INTO ids, touched USING tenant, rule.keep_days,
                    CASE WHEN NOT is_dry THEN most END;
        END IF;
        IF rule.action = 'archive' AND NOT is_dry THEN
            INSERT INTO order_events (tenant_id, order_id, kind, from_status, to_status)
            SELECT tenant, o.id, 'status', o.status, 'archived' FROM orders AS o
            WHERE o.id = ANY (ids);
            UPDATE orders SET status = 'archived', archived_at = now() WHERE id = ANY (ids);
        ELSIF rule.action = 'delete' AND NOT is_dry THEN
            FOR child IN
                SELECT c.conrelid::regclass AS name, a.attname AS column_name, s.on_delete
                FROM pg_constraint AS c
                    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                        AND a.attname <> 'tenant_id'
                    JOIN sync_columns AS s ON s.table_name = c.conrelid::regclass::text
                        AND s.column_name = a.attname AND s.on_delete IN ('clear', 'parts')
                WHERE c.contype = 'f' AND c.conparentid = 0
                  AND c.confrelid = to_regclass(rule.subject_table) LOOP
                EXECUTE format(CASE child.on_delete WHEN 'clear'
                    THEN 'UPDATE %1$s SET %2$I = NULL WHERE %2$I = ANY ($1)'
                    ELSE 'DELETE FROM %1$s WHERE %2$I = ANY ($1)' END,
                    child.name, child.column_name) USING ids;
            END LOOP;
            EXECUTE format('DELETE FROM %I WHERE id = ANY ($1)', rule.subject_table) USING ids;
        END IF;
        answer := answer || jsonb_build_object('table', rule.subject_table, 'status',
            rule.only_status, 'action', rule.action, 'days', rule.keep_days, 'rows', touched);
    END LOOP;
    RETURN answer;
END
$$;

-- What terminals that were away sent of people who had been erased meanwhile brought their words
-- back: they are erased again, for a quarter of a year. Answers how many rows it was.
CREATE FUNCTION privacy_sweep(tenant uuid) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    customers uuid[];
    people uuid[];
    person record;
    counts jsonb;
    swept bigint := 0;
BEGIN
    FOR customers, people IN
        SELECT ARRAY[c.id], '{}'::uuid[] FROM customer_profiles AS c
        WHERE c.tenant_id = tenant AND c.erased_at > now() - interval '90 days'
        UNION ALL
        SELECT '{}'::uuid[], ARRAY[u.id] FROM users AS u
        WHERE u.tenant_id = tenant AND u.status = 'erased'
          AND u.updated_at > now() - interval '90 days' LOOP
        SELECT * INTO person FROM privacy_person(tenant, customers, people);
        counts := privacy_erase(tenant, person);
        swept := swept + (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(counts));
    END LOOP;
    RETURN swept;
END
$$;

-- From a worker, or where somebody signed in who may look after privacy.
CREATE FUNCTION sync_retain(is_dry boolean, most integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    keeper uuid;
    answer jsonb;
BEGIN
    IF caller.kind <> 'worker' THEN
        keeper := privacy_keeper(caller);
    END IF;
    answer := privacy_retain(caller.tenant_id, is_dry, greatest(1, least(most, 10000)));
    IF NOT is_dry THEN
        PERFORM privacy_sweep(caller.tenant_id);
    END IF;
    IF NOT is_dry AND answer @? '$[*] ? (@.rows > 0)' THEN
        PERFORM sync_audit_own('retention', keeper, NULL, jsonb_build_object('rules', answer));
        PERFORM pg_notify(sync_channel(caller.tenant_id), '');
    END IF;
    RETURN answer;
END
$$;

ALTER FUNCTION privacy_erase(uuid, record) OWNER TO ct_eraser;
ALTER FUNCTION privacy_retain(uuid, boolean, integer) OWNER TO ct_eraser;
REVOKE EXECUTE ON FUNCTION privacy_erase(uuid, record), privacy_retain(uuid, boolean, integer),
    sync_erase(uuid, uuid), sync_retain(boolean, integer), sync_scrubbed(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION privacy_erase(uuid, record), privacy_retain(uuid, boolean, integer)
    TO ct_owner;
GRANT EXECUTE ON FUNCTION sync_erase(uuid, uuid), sync_retain(boolean, integer),
    sync_scrubbed(jsonb) TO ct_terminal;

-- down postgres
DROP FUNCTION sync_scrubbed, sync_retain, sync_erase, privacy_sweep, privacy_retain,
    privacy_keeper, privacy_erase, privacy_law_day, privacy_scrub_operations, privacy_statement, privacy_value, privacy_rows, privacy_condition,
    privacy_person;
DROP VIEW person_hindrances;
DROP INDEX journal_scrubbed;
DROP INDEX outbox_scrubbed;
ALTER TABLE journal DROP COLUMN sent_hash;
ALTER TABLE outbox DROP COLUMN sent_hash;

-- down sqlite
DROP VIEW person_hindrances;
DROP INDEX journal_scrubbed;
DROP INDEX outbox_scrubbed;
ALTER TABLE journal DROP COLUMN sent_hash;
ALTER TABLE outbox DROP COLUMN sent_hash;

-- down
DROP INDEX customer_profiles_erased;
DROP TABLE erasures;
DROP TABLE retention_tables;
DROP TABLE personal_paths;
DROP TABLE personal_data;
