-- Moves that only take another one back. Who undoes what stands there may make them; who made
-- another move from a status that somebody left meanwhile may not: to start a visit that was
-- cancelled in the meantime is a conflict, and does not bring it back to life.

-- up
ALTER TABLE status_moves ADD COLUMN is_back BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE status_moves SET is_back = NOT is_back
WHERE table_name IN ('appointments', 'resource_bookings')
    AND (from_value IN ('completed', 'cancelled') OR to_value = 'tentative'
         OR from_value = 'in_progress' AND to_value IN ('scheduled', 'confirmed')
         OR from_value = 'no_show' AND to_value IN ('scheduled', 'confirmed'));
UPDATE status_moves SET is_back = NOT is_back
WHERE table_name = 'waitlist_entries'
    AND (from_value IN ('booked', 'expired', 'cancelled') OR to_value = 'waiting');
UPDATE status_moves SET is_back = NOT is_back
WHERE table_name = 'purchase_orders'
    AND (from_value = 'cancelled' OR from_value = 'ordered' AND to_value = 'draft'
         OR from_value = 'received' AND to_value IN ('ordered', 'partially_received'));
UPDATE status_moves SET is_back = NOT is_back
WHERE table_name = 'stock_counts' AND to_value = 'open'
    AND from_value IN ('closed', 'cancelled')
   OR table_name = 'stock_transfers' AND from_value = 'received' AND to_value = 'sent';

-- up postgres
-- As it was, but for is_back.
CREATE OR REPLACE FUNCTION sync_merge_unit(table_name text, key uuid, columns text[], policy text, here jsonb,
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
                 AND m.from_value = here ->> c AND m.to_value = mine ->> c
                 AND NOT m.is_back) THEN
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
SELECT sync_enable(t.name) FROM sync_tables AS t
WHERE EXISTS (SELECT FROM status_moves AS m WHERE m.table_name = t.name) ORDER BY t.rank;

-- down postgres
CREATE OR REPLACE FUNCTION sync_merge_unit(table_name text, key uuid, columns text[], policy text, here jsonb,
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
ALTER TABLE status_moves DROP COLUMN is_back;

-- down sqlite
ALTER TABLE status_moves DROP COLUMN is_back;
