/* A month as a sheet: seven days a row, each with its number, a line of counts and as many lines of
 * text as there is room for. The cursor is a day. */
#ifndef TUI_WIDGETS_MONTH_SHEET_H
#define TUI_WIDGETS_MONTH_SHEET_H

#include "model/base/instant.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"

enum { MONTH_SHEET_DAYS = 42, MONTH_SHEET_WEEKS = 6 };

struct month_sheet_day {
    const char *count; /* beside the number: "12"; NULL: nothing */
    const char *const *lines;
    const enum role *roles; /* one for each line */
    size_t line_count;
    const char *more; /* the last line where not all fit: "12 in all"; may be NULL */
};

struct month_sheet {
    struct date first; /* a Monday: the first day of the sheet */
    struct date day;   /* under the cursor, and whose month is shown bright */
    struct date today;
    struct month_sheet_day days[MONTH_SHEET_DAYS]; /* the owner's texts */
    struct pane pane;
};

/* The Monday that the sheet of a day's month begins with. */
struct date month_sheet_first(struct date day);
/* Arrows and hjkl go by days and weeks, Home and End to the ends of the week; wheel, click. The
 * month may be another one then: the owner fills the days anew. */
unsigned month_sheet_handle(struct month_sheet *sheet, const struct event *event);
/* Lines of text that a day has room for in the pane, below its number. */
int month_sheet_room(struct pane pane);
void month_sheet_draw(struct month_sheet *sheet, struct pane pane);

#endif
