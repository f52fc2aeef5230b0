/* Gift cards and store credit as tenders: what they hold is the sum of a ledger that only grows
 * (SCHEMA.md, "Nothing derived"). Other methods have no ledger, and nothing happens for them. */
#ifndef MODEL_ORDER_LEDGER_H
#define MODEL_ORDER_LEDGER_H

#include "model/shop/order.h"

/* The gift card of that code, good for the currency; for other methods zero. ERROR_INPUT without a
 * code, ERROR_NOT_FOUND, or ERROR_RULE where it can't be used. */
bool ledger_card(struct store *store, const char *method, const char *code, const char *currency,
                 struct uuid *card, struct error *err);

/* What may be taken now off a gift card (its id) or a customer's credit (the customer's); less than
 * a card holds while the line is down (model/shop/gift_card.h). */
bool ledger_balance(struct store *store, const char *method, const struct uuid *owner,
                    const char *currency, int64_t *balance, struct error *err);

struct ledger_entry {
    const char *method;
    int64_t amount_cents; /* taken; a negative amount is given back */
    struct uuid gift_card_id, payment_id, refund_id;
    struct uuid customer_id; /* whose credit; zero: the order's customer's */
};

/* Takes the amount off the card or the customer's credit, or gives it back: to the customer whose
 * credit the payment took. ERROR_RULE says what is left when it is not enough. */
bool ledger_charge(struct operation *operation, const struct order *order,
                   const struct ledger_entry *entry, struct error *err);

#endif
