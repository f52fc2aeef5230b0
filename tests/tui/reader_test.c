#include "tui/reader.h"

#include "tests/model/scratch.h"
#include "tests/tui/shop.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct scratch scratch;
    struct store *store;
    struct reader *reader;
    int wake_fd;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    scratch_init(&fixture->scratch);
    shop_create(fixture->scratch.folder);
    fixture->wake_fd = eventfd(0, EFD_NONBLOCK);
    fixture->store = store_open(fixture->scratch.store, STORE_WRITE, env_system(), NULL);
    assert_non_null(fixture->store);
    fixture->reader = reader_new(fixture->store, env_system(), fixture->wake_fd);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    reader_free(fixture->reader, NULL);
    store_close(fixture->store);
    close(fixture->wake_fd);
    scratch_done(&fixture->scratch);
    free(fixture);
    return 0;
}

/* What a job did, seen when it is done. */
struct answer {
    int64_t number;
    int done; /* how often */
    bool worked;
    enum error_code code;
    int order;
};

static int answers;

static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct answer *answer = data;
    (void)app;
    answer->done++;
    answer->worked = worked;
    answer->code = worked ? ERROR_NONE : err->code;
    answer->order = ++answers;
}

static bool count_tenants(struct store *store, void *data, struct error *err)
{
    struct answer *answer = data;
    return store_find_integer(store, &answer->number, "SELECT count(*) FROM tenants", err, "") == 1;
}

/* Would run for hours. */
static bool count_for_ever(struct store *store, void *data, struct error *err)
{
    struct answer *answer = data;
    return store_find_integer(store, &answer->number,
                              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                              " WHERE i < 1000000000000) SELECT sum(i) FROM n",
                              err, "") == 1;
}

static bool try_to_write(struct store *store, void *data, struct error *err)
{
    (void)data;
    return store_run(store, "DELETE FROM tenants", err, "");
}

static void wait_for(struct fixture *fixture)
{
    while (reader_is_busy(fixture->reader)) {
        struct pollfd wait = {.fd = fixture->wake_fd, .events = POLLIN};
        uint64_t number;
        poll(&wait, 1, 20);
        ssize_t ignored = read(fixture->wake_fd, &number, sizeof number);
        (void)ignored;
        reader_answer(fixture->reader, NULL);
    }
}

static void add(struct fixture *fixture, const void *owner, struct answer *answer,
                bool (*work)(struct store *store, void *data, struct error *err))
{
    *answer = (struct answer){0};
    struct job job = {.owner = owner, .work = work, .done = done, .data = answer};
    reader_add(fixture->reader, job);
}

static void test_jobs_are_answered_in_order(void **state)
{
    struct answer first = {0}, second = {0};
    answers = 0;
    add(*state, &first, &first, count_tenants);
    add(*state, &second, &second, count_tenants);
    wait_for(*state);
    assert_true(first.worked && second.worked);
    assert_int_equal(first.number, 1);
    assert_true(first.order == 1 && second.order == 2);
    assert_true(first.done == 1 && second.done == 1);
}

static void test_a_newer_job_of_the_owner_stops_the_older(void **state)
{
    struct fixture *fixture = *state;
    struct answer slow = {0}, waiting = {0}, quick = {0};
    add(fixture, "owner", &slow, count_for_ever);
    struct pollfd moment = {.fd = -1};
    poll(&moment, 1, 50); /* the slow one has begun by now, or not: both must end */
    add(fixture, "owner", &waiting, count_for_ever);
    add(fixture, "owner", &quick, count_tenants);
    wait_for(fixture);
    assert_true(!slow.worked && slow.code == ERROR_STOPPED && slow.done == 1);
    assert_true(!waiting.worked && waiting.code == ERROR_STOPPED && waiting.done == 1);
    assert_true(quick.worked && quick.number == 1);
}

static void test_an_owner_stops_only_its_own(void **state)
{
    struct fixture *fixture = *state;
    struct answer slow = {0}, other = {0};
    add(fixture, "a", &slow, count_for_ever);
    add(fixture, "b", &other, count_tenants);
    reader_stop(fixture->reader, "a");
    wait_for(fixture);
    assert_int_equal(slow.code, ERROR_STOPPED);
    assert_true(other.worked);
}

static void test_an_answer_not_taken_can_still_be_stopped(void **state)
{
    struct fixture *fixture = *state;
    struct answer answer = {0};
    struct pollfd wait = {.fd = fixture->wake_fd, .events = POLLIN};
    add(fixture, "a", &answer, count_tenants);
    assert_int_equal(poll(&wait, 1, 30000), 1);
    reader_stop(fixture->reader, "a");
    wait_for(fixture);
    assert_int_equal(answer.code, ERROR_STOPPED);
    assert_int_equal(answer.done, 1);
}

static void test_it_can_not_write(void **state)
{
    struct answer writing = {0}, counting = {0};
    add(*state, "a", &writing, try_to_write);
    add(*state, "b", &counting, count_tenants);
    wait_for(*state);
    assert_false(writing.worked);
    assert_int_equal(counting.number, 1);
}

static void test_ending_answers_everything(void **state)
{
    struct fixture *fixture = *state;
    struct answer running = {0}, waiting = {0};
    add(fixture, "a", &running, count_for_ever);
    add(fixture, "b", &waiting, count_for_ever);
    reader_free(fixture->reader, NULL);
    fixture->reader = NULL;
    assert_true(running.done == 1 && running.code == ERROR_STOPPED);
    assert_true(waiting.done == 1 && waiting.code == ERROR_STOPPED);
}

static void test_a_store_that_can_not_be_opened_fails_each_job(void **state)
{
    struct fixture *fixture = *state;
    struct answer answer = {0};
    reader_free(fixture->reader, NULL);
    assert_int_equal(unlink(fixture->scratch.store), 0);
    fixture->reader = reader_new(fixture->store, env_system(), fixture->wake_fd);
    for (int i = 0; i < 2; i++) {
        add(fixture, "a", &answer, count_tenants);
        wait_for(fixture);
        assert_false(answer.worked);
        assert_true(answer.code != ERROR_NONE && answer.code != ERROR_STOPPED);
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_jobs_are_answered_in_order),
        CASE(test_a_newer_job_of_the_owner_stops_the_older),
        CASE(test_an_owner_stops_only_its_own),
        CASE(test_an_answer_not_taken_can_still_be_stopped),
        CASE(test_it_can_not_write),
        CASE(test_ending_answers_everything),
        CASE(test_a_store_that_can_not_be_opened_fails_each_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
