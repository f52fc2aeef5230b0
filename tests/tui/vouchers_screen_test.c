/* The screens of discounts and gift cards, and both on an order and by the command line. */
#include "model/base/instant.h"
#include "model/shop/gift_card.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tests/tui/scene.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add_discount(struct shop *shop, const char *code, const char *name, const char *kind,
                         struct change value, int64_t starts_at)
{
    const struct change changes[] = {
        {.column = "code", .value = value_text(code)},
        {.column = "name", .value = value_text(name)},
        {.column = "discount_type", .value = value_text(kind)},
        {.column = "starts_at", .value = starts_at != 0 ? value_integer(starts_at) : value_null()},
        value,
    };
    shop_insert(shop, "discounts", changes, 5);
}

static void sell(struct shop *shop, const char *code, int64_t cents)
{
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add_gift_card(&basket, shop->store, code, cents, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, shop_pay(shop, &id, "cash", cents));
}

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    int64_t advent = shop->scratch.clock.now + 10 * DAY_US;
    add_discount(shop, "SPRING5", "Five percent in spring", "percentage",
                 (struct change){.column = "value_bp", .value = value_integer(500)}, 0);
    add_discount(shop, "TENNER", "Ten euros off", "fixed_amount",
                 (struct change){.column = "value_cents", .value = value_integer(1000)}, 0);
    add_discount(shop, "FREESHIP", "Free delivery in Advent", "free_shipping",
                 (struct change){.column = "minimum_order_cents", .value = value_integer(5000)},
                 advent);
    sell(shop, "CARD-1", 5000);
    sell(shop, "CARD-2", 2500);
    return 0;
}

static void play(struct shop *shop, const char *steps)
{
    scene_play(shop->scratch.folder, "Olga Owner", steps);
}

static void check_sizes(struct shop *shop, const char *name)
{
    static const char *const sizes[] = {"80x24", "60x15", "200x50"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        scene_check(shop->scratch.folder, arena_format(shop->arena, "%s_%s", name, sizes[i]));
}

static void test_discounts_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype discounts\nkeys enter\nexpect SPRING5\nsave discounts_80x24\n"
               "size 60 15\nsave discounts_60x15\nsize 200 50\nsave discounts_200x50\n"
               "size 80 24\nkeys /\ntype state:coming\nkeys enter\nexpect FREESHIP\n"
               "reject SPRING5\n");
    check_sizes(shop, "discounts");
}

static void test_a_discount_is_made_in_a_persons_words(void **state)
{
    play(*state, "keys :\ntype discounts\nkeys enter\nexpect SPRING5\nkeys n\nexpect Takes off\n"
                 "expect Percent off\nexpect Counts until\nreject Value\nkeys tab tab\n"
                 "expect A percentage of the goods\nkeys esc\n");
}

static void test_a_gift_card_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype gift cards\nkeys enter\nexpect CARD-1\nkeys enter\nexpect Holds\n"
               "expect sold\nsave gift_card_80x24\nsize 60 15\nsave gift_card_60x15\n"
               "size 200 50\nsave gift_card_200x50\nsize 80 24\nkeys r\nexpect Initial\n");
    check_sizes(shop, "gift_card");
}

static void test_gift_cards_in_three_sizes(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype gift cards\nkeys enter\nexpect CARD-1\nsave gift_cards_80x24\n"
               "size 60 15\nsave gift_cards_60x15\nsize 200 50\nsave gift_cards_200x50\n"
               "size 80 24\nkeys /\ntype balance>30\nkeys enter\nexpect CARD-1\nreject CARD-2\n");
    check_sizes(shop, "gift_cards");
}

static int64_t active(struct shop *shop, const char *table)
{
    return shop_integer(
        shop, arena_format(shop->arena, "SELECT count(*) FROM %s WHERE is_active", table), NULL);
}

static void test_switching_off_is_undone(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype discounts\nkeys enter\nexpect SPRING5\nkeys a\n"
               "expect It takes nothing off now\n");
    assert_int_equal(active(shop, "discounts"), 2);
    play(shop, "keys u\n");
    assert_int_equal(active(shop, "discounts"), 3);
    play(shop, "keys :\ntype gift cards\nkeys enter\nexpect CARD-1\nkeys a\n"
               "expect It pays nothing now\nexpect closed\nkeys a\nexpect It pays again\n");
    assert_int_equal(active(shop, "gift_cards"), 2);
    scene_play(shop->scratch.folder, "Kim",
               "keys :\ntype discounts\nkeys enter\nexpect SPRING5\nkeys a\nexpect catalog.edit\n");
    assert_int_equal(active(shop, "discounts"), 3);
}

static void test_a_coupon_on_an_order(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys n\ntype 4006381333931\nkeys enter alt-q\ntype spring5\nkeys enter\n"
               "expect SPRING5\nexpect 37.90\nkeys alt-q\ntype freeship\nkeys enter\n"
               "expect counts from 2026-11-30\nkeys alt-q\ntype nothing\nkeys enter\n"
               "expect There is no coupon 'nothing'\nsave coupon_80x24\nkeys f2\n");
    scene_check(shop->scratch.folder, "coupon_80x24");
    assert_int_equal(shop_integer(shop, "SELECT amount_cents FROM order_discounts", NULL), 200);
}

static void test_a_gift_card_on_an_order(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype gift cards\nkeys enter n\ntype 12.50\nkeys enter\nexpect TO PAY\n"
               "expect 12.50\nexpect Gift card\nkeys alt-u\ntype 7.50\nkeys enter\nexpect 20.00\n"
               "keys f2\n");
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM order_items "
                                  "WHERE metadata ->> '$.gift_card' IS NOT NULL",
                                  NULL),
                     4);
}

static void test_a_work_order_is_ordered_with_one_key(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "work_order", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    play(shop, "keys enter o\nexpect is ordered\nkeys o\nexpect is ordered already\n");
    assert_string_equal(shop_status(shop, &id), "pending");
    assert_int_equal(shop_on_hand(shop, &shop->paint), -1000);
    assert_int_equal(order_due(shop_load(shop, &id)), 3990);
}

#define RUN(command, ...) COMMAND(command, "--store", shop->scratch.store, __VA_ARGS__)

static void test_the_command_line(void **state)
{
    struct shop *shop = *state;
    struct command command;
    command_init(&command);
    command.env = &shop->scratch.env;
    assert_int_equal(RUN(&command, "gift-card", "sell", "30", "--code", "CARD-3", "--tsv"), CLI_OK);
    assert_non_null(strstr(command.out, "CARD-3\t30.00\t30.00\tEUR\tyes\n"));
    assert_int_equal(RUN(&command, "gift-card", "sell", "30", "--code", "CARD-3"), CLI_REFUSED);
    assert_non_null(strstr(command.err, "sold already"));
    assert_int_equal(RUN(&command, "gift-card", "sell", "0"), CLI_USAGE);
    assert_int_equal(RUN(&command, "gift-card", "sell", "5", "--dry-run"), CLI_OK);
    assert_int_equal(RUN(&command, "gift-card", "balance", "CARD-1", "--json"), CLI_OK);
    assert_non_null(strstr(command.out, "\"available\":\"50.00\""));
    assert_int_equal(RUN(&command, "gift-card", "balance", "CARD-9"), CLI_NOT_FOUND);
    assert_int_equal(
        RUN(&command, "gift-card", "list", "--fields", "code,balance", "--sort", "code"), CLI_OK);
    assert_string_equal(command.out, "CARD-1\t50.00\nCARD-2\t25.00\nCARD-3\t30.00\n");
    assert_int_equal(RUN(&command, "discounts", "list", "--fields", "code,state,used", "--sort",
                         "code", "--filter", "state:running"),
                     CLI_OK);
    assert_string_equal(command.out, "SPRING5\trunning\t0\nTENNER\trunning\t0\n");
    assert_int_equal(RUN(&command, "orders", "new", "--item", "ROLL-25", "--coupon", "spring5"),
                     CLI_OK);
    assert_int_equal(RUN(&command, "orders", "new", "--item", "ROLL-25", "--coupon", "FREESHIP"),
                     CLI_REFUSED);
    assert_int_equal(
        RUN(&command, "discounts", "list", "--fields", "used", "--filter", "code=SPRING5"), CLI_OK);
    assert_string_equal(command.out, "1\n");
    command_done(&command);
    shop_check(shop);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(test_discounts_in_three_sizes),
        WITH(test_gift_cards_in_three_sizes),
        WITH(test_a_gift_card_in_three_sizes),
        WITH(test_a_discount_is_made_in_a_persons_words),
        WITH(test_switching_off_is_undone),
        WITH(test_a_coupon_on_an_order),
        WITH(test_a_work_order_is_ordered_with_one_key),
        WITH(test_a_gift_card_on_an_order),
        WITH(test_the_command_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
