#include "model/base/env.h"

#include "model/base/instant.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static int64_t system_now(void *context)
{
    (void)context;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * SECOND_US + time.tv_nsec / 1000;
}

static void system_random(void *context, void *bytes, size_t size)
{
    (void)context;
    unsigned char *at = bytes;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno != EINTR)
            abort(); /* a kernel without randomness: no id made now could be trusted */
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
}

static char system_zone[PATH_MAX];

static bool take_zone(const char *name)
{
    if (!zone_exists(name) || strlen(name) >= sizeof system_zone)
        return false;
    memcpy(system_zone, name, strlen(name) + 1);
    return true;
}

static bool zone_of_variable(void)
{
    const char *name = getenv("TZ");
    return name != NULL && take_zone(*name == ':' ? name + 1 : name);
}

static bool zone_of_link(void)
{
    static const char folder[] = "zoneinfo/";
    char target[PATH_MAX];
    ssize_t size = readlink("/etc/localtime", target, sizeof target - 1);
    if (size < 0)
        return false;
    target[size] = '\0';
    const char *name = strstr(target, folder);
    return name != NULL && take_zone(name + strlen(folder));
}

static bool zone_of_file(void)
{
    FILE *file = fopen("/etc/timezone", "re");
    if (file == NULL)
        return false;
    char line[256];
    bool found = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    if (!found)
        return false;
    line[strcspn(line, " \t\r\n")] = '\0';
    return take_zone(line);
}

static void find_system_zone(void)
{
    if (!zone_of_variable() && !zone_of_link() && !zone_of_file())
        memcpy(system_zone, "UTC", sizeof "UTC");
}

const struct env *env_system(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static _Atomic uint64_t last_id;
    static const struct env env = {
        .now = system_now, .random = system_random, .last_id = &last_id, .zone = system_zone};
    pthread_once(&once, find_system_zone);
    return &env;
}

static int64_t fixed_now(void *context)
{
    struct env_fixed *state = context;
    return atomic_fetch_add(&state->now, 1000);
}

/* SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, so that threads can share it. */
static uint64_t next_random(struct env_fixed *state)
{
    const uint64_t golden = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = atomic_fetch_add(&state->seed, golden) + golden;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void fixed_random(void *context, void *bytes, size_t size)
{
    unsigned char *at = bytes;
    while (size > 0) {
        uint64_t number = next_random(context);
        size_t part = size < sizeof number ? size : sizeof number;
        memcpy(at, &number, part);
        at += part;
        size -= part;
    }
}

struct env env_fixed(struct env_fixed *state, const char *zone)
{
    return (struct env){.now = fixed_now,
                        .random = fixed_random,
                        .context = state,
                        .last_id = &state->last_id,
                        .zone = zone};
}

int64_t env_now(const struct env *env)
{
    return env->now(env->context);
}

void env_random(const struct env *env, void *bytes, size_t size)
{
    env->random(env->context, bytes, size);
}

void env_point(const struct env *env, const char *name)
{
    if (env->point != NULL)
        env->point(env->context, name);
}
