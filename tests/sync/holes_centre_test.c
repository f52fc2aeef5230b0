/* Holes of SYNC.md section 7 that are closed at the centre, or by whoever looks after it; see
 * holes_test.c. */
#include "sync/hand_in.h"
#include "tests/sync/terminal.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct terminal here;

/* Another connection of the administrator's. */
static struct central *open_other(void)
{
    struct error err;
    struct central *other = central_open_at(
        &(struct central_address){.url = here.login.url, .user = "postgres", .stop_fd = -1}, &err);
    if (other == NULL)
        fail_msg("%s", err.text);
    return other;
}

static void run_other(struct central *other, const char *sql)
{
    struct error err;
    if (!central_run(other, sql, &err))
        fail_msg("%s", err.text);
}

/* "value look" of a line of the centre's report. */
static const char *health(const char *fact)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT value || CASE WHEN is_alarm THEN ' look' ELSE '' END FROM sync_health"
             " WHERE fact = '%s'",
             fact);
    return hub_text(sql);
}

/* Whoever writes, and however: a program that switched triggers off for itself, TRUNCATE. */
static void hole_other_writers(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    hub_run("SET session_replication_role = replica;"
            "UPDATE products SET name = 'By a copy' WHERE sku = 'P-1';"
            "DELETE FROM products WHERE sku = 'P-2';"
            "INSERT INTO todos (id, tenant_id, user_id, task) VALUES"
            " (k(40), k(1), k(3), 'Call Jo'), (k(41), k(1), k(3), 'Order thinner');"
            "SET session_replication_role = DEFAULT");
    terminal_settle(&here);
    assert_string_equal(terminal_name_of(&here, "P-1"), "By a copy");
    assert_string_equal(terminal_name_of(&here, "P-2"), "");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM todos"), 2);
    hub_run("TRUNCATE todos");
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM todos"), 0);
    terminal_leave(&here);
}

/* Days go by for what the centre has noted. */
static void age(const char *what)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "UPDATE sync_marks SET noted_at = noted_at - interval '%s';"
             "UPDATE terminals SET created_at = created_at - interval '%s'",
             what, what);
    hub_run(sql);
}

/* A terminal that is there, and yet draws nothing, is named; so is one that has not been seen. */
static void hole_silent_stall(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    terminal_restart(&here);
    terminal_settle(&here);
    hub_run("UPDATE products SET name = 'News'");
    age("2 days");
    const char *name = terminal_value(&here, "SELECT name FROM terminals");
    char expected[200];
    snprintf(expected, sizeof expected, "%s look", name);
    assert_string_equal(health("Seen, but a day behind"), expected);
    assert_string_equal(health("Not seen for 7 days"), "none");
    hub_run("UPDATE terminal_states SET last_seen_at = now() - interval '8 days'");
    session_free(here.session);
    here.session = NULL;
    hub_run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE usename IN (SELECT role_name FROM terminals)");
    assert_string_equal(health("Not seen for 7 days"), expected);
    assert_string_equal(health("Seen, but a day behind"), "none");
    terminal_restart(&here);
    terminal_settle(&here);
    terminal_restart(&here);
    terminal_settle(&here);
    hub_run("DELETE FROM sync_marks; SELECT sync_note_mark()");
    hub_run("UPDATE terminal_states SET cursor = pg_current_snapshot()::text");
    assert_string_equal(health("Not seen for 7 days"), "none");
    assert_string_equal(health("Seen, but a day behind"), "none");
    terminal_leave(&here);
}

/* Its transaction holds back what the log may drop: idle or not, and also when nobody is connected
 * to it any more. The hour after which it is an alarm is none here. */
static void hole_stuck_writer_at_the_centre(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW sync_health AS '"
            " || replace(pg_get_viewdef('sync_health'), '''01:00:00''', '''00:00:00'''); END $$");
    assert_string_equal(health("Oldest transaction"), "none");
    assert_string_equal(health("Prepared transactions"), "0");
    struct central *other = open_other();
    run_other(other, "BEGIN; UPDATE products SET name = 'Half done' WHERE sku = 'P-1'");
    assert_non_null(strstr(health("Oldest transaction"), " look"));
    /* Others go on drawing meanwhile. */
    hub_run("UPDATE products SET name = 'Done' WHERE sku = 'P-2'");
    terminal_settle(&here);
    assert_string_equal(terminal_name_of(&here, "P-2"), "Done");
    run_other(other, "PREPARE TRANSACTION 'stuck'");
    central_close(other);
    /* The server's own cleaning has a transaction now and then, too. */
    for (int i = 0; i < 500 && strcmp(health("Oldest transaction"), "none") != 0; i++)
        poll(NULL, 0, 10);
    assert_string_equal(health("Oldest transaction"), "none");
    assert_string_equal(health("Prepared transactions"), "1 look");
    hub_run("COMMIT PREPARED 'stuck'");
    assert_string_equal(health("Prepared transactions"), "0");
    terminal_settle(&here);
    assert_string_equal(terminal_name_of(&here, "P-1"), "Half done");
    terminal_leave(&here);
}

/* As `countertop sync export` writes it: the outbox from that seq on. */
static FILE *export(struct terminal *terminal, int seq, const char *payload)
{
    char sql[900];
    snprintf(sql, sizeof sql,
             "SELECT group_concat(json_object('terminal', (SELECT value FROM sync_state WHERE name"
             " = 'terminal_id'), 'id', lower(hex(id)), 'incarnation', incarnation, 'seq', seq,"
             " 'kind', kind, 'summary', summary, 'hash', lower(hex(hash)), 'payload', %s), x'0a')"
             " || x'0a' FROM (SELECT * FROM outbox WHERE seq >= %d ORDER BY seq)",
             payload, seq);
    FILE *file = tmpfile();
    assert_non_null(file);
    fputs(terminal_value(terminal, sql), file);
    rewind(file);
    return file;
}

/* "applied applied ", in the arena of the terminal. */
static void note(void *context, const struct handed_in *one)
{
    const char **said = context;
    *said = arena_format(here.arena, "%s%s ", *said, one->status);
}

static const char *hand_in_from(FILE *file)
{
    const char *said = "";
    struct central *other = open_other();
    terminal_expect(&here, hand_in(other, file, note, &said, &here.err));
    central_close(other);
    fclose(file);
    return said;
}

static void hand_in_fails(FILE *file, const char *words)
{
    const char *said = "";
    struct central *other = open_other();
    terminal_expect_error(&here, hand_in(other, file, note, &said, &here.err), ERROR_INPUT, words);
    assert_string_equal(said, "");
    central_close(other);
    fclose(file);
}

static const char all_new[] = "SELECT string_agg(sku, ' ' ORDER BY sku) FROM products"
                              " WHERE sku LIKE 'N-%'";

/* What a machine whose disk dies could still write down is done for it elsewhere, once; where the
 * store lives after all, it draws the answers as if it had sent it. */
static void hole_damaged_file(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    terminal_settle(&here);
    struct uuid id = terminal_add_product(&here, "N-2");
    terminal_rename(&here, &id, "Renamed");
    terminal_add_product(&here, "N-3");
    hand_in_fails(export(&here, 1, "payload || ' '"), "line 1: ");
    FILE *none = tmpfile();
    fputs("seq;kind\n", none);
    rewind(none);
    hand_in_fails(none, "it is no JSON");
    assert_string_equal(hand_in_from(export(&here, 1, "payload")), "applied applied applied ");
    assert_string_equal(hand_in_from(export(&here, 1, "payload")), "applied applied applied ");
    assert_string_equal(hub_text(all_new), "N-1 N-2 N-3");
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations"), 4);
    assert_string_equal(health("Handed in, and not applied"), "0");
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations"), 4);
    terminal_add_product(&here, "N-4");
    terminal_settle(&here);
    assert_string_equal(hub_text(all_new), "N-1 N-2 N-3 N-4");
    /* Not its turn: what comes before it is missing. It is kept, and takes nobody's place. */
    terminal_add_product(&here, "N-5");
    terminal_add_product(&here, "N-6");
    assert_string_equal(hand_in_from(export(&here, 7, "payload")), "refused ");
    assert_string_equal(health("Handed in, and not applied"), "1 look");
    terminal_settle(&here);
    assert_string_equal(hub_text(all_new), "N-1 N-2 N-3 N-4 N-5");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM attention"), 1);
    assert_string_equal(health("Handed in, and not applied"), "0"); /* its store knows of it */
    terminal_leave(&here);
}

/* Nothing that a revoked terminal did later becomes true by itself, and nothing of it is lost. */
static void hole_outbox_of_a_revoked_terminal(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    terminal_settle(&here);
    terminal_add_product(&here, "N-2");
    terminal_add_product(&here, "N-3");
    hub_run("SELECT sync_revoke(id) FROM terminals");
    assert_false(session_exchange(here.session, NULL, &here.err));
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 2);
    assert_string_equal(hand_in_from(export(&here, 1, "payload")), "refused refused ");
    assert_string_equal(hand_in_from(export(&here, 1, "payload")), "refused refused ");
    assert_string_equal(hub_text(all_new), "N-1");
    assert_string_equal(health("Handed in, and not applied"), "2 look");
    assert_string_equal(hub_text("SELECT string_agg(payload::jsonb #>> '{rows,0,new,sku}', ' '"
                                 " ORDER BY result #>> '{handed_in,seq}') FROM applied_operations"
                                 " WHERE status = 'refused' AND reason LIKE '%revoked%'"),
                        "N-2 N-3");
    terminal_leave(&here);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hole_other_writers),
        TEST(hole_silent_stall),
        TEST(hole_stuck_writer_at_the_centre),
        TEST(hole_damaged_file),
        TEST(hole_outbox_of_a_revoked_terminal),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
