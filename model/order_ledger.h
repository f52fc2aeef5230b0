/* Gift cards and store credit as tenders: what they hold is the sum of a ledger that only grows
 * (SCHEMA.md, "Nothing derived"). */
#ifndef MODEL_ORDER_LEDGER_H
#define MODEL_ORDER_LEDGER_H

#include "model/order.h"

/* Takes the amount off the card of that code (gift_card) or the customer's credit (store_credit);
 * does nothing for other methods. Negative amounts give it back, to the card `card`. ERROR_RULE
 * says what is left when it is not enough. `card` receives the gift card's id or stays zero. */
bool ledger_charge(struct operation *operation, const struct order *order, const char *method,
                   const char *code, int64_t amount_cents, struct uuid *card, struct error *err);

#endif
