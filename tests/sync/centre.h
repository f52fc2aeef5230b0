/* A centre for one test program: a migrated database with a pool of roles, and shops in it. What
 * fails, fails the test. Texts live as long as the centre. */
#ifndef TESTS_SYNC_CENTRE_H
#define TESTS_SYNC_CENTRE_H

#include "model/base/memory.h"
#include "sync/central.h"
#include "tests/sync/postgres.h"

struct centre {
    const char *url;
    struct central *admin; /* the superuser's connection */
    struct arena *arena;
};

/* A shop with two locations, its owner and two more people, all by their ids as text. */
struct centre_shop {
    const char *tenant, *here, *there;
    const char *owner, *anna, *ben;
};

struct centre_terminal {
    const char *id, *role, *register_id;
    struct central *line; /* as that role; open until centre_leave() */
};

/* Skips the test where there is no server. */
void centre_open(struct centre *centre, struct postgres *server);
void centre_close(struct centre *centre);

void centre_shop(struct centre *centre, const char *name, struct centre_shop *out);
/* Its terminals ask nobody for a password. */
void centre_open_door(struct centre *centre, const struct centre_shop *shop);
/* A code of the administrator's; `location` and `user` may be NULL. */
const char *centre_code(struct centre *centre, const struct centre_shop *shop, const char *kind,
                        const char *location, const char *user);
/* Enrolls with such a code through ct_door, and connects. */
void centre_join(struct centre *centre, const struct centre_shop *shop, const char *kind,
                 const char *location, const char *user, struct centre_terminal *out);
void centre_leave(struct centre_terminal *terminal);

/* A connection as another role of the server. */
struct central *centre_connect(struct centre *centre, const char *role);
void centre_run(struct centre *centre, struct central *line, const char *sql);
/* All rows, a line each, columns separated by "|". */
const char *centre_ask(struct centre *centre, struct central *line, const char *sql);
/* The statement has to fail, with these words in its sentence. */
void centre_refused(struct centre *centre, struct central *line, const char *sql, const char *says);

/* The two steps of signing in; the answer is that of the last one. `code` may be NULL. */
const char *centre_sign_in(struct centre *centre, struct central *line, const char *name,
                           const char *password, const char *code);

/* sync_enroll() as ct_door, with a verifier that nobody knows a password for. */
const char *centre_enroll(struct centre *centre, const char *code, const char *facts);
/* A member of a JSON object as text: "" when it is null or not there. */
const char *centre_member(struct centre *centre, const char *json, const char *name);

#endif
