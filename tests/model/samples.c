#include "tests/model/samples.h"

#include "model/store/store_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SYSTEM_COLUMNS                                                                             \
    " tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"              \
    " row_version BIGINT NOT NULL DEFAULT 0, created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),"     \
    " updated_at TIMESTAMPTZ NOT NULL DEFAULT (now())"

static const char sample_sql[] =
    "CREATE TABLE sample_shelves (id UUID PRIMARY KEY NOT NULL, name VARCHAR(40) NOT "
    "NULL," SYSTEM_COLUMNS ", deleted_at TIMESTAMPTZ);"
    "CREATE UNIQUE INDEX sample_shelves_by_name ON sample_shelves (tenant_id, name)"
    " WHERE deleted_at IS NULL;"
    "CREATE TABLE sample_things (id UUID PRIMARY KEY NOT NULL, name VARCHAR(40) NOT NULL,"
    " shelf_id UUID REFERENCES sample_shelves (id) DEFERRABLE INITIALLY DEFERRED,"
    " pieces INTEGER, is_new BOOLEAN, seen_at TIMESTAMPTZ, day DATE, hour TIME, facts JSONB,"
    " photo BYTEA, state TEXT NOT NULL DEFAULT 'new', low INTEGER NOT NULL DEFAULT 0, high INTEGER "
    "NOT NULL DEFAULT 9," SYSTEM_COLUMNS ", CHECK (low < high));"
    "CREATE TABLE sample_events (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
    " shelf_id UUID REFERENCES sample_shelves (id) DEFERRABLE INITIALLY DEFERRED, what "
    "TEXT," SYSTEM_COLUMNS ");"
    "CREATE TABLE sample_notes (id INTEGER PRIMARY KEY, body TEXT);"
    "INSERT INTO sync_tables (name, rank, scope, merge) VALUES"
    " ('sample_shelves', 9001, 'tenant', 'fields'), ('sample_things', 9002, 'tenant', 'fields'),"
    " ('sample_events', 9003, 'tenant', 'append'), ('sample_notes', 9004, 'local', 'fields');"
    "INSERT INTO sync_columns (table_name, column_name, column_group) VALUES"
    " ('sample_things', 'low', 'range'), ('sample_things', 'high', 'range');"
    "INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES"
    " ('sample_things', 'state', 'new', 'seen'), ('sample_things', 'state', 'seen', 'new'),"
    " ('sample_things', 'state', 'seen', 'done');";

static struct error last_error;

struct error *samples_error(void)
{
    return &last_error;
}

void samples_expect(struct store *store, bool is_done)
{
    if (!is_done)
        fail_msg("%s (%s)", last_error.text, sqlite3_errmsg(store_sqlite(store)));
}

static struct actor actor_named(const char *name, uint8_t number)
{
    struct actor actor = {.user_id = {{number}}};
    snprintf(actor.name, sizeof actor.name, "%s", name);
    return actor;
}

int samples_setup(void **state)
{
    struct samples *samples = memory_new(sizeof *samples);
    scratch_init(&samples->scratch);
    samples->arena = arena_new();
    samples->anna = actor_named("Anna", 1);
    samples->ben = actor_named("Ben", 2);
    struct error err;
    struct store *store =
        store_open(samples->scratch.store, STORE_CREATE, &samples->scratch.env, &err);
    if (store == NULL || !store_script(store, sample_sql, &err) || !store_load_schema(store, &err))
        fail_msg("%s", err.text);
    samples->store = store;
    struct operation *operation = samples_begin(samples, "shop.create", &samples->anna);
    samples_run(
        samples,
        "INSERT INTO tenants (id, tenant_id, name, slug, default_currency) VALUES (?1, ?1, 'Paint',"
        " 'paint', 'EUR')",
        "u", &(struct uuid){{0x11}});
    samples_commit(operation);
    *state = samples;
    return 0;
}

int samples_setup_enrolled(void **state)
{
    samples_setup(state);
    struct samples *samples = *state;
    samples_run(samples, "INSERT INTO sync_state (name, value) VALUES ('terminal_id', 'x')", "");
    return 0;
}

int samples_teardown(void **state)
{
    struct samples *samples = *state;
    store_close(samples->store);
    arena_free(samples->arena);
    scratch_done(&samples->scratch);
    free(samples);
    return 0;
}

struct operation *samples_begin(struct samples *samples, const char *kind,
                                const struct actor *actor)
{
    struct operation *operation = operation_begin(samples->store, kind, actor, &last_error);
    samples_expect(samples->store, operation != NULL);
    return operation;
}

void samples_commit(struct operation *operation)
{
    struct store *store = operation_store(operation);
    samples_expect(store, operation_commit(operation, &last_error));
}

void samples_do(struct samples *samples, const struct actor *actor, const char *sql)
{
    struct operation *operation = samples_begin(samples, "record.edit", actor);
    samples_run(samples, sql, "");
    samples_commit(operation);
}

int64_t samples_integer(struct samples *samples, const char *sql)
{
    int64_t number = -1;
    samples_expect(samples->store,
                   store_find_integer(samples->store, &number, sql, &last_error, "") > 0);
    return number;
}

const char *samples_text(struct samples *samples, const char *sql)
{
    struct statement *statement = store_prepare(samples->store, sql, &last_error);
    samples_expect(samples->store, statement != NULL);
    int state = statement_step(statement, &last_error);
    samples_expect(samples->store, state >= 0);
    const char *text = state > 0 ? arena_text(samples->arena, statement_text(statement, 0)) : "";
    statement_done(statement);
    return text;
}
