/* What the parts of the order form share: order_form.c the window and its keys, order_form_line.c
 * what is typed into its line, order_form_keep.c storing and drafts, order_form_draw.c the screen.
 * Others open it by tui/screens/orders.h. */
#ifndef TUI_SCREENS_ORDER_FORM_H
#define TUI_SCREENS_ORDER_FORM_H

#include "tui/screens/orders.h"
#include "tui/widgets/editor.h"

struct order_form {
    struct app *app;
    struct basket basket;
    char heading[96];
    struct editor line;     /* where one types and scans; it always has the focus */
    size_t cursor, top;     /* of the lines of the basket */
    struct pane list;       /* where they were drawn last */
    struct uuid draft;      /* what is kept of it; zero: nothing yet */
    unsigned kept_revision; /* of the line */
    bool is_changed;        /* since it was opened or stored */
    bool is_paying;         /* its payment was asked for */
    struct uuid approver;   /* who allowed its discounts as they are; zero: nobody */
    unsigned (*again)(struct app *app, void *form); /* what is done once somebody has */
};

/* order_form_line.c: an item by its code or name ("3*code"), "+5.00 name" for one of no catalogue;
 * "%10" or "$5" off the line under the cursor, "*5" for its quantity, "@12.50" for its price.
 * Empties the line when it is understood. */
void order_form_take(struct order_form *form, const char *text);
/* The same of a scan, which is a code or a name and never a discount. */
void order_form_scan(struct order_form *form, const char *code);
void order_form_add_quantity(struct order_form *form, int64_t milli);
void order_form_remove_line(struct order_form *form);
/* After any change: tells what went wrong, or keeps the draft. */
void order_form_changed(struct order_form *form, bool is_good, const struct error *err);

/* order_form_keep.c */
void order_form_keep(struct order_form *form);
/* Stores the order; true when it worked, with a toast where it `says` so. Where the stored order
 * was changed meanwhile, asks; where a discount needs somebody's approval, asks for that, and does
 * it `again` then. */
bool order_form_store(struct order_form *form, const char *status, bool says,
                      unsigned (*again)(struct app *app, void *form));
/* Two such, which are actions, too; OUTCOME_CLOSE when it is done. */
unsigned order_form_park(struct app *app, void *form);
unsigned order_form_keep_draft(struct app *app, void *form);
/* Esc: asks what is to become of what was typed. Closes the form at once when there is nothing. */
void order_form_leave(struct order_form *form);

/* order_form_draw.c */
void order_form_draw(struct order_form *form, struct pane pane);
/* What is given away of it: over the order and of the lines alone. */
int64_t order_form_discount(const struct basket *basket);
void order_form_set_heading(struct order_form *form, const char *number);

/* order_form.c: takes over the basket. */
struct order_form *order_form_show(struct app *app, struct basket *basket);

#endif
