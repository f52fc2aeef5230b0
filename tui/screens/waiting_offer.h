/* A place for somebody who waits: found, offered until a time, or booked. */
#ifndef TUI_SCREENS_WAITING_OFFER_H
#define TUI_SCREENS_WAITING_OFFER_H

#include "model/calendar/waiting.h"
#include "tui/app.h"

/* Lists the free places that would do for the entry; the one that is chosen is offered, or booked
 * at once. Of one with an offer that is to be booked, books what was offered. */
enum waiting_for { WAITING_TO_OFFER, WAITING_TO_BOOK };
void waiting_find_place(struct app *app, const struct uuid *entry, enum waiting_for what);

#endif
