/* The agenda: the columns of its list. */
#include "tui/screens/appointment_words.h"
#include "tui/screens/planner.h"

static const struct listing_column agenda_columns[] = {
    {.shown = {"starts", "When", 16, 0, 0, ALIGN_LEFT, true}},
    {.shown = {"who", "Customer", 18, 6, 0, ALIGN_LEFT, false}},
    {.shown = {"status", "Status", 11, 0, 0, ALIGN_LEFT, false},
     .role = appointment_role,
     .words = appointment_state},
    {.shown = {"estimator", "With", 14, 3, 1, ALIGN_LEFT, false}},
    {.shown = {"type", "Type", 12, 2, 3, ALIGN_LEFT, false}},
    {.shown = {"service", "Service", 14, 3, 5, ALIGN_LEFT, false}},
    {.shown = {"phone", "Phone", 14, 0, 2, ALIGN_LEFT, false}},
    {.shown = {"place", "Place", 20, 4, 4, ALIGN_LEFT, false}},
    {.shown = {"resources", "Takes along", 12, 2, 6, ALIGN_LEFT, false}},
};

static unsigned open_row(struct app *app, void *context)
{
    return planner_act(app, context);
}

const struct listing_ops planner_agenda_ops = {
    .source = &appointment_source,
    .columns = agenda_columns,
    .column_count = sizeof agenda_columns / sizeof agenda_columns[0],
    .marked = "appointments",
    .empty = "No appointments from this day on; g goes to another, / changes the filter",
    .open = open_row,
};
