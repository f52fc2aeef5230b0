-- Whose words they are: a message is its author's alone, a line of the shop comes with the deed
-- that it tells of, private and direct channels are written in by their members, and a member's
-- row is their own. Rights say who may talk at all; these are judged beside them.

-- up

-- up postgres
-- Where a message stands and who wrote it, as it is or as the operation makes it.
CREATE FUNCTION sync_talk_message(message uuid, body jsonb, OUT channel uuid, OUT author uuid)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    SELECT m.channel_id, m.user_id INTO channel, author FROM messages AS m WHERE m.id = message;
    IF NOT FOUND THEN
        SELECT (r #>> '{new,channel_id}')::uuid, (r #>> '{new,user_id}')::uuid INTO channel, author
        FROM jsonb_array_elements(body -> 'rows') AS r
        WHERE r ->> 'table' = 'messages' AND r ->> 'verb' = 'insert' AND r ->> 'id' = message::text;
    END IF;
END
$$;

-- What somebody is in a channel: 'owner', 'member', 'guest' of a public one, NULL: nothing. Whoever
-- makes it in this very operation owns it.
CREATE FUNCTION sync_talk_role(place uuid, who uuid, body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF EXISTS (SELECT FROM jsonb_array_elements(body -> 'rows') AS r
               WHERE r ->> 'table' = 'channels' AND r ->> 'verb' = 'insert'
                 AND r ->> 'id' = place::text) THEN
        RETURN 'owner';
    END IF;
    RETURN coalesce(
        (SELECT m.role FROM channel_members AS m WHERE m.channel_id = place AND m.user_id = who),
        (SELECT 'guest' FROM channels AS c WHERE c.id = place AND c.channel_type = 'public'));
END
$$;

-- Messages: nobody speaks as somebody else, nor as the shop without a deed; what was said stays
-- where it is; who moderates takes it away and writes nothing instead.
CREATE FUNCTION sync_talk_says(actor uuid, moderates boolean, verb text, here jsonb, fields jsonb,
                               body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    is_own constant boolean := (here ->> 'user_id')::uuid IS NOT DISTINCT FROM actor;
    is_line constant boolean := here ->> 'message_type' IS NOT DISTINCT FROM 'system';
    answered record;
BEGIN
    IF verb = 'insert' THEN
        answered := sync_talk_message((fields ->> 'parent_id')::uuid, body);
        IF (fields ->> 'user_id')::uuid IS DISTINCT FROM actor THEN
            RETURN 'Nobody writes a message as somebody else';
        ELSIF fields ->> 'message_type' = 'system' AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(body -> 'rows') AS r
                JOIN sync_tables AS t ON t.name = r ->> 'table'
            WHERE t.scope NOT IN ('channel', 'user', 'local')) THEN
            RETURN 'A line of the shop comes with what it tells of';
        ELSIF answered.channel IS DISTINCT FROM (fields ->> 'channel_id')::uuid
              AND answered.channel IS NOT NULL THEN
            RETURN 'An answer stands in the channel of what it answers';
        END IF;
    ELSIF verb = 'delete' THEN
        RETURN 'A message is deleted with a mark, not taken out';
    ELSIF fields ?| '{channel_id,user_id,message_type,parent_id,position,sent_at}' THEN
        RETURN 'What was said stays where it was, and whose it is';
    ELSIF (fields ->> 'deleted_by_id')::uuid IS DISTINCT FROM actor
          AND fields ->> 'deleted_by_id' IS NOT NULL THEN
        RETURN 'Nobody deletes a message as somebody else';
    ELSIF is_own AND NOT is_line THEN
        IF fields ? 'content' AND fields ->> 'edited_at' IS NULL AND NOT fields ? 'deleted_at'
           AND NOT body ? 'undoes' THEN
            RETURN 'A message that is changed says so';
        END IF;
    ELSIF (SELECT count(*) FROM jsonb_object_keys(fields) AS k
           WHERE k NOT IN ('content', 'deleted_at', 'deleted_by_id')) > 0
          OR coalesce(fields ->> 'content', '') <> '' OR NOT (moderates OR is_own)
          OR fields ->> 'deleted_at' IS NULL THEN
        RETURN 'Only who wrote a message changes it, and only they or who moderates take it away';
    END IF;
    RETURN NULL;
END
$$;

-- Members: one joins a public channel, is brought into another one by somebody who is in it, and
-- reads and leaves for oneself.
CREATE FUNCTION sync_talk_joins(actor uuid, role text, moderates boolean, verb text, here jsonb,
                                fields jsonb, body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    is_own constant boolean := (here ->> 'user_id')::uuid IS NOT DISTINCT FROM actor;
    leads constant boolean := role = 'owner' OR moderates;
BEGIN
    IF verb = 'insert' THEN
        IF fields ->> 'role' = 'owner' AND NOT leads THEN
            RETURN 'Only an owner of the channel makes another one';
        ELSIF EXISTS (SELECT FROM channels AS c WHERE c.id = (fields ->> 'channel_id')::uuid
                      AND c.channel_type = 'direct') THEN
            RETURN 'A direct channel has the people that it began with';
        END IF;
    ELSIF verb = 'update' THEN
        IF fields ?| '{channel_id,user_id}' OR fields ? 'role' AND NOT leads
           OR NOT is_own AND (SELECT count(*) FROM jsonb_object_keys(fields) AS k
                              WHERE k <> 'role') > 0 THEN
            RETURN 'What somebody has read, and whether they hear of it, is theirs to say';
        END IF;
    ELSIF NOT (is_own OR leads) THEN
        RETURN 'Only an owner of the channel, or who moderates, takes others out of it';
    END IF;
    RETURN NULL;
END
$$;

-- What hangs on a message: its own author's, or a sign of one's own.
CREATE FUNCTION sync_talk_hangs(actor uuid, moderates boolean, table_name text, verb text,
                                here jsonb, fields jsonb, body jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    stands constant jsonb := coalesce(here, fields);
    message record;
    file record;
BEGIN
    IF table_name IN ('files', 'file_chunks') THEN
        SELECT f.channel_id, f.uploaded_by_id AS author INTO file FROM files AS f
        WHERE f.id = CASE table_name WHEN 'files' THEN (here ->> 'id')::uuid
                          ELSE (stands ->> 'file_id')::uuid END;
        IF FOUND AND (file.author IS DISTINCT FROM actor AND NOT moderates
                      OR table_name = 'file_chunks'
                         AND file.channel_id IS DISTINCT FROM (stands ->> 'channel_id')::uuid)
           OR verb = 'insert' AND table_name = 'files'
              AND (fields ->> 'uploaded_by_id')::uuid IS DISTINCT FROM actor
              AND fields ->> 'uploaded_by_id' IS NOT NULL THEN
            RETURN 'A file is its sender''s';
        END IF;
        RETURN NULL;
    END IF;
    IF verb = 'update' AND fields ? 'message_id' THEN
        RETURN 'What hangs on a message stays with it';
    END IF;
    message := sync_talk_message((stands ->> 'message_id')::uuid, body);
    IF message.channel IS DISTINCT FROM coalesce(fields ->> 'channel_id', here ->> 'channel_id')::uuid
       AND message.channel IS NOT NULL THEN
        RETURN 'What hangs on a message stands in its channel';
    ELSIF table_name = 'message_reactions' THEN
        RETURN CASE WHEN (fields ->> 'user_id')::uuid IS DISTINCT FROM actor
                    THEN 'Nobody reacts as somebody else' END;
    ELSIF table_name = 'message_pins' AND verb <> 'insert'
          AND (here ->> 'pinned_by_id')::uuid = actor OR moderates THEN
        RETURN NULL;
    ELSIF message.author IS DISTINCT FROM actor THEN
        RETURN CASE table_name
            WHEN 'message_pins' THEN 'Only who wrote a message pins it, or who moderates'
            ELSE 'What hangs on a message is its author''s to say' END;
    END IF;
    RETURN NULL;
END
$$;

-- Why somebody may not change these rows of channels; NULL: nothing is against it. Erasure and
-- retention go through all channels; what follows another row or takes back an own deed is allowed.
CREATE FUNCTION sync_talk_forbids(rights text[], table_name text, verb text, sent jsonb, body jsonb,
                                  tenant uuid) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    actor constant uuid := (body ->> 'actor')::uuid;
    moderates constant boolean := rights && '{*,channels.moderate}';
    one jsonb;
    here jsonb;
    fields jsonb;
    place uuid;
    role text;
    reason text;
BEGIN
    IF body ->> 'kind' LIKE 'privacy.%' AND rights && '{*,privacy.manage}' THEN
        RETURN NULL;
    END IF;
    FOR one IN SELECT r FROM jsonb_array_elements(sent) AS r LOOP
        fields := CASE verb WHEN 'insert' THEN one ELSE coalesce(one -> 'new', '{}') END;
        IF verb <> 'insert' THEN
            EXECUTE format('SELECT to_jsonb(t) FROM %I AS t WHERE t.id = $1', table_name)
                INTO here USING (one ->> 'id')::uuid;
            CONTINUE WHEN here IS NULL OR verb = 'delete' AND sync_follows(one, body, tenant);
        END IF;
        place := coalesce(here, fields) ->> sync_scope_column(table_name);
        role := CASE WHEN place IS NOT NULL THEN sync_talk_role(place, actor, body) END;
        reason := CASE
            WHEN place IS NULL THEN NULL
            WHEN role IS NULL AND (table_name <> 'channels' OR verb <> 'insert')
                THEN 'Only its members write in a channel that is not public'
            WHEN table_name = 'messages'
                THEN sync_talk_says(actor, moderates, verb, here, fields, body)
            WHEN table_name = 'channel_members'
                THEN sync_talk_joins(actor, role, moderates, verb, here, fields, body)
            WHEN table_name <> 'channels'
                THEN sync_talk_hangs(actor, moderates, table_name, verb, here, fields, body)
            WHEN verb = 'insert' AND (fields ->> 'created_by_id')::uuid <> actor
                THEN 'Nobody opens a channel as somebody else'
            WHEN verb = 'update' AND fields ?| '{channel_type,created_by_id}'
                THEN 'A public channel stays public, and a private one private'
            WHEN verb = 'update' AND NOT (role = 'owner' OR moderates)
                THEN 'Only an owner of the channel changes it, or who moderates' END;
        IF reason IS NOT NULL THEN
            RETURN reason;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

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
    ELSIF scope = 'channel' AND body ->> 'actor' IS NOT NULL THEN
        RETURN sync_talk_forbids(rights, table_name, verb, sent, body, me.tenant_id);
    END IF;
    RETURN NULL;
END
$$;

-- down postgres
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
DROP FUNCTION sync_talk_forbids, sync_talk_hangs, sync_talk_joins, sync_talk_says, sync_talk_role,
    sync_talk_message;

-- down
