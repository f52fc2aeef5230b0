/* Look-up of goods by a name, for what no code is. */
#ifndef TUI_SCREENS_GOODS_PICK_H
#define TUI_SCREENS_GOODS_PICK_H

#include "model/catalog/product.h"
#include "tui/app.h"

/* "roller" or "3*roller". The only one that the name fits is taken at once; of several the person
 * chooses. `done` is called once, with the variant (until it returns) and how much of it, or with
 * NULL: nothing was chosen, or nothing has that name, which the person has then been told. */
typedef void goods_picked(struct app *app, void *context, const struct uuid *variant,
                          int64_t quantity_milli);
void goods_pick(struct app *app, const char *text, goods_picked *done, void *context);

#endif
