/* What is done with appointments from any screen: a new state, a cancellation with its reason, a
 * move. What a policy forbids is asked about and then done on purpose. */
#ifndef TUI_SCREENS_APPOINTMENT_ASK_H
#define TUI_SCREENS_APPOINTMENT_ASK_H

#include "model/calendar/appointment.h"
#include "tui/app.h"

/* "confirmed", "in_progress", "completed", "no_show" at once; "cancelled" asks for a reason, and
 * where the waiting list has somebody for the place, offers it. */
void appointment_ask_status(struct app *app, const struct uuid *ids, size_t count,
                            const char *status);
/* Asks for the reason, and moves. `moved` (may be NULL) hears that it was done, or not. */
void appointment_ask_move(struct app *app, const struct uuid *ids, size_t count,
                          const struct booking_move *move,
                          void (*moved)(struct app *app, void *context, bool is_done),
                          void *context);
/* Asks how one repeats: "weekly, 6 times". What could not be booked is listed. */
void appointment_ask_repeat(struct app *app, const struct uuid *id);
/* Whether a failure is a question that may be answered by doing it all the same. */
bool appointment_ask_may_force(const struct error *err);
/* "Jo Meyer, Fri 20 Nov 14:00", or "3 appointments": in the arena. */
const char *appointment_ask_name(struct app *app, const struct uuid *ids, size_t count,
                                 struct arena *arena);

#endif
