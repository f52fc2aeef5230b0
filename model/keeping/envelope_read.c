#include "model/keeping/envelope_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct envelope_reader {
    char *path;
    FILE *file;
    int64_t size;
    json_t *header, *manifest;
    struct buffer proven; /* the header as it stands in the file */
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_hash_sha256_state hash;
    int64_t bytes;
    lzma_stream lzma;
    bool is_over; /* the last frame was read */
    unsigned char plain[ENVELOPE_MANIFEST_MAX];
    unsigned char frame[ENVELOPE_MANIFEST_MAX + crypto_secretstream_xchacha20poly1305_ABYTES];
};

static bool damaged(const struct envelope_reader *reader, struct error *err)
{
    return error_set(err, ERROR_INPUT, "%s is damaged or cut short; use another copy",
                     reader->path);
}

static bool get(struct envelope_reader *reader, void *bytes, size_t size, struct error *err)
{
    if (fread(bytes, 1, size, reader->file) == size)
        return true;
    return ferror(reader->file)
               ? error_set(err, ERROR_SYSTEM, "%s can't be read: %s", reader->path, strerror(errno))
               : damaged(reader, err);
}

static bool read_header(struct envelope_reader *reader, struct error *err)
{
    char magic[ENVELOPE_MAGIC_SIZE];
    unsigned char number[ENVELOPE_NUMBER];
    if (fread(magic, 1, sizeof magic, reader->file) != sizeof magic ||
        memcmp(magic, ENVELOPE_MAGIC, sizeof magic) != 0)
        return error_set(err, ERROR_INPUT, "%s is no copy that Countertop made", reader->path);
    if (!get(reader, number, sizeof number, err))
        return false;
    size_t size = envelope_number(number);
    if (size > ENVELOPE_HEADER_MAX)
        return damaged(reader, err);
    char *text = memory_new(size + 1);
    bool is_read = get(reader, text, size, err);
    if (is_read) {
        buffer_add_bytes(&reader->proven, text, size);
        reader->header = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
        is_read = json_is_object(reader->header) || damaged(reader, err);
    }
    free(text);
    return is_read;
}

struct envelope_reader *envelope_open(const char *path, struct error *err)
{
    struct stat info;
    struct envelope_reader *reader = memory_new(sizeof *reader);
    reader->path = memory_text(path);
    reader->lzma = (lzma_stream)LZMA_STREAM_INIT;
    buffer_init(&reader->proven);
    crypto_hash_sha256_init(&reader->hash);
    reader->file = fopen(path, "re");
    bool is_open = reader->file != NULL && fstat(fileno(reader->file), &info) == 0;
    if (!is_open)
        error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_SYSTEM, "%s can't be read: %s",
                  path, strerror(errno));
    else
        reader->size = info.st_size;
    if (is_open && read_header(reader, err))
        return reader;
    envelope_close(reader);
    return NULL;
}

void envelope_close(struct envelope_reader *reader)
{
    if (reader == NULL)
        return;
    if (reader->file != NULL)
        fclose(reader->file);
    json_decref(reader->header);
    json_decref(reader->manifest);
    buffer_done(&reader->proven);
    lzma_end(&reader->lzma);
    free(reader->path);
    sodium_memzero(reader, sizeof *reader);
    free(reader);
}

const json_t *envelope_header(const struct envelope_reader *reader)
{
    return reader->header;
}

const char *envelope_key(const struct envelope_reader *reader)
{
    return json_string_value(json_object_get(json_object_get(reader->header, "key"), "id"));
}

bool envelope_has_passphrase(const struct envelope_reader *reader)
{
    return json_object_get(reader->header, "passphrase") != NULL;
}

const json_t *envelope_manifest(const struct envelope_reader *reader)
{
    return reader->manifest;
}

void envelope_progress(const struct envelope_reader *reader, int64_t *done, int64_t *total)
{
    *done = ftello(reader->file);
    *total = reader->size;
}

/* The next frame into `plain`. */
static bool get_frame(struct envelope_reader *reader, const struct buffer *proven, size_t *size,
                      unsigned char *tag, struct error *err)
{
    unsigned char number[ENVELOPE_NUMBER];
    unsigned long long plain = 0;
    if (!get(reader, number, sizeof number, err))
        return false;
    size_t whole = envelope_number(number);
    if (whole < crypto_secretstream_xchacha20poly1305_ABYTES || whole > sizeof reader->frame)
        return damaged(reader, err);
    if (!get(reader, reader->frame, whole, err))
        return false;
    bool is_good = crypto_secretstream_xchacha20poly1305_pull(
                       &reader->stream, reader->plain, &plain, tag, reader->frame, whole,
                       proven != NULL ? (const unsigned char *)proven->text : NULL,
                       proven != NULL ? proven->size : 0) == 0;
    *size = (size_t)plain;
    return is_good || damaged(reader, err);
}

static bool start_stream(struct envelope_reader *reader, const unsigned char key[ENVELOPE_KEY])
{
    unsigned char start[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    size_t size = 0;
    const char *text = json_string_value(json_object_get(reader->header, "start"));
    return text != NULL &&
           sodium_base642bin(start, sizeof start, text, strlen(text), NULL, &size, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           size == sizeof start &&
           crypto_secretstream_xchacha20poly1305_init_pull(&reader->stream, start, key) == 0 &&
           lzma_stream_decoder(&reader->lzma, UINT64_MAX, 0) == LZMA_OK;
}

bool envelope_unlock(struct envelope_reader *reader, const struct key_ring *ring,
                     const char *passphrase, struct error *err)
{
    unsigned char key[ENVELOPE_KEY], tag;
    size_t size;
    if (sodium_init() < 0 || !envelope_find_key(reader->header, ring, passphrase, key, err))
        return error_prefix(err, "%s", reader->path);
    bool is_open = start_stream(reader, key) || damaged(reader, err);
    sodium_memzero(key, sizeof key);
    if (!is_open || !get_frame(reader, &reader->proven, &size, &tag, err))
        return false;
    reader->manifest = json_loadb((const char *)reader->plain, size, JSON_REJECT_DUPLICATES, NULL);
    return json_is_object(reader->manifest) || damaged(reader, err);
}

/* That what was read is all that was written, to the byte. */
static bool check_end(struct envelope_reader *reader, size_t size, struct error *err)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[2 * crypto_hash_sha256_BYTES + 1];
    const char *right;
    json_int_t bytes;
    json_t *end = json_loadb((const char *)reader->plain, size, JSON_REJECT_DUPLICATES, NULL);
    crypto_hash_sha256_final(&reader->hash, hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    bool is_whole =
        end != NULL && json_unpack(end, "{s:I, s:s}", "bytes", &bytes, "sha256", &right) == 0 &&
        bytes == reader->bytes && strcmp(text, right) == 0 && fgetc(reader->file) == EOF;
    json_decref(end);
    reader->is_over = true;
    return is_whole || damaged(reader, err);
}

/* What the decoder still has goes before the next frame is read. */
static bool decompress(struct envelope_reader *reader, struct error *err)
{
    lzma_ret state = lzma_code(&reader->lzma, LZMA_RUN);
    bool is_good = state == LZMA_OK || state == LZMA_BUF_ERROR ||
                   (state == LZMA_STREAM_END && reader->lzma.avail_in == 0);
    return is_good || damaged(reader, err);
}

ssize_t envelope_read(struct envelope_reader *reader, void *bytes, size_t size, struct error *err)
{
    reader->lzma.next_out = bytes;
    reader->lzma.avail_out = size;
    while (!reader->is_over) {
        unsigned char tag = 0;
        size_t plain = 0;
        if (!decompress(reader, err))
            return -1;
        if (reader->lzma.avail_out < size)
            break;
        if (!get_frame(reader, NULL, &plain, &tag, err))
            return -1;
        if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL)
            return check_end(reader, plain, err) ? 0 : -1;
        reader->lzma.next_in = reader->plain;
        reader->lzma.avail_in = plain;
    }
    size_t got = size - reader->lzma.avail_out;
    crypto_hash_sha256_update(&reader->hash, bytes, got);
    reader->bytes += (int64_t)got;
    return (ssize_t)got;
}
