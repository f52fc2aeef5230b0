/* The words for days in filters: 2011-03, today, last-week, 7d. */
#ifndef MODEL_FILTER_DATES_H
#define MODEL_FILTER_DATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Day numbers (model/base/date.h), both included. */
struct day_span {
    int64_t first, last;
};

/* What a word means on the day `today`; weeks begin on Monday. false: it is no such word. */
bool day_span_parse(const char *word, int64_t today, struct day_span *out);

/* The words with a meaning of their own, for completion. */
struct day_word {
    const char *word;
    const char *help;
};
size_t day_word_count(void);
struct day_word day_word(size_t index);

#endif
