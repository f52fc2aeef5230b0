#include "tests/model/scratch.h"
#include "tests/tui/shop.h"
#include "tests/tui/terminal.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const on_messages[] = {"--screen", "messages", NULL};

static int set_up(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    scratch_init(scratch);
    shop_create(scratch->folder);
    *state = scratch;
    return 0;
}

static int tear_down(void **state)
{
    scratch_done(*state);
    free(*state);
    return 0;
}

static void start(struct terminal *terminal, void **state, const char *const settings[])
{
    const struct scratch *scratch = *state;
    terminal_start(terminal, 24, 80, scratch->folder, settings, on_messages);
    terminal_wait_for(terminal, "MESSAGES  Paint  Anna");
}

/* The bytes that lead back: paste and mouse off, the ordinary screen, a visible cursor. */
static void expect_restored(struct terminal *terminal, const struct termios *before)
{
    struct termios after;
    assert_int_equal(tcgetattr(terminal->master, &after), 0);
    assert_int_equal(after.c_lflag, before->c_lflag);
    assert_int_equal(after.c_iflag, before->c_iflag);
    assert_int_equal(after.c_oflag, before->c_oflag);
    assert_non_null(strstr(terminal->raw.text, "\033[?2004l"));
    assert_non_null(strstr(terminal->raw.text, "\033[?1049l"));
    assert_false(terminal_has(terminal, "MESSAGES"));
}

static void test_it_starts_and_ends(void **state)
{
    struct terminal terminal;
    struct termios before;
    struct scratch *scratch = *state;
    terminal_start(&terminal, 24, 80, scratch->folder, NULL, on_messages);
    tcgetattr(terminal.master, &before);
    terminal_wait_for(&terminal, "MESSAGES  Paint  Anna");
    terminal_wait_for(&terminal, "ctrl-q quit");
    terminal_send(&terminal, "\x11");
    int status = terminal_end(&terminal);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    terminal_free(&terminal);
}

static void test_resizing_reflows_and_says_the_minimum(void **state)
{
    struct terminal terminal;
    start(&terminal, state, NULL);
    terminal_resize(&terminal, 50, 200);
    terminal_wait_for(&terminal, "ctrl-q quit");
    terminal_resize(&terminal, 9, 50);
    terminal_wait_for(&terminal, "needs 60x15 (now 50x9)");
    terminal_wait_gone(&terminal, "quit");
    terminal_resize(&terminal, 1, 1);
    terminal_wait_for(&terminal, "…");
    terminal_resize(&terminal, 15, 60);
    terminal_wait_for(&terminal, "ctrl-q quit");
    terminal_wait_for(&terminal, "MESSAGES");
    terminal_send(&terminal, "\x11");
    terminal_end(&terminal);
    terminal_free(&terminal);
}

static void test_a_hang_up_ends_it_at_once(void **state)
{
    struct terminal terminal;
    start(&terminal, state, NULL);
    terminal_hang_up(&terminal);
    assert_true(terminal.cpu_seconds < 5);
    terminal_free(&terminal);
}

static void run_without_sighup(void *context)
{
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    sigprocmask(SIG_BLOCK, &hangup, NULL);
    terminal_exec(context);
}

static void test_a_hang_up_without_its_signal_ends_it_too(void **state)
{
    struct terminal terminal;
    struct scratch *scratch = *state;
    struct terminal_command command = {.home = scratch->folder, .arguments = on_messages};
    terminal_fork(&terminal, 24, 80, run_without_sighup, &command);
    terminal_wait_for(&terminal, "MESSAGES");
    int status = terminal_hang_up(&terminal);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 129);
    assert_true(terminal.cpu_seconds < 5);
    terminal_free(&terminal);
}

static void say(const char *text)
{
    ssize_t ignored = write(1, text, strlen(text));
    (void)ignored;
}

/* What a shell does with a job: runs it in front, takes the terminal when it stops, and puts it in
 * front again after a key. */
static void run_in_a_shell(void *context)
{
    struct termios modes;
    int status;
    char byte;
    signal(SIGTTOU, SIG_IGN);
    pid_t job = fork();
    setpgid(job, job);
    if (job == 0) {
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
        terminal_exec(context);
    }
    waitpid(job, &status, WUNTRACED);
    tcsetpgrp(0, getpgrp());
    tcgetattr(0, &modes);
    say(WIFSTOPPED(status) && modes.c_lflag & ICANON ? "the job stopped" : "something is wrong");
    ssize_t ignored = read(0, &byte, 1);
    (void)ignored;
    tcsetpgrp(0, job);
    kill(-job, SIGCONT);
    waitpid(job, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
}

static void test_the_shell_has_a_turn(void **state)
{
    struct terminal terminal;
    struct scratch *scratch = *state;
    struct terminal_command command = {.home = scratch->folder, .arguments = on_messages};
    terminal_fork(&terminal, 24, 80, run_in_a_shell, &command);
    terminal_wait_for(&terminal, "MESSAGES");
    terminal_send(&terminal, "\x1A");
    terminal_wait_for(&terminal, "the job stopped");
    terminal_wait_gone(&terminal, "MESSAGES");
    terminal_send(&terminal, "\n");
    terminal_wait_for(&terminal, "MESSAGES");
    terminal_wait_gone(&terminal, "the job stopped");
    terminal_send(&terminal, "\x11");
    int status = terminal_end(&terminal);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    terminal_free(&terminal);
}

static void test_sigterm_restores_the_terminal(void **state)
{
    struct terminal terminal;
    struct termios before;
    struct scratch *scratch = *state;
    terminal_start(&terminal, 24, 80, scratch->folder, NULL, on_messages);
    tcgetattr(terminal.master, &before);
    int slave = open(ptsname(terminal.master), O_RDWR | O_NOCTTY); /* keeps it alive to ask */
    terminal_wait_for(&terminal, "MESSAGES");
    kill(terminal.pid, SIGTERM);
    int status = terminal_end(&terminal);
    assert_true(WIFEXITED(status));
    expect_restored(&terminal, &before);
    close(slave);
    terminal_free(&terminal);
}

static void expect_report(const char *folder)
{
    char path[600] = "";
    struct stat info;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; (entry = readdir(directory));)
        if (strncmp(entry->d_name, "crash-", 6) == 0)
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    closedir(directory);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    FILE *file = fopen(path, "r");
    char text[200] = "";
    assert_true(fread(text, 1, sizeof text - 1, file) > 50);
    fclose(file);
    assert_non_null(strstr(text, "countertop " COUNTERTOP_VERSION));
    assert_non_null(strstr(text, "SIG"));
}

static void test_a_crash_restores_the_terminal_and_reports(void **state)
{
    static const int numbers[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    struct scratch *scratch = *state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct terminal terminal;
        struct termios before;
        terminal_start(&terminal, 24, 80, scratch->folder, NULL, on_messages);
        tcgetattr(terminal.master, &before);
        int slave = open(ptsname(terminal.master), O_RDWR | O_NOCTTY);
        terminal_wait_for(&terminal, "MESSAGES");
        kill(terminal.pid, numbers[i]);
        int status = terminal_end(&terminal);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), numbers[i]);
        expect_restored(&terminal, &before);
        assert_non_null(strstr(terminal.raw.text, "Countertop broke down ("));
        assert_non_null(strstr(terminal.raw.text, "crash-"));
        expect_report(scratch->folder);
        close(slave);
        terminal_free(&terminal);
    }
}

static void test_it_goes_on_after_a_stop(void **state)
{
    struct terminal terminal;
    int status;
    start(&terminal, state, NULL);
    kill(terminal.pid, SIGSTOP);
    assert_int_equal(waitpid(terminal.pid, &status, WUNTRACED), terminal.pid);
    assert_true(WIFSTOPPED(status));
    kill(terminal.pid, SIGCONT);
    terminal_send(&terminal, "\x1A"); /* Ctrl-Z: this terminal has no shell to go back to */
    terminal_send(&terminal, "\033v");
    terminal_wait_for(&terminal, "Theme: ");
    terminal_send(&terminal, "\x11");
    terminal_end(&terminal);
    terminal_free(&terminal);
}

static void test_a_paste_is_no_command(void **state)
{
    struct terminal terminal;
    start(&terminal, state, NULL);
    terminal_send(&terminal, "\033[200~\x11\033v\r\033[201~");
    terminal_send(&terminal, "\033v");
    terminal_wait_for(&terminal, "Theme: ");
    terminal_send(&terminal, "\x11");
    terminal_end(&terminal);
    terminal_free(&terminal);
}

static void test_all_kinds_of_terminals(void **state)
{
    static const char *const settings[][3] = {
        {"TERM=linux"},      {"TERM=screen-256color"},       {"TERM=tmux-256color"}, {"TERM=vt100"},
        {"TERM=xterm-mono"}, {"TERM=rxvt-unicode-256color"}, {"LC_ALL=C"},           {"NO_COLOR=1"},
        {"TERM=xterm"},      {"SSH_CONNECTION=a b c d"},     {"LC_ALL=xx_XX.UTF-8"}};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        struct terminal terminal;
        start(&terminal, state, settings[i]);
        terminal_send(&terminal, "\033v");
        terminal_wait_for(&terminal, "Theme: ");
        if (i == 7) /* the first row has a background in all themes with colours */
            assert_null(strstr(terminal.raw.text, "48;5"));
        terminal_send(&terminal, "\x11");
        int status = terminal_end(&terminal);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        terminal_free(&terminal);
    }
}

static void test_without_a_screen_it_says_how_to_start(void **state)
{
    struct terminal terminal;
    struct scratch *scratch = *state;
    static const char *const dumb[] = {"TERM=dumb", NULL};
    terminal_start(&terminal, 24, 80, scratch->folder, dumb, on_messages);
    int status = terminal_end(&terminal);
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_non_null(strstr(terminal.raw.text, "set TERM to what it is"));
    assert_null(strchr(terminal.raw.text, '\033'));
    terminal_free(&terminal);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_it_starts_and_ends),
        CASE(test_resizing_reflows_and_says_the_minimum),
        CASE(test_a_hang_up_ends_it_at_once),
        CASE(test_a_hang_up_without_its_signal_ends_it_too),
        CASE(test_the_shell_has_a_turn),
        CASE(test_sigterm_restores_the_terminal),
        CASE(test_a_crash_restores_the_terminal_and_reports),
        CASE(test_it_goes_on_after_a_stop),
        CASE(test_a_paste_is_no_command),
        CASE(test_all_kinds_of_terminals),
        CASE(test_without_a_screen_it_says_how_to_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
