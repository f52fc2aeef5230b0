/* Every screen; each is defined in the file of its name. A new one is declared here and entered in
 * screens.c, where their order is that of the switcher. */
#ifndef TUI_SCREENS_SCREENS_H
#define TUI_SCREENS_SCREENS_H

#include "tui/screen.h"

extern const struct window_ops till_ops;        /* the sessions of the tills */
extern const struct window_ops sale_ops;        /* the sale at the counter */
extern const struct window_ops orders_ops;      /* all orders */
extern const struct window_ops products_ops;    /* all products */
extern const struct window_ops categories_ops;  /* what products are sorted into */
extern const struct window_ops collections_ops; /* products that belong together */
extern const struct window_ops discounts_ops;   /* what coupons take off */
extern const struct window_ops gift_cards_ops;  /* what gift cards hold */
extern const struct window_ops records_ops;     /* all tables */
extern const struct window_ops day_ops;         /* the day of an estimator */
extern const struct window_ops reports_ops;     /* what was sold and taken */
extern const struct window_ops history_ops;     /* what was done */
extern const struct window_ops audit_ops;       /* who did what */
extern const struct window_ops messages_ops;    /* the log of toasts */
extern const struct window_ops sync_ops;        /* the exchange with the centre */
extern const struct window_ops printing_ops;    /* what is to be printed */
extern const struct window_ops todos_ops;       /* what the person means to do */
extern const struct window_ops notices_ops;     /* what the shop tells the person */
extern const struct window_ops people_ops;      /* who works here */
extern const struct window_ops roles_ops;       /* which role gives which right */
extern const struct window_ops teams_ops;       /* who works together */
extern const struct window_ops privacy_ops;     /* what people ask about their own data */
extern const struct window_ops channels_ops;    /* what the people of the shop say */

extern const struct window_ops calendar_ops; /* who is where, and what is free */
extern const struct window_ops waiting_ops;  /* who waits for a place */

/* Buying: what is ordered from suppliers, what runs short, and whom the shop buys from. */
extern const struct window_ops purchases_ops;
extern const struct window_ops reorder_ops;
extern const struct window_ops suppliers_ops;

/* The stockroom: what is on hand where, what is being counted, goods between places. */
extern const struct window_ops stock_ops;
extern const struct window_ops counts_ops;
extern const struct window_ops transfers_ops;

/* What a shop sets up before it books: who works when, which days are other, and what other
 * calendars and reminders do. */
extern const struct window_ops hours_ops;
extern const struct window_ops days_off_ops;
extern const struct window_ops feeds_ops;
extern const struct window_ops reminders_ops;

/* Windows that open from others and have actions of their own; not in the switcher, but in the
 * configuration of keys. */
extern const struct window_ops order_ops;
extern const struct window_ops order_form_ops;
extern const struct window_ops record_ops;
extern const struct window_ops record_table_ops;
extern const struct window_ops record_form_ops;
extern const struct window_ops operation_ops;
extern const struct window_ops welcome_ops;
extern const struct window_ops attention_ops;
extern const struct window_ops product_ops;
extern const struct window_ops person_ops;
extern const struct window_ops till_report_ops;
extern const struct window_ops team_ops;
extern const struct window_ops gate_ops;
extern const struct window_ops channels_search_ops;
extern const struct window_ops backup_codes_ops;
extern const struct window_ops audit_row_ops;
extern const struct window_ops sale_lines_ops, money_lines_ops; /* the rows of reports */
extern const struct window_ops audit_check_ops;
extern const struct window_ops count_ops;
extern const struct window_ops transfer_ops;
extern const struct window_ops receive_ops;
extern const struct window_ops purchase_ops;
extern const struct window_ops supplier_ops;
extern const struct window_ops appointment_ops;
extern const struct window_ops gift_card_ops;

#endif
