/* A month to pick a day from: for date fields. Days are ISO dates; weeks begin on Monday. */
#ifndef TUI_WIDGETS_CALENDAR_H
#define TUI_WIDGETS_CALENDAR_H

#include "model/base/instant.h"
#include "tui/key.h"
#include "tui/paint.h"

enum { CALENDAR_HEIGHT = 8, CALENDAR_WIDTH = 22 };

struct calendar {
    struct date day; /* the one under the cursor */
    struct date today;
    struct pane pane;
};

enum calendar_result { CALENDAR_IGNORED, CALENDAR_MOVED, CALENDAR_CHOSEN };

/* Starts at the date in `text`, or today where it is none. */
void calendar_init(struct calendar *calendar, const char *text, struct date today);
/* Arrows and hjkl go by days and weeks, PgUp PgDn by months, with Shift or by < > by years, Home
 * and End to the ends of the month, t to today; Enter, Space and a click choose. */
enum calendar_result calendar_handle(struct calendar *calendar, const struct event *event);
void calendar_draw(struct calendar *calendar, struct pane pane, bool has_focus);

#endif
