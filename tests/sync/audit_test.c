/* The audit trail's way to the centre: whole, once, and with a mark on what a terminal made up. */
#include "sync/audit.h"

#include "model/base/instant.h"
#include "model/operation/audit.h"
#include "model/store/store_sql.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct terminal here, there;

#define FLAWED "SELECT count(*) FROM audit_logs WHERE flaw IS NOT NULL"
#define FLAW                                                                                       \
    "SELECT coalesce(flaw, '') FROM audit_logs ORDER BY incarnation DESC, sequence DESC, id"

#define FORKS                                                                                      \
    "SELECT string_agg(flaw || ' ' || sequence, ', ' ORDER BY sequence) FROM audit_logs"           \
    " WHERE flaw IS NOT NULL"

/* Its clock is that of the server. */
static void join(struct terminal *terminal, const char *kind)
{
    terminal_join(terminal, kind, NULL);
    terminal->scratch.clock.now = env_now(env_system());
}

static bool add_at(struct terminal *terminal, const struct uuid *actor, int64_t time)
{
    const struct audit_entry entry = {
        .action = "drawer", .actor = actor, .summary = "opened", .time = time};
    if (!store_begin(terminal->store, &terminal->err))
        return false;
    if (audit_add(terminal->store, &entry, &terminal->err))
        return store_commit(terminal->store, &terminal->err);
    store_rollback(terminal->store);
    return false;
}

static void add(struct terminal *terminal, int count)
{
    for (int i = 0; i < count; i++)
        terminal_expect(terminal, add_at(terminal, &terminal->owner.user_id, 0));
}

static void tamper(struct terminal *terminal, const char *sql)
{
    bool had_triggers = store_set_triggers(terminal->store, false);
    terminal_expect(terminal, store_script(terminal->store, sql, &terminal->err));
    store_set_triggers(terminal->store, had_triggers);
}

struct heard {
    struct audit_fault last;
    struct audit_report report;
};

static void hear_fault(void *context, const struct audit_fault *fault)
{
    ((struct heard *)context)->last = *fault;
}

/* Alone, and then against the centre. */
static struct heard verify(struct terminal *terminal)
{
    struct heard heard = {.report = {0}};
    const struct audit_listener listener = {hear_fault, NULL, NULL, &heard};
    terminal_expect(terminal,
                    audit_verify(terminal->store, &listener, &heard.report, &terminal->err));
    terminal_expect(terminal, session_audit_compare(terminal->session, &listener, &heard.report,
                                                    &terminal->err));
    return heard;
}

static void expect_sound(struct terminal *terminal)
{
    struct heard heard = verify(terminal);
    if (heard.report.faults != 0)
        fail_msg("%d faults, the last: %s", (int)heard.report.faults, heard.last.text);
}

static void rows_arrive_whole_and_once(void **state)
{
    (void)state;
    join(&here, "register");
    terminal_add_product(&here, "N-1");
    add(&here, 3);
    terminal_exchange(&here);
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs WHERE terminal_id IS NOT NULL"),
                     4);
    assert_int_equal(hub_integer(FLAWED), 0);
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs AS a WHERE audit_hash(a) <> hash"
                                 " OR audit_digest(salt, summary, details) <> details_digest"),
                     0);
    assert_int_equal(hub_integer("SELECT count(*) FROM alarms"), 0);
    terminal_restart(&here);
    terminal_exchange(&here);
    add(&here, 1);
    assert_true(session_has_unsent_audit(here.session));
    terminal_exchange(&here);
    assert_false(session_has_unsent_audit(here.session));
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs WHERE terminal_id IS NOT NULL"),
                     5);
    expect_sound(&here);
    terminal_leave(&here);
}

/* More than fits into one statement, and than is asked for at once. */
static void a_long_trail_arrives(void **state)
{
    (void)state;
    join(&here, "register");
    add(&here, 1205);
    terminal_exchange(&here);
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs"), 1205);
    assert_int_equal(hub_integer(FLAWED), 0);
    hub_run("ALTER TABLE audit_logs DISABLE TRIGGER append_only;"
            "DELETE FROM audit_logs WHERE sequence > 100;"
            "ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER append_only");
    terminal_restart(&here);
    terminal_exchange(&here);
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs"), 1205);
    assert_int_equal(hub_integer(FLAWED), 0);
    terminal_leave(&here);
}

static void what_is_refused_keeps_its_row(void **state)
{
    (void)state;
    join(&here, "register");
    hub_run("DELETE FROM user_roles"); /* nobody may do anything */
    terminal_add_product(&here, "N-1");
    terminal_exchange(&here);
    assert_int_equal(here.report.refused, 1);
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs WHERE action = 'record.create'"
                                 " AND flaw IS NULL"),
                     1);
    expect_sound(&here);
    terminal_leave(&here);
}

static void the_office_draws_what_others_did(void **state)
{
    (void)state;
    join(&here, "register");
    join(&there, "office");
    terminal_add_product(&here, "N-1");
    add(&here, 2);
    terminal_exchange(&here);
    hub_run("SELECT sync_audit_event((SELECT id FROM tenants), 'revoked', NULL, NULL, 'terminals',"
            " NULL, 'R9', '{\"why\": \"lost\", \"a\": 1}')");
    add(&there, 1);
    terminal_settle(&there);
    assert_int_equal(terminal_integer(&there, "SELECT count(*) FROM audit_logs"),
                     hub_integer("SELECT count(*) FROM audit_logs"));
    assert_int_equal(
        terminal_integer(&there, "SELECT count(*) FROM audit_logs WHERE action = 'revoked'"), 1);
    expect_sound(&there);
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM audit_logs"), 3);
    expect_sound(&here);
    terminal_leave(&there);
    terminal_leave(&here);
}

static void a_centre_that_was_put_back_gets_what_it_lost(void **state)
{
    (void)state;
    join(&here, "register");
    terminal_add_product(&here, "N-1");
    terminal_exchange(&here);
    hub_back_up();
    terminal_restart(&here); /* which lost its line */
    here.scratch.clock.now = env_now(env_system());
    terminal_add_product(&here, "N-2");
    add(&here, 2);
    terminal_exchange(&here);
    hub_restore(&here);
    terminal_restart(&here);
    here.scratch.clock.now = env_now(env_system());
    terminal_settle(&here);
    assert_int_equal(hub_integer("SELECT count(*) FROM audit_logs WHERE terminal_id IS NOT NULL"),
                     terminal_integer(&here, "SELECT count(*) FROM audit_logs"));
    assert_int_equal(hub_integer(FLAWED), 0);
    add(&here, 1);
    terminal_exchange(&here);
    assert_int_equal(hub_integer(FLAWED), 0);
    expect_sound(&here);
    terminal_leave(&here);
}

static void a_copy_of_a_store_forks_its_chain(void **state)
{
    (void)state;
    join(&here, "register");
    add(&here, 2);
    terminal_exchange(&here);
    terminal_clone(&here, &there);
    there.scratch.clock.now = env_now(env_system());
    add(&here, 1);
    terminal_add_product(&here, "N-1");
    add(&there, 3);
    terminal_add_product(&there, "N-2");
    terminal_settle(&here);
    terminal_settle(&there);
    assert_string_equal(hub_text(FORKS), "forked 3, forked 4");
    struct heard heard = verify(&there);
    assert_true(heard.report.faults > 0);
    /* From then on it goes its own way. */
    int64_t flawed = hub_integer(FLAWED);
    add(&there, 2);
    terminal_exchange(&there);
    assert_int_equal(hub_integer(FLAWED), flawed);
    terminal_leave(&there);
    terminal_leave(&here);
}

static void an_end_that_was_cut_is_noticed(void **state)
{
    (void)state;
    join(&here, "register");
    add(&here, 4);
    terminal_exchange(&here);
    tamper(&here, "DELETE FROM audit_logs WHERE sequence > 2");
    struct heard heard = verify(&here);
    assert_int_equal(heard.report.faults, 1);
    assert_int_equal(heard.last.wrong, AUDIT_CUT);
    assert_non_null(strstr(heard.last.text, "row 2 here and with row 4 at the centre"));
    /* Written on, it is another chain than the centre's. */
    add(&here, 2);
    terminal_exchange(&here);
    assert_string_equal(hub_text(FORKS), "forked 3, forked 4");
    heard = verify(&here);
    assert_true(heard.report.faults > 0);
    terminal_leave(&here);
}

/* What a hostile program makes of its newest row before it sends it; the centre keeps it, with a
 * mark and an alarm. */
static void what_is_made_up_is_marked(void **state)
{
    static const char other[] = "x'00000000000070008000000000000099'";
    static const struct {
        const char *set, *flaw;
    } cases[] = {
        {"actor_id = @", "hash"},
        {"approver_id = @", "hash"},
        {"target_id = @", "hash"},
        {"subject_id = @", "hash"},
        {"action = 'nothing'", "hash"},
        {"occurred_at = occurred_at - 3600000000", "hash"},
        {"summary = 'something else'", "words"},
        {"details = '{\"a\": 1}'", "words"},
        {"salt = zeroblob(16)", "words"},
        {"hash = zeroblob(32)", "hash"},
        {"hash = NULL", "hash"},
        {"details_digest = NULL", "words"},
        {"prev_hash = zeroblob(32)", "hash"},
        {"sequence = sequence + 5", "hash"},
        {"incarnation = 7", "incarnation"},
        {"incarnation = NULL, sequence = 99", "incarnation"},
    };
    (void)state;
    hub_run("SELECT sync_make_pool(20)");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[300];
        const char *mark = strchr(cases[i].set, '@');
        size_t head = mark != NULL ? (size_t)(mark - cases[i].set) : strlen(cases[i].set);
        join(&here, "register");
        add(&here, 2);
        terminal_exchange(&here);
        add(&here, 1);
        snprintf(sql, sizeof sql, "UPDATE audit_logs SET %.*s%s WHERE sequence = 3", (int)head,
                 cases[i].set, mark != NULL ? other : "");
        tamper(&here, sql);
        hub_run("DELETE FROM alarms");
        terminal_exchange(&here);
        if (strstr(cases[i].set, "incarnation = NULL") == NULL) {
            const char *flaw = hub_text("SELECT coalesce(string_agg(flaw, ','), '') FROM audit_logs"
                                        " WHERE flaw IS NOT NULL");
            if (strcmp(flaw, cases[i].flaw) != 0)
                fail_msg("%s: \"%s\" instead of \"%s\"", cases[i].set, flaw, cases[i].flaw);
            assert_string_equal(hub_text("SELECT kind FROM alarms"), "audit");
        }
        terminal_leave(&here);
        hub_run("ALTER TABLE audit_logs DISABLE TRIGGER append_only; DELETE FROM audit_logs;"
                "ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER append_only");
    }
}

/* With right hashes, as a program that was replaced would make them. */
static void who_never_signed_in_and_wrong_clocks_are_marked(void **state)
{
    (void)state;
    struct uuid nobody = {{0x99}};
    join(&here, "register");
    add(&here, 1);
    int64_t now = env_now(env_system());
    terminal_expect(&here, add_at(&here, &nobody, 0));
    terminal_exchange(&here);
    assert_string_equal(hub_text(FLAW), "person");
    terminal_expect(&here, add_at(&here, &here.owner.user_id, now + 3600 * SECOND_US));
    terminal_exchange(&here);
    assert_string_equal(hub_text(FLAW), "clock");
    terminal_expect(&here, add_at(&here, &here.owner.user_id, now - DAY_US));
    terminal_exchange(&here);
    assert_string_equal(hub_text(FLAW), "clock");
    tamper(&here, "DELETE FROM audit_logs WHERE sequence = 4");
    terminal_leave(&here);
}

/* No store writes it, but a file can be written by hand: what follows has to arrive. */
static void what_is_no_row_holds_nothing_up(void **state)
{
    static const char *const made_up[] = {
        "action = printf('%.60c', 'x')",
        "hash = zeroblob(31)",
        "details_digest = zeroblob(33)",
        "prev_hash = x''",
        "action = ''",
    };
    (void)state;
    hub_run("SELECT sync_make_pool(20)");
    for (size_t i = 0; i < sizeof made_up / sizeof made_up[0]; i++) {
        char sql[300];
        join(&here, "register");
        add(&here, 3);
        snprintf(sql, sizeof sql,
                 "PRAGMA ignore_check_constraints = 1; UPDATE audit_logs SET %s WHERE sequence = 2;"
                 "PRAGMA ignore_check_constraints = 0",
                 made_up[i]);
        tamper(&here, sql);
        hub_run("DELETE FROM alarms");
        terminal_add_product(&here, arena_format(here.arena, "N-%d", (int)i));
        terminal_exchange(&here);
        assert_int_equal(
            hub_integer("SELECT count(*) FROM applied_operations WHERE status = 'applied'"),
            (int)i + 1);
        assert_string_equal(hub_text("SELECT string_agg(sequence || coalesce(flaw, ''), ' ' ORDER"
                                     " BY sequence) FROM audit_logs"),
                            "1 3cut 4");
        assert_int_not_equal(hub_integer("SELECT count(*) FROM alarms WHERE kind = 'audit'"), 0);
        terminal_leave(&here);
        hub_run("ALTER TABLE audit_logs DISABLE TRIGGER append_only; DELETE FROM audit_logs;"
                "ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER append_only");
    }
}

static void nobody_else_reads_or_writes_it(void **state)
{
    (void)state;
    static const char *const tries[] = {
        "SELECT * FROM audit_logs",
        "INSERT INTO audit_logs (tenant_id, action) SELECT my_tenant(), 'x'",
        "UPDATE audit_logs SET action = 'x'",
        "DELETE FROM audit_logs",
        "SELECT sync_audit_own('x', NULL, NULL, '{}')",
        "SELECT sync_audit_event(my_tenant(), 'x', NULL, NULL, NULL, NULL, NULL, '{}')",
        "SELECT audit_erase(my_tenant(), '{x}')",
    };
    struct error err;
    join(&here, "register");
    join(&there, "office");
    add(&there, 2);
    terminal_exchange(&there);
    struct central *line = login_open(&here.login, &err);
    if (line == NULL)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        assert_false(central_run(line, tries[i], &err));
        assert_non_null(strstr(err.text, "permission denied"));
    }
    struct pg_result *rows =
        central_query(line, "SELECT count(*) FROM sync_audit_rows('[]', 100)", 0, NULL, &err);
    assert_non_null(rows);
    assert_string_equal(central_text(rows, 0, 0), "0");
    central_clear(rows);
    central_close(line);
    terminal_leave(&there);
    terminal_leave(&here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_arrive_whole_and_once, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(a_long_trail_arrives, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(what_is_refused_keeps_its_row, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(the_office_draws_what_others_did, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(a_centre_that_was_put_back_gets_what_it_lost, hub_setup,
                                        hub_teardown),
        cmocka_unit_test_setup_teardown(a_copy_of_a_store_forks_its_chain, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(an_end_that_was_cut_is_noticed, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(what_is_made_up_is_marked, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(who_never_signed_in_and_wrong_clocks_are_marked, hub_setup,
                                        hub_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_row_holds_nothing_up, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(nobody_else_reads_or_writes_it, hub_setup, hub_teardown),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
