#include "model/operation/operation.h"

#include "model/base/instant.h"
#include "model/store/store_sql.h"
#include "tests/model/samples.h"

#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SHELF  "x'A0000000000070008000000000000001'"
#define THING  "x'B0000000000070008000000000000001'"
#define OTHER  "x'B0000000000070008000000000000002'"
#define TENANT "(SELECT id FROM tenants)"

static const char last_payload[] = "SELECT payload FROM journal ORDER BY seq DESC LIMIT 1";

static json_t *parse_last(struct samples *samples)
{
    json_t *json = json_loads(samples_text(samples, last_payload), 0, NULL);
    assert_non_null(json);
    return json;
}

static json_t *row_of(json_t *payload, size_t index)
{
    return json_array_get(json_object_get(payload, "rows"), index);
}

static void add_shelf(struct samples *samples)
{
    samples_do(samples, &samples->anna,
               "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" SHELF ", " TENANT
               ", 'Top')");
}

static void add_thing(struct samples *samples)
{
    samples_do(samples, &samples->anna,
               "INSERT INTO sample_things (id, tenant_id, name, pieces, facts) VALUES (" THING
               ", " TENANT ", 'Roller', 5, '{\"width\":25}')");
}

static void test_an_insert_names_every_field(void **state)
{
    struct samples *samples = *state;
    struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
    samples_run(samples,
                "INSERT INTO sample_things (id, tenant_id, name, shelf_id, pieces, is_new, seen_at,"
                " day, hour, facts, photo) VALUES (" THING ", " TENANT ", 'Würfel \"3\"', " SHELF
                ", -5, 1, 1795179900123456, '2026-11-20', '13:05:00', '{\"a\":[1,null]}',"
                " x'00FF10')",
                "");
    samples_run(samples,
                "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" SHELF ", " TENANT
                ", 'Top')",
                "");
    operation_describe(operation, "new thing %s", "Würfel");
    struct uuid id = *operation_id(operation);
    char at[INSTANT_TEXT_SIZE], head[200];
    instant_format(operation_time(operation), at);
    snprintf(
        head, sizeof head,
        "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"01000000-0000-0000-0000-000000000000\","
        "\"at\":\"%s\",",
        at);
    samples_commit(operation);
    const char *payload = samples_text(samples, last_payload);
    assert_int_equal(strncmp(payload, head, strlen(head)), 0);
    assert_string_equal(
        payload + strlen(head),
        "\"summary\":\"new thing Würfel\",\"rows\":["
        "{\"table\":\"sample_shelves\",\"id\":\"a0000000-0000-7000-8000-000000000001\","
        "\"verb\":\"insert\",\"new\":{\"name\":\"Top\"}},"
        "{\"table\":\"sample_things\",\"id\":\"b0000000-0000-7000-8000-000000000001\","
        "\"verb\":\"insert\",\"new\":{\"name\":\"Würfel \\\"3\\\"\","
        "\"shelf_id\":\"a0000000-0000-7000-8000-000000000001\",\"pieces\":-5,\"is_new\":true,"
        "\"seen_at\":\"2026-11-20T13:05:00.123456Z\",\"day\":\"2026-11-20\",\"hour\":\"13:05:00\","
        "\"facts\":{\"a\":[1,null]},\"photo\":\"AP8Q\",\"state\":\"new\",\"low\":0,\"high\":9}}]}");

    struct operation_info info;
    assert_int_equal(operation_list(samples->store, 0, NULL, NULL, 1, samples->arena, &info, NULL),
                     1);
    assert_true(uuid_equal(&info.id, &id));
    assert_string_equal(info.summary, "new thing Würfel");
    assert_string_equal(info.actor_name, "Anna");
    assert_string_equal(info.kind, "record.create");
    assert_false(info.is_undone);
    assert_true(uuid_is_zero(&info.group));
}

static void test_an_update_has_base_and_new(void **state)
{
    struct samples *samples = *state;
    add_thing(samples);
    samples_do(samples, &samples->anna,
               "UPDATE sample_things SET pieces = NULL, day = '2026-01-01', updated_at = 7");
    json_t *payload = parse_last(samples);
    json_t *expected = json_pack("{s:{s:i, s:n}, s:{s:n, s:s}}", "base", "pieces", 5, "day", "new",
                                 "pieces", "day", "2026-01-01");
    json_t *row = row_of(payload, 0);
    assert_string_equal(json_string_value(json_object_get(row, "verb")), "update");
    assert_true(json_equal(json_object_get(row, "base"), json_object_get(expected, "base")));
    assert_true(json_equal(json_object_get(row, "new"), json_object_get(expected, "new")));
    json_decref(expected);
    json_decref(payload);
}

static void test_columns_under_one_check_go_together(void **state)
{
    struct samples *samples = *state;
    add_thing(samples);
    samples_do(samples, &samples->anna, "UPDATE sample_things SET high = 20");
    json_t *payload = parse_last(samples);
    json_t *expected =
        json_pack("{s:{s:i, s:i}, s:{s:i}}", "base", "low", 0, "high", 9, "new", "high", 20);
    json_t *row = row_of(payload, 0);
    assert_true(json_equal(json_object_get(row, "base"), json_object_get(expected, "base")));
    assert_true(json_equal(json_object_get(row, "new"), json_object_get(expected, "new")));
    json_decref(expected);
    json_decref(payload);
}

static void test_a_delete_has_the_whole_row(void **state)
{
    struct samples *samples = *state;
    add_shelf(samples);
    add_thing(samples);
    struct operation *operation = samples_begin(samples, "record.delete", &samples->anna);
    samples_run(samples, "DELETE FROM sample_shelves", "");
    samples_run(samples, "DELETE FROM sample_things", "");
    samples_commit(operation);
    json_t *payload = parse_last(samples); /* children go first */
    assert_string_equal(json_string_value(json_object_get(row_of(payload, 0), "table")),
                        "sample_things");
    json_t *base = json_object_get(row_of(payload, 0), "base");
    assert_string_equal(json_string_value(json_object_get(base, "name")), "Roller");
    assert_int_equal(json_object_size(base), 6); /* name, pieces, facts, state, low, high */
    assert_null(json_object_get(row_of(payload, 0), "new"));
    assert_string_equal(json_string_value(json_object_get(row_of(payload, 1), "verb")), "delete");
    json_decref(payload);
}

static void test_the_hash_is_over_the_bytes(void **state)
{
    struct samples *samples = *state;
    add_thing(samples);
    const char *payload = samples_text(samples, last_payload);
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    crypto_hash_sha256(hash, (const unsigned char *)payload, strlen(payload));
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    assert_string_equal(
        samples_text(samples, "SELECT lower(hex(hash)) FROM journal ORDER BY seq DESC LIMIT 1"),
        hex);
}

static void test_what_ends_unchanged_vanishes(void **state)
{
    struct samples *samples = *state;
    add_thing(samples);
    int64_t before = samples_integer(samples, "SELECT count(*) FROM journal");
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    samples_run(samples, "UPDATE sample_things SET pieces = 6", "");
    samples_run(samples, "UPDATE sample_things SET pieces = 5, updated_at = 9, row_version = 4",
                "");
    samples_run(
        samples,
        "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" SHELF ", " TENANT ", 'x')", "");
    samples_run(samples, "DELETE FROM sample_shelves", "");
    samples_run(samples, "INSERT INTO sample_notes (body) VALUES ('local')", "");
    samples_commit(operation);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal"), before);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_notes"), 1);
}

static void test_cancel_leaves_nothing(void **state)
{
    struct samples *samples = *state;
    int64_t before = samples_integer(samples, "SELECT count(*) FROM journal");
    struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
    samples_run(
        samples,
        "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" SHELF ", " TENANT ", 'x')", "");
    operation_cancel(operation);
    operation_cancel(NULL);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_shelves"), 0);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal"), before);
    add_shelf(samples); /* and the next one works */
}

static void test_only_one_at_a_time_and_of_a_known_kind(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    assert_null(operation_begin(samples->store, "no.such", &samples->anna, &err));
    assert_int_equal(err.code, ERROR_STORE);
    assert_false(store_in_transaction(samples->store));
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    assert_null(operation_begin(samples->store, "record.edit", &samples->anna, &err));
    operation_cancel(operation);
}

static void test_a_change_outside_an_operation_is_refused(void **state)
{
    struct samples *samples = *state;
    add_thing(samples);
    struct error err = {0};
    assert_true(store_begin(samples->store, &err));
    assert_true(store_run(samples->store, "UPDATE sample_things SET pieces = 99", &err, ""));
    assert_false(store_commit(samples->store, &err));
    assert_int_equal(err.code, ERROR_STORE);
    assert_int_equal(samples_integer(samples, "SELECT pieces FROM sample_things"), 5);
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    operation_cancel(operation); /* its end must not leave the door open */
    assert_false(store_run(samples->store, "UPDATE sample_things SET pieces = 99", &err, ""));
    assert_int_equal(samples_integer(samples, "SELECT pieces FROM sample_things"), 5);
}

static void add_shelves(struct samples *samples, int64_t count, size_t name_size)
{
    char *name = memory_new(name_size + 1);
    memset(name, 'n', name_size);
    samples_run(samples,
                "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
                " INSERT INTO sample_shelves (id, tenant_id, name)"
                " SELECT uuidv7(), " TENANT ", ?2 || i FROM n",
                "it", count, name);
    free(name);
}

static void test_oversize_is_refused(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
    add_shelves(samples, OPERATION_ROWS_MAX + 1, 1);
    assert_false(operation_commit(operation, &err));
    assert_int_equal(err.code, ERROR_RULE);
    operation = samples_begin(samples, "record.create", &samples->anna);
    add_shelves(samples, 10, OPERATION_BYTES_MAX / 10);
    assert_false(operation_commit(operation, &err));
    assert_int_equal(err.code, ERROR_RULE);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_shelves"), 0);
    operation = samples_begin(samples, "record.create", &samples->anna);
    add_shelves(samples, OPERATION_ROWS_MAX, 1);
    samples_commit(operation);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_shelves"),
                     OPERATION_ROWS_MAX);
}

static void test_values_that_can_not_travel_are_refused(void **state)
{
    struct samples *samples = *state;
    static const char *const bad[] = {
        "UPDATE sample_things SET name = CAST(x'FF' AS TEXT)",
        "UPDATE sample_things SET name = 'a' || char(0) || 'b'",
        "UPDATE sample_things SET facts = '{broken'",
        "UPDATE sample_things SET facts = '1'",
        "UPDATE sample_things SET pieces = 1.5",
        "UPDATE sample_things SET pieces = 'many'",
        "UPDATE sample_things SET is_new = 2",
        "UPDATE sample_things SET shelf_id = 'shelf'",
        "UPDATE sample_things SET seen_at = 'now'",
        "UPDATE sample_things SET photo = 'text'",
    };
    add_thing(samples);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = {0};
        struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
        samples_run(samples, bad[i], "");
        if (operation_commit(operation, &err))
            fail_msg("went through: %s", bad[i]);
        assert_int_equal(err.code, ERROR_INPUT);
        assert_true(err.field[0] != '\0');
        assert_false(store_in_transaction(samples->store));
    }
    assert_string_equal(samples_text(samples, "SELECT name FROM sample_things"), "Roller");
}

static void test_a_dangling_reference_is_refused(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    add_thing(samples);
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    samples_run(samples, "UPDATE sample_things SET shelf_id = " SHELF, "");
    assert_false(operation_commit(operation, &err));
    assert_int_equal(err.code, ERROR_RULE);
    assert_false(store_in_transaction(samples->store));
}

static void test_group_approver_and_one_instant(void **state)
{
    struct samples *samples = *state;
    struct uuid group = uuid_v7(&samples->scratch.env);
    struct actor approved = samples->ben;
    approved.approver_id = (struct uuid){{0x42}};
    struct operation *operation = samples_begin(samples, "record.create", &approved);
    int64_t time = operation_time(operation);
    operation_set_group(operation, &group);
    add_shelves(samples, 1, 1);
    assert_int_equal(operation_time(operation), time);
    assert_string_equal(operation_actor(operation)->name, "Ben");
    samples_commit(operation);
    struct operation_info info;
    assert_int_equal(operation_list(samples->store, 0, NULL, NULL, 1, samples->arena, &info, NULL),
                     1);
    assert_true(uuid_equal(&info.group, &group));
    assert_int_equal(info.time, time);
    assert_string_equal(info.summary, "new row");
    assert_string_equal(
        samples_text(samples, "SELECT hex(approver_id) FROM journal ORDER BY seq DESC LIMIT 1"),
        "42000000000000000000000000000000");
}

static void test_history_of_a_row(void **state)
{
    struct samples *samples = *state;
    add_shelf(samples);
    add_thing(samples);
    samples_do(samples, &samples->ben, "UPDATE sample_things SET pieces = 6");
    samples_do(samples, &samples->anna, "UPDATE sample_shelves SET name = 'Low'");
    samples_do(samples, &samples->ben, "UPDATE sample_things SET pieces = 7");
    struct operation_info info[10];
    struct uuid id;
    assert_true(uuid_parse("b0000000000070008000000000000001", &id));
    int count =
        operation_list(samples->store, 0, "sample_things", &id, 10, samples->arena, info, NULL);
    samples_expect(samples->store, count >= 0);
    assert_int_equal(count, 3);
    assert_true(info[0].seq > info[1].seq && info[1].seq > info[2].seq);
    assert_string_equal(info[2].actor_name, "Anna");
    count = operation_list(samples->store, info[0].seq, "sample_things", &id, 1, samples->arena,
                           info, NULL);
    assert_int_equal(count, 1);
    assert_string_equal(info[0].actor_name, "Ben");
    assert_int_equal(operation_list(samples->store, 0, NULL, NULL, 10, samples->arena, info, NULL),
                     6);
    for (int i = 1; i < 6; i++)
        assert_int_equal(info[i].seq, info[i - 1].seq - 1);
}

static void test_an_enrolled_store_writes_to_the_outbox(void **state)
{
    struct samples *samples = *state;
    int64_t last = samples_integer(samples, "SELECT max(seq) FROM journal");
    assert_true(store_script(samples->store,
                             "INSERT INTO sync_state VALUES ('terminal_id', 'x'),"
                             " ('incarnation', '3')",
                             NULL));
    add_shelf(samples);
    samples_do(samples, &samples->anna, "UPDATE sample_shelves SET name = 'Low'");
    assert_int_equal(samples_integer(samples, "SELECT max(seq) FROM journal"), last);
    assert_int_equal(samples_integer(samples, "SELECT min(seq) FROM outbox"), last + 1);
    assert_int_equal(samples_integer(samples, "SELECT max(seq) FROM outbox"), last + 2);
    assert_int_equal(samples_integer(samples, "SELECT min(incarnation) FROM outbox"), 3);
    struct operation_info info[3];
    assert_int_equal(operation_list(samples->store, 0, NULL, NULL, 3, samples->arena, info, NULL),
                     3);
    assert_int_equal(info[0].seq, last + 2);
    assert_int_equal(info[2].seq, last);
}

/* In another process: begins an operation, and is killed before or after its commit. */
static void be_killed(struct samples *samples, bool after_commit)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct error err;
        struct store *store =
            store_open(samples->scratch.store, STORE_WRITE, &samples->scratch.env, &err);
        struct operation *operation =
            store == NULL ? NULL : operation_begin(store, "record.create", &samples->anna, &err);
        if (operation != NULL &&
            store_run(store,
                      "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" SHELF ", " TENANT
                      ", 'x')",
                      &err, "") &&
            (!after_commit || operation_commit(operation, &err)))
            raise(SIGKILL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void reopen(struct samples *samples)
{
    samples->store =
        store_open(samples->scratch.store, STORE_WRITE, &samples->scratch.env, samples_error());
    assert_non_null(samples->store);
}

static void test_a_kill_before_commit_leaves_nothing(void **state)
{
    struct samples *samples = *state;
    int64_t before = samples_integer(samples, "SELECT count(*) FROM journal");
    store_close(samples->store);
    be_killed(samples, false);
    reopen(samples);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_shelves"), 0);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal"), before);
}

static void test_a_kill_after_commit_keeps_everything(void **state)
{
    struct samples *samples = *state;
    int64_t before = samples_integer(samples, "SELECT count(*) FROM journal");
    store_close(samples->store);
    be_killed(samples, true);
    reopen(samples);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_shelves"), 1);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal"), before + 1);
    assert_int_equal(
        samples_integer(samples, "SELECT count(*) FROM journal_rows WHERE row_id = " SHELF), 1);
}

#define sample_test(name) cmocka_unit_test_setup_teardown(name, samples_setup, samples_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(test_an_insert_names_every_field),
        sample_test(test_an_update_has_base_and_new),
        sample_test(test_columns_under_one_check_go_together),
        sample_test(test_a_delete_has_the_whole_row),
        sample_test(test_the_hash_is_over_the_bytes),
        sample_test(test_what_ends_unchanged_vanishes),
        sample_test(test_cancel_leaves_nothing),
        sample_test(test_only_one_at_a_time_and_of_a_known_kind),
        sample_test(test_a_change_outside_an_operation_is_refused),
        sample_test(test_oversize_is_refused),
        sample_test(test_values_that_can_not_travel_are_refused),
        sample_test(test_a_dangling_reference_is_refused),
        sample_test(test_group_approver_and_one_instant),
        sample_test(test_history_of_a_row),
        sample_test(test_an_enrolled_store_writes_to_the_outbox),
        sample_test(test_a_kill_before_commit_leaves_nothing),
        sample_test(test_a_kill_after_commit_keeps_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
