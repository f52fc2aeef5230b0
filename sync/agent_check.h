/* Whether the store's file is sound: looked at once a week, when nothing else is to be done. */
#ifndef SYNC_AGENT_CHECK_H
#define SYNC_AGENT_CHECK_H

#include "model/store/store.h"

/* Reads the whole file where the last time (sync_state, "checked_at") was a week ago; the first
 * call on a store only sets that time. Damage waits for a person from then on, and stands in the
 * log of the exchange; `is_damaged` says so. False where the store can't be written; a check that
 * was stopped is done again. */
bool agent_check_store(struct store *store, bool *is_damaged, struct error *err);

#endif
