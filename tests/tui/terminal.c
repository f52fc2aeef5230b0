#include "tests/tui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { DEADLINE_MS = 30000 };

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void program_path(char path[PROGRAM_PATH_SIZE])
{
    ssize_t size = readlink("/proc/self/exe", path, 4000);
    assert_in_range(size, 1, 3999);
    path[size] = '\0';
    for (int i = 0; i < 3; i++)
        *strrchr(path, '/') = '\0';
    strcat(path, "/countertop");
}

void terminal_fork(struct terminal *terminal, int rows, int columns, void (*run)(void *context),
                   void *context)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    memset(terminal, 0, sizeof *terminal);
    buffer_init(&terminal->raw);
    buffer_init(&terminal->text);
    terminal->pid = forkpty(&terminal->master, NULL, NULL, &size);
    assert_true(terminal->pid >= 0);
    if (terminal->pid == 0) {
        run(context);
        _exit(0);
    }
    fcntl(terminal->master, F_SETFD, FD_CLOEXEC);
    fcntl(terminal->master, F_SETFL, O_NONBLOCK);
    terminal->vterm = vterm_new(rows, columns);
    vterm_set_utf8(terminal->vterm, 1);
    terminal->screen = vterm_obtain_screen(terminal->vterm);
    vterm_screen_enable_altscreen(terminal->screen, 1);
    vterm_screen_reset(terminal->screen, 1);
}

void terminal_exec(const struct terminal_command *command)
{
    char path[PROGRAM_PATH_SIZE];
    const char *argv[16] = {path};
    program_path(path);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("COUNTERTOP_HOME", command->home, 1);
    unsetenv("NO_COLOR");
    unsetenv("COLUMNS");
    unsetenv("LINES");
    for (size_t i = 0; command->settings && command->settings[i]; i++)
        putenv((char *)(uintptr_t)command->settings[i]);
    for (size_t i = 0; command->arguments && command->arguments[i] && i < 14; i++)
        argv[i + 1] = command->arguments[i];
    execv(path, (char **)(uintptr_t)argv);
    _exit(127);
}

static void run_command(void *context)
{
    terminal_exec(context);
}

void terminal_start(struct terminal *terminal, int rows, int columns, const char *home,
                    const char *const settings[], const char *const arguments[])
{
    struct terminal_command command = {home, settings, arguments};
    terminal_fork(terminal, rows, columns, run_command, &command);
}

/* Takes what has come, waiting up to `timeout` ms for it. False when nothing more will come. */
static bool take(struct terminal *terminal, int timeout)
{
    char bytes[65536];
    struct pollfd wait = {.fd = terminal->master, .events = POLLIN};
    if (poll(&wait, 1, timeout) <= 0)
        return true;
    ssize_t size = read(terminal->master, bytes, sizeof bytes);
    if (size <= 0)
        return size < 0 && (errno == EAGAIN || errno == EINTR);
    buffer_add_bytes(&terminal->raw, bytes, (size_t)size);
    vterm_input_write(terminal->vterm, bytes, (size_t)size);
    return true;
}

void terminal_send(struct terminal *terminal, const char *bytes)
{
    size_t left = strlen(bytes);
    while (left > 0) {
        ssize_t written = write(terminal->master, bytes, left);
        if (written > 0) {
            bytes += written;
            left -= (size_t)written;
        }
        take(terminal, written > 0 ? 0 : 10);
    }
}

void terminal_press(struct terminal *terminal, const char *key)
{
    int64_t deadline = now_ms() + DEADLINE_MS;
    size_t seen = terminal->raw.size;
    bool is_open = true;
    terminal_send(terminal, key);
    while (is_open && terminal->raw.size == seen && now_ms() < deadline)
        is_open = take(terminal, 100);
    if (terminal->raw.size == seen)
        fail_msg("nothing comes back:\n%s", terminal_text(terminal));
}

void terminal_resize(struct terminal *terminal, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    vterm_set_size(terminal->vterm, rows, columns);
    assert_int_equal(ioctl(terminal->master, TIOCSWINSZ, &size), 0);
}

static void wait_until(struct terminal *terminal, const char *text, bool is_there)
{
    int64_t deadline = now_ms() + DEADLINE_MS;
    bool is_open = true;
    while (terminal_has(terminal, text) != is_there) {
        if (!is_open || now_ms() > deadline)
            fail_msg("\"%s\" is %s on the screen:\n%s", text, is_there ? "not" : "still",
                     terminal_text(terminal));
        is_open = take(terminal, 100);
    }
}

void terminal_wait_for(struct terminal *terminal, const char *text)
{
    wait_until(terminal, text, true);
}

void terminal_wait_gone(struct terminal *terminal, const char *text)
{
    wait_until(terminal, text, false);
}

uint32_t terminal_cell(struct terminal *terminal, int y, int x)
{
    VTermScreenCell cell;
    if (!vterm_screen_get_cell(terminal->screen, (VTermPos){.row = y, .col = x}, &cell))
        return 0;
    return cell.chars[0] == UINT32_MAX ? 0 : cell.chars[0];
}

const char *terminal_text(struct terminal *terminal)
{
    int rows, columns;
    vterm_get_size(terminal->vterm, &rows, &columns);
    buffer_clear(&terminal->text);
    for (int y = 0; y < rows; y++) {
        char line[16384];
        VTermRect rect = {.start_row = y, .end_row = y + 1, .start_col = 0, .end_col = columns};
        size_t size = vterm_screen_get_text(terminal->screen, line, sizeof line - 1, rect);
        while (size > 0 && line[size - 1] == ' ')
            size--;
        buffer_add_bytes(&terminal->text, line, size);
        buffer_add_char(&terminal->text, '\n');
    }
    return terminal->text.text;
}

bool terminal_has(struct terminal *terminal, const char *text)
{
    return strstr(terminal_text(terminal), text) != NULL;
}

static int reap(struct terminal *terminal)
{
    int64_t deadline = now_ms() + DEADLINE_MS;
    int status = 0;
    struct rusage usage = {0};
    pid_t pid = 0;
    bool is_open = terminal->master >= 0;
    while (pid == 0 && now_ms() < deadline) {
        if (is_open)
            is_open = take(terminal, 10);
        else
            poll(NULL, 0, 5);
        pid = wait4(terminal->pid, &status, WNOHANG, &usage);
    }
    if (pid == 0) {
        kill(terminal->pid, SIGKILL);
        waitpid(terminal->pid, NULL, 0);
        terminal->pid = 0;
        fail_msg("the program did not end:\n%s", terminal_text(terminal));
    }
    terminal->pid = 0;
    while (is_open && take(terminal, 0)) {
        struct pollfd more = {.fd = terminal->master, .events = POLLIN};
        is_open = poll(&more, 1, 0) > 0;
    }
    terminal->cpu_seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
                            (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
    return status;
}

int terminal_end(struct terminal *terminal)
{
    return reap(terminal);
}

int terminal_hang_up(struct terminal *terminal)
{
    close(terminal->master);
    terminal->master = -1;
    return reap(terminal);
}

void terminal_free(struct terminal *terminal)
{
    if (terminal->pid > 0) {
        kill(terminal->pid, SIGKILL);
        waitpid(terminal->pid, NULL, 0);
    }
    if (terminal->master >= 0)
        close(terminal->master);
    vterm_free(terminal->vterm);
    buffer_done(&terminal->raw);
    buffer_done(&terminal->text);
}
