/* The form for what may change in an appointment at any time: names, numbers, notes. */
#ifndef TUI_SCREENS_APPOINTMENT_FORM_H
#define TUI_SCREENS_APPOINTMENT_FORM_H

#include "model/calendar/appointment.h"
#include "tui/app.h"

/* What is seen is copied; what somebody else changed meanwhile is not written over. */
void appointment_form_open(struct app *app, const struct appointment *seen);

#endif
