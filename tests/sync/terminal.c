#include "tests/sync/terminal.h"

#include "model/operation/record.h"
#include "model/overlay/exchange.h"
#include "sync/snapshot.h"
#include "tests/sync/migrated.h"
#include "tests/sync/postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The shop has the owner Anna, whose password is "brush", and three products. */
static const char shop_sql[] =
    "CREATE FUNCTION k(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS"
    " $$ SELECT ('00000000-0000-7000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid $$;"
    "BEGIN; SET CONSTRAINTS ALL DEFERRED;"
    "INSERT INTO tenants (id, tenant_id, name, slug, default_currency) VALUES"
    " (k(1), k(1), 'Paint', 'paint', 'EUR');"
    "INSERT INTO locations (id, tenant_id, name, kind) VALUES (k(2), k(1), 'Mitte', 'store'),"
    " (k(5), k(1), 'Everywhere', 'everywhere');"
    "INSERT INTO users (id, tenant_id, username, display_name, status) VALUES"
    " (k(3), k(1), 'anna', 'Anna', 'active');"
    "INSERT INTO user_credentials (tenant_id, user_id, password_hash) VALUES"
    " (k(1), k(3), crypt('brush', gen_salt('bf', 4)));"
    "INSERT INTO roles (id, tenant_id, name, is_built_in) VALUES (k(4), k(1), 'tenant_owner', "
    "TRUE);"
    "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id) VALUES"
    " (k(1), k(3), k(4), k(5));"
    "INSERT INTO products (id, tenant_id, name, sku, currency) SELECT"
    " k(10 + i), k(1), 'Paint ' || i, 'P-' || i, 'EUR' FROM generate_series(1, 3) AS i;"
    "COMMIT;";

/* Of no password: the tests' server asks for none. */
static const char verifier[] = "SCRAM-SHA-256$4096:c2FsdA==$AAAA:AAAA";

static struct postgres *server;
static char template[40];        /* the name of the migrated database with the shop */
static struct central *on_other; /* a connection to no database of the tests */

static struct central *admin; /* of the test's database */
static char database[40], text[4000];
static int databases;

static void expect(bool is_done, const struct error *err)
{
    if (!is_done)
        fail_msg("%s", err->text);
}

static struct central *open_as(const char *user, const char *name)
{
    struct error err;
    char url[300];
    snprintf(url, sizeof url, "postgresql://%s@/%s?host=%s", user, name, postgres_folder(server));
    struct central *central = central_open(url, &err);
    expect(central != NULL, &err);
    return central;
}

static void make_template(void)
{
    struct error err;
    const char *url = postgres_migrated(server);
    struct central *central = central_open(url, &err);
    expect(central != NULL && central_run(central, shop_sql, &err), &err);
    central_close(central);
    const char *name = strstr(url, "@/") + 2;
    snprintf(template, sizeof template, "%.*s", (int)strcspn(name, "?"), name);
    on_other = open_as("postgres", "postgres");
}

int hub_group_setup(void **state)
{
    (void)state;
    server = postgres_start_with("-c max_prepared_transactions=4");
    return 0;
}

int hub_group_teardown(void **state)
{
    (void)state;
    central_close(on_other);
    postgres_stop(server);
    return 0;
}

/* Databases are copied when nobody is connected. */
static void copy_database(const char *from, const char *to)
{
    struct error err;
    char sql[200];
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", to, from);
    expect(central_run(on_other, sql, &err), &err);
}

int hub_setup(void **state)
{
    (void)state;
    if (server == NULL)
        return 0;
    if (template[0] == '\0')
        make_template();
    snprintf(database, sizeof database, "shop%d", ++databases);
    copy_database(template, database);
    admin = open_as("postgres", database);
    hub_run("SELECT sync_set_epoch()"); /* it is at another place than its template */
    hub_run("SELECT sync_make_pool(4)");
    return 0;
}

int hub_teardown(void **state)
{
    (void)state;
    central_close(admin);
    admin = NULL;
    return 0;
}

void hub_run(const char *sql)
{
    struct error err;
    expect(central_run(admin, sql, &err), &err);
}

const char *hub_text(const char *sql)
{
    struct error err;
    struct pg_result *result = central_query(admin, sql, 0, NULL, &err);
    expect(result != NULL, &err);
    snprintf(text, sizeof text, "%s", central_rows(result) > 0 ? central_text(result, 0, 0) : "");
    central_clear(result);
    return text;
}

int64_t hub_integer(const char *sql)
{
    return strtoll(hub_text(sql), NULL, 10);
}

const char *hub_folder(void)
{
    return postgres_folder(server);
}

void terminal_expect(struct terminal *terminal, bool is_done)
{
    expect(is_done, &terminal->err);
}

void terminal_expect_error(struct terminal *terminal, bool is_done, enum error_code code,
                           const char *words)
{
    if (is_done)
        fail_msg("worked, but should say '%s'", words);
    if (terminal->err.code != code || strstr(terminal->err.text, words) == NULL)
        fail_msg("code %d: '%s' does not say '%s'", (int)terminal->err.code, terminal->err.text,
                 words);
}

void hub_back_up(void)
{
    char name[60];
    struct error err;
    central_close(admin);
    expect(central_run(on_other,
                       "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                       " WHERE datname LIKE 'shop%'",
                       &err),
           &err);
    snprintf(name, sizeof name, "%s_backup", database);
    copy_database(database, name);
    admin = open_as("postgres", database);
}

void hub_restore(struct terminal *terminal)
{
    char url[300];
    central_close(admin);
    snprintf(database + strlen(database), sizeof database - strlen(database), "_backup");
    admin = open_as("postgres", database);
    snprintf(url, sizeof url, "postgresql:///%s?host=%s", database, postgres_folder(server));
    free(terminal->login.url);
    terminal->login.url = memory_text(url);
    terminal_restart(terminal);
}

static const char *const kept[] = {"terminal_id", "kind", "location_id", "register_id"};

/* What enrolling writes down. */
static void enroll(struct terminal *terminal, const char *kind, const char *folder)
{
    char sql[300], url[300];
    snprintf(sql, sizeof sql, "SELECT sync_first_code(k(1), '%s')", kind);
    const char *parameters[] = {arena_text(terminal->arena, hub_text(sql)), verifier};
    struct pg_result *made =
        central_query(admin,
                      "SELECT r ->> 'role', r ->> 'terminal_id', r ->> 'kind', r ->> 'location_id',"
                      " r ->> 'register_id', r ->> 'denied' FROM sync_enroll($1, $2, '{}') AS r",
                      2, parameters, &terminal->err);
    terminal_expect(terminal, made != NULL);
    if (!central_is_null(made, 0, 5))
        fail_msg("%s", central_text(made, 0, 5));
    for (int i = 0; i < 4; i++)
        if (!central_is_null(made, 0, i + 1))
            terminal_expect(terminal,
                            exchange_set_state(terminal->store, kept[i],
                                               central_text(made, 0, i + 1), &terminal->err));
    terminal_expect(terminal,
                    exchange_set_state(terminal->store, "incarnation", "1", &terminal->err));
    snprintf(url, sizeof url, "postgresql:///%s?host=%s", database,
             folder != NULL ? folder : postgres_folder(server));
    terminal->login.url = memory_text(url);
    terminal->login.user = memory_text(central_text(made, 0, 0));
    central_clear(made);
}

void terminal_join(struct terminal *terminal, const char *kind, const char *folder)
{
    if (server == NULL)
        postgres_database(server); /* skips */
    *terminal = (struct terminal){.store = NULL};
    scratch_init(&terminal->scratch);
    terminal->arena = arena_new();
    terminal->store =
        store_open(terminal->scratch.store, STORE_CREATE, &terminal->scratch.env, &terminal->err);
    terminal_expect(terminal, terminal->store != NULL);
    enroll(terminal, kind, folder);
    struct central *central = login_open(&terminal->login, &terminal->err);
    terminal_expect(terminal, central != NULL &&
                                  snapshot_fill(terminal->store, central, NULL, &terminal->err));
    central_close(central);
    terminal_expect(terminal,
                    actor_find(terminal->store, "anna", &terminal->owner, &terminal->err));
    terminal->session = session_new(terminal->store, &terminal->login, &terminal->err);
    terminal_expect(terminal, terminal->session != NULL);
}

static void copy_file(struct terminal *from, struct terminal *to)
{
    char sql[2 * SCRATCH_PATH_SIZE];
    snprintf(sql, sizeof sql, "VACUUM INTO '%s'", to->scratch.store);
    terminal_expect(from, store_script(from->store, sql, &from->err));
}

static void open_both(struct terminal *terminal)
{
    terminal->store =
        store_open(terminal->scratch.store, STORE_CREATE, &terminal->scratch.env, &terminal->err);
    terminal_expect(terminal, terminal->store != NULL);
    terminal->session = session_new(terminal->store, &terminal->login, &terminal->err);
    terminal_expect(terminal, terminal->session != NULL);
}

void terminal_restart(struct terminal *terminal)
{
    session_free(terminal->session);
    store_close(terminal->store);
    open_both(terminal);
}

void terminal_clone(struct terminal *terminal, struct terminal *clone)
{
    *clone = (struct terminal){.owner = terminal->owner, .arena = arena_new()};
    scratch_init(&clone->scratch);
    clone->scratch.clock.seed = 99; /* it draws other ids */
    clone->login.url = memory_text(terminal->login.url);
    clone->login.user = memory_text(terminal->login.user);
    copy_file(terminal, clone);
    open_both(clone);
}

void terminal_put_back(struct terminal *terminal, struct terminal *backup)
{
    static const char *const files[] = {"", "-wal", "-shm"};
    session_free(terminal->session);
    store_close(terminal->store);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[2 * SCRATCH_PATH_SIZE];
        snprintf(path, sizeof path, "%s%s", terminal->scratch.store, files[i]);
        unlink(path);
    }
    copy_file(backup, terminal);
    open_both(terminal);
}

void terminal_leave(struct terminal *terminal)
{
    session_free(terminal->session);
    store_close(terminal->store);
    login_done(&terminal->login);
    arena_free(terminal->arena);
    scratch_done(&terminal->scratch);
}

void terminal_exchange(struct terminal *terminal)
{
    terminal_expect(terminal,
                    session_exchange(terminal->session, &terminal->report, &terminal->err));
}

void terminal_settle(struct terminal *terminal)
{
    do {
        terminal_exchange(terminal);
    } while (terminal->report.is_behind || terminal->report.has_changed);
}

struct uuid terminal_add_product(struct terminal *terminal, const char *sku)
{
    struct uuid id;
    struct error *err = &terminal->err;
    const struct change changes[] = {{.column = "name", .value = value_text(sku)},
                                     {.column = "sku", .value = value_text(sku)},
                                     {.column = "currency", .value = value_text("EUR")}};
    struct operation *operation =
        operation_begin(terminal->store, "record.create", &terminal->owner, err);
    terminal_expect(terminal, operation != NULL);
    terminal_expect(terminal, record_insert(operation, "products", changes, 3, &id, err));
    terminal_expect(terminal, operation_commit(operation, err));
    return id;
}

void terminal_rename(struct terminal *terminal, const struct uuid *product, const char *name)
{
    struct error *err = &terminal->err;
    const struct change change = {.column = "name", .value = value_text(name)};
    struct operation *operation =
        operation_begin(terminal->store, "record.edit", &terminal->owner, err);
    terminal_expect(terminal, operation != NULL);
    terminal_expect(terminal, record_update(operation, "products", product, &change, 1, err));
    terminal_expect(terminal, operation_commit(operation, err));
}

const char *terminal_value(struct terminal *terminal, const char *sql)
{
    struct statement *row = store_prepare(terminal->store, sql, &terminal->err);
    terminal_expect(terminal, row != NULL);
    int state = statement_step(row, &terminal->err);
    terminal_expect(terminal, state >= 0);
    const char *found = state > 0 ? arena_text(terminal->arena, statement_text(row, 0)) : "";
    statement_done(row);
    return found;
}

int64_t terminal_integer(struct terminal *terminal, const char *sql)
{
    int64_t number = -1;
    terminal_expect(terminal,
                    store_find_integer(terminal->store, &number, sql, &terminal->err, "") >= 0);
    return number;
}

const char *terminal_state(struct terminal *terminal, const char *name)
{
    const char *found = exchange_state(terminal->store, name, terminal->arena, NULL);
    return found != NULL ? found : "";
}

const char *terminal_name_of(struct terminal *terminal, const char *sku)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT name FROM products WHERE sku = '%s' AND deleted_at IS NULL",
             sku);
    return terminal_value(terminal, sql);
}
