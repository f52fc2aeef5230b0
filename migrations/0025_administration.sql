-- What the administrator of a centre needs: revoking, trimming, passwords, programs beside ours, and
-- to see how it stands. Nobody else may call any of it.

-- up

-- up postgres

-- A terminal that is lost or goes: its role can't log in any more, and what is connected ends.
CREATE FUNCTION sync_revoke(terminal uuid) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    gone terminals;
BEGIN
    UPDATE terminals SET revoked_at = now() WHERE id = terminal AND revoked_at IS NULL
        RETURNING * INTO gone;
    IF gone.id IS NULL THEN
        RAISE EXCEPTION 'there is no such terminal, or it was revoked before'
            USING ERRCODE = 'no_data_found';
    END IF;
    UPDATE terminal_incarnations SET ended_at = now()
    WHERE terminal_id = gone.id AND ended_at IS NULL;
    DELETE FROM terminal_users WHERE terminal_id = gone.id;
    UPDATE terminal_states SET verifier = NULL WHERE terminal_id = gone.id;
    IF to_regrole(gone.role_name) IS NOT NULL THEN
        IF gone.kind = 'service' THEN
            EXECUTE format('REVOKE ct_service FROM %I', gone.role_name);
        ELSE
            EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', gone.role_name);
        END IF;
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = gone.role_name;
    END IF;
    RETURN gone.name;
END
$$;

-- Takes out of the log what is older than `keep`: terminals that were away for longer make a new
-- copy. Of a row's older entries the newest is enough, where it was certainly begun after the others
-- had ended: then no cursor sees it without seeing them. Answers how many entries went.
CREATE FUNCTION sync_trim(keep interval) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    floor_at pg_snapshot;
    settled pg_snapshot;
    floor xid8 := (SELECT value::xid8 FROM sync_meta WHERE name = 'floor' FOR UPDATE);
    removed bigint := 0;
    doubled bigint;
BEGIN
    PERFORM sync_note_mark();
    SELECT snapshot::pg_snapshot INTO floor_at FROM sync_marks
    WHERE noted_at <= now() - keep ORDER BY noted_at DESC LIMIT 1;
    IF pg_snapshot_xmin(floor_at) > floor THEN
        floor := pg_snapshot_xmin(floor_at);
        UPDATE sync_meta SET value = floor::text WHERE name = 'floor';
        DELETE FROM change_log WHERE xid < floor;
        GET DIAGNOSTICS removed = ROW_COUNT;
    END IF;
    SELECT snapshot::pg_snapshot INTO settled FROM sync_marks
    WHERE noted_at < now() - interval '1 hour' ORDER BY noted_at DESC LIMIT 1;
    IF settled IS NOT NULL THEN
        DELETE FROM change_log AS old USING (
            SELECT DISTINCT tenant_id, table_name, row_id, old_scope, new_scope FROM change_log
            WHERE xid >= pg_snapshot_xmax(settled)) AS new
        WHERE old.xid < pg_snapshot_xmin(settled) AND old.tenant_id = new.tenant_id
          AND old.table_name = new.table_name AND old.row_id = new.row_id
          AND old.old_scope IS NOT DISTINCT FROM new.old_scope
          AND old.new_scope IS NOT DISTINCT FROM new.new_scope;
        GET DIAGNOSTICS doubled = ROW_COUNT;
        removed := removed + doubled;
    END IF;
    DELETE FROM sync_marks WHERE noted_at < now() - greatest(keep, interval '1 day') - interval '1 day';
    DELETE FROM quotas WHERE day < current_date - 30;
    RETURN removed;
END
$$;

-- Ends what terminals run for longer than a minute, and whatever holds a transaction for half an
-- hour: a role can set its own time limits to none. A copy of a large shop over a slow line is what
-- the half hour is for. Who it is has to be settled before anything is ended, hence MATERIALIZED.
CREATE FUNCTION sync_watchdog(most interval DEFAULT '60 seconds', in_all interval DEFAULT '30 minutes')
    RETURNS TABLE (role_name text, ran interval, query text)
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH overdue AS MATERIALIZED (
        SELECT s.pid, s.usename::text AS role_name, clock_timestamp() - s.query_start AS ran,
               left(s.query, 200) AS query
        FROM pg_stat_activity AS s
        WHERE s.datname = current_database()
          AND (s.usename = 'ct_door'
               OR s.usename IN (SELECT t.role_name FROM terminals AS t WHERE t.kind <> 'service'))
          AND (s.xact_start < clock_timestamp() - in_all
               OR s.xact_start IS NOT NULL
                  AND s.query_start < clock_timestamp() - most
                  AND s.query !~* '^\s*copy\s'))
    SELECT o.role_name, o.ran, o.query FROM overdue AS o WHERE pg_terminate_backend(o.pid)
$$;

CREATE FUNCTION sync_set_password(tenant uuid, who uuid, password text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO user_credentials (tenant_id, user_id, password_hash, password_changed_at)
    VALUES (tenant, who, crypt(password, gen_salt('bf', 12)), now())
    ON CONFLICT (tenant_id, user_id) DO UPDATE
        SET password_hash = excluded.password_hash, password_changed_at = now()
$$;

-- Another program of one tenant, by the role that it logs in as: its rows are logged like any.
CREATE FUNCTION sync_grant_app(role text, tenant uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    made uuid;
BEGIN
    IF to_regrole(quote_ident(role)) IS NULL THEN
        RAISE EXCEPTION 'there is no role %; make it first with CREATE ROLE … LOGIN', role
            USING ERRCODE = 'undefined_object';
    END IF;
    IF role LIKE 'ct\_%' OR (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = role) THEN
        RAISE EXCEPTION 'the role % sees every tenant, or is one of the centre''s own; give the '
            'program another', role USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO terminals (tenant_id, name, kind, role_name, enrolled_at)
    VALUES (tenant, left('Program ' || role, 100), 'service', role, now())
    RETURNING id INTO made;
    EXECUTE format('GRANT ct_service TO %I', role);
    RETURN made;
END
$$;

-- After a restore into another cluster, whose roles are not in the dump: those of the terminals are
-- made again, with the verifiers that they had. Answers how many.
CREATE FUNCTION sync_raise_roles() RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    lost record;
    raised integer := 0;
BEGIN
    FOR lost IN SELECT t.role_name, s.verifier
        FROM terminals AS t JOIN terminal_states AS s ON s.terminal_id = t.id
        WHERE t.revoked_at IS NULL AND t.kind <> 'service' AND s.verifier IS NOT NULL
          AND to_regrole(t.role_name) IS NULL LOOP
        PERFORM sync_make_terminal_role(lost.role_name);
        PERFORM sync_give_login(lost.role_name, lost.verifier);
        raised := raised + 1;
    END LOOP;
    RETURN raised;
END
$$;

-- Takes an operation that a store has written to a file (`countertop sync export`). Where it is the
-- next of a terminal that is let in, it is done as if that terminal had sent it. Otherwise it is kept
-- as refused with all that it says, for a person to do again what is right; it then stands in the
-- incarnation 0, which no store has, lest it take a place that one still needs.
CREATE FUNCTION sync_hand_in(terminal uuid, id uuid, incarnation bigint, seq bigint, hash text,
                             payload text, OUT status text, OUT reason text)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    sender terminals;
    known applied_operations;
    bytes constant bytea := convert_to(payload, 'UTF8');
    body jsonb := '{}';
BEGIN
    SELECT t.* INTO sender FROM terminals AS t WHERE t.id = terminal FOR NO KEY UPDATE;
    SELECT a.* INTO known FROM applied_operations AS a WHERE a.operation_id = sync_hand_in.id;
    IF sender.id IS NULL THEN
        RAISE EXCEPTION 'this centre has no terminal %: it belongs to another one', terminal
            USING ERRCODE = 'no_data_found';
    ELSIF encode(sha256(bytes), 'hex') IS DISTINCT FROM lower(hash) THEN
        RAISE EXCEPTION 'the operation % was changed after it was written', id
            USING ERRCODE = 'data_exception';
    ELSIF known.hash = sha256(bytes) AND known.tenant_id = sender.tenant_id THEN
        status := known.status;
        reason := known.reason;
        RETURN;
    ELSIF known.operation_id IS NOT NULL THEN
        RAISE EXCEPTION 'the centre has another operation with the id %', id
            USING ERRCODE = 'data_exception';
    END IF;
    IF sender.revoked_at IS NULL THEN
        BEGIN
            EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', sender.role_name);
            SELECT a.status, a.reason INTO status, reason
            FROM sync_apply($2, $4, $3, 0, 3, bytes) AS a;
            RESET SESSION AUTHORIZATION;
        EXCEPTION WHEN object_not_in_prerequisite_state THEN
            status := 'gap'; -- another store goes on as this terminal
        END;
        IF status <> 'gap' THEN
            RETURN;
        END IF;
    END IF;
    BEGIN
        body := payload::jsonb;
    EXCEPTION WHEN data_exception THEN
        NULL; -- it is kept as it is
    END;
    status := 'refused';
    reason := CASE WHEN sender.revoked_at IS NULL
        THEN 'It was handed in when it was not its turn: look at it, and do again what is right'
        ELSE 'It was handed in from a terminal that is revoked: look at it, and do again what is right'
        END;
    INSERT INTO applied_operations (operation_id, tenant_id, terminal_id, incarnation, seq, hash,
                                    kind, actor_id, status, reason, result, payload)
    SELECT $2, sender.tenant_id, sender.id, 0, coalesce(max(a.seq), 0) + 1, sha256(bytes),
           left(coalesce(body ->> 'kind', '?'), 60),
           substring(body ->> 'actor', '^[0-9a-f-]{36}$')::uuid, $7, $8,
           jsonb_build_object('handed_in', jsonb_build_object('incarnation', $3, 'seq', $4)), $6
    FROM applied_operations AS a
    WHERE a.tenant_id = sender.tenant_id AND a.terminal_id = sender.id AND a.incarnation = 0;
END
$$;
CREATE INDEX applied_operations_handed_in ON applied_operations (tenant_id) WHERE incarnation = 0;

-- How the terminals stand. `pulled_at`: everything until then has reached the terminal.
CREATE VIEW sync_terminals WITH (security_invoker = true) AS
SELECT n.slug AS shop, t.name, t.kind, l.name AS location, t.role_name AS role,
    CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
         WHEN EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.usename = t.role_name
                      AND a.datname = current_database()) THEN 'connected'
         ELSE 'away' END AS state,
    coalesce(s.last_seen_at, t.last_seen_at) AS last_seen_at,
    (SELECT max(m.noted_at) FROM sync_marks AS m
     WHERE pg_snapshot_xmin(m.snapshot::pg_snapshot) <= pg_snapshot_xmin(s.cursor::pg_snapshot))
        AS pulled_at,
    (SELECT count(*) FROM (SELECT FROM change_log AS c WHERE c.tenant_id = t.tenant_id
        AND c.xid >= pg_snapshot_xmin(s.cursor::pg_snapshot) LIMIT 100000) AS c) AS behind,
    (SELECT i.incarnation FROM terminal_incarnations AS i WHERE i.terminal_id = t.id
     ORDER BY i.incarnation DESC LIMIT 1) AS incarnation,
    (SELECT sum(i.last_seq) FROM terminal_incarnations AS i WHERE i.terminal_id = t.id
     AND i.ended_at IS NULL) AS last_seq,
    (SELECT count(*) FROM sync_conflicts AS x
     WHERE x.terminal_id = t.id AND x.resolved_at IS NULL) AS conflicts,
    t.schema_version, t.id, t.tenant_id
FROM terminals AS t JOIN tenants AS n ON n.id = t.tenant_id
    LEFT JOIN locations AS l ON l.id = t.location_id
    LEFT JOIN terminal_states AS s ON s.terminal_id = t.id
WHERE t.deleted_at IS NULL;

-- How the centre stands: a line for each fact, with whether somebody should look.
CREATE VIEW sync_health WITH (security_invoker = true) AS
SELECT 1 AS place, 'Terminals' AS fact, format('%s, %s connected, %s revoked', count(*)
    FILTER (WHERE state <> 'revoked'), count(*) FILTER (WHERE state = 'connected'),
    count(*) FILTER (WHERE state = 'revoked')) AS value, FALSE AS is_alarm
FROM sync_terminals WHERE kind <> 'service'
UNION ALL SELECT 2, 'Not seen for 7 days', coalesce(string_agg(name, ', ' ORDER BY name), 'none'),
    count(*) > 0
FROM sync_terminals WHERE state = 'away' AND kind <> 'service'
    AND last_seen_at < now() - interval '7 days'
UNION ALL SELECT 3, 'Seen, but a day behind', coalesce(string_agg(name, ', ' ORDER BY name), 'none'),
    count(*) > 0
FROM sync_terminals WHERE state <> 'revoked' AND kind <> 'service' AND behind > 0
    AND coalesce(pulled_at, (SELECT t.created_at FROM terminals AS t WHERE t.id = sync_terminals.id))
        < now() - interval '1 day'
    AND last_seen_at > now() - interval '1 day'
UNION ALL SELECT 4, 'Places for terminals', count(*)::text, count(*) = 0
FROM pg_roles WHERE starts_with(rolname, sync_pool_prefix()) AND NOT rolcanlogin
    AND NOT EXISTS (SELECT FROM terminals WHERE role_name = rolname)
UNION ALL SELECT 5, 'Log of changes', format('%s, since %s',
    pg_size_pretty(pg_total_relation_size('change_log')),
    coalesce((SELECT to_char(min(noted_at), 'YYYY-MM-DD') FROM sync_marks), 'now')),
    pg_total_relation_size('change_log') > 10::bigint << 30
UNION ALL SELECT 6, 'Conflicts that wait', count(*)::text, count(*) > 0
FROM sync_conflicts WHERE resolved_at IS NULL
UNION ALL SELECT 7, 'Handed in, and not applied', count(*)::text,
    count(*) FILTER (WHERE received_at > now() - interval '30 days') > 0
FROM applied_operations WHERE incarnation = 0
UNION ALL SELECT 8, 'Alarms of 7 days', coalesce(sum(times), 0)::text, count(*) > 0
FROM alarms WHERE last_at > now() - interval '7 days'
UNION ALL SELECT 9, 'Connections', format('%s of %s', count(*), current_setting('max_connections')),
    count(*) > current_setting('max_connections')::integer * 8 / 10
FROM pg_stat_activity WHERE backend_type = 'client backend'
UNION ALL SELECT 10, 'Statements over a minute', count(*)::text, count(*) > 0
FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
    AND backend_type = 'client backend' AND query_start < clock_timestamp() - interval '1 minute'
UNION ALL SELECT 11, 'Oldest transaction', coalesce(
    to_char(clock_timestamp() - min(xact_start), 'HH24:MI:SS'), 'none'),
    coalesce(min(xact_start) < now() - interval '1 hour', FALSE)
FROM pg_stat_activity WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
    AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()
UNION ALL SELECT 12, 'Prepared transactions', count(*)::text, count(*) > 0
FROM pg_prepared_xacts WHERE database = current_database()
UNION ALL SELECT 13, 'Replication slots that hold rows', count(*)::text, count(*) > 0
FROM pg_replication_slots WHERE NOT active AND (xmin IS NOT NULL OR catalog_xmin IS NOT NULL)
UNION ALL SELECT 14, 'Epoch', value, FALSE FROM sync_meta WHERE name = 'epoch';

-- down postgres
DROP VIEW sync_health;
DROP VIEW sync_terminals;
DROP INDEX applied_operations_handed_in;
DROP FUNCTION sync_hand_in(uuid, uuid, bigint, bigint, text, text);
DROP FUNCTION sync_raise_roles();
DROP FUNCTION sync_grant_app(text, uuid);
DROP FUNCTION sync_set_password(uuid, uuid, text);
DROP FUNCTION sync_watchdog(interval, interval);
DROP FUNCTION sync_trim(interval);
DROP FUNCTION sync_revoke(uuid);

-- down
