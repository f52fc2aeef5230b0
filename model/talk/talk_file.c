#include "model/talk/talk_file.h"

#include "model/base/paths.h"
#include "model/base/text.h"
#include "model/talk/talk_parts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many as fit into an operation in base64, with room for the rest. */
enum { CHUNKS_EACH = 2 };

static const struct {
    const char *ending, *type;
} types[] = {
    {".pdf", "application/pdf"},   {".png", "image/png"},  {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},       {".txt", "text/plain"}, {".csv", "text/csv"},
    {".json", "application/json"},
};

int64_t talk_file_limit(struct store *store, struct error *err)
{
    int64_t limit = TALK_FILE_LIMIT;
    int found = store_find_integer(
        store, &limit,
        "SELECT value ->> 'file_limit' FROM app_settings WHERE name = 'talk' AND tenant_id = ?1"
        " AND json_type(value, '$.file_limit') = 'integer'",
        err, "u", store_tenant(store));
    return found < 0 ? -1 : limit;
}

static const char *type_of(const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < TALK_COUNT(types); i++) {
        size_t ending = strlen(types[i].ending);
        if (size > ending && strcmp(name + size - ending, types[i].ending) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

/* The whole file; free() it. NULL with err. */
static unsigned char *read_file(const char *path, int64_t limit, size_t *size, struct error *err)
{
    struct stat info;
    unsigned char *bytes = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0)
        error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_SYSTEM, "%s can't be read: %s",
                  path, strerror(errno));
    else if (!S_ISREG(info.st_mode) || info.st_size == 0)
        error_set(err, ERROR_INPUT, "%s is empty, or no plain file", path);
    else if (info.st_size > limit)
        error_set(err, ERROR_INPUT,
                  "%s has %lld bytes, and at most %lld are sent; say where it is with its address",
                  path, (long long)info.st_size, (long long)limit);
    else
        bytes = memory_new((size_t)info.st_size);
    *size = 0;
    while (bytes != NULL && *size < (size_t)info.st_size) {
        ssize_t got = read(fd, bytes + *size, (size_t)info.st_size - *size);
        if (got > 0) {
            *size += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            error_set(err, ERROR_SYSTEM, "%s could not be read to its end; try again", path);
            free(bytes);
            bytes = NULL;
        }
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

struct upload {
    const struct uuid *channel;
    const char *name;
    const unsigned char *bytes;
    size_t size, chunks;
    struct uuid group, id;
};

static bool put_file(struct operation *operation, struct upload *upload, struct error *err)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, upload->bytes, upload->size);
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(upload->channel)},
        {.column = "name", .value = value_text(upload->name)},
        {.column = "media_type", .value = value_text(type_of(upload->name))},
        {.column = "size_bytes", .value = value_integer((int64_t)upload->size)},
        {.column = "chunk_count", .value = value_integer((int64_t)upload->chunks)},
        {.column = "sha256", .value = value_bytes(hash, sizeof hash)},
        {.column = "uploaded_by_id", .value = value_uuid(&operation_actor(operation)->user_id)},
    };
    return record_insert(operation, "files", changes, TALK_COUNT(changes), &upload->id, err);
}

static bool put_chunk(struct operation *operation, const struct upload *upload, size_t number,
                      struct error *err)
{
    size_t at = number * TALK_CHUNK_SIZE, left = upload->size - at;
    const struct change changes[] = {
        {.column = "channel_id", .value = value_uuid(upload->channel)},
        {.column = "file_id", .value = value_uuid(&upload->id)},
        {.column = "chunk_number", .value = value_integer((int64_t)number)},
        {.column = "bytes",
         .value = value_bytes(upload->bytes + at, left < TALK_CHUNK_SIZE ? left : TALK_CHUNK_SIZE)},
    };
    return record_insert(operation, "file_chunks", changes, TALK_COUNT(changes), NULL, err);
}

/* A few pieces in an operation, the first of which makes the file. */
static bool put_some(struct store *store, const struct actor *actor, struct upload *upload,
                     size_t from, struct error *err)
{
    struct operation *operation = talk_begin(store, "message.file", actor, err);
    if (operation == NULL)
        return false;
    operation_set_group(operation, &upload->group);
    operation_describe(operation, "file %s", upload->name);
    bool is_done = from > 0 || put_file(operation, upload, err);
    for (size_t i = from; is_done && i < from + CHUNKS_EACH && i < upload->chunks; i++)
        is_done = put_chunk(operation, upload, i, err);
    return talk_end(operation, is_done, err);
}

bool talk_file_add(struct store *store, const struct actor *actor, const struct uuid *channel,
                   const char *path, struct uuid *id, struct error *err)
{
    struct channel seen;
    const char *slash = strrchr(path, '/');
    struct upload upload = {.channel = channel, .name = slash != NULL ? slash + 1 : path};
    if (!text_is_utf8(upload.name, strlen(upload.name)) || text_characters(upload.name) > 255)
        return error_set(err, ERROR_INPUT, "The file's name is no readable text; rename it");
    int64_t limit = talk_file_limit(store, err);
    struct arena *arena = arena_new();
    unsigned char *bytes = NULL;
    if (limit >= 0 && talk_channel(store, actor, channel, true, arena, &seen, err))
        bytes = read_file(path, limit, &upload.size, err);
    upload.bytes = bytes;
    upload.chunks = (upload.size + TALK_CHUNK_SIZE - 1) / TALK_CHUNK_SIZE;
    upload.group = uuid_v7(store_env(store));
    bool is_done = bytes != NULL;
    for (size_t at = 0; is_done && at < upload.chunks; at += CHUNKS_EACH)
        is_done = put_some(store, actor, &upload, at, err);
    if (is_done)
        *id = upload.id;
    free(bytes);
    arena_free(arena);
    return is_done;
}

struct download {
    const char *name;
    int64_t size, chunks;
    unsigned char hash[crypto_hash_sha256_BYTES];
};

static bool load(struct store *store, const struct uuid *user, const struct uuid *id,
                 struct arena *arena, struct download *out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT f.name, f.size_bytes, f.chunk_count, f.sha256 FROM files AS f LEFT JOIN"
        " channels AS c ON c.id = f.channel_id WHERE f.id = ?2"
        " AND (f.channel_id IS NULL OR " TALK_SEES ")",
        err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, user);
    statement_bind_uuid(row, 2, id);
    int found = statement_step(row, err);
    if (found > 0) {
        struct value hash = statement_value(row, 3);
        *out = (struct download){.name = arena_text(arena, statement_text(row, 0)),
                                 .size = statement_integer(row, 1),
                                 .chunks = statement_integer(row, 2)};
        if (hash.size == sizeof out->hash)
            memcpy(out->hash, hash.bytes, sizeof out->hash);
    }
    statement_done(row);
    return found > 0 || (found == 0 && error_set(err, ERROR_NOT_FOUND,
                                                 "This file is not there, or not open to you"));
}

/* All pieces in their order; the count that was there, or -1. */
static int64_t gather(struct store *store, const struct uuid *id, struct buffer *out,
                      struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT bytes FROM file_chunks WHERE tenant_id = ?1 AND file_id = ?2"
                      " ORDER BY chunk_number",
                      err);
    if (row == NULL)
        return -1;
    int state;
    int64_t count = 0;
    statement_bind_uuid(row, 1, store_tenant(store));
    statement_bind_uuid(row, 2, id);
    while ((state = statement_step(row, err)) > 0) {
        struct value piece = statement_value(row, 0);
        buffer_add_bytes(out, piece.bytes, piece.size);
        count++;
    }
    statement_done(row);
    return state < 0 ? -1 : count;
}

/* A new file that takes its name when it is whole. */
static bool write_whole(const char *path, const struct buffer *bytes, struct arena *arena,
                        struct error *err)
{
    const char *part = arena_format(arena, "%s.part", path);
    FILE *file = fopen(part, "wbx");
    if (file == NULL && errno == EEXIST && unlink(part) == 0)
        file = fopen(part, "wbx");
    bool is_done = file != NULL && fchmod(fileno(file), S_IRUSR | S_IWUSR) == 0 &&
                   fwrite(bytes->text, 1, bytes->size, file) == bytes->size;
    if (file != NULL && fclose(file) != 0)
        is_done = false;
    if (is_done && rename(part, path) == 0)
        return true;
    error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
    unlink(part);
    return false;
}

/* A name that means nothing to a shell, a viewer or another folder. */
static const char *safe_name(const struct uuid *id, const char *name, struct arena *arena)
{
    char digits[UUID_TEXT_SIZE];
    uuid_text(id, digits);
    char *safe = arena_format(arena, "%.13s-%.100s", digits, name);
    for (char *c = safe; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr(".-_", *c) == NULL)
            *c = '_';
    return safe;
}

bool talk_file_open(struct store *store, const struct uuid *user, const struct uuid *file,
                    const char *folder, struct arena *arena, const char **path, struct error *err)
{
    struct stat info;
    struct buffer bytes;
    struct download download;
    unsigned char hash[crypto_hash_sha256_BYTES];
    if (!load(store, user, file, arena, &download, err) || !paths_make_folder(folder, err))
        return false;
    *path = arena_format(arena, "%s/%s", folder, safe_name(file, download.name, arena));
    if (stat(*path, &info) == 0 && info.st_size == download.size)
        return true;
    buffer_init(&bytes);
    int64_t count = gather(store, file, &bytes, err);
    crypto_hash_sha256(hash, (const unsigned char *)bytes.text, bytes.size);
    bool is_done = count >= 0;
    if (is_done && count < download.chunks)
        is_done = error_set(err, ERROR_BUSY, "%s is still on its way: %lld of %lld pieces are here",
                            download.name, (long long)count, (long long)download.chunks);
    else if (is_done && memcmp(hash, download.hash, sizeof hash) != 0)
        is_done =
            error_set(err, ERROR_STORE, "%s is not what was sent; ask who sent it to send it again",
                      download.name);
    is_done = is_done && write_whole(*path, &bytes, arena, err);
    buffer_done(&bytes);
    return is_done;
}
