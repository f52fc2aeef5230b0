#include "tests/tui/sshd.h"

#include "tests/model/scratch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_SIZE = 200, COMMAND_SIZE = 2000, TRIES = 20, PATIENCE = 1000, STEP_MS = 10 };

static const char program[] = "/usr/sbin/sshd";

struct sshd {
    struct scratch scratch;
    const char *folder; /* of it */
    char user[64];
    int port;
    pid_t pid;
};

static void write_file(const struct sshd *sshd, const char *name, const char *text)
{
    char path[2 * PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", sshd->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static char *read_file(const struct sshd *sshd, const char *name)
{
    char path[2 * PATH_SIZE];
    static char text[1 << 16];
    snprintf(path, sizeof path, "%s/%s", sshd->folder, name);
    FILE *file = fopen(path, "re");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    text[size] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}

static void make_key(const struct sshd *sshd, const char *name)
{
    char command[COMMAND_SIZE];
    snprintf(command, sizeof command, "ssh-keygen -q -t ed25519 -N '' -C test -f '%s/%s'",
             sshd->folder, name);
    assert_int_equal(system(command), 0);
}

static void make_keys(const struct sshd *sshd, const char *const *commands)
{
    char lines[1 << 14] = "", name[32];
    make_key(sshd, "host");
    for (size_t i = 0; commands[i] != NULL; i++) {
        snprintf(name, sizeof name, "key%zu", i);
        make_key(sshd, name);
        snprintf(name, sizeof name, "key%zu.pub", i);
        snprintf(lines + strlen(lines), sizeof lines - strlen(lines),
                 "command=\"%s\",restrict,pty %s", commands[i], read_file(sshd, name));
    }
    write_file(sshd, "authorized_keys", lines);
}

/* A port that nobody had a moment ago. */
static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static bool answers(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_open = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return is_open;
}

static void write_config(const struct sshd *sshd)
{
    char text[COMMAND_SIZE];
    snprintf(text, sizeof text,
             "ListenAddress 127.0.0.1\nPort %d\nHostKey %s/host\nPidFile none\n"
             "AuthorizedKeysFile %s/authorized_keys\nStrictModes no\nUsePAM no\n"
             "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
             "AcceptEnv *\nSubsystem sftp internal-sftp\nPrintMotd no\nLogLevel ERROR\n",
             sshd->port, sshd->folder, sshd->folder);
    write_file(sshd, "config", text);
}

/* On a port that somebody else took meanwhile it ends at once: then on another one. */
static bool launch(struct sshd *sshd)
{
    char config[2 * PATH_SIZE], log[2 * PATH_SIZE];
    sshd->port = free_port();
    write_config(sshd);
    snprintf(config, sizeof config, "%s/config", sshd->folder);
    snprintf(log, sizeof log, "%s/log", sshd->folder);
    sshd->pid = fork();
    assert_true(sshd->pid >= 0);
    if (sshd->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        execl(program, program, "-D", "-f", config, "-E", log, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < PATIENCE; i++) {
        if (answers(sshd->port))
            return waitpid(sshd->pid, NULL, WNOHANG) == 0;
        if (waitpid(sshd->pid, NULL, WNOHANG) != 0)
            return false;
        poll(NULL, 0, STEP_MS);
    }
    return false;
}

/* Why this user can't be let in by a command of a key; NULL: nothing is in the way. */
static const char *hindrance(const struct passwd *user)
{
    if (access(program, X_OK) != 0 || system("command -v ssh ssh-keygen >/dev/null") != 0)
        return "there is no sshd here (packages openssh-server and openssh-client)";
    if (user == NULL || strstr(user->pw_shell, "nologin") != NULL ||
        strstr(user->pw_shell, "false") != NULL)
        return "the user of this test has no shell, which sshd needs to run a command";
    if (geteuid() == 0 && mkdir("/run/sshd", 0755) != 0 && errno != EEXIST)
        return "sshd needs the folder /run/sshd";
    return NULL;
}

struct sshd *sshd_start(const char *const *commands, const char **why)
{
    const struct passwd *user = getpwuid(geteuid());
    *why = hindrance(user);
    if (*why != NULL)
        return NULL;
    struct sshd *sshd = calloc(1, sizeof *sshd);
    assert_non_null(sshd);
    scratch_init(&sshd->scratch);
    sshd->folder = sshd->scratch.folder;
    snprintf(sshd->user, sizeof sshd->user, "%s", user->pw_name);
    make_keys(sshd, commands);
    for (int i = 0; i < TRIES; i++)
        if (launch(sshd))
            return sshd;
    fail_msg("sshd does not start:\n%s", read_file(sshd, "log"));
    return NULL;
}

void sshd_stop(struct sshd *sshd)
{
    if (sshd == NULL)
        return;
    kill(sshd->pid, SIGTERM);
    waitpid(sshd->pid, NULL, 0);
    scratch_done(&sshd->scratch);
    free(sshd);
}

const char *sshd_folder(const struct sshd *sshd)
{
    return sshd->folder;
}

static void write_client(const struct sshd *sshd, size_t key, bool has_terminal,
                         const char *settings, const char *command, char text[COMMAND_SIZE])
{
    snprintf(text, COMMAND_SIZE,
             "exec ssh %s -F none -i '%s/key%zu' -p %d -o IdentitiesOnly=yes"
             " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
             " -o BatchMode=yes %s '%s@127.0.0.1' %s",
             has_terminal ? "-tt -e none" : "-T", sshd->folder, key, sshd->port,
             settings != NULL ? settings : "", sshd->user, command != NULL ? command : "");
}

static void run_client(void *context)
{
    setenv("TERM", "xterm-256color", 1);
    execl("/bin/sh", "sh", "-c", (const char *)context, (char *)NULL);
}

void sshd_connect(struct sshd *sshd, size_t key, int rows, int columns, const char *settings,
                  const char *command, struct terminal *terminal)
{
    char text[COMMAND_SIZE];
    write_client(sshd, key, true, settings, command, text);
    terminal_fork(terminal, rows, columns, run_client, text);
}

char *sshd_run(struct sshd *sshd, size_t key, const char *settings, const char *command, int *code)
{
    enum { OUTPUT_SIZE = 1 << 16 };
    char text[COMMAND_SIZE], whole[COMMAND_SIZE + 32];
    char *out = calloc(1, OUTPUT_SIZE);
    write_client(sshd, key, false, settings, command, text);
    snprintf(whole, sizeof whole, "(%s) 2>&1 </dev/null", text);
    FILE *pipe = popen(whole, "r");
    assert_non_null(pipe);
    assert_non_null(out);
    out[fread(out, 1, OUTPUT_SIZE - 1, pipe)] = '\0';
    *code = WEXITSTATUS(pclose(pipe));
    return out;
}
