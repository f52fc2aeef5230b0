#include "model/operation/pending.h"

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
#define INSERT_SHELF                                                                               \
    "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" SHELF ", " TENANT ", 'Top')"
#define INSERT_THING                                                                               \
    "INSERT INTO sample_things (id, tenant_id, name, shelf_id, pieces, facts, row_version)"        \
    " VALUES (" THING ", " TENANT ", 'Roller', " SHELF ", 5, '{ \"a\" : 1.10 }', 77)"

/* Rows of the centre stand there before the store is enrolled. */
static int setup_enrolled(void **state)
{
    samples_setup(state);
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, INSERT_SHELF);
    samples_do(samples, &samples->anna, INSERT_THING);
    samples_run(samples, "INSERT INTO sync_state (name, value) VALUES ('terminal_id', 'x')", "");
    return 0;
}

/* "seq needs seq" of all, those of the journal counted out. */
static const char *dependencies(struct samples *samples)
{
    return samples_text(samples,
                        "SELECT coalesce(group_concat(d, ' '), '') FROM (SELECT (seq - j) || '>' ||"
                        " (needs_seq - j) AS d FROM op_deps, (SELECT max(seq) AS j FROM journal)"
                        " ORDER BY seq, needs_seq)");
}

static void test_shop_alone_keeps_nothing(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, INSERT_SHELF);
    assert_int_equal(samples_integer(samples, "SELECT (SELECT count(*) FROM outbox) +"
                                              " (SELECT count(*) FROM op_rows) +"
                                              " (SELECT count(*) FROM base_rows)"),
                     0);
}

static void test_first_touch_keeps_what_the_centre_has(void **state)
{
    struct samples *samples = *state;
    const char *stood = samples_text(samples, "SELECT updated_at FROM sample_things");
    samples_do(samples, &samples->anna,
               "UPDATE sample_things SET pieces = 6, facts = '{}', updated_at = 1");
    assert_string_equal(samples_text(samples, "SELECT fields ->> 'facts' FROM base_rows"),
                        "{ \"a\" : 1.10 }");
    assert_string_equal(samples_text(samples, "SELECT fields ->> 'pieces' || ' ' || version"
                                              " FROM base_rows"),
                        "5 77");
    assert_string_not_equal(stood, "1");
    assert_string_equal(samples_text(samples, "SELECT substr(fields ->> 'updated_at', 1, 4) ||"
                                              " (fields -> 'tenant_id' IS NULL) FROM base_rows"),
                        "20261");
    assert_string_equal(samples_text(samples, "SELECT fields FROM op_rows"),
                        "{\"pieces\":6,\"facts\":\"{}\"}");
}

static void test_second_touch_leaves_the_base_alone(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 6");
    const char *base = samples_text(samples, "SELECT fields FROM base_rows");
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 7");
    samples_do(samples, &samples->anna, "DELETE FROM sample_things");
    assert_string_equal(samples_text(samples, "SELECT fields FROM base_rows"), base);
    assert_string_equal(samples_text(samples, "SELECT group_concat(verb || fields) FROM (SELECT *"
                                              " FROM op_rows ORDER BY seq)"),
                        "update{\"pieces\":6},update{\"pieces\":7},delete{}");
}

static void test_deleted_row_is_kept_whole(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, "DELETE FROM sample_things");
    assert_string_equal(samples_text(samples, "SELECT (fields ->> 'name') || (fields ->> 'pieces')"
                                              " || (fields ->> 'facts') || version FROM base_rows"),
                        "Roller5{ \"a\" : 1.10 }77");
}

static void test_new_row_has_no_base(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna,
               "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" OTHER ", " TENANT
               ", 'Low')");
    assert_int_equal(samples_integer(samples, "SELECT fields IS NULL FROM base_rows"), 1);
    assert_string_equal(samples_text(samples, "SELECT fields FROM op_rows"), "{\"name\":\"Low\"}");
}

static void test_needs_the_maker_and_the_last_writers(void **state)
{
    struct samples *samples = *state;
    const struct actor *anna = &samples->anna;
    samples_do(samples, anna,
               "INSERT INTO sample_shelves (id, tenant_id, name) VALUES (" OTHER ", " TENANT
               ", 'Low')");                                                  /* 1 */
    samples_do(samples, anna, "UPDATE sample_things SET shelf_id = " OTHER); /* 2 refers to 1 */
    samples_do(samples, anna, "UPDATE sample_things SET pieces = 6");        /* 3 */
    samples_do(samples, anna, "UPDATE sample_things SET pieces = 7");        /* 4 after 3 */
    samples_do(samples, anna, "UPDATE sample_things SET pieces = 8");        /* 5 after 4 */
    samples_do(samples, anna, "UPDATE sample_things SET low = 1");           /* 6 */
    samples_do(samples, anna, "UPDATE sample_things SET high = 8");          /* 7 after 6 */
    samples_do(samples, anna, "UPDATE sample_shelves SET name = 'Z' WHERE id = " OTHER); /* 8 */
    samples_do(samples, anna, "DELETE FROM sample_things");                              /* 9 */
    assert_string_equal(dependencies(samples), "2>1 4>3 5>4 7>6 8>1 9>2 9>5 9>7");
}

static void test_needs_stand_in_the_payload(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 6");
    samples_do(samples, &samples->ben, "UPDATE sample_things SET pieces = 7");
    assert_int_equal(
        samples_integer(samples,
                        "SELECT count(*) FROM outbox AS o JOIN outbox AS first ON"
                        " replace(o.payload ->> '$.needs[0]', '-', '') = lower(hex(first.id))"
                        " WHERE json_array_length(o.payload, '$.needs') = 1 AND"
                        " o.payload ->> 'actor' LIKE '02%' AND o.seq > first.seq"),
        1);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM outbox WHERE"
                                              " payload -> 'needs' IS NULL"),
                     1);
}

static void test_hidden_operations_are_not_needed(void **state)
{
    struct samples *samples = *state;
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 6");
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 7");
    samples_run(samples,
                "UPDATE outbox SET is_hidden = TRUE WHERE seq = (SELECT max(seq) FROM"
                " outbox)",
                "");
    samples_do(samples, &samples->anna, "UPDATE sample_things SET pieces = 8");
    assert_string_equal(dependencies(samples), "2>1 3>1");
}

static void test_replacement_is_named(void **state)
{
    struct samples *samples = *state;
    struct actor approved = samples->anna;
    approved.approver_id = (struct uuid){{0xCD}};
    struct operation *operation = samples_begin(samples, "record.edit", &approved);
    operation_set_replaces(operation, &(struct uuid){{0xAB}});
    operation_set_group(operation, &(struct uuid){{0xEF}});
    operation_describe(operation, "say \"hello\"\n");
    samples_commit(operation);
    assert_int_equal(samples_integer(samples,
                                     "SELECT count(*) FROM outbox WHERE replaces ="
                                     " x'AB000000000000000000000000000000' AND payload ->>"
                                     " 'replaces' LIKE 'ab0%' AND payload ->> 'approver' LIKE"
                                     " 'cd0%' AND payload ->> 'group' LIKE 'ef0%' AND payload ->>"
                                     " 'summary' = 'say \"hello\"' || char(10)"),
                     1);
}

#define ENROLLED(test) cmocka_unit_test_setup_teardown(test, setup_enrolled, samples_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shop_alone_keeps_nothing, samples_setup,
                                        samples_teardown),
        ENROLLED(test_first_touch_keeps_what_the_centre_has),
        ENROLLED(test_second_touch_leaves_the_base_alone),
        ENROLLED(test_deleted_row_is_kept_whole),
        ENROLLED(test_new_row_has_no_base),
        ENROLLED(test_needs_the_maker_and_the_last_writers),
        ENROLLED(test_needs_stand_in_the_payload),
        ENROLLED(test_hidden_operations_are_not_needed),
        ENROLLED(test_replacement_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
