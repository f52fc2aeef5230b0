/* A migrated store with a tenant and, beside the shop's tables, a few small ones that have every
 * type of column, for the tests of operations. */
#ifndef TESTS_MODEL_SAMPLES_H
#define TESTS_MODEL_SAMPLES_H

#include "model/operation/actor.h"
#include "model/operation/operation.h"
#include "tests/model/scratch.h"

struct samples {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    struct actor anna, ben;
};

/* cmocka's setup and teardown; *state is a struct samples. */
int samples_setup(void **state);
int samples_setup_enrolled(void **state); /* as a terminal of a centre */
int samples_teardown(void **state);
#define SAMPLES_ENROLLED(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, samples_setup_enrolled, samples_teardown)

/* An operation that must begin. */
struct operation *samples_begin(struct samples *samples, const char *kind,
                                const struct actor *actor);
/* Runs SQL that must work; `signature` as for store_run(). */
#define samples_run(samples, sql, ...)                                                             \
    samples_expect((samples)->store, store_run((samples)->store, sql, samples_error(), __VA_ARGS__))
struct error *samples_error(void);
void samples_expect(struct store *store, bool is_done);
void samples_commit(struct operation *operation);

/* One statement as an operation of its own. */
void samples_do(struct samples *samples, const struct actor *actor, const char *sql);

int64_t samples_integer(struct samples *samples, const char *sql);
/* The first column of the first row, in the arena; "" when there is none. */
const char *samples_text(struct samples *samples, const char *sql);

#endif
