#include "tests/model/shop.h"

#include "model/base/instant.h"
#include "model/catalog/product.h"
#include "model/shop/tenant.h"
#include "model/store/derived.h"
#include "model/store/store_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOON = 1795172400 }; /* seconds: 2026-11-20 12:00 in Berlin */

void shop_expect(struct shop *shop, bool is_done)
{
    if (!is_done)
        fail_msg("%s", shop->err.text);
}

void shop_expect_error(struct shop *shop, bool is_done, enum error_code code, const char *words)
{
    if (is_done)
        fail_msg("worked, but should say '%s'", words);
    if (shop->err.code != code || strstr(shop->err.text, words) == NULL)
        fail_msg("code %d: '%s' does not say '%s'", (int)shop->err.code, shop->err.text, words);
    assert_false(store_in_transaction(shop->store));
}

static struct operation *begin(struct shop *shop, const char *kind)
{
    struct operation *operation = operation_begin(shop->store, kind, &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    return operation;
}

struct uuid shop_insert(struct shop *shop, const char *table, const struct change *changes,
                        size_t count)
{
    struct uuid id;
    struct operation *operation = begin(shop, "record.create");
    shop_expect(shop, record_insert(operation, table, changes, count, &id, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    return id;
}

struct uuid shop_product(struct shop *shop, const char *name, const char *sku, int64_t cents,
                         bool is_stocked)
{
    struct uuid id;
    struct arena *arena = arena_new();
    struct record tenant;
    const struct table *table = schema_table(store_schema(shop->store), "tenants");
    assert_int_equal(record_get(shop->store, table, &shop->tenant, arena, &tenant, &shop->err), 1);
    const struct change more[] = {
        {.column = "currency", .value = record_value(&tenant, "default_currency")},
        {.column = "is_stocked", .value = value_integer(is_stocked)},
    };
    struct operation *operation = begin(shop, "product.create");
    shop_expect(shop, product_insert(operation, name, sku, cents, more, 2, &id, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    arena_free(arena);
    return id;
}

static void create_tenant(struct shop *shop, const char *currency)
{
    const struct tenant_details details = {.name = "Meyer Farben",
                                           .owner_name = "Olga Owner",
                                           .owner_email = "olga@meyer.example",
                                           .currency = currency,
                                           .zone = "Europe/Berlin",
                                           .country = "DE"};
    struct operation *operation = begin(shop, "shop.create");
    shop_expect(shop, tenant_create(operation, &details, &shop->tenant, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    shop_expect(shop, actor_find(shop->store, NULL, &shop->owner, &shop->err));
}

static void add_cashier(struct shop *shop)
{
    const struct change user[] = {
        {.column = "username", .value = value_text("kim")},
        {.column = "email", .value = value_text("kim@meyer.example")},
        {.column = "display_name", .value = value_text("Kim Cashier")},
        {.column = "status", .value = value_text("active")},
    };
    struct uuid kim = shop_insert(shop, "users", user, 4);
    struct uuid role = uuid_derived(&shop->tenant, "role:employee");
    const struct change employee[] = {
        {.column = "user_id", .value = value_uuid(&kim)},
        {.column = "role_id", .value = value_uuid(&role)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
    };
    shop_insert(shop, "user_roles", employee, 3);
    shop_expect(shop, actor_find(shop->store, "kim", &shop->cashier, &shop->err));
}

static void add_goods(struct shop *shop)
{
    shop->paint = shop_product(shop, "Latex white 10 l", "LATEX-10", 3990, true);
    shop->roller = shop_product(shop, "Roller 25 cm", "ROLL-25", 850, true);
    shop->advice = shop_product(shop, "Colour advice", NULL, 6000, false);
    const struct change barcode[] = {
        {.column = "variant_id", .value = value_uuid(&shop->paint)},
        {.column = "barcode", .value = value_text("4006381333931")},
    };
    shop_insert(shop, "product_barcodes", barcode, 2);
    const struct change customer[] = {
        {.column = "name", .value = value_text("Jo Meyer")},
        {.column = "phone", .value = value_text("0151 23456")},
    };
    shop->customer = shop_insert(shop, "customer_profiles", customer, 2);
}

static int setup(void **state, const char *currency)
{
    struct shop *shop = memory_new(sizeof *shop);
    scratch_init(&shop->scratch);
    shop->scratch.clock.now = NOON * SECOND_US;
    shop->arena = arena_new();
    snprintf(shop->owner.name, sizeof shop->owner.name, "setup");
    shop->store = store_open(shop->scratch.store, STORE_CREATE, &shop->scratch.env, &shop->err);
    shop_expect(shop, shop->store != NULL);
    create_tenant(shop, currency);
    add_cashier(shop);
    add_goods(shop);
    *state = shop;
    return 0;
}

int shop_setup(void **state)
{
    return setup(state, "EUR");
}

int shop_setup_yen(void **state)
{
    return setup(state, "JPY");
}

int shop_setup_dinar(void **state)
{
    return setup(state, "KWD");
}

int shop_teardown(void **state)
{
    struct shop *shop = *state;
    store_close(shop->store);
    arena_free(shop->arena);
    scratch_done(&shop->scratch);
    free(shop);
    return 0;
}

struct uuid shop_order(struct shop *shop, const struct uuid *variant, int64_t pieces,
                       const char *status)
{
    struct basket basket;
    struct uuid id;
    struct sellable goods;
    assert_int_equal(product_by_variant(shop->store, variant, shop->arena, &goods, &shop->err), 1);
    basket_init(&basket, "sale", goods.currency);
    shop_expect(shop, basket_add(&basket, shop->store, variant, pieces * 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, status, &id, &shop->err));
    basket_done(&basket);
    return id;
}

struct order *shop_load(struct shop *shop, const struct uuid *id)
{
    struct order *order = arena_alloc(shop->arena, sizeof *order);
    assert_int_equal(order_load(shop->store, id, shop->arena, order, &shop->err), 1);
    return order;
}

bool shop_pay(struct shop *shop, const struct uuid *id, const char *method, int64_t cents)
{
    const struct tender tender = {.method = method, .amount_cents = cents};
    return order_pay(shop->store, &shop->owner, id, &tender, NULL, &shop->err);
}

void shop_move(struct shop *shop, const struct uuid *id, const char *status)
{
    shop_expect(shop,
                order_set_status(shop->store, &shop->owner, id, status, "because", &shop->err));
}

const char *shop_status(struct shop *shop, const struct uuid *id)
{
    return shop_load(shop, id)->status;
}

const char *shop_undo(struct shop *shop, const struct actor *actor)
{
    struct buffer summary;
    buffer_init(&summary);
    bool is_done = operation_undo(shop->store, actor, &summary, &shop->err);
    const char *text = is_done ? arena_text(shop->arena, summary.text) : NULL;
    buffer_done(&summary);
    assert_false(store_in_transaction(shop->store));
    return text;
}

void shop_open_door(struct shop *shop)
{
    const struct change setting[] = {
        {.column = "name", .value = value_text("sign_in")},
        {.column = "value", .value = value_text("{\"required\":false}")},
    };
    shop_insert(shop, "app_settings", setting, sizeof setting / sizeof setting[0]);
}

int64_t shop_integer(struct shop *shop, const char *sql, const struct uuid *id)
{
    int64_t number = 0;
    if (store_find_integer(shop->store, &number, sql, &shop->err, id != NULL ? "u" : "", id) < 0)
        fail_msg("%s", shop->err.text);
    return number;
}

int64_t shop_on_hand(struct shop *shop, const struct uuid *variant)
{
    return shop_integer(
        shop, "SELECT coalesce(sum(on_hand_milli), 0) FROM stock_levels WHERE variant_id = ?1",
        variant);
}

static void tell(void *context, const char *table, int64_t missing, int64_t extra)
{
    (void)context;
    print_error("%s: %d missing, %d too many\n", table, (int)missing, (int)extra);
}

void shop_check(struct shop *shop)
{
    int wrong = derived_check(shop->store, tell, NULL, &shop->err);
    shop_expect(shop, wrong >= 0);
    assert_int_equal(wrong, 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM pragma_foreign_key_check", NULL), 0);
}
