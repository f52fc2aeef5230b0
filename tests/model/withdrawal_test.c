/* What is not sent after all, and what is sent again. */
#include "model/operation/operation.h"
#include "model/overlay/overlay.h"
#include "model/overlay/pull.h"
#include "model/overlay/resend.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SHELF  "x'A0000000000070008000000000000001'"
#define OTHER  "x'A0000000000070008000000000000002'"
#define THING  "x'B0000000000070008000000000000001'"
#define TENANT "(SELECT id FROM tenants)"
#define NEW_SHELF(id, name)                                                                        \
    "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" id ", " TENANT ", '" name "')"
#define NEW_THING                                                                                  \
    "INSERT INTO sample_things (id, tenant_id, name, shelf_id, pieces) VALUES (" THING ", " TENANT \
    ", 'Roller', " SHELF ", 5)"

static const char *undo(struct samples *samples)
{
    struct buffer summary;
    buffer_init(&summary);
    struct error err;
    bool is_done = operation_undo(samples->store, &samples->anna, &summary, &err);
    const char *text = arena_text(samples->arena, is_done ? summary.text : err.text);
    buffer_done(&summary);
    return text;
}

/* Each operation by its seq, counted from the first of the outbox: its number of rows, w where it
 * was withdrawn. */
static const char *outbox(struct samples *samples)
{
    return samples_text(samples,
                        "SELECT coalesce(group_concat(l, ' '), '') FROM (SELECT"
                        " (seq - (SELECT min(seq) FROM outbox)) || ':' ||"
                        " json_array_length(payload, '$.rows') ||"
                        " iif(withdrawn_at IS NULL, '', 'w') AS l FROM outbox ORDER BY seq)");
}

static int64_t shown(struct samples *samples)
{
    return samples_integer(samples, "SELECT (SELECT count(*) FROM sample_shelves WHERE deleted_at"
                                    " IS NULL) * 10 + (SELECT count(*) FROM sample_things)");
}

static void test_undo_takes_an_unsent_operation_out(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->anna, NEW_SHELF(OTHER, "Low"));
    const char *before = samples_text(samples, "SELECT hex(id) FROM outbox ORDER BY seq DESC");
    assert_string_equal(undo(samples), "undone: edit");
    assert_string_equal(outbox(samples), "0:1 1:0w");
    assert_int_equal(shown(samples), 10);
    assert_string_not_equal(samples_text(samples, "SELECT hex(id) FROM outbox ORDER BY seq DESC"),
                            before);
    assert_string_equal(samples_text(samples, "SELECT payload ->> 'kind' || (payload ->> 'summary')"
                                              " FROM outbox ORDER BY seq DESC"),
                        "record.editwithdrawn: edit");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM op_rows"), 1);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM base_rows"), 1);
    assert_string_equal(undo(samples), "undone: edit");
    assert_string_equal(outbox(samples), "0:0w 1:0w");
    assert_int_equal(shown(samples), 0);
}

static void test_undo_answers_what_was_sent(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_run(samples, "UPDATE outbox SET attempts = 1", "");
    assert_string_equal(undo(samples), "undone: edit");
    assert_string_equal(outbox(samples), "0:1 1:1");
    assert_int_equal(shown(samples), 0);
}

static void test_undo_leaves_what_others_need(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->ben, NEW_THING);
    undo(samples);
    assert_string_equal(outbox(samples), "0:1 1:1");
    assert_int_equal(shown(samples), 11);
}

static void test_undo_parks_nobody(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_run(samples, "UPDATE outbox SET attempts = 1", "");
    samples_do(samples, &samples->anna, "UPDATE sample_shelves SET name = 'Low'");
    samples_do(samples, &samples->ben, NEW_SHELF(OTHER, "Top"));
    undo(samples);
    assert_string_equal(outbox(samples), "0:1 1:1 2:1");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM outbox WHERE is_hidden"), 0);
    assert_string_equal(samples_text(samples, "SELECT group_concat(name) FROM (SELECT name FROM"
                                              " sample_shelves ORDER BY id)"),
                        "Low,Top");
}

static void answer_all(struct samples *samples, const char *status)
{
    struct pull *pull = pull_begin(samples->store, samples_error());
    struct centre_answer answer = {.reason = "so", .result = "{}"};
    assert_true(answer_status_parse(status, &answer.status));
    struct statement *row =
        store_prepare(samples->store, "SELECT id FROM outbox ORDER BY seq", samples_error());
    while (statement_step(row, samples_error()) > 0) {
        statement_uuid(row, 0, &answer.operation);
        samples_expect(samples->store, pull_answer(pull, &answer, samples_error()));
    }
    statement_done(row);
    samples_expect(samples->store, pull_finish(pull, NULL, samples_error()));
}

static void test_withdrawn_operation_ends_in_the_journal(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    undo(samples);
    answer_all(samples, "refused");
    assert_string_equal(samples_text(samples, "SELECT state FROM journal ORDER BY seq DESC"),
                        "withdrawn");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM attention"), 0);
}

static void test_journal_is_sent_again(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->anna, NEW_SHELF(OTHER, "Low"));
    int64_t first = samples_integer(samples, "SELECT min(seq) FROM outbox");
    const char *sent = samples_text(samples, "SELECT group_concat(hex(id) || hex(hash)) FROM"
                                             " outbox WHERE seq > 2");
    answer_all(samples, "refused");
    assert_string_equal(outbox(samples), "");
    samples_expect(samples->store, overlay_resend_from(samples->store, first, samples_error()));
    assert_string_equal(samples_text(samples, "SELECT group_concat(hex(id) || hex(hash)) FROM"
                                              " outbox"),
                        sent);
    assert_string_equal(samples_text(samples, "SELECT state || is_hidden || attempts FROM outbox"),
                        "waiting11");
    answer_all(samples, "refused");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM attention"), 2);
    samples_expect(samples->store, overlay_resend_from(samples->store, 0, samples_error()));
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM outbox"), 2);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal WHERE state ="
                                              " 'alone'"),
                     1);
    answer_all(samples, "applied");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM journal WHERE state ="
                                              " 'applied'"),
                     2);
}

static void test_what_was_dealt_with_is_not_done_after_all(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->anna, NEW_SHELF(OTHER, "Low"));
    answer_all(samples, "refused");
    samples_run(
        samples,
        "UPDATE attention SET done_at = 1 WHERE operation_id = (SELECT id FROM journal ORDER"
        " BY seq DESC LIMIT 1)",
        "");
    samples_expect(samples->store, overlay_resend_from(samples->store, 0, samples_error()));
    assert_string_equal(outbox(samples), "0:1 1:0w");
    answer_all(samples, "applied");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM attention WHERE done_at IS"
                                              " NULL"),
                     0);
    assert_string_equal(samples_text(samples, "SELECT group_concat(state) FROM (SELECT state FROM"
                                              " journal ORDER BY seq)"),
                        "alone,applied,withdrawn");
}

static void test_what_can_not_be_sent_is_set_aside(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, NEW_SHELF(SHELF, "Top"));
    samples_do(samples, &samples->anna, NEW_THING);
    samples_do(samples, &samples->anna, NEW_SHELF(OTHER, "Low"));
    struct uuid id;
    struct statement *row =
        store_prepare(samples->store, "SELECT id FROM outbox ORDER BY seq", samples_error());
    assert_int_equal(statement_step(row, samples_error()), 1);
    statement_uuid(row, 0, &id);
    statement_done(row);
    samples_expect(samples->store, store_begin(samples->store, samples_error()));
    samples_expect(samples->store,
                   overlay_set_aside(samples->store, &id, "the line broke", samples_error()));
    samples_expect(samples->store, store_commit(samples->store, samples_error()));
    assert_string_equal(outbox(samples), "0:0w 1:1 2:1");
    assert_int_equal(shown(samples), 10);
    assert_string_equal(samples_text(samples, "SELECT group_concat(is_hidden, '') FROM (SELECT *"
                                              " FROM outbox ORDER BY seq)"),
                        "010");
    assert_int_equal(samples_integer(samples,
                                     "SELECT count(*) FROM attention AS a JOIN outbox AS o ON o.id"
                                     " = a.operation_id WHERE a.kind = 'refused' AND a.table_name ="
                                     " 'sample_shelves' AND json_array_length(a.details ->>"
                                     " 'payload', '$.rows') = 1"),
                     1);
    assert_false(overlay_set_aside(samples->store, &id, "again", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SAMPLES_ENROLLED(test_undo_takes_an_unsent_operation_out),
        SAMPLES_ENROLLED(test_undo_answers_what_was_sent),
        SAMPLES_ENROLLED(test_undo_leaves_what_others_need),
        SAMPLES_ENROLLED(test_undo_parks_nobody),
        SAMPLES_ENROLLED(test_withdrawn_operation_ends_in_the_journal),
        SAMPLES_ENROLLED(test_journal_is_sent_again),
        SAMPLES_ENROLLED(test_what_was_dealt_with_is_not_done_after_all),
        SAMPLES_ENROLLED(test_what_can_not_be_sent_is_set_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
