#include "model/base/places.h"

#include <stdio.h>
#include <string.h>

/* A table is lines of fields between tabs, the country first; # begins a comment. */
struct table {
    const char *path;
    int name_field;
};
static const struct table countries = {"/usr/share/zoneinfo/iso3166.tab", 1};
static const struct table zones = {"/usr/share/zoneinfo/zone.tab", 2};

static bool read_place(const char *line, int name_field, struct arena *arena, struct place *out)
{
    enum { CODE_SIZE = 2 };
    const char *name = line;
    if (line[0] == '#' || strcspn(line, "\t") != CODE_SIZE)
        return false;
    for (int i = 0; i < name_field; i++) {
        name += strcspn(name, "\t");
        if (*name == '\0')
            return false;
        name++;
    }
    out->country = arena_format(arena, "%.*s", CODE_SIZE, line);
    out->name = arena_format(arena, "%.*s", (int)strcspn(name, "\t\r\n"), name);
    return out->name[0] != '\0';
}

static size_t read_table(const struct table *table, struct arena *arena, struct place **out)
{
    enum { PLACES_MAX = 1000, LINE_SIZE = 512 };
    char line[LINE_SIZE];
    size_t count = 0;
    FILE *file = fopen(table->path, "re");
    *out = arena_alloc(arena, PLACES_MAX * sizeof **out);
    if (file == NULL)
        return 0;
    while (count < PLACES_MAX && fgets(line, sizeof line, file) != NULL)
        if (read_place(line, table->name_field, arena, &(*out)[count]))
            count++;
    fclose(file);
    return count;
}

size_t places_countries(struct arena *arena, struct place **out)
{
    return read_table(&countries, arena, out);
}

size_t places_zones(struct arena *arena, struct place **out)
{
    return read_table(&zones, arena, out);
}

bool places_country_of(const char *zone, char country[3])
{
    struct place *all;
    struct arena *arena = arena_new();
    size_t count = read_table(&zones, arena, &all), i = 0;
    while (i < count && strcmp(all[i].name, zone) != 0)
        i++;
    if (i < count)
        snprintf(country, 3, "%s", all[i].country);
    arena_free(arena);
    return i < count;
}
