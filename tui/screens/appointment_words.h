/* How appointments are named and marked wherever they are shown: the state by a mark of one cell
 * and by words, never by colour alone. */
#ifndef TUI_SCREENS_APPOINTMENT_WORDS_H
#define TUI_SCREENS_APPOINTMENT_WORDS_H

#include "model/base/instant.h"
#include "model/calendar/appointment.h"
#include "tui/role.h"

const char *appointment_mark(const char *status);  /* "+" */
const char *appointment_state(const char *status); /* "confirmed" */
enum role appointment_role(const char *status);    /* of the words */
/* The same of a block of time, where what is taken is told from what is free. */
enum role appointment_block_role(const char *status);

/* The mark of what the centre does not have yet or did not take: NULL, "↑" or "!". */
const char *appointment_row_mark(const struct appointment *appointment, enum role *role);

/* "Fri 20 Nov 14:00-15:00" in the zone, with the year where it is another than that of `now`. */
enum { APPOINTMENT_WHEN_SIZE = 80 };
void appointment_when(int64_t starts_at, int64_t ends_at, int64_t now, const char *zone,
                      char text[APPOINTMENT_WHEN_SIZE]);
/* "Fri 20 November 2026" and "Fri 20 Nov". */
void appointment_day(struct date date, char text[APPOINTMENT_WHEN_SIZE]);
void appointment_day_short(struct date date, char text[APPOINTMENT_WHEN_SIZE]);

#endif
