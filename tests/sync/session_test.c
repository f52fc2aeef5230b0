/* A store's line to the centre beside pushing and pulling: news, signing in, stopping. */
#include "sync/door.h"
#include "tests/sync/proxy.h"
#include "tests/sync/terminal.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct terminal here, there;
static struct proxy *proxy;

static bool has_news(struct terminal *terminal)
{
    bool news;
    terminal_expect(terminal, session_has_news(terminal->session, &news, &terminal->err));
    return news;
}

/* Waits until the centre says something; a test that waits without end fails by its time. */
static bool hears(struct terminal *terminal)
{
    struct pollfd socket = {.fd = session_socket(terminal->session), .events = POLLIN};
    assert_int_equal(poll(&socket, 1, 60000), 1);
    return session_heard(terminal->session);
}

static void others_hear_of_a_change(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_join(&there, "office", NULL);
    assert_int_equal(session_socket(there.session), -1);
    assert_false(session_heard(there.session));
    terminal_settle(&here);
    terminal_settle(&there);
    assert_false(has_news(&there));
    terminal_add_product(&here, "N-1");
    terminal_exchange(&here);
    assert_true(hears(&there));
    assert_false(session_heard(there.session));
    assert_true(has_news(&there));
    terminal_settle(&there);
    assert_false(has_news(&there));
    assert_string_equal(terminal_name_of(&there, "N-1"), "N-1");
    terminal_leave(&here);
    terminal_leave(&there);
}

static void a_person_signs_in(void **state)
{
    (void)state;
    struct door_answer answer;
    char id[UUID_TEXT_SIZE];
    terminal_join(&here, "register", NULL);
    hub_run("DELETE FROM terminal_users");
    terminal_expect_error(&here,
                          door_sign_in(here.session, "anna", "broom", NULL, &answer, &here.err),
                          ERROR_DENIED, "wrong");
    terminal_expect_error(&here,
                          door_sign_in(here.session, "nobody", "brush", NULL, &answer, &here.err),
                          ERROR_DENIED, "wrong");
    assert_int_equal(hub_integer("SELECT count(*) FROM terminal_users"), 0);
    terminal_expect(&here, door_sign_in(here.session, "anna", "brush", NULL, &answer, &here.err));
    uuid_text(&answer.actor.user_id, id);
    assert_string_equal(hub_text("SELECT user_id FROM terminal_users"), id);
    for (int i = 0; i < 3; i++)
        assert_false(door_sign_in(here.session, "anna", "", NULL, &answer, &here.err));
    terminal_expect_error(&here,
                          door_sign_in(here.session, "anna", "brush", NULL, &answer, &here.err),
                          ERROR_DENIED, "too many");
    terminal_exchange(&here);
    terminal_leave(&here);
}

static void the_line_can_be_tested(void **state)
{
    (void)state;
    struct buffer words;
    int64_t round_trip = -1;
    buffer_init(&words);
    terminal_join(&here, "register", NULL);
    terminal_expect(&here, session_test(here.session, &round_trip, &words, &here.err));
    assert_true(round_trip > 0);
    assert_non_null(strstr(words.text, "PostgreSQL 1"));
    assert_non_null(strstr(words.text, "no TLS"));
    buffer_done(&words);
    terminal_leave(&here);
}

static void a_line_that_is_down_comes_up_again(void **state)
{
    (void)state;
    proxy = proxy_start(hub_folder());
    terminal_join(&here, "register", proxy_folder(proxy));
    terminal_exchange(&here);
    terminal_add_product(&here, "N-1");
    proxy_set_down(proxy, true);
    terminal_expect_error(&here, session_exchange(here.session, NULL, &here.err), ERROR_NETWORK,
                          "network");
    terminal_expect_error(&here, session_exchange(here.session, NULL, &here.err), ERROR_NETWORK,
                          "network");
    assert_int_equal(session_socket(here.session), -1);
    proxy_set_down(proxy, false);
    terminal_exchange(&here);
    assert_int_equal(here.report.answered, 1);
    terminal_leave(&here);
    proxy_stop(proxy);
}

static void *exchange(void *context)
{
    (void)context;
    return session_exchange(here.session, NULL, &here.err) ? &here : NULL;
}

/* Nothing moves on the line, and nobody says so: the other thread waits for an answer, or for the
 * server to let it in. */
static void another_thread_breaks_it_off(void **state)
{
    (void)state;
    static const struct proxy_rule silence = {PROXY_TO_CLIENT, 0, 0, PROXY_HOLE};
    proxy = proxy_start(hub_folder());
    terminal_join(&here, "register", proxy_folder(proxy));
    for (int is_connected = 0; is_connected < 2; is_connected++) {
        pthread_t thread;
        void *done;
        if (is_connected)
            terminal_exchange(&here);
        proxy_arm(proxy, &silence);
        assert_int_equal(pthread_create(&thread, NULL, exchange, NULL), 0);
        while (!proxy_has_fired(proxy))
            continue;
        session_stop(here.session);
        assert_int_equal(pthread_join(thread, &done), 0);
        terminal_expect_error(&here, done != NULL, ERROR_STOPPED, "stopped");
        terminal_expect_error(&here, session_push(here.session, NULL, &here.err), ERROR_STOPPED,
                              "stopped");
        proxy_arm(proxy, NULL);
        terminal_restart(&here);
    }
    terminal_exchange(&here);
    terminal_leave(&here);
    proxy_stop(proxy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(others_hear_of_a_change),      TEST(a_person_signs_in),
        TEST(the_line_can_be_tested),       TEST(a_line_that_is_down_comes_up_again),
        TEST(another_thread_breaks_it_off),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
