#include "sync/central_private.h"

#include "model/base/memory.h"
#include "sync/central_pipeline.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION_LEAST = 150000 };

struct central *central_open_at(const struct central_address *address, struct error *err)
{
    PGconn *connection = central_connect(address, err);
    if (connection == NULL)
        return NULL;
    if (PQserverVersion(connection) < VERSION_LEAST) {
        error_set(err, ERROR_SCHEMA,
                  "the centre runs PostgreSQL %d; Countertop needs version 15 or later",
                  PQserverVersion(connection) / 10000);
        PQfinish(connection);
        return NULL;
    }
    struct central *central = memory_new(sizeof *central);
    *central = (struct central){
        .connection = connection, .stop_fd = address->stop_fd, .patience_ms = address->patience_ms};
    return central;
}

struct central *central_open(const char *url, struct error *err)
{
    return central_open_at(&(struct central_address){.url = url, .stop_fd = -1}, err);
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
    {"40001", ERROR_BUSY},     {"40P01", ERROR_BUSY}, {"55P03", ERROR_BUSY},
    {"57014", ERROR_BUSY},     {"53", ERROR_BUSY},    {"57P", ERROR_NETWORK},
    {"08", ERROR_NETWORK},     {"23", ERROR_RULE},    {"22", ERROR_INPUT},
    {"42501", ERROR_DENIED},   {"28", ERROR_DENIED},  {"25006", ERROR_DENIED},
    {"55000", ERROR_CONFLICT}, {"", ERROR_STORE},
};

bool central_failed(struct central *central, const PGresult *result, struct error *err)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    /* libpq may notice the end of a line some calls before its status says so. */
    if (PQstatus(central->connection) != CONNECTION_OK ||
        (state == NULL &&
         strstr(PQerrorMessage(central->connection), "server closed the connection") != NULL))
        return error_set(err, ERROR_NETWORK,
                         "the connection to the centre is gone; check the network and try again");
    if (state == NULL || message == NULL) {
        char line[ERROR_TEXT_SIZE];
        central_first_line(PQerrorMessage(central->connection), line, sizeof line);
        return error_set(err, ERROR_STORE, "the centre failed: %s", line);
    }
    size_t i = 0;
    while (strncmp(state, states[i].state, strlen(states[i].state)) != 0)
        i++;
    return error_set(err, states[i].code, "the centre says: %s", message);
}

/* The last result of what was sent, as PQexec() would give it, but for the wait, which can be
 * broken off. NULL on failure. */
static PGresult *last_result(struct central *central, bool is_sent, struct error *err)
{
    PGresult *last = NULL, *next;
    bool has_line = is_sent || central_failed(central, NULL, err);
    while (has_line && (next = central_next(central, &has_line, err)) != NULL) {
        PQclear(last);
        last = next;
    }
    ExecStatusType status = PQresultStatus(last);
    if (has_line &&
        (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY))
        return last;
    if (has_line)
        central_failed(central, last, err);
    PQclear(last);
    return NULL;
}

bool central_run(struct central *central, const char *sql, struct error *err)
{
    PGresult *result = central_leave_pipeline(central, err)
                           ? last_result(central, PQsendQuery(central->connection, sql) == 1, err)
                           : NULL;
    PQclear(result);
    return result != NULL;
}

PGresult *central_query(struct central *central, const char *sql, int count,
                        const char *const *parameters, struct error *err)
{
    return central_leave_pipeline(central, err)
               ? last_result(central,
                             PQsendQueryParams(central->connection, sql, count, NULL, parameters,
                                               NULL, NULL, 0) == 1,
                             err)
               : NULL;
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
