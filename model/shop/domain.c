#include "model/shop/domain.h"

#include "model/base/asset.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char folder[] = "migrations/";

/* "migrations/0008_orders.sql" → 8, "Orders" */
static struct domain domain_of(const struct asset *asset, struct arena *arena)
{
    char *end;
    const char *file = asset->name + strlen(folder);
    struct domain domain = {.version = (int)strtol(file, &end, 10)};
    const char *name = *end == '_' ? end + 1 : end;
    char *label = arena_bytes(arena, name, strcspn(name, "."));
    for (char *at = label; *at != '\0'; at++)
        *at = *at == '_' ? ' ' : *at;
    label[0] = (char)toupper((unsigned char)label[0]);
    domain.label = label;
    return domain;
}

/* A table belongs to the first file that creates it; later ones may make it anew. */
static void read_file(const struct schema *schema, const struct asset *asset, struct arena *arena,
                      struct domain *out)
{
    static const char create[] = "CREATE TABLE ";
    const struct domain domain = domain_of(asset, arena);
    for (const char *at = asset->bytes; (at = strstr(at, create)) != NULL;) {
        at += sizeof create - 1;
        char *name = arena_bytes(arena, at, strcspn(at, " (\n"));
        const struct table *table = schema_table(schema, name);
        if (table != NULL && out[table->index].version == 0)
            out[table->index] = domain;
    }
}

const struct domain *domains_read(const struct schema *schema, struct arena *arena)
{
    struct domain *domains = arena_alloc(arena, (schema->table_count + 1) * sizeof *domains);
    for (size_t i = 0; i < schema->table_count; i++)
        domains[i].label = "Other";
    for (size_t i = 0; i < asset_count; i++)
        if (strncmp(assets[i].name, folder, strlen(folder)) == 0)
            read_file(schema, &assets[i], arena, domains);
    return domains;
}
