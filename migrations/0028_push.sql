-- What terminals send is applied here, each operation once and whole, or not at all (SYNC.md
-- sections 4 and 5).
--
-- sync_apply() is the door. It tries an operation twice: first as it stands, in few statements, as
-- nearly all succeed; and where that fails for a reason that it may get around (a number that is
-- taken; money, which always lands) row by row, with care.
--
-- Errors of its own, each with a sentence for a person: CT001 conflict (DETAIL is the list), CT002
-- blocked (DETAIL is the operation), CT003 refused.

-- up

-- up postgres
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

-- Which field is to blame for an error, of those that can be helped: a number or slug that is
-- taken, and, where money is to land, a missing reference that may be absent.
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

-- A value in a sentence: cents and thousandths as a person writes them.
CREATE FUNCTION sync_words(column_name text, value text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN value IS NULL THEN 'empty'
        WHEN column_name LIKE '%\_cents' THEN trunc(value::numeric / 100, 2)::text
        WHEN column_name LIKE '%\_milli' THEN trim_scale(value::numeric / 1000)::text
        WHEN column_name LIKE '%\_bp' THEN trim_scale(value::numeric / 100) || ' %'
        ELSE value END
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
            one ->> 'title', sync_label(one ->> 'column'),
            sync_words(one ->> 'column', one ->> 'theirs'),
            sync_words(one ->> 'column', one ->> CASE one ->> 'policy'
                WHEN 'moves' THEN 'mine' ELSE 'base' END));
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
            -- OFFSET 0: looked up for each row, or all tables are read for a handful of rows
            LEFT JOIN LATERAL (SELECT s.* FROM sync_tables AS s WHERE s.name = e.r ->> 'table'
                                 AND s.scope <> 'local' OFFSET 0) AS t ON TRUE
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

-- What is kept of an operation for ever is its answer; its text too where not all was applied.
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

-- Takes the next operation of a store. Gives its answer, now and whenever it is sent again:
-- applied, merged, conflict, refused or blocked, a reason for a person, and a result that may hold
--   "conflicts": [{"table","id","column","policy","base","mine","theirs","title","won"?}]
--   "changed":   [{"table","id","column","value","wanted"}], what was written in another form
--   "tasks":     [{"kind": money|stock|number|reference|actor, "table","id","reason"}]
--   "aside":     rows that could not be written; "blocked_by"; "replaced_by"
-- or 'gap', with nothing stored: {"last_seq", "last_operation"} is where the centre stands. Raised
-- are errors that pass by themselves; 55000: the incarnation is over; 28000: the terminal was
-- revoked. Its plans, and those of the triggers behind it, are made once for a connection, whatever
-- they are for: to plan a sum anew for the sale at hand takes longer than the sale.
CREATE FUNCTION sync_apply(id uuid, seq bigint, incarnation bigint, clock_offset_us bigint,
                           attempt integer, payload bytea,
                           OUT operation_id uuid, OUT status text, OUT reason text,
                           OUT result jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET timezone = 'UTC'
SET lock_timeout = '20s' SET plan_cache_mode = force_generic_plan
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
        result := jsonb_build_object('id_reused', id);
        IF seq = line.last_seq + 1 THEN -- kept under an id of its own, so that the answer is drawn
            PERFORM sync_count(1, 0);
            SELECT NULL::jsonb AS body, $8 AS status, $9 AS reason, $10 AS result INTO done;
            PERFORM sync_store(me, line, uuidv7(), seq, payload, done);
        END IF;
    END IF;
    IF seq = line.last_seq + 1 THEN
        UPDATE terminal_incarnations AS i
        SET last_seq = sync_apply.seq, last_operation_id = sync_apply.id, updated_at = now()
        WHERE i.id = line.id;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION sync_apply(uuid, bigint, bigint, bigint, integer, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_apply(uuid, bigint, bigint, bigint, integer, bytea) TO ct_terminal;

-- down postgres
DROP FUNCTION sync_apply, sync_store, sync_try, sync_record_conflicts, sync_check_form,
    sync_perform, sync_write, sync_judge, sync_words, sync_lock, sync_blocker, sync_check_people,
    sync_put, sync_blamed, sync_changed, sync_object, sync_task, sync_notes;

-- down
