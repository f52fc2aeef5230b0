#include "sync/central_private.h"

#include "model/base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Goes on with what PQconnectStartParams() has begun. */
static bool connect_on(PGconn *connection, const struct central_address *address, int limit_s,
                       struct error *err)
{
    int64_t end = now_ms() + (int64_t)limit_s * 1000;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    if (PQstatus(connection) == CONNECTION_BAD)
        return connection_failed(connection, err);
    while (state != PGRES_POLLING_OK) {
        int64_t left = end - now_ms();
        int ready = central_wait(PQsocket(connection), state == PGRES_POLLING_WRITING,
                                 address->stop_fd, left > 0 ? (int)left : 0, err);
        if (ready < 0)
            return false;
        if (ready == 0)
            return error_set(err, ERROR_NETWORK,
                             "no connection to the centre: no answer for %d s; check the address "
                             "and the network",
                             limit_s);
        state = PQconnectPoll(connection);
        if (state == PGRES_POLLING_FAILED)
            return connection_failed(connection, err);
    }
    return true;
}

static PGconn *start(const struct central_address *address, const PQconninfoOption *options)
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
    const char *names[sizeof said / sizeof said[0] + 1] = {NULL};
    const char *values[sizeof said / sizeof said[0] + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (said[i].value != NULL) {
            names[count] = said[i].name;
            values[count++] = said[i].value;
        }
    PGconn *connection = PQconnectStartParams(names, values, 1);
    if (connection == NULL)
        abort();
    return connection;
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
    int limit_s = timeout != NULL ? atoi(timeout) : CONNECT_S;
    PGconn *connection = start(address, options);
    PQconninfoFree(options);
    if (connect_on(connection, address, limit_s > 0 ? limit_s : CONNECT_S, err))
        return connection;
    PQfinish(connection);
    return NULL;
}
