/* The door of a shop that runs alone, and what a terminal of a centre keeps (model/people/door.h).
 */
#include "model/people/door.h"

#include "model/base/instant.h"
#include "model/operation/record.h"
#include "model/people/door_hash.h"
#include "model/shop/tenant.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define MINUTE_US (60 * SECOND_US)

static int hashes;

static void count_hashes(void *context, const char *name)
{
    (void)context;
    hashes += strcmp(name, "door.hash") == 0;
}

struct fixture {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    struct actor owner, anna, ben;
    struct door_answer answer;
    struct error err;
};

static void expect(struct fixture *f, bool is_done)
{
    if (!is_done)
        fail_msg("%s", f->err.text);
}

static void refused(struct fixture *f, bool is_done, enum error_code code, const char *says)
{
    if (is_done)
        fail_msg("worked, but should say '%s'", says);
    if (f->err.code != code || strstr(f->err.text, says) == NULL)
        fail_msg("code %d: '%s' does not say '%s'", (int)f->err.code, f->err.text, says);
}

static void add_person(struct fixture *f, const char *name, const char *display, const char *role,
                       struct actor *out)
{
    struct uuid user, role_id, place;
    char right[60];
    snprintf(right, sizeof right, "role:%s", role);
    role_id = uuid_derived(store_tenant(f->store), right);
    struct statement *row =
        store_prepare(f->store, "SELECT id FROM locations WHERE kind = 'everywhere'", &f->err);
    expect(f, row != NULL && statement_step(row, &f->err) == 1 && statement_uuid(row, 0, &place));
    statement_done(row);
    const struct change person[] = {{.column = "username", .value = value_text(name)},
                                    {.column = "display_name", .value = value_text(display)},
                                    {.column = "status", .value = value_text("invited")}};
    struct operation *operation = operation_begin(f->store, "record.create", &f->owner, &f->err);
    expect(f, operation != NULL && record_insert(operation, "users", person, 3, &user, &f->err));
    const struct change member[] = {{.column = "user_id", .value = value_uuid(&user)},
                                    {.column = "role_id", .value = value_uuid(&role_id)},
                                    {.column = "location_id", .value = value_uuid(&place)}};
    expect(f, record_insert(operation, "user_roles", member, 3, NULL, &f->err) &&
                  operation_commit(operation, &f->err));
    expect(f, actor_find_id(f->store, &user, out, &f->err));
}

static int setup(void **state)
{
    static const struct tenant_details details = {.name = "Paint",
                                                  .owner_name = "Jo Meyer",
                                                  .owner_email = "jo@paint.example",
                                                  .currency = "EUR",
                                                  .zone = "Europe/Berlin",
                                                  .country = "DE"};
    struct fixture *f = memory_new(sizeof *f);
    *state = f;
    scratch_init(&f->scratch);
    f->scratch.env.point = count_hashes;
    f->arena = arena_new();
    f->store = store_open(f->scratch.store, STORE_CREATE, &f->scratch.env, &f->err);
    expect(f, f->store != NULL && tenant_found(f->store, &details, &f->owner, &f->err));
    add_person(f, "anna", "Anna Ost", "admin", &f->anna);
    add_person(f, "ben", "Ben West", "employee", &f->ben);
    f->owner.proof = f->anna.proof = f->ben.proof = PROOF_PASSWORD;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    arena_free(f->arena);
    scratch_done(&f->scratch);
    free(f);
    return 0;
}

static void sleep_for(struct fixture *f, int64_t us)
{
    f->scratch.clock.now += us;
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t out = -1;
    expect(f, store_find_integer(f->store, &out, sql, &f->err, "") >= 0);
    return out;
}

static void run(struct fixture *f, const char *sql)
{
    expect(f, store_begin(f->store, &f->err) && store_run(f->store, sql, &f->err, "") &&
                  store_commit(f->store, &f->err));
}

/* An owner with "brush stroke", and a password for somebody by a code. */
static void shut(struct fixture *f)
{
    expect(f, door_set_password(f->store, &f->owner, NULL, "brush stroke", &f->err));
}

static void give_password(struct fixture *f, const struct actor *whom, const char *name,
                          const char *password)
{
    char code[DOOR_CODE_SIZE];
    expect(f, door_reset_code(f->store, &f->owner, &whom->user_id, code, &f->err));
    expect(f, door_use_reset_code(f->store, name, code, password, &f->err));
}

static bool enter(struct fixture *f, const char *name, const char *password, const char *code)
{
    return door_open(f->store, name, DOOR_PASSWORD, password, code, &f->answer, &f->err);
}

static bool enter_by_pin(struct fixture *f, const char *name, const char *pin)
{
    return door_open(f->store, name, DOOR_PIN, pin, NULL, &f->answer, &f->err);
}

static void a_first_password_shuts_the_door(void **state)
{
    struct fixture *f = *state;
    assert_false(door_is_on(f->store));
    refused(f, door_set_password(f->store, &f->ben, NULL, "brush stroke", &f->err), ERROR_DENIED,
            "users.manage");
    shut(f);
    assert_true(door_is_on(f->store));
    expect(f, enter(f, "JO MEYER", "brush stroke", NULL));
    assert_true(uuid_equal(&f->answer.actor.user_id, &f->owner.user_id));
    assert_int_equal(f->answer.actor.proof, PROOF_PASSWORD);
    refused(f, enter(f, "jo@paint.example", "brush strokes", NULL), ERROR_DENIED, "are wrong");
    refused(f, door_set_password(f->store, &f->owner, NULL, "another one", &f->err), ERROR_DENIED,
            "are wrong");
    expect(f, door_set_password(f->store, &f->owner, "brush stroke", "another one", &f->err));
    refused(f, enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED, "are wrong");
    expect(f, enter(f, "Jo Meyer", "another one", NULL));
    struct operation *operation = operation_begin(f->store, "record.create", &f->owner, &f->err);
    const struct change setting[] = {
        {.column = "name", .value = value_text("sign_in")},
        {.column = "value", .value = value_text("{\"required\":false}")}};
    expect(f, operation != NULL &&
                  record_insert(operation, "app_settings", setting, 2, NULL, &f->err) &&
                  operation_commit(operation, &f->err));
    assert_false(door_is_on(f->store));
}

static void what_is_no_password_and_no_pin(void **state)
{
    struct fixture *f = *state;
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
        refused(f, door_check_password(f->store, &f->anna.user_id, passwords[i], &f->err),
                ERROR_INPUT, "");
    expect(f, door_check_password(f->store, &f->anna.user_id, "\xC3\xA4\xC3\xB6\xC3\xBC aaaa",
                                  &f->err));
    for (size_t i = 0; i < sizeof pins / sizeof pins[0]; i++)
        refused(f, door_check_pin(pins[i], &f->err), ERROR_INPUT, "PIN");
    for (size_t i = 0; i + 1 < sizeof good / sizeof good[0]; i++)
        expect(f, door_check_pin(good[i], &f->err));
    refused(f, door_check_pin(good[3], &f->err), ERROR_INPUT, "in a row");
}

/* A name that nobody has, one without a password and a wrong password cost one hash each, and say
 * the same. */
static void nothing_tells_who_exists(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"nobody", "ben", "Jo Meyer", ""};
    shut(f);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        hashes = 0;
        refused(f, enter(f, names[i], "wrong guess", NULL), ERROR_DENIED,
                "name, password or code are wrong");
        assert_int_equal(hashes, 1);
        assert_int_equal(f->answer.wait_us, 0);
    }
}

static void wrong_tries_have_to_wait(void **state)
{
    struct fixture *f = *state;
    shut(f);
    for (int i = 0; i < 2; i++)
        refused(f, enter(f, "Jo Meyer", "wrong guess", NULL), ERROR_DENIED, "wrong");
    assert_int_equal(f->answer.wait_us, 0);
    int64_t tries = 0;
    for (int64_t seconds = 1; seconds <= 1024; seconds *= 2, tries++) {
        refused(f, enter(f, "Jo Meyer", "wrong guess", NULL), ERROR_DENIED, "before the next try");
        int64_t wait = seconds < 900 ? seconds : 900;
        assert_true(f->answer.wait_us > wait * SECOND_US - SECOND_US / 10 &&
                    f->answer.wait_us <= wait * SECOND_US);
        hashes = 0;
        refused(f, enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED, "too many wrong");
        assert_int_equal(hashes, 0);
        sleep_for(f, f->answer.wait_us);
    }
    f->scratch.clock.now -= 30 * DAY_US; /* a clock that is set back makes it no longer */
    refused(f, enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED, "wait 15 minutes");
    f->scratch.clock.now += 30 * DAY_US;
    expect(f, enter(f, "Jo Meyer", "brush stroke", NULL));
    refused(f, enter(f, "Jo Meyer", "wrong guess", NULL), ERROR_DENIED, "wrong");
    assert_int_equal(f->answer.wait_us, 0); /* the password ended the counting */
}

static void a_lock_out_can_be_lifted(void **state)
{
    struct fixture *f = *state;
    shut(f);
    give_password(f, &f->ben, "ben", "paint bucket");
    for (int i = 0; i < 8; i++) {
        enter(f, "ben", "wrong guess", NULL);
        sleep_for(f, 200 * SECOND_US);
    }
    for (int i = 0; i < 2; i++)
        enter(f, "ben", "wrong guess", NULL);
    refused(f, enter(f, "ben", "paint bucket", NULL), ERROR_DENIED, "too many");
    refused(f, door_lift(f->store, &f->ben, &f->ben.user_id, &f->err), ERROR_DENIED,
            "users.manage");
    expect(f, door_lift(f->store, &f->anna, &f->ben.user_id, &f->err));
    expect(f, enter(f, "ben", "paint bucket", NULL));
}

/* Names that change do not help whoever guesses. */
static void a_store_has_to_wait_too(void **state)
{
    struct fixture *f = *state;
    char name[20];
    shut(f);
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "guess%d", i);
        refused(f, enter(f, name, "wrong guess", NULL), ERROR_DENIED, "wrong");
    }
    assert_true(f->answer.wait_us > 0);
    refused(f, enter(f, "Jo Meyer", "brush stroke", NULL), ERROR_DENIED, "too many");
    sleep_for(f, 16 * MINUTE_US);
    expect(f, enter(f, "Jo Meyer", "brush stroke", NULL));
}

static void a_pin_needs_the_password_of_that_day(void **state)
{
    struct fixture *f = *state;
    shut(f);
    give_password(f, &f->ben, "ben", "paint bucket");
    refused(f, door_set_pin(f->store, &f->ben, "1357", &f->err), ERROR_DENIED, "password first");
    expect(f, enter(f, "ben", "paint bucket", NULL));
    refused(f, door_set_pin(f->store, &f->answer.actor, "1234", &f->err), ERROR_INPUT, "in a row");
    expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    expect(f, enter_by_pin(f, "ben", "1357"));
    assert_int_equal(f->answer.actor.proof, PROOF_PIN);
    refused(f, door_set_pin(f->store, &f->answer.actor, "2468", &f->err), ERROR_DENIED,
            "password first");
    refused(f, enter_by_pin(f, "Jo Meyer", "1357"), ERROR_DENIED, "a PIN will not do");
    sleep_for(f, DAY_US);
    refused(f, enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, enter_by_pin(f, "ben", "1357"));
    expect(f, door_sign_out(f->store, &f->ben, &f->err));
    refused(f, enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
}

/* Five in all, whatever was right between them: that is what bounds guessing (README). */
static void five_wrong_pins_end_it(void **state)
{
    struct fixture *f = *state;
    shut(f);
    give_password(f, &f->ben, "ben", "paint bucket");
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    for (int i = 0; i < DOOR_PIN_TRIES; i++) {
        expect(f, enter_by_pin(f, "ben", "1357"));
        refused(f, enter_by_pin(f, "ben", "2468"), ERROR_DENIED, "wrong");
        sleep_for(f, f->answer.wait_us);
    }
    refused(f, enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
    sleep_for(f, MINUTE_US);
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, enter_by_pin(f, "ben", "1357"));
}

static void who_was_here(void **state)
{
    struct fixture *f = *state;
    const struct door_person *people;
    shut(f);
    give_password(f, &f->ben, "ben", "paint bucket");
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    assert_int_equal(door_people(f->store, f->arena, &people, &f->err), 2);
    assert_string_equal(people[0].name, "Ben West");
    assert_true(people[0].takes_pin);
    assert_false(people[1].takes_pin);
    run(f, "UPDATE user_credentials SET checked_at = NULL WHERE pin_hash IS NULL");
    assert_int_equal(door_people(f->store, f->arena, &people, &f->err), 1);
}

static void a_code_gives_a_new_password_once(void **state)
{
    struct fixture *f = *state;
    char code[DOOR_CODE_SIZE], owners[DOOR_CODE_SIZE];
    shut(f);
    refused(f, door_reset_code(f->store, &f->ben, &f->anna.user_id, code, &f->err), ERROR_DENIED,
            "users.manage");
    give_password(f, &f->anna, "anna", "paint roller");
    refused(f, door_reset_code(f->store, &f->anna, &f->owner.user_id, owners, &f->err),
            ERROR_DENIED, "only an owner");
    expect(f, door_reset_code(f->store, &f->anna, &f->ben.user_id, code, &f->err));
    refused(f, door_use_reset_code(f->store, "ben", "0000-0000-0000", "paint bucket", &f->err),
            ERROR_DENIED, "wrong");
    refused(f, door_use_reset_code(f->store, "anna", code, "paint bucket", &f->err), ERROR_DENIED,
            "wrong");
    refused(f, door_use_reset_code(f->store, "ben", code, "short", &f->err), ERROR_INPUT, "8");
    for (char *c = code; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    expect(f, door_use_reset_code(f->store, "ben", code, "paint bucket", &f->err));
    refused(f, door_use_reset_code(f->store, "ben", code, "paint buckets", &f->err), ERROR_DENIED,
            "wrong");
    assert_int_equal(number(f, "SELECT count(*) FROM users WHERE username = 'ben'"
                               " AND status = 'active'"),
                     1);
    expect(f, door_reset_code(f->store, &f->anna, &f->ben.user_id, code, &f->err));
    sleep_for(f, 61 * MINUTE_US);
    refused(f, door_use_reset_code(f->store, "ben", code, "paint buckets", &f->err), ERROR_DENIED,
            "wrong");
    expect(f, door_reset_code(f->store, &f->anna, &f->ben.user_id, code, &f->err));
    for (int i = 0; i < 5; i++) {
        sleep_for(f, 5 * MINUTE_US);
        refused(f, door_use_reset_code(f->store, "ben", "1", "paint buckets", &f->err),
                ERROR_DENIED, "are wrong");
    }
    sleep_for(f, 5 * MINUTE_US);
    refused(f, door_use_reset_code(f->store, "ben", code, "paint buckets", &f->err), ERROR_DENIED,
            "are wrong");
    sleep_for(f, 5 * MINUTE_US);
    expect(f, enter(f, "ben", "paint bucket", NULL));
}

/* As PHP, Python and pgcrypto write it; of the password "paint bucket". */
static void hashes_of_others_are_renewed(void **state)
{
    struct fixture *f = *state;
    static const char *const prefixes[] = {"$2a$", "$2b$", "$2y$"};
    static const char rest[] = "04$abcdefghijklmnopqrstuudUg3tCLx1Rl0yKwJLD4Y8/ls8IhUumq";
    shut(f);
    for (size_t i = 0; i < 3; i++) {
        char hash[80];
        snprintf(hash, sizeof hash, "%s%s", prefixes[i], rest);
        give_password(f, &f->ben, "ben", "something else");
        expect(f, store_begin(f->store, &f->err) &&
                      store_run(f->store,
                                "UPDATE user_credentials SET password_hash = ?1 WHERE user_id = ?2",
                                &f->err, "tu", hash, &f->ben.user_id) &&
                      store_commit(f->store, &f->err));
        refused(f, enter(f, "ben", "something else", NULL), ERROR_DENIED, "wrong");
        expect(f, enter(f, "ben", "paint bucket", NULL));
        assert_int_equal(number(f, "SELECT count(*) FROM user_credentials WHERE password_hash LIKE"
                                   " '$argon2id$%'"),
                         2);
        expect(f, enter(f, "ben", "paint bucket", NULL));
    }
}

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
static const char *code_of(struct fixture *f, const struct door_totp *totp, int steps)
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

static void set_up_factor(struct fixture *f, struct door_totp *totp, struct door_codes *codes)
{
    f->scratch.clock.now += 30 * SECOND_US - f->scratch.clock.now % (30 * SECOND_US);
    expect(f, door_totp_begin(f->store, &f->owner, totp, &f->err));
    expect(f, door_totp_confirm(f->store, &f->owner, code_of(f, totp, 0), codes, &f->err));
}

static void a_second_factor_is_asked_for(void **state)
{
    struct fixture *f = *state;
    struct door_totp totp;
    struct door_codes codes;
    struct stat info;
    shut(f);
    expect(f, door_totp_begin(f->store, &f->owner, &totp, &f->err));
    assert_non_null(strstr(totp.url, "otpauth://totp/Paint:Jo%20Meyer?secret="));
    assert_non_null(strstr(totp.url, totp.secret));
    expect(f, enter(f, "Jo Meyer", "brush stroke", NULL)); /* it is not on yet */
    refused(f, door_totp_confirm(f->store, &f->owner, "000 000", &codes, &f->err), ERROR_INPUT,
            "compare the clocks");
    set_up_factor(f, &totp, &codes);
    char path[SCRATCH_PATH_SIZE + 40];
    snprintf(path, sizeof path, "%s.door", f->scratch.store);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(number(f, "SELECT mfa_enabled FROM users WHERE display_name = 'Jo Meyer'"), 1);
    for (int i = 0; i < 5; i++) {
        refused(f, enter(f, "Jo Meyer", "brush stroke", ""), ERROR_DENIED, "second factor");
        assert_true(f->answer.needs_code);
    }
    refused(f, enter(f, "Jo Meyer", "wrong guess", ""), ERROR_DENIED, "are wrong");
    assert_false(f->answer.needs_code);
    refused(f, enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 0)), ERROR_DENIED,
            "are wrong");
    expect(f, enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 1)));
    refused(f, enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 1)), ERROR_DENIED,
            "are wrong");
    sleep_for(f, 90 * SECOND_US);
    refused(f, enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, -2)), ERROR_DENIED,
            "are wrong");
    expect(f, enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, -1)));
    expect(f, enter(f, "Jo Meyer", "brush stroke", code_of(f, &totp, 0)));
    expect(f, door_totp_off(f->store, &f->owner, &f->owner.user_id, &f->err));
    expect(f, enter(f, "Jo Meyer", "brush stroke", NULL));
}

static void backup_codes_are_good_once(void **state)
{
    struct fixture *f = *state;
    struct door_totp totp;
    struct door_codes codes, others;
    shut(f);
    refused(f, door_codes_new(f->store, &f->owner, &codes, &f->err), ERROR_RULE, "set it up");
    set_up_factor(f, &totp, &codes);
    for (int i = 0; i < DOOR_CODES; i++) {
        expect(f, enter(f, "Jo Meyer", "brush stroke", codes.codes[i]));
        refused(f, enter(f, "Jo Meyer", "brush stroke", codes.codes[i]), ERROR_DENIED, "are wrong");
    }
    sleep_for(f, 16 * MINUTE_US);
    expect(f, door_codes_new(f->store, &f->owner, &codes, &f->err));
    expect(f, door_codes_new(f->store, &f->owner, &others, &f->err));
    refused(f, enter(f, "Jo Meyer", "brush stroke", codes.codes[0]), ERROR_DENIED, "are wrong");
    expect(f, enter(f, "Jo Meyer", "brush stroke", others.codes[0]));
    assert_int_equal(number(f, "SELECT count(*) FROM backup_codes WHERE code_hash LIKE '%-%'"), 0);
}

/* An administrator takes off what somebody lost, but not an owner's. */
static void a_lost_factor_is_taken_off(void **state)
{
    struct fixture *f = *state;
    struct door_totp totp;
    struct door_codes codes;
    shut(f);
    set_up_factor(f, &totp, &codes);
    refused(f, door_totp_off(f->store, &f->ben, &f->owner.user_id, &f->err), ERROR_DENIED,
            "users.manage");
    refused(f, door_totp_off(f->store, &f->anna, &f->owner.user_id, &f->err), ERROR_DENIED,
            "only an owner");
    f->owner.proof = PROOF_PIN;
    refused(f, door_totp_off(f->store, &f->owner, &f->owner.user_id, &f->err), ERROR_DENIED,
            "password first");
}

/* All of it stands in the trail, and no secret does. */
static void what_the_door_does_is_recorded(void **state)
{
    struct fixture *f = *state;
    struct door_totp totp;
    struct door_codes codes;
    shut(f);
    give_password(f, &f->ben, "ben", "paint bucket");
    for (int i = 0; i < 5; i++) {
        enter(f, "ben", "wrong guess", NULL);
        sleep_for(f, f->answer.wait_us);
    }
    expect(f, door_lift(f->store, &f->owner, &f->ben.user_id, &f->err));
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    expect(f, enter_by_pin(f, "ben", "1357"));
    expect(f, door_sign_out(f->store, &f->ben, &f->err));
    set_up_factor(f, &totp, &codes);
    expect(f, door_totp_off(f->store, &f->owner, &f->owner.user_id, &f->err));
    static const char sql[] =
        "SELECT group_concat(action || coalesce(' ' || summary, ''), ', ') FROM (SELECT action,"
        " summary FROM audit_logs WHERE action NOT LIKE '%.%' ORDER BY sequence)";
    struct statement *row = store_prepare(f->store, sql, &f->err);
    expect(f, row != NULL && statement_step(row, &f->err) == 1);
    assert_string_equal(statement_text(row, 0),
                        "password_changed, password_reset a code was given, password_reset,"
                        " sign_in_failed three wrong tries, lock_lifted, sign_in by password,"
                        " pin_set, sign_in by PIN, sign_out, mfa_on, mfa_off");
    statement_done(row);
}

static void sessions_of_the_command_line(void **state)
{
    struct fixture *f = *state;
    char token[DOOR_TOKEN_SIZE], other[DOOR_TOKEN_SIZE];
    struct actor found;
    shut(f);
    expect(f, door_session_begin(f->store, &f->owner, token, &f->err));
    expect(f, door_session_find(f->store, token, &found, &f->err));
    assert_true(uuid_equal(&found.user_id, &f->owner.user_id));
    assert_int_equal(found.proof, PROOF_PASSWORD);
    refused(f, door_session_find(f->store, "00", &found, &f->err), ERROR_DENIED, "ended");
    assert_int_equal(number(f, "SELECT count(*) FROM sessions"), 1);
    expect(f, door_session_begin(f->store, &f->owner, other, &f->err));
    assert_string_not_equal(token, other);
    expect(f, door_session_end(f->store, token, &f->err));
    refused(f, door_session_find(f->store, token, &found, &f->err), ERROR_DENIED, "ended");
    sleep_for(f, 13 * 60 * MINUTE_US);
    refused(f, door_session_find(f->store, other, &found, &f->err), ERROR_DENIED, "ended");
    expect(f, door_session_begin(f->store, &f->owner, token, &f->err));
    expect(f, door_set_password(f->store, &f->owner, "brush stroke", "another one", &f->err));
    refused(f, door_session_find(f->store, token, &found, &f->err), ERROR_DENIED, "ended");
}

static void who_may_not_work_stays_out(void **state)
{
    struct fixture *f = *state;
    const struct change suspended = {.column = "status", .value = value_text("suspended")};
    shut(f);
    give_password(f, &f->ben, "ben", "paint bucket");
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    struct operation *operation = operation_begin(f->store, "record.edit", &f->owner, &f->err);
    expect(f, operation != NULL &&
                  record_update(operation, "users", &f->ben.user_id, &suspended, 1, &f->err) &&
                  operation_commit(operation, &f->err));
    refused(f, enter(f, "ben", "paint bucket", NULL), ERROR_DENIED,
            "name, password or code are wrong");
    refused(f, enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
}

/* At a terminal of a centre a verifier counts for its days, and while the sign-in lives. */
static void a_terminal_knows_who_signed_in_there(void **state)
{
    struct fixture *f = *state;
    shut(f);
    run(f, "DELETE FROM user_credentials");
    run(f, "INSERT INTO sync_state (name, value) VALUES ('terminal_id',"
           " '00000000-0000-7000-8000-0000000000aa')");
    assert_true(door_is_on(f->store));
    refused(f, enter(f, "ben", "paint bucket", NULL), ERROR_NOT_FOUND, "knows no password");
    refused(f, enter(f, "nobody", "paint bucket", NULL), ERROR_NOT_FOUND, "knows no password");
    refused(f, door_set_password(f->store, &f->owner, NULL, "brush stroke", &f->err), ERROR_RULE,
            "the centre keeps");
    int64_t now = f->scratch.clock.now;
    const struct door_proof proof = {f->ben.user_id, now, now + 14 * DAY_US};
    expect(f, door_remember(f->store, &proof, "paint bucket", &f->err));
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, door_set_pin(f->store, &f->answer.actor, "1357", &f->err));
    refused(f, enter(f, "ben", "wrong guess", NULL), ERROR_DENIED, "are wrong");
    sleep_for(f, 13 * DAY_US);
    expect(f, enter(f, "ben", "paint bucket", NULL));
    expect(f, enter_by_pin(f, "ben", "1357"));
    sleep_for(f, DAY_US);
    refused(f, enter(f, "ben", "paint bucket", NULL), ERROR_NOT_FOUND, "knows no password");
    refused(f, enter_by_pin(f, "ben", "1357"), ERROR_DENIED, "a PIN will not do");
    expect(f, door_remember(f->store,
                            &(struct door_proof){f->ben.user_id, f->scratch.clock.now,
                                                 f->scratch.clock.now + 99 * DAY_US},
                            "paint bucket", &f->err));
    expect(f, enter_by_pin(f, "ben", "1357"));
    sleep_for(f, 15 * DAY_US);
    refused(f, enter(f, "ben", "paint bucket", NULL), ERROR_NOT_FOUND, "knows no password");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
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
        cmocka_unit_test(the_codes_are_those_of_the_standard),
        TEST(a_second_factor_is_asked_for),
        TEST(backup_codes_are_good_once),
        TEST(a_lost_factor_is_taken_off),
        TEST(what_the_door_does_is_recorded),
        TEST(sessions_of_the_command_line),
        TEST(who_may_not_work_stays_out),
        TEST(a_terminal_knows_who_signed_in_there),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
