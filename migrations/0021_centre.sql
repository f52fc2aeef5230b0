-- The centre guards itself: who owns the tables, which rows a role sees, what it may do with them,
-- and what it can never do, whatever program it runs (SYNC.md section 4).
--
-- Runs as a superuser: it makes roles and an event trigger, and gives all tables to ct_owner, a role
-- that nobody logs in as and that is no superuser. Row security is forced on that owner too, so a
-- SECURITY DEFINER function of ours sees the tenant of the session alone; in the session of an
-- administrator it sees all of them. The sync tables themselves are not forced: my_tenant() and the
-- exchange must read them before there is a tenant. To a terminal they grant nothing.

-- up postgres
DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'the centre is set up by an administrator of the database: connect as a '
            'superuser, such as postgres' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- up
-- What somebody tried: one row for each role, kind of attempt and day, so that it can't be flooded.
CREATE TABLE alarms (
    id          UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id   UUID,
    terminal_id UUID,
    role_name   VARCHAR(63) NOT NULL,
    kind        VARCHAR(40) NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    day         DATE NOT NULL,
    detail      TEXT NOT NULL DEFAULT '',
    times       BIGINT NOT NULL DEFAULT 1 CHECK (times > 0),
    first_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    last_at     TIMESTAMPTZ NOT NULL DEFAULT (now())
);
CREATE UNIQUE INDEX alarms_by_day ON alarms (day, role_name, kind);

-- What a terminal has sent on a day.
CREATE TABLE quotas (
    terminal_id UUID NOT NULL REFERENCES terminals (id) DEFERRABLE INITIALLY DEFERRED,
    day         DATE NOT NULL,
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    operations  BIGINT NOT NULL DEFAULT 0 CHECK (operations >= 0),
    row_count   BIGINT NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    PRIMARY KEY (terminal_id, day)
);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('alarms', 2101, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('quotas', 2102, 'local', 'fields', NULL, NULL, NULL, NULL);

-- Codes and sign-ins are made by the centre's functions alone: no operation forges one.
UPDATE sync_tables SET right_insert = NULL, right_update = NULL, right_delete = NULL
WHERE name IN ('terminal_users', 'enrollment_codes');

-- up sqlite
-- An entry without a row means the whole table.
-- rebuild change_log
CREATE TABLE change_log (
    tenant_id  UUID NOT NULL,
    xid        BIGINT NOT NULL DEFAULT 0,
    table_name VARCHAR(63) NOT NULL,
    row_id     UUID,
    is_deleted BOOLEAN NOT NULL DEFAULT FALSE,
    old_scope  UUID,
    new_scope  UUID
);

-- Rows of two tables may have one id: a product and its default variant do.
-- rebuild field_times
CREATE TABLE field_times (
    row_id      UUID NOT NULL,
    column_name VARCHAR(63) NOT NULL,
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    edited_at   TIMESTAMPTZ NOT NULL,
    table_name  VARCHAR(63) NOT NULL,
    PRIMARY KEY (row_id, column_name, table_name)
);

-- up postgres
ALTER TABLE field_times ADD COLUMN table_name VARCHAR(63) NOT NULL,
    DROP CONSTRAINT field_times_pkey,
    ADD CONSTRAINT field_times_pkey PRIMARY KEY (row_id, column_name, table_name);

-- Roles belong to the whole cluster, where another centre may have made them, or be about to.
CREATE FUNCTION sync_make_role(name text, attributes text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF to_regrole(name) IS NULL THEN
        EXECUTE format('CREATE ROLE %I %s', name, attributes);
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- the other one was faster
END
$$;

SELECT sync_make_role('ct_owner', 'NOLOGIN');                -- owns everything
SELECT sync_make_role('ct_terminal', 'NOLOGIN');             -- all terminals
SELECT sync_make_role('ct_service', 'NOLOGIN');              -- programs of one tenant
SELECT sync_make_role('ct_app', 'NOLOGIN');                  -- programs of many tenants
SELECT sync_make_role('ct_backup', 'NOLOGIN BYPASSRLS');     -- reads everything
SELECT sync_make_role('ct_keeper', 'NOLOGIN CREATEROLE');    -- lets a pool role log in
SELECT sync_make_role('ct_eraser', 'NOLOGIN IN ROLE ct_owner'); -- the one that the append-only guard
                                                              -- lets pass: retention and erasure
-- Everybody may knock: what counts is the code that sync_enroll() asks for.
SELECT sync_make_role('ct_door', 'LOGIN CONNECTION LIMIT 20 PASSWORD ''countertop''');

DO $$
DECLARE
    wrong text;
BEGIN
    SELECT string_agg(rolname, ', ') INTO wrong FROM pg_roles
    WHERE rolname IN ('ct_owner', 'ct_terminal', 'ct_service', 'ct_app', 'ct_backup', 'ct_keeper',
                      'ct_eraser', 'ct_door')
      AND (rolsuper OR rolreplication OR rolcanlogin <> (rolname = 'ct_door')
           OR rolcreaterole <> (rolname = 'ct_keeper') OR rolbypassrls <> (rolname = 'ct_backup'));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'this server has roles of that name with other rights: %; rename them', wrong
            USING ERRCODE = 'duplicate_object';
    END IF;
END
$$;

-- Nobody but those who need it makes temporary tables or large objects, or takes advisory locks:
-- they would fill the disk or stop the others.
CREATE FUNCTION sync_close_database(is_closed boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    callable record;
BEGIN
    EXECUTE format(CASE WHEN is_closed THEN 'REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC'
                        ELSE 'GRANT TEMPORARY ON DATABASE %I TO PUBLIC' END, current_database());
    FOR callable IN
        SELECT oid::regprocedure AS name, proname LIKE 'lo\_%' AS is_large FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND (proname IN ('lo_creat', 'lo_create', 'lo_from_bytea')
               OR proname ~ '^pg_(try_)?advisory_') LOOP
        IF NOT is_closed THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', callable.name);
        ELSE
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', callable.name);
        END IF;
        CONTINUE WHEN callable.is_large;
        EXECUTE format(CASE WHEN is_closed THEN 'GRANT EXECUTE ON FUNCTION %s TO '
                            ELSE 'REVOKE EXECUTE ON FUNCTION %s FROM ' END
                       || 'ct_owner, ct_keeper, ct_service, ct_app', callable.name);
    END LOOP;
END
$$;
SELECT sync_close_database(TRUE);
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO ct_owner; -- the months of analytics
ALTER DEFAULT PRIVILEGES FOR ROLE ct_owner IN SCHEMA public GRANT SELECT ON TABLES TO ct_backup;

-- Dropping a partition takes rows that no trigger sees: one entry for the whole table, in the log of
-- each tenant that has terminals.
ALTER TABLE change_log ALTER COLUMN row_id DROP NOT NULL;
CREATE FUNCTION log_dropped_partition() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO change_log (tenant_id, table_name, is_deleted)
    SELECT DISTINCT m.tenant_id, t.name, TRUE
    FROM pg_event_trigger_dropped_objects() AS d
        JOIN sync_tables AS t ON starts_with(d.object_name, t.name || '_')
        JOIN pg_class AS c ON c.oid = to_regclass(t.name) AND c.relkind = 'p'
        CROSS JOIN terminals AS m
    WHERE d.object_type = 'table' AND d.schema_name = 'public';
END
$$;
CREATE EVENT TRIGGER countertop_dropped_partition ON sql_drop
    WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION log_dropped_partition();

-- Who is asking: the terminal whose role this session logged in as, and its tenant. A definer
-- function keeps session_user, so nobody can be talked into another answer. Revoked: nothing. The
-- setting counts for programs that serve many tenants, and for ct_door: it may call sync_enroll()
-- and nothing else, which sets the tenant of the code that it has checked.
CREATE FUNCTION my_tenant() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    mine uuid;
BEGIN
    SELECT t.tenant_id INTO mine FROM terminals AS t
    WHERE t.role_name = session_user::text AND t.revoked_at IS NULL AND t.deleted_at IS NULL;
    IF mine IS NULL AND (pg_has_role(session_user, 'ct_app', 'MEMBER')
                         OR session_user = 'ct_door') THEN
        mine := nullif(current_setting('countertop.tenant', TRUE), '')::uuid;
    END IF;
    RETURN mine;
END
$$;

CREATE FUNCTION my_terminal() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN (SELECT t.id FROM terminals AS t
            WHERE t.role_name = session_user::text AND t.revoked_at IS NULL
              AND t.deleted_at IS NULL);
END
$$;

CREATE FUNCTION my_location() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN (SELECT t.location_id FROM terminals AS t WHERE t.id = my_terminal());
END
$$;

-- A program for many tenants is a service of the one that it has set.
CREATE FUNCTION my_kind() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN coalesce((SELECT t.kind FROM terminals AS t WHERE t.id = my_terminal()),
                    CASE WHEN my_tenant() IS NOT NULL THEN 'service' END);
END
$$;

-- Who is signed in at this terminal. Here and below the look-ups stand before the query, which would
-- ask them for each row.
CREATE FUNCTION my_users() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 5 SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    tenant constant uuid := my_tenant();
    terminal constant uuid := my_terminal();
BEGIN
    RETURN QUERY SELECT u.user_id FROM terminal_users AS u
        WHERE u.terminal_id = terminal AND u.tenant_id = tenant AND u.valid_until > now();
END
$$;

-- The tenant's public channels, and the private and direct ones of those who are signed in here.
CREATE FUNCTION my_channels() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 100 SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    tenant constant uuid := my_tenant();
    people constant uuid[] := ARRAY(SELECT my_users());
BEGIN
    RETURN QUERY SELECT c.id FROM channels AS c
        WHERE c.tenant_id = tenant AND c.channel_type = 'public'
        UNION SELECT m.channel_id FROM channel_members AS m
        WHERE m.tenant_id = tenant AND m.user_id = ANY (people);
END
$$;

CREATE FUNCTION is_administrator() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT rolsuper FROM pg_roles WHERE rolname = session_user
$$;

-- An alarm for those who watch the centre. An error that follows takes it back: a function that
-- wants it kept answers instead of raising.
CREATE FUNCTION sync_alarm(kind text, detail text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RAISE LOG 'countertop: % by %: %', kind, session_user, detail;
    INSERT INTO alarms AS a (tenant_id, terminal_id, role_name, kind, day, detail)
    VALUES (my_tenant(), my_terminal(), session_user, kind, current_date, left(detail, 500))
    ON CONFLICT (day, role_name, kind) DO UPDATE
        SET times = a.times + 1, last_at = now(), detail = excluded.detail;
END
$$;

-- Counts what a terminal sends today. At the limit it raises 53400, which a terminal takes for a
-- reason to wait, so that nothing is lost. sync_meta may hold other limits.
CREATE FUNCTION sync_count(operation_count bigint, changed_rows bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    today quotas;
    most_operations bigint := coalesce(
        (SELECT value::bigint FROM sync_meta WHERE name = 'quota_operations'), 500000);
    most_rows bigint := coalesce(
        (SELECT value::bigint FROM sync_meta WHERE name = 'quota_rows'), 10000000);
BEGIN
    INSERT INTO quotas AS q (terminal_id, day, tenant_id, operations, row_count)
    VALUES (my_terminal(), current_date, my_tenant(), operation_count, changed_rows)
    ON CONFLICT (terminal_id, day) DO UPDATE
        SET operations = q.operations + excluded.operations,
            row_count = q.row_count + excluded.row_count
    RETURNING * INTO today;
    IF today.operations > most_operations OR today.row_count > most_rows THEN
        RAISE EXCEPTION 'this terminal has sent all that one may send in a day; it goes on tomorrow'
            USING ERRCODE = 'configuration_limit_exceeded';
    ELSIF today.operations > most_operations * 9 / 10 OR today.row_count > most_rows * 9 / 10 THEN
        PERFORM sync_alarm('quota', format('%s operations and %s rows today', today.operations,
                                           today.row_count));
    END IF;
END
$$;

-- Fires for each row that anybody writes, so it has no SET clause, and every name is spelled out.
CREATE OR REPLACE FUNCTION row_stamp() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.row_version := pg_catalog.nextval('public.row_versions');
    NEW.created_at := CASE WHEN TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN OLD.created_at
                           ELSE pg_catalog.now() END;
    NEW.updated_at := pg_catalog.now();
    RETURN NEW;
END
$$;

-- No setting opens it, for any role can set those: only a function that belongs to ct_eraser does.
CREATE OR REPLACE FUNCTION row_append_only() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF current_user OPERATOR(pg_catalog.=) 'ct_eraser' AND TG_OP OPERATOR(pg_catalog.<>) 'TRUNCATE'
    THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END
$$;

-- Field times: when a column that merges by 'latest' was last edited; an edit that was made offline
-- says its own time, never later than now, and never earlier than an edit that it knew.
CREATE FUNCTION sync_times_sql(table_name text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(format($f$
                INSERT INTO field_times AS f (row_id, column_name, tenant_id, edited_at, table_name)
                SELECT n.id, unnest(CASE WHEN n.id = o.id THEN array_remove(ARRAY[%s], NULL) END),
                    n.tenant_id,
                    least(coalesce(nullif(current_setting('countertop.edited_at', TRUE), '')
                                   ::timestamptz, now()), now()), %L
                FROM new_rows AS n FULL JOIN old_rows AS o ON o.id = n.id
                ON CONFLICT (row_id, column_name, table_name) DO UPDATE
                    SET edited_at = greatest(f.edited_at, excluded.edited_at);
        $f$, string_agg(format('CASE WHEN n.%1$I IS DISTINCT FROM o.%1$I THEN %1$L END', a.attname),
                        ', ' ORDER BY a.attnum), $1), '')
    FROM pg_attribute AS a
        LEFT JOIN sync_columns AS s ON s.table_name = $1 AND s.column_name = a.attname
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attname NOT IN ('id', 'tenant_id', 'row_version', 'created_at', 'updated_at')
      AND coalesce(s.policy, 'latest') = 'latest'
$$;

-- 0001's, whose triggers stay; the function behind them writes the log for whoever changed the rows,
-- and the field times. Its plans are made once for a session, and one that suits a single row would
-- take for ever on many: so the joins are FULL, which are never nested loops.
ALTER FUNCTION sync_make_log(text) RENAME TO sync_make_log_triggers;
CREATE FUNCTION sync_make_log(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    scope_column text := sync_scope_column($1);
    new_scope text := coalesce('n.' || quote_ident(scope_column), 'NULL::uuid');
    old_scope text := coalesce('o.' || quote_ident(scope_column), 'NULL::uuid');
    into_log constant text := 'INSERT INTO change_log
        (tenant_id, table_name, row_id, is_deleted, old_scope, new_scope) ';
BEGIN
    PERFORM sync_make_log_triggers($1);
    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $b$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                %2$s SELECT n.tenant_id, %3$L, n.id, FALSE, NULL, %4$s FROM new_rows AS n;
            ELSIF TG_OP = 'DELETE' THEN
                %2$s SELECT o.tenant_id, %3$L, o.id, TRUE, %5$s, NULL FROM old_rows AS o;
                DELETE FROM field_times AS f
                WHERE f.row_id = ANY (ARRAY(SELECT o.id FROM old_rows AS o)) AND f.table_name = %3$L;
            ELSIF TG_OP = 'TRUNCATE' THEN
                %2$s SELECT o.tenant_id, %3$L, o.id, TRUE, %5$s, NULL FROM %3$I AS o;
            ELSE
                %2$s SELECT coalesce(n.tenant_id, o.tenant_id), %3$L, coalesce(n.id, o.id),
                        n.id IS NULL, %5$s, %4$s
                    FROM new_rows AS n FULL JOIN old_rows AS o ON o.id = n.id;
                %6$s
            END IF;
            RETURN NULL;
        END $b$ $f$, $1 || '_log', into_log, $1, new_scope, old_scope,
        CASE (SELECT t.merge FROM sync_tables AS t WHERE t.name = $1)
            WHEN 'append' THEN '' ELSE sync_times_sql($1) END);
END
$$;

-- Every reference is to a row of the same tenant: the key of a reference is the tenant and the id,
-- so a row that is missing and one that belongs to somebody else fail alike.
CREATE FUNCTION sync_make_references(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    loose record;
BEGIN
    FOR loose IN
        SELECT r.conname, p.relname AS parent, a.attname AS column_name
        FROM pg_constraint AS r JOIN pg_class AS p ON p.oid = r.confrelid
            JOIN pg_attribute AS a ON a.attrelid = r.conrelid AND a.attnum = r.conkey[1]
            JOIN pg_attribute AS b ON b.attrelid = r.confrelid AND b.attnum = r.confkey[1]
        WHERE r.conrelid = to_regclass($1) AND r.contype = 'f' AND cardinality(r.conkey) = 1
          AND r.conparentid = 0 AND b.attname = 'id' AND a.attname <> 'tenant_id'
          AND sync_has_columns($1, 'tenant_id') AND sync_has_columns(p.relname, 'tenant_id') LOOP
        IF to_regclass(loose.parent || '_of_tenant') IS NULL THEN
            EXECUTE format('CREATE UNIQUE INDEX %I ON %I (tenant_id, id)',
                           loose.parent || '_of_tenant', loose.parent);
        END IF;
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I
            FOREIGN KEY (tenant_id, %3$I) REFERENCES %4$I (tenant_id, id)
            DEFERRABLE INITIALLY DEFERRED', $1, loose.conname, loose.column_name, loose.parent);
    END LOOP;
END
$$;

-- Which rows of its tenant a terminal or program sees.
CREATE FUNCTION sync_scope_condition(table_name text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT 'tenant_id = (SELECT my_tenant())' || CASE
        WHEN t.scope = 'central' THEN
            ' AND (SELECT my_kind()) IN (''office'', ''worker'', ''service'')'
        WHEN t.scope IN ('location', 'channel', 'user') THEN
            format(' AND (' || CASE WHEN a.attnotnull THEN '' ELSE '%1$I IS NULL OR ' END
                || CASE t.scope
                    WHEN 'location' THEN '%1$I = (SELECT my_location()) OR (SELECT my_kind()) IN
                                          (''office'', ''worker'', ''service'')'
                    WHEN 'channel' THEN '%1$I IN (SELECT my_channels())'
                    ELSE '%1$I IN (SELECT my_users())' END || ')', a.attname)
        ELSE '' END
    FROM sync_tables AS t LEFT JOIN pg_attribute AS a
        ON a.attrelid = to_regclass(t.name) AND a.attname = sync_scope_column(t.name)
    WHERE t.name = $1
$$;

CREATE FUNCTION sync_drop_policies(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    policy text;
BEGIN
    FOR policy IN SELECT polname FROM pg_policy WHERE polrelid = to_regclass($1) LOOP
        EXECUTE format('DROP POLICY %I ON %I', policy, $1);
    END LOOP;
END
$$;

-- Row security, policies and grants of a table. What travels: terminals read all columns but the
-- secret ones, programs do what they want with their tenant's rows, except with what enrols
-- terminals. What follows from other tables (rank 90 to 99 of its hundred): all of them read it. Any
-- other table: nobody's.
CREATE FUNCTION sync_make_policies(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    kind sync_tables;
    is_exchange boolean;
    readable text;
BEGIN
    IF NOT sync_has_columns($1, 'tenant_id') THEN
        RETURN;
    END IF;
    SELECT * INTO STRICT kind FROM sync_tables AS t WHERE t.name = $1;
    is_exchange := kind.rank / 100 = 4; -- a table of 0004
    PERFORM sync_drop_policies($1);
    EXECUTE format('REVOKE ALL ON %I FROM ct_terminal, ct_service, ct_app', $1);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', $1);
    IF kind.scope = 'local' AND kind.rank % 100 < 90 THEN
        RETURN;
    END IF;
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO readable
    FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND NOT EXISTS (
        SELECT FROM sync_columns AS s
        WHERE s.table_name = $1 AND s.column_name = a.attname AND s.is_secret);
    EXECUTE format('CREATE POLICY of_tenant ON %I TO ct_terminal, ct_service, ct_app
        USING (%s) WITH CHECK (tenant_id = (SELECT my_tenant()))', $1, sync_scope_condition($1));
    EXECUTE format('GRANT SELECT (%s) ON %I TO ct_terminal', readable, $1);
    EXECUTE format('GRANT SELECT%s ON %I TO ct_service, ct_app',
        CASE WHEN kind.scope = 'local' OR is_exchange THEN '' ELSE ', INSERT, UPDATE, DELETE' END,
        $1);
    IF NOT is_exchange THEN
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', $1);
        EXECUTE format('CREATE POLICY of_owner ON %I TO ct_owner
            USING (tenant_id = (SELECT my_tenant()) OR (SELECT is_administrator()))', $1);
    END IF;
END
$$;

-- Gives a table all that every table at the centre has; may be called again at any time.
ALTER FUNCTION sync_enable(text) RENAME TO sync_enable_log;
CREATE FUNCTION sync_enable(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM sync_make_references($1);
    PERFORM sync_make_policies($1);
    IF (SELECT t.scope FROM sync_tables AS t WHERE t.name = $1) <> 'local' THEN
        PERFORM sync_enable_log($1);
        IF to_regprocedure('sync_make_apply(text)') IS NOT NULL THEN
            PERFORM sync_make_apply($1);
        END IF;
    END IF;
    EXECUTE format('COMMENT ON TABLE %I IS %L', $1, sync_shape($1));
END
$$;

-- What sync_enable() makes of a table depends on this alone; the table's comment says for which of
-- its shapes it was made.
CREATE FUNCTION sync_shape(table_name text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT 'made for ' || md5(concat_ws(E'\n',
        (SELECT t::text FROM sync_tables AS t WHERE t.name = $1),
        (SELECT string_agg(s::text, E'\n' ORDER BY s.column_name) FROM sync_columns AS s
         WHERE s.table_name = $1),
        (SELECT string_agg(m::text, E'\n' ORDER BY m::text) FROM status_moves AS m
         WHERE m.table_name = $1),
        (SELECT string_agg(format('%s %s %s', a.attname, a.atttypid, a.attnotnull), E'\n'
                           ORDER BY a.attnum)
         FROM pg_attribute AS a
         WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped),
        (SELECT count(*) FROM pg_constraint AS r
         WHERE r.conrelid = to_regclass($1) AND r.contype = 'f')))
$$;

-- Hands what this administrator made to ct_owner. Nobody calls a new function unless it is granted,
-- and a function with rights of its own finds our tables alone by their names. Programs read the
-- views that show each of them what it may see; those of the exchange itself are the administrator's.
CREATE FUNCTION sync_hand_over() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT c.oid::regclass AS name, c.relname NOT LIKE 'sync\_%'
                   AND 'security_invoker=true' = ANY (coalesce(c.reloptions, '{}')) AS is_open
        FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND pg_get_userbyid(c.relowner) = current_user
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid
                          AND (deptype = 'e' OR deptype IN ('a', 'i') AND c.relkind = 'S')) LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO ct_owner', made.name);
        EXECUTE format('GRANT SELECT ON %s TO ct_backup', made.name);
        IF made.is_open THEN
            EXECUTE format('GRANT SELECT ON %s TO ct_service, ct_app', made.name);
        END IF;
    END LOOP;
    FOR made IN
        SELECT p.oid::regprocedure AS name, p.prosecdef FROM pg_proc AS p
        WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) = current_user
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e') LOOP
        EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', made.name);
        IF made.prosecdef THEN
            EXECUTE format('ALTER ROUTINE %s SET search_path = public, pg_temp',
                           made.name);
        END IF;
        EXECUTE format('ALTER ROUTINE %s OWNER TO ct_owner', made.name);
    END LOOP;
END
$$;

-- Called after each migration: enables the tables that are new or not what they were.
ALTER FUNCTION sync_settle() RENAME TO sync_settle_new;
CREATE FUNCTION sync_settle() RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM sync_settle_new();
    PERFORM sync_enable(t.name) FROM sync_tables AS t
    WHERE obj_description(to_regclass(t.name), 'pg_class') IS DISTINCT FROM sync_shape(t.name);
    PERFORM sync_hand_over();
END
$$;

-- A terminal is made by a code and revoked for good, and nothing that it sends makes it, or another,
-- what it is not.
CREATE FUNCTION terminals_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF session_user = 'ct_door' OR is_administrator() THEN
        RETURN NEW;
    ELSIF TG_OP = 'INSERT' OR NEW.role_name IS DISTINCT FROM OLD.role_name OR NEW.kind <> OLD.kind
          OR NEW.revoked_at IS NULL AND OLD.revoked_at IS NOT NULL
          OR NEW.deleted_at IS NULL AND OLD.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'a terminal is made by a code, and stays what it is'
            USING ERRCODE = 'insufficient_privilege', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON terminals
    FOR EACH ROW EXECUTE FUNCTION terminals_guard();
ALTER TABLE terminals ENABLE ALWAYS TRIGGER guard;

-- Triggers of released tables that other programs' writes must come through.
ALTER FUNCTION messages_place() SECURITY DEFINER;
ALTER FUNCTION row_legal_move() SECURITY DEFINER;
ALTER FUNCTION analytics_make_partitions(date, integer) SECURITY DEFINER;
ALTER FUNCTION users_keys() SET search_path = public, pg_temp;
ALTER FUNCTION named_keys() SET search_path = public, pg_temp;

SELECT sync_settle();

GRANT SELECT ON sync_tables, sync_columns, status_moves, currencies, permissions
    TO ct_terminal, ct_service, ct_app;
GRANT USAGE ON SEQUENCE row_versions TO ct_service, ct_app;
GRANT EXECUTE ON FUNCTION uuidv7(), text_key(text), text_phone(text), order_earns(orders),
    my_tenant(), my_terminal(), my_kind(), my_location(), my_users(), my_channels()
    TO ct_terminal, ct_service, ct_app;
GRANT EXECUTE ON FUNCTION sync_alarm(text, text), my_tenant(), my_terminal() TO ct_keeper;

-- down sqlite
DELETE FROM change_log WHERE row_id IS NULL;
-- rebuild change_log
CREATE TABLE change_log (
    tenant_id  UUID NOT NULL,
    xid        BIGINT NOT NULL DEFAULT 0,
    table_name VARCHAR(63) NOT NULL,
    row_id     UUID NOT NULL,
    is_deleted BOOLEAN NOT NULL DEFAULT FALSE,
    old_scope  UUID,
    new_scope  UUID
);

-- rebuild field_times
CREATE TABLE field_times (
    row_id      UUID NOT NULL,
    column_name VARCHAR(63) NOT NULL,
    tenant_id   UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    edited_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (row_id, column_name)
);

-- down postgres
DELETE FROM field_times;
ALTER TABLE field_times DROP COLUMN table_name, ADD PRIMARY KEY (row_id, column_name);
DROP TRIGGER guard ON terminals;
DROP FUNCTION terminals_guard();
DROP EVENT TRIGGER countertop_dropped_partition;
DROP FUNCTION log_dropped_partition();
DELETE FROM change_log WHERE row_id IS NULL;
ALTER TABLE change_log ALTER COLUMN row_id SET NOT NULL;

DO $$
DECLARE
    made record;
BEGIN
    FOR made IN SELECT t.name FROM sync_tables AS t WHERE sync_has_columns(t.name, 'tenant_id') LOOP
        PERFORM sync_drop_policies(made.name);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY',
                       made.name);
    END LOOP;
    FOR made IN
        SELECT r.conrelid::regclass AS child, r.conname, a.attname AS column_name,
            r.confrelid::regclass AS parent
        FROM pg_constraint AS r
            JOIN pg_attribute AS a ON a.attrelid = r.conrelid AND a.attnum = r.conkey[2]
        WHERE r.contype = 'f' AND r.conparentid = 0 AND r.connamespace = 'public'::regnamespace
          AND (SELECT b.attname FROM pg_attribute AS b WHERE b.attrelid = r.conrelid
               AND b.attnum = r.conkey[1]) = 'tenant_id' LOOP
        EXECUTE format('ALTER TABLE %1$s DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I
            FOREIGN KEY (%3$I) REFERENCES %4$s (id) DEFERRABLE INITIALLY DEFERRED',
            made.child, made.conname, made.column_name, made.parent);
    END LOOP;
    FOR made IN SELECT c.oid::regclass AS name FROM pg_class AS c JOIN sync_tables AS t
        ON c.oid = to_regclass(t.name || '_of_tenant') LOOP
        EXECUTE format('DROP INDEX %s', made.name);
    END LOOP;
    FOR made IN SELECT name FROM sync_tables LOOP
        EXECUTE format('COMMENT ON TABLE %I IS NULL', made.name);
    END LOOP;
END
$$;

DROP FUNCTION sync_settle();
DROP FUNCTION sync_hand_over();
DROP FUNCTION sync_enable(text);
DROP FUNCTION sync_shape(text);
DROP FUNCTION sync_make_policies(text);
DROP FUNCTION sync_drop_policies(text);
DROP FUNCTION sync_scope_condition(text);
DROP FUNCTION sync_make_references(text);
DROP FUNCTION sync_make_log(text);
DROP FUNCTION sync_times_sql(text);
ALTER FUNCTION sync_settle_new() RENAME TO sync_settle;
ALTER FUNCTION sync_enable_log(text) RENAME TO sync_enable;
ALTER FUNCTION sync_make_log_triggers(text) RENAME TO sync_make_log;
SELECT sync_enable(name) FROM sync_tables WHERE scope <> 'local';

CREATE OR REPLACE FUNCTION row_stamp() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.row_version := nextval('row_versions');
    NEW.created_at := CASE TG_OP WHEN 'UPDATE' THEN OLD.created_at ELSE now() END;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION row_append_only() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END
$$;
ALTER FUNCTION messages_place() SECURITY INVOKER RESET search_path;
ALTER FUNCTION row_legal_move() SECURITY INVOKER RESET search_path;
ALTER FUNCTION analytics_make_partitions(date, integer) SECURITY INVOKER RESET search_path;
ALTER FUNCTION users_keys() RESET search_path;
ALTER FUNCTION named_keys() RESET search_path;

DROP FUNCTION sync_count(bigint, bigint);
DROP FUNCTION sync_alarm(text, text);
DROP FUNCTION is_administrator();
DROP FUNCTION my_channels();
DROP FUNCTION my_users();
DROP FUNCTION my_kind();
DROP FUNCTION my_location();
DROP FUNCTION my_terminal();
DROP FUNCTION my_tenant();
SELECT sync_close_database(FALSE);
DROP FUNCTION sync_close_database(boolean);
DROP FUNCTION sync_make_role(text, text);

-- The roles stay: another database of the cluster may use them.
REASSIGN OWNED BY ct_owner TO CURRENT_USER;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ct_terminal, ct_service, ct_app, ct_backup;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM ct_terminal, ct_service, ct_app, ct_backup;
REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM ct_terminal, ct_service, ct_app, ct_keeper;
REVOKE CREATE ON SCHEMA public FROM ct_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE ct_owner IN SCHEMA public REVOKE SELECT ON TABLES FROM ct_backup;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO PUBLIC;

-- down
UPDATE sync_tables
SET right_insert = 'sync.edit', right_update = 'sync.edit', right_delete = 'sync.delete'
WHERE name IN ('terminal_users', 'enrollment_codes');
DROP TABLE quotas;
DROP TABLE alarms;
