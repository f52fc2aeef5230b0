#include "sync/central_pipeline.h"

#include "sync/central_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { INTEGER_SIZE = 24, UUID_OID = 2950 };

static bool is_on(const struct central *central)
{
    return PQpipelineStatus(central->connection) != PQ_PIPELINE_OFF;
}

static bool broken(struct central *central, struct error *err)
{
    return central_failed(central, NULL, err);
}

static bool enter(struct central *central, struct error *err)
{
    return is_on(central) ||
           (PQsetnonblocking(central->connection, 1) == 0 &&
            PQenterPipelineMode(central->connection) == 1) ||
           broken(central, err);
}

bool central_send(struct central *central, const char *sql, const struct value *values, int count,
                  struct error *err)
{
    const char *texts[CENTRAL_VALUES_MAX];
    int sizes[CENTRAL_VALUES_MAX], formats[CENTRAL_VALUES_MAX];
    char integers[CENTRAL_VALUES_MAX][INTEGER_SIZE];
    for (int i = 0; i < count; i++) {
        texts[i] = values[i].kind == VALUE_NULL ? NULL : values[i].bytes;
        sizes[i] = (int)values[i].size;
        formats[i] = values[i].kind == VALUE_BYTES;
        if (values[i].kind == VALUE_INTEGER) {
            snprintf(integers[i], INTEGER_SIZE, "%" PRId64, values[i].integer);
            texts[i] = integers[i];
        }
    }
    if (!enter(central, err))
        return false;
    if (PQsendQueryParams(central->connection, sql, count, NULL, texts, sizes, formats, 1) == 0)
        return broken(central, err);
    central->statements++;
    central->has_open_step = true;
    return true;
}

bool central_send_end(struct central *central, struct error *err)
{
    if (!enter(central, err) || PQpipelineSync(central->connection) == 0)
        return broken(central, err);
    central->ends++;
    central->has_open_step = false;
    return true;
}

PGresult *central_next(struct central *central, bool *has_line, struct error *err)
{
    PGconn *connection = central->connection;
    int limit_ms = central->patience_ms > 0 ? central->patience_ms : -1;
    *has_line = false;
    for (;;) {
        int unsent = PQflush(connection);
        if (unsent < 0)
            break;
        if (!PQisBusy(connection)) {
            *has_line = true;
            return PQgetResult(connection);
        }
        int ready = central_wait(PQsocket(connection), unsent > 0, central->stop_fd, limit_ms, err);
        if (ready < 0)
            return NULL;
        if (ready == 0) {
            error_set(err, ERROR_NETWORK,
                      "the centre did not answer for %d s; check the network and try again",
                      limit_ms / 1000);
            return NULL;
        }
        if (PQconsumeInput(connection) == 0)
            break;
    }
    broken(central, err);
    return NULL;
}

/* The next result that is one: libpq says NULL between those of two statements. */
static PGresult *next_result(struct central *central, struct error *err)
{
    bool has_line = true;
    PGresult *result = NULL;
    while (result == NULL && has_line) {
        result = central_next(central, &has_line, err);
        if (result == NULL && has_line && PQstatus(central->connection) != CONNECTION_OK) {
            broken(central, err);
            has_line = false;
        }
    }
    return result;
}

PGresult *central_receive(struct central *central, struct error *err)
{
    if (central->statements == 0) {
        error_set(err, ERROR_STORE, "the centre was not asked anything");
        return NULL;
    }
    PGresult *result = next_result(central, err);
    if (result == NULL)
        return NULL;
    central->statements--;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return result;
    if (status == PGRES_PIPELINE_ABORTED)
        error_set(err, ERROR_BUSY, "the centre left this out, since what came before it failed");
    else
        central_failed(central, result, err);
    PQclear(result);
    return NULL;
}

bool central_receive_end(struct central *central, struct error *err)
{
    PGresult *result = next_result(central, err);
    bool is_end = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    central->ends -= is_end;
    if (result != NULL && !is_end)
        central_failed(central, result, err);
    PQclear(result);
    return is_end;
}

bool central_settle(struct central *central, struct error *err)
{
    if (central->has_open_step && !central_send_end(central, err))
        return false;
    while (central->ends > 0) {
        PGresult *result = next_result(central, err);
        if (result == NULL)
            return false;
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
            central->ends--;
        PQclear(result);
    }
    central->statements = 0;
    return true;
}

bool central_leave_pipeline(struct central *central, struct error *err)
{
    if (!is_on(central))
        return true;
    return central_settle(central, err) && ((PQexitPipelineMode(central->connection) == 1 &&
                                             PQsetnonblocking(central->connection, 0) == 0) ||
                                            broken(central, err));
}

static void add_number(struct buffer *out, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buffer_add_char(out, (char)(unsigned char)(number >> shift));
}

/* PostgreSQL's array_send(): dimensions, whether there are nulls, the type, then for the one
 * dimension its size and first index, and the elements with their sizes. */
void central_add_uuids(struct buffer *array, const struct uuid *ids, size_t count)
{
    add_number(array, count > 0);
    add_number(array, 0);
    add_number(array, UUID_OID);
    if (count > 0) {
        add_number(array, (uint32_t)count);
        add_number(array, 1);
    }
    for (size_t i = 0; i < count; i++) {
        add_number(array, UUID_SIZE);
        buffer_add_bytes(array, ids[i].bytes, UUID_SIZE);
    }
}

const char *central_bytes(const PGresult *result, int row, int column, int *size)
{
    *size = PQgetisnull(result, row, column) ? -1 : PQgetlength(result, row, column);
    return PQgetvalue(result, row, column);
}

int64_t central_integer(const PGresult *result, int row, int column)
{
    int size;
    const unsigned char *bytes = (const unsigned char *)central_bytes(result, row, column, &size);
    uint64_t number = size > 0 && bytes[0] >= 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return (int64_t)number;
}

bool central_boolean(const PGresult *result, int row, int column)
{
    return central_integer(result, row, column) != 0;
}

struct uuid central_uuid(const PGresult *result, int row, int column)
{
    struct uuid id = {{0}};
    int size;
    const char *bytes = central_bytes(result, row, column, &size);
    if (size == UUID_SIZE)
        memcpy(id.bytes, bytes, UUID_SIZE);
    return id;
}

int central_socket(const struct central *central)
{
    return PQsocket(central->connection);
}

/* As far as it is there: nothing is waited for. */
static void drop_answers(struct central *central)
{
    while (central->ends > 0 && !PQisBusy(central->connection)) {
        PGresult *result = PQgetResult(central->connection);
        central->ends -= PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        PQclear(result);
    }
    if (central->ends == 0)
        central->statements = 0;
}

static bool take_notifications(struct central *central)
{
    bool found = false;
    for (PGnotify *heard; (heard = PQnotifies(central->connection)) != NULL; found = true)
        PQfreemem(heard);
    return found;
}

/* libpq does not look behind an answer that was not taken. */
bool central_heard(struct central *central)
{
    PQconsumeInput(central->connection);
    drop_answers(central);
    return take_notifications(central);
}

void central_forget_heard(struct central *central)
{
    take_notifications(central);
}
