/* What a store draws from the centre in memory, and what it must show then. */
#include "model/overlay/pull_private.h"
#include "model/store/store_sql.h"
#include "tests/model/centre_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct error pull_error;

static void expect(bool is_done)
{
    if (!is_done)
        fail_msg("%s", pull_error.text);
}

static struct value value_at(sqlite3_stmt *row, int column, struct arena *arena)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        return value_integer(sqlite3_column_int64(row, column));
    case SQLITE_TEXT:
        return value_text(arena_text(arena, (const char *)sqlite3_column_text(row, column)));
    case SQLITE_BLOB:
        return value_copy(value_bytes(sqlite3_column_blob(row, column),
                                      (size_t)sqlite3_column_bytes(row, column)),
                          arena);
    default:
        return value_null();
    }
}

/* The values of a row in the order of the store's columns; false: it is not there. */
static bool read_row(sqlite3 *db, const struct table *table, const struct uuid *id,
                     struct arena *arena, struct value *values)
{
    struct buffer sql;
    buffer_init(&sql);
    for (size_t i = 0; i < table->column_count; i++)
        buffer_format(&sql, "%s%s", i == 0 ? "SELECT " : ", ", table->columns[i].name);
    buffer_format(&sql, " FROM %s WHERE id = ?1", table->name);
    sqlite3_stmt *row;
    assert_int_equal(sqlite3_prepare_v2(db, sql.text, -1, &row, NULL), SQLITE_OK);
    sqlite3_bind_blob(row, 1, id->bytes, UUID_SIZE, SQLITE_TRANSIENT);
    bool found = sqlite3_step(row) == SQLITE_ROW;
    for (size_t i = 0; found && i < table->column_count; i++)
        values[i] = value_at(row, (int)i, arena);
    sqlite3_finalize(row);
    buffer_done(&sql);
    return found;
}

static void gather_rows(struct centre_model *centre, struct pull *pull, struct store *store,
                        int64_t cursor)
{
    sqlite3_stmt *changed;
    struct arena *arena = arena_new();
    sqlite3_prepare_v2(centre->db, "SELECT DISTINCT name, id FROM log WHERE version > ?1", -1,
                       &changed, NULL);
    sqlite3_bind_int64(changed, 1, cursor);
    while (sqlite3_step(changed) == SQLITE_ROW) {
        const struct table *table =
            schema_table(store_schema(store), (const char *)sqlite3_column_text(changed, 0));
        struct value values[32];
        struct uuid id;
        memcpy(id.bytes, sqlite3_column_blob(changed, 1), UUID_SIZE);
        expect(read_row(centre->db, table, &id, arena, values)
                   ? pull_row(pull, table, values, &pull_error)
                   : pull_gone(pull, table, &id, &pull_error));
        arena_reset(arena);
    }
    sqlite3_finalize(changed);
    arena_free(arena);
}

/* All rows, as a new copy brings them. */
static void gather_whole(struct centre_model *centre, struct pull *pull, struct store *store)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < CENTRE_TABLES; i++) {
        const struct table *table = schema_table(store_schema(store), centre_tables[i]);
        char sql[64];
        sqlite3_stmt *row;
        snprintf(sql, sizeof sql, "SELECT id FROM %s", table->name);
        assert_int_equal(sqlite3_prepare_v2(centre->db, sql, -1, &row, NULL), SQLITE_OK);
        while (sqlite3_step(row) == SQLITE_ROW) {
            struct value values[32];
            struct uuid id;
            memcpy(id.bytes, sqlite3_column_blob(row, 0), UUID_SIZE);
            assert_true(read_row(centre->db, table, &id, arena, values));
            expect(pull_row(pull, table, values, &pull_error));
        }
        sqlite3_finalize(row);
        expect(pull_whole_table(pull, table, &pull_error));
    }
    arena_free(arena);
}

static void gather_answers(struct centre_model *centre, struct pull *pull, struct store *store)
{
    struct arena *arena = arena_new();
    struct statement *row =
        store_prepare(store, "SELECT id FROM outbox WHERE state = 'waiting' ORDER BY seq", NULL);
    while (statement_step(row, &pull_error) > 0) {
        struct centre_answer answer = {.reason = "so it is", .result = "{}"};
        char id[UUID_TEXT_SIZE];
        statement_uuid(row, 0, &answer.operation);
        uuid_text(&answer.operation, id);
        const char *status = centre_status(centre, id, arena);
        if (status == NULL)
            break;
        assert_true(answer_status_parse(status, &answer.status));
        expect(pull_answer(pull, &answer, &pull_error));
    }
    statement_done(row);
    arena_free(arena);
}

struct pull *centre_gather(struct centre_model *centre, struct store *store, int64_t cursor)
{
    char text[24];
    struct pull *pull = pull_begin(store, &pull_error);
    expect(pull != NULL);
    if (centre_random(centre, 2) == 0)
        pull_set_slice(pull, 1 + (int64_t)centre_random(centre, 5));
    if (centre_random(centre, 8) == 0)
        gather_whole(centre, pull, store);
    else
        gather_rows(centre, pull, store, cursor);
    gather_answers(centre, pull, store);
    snprintf(text, sizeof text, "%lld", (long long)centre->version);
    expect(pull_state(pull, "cursor", text, &pull_error));
    return pull;
}

sqlite3 *centre_mirror(void)
{
    sqlite3 *mirror;
    assert_int_equal(sqlite3_open(":memory:", &mirror), SQLITE_OK);
    return mirror;
}

void centre_copy(struct centre_model *centre, sqlite3 *mirror)
{
    sqlite3_backup *backup = sqlite3_backup_init(mirror, "main", centre->db, "main");
    assert_non_null(backup);
    assert_int_equal(sqlite3_backup_step(backup, -1), SQLITE_DONE);
    sqlite3_backup_finish(backup);
    /* What is pending may break the centre's rules for a moment: nothing is checked here. */
    centre_model_run(mirror, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;"
                             "DROP INDEX h_racks_by_name; DROP INDEX h_racks_by_code;"
                             "DROP INDEX h_items_by_sku");
}

/* The shown operations of the store, one after the other; what is wrong, or NULL. */
static const char *lay_shown(sqlite3 *mirror, struct store *store, struct arena *arena)
{
    const char *wrong = NULL;
    struct statement *row = store_prepare(store,
                                          "SELECT payload, seq, kind FROM outbox WHERE is_hidden IS"
                                          " FALSE AND EXISTS (SELECT 1 FROM op_rows WHERE"
                                          " op_rows.seq = outbox.seq) ORDER BY seq",
                                          NULL);
    while (wrong == NULL && statement_step(row, &pull_error) > 0) {
        json_t *payload = json_loads(statement_text(row, 0), 0, NULL);
        size_t index;
        const json_t *part;
        json_array_foreach(json_object_get(payload, "rows"), index, part)
        {
            int done = centre_do_row(mirror, store_schema(store), store_tenant(store), part);
            bool is_delete =
                strcmp(json_string_value(json_object_get(part, "verb")), "delete") == 0;
            if (done <= 0 && !(done == 0 && is_delete))
                wrong = arena_format(arena, "operation %lld is shown and does not fit: %s",
                                     (long long)statement_integer(row, 1), statement_text(row, 0));
        }
        json_decref(payload);
    }
    statement_done(row);
    return wrong;
}

static const char *row_text(const struct table *table, const struct value *values,
                            struct arena *arena)
{
    struct buffer text;
    char id[UUID_TEXT_SIZE];
    struct uuid as_id;
    buffer_init(&text);
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, "created_at") == 0 ||
            strcmp(table->columns[i].name, "updated_at") == 0)
            continue;
        buffer_format(&text, " %s=", table->columns[i].name);
        if (value_as_uuid(values[i], &as_id)) {
            uuid_text(&as_id, id);
            buffer_add(&text, id + 24);
        } else if (values[i].kind == VALUE_INTEGER) {
            buffer_format(&text, "%lld", (long long)values[i].integer);
        } else {
            buffer_add(&text, values[i].kind == VALUE_TEXT ? values[i].bytes : "-");
        }
    }
    const char *made = arena_text(arena, text.text);
    buffer_done(&text);
    return made;
}

/* Rows of one side that the other has not, or has otherwise. */
static const char *compare_table(sqlite3 *one, sqlite3 *other, const struct table *table,
                                 const char *what, struct arena *arena)
{
    char sql[64];
    const char *wrong = NULL;
    sqlite3_stmt *row;
    struct value values[32], others[32];
    snprintf(sql, sizeof sql, "SELECT id FROM %s", table->name);
    assert_int_equal(sqlite3_prepare_v2(one, sql, -1, &row, NULL), SQLITE_OK);
    while (wrong == NULL && sqlite3_step(row) == SQLITE_ROW) {
        struct uuid id;
        memcpy(id.bytes, sqlite3_column_blob(row, 0), UUID_SIZE);
        read_row(one, table, &id, arena, values);
        const char *text = row_text(table, values, arena);
        const char *of_other = read_row(other, table, &id, arena, others)
                                   ? row_text(table, others, arena)
                                   : " nothing";
        if (strcmp(text, of_other) != 0)
            wrong = arena_format(arena, "%s: %s has%s, the other side%s", table->name, what, text,
                                 of_other);
    }
    sqlite3_finalize(row);
    return wrong;
}

const char *centre_compare(sqlite3 *mirror, struct store *store, struct arena *arena)
{
    centre_model_run(mirror, "SAVEPOINT comparing");
    const char *wrong = lay_shown(mirror, store, arena);
    for (size_t i = 0; wrong == NULL && i < CENTRE_TABLES; i++) {
        const struct table *table = schema_table(store_schema(store), centre_tables[i]);
        wrong = compare_table(store_sqlite(store), mirror, table, "the store", arena);
        if (wrong == NULL)
            wrong = compare_table(mirror, store_sqlite(store), table, "what it must show", arena);
    }
    centre_model_run(mirror, "ROLLBACK TO comparing; RELEASE comparing");
    return wrong;
}
