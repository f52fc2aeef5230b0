#include "model/base/uuid.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t stopped_now(void *context)
{
    return *(int64_t *)context;
}

static void no_random(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0xFF, size);
}

static uint64_t milliseconds(const struct uuid *id)
{
    uint64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id->bytes[i];
    return ms;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, UUID_SIZE);
}

static void test_v7_holds_time_version_and_variant(void **state)
{
    (void)state;
    int64_t now = INT64_C(1645557742000999); /* RFC 9562, appendix A.6: 017F22E279B0 */
    _Atomic uint64_t last = 0;
    struct env env = {.now = stopped_now, .random = no_random, .context = &now, .last_id = &last};
    struct uuid id = uuid_v7(&env);
    char text[UUID_TEXT_SIZE];
    uuid_text(&id, text);
    assert_string_equal(text, "017f22e2-79b0-7000-bfff-ffffffffffff");
}

static void test_v7_stays_in_order(void **state)
{
    (void)state;
    int64_t now = INT64_C(1645557742000000);
    _Atomic uint64_t last = 0;
    struct env env = {.now = stopped_now, .random = no_random, .context = &now, .last_id = &last};
    struct uuid previous = uuid_v7(&env);
    for (int i = 0; i < 10000; i++) { /* more than one millisecond's counter holds */
        struct uuid id = uuid_v7(&env);
        assert_true(compare_ids(&previous, &id) < 0);
        previous = id;
    }
    assert_int_equal(milliseconds(&previous), 1645557742002);
    now -= 9 * 1000 * 1000; /* the clock is set back a little: still in order */
    struct uuid id = uuid_v7(&env);
    assert_true(compare_ids(&previous, &id) < 0);
    now -= INT64_C(3600) * 1000 * 1000; /* and by much: the clock is believed */
    id = uuid_v7(&env);
    assert_int_equal(milliseconds(&id), now / 1000);
    now = -5; /* a clock before 1970 gives no id of the far future */
    id = uuid_v7(&env);
    assert_int_equal(milliseconds(&id), 0);
}

enum { THREADS = 4, IDS = 20000 };

static void *make_ids(void *ids)
{
    struct uuid *made = ids;
    for (int i = 0; i < IDS; i++)
        made[i] = uuid_v7(env_system());
    return NULL;
}

/* Time and counter alone tell the ids of all threads apart, whatever the random part is. */
static void test_v7_counts_across_threads(void **state)
{
    (void)state;
    struct uuid *ids = calloc(THREADS * IDS, sizeof *ids);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_ids, ids + i * IDS), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 1; i < IDS; i++)
        assert_true(compare_ids(&ids[i - 1], &ids[i]) < 0);
    qsort(ids, THREADS * IDS, sizeof *ids, compare_ids);
    for (int i = 1; i < THREADS * IDS; i++)
        assert_memory_not_equal(ids[i - 1].bytes, ids[i].bytes, 8);
    free(ids);
}

static void test_derived_depends_on_tenant_and_name(void **state)
{
    (void)state;
    struct uuid tenant, other;
    assert_true(uuid_parse("018f0000-0000-7000-8000-000000000001", &tenant));
    assert_true(uuid_parse("018f0000-0000-7000-8000-000000000002", &other));
    struct uuid admin = uuid_derived(&tenant, "role:admin");
    struct uuid again = uuid_derived(&tenant, "role:admin");
    struct uuid member = uuid_derived(&tenant, "role:member");
    struct uuid foreign = uuid_derived(&other, "role:admin");
    assert_true(uuid_equal(&admin, &again));
    assert_false(uuid_equal(&admin, &member));
    assert_false(uuid_equal(&admin, &foreign));
    char text[UUID_TEXT_SIZE];
    uuid_text(&admin, text); /* other programs must arrive at the same: it may never change */
    assert_string_equal(text, "9928d981-f2c5-8c27-ad1c-9048e54de555");
}

static void test_parse_takes_what_text_gives(void **state)
{
    (void)state;
    struct uuid id, other = {{9}};
    assert_true(uuid_parse("018F1A2B-3c4d-7e5f-8a6b-7c8d9e0f1a2b", &id));
    char text[UUID_TEXT_SIZE];
    uuid_text(&id, text);
    assert_string_equal(text, "018f1a2b-3c4d-7e5f-8a6b-7c8d9e0f1a2b");
    assert_true(uuid_parse("018f1a2b3c4d7e5f8a6b7c8d9e0f1a2b", &other));
    assert_true(uuid_equal(&id, &other));
    static const char *const bad[] = {
        "",
        "018f1a2b-3c4d-7e5f-8a6b-7c8d9e0f1a2",
        "018f1a2b-3c4d-7e5f-8a6b-7c8d9e0f1a2b0",
        "018f1a2b-3c4d-7e5f-8a6b-7c8d9e0f1a2g",
        "018f1a2b3-c4d-7e5f-8a6b-7c8d9e0f1a2b",
        "018f1a2b-3c4d-7e5f-8a6b7c8d9e0f1a2b",
        "018f1a2b3c4d7e5f8a6b7c8d9e0f1a2b    ",
        "----018f1a2b3c4d7e5f8a6b7c8d9e0f1a2b",
        "018f1a2b3c4d7e5f8a6b7c8d9e0f1a2\xC3",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        other = id;
        assert_false(uuid_parse(bad[i], &other));
        assert_true(uuid_equal(&other, &id));
    }
}

static void test_zero_is_zero(void **state)
{
    (void)state;
    struct uuid id = {{0}};
    assert_true(uuid_is_zero(&id));
    id.bytes[15] = 1;
    assert_false(uuid_is_zero(&id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v7_holds_time_version_and_variant),
        cmocka_unit_test(test_v7_stays_in_order),
        cmocka_unit_test(test_v7_counts_across_threads),
        cmocka_unit_test(test_derived_depends_on_tenant_and_name),
        cmocka_unit_test(test_parse_takes_what_text_gives),
        cmocka_unit_test(test_zero_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
