#include "model/keeping/backup.h"

#include "model/base/instant.h"
#include "model/base/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool take(const struct envelope_reader *reader, struct arena *arena,
                 struct backup_about *out)
{
    const char *kind, *made_at, *program, *tenant, *shop;
    json_int_t schema;
    if (json_unpack((json_t *)(uintptr_t)envelope_header(reader), "{s:s, s:s, s:s, s:I, s:s, s:s}",
                    "kind", &kind, "made_at", &made_at, "program", &program, "schema", &schema,
                    "tenant", &tenant, "shop", &shop) != 0 ||
        !instant_parse(made_at, NULL, &out->made_at, NULL) || !uuid_parse(tenant, &out->tenant))
        return false;
    const char *key = envelope_key(reader);
    out->kind = arena_text(arena, kind);
    out->program = arena_text(arena, program);
    out->shop = arena_text(arena, shop);
    out->schema = schema;
    out->key = key != NULL ? arena_text(arena, key) : NULL;
    out->has_passphrase = envelope_has_passphrase(reader);
    return true;
}

bool backup_about(const char *path, struct arena *arena, struct backup_about *out,
                  struct error *err)
{
    int64_t done;
    *out = (struct backup_about){.path = arena_text(arena, path)};
    struct envelope_reader *reader = envelope_open(path, err);
    if (reader == NULL)
        return false;
    envelope_progress(reader, &done, &out->size);
    bool is_read =
        take(reader, arena, out) ||
        error_set(err, ERROR_INPUT, "the beginning of %s is damaged; use another copy", path);
    envelope_close(reader);
    return is_read;
}

static bool is_copy(const char *name)
{
    size_t size = strlen(name), ending = strlen(BACKUP_ENDING);
    return size > ending && strcmp(name + size - ending, BACKUP_ENDING) == 0;
}

static int newest_first(const void *a, const void *b)
{
    const struct backup_about *one = a, *other = b;
    return one->made_at != other->made_at
               ? (one->made_at < other->made_at) - (one->made_at > other->made_at)
               : strcmp(one->path, other->path);
}

int backup_list(const char *folder, struct arena *arena, struct backup_about **out,
                struct error *err)
{
    DIR *entries = opendir(folder);
    size_t count = 0, room = 0;
    struct backup_about *found = NULL, about;
    *out = NULL;
    if (entries == NULL && errno == ENOENT)
        return 0;
    if (entries == NULL)
        return error_set(err, ERROR_SYSTEM, "%s can't be read: %s", folder, strerror(errno)), -1;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char *path = paths_join(folder, entry->d_name);
        if (is_copy(entry->d_name) && backup_about(path, arena, &about, NULL)) {
            room = count == room ? 2 * room + 8 : room;
            found = memory_resize(found, room, sizeof *found);
            found[count++] = about;
        }
        free(path);
    }
    closedir(entries);
    if (count > 0) {
        qsort(found, count, sizeof *found, newest_first);
        *out = arena_alloc(arena, count * sizeof **out);
        memcpy(*out, found, count * sizeof **out);
    }
    free(found);
    return (int)count;
}

int backup_thin(const char *folder, const struct backup_about *newest, int64_t days,
                struct error *err)
{
    struct arena *arena = arena_new();
    struct backup_about *copies;
    int count = backup_list(folder, arena, &copies, err), gone = 0;
    for (int i = 0; i < count && gone >= 0; i++) {
        const struct backup_about *copy = &copies[i];
        if (strcmp(copy->kind, newest->kind) != 0 || !uuid_equal(&copy->tenant, &newest->tenant) ||
            copy->made_at >= newest->made_at - days * DAY_US)
            continue;
        if (unlink(copy->path) == 0 || errno == ENOENT)
            gone++;
        else
            gone = (error_set(err, ERROR_SYSTEM, "%s can't be taken away: %s", copy->path,
                              strerror(errno)),
                    -1);
    }
    arena_free(arena);
    return count < 0 ? -1 : gone;
}
