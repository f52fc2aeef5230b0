#include "tests/tui/command.h"

#include "model/base/memory.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

void command_init(struct command *command)
{
    *command = (struct command){.home = "/tmp/command-XXXXXX", .env = env_system()};
    assert_non_null(mkdtemp(command->home));
    assert_int_equal(setenv("COUNTERTOP_HOME", command->home, 1), 0);
}

static void forget_output(struct command *command)
{
    free(command->out);
    free(command->err);
    command->out = command->err = NULL;
}

void command_done(struct command *command)
{
    forget_output(command);
    unsetenv("COUNTERTOP_HOME");
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", command->home, (char *)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
}

int command_run(struct command *command, const char *const *words)
{
    int count = 0;
    while (words[count] != NULL)
        count++;
    char **arguments = memory_new((size_t)(count + 2) * sizeof *arguments);
    arguments[0] = memory_text("countertop");
    for (int i = 0; i < count; i++)
        arguments[i + 1] = memory_text(words[i]);
    forget_output(command);
    size_t out_size, err_size;
    struct cli cli = {.out = open_memstream(&command->out, &out_size),
                      .err = open_memstream(&command->err, &err_size),
                      .env = command->env};
    assert_non_null(cli.out);
    assert_non_null(cli.err);
    command->code = cli_run(&cli, count + 1, arguments);
    fclose(cli.out);
    fclose(cli.err);
    for (int i = 0; i <= count; i++)
        free(arguments[i]);
    free(arguments);
    return command->code;
}
