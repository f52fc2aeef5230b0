/* Undoing by counter-operations. This program has kinds of its own in place of those of
 * model/operation_kinds.c. */
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

#define TENANT "(SELECT id FROM tenants)"

static bool give_back(struct store *store, const struct actor *actor, const struct uuid *operation,
                      struct uuid *id, struct error *err);
static bool forget(struct store *store, const struct actor *actor, const struct uuid *operation,
                   struct uuid *id, struct error *err);
static bool refuse(struct store *store, const struct actor *actor, const struct uuid *operation,
                   struct uuid *id, struct error *err);

static const struct operation_kind kinds[] = {
    {.name = "shop.create", .label = "new shop", .undo = UNDO_NONE},
    {.name = "undo", .label = "undo", .undo = UNDO_NONE},
    {.name = "note", .label = "note", .undo = UNDO_WITHDRAW},
    {.name = "pay", .label = "payment", .undo = UNDO_COUNTER, .counter = give_back},
    {.name = "refund", .label = "refund", .undo = UNDO_COUNTER, .counter = refuse},
    {.name = "careless", .label = "careless one", .undo = UNDO_COUNTER, .counter = forget},
    {.name = "stuck", .label = "stuck one", .undo = UNDO_COUNTER, .counter = refuse},
};

const struct operation_kind *operation_kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* Every event counts by its number in `what`; its counter adds the opposite. */
static bool add_event(struct operation *operation, int64_t amount, struct error *err)
{
    return store_run(operation_store(operation),
                     "INSERT INTO sample_events (tenant_id, what) VALUES (" TENANT ", ?1)", err,
                     "i", amount);
}

static bool counter(struct store *store, const struct actor *actor, const struct uuid *undone,
                    struct uuid *id, struct error *err)
{
    struct operation *operation = operation_begin(store, "refund", actor, err);
    if (operation == NULL)
        return false;
    if (undone != NULL)
        operation_set_undoes(operation, undone);
    *id = *operation_id(operation);
    if (add_event(operation, -10, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool give_back(struct store *store, const struct actor *actor, const struct uuid *operation,
                      struct uuid *id, struct error *err)
{
    return counter(store, actor, operation, id, err);
}

static bool forget(struct store *store, const struct actor *actor, const struct uuid *operation,
                   struct uuid *id, struct error *err)
{
    (void)operation;
    return counter(store, actor, NULL, id, err);
}

static bool refuse(struct store *store, const struct actor *actor, const struct uuid *operation,
                   struct uuid *id, struct error *err)
{
    (void)store, (void)actor, (void)operation, (void)id;
    return error_set(err, ERROR_RULE, "the till is closed");
}

static void act(struct samples *samples, const char *kind, const struct uuid *group)
{
    struct operation *operation = samples_begin(samples, kind, &samples->anna);
    if (group != NULL)
        operation_set_group(operation, group);
    if (strcmp(kind, "note") == 0)
        samples_run(samples,
                    "INSERT INTO sample_shelves (id, tenant_id, name)"
                    " VALUES (uuidv7(), " TENANT ", hex(uuidv7()))",
                    "");
    else
        samples_expect(samples->store, add_event(operation, 10, samples_error()));
    samples_commit(operation);
}

static int64_t balance(struct samples *samples)
{
    return samples_integer(samples, "SELECT coalesce(sum(CAST(what AS INTEGER)), 0)"
                                    " FROM sample_events");
}

static int64_t notes(struct samples *samples)
{
    return samples_integer(samples, "SELECT count(*) FROM sample_shelves WHERE deleted_at IS NULL");
}

static bool undo(struct samples *samples, struct error *err)
{
    struct buffer summary;
    buffer_init(&summary);
    bool is_done = operation_undo(samples->store, &samples->anna, &summary, err);
    buffer_done(&summary);
    assert_false(store_in_transaction(samples->store));
    return is_done;
}

static void test_money_is_countered_once(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    act(samples, "pay", NULL);
    act(samples, "pay", NULL);
    assert_int_equal(balance(samples), 20);
    assert_true(undo(samples, NULL));
    assert_int_equal(balance(samples), 10);
    assert_true(undo(samples, NULL)); /* the refund is not what is undone next */
    assert_int_equal(balance(samples), 0);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sample_events"), 4);
    assert_false(undo(samples, &err));
    assert_int_equal(err.code, ERROR_RULE); /* the shop itself */
    assert_int_equal(balance(samples), 0);
}

static void test_a_refusal_of_the_domain_is_passed_on(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    act(samples, "pay", NULL);
    act(samples, "refund", NULL);
    assert_false(undo(samples, &err));
    assert_int_equal(err.code, ERROR_RULE);
    assert_string_equal(err.text, "the till is closed");
}

static void test_a_counter_that_marks_nothing_is_a_fault(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    act(samples, "careless", NULL);
    assert_false(undo(samples, &err));
    assert_int_equal(err.code, ERROR_STORE);
}

static void test_a_group_of_both_goes_newest_first(void **state)
{
    struct samples *samples = *state;
    struct uuid group = {{5}};
    act(samples, "note", NULL);
    act(samples, "note", &group);
    act(samples, "pay", &group);
    act(samples, "note", &group);
    act(samples, "note", &group);
    assert_true(undo(samples, NULL));
    assert_int_equal(notes(samples), 1);
    assert_int_equal(balance(samples), 0);
    assert_true(undo(samples, NULL));
    assert_int_equal(notes(samples), 0);
}

static void test_a_group_that_stops_says_how_far_it_came(void **state)
{
    struct samples *samples = *state;
    struct error err = {0};
    struct uuid group = {{5}};
    act(samples, "note", &group);
    act(samples, "stuck", &group);
    act(samples, "note", &group);
    act(samples, "note", &group);
    assert_false(undo(samples, &err));
    assert_int_equal(err.code, ERROR_RULE);
    assert_string_equal(err.text, "2 operations were undone, then: the till is closed");
    assert_int_equal(notes(samples), 1);
    assert_false(undo(samples, &err)); /* goes on where it stopped, and stops again */
    assert_string_equal(err.text, "the till is closed");
}

#define counter_test(name) cmocka_unit_test_setup_teardown(name, samples_setup, samples_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        counter_test(test_money_is_countered_once),
        counter_test(test_a_refusal_of_the_domain_is_passed_on),
        counter_test(test_a_counter_that_marks_nothing_is_a_fault),
        counter_test(test_a_group_of_both_goes_newest_first),
        counter_test(test_a_group_that_stops_says_how_far_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
