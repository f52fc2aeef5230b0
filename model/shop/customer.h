/* Customers: people and firms that buy. A customer needs no login. */
#ifndef MODEL_CUSTOMER_H
#define MODEL_CUSTOMER_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct query_source customer_source; /* name, phone, email, card, orders, created */
extern const struct operation_kind customer_kinds[];
extern const size_t customer_kind_count;

struct customer {
    struct uuid id;
    const char *name, *phone, *email, *card;
};

/* By a card's barcode (exactly), digits of a phone number, or the beginning of words of the name:
 * up to `limit`, best first, in the arena. Returns the count or -1. */
int customer_find(struct store *store, const char *text, size_t limit, struct arena *arena,
                  struct customer *out, struct error *err);
/* A new one needs a name or a phone number. Right: customers.edit. */
bool customer_create(struct store *store, const struct actor *actor, const char *name,
                     const char *phone, const char *email, struct uuid *id, struct error *err);

#endif
