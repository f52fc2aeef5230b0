/* What receipts, invoices and labels say in the same words. */
#ifndef MODEL_PAPER_WORDS_H
#define MODEL_PAPER_WORDS_H

#include "model/paper/paper_text.h"
#include "model/shop/order.h"

const char *paper_words_tender(const char *method); /* "gift_card": "Gift card" */
/* The receipt's number where the order has one, else its own. Either is found by a scan. */
const char *paper_words_number(const struct order *order);
/* The slip's number; of a gift card's code the last four letters alone, since the code is money.
 * "" for none. Lives as long as the payment. */
const char *paper_words_reference(const struct order_payment *payment);

/* Adds each line of a text that is not empty. */
void paper_words_add_lines(struct paper_text *out, enum paper_style style, const char *lines);
/* An address object as lines: name, company, street, postal code and city, country. "" for none. */
const char *paper_words_address(const char *json, struct arena *arena);

/* The tax of an order by rate, lowest first: what its lines say, so that it sums to the order's. */
struct paper_tax {
    int64_t rate_bp, net_cents, tax_cents;
};
enum { PAPER_TAX_RATES = 16 };
/* Returns how many; rates beyond the room are summed into the last. Lines without tax count where
 * another has some. */
size_t paper_words_taxes(const struct order *order, struct paper_tax taxes[PAPER_TAX_RATES]);

#endif
