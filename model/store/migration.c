#include "model/store/migration.h"

#include "model/base/asset.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION_DIGITS = 4, PART_MAX = 64 };

static const char asset_folder[] = "migrations/";

/* What a marker line says. */
struct marker {
    const char *text;
    enum migration_direction direction;
    enum migration_engine engine;
};

static const struct marker markers[] = {
    {"-- up", MIGRATION_UP, MIGRATION_BOTH},
    {"-- up sqlite", MIGRATION_UP, MIGRATION_SQLITE},
    {"-- up postgres", MIGRATION_UP, MIGRATION_POSTGRES},
    {"-- down", MIGRATION_DOWN, MIGRATION_BOTH},
    {"-- down sqlite", MIGRATION_DOWN, MIGRATION_SQLITE},
    {"-- down postgres", MIGRATION_DOWN, MIGRATION_POSTGRES},
};

static const char rebuild_marker[] = "-- rebuild ";

struct line {
    const char *text;
    size_t size; /* without the line break and white space before it */
    const char *next;
};

static struct line line_at(const char *text, const char *end)
{
    const char *stop = memchr(text, '\n', (size_t)(end - text));
    struct line line = {.text = text, .next = stop != NULL ? stop + 1 : end};
    line.size = (size_t)((stop != NULL ? stop : end) - text);
    while (line.size > 0 && isspace((unsigned char)text[line.size - 1]))
        line.size--;
    return line;
}

static const struct marker *marker_of(const struct line *line)
{
    for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++)
        if (strlen(markers[i].text) == line->size &&
            memcmp(markers[i].text, line->text, line->size) == 0)
            return &markers[i];
    return NULL;
}

/* The table's name behind "-- rebuild ", or NULL when the line is no such marker. */
static const char *rebuild_of(const struct line *line, struct arena *arena)
{
    size_t prefix = sizeof rebuild_marker - 1;
    if (line->size <= prefix || memcmp(line->text, rebuild_marker, prefix) != 0)
        return NULL;
    for (size_t i = prefix; i < line->size; i++)
        if (!isalnum((unsigned char)line->text[i]) && line->text[i] != '_')
            return NULL;
    return arena_bytes(arena, line->text + prefix, line->size - prefix);
}

static bool is_comment_or_blank(const struct line *line)
{
    size_t i = 0;
    while (i < line->size && isspace((unsigned char)line->text[i]))
        i++;
    return i == line->size || (line->size - i >= 2 && memcmp(line->text + i, "--", 2) == 0);
}

static bool parse_name(struct migration *out, const char *file, struct arena *arena,
                       struct error *err)
{
    size_t size = strlen(file);
    bool is_right = size > VERSION_DIGITS + 1 + 4 && file[VERSION_DIGITS] == '_' &&
                    strcmp(file + size - 4, ".sql") == 0;
    for (int i = 0; is_right && i < VERSION_DIGITS; i++)
        is_right = isdigit((unsigned char)file[i]) != 0;
    if (!is_right)
        return error_set(err, ERROR_INPUT,
                         "%s is no name for a migration; call it like 0042_what_it_does.sql", file);
    out->version = (int)strtol(file, NULL, 10);
    if (out->version == 0)
        return error_set(err, ERROR_INPUT, "%s: versions begin at 0001", file);
    out->file = arena_text(arena, file);
    out->name = arena_bytes(arena, file + VERSION_DIGITS + 1, size - VERSION_DIGITS - 1 - 4);
    return true;
}

static void checksum(const char *text, size_t size, char out[MIGRATION_CHECKSUM_SIZE])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)text, size);
    sodium_bin2hex(out, MIGRATION_CHECKSUM_SIZE, hash, sizeof hash);
}

/* The parts of a file while it is read: what was begun ends where the next one begins. */
struct reader {
    const char *file;
    struct arena *arena;
    struct migration_part *parts;
    size_t count;
    const char *start; /* of the open part's SQL; NULL before the first section */
};

static void close_part(struct reader *reader, const char *end)
{
    if (reader->start != NULL)
        reader->parts[reader->count - 1].sql =
            arena_bytes(reader->arena, reader->start, (size_t)(end - reader->start));
}

static bool open_part(struct reader *reader, const struct line *line, int number,
                      struct migration_part part, struct error *err)
{
    if (reader->count == PART_MAX)
        return error_set(err, ERROR_INPUT, "%s line %d: more than %d sections", reader->file,
                         number, PART_MAX);
    close_part(reader, line->text);
    part.line = number + 1;
    reader->parts[reader->count++] = part;
    reader->start = line->next;
    return true;
}

static bool read_line(struct reader *reader, const struct line *line, int number, struct error *err)
{
    const struct marker *marker = marker_of(line);
    if (marker != NULL) {
        struct migration_part part = {.direction = marker->direction, .engine = marker->engine};
        return open_part(reader, line, number, part, err);
    }
    const char *rebuild = rebuild_of(line, reader->arena);
    if (rebuild != NULL) {
        if (reader->count == 0 || reader->parts[reader->count - 1].engine != MIGRATION_SQLITE)
            return error_set(err, ERROR_INPUT,
                             "%s line %d: \"-- rebuild\" belongs into a sqlite "
                             "section",
                             reader->file, number);
        struct migration_part part = reader->parts[reader->count - 1];
        part.rebuild = rebuild;
        return open_part(reader, line, number, part, err);
    }
    if (reader->start == NULL && !is_comment_or_blank(line))
        return error_set(err, ERROR_INPUT, "%s line %d: SQL before the first \"-- up\"",
                         reader->file, number);
    return true;
}

bool migration_parse(const char *file, const char *text, size_t size, struct arena *arena,
                     struct migration *out, struct error *err)
{
    *out = (struct migration){0};
    if (!parse_name(out, file, arena, err))
        return false;
    if (memchr(text, '\0', size) != NULL)
        return error_set(err, ERROR_INPUT, "%s holds a NUL byte", file);
    checksum(text, size, out->checksum);
    struct reader reader = {.file = file, .arena = arena};
    reader.parts = arena_alloc(arena, PART_MAX * sizeof *reader.parts);
    const char *end = text + size;
    struct line line;
    int number = 1;
    for (const char *at = text; at < end; at = line.next, number++) {
        line = line_at(at, end);
        if (!read_line(&reader, &line, number, err))
            return false;
    }
    close_part(&reader, end);
    bool has[2] = {false, false};
    for (size_t i = 0; i < reader.count; i++)
        has[reader.parts[i].direction] = true;
    if (!has[MIGRATION_UP] || !has[MIGRATION_DOWN])
        return error_set(err, ERROR_INPUT, "%s has no \"-- %s\" section", file,
                         has[MIGRATION_UP] ? "down" : "up");
    out->parts = reader.parts;
    out->part_count = reader.count;
    return true;
}

static int compare_versions(const void *a, const void *b)
{
    const struct migration *left = a, *right = b;
    return (left->version > right->version) - (left->version < right->version);
}

static bool finish_list(struct migration *items, size_t count, struct migration_list *out,
                        struct error *err)
{
    if (count > 0)
        qsort(items, count, sizeof *items, compare_versions);
    for (size_t i = 1; i < count; i++)
        if (items[i].version == items[i - 1].version)
            return error_set(err, ERROR_INPUT, "%s and %s have the same version; rename one",
                             items[i - 1].file, items[i].file);
    *out = (struct migration_list){.items = items, .count = count};
    return true;
}

/* `is_whole`: with the parts; else what tells the file from another is enough. */
static bool list_assets(bool is_whole, struct arena *arena, struct migration_list *out,
                        struct error *err)
{
    struct migration *items = arena_alloc(arena, asset_count * sizeof *items);
    size_t count = 0, prefix = sizeof asset_folder - 1;
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *asset = &assets[i];
        const char *file = asset->name + prefix;
        if (strncmp(asset->name, asset_folder, prefix) != 0)
            continue;
        if (is_whole ? !migration_parse(file, asset->bytes, (size_t)(asset->end - asset->bytes),
                                        arena, &items[count], err)
                     : !parse_name(&items[count], file, arena, err))
            return false;
        memcpy(items[count].checksum, asset->sha256, sizeof items[count].checksum);
        count++;
    }
    return finish_list(items, count, out, err);
}

bool migration_list_built_in(struct arena *arena, struct migration_list *out, struct error *err)
{
    return list_assets(true, arena, out, err);
}

bool migration_list_outline(struct arena *arena, struct migration_list *out, struct error *err)
{
    return list_assets(false, arena, out, err);
}

static bool read_file(const char *path, struct buffer *text, struct error *err)
{
    buffer_clear(text);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_set(err, ERROR_SYSTEM, "cannot read %s: %s", path, strerror(errno));
    char block[8192];
    size_t size;
    while ((size = fread(block, 1, sizeof block, file)) > 0)
        buffer_add_bytes(text, block, size);
    bool is_read = ferror(file) == 0;
    fclose(file);
    return is_read || error_set(err, ERROR_SYSTEM, "cannot read %s: %s", path, strerror(errno));
}

static int is_sql(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return entry->d_name[0] != '.' && size > 4 && strcmp(entry->d_name + size - 4, ".sql") == 0;
}

bool migration_list_folder(const char *folder, struct arena *arena, struct migration_list *out,
                           struct error *err)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, is_sql, alphasort);
    if (found < 0)
        return error_set(err, ERROR_NOT_FOUND, "cannot read the folder %s: %s", folder,
                         strerror(errno));
    struct migration *items = arena_alloc(arena, (size_t)found * sizeof *items);
    struct buffer text;
    buffer_init(&text);
    bool is_good = true;
    for (int i = 0; i < found && is_good; i++) {
        const char *path = arena_format(arena, "%s/%s", folder, entries[i]->d_name);
        is_good = read_file(path, &text, err) &&
                  migration_parse(entries[i]->d_name, text.text, text.size, arena, &items[i], err);
    }
    for (int i = 0; i < found; i++)
        free(entries[i]);
    free(entries);
    buffer_done(&text);
    return is_good && finish_list(items, (size_t)found, out, err);
}

const struct migration *migration_find(const struct migration_list *list, int version)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].version == version)
            return &list->items[i];
    return NULL;
}

size_t migration_steps(const struct migration *migration, enum migration_engine engine,
                       enum migration_direction direction, const struct migration_part **out)
{
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < migration->part_count; i++) {
            const struct migration_part *part = &migration->parts[i];
            if (part->direction != direction ||
                (part->engine != engine && part->engine != MIGRATION_BOTH))
                continue;
            /* Up has one pass, in the file's order; down takes the engine's own parts first. */
            int its_pass = direction == MIGRATION_DOWN && part->engine == MIGRATION_BOTH ? 1 : 0;
            if (its_pass == pass)
                out[count++] = part;
        }
    return count;
}
