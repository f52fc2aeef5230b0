/* A centre with one shop, and the line of a till to it, for tests of what the centre does with
 * operations. */
#ifndef TESTS_SYNC_TILL_H
#define TESTS_SYNC_TILL_H

#include "model/base/memory.h"
#include "sync/central.h"

#include <stdbool.h>
#include <stdint.h>

/* The shop: Anna, who may do what an employee may, and Olga, the owner, work at the till in the
 * location; Rita is an employee of the shop who is not signed in there. */
#define SHOP      "00000000-0000-7000-8000-0000000000aa"
#define LOCATION  "00000000-0000-7000-8000-0000000000b1"
#define REGISTER  "00000000-0000-7000-8000-0000000000c1"
#define ANNA      "00000000-0000-7000-8000-0000000000d1"
#define OLGA      "00000000-0000-7000-8000-0000000000d2"
#define RITA      "00000000-0000-7000-8000-0000000000d3"
#define PRODUCT   "00000000-0000-7000-8000-000000000101" /* Latex white 10 l, SKU L-10, 39.90 */
#define VARIANT   "00000000-0000-7000-8000-000000000102"
#define PRODUCT_2 "00000000-0000-7000-8000-000000000103" /* Roller 25 cm, SKU R-25, 8.50 */
#define VARIANT_2 "00000000-0000-7000-8000-000000000104"

struct postgres;

struct till {
    struct central *centre; /* as the administrator */
    struct central *line;   /* as the terminal's role */
    struct arena *arena;
    const char *actor;
    int64_t seq;         /* of the last operation */
    char id[37];         /* its id */
    int64_t offset;      /* of the till's clock, in microseconds */
    const char *instant; /* when the next operation happens; NULL: now, by the till's clock */
};

/* What the centre answered; all in the arena. */
struct told {
    const char *status, *reason, *result;
};

/* Migrates a new database, makes the shop and opens both lines. NULL where there is no server. */
struct till *till_start(struct postgres *server);
void till_stop(struct till *till); /* NULL is allowed */

/* Sends an operation with the next seq and an id of its own. `rows` and `more` are JSON with ' for
 * ", and stand in "rows":[…] and behind it; more may be NULL. Fails the test where the centre
 * raises. */
struct told till_send(struct till *till, const char *kind, const char *rows, const char *more);
/* The same bytes once more, under the same seq and id, and as another incarnation. */
struct told till_send_again(struct till *till);
struct told till_resend(struct till *till, int64_t incarnation);
/* Anything. Where the centre raises, status is "raised" and reason what it says. */
struct told till_apply(struct till *till, const char *id, int64_t seq, int64_t incarnation,
                       int attempt, const void *payload, size_t size);

/* As the administrator: a statement, and the first column of all rows, joined by '|'. */
void till_run(struct till *till, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *till_ask(struct till *till, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether the administrator's line heard something on the channels that it listens on. */
bool till_was_told(struct till *till);

/* One more id, known by its number; in the arena. */
const char *till_id(struct till *till, int number);

/* Fails the test where it is another status, or the reason does not begin so (NULL: any). */
#define assert_told(told, status, reason) assert_told_at(told, status, reason, __FILE__, __LINE__)
void assert_told_at(struct told told, const char *status, const char *reason, const char *file,
                    int line);

#endif
