/* A centre with a small shop, a new one for each test, and terminals of it: stores with a first
 * copy and a session each. What must work fails the test with the error's sentence. */
#ifndef TESTS_SYNC_TERMINAL_H
#define TESTS_SYNC_TERMINAL_H

#include "model/operation/operation.h"
#include "sync/session.h"
#include "tests/model/scratch.h"

/* For a group's setup and teardown, and for each test's. The test skips where there is no server.
 */
int hub_group_setup(void **state);
int hub_group_teardown(void **state);
int hub_setup(void **state);
int hub_teardown(void **state);

/* As an administrator: statements, and the first field of the first row (borrowed until the next
 * call; "" for none). */
void hub_run(const char *sql);
const char *hub_text(const char *sql);
int64_t hub_integer(const char *sql);
struct terminal;
const char *hub_folder(void); /* of the server's socket */
/* Keeps the centre as it is now, and later puts it in the place of the test's database. */
void hub_back_up(void);
void hub_restore(struct terminal *terminal); /* which then goes there */

struct terminal {
    struct scratch scratch;
    struct store *store;
    struct login login;
    struct session *session;
    struct actor owner; /* who is signed in there */
    struct arena *arena;
    struct error err;
    struct session_report report; /* of the last exchange */
};

/* `kind`: "register", "office" …; `folder`: of the socket that leads to the server (a proxy's),
 * NULL for its own. */
void terminal_join(struct terminal *terminal, const char *kind, const char *folder);
void terminal_leave(struct terminal *terminal);
/* Another session for the store, as after a start of the program. */
void terminal_restart(struct terminal *terminal);
/* A second store with the same bytes and the same login, as a disk that was cloned; or the first
 * one again with the bytes of the second, as a backup that was put back. */
void terminal_clone(struct terminal *terminal, struct terminal *clone);
void terminal_put_back(struct terminal *terminal, struct terminal *backup);

void terminal_expect(struct terminal *terminal, bool is_done);
void terminal_exchange(struct terminal *terminal);
/* Until nothing is left to send or to draw. */
void terminal_settle(struct terminal *terminal);
/* What must not work: with that code, and a sentence that holds the words. */
void terminal_expect_error(struct terminal *terminal, bool is_done, enum error_code code,
                           const char *words);

/* Each an operation of the owner's. */
struct uuid terminal_add_product(struct terminal *terminal, const char *sku);
void terminal_rename(struct terminal *terminal, const struct uuid *product, const char *name);

const char *terminal_value(struct terminal *terminal, const char *sql); /* in its arena */
int64_t terminal_integer(struct terminal *terminal, const char *sql);
const char *terminal_state(struct terminal *terminal, const char *name); /* of sync_state; or "" */
/* The name of the product with that SKU; "" when there is none. */
const char *terminal_name_of(struct terminal *terminal, const char *sku);

#endif
