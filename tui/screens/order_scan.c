/* What a scan does on the screens of orders. */
#include "model/catalog/product.h"
#include "tui/screens/orders.h"

/* The order of that number, or a new one with the item of that code. */
unsigned orders_take_scan(struct app *app, const char *code)
{
    struct uuid id;
    struct error err;
    struct arena *arena = arena_new();
    struct sellable goods;
    int found = order_find_number(app_store(app), code, &id, &err);
    if (found == 1 && !order_detail_open(app, &id, &err))
        found = -1;
    if (found == 0) {
        found = product_by_code(app_store(app), code, arena, &goods, &err);
        if (found == 1)
            order_form_new(app, "sale", code);
    }
    if (found == 0)
        app_toast(app, TOAST_WARNING, "No order and no product has the code %s.", code);
    if (found == 0)
        app_beep(app);
    if (found < 0)
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_HANDLED;
}
