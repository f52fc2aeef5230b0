/* The working hours of an estimator as a week that is painted: days down, the day's time across. */
#ifndef TUI_SCREENS_HOURS_H
#define TUI_SCREENS_HOURS_H

#include "model/calendar/hours_edit.h"
#include "tui/app.h"

struct hours_person {
    struct uuid id;
    const char *name;
};

struct hours {
    struct arena *arena; /* of the people and plans; anew at each refresh */
    struct hours_person *people;
    size_t people_count, person;
    struct hours_plan *plans;
    size_t plan_count, plan;
    struct hours_week week;
    struct error failure; /* why nothing can be shown */
    int day, step;        /* the cursor */
    int anchor_day, anchor_step;
    bool is_marking; /* from the anchor to the cursor */
    int cell;        /* steps that a cell stands for, by the width it was drawn in last */
    int y, x;        /* where the first cell was drawn, for the mouse */
};

/* The block that Space paints: what is marked, or the cell under the cursor. */
struct hours_block hours_chosen(const struct hours *state);
void hours_draw(struct hours *state, struct pane pane);

#endif
