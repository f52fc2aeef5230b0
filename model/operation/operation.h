/* One action by a person = one local transaction = one operation (SYNC.md section 2).
 *
 * Between begin and commit SQLite's session extension records what changes in the travelling
 * tables. At commit that becomes JSON with column names and is written, in the same transaction,
 * to `outbox` (a store with a centre) or `journal` (a shop that runs alone):
 *
 *   {"v":1,"kind":"order.create","actor":"018f…","approver":…,"at":"2026-11-20T…","group":…,
 *     "undoes":…,"replaces":…,"needs":["018f…",…],"summary":"…",
 *     "rows":[{"table":"orders","id":"018f…","verb":"insert",
 *     "new":{"status":"draft",…}},{"table":…,"verb":"update","base":{…},"new":{…}},
 *     {…,"verb":"delete","base":{…}}]}
 *
 * What there is none of is left out: an approver, a group, the operation that it undoes, the
 * refused one that it is sent instead of, and those without an answer yet that it needs
 * (model/operation/pending.h).
 *
 * UUIDs are hex text, instants ISO-8601 with microseconds, money integers, bytes base64, JSON
 * columns JSON (model/operation/wire.h). The tenant, created_at, updated_at and row_version never
 * stand in it. Of a row that came or went the fields that are NULL are left out. An update has the
 * fields that changed; its base also those under one CHECK with them (column->group). */
#ifndef MODEL_OPERATION_H
#define MODEL_OPERATION_H

#include "model/base/error.h"
#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/schema.h"
#include "model/store/store.h"

#include <stdbool.h>

struct operation;
struct journal_undo; /* model/operation/journal.h */

enum { OPERATION_ROWS_MAX = 1000, OPERATION_BYTES_MAX = 1000 * 1000 };

/* How an operation is taken back. */
enum undo {
    UNDO_NONE,
    /* Its rows go back to what they were, if nobody changed them since; a status by a legal move
     * alone. What it added is deleted as record_delete() would, if nothing else refers to it; but
     * rows of append-only tables stay: they are history. */
    UNDO_WITHDRAW,
    UNDO_COUNTER, /* by a new operation of the domain: a refund, a counter-movement */
    /* Noted beside the work, such as that a notice was read: undo passes over it. */
    UNDO_BESIDE,
};

/* A kind of operation. Each domain lists its own in one table (struct operation_kind[]) and enters
 * that in model/operation_kinds.c. */
struct operation_kind {
    const char *name;  /* "order.refund" */
    const char *label; /* "refund": for lists, where an operation has no words of its own */
    enum undo undo;
    /* For UNDO_COUNTER: takes back `operation` in one of its own, on which it has called
     * operation_set_undoes(), and says which in *id. With UNDO_WITHDRAW: only what was never sent
     * is withdrawn, everything else is answered by this. NULL where there is none. */
    bool (*counter)(struct store *store, const struct actor *actor, const struct uuid *operation,
                    struct uuid *id, struct error *err);
    const char *counter_right; /* that it asks for: who lacks it may be helped by an approver */
    /* For UNDO_WITHDRAW: a rule of the domain that may forbid it, since rows can stand unchanged
     * and yet be fixed; NULL: none. */
    bool (*may_withdraw)(struct store *store, const struct uuid *operation, struct error *err);
    /* For UNDO_WITHDRAW: how, where more is to be done within `undo` than withdraw() does (see
     * model/operation/withdraw.h); NULL: withdraw() alone. */
    bool (*withdraw)(struct operation *undo, const struct journal_undo *done, struct error *err);
};

/* All kinds of all domains; NULL when there is none of that name. */
const struct operation_kind *operation_kind_find(const char *name);

/* Opens the transaction. `kind` must be one that operation_kind_find() knows. NULL on failure. */
struct operation *operation_begin(struct store *store, const char *kind, const struct actor *actor,
                                  struct error *err);
/* Both end the operation and free it, whatever they return. A commit writes the operation's row of
 * the audit trail, too (model/operation/audit.h). An operation that changed nothing commits without
 * a trace. Fails with ERROR_RULE beyond OPERATION_ROWS_MAX or _BYTES_MAX. */
bool operation_commit(struct operation *operation, struct error *err);
void operation_cancel(struct operation *operation); /* NULL is allowed */

struct store *operation_store(const struct operation *operation);
const struct actor *operation_actor(const struct operation *operation);
const struct uuid *operation_id(const struct operation *operation);
int64_t operation_time(const struct operation *operation); /* one instant for all its rows */
/* The words a person reads in lists and logs: "sale R2-000124, 64.55 cash". Copied. */
void operation_describe(struct operation *operation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Operations of one piece of work (an import, a bulk move) share a group: undone as one. */
void operation_set_group(struct operation *operation, const struct uuid *group);
/* The row that it is about, for the audit trail; where nobody says it, the first that it changed.
 * `table` is a literal. */
void operation_set_subject(struct operation *operation, const char *table, const struct uuid *id);
/* Says that this one takes back another, which is marked so in the same transaction. */
void operation_set_undoes(struct operation *operation, const struct uuid *undone);
/* Says that this one is sent instead of one that the centre refused, so that what needed that one
 * can go on. */
void operation_set_replaces(struct operation *operation, const struct uuid *refused);

/* What was done, newest first: for undo, the history of a row, the audit trail. */
struct operation_info {
    struct uuid id;
    struct uuid group; /* all zero: none */
    int64_t seq;
    int64_t time;
    const char *kind;
    const char *summary;
    const char *actor_name;
    bool is_undone;
};

/* The seq of the newest operation, to see whether something was done; 0: none, or it can't be
 * read. */
int64_t operation_newest(struct store *store);

/* Up to `limit` operations before `seq` (0: from the newest), in the arena. Returns the count, or
 * -1. `table` and `id` (may be NULL) keep only those that touched that row. */
int operation_list(struct store *store, int64_t seq, const char *table, const struct uuid *id,
                   int limit, struct arena *arena, struct operation_info *out, struct error *err);

/* What an operation did to one row. */
struct operation_change {
    const struct table *table; /* NULL: this program does not know it */
    const char *table_name;
    struct uuid id;
    const char *verb; /* "insert", "update", "delete" */
    size_t count;
    const struct column **columns; /* those that this program knows */
    struct value *before, *after;  /* null where there is none */
};
/* All its rows, in the arena, in the order in which they were written. Returns the count, or -1;
 * ERROR_NOT_FOUND when there is no such operation. */
int operation_changes(struct store *store, const struct uuid *operation, struct arena *arena,
                      struct operation_change **out, struct error *err);

/* The same of an operation's JSON that is kept elsewhere; none where that can't be read. */
int operation_changes_in(struct store *store, const char *payload, struct arena *arena,
                         struct operation_change **out);

/* The first row of that table that the operation touched: what a counter has to answer.
 * ERROR_NOT_FOUND when there is none. */
bool operation_row(struct store *store, const struct uuid *operation, const char *table,
                   struct uuid *id, struct error *err);

/* What operation_undo() would take back: 1, 0 when there is nothing, -1 failed. Texts are in the
 * arena. */
struct operation_next_undo {
    struct uuid id;
    const char *summary;
    enum undo undo;
    const char *right; /* that taking it back asks for; NULL: none of its own */
};
int operation_undo_next(struct store *store, const struct actor *actor, struct arena *arena,
                        struct operation_next_undo *out, struct error *err);

/* Takes back the actor's last operation that is not taken back yet and is no undo itself, so that
 * a second call takes back the one before; its whole group, newest first. Fills `summary` with what
 * was undone. ERROR_NOT_FOUND: nothing to undo; ERROR_CONFLICT: a row was changed since, by whom
 * and what; ERROR_RULE: this kind can't be undone, and what to do. A group of withdrawals is undone
 * whole or not at all; one with counters stops at the first that fails and says how many were
 * undone, and the next call goes on there. */
bool operation_undo(struct store *store, const struct actor *actor, struct buffer *summary,
                    struct error *err);

#endif
