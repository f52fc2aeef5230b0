#include "sync/central.h"

#include "model/base/memory.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION_LEAST = 150000 };

struct central {
    PGconn *connection;
};

/* libpq's texts have several lines; a sentence has one. */
static void first_line(const char *text, char *out, size_t size)
{
    size_t used = strcspn(text, "\n");
    snprintf(out, size, "%.*s", (int)used, text);
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
    {"role \"", ERROR_DENIED, "check the user's name"},
    {"database \"", ERROR_NOT_FOUND, "make it with createdb, or check its name"},
    {"too many connections", ERROR_BUSY, "try again later"},
    {"starting up", ERROR_BUSY, "try again in a moment"},
    {"missing \"=\"", ERROR_INPUT, "write it as postgresql://user@host/database"},
    {"invalid ", ERROR_INPUT, "write it as postgresql://user@host/database"},
    {"", ERROR_NETWORK, "check the address and the network"},
};

static bool connection_failed(const PGconn *connection, struct error *err)
{
    char line[ERROR_TEXT_SIZE];
    first_line(PQerrorMessage(connection), line, sizeof line);
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

struct central *central_open(const char *url, struct error *err)
{
    /* Later ones win, so the URL may say otherwise. */
    const char *const names[] = {"connect_timeout", "client_encoding", "fallback_application_name",
                                 "options",         "dbname",          NULL};
    const char *const values[] = {
        "10", "UTF8", "countertop", "-c client_min_messages=warning -c timezone=UTC", url, NULL};
    struct central *central = memory_new(sizeof *central);
    central->connection = PQconnectdbParams(names, values, 1);
    if (central->connection == NULL)
        abort();
    if (PQstatus(central->connection) != CONNECTION_OK)
        connection_failed(central->connection, err);
    else if (PQserverVersion(central->connection) < VERSION_LEAST)
        error_set(err, ERROR_SCHEMA,
                  "the centre runs PostgreSQL %d; Countertop needs version 15 or later",
                  PQserverVersion(central->connection) / 10000);
    else
        return central;
    central_close(central);
    return NULL;
}

void central_close(struct central *central)
{
    if (central == NULL)
        return;
    PQfinish(central->connection);
    free(central);
}

PGconn *central_connection(struct central *central)
{
    return central->connection;
}

/* SQLSTATEs by their beginning (PostgreSQL's documentation, appendix A). */
static const struct {
    const char *state;
    enum error_code code;
} states[] = {
    {"40001", ERROR_BUSY},    {"40P01", ERROR_BUSY},   {"55P03", ERROR_BUSY},
    {"57014", ERROR_STOPPED}, {"57P", ERROR_NETWORK},  {"08", ERROR_NETWORK},
    {"23", ERROR_RULE},       {"22", ERROR_INPUT},     {"42501", ERROR_DENIED},
    {"28", ERROR_DENIED},     {"25006", ERROR_DENIED}, {"", ERROR_STORE},
};

bool central_failed(struct central *central, const PGresult *result, struct error *err)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (PQstatus(central->connection) != CONNECTION_OK)
        return error_set(err, ERROR_NETWORK,
                         "the connection to the centre is gone; check the network and try again");
    if (state == NULL || message == NULL) {
        char line[ERROR_TEXT_SIZE];
        first_line(PQerrorMessage(central->connection), line, sizeof line);
        return error_set(err, ERROR_STORE, "the centre failed: %s", line);
    }
    size_t i = 0;
    while (strncmp(state, states[i].state, strlen(states[i].state)) != 0)
        i++;
    return error_set(err, states[i].code, "the centre says: %s", message);
}

bool central_run(struct central *central, const char *sql, struct error *err)
{
    PGresult *result = PQexec(central->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool is_good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
                   status == PGRES_EMPTY_QUERY || central_failed(central, result, err);
    PQclear(result);
    return is_good;
}

PGresult *central_query(struct central *central, const char *sql, int count,
                        const char *const *parameters, struct error *err)
{
    PGresult *result =
        PQexecParams(central->connection, sql, count, NULL, parameters, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return result;
    central_failed(central, result, err);
    PQclear(result);
    return NULL;
}

int central_rows(const PGresult *result)
{
    return PQntuples(result);
}

const char *central_text(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column);
}

bool central_is_null(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) != 0;
}

void central_clear(PGresult *result)
{
    PQclear(result);
}
