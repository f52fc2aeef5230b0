#include "sync/central_copy.h"

#include "model/base/memory.h"
#include "sync/central_private.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 50 };

/* The signature, and the two numbers behind it. */
static const char signature[] = "PGCOPY\n\377\r\n";
enum { SIGNATURE_SIZE = sizeof signature, FIELDS_SIZE = 4, EXTENSION_SIZE = 4 };

struct central_copy {
    struct central *central;
    PGconn *connection;
    bool (*keep_on)(void *context);
    void *context;
    char *block; /* libpq's: one row, the first with the header before it */
    bool is_begun;
    int waited_ms; /* for a byte */
};

static uint32_t number(const char *bytes, size_t size)
{
    uint32_t out = 0;
    for (size_t i = 0; i < size; i++)
        out = out << 8 | (unsigned char)bytes[i];
    return out;
}

static int failed(struct central_copy *copy, struct error *err)
{
    PGresult *result = PQgetResult(copy->connection);
    central_failed(copy->central, result, err);
    PQclear(result);
    return -1;
}

struct central_copy *central_copy_begin(struct central *central, const char *sql,
                                        bool (*keep_on)(void *context), void *context,
                                        struct error *err)
{
    PGconn *connection = central_connection(central);
    PGresult *result = PQexec(connection, sql);
    bool is_copy = PQresultStatus(result) == PGRES_COPY_OUT;
    if (!is_copy)
        central_failed(central, result, err);
    PQclear(result);
    if (!is_copy)
        return NULL;
    struct central_copy *copy = memory_new(sizeof *copy);
    *copy = (struct central_copy){
        .central = central, .connection = connection, .keep_on = keep_on, .context = context};
    return copy;
}

/* 1: something came; 0: not yet; -1: stopped, or the line is dead. */
static int wait_for_more(struct central_copy *copy, struct error *err)
{
    int patience_ms = copy->central->patience_ms;
    int ready =
        central_wait(PQsocket(copy->connection), false, copy->central->stop_fd, ASK_MS, err);
    copy->waited_ms = ready == 0 ? copy->waited_ms + ASK_MS : 0;
    if (ready == 0 && patience_ms > 0 && copy->waited_ms > patience_ms)
        error_set(err, ERROR_NETWORK,
                  "the centre has not sent a word for %d s; check the network and try again",
                  patience_ms / 1000);
    else if (ready >= 0 && (copy->keep_on == NULL || copy->keep_on(copy->context)))
        return ready;
    else if (ready >= 0)
        error_set(err, ERROR_STOPPED, "stopped");
    return -1;
}

/* What libpq has, or waits for more. The size, 0 at the end, -1 on failure. */
static int next_block(struct central_copy *copy, struct error *err)
{
    for (;;) {
        int size = PQgetCopyData(copy->connection, &copy->block, 1);
        if (size > 0)
            return size;
        if (size == -2)
            return failed(copy, err);
        if (size == -1)
            return 0;
        int ready = wait_for_more(copy, err);
        if (ready < 0)
            return -1;
        if (ready > 0 && PQconsumeInput(copy->connection) == 0)
            return failed(copy, err);
    }
}

/* The command's own end comes behind the rows, and may be a failure. */
static int end_of_rows(struct central_copy *copy, struct error *err)
{
    PGresult *result;
    bool is_good = true;
    while ((result = PQgetResult(copy->connection)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK && is_good)
            is_good = central_failed(copy->central, result, err);
        PQclear(result);
    }
    return is_good ? 0 : -1;
}

static int skip_header(const char *bytes, size_t size)
{
    size_t fixed = SIGNATURE_SIZE + FIELDS_SIZE + EXTENSION_SIZE;
    if (size < fixed || memcmp(bytes, signature, SIGNATURE_SIZE) != 0)
        return -1;
    size_t extension = number(bytes + SIGNATURE_SIZE + FIELDS_SIZE, EXTENSION_SIZE);
    return size - fixed < extension ? -1 : (int)(fixed + extension);
}

/* 1: a row; 0: the end's mark; -1: neither. */
static int take_row(const char *bytes, size_t size, struct central_field *fields, size_t count)
{
    if (size < 2)
        return -1;
    int16_t found = (int16_t)number(bytes, 2);
    if (found == -1)
        return size == 2 ? 0 : -1;
    size_t at = 2;
    if (found < 0 || (size_t)found != count)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (size - at < 4)
            return -1;
        int32_t length = (int32_t)number(bytes + at, 4);
        at += 4;
        if (length < -1 || (length > 0 && size - at < (size_t)length))
            return -1;
        fields[i] = (struct central_field){bytes + at, length};
        at += length > 0 ? (size_t)length : 0;
    }
    return at == size ? 1 : -1;
}

int central_copy_row(struct central_copy *copy, struct central_field *fields, size_t count,
                     struct error *err)
{
    for (;;) {
        PQfreemem(copy->block);
        copy->block = NULL;
        int size = next_block(copy, err);
        if (size < 0)
            return -1;
        if (size == 0)
            return end_of_rows(copy, err);
        int header = copy->is_begun ? 0 : skip_header(copy->block, (size_t)size);
        copy->is_begun = true;
        if (header == size)
            continue;
        int taken = header < 0
                        ? -1
                        : take_row(copy->block + header, (size_t)(size - header), fields, count);
        if (taken > 0)
            return 1;
        if (taken < 0) {
            error_set(err, ERROR_NETWORK, "the centre sent a copy that can't be read; try again");
            return -1;
        }
    }
}

void central_copy_end(struct central_copy *copy)
{
    if (copy == NULL)
        return;
    PQfreemem(copy->block);
    free(copy);
}
