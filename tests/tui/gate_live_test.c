/* The gate while time passes: the program in this process, its clock in the test's hand. */
#include "model/people/door.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"
#include "tui/frame.h"
#include "tui/loop.h"
#include "tui/screens/gate.h"
#include "tui/script.h"
#include "tui/term.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <liboath/oath.h>

#define MINUTE   (INT64_C(60) * 1000000)
#define PASSWORD "brush and roller"

struct fixture {
    struct till *till;
    struct shop *shop;
    struct env_fixed clock, reader_clock;
    struct env env, reader_env;
    struct store *store;
    struct app *app;
    struct buffer screen;
    char before[200]; /* the working folder of the other tests */
};

static void expect(bool worked, const struct error *err)
{
    if (!worked)
        fail_msg("%s", err->text);
}

static void play(struct fixture *f, const char *steps)
{
    struct error err = {0};
    FILE *file = fopen("steps", "w");
    assert_non_null(file);
    fputs(steps, file);
    assert_int_equal(fclose(file), 0);
    bool worked = script_run(f->app, "steps", &err);
    buffer_clear(&f->screen);
    script_screen_text(&f->screen);
    if (!worked)
        fail_msg("%s\n%s", err.text, f->screen.text);
}

/* So much time passes, and a second's tick with it. */
static void pass(struct fixture *f, int64_t microseconds)
{
    struct event tick = {.kind = EVENT_TICK};
    f->clock.now += microseconds;
    f->reader_clock.now += microseconds;
    app_event(f->app, &tick);
    play(f, "wait\n");
}

static void set_minutes(struct fixture *f, const char *value)
{
    struct shop *shop = f->shop;
    const struct change setting[] = {
        {.column = "name", .value = value_text("sign_in")},
        {.column = "value", .value = value_text(value)},
    };
    shop_insert(shop, "app_settings", setting, 2);
}

/* Olga has a password and a PIN, and nobody is in. */
static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    void *till = NULL;
    struct error err = {0};
    struct door_answer olga;
    assert_int_equal(till_set_up(&till), 0);
    f->till = till;
    struct shop *shop = f->shop = f->till->shop;
    expect(door_set_password(shop->store, &shop->owner, NULL, NULL, PASSWORD, NULL, &err), &err);
    expect(door_open(shop->store, "Olga Owner", DOOR_PASSWORD, PASSWORD, NULL, &olga, &err), &err);
    expect(door_set_pin(shop->store, &olga.actor, "2468", &err), &err);
    f->clock = (struct env_fixed){.now = shop->scratch.clock.now + MINUTE, .seed = 5};
    f->reader_clock = (struct env_fixed){.now = f->clock.now, .seed = 6};
    f->env = env_fixed(&f->clock, "UTC");
    f->reader_env = env_fixed(&f->reader_clock, "UTC");
    f->store = store_open(shop->scratch.store, STORE_WRITE, &f->env, &err);
    assert_non_null(getcwd(f->before, sizeof f->before));
    assert_int_equal(chdir(f->till->home), 0);
    expect(f->store != NULL && loop_open(&err) && script_open_terminal(&err), &err);
    struct app_setup setup = {.store = f->store,
                              .env = &f->env,
                              .reader_env = &f->reader_env,
                              .theme = "dark",
                              .wake_fd = loop_wake_fd(),
                              .stands_still = true};
    f->app = app_new(&setup);
    buffer_init(&f->screen);
    gate_open(f->app, NULL, "orders");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    app_free(f->app);
    term_close();
    loop_close();
    store_close(f->store);
    buffer_done(&f->screen);
    assert_int_equal(chdir(f->before), 0);
    void *till = f->till;
    till_tear_down(&till);
    free(f);
    return 0;
}

static void test_it_locks_after_minutes_without_a_key(void **state)
{
    struct fixture *f = *state;
    play(f, "keys o 2 4 6 8 enter\nexpect ORDERS\n");
    pass(f, 4 * MINUTE);
    play(f, "expect ORDERS\nkeys down\n");
    pass(f, 4 * MINUTE);
    play(f, "expect ORDERS\nkeys n\ntype half ty\n");
    pass(f, 5 * MINUTE + 1);
    play(f, "expect SIGN IN\nreject half ty\nkeys enter 2 4 6 8 enter\nexpect half ty\n");
}

static void test_a_shop_may_lock_never(void **state)
{
    struct fixture *f = *state;
    set_minutes(f, "{\"lock_after_minutes\":0}");
    play(f, "keys o 2 4 6 8 enter\nexpect ORDERS\n");
    pass(f, 300 * MINUTE);
    play(f, "expect ORDERS\n");
}

static void test_who_is_suspended_is_out_at_once(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    play(f, "keys o 2 4 6 8 enter\nexpect ORDERS\n");
    expect(door_sign_out(f->shop->store, &f->shop->owner, &err), &err);
    pass(f, 1000000);
    play(f, "expect SIGN IN\nexpect Sign in again\nreject R1-0000\nkeys esc\nreject R1-0000\n");
}

static void test_a_wait_counts_down(void **state)
{
    struct fixture *f = *state;
    play(f, "keys o\ntype 0000\nkeys enter\ntype 0001\nkeys enter\ntype 0002\nkeys enter\n"
            "type 0003\nkeys enter\nexpect wait\nsave gate_wait_80x24\n");
    pass(f, MINUTE);
    play(f, "reject wait\nexpect tried again\nkeys ctrl-u\ntype 2468\nkeys enter\nexpect ORDERS\n");
    assert_int_equal(chdir(f->before), 0);
    scene_check(f->till->home, "gate_wait_80x24");
    assert_int_equal(chdir(f->till->home), 0);
}

/* Secrets and codes are random: where they stand they become XXXX, and so does what looks alike. */
static void mask(const char *name)
{
    static char text[1 << 16];
    FILE *file = fopen(name, "r+");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    for (char *at = text; *at != '\0';) {
        size_t run = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        if (run == 4)
            memset(at, 'X', run);
        at += run > 0 ? run : 1;
    }
    rewind(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* The code of the app whose secret stands on the screen behind "there:". */
static const char *code_on_screen(struct fixture *f, int64_t step)
{
    static char code[8];
    char text[DOOR_SECRET_SIZE] = "", *secret = NULL;
    size_t size = 0, length = 0;
    for (const char *at = f->screen.text; *at != '\0' && size < 32;) {
        size_t run = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
        if (run == 4 && at > f->screen.text && at[-1] == ' ' && strchr(" \n", at[4]) != NULL) {
            memcpy(text + size, at, 4);
            size += 4;
        }
        at += run > 0 ? run : 1;
    }
    assert_int_equal(size, 32);
    assert_int_equal(oath_base32_decode(text, size, &secret, &length), OATH_OK);
    assert_true(door_totp_code((unsigned char *)secret, length, step, 6, code));
    free(secret);
    return code;
}

/* The last backup code of the file. */
static void read_code(char code[DOOR_CODE_SIZE])
{
    char line[200];
    struct stat info;
    FILE *file = fopen("codes.txt", "r");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    int count = 0, number;
    while (fgets(line, sizeof line, file) != NULL)
        count += sscanf(line, "%d %15s", &number, code) == 2;
    fclose(file);
    assert_int_equal(count, DOOR_CODES);
}

static void test_a_second_factor_is_set_up_and_asked_for(void **state)
{
    struct fixture *f = *state;
    char steps[500], code[DOOR_CODE_SIZE];
    play(f, "keys o tab\ntype " PASSWORD "\nkeys enter\nexpect ORDERS\nkeys :\n"
            "type second factor\nkeys enter\nexpect Then type the code\n"
            "expect Scan this\nsize 200 50\nexpect Scan this\nsize 60 15\n"
            "save second_factor_60x15\ntype 000000\nkeys enter\nreject Backup\nkeys ctrl-u\n");
    const char *right = code_on_screen(f, f->reader_clock.now / 30000000);
    snprintf(steps, sizeof steps,
             "size 80 24\ntype %s\nkeys enter\nexpect Backup codes\nsave backup_codes_80x24\n"
             "keys esc\nexpect Have you kept\nkeys enter f2 ctrl-u\ntype codes.txt\nkeys enter\n"
             "expect print it\nkeys esc\nexpect ORDERS\nkeys f10 o tab\ntype " PASSWORD
             "\nkeys enter\nexpect Code\nreject ORDERS\nsave gate_code_80x24\ntype %s\n"
             "keys enter\nreject ORDERS\n",
             right, right);
    play(f, steps);
    read_code(code);
    snprintf(steps, sizeof steps, "type %s\nkeys enter\nexpect ORDERS\n", code);
    play(f, steps);
    mask("second_factor_60x15");
    mask("backup_codes_80x24");
    assert_int_equal(chdir(f->before), 0);
    scene_check(f->till->home, "second_factor_60x15");
    scene_check(f->till->home, "backup_codes_80x24");
    scene_check(f->till->home, "gate_code_80x24");
    assert_int_equal(chdir(f->till->home), 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_it_locks_after_minutes_without_a_key),    TEST(test_a_shop_may_lock_never),
        TEST(test_who_is_suspended_is_out_at_once),         TEST(test_a_wait_counts_down),
        TEST(test_a_second_factor_is_set_up_and_asked_for),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
