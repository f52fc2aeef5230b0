#include "tui/theme.h"

#include "model/base/asset.h"
#include "model/base/memory.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const role_names[] = {
#define ROLE(id, name) name,
    ROLES(ROLE)
#undef ROLE
};

const char *role_name(enum role role)
{
    return role_names[role];
}

static const struct {
    const char *name;
    unsigned bit;
} attribute_names[] = {{"bold", LOOK_BOLD},
                       {"dim", LOOK_DIM},
                       {"underline", LOOK_UNDERLINE},
                       {"reverse", LOOK_REVERSE},
                       {"italic", LOOK_ITALIC}};

static const char *const colour_names[] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright_black",   "bright_red",
    "bright_green", "bright_yellow", "bright_blue", "bright_magenta", "bright_cyan",
    "bright_white"};

/* Where an error is, for its sentence. */
struct place {
    const char *file, *role, *key;
    struct error *err;
};

static bool refuse(const struct place *place, const char *what)
{
    return error_set(place->err, ERROR_INPUT, "Theme %s: role \"%s\", \"%s\": %s.", place->file,
                     place->role, place->key, what);
}

static bool parse_rgb(const struct place *place, const json_t *value, int32_t *out)
{
    const char *text = json_string_value(value);
    if (text && strcmp(text, "default") == 0)
        return *out = -1, true;
    if (!text || strlen(text) != 7 || *text != '#' ||
        strspn(text + 1, "0123456789abcdefABCDEF") != 6)
        return refuse(place, "a colour is written \"#rrggbb\" or \"default\"");
    *out = (int32_t)strtol(text + 1, NULL, 16);
    return true;
}

static bool parse_256(const struct place *place, const json_t *value, int32_t *out)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < -1 || number > 255)
        return refuse(place, "a colour is a number from 0 to 255, or -1 for the default");
    *out = (int32_t)number;
    return true;
}

static bool parse_16(const struct place *place, const json_t *value, int32_t *out)
{
    const char *text = json_string_value(value);
    if (text && strcmp(text, "default") == 0)
        return *out = -1, true;
    for (int i = 0; text && i < 16; i++)
        if (strcmp(text, colour_names[i]) == 0)
            return *out = i, true;
    return refuse(place, "a colour is \"default\", \"black\" to \"white\", or \"bright_…\"");
}

/* The nearest of the 6×6×6 cube and the grey ramp, by distance in RGB. */
static int32_t nearest_256(int32_t rgb)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    int best = -1;
    long best_distance = 0;
    for (int i = 16; rgb >= 0 && i < 256; i++) {
        int red, green, blue;
        if (i < 232) {
            red = levels[(i - 16) / 36];
            green = levels[(i - 16) / 6 % 6];
            blue = levels[(i - 16) % 6];
        } else {
            red = green = blue = 8 + (i - 232) * 10;
        }
        red -= rgb >> 16;
        green -= rgb >> 8 & 0xFF;
        blue -= rgb & 0xFF;
        long distance = 2L * red * red + 4L * green * green + 3L * blue * blue;
        if (best < 0 || distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}

static bool parse_attributes(struct place *place, const json_t *role, const char *key,
                             unsigned *out)
{
    json_t *list = json_object_get(role, key), *item;
    size_t index;
    place->key = key;
    *out = 0;
    if (list && !json_is_array(list))
        return refuse(place, "a list of attributes is expected");
    json_array_foreach(list, index, item)
    {
        const char *text = json_string_value(item);
        size_t i = 0, count = sizeof attribute_names / sizeof attribute_names[0];
        while (i < count && (!text || strcmp(text, attribute_names[i].name) != 0))
            i++;
        if (i == count)
            return refuse(place, "an attribute is bold, dim, underline, reverse or italic");
        *out |= attribute_names[i].bit;
    }
    return true;
}

typedef bool parse_colour(const struct place *place, const json_t *value, int32_t *out);

/* Leaves *out as it is where the key is left out. */
static bool parse_pair(struct place *place, const json_t *role, const char *key,
                       parse_colour *parse, struct look *out, bool *is_there)
{
    json_t *pair = json_object_get(role, key);
    place->key = key;
    *is_there = pair != NULL;
    if (!pair)
        return true;
    if (!json_is_array(pair) || json_array_size(pair) != 2)
        return refuse(place, "[foreground, background] is expected");
    return parse(place, json_array_get(pair, 0), &out->foreground) &&
           parse(place, json_array_get(pair, 1), &out->background);
}

static bool check_keys(struct place *place, json_t *role)
{
    static const char *const known[] = {"rgb", "c256", "c16", "attributes", "mono"};
    const char *key;
    json_t *value;
    json_object_foreach(role, key, value)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof known[0] && strcmp(key, known[i]) != 0)
            i++;
        place->key = key;
        if (i == sizeof known / sizeof known[0])
            return refuse(place, "unknown; rgb, c256, c16, attributes and mono are known");
    }
    return true;
}

static bool parse_role(struct place *place, json_t *role, enum role id, struct theme *out)
{
    bool has_rgb, has_256, has_16;
    unsigned attributes;
    struct look *rgb = &out->looks[DEPTH_RGB][id], *c256 = &out->looks[DEPTH_256][id];
    struct look *c16 = &out->looks[DEPTH_16][id], *mono = &out->looks[DEPTH_MONO][id];
    place->key = "";
    if (!json_is_object(role))
        return refuse(place, "an object with rgb, c256, c16 and mono is expected");
    if (!check_keys(place, role) || !parse_pair(place, role, "rgb", parse_rgb, rgb, &has_rgb) ||
        !parse_pair(place, role, "c256", parse_256, c256, &has_256) ||
        !parse_pair(place, role, "c16", parse_16, c16, &has_16) ||
        !parse_attributes(place, role, "attributes", &attributes) ||
        !parse_attributes(place, role, "mono", &mono->attributes))
        return false;
    if (has_rgb && !has_256) {
        c256->foreground = nearest_256(rgb->foreground);
        c256->background = nearest_256(rgb->background);
    }
    rgb->attributes = c256->attributes = c16->attributes = attributes;
    return true;
}

static int find_role(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (strcmp(role_names[i], name) == 0)
            return i;
    return -1;
}

static bool parse_roles(const char *file, json_t *root, struct theme *out, struct error *err)
{
    json_t *roles = json_object_get(root, "roles"), *role;
    const char *name = json_string_value(json_object_get(root, "name"));
    if (!name || !json_is_object(roles))
        return error_set(err, ERROR_INPUT,
                         "Theme %s: {\"name\": \"…\", \"roles\": {…}} is expected.", file);
    snprintf(out->name, sizeof out->name, "%s", name);
    struct place place = {.file = file, .role = "normal", .err = err};
    role = json_object_get(roles, "normal");
    if (role && !parse_role(&place, role, ROLE_NORMAL, out))
        return false;
    for (int depth = 0; depth < DEPTH_COUNT; depth++)
        for (int i = 0; i < ROLE_COUNT; i++)
            out->looks[depth][i] = out->looks[depth][ROLE_NORMAL];
    json_object_foreach(roles, name, role)
    {
        int id = find_role(name);
        if (id < 0)
            return error_set(err, ERROR_INPUT, "Theme %s: there is no role \"%s\".", file, name);
        place.role = name;
        if (!parse_role(&place, role, (enum role)id, out))
            return false;
    }
    return true;
}

bool theme_parse(const char *json, size_t size, const char *file, struct theme *out,
                 struct error *err)
{
    json_error_t problem;
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, &problem);
    memset(out, 0, sizeof *out);
    for (int depth = 0; depth < DEPTH_COUNT; depth++)
        out->looks[depth][ROLE_NORMAL] = (struct look){-1, -1, 0};
    if (!root)
        return error_set(err, ERROR_INPUT, "Theme %s, line %d: %s.", file, problem.line,
                         problem.text);
    bool worked = parse_roles(file, root, out, err);
    json_decref(root);
    return worked;
}

static bool load_file(const char *path, struct theme *out, struct error *err)
{
    enum { LIMIT = 1 << 20 };
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(err, ERROR_NOT_FOUND, "There is no theme %s.", path);
    char *bytes = memory_new(LIMIT);
    size_t size = fread(bytes, 1, LIMIT, file);
    bool worked = ferror(file) ? error_set(err, ERROR_SYSTEM, "Theme %s can't be read.", path)
                               : theme_parse(bytes, size, path, out, err);
    fclose(file);
    free(bytes);
    return worked;
}

bool theme_load(const char *name, const char *folder, struct theme *out, struct error *err)
{
    struct error own;
    char path[4096];
    if (strchr(name, '/'))
        return load_file(name, out, err);
    if (folder) {
        snprintf(path, sizeof path, "%s/%s.json", folder, name);
        if (load_file(path, out, &own))
            return true;
        if (own.code != ERROR_NOT_FOUND) {
            if (err)
                *err = own;
            return false;
        }
    }
    snprintf(path, sizeof path, "themes/%s.json", name);
    const struct asset *asset = asset_find(path);
    if (!asset)
        return error_set(err, ERROR_NOT_FOUND, "There is no theme \"%s\".", name);
    return theme_parse(asset->bytes, (size_t)(asset->end - asset->bytes), path, out, err);
}

static void add_name(char ***names, size_t *count, const char *file)
{
    size_t size = strlen(file);
    if (size <= 5 || strcmp(file + size - 5, ".json") != 0)
        return;
    char *name = memory_text(file);
    name[size - 5] = '\0';
    for (size_t i = 0; i < *count; i++) {
        if (strcmp((*names)[i], name) == 0) {
            free(name);
            return;
        }
    }
    *names = memory_resize(*names, *count + 1, sizeof **names);
    (*names)[(*count)++] = name;
}

char **theme_names(const char *folder, size_t *count)
{
    char **names = NULL;
    *count = 0;
    DIR *directory = folder ? opendir(folder) : NULL;
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        add_name(&names, count, entry->d_name);
    if (directory)
        closedir(directory);
    for (size_t i = 0; i < asset_count; i++)
        if (strncmp(assets[i].name, "themes/", 7) == 0)
            add_name(&names, count, assets[i].name + 7);
    return names;
}

void theme_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

enum depth theme_depth(int colours, const char *no_color)
{
    if (no_color && *no_color)
        return DEPTH_MONO;
    if (colours >= 1 << 24)
        return DEPTH_RGB;
    return colours >= 256 ? DEPTH_256 : colours >= 8 ? DEPTH_16 : DEPTH_MONO;
}
