-- The audit trail: each store writes a chain of its own rows and ships them; the centre takes them
-- as they are, marks what is wrong with them, and writes a chain of its own.
--
-- The rows are no part of operations: they would have to be in the operation that they tell about,
-- and nothing that waits, is refused or taken back may hold up or change the trail. So the table is
-- local to the exchange of rows, and the functions below carry it.

-- up
-- What keeps anybody from finding words by their digest when they were erased.
ALTER TABLE audit_logs ADD COLUMN salt BYTEA;
-- What the centre found wrong with a row when it came.
ALTER TABLE audit_logs ADD COLUMN flaw VARCHAR(20);
UPDATE sync_tables SET scope = 'local', right_insert = NULL WHERE name = 'audit_logs';
DELETE FROM sync_columns WHERE table_name = 'audit_logs';

-- up sqlite
-- Rows of before stand in no chain. A row outlives whom and what it names, hence no references.
DROP TRIGGER audit_logs_no_update;
UPDATE audit_logs SET incarnation = NULL, sequence = 0, details_digest = NULL, prev_hash = NULL,
    hash = NULL;
DROP INDEX audit_logs_by_actor;
-- rebuild audit_logs
CREATE TABLE audit_logs (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id       UUID,
    target_id      UUID,
    approver_id    UUID,
    terminal_id    UUID,
    incarnation    BIGINT,
    sequence       BIGINT NOT NULL DEFAULT 0,
    action         VARCHAR(50) NOT NULL CHECK (length(action) BETWEEN 1 AND 50),
    subject_table  VARCHAR(63),
    subject_id     UUID,
    summary        VARCHAR(500),
    details        JSONB NOT NULL DEFAULT '{}',
    details_digest BYTEA CHECK (length(details_digest) = 32),
    prev_hash      BYTEA CHECK (length(prev_hash) = 32),
    hash           BYTEA CHECK (length(hash) = 32),
    occurred_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    salt           BYTEA,
    flaw           VARCHAR(20)
);

-- up postgres
DROP TRIGGER log_insert ON audit_logs;
DROP TRIGGER log_update ON audit_logs;
DROP TRIGGER log_delete ON audit_logs;
DROP TRIGGER log_truncate ON audit_logs;
DROP FUNCTION audit_logs_log();
DROP FUNCTION audit_logs_apply(text, jsonb, uuid, timestamptz);
DELETE FROM change_log WHERE table_name = 'audit_logs';
SELECT sync_make_dispatch();
-- Its functions look at the tenant themselves.
ALTER TABLE audit_logs NO FORCE ROW LEVEL SECURITY,
    DROP CONSTRAINT audit_logs_actor_id_fkey,
    DROP CONSTRAINT audit_logs_target_id_fkey,
    DROP CONSTRAINT audit_logs_approver_id_fkey,
    DROP CONSTRAINT audit_logs_terminal_id_fkey,
    DISABLE TRIGGER append_only;
UPDATE audit_logs SET incarnation = NULL, sequence = 0, details_digest = NULL, prev_hash = NULL,
    hash = NULL;
ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER append_only;

-- What a row's words are digested to, and the row itself: as model/operation/audit_row.h says.
CREATE FUNCTION audit_digest(salt bytea, summary text, details jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE
AS $$
    SELECT sha256(coalesce(salt, decode(repeat('00', 16), 'hex'))
                  || convert_to(coalesce(summary, ''), 'UTF8') || '\x00'
                  || convert_to(details::text, 'UTF8'))
$$;

CREATE FUNCTION audit_bytes(id uuid) RETURNS bytea
LANGUAGE sql IMMUTABLE
AS $$
    SELECT uuid_send(coalesce(id, '00000000-0000-0000-0000-000000000000'))
$$;

CREATE FUNCTION audit_hash(r audit_logs) RETURNS bytea
LANGUAGE sql IMMUTABLE
AS $$
    SELECT sha256(audit_bytes(r.id) || audit_bytes(r.tenant_id) || audit_bytes(r.terminal_id)
        || int8send(r.incarnation) || int8send(r.sequence) || audit_bytes(r.actor_id)
        || audit_bytes(r.target_id) || audit_bytes(r.approver_id) || audit_bytes(r.subject_id)
        || int8send((extract(epoch FROM r.occurred_at) * 1000000)::bigint)
        || r.details_digest || coalesce(r.prev_hash, decode(repeat('00', 32), 'hex'))
        || convert_to(r.action, 'UTF8') || '\x00'
        || convert_to(coalesce(r.subject_table, ''), 'UTF8'))
$$;

-- Whether the words of a row are gone for good; its digest then tells of nothing any more.
CREATE FUNCTION audit_is_erased(r audit_logs) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT r.details = '{"erased": true}' AND r.summary IS NULL
$$;

-- What is wrong with the place of a new row in its terminal's chains; NULL: nothing.
CREATE FUNCTION audit_chain_flaw(r audit_logs) RETURNS text
LANGUAGE plpgsql STABLE SET enable_seqscan = off
AS $$
DECLARE
    before audit_logs;
BEGIN
    IF EXISTS (SELECT FROM audit_logs AS a
               WHERE a.tenant_id = r.tenant_id AND a.terminal_id = r.terminal_id
                 AND a.incarnation = r.incarnation AND a.sequence = r.sequence) THEN
        RETURN 'forked';
    ELSIF r.sequence = 1 AND r.prev_hash IS NULL THEN
        RETURN (SELECT 'cut' FROM audit_logs AS a
                WHERE a.tenant_id = r.tenant_id AND a.terminal_id = r.terminal_id
                  AND a.incarnation <= r.incarnation LIMIT 1);
    ELSIF r.sequence = 1 THEN
        SELECT * INTO before FROM audit_logs AS a
        WHERE a.tenant_id = r.tenant_id AND a.hash = r.prev_hash
          AND (a.terminal_id = r.terminal_id AND a.incarnation < r.incarnation
               OR a.terminal_id IS NULL AND a.incarnation = 0)
        LIMIT 1;
    ELSE
        SELECT * INTO before FROM audit_logs AS a
        WHERE a.tenant_id = r.tenant_id AND a.terminal_id = r.terminal_id
          AND a.incarnation = r.incarnation AND a.sequence = r.sequence - 1
          AND a.hash = r.prev_hash;
    END IF;
    RETURN CASE WHEN before.id IS NULL THEN 'cut'
                WHEN r.occurred_at < before.occurred_at - interval '1 hour' THEN 'clock' END;
END
$$;

-- What is wrong with a row that a terminal sends; NULL: nothing. Whoever acts or approves at a
-- terminal has signed in there once, and no clock is ahead of the centre's by much.
CREATE FUNCTION audit_flaw(r audit_logs) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF r.sequence < 1 OR NOT EXISTS (SELECT FROM terminal_incarnations AS i
            WHERE i.terminal_id = r.terminal_id AND i.incarnation = r.incarnation) THEN
        RETURN 'incarnation';
    ELSIF NOT audit_is_erased(r)
          AND audit_digest(r.salt, r.summary, r.details) = r.details_digest IS NOT TRUE THEN
        RETURN 'words';
    ELSIF audit_hash(r) = r.hash IS NOT TRUE THEN
        RETURN 'hash';
    ELSIF EXISTS (SELECT FROM unnest(ARRAY[r.actor_id, r.approver_id]) AS who
                  WHERE who IS NOT NULL AND NOT EXISTS (
                      SELECT FROM terminal_users AS u
                      WHERE u.tenant_id = r.tenant_id AND u.terminal_id = r.terminal_id
                        AND u.user_id = who)) THEN
        RETURN 'person';
    END IF;
    RETURN coalesce(audit_chain_flaw(r),
                    CASE WHEN r.occurred_at > now() + interval '15 minutes' THEN 'clock' END);
END
$$;

-- Which of these rows the centre does not have: asked once on a connection, so that what a restored
-- centre has lost is sent again.
CREATE FUNCTION sync_audit_missing(ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    RETURN QUERY SELECT u FROM unnest(ids) AS u
        WHERE NOT EXISTS (SELECT FROM audit_logs AS a
                          WHERE a.id = u AND a.tenant_id = caller.tenant_id);
END
$$;

-- Keeps a row of a terminal, and says how many flaws it has: one at most.
CREATE FUNCTION audit_take(caller terminals, r audit_logs) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    known audit_logs;
BEGIN
    r.tenant_id := caller.tenant_id;
    r.terminal_id := caller.id;
    SELECT * INTO known FROM audit_logs AS a WHERE a.id = r.id;
    IF known.id IS NOT NULL THEN
        IF known.tenant_id = r.tenant_id AND known.hash IS NOT DISTINCT FROM r.hash THEN
            RETURN 0;
        END IF;
        PERFORM sync_alarm('audit', format('an id was used again: %s', r.id));
        RETURN 1;
    END IF;
    r.flaw := audit_flaw(r);
    IF r.flaw IS NOT NULL THEN
        PERFORM sync_alarm('audit', format('%s at row %s of incarnation %s of %s', r.flaw,
                                           r.sequence, r.incarnation, caller.name));
    END IF;
    INSERT INTO audit_logs SELECT r.*;
    RETURN (r.flaw IS NOT NULL)::integer;
END
$$;

-- Takes rows of the caller's chains, in their order. Nothing is refused, for what somebody did to a
-- trail belongs to it: a row with a flaw is kept with its mark, and raises an alarm. What is no row
-- at all, by what its columns take, is left out with an alarm, and holds up nothing that follows.
CREATE FUNCTION sync_audit(rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    caller terminals := sync_caller();
    sent jsonb;
    flaws bigint := 0;
BEGIN
    PERFORM FROM terminals WHERE id = caller.id FOR UPDATE;
    PERFORM sync_count(0, jsonb_array_length(rows));
    FOR sent IN SELECT e FROM jsonb_array_elements(rows) AS e LOOP
        BEGIN
            flaws := flaws + audit_take(caller, jsonb_populate_record(NULL::audit_logs,
                sync_bytes(sent, 'salt', 'details_digest', 'prev_hash', 'hash')));
        EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
            PERFORM sync_alarm('audit', format('no row at %s of incarnation %s of %s: %s',
                sent ->> 'sequence', sent ->> 'incarnation', caller.name, SQLERRM));
            flaws := flaws + 1;
        END;
    END LOOP;
    RETURN jsonb_build_object('flaws', flaws);
END
$$;

-- The centre's own events, in a chain of its own: no terminal, and the epoch for an incarnation.
CREATE FUNCTION sync_audit_event(tenant uuid, action text, actor uuid, target uuid,
                                 subject_table text, subject uuid, summary text, details jsonb)
RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off
AS $$
DECLARE
    epoch bigint := (SELECT value::bigint FROM sync_meta WHERE name = 'epoch');
    before audit_logs;
    r audit_logs;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit'), hashtext(tenant::text));
    SELECT * INTO before FROM audit_logs AS a
    WHERE a.tenant_id = tenant AND a.terminal_id IS NULL AND a.incarnation >= 1
    ORDER BY a.incarnation DESC, a.sequence DESC LIMIT 1;
    r.id := uuidv7();
    r.tenant_id := tenant;
    r.incarnation := epoch;
    r.sequence := CASE WHEN before.incarnation = epoch THEN before.sequence + 1 ELSE 1 END;
    r.action := action;
    r.actor_id := actor;
    r.target_id := target;
    r.subject_table := subject_table;
    r.subject_id := subject;
    r.summary := nullif(left(summary, 500), '');
    r.details := coalesce(details, '{}');
    r.salt := decode(replace(gen_random_uuid()::text, '-', ''), 'hex');
    r.details_digest := audit_digest(r.salt, r.summary, r.details);
    r.occurred_at := clock_timestamp();
    r.prev_hash := before.hash;
    r.hash := audit_hash(r);
    INSERT INTO audit_logs SELECT r.*;
END
$$;

-- The same for what a person does from a terminal.
CREATE OR REPLACE FUNCTION sync_audit_own(action text, actor uuid, target uuid, details jsonb) RETURNS void
LANGUAGE sql
AS $$
    SELECT sync_audit_event(my_tenant(), action, actor, target,
                            CASE WHEN target IS NOT NULL THEN 'users' END, target, NULL, details)
$$;

-- All chains of a tenant: those of its terminals, that of the shop that ran alone, the centre's
-- own.
CREATE FUNCTION audit_chains(tenant uuid) RETURNS TABLE (terminal_id uuid, incarnation bigint)
LANGUAGE sql STABLE
AS $$
    SELECT i.terminal_id, i.incarnation FROM terminal_incarnations AS i WHERE i.tenant_id = tenant
    UNION ALL
    SELECT NULL, n FROM generate_series(0, (SELECT value::bigint FROM sync_meta
                                            WHERE name = 'epoch')) AS n
$$;

-- Below, what has a terminal and what has none is asked apart: by IS NOT DISTINCT FROM no index
-- would be used.

-- Where the chains stand that the caller may know: its own, and all of them for the office and the
-- worker. `flaws` are the rows with a mark, a few.
CREATE FUNCTION sync_audit_heads()
RETURNS TABLE (terminal_id uuid, terminal text, incarnation bigint, sequence bigint, hash bytea,
               flaws jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    caller terminals := sync_caller();
BEGIN
    RETURN QUERY
    SELECT c.terminal_id, coalesce(t.name::text, ''), c.incarnation, h.sequence, h.hash,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('sequence', f.sequence, 'flaw', f.flaw)),
                         '[]')
         FROM (SELECT a.sequence, a.flaw FROM audit_logs AS a
               WHERE a.tenant_id = caller.tenant_id AND a.flaw IS NOT NULL
                 AND a.terminal_id = c.terminal_id AND a.incarnation = c.incarnation
               ORDER BY a.sequence LIMIT 20) AS f)
    FROM audit_chains(caller.tenant_id) AS c LEFT JOIN terminals AS t ON t.id = c.terminal_id
        CROSS JOIN LATERAL (
            (SELECT a.sequence, a.hash FROM audit_logs AS a
             WHERE a.tenant_id = caller.tenant_id AND a.terminal_id = c.terminal_id
               AND a.incarnation = c.incarnation AND a.sequence > 0
             ORDER BY a.sequence DESC LIMIT 1)
            UNION ALL
            (SELECT a.sequence, a.hash FROM audit_logs AS a
             WHERE c.terminal_id IS NULL AND a.tenant_id = caller.tenant_id
               AND a.terminal_id IS NULL AND a.incarnation = c.incarnation AND a.sequence > 0
             ORDER BY a.sequence DESC LIMIT 1)) AS h
    WHERE caller.kind IN ('office', 'worker') OR c.terminal_id = caller.id
    ORDER BY t.name NULLS FIRST, c.incarnation;
END
$$;

-- The rows of other chains than the caller's own behind those that it has: an array of {"terminal",
-- "incarnation", "sequence"}. For the office and the worker.
CREATE FUNCTION sync_audit_rows(heads jsonb, most integer) RETURNS SETOF audit_logs
LANGUAGE plpgsql STABLE SECURITY DEFINER SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    caller terminals := sync_caller();
BEGIN
    IF caller.kind NOT IN ('office', 'worker') THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT rows.* FROM audit_chains(caller.tenant_id) AS c
        LEFT JOIN jsonb_to_recordset(heads) AS h (terminal uuid, incarnation bigint, sequence bigint)
            ON h.terminal IS NOT DISTINCT FROM c.terminal_id AND h.incarnation = c.incarnation
        CROSS JOIN LATERAL (
            (SELECT a.* FROM audit_logs AS a
             WHERE a.tenant_id = caller.tenant_id AND a.terminal_id = c.terminal_id
               AND a.incarnation = c.incarnation AND a.sequence > coalesce(h.sequence, 0)
             ORDER BY a.sequence LIMIT most)
            UNION ALL
            (SELECT a.* FROM audit_logs AS a
             WHERE c.terminal_id IS NULL AND a.tenant_id = caller.tenant_id
               AND a.terminal_id IS NULL AND a.incarnation = c.incarnation
               AND a.sequence > coalesce(h.sequence, 0)
             ORDER BY a.sequence LIMIT most)) AS rows
    WHERE c.terminal_id IS DISTINCT FROM caller.id
    LIMIT most;
END
$$;

-- Takes the words from the rows of operations that were scrubbed, and leaves their place in the
-- chain.
CREATE FUNCTION audit_erase(tenant uuid, operations text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE audit_logs AS a SET summary = NULL, salt = NULL, details = '{"erased": true}'
    WHERE a.tenant_id = tenant AND a.details ->> 'operation' = ANY (operations)
$$;
ALTER FUNCTION audit_erase(uuid, text[]) OWNER TO ct_eraser;
REVOKE EXECUTE ON FUNCTION audit_erase(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_erase(uuid, text[]) TO ct_owner;

CREATE INDEX audit_logs_by_operation ON audit_logs (tenant_id, (details ->> 'operation'));
CREATE INDEX audit_logs_with_flaws ON audit_logs (tenant_id, terminal_id, incarnation, sequence)
    WHERE flaw IS NOT NULL;
GRANT EXECUTE ON FUNCTION sync_audit(jsonb), sync_audit_missing(uuid[]), sync_audit_heads(),
    sync_audit_rows(jsonb, integer) TO ct_terminal;

-- down postgres
DROP FUNCTION sync_audit_rows(jsonb, integer);
DROP FUNCTION sync_audit_heads();
DROP FUNCTION audit_chains(uuid);
CREATE OR REPLACE FUNCTION sync_audit_own(action text, actor uuid, target uuid, details jsonb)
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO audit_logs (tenant_id, actor_id, target_id, action, details)
    VALUES (my_tenant(), actor, target, action, coalesce(details, '{}'))
$$;
DROP FUNCTION sync_audit_event(uuid, text, uuid, uuid, text, uuid, text, jsonb);
DROP FUNCTION sync_audit(jsonb);
DROP FUNCTION audit_take(terminals, audit_logs);
DROP FUNCTION sync_audit_missing(uuid[]);
DROP FUNCTION audit_flaw(audit_logs);
DROP FUNCTION audit_chain_flaw(audit_logs);
DROP FUNCTION audit_is_erased(audit_logs);
DROP FUNCTION audit_hash(audit_logs);
DROP FUNCTION audit_bytes(uuid);
DROP FUNCTION audit_digest(bytea, text, jsonb);
DROP INDEX audit_logs_with_flaws;
DROP INDEX audit_logs_by_operation;
DROP FUNCTION audit_erase(uuid, text[]);
ALTER TABLE audit_logs DISABLE TRIGGER append_only;
UPDATE audit_logs AS a SET
    actor_id = (SELECT u.id FROM users AS u WHERE u.id = a.actor_id AND u.tenant_id = a.tenant_id),
    target_id = (SELECT u.id FROM users AS u WHERE u.id = a.target_id AND u.tenant_id = a.tenant_id),
    approver_id = (SELECT u.id FROM users AS u
                   WHERE u.id = a.approver_id AND u.tenant_id = a.tenant_id);
ALTER TABLE audit_logs DROP COLUMN salt, DROP COLUMN flaw,
    ADD CONSTRAINT audit_logs_actor_id_fkey
        FOREIGN KEY (actor_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT audit_logs_target_id_fkey
        FOREIGN KEY (target_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT audit_logs_approver_id_fkey
        FOREIGN KEY (approver_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT audit_logs_terminal_id_fkey
        FOREIGN KEY (terminal_id) REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    ENABLE ALWAYS TRIGGER append_only;

-- down sqlite
DROP TRIGGER audit_logs_no_update;
UPDATE audit_logs SET actor_id = NULL WHERE actor_id NOT IN (SELECT id FROM users);
UPDATE audit_logs SET target_id = NULL WHERE target_id NOT IN (SELECT id FROM users);
UPDATE audit_logs SET approver_id = NULL WHERE approver_id NOT IN (SELECT id FROM users);
UPDATE audit_logs SET terminal_id = NULL WHERE terminal_id NOT IN (SELECT id FROM terminals);
CREATE INDEX audit_logs_by_actor ON audit_logs (actor_id, occurred_at);
-- rebuild audit_logs
CREATE TABLE audit_logs (
    id             UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id      UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    actor_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    target_id      UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    approver_id    UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    terminal_id    UUID REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    incarnation    BIGINT,
    sequence       BIGINT NOT NULL DEFAULT 0,
    action         VARCHAR(50) NOT NULL CHECK (length(action) BETWEEN 1 AND 50),
    subject_table  VARCHAR(63),
    subject_id     UUID,
    summary        VARCHAR(500),
    details        JSONB NOT NULL DEFAULT '{}',
    details_digest BYTEA CHECK (length(details_digest) = 32),
    prev_hash      BYTEA CHECK (length(prev_hash) = 32),
    hash           BYTEA CHECK (length(hash) = 32),
    occurred_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version    BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- down
UPDATE sync_tables SET scope = 'tenant', right_insert = 'self.edit' WHERE name = 'audit_logs';
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)
VALUES
    ('audit_logs', 'actor_id', NULL, NULL, FALSE, 'clear'),
    ('audit_logs', 'target_id', NULL, NULL, FALSE, 'clear'),
    ('audit_logs', 'approver_id', NULL, NULL, FALSE, 'clear'),
    ('audit_logs', 'terminal_id', NULL, NULL, FALSE, 'clear');
