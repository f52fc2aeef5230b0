#include "tests/sync/migrated.h"

#include "model/base/memory.h"
#include "model/store/migrate.h"
#include "sync/central_migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct postgres *migrated; /* the server that has the template */
static char template[20];

static void run(const char *url, bool (*work)(struct central *, struct arena *, struct error *))
{
    struct error err;
    struct arena *arena = arena_new();
    struct central *central = central_open(url, &err);
    if (central == NULL || !work(central, arena, &err))
        fail_msg("%s", err.text);
    central_close(central);
    arena_free(arena);
}

static bool migrate(struct central *central, struct arena *arena, struct error *err)
{
    struct migration_list list;
    struct migrate_engine *engine = central_migrate_new(central);
    bool is_done = migration_list_built_in(arena, &list, err) &&
                   migrate_up(engine, &list, MIGRATE_NEWEST, NULL, NULL, err) >= 0;
    central_migrate_free(engine);
    return is_done;
}

/* What is granted on a database is not copied with it, and it stands at another place, which is not
 * to be taken for a centre that was restored. */
static bool settle_copy(struct central *central, struct arena *arena, struct error *err)
{
    (void)arena;
    return central_run(central, "SELECT sync_close_database(TRUE)", err) &&
           central_run(central, "UPDATE sync_meta SET value = sync_place() WHERE name = 'place'",
                       err);
}

const char *postgres_migrated(struct postgres *server)
{
    if (server == NULL || server != migrated) {
        const char *url = postgres_database(server);
        run(url, migrate);
        const char *name = strstr(url, "@/") + 2;
        snprintf(template, sizeof template, "%.*s", (int)strcspn(name, "?"), name);
        migrated = server;
    }
    const char *url = postgres_copy(server, template);
    run(url, settle_copy);
    return url;
}
