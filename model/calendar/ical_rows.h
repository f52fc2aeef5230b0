/* Within ical_*.c: what an event becomes. An exception of working hours has days and, on each of
 * them, times; so what goes over midnight becomes up to three of them. */
#ifndef MODEL_ICAL_ROWS_H
#define MODEL_ICAL_ROWS_H

#include "model/calendar/ical_import.h"

enum { ICAL_PIECES_MAX = 3 };

struct ical_row {
    struct uuid id;
    enum ical_step step;
    const char *uid, *title;
    char first_day[DATE_TEXT_SIZE], last_day[DATE_TEXT_SIZE];
    char start_time[9], end_time[9]; /* "" and "": all day */
    int64_t starts_at, ends_at;      /* of a thing's booking */
    size_t line;                     /* which of the plan's it belongs to */
};

/* The pieces of one time; their number. */
size_t ical_rows_of(const struct uuid *tenant, const struct ical_owner *owner,
                    const struct ical_busy *busy, struct ical_row out[ICAL_PIECES_MAX]);

/* The rows of this owner that calendars brought, which touch the time from `from` on: their ids in
 * order, in the arena. The count, or -1. `feed` NULL: of all. */
int ical_rows_known(struct store *store, const struct ical_owner *owner, int64_t from,
                    struct arena *arena, struct ical_row **out, struct uuid **feeds,
                    struct error *err);
bool ical_row_equal(const struct ical_row *a, const struct ical_row *b);
bool ical_row_write(struct operation *operation, const struct ical_plan *plan,
                    const struct ical_row *row, struct error *err);

#endif
