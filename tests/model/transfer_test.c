/* Goods from place to place: the sum over all places stays, in several goes, with a difference, and
 * back; and a long random history in which every level is the sum of its movements. */
#include "model/stock/count.h"
#include "model/stock/level.h"
#include "model/stock/receive.h"
#include "model/stock/transfer.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct places {
    struct shop *shop;
    struct uuid here, there, transit;
};

static struct places set_up(struct shop *shop)
{
    struct places places = {.shop = shop, .here = shop->owner.location_id};
    const struct change nord[] = {
        {.column = "name", .value = value_text("Nord")},
        {.column = "timezone", .value = value_text("Europe/Berlin")},
    };
    places.there = shop_insert(shop, "locations", nord, 2);
    shop_expect(shop, transfer_transit(shop->store, &places.transit, &shop->err));
    return places;
}

static void have(struct shop *shop, const struct uuid *variant, int64_t milli)
{
    const struct stock_receipt line = {.variant_id = *variant,
                                       .location_id = shop->owner.location_id,
                                       .quantity_milli = milli,
                                       .unit_cost_cents = -1};
    shop_expect(shop, stock_receive_freely(shop->store, &shop->owner, &line, 1, &shop->err));
}

static int64_t at(struct shop *shop, const struct uuid *variant, const struct uuid *place)
{
    int64_t milli;
    shop_expect(shop, stock_level(shop->store, variant, place, &milli, &shop->err));
    return milli;
}

static struct uuid sent(struct places *p, int64_t milli)
{
    struct shop *shop = p->shop;
    struct uuid id;
    const struct transfer_entry entry = {shop->paint, milli};
    shop_expect(shop, transfer_new(shop->store, &shop->owner, &p->here, &p->there, NULL, &entry, 1,
                                   &id, &shop->err) &&
                          transfer_send(shop->store, &shop->owner, &id, &shop->err));
    return id;
}

static bool arrive(struct places *p, const struct uuid *id, int64_t milli)
{
    const struct transfer_entry entry = {p->shop->paint, milli};
    return transfer_receive(p->shop->store, &p->shop->owner, id, &entry, 1, &p->shop->err);
}

static void levels_are(struct places *p, int64_t here, int64_t transit, int64_t there)
{
    assert_int_equal(at(p->shop, &p->shop->paint, &p->here), here);
    assert_int_equal(at(p->shop, &p->shop->paint, &p->transit), transit);
    assert_int_equal(at(p->shop, &p->shop->paint, &p->there), there);
}

static const char *status(struct places *p, const struct uuid *id)
{
    struct transfer transfer;
    shop_expect(p->shop,
                transfer_load(p->shop->store, id, p->shop->arena, &transfer, &p->shop->err) == 1);
    return transfer.status;
}

static void test_in_several_goes(void **state)
{
    struct shop *shop = *state;
    struct places p = set_up(shop);
    have(shop, &shop->paint, 12000);
    struct uuid id = sent(&p, 10000);
    levels_are(&p, 2000, 10000, 0);
    shop_expect(shop, arrive(&p, &id, 4000));
    levels_are(&p, 2000, 6000, 4000);
    assert_string_equal(status(&p, &id), "sent");
    shop_expect(shop, arrive(&p, &id, 6000));
    levels_are(&p, 2000, 0, 10000);
    assert_string_equal(status(&p, &id), "received");
    shop_expect_error(shop, arrive(&p, &id, 1000), ERROR_RULE, "is received");
    assert_non_null(shop_undo(shop, &shop->owner));
    levels_are(&p, 2000, 6000, 4000);
    assert_string_equal(status(&p, &id), "sent");
    assert_non_null(shop_undo(shop, &shop->owner));
    levels_are(&p, 2000, 10000, 0);
    shop_expect(shop, arrive(&p, &id, 10000));
    assert_string_equal(status(&p, &id), "received");
    shop_check(shop);
}

static void test_a_difference_needs_a_reason(void **state)
{
    struct shop *shop = *state;
    struct places p = set_up(shop);
    have(shop, &shop->paint, 12000);
    struct uuid id = sent(&p, 10000);
    shop_expect(shop, arrive(&p, &id, 9000));
    shop_expect_error(shop, transfer_close(shop->store, &shop->owner, &id, " ", &shop->err),
                      ERROR_INPUT, "why not all");
    shop_expect(shop, transfer_close(shop->store, &shop->owner, &id, "broken", &shop->err));
    levels_are(&p, 2000, 0, 9000);
    assert_int_equal(shop_integer(shop,
                                  "SELECT received_milli FROM stock_transfer_lines WHERE "
                                  "difference_reason = 'broken'",
                                  NULL),
                     9000);
    assert_non_null(shop_undo(shop, &shop->owner));
    levels_are(&p, 2000, 1000, 9000);
    shop_expect(shop, arrive(&p, &id, 1500)); /* more than was sent */
    levels_are(&p, 2000, -500, 10500);
    shop_expect_error(shop, transfer_close(shop->store, &shop->owner, &id, NULL, &shop->err),
                      ERROR_INPUT, "why not all");
    shop_expect(shop, transfer_close(shop->store, &shop->owner, &id, "one too many", &shop->err));
    levels_are(&p, 2000, 0, 10500);
    shop_check(shop);
}

static void test_brought_back(void **state)
{
    struct shop *shop = *state;
    struct places p = set_up(shop);
    have(shop, &shop->paint, 12000);
    struct uuid id = sent(&p, 10000);
    shop_expect(shop, arrive(&p, &id, 3000));
    shop_expect(shop, transfer_cancel(shop->store, &shop->owner, &id, &shop->err));
    levels_are(&p, 9000, 0, 3000);
    shop_expect_error(shop, transfer_cancel(shop->store, &shop->owner, &id, &shop->err), ERROR_RULE,
                      "already");
    id = sent(&p, 5000);
    assert_non_null(shop_undo(shop, &shop->owner));
    levels_are(&p, 9000, 0, 3000);
    assert_string_equal(status(&p, &id), "cancelled");
    shop_check(shop);
}

static void test_drafts(void **state)
{
    struct shop *shop = *state;
    struct places p = set_up(shop);
    struct uuid id;
    struct transfer_entry entry = {shop->paint, 1000};
    shop_expect_error(
        shop,
        transfer_new(shop->store, &shop->owner, &p.here, &p.here, NULL, NULL, 0, &id, &shop->err),
        ERROR_INPUT, "another one");
    shop_expect_error(shop,
                      transfer_new(shop->store, &shop->owner, &p.here, &p.transit, NULL, NULL, 0,
                                   &id, &shop->err),
                      ERROR_INPUT, "Choose a store");
    shop_expect(shop, transfer_new(shop->store, &shop->owner, &p.here, &p.there, "for the weekend",
                                   NULL, 0, &id, &shop->err));
    shop_expect_error(shop, transfer_send(shop->store, &shop->owner, &id, &shop->err), ERROR_RULE,
                      "no goods yet");
    shop_expect(shop, transfer_set(shop->store, &shop->owner, &id, &entry, &shop->err));
    entry.quantity_milli = 2500;
    shop_expect(shop, transfer_set(shop->store, &shop->owner, &id, &entry, &shop->err));
    assert_int_equal(shop_integer(shop, "SELECT sum(sent_milli) FROM stock_transfer_lines", NULL),
                     2500);
    entry.quantity_milli = -1;
    shop_expect_error(shop, transfer_set(shop->store, &shop->owner, &id, &entry, &shop->err),
                      ERROR_INPUT, "how many");
    entry = (struct transfer_entry){shop->advice, 1000};
    shop_expect_error(shop, transfer_set(shop->store, &shop->owner, &id, &entry, &shop->err),
                      ERROR_RULE, "not kept");
    entry = (struct transfer_entry){shop->paint, 0};
    shop_expect(shop, transfer_set(shop->store, &shop->owner, &id, &entry, &shop->err));
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_transfer_lines", NULL), 0);
    shop_expect(shop, transfer_cancel(shop->store, &shop->owner, &id, &shop->err));
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 0);
    shop_expect_error(shop, arrive(&p, &id, 1000), ERROR_RULE, "is cancelled");
    id = sent(&p, 1000);
    entry = (struct transfer_entry){shop->roller, 1000};
    shop_expect_error(shop, transfer_receive(shop->store, &shop->owner, &id, &entry, 1, &shop->err),
                      ERROR_RULE, "not in transfer");
    shop_expect_error(shop, arrive(&p, &id, 0), ERROR_INPUT, "how many arrived");
    levels_are(&p, -1000, 1000, 0);
}

enum { GOODS = 40, STEPS = 100000, OF_ONE = 50 };

struct history {
    struct places p;
    struct uuid goods[GOODS];
    int64_t levels[GOODS][3]; /* here, there, on the way */
    unsigned seed;
};

static unsigned any(struct history *h, unsigned below)
{
    h->seed = h->seed * 1103515245U + 12345U;
    return (h->seed >> 8) % below;
}

/* Receipts, sales and losses, many of one operation; each is a step. */
static int step_moves(struct history *h)
{
    struct shop *shop = h->p.shop;
    struct operation *operation =
        operation_begin(shop->store, "stock.adjust", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    for (int i = 0; i < OF_ONE; i++) {
        static const char *const reasons[] = {"sale", "receive", "damage", "return"};
        const unsigned which = any(h, GOODS), place = any(h, 2);
        const int64_t milli = (int64_t)any(h, 20000) - 9999;
        if (milli == 0)
            continue;
        shop_expect(shop,
                    stock_move(operation, &h->goods[which], place == 0 ? &h->p.here : &h->p.there,
                               milli, reasons[any(h, 4)], NULL, NULL, NULL, &shop->err));
        h->levels[which][place] += milli;
    }
    shop_expect(shop, operation_commit(operation, &shop->err));
    return OF_ONE;
}

static int step_transfer(struct history *h)
{
    struct shop *shop = h->p.shop;
    const unsigned which = any(h, GOODS);
    const int64_t milli = 1 + any(h, 5000), part = 1 + any(h, (unsigned)milli);
    struct transfer_entry entry = {h->goods[which], milli};
    struct uuid id;
    shop_expect(shop, transfer_new(shop->store, &shop->owner, &h->p.here, &h->p.there, NULL, &entry,
                                   1, &id, &shop->err) &&
                          transfer_send(shop->store, &shop->owner, &id, &shop->err));
    entry.quantity_milli = part;
    shop_expect(shop, transfer_receive(shop->store, &shop->owner, &id, &entry, 1, &shop->err));
    h->levels[which][0] -= milli;
    h->levels[which][1] += part;
    if (part < milli && any(h, 2) == 0) {
        shop_expect(shop, transfer_cancel(shop->store, &shop->owner, &id, &shop->err));
        h->levels[which][0] += milli - part;
    } else {
        h->levels[which][2] += milli - part;
    }
    return 4;
}

static int step_count(struct history *h)
{
    struct shop *shop = h->p.shop;
    const struct count_scope scope = {.kind = "full"};
    struct uuid id;
    struct count_entry entries[8];
    shop_expect(shop, count_open(shop->store, &shop->owner, &h->p.here, &scope, &id, &shop->err));
    const unsigned first = any(h, GOODS - 8);
    for (unsigned i = 0; i < 8; i++)
        entries[i] = (struct count_entry){h->goods[first + i], any(h, 30000), false};
    shop->scratch.clock.now += 1000000;
    shop_expect(shop, count_add(shop->store, &shop->owner, &id, NULL, entries, 8, &shop->err));
    shop_expect(shop, count_close(shop->store, &shop->owner, &id, false, &shop->err));
    if (any(h, 4) == 0) {
        assert_non_null(shop_undo(shop, &shop->owner));
        shop_expect(shop, count_cancel(shop->store, &shop->owner, &id, &shop->err));
    } else {
        for (unsigned i = 0; i < 8; i++)
            h->levels[first + i][0] = entries[i].counted_milli;
    }
    return 11;
}

static void compare(struct history *h)
{
    struct shop *shop = h->p.shop;
    assert_int_equal(
        shop_integer(shop,
                     "SELECT count(*) FROM (SELECT variant_id, location_id, on_hand_milli FROM "
                     "stock_levels EXCEPT SELECT variant_id, location_id, on_hand_milli FROM "
                     "stock_levels_recomputed)",
                     NULL),
        0);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM (SELECT variant_id, location_id, "
                                  "on_hand_milli FROM stock_levels_recomputed EXCEPT SELECT "
                                  "variant_id, location_id, on_hand_milli FROM stock_levels)",
                                  NULL),
                     0);
    const struct uuid *places[] = {&h->p.here, &h->p.there, &h->p.transit};
    for (int i = 0; i < GOODS; i++)
        for (int k = 0; k < 3; k++)
            assert_int_equal(at(shop, &h->goods[i], places[k]), h->levels[i][k]);
}

static void test_stock_is_the_sum_of_its_movements(void **state)
{
    struct shop *shop = *state;
    struct history *h = memory_new(sizeof *h);
    h->p = set_up(shop);
    h->seed = 7;
    shop_expect(shop, store_set_durable(shop->store, false, &shop->err));
    for (int i = 0; i < GOODS; i++) {
        char sku[16];
        snprintf(sku, sizeof sku, "G-%02d", i);
        h->goods[i] = shop_product(shop, sku, sku, 100, true);
    }
    int steps = 0;
    for (int round = 0; steps < STEPS; round++) {
        const unsigned what = any(h, 20);
        steps += what == 0 ? step_transfer(h) : what == 1 ? step_count(h) : step_moves(h);
        if (round % 100 == 0)
            compare(h);
    }
    compare(h);
    free(h);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_in_several_goes),
        TEST(test_a_difference_needs_a_reason),
        TEST(test_brought_back),
        TEST(test_drafts),
        TEST(test_stock_is_the_sum_of_its_movements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
