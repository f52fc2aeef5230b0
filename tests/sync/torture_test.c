/* Random histories (SYNC.md section 8): a few short ones as a test, or as many as are asked for:
 *
 *   SEEDS=1000 MINUTES=60 torture_test   seeds 1 to 1000, for an hour at most
 *   SEED=17 torture_test                 this one alone, telling what it does
 *   FIRST=500 STEPS=200                  where to begin, and how long each is
 *   STOP=1                               at the first that fails
 *   SHRINK=1                             leave out steps as long as it still fails
 *   KEPT="3 7 19"                        only these of its steps
 *   COSTLY=1                             all kinds of faults in each, not the costly in one of 20
 *   MUTATION="sync_apply|this|that"      with a centre that was made worse (tests/sync/mutate) */
#include "tests/sync/torture.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SEEDS_USUAL = 2, STEPS_USUAL = 40 };
#else
enum { SEEDS_USUAL = 5, STEPS_USUAL = 60 };
#endif

static struct postgres *server;

static int64_t number_of(const char *name, int64_t usual)
{
    const char *text = getenv(name);
    return text == NULL || *text == '\0' ? usual : strtoll(text, NULL, 10);
}

static int start(void **state)
{
    (void)state;
    server =
        postgres_start_with("-c track_commit_timestamp=on"
                            " -c max_wal_size=2GB -c autovacuum=off -c deadlock_timeout=100ms");
    if (server != NULL)
        world_template(server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    world_template_done();
    postgres_stop(server);
    return 0;
}

static void tell_steps(const struct torture_history *history)
{
    print_error("steps:");
    for (size_t i = 0; i < history->count; i++)
        print_error(" %u", history->kept[i]);
    print_error("\n");
}

static void read_steps(struct torture_history *history)
{
    const char *text = getenv("KEPT");
    char *end;
    if (text == NULL)
        return;
    for (history->count = 0; *text != '\0'; text = end) {
        history->kept[history->count++] = (unsigned)strtoul(text, &end, 10);
        if (end == text)
            break;
    }
}

/* Whether it passed; says what went wrong and how to see it again. */
static bool run_seed(struct torture_history *history, uint64_t seed, bool is_alone)
{
    struct buffer words;
    buffer_init(&words);
    size_t steps = (size_t)number_of("STEPS", STEPS_USUAL);
    torture_plan(history, seed, steps);
    read_steps(history);
    bool has_passed = torture_history_run(server, history, is_alone, &words);
    if (!has_passed) {
        print_error("%s", words.text);
        if (number_of("SHRINK", 0) != 0) {
            torture_shrink(server, history, &words);
            print_error("%s", words.text);
            tell_steps(history);
        }
        print_error("again: SEED=%" PRIu64 " STEPS=%zu build/tests/sync/torture_test\n", seed,
                    steps);
    }
    buffer_done(&words);
    return has_passed;
}

static void test_histories(void **state)
{
    (void)state;
    if (server == NULL)
        postgres_database(server); /* skips */
    int64_t only = number_of("SEED", 0), first = number_of("FIRST", 1);
    int64_t count = only > 0 ? 1 : number_of("SEEDS", SEEDS_USUAL), failed = 0, done = 0;
    time_t end = time(NULL) + 60 * number_of("MINUTES", 1000000);
    struct torture_history history = {0};
    bool is_first_enough = getenv("STOP") != NULL;
    for (; done < count && time(NULL) < end && !(is_first_enough && failed > 0); done++)
        failed += !run_seed(&history, (uint64_t)((only > 0 ? only : first) + done), only > 0);
    free(history.kept);
    print_message("%" PRId64 " histories, %" PRId64 " failed\n", done, failed);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_histories)};
    return cmocka_run_group_tests(tests, start, stop);
}
