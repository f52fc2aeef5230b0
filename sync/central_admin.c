#include "sync/central_admin.h"

#include "model/store/migrate.h"
#include "sync/central_migrate.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

/* What may stand in a URL as it is (RFC 3986, unreserved), and the / of a socket's folder. */
static void add_encoded(struct buffer *url, const char *text)
{
    for (; *text != '\0'; text++)
        if (isalnum((unsigned char)*text) || strchr("-._~/", *text) != NULL)
            buffer_add_char(url, *text);
        else
            buffer_format(url, "%%%02X", (unsigned char)*text);
}

static const char *option_of(const PQconninfoOption *options, const char *name)
{
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, name) == 0)
            return options->val != NULL ? options->val : "";
    return "";
}

static void add_parameter(struct buffer *url, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    buffer_format(url, "%c%s=", strchr(url->text, '?') != NULL ? '&' : '?', name);
    add_encoded(url, value);
}

const char *central_public_url(struct central *central, struct arena *arena)
{
    struct buffer url;
    PQconninfoOption *options = PQconninfo(central_connection(central));
    const char *host = PQhost(central_connection(central));
    buffer_init(&url);
    buffer_add(&url, "postgresql://");
    if (host[0] != '/') {
        add_encoded(&url, host);
        buffer_format(&url, ":%s", PQport(central_connection(central)));
    }
    buffer_add(&url, "/");
    add_encoded(&url, PQdb(central_connection(central)));
    if (host[0] == '/') {
        add_parameter(&url, "host", host);
        if (strcmp(PQport(central_connection(central)), "5432") != 0)
            add_parameter(&url, "port", PQport(central_connection(central)));
    } else if (strcmp(option_of(options, "sslmode"), "verify-full") != 0) {
        add_parameter(&url, "sslmode", option_of(options, "sslmode"));
    }
    add_parameter(&url, "sslrootcert", option_of(options, "sslrootcert"));
    const char *text = arena_text(arena, url.text);
    PQconninfoFree(options);
    buffer_done(&url);
    return text;
}

bool central_prepare(struct central *central, int places, struct error *err)
{
    struct arena *arena = arena_new();
    struct migration_list list;
    struct migrate_engine *engine = central_migrate_new(central);
    char count[16];
    const char *const parameters[] = {count};
    snprintf(count, sizeof count, "%d", places);
    struct pg_result *made = NULL;
    if (migration_list_built_in(arena, &list, err) &&
        migrate_up(engine, &list, MIGRATE_NEWEST, NULL, NULL, err) >= 0)
        made = central_query(central,
                             "SELECT CASE WHEN sync_make_pool(0) = 0 THEN sync_make_pool($1) END",
                             1, parameters, err);
    bool is_done = made != NULL;
    central_clear(made);
    central_migrate_free(engine);
    arena_free(arena);
    return is_done;
}

/* $1: the shop's id, $2: what was given; each row is an id and what a person calls it. */
static const struct {
    const char *what, *all, *some;
} finders[] = {
    [CENTRAL_SHOP] = {"shop",
                      "SELECT id, name FROM tenants WHERE $1::uuid IS NULL"
                      " AND deleted_at IS NULL ORDER BY name",
                      "SELECT id, name FROM tenants WHERE $1::uuid IS NULL AND deleted_at IS NULL"
                      " AND $2 IN (id::text, slug, name) ORDER BY name"},
    [CENTRAL_LOCATION] = {"location",
                          "SELECT id, name FROM locations WHERE tenant_id = $1::uuid"
                          " AND deleted_at IS NULL ORDER BY name",
                          "SELECT id, name FROM locations WHERE tenant_id = $1::uuid"
                          " AND deleted_at IS NULL AND $2 IN (id::text, name) ORDER BY name"},
    [CENTRAL_PERSON] = {"person",
                        "SELECT u.id, u.display_name FROM users AS u WHERE u.tenant_id = $1::uuid"
                        " AND u.deleted_at IS NULL ORDER BY 2",
                        "SELECT id, display_name FROM users WHERE tenant_id = $1::uuid"
                        " AND deleted_at IS NULL AND (lower($2) IN (id::text, lower(username),"
                        " lower(display_name), lower(first_name)) OR email_key = text_key($2))"
                        " ORDER BY 2"},
    [CENTRAL_TERMINAL] = {"terminal",
                          "SELECT t.id, n.slug || '/' || t.name FROM terminals AS t JOIN tenants"
                          " AS n ON n.id = t.tenant_id WHERE $1::uuid IS NULL"
                          " AND t.revoked_at IS NULL ORDER BY 2",
                          "SELECT t.id, n.slug || '/' || t.name FROM terminals AS t JOIN tenants"
                          " AS n ON n.id = t.tenant_id WHERE $1::uuid IS NULL"
                          " AND t.revoked_at IS NULL AND $2 IN (t.id::text, t.name, t.role_name,"
                          " n.slug || '/' || t.name) ORDER BY 2"},
};

/* "Mitte, Nord, …" */
static const char *names_of(struct pg_result *rows, struct arena *arena)
{
    enum { NAMED = 8 };
    const char *names = "";
    for (int i = 0; i < central_rows(rows) && i < NAMED; i++)
        names = arena_format(arena, "%s%s%s", names, i > 0 ? ", " : "", central_text(rows, i, 1));
    return central_rows(rows) > NAMED ? arena_format(arena, "%s, …", names) : names;
}

static bool not_one(struct pg_result *found, struct pg_result *all, const char *what,
                    const char *name, struct arena *arena, struct error *err)
{
    if (central_rows(all) == 0)
        return error_set(err, ERROR_NOT_FOUND, "there is no %s at this centre yet", what);
    if (name == NULL)
        return error_set(err, ERROR_INPUT, "say which %s: %s", what, names_of(all, arena));
    if (central_rows(found) == 0)
        return error_set(err, ERROR_NOT_FOUND, "there is no %s called %s; there are %s", what, name,
                         names_of(all, arena));
    return error_set(err, ERROR_INPUT, "there are several %ss called %s: %s", what, name,
                     names_of(found, arena));
}

bool central_find(struct central *central, enum central_kind kind, const char *shop,
                  const char *name, struct arena *arena, const char **id, struct error *err)
{
    *id = NULL;
    if (name == NULL && kind != CENTRAL_SHOP)
        return true;
    const char *const parameters[] = {shop, name};
    struct pg_result *all = central_query(central, finders[kind].all, 1, parameters, err);
    struct pg_result *found = all != NULL && name != NULL
                                  ? central_query(central, finders[kind].some, 2, parameters, err)
                                  : NULL;
    struct pg_result *rows = name != NULL ? found : all;
    bool is_one = rows != NULL && (central_rows(rows) == 1 ||
                                   not_one(rows, all, finders[kind].what, name, arena, err));
    if (is_one)
        *id = arena_text(arena, central_text(rows, 0, 0));
    central_clear(found);
    central_clear(all);
    return is_one;
}
