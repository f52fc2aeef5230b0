/* A shop that runs alone, with an owner "Jo Meyer", "anna" (admin) and "ben" (employee), all of
 * whom proved a password, for the tests of its door. Nobody has a password in it yet. */
#ifndef TESTS_MODEL_DOORWAY_H
#define TESTS_MODEL_DOORWAY_H

#include "model/base/memory.h"
#include "model/people/door.h"
#include "tests/model/scratch.h"

struct doorway {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    struct actor owner, anna, ben;
    struct door_answer answer; /* of the last who entered */
    struct error err;
};

/* cmocka's setup and teardown; *state is a struct doorway. */
int doorway_setup(void **state);
int doorway_teardown(void **state);

/* That it worked; that it did not, with that code and a sentence that says so. */
void doorway_expect(struct doorway *f, bool is_done);
void doorway_refused(struct doorway *f, bool is_done, enum error_code code, const char *says);

void doorway_sleep(struct doorway *f, int64_t us);
int64_t doorway_number(struct doorway *f, const char *sql);
void doorway_run(struct doorway *f, const char *sql); /* in a transaction, outside operations */

/* How many Argon2id were computed since it was asked last. */
int doorway_hashes(void);

/* Gives the owner "brush stroke", and somebody a password by a code of the owner's. */
void doorway_shut(struct doorway *f);
void doorway_give_password(struct doorway *f, const struct actor *whom, const char *name,
                           const char *password);

/* door_open() into f->answer. */
bool doorway_enter(struct doorway *f, const char *name, const char *password, const char *code);
bool doorway_enter_by_pin(struct doorway *f, const char *name, const char *pin);

#endif
