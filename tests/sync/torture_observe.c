/* What the stores did and the centre decided, as it comes to light. */
#include "tests/sync/torture.h"

#include "model/base/instant.h"

#include <inttypes.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Operations that were withdrawn before they were sent stand there as others, which are empty. */
static const char operations_sql[] =
    "SELECT lower(hex(id)), seq, payload, state FROM outbox"
    " UNION ALL SELECT lower(hex(id)), seq, payload, state FROM journal";

static void hyphenate(const char *hex, char id[UUID_TEXT_SIZE])
{
    struct uuid uuid = {{0}};
    uuid_parse(hex, &uuid);
    uuid_text(&uuid, id);
}

/* Rows that nobody deletes or changes the id of. */
static bool is_for_ever(const char *table)
{
    static const char *const tables[] = {"orders",  "order_events",    "payments",
                                         "refunds", "stock_movements", "gift_card_transactions"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (strcmp(table, tables[i]) == 0)
            return true;
    return false;
}

static void plain_row(const json_t *part, json_t *rows)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    const char *table = json_string_value(json_object_get(part, "table"));
    const char *verb = json_string_value(json_object_get(part, "verb"));
    if (table == NULL || verb == NULL || strcmp(verb, "insert") != 0 || !is_for_ever(table) ||
        !uuid_parse(json_string_value(json_object_get(part, "id")), &id))
        return;
    sodium_bin2hex(text, sizeof text, id.bytes, sizeof id.bytes);
    json_array_append_new(rows, json_pack("[ss]", table, text));
}

static void note_whole(struct world *world, const char *id, const char *text)
{
    json_t *payload = json_loads(text, 0, NULL), *rows = json_array(), *part;
    const char *undoes = json_string_value(json_object_get(payload, "undoes"));
    size_t index;
    if (undoes != NULL)
        json_object_set_new(world->undone, undoes, json_true());
    json_array_foreach(json_object_get(payload, "rows"), index, part)
    {
        plain_row(part, rows);
    }
    if (json_array_size(rows) > 1)
        json_object_set(world->wholes, id, rows);
    json_decref(rows);
    json_decref(payload);
}

void torture_observe_store(struct station *station)
{
    struct world *world = station->world;
    sqlite3 *sqlite = station->reader;
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(sqlite, operations_sql, -1, &statement, NULL) != SQLITE_OK)
        torture_fail(world, "%s: %s", station->path, sqlite3_errmsg(sqlite));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        char id[UUID_TEXT_SIZE];
        hyphenate((const char *)sqlite3_column_text(statement, 0), id);
        const char *payload = (const char *)sqlite3_column_text(statement, 2);
        const char *before = json_string_value(json_object_get(world->operations, id));
        if (before == NULL) {
            json_object_set_new(world->operations, id, json_string_nocheck(payload));
            note_whole(world, id, payload);
        } else if (strcmp(before, payload) != 0) {
            torture_fail(world, "terminal %d: the bytes of operation %s have changed",
                         station->number, id);
        }
        if (json_object_get(station->known, id) == NULL)
            json_object_set_new(station->known, id,
                                json_integer(sqlite3_column_int64(statement, 1)));
    }
    sqlite3_finalize(statement);
}

static struct station *station_of(struct world *world, const char *id)
{
    for (int i = 0; i < world->count; i++)
        if (strcmp(world->stations[i].id, id) == 0)
            return &world->stations[i];
    return NULL;
}

static int64_t done_at(const struct station *station, const json_t *payload, int64_t received)
{
    int64_t at = 0;
    const char *text = json_string_value(json_object_get(payload, "at"));
    if (text != NULL)
        instant_parse(text, NULL, &at, NULL);
    at -= station == NULL ? 0 : station->skew;
    return at < received ? at : received;
}

static void decide(struct world *world, PGresult *all, int row)
{
    const char *id = PQgetvalue(all, row, 0), *status = PQgetvalue(all, row, 2);
    const char *text = json_string_value(json_object_get(world->operations, id));
    struct station *station = station_of(world, PQgetvalue(all, row, 1));
    json_t *result = json_loads(PQgetvalue(all, row, 4), 0, NULL);
    json_t *payload = text == NULL ? NULL : json_loads(text, 0, NULL);
    bool is_hopeless = json_object_get(world->hopeless, id) != NULL;
    struct buffer words;
    buffer_init(&words);
    const struct oracle_decision decision = {
        .operation = id,
        .status = status,
        .reason = PQgetvalue(all, row, 3),
        .result = result,
        .payload = payload,
        .at = done_at(station, payload, strtoll(PQgetvalue(all, row, 5), NULL, 10)),
        .is_at_certain = station != NULL && !station->is_clock_doubtful};
    torture_say(world, "  centre: %s %s %s %s\n", id, status, decision.reason,
                payload == NULL ? "" : json_string_value(json_object_get(payload, "kind")));
    if (text == NULL)
        torture_fail(world, "operation %s was taken, but no store has ever had it", id);
    if (is_hopeless && (strcmp(status, "applied") == 0 || strcmp(status, "merged") == 0))
        torture_fail(world, "operation %s is nonsense, and was taken", id);
    if (strstr(decision.reason, TORTURE_PASSING) != NULL)
        torture_fail(world, "operation %s is blamed for %s", id, decision.reason);
    if (!oracle_decide(world->oracle, &decision, &words))
        torture_fail(world, "%s%s\n%s", words.text, text, PQgetvalue(all, row, 4));
    json_object_set_new(world->decided, id, json_string(status));
    if (json_object_get(result, "aside") != NULL)
        json_object_set_new(world->undone, id, json_true());
    buffer_done(&words);
    json_decref(result);
    json_decref(payload);
}

/* In the order of the commits that decided them, for that is the order in which they saw each other
 * (torture_template.c keeps it: a decision that is asked for again is written to). */
static const char decisions_sql[] =
    "SELECT operation_id, terminal_id, status, coalesce(reason, ''), result,"
    " (extract(epoch FROM received_at) * 1000000)::bigint, incarnation, seq"
    " FROM applied_operations JOIN torture_order AS o USING (operation_id)"
    " ORDER BY pg_xact_commit_timestamp(o.xmin), incarnation, seq";

static void observe_centre(struct world *world)
{
    PGresult *all = PQexec(world->centre, decisions_sql);
    if (PQresultStatus(all) != PGRES_TUPLES_OK)
        torture_fail(world, "%s", PQerrorMessage(world->centre));
    for (int i = 0; i < PQntuples(all); i++) {
        const char *before =
            json_string_value(json_object_get(world->decided, PQgetvalue(all, i, 0)));
        if (before == NULL)
            decide(world, all, i);
        else if (strcmp(before, PQgetvalue(all, i, 2)) != 0)
            torture_fail(world, "operation %s was %s, and is now %s", PQgetvalue(all, i, 0), before,
                         PQgetvalue(all, i, 2));
    }
    PQclear(all);
}

void torture_observe(struct world *world)
{
    for (int i = 0; i < world->count; i++)
        torture_observe_store(&world->stations[i]);
    observe_centre(world);
}

void torture_settle(struct world *world)
{
    static const char busy_sql[] =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
        " pg_backend_pid() AND usename LIKE 'ct\\_%' AND state <> 'idle'";
    enum { TRIES = 20000 };
    for (int i = 0; i < TRIES; i++) {
        if (strcmp(torture_ask(world, busy_sql), "0") == 0)
            return;
        torture_run(world, "SELECT pg_sleep(0.001)");
    }
    torture_fail(world, "somebody is at work at the centre without end");
}
