#include "model/shop/order_parts.h"

#include <stdio.h>
#include <string.h>

bool order_check_quote(struct store *store, const struct uuid *id, struct arena *arena,
                       struct error *err)
{
    struct order loaded;
    const struct order *quote = &loaded;
    if (!order_require(store, id, arena, &loaded, err))
        return false;
    if (strcmp(quote->kind, "quote") != 0)
        return error_set(err, ERROR_RULE, "%s is a %s; only a quote becomes an order",
                         quote->number, quote->kind);
    if (strcmp(quote->status, "accepted") != 0)
        return error_set(err, ERROR_RULE, "%s is %s; it becomes an order once it is accepted",
                         quote->number, quote->status);
    struct statement *statement = store_prepare(
        store,
        "SELECT order_number FROM orders WHERE original_order_id = ?1 AND kind = 'sale' "
        "AND status <> 'cancelled' AND deleted_at IS NULL",
        err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &quote->id);
    int found = statement_step(statement, err);
    if (found == 1)
        error_set(err, ERROR_RULE, "%s became %s already", quote->number,
                  statement_text(statement, 0));
    statement_done(statement);
    return found == 0;
}

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
