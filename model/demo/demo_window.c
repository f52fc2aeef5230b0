/* What the web shop shows around the goods: pictures, choices, bundles, collections, reviews. */
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <string.h>

static void put_choices(struct demo *demo, int64_t at)
{
    for (size_t i = 5; i < demo->good_count && i < 85; i += 4) {
        const struct demo_good *good = &demo->goods[i];
        char name[DEMO_NAME_SIZE], sku[DEMO_SKU_SIZE], url[120];
        demo_good_name(good, name, sku);
        snprintf(url, sizeof url, "https://farbwerk.example/pictures/%s.jpg", sku);
        demo_put(demo, "product_images", at, "product_id:u url:t alternative_text:t",
                 &good->product, url, name);
    }
    const struct uuid *paint = &demo_good_at(demo, 5)->product;
    struct uuid group = demo_put(demo, "product_option_groups", at,
                                 "product_id:u name:t is_required:d minimum_choices:d "
                                 "maximum_choices:d",
                                 paint, "Sheen", 1, 1, 1);
    static const char *const sheens[] = {"matt", "silk matt", "gloss"};
    for (int i = 0; i < (int)DEMO_COUNT(sheens); i++)
        demo_put(demo, "product_options", at,
                 "group_id:u name:t price_adjustment_cents:d is_default:d position:d", &group,
                 sheens[i], i * 150, i == 0, i);
    demo_put(demo, "product_addons", at, "product_id:u addon_variant_id:u name:t price_cents:d",
             paint, &demo->goods[1].variant, "Mixed to your colour", 490);
}

static void put_bundles(struct demo *demo, int64_t at)
{
    static const char *const names[] = {"First flat set", "Terrace set"};
    for (size_t i = 0; i < DEMO_COUNT(names); i++) {
        struct uuid id =
            demo_put(demo, "product_bundles", at, "name:t description:t price_cents:d currency:t",
                     names[i], "All that one room needs", 7990 + (int)i * 4000, "EUR");
        for (size_t k = 0; k < 3 && k < demo->good_count; k++)
            demo_put(demo, "bundle_items", at,
                     "bundle_id:u variant_id:u quantity_milli:d position:d", &id,
                     &demo_good_at(demo, i * 3 + k)->variant, 1000 * (int)(k + 1), (int)k);
    }
}

static void put_collections(struct demo *demo, int64_t at)
{
    static const char *const names[][2] = {{"Autumn colours", "autumn-colours"},
                                           {"Quiet floors", "quiet-floors"}};
    for (size_t i = 0; i < DEMO_COUNT(names); i++) {
        struct uuid id = demo_put(demo, "collections", at, "name:t slug:t position:d", names[i][0],
                                  names[i][1], (int)i);
        struct uuid before = {{0}};
        for (size_t k = 5; k < demo->good_count && k < 45; k++) {
            const struct uuid *product = &demo->goods[k].product;
            if (!uuid_equal(product, &before) && k % 2 == i)
                demo_put(demo, "collection_products", at, "collection_id:u product_id:u position:d",
                         &id, product, (int)k);
            if (k % 2 == i)
                before = *product;
        }
    }
    struct uuid id = demo_put(demo, "collections", at, "name:t slug:t kind:t", "Under ten euros",
                              "under-ten-euros", "rules");
    demo_put(demo, "collection_rules", at, "collection_id:u conditions:t", &id,
             "{\"price_below_cents\":1000}");
}

static void put_reviews(struct demo *demo)
{
    static const struct {
        int rating;
        const char *title, *body, *status;
    } reviews[] = {
        {5, "Covers in one coat", "Over dark green, and it does.", "approved"},
        {4, "Good, but dries fast", "Mind your edges in summer.", "approved"},
        {2, "Not the colour on the screen", "In daylight it is far greyer.", "approved"},
        {5, "سهل الاستخدام", "اللون جميل جدا", "approved"},
        {1, "Tin was dented", "They exchanged it at once.", "pending"},
        {3, "Fine", NULL, "pending"},
        {5, "!!!", "Buy pills at pills.example", "rejected"},
    };
    for (size_t i = 0; i < DEMO_COUNT(reviews) * 4; i++) {
        const struct demo_customer *customer = demo_some_customer(demo);
        size_t k = i % DEMO_COUNT(reviews);
        demo_put(demo, "reviews", demo->now - (int64_t)i * DAY_US * 3 / 2,
                 "product_id:u customer_id:u author_name:t rating:d title:t body:t status:t "
                 "is_verified_purchase:d",
                 &demo_good_at(demo, 5 + i * 3)->product, &customer->id, customer->name,
                 reviews[k].rating, reviews[k].title, reviews[k].body, reviews[k].status,
                 i % 3 != 0);
    }
}

static void put_wishes(struct demo *demo)
{
    for (size_t i = 0; i < 4; i++) {
        int64_t at = demo->now - (int64_t)(i + 2) * 5 * DAY_US;
        struct uuid id =
            demo_put(demo, "wishlists", at, "customer_id:u name:t is_public:d",
                     &demo->customers[10 + i].id, i == 0 ? "New flat" : "Wishlist", i == 0);
        for (size_t k = 0; k < 3 && k < demo->good_count; k++)
            demo_put(demo, "wishlist_items", at, "wishlist_id:u variant_id:u quantity_milli:i", &id,
                     &demo_good_at(demo, i * 7 + k)->variant, (int64_t)1000);
    }
}

static void put_fields(struct demo *demo, int64_t at)
{
    struct uuid sheet = demo_put(demo, "custom_fields", at, "subject_table:t name:t label:t kind:t",
                                 "products", "safety_sheet", "Safety data sheet", "text");
    struct uuid grade =
        demo_put(demo, "custom_fields", at, "subject_table:t name:t label:t kind:t choices:t",
                 "products", "wet_abrasion", "Wet abrasion class", "choice", "[\"1\",\"2\",\"3\"]");
    for (size_t i = 0; i < 6 && 5 + i * 5 < demo->good_count; i++) {
        const struct uuid *product = &demo->goods[5 + i * 5].product;
        demo_put(demo, "custom_field_values", at, "custom_field_id:u subject_id:u value:t",
                 i % 2 == 0 ? &sheet : &grade, product, i % 2 == 0 ? "SDS-2026-11" : "2");
    }
    if (demo->good_count <= 5)
        demo_put(demo, "custom_field_values", at, "custom_field_id:u subject_id:u value:t", &sheet,
                 &demo->goods[0].product, "none");
    demo_put(demo, "barcode_rules", at,
             "name:t kind:t prefix:t code_length:d article_start:d article_length:d "
             "value_start:d value_length:d",
             "Cut carpet by price", "price", "22", 13, 2, 5, 7, 5);
    demo_put(demo, "affiliate_products", at,
             "clickbank_id:t title:t vendor:t category:t commission_rate_bp:d initial_sale_cents:d "
             "currency:t gravity_centi:d popularity_rank:d",
             "ROOMPLAN", "Room planner course", "Interior Academy", "Home", 5000, 4700, "EUR", 2310,
             12);
}

void demo_window(struct demo *demo)
{
    int64_t at = demo->days[0].opens - 150 * DAY_US;
    put_choices(demo, at);
    put_bundles(demo, at);
    put_collections(demo, at);
    put_reviews(demo);
    put_wishes(demo);
    put_fields(demo, at);
}
