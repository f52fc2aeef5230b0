/* The orders of the shop: the list, and the windows about one order or several that open from it
 * and from each other. Each is one file; the order they work on is named by its id, and the window
 * below reads it again when they close. */
#ifndef TUI_SCREENS_ORDERS_H
#define TUI_SCREENS_ORDERS_H

#include "model/shop/order.h"
#include "tui/app.h"

/* order_scan.c: what a scan does on the screens of orders: opens the order of that number, or
 * begins a new one with the item of that code. An outcome. */
unsigned orders_take_scan(struct app *app, const char *code);

/* orders.c: the order is what the person works on, and what `p` or `r` in the list means next: when
 * the list is seen again its cursor goes there, if the order is in it. */
void orders_go_to(struct app *app, const struct uuid *id);

/* order_detail.c: the order as a person reads it. */
bool order_detail_open(struct app *app, const struct uuid *id, struct error *err);

/* order_form.c: a new order of a kind (sale, quote) with the item of a code (NULL: empty), or a
 * stored draft or parked one. What is typed there is kept through a crash. */
void order_form_new(struct app *app, const char *kind, const char *code);
void order_form_edit(struct app *app, const struct uuid *id);

/* order_pay.c and order_refund.c: take money and give it back. */
void order_pay_open(struct app *app, const struct uuid *id);
void order_refund_open(struct app *app, const struct uuid *id);

/* order_print.c: the receipt to the printer; the invoice, or a quote, as a PDF, and the invoice is
 * written where the order has none, after a question. */
void order_receipt_print(struct app *app, const struct uuid *id);
void order_invoice_open(struct app *app, const struct order *order);

/* order_moves.c: other statuses for one order or several. `status` NULL: asks which. Those that
 * have to stay are told with the reason. */
void order_move(struct app *app, const struct uuid *ids, size_t count, const char *status);

/* order_paper.c: where the total comes from. */
void order_explain_open(struct app *app, const struct uuid *id);

#endif
