/* What the parts of a session share: hello, push and pull (sync/session.h). */
#ifndef SYNC_SESSION_PRIVATE_H
#define SYNC_SESSION_PRIVATE_H

#include "sync/central_pipeline.h"
#include "sync/hold.h"
#include "sync/session.h"

#include <jansson.h>

#include <stdatomic.h>

/* A row of the chains of the audit trail that a store writes, by where it stands in them. */
struct chain_place {
    int64_t incarnation, sequence;
};

struct session {
    struct store *store;
    const struct login *login;
    struct central *central; /* NULL: offline */
    int stop_fd;
    atomic_bool is_stopped;
    struct arena *arena; /* of one step */

    /* What hello agreed on, for as long as the connection lasts. */
    bool is_greeted;
    int64_t incarnation;
    int64_t last_seq; /* the centre has the operations up to it */
    int64_t clock_offset_us;
    bool needs_copy;   /* the cursor is of no use any more */
    char *register_id; /* of a new incarnation, until its row has come; or NULL */
    struct hold hold;  /* the tables that both sides know … */
    bool *must_fetch;  /* … of which these are fetched whole */
    bool
        was_told_news; /* a pull that finds none of it moves the cursor on, lest it be told again */
    bool has_new_columns; /* which tables have which columns is to be written down */

    /* The next table whose checksum is compared, and when. */
    size_t checked;
    int64_t check_at;

    /* The audit trail: the newest of this terminal's rows that the centre has, once that is known
     * on this connection, and how far the chains of the others go here (NULL: not read yet). */
    struct uuid terminal;
    bool knows_audited;
    struct chain_place audited;
    json_t *audit_heads;

    /* How often the centre could not take an operation, and said so. */
    int64_t raised_seq;
    int raised;
};

/* How a part of a round ended: STALE when another hello is needed first. */
enum session_end { SESSION_DONE, SESSION_STALE, SESSION_FAILED };

bool session_hello(struct session *session, struct error *err);
/* Does a part of a round, after a hello where one is due. `report` may be NULL. Whatever fails, the
 * connection may hold half of it: the next part begins on a new one. */
bool session_part(struct session *session,
                  enum session_end (*work)(struct session *, struct session_report *,
                                           struct error *),
                  struct session_report *report, struct error *err);
enum session_end session_send(struct session *session, struct session_report *report,
                              struct error *err);
enum session_end session_draw(struct session *session, struct session_report *report,
                              struct error *err);

/* One statement in a step of its own; the result has to be cleared. NULL on failure. */
struct pg_result *session_ask(struct session *session, const char *sql, const struct value *values,
                              int count, struct error *err);

/* The same outside of a round and without a hello: what any store of the terminal may ask. */
struct pg_result *session_query(struct session *session, const char *sql,
                                const struct value *values, int count, struct error *err);

/* A number of sync_state; `fallback` where there is none. */
bool session_number(struct session *session, const char *name, int64_t fallback, int64_t *out,
                    struct error *err);
bool session_set_number(struct session *session, const char *name, int64_t number,
                        struct error *err);

/* The id of the operation at `seq`, waiting or in the journal: 1, 0 none, -1 failed. */
int session_operation_at(struct session *session, int64_t seq, struct uuid *out, struct error *err);

#endif
