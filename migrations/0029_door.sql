-- The door: what proves who somebody is, and counting what does not.
--
-- What the door keeps stays behind it: no terminal reads these tables or writes them. At the centre
-- they are changed by the functions below alone; in a store they are its own.
--
-- A terminal may undo whatever it did, by ROLLBACK, and so would have guessed without being
-- counted. Hence two steps: sync_sign_in() judges, counts and answers with a ticket that says
-- nothing, and sync_signed_in() says what was judged, once that has been committed. What is right
-- and what is wrong reads and writes the same rows until then.

-- up
UPDATE sync_tables SET scope = 'local', right_insert = NULL, right_update = NULL, right_delete = NULL
WHERE name IN ('user_credentials', 'totp_devices', 'backup_codes', 'login_attempts', 'sessions');
-- A try is written before it is judged, and marked when it was right.
UPDATE sync_tables SET merge = 'fields' WHERE name = 'login_attempts';

-- At a terminal `password_hash` is a verifier: it comes from the sign-in at the centre of
-- `signed_in_at` and counts until `valid_until`. `checked_at`: the password was last proved here.
ALTER TABLE user_credentials ADD COLUMN valid_until TIMESTAMPTZ;
ALTER TABLE user_credentials ADD COLUMN signed_in_at TIMESTAMPTZ;
ALTER TABLE user_credentials ADD COLUMN checked_at TIMESTAMPTZ;
ALTER TABLE user_credentials ADD COLUMN pin_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_credentials ADD COLUMN reset_hash VARCHAR(64);
ALTER TABLE user_credentials ADD COLUMN reset_until TIMESTAMPTZ;
ALTER TABLE user_credentials ADD COLUMN reset_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE login_attempts ADD COLUMN terminal_id UUID;
INSERT INTO sync_columns (table_name, column_name, policy, column_group, is_secret, on_delete)
VALUES ('user_credentials', 'reset_hash', NULL, NULL, TRUE, NULL);

-- What was judged of a sign-in, for as long as it takes to ask. `made_in`: the transaction. Every
-- row is as long as any other, so that what is written of it tells nothing either: -1 and zeros for
-- none.
CREATE TABLE sign_in_tickets (
    id             UUID PRIMARY KEY NOT NULL,
    tenant_id      UUID NOT NULL,
    terminal_id    UUID NOT NULL,
    user_id        UUID,
    login          VARCHAR(255) NOT NULL,
    is_right       BOOLEAN NOT NULL,
    needs_code     BOOLEAN NOT NULL,
    totp_step      BIGINT NOT NULL,
    backup_code_id UUID NOT NULL,
    made_in        BIGINT NOT NULL,
    made_at        TIMESTAMPTZ NOT NULL
);
INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('sign_in_tickets', 2901, 'local', 'fields', NULL, NULL, NULL, NULL);

-- up sqlite
DROP TRIGGER IF EXISTS login_attempts_no_update;
DROP TRIGGER IF EXISTS login_attempts_no_delete;
CREATE INDEX login_attempts_by_time ON login_attempts (attempted_at);
-- An office held rows of the centre's, without what is secret: they say nothing here.
DELETE FROM user_credentials WHERE EXISTS (SELECT 1 FROM sync_state WHERE name = 'terminal_id');
DELETE FROM totp_devices WHERE EXISTS (SELECT 1 FROM sync_state WHERE name = 'terminal_id');
DELETE FROM backup_codes WHERE EXISTS (SELECT 1 FROM sync_state WHERE name = 'terminal_id');
DELETE FROM login_attempts WHERE EXISTS (SELECT 1 FROM sync_state WHERE name = 'terminal_id');
DELETE FROM sessions WHERE EXISTS (SELECT 1 FROM sync_state WHERE name = 'terminal_id');
-- A person who leaves a store takes along what it kept.
CREATE TRIGGER users_door AFTER DELETE ON users BEGIN
    DELETE FROM user_credentials WHERE user_id = OLD.id;
    DELETE FROM totp_devices WHERE user_id = OLD.id;
    DELETE FROM backup_codes WHERE user_id = OLD.id;
    DELETE FROM login_attempts WHERE user_id = OLD.id;
    DELETE FROM sessions WHERE user_id = OLD.id;
END;

-- up postgres
CREATE INDEX login_attempts_by_terminal ON login_attempts (tenant_id, terminal_id, attempted_at);
CREATE INDEX sign_in_tickets_by_terminal ON sign_in_tickets (terminal_id);

-- Nothing of these tables is told to anybody; only this owner's functions come past the row
-- security.
DO $$
DECLARE
    kept text;
    made text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['user_credentials', 'totp_devices', 'backup_codes', 'login_attempts',
                                'sessions'] LOOP
        FOREACH made IN ARRAY ARRAY['log_insert', 'log_update', 'log_delete', 'log_truncate',
                                    'append_only', 'append_only_truncate'] LOOP
            EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', made, kept);
        END LOOP;
        EXECUTE format('DROP FUNCTION IF EXISTS %I()', kept || '_log');
        EXECUTE format('DROP FUNCTION IF EXISTS %I(text, jsonb, uuid, timestamptz)',
                       kept || '_apply');
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', kept);
        PERFORM sync_enable(kept);
    END LOOP;
END
$$;
-- The shop's own programs, such as a web shop, let the same people in by the same passwords.
CREATE POLICY of_programs ON user_credentials TO ct_service, ct_app
    USING (tenant_id = (SELECT my_tenant())) WITH CHECK (tenant_id = (SELECT my_tenant()));
CREATE POLICY of_programs ON sessions TO ct_service, ct_app
    USING (tenant_id = (SELECT my_tenant())) WITH CHECK (tenant_id = (SELECT my_tenant()));
GRANT SELECT, INSERT, UPDATE, DELETE ON user_credentials, sessions TO ct_service, ct_app;

DELETE FROM change_log
WHERE table_name IN ('user_credentials', 'totp_devices', 'backup_codes', 'login_attempts', 'sessions');
DELETE FROM field_times
WHERE table_name IN ('user_credentials', 'totp_devices', 'backup_codes', 'login_attempts', 'sessions');

DROP FUNCTION sync_sign_out(uuid);
DROP FUNCTION sync_sign_in(text, text, text);
DROP FUNCTION sync_use_backup_code(uuid, text);
DROP FUNCTION sync_set_password(uuid, uuid, text);

-- Passwords

-- 2^10 rounds of bcrypt take 90 to 110 ms on a machine of two cores; each more doubles it, and a
-- sign-in is to show the first screen within 300.
CREATE FUNCTION sync_password_hash(password text) RETURNS text
LANGUAGE sql
AS $$
    SELECT crypt(password, gen_salt('bf', 10))
$$;

-- 'door_key' seals the secrets of second factors; 'no_hash' is of a password that nobody has, so
-- that a name that nobody has costs as much.
INSERT INTO sync_meta (name, value) VALUES
    ('door_key', encode(gen_random_bytes(32), 'hex')),
    ('no_hash', sync_password_hash(encode(gen_random_bytes(16), 'hex')));

CREATE FUNCTION sync_no_hash() RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT value FROM sync_meta WHERE name = 'no_hash'
$$;

-- The same as model/people/door_password.c.
CREATE FUNCTION sync_check_password(who users, password text) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF coalesce(length(password), 0) < 8 OR octet_length(password) > 72 THEN
        RAISE EXCEPTION 'a password has at least 8 characters, and at most 72 bytes'
            USING ERRCODE = 'check_violation';
    ELSIF text_key(password) IN (SELECT text_key(name) FROM unnest(ARRAY[who.username, who.email,
              who.display_name, who.first_name, who.last_name,
              (SELECT t.name FROM tenants AS t WHERE t.id = who.tenant_id)]) AS name) THEN
        RAISE EXCEPTION 'a name is no password: it would be guessed first'
            USING ERRCODE = 'check_violation';
    END IF;
END
$$;

-- The administrator's of the centre, and what the functions below write. What was judged by the old
-- one lets nobody in any more.
CREATE FUNCTION sync_set_password(tenant uuid, who uuid, password text) RETURNS void
LANGUAGE sql
AS $$
    DELETE FROM sign_in_tickets AS t WHERE t.tenant_id = tenant AND t.user_id = who;
    INSERT INTO user_credentials (tenant_id, user_id, password_hash, password_changed_at)
    VALUES (tenant, who, sync_password_hash(password), now())
    ON CONFLICT (tenant_id, user_id) DO UPDATE
        SET password_hash = excluded.password_hash, password_changed_at = now(),
            reset_hash = NULL, reset_until = NULL, reset_tries = 0
$$;

-- Waiting

-- 1 s, 2, 4 … up to a quarter of an hour after the last of so many wrong tries; `free` cost
-- nothing.
CREATE FUNCTION sync_wait(wrong bigint, free bigint, last timestamptz) RETURNS interval
LANGUAGE sql VOLATILE
AS $$
    SELECT CASE WHEN wrong < free THEN interval '0'
        ELSE greatest(interval '0', last - clock_timestamp()
             + make_interval(secs => least(900, 2 ^ least(wrong - free, 10)))) END
$$;

-- How long somebody has to wait: for wrong tries of theirs in a day since the last that was right
-- or since an administrator lifted it, and for those of the terminal in a quarter of an hour.
CREATE FUNCTION sync_sign_in_wait(caller terminals, who uuid, asked text) RETURNS interval
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    since timestamptz := clock_timestamp() - interval '1 day';
    lifted timestamptz := clock_timestamp() - interval '15 minutes';
    of_person interval;
    of_terminal interval;
BEGIN
    since := greatest(since, (SELECT max(a.attempted_at) FROM login_attempts AS a
        WHERE a.tenant_id = caller.tenant_id AND a.user_id = who AND a.is_successful));
    lifted := greatest(lifted, (SELECT max(a.attempted_at) FROM login_attempts AS a
        WHERE a.tenant_id = caller.tenant_id AND a.terminal_id = caller.id
          AND a.reason = 'lifted'));
    SELECT sync_wait(count(*), 3, max(a.attempted_at)) INTO of_person FROM login_attempts AS a
    WHERE a.tenant_id = caller.tenant_id AND NOT a.is_successful AND a.reason <> 'codeless'
      AND a.attempted_at > since
      AND (a.user_id = who OR who IS NULL AND a.user_id IS NULL AND a.login = asked);
    SELECT sync_wait(count(*), 10, max(a.attempted_at)) INTO of_terminal FROM login_attempts AS a
    WHERE a.tenant_id = caller.tenant_id AND a.terminal_id = caller.id AND NOT a.is_successful
      AND a.reason <> 'codeless' AND a.attempted_at > lifted;
    RETURN greatest(of_person, of_terminal);
END
$$;

CREATE FUNCTION sync_denied(said text, wait interval) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_build_object('wait_us', (extract(epoch FROM wait) * 1000000)::bigint, 'denied',
        said || CASE WHEN wait <= interval '0' THEN ''
                     WHEN wait < interval '90 seconds'
                     THEN format('; wait %s seconds before the next try', ceil(extract(epoch FROM wait)))
                     ELSE format('; wait %s minutes before the next try',
                                 ceil(extract(epoch FROM wait) / 60)) END)
$$;

CREATE FUNCTION sync_note_try(caller terminals, who uuid, asked text, is_right boolean, reason text,
                              id uuid DEFAULT uuidv7()) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO login_attempts (id, tenant_id, user_id, login, user_agent, terminal_id,
                                is_successful, reason, attempted_at)
    VALUES (id, caller.tenant_id, who, asked, caller.name, caller.id, is_right, reason,
            clock_timestamp())
$$;

-- The centre's own events in the audit trail.
CREATE FUNCTION sync_audit_own(action text, actor uuid, target uuid, details jsonb) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO audit_logs (tenant_id, actor_id, target_id, action, details)
    VALUES (my_tenant(), actor, target, action, coalesce(details, '{}'))
$$;

-- The second factor

-- RFC 6238 over RFC 4226, with SHA-1: the code of a step of 30 s.
CREATE FUNCTION sync_totp(secret bytea, step bigint, digits integer DEFAULT 6) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    mac bytea := hmac(int8send(step), secret, 'sha1');
    place integer := get_byte(mac, 19) & 15;
    number bigint := (get_byte(mac, place) & 127) * 16777216 + get_byte(mac, place + 1) * 65536
                     + get_byte(mac, place + 2) * 256 + get_byte(mac, place + 3);
BEGIN
    RETURN lpad((number % (10 ^ digits)::bigint)::text, digits, '0');
END
$$;

CREATE FUNCTION sync_door_key() RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT value FROM sync_meta WHERE name = 'door_key'
$$;

CREATE FUNCTION sync_keep_totp(tenant uuid, who uuid, secret bytea, is_confirmed boolean,
                               last_step bigint) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO totp_devices (tenant_id, user_id, secret, key_id, is_confirmed, last_step)
    VALUES (tenant, who, pgp_sym_encrypt_bytea(secret, sync_door_key(),
                                               'cipher-algo=aes256, s2k-mode=1'),
            'centre', $4, $5)
$$;

-- The step whose code it is, one to each side of now, that no code was taken of; or NULL.
CREATE FUNCTION sync_totp_step(tenant uuid, who uuid, code text, confirmed boolean) RETURNS bigint
LANGUAGE sql STABLE
AS $$
    SELECT max(s.step)
    FROM totp_devices AS d CROSS JOIN LATERAL (
        SELECT floor(extract(epoch FROM clock_timestamp()) / 30)::bigint + i AS step
        FROM generate_series(-1, 1) AS i) AS s
    WHERE d.tenant_id = tenant AND d.user_id = who AND d.is_confirmed = confirmed
      AND s.step > coalesce(d.last_step, -1)
      AND sync_totp(pgp_sym_decrypt_bytea(d.secret, sync_door_key()), s.step) = code
$$;

-- As it is hashed: case, blanks and dashes do not matter, I and L are read as 1, O as 0.
CREATE FUNCTION sync_code_digest(code text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT encode(sha256(convert_to(translate(upper(regexp_replace(code, '[\s-]+', '', 'g')),
                                              'ILO', '110'), 'UTF8')), 'hex')
$$;

-- A code of the printed list that was not used, of ours or as other programs hashed it.
CREATE FUNCTION sync_backup_code(tenant uuid, who uuid, code text) RETURNS uuid
LANGUAGE sql STABLE
AS $$
    SELECT b.id FROM backup_codes AS b
    WHERE b.tenant_id = tenant AND b.user_id = who AND b.used_at IS NULL
      AND (b.code_hash = sync_code_digest(code)
           OR b.code_hash = encode(sha256(convert_to(code, 'UTF8')), 'hex')
           OR b.code_hash LIKE '$2%' AND sync_password_fits(code, b.code_hash))
    LIMIT 1
$$;

-- Twelve characters, 60 bits, as model/people/door_password.c makes them.
CREATE FUNCTION sync_random_code() RETURNS text
LANGUAGE sql VOLATILE
AS $$
    SELECT regexp_replace(string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ',
               1 + (get_byte(r.bytes, i) & 31), 1), '' ORDER BY i), '(.{4})(?=.)', '\1-', 'g')
    FROM (SELECT gen_random_bytes(12) AS bytes) AS r CROSS JOIN generate_series(0, 11) AS i
$$;

CREATE FUNCTION sync_make_codes(tenant uuid, who uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    codes text[] := ARRAY[]::text[];
BEGIN
    FOR i IN 1..10 LOOP
        codes := codes || sync_random_code();
    END LOOP;
    DELETE FROM backup_codes AS b WHERE b.tenant_id = tenant AND b.user_id = who;
    INSERT INTO backup_codes (tenant_id, user_id, code_hash)
    SELECT tenant, who, sync_code_digest(code) FROM unnest(codes) AS code;
    RETURN to_jsonb(codes);
END
$$;

-- Signing in

-- Who is meant: by id, user name, e-mail address, or a full name that one person has. Nobody, where
-- they may not work.
CREATE FUNCTION sync_find_user(tenant uuid, asked text) RETURNS users
LANGUAGE sql STABLE
AS $$
    SELECT u.* FROM users AS u
    WHERE u.tenant_id = tenant AND u.status IN ('active', 'invited') AND u.deleted_at IS NULL
      AND (u.id::text = lower(asked) OR u.username = asked OR u.email_key = text_key(asked)
           OR u.display_name = asked
           AND NOT EXISTS (SELECT FROM users AS o WHERE o.tenant_id = u.tenant_id
                           AND o.display_name = asked AND o.id <> u.id AND o.deleted_at IS NULL))
    ORDER BY u.id::text = lower(asked) DESC, u.username IS NOT DISTINCT FROM asked DESC,
             u.email_key IS NOT DISTINCT FROM text_key(asked) DESC LIMIT 1
$$;

-- Judges and counts, and answers {"ticket"}, or {"denied", "wait_us"} while tries have to wait. It
-- takes as long for a name that nobody has. Nothing in it may depend on what was judged, so that it
-- counts as wrong until the ticket is used.
CREATE FUNCTION sync_sign_in(login text, password text, code text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    asked text := left(btrim(login), 255);
    asked_key text := left(text_key(asked), 255);
    given text := coalesce(btrim(code), '');
    who users := sync_find_user(caller.tenant_id, asked);
    wait interval := sync_sign_in_wait(caller, who.id, asked_key);
    hash text;
    needs_code boolean;
    fits boolean;
    step bigint;
    backup uuid;
    made sign_in_tickets;
BEGIN
    PERFORM sync_count(1, 1);
    IF wait > interval '0' THEN
        PERFORM sync_alarm('wrong passwords', format('for %s', coalesce(who.display_name, asked)));
        RETURN sync_denied('too many wrong tries', wait);
    END IF;
    SELECT c.password_hash INTO hash FROM user_credentials AS c
    WHERE c.tenant_id = caller.tenant_id AND c.user_id = who.id AND c.password_hash LIKE '$2%';
    fits := sync_password_fits(coalesce(password, ''), coalesce(hash, sync_no_hash()))
        AND hash IS NOT NULL;
    -- what a row of users says may have been written by a terminal
    needs_code := coalesce(who.mfa_enabled, FALSE) OR EXISTS (
        SELECT FROM totp_devices AS d
        WHERE d.tenant_id = caller.tenant_id AND d.user_id = who.id AND d.is_confirmed);
    IF needs_code AND given <> '' THEN
        step := sync_totp_step(caller.tenant_id, who.id, given, TRUE);
        backup := sync_backup_code(caller.tenant_id, who.id, given);
    END IF;
    made.is_right := fits AND (NOT needs_code OR step IS NOT NULL OR backup IS NOT NULL);
    made.needs_code := fits AND needs_code AND given = '';
    made.id := uuidv7();
    PERFORM sync_note_try(caller, who.id, asked_key, FALSE, 'password', made.id);
    DELETE FROM sign_in_tickets AS t
    WHERE t.terminal_id = caller.id AND t.made_at < now() - interval '5 minutes';
    INSERT INTO sign_in_tickets VALUES (made.id, caller.tenant_id, caller.id, who.id,
        asked_key, made.is_right, made.needs_code, coalesce(step, -1),
        coalesce(backup, '00000000-0000-0000-0000-000000000000'),
        pg_current_xact_id()::text::bigint, now());
    RETURN jsonb_build_object('ticket', made.id);
END
$$;

-- Takes a ticket of this terminal's that was committed, uses up the code that came along, and says
-- of the try what it was. NULL members where there is none.
CREATE FUNCTION sync_take_ticket(caller terminals, ticket uuid) RETURNS sign_in_tickets
LANGUAGE plpgsql
AS $$
DECLARE
    taken sign_in_tickets;
BEGIN
    DELETE FROM sign_in_tickets AS t
    WHERE t.id = ticket AND t.terminal_id = caller.id
      AND t.made_in <> pg_current_xact_id()::text::bigint
      AND t.made_at > now() - interval '5 minutes'
    RETURNING * INTO taken;
    taken.is_right := taken.is_right AND EXISTS (
        SELECT FROM users AS u
        WHERE u.tenant_id = caller.tenant_id AND u.id = taken.user_id
          AND u.status IN ('active', 'invited') AND u.deleted_at IS NULL);
    IF taken.is_right AND taken.totp_step >= 0 THEN
        UPDATE totp_devices AS d SET last_step = taken.totp_step
        WHERE d.tenant_id = caller.tenant_id AND d.user_id = taken.user_id AND d.is_confirmed
          AND coalesce(d.last_step, -1) < taken.totp_step;
        taken.is_right := FOUND;
    ELSIF taken.is_right AND taken.backup_code_id <> '00000000-0000-0000-0000-000000000000' THEN
        UPDATE backup_codes AS b SET used_at = now()
        WHERE b.id = taken.backup_code_id AND b.used_at IS NULL;
        taken.is_right := FOUND;
    END IF;
    UPDATE login_attempts AS a
    SET is_successful = taken.is_right,
        reason = CASE WHEN taken.needs_code THEN 'codeless' ELSE a.reason END
    WHERE a.id = taken.id;
    RETURN taken;
END
$$;

-- Why a ticket lets nobody in: nothing that tells what was wrong. One row a lock-out in the trail.
CREATE FUNCTION sync_turn_away(caller terminals, taken sign_in_tickets) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    wait interval;
BEGIN
    IF taken.id IS NULL THEN
        RETURN sync_denied('this sign-in has ended; begin again', interval '0');
    ELSIF taken.needs_code THEN
        RETURN jsonb_build_object('needs_code', TRUE, 'denied',
                                  'give the code of the second factor, too');
    END IF;
    wait := sync_sign_in_wait(caller, taken.user_id, taken.login);
    IF wait > interval '0' AND wait <= interval '1 second' THEN
        PERFORM sync_audit_own('sign_in_failed', NULL, taken.user_id,
                               jsonb_build_object('terminal', caller.name));
    END IF;
    RETURN sync_denied('name, password or code are wrong', wait);
END
$$;

-- Somebody is in: what the terminal has to know to let him in again without the centre.
CREATE FUNCTION sync_let_in(caller terminals, who uuid) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM sync_note_sign_in(caller, who);
    PERFORM sync_audit_own('sign_in', who, NULL, jsonb_build_object('terminal', caller.name));
    RETURN (SELECT jsonb_build_object('user_id', u.id, 'name', u.display_name,
                'signed_in_at', (extract(epoch FROM t.signed_in_at) * 1000000)::bigint,
                'valid_until', (extract(epoch FROM t.valid_until) * 1000000)::bigint,
                'codes_left', (
                    SELECT count(*) FILTER (WHERE b.used_at IS NULL) FROM backup_codes AS b
                    WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id HAVING count(*) > 0))
            FROM users AS u JOIN terminal_users AS t
                ON t.tenant_id = u.tenant_id AND t.user_id = u.id AND t.terminal_id = caller.id
            WHERE u.tenant_id = caller.tenant_id AND u.id = who);
END
$$;

-- {"user_id", "name", "signed_in_at", "valid_until", "codes_left"}, or {"denied", "wait_us",
-- "needs_code"}. A hash that is another program's, or cheaper or dearer than ours, is made anew
-- with the password that was right.
CREATE FUNCTION sync_signed_in(ticket uuid, password text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    taken sign_in_tickets := sync_take_ticket(caller, ticket);
    hash text;
BEGIN
    IF taken.is_right IS NOT TRUE THEN
        RETURN sync_turn_away(caller, taken);
    END IF;
    SELECT c.password_hash INTO hash FROM user_credentials AS c
    WHERE c.tenant_id = caller.tenant_id AND c.user_id = taken.user_id;
    IF password IS NOT NULL AND left(hash, 7) <> left(sync_no_hash(), 7)
       AND sync_password_fits(password, hash) THEN
        UPDATE user_credentials AS c SET password_hash = sync_password_hash(password)
        WHERE c.tenant_id = caller.tenant_id AND c.user_id = taken.user_id;
    END IF;
    RETURN sync_let_in(caller, taken.user_id);
END
$$;

-- A sign-in ends, and its row stays: what was done before and still waits for a line is acceptable.
CREATE FUNCTION sync_end_sign_ins(tenant uuid, who uuid, terminal uuid, kept uuid) RETURNS integer
LANGUAGE sql
AS $$
    WITH ended AS (
        UPDATE terminal_users AS t
        SET valid_until = greatest(now(), t.signed_in_at + interval '1 microsecond')
        WHERE t.tenant_id = tenant AND t.user_id = who AND t.valid_until > now()
          AND (terminal IS NULL OR t.terminal_id = terminal) AND t.terminal_id IS DISTINCT FROM kept
        RETURNING 1)
    SELECT count(*)::integer FROM ended
$$;

CREATE FUNCTION sync_sign_out(who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    PERFORM sync_count(1, 1);
    IF sync_end_sign_ins(caller.tenant_id, who, caller.id, NULL) > 0 THEN
        PERFORM sync_audit_own('sign_out', who, NULL, jsonb_build_object('terminal', caller.name));
    END IF;
END
$$;

-- What people and administrators do

-- Who acts has signed in here at most 15 minutes before, and has the right (NULL: about himself).
-- Only an owner does what gives power over an owner.
CREATE FUNCTION sync_must(caller terminals, actor uuid, wanted text, target uuid) RETURNS void
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

CREATE FUNCTION sync_is_owner(tenant uuid, who uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM user_roles AS m JOIN roles AS r ON r.id = m.role_id
                   WHERE m.tenant_id = tenant AND m.user_id = who
                     AND r.name IN ('tenant_owner', 'superadmin'))
$$;

-- All that proves who somebody is at the shop's terminals ends, but for what `kept` has.
CREATE FUNCTION sync_end_all(tenant uuid, who uuid, kept uuid) RETURNS integer
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM sign_in_tickets AS t WHERE t.tenant_id = tenant AND t.user_id = who;
    UPDATE sessions AS s SET revoked_at = now()
    WHERE s.tenant_id = tenant AND s.user_id = who AND s.revoked_at IS NULL;
    RETURN sync_end_sign_ins(tenant, who, NULL, kept);
END
$$;

CREATE FUNCTION sync_sign_out_everywhere(actor uuid, who uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    ended integer;
BEGIN
    PERFORM sync_must(caller, actor, NULL, who);
    ended := sync_end_all(caller.tenant_id, who, NULL);
    PERFORM sync_audit_own('sign_out', actor, who, jsonb_build_object('terminals', ended));
    RETURN ended;
END
$$;

-- One's own, with the ticket of a sign-in by the old password. Whoever is in elsewhere by that is
-- out.
CREATE FUNCTION sync_change_password(ticket uuid, password text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    taken sign_in_tickets := sync_take_ticket(caller, ticket);
    who users;
BEGIN
    IF taken.is_right IS NOT TRUE THEN
        RETURN sync_turn_away(caller, taken);
    END IF;
    SELECT * INTO who FROM users AS u WHERE u.tenant_id = caller.tenant_id AND u.id = taken.user_id;
    PERFORM sync_check_password(who, password);
    PERFORM sync_set_password(caller.tenant_id, who.id, password);
    PERFORM sync_end_all(caller.tenant_id, who.id, caller.id);
    PERFORM sync_audit_own('password_changed', who.id, NULL, '{}');
    RETURN sync_let_in(caller, who.id);
END
$$;

-- For whoever forgot the password or is new: once, for an hour, five tries.
CREATE FUNCTION sync_reset_code(actor uuid, who uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    code text := sync_random_code();
BEGIN
    PERFORM sync_must(caller, actor, 'users.manage', who);
    INSERT INTO user_credentials (tenant_id, user_id, reset_hash, reset_until, reset_tries)
    VALUES (caller.tenant_id, who, sync_code_digest(code), now() + interval '1 hour', 0)
    ON CONFLICT (tenant_id, user_id) DO UPDATE SET reset_hash = excluded.reset_hash,
        reset_until = excluded.reset_until, reset_tries = 0;
    PERFORM sync_audit_own('password_reset', actor, who, '{"step": "code"}');
    RETURN code;
END
$$;

-- Answers {"user_id", "name"} or {"denied", "wait_us"}: a wrong try is counted. What a terminal
-- undoes is not, but the code has 60 bits. Signing in comes after it, with the second factor where
-- it is on.
CREATE FUNCTION sync_use_reset_code(login text, code text, password text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    asked text := left(btrim(login), 255);
    asked_key text := left(text_key(asked), 255);
    who users := sync_find_user(caller.tenant_id, asked);
    wait interval := sync_sign_in_wait(caller, who.id, asked_key);
BEGIN
    PERFORM sync_count(1, 1);
    IF wait > interval '0' THEN
        RETURN sync_denied('too many wrong tries', wait);
    END IF;
    UPDATE user_credentials AS c SET reset_tries = reset_tries + 1
    WHERE c.tenant_id = caller.tenant_id AND c.user_id = who.id AND c.reset_until > now()
      AND c.reset_tries < 5;
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM user_credentials AS c
        WHERE c.tenant_id = caller.tenant_id AND c.user_id = who.id
          AND c.reset_hash = sync_code_digest(code)) THEN
        PERFORM sync_note_try(caller, who.id, asked_key, FALSE, 'reset');
        RETURN sync_denied('name, password or code are wrong',
                           sync_sign_in_wait(caller, who.id, asked_key));
    END IF;
    PERFORM sync_check_password(who, password);
    PERFORM sync_set_password(caller.tenant_id, who.id, password);
    PERFORM sync_end_all(caller.tenant_id, who.id, NULL);
    UPDATE users AS u SET status = 'active'
    WHERE u.tenant_id = caller.tenant_id AND u.id = who.id AND u.status = 'invited';
    PERFORM sync_audit_own('password_reset', who.id, NULL, '{"step": "used"}');
    RETURN jsonb_build_object('user_id', who.id, 'name', who.display_name);
END
$$;

-- The waiting after wrong tries, of a person and of the terminal where it is lifted.
CREATE FUNCTION sync_lift_lock(actor uuid, who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    PERFORM sync_must(caller, actor, 'users.manage', who);
    PERFORM sync_note_try(caller, who, '', TRUE, 'lifted');
    PERFORM sync_audit_own('lock_lifted', actor, who, '{}');
END
$$;

-- The secret, in hexadecimal, said once.
CREATE FUNCTION sync_totp_begin(actor uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    secret bytea := gen_random_bytes(20);
BEGIN
    PERFORM sync_must(caller, actor, NULL, actor);
    DELETE FROM totp_devices AS d
    WHERE d.tenant_id = caller.tenant_id AND d.user_id = actor AND NOT d.is_confirmed;
    PERFORM sync_keep_totp(caller.tenant_id, actor, secret, FALSE, NULL);
    RETURN encode(secret, 'hex');
END
$$;

-- {"codes"}: ten backup codes, said once; or {"denied"}.
CREATE FUNCTION sync_totp_confirm(actor uuid, code text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    step bigint;
BEGIN
    PERFORM sync_must(caller, actor, NULL, actor);
    step := sync_totp_step(caller.tenant_id, actor, btrim(code), FALSE);
    IF step IS NULL THEN
        RETURN jsonb_build_object('denied', 'the code is not the one of now; compare the clocks');
    END IF;
    DELETE FROM totp_devices AS d
    WHERE d.tenant_id = caller.tenant_id AND d.user_id = actor AND d.is_confirmed;
    UPDATE totp_devices AS d SET is_confirmed = TRUE, last_step = step
    WHERE d.tenant_id = caller.tenant_id AND d.user_id = actor;
    UPDATE users AS u SET mfa_enabled = TRUE
    WHERE u.tenant_id = caller.tenant_id AND u.id = actor AND NOT u.mfa_enabled;
    PERFORM sync_audit_own('mfa_on', actor, NULL, '{}');
    RETURN jsonb_build_object('codes', sync_make_codes(caller.tenant_id, actor));
END
$$;

-- One's own, or another's by an administrator.
CREATE FUNCTION sync_totp_off(actor uuid, who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    PERFORM sync_must(caller, actor, NULL, who);
    DELETE FROM totp_devices AS d WHERE d.tenant_id = caller.tenant_id AND d.user_id = who;
    DELETE FROM backup_codes AS b WHERE b.tenant_id = caller.tenant_id AND b.user_id = who;
    UPDATE users AS u SET mfa_enabled = FALSE
    WHERE u.tenant_id = caller.tenant_id AND u.id = who AND u.mfa_enabled;
    PERFORM sync_audit_own(CASE WHEN actor = who THEN 'mfa_off' ELSE 'mfa_reset' END, actor, who,
                           '{}');
END
$$;

CREATE FUNCTION sync_new_codes(actor uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    PERFORM sync_must(caller, actor, NULL, actor);
    IF NOT EXISTS (SELECT FROM totp_devices AS d
                   WHERE d.tenant_id = caller.tenant_id AND d.user_id = actor
                     AND d.is_confirmed) THEN
        RAISE EXCEPTION 'there is no second factor; set it up first'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    PERFORM sync_audit_own('mfa_on', actor, NULL, '{"step": "codes"}');
    RETURN sync_make_codes(caller.tenant_id, actor);
END
$$;

GRANT EXECUTE ON FUNCTION sync_sign_in(text, text, text), sync_signed_in(uuid, text),
    sync_sign_out(uuid), sync_sign_out_everywhere(uuid, uuid), sync_change_password(uuid, text),
    sync_reset_code(uuid, uuid), sync_use_reset_code(text, text, text), sync_lift_lock(uuid, uuid),
    sync_totp_begin(uuid), sync_totp_confirm(uuid, text), sync_totp_off(uuid, uuid),
    sync_new_codes(uuid) TO ct_terminal;

-- down postgres
DROP FUNCTION sync_new_codes(uuid);
DROP FUNCTION sync_totp_off(uuid, uuid);
DROP FUNCTION sync_totp_confirm(uuid, text);
DROP FUNCTION sync_totp_begin(uuid);
DROP FUNCTION sync_lift_lock(uuid, uuid);
DROP FUNCTION sync_use_reset_code(text, text, text);
DROP FUNCTION sync_reset_code(uuid, uuid);
DROP FUNCTION sync_change_password(uuid, text);
DROP FUNCTION sync_sign_out_everywhere(uuid, uuid);
DROP FUNCTION sync_end_all(uuid, uuid, uuid);
DROP FUNCTION sync_is_owner(uuid, uuid);
DROP FUNCTION sync_must(terminals, uuid, text, uuid);
DROP FUNCTION sync_sign_out(uuid);
DROP FUNCTION sync_end_sign_ins(uuid, uuid, uuid, uuid);
DROP FUNCTION sync_signed_in(uuid, text);
DROP FUNCTION sync_let_in(terminals, uuid);
DROP FUNCTION sync_turn_away(terminals, sign_in_tickets);
DROP FUNCTION sync_take_ticket(terminals, uuid);
DROP FUNCTION sync_sign_in(text, text, text);
DROP FUNCTION sync_find_user(uuid, text);
DROP FUNCTION sync_make_codes(uuid, uuid);
DROP FUNCTION sync_random_code();
DROP FUNCTION sync_backup_code(uuid, uuid, text);
DROP FUNCTION sync_code_digest(text);
DROP FUNCTION sync_totp_step(uuid, uuid, text, boolean);
DROP FUNCTION sync_keep_totp(uuid, uuid, bytea, boolean, bigint);
DROP FUNCTION sync_door_key();
DROP FUNCTION sync_totp(bytea, bigint, integer);
DROP FUNCTION sync_audit_own(text, uuid, uuid, jsonb);
DROP FUNCTION sync_note_try(terminals, uuid, text, boolean, text, uuid);
DROP FUNCTION sync_denied(text, interval);
DROP FUNCTION sync_sign_in_wait(terminals, uuid, text);
DROP FUNCTION sync_wait(bigint, bigint, timestamptz);
DROP FUNCTION sync_set_password(uuid, uuid, text);
DROP FUNCTION sync_check_password(users, text);
DROP FUNCTION sync_no_hash();
DROP FUNCTION sync_password_hash(text);
DELETE FROM sync_meta WHERE name IN ('door_key', 'no_hash');
ALTER TABLE login_attempts DROP COLUMN terminal_id;
ALTER TABLE user_credentials DROP COLUMN valid_until, DROP COLUMN signed_in_at, DROP COLUMN checked_at,
    DROP COLUMN pin_tries, DROP COLUMN reset_hash, DROP COLUMN reset_until, DROP COLUMN reset_tries;
CREATE FUNCTION sync_use_backup_code(who uuid, code text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    used uuid;
BEGIN
    UPDATE backup_codes SET used_at = now() WHERE id = (
        SELECT b.id FROM backup_codes AS b
        WHERE b.user_id = who AND b.used_at IS NULL
          AND (b.code_hash = encode(sha256(convert_to(code, 'UTF8')), 'hex')
               OR b.code_hash LIKE '$2%' AND sync_password_fits(code, b.code_hash))
        LIMIT 1 FOR UPDATE) RETURNING id INTO used;
    RETURN used IS NOT NULL;
END
$$;
CREATE FUNCTION sync_sign_in(login text, password text, code text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
    asked text := left(btrim(login), 255);
    no_hash constant text := '$2a$12$xVwQ9Yp0YxXo0aQmH3a8XOq3n3b0QkA8C1wqgq1uQYtq0M0y2b8m6';
    who users;
    hash text;
    is_right boolean;
BEGIN
    IF (SELECT count(*) FROM login_attempts AS a WHERE a.tenant_id = caller.tenant_id
        AND a.login = asked AND a.attempted_at > now() - interval '15 minutes'
        AND NOT a.is_successful) >= 10 THEN
        RETURN jsonb_build_object('denied', 'too many wrong tries; wait a quarter of an hour');
    END IF;
    SELECT * INTO who FROM users AS u
    WHERE u.tenant_id = caller.tenant_id AND u.status = 'active' AND u.deleted_at IS NULL
      AND (u.username = asked OR u.email_key = text_key(asked) OR u.display_name = asked
           AND NOT EXISTS (SELECT FROM users AS o WHERE o.tenant_id = u.tenant_id
                           AND o.display_name = asked AND o.id <> u.id AND o.deleted_at IS NULL))
    ORDER BY u.username IS NOT DISTINCT FROM asked DESC,
             u.email_key IS NOT DISTINCT FROM text_key(asked) DESC LIMIT 1;
    SELECT c.password_hash INTO hash FROM user_credentials AS c
    WHERE c.tenant_id = caller.tenant_id AND c.user_id = who.id AND c.password_hash LIKE '$2%';
    is_right := sync_password_fits(coalesce(password, ''), coalesce(hash, no_hash))
        AND hash IS NOT NULL;
    IF is_right AND who.mfa_enabled THEN
        is_right := coalesce(sync_use_backup_code(who.id, btrim(code)), FALSE);
    END IF;
    PERFORM sync_count(1, 1);
    INSERT INTO login_attempts (tenant_id, user_id, login, user_agent, is_successful, reason)
    VALUES (caller.tenant_id, who.id, asked, caller.name, is_right, 'terminal');
    IF NOT is_right THEN
        RETURN jsonb_build_object('denied', 'name or password are wrong');
    END IF;
    PERFORM sync_note_sign_in(caller, who.id);
    RETURN jsonb_build_object('user_id', who.id, 'name', who.display_name);
END
$$;
CREATE FUNCTION sync_sign_out(who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    caller terminals := sync_caller();
BEGIN
    DELETE FROM terminal_users
    WHERE tenant_id = caller.tenant_id AND terminal_id = caller.id AND user_id = who;
END
$$;
CREATE FUNCTION sync_set_password(tenant uuid, who uuid, password text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO user_credentials (tenant_id, user_id, password_hash, password_changed_at)
    VALUES (tenant, who, crypt(password, gen_salt('bf', 12)), now())
    ON CONFLICT (tenant_id, user_id) DO UPDATE
        SET password_hash = excluded.password_hash, password_changed_at = now()
$$;
GRANT EXECUTE ON FUNCTION sync_sign_in(text, text, text), sync_sign_out(uuid) TO ct_terminal;

-- down sqlite
DROP TRIGGER users_door;
DROP INDEX login_attempts_by_time;
-- rebuild user_credentials
CREATE TABLE user_credentials (
    id                  UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id           UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id             UUID NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    password_hash       VARCHAR(255),
    pin_hash            VARCHAR(255),
    password_changed_at TIMESTAMPTZ,
    row_version         BIGINT NOT NULL DEFAULT 0,
    created_at          TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at          TIMESTAMPTZ NOT NULL DEFAULT (now())
);
-- rebuild login_attempts
CREATE TABLE login_attempts (
    id            UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),
    tenant_id     UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user_id       UUID REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    login         VARCHAR(255),
    ip_hash       VARCHAR(64),
    user_agent    VARCHAR(500),
    is_successful BOOLEAN NOT NULL DEFAULT FALSE,
    reason        VARCHAR(100),
    attempted_at  TIMESTAMPTZ NOT NULL DEFAULT (now()),
    row_version   BIGINT NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT (now()),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT (now())
);

-- down
DROP TABLE sign_in_tickets;
DELETE FROM sync_columns WHERE table_name = 'user_credentials' AND column_name = 'reset_hash';
UPDATE sync_tables
SET scope = 'central', right_insert = 'users.manage', right_update = 'users.manage',
    right_delete = 'users.manage'
WHERE name IN ('user_credentials', 'totp_devices', 'backup_codes', 'sessions');
UPDATE sync_tables SET scope = 'central', merge = 'append', right_insert = 'users.manage'
WHERE name = 'login_attempts';
