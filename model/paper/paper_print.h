/* From a row of the shop to the print queue of the actor's register, in one call that never waits
 * for a printer. Each fails where the register has no printer, and then nothing was queued. */
#ifndef MODEL_PAPER_PRINT_H
#define MODEL_PAPER_PRINT_H

#include "model/operation/actor.h"
#include "model/paper/paper_text.h"

/* The receipt of an order as it is now. One that waits or failed is tried again rather than made
 * anew; once it was printed, a further one says "COPY 2". Right: orders.edit. */
bool paper_print_receipt(struct store *store, const struct actor *actor, const struct uuid *order,
                         struct error *err);
/* A report about a row, such as a Z report about its cash session (table and row may be NULL); said
 * again, it is a copy. The right was asked by whoever made the lines. */
bool paper_print_report(struct store *store, const struct actor *actor, const char *title,
                        const struct paper_line *lines, size_t count, const char *table,
                        const struct uuid *row, struct error *err);
/* A job of the queue once more: what waits, failed or was cancelled as it is; what came out already
 * as a copy that says so. Right: orders.edit. */
bool paper_print_again(struct store *store, const struct actor *actor, const struct uuid *job,
                       struct error *err);
/* Labels of goods, `copies` of each. Right: inventory.edit. */
bool paper_print_labels(struct store *store, const struct actor *actor, const struct uuid *variants,
                        size_t count, int copies, struct error *err);
/* A page that shows what the printer can do: its width, its letters, the logo, the drawer's pulse.
 * Fails where the logo can't be read, and says why. Right: settings.edit. */
bool paper_print_test(struct store *store, const struct actor *actor, struct error *err);

#endif
