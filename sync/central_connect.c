#include "sync/central_private.h"

#include "model/base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT_S = 10 };

/* Where Debian keeps the authorities that the machine trusts. */
static const char machine_authorities[] = "/etc/ssl/certs/ca-certificates.crt";

void central_first_line(const char *text, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
}

int central_wait(int socket, bool wants_write, int stop_fd, int limit_ms, struct error *err)
{
    struct pollfd files[] = {{.fd = socket, .events = wants_write ? POLLIN | POLLOUT : POLLIN},
                             {.fd = stop_fd, .events = POLLIN}};
    int found;
    while ((found = poll(files, 2, limit_ms)) < 0 && errno == EINTR)
        continue;
    if (found > 0 && files[1].revents != 0) {
        error_set(err, ERROR_STOPPED, "the exchange with the centre was stopped");
        return -1;
    }
    return found != 0; /* a failure of poll() shows again when the socket is used */
}

/* What libpq says when it can't connect, and what a person can do about it. */
static const struct {
    const char *says;
    enum error_code code;
    const char *advice;
} connection_failures[] = {
    {"password authentication failed", ERROR_DENIED, "check the user and the password"},
    {"no password supplied", ERROR_DENIED, "put the password into ~/.pgpass or PGPASSWORD"},
    {"no pg_hba.conf entry", ERROR_DENIED, "allow this machine in the server's pg_hba.conf"},
    {"too many connections", ERROR_BUSY, "try again later"},
    {"role \"", ERROR_DENIED, "check the user's name"},
    {"database \"", ERROR_NOT_FOUND, "make it with createdb, or check its name"},
    {"starting up", ERROR_BUSY, "try again in a moment"},
    {"shutting down", ERROR_BUSY, "try again in a moment"},
    {"Connection refused", ERROR_NETWORK, "no server runs there: start it, or check the address"},
    {"No such file or directory", ERROR_NETWORK,
     "no server runs there: start it, or check the address"},
    {"could not translate host name", ERROR_NETWORK,
     "check the name in the address, and the network"},
    {"SSL negotiation", ERROR_NETWORK, "what answers there is no PostgreSQL; check the address"},
    {"root certificate file", ERROR_NETWORK,
     "save the certificate of the centre's authority there, or name it in the address by "
     "sslrootcert="},
    {"does not match host name", ERROR_NETWORK,
     "use the name that the server's certificate is for"},
    {"certificate verify failed", ERROR_NETWORK,
     "no authority that this machine trusts has signed the server's certificate; name the "
     "authority's in the address by sslrootcert="},
    {"does not support SSL", ERROR_NETWORK,
     "switch ssl on at the server, or in a network that you trust add sslmode=disable to the "
     "address"},
    {"invalid ", ERROR_INPUT, "write it as postgresql://user@host/database"},
    {"", ERROR_NETWORK, "check the address and the network"},
};

static bool connection_failed(const PGconn *connection, struct error *err)
{
    char line[ERROR_TEXT_SIZE];
    central_first_line(PQerrorMessage(connection), line, sizeof line);
    const char *reason = line, *cut;
    if ((cut = strstr(reason, " failed: ")) != NULL)
        reason = cut + strlen(" failed: ");
    if ((cut = strstr(reason, "FATAL:  ")) != NULL)
        reason = cut + strlen("FATAL:  ");
    size_t i = 0;
    while (strstr(reason, connection_failures[i].says) == NULL)
        i++;
    return error_set(err, connection_failures[i].code, "no connection to the centre: %s; %s",
                     reason, connection_failures[i].advice);
}

static const char *option(const PQconninfoOption *options, const char *name)
{
    while (options->keyword != NULL && strcmp(options->keyword, name) != 0)
        options++;
    return options->val;
}

static const char *or_variable(const char *value, const char *variable)
{
    return value != NULL ? value : getenv(variable);
}

static bool is_this_machine(const char *host)
{
    struct in_addr address;
    return host[0] == '\0' || host[0] == '/' || host[0] == '@' || strcmp(host, "localhost") == 0 ||
           strcmp(host, "::1") == 0 ||
           (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}

/* Of several hosts each has to be this one. */
static bool is_local(const PQconninfoOption *options)
{
    const char *hosts = or_variable(option(options, "hostaddr"), "PGHOSTADDR");
    if (hosts == NULL)
        hosts = or_variable(option(options, "host"), "PGHOST");
    bool is_all = true;
    for (const char *at = hosts; at != NULL && is_all;) {
        char host[256];
        size_t size = strcspn(at, ",");
        snprintf(host, sizeof host, "%.*s", (int)size, at);
        is_all = is_this_machine(host);
        at = at[size] == ',' ? at + size + 1 : NULL;
    }
    return is_all;
}

/* The file to name to libpq, or NULL where it has one of its own. */
static const char *authorities(const PQconninfoOption *options)
{
    char own[512];
    const char *home = getenv("HOME");
    snprintf(own, sizeof own, "%s/.postgresql/root.crt", home != NULL ? home : "");
    return or_variable(option(options, "sslrootcert"), "PGSSLROOTCERT") == NULL &&
                   access(own, R_OK) != 0 && access(machine_authorities, R_OK) == 0
               ? machine_authorities
               : NULL;
}

struct attempt {
    int stop_fd, limit_s;
    int64_t end; /* by now_ms() */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* As central_wait(), until the attempt has taken its time. */
static bool is_ready(int fd, bool wants_write, const struct attempt *attempt, struct error *err)
{
    int64_t left = attempt->end - now_ms();
    int ready = central_wait(fd, wants_write, attempt->stop_fd, left > 0 ? (int)left : 0, err);
    return ready > 0 ||
           (ready == 0 && error_set(err, ERROR_NETWORK,
                                    "no connection to the centre: no answer for %d s; check the "
                                    "address and the network",
                                    attempt->limit_s));
}

/* Goes on with what PQconnectStartParams() has begun. */
static bool connect_on(PGconn *connection, const struct attempt *attempt, struct error *err)
{
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    if (PQstatus(connection) == CONNECTION_BAD)
        return connection_failed(connection, err);
    while (state != PGRES_POLLING_OK) {
        if (!is_ready(PQsocket(connection), state == PGRES_POLLING_WRITING, attempt, err))
            return false;
        state = PQconnectPoll(connection);
        if (state == PGRES_POLLING_FAILED)
            return connection_failed(connection, err);
    }
    return true;
}

enum { SAID_MAX = 16 };

/* libpq looks up the names of hosts as it begins, and nothing can end that, for half a minute where
 * the network is gone. So a thread begins, which is left to itself when nobody waits any more. */
struct beginning {
    const char *names[SAID_MAX];
    char *values[SAID_MAX];
    _Atomic(PGconn *) connection;
    atomic_bool has_one_left; /* the later one of the two clears up */
    int done_fd;
};

static void leave(struct beginning *beginning)
{
    if (!atomic_exchange(&beginning->has_one_left, true))
        return;
    PQfinish(atomic_load(&beginning->connection));
    for (int i = 0; beginning->values[i] != NULL; i++) {
        explicit_bzero(beginning->values[i], strlen(beginning->values[i]));
        free(beginning->values[i]);
    }
    close(beginning->done_fd);
    free(beginning);
}

static void *begin(void *context)
{
    struct beginning *beginning = context;
    PGconn *connection =
        PQconnectStartParams(beginning->names, (const char *const *)beginning->values, 1);
    if (connection == NULL)
        abort();
    atomic_store(&beginning->connection, connection);
    eventfd_write(beginning->done_fd, 1);
    leave(beginning);
    return NULL;
}

/* Signals are for the threads that wait for them. */
static bool begin_apart(struct beginning *beginning)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_begun = beginning->done_fd >= 0 && pthread_create(&thread, NULL, begin, beginning) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_begun)
        pthread_detach(thread);
    return is_begun;
}

static PGconn *wait_for_beginning(struct beginning *beginning, const struct attempt *attempt,
                                  struct error *err)
{
    PGconn *connection = NULL;
    if (!begin_apart(beginning)) {
        error_set(err, ERROR_SYSTEM, "the system has no room for a connection to the centre");
        atomic_store(&beginning->has_one_left, true);
    } else if (is_ready(beginning->done_fd, false, attempt, err)) {
        connection = atomic_exchange(&beginning->connection, NULL);
    }
    leave(beginning);
    return connection;
}

static PGconn *start(const struct central_address *address, const PQconninfoOption *options,
                     const struct attempt *attempt, struct error *err)
{
    const char *mode = or_variable(option(options, "sslmode"), "PGSSLMODE");
    if (mode == NULL && !is_local(options))
        mode = "verify-full";
    bool is_verified = mode != NULL && strncmp(mode, "verify", strlen("verify")) == 0;
    /* Later ones win, so the URL may say otherwise; those without a value say nothing. */
    const struct {
        const char *name, *value;
    } said[] = {
        {"client_encoding", "UTF8"},
        {"fallback_application_name", "countertop"},
        /* Functions that rule out sequential scans seem so dear to the planner that it would
         * compile their plans: 200 ms for a question that takes less than one. */
        {"options", "-c client_min_messages=warning -c timezone=UTC -c jit=off"},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "3"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "15000"},
        {"sslmode", mode},
        {"sslrootcert", is_verified ? authorities(options) : NULL},
        {"dbname", address->url},
        {"user", address->user},
        {"password", address->password},
    };
    _Static_assert(sizeof said / sizeof said[0] < SAID_MAX, "and room for the end");
    struct beginning *beginning = memory_new(sizeof *beginning);
    size_t count = 0;
    beginning->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (said[i].value != NULL) {
            beginning->names[count] = said[i].name;
            beginning->values[count++] = memory_text(said[i].value);
        }
    return wait_for_beginning(beginning, attempt, err);
}

/* libpq would print what a server has to say besides on the screen. */
static void ignore_notice(void *context, const PGresult *notice)
{
    (void)context, (void)notice;
}

PGconn *central_connect(const struct central_address *address, struct error *err)
{
    PQconninfoOption *options = PQconninfoParse(address->url, NULL);
    if (options == NULL) {
        /* libpq would repeat the address, and a password in it. */
        error_set(err, ERROR_INPUT,
                  "the address of the centre can't be read; write it as "
                  "postgresql://user@host/database");
        return NULL;
    }
    const char *timeout = option(options, "connect_timeout");
    long limit_s = timeout != NULL ? strtol(timeout, NULL, 10) : 0;
    if (limit_s <= 0 || limit_s > INT_MAX)
        limit_s = address->connect_s > 0 ? address->connect_s : CONNECT_S;
    const struct attempt attempt = {.stop_fd = address->stop_fd,
                                    .limit_s = (int)limit_s,
                                    .end = now_ms() + (int64_t)limit_s * 1000};
    PGconn *connection = start(address, options, &attempt, err);
    PQconninfoFree(options);
    if (connection != NULL)
        PQsetNoticeReceiver(connection, ignore_notice, NULL);
    if (connection != NULL && connect_on(connection, &attempt, err))
        return connection;
    PQfinish(connection);
    return NULL;
}
