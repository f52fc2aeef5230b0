-- The till: whose hands it is in, and the Z report as it was written, so that what was closed can
-- be read and checked for ever, whatever happens to the rows that it was added up from.

-- up
-- Who answers for the drawer now; none: whoever opened it.
ALTER TABLE cash_sessions ADD COLUMN keeper_id UUID
    REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;
-- The text that `hash` is over: no jsonb, which the centre would write in its own way.
ALTER TABLE cash_sessions ADD COLUMN report TEXT;

INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete) VALUES
    ('cash_sessions', 'keeper_id', NULL, NULL, FALSE, 'clear'),
    ('cash_sessions', 'prev_hash', 'strict', 'close', FALSE, NULL),
    ('cash_sessions', 'hash', 'strict', 'close', FALSE, NULL),
    ('cash_sessions', 'report', 'strict', 'close', FALSE, NULL);
INSERT INTO personal_data (table_name, column_name, kind, erase, law, why) VALUES
    ('cash_sessions', 'report', 'free_text', 'keep', NULL, 'the books of the till');

-- up postgres
CREATE INDEX cash_sessions_by_keeper ON cash_sessions (tenant_id, keeper_id);

-- Whoever writes, a closed session stays as it was counted. What may follow is that a person who
-- worked at it is taken out of the shop.
CREATE FUNCTION cash_session_frozen() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
    free constant text[] := '{opened_by_id,closed_by_id,keeper_id,row_version,updated_at}';
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'The till was closed with Z %, which can''t be changed any more', OLD.z_number
            USING ERRCODE = 'CT003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER frozen BEFORE UPDATE ON cash_sessions
    FOR EACH ROW WHEN (OLD.status = 'closed') EXECUTE FUNCTION cash_session_frozen();
ALTER TABLE cash_sessions ENABLE ALWAYS TRIGGER frozen;

-- down sqlite
ALTER TABLE cash_sessions DROP COLUMN report;
ALTER TABLE cash_sessions DROP COLUMN keeper_id;

-- down postgres
DROP TRIGGER frozen ON cash_sessions;
DROP FUNCTION cash_session_frozen;
DROP INDEX cash_sessions_by_keeper;
ALTER TABLE cash_sessions DROP COLUMN report;
ALTER TABLE cash_sessions DROP COLUMN keeper_id;

-- down
DELETE FROM personal_data WHERE table_name = 'cash_sessions' AND column_name = 'report';
DELETE FROM sync_columns WHERE table_name = 'cash_sessions'
    AND column_name IN ('keeper_id', 'prev_hash', 'hash', 'report');
