/* A row as it has to be shown, and who among the pending operations made it so. For the units of
 * the overlay. */
#ifndef MODEL_SHOWN_ROW_H
#define MODEL_SHOWN_ROW_H

#include "model/overlay/overlay.h"
#include "model/overlay/unique_key.h"

struct shown_row {
    const struct table *table;
    struct uuid id;
    bool has_base;    /* an entry in base_rows */
    bool base_exists; /* that says the centre has the row */
    bool is_waiting;
    bool is_pending; /* some operation touches it, shown or hidden */
    bool exists;
    struct value *values; /* one for each column, in the arena */
    int64_t *writers;     /* by column, the seq of the last shown operation that wrote it, or 0 */
    int64_t last;         /* … of the last one that touched the row */
    int64_t remover;      /* … that deleted it, and nothing made it again */
    int64_t orphan;       /* the first that changes it where there is no row to change */
};

/* Works it out from base_rows and op_rows. Everything is in the overlay's row arena. */
bool shown_row_read(struct overlay *overlay, const struct table *table, const struct uuid *id,
                    struct shown_row *out, struct error *err);

/* The last shown operation that wrote one of the columns; 0: they are the centre's. */
int64_t shown_row_owner(const struct shown_row *row, const bool *columns);

/* Writes what differs from what is visible. Returns SQLite's extended result code, 0 when it stands
 * now, or -1 with err filled. */
int shown_row_write(struct overlay *overlay, const struct shown_row *row, struct error *err);
/* The same over what was read of the visible row; NULL: there is none. */
int shown_row_write_over(struct overlay *overlay, const struct shown_row *row,
                         const struct value *visible);
/* Takes the visible row away, if there is one, for one that needs its place. */
bool shown_row_remove(struct overlay *overlay, const struct table *table, const struct uuid *id,
                      struct error *err);

#endif
