#include "model/list/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool write_memory(void *context, const char *bytes, size_t size, struct error *err)
{
    (void)err;
    buffer_add_bytes(context, bytes, size);
    return true;
}

int64_t export_to_memory(struct store *store, const struct export_job *job, struct buffer *out,
                         struct error *err)
{
    return export_run(store, job, write_memory, out, err);
}

static bool write_descriptor(void *context, const char *bytes, size_t size, struct error *err)
{
    int descriptor = *(const int *)context;
    while (size > 0) {
        ssize_t done = write(descriptor, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && errno == EPIPE)
            return error_set(err, ERROR_STOPPED, "the program that reads the export has ended");
        if (done < 0)
            return error_set(err, ERROR_SYSTEM, "the export can't be written: %s", strerror(errno));
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

int64_t export_to_descriptor(struct store *store, const struct export_job *job, int descriptor,
                             struct error *err)
{
    return export_run(store, job, write_descriptor, &descriptor, err);
}

static bool file_failed(const char *path, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
}

/* Gives the finished file its name. */
static bool file_finish(int descriptor, const char *temporary, const char *path, struct error *err)
{
    return (fsync(descriptor) == 0 && rename(temporary, path) == 0) || file_failed(path, err);
}

int64_t export_to_file(struct store *store, const struct export_job *job, const char *path,
                       struct error *err)
{
    struct buffer temporary;
    buffer_init(&temporary);
    buffer_format(&temporary, "%s.XXXXXX", path);
    int64_t rows = -1;
    int descriptor = mkostemp(temporary.text, O_CLOEXEC); /* 0600 */
    if (descriptor < 0) {
        file_failed(path, err);
        goto done;
    }
    rows = export_to_descriptor(store, job, descriptor, err);
    if (rows >= 0 && !file_finish(descriptor, temporary.text, path, err))
        rows = -1;
    if (rows < 0)
        unlink(temporary.text);
    close(descriptor);
done:
    buffer_done(&temporary);
    return rows;
}
