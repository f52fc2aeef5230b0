-- Where two people edit the same key of an object, the later one wins: that needs the time of the
-- former edit, which was kept for columns that merge as a whole alone. And it is said who won also
-- where the object that came of it is neither of the two.

-- up

-- up postgres
-- Field times: when a column was last edited whose merging may come down to who was later; an edit
-- that was made offline says its own time, never later than now, and never earlier than an edit
-- that it knew.
CREATE OR REPLACE FUNCTION sync_times_sql(table_name text) RETURNS text
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
      AND coalesce(s.policy, 'latest') IN ('latest', 'keys', 'set')
$$;

SELECT sync_enable(t.name) FROM sync_tables AS t
WHERE EXISTS (SELECT FROM sync_columns AS s
              WHERE s.table_name = t.name AND s.policy IN ('keys', 'set'));

-- Merges an edit into a row that is not as the person saw it, field by field; columns under one
-- CHECK are one. What the edit saw and did not change must be as it was, too.
CREATE OR REPLACE FUNCTION sync_merge(table_name text, key uuid, here jsonb, base jsonb, mine jsonb, sent jsonb,
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
                     THEN CASE WHEN merged.fields -> c = CASE merged.lost
                                   WHEN 'latest' THEN mine -> c
                                   ELSE (sync_merge_keys(base -> c, mine -> c, here -> c, TRUE)).merged
                               END THEN 'mine' ELSE 'theirs' END END);
        END LOOP;
    END LOOP;
END
$$;

-- down postgres
-- Field times: when a column that merges by 'latest' was last edited; an edit that was made offline
-- says its own time, never later than now, and never earlier than an edit that it knew.
CREATE OR REPLACE FUNCTION sync_times_sql(table_name text) RETURNS text
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

DELETE FROM field_times AS f USING sync_columns AS s
WHERE s.table_name = f.table_name AND s.column_name = f.column_name AND s.policy IN ('keys', 'set');
SELECT sync_enable(t.name) FROM sync_tables AS t
WHERE EXISTS (SELECT FROM sync_columns AS s
              WHERE s.table_name = t.name AND s.policy IN ('keys', 'set'));

CREATE OR REPLACE FUNCTION sync_merge(table_name text, key uuid, here jsonb, base jsonb, mine jsonb, sent jsonb,
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

-- down
