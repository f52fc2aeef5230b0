/* The windows around the calendar: one appointment, the booking of one, what
 * is free, who waits. */
#ifndef TUI_SCREENS_CALENDAR_WINDOWS_H
#define TUI_SCREENS_CALENDAR_WINDOWS_H

#include "model/calendar/slots.h"
#include "tui/app.h"

/* One appointment with all that can be done with it; what is wrong becomes a toast. */
void appointment_view_show(struct app *app, const struct uuid *id);

/* Hears where something was booked; `context` lives below the form. */
struct booking_listens {
    void (*booked)(struct app *app, void *context, const struct uuid *estimator, int64_t starts_at);
    void *context;
};

/* What a booking begins with; zeros: nothing yet. */
struct booking_start {
    struct uuid estimator_id, service_id, type_id, customer_id, resource_id;
    int64_t starts_at;
    int duration_minutes;
    const char *name, *phone, *notes; /* copied; NULL: none */
    struct booking_listens listens;
};
void booking_form_open(struct app *app, const struct booking_start *start);

/* Asks for a wish in words, and lists what is free; Enter books. `words` stand there to begin with.
 */
void free_places_ask(struct app *app, const char *words, struct booking_listens listens);

/* The same list for a wish that is known. `picked` is called once: with the place (until it
 * returns), or NULL where none is free or none was chosen. */
typedef void place_picked(struct app *app, void *context, const struct slot *slot,
                          const struct slot_wish *wish);
void free_places_pick(struct app *app, const struct slot_wish *wish, const char *title,
                      place_picked *picked, void *context);

/* Where somebody waits for the places that became free with these appointments, asks whom to offer
 * them to, one after the other. */
void waiting_offer_place(struct app *app, const struct uuid *ids, size_t count);

#endif
