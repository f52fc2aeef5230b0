/* The template that all histories begin with, the world of one history, and its terminals. */
#include "tests/sync/torture.h"

#include "model/operation/record.h"
#include "model/store/store_sql.h"
#include "sync/central_migrate.h"
#include "sync/enroll.h"
#include "tests/model/shop.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TEMPLATE "torture_template"

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "torture: %s: %s\n", what, why);
    exit(2);
}

static char *url_of(const char *folder, const char *database)
{
    struct buffer url;
    buffer_init(&url);
    buffer_format(&url, "postgresql://postgres@/%s?host=%s", database, folder);
    return buffer_take(&url);
}

static void run_once(const char *url, const char *sql)
{
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        give_up(sql, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

/* The shop's rows, each as a text of the column's own type. */

static const char *written(const struct column *column)
{
    switch (column->type) {
    case COLUMN_INSTANT:
        return "'epoch'::timestamptz + $%d::bigint * interval '1 microsecond'";
    case COLUMN_BYTES:
        return "decode($%d, 'hex')";
    default:
        return "$%d";
    }
}

enum { COLUMNS_MAX = 100 };

static void load_row(PGconn *connection, const struct table *table, const json_t *row)
{
    struct buffer sql, values;
    const char *parameters[COLUMNS_MAX];
    int count = 0;
    buffer_init(&sql);
    buffer_init(&values);
    buffer_format(&sql, "INSERT INTO \"%s\" (", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        const json_t *value = json_object_get(row, table->columns[i].name);
        if (!json_is_string(value))
            continue;
        buffer_format(&sql, "%s\"%s\"", count == 0 ? "" : ", ", table->columns[i].name);
        parameters[count++] = json_string_value(value);
        buffer_add(&values, count == 1 ? "" : ", ");
        struct buffer form;
        buffer_init(&form);
        buffer_add(&form, written(&table->columns[i]));
        char *at = strstr(form.text, "%d");
        buffer_format(&values, "%.*s%d%s", (int)(at - form.text), form.text, count, at + 2);
        buffer_done(&form);
    }
    buffer_format(&sql, ") VALUES (%s)", values.text);
    PGresult *result = PQexecParams(connection, sql.text, count, NULL, parameters, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        give_up(table->name, PQerrorMessage(connection));
    PQclear(result);
    buffer_done(&sql);
    buffer_done(&values);
}

static void load_shop(PGconn *connection, const struct schema *schema, const json_t *picture)
{
    PQclear(PQexec(connection, "BEGIN"));
    for (size_t i = 0; i < schema->table_count; i++) {
        const char *id;
        json_t *row;
        json_object_foreach(json_object_get(picture, schema->tables[i].name), id, row)
        {
            load_row(connection, &schema->tables[i], row);
        }
    }
    PGresult *result = PQexec(connection, "COMMIT");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        give_up("the shop can't be loaded", PQerrorMessage(connection));
    PQclear(result);
}

/* What people will fight for: a card, an estimator, a channel that not everybody is in. */
static void add_matter(struct shop *shop)
{
    const struct change card[] = {
        {.column = "code", .value = value_text("GIFT-1")},
        {.column = "initial_balance_cents", .value = value_integer(5000)},
        {.column = "currency", .value = value_text("EUR")},
    };
    struct uuid gift = shop_insert(shop, "gift_cards", card, 3);
    const struct change issue[] = {
        {.column = "gift_card_id", .value = value_uuid(&gift)},
        {.column = "kind", .value = value_text("issue")},
        {.column = "amount_cents", .value = value_integer(5000)},
        {.column = "business_day", .value = value_text("2026-11-20")},
    };
    shop_insert(shop, "gift_card_transactions", issue, 4);
    const struct change estimator[] = {{.column = "name", .value = value_text("Emil")}};
    shop_insert(shop, "estimators", estimator, 1);
    const struct change slow[] = {{.column = "name", .value = value_text("Slow")},
                                  {.column = "slug", .value = value_text("slow")}};
    shop_insert(shop, "collections", slow, 2);
    const struct change back_office[] = {
        {.column = "name", .value = value_text("Back office")},
        {.column = "slug", .value = value_text("back-office")},
        {.column = "channel_type", .value = value_text("private")},
    };
    struct uuid channel = shop_insert(shop, "channels", back_office, 3);
    const struct change member[] = {
        {.column = "channel_id", .value = value_uuid(&channel)},
        {.column = "user_id", .value = value_uuid(&shop->owner.user_id)},
    };
    shop_insert(shop, "channel_members", member, 2);
}

/* The administrator's connection. */

void torture_fail(struct world *world, const char *format, ...)
{
    struct buffer words;
    va_list arguments;
    buffer_init(&words);
    va_start(arguments, format);
    buffer_vformat(&words, format, arguments);
    va_end(arguments);
    dprintf(world->report, "seed %" PRIu64 ", step %d (%s): %s\n", world->seed, world->step_number,
            world->step, words.text);
    _exit(1);
}

void torture_say(struct world *world, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (world->is_loud)
        vdprintf(STDERR_FILENO, format, arguments);
    va_end(arguments);
}

const char *torture_ask(struct world *world, const char *sql)
{
    PGresult *result = PQexec(world->centre, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        torture_fail(world, "%s: %s", sql, PQerrorMessage(world->centre));
    const char *text =
        PQntuples(result) > 0 ? arena_text(world->arena, PQgetvalue(result, 0, 0)) : "";
    PQclear(result);
    return text;
}

void torture_run(struct world *world, const char *sql)
{
    torture_ask(world, sql);
}

unsigned torture_below(struct world *world, unsigned limit)
{
    uint64_t x = world->random;
    x ^= x >> 12, x ^= x << 25, x ^= x >> 27;
    world->random = x;
    return (unsigned)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

bool torture_chance(struct world *world, unsigned percent)
{
    return torture_below(world, 100) < percent;
}

/* Terminals. */

static int64_t terminal_now(void *context)
{
    const struct terminal *terminal = context;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000 + terminal->skew;
}

static void terminal_random(void *context, void *bytes, size_t size)
{
    struct terminal *terminal = context;
    unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        const uint64_t golden = UINT64_C(0x9E3779B97F4A7C15);
        uint64_t z = atomic_fetch_add(&terminal->random, golden) + golden;
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        at[i] = (unsigned char)((z ^ (z >> 27)) >> 40);
    }
}

static void terminal_point(void *context, const char *name)
{
    struct terminal *terminal = context;
    if (terminal->points_left > 0 && --terminal->points_left == 0)
        terminal->at_point(terminal, name);
}

void terminal_open(struct terminal *terminal)
{
    struct error err;
    terminal->store = store_open(terminal->path, STORE_WRITE, &terminal->env, &err);
    if (terminal->store == NULL)
        torture_fail(terminal->world, "%s: %s", terminal->path, err.text);
    if (!login_read(terminal->path, &terminal->login, &err))
        torture_fail(terminal->world, "%s: %s", terminal->path, err.text);
}

void terminal_forget_session(struct terminal *terminal)
{
    session_free(terminal->session);
    terminal->session = NULL;
}

void terminal_close(struct terminal *terminal)
{
    terminal_forget_session(terminal);
    store_close(terminal->store);
    terminal->store = NULL;
    login_done(&terminal->login);
}

/* Errors that a line, a server or another store may cause; whatever else comes is a fault. */
static bool is_expected(const struct terminal *terminal, const struct error *err)
{
    return err->code == ERROR_NETWORK || err->code == ERROR_BUSY || err->code == ERROR_STOPPED ||
           err->code == ERROR_SCHEMA || (err->code == ERROR_DENIED && terminal->is_revoked) ||
           (err->code == ERROR_STORE && terminal->is_disk_full);
}

bool terminal_exchange(struct terminal *terminal, struct session_report *report)
{
    struct error err = {0};
    if (terminal->session == NULL)
        terminal->session = session_new(terminal->store, &terminal->login, &err);
    if (terminal->session == NULL)
        torture_fail(terminal->world, "no session: %s", err.text);
    if (session_exchange(terminal->session, report, &err)) {
        torture_say(terminal->world, "  %d exchanged: %d sent, %d rows\n", terminal->number,
                    (int)report->sent, (int)report->pull.rows);
        return true;
    }
    torture_say(terminal->world, "  %d could not exchange: %s\n", terminal->number, err.text);
    if (!is_expected(terminal, &err))
        torture_fail(terminal->world, "terminal %d can't exchange: %s", terminal->number, err.text);
    return false;
}

static void die_here(struct terminal *terminal, const char *name)
{
    torture_say(terminal->world, "  %d is killed at %s\n", terminal->number, name);
    kill(getpid(), SIGKILL);
}

void terminal_killed_at(struct terminal *terminal, int points,
                        void (*work)(struct terminal *terminal))
{
    terminal_close(terminal);
    /* Ids must not come twice when the parent goes on with the randomness that the child used. */
    terminal->random += UINT64_C(0x9E3779B97F4A7C15) * 1000000;
    pid_t child = fork();
    if (child == 0) {
        terminal->points_left = points;
        terminal->at_point = die_here;
        terminal_open(terminal);
        work(terminal);
        _exit(0);
    }
    terminal->random += UINT64_C(0x9E3779B97F4A7C15) * 1000000;
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) != 0))
        _exit(1); /* the child has said why */
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        torture_fail(terminal->world, "a process ended by signal %d", WTERMSIG(status));
    terminal_open(terminal);
}

/* A world. */

/* Stores that have joined in the template: a history begins with copies of them. */
static struct prepared {
    char folder[TORTURE_PATH];
    struct {
        char id[UUID_TEXT_SIZE], role[64];
    } terminals[TORTURE_TERMINALS];
} prepared;

static const struct {
    const char *kind, *person;
} staff[TORTURE_TERMINALS] = {{"register", NULL},  {"office", NULL},  {"register", "kim"},
                              {"estimator", NULL}, {"office", "kim"}, {"register", NULL}};

static char *centre_url(const struct world *world, const char *folder)
{
    struct buffer url;
    buffer_init(&url);
    buffer_format(&url, "postgresql:///%s?host=%s", world->database, folder);
    return buffer_take(&url);
}

static void enroll_terminal(struct terminal *terminal, const char *kind, const char *folder)
{
    static int joined;
    struct world *world = terminal->world;
    struct error err;
    char name[40];
    snprintf(name, sizeof name, "Terminal %d", ++joined);
    const char *code = torture_ask(
        world, arena_format(world->arena,
                            "SELECT sync_first_code('%s', '%s', '%s', NULL, (SELECT id FROM users"
                            " WHERE username IS %s FROM 'kim' ORDER BY created_at, id LIMIT 1))",
                            world->tenant, kind, name,
                            terminal->person == NULL ? "DISTINCT" : "NOT DISTINCT"));
    char *url = centre_url(world, folder);
    const struct enroll_details details = {.url = url, .code = code};
    if (!enroll(terminal->path, &details, &terminal->env, NULL, &err))
        torture_fail(world, "terminal %d can't join: %s", terminal->number, err.text);
    free(url);
    const char *facts = torture_ask(
        world,
        arena_format(world->arena, "SELECT id || ' ' || role_name FROM terminals WHERE name = '%s'",
                     name));
    sscanf(facts, "%36s %63s", terminal->id, terminal->role);
}

static void init_terminal(struct world *world, int number, const char *person)
{
    struct terminal *terminal = &world->terminals[number];
    char folder[TORTURE_PATH - 20];
    *terminal = (struct terminal){.world = world, .number = number, .person = person};
    snprintf(folder, sizeof folder, "%.150s/%d", world->folder, number);
    mkdir(folder, 0700);
    snprintf(terminal->path, sizeof terminal->path, "%s/store.db", folder);
    terminal->random = world->seed * 1000003 + (uint64_t)number * 7919;
    terminal->env = (struct env){.now = terminal_now,
                                 .random = terminal_random,
                                 .context = terminal,
                                 .last_id = &terminal->last_id,
                                 .zone = "Europe/Berlin",
                                 .point = terminal_point};
}

/* The copy knows another database: that of the template. */
static void copy_terminal(struct terminal *terminal, int from)
{
    struct world *world = terminal->world;
    struct error err;
    struct login login = {0};
    const char *source = arena_format(world->arena, "%s/%d/store.db", prepared.folder, from);
    const char *command = arena_format(world->arena, "cp '%s' '%s' && cp '%s.login' '%s.login'",
                                       source, terminal->path, source, terminal->path);
    if (system(command) != 0 || !login_read(terminal->path, &login, &err))
        torture_fail(world, "%s failed", command);
    free(login.url);
    login.url = centre_url(world, proxy_folder(terminal->line));
    if (!login_write(terminal->path, &login, &err))
        torture_fail(world, "%s", err.text);
    login_done(&login);
    snprintf(terminal->id, sizeof terminal->id, "%s", prepared.terminals[from].id);
    snprintf(terminal->role, sizeof terminal->role, "%s", prepared.terminals[from].role);
    terminal_open(terminal);
    if (!store_run(terminal->store, "UPDATE sync_state SET value = ?1 WHERE name = 'fingerprint'",
                   &err, "t", torture_ask(world, "SELECT sync_fingerprint()")))
        torture_fail(world, "%s", err.text);
}

static void make_terminal(struct world *world, int number, int like)
{
    enum { NEW_ONE_IN = 8 };
    static const int64_t skews[] = {0, 0, 0, 3600, -90000, 94608000, -126144000};
    init_terminal(world, number, staff[like].person);
    struct terminal *terminal = &world->terminals[number];
    terminal->skew = skews[torture_below(world, sizeof skews / sizeof skews[0])] * 1000000;
    terminal->line = proxy_start(postgres_folder(world->server));
    terminal->known = json_object();
    terminal->versions = json_object();
    if (torture_below(world, NEW_ONE_IN) != 0) {
        copy_terminal(terminal, like);
        return;
    }
    enroll_terminal(terminal, staff[like].kind, proxy_folder(terminal->line));
    terminal_open(terminal);
}

void world_open(struct world *world)
{
    world->random = world->seed * 2 + 1;
    for (int i = 0; i < 8; i++)
        torture_below(world, 2); /* seeds near each other begin alike */
    world->arena = arena_new();
    world->operations = json_object();
    world->decided = json_object();
    world->wholes = json_object();
    world->undone = json_object();
    world->hopeless = json_object();
    char *maintenance = url_of(postgres_folder(world->server), "postgres");
    run_once(maintenance,
             arena_format(world->arena, "CREATE DATABASE %s TEMPLATE " TEMPLATE, world->database));
    free(maintenance);
    world->url = url_of(postgres_folder(world->server), world->database);
    world->centre = PQconnectdb(world->url);
    snprintf(world->tenant, sizeof world->tenant, "%s",
             torture_ask(world, "SELECT id FROM tenants"));
    torture_run(world, "SELECT sync_make_pool(8)");
    world->count = 2 + (int)torture_below(world, TORTURE_TERMINALS - 2);
    int like = (int)torture_below(world, TORTURE_TERMINALS);
    for (int i = 0; i < world->count; i++)
        make_terminal(world, i, (like + i) % TORTURE_TERMINALS);
    world->oracle = oracle_new(world_schema(),
                               picture_of_centre(world->centre, world_schema(),
                                                 &(struct picture_scope){.tenant = world->tenant}));
}

void world_close(struct world *world)
{
    oracle_free(world->oracle);
    for (int i = 0; i < world->count; i++) {
        terminal_close(&world->terminals[i]);
        proxy_stop(world->terminals[i].line);
        json_decref(world->terminals[i].known);
        json_decref(world->terminals[i].versions);
    }
    PQfinish(world->centre);
    json_decref(world->operations);
    json_decref(world->decided);
    json_decref(world->wholes);
    json_decref(world->undone);
    json_decref(world->hopeless);
    free((char *)world->url);
    arena_free(world->arena);
}

/* The shop that all histories begin with. Its schema is that of all stores, and outlives them. */
static void *template_shop;

const struct schema *world_schema(void)
{
    return store_schema(((struct shop *)template_shop)->store);
}

void world_template_done(void)
{
    if (template_shop != NULL)
        shop_teardown(&template_shop);
    template_shop = NULL;
    torture_remove(prepared.folder);
}

static void prepare_terminals(struct postgres *server, const char *url)
{
    struct world world = {
        .server = server, .url = url, .report = STDERR_FILENO, .step = "template"};
    snprintf(prepared.folder, sizeof prepared.folder, "/tmp/countertop-torture-XXXXXX");
    if (mkdtemp(prepared.folder) == NULL)
        give_up(prepared.folder, strerror(errno));
    snprintf(world.folder, sizeof world.folder, "%s", prepared.folder);
    snprintf(world.database, sizeof world.database, TEMPLATE);
    world.arena = arena_new();
    world.centre = PQconnectdb(url);
    snprintf(world.tenant, sizeof world.tenant, "%s",
             torture_ask(&world, "SELECT id FROM tenants"));
    torture_run(&world, "SELECT sync_make_pool(8)");
    for (int i = 0; i < TORTURE_TERMINALS; i++) {
        init_terminal(&world, i, staff[i].person);
        enroll_terminal(&world.terminals[i], staff[i].kind, postgres_folder(server));
        memcpy(prepared.terminals[i].id, world.terminals[i].id, sizeof prepared.terminals[i].id);
        memcpy(prepared.terminals[i].role, world.terminals[i].role,
               sizeof prepared.terminals[i].role);
    }
    PQfinish(world.centre);
    arena_free(world.arena);
}

void world_template(struct postgres *server)
{
    struct error err;
    struct arena *arena = arena_new();
    struct migration_list list;
    char *maintenance = url_of(postgres_folder(server), "postgres");
    char *url = url_of(postgres_folder(server), TEMPLATE);
    shop_setup(&template_shop);
    struct shop *shop = template_shop;
    add_matter(shop);
    run_once(maintenance, "CREATE DATABASE " TEMPLATE);
    struct central *central = central_open(url, &err);
    struct migrate_engine *engine = central == NULL ? NULL : central_migrate_new(central);
    if (engine == NULL || !migration_list_built_in(arena, &list, &err) ||
        migrate_up(engine, &list, MIGRATE_NEWEST, NULL, NULL, &err) < 0)
        give_up("the template can't be migrated", err.text);
    central_migrate_free(engine);
    json_t *picture = picture_of_store(shop->scratch.store, store_schema(shop->store));
    PGconn *connection = PQconnectdb(url);
    load_shop(connection, store_schema(shop->store), picture);
    PQfinish(connection);
    json_decref(picture);
    central_close(central);
    prepare_terminals(server, url);
    arena_free(arena);
    free(url);
    free(maintenance);
}
