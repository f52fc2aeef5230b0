/* The statement of who may do what (tests/data/rights.txt), which knows nothing of the program:
 * lines of twelve marks, one for each role that every shop has, and the names that they are about.
 *
 *   [rights]   xxxx-------- orders.refund
 *   [actions]  xxxx-------- orders.refund order.refund
 *   [rows]     xxxx-------- add change: products categories */
#ifndef TESTS_MODEL_STATED_H
#define TESTS_MODEL_STATED_H

#include <stdbool.h>
#include <stddef.h>

enum { STATED_ROLES = 12 };
extern const char *const stated_roles[STATED_ROLES];

struct stated {
    const char *section; /* "rows" */
    const char *verb;    /* of rows: "add", "change" or "delete"; else "" */
    const char *name;
    const char *marks; /* 'x' or '-' for each role */
};

struct stated_rights;
/* Reads the file; fails the test where a line can't be read or a name stands twice. */
struct stated_rights *stated_read(void);
void stated_free(struct stated_rights *stated);
size_t stated_count(const struct stated_rights *stated, const char *section);
/* NULL: it is not named. */
const struct stated *stated_find(const struct stated_rights *stated, const char *section,
                                 const char *verb, const char *name);
/* Whether the role may; `otherwise` where the name is not there. */
bool stated_may(const struct stated_rights *stated, const char *section, const char *verb,
                const char *name, size_t role, bool otherwise);

#endif
