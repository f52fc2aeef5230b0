/* A till that is closed at one terminal is seen at another, and stays as it was closed, whoever
 * sends what. */
#include "model/till/till.h"

#include "model/base/instant.h"
#include "model/till/till_report.h"
#include "model/till/till_verify.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct terminal here, there;

static void join(struct terminal *terminal, const char *kind)
{
    terminal_join(terminal, kind, NULL);
    terminal->scratch.clock.now = env_now(env_system());
}

static struct uuid open_with(int64_t cents)
{
    struct uuid session;
    const struct till_count opening = {.amount_cents = cents};
    terminal_expect(&here, till_open(here.store, &here.owner, &opening, &session, &here.err));
    return session;
}

static void close_with(int64_t cents)
{
    const struct till_count counted = {.amount_cents = cents};
    terminal_expect(&here,
                    till_close(here.store, &here.owner, &counted, "counted", NULL, &here.err));
}

static void settle(void)
{
    terminal_settle(&here);
    terminal_settle(&there);
}

static void what_is_closed_here_is_seen_there(void **state)
{
    struct till_report report;
    struct till_verified found;
    const struct till_count none = {.amount_cents = 0};
    (void)state;
    join(&here, "register");
    join(&there, "office");
    struct uuid session = open_with(20000);
    settle();
    struct actor guest = there.owner;
    guest.register_id = here.owner.register_id;
    terminal_expect_error(&there, till_open(there.store, &guest, &none, NULL, &there.err),
                          ERROR_RULE, "stands at");
    terminal_expect_error(&there, till_move(there.store, &guest, "pay_in", 5, "x", &there.err),
                          ERROR_RULE, "stands at");
    terminal_expect(&here, till_move(here.store, &here.owner, "pay_in", 500, "x", &here.err));
    close_with(20400);
    settle();
    terminal_expect(&there, till_report_read(there.store, &session, &report, &there.err));
    assert_false(report.session.is_open);
    assert_int_equal(report.session.z_number, 1);
    assert_int_equal(report.session.difference_cents, -100);
    till_report_done(&report);
    terminal_expect(&there, till_verify(there.store, there.arena, &found, &there.err));
    assert_int_equal(found.reports, 1);
    assert_int_equal(found.unchained, 0);
    assert_int_equal(found.count, 0);
    assert_string_equal(hub_text("SELECT encode(sha256(decode(repeat('00', 32), 'hex')"
                                 " || convert_to(report, 'UTF8')), 'hex') = encode(hash, 'hex')"
                                 " FROM cash_sessions"),
                        "t");
    terminal_leave(&here);
    terminal_leave(&there);
}

static void forge(const char *sql)
{
    struct operation *operation =
        operation_begin(here.store, "record.edit", &here.owner, &here.err);
    terminal_expect(&here, operation != NULL);
    terminal_expect(&here, store_run(here.store, sql, &here.err, ""));
    terminal_expect(&here, operation_commit(operation, &here.err));
}

static void a_forged_change_is_refused(void **state)
{
    static const char *const forgeries[] = {
        "UPDATE cash_sessions SET counted_cents = 1, difference_cents = 1 - expected_cents",
        "UPDATE cash_sessions SET status = 'open', closed_at = NULL, z_number = NULL",
        "UPDATE cash_sessions SET report = '{}', hash = zeroblob(32)",
        "UPDATE cash_sessions SET notes = 'it was all there'",
    };
    (void)state;
    join(&here, "register");
    open_with(20000);
    close_with(19000);
    terminal_settle(&here);
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        forge(forgeries[i]);
        terminal_settle(&here);
        if (hub_integer("SELECT count(*) FROM cash_sessions WHERE status = 'closed'"
                        " AND counted_cents = 19000 AND notes = 'counted'"
                        " AND report LIKE '%\"counted_cents\":19000%'") != 1)
            fail_msg("'%s' came through", forgeries[i]);
        assert_string_equal(hub_text("SELECT status || ': ' || reason FROM applied_operations"
                                     " ORDER BY seq DESC LIMIT 1"),
                            "refused: The till was closed with Z 1, which can't be changed any "
                            "more");
        assert_int_equal(terminal_integer(&here, "SELECT counted_cents FROM cash_sessions"), 19000);
    }
    terminal_leave(&here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_closed_here_is_seen_there, hub_setup, hub_teardown),
        cmocka_unit_test_setup_teardown(a_forged_change_is_refused, hub_setup, hub_teardown),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
