#include "tests/tui/scene.h"

#include "tests/tui/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { PATH_LIMIT = 600 };

static char text[1 << 18];

static void read_all(FILE *file, const char *what)
{
    if (file == NULL)
        fail_msg("%s can't be read", what);
    size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
}

static void write_all(const char *path, const char *what)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(what, file);
    assert_int_equal(fclose(file), 0);
}

void scene_play(const char *home, const char *actor, const char *steps)
{
    char program[PROGRAM_PATH_SIZE], path[PATH_LIMIT], command[PROGRAM_PATH_SIZE + 1000];
    program_path(program);
    snprintf(path, sizeof path, "%s/steps", home);
    write_all(path, steps);
    snprintf(command, sizeof command,
             "cd '%s' && COUNTERTOP_HOME=. HOME=. LC_ALL=C.UTF-8 TERM=none '%s' --script steps"
             " --as '%s' --theme dark --fixed-time 2026-11-20T14:02:00Z --seed 7 2>&1 </dev/null",
             home, program, actor);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    read_all(pipe, "what the program says");
    int code = WEXITSTATUS(pclose(pipe));
    if (code != 0)
        fail_msg("ended with code %d:\n%s", code, text);
}

const char *scene_file(const char *home, const char *name)
{
    char path[PATH_LIMIT];
    snprintf(path, sizeof path, "%s/%s", home, name);
    FILE *file = fopen(path, "r");
    read_all(file, path);
    fclose(file);
    return text;
}

void scene_check(const char *home, const char *name)
{
    static char seen[sizeof text];
    char path[PATH_LIMIT];
    const char *mode = getenv("GOLDEN");
    snprintf(seen, sizeof seen, "%s", scene_file(home, name));
    snprintf(path, sizeof path, "tests/data/golden/%s.txt", name);
    if (mode != NULL && strcmp(mode, "write") == 0)
        write_all(path, seen);
    FILE *file = fopen(path, "r");
    read_all(file, path);
    fclose(file);
    if (strcmp(text, seen) != 0)
        fail_msg("%s is another:\n%s\ninstead of:\n%s", name, seen, text);
}
