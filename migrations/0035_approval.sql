-- An approver lends the rights that whoever did it lacks: a refund that a manager allows at the
-- till is no more refused by the centre than it was there.

-- up

-- up postgres
-- Who did it and who approved, and what both may do together. What needs a fresh sign-in is
-- nobody's to approve: it is an administrator's, and not lent (0030_rights.sql).
CREATE OR REPLACE FUNCTION sync_check_people(me terminals, body jsonb, happened timestamptz, has_money boolean,
                                  INOUT notes jsonb, OUT rights text[])
LANGUAGE plpgsql
AS $$
DECLARE
    unknown text;
    approver constant uuid := (body ->> 'approver')::uuid;
    lent text[];
BEGIN
    IF me.kind = 'worker' AND body ->> 'actor' IS NULL THEN
        rights := '{*,fresh}'; -- a program acts, not a person
        RETURN;
    END IF;
    rights := sync_rights(me, (body ->> 'actor')::uuid, happened);
    IF rights IS NULL THEN
        unknown := 'actor';
    ELSIF approver IS NOT NULL THEN
        lent := sync_lends(me, approver, happened);
        unknown := CASE WHEN lent IS NULL THEN 'approver' END;
        rights := rights || lent;
    END IF;
    IF unknown IS NOT NULL THEN
        notes := sync_object(has_money, notes, 'actor', 'users', format(
            '%s was not signed in at this terminal: sign in at the centre and send it again',
            coalesce((SELECT u.display_name FROM users AS u
                      WHERE u.id = (body ->> unknown)::uuid), 'Whoever did it')));
    END IF;
END
$$;

-- down postgres
-- Who did it and who approved, and what the first may do.
CREATE OR REPLACE FUNCTION sync_check_people(me terminals, body jsonb, happened timestamptz, has_money boolean,
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

-- down
