/* Goods that come in: within the operation of who knows what they were ordered for, or freely. */
#ifndef MODEL_RECEIVE_H
#define MODEL_RECEIVE_H

#include "model/stock/stock.h"

extern const struct operation_kind receive_kinds[];
extern const size_t receive_kind_count;

struct stock_receipt {
    struct uuid variant_id, location_id;
    int64_t quantity_milli;      /* above 0 */
    int64_t unit_cost_cents;     /* of one, in the product's currency; below 0: not said */
    const char *reference_table; /* "purchase_orders"; NULL: none */
    struct uuid reference_id;
    const char *note; /* or NULL */
};

/* One line in the caller's operation. ERROR_INPUT where it is none or fewer, ERROR_RULE for what is
 * not kept in stock. The caller asks for the right; whoever writes movements needs
 * inventory.edit. */
bool stock_receive(struct operation *operation, const struct stock_receipt *receipt,
                   struct error *err);

/* A delivery without an order: all lines, or none, as one piece of work (several operations of one
 * group where they are many). Undone by the movements the other way. Right: inventory.edit. */
bool stock_receive_freely(struct store *store, const struct actor *actor,
                          const struct stock_receipt *lines, size_t count, struct error *err);

#endif
