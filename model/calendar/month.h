/* What the days of a month hold: how many appointments of each kind, and the first ones. */
#ifndef MODEL_MONTH_H
#define MODEL_MONTH_H

#include "model/base/instant.h"
#include "model/base/memory.h"
#include "model/store/store.h"

enum { MONTH_DAYS = 42, MONTH_ENTRIES_MOST = 12 };

struct month_day {
    struct date date;
    int64_t from, until; /* the instants of its midnights */
    int open;            /* to come or going on: scheduled, confirmed, in progress */
    int tentative, done, cancelled, no_show;
    struct month_entry {
        int64_t starts_at;
        const char *who, *status;
    } * entries; /* the first by their start, without cancelled ones, in the arena */
    size_t entry_count;
};

/* `days` days (MONTH_DAYS at most) from `first` on in the zone, each with up to `entries` of
 * MONTH_ENTRIES_MOST; of one estimator, or of all where the id is zero. It reads starts and states
 * alone but for the first entries of each day. */
bool month_read(struct store *store, struct date first, size_t days, const char *zone,
                const struct uuid *estimator, size_t entries, struct arena *arena,
                struct month_day *out, struct error *err);

#endif
