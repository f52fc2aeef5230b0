/* What must hold at every moment, and when all is quiet (SYNC.md section 8). */
#include "tests/sync/torture.h"

#include "model/store/derived.h"
#include "model/store/store_sql.h"
#include "tests/model/derived_history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
    struct station *station;
    struct world *world;
    json_t *picture;
    sqlite3 *sqlite;
};

static sqlite3_stmt *prepare(struct check *check, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(check->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        torture_fail(check->world, "%s: %s", sql, sqlite3_errmsg(check->sqlite));
    return statement;
}

static const char *column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text == NULL ? "" : text;
}

static void plain_id(const char *id, char out[UUID_TEXT_SIZE])
{
    size_t used = 0;
    for (; *id != '\0' && used < UUID_TEXT_SIZE - 1; id++)
        if (*id != '-')
            out[used++] = *id;
    out[used] = '\0';
}

/* Nothing that was committed is gone, and nobody says of an operation what the centre did not. An
 * operation may only go by being withdrawn before the centre has heard of it. */
static void check_operation(struct check *check, const char *id, json_int_t seq, sqlite3_stmt *find,
                            sqlite3_stmt *replaced)
{
    char plain[UUID_TEXT_SIZE];
    plain_id(id, plain);
    const char *decided = json_string_value(json_object_get(check->world->decided, id));
    sqlite3_reset(find);
    sqlite3_bind_text(find, 1, plain, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(find) == SQLITE_ROW) {
        const char *state = column_text(find, 0);
        bool is_open = strcmp(state, "waiting") == 0 || strcmp(state, "alone") == 0;
        bool is_withdrawn = strcmp(state, "withdrawn") == 0;
        if (strcmp(state, "refused") == 0 && decided != NULL && strcmp(decided, "blocked") == 0)
            return; /* given up with the one that it waited for */
        if (check->world->is_restored)
            return;
        if (!is_open && !is_withdrawn && (decided == NULL || strcmp(state, decided) != 0))
            torture_fail(check->world, "terminal %d holds operation %s for %s, the centre for %s",
                         check->station->number, id, state, decided == NULL ? "unknown" : decided);
        return;
    }
    sqlite3_reset(replaced);
    sqlite3_bind_int64(replaced, 1, seq);
    if (sqlite3_step(replaced) != SQLITE_ROW)
        torture_fail(check->world, "terminal %d has lost operation %s", check->station->number, id);
    /* What was sent by another store that is the same terminal can't be known to this one. */
    if (decided != NULL && !check->station->has_double)
        torture_fail(check->world,
                     "terminal %d has withdrawn operation %s, which the centre has"
                     " (%s)",
                     check->station->number, id, decided);
    json_object_del(check->station->known, id);
}

static void check_operations(struct check *check)
{
    sqlite3_stmt *find = prepare(
        check, "SELECT state FROM (SELECT id, state FROM outbox UNION ALL SELECT id, state FROM"
               " journal) WHERE id = unhex_id(?1)");
    sqlite3_stmt *replaced =
        prepare(check, "SELECT 1 FROM outbox WHERE seq = ?1 AND withdrawn_at IS NOT NULL"
                       " UNION ALL SELECT 1 FROM journal WHERE seq = ?1 AND (state = 'withdrawn' OR"
                       " kind = 'withdrawn')");
    const char *id;
    json_t *seq;
    void *next;
    json_object_foreach_safe(check->station->known, next, id, seq)
    {
        check_operation(check, id, json_integer_value(seq), find, replaced);
    }
    sqlite3_finalize(find);
    sqlite3_finalize(replaced);
}

static void check_versions(struct check *check)
{
    const char *table, *id;
    json_t *rows, *row;
    if (check->world->is_restored)
        json_object_clear(check->station->versions);
    json_object_foreach(check->picture, table, rows)
    {
        json_object_foreach(rows, id, row)
        {
            const char *text = json_string_value(json_object_get(row, "row_version"));
            json_int_t now = text == NULL ? 0 : strtoll(text, NULL, 10);
            char key[UUID_TEXT_SIZE + 64]; /* a default variant has its product's id */
            snprintf(key, sizeof key, "%.60s %s", table, id);
            json_int_t before = json_integer_value(json_object_get(check->station->versions, key));
            if (now != 0 && now < before)
                torture_fail(check->world, "terminal %d: %s %s went back from version %d to %d",
                             check->station->number, table, id, (int)before, (int)now);
            if (now > before)
                json_object_set_new(check->station->versions, key, json_integer(now));
        }
    }
}

/* What a person did and nobody has refused is what that person sees. */

static void expect_row(json_t *expected, const json_t *part)
{
    const char *name = json_string_value(json_object_get(part, "table"));
    const char *verb = json_string_value(json_object_get(part, "verb"));
    const struct table *table = schema_table(world_schema(), name);
    const char *column;
    json_t *value;
    char id[UUID_TEXT_SIZE + 64], plain[UUID_TEXT_SIZE];
    if (table == NULL || !picture_has(table))
        return;
    plain_id(json_string_value(json_object_get(part, "id")), plain);
    snprintf(id, sizeof id, "%.60s %s", name, plain);
    if (strcmp(verb, "delete") == 0) {
        json_object_set_new(expected, id, json_null());
        return;
    }
    json_t *row = json_object_get(expected, id);
    if (!json_is_object(row)) {
        row = json_object();
        json_object_set_new(expected, id, row);
    }
    json_object_foreach(json_object_get(part, "new"), column, value)
    {
        const struct column *known = table_column(table, column);
        if (known != NULL && !known->is_secret)
            json_object_set_new(row, column, picture_value(known, value));
    }
}

static void compare_row(struct check *check, const char *key, const json_t *expected)
{
    char table[64], id[UUID_TEXT_SIZE];
    const char *column;
    json_t *value;
    sscanf(key, "%63s %36s", table, id);
    const json_t *row = json_object_get(json_object_get(check->picture, table), id);
    if ((row == NULL) != json_is_null(expected))
        torture_fail(check->world,
                     "terminal %d: %s %s is %s, though what is pending says otherwise",
                     check->station->number, table, id, row == NULL ? "gone" : "there");
    json_object_foreach((json_t *)expected, column, value)
    {
        const json_t *shown = json_object_get(row, column);
        if (!json_equal(shown, value))
            torture_fail(check->world, "terminal %d: %s %s %s is %s, and %s is pending",
                         check->station->number, table, id, column,
                         json_is_string(shown) ? json_string_value(shown) : "null",
                         json_is_string(value) ? json_string_value(value) : "null");
    }
}

static void check_own_writes(struct check *check)
{
    json_t *expected = json_object(), *row;
    const char *key;
    sqlite3_stmt *pending =
        prepare(check, "SELECT payload, lower(hex(id)) FROM outbox AS o WHERE state = 'waiting' AND"
                       " is_hidden IS NOT TRUE AND is_parked IS NOT TRUE AND (?1 = 0 OR EXISTS"
                       " (SELECT 1 FROM op_rows AS r WHERE r.seq = o.seq)) ORDER BY seq");
    /* What a restored centre had lost is sent again, and laid over nothing: others may have changed
     * its rows since (model/overlay/resend.c). */
    sqlite3_bind_int(pending, 1, check->world->is_restored);
    while (sqlite3_step(pending) == SQLITE_ROW) {
        struct uuid id = {{0}};
        char text[UUID_TEXT_SIZE];
        uuid_parse(column_text(pending, 1), &id);
        uuid_text(&id, text);
        if (json_object_get(check->world->hopeless, text) != NULL)
            continue; /* it went into the outbox alone */
        json_t *payload = json_loads(column_text(pending, 0), 0, NULL), *part;
        size_t index;
        json_array_foreach(json_object_get(payload, "rows"), index, part)
        {
            expect_row(expected, part);
        }
        json_decref(payload);
    }
    sqlite3_finalize(pending);
    json_object_foreach(expected, key, row)
    {
        compare_row(check, key, row);
    }
    json_decref(expected);
}

/* Of the rows that an operation made for ever, all are there or none. */
static void check_whole(struct check *check, const json_t *picture, const char *where)
{
    const char *id;
    json_t *rows, *one;
    size_t index;
    json_object_foreach(check->world->wholes, id, rows)
    {
        size_t there = 0;
        json_array_foreach(rows, index, one)
        {
            const char *table = json_string_value(json_array_get(one, 0));
            const char *row = json_string_value(json_array_get(one, 1));
            there += json_object_get(json_object_get(picture, table), row) != NULL;
        }
        if (there != 0 && there != json_array_size(rows) &&
            json_object_get(check->world->undone, id) == NULL)
            torture_fail(check->world, "%s has %d of the %d rows of operation %s", where,
                         (int)there, (int)json_array_size(rows), id);
    }
}

static void check_sound(struct check *check)
{
    sqlite3_stmt *broken =
        prepare(check, "SELECT \"table\", \"parent\" FROM pragma_foreign_key_check LIMIT 1");
    if (sqlite3_step(broken) == SQLITE_ROW)
        torture_fail(check->world, "terminal %d: a row of %s refers to none of %s",
                     check->station->number, column_text(broken, 0), column_text(broken, 1));
    sqlite3_finalize(broken);
}

static struct check open_check(struct station *station)
{
    struct check check = {.station = station, .world = station->world, .sqlite = station->reader};
    check.picture = picture_of_store(station->reader, world_schema());
    return check;
}

static void close_check(struct check *check)
{
    json_decref(check->picture);
}

void torture_check_always(struct station *station)
{
    struct check check = open_check(station);
    char where[40];
    snprintf(where, sizeof where, "terminal %d", station->number);
    check_operations(&check);
    check_versions(&check);
    check_own_writes(&check);
    check_whole(&check, check.picture, where);
    check_sound(&check);
    close_check(&check);
}

/* Quiet */

/* Two stores that are one terminal begin a new incarnation whenever they come after the other, send
 * again from what still waits for a person on, and the others hear of the new register: that never
 * comes to rest. */
static bool has_twins(const struct world *world)
{
    for (int i = 0; i < world->count; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(world->stations[i].id, world->stations[k].id) == 0)
                return true;
    return false;
}

/* A terminal has three connections at the centre: of its copies none keeps one from the others. */
static bool exchange_in_turn(struct station *station, struct session_report *report)
{
    bool is_done = station_exchange(station, report);
    if (has_twins(station->world))
        station_forget_session(station);
    return is_done;
}

static bool moves(struct station *station)
{
    struct session_report report = {0};
    if (station->is_revoked)
        return false;
    if (!exchange_in_turn(station, &report) || report.is_behind)
        return true;
    return !has_twins(station->world) &&
           (report.sent > 0 || report.answered > 0 || report.pull.rows > 0 ||
            report.pull.gone > 0 || report.made_copy);
}

static void come_to_rest(struct world *world)
{
    enum { ROUNDS = 60 };
    int quiet = 0, enough = has_twins(world) ? 6 : 2;
    for (int i = 0; i < world->count; i++) {
        proxy_set_down(world->stations[i].line, false);
        proxy_arm(world->stations[i].line, NULL);
    }
    for (int round = 0; quiet < enough; round++) {
        if (round == ROUNDS)
            torture_fail(world, "the terminals do not come to rest");
        bool has_moved = false;
        for (int i = 0; i < world->count; i++)
            has_moved |= moves(&world->stations[i]);
        quiet = has_moved ? 0 : quiet + 1;
    }
}

static void compare_with_centre(struct check *check)
{
    struct buffer words;
    buffer_init(&words);
    json_t *centre = picture_of_centre(
        check->world->centre, world_schema(),
        &(struct picture_scope){.tenant = check->world->tenant, .terminal = check->station->id});
    if (picture_differ(check->picture, centre, NULL, &words) > 0)
        torture_fail(check->world, "terminal %d (one) is not what the centre (other) is:\n%s",
                     check->station->number, words.text);
    json_decref(centre);
    buffer_done(&words);
}

static void check_answered(struct check *check)
{
    static const char left_sql[] =
        "SELECT lower(hex(id)), state FROM outbox WHERE state <> 'blocked'";
    static const char silent_sql[] =
        "SELECT lower(hex(id)), state FROM (SELECT id, state FROM journal UNION ALL SELECT id,"
        " state FROM outbox) AS o WHERE state IN ('refused', 'conflict', 'blocked') AND NOT EXISTS"
        " (SELECT 1 FROM attention AS a WHERE a.operation_id = o.id)";
    sqlite3_stmt *left = prepare(check, left_sql), *silent = prepare(check, silent_sql);
    if (sqlite3_step(left) == SQLITE_ROW)
        torture_fail(check->world, "terminal %d: operation %s is still %s", check->station->number,
                     column_text(left, 0), column_text(left, 1));
    if (sqlite3_step(silent) == SQLITE_ROW)
        torture_fail(check->world, "terminal %d: operation %s is %s, and nobody is asked",
                     check->station->number, column_text(silent, 0), column_text(silent, 1));
    sqlite3_finalize(left);
    sqlite3_finalize(silent);
}

static void tell_derived(void *context, const char *table, int64_t missing, int64_t extra)
{
    buffer_format(context, "%s: %d missing, %d too many; ", table, (int)missing, (int)extra);
}

static void check_derived(struct check *check)
{
    struct error err;
    struct buffer words;
    buffer_init(&words);
    int wrong = derived_check(check->station->store, tell_derived, &words, &err);
    if (wrong != 0)
        torture_fail(check->world, "terminal %d: %s", check->station->number,
                     wrong < 0 ? err.text : words.text);
    buffer_done(&words);
}

static void check_centre(struct world *world)
{
    static const char silent_sql[] =
        "SELECT coalesce(string_agg(a.operation_id::text, ' '), '') FROM applied_operations AS a"
        " WHERE jsonb_array_length(coalesce(a.result -> 'conflicts', '[]')) <> (SELECT count(*)"
        " FROM sync_conflicts AS c WHERE c.operation_id = a.operation_id)";
    struct buffer words;
    buffer_init(&words);
    json_t *centre = picture_of_centre(world->centre, world_schema(),
                                       &(struct picture_scope){.tenant = world->tenant});
    if (oracle_differ(world->oracle, centre, &words) > 0)
        torture_fail(world, "the oracle (one) is not what the centre (other) is:\n%s", words.text);
    check_whole(&(struct check){.world = world}, centre, "the centre");
    json_decref(centre);
    for (size_t i = 0; i < derived_check_count; i++)
        if (strcmp(torture_ask(world, derived_checks[i].sql), "0") != 0)
            torture_fail(world, "the centre's %s differ from what they follow",
                         derived_checks[i].what);
    const char *silent = torture_ask(world, silent_sql);
    if (silent[0] != '\0')
        torture_fail(world, "conflicts are not recorded of %s", silent);
    buffer_done(&words);
}

void torture_check_quiet(struct world *world)
{
    torture_end_slow(world);
    torture_settle(world);
    torture_observe(world);
    come_to_rest(world);
    torture_settle(world);
    torture_observe(world);
    for (int i = 0; i < world->count && world->is_restored; i++)
        json_object_clear(world->stations[i].versions);
    world->is_restored = false;
    check_centre(world);
    for (int i = 0; i < world->count; i++) {
        struct station *station = &world->stations[i];
        torture_check_always(station);
        if (station->is_revoked)
            continue;
        if (has_twins(world))
            exchange_in_turn(station, &(struct session_report){0});
        struct check check = open_check(station);
        compare_with_centre(&check);
        check_answered(&check);
        check_derived(&check);
        close_check(&check);
    }
}
