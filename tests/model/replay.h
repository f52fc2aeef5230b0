/* The property that syncing stands on: the operations of a store's journal, done again one after
 * the other in a new store, give the same rows in every travelling table, and find before each
 * change what the operation says stood there. */
#ifndef TESTS_MODEL_REPLAY_H
#define TESTS_MODEL_REPLAY_H

#include "model/store/store.h"

/* Makes "<store>.replay", and fails the test where a row or a derived table differs. The store must
 * have been filled by operations alone. */
void replay_check(struct store *store);

#endif
