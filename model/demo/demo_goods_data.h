/* The goods of the demo shop as data; see model/demo/demo_goods.c. */
#ifndef MODEL_DEMO_GOODS_DATA_H
#define MODEL_DEMO_GOODS_DATA_H

#include <stddef.h>
#include <stdint.h>

/* A size or form in which goods are sold. */
struct demo_pack {
    const char *name, *code;
    int percent; /* of the price of the first one */
};
struct demo_packs {
    const struct demo_pack *packs;
    size_t count;
};
struct demo_shades {
    const char *const *names;
    size_t count;
    const char *attribute; /* what a shade is: "colour" */
};
struct demo_family {
    const char *name, *code, *unit;
    int category; /* in demo_category_names */
    int32_t price_cents;
    int cost_percent;
    const struct demo_shades *shades;
    const struct demo_packs *packs;
};

struct demo_category {
    const char *name, *slug, *arabic;
};
extern const struct demo_category demo_category_names[];
extern const struct demo_family demo_families[];
extern const size_t demo_family_count;
extern const char *const demo_brands[];
extern const size_t demo_brand_count;

#endif
