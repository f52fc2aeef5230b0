/* "=": the parts that a person is shown add up to the total, to the cent, of any order. */
#include "model/base/money.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BASKETS = 10000 };

static uint64_t random_state = 0x5eed0e0951a1;

static int64_t below(int64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)limit);
}

static void fill(struct shop *shop, struct basket *basket)
{
    static const int64_t rates[] = {0, 700, 1900, 2550, 10000};
    char text[MONEY_TEXT_SIZE];
    basket->is_tax_included = below(2) == 0;
    for (int64_t i = below(6); i >= 0; i--) {
        int64_t milli = below(3) == 0 ? 1 + below(9999) : (1 + below(20)) * 1000;
        int64_t cents = below(20) == 0 ? below(INT64_C(1) << 40) : below(100000);
        shop_expect(shop, basket_add_manual(basket, "Thing", below(6) == 0 ? -milli : milli, cents,
                                            rates[below(5)], NULL, &shop->err));
        percent_format(below(10001), text);
        if (below(3) == 0)
            shop_expect(shop, basket_set_discount(basket, basket->count - 1, text, &shop->err));
    }
    percent_format(below(10001), text);
    if (below(3) == 0)
        shop_expect(shop, basket_set_discount(basket, SIZE_MAX, text, &shop->err));
    basket->shipping_cents = below(3) == 0 ? below(2000) : 0;
}

struct sum {
    const char *currency;
    int64_t parts, total;
    bool is_subtotalled, is_totalled, differs;
};

static void hear(void *context, const char *words, const char *amount)
{
    struct sum *sum = context;
    int64_t cents = 0;
    assert_true(money_parse(amount, sum->currency, &cents, NULL));
    if (strncmp(words, "The total differs", 17) == 0) {
        sum->differs = true;
    } else if (strcmp(words, "The lines come to") == 0) {
        assert_int_equal(sum->parts, cents);
        sum->is_subtotalled = true;
    } else if (strcmp(words, "Total") == 0) {
        sum->total = cents;
        sum->is_totalled = true;
    } else if (!sum->is_totalled) {
        sum->parts += cents;
    }
}

static struct sum explain(const struct order *order)
{
    struct sum sum = {.currency = order->currency};
    order_explain(order, hear, &sum);
    assert_true(sum.is_subtotalled && sum.is_totalled);
    assert_int_equal(sum.total, order->total_cents);
    return sum;
}

static void test_random_orders(void **state)
{
    struct shop *shop = *state;
    static const char *const currencies[] = {"EUR", "JPY", "KWD"};
    /* what is tested is not the disk */
    shop_expect(shop, store_script(shop->store, "PRAGMA synchronous = OFF", &shop->err));
    for (int i = 0; i < BASKETS; i++) {
        struct arena *arena = arena_new();
        struct basket basket;
        struct order order;
        basket_init(&basket, "sale", currencies[i % 3]);
        fill(shop, &basket);
        shop_expect(shop,
                    order_save(shop->store, &shop->owner, &basket, "draft", NULL, &shop->err));
        assert_int_equal(order_load(shop->store, &basket.order_id, arena, &order, &shop->err), 1);
        struct sum sum = explain(&order);
        assert_int_equal(sum.parts, basket.total_cents);
        assert_int_equal(sum.total, basket.total_cents);
        assert_false(sum.differs);
        basket_done(&basket);
        arena_free(arena);
    }
}

/* What another program stored wrong is not papered over. */
static void test_a_wrong_total_is_told(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    struct order *order = shop_load(shop, &id);
    order->lines[0].total_cents = 3980;
    order->lines[0].discount_cents = 10;
    struct sum sum = explain(order);
    assert_true(sum.differs);
    assert_int_equal(sum.parts, 3980);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_random_orders),
        TEST(test_a_wrong_total_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
