/* Places: shops, stores and the rules that come with where something happens. */
#ifndef MODEL_LOCATION_H
#define MODEL_LOCATION_H

#include "model/base/instant.h"
#include "model/store/store.h"

/* The business day of an instant at a location: by its zone and its day_starts_at (SCHEMA.md,
 * "Rules"). Written on orders, payments, refunds, stock and cash movements when they are made. */
bool location_business_day(struct store *store, const struct uuid *location, int64_t instant,
                           char day[DATE_TEXT_SIZE], struct error *err);

#endif
