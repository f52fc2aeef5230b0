/* Two people talk, each in a terminal on a store of its own, with a server between them: a thread,
 * a link, a file; one of them without a line for a part, and killed in it. */
#include "sync/enroll.h"
#include "tests/model/scratch.h"
#include "tests/sync/centre.h"
#include "tests/sync/proxy.h"
#include "tests/tui/terminal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PATH_SIZE = 300 };

static struct postgres *server;
static struct centre centre;

struct person {
    const char *name;
    struct scratch scratch;
    struct terminal terminal;
};

struct fixture {
    struct centre_shop shop;
    struct person olga, anna;
    struct proxy *line; /* Olga's */
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

static void start(struct person *person, const char *line)
{
    const char *const arguments[] = {"--as", person->name, "--screen", "channels", NULL};
    terminal_start(&person->terminal, 24, 80, person->scratch.folder, NULL, arguments);
    terminal_wait_for(&person->terminal, "Enter sends");
    terminal_wait_for(&person->terminal, line);
}

static void join(struct fixture *f, struct person *person, const char *name, const char *folder)
{
    struct error err;
    char url[400];
    person->name = name;
    scratch_init(&person->scratch);
    snprintf(url, sizeof url, "postgresql:///%s?host=%s",
             centre_ask(&centre, centre.admin, "SELECT current_database()"), folder);
    const struct enroll_details details = {
        .url = url, .code = centre_code(&centre, &f->shop, "register", f->shop.here, NULL)};
    if (!enroll(person->scratch.store, &details, env_system(), -1, NULL, &err))
        fail_msg("%s", err.text);
    start(person, "online");
}

/* Anna may do what the owner may, and signed in at the centre. */
static void set_up(struct fixture *f)
{
    centre_open(&centre, server);
    centre_shop(&centre, "talk", &f->shop);
    centre_open_door(&centre, &f->shop);
    centre_run(&centre, centre.admin,
               arena_format(centre.arena,
                            "INSERT INTO user_roles (tenant_id, user_id, role_id, location_id)"
                            " SELECT tenant_id, '%s', role_id, location_id FROM user_roles"
                            " WHERE user_id = '%s'",
                            f->shop.anna, f->shop.owner));
    f->line = proxy_start(postgres_folder(server));
    join(f, &f->olga, "owner", proxy_folder(f->line));
    join(f, &f->anna, "anna", postgres_folder(server));
    centre_run(&centre, centre.admin,
               arena_format(centre.arena,
                            "INSERT INTO terminal_users (tenant_id, terminal_id, user_id,"
                            " signed_in_at, valid_until) SELECT tenant_id, id, '%s', now(),"
                            " now() + interval '1 day' FROM terminals",
                            f->shop.anna));
}

static void leave(struct person *person)
{
    terminal_send(&person->terminal, "\021"); /* Ctrl-Q */
    assert_int_equal(terminal_end(&person->terminal), 0);
    terminal_free(&person->terminal);
    scratch_done(&person->scratch);
}

static void press(struct person *person, const char *keys, const char *then)
{
    terminal_send(&person->terminal, keys);
    terminal_wait_for(&person->terminal, then);
}

/* A text and Enter, as a person types them: what comes in one read could be a scan. */
static void say(struct person *person, const char *text)
{
    press(person, text, text);
    terminal_send(&person->terminal, "\r");
    terminal_wait_for(&person->terminal, text);
}

static void make_list(struct person *person, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/list.csv", person->scratch.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("code;pieces\n", file);
    fclose(file);
}

static void expect_file(const char *path)
{
    char text[64] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, "code;pieces\n");
}

/* A channel that Olga makes, and Anna joins. */
static void meet(struct fixture *f)
{
    press(&f->olga, "\033OR", "New channel");
    press(&f->olga, "paint", "paint");
    press(&f->olga, "\r", "#paint");
    terminal_wait_for(&f->olga.terminal, "Nothing has been said here yet");
    say(&f->olga, "The green is wrong, see #paint");
    terminal_wait_gone(&f->olga.terminal, "unsent");
    press(&f->anna, "\033[Z\033[Z", "#paint");
    terminal_send(&f->anna.terminal, "\033OF"); /* End */
    press(&f->anna, "\r", "The green is wrong");
    press(&f->anna, "\033[Z", "i writes");
    press(&f->anna, "J", "You are a member now");
}

static void talk_in_a_thread(struct fixture *f)
{
    press(&f->anna, "r", "Thread");
    say(&f->anna, "I mix it again");
    terminal_wait_gone(&f->anna.terminal, "unsent");
    terminal_wait_for(&f->olga.terminal, "1 reply");
    terminal_wait_for(&f->olga.terminal, "I mix it again");
    terminal_send(&f->anna.terminal, "\033");
    terminal_wait_gone(&f->anna.terminal, "Thread");
}

/* What Olga says without a line, with a file, outlives her program. */
static void go_on_without_a_line(struct fixture *f)
{
    char path[PATH_SIZE];
    proxy_set_down(f->line, true);
    terminal_wait_for(&f->olga.terminal, "OFFLINE");
    say(&f->anna, "Come at nine");
    make_list(&f->olga, path);
    press(&f->olga, "\033o", "Which file?");
    press(&f->olga, path, "list.csv");
    press(&f->olga, "\r", "with list.csv");
    say(&f->olga, "All that is to be packed");
    terminal_wait_for(&f->olga.terminal, "↑");
    assert_false(terminal_has(&f->olga.terminal, "Come at nine"));
    kill(f->olga.terminal.pid, SIGKILL);
    terminal_end(&f->olga.terminal);
    terminal_free(&f->olga.terminal);
    start(&f->olga, "OFFLINE");
    press(&f->olga, "\033n", "All that is to be packed");
    proxy_set_down(f->line, false);
    terminal_send(&f->olga.terminal, "\033s"); /* Alt-s */
    terminal_wait_for(&f->olga.terminal, "SYNC");
    press(&f->olga, "r", "Everything is sent");
    terminal_send(&f->olga.terminal, "\033");
    terminal_wait_for(&f->olga.terminal, "Come at nine");
}

static void take_the_file(struct fixture *f)
{
    char path[PATH_SIZE];
    terminal_wait_for(&f->anna.terminal, "All that is to be packed");
    press(&f->anna, "\033[Z", "i writes");
    terminal_send(&f->anna.terminal, "\033OF");
    press(&f->anna, "S", "Save the file as");
    snprintf(path, sizeof path, "%s/again.csv", f->anna.scratch.folder);
    press(&f->anna, "\025", "Save the file as");
    press(&f->anna, path, "again.csv");
    press(&f->anna, "\r", "Saved as");
    expect_file(path);
}

static void two_people_talk_over_two_stores(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    meet(&f);
    talk_in_a_thread(&f);
    go_on_without_a_line(&f);
    take_the_file(&f);
    assert_string_equal(
        centre_ask(&centre, centre.admin,
                   "SELECT string_agg(content, ';' ORDER BY position) FROM messages"),
        "The green is wrong, see #paint;I mix it again;Come at nine;All that is to be packed");
    leave(&f.olga);
    leave(&f.anna);
    proxy_stop(f.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_people_talk_over_two_stores)};
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
