/* Goods on their way: suppliers, purchase orders, counts and transfers. */
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *email, *phone, *city, *country;
    int lead_days;
} suppliers[] = {
    {"Havel Farbenfabrik GmbH", "orders@havel.example", "030 23125 400", "Brandenburg", "Germany",
     3},
    {"Kontor Holz AG", "vertrieb@kontor.example", "040 66969 100", "Hamburg", "Germany", 9},
    {"Ceramiche Conti S.r.l.", "ordini@conti.example", "+39 059 000000", "Sassuolo", "Italy", 21},
    {"Werkbank Großhandel", "service@werkbank.example", "0221 4710 001", "Köln", "Germany", 2},
};
enum { SUPPLIERS = sizeof suppliers / sizeof suppliers[0] };

static void put_suppliers(struct demo *demo, struct uuid ids[SUPPLIERS])
{
    int64_t at = demo->days[0].opens - 310 * DAY_US;
    for (size_t i = 0; i < SUPPLIERS; i++) {
        ids[i] = demo_put(demo, "suppliers", at,
                          "name:t email:t phone:t address:t currency:t lead_days:d",
                          suppliers[i].name, suppliers[i].email, suppliers[i].phone,
                          arena_format(demo->arena, "{\"city\":\"%s\",\"country\":\"%s\"}",
                                       suppliers[i].city, suppliers[i].country),
                          "EUR", suppliers[i].lead_days);
        for (size_t k = i; k < demo->good_count && k < 120; k += SUPPLIERS)
            demo_put(demo, "supplier_products", at,
                     "supplier_id:u variant_id:u supplier_sku:t cost_cents:i currency:t "
                     "pack_milli:i is_preferred:d",
                     &ids[i], &demo->goods[k].variant,
                     arena_format(demo->arena, "%c%04d", 'A' + (int)i, (int)k),
                     demo->goods[k].price_cents / 2, "EUR", (int64_t)6000, 1);
    }
}

static void put_purchase(struct demo *demo, const struct uuid *supplier, int number,
                         const char *status, int days_ago)
{
    int64_t at = demo_local(demo, -days_ago, 9, 20);
    bool is_ordered = strcmp(status, "draft") != 0;
    bool is_here = strcmp(status, "received") == 0, is_part = strstr(status, "partially") != NULL;
    char expected[DATE_TEXT_SIZE], text[24];
    demo_date(demo, 9 - days_ago, expected);
    snprintf(text, sizeof text, "PO-%06d", number);
    struct uuid id = demo_put(
        demo, "purchase_orders", at,
        "number:t supplier_id:u location_id:u status:t currency:t ordered_by_id:u ordered_at:n "
        "expected_on:t received_at:n",
        text, supplier, &demo->places[number % DEMO_PLACES], status, "EUR", &demo->staff[ANNA],
        is_ordered ? at : (int64_t)0, expected, is_here ? at + 6 * DAY_US : (int64_t)0);
    for (int i = 0; i < 4; i++) {
        const struct demo_good *good = demo_good_at(demo, (size_t)number * 11 + (size_t)i * 3);
        char name[DEMO_NAME_SIZE], sku[DEMO_SKU_SIZE];
        demo_good_name(good, name, sku);
        int64_t ordered = INT64_C(12000) * (1 + i);
        int64_t received = is_here ? ordered : is_part ? ordered / 2 : 0;
        demo_put(demo, "purchase_order_lines", at,
                 "purchase_order_id:u variant_id:u name:t ordered_milli:i received_milli:i "
                 "unit_cost_cents:i position:d",
                 &id, &good->variant, name, ordered, received, good->price_cents / 2, i);
        if (received > 0 && good->is_stocked)
            demo_put(demo, "stock_movements", at + 6 * DAY_US,
                     "variant_id:u location_id:u quantity_milli:i reason:t unit_cost_cents:i "
                     "reference_table:t reference_id:u business_day:t occurred_at:i",
                     &good->variant, &demo->places[number % DEMO_PLACES], received, "receive",
                     good->price_cents / 2, "purchase_orders", &id,
                     demo_day_of(demo, at + 6 * DAY_US), at + 6 * DAY_US);
    }
}

static void put_purchases(struct demo *demo, const struct uuid ids[SUPPLIERS])
{
    static const struct {
        const char *status;
        int days_ago;
    } purchases[] = {{"received", 74},  {"received", 51}, {"received", 33},
                     {"cancelled", 29}, {"received", 20}, {"partially_received", 11},
                     {"ordered", 5},    {"ordered", 2},   {"draft", 0}};
    for (size_t i = 0; i < DEMO_COUNT(purchases); i++)
        put_purchase(demo, &ids[i % SUPPLIERS], (int)i + 1, purchases[i].status,
                     purchases[i].days_ago);
}

static void put_rules(struct demo *demo)
{
    for (size_t i = 5; i < demo->good_count && i < 90; i += 2) {
        const struct demo_good *good = &demo->goods[i];
        demo_put(demo, "stock_rules", demo->days[0].opens,
                 "variant_id:u location_id:u reorder_min_milli:i reorder_max_milli:i",
                 &good->variant, &demo->places[i % DEMO_PLACES],
                 i % 8 == 5 ? (int64_t)160000 : (int64_t)6000,
                 i % 8 == 5 ? (int64_t)240000 : (int64_t)60000);
        if (i % 10 == 5)
            demo_put(demo, "stock_reservations", demo->now - DAY_US,
                     "variant_id:u location_id:u quantity_milli:i status:t expires_at:i",
                     &good->variant, &demo->places[MITTE], (int64_t)2000,
                     i % 20 == 5 ? "held" : "released", demo->now + 3 * DAY_US);
    }
}

static void put_counts(struct demo *demo)
{
    for (int i = 0; i < 3; i++) {
        bool is_open = i == 2;
        int64_t at = demo_local(demo, is_open ? 0 : -40 + 20 * i, 7, 15);
        char number[24];
        snprintf(number, sizeof number, "C-%06d", i + 1);
        struct uuid count = demo_put(
            demo, "stock_counts", at,
            "location_id:u number:t kind:t status:t is_blind:d started_by_id:u closed_by_id:u "
            "started_at:i closed_at:n",
            &demo->places[i % DEMO_PLACES], number, i == 0 ? "full" : "cycle",
            is_open ? "open" : "closed", is_open, &demo->staff[MURAT],
            is_open ? NULL : &demo->staff[MURAT], at, is_open ? (int64_t)0 : at + DAY_US / 12);
        for (int k = 0; k < 8; k++)
            demo_put(demo, "stock_count_lines", at,
                     "stock_count_id:u variant_id:u counted_milli:i expected_milli:i "
                     "counted_by_id:u counted_at:i",
                     &count, &demo_good_at(demo, 5 + (size_t)k + 8 * (size_t)i)->variant,
                     (int64_t)(17 - k) * 1000, (int64_t)17000, &demo->staff[TOMASZ],
                     at + k * SECOND_US * 40);
    }
}

static void move(struct demo *demo, const struct uuid *transfer, const struct uuid *variant,
                 enum demo_place place, int64_t quantity, int64_t at)
{
    demo_put(demo, "stock_movements", at,
             "variant_id:u location_id:u quantity_milli:i reason:t reference_table:t "
             "reference_id:u actor_id:u business_day:t occurred_at:i",
             variant, &demo->places[place], quantity, "transfer", "stock_transfers", transfer,
             &demo->staff[place == MITTE ? ANNA : MURAT], demo_day_of(demo, at), at);
}

static void put_transfers(struct demo *demo)
{
    static const char *const statuses[] = {"received", "received", "sent", "draft"};
    for (int i = 0; i < (int)DEMO_COUNT(statuses); i++) {
        bool is_sent = i < 3, is_here = i < 2;
        int64_t at =
            demo->days[demo->day_count > 8 ? demo->day_count - 8 : 0].opens + (i + 1) * DAY_US / 48;
        int64_t arrival = at + DAY_US / 12 < demo->now ? at + DAY_US / 12 : demo->now;
        char number[24];
        snprintf(number, sizeof number, "T-%06d", i + 1);
        struct uuid id = demo_put(
            demo, "stock_transfers", at,
            "number:t from_location_id:u to_location_id:u status:t sent_by_id:u received_by_id:u "
            "sent_at:n received_at:n",
            number, &demo->places[MITTE], &demo->places[NORD], statuses[i],
            is_sent ? &demo->staff[ANNA] : NULL, is_here ? &demo->staff[MURAT] : NULL,
            is_sent ? at : (int64_t)0, is_here ? arrival : (int64_t)0);
        for (int k = 0; k < 3; k++) {
            const struct uuid *variant =
                &demo_good_at(demo, 6 + (size_t)k + 3 * (size_t)i)->variant;
            bool is_short = i == 1 && k == 2;
            demo_put(demo, "stock_transfer_lines", at,
                     "stock_transfer_id:u variant_id:u sent_milli:i received_milli:n "
                     "difference_reason:t",
                     &id, variant, (int64_t)6000, is_here ? 6000 - is_short * 1000 : (int64_t)0,
                     is_short ? "One tin leaked in the van" : NULL);
            if (is_sent)
                move(demo, &id, variant, MITTE, -6000, at);
            if (is_here)
                move(demo, &id, variant, NORD, 6000 - is_short * 1000, arrival);
        }
    }
}

void demo_stock(struct demo *demo)
{
    struct uuid ids[SUPPLIERS];
    put_suppliers(demo, ids);
    put_purchases(demo, ids);
    put_rules(demo);
    put_counts(demo);
    put_transfers(demo);
}
