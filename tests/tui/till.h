/* A shop with an order of each kind, for tests of the screens: R1-000001 to R1-000007, a minute
 * between them. Its owner is Olga Owner, its cashier Kim. */
#ifndef TESTS_TUI_TILL_H
#define TESTS_TUI_TILL_H

#include "tests/model/shop.h"

struct till {
    struct shop *shop;
    const char *home; /* the folder with the store */
    struct uuid paid, part_paid, parked, pending, cancelled, quote;
    struct uuid rich; /* with all that an order can have */
};

/* cmocka's setup and teardown; *state is a struct till. */
int till_set_up(void **state);
int till_tear_down(void **state);

#endif
