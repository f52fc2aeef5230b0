/* The catalogue: categories, goods with their variants and barcodes, services, and what stands on
 * the shelves at the start. */
#include "model/base/text.h"
#include "model/demo/demo_goods_data.h"
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <string.h>

enum {
    /* Beyond this many products each has one variant: lists, not forms, are what a shop of that
     * size is made for. */
    VARIANTS_UP_TO = 20000,
    SERVICE_BASE = 0x70000000,
};

static const struct service {
    const char *name, *sku, *unit;
    int price_cents;
} services[] = {
    {"Delivery within Berlin", "SRV-DEL", "piece", 2900},
    {"Colour mixing", "SRV-MIX", "piece", 490},
    {"Floor laying", "SRV-LAY", "square_metre", 2400},
    {"Wall painting", "SRV-PNT", "hour", 4800},
    {"Estimate on site", "SRV-EST", "piece", 0},
};

/* The numbers that a product is made from. */
struct make {
    const struct demo_family *family;
    const char *shade, *brand;
    uint32_t round; /* how often family and shade have come before */
};

static struct make make_of(uint32_t number)
{
    const struct demo_family *family = &demo_families[number % demo_family_count];
    size_t turn = number / demo_family_count;
    return (struct make){.family = family,
                         .shade = family->shades->names[turn % family->shades->count],
                         .brand = demo_brands[(number * 7 + number / 13) % demo_brand_count],
                         .round = (uint32_t)(turn / family->shades->count)};
}

static void product_name(uint32_t number, char name[DEMO_NAME_SIZE], char sku[DEMO_SKU_SIZE])
{
    struct make make = make_of(number);
    int size =
        snprintf(name, DEMO_NAME_SIZE, "%s %s, %s", make.brand, make.family->name, make.shade);
    if (make.round > 0)
        snprintf(name + size, DEMO_NAME_SIZE - (size_t)size, " %u", make.round + 1);
    snprintf(sku, DEMO_SKU_SIZE, "%s-%05u", make.family->code, number + 1);
}

void demo_good_name(const struct demo_good *good, char name[DEMO_NAME_SIZE],
                    char sku[DEMO_SKU_SIZE])
{
    if (good->number >= SERVICE_BASE) {
        snprintf(name, DEMO_NAME_SIZE, "%s", services[good->number - SERVICE_BASE].name);
        snprintf(sku, DEMO_SKU_SIZE, "%s", services[good->number - SERVICE_BASE].sku);
        return;
    }
    product_name(good->number, name, sku);
    if (uuid_equal(&good->product, &good->variant))
        return;
    const struct demo_pack *pack = &make_of(good->number).family->packs->packs[good->pack];
    size_t used = strlen(name);
    snprintf(name + used, DEMO_NAME_SIZE - used, " %s", pack->name);
    used = strlen(sku);
    snprintf(sku + used, DEMO_SKU_SIZE - used, "-%s", pack->code);
}

static struct demo_good *add_good(struct demo *demo, const struct demo_good *good)
{
    if (demo->good_count == demo->good_capacity) {
        demo->good_capacity = demo->good_capacity > 0 ? demo->good_capacity * 2 : 1024;
        demo->goods = memory_resize(demo->goods, demo->good_capacity, sizeof *demo->goods);
    }
    demo->goods[demo->good_count] = *good;
    return &demo->goods[demo->good_count++];
}

static const char *status_of(uint32_t number)
{
    return number % 61 == 17   ? "archived"
           : number % 47 == 11 ? "inactive"
           : number % 53 == 29 ? "draft"
                               : "active";
}

static int64_t cost_of(const struct demo_family *family, int64_t price)
{
    return price * family->cost_percent / 100;
}

const struct demo_good *demo_good_for_sale(const struct demo *demo, size_t from)
{
    const struct demo_good *good = &demo->goods[from % demo->good_count];
    while (good->price_cents == 0 ||
           (good->number < SERVICE_BASE && strcmp(status_of(good->number), "active") != 0))
        good = &demo->goods[++from % demo->good_count];
    return good;
}

static struct uuid put_product(struct demo *demo, uint32_t number, int64_t price, int64_t at)
{
    struct make make = make_of(number);
    char name[DEMO_NAME_SIZE], sku[DEMO_SKU_SIZE];
    char text[DEMO_NAME_SIZE + 80];
    product_name(number, name, sku);
    struct uuid id = demo_id(demo, at);
    char *key = text_fold(name, demo->arena);
    char *slug = text_slug(key, demo->arena);
    snprintf(text, sizeof text, "%s in %s. From %s.", make.family->name, make.shade, make.brand);
    demo_put_as(demo, &id, "products", at,
                "name:t name_key:t description:t slug:t sku:t price_cents:i "
                "compare_at_price_cents:n cost_price_cents:i currency:t status:t category_id:u "
                "unit:t weight_grams:n tags:t",
                name, key, text, slug, sku, price,
                number % 9 == 4 ? price * 12 / 10 / 10 * 10 : (int64_t)0,
                cost_of(make.family, price), "EUR", status_of(number),
                &demo->categories[make.family->category], make.family->unit,
                INT64_C(200) + INT64_C(100) * (number % 90), number % 9 == 4 ? "[\"sale\"]" : "[]");
    return id;
}

static void put_variant(struct demo *demo, struct demo_good *good, const char *variant_name,
                        int64_t base, int64_t at, int position)
{
    char name[DEMO_NAME_SIZE], sku[DEMO_SKU_SIZE], barcode[DEMO_BARCODE_SIZE], text[120];
    demo_good_name(good, name, sku);
    struct make make = make_of(good->number);
    snprintf(text, sizeof text, "{\"%s\":\"%s\"}", make.family->shades->attribute, make.shade);
    demo_put_as(demo, &good->variant, "product_variants", at,
                "product_id:u sku:t name:t price_adjustment_cents:i attributes:t position:d",
                &good->product, sku, variant_name, good->price_cents - base, text, position);
    demo_ean13("4009", ++demo->barcodes, barcode);
    demo_put(demo, "product_barcodes", at, "variant_id:u barcode:t", &good->variant, barcode);
    if (good->number % 20 == 3) {
        demo_ean13("4008", demo->barcodes, barcode);
        demo_put(demo, "product_barcodes", at, "variant_id:u barcode:t quantity_milli:i",
                 &good->variant, barcode, (int64_t)6000);
    }
}

static void make_product(struct demo *demo, uint32_t number)
{
    const struct demo_family *family = make_of(number).family;
    int64_t at = demo->days[0].opens - 300 * DAY_US +
                 (int64_t)number * (250 * DAY_US / (demo->size->products + 1));
    int64_t base = family->price_cents + demo_below(demo, family->price_cents / 20) * 10 - 1;
    struct uuid id = put_product(demo, number, base, at);
    bool has_packs = family->packs != NULL && demo->size->products <= VARIANTS_UP_TO;
    size_t count = has_packs ? family->packs->count : 1;
    for (size_t i = 0; i < count; i++) {
        struct demo_good good = {.product = id,
                                 .variant = has_packs ? demo_id(demo, at) : id,
                                 .price_cents = base,
                                 .tax_bp = 1900,
                                 .number = number,
                                 .pack = (uint8_t)i,
                                 .is_stocked = true};
        if (has_packs)
            good.price_cents = (base + 1) * family->packs->packs[i].percent / 1000 * 10 - 1;
        struct demo_good *added = add_good(demo, &good);
        put_variant(demo, added, has_packs ? family->packs->packs[i].name : "Standard", base, at,
                    (int)i);
        if (strcmp(status_of(number), "draft") == 0)
            demo->good_count--; /* not on sale yet */
    }
}

static void put_services(struct demo *demo, int64_t at)
{
    for (uint32_t i = 0; i < DEMO_COUNT(services); i++) {
        struct demo_good good = {
            .number = SERVICE_BASE + i, .price_cents = services[i].price_cents, .tax_bp = 1900};
        good.product =
            demo_put(demo, "products", at,
                     "name:t name_key:t slug:t sku:t price_cents:i currency:t category_id:u unit:t "
                     "is_stocked:d",
                     services[i].name, text_fold(services[i].name, demo->arena),
                     text_slug(services[i].name, demo->arena), services[i].sku, good.price_cents,
                     "EUR", &demo->categories[DEMO_CATEGORIES - 1], services[i].unit, 0);
        good.variant = good.product;
        demo_put_as(demo, &good.variant, "product_variants", at, "product_id:u sku:t name:t",
                    &good.product, services[i].sku, "Standard");
        add_good(demo, &good);
    }
}

void demo_catalogue(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 320 * DAY_US;
    for (int i = 0; i < DEMO_CATEGORIES; i++)
        demo->categories[i] =
            demo_put(demo, "categories", at, "name:t name_i18n:t slug:t position:d",
                     demo_category_names[i].name,
                     arena_format(demo->arena, "{\"en\":\"%s\",\"ar\":\"%s\"}",
                                  demo_category_names[i].name, demo_category_names[i].arabic),
                     demo_category_names[i].slug, i + 1);
    put_services(demo, at);
    struct arena *kept = demo->arena;
    demo->arena = arena_new(); /* keys of a million names would fill the other one */
    for (int64_t i = 0; i < demo->size->products; i++) {
        if (!demo_pause(demo, "products", i, demo->size->products))
            break;
        make_product(demo, (uint32_t)i);
        arena_reset(demo->arena);
    }
    arena_free(demo->arena);
    demo->arena = kept;
}

/* What came when the shop was opened, so that the shelves hold something after all the sales. */
void demo_shelves(struct demo *demo)
{
    int64_t count = (int64_t)demo->good_count;
    bool is_large = demo->size->products > VARIANTS_UP_TO;
    for (int64_t i = 0; i < count && demo_pause(demo, "stock", i, count); i++) {
        const struct demo_good *good = &demo->goods[i];
        for (int place = MITTE; good->is_stocked && place <= NORD; place++) {
            int64_t quantity = demo_chance(demo, 4) ? 12 : 40 + demo_below(demo, 160);
            if (!is_large || place == (int)(i % 2))
                demo_put(demo, "stock_movements", demo->days[0].opens,
                         "variant_id:u location_id:u quantity_milli:i reason:t unit_cost_cents:i "
                         "actor_id:u business_day:t occurred_at:i",
                         &good->variant, &demo->places[place], quantity * 1000, "receive",
                         good->price_cents / 2, &demo->staff[place == MITTE ? ANNA : MURAT],
                         demo->days[0].date, demo->days[0].opens);
        }
    }
}
