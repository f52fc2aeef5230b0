/* Visits of the owner of a test's shop, who is its estimator, around 20 November 2026. */
#ifndef TESTS_TUI_VISITS_H
#define TESTS_TUI_VISITS_H

#include "tests/model/shop.h"

struct visits {
    struct uuid olga; /* the estimator */
    struct uuid next; /* Jo Meyer, a customer, at 15:30 in Berlin; it is 15:02 there */
};
/* Four stops on that day, of which the first was done, and one on the next. */
struct visits visits_add(struct shop *shop);
/* So many minutes later; before 0: earlier. */
void visits_move(struct shop *shop, const struct uuid *visit, int minutes);

#endif
