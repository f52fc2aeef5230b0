/* An order as a paper of cells: what the detail and the explanation of a total are made of. */
#ifndef TUI_SCREENS_ORDER_PAPER_H
#define TUI_SCREENS_ORDER_PAPER_H

#include "model/shop/order.h"
#include "tui/widgets/paper.h"

/* Each adds its part to a paper that was begun for its width; `zone` is that of instants. */
void order_paper_head(struct paper *paper, const struct order *order, const char *zone);
void order_paper_lines(struct paper *paper, const struct order *order);
void order_paper_money(struct paper *paper, const struct order *order);
/* Payments and refunds, the addresses and the notes, as far as there are any. */
void order_paper_payments(struct paper *paper, const struct order *order, const char *zone);
void order_paper_more(struct paper *paper, const struct order *order);
void order_paper_history(struct paper *paper, const struct order *order, const char *zone);

#endif
