/* Look-up of a customer by name, phone number or card, with a new one in two fields. */
#ifndef TUI_SCREENS_CUSTOMER_PICK_H
#define TUI_SCREENS_CUSTOMER_PICK_H

#include "model/shop/customer.h"
#include "tui/app.h"

/* `done` is called once, with the customer (until it returns), or NULL when none was chosen; "no
 * customer" comes as one whose id is zero. */
void customer_pick(struct app *app, const char *typed,
                   void (*done)(struct app *app, void *context, const struct customer *customer),
                   void *context);

#endif
