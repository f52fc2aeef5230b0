/* When tasks are due, what is kept of them, and that nothing runs twice at once. */
#include "model/keeping/worker.h"

#include "model/base/instant.h"
#include "model/keeping/backup.h"
#include "model/keeping/keys.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct worker_task *task(const char *name)
{
    for (size_t i = 0; i < worker_task_count; i++)
        if (strcmp(worker_tasks[i].name, name) == 0)
            return &worker_tasks[i];
    fail_msg("no task %s", name);
    return NULL;
}

static struct worker worker_of(struct shop *shop)
{
    return (struct worker){
        .store = shop->store,
        .actor = {.name = "worker"},
        .copies = arena_format(shop->arena, "%s/copies", shop->scratch.folder),
    };
}

static int64_t due(struct shop *shop, const char *name, struct worker_run *last)
{
    int64_t at;
    shop_expect(shop, worker_status(shop->store, task(name), shop->arena, last, &at, &shop->err));
    return at;
}

static int64_t at_time(const char *text)
{
    int64_t time;
    assert_true(instant_parse(text, NULL, &time, NULL));
    return time;
}

static void init_key(struct shop *shop)
{
    struct worker_key key;
    shop_expect(shop, keys_init(shop->store, &shop->owner, &key, &shop->err));
}

static void test_each_task_runs_once_a_day(void **state)
{
    struct shop *shop = *state;
    struct worker worker = worker_of(shop);
    struct worker_run last;
    int ran;
    init_key(shop);
    shop->scratch.clock.now = at_time("2026-11-20T11:00:00Z");
    assert_int_equal(due(shop, "backup", &last), at_time("2026-11-20T04:00:00Z"));
    assert_null(last.task);
    shop_expect(shop, worker_round(&worker, &ran, &shop->err));
    assert_int_equal(ran, worker_task_count);
    assert_int_equal(due(shop, "backup", &last), at_time("2026-11-21T04:00:00Z"));
    assert_int_equal(last.outcome, WORKER_DONE);
    assert_non_null(strstr(last.words, "verified"));
    shop->scratch.clock.now = at_time("2026-11-21T03:59:00Z");
    shop_expect(shop, worker_do(&worker, task("keys"), &shop->err));
    shop_expect(shop, worker_round(&worker, &ran, &shop->err));
    assert_int_equal(due(shop, "backup", &last), at_time("2026-11-21T04:00:00Z"));
    shop->scratch.clock.now = at_time("2026-11-21T04:00:01Z");
    shop_expect(shop, worker_do(&worker, task("backup"), &shop->err));
    assert_int_equal(due(shop, "backup", &last), at_time("2026-11-22T04:00:00Z"));
    struct backup_about *copies;
    assert_int_equal(backup_list(worker.copies, shop->arena, &copies, &shop->err), 2);
}

static void test_the_setting_says_when(void **state)
{
    static const struct {
        const char *setting, *due;
    } cases[] = {
        {"{\"backup_at\": \"23:30\"}", "2026-11-19T23:30:00Z"},
        {"{\"backup_at\": \"10:59\"}", "2026-11-20T10:59:00Z"},
        {"{\"backup_at\": \"24:00\"}", "2026-11-20T04:00:00Z"},
        {"{\"backup_at\": \"1:00\"}", "2026-11-20T04:00:00Z"},
        {"{\"backup_at\": 3}", "2026-11-20T04:00:00Z"},
        {"{\"keep_days\": \"x\"}", "2026-11-20T04:00:00Z"},
    };
    struct shop *shop = *state;
    struct worker_run last;
    const struct change first[] = {{.column = "name", .value = value_text("worker")},
                                   {.column = "value", .value = value_text("{}")}};
    struct uuid id = shop_insert(shop, "app_settings", first, 2);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct change change = {.column = "value", .value = value_text(cases[i].setting)};
        struct operation *operation =
            operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
        shop_expect(shop, record_update(operation, "app_settings", &id, &change, 1, &shop->err));
        shop_expect(shop, operation_commit(operation, &shop->err));
        shop->scratch.clock.now = at_time("2026-11-20T11:00:00Z");
        assert_int_equal(due(shop, "backup", &last), at_time(cases[i].due));
        assert_int_equal(worker_setting(shop->store, "keep_days", 1, 99, 30), 30);
    }
}

/* Without a key there is no copy: that is said, and tried again later; the rest goes on. */
static void test_what_failed_is_tried_again(void **state)
{
    struct shop *shop = *state;
    struct worker worker = worker_of(shop);
    struct worker_run last;
    int ran;
    shop->scratch.clock.now = at_time("2026-11-20T11:00:00Z");
    shop_expect_error(shop, worker_round(&worker, &ran, &shop->err), ERROR_NOT_FOUND, "keys init");
    assert_int_equal(ran, worker_task_count - 1);
    int64_t again = due(shop, "backup", &last);
    assert_int_equal(last.outcome, WORKER_FAILED);
    assert_non_null(strstr(last.words, "keys init"));
    assert_true(again > at_time("2026-11-20T11:29:00Z"));
    assert_true(again < at_time("2026-11-20T11:31:00Z"));
    shop_expect(shop, worker_round(&worker, &ran, &shop->err));
    assert_int_equal(ran, 0);
    init_key(shop);
    shop->scratch.clock.now = again;
    shop_expect(shop, worker_round(&worker, &ran, &shop->err));
    int often = 0; /* those that are done every so often are due as well */
    for (size_t i = 0; i < worker_task_count; i++)
        often += worker_tasks[i].every_minutes > 0;
    assert_int_equal(ran, 1 + often);
}

struct rival {
    int asked;
    bool has_it;
};

static bool keep(void *context, struct error *err)
{
    struct rival *rival = context;
    rival->asked++;
    return !rival->has_it || error_set(err, ERROR_BUSY, "another worker works for this shop now");
}

static void test_the_shops_tasks_need_the_right_to_work(void **state)
{
    struct shop *shop = *state;
    struct worker worker = worker_of(shop);
    struct rival rival = {.has_it = true};
    struct worker_run last;
    int ran;
    init_key(shop);
    worker.keep = keep;
    worker.context = &rival;
    shop_expect_error(shop, worker_round(&worker, &ran, &shop->err), ERROR_BUSY, "another worker");
    due(shop, "keys", &last);
    assert_null(last.task); /* it was not begun */
    due(shop, "backup", &last);
    assert_int_equal(last.outcome, WORKER_DONE); /* this store's own */
    rival.has_it = false;
    shop_expect(shop, worker_round(&worker, &ran, &shop->err));
    due(shop, "keys", &last);
    assert_int_equal(last.outcome, WORKER_DONE);
}

static bool always(void *context)
{
    (void)context;
    return true;
}

static void test_one_at_a_time_and_stopped_cleanly(void **state)
{
    struct shop *shop = *state;
    struct worker worker = worker_of(shop);
    struct worker_run last;
    int ran;
    init_key(shop);
    int lock = worker_lock(shop->store, &shop->err);
    shop_expect(shop, lock >= 0);
    shop_expect_error(shop, worker_lock(shop->store, &shop->err) >= 0, ERROR_BUSY,
                      "another worker");
    close(lock);
    worker.should_stop = always;
    shop_expect_error(shop, worker_round(&worker, &ran, &shop->err), ERROR_STOPPED, "stopped");
    assert_int_equal(ran, 0);
    /* One that was killed is found out by the next. */
    shop_expect(shop, store_run(shop->store,
                                "INSERT INTO worker_runs (task, started_at, outcome)"
                                " VALUES ('backup', 1, 'running')",
                                &shop->err, ""));
    lock = worker_lock(shop->store, &shop->err);
    shop_expect(shop, lock >= 0);
    due(shop, "backup", &last);
    assert_int_equal(last.outcome, WORKER_FAILED);
    assert_non_null(strstr(last.words, "cut short"));
    close(lock);
}

int main(void)
{
#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_each_task_runs_once_a_day),
        WITH_SHOP(test_the_setting_says_when),
        WITH_SHOP(test_what_failed_is_tried_again),
        WITH_SHOP(test_the_shops_tasks_need_the_right_to_work),
        WITH_SHOP(test_one_at_a_time_and_stopped_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
