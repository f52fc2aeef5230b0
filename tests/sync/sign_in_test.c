/* Signing in at a terminal, and the codes that somebody who did so may make
 * (migrations/0023_terminals.sql). */
#include "tests/sync/centre.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void set_password(const struct centre_shop *shop, const char *user, const char *hash)
{
    run(FORMAT("INSERT INTO user_credentials (tenant_id, user_id, password_hash)"
               " VALUES ('%s', '%s', %s)",
               shop->tenant, user, hash));
}

static const char *sign_in(const struct centre_terminal *terminal, const char *name,
                           const char *password)
{
    return centre_sign_in(&centre, terminal->line, name, password, NULL);
}

static void people_sign_in_with_the_hashes_they_have(void **state)
{
    static const char *const prefixes[] = {"$2a$", "$2b$", "$2y$"};
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, shop.owner, &till);
    for (size_t i = 0; i < 3; i++) {
        run(FORMAT("DELETE FROM user_credentials WHERE tenant_id = '%s'", shop.tenant));
        set_password(&shop, shop.anna,
                     FORMAT("'%s' || substr(crypt('right', gen_salt('bf', 4)), 5)", prefixes[i]));
        assert_string_equal(centre_member(&centre, sign_in(&till, "anna", "right"), "user_id"),
                            shop.anna);
        assert_string_not_equal(denial(sign_in(&till, "anna", "wrong")), "");
    }
    assert_string_equal(denial(sign_in(&till, "nobody", "right")),
                        denial(sign_in(&till, "anna", "")));
    assert_string_not_equal(denial(sign_in(&till, "ben", "")), "");
    assert_string_equal(ask(&till, "SELECT count(*) FROM my_users()"), "2");
    ask(&till, FORMAT("SELECT sync_sign_out('%s')", shop.anna));
    assert_string_equal(ask(&till, "SELECT * FROM my_users()"), shop.owner);
    assert_string_equal(ask(&till, "SELECT count(*) FROM terminal_users"), "2");
    run(FORMAT("UPDATE users SET status = 'suspended' WHERE id = '%s'", shop.anna));
    assert_string_not_equal(denial(sign_in(&till, "anna", "right")), "");
    centre_leave(&till);
}

static void too_many_wrong_tries_shut_a_name(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, shop.owner, &till);
    set_password(&shop, shop.anna, "crypt('right', gen_salt('bf', 4))");
    for (int i = 0; i < 3; i++)
        sign_in(&till, "anna", "wrong");
    assert_non_null(strstr(denial(sign_in(&till, "anna", "right")), "wait"));
    assert_null(strstr(denial(sign_in(&till, "ben", "right")), "wait"));
    centre_leave(&till);
}

static void a_second_step_takes_a_code_once(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, shop.owner, &till);
    set_password(&shop, shop.anna, "crypt('right', gen_salt('bf', 4))");
    run(FORMAT("UPDATE users SET mfa_enabled = TRUE WHERE id = '%s'", shop.anna));
    run(FORMAT("INSERT INTO backup_codes (tenant_id, user_id, code_hash) VALUES ('%s', '%s',"
               " encode(sha256('123456'), 'hex'))",
               shop.tenant, shop.anna));
    assert_string_not_equal(denial(sign_in(&till, "anna", "right")), "");
    assert_string_not_equal(denial(centre_sign_in(&centre, till.line, "anna", "right", "654321")),
                            "");
    assert_string_equal(denial(centre_sign_in(&centre, till.line, "anna", "right", "123456")), "");
    assert_string_not_equal(denial(centre_sign_in(&centre, till.line, "anna", "right", "123456")),
                            "");
    centre_leave(&till);
}

/* As `central password` names them, and the list of people; whoever has a login is before them. */
static void a_full_name_will_do_where_one_person_has_it(void **state)
{
    struct centre_shop shop;
    struct centre_terminal till;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, shop.owner, &till);
    set_password(&shop, shop.anna, "crypt('right', gen_salt('bf', 4))");
    set_password(&shop, shop.ben, "crypt('other', gen_salt('bf', 4))");
    run(FORMAT("UPDATE users SET display_name = 'Anna Ost' WHERE id = '%s'", shop.anna));
    run(FORMAT("UPDATE users SET display_name = 'anna' WHERE id = '%s'", shop.ben));
    assert_string_equal(centre_member(&centre, sign_in(&till, "Anna Ost", "right"), "user_id"),
                        shop.anna);
    assert_string_not_equal(denial(sign_in(&till, "anna", "other")), "");
    run(FORMAT("UPDATE users SET display_name = 'Anna Ost' WHERE id = '%s'", shop.ben));
    assert_string_not_equal(denial(sign_in(&till, "Anna Ost", "right")), "");
    centre_leave(&till);
}

static void codes_from_a_terminal_need_a_right_and_a_fresh_sign_in(void **state)
{
    struct centre_shop shop;
    struct centre_terminal anna, owner;
    (void)state;
    new_shop(&shop);
    centre_join(&centre, &shop, "register", shop.here, shop.anna, &anna);
    centre_join(&centre, &shop, "register", shop.here, shop.owner, &owner);
    static const char make[] = "SELECT sync_make_code('office', 'Upstairs', NULL, NULL)";
    centre_refused(&centre, anna.line, make, "sign in");
    const char *answer = centre_enroll(&centre, ask(&owner, make), "{}");
    assert_string_equal(centre_member(&centre, answer, "name"), "Upstairs");
    assert_string_equal(centre_member(&centre, answer, "user_id"), shop.owner);
    centre_refused(&centre, owner.line, make, "Upstairs already");
    centre_refused(&centre, owner.line, "SELECT sync_make_code('service', NULL, NULL, NULL)",
                   "register, office");
    centre_refused(&centre, owner.line, "SELECT sync_make_code('register', NULL, NULL, NULL)",
                   "say at which one");
    run(FORMAT("UPDATE terminal_users SET signed_in_at = now() - interval '16 minutes'"
               " WHERE terminal_id = '%s'",
               owner.id));
    centre_refused(&centre, owner.line, "SELECT sync_make_code('office', NULL, NULL, NULL)",
                   "sign in");
    centre_leave(&anna);
    centre_leave(&owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_sign_in_with_the_hashes_they_have),
        cmocka_unit_test(too_many_wrong_tries_shut_a_name),
        cmocka_unit_test(a_second_step_takes_a_code_once),
        cmocka_unit_test(a_full_name_will_do_where_one_person_has_it),
        cmocka_unit_test(codes_from_a_terminal_need_a_right_and_a_fresh_sign_in),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
