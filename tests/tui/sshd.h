/* A real sshd for one test program: on a port of its own of this machine, with a host key of its
 * own, for the user who runs the test, root too. Any number of them run side by side. It lets in by
 * keys alone, each bound to a command, and takes from clients whatever of the environment they
 * send, as a careless administrator's would. */
#ifndef TESTS_TUI_SSHD_H
#define TESTS_TUI_SSHD_H

#include "tests/tui/terminal.h"

struct sshd;

/* `commands`: what each key runs, NULL-terminated; they name files by whole paths. NULL where this
 * machine has no sshd, or can't let this user in; `*why` then says so, for the one who skips. */
struct sshd *sshd_start(const char *const *commands, const char **why);
void sshd_stop(struct sshd *sshd); /* NULL is allowed */
/* Its folder, for files of the test. */
const char *sshd_folder(const struct sshd *sshd);

/* A client with the key of that number in a terminal of its own. `settings` are options of ssh,
 * `command` what it asks to be run; each may be NULL. */
void sshd_connect(struct sshd *sshd, size_t key, int rows, int columns, const char *settings,
                  const char *command, struct terminal *terminal);
/* The same without a terminal: what is printed, and the code. The caller frees the text. */
char *sshd_run(struct sshd *sshd, size_t key, const char *settings, const char *command, int *code);

#endif
