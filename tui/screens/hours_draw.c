#include "tui/screens/hours.h"

#include <stdio.h>

enum { LABEL_WIDTH = 5, SUM_WIDTH = 7, TOP = 2, HOUR_STEPS = 60 / HOURS_STEP_MINUTES };

static const char *const names[HOURS_DAYS] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static int steps_in(const struct hours *state, int day, int step)
{
    int count = 0;
    for (int i = 0; i < state->cell; i++)
        count += state->week.works[day][step + i];
    return count;
}

static bool is_chosen(const struct hours_block *block, int day, int step)
{
    return day >= block->first_day && day <= block->last_day && step >= block->first_step &&
           step <= block->last_step;
}

/* '#' and '.' besides the colour; half of a cell has a mark of its own. */
static void draw_cell(const struct hours *state, struct pane pane, int day, int step, bool chosen)
{
    int worked = steps_in(state, day, step), x = LABEL_WIDTH + step / state->cell;
    enum role role = chosen ? ROLE_SELECTION : worked > 0 ? ROLE_GOOD : ROLE_DIM;
    text_draw(pane, TOP + day, x, 1, role,
              worked == state->cell    ? "#"
              : worked > 0             ? "+"
              : step % HOUR_STEPS == 0 ? "."
                                       : " ");
}

static void draw_day(const struct hours *state, struct pane pane, int day,
                     const struct hours_block *block)
{
    int steps = 0;
    text_draw(pane, TOP + day, 0, LABEL_WIDTH, state->day == day ? ROLE_STRONG : ROLE_LABEL,
              names[day]);
    for (int step = 0; step < HOURS_STEPS; step += state->cell)
        draw_cell(state, pane, day, step, is_chosen(block, day, step));
    for (int step = 0; step < HOURS_STEPS; step++)
        steps += state->week.works[day][step];
    text_drawf(pane, TOP + day, LABEL_WIDTH + HOURS_STEPS / state->cell, SUM_WIDTH, ROLE_DIM,
               " %5.2f%s", (double)steps * HOURS_STEP_MINUTES / 60,
               state->week.is_uneven[day] ? "~" : "");
}

static void draw_scale(const struct hours *state, struct pane pane)
{
    int cells = HOUR_STEPS / state->cell, every = cells >= 4 ? 1 : 2;
    for (int hour = 0; hour < 24; hour += every)
        text_drawf(pane, TOP - 1, LABEL_WIDTH + hour * cells, 2, ROLE_HEADING, "%02d", hour);
    text_draw(pane, TOP - 1, LABEL_WIDTH + HOURS_STEPS / state->cell, SUM_WIDTH, ROLE_HEADING,
              " Hours");
}

static void draw_words(const struct hours *state, struct pane pane, const struct hours_block *block)
{
    int from = block->first_step * HOURS_STEP_MINUTES;
    int until = (block->last_step + 1) * HOURS_STEP_MINUTES;
    int y = TOP + HOURS_DAYS;
    text_drawf(pane, y + 1, 0, pane.width, ROLE_NORMAL,
               "%s%s%s %02d:%02d-%02d:%02d: Space makes it %s", names[block->first_day],
               block->last_day > block->first_day ? "-" : "",
               block->last_day > block->first_day ? names[block->last_day] : "", from / 60,
               from % 60, until / 60, until % 60, block->works ? "working time" : "free");
    if (state->week.is_uneven[state->day])
        text_draw(pane, y + 2, 0, pane.width, ROLE_WARNING,
                  "~ has hours between the quarters; change them under Records, Availabilities");
}

static void draw_plan(const struct hours *state, struct pane pane)
{
    const struct hours_plan *plan = &state->plans[state->plan];
    char number[40] = "";
    if (state->plan_count > 1)
        snprintf(number, sizeof number, "  (%zu of %zu, < >)", state->plan + 1, state->plan_count);
    text_drawf(pane, 0, 0, pane.width, ROLE_STRONG, "%s  %s%s %s%s%s",
               state->people[state->person].name,
               plan->valid_from[0] != '\0' ? "from " : "each week", plan->valid_from,
               plan->valid_to[0] != '\0' ? "to " : "", plan->valid_to, number);
}

void hours_draw(struct hours *state, struct pane pane)
{
    state->cell = pane.width >= LABEL_WIDTH + HOURS_STEPS + SUM_WIDTH ? 1 : 2;
    if (state->people_count == 0 || state->failure.code != ERROR_NONE) {
        text_draw(pane, 0, 0, pane.width, ROLE_DIM,
                  state->failure.code != ERROR_NONE
                      ? state->failure.text
                      : "No estimators yet; make one under Records, Estimators");
        return;
    }
    const struct hours_block block = hours_chosen(state);
    state->y = pane.y + TOP;
    state->x = pane.x + LABEL_WIDTH;
    draw_plan(state, pane);
    draw_scale(state, pane);
    for (int day = 0; day < HOURS_DAYS; day++)
        draw_day(state, pane, day, &block);
    draw_words(state, pane, &block);
    cursor_put(pane, TOP + state->day, LABEL_WIDTH + state->step / state->cell, true);
}
