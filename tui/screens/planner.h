/* The calendar, for the files that make it up: planner.c the screen and its views, planner_read.c
 * what it shows, read on the reader, planner_fill.c that as columns and sheets, planner_keys.c its
 * actions, planner_ways.c the ways through it, planner_agenda.c its list, planner_move.c an
 * appointment that is moved by arrows. (A struct calendar is the month of a date field.) */
#ifndef TUI_SCREENS_PLANNER_H
#define TUI_SCREENS_PLANNER_H

#include "model/calendar/appointment.h"
#include "model/calendar/hours.h"
#include "model/calendar/month.h"
#include "tui/screens/listing.h"
#include "tui/widgets/month_sheet.h"
#include "tui/widgets/tabs.h"
#include "tui/widgets/timetable.h"

#define PLANNER_NOTHING "There is no appointment under the cursor; J goes to the next one."

enum planner_view { VIEW_DAY, VIEW_WEEK, VIEW_MONTH, VIEW_AGENDA, VIEWS };
enum { WEEK_DAYS = 7, WEEK_PEOPLE = 8, PLANNER_MARKS = APPOINTMENTS_AT_ONCE_MAX };

/* One reading: everything that one view of one period shows. Lives in its arena. */
struct planner_page {
    struct arena *arena;
    enum planner_view view;
    struct date first; /* of `days` days */
    size_t days;
    struct uuid alone;                 /* whose; zero: everybody's */
    struct roster_member *people;      /* those that are shown */
    size_t person_count, first_person; /* and where among all they begin */
    struct uuid *all;                  /* everybody who can be booked */
    size_t all_count;
    struct appointment *appointments;
    size_t count;
    struct timetable_shade **shades; /* of person p on day d: [p * days + d] */
    size_t *shade_counts;
    struct month_day month[MONTH_DAYS];
};

/* What is being moved. The rows stay where they are until Enter. */
struct planner_moving {
    bool is_on;
    struct uuid ids[PLANNER_MARKS];
    size_t count;
    int64_t starts_at, ends_at; /* of the first, as it is */
    struct uuid from_estimator;
    int days, minutes;     /* by so much */
    struct uuid estimator; /* where it would go; zero: nobody's */
    struct error refusal;  /* why not there; code ERROR_NONE: it is free */
};

struct planner {
    struct app *app;
    const char *zone;
    enum planner_view view;
    struct date day; /* the place that all views keep: day, minute, person */
    int minute;
    struct uuid person; /* zero: of nobody */
    bool is_alone;      /* week and month of that person */
    bool hides_cancelled;
    int step;

    struct planner_page *page; /* NULL: nothing read yet */
    struct arena *drawn;       /* of the columns and texts below */
    struct timetable table;
    struct month_sheet sheet;
    struct uuid marks[PLANNER_MARKS];
    size_t mark_count;
    struct planner_moving moving;
    struct error failure; /* of the last reading */

    struct tab tab[VIEWS];
    struct tabs tabs;
    struct listing agenda;
    bool has_agenda;
    char heading[80];
};

/* The period of the view that the place lies in. */
struct date planner_first(const struct planner *planner, size_t *days);
/* Reads it; the answer fills the view. */
void planner_read(struct planner *planner);
void planner_page_free(struct planner_page *page);
/* Makes columns and sheet from the page; the cursor goes to the place. */
void planner_fill(struct planner *planner);
/* The place becomes what is under the cursor. */
void planner_follow(struct planner *planner);
/* The appointment under the cursor; NULL: none, or it is not known by more than its id. */
const struct appointment *planner_current(const struct planner *planner);
/* The instant of a minute of a day, as the calendar's zone counts. */
int64_t planner_instant(const struct planner *planner, struct date day, int minute);
/* The marked ones, else the one under the cursor; the count. */
size_t planner_chosen(struct planner *planner, struct uuid *out);
bool planner_is_marked(const struct planner *planner, const struct uuid *id);

/* To another day or view. */
void planner_go(struct planner *planner, struct date day);
void planner_show(struct planner *planner, enum planner_view view);

/* Moving by arrows: begins with what is chosen; takes all keys until Enter or Esc. */
unsigned planner_move_begin(struct app *app, void *state);
unsigned planner_move_handle(struct planner *planner, const struct event *event);
/* What the line at the bottom says meanwhile. */
void planner_move_words(const struct planner *planner, char *text, size_t size);

/* The ways through it, as actions; what the agenda's list has a use for is its own. */
unsigned planner_ask_list(struct app *app, struct planner *planner);
unsigned planner_today(struct app *app, void *state);
unsigned planner_go_to(struct app *app, void *state);
unsigned planner_earlier(struct app *app, void *state);
unsigned planner_later(struct app *app, void *state);
unsigned planner_fewer(struct app *app, void *state);
unsigned planner_more(struct app *app, void *state);

/* Enter: the card, the day, or a booking. */
unsigned planner_act(struct app *app, void *state);

enum { PLANNER_ACTIONS = 28 };
extern const struct action planner_actions[PLANNER_ACTIONS];
extern const struct listing_ops planner_agenda_ops;

#endif
