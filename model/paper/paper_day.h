/* The day sheet: the stops of an estimator's day on paper, in the order of the route, without those
 * that were cancelled. */
#ifndef MODEL_PAPER_DAY_H
#define MODEL_PAPER_DAY_H

#include "model/calendar/day.h"
#include "model/paper/paper_text.h"

/* As rows of a roll, for paper_text_plain() and the printer. */
void paper_day_lines(const struct day *day, struct paper_text *out);
/* To the queue of the actor's register. Right: appointments.edit. */
bool paper_day_print(struct store *store, const struct actor *actor, const struct day *day,
                     struct error *err);
/* A4, as PDF; `fonts` as in model/paper/pdf.h. Right: appointments.edit. */
bool paper_day_sheet(struct store *store, const struct actor *actor, const struct day *day,
                     const char *fonts, struct buffer *out, struct error *err);

#endif
