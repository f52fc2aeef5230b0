#include "tests/sync/torture.h"

#include "tests/sync/folder.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HUNG_AFTER = 1800 /* seconds, on a machine however slow */ };
enum { COSTLY_ONE_IN = 20, CHECK_EVERY = 5, QUIET_EVERY = 60 };

/* One seed's steps are always the same, however many of them are left out. */
static uint64_t mixed(uint64_t seed, uint64_t number)
{
    uint64_t z = seed * UINT64_C(0x9E3779B97F4A7C15) + (number + 1) * UINT64_C(0xD1B54A32D192ED03);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) | 1;
}

static const struct {
    const struct torture_step *steps;
    const size_t *count;
} families[] = {
    {torture_people, &torture_people_count},
    {torture_talk, &torture_talk_count},
    {torture_lines, &torture_lines_count},
    {torture_centres, &torture_centres_count},
};

/* Costly ones are on in some histories only, those that belong together in the same ones. */
static bool is_on(uint64_t seed, const struct torture_step *step, size_t family)
{
    if (!step->is_costly || getenv("COSTLY") != NULL)
        return true;
    uint64_t lot = mixed(seed, 1000 + family * 100 + (uint64_t)(unsigned char)step->name[4]);
    return lot / 2 % COSTLY_ONE_IN == 0;
}

static const struct torture_step *choose(struct world *world)
{
    unsigned total = 0;
    for (int round = 0; round < 2; round++) {
        unsigned at = round == 0 ? 0 : torture_below(world, total);
        for (size_t f = 0; f < sizeof families / sizeof families[0]; f++)
            for (size_t i = 0; i < *families[f].count; i++) {
                const struct torture_step *step = &families[f].steps[i];
                unsigned weight = is_on(world->seed, step, f) ? step->weight : 0;
                if (round == 0)
                    total += weight;
                else if (at < weight)
                    return step;
                else
                    at -= weight;
            }
    }
    return NULL;
}

static void run_step(struct world *world, unsigned number)
{
    world->random = mixed(world->seed, number);
    for (int i = 0; i < 3; i++)
        torture_below(world, 2);
    const struct torture_step *step = choose(world);
    struct station *station = &world->stations[torture_below(world, (unsigned)world->count)];
    world->step = step->name;
    world->step_number = (int)number;
    torture_say(world, "%u: terminal %d: %s\n", number, station->number, step->name);
    step->run(world, station);
    torture_settle(world);
    torture_observe(world);
    if (number % CHECK_EVERY == 0)
        for (int i = 0; i < world->count; i++)
            torture_check_always(&world->stations[i]);
    else
        torture_check_always(station);
    arena_reset(world->arena);
}

static void run_here(struct postgres *server, const struct torture_history *history, bool is_loud,
                     const char *folder, const char *database, int report)
{
    struct world world = {.server = server,
                          .seed = history->seed,
                          .report = report,
                          .is_loud = is_loud,
                          .step = "begin"};
    snprintf(world.folder, sizeof world.folder, "%s", folder);
    snprintf(world.database, sizeof world.database, "%s", database);
    world_open(&world);
    for (size_t i = 0; i < history->count; i++) {
        run_step(&world, history->kept[i]);
        if (i % QUIET_EVERY == QUIET_EVERY - 1)
            torture_check_quiet(&world);
    }
    world.step = "quiet";
    torture_check_quiet(&world);
    world_close(&world);
}

void torture_remove(const char *folder)
{
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void clean_up(struct postgres *server, const char *folder, const char *database)
{
    struct buffer words;
    buffer_init(&words);
    buffer_format(&words, "postgresql://postgres@/postgres?host=%s", postgres_folder(server));
    PGconn *connection = PQconnectdb(words.text);
    PQclear(PQexec(connection, "SET client_min_messages TO error"));
    for (int i = 0; i < 2; i++) {
        buffer_clear(&words);
        buffer_format(&words, "DROP DATABASE IF EXISTS %s%s WITH (FORCE)", database,
                      i == 0 ? "" : "_backup");
        PQclear(PQexec(connection, words.text));
    }
    PQfinish(connection);
    buffer_done(&words);
    torture_remove(folder);
}

static void read_report(int file, struct buffer *words)
{
    char bytes[4096];
    ssize_t got;
    while ((got = read(file, bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0)
            buffer_add_bytes(words, bytes, (size_t)got);
}

bool torture_history_run(struct postgres *server, const struct torture_history *history,
                         bool is_loud, struct buffer *words)
{
    static int number;
    char folder[TORTURE_PATH], database[40];
    int ends[2], status = 0;
    folder_pattern(folder, sizeof folder, "torture");
    if (mkdtemp(folder) == NULL || pipe(ends) != 0)
        abort();
    snprintf(database, sizeof database, "torture_%d_%d", (int)getpid(), ++number);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGSEGV, SIG_DFL); /* the test's own way of failing is the parent's */
        signal(SIGABRT, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        signal(SIGFPE, SIG_DFL);
        alarm(HUNG_AFTER);
        close(ends[0]);
        run_here(server, history, is_loud, folder, database, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    buffer_clear(words);
    read_report(ends[0], words);
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child > 0 && WIFSIGNALED(status))
        buffer_format(words, "seed %" PRIu64 ": ended by signal %d\n", history->seed,
                      WTERMSIG(status));
    if (getenv("KEEP_FILES") == NULL)
        clean_up(server, folder, database);
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void torture_plan(struct torture_history *history, uint64_t seed, size_t steps)
{
    history->seed = seed;
    history->count = steps;
    history->kept = memory_resize(history->kept, steps, sizeof *history->kept);
    for (size_t i = 0; i < steps; i++)
        history->kept[i] = (unsigned)i;
}

static bool fails_without(struct postgres *server, const struct torture_history *history,
                          size_t from, size_t count)
{
    struct torture_history less = {.seed = history->seed};
    struct buffer words;
    buffer_init(&words);
    less.kept = memory_resize(NULL, history->count + 1, sizeof *less.kept);
    for (size_t i = 0; i < history->count; i++)
        if (i < from || i >= from + count)
            less.kept[less.count++] = history->kept[i];
    bool fails = !torture_history_run(server, &less, false, &words);
    free(less.kept);
    buffer_done(&words);
    return fails;
}

/* By halves, quarters and so on, from the end, since what came after the fault is not needed. */
void torture_shrink(struct postgres *server, struct torture_history *history, struct buffer *words)
{
    for (size_t part = history->count / 2; part > 0; part /= 2)
        for (size_t end = history->count; end >= part; end -= part) {
            if (end > history->count || !fails_without(server, history, end - part, part))
                continue;
            memmove(history->kept + end - part, history->kept + end,
                    (history->count - end) * sizeof *history->kept);
            history->count -= part;
        }
    torture_history_run(server, history, false, words);
}
