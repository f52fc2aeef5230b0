#include "model/shop/order_parts.h"

#include <string.h>

bool order_word_is(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

int64_t order_due(const struct order *order)
{
    static const char *const closed[] = {"cancelled", "refunded", "archived", NULL};
    static const char *const open[] = {"draft", "parked", "pending", NULL};
    if (strcmp(order->kind, "quote") == 0 || order_word_is(order->status, closed))
        return 0;
    int64_t due = order->total_cents - order->paid_cents;
    if (order_word_is(order->status, open))
        due += order->refunded_cents;
    return due > 0 ? due : 0;
}

int64_t order_owed(const struct order *order)
{
    int64_t owed = -order->total_cents - order->refunded_cents;
    return order->total_cents < 0 && owed > 0 ? owed : 0;
}
