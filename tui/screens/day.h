/* What the parts of the estimator's day share: day.c the window and its keys, day_draw.c how it
 * looks, day_moves.c what is done at a stop. It is made for forty cells by fifteen and the four
 * arrows with Enter: from the line that chooses the stop, Down reads on and comes to the buttons.
 */
#ifndef TUI_SCREENS_DAY_H
#define TUI_SCREENS_DAY_H

#include "model/calendar/day.h"
#include "tui/app.h"

enum day_focus { DAY_STOPS, DAY_BUTTONS };

enum { DAY_BUTTON_COUNT = 6, DAY_SOLD_MOST = 5, DAY_HEADING_SIZE = 96 };
extern const struct action *const day_buttons[DAY_BUTTON_COUNT];

struct day_view {
    struct app *app;
    struct arena *arena; /* of the day and of what was sold */
    struct uuid estimator;
    struct date date;
    struct day day;
    size_t at;           /* the stop that is shown; day.count: there is none */
    struct uuid stop_id; /* its id, so that it stays when others come; zero: the next one */
    struct sold *sold;
    int sold_count;
    const char *why_not[DAY_BUTTON_COUNT]; /* as a sentence; NULL: it is possible */
    int64_t looked_at;                     /* when that was so: the minute */
    enum day_focus focus;
    int scroll, scroll_most; /* rows of what is told of the stop: set when it is drawn */
    size_t button;
    size_t columns; /* buttons in a row: set when they are drawn */
    char heading[DAY_HEADING_SIZE];
    struct error failure; /* of the last reading; code ERROR_NONE: none */
};

/* What the screen begins with where it is opened without an argument: words as `countertop day`
 * takes them, borrowed as long as the app lives. */
void day_begin(struct app *app, const char *const *words, size_t count);

const struct stop *day_stop(const struct day_view *view); /* NULL: there is none */
void day_refresh(struct app *app, void *state);
/* Another day of the same estimator, at its next stop. */
void day_show(struct day_view *view, struct date date);

/* day_draw.c */
void day_draw(struct app *app, void *state, struct pane pane);
/* "Fri 20 Nov" */
enum { DAY_DATE_SIZE = 24 };
void day_date_words(struct date date, char text[DAY_DATE_SIZE]);
const char *day_status_words(const char *status); /* "in_progress": "in progress" */

/* day_moves.c: why each button is closed now, and what can be done. */
void day_judge(struct day_view *view);
enum { DAY_ACTION_COUNT = 10 };
extern const struct action day_action_list[DAY_ACTION_COUNT];

#endif
