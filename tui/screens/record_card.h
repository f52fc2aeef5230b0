/* One row as a card: its fields as a person reads them, what refers to it, what was done to it. */
#ifndef TUI_SCREENS_RECORD_CARD_H
#define TUI_SCREENS_RECORD_CARD_H

#include "model/operation/record.h"
#include "tui/widgets/card.h"

/* Where a line leads; lives in the card's arena. */
struct record_aim {
    const struct table *table;   /* a row of it, or with `column` those that refer to this row */
    const struct column *column; /* of `table`; or, without an aim elsewhere, the field itself */
    struct uuid id;
    enum { AIM_FIELD, AIM_ROW, AIM_REFERRERS, AIM_OPERATION } kind;
};

/* Rows of another table that refer to this one. */
struct record_referrer {
    const struct table *table;
    const struct column *column;
    int64_t count; /* -1: too many rows without an index; above REFERRERS_MOST: not counted on */
};
enum { REFERRERS_MOST = 1000, HISTORY_LINES = 6 };

/* All references to the table, uncounted; in the arena. */
size_t record_referrers(const struct schema *schema, const struct table *table, struct arena *arena,
                        struct record_referrer **out);
/* Counts them; for the reader. */
bool record_count_referrers(struct store *store, const struct uuid *id,
                            struct record_referrer *referrers, size_t count, struct error *err);

void record_card_add_fields(struct card *card, struct store *store, const struct record *row);
void record_card_add_referrers(struct card *card, const struct record_referrer *referrers,
                               size_t count, bool are_counted);
bool record_card_add_history(struct card *card, struct store *store, const struct record *row,
                             struct error *err);

#endif
