/* A grid on a screen, with a list of numbered rows behind it: rows can be taken away, and the
 * source answers at once or when it is told to. */
#ifndef TESTS_TUI_NUMBERS_H
#define TESTS_TUI_NUMBERS_H

#include "tui/widgets/grid.h"

enum { ROWS_MOST = 5000, NUMBERS_COLUMNS = 4 };

struct numbers {
    int all[ROWS_MOST];
    size_t count;
    bool is_late;
    struct grid_request request; /* the one that waits */
    char id[16];
    int place;
    bool has_place;
    int fetches, opened, sorted;
    char sort[16];
    bool is_descending;
};
extern struct numbers numbers;
extern struct grid grid;
extern const struct grid_column numbers_columns[NUMBERS_COLUMNS];

void numbers_start(size_t count, int height, int width); /* the numbers from 1 on */
void numbers_stop(void);
size_t numbers_find(int number); /* the first row whose number is at least this */
void numbers_take_away(int number);
void numbers_answer(void); /* what was asked last */

void numbers_draw(void);
void numbers_press(const char *names); /* each key, and draws */
unsigned numbers_press_one(const char *name);
const char *numbers_cursor(void); /* the id of its row: "N00042", or "" */
int numbers_cursor_line(void);

#endif
