/* The door of a terminal, with the line and without it (sync/door.h). */
#include "sync/door.h"

#include "model/base/instant.h"
#include "tests/sync/proxy.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct terminal here, there;
static struct proxy *proxy;
static struct door_answer answer;

static int setup(void **state)
{
    int is_up = hub_setup(state);
    hub_run("INSERT INTO users (id, tenant_id, username, display_name, status) VALUES"
            " (k(30), k(1), 'ben', 'Ben', 'active');"
            "INSERT INTO user_credentials (tenant_id, user_id, password_hash) VALUES"
            " (k(1), k(30), crypt('paint bucket', gen_salt('bf', 4)))");
    proxy = proxy_start(hub_folder());
    terminal_join(&here, "register", proxy_folder(proxy));
    terminal_join(&there, "office", NULL);
    terminal_settle(&here);
    terminal_settle(&there);
    return is_up;
}

static int teardown(void **state)
{
    if (here.store != NULL) {
        terminal_leave(&here);
        terminal_leave(&there);
    }
    here.store = NULL;
    proxy_stop(proxy);
    proxy = NULL;
    return hub_teardown(state);
}

static bool enter(struct terminal *terminal, const char *name, const char *password)
{
    return door_sign_in(terminal->session, name, password, NULL, &answer, &terminal->err);
}

static void refused(struct terminal *terminal, bool is_done, enum error_code code,
                    const char *words)
{
    terminal_expect_error(terminal, is_done, code, words);
}

/* The front finds the line by the file beside the store. */
static void write_logins(void)
{
    struct terminal *const terminals[] = {&here, &there};
    for (size_t i = 0; i < 2; i++)
        terminal_expect(terminals[i], login_write(terminals[i]->scratch.store, &terminals[i]->login,
                                                  &terminals[i]->err));
}

static void who_was_in_comes_in_without_the_line(void **state)
{
    (void)state;
    proxy_set_down(proxy, true);
    refused(&here, enter(&here, "ben", "paint bucket"), ERROR_NETWORK, "knows no password");
    refused(&here, enter(&here, "nobody", "paint bucket"), ERROR_NETWORK, "knows no password");
    proxy_set_down(proxy, false);
    refused(&here, enter(&here, "ben", "paint buckets"), ERROR_DENIED, "are wrong");
    terminal_expect(&here, enter(&here, "BEN", "paint bucket"));
    assert_string_equal(answer.actor.name, "Ben");
    assert_int_equal(answer.actor.proof, PROOF_PASSWORD);
    terminal_expect(&here, door_set_pin(here.store, &answer.actor, "1357", &here.err));
    proxy_set_down(proxy, true);
    terminal_expect(&here, enter(&here, "ben", "paint bucket"));
    refused(&here, enter(&here, "ben", "paint buckets"), ERROR_DENIED, "are wrong");
    terminal_expect(&here,
                    door_open(here.store, "ben", DOOR_PIN, "1357", NULL, &answer, &here.err));
    assert_int_equal(answer.actor.proof, PROOF_PIN);
    assert_int_equal(
        hub_integer("SELECT count(*) FROM user_credentials WHERE pin_hash IS NOT NULL"), 0);
    here.scratch.clock.now += 15 * DAY_US;
    refused(&here, enter(&here, "ben", "paint bucket"), ERROR_NETWORK, "knows no password");
}

/* A sign-out on all terminals reaches this one by a pull, and ends verifier and PIN. */
static void out_is_out_once_it_was_drawn(void **state)
{
    (void)state;
    struct actor ben;
    write_logins();
    terminal_expect(&here, enter(&here, "ben", "paint bucket"));
    ben = answer.actor;
    terminal_expect(&here, door_set_pin(here.store, &ben, "1357", &here.err));
    terminal_expect(&there, enter(&there, "anna", "brush"));
    terminal_settle(&here);
    terminal_expect(
        &there, door_ask_sign_out_everywhere(there.store, &answer.actor, &ben.user_id, &there.err));
    proxy_set_down(proxy, true);
    terminal_expect(&here, enter(&here, "ben", "paint bucket")); /* it has not heard */
    proxy_set_down(proxy, false);
    here.scratch.clock.now = (int64_t)time(NULL) * SECOND_US + 60 * SECOND_US;
    terminal_settle(&here);
    proxy_set_down(proxy, true);
    refused(&here, enter(&here, "ben", "paint bucket"), ERROR_NETWORK, "knows no password");
    refused(&here, door_open(here.store, "ben", DOOR_PIN, "1357", NULL, &answer, &here.err),
            ERROR_DENIED, "a PIN will not do");
}

static void who_is_suspended_is_out(void **state)
{
    (void)state;
    terminal_expect(&here, enter(&here, "ben", "paint bucket"));
    hub_run("UPDATE users SET status = 'suspended' WHERE id = k(30)");
    refused(&here, enter(&here, "ben", "paint bucket"), ERROR_DENIED, "are wrong");
    terminal_settle(&here);
    proxy_set_down(proxy, true);
    refused(&here, enter(&here, "ben", "paint bucket"), ERROR_NETWORK, "knows no password");
}

/* Whoever the store has not heard of is drawn first. */
static void somebody_new_comes_in(void **state)
{
    (void)state;
    hub_run("INSERT INTO users (id, tenant_id, username, display_name, status) VALUES"
            " (k(31), k(1), 'cleo', 'Cleo', 'invited');"
            "INSERT INTO user_credentials (tenant_id, user_id, password_hash) VALUES"
            " (k(1), k(31), crypt('paint bucket', gen_salt('bf', 4)))");
    terminal_expect(&here, enter(&here, "cleo", "paint bucket"));
    assert_string_equal(answer.actor.name, "Cleo");
}

static void the_front_changes_passwords_at_the_centre(void **state)
{
    (void)state;
    bool needs_code;
    char code[DOOR_CODE_SIZE];
    struct actor anna, ben;
    write_logins();
    terminal_expect(&here,
                    door_ask_sign_in(here.store, "ben", "paint bucket", NULL, &answer, &here.err));
    ben = answer.actor;
    refused(&here,
            door_ask_set_password(here.store, &ben, "paint bucket", NULL, "ben", &needs_code,
                                  &here.err),
            ERROR_INPUT, "8 characters");
    refused(&here,
            door_ask_set_password(here.store, &ben, "wrong bucket", NULL, "other bucket",
                                  &needs_code, &here.err),
            ERROR_DENIED, "are wrong");
    terminal_expect(&here, door_ask_set_password(here.store, &ben, "paint bucket", NULL,
                                                 "other bucket", &needs_code, &here.err));
    proxy_set_down(proxy, true);
    refused(&here, enter(&here, "ben", "paint bucket"), ERROR_DENIED, "are wrong");
    terminal_expect(&here, enter(&here, "ben", "other bucket"));
    proxy_set_down(proxy, false);
    refused(&here, door_ask_reset_code(here.store, &ben, &here.owner.user_id, code, &here.err),
            ERROR_DENIED, "users.manage");
    terminal_expect(&there,
                    door_ask_sign_in(there.store, "anna", "brush", NULL, &answer, &there.err));
    anna = answer.actor;
    terminal_expect(&there,
                    door_ask_reset_code(there.store, &anna, &ben.user_id, code, &there.err));
    refused(&here,
            door_ask_use_reset_code(here.store, "ben", "0000-0000-0000", "third bucket", &here.err),
            ERROR_DENIED, "are wrong");
    terminal_expect(&here,
                    door_ask_use_reset_code(here.store, "ben", code, "third bucket", &here.err));
    terminal_expect(&here,
                    door_ask_sign_in(here.store, "ben", "third bucket", NULL, &answer, &here.err));
    terminal_expect(&there, door_ask_lift(there.store, &anna, &ben.user_id, &there.err));
    terminal_expect(&here, door_ask_sign_out(here.store, &ben, &here.err));
    assert_int_equal(hub_integer("SELECT count(*) FROM terminal_users WHERE user_id = k(30)"
                                 " AND valid_until <= now()"),
                     1);
    proxy_set_down(proxy, true);
    refused(&here, door_ask_sign_in(here.store, "ben", "third bucket", NULL, &answer, &here.err),
            ERROR_NETWORK, "knows no password");
    refused(&here, door_ask_sign_out(here.store, &ben, &here.err), ERROR_NETWORK,
            "the centre was not told");
}

static const char *code_of(const struct door_totp *totp, int steps, char code[7])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned char secret[DOOR_SECRET_BYTES] = {0};
    for (size_t bit = 0; bit < 8 * sizeof secret; bit++) {
        size_t value = (size_t)(strchr(letters, totp->secret[bit / 5]) - letters);
        if ((value >> (4 - bit % 5)) & 1)
            secret[bit / 8] = (unsigned char)(secret[bit / 8] | 0x80 >> bit % 8);
    }
    int64_t step = hub_integer("SELECT floor(extract(epoch FROM now()) / 30)::bigint");
    assert_true(door_totp_code(secret, sizeof secret, step + steps, 6, code));
    return code;
}

static void the_front_sets_up_a_second_factor(void **state)
{
    (void)state;
    struct door_totp totp;
    struct door_codes codes, fresh;
    struct actor anna;
    char code[7];
    write_logins();
    hub_run("UPDATE terminal_users SET signed_in_at = now() - interval '16 minutes'");
    refused(&here, door_ask_totp_begin(here.store, &here.owner, &totp, &here.err), ERROR_DENIED,
            "15 minutes");
    terminal_expect(&here, enter(&here, "anna", "brush"));
    anna = answer.actor;
    terminal_expect(&here, door_ask_totp_begin(here.store, &anna, &totp, &here.err));
    assert_non_null(strstr(totp.url, "otpauth://totp/Paint:Anna?secret="));
    refused(&here, door_ask_totp_confirm(here.store, &anna, "000000x", &codes, &here.err),
            ERROR_DENIED, "compare the clocks");
    terminal_expect(&here, door_ask_totp_confirm(here.store, &anna, code_of(&totp, -1, code),
                                                 &codes, &here.err));
    refused(&here, enter(&here, "anna", "brush"), ERROR_DENIED, "second factor");
    assert_true(answer.needs_code);
    terminal_expect(&here, door_sign_in(here.session, "anna", "brush", code_of(&totp, 1, code),
                                        &answer, &here.err));
    terminal_expect(
        &here, door_sign_in(here.session, "anna", "brush", codes.codes[9], &answer, &here.err));
    terminal_expect(&here, door_ask_codes_new(here.store, &anna, &fresh, &here.err));
    refused(&here, door_sign_in(here.session, "anna", "brush", codes.codes[0], &answer, &here.err),
            ERROR_DENIED, "are wrong");
    terminal_expect(&here, door_ask_totp_off(here.store, &anna, &anna.user_id, &here.err));
    terminal_expect(&here, enter(&here, "anna", "brush"));
}

/* The password was proved here a moment before, but not by whoever came in with the PIN. */
static void a_pin_does_nothing_of_it(void **state)
{
    (void)state;
    struct door_totp totp;
    struct door_codes codes;
    char code[DOOR_CODE_SIZE];
    write_logins();
    terminal_expect(&here, enter(&here, "anna", "brush"));
    struct actor anna = answer.actor;
    anna.proof = PROOF_PIN;
    const struct uuid ben = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x30}};
    refused(&here, door_ask_totp_begin(here.store, &anna, &totp, &here.err), ERROR_DENIED,
            "password");
    refused(&here, door_ask_totp_confirm(here.store, &anna, "000000", &codes, &here.err),
            ERROR_DENIED, "password");
    refused(&here, door_ask_codes_new(here.store, &anna, &codes, &here.err), ERROR_DENIED,
            "password");
    refused(&here, door_ask_totp_off(here.store, &anna, &anna.user_id, &here.err), ERROR_DENIED,
            "password");
    refused(&here, door_ask_reset_code(here.store, &anna, &ben, code, &here.err), ERROR_DENIED,
            "password");
    refused(&here, door_ask_lift(here.store, &anna, &ben, &here.err), ERROR_DENIED, "password");
    refused(&here, door_ask_sign_out_everywhere(here.store, &anna, &ben, &here.err), ERROR_DENIED,
            "password");
    anna.proof = PROOF_PASSWORD;
    terminal_expect(&here, door_ask_reset_code(here.store, &anna, &ben, code, &here.err));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(who_was_in_comes_in_without_the_line),
        TEST(out_is_out_once_it_was_drawn),
        TEST(who_is_suspended_is_out),
        TEST(somebody_new_comes_in),
        TEST(the_front_changes_passwords_at_the_centre),
        TEST(the_front_sets_up_a_second_factor),
        TEST(a_pin_does_nothing_of_it),
    };
#undef TEST
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
