/* What guessing costs at the centre, and what a hostile terminal gets by it
 * (migrations/0029_door.sql). */
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
static struct centre_shop shop, theirs;
static struct centre_terminal till, other, foreign;

#define FORMAT(...) arena_format(centre.arena, __VA_ARGS__)

static void run(const char *sql)
{
    centre_run(&centre, centre.admin, sql);
}

static const char *admin(const char *sql)
{
    return centre_ask(&centre, centre.admin, sql);
}

static const char *ask(const char *sql)
{
    return centre_ask(&centre, till.line, sql);
}

static const char *member(const char *answer, const char *name)
{
    return centre_member(&centre, answer, name);
}

static const char *sign_in(const char *name, const char *password, const char *code)
{
    return centre_sign_in(&centre, till.line, name, password, code);
}

static void give_password(const char *tenant, const char *user)
{
    run(FORMAT("INSERT INTO user_credentials (tenant_id, user_id, password_hash) VALUES"
               " ('%s', '%s', crypt('paint bucket', gen_salt('bf', 4)))",
               tenant, user));
}

/* A shop with its owner at the till, Anna who manages people, and Ben; and another shop. */
static int setup(void **state)
{
    static int count;
    (void)state;
    if (centre.admin == NULL)
        centre_open(&centre, server);
    centre_shop(&centre, FORMAT("guess-%d", ++count), &shop);
    centre_shop(&centre, FORMAT("theirs-%d", count), &theirs);
    admin("SELECT sync_make_pool(3)");
    centre_join(&centre, &shop, "register", shop.here, shop.owner, &till);
    centre_join(&centre, &shop, "register", shop.here, NULL, &other);
    centre_join(&centre, &theirs, "register", theirs.here, theirs.owner, &foreign);
    run(FORMAT("DELETE FROM terminal_users WHERE terminal_id = '%s'", other.id));
    give_password(shop.tenant, shop.owner);
    give_password(shop.tenant, shop.anna);
    give_password(shop.tenant, shop.ben);
    run(FORMAT("WITH r AS (INSERT INTO roles (tenant_id, name) VALUES ('%s', 'people') RETURNING"
               " id), p AS (INSERT INTO role_permissions (tenant_id, role_id, permission)"
               " SELECT '%s', id, 'users.manage' FROM r) INSERT INTO user_roles (tenant_id,"
               " user_id, role_id, location_id) SELECT '%s', '%s', id, '%s' FROM r",
               shop.tenant, shop.tenant, shop.tenant, shop.anna, shop.here));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    centre_leave(&till);
    centre_leave(&other);
    centre_leave(&foreign);
    return 0;
}

/* As if so much time had gone by. */
static void sleep_for(const char *interval)
{
    run(FORMAT("UPDATE login_attempts SET attempted_at = attempted_at - interval '%s'", interval));
    run(FORMAT("UPDATE user_credentials SET reset_until = reset_until - interval '%s'", interval));
}

static void wrong_tries_have_to_wait(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        assert_string_equal(member(sign_in("anna", "wrong", NULL), "wait_us"), "0");
    for (long seconds = 1; seconds <= 1024; seconds *= 2) {
        const char *answer = sign_in("anna", "wrong", NULL);
        long wait = seconds < 900 ? seconds : 900;
        long said = strtol(member(answer, "wait_us"), NULL, 10);
        assert_in_range(said, (wait - 1) * 1000000 + 1, wait * 1000000);
        assert_non_null(strstr(member(answer, "denied"), "wrong"));
        answer = sign_in("anna", "paint bucket", NULL);
        if (seconds > 4) /* before that the time may just have gone by */
            assert_non_null(strstr(member(answer, "denied"), "too many wrong"));
        else if (member(answer, "user_id")[0] != '\0')
            skip();
        sleep_for(FORMAT("%ld seconds", wait));
    }
    assert_string_equal(member(sign_in("anna", "paint bucket", NULL), "user_id"), shop.anna);
    assert_string_equal(member(sign_in("anna", "wrong", NULL), "wait_us"), "0");
    assert_string_equal(admin("SELECT count(*) FROM alarms WHERE kind = 'wrong passwords'"), "1");
    assert_string_equal(admin(FORMAT("SELECT count(*) FROM audit_logs WHERE action ="
                                     " 'sign_in_failed' AND target_id = '%s'",
                                     shop.anna)),
                        "1");
}

/* The same person by other names; a name that nobody has; a terminal that tries many. */
static void no_name_helps(void **state)
{
    (void)state;
    run(FORMAT("UPDATE users SET email = 'anna@paint.example' WHERE id = '%s'", shop.anna));
    sign_in("anna", "wrong", NULL);
    sign_in("ANNA@paint.example", "wrong", NULL);
    sign_in(shop.anna, "wrong", NULL);
    assert_non_null(strstr(member(sign_in("anna", "wrong", NULL), "denied"), "too many"));
    for (int i = 0; i < 3; i++)
        sign_in("Nobody", "wrong", NULL);
    assert_non_null(strstr(member(sign_in("nobody", "wrong", NULL), "denied"), "too many"));
    for (int i = 0; i < 5; i++)
        sign_in(FORMAT("guess%d", i), "wrong", NULL);
    assert_non_null(strstr(member(sign_in("ben", "paint bucket", NULL), "denied"), "too many"));
    const char *elsewhere = centre_sign_in(&centre, other.line, "ben", "paint bucket", NULL);
    assert_string_equal(member(elsewhere, "user_id"), shop.ben);
}

static void waiting_can_be_lifted(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        sleep_for("70 seconds");
        sign_in("ben", "wrong", NULL);
    }
    assert_non_null(strstr(member(sign_in("ben", "paint bucket", NULL), "denied"), "too many"));
    ask(FORMAT("SELECT sync_lift_lock('%s', '%s')", shop.owner, shop.ben));
    assert_string_equal(member(sign_in("ben", "paint bucket", NULL), "user_id"), shop.ben);
}

/* Whoever exists or not, has a password or not: one hash, and the same words. */
static void nothing_tells_who_exists(void **state)
{
    static const char *const names[] = {"anna", "nobody", "gone", ""};
    (void)state;
    run(FORMAT("INSERT INTO users (tenant_id, username, display_name, status) VALUES"
               " ('%s', 'gone', 'Gone', 'suspended')",
               shop.tenant));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        admin("SELECT pg_stat_force_next_flush()");
        run(FORMAT("BEGIN; SET LOCAL track_functions = 'all'; SET LOCAL SESSION AUTHORIZATION %s",
                   till.role));
        const char *answer = admin(FORMAT("SELECT sync_sign_in('%s', 'wrong')", names[i]));
        run("RESET SESSION AUTHORIZATION");
        assert_string_equal(
            admin("SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'crypt'"), "1");
        run("COMMIT");
        answer = ask(FORMAT("SELECT sync_signed_in('%s', 'wrong')", member(answer, "ticket")));
        assert_string_equal(member(answer, "denied"), "name, password or code are wrong");
    }
}

/* What a terminal may undo tells it nothing, and what it does not undo is counted. */
static void a_try_is_told_once_it_counts(void **state)
{
    static const char *const begins[] = {"BEGIN", "BEGIN; SAVEPOINT a",
                                         "BEGIN ISOLATION LEVEL REPEATABLE READ"};
    (void)state;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        centre_run(&centre, till.line, begins[i]);
        const char *ticket = member(ask("SELECT sync_sign_in('anna', 'paint bucket')"), "ticket");
        if (i == 1)
            centre_run(&centre, till.line, "RELEASE a; SAVEPOINT b");
        const char *answer = ask(FORMAT("SELECT sync_signed_in('%s', 'paint bucket')", ticket));
        assert_string_equal(member(answer, "user_id"), "");
        assert_non_null(strstr(member(answer, "denied"), "begin again"));
        assert_non_null(
            strstr(member(ask(FORMAT("SELECT sync_change_password('%s', 'other bucket')", ticket)),
                          "denied"),
                   "begin again"));
        centre_run(&centre, till.line, "ROLLBACK");
        answer = ask(FORMAT("SELECT sync_signed_in('%s', 'paint bucket')", ticket));
        assert_string_equal(member(answer, "user_id"), "");
    }
    assert_string_equal(
        admin(FORMAT("SELECT count(*) FROM login_attempts WHERE user_id = '%s'", shop.anna)), "0");
    const char *answer = ask("SELECT sync_sign_in('anna', 'paint bucket')");
    const char *use = FORMAT("SELECT sync_signed_in('%s')", member(answer, "ticket"));
    assert_string_equal(member(centre_ask(&centre, other.line, use), "user_id"), "");
    assert_string_equal(member(ask(use), "user_id"), shop.anna);
    assert_string_equal(member(ask(use), "user_id"), "");
    answer = ask("SELECT sync_sign_in('anna', 'paint bucket')");
    run("UPDATE sign_in_tickets SET made_at = now() - interval '6 minutes'");
    assert_string_equal(
        member(ask(FORMAT("SELECT sync_signed_in('%s')", member(answer, "ticket"))), "user_id"),
        "");
}

/* Kept back until the password was taken from whoever asked for it. */
static void a_ticket_ends_with_what_it_was_got_by(void **state)
{
    (void)state;
    const char *const ends[] = {
        FORMAT("SELECT sync_set_password('%s', '%s', 'other bucket')", shop.tenant, shop.anna),
        FORMAT("UPDATE users SET status = 'suspended' WHERE id = '%s'", shop.anna),
        FORMAT("SELECT sync_end_all('%s', '%s', NULL)", shop.tenant, shop.anna),
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        run(FORMAT("UPDATE users SET status = 'active' WHERE id = '%s'", shop.anna));
        run(FORMAT("UPDATE user_credentials SET password_hash = crypt('paint bucket',"
                   " gen_salt('bf', 4)) WHERE user_id = '%s'",
                   shop.anna));
        const char *ticket = member(ask("SELECT sync_sign_in('anna', 'paint bucket')"), "ticket");
        run(ends[i]);
        const char *answer = ask(FORMAT("SELECT sync_signed_in('%s', 'paint bucket')", ticket));
        assert_string_equal(member(answer, "user_id"), "");
        assert_string_not_equal(member(answer, "denied"), "");
    }
}

/* What was right and what was wrong touches the same rows, as far as a terminal can see it. */
static void a_try_leaves_one_trace(void **state)
{
    static const char *const passwords[] = {"wrong", "paint bucket"};
    static const char trace[] =
        "SELECT string_agg(concat_ws(' ', relname, seq_scan, seq_tup_read, idx_scan,"
        " idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del), ', ' ORDER BY relname)"
        " FROM pg_stat_xact_user_tables WHERE seq_scan + coalesce(idx_scan, 0) + n_tup_ins > 0";
    const char *traces[2];
    (void)state;
    sign_in("anna", "paint bucket", NULL); /* whatever is looked up once in a session */
    for (size_t i = 0; i < 2; i++) {
        ask("SELECT pg_stat_force_next_flush()");
        centre_run(&centre, till.line, "BEGIN");
        ask(FORMAT("SELECT sync_sign_in('anna', '%s', '123456')", passwords[i]));
        traces[i] = ask(trace);
        centre_run(&centre, till.line, "ROLLBACK");
    }
    assert_string_equal(traces[0], traces[1]);
    assert_non_null(strstr(traces[0], "sign_in_tickets"));
}

/* Nor does what a second try is answered tell of the first. */
static void a_try_says_nothing_of_the_one_before(void **state)
{
    static const char *const passwords[] = {"wrong", "paint bucket"};
    const char *answers[2];
    (void)state;
    sign_in("anna", "wrong", NULL);
    sign_in("anna", "wrong", NULL);
    for (size_t i = 0; i < 2; i++) {
        centre_run(&centre, till.line, "BEGIN");
        ask(FORMAT("SELECT sync_sign_in('anna', '%s')", passwords[i]));
        answers[i] = member(ask("SELECT sync_sign_in('anna', 'wrong')"), "denied");
        centre_run(&centre, till.line, "ROLLBACK");
    }
    assert_string_equal(answers[0], answers[1]);
    assert_non_null(strstr(answers[0], "too many"));
}

static void a_hash_of_others_is_renewed(void **state)
{
    (void)state;
    run(FORMAT("UPDATE user_credentials SET password_hash = '$2y$' || substr(crypt('paint bucket',"
               " gen_salt('bf', 5)), 5) WHERE user_id = '%s'",
               shop.anna));
    sign_in("anna", "wrong", NULL);
    const char *hash = FORMAT("SELECT left(password_hash, 7) FROM user_credentials"
                              " WHERE user_id = '%s'",
                              shop.anna);
    assert_string_equal(admin(hash), "$2y$05$");
    assert_string_equal(member(sign_in("anna", "paint bucket", NULL), "user_id"), shop.anna);
    assert_string_equal(admin(hash), "$2a$10$");
    assert_string_equal(member(sign_in("anna", "paint bucket", NULL), "user_id"), shop.anna);
}

/* RFC 6238, Appendix B, SHA-1. */
static void the_codes_are_those_of_the_standard(void **state)
{
    static const char *const vectors[][2] = {
        {"59", "94287082"},         {"1111111109", "07081804"}, {"1111111111", "14050471"},
        {"1234567890", "89005924"}, {"2000000000", "69279037"}, {"20000000000", "65353130"}};
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        assert_string_equal(
            admin(FORMAT("SELECT sync_totp('12345678901234567890', %s::bigint / 30, 8)",
                         vectors[i][0])),
            vectors[i][1]);
}

static const char *code_of(const char *secret, int steps)
{
    return admin(FORMAT("SELECT sync_totp('\\x%s', floor(extract(epoch FROM now()) / 30)::bigint"
                        " + %d)",
                        secret, steps));
}

static void a_second_factor_is_asked_for(void **state)
{
    (void)state;
    sign_in("anna", "paint bucket", NULL);
    const char *secret = ask(FORMAT("SELECT sync_totp_begin('%s')", shop.anna));
    assert_int_equal(strlen(secret), 40);
    assert_string_equal(admin(FORMAT("SELECT count(*) FROM totp_devices WHERE"
                                     " position('\\x%s'::bytea IN secret) > 0",
                                     secret)),
                        "0");
    const char *answer = ask(FORMAT("SELECT sync_totp_confirm('%s', '000000x')", shop.anna));
    assert_string_not_equal(member(answer, "denied"), "");
    answer = ask(FORMAT("SELECT sync_totp_confirm('%s', '%s')", shop.anna, code_of(secret, -1)));
    const char *backup = admin(FORMAT("SELECT '%s'::jsonb #>> '{codes,3}'", answer));
    assert_int_equal(strlen(backup), 14);
    assert_string_equal(admin(FORMAT("SELECT jsonb_array_length('%s'::jsonb -> 'codes')", answer)),
                        "10");
    run(FORMAT("UPDATE users SET mfa_enabled = FALSE WHERE id = '%s'", shop.anna));
    answer = sign_in("anna", "paint bucket", NULL);
    assert_string_equal(member(answer, "needs_code"), "true");
    assert_string_equal(member(sign_in("anna", "wrong", NULL), "needs_code"), "");
    const char *code = code_of(secret, 1);
    assert_string_equal(member(sign_in("anna", "wrong", code), "user_id"), "");
    sleep_for("5 minutes");
    assert_string_equal(member(sign_in("anna", "paint bucket", code), "user_id"), shop.anna);
    assert_string_equal(member(sign_in("anna", "paint bucket", code), "user_id"), "");
    assert_string_equal(member(sign_in("anna", "paint bucket", code_of(secret, 0)), "user_id"), "");
    sleep_for("5 minutes");
    assert_string_equal(member(sign_in("anna", "paint bucket", backup), "codes_left"), "9");
    assert_string_equal(member(sign_in("anna", "paint bucket", backup), "user_id"), "");
    answer = ask(FORMAT("SELECT sync_new_codes('%s')", shop.anna));
    const char *fresh = admin(FORMAT("SELECT lower('%s'::jsonb ->> 0)", answer));
    sleep_for("5 minutes");
    assert_string_equal(member(sign_in("anna", "paint bucket", fresh), "user_id"), shop.anna);
    ask(FORMAT("SELECT sync_totp_off('%s', '%s')", shop.owner, shop.anna));
    assert_string_equal(member(sign_in("anna", "paint bucket", NULL), "user_id"), shop.anna);
    assert_string_equal(admin(FORMAT("SELECT string_agg(DISTINCT action, ',' ORDER BY action) FROM"
                                     " audit_logs WHERE tenant_id = '%s' AND action LIKE 'mfa%%'",
                                     shop.tenant)),
                        "mfa_on,mfa_reset");
}

/* Two tickets by one code: the second finds it used. */
static void one_code_lets_in_once(void **state)
{
    const char *tickets[2];
    (void)state;
    sign_in("anna", "paint bucket", NULL);
    const char *secret = ask(FORMAT("SELECT sync_totp_begin('%s')", shop.anna));
    ask(FORMAT("SELECT sync_totp_confirm('%s', '%s')", shop.anna, code_of(secret, -1)));
    const char *code = code_of(secret, 1);
    for (size_t i = 0; i < 2; i++)
        tickets[i] = member(ask(FORMAT("SELECT sync_sign_in('anna', 'paint bucket', '%s')", code)),
                            "ticket");
    assert_string_equal(member(ask(FORMAT("SELECT sync_signed_in('%s')", tickets[0])), "user_id"),
                        shop.anna);
    assert_string_equal(member(ask(FORMAT("SELECT sync_signed_in('%s')", tickets[1])), "user_id"),
                        "");
}

static void a_code_gives_a_new_password_once(void **state)
{
    static const char use[] = "SELECT sync_use_reset_code('%s', '%s', '%s')";
    (void)state;
    run(FORMAT("UPDATE users SET status = 'invited' WHERE id = '%s'", shop.ben));
    sign_in("ben", "paint bucket", NULL);
    const char *code = ask(FORMAT("SELECT sync_reset_code('%s', '%s')", shop.owner, shop.ben));
    assert_string_not_equal(
        member(ask(FORMAT(use, "ben", "0000-0000-0000", "other bucket")), "denied"), "");
    assert_string_not_equal(member(ask(FORMAT(use, "anna", code, "other bucket")), "denied"), "");
    centre_refused(&centre, till.line, FORMAT(use, "ben", code, "short"), "8 characters");
    centre_refused(&centre, till.line,
                   FORMAT(use, "ben", code,
                          admin(FORMAT("SELECT name FROM tenants WHERE id = '%s'", shop.tenant))),
                   "password");
    assert_string_equal(member(ask(FORMAT(use, "ben", code, "other bucket")), "user_id"), shop.ben);
    assert_string_not_equal(member(ask(FORMAT(use, "ben", code, "third bucket")), "denied"), "");
    assert_string_equal(admin(FORMAT("SELECT count(*) FROM terminal_users WHERE user_id = '%s'"
                                     " AND valid_until > now()",
                                     shop.ben)),
                        "0");
    assert_string_equal(admin(FORMAT("SELECT status FROM users WHERE id = '%s'", shop.ben)),
                        "active");
    sleep_for("15 minutes");
    assert_string_equal(member(sign_in("ben", "other bucket", NULL), "user_id"), shop.ben);
    code = ask(FORMAT("SELECT sync_reset_code('%s', '%s')", shop.owner, shop.ben));
    sleep_for("61 minutes");
    assert_string_not_equal(member(ask(FORMAT(use, "ben", code, "third bucket")), "denied"), "");
    code = ask(FORMAT("SELECT sync_reset_code('%s', '%s')", shop.owner, shop.ben));
    for (int i = 0; i < 5; i++) {
        ask(FORMAT(use, "ben", "x", "third bucket"));
        run("DELETE FROM login_attempts");
    }
    assert_string_not_equal(member(ask(FORMAT(use, "ben", code, "third bucket")), "denied"), "");
}

static void a_new_password_ends_what_the_old_one_began(void **state)
{
    static const char live[] = "SELECT count(*) FROM terminal_users WHERE user_id = '%s' AND"
                               " terminal_id = '%s' AND valid_until > now()";
    (void)state;
    centre_sign_in(&centre, other.line, "anna", "paint bucket", NULL);
    const char *answer = ask("SELECT sync_sign_in('anna', 'paint bucket')");
    const char *ticket = member(answer, "ticket");
    centre_refused(&centre, till.line, FORMAT("SELECT sync_change_password('%s', 'anna')", ticket),
                   "8 characters");
    answer = ask(FORMAT("SELECT sync_change_password('%s', 'other bucket')", ticket));
    assert_string_equal(member(answer, "user_id"), shop.anna);
    assert_string_equal(admin(FORMAT(live, shop.anna, other.id)), "0");
    assert_string_equal(admin(FORMAT(live, shop.anna, till.id)), "1");
    assert_string_equal(member(sign_in("anna", "paint bucket", NULL), "user_id"), "");
    assert_string_equal(member(sign_in("anna", "other bucket", NULL), "user_id"), shop.anna);
}

static void out_is_out_everywhere(void **state)
{
    (void)state;
    centre_sign_in(&centre, other.line, "ben", "paint bucket", NULL);
    sign_in("ben", "paint bucket", NULL);
    assert_string_equal(
        ask(FORMAT("SELECT sync_sign_out_everywhere('%s', '%s')", shop.owner, shop.ben)), "2");
    assert_string_equal(centre_ask(&centre, other.line, "SELECT count(*) FROM my_users()"), "0");
    assert_string_equal(ask("SELECT * FROM my_users()"), shop.owner);
}

/* Whatever ids a terminal says: only who has just signed in there acts, and within his rights. */
static void others_ids_are_of_no_use(void **state)
{
    static const struct {
        const char *sql, *says;
    } tries[] = {
        {"SELECT sync_reset_code('%1$s', '%2$s')", "sign in with the password"}, /* not here */
        {"SELECT sync_totp_begin('%1$s')", "sign in with the password"},
        {"SELECT sync_totp_confirm('%1$s', '000000')", "sign in with the password"},
        {"SELECT sync_totp_off('%1$s', '%1$s')", "sign in with the password"},
        {"SELECT sync_new_codes('%1$s')", "sign in with the password"},
        {"SELECT sync_lift_lock('%1$s', '%2$s')", "sign in with the password"},
        {"SELECT sync_sign_out_everywhere('%1$s', '%2$s')", "sign in with the password"},
        {"SELECT sync_sign_out_everywhere(NULL, '%2$s')", "sign in with the password"},
        {"SELECT sync_reset_code('%2$s', '%1$s')", "users.manage"}, /* Ben may not */
        {"SELECT sync_totp_off('%2$s', '%1$s')", "users.manage"},
        {"SELECT sync_lift_lock('%2$s', '%1$s')", "users.manage"},
        {"SELECT sync_sign_out_everywhere('%2$s', '%1$s')", "users.manage"},
        {"SELECT sync_reset_code('%3$s', '%1$s')", "all the rights"}, /* Anna may, but not him */
        {"SELECT sync_totp_off('%3$s', '%1$s')", "all the rights"},
        {"SELECT sync_sign_out_everywhere('%3$s', '%1$s')", "all the rights"},
        {"SELECT sync_reset_code('%3$s', '%4$s')", "no such person"}, /* another shop's */
        {"SELECT sync_totp_off('%3$s', '%4$s')", "no such person"},
        {"SELECT sync_lift_lock('%3$s', '%4$s')", "no such person"},
        {"SELECT sync_sign_out_everywhere('%3$s', '%4$s')", "no such person"},
        {"SELECT sync_keep_totp('%1$s', '%2$s', '', TRUE, NULL)", "permission denied"},
        {"SELECT sync_door_key()", "permission denied"},
        {"SELECT sync_totp_step('%1$s', '%2$s', '1', TRUE)", "permission denied"},
        {"SELECT sync_backup_code('%1$s', '%2$s', '1')", "permission denied"},
        {"SELECT sync_audit_own('sign_in', '%1$s', NULL, '{}')", "permission denied"},
        {"SELECT sync_take_ticket(NULL, '%1$s')", "permission denied"},
        {"SELECT sync_let_in(NULL, '%1$s')", "permission denied"},
        {"SELECT sync_password_hash('x')", "permission denied"},
        {"SELECT * FROM sign_in_tickets", "permission denied"},
        {"SELECT login FROM login_attempts", "permission denied"},
        {"SELECT user_id FROM user_credentials", "permission denied"},
        {"SELECT user_id FROM totp_devices", "permission denied"},
        {"SELECT user_id FROM backup_codes", "permission denied"},
        {"SELECT user_id FROM sessions", "permission denied"},
    };
    (void)state;
    const char *digest =
        "SELECT md5(concat((SELECT string_agg(c::text, '' ORDER BY c.id) FROM user_credentials AS"
        " c), (SELECT string_agg(d::text, '' ORDER BY d.id) FROM totp_devices AS d),"
        " (SELECT string_agg(u.valid_until::text, '' ORDER BY u.id) FROM terminal_users AS u)))";
    centre_sign_in(&centre, other.line, "ben", "paint bucket", NULL);
    centre_sign_in(&centre, other.line, "anna", "paint bucket", NULL);
    const char *before = admin(digest);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        struct buffer sql;
        buffer_init(&sql);
        const char *const ids[] = {shop.owner, shop.ben, shop.anna, theirs.owner};
        for (const char *at = tries[i].sql; *at != '\0'; at++)
            if (*at == '%') {
                buffer_add(&sql, ids[at[1] - '1']);
                at += 3;
            } else {
                buffer_add_char(&sql, *at);
            }
        centre_refused(&centre, other.line, sql.text, tries[i].says);
        buffer_done(&sql);
    }
    assert_string_equal(admin(digest), before);
    run(FORMAT("UPDATE terminal_users SET signed_in_at = now() - interval '16 minutes' WHERE"
               " user_id = '%s'",
               shop.owner));
    centre_refused(&centre, till.line,
                   FORMAT("SELECT sync_reset_code('%s', '%s')", shop.owner, shop.ben),
                   "15 minutes");
    const char *foreign_answer =
        centre_sign_in(&centre, foreign.line, shop.anna, "paint bucket", NULL);
    assert_string_equal(member(foreign_answer, "user_id"), "");
}

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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(wrong_tries_have_to_wait),
        TEST(no_name_helps),
        TEST(waiting_can_be_lifted),
        TEST(nothing_tells_who_exists),
        TEST(a_try_is_told_once_it_counts),
        TEST(a_ticket_ends_with_what_it_was_got_by),
        TEST(a_try_leaves_one_trace),
        TEST(a_try_says_nothing_of_the_one_before),
        TEST(a_hash_of_others_is_renewed),
        TEST(the_codes_are_those_of_the_standard),
        TEST(a_second_factor_is_asked_for),
        TEST(one_code_lets_in_once),
        TEST(a_code_gives_a_new_password_once),
        TEST(a_new_password_ends_what_the_old_one_began),
        TEST(out_is_out_everywhere),
        TEST(others_ids_are_of_no_use),
    };
#undef TEST
    return cmocka_run_group_tests(tests, start, stop);
}
