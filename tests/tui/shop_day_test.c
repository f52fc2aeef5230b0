/* A whole day of a shop, played by a script (tests/data/shop_day.txt) on the command line: an
 * office and two registers, each with a store of its own, and a centre; for a part of the day
 * without a line. In the evening all stores and the centre have to agree to the cent and to the
 * piece.
 *
 * A line of the script is one of
 *
 *   # words                     for the reader
 *   PLACE WORDS...              what is typed there, with quotes as in a shell
 *   PLACE ! WORDS...            the same, but it has to be refused
 *   > words                     what the last one must have printed, on either output
 *   cut PLACE, mend PLACE       the line to the centre is gone, and there again
 *   sum VALUE | SQL             what the SQL gives in each store and at the centre
 *
 * PLACE is "office", "R1" or "R2"; "PLACE as NAME" says who types, "PLACE as NAME by NAME" who
 * approves. */
#include "model/base/memory.h"
#include "sync/central.h"
#include "tests/sync/postgres.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <jansson.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PLACES = 3, WORDS_MAX = 40, PATH_SIZE = 200 };

struct place {
    const char *name;
    struct command command;
    const char *line; /* a link to the server's socket, cut by taking it away */
};

static struct postgres *server;
static const char *central_url;
static struct arena *arena;
static struct place places[PLACES] = {{.name = "office"}, {.name = "R1"}, {.name = "R2"}};
static struct place *last; /* who typed last */
static int line_number;

static void fail_at(const char *what, const char *line)
{
    fail_msg("shop_day.txt:%d: %s\n%s\n%s%s", line_number, line, what,
             last != NULL ? last->command.out : "", last != NULL ? last->command.err : "");
}

static int type(struct place *place, const char *const *words)
{
    last = place;
    setenv("COUNTERTOP_HOME", place->command.home, 1);
    return command_run(&place->command, words);
}
#define TYPE(place, ...) type(place, (const char *const[]){__VA_ARGS__, NULL})

static void must(int code, const char *what)
{
    if (code != CLI_OK)
        fail_at("should work", what);
}

static void mend(struct place *place)
{
    assert_int_equal(symlink(postgres_folder(server), place->line), 0);
}

static const char *url_of(const struct place *place)
{
    const char *name = strstr(central_url, "@/") + 2;
    return arena_format(arena, "postgresql:///%.*s?host=%s", (int)strcspn(name, "?"), name,
                        place->line);
}

static struct central *connect_as_administrator(void)
{
    struct error err;
    struct central *central = central_open(central_url, &err);
    if (central == NULL)
        fail_msg("%s", err.text);
    return central;
}

static const char *ask_centre(const char *sql)
{
    struct error err;
    struct central *central = connect_as_administrator();
    struct pg_result *result = central_query(central, sql, 0, NULL, &err);
    if (result == NULL)
        fail_msg("%s: %s", sql, err.text);
    const char *answer =
        arena_text(arena, central_rows(result) > 0 ? central_text(result, 0, 0) : "");
    central_clear(result);
    central_close(central);
    return answer;
}

static const char *ask_store(const struct place *place, const char *sql)
{
    char path[PATH_SIZE];
    sqlite3 *sqlite;
    sqlite3_stmt *statement;
    snprintf(path, sizeof path, "%s/store.db", place->command.home);
    assert_int_equal(sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    const char *answer = "";
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        answer = arena_text(arena, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(sqlite);
    return answer;
}

/* The place, or fails. */
static struct place *place_named(const char *name, const char *line)
{
    for (size_t i = 0; i < PLACES; i++)
        if (strcmp(places[i].name, name) == 0)
            return &places[i];
    fail_at("there is no such place", line);
    return NULL;
}

static const char *secret_of(const char *name)
{
    return arena_format(arena, "%s/%s.secret", places[0].command.home, name);
}

static void write_secret(const char *name)
{
    FILE *file = fopen(secret_of(name), "w");
    assert_non_null(file);
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    fprintf(file, "%s at the till\n", name);
    assert_int_equal(fclose(file), 0);
}

/* Cuts a line into words, in place. */
static size_t split(char *line, char *words[WORDS_MAX])
{
    size_t count = 0;
    for (char *at = line; *at != '\0';) {
        while (*at == ' ')
            at++;
        if (*at == '\0')
            break;
        assert_true(count < WORDS_MAX - 8);
        char *to = at;
        words[count++] = at;
        char quote = '\0';
        for (; *at != '\0' && (quote != '\0' || *at != ' '); at++)
            if (*at == quote || (quote == '\0' && (*at == '"' || *at == '\'')))
                quote = quote == '\0' ? *at : '\0';
            else
                *to++ = *at;
        if (*at != '\0')
            at++;
        *to = '\0';
    }
    return count;
}

static void type_line(const char *line)
{
    char *words[WORDS_MAX];
    const char *typed[WORDS_MAX];
    size_t count = split(arena_text(arena, line), words), at = 1, typed_count = 0;
    struct place *place = place_named(words[0], line);
    const char *who = "kim", *approver = NULL;
    if (at + 1 < count && strcmp(words[at], "as") == 0) {
        who = words[at + 1];
        at += 2;
    }
    if (at + 1 < count && strcmp(words[at], "by") == 0) {
        approver = words[at + 1];
        at += 2;
    }
    bool is_refused = at < count && strcmp(words[at], "!") == 0;
    for (at += is_refused; at < count; at++)
        typed[typed_count++] = words[at];
    const char *const tail[] = {"--as",
                                who,
                                "--password-file",
                                secret_of(who),
                                approver != NULL ? "--approved-by" : NULL,
                                approver,
                                "--approver-password-file",
                                approver != NULL ? secret_of(approver) : NULL};
    for (size_t i = 0; i < sizeof tail / sizeof tail[0] && tail[i] != NULL; i++)
        typed[typed_count++] = tail[i];
    typed[typed_count] = NULL;
    int code = type(place, typed);
    if ((code != CLI_OK) != is_refused)
        fail_at(is_refused ? "should be refused" : "should work", line);
}

static void expect_printed(const char *line, const char *words)
{
    if (strstr(last->command.out, words) == NULL && strstr(last->command.err, words) == NULL)
        fail_at("does not say so", line);
}

/* Both engines answer with text. */
static void compare_sum(const char *line)
{
    const char *bar = strstr(line, " | ");
    if (bar == NULL)
        fail_at("has no |", line);
    const char *said = arena_format(arena, "%.*s", (int)(bar - line - 4), line + 4);
    const char *there = ask_centre(bar + 3);
    if (strcmp(there, said) != 0)
        fail_msg("shop_day.txt:%d: %s\nthe centre has %s", line_number, line, there);
    for (size_t i = 0; i < PLACES; i++) {
        const char *here = ask_store(&places[i], bar + 3);
        if (strcmp(here, said) != 0)
            fail_msg("shop_day.txt:%d: %s\n%s has %s", line_number, line, places[i].name, here);
    }
}

static void play_line(const char *line)
{
    if (line[0] == '\0' || line[0] == '#')
        return;
    if (line[0] == '>')
        expect_printed(line, line + 2);
    else if (strncmp(line, "cut ", 4) == 0)
        assert_int_equal(unlink(place_named(line + 4, line)->line), 0);
    else if (strncmp(line, "mend ", 5) == 0)
        mend(place_named(line + 5, line));
    else if (strncmp(line, "sum ", 4) == 0)
        compare_sum(line);
    else
        type_line(line);
}

static void hire(const char *name, const char *role)
{
    struct place *office = &places[0];
    must(TYPE(office, "records", "users", "new", arena_format(arena, "username=%s", name),
              arena_format(arena, "display_name=%s", name), "status=active"),
         name);
    must(TYPE(office, "records", "user_roles", "new", arena_format(arena, "user=%s", name),
              arena_format(arena, "role=%s", role), "location=Everywhere"),
         role);
}

static void enroll(struct place *place)
{
    must(TYPE(&places[0], "central", "code", central_url, "--kind", "register", "--name",
              place->name, "--json"),
         place->name);
    json_t *made = json_loads(places[0].command.out, 0, NULL);
    const char *code = json_string_value(json_object_get(json_array_get(made, 0), "code"));
    assert_non_null(code);
    must(TYPE(place, "enroll", url_of(place), code), place->name);
    json_decref(made);
}

/* An office whose shop ran alone so far, and two registers that join it. */
static void open_shop(void)
{
    static const char *const names[] = {"olga", "kim", "max"};
    struct place *office = &places[0];
    for (size_t i = 0; i < PLACES; i++) {
        command_init(&places[i].command);
        places[i].line = arena_format(arena, "%s/line", places[i].command.home);
        mend(&places[i]);
    }
    must(TYPE(office, "shop", "new", "Paint", "--owner", "olga", "--zone", "Europe/Berlin"),
         "shop");
    hire("kim", "employee");
    hire("max", "manager");
    char store[PATH_SIZE + 10];
    snprintf(store, sizeof store, "%s/store.db", office->command.home);
    must(TYPE(office, "central", "init", central_url, "--from", store, "--name", "Office"),
         "centre");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        write_secret(names[i]);
        ask_centre(arena_format(arena,
                                "INSERT INTO user_credentials (tenant_id, user_id, password_hash)"
                                " SELECT tenant_id, id, crypt('%s at the till', gen_salt('bf', 4))"
                                " FROM users WHERE display_name = '%s'",
                                names[i], names[i]));
    }
    enroll(&places[1]);
    enroll(&places[2]);
}

static void test_a_day(void **state)
{
    (void)state;
    char line[2000];
    if (server == NULL) {
        print_message("PostgreSQL's server is not installed here\n");
        skip();
    }
    arena = arena_new();
    central_url = postgres_database(server);
    open_shop();
    FILE *script = fopen("tests/data/shop_day.txt", "r");
    assert_non_null(script);
    for (line_number = 1; fgets(line, sizeof line, script) != NULL; line_number++) {
        line[strcspn(line, "\n")] = '\0';
        play_line(line);
    }
    fclose(script);
    for (size_t i = 0; i < PLACES; i++)
        command_done(&places[i].command);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_day)};
    return cmocka_run_group_tests(tests, start, stop);
}
