/* The program in a terminal of its own: a pty whose other end is libvterm. Everything that waits
 * has a deadline far beyond what is needed, and ends as soon as what it waits for is there. */
#ifndef TESTS_TUI_TERMINAL_H
#define TESTS_TUI_TERMINAL_H

#include "model/base/memory.h"

#include <stdbool.h>
#include <sys/types.h>
#include <vterm.h>

struct terminal {
    pid_t pid;
    int master;
    VTerm *vterm;
    VTermScreen *screen;
    struct buffer raw;  /* every byte that came */
    struct buffer text; /* of terminal_text() */
    double cpu_seconds; /* of the program, after terminal_end() */
};

/* build/countertop of the same build as the test: build/tests/tui/x_test → build/countertop. */
enum { PROGRAM_PATH_SIZE = 4096 };
void program_path(char path[PROGRAM_PATH_SIZE]);

/* Starts build/countertop (the build of the test) with the arguments, NULL-terminated, in a UTF-8
 * locale with COUNTERTOP_HOME=home. `settings` are further "NAME=VALUE", NULL-terminated. */
void terminal_start(struct terminal *terminal, int rows, int columns, const char *home,
                    const char *const settings[], const char *const arguments[]);

/* Becomes that program, as terminal_start() runs it: for the child of a test's own. */
struct terminal_command {
    const char *home;
    const char *const *settings, *const *arguments;
};
void terminal_exec(const struct terminal_command *command);

/* The same with an own program: `run` is what the child does on its terminal. */
void terminal_fork(struct terminal *terminal, int rows, int columns, void (*run)(void *context),
                   void *context);

void terminal_send(struct terminal *terminal, const char *bytes);
/* The same, and reads until something came back. */
void terminal_press(struct terminal *terminal, const char *key);
void terminal_resize(struct terminal *terminal, int rows, int columns);
/* Reads until the text is on the screen; fails the test with the screen when it never is. */
void terminal_wait_for(struct terminal *terminal, const char *text);
void terminal_wait_gone(struct terminal *terminal, const char *text);

const char *terminal_text(struct terminal *terminal); /* lines, blanks at their ends cut */
bool terminal_has(struct terminal *terminal, const char *text);
/* The character in a cell; 0 for the right half of a wide one. */
uint32_t terminal_cell(struct terminal *terminal, int y, int x);

/* Waits for the program's end and returns its status as wait() gave it. */
int terminal_end(struct terminal *terminal);
/* The same after the terminal has gone. */
int terminal_hang_up(struct terminal *terminal);
void terminal_free(struct terminal *terminal);

#endif
