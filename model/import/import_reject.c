#include "model/import/import_reject.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct import_reject {
    char *path, *temporary;
    FILE *out; /* NULL before the first line */
    char separator;
    const struct csv_field *headings;
    size_t heading_count;
    struct buffer row;
};

static bool drop_end(char *text, const char *end)
{
    size_t size = strlen(text), length = strlen(end);
    if (size <= length || strcasecmp(text + size - length, end) != 0)
        return false;
    text[size - length] = '\0';
    return true;
}

char *import_reject_path(const char *file)
{
    struct buffer path;
    buffer_init(&path);
    buffer_add(&path, file);
    drop_end(path.text, ".xz");
    drop_end(path.text, ".csv");
    path.size = strlen(path.text);
    buffer_add(&path, ".rejected.csv");
    char *taken = buffer_take(&path);
    buffer_done(&path);
    return taken;
}

struct import_reject *import_reject_new(const char *path, const struct import_file *file,
                                        char separator)
{
    struct import_reject *reject = memory_new(sizeof *reject);
    reject->path = memory_text(path);
    reject->separator = separator;
    reject->headings = import_file_headings(file, &reject->heading_count);
    buffer_init(&reject->row);
    return reject;
}

void import_reject_free(struct import_reject *reject)
{
    if (reject == NULL)
        return;
    if (reject->out != NULL) {
        fclose(reject->out);
        unlink(reject->temporary);
    }
    free(reject->temporary);
    free(reject->path);
    buffer_done(&reject->row);
    free(reject);
}

static bool failed(const struct import_reject *reject, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "cannot write the rejected lines to %s: %s", reject->path,
                     strerror(errno));
}

static void add(struct import_reject *reject, const char *text, size_t size)
{
    if (reject->row.size > 0)
        buffer_add_char(&reject->row, reject->separator);
    csv_add_field(&reject->row, text, size, reject->separator);
}

/* The three columns of this file, behind the file's own; then the row is written. */
static bool end_row(struct import_reject *reject, const char *line, const char *key,
                    const char *reason, struct error *err)
{
    add(reject, line, strlen(line));
    add(reject, key, strlen(key));
    add(reject, reason, strlen(reason));
    buffer_add_char(&reject->row, '\n');
    if (fwrite(reject->row.text, 1, reject->row.size, reject->out) == reject->row.size)
        return true;
    return failed(reject, err);
}

static void begin_row(struct import_reject *reject, const struct csv_field *fields)
{
    buffer_clear(&reject->row);
    for (size_t i = 0; i < reject->heading_count; i++) {
        if (i > 0)
            buffer_add_char(&reject->row, reject->separator);
        csv_add_field(&reject->row, fields[i].text, fields[i].size, reject->separator);
    }
}

static bool begin(struct import_reject *reject, struct error *err)
{
    struct buffer name;
    buffer_init(&name);
    buffer_format(&name, "%s.XXXXXX", reject->path);
    reject->temporary = buffer_take(&name);
    buffer_done(&name);
    int file = mkostemp(reject->temporary, O_CLOEXEC); /* 0600 */
    if (file < 0)
        return failed(reject, err);
    reject->out = fdopen(file, "w");
    if (reject->out == NULL) {
        close(file);
        unlink(reject->temporary);
        return failed(reject, err);
    }
    begin_row(reject, reject->headings);
    return end_row(reject, IMPORT_LINE_COLUMN, IMPORT_KEY_COLUMN, IMPORT_REASON_COLUMN, err);
}

bool import_reject_add(struct import_reject *reject, const struct import_line *line,
                       const char *key, const char *reason, struct error *err)
{
    if (reject->out == NULL && !begin(reject, err))
        return false;
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, line->number);
    begin_row(reject, line->fields);
    return end_row(reject, number, key, reason, err);
}

static bool is_same(FILE *one, FILE *two)
{
    char a[4096], b[4096];
    size_t size;
    do {
        size = fread(a, 1, sizeof a, one);
        if (fread(b, 1, sizeof b, two) != size || memcmp(a, b, size) != 0)
            return false;
    } while (size > 0);
    return true;
}

/* The same lines were rejected before: their file stays, and so does what was kept of another. */
static bool stands_already(const struct import_reject *reject)
{
    FILE *old = fopen(reject->path, "re");
    FILE *new = fopen(reject->temporary, "re");
    bool stands = old != NULL && new != NULL &&is_same(old, new);
    if (old != NULL)
        fclose(old);
    if (new != NULL)
        fclose(new);
    return stands;
}

static bool keep_old(const struct import_reject *reject, struct error *err)
{
    struct buffer kept;
    buffer_init(&kept);
    buffer_format(&kept, "%s~", reject->path);
    bool is_done = rename(reject->path, kept.text) == 0 || errno == ENOENT;
    buffer_done(&kept);
    return is_done || failed(reject, err);
}

bool import_reject_finish(struct import_reject *reject, struct error *err)
{
    if (reject->out == NULL)
        return true;
    bool is_written = fflush(reject->out) == 0 && fsync(fileno(reject->out)) == 0;
    if (!is_written)
        return failed(reject, err);
    if (stands_already(reject))
        return true;
    if (!keep_old(reject, err))
        return false;
    fclose(reject->out);
    reject->out = NULL;
    return rename(reject->temporary, reject->path) == 0 || failed(reject, err);
}
