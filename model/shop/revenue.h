/* What the shop took in on each business day, from the daily sums that follow the orders
 * (revenue_metrics in migrations/0016_analytics.sql): per currency, without drafts, parked and
 * cancelled orders; a refund counts on its own day. */
#ifndef MODEL_REVENUE_H
#define MODEL_REVENUE_H

#include "model/base/date.h"
#include "model/store/store.h"

struct revenue_day {
    struct date day;
    int64_t revenue_cents;
    int64_t order_count;
};

/* Fills `days` days from `from` on; those without sales are zero. */
bool revenue_days(struct store *store, const char *currency, struct date from, size_t days,
                  struct revenue_day *out, struct error *err);

/* The newest day that has sales or refunds: 1 found, 0 there is none, -1 failed. */
int revenue_newest(struct store *store, const char *currency, struct date *out, struct error *err);

#endif
