-- Appointments at the centre: no two of one estimator overlap, nor two bookings of a resource, the
-- time around them included; and what a terminal without a line booked is given its place here, or
-- stays tentative with a word on what is in its way. Which of two is preferred stands in
-- model/calendar/appointment.h.

-- up
-- The ways back are for undoing.
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('appointments', 'status', 'tentative', 'in_progress'),
    ('appointments', 'status', 'tentative', 'completed'),
    ('appointments', 'status', 'tentative', 'no_show'),
    ('appointments', 'status', 'scheduled', 'tentative'),
    ('appointments', 'status', 'confirmed', 'tentative'),
    ('appointments', 'status', 'in_progress', 'tentative'),
    ('appointments', 'status', 'in_progress', 'scheduled'),
    ('appointments', 'status', 'in_progress', 'confirmed'),
    ('appointments', 'status', 'in_progress', 'no_show'),
    ('appointments', 'status', 'completed', 'tentative'),
    ('appointments', 'status', 'completed', 'scheduled'),
    ('appointments', 'status', 'completed', 'confirmed'),
    ('appointments', 'status', 'completed', 'in_progress'),
    ('appointments', 'status', 'completed', 'no_show'),
    ('appointments', 'status', 'cancelled', 'tentative'),
    ('appointments', 'status', 'cancelled', 'scheduled'),
    ('appointments', 'status', 'cancelled', 'confirmed'),
    ('appointments', 'status', 'cancelled', 'in_progress'),
    ('appointments', 'status', 'no_show', 'tentative'),
    ('appointments', 'status', 'no_show', 'scheduled'),
    ('appointments', 'status', 'no_show', 'confirmed'),
    ('resource_bookings', 'status', 'tentative', 'in_progress'),
    ('resource_bookings', 'status', 'tentative', 'completed'),
    ('resource_bookings', 'status', 'tentative', 'no_show'),
    ('resource_bookings', 'status', 'scheduled', 'tentative'),
    ('resource_bookings', 'status', 'confirmed', 'tentative'),
    ('resource_bookings', 'status', 'in_progress', 'tentative'),
    ('resource_bookings', 'status', 'in_progress', 'scheduled'),
    ('resource_bookings', 'status', 'in_progress', 'confirmed'),
    ('resource_bookings', 'status', 'in_progress', 'no_show'),
    ('resource_bookings', 'status', 'completed', 'tentative'),
    ('resource_bookings', 'status', 'completed', 'scheduled'),
    ('resource_bookings', 'status', 'completed', 'confirmed'),
    ('resource_bookings', 'status', 'completed', 'in_progress'),
    ('resource_bookings', 'status', 'completed', 'no_show'),
    ('resource_bookings', 'status', 'cancelled', 'tentative'),
    ('resource_bookings', 'status', 'cancelled', 'scheduled'),
    ('resource_bookings', 'status', 'cancelled', 'confirmed'),
    ('resource_bookings', 'status', 'cancelled', 'in_progress'),
    ('resource_bookings', 'status', 'no_show', 'tentative'),
    ('resource_bookings', 'status', 'no_show', 'scheduled'),
    ('resource_bookings', 'status', 'no_show', 'confirmed');
-- To leave the van at home is a change of the appointment that it was booked for.
UPDATE sync_tables SET right_delete = 'appointments.edit' WHERE name = 'resource_bookings';

-- Where somebody waits for a place, and the place that was offered.
ALTER TABLE waitlist_entries ADD COLUMN location_id UUID
    REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE waitlist_entries ADD COLUMN offered_estimator_id UUID
    REFERENCES estimators (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE waitlist_entries ADD COLUMN offered_starts_at TIMESTAMPTZ;
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('waitlist_entries', 'location_id', NULL, NULL, FALSE, 'clear'),
    ('waitlist_entries', 'offered_estimator_id', NULL, NULL, FALSE, 'clear'),
    ('waitlist_entries', 'status', 'moves', NULL, FALSE, NULL);
INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES
    ('waitlist_entries', 'status', 'waiting', 'offered'),
    ('waitlist_entries', 'status', 'waiting', 'booked'),
    ('waitlist_entries', 'status', 'waiting', 'expired'),
    ('waitlist_entries', 'status', 'waiting', 'cancelled'),
    ('waitlist_entries', 'status', 'offered', 'waiting'),
    ('waitlist_entries', 'status', 'offered', 'booked'),
    ('waitlist_entries', 'status', 'offered', 'expired'),
    ('waitlist_entries', 'status', 'offered', 'cancelled'),
    ('waitlist_entries', 'status', 'booked', 'waiting'),
    ('waitlist_entries', 'status', 'booked', 'offered'),
    ('waitlist_entries', 'status', 'expired', 'waiting'),
    ('waitlist_entries', 'status', 'expired', 'offered'),
    ('waitlist_entries', 'status', 'cancelled', 'waiting'),
    ('waitlist_entries', 'status', 'cancelled', 'offered');

-- up sqlite
CREATE INDEX waitlist_entries_by_offer
    ON waitlist_entries (offer_expires_at) WHERE status = 'offered';
CREATE INDEX appointments_by_series ON appointments (series_id) WHERE series_id IS NOT NULL;
-- rebuild attention
CREATE TABLE attention (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    operation_id UUID,
    kind         VARCHAR(20) NOT NULL
        CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'number', 'reference',
                        'actor', 'booking', 'mail', 'store')),
    table_name   VARCHAR(63),
    row_id       UUID,
    summary      TEXT NOT NULL,
    reason       TEXT NOT NULL DEFAULT '',
    details      JSONB NOT NULL DEFAULT '{}',
    raised_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    done_at      TIMESTAMPTZ,
    done_by      UUID
);

-- up postgres
ALTER TABLE attention DROP CONSTRAINT attention_kind_check;
ALTER TABLE attention ADD CONSTRAINT attention_kind_check
    CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'number', 'reference',
                    'actor', 'booking', 'mail', 'store'));
CREATE INDEX waitlist_entries_by_location ON waitlist_entries (tenant_id, location_id);
CREATE INDEX waitlist_entries_by_offered_estimator
    ON waitlist_entries (tenant_id, offered_estimator_id);
SELECT sync_enable('waitlist_entries');
SELECT sync_enable('resource_bookings');

-- Immutable, though PostgreSQL does not think so of any sum with an interval: minutes are the same
-- in all zones.
CREATE FUNCTION appointment_busy(starts_at timestamptz, ends_at timestamptz, before integer,
                                 after integer) RETURNS tstzrange
LANGUAGE sql IMMUTABLE
AS $$
    SELECT tstzrange(starts_at - before * interval '1 minute', ends_at + after * interval '1 minute')
$$;
ALTER TABLE appointments DROP CONSTRAINT appointments_one_at_a_time;
ALTER TABLE appointments ADD CONSTRAINT appointments_one_at_a_time EXCLUDE USING gist (
    tenant_id WITH =, estimator_id WITH =,
    appointment_busy(starts_at, ends_at, buffer_before_minutes, buffer_after_minutes) WITH &&)
    WHERE (status IN ('scheduled', 'confirmed', 'in_progress') AND deleted_at IS NULL)
    DEFERRABLE INITIALLY DEFERRED;

-- Which booking stands where another was meant to be.
CREATE OR REPLACE FUNCTION sync_booked_sentence(table_name text, body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    who text := CASE table_name WHEN 'appointments' THEN 'estimator_id' ELSE 'resource_id' END;
    said text;
BEGIN
    EXECUTE format($f$
        SELECT format('%%s is booked from %%s to %%s%%s', coalesce(w.name, 'That time'),
            to_char(t.starts_at AT TIME ZONE s.timezone, 'YYYY-MM-DD HH24:MI'),
            to_char(t.ends_at AT TIME ZONE s.timezone, 'HH24:MI'),
            coalesce(' for ' || (to_jsonb(t) ->> 'first_name') || ' '
                     || (to_jsonb(t) ->> 'last_name'), ''))
        FROM jsonb_array_elements($1 -> 'rows') AS r
            CROSS JOIN LATERAL jsonb_populate_record(
                (SELECT h FROM %1$I AS h WHERE h.id = (r ->> 'id')::uuid),
                (r -> 'new') || jsonb_build_object('id', r -> 'id')) AS n
            JOIN %1$I AS t ON t.%2$I = n.%2$I AND t.id <> n.id
                AND %4$s
                AND t.status IN ('scheduled', 'confirmed', 'in_progress')
            JOIN tenants AS s ON s.id = t.tenant_id
            LEFT JOIN %3$I AS w ON w.id = t.%2$I
        WHERE r ->> 'table' = %1$L AND r ->> 'verb' <> 'delete'
        ORDER BY t.starts_at LIMIT 1 $f$, table_name, who, replace(who, '_id', 's'),
            CASE table_name WHEN 'appointments'
                THEN 'appointment_busy(t.starts_at, t.ends_at, t.buffer_before_minutes,
                                       t.buffer_after_minutes)
                      && appointment_busy(n.starts_at, n.ends_at, n.buffer_before_minutes,
                                          n.buffer_after_minutes)'
                ELSE 'tstzrange(t.starts_at, t.ends_at) && tstzrange(n.starts_at, n.ends_at)' END)
        INTO said USING body;
    RETURN coalesce(said, 'That time is booked already');
END
$$;

-- The appointments that keep another one from its place, by the estimator or by a thing.
CREATE FUNCTION appointments_in_the_way(mine appointments) RETURNS SETOF appointments
LANGUAGE sql STABLE
AS $$
    SELECT o.* FROM appointments AS o
    WHERE o.tenant_id = mine.tenant_id AND o.id <> mine.id AND o.deleted_at IS NULL
      AND o.status IN ('scheduled', 'confirmed', 'in_progress')
      AND (o.estimator_id = mine.estimator_id
           AND appointment_busy(o.starts_at, o.ends_at, o.buffer_before_minutes,
                                o.buffer_after_minutes)
               && appointment_busy(mine.starts_at, mine.ends_at, mine.buffer_before_minutes,
                                   mine.buffer_after_minutes)
           OR EXISTS (SELECT FROM resource_bookings AS a JOIN resource_bookings AS b
                          ON b.tenant_id = a.tenant_id AND b.resource_id = a.resource_id
                             AND tstzrange(b.starts_at, b.ends_at)
                                 && tstzrange(a.starts_at, a.ends_at)
                      WHERE a.appointment_id = mine.id AND b.appointment_id = o.id))
    ORDER BY o.starts_at, o.id
$$;

-- "Kim is booked from 2026-11-20 14:00 to 15:00 for Jo Lee".
CREATE FUNCTION appointment_sentence(taken appointments) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT format('%s is booked from %s to %s for %s',
        coalesce((SELECT e.name FROM estimators AS e WHERE e.id = taken.estimator_id), 'The place'),
        to_char(taken.starts_at AT TIME ZONE t.timezone, 'YYYY-MM-DD HH24:MI'),
        to_char(taken.ends_at AT TIME ZONE t.timezone, 'HH24:MI'),
        ltrim(taken.first_name || ' ' || taken.last_name, '- '))
    FROM tenants AS t WHERE t.id = taken.tenant_id
$$;

-- Whether it is the estimator's own: booked or moved by whoever is the estimator.
CREATE FUNCTION appointment_is_own(one appointments) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (
        SELECT FROM appointment_events AS v JOIN estimators AS e ON e.id = one.estimator_id
        WHERE v.tenant_id = one.tenant_id AND v.appointment_id = one.id
          AND v.event_type IN ('booked', 'moved') AND v.actor_id = e.user_id)
$$;

CREATE FUNCTION appointment_told(one appointments, kind text, to_status text, note text)
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO appointment_events (tenant_id, appointment_id, event_type, from_status, to_status,
                                    note)
    VALUES (one.tenant_id, one.id, kind, one.status, to_status, note)
$$;

-- Tries to give a tentative appointment its place, as the constraints see it.
CREATE FUNCTION appointment_settle(key uuid) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE appointments AS a SET status = 'scheduled' WHERE a.id = key;
    UPDATE resource_bookings AS b SET status = 'scheduled'
    WHERE b.appointment_id = key AND b.status = 'tentative';
    SET CONSTRAINTS appointments_one_at_a_time, resource_bookings_one_at_a_time IMMEDIATE;
    SET CONSTRAINTS appointments_one_at_a_time, resource_bookings_one_at_a_time DEFERRED;
    RETURN TRUE;
EXCEPTION WHEN exclusion_violation THEN
    RETURN FALSE;
END
$$;

-- The estimator's own booking takes the place of those that are scheduled and that others made, if
-- it then has it.
CREATE FUNCTION appointment_prefer(mine appointments) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    other appointments;
BEGIN
    FOR other IN SELECT * FROM appointments_in_the_way(mine) LOOP
        IF other.status <> 'scheduled' OR appointment_is_own(other) THEN
            RAISE EXCEPTION USING ERRCODE = 'CT004';
        END IF;
        UPDATE appointments AS a SET status = 'tentative' WHERE a.id = other.id;
        UPDATE resource_bookings AS b SET status = 'tentative'
        WHERE b.appointment_id = other.id AND b.status = 'scheduled';
        PERFORM appointment_told(other, 'clash', 'tentative', appointment_sentence(mine));
    END LOOP;
    IF NOT appointment_settle(mine.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'CT004';
    END IF;
    RETURN TRUE;
EXCEPTION WHEN SQLSTATE 'CT004' THEN
    RETURN FALSE;
END
$$;

-- Gives the tentative appointments that an operation booked or moved their places. What has to be
-- told of those that stay tentative.
CREATE FUNCTION appointments_place(body jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    notes jsonb := '{}';
    mine appointments;
    said text;
BEGIN
    FOR mine IN
        SELECT a.* FROM appointments AS a
        WHERE a.status = 'tentative' AND a.deleted_at IS NULL AND a.id = ANY (ARRAY(
            SELECT (r ->> 'id')::uuid FROM jsonb_array_elements(body -> 'rows') AS r
            WHERE r ->> 'table' = 'appointments' AND (r ->> 'verb' = 'insert' OR r -> 'new' ?|
                '{starts_at,ends_at,estimator_id,status}')))
        ORDER BY a.starts_at, a.id LOOP
        IF appointment_settle(mine.id) OR appointment_is_own(mine) AND appointment_prefer(mine) THEN
            PERFORM appointment_told(mine, 'placed', 'scheduled', NULL);
        ELSE
            said := coalesce((SELECT appointment_sentence(o) FROM appointments_in_the_way(mine) AS o
                              LIMIT 1), 'What it takes along is booked for something else');
            PERFORM appointment_told(mine, 'clash', 'tentative', said);
            notes := sync_notes(notes, sync_task('booking', 'appointments', mine.id::text,
                said || '; it stays tentative until it is moved to a free place'));
        END IF;
    END LOOP;
    RETURN notes;
END
$$;

ALTER FUNCTION sync_perform(terminals, jsonb, timestamptz, boolean, boolean)
    RENAME TO sync_perform_rows;
CREATE FUNCTION sync_perform(me terminals, body jsonb, happened timestamptz, has_money boolean,
                             is_careful boolean) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    notes constant jsonb := sync_perform_rows(me, body, happened, has_money, is_careful);
BEGIN
    RETURN CASE WHEN body ->> 'kind' LIKE 'appointment.%'
                THEN sync_notes(notes, appointments_place(body)) ELSE notes END;
END
$$;

-- down postgres
DROP FUNCTION sync_perform(terminals, jsonb, timestamptz, boolean, boolean);
ALTER FUNCTION sync_perform_rows(terminals, jsonb, timestamptz, boolean, boolean)
    RENAME TO sync_perform;
DROP FUNCTION appointments_place, appointment_prefer, appointment_settle, appointment_told,
    appointment_is_own, appointment_sentence, appointments_in_the_way;
-- Which booking stands where another was meant to be.
CREATE OR REPLACE FUNCTION sync_booked_sentence(table_name text, body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    who text := CASE table_name WHEN 'appointments' THEN 'estimator_id' ELSE 'resource_id' END;
    said text;
BEGIN
    EXECUTE format($f$
        SELECT format('%%s is booked from %%s to %%s%%s', coalesce(w.name, 'That time'),
            to_char(t.starts_at AT TIME ZONE s.timezone, 'YYYY-MM-DD HH24:MI'),
            to_char(t.ends_at AT TIME ZONE s.timezone, 'HH24:MI'),
            coalesce(' for ' || (to_jsonb(t) ->> 'first_name') || ' '
                     || (to_jsonb(t) ->> 'last_name'), ''))
        FROM jsonb_array_elements($1 -> 'rows') AS r
            CROSS JOIN LATERAL jsonb_populate_record(
                (SELECT h FROM %1$I AS h WHERE h.id = (r ->> 'id')::uuid),
                (r -> 'new') || jsonb_build_object('id', r -> 'id')) AS n
            JOIN %1$I AS t ON t.%2$I = n.%2$I AND t.id <> n.id
                AND tstzrange(t.starts_at, t.ends_at) && tstzrange(n.starts_at, n.ends_at)
                AND t.status IN ('scheduled', 'confirmed', 'in_progress')
            JOIN tenants AS s ON s.id = t.tenant_id
            LEFT JOIN %3$I AS w ON w.id = t.%2$I
        WHERE r ->> 'table' = %1$L AND r ->> 'verb' <> 'delete'
        ORDER BY t.starts_at LIMIT 1 $f$, table_name, who, replace(who, '_id', 's'))
        INTO said USING body;
    RETURN coalesce(said, 'That time is booked already');
END
$$;
ALTER TABLE appointments DROP CONSTRAINT appointments_one_at_a_time;
ALTER TABLE appointments ADD CONSTRAINT appointments_one_at_a_time EXCLUDE USING gist (
    tenant_id WITH =, estimator_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status IN ('scheduled', 'confirmed', 'in_progress') AND deleted_at IS NULL)
    DEFERRABLE INITIALLY DEFERRED;
DROP FUNCTION appointment_busy;
DROP INDEX waitlist_entries_by_offered_estimator;
DROP INDEX waitlist_entries_by_location;
DELETE FROM attention WHERE kind = 'booking';
ALTER TABLE attention DROP CONSTRAINT attention_kind_check;
ALTER TABLE attention ADD CONSTRAINT attention_kind_check
    CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'number', 'reference',
                    'actor', 'mail', 'store'));
ALTER TABLE waitlist_entries DROP COLUMN offered_starts_at;
ALTER TABLE waitlist_entries DROP COLUMN offered_estimator_id;
ALTER TABLE waitlist_entries DROP COLUMN location_id;
SELECT sync_enable('waitlist_entries');

-- down sqlite
DROP INDEX appointments_by_series;
DROP INDEX waitlist_entries_by_offer;
DELETE FROM attention WHERE kind = 'booking';
-- rebuild waitlist_entries
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
-- rebuild attention
CREATE TABLE attention (
    id           UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    operation_id UUID,
    kind         VARCHAR(20) NOT NULL
        CHECK (kind IN ('refused', 'conflict', 'blocked', 'money', 'stock', 'number', 'reference',
                        'actor', 'mail', 'store')),
    table_name   VARCHAR(63),
    row_id       UUID,
    summary      TEXT NOT NULL,
    reason       TEXT NOT NULL DEFAULT '',
    details      JSONB NOT NULL DEFAULT '{}',
    raised_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    done_at      TIMESTAMPTZ,
    done_by      UUID
);

-- down
DELETE FROM status_moves WHERE table_name = 'waitlist_entries';
DELETE FROM sync_columns WHERE table_name = 'waitlist_entries'
    AND column_name IN ('location_id', 'offered_estimator_id', 'status');
UPDATE sync_tables SET right_delete = 'appointments.delete' WHERE name = 'resource_bookings';
DELETE FROM status_moves WHERE table_name IN ('appointments', 'resource_bookings')
    AND (from_value IN ('completed', 'cancelled') OR to_value = 'tentative'
         OR from_value = 'tentative' AND to_value IN ('in_progress', 'completed', 'no_show')
         OR from_value = 'in_progress' AND to_value IN ('scheduled', 'confirmed', 'no_show')
         OR from_value = 'no_show' AND to_value IN ('scheduled', 'confirmed'));
