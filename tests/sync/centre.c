#include "tests/sync/centre.h"

#include "tests/sync/migrated.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char verifier[] = "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2E=$"
                               "aGFsbG9oYWxsb2hhbGxvaGFsbG9oYWxsb2hhbGxvaGE=:"
                               "aGFsbG9oYWxsb2hhbGxvaGFsbG9oYWxsb2hhbGxvaGE=";

void centre_open(struct centre *centre, struct postgres *server)
{
    struct error err = {0};
    *centre = (struct centre){.url = postgres_migrated(server), .arena = arena_new()};
    centre->admin = central_open(centre->url, &err);
    if (centre->admin == NULL)
        fail_msg("%s", err.text);
    centre_run(centre, centre->admin, "SELECT sync_make_pool(40)");
}

void centre_close(struct centre *centre)
{
    central_close(centre->admin);
    arena_free(centre->arena);
}

void centre_run(struct centre *centre, struct central *line, const char *sql)
{
    struct error err = {0};
    (void)centre;
    if (!central_run(line, sql, &err))
        fail_msg("%s: %s", err.text, sql);
}

const char *centre_ask(struct centre *centre, struct central *line, const char *sql)
{
    struct error err = {0};
    PGresult *result = central_query(line, sql, 0, NULL, &err);
    if (result == NULL)
        fail_msg("%s: %s", err.text, sql);
    const char *text = "";
    for (int row = 0; row < PQntuples(result); row++)
        for (int column = 0; column < PQnfields(result); column++)
            text = arena_format(centre->arena, "%s%s%s", text,
                                column > 0 ? "|"
                                : row > 0  ? "\n"
                                           : "",
                                PQgetvalue(result, row, column));
    PQclear(result);
    return text;
}

void centre_refused(struct centre *centre, struct central *line, const char *sql, const char *says)
{
    struct error err = {0};
    (void)centre;
    if (central_run(line, sql, &err))
        fail_msg("was not refused: %s", sql);
    if (strstr(err.text, says) == NULL)
        fail_msg("%s: %s", err.text, sql);
}

static const char *new_id(struct centre *centre)
{
    return centre_ask(centre, centre->admin, "SELECT uuidv7()");
}

static const char *add_person(struct centre *centre, const char *tenant, const char *name)
{
    const char *id = new_id(centre);
    centre_run(centre, centre->admin,
               arena_format(centre->arena,
                            "INSERT INTO users (id, tenant_id, username, display_name)"
                            " VALUES ('%s', '%s', '%s', '%s')",
                            id, tenant, name, name));
    return id;
}

void centre_shop(struct centre *centre, const char *name, struct centre_shop *out)
{
    const char *tenant = new_id(centre);
    *out = (struct centre_shop){.tenant = tenant, .here = new_id(centre), .there = new_id(centre)};
    centre_run(
        centre, centre->admin,
        arena_format(centre->arena,
                     "BEGIN; INSERT INTO tenants (id, tenant_id, name, slug, default_currency)"
                     " VALUES ('%s', '%s', '%s', '%s', 'EUR');"
                     "INSERT INTO locations (id, tenant_id, name) VALUES"
                     " ('%s', '%s', 'Here'), ('%s', '%s', 'There'); COMMIT",
                     tenant, tenant, name, name, out->here, tenant, out->there, tenant));
    out->owner = add_person(centre, tenant, "owner");
    out->anna = add_person(centre, tenant, "anna");
    out->ben = add_person(centre, tenant, "ben");
    centre_run(centre, centre->admin,
               arena_format(centre->arena,
                            "WITH r AS (INSERT INTO roles (tenant_id, name)"
                            "  VALUES ('%s', 'tenant_owner') RETURNING id)"
                            "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id)"
                            " SELECT '%s', '%s', id, '%s' FROM r",
                            tenant, tenant, out->owner, out->here));
}

void centre_open_door(struct centre *centre, const struct centre_shop *shop)
{
    centre_run(centre, centre->admin,
               arena_format(centre->arena,
                            "INSERT INTO app_settings (tenant_id, name, value)"
                            " VALUES ('%s', 'sign_in', '{\"required\":false}')",
                            shop->tenant));
}

static const char *quoted(struct centre *centre, const char *id)
{
    return id == NULL ? "NULL" : arena_format(centre->arena, "'%s'", id);
}

const char *centre_code(struct centre *centre, const struct centre_shop *shop, const char *kind,
                        const char *location, const char *user)
{
    return centre_ask(centre, centre->admin,
                      arena_format(centre->arena,
                                   "SELECT sync_first_code('%s', '%s', NULL, %s, %s)", shop->tenant,
                                   kind, quoted(centre, location), quoted(centre, user)));
}

struct central *centre_connect(struct centre *centre, const char *role)
{
    struct error err = {0};
    const struct central_address address = {.url = centre->url, .user = role, .stop_fd = -1};
    struct central *line = central_open_at(&address, &err);
    if (line == NULL)
        fail_msg("%s", err.text);
    return line;
}

const char *centre_enroll(struct centre *centre, const char *code, const char *facts)
{
    struct error err = {0};
    struct central *door = centre_connect(centre, "ct_door");
    const char *const parameters[] = {code, verifier, facts};
    PGresult *result = central_query(door, "SELECT sync_enroll($1, $2, $3)", 3, parameters, &err);
    if (result == NULL)
        fail_msg("%s", err.text);
    const char *answer = arena_text(centre->arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    central_close(door);
    return answer;
}

const char *centre_member(struct centre *centre, const char *json, const char *name)
{
    struct error err = {0};
    const char *const parameters[] = {json, name};
    PGresult *result = central_query(centre->admin, "SELECT $1::jsonb ->> $2", 2, parameters, &err);
    if (result == NULL)
        fail_msg("%s: %s", err.text, json);
    const char *text = arena_text(centre->arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    return text;
}

void centre_join(struct centre *centre, const struct centre_shop *shop, const char *kind,
                 const char *location, const char *user, struct centre_terminal *out)
{
    const char *answer =
        centre_enroll(centre, centre_code(centre, shop, kind, location, user), "{}");
    *out = (struct centre_terminal){.id = centre_member(centre, answer, "terminal_id"),
                                    .role = centre_member(centre, answer, "role"),
                                    .register_id = centre_member(centre, answer, "register_id")};
    if (out->id[0] == '\0')
        fail_msg("%s", answer);
    out->line = centre_connect(centre, out->role);
}

void centre_leave(struct centre_terminal *terminal)
{
    central_close(terminal->line);
    terminal->line = NULL;
}

const char *centre_sign_in(struct centre *centre, struct central *line, const char *name,
                           const char *password, const char *code)
{
    const char *given = code != NULL ? arena_format(centre->arena, "'%s'", code) : "NULL";
    const char *answer = centre_ask(
        centre, line,
        arena_format(centre->arena, "SELECT sync_sign_in('%s', '%s', %s)", name, password, given));
    const char *ticket = centre_member(centre, answer, "ticket");
    return ticket[0] == '\0'
               ? answer
               : centre_ask(centre, line,
                            arena_format(centre->arena, "SELECT sync_signed_in('%s', '%s')", ticket,
                                         password));
}
