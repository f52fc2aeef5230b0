#include "model/operation/operation.h"

#include "model/store/store_sql.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SHELF  "x'A0000000000070008000000000000001'"
#define THING  "x'B0000000000070008000000000000001'"
#define OTHER  "x'B0000000000070008000000000000002'"
#define TENANT "(SELECT id FROM tenants)"

#define INSERT_SHELF                                                                               \
    "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" SHELF ", " TENANT ", 'Top')"
#define INSERT_THING                                                                               \
    "INSERT INTO sample_things (id, tenant_id, name, shelf_id, pieces, is_new, seen_at, day, "     \
    "hour,"                                                                                        \
    " facts, photo) VALUES (" THING ", " TENANT ", 'Roller', " SHELF                               \
    ", 5, 1, 1795179900123456, '2026-11-20', '13:05:00', '{ \"b\": 1.1, \"a\": [null] }', "        \
    "x'00FF')"

/* All that undoing must bring back; the form of JSON may change, its content not. */
static const char everything[] =
    "SELECT group_concat(line, char(10)) FROM (SELECT quote(name) || quote(shelf_id) ||"
    " quote(pieces) || quote(is_new) || quote(seen_at) || quote(day) || quote(hour) ||"
    " quote(json(facts)) || quote(photo) || low || high AS line FROM sample_things UNION ALL"
    " SELECT name || quote(deleted_at) FROM sample_shelves WHERE deleted_at IS NULL ORDER BY 1)";

static const char *undo(struct samples *samples, const struct actor *actor)
{
    struct buffer summary;
    buffer_init(&summary);
    samples_expect(samples->store,
                   operation_undo(samples->store, actor, &summary, samples_error()));
    const char *text = arena_text(samples->arena, summary.text);
    buffer_done(&summary);
    assert_false(store_in_transaction(samples->store));
    return text;
}

/* Fails, changes nothing and says why. */
static const char *refused(struct samples *samples, const struct actor *actor, enum error_code code)
{
    struct buffer summary;
    struct error err = {0};
    const char *before = samples_text(samples, everything);
    int64_t operations = samples_integer(samples, "SELECT count(*) FROM journal");
    buffer_init(&summary);
    assert_false(operation_undo(samples->store, actor, &summary, &err));
    buffer_done(&summary);
    if (err.code != code)
        fail_msg("another error: %s", err.text);
    assert_string_equal(samples_text(samples, everything), before);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal"), operations);
    assert_false(store_in_transaction(samples->store));
    return arena_text(samples->arena, err.text);
}

static void add_shelf_and_thing(struct samples *samples)
{
    samples_do(samples, &samples->anna, INSERT_SHELF);
    samples_do(samples, &samples->anna, INSERT_THING);
}

static void assert_says(const char *sentence, const char *words)
{
    if (strstr(sentence, words) == NULL)
        fail_msg("'%s' does not say '%s'", sentence, words);
}

static void test_undo_takes_back_one_after_the_other(void **state)
{
    struct samples *samples = *state;
    const struct actor *anna = &samples->anna;
    add_shelf_and_thing(samples);
    const char *first = samples_text(samples, everything);
    samples_do(
        samples, anna,
        "UPDATE sample_things SET name = 'x', shelf_id = NULL, pieces = NULL, is_new = 0,"
        " seen_at = 1, day = NULL, hour = '01:00:00', facts = '[]', photo = NULL, high = 30");
    samples_do(samples, anna, "DELETE FROM sample_things");
    samples_do(samples, anna, "UPDATE sample_shelves SET deleted_at = 77");

    undo(samples, anna);
    undo(samples, anna);
    assert_int_equal(samples_integer(samples, "SELECT high FROM sample_things"), 30);
    undo(samples, anna);
    assert_string_equal(samples_text(samples, everything), first);
    undo(samples, anna);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_things"), 0);
    undo(samples, anna);
    assert_int_equal(
        samples_integer(samples, "SELECT count(*) FROM sample_shelves WHERE deleted_at IS NULL"),
        0);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal WHERE undoes NOTNULL"),
                     5);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal AS a JOIN journal AS b"
                                              " ON a.undoes = b.id AND b.undone_by = a.id"),
                     5);
    assert_says(refused(samples, anna, ERROR_RULE), "new shop");
}

static void test_undo_is_an_operation_of_its_own(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 7");
    assert_string_equal(undo(samples, &samples->anna), "undone: edit");
    assert_string_equal(
        samples_text(samples, "SELECT payload -> 'rows' FROM journal ORDER BY seq DESC LIMIT 1"),
        "[{\"table\":\"sample_things\",\"id\":"
        "\"b0000000-0000-7000-8000-000000000001\",\"verb\":\"update\",\"base\":{\"pieces\":7},"
        "\"new\":{\"pieces\":5}}]");
    struct operation_info info[2];
    assert_int_equal(operation_list(samples->store, 0, NULL, NULL, 2, samples->arena, info, NULL),
                     2);
    assert_string_equal(info[0].kind, "undo");
    assert_true(info[1].is_undone);
}

static void test_each_person_undoes_the_own_work(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->ben, "UPDATE sample_things SET pieces = 7");
    samples_do(samples, &samples->anna, "UPDATE sample_shelves SET name = 'Low'");
    undo(samples, &samples->ben);
    assert_int_equal(samples_integer(samples, "SELECT pieces FROM sample_things"), 5);
    assert_string_equal(samples_text(samples, "SELECT name FROM sample_shelves"), "Low");
    refused(samples, &samples->ben, ERROR_NOT_FOUND);
    struct actor nobody = {.name = "nobody"};
    refused(samples, &nobody, ERROR_NOT_FOUND);
}

static void test_what_others_changed_is_a_conflict(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 7");
    samples_do(samples, &samples->ben, "UPDATE sample_things SET name = 'Brush'");
    undo(samples, &samples->anna); /* another field: no conflict */
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 8");
    samples_do(samples, &samples->ben, "UPDATE sample_things SET pieces = 9");
    const char *why = refused(samples, &samples->anna, ERROR_CONFLICT);
    assert_says(why, "Brush");
    assert_says(why, "Ben");
    assert_says(why, "Pieces is now 9");
    undo(samples, &samples->ben); /* and once he has taken it back, hers goes too */
    undo(samples, &samples->anna);
    assert_int_equal(samples_integer(samples, "SELECT pieces FROM sample_things"), 5);
}

static void test_an_insert_that_was_changed_stays(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->ben, "UPDATE sample_things SET is_new = NULL");
    assert_says(refused(samples, &samples->anna, ERROR_CONFLICT), "New is now empty");
    samples_do(samples, &samples->ben, "DELETE FROM sample_things");
    assert_says(refused(samples, &samples->anna, ERROR_CONFLICT), "Roller was deleted by Ben");
}

static void test_a_deleted_row_that_stands_again_is_a_conflict(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->anna, "DELETE FROM sample_things");
    samples_do(samples, &samples->ben, INSERT_THING);
    assert_says(refused(samples, &samples->anna, ERROR_CONFLICT), "made again by Ben");
}

static void test_a_row_in_use_is_not_taken_away(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, INSERT_SHELF);
    samples_do(samples, &samples->ben, INSERT_THING);
    const char *why = refused(samples, &samples->anna, ERROR_CONFLICT);
    assert_says(why, "Top");
    assert_says(why, "Roller");
}

/* An order that is taken back keeps its events, and they keep their order. */
static void test_history_does_not_hold_a_row_back(void **state)
{
    struct samples *samples = *state;
    struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
    samples_run(samples, INSERT_SHELF, "");
    samples_run(samples, INSERT_THING, "");
    samples_run(samples,
                "INSERT INTO sample_events (tenant_id, shelf_id, what) VALUES (" TENANT ", " SHELF
                ", 'put up')",
                "");
    samples_commit(operation);
    undo(samples, &samples->anna);
    assert_string_equal(samples_text(samples, everything), "");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_events AS e"
                                              " JOIN sample_shelves AS s ON s.id = e.shelf_id"
                                              " WHERE s.deleted_at NOTNULL"),
                     1);
    samples_do(samples, &samples->anna,
               "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (uuidv7(), " TENANT
               ", 'Top')"); /* the name is free again */
}

static void test_a_reference_that_is_gone_is_a_conflict(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET shelf_id = NULL");
    samples_do(samples, &samples->ben, "DELETE FROM sample_shelves");
    refused(samples, &samples->anna, ERROR_CONFLICT);
}

static void test_a_taken_name_is_told(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->anna, "UPDATE sample_shelves SET name = 'Low'");
    samples_do(samples, &samples->ben,
               "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (uuidv7(), " TENANT
               ", 'Top')");
    assert_says(refused(samples, &samples->anna, ERROR_CONFLICT), "Name Top is taken");
}

static void test_a_status_goes_back_by_legal_ways_alone(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET state = 'seen'");
    undo(samples, &samples->anna);
    assert_string_equal(samples_text(samples, "SELECT state FROM sample_things"), "new");
    samples_do(samples, &samples->anna, "UPDATE sample_things SET state = 'seen'");
    samples_do(samples, &samples->anna, "UPDATE sample_things SET state = 'done'");
    assert_says(refused(samples, &samples->anna, ERROR_RULE),
                "Roller can't go back from done to seen");
}

static void test_history_stays(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    samples_run(samples, "UPDATE sample_things SET pieces = 7", "");
    samples_run(samples, "INSERT INTO sample_events (tenant_id, what) VALUES (" TENANT ", 'moved')",
                "");
    samples_commit(operation);
    undo(samples, &samples->anna);
    assert_int_equal(samples_integer(samples, "SELECT pieces FROM sample_things"), 5);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_events"), 1);
    samples_do(samples, &samples->anna,
               "INSERT INTO sample_events (tenant_id, what) VALUES (" TENANT ", 'again')");
    refused(samples, &samples->anna, ERROR_RULE);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_events"), 2);
}

/* Ten operations of one import: each adds a shelf and a thing on it; the last changes the first. */
static void import(struct samples *samples)
{
    struct uuid group = uuid_v7(&samples->scratch.env);
    for (int64_t i = 0; i < 10; i++) {
        struct uuid shelf = uuid_v7(&samples->scratch.env);
        struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
        operation_set_group(operation, &group);
        operation_describe(operation, "line %d", (int)i);
        samples_run(samples,
                    "INSERT INTO sample_shelves (id, tenant_id, name)"
                    " VALUES (?1, " TENANT ", 'Shelf ' || ?2)",
                    "ui", &shelf, i);
        samples_run(samples,
                    "INSERT INTO sample_things (id, tenant_id, name, shelf_id)"
                    " VALUES (uuidv7(), " TENANT ", 'Thing', ?1)",
                    "u", &shelf);
        if (i == 9)
            samples_run(samples, "UPDATE sample_shelves SET name = 'First' WHERE name = 'Shelf 0'",
                        "");
        samples_commit(operation);
    }
}

static void test_a_group_is_undone_as_one(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    const char *before = samples_text(samples, everything);
    import(samples);
    assert_string_equal(undo(samples, &samples->anna),
                        "undone: 10 operations, the last of them line 9");
    assert_string_equal(samples_text(samples, everything), before);
    assert_int_equal(
        samples_integer(samples,
                        "SELECT count(DISTINCT group_id) FROM journal WHERE kind = 'undo'"),
        1);
    undo(samples, &samples->anna); /* the next is what came before the group */
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_things"), 0);
}

static void test_a_group_is_undone_whole_or_not_at_all(void **state)
{
    struct samples *samples = *state;
    import(samples);
    samples_do(samples, &samples->ben,
               "UPDATE sample_shelves SET name = 'Mine' WHERE name = 'Shelf 4'");
    const char *why = refused(samples, &samples->anna, ERROR_CONFLICT);
    assert_says(why, "Mine was changed by Ben");
    undo(samples, &samples->ben);
    undo(samples, &samples->anna);
    assert_int_equal(
        samples_integer(samples, "SELECT count(*) FROM sample_shelves WHERE deleted_at IS NULL"),
        0);
}

static void test_undo_in_an_enrolled_store(void **state)
{
    struct samples *samples = *state;
    add_shelf_and_thing(samples);
    assert_true(
        store_script(samples->store, "INSERT INTO sync_state VALUES ('terminal_id', 'x')", NULL));
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 7");
    undo(samples, &samples->anna); /* of the outbox: it was never sent, and goes */
    undo(samples, &samples->anna); /* of the journal, by an operation in the outbox */
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_things"), 0);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM outbox"), 2);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal AS j JOIN outbox AS o"
                                              " ON o.undoes = j.id AND j.undone_by = o.id"),
                     1);
    samples_do(samples, &samples->anna,
               "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (uuidv7(), " TENANT
               ", 'Refused')");
    samples_run(samples,
                "UPDATE outbox SET state = 'refused' WHERE seq = (SELECT max(seq) FROM outbox)",
                "");
    undo(samples, &samples->anna); /* what was refused had no effect: the one before it */
    assert_string_equal(samples_text(samples, "SELECT group_concat(name) FROM sample_shelves"
                                              " WHERE deleted_at IS NULL"),
                        "Refused");
}

#define sample_test(name) cmocka_unit_test_setup_teardown(name, samples_setup, samples_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(test_undo_takes_back_one_after_the_other),
        sample_test(test_undo_is_an_operation_of_its_own),
        sample_test(test_each_person_undoes_the_own_work),
        sample_test(test_what_others_changed_is_a_conflict),
        sample_test(test_an_insert_that_was_changed_stays),
        sample_test(test_a_deleted_row_that_stands_again_is_a_conflict),
        sample_test(test_a_row_in_use_is_not_taken_away),
        sample_test(test_history_does_not_hold_a_row_back),
        sample_test(test_a_reference_that_is_gone_is_a_conflict),
        sample_test(test_a_taken_name_is_told),
        sample_test(test_a_status_goes_back_by_legal_ways_alone),
        sample_test(test_history_stays),
        sample_test(test_a_group_is_undone_as_one),
        sample_test(test_a_group_is_undone_whole_or_not_at_all),
        sample_test(test_undo_in_an_enrolled_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
