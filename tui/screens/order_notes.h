/* The form for what is written on an order besides its lines: notes and addresses. */
#ifndef TUI_SCREENS_ORDER_NOTES_H
#define TUI_SCREENS_ORDER_NOTES_H

#include "model/operation/record.h"
#include "tui/app.h"

struct order_notes {
    const char *notes;              /* may be NULL */
    const char *shipping, *billing; /* JSON objects, or "" or NULL */
};

/* `save` gets what was typed, for as long as it runs; true closes the form. With false it stays
 * open: `save` has said why, or asks something above it. Addresses that are empty come as "{}". */
void order_notes_ask(struct app *app, const char *title, const struct order_notes *now,
                     bool (*save)(struct app *app, void *context, const struct order_notes *given),
                     void *context);

/* What is to be written: the fields that differ, with what the person saw, so that a change
 * meanwhile is asked about. Returns how many. */
enum { ORDER_NOTES = 3 };
size_t order_notes_changes(const struct order_notes *seen, const struct order_notes *given,
                           struct change changes[ORDER_NOTES]);

#endif
