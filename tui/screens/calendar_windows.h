/* The windows around the calendar: one appointment, and the booking of one. */
#ifndef TUI_SCREENS_CALENDAR_WINDOWS_H
#define TUI_SCREENS_CALENDAR_WINDOWS_H

#include "model/base/uuid.h"
#include "tui/app.h"

/* One appointment with all that can be done with it; what is wrong becomes a toast. */
void appointment_view_show(struct app *app, const struct uuid *id);

/* What a booking begins with; zeros: nothing yet. */
struct booking_start {
    struct uuid estimator_id, service_id, type_id, customer_id, resource_id;
    int64_t starts_at;
    int duration_minutes;
    const char *name, *phone, *notes; /* copied; NULL: none */
};
void booking_form_open(struct app *app, const struct booking_start *start);

#endif
