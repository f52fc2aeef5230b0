/* Collections: products that belong together for a while, such as a season's. What is in one by
 * hand stands in collection_products; what is in one by its rule is found when it is looked at, so
 * it is always up to date. A rule is a filter of the list of products (model/list/query.h), kept as
 * {"filter": "category:paint price<20"}; where a collection has several rules, all of them hold. */
#ifndef MODEL_COLLECTION_H
#define MODEL_COLLECTION_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

enum { COLLECTION_ADD_MAX = 900 };

extern const struct query_source collection_source; /* name, kind, rule, products, active */

/* The filter of product_source that finds the collection's products, in the arena. ERROR_NOT_FOUND:
 * there is no such collection; ERROR_RULE: its rule is none. */
bool collection_filter(struct store *store, const struct uuid *id, struct arena *arena,
                       const char **filter, struct error *err);
/* Whether a text is a rule: a filter that leaves something out. */
bool collection_check_rule(struct store *store, const char *rule, struct error *err);

/* A new one where *id is all zero, else a change; a rule that is empty makes it one by hand. Right:
 * catalog.edit. Like all below one operation, which undo withdraws. */
bool collection_save(struct store *store, const struct actor *actor, const char *name,
                     const char *rule, struct uuid *id, struct error *err);
/* Products that are in it already stay there once: how many were added, or -1. ERROR_RULE for one
 * that has a rule, and for more than COLLECTION_ADD_MAX. */
int collection_add(struct store *store, const struct actor *actor, const struct uuid *id,
                   const struct uuid *products, size_t count, struct error *err);
int collection_remove(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct uuid *products, size_t count, struct error *err);
/* Right: catalog.delete. */
bool collection_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct error *err);

#endif
