/* Random histories of orders, lines, payments, refunds, movements and gift cards, as SQL for
 * either engine, and what the derived tables must hold after each step. A row may come before its
 * parent, go while its children stay, and come again under its id: as when rows of the centre and
 * pending ones are laid over each other. References are checked at commit, so a history runs in
 * one transaction that is rolled back. */
#ifndef TESTS_MODEL_DERIVED_HISTORY_H
#define TESTS_MODEL_DERIVED_HISTORY_H

#include "model/base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_KINDS = 6, HISTORY_ROWS = 12 };

struct derived_history {
    bool is_postgres; /* how ids and instants are written */
    uint64_t random;
    bool is_there[HISTORY_KINDS][HISTORY_ROWS];
    struct buffer sql;
};

void derived_init(struct derived_history *history, uint64_t seed, bool is_postgres);
void derived_done(struct derived_history *history);

/* The tenant, locations and goods that the rows refer to. */
const char *derived_start(struct derived_history *history);
/* The next insert, update or delete. Both texts are valid until the next call. */
const char *derived_step(struct derived_history *history);

/* `sql` gives the number of rows in which a derived table differs from a plain recomputation. */
struct derived_check {
    const char *what, *sql;
};
extern const struct derived_check derived_checks[];
extern const size_t derived_check_count;

#endif
