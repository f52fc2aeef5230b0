/* A store's line to the centre: hello, push, pull (SYNC.md section 5). It belongs to one thread,
 * with a connection of its own to the store. What can wait for the network is in here. */
#ifndef SYNC_SESSION_H
#define SYNC_SESSION_H

#include "model/overlay/pull.h"
#include "sync/login.h"

struct session;

/* Both are borrowed and outlive the session. The line is opened when it is first needed, and again
 * after it broke. ERROR_RULE: the store is not enrolled. */
struct session *session_new(struct store *store, const struct login *login, struct error *err);
void session_free(struct session *session); /* NULL is allowed */

struct session_report {
    int64_t sent, answered, refused; /* operations */
    struct pull_report pull;
    bool has_changed; /* rows that a person could see */
    bool is_behind; /* there is more to send or to draw than one round takes: come again at once */
    bool made_copy; /* a new snapshot was needed */
};

/* One round: hello where it is due, push, pull. ERROR_NETWORK and ERROR_BUSY: try again later;
 * ERROR_SCHEMA: this program or the centre is too old, all work is kept; ERROR_DENIED: the terminal
 * was revoked, or its password is wrong. Whatever comes, nothing is lost or doubled by calling it
 * again. `report` may be NULL. */
bool session_exchange(struct session *session, struct session_report *report, struct error *err);
/* The parts of a round, for tests that take them in any order. */
bool session_push(struct session *session, struct session_report *report, struct error *err);
bool session_pull(struct session *session, struct session_report *report, struct error *err);

/* How far it is to the centre and back, in microseconds, and what the server is. Without a hello:
 * a store that can only be read will do, also while another program exchanges for it. */
bool session_test(struct session *session, int64_t *round_trip_us, struct buffer *words,
                  struct error *err);

/* Whether there is anything to pull: a cheap question. */
bool session_has_news(struct session *session, bool *out, struct error *err);
/* The socket to poll for the centre's notifications, or -1 while offline; readable: call
 * session_heard(), which says whether it was one. */
int session_socket(const struct session *session);
bool session_heard(struct session *session);

/* Breaks off what the session is doing, and all that it is asked from then on (ERROR_STOPPED): the
 * only call allowed from another thread. */
void session_stop(struct session *session);

#endif
