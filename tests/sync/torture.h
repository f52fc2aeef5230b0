/* Random histories over real stores, a real centre and lines that fail (SYNC.md section 8). One
 * seed gives a list of steps, each with randomness of its own, so that a history can be shrunk by
 * leaving steps out. A history runs in a process of its own: whatever goes wrong there ends it. */
#ifndef TESTS_SYNC_TORTURE_H
#define TESTS_SYNC_TORTURE_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/store.h"
#include "sync/session.h"
#include "tests/sync/oracle.h"
#include "tests/sync/postgres.h"
#include "tests/sync/proxy.h"

#include <jansson.h>
#include <libpq-fe.h>
#include <stdint.h>

enum { TORTURE_STATIONS = 6, TORTURE_PATH = 200 };

struct world;

/* What a server says in trouble that passes: no operation is to blame for it. */
#define TORTURE_PASSING "passing trouble"

/* A store with its line to the centre. */
struct station {
    struct world *world;
    int number;
    char id[UUID_TEXT_SIZE]; /* at the centre */
    char role[64];
    char path[TORTURE_PATH];
    struct proxy *line;
    int64_t skew; /* how wrong its clock is */
    bool is_clock_doubtful;
    _Atomic uint64_t random, last_id;
    struct env env;
    struct store *store;
    sqlite3 *reader; /* the same file, for those who judge */
    struct session *session;
    struct login login;
    const char *person; /* who works at it; NULL: the owner */
    bool is_revoked, is_disk_full;
    bool has_double;  /* a store with this one's past has been at work too */
    bool is_clone;    /* shares its identity with another one: no file of its own to compare with */
    json_t *known;    /* operation → seq, of this store's life */
    json_t *versions; /* "table row" → the newest row_version that stood in the store */
    struct {
        char path[TORTURE_PATH];
        json_t *known;
        bool is_older; /* than the restored centre */
    } copy;            /* of the file as it was at some time; "": none */
    /* At the n-th point from now (model/base/env.h) this happens; 0: nothing. */
    int points_left;
    void (*at_point)(struct station *station, const char *name);
};

struct world {
    struct postgres *server;
    const char *url; /* of the history's database, as its administrator */
    char database[64];
    PGconn *centre;
    char tenant[UUID_TEXT_SIZE];
    char folder[TORTURE_PATH];
    struct station stations[TORTURE_STATIONS];
    int count;
    struct oracle *oracle;
    json_t *operations; /* id → payload text, of all stores and all times */
    json_t *decided;    /* id → status */
    json_t *wholes;     /* id → [[table, row], …] that it made, if it made several for ever */
    json_t *undone;     /* id: taken back since, or not taken whole */
    json_t *hopeless;   /* id: put into an outbox by hand, or sent by somebody who was not let in */
    struct {
        PGconn *connection; /* NULL: none */
        int value;
    } slow; /* a writer at the centre who takes his time */
    struct {
        char database[80]; /* "": none */
        struct oracle *oracle;
        json_t *decided;
    } backup;
    bool is_restored; /* the centre, and not all have heard of it */
    uint64_t random;  /* of the step that runs */
    uint64_t seed;
    int report; /* where what went wrong is written */
    const char *step;
    int step_number;
    bool is_loud;
    struct arena *arena; /* of the step */
};

struct torture_step {
    unsigned weight;
    const char *name;
    void (*run)(struct world *world, struct station *station);
    bool is_costly; /* in one history of twenty */
};
extern const struct torture_step torture_people[], torture_talk[], torture_lines[],
    torture_centres[];
extern const size_t torture_people_count, torture_talk_count, torture_lines_count,
    torture_centres_count;

/* Ends the history with what is wrong. */
void torture_fail(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));
void torture_say(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* where it is loud */

/* The step's randomness. */
unsigned torture_below(struct world *world, unsigned limit);
bool torture_chance(struct world *world, unsigned percent);

/* The administrator's SQL at the centre; the result's text is in the step's arena. It has to work.
 */
void torture_run(struct world *world, const char *sql);
const char *torture_ask(struct world *world, const char *sql);

/* The world of one history, from a database of the template. */
void world_open(struct world *world);
void world_save_versions(struct world *world);
void world_close(struct world *world);
/* Makes the template, once for all histories on that server. */
void world_template(struct postgres *server);
void world_template_done(void);
const struct schema *world_schema(void);

/* Store and session are closed and opened again: as after the end of the program. */
void station_open(struct station *station);
void station_close(struct station *station);
void station_forget_session(struct station *station);
/* One round; true when it came to its end. Errors that a line can have are expected. */
bool station_exchange(struct station *station, struct session_report *report);
/* Runs `work` in a process that is killed at its `points`-th point, or comes to its end. */
void station_killed_at(struct station *station, int points, void (*work)(struct station *station));

/* Sees what the stores did and what the centre decided since the last call, and has the oracle
 * judge it. */
void torture_observe(struct world *world);
void torture_observe_store(struct station *station);
/* Waits until nobody whose line was cut is still at work at the centre. */
void torture_settle(struct world *world);
/* What must hold at every moment. */
void torture_check_always(struct station *station);
/* A writer who takes his time comes to his end. */
void torture_end_slow(struct world *world);
/* Lets everybody exchange until nothing moves, and checks what must hold then. */
void torture_check_quiet(struct world *world);

/* Runs the history of a seed, or only the steps named by `kept` (count of them; NULL: all). False:
 * it failed, and `words` says how. */
struct torture_history {
    uint64_t seed;
    unsigned *kept;
    size_t count;
};
void torture_plan(struct torture_history *history, uint64_t seed, size_t steps);
bool torture_history_run(struct postgres *server, const struct torture_history *history,
                         bool is_loud, struct buffer *words);
void torture_remove(const char *folder);
/* Leaves out what is not needed to fail. */
void torture_shrink(struct postgres *server, struct torture_history *history, struct buffer *words);

#endif
