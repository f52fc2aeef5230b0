/* A new store becomes a terminal: codes, what stands on the disk, and a cut at each step. */
#include "sync/enroll.h"

#include "model/overlay/exchange.h"
#include "model/shop/tenant.h"
#include "model/store/derived.h"
#include "sync/agent_lock.h"
#include "tests/model/scratch.h"
#include "tests/sync/centre.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct postgres *server;
static struct centre centre;

struct fixture {
    struct scratch scratch;
    struct centre_shop shop;
    char url[400]; /* without a user */
    const char *code;
    struct arena *arena;
    struct error err;
};

static void set_up(struct fixture *f)
{
    static int shops;
    char name[20];
    *f = (struct fixture){.arena = arena_new()};
    if (centre.url == NULL)
        centre_open(&centre, server);
    snprintf(name, sizeof name, "shop%d", shops++);
    centre_shop(&centre, name, &f->shop);
    scratch_init(&f->scratch);
    const char *database = centre_ask(&centre, centre.admin, "SELECT current_database()");
    snprintf(f->url, sizeof f->url, "postgresql:///%s?host=%s", database, postgres_folder(server));
    f->code = centre_code(&centre, &f->shop, "register", f->shop.here, NULL);
}

static void tear_down(struct fixture *f)
{
    arena_free(f->arena);
    scratch_done(&f->scratch);
}

static bool join_by(struct fixture *f, const char *code, const struct snapshot_progress *progress)
{
    const struct enroll_details details = {.url = f->url, .code = code};
    return enroll(f->scratch.store, &details, &f->scratch.env, -1, progress, &f->err);
}

static void expect(struct fixture *f, bool is_done)
{
    if (!is_done)
        fail_msg("%s", f->err.text);
}

static void expect_error(struct fixture *f, bool is_done, enum error_code code, const char *words)
{
    assert_false(is_done);
    if (f->err.code != code || strstr(f->err.text, words) == NULL)
        fail_msg("%d: %s", f->err.code, f->err.text);
}

static const char *ask(struct fixture *f, const char *format)
{
    return centre_ask(&centre, centre.admin, arena_format(f->arena, format, f->shop.tenant));
}

/* The store is this terminal, and has the shop. */
static void expect_joined(struct fixture *f)
{
    struct store *store = store_open(f->scratch.store, STORE_WRITE, &f->scratch.env, &f->err);
    expect(f, store != NULL);
    struct exchange_status status;
    expect(f, exchange_status(store, &status, &f->err));
    assert_true(status.is_enrolled);
    assert_false(status.is_copying);
    static const struct {
        const char *name, *sql;
    } facts[] = {
        {"terminal_id", "SELECT id FROM terminals WHERE tenant_id = '%s'"},
        {"terminal_name", "SELECT name FROM terminals WHERE tenant_id = '%s'"},
        {"kind", "SELECT kind FROM terminals WHERE tenant_id = '%s'"},
        {"location_id", "SELECT location_id FROM terminals WHERE tenant_id = '%s'"},
        {"register_id", "SELECT id FROM registers WHERE tenant_id = '%s'"},
        {"incarnation", "SELECT incarnation FROM terminal_incarnations WHERE tenant_id = '%s'"},
        {"fingerprint", "SELECT sync_fingerprint() WHERE '%s' <> ''"},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        const char *found = exchange_state(store, facts[i].name, f->arena, &f->err);
        assert_string_equal(found != NULL ? found : "(none)", ask(f, facts[i].sql));
    }
    assert_non_null(exchange_state(store, "cursor", f->arena, &f->err));
    assert_null(exchange_state(store, "verifier", f->arena, &f->err));
    struct uuid tenant;
    assert_true(uuid_parse(f->shop.tenant, &tenant));
    assert_true(uuid_equal(store_tenant(store), &tenant));
    int64_t people = 0;
    expect(f, store_find_integer(store, &people, "SELECT count(*) FROM users", &f->err, "") > 0);
    assert_int_equal(people, 3);
    assert_int_equal(derived_check(store, NULL, NULL, &f->err), 0);
    store_close(store);
}

static const char *login_path(struct fixture *f)
{
    return arena_format(f->arena, "%s.login", f->scratch.store);
}

static void a_code_makes_a_store_a_terminal(void **state)
{
    struct fixture f;
    struct stat info;
    struct login login;
    (void)state;
    set_up(&f);
    expect(&f, join_by(&f, f.code, NULL));
    expect_joined(&f);
    assert_int_equal(stat(login_path(&f), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    expect(&f, login_read(f.scratch.store, &login, &f.err));
    assert_string_equal(login.url, f.url);
    assert_string_equal(login.user, ask(&f, "SELECT role_name FROM terminals WHERE tenant_id ="
                                            " '%s'"));
    /* The server knows the password by its verifier alone. */
    assert_string_equal(centre_ask(&centre, centre.admin,
                                   arena_format(f.arena,
                                                "SELECT rolpassword LIKE 'SCRAM-SHA-256$%%' AND"
                                                " rolpassword NOT LIKE '%%%s%%' FROM pg_authid"
                                                " WHERE rolname = '%s'",
                                                login.password, login.user)),
                        "t");
    login_done(&login);
    /* Once more does nothing, and asks for no code. */
    expect(&f, join_by(&f, "", NULL));
    expect_joined(&f);
    tear_down(&f);
}

static void what_was_mistyped_is_said_by_its_field(void **state)
{
    static const struct {
        const char *url, *code, *field, *words;
    } cases[] = {
        {"shop", "", "url", "postgresql://"},
        {"postgresql://host", "", "url", "database"},
        {"postgresql://me@host/shop", "", "url", "leave them out"},
        {"postgresql://:word@host/shop", "", "url", "leave them out"},
        {"http://host/shop", "", "url", "address"},
        {"postgresql://host/shop?nonsense=1", "", "url", "address"},
        {"postgresql://host/shop", "", "code", "0"},
        {"postgresql://host/shop", "ABCD", "code", "4"},
        {"host=h dbname=d", "0123-4567-89AB-CDEF-0123-4567-89AB-CDE", "code", "31"},
        {"host=h dbname=d", "0123-4567-89AB-CDEF-0123-4567-89AB-CDEU", "code", "no U"},
        {"host=h dbname=d", "0123-4567-89AB-CDEF-0123-4567-89AB-CDE\xC3\xA9", "code", "letters"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = {0};
        assert_false(enroll_check(&(struct enroll_details){cases[i].url, cases[i].code}, &err));
        assert_int_equal(err.code, ERROR_INPUT);
        if (strcmp(err.field, cases[i].field) != 0 || strstr(err.text, cases[i].words) == NULL)
            fail_msg("case %zu: %s: %s", i, err.field, err.text);
    }
    struct error err = {0};
    assert_true(enroll_check(&(struct enroll_details){"postgresql://host/shop",
                                                      " 0123 4567-89ab-cdef\t0123-4567-89AB-CDLO"},
                             &err));
}

static void a_wrong_code_opens_nothing(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    expect_error(&f, join_by(&f, "0123-4567-89AB-CDEF-0123-4567-89AB-CDEF", NULL), ERROR_DENIED,
                 "wrong, used or too old");
    assert_string_equal(f.err.field, "code");
    expect(&f, join_by(&f, f.code, NULL));
    expect_joined(&f);
    tear_down(&f);
}

static void a_store_with_a_shop_does_not_join(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    struct store *store = store_open(f.scratch.store, STORE_CREATE, &f.scratch.env, &f.err);
    expect(&f, store != NULL);
    struct actor owner;
    struct tenant_details details = {
        .name = "Alone", .owner_name = "Jo", .currency = "EUR", .zone = "UTC"};
    expect(&f, tenant_found(store, &details, &owner, &f.err));
    store_close(store);
    expect_error(&f, join_by(&f, f.code, NULL), ERROR_RULE, "central init --from");
    assert_int_equal(access(login_path(&f), F_OK), -1);
    assert_string_equal(ask(&f, "SELECT count(*) FROM terminals WHERE tenant_id = '%s'"), "0");
    tear_down(&f);
}

static void two_programs_do_not_fill_one_store(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    int lock = agent_lock(f.scratch.store, &f.err);
    assert_true(lock >= 0);
    expect_error(&f, join_by(&f, f.code, NULL), ERROR_BUSY, "another program");
    close(lock);
    expect(&f, join_by(&f, f.code, NULL));
    tear_down(&f);
}

static void a_centre_that_is_not_there_is_said(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    snprintf(f.url, sizeof f.url, "postgresql:///shop?host=%s/nowhere", f.scratch.folder);
    expect_error(&f, join_by(&f, f.code, NULL), ERROR_NETWORK, "no connection to the centre");
    tear_down(&f);
}

/* As Esc does while the centre does not answer: what waits ends, and the code can be used again. */
static void joining_can_be_stopped_while_it_connects(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    int stop = eventfd(1, EFD_CLOEXEC);
    const struct enroll_details details = {.url = f.url, .code = f.code};
    expect_error(&f, enroll(f.scratch.store, &details, &f.scratch.env, stop, NULL, &f.err),
                 ERROR_STOPPED, "stopped");
    close(stop);
    expect(&f, join_by(&f, f.code, NULL));
    tear_down(&f);
}

struct at_step {
    int steps, at;
    bool kills;
};

static bool end_at_step(void *context, const char *what, int64_t rows, int64_t total)
{
    struct at_step *at = context;
    (void)what, (void)rows, (void)total;
    if (at->steps++ != at->at)
        return true;
    if (at->kills)
        kill(getpid(), SIGKILL);
    return false;
}

static void joining_goes_on_after_a_stop_at_each_step(void **state)
{
    struct fixture f;
    (void)state;
    for (int at = 0; at < 40; at += at < 4 ? 1 : 12) {
        set_up(&f);
        struct at_step step = {.at = at};
        expect_error(&f, join_by(&f, f.code, &(struct snapshot_progress){end_at_step, &step}),
                     ERROR_STOPPED, "stopped");
        expect(&f, join_by(&f, f.code, NULL));
        expect_joined(&f);
        tear_down(&f);
    }
}

static void joining_goes_on_after_a_kill(void **state)
{
    struct fixture f;
    (void)state;
    for (int at = 0; at < 40; at += at < 4 ? 1 : 12) {
        set_up(&f);
        pid_t child = fork();
        if (child == 0) {
            struct at_step step = {.at = at, .kills = true};
            join_by(&f, f.code, &(struct snapshot_progress){end_at_step, &step});
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        expect(&f, join_by(&f, f.code, NULL));
        expect_joined(&f);
        tear_down(&f);
    }
}

/* The code was used at the centre, and the store has not heard of it. */
static void a_lost_answer_is_asked_for_again(void **state)
{
    struct fixture f;
    struct login login;
    (void)state;
    set_up(&f);
    struct at_step step = {.at = 1};
    expect_error(&f, join_by(&f, f.code, &(struct snapshot_progress){end_at_step, &step}),
                 ERROR_STOPPED, "stopped");
    expect(&f, login_read(f.scratch.store, &login, &f.err));
    free(login.user);
    login.user = memory_text("");
    expect(&f, login_write(f.scratch.store, &login, &f.err));
    login_done(&login);
    expect(&f, join_by(&f, f.code, NULL));
    expect_joined(&f);
    tear_down(&f);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_mistyped_is_said_by_its_field),
        cmocka_unit_test(a_code_makes_a_store_a_terminal),
        cmocka_unit_test(a_wrong_code_opens_nothing),
        cmocka_unit_test(a_store_with_a_shop_does_not_join),
        cmocka_unit_test(two_programs_do_not_fill_one_store),
        cmocka_unit_test(a_centre_that_is_not_there_is_said),
        cmocka_unit_test(joining_can_be_stopped_while_it_connects),
        cmocka_unit_test(joining_goes_on_after_a_stop_at_each_step),
        cmocka_unit_test(joining_goes_on_after_a_kill),
        cmocka_unit_test(a_lost_answer_is_asked_for_again),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
