/* Orders of every kind and status over the shop's days, with their lines, money, history and the
 * goods that moved. */
#include "model/demo/demo_orders.h"
#include "model/demo/demo_parts.h"
#include "model/shop/basket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What becomes of an order. Weights say how often, among orders that are old, some days old, and
 * of the last two days. */
enum money { UNPAID, PARTLY, WHOLE, BACK_PARTLY, BACK };
struct fate {
    const char *kind, *path; /* the statuses after draft */
    enum money money;
    int weights[3];
};
#define SHIPPED "pending paid processing shipped "
static const struct fate fates[] = {
    {"sale", "pending paid completed", WHOLE, {640, 420, 420}},
    {"sale", SHIPPED "delivered completed", WHOLE, {160, 60, 0}},
    {"sale", "pending paid completed", BACK_PARTLY, {30, 20, 5}},
    {"sale", "pending paid completed refunded", BACK, {25, 15, 3}},
    {"sale", "pending cancelled", UNPAID, {30, 25, 20}},
    {"sale", "pending paid completed archived", WHOLE, {40, 0, 0}},
    {"sale", SHIPPED "delivered", WHOLE, {0, 45, 5}},
    {"sale", "pending paid processing shipped", WHOLE, {0, 50, 20}},
    {"sale", "pending paid processing", WHOLE, {0, 40, 60}},
    {"sale", "pending paid", WHOLE, {0, 25, 120}},
    {"sale", "pending", UNPAID, {3, 40, 90}},
    {"sale", "pending", PARTLY, {2, 20, 30}},
    {"sale", "", UNPAID, {0, 6, 30}},
    {"sale", "parked", UNPAID, {0, 4, 40}},
    {"quote", "sent", UNPAID, {2, 40, 30}},
    {"quote", "sent accepted", UNPAID, {12, 10, 2}},
    {"quote", "sent declined", UNPAID, {10, 6, 1}},
    {"quote", "sent expired", UNPAID, {12, 0, 0}},
    {"quote", "", UNPAID, {0, 4, 6}},
    {"work_order", "pending paid completed", WHOLE, {20, 10, 2}},
    {"work_order", "pending", PARTLY, {0, 25, 15}},
    {"work_order", "pending", UNPAID, {0, 15, 15}},
    {"return", "pending paid completed", BACK, {30, 20, 8}},
    {"exchange", "pending paid completed", WHOLE, {6, 4, 2}},
};
enum { FATES = sizeof fates / sizeof fates[0] };

static const struct fate *choose(struct demo *demo, int64_t left, int64_t at)
{
    /* Each comes at least once, whatever the size. */
    if (left < (int64_t)FATES * 3 && left % 3 == 1)
        return &fates[left / 3];
    int64_t age = demo->now - at;
    int column = age > 14 * DAY_US ? 0 : age > 2 * DAY_US ? 1 : 2;
    int sum = 0;
    for (size_t i = 0; i < FATES; i++)
        sum += fates[i].weights[column];
    int64_t ticket = demo_below(demo, sum);
    size_t chosen = 0;
    while ((ticket -= fates[chosen].weights[column]) >= 0)
        chosen++;
    return &fates[chosen];
}

/* How long a status comes after the one before, in minutes. */
static int64_t minutes_to(const char *status)
{
    static const struct {
        const char *status;
        int minutes;
    } steps[] = {
        {"pending", 0},      {"paid", 1},         {"completed", 2},    {"processing", 130},
        {"shipped", 1500},   {"delivered", 2900}, {"cancelled", 1800}, {"refunded", 3000},
        {"archived", 43200}, {"sent", 12},        {"accepted", 4400},  {"declined", 5900},
        {"expired", 20160},  {"parked", 1},
    };
    for (size_t i = 0; i < DEMO_COUNT(steps); i++)
        if (strcmp(steps[i].status, status) == 0)
            return steps[i].minutes;
    return 0;
}

static int64_t no_later(int64_t at, int64_t now)
{
    return at < now ? at : now;
}

/* The literal that equals the word, so that it outlives it. */
static const char *status_of(const char *word)
{
    static const char *const statuses[] = {"draft",      "parked",   "sent",      "accepted",
                                           "declined",   "expired",  "pending",   "paid",
                                           "processing", "shipped",  "delivered", "completed",
                                           "cancelled",  "refunded", "archived"};
    for (size_t i = 0; i < DEMO_COUNT(statuses); i++)
        if (strcmp(statuses[i], word) == 0)
            return statuses[i];
    return statuses[0];
}

/* Walks the path: which statuses the order came through, and when. */
static void walk(const struct demo *demo, struct demo_making *making, const char *path)
{
    making->status = "draft";
    making->ended_at = making->at;
    for (const char *rest = path; *rest != '\0';) {
        size_t size = strcspn(rest, " ");
        char word[24];
        snprintf(word, sizeof word, "%.*s", (int)size, rest);
        rest += size + strspn(rest + size, " ");
        making->status = status_of(word);
        making->ended_at =
            no_later(making->ended_at + minutes_to(word) * 60 * SECOND_US, demo->now);
        making->steps[making->step_count++] =
            (struct demo_step){.status = making->status, .at = making->ended_at};
    }
}

int64_t demo_when(const struct demo_making *making, const char *status)
{
    for (size_t i = 0; i < making->step_count; i++)
        if (strcmp(making->steps[i].status, status) == 0)
            return making->steps[i].at;
    return 0;
}

static void put_events(struct demo *demo, const struct demo_making *making)
{
    const char *from = "draft";
    demo_put(demo, "order_events", making->at,
             "order_id:u kind:t actor_id:u to_status:t occurred_at:i", &making->id, "created",
             making->seller, from, making->at);
    for (size_t i = 0; i < making->step_count; i++) {
        const struct demo_step *step = &making->steps[i];
        demo_put(demo, "order_events", step->at,
                 "order_id:u kind:t actor_id:u from_status:t to_status:t note:t occurred_at:i",
                 &making->id, "status", making->seller, from, step->status,
                 strcmp(step->status, "cancelled") == 0 ? "The customer changed their mind" : NULL,
                 step->at);
        from = step->status;
    }
}

/* Who sells it, where and to whom. A web order has no register and no seller. */
static void place(struct demo *demo, struct demo_making *making, const struct fate *fate,
                  int weekday)
{
    static const enum demo_person sellers[DEMO_PLACES][3] = {{ANNA, BEN, SOFIA},
                                                             {MURAT, TOMASZ, TOMASZ}};
    bool is_shipped = strstr(fate->path, "processing") != NULL;
    making->is_web = weekday == 6 || (is_shipped && demo_chance(demo, 70));
    making->register_number = making->is_web ? DEMO_REGISTERS : (int)demo_below(demo, 3);
    enum demo_place at = making->register_number == 2 ? NORD : MITTE;
    making->location = &demo->places[at];
    making->seller = making->is_web ? NULL : &demo->staff[demo_pick(demo, sellers[at])];
    making->reg = making->is_web ? NULL : &demo->registers[making->register_number];
    bool is_named = making->is_web || is_shipped || strcmp(fate->kind, "quote") == 0 ||
                    strcmp(fate->kind, "work_order") == 0 || demo_chance(demo, 55);
    making->customer = is_named ? demo_some_customer(demo) : NULL;
}

static const char *note_of(struct demo *demo, const struct fate *fate)
{
    static const char *const parked[] = {"Is fetching her husband", "Measures the hall again",
                                         "Back at four"};
    static const char *const work[] = {"Tint to RAL 7016, two coats", "Lift is out of order",
                                       "Key with the neighbour, third floor left"};
    if (strcmp(fate->path, "parked") == 0)
        return demo_pick(demo, parked);
    if (strcmp(fate->kind, "work_order") == 0)
        return demo_pick(demo, work);
    return demo_chance(demo, 4) ? "Please ring twice" : NULL;
}

static void put_order(struct demo *demo, const struct demo_making *making,
                      const struct basket *basket, const struct fate *fate)
{
    int64_t discount = basket->discount_cents;
    for (size_t i = 0; i < basket->count; i++)
        discount += basket->lines[i].discount_cents;
    const struct demo_customer *customer = making->customer;
    int64_t shipped_at = demo_when(making, "shipped"),
            completed_at = demo_when(making, "completed");
    bool is_gone = shipped_at != 0 || completed_at != 0;
    const char *address = customer != NULL && making->is_web ? customer->address : "{}";
    demo_put_as(demo, &making->id, "orders", making->at,
                "order_number:t kind:t status:t fulfilment_status:t customer_id:u seller_id:u "
                "register_id:u location_id:u original_order_id:u currency:t discount_bp:i "
                "subtotal_cents:i discount_cents:i tax_cents:i shipping_cents:i total_cents:i "
                "customer_name:t customer_email:t billing_address:t shipping_address:t notes:t "
                "business_day:t placed_at:i paid_at:n shipped_at:n completed_at:n cancelled_at:n "
                "archived_at:n",
                making->number, fate->kind, making->status, is_gone ? "fulfilled" : "unfulfilled",
                customer != NULL ? &customer->id : NULL, making->seller, making->reg,
                making->location, &making->original, "EUR", basket->discount_bp,
                basket->subtotal_cents, discount, basket->tax_cents, basket->shipping_cents,
                basket->total_cents, customer != NULL ? customer->name : NULL,
                customer != NULL ? customer->email : NULL, address, address, note_of(demo, fate),
                making->day->date, making->at, demo_when(making, "paid"), shipped_at, completed_at,
                demo_when(making, "cancelled"), demo_when(making, "archived"));
}

/* The money that goes with the fate. */
static void settle(struct demo *demo, struct demo_making *making, enum money money, int64_t total)
{
    if (total < 0) {
        demo_give_back(demo, making, -total, "Goods came back");
        return;
    }
    if (total == 0 || money == UNPAID)
        return;
    int64_t back = money == BACK ? total : money == BACK_PARTLY ? total / 4 : 0;
    demo_take(demo, making, money == PARTLY ? (total + 1) / 2 : total, back);
    if (back > 0)
        demo_refund(demo, making, back,
                    money == BACK ? "Did not match the wall" : "One tin was dented");
}

static void remember(struct demo *demo, const struct demo_making *making, const char *kind,
                     int64_t total)
{
    struct demo_order *order = &demo->recent[demo->recent_count++ % DEMO_RECENT];
    *order = (struct demo_order){.id = making->id,
                                 .status = making->status,
                                 .kind = kind,
                                 .total_cents = total,
                                 .at = making->at,
                                 .day = making->day->date};
    snprintf(order->number, sizeof order->number, "%s", making->number);
    if (making->customer != NULL)
        order->customer = *making->customer;
}

static void make_order(struct demo *demo, struct demo_till *till, int64_t left, int64_t at)
{
    const struct fate *fate = choose(demo, left, at);
    struct demo_making making = {.till = till, .at = at, .day = till->day};
    making.id = demo_id(demo, at);
    place(demo, &making, fate, till->day->weekday);
    static const char *const codes[] = {"R1", "R2", "R3", "A"};
    snprintf(making.number, sizeof making.number, "%s-%06lld", codes[making.register_number],
             (long long)++till->numbers[making.register_number]);
    struct basket basket;
    basket_init(&basket, fate->kind, "EUR");
    bool goes_back = fate->kind[0] == 'r' || fate->kind[0] == 'e'; /* return, exchange */
    if (!goes_back || !demo_fill_return(demo, &making, &basket))
        demo_fill_sale(demo, &making, &basket);
    if (goes_back && basket.lines[0].quantity_milli > 0)
        fate = &fates[0]; /* nothing that could come back has been sold yet */
    walk(demo, &making, fate->path);
    /* The order before what refers to it: while a reference is open, SQLite searches the rows that
     * could fill it at each new order, and the tables have no indexes now. */
    put_order(demo, &making, &basket, fate);
    put_events(demo, &making);
    demo_put_lines(demo, &making, &basket);
    settle(demo, &making, fate->money, basket.total_cents);
    if (fate == &fates[0])
        demo_keep_returnable(demo, &making, &basket);
    remember(demo, &making, fate->kind, basket.total_cents);
    basket_done(&basket);
}

static void count_numbers(struct demo *demo, const struct demo_till *till)
{
    static const char *const series[] = {"R1-", "R2-", "R3-", "A-"};
    for (int i = 0; i <= DEMO_REGISTERS; i++)
        demo_put(demo, "number_sequences", demo->now, "register_id:u series:t kind:t next_number:i",
                 i < DEMO_REGISTERS ? &demo->registers[i] : NULL, series[i], "order",
                 till->numbers[i] + 1);
}

void demo_orders(struct demo *demo)
{
    struct demo_till *till = memory_new(sizeof *till);
    int64_t count = demo->size->orders, made = 0;
    int64_t days = (int64_t)demo->day_count;
    demo->recent = memory_new(DEMO_RECENT * sizeof *demo->recent);
    demo_till_init(demo, till);
    for (int64_t i = 0; i < days && demo_pause(demo, "orders", made, count); i++) {
        till->day = &demo->days[i];
        till->is_last = i == days - 1;
        demo_till_open(demo, till);
        int64_t until = count * (i + 1) / days, first = made;
        for (; made < until && !demo->is_failed; made++) {
            int64_t width = till->day->closes - till->day->opens;
            int64_t at = till->day->opens + width / (until - first) * (made - first);
            at += demo_below(demo, width / (until - first));
            make_order(demo, till, count - 1 - made, at);
        }
        demo_till_close(demo, till);
    }
    if (demo_pause(demo, "orders", made, count))
        count_numbers(demo, till);
    free(till);
}
