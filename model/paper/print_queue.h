/* The print queue: what is to be printed, as bytes, in the local table print_jobs. Whoever has
 * something to print adds a job and goes on; one program of the store takes the jobs and sends them
 * (sync/printing.h), each printer's in the order in which they were added.
 *
 *   queued → printing → done
 *      ↑        ├→ queued   nothing of it reached the printer: it is tried again by itself
 *      │        └→ failed   some of it did, or it was tried PRINT_ATTEMPTS times: a person looks
 *      ├── failed, cancelled   printed again by a person
 *   queued, failed → cancelled
 *
 * What was printing when its program ended is failed, since nobody knows how far it came. A drawer
 * is opened within a minute or not at all. What is done or cancelled keeps its bytes for a week. */
#ifndef MODEL_PRINT_QUEUE_H
#define MODEL_PRINT_QUEUE_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/paper/printer.h"

enum { PRINT_ATTEMPTS = 8, PRINT_BYTES_MAX = 8 * 1024 * 1024 };

struct print_job {
    struct uuid id, row_id;
    const char *printer, *kind, *table, *state, *error;
    int64_t attempts, queued_at, done_at;
    const char *bytes; /* only of one that was taken */
    size_t size;
};

/* `kind` is receipt, invoice, label, report or drawer; `table` and `row` (may be NULL) say what it
 * is about. `id` receives the job's, NULL is allowed. */
bool print_queue_add(struct store *store, const char *printer, const char *kind, const char *table,
                     const struct uuid *row, const void *bytes, size_t size, struct uuid *id,
                     struct error *err);
/* The pulse for the drawer at the register's printer; ERROR_RULE where none hangs on it. */
bool print_queue_drawer(struct store *store, const struct uuid *register_id, struct error *err);

/* Both of jobs that were added at or after the instant `since`, when what they say was last
 * changed. How many prints of the row came out: the next is `COPY n + 1`; -1: failed. */
int64_t print_queue_printed(struct store *store, const char *kind, const struct uuid *row,
                            int64_t since, struct error *err);
/* A job of the row that waits or failed, which is to be printed rather than another one made.
 * 1 there is one, 0 none, -1 failed. */
int print_queue_open_job(struct store *store, const char *kind, const struct uuid *row,
                         int64_t since, struct uuid *id, struct error *err);

/* By a person, with the right orders.edit. What is printing can't be cancelled; a job for a
 * terminal is printed at the terminal where the person is. A drawer is never opened from here: that
 * is recorded where it is asked for. For what came out already see paper_print_again(). */
bool print_queue_retry(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct error *err);
bool print_queue_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                        struct error *err);
/* One job with its bytes: 1, 0 none, -1. Texts and bytes in the arena. */
int print_queue_load(struct store *store, const struct uuid *id, struct arena *arena,
                     struct print_job *out, struct error *err);

/* The queue as a list: what, state, printer, tries, error, queued, done; newest first. */
extern const struct query_source print_source;

/* How many wait or are printed now, and how many failed. */
struct print_queue_counts {
    int64_t open, failed;
};
bool print_queue_count(struct store *store, struct print_queue_counts *out, struct error *err);
/* The newest open job that went wrong, tried again or not, to say why: 1, 0 none, -1. Texts in the
 * arena. */
int print_queue_trouble(struct store *store, struct arena *arena, struct print_job *out,
                        struct error *err);
/* Forgets the bytes of all that waits no longer, since they name customers: when one is erased. */
bool print_queue_forget(struct store *store, struct error *err);

/* For the one that sends. Taking marks the oldest job as printing whose printer is not held back:
 * `is_held` (may be NULL) says which are. Jobs for terminals are taken only by that terminal, which
 * names itself in `terminal`; NULL for all others. 1 taken, 0 none, -1 failed. */
int print_queue_take(struct store *store, const char *terminal,
                     bool (*is_held)(void *context, const char *printer), void *context,
                     struct arena *arena, struct print_job *out, struct error *err);
bool print_queue_done(struct store *store, const struct uuid *id, struct error *err);
/* `is_untouched`: nothing of it reached the printer. */
bool print_queue_failed(struct store *store, const struct uuid *id, bool is_untouched,
                        const char *reason, struct error *err);
/* What was left printing by a program that ended; only while nobody else sends. */
bool print_queue_recover(struct store *store, const char *terminal, struct error *err);

#endif
