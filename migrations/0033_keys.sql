-- What the worker needs: what it did and when, in its own store; at the centre the right to work
-- for a shop, which one worker has at a time, and secrets that are sealed to its key, which it has
-- to read to open them.

-- up
CREATE TABLE worker_runs (
    id         UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    task       VARCHAR(40) NOT NULL CHECK (length(task) BETWEEN 1 AND 40),
    started_at TIMESTAMPTZ NOT NULL,
    ended_at   TIMESTAMPTZ,
    outcome    VARCHAR(10) NOT NULL CHECK (outcome IN ('running', 'done', 'failed')),
    words      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX worker_runs_by_task ON worker_runs (task, started_at);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('worker_runs', 3301, 'local', 'fields', NULL, NULL, NULL, NULL);
INSERT INTO personal_data (table_name, column_name, kind) VALUES
    ('worker_runs', 'task', 'none'), ('worker_runs', 'words', 'none');

-- up postgres
-- Bytes beside the id of a key are sealed to it: whoever may see the row may have them.
CREATE FUNCTION sync_is_sealed(table_name text, column_name text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (
        SELECT FROM pg_attribute AS a JOIN pg_attribute AS k USING (attrelid)
        WHERE a.attrelid = to_regclass($1) AND a.attname = $2 AND a.atttypid = 'bytea'::regtype
          AND k.attname = 'key_id' AND NOT k.attisdropped)
$$;

ALTER FUNCTION sync_make_policies(text) RENAME TO sync_make_policies_unsealed;
CREATE FUNCTION sync_make_policies(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    sealed text;
BEGIN
    PERFORM sync_make_policies_unsealed($1);
    SELECT string_agg(quote_ident(s.column_name), ', ') INTO sealed
    FROM sync_columns AS s JOIN sync_tables AS t ON t.name = s.table_name
    WHERE s.table_name = $1 AND s.is_secret AND t.scope <> 'local'
      AND sync_is_sealed(s.table_name, s.column_name);
    IF sealed IS NOT NULL THEN
        EXECUTE format('GRANT SELECT (%s) ON %I TO ct_terminal', sealed, $1);
    END IF;
END
$$;
SELECT sync_make_policies(s.table_name) FROM (SELECT DISTINCT table_name FROM sync_columns
    WHERE is_secret AND sync_is_sealed(table_name, column_name)) AS s;

-- Whether the caller may do a task of its shop for so long; no other worker may meanwhile. Asked
-- again before the time is over, it goes on; 0 seconds give it back.
CREATE FUNCTION sync_lease(what text, seconds integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    holder uuid;
BEGIN
    IF caller.kind <> 'worker' THEN
        RAISE EXCEPTION 'this terminal is no worker; enroll one with a code of that kind'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO worker_leases AS l (tenant_id, task, terminal_id, taken_at, valid_until)
    VALUES (caller.tenant_id, what, caller.id, clock_timestamp(),
            clock_timestamp() + make_interval(secs => greatest(0, least(3600, seconds))))
    ON CONFLICT (tenant_id, task) DO UPDATE
        SET terminal_id = excluded.terminal_id, taken_at = excluded.taken_at,
            valid_until = excluded.valid_until
        WHERE l.terminal_id IS NOT DISTINCT FROM caller.id OR l.valid_until IS NULL
           OR l.valid_until < clock_timestamp()
    RETURNING terminal_id INTO holder;
    RETURN holder IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION sync_lease(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_lease(text, integer) TO ct_terminal;

-- down postgres
DROP FUNCTION sync_lease(text, integer);
DROP FUNCTION sync_make_policies(text);
ALTER FUNCTION sync_make_policies_unsealed(text) RENAME TO sync_make_policies;
SELECT sync_make_policies(s.table_name) FROM (SELECT DISTINCT table_name FROM sync_columns
    WHERE is_secret AND sync_is_sealed(table_name, column_name)) AS s;
DROP FUNCTION sync_is_sealed(text, text);

-- down
DELETE FROM personal_data WHERE table_name = 'worker_runs';
DELETE FROM sync_tables WHERE name = 'worker_runs';
DROP TABLE worker_runs;
