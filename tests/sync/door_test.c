/* Joining, and what a terminal asks before and while it pulls (migrations/0023_terminals.sql). */
#include "tests/sync/centre.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct centre centre;

static int start(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    if (centre.admin != NULL)
        centre_close(&centre);
    postgres_stop(server);
    return 0;
}

/* Each test has a shop of its own at the one centre. */
static void new_shop(struct centre_shop *shop)
{
    static int count;
    if (centre.admin == NULL)
        centre_open(&centre, server);
    centre_shop(&centre, arena_format(centre.arena, "shop-%d", ++count), shop);
}

#define FORMAT(...) arena_format(centre.arena, __VA_ARGS__)

static const char *admin(const char *sql)
{
    return centre_ask(&centre, centre.admin, sql);
}

static void run(const char *sql)
{
    centre_run(&centre, centre.admin, sql);
}

static const char *ask(const struct centre_terminal *terminal, const char *sql)
{
    return centre_ask(&centre, terminal->line, sql);
}

static const char *denial(const char *answer)
{
    return centre_member(&centre, answer, "denied");
}

static void a_code_makes_one_terminal(void **state)
{
    struct centre_shop shop;
    (void)state;
    new_shop(&shop);
    const char *code = centre_code(&centre, &shop, "register", shop.here, shop.anna);
    const char *answer =
        centre_enroll(&centre, code,
                      "{\"schema_version\": 23, \"last_seq\": 7, \"last_operation\":"
                      " \"00000000-0000-7000-8000-000000000007\"}");
    assert_string_equal(denial(answer), "");
    assert_string_equal(centre_member(&centre, answer, "tenant_id"), shop.tenant);
    assert_string_equal(centre_member(&centre, answer, "location_id"), shop.here);
    assert_string_equal(centre_member(&centre, answer, "user_id"), shop.anna);
    assert_string_equal(centre_member(&centre, answer, "kind"), "register");
    assert_string_equal(centre_member(&centre, answer, "incarnation"), "1");
    const char *terminal = centre_member(&centre, answer, "terminal_id");
    assert_string_equal(admin(FORMAT("SELECT code, terminal_id = '%s', incarnation FROM registers"
                                     " WHERE id = '%s'",
                                     terminal, centre_member(&centre, answer, "register_id"))),
                        "R1|t|1");
    assert_string_equal(
        admin(FORMAT("SELECT last_seq, right(last_operation_id::text, 1) FROM terminal_incarnations"
                     " WHERE terminal_id = '%s'",
                     terminal)),
        "7|7");
    assert_string_equal(
        admin(FORMAT("SELECT user_id = '%s', valid_until > now() + interval '13 days'"
                     " FROM terminal_users WHERE terminal_id = '%s'",
                     shop.anna, terminal)),
        "t|t");
    /* A lost answer is given again, to who has the verifier; nobody else has a use for the code. */
    assert_string_equal(centre_enroll(&centre, code, "{}"), answer);
    run("UPDATE terminal_states SET verifier = replace(verifier, '4096', '4097')");
    assert_string_not_equal(denial(centre_enroll(&centre, code, "{}")), "");
}

/* As it may be read aloud, or typed from paper. */
static void a_code_may_be_written_in_many_ways(void **state)
{
    struct centre_shop shop;
    (void)state;
    new_shop(&shop);
    char typed[200];
    const char *code = centre_code(&centre, &shop, "office", NULL, NULL);
    assert_int_equal(strlen(code), 39);
    size_t used = 1;
    typed[0] = ' ';
    for (const char *at = code; *at != '\0'; at++, used++) {
        typed[used] = *at;
        if (*at >= 'A' && *at <= 'Z')
            typed[used] = (char)(*at + 'a' - 'A');
        else if (*at == '0')
            typed[used] = 'o';
        else if (*at == '1')
            typed[used] = used % 2 == 0 ? 'l' : 'I';
        else if (*at == '-')
            typed[used] = ' ';
    }
    typed[used] = '\0';
    assert_string_equal(denial(centre_enroll(&centre, typed, "{}")), "");
}

static const char *with_other_end(const char *code, int times)
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char *wrong = arena_text(centre.arena, code);
    char *last = wrong + strlen(wrong) - 1;
    *last = letters[(strchr(letters, *last) - letters + 1 + times) % 32];
    return wrong;
}

static void wrong_codes_are_denied_and_counted(void **state)
{
    static const char *const wrong[] = {"",
                                        "0000",
                                        "not a code",
                                        "0000-0000-0000-0000-0000-0000-0000-0000",
                                        "UUUU-0000-0000-0000-0000-0000-0000-0000",
                                        "0000-0000-0000-0000-0000-0000-0000-00000"};
    struct centre_shop shop;
    (void)state;
    new_shop(&shop);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_string_not_equal(denial(centre_enroll(&centre, wrong[i], "{}")), "");
    const char *code = centre_code(&centre, &shop, "office", NULL, NULL);
    for (int i = 0; i < 5; i++)
        assert_string_not_equal(denial(centre_enroll(&centre, with_other_end(code, i), "{}")), "");
    assert_string_not_equal(denial(centre_enroll(&centre, code, "{}")), "");
    assert_string_equal(admin(FORMAT("SELECT tries_left FROM enrollment_codes WHERE tenant_id ="
                                     " '%s'",
                                     shop.tenant)),
                        "0");
    assert_string_equal(admin("SELECT times FROM alarms WHERE kind = 'wrong code'"), "5");
    assert_string_equal(
        admin(FORMAT("SELECT count(*) FROM terminals WHERE tenant_id = '%s'", shop.tenant)), "0");
}

static void a_code_that_is_too_old_is_denied(void **state)
{
    struct centre_shop shop;
    (void)state;
    new_shop(&shop);
    const char *code = centre_code(&centre, &shop, "office", NULL, NULL);
    run(FORMAT("UPDATE enrollment_codes SET expires_at = now() - interval '1 second'"
               " WHERE tenant_id = '%s'",
               shop.tenant));
    assert_string_not_equal(denial(centre_enroll(&centre, code, "{}")), "");
}

static void the_door_opens_nothing_else(void **state)
{
    struct centre_shop shop;
    (void)state;
    new_shop(&shop);
    struct central *door = centre_connect(&centre, "ct_door");
    centre_run(&centre, door, FORMAT("SET countertop.tenant = '%s'", shop.tenant));
    centre_refused(&centre, door, "SELECT * FROM users", "permission denied");
    centre_refused(&centre, door, "SELECT * FROM enrollment_codes", "permission denied");
    centre_refused(&centre, door, "SELECT sync_hello('{}')", "permission denied");
    centre_refused(&centre, door, "SELECT sync_give_login('ct_1_t1', 'x')", "permission denied");
    centre_refused(&centre, door, FORMAT("SELECT sync_first_code('%s', 'office')", shop.tenant),
                   "permission denied");
    centre_refused(&centre, door,
                   FORMAT("SELECT sync_enroll('%s', 'plain', '{}')",
                          centre_code(&centre, &shop, "office", NULL, NULL)),
                   "SCRAM verifier");
    central_close(door);
}

static void hello_tells_the_facts(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.there, NULL, &till);
    const char *hello = ask(&till, "SELECT sync_hello('{\"schema_version\": 22, \"incarnation\": 1,"
                                   " \"cursor\": null}')");
    assert_string_equal(centre_member(&centre, hello, "tenant_id"), shop.tenant);
    assert_string_equal(centre_member(&centre, hello, "register_id"), till.register_id);
    assert_string_equal(centre_member(&centre, hello, "highest_incarnation"), "1");
    assert_string_equal(centre_member(&centre, hello, "floor_is_below"), "false");
    assert_string_equal(centre_member(&centre, hello, "in_recovery"), "false");
    assert_string_equal(centre_member(&centre, hello, "schema_version"),
                        admin("SELECT max(version) FROM schema_migrations"));
    assert_string_equal(centre_member(&centre, hello, "schema_least"),
                        admin("SELECT version FROM schema_migrations ORDER BY version DESC OFFSET 2"
                              " LIMIT 1"));
    assert_string_equal(
        centre_member(&centre, centre_member(&centre, hello, "incarnation"), "last_seq"), "0");
    assert_string_equal(
        centre_member(&centre, centre_member(&centre, hello, "terminal"), "location_id"),
        shop.there);
    assert_string_equal(
        admin(FORMAT("SELECT schema_version FROM terminals WHERE id = '%s'", till.id)), "22");
    double off = strtod(centre_member(&centre, hello, "server_time"), NULL) -
                 strtod(admin("SELECT extract(epoch FROM clock_timestamp()) * 1000000"), NULL);
    assert_true(off < 1e6 && off > -60e6);
    hello = ask(&till, "SELECT sync_hello('{\"incarnation\": 5}')");
    assert_string_equal(centre_member(&centre, hello, "incarnation"), "");
    centre_leave(&till);
}

static void a_new_incarnation_ends_the_others(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    const char *second = ask(&till, "SELECT sync_new_incarnation(41, uuidv7())");
    const char *third = ask(&till, "SELECT sync_new_incarnation(40, NULL)");
    assert_string_equal(centre_member(&centre, second, "incarnation"), "2");
    assert_string_equal(centre_member(&centre, third, "incarnation"), "3");
    assert_string_equal(admin(FORMAT("SELECT code, incarnation, is_active FROM registers WHERE"
                                     " tenant_id = '%s' ORDER BY incarnation",
                                     shop.tenant)),
                        "R1|1|f\nR1b|2|f\nR1c|3|t");
    assert_string_equal(
        admin(FORMAT("SELECT incarnation, last_seq, ended_at IS NULL FROM terminal_incarnations"
                     " WHERE terminal_id = '%s' ORDER BY incarnation",
                     till.id)),
        "1|0|f\n2|41|f\n3|40|t");
    assert_string_equal(ask(&till, "SELECT incarnation, last_seq FROM sync_pull_head(NULL)"),
                        "3|40");
    centre_leave(&till);
}

static const char *cursor_of(const struct centre_terminal *terminal)
{
    return ask(terminal, "SELECT snapshot FROM sync_pull_head(NULL)");
}

static const char *changed(const struct centre_terminal *terminal, const char *cursor)
{
    return ask(terminal, FORMAT("SELECT string_agg(table_name, ' ' ORDER BY table_name COLLATE"
                                " \"C\") FROM sync_changes('%s')",
                                cursor));
}

static const char *scope_of(const struct centre_terminal *terminal)
{
    return ask(terminal, "SELECT scope_version FROM sync_pull_head(NULL)");
}

static void changes_are_of_ones_own_scope(void **state)
{
    struct centre_shop shop, other;
    struct centre_terminal till, office;
    (void)state;
    new_shop(&shop);
    new_shop(&other);
    centre_join(&centre, &shop, "register", shop.here, shop.anna, &till);
    centre_join(&centre, &shop, "office", NULL, shop.ben, &office);
    const char *till_at = cursor_of(&till), *office_at = cursor_of(&office);
    assert_string_equal(ask(&till, FORMAT("SELECT sync_has_news('%s')", till_at)), "f");
    assert_string_equal(changed(&till, till_at), "");
    run(FORMAT("UPDATE users SET first_name = 'x' WHERE tenant_id = '%s'", other.tenant));
    assert_string_equal(ask(&till, FORMAT("SELECT sync_has_news('%s')", till_at)), "f");
    run(FORMAT("UPDATE locations SET phone = '1' WHERE tenant_id = '%s'", shop.tenant));
    run(FORMAT("INSERT INTO todos (tenant_id, user_id, task) VALUES ('%s', '%s', 'paint')",
               shop.tenant, shop.ben));
    run(FORMAT("INSERT INTO integrations (tenant_id, name, type) VALUES ('%s', 'x', 'x')",
               shop.tenant));
    assert_string_equal(ask(&till, FORMAT("SELECT sync_has_news('%s')", till_at)), "t");
    assert_string_equal(changed(&till, till_at), "locations locations");
    assert_string_equal(changed(&office, office_at), "integrations locations locations todos");
    centre_leave(&till);
    centre_leave(&office);
}

static void private_channels_reach_their_members_alone(void **state)
{
    struct centre_shop shop;
    struct centre_terminal anna, ben;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, shop.anna, &anna);
    centre_join(&centre, &shop, "register", shop.here, shop.ben, &ben);
    const char *anna_at = cursor_of(&anna), *ben_at = cursor_of(&ben);
    const char *channel = admin(
        FORMAT("INSERT INTO channels (tenant_id, name, slug, channel_type) VALUES ('%s', 'p', 'p',"
               " 'private') RETURNING id",
               shop.tenant));
    run(FORMAT("INSERT INTO channel_members (tenant_id, channel_id, user_id) VALUES ('%s', '%s',"
               " '%s')",
               shop.tenant, channel, shop.anna));
    assert_string_equal(changed(&anna, anna_at), "channel_members channels");
    assert_string_equal(changed(&ben, ben_at), "");
    const char *before = scope_of(&ben);
    assert_string_equal(scope_of(&ben), before);
    run(FORMAT("INSERT INTO channel_members (tenant_id, channel_id, user_id) VALUES ('%s', '%s',"
               " '%s')",
               shop.tenant, channel, shop.ben));
    const char *joined = scope_of(&ben);
    assert_string_not_equal(joined, before);
    assert_string_equal(changed(&ben, ben_at), "channel_members channel_members channels");
    ben_at = cursor_of(&ben);
    run(FORMAT("DELETE FROM channel_members WHERE user_id = '%s'", shop.ben));
    assert_string_not_equal(scope_of(&ben), joined);
    assert_string_equal(ask(&ben, FORMAT("SELECT sync_has_news('%s')", ben_at)), "t");
    assert_string_equal(changed(&ben, ben_at), "");
    before = scope_of(&ben);
    run(FORMAT("UPDATE terminal_users SET signed_in_at = now() - interval '2 days', valid_until ="
               " now() - interval '1 second' WHERE terminal_id = '%s'",
               ben.id));
    assert_string_not_equal(scope_of(&ben), before);
    centre_leave(&anna);
    centre_leave(&ben);
}

/* A writer that began before the cursor and commits after it, beside one that began later and was
 * there already: what is newer by number is not what is missing. */
static void a_slow_writer_is_not_missed(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    struct central *slow = centre_connect(&centre, "postgres");
    centre_run(&centre, slow,
               FORMAT("BEGIN; UPDATE users SET bio = 'slow' WHERE id = '%s'", shop.anna));
    run(FORMAT("UPDATE locations SET phone = '2' WHERE id = '%s'", shop.here));
    const char *at = cursor_of(&till);
    assert_string_equal(changed(&till, at), "");
    centre_run(&centre, slow, "COMMIT");
    central_close(slow);
    assert_string_equal(changed(&till, at), "users");
    assert_string_equal(changed(&till, cursor_of(&till)), "");
    centre_leave(&till);
}

static void a_cursor_counts_above_the_floor_and_of_this_server(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    const char *at = cursor_of(&till);
    static const char head[] = "SELECT floor_is_below FROM sync_pull_head('%s')";
    assert_string_equal(ask(&till, FORMAT(head, at)), "t");
    assert_string_equal(ask(&till, FORMAT(head, "4000000000:4000000000:")), "f");
    assert_string_equal(ask(&till, FORMAT(head, "rubbish")), "f");
    run("UPDATE sync_marks SET noted_at = now() - interval '3 days'");
    run(FORMAT("UPDATE users SET bio = 'new' WHERE id = '%s'", shop.anna));
    run("SELECT sync_trim('1 day')");
    assert_string_equal(ask(&till, FORMAT(head, at)), "t"); /* the mark is older than the cursor */
    run("DELETE FROM sync_marks; INSERT INTO sync_marks VALUES (now() - interval '2 days',"
        " pg_current_snapshot()::text)");
    run("SELECT sync_trim('1 day')");
    assert_string_equal(ask(&till, FORMAT(head, at)), "f");
    assert_string_equal(
        admin(FORMAT("SELECT count(*) FROM change_log WHERE tenant_id = '%s'", shop.tenant)), "0");
    const char *print = ask(&till, "SELECT fingerprint FROM sync_pull_head(NULL)");
    at = cursor_of(&till);
    run("SELECT sync_set_epoch()");
    assert_string_not_equal(ask(&till, "SELECT fingerprint FROM sync_pull_head(NULL)"), print);
    centre_leave(&till);
}

/* A centre that wakes up elsewhere was restored, though nobody said so. */
static void a_centre_at_another_place_begins_an_epoch(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    static const char print[] = "SELECT fingerprint FROM sync_pull_head(NULL)";
    const char *before = ask(&till, print);
    ask(&till, "SELECT sync_hello('{\"cursor\": \"1:1:\"}')");
    assert_string_equal(ask(&till, print), before);
    run("UPDATE sync_meta SET value = 'elsewhere' WHERE name = 'place'");
    ask(&till, "SELECT sync_hello('{}')");
    const char *after = ask(&till, print);
    assert_string_not_equal(after, before);
    ask(&till, "SELECT sync_hello('{\"cursor\": \"rubbish\"}')");
    assert_string_equal(ask(&till, print), after);
    ask(&till, "SELECT sync_hello('{\"cursor\": \"4000000000:4000000000:\"}')");
    assert_string_equal(admin(FORMAT("SELECT kind FROM alarms WHERE terminal_id = '%s'", till.id)),
                        "later cursor");
    centre_leave(&till);
}

/* Of the entries of one row that newer ones make superfluous, none goes that a cursor between them
 * needs. */
static void trimming_keeps_what_a_cursor_needs(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    run("SELECT sync_trim('1 day')");
    const char *first = cursor_of(&till);
    run(FORMAT("UPDATE users SET bio = '1' WHERE id = '%s'", shop.anna));
    run(FORMAT("UPDATE users SET bio = '2' WHERE id = '%s'", shop.anna));
    run("UPDATE sync_marks SET snapshot = pg_current_snapshot()::text,"
        " noted_at = now() - interval '2 hours'");
    run(FORMAT("UPDATE users SET bio = '3' WHERE id = '%s'", shop.anna));
    const char *last = cursor_of(&till);
    run("SELECT sync_trim('1 day')");
    assert_string_equal(
        admin(FORMAT("SELECT count(*) FROM change_log WHERE row_id = '%s' AND xid >="
                     " pg_snapshot_xmin('%s')",
                     shop.anna, first)),
        "1");
    assert_string_equal(changed(&till, first), "users");
    assert_string_equal(changed(&till, last), "");
    centre_leave(&till);
}

static void registers_are_bound_to_one_terminal_each(void **state)
{
    struct centre_shop shop;
    struct centre_terminal first, second, office;
    (void)state;
    new_shop(&shop);
    const char *used = admin(FORMAT("INSERT INTO registers (tenant_id, location_id, code) VALUES"
                                    " ('%s', '%s', 'R7') RETURNING id",
                                    shop.tenant, shop.here));
    centre_join(&centre, &shop, "register", shop.here, NULL, &first);
    centre_join(&centre, &shop, "register", shop.here, NULL, &second);
    centre_join(&centre, &shop, "office", shop.here, NULL, &office);
    assert_string_equal(first.register_id, used);
    assert_string_equal(
        admin(FORMAT("SELECT code FROM registers WHERE id = '%s'", second.register_id)), "R8");
    assert_string_equal(office.register_id, "");
    centre_leave(&first);
    centre_leave(&second);
    centre_leave(&office);
}

/* Neither a terminal that is there nor a code that can still be used has it. */
static void a_code_takes_the_first_free_name(void **state)
{
    static const char *const names[] = {"Office 1", "Office 2", "Office 4", "Office 5", "Office 1"};
    struct centre_shop shop, other;
    (void)state;
    new_shop(&shop);
    new_shop(&other);
    run(FORMAT("INSERT INTO terminals (tenant_id, name, kind) VALUES ('%s', 'Office 3', 'office'),"
               " ('%s', 'Office 1', 'office'), ('%s', 'Office', 'office')",
               shop.tenant, other.tenant, shop.tenant));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (i == 4)
            run(FORMAT("UPDATE enrollment_codes SET expires_at = now() - interval '1 second'"
                       " WHERE tenant_id = '%s' AND name = 'Office 1'",
                       shop.tenant));
        run(FORMAT("SELECT sync_first_code('%s', 'office')", shop.tenant));
        assert_string_equal(admin(FORMAT("SELECT name FROM enrollment_codes WHERE tenant_id = '%s'"
                                         " ORDER BY created_at DESC LIMIT 1",
                                         shop.tenant)),
                            names[i]);
    }
    assert_string_equal(admin(FORMAT("SELECT sync_code_name('%s', 'worker')", shop.tenant)),
                        "Worker 1");
}

static void a_revoked_terminal_gets_nothing(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    run(FORMAT("UPDATE terminals SET revoked_at = now() WHERE id = '%s'", till.id));
    static const char *const calls[] = {"SELECT sync_hello('{}')",
                                        "SELECT * FROM sync_pull_head(NULL)",
                                        "SELECT * FROM sync_changes('1:1:')",
                                        "SELECT * FROM sync_answers(1, 1)",
                                        "SELECT sync_has_news('1:1:')",
                                        "SELECT sync_new_incarnation(0, NULL)",
                                        "SELECT sync_sign_in('anna', 'x')",
                                        "SELECT sync_signed_in(NULL)",
                                        "SELECT sync_use_reset_code('anna', 'x', 'x')",
                                        "SELECT sync_make_code('office', NULL, NULL, NULL)"};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        centre_refused(&centre, till.line, calls[i], "was revoked");
    assert_string_equal(ask(&till, "SELECT count(*) FROM users"), "0");
    assert_string_equal(ask(&till, "SELECT rows FROM sync_checksum('users')"), "0");
    run(FORMAT("UPDATE terminals SET revoked_at = NULL WHERE id = '%s'", till.id));
    struct error err = {0};
    run(FORMAT("SELECT sync_revoke('%s')", till.id));
    assert_false(central_run(till.line, "SELECT 1", &err));
    centre_leave(&till);
    const struct central_address address = {.url = centre.url, .user = till.role, .stop_fd = -1};
    assert_null(central_open_at(&address, &err));
}

static void checksums_and_estimates_are_of_what_one_sees(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    assert_string_equal(ask(&till, "SELECT * FROM sync_checksum('users')"),
                        admin(FORMAT("SELECT count(*), sum(row_version) FROM users WHERE tenant_id"
                                     " = '%s'",
                                     shop.tenant)));
    centre_refused(&centre, till.line, "SELECT * FROM sync_checksum('user_credentials')",
                   "permission denied");
    centre_refused(&centre, till.line, "SELECT * FROM sync_checksum('terminal_incarnations')",
                   "permission denied");
    assert_string_equal(ask(&till, "SELECT rows > 0 FROM sync_estimate() WHERE table_name ="
                                   " 'users'"),
                        "t");
    centre_leave(&till);
}

/* The answers of one incarnation from a seq on, in their order, and nobody else's. */
static void answers_are_ones_own(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till, other;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, NULL, &till);
    centre_join(&centre, &shop, "register", shop.here, NULL, &other);
    run(FORMAT("INSERT INTO applied_operations (operation_id, tenant_id, terminal_id, incarnation,"
               " seq, hash, kind, status, reason)"
               " SELECT uuidv7(), '%s', '%s', 1 + s / 4, s, sha256(s::text::bytea), 'x', 'refused',"
               " 'no ' || s FROM generate_series(1, 5) AS s",
               shop.tenant, till.id));
    assert_string_equal(ask(&till, "SELECT seq, status, reason FROM sync_answers(1, 2)"),
                        "2|refused|no 2\n3|refused|no 3");
    assert_string_equal(ask(&till, "SELECT seq FROM sync_answers(2, 0)"), "4\n5");
    assert_string_equal(ask(&other, "SELECT seq FROM sync_answers(1, 0)"), "");
    centre_leave(&till);
    centre_leave(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_makes_one_terminal),
        cmocka_unit_test(a_code_may_be_written_in_many_ways),
        cmocka_unit_test(wrong_codes_are_denied_and_counted),
        cmocka_unit_test(a_code_that_is_too_old_is_denied),
        cmocka_unit_test(the_door_opens_nothing_else),
        cmocka_unit_test(hello_tells_the_facts),
        cmocka_unit_test(a_new_incarnation_ends_the_others),
        cmocka_unit_test(changes_are_of_ones_own_scope),
        cmocka_unit_test(private_channels_reach_their_members_alone),
        cmocka_unit_test(a_slow_writer_is_not_missed),
        cmocka_unit_test(a_cursor_counts_above_the_floor_and_of_this_server),
        cmocka_unit_test(a_centre_at_another_place_begins_an_epoch),
        cmocka_unit_test(trimming_keeps_what_a_cursor_needs),
        cmocka_unit_test(registers_are_bound_to_one_terminal_each),
        cmocka_unit_test(a_code_takes_the_first_free_name),
        cmocka_unit_test(a_revoked_terminal_gets_nothing),
        cmocka_unit_test(checksums_and_estimates_are_of_what_one_sees),
        cmocka_unit_test(answers_are_ones_own),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
