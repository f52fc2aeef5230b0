/* A released schema can change: the shop has tickets when 0020 brings a status, a required column
 * and a reference, and keeps them when it is taken back. The same statements on both engines. */
#include "model/base/memory.h"
#include "model/store/migrate_sqlite.h"
#include "sync/central_migrate.h"
#include "tests/model/plain_sqlite.h"
#include "tests/sync/postgres.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_RELEASE = 19, SECOND_RELEASE = 20 };

static struct postgres *server;

/* One of the two engines, with the list of all migrations. */
struct side {
    sqlite3 *db;
    struct central *central;
    struct migrate_engine *engine;
    struct migration_list list;
    struct arena *arena;
};

static void side_open(struct side *side, bool is_sqlite)
{
    struct error err;
    *side = (struct side){.arena = arena_new()};
    if (!migration_list_built_in(side->arena, &side->list, &err))
        fail_msg("%s", err.text);
    if (is_sqlite) {
        side->db = plain_sqlite_open(":memory:");
        side->engine = migrate_sqlite_new(side->db);
        return;
    }
    side->central = central_open(postgres_database(server), &err);
    if (side->central == NULL)
        fail_msg("%s", err.text);
    side->engine = central_migrate_new(side->central);
}

static void side_close(struct side *side)
{
    if (side->db != NULL)
        migrate_sqlite_free(side->engine);
    else
        central_migrate_free(side->engine);
    sqlite3_close(side->db);
    central_close(side->central);
    arena_free(side->arena);
}

static void migrate_to(struct side *side, int version)
{
    struct error err = {0};
    if (migrate_up(side->engine, &side->list, version, NULL, NULL, &err) < 0 ||
        migrate_down(side->engine, &side->list, version, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

/* Ids are written as #7 for both engines. */
static const char *with_ids(struct side *side, const char *sql)
{
    struct buffer text;
    buffer_init(&text);
    for (; *sql != '\0'; sql++) {
        if (*sql != '#')
            buffer_add_char(&text, *sql);
        else
            buffer_format(&text,
                          side->db != NULL ? "x'0000000000007000800000000000000%c'"
                                           : "'00000000-0000-7000-8000-00000000000%c'",
                          *++sql);
    }
    const char *copy = arena_text(side->arena, text.text);
    buffer_done(&text);
    return copy;
}

static bool run(struct side *side, const char *sql)
{
    const char *text = with_ids(side, sql);
    if (side->db != NULL)
        return sqlite3_exec(side->db, text, NULL, NULL, NULL) == SQLITE_OK;
    return central_run(side->central, text, NULL);
}

static void must(struct side *side, const char *sql)
{
    if (!run(side, sql))
        fail_msg("%s: %s", side->db != NULL ? "SQLite" : "PostgreSQL", sql);
}

static void must_not(struct side *side, const char *sql)
{
    if (run(side, sql))
        fail_msg("%s let it pass: %s", side->db != NULL ? "SQLite" : "PostgreSQL", sql);
}

static long long ask(struct side *side, const char *sql)
{
    const char *text = with_ids(side, sql);
    if (side->db != NULL)
        return plain_sqlite_number(side->db, text);
    PGresult *result = central_query(side->central, text, 0, NULL, NULL);
    if (result == NULL)
        return -1;
    long long number = atoll(PQgetvalue(result, 0, 0));
    PQclear(result);
    return number;
}

static void open_the_shop(struct side *side)
{
    must(side, "INSERT INTO tenants (id, tenant_id, name, slug, default_currency)"
               " VALUES (#1, #1, 'Paint', 'paint', 'EUR')");
    must(side, "INSERT INTO support_tickets (id, tenant_id, number, subject, status)"
               " VALUES (#2, #1, 'T-1', 'Wrong colour', 'open'),"
               " (#3, #1, 'T-2', 'Colour is wrong', 'new'),"
               " (#4, #1, 'T-3', 'Invoice', 'closed')");
    must(side, "INSERT INTO support_ticket_messages (tenant_id, ticket_id, body)"
               " VALUES (#1, #2, 'It is green'), (#1, #2, 'It still is')");
    must_not(side, "UPDATE support_tickets SET status = 'pending' WHERE id = #2");
}

static void check_the_second_release(struct side *side)
{
    assert_int_equal(ask(side, "SELECT count(*) FROM support_tickets WHERE priority = 'normal'"),
                     3);
    assert_int_equal(ask(side, "SELECT count(*) FROM support_tickets WHERE merged_into_id IS NULL"),
                     3);
    must(side, "UPDATE support_tickets SET status = 'pending' WHERE id = #2");
    must_not(side, "UPDATE support_tickets SET status = 'waiting' WHERE id = #2");
    must_not(side, "UPDATE support_tickets SET priority = 'huge' WHERE id = #2");
    must_not(side, "UPDATE support_tickets SET priority = NULL WHERE id = #2");
    must_not(side, "INSERT INTO support_tickets (tenant_id, number, subject)"
                   " VALUES (#1, 'T-4', 'No priority')");
    must(side, "INSERT INTO support_tickets (id, tenant_id, number, subject, priority)"
               " VALUES (#5, #1, 'T-4', 'Burst tin', 'urgent')");
    must(side, "UPDATE support_tickets SET merged_into_id = #2 WHERE id = #3");
    must_not(side, "UPDATE support_tickets SET merged_into_id = #9 WHERE id = #4");
    must_not(side, "INSERT INTO support_tickets (tenant_id, number, subject, priority)"
                   " VALUES (#1, 'T-1', 'The number is taken', 'low')");
    /* What refers to the table still does, and it to others. */
    must_not(side, "DELETE FROM support_tickets WHERE id = #2");
    must_not(side, "UPDATE support_tickets SET order_id = #9 WHERE id = #4");
}

static void check_the_first_release(struct side *side)
{
    assert_int_equal(ask(side, "SELECT count(*) FROM support_tickets"), 4);
    assert_int_equal(ask(side, "SELECT count(*) FROM support_tickets WHERE status = 'open'"), 1);
    assert_int_equal(ask(side, "SELECT count(*) FROM support_ticket_messages WHERE ticket_id = #2"),
                     2);
    assert_int_equal(ask(side, "SELECT count(priority) FROM support_tickets"), -1);
    must_not(side, "UPDATE support_tickets SET status = 'pending' WHERE id = #2");
    must_not(side, "DELETE FROM support_tickets WHERE id = #2");
}

static void change_a_released_schema(bool is_sqlite)
{
    struct side side;
    side_open(&side, is_sqlite);
    migrate_to(&side, FIRST_RELEASE);
    open_the_shop(&side);
    migrate_to(&side, SECOND_RELEASE);
    check_the_second_release(&side);
    migrate_to(&side, FIRST_RELEASE);
    check_the_first_release(&side);
    migrate_to(&side, SECOND_RELEASE);
    assert_int_equal(ask(&side, "SELECT count(*) FROM support_tickets WHERE priority = 'normal'"),
                     4);
    if (is_sqlite) {
        assert_int_equal(ask(&side, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
        assert_int_equal(ask(&side, "SELECT count(*) FROM pragma_integrity_check WHERE"
                                    " integrity_check <> 'ok'"),
                         0);
    }
    side_close(&side);
}

static void in_the_store(void **state)
{
    (void)state;
    change_a_released_schema(true);
}

static void at_the_centre(void **state)
{
    (void)state;
    change_a_released_schema(false);
}

static void an_upgraded_store_is_as_a_fresh_one(void **state)
{
    (void)state;
    struct side upgraded, fresh;
    side_open(&upgraded, true);
    side_open(&fresh, true);
    for (size_t i = 0; i < upgraded.list.count; i++)
        migrate_to(&upgraded, upgraded.list.items[i].version);
    migrate_to(&fresh, fresh.list.items[fresh.list.count - 1].version);
    char *one = plain_sqlite_catalogue(upgraded.db), *other = plain_sqlite_catalogue(fresh.db);
    assert_string_equal(one, other);
    free(one);
    free(other);
    side_close(&upgraded);
    side_close(&fresh);
}

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_store),
        cmocka_unit_test(at_the_centre),
        cmocka_unit_test(an_upgraded_store_is_as_a_fresh_one),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
