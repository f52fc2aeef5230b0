/* What the sale prints: its receipt, and the pulse that opens the drawer. A register without a
 * printer sells all the same. */
#include "tui/screens/sale.h"

#include "model/paper/paper_print.h"
#include "model/paper/print_queue.h"

/* False, said where it is a fault, when the register has no printer. */
static bool has_printer(struct app *app, struct printer *printer)
{
    struct error err;
    if (printer_of_register(app_store(app), &app_actor(app)->register_id, printer, &err))
        return true;
    if (err.code != ERROR_RULE && err.code != ERROR_NOT_FOUND)
        app_toast_error(app, &err);
    return false;
}

void counter_open_drawer(struct counter *counter)
{
    struct printer printer;
    struct error err;
    const struct uuid *place = &app_actor(counter->app)->register_id;
    if (has_printer(counter->app, &printer) && printer.drawer_pin >= 0 &&
        !print_queue_drawer(app_store(counter->app), place, &err))
        app_toast_error(counter->app, &err);
}

static void print(struct counter *counter, const struct uuid *order)
{
    struct error err;
    if (!paper_print_receipt(app_store(counter->app), app_actor(counter->app), order, &err))
        app_toast_error(counter->app, &err);
}

void counter_print(struct counter *counter, bool has_cash)
{
    struct printer printer;
    if (has_cash)
        counter_open_drawer(counter);
    if (has_printer(counter->app, &printer))
        print(counter, &counter->last.order_id);
}

void counter_reprint(struct counter *counter, const char *number)
{
    struct error err;
    struct uuid order = counter->last.order_id;
    int found =
        number[0] == '\0' ? 1 : order_find_number(app_store(counter->app), number, &order, &err);
    if (found == 1) {
        print(counter, &order);
    } else if (found == 0) {
        app_toast(counter->app, TOAST_WARNING, "No sale has the number %s.", number);
        app_beep(counter->app);
    } else {
        app_toast_error(counter->app, &err);
    }
}
