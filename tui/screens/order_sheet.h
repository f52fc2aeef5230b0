/* An order as a sheet of cells: what the detail and the explanation of a total are made of. */
#ifndef TUI_SCREENS_ORDER_SHEET_H
#define TUI_SCREENS_ORDER_SHEET_H

#include "model/order.h"
#include "tui/widgets/sheet.h"

/* Each adds its part to a sheet that was begun for its width; `zone` is that of instants. */
void order_sheet_head(struct sheet *sheet, const struct order *order, const char *zone);
void order_sheet_lines(struct sheet *sheet, const struct order *order);
void order_sheet_money(struct sheet *sheet, const struct order *order);
/* Payments and refunds, the addresses and the notes, as far as there are any. */
void order_sheet_payments(struct sheet *sheet, const struct order *order, const char *zone);
void order_sheet_more(struct sheet *sheet, const struct order *order);
void order_sheet_history(struct sheet *sheet, const struct order *order, const char *zone);

#endif
