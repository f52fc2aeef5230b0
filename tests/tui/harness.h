/* A screen in the test's own process: curses on a terminal description, with nobody looking. What
 * was painted is read back as lines of text, roles and looks; what was sent, as bytes. */
#ifndef TESTS_TUI_HARNESS_H
#define TESTS_TUI_HARNESS_H

#include "tui/key.h"
#include "tui/paint.h"

#include <stddef.h>

/* An xterm of 256 colours in a UTF-8 locale, with the dark theme. Fails the test when it can't. */
void screen_open(int rows, int columns);
void screen_open_as(const char *type, const char *theme, int rows, int columns);
void screen_close(void);
void screen_resize(int rows, int columns);

/* Blank cells, to paint a new frame on; screen_show() then brings it to the terminal, and returns
 * how many bytes that took. The bytes themselves: screen_bytes(), until the next show. */
void screen_clear(void);
size_t screen_show(void);
const char *screen_bytes(void);

/* As painted. Borrowed until the next call of the same function; blanks at the end are cut. */
const char *screen_line(int y);
const char *screen_text(void); /* all lines, each with a line break */
enum role screen_role(int y, int x);
/* A run of the text on the screen: its role, or fails when it is not there. */
enum role screen_role_of(const char *text);
bool screen_has(const char *text);
void screen_cursor(int *y, int *x);

/* As curses believes the terminal shows it after screen_show(): "231,25,bold". */
const char *screen_look(int y, int x);

/* Events to hand to a widget. Keys by their names: "down", "ctrl-k", "x". */
struct event event_key(const char *name);
struct event event_paste(const char *text);
struct event event_scan(const char *text);
struct event event_click(int y, int x);
struct event event_wheel(bool is_down, int y, int x);

#endif
