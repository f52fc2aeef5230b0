/* The first start of a store that becomes a terminal of a shop with a centre. */
#include "model/overlay/exchange.h"
#include "sync/enroll.h"
#include "tests/model/scratch.h"
#include "tests/sync/centre.h"
#include "tests/tui/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct centre centre;

struct joiner {
    struct scratch scratch;
    struct centre_shop shop;
    const char *url, *code;
    struct arena *arena;
};

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    if (centre.url != NULL)
        centre_close(&centre);
    postgres_stop(server);
    return 0;
}

static void set_up(struct joiner *joiner)
{
    static int shops;
    joiner->arena = arena_new();
    if (centre.url == NULL)
        centre_open(&centre, server);
    centre_shop(&centre, arena_format(joiner->arena, "paint%d", shops++), &joiner->shop);
    centre_open_door(&centre, &joiner->shop);
    scratch_init(&joiner->scratch);
    joiner->url = arena_format(joiner->arena, "postgresql:///%s?host=%s",
                               centre_ask(&centre, centre.admin, "SELECT current_database()"),
                               postgres_folder(server));
    joiner->code =
        centre_code(&centre, &joiner->shop, "register", joiner->shop.here, joiner->shop.anna);
}

static void tear_down(struct joiner *joiner)
{
    arena_free(joiner->arena);
    scratch_done(&joiner->scratch);
}

static void play(struct joiner *joiner, const char *steps)
{
    scene_play(joiner->scratch.folder, "", steps);
}

static void expect_joined(struct joiner *joiner)
{
    struct error err = {0};
    struct exchange_status status;
    struct store *store = store_open(joiner->scratch.store, STORE_READ, &joiner->scratch.env, &err);
    if (store == NULL || !exchange_status(store, &status, &err))
        fail_msg("%s", err.text);
    assert_true(status.is_enrolled);
    assert_false(status.is_copying);
    store_close(store);
}

static void test_the_form(void **state)
{
    struct joiner joiner;
    (void)state;
    set_up(&joiner);
    play(&joiner, "keys f3\nsave welcome_join_80x24\nsize 60 15\nsave welcome_join_60x15\n"
                  "keys esc\nexpect WELCOME\nreject Join a shop that\n");
    scene_check(joiner.scratch.folder, "welcome_join_80x24");
    scene_check(joiner.scratch.folder, "welcome_join_60x15");
    tear_down(&joiner);
}

static void test_what_is_typed_is_checked(void **state)
{
    struct joiner joiner;
    (void)state;
    set_up(&joiner);
    play(&joiner, "keys f3\ntype shop\nkeys tab\nexpect postgresql://\ntype ABCD\nkeys tab\n"
                  "expect this one 4\nkeys enter\nexpect Join a shop\n");
    tear_down(&joiner);
}

static void test_a_code_makes_the_store_a_terminal(void **state)
{
    struct joiner joiner;
    (void)state;
    set_up(&joiner);
    play(&joiner, arena_format(joiner.arena,
                               "keys f3\ntype %s\nkeys tab\ntype %s\nkeys enter\nexpect ORDERS\n"
                               "expect The shop is here\nexpect OFFLINE\nreject WELCOME\n",
                               joiner.url, joiner.code));
    expect_joined(&joiner);
    scene_play(joiner.scratch.folder, "Anna", "expect ORDERS\nreject WELCOME\n");
    tear_down(&joiner);
}

/* A wrong line in the login of the store: nothing is reached any more. */
static void cut_line(struct joiner *joiner)
{
    struct error err;
    struct login login;
    assert_true(login_read(joiner->scratch.store, &login, &err));
    free(login.url);
    login.url = memory_text("postgresql:///shop?host=/tmp/no-server-is-here");
    assert_true(login_write(joiner->scratch.store, &login, &err));
    login_done(&login);
}

/* Beside whoever exchanges, and with nothing but the store and its login. */
static void test_the_line_is_tested(void **state)
{
    struct joiner joiner;
    struct error err;
    (void)state;
    set_up(&joiner);
    const struct enroll_details details = {joiner.url, joiner.code};
    assert_true(enroll(joiner.scratch.store, &details, &joiner.scratch.env, -1, NULL, &err));
    scene_play(joiner.scratch.folder, "Anna",
               "keys alt-s T\nexpect ms there and back; PostgreSQL\nexpect 14:02)\n");
    cut_line(&joiner);
    scene_play(joiner.scratch.folder, "Anna",
               "keys alt-s tab tab tab\nreject Test\nkeys T\nexpect Test\n"
               "expect no connection to the centre\nreject there and back\n");
    tear_down(&joiner);
}

/* It is said beside the field, and stays there: a message would go with the next key. */
static void test_a_wrong_code_can_be_mended(void **state)
{
    struct joiner joiner;
    (void)state;
    set_up(&joiner);
    play(&joiner, arena_format(joiner.arena,
                               "keys f3\ntype %s\nkeys tab\n"
                               "type 0123456789ABCDEF0123456789ABCDEF\nkeys enter\n"
                               "expect wrong, used or too old\nexpect Join a shop\n"
                               "keys home\nexpect wrong, used or too old\n"
                               "keys end ctrl-u\ntype %s\nkeys enter\nexpect ORDERS\n",
                               joiner.url, joiner.code));
    expect_joined(&joiner);
    tear_down(&joiner);
}

static bool stop_early(void *context, const char *what, int64_t rows, int64_t total)
{
    (void)context;
    (void)what;
    (void)total;
    return rows == 0;
}

static void test_a_copy_that_was_cut_short_goes_on_at_the_next_start(void **state)
{
    struct joiner joiner;
    struct error err;
    (void)state;
    set_up(&joiner);
    const struct enroll_details details = {joiner.url, joiner.code};
    const struct snapshot_progress progress = {.step = stop_early};
    assert_false(enroll(joiner.scratch.store, &details, &joiner.scratch.env, -1, &progress, &err));
    assert_int_equal(err.code, ERROR_STOPPED);
    play(&joiner, "expect ORDERS\nexpect The shop is here\n");
    expect_joined(&joiner);
    tear_down(&joiner);
}

/* The password is the centre's; when the line is cut, whoever was here comes in all the same, and
 * nobody else. */
static void test_the_gate_asks_the_centre(void **state)
{
    struct joiner joiner;
    (void)state;
    set_up(&joiner);
    centre_run(&centre, centre.admin,
               arena_format(joiner.arena,
                            "UPDATE app_settings SET value = '{\"any_clock\": true}'"
                            " WHERE tenant_id = '%s' AND name = 'sign_in';"
                            "INSERT INTO user_credentials (tenant_id, user_id, password_hash)"
                            " SELECT '%s', id, crypt('brush ' || username, gen_salt('bf', 4))"
                            " FROM users WHERE tenant_id = '%s'",
                            joiner.shop.tenant, joiner.shop.tenant, joiner.shop.tenant));
    play(&joiner, arena_format(joiner.arena,
                               "keys f3\ntype %s\nkeys tab\ntype %s\nkeys enter\nexpect SIGN IN\n"
                               "reject ORDERS\ntype anna\nkeys tab\ntype brush ben\nkeys enter\n"
                               "expect wrong\ntype brush anna\nkeys enter\nexpect ORDERS\n"
                               "keys :\ntype pin\nkeys enter\ntype 2468\nkeys tab\ntype 2468\n"
                               "keys enter\nexpect Your PIN is set\n",
                               joiner.url, joiner.code));
    cut_line(&joiner);
    scene_play(joiner.scratch.folder, "anna",
               "expect SIGN IN\nkeys a tab\ntype brush anna\nkeys enter\nexpect ORDERS\n"
               "keys f10 a 2 4 6 8 enter\nexpect ORDERS\nkeys f10 tab\ntype ben\nkeys tab\n"
               "type brush ben\nkeys enter\nreject ORDERS\nexpect centre\n");
    tear_down(&joiner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_form),
        cmocka_unit_test(test_what_is_typed_is_checked),
        cmocka_unit_test(test_a_code_makes_the_store_a_terminal),
        cmocka_unit_test(test_the_line_is_tested),
        cmocka_unit_test(test_a_wrong_code_can_be_mended),
        cmocka_unit_test(test_the_gate_asks_the_centre),
        cmocka_unit_test(test_a_copy_that_was_cut_short_goes_on_at_the_next_start),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
