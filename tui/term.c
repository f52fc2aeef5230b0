#include "tui/term.h"

#include "tui/frame.h"
#include "tui/term_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NCURSES_NOMACROS 1
#include <curses.h>

/* What the terminal shows, and all there is to know about it. */
static struct {
    SCREEN *screen;
    FILE *in, *out;
    int tty; /* where the modes and the size are; the same as out */
    bool is_size_fixed, is_suspended, has_mouse;
    int shown_rows, shown_columns;
    struct cell *shown; /* as of the last term_show() */
    bool must_repaint;
    int cursor_y, cursor_x, cursor_state;
    enum depth depth;
    struct theme theme;
    attr_t attributes[ROLE_COUNT];
    cchar_t *line; /* room for one row */
} term;

static void forget_shown(void)
{
    const struct frame *frame = frame_current();
    free(term.shown);
    free(term.line);
    term.shown_rows = frame->rows;
    term.shown_columns = frame->columns;
    term.shown = memory_new((size_t)frame->rows * (size_t)frame->columns * sizeof *term.shown);
    term.line = memory_new((size_t)frame->columns * sizeof *term.line);
}

static void take_size(int rows, int columns)
{
    resize_term(rows, columns);
    frame_resize(rows, columns);
    forget_shown();
    werase(stdscr);
    term_repaint(); /* terminals move what they show when their size changes */
}

static bool asked_size(int *rows, int *columns)
{
    struct winsize size;
    if (term.is_size_fixed || ioctl(term.tty, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
        size.ws_col == 0)
        return false;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return true;
}

/* Far more than any screen has: a broken size must not ask for gigabytes. */
enum { SIZE_LIMIT = 2000 };

static int limited(int size)
{
    return size < 1 ? 1 : size > SIZE_LIMIT ? SIZE_LIMIT : size;
}

bool term_update_size(void)
{
    int rows, columns;
    if (term.is_suspended || !asked_size(&rows, &columns))
        return false;
    rows = limited(rows);
    columns = limited(columns);
    if (rows == term.shown_rows && columns == term.shown_columns)
        return false;
    take_size(rows, columns);
    return true;
}

void term_resize(int rows, int columns)
{
    take_size(limited(rows), limited(columns));
}

static FILE *own_stream(int fd, const char *mode)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    FILE *stream = copy < 0 ? NULL : fdopen(copy, mode);
    if (!stream && copy >= 0)
        close(copy);
    return stream;
}

static void send_text(const char *text)
{
    if (text)
        term_write(term.tty, text, strlen(text));
}

static void enter_modes(void)
{
    raw();
    noecho();
    nonl();
    send_text("\033[?2004h"); /* bracketed paste */
    term_set_mouse(term.has_mouse);
}

static void leave_modes(void)
{
    send_text(TERM_MODES_OFF);
}

static bool open_streams(const struct term_options *options, struct error *err)
{
    term.in = own_stream(options->in, "r");
    term.out = own_stream(options->out, "w");
    if (!term.in || !term.out)
        return error_set(err, ERROR_SYSTEM, "The terminal can't be opened: %s.", strerror(errno));
    term.tty = fileno(term.out);
    return true;
}

bool term_open(const struct term_options *options, struct error *err)
{
    const char *type = options->type ? options->type : getenv("TERM");
    if (!term_check_type(type, err))
        return false;
    if (!open_streams(options, err)) {
        term_close();
        return false;
    }
    term.is_size_fixed = options->rows > 0;
    term.has_mouse = options->has_mouse;
    term_save_modes(term.tty);
    term.screen = newterm(type, term.out, term.in);
    if (!term.screen) {
        term_close();
        return error_set(err, ERROR_SYSTEM, "The terminal \"%s\" can't be used.", type);
    }
    typeahead(-1);
    leaveok(stdscr, FALSE);
    start_color();
    use_default_colors();
    term.depth = theme_depth(has_colors() ? COLORS : 0, getenv("NO_COLOR"));
    int rows = LINES, columns = COLS;
    if (options->rows > 0) {
        rows = options->rows;
        columns = options->columns;
    } else {
        asked_size(&rows, &columns);
    }
    take_size(limited(rows), limited(columns));
    term_prepare_restore();
    enter_modes();
    term.cursor_state = -1;
    return true;
}

void term_close(void)
{
    if (term.screen) {
        if (!term.is_suspended) {
            leave_modes();
            curs_set(1);
            endwin();
        }
        delscreen(term.screen);
    }
    term_forget_modes();
    if (term.in)
        fclose(term.in);
    if (term.out)
        fclose(term.out);
    free(term.shown);
    free(term.line);
    memset(&term, 0, sizeof term);
    frame_resize(0, 0);
}

void term_set_mouse(bool is_on)
{
    term.has_mouse = is_on;
    if (!term.is_suspended)
        send_text(is_on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

enum { GREY = 8 /* bright black: the first of the bright half of 16 colours */ };

/* Colours of 16 on a terminal of 8: the bright ones are bold. Grey is dim, as bold black is often
 * simply black; only a terminal that can't dim a colour, such as the console of a PC, makes it of
 * that. */
static int fit_foreground(int colour, int background, attr_t *bits)
{
    if (term.depth != DEPTH_16 || COLORS >= 16 || colour < GREY)
        return colour;
    if (colour > GREY) {
        *bits |= A_BOLD;
        return colour - GREY;
    }
    if (background >= 0) { /* the default foreground may be the same */
        *bits |= A_DIM;
        return background == COLOR_BLACK ? COLOR_WHITE : COLOR_BLACK;
    }
    *bits |= term_can_dim_colours() ? A_DIM : A_BOLD;
    return term_can_dim_colours() ? -1 : COLOR_BLACK;
}

static int fit_background(int colour)
{
    if (term.depth != DEPTH_16 || COLORS >= 16 || colour < GREY)
        return colour;
    return colour == GREY ? -1 : colour - GREY;
}

void term_set_theme(const struct theme *theme)
{
    static const struct {
        unsigned bit;
        attr_t attribute;
    } attributes[] = {{LOOK_BOLD, A_BOLD},
                      {LOOK_DIM, A_DIM},
                      {LOOK_UNDERLINE, A_UNDERLINE},
                      {LOOK_REVERSE, A_REVERSE},
                      {LOOK_ITALIC, A_ITALIC}};
    term.theme = *theme;
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct look *look = &theme->looks[term.depth][role];
        attr_t bits = A_NORMAL;
        for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
            if (look->attributes & attributes[i].bit)
                bits |= attributes[i].attribute;
        if (term.depth != DEPTH_MONO) {
            int background = fit_background(look->background);
            int foreground = fit_foreground(look->foreground, background, &bits);
            init_extended_pair(role + 1, foreground, background);
        }
        term.attributes[role] = bits;
    }
    term_repaint();
}

static void make_cell(cchar_t *out, const struct cell *cell)
{
    wchar_t text[CELL_CHARACTERS + 1] = {0};
    for (int i = 0; i < CELL_CHARACTERS && cell->text[i]; i++)
        text[i] = (wchar_t)cell->text[i];
    int pair = term.depth == DEPTH_MONO ? 0 : cell->role + 1;
    if (setcchar(out, text, term.attributes[cell->role], (short)pair, &pair) == OK)
        return;
    text[0] = L'?'; /* curses does not take it: never show what it was */
    text[1] = 0;
    setcchar(out, text, term.attributes[cell->role], (short)pair, &pair);
}

/* Gives curses the cells of a row from the first that changed to the last. */
static void show_row(int y, const struct cell *now, struct cell *before)
{
    int columns = term.shown_columns, first = 0, last = columns - 1, count = 0;
    size_t size = sizeof *now;
    while (!term.must_repaint && first < columns && !memcmp(&now[first], &before[first], size))
        first++;
    if (first == columns)
        return;
    while (!term.must_repaint && !memcmp(&now[last], &before[last], size))
        last--;
    while (first > 0 && (now[first].width == 0 || before[first].width == 0))
        first--;
    while (last + 1 < columns && (now[last + 1].width == 0 || before[last + 1].width == 0))
        last++;
    for (int x = first; x <= last; x++)
        if (now[x].width > 0)
            make_cell(&term.line[count++], &now[x]);
    mvwadd_wchnstr(stdscr, y, first, term.line, count);
    memcpy(before + first, now + first, (size_t)(last - first + 1) * size);
}

void term_show(void)
{
    const struct frame *frame = frame_current();
    if (!term.screen || term.is_suspended)
        return;
    for (int y = 0; y < frame->rows; y++)
        show_row(y, frame->cells + (size_t)y * (size_t)frame->columns,
                 term.shown + (size_t)y * (size_t)frame->columns);
    term.must_repaint = false;
    if (term.cursor_state != frame->is_cursor_visible)
        curs_set(frame->is_cursor_visible ? 1 : 0);
    term.cursor_state = frame->is_cursor_visible;
    wmove(stdscr, frame->cursor_y, frame->cursor_x);
    wnoutrefresh(stdscr);
    doupdate();
}

void term_repaint(void)
{
    term.must_repaint = true;
    if (term.screen)
        clearok(curscr, TRUE);
}

void term_beep(void)
{
    if (term.screen && !term.is_suspended)
        send_text("\a");
}

void term_suspend(void)
{
    if (!term.screen || term.is_suspended)
        return;
    leave_modes();
    curs_set(1);
    endwin();
    term.is_suspended = true;
}

void term_resume(void)
{
    if (!term.screen || !term.is_suspended)
        return;
    term.is_suspended = false;
    reset_prog_mode();
    enter_modes();
    term.cursor_state = -1;
    term_update_size();
    term_repaint();
}

bool term_copy(const char *text, size_t size)
{
    return size <= TERM_COPY_LIMIT && term.screen && term_send_clipboard(term.tty, text, size);
}

bool term_print(const char *bytes, size_t size, struct error *err)
{
    if (!term.screen || term.is_suspended)
        return error_set(err, ERROR_RULE, "The terminal is not open now");
    return term_send_print(term.tty, bytes, size, err);
}

void term_look_at(int y, int x, char *text, size_t size)
{
    cchar_t cell;
    wchar_t characters[CCHARW_MAX + 1];
    attr_t bits;
    short pair;
    int number = 0, foreground = -1, background = -1;
    mvwin_wch(curscr, y, x, &cell);
    getcchar(&cell, characters, &bits, &pair, &number);
    if (number > 0)
        extended_pair_content(number, &foreground, &background);
    snprintf(text, size, "%d,%d%s%s%s%s%s", foreground, background, bits & A_BOLD ? ",bold" : "",
             bits & A_DIM ? ",dim" : "", bits & A_UNDERLINE ? ",underline" : "",
             bits & A_REVERSE ? ",reverse" : "", bits & A_ITALIC ? ",italic" : "");
}
