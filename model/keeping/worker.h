/* What a machine does for a shop without a person, each on its time of day or every so often. Tasks
 * stand in one table (worker_tasks.c); what they did is kept in `worker_runs`. One program of a
 * machine works for a store at a time, and, where the shop has a centre, one worker of the shop
 * (`keep`).
 *
 * The setting `worker`: {"backup_at": "04:00", "keep_days": 30}; other tasks have a time the same
 * way, in UTC. */
#ifndef MODEL_WORKER_H
#define MODEL_WORKER_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/store.h"

enum worker_outcome { WORKER_RUNNING, WORKER_DONE, WORKER_FAILED };

struct worker_run {
    const char *task;
    int64_t started_at, ended_at; /* 0: never, or it runs */
    enum worker_outcome outcome;
    const char *words; /* what was done, or why not */
};

struct worker {
    struct store *store;
    struct actor actor; /* in whose name; zero where a program acts and no person */
    const char *copies; /* a folder for copies */
    /* Asks for the right to work for the shop, once more for a while: before a task of the whole
     * shop and now and then during one. False with ERROR_BUSY where another worker has it. NULL:
     * nobody else could. */
    bool (*keep)(void *context, struct error *err);
    /* Does with old rows what the rules say, where a centre keeps the rows; NULL: it is done here.
     */
    bool (*retain)(void *context, int64_t *rows, struct error *err);
    /* What waits for the network: calendars that are read, reminders that are sent. NULL: there is
     * none. */
    bool (*read_feeds)(void *context, struct buffer *words, struct error *err);
    bool (*send_reminders)(void *context, struct buffer *words, struct error *err);
    bool (*should_stop)(void *context);                        /* or NULL */
    void (*tell)(void *context, const struct worker_run *run); /* a run has ended; or NULL */
    void *context;
    const struct worker_task *task; /* that runs; this and the next are the worker's own */
    int64_t kept_at;
};

struct worker_task {
    const char *name;    /* "backup" */
    const char *summary; /* one line */
    const char *setting; /* the name of its time in the setting: "backup_at" */
    int minute;          /* the time where nothing else is set: minutes past midnight UTC */
    int every_minutes;   /* again so long after it began last, whatever the time; 0: once a day */
    bool is_shops; /* of the whole shop, so that one worker does it: not of this store alone */
    /* `words` receives what was done. */
    bool (*run)(struct worker *worker, struct buffer *words, struct error *err);
};
extern const struct worker_task worker_tasks[];
extern const size_t worker_task_count;

/* The lock: an open file to close(), or -1 (ERROR_BUSY). What was cut short before is marked so. */
int worker_lock(struct store *store, struct error *err);
/* Runs what is due, under the lock. A task that fails is noted, told, and tried again after a
 * while; the others go on, unless it was stopped. False, with the last reason, where not all ended
 * well; `ran` counts those that did. */
bool worker_round(struct worker *worker, int *ran, struct error *err);
/* One task, due or not. */
bool worker_do(struct worker *worker, const struct worker_task *task, struct error *err);

/* Within a task, now and then: whether to go on. */
bool worker_goes_on(struct worker *worker, struct error *err);

/* The last run of a task, in the arena (task NULL: there was none yet), and when the next is due.
 */
bool worker_status(struct store *store, const struct worker_task *task, struct arena *arena,
                   struct worker_run *out, int64_t *due, struct error *err);
/* A whole number of the setting, `fallback` where there is none that is right. */
int64_t worker_setting(struct store *store, const char *name, int64_t least, int64_t most,
                       int64_t fallback);

#endif
