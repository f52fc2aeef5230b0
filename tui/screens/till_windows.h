/* The windows of the till beside its list. */
#ifndef TUI_SCREENS_TILL_WINDOWS_H
#define TUI_SCREENS_TILL_WINDOWS_H

#include "model/till/till_count.h"
#include "tui/app.h"

/* The X or Z report of a session. False with err where it can't be read. */
bool till_view_open(struct app *app, const struct uuid *session, struct error *err);

enum till_counting { COUNT_TO_OPEN, COUNT_TO_TAKE_OVER, COUNT_TO_CLOSE };
/* The grid of coins and notes. It can be filled by the keys of a number pad alone: digits, Enter to
 * the next, - to the one before, + when all is counted. */
void till_count_open(struct app *app, enum till_counting purpose);

/* Asks for cash that is put in or taken out: "pay_in", "pay_out" or "drop". */
void till_move_open(struct app *app, const char *kind);

#endif
