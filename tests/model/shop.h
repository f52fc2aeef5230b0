/* A small shop to buy in: made by tenant_create(), with an owner, a cashier without further rights,
 * a few goods and a customer. Its clock stands at noon of 20 November 2026 in Berlin. */
#ifndef TESTS_MODEL_SHOP_H
#define TESTS_MODEL_SHOP_H

#include "model/shop/order.h"
#include "tests/model/scratch.h"

struct shop {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    struct error err;
    struct actor owner, cashier;
    struct uuid tenant;
    struct uuid paint;    /* 39.90, 19 %, barcode 4006381333931, stocked */
    struct uuid roller;   /* 8.50, 19 %, SKU ROLL-25, stocked */
    struct uuid advice;   /* 60.00, 19 %, not stocked */
    struct uuid customer; /* Jo Meyer, 0151 23456 */
};

/* cmocka's setup and teardown; *state is a struct shop in EUR. */
int shop_setup(void **state);
int shop_teardown(void **state);
/* The same in another currency: prices are as many minor units. */
int shop_setup_yen(void **state);
int shop_setup_dinar(void **state);

/* What must work fails the test with the error's sentence. */
void shop_expect(struct shop *shop, bool is_done);
/* What must not work: with that code, and a sentence that holds the words. */
void shop_expect_error(struct shop *shop, bool is_done, enum error_code code, const char *words);

struct uuid shop_product(struct shop *shop, const char *name, const char *sku, int64_t cents,
                         bool is_stocked);
/* A row of any table, written in an operation of its own. */
struct uuid shop_insert(struct shop *shop, const char *table, const struct change *changes,
                        size_t count);
/* An order of `pieces` of the goods, with the status draft, parked or pending. */
struct uuid shop_order(struct shop *shop, const struct uuid *variant, int64_t pieces,
                       const char *status);
struct order *shop_load(struct shop *shop, const struct uuid *id);
bool shop_pay(struct shop *shop, const struct uuid *id, const char *method, int64_t cents);
void shop_move(struct shop *shop, const struct uuid *id, const char *status);
const char *shop_status(struct shop *shop, const struct uuid *id);
/* Undoes the actor's last operation; the summary is in the arena, NULL when it was refused. */
const char *shop_undo(struct shop *shop, const struct actor *actor);

/* The setting with which a terminal of a centre asks nobody for a password. */
void shop_open_door(struct shop *shop);

int64_t shop_integer(struct shop *shop, const char *sql, const struct uuid *id);
int64_t shop_on_hand(struct shop *shop, const struct uuid *variant);
/* All sums, levels and indexes are what their rows say, and no reference leads nowhere. */
void shop_check(struct shop *shop);

#endif
