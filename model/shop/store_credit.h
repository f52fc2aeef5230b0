/* Store credit: money that the shop owes a customer, in each currency the sum of a ledger that only
 * grows. As a tender it is taken from and given back to by ledger_charge()
 * (model/shop/order_ledger.h). */
#ifndef MODEL_STORE_CREDIT_H
#define MODEL_STORE_CREDIT_H

#include "model/operation/operation.h"

extern const struct operation_kind credit_kinds[];
extern const size_t credit_kind_count;

bool store_credit_balance(struct store *store, const struct uuid *customer, const char *currency,
                          int64_t *cents, struct error *err);

/* Gives a customer credit by hand, or takes it away (below zero), but not more than there is; the
 * note says why. Right: orders.refund. */
bool store_credit_give(struct store *store, const struct actor *actor, const struct uuid *customer,
                       const char *currency, int64_t cents, const char *note, struct error *err);

#endif
