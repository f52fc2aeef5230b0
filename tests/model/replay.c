#include "tests/model/replay.h"

#include "model/operation/changeset.h"
#include "model/operation/wire.h"
#include "model/store/derived.h"
#include "model/store/store_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct replay {
    struct store *from, *to;
    struct arena *arena;
    struct error err;
    int64_t seq; /* of the operation that is done again */
};

/* A row of an operation. */
struct step {
    const struct table *table;
    struct uuid id;
    enum changeset_verb verb;
    const json_t *base, *new;
};

static void expect(struct replay *replay, bool is_done)
{
    if (!is_done)
        fail_msg("operation %d: %s", (int)replay->seq, replay->err.text);
}

static struct step read_step(struct replay *replay, const json_t *json)
{
    struct step step = {.base = json_object_get(json, "base"), .new = json_object_get(json, "new")};
    const char *name = json_string_value(json_object_get(json, "table"));
    step.table = schema_table(store_schema(replay->to), name);
    assert_non_null(step.table);
    assert_true(uuid_parse(json_string_value(json_object_get(json, "id")), &step.id));
    assert_true(changeset_verb_parse(json_string_value(json_object_get(json, "verb")), &step.verb));
    return step;
}

static struct statement *prepare(struct replay *replay, struct buffer *sql)
{
    struct statement *statement = store_prepare(replay->to, sql->text, &replay->err);
    expect(replay, statement != NULL);
    buffer_done(sql);
    return statement;
}

/* What the operation says stood there must stand there. */
static void check_base(struct replay *replay, const struct step *step)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "SELECT * FROM \"%s\" WHERE id = ?1", step->table->name);
    struct statement *statement = prepare(replay, &sql);
    statement_bind_uuid(statement, 1, &step->id);
    if (statement_step(statement, &replay->err) != 1)
        fail_msg("operation %d: a row of %s is not there", (int)replay->seq, step->table->name);
    for (size_t i = 0; i < step->table->column_count; i++) {
        const struct column *column = &step->table->columns[i];
        const json_t *said = json_object_get(step->base, column->name);
        bool is_told = step->verb == VERB_DELETE ? wire_travels(column) : said != NULL;
        if (is_told && !wire_equal(column, said, statement_value(statement, (int)i)))
            fail_msg("operation %d: %s.%s did not stand as its base says", (int)replay->seq,
                     step->table->name, column->name);
    }
    statement_done(statement);
}

/* The value of a field; one that an insert does not name is null. */
static struct value value_of(struct replay *replay, const struct step *step,
                             const struct column *column)
{
    struct value value = value_null();
    const json_t *json = json_object_get(step->new, column->name);
    if (strcmp(column->name, "id") == 0)
        return value_uuid(&step->id);
    if (strcmp(column->name, "tenant_id") == 0)
        return value_uuid(store_tenant(replay->from));
    if (json != NULL)
        expect(replay, wire_read(step->table, column, json, replay->arena, &value, &replay->err));
    return value;
}

static bool is_written(const struct step *step, const struct column *column)
{
    if (step->verb == VERB_UPDATE)
        return json_object_get(step->new, column->name) != NULL;
    return wire_travels(column) || strcmp(column->name, "id") == 0 ||
           strcmp(column->name, "tenant_id") == 0;
}

static void write_row(struct replay *replay, const struct step *step)
{
    bool is_new = step->verb == VERB_INSERT;
    struct buffer sql, rest;
    buffer_init(&sql);
    buffer_init(&rest);
    buffer_format(&sql, is_new ? "INSERT INTO \"%s\"" : "UPDATE \"%s\"", step->table->name);
    const char *before = is_new ? " (" : " SET ";
    for (size_t i = 0; i < step->table->column_count; i++) {
        if (!is_written(step, &step->table->columns[i]))
            continue;
        buffer_format(&sql, is_new ? "%s\"%s\"" : "%s\"%s\" = ?", before,
                      step->table->columns[i].name);
        buffer_add(&rest, rest.size > 0 ? ", ?" : "?");
        before = ", ";
    }
    if (is_new)
        buffer_format(&sql, ") VALUES (%s)", rest.text);
    else
        buffer_add(&sql, " WHERE id = ?");
    buffer_done(&rest);
    struct statement *statement = prepare(replay, &sql);
    int parameter = 0;
    for (size_t i = 0; i < step->table->column_count; i++)
        if (is_written(step, &step->table->columns[i]))
            statement_bind_value(statement, ++parameter,
                                 value_of(replay, step, &step->table->columns[i]));
    if (!is_new)
        statement_bind_uuid(statement, ++parameter, &step->id);
    expect(replay, statement_step(statement, &replay->err) == 0);
    statement_done(statement);
}

static void remove_row(struct replay *replay, const struct step *step)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "DELETE FROM \"%s\" WHERE id = ?1", step->table->name);
    expect(replay, store_run(replay->to, sql.text, &replay->err, "u", &step->id));
    buffer_done(&sql);
}

static void do_again(struct replay *replay, const char *payload)
{
    json_t *json = json_loads(payload, 0, NULL);
    if (json == NULL)
        fail_msg("operation %d can't be read: %.200s", (int)replay->seq, payload);
    expect(replay, store_begin(replay->to, &replay->err));
    store_set_overlay(replay->to, true);
    size_t index;
    json_t *row;
    json_array_foreach(json_object_get(json, "rows"), index, row)
    {
        struct step step = read_step(replay, row);
        if (step.verb != VERB_INSERT)
            check_base(replay, &step);
        if (step.verb == VERB_DELETE)
            remove_row(replay, &step);
        else
            write_row(replay, &step);
    }
    expect(replay, store_commit(replay->to, &replay->err));
    store_set_overlay(replay->to, false);
    arena_reset(replay->arena);
    json_decref(json);
}

static bool is_same(const struct column *column, struct value one, struct value two)
{
    if (column->type != COLUMN_JSON || one.kind != VALUE_TEXT)
        return value_equal(one, two);
    json_t *json = json_loadb(one.bytes, one.size, 0, NULL);
    bool is_equal = json != NULL && wire_equal(column, json, two);
    json_decref(json);
    return is_equal;
}

static void compare_rows(const struct table *table, struct statement *one, struct statement *two)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        bool is_own = column->is_system && !wire_travels(column) &&
                      strcmp(column->name, "id") != 0 && strcmp(column->name, "tenant_id") != 0;
        if (!is_own && !is_same(column, statement_value(one, (int)i), statement_value(two, (int)i)))
            fail_msg("%s.%s differs: '%s' and, done again, '%s'", table->name, column->name,
                     statement_text(one, (int)i), statement_text(two, (int)i));
    }
}

static void compare_table(struct replay *replay, const struct table *table)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "SELECT * FROM \"%s\" ORDER BY %s", table->name,
                  table_column(table, "id") != NULL ? "id" : "rowid");
    struct statement *one = store_prepare(replay->from, sql.text, &replay->err);
    expect(replay, one != NULL);
    struct statement *two = prepare(replay, &sql);
    int left, right;
    do {
        left = statement_step(one, &replay->err);
        right = statement_step(two, &replay->err);
        if (left != right)
            fail_msg("%s has a row too %s when it is done again", table->name,
                     left > right ? "few" : "many");
        if (left > 0)
            compare_rows(table, one, two);
    } while (left > 0);
    assert_int_equal(left, 0);
    statement_done(two);
    statement_done(one);
}

static void read_journal(struct replay *replay)
{
    struct statement *journal =
        store_prepare(replay->from, "SELECT seq, payload FROM journal ORDER BY seq", &replay->err);
    expect(replay, journal != NULL);
    int64_t last = 0;
    while (statement_step(journal, &replay->err) > 0) {
        replay->seq = statement_integer(journal, 0);
        assert_int_equal(replay->seq, ++last);
        do_again(replay, statement_text(journal, 1));
    }
    statement_done(journal);
}

void replay_check(struct store *store)
{
    struct replay replay = {.from = store, .arena = arena_new()};
    char path[512];
    snprintf(path, sizeof path, "%s.replay", store_path(store));
    replay.to = store_open(path, STORE_CREATE, store_env(store), &replay.err);
    expect(&replay, replay.to != NULL);
    read_journal(&replay);
    const struct schema *schema = store_schema(store);
    for (size_t i = 0; i < schema->table_count; i++)
        if (schema->tables[i].travels)
            compare_table(&replay, &schema->tables[i]);
    assert_int_equal(derived_check(replay.to, NULL, NULL, &replay.err), 0);
    store_close(replay.to);
    unlink(path);
    arena_free(replay.arena);
}
