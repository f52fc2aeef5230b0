#include "model/keeping/envelope_private.h"

#include "model/base/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The lightest setting: what takes the time of a large copy is this, and heavier ones save little
 * of rows of a shop. */
enum { PRESET = 0 };

struct envelope_writer {
    char *path, *part; /* what is written until it is whole */
    FILE *file;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_hash_sha256_state hash;
    int64_t bytes;
    lzma_stream lzma;
    unsigned char plain[ENVELOPE_PLAIN]; /* compressed, waiting for a whole frame */
};

static bool failed(const struct envelope_writer *writer, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "%s can't be written: %s", writer->path, strerror(errno));
}

static bool put(struct envelope_writer *writer, const void *bytes, size_t size, struct error *err)
{
    return fwrite(bytes, 1, size, writer->file) == size || failed(writer, err);
}

static bool put_frame(struct envelope_writer *writer, const void *bytes, size_t size,
                      const struct buffer *proven, unsigned char tag, struct error *err)
{
    unsigned char number[ENVELOPE_NUMBER];
    size_t whole = size + crypto_secretstream_xchacha20poly1305_ABYTES;
    unsigned char *frame = memory_new(whole);
    crypto_secretstream_xchacha20poly1305_push(&writer->stream, frame, NULL, bytes, size,
                                               proven != NULL ? (const unsigned char *)proven->text
                                                              : NULL,
                                               proven != NULL ? proven->size : 0, tag);
    envelope_put_number(number, whole);
    bool is_done = put(writer, number, sizeof number, err) && put(writer, frame, whole, err);
    free(frame);
    return is_done;
}

static bool put_json(struct envelope_writer *writer, const json_t *json,
                     const struct buffer *proven, unsigned char tag, struct error *err)
{
    char *text = json_dumps(json, JSON_COMPACT);
    bool is_done = text != NULL ? put_frame(writer, text, strlen(text), proven, tag, err)
                                : error_set(err, ERROR_INPUT, "a name is no UTF-8");
    free(text);
    return is_done;
}

/* The header with how the key is found and where the stream starts; `text` is what it proves. */
static bool put_header(struct envelope_writer *writer, const json_t *header,
                       const struct envelope_for *who, struct buffer *text, struct error *err)
{
    unsigned char key[ENVELOPE_KEY], number[ENVELOPE_NUMBER];
    unsigned char start[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    char start_text[64];
    json_t *whole = json_deep_copy(header);
    crypto_secretstream_xchacha20poly1305_keygen(key);
    crypto_secretstream_xchacha20poly1305_init_push(&writer->stream, start, key);
    bool is_done = envelope_lock_key(whole, key, who, err);
    sodium_memzero(key, sizeof key);
    sodium_bin2base64(start_text, sizeof start_text, start, sizeof start,
                      sodium_base64_VARIANT_ORIGINAL);
    json_object_set_new(whole, "start", json_string(start_text));
    char *dump = is_done ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    if (dump == NULL)
        return is_done ? error_set(err, ERROR_INPUT, "a name is no UTF-8") : false;
    buffer_add(text, dump);
    free(dump);
    envelope_put_number(number, text->size);
    return put(writer, ENVELOPE_MAGIC, ENVELOPE_MAGIC_SIZE, err) &&
           put(writer, number, sizeof number, err) && put(writer, text->text, text->size, err);
}

static bool open_part(struct envelope_writer *writer, struct error *err)
{
    if (access(writer->path, F_OK) == 0)
        return error_set(err, ERROR_RULE, "%s is there already; give the copy another name",
                         writer->path);
    int fd = mkostemp(writer->part, O_CLOEXEC); /* 0600 */
    if (fd < 0)
        return error_set(err, ERROR_SYSTEM, "%s can't be made: %s", writer->path, strerror(errno));
    writer->file = fdopen(fd, "w");
    return writer->file != NULL || failed(writer, err);
}

static bool start(struct envelope_writer *writer, const json_t *header, const json_t *manifest,
                  const struct envelope_for *who, struct error *err)
{
    struct buffer text;
    buffer_init(&text);
    bool is_done = open_part(writer, err) && put_header(writer, header, who, &text, err) &&
                   put_json(writer, manifest, &text, 0, err);
    buffer_done(&text);
    return is_done;
}

struct envelope_writer *envelope_new(const char *path, const json_t *header, const json_t *manifest,
                                     const struct envelope_for *who, struct error *err)
{
    struct envelope_writer *writer = memory_new(sizeof *writer);
    struct buffer part;
    buffer_init(&part);
    buffer_format(&part, "%s.XXXXXX", path);
    writer->path = memory_text(path);
    writer->part = buffer_take(&part);
    writer->lzma = (lzma_stream)LZMA_STREAM_INIT;
    crypto_hash_sha256_init(&writer->hash);
    bool is_ready =
        sodium_init() >= 0 && lzma_easy_encoder(&writer->lzma, PRESET, LZMA_CHECK_NONE) == LZMA_OK;
    if (!is_ready)
        error_set(err, ERROR_SYSTEM, "there is not enough memory to compress a copy");
    writer->lzma.next_out = writer->plain;
    writer->lzma.avail_out = sizeof writer->plain;
    if (is_ready && start(writer, header, manifest, who, err))
        return writer;
    envelope_cancel(writer);
    return NULL;
}

static bool put_compressed(struct envelope_writer *writer, struct error *err)
{
    size_t size = sizeof writer->plain - writer->lzma.avail_out;
    bool is_done = size == 0 || put_frame(writer, writer->plain, size, NULL, 0, err);
    writer->lzma.next_out = writer->plain;
    writer->lzma.avail_out = sizeof writer->plain;
    return is_done;
}

static bool compress(struct envelope_writer *writer, lzma_action action, struct error *err)
{
    lzma_ret state = LZMA_OK;
    while (state == LZMA_OK && (writer->lzma.avail_in > 0 || action == LZMA_FINISH)) {
        state = lzma_code(&writer->lzma, action);
        if (writer->lzma.avail_out == 0 && !put_compressed(writer, err))
            return false;
    }
    return state == LZMA_OK || state == LZMA_STREAM_END ||
           error_set(err, ERROR_SYSTEM, "there is not enough memory to compress a copy");
}

bool envelope_write(struct envelope_writer *writer, const void *bytes, size_t size,
                    struct error *err)
{
    crypto_hash_sha256_update(&writer->hash, bytes, size);
    writer->bytes += (int64_t)size;
    writer->lzma.next_in = bytes;
    writer->lzma.avail_in = size;
    return compress(writer, LZMA_RUN, err);
}

static bool put_end(struct envelope_writer *writer, struct error *err)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[2 * crypto_hash_sha256_BYTES + 1];
    crypto_hash_sha256_final(&writer->hash, hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    json_t *end = json_pack("{s:I, s:s}", "bytes", (json_int_t)writer->bytes, "sha256", text);
    bool is_done =
        put_json(writer, end, NULL, crypto_secretstream_xchacha20poly1305_TAG_FINAL, err);
    json_decref(end);
    return is_done;
}

/* Linked and not renamed: a file that came meanwhile is not written over. */
static bool take_name(struct envelope_writer *writer, struct error *err)
{
    if (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0)
        return failed(writer, err);
    if (link(writer->part, writer->path) != 0 && errno == EEXIST)
        return error_set(err, ERROR_RULE, "%s is there already; give the copy another name",
                         writer->path);
    /* Some file systems, such as of USB sticks, have no links. */
    if (access(writer->path, F_OK) != 0 && rename(writer->part, writer->path) != 0)
        return failed(writer, err);
    return private_folder_sync(writer->path) || failed(writer, err);
}

bool envelope_finish(struct envelope_writer *writer, struct error *err)
{
    writer->lzma.avail_in = 0;
    bool is_done = compress(writer, LZMA_FINISH, err) && put_compressed(writer, err) &&
                   put_end(writer, err) && take_name(writer, err);
    envelope_cancel(writer);
    return is_done;
}

void envelope_cancel(struct envelope_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->file != NULL) {
        fclose(writer->file);
        unlink(writer->part); /* the whole file has a name of its own by now */
    }
    lzma_end(&writer->lzma);
    free(writer->part);
    free(writer->path);
    sodium_memzero(writer, sizeof *writer);
    free(writer);
}
