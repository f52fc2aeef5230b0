/* The second factor: its codes, the ones on paper, who takes it off, and what the trail says of all
 * that a door does (model/people/door.h). */
#include "model/base/instant.h"
#include "model/people/door_hash.h"
#include "tests/model/doorway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define MINUTE_US (60 * SECOND_US)

/* RFC 6238, Appendix B, SHA-1. */
static void the_codes_are_those_of_the_standard(void **state)
{
    static const struct {
        int64_t seconds;
        const char *code;
    } vectors[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                   {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char code[9];
        assert_true(door_totp_code((const unsigned char *)"12345678901234567890", 20,
                                   vectors[i].seconds / 30, 8, code));
        assert_string_equal(code, vectors[i].code);
    }
}

/* The code of a step near now, by the base 32 that the person was shown. */
static const char *code_of(struct doorway *f, const struct door_totp *totp, int steps)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned char secret[20] = {0};
    for (size_t bit = 0; bit < 160; bit++) {
        size_t value = (size_t)(strchr(letters, totp->secret[bit / 5]) - letters);
        if ((value >> (4 - bit % 5)) & 1)
            secret[bit / 8] = (unsigned char)(secret[bit / 8] | 0x80 >> bit % 8);
    }
    char *code = arena_alloc(f->arena, 7);
    int64_t step = f->scratch.clock.now / SECOND_US / 30;
    assert_true(door_totp_code(secret, sizeof secret, step + steps, 6, code));
    return code;
}

static void set_up_factor(struct doorway *f, struct door_totp *totp, struct door_codes *codes)
{
    f->scratch.clock.now += 30 * SECOND_US - f->scratch.clock.now % (30 * SECOND_US);
    doorway_expect(f, door_totp_begin(f->store, &f->owner, totp, &f->err));
    doorway_expect(f, door_totp_confirm(f->store, &f->owner, code_of(f, totp, 0), codes, &f->err));
}

static void a_second_factor_is_asked_for(void **state)
{
    struct doorway *f = *state;
    struct door_totp totp;
    struct door_codes codes;
    struct stat info;
    doorway_shut(f);
    doorway_expect(f, door_totp_begin(f->store, &f->owner, &totp, &f->err));
    assert_non_null(strstr(totp.url, "otpauth://totp/Paint:Jo%20Meyer?secret="));
    assert_non_null(strstr(totp.url, totp.secret));
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL)); /* it is not on yet */
    doorway_refused(f, door_totp_confirm(f->store, &f->owner, "000 000", &codes, &f->err),
                    ERROR_INPUT, "compare the clocks");
    set_up_factor(f, &totp, &codes);
    char path[SCRATCH_PATH_SIZE + 40];
    snprintf(path, sizeof path, "%s.door", f->scratch.store);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(
        doorway_number(f, "SELECT mfa_enabled FROM users WHERE display_name = 'Jo Meyer'"), 1);
    for (int i = 0; i < 5; i++) {
        doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", ""), ERROR_DENIED,
                        "second factor");
        assert_true(f->answer.needs_code);
    }
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "wrong guess", ""), ERROR_DENIED, "are wrong");
    assert_false(f->answer.needs_code);
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 0)),
                    ERROR_DENIED, "are wrong");
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 1)));
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 1)),
                    ERROR_DENIED, "are wrong");
    doorway_sleep(f, 90 * SECOND_US);
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, -2)),
                    ERROR_DENIED, "are wrong");
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, -1)));
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 0)));
    doorway_expect(f, door_totp_off(f->store, &f->owner, &f->owner.user_id, &f->err));
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL));
}

static void backup_codes_are_good_once(void **state)
{
    struct doorway *f = *state;
    struct door_totp totp;
    struct door_codes codes, others;
    doorway_shut(f);
    doorway_refused(f, door_codes_new(f->store, &f->owner, &codes, &f->err), ERROR_RULE,
                    "set it up");
    set_up_factor(f, &totp, &codes);
    for (int i = 0; i < DOOR_CODES; i++) {
        doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", codes.codes[i]));
        doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", codes.codes[i]),
                        ERROR_DENIED, "are wrong");
    }
    doorway_sleep(f, 16 * MINUTE_US);
    doorway_expect(f, door_codes_new(f->store, &f->owner, &codes, &f->err));
    doorway_expect(f, door_codes_new(f->store, &f->owner, &others, &f->err));
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", codes.codes[0]), ERROR_DENIED,
                    "are wrong");
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", others.codes[0]));
    assert_int_equal(
        doorway_number(f, "SELECT count(*) FROM backup_codes WHERE code_hash LIKE '%-%'"), 0);
}

/* An administrator takes off what somebody lost, but not an owner's. */
static void a_lost_factor_is_taken_off(void **state)
{
    struct doorway *f = *state;
    struct door_totp totp;
    struct door_codes codes;
    doorway_shut(f);
    set_up_factor(f, &totp, &codes);
    doorway_refused(f, door_totp_off(f->store, &f->ben, &f->owner.user_id, &f->err), ERROR_DENIED,
                    "users.manage");
    doorway_refused(f, door_totp_off(f->store, &f->anna, &f->owner.user_id, &f->err), ERROR_DENIED,
                    "only an owner");
    f->owner.proof = PROOF_PIN;
    doorway_refused(f, door_totp_off(f->store, &f->owner, &f->owner.user_id, &f->err), ERROR_DENIED,
                    "password first");
}

/* All of it stands in the trail, and no secret does. */
static void what_the_door_does_is_recorded(void **state)
{
    struct doorway *f = *state;
    struct door_totp totp;
    struct door_codes codes;
    doorway_shut(f);
    doorway_give_password(f, &f->ben, "ben", "paint bucket");
    for (int i = 0; i < 5; i++) {
        doorway_enter(f, "ben", "wrong guess", NULL);
        doorway_sleep(f, f->answer.wait_us);
    }
    doorway_expect(f, door_lift(f->store, &f->owner, &f->ben.user_id, &f->err));
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    doorway_expect(f, doorway_enter_by_pin(f, "ben", "1357"));
    doorway_expect(f, door_sign_out(f->store, &f->ben, &f->err));
    set_up_factor(f, &totp, &codes);
    doorway_expect(f, door_totp_off(f->store, &f->owner, &f->owner.user_id, &f->err));
    static const char sql[] =
        "SELECT group_concat(action || coalesce(' ' || summary, ''), ', ') FROM (SELECT action,"
        " summary FROM audit_logs WHERE action NOT LIKE '%.%' ORDER BY sequence)";
    struct statement *row = store_prepare(f->store, sql, &f->err);
    doorway_expect(f, row != NULL && statement_step(row, &f->err) == 1);
    assert_string_equal(
        statement_text(row, 0),
        "password_changed, password_reset a code was given, password_reset,"
        " sign_in_failed three wrong tries, lock_lifted, sign_in signed in by password,"
        " pin_set, sign_in signed in by PIN, sign_out, mfa_on, mfa_off");
    statement_done(row);
}

/* Else who knows the password alone would put the person out, and a PIN of theirs would count. */
static void a_new_password_takes_the_second_factor(void **state)
{
    struct doorway *f = *state;
    struct door_totp totp;
    struct door_codes codes;
    bool needs_code = false;
    doorway_shut(f);
    set_up_factor(f, &totp, &codes);
    doorway_refused(f,
                    door_set_password(f->store, &f->owner, "brush stroke", NULL, "another one",
                                      &needs_code, &f->err),
                    ERROR_DENIED, "second factor");
    assert_true(needs_code);
    doorway_refused(f,
                    door_set_password(f->store, &f->owner, "brush stroke", "000000", "another one",
                                      &needs_code, &f->err),
                    ERROR_DENIED, "are wrong");
    assert_false(needs_code);
    doorway_expect(f, door_set_password(f->store, &f->owner, "brush stroke", codes.codes[0],
                                        "another one", &needs_code, &f->err));
    doorway_refused(f,
                    door_set_password(f->store, &f->owner, "another one", codes.codes[0],
                                      "brush stroke", &needs_code, &f->err),
                    ERROR_DENIED, "are wrong");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, doorway_setup, doorway_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_codes_are_those_of_the_standard),
        TEST(a_second_factor_is_asked_for),
        TEST(backup_codes_are_good_once),
        TEST(a_lost_factor_is_taken_off),
        TEST(a_new_password_takes_the_second_factor),
        TEST(what_the_door_does_is_recorded),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
