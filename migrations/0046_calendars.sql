-- Calendars of other programs: where blocked time came from, so that it can be read again, how the
-- last reading of a feed went, and why a reminder was not sent.

-- up
-- It refers to feeds now, and so is written behind them.
UPDATE sync_tables SET rank = 1116 WHERE name = 'availability_exceptions';
ALTER TABLE availability_exceptions ADD COLUMN ics_uid VARCHAR(255);
ALTER TABLE availability_exceptions ADD COLUMN feed_id UUID
    REFERENCES calendar_feeds (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE resource_bookings ADD COLUMN ics_uid VARCHAR(255);
ALTER TABLE calendar_feeds ADD COLUMN etag VARCHAR(255);
ALTER TABLE calendar_feeds ADD COLUMN modified VARCHAR(100);
ALTER TABLE calendar_feeds ADD COLUMN problem VARCHAR(400);
ALTER TABLE calendar_feeds ADD COLUMN next_try_at TIMESTAMPTZ;
ALTER TABLE reminders ADD COLUMN problem VARCHAR(400);
ALTER TABLE reminders ADD COLUMN next_try_at TIMESTAMPTZ;
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('availability_exceptions', 'feed_id', NULL, NULL, FALSE, 'parts');
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('availability_exceptions', 'ics_uid', 'none'), ('resource_bookings', 'ics_uid', 'none'),
    ('calendar_feeds', 'etag', 'none'), ('calendar_feeds', 'modified', 'none'),
    ('calendar_feeds', 'problem', 'none'), ('calendar_feeds', 'next_try_at', 'none'),
    ('reminders', 'problem', 'none');

-- up postgres
CREATE INDEX availability_exceptions_by_feed ON availability_exceptions (tenant_id, feed_id);
SELECT sync_enable('availability_exceptions');
SELECT sync_enable('resource_bookings');
SELECT sync_enable('calendar_feeds');
SELECT sync_enable('reminders');

-- up sqlite
CREATE INDEX availability_exceptions_by_feed ON availability_exceptions (feed_id)
    WHERE feed_id IS NOT NULL;
CREATE INDEX availability_exceptions_by_end ON availability_exceptions (estimator_id, last_day);
CREATE INDEX reminders_in_hand ON reminders (id) WHERE status = 'sending';

-- down sqlite
DROP INDEX reminders_in_hand;
DROP INDEX availability_exceptions_by_end;
DROP INDEX availability_exceptions_by_feed;
ALTER TABLE reminders DROP COLUMN next_try_at;
ALTER TABLE reminders DROP COLUMN problem;
ALTER TABLE calendar_feeds DROP COLUMN next_try_at;
ALTER TABLE calendar_feeds DROP COLUMN problem;
ALTER TABLE calendar_feeds DROP COLUMN modified;
ALTER TABLE calendar_feeds DROP COLUMN etag;
ALTER TABLE resource_bookings DROP COLUMN ics_uid;
ALTER TABLE availability_exceptions DROP COLUMN feed_id;
ALTER TABLE availability_exceptions DROP COLUMN ics_uid;

-- down
UPDATE sync_tables SET rank = 1107 WHERE name = 'availability_exceptions';
DELETE FROM personal_data
    WHERE column_name IN ('ics_uid', 'etag', 'modified', 'problem', 'next_try_at')
    AND table_name IN ('availability_exceptions', 'resource_bookings', 'calendar_feeds', 'reminders');
DELETE FROM sync_columns
    WHERE table_name = 'availability_exceptions' AND column_name = 'feed_id';

-- down postgres
DROP INDEX availability_exceptions_by_feed;
ALTER TABLE reminders DROP COLUMN next_try_at;
ALTER TABLE reminders DROP COLUMN problem;
ALTER TABLE calendar_feeds DROP COLUMN next_try_at;
ALTER TABLE calendar_feeds DROP COLUMN problem;
ALTER TABLE calendar_feeds DROP COLUMN modified;
ALTER TABLE calendar_feeds DROP COLUMN etag;
ALTER TABLE resource_bookings DROP COLUMN ics_uid;
ALTER TABLE availability_exceptions DROP COLUMN feed_id;
ALTER TABLE availability_exceptions DROP COLUMN ics_uid;
SELECT sync_enable('availability_exceptions');
SELECT sync_enable('resource_bookings');
SELECT sync_enable('calendar_feeds');
SELECT sync_enable('reminders');
