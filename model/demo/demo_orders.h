/* What the units that make the demo shop's orders share; not for others. */
#ifndef MODEL_DEMO_ORDERS_H
#define MODEL_DEMO_ORDERS_H

#include "model/demo/demo_parts.h"
#include "model/shop/basket.h"

/* A line that can come back: of a sale that was paid at once, without a discount. */
struct demo_returnable {
    struct uuid order, item, payment;
    const struct demo_customer *customer;
    size_t good;
    int64_t quantity_milli, paid_cents;
    const char *method;
    bool is_used;
};

enum { DEMO_RETURNABLES = 64, DEMO_STEPS_MAX = 8 };

/* The tills over the days: numbers, drawers, and what can still come back. */
struct demo_till {
    const struct demo_day *day;
    bool is_last; /* the day goes on: drawers stay open */
    int64_t numbers[DEMO_REGISTERS + 1];
    int64_t z_numbers[DEMO_REGISTERS];
    struct uuid sessions[DEMO_REGISTERS];
    int64_t cash[DEMO_REGISTERS]; /* in the drawer, above the opening float */
    int64_t card_balances[DEMO_CARDS];
    int64_t payments; /* how many there were */
    struct demo_returnable returnables[DEMO_RETURNABLES];
    size_t returnable_count;
};

/* An order in the making. */
struct demo_making {
    struct demo_till *till;
    const struct demo_day *day;
    struct uuid id, original;
    char number[24];
    int64_t at, ended_at;
    struct demo_step {
        const char *status;
        int64_t at;
    } steps[DEMO_STEPS_MAX]; /* after draft */
    size_t step_count;
    const char *status;
    const struct uuid *location, *seller, *reg;
    const struct demo_customer *customer;
    int register_number; /* DEMO_REGISTERS: none */
    bool is_web;
    struct uuid payment; /* the last one */
    const char *method;
    int64_t payment_cents;
    struct demo_returnable *returned;
    struct uuid first_item;
    size_t first_good;
};

/* When it came to that status; 0: never. */
int64_t demo_when(const struct demo_making *making, const char *status);

/* demo_lines.c */
void demo_fill_sale(struct demo *demo, struct demo_making *making, struct basket *basket);
/* false where nothing was sold that could come back. An exchange takes something else for it. */
bool demo_fill_return(struct demo *demo, struct demo_making *making, struct basket *basket);
/* The rows of the lines, and the goods that move with the order's status. */
void demo_put_lines(struct demo *demo, struct demo_making *making, const struct basket *basket);
void demo_keep_returnable(struct demo *demo, const struct demo_making *making,
                          const struct basket *basket);

/* demo_till.c */
void demo_till_init(struct demo *demo, struct demo_till *till);
void demo_till_open(struct demo *demo, struct demo_till *till);
void demo_till_close(struct demo *demo, struct demo_till *till);
/* Takes `amount` by one or two tenders; `back` of it will be refunded. */
void demo_take(struct demo *demo, struct demo_making *making, int64_t amount, int64_t back);
/* Refunds on the order's own payment, or on that of the order whose goods came back. */
void demo_refund(struct demo *demo, struct demo_making *making, int64_t amount, const char *reason);
void demo_give_back(struct demo *demo, struct demo_making *making, int64_t amount,
                    const char *reason);

#endif
