/* Rows for people to act on, and operations that need no more than a row. */
#ifndef TESTS_SYNC_TORTURE_ROWS_H
#define TESTS_SYNC_TORTURE_ROWS_H

#include "model/operation/record.h"
#include "tests/sync/torture.h"

/* One of the rows that the SELECT gives, by the step's randomness; false: there is none. */
bool pick_row(struct station *station, const char *sql, struct uuid *id);
const char *some_word(struct world *world);

/* Who works at the terminal, with its register of now; false: that person is there no more. */
bool who_acts(struct station *station, struct actor *actor);
/* Fails the history where an action failed for another reason than the shop's rules. */
void tell_action(struct station *station, bool is_done, const struct error *err);

/* NULL: nobody can act. */
struct operation *begin_action(struct station *station, const char *kind, struct actor *actor);
/* Commits, or cancels what was not done. */
void end_action(struct station *station, struct operation *operation, bool is_done,
                struct error *err);

/* An operation of one row: made, changed just so, changed by some of the choices, or any of the
 * rows deleted. */
void insert_row_of(struct station *station, const char *table, const struct change *changes,
                   size_t count);
void change_row(struct station *station, const char *table, const struct uuid *id,
                const struct change *changes, size_t count);
void edit_row(struct station *station, const char *table, const char *sql,
              const struct change *choices, size_t count);
void delete_row_of(struct station *station, const char *table, const char *sql);

#endif
