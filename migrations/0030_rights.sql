-- Rights at the centre: what a role gives, what a team takes away, and that nobody gives or takes
-- what they do not hold (model/operation/rights.h and grant.h say the same in the store).

-- up

-- up postgres
-- The location that stands for all.
CREATE FUNCTION sync_everywhere(tenant uuid) RETURNS uuid
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT l.id FROM locations AS l WHERE l.tenant_id = tenant AND l.kind = 'everywhere');
END
$$;

-- The rights of a person who may work, at a location and wherever they hold everywhere; NULL: at
-- any. No right is called '*' or 'fresh', whatever somebody wrote into a role: rights have a
-- point.
CREATE FUNCTION sync_held(tenant uuid, who uuid, here uuid) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    narrowed constant text[] := ARRAY(
        SELECT j.key FROM team_members AS t JOIN teams AS g ON g.id = t.team_id
            CROSS JOIN LATERAL jsonb_each(t.permissions) AS j
        WHERE t.tenant_id = tenant AND t.user_id = who AND t.is_active AND g.is_active
          AND g.deleted_at IS NULL AND j.value = 'false');
BEGIN
    RETURN ARRAY(
        SELECT CASE WHEN r.name IN ('superadmin', 'tenant_owner') THEN '*' ELSE p.permission END
        FROM user_roles AS m JOIN users AS u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
            JOIN roles AS r ON r.id = m.role_id
            JOIN locations AS l ON l.id = m.location_id
            LEFT JOIN role_permissions AS p ON p.tenant_id = m.tenant_id AND p.role_id = r.id
        WHERE m.tenant_id = tenant AND m.user_id = who
          AND u.status IN ('active', 'invited') AND u.deleted_at IS NULL
          AND (l.kind = 'everywhere' OR l.id = here OR here IS NULL)
          AND (r.name IN ('superadmin', 'tenant_owner')
               OR p.permission LIKE '%_._%' AND p.permission <> ALL (narrowed)));
END
$$;

-- What a person may do here, '*' being everything and 'fresh' a sign-in of the last 15 minutes
-- that was not ended; NULL: the person is not signed in at this terminal. What counts is when the
-- thing was done, for it may have waited for a line long after the sign-in ran out.
CREATE OR REPLACE FUNCTION sync_rights(me terminals, who uuid, happened timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    is_fresh boolean;
BEGIN
    SELECT u.signed_in_at > now() - interval '15 minutes' AND u.valid_until > now() INTO is_fresh
    FROM terminal_users AS u JOIN users AS p ON p.tenant_id = u.tenant_id AND p.id = u.user_id
    WHERE u.tenant_id = me.tenant_id AND u.terminal_id = me.id AND u.user_id = who
      AND u.valid_until >= happened AND p.status IN ('active', 'invited')
      AND p.deleted_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN sync_held(me.tenant_id, who, me.location_id)
        || CASE WHEN is_fresh THEN '{fresh}' ELSE '{}' END::text[];
END
$$;

-- Whether a right is about people, settings, terminals, privacy or backups: nobody lends that.
CREATE FUNCTION right_is_administrative(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT name ~ '^(users|settings|sync|privacy|integrations|backup|audit)\.'
        OR name IN ('payments.delete', 'subscriptions.delete')
$$;

-- What somebody who approves lends to who acts: all that is no administrator's. NULL: whoever it is
-- was not signed in here.
CREATE FUNCTION sync_lends(me terminals, approver uuid, happened timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    held constant text[] := sync_rights(me, approver, happened);
BEGIN
    RETURN CASE WHEN held IS NOT NULL THEN ARRAY(
        SELECT p.name::text FROM permissions AS p
        WHERE held && ARRAY['*', p.name::text] AND NOT right_is_administrative(p.name)) END;
END
$$;

-- Rights that a row gives, and where: of users all that they may do; of teams and their members
-- those that they take away, since to change them may give those back. `body` is the row.
CREATE FUNCTION sync_gifts(table_name text, body jsonb, tenant uuid)
RETURNS TABLE (need text, here uuid)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    everywhere constant uuid := sync_everywhere(tenant);
    subject constant uuid := body ->> 'id';
BEGIN
    IF table_name IN ('users', 'user_roles', 'roles') THEN
        RETURN QUERY
        SELECT CASE WHEN r.name IN ('superadmin', 'tenant_owner')
                      OR table_name = 'roles' AND body ->> 'name' IN ('superadmin', 'tenant_owner')
                    THEN '*' ELSE p.permission::text END, g.location_id
        FROM (SELECT m.role_id, m.location_id FROM user_roles AS m
              WHERE table_name = 'users' AND m.tenant_id = tenant AND m.user_id = subject
              UNION ALL SELECT (body ->> 'role_id')::uuid, (body ->> 'location_id')::uuid
              WHERE table_name = 'user_roles'
              UNION ALL SELECT subject, everywhere WHERE table_name = 'roles') AS g
            LEFT JOIN roles AS r ON r.tenant_id = tenant AND r.id = g.role_id
            LEFT JOIN role_permissions AS p ON p.tenant_id = tenant AND p.role_id = g.role_id;
    ELSIF table_name = 'role_permissions' THEN
        RETURN QUERY SELECT body ->> 'permission', everywhere;
    ELSE
        RETURN QUERY
        SELECT j.key, everywhere
        FROM (SELECT t.permissions FROM team_members AS t
              WHERE table_name = 'teams' AND t.tenant_id = tenant AND t.team_id = subject
              UNION ALL SELECT body -> 'permissions'
              WHERE table_name = 'team_members' AND jsonb_typeof(body -> 'permissions') = 'object') AS t
            CROSS JOIN LATERAL jsonb_each(t.permissions) AS j
        WHERE j.value = 'false';
    END IF;
END
$$;

-- Which right somebody lacks to write these rows, or to take away what they give now; NULL: none.
CREATE FUNCTION sync_lacks(who uuid, table_name text, verb text, sent jsonb, tenant uuid)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    part jsonb;
    before jsonb;
    lack text;
BEGIN
    IF '*' = ANY (sync_held(tenant, who, sync_everywhere(tenant))) THEN
        RETURN NULL;
    END IF;
    FOR part IN SELECT s FROM jsonb_array_elements(sent) AS s
        WHERE table_name <> 'users' OR s ->> 'id' <> who::text LOOP
        before := NULL;
        IF verb <> 'insert' THEN
            EXECUTE format('SELECT to_jsonb(t) FROM %I AS t WHERE t.id = $1 AND t.tenant_id = $2',
                           table_name) INTO before USING (part ->> 'id')::uuid, tenant;
        END IF;
        SELECT g.need INTO lack
        FROM (VALUES (before), (CASE verb WHEN 'insert' THEN part
                                          WHEN 'update' THEN before || (part -> 'new') END)) AS b (body)
            CROSS JOIN LATERAL sync_gifts(table_name, b.body, tenant) AS g
        WHERE b.body IS NOT NULL AND g.need IS NOT NULL
          AND NOT sync_held(tenant, who, g.here) && ARRAY['*', g.need]
        LIMIT 1;
        IF FOUND THEN
            RETURN lack;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Whether somebody holds all that another may do: what it takes to reset a password, or to sign
-- somebody out.
CREATE FUNCTION sync_covers(tenant uuid, who uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT sync_lacks(who, 'users', 'delete', jsonb_build_array(jsonb_build_object('id', other)),
                      tenant) IS NULL
$$;

-- What the centre's own functions ask: whether somebody has a right where the terminal is, and for
-- what gives power over another whether they may all that the other may. Codes for a new terminal
-- sign somebody in, too.
CREATE OR REPLACE FUNCTION sync_user_may(tenant uuid, who uuid, wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT sync_held(tenant, who, coalesce(my_location(), sync_everywhere(tenant)))
        && ARRAY['*', wanted]
$$;
CREATE OR REPLACE FUNCTION sync_must(caller terminals, actor uuid, wanted text, target uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM sync_count(1, 1);
    IF NOT EXISTS (
        SELECT FROM terminal_users AS t JOIN users AS u ON u.tenant_id = t.tenant_id AND u.id = t.user_id
        WHERE t.tenant_id = caller.tenant_id AND t.terminal_id = caller.id AND t.user_id = actor
          AND t.valid_until > now() AND t.signed_in_at > now() - interval '15 minutes'
          AND u.status IN ('active', 'invited') AND u.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'sign in with the password first, at most 15 minutes before'
            USING ERRCODE = 'insufficient_privilege';
    ELSIF wanted IS NULL AND target IS NOT DISTINCT FROM actor THEN
        RETURN;
    ELSIF NOT sync_user_may(caller.tenant_id, actor, coalesce(wanted, 'users.manage')) THEN
        RAISE EXCEPTION 'only somebody with the right % does that',
            coalesce(wanted, 'users.manage') USING ERRCODE = 'insufficient_privilege';
    ELSIF NOT EXISTS (SELECT FROM users AS u WHERE u.tenant_id = caller.tenant_id AND u.id = target
                      AND u.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'there is no such person in this shop'
            USING ERRCODE = 'foreign_key_violation';
    ELSIF NOT sync_covers(caller.tenant_id, actor, target) THEN
        RAISE EXCEPTION 'that takes all the rights that this person has; ask an owner of the shop'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
CREATE OR REPLACE FUNCTION sync_make_code(kind text, name text, location uuid, who uuid) RETURNS text
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
    IF NOT sync_covers(caller.tenant_id, maker, coalesce(who, maker)) THEN
        RAISE EXCEPTION 'nobody signs somebody in who may do more than they may themselves'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind NOT IN ('register', 'office', 'estimator', 'worker') THEN
        RAISE EXCEPTION 'a terminal is a register, office, estimator or worker'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN sync_new_code(caller.tenant_id, kind, name, location, coalesce(who, maker), maker);
END
$$;
DROP FUNCTION sync_is_owner(uuid, uuid);

-- Why somebody may not change these rows; NULL: that is allowed. `sent` are rows of one table for
-- one verb, of which `need` is the right.
CREATE OR REPLACE FUNCTION sync_forbids(rights text[], need text, table_name text, verb text, scope text,
                             sent jsonb, body jsonb, me terminals) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    lack text;
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
    ELSIF need ~ '^(users|settings|sync|privacy|integrations)\.' AND table_name <> 'sync_conflicts'
          AND 'fresh' = ANY (rights) IS NOT TRUE THEN
        RETURN 'Changing people, rights, terminals and settings needs a sign-in of the last 15 '
            'minutes: sign in and send it again';
    ELSIF table_name IN ('users', 'roles', 'role_permissions', 'user_roles', 'teams', 'team_members')
          AND body ->> 'actor' IS NOT NULL THEN
        lack := sync_lacks((body ->> 'actor')::uuid, table_name, verb, sent, me.tenant_id);
        IF lack IS NOT NULL THEN
            RETURN format(CASE lack WHEN '*'
                THEN 'Only an owner of the shop changes what is an owner''s: ask one'
                ELSE 'It gives or takes the right %s: somebody who has that has to do it' END, lack);
        END IF;
    END IF;
    RETURN NULL;
END
$$;

-- The shop keeps an owner of all its locations who can act; what its own administrator does by SQL
-- is theirs to know.
CREATE FUNCTION shop_keeps_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
    IF my_kind() IS NOT NULL AND NOT EXISTS (
        SELECT FROM roles AS r JOIN user_roles AS m ON m.tenant_id = r.tenant_id AND m.role_id = r.id
            JOIN locations AS l ON l.id = m.location_id AND l.kind = 'everywhere'
            JOIN users AS u ON u.id = m.user_id AND u.status = 'active' AND u.deleted_at IS NULL
        WHERE r.tenant_id = OLD.tenant_id AND r.name = 'tenant_owner') THEN
        RAISE EXCEPTION 'This would leave the shop without an owner: give the role tenant_owner to '
            'somebody else first' USING ERRCODE = 'CT003';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER keeps_owner AFTER UPDATE ON users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.status = 'active' AND OLD.deleted_at IS NULL
          AND (NEW.status <> 'active' OR NEW.deleted_at IS NOT NULL))
    EXECUTE FUNCTION shop_keeps_owner();
CREATE CONSTRAINT TRIGGER keeps_owner AFTER UPDATE OR DELETE ON user_roles
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop_keeps_owner();
CREATE CONSTRAINT TRIGGER keeps_owner AFTER UPDATE OR DELETE ON roles
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop_keeps_owner();
ALTER TABLE users ENABLE ALWAYS TRIGGER keeps_owner;
ALTER TABLE user_roles ENABLE ALWAYS TRIGGER keeps_owner;
ALTER TABLE roles ENABLE ALWAYS TRIGGER keeps_owner;

-- down postgres
DROP TRIGGER keeps_owner ON roles;
DROP TRIGGER keeps_owner ON user_roles;
DROP TRIGGER keeps_owner ON users;
CREATE OR REPLACE FUNCTION sync_forbids(rights text[], need text, table_name text, verb text, scope text,
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
CREATE OR REPLACE FUNCTION sync_rights(me terminals, who uuid, happened timestamptz) RETURNS text[]
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
CREATE FUNCTION sync_is_owner(tenant uuid, who uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM user_roles AS m JOIN roles AS r ON r.id = m.role_id
                   WHERE m.tenant_id = tenant AND m.user_id = who
                     AND r.name IN ('tenant_owner', 'superadmin'))
$$;
CREATE OR REPLACE FUNCTION sync_user_may(tenant uuid, who uuid, wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM user_roles AS m JOIN roles AS r ON r.id = m.role_id
        WHERE m.tenant_id = tenant AND m.user_id = who
          AND (r.name IN ('superadmin', 'tenant_owner') OR EXISTS (
              SELECT FROM role_permissions AS p
              WHERE p.tenant_id = tenant AND p.role_id = r.id AND p.permission = wanted)))
$$;
CREATE OR REPLACE FUNCTION sync_must(caller terminals, actor uuid, wanted text, target uuid) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM sync_count(1, 1);
    IF NOT EXISTS (
        SELECT FROM terminal_users AS t JOIN users AS u ON u.tenant_id = t.tenant_id AND u.id = t.user_id
        WHERE t.tenant_id = caller.tenant_id AND t.terminal_id = caller.id AND t.user_id = actor
          AND t.valid_until > now() AND t.signed_in_at > now() - interval '15 minutes'
          AND u.status IN ('active', 'invited') AND u.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'sign in with the password first, at most 15 minutes before'
            USING ERRCODE = 'insufficient_privilege';
    ELSIF wanted IS NULL AND target IS NOT DISTINCT FROM actor THEN
        RETURN;
    ELSIF NOT sync_user_may(caller.tenant_id, actor, coalesce(wanted, 'users.manage')) THEN
        RAISE EXCEPTION 'only somebody with the right % does that',
            coalesce(wanted, 'users.manage') USING ERRCODE = 'insufficient_privilege';
    ELSIF NOT EXISTS (SELECT FROM users AS u WHERE u.tenant_id = caller.tenant_id AND u.id = target
                      AND u.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'there is no such person in this shop'
            USING ERRCODE = 'foreign_key_violation';
    ELSIF sync_is_owner(caller.tenant_id, target) AND NOT sync_is_owner(caller.tenant_id, actor) THEN
        RAISE EXCEPTION 'only an owner of the shop does that for an owner; ask one'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
CREATE OR REPLACE FUNCTION sync_make_code(kind text, name text, location uuid, who uuid) RETURNS text
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
DROP FUNCTION shop_keeps_owner, sync_covers, sync_lacks, sync_gifts, sync_lends, right_is_administrative, sync_held,
    sync_everywhere;

-- down
