/* Days as people write them when they look ahead: "fri", "next week", "12.3.", "14 nov", "+2w",
 * beside all words that filters know (filter_dates.h). Words are folded (model/base/text.h). */
#ifndef MODEL_DAY_WORDS_H
#define MODEL_DAY_WORDS_H

#include "model/list/filter_dates.h"

/* Takes days from the front of some words: as many as make the longest form. Of a weekday it is the
 * next one after today; a day without a year is the next such day, today included; "+2w" and "+1m"
 * are the week and the month that begin so far from today. Returns how many words it took, 0 when
 * they are no days. */
size_t day_words_read(const char *const *words, size_t count, int64_t today, struct day_span *out);

/* 0 = Monday, from three letters on; -1: it is none. */
int weekday_read(const char *word);
const char *weekday_name(int weekday); /* "monday" */

/* "14:00", "9:30", "14": minutes after midnight. */
bool clock_read(const char *word, int *minute);

#endif
