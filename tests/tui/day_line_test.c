/* A day worked through over a real sshd, on forty cells by fifteen, with the arrows and Enter
 * alone: the line to the centre is down meanwhile, and what was done arrives when it is back. */
#include "tests/sync/postgres.h"
#include "tests/sync/proxy.h"
#include "tests/tui/command.h"
#include "tests/tui/sshd.h"

#include "model/base/memory.h"
#include "sync/central.h"
#include "tui/cli/cli.h"

#include <jansson.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define DOWN  "\033[B"
#define RIGHT "\033[C"
#define LEFT  "\033[D"
#define ENTER "\r"

static struct postgres *server;
static struct proxy *proxy;
static struct command office, telephone;
static const char *central_url;
static struct arena *arena;

static void must(struct command *place, const char *const *words)
{
    setenv("COUNTERTOP_HOME", place->home, 1);
    if (command_run(place, words) != CLI_OK)
        fail_msg("%s %s: %s", words[0], words[1], place->err);
}
#define MUST(place, ...) must(place, (const char *const[]){__VA_ARGS__, NULL})

static const char *ask_centre(const char *sql)
{
    struct error err;
    struct central *central = central_open(central_url, &err);
    struct pg_result *result = central != NULL ? central_query(central, sql, 0, NULL, &err) : NULL;
    if (result == NULL)
        fail_msg("%s: %s", sql, err.text);
    const char *answer =
        arena_text(arena, central_rows(result) > 0 ? central_text(result, 0, 0) : "");
    central_clear(result);
    central_close(central);
    return answer;
}

/* At the beginning of today where the shop is: so it has begun, whenever the test runs. */
static void add_visit(const char *minute, const char *first_name)
{
    char day[32];
    time_t now = time(NULL) + 3600;
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(day, sizeof day, "%Y-%m-%d", &utc);
    MUST(&office, "records", "appointments", "new",
         arena_format(arena, "first_name=%s", first_name), "last_name=Meyer",
         arena_format(arena, "starts_at=%sT00:%s:00+01:00", day, minute),
         arena_format(arena, "ends_at=%sT00:%s:30+01:00", day, minute), "duration_minutes=1",
         "estimator=Greta", "status=scheduled");
}

static void open_shop(void)
{
    command_init(&office);
    command_init(&telephone);
    MUST(&office, "shop", "new", "Paint", "--owner", "olga", "--zone", "Africa/Lagos");
    MUST(&office, "records", "users", "new", "username=greta", "display_name=greta",
         "status=active");
    MUST(&office, "records", "user_roles", "new", "user=greta", "role=estimator",
         "location=Everywhere");
    MUST(&office, "records", "estimators", "new", "name=Greta", "user=greta");
    add_visit("00", "Ann");
    add_visit("01", "Ben");
    MUST(&office, "central", "init", central_url, "--from",
         arena_format(arena, "%s/store.db", office.home), "--name", "Office");
}

static void enroll(void)
{
    ask_centre("INSERT INTO user_credentials (tenant_id, user_id, password_hash) SELECT tenant_id,"
               " id, crypt('brush and roller', gen_salt('bf', 4)) FROM users"
               " WHERE username = 'greta' RETURNING ''");
    const char *name = strstr(central_url, "@/") + 2;
    MUST(&office, "central", "code", central_url, "--kind", "estimator", "--name", "Telephone",
         "--json");
    json_t *made = json_loads(office.out, 0, NULL);
    const char *code = json_string_value(json_object_get(json_array_get(made, 0), "code"));
    assert_non_null(code);
    MUST(&telephone, "enroll",
         arena_format(arena, "postgresql:///%.*s?host=%s", (int)strcspn(name, "?"), name,
                      proxy_folder(proxy)),
         code);
    json_decref(made);
}

/* One key after the other, as a hand presses them: a burst that ends in Enter would be a scan. */
static void press(struct terminal *terminal, size_t count, const char *const *keys)
{
    for (size_t i = 0; i < count; i++)
        terminal_press(terminal, keys[i]);
}
#define PRESS(terminal, ...)                                                                       \
    press(terminal, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),                   \
          (const char *const[]){__VA_ARGS__})

/* Once: the centre takes nothing of somebody who was never there. */
static void sign_in(struct terminal *terminal)
{
    terminal_wait_for(terminal, "Password");
    terminal_send(terminal, "brush and roller");
    terminal_wait_for(terminal, "****************");
    terminal_press(terminal, ENTER);
    terminal_wait_for(terminal, "Ann Meyer");
}

static void work_through(struct terminal *terminal)
{
    PRESS(terminal, ENTER, ENTER);
    terminal_wait_for(terminal, "on the way");
    PRESS(terminal, RIGHT, RIGHT, ENTER);
    terminal_wait_for(terminal, "in progress");
    PRESS(terminal, LEFT, LEFT, DOWN, ENTER);
    terminal_wait_for(terminal, "2 of 2");
    PRESS(terminal, ENTER, DOWN, RIGHT, ENTER);
    terminal_wait_for(terminal, "Was Ben Meyer not there?");
    PRESS(terminal, RIGHT, ENTER);
    terminal_wait_for(terminal, "no-show");
}

static void leave(struct terminal *terminal)
{
    terminal_send(terminal, "\021"); /* Ctrl-Q */
    assert_int_equal(terminal_end(terminal), 0);
    terminal_free(terminal);
}

static void wait_for_centre(const char *sql, const char *value)
{
    for (int i = 0; i < 600 && strcmp(ask_centre(sql), value) != 0; i++)
        poll(NULL, 0, 50);
    assert_string_equal(ask_centre(sql), value);
}

static void test_a_day_without_a_line(void **state)
{
    static const char statuses[] =
        "SELECT string_agg(status, ' ' ORDER BY starts_at) FROM appointments";
    char path[PROGRAM_PATH_SIZE];
    const char *why = "PostgreSQL's server is not installed here";
    struct sshd *sshd = NULL;
    struct terminal terminal;
    (void)state;
    if (server != NULL) {
        arena = arena_new();
        central_url = postgres_database(server);
        proxy = proxy_start(postgres_folder(server));
        open_shop();
        enroll();
        program_path(path);
        const char *const commands[] = {
            arena_format(arena, "'%s' day --as greta --store '%s/store.db'", path, telephone.home),
            NULL};
        sshd = sshd_start(commands, &why);
    }
    if (sshd == NULL) {
        print_message("skipped: %s\n", why);
        skip();
    }
    sshd_connect(sshd, 0, 15, 40, NULL, NULL, &terminal);
    sign_in(&terminal);
    terminal_wait_gone(&terminal, "OFFLINE");
    proxy_set_down(proxy, true);
    terminal_wait_for(&terminal, "OFFLINE");
    work_through(&terminal);
    assert_string_equal(ask_centre(statuses), "scheduled scheduled");
    proxy_set_down(proxy, false);
    wait_for_centre(statuses, "completed no_show");
    wait_for_centre("SELECT count(*)::text FROM appointment_events WHERE event_type = 'told'", "1");
    leave(&terminal);
    sshd_connect(sshd, 0, 15, 40, NULL, NULL, &terminal); /* now the key will do */
    terminal_wait_for(&terminal, "no-show");
    leave(&terminal);
    sshd_stop(sshd);
    proxy_stop(proxy);
    command_done(&office);
    command_done(&telephone);
    arena_free(arena);
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
    postgres_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_day_without_a_line)};
    return cmocka_run_group_tests(tests, start, stop);
}
