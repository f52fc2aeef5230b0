/* Counting what is on the shelf: full, of a category, or of what was not counted for a while.
 *
 * Lines are only ever added, one for each scan or quantity, so several people count at once and
 * offline, and what they find adds up per goods. Two things keep it from adding up twice:
 *   - a shelf that has a name counts once: where two terminals (a line's `sheet`) counted the same
 *     shelf of a count, the later one's finding holds;
 *   - a line with `replaces_before` takes the place of the earlier lines of its goods: all of them
 *     (counted anew), or those of its own sheet where it has one (a slip put right).
 *
 * Counting goods ends with their last line. The difference is taken against the level *at that
 * instant*, by all movements known when it is booked, and the correction is written as of that
 * instant: what is sold while others still count is no loss, nor is a sale that an offline terminal
 * made before it. A sale between two lines of the same goods can't be told from one before or after
 * both; count such goods anew.
 *
 * Corrections can't double. The id of each follows from the goods, the place and how many
 * corrections by counts are known there. Where two terminals that count the same goods offline,
 * in one count or two, both book, the centre takes the first operation and refuses the other,
 * whole: a count of its own is open again there, and closing it again books against what is known
 * then. What comes in later than a count was closed and happened before it, lines of the same count
 * too, is booked by count_settle().
 */
#ifndef MODEL_COUNT_H
#define MODEL_COUNT_H

#include "model/catalog/product.h"
#include "model/stock/stock.h"

extern const struct query_source count_source; /* number, location, kind, status, goods, … */
extern const struct operation_kind count_kinds[];
extern const size_t count_kind_count;

enum { COUNT_SHELF_MAX = 50, COUNT_DAYS_DEFAULT = 90 };

struct count_scope {
    const char *kind;        /* "full" or "cycle" */
    struct uuid category_id; /* with those below it; all zero: all goods */
    int64_t counted_before;  /* a cycle: goods whose last count at the place was before; 0: all */
    bool is_blind;           /* what is expected is shown only when the counting is over */
    const char *notes;       /* or NULL */
};

struct count {
    struct uuid id, location_id;
    const char *number, *kind, *status, *location, *category; /* in the arena; category may be "" */
    bool is_blind;
    int64_t started_at;
    struct uuid category_id;
    int64_t counted_before;
};

/* Rights: inventory.count for all; closing and settling write movements and need inventory.edit
 * too. Opening and cancelling are withdrawn; lines are undone by a line that says what was before;
 * closing by the movements the other way, after which the count is open again. */
bool count_open(struct store *store, const struct actor *actor, const struct uuid *location,
                const struct count_scope *scope, struct uuid *id, struct error *err);
bool count_cancel(struct store *store, const struct actor *actor, const struct uuid *count,
                  struct error *err);
/* 1, 0 there is none, -1. */
int count_load(struct store *store, const struct uuid *count, struct arena *arena,
               struct count *out, struct error *err);
/* The open count at the place that was begun last: 1, 0, -1. */
int count_find_open(struct store *store, const struct uuid *location, struct uuid *id,
                    struct error *err);

/* What one scan or typed line means: "code", "12*code", "0*code" for none. ERROR_NOT_FOUND where
 * there are no such goods, ERROR_RULE where they are not kept in stock. */
bool count_read(struct store *store, const char *text, struct arena *arena, struct sellable *goods,
                int64_t *milli, struct error *err);

struct count_entry {
    struct uuid variant_id;
    int64_t counted_milli; /* 0 or more */
    bool is_anew;          /* takes the place of all earlier lines of the goods */
};
/* What was counted; `shelf` may be NULL. One operation, up to a few hundred lines of one group
 * each. ERROR_RULE when the count is not open. */
bool count_add(struct store *store, const struct actor *actor, const struct uuid *count,
               const char *shelf, const struct count_entry *entries, size_t entry_count,
               struct error *err);

struct count_line {
    struct uuid variant_id;
    const char *name, *sku; /* in the arena */
    bool is_counted;        /* else: expected there and not counted yet */
    int64_t counted_milli, expected_milli;
    int64_t counted_at; /* its last line; 0: none */
};
/* Goods that were counted or are expected within the scope, by name, in the arena. Returns how
 * many, or -1. */
int count_lines(struct store *store, const struct count *count, struct arena *arena,
                struct count_line **out, struct error *err);
/* The line of those goods alone, which costs the same in a long count; not for goods that nobody
 * counted: 1, 0, -1. */
int count_line_of(struct store *store, const struct count *count, const struct uuid *variant,
                  struct arena *arena, struct count_line *out, struct error *err);
struct count_progress {
    int64_t counted, expected; /* goods: those counted, and all there are to count */
};
bool count_progress(struct store *store, const struct count *count, struct count_progress *out,
                    struct error *err);

/* Books one movement for each difference. Goods of the scope that nobody counted stay as they are,
 * or, with `is_rest_none`, are counted as none. */
bool count_close(struct store *store, const struct actor *actor, const struct uuid *count,
                 bool is_rest_none, struct error *err);
/* Books what became known after counts were closed: for the last count of each goods at each place
 * within the last COUNT_SETTLE_DAYS. Returns how many corrections, or -1. An actor without a person
 * is a program that looks after the shop, which needs no right. */
enum { COUNT_SETTLE_DAYS = 14 };
int count_settle(struct store *store, const struct actor *actor, struct error *err);

#endif
