#include "tui/script.h"

#include "tui/frame.h"
#include "tui/loop.h"
#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool script_open_terminal(struct error *err)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0)
        return error_set(err, ERROR_SYSTEM, "/dev/null can't be opened: %s.", strerror(errno));
    struct term_options options = {
        .in = nothing, .out = nothing, .type = "xterm-256color", .rows = 24, .columns = 80};
    bool worked = term_open(&options, err);
    close(nothing);
    return worked;
}

/* Until nothing runs any more; then the frame is drawn, once, so that a clock that moves with each
 * reading does not depend on the speed of the machine. */
static void settle(struct app *app)
{
    enum { LOOK_AGAIN_MS = 20 };
    app_settle(app);
    while (app_is_busy(app)) {
        loop_wait(-1, LOOK_AGAIN_MS);
        app_settle(app);
    }
    app_draw(app);
}

/* "80 24". */
static bool read_two(const char *text, int *first, int *second)
{
    char *end, *rest;
    long one = strtol(text, &end, 10), two = strtol(end, &rest, 10);
    *first = (int)one;
    *second = (int)two;
    return end > text && rest > end && *rest == '\0' && *first == one && *second == two;
}

static bool do_size(struct app *app, char *text, struct error *err)
{
    int columns = 0, rows = 0;
    struct event event = {.kind = EVENT_RESIZE};
    if (!read_two(text, &columns, &rows) || columns < 1 || rows < 1)
        return error_set(err, ERROR_INPUT, "\"size\" takes columns and rows, such as 80 24.");
    term_resize(rows, columns);
    app_event(app, &event);
    return true;
}

static bool do_keys(struct app *app, char *text, struct error *err)
{
    char *rest = NULL;
    for (char *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        struct event event = {.kind = EVENT_KEY};
        if (!key_parse(name, &event.key))
            return error_set(err, ERROR_INPUT, "\"%s\" is no key.", name);
        app_event(app, &event);
        settle(app);
    }
    return true;
}

static bool do_type(struct app *app, char *text, struct error *err)
{
    struct event event = {.kind = EVENT_KEY};
    for (size_t size; *text; text += size) {
        event.key = key_read(text, &size);
        if (!event.key)
            return error_set(err, ERROR_INPUT, "Only characters can be typed.");
        app_event(app, &event);
        settle(app);
    }
    return true;
}

static bool do_paste(struct app *app, char *text, struct error *err)
{
    (void)err;
    for (char *at; (at = strstr(text, "\\n"));) {
        *at = '\n';
        memmove(at + 1, at + 2, strlen(at + 2) + 1);
    }
    app_event(app, &(struct event){.kind = EVENT_PASTE, .text = text});
    return true;
}

static bool do_scan(struct app *app, char *text, struct error *err)
{
    (void)err;
    app_event(app, &(struct event){.kind = EVENT_SCAN, .text = text});
    return true;
}

static bool do_click(struct app *app, char *text, struct error *err)
{
    struct event event = {.kind = EVENT_MOUSE, .mouse = MOUSE_PRESS};
    if (!read_two(text, &event.x, &event.y))
        return error_set(err, ERROR_INPUT, "\"click\" takes a column and a row.");
    app_event(app, &event);
    return true;
}

void script_screen_text(struct buffer *out)
{
    for (int y = 0; y < frame_current()->rows; y++) {
        frame_line(y, out);
        buffer_add_char(out, '\n');
    }
}

static bool write_out(const char *path, const struct buffer *text, struct error *err)
{
    FILE *file = fopen(path, "we");
    bool worked = file && fwrite(text->text, 1, text->size, file) == text->size;
    if (file)
        worked = fclose(file) == 0 && worked;
    return worked ||
           error_set(err, ERROR_SYSTEM, "%s can't be written: %s.", path, strerror(errno));
}

static bool do_save(struct app *app, char *text, struct error *err)
{
    struct buffer screen;
    (void)app;
    buffer_init(&screen);
    script_screen_text(&screen);
    bool worked = write_out(text, &screen, err);
    buffer_done(&screen);
    return worked;
}

static bool do_save_attrs(struct app *app, char *text, struct error *err)
{
    const struct frame *frame = frame_current();
    struct buffer roles;
    (void)app;
    buffer_init(&roles);
    for (int y = 0; y < frame->rows; y++) {
        const struct cell *row = frame->cells + (size_t)y * (size_t)frame->columns;
        for (int x = 0, next; x < frame->columns; x = next) {
            for (next = x + 1; next < frame->columns && row[next].role == row[x].role;)
                next++;
            if (row[x].role != ROLE_NORMAL)
                buffer_format(&roles, "%d %d %d %s\n", y, x, next - x,
                              role_name((enum role)row[x].role));
        }
    }
    bool worked = write_out(text, &roles, err);
    buffer_done(&roles);
    return worked;
}

static bool is_shown(const char *text)
{
    struct buffer screen;
    buffer_init(&screen);
    script_screen_text(&screen);
    bool is_there = strstr(screen.text, text) != NULL;
    buffer_done(&screen);
    return is_there;
}

static bool do_expect(struct app *app, char *text, struct error *err)
{
    (void)app;
    return is_shown(text) || error_set(err, ERROR_RULE, "\"%s\" is not on the screen.", text);
}

static bool do_reject(struct app *app, char *text, struct error *err)
{
    (void)app;
    return !is_shown(text) || error_set(err, ERROR_RULE, "\"%s\" is on the screen.", text);
}

static bool do_wait(struct app *app, char *text, struct error *err)
{
    (void)app;
    (void)text;
    (void)err;
    return true;
}

static bool do_quit(struct app *app, char *text, struct error *err)
{
    (void)text;
    (void)err;
    app_quit(app);
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct app *app, char *text, struct error *err);
} steps[] = {
    {"size", do_size},     {"keys", do_keys},     {"type", do_type}, {"paste", do_paste},
    {"scan", do_scan},     {"click", do_click},   {"save", do_save}, {"save-attrs", do_save_attrs},
    {"expect", do_expect}, {"reject", do_reject}, {"wait", do_wait}, {"quit", do_quit},
};

static bool run_step(struct app *app, char *line, struct error *err)
{
    size_t size = strcspn(line, " ");
    char *text = line + size + (line[size] == ' ');
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strlen(steps[i].name) != size || strncmp(steps[i].name, line, size) != 0)
            continue;
        bool worked = steps[i].run(app, text, err);
        if (worked)
            settle(app);
        return worked;
    }
    return error_set(err, ERROR_INPUT, "\"%.*s\" is no step of a script.", (int)size, line);
}

bool script_run(struct app *app, const char *path, struct error *err)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    bool worked = true;
    if (!file)
        return error_set(err, ERROR_NOT_FOUND, "%s can't be read: %s.", path, strerror(errno));
    settle(app);
    for (int number = 1; worked && !app_must_end(app) && getline(&line, &room, file) > 0;
         number++) {
        line[strcspn(line, "\r\n")] = '\0';
        if (!*line || *line == '#')
            continue;
        worked = run_step(app, line, err);
        if (!worked)
            error_prefix(err, "%s:%d", path, number);
    }
    free(line);
    fclose(file);
    return worked;
}
