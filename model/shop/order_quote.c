#include "model/shop/order_parts.h"

#include <stdio.h>

bool order_from_quote(struct store *store, const struct actor *actor, const struct uuid *quote,
                      struct uuid *id, struct error *err)
{
    struct arena *arena = arena_new();
    struct order stored;
    struct basket basket = {0};
    bool done =
        order_require(store, quote, arena, &stored, err) && basket_of_order(&basket, &stored, err);
    if (done) {
        snprintf(basket.kind, sizeof basket.kind, "sale");
        basket.original_id = *quote;
        basket.order_id = (struct uuid){{0}};
        for (size_t i = 0; i < basket.count; i++)
            basket.lines[i].id = (struct uuid){{0}};
        done = order_save(store, actor, &basket, "draft", id, err);
    }
    basket_done(&basket);
    arena_free(arena);
    return done;
}
