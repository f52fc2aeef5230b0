/* The map of personal data (migration 0032, personal_data and personal_paths): which columns say
 * something of a person, whose a row is, and what erasing makes of it. Export, erasure and
 * retention read it, nobody else knows tables or columns of theirs. */
#ifndef MODEL_PERSONAL_H
#define MODEL_PERSONAL_H

#include "model/privacy/subject.h"
#include "model/store/schema.h"

#include <jansson.h>

struct personal_column {
    const struct column *column;
    const char *kind;  /* "name", "free_text", "secret" … */
    const char *erase; /* "keep", "clear", "replace", "delete", "scrub" */
    const char *why;   /* it is kept; "" */
    const char *law;   /* the date from which on it is kept for the years of the law; "" */
};

/* The columns of a table that are of any kind but "none", in the arena; the count, or -1. */
int personal_columns(struct store *store, const struct table *table, struct arena *arena,
                     struct personal_column **out, struct error *err);
bool personal_is_erased(const struct personal_column *column); /* by neutral words, or its row */
/* What a column comes to hold, as JSON of an operation; `mark` is the person's
 * (model/privacy/subject.h), `is_kept` as a store keeps it (model/operation/kept.h). */
json_t *personal_neutral_json(const struct personal_column *column, const char *mark,
                              const struct uuid *row, bool is_kept);

/* The rows of one table that are the person's. Where the table has no ids: what it refers to. */
struct personal_rows {
    const struct table *table;
    const char *key; /* "id" */
    struct id_set rows;
};
struct personal_list {
    struct personal_rows *items;
    size_t count;
    struct id_set all; /* sorted: those that are theirs themselves, not those that tell of them */
};
/* All that there are, parents first, in the arena. */
bool personal_find(struct store *store, const struct subject *person, struct arena *arena,
                   struct personal_list *out, struct error *err);

/* Erases the columns of the rows in the open transaction, which lets them through. `law_day`: what
 * the law keeps is free where its date is before. Returns how many rows changed, or -1. */
int64_t personal_erase(struct store *store, const struct personal_rows *rows, const char *mark,
                       const char *law_day, struct error *err);
/* Of these rows, how many the law keeps, from that day on. -1 failed. */
int64_t personal_lawful(struct store *store, const struct personal_rows *rows, const char *law_day,
                        const char **why, struct arena *arena, struct error *err);
/* "2016-11-20": the day before which invoices are free, ten years ago unless the setting "privacy"
 * says other `invoice_years` for the shop's country. */
bool personal_law_day(struct store *store, char day[16], int *years, struct error *err);

#endif
