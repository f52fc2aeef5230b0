/* What the units of the waiting list share. */
#ifndef MODEL_WAITING_PARTS_H
#define MODEL_WAITING_PARTS_H

#include "model/calendar/waiting.h"

extern const char waiting_select[]; /* up to and with WHERE, for waiting_read_row() */
void waiting_read_row(const struct statement *row, struct arena *arena, struct waiting_entry *out);
/* A folded word such as "mornings", "14:00-16:00" or "tue". */
bool waiting_time_is_known(const char *word);

#endif
