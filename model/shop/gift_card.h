/* Gift cards: a code that stands for money. What a card holds is the sum of its ledger, which only
 * grows; as a tender it is taken from and given back to by ledger_charge()
 * (model/shop/order_ledger.h). A card is sold by a line of an order that names its code, and is
 * made when that order is paid. */
#ifndef MODEL_GIFT_CARD_H
#define MODEL_GIFT_CARD_H

#include "model/shop/order.h"

enum { GIFT_CARD_NEW_CODE_SIZE = 20 };

struct gift_card {
    struct uuid id;
    char code[BASKET_CODE_SIZE];
    char currency[4];
    int64_t initial_cents;
    int64_t balance_cents;      /* below zero when it was spent twice while a line was down */
    int64_t available_cents;    /* what may be taken off it now, not below zero */
    int64_t expires_at;         /* the last second of it; 0: never */
    bool is_active, is_offline; /* offline: available is limited, too */
};

/* By its code as it was scanned; one of our own form also without hyphens and in small letters. 1
 * found, 0 there is none, -1 failed. While the line to the centre is down a card gives at most
 * app_settings 'gift_card_offline_limit' ({"cents": 5000}) for each day of this machine's calendar;
 * what was taken off it before the last exchange does not count. */
int gift_card_find(struct store *store, const char *code, struct gift_card *out, struct error *err);
/* The same by id, deleted ones too: what was paid with one can still go back to it. */
bool gift_card_require(struct store *store, const struct uuid *id, struct gift_card *out,
                       struct error *err);
/* ERROR_NOT_FOUND for a code that no card has; says where it was mistyped. Returns false. */
bool gift_card_unknown(struct store *store, const char *code, struct error *err);
/* Whether it can be used at all, in that currency: ERROR_RULE says why not. */
bool gift_card_check(struct store *store, const struct gift_card *card, const char *currency,
                     struct error *err);
/* Whether so much may be taken off it now: ERROR_RULE says what may. */
bool gift_card_may_give(const struct gift_card *card, int64_t cents, struct error *err);

struct gift_card_entry {
    const char *kind;                  /* issue, redeem, refund, adjust, expire */
    const char *order, *person, *note; /* the order's number and who did it; "" where none */
    struct uuid order_id;
    int64_t amount_cents, occurred_at;
};
/* Its ledger, the newest first, in the arena: how many, or -1. */
int gift_card_entries(struct store *store, const struct uuid *id, struct arena *arena,
                      struct gift_card_entry **out, struct error *err);

/* A code that is in no use: 15 random characters without those that look alike, and one that checks
 * them (Luhn's sum modulo 32), in groups of four. */
bool gift_card_new_code(struct store *store, char code[GIFT_CARD_NEW_CODE_SIZE], struct error *err);

/* A line that sells a card of that worth; `code` is of a card that lies there, or "" for a new one.
 * ERROR_RULE where the code is in use or in the basket already. */
bool basket_add_gift_card(struct basket *basket, struct store *store, const char *code,
                          int64_t cents, size_t *line, struct error *err);

/* What becomes of an order's cards when it gets that status: paid makes those that its lines sell,
 * and takes back those that come back; cancelled and refunded take back what it made. A card that
 * was spent from is not taken back: ERROR_RULE. */
bool gift_card_follow(struct operation *operation, const struct order *order, const char *status,
                      struct error *err);
/* Whether what was paid and not given back on the order, and the goods that it took in payment, are
 * worth the cards that it sold and that are good: to be asked after money went back on it.
 * ERROR_RULE names what the cards are worth. */
bool gift_card_is_covered(struct store *store, const struct order *order, struct error *err);

#endif
