-- What lies around an appointment: the way there and back, setting up and clearing away. It is what
-- the policy said when the appointment was made, so that a policy that changes moves nothing that
-- is agreed. From starts_at less the one until ends_at and the other, the estimator is busy.
--
-- A resource is booked for all of that: starts_at and ends_at of its booking are the busy time.

-- up
ALTER TABLE appointments ADD COLUMN buffer_before_minutes INTEGER NOT NULL DEFAULT 0
    CHECK (buffer_before_minutes >= 0);
ALTER TABLE appointments ADD COLUMN buffer_after_minutes INTEGER NOT NULL DEFAULT 0
    CHECK (buffer_after_minutes >= 0);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('appointments', 'buffer_before_minutes', NULL, 'time', FALSE, NULL),
    ('appointments', 'buffer_after_minutes', NULL, 'time', FALSE, NULL);

-- up postgres
SELECT sync_enable('appointments');

-- up sqlite
-- All that the search for a free time asks of a span of time, without a look at the rows. What is
-- busy for more than a day would be missed by a look at the day before, so it stands by itself.
CREATE INDEX appointments_busy
    ON appointments (starts_at, ends_at, estimator_id, status, buffer_before_minutes,
                     buffer_after_minutes, id)
    WHERE status <> 'cancelled' AND deleted_at IS NULL;
CREATE INDEX appointments_long
    ON appointments (ends_at)
    WHERE ends_at - starts_at + (buffer_before_minutes + buffer_after_minutes) * 60000000
          > 86400000000;
CREATE INDEX resource_bookings_by_end ON resource_bookings (resource_id, ends_at);

-- down sqlite
DROP INDEX resource_bookings_by_end;
DROP INDEX appointments_long;
DROP INDEX appointments_busy;
DELETE FROM sync_columns WHERE table_name = 'appointments'
    AND column_name IN ('buffer_before_minutes', 'buffer_after_minutes');
ALTER TABLE appointments DROP COLUMN buffer_after_minutes;
ALTER TABLE appointments DROP COLUMN buffer_before_minutes;

-- down postgres
DELETE FROM sync_columns WHERE table_name = 'appointments'
    AND column_name IN ('buffer_before_minutes', 'buffer_after_minutes');
ALTER TABLE appointments DROP COLUMN buffer_after_minutes;
ALTER TABLE appointments DROP COLUMN buffer_before_minutes;
SELECT sync_enable('appointments');

-- down
