#include "model/import/import_input.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_SIZE = 64 * 1024 };

/* xz -9 needs 65 MB to unpack; what asks for more was not made to be read. */
static const uint64_t unpack_memory = UINT64_C(80) * 1024 * 1024;

struct import_input {
    char *path;
    int file;
    int64_t done, size;
    bool is_packed, is_at_end;
    lzma_stream stream;
    uint8_t chunk[CHUNK_SIZE];
};

static bool open_file(struct import_input *input, struct error *err)
{
    struct stat info;
    input->file = open(input->path, O_RDONLY | O_CLOEXEC);
    if (input->file < 0 || fstat(input->file, &info) != 0)
        return error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_SYSTEM,
                         "cannot read %s: %s", input->path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_INPUT,
                         "%s is no file; what comes through a pipe is to be saved first, for an "
                         "import reads it twice",
                         input->path);
    input->size = info.st_size;
    return true;
}

static bool look_inside(struct import_input *input, struct error *err)
{
    static const uint8_t xz[] = {0xFD, '7', 'z', 'X', 'Z', 0x00};
    uint8_t first[sizeof xz];
    ssize_t got = pread(input->file, first, sizeof first, 0);
    if (got < 0)
        return error_set(err, ERROR_SYSTEM, "cannot read %s: %s", input->path, strerror(errno));
    input->is_packed = got == (ssize_t)sizeof xz && memcmp(first, xz, sizeof xz) == 0;
    if (input->is_packed &&
        lzma_stream_decoder(&input->stream, unpack_memory, LZMA_CONCATENATED) != LZMA_OK)
        return error_set(err, ERROR_SYSTEM, "cannot unpack %s", input->path);
    return true;
}

struct import_input *import_input_open(const char *path, struct error *err)
{
    struct import_input *input = memory_new(sizeof *input);
    input->stream = (lzma_stream)LZMA_STREAM_INIT;
    input->path = memory_text(path);
    if (open_file(input, err) && look_inside(input, err))
        return input;
    import_input_close(input);
    return NULL;
}

void import_input_close(struct import_input *input)
{
    if (input == NULL)
        return;
    lzma_end(&input->stream);
    if (input->file >= 0)
        close(input->file);
    free(input->path);
    free(input);
}

static ssize_t read_file(struct import_input *input, void *bytes, size_t size, struct error *err)
{
    ssize_t got;
    do
        got = read(input->file, bytes, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        error_set(err, ERROR_SYSTEM, "cannot read %s: %s", input->path, strerror(errno));
    else
        input->done += got;
    return got;
}

static ssize_t fail_unpacking(const struct import_input *input, lzma_ret code, struct error *err)
{
    error_set(err, ERROR_INPUT,
              code == LZMA_BUF_ERROR        ? "%s ends in the middle; fetch the whole file"
              : code == LZMA_MEMLIMIT_ERROR ? "%s needs too much memory to unpack; unpack it first"
                                            : "%s is damaged: it can't be unpacked",
              input->path);
    return -1;
}

static ssize_t unpack(struct import_input *input, char *bytes, size_t size, struct error *err)
{
    lzma_stream *stream = &input->stream;
    stream->next_out = (uint8_t *)bytes;
    stream->avail_out = size;
    while (stream->avail_out == size && !input->is_at_end) {
        lzma_action action = LZMA_RUN;
        if (stream->avail_in == 0) {
            ssize_t got = read_file(input, input->chunk, sizeof input->chunk, err);
            if (got < 0)
                return -1;
            stream->next_in = input->chunk;
            stream->avail_in = (size_t)got;
            action = got == 0 ? LZMA_FINISH : LZMA_RUN;
        }
        lzma_ret code = lzma_code(stream, action);
        input->is_at_end = code == LZMA_STREAM_END;
        if (code != LZMA_OK && code != LZMA_STREAM_END)
            return fail_unpacking(input, code, err);
    }
    return (ssize_t)(size - stream->avail_out);
}

static ssize_t read_bytes(void *context, char *bytes, size_t size, struct error *err)
{
    struct import_input *input = context;
    return input->is_packed ? unpack(input, bytes, size, err) : read_file(input, bytes, size, err);
}

struct csv_input import_input_csv(struct import_input *input)
{
    return (struct csv_input){.read = read_bytes, .context = input};
}

int64_t import_input_read(const struct import_input *input)
{
    return input->done;
}

int64_t import_input_size(const struct import_input *input)
{
    return input->size;
}
