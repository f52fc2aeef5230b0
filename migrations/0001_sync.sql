-- What the program knows about its own tables: how their rows travel, merge and may be changed.
-- Each migration adds the rows of its tables; the same on both sides.

-- up
CREATE TABLE sync_tables (
    name         VARCHAR(63) PRIMARY KEY NOT NULL,
    rank         INTEGER NOT NULL CHECK (rank > 0),
    scope        VARCHAR(10) NOT NULL
        CHECK (scope IN ('tenant', 'location', 'channel', 'user', 'central', 'local')),
    merge        VARCHAR(10) NOT NULL CHECK (merge IN ('append', 'fields', 'tentative')),
    right_insert VARCHAR(60),
    right_update VARCHAR(60),
    right_delete VARCHAR(60),
    keep_days    INTEGER CHECK (keep_days > 0)
);

-- The exceptions alone: a column that is not listed merges by 'latest', is no secret, and a row
-- that it refers to is protected.
CREATE TABLE sync_columns (
    table_name   VARCHAR(63) NOT NULL
        REFERENCES sync_tables (name) DEFERRABLE INITIALLY DEFERRED,
    column_name  VARCHAR(63) NOT NULL,
    policy       VARCHAR(10)
        CHECK (policy IN ('latest', 'strict', 'moves', 'keys', 'max', 'set')),
    column_group VARCHAR(40),
    is_secret    BOOLEAN NOT NULL DEFAULT FALSE,
    on_delete    VARCHAR(10) CHECK (on_delete IN ('protect', 'clear', 'parts')),
    PRIMARY KEY (table_name, column_name)
);

-- The legal moves of status columns; a column without rows here may move freely.
CREATE TABLE status_moves (
    table_name  VARCHAR(63) NOT NULL
        REFERENCES sync_tables (name) DEFERRABLE INITIALLY DEFERRED,
    column_name VARCHAR(63) NOT NULL,
    from_value  VARCHAR(40) NOT NULL,
    to_value    VARCHAR(40) NOT NULL,
    PRIMARY KEY (table_name, column_name, from_value, to_value),
    CHECK (from_value <> to_value)
);

INSERT INTO sync_tables (name, rank, scope, merge, right_insert, right_update, right_delete,
                         keep_days) VALUES
    ('schema_migrations', 100, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('sync_tables', 101, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('sync_columns', 102, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('status_moves', 103, 'local', 'fields', NULL, NULL, NULL, NULL),
    ('change_log', 104, 'local', 'fields', NULL, NULL, NULL, NULL);

-- up postgres
-- Which rows changed, in which transaction; never their values. A pull reads the row as it stands
-- in its own snapshot, so an entry too many is harmless and older ones of a row may be dropped.
CREATE TABLE change_log (
    tenant_id  UUID NOT NULL,
    xid        xid8 NOT NULL DEFAULT (pg_current_xact_id()),
    table_name VARCHAR(63) NOT NULL,
    row_id     UUID NOT NULL,
    is_deleted BOOLEAN NOT NULL DEFAULT FALSE,
    old_scope  UUID,
    new_scope  UUID
);
CREATE INDEX change_log_by_xid ON change_log (tenant_id, xid);

-- One sequence for all tables, so that a row that was deleted and made again still counts as newer.
CREATE SEQUENCE row_versions CACHE 1;

-- A UUIDv7 (RFC 9562): milliseconds since 1970 over the first 48 bits of a random UUID, whose
-- version 4 becomes 7 by two more bits.
CREATE FUNCTION public.uuidv7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
    SELECT encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    PLACING substring(int8send(
                        floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                    FROM 1 FOR 6),
            52, 1), 53, 1),
        'hex')::uuid
$$;

CREATE FUNCTION row_stamp() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.row_version := nextval('row_versions');
    NEW.created_at := CASE TG_OP WHEN 'UPDATE' THEN OLD.created_at ELSE now() END;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION row_append_only() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END
$$;

-- Fires when the column named by its argument changes.
CREATE FUNCTION row_legal_move() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    before text := to_jsonb(OLD) ->> TG_ARGV[0];
    after  text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    IF NOT EXISTS (SELECT FROM status_moves AS m
                   WHERE m.table_name = TG_ARGV[1] AND m.column_name = TG_ARGV[0]
                     AND m.from_value = before AND m.to_value = after) THEN
        RAISE EXCEPTION '%.% cannot go from % to %', TG_ARGV[1], TG_ARGV[0], before, after
            USING ERRCODE = 'check_violation', TABLE = TG_ARGV[1], COLUMN = TG_ARGV[0];
    END IF;
    RETURN NEW;
END
$$;

-- The column that gives a row's scope: the location, channel or user that it belongs to.
CREATE FUNCTION sync_scope_column(table_name text) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        (SELECT a.attname::text FROM sync_tables AS t JOIN pg_attribute AS a
             ON a.attrelid = to_regclass(t.name) AND a.attname = t.scope || '_id'
                AND NOT a.attisdropped
         WHERE t.name = $1 AND t.scope IN ('location', 'channel', 'user')),
        (SELECT 'id' FROM sync_tables AS t
         WHERE t.name = $1 AND t.name IN ('locations', 'channels', 'users')
           AND t.scope IN ('location', 'channel', 'user')))
$$;

CREATE FUNCTION sync_has_columns(table_name text, VARIADIC names text[]) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT count(*) = cardinality(names) FROM pg_attribute
    WHERE attrelid = to_regclass($1) AND attname = ANY (names) AND NOT attisdropped
$$;

-- A function for each table writes its change log: statement by statement, from the transition
-- tables, which costs half of what a trigger for each row does.
CREATE FUNCTION sync_make_log(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    scope_column text := sync_scope_column(table_name);
    new_scope text := coalesce('n.' || quote_ident(scope_column), 'NULL::uuid');
    old_scope text := coalesce('o.' || quote_ident(scope_column), 'NULL::uuid');
    into_log constant text := 'INSERT INTO change_log
        (tenant_id, table_name, row_id, is_deleted, old_scope, new_scope) ';
BEGIN
    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql AS $b$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                %2$s SELECT n.tenant_id, %3$L, n.id, FALSE, NULL, %4$s FROM new_rows AS n;
            ELSIF TG_OP = 'DELETE' THEN
                %2$s SELECT o.tenant_id, %3$L, o.id, TRUE, %5$s, NULL FROM old_rows AS o;
            ELSIF TG_OP = 'TRUNCATE' THEN
                %2$s SELECT o.tenant_id, %3$L, o.id, TRUE, %5$s, NULL FROM %3$I AS o;
            ELSE
                %2$s SELECT n.tenant_id, %3$L, n.id, FALSE, %5$s, %4$s
                    FROM new_rows AS n LEFT JOIN old_rows AS o ON o.id = n.id;
                %2$s SELECT o.tenant_id, %3$L, o.id, TRUE, %5$s, NULL
                    FROM old_rows AS o
                    WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.id = o.id);
            END IF;
            RETURN NULL;
        END $b$ $f$, table_name || '_log', into_log, table_name, new_scope, old_scope);
    EXECUTE format('CREATE OR REPLACE TRIGGER log_insert AFTER INSERT ON %1$I
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %2$I()',
        table_name, table_name || '_log');
    EXECUTE format('CREATE OR REPLACE TRIGGER log_update AFTER UPDATE ON %1$I
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION %2$I()', table_name, table_name || '_log');
    EXECUTE format('CREATE OR REPLACE TRIGGER log_delete AFTER DELETE ON %1$I
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION %2$I()',
        table_name, table_name || '_log');
    EXECUTE format('CREATE OR REPLACE TRIGGER log_truncate BEFORE TRUNCATE ON %1$I
        FOR EACH STATEMENT EXECUTE FUNCTION %2$I()', table_name, table_name || '_log');
END
$$;

-- One trigger for each column with legal moves; those of columns that have none any more go.
CREATE FUNCTION sync_make_moves(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    moved text;
BEGIN
    FOR moved IN SELECT DISTINCT m.column_name FROM status_moves AS m WHERE m.table_name = $1 LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %1$I BEFORE UPDATE ON %2$I FOR EACH ROW
            WHEN (OLD.%3$I IS DISTINCT FROM NEW.%3$I)
            EXECUTE FUNCTION row_legal_move(%3$L, %2$L)', 'moves_' || moved, $1, moved);
    END LOOP;
    FOR moved IN SELECT tgname FROM pg_trigger
        WHERE tgrelid = to_regclass($1) AND tgname LIKE 'moves\_%' AND NOT EXISTS (
            SELECT FROM status_moves AS m
            WHERE m.table_name = $1 AND 'moves_' || m.column_name = tgname) LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', moved, $1);
    END LOOP;
END
$$;

-- Gives a table all that every table at the centre has; may be called again when its row in
-- sync_tables, its columns or its moves have changed. Every trigger fires for every writer, whatever
-- session_replication_role says (ENABLE ALWAYS).
CREATE FUNCTION sync_enable(table_name text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    kind record;
    made text;
BEGIN
    SELECT * INTO STRICT kind FROM sync_tables AS t WHERE t.name = $1;
    IF kind.scope <> 'local' AND sync_has_columns($1, 'id', 'tenant_id') THEN
        PERFORM sync_make_log($1);
    END IF;
    IF sync_has_columns($1, 'row_version', 'created_at', 'updated_at') THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER stamp BEFORE INSERT OR UPDATE ON %I
            FOR EACH ROW EXECUTE FUNCTION row_stamp()', $1);
    END IF;
    IF kind.merge = 'append' THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION row_append_only()', $1);
        EXECUTE format('CREATE OR REPLACE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION row_append_only()', $1);
    ELSE
        EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %I', $1);
        EXECUTE format('DROP TRIGGER IF EXISTS append_only_truncate ON %I', $1);
    END IF;
    PERFORM sync_make_moves($1);
    FOR made IN SELECT tgname FROM pg_trigger
        WHERE tgrelid = to_regclass($1) AND tgenabled <> 'A' AND NOT tgisinternal
          AND tgname ~ '^(stamp|append_only|moves_|log_)' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', $1, made);
    END LOOP;
END
$$;

-- Called after each migration: enables the tables that are new, and forgets those that are gone.
CREATE FUNCTION sync_settle() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    gone text;
BEGIN
    FOR gone IN SELECT name FROM sync_tables WHERE to_regclass(name) IS NULL LOOP
        DELETE FROM status_moves WHERE table_name = gone;
        DELETE FROM sync_columns WHERE table_name = gone;
        DELETE FROM sync_tables WHERE name = gone;
        EXECUTE format('DROP FUNCTION IF EXISTS %I()', gone || '_log');
    END LOOP;
    PERFORM sync_enable(name) FROM sync_tables
    WHERE scope <> 'local' AND NOT EXISTS (
        SELECT FROM pg_trigger
        WHERE tgrelid = to_regclass(name) AND tgname IN ('stamp', 'log_insert', 'append_only'));
END
$$;

-- up sqlite
-- The centre's log of changes; a store keeps its own in outbox and journal.
CREATE TABLE change_log (
    tenant_id  UUID NOT NULL,
    xid        BIGINT NOT NULL DEFAULT 0,
    table_name VARCHAR(63) NOT NULL,
    row_id     UUID NOT NULL,
    is_deleted BOOLEAN NOT NULL DEFAULT FALSE,
    old_scope  UUID,
    new_scope  UUID
);

-- down postgres
DROP FUNCTION sync_settle();
DROP FUNCTION sync_enable(text);
DROP FUNCTION sync_make_moves(text);
DROP FUNCTION sync_make_log(text);
DROP FUNCTION sync_has_columns(text, text[]);
DROP FUNCTION sync_scope_column(text);
DROP FUNCTION row_legal_move();
DROP FUNCTION row_append_only();
DROP FUNCTION row_stamp();
DROP FUNCTION public.uuidv7();
DROP SEQUENCE row_versions;

-- down
DROP TABLE change_log;
DROP TABLE status_moves;
DROP TABLE sync_columns;
DROP TABLE sync_tables;
