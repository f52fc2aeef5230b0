-- What terminals send is applied here, each operation once and whole, or not at all (SYNC.md
-- sections 4 to 6).
--
-- sync_apply() is the door. It tries an operation twice: first as it stands, in few statements, as
-- nearly all succeed; and where that fails for a reason that it may get around (a number that is
-- taken; money, which always lands) row by row, with care. Rows are written by one function for each
-- table, made by sync_make_apply(), so that plans are made once for a connection.
--
-- Errors of its own, each with a sentence for a person: CT001 conflict (DETAIL is the list), CT002
-- blocked (DETAIL is the operation), CT003 refused.

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
        WHEN 'sku' THEN 'SKU' WHEN 'email_key' THEN 'e-mail address' WHEN 'email' THEN 'e-mail address'
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
CREATE FUNCTION sync_edited_at(key uuid, columns text[], here jsonb) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
    SELECT coalesce((SELECT max(f.edited_at) FROM field_times AS f
                     WHERE f.row_id = key AND f.column_name = ANY (columns)),
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
        is_later := edited > sync_edited_at(key, columns, here);
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
        IF coalesce(is_later, edited > sync_edited_at(key, columns, here)) THEN
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

-- Sentences

-- Whether an error passes by itself, so that the terminal tries again and nothing is recorded.
CREATE FUNCTION sync_passes(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT code ~ '^(40001|40P01|55P03|57014|53|57P0|08)'
$$;

-- The columns under a unique index or a constraint, without the tenant.
CREATE FUNCTION sync_rule_columns(table_name text, rule text) RETURNS text[]
LANGUAGE sql STABLE
AS $$
    SELECT array_agg(a.attname::text ORDER BY k.at)
    FROM (SELECT i.indkey::int2[] AS keys FROM pg_index AS i
          WHERE i.indexrelid = to_regclass(quote_ident(nullif(rule, ''))) AND i.indrelid = to_regclass(nullif($1, ''))
          UNION ALL
          SELECT c.conkey FROM pg_constraint AS c
          WHERE c.conname = rule AND c.conrelid = to_regclass(nullif($1, '')) AND c.contype IN ('c', 'f')) AS r
        CROSS JOIN unnest(r.keys) WITH ORDINALITY AS k (num, at)
        JOIN pg_attribute AS a ON a.attrelid = to_regclass(nullif($1, '')) AND a.attnum = k.num
    WHERE a.attname <> 'tenant_id'
$$;

-- Who has the value already that a unique index protects: looked for among what the terminal sees.
CREATE FUNCTION sync_taken_sentence(table_name text, columns text[], body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    sent jsonb;
    mine jsonb;
    other jsonb;
    said text := columns[cardinality(columns)];
BEGIN
    FOR sent IN SELECT r FROM jsonb_array_elements(body -> 'rows') AS r
            JOIN sync_tables AS t ON t.name = r ->> 'table'
        WHERE t.name = $1 AND t.scope = 'tenant' AND r ->> 'verb' <> 'delete' LOOP
        EXECUTE format('SELECT to_jsonb(n), (SELECT to_jsonb(t) FROM %1$I AS t
                WHERE t.id <> n.id AND %2$s LIMIT 1)
            FROM (SELECT (jsonb_populate_record((SELECT h FROM %1$I AS h WHERE h.id = $2), $1)).*)
                AS n', $1, (SELECT string_agg(format('t.%1$I = n.%1$I', c), ' AND ')
                            FROM unnest(columns) AS c))
            INTO mine, other USING (sent -> 'new') || jsonb_build_object('id', sent -> 'id'),
                (sent ->> 'id')::uuid;
        IF other IS NOT NULL THEN
            RETURN format('The %s %s is taken by %s', sync_label(said),
                coalesce(mine ->> replace(said, '_key', ''), mine ->> said), sync_title($1, other));
        END IF;
    END LOOP;
    RETURN format('This %s is taken already', sync_label(said));
END
$$;

-- Which booking stands where another was meant to be.
CREATE FUNCTION sync_booked_sentence(table_name text, body jsonb) RETURNS text
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

-- What an error means to the person whose operation it ended.
CREATE FUNCTION sync_sentence(code text, said text, table_name text, rule text, column_name text,
                              body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    columns text[];
    named text := replace(table_name, '_', ' ');
    move text[] := regexp_match(said, 'cannot go from (.*) to (.*)$');
BEGIN
    columns := CASE WHEN rule <> '' THEN sync_rule_columns(table_name, rule) END;
    IF code LIKE 'CT%' OR code = 'P0001' THEN
        RETURN said;
    ELSIF code = '23505' AND columns = '{id}' THEN
        RETURN format('A row of "%s" is there already: an id is used once', named);
    ELSIF code = '23505' AND columns IS NOT NULL THEN
        RETURN sync_taken_sentence(table_name, columns, body);
    ELSIF code = '23P01' THEN
        RETURN sync_booked_sentence(table_name, body);
    ELSIF code = '23503' AND columns IS NOT NULL THEN
        RETURN format('The %s of "%s" is not there, or still used elsewhere',
                      sync_label(columns[cardinality(columns)]), named);
    ELSIF move IS NOT NULL THEN
        RETURN format('The %s of "%s" can''t go from %s to %s', sync_label(column_name), named,
                      move[1], move[2]);
    ELSIF code = '23514' AND columns IS NOT NULL THEN
        RETURN format('Not allowed in "%s": %s', named, (SELECT string_agg(sync_label(c), ', ')
                                                         FROM unnest(columns) AS c));
    ELSIF code = '23502' THEN
        RETURN format('The %s of "%s" is missing', sync_label(column_name), named);
    ELSIF code = '42501' THEN
        RETURN 'It writes rows that this terminal may not write';
    END IF;
    RETURN 'The centre can''t take it: ' || said;
EXCEPTION WHEN OTHERS THEN
    RETURN 'The centre can''t take it: ' || said; -- what is wrong with it was in the way here, too
END
$$;

-- Rights

-- What a person may do here, '*' being everything and 'fresh' a sign-in of the last 15 minutes;
-- NULL: the person is not signed in at this terminal. What counts is when the thing was done, for it
-- may have waited for a line long after the sign-in ran out.
CREATE FUNCTION sync_rights(me terminals, who uuid, happened timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    since timestamptz;
BEGIN
    SELECT u.signed_in_at INTO since FROM terminal_users AS u
        JOIN users AS p ON p.tenant_id = u.tenant_id AND p.id = u.user_id
    WHERE u.tenant_id = me.tenant_id AND u.terminal_id = me.id AND u.user_id = who
      AND u.valid_until >= happened AND p.status IN ('active', 'invited')
      AND p.deleted_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN array_remove(ARRAY(
        SELECT CASE WHEN r.name IN ('superadmin', 'tenant_owner') THEN '*' ELSE p.permission END
        FROM user_roles AS m JOIN roles AS r ON r.id = m.role_id
            JOIN locations AS l ON l.id = m.location_id
            LEFT JOIN role_permissions AS p ON p.tenant_id = m.tenant_id AND p.role_id = r.id
        WHERE m.tenant_id = me.tenant_id AND m.user_id = who
          AND (l.kind = 'everywhere' OR l.id = me.location_id OR me.location_id IS NULL))
        || CASE WHEN since > now() - interval '15 minutes' THEN 'fresh' END, NULL);
END
$$;

-- Whether a row only follows another of the operation or takes back what the same person did: then
-- it needs no right of its own, as in the model. A row that the person added has the instant of
-- that operation as the instant of its creation.
CREATE FUNCTION sync_follows(sent jsonb, body jsonb, tenant uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    made_at timestamptz;
    is_hidden constant boolean := sent #>> '{new,deleted_at}' IS NOT NULL;
BEGIN
    IF sent ->> 'verb' = 'delete' OR is_hidden THEN
        EXECUTE format('SELECT t.created_at FROM %I AS t WHERE t.id = $1', sent ->> 'table')
            INTO made_at USING (sent ->> 'id')::uuid;
        IF EXISTS (SELECT FROM applied_operations AS a
                   WHERE a.operation_id = (body ->> 'undoes')::uuid AND a.tenant_id = tenant
                     AND a.actor_id = (body ->> 'actor')::uuid AND a.received_at = made_at) THEN
            RETURN TRUE;
        END IF;
    END IF;
    RETURN EXISTS (
        SELECT FROM pg_constraint AS k JOIN pg_class AS p ON p.oid = k.confrelid
            JOIN pg_attribute AS a ON a.attrelid = k.conrelid
                AND a.attnum = k.conkey[cardinality(k.conkey)]
            JOIN sync_columns AS s ON s.table_name = sent ->> 'table' AND s.column_name = a.attname
            JOIN jsonb_array_elements(body -> 'rows') AS gone ON gone ->> 'verb' = 'delete'
                AND gone ->> 'table' = p.relname
                AND gone -> 'id' = sent #> ARRAY['base', a.attname]
        WHERE k.contype = 'f' AND k.conrelid = to_regclass(sent ->> 'table')
          AND (sent ->> 'verb' = 'delete' AND s.on_delete = 'parts'
               OR sent ->> 'verb' = 'update' AND s.on_delete = 'clear'
                  AND sent -> 'new' = jsonb_build_object(a.attname, NULL)));
END
$$;

-- Whether rows of one channel, person or place are all within what this terminal sees, as they stand
-- and as they will. What the operation itself makes is.
CREATE FUNCTION sync_reaches(table_name text, scope text, verb text, sent jsonb, body jsonb,
                             me terminals) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    c constant text := sync_scope_column(table_name);
    places uuid[];
BEGIN
    IF verb = 'insert' THEN
        places := ARRAY(SELECT (r ->> c)::uuid FROM jsonb_array_elements(sent) AS r
                        WHERE c <> 'id');
    ELSE
        EXECUTE format('SELECT ARRAY[t.%I, $2] FROM %I AS t WHERE t.id = $1', c, table_name)
            INTO places USING (sent #>> '{0,id}')::uuid, (sent #>> ARRAY['0', 'new', c])::uuid;
    END IF;
    RETURN NOT EXISTS (
        SELECT FROM unnest(places) AS p
        WHERE coalesce(p <> ALL (CASE scope WHEN 'channel' THEN ARRAY(SELECT my_channels())
                                   WHEN 'user' THEN ARRAY(SELECT my_users())
                                   ELSE ARRAY[me.location_id] END), p IS NOT NULL)
          AND NOT body @> jsonb_build_object('rows', jsonb_build_array(jsonb_build_object(
              'table', scope || 's', 'verb', 'insert', 'id', p))));
END
$$;

-- Why somebody may not change these rows; NULL: that is allowed. `sent` are rows of one table for one
-- verb, of which `need` is the right.
CREATE FUNCTION sync_forbids(rights text[], need text, table_name text, verb text, scope text,
                             sent jsonb, body jsonb, me terminals) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF scope = 'central' AND me.kind NOT IN ('office', 'worker') THEN
        RETURN format('"%s" is kept at the centre, not at a terminal of this kind',
                      replace(table_name, '_', ' '));
    ELSIF scope IN ('channel', 'user', 'location') AND me.kind <> 'worker'
          AND (scope <> 'location' OR me.kind <> 'office')
          AND sync_reaches(table_name, scope, verb, sent, body, me) IS NOT TRUE THEN
        RETURN format('Rows of "%s" that are not for this terminal', replace(table_name, '_', ' '));
    ELSIF need IS NULL THEN
        RETURN format('Nobody may %s rows of "%s"', verb, replace(table_name, '_', ' '));
    ELSIF rights && ARRAY['*', need] IS NOT TRUE
          AND (table_name = 'registers' AND body ->> 'kind' LIKE 'import.%'
               AND 'import.run' = ANY (rights)) IS NOT TRUE
          AND (verb = 'insert' OR sync_follows(sent -> 0, body, me.tenant_id) IS NOT TRUE) THEN
        RETURN format('%s lacks the right %s', (SELECT u.display_name FROM users AS u
            WHERE u.id = (body ->> 'actor')::uuid), need);
    ELSIF need ~ '^(users|settings|sync)\.' AND table_name <> 'sync_conflicts'
          AND 'fresh' = ANY (rights) IS NOT TRUE THEN
        RETURN 'Changing people, rights, terminals and settings needs a sign-in of the last 15 '
            'minutes: sign in and send it again';
    END IF;
    RETURN NULL;
END
$$;

-- Rules

-- Tables whose rows say that money moved, which has then happened, whatever the centre thinks.
CREATE FUNCTION sync_has_money(body jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT body @? '$.rows[*].table ? (@ == "payments" || @ == "refunds" || @ == "cash_movements"
        || @ == "gift_card_transactions" || @ == "store_credit_transactions")'
$$;

-- An amount as people write it.
CREATE FUNCTION sync_amount(cents bigint, currency text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT round(cents / 10::numeric ^ e.exponent, e.exponent) || ' ' || $2
    FROM (SELECT coalesce((SELECT c.exponent FROM currencies AS c WHERE c.code = $2), 2)) AS e
        (exponent)
$$;

-- The first order of the operation whose total is not that of its lines. A large import sends an
-- order in several operations of one group, which are judged by nobody; nor are orders that are
-- taken back, which keep their total and lose their lines.
CREATE FUNCTION sync_wrong_total(body jsonb) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT format('The total of order %s is not that of its lines', o.order_number)
    FROM orders AS o
    WHERE NOT body ? 'group' AND o.deleted_at IS NULL AND o.id = ANY (ARRAY(
        SELECT CASE r ->> 'table' WHEN 'orders' THEN (r ->> 'id')::uuid
                    ELSE coalesce(r #>> '{new,order_id}', r #>> '{base,order_id}',
                                  (SELECT i.order_id::text FROM order_items AS i
                                   WHERE i.id = (r ->> 'id')::uuid))::uuid END
        FROM jsonb_array_elements(body -> 'rows') AS r
        WHERE r ->> 'table' = 'orders' AND r -> 'new' ?| '{total_cents,shipping_cents,rounding_cents}'
           OR r ->> 'table' = 'order_items'
              AND (r ->> 'verb' <> 'update' OR r -> 'new' ?| '{total_cents,order_id}')))
      AND o.total_cents <> o.shipping_cents + o.rounding_cents
          + coalesce((SELECT sum(i.total_cents) FROM order_items AS i
                      WHERE i.tenant_id = o.tenant_id AND i.order_id = o.id), 0)
    LIMIT 1
$$;

-- Whether these rows of money leave an order paid or paid back beyond what it was, or a card
-- overdrawn: a task for a person, since the money moved.
CREATE FUNCTION sync_money_tasks(table_name text, sent jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    tasks jsonb;
BEGIN
    IF table_name IN ('payments', 'refunds') THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'orders', 'id', o.id, 'reason',
            format(CASE table_name WHEN 'refunds'
                THEN 'More was given back on order %1$s than was paid: %2$s, of %3$s'
                ELSE 'More was paid on order %1$s than its total: %3$s, of %4$s' END, o.order_number,
                sync_amount(s.refunded_cents, o.currency), sync_amount(s.paid_cents, o.currency),
                sync_amount(o.total_cents, o.currency)))) INTO tasks
        FROM orders AS o JOIN order_sums AS s ON s.order_id = o.id
        WHERE o.id = ANY (ARRAY(SELECT (r ->> 'order_id')::uuid FROM jsonb_array_elements(sent) AS r))
          AND CASE table_name WHEN 'refunds' THEN s.refunded_cents > s.paid_cents
                   ELSE s.paid_cents > greatest(o.total_cents, 0) END;
    ELSIF table_name = 'gift_card_transactions' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'gift_cards', 'id', g.id,
            'reason', format('Gift card %s is overdrawn by %s', g.code,
                             sync_amount(-b.balance_cents, g.currency))))
        INTO tasks
        FROM gift_cards AS g JOIN gift_card_balances AS b ON b.gift_card_id = g.id
        WHERE b.balance_cents < 0 AND g.id = ANY (ARRAY(
            SELECT (r ->> 'gift_card_id')::uuid FROM jsonb_array_elements(sent) AS r));
    ELSIF table_name = 'store_credit_transactions' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'money', 'table', 'customer_profiles',
            'id', c.id, 'reason', format('The store credit of %s is overdrawn by %s', c.name,
                                         sync_amount(-b.balance, b.currency))))
        INTO tasks
        FROM (SELECT t.customer_id, t.currency, sum(t.amount_cents)::bigint AS balance
              FROM store_credit_transactions AS t
              WHERE t.customer_id = ANY (ARRAY(
                  SELECT (r ->> 'customer_id')::uuid FROM jsonb_array_elements(sent) AS r))
              GROUP BY t.customer_id, t.currency HAVING sum(t.amount_cents) < 0) AS b
            JOIN customer_profiles AS c ON c.id = b.customer_id;
    ELSIF table_name = 'stock_movements' THEN
        SELECT jsonb_agg(jsonb_build_object('kind', 'stock', 'table', 'product_variants',
            'id', l.variant_id, 'reason', format('%s of %s are missing at %s',
                trim_scale(-l.on_hand_milli / 1000.0),
                coalesce((SELECT p.name FROM product_variants AS v
                              JOIN products AS p ON p.id = v.product_id
                          WHERE v.id = l.variant_id), 'goods'),
                coalesce((SELECT w.name FROM locations AS w WHERE w.id = l.location_id), '?'))))
        INTO tasks
        FROM stock_levels AS l
            CROSS JOIN LATERAL (
                SELECT sum((r ->> 'quantity_milli')::bigint) AS moved
                FROM jsonb_array_elements(sent) AS r
                WHERE (r ->> 'variant_id')::uuid = l.variant_id
                  AND (r ->> 'location_id')::uuid = l.location_id) AS m
        WHERE l.variant_id = ANY (ARRAY(
            SELECT (r ->> 'variant_id')::uuid FROM jsonb_array_elements(sent) AS r))
        -- only the one that crosses zero: a shop that does not count its stock is not told each time
          AND l.on_hand_milli < 0 AND l.on_hand_milli - m.moved >= 0;
    END IF;
    RETURN coalesce(tasks, '[]');
END
$$;

-- Doing it

-- Joins the lists of two results.
CREATE FUNCTION sync_notes(notes jsonb, more jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT notes || coalesce((SELECT jsonb_object_agg(key, coalesce(notes -> key, '[]') || value)
                              FROM jsonb_each(more)), '{}')
$$;

CREATE FUNCTION sync_task(kind text, table_name text, key text, reason text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_build_object('tasks', jsonb_build_array(jsonb_build_object(
        'kind', kind, 'table', table_name, 'id', key, 'reason', reason)))
$$;

-- What of an operation may not be: with money in it a task, else the end of it.
CREATE FUNCTION sync_object(has_money boolean, notes jsonb, kind text, table_name text, reason text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT has_money THEN
        RAISE EXCEPTION '%', reason USING ERRCODE = 'CT003';
    END IF;
    RETURN sync_notes(notes, sync_task(kind, table_name, NULL, reason));
END
$$;

-- What was written of a row in another form than it was sent in.
CREATE FUNCTION sync_changed(table_name text, key text, sent jsonb, written jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_build_object(
        'changed', coalesce(jsonb_agg(jsonb_build_object('table', $1, 'id', $2,
            'column', e.key, 'value', e.value, 'wanted', sent -> e.key)), '[]'),
        'tasks', coalesce(jsonb_agg(jsonb_build_object('table', $1, 'id', $2) || CASE
            WHEN e.value = 'null' THEN jsonb_build_object('kind', 'reference', 'reason',
                format('The %s of "%s" is not at the centre, and was left out', sync_label(e.key),
                       replace(table_name, '_', ' ')))
            ELSE jsonb_build_object('kind', 'number', 'reason', format(
                'The %s %s was taken; this one is now %s', sync_label(e.key), sent ->> e.key,
                e.value #>> '{}')) END) FILTER (WHERE e.key <> 'slug'), '[]'))
    FROM jsonb_each(written) AS e WHERE e.value <> sent -> e.key
$$;

-- Which field is to blame for an error, of those that can be helped: a number or slug that is taken,
-- and, where money is to land, a missing reference that may be absent.
CREATE FUNCTION sync_blamed(code text, table_name text, rule text, has_money boolean) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT c FROM unnest(sync_rule_columns($2, rule)) AS c
    WHERE code = '23505' AND c IN ('order_number', 'number', 'slug')
       OR code = '23503' AND has_money AND EXISTS (
           SELECT FROM pg_attribute AS a
           WHERE a.attrelid = to_regclass($2) AND a.attname = c AND NOT a.attnotnull)
    LIMIT 1
$$;

-- Writes one row with care. A number or slug that is taken gets a suffix. Of money also: a missing
-- reference that may be absent is left out, and a row that can't be written at all is set aside.
CREATE FUNCTION sync_put(table_name text, rank integer, verb text, sent jsonb, me terminals,
                         edited timestamptz, has_money boolean) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    wanted constant jsonb := CASE verb WHEN 'insert' THEN sent ELSE sent -> 'new' END;
    fields jsonb := wanted;
    found jsonb;
    blamed text;
    code text; said text; rule text; at_table text; at_column text;
BEGIN
    FOR suffix IN 2 .. 99 LOOP
        BEGIN
            found := sync_dispatch($1, rank, verb, CASE verb
                WHEN 'insert' THEN jsonb_build_array(fields)
                WHEN 'update' THEN sent || jsonb_build_object('new', fields)
                ELSE sent END, me.tenant_id, edited);
            RETURN CASE WHEN found IS NULL THEN '{}'
                        ELSE jsonb_build_object('conflicts', found) END
                || CASE WHEN fields = wanted THEN '{}'
                        ELSE sync_changed($1, sent ->> 'id', wanted, fields) END;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
                rule = CONSTRAINT_NAME, at_table = TABLE_NAME, at_column = COLUMN_NAME;
            IF sync_passes(code) THEN
                RAISE;
            END IF;
            blamed := CASE WHEN at_table = $1 AND rule <> '' THEN sync_blamed(code, $1, rule, has_money) END;
            IF code = '23505' AND wanted ->> blamed IS NOT NULL AND suffix < 99 THEN
                fields := fields || jsonb_build_object(blamed, (wanted ->> blamed) || '-' || suffix);
            ELSIF code = '23503' AND fields ->> blamed IS NOT NULL THEN
                fields := fields || jsonb_build_object(blamed, NULL);
            ELSIF NOT has_money THEN
                RAISE;
            ELSE
                RETURN jsonb_build_object('aside', jsonb_build_array(sent -> 'id')) || sync_task(
                    'money', $1, sent ->> 'id', 'Not written: ' || sync_sentence(code, said,
                        coalesce(nullif(at_table, ''), $1), rule, at_column, '{}'));
            END IF;
        END;
    END LOOP;
END
$$;

-- Who did it and who approved, and what the first may do.
CREATE FUNCTION sync_check_people(me terminals, body jsonb, happened timestamptz, has_money boolean,
                                  INOUT notes jsonb, OUT rights text[])
LANGUAGE plpgsql
AS $$
DECLARE
    unknown text;
BEGIN
    IF me.kind = 'worker' AND body ->> 'actor' IS NULL THEN
        rights := '{*,fresh}'; -- a program acts, not a person
        RETURN;
    END IF;
    rights := sync_rights(me, (body ->> 'actor')::uuid, happened);
    IF rights IS NULL THEN
        unknown := 'actor';
    ELSIF body ? 'approver'
          AND sync_rights(me, (body ->> 'approver')::uuid, happened) IS NULL THEN
        unknown := 'approver';
    END IF;
    IF unknown IS NOT NULL THEN
        notes := sync_object(has_money, notes, 'actor', 'users', format(
            '%s was not signed in at this terminal: sign in at the centre and send it again',
            coalesce((SELECT u.display_name FROM users AS u
                      WHERE u.id = (body ->> unknown)::uuid), 'Whoever did it')));
    END IF;
END
$$;

-- An operation that this one needs and that was not applied, nor sent again in another form.
CREATE FUNCTION sync_blocker(body jsonb, tenant uuid) RETURNS uuid
LANGUAGE sql STABLE
AS $$
    SELECT a.operation_id FROM applied_operations AS a
    WHERE a.operation_id = ANY (ARRAY(SELECT jsonb_array_elements_text(body -> 'needs')::uuid))
      AND a.tenant_id = tenant AND a.status IN ('refused', 'conflict', 'blocked')
      AND NOT a.result ? 'replaced_by'
    LIMIT 1
$$;

-- Locks the rows that are changed or deleted, in the order of rank and id, so that two operations
-- do not wait for one another.
CREATE FUNCTION sync_lock(body jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    part record;
BEGIN
    FOR part IN
        SELECT t.name, t.rank, jsonb_agg(r -> 'id') AS ids
        FROM jsonb_array_elements(body -> 'rows') AS r
            JOIN sync_tables AS t ON t.name = r ->> 'table' AND t.scope <> 'local'
        WHERE r ->> 'verb' <> 'insert'
        GROUP BY t.name, t.rank ORDER BY t.rank LOOP
        PERFORM sync_dispatch(part.name, part.rank, 'lock', part.ids, NULL, NULL);
    END LOOP;
END
$$;

-- Conflicts that no merge settles are the end of an operation, or a task where it has money in it:
-- the field then stays as it was.
CREATE FUNCTION sync_judge(notes jsonb, has_money boolean) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    one jsonb;
    said text;
BEGIN
    FOR one IN SELECT c FROM jsonb_array_elements(notes -> 'conflicts') AS c
        WHERE c ->> 'policy' NOT IN ('latest', 'keys') LOOP
        said := format(CASE one ->> 'policy'
            WHEN 'deleted' THEN '%s was deleted meanwhile'
            WHEN 'edited' THEN '%s was changed meanwhile, and is not deleted'
            WHEN 'moves' THEN '%s was changed meanwhile: its %s is now %s, from where it can''t go to %s'
            ELSE '%s was changed meanwhile: its %s is now %s, not %s' END,
            one ->> 'title', sync_label(one ->> 'column'), coalesce(one ->> 'theirs', 'empty'),
            coalesce(CASE one ->> 'policy' WHEN 'moves' THEN one ->> 'mine' ELSE one ->> 'base' END,
                     'empty'));
        IF NOT has_money THEN
            RAISE EXCEPTION '%', said USING ERRCODE = 'CT001', DETAIL = notes -> 'conflicts';
        END IF;
        notes := sync_notes(notes, sync_task('money', one ->> 'table', one ->> 'id', said));
    END LOOP;
    RETURN notes;
END
$$;

-- Writes rows of one table for one verb. Gives what is to be told of it.
CREATE FUNCTION sync_write(part record, me terminals, happened timestamptz, has_money boolean,
                           is_careful boolean) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    notes jsonb := '{}';
    found jsonb;
BEGIN
    IF is_careful THEN
        FOR found IN SELECT r FROM jsonb_array_elements(part.sent) AS r LOOP
            notes := sync_notes(notes, sync_put(part.name, part.rank, part.verb, found, me, happened,
                                                has_money));
        END LOOP;
    ELSE
        found := sync_dispatch(part.name, part.rank, part.verb,
            CASE part.verb WHEN 'insert' THEN part.sent ELSE part.sent -> 0 END, me.tenant_id,
            happened);
        IF found IS NOT NULL THEN
            notes := jsonb_build_object('conflicts', found);
        END IF;
    END IF;
    RETURN notes;
END
$$;

-- Applies the operation, within the caller's exception block. Gives lists of what is to be told:
-- {"conflicts", "tasks", "changed", "aside"}, of which those that are empty are missing.
CREATE FUNCTION sync_perform(me terminals, body jsonb, happened timestamptz, has_money boolean,
                             is_careful boolean) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    notes jsonb := '{}';
    rights text[];
    part record;
    reason text;
    found jsonb;
    is_order boolean := FALSE;
BEGIN
    IF jsonb_array_length(body -> 'rows') = 0 THEN
        RETURN notes; -- it was withdrawn
    END IF;
    SELECT * INTO notes, rights FROM sync_check_people(me, body, happened, has_money, notes);
    IF body @? '$.rows[*] ? (@.verb != "insert")' THEN
        PERFORM sync_lock(body);
        PERFORM set_config('countertop.edited_at', happened::text, TRUE);
    END IF;
    IF is_careful AND has_money THEN
        SET CONSTRAINTS ALL IMMEDIATE;
    END IF;
    FOR part IN
        SELECT coalesce(t.name, e.r ->> 'table') AS name, t.rank, t.scope, v.verb, v.need,
               jsonb_agg(CASE v.verb WHEN 'insert'
                   THEN (e.r -> 'new') || jsonb_build_object('id', e.r -> 'id')
                   ELSE e.r END ORDER BY e.n) AS sent
        FROM jsonb_array_elements(body -> 'rows') WITH ORDINALITY AS e (r, n)
            LEFT JOIN sync_tables AS t ON t.name = e.r ->> 'table' AND t.scope <> 'local'
            CROSS JOIN LATERAL (SELECT e.r ->> 'verb' AS verb, CASE
                WHEN e.r ->> 'verb' = 'insert' THEN t.right_insert
                WHEN e.r ->> 'verb' = 'delete' OR e.r #>> '{new,deleted_at}' IS NOT NULL
                    THEN t.right_delete
                ELSE t.right_update END AS need) AS v
        GROUP BY 1, t.rank, t.scope, v.verb, v.need, CASE WHEN v.verb <> 'insert' THEN e.n END
        -- what gives up a key comes before what takes it; with care, what is referred to first
        ORDER BY (v.verb = 'insert') <> (is_careful AND has_money),
                 CASE v.verb WHEN 'insert' THEN t.rank END, min(e.n) LOOP
        reason := sync_forbids(rights, part.need, part.name, part.verb, part.scope, part.sent, body,
                               me);
        IF reason IS NOT NULL THEN
            IF rights IS NOT NULL THEN -- else it was said already
                notes := sync_object(has_money, notes, 'actor', part.name, reason);
            END IF;
            IF coalesce(part.need, '') !~ '^(orders|payments|till|inventory|customers)\.'
               OR part.scope = 'central' THEN
                notes := sync_notes(notes, '{"aside": [true]}'); -- no sale needs that
                CONTINUE;
            END IF;
        END IF;
        is_order := is_order OR part.name IN ('orders', 'order_items');
        found := sync_write(part, me, happened, has_money, is_careful);
        IF found <> '{}' THEN
            notes := sync_notes(notes, found);
        END IF;
        IF part.rank BETWEEN 700 AND 999 AND part.verb = 'insert' THEN
            found := sync_money_tasks(part.name, part.sent);
            IF found <> '[]' THEN
                notes := sync_notes(notes, jsonb_build_object('tasks', found));
            END IF;
        END IF;
    END LOOP;
    reason := CASE WHEN is_order THEN sync_wrong_total(body) END;
    IF reason IS NOT NULL THEN
        notes := sync_object(has_money, notes, 'money', 'orders', reason);
    END IF;
    RETURN CASE WHEN notes ? 'conflicts' THEN sync_judge(notes, has_money) ELSE notes END;
END
$$;

-- What is refused before anything is looked at.
CREATE FUNCTION sync_check_form(body jsonb, tenant uuid, has_money boolean) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    blocker uuid;
BEGIN
    IF body ->> 'v' IS DISTINCT FROM '1' THEN
        RAISE EXCEPTION 'It was made by another version of the program' USING ERRCODE = 'CT003';
    ELSIF jsonb_typeof(body -> 'rows') IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'It has no rows' USING ERRCODE = 'CT003';
    ELSIF jsonb_array_length(body -> 'rows') > 1000 THEN
        RAISE EXCEPTION 'It changes more than 1000 rows at once' USING ERRCODE = 'CT003';
    ELSIF body ? 'needs' AND NOT has_money THEN
        blocker := sync_blocker(body, tenant);
        IF blocker IS NOT NULL THEN
            RAISE EXCEPTION 'It builds on something that was not taken'
                USING ERRCODE = 'CT002', DETAIL = blocker;
        END IF;
    END IF;
END
$$;

-- Keeps who lost what, for everybody of the tenant: so the values of rows that not everybody may
-- see are not told.
CREATE FUNCTION sync_record_conflicts(me terminals, operation uuid, actor text, conflicts jsonb)
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO sync_conflicts (tenant_id, operation_id, terminal_id, actor_id, table_name, row_id,
                                column_name, base_value, lost_value, kept_value, reason)
    SELECT me.tenant_id, operation, me.id, (SELECT u.id FROM users AS u WHERE u.id::text = actor),
           c ->> 'table', (c ->> 'id')::uuid, c ->> 'column',
           CASE WHEN o.is_open THEN c ->> 'base' END,
           CASE WHEN o.is_open THEN c ->> CASE c ->> 'won' WHEN 'mine' THEN 'theirs' ELSE 'mine' END
           END,
           CASE WHEN o.is_open THEN c ->> CASE c ->> 'won' WHEN 'mine' THEN 'mine' ELSE 'theirs' END
           END,
           c ->> 'policy'
    FROM jsonb_array_elements(conflicts) AS c
        JOIN sync_tables AS t ON t.name = c ->> 'table'
        CROSS JOIN LATERAL (SELECT t.scope IN ('tenant', 'location') AS is_open) AS o
$$;

-- Applies an operation whose turn it is, or finds out why not; nothing of it is left in the second
-- case. Errors that pass, and at first those that nobody has thought of, are raised.
CREATE FUNCTION sync_try(me terminals, payload bytea, clock_offset_us bigint, attempt integer,
                         OUT body jsonb, OUT status text, OUT reason text, OUT result jsonb)
LANGUAGE plpgsql
AS $$
DECLARE
    happened timestamptz;
    has_money boolean := FALSE;
    code text; said text; detail text; rule text; at_table text; at_column text;
BEGIN
    FOR round IN 1 .. 2 LOOP
        BEGIN
            IF octet_length(payload) > 1100000 THEN
                RAISE EXCEPTION 'It is larger than a megabyte' USING ERRCODE = 'CT003';
            END IF;
            body := convert_from(payload, 'UTF8')::jsonb;
            has_money := sync_has_money(body);
            happened := least(now(), coalesce((body ->> 'at')::timestamptz, now())
                                     + clock_offset_us * interval '1 microsecond');
            PERFORM sync_check_form(body, me.tenant_id, has_money);
            result := sync_perform(me, body, happened, has_money, round = 2);
            SET CONSTRAINTS ALL IMMEDIATE;
            status := CASE WHEN result ?| '{conflicts,changed,aside}' THEN 'merged'
                           ELSE 'applied' END;
            RETURN;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
                detail = PG_EXCEPTION_DETAIL, rule = CONSTRAINT_NAME, at_table = TABLE_NAME,
                at_column = COLUMN_NAME;
            IF sync_passes(code)
               OR attempt < 3 AND code !~ '^(22|23|CT|54)' AND code NOT IN ('P0001', '42501') THEN
                RAISE;
            END IF;
        END;
        EXIT WHEN NOT has_money AND (code <> '23505' OR rule = ''
                                     OR sync_blamed(code, at_table, rule, FALSE) IS NULL);
    END LOOP;
    status := CASE code WHEN 'CT001' THEN 'conflict' WHEN 'CT002' THEN 'blocked' ELSE 'refused' END;
    reason := sync_sentence(code, said, at_table, rule, at_column, body);
    result := CASE code WHEN 'CT001' THEN jsonb_build_object('conflicts', detail::jsonb)
                        WHEN 'CT002' THEN jsonb_build_object('blocked_by', detail)
                        ELSE '{}' END;
    IF code = '42501' THEN
        PERFORM sync_alarm('rows', reason || ': ' || said);
    END IF;
END
$$;

-- What is kept of an operation for ever is its answer; where not all of it was applied, its text too.
CREATE FUNCTION sync_store(me terminals, line terminal_incarnations, id uuid, seq bigint,
                           payload bytea, done record) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    kept text;
BEGIN
    IF done.status NOT IN ('applied', 'merged') OR done.result ? 'aside' THEN
        BEGIN
            kept := CASE WHEN octet_length(payload) <= 1100000 THEN convert_from(payload, 'UTF8') END;
        EXCEPTION WHEN character_not_in_repertoire THEN
            kept := payload::text;
        END;
    END IF;
    INSERT INTO applied_operations (operation_id, tenant_id, terminal_id, incarnation, seq, hash,
                                    kind, actor_id, status, reason, result, payload)
    VALUES (id, me.tenant_id, me.id, line.incarnation, seq, sha256(payload),
            left(coalesce(done.body ->> 'kind', '?'), 60),
            substring(done.body ->> 'actor', '^[0-9a-f-]{36}$')::uuid, done.status, done.reason,
            done.result, kept);
    IF done.result ? 'conflicts' THEN
        PERFORM sync_record_conflicts(me, id, done.body ->> 'actor', done.result -> 'conflicts');
    END IF;
    IF done.status IN ('applied', 'merged') AND done.body ? 'replaces' THEN
        UPDATE applied_operations AS a SET result = a.result || jsonb_build_object('replaced_by', id)
        WHERE a.operation_id::text = done.body ->> 'replaces' AND a.tenant_id = me.tenant_id
          AND a.status IN ('refused', 'conflict', 'blocked');
    END IF;
END
$$;

-- Takes the next operation of a store. Gives its answer, now and whenever it is sent again: applied,
-- merged, conflict, refused or blocked, a reason for a person, and a result that may hold
--   "conflicts": [{"table","id","column","policy","base","mine","theirs","title","won"?}]
--   "changed":   [{"table","id","column","value","wanted"}], what was written in another form
--   "tasks":     [{"kind": money|stock|number|reference|actor, "table","id","reason"}]
--   "aside":     rows that could not be written; "blocked_by"; "replaced_by"
-- or 'gap', with nothing stored: {"last_seq", "last_operation"} is where the centre stands. Raised
-- are errors that pass by themselves; 55000: the incarnation is over; 28000: the terminal was
-- revoked.
CREATE FUNCTION sync_apply(id uuid, seq bigint, incarnation bigint, clock_offset_us bigint,
                           attempt integer, payload bytea,
                           OUT operation_id uuid, OUT status text, OUT reason text,
                           OUT result jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET timezone = 'UTC'
SET lock_timeout = '20s'
AS $$
DECLARE
    me terminals;
    line terminal_incarnations;
    known applied_operations;
    done record;
BEGIN
    operation_id := id;
    SELECT t.* INTO me FROM terminals AS t
    WHERE t.role_name = session_user::text AND t.revoked_at IS NULL AND t.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this terminal was revoked; ask for a new code to join again'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    SELECT i.* INTO line FROM terminal_incarnations AS i
    WHERE i.tenant_id = me.tenant_id AND i.terminal_id = me.id
      AND i.incarnation = sync_apply.incarnation FOR NO KEY UPDATE;
    IF NOT FOUND OR line.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'another store goes on as this terminal; this one must say hello again'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT a.* INTO known FROM applied_operations AS a WHERE a.operation_id = sync_apply.id;
    IF seq > line.last_seq + 1 OR seq <= line.last_seq AND known IS NULL THEN
        status := 'gap';
        result := jsonb_build_object('last_seq', line.last_seq,
                                     'last_operation', line.last_operation_id);
        RETURN;
    ELSIF known.operation_id IS NULL THEN
        done := sync_try(me, payload, clock_offset_us, attempt);
        PERFORM sync_count(1, CASE jsonb_typeof(done.body -> 'rows')
            WHEN 'array' THEN jsonb_array_length(done.body -> 'rows') ELSE 0 END);
        PERFORM sync_store(me, line, id, seq, payload, done);
        status := done.status;
        reason := done.reason;
        result := done.result;
        PERFORM pg_notify(sync_channel(me.tenant_id), '');
    ELSIF known.tenant_id = me.tenant_id AND known.hash = sha256(payload) THEN
        status := known.status;
        reason := known.reason;
        result := known.result;
        -- Sent again under a new incarnation: its answer is drawn from there.
        UPDATE applied_operations AS a
        SET terminal_id = me.id, incarnation = line.incarnation, seq = sync_apply.seq
        WHERE a.operation_id = id AND sync_apply.seq = line.last_seq + 1;
    ELSE
        PERFORM sync_alarm('id reused', format('operation %s came again with another content', id));
        status := 'refused';
        reason := 'Another operation has this id: do it again';
        result := '{}';
    END IF;
    IF seq = line.last_seq + 1 THEN
        UPDATE terminal_incarnations AS i
        SET last_seq = sync_apply.seq, last_operation_id = sync_apply.id, updated_at = now()
        WHERE i.id = line.id;
    END IF;
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

REVOKE EXECUTE ON FUNCTION sync_apply(uuid, bigint, bigint, bigint, integer, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_apply(uuid, bigint, bigint, bigint, integer, bytea) TO ct_terminal;

-- down postgres
DROP FUNCTION sync_settle();
ALTER FUNCTION sync_settle_shapes() RENAME TO sync_settle;
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT f.oid FROM sync_apply_functions() AS f
        UNION ALL SELECT p.oid FROM pg_proc AS p
        WHERE p.pronamespace = 'public'::regnamespace AND (
            p.proname IN ('sync_apply_functions', 'sync_apply', 'sync_store', 'sync_try',
                'sync_record_conflicts', 'sync_check_form', 'sync_perform', 'sync_write', 'sync_judge', 'sync_lock',
                'sync_blocker', 'sync_check_people', 'sync_put', 'sync_blamed', 'sync_changed',
                'sync_object', 'sync_task', 'sync_amount', 'sync_notes', 'sync_money_tasks',
                'sync_wrong_total',
                'sync_has_money', 'sync_forbids', 'sync_follows', 'sync_rights', 'sync_sentence',
                'sync_booked_sentence', 'sync_taken_sentence', 'sync_rule_columns', 'sync_passes',
                'sync_dispatch', 'sync_make_dispatch', 'sync_make_apply', 'sync_merge',
                'sync_merge_unit', 'sync_edited_at', 'sync_merge_set', 'sync_merge_keys',
                'sync_conflict', 'sync_label', 'sync_title', 'sync_bytes',
                'sync_reaches')) LOOP
        EXECUTE format('DROP FUNCTION %s', made);
    END LOOP;
END
$$;

-- down
