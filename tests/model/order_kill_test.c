/* A program that is killed in the middle of a sale leaves all of it or nothing. The child is killed
 * by its own clock, at each reading of it in turn: every row that is written reads it. */
#include "tests/model/shop.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct deadly {
    struct env env;
    int left; /* readings until the end */
};

static int64_t deadly_now(void *context)
{
    struct deadly *deadly = context;
    if (--deadly->left == 0)
        raise(SIGKILL);
    return env_now(&deadly->env);
}

static void deadly_random(void *context, void *bytes, size_t size)
{
    struct deadly *deadly = context;
    env_random(&deadly->env, bytes, size);
}

typedef bool work(struct shop *shop, struct store *store);

/* True when the child was killed, false when it came to its end. */
static bool is_killed(struct shop *shop, work *act, int readings)
{
    struct deadly deadly = {.env = shop->scratch.env, .left = readings};
    struct env env = shop->scratch.env;
    env.now = deadly_now;
    env.random = deadly_random;
    env.context = &deadly;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = store_open(shop->scratch.store, STORE_WRITE, &env, NULL);
        bool is_done = store != NULL && act(shop, store);
        store_close(store);
        _exit(is_done ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    assert_true(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    return killed;
}

/* A fork must not take an open SQLite connection along. */
static void close_store(struct shop *shop)
{
    store_close(shop->store);
    shop->store = NULL;
}

static void open_store(struct shop *shop)
{
    shop->store = store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, shop->store != NULL);
    /* ids and times of the next try differ from those of the last */
    shop->scratch.clock.now += 60 * 1000000;
    shop->scratch.clock.seed++;
}

static bool sell(struct shop *shop, struct store *store)
{
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    bool is_done = basket_add(&basket, store, &shop->paint, 2000, NULL, NULL) &&
                   basket_add(&basket, store, &shop->roller, 1000, NULL, NULL) &&
                   basket_set_discount(&basket, 0, "10%", NULL) &&
                   order_save(store, &shop->owner, &basket, "pending", NULL, NULL);
    basket_done(&basket);
    return is_done;
}

static void test_a_sale_is_there_or_not(void **state)
{
    struct shop *shop = *state;
    int kills = 0;
    int64_t before = 0;
    bool killed = true;
    while (killed) {
        close_store(shop);
        killed = is_killed(shop, sell, ++kills);
        open_store(shop);
        int64_t orders = shop_integer(shop, "SELECT count(*) FROM orders", NULL);
        assert_in_range(orders - before, 0, 1);
        if (!killed)
            assert_int_equal(orders, before + 1);
        before = orders;
        assert_int_equal(
            shop_integer(shop,
                         "SELECT count(*) FROM orders o WHERE o.status <> 'pending' OR 2 <> "
                         "(SELECT count(*) FROM order_items i WHERE i.order_id = o.id) OR 2 <> "
                         "(SELECT count(*) FROM order_events e WHERE e.order_id = o.id) OR 1 <> "
                         "(SELECT count(*) FROM order_discounts d WHERE d.order_id = o.id)",
                         NULL),
            0);
        assert_int_equal(shop_on_hand(shop, &shop->paint), -2000 * orders);
        assert_int_equal(
            shop_integer(shop, "SELECT count(*) FROM journal WHERE kind = 'order.place'", NULL),
            orders);
        assert_int_equal(shop_integer(shop,
                                      "SELECT coalesce(max(next_number), 1) - 1 FROM "
                                      "number_sequences WHERE kind = 'order'",
                                      NULL),
                         orders);
    }
    assert_true(kills > 15); /* it was killed between all the steps, not before the first */
    shop_check(shop);
}

static struct uuid paid_id;

static bool pay(struct shop *shop, struct store *store)
{
    const struct tender tender = {.method = "cash", .amount_cents = 3990, .tendered_cents = 5000};
    return order_pay(store, &shop->owner, &paid_id, &tender, NULL, NULL);
}

static void test_a_payment_is_there_or_not(void **state)
{
    struct shop *shop = *state;
    int kills = 0;
    bool killed = true;
    while (killed) {
        paid_id = shop_order(shop, &shop->paint, 1, "parked");
        close_store(shop);
        killed = is_killed(shop, pay, ++kills);
        open_store(shop);
        struct order *order = shop_load(shop, &paid_id);
        bool is_paid = strcmp(order->status, "paid") == 0;
        assert_true(is_paid || killed);
        assert_true(is_paid || strcmp(order->status, "parked") == 0);
        assert_int_equal(order->payment_count, is_paid ? 1 : 0);
        assert_int_equal(order->paid_cents, is_paid ? 3990 : 0);
    }
    assert_true(kills > 5);
    shop_check(shop);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_sale_is_there_or_not),
        TEST(test_a_payment_is_there_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
