/* What the parts of the sale screen share: sale.c the window and its keys, sale_verbs.c what is
 * done by a word or a key, sale_line.c what is typed into its line, sale_pay.c taking money,
 * sale_return.c goods that come back, sale_parked.c what was set aside, sale_check.c prices and
 * stock, sale_price.c what somebody has to allow, sale_money.c coupons, cards and cash by hand,
 * sale_paper.c the receipt and the drawer, sale_draw.c the picture.
 *
 * One line has the focus: for a scan, "3*code", a name, or a word (`word` of the actions). On the
 * empty line Enter shows what is to pay, and Enter once more takes it exactly in cash. So a numeric
 * pad is enough: digits and Enter are a code or an amount, "3*code" takes three of it; of the line
 * under the cursor "*5" makes five, "*0" voids it, "+" and "-" are one more and one less, "-5.00"
 * and "/10" take that much and ten percent off. While paying "*" goes to the next way of paying,
 * "-" takes the last tender off, "/" goes back to the goods. */
#ifndef TUI_SCREENS_SALE_H
#define TUI_SCREENS_SALE_H

#include "model/counter/sale.h"
#include "tui/app.h"
#include "tui/widgets/editor.h"

enum { COUNTER_REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW, COUNTER_PIECE = 1000 };

enum counter_mode {
    COUNTER_SELLING,
    COUNTER_PAYING,
    COUNTER_DONE, /* the last sale is over; its change stays in sight until the next key or scan */
};

struct counter {
    struct app *app;
    struct sale sale;
    enum counter_mode mode;
    struct editor line;
    bool is_refused;    /* what stands in the line was not understood: typing begins it anew */
    bool is_leaving;    /* Esc was pressed with nothing to clear: once more leaves the counter */
    char *argument;     /* what was typed behind the word that is done now; owned, never NULL */
    size_t cursor, top; /* of the lines of the basket */
    struct pane list;   /* where they were drawn last */

    size_t method;        /* while paying, of pay_methods */
    bool is_preset;       /* what stands as the amount was not typed */
    bool on_reference;    /* the line asks for the tender's number, after its amount */
    int64_t amount_cents; /* of that tender; 0: all that is left */

    struct sale_result last; /* the sale that was finished last here */
    struct uuid approver;    /* who allowed the sale as it stands; zero: nobody */
    int64_t parked;          /* how many sales wait */
    char heading[200];       /* "SALE R2 Mitte" */
};

/* sale_line.c: what was typed and ended with Enter, and what was scanned, which is never a word or
 * a sign. They empty the line when it is understood. */
void counter_take(struct counter *counter, const char *text);
void counter_scan(struct counter *counter, const char *code);
void counter_find(struct counter *counter, const char *name);
void counter_remove_line(struct counter *counter);
/* The sale has ended or was set aside: the next one begins. */
void counter_begin(struct counter *counter);
/* After any change: tells what went wrong, or keeps the sale. */
void counter_changed(struct counter *counter, bool is_good, const struct error *err);

/* sale_price.c: the same after a price or a discount was changed, which somebody may have to allow;
 * `before` is what the basket was then, and is taken over. */
char *counter_before(const struct counter *counter);
void counter_priced(struct counter *counter, char *before, bool is_good, const struct error *err);

/* sale_verbs.c */
enum { COUNTER_PAY, COUNTER_VERBS = 21 };
extern const struct action counter_verbs[COUNTER_VERBS];
/* The action whose word the text begins with, and what stands behind it; NULL: none. */
const struct action *counter_verb(const char *text, const char **argument);

/* sale_pay.c */
void counter_begin_paying(struct counter *counter);
unsigned counter_pay_key(struct counter *counter, const struct event *event);
/* Money by a gift card that was scanned. */
void counter_pay_by_card(struct counter *counter, const char *code);

/* sale_money.c: "" takes the coupon off; a card of "50" or "50 CODE"; what the card of that code
 * holds, or ("") the customer's credit; credit and cash by hand, "50 why". */
void counter_set_coupon(struct counter *counter, const char *code);
void counter_sell_card(struct counter *counter, const char *text);
void counter_say_balance(struct counter *counter, const char *code);
void counter_give_credit(struct counter *counter, const char *text);
void counter_move_cash(struct counter *counter, bool is_in, const char *text);

/* sale_parked.c */
void counter_park(struct counter *counter, const char *note);
void counter_pick_parked(struct counter *counter, const char *typed);
void counter_void(struct counter *counter, const char *reason);

/* sale_return.c: what of the sale with that number comes back. */
void counter_return(struct counter *counter, const char *number);

/* sale_check.c: says what the goods cost and where they lie, and touches nothing. */
void counter_check_price(struct counter *counter, const char *text);

/* sale_paper.c: the receipt of the last sale and, where cash went over the counter, the drawer; a
 * receipt again, of the last sale where the number is "". */
void counter_print(struct counter *counter, bool has_cash);
void counter_reprint(struct counter *counter, const char *number);
void counter_open_drawer(struct counter *counter);

/* sale_draw.c */
void counter_draw(struct counter *counter, struct pane pane);

/* sale.c: the shop's numbers in the title line are counted anew. */
void counter_count_parked(struct counter *counter);

#endif
