#include "tests/sync/till.h"

#include "tests/sync/migrated.h"
#include "tests/sync/postgres.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TERMINAL   "00000000-0000-7000-8000-0000000000f1"
#define EVERYWHERE "00000000-0000-7000-8000-0000000000b0"
#define EMPLOYEE   "00000000-0000-7000-8000-0000000000e1"
#define OWNER      "00000000-0000-7000-8000-0000000000e2"

static const char shop[] =
    "INSERT INTO tenants (id, tenant_id, name, slug, default_currency, timezone)"
    " VALUES ('" SHOP "', '" SHOP "', 'Paint', 'paint', 'EUR', 'Europe/Berlin');"
    "INSERT INTO locations (id, tenant_id, name, kind) VALUES"
    " ('" EVERYWHERE "', '" SHOP "', 'Everywhere', 'everywhere'),"
    " ('" LOCATION "', '" SHOP "', 'Mitte', 'store');"
    "INSERT INTO registers (id, tenant_id, location_id, code)"
    " VALUES ('" REGISTER "', '" SHOP "', '" LOCATION "', 'R1');"
    "INSERT INTO users (id, tenant_id, display_name) VALUES"
    " ('" ANNA "', '" SHOP "', 'Anna'), ('" OLGA "', '" SHOP "', 'Olga'),"
    " ('" RITA "', '" SHOP "', 'Rita');"
    "INSERT INTO roles (id, tenant_id, name) VALUES"
    " ('" EMPLOYEE "', '" SHOP "', 'employee'), ('" OWNER "', '" SHOP "', 'tenant_owner');"
    "INSERT INTO role_permissions (tenant_id, role_id, permission)"
    " SELECT '" SHOP "', '" EMPLOYEE "', p FROM unnest('{self.edit,channels.edit,"
    "appointments.edit,customers.edit,orders.edit,orders.sell,payments.edit,till.open,till.close,"
    "till.edit,inventory.edit,inventory.count,support.edit}'::text[]) AS p;"
    "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id) VALUES"
    " ('" SHOP "', '" ANNA "', '" EMPLOYEE "', '" LOCATION "'),"
    " ('" SHOP "', '" RITA "', '" EMPLOYEE "', '" EVERYWHERE "'),"
    " ('" SHOP "', '" OLGA "', '" OWNER "', '" EVERYWHERE "');"
    "INSERT INTO terminals (id, tenant_id, name, kind, location_id, role_name)"
    " VALUES ('" TERMINAL "', '" SHOP "', 'Till', 'register', '" LOCATION "', 'till_1');"
    "INSERT INTO terminal_incarnations (tenant_id, terminal_id, incarnation)"
    " VALUES ('" SHOP "', '" TERMINAL "', 1);"
    "INSERT INTO terminal_users (tenant_id, terminal_id, user_id, signed_in_at, valid_until)"
    " SELECT '" SHOP "', '" TERMINAL "', id, now() - interval '1 day', now() + interval '13 days'"
    " FROM users WHERE id <> '" RITA "';"
    "INSERT INTO products (id, tenant_id, name, slug, sku, price_cents, currency) VALUES"
    " ('" PRODUCT "', '" SHOP "', 'Latex white 10 l', 'latex-white', 'L-10', 3990, 'EUR'),"
    " ('" PRODUCT_2 "', '" SHOP "', 'Roller 25 cm', 'roller', 'R-25', 850, 'EUR');"
    "INSERT INTO product_variants (id, tenant_id, product_id, name) VALUES"
    " ('" VARIANT "', '" SHOP "', '" PRODUCT "', '10 l'),"
    " ('" VARIANT_2 "', '" SHOP "', '" PRODUCT_2 "', '25 cm')";

struct till *till_start(struct postgres *server)
{
    if (server == NULL)
        return NULL;
    struct error err;
    struct till *till = memory_new(sizeof *till);
    const char *url = postgres_migrated(server);
    till->arena = arena_new();
    till->actor = ANNA;
    till->centre = central_open(url, &err);
    till->line = till->centre != NULL ? central_open(url, &err) : NULL;
    if (till->line == NULL)
        fail_msg("%s", err.text);
    till_run(till, "%s", shop);
    /* other databases of this server have the role already */
    till_run(till, "DO $$ BEGIN IF to_regrole('till_1') IS NULL THEN"
                   " CREATE ROLE till_1 LOGIN IN ROLE ct_terminal; END IF; END $$");
    if (!central_run(till->line, "SET SESSION AUTHORIZATION till_1", &err))
        fail_msg("%s", err.text);
    return till;
}

void till_stop(struct till *till)
{
    if (till == NULL)
        return;
    central_close(till->line);
    central_close(till->centre);
    arena_free(till->arena);
    free(till);
}

void till_run(struct till *till, const char *format, ...)
{
    struct error err;
    char *sql;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&sql, format, arguments) < 0)
        abort();
    va_end(arguments);
    if (!central_run(till->centre, sql, &err))
        fail_msg("%s: %s", err.text, sql);
    free(sql);
}

const char *till_ask(struct till *till, const char *format, ...)
{
    struct error err;
    char *sql;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&sql, format, arguments) < 0)
        abort();
    va_end(arguments);
    PGresult *result = central_query(till->centre, sql, 0, NULL, &err);
    if (result == NULL)
        fail_msg("%s: %s", err.text, sql);
    free(sql);
    struct buffer said;
    buffer_init(&said);
    for (int i = 0; i < PQntuples(result); i++) {
        if (i > 0)
            buffer_add_char(&said, '|');
        buffer_add(&said, PQgetvalue(result, i, 0));
    }
    PQclear(result);
    const char *text = arena_text(till->arena, said.text != NULL ? said.text : "");
    buffer_done(&said);
    return text;
}

const char *till_id(struct till *till, int number)
{
    return arena_format(till->arena, "00000000-0000-7000-9000-%012x", (unsigned)number);
}

struct told till_apply(struct till *till, const char *id, int64_t seq, int64_t incarnation,
                       int attempt, const void *payload, size_t size)
{
    char numbers[4][24];
    snprintf(numbers[0], sizeof numbers[0], "%" PRId64, seq);
    snprintf(numbers[1], sizeof numbers[1], "%" PRId64, incarnation);
    snprintf(numbers[2], sizeof numbers[2], "%" PRId64, till->offset);
    snprintf(numbers[3], sizeof numbers[3], "%d", attempt);
    const char *const values[] = {id, numbers[0], numbers[1], numbers[2], numbers[3], payload};
    const int sizes[] = {0, 0, 0, 0, 0, (int)size};
    const int formats[] = {0, 0, 0, 0, 0, 1};
    PGresult *result = PQexecParams(
        central_connection(till->line),
        "SELECT status, coalesce(reason, ''), coalesce(result::text, '{}')"
        " FROM sync_apply($1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::integer, $6::bytea)",
        6, NULL, values, sizes, formats, 0);
    struct told told = {.status = "raised", .reason = "", .result = "{}"};
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        told.status = arena_text(till->arena, PQgetvalue(result, 0, 0));
        told.reason = arena_text(till->arena, PQgetvalue(result, 0, 1));
        told.result = arena_text(till->arena, PQgetvalue(result, 0, 2));
    } else {
        told.reason =
            arena_format(till->arena, "%s %s", PQresultErrorField(result, PG_DIAG_SQLSTATE),
                         PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    }
    PQclear(result);
    return told;
}

static char *payload;

/* The till's clock is behind the centre's by the offset. */
static const char *instant_of(struct till *till)
{
    if (till->instant != NULL)
        return till->instant;
    return till_ask(till,
                    "SELECT to_char((now() - %" PRId64 " * interval '1 microsecond')"
                    " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
                    till->offset);
}

struct told till_send(struct till *till, const char *kind, const char *rows, const char *more)
{
    free(payload);
    if (asprintf(&payload,
                 "{'v':1,'kind':'%s','actor':'%s','at':'%s','summary':'','rows':[%s]%s%s}", kind,
                 till->actor, instant_of(till), rows, more != NULL ? "," : "",
                 more != NULL ? more : "") < 0)
        abort();
    for (char *c = payload; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    till->seq++;
    snprintf(till->id, sizeof till->id, "00000000-0000-7000-a000-%012" PRIx64, (uint64_t)till->seq);
    struct told told = till_send_again(till);
    if (strcmp(told.status, "raised") == 0)
        fail_msg("%s: %s", told.reason, payload);
    return told;
}

struct told till_send_again(struct till *till)
{
    return till_resend(till, 1);
}

struct told till_resend(struct till *till, int64_t incarnation)
{
    return till_apply(till, till->id, till->seq, incarnation, 0, payload, strlen(payload));
}

bool till_was_told(struct till *till)
{
    /* What was committed before this statement is heard with its answer. */
    till_ask(till, "SELECT 1");
    PGnotify *heard = PQnotifies(central_connection(till->centre));
    bool was_told = heard != NULL;
    PQfreemem(heard);
    return was_told;
}

void assert_told_at(struct told told, const char *status, const char *reason, const char *file,
                    int line)
{
    if (strcmp(told.status, status) == 0 &&
        (reason == NULL || strncmp(told.reason, reason, strlen(reason)) == 0))
        return;
    print_error("%s:%d: %s, not %s: %s\n%s\n", file, line, told.status, status, told.reason,
                told.result);
    _fail(file, line);
}
