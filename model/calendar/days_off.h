/* The days that are not as the weekly hours say, for lists: off, or worked at other hours; those
 * that came from a calendar too. They are rows like any other: model/operation/record.h writes
 * them.
 */
#ifndef MODEL_DAYS_OFF_H
#define MODEL_DAYS_OFF_H

#include "model/list/query.h"

/* estimator, first, last, from, until, kind (off, worked), reason, source (hand, file, or the
 * calendar's name), id; sorted by the first day, the latest first. */
extern const struct query_source days_off_source;

#endif
