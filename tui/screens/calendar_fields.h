/* What the forms around the calendar look up, by the names of their fields. */
#ifndef TUI_SCREENS_CALENDAR_FIELDS_H
#define TUI_SCREENS_CALENDAR_FIELDS_H

#include "tui/app.h"
#include "tui/widgets/form.h"

/* The table that a field refers to: "estimators" for "estimator_id"; NULL: none. */
const char *calendar_field_table(const char *name);
/* As a form's look_up: customers by a card, digits of a phone number or words of the name, anything
 * else by its title. */
size_t calendar_field_look_up(struct app *app, const struct form_field *field, const char *typed,
                              struct arena *arena, struct form_option *out, size_t limit);

#endif
