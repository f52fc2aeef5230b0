-- How rows that terminals send are written at the centre: merged field by field with what stands
-- there (SYNC.md section 5), by one function for each table. sync_make_apply() makes it, so that
-- plans are made once for a connection: statements made anew for each row took most of the time.
-- Who asks for it, and may, stands in 0027_judge.sql and 0028_push.sql.

-- up

-- up postgres
-- Bytes travel as base64, and PostgreSQL reads them as hex.
CREATE FUNCTION sync_bytes(fields jsonb, VARIADIC names text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT fields || coalesce((
        SELECT jsonb_object_agg(n, '\x' || encode(decode(fields ->> n, 'base64'), 'hex'))
        FROM unnest(names) AS n WHERE fields ->> n IS NOT NULL), '{}')
$$;

-- What names a row, for a sentence.
CREATE FUNCTION sync_title(table_name text, fields jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(fields ->> 'order_number', fields ->> 'name', fields ->> 'display_name',
                    fields ->> 'title', fields ->> 'subject', fields ->> 'number',
                    (fields ->> 'first_name') || ' ' || (fields ->> 'last_name'),
                    fields ->> 'code', fields ->> 'sku',
                    'a row of "' || replace(table_name, '_', ' ') || '"')
$$;

CREATE FUNCTION sync_label(column_name text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE column_name
        WHEN 'sku' THEN 'SKU'
        WHEN 'email' THEN 'e-mail address' WHEN 'email_key' THEN 'e-mail address'
        WHEN 'card_barcode' THEN 'customer card' WHEN 'z_number' THEN 'Z number'
        ELSE replace(regexp_replace(column_name, '_(id|cents|bp|milli|at|key)$', ''), '_', ' ') END
$$;

-- Merging

-- One entry of a list of conflicts. Secrets are named, never told.
CREATE FUNCTION sync_conflict(table_name text, row_id uuid, column_name text, policy text,
                              base jsonb, mine jsonb, theirs jsonb, title text, won text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF EXISTS (SELECT FROM sync_columns AS s WHERE s.table_name = $1 AND s.column_name = $3
                 AND s.is_secret) THEN
        base := NULL; mine := NULL; theirs := NULL;
    END IF;
    RETURN jsonb_build_object('table', table_name, 'id', row_id, 'column', column_name,
        'policy', policy, 'base', base, 'mine', mine, 'theirs', theirs, 'title', title)
        || CASE WHEN won IS NULL THEN '{}' ELSE jsonb_build_object('won', won) END;
END
$$;

-- Keys of an object that only one side changed are taken from it; `is_later` decides the others.
CREATE FUNCTION sync_merge_keys(base jsonb, mine jsonb, theirs jsonb, is_later boolean,
                                OUT merged jsonb, OUT is_contested boolean)
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(jsonb_object_agg(k.name, k.value) FILTER (WHERE k.value IS NOT NULL), '{}'),
           coalesce(bool_or(k.is_contested), FALSE)
    FROM (SELECT n AS name,
                 base -> n IS DISTINCT FROM theirs -> n AND base -> n IS DISTINCT FROM mine -> n
                     AND mine -> n IS DISTINCT FROM theirs -> n AS is_contested,
                 CASE WHEN base -> n IS NOT DISTINCT FROM mine -> n THEN theirs -> n
                      WHEN base -> n IS NOT DISTINCT FROM theirs -> n OR is_later THEN mine -> n
                      ELSE theirs -> n END AS value
          FROM (SELECT jsonb_object_keys(mine) AS n UNION SELECT jsonb_object_keys(theirs)) AS u) AS k
$$;

-- What the person added and took away, applied to what is there now.
CREATE FUNCTION sync_merge_set(base jsonb, mine jsonb, theirs jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(jsonb_agg(e.value ORDER BY e.place, e.at), '[]')
    FROM (SELECT value, 1 AS place, at FROM jsonb_array_elements(theirs) WITH ORDINALITY
              AS t (value, at) WHERE NOT base @> jsonb_build_array(value)
                  OR mine @> jsonb_build_array(value)
          UNION ALL
          SELECT value, 2, at FROM jsonb_array_elements(mine) WITH ORDINALITY AS m (value, at)
          WHERE NOT base @> jsonb_build_array(value)
            AND NOT theirs @> jsonb_build_array(value)) AS e
$$;

-- When a field was last edited at the centre.
CREATE FUNCTION sync_edited_at(table_name text, key uuid, columns text[], here jsonb)
RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
    SELECT coalesce((SELECT max(f.edited_at) FROM field_times AS f
                     WHERE f.row_id = key AND f.column_name = ANY (columns) AND f.table_name = $1),
                    (here ->> 'created_at')::timestamptz)
$$;

-- Merges one unit, a column or the columns of a group, which somebody changed meanwhile. `here` is
-- the centre's row, `base` what the person saw and `mine` what the person made of it, whole rows
-- all three and typed. Gives the fields to write and, where somebody lost, what.
CREATE FUNCTION sync_merge_unit(table_name text, key uuid, columns text[], policy text, here jsonb,
                                base jsonb, mine jsonb, edited timestamptz,
                                OUT fields jsonb, OUT lost text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    c text := columns[1];
    is_later boolean;
    is_contested boolean := TRUE;
BEGIN
    fields := '{}';
    IF policy IN ('latest', 'keys') THEN
        is_later := edited > sync_edited_at($1, key, columns, here);
    END IF;
    IF policy = 'strict' THEN
        lost := 'strict';
    ELSIF policy = 'moves' THEN
        IF cardinality(columns) > 1 OR EXISTS (
               SELECT FROM status_moves AS m WHERE m.table_name = $1 AND m.column_name = c)
           AND NOT EXISTS (
               SELECT FROM status_moves AS m WHERE m.table_name = $1 AND m.column_name = c
                 AND m.from_value = here ->> c AND m.to_value = mine ->> c) THEN
            lost := 'moves';
        ELSE
            fields := jsonb_build_object(c, mine -> c);
        END IF;
    ELSIF policy = 'max' THEN
        IF here ->> c IS NULL OR (CASE WHEN jsonb_typeof(mine -> c) = 'number'
                THEN (mine ->> c)::numeric > (here ->> c)::numeric
                ELSE (mine ->> c) COLLATE "C" > (here ->> c) COLLATE "C" END) THEN
            fields := jsonb_build_object(c, mine -> c);
        END IF;
    ELSIF policy = 'set' AND jsonb_typeof(mine -> c) = 'array'
          AND jsonb_typeof(here -> c) = 'array' AND jsonb_typeof(base -> c) = 'array' THEN
        fields := jsonb_build_object(c, sync_merge_set(base -> c, mine -> c, here -> c));
    ELSIF policy = 'keys' AND jsonb_typeof(mine -> c) = 'object'
          AND jsonb_typeof(here -> c) = 'object' AND jsonb_typeof(base -> c) = 'object' THEN
        SELECT jsonb_build_object(c, k.merged), k.is_contested INTO fields, is_contested
        FROM sync_merge_keys(base -> c, mine -> c, here -> c, is_later) AS k;
        lost := CASE WHEN is_contested THEN 'keys' END;
    ELSE
        IF coalesce(is_later, edited > sync_edited_at($1, key, columns, here)) THEN
            SELECT jsonb_object_agg(n, mine -> n) INTO fields FROM unnest(columns) AS n;
        END IF;
        lost := 'latest';
    END IF;
END
$$;

-- Merges an edit into a row that is not as the person saw it, field by field; columns under one
-- CHECK are one. What the edit saw and did not change must be as it was, too.
CREATE FUNCTION sync_merge(table_name text, key uuid, here jsonb, base jsonb, mine jsonb, sent jsonb,
                           edited timestamptz, OUT fields jsonb, OUT conflicts jsonb)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    unit record;
    merged record;
    c text;
BEGIN
    fields := '{}';
    conflicts := '[]';
    FOR unit IN
        SELECT array_agg(k.name ORDER BY k.name) AS columns,
               bool_or(sent -> 'new' ? k.name) AS is_changed,
               bool_or(base -> k.name IS DISTINCT FROM here -> k.name) AS is_contested,
               bool_and(mine -> k.name IS NOT DISTINCT FROM here -> k.name) AS is_same,
               (array_agg(coalesce(s.policy, 'latest') ORDER BY array_position(
                   '{strict,moves,keys,set,max,latest}', coalesce(s.policy, 'latest'))))[1] AS policy
        FROM (SELECT jsonb_object_keys(sent -> 'new') AS name
              UNION SELECT jsonb_object_keys(sent -> 'base')) AS k
            LEFT JOIN sync_columns AS s ON s.table_name = $1 AND s.column_name = k.name
        WHERE here ? k.name
        GROUP BY coalesce(s.column_group, '=' || k.name) LOOP
        IF unit.is_same THEN
            CONTINUE;
        ELSIF NOT unit.is_contested THEN
            fields := fields || (SELECT jsonb_object_agg(n, mine -> n)
                                 FROM unnest(unit.columns) AS n);
            CONTINUE;
        ELSIF NOT unit.is_changed THEN
            SELECT '{}'::jsonb AS fields, 'seen' AS lost INTO merged;
        ELSE
            merged := sync_merge_unit($1, key, unit.columns, unit.policy, here, base, mine, edited);
        END IF;
        fields := fields || merged.fields;
        FOREACH c IN ARRAY unit.columns LOOP
            CONTINUE WHEN merged.lost IS NULL OR mine -> c IS NOT DISTINCT FROM here -> c
                AND base -> c IS NOT DISTINCT FROM here -> c;
            conflicts := conflicts || sync_conflict($1, key, c, merged.lost, base -> c, mine -> c,
                here -> c, sync_title($1, here),
                CASE WHEN merged.lost IN ('latest', 'keys')
                     THEN CASE WHEN merged.fields ? c AND merged.fields -> c = mine -> c
                               THEN 'mine' ELSE 'theirs' END END);
        END LOOP;
    END LOOP;
END
$$;

-- Writing

-- The function that writes a table's rows. `sent` is, for 'insert', an array of rows as flat
-- objects with their id; for 'update' and 'delete' the row as the operation has it; for 'lock' an
-- array of ids. Gives the conflicts of an update or delete, which has then left the contested
-- fields as they were; NULL: none.
CREATE FUNCTION sync_make_apply(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    parts record;
BEGIN
    IF (SELECT t.scope FROM sync_tables AS t WHERE t.name = $1) = 'local'
       OR NOT sync_has_columns($1, 'id', 'tenant_id', 'row_version', 'created_at', 'updated_at') THEN
        RETURN;
    END IF;
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS names,
           string_agg(CASE WHEN a.attnotnull AND d.adbin IS NOT NULL
                           THEN format('coalesce(n.%I, %s)', a.attname,
                                       pg_get_expr(d.adbin, d.adrelid))
                           ELSE format('n.%I', a.attname) END, ', ' ORDER BY a.attnum) AS fresh,
           string_agg(format('%1$I = after.%1$I', a.attname), ', ' ORDER BY a.attnum) AS changes,
           string_agg(format('here.%I', a.attname), ', ' ORDER BY a.attnum) AS here,
           string_agg(format(', %L', a.attname), '' ORDER BY a.attnum)
               FILTER (WHERE a.atttypid = 'bytea'::regtype) AS bytes,
           CASE WHEN bool_or(a.attname = 'deleted_at')
                THEN ' OR here.deleted_at IS NOT NULL AND NOT sent -> ''new'' ? ''deleted_at'''
                ELSE '' END AS is_gone
    INTO parts
    FROM pg_attribute AS a
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attname NOT IN ('id', 'tenant_id', 'row_version', 'created_at', 'updated_at')
      -- the centre alone gives a message its place
      AND ($1 <> 'messages' OR a.attname <> 'position');
    IF parts.names IS NULL THEN
        RETURN; -- nothing in it could be said
    END IF;
    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %8$I(verb text, sent jsonb, tenant uuid, edited timestamptz)
        RETURNS jsonb LANGUAGE plpgsql AS $b$
        DECLARE
            key uuid;
            here %1$I;
            after %1$I;
            fields jsonb;
            conflicts jsonb;
        BEGIN
            IF verb = 'insert' THEN
                INSERT INTO %1$I (id, tenant_id, %2$s)
                SELECT n.id, tenant, %3$s FROM jsonb_populate_recordset(NULL::%1$I, %6$s) AS n;
                RETURN NULL;
            ELSIF verb = 'lock' THEN
                PERFORM FROM %1$I AS t
                WHERE t.id = ANY (ARRAY(SELECT jsonb_array_elements_text(sent)::uuid))
                ORDER BY t.id FOR NO KEY UPDATE;
                RETURN NULL;
            END IF;
            key := sent ->> 'id';
            SELECT t.* INTO here FROM %1$I AS t WHERE t.id = key FOR NO KEY UPDATE;
            IF verb = 'update' THEN
                IF NOT FOUND %9$s THEN
                    RETURN jsonb_build_array(sync_conflict(%10$L, key, NULL, 'deleted',
                        sent -> 'base', sent -> 'new', NULL, sync_title(%10$L, to_jsonb(here))));
                END IF;
                after := jsonb_populate_record(here, %7$s);
                IF after IS NOT DISTINCT FROM here THEN
                    after := jsonb_populate_record(here, %11$s);
                ELSE
                    SELECT m.fields, m.conflicts INTO fields, conflicts
                    FROM sync_merge(%10$L, key, to_jsonb(here), to_jsonb(after),
                        to_jsonb(jsonb_populate_record(after, %11$s)), sent, edited) AS m;
                    after := jsonb_populate_record(here, fields);
                END IF;
                IF after IS DISTINCT FROM here THEN
                    UPDATE %1$I AS t SET %4$s WHERE t.id = key;
                END IF;
            ELSIF verb = 'delete' AND FOUND THEN
                IF NOT EXISTS (SELECT FROM jsonb_populate_record(NULL::%1$I, %7$s) AS n
                               WHERE ROW(%3$s) IS NOT DISTINCT FROM ROW(%5$s)) THEN
                    RETURN jsonb_build_array(sync_conflict(%10$L, key, NULL, 'edited',
                        sent -> 'base', NULL, to_jsonb(here) - ARRAY(
                            SELECT s.column_name FROM sync_columns AS s
                            WHERE s.table_name = %10$L AND s.is_secret),
                        sync_title(%10$L, to_jsonb(here))));
                END IF;
                DELETE FROM %1$I AS t WHERE t.id = key;
            ELSIF verb <> 'delete' THEN
                RAISE EXCEPTION 'The operation asks for something that this centre does not know: %%',
                    verb USING ERRCODE = 'CT003';
            END IF;
            RETURN nullif(conflicts, '[]');
        END $b$ $f$,
        $1, parts.names, parts.fresh, parts.changes, parts.here,
        CASE WHEN parts.bytes IS NULL THEN 'sent'
             ELSE format('(SELECT jsonb_agg(sync_bytes(r%s)) FROM jsonb_array_elements(sent) AS r)',
                         parts.bytes) END,
        CASE WHEN parts.bytes IS NULL THEN 'sent -> ''base'''
             ELSE format('sync_bytes(sent -> ''base''%s)', parts.bytes) END,
        $1 || '_apply', parts.is_gone, $1,
        CASE WHEN parts.bytes IS NULL THEN 'sent -> ''new'''
             ELSE format('sync_bytes(sent -> ''new''%s)', parts.bytes) END);
    IF NOT EXISTS (SELECT FROM pg_proc WHERE oid = to_regproc('sync_dispatch')
                     AND strpos(prosrc, quote_literal($1)) > 0) THEN
        PERFORM sync_make_dispatch();
    END IF;
END
$$;

-- Those functions, known by their parameters.
CREATE FUNCTION sync_apply_functions() RETURNS TABLE (oid oid, name text)
LANGUAGE sql STABLE
AS $$
    SELECT p.oid, p.proname::text FROM pg_proc AS p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE '%\_apply'
      AND pg_get_function_identity_arguments(p.oid) =
          'verb text, sent jsonb, tenant uuid, edited timestamp with time zone'
$$;

-- Calls the function of a table by its name; a call by EXECUTE would be planned each time.
CREATE FUNCTION sync_make_dispatch() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    cases text;
BEGIN
    SELECT string_agg(format('WHEN %s THEN CASE table_name %s ELSE NULL; END CASE;', d.domain,
                             d.cases), ' ' ORDER BY d.domain)
    INTO cases
    FROM (SELECT rank / 100 AS domain,
                 string_agg(format('WHEN %L THEN RETURN %I(verb, sent, tenant, edited);', name,
                                   name || '_apply'), ' ' ORDER BY rank) AS cases
          FROM sync_tables WHERE scope <> 'local' AND to_regclass(name) IS NOT NULL
          GROUP BY rank / 100) AS d;
    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION sync_dispatch(table_name text, rank integer, verb text, sent jsonb,
                                                 tenant uuid, edited timestamptz)
        RETURNS jsonb LANGUAGE plpgsql AS $b$
        BEGIN
            CASE rank / 100 %s ELSE NULL; END CASE;
            RAISE EXCEPTION 'The operation writes to "%%", which this centre does not have',
                coalesce(table_name, '') USING ERRCODE = 'CT003';
        END $b$ $f$, cases);
END
$$;

-- Called after each migration: what wrote to tables that are gone goes as well.
ALTER FUNCTION sync_settle() RENAME TO sync_settle_shapes;
CREATE FUNCTION sync_settle() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    orphan regprocedure;
BEGIN
    PERFORM sync_settle_shapes();
    FOR orphan IN SELECT f.oid FROM sync_apply_functions() AS f
        WHERE to_regclass(quote_ident(left(f.name, -length('_apply')))) IS NULL LOOP
        EXECUTE format('DROP FUNCTION %s', orphan);
    END LOOP;
END
$$;

-- For all tables that are there; sync_enable() does it for those to come.
SELECT sync_make_apply(name) FROM sync_tables WHERE scope <> 'local' ORDER BY rank;

-- down postgres
DROP FUNCTION sync_settle();
ALTER FUNCTION sync_settle_shapes() RENAME TO sync_settle;
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT f.oid FROM sync_apply_functions() AS f LOOP
        EXECUTE format('DROP FUNCTION %s', made);
    END LOOP;
END
$$;
DROP FUNCTION sync_dispatch, sync_make_dispatch, sync_apply_functions, sync_make_apply, sync_merge,
    sync_merge_unit, sync_edited_at, sync_merge_set, sync_merge_keys, sync_conflict, sync_label,
    sync_title, sync_bytes;

-- down
