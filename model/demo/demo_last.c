/* The last actions of the day, by the verbs of the domains: so that there is something to undo and
 * the history is not empty. */
#include "model/base/text.h"
#include "model/catalog/product.h"
#include "model/demo/demo_parts.h"
#include "model/shop/order.h"
#include "model/stock/stock.h"

static bool park(struct demo *demo, const struct actor *actor)
{
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    basket.notes = memory_text("Comes back with the colour chart");
    bool is_done =
        basket_add(&basket, demo->store, &demo_good_for_sale(demo, demo->good_count / 2)->variant,
                   2000, NULL, demo->err) &&
        basket_add(&basket, demo->store, &demo->goods[1].variant, 1000, NULL, demo->err) &&
        order_save(demo->store, actor, &basket, "parked", NULL, demo->err);
    basket_done(&basket);
    return is_done;
}

static bool sell(struct demo *demo, const struct actor *actor)
{
    struct basket basket;
    struct uuid order;
    const struct demo_good *dear = demo_good_for_sale(demo, demo->good_count - 1);
    basket_init(&basket, "sale", "EUR");
    const struct demo_customer *customer = &demo->customers[0];
    basket.customer_id = customer->id;
    text_copy(basket.customer_name, sizeof basket.customer_name, customer->name);
    text_copy(basket.customer_email, sizeof basket.customer_email,
              customer->email != NULL ? customer->email : "");
    bool is_done = basket_add(&basket, demo->store, &dear->variant, 1000, NULL, demo->err) &&
                   order_save(demo->store, actor, &basket, "pending", &order, demo->err);
    struct tender cash = {.method = "cash",
                          .amount_cents = basket.total_cents,
                          .tendered_cents = (basket.total_cents / 5000 + 1) * 5000};
    is_done = is_done && order_pay(demo->store, actor, &order, &cash, NULL, demo->err);
    basket_done(&basket);
    return is_done;
}

/* A note on the youngest order that is still open. */
static bool annotate(struct demo *demo, const struct actor *actor)
{
    const struct change note = {.column = "notes",
                                .value = value_text("Rang at noon: leave it at the baker's")};
    struct statement *statement = store_prepare(
        demo->store, "SELECT id FROM orders WHERE status = 'paid' ORDER BY placed_at DESC LIMIT 1",
        demo->err);
    if (statement == NULL)
        return false;
    struct uuid id;
    int found = statement_step(statement, demo->err);
    bool is_known = found > 0 && statement_uuid(statement, 0, &id);
    statement_done(statement);
    return found == 0 || (is_known && order_edit(demo->store, actor, &id, &note, 1, demo->err));
}

bool demo_last_actions(struct demo *demo)
{
    struct actor owner, anna, ben;
    const struct demo_good *last = &demo->goods[demo->good_count - 1];
    return actor_find(demo->store, NULL, &owner, demo->err) &&
           actor_find(demo->store, "anna", &anna, demo->err) &&
           actor_find(demo->store, "ben", &ben, demo->err) && park(demo, &ben) &&
           sell(demo, &anna) &&
           (!last->is_stocked ||
            stock_adjust(demo->store, &anna, &last->variant, &demo->places[MITTE], -1000, "damage",
                         "Fell from the ladder", demo->err)) &&
           annotate(demo, &owner);
}
