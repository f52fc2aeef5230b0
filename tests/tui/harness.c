#include "tests/tui/harness.h"

#include "tui/frame.h"
#include "tui/glyph.h"
#include "tui/term.h"

#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct {
    int in, out;
    struct buffer line, text, bytes;
    char look[64];
} screen;

static void check(bool worked, const struct error *err)
{
    if (!worked)
        fail_msg("%s", err->text);
}

void screen_open_as(const char *type, const char *theme, int rows, int columns)
{
    struct error err = {0};
    struct theme colours;
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    unsetenv("NO_COLOR");
    glyph_set_plain(false);
    screen.in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    screen.out = memfd_create("screen", MFD_CLOEXEC);
    assert_true(screen.in >= 0 && screen.out >= 0);
    buffer_init(&screen.line);
    buffer_init(&screen.text);
    buffer_init(&screen.bytes);
    struct term_options options = {
        .in = screen.in, .out = screen.out, .type = type, .rows = rows, .columns = columns};
    check(term_open(&options, &err), &err);
    check(theme_load(theme, NULL, &colours, &err), &err);
    term_set_theme(&colours);
    screen_show();
}

void screen_open(int rows, int columns)
{
    screen_open_as("xterm-256color", "dark", rows, columns);
}

void screen_close(void)
{
    term_close();
    close(screen.in);
    close(screen.out);
    buffer_done(&screen.line);
    buffer_done(&screen.text);
    buffer_done(&screen.bytes);
}

void screen_resize(int rows, int columns)
{
    term_resize(rows, columns);
}

void screen_clear(void)
{
    frame_clear();
}

size_t screen_show(void)
{
    char part[4096];
    assert_int_equal(ftruncate(screen.out, 0), 0);
    lseek(screen.out, 0, SEEK_SET);
    term_show();
    lseek(screen.out, 0, SEEK_SET);
    buffer_clear(&screen.bytes);
    for (ssize_t size; (size = read(screen.out, part, sizeof part)) > 0;)
        buffer_add_bytes(&screen.bytes, part, (size_t)size);
    return screen.bytes.size;
}

const char *screen_bytes(void)
{
    return screen.bytes.text;
}

const char *screen_line(int y)
{
    buffer_clear(&screen.line);
    frame_line(y, &screen.line);
    return screen.line.text;
}

const char *screen_text(void)
{
    buffer_clear(&screen.text);
    for (int y = 0; y < frame_current()->rows; y++) {
        frame_line(y, &screen.text);
        buffer_add_char(&screen.text, '\n');
    }
    return screen.text.text;
}

enum role screen_role(int y, int x)
{
    const struct frame *frame = frame_current();
    assert_in_range(y, 0, frame->rows - 1);
    assert_in_range(x, 0, frame->columns - 1);
    return (enum role)frame->cells[(size_t)y * (size_t)frame->columns + (size_t)x].role;
}

static bool find(const char *text, int *y, int *x)
{
    for (*y = 0; *y < frame_current()->rows; ++*y) {
        const char *line = screen_line(*y), *at = strstr(line, text);
        if (at) {
            screen.line.text[at - line] = '\0';
            *x = text_cells(screen.line.text);
            return true;
        }
    }
    return false;
}

bool screen_has(const char *text)
{
    int y, x;
    return find(text, &y, &x);
}

enum role screen_role_of(const char *text)
{
    int y = 0, x = 0;
    if (!find(text, &y, &x))
        fail_msg("\"%s\" is not on the screen:\n%s", text, screen_text());
    return screen_role(y, x);
}

void screen_cursor(int *y, int *x)
{
    *y = frame_current()->cursor_y;
    *x = frame_current()->cursor_x;
}

const char *screen_look(int y, int x)
{
    term_look_at(y, x, screen.look, sizeof screen.look);
    return screen.look;
}

struct event event_key(const char *name)
{
    struct event event = {.kind = EVENT_KEY};
    if (!key_parse(name, &event.key))
        fail_msg("there is no key \"%s\"", name);
    return event;
}

struct event event_paste(const char *text)
{
    return (struct event){.kind = EVENT_PASTE, .text = text};
}

struct event event_scan(const char *text)
{
    return (struct event){.kind = EVENT_SCAN, .text = text};
}

struct event event_click(int y, int x)
{
    return (struct event){.kind = EVENT_MOUSE, .mouse = MOUSE_PRESS, .y = y, .x = x};
}

struct event event_wheel(bool is_down, int y, int x)
{
    return (struct event){
        .kind = EVENT_MOUSE, .mouse = is_down ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP, .y = y, .x = x};
}
