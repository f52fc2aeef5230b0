#include "tui/cli/sync_export.h"

#include "model/overlay/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char unsent_sql[] =
    "SELECT id, incarnation, seq, kind, summary, hash, payload FROM outbox ORDER BY seq";

static char *line_of(const struct statement *row, const char *terminal)
{
    struct uuid id;
    char id_text[UUID_TEXT_SIZE] = "", hash_text[2 * crypto_hash_sha256_BYTES + 1] = "";
    struct value hash = statement_value(row, 5);
    if (statement_uuid(row, 0, &id))
        uuid_text(&id, id_text);
    if (hash.kind == VALUE_BYTES && hash.size == crypto_hash_sha256_BYTES)
        sodium_bin2hex(hash_text, sizeof hash_text, (const unsigned char *)hash.bytes, hash.size);
    json_t *object =
        json_pack("{s:s?, s:s, s:I, s:I, s:s, s:s, s:s, s:s}", "terminal", terminal, "id", id_text,
                  "incarnation", (json_int_t)statement_integer(row, 1), "seq",
                  (json_int_t)statement_integer(row, 2), "kind", statement_text(row, 3), "summary",
                  statement_text(row, 4), "hash", hash_text, "payload", statement_text(row, 6));
    char *line = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return line;
}

static bool write_rows(struct cli *cli, FILE *out, int64_t *count, struct error *err)
{
    const char *terminal = exchange_state(cli->store, "terminal_id", cli->arena, NULL);
    struct statement *row = store_prepare(cli->store, unsent_sql, err);
    int state = row != NULL ? statement_step(row, err) : -1;
    for (*count = 0; state > 0; state = statement_step(row, err), ++*count) {
        char *line = line_of(row, terminal);
        if (line == NULL) {
            error_set(err, ERROR_STORE,
                      "an operation that was not sent can't be read; run "
                      "`countertop check`");
            state = -1;
            break;
        }
        fprintf(out, "%s\n", line);
        free(line);
    }
    statement_done(row);
    return state == 0;
}

/* It is on the disk when this returns: the store may be thrown away next. */
static bool write_file(struct cli *cli, const char *path, int64_t *count, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (out == NULL)
        return error_set(err, ERROR_SYSTEM, "%s can't be made: %s", path, strerror(errno));
    bool is_read = write_rows(cli, out, count, err);
    bool is_written = fflush(out) == 0 && fsync(fd) == 0;
    int reason = errno;
    is_written = fclose(out) == 0 && is_written;
    if (is_read && is_written)
        return true;
    unlink(path);
    return is_read &&
           error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(reason));
}

bool sync_export(struct cli *cli, const char *path, int64_t *count, struct error *err)
{
    return strcmp(path, "-") == 0 ? write_rows(cli, cli->out, count, err)
                                  : write_file(cli, path, count, err);
}
