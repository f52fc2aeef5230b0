#include "model/base/env.h"

#include "model/base/instant.h"
#include "model/base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void test_fixed_env_repeats_itself(void **state)
{
    (void)state;
    struct env_fixed one = {.now = 1000000, .seed = 42};
    struct env_fixed two = {.now = 1000000, .seed = 42};
    struct env_fixed other = {.now = 1000000, .seed = 43};
    struct env first = env_fixed(&one, "Europe/Berlin");
    struct env second = env_fixed(&two, "Europe/Berlin");
    struct env third = env_fixed(&other, "UTC");
    assert_int_equal(env_now(&first), 1000000);
    assert_int_equal(env_now(&first), 1001000);
    assert_int_equal(env_now(&second), 1000000);
    assert_int_equal(env_now(&second), 1001000);

    unsigned char a[21], b[21], c[21];
    env_random(&first, a, sizeof a);
    env_random(&second, b, sizeof b);
    env_random(&third, c, sizeof c);
    assert_memory_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
    env_random(&first, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_string_equal(first.zone, "Europe/Berlin");
}

static void test_system_env_is_of_this_world(void **state)
{
    (void)state;
    const struct env *env = env_system();
    assert_ptr_equal(env, env_system());
    int64_t before = (int64_t)time(NULL) * SECOND_US;
    int64_t now = env_now(env);
    assert_true(now >= before - SECOND_US && now < before + 60 * SECOND_US);

    unsigned char bytes[5000] = {0};
    env_random(env, bytes, sizeof bytes);
    int seen[256] = {0};
    int kinds = 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        kinds += seen[bytes[i]]++ == 0;
    assert_true(kinds > 200);
    assert_true(zone_exists(env->zone));
}

/* The zone is looked up once in a process, so each case has its own. */
static bool finds_zone(const char *variable, const char *expected)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("TZ", variable, 1);
        const char *zone = env_system()->zone;
        unsetenv("TZ"); /* what was found stays */
        _exit(zone_exists(zone) && zone == env_system()->zone &&
                      (expected == NULL || strcmp(zone, expected) == 0)
                  ? 0
                  : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void test_system_zone_comes_from_the_variable_or_the_machine(void **state)
{
    (void)state;
    assert_true(finds_zone("Europe/Berlin", "Europe/Berlin"));
    assert_true(finds_zone(":Australia/Lord_Howe", "Australia/Lord_Howe"));
    assert_true(finds_zone("CET-1CEST,M3.5.0,M10.5.0/3", NULL));
    assert_true(finds_zone("../../etc/passwd", NULL));
    assert_true(finds_zone("", NULL));
}

static const char *heard_point;

static void hear_point(void *context, const char *name)
{
    (void)context;
    heard_point = name;
}

static void test_point_is_heard_where_somebody_listens(void **state)
{
    (void)state;
    struct env_fixed clock = {.now = 1, .seed = 1};
    struct env env = env_fixed(&clock, "UTC");
    env_point(&env, "test.nobody");
    assert_null(heard_point);
    env.point = hear_point;
    env_point(&env, "test.step");
    assert_string_equal(heard_point, "test.step");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_point_is_heard_where_somebody_listens),
        cmocka_unit_test(test_system_zone_comes_from_the_variable_or_the_machine),
        cmocka_unit_test(test_fixed_env_repeats_itself),
        cmocka_unit_test(test_system_env_is_of_this_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
