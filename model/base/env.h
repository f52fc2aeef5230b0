/* What a program takes from the world around it: the time, randomness and the time zone.
 * Everything that needs one of them gets it from here, so that a test can fix them all;
 * SQLite's now() and uuidv7() too. One store has one env for its whole life. */
#ifndef MODEL_ENV_H
#define MODEL_ENV_H

#include <stddef.h>
#include <stdint.h>

struct env {
    /* Microseconds since 1970-01-01 UTC. */
    int64_t (*now)(void *context);
    void (*random)(void *context, void *bytes, size_t size);
    void *context;
    /* Where uuid_v7() keeps the time and counter of the last id, so that those of one millisecond
     * stay in order; shared by all threads that use this env. */
    _Atomic uint64_t *last_id;
    const char *zone; /* an IANA name such as "Europe/Berlin": how instants are shown */
    /* Hears where the program stands, so that a test can end or cut it just there; NULL: nobody
     * listens. */
    void (*point)(void *context, const char *name);
};

/* The real clock, the kernel's randomness, and the machine's own zone: $TZ if that is an IANA
 * name, else what /etc/localtime points to, else /etc/timezone, else UTC. For all threads. */
const struct env *env_system(void);

/* A clock that stands at `now` and moves on by one millisecond at each reading, and randomness
 * from `seed`: two runs see the same. `state` belongs to the caller and must outlive the env; it
 * is set up by naming `now` and `seed` alone. */
struct env_fixed {
    _Atomic int64_t now;
    _Atomic uint64_t seed;
    _Atomic uint64_t last_id;
};
struct env env_fixed(struct env_fixed *state, const char *zone);

int64_t env_now(const struct env *env);
void env_random(const struct env *env, void *bytes, size_t size);
/* Between two steps that a kill could come between: "pull.slice", "push.sent". `name` is the room
 * and the step. */
void env_point(const struct env *env, const char *name);

#endif
