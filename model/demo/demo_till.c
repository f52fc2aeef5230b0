/* Money over the counter and on the web: drawers, payments, refunds and gift cards. */
#include "model/demo/demo_orders.h"

#include <stdio.h>
#include <string.h>

enum { FLOAT_CENTS = 20000, CARD_CENTS = 5000 };

void demo_till_init(struct demo *demo, struct demo_till *till)
{
    (void)demo;
    for (size_t i = 0; i < DEMO_CARDS; i++)
        till->card_balances[i] = CARD_CENTS;
}

/* Gift cards, discounts and gateways: what payments refer to. */
void demo_money(struct demo *demo)
{
    int64_t at = demo->days[0].opens;
    for (int i = 0; i < DEMO_CARDS; i++) {
        char code[DEMO_BARCODE_SIZE];
        demo_ean13("28", 1000 + i, code);
        const struct demo_customer *customer = demo_some_customer(demo);
        demo->cards[i] = demo_put(
            demo, "gift_cards", at,
            "code:t initial_balance_cents:d currency:t customer_id:u recipient_name:t message:t "
            "expires_at:i created_by_id:u",
            code, CARD_CENTS, "EUR", &customer->id, customer->name, "For the new flat",
            demo->now + 700 * DAY_US, &demo->staff[ANNA]);
        demo_put(demo, "gift_card_transactions", at,
                 "gift_card_id:u kind:t amount_cents:d actor_id:u business_day:t occurred_at:i",
                 &demo->cards[i], "issue", CARD_CENTS, &demo->staff[ANNA], demo->days[0].date, at);
    }
    demo->discounts[0] = demo_put(demo, "discounts", at, "code:t name:t discount_type:t value_bp:d",
                                  "SPRING5", "Five percent in spring", "percentage", 500);
    demo->discounts[1] =
        demo_put(demo, "discounts", at,
                 "code:t name:t discount_type:t value_bp:d minimum_order_cents:d maximum_uses:d",
                 "WELCOME10", "Ten percent for new customers", "percentage", 1000, 2000, 5000);
    demo_put(demo, "discounts", at, "code:t name:t discount_type:t value_cents:d currency:t",
             "TENNER", "Ten euros off", "fixed_amount", 1000, "EUR");
    demo_put(demo, "discounts", at,
             "code:t name:t discount_type:t minimum_order_cents:d starts_at:i ends_at:i",
             "FREESHIP", "Free delivery in Advent", "free_shipping", 5000, demo->now + 5 * DAY_US,
             demo->now + 30 * DAY_US);
    demo->gateway = demo_put(demo, "payment_gateway_configs", at, "name:t variant:t priority:d",
                             "Cards and web", "stripe", 1);
    demo_put(demo, "payment_gateway_configs", at, "name:t variant:t priority:d", "PayPal", "paypal",
             2);
}

/* Who answers for the drawer. */
static const struct uuid *keeper(const struct demo *demo, int drawer)
{
    return &demo->staff[drawer == 2 ? MURAT : ANNA];
}

void demo_till_open(struct demo *demo, struct demo_till *till)
{
    const struct demo_day *day = till->day;
    for (int i = 0; i < DEMO_REGISTERS && day->weekday != 6; i++) {
        till->cash[i] = 0;
        till->sessions[i] = demo_put(
            demo, "cash_sessions", day->opens,
            "register_id:u opened_by_id:u currency:t opening_cents:d business_day:t "
            "opened_at:i",
            &demo->registers[i], keeper(demo, i), "EUR", FLOAT_CENTS, day->date, day->opens);
    }
}

static void put_count(struct demo *demo, const struct demo_till *till, int drawer, int64_t counted)
{
    static const int64_t pieces[] = {5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1};
    for (size_t i = 0; i < DEMO_COUNT(pieces); i++) {
        if (counted >= pieces[i])
            demo_put(demo, "cash_counts", till->day->closes,
                     "cash_session_id:u kind:t denomination_cents:i pieces:d counted_by_id:u "
                     "counted_at:i",
                     &till->sessions[drawer], "closing", pieces[i], (int)(counted / pieces[i]),
                     keeper(demo, drawer), till->day->closes);
        counted %= pieces[i];
    }
}

static void close_drawer(struct demo *demo, struct demo_till *till, int drawer)
{
    const struct demo_day *day = till->day;
    const struct uuid *person = keeper(demo, drawer);
    int64_t pay_out = demo_chance(demo, 10) && till->cash[drawer] > 2000 ? 1250 : 0;
    int64_t expected = FLOAT_CENTS + till->cash[drawer] - pay_out;
    if (expected < 0) /* more went out than came in: the safe filled it up */
        expected = 0;
    int64_t counted = expected - (demo_chance(demo, 15) && expected > 20 ? 20 : 0);
    demo_run(demo,
             "UPDATE cash_sessions SET status = 'closed', closed_by_id = ?2, closed_at = ?3,"
             " updated_at = ?3, expected_cents = ?4, counted_cents = ?5,"
             " difference_cents = ?5 - ?4, z_number = ?6 WHERE id = ?1",
             "uuiiii", &till->sessions[drawer], person, day->closes, expected, counted,
             ++till->z_numbers[drawer]);
    if (pay_out > 0)
        demo_put(demo, "cash_movements", day->closes - SECOND_US,
                 "cash_session_id:u kind:t amount_cents:i reason:t actor_id:u business_day:t "
                 "occurred_at:i",
                 &till->sessions[drawer], "pay_out", -pay_out, "Flowers for the window", person,
                 day->date, day->closes - SECOND_US);
    put_count(demo, till, drawer, counted);
}

void demo_till_close(struct demo *demo, struct demo_till *till)
{
    for (int i = 0; i < DEMO_REGISTERS && till->day->weekday != 6 && !till->is_last; i++)
        close_drawer(demo, till, i);
}

static int64_t paid_at(const struct demo_making *making)
{
    int64_t at = demo_when(making, "paid");
    return at != 0 ? at : making->at;
}

static void note(struct demo *demo, const struct demo_making *making, const char *kind,
                 int64_t cents, const char *words, int64_t at)
{
    char text[120];
    snprintf(text, sizeof text, "%lld.%02lld EUR %s", (long long)(cents / 100),
             (long long)(cents % 100), words);
    demo_put(demo, "order_events", at, "order_id:u kind:t actor_id:u note:t occurred_at:i",
             &making->id, kind, making->seller, text, at);
}

static const char *status_after(int64_t amount, int64_t back)
{
    return back == 0 ? "captured" : back < amount ? "partially_refunded" : "refunded";
}

static void pay(struct demo *demo, struct demo_making *making, const char *method,
                const struct uuid *card, int64_t amount, int64_t back)
{
    struct demo_till *till = making->till;
    bool is_cash = strcmp(method, "cash") == 0, is_card = strcmp(method, "card") == 0;
    bool has_drawer = is_cash && making->reg != NULL && making->day->weekday != 6;
    int64_t note_cents = amount > 5000 ? 5000 : amount > 1000 ? 1000 : 500;
    int64_t tendered = (amount + note_cents - 1) / note_cents * note_cents;
    int64_t fee = is_card ? 25 + amount * 14 / 1000 : 0;
    int64_t at = paid_at(making);
    char provider_id[40];
    snprintf(provider_id, sizeof provider_id, "pi_%014lld", (long long)++till->payments);
    if (has_drawer)
        till->cash[making->register_number] += amount;
    making->payment = demo_put(
        demo, "payments", at,
        "order_id:u gateway_id:u gift_card_id:u register_id:u cash_session_id:u received_by_id:u "
        "method:t provider:t provider_payment_id:t reference:t status:t amount_cents:i "
        "tendered_cents:n change_cents:i fee_cents:n net_cents:n currency:t business_day:t "
        "paid_at:i",
        &making->id, is_card ? &demo->gateway : NULL, card, making->reg,
        has_drawer ? &till->sessions[making->register_number] : NULL, making->seller, method,
        is_card ? "stripe" : NULL, is_card ? provider_id : NULL,
        is_card && !making->is_web ? provider_id + 10 : NULL, status_after(amount, back), amount,
        is_cash ? tendered : (int64_t)0, is_cash ? tendered - amount : (int64_t)0, fee,
        is_card ? amount - fee : (int64_t)0, "EUR", demo_day_of(demo, at), at);
    making->method = method;
    making->payment_cents = amount;
    note(demo, making, "payment", amount, method, at);
    if (is_card && making->is_web)
        demo_put(demo, "payment_logs", at, "payment_id:u event_type:t message:t occurred_at:i",
                 &making->payment, "payment_intent.succeeded", "captured", at);
}

/* Part of the amount from a gift card that still holds something, now and then. */
static int64_t redeem(struct demo *demo, struct demo_making *making, int64_t amount)
{
    struct demo_till *till = making->till;
    size_t number = (size_t)demo_below(demo, DEMO_CARDS);
    int64_t taken = till->card_balances[number] < amount ? till->card_balances[number] : amount / 2;
    if (taken <= 0 || making->is_web || !demo_chance(demo, 6))
        return 0;
    till->card_balances[number] -= taken;
    pay(demo, making, "gift_card", &demo->cards[number], taken, 0);
    int64_t at = paid_at(making);
    demo_put(demo, "gift_card_transactions", at,
             "gift_card_id:u kind:t amount_cents:i order_id:u actor_id:u business_day:t "
             "occurred_at:i",
             &demo->cards[number], "redeem", -taken, &making->id, making->seller,
             demo_day_of(demo, at), at);
    return taken;
}

void demo_take(struct demo *demo, struct demo_making *making, int64_t amount, int64_t back)
{
    static const char *const methods[] = {"cash", "cash", "cash", "card",
                                          "card", "card", "card", "transfer"};
    const char *method = making->is_web ? "card" : demo_pick(demo, methods);
    int64_t taken = back == 0 ? redeem(demo, making, amount) : 0;
    if (taken < amount)
        pay(demo, making, method, NULL, amount - taken, back);
}

static void put_refund(struct demo *demo, struct demo_making *making, const struct uuid *order,
                       const struct uuid *return_order, const struct uuid *payment,
                       const char *method, int64_t amount, const char *reason)
{
    struct demo_till *till = making->till;
    bool has_drawer = strcmp(method, "cash") == 0 && making->reg != NULL &&
                      making->day->weekday != 6 && making->ended_at < making->day->closes;
    if (has_drawer)
        till->cash[making->register_number] -= amount;
    demo_put(demo, "refunds", making->ended_at,
             "order_id:u return_order_id:u payment_id:u register_id:u cash_session_id:u actor_id:u "
             "return_reason_id:u method:t amount_cents:i currency:t reason:t business_day:t "
             "refunded_at:i",
             order, return_order, payment, making->reg,
             has_drawer ? &till->sessions[making->register_number] : NULL, making->seller,
             &demo->return_reason, method, amount, "EUR", reason,
             demo_day_of(demo, making->ended_at), making->ended_at);
    note(demo, making, "refund", amount, reason, making->ended_at);
}

void demo_refund(struct demo *demo, struct demo_making *making, int64_t amount, const char *reason)
{
    put_refund(demo, making, &making->id, NULL, &making->payment, making->method, amount, reason);
}

void demo_give_back(struct demo *demo, struct demo_making *making, int64_t amount,
                    const char *reason)
{
    const struct demo_returnable *returned = making->returned;
    if (returned == NULL || demo->is_failed)
        return;
    put_refund(demo, making, &returned->order, &making->id, &returned->payment, returned->method,
               amount, reason);
    demo_run(demo, "UPDATE payments SET status = ?2 WHERE id = ?1", "ut", &returned->payment,
             status_after(returned->paid_cents, amount));
}
