-- The centre's side of joining and of the exchange, but for the writing (SYNC.md sections 1, 4 and
-- 5): codes, terminals and their incarnations, hello, what a pull asks, signing in, and what the
-- administrator needs. Functions that terminals call are definer functions of ct_owner and take
-- tenant and terminal from session_user alone.

-- up
-- A code is 160 random bits: 32 that find its row and 128 that are the secret.
ALTER TABLE enrollment_codes ADD COLUMN code_key BIGINT;
-- Who is signed in on the new terminal from the start.
ALTER TABLE enrollment_codes ADD COLUMN user_id UUID
    REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX enrollment_codes_by_key ON enrollment_codes (code_key);
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)
VALUES
    ('enrollment_codes', 'code_key', NULL, NULL, TRUE, NULL),
    ('enrollment_codes', 'user_id', NULL, NULL, FALSE, 'clear');

-- What the centre remembers of each terminal and does not send to the others. The verifier is that
-- of its role, so that a centre that is restored elsewhere can make the role again.
CREATE TABLE terminal_states (
    terminal_id  UUID PRIMARY KEY NOT NULL REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    tenant_id    UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    verifier     TEXT,
    cursor       TEXT,
    last_seen_at TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- Snapshots of the centre with their time, one an hour at most: the log of changes has no times,
-- and trimming it needs one.
CREATE TABLE sync_marks (
    noted_at TIMESTAMPTZ PRIMARY KEY NOT NULL,
    snapshot TEXT NOT NULL
);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('terminal_states', 2301, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('sync_marks', 2302, 'local', 'fields', NULL, NULL, NULL, NULL);

-- up postgres
CREATE INDEX enrollment_codes_by_user ON enrollment_codes (tenant_id, user_id);
-- crypt() checks bcrypt hashes. What it costs is for the caller to choose, so terminals may not.
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT d.objid FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid
        WHERE e.extname = 'pgcrypto' AND d.deptype = 'e' AND d.classid = 'pg_proc'::regclass LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', made);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO ct_owner', made);
    END LOOP;
END
$$;

CREATE INDEX terminal_states_by_tenant ON terminal_states (tenant_id);

INSERT INTO sync_meta (name, value) VALUES
    ('epoch', '1'),
    ('floor', pg_snapshot_xmin(pg_current_snapshot())::text),
    ('channel_secret', encode(gen_random_bytes(16), 'hex'));

-- What the centre is

-- Which cluster and which database this is. NULL on a standby, of which nothing may be taken.
CREATE FUNCTION sync_place() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF pg_is_in_recovery() THEN
        RETURN NULL;
    END IF;
    RETURN format('%s/%s/%s/%s', (SELECT system_identifier FROM pg_control_system()),
                  substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
                  (SELECT oid FROM pg_database WHERE datname = current_database()),
                  'sync_meta'::regclass::oid);
END
$$;
INSERT INTO sync_meta (name, value) VALUES ('place', sync_place());

CREATE FUNCTION sync_fingerprint() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN (SELECT sync_place() || '/' || value FROM sync_meta WHERE name = 'epoch');
END
$$;

-- The channel that a tenant's terminals listen on; nobody can guess another's.
CREATE FUNCTION sync_channel(tenant uuid) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN (SELECT 'ct_' || encode(substr(hmac(tenant::text, value, 'sha256'), 1, 16), 'hex')
            FROM sync_meta WHERE name = 'channel_secret');
END
$$;

-- After the centre was restored: no cursor counts any more, and the transaction ids in the log mean
-- nothing here.
CREATE FUNCTION sync_set_epoch() RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    epoch bigint;
BEGIN
    UPDATE sync_meta SET value = (value::bigint + 1)::text WHERE name = 'epoch'
        RETURNING value INTO epoch;
    UPDATE sync_meta SET value = sync_place() WHERE name = 'place';
    UPDATE sync_meta SET value = pg_snapshot_xmin(pg_current_snapshot())::text
    WHERE name = 'floor';
    DELETE FROM change_log;
    DELETE FROM sync_marks;
    UPDATE terminal_states SET cursor = NULL;
    RETURN epoch;
END
$$;

-- Who calls

-- The terminal that calls; there is none any more when it was revoked.
CREATE FUNCTION sync_caller() RETURNS terminals
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals;
BEGIN
    SELECT * INTO caller FROM terminals WHERE id = my_terminal();
    IF caller.id IS NULL THEN
        RAISE EXCEPTION 'this terminal was revoked; ask for a new code to join again'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN caller;
END
$$;

-- Everything that the rows a terminal may see depend on, as one number: another one means that
-- rows may have come into its sight or gone out of it without being changed. A sign-in that runs
-- out counts, too, though nobody writes anything then.
CREATE FUNCTION sync_scope(caller terminals) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    people constant uuid[] := ARRAY(SELECT u FROM my_users() AS u ORDER BY u);
BEGIN
    RETURN hashtextextended(concat_ws('/', caller.kind, caller.location_id,
        nullif(array_to_string(people, ','), ''),
        (SELECT string_agg(DISTINCT m.channel_id::text, ',' ORDER BY m.channel_id::text)
         FROM channel_members AS m
         WHERE m.tenant_id = caller.tenant_id AND m.user_id = ANY (people)),
        (SELECT string_agg(c.id::text, ',' ORDER BY c.id) FROM channels AS c
         WHERE c.tenant_id = caller.tenant_id AND c.channel_type <> 'public')), 0)
        & 9223372036854775807;
END
$$;

-- Whether it is a cursor of this server's future, which only a restore explains.
CREATE FUNCTION sync_cursor_is_later(cursor text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN pg_snapshot_xmax(cursor::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot());
EXCEPTION WHEN invalid_text_representation THEN
    RETURN FALSE;
END
$$;

-- Whether everything since the cursor is in the log: it lies above the floor.
CREATE FUNCTION sync_cursor_counts(cursor text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        pg_snapshot_xmin(cursor::pg_snapshot) >=
            (SELECT value::xid8 FROM sync_meta WHERE name = 'floor')
        AND NOT sync_cursor_is_later(cursor), FALSE);
EXCEPTION WHEN invalid_text_representation THEN
    RETURN FALSE;
END
$$;

-- Notes that a terminal was here and how far it is, at most once a minute.
CREATE FUNCTION sync_note_seen(caller terminals, cursor text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO terminal_states AS s (terminal_id, tenant_id, cursor)
    VALUES (caller.id, caller.tenant_id, $2)
    ON CONFLICT (terminal_id) DO UPDATE
        SET last_seen_at = now(), cursor = coalesce($2, s.cursor)
        WHERE s.last_seen_at < now() - interval '1 minute' OR s.cursor IS NULL
$$;

CREATE FUNCTION sync_note_mark() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO sync_marks (noted_at, snapshot)
    SELECT now(), pg_current_snapshot()::text WHERE NOT EXISTS (
        SELECT FROM sync_marks WHERE noted_at > now() - interval '1 hour')
    ON CONFLICT DO NOTHING
$$;

-- Hello

CREATE FUNCTION sync_incarnation_json(terminal uuid, number bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT jsonb_build_object('number', i.incarnation, 'last_seq', i.last_seq,
                              'last_operation', i.last_operation_id)
    FROM terminal_incarnations AS i WHERE i.terminal_id = $1 AND i.incarnation = $2
$$;

CREATE FUNCTION sync_register_of(caller terminals, number bigint) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT id FROM registers
    WHERE tenant_id = caller.tenant_id AND terminal_id = caller.id AND incarnation = $2
      AND deleted_at IS NULL
    ORDER BY id DESC LIMIT 1
$$;

-- What a hello writes: nothing that the other terminals have to fetch, unless the version changed
-- or an hour has gone by. A centre that finds itself at another place than before was restored.
CREATE FUNCTION sync_note_hello(caller terminals, facts jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    version integer := coalesce((facts ->> 'schema_version')::integer, caller.schema_version);
BEGIN
    IF (SELECT value FROM sync_meta WHERE name = 'place') <> sync_place()
       AND (SELECT value FROM sync_meta WHERE name = 'place' FOR UPDATE) <> sync_place() THEN
        PERFORM sync_set_epoch();
    END IF;
    IF sync_cursor_is_later(facts ->> 'cursor') THEN
        PERFORM sync_alarm('later cursor', 'this terminal has seen a later state of the centre; '
            'where that was put back, `countertop central epoch` has to follow');
    END IF;
    PERFORM sync_note_mark();
    PERFORM sync_note_seen(caller, CASE WHEN sync_cursor_counts(facts ->> 'cursor')
                                        THEN facts ->> 'cursor' END);
    UPDATE terminals SET schema_version = version, last_seen_at = now()
    WHERE id = caller.id AND (schema_version <> version OR last_seen_at IS NULL
                              OR last_seen_at < now() - interval '1 hour');
END
$$;

CREATE FUNCTION sync_hello(facts jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    number bigint := (facts ->> 'incarnation')::bigint;
    highest bigint;
    newest integer[];
BEGIN
    IF NOT pg_is_in_recovery() THEN
        PERFORM sync_note_hello(caller, facts);
    END IF;
    SELECT max(incarnation) INTO highest FROM terminal_incarnations WHERE terminal_id = caller.id;
    SELECT array_agg(version ORDER BY version DESC) INTO newest
    FROM (SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 3) AS v;
    RETURN jsonb_build_object(
        'server_time', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
        'schema_version', newest[1],
        'schema_least', newest[cardinality(newest)],
        'terminal', jsonb_build_object('id', caller.id, 'name', caller.name, 'kind', caller.kind,
                                       'location_id', caller.location_id),
        'tenant_id', caller.tenant_id,
        'register_id', sync_register_of(caller, number),
        'incarnation', sync_incarnation_json(caller.id, number),
        'highest_incarnation', highest,
        'scope_version', sync_scope(caller),
        'floor_is_below', sync_cursor_counts(facts ->> 'cursor'),
        'fingerprint', sync_fingerprint(),
        'channel', sync_channel(caller.tenant_id),
        'in_recovery', pg_is_in_recovery());
END
$$;

-- Registers: one belongs to one incarnation of one terminal, so that no number is given twice.

-- The next code of the same register: R2, R2b, R2c … R2z, R2zb.
CREATE FUNCTION register_next_code(tenant uuid, code text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    series text := code;
BEGIN
    LOOP
        series := CASE WHEN series ~ '[b-y]$'
                     THEN left(series, -1) || chr(ascii(right(series, 1)) + 1)
                     ELSE series || 'b' END;
        EXIT WHEN NOT EXISTS (SELECT FROM registers AS r WHERE r.tenant_id = tenant
                              AND r.code = series AND r.deleted_at IS NULL);
    END LOOP;
    RETURN series;
END
$$;

-- The register of an incarnation that ended goes on as a new one with numbers of its own.
CREATE FUNCTION register_renew(caller terminals, number bigint) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    old registers;
    new_id uuid;
BEGIN
    SELECT * INTO old FROM registers
    WHERE tenant_id = caller.tenant_id AND terminal_id = caller.id AND deleted_at IS NULL
    ORDER BY incarnation DESC, id DESC LIMIT 1;
    IF old.id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE registers SET is_active = FALSE WHERE id = old.id;
    INSERT INTO registers (tenant_id, location_id, code, name, terminal_id, incarnation, printer,
                           drawer)
    VALUES (old.tenant_id, old.location_id, register_next_code(old.tenant_id, old.code), old.name,
            caller.id, number, old.printer, old.drawer)
    RETURNING id INTO new_id;
    RETURN new_id;
END
$$;

-- A register for a new terminal: the one that its store already has, else one of the place that no
-- terminal has, else a new one.
CREATE FUNCTION register_bind(terminal terminals, wanted uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    bound uuid;
BEGIN
    SELECT id INTO bound FROM registers
    WHERE tenant_id = terminal.tenant_id AND terminal_id IS NULL AND deleted_at IS NULL
      AND is_active AND (id = wanted OR wanted IS NULL AND location_id = terminal.location_id)
    ORDER BY length(code), code LIMIT 1 FOR UPDATE;
    IF bound IS NOT NULL THEN
        UPDATE registers SET terminal_id = terminal.id, incarnation = 1 WHERE id = bound;
        RETURN bound;
    END IF;
    IF terminal.location_id IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO registers (tenant_id, location_id, code, name, terminal_id, incarnation)
    SELECT terminal.tenant_id, terminal.location_id, 'R' || n, 'Register ' || n, terminal.id, 1
    FROM (SELECT 1 + coalesce(max(substring(code FROM '^R([0-9]{1,6})')::integer), 0) AS n
          FROM registers WHERE tenant_id = terminal.tenant_id) AS numbers
    RETURNING id INTO bound;
    RETURN bound;
END
$$;

CREATE FUNCTION sync_new_incarnation(from_seq bigint, from_operation uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    number bigint;
BEGIN
    PERFORM sync_count(1, 1);
    PERFORM FROM terminals WHERE id = caller.id FOR UPDATE;
    SELECT max(incarnation) + 1 INTO number FROM terminal_incarnations
    WHERE terminal_id = caller.id;
    UPDATE terminal_incarnations SET ended_at = now()
    WHERE terminal_id = caller.id AND ended_at IS NULL;
    INSERT INTO terminal_incarnations (tenant_id, terminal_id, incarnation, last_seq,
                                       last_operation_id)
    VALUES (caller.tenant_id, caller.id, number, from_seq, from_operation);
    RETURN jsonb_build_object('incarnation', number,
                              'register_id', register_renew(caller, number));
END
$$;

-- The pull

CREATE FUNCTION sync_pull_head(cursor text)
RETURNS TABLE (snapshot text, last_seq bigint, last_operation uuid, incarnation bigint,
               scope_version bigint, floor_is_below boolean, fingerprint text, in_recovery boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    RETURN QUERY
    SELECT pg_current_snapshot()::text, i.last_seq, i.last_operation_id, i.incarnation,
           sync_scope(caller), sync_cursor_counts($1), sync_fingerprint(), pg_is_in_recovery()
    FROM terminal_incarnations AS i WHERE i.terminal_id = caller.id
    ORDER BY i.incarnation DESC LIMIT 1;
END
$$;

CREATE FUNCTION sync_answers(incarnation bigint, from_seq bigint)
RETURNS TABLE (seq bigint, operation_id uuid, status text, reason text, result jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    RETURN QUERY
    SELECT a.seq, coalesce((a.result ->> 'id_reused')::uuid, a.operation_id), a.status::text,
           a.reason, a.result
    FROM applied_operations AS a
    WHERE a.tenant_id = caller.tenant_id AND a.terminal_id = caller.id AND a.incarnation = $1
      AND a.seq >= from_seq
    ORDER BY a.seq;
END
$$;

-- What changed since the cursor among what the terminal may see now or might have seen before; where
-- a row need not have a scope, one that had none was seen by all. What the cursor's snapshot could
-- not see is not the same as what is newer: transactions that were under way then count, whatever
-- their number (SYNC.md, fact 1). Plans made while the log is empty would read all of it for as long
-- as the connection lasts, hence no sequential scans.
CREATE FUNCTION sync_changes(cursor text) RETURNS TABLE (table_name text, row_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    caller terminals := sync_caller();
    since pg_snapshot := cursor::pg_snapshot;
    sees_all boolean := caller.kind IN ('worker', 'office');
    mine uuid[] := ARRAY(SELECT my_channels() UNION ALL SELECT my_users()
                         UNION ALL SELECT caller.location_id WHERE caller.location_id IS NOT NULL);
    seen text[] := ARRAY(SELECT t.name FROM sync_tables AS t WHERE t.scope = 'tenant'
                         OR t.scope IN ('central', 'location') AND sees_all);
    scoped text[] := ARRAY(SELECT t.name FROM sync_tables AS t
                           WHERE t.scope IN ('location', 'channel', 'user'));
    -- sync_scope_column() would be asked for each attribute, which takes longer than all the rest; a
    -- table without such a column is its own scope, by its id.
    loose text[] := ARRAY(SELECT t.name FROM sync_tables AS t JOIN pg_attribute AS a
        ON a.attrelid = to_regclass(t.name) AND a.attname = (t.scope || '_id')::name
        WHERE t.name = ANY (scoped) AND NOT a.attnotnull AND NOT a.attisdropped);
BEGIN
    RETURN QUERY
    SELECT DISTINCT l.table_name::text, l.row_id FROM change_log AS l
    WHERE l.tenant_id = caller.tenant_id AND l.xid >= pg_snapshot_xmin(since)
      AND NOT pg_visible_in_snapshot(l.xid, since)
      AND (l.table_name = ANY (seen) OR l.table_name = ANY (scoped) AND (
          l.row_id IS NULL OR l.old_scope = ANY (mine) OR l.new_scope = ANY (mine)
          OR l.old_scope IS NULL AND l.table_name = ANY (loose)));
END
$$;

-- Asked often, so it only looks whether anything of the tenant is newer: a pull that finds nothing
-- of this terminal's moves the cursor past it.
CREATE FUNCTION sync_has_news(cursor text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    caller terminals := sync_caller();
    since pg_snapshot := cursor::pg_snapshot;
BEGIN
    IF NOT pg_is_in_recovery() THEN
        PERFORM sync_note_seen(caller, cursor);
    END IF;
    RETURN EXISTS (
        SELECT FROM change_log AS l
        WHERE l.tenant_id = caller.tenant_id AND l.xid >= pg_snapshot_xmin(since)
          AND NOT pg_visible_in_snapshot(l.xid, since));
END
$$;

-- Of what the caller may see: with the caller's own rights, under the policies.
CREATE FUNCTION sync_checksum("table" text) RETURNS TABLE (rows bigint, versions numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT count(*), coalesce(sum(row_version), 0) FROM public.%I',
                                "table");
END
$$;

CREATE FUNCTION sync_travelling() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT name::text FROM sync_tables WHERE scope <> 'local' ORDER BY rank
$$;

-- How many rows the planner expects of each table that travels, with the caller's own rights: it
-- costs nothing, and is right to a factor. Of a table that was never counted it expects ten pages,
-- so that the size on disk is asked first.
CREATE FUNCTION sync_estimate() RETURNS TABLE (table_name text, rows bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    plan json;
BEGIN
    FOR table_name IN SELECT name FROM sync_travelling() AS name
        WHERE has_any_column_privilege('public.' || quote_ident(name), 'SELECT') LOOP
        EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM public.%I', table_name) INTO plan;
        rows := least((plan #>> '{0,Plan,Plan Rows}')::numeric::bigint, (
            SELECT sum(pg_relation_size(p)) / 40 FROM (
                SELECT to_regclass(table_name) AS p
                UNION SELECT relid FROM pg_partition_tree(to_regclass(table_name))) AS parts));
        RETURN NEXT;
    END LOOP;
END
$$;

-- Signing in

-- Whether somebody may do this somewhere in the shop. Owners have no rights written down.
CREATE FUNCTION sync_user_may(tenant uuid, who uuid, wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM user_roles AS m JOIN roles AS r ON r.id = m.role_id
        WHERE m.tenant_id = tenant AND m.user_id = who
          AND (r.name IN ('superadmin', 'tenant_owner') OR EXISTS (
              SELECT FROM role_permissions AS p
              WHERE p.tenant_id = tenant AND p.role_id = r.id AND p.permission = wanted)))
$$;

-- How long a sign-in on a terminal lasts: 14 days, unless the setting "sign_in" says other `days`.
CREATE FUNCTION sync_sign_in_lasts(tenant uuid) RETURNS interval
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT make_interval(days => coalesce((
        SELECT greatest(1, least(90, (s.value ->> 'days')::integer)) FROM app_settings AS s
        WHERE s.tenant_id = tenant AND s.name = 'sign_in' AND s.value ->> 'days' ~ '^[0-9]{1,4}$'),
        14))
$$;

CREATE FUNCTION sync_note_sign_in(terminal terminals, who uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at, valid_until)
    VALUES (terminal.tenant_id, terminal.id, who, now(),
            now() + sync_sign_in_lasts(terminal.tenant_id))
    ON CONFLICT (tenant_id, terminal_id, user_id) DO UPDATE
        SET signed_in_at = excluded.signed_in_at, valid_until = excluded.valid_until
$$;

-- bcrypt, as other programs write it: PHP says $2y$, others $2b$, crypt() knows it as $2a$.
CREATE FUNCTION sync_password_fits(password text, hash text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT crypt(password, regexp_replace(hash, '^\$2[by]\$', '$2a$')) =
           regexp_replace(hash, '^\$2[by]\$', '$2a$')
$$;

-- A code of the printed list of those whose sign-in has a second step; each is good once.
CREATE FUNCTION sync_use_backup_code(who uuid, code text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    used uuid;
BEGIN
    UPDATE backup_codes SET used_at = now() WHERE id = (
        SELECT b.id FROM backup_codes AS b
        WHERE b.user_id = who AND b.used_at IS NULL
          AND (b.code_hash = encode(sha256(convert_to(code, 'UTF8')), 'hex')
               OR b.code_hash LIKE '$2%' AND sync_password_fits(code, b.code_hash))
        LIMIT 1 FOR UPDATE) RETURNING id INTO used;
    RETURN used IS NOT NULL;
END
$$;

-- Answers {"user_id", "name"} or {"denied": a sentence that tells nothing}: a wrong try is counted,
-- which an error would undo. A login that does not exist costs as much as one that does.
CREATE FUNCTION sync_sign_in(login text, password text, code text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    asked text := left(btrim(login), 255);
    no_hash constant text := '$2a$12$xVwQ9Yp0YxXo0aQmH3a8XOq3n3b0QkA8C1wqgq1uQYtq0M0y2b8m6';
    who users;
    hash text;
    is_right boolean;
BEGIN
    IF (SELECT count(*) FROM login_attempts AS a WHERE a.tenant_id = caller.tenant_id
        AND a.login = asked AND a.attempted_at > now() - interval '15 minutes'
        AND NOT a.is_successful) >= 10 THEN
        RETURN jsonb_build_object('denied', 'too many wrong tries; wait a quarter of an hour');
    END IF;
    SELECT * INTO who FROM users AS u
    WHERE u.tenant_id = caller.tenant_id AND u.status = 'active' AND u.deleted_at IS NULL
      AND (u.username = asked OR u.email_key = text_key(asked) OR u.display_name = asked
           AND NOT EXISTS (SELECT FROM users AS o WHERE o.tenant_id = u.tenant_id
                           AND o.display_name = asked AND o.id <> u.id AND o.deleted_at IS NULL))
    ORDER BY u.username IS NOT DISTINCT FROM asked DESC,
             u.email_key IS NOT DISTINCT FROM text_key(asked) DESC LIMIT 1;
    SELECT c.password_hash INTO hash FROM user_credentials AS c
    WHERE c.tenant_id = caller.tenant_id AND c.user_id = who.id AND c.password_hash LIKE '$2%';
    is_right := sync_password_fits(coalesce(password, ''), coalesce(hash, no_hash))
        AND hash IS NOT NULL;
    IF is_right AND who.mfa_enabled THEN
        is_right := coalesce(sync_use_backup_code(who.id, btrim(code)), FALSE);
    END IF;
    PERFORM sync_count(1, 1);
    INSERT INTO login_attempts (tenant_id, user_id, login, user_agent, is_successful, reason)
    VALUES (caller.tenant_id, who.id, asked, caller.name, is_right, 'terminal');
    IF NOT is_right THEN
        RETURN jsonb_build_object('denied', 'name or password are wrong');
    END IF;
    PERFORM sync_note_sign_in(caller, who.id);
    RETURN jsonb_build_object('user_id', who.id, 'name', who.display_name);
END
$$;

CREATE FUNCTION sync_sign_out(who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    DELETE FROM terminal_users
    WHERE tenant_id = caller.tenant_id AND terminal_id = caller.id AND user_id = who;
END
$$;

-- Codes: 20 bytes, written in Crockford's base 32 in groups of four.

CREATE FUNCTION sync_code_text(bytes bytea) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT regexp_replace(string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ',
               1 + substring(('x' || encode(bytes, 'hex'))::bit(160), 1 + 5 * i, 5)::integer, 1),
               '' ORDER BY i), '(.{4})(?=.)', '\1-', 'g')
    FROM generate_series(0, 31) AS i
$$;

-- NULL where it is no code. I and L are read as 1, O as 0; blanks, dashes and case do not matter.
CREATE FUNCTION sync_code_bytes(code text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    clean text := translate(upper(regexp_replace(code, '[\s-]+', '', 'g')), 'ILO', '110');
    bits text := '';
    hex text := '';
BEGIN
    IF clean IS NULL OR clean !~ '^[0-9A-HJKMNP-TV-Z]{32}$' THEN
        RETURN NULL;
    END IF;
    FOR i IN 1..32 LOOP
        bits := bits || (strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substr(clean, i, 1)) - 1)
            ::bit(5)::text;
    END LOOP;
    FOR i IN 0..4 LOOP
        hex := hex || lpad(to_hex(substr(bits, 1 + 32 * i, 32)::bit(32)::bigint & 4294967295), 8,
                           '0');
    END LOOP;
    RETURN decode(hex, 'hex');
END
$$;

CREATE FUNCTION sync_code_key(bytes bytea) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT ('x' || encode(substr(bytes, 1, 4), 'hex'))::bit(32)::bigint & 4294967295
$$;

-- The place of a new terminal: the one named, or the only one there is.
CREATE FUNCTION sync_code_place(tenant uuid, kind text, location uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    places uuid[] := ARRAY(SELECT l.id FROM locations AS l WHERE l.tenant_id = tenant
                           AND l.kind NOT IN ('everywhere', 'transit') AND l.deleted_at IS NULL
                           AND (l.id = location OR location IS NULL));
BEGIN
    IF location IS NOT NULL AND cardinality(places) = 0 THEN
        RAISE EXCEPTION 'there is no such location' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF cardinality(places) = 1 THEN
        RETURN places[1];
    END IF;
    IF kind = 'register' THEN
        RAISE EXCEPTION 'the shop has % locations (%); say at which one the register is',
            cardinality(places), (SELECT string_agg(l.name, ', ' ORDER BY l.name)
                                  FROM locations AS l WHERE l.id = ANY (places)) USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

-- "Office 2": the first of these that no terminal has.
CREATE FUNCTION sync_code_name(tenant uuid, kind text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT initcap(kind) || ' ' || n FROM generate_series(1, 100000) AS n
    WHERE NOT EXISTS (SELECT FROM terminals AS t WHERE t.tenant_id = tenant
                      AND t.name = initcap($2) || ' ' || n AND t.deleted_at IS NULL)
      AND NOT EXISTS (SELECT FROM enrollment_codes AS c WHERE c.tenant_id = tenant
                      AND c.name = initcap($2) || ' ' || n AND c.used_at IS NULL
                      AND c.expires_at > now())
    ORDER BY n LIMIT 1
$$;

CREATE FUNCTION sync_new_code(tenant uuid, kind text, name text, location uuid, who uuid,
                              made_by uuid) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    bytes bytea := gen_random_bytes(20);
    called text := coalesce(nullif(btrim(name), ''), sync_code_name(tenant, kind));
BEGIN
    IF EXISTS (SELECT FROM terminals AS t WHERE t.tenant_id = tenant AND t.name = called
               AND t.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'there is a terminal called % already; choose another name', called
            USING ERRCODE = 'unique_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM users AS u WHERE u.id = who AND u.tenant_id = tenant
                   AND u.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'there is no such person in this shop'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO enrollment_codes (tenant_id, code_hash, code_key, kind, location_id, name,
                                  expires_at, user_id, created_by)
    VALUES (tenant, sha256(substr(bytes, 5)), sync_code_key(bytes), kind,
            sync_code_place(tenant, kind, location), called, now() + interval '1 hour', who,
            made_by);
    RETURN sync_code_text(bytes);
END
$$;

-- The administrator's; the shop's owner is signed in where nobody is named.
CREATE FUNCTION sync_first_code(tenant uuid, kind text, name text DEFAULT NULL,
                                location uuid DEFAULT NULL, who uuid DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM set_config('countertop.tenant', tenant::text, TRUE);
    RETURN sync_new_code(tenant, kind, name, location, coalesce(who, (
        SELECT u.id FROM users AS u JOIN user_roles AS m ON m.user_id = u.id
            JOIN roles AS r ON r.id = m.role_id
        WHERE u.tenant_id = tenant AND r.name = 'tenant_owner' AND u.deleted_at IS NULL
        ORDER BY u.created_at, u.id LIMIT 1)), NULL);
END
$$;

-- From a terminal: somebody who may, and who has just signed in there.
CREATE FUNCTION sync_make_code(kind text, name text, location uuid, who uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    maker uuid;
BEGIN
    SELECT t.user_id INTO maker FROM terminal_users AS t
    WHERE t.terminal_id = caller.id AND t.valid_until > now()
      AND t.signed_in_at > now() - interval '15 minutes'
      AND sync_user_may(caller.tenant_id, t.user_id, 'sync.edit')
    ORDER BY t.signed_in_at DESC LIMIT 1;
    IF maker IS NULL THEN
        RAISE EXCEPTION 'somebody who may add terminals has to sign in first, at most 15 minutes before'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind NOT IN ('register', 'office', 'estimator', 'worker') THEN
        RAISE EXCEPTION 'a terminal is a register, office, estimator or worker'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN sync_new_code(caller.tenant_id, kind, name, location, coalesce(who, maker), maker);
END
$$;

-- The pool of roles

CREATE FUNCTION sync_pool_prefix() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT 'ct_' || oid || '_t' FROM pg_database WHERE datname = current_database()
$$;

CREATE FUNCTION sync_make_terminal_role(role text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM sync_make_role(role, 'NOLOGIN CONNECTION LIMIT 3 IN ROLE ct_terminal');
    EXECUTE format('ALTER ROLE %I SET statement_timeout = ''60s''', role);
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''', role);
    EXECUTE format('ALTER ROLE %I SET lock_timeout = ''20s''', role);
    IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE format('GRANT %I TO ct_keeper WITH ADMIN OPTION', role);
    END IF;
END
$$;

-- Adds roles to the pool; says how many are free then.
CREATE FUNCTION sync_make_pool(n integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    prefix text := sync_pool_prefix();
    last integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(prefix));
    SELECT coalesce(max(substr(rolname, length(prefix) + 1)::integer), 0) INTO last
    FROM pg_roles WHERE rolname ~ ('^' || prefix || '[0-9]+$');
    FOR i IN last + 1 .. last + n LOOP
        PERFORM sync_make_terminal_role(prefix || i);
    END LOOP;
    RETURN (SELECT count(*) FROM pg_roles WHERE rolname ~ ('^' || prefix || '[0-9]+$')
            AND NOT EXISTS (SELECT FROM terminals WHERE role_name = rolname));
END
$$;

-- A role is never given twice: its last owner may still be connected.
CREATE FUNCTION sync_free_role() RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    prefix text := sync_pool_prefix();
    free text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(prefix));
    SELECT rolname INTO free FROM pg_roles
    WHERE rolname ~ ('^' || prefix || '[0-9]+$') AND NOT rolcanlogin
      AND NOT EXISTS (SELECT FROM terminals WHERE role_name = rolname)
    ORDER BY length(rolname), rolname LIMIT 1;
    IF free IS NULL THEN
        RAISE EXCEPTION 'the centre has no room for another terminal; `countertop central '
            'add-terminals` makes some' USING ERRCODE = 'too_many_connections';
    END IF;
    RETURN free;
END
$$;

-- The one function that may change roles: ct_keeper's, for roles of this database's pool alone, and
-- for a SCRAM verifier, never a password.
CREATE FUNCTION sync_give_login(role text, verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF role !~ '^ct_[0-9]+_t[0-9]+$'
       OR verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        RAISE EXCEPTION 'a role of the pool and a SCRAM verifier are needed'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', role, verifier);
END
$$;

-- Enrolling

-- Makes the terminal that a code stands for, with its first incarnation and its register.
CREATE FUNCTION sync_make_terminal(code enrollment_codes, role text, facts jsonb) RETURNS terminals
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    made terminals;
BEGIN
    INSERT INTO terminals (tenant_id, name, kind, location_id, role_name, schema_version,
                           enrolled_at, last_seen_at)
    VALUES (code.tenant_id, code.name, code.kind, code.location_id, role,
            coalesce((facts ->> 'schema_version')::integer, 0), now(), now())
    RETURNING * INTO made;
    INSERT INTO terminal_incarnations (tenant_id, terminal_id, incarnation, last_seq,
                                       last_operation_id)
    VALUES (made.tenant_id, made.id, 1, coalesce((facts ->> 'last_seq')::bigint, 0),
            (facts ->> 'last_operation')::uuid);
    PERFORM sync_note_sign_in(made, code.user_id);
    UPDATE enrollment_codes SET used_at = now(), terminal_id = made.id WHERE id = code.id;
    RETURN made;
END
$$;

-- What a terminal has to know of itself. `register`: the one of its first incarnation.
CREATE FUNCTION sync_terminal_json(terminal terminals, who uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT jsonb_build_object(
        'role', terminal.role_name, 'tenant_id', terminal.tenant_id, 'terminal_id', terminal.id,
        'name', terminal.name, 'kind', terminal.kind, 'location_id', terminal.location_id,
        'register_id', sync_register_of(terminal, 1), 'incarnation', 1,
        'fingerprint', sync_fingerprint(), 'user_id', who)
$$;

-- The code's row, if the code is right; a wrong one is counted.
CREATE FUNCTION sync_find_code(bytes bytea) RETURNS enrollment_codes
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    found enrollment_codes;
BEGIN
    SELECT * INTO found FROM enrollment_codes AS c WHERE c.code_key = sync_code_key(bytes)
        FOR UPDATE;
    IF found.id IS NULL OR found.expires_at < now() OR found.tries_left = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('countertop.tenant', found.tenant_id::text, TRUE);
    IF found.code_hash <> sha256(substr(bytes, 5)) THEN
        UPDATE enrollment_codes SET tries_left = tries_left - 1 WHERE id = found.id;
        PERFORM sync_alarm('wrong code', format('for the terminal %s', found.name));
        RETURN NULL;
    END IF;
    RETURN found;
END
$$;

-- Answers what the new terminal is, or {"denied": a sentence}: a wrong try is counted, which an
-- error would undo. A used code with the verifier that it was used with is answered again: the first
-- answer may have been lost. Runs for ct_door, whose tenant is that of the code.
CREATE FUNCTION sync_enroll(code text, verifier text, facts jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    found enrollment_codes := sync_find_code(sync_code_bytes(code));
    made terminals;
BEGIN
    SELECT t.* INTO made FROM terminals AS t JOIN terminal_states AS s ON s.terminal_id = t.id
    WHERE t.id = found.terminal_id AND s.verifier = $2 AND t.revoked_at IS NULL;
    IF made.id IS NOT NULL THEN
        RETURN sync_terminal_json(made, found.user_id);
    END IF;
    IF found.id IS NULL OR found.used_at IS NOT NULL THEN
        RETURN jsonb_build_object('denied',
                                  'this code is wrong, used or too old; ask for a new one');
    END IF;
    made := sync_make_terminal(found, sync_free_role(), coalesce(facts, '{}'));
    IF made.kind = 'register' OR facts ->> 'register_id' IS NOT NULL THEN
        PERFORM register_bind(made, (facts ->> 'register_id')::uuid);
    END IF;
    INSERT INTO terminal_states (terminal_id, tenant_id, verifier)
    VALUES (made.id, made.tenant_id, $2);
    PERFORM sync_give_login(made.role_name, $2);
    RETURN sync_terminal_json(made, found.user_id);
END
$$;

-- Who may call what
ALTER FUNCTION sync_give_login(text, text) OWNER TO ct_keeper;
REVOKE EXECUTE ON FUNCTION sync_give_login(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_give_login(text, text) TO ct_owner;
GRANT EXECUTE ON FUNCTION sync_enroll(text, text, jsonb) TO ct_door;
GRANT EXECUTE ON FUNCTION sync_hello(jsonb), sync_new_incarnation(bigint, uuid),
    sync_pull_head(text), sync_answers(bigint, bigint), sync_changes(text), sync_has_news(text),
    sync_checksum(text), sync_travelling(), sync_estimate(), sync_sign_in(text, text, text),
    sync_sign_out(uuid), sync_make_code(text, text, uuid, uuid) TO ct_terminal;

-- down postgres
DROP FUNCTION sync_enroll(text, text, jsonb);
DROP FUNCTION sync_find_code(bytea);
DROP FUNCTION sync_terminal_json(terminals, uuid);
DROP FUNCTION sync_make_terminal(enrollment_codes, text, jsonb);
DROP FUNCTION sync_give_login(text, text);
DROP FUNCTION sync_free_role();
DROP FUNCTION sync_make_pool(integer);
DROP FUNCTION sync_make_terminal_role(text);
DROP FUNCTION sync_pool_prefix();
DROP FUNCTION sync_make_code(text, text, uuid, uuid);
DROP FUNCTION sync_first_code(uuid, text, text, uuid, uuid);
DROP FUNCTION sync_new_code(uuid, text, text, uuid, uuid, uuid);
DROP FUNCTION sync_code_name(uuid, text);
DROP FUNCTION sync_code_place(uuid, text, uuid);
DROP FUNCTION sync_code_key(bytea);
DROP FUNCTION sync_code_bytes(text);
DROP FUNCTION sync_code_text(bytea);
DROP FUNCTION sync_sign_out(uuid);
DROP FUNCTION sync_sign_in(text, text, text);
DROP FUNCTION sync_use_backup_code(uuid, text);
DROP FUNCTION sync_password_fits(text, text);
DROP FUNCTION sync_note_sign_in(terminals, uuid);
DROP FUNCTION sync_sign_in_lasts(uuid);
DROP FUNCTION sync_user_may(uuid, uuid, text);
DROP FUNCTION sync_estimate();
DROP FUNCTION sync_travelling();
DROP FUNCTION sync_checksum(text);
DROP FUNCTION sync_has_news(text);
DROP FUNCTION sync_changes(text);
DROP FUNCTION sync_answers(bigint, bigint);
DROP FUNCTION sync_pull_head(text);
DROP FUNCTION sync_new_incarnation(bigint, uuid);
DROP FUNCTION register_bind(terminals, uuid);
DROP FUNCTION register_renew(terminals, bigint);
DROP FUNCTION register_next_code(uuid, text);
DROP FUNCTION sync_hello(jsonb);
DROP FUNCTION sync_note_hello(terminals, jsonb);
DROP FUNCTION sync_register_of(terminals, bigint);
DROP FUNCTION sync_incarnation_json(uuid, bigint);
DROP FUNCTION sync_note_mark();
DROP FUNCTION sync_note_seen(terminals, text);
DROP FUNCTION sync_cursor_counts(text);
DROP FUNCTION sync_cursor_is_later(text);
DROP FUNCTION sync_scope(terminals);
DROP FUNCTION sync_caller();
DROP FUNCTION sync_set_epoch();
DROP FUNCTION sync_channel(uuid);
DROP FUNCTION sync_fingerprint();
DROP FUNCTION sync_place();
DELETE FROM sync_meta WHERE name IN ('epoch', 'floor', 'channel_secret', 'place');
DROP EXTENSION IF EXISTS pgcrypto;
ALTER TABLE enrollment_codes DROP COLUMN user_id;
ALTER TABLE enrollment_codes DROP COLUMN code_key;

-- down sqlite
DROP INDEX enrollment_codes_by_key;
-- rebuild enrollment_codes
CREATE TABLE enrollment_codes (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    code_hash   BYTEA NOT NULL CHECK (length(code_hash) = 32),
    kind        VARCHAR(20) NOT NULL
        CHECK (kind IN ('register', 'office', 'estimator', 'worker', 'service')),
    location_id UUID REFERENCES locations (id) DEFERRABLE INITIALLY DEFERRED,
    name        VARCHAR(100) NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    expires_at  TIMESTAMPTZ NOT NULL,
    tries_left  INTEGER NOT NULL DEFAULT 5 CHECK (tries_left BETWEEN 0 AND 5),
    used_at     TIMESTAMPTZ,
    terminal_id UUID REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    created_by  UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    row_version BIGINT NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- down
DROP TABLE sync_marks;
DROP TABLE terminal_states;
DELETE FROM sync_columns
WHERE table_name = 'enrollment_codes' AND column_name IN ('code_key', 'user_id');
