/* The door of a shop that runs alone, and what a terminal of a centre keeps (model/people/door.h).
 */
#include "model/base/instant.h"
#include "model/operation/record.h"
#include "model/people/door_hash.h"
#include "tests/model/doorway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE_US (60 * SECOND_US)

static void a_first_password_shuts_the_door(void **state)
{
    struct doorway *f = *state;
    assert_false(door_is_on(f->store));
    doorway_refused(f,
                    door_set_password(f->store, &f->ben, NULL, NULL, "brush stroke", NULL, &f->err),
                    ERROR_DENIED, "users.manage");
    doorway_shut(f);
    assert_true(door_is_on(f->store));
    doorway_expect(f, doorway_enter(f, "JO MEYER", "brush stroke", NULL));
    assert_true(uuid_equal(&f->answer.actor.user_id, &f->owner.user_id));
    assert_int_equal(f->answer.actor.proof, PROOF_PASSWORD);
    doorway_refused(f, doorway_enter(f, "jo@paint.example", "brush strokes", NULL), ERROR_DENIED,
                    "are wrong");
    doorway_refused(
        f, door_set_password(f->store, &f->owner, NULL, NULL, "another one", NULL, &f->err),
        ERROR_DENIED, "are wrong");
    doorway_expect(f, door_set_password(f->store, &f->owner, "brush stroke", NULL, "another one",
                                        NULL, &f->err));
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED,
                    "are wrong");
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "another one", NULL));
    struct operation *operation = operation_begin(f->store, "record.create", &f->owner, &f->err);
    const struct change setting[] = {
        {.column = "name", .value = value_text("sign_in")},
        {.column = "value", .value = value_text("{\"required\":false}")}};
    doorway_expect(f, operation != NULL &&
                          record_insert(operation, "app_settings", setting, 2, NULL, &f->err) &&
                          operation_commit(operation, &f->err));
    assert_false(door_is_on(f->store));
}

static void what_is_no_password_and_no_pin(void **state)
{
    struct doorway *f = *state;
    static const char *const passwords[] = {
        "",
        "seven77",
        "anna ost",
        "ANNA  OST",
        "\xFF\xFE\xFD\xFC\xFB\xFA\xF9\xF8",
        "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss"};
    static const char *const pins[] = {"",     "123",  "1234", "9876",      "0000",
                                       "3210", "12a4", "5 55", "123456789", "77777777"};
    static const char *const good[] = {"1235", "1357", "0110", "98765432"};
    for (size_t i = 0; i < sizeof passwords / sizeof passwords[0]; i++)
        doorway_refused(f, door_check_password(f->store, &f->anna.user_id, passwords[i], &f->err),
                        ERROR_INPUT, "");
    doorway_expect(f, door_check_password(f->store, &f->anna.user_id,
                                          "\xC3\xA4\xC3\xB6\xC3\xBC aaaa", &f->err));
    for (size_t i = 0; i < sizeof pins / sizeof pins[0]; i++)
        doorway_refused(f, door_check_pin(pins[i], &f->err), ERROR_INPUT, "PIN");
    for (size_t i = 0; i + 1 < sizeof good / sizeof good[0]; i++)
        doorway_expect(f, door_check_pin(good[i], &f->err));
    doorway_refused(f, door_check_pin(good[3], &f->err), ERROR_INPUT, "in a row");
}

/* A name that nobody has, one without a password and a wrong password cost one hash each, and say
 * the same. */
static void nothing_tells_who_exists(void **state)
{
    struct doorway *f = *state;
    static const char *const names[] = {"nobody", "ben", "Jo Meyer", ""};
    doorway_shut(f);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        doorway_hashes();
        doorway_refused(f, doorway_enter(f, names[i], "wrong guess", NULL), ERROR_DENIED,
                        "name, password or code are wrong");
        assert_int_equal(doorway_hashes(), 1);
        assert_int_equal(f->answer.wait_us, 0);
    }
}

static void wrong_tries_have_to_wait(void **state)
{
    struct doorway *f = *state;
    doorway_shut(f);
    for (int i = 0; i < 2; i++)
        doorway_refused(f, doorway_enter(f, "Jo Meyer", "wrong guess", NULL), ERROR_DENIED,
                        "wrong");
    assert_int_equal(f->answer.wait_us, 0);
    int64_t tries = 0;
    for (int64_t seconds = 1; seconds <= 1024; seconds *= 2, tries++) {
        doorway_refused(f, doorway_enter(f, "Jo Meyer", "wrong guess", NULL), ERROR_DENIED,
                        "before the next try");
        int64_t wait = seconds < 900 ? seconds : 900;
        assert_true(f->answer.wait_us > wait * SECOND_US - SECOND_US / 10 &&
                    f->answer.wait_us <= wait * SECOND_US);
        doorway_hashes();
        doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED,
                        "too many wrong");
        assert_int_equal(doorway_hashes(), 0);
        doorway_sleep(f, f->answer.wait_us);
    }
    f->scratch.clock.now -= 30 * DAY_US; /* a clock that is set back makes it no longer */
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED,
                    "wait 15 minutes");
    f->scratch.clock.now += 30 * DAY_US;
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL));
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "wrong guess", NULL), ERROR_DENIED, "wrong");
    assert_int_equal(f->answer.wait_us, 0); /* the password ended the counting */
}

static void a_lock_out_can_be_lifted(void **state)
{
    struct doorway *f = *state;
    doorway_shut(f);
    doorway_give_password(f, &f->ben, "ben", "paint bucket");
    for (int i = 0; i < 8; i++) {
        doorway_enter(f, "ben", "wrong guess", NULL);
        doorway_sleep(f, 200 * SECOND_US);
    }
    for (int i = 0; i < 2; i++)
        doorway_enter(f, "ben", "wrong guess", NULL);
    doorway_refused(f, doorway_enter(f, "ben", "paint bucket", NULL), ERROR_DENIED, "too many");
    doorway_refused(f, door_lift(f->store, &f->ben, &f->ben.user_id, &f->err), ERROR_DENIED,
                    "users.manage");
    doorway_expect(f, door_lift(f->store, &f->anna, &f->ben.user_id, &f->err));
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
}

/* Names that change do not help whoever guesses. */
static void a_store_has_to_wait_too(void **state)
{
    struct doorway *f = *state;
    char name[20];
    doorway_shut(f);
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "guess%d", i);
        doorway_refused(f, doorway_enter(f, name, "wrong guess", NULL), ERROR_DENIED, "wrong");
    }
    assert_true(f->answer.wait_us > 0);
    doorway_refused(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED,
                    "too many");
    doorway_sleep(f, 16 * MINUTE_US);
    doorway_expect(f, doorway_enter(f, "Jo Meyer", "brush stroke", NULL));
}

static void a_pin_needs_the_password_of_that_day(void **state)
{
    struct doorway *f = *state;
    doorway_shut(f);
    doorway_give_password(f, &f->ben, "ben", "paint bucket");
    doorway_refused(f, door_set_pin(f->store, &f->ben, "1357", &f->err), ERROR_DENIED,
                    "password first");
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_refused(f, door_set_pin(f->store, &f->answer.actor, "1234", &f->err), ERROR_INPUT,
                    "in a row");
    doorway_expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    doorway_expect(f, doorway_enter_by_pin(f, "ben", "1357"));
    assert_int_equal(f->answer.actor.proof, PROOF_PIN);
    doorway_refused(f, door_set_pin(f->store, &f->answer.actor, "2468", &f->err), ERROR_DENIED,
                    "password first");
    doorway_refused(f, doorway_enter_by_pin(f, "Jo Meyer", "1357"), ERROR_DENIED,
                    "a PIN will not do");
    doorway_sleep(f, DAY_US);
    doorway_refused(f, doorway_enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, doorway_enter_by_pin(f, "ben", "1357"));
    doorway_expect(f, door_sign_out(f->store, &f->ben, &f->err));
    doorway_refused(f, doorway_enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
}

/* Five in all, whatever was right between them: that is what bounds guessing (README). */
static void five_wrong_pins_end_it(void **state)
{
    struct doorway *f = *state;
    doorway_shut(f);
    doorway_give_password(f, &f->ben, "ben", "paint bucket");
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    for (int i = 0; i < DOOR_PIN_TRIES; i++) {
        doorway_expect(f, doorway_enter_by_pin(f, "ben", "1357"));
        doorway_refused(f, doorway_enter_by_pin(f, "ben", "2468"), ERROR_DENIED, "wrong");
        doorway_sleep(f, f->answer.wait_us);
    }
    doorway_refused(f, doorway_enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
    doorway_sleep(f, MINUTE_US);
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, doorway_enter_by_pin(f, "ben", "1357"));
}

static void who_was_here(void **state)
{
    struct doorway *f = *state;
    const struct door_person *people;
    doorway_shut(f);
    doorway_give_password(f, &f->ben, "ben", "paint bucket");
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    assert_int_equal(door_people(f->store, f->arena, &people, &f->err), 2);
    assert_string_equal(people[0].name, "Ben West");
    assert_true(people[0].takes_pin);
    assert_false(people[1].takes_pin);
    doorway_run(f, "UPDATE user_credentials SET checked_at = NULL WHERE pin_hash IS NULL");
    assert_int_equal(door_people(f->store, f->arena, &people, &f->err), 1);
}

static void a_code_gives_a_new_password_once(void **state)
{
    struct doorway *f = *state;
    char code[DOOR_CODE_SIZE], owners[DOOR_CODE_SIZE];
    doorway_shut(f);
    doorway_refused(f, door_reset_code(f->store, &f->ben, &f->anna.user_id, code, &f->err),
                    ERROR_DENIED, "users.manage");
    doorway_give_password(f, &f->anna, "anna", "paint roller");
    doorway_refused(f, door_reset_code(f->store, &f->anna, &f->owner.user_id, owners, &f->err),
                    ERROR_DENIED, "only an owner");
    doorway_expect(f, door_reset_code(f->store, &f->anna, &f->ben.user_id, code, &f->err));
    doorway_refused(f,
                    door_use_reset_code(f->store, "ben", "0000-0000-0000", "paint bucket", &f->err),
                    ERROR_DENIED, "wrong");
    doorway_refused(f, door_use_reset_code(f->store, "anna", code, "paint bucket", &f->err),
                    ERROR_DENIED, "wrong");
    doorway_refused(f, door_use_reset_code(f->store, "ben", code, "short", &f->err), ERROR_INPUT,
                    "8");
    for (char *c = code; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    doorway_expect(f, door_use_reset_code(f->store, "ben", code, "paint bucket", &f->err));
    doorway_refused(f, door_use_reset_code(f->store, "ben", code, "paint buckets", &f->err),
                    ERROR_DENIED, "wrong");
    assert_int_equal(doorway_number(f, "SELECT count(*) FROM users WHERE username = 'ben'"
                                       " AND status = 'active'"),
                     1);
    doorway_expect(f, door_reset_code(f->store, &f->anna, &f->ben.user_id, code, &f->err));
    doorway_sleep(f, 61 * MINUTE_US);
    doorway_refused(f, door_use_reset_code(f->store, "ben", code, "paint buckets", &f->err),
                    ERROR_DENIED, "wrong");
    doorway_expect(f, door_reset_code(f->store, &f->anna, &f->ben.user_id, code, &f->err));
    for (int i = 0; i < 5; i++) {
        doorway_sleep(f, 5 * MINUTE_US);
        doorway_refused(f, door_use_reset_code(f->store, "ben", "1", "paint buckets", &f->err),
                        ERROR_DENIED, "are wrong");
    }
    doorway_sleep(f, 5 * MINUTE_US);
    doorway_refused(f, door_use_reset_code(f->store, "ben", code, "paint buckets", &f->err),
                    ERROR_DENIED, "are wrong");
    doorway_sleep(f, 5 * MINUTE_US);
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
}

/* As PHP, Python and pgcrypto write it; of the password "paint bucket". */
static void hashes_of_others_are_renewed(void **state)
{
    struct doorway *f = *state;
    static const char *const prefixes[] = {"$2a$", "$2b$", "$2y$"};
    static const char rest[] = "04$abcdefghijklmnopqrstuudUg3tCLx1Rl0yKwJLD4Y8/ls8IhUumq";
    doorway_shut(f);
    for (size_t i = 0; i < 3; i++) {
        char hash[80];
        snprintf(hash, sizeof hash, "%s%s", prefixes[i], rest);
        doorway_give_password(f, &f->ben, "ben", "something else");
        doorway_expect(
            f, store_begin(f->store, &f->err) &&
                   store_run(f->store,
                             "UPDATE user_credentials SET password_hash = ?1 WHERE user_id = ?2",
                             &f->err, "tu", hash, &f->ben.user_id) &&
                   store_commit(f->store, &f->err));
        doorway_refused(f, doorway_enter(f, "ben", "something else", NULL), ERROR_DENIED, "wrong");
        doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
        assert_int_equal(
            doorway_number(f, "SELECT count(*) FROM user_credentials WHERE password_hash LIKE"
                              " '$argon2id$%'"),
            2);
        doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    }
}

static void sessions_of_the_command_line(void **state)
{
    struct doorway *f = *state;
    char token[DOOR_TOKEN_SIZE], other[DOOR_TOKEN_SIZE];
    struct actor found;
    doorway_shut(f);
    doorway_expect(f, door_session_begin(f->store, &f->owner, token, &f->err));
    doorway_expect(f, door_session_find(f->store, token, &found, &f->err));
    assert_true(uuid_equal(&found.user_id, &f->owner.user_id));
    assert_int_equal(found.proof, PROOF_PASSWORD);
    doorway_refused(f, door_session_find(f->store, "00", &found, &f->err), ERROR_DENIED, "ended");
    assert_int_equal(doorway_number(f, "SELECT count(*) FROM sessions"), 1);
    doorway_expect(f, door_session_begin(f->store, &f->owner, other, &f->err));
    assert_string_not_equal(token, other);
    doorway_expect(f, door_session_end(f->store, token, &f->err));
    doorway_refused(f, door_session_find(f->store, token, &found, &f->err), ERROR_DENIED, "ended");
    doorway_sleep(f, 13 * 60 * MINUTE_US);
    doorway_refused(f, door_session_find(f->store, other, &found, &f->err), ERROR_DENIED, "ended");
    doorway_expect(f, door_session_begin(f->store, &f->owner, token, &f->err));
    doorway_expect(f, door_set_password(f->store, &f->owner, "brush stroke", NULL, "another one",
                                        NULL, &f->err));
    doorway_refused(f, door_session_find(f->store, token, &found, &f->err), ERROR_DENIED, "ended");
}

static void who_may_not_work_stays_out(void **state)
{
    struct doorway *f = *state;
    const struct change suspended = {.column = "status", .value = value_text("suspended")};
    doorway_shut(f);
    doorway_give_password(f, &f->ben, "ben", "paint bucket");
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    struct operation *operation = operation_begin(f->store, "record.edit", &f->owner, &f->err);
    doorway_expect(f,
                   operation != NULL &&
                       record_update(operation, "users", &f->ben.user_id, &suspended, 1, &f->err) &&
                       operation_commit(operation, &f->err));
    doorway_refused(f, doorway_enter(f, "ben", "paint bucket", NULL), ERROR_DENIED,
                    "name, password or code are wrong");
    doorway_refused(f, doorway_enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
}

/* At a terminal of a centre a verifier counts for its days, and while the sign-in lives. */
static void a_terminal_knows_who_signed_in_there(void **state)
{
    struct doorway *f = *state;
    doorway_shut(f);
    doorway_run(f, "DELETE FROM user_credentials");
    doorway_run(f, "INSERT INTO sync_state (name, value) VALUES ('terminal_id',"
                   " '00000000-0000-7000-8000-0000000000aa')");
    assert_true(door_is_on(f->store));
    doorway_refused(f, doorway_enter(f, "ben", "paint bucket", NULL), ERROR_NOT_FOUND,
                    "knows no password");
    doorway_refused(f, doorway_enter(f, "nobody", "paint bucket", NULL), ERROR_NOT_FOUND,
                    "knows no password");
    doorway_refused(
        f, door_set_password(f->store, &f->owner, NULL, NULL, "brush stroke", NULL, &f->err),
        ERROR_RULE, "the centre keeps");
    int64_t now = f->scratch.clock.now;
    const struct door_proof proof = {f->ben.user_id, now, now + 14 * DAY_US};
    doorway_expect(f, door_remember(f->store, &proof, "paint bucket", &f->err));
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    doorway_refused(f, doorway_enter(f, "ben", "wrong guess", NULL), ERROR_DENIED, "are wrong");
    doorway_sleep(f, 13 * DAY_US);
    doorway_expect(f, doorway_enter(f, "ben", "paint bucket", NULL));
    doorway_expect(f, doorway_enter_by_pin(f, "ben", "1357"));
    doorway_sleep(f, DAY_US);
    doorway_refused(f, doorway_enter(f, "ben", "paint bucket", NULL), ERROR_NOT_FOUND,
                    "knows no password");
    doorway_refused(f, doorway_enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
    doorway_expect(f, door_remember(f->store,
                                    &(struct door_proof){f->ben.user_id, f->scratch.clock.now,
                                                         f->scratch.clock.now + 99 * DAY_US},
                                    "paint bucket", &f->err));
    doorway_expect(f, doorway_enter_by_pin(f, "ben", "1357"));
    doorway_sleep(f, 15 * DAY_US);
    doorway_refused(f, doorway_enter(f, "ben", "paint bucket", NULL), ERROR_NOT_FOUND,
                    "knows no password");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, doorway_setup, doorway_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_first_password_shuts_the_door),
        TEST(what_is_no_password_and_no_pin),
        TEST(nothing_tells_who_exists),
        TEST(wrong_tries_have_to_wait),
        TEST(a_lock_out_can_be_lifted),
        TEST(a_store_has_to_wait_too),
        TEST(a_pin_needs_the_password_of_that_day),
        TEST(five_wrong_pins_end_it),
        TEST(who_was_here),
        TEST(a_code_gives_a_new_password_once),
        TEST(hashes_of_others_are_renewed),
        TEST(sessions_of_the_command_line),
        TEST(who_may_not_work_stays_out),
        TEST(a_terminal_knows_who_signed_in_there),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
