/* What belongs to a product besides its own row: variants, barcodes, options, add-ons, the parts of
 * a bundle, images, the lines of suppliers. One table says of each kind where it stands, what is
 * asked, and what its rule is; all are added, changed and removed by the same functions, each as
 * one operation that `undo` withdraws. */
#ifndef MODEL_PRODUCT_PART_H
#define MODEL_PRODUCT_PART_H

#include "model/operation/actor.h"
#include "model/operation/record.h"

enum product_part_kind {
    PART_VARIANT,
    PART_BARCODE,
    PART_OPTION_GROUP,
    PART_OPTION,
    PART_ADDON,
    PART_BUNDLE_ITEM,
    PART_IMAGE,
    PART_SUPPLIER,
    PART_KINDS
};

struct product_part {
    const char *name;            /* "barcode" */
    const char *heading;         /* "Barcodes" */
    const char *table, *columns; /* "variant_id barcode": what a person fills in, in this order */
    const char *link;            /* the column that ties it to the product and is not asked; NULL */
    const char *right;
};
extern const struct product_part product_parts[PART_KINDS];

/* A row as a list shows it. */
struct product_part_line {
    enum product_part_kind kind;
    struct uuid id;
    const char *label, *text;
};
/* Those of the product, in their order, up to `limit`, in the arena. The count, or -1. */
int product_part_lines(struct store *store, enum product_part_kind kind, const struct uuid *product,
                       size_t limit, struct arena *arena, struct product_part_line *out,
                       struct error *err);

/* Whether the text can stand in the column, as it is typed; `part` is all zero for a new one. */
bool product_part_check(struct store *store, enum product_part_kind kind, const struct uuid *part,
                        const char *column, const char *text, struct error *err);

/* Adds a part where *id is all zero, else changes it. Of the rules: a barcode belongs to one
 * variant of the shop and has the check digit of its kind unless it is the shop's own; an SKU is
 * free; a variant costs not less than nothing; a bundle holds neither itself nor another bundle. */
bool product_part_save(struct store *store, const struct actor *actor, enum product_part_kind kind,
                       const struct uuid *product, const struct change *changes, size_t count,
                       struct uuid *id, struct error *err);
/* The same in the caller's operation, who asked for the right. */
bool product_part_write(struct operation *operation, enum product_part_kind kind,
                        const struct uuid *product, const struct change *changes, size_t count,
                        struct uuid *id, struct error *err);
/* A product keeps at least one variant. */
bool product_part_remove(struct store *store, const struct actor *actor,
                         enum product_part_kind kind, const struct uuid *product,
                         const struct uuid *id, struct error *err);

/* "Size: S, M, L; Colour: red, blue" makes a variant of each combination that is not there yet,
 * named "S / red", as one operation. At most PRODUCT_VARIANTS_MAX at once. */
enum { PRODUCT_VARIANTS_MAX = 100 };
bool product_make_variants(struct store *store, const struct actor *actor,
                           const struct uuid *product, const char *attributes, size_t *made,
                           struct error *err);

#endif
