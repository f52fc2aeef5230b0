/* Buying by the keys: the reorder list, a draft, what comes of it, and whom it comes from. */
#include "model/stock/purchase.h"
#include "model/stock/stock.h"
#include "tests/model/shop.h"
#include "tests/tui/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct uuid add_supplier(struct shop *shop, const char *name, int64_t days)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "phone", .value = value_text("030 23125")},
        {.column = "currency", .value = value_text("EUR")},
        {.column = "lead_days", .value = value_integer(days)},
    };
    return shop_insert(shop, "suppliers", changes, 4);
}

static void offer(struct shop *shop, const struct uuid *supplier, const struct uuid *variant,
                  const char *code, int64_t cents, int64_t pack)
{
    const struct change changes[] = {
        {.column = "supplier_id", .value = value_uuid(supplier)},
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "supplier_sku", .value = value_text(code)},
        {.column = "cost_cents", .value = value_integer(cents)},
        {.column = "currency", .value = value_text("EUR")},
        {.column = "pack_milli", .value = value_integer(pack)},
    };
    shop_insert(shop, "supplier_products", changes, 6);
}

static void add_rule(struct shop *shop, const struct uuid *variant)
{
    const struct change rule[] = {
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
        {.column = "reorder_min_milli", .value = value_integer(5000)},
        {.column = "reorder_max_milli", .value = value_integer(20000)},
    };
    shop_insert(shop, "stock_rules", rule, 4);
}

/* Paint and rollers run short, and a brush that nobody delivers. */
static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    struct uuid havel = add_supplier(shop, "Havel Farbenfabrik", 3);
    struct uuid kontor = add_supplier(shop, "Kontor Holz", 9);
    struct uuid brush = shop_product(shop, "Brush", "BR-1", 500, true);
    offer(shop, &havel, &shop->paint, "HV-1", 2000, 6000);
    offer(shop, &kontor, &shop->roller, "K-77", 310, 10000);
    add_rule(shop, &shop->paint);
    add_rule(shop, &shop->roller);
    add_rule(shop, &brush);
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, &shop->paint,
                                   &shop->owner.location_id, 4000, "count", NULL, &shop->err));
    return 0;
}

static int tear_down(void **state)
{
    shop_check(*state);
    return shop_teardown(state);
}

static void play(struct shop *shop, const char *steps)
{
    scene_play(shop->scratch.folder, "Olga Owner", steps);
}

static int64_t count(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

static void check_sizes(struct shop *shop, const char *name)
{
    static const char *const sizes[] = {"80x24", "60x15", "200x50"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        scene_check(shop->scratch.folder, arena_format(shop->arena, "%s_%s", name, sizes[i]));
}

#define SIZES(name)                                                                                \
    "save " name "_80x24\nsize 60 15\nsave " name "_60x15\nsize 200 50\nsave " name "_200x50\n"    \
    "size 80 24\n"

static void test_drafts_of_what_runs_short(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-N\nexpect nobody\n" SIZES("reorder") "keys + p\nexpect Brush: nobody\n"
                                                              "expect 2 drafts\nreject Roller\n");
    check_sizes(shop, "reorder");
    assert_int_equal(count(shop, "SELECT count(*) FROM purchase_orders"), 2);
    assert_int_equal(count(shop, "SELECT sum(ordered_milli) FROM purchase_order_lines"), 38000);
    play(shop, "keys alt-N u\nexpect Undone\nexpect Roller\n");
    assert_int_equal(count(shop, "SELECT count(*) FROM purchase_orders"), 0);
    play(shop, "keys alt-N /\ntype supplier:nobody\nkeys enter p\n"
               "expect nothing to order\n");
}

static void test_a_draft_is_written_sent_and_received(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-B\nexpect No purchase orders\nkeys n\ntype hav\nkeys enter enter\n"
               "expect PO-\nexpect No goods yet\nscan 4006381333931\nexpect Latex white\n"
               "keys enter\nexpect How many are ordered?\nkeys ctrl-u\ntype 12\nkeys enter\n"
               "keys a\ntype 3*ROLL-25\nkeys enter\nexpect Roller\nkeys down m\nexpect What does "
               "one cost?\n"
               "keys ctrl-u\ntype 3.10\nkeys enter\nexpect 3.10\nkeys up b\n"
               "expect Send it to the supplier first\nkeys s\nexpect is ordered\n"
               "scan HV-1\nkeys enter\nexpect How many came?\nkeys ctrl-u\ntype 13\nkeys enter\n"
               "expect over\nexpect not booked yet\n" SIZES(
                   "purchase") "keys b\n"
                               "expect more came than was ordered\nexpect part received\n");
    check_sizes(shop, "purchase");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 17000);
    play(shop,
         "keys alt-B\n" SIZES("purchases") "keys enter c\nexpect say why it does not come\n"
                                           "keys enter\nexpect Say why\ntype sold out\nkeys "
                                           "enter\nexpect Closed short\n"
                                           "expect sold out\nkeys e enter\nexpect Written to\n");
    check_sizes(shop, "purchases");
    assert_int_equal(count(shop, "SELECT count(*) FROM purchase_orders WHERE status = 'received'"),
                     1);
    play(shop, "keys alt-B u\nexpect Undone\nkeys u\nexpect Undo this?\nkeys y\nexpect Undone\n");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 4000);
}

/* What came and is not booked would be lost. */
static void test_leaving_asks_for_what_is_not_booked(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys alt-B n\ntype kon\nkeys enter enter a\ntype K-77\nkeys enter\n"
               "expect Roller\nkeys s A\nexpect not booked yet\nkeys esc\nexpect ?\n");
    assert_int_equal(shop_on_hand(shop, &shop->roller), 0);
    play(shop, "keys alt-B enter\nscan 4006381333931\nexpect was not ordered with\n"
               "scan 12345\nexpect No goods have the code\nkeys x\nexpect Why it is cancelled\n"
               "type too dear\nkeys enter\nexpect Cancelled\nkeys b\nexpect It is closed\n");
}

static void test_suppliers_and_what_they_sell(void **state)
{
    struct shop *shop = *state;
    play(shop, "keys :\ntype suppliers\nkeys enter\n" SIZES("suppliers") "keys enter\n" SIZES(
                   "supplier") "keys n\ntype Bru\nkeys enter tab\ntype HV-9\nkeys tab\n"
                               "type 1,234,5\nkeys tab shift-tab ctrl-u\ntype 2.10\nkeys enter\n"
                               "expect HV-9\nexpect 2.10\nkeys p\nexpect A new purchase order\n"
                               "expect Havel\n");
    check_sizes(shop, "suppliers");
    check_sizes(shop, "supplier");
    assert_int_equal(count(shop, "SELECT cost_cents FROM supplier_products WHERE supplier_sku ="
                                 " 'HV-9'"),
                     210);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_drafts_of_what_runs_short),
        CASE(test_a_draft_is_written_sent_and_received),
        CASE(test_leaving_asks_for_what_is_not_booked),
        CASE(test_suppliers_and_what_they_sell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
