/* When something is due, as people write it: "tomorrow 14:00", "fri", "next week", "2h". */
#ifndef MODEL_DUE_H
#define MODEL_DUE_H

#include "model/base/env.h"
#include "model/base/error.h"
#include "model/base/instant.h"

/* An instant (0 for "" and "none": no time at all) from
 *   a day and a time     today tomorrow fri next-week 12.3. 2026-11-27 (model/list/day_words.h),
 *                        then 14:00, 14, noon, evening; of a period its first day
 *   a day alone          by its end, 23:59
 *   a time alone         today, or tomorrow where it has passed
 *   how long from now    30m 2h 3d 1w, "in 2 hours"
 * in the zone of `env`. ERROR_INPUT says what can be written. */
bool due_parse(const char *text, const struct env *env, int64_t *out, struct error *err);

/* The same the other way round, so that it is read back as it is: "today 14:00", "tomorrow", "fri
 * 9:00" within a week, else "2026-11-27 14:00"; 0 is "". */
void due_format(int64_t due, const struct env *env, char text[INSTANT_TEXT_SIZE]);

#endif
