/* Making and changing a product. What the schema can't say is checked here: a price that is whole
 * minor units of its currency, an SKU that no other product or variant has, a name. */
#ifndef MODEL_PRODUCT_EDIT_H
#define MODEL_PRODUCT_EDIT_H

#include "model/operation/actor.h"
#include "model/operation/record.h"

/* Whether a text can stand in the column of that product (NULL: a new one), as it is typed. Knows
 * name and sku; of other columns only what the schema says is checked elsewhere. */
bool product_check(struct store *store, const struct uuid *product, const char *column,
                   const char *text, struct error *err);

/* A new product with its default variant where *id is all zero, else the changes to that one; the
 * default variant follows name and SKU where it had the same. It gets the barcode, too (may be
 * NULL). Right: catalog.edit. */
bool product_save(struct store *store, const struct actor *actor, const struct change *changes,
                  size_t count, const char *barcode, struct uuid *id, struct error *err);
/* The same in the caller's operation, who asked for the right. */
bool product_write(struct operation *operation, const struct change *changes, size_t count,
                   struct uuid *id, struct error *err);

/* What is left of a price (with its tax in it) beyond the cost, as a share of the price without
 * tax, in basis points; negative below cost. False where the price is 0 or a number overflows. */
bool product_margin(int64_t price_cents, int64_t tax_bp, int64_t cost_cents, int64_t *bp);

/* "sale, new " ↔ ["sale","new"]: blanks around words go, a word counts once. In the arena. */
const char *product_tags_json(const char *words, struct arena *arena);
const char *product_tags_words(const char *json, struct arena *arena);
/* A text of name_i18n or description_i18n in a language, "" where there is none; and the object
 * with that text in place, or without it where it is "". In the arena. */
const char *product_translation(const char *json, const char *language, struct arena *arena);
const char *product_translate(const char *json, const char *language, const char *text,
                              struct arena *arena);

#endif
