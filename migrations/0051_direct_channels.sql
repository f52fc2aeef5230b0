-- A direct channel gets its people with the operation that opens it, whose channel stands by the
-- time when its members are judged.

-- up

-- up postgres
-- Members: one joins a public channel, is brought into another one by somebody who is in it, and
-- reads and leaves for oneself.
CREATE OR REPLACE FUNCTION sync_talk_joins(actor uuid, role text, moderates boolean, verb text, here jsonb,
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
                      AND c.channel_type = 'direct')
              AND NOT body @> jsonb_build_object('rows', jsonb_build_array(jsonb_build_object(
                  'table', 'channels', 'verb', 'insert', 'id', fields -> 'channel_id'))) THEN
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

-- down postgres
CREATE OR REPLACE FUNCTION sync_talk_joins(actor uuid, role text, moderates boolean, verb text, here jsonb,
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

-- down
