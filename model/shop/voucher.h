/* Discounts with a code and gift cards as lists, and switching them on and off. */
#ifndef MODEL_VOUCHER_H
#define MODEL_VOUCHER_H

#include "model/list/query.h"
#include "model/operation/operation.h"

extern const struct query_source discount_source;  /* code, kind, amounts, dates, uses, state */
extern const struct query_source gift_card_source; /* code, balance, worth, customer, state */
extern const struct operation_kind voucher_kinds[];
extern const size_t voucher_kind_count;

/* One that is off takes nothing off an order; right: catalog.edit. */
bool discount_set_active(struct store *store, const struct actor *actor, const struct uuid *id,
                         bool is_active, struct error *err);
/* A closed card gives nothing; what is on it stays there. Right: payments.edit. */
bool gift_card_set_active(struct store *store, const struct actor *actor, const struct uuid *id,
                          bool is_active, struct error *err);

#endif
