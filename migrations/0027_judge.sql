-- What the centre thinks of an operation: what an error means to the person who did it, what that
-- person may do, and the rules that the centre keeps itself (SYNC.md section 6).

-- up

-- up postgres
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
-- NULL: the person is not signed in at this terminal. What counts is when the thing was done, for
-- it may have waited for a line long after the sign-in ran out.
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

-- Whether rows of one channel, person or place are all within what this terminal sees, as they
-- stand and as they will. What the operation itself makes is.
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

-- Why somebody may not change these rows; NULL: that is allowed. `sent` are rows of one table for
-- one verb, of which `need` is the right.
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
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT format('The total of order %s is not that of its lines', o.order_number)
        FROM orders AS o
        WHERE NOT body ? 'group' AND o.deleted_at IS NULL AND o.id = ANY (ARRAY(
            SELECT CASE r ->> 'table' WHEN 'orders' THEN (r ->> 'id')::uuid
                        ELSE coalesce(r #>> '{new,order_id}', r #>> '{base,order_id}',
                                      (SELECT i.order_id::text FROM order_items AS i
                                       WHERE i.id = (r ->> 'id')::uuid))::uuid END
            FROM jsonb_array_elements(body -> 'rows') AS r
            WHERE r ->> 'table' = 'orders'
                  AND r -> 'new' ?| '{total_cents,shipping_cents,rounding_cents}'
               OR r ->> 'table' = 'order_items'
                  AND (r ->> 'verb' <> 'update' OR r -> 'new' ?| '{total_cents,order_id}')))
          AND o.total_cents <> o.shipping_cents + o.rounding_cents
              + coalesce((SELECT sum(i.total_cents) FROM order_items AS i
                          WHERE i.tenant_id = o.tenant_id AND i.order_id = o.id), 0)
        LIMIT 1);
END
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
        -- only the one that crosses zero: a shop that does not count is not told each time
          AND l.on_hand_milli < 0 AND l.on_hand_milli - m.moved >= 0;
    END IF;
    RETURN coalesce(tasks, '[]');
END
$$;

-- Other programs write orders and refunds themselves, so their transactions are looked at when they
-- end. What sync_apply() writes, it judges itself.
CREATE FUNCTION order_total_holds() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
    looked_at constant jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    wrong text;
BEGIN
    IF my_kind() = 'service' THEN
        SELECT o.order_number INTO wrong FROM orders AS o
        WHERE o.id = (looked_at ->> TG_ARGV[0])::uuid AND o.deleted_at IS NULL
          AND o.total_cents <> o.shipping_cents + o.rounding_cents
              + coalesce((SELECT sum(i.total_cents) FROM order_items AS i
                          WHERE i.tenant_id = o.tenant_id AND i.order_id = o.id), 0);
        IF FOUND THEN
            RAISE EXCEPTION 'the total of order % is not that of its lines', wrong
                USING ERRCODE = 'check_violation', TABLE = 'orders';
        END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION refund_holds() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
    IF my_kind() = 'service' AND EXISTS (
        SELECT FROM order_sums AS s
        WHERE s.order_id = NEW.order_id AND s.refunded_cents > s.paid_cents) THEN
        RAISE EXCEPTION 'more would go back than was paid'
            USING ERRCODE = 'check_violation', TABLE = 'refunds';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER total_holds AFTER INSERT OR UPDATE ON orders
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (current_user <> 'ct_owner')
    EXECUTE FUNCTION order_total_holds('id');
CREATE CONSTRAINT TRIGGER total_holds AFTER INSERT OR UPDATE OR DELETE ON order_items
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (current_user <> 'ct_owner')
    EXECUTE FUNCTION order_total_holds('order_id');
CREATE CONSTRAINT TRIGGER refund_holds AFTER INSERT ON refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (current_user <> 'ct_owner')
    EXECUTE FUNCTION refund_holds();
ALTER TABLE orders ENABLE ALWAYS TRIGGER total_holds;
ALTER TABLE order_items ENABLE ALWAYS TRIGGER total_holds;
ALTER TABLE refunds ENABLE ALWAYS TRIGGER refund_holds;

-- down postgres
DROP TRIGGER refund_holds ON refunds;
DROP TRIGGER total_holds ON order_items;
DROP TRIGGER total_holds ON orders;
DROP FUNCTION refund_holds, order_total_holds, sync_money_tasks, sync_wrong_total, sync_amount,
    sync_has_money, sync_forbids, sync_reaches, sync_follows, sync_rights, sync_sentence, sync_booked_sentence,
    sync_taken_sentence, sync_rule_columns, sync_passes;

-- down
