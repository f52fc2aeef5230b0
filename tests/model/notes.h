/* A store with two tables, of which one is the machine's own, for tests of the store itself. */
#ifndef TESTS_MODEL_NOTES_H
#define TESTS_MODEL_NOTES_H

#include "model/store/store.h"
#include "tests/model/scratch.h"

#include <sys/types.h>

/* For cmocka: the state is a struct scratch. */
int notes_setup(void **state);
int notes_teardown(void **state);

struct store *notes_store(struct scratch *scratch); /* to be migrated; nothing is in it */
int64_t notes_count(struct store *store);

/* Runs `body` in a child process and returns how it ended (see wait(2)). */
int notes_in_child(void (*body)(struct scratch *), struct scratch *scratch);
void notes_write_file(const char *path, const char *bytes, size_t size, off_t offset);
/* The store can't be opened, and the error says which. */
void notes_expect_refused(struct scratch *scratch, const char *path, enum store_mode mode,
                          enum error_code code);

#endif
