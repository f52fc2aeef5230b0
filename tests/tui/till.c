#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A_MINUTE = 60 };

static void wait_a_minute(struct till *till)
{
    till->shop->scratch.clock.now += A_MINUTE * INT64_C(1000000);
}

static struct uuid order(struct till *till, const struct uuid *variant, int64_t pieces,
                         const char *status)
{
    wait_a_minute(till);
    return shop_order(till->shop, variant, pieces, status);
}

/* One with all that an order can have. */
static struct uuid rich_order(struct till *till)
{
    struct shop *shop = till->shop;
    struct basket basket;
    struct uuid id;
    size_t line;
    wait_a_minute(till);
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 2000, &line, &shop->err));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 1500, &line, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, line, "10%", &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "5.00", &shop->err));
    basket.shipping_cents = 490;
    basket.customer_id = shop->customer;
    snprintf(basket.customer_name, sizeof basket.customer_name, "Jo Meyer");
    basket.notes = strdup("Call before delivery.\nThe bell is broken.");
    basket.shipping_address =
        strdup("{\"name\":\"Jo Meyer\",\"street\":\"Hauptstr. 1\",\"postal_code\":\"10115\","
               "\"city\":\"Berlin\"}");
    shop_expect(shop, basket_total(&basket, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "pending", &id, &shop->err));
    basket_done(&basket);
    const struct tender cash = {.method = "cash", .amount_cents = 3000, .tendered_cents = 5000};
    shop_expect(shop, order_pay(shop->store, &shop->owner, &id, &cash, NULL, &shop->err));
    return id;
}

static struct uuid quote(struct till *till)
{
    struct shop *shop = till->shop;
    struct basket basket;
    struct uuid id;
    wait_a_minute(till);
    basket_init(&basket, "quote", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->advice, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "sent", &id, &shop->err));
    basket_done(&basket);
    return id;
}

int till_set_up(void **state)
{
    struct till *till = calloc(1, sizeof *till);
    void *shop = NULL;
    assert_int_equal(shop_setup(&shop), 0);
    till->shop = shop;
    till->home = till->shop->scratch.folder;
    till->paid = order(till, &till->shop->paint, 1, "pending");
    assert_true(shop_pay(till->shop, &till->paid, "card", 3990));
    till->part_paid = order(till, &till->shop->paint, 3, "pending");
    assert_true(shop_pay(till->shop, &till->part_paid, "cash", 5000));
    till->parked = order(till, &till->shop->roller, 2, "parked");
    till->pending = order(till, &till->shop->advice, 1, "pending");
    till->cancelled = order(till, &till->shop->roller, 1, "pending");
    shop_move(till->shop, &till->cancelled, "cancelled");
    till->quote = quote(till);
    till->rich = rich_order(till);
    *state = till;
    return 0;
}

int till_tear_down(void **state)
{
    struct till *till = *state;
    void *shop = till->shop;
    shop_teardown(&shop);
    free(till);
    return 0;
}
