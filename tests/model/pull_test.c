#include "model/overlay/pull.h"

#include "model/overlay/exchange.h"
#include "model/overlay/pull_private.h"
#include "model/store/store_sql.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SHELF  "x'A0000000000070008000000000000001'"
#define OTHER  "x'A0000000000070008000000000000002'"
#define THIRD  "x'A0000000000070008000000000000003'"
#define THING  "x'B0000000000070008000000000000001'"
#define TENANT "(SELECT id FROM tenants)"
#define NEW_SHELF(id, name)                                                                        \
    "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" id ", " TENANT ", '" name "')"
#define NEW_THING(id, shelf)                                                                       \
    "INSERT INTO sample_things (id, tenant_id, name, shelf_id, pieces) VALUES (" id ", " TENANT    \
    ", 'Roller', " shelf ", 5)"

static const struct uuid tenant = {{0x11}};

static struct uuid shelf_id(int number)
{
    return (struct uuid){{0xA0, [6] = 0x70, [8] = 0x80, [15] = (uint8_t)number}};
}

static struct uuid thing_id(int number)
{
    return (struct uuid){{0xB0, [6] = 0x70, [8] = 0x80, [15] = (uint8_t)number}};
}

static const struct table *table_of(struct samples *samples, const char *name)
{
    return schema_table(store_schema(samples->store), name);
}

static struct pull *begin(struct samples *samples)
{
    struct pull *pull = pull_begin(samples->store, samples_error());
    samples_expect(samples->store, pull != NULL);
    return pull;
}

static struct pull_report finish(struct samples *samples, struct pull *pull)
{
    struct pull_report report;
    samples_expect(samples->store, pull_finish(pull, &report, samples_error()));
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(samples_integer(samples,
                                     "SELECT count(*) FROM base_rows AS b WHERE is_waiting IS FALSE"
                                     " AND NOT EXISTS (SELECT 1 FROM op_rows AS r WHERE"
                                     " r.table_name = b.table_name AND r.row_id = b.row_id)"),
                     0);
    assert_int_equal(samples_integer(samples,
                                     "SELECT count(*) FROM op_rows AS r WHERE NOT EXISTS (SELECT 1"
                                     " FROM base_rows AS b WHERE r.table_name = b.table_name AND"
                                     " r.row_id = b.row_id)"),
                     0);
    return report;
}

static struct value *row_of(struct samples *samples, const struct table *table,
                            const struct uuid *id, int64_t version)
{
    struct value *fields = arena_alloc(samples->arena, table->column_count * sizeof *fields);
    fields[table_column_index(table, "id")] = value_copy(value_uuid(id), samples->arena);
    fields[table_column_index(table, "tenant_id")] = value_uuid(&tenant);
    fields[table_column_index(table, "row_version")] = value_integer(version);
    fields[table_column_index(table, "created_at")] = value_integer(1000);
    fields[table_column_index(table, "updated_at")] = value_integer(2000);
    return fields;
}

static void add_shelf(struct samples *samples, struct pull *pull, int number, int64_t version,
                      const char *name)
{
    const struct table *table = table_of(samples, "sample_shelves");
    struct uuid id = shelf_id(number);
    struct value *fields = row_of(samples, table, &id, version);
    fields[table_column_index(table, "name")] = value_text(name);
    samples_expect(samples->store, pull_row(pull, table, fields, samples_error()));
}

static void add_thing(struct samples *samples, struct pull *pull, int number, int64_t version,
                      int shelf, int64_t pieces)
{
    const struct table *table = table_of(samples, "sample_things");
    struct uuid id = thing_id(number), shelf_of = shelf_id(shelf);
    struct value *fields = row_of(samples, table, &id, version);
    fields[table_column_index(table, "name")] = value_text("Roller");
    fields[table_column_index(table, "pieces")] = value_integer(pieces);
    fields[table_column_index(table, "state")] = value_text("new");
    fields[table_column_index(table, "low")] = value_integer(0);
    fields[table_column_index(table, "high")] = value_integer(9);
    fields[table_column_index(table, "facts")] = value_text("{\"a\": 1.10}");
    if (shelf != 0)
        fields[table_column_index(table, "shelf_id")] =
            value_copy(value_uuid(&shelf_of), samples->arena);
    samples_expect(samples->store, pull_row(pull, table, fields, samples_error()));
}

static void add_gone(struct samples *samples, struct pull *pull, const char *table, struct uuid id)
{
    samples_expect(samples->store, pull_gone(pull, table_of(samples, table), &id, samples_error()));
}

/* The answer for the operation at the given place of the outbox. */
static void add_answer(struct samples *samples, struct pull *pull, int place,
                       enum answer_status status, const char *reason, const char *result)
{
    struct centre_answer answer = {.status = status, .reason = reason, .result = result};
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT id FROM outbox ORDER BY seq LIMIT 1 OFFSET %d", place);
    struct statement *row = store_prepare(samples->store, sql, samples_error());
    assert_int_equal(statement_step(row, samples_error()), 1);
    statement_uuid(row, 0, &answer.operation);
    statement_done(row);
    samples_expect(samples->store, pull_answer(pull, &answer, samples_error()));
}

static const char *shelves(struct samples *samples)
{
    return samples_text(samples, "SELECT coalesce(group_concat(name, ' '), '') FROM (SELECT name"
                                 " FROM sample_shelves ORDER BY id)");
}

static const char *things(struct samples *samples)
{
    return samples_text(samples,
                        "SELECT coalesce(group_concat(p, ' '), '') FROM (SELECT pieces || '@' ||"
                        " substr(hex(shelf_id), 32) AS p FROM sample_things"
                        " ORDER BY id)");
}

/* A letter for each operation of the outbox: shown, hidden, parked, blocked. */
static const char *outbox(struct samples *samples)
{
    return samples_text(samples,
                        "SELECT coalesce(group_concat(CASE WHEN state = 'blocked' THEN 'b' WHEN"
                        " is_parked THEN 'p' WHEN is_hidden THEN 'h' ELSE 's' END, ''), '')"
                        " FROM (SELECT * FROM outbox ORDER BY seq)");
}

static void test_rows_come_and_go(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_thing(samples, pull, 1, 12, 1, 5);
    add_shelf(samples, pull, 1, 10, "Top");
    add_shelf(samples, pull, 2, 11, "Low");
    struct pull_report report = finish(samples, pull);
    assert_int_equal(report.rows, 3);
    assert_string_equal(shelves(samples), "Top Low");
    assert_string_equal(things(samples), "5@1");
    assert_string_equal(samples_text(samples, "SELECT facts || created_at || updated_at ||"
                                              " row_version FROM sample_things"),
                        "{\"a\": 1.10}1000200012");
    pull = begin(samples);
    add_gone(samples, pull, "sample_shelves", shelf_id(1));
    add_gone(samples, pull, "sample_things", thing_id(1));
    add_gone(samples, pull, "sample_things", thing_id(9));
    finish(samples, pull);
    assert_string_equal(shelves(samples), "Low");
    assert_string_equal(things(samples), "");
}

static void test_older_version_is_passed_over(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_shelf(samples, pull, 1, 10, "Top");
    finish(samples, pull);
    pull = begin(samples);
    add_shelf(samples, pull, 1, 9, "Old");
    finish(samples, pull);
    assert_string_equal(shelves(samples), "Top");
    samples_do(samples, &samples->anna, "UPDATE sample_shelves SET name = 'Mine'");
    pull = begin(samples);
    add_shelf(samples, pull, 1, 9, "Old");
    finish(samples, pull);
    assert_int_equal(samples_integer(samples, "SELECT version FROM base_rows"), 10);
}

static void test_nothing_writes_nothing(void **state)
{
    struct samples *samples = *state;
    int64_t changes = sqlite3_total_changes64(store_sqlite(samples->store));
    struct pull_report report = finish(samples, begin(samples));
    assert_int_equal(report.rows + report.gone + report.answered, 0);
    assert_int_equal(sqlite3_total_changes64(store_sqlite(samples->store)), changes);
    pull_cancel(begin(samples));
    pull_cancel(NULL);
}

static void test_pending_edit_stays_over_a_newer_row(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_thing(samples, pull, 1, 10, 0, 5);
    finish(samples, pull);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 6");
    pull = begin(samples);
    add_thing(samples, pull, 1, 20, 0, 7);
    finish(samples, pull);
    assert_string_equal(things(samples), "6@");
    assert_int_equal(samples_integer(samples, "SELECT row_version FROM sample_things"), 20);
    pull = begin(samples);
    add_answer(samples, pull, 0, ANSWER_MERGED, "somebody was quicker", "{}");
    struct pull_report report = finish(samples, pull);
    assert_int_equal(report.answered, 1);
    assert_int_equal(report.refused, 0);
    assert_string_equal(things(samples), "7@");
    assert_string_equal(outbox(samples), "");
    assert_string_equal(samples_text(samples, "SELECT state FROM journal ORDER BY seq DESC"),
                        "merged");
    assert_string_equal(samples_text(samples, "SELECT facts FROM sample_things"), "{\"a\": 1.10}");
    assert_int_equal(samples_integer(samples, "SELECT updated_at FROM sample_things"), 2000);
}

static void test_refusal_hides_what_depends_on_it(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->anna, NEW_SHELF(OTHER, "Low"));
    samples_do(samples, &samples->anna, NEW_THING(THING, SHELF));
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 6");
    struct pull *pull = begin(samples);
    add_answer(samples, pull, 0, ANSWER_REFUSED, "there is a Top already", "{}");
    struct pull_report report = finish(samples, pull);
    assert_int_equal(report.refused, 1);
    assert_string_equal(shelves(samples), "Low");
    assert_string_equal(things(samples), "");
    assert_string_equal(outbox(samples), "shh");
    assert_string_equal(samples_text(samples, "SELECT kind || ' ' || table_name || ' ' || reason"
                                              " FROM attention"),
                        "refused sample_shelves there is a Top already");
    pull = begin(samples);
    add_answer(samples, pull, 0, ANSWER_APPLIED, "", NULL);
    add_answer(samples, pull, 1, ANSWER_BLOCKED, "it needs the shelf Top",
               "{\"blocked_by\":\"a0000000-0000-7000-8000-000000000009\"}");
    add_shelf(samples, pull, 2, 30, "Low");
    finish(samples, pull);
    assert_string_equal(outbox(samples), "bh");
    assert_string_equal(shelves(samples), "Low");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM attention"), 2);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM outbox WHERE blocked_by IS NOT"
                                              " NULL"),
                     1);
    assert_string_equal(samples_text(samples, "SELECT value FROM sync_state WHERE name ="
                                              " 'acked_seq'"),
                        "4");
    enum row_mark mark;
    struct uuid id = thing_id(1);
    exchange_mark(samples->store, table_of(samples, "sample_things"), &id, &mark, NULL);
    assert_int_equal(mark, MARK_REFUSED);
}

static void test_tasks_wait_for_a_person_once(void **state)
{
    static const char result[] =
        "{\"tasks\":[{\"kind\":\"stock\",\"table\":\"sample_things\",\"id\":"
        "\"b0000000-0000-7000-8000-000000000001\",\"reason\":\"too few\"},{\"kind\":\"tea\"}]}";
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    struct pull *pull = begin(samples);
    add_answer(samples, pull, 0, ANSWER_APPLIED, "", result);
    add_answer(samples, pull, 0, ANSWER_APPLIED, "", result);
    add_shelf(samples, pull, 1, 5, "Top");
    finish(samples, pull);
    assert_string_equal(samples_text(samples, "SELECT group_concat(kind || table_name || reason,"
                                              " ' ') FROM (SELECT * FROM attention ORDER BY kind"
                                              " DESC)"),
                        "store"
                        "sample_shelves"
                        " stock"
                        "sample_things"
                        "too few");
    assert_string_equal(samples_text(samples, "SELECT details ->> '$.tasks[0].kind' FROM"
                                              " attention"),
                        "stock");
}

static void test_pulled_row_parks_the_pending_one_in_its_way(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->anna, NEW_THING(THING, SHELF));
    samples_do(samples, &samples->anna, NEW_SHELF(THIRD, "Third"));
    struct pull *pull = begin(samples);
    add_shelf(samples, pull, 2, 10, "Top");
    struct pull_report report = finish(samples, pull);
    assert_int_equal(report.parked, 2);
    assert_string_equal(shelves(samples), "Top Third");
    assert_string_equal(things(samples), "");
    assert_string_equal(outbox(samples), "pps");
    pull = begin(samples);
    add_shelf(samples, pull, 4, 11, "Fourth");
    report = finish(samples, pull);
    assert_int_equal(report.parked + report.unparked, 0);
    assert_string_equal(outbox(samples), "pps");
    pull = begin(samples);
    add_shelf(samples, pull, 2, 12, "Else");
    report = finish(samples, pull);
    assert_int_equal(report.unparked, 2);
    assert_string_equal(shelves(samples), "Top Else Third Fourth");
    assert_string_equal(things(samples), "5@1");
    assert_string_equal(outbox(samples), "sss");
}

static void test_centre_rows_swap_unique_values(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_shelf(samples, pull, 1, 10, "A");
    add_shelf(samples, pull, 2, 11, "B");
    add_shelf(samples, pull, 3, 12, "C");
    add_thing(samples, pull, 1, 13, 2, 5);
    finish(samples, pull);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 6");
    pull = begin(samples);
    add_shelf(samples, pull, 1, 20, "B");
    add_shelf(samples, pull, 2, 21, "C");
    add_shelf(samples, pull, 3, 22, "A");
    struct pull_report report = finish(samples, pull);
    assert_int_equal(report.parked, 0);
    assert_string_equal(shelves(samples), "B C A");
    assert_string_equal(things(samples), "6@2");
    pull = begin(samples);
    add_shelf(samples, pull, 1, 30, "C");
    add_gone(samples, pull, "sample_shelves", shelf_id(2));
    add_thing(samples, pull, 1, 31, 3, 5);
    finish(samples, pull);
    assert_string_equal(shelves(samples), "C A");
    assert_string_equal(things(samples), "6@3");
}

static void test_edit_of_a_row_that_is_gone_is_parked(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_thing(samples, pull, 1, 10, 0, 5);
    finish(samples, pull);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 6");
    pull = begin(samples);
    add_gone(samples, pull, "sample_things", thing_id(1));
    finish(samples, pull);
    assert_string_equal(things(samples), "");
    assert_string_equal(outbox(samples), "p");
    pull = begin(samples);
    add_thing(samples, pull, 1, 20, 0, 8);
    finish(samples, pull);
    assert_string_equal(things(samples), "6@");
}

static void test_check_that_fails_parks_the_edit(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_thing(samples, pull, 1, 10, 0, 5);
    finish(samples, pull);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET high = 3");
    const struct table *table = table_of(samples, "sample_things");
    struct uuid id = thing_id(1);
    struct value *fields = row_of(samples, table, &id, 20);
    fields[table_column_index(table, "name")] = value_text("Roller");
    fields[table_column_index(table, "state")] = value_text("new");
    fields[table_column_index(table, "low")] = value_integer(4);
    fields[table_column_index(table, "high")] = value_integer(9);
    pull = begin(samples);
    samples_expect(samples->store, pull_row(pull, table, fields, samples_error()));
    finish(samples, pull);
    assert_string_equal(outbox(samples), "p");
    assert_string_equal(samples_text(samples, "SELECT low || ' ' || high FROM sample_things"),
                        "4 9");
}

static void test_parent_that_is_gone_parks_the_child(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_shelf(samples, pull, 1, 10, "Top");
    finish(samples, pull);
    samples_do(samples, &samples->anna, NEW_THING(THING, SHELF));
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 9");
    pull = begin(samples);
    add_gone(samples, pull, "sample_shelves", shelf_id(1));
    finish(samples, pull);
    assert_string_equal(outbox(samples), "pp");
    assert_string_equal(things(samples), "");
    pull = begin(samples);
    add_shelf(samples, pull, 1, 20, "Top");
    finish(samples, pull);
    assert_string_equal(things(samples), "9@1");
}

/* More than are tried at once: what they need stands before them in the order. */
static void test_many_parked_operations_come_back(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_shelf(samples, pull, 1, 10, "Top");
    finish(samples, pull);
    samples_do(samples, &samples->anna, NEW_THING(THING, SHELF));
    for (int i = 0; i < 250; i++)
        samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = pieces + 1");
    pull = begin(samples);
    add_gone(samples, pull, "sample_shelves", shelf_id(1));
    assert_int_equal(finish(samples, pull).parked, 251);
    pull = begin(samples);
    add_shelf(samples, pull, 1, 20, "Top");
    assert_int_equal(finish(samples, pull).unparked, 251);
    assert_string_equal(things(samples), "255@1");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM outbox WHERE is_hidden"), 0);
}

static void test_child_of_the_centre_parks_the_deletion(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_shelf(samples, pull, 1, 10, "Top");
    finish(samples, pull);
    samples_do(samples, &samples->anna, "DELETE FROM sample_shelves");
    pull = begin(samples);
    add_thing(samples, pull, 1, 11, 1, 5);
    finish(samples, pull);
    assert_string_equal(outbox(samples), "p");
    assert_string_equal(shelves(samples), "Top");
    assert_string_equal(things(samples), "5@1");
}

static void test_row_without_its_parent_waits(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_thing(samples, pull, 1, 11, 1, 5);
    finish(samples, pull);
    assert_string_equal(things(samples), "");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM base_rows WHERE is_waiting"),
                     1);
    pull = begin(samples);
    add_shelf(samples, pull, 1, 10, "Top");
    finish(samples, pull);
    assert_string_equal(things(samples), "5@1");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM base_rows"), 0);
}

static void test_row_that_breaks_a_check_waits_beside_the_old_one(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    add_thing(samples, pull, 1, 10, 0, 5);
    finish(samples, pull);
    const struct table *table = table_of(samples, "sample_things");
    struct uuid id = thing_id(1);
    struct value *fields = row_of(samples, table, &id, 20);
    fields[table_column_index(table, "name")] = value_text("Roller");
    fields[table_column_index(table, "state")] = value_text("new");
    fields[table_column_index(table, "low")] = value_integer(9);
    fields[table_column_index(table, "high")] = value_integer(1);
    pull = begin(samples);
    samples_expect(samples->store, pull_row(pull, table, fields, samples_error()));
    finish(samples, pull);
    assert_string_equal(things(samples), "5@");
    assert_int_equal(samples_integer(samples, "SELECT version FROM base_rows WHERE is_waiting"),
                     20);
}

static void test_append_only_rows_follow_the_centre(void **state)
{
    struct samples *samples = *state;
    const struct table *table = table_of(samples, "stock_movements");
    assert_int_equal(table->merge, MERGE_APPEND);
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->anna,
               "INSERT INTO sample_events (tenant_id, shelf_id, what) VALUES (" TENANT ", " SHELF
               ", 'seen')");
    struct pull *pull = begin(samples);
    add_answer(samples, pull, 0, ANSWER_REFUSED, "no", "");
    finish(samples, pull);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_events"), 0);
}

static void test_whole_table_takes_away_what_did_not_come(void **state)
{
    struct samples *samples = *state;
    struct pull *pull = begin(samples);
    for (int i = 1; i <= 3; i++)
        add_shelf(samples, pull, i, 10 + i, i == 1 ? "A" : i == 2 ? "B" : "C");
    finish(samples, pull);
    samples_do(samples, &samples->anna, NEW_THING(THING, SHELF));
    samples_do(samples, &samples->anna, "DELETE FROM sample_shelves WHERE name = 'C'");
    samples_do(samples, &samples->anna, NEW_SHELF("x'A0000000000070008000000000000007'", "Mine"));
    pull = begin(samples);
    add_shelf(samples, pull, 1, 5, "A of old");
    samples_expect(samples->store,
                   pull_whole_table(pull, table_of(samples, "sample_shelves"), samples_error()));
    struct pull_report report = finish(samples, pull);
    assert_int_equal(report.gone, 2);
    assert_string_equal(shelves(samples), "A of old Mine");
    assert_string_equal(things(samples), "5@1");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM base_rows WHERE fields IS NOT"
                                              " NULL"),
                     0);
}

/* An older centre has no such column: what stands in it here is not its to take away. */
static void test_what_the_centre_does_not_know_stays(void **state)
{
    struct samples *samples = *state;
    const struct table *table = table_of(samples, "sample_things");
    static const char day_and_seen[] = "SELECT day || ' ' || (seen_at IS NULL) FROM sample_things";
    struct pull *pull = begin(samples);
    add_thing(samples, pull, 1, 10, 0, 5);
    finish(samples, pull);
    samples_do(samples, &samples->anna,
               "UPDATE sample_things SET day = '2026-11-20', seen_at = 1795179900123456");
    for (int round = 0; round < 2; round++) { /* with the edit pending, then without */
        pull = begin(samples);
        pull_keep_column(pull, table, (size_t)table_column_index(table, "day"));
        add_thing(samples, pull, 1, 20 + round, 0, 7 + round);
        if (round > 0)
            add_answer(samples, pull, 0, ANSWER_APPLIED, "", "{}");
        finish(samples, pull);
        assert_string_equal(things(samples), round > 0 ? "8@" : "7@");
        if (round == 0)
            assert_string_equal(samples_text(samples, day_and_seen), "2026-11-20 0");
    }
    samples_run(samples, "DELETE FROM sync_state WHERE name = 'terminal_id'", "");
    samples_do(samples, &samples->anna, "UPDATE sample_things SET day = '2026-11-21'");
    samples_run(samples, "INSERT INTO sync_state (name, value) VALUES ('terminal_id', 'x')", "");
    pull = begin(samples);
    pull_keep_column(pull, table, (size_t)table_column_index(table, "day"));
    add_thing(samples, pull, 1, 30, 0, 9);
    add_thing(samples, pull, 2, 31, 0, 1); /* a new one has nothing to keep */
    finish(samples, pull);
    assert_string_equal(samples_text(samples, "SELECT group_concat(pieces || coalesce(day, '-') ||"
                                              " (seen_at IS NULL), ' ') FROM (SELECT * FROM"
                                              " sample_things ORDER BY id)"),
                        "92026-11-211 1-1");
}

static void test_slices_end_where_references_are_met(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Mine"));
    samples_do(samples, &samples->anna, NEW_THING(THING, SHELF));
    struct pull *pull = begin(samples);
    pull_set_slice(pull, 2);
    for (int i = 2; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "S%d", i);
        add_shelf(samples, pull, i, 100 + i, arena_text(samples->arena, name));
        add_thing(samples, pull, i, 200 + i, i, i);
    }
    add_shelf(samples, pull, 1, 99, "Mine");
    add_answer(samples, pull, 0, ANSWER_APPLIED, "", "{}");
    samples_expect(samples->store, pull_state(pull, "cursor", "77:", samples_error()));
    struct pull_report report = finish(samples, pull);
    assert_int_equal(report.rows, 77);
    assert_int_equal(report.answered, 1);
    assert_int_equal(report.parked, 0);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_things"), 39);
    assert_string_equal(outbox(samples), "s");
    assert_string_equal(samples_text(samples, "SELECT value FROM sync_state WHERE name = 'cursor'"),
                        "77:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SAMPLES_ENROLLED(test_rows_come_and_go),
        SAMPLES_ENROLLED(test_older_version_is_passed_over),
        SAMPLES_ENROLLED(test_nothing_writes_nothing),
        SAMPLES_ENROLLED(test_pending_edit_stays_over_a_newer_row),
        SAMPLES_ENROLLED(test_refusal_hides_what_depends_on_it),
        SAMPLES_ENROLLED(test_tasks_wait_for_a_person_once),
        SAMPLES_ENROLLED(test_pulled_row_parks_the_pending_one_in_its_way),
        SAMPLES_ENROLLED(test_centre_rows_swap_unique_values),
        SAMPLES_ENROLLED(test_edit_of_a_row_that_is_gone_is_parked),
        SAMPLES_ENROLLED(test_check_that_fails_parks_the_edit),
        SAMPLES_ENROLLED(test_parent_that_is_gone_parks_the_child),
        SAMPLES_ENROLLED(test_many_parked_operations_come_back),
        SAMPLES_ENROLLED(test_child_of_the_centre_parks_the_deletion),
        SAMPLES_ENROLLED(test_row_without_its_parent_waits),
        SAMPLES_ENROLLED(test_row_that_breaks_a_check_waits_beside_the_old_one),
        SAMPLES_ENROLLED(test_append_only_rows_follow_the_centre),
        SAMPLES_ENROLLED(test_whole_table_takes_away_what_did_not_come),
        SAMPLES_ENROLLED(test_what_the_centre_does_not_know_stays),
        SAMPLES_ENROLLED(test_slices_end_where_references_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
