#include "tests/sync/torture_template.h"

#include "model/store/store_sql.h"
#include "sync/central_migrate.h"
#include "tests/model/shop.h"
#include "tests/sync/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct torture_prepared torture_prepared;
const struct torture_staff torture_staff[TORTURE_STATIONS] = {
    {"register", NULL},  {"office", NULL},  {"register", "kim"},
    {"estimator", NULL}, {"office", "kim"}, {"register", NULL}};

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
        torture_give_up(table->name, PQerrorMessage(connection));
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
        torture_give_up("the shop can't be loaded", PQerrorMessage(connection));
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
    torture_remove(torture_prepared.folder);
}

static char *replaced(const char *text, const char *from, const char *to)
{
    struct buffer out;
    buffer_init(&out);
    for (const char *next; (next = strstr(text, from)) != NULL; text = next + strlen(from)) {
        buffer_add_bytes(&out, text, (size_t)(next - text));
        buffer_add(&out, to);
    }
    buffer_add(&out, text);
    return buffer_take(&out);
}

/* A mutation of the centre (tests/sync/mutations): "function|what it says|what it says instead". */
static void mutate(PGconn *connection, const char *mutation)
{
    struct buffer sql;
    char *function = memory_text(mutation), *from = strchr(function, '|');
    char *to = from == NULL ? NULL : strchr(from + 1, '|');
    if (to == NULL)
        torture_give_up(mutation, "a mutation is a function, a text and another one");
    *from++ = *to++ = '\0';
    buffer_init(&sql);
    buffer_format(&sql, "SELECT pg_get_functiondef('%s'::regproc)", function);
    PGresult *result = PQexec(connection, sql.text);
    if (PQntuples(result) != 1 || strstr(PQgetvalue(result, 0, 0), from) == NULL)
        torture_give_up(mutation, "nothing in that function says so");
    char *mutant = replaced(PQgetvalue(result, 0, 0), from, to);
    PQclear(result);
    result = PQexec(connection, mutant);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        torture_give_up(mutation, PQerrorMessage(connection));
    PQclear(result);
    free(mutant);
    free(function);
    buffer_done(&sql);
}

/* Who was decided in which transaction. */
static const char order_sql[] =
    "CREATE TABLE torture_order (operation_id uuid PRIMARY KEY);"
    "CREATE FUNCTION torture_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
    " BEGIN INSERT INTO torture_order VALUES (NEW.operation_id); RETURN NULL; END $$;"
    "CREATE TRIGGER torture_order AFTER INSERT ON applied_operations"
    " FOR EACH ROW EXECUTE FUNCTION torture_order()";

static void prepare_terminals(struct postgres *server, const char *url)
{
    struct world world = {
        .server = server, .url = url, .report = STDERR_FILENO, .step = "template"};
    folder_pattern(torture_prepared.folder, sizeof torture_prepared.folder, "torture");
    if (mkdtemp(torture_prepared.folder) == NULL)
        torture_give_up(torture_prepared.folder, strerror(errno));
    snprintf(world.folder, sizeof world.folder, "%s", torture_prepared.folder);
    snprintf(world.database, sizeof world.database, TORTURE_TEMPLATE);
    world.arena = arena_new();
    world.centre = PQconnectdb(url);
    snprintf(world.tenant, sizeof world.tenant, "%s",
             torture_ask(&world, "SELECT id FROM tenants"));
    torture_run(&world, "SELECT sync_make_pool(8)");
    for (int i = 0; i < TORTURE_STATIONS; i++) {
        station_init(&world, i, torture_staff[i].person);
        station_enroll(&world.stations[i], torture_staff[i].kind, postgres_folder(server));
        memcpy(torture_prepared.stations[i].id, world.stations[i].id,
               sizeof torture_prepared.stations[i].id);
        memcpy(torture_prepared.stations[i].role, world.stations[i].role,
               sizeof torture_prepared.stations[i].role);
    }
    PQfinish(world.centre);
    arena_free(world.arena);
}

void world_template(struct postgres *server)
{
    struct error err;
    struct arena *arena = arena_new();
    struct migration_list list;
    char *maintenance = torture_url(postgres_folder(server), "postgres");
    char *url = torture_url(postgres_folder(server), TORTURE_TEMPLATE);
    shop_setup(&template_shop);
    struct shop *shop = template_shop;
    add_matter(shop);
    torture_run_once(maintenance, "CREATE DATABASE " TORTURE_TEMPLATE);
    struct central *central = central_open(url, &err);
    struct migrate_engine *engine = central == NULL ? NULL : central_migrate_new(central);
    if (engine == NULL || !migration_list_built_in(arena, &list, &err) ||
        migrate_up(engine, &list, MIGRATE_NEWEST, NULL, NULL, &err) < 0)
        torture_give_up("the template can't be migrated", err.text);
    central_migrate_free(engine);
    json_t *picture = picture_of_store(store_sqlite(shop->store), store_schema(shop->store));
    PGconn *connection = PQconnectdb(url);
    load_shop(connection, store_schema(shop->store), picture);
    torture_run_once(url, order_sql);
    if (getenv("MUTATION") != NULL)
        mutate(connection, getenv("MUTATION"));
    PQfinish(connection);
    json_decref(picture);
    central_close(central);
    prepare_terminals(server, url);
    arena_free(arena);
    free(url);
    free(maintenance);
}
