#include "sync/print_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

const struct print_patience print_patience = {.connect = 5000, .step = 15000, .close = 3000};

extern char **environ;

struct sending {
    const char *printer, *address; /* the name, and what stands behind its kind */
    const char *bytes;
    size_t size, sent;
    const struct print_patience *patience;
    int stop_fd;
};

/* 1 it is ready, 0 the time is over, -1 stopped or failed. */
static int wait_for(const struct sending *sending, int fd, short events, int milliseconds,
                    struct error *err)
{
    struct pollfd files[] = {{.fd = fd, .events = events},
                             {.fd = sending->stop_fd, .events = POLLIN}};
    int ready;
    do
        ready = poll(files, 2, milliseconds);
    while (ready < 0 && errno == EINTR);
    if (ready < 0) {
        error_set(err, ERROR_SYSTEM, "%s: %s", sending->printer, strerror(errno));
        return -1;
    }
    if (files[1].revents != 0) {
        error_set(err, ERROR_STOPPED, "the program ended before this was printed");
        return -1;
    }
    return ready > 0;
}

/* All bytes to a file or socket that does not block. */
static bool send_all(struct sending *sending, int fd, struct error *err)
{
    while (sending->sent < sending->size) {
        ssize_t took = write(fd, sending->bytes + sending->sent, sending->size - sending->sent);
        if (took > 0) {
            sending->sent += (size_t)took;
            continue;
        }
        if (took < 0 && errno == EINTR)
            continue;
        if (took < 0 && errno != EAGAIN)
            return error_set(err, ERROR_NETWORK, "%s broke off: %s; look at the paper",
                             sending->printer, strerror(errno));
        int ready = wait_for(sending, fd, POLLOUT, sending->patience->step, err);
        if (ready == 0)
            error_set(err, ERROR_NETWORK, "%s takes nothing more; is it out of paper, or open?",
                      sending->printer);
        if (ready <= 0)
            return false;
    }
    return true;
}

static bool connect_one(const struct sending *sending, const struct addrinfo *to, int *fd,
                        struct error *err)
{
    int problem = 0;
    socklen_t size = sizeof problem;
    *fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    if (*fd < 0)
        return error_set(err, ERROR_SYSTEM, "%s: %s", sending->printer, strerror(errno));
    if (connect(*fd, to->ai_addr, to->ai_addrlen) != 0) {
        problem = errno;
        if (problem == EINPROGRESS) {
            int ready = wait_for(sending, *fd, POLLOUT, sending->patience->connect, err);
            if (ready < 0)
                return false;
            problem = ETIMEDOUT;
            if (ready > 0)
                getsockopt(*fd, SOL_SOCKET, SO_ERROR, &problem, &size);
        }
    }
    return problem == 0 || error_set(err, ERROR_NETWORK, "%s does not answer: %s; is it on?",
                                     sending->printer, strerror(problem));
}

static bool connect_to(const struct sending *sending, int *fd, struct error *err)
{
    char host[128];
    const char *port = strrchr(sending->address, ':');
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int size = port == NULL ? 0 : (int)(port - sending->address);
    bool has_brackets = size > 1 && sending->address[0] == '[' && port[-1] == ']';
    if (size == 0)
        return error_set(err, ERROR_INPUT, "%s names no port", sending->printer);
    snprintf(host, sizeof host, "%.*s", size - 2 * has_brackets, sending->address + has_brackets);
    int problem = getaddrinfo(host, port + 1, &hints, &found);
    if (problem != 0)
        return error_set(err, ERROR_NETWORK, "%s can't be found: %s", sending->printer,
                         gai_strerror(problem));
    bool is_connected = false;
    for (const struct addrinfo *to = found; to != NULL && !is_connected; to = to->ai_next) {
        is_connected = connect_one(sending, to, fd, err);
        if (!is_connected && *fd >= 0)
            close(*fd);
    }
    freeaddrinfo(found);
    return is_connected;
}

/* What the system took is not yet at the printer: it has all when nothing waits to be sent, and it
 * did not throw it away when it ends the line in good order, or stays silent. */
static bool say_goodbye(const struct sending *sending, int fd, struct error *err)
{
    char answer[256];
    shutdown(fd, SHUT_WR);
    for (int waited = 0, waiting = 0;; waited += 100) {
        ioctl(fd, SIOCOUTQ, &waiting);
        int limit = waiting > 0 ? sending->patience->step : sending->patience->close;
        if (waited >= limit)
            return waiting == 0 || error_set(err, ERROR_NETWORK,
                                             "%s takes nothing more; is it out of paper, or open?",
                                             sending->printer);
        int ready = wait_for(sending, fd, POLLIN, 100, err);
        if (ready < 0) /* stopped: what the printer has, it has */
            return waiting == 0;
        if (ready == 0)
            continue;
        ssize_t size = read(fd, answer, sizeof answer);
        if (size < 0 && errno != EINTR && errno != EAGAIN)
            return error_set(err, ERROR_NETWORK, "%s broke off: %s; look at the paper",
                             sending->printer, strerror(errno));
        if (size == 0)
            return true;
    }
}

static bool send_by_socket(struct sending *sending, struct error *err)
{
    int fd = -1;
    if (!connect_to(sending, &fd, err))
        return false;
    bool is_sent = send_all(sending, fd, err) && say_goodbye(sending, fd, err);
    close(fd);
    return is_sent;
}

static bool send_to_file(struct sending *sending, int flags, const char *hint, struct error *err)
{
    int fd = open(sending->address, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags,
                  0600);
    if (fd < 0)
        return error_set(err, ERROR_SYSTEM, "%s can't be opened: %s%s", sending->address,
                         strerror(errno), hint);
    bool is_sent = send_all(sending, fd, err);
    int problem = close(fd) == 0 ? 0 : errno;
    return is_sent && (problem == 0 ||
                       error_set(err, ERROR_SYSTEM, "%s: %s", sending->address, strerror(problem)));
}

static bool send_to_device(struct sending *sending, struct error *err)
{
    return send_to_file(sending, 0, "; is the printer on and plugged in?", err);
}

static bool send_to_plain_file(struct sending *sending, struct error *err)
{
    return send_to_file(sending, O_CREAT, "", err);
}

/* `lp` with the bytes on a socket as its input, and what it complains of on the same. The signals
 * that this thread holds back are its again. */
static bool start_lp(const struct sending *sending, int input, pid_t *pid, struct error *err)
{
    char *const words[] = {(char[]){"lp"},
                           (char[]){"-s"},
                           (char[]){"-d"},
                           (char *)(uintptr_t)sending->address,
                           (char[]){"-o"},
                           (char[]){"raw"},
                           NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_adddup2(&files, input, fd);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int problem = posix_spawnp(pid, words[0], &files, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return problem == 0 ||
           error_set(err, ERROR_SYSTEM,
                     "lp can't be started: %s; CUPS printers need the package cups-client",
                     strerror(problem));
}

/* Reads what lp says until it ends. */
static bool hear_lp(const struct sending *sending, int fd, char *said, size_t room,
                    struct error *err)
{
    size_t size = 0;
    for (;;) {
        char more[256];
        int ready = wait_for(sending, fd, POLLIN, sending->patience->step, err);
        if (ready < 0)
            return false;
        if (ready == 0)
            return error_set(err, ERROR_SYSTEM, "lp hangs; look at CUPS with `lpstat -t`");
        ssize_t count = read(fd, more, sizeof more);
        if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
            return true;
        for (ssize_t i = 0; i < count && size + 1 < room; i++)
            said[size++] = more[i] >= ' ' && more[i] < 127 ? more[i] : ' ';
        said[size] = '\0';
    }
}

static bool send_by_lp(struct sending *sending, struct error *err)
{
    char said[200] = "";
    int ends[2], state = 0;
    pid_t pid;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set(err, ERROR_SYSTEM, "%s: %s", sending->printer, strerror(errno));
    bool is_started = start_lp(sending, ends[1], &pid, err);
    close(ends[1]);
    bool is_sent = false;
    if (is_started) {
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        bool is_taken = send_all(sending, ends[0], err);
        shutdown(ends[0], SHUT_WR);
        is_sent = hear_lp(sending, ends[0], said, sizeof said, is_taken ? err : NULL) && is_taken;
        if (!is_sent)
            kill(pid, SIGKILL);
        while (waitpid(pid, &state, 0) < 0 && errno == EINTR)
            continue;
    }
    close(ends[0]);
    if (said[0] != '\0' && (!is_sent || state != 0))
        return error_set(err, ERROR_SYSTEM, "%s: %s", sending->printer, said);
    return is_sent && (state == 0 || error_set(err, ERROR_SYSTEM, "%s refused it; see `lpstat -t`",
                                               sending->printer));
}

bool print_send(const char *printer, const char *bytes, size_t size,
                const struct print_patience *patience, int stop_fd, bool *is_untouched,
                struct error *err)
{
    static const struct {
        const char *kind;
        bool (*send)(struct sending *sending, struct error *err);
        bool is_whole; /* takes all or nothing: a spooler */
    } drivers[] = {
        {"tcp:", send_by_socket, false},
        {"device:", send_to_device, false},
        {"file:", send_to_plain_file, false},
        {"cups:", send_by_lp, true},
    };
    struct sending sending = {
        .printer = printer, .bytes = bytes, .size = size, .patience = patience, .stop_fd = stop_fd};
    *is_untouched = true;
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
        size_t length = strlen(drivers[i].kind);
        if (strncmp(printer, drivers[i].kind, length) != 0)
            continue;
        sending.address = printer + length;
        bool is_sent = drivers[i].send(&sending, err);
        *is_untouched = sending.sent == 0 || drivers[i].is_whole;
        return is_sent;
    }
    return error_set(err, ERROR_INPUT, "%s is no printer that this program knows", printer);
}
