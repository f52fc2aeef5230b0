/* Buying: purchase orders, the reorder list, and suppliers. Each is one file; an order is named by
 * its id. */
#ifndef TUI_SCREENS_PURCHASES_H
#define TUI_SCREENS_PURCHASES_H

#include "model/stock/purchase.h"
#include "tui/app.h"

/* purchase_view.c: one order, its lines, and what comes of it. False with err when it is gone. */
bool purchase_view_open(struct app *app, const struct uuid *id, struct error *err);
/* purchase_form.c: a new draft; `supplier` may be NULL: nobody is chosen yet. It opens what it
 * made. */
void purchase_new(struct app *app, const struct uuid *supplier);
/* Asks why and cancels, or closes what more will come of. */
void purchase_ask_cancel(struct app *app, const struct purchase *purchase);
void purchase_ask_close(struct app *app, const struct purchase *purchase);
/* Asks what one of a draft's line costs. */
void purchase_ask_cost(struct app *app, const struct purchase *purchase,
                       const struct purchase_line *line);
/* Asks for a file and writes the order there: a text, or a CSV where the name says so. */
void purchase_ask_export(struct app *app, const struct purchase *purchase);

/* The word of a status for a person, "part received", and how it looks. */
const char *purchase_status_words(const char *status);
enum role purchase_status_role(const char *words);

/* purchase_draw.c: three rows above the lines, and one below: whether something came that is not
 * booked, or how much has still to come, and the total. */
void purchase_draw_head(const struct purchase *purchase, struct pane pane);
void purchase_draw_foot(const struct purchase *purchase, bool has_come, struct pane pane);

/* supplier_view.c: what a supplier sells. */
bool supplier_view_open(struct app *app, const struct uuid *id, struct error *err);

#endif
